//! Words of the instructions: names of ways put into Polish sentences, lengths, plurals.
//!
//! Polish declines what it can be sure of: the noun that says what the way is ("aleja") and adjectives that
//! agree with it ("Lipowa"). Names of persons and everything else stay as they are ("ulicę Stefana
//! Żeromskiego"); a name that does not look Polish is quoted.

use super::model::{Obstacle, PathClass, Stretch, Texts};

/// Grammatical gender of a noun, as far as adjectives after it care.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gender {
    Feminine,
    Masculine,
    Neuter,
    Plural,
}

/// A noun for a way in the cases that instructions need.
struct Noun {
    nominative: &'static str,
    gender: Gender,
    accusative: &'static str,
    instrumental: &'static str,
    genitive: &'static str,
}

const fn noun(nominative: &'static str, gender: Gender, cases: [&'static str; 3]) -> Noun {
    let [accusative, instrumental, genitive] = cases;
    Noun { nominative, gender, accusative, instrumental, genitive }
}

use Gender::{Feminine, Masculine, Neuter, Plural};

/// Nouns with which names of ways and gates begin.
static NOUNS: &[Noun] = &[
    noun("aleja", Feminine, ["aleję", "aleją", "alei"]),
    noun("aleje", Plural, ["aleje", "alejami", "alei"]),
    noun("alejka", Feminine, ["alejkę", "alejką", "alejki"]),
    noun("brama", Feminine, ["bramę", "bramą", "bramy"]),
    noun("bulwar", Masculine, ["bulwar", "bulwarem", "bulwaru"]),
    noun("chodnik", Masculine, ["chodnik", "chodnikiem", "chodnika"]),
    noun("deptak", Masculine, ["deptak", "deptakiem", "deptaka"]),
    noun("droga", Feminine, ["drogę", "drogą", "drogi"]),
    noun("dróżka", Feminine, ["dróżkę", "dróżką", "dróżki"]),
    noun("furtka", Feminine, ["furtkę", "furtką", "furtki"]),
    noun("kładka", Feminine, ["kładkę", "kładką", "kładki"]),
    noun("most", Masculine, ["most", "mostem", "mostu"]),
    noun("osiedle", Neuter, ["osiedle", "osiedlem", "osiedla"]),
    noun("pasaż", Masculine, ["pasaż", "pasażem", "pasażu"]),
    noun("plac", Masculine, ["plac", "placem", "placu"]),
    noun("promenada", Feminine, ["promenadę", "promenadą", "promenady"]),
    noun("przejście", Neuter, ["przejście", "przejściem", "przejścia"]),
    noun("rondo", Neuter, ["rondo", "rondem", "ronda"]),
    noun("rynek", Masculine, ["rynek", "rynkiem", "rynku"]),
    noun("schody", Plural, ["schody", "schodami", "schodów"]),
    noun("skwer", Masculine, ["skwer", "skwerem", "skweru"]),
    noun("szosa", Feminine, ["szosę", "szosą", "szosy"]),
    noun("trakt", Masculine, ["trakt", "traktem", "traktu"]),
    noun("ulica", Feminine, ["ulicę", "ulicą", "ulicy"]),
    noun("uliczka", Feminine, ["uliczkę", "uliczką", "uliczki"]),
    noun("wejście", Neuter, ["wejście", "wejściem", "wejścia"]),
    noun("wjazd", Masculine, ["wjazd", "wjazdem", "wjazdu"]),
    noun("wybrzeże", Neuter, ["wybrzeże", "wybrzeżem", "wybrzeża"]),
    noun("zaułek", Masculine, ["zaułek", "zaułkiem", "zaułka"]),
    noun("ścieżka", Feminine, ["ścieżkę", "ścieżką", "ścieżki"]),
];

/// Abbreviated nouns.
static SHORT_NOUNS: &[(&str, &str)] =
    &[("al.", "aleja"), ("ul.", "ulica"), ("pl.", "plac"), ("os.", "osiedle"), ("alejki", "alejka")];

