//! The search as a whole: expected first hits, quality on mistyped names, and paging. How quick it is at
//! full size is measured by `benches/name_index.rs`.

use std::collections::{BTreeMap, HashSet};

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::cemetery::names;

/// A person in cemetery 1 and grave 1000 + `id`, from "given|surname|maiden|born|died".
fn entry(id: u128, line: &str) -> PersonEntry {
    let parts: Vec<&str> = line.split('|').collect();
    let part = |at: usize| parts.get(at).copied().unwrap_or("").trim();
    let years = |at: usize| match part(at).split_once("..") {
        Some((from, to)) => YearSpan { from: from.parse().ok(), to: to.parse().ok() },
        None => part(at).parse().map_or(YearSpan::UNKNOWN, YearSpan::exact),
    };
    PersonEntry {
        person: Uuid::from_u128(id),
        grave: Uuid::from_u128(1000 + id),
        cemetery: Uuid::from_u128(1 + id % 2),
        given_names: part(0).to_owned(),
        surname: part(1).to_owned(),
        maiden_name: Some(part(2).to_owned()).filter(|name| !name.is_empty()),
        born: years(3),
        died: years(4),
    }
}

/// A small register of plainly invented people.
const REGISTER: &[&str] = &[
    "Jan|Kowalski||1912|1985",
    "Jan|Kowalski||1940|2001",
    "Anna|Kowalska|Wiśniewska|1915|1990",
    "Janina|Kowalska||1920|1985",
    "Piotr|Kowal||1900|1950",
    "Stanisław|Szczepański||1889|1944",
    "Helena|Szczepańska||1895|1966",
    "Michał|Szczepanik||1901|1970",
    "Maria|Nowak||1930|1999",
    "Zofia|Nowakowa||1870|1931",
    "Ewa|Nowakówna||1905|1923",
    "Józef|Nowak||1925|1985",
    "Katarzyna Maria|Żak||1950|2010",
    "Tomasz|Zak||1951|2011",
    "Łucja|Wójcik||1880..1889|1940",
    "Teofila|Zającowa-Hetwikowa|||1917",
    "Maria|Kolecka Obal||1897|1964",
    "Zbigniew|Zawadzki||1933|2003",
    "Krystyna|Zawadzka||1935|2004",
    "Hans|Müller||1860|1922",
    "Otto|Weiß||1861|1923",
    "Оксана|Левченко||1960|2020",
    "Jaś|Wawrykiewicz||1941|1943",
    "Bolesław|Ostoja-Ściborski||1850|1911",
    "Irena|Dębska z domu Rzepa||1922|1988",
    "Aleksander|Fredro||1890|1951",
    "Adam|Wolny||1899|1938",
    "Zofia|Wolnówna|||1921",
    "Maryan|Xawery||1840|1899",
    "Antoni|Dudek||1866|1930",
    "Rozalia|Dudkowa||1870|1936",
];

fn register() -> NameIndex {
    NameIndex::build((0_u128..).zip(REGISTER).map(|(id, line)| entry(id, line)))
}

fn ask<'a>(text: &'a str) -> Query<'a> {
    Query { text, limit: 20, ..Query::default() }
}

/// "given surname" of each hit.
fn names_of(page: &Page) -> Vec<String> {
    page.hits
        .iter()
        .map(|hit| {
            let mut parts = REGISTER[usize::try_from(hit.person.as_u128()).unwrap()].split('|');
            format!("{} {}", parts.next().unwrap(), parts.next().unwrap())
        })
        .collect()
}

fn found(text: &str) -> Vec<String> {
    names_of(&register().search(&ask(text)).unwrap())
}

