//! Who lies in a grave: families with agreeing names, plausible years and dates of which, the older
//! they are, the less is known.

use super::names::{Sex, first_name, surname, surname_form};
use super::rng::Rng;
use importers::{Burial, PartialDate};

/// Last year in which anybody of the made-up town died.
const LAST_YEAR: i16 = 2025;

/// What shapes the people of a grave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Household {
    /// Couples and their kin.
    Family,
    /// Children.
    Child,
    /// Fallen soldiers.
    War,
}

/// Fixed people whom every size and seed has, for tests and documents: given names, surname, maiden
/// name, born, died.
pub const FIXED: [(&str, &str, Option<&str>, PartialDate, PartialDate); 4] = [
    (
        "Zmyślisława",
        "Kowalska",
        Some("Wiśniewska"),
        PartialDate::Day(1931, 3, 14),
        PartialDate::Day(2004, 11, 2),
    ),
    ("Jan", "Kowalski", None, PartialDate::Day(1925, 6, 24), PartialDate::Day(1998, 1, 17)),
    ("Anna", "Szczepańska", None, PartialDate::Month(1948, 8), PartialDate::Day(2019, 5, 30)),
    ("Stanisław", "Przykładowski", None, PartialDate::Year(1902), PartialDate::Month(1967, 10)),
];

fn days_in(year: i16, month: u8) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

/// A date in a year, of which the less is known the older it is.
fn date(year: i16, rng: &mut Rng) -> PartialDate {
    let age = f64::from(LAST_YEAR - year);
    let forgotten = (age / 260.0).clamp(0.03, 0.55);
    if rng.chance(forgotten * 0.22) {
        return PartialDate::Unknown;
    }
    if rng.chance(forgotten) {
        return PartialDate::Year(year);
    }
    let month = rng.int(1, 12) as u8;
    if rng.chance(forgotten * 0.15) {
        return PartialDate::Month(year, month);
    }
    PartialDate::Day(year, month, rng.int(1, i64::from(days_in(year, month))) as u8)
}

/// The day of the funeral: some days after a death whose day is known.
fn funeral(died: PartialDate, rng: &mut Rng) -> PartialDate {
    let PartialDate::Day(year, month, day) = died else { return PartialDate::Unknown };
    let later = day + rng.int(2, 6) as u8;
    let last = days_in(year, month);
    if later <= last {
        PartialDate::Day(year, month, later)
    } else if month < 12 {
        PartialDate::Day(year, month + 1, later - last)
    } else {
        PartialDate::Day(year + 1, 1, later - last)
    }
}

fn age_at_death(born: i16, rng: &mut Rng) -> i16 {
    // People grew older as the years went by, and some die young in every age.
    let usual = 58.0 + (f64::from(born) - 1850.0) / 100.0 * 17.0;
    let age = if rng.chance(0.12) { rng.range(18.0, 55.0) } else { usual + rng.normal() * 11.0 };
    age.clamp(17.0, 103.0) as i16
}

/// One person before the date of death is cut to what the stone says.
struct Life {
    sex: Sex,
    family: String,
    maiden: Option<String>,
    born: i16,
    died: i16,
}

fn written(life: Life, rng: &mut Rng) -> Burial {
    let mut given = first_name(life.sex, life.born, rng).to_owned();
    if rng.chance(0.09) {
        let second = first_name(life.sex, life.born, rng);
        if second != given {
            given = format!("{given} {second}");
        }
    }
    let mut surname = surname_form(&life.family, life.sex);
    let mut maiden_name = life.maiden.map(|m| surname_form(&m, Sex::Female));
    if let (true, Some(maiden)) = (rng.chance(0.05), &maiden_name) {
        surname = format!("{maiden}-{surname}");
        maiden_name = None;
    } else if rng.chance(0.5) && life.born > 1930 && rng.chance(0.4) {
        maiden_name = None;
    }
    let died = date(life.died, rng);
    let born = date(life.born, rng);
    let buried = if rng.chance(0.8) { funeral(died, rng) } else { PartialDate::Unknown };
    Burial { given_names: given, surname, maiden_name, born, died, buried, ..Burial::default() }
}

fn unknown_soldier(rng: &mut Rng, year: i16) -> Burial {
    Burial {
        given_names: "NN".to_owned(),
        surname: if rng.chance(0.5) { "NN".to_owned() } else { String::new() },
        died: if rng.chance(0.7) { PartialDate::Year(year) } else { PartialDate::Unknown },
        ..Burial::default()
    }
}

/// The people of one grave; `first_death` is about when the grave was dug.
pub fn people(household: Household, count: usize, first_death: i16, rng: &mut Rng) -> Vec<Burial> {
    match household {
        Household::War => (0..count)
            .map(|_| {
                let died = *[1920, 1939, 1939, 1944, 1944, 1945].get(rng.below(6)).unwrap_or(&1939);
                if rng.chance(0.3) {
                    return unknown_soldier(rng, died);
                }
                let born = died - rng.int(18, 41) as i16;
                written(Life { sex: Sex::Male, family: surname(rng), maiden: None, born, died }, rng)
            })
            .collect(),
        Household::Child => {
            let family = surname(rng);
            (0..count)
                .map(|_| {
                    let died = (first_death + rng.int(0, 4) as i16).min(LAST_YEAR);
                    let born = died - if rng.chance(0.7) { 0 } else { rng.int(1, 9) as i16 };
                    let sex = if rng.chance(0.5) { Sex::Female } else { Sex::Male };
                    written(Life { sex, family: family.clone(), maiden: None, born, died }, rng)
                })
                .collect()
        }
        Household::Family => family(count, first_death, rng),
    }
}

fn family(count: usize, first_death: i16, rng: &mut Rng) -> Vec<Burial> {
    let name = surname(rng);
    if first_death < 1950 && rng.chance(0.012) {
        return (0..count).map(|_| unknown_soldier(rng, first_death)).collect();
    }
    let mut list = Vec::with_capacity(count);
    let mut born = first_death - rng.int(52, 84) as i16;
    let mut previous = if rng.chance(0.5) { Sex::Female } else { Sex::Male };
    for i in 0..count {
        // Couple, then the next generation, then other kin.
        if i > 0 {
            previous = if i % 2 == 1 && previous == Sex::Male {
                Sex::Female
            } else if i % 2 == 1 {
                Sex::Male
            } else {
                previous
            };
            born += if i % 2 == 0 { rng.int(20, 33) as i16 } else { rng.int(-5, 5) as i16 };
        }
        let mut died = if i == 0 { first_death } else { born + age_at_death(born, rng) };
        if died > LAST_YEAR || died < first_death - 6 {
            let latest = LAST_YEAR.min(born + 101).max(first_death);
            died = rng.int(i64::from(first_death), i64::from(latest)) as i16;
        }
        let born_here = born.min(died - 1).max(died - 104);
        let married = previous == Sex::Female && died - born_here > 24 && rng.chance(0.72);
        let maiden = married.then(|| surname(rng));
        let in_law = i > 2 && rng.chance(0.25);
        let family = if in_law { surname(rng) } else { name.clone() };
        list.push(written(Life { sex: previous, family, maiden, born: born_here, died }, rng));
    }
    list
}

/// The people of [`FIXED`] as burials.
pub fn fixed() -> Vec<Burial> {
    FIXED
        .iter()
        .map(|(given, surname, maiden, born, died)| Burial {
            given_names: (*given).to_owned(),
            surname: (*surname).to_owned(),
            maiden_name: maiden.map(str::to_owned),
            born: *born,
            died: *died,
            ..Burial::default()
        })
        .collect()
}
