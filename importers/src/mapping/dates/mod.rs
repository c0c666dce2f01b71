//! Dates as people write them.

mod orders;

pub(super) use orders::{Orders, Settled, settle};

use super::text::{fold, says_unknown};
use crate::PartialDate;

/// What a text says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    /// That nothing is known.
    Unknown,
    /// A date, in one way only.
    Known(PartialDate),
    /// Day and month in figures before a year: with the day first, with the month first.
    TwoWays {
        /// Sign between the figures.
        sign: char,
        /// With the day first, where that is a date.
        dmy: Option<PartialDate>,
        /// With the month first, where that is a date.
        mdy: Option<PartialDate>,
        /// Whether signs were doubled, so that a part may be missing.
        odd: bool,
    },
    /// A year of two digits.
    ShortYear(u16),
    /// No date.
    Bad,
}

/// One part of a written date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// Figures: their value and how many.
    Figures(u32, usize),
    /// Name or Roman number of a month.
    Month(u8),
    /// A part that is said to be unknown.
    Missing,
}

/// Reads a text; `more` holds further texts, folded, that say that nothing is known.
pub(super) fn parse(text: &str, more: &[String]) -> Reading {
    let text = text.trim();
    if let Some(reading) = iso(text.as_bytes()) {
        return reading;
    }
    if says_unknown(text, more) {
        return Reading::Unknown;
    }
    if text.len() > 60 {
        return Reading::Bad;
    }
    let folded = fold(text);
    // A time behind the date is of no interest.
    let folded = match folded.split_once(' ') {
        Some((date, time)) if time.contains(':') => date,
        _ => folded.as_str(),
    };
    let Some((parts, sign, odd)) = split(folded) else { return Reading::Bad };
    read(&parts, sign, odd)
}

/// `1912-05-03` and `1912-05-03T…`, which are nearly all dates that machines write.
fn iso(text: &[u8]) -> Option<Reading> {
    let date = text.get(..10)?;
    if date.get(4) != Some(&b'-') || date.get(7) != Some(&b'-') {
        return None;
    }
    if text.get(10).is_some_and(|behind| !matches!(behind, b'T' | b' ')) {
        return None;
    }
    let number = |range: std::ops::Range<usize>| {
        date.get(range)?
            .iter()
            .try_fold(0_u32, |sum, b| b.is_ascii_digit().then(|| sum * 10 + u32::from(b - b'0')))
    };
    Some(day(number(0..4)?, number(5..7)?, number(8..10)?).map_or(Reading::Bad, Reading::Known))
}

/// Parts, the sign between them and whether signs were doubled.
fn split(text: &str) -> Option<(Vec<Part>, char, bool)> {
    let mut parts = Vec::with_capacity(4);
    let (mut sign, mut odd) = (' ', false);
    let mut rest = text.chars().peekable();
    while let Some(&first) = rest.peek() {
        if parts.len() > 5 {
            return None;
        }
        if first.is_ascii_digit() {
            let (mut value, mut length) = (0_u32, 0);
            while let Some(figure) = rest.peek().and_then(|c| c.to_digit(10)) {
                value = value.checked_mul(10)?.checked_add(figure)?;
                length += 1;
                rest.next();
            }
            parts.push(Part::Figures(value, length));
        } else if first.is_alphabetic() || first == '?' {
            let mut word = String::new();
            while let Some(letter) = rest.next_if(|c| c.is_alphabetic() || *c == '?') {
                word.push(letter);
            }
            match word.as_str() {
                "r" | "rok" | "roku" | "dnia" | "dn" => {}
                "nz" | "nn" | "xx" | "xxxx" | "bd" => parts.push(Part::Missing),
                // October in Roman figures never comes first, nor behind an unknown day that is written alike.
                "x" if matches!(parts.last(), None | Some(Part::Missing)) => parts.push(Part::Missing),
                marks if marks.chars().all(|c| c == '?') => parts.push(Part::Missing),
                name => parts.push(Part::Month(month(name)?)),
            }
        } else {
            let mut signs = 0;
            while let Some(mark) = rest.next_if(|c| !c.is_alphanumeric() && *c != '?') {
                if !matches!(mark, '.' | '/' | '-' | ',' | ' ' | '–') {
                    return None;
                }
                if mark != ' ' {
                    signs += 1;
                    if sign == ' ' && !parts.is_empty() && rest.peek().is_some() {
                        sign = mark;
                    }
                }
            }
            let between = !parts.is_empty() && rest.peek().is_some();
            odd = odd || (signs > 1 && between);
        }
    }
    (!parts.is_empty()).then_some((parts, sign, odd))
}

