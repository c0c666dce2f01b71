//! Numbers of companies and land registers, and addresses for delivery.

use std::fmt;

use super::{Identifier, IdentifierFault, Why, digits, text_of, weighted, without_separators};

fn fault(of: Identifier, why: Why) -> IdentifierFault {
    IdentifierFault { of, why }
}

/// Makes a type of a checked text with the usual ways to it.
macro_rules! identifier {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// As it is kept and compared.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::str::FromStr for $name {
            type Err = IdentifierFault;

            fn from_str(text: &str) -> Result<Self, IdentifierFault> {
                Self::parse(text)
            }
        }
    };
}

identifier! {
    /// Number of a taxpayer (NIP): ten digits, kept without hyphens.
    Nip
}
identifier! {
    /// Number in the register of the national economy (REGON): nine digits, or fourteen for a local unit.
    Regon
}
identifier! {
    /// Number of a land and mortgage register (księga wieczysta), kept as `WA4M/00123456/4`.
    Kw
}
identifier! {
    /// Address for electronic delivery (ADE): `AE:PL-12345-67890-ABCDE-12`. Only its shape is known, not how its last two
    /// digits are made.
    Ade
}

impl Nip {
    /// Reads a NIP, also with hyphens and with `PL` before it.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, IdentifierFault> {
        let bare = without_separators(text).to_ascii_uppercase();
        let found: [u8; 10] = digits(Identifier::Nip, bare.strip_prefix("PL").unwrap_or(&bare))?;
        let [.., check] = found;
        // A remainder of ten means that there is no such number.
        if weighted(&found, &[6, 5, 7, 2, 3, 4, 5, 6, 7]) % 11 != u32::from(check) {
            return Err(fault(Identifier::Nip, Why::CheckDigit));
        }
        Ok(Self(text_of(&found)))
    }
}

impl fmt::Display for Nip {
    /// As it stands on papers: `123-456-32-18`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, digit) in self.0.chars().enumerate() {
            if matches!(place, 3 | 6 | 8) {
                f.write_str("-")?;
            }
            write!(f, "{digit}")?;
        }
        Ok(())
    }
}

impl Regon {
    /// Reads a REGON.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, IdentifierFault> {
        let of = Identifier::Regon;
        let bare = without_separators(text);
        let nine = |nine: &[u8]| weighted(nine, &[8, 9, 2, 3, 4, 5, 6, 7]) % 11 % 10 == last(nine);
        let good = if bare.len() == 14 {
            let found: [u8; 14] = digits(of, &bare)?;
            let unit = weighted(&found, &[2, 4, 8, 5, 0, 9, 7, 3, 6, 1, 2, 4, 8]) % 11 % 10;
            found.first_chunk::<9>().is_some_and(|head| nine(head)) && unit == last(&found)
        } else {
            nine(&digits::<9>(of, &bare)?)
        };
        if good { Ok(Self(bare)) } else { Err(fault(of, Why::CheckDigit)) }
    }
}

fn last(digits: &[u8]) -> u32 {
    digits.last().copied().map_or(0, u32::from)
}

impl Kw {
    /// Reads a number of a land register: `WA4M/00123456/4`; zeros at the beginning of the middle part may be missing.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, IdentifierFault> {
        let of = Identifier::Kw;
        let bare = without_separators(text).to_ascii_uppercase();
        let mut parts = bare.split('/');
        let (Some(court), Some(number), Some(check), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(fault(of, Why::Length));
        };
        let court_fits = court.len() == 4
            && court.chars().enumerate().all(|(place, c)| match place {
                0 | 1 | 3 => c.is_ascii_uppercase() && value_in_kw(c).is_some(),
                _ => c.is_ascii_digit(),
            });
        if !court_fits || number.is_empty() || number.len() > 8 || check.len() != 1 {
            return Err(fault(of, Why::Length));
        }
        let head = format!("{court}{number:0>8}");
        let sum = head
            .chars()
            .zip([1, 3, 7].into_iter().cycle())
            .try_fold(0, |sum, (c, weight)| value_in_kw(c).map(|value| sum + value * weight));
        let sum = sum.filter(|_| number.bytes().all(|byte| byte.is_ascii_digit()));
        let sum = sum.ok_or(fault(of, Why::Characters))?;
        if check.parse() != Ok(sum % 10) {
            return Err(fault(of, Why::CheckDigit));
        }
        Ok(Self(format!("{court}/{number:0>8}/{check}")))
    }
}

