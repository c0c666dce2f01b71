//! Amounts of złoty as people write them. Within the program money is whole grosze.

/// An amount that nobody can pay, or that is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AmountFault {
    /// Nothing was written, or no number.
    NotANumber,
    /// More than two digits after the comma.
    Fraction,
    /// Zero or less.
    NotPositive,
    /// More than can be paid.
    TooLarge,
}

/// Reads an amount of złoty as people write it, in grosze: `1 234,50`, `12.5`, `100 zł`. It is above nothing and at most
/// `most_grosze`.
///
/// # Errors
/// See [`AmountFault`].
pub fn read_zloty(text: &str, most_grosze: i64) -> Result<i64, AmountFault> {
    let bare: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let bare = bare.strip_suffix("zł").unwrap_or(&bare);
    let positive = bare.strip_prefix(['-', '\u{2212}']);
    let digits_of = positive.unwrap_or(bare);
    let (whole, part) = digits_of.split_once([',', '.']).unwrap_or((digits_of, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(part) {
        return Err(AmountFault::NotANumber);
    }
    if positive.is_some() {
        return Err(AmountFault::NotPositive);
    }
    if part.len() > 2 {
        return Err(AmountFault::Fraction);
    }
    // Only digits: what does not fit is too much.
    match format!("{whole}{part:0<2}").parse::<i64>() {
        Ok(0) => Err(AmountFault::NotPositive),
        Ok(grosze) if grosze <= most_grosze => Ok(grosze),
        _ => Err(AmountFault::TooLarge),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOST: i64 = 10_000_000_000;

    #[test]
    fn amounts_as_people_type_them() {
        for (text, grosze) in [
            ("12,50", 1250),
            ("12.5", 1250),
            (" 1 234,50 zł", 123_450),
            ("1\u{a0}234,56", 123_456),
            ("1234.5", 123_450),
            ("100", 10_000),
            ("7", 700),
            ("0,01", 1),
            ("0,01 zł", 1),
            ("007", 700),
        ] {
            assert_eq!(read_zloty(text, MOST), Ok(grosze), "{text}");
        }
        for (text, fault) in [
            ("", AmountFault::NotANumber),
            ("dużo", AmountFault::NotANumber),
            ("1,2,3", AmountFault::NotANumber),
            ("1.2.3", AmountFault::NotANumber),
            ("1e9", AmountFault::NotANumber),
            ("٣", AmountFault::NotANumber),
            (",50", AmountFault::NotANumber),
            ("-5", AmountFault::NotPositive),
            ("\u{2212}5", AmountFault::NotPositive),
            ("0", AmountFault::NotPositive),
            ("0,00", AmountFault::NotPositive),
            ("0,001", AmountFault::Fraction),
            ("1,234", AmountFault::Fraction),
            ("100000000,01", AmountFault::TooLarge),
            ("99999999999999", AmountFault::TooLarge),
            ("99999999999999999999999", AmountFault::TooLarge),
        ] {
            assert_eq!(read_zloty(text, MOST), Err(fault), "{text}");
        }
    }
}
