//! Names of people, and what cannot be right about their lives.

use super::dates::{iso_text, year};
use crate::PartialDate;

/// Small words that belong to the surname behind them.
const PARTICLES: [&str; 12] = ["von", "van", "vom", "zu", "de", "der", "den", "di", "da", "du", "la", "le"];
/// Words before a name that a woman had before her marriage, small letters.
const BORN_AS: [&str; 8] = ["z domu", "z d.", "z d", "zd.", "zd", "dom.", "ur. jako", "geb."];

/// The name without, and the family name before marriage behind `z domu`, `z d.` or in brackets with one of them.
pub(super) fn maiden(name: &str) -> Option<(String, String)> {
    let padded = format!(" {}", name.replace(['(', ')', ','], " "));
    let lower = padded.to_lowercase();
    for mark in BORN_AS {
        let Some(at) = lower.find(&format!(" {mark} ")) else { continue };
        // Small letters may have other lengths than large ones: then the marks are not looked for.
        if lower.len() != padded.len() {
            return None;
        }
        let (before, behind) = padded.split_at_checked(at)?;
        let behind: String = behind.chars().skip(mark.chars().count() + 2).collect();
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let (before, behind) = (words(before), words(&behind));
        return (!behind.is_empty()).then_some((before, behind));
    }
    None
}

/// Given names and surname of a name with the surname last.
pub(super) fn split(name: &str) -> (String, String) {
    let words: Vec<&str> = name.split_whitespace().collect();
    let particle = words.iter().position(|word| PARTICLES.contains(&word.to_lowercase().as_str()));
    let from = particle.unwrap_or(words.len().saturating_sub(1));
    let (given, surname) = words.split_at_checked(from).unwrap_or((&[], &words));
    (given.join(" "), surname.join(" "))
}

/// Dates that contradict each other, with what was found.
pub(super) fn odd_dates(
    born: PartialDate,
    died: PartialDate,
    buried: PartialDate,
) -> impl Iterator<Item = (&'static str, String)> {
    let shown = |first, second| {
        format!("{} – {}", iso_text(first).unwrap_or_default(), iso_text(second).unwrap_or_default())
    };
    let age = year(died).zip(year(born)).map(|(died, born)| died - born);
    let checks = [
        (is_before(died, born), "died_before_born", shown(born, died)),
        (is_before(buried, died), "buried_before_died", shown(died, buried)),
        (age.is_some_and(|age| age > 120), "age_over_120", shown(born, died)),
    ];
    checks.into_iter().filter(|(odd, ..)| *odd).map(|(_, code, found)| (code, found))
}

/// The year that a spreadsheet may have shown as a day: it counts days from the end of 1899, so that 1962 becomes
/// 1905-05-15. Only dates as machines write them come from there.
pub(super) fn year_as_day(text: &str, date: PartialDate) -> Option<u16> {
    const DAYS_BEFORE: [u16; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
    // 1 January 1905 is day 1828 of a spreadsheet.
    const FIRST_OF_1905: u16 = 1_828;
    let PartialDate::Day(1905, month, day) = date else { return None };
    let before = DAYS_BEFORE.get(usize::from(month).checked_sub(1)?)?;
    let year = FIRST_OF_1905 + before + u16::from(day) - 1;
    ((1_850..=2_030).contains(&year) && text.trim_start().starts_with("1905-")).then_some(year)
}

/// Whether the first date lies before the second one, as far as both are known.
fn is_before(first: PartialDate, second: PartialDate) -> bool {
    let parts = |date| match date {
        PartialDate::Unknown => (None, None, None),
        PartialDate::Year(year) => (Some(year), None, None),
        PartialDate::Month(year, month) => (Some(year), Some(month), None),
        PartialDate::Day(year, month, day) => (Some(year), Some(month), Some(day)),
    };
    let (first, second) = (parts(first), parts(second));
    let Some((year, other)) = first.0.zip(second.0) else { return false };
    if year != other {
        return year < other;
    }
    let Some((month, other)) = first.1.zip(second.1) else { return false };
    if month != other {
        return month < other;
    }
    first.2.zip(second.2).is_some_and(|(day, other)| day < other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use PartialDate::{Day, Month, Unknown, Year};

    #[test]
    fn maiden_names() {
        let some = |name: &str, maiden: &str| Some((name.to_owned(), maiden.to_owned()));
        assert_eq!(maiden("Probna z domu Zmyślona"), some("Probna", "Zmyślona"));
        assert_eq!(maiden("Probna (z d. Zmyślona)"), some("Probna", "Zmyślona"));
        assert_eq!(maiden("z d. Zmyślona"), some("", "Zmyślona"));
        assert_eq!(maiden("Zdunek"), None);
    }

    #[test]
    fn full_names() {
        let pair = |given: &str, surname: &str| (given.to_owned(), surname.to_owned());
        assert_eq!(split("Jan Maria Zmyślony"), pair("Jan Maria", "Zmyślony"));
        assert_eq!(split("Hans von der Probe"), pair("Hans", "von der Probe"));
        assert_eq!(split("Zmyślony"), pair("", "Zmyślony"));
    }

    #[test]
    fn years_that_became_days() {
        assert_eq!(year_as_day("1905-05-15", Day(1905, 5, 15)), Some(1962));
        assert_eq!(year_as_day("15.05.1905", Day(1905, 5, 15)), None);
        assert_eq!(year_as_day("1905-12-15", Day(1905, 12, 15)), None);
    }

    #[test]
    fn odd_lives() {
        let codes =
            |born, died, buried| odd_dates(born, died, buried).map(|(code, _)| code).collect::<Vec<_>>();
        assert_eq!(codes(Day(1950, 5, 2), Month(1950, 4), Unknown), ["died_before_born"]);
        assert_eq!(codes(Day(1950, 5, 2), Year(1950), Unknown), [] as [&str; 0]);
        assert_eq!(codes(Year(1700), Year(1900), Year(1899)), ["buried_before_died", "age_over_120"]);
    }
}
