//! Amounts and days as they stand in files.

use chrono::{Datelike, NaiveDate};

use super::Problem;

/// Digits of an amount before the comma: more than any bank holds, and less than 64 bits.
const WHOLE_DIGITS: usize = 15;
/// Characters of a value that a refusal repeats.
const SHOWN: usize = 40;

/// A value as a refusal shows it.
pub(super) fn shown(text: &str) -> String {
    text.trim().chars().take(SHOWN).collect()
}

/// An amount with one of these separators before its decimals; both `12,` and `12` are whole. SWIFT writes a comma, XML
/// a point.
pub(super) fn amount(text: &str, separators: &[char], expected: &'static str) -> Result<i64, Problem> {
    let bad = || Problem::BadAmount { found: shown(text), expected };
    let (whole, decimals) = text.split_once(separators).unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    // Zeros behind the hundredths say nothing; other digits would be lost.
    let decimals = if decimals.len() > 2 { decimals.trim_end_matches('0') } else { decimals };
    if whole.is_empty()
        || whole.len() > WHOLE_DIGITS
        || decimals.len() > 2
        || !digits(whole)
        || !digits(decimals)
    {
        return Err(bad());
    }
    format!("{whole}{decimals:0<2}").parse().map_err(|_| bad())
}

/// Six digits as a day: `YYMMDD`. Years from 80 on are of the last century.
pub(super) fn swift_date(text: &str) -> Result<NaiveDate, Problem> {
    let bad = || Problem::BadDate { found: shown(text), expected: "YYMMDD".to_owned() };
    let [year, month, day] = pairs(text).ok_or_else(bad)?;
    let year = i32::try_from(year).map_err(|_| bad())?;
    let year = if year >= 80 { 1900 + year } else { 2000 + year };
    NaiveDate::from_ymd_opt(year, month, day).ok_or_else(bad)
}

/// Four digits as a day: `MMDD`, in the year in which it is nearest to another day.
pub(super) fn swift_day(text: &str, near: NaiveDate) -> Result<NaiveDate, Problem> {
    let bad = || Problem::BadDate { found: shown(text), expected: "MMDD".to_owned() };
    let [month, day] = pairs(text).ok_or_else(bad)?;
    let years = [near.year() - 1, near.year(), near.year() + 1];
    let days = years.into_iter().filter_map(|year| NaiveDate::from_ymd_opt(year, month, day));
    let distance = |day: &NaiveDate| (*day - near).num_days().abs();
    // Else a 29 February would be found in another year.
    days.min_by_key(distance).filter(|day| distance(day) <= 200).ok_or_else(bad)
}

fn pairs<const N: usize>(text: &str) -> Option<[u32; N]> {
    if text.len() != 2 * N || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let mut found = [0; N];
    for (place, pair) in found.iter_mut().zip(text.as_bytes().chunks(2)) {
        *place = pair.iter().fold(0, |value, byte| value * 10 + u32::from(byte - b'0'));
    }
    Some(found)
}

/// Texts that were cut after a fixed number of characters, joined: without a space where the one before is full, with
/// one where it is not. Banks cut titles after 27 or 35 characters, also in the middle of a word.
pub(super) fn joined<'a>(parts: impl Iterator<Item = &'a str>) -> String {
    let mut whole = String::new();
    let mut full = true;
    for part in parts {
        let trimmed = part.trim_end();
        if !full && !whole.is_empty() && !whole.ends_with(' ') && !trimmed.is_empty() {
            whole.push(' ');
        }
        whole.push_str(if full_width(part) { part } else { trimmed });
        full = full_width(part);
    }
    whole.trim().to_owned()
}

fn full_width(part: &str) -> bool {
    matches!(part.chars().count(), 27 | 35)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts() {
        for (text, grosze) in [
            ("380115,12", 38_011_512),
            ("380115,1", 38_011_510),
            ("380115,", 38_011_500),
            ("380115", 38_011_500),
            ("0,12", 12),
            ("00,12", 12),
            ("001,12", 112),
            ("1,5000", 150),
            ("999999999999999,99", 99_999_999_999_999_999),
        ] {
            assert_eq!(amount(text, &[','], ""), Ok(grosze), "{text}");
        }
        for text in
            ["", ",", ",12", "1,234", "1.5", "1,2,3", "-1,00", "1 000,00", "1e3", "９", "9999999999999999,00"]
        {
            assert!(amount(text, &[','], "").is_err(), "{text}");
        }
    }

    #[test]
    fn days() {
        let day = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap();
        assert_eq!(swift_date("160229"), Ok(day(2016, 2, 29)));
        assert_eq!(swift_date("991231"), Ok(day(1999, 12, 31)));
        for text in ["160230", "150229", "161301", "160100", "16022", "1602299", "16-2-1", ""] {
            assert!(swift_date(text).is_err(), "{text}");
        }
        assert_eq!(swift_day("0102", day(2025, 12, 31)), Ok(day(2026, 1, 2)));
        assert_eq!(swift_day("1231", day(2026, 1, 2)), Ok(day(2025, 12, 31)));
        assert_eq!(swift_day("0229", day(2024, 3, 1)), Ok(day(2024, 2, 29)));
        assert!(swift_day("0229", day(2023, 3, 1)).is_err());
        assert!(swift_day("0230", day(2024, 3, 1)).is_err());
    }

    #[test]
    fn lines_that_were_cut() {
        let full = "PODATEK OD NIERUCHOMOSCI NP";
        assert_eq!(full.len(), 27);
        assert_eq!(joined([full, "/2026/000123"].into_iter()), "PODATEK OD NIERUCHOMOSCI NP/2026/000123");
        assert_eq!(joined(["Anna Zmyślona", "ul. Nijaka 1"].into_iter()), "Anna Zmyślona ul. Nijaka 1");
        let blank_at_end = "PODATEK OD NIERUCHOMOSCI 2 ";
        assert_eq!(joined([blank_at_end, "RATA"].into_iter()), "PODATEK OD NIERUCHOMOSCI 2 RATA");
        assert_eq!(joined(["", "", "a", ""].into_iter()), "a");
    }
}