#[test]
fn the_expected_person_is_first() {
    let index = register();
    for (text, expected) in [
        ("Kowalski", "Jan Kowalski"),
        ("kowalski jan", "Jan Kowalski"),
        ("Kowalski, Jan", "Jan Kowalski"),
        ("JAN KOWALSKI", "Jan Kowalski"),
        ("Jan Kowlaski", "Jan Kowalski"),
        ("Kowlaski", "Jan Kowalski"),
        ("Kowalsky", "Jan Kowalski"),
        ("J. Kowalski", "Jan Kowalski"),
        ("Kowalski J", "Jan Kowalski"),
        ("Szczepansk", "Helena Szczepańska"),
        ("Szczepansk Stanislaw", "Stanisław Szczepański"),
        ("Szepański", "Stanisław Szczepański"),
        ("Staszek Szczepański", "Stanisław Szczepański"),
        ("kasia zak", "Katarzyna Maria Żak"),
        ("zak", "Tomasz Zak"),
        ("żak", "Katarzyna Maria Żak"),
        ("Z\u{307}ak", "Katarzyna Maria Żak"),
        ("lucja wojcik", "Łucja Wójcik"),
        ("Wujcik", "Łucja Wójcik"),
        ("Anna Kowalski", "Anna Kowalska"),
        ("Wiśniewska", "Anna Kowalska"),
        ("Kowalska z domu Wiśniewska", "Anna Kowalska"),
        ("Anna zd. Wisniewska", "Anna Kowalska"),
        ("Kowalska de domo Wiśniewska", "Anna Kowalska"),
        ("Wiśniewski Anna", "Anna Kowalska"),
        ("Rzepa Irena", "Irena Dębska z domu Rzepa"),
        ("Żepa", "Irena Dębska z domu Rzepa"),
        ("Dembska", "Irena Dębska z domu Rzepa"),
        ("Ewa Nowak", "Ewa Nowakówna"),
        ("Zofia Nowak", "Zofia Nowakowa"),
        ("Hetwikowa", "Teofila Zającowa-Hetwikowa"),
        ("Hetwik Teofila", "Teofila Zającowa-Hetwikowa"),
        ("hetwikowa zajacowa", "Teofila Zającowa-Hetwikowa"),
        ("Obal", "Maria Kolecka Obal"),
        ("Ściborski", "Bolesław Ostoja-Ściborski"),
        ("Zawacki Zbyszek", "Zbigniew Zawadzki"),
        ("Krysia Zawadzki", "Krystyna Zawadzka"),
        ("Mueller", "Hans Müller"),
        ("Miller Hans", "Hans Müller"),
        ("weiss", "Otto Weiß"),
        ("левченко", "Оксана Левченко"),
        ("Jan Wawrykiewicz", "Jaś Wawrykiewicz"),
        ("Alexander Fredro", "Aleksander Fredro"),
        ("Fredrowa", "Aleksander Fredro"),
        ("Zofia Wolna", "Zofia Wolnówna"),
        ("Marian Ksawery", "Maryan Xawery"),
        ("Rozalia Dudek", "Rozalia Dudkowa"),
        ("Antoni Dudkowa", "Antoni Dudek"),
        ("fred*", "Aleksander Fredro"),
        ("*wryk*", "Jaś Wawrykiewicz"),
        ("w?jcik", "Łucja Wójcik"),
        ("ściborsk", "Bolesław Ostoja-Ściborski"),
        ("ks. prof. Fredro", "Aleksander Fredro"),
        ("Katarzyna", "Katarzyna Maria Żak"),
        ("wrykiew", "Jaś Wawrykiewicz"),
    ] {
        let page = index.search(&ask(text)).unwrap();
        let names = names_of(&page);
        assert_eq!(names.first().map(String::as_str), Some(expected), "{text}: {names:?}");
    }
}

#[test]
fn years_in_the_text_choose_among_namesakes() {
    let index = register();
    for (text, died) in [
        ("Jan Kowalski 1985", 0),
        ("Jan Kowalski 2001", 1),
        ("Jan Kowalski ur. 1912", 0),
        ("Jan Kowalski zm. 2001 r.", 1),
        ("Kowalski 1940-2001", 1),
        ("Kowalski 12.05.2001", 1),
        ("Kowalski 2002", 1),
        ("Jan Kowalski 200?", 1),
        ("2001 Jan Kowalski", 1),
        ("Wójcik ur. 1885", 14),
    ] {
        let page = index.search(&ask(text)).unwrap();
        assert_eq!(page.hits[0].person.as_u128(), died, "{text}");
        assert!(page.hits[0].score > 0.5, "{text}");
    }
    assert_eq!(index.search(&ask("1985")).unwrap().matched, 3);
    assert_eq!(index.search(&ask("1986")).unwrap().matched, 4, "a year off counts as a slip");
    let wrong = index.search(&ask("Jan Kowalski 1800")).unwrap();
    assert!(wrong.matched >= 2 && wrong.hits[0].score < 0.5);
}

#[test]
fn the_order_is_exact_then_form_then_error_then_beginning() {
    let names = found("Kowalski");
    assert_eq!(names[..4], ["Jan Kowalski", "Jan Kowalski", "Anna Kowalska", "Janina Kowalska"]);
    let names = found("Kowal");
    assert_eq!(names[0], "Piotr Kowal");
    assert_eq!(names.len(), 5);
    let names = found("Jan Kowalska");
    assert_eq!(names[0], "Jan Kowalski", "{names:?}");
    assert!(names.contains(&"Anna Kowalska".to_owned()), "a wrong given name hides nobody: {names:?}");
}

