//! Reading a person from the name and the inscription of a grave, only where it is certain.

use crate::record::PartialDate;

use super::store::Tags;

/// Names and dates of one buried person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Person {
    pub(super) given_names: String,
    pub(super) surname: String,
    pub(super) maiden_name: Option<String>,
    pub(super) born: PartialDate,
    pub(super) died: PartialDate,
}

/// Words that show that a name is not that of one person, in lower case.
const NOT_A_PERSON: [&str; 42] = [
    "familie",
    "rodzina",
    "family",
    "grab",
    "grób",
    "groby",
    "grave",
    "tomb",
    "tombe",
    "ehrengrab",
    "denkmal",
    "gedenkstein",
    "pomnik",
    "memorial",
    "mogiła",
    "kwatera",
    "unbekannt",
    "unbekannte",
    "unbekannter",
    "nieznany",
    "nieznana",
    "unknown",
    "soldat",
    "soldaten",
    "żołnierz",
    "żołnierze",
    "mausoleum",
    "mauzoleum",
    "kaplica",
    "kapelle",
    "kriegsgrab",
    "kriegsgräber",
    "ofiary",
    "ofiar",
    "opfer",
    "saint",
    "lapidarium",
    "grobowiec",
    "gruft",
    "sarkophag",
    "und",
    "and",
];
/// Titles that stand before a name.
const TITLES: [&str; 14] = [
    "dr", "dr.", "prof", "prof.", "ks", "ks.", "ing.", "inż.", "mgr", "herr", "frau", "pan", "pani", "father",
];
/// Small words that belong to the surname behind them.
const PARTICLES: [&str; 14] =
    ["von", "van", "vom", "zu", "zur", "de", "der", "den", "di", "da", "du", "la", "le", "af"];

/// The person lying in a grave with these tags.
pub(super) fn read(tags: Tags<'_>) -> Option<Person> {
    let name = tags.get("name")?;
    // "Jan Nowak (1900–1980)": what is in brackets is an inscription.
    let (name, brackets) = name.split_once('(').unwrap_or((name, ""));
    let (given_names, surname, maiden_name) = split_name(name)?;
    let mut dates = (
        date_tag(tags, &["birth_date", "date_of_birth", "born"]),
        date_tag(tags, &["death_date", "date_of_death", "died"]),
    );
    for text in [brackets, tags.get("inscription").unwrap_or_default()] {
        if dates == (PartialDate::Unknown, PartialDate::Unknown) {
            dates = life(text);
        }
    }
    Some(Person { given_names, surname, maiden_name, born: dates.0, died: dates.1 })
}

fn date_tag(tags: Tags<'_>, keys: &[&str]) -> PartialDate {
    keys.iter().find_map(|key| tags.get(key)).map_or(PartialDate::Unknown, iso_date)
}

fn iso_date(text: &str) -> PartialDate {
    let parts: Option<Vec<u16>> = text.trim().split('-').map(digits).collect();
    match parts.as_deref() {
        Some(&[year]) => date(year, None, None),
        Some(&[year, month]) => date(year, Some(month), None),
        Some(&[year, month, day]) => date(year, Some(month), Some(day)),
        _ => PartialDate::Unknown,
    }
}

fn digits(text: &str) -> Option<u16> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

/// A date of which every part is possible; else nothing.
fn date(year: u16, month: Option<u16>, day: Option<u16>) -> PartialDate {
    let known_year = i16::try_from(year).ok().filter(|year| (1000..=2200).contains(year));
    let (Some(known_year), month) = (known_year, month) else { return PartialDate::Unknown };
    match (month, day) {
        (None, _) => PartialDate::Year(known_year),
        (Some(month @ 1..=12), None) => PartialDate::Month(known_year, month as u8),
        (Some(month @ 1..=12), Some(day)) if (1..=month_days(year, month)).contains(&day) => {
            PartialDate::Day(known_year, month as u8, day as u8)
        }
        _ => PartialDate::Unknown,
    }
}

fn month_days(year: u16, month: u16) -> u16 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 => 28 + u16::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Given names, surname and maiden name of one person.
fn split_name(name: &str) -> Option<(String, String, Option<String>)> {
    let mut words: Vec<&str> = name.split_whitespace().collect();
    while words.first().is_some_and(|word| TITLES.contains(&word.to_lowercase().as_str())) {
        words.remove(0);
    }
    let maiden_name = take_maiden_name(&mut words);
    if !(2..=6).contains(&words.len()) || words.iter().any(|word| !is_name_word(word)) {
        return None;
    }
    let surname_from = words.iter().position(|word| PARTICLES.contains(word)).unwrap_or(words.len() - 1);
    let (given, surname) = words.split_at_checked(surname_from)?;
    let ends_well = surname.last().is_some_and(|word| !PARTICLES.contains(word));
    if given.is_empty() || !ends_well {
        return None;
    }
    Some((given.join(" "), surname.join(" "), maiden_name))
}