fn read(parts: &[Part], sign: char, odd: bool) -> Reading {
    use Part::{Figures, Missing, Month};
    let known = |date: Option<PartialDate>| date.map_or(Reading::Bad, Reading::Known);
    let zero_is_missing = |part: &Part| if matches!(part, Figures(0, _)) { Missing } else { *part };
    let parts: Vec<Part> = parts.iter().map(zero_is_missing).collect();
    match *parts.as_slice() {
        [Missing] | [Missing, Missing] | [Missing, Missing, Missing] => Reading::Unknown,
        [Figures(year, 4)] => known(year_of(year)),
        [Figures(all, 8)] => known(day(all / 10_000, all / 100 % 100, all % 100)),
        [Figures(year, 4), Figures(number, 1 | 2)] | [Figures(number, 1 | 2), Figures(year, 4)] => {
            known(month_of(year, number))
        }
        [Month(name), Figures(year, 4)] | [Missing, Month(name), Figures(year, 4)] => {
            known(month_of(year, name.into()))
        }
        [Figures(year, 4), Missing, Missing]
        | [Missing, Missing, Figures(year, 4)]
        | [Missing, Figures(year, 4)] => known(year_of(year)),
        [Figures(year, 4), Figures(number, 1 | 2), Missing] => known(month_of(year, number)),
        [Figures(year, 4), Figures(month, 1 | 2), Figures(number, 1 | 2)] => known(day(year, month, number)),
        [Figures(number, 1 | 2), Month(name), Figures(year, 4)]
        | [Month(name), Figures(number, 1 | 2), Figures(year, 4)] => known(day(year, name.into(), number)),
        [Missing, Figures(number, 1 | 2), Figures(year, 4)] => {
            Reading::TwoWays { sign, dmy: month_of(year, number), mdy: year_of(year), odd }
        }
        [Figures(number, 1 | 2), Missing, Figures(year, 4)] => {
            Reading::TwoWays { sign, dmy: year_of(year), mdy: month_of(year, number), odd }
        }
        [Figures(first, 1 | 2), Figures(second, 1 | 2), Figures(year, 4)] => {
            let (dmy, mdy) = (day(year, second, first), day(year, first, second));
            if dmy.or(mdy).is_none() { Reading::Bad } else { Reading::TwoWays { sign, dmy, mdy, odd } }
        }
        [Month(_), Figures(year, 2)]
        | [Figures(_, 1 | 2), Month(_) | Figures(_, 1 | 2), Figures(year, 2)] => {
            u16::try_from(year).map_or(Reading::Bad, Reading::ShortYear)
        }
        _ => Reading::Bad,
    }
}

const MONTHS: [&[&str]; 12] = [
    &["sty", "stycz", "styczen", "stycznia", "jan", "january", "i"],
    &["lut", "luty", "lutego", "feb", "february", "ii"],
    &["mar", "marz", "marzec", "marca", "march", "iii"],
    &["kwi", "kwiec", "kwiecien", "kwietnia", "apr", "april", "iv"],
    &["maj", "maja", "may", "v"],
    &["cze", "czerw", "czerwiec", "czerwca", "jun", "june", "vi"],
    &["lip", "lipiec", "lipca", "jul", "july", "vii"],
    &["sie", "sierp", "sierpien", "sierpnia", "aug", "august", "viii"],
    &["wrz", "wrzes", "wrzesien", "wrzesnia", "sep", "sept", "september", "ix"],
    &["paz", "pazdz", "pazdziernik", "pazdziernika", "oct", "october", "x"],
    &["lis", "listop", "listopad", "listopada", "nov", "november", "xi"],
    &["gru", "grudz", "grudzien", "grudnia", "dec", "december", "xii"],
];

fn month(name: &str) -> Option<u8> {
    let place = MONTHS.iter().position(|names| names.contains(&name))?;
    u8::try_from(place + 1).ok()
}

fn year_of(year: u32) -> Option<PartialDate> {
    let year = i16::try_from(year).ok()?;
    (1000..=2200).contains(&year).then_some(PartialDate::Year(year))
}

fn month_of(year: u32, month: u32) -> Option<PartialDate> {
    let PartialDate::Year(year) = year_of(year)? else { return None };
    let month = u8::try_from(month).ok()?;
    (1..=12).contains(&month).then_some(PartialDate::Month(year, month))
}

fn day(year: u32, month: u32, day: u32) -> Option<PartialDate> {
    let PartialDate::Month(known_year, month) = month_of(year, month)? else { return None };
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        2 => 28 + u8::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    let day = u8::try_from(day).ok()?;
    (1..=days).contains(&day).then_some(PartialDate::Day(known_year, month, day))
}

