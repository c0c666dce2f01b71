//! Dates and instants in the text forms in which rows bring them.

/// Year, month, day of a whole date `2026-11-24`.
pub(crate) fn date(text: &str) -> Option<(u16, u8, u8)> {
    let mut parts = text.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || (year.len(), month.len(), day.len()) != (4, 2, 2) {
        return None;
    }
    let (year, month, day) = (digits(year)?, digits(month)?, digits(day)?);
    let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    let days = match month {
        4 | 6 | 9 | 11 => 30,
        2 => 28 + u16::from(leap),
        1..=12 => 31,
        _ => return None,
    };
    (1..=days).contains(&day).then_some((year, month as u8, day as u8))
}

/// Digits alone as a number.
fn digits(text: &str) -> Option<u16> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

/// Hour, minute and second with fraction.
pub(crate) type Time = (u16, u8, f64);

/// Date and time of an instant of UTC. Instants with another offset are not taken apart.
pub(crate) fn instant(text: &str) -> Option<((u16, u8, u8), Time)> {
    let (day, time) = text.split_once(['T', ' '])?;
    let time = time.strip_suffix('Z').or_else(|| time.strip_suffix("+00:00")).unwrap_or(time);
    let mut parts = time.split(':');
    let hour = digits(parts.next()?)?;
    let minute = digits(parts.next()?)?;
    let second = parts.next()?;
    if parts.next().is_some() || !second.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        return None;
    }
    let second: f64 = second.parse().ok()?;
    (hour < 24 && minute < 60 && second < 61.0).then_some((date(day)?, (hour, minute as u8, second)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_and_real_dates_are_dates() {
        assert_eq!(date("2024-02-29"), Some((2024, 2, 29)));
        for text in ["2023-02-29", "1932", "1932-05", "2024-13-01", "2024-1-1", "24-01-2024", ""] {
            assert_eq!(date(text), None, "{text}");
        }
    }

    #[test]
    fn instants_are_taken_in_utc() {
        assert_eq!(instant("2026-11-24T10:05:07.5Z"), Some(((2026, 11, 24), (10, 5, 7.5))));
        assert_eq!(instant("2026-11-24T10:05:07+00:00"), Some(((2026, 11, 24), (10, 5, 7.0))));
        assert_eq!(instant("2026-11-24T10:05:07+02:00"), None);
    }
}
