//! Numbers of telephones, as E.164 writes them.

use super::{Identifier, IdentifierFault, Why};

/// First two digits of Polish mobile numbers (national numbering plan, tables of UKE).
const MOBILE: [&str; 13] = ["45", "50", "51", "53", "57", "60", "66", "69", "72", "73", "78", "79", "88"];
/// First two digits of Polish numbers that stand on a place, and of internet telephony (39).
const FIXED: [&str; 50] = [
    "12", "13", "14", "15", "16", "17", "18", "22", "23", "24", "25", "29", "32", "33", "34", "39", "41",
    "42", "43", "44", "46", "48", "52", "54", "55", "56", "58", "59", "61", "62", "63", "65", "67", "68",
    "71", "74", "75", "76", "77", "81", "82", "83", "84", "85", "86", "87", "89", "91", "94", "95",
];

/// A telephone number: `+48501234567`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Phone(String);

impl Phone {
    /// Reads a Polish number with or without its country, or a foreign one that begins with `+` or `00`.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, IdentifierFault> {
        let wrong = |why| IdentifierFault { of: Identifier::Phone, why };
        let bare: String = text
            .chars()
            .take(60)
            .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '‑' | '–' | '(' | ')' | '.' | '/'))
            .collect();
        let country = bare.strip_prefix('+').or_else(|| bare.strip_prefix("00"));
        let digits = country.unwrap_or(&bare);
        if digits.is_empty() {
            return Err(wrong(Why::Length));
        }
        if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(wrong(Why::Characters));
        }
        let polish = match country {
            None => Some(digits),
            Some(digits) => digits.strip_prefix("48"),
        };
        match polish {
            Some(national) if is_polish(national) => Ok(Self(format!("+48{national}"))),
            Some(_) => Err(wrong(Why::Length)),
            // E.164: at most fifteen digits, and no country begins with zero.
            None if (7..=15).contains(&digits.len()) && !digits.starts_with('0') => {
                Ok(Self(format!("+{digits}")))
            }
            None => Err(wrong(Why::Length)),
        }
    }

    /// As E.164 writes it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether text messages surely reach it: a Polish mobile number. `None` for other countries.
    #[must_use]
    pub fn is_mobile(&self) -> Option<bool> {
        let national = self.0.strip_prefix("+48")?;
        Some(MOBILE.iter().any(|prefix| national.starts_with(prefix)))
    }
}

fn is_polish(national: &str) -> bool {
    national.len() == 9 && MOBILE.iter().chain(&FIXED).any(|prefix| national.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_as_people_write_them() {
        for (text, read) in [
            ("501 234 567", "+48501234567"),
            ("+48 501-234-567", "+48501234567"),
            ("0048501234567", "+48501234567"),
            ("(22) 123 45 67", "+48221234567"),
            ("+49 30 901820", "+4930901820"),
            ("+380 44 123 45 67", "+380441234567"),
        ] {
            assert_eq!(Phone::parse(text).unwrap().as_str(), read, "{text}");
        }
        assert_eq!(Phone::parse("501234567").unwrap().is_mobile(), Some(true));
        assert_eq!(Phone::parse("221234567").unwrap().is_mobile(), Some(false));
        assert_eq!(Phone::parse("+4930901820").unwrap().is_mobile(), None);
    }

    #[test]
    fn what_is_no_number() {
        for text in
            ["", "+", "50123456", "5012345678", "+48 50123456", "112", "+0123456789", "+1234567890123456"]
        {
            assert_eq!(Phone::parse(text).unwrap_err().why, Why::Length, "{text}");
        }
        assert_eq!(Phone::parse("5O1234567").unwrap_err().why, Why::Characters);
    }

    proptest! {
        #[test]
        fn nothing_panics(text in ".{0,100}") {
            let _ = Phone::parse(&text);
        }
    }
}