/// The date in ISO form, as far as known.
pub(super) fn iso_text(date: PartialDate) -> Option<String> {
    match date {
        PartialDate::Unknown => None,
        PartialDate::Year(year) => Some(format!("{year:04}")),
        PartialDate::Month(year, month) => Some(format!("{year:04}-{month:02}")),
        PartialDate::Day(year, month, day) => Some(format!("{year:04}-{month:02}-{day:02}")),
    }
}

/// The year, where it is known.
pub(super) fn year(date: PartialDate) -> Option<i16> {
    match date {
        PartialDate::Unknown => None,
        PartialDate::Year(year) | PartialDate::Month(year, _) | PartialDate::Day(year, ..) => Some(year),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mapping::model::{DateOrder, DateRule};
    use PartialDate::{Day, Month, Year};

    fn alone(text: &str) -> Settled {
        settle(parse(text, &[]), &Orders::default(), &DateRule::default())
    }

    #[test]
    fn in_one_way_only() {
        for (text, expected) in [
            ("1950-01-29", Day(1950, 1, 29)),
            ("1857-06-11T00:00:00Z", Day(1857, 6, 11)),
            ("20110912", Day(2011, 9, 12)),
            ("1944 r.", Year(1944)),
            ("1885r.", Year(1885)),
            ("1901", Year(1901)),
            ("kwi 1948r.", Month(1948, 4)),
            ("12 kwietnia 1948 r.", Day(1948, 4, 12)),
            ("12.IV.1948", Day(1948, 4, 12)),
            ("12 X 1948", Day(1948, 10, 12)),
            ("nz.nz.1943", Year(1943)),
            ("x.x.1943", Year(1943)),
            ("5/1950", Month(1950, 5)),
            ("1950-05", Month(1950, 5)),
            ("00.00.1943", Year(1943)),
            ("24.12.1851", Day(1851, 12, 24)),
            ("7/22/1965 00:00", Day(1965, 7, 22)),
            ("4.4.1881", Day(1881, 4, 4)),
        ] {
            assert_eq!(alone(text), Settled::Date(expected), "{text}");
        }
        for text in ["", "NIEZNANE", "nz", "UZUPEŁNIĆ", "-", "nz.nz.nz"] {
            assert_eq!(alone(text), Settled::Date(PartialDate::Unknown), "{text}");
        }
        assert_eq!(alone("31.03..1941"), Settled::Repaired(Day(1941, 3, 31)));
        assert_eq!(alone("Jun-60"), Settled::ShortYear(60));
        assert_eq!(alone("1.2.60"), Settled::ShortYear(60));
        for text in [
            "19.12.201",
            "19.101962",
            "26.051974",
            "30.2.1950",
            "13.13.1950",
            "03.04..1941",
            "przeżył 76 lat",
            "99999999999999",
        ] {
            assert_eq!(alone(text), Settled::Bad, "{text}");
        }
    }

    #[test]
    fn the_order_is_that_of_the_file() {
        let rule = DateRule::default();
        let orders = |texts: &[&str]| {
            let mut orders = Orders::default();
            texts.iter().for_each(|text| orders.see(parse(text, &[])));
            orders.settle(&rule);
            orders
        };
        let both = parse("3/4/1950", &[]);
        let (april, march) = (Day(1950, 4, 3), Day(1950, 3, 4));
        assert_eq!(settle(both, &orders(&["7/22/1965", "13.1.1900"]), &rule), Settled::Date(march));
        assert_eq!(settle(both, &orders(&["22/7/1965"]), &rule), Settled::Date(april));
        assert_eq!(
            settle(both, &orders(&["5/6/1965", "22.7.1965"]), &rule),
            Settled::Ambiguous(april, march)
        );
        let contradicting = orders(&["22/7/1965", "7/22/1965"]);
        assert_eq!(settle(both, &contradicting, &rule), Settled::Ambiguous(april, march));
        let stated = DateRule::All(DateOrder::Mdy);
        assert_eq!(settle(both, &Orders::default(), &stated), Settled::Date(march));
        assert_eq!(settle(parse("22/7/1965", &[]), &Orders::default(), &stated), Settled::Bad);
    }

    #[test]
    fn every_day_is_read_back() {
        for year in [1000_u32, 1900, 1904, 2000, 2024, 2200] {
            for (month, number) in (1..=12).flat_map(|month| (1..=31).map(move |number| (month, number))) {
                let Some(date) = day(year, month, number) else { continue };
                assert_eq!(alone(&iso_text(date).unwrap()), Settled::Date(date));
                let mut orders = Orders::default();
                orders.see(parse("31.12.1999", &[]));
                orders.settle(&DateRule::default());
                let dotted = format!("{number}.{month:02}.{year}");
                assert_eq!(settle(parse(&dotted, &[]), &orders, &DateRule::default()), Settled::Date(date));
            }
        }
    }
}