/// Feminine adjectives whose endings alone do not tell them from names of persons in the genitive.
static FEMININE_ADJECTIVES: &[&str] = &[
    "babia",
    "bita",
    "biała",
    "bliska",
    "bystra",
    "ceglana",
    "ciasna",
    "cicha",
    "ciepła",
    "cienista",
    "czarna",
    "czerwona",
    "czwarta",
    "daleka",
    "dobra",
    "druga",
    "drewniana",
    "dziewiąta",
    "dziesiąta",
    "długa",
    "dzika",
    "gliniana",
    "głucha",
    "głęboka",
    "gładka",
    "goła",
    "jasna",
    "kamienista",
    "kozia",
    "kręta",
    "krzywa",
    "krótka",
    "letnia",
    "lisia",
    "lniana",
    "miedziana",
    "mała",
    "modra",
    "mokra",
    "młoda",
    "niebieska",
    "nowa",
    "okrągła",
    "orla",
    "ostatnia",
    "ostra",
    "owsiana",
    "piaszczysta",
    "piąta",
    "pierwsza",
    "prosta",
    "prostopadła",
    "ptasia",
    "pusta",
    "równa",
    "równoległa",
    "różana",
    "rumiana",
    "stara",
    "stroma",
    "sucha",
    "szara",
    "szeroka",
    "szklana",
    "szósta",
    "siódma",
    "słodka",
    "słomiana",
    "srebrzysta",
    "średnia",
    "środkowa",
    "świeża",
    "święta",
    "tania",
    "trawiasta",
    "trzecia",
    "twarda",
    "tylna",
    "wesoła",
    "wielka",
    "wilcza",
    "wysoka",
    "zielona",
    "złota",
    "żółta",
    "ósma",
];

/// Nouns and names that end like feminine adjectives.
static NOT_ADJECTIVES: &[&str] = &["wojska", "anna", "joanna", "zuzanna", "lwowa", "krakowa", "wolna wola"];

/// A way or gate, ready for sentences.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct WayWords {
    /// Polish, accusative: "(skręć w) aleję Lipową".
    pub(super) accusative: String,
    /// Polish, instrumental: "(idź) aleją Lipową".
    pub(super) instrumental: String,
    /// Polish, genitive of the noun alone: "(4 m od) alei".
    pub(super) genitive: String,
    /// English, with the article where it needs one: "Aleja Lipowa", "the path".
    pub(super) english: String,
    /// English noun with its article, for a named way too: "the path".
    pub(super) english_noun: &'static str,
    pub(super) named: bool,
}

/// Words for a way by its name and class.
pub(super) fn way_words(name: Option<&str>, class: PathClass, in_cemetery: bool) -> WayWords {
    let (noun, english_noun) = class_nouns(class, in_cemetery);
    let Some(name) = name.map(str::trim).filter(|name| !name.is_empty()) else {
        return WayWords {
            accusative: noun.accusative.to_owned(),
            instrumental: noun.instrumental.to_owned(),
            genitive: noun.genitive.to_owned(),
            english: english_noun.to_owned(),
            english_noun,
            named: false,
        };
    };
    let polish = declined(name).or_else(|| with_noun(name, noun)).unwrap_or_else(|| Declined {
        accusative: format!("„{name}”"),
        instrumental: format!("{} „{name}”", noun.instrumental),
        genitive: noun.genitive,
    });
    WayWords {
        accusative: polish.accusative,
        instrumental: polish.instrumental,
        genitive: polish.genitive.to_owned(),
        english: name.to_owned(),
        english_noun,
        named: true,
    }
}

/// Polish instrumental of a gate: "bramą główną", "bramą „Haupttor”", "bramą".
pub(super) fn gate_instrumental(name: Option<&str>) -> String {
    match name.map(str::trim).filter(|name| !name.is_empty()) {
        None => "bramą".to_owned(),
        Some(name) => declined(name).map_or_else(|| format!("bramą „{name}”"), |words| words.instrumental),
    }
}

struct Declined {
    accusative: String,
    instrumental: String,
    genitive: &'static str,
}

/// Declines a name that begins with a noun we know.
fn declined(name: &str) -> Option<Declined> {
    let (first, rest) = match name.split_once(char::is_whitespace) {
        Some((first, rest)) => (first, rest.trim()),
        None => (name, ""),
    };
    let lower = first.to_lowercase();
    let full =
        SHORT_NOUNS.iter().find(|(short, _)| *short == lower).map_or(lower.as_str(), |(_, full)| *full);
    let noun = NOUNS.iter().find(|noun| noun.nominative == full)?;
    Some(joined(noun, rest))
}

