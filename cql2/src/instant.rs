//! Days and instants as they are written. Pure text: the calendar is all that is known here.

use crate::fault::{Message, shown};

/// Checks a day, `YYYY-MM-DD`, of the years 1 to 9999.
pub(crate) fn date(text: &str) -> Result<String, Message> {
    let wrong = || {
        let text = shown(text);
        Message::new(
            format!("„{text}” nie jest datą; oczekiwano na przykład 2026-05-15"),
            format!("{text:?} is no date; expected one such as 2026-05-15"),
        )
    };
    let bytes = text.as_bytes();
    let shape = bytes.len() == 10
        && bytes
            .iter()
            .enumerate()
            .all(|(i, byte)| if i == 4 || i == 7 { *byte == b'-' } else { byte.is_ascii_digit() });
    let number = |from: usize, to: usize| text.get(from..to).and_then(|part| part.parse::<u32>().ok());
    let (Some(year), Some(month), Some(day)) = (number(0, 4), number(5, 7), number(8, 10)) else {
        return Err(wrong());
    };
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    if shape && year > 0 && (1..=days).contains(&day) { Ok(text.to_owned()) } else { Err(wrong()) }
}

/// Checks an instant in UTC and writes it without zeros at the end of its fraction.
pub(crate) fn timestamp(text: &str) -> Result<String, Message> {
    let wrong = || {
        let text = shown(text);
        Message::new(
            format!("„{text}” nie jest chwilą w czasie UTC; oczekiwano na przykład 2026-05-15T10:00:00Z"),
            format!("{text:?} is no instant in UTC; expected one such as 2026-05-15T10:00:00Z"),
        )
    };
    let (day, time) = text.split_once('T').ok_or_else(wrong)?;
    let day = date(day).map_err(|_| wrong())?;
    let time = time.strip_suffix('Z').ok_or_else(wrong)?;
    let (whole, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let parts: Vec<u32> = whole
        .split(':')
        .filter(|part| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit()))
        .filter_map(|part| part.parse().ok())
        .collect();
    let clock = matches!(parts.as_slice(), [0..=23, 0..=59, 0..=59]) && whole.len() == 8;
    let digits = (1..=9).contains(&fraction.len()) && fraction.bytes().all(|byte| byte.is_ascii_digit());
    if !clock || !digits {
        return Err(wrong());
    }
    Ok(match fraction.trim_end_matches('0') {
        "" => format!("{day}T{whole}Z"),
        fraction => format!("{day}T{whole}.{fraction}Z"),
    })
}

#[cfg(test)]
mod tests {
    use super::{date, timestamp};

    #[test]
    fn the_calendar_is_kept() {
        for good in ["2024-02-29", "0001-01-01", "9999-12-31", "2000-02-29"] {
            assert_eq!(date(good).unwrap(), good);
        }
        for bad in [
            "",
            "2023-02-29",
            "1900-02-29",
            "2026-13-01",
            "2026-00-10",
            "2026-1-01",
            "0000-01-01",
            "٢٠٢٦-01-01",
            "2026-05-15 ",
        ] {
            assert!(date(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn instants_are_in_utc() {
        assert_eq!(timestamp("2012-08-10T05:30:00.000000Z").unwrap(), "2012-08-10T05:30:00Z");
        assert_eq!(timestamp("2012-08-10T05:30:00.250Z").unwrap(), "2012-08-10T05:30:00.25Z");
        for bad in [
            "2012-08-10",
            "2012-08-10T05:30:00",
            "2012-08-10T24:00:00Z",
            "2012-08-10T05:30Z",
            "2012-08-10T05:30:00.Z",
            "2012-08-10T05:30:00+02:00",
            "2012-08-10T5:30:00Z",
            "2012-08-10T05:30:00.1234567890Z",
        ] {
            assert!(timestamp(bad).is_err(), "{bad}");
        }
    }
}
