//! Amounts between whole grosze and the texts of operators. No float is ever made of an amount.

use crate::AMOUNT_MAX_GROSZE;

/// Whether an amount can be ordered: above zero, within [`AMOUNT_MAX_GROSZE`].
pub(crate) fn can_be_ordered(grosze: i64) -> bool {
    (1..=AMOUNT_MAX_GROSZE).contains(&grosze)
}

/// `12350` as `123.50`, with whatever separates złoty from grosze.
pub(crate) fn decimal(grosze: i64, separator: char) -> String {
    let sign = if grosze < 0 { "-" } else { "" };
    let grosze = grosze.unsigned_abs();
    format!("{sign}{}{separator}{:02}", grosze / 100, grosze % 100)
}

/// `123.50`, `123.5` or `123` as `12350`; nothing else, no sign, no spaces, at most [`AMOUNT_MAX_GROSZE`] hundredfold.
pub(crate) fn parse_decimal(text: &str, separator: char) -> Option<i64> {
    let (whole, part) = text.split_once(separator).unwrap_or((text, "0"));
    let digits = |text: &str, most: usize| {
        (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    if !digits(whole, 14) || !digits(part, 2) {
        return None;
    }
    let part: i64 = if part.len() == 1 { part.parse::<i64>().ok()? * 10 } else { part.parse().ok()? };
    whole.parse::<i64>().ok()?.checked_mul(100)?.checked_add(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_written_and_read() {
        for (grosze, text) in
            [(1, "0.01"), (10, "0.10"), (12_350, "123.50"), (i64::MAX, "92233720368547758.07")]
        {
            assert_eq!(decimal(grosze, '.'), text);
        }
        assert_eq!(decimal(-5, ','), "-0,05");
        for (text, grosze) in
            [("123.50", 12_350), ("123.5", 12_350), ("123", 12_300), ("0.01", 1), ("0.00", 0)]
        {
            assert_eq!(parse_decimal(text, '.'), Some(grosze), "{text}");
        }
        for bad in [
            "",
            ".",
            "1.",
            ".5",
            "1.234",
            "1,50",
            "-1.00",
            "+1.00",
            " 1.00",
            "1e3",
            "1.5.0",
            "123456789012345.00",
            "１.00",
        ] {
            assert_eq!(parse_decimal(bad, '.'), None, "{bad}");
        }
        assert!(can_be_ordered(1) && can_be_ordered(AMOUNT_MAX_GROSZE));
        assert!(!can_be_ordered(0) && !can_be_ordered(-1) && !can_be_ordered(AMOUNT_MAX_GROSZE + 1));
    }
}