#[test]
fn filters_leave_out_what_is_not_known_to_pass() {
    let index = register();
    let died = |range| Query { died: Some(range), ..ask("Kowalski") };
    assert_eq!(index.search(&died(1980..=1989)).unwrap().matched, 2);
    let born = Query { born: Some(1885..=1886), ..ask("") };
    assert_eq!(names_of(&index.search(&born).unwrap()), ["Łucja Wójcik"]);
    let here = Query { cemetery: Some(Uuid::from_u128(1)), limit: 100, ..ask("") };
    let page = index.search(&here).unwrap();
    assert_eq!(page.matched, REGISTER.len().div_ceil(2));
    assert!(page.hits.iter().all(|hit| hit.cemetery == Uuid::from_u128(1)));
    let nowhere = Query { cemetery: Some(Uuid::from_u128(77)), ..ask("Kowalski") };
    assert_eq!(
        index.search(&nowhere).unwrap(),
        Page { hits: vec![], matched: 0, matched_names: 0, cut: false, next: None }
    );
}

#[test]
fn an_empty_query_lists_by_name() {
    let page = register().search(&Query { limit: 100, ..ask(" ") }).unwrap();
    let names = names_of(&page);
    assert_eq!(names.len(), REGISTER.len());
    assert_eq!(names[..2], ["Irena Dębska z domu Rzepa", "Antoni Dudek"].map(str::to_owned)[..], "{names:?}");
    assert_eq!(names.last().map(String::as_str), Some("Оксана Левченко"));
}

#[test]
fn odd_queries_are_answered_or_refused() {
    let index = register();
    let empty = NameIndex::build(std::iter::empty());
    for text in [
        "\u{0}\u{1}\u{7f}",
        "......",
        "*",
        "????",
        "a b c d e f g h",
        "-",
        "\u{202e}oksana",
        "%_'\";--",
        "0000-00-00",
    ] {
        assert!(index.search(&ask(text)).is_ok() && empty.search(&ask(text)).is_ok(), "{text}");
    }
    assert!(matches!(index.search(&ask(&"a".repeat(10_000))), Err(QueryError::TooLong { .. })));
    assert!(matches!(index.search(&ask("a b c d e f g h j")), Err(QueryError::TooLong { .. })));
    assert_eq!(index.search(&ask("qqqqqqqqqqqq")).unwrap().matched, 0);
    assert_eq!(index.search(&Query { limit: 0, ..ask("Kowalski") }).unwrap().hits.len(), 1);
}

#[test]
fn a_cursor_outlives_a_rebuild() {
    let page = register().search(&Query { limit: 2, ..ask("Kowalski") }).unwrap();
    let grown = REGISTER.iter().copied().chain(["Abel|Aaron||1800|1850"]);
    let grown = NameIndex::build((0_u128..).zip(grown).map(|(id, line)| entry(id, line)));
    let next = grown.search(&Query { after: page.next, ..ask("Kowalski") }).unwrap();
    let names = names_of(&next);
    assert_eq!(names[..2], ["Anna Kowalska", "Janina Kowalska"]);
}

/// Numbers that look random and are the same every time (SplitMix64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % sides as u64).unwrap()
    }

    /// Small numbers far oftener than great ones, as names are spread.
    fn roll_small(&mut self, sides: usize) -> usize {
        let unit = self.roll(1 << 30) as f64 / f64::from(1 << 30);
        ((sides as f64).powf(unit) - 1.0) as usize % sides
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.roll(from.len())]
    }
}

const STARTS: &[&str] = &[
    "B", "Br", "C", "Cz", "D", "Dr", "F", "G", "Gr", "H", "J", "K", "Kr", "L", "Ł", "M", "N", "P", "Pr", "R",
    "S", "Sk", "St", "Sz", "Ś", "T", "Tr", "W", "Wr", "Z", "Ż",
];
const VOWELS: &[&str] = &["a", "e", "i", "o", "u", "y", "ó", "ą", "ie", "ia"];
const MIDDLES: &[&str] = &[
    "b", "cz", "d", "dz", "g", "j", "k", "l", "ł", "m", "n", "ń", "p", "r", "rz", "s", "sz", "t", "w", "z",
    "ż", "rd", "lk", "st",
];
const ENDINGS: &[&str] = &[
    "ak", "ek", "ik", "ko", "ski", "ska", "owski", "owska", "ewski", "ewicz", "owicz", "czyk", "a", "ny",
    "na", "uk", "arz", "iec", "ura", "ala", "as", "orz",
];