/// Takes `geb. X`, `z d. X`, `z domu X` or `née X` from the end.
fn take_maiden_name(words: &mut Vec<&str>) -> Option<String> {
    let place = words.iter().position(|word| matches!(*word, "geb." | "geborene" | "z" | "née" | "zd."))?;
    let tail = words.split_off(place);
    let skipped = if tail.first() == Some(&"z") { 2 } else { 1 };
    let name = tail.get(skipped..)?.join(" ");
    (!name.is_empty()).then_some(name)
}

fn is_name_word(word: &str) -> bool {
    let letters = word.chars().all(|c| c.is_alphabetic() || matches!(c, '-' | '\'' | '’' | '.'));
    let capital = word.chars().next().is_some_and(char::is_uppercase);
    let person = !NOT_A_PERSON.contains(&word.to_lowercase().as_str());
    letters && person && (capital || PARTICLES.contains(&word))
}

/// Birth and death from an inscription: `* 1.2.1900 † 3.4.1980`, or a single pair of years `1900–1980`.
fn life(text: &str) -> (PartialDate, PartialDate) {
    let (born, died) = (marked(text, &['*', '✶']), marked(text, &['†', '✝', '+']));
    if (born, died) != (PartialDate::Unknown, PartialDate::Unknown) {
        return if year_of(born).zip(year_of(died)).is_some_and(|(born, died)| born > died) {
            (PartialDate::Unknown, PartialDate::Unknown)
        } else {
            (born, died)
        };
    }
    pair_of_years(text).unwrap_or((PartialDate::Unknown, PartialDate::Unknown))
}

fn year_of(date: PartialDate) -> Option<i16> {
    match date {
        PartialDate::Unknown => None,
        PartialDate::Year(year) | PartialDate::Month(year, _) | PartialDate::Day(year, ..) => Some(year),
    }
}

/// The date right behind a mark, when the mark stands exactly once.
fn marked(text: &str, marks: &[char]) -> PartialDate {
    let mut behind = text.split(|c| marks.contains(&c)).skip(1);
    let (Some(rest), None) = (behind.next(), behind.next()) else { return PartialDate::Unknown };
    let written: String = rest.trim_start().chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
    let parts: Option<Vec<u16>> = written.trim_end_matches('.').split('.').map(digits).collect();
    match parts.as_deref() {
        Some(&[year]) => date(year, None, None),
        Some(&[day, month, year]) => date(year, Some(month), Some(day)),
        _ => PartialDate::Unknown,
    }
}

/// `1900–1980`, when these are the only numbers in the text.
fn pair_of_years(text: &str) -> Option<(PartialDate, PartialDate)> {
    let numbers: Vec<&str> =
        text.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()).collect();
    let [born, died] = numbers.as_slice() else { return None };
    let between = text.split(born).nth(1)?.split(died).next()?.trim();
    let (born, died) = (date(digits(born)?, None, None), date(digits(died)?, None, None));
    let lifetime = year_of(died)? - year_of(born)?;
    let dash = matches!(between, "-" | "–" | "—" | "/");
    (dash && (0..=120).contains(&lifetime)).then_some((born, died))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> Option<(String, String)> {
        split_name(text).map(|(given, surname, _)| (given, surname))
    }

    #[test]
    fn names_of_one_person() {
        let some = |given: &str, surname: &str| Some((given.to_owned(), surname.to_owned()));
        assert_eq!(name("Gottlieb Michael Probe"), some("Gottlieb Michael", "Probe"));
        assert_eq!(name("dr Anna Zmyślona-Probna"), some("Anna", "Zmyślona-Probna"));
        assert_eq!(name("Hans von der Probe"), some("Hans", "von der Probe"));
        assert_eq!(split_name("Ewa Probna z domu Zmyślona").unwrap().2.as_deref(), Some("Zmyślona"));
    }

    #[test]
    fn what_is_not_one_person() {
        for text in [
            "Familie Probe",
            "Probe",
            "Rodzina Zmyślonych",
            "nieznany żołnierz",
            "Grab 17 Probe",
            "A & B",
            "von",
            "Jan von",
        ] {
            assert_eq!(name(text), None, "{text}");
        }
    }

    #[test]
    fn lives_from_inscriptions() {
        use PartialDate::{Day, Unknown, Year};
        assert_eq!(life("* 1.2.1900 † 3.4.1980"), (Day(1900, 2, 1), Day(1980, 4, 3)));
        assert_eq!(life("spoczywa w pokoju 1900 – 1980"), (Year(1900), Year(1980)));
        assert_eq!(life("1900-1980 i 1910-1990"), (Unknown, Unknown));
        assert_eq!(life("* 30.2.1900"), (Unknown, Unknown));
        assert_eq!(life("1980-1900"), (Unknown, Unknown));
        assert_eq!(life("1900 żył 1980"), (Unknown, Unknown));
        assert_eq!(iso_date("1912-05"), PartialDate::Month(1912, 5));
        assert_eq!(iso_date("12.5.1912"), Unknown);
    }
}
