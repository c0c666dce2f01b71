//! The number of a person in the Polish register of residents.

use std::fmt;

use chrono::{Datelike, NaiveDate};

use super::{Identifier, IdentifierFault, Why, digits, text_of, weighted, without_separators};

/// Weights of the first ten digits (regulation of 4 January 2012 on giving PESEL numbers).
const WEIGHTS: [u32; 10] = [1, 3, 7, 9, 1, 3, 7, 9, 1, 3];
/// Begin of each century that a PESEL can name, with what is added to the month.
const CENTURIES: [(i32, u32); 5] = [(1800, 80), (1900, 0), (2000, 20), (2100, 40), (2200, 60)];

/// A PESEL: day of birth, sex, check digit. It says no digit of itself in logs.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Pesel {
    digits: [u8; 11],
    born: NaiveDate,
}

/// Sex as the register knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sex {
    /// Woman: the tenth digit is even.
    Woman,
    /// Man: the tenth digit is odd.
    Man,
}

impl Pesel {
    /// Reads a PESEL.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, IdentifierFault> {
        let of = Identifier::Pesel;
        let digits: [u8; 11] = digits(of, &without_separators(text))?;
        let check = (10 - weighted(&digits, &WEIGHTS) % 10) % 10;
        // The date comes first: where both are wrong, a wrong date says more of the mistake.
        let [y1, y2, m1, m2, d1, d2, .., last] = digits.map(u32::from);
        let month_field = m1 * 10 + m2;
        let date = CENTURIES.iter().find_map(|(century, added)| {
            let month = month_field.checked_sub(*added).filter(|month| (1..=12).contains(month))?;
            let year = century + i32::try_from(y1 * 10 + y2).ok()?;
            NaiveDate::from_ymd_opt(year, month, d1 * 10 + d2)
        });
        let born = date.ok_or(IdentifierFault { of, why: Why::Date })?;
        if check != last {
            return Err(IdentifierFault { of, why: Why::CheckDigit });
        }
        Ok(Self { digits, born })
    }

    /// A number of these parts, for people who are made up: `serial` are its four digits before the last.
    #[must_use]
    pub fn of_parts(born: NaiveDate, serial: u16) -> Option<Self> {
        let century = born.year() - born.year().rem_euclid(100);
        let (_, added) = CENTURIES.iter().find(|(begin, _)| *begin == century)?;
        let head = format!(
            "{:02}{:02}{:02}{:04}",
            born.year().rem_euclid(100),
            born.month() + added,
            born.day(),
            serial % 10_000
        );
        let mut all = [0; 11];
        for (place, byte) in all.iter_mut().zip(head.bytes()) {
            *place = byte - b'0';
        }
        let check = (10 - weighted(&all, &WEIGHTS) % 10) % 10;
        if let Some(last) = all.last_mut() {
            *last = u8::try_from(check).unwrap_or(0);
        }
        Some(Self { digits: all, born })
    }

    /// The day of birth that stands in it.
    #[must_use]
    pub fn born(&self) -> NaiveDate {
        self.born
    }

    /// The sex that stands in it.
    #[must_use]
    pub fn sex(&self) -> Sex {
        let [.., tenth, _] = self.digits;
        if tenth.is_multiple_of(2) { Sex::Woman } else { Sex::Man }
    }

    /// All eleven digits. Only to be sealed, marked, or shown to whoever asked for it and was written down.
    #[must_use]
    pub fn reveal(&self) -> String {
        text_of(&self.digits)
    }
}

impl fmt::Debug for Pesel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pesel(…)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn why(text: &str) -> Why {
        Pesel::parse(text).unwrap_err().why
    }

    #[test]
    fn days_and_sexes_of_all_centuries() {
        for (text, born) in [
            ("99923100014", "1899-12-31"),
            ("00010100022", "1900-01-01"),
            ("85022899900", "1985-02-28"),
            ("00222999913", "2000-02-29"),
            ("15270400012", "2015-07-04"),
            ("99323100122", "2099-12-31"),
            ("00410100130", "2100-01-01"),
            ("04622900047", "2204-02-29"),
            ("44051401359", "1944-05-14"),
            ("02211307589", "2002-01-13"),
            ("02122401358", "1902-12-24"),
        ] {
            assert_eq!(Pesel::parse(text).unwrap().born().to_string(), born, "{text}");
        }
        assert_eq!(Pesel::parse("02211307589").unwrap().sex(), Sex::Woman);
        assert_eq!(Pesel::parse("02122401358").unwrap().sex(), Sex::Man);
    }

    #[test]
    fn what_is_wrong_is_told() {
        assert_eq!(why("44051401358"), Why::CheckDigit);
        assert_eq!(why("02381307589"), Why::Date);
        // The 29th of February of 1900 does not exist.
        assert_eq!(why("00022912349"), Why::Date);
        assert_eq!(why(""), Why::Length);
        assert_eq!(why("4405140135"), Why::Length);
        assert_eq!(why("440514013599"), Why::Length);
        assert_eq!(why("4405140135O"), Why::Characters);
        assert_eq!(why("٤٤٠٥١٤٠١٣٥٩"), Why::Characters);
    }

    #[test]
    fn separators_are_taken_and_nothing_is_said_in_logs() {
        let pesel = Pesel::parse(" 440514-01359 ").unwrap();
        assert_eq!(pesel.reveal(), "44051401359");
        assert!(!format!("{pesel:?}{:?}", why("44051401358")).contains("440"));
    }

    proptest! {
        #[test]
        fn made_up_numbers_are_read_back(days in 0i64..182_000, serial in 0u16..10_000) {
            let born = NaiveDate::from_ymd_opt(1800, 1, 1).unwrap() + chrono::Duration::days(days);
            prop_assume!(born.year() < 2300);
            let pesel = Pesel::of_parts(born, serial).unwrap();
            prop_assert_eq!(Pesel::parse(&pesel.reveal()), Ok(pesel));
            prop_assert_eq!(pesel.born(), born);
        }

        #[test]
        fn one_wrong_digit_is_always_found(serial in 0u16..10_000, place in 0usize..11, more in 1u8..10) {
            let pesel = Pesel::of_parts(NaiveDate::from_ymd_opt(1985, 2, 14).unwrap(), serial).unwrap();
            let mut bytes = pesel.reveal().into_bytes();
            bytes[place] = b'0' + (bytes[place] - b'0' + more) % 10;
            prop_assert!(Pesel::parse(std::str::from_utf8(&bytes).unwrap()).is_err());
        }

        #[test]
        fn nothing_panics(text in ".{0,300}") {
            let _ = Pesel::parse(&text);
        }
    }
}