/// Invented surnames, all distinct, none of which looks like a mark in a query.
fn surnames(count: usize) -> Vec<String> {
    let mut dice = Dice(7);
    let mut known = HashSet::new();
    let mut names =
        ["Kowalski", "Kowalska", "Szczepański", "Wiśniewska", "Nowak", "Wójcik"].map(str::to_owned).to_vec();
    known.extend(names.clone());
    while names.len() < count {
        let mut name = format!("{}{}{}", dice.pick(STARTS), dice.pick(VOWELS), dice.pick(MIDDLES));
        if dice.roll(2) == 0 {
            name.push_str(dice.pick(VOWELS));
            name.push_str(dice.pick(MIDDLES));
        }
        name.push_str(dice.pick(ENDINGS));
        if name.chars().count() > 4 && known.insert(name.clone()) {
            names.push(name);
        }
    }
    names
}

const GIVEN: &[&str] = &[
    "Maria",
    "Jan",
    "Anna",
    "Stanisław",
    "Zofia",
    "Józef",
    "Helena",
    "Piotr",
    "Janina",
    "Andrzej",
    "Katarzyna",
    "Adam",
    "Krystyna",
    "Tadeusz",
    "Irena",
    "Henryk",
    "Barbara",
    "Kazimierz",
    "Stefania",
    "Franciszek",
    "Rozalia",
    "Wojciech",
    "Genowefa",
    "Bolesław",
    "Marianna",
    "Zygmunt",
    "Jan Maria",
    "Zbigniew",
    "Eugenia",
    "Gustaw",
    "Wanda",
    "Leokadia",
];

/// A made-up register: frequent names are few, rare ones many.
fn made_up(persons: usize, surnames: &[String]) -> Vec<PersonEntry> {
    let mut dice = Dice(11);
    (0..persons)
        .map(|at| {
            let rare = at < surnames.len();
            let surname = if rare { at } else { dice.roll_small(surnames.len()) };
            let born = i16::try_from(1850 + dice.roll(140)).unwrap();
            let died = (born + i16::try_from(dice.roll(90)).unwrap()).min(2026);
            let id = Uuid::from_u128(at as u128);
            PersonEntry {
                person: id,
                grave: Uuid::from_u128(u128::MAX / 2 + at as u128 / 2),
                cemetery: Uuid::from_u128(dice.roll(3) as u128),
                given_names: GIVEN[dice.roll_small(GIVEN.len())].to_owned(),
                surname: surnames[surname].clone(),
                maiden_name: (dice.roll(5) == 0).then(|| surnames[dice.roll_small(surnames.len())].clone()),
                born: YearSpan::exact(born),
                died: YearSpan::exact(died),
            }
        })
        .collect()
}

/// One slip of the fingers in the inside of a word.
fn mistype(word: &str, kind: usize, dice: &mut Dice) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    let at = 1 + dice.roll(letters.len() - 2);
    match kind % 4 {
        0 => letters.swap(at, at + 1),
        1 => drop(letters.remove(at)),
        2 => letters.insert(at, letters[at]),
        _ => letters[at] = char::from(b'a' + u8::try_from(dice.roll(26)).unwrap()),
    }
    letters.into_iter().collect()
}

/// Twenty mistyped names among fifty thousand: how many come first, how many among the first three.
#[test]
fn mistyped_names_come_first() {
    let surnames = surnames(50_000);
    let people = made_up(100_000, &surnames);
    let index = NameIndex::build(people.iter().cloned());
    let mut dice = Dice(23);
    let (mut first, mut top) = (0, 0);
    let mut missed = Vec::new();
    for case in 0..20 {
        let meant = loop {
            let name = &surnames[dice.roll_small(surnames.len())];
            if name.chars().count() > 6 {
                break name;
            }
        };
        let typed = loop {
            let typed = mistype(&names::fold(&meant.to_lowercase()), case, &mut dice);
            if typed != names::fold(meant) && !surnames.iter().any(|name| names::fold(name) == typed) {
                break typed;
            }
        };
        let page = index.search(&Query { limit: 200, ..ask(&typed) }).unwrap();
        let mut order: Vec<String> = Vec::new();
        for hit in &page.hits {
            let person = &people[usize::try_from(hit.person.as_u128()).unwrap()];
            let fold = |name: &str| names::family_keys(&names::fold(name)).remove(0);
            let name = [Some(&person.surname), person.maiden_name.as_ref()]
                .into_iter()
                .flatten()
                .find(|name| fold(name) == fold(meant))
                .map_or_else(|| fold(&person.surname), |name| fold(name));
            if !order.contains(&name) {
                order.push(name);
            }
        }
        let meant_key = names::family_keys(&names::fold(meant)).remove(0);
        let place = order.iter().position(|name| *name == meant_key);
        first += usize::from(place == Some(0));
        top += usize::from(place.is_some_and(|place| place < 3));
        if place != Some(0) {
            missed.push(format!("{typed} for {meant}: {place:?} {:?}", order.first()));
        }
    }
    assert!(first >= 19 && top == 20, "first {first}, among three {top}: {missed:?}");
}

