//! How quick and how good the search of the buried is in the process, without HTTP: 400,000 invented
//! people with 50,000 distinct surnames.
//!
//! `cargo bench --bench name_index` prints the time to build, the memory, the spread of times for each
//! sort of query, and how many of 400 mistyped surnames come first. The register is harder than a real
//! one: surnames differ little from each other, and the commonest is borne by one person in twenty.

use std::collections::HashSet;
use std::io::Write;
use std::time::{Duration, Instant};

use reeve::cemetery::index::{NameIndex, PersonEntry, Query, YearSpan};
use reeve::cemetery::names;
use uuid::Uuid;

const PERSONS: usize = 400_000;
const SURNAMES: usize = 50_000;
const QUERIES: usize = 300;

/// Numbers that look random and are the same every time (SplitMix64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) as usize % sides
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
];

fn surnames(dice: &mut Dice) -> Vec<String> {
    let mut known = HashSet::new();
    let mut surnames = Vec::with_capacity(SURNAMES);
    while surnames.len() < SURNAMES {
        let mut name = format!("{}{}{}", dice.pick(STARTS), dice.pick(VOWELS), dice.pick(MIDDLES));
        if dice.roll(2) == 0 {
            name.push_str(dice.pick(VOWELS));
            name.push_str(dice.pick(MIDDLES));
        }
        name.push_str(dice.pick(ENDINGS));
        if name.chars().count() > 4 && known.insert(name.clone()) {
            surnames.push(name);
        }
    }
    surnames
}

fn register<'a>(surnames: &'a [String], dice: &'a mut Dice) -> impl Iterator<Item = PersonEntry> + 'a {
    (0..PERSONS).map(|at| {
        let surname = if at < surnames.len() { at } else { dice.roll_small(surnames.len()) };
        let born = 1850 + dice.roll(140) as i16;
        PersonEntry {
            person: Uuid::from_u128(at as u128),
            grave: Uuid::from_u128(u128::MAX / 2 + at as u128 / 2),
            cemetery: Uuid::from_u128(dice.roll(3) as u128),
            given_names: GIVEN[dice.roll_small(GIVEN.len())].to_owned(),
            surname: surnames[surname].clone(),
            maiden_name: (dice.roll(5) == 0).then(|| surnames[dice.roll_small(surnames.len())].clone()),
            born: YearSpan::exact(born),
            died: YearSpan::exact((born + dice.roll(90) as i16).min(2026)),
        }
    })
}

/// One slip of the fingers in the inside of a word.
fn mistype(word: &str, kind: usize, dice: &mut Dice) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    let at = 1 + dice.roll(letters.len() - 2);
    match kind % 4 {
        0 => letters.swap(at, at + 1),
        1 => drop(letters.remove(at)),
        2 => letters.insert(at, letters[at]),
        _ => letters[at] = char::from(b'a' + dice.roll(26) as u8),
    }
    letters.into_iter().collect()
}

/// What a reader may type, by sort.
fn typed(sort: &str, case: usize, name: &str, dice: &mut Dice) -> String {
    let given = GIVEN[dice.roll_small(GIVEN.len())];
    match sort {
        "typing error" => mistype(name, case, dice),
        "error and given name" => format!("{} {given}", mistype(name, case, dice)),
        "surname" => name.to_owned(),
        "full name" => format!("{given} {name}"),
        "beginning" => name.chars().take(4).collect(),
        "full name and year" => format!("{given} {name} 1985"),
        "middle" => format!("*{}*", name.chars().skip(1).take(4).collect::<String>()),
        "one letter" => name.chars().take(1).collect(),
        "eight words" => format!("{name} maria jan anna k a ko"),
        "nobody" => "qxqxqxqxq vqvqvqvqvqv".to_owned(),
        _ => String::new(),
    }
}

fn measure(index: &NameIndex, sort: &str, surnames: &[String], dice: &mut Dice) -> [Duration; 3] {
    let mut times: Vec<Duration> = (0..QUERIES)
        .map(|case| {
            let name = surnames[dice.roll_small(surnames.len())].clone();
            let text = typed(sort, case, &name, dice);
            let begun = Instant::now();
            let page = index.search(&Query { text: &text, limit: 20, ..Query::default() });
            let time = begun.elapsed();
            std::hint::black_box(page).ok();
            time
        })
        .collect();
    times.sort_unstable();
    [50, 95, 99].map(|part| times[(times.len() - 1) * part / 100])
}

/// Of mistyped surnames that are no other surname: how many have the name meant first.
fn first_of(index: &NameIndex, surnames: &[String], cases: usize, dice: &mut Dice) -> usize {
    let known: HashSet<String> = surnames.iter().map(|name| names::fold(name)).collect();
    let key = |name: &str| names::family_keys(&names::fold(name)).into_iter().next();
    let mut first = 0;
    let mut case = 0;
    while case < cases {
        let meant = &surnames[dice.roll_small(surnames.len())];
        let typed = mistype(&names::fold(meant), case, dice);
        if meant.chars().count() < 7 || known.contains(&typed) {
            continue;
        }
        case += 1;
        let page = index.search(&Query { text: &typed, limit: 1, ..Query::default() });
        let hit = page.ok().and_then(|page| page.hits.first().copied());
        let answer = index.search(&Query { text: meant, limit: 1000, ..Query::default() });
        let same = |grave| {
            answer
                .as_ref()
                .is_ok_and(|page| page.hits.iter().any(|hit| hit.person == grave && hit.score > 0.9))
        };
        first += usize::from(key(meant).is_some() && hit.is_some_and(|hit| same(hit.person)));
    }
    first
}

fn main() -> std::io::Result<()> {
    let mut dice = Dice(7);
    let surnames = surnames(&mut dice);
    let mut out = std::io::stdout().lock();
    let begun = Instant::now();
    let index = NameIndex::build(register(&surnames, &mut Dice(11)));
    writeln!(out, "{PERSONS} people built in {:?}, {} MB", begun.elapsed(), index.memory_bytes() >> 20)?;
    let sorts = [
        "typing error",
        "error and given name",
        "surname",
        "full name",
        "beginning",
        "full name and year",
        "middle",
        "one letter",
        "eight words",
        "nobody",
        "list by name",
    ];
    for sort in sorts {
        let [p50, p95, p99] = measure(&index, sort, &surnames, &mut dice).map(|time| time.as_micros());
        writeln!(out, "{sort:22} p50 {p50:>6}  p95 {p95:>6}  p99 {p99:>6} µs")?;
    }
    let first = first_of(&index, &surnames, 400, &mut dice);
    writeln!(out, "mistyped surname first: {first} of 400")
}