/// Declines a name without such a noun by putting the class's noun before it, if the name looks Polish.
fn with_noun(name: &str, noun: &'static Noun) -> Option<Declined> {
    let street = ["chodnik", "deptak", "schody"].contains(&noun.nominative);
    let noun = if street { NOUNS.iter().find(|noun| noun.nominative == "ulica")? } else { noun };
    (all_adjectives(name, noun.gender) || looks_polish(name)).then(|| joined(noun, name))
}

fn joined(noun: &Noun, rest: &str) -> Declined {
    let with =
        |case: &str, rest: String| if rest.is_empty() { case.to_owned() } else { format!("{case} {rest}") };
    let (accusative, instrumental) = if all_adjectives(rest, noun.gender) {
        (adjectives(rest, noun.gender, Case::Accusative), adjectives(rest, noun.gender, Case::Instrumental))
    } else {
        (rest.to_owned(), rest.to_owned())
    };
    Declined {
        accusative: with(noun.accusative, accusative),
        instrumental: with(noun.instrumental, instrumental),
        genitive: noun.genitive,
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Case {
    Accusative,
    Instrumental,
}

fn adjectives(words: &str, gender: Gender, case: Case) -> String {
    let decline = |word: &str| if is_neutral(word) { word.to_owned() } else { adjective(word, gender, case) };
    words.split_whitespace().map(decline).collect::<Vec<_>>().join(" ")
}

fn adjective(word: &str, gender: Gender, case: Case) -> String {
    let stem = |ending: char| word.strip_suffix(ending).unwrap_or(word);
    match (gender, case) {
        (Gender::Feminine, _) => format!("{}ą", stem('a')),
        (Gender::Masculine, Case::Instrumental) => format!("{word}m"),
        (Gender::Neuter, Case::Instrumental) if word.ends_with("ie") => format!("{}m", stem('e')),
        (Gender::Neuter, Case::Instrumental) => format!("{}ym", stem('e')),
        (Gender::Plural, Case::Instrumental) if word.ends_with("ie") => format!("{}mi", stem('e')),
        (Gender::Plural, Case::Instrumental) => format!("{}ymi", stem('e')),
        (_, Case::Accusative) => word.to_owned(),
    }
}

fn all_adjectives(words: &str, gender: Gender) -> bool {
    let mut found = false;
    for word in words.split_whitespace().filter(|word| !is_neutral(word)) {
        if !is_adjective(&word.to_lowercase(), gender) {
            return false;
        }
        found = true;
    }
    found
}

/// Words that never change: numbers and "nr".
fn is_neutral(word: &str) -> bool {
    word.eq_ignore_ascii_case("nr") || word.chars().any(|c| c.is_ascii_digit()) || is_roman(word)
}

fn is_roman(word: &str) -> bool {
    !word.is_empty() && word.chars().all(|c| matches!(c, 'I' | 'V' | 'X' | 'L'))
}

fn is_adjective(word: &str, gender: Gender) -> bool {
    let ends = |endings: &[&str]| endings.iter().any(|ending| word.ends_with(ending));
    if NOT_ADJECTIVES.contains(&word) {
        return false;
    }
    match gender {
        Gender::Feminine => {
            FEMININE_ADJECTIVES.contains(&word)
                || ends(&["owa", "ska", "cka", "dzka", "nicza", "czna", "żna", "szna"])
                || is_hard_na(word)
        }
        Gender::Masculine => ends(&["ski", "cki", "dzki", "wy", "ny", "ły"]) && !word.ends_with("nny"),
        Gender::Neuter | Gender::Plural => ends(&["skie", "ckie", "dzkie", "owe", "ne", "łe"]),
    }
}

/// "Polna", "Leśna", "Główna", but not "Jana": a consonant stands before the ending.
fn is_hard_na(word: &str) -> bool {
    word.strip_suffix("na")
        .and_then(|stem| stem.chars().next_back())
        .is_some_and(|before| before.is_alphabetic() && !"aeiouyąęó".contains(before))
}

/// Letters or endings that only Polish names have. "ó" alone is not enough.
fn looks_polish(name: &str) -> bool {
    name.split_whitespace().any(|word| {
        let word = word.to_lowercase();
        word.chars().any(|c| "ąćęłńśźż".contains(c))
            || ["ego", "icza", "ych", "ów", "ości", "iej"].iter().any(|ending| word.ends_with(ending))
    })
}

/// Nouns of a class: Polish, and English with its article.
fn class_nouns(class: PathClass, in_cemetery: bool) -> (&'static Noun, &'static str) {
    static PATH: Noun = noun("ścieżka", Feminine, ["ścieżkę", "ścieżką", "ścieżki"]);
    static PAVEMENT: Noun = noun("chodnik", Masculine, ["chodnik", "chodnikiem", "chodnika"]);
    static STEPS: Noun = noun("schody", Plural, ["schody", "schodami", "schodów"]);
    static PRECINCT: Noun = noun("deptak", Masculine, ["deptak", "deptakiem", "deptaka"]);
    static DRIVE: Noun = noun("droga", Feminine, ["drogę", "drogą", "drogi"]);
    static TRACK: Noun = noun("droga", Feminine, ["drogę gruntową", "drogą gruntową", "drogi gruntowej"]);
    static STREET: Noun = noun("ulica", Feminine, ["ulicę", "ulicą", "ulicy"]);
    static CYCLEWAY: Noun = noun("droga", Feminine, ["drogę rowerową", "drogą rowerową", "drogi rowerowej"]);
    static BRIDLEWAY: Noun = noun("droga", Feminine, ["drogę konną", "drogą konną", "drogi konnej"]);
    match class {
        PathClass::Footway if in_cemetery => (&PATH, "the path"),
        PathClass::Footway => (&PAVEMENT, "the footway"),
        PathClass::Path | PathClass::Other => (&PATH, "the path"),
        PathClass::Steps => (&STEPS, "the steps"),
        PathClass::Pedestrian => (&PRECINCT, "the pedestrian street"),
        PathClass::Service => (&DRIVE, "the drive"),
        PathClass::Track => (&TRACK, "the track"),
        PathClass::Cycleway => (&CYCLEWAY, "the cycle path"),
        PathClass::Bridleway => (&BRIDLEWAY, "the bridleway"),
        PathClass::LivingStreet
        | PathClass::Residential
        | PathClass::Unclassified
        | PathClass::Tertiary
        | PathClass::Secondary
        | PathClass::Primary => (&STREET, "the street"),
    }
}

/// What blocks or is unknown, in words: "schody (12 stopni)", "the path “Aleja Stroma” (slope 9%)".
pub(super) fn stretch_words(stretch: &Stretch) -> Texts {
    let (noun, english) = class_nouns(stretch.class, true);
    let base = match stretch.name.as_deref() {
        Some(name) => Texts { pl: format!("„{name}”"), en: format!("“{name}”") },
        None => Texts {
            pl: noun.nominative.to_owned(),
            en: english.strip_prefix("the ").unwrap_or(english).to_owned(),
        },
    };
    let Some(detail) = stretch.obstacle.as_ref().and_then(obstacle_words) else { return base };
    Texts { pl: format!("{} ({})", base.pl, detail.pl), en: format!("{} ({})", base.en, detail.en) }
}

fn obstacle_words(obstacle: &Obstacle) -> Option<Texts> {
    let (pl, en) = match obstacle {
        Obstacle::Steps { count: Some(count) } => (steps_pl(*count), steps_en(*count)),
        Obstacle::Steps { count: None } => ("stopnie".to_owned(), "steps".to_owned()),
        Obstacle::Incline { percent } => (
            format!("nachylenie {}%", format!("{percent:.0}").replace('.', ",")),
            format!("slope {percent:.0}%"),
        ),
        Obstacle::Width { width_m } => (
            format!("szerokość {} m", format!("{width_m:.1}").replace('.', ",")),
            format!("{width_m:.1} m wide"),
        ),
        Obstacle::Surface { surface } if surface == "mud" => ("błoto".to_owned(), "mud".to_owned()),
        Obstacle::Surface { surface } if surface == "sand" => ("piasek".to_owned(), "sand".to_owned()),
        Obstacle::Surface { .. } | Obstacle::Surveyed => return None,
    };
    Some(Texts { pl, en })
}

/// "1 stopień", "3 stopnie", "12 stopni".
pub(super) fn steps_pl(count: u32) -> String {
    let few = matches!(count % 10, 2..=4) && !matches!(count % 100, 12..=14);
    let word = if count == 1 {
        "stopień"
    } else if few {
        "stopnie"
    } else {
        "stopni"
    };
    format!("{count} {word}")
}

/// "1 step", "12 steps".
pub(super) fn steps_en(count: u32) -> String {
    format!("{count} {}", if count == 1 { "step" } else { "steps" })
}

/// A length for Polish sentences: "45 m", "320 m", "1,2 km".
pub(super) fn metres_pl(length_m: f64) -> String {
    metres_en(length_m).replace('.', ",")
}

/// A length for English sentences: whole metres below 100 m, fives below 1 km, then tenths of a kilometre.
pub(super) fn metres_en(length_m: f64) -> String {
    if length_m < 99.5 {
        format!("{:.0} m", length_m.max(1.0))
    } else if length_m < 997.5 {
        format!("{:.0} m", (length_m / 5.0).round() * 5.0)
    } else {
        format!("{:.1} km", length_m / 1000.0)
    }
}

/// The eighth of the compass, for "idź na …" and "go …".
pub(super) fn compass(bearing_deg: f64) -> (&'static str, &'static str) {
    const NAMES: [(&str, &str); 8] = [
        ("północ", "north"),
        ("północny wschód", "north-east"),
        ("wschód", "east"),
        ("południowy wschód", "south-east"),
        ("południe", "south"),
        ("południowy zachód", "south-west"),
        ("zachód", "west"),
        ("północny zachód", "north-west"),
    ];
    NAMES[((bearing_deg / 45.0).round() as usize) % 8]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn polish(name: &str, class: PathClass) -> (String, String) {
        let words = way_words(Some(name), class, false);
        (words.accusative, words.instrumental)
    }

    #[test]
    fn names_are_declined_where_that_is_sure() {
        for (name, accusative, instrumental) in [
            ("Aleja Lipowa", "aleję Lipową", "aleją Lipową"),
            ("aleja Główna", "aleję Główną", "aleją Główną"),
            ("ulica Stefana Żeromskiego", "ulicę Stefana Żeromskiego", "ulicą Stefana Żeromskiego"),
            ("ulica Jana Pawła II", "ulicę Jana Pawła II", "ulicą Jana Pawła II"),
            ("ulica Jana", "ulicę Jana", "ulicą Jana"),
            ("ul. Kwiatowa", "ulicę Kwiatową", "ulicą Kwiatową"),
            ("ulica 3 Maja", "ulicę 3 Maja", "ulicą 3 Maja"),
            ("ulica Wojska Polskiego", "ulicę Wojska Polskiego", "ulicą Wojska Polskiego"),
            ("ulica Mała Polna", "ulicę Małą Polną", "ulicą Małą Polną"),
            ("Plac Zielony", "plac Zielony", "placem Zielonym"),
            ("Plac Wolności", "plac Wolności", "placem Wolności"),
            ("Most Łazienkowski", "most Łazienkowski", "mostem Łazienkowskim"),
            ("Rondo Północne", "rondo Północne", "rondem Północnym"),
            ("Aleje Jerozolimskie", "aleje Jerozolimskie", "alejami Jerozolimskimi"),
            ("Kolejowa", "ulicę Kolejową", "ulicą Kolejową"),
            ("Stefana Żeromskiego", "ulicę Stefana Żeromskiego", "ulicą Stefana Żeromskiego"),
            ("Holzhauser Straße", "„Holzhauser Straße”", "ulicą „Holzhauser Straße”"),
        ] {
            let found = polish(name, PathClass::Residential);
            assert_eq!(found, (accusative.to_owned(), instrumental.to_owned()), "{name}");
        }
        assert_eq!(gate_instrumental(Some("Brama Północna 2")), "bramą Północną 2");
        assert_eq!(gate_instrumental(Some("Haupttor")), "bramą „Haupttor”");
        assert_eq!(gate_instrumental(Some(" ")), "bramą");
    }

    #[test]
    fn plurals_and_lengths() {
        let counted: Vec<String> = [1, 2, 5, 12, 13, 22, 25, 112].into_iter().map(steps_pl).collect();
        assert_eq!(
            counted,
            [
                "1 stopień",
                "2 stopnie",
                "5 stopni",
                "12 stopni",
                "13 stopni",
                "22 stopnie",
                "25 stopni",
                "112 stopni"
            ]
        );
        assert_eq!(
            (metres_pl(0.2), metres_pl(43.6), metres_pl(123.0)),
            ("1 m".into(), "44 m".into(), "125 m".into())
        );
        assert_eq!((metres_pl(1234.0), metres_en(998.0)), ("1,2 km".to_owned(), "1.0 km".to_owned()));
        assert_eq!((compass(359.0).1, compass(181.0).0), ("north", "południe"));
    }
}