/// Pages through a query; answers the persons in order.
fn all_pages(index: &NameIndex, text: &str, limit: usize) -> Vec<Uuid> {
    let mut persons = Vec::new();
    let mut query = Query { limit, ..ask(text) };
    loop {
        let page = index.search(&query).unwrap();
        persons.extend(page.hits.iter().map(|hit| hit.person));
        query.after = page.next;
        if query.after.is_none() {
            assert_eq!(persons.len(), page.matched, "{text}");
            return persons;
        }
    }
}

fn any_register() -> impl Strategy<Value = Vec<PersonEntry>> {
    let word = prop::sample::select(vec![
        "Jan", "Anna", "Nowak", "Nowakowa", "Kos", "Kosa", "Żak", "Zak", "Obal", "Kowal",
    ]);
    let name = prop::collection::vec(word, 1..3).prop_map(|words| words.join(" "));
    let person = (name.clone(), name.clone(), prop::option::of(name), 1900_i16..1904);
    prop::collection::vec(person, 1..60).prop_map(|people| {
        (0_u128..)
            .zip(people)
            .map(|(id, (given_names, surname, maiden_name, died))| PersonEntry {
                given_names,
                surname,
                maiden_name,
                died: YearSpan::exact(died),
                ..entry(id, "")
            })
            .collect()
    })
}

proptest! {
    #[test]
    fn nothing_typed_breaks_the_search(text in any::<String>(), limit in 0_usize..5) {
        let index = register();
        if let Ok(page) = index.search(&Query { limit, ..ask(&text) }) {
            prop_assert!(page.hits.iter().all(|hit| (0.0..=1.0).contains(&hit.score)));
        }
    }

    #[test]
    fn typed_words_and_figures_break_nothing(text in "([a-zżó*?.†-]{0,6}|[0-9?./-]{0,11}|z domu|ur\\.)( ([a-zął*?.-]{0,6}|[0-9?–-]{0,9})){0,7}") {
        let index = register();
        // Words joined by hyphens count one by one, and more than eight are refused.
        prop_assume!(index.search(&ask(&text)).is_ok());
        let whole = all_pages(&index, &text, 1000);
        prop_assert_eq!(all_pages(&index, &text, 3), whole);
    }

    #[test]
    fn paging_shows_each_once_in_one_order(people in any_register(), text in "(jan |nowak |kosa |k |190[0-3] ){0,4}", limit in 1_usize..7) {
        let index = NameIndex::build(people.into_iter());
        let whole = all_pages(&index, &text, 1000);
        let paged = all_pages(&index, &text, limit);
        prop_assert_eq!(&paged, &whole);
        let distinct: HashSet<Uuid> = paged.iter().copied().collect();
        prop_assert_eq!(distinct.len(), paged.len());
    }

    #[test]
    fn an_exact_full_name_is_first(people in any_register(), at in any::<prop::sample::Index>(), turned in any::<bool>()) {
        let index = NameIndex::build(people.iter().cloned());
        let bag = |person: &PersonEntry| {
            let mut bag: BTreeMap<String, u32> = BTreeMap::new();
            for word in names::words(&format!("{} {}", person.given_names, person.surname)) {
                *bag.entry(word).or_default() += 1;
            }
            bag
        };
        let meant = at.get(&people);
        let text = if turned {
            format!("{} {}", meant.surname, meant.given_names)
        } else {
            format!("{} {}", meant.given_names, meant.surname)
        };
        let page = index.search(&ask(&text)).unwrap();
        let first = people.iter().find(|person| person.person == page.hits[0].person).unwrap();
        prop_assert_eq!(bag(first), bag(meant), "{}", text);
        prop_assert!(page.hits[0].score > 0.99);
    }
}