/// What a character counts in the check digit of a land register; there is neither Q nor V.
fn value_in_kw(c: char) -> Option<u32> {
    const LETTERS: &str = "XABCDEFGHIJKLMNOPRSTUWYZ";
    c.to_digit(10)
        .or_else(|| LETTERS.chars().position(|letter| letter == c).and_then(|at| u32::try_from(at + 10).ok()))
}

impl Ade {
    /// Reads an address for electronic delivery.
    ///
    /// # Errors
    /// When it has another shape.
    pub fn parse(text: &str) -> Result<Self, IdentifierFault> {
        let wrong = fault(Identifier::Ade, Why::Length);
        let bare: String = text.chars().take(60).filter(|c| !c.is_whitespace()).collect();
        let bare = bare.to_ascii_uppercase();
        let inner = bare.strip_prefix("AE:PL-").ok_or(wrong)?;
        let parts: Vec<&str> = inner.split('-').collect();
        let digits = |text: &str, n| text.len() == n && text.bytes().all(|byte| byte.is_ascii_digit());
        let letters = |text: &str| text.len() == 5 && text.bytes().all(|byte| byte.is_ascii_uppercase());
        match parts.as_slice() {
            [a, b, c, d] if digits(a, 5) && digits(b, 5) && letters(c) && digits(d, 2) => Ok(Self(bare)),
            _ => Err(wrong),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_of_taxpayers() {
        for text in ["8567346215", "1234563218", "PL 123-456-32-18", "pl1234563218"] {
            assert!(Nip::parse(text).is_ok(), "{text}");
        }
        assert_eq!(Nip::parse("123-456-32-18").unwrap().to_string(), "123-456-32-18");
        for last in 0..10 {
            assert_eq!(Nip::parse(&format!("123456789{last}")).unwrap_err().why, Why::CheckDigit);
        }
        assert_eq!(Nip::parse("856734621").unwrap_err().why, Why::Length);
        assert_eq!(Nip::parse("85673462I5").unwrap_err().why, Why::Characters);
    }

    #[test]
    fn numbers_of_the_economy() {
        for text in ["192598184", "123456785", "12345678512347", "999999990"] {
            assert!(Regon::parse(text).is_ok(), "{text}");
        }
        for text in ["192598183", "12345678512348", "12345678412347"] {
            assert_eq!(Regon::parse(text).unwrap_err().why, Why::CheckDigit, "{text}");
        }
        assert_eq!(Regon::parse("1234567851").unwrap_err().why, Why::Length);
    }

    #[test]
    fn numbers_of_land_registers() {
        for text in ["WA4M/00123456/4", "LU1B/00012345/8", "GD1W/00090409/1", "gd1w/90409/1"] {
            assert!(Kw::parse(text).is_ok(), "{text}");
        }
        assert_eq!(Kw::parse("gd1w / 90409 / 1").unwrap().as_str(), "GD1W/00090409/1");
        assert_eq!(Kw::parse("WA4M/00123456/5").unwrap_err().why, Why::CheckDigit);
        for text in ["WA4M/00123456", "WA4M/001234567/4", "QA4M/00123456/4", "WA4M/0012345X/4", "", "///"] {
            assert!(Kw::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn addresses_for_delivery() {
        assert_eq!(Ade::parse("ae:pl-12345-67890-abcde-12").unwrap().as_str(), "AE:PL-12345-67890-ABCDE-12");
        for text in ["AE:PL-12345-67890-ABCDE-1", "AE:PL-12345-67890-ABCD1-12", "PL-12345-67890-ABCDE-12", ""]
        {
            assert!(Ade::parse(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn nothing_panics(text in ".{0,300}") {
            let _ = (Nip::parse(&text), Regon::parse(&text), Kw::parse(&text), Ade::parse(&text));
        }
    }
}
