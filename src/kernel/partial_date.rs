//! Dates of which only a part may be known, as old cemetery books have them.

use std::{fmt, str::FromStr};

/// A date known to the year, the month or the day; ISO 8601 with reduced precision.
///
/// Ordered by time; a less precise date comes before the more precise ones inside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PartialDate {
    year: i16,
    month: Option<u8>,
    day: Option<u8>,
}

/// A text is not a date of the form `1912`, `1912-05` or `1912-05-03`, or the day does not exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected a year, year-month or full date such as 1912, 1912-05 or 1912-05-03")]
pub struct NotADate;

impl PartialDate {
    /// Builds a date, refusing months and days that do not exist and a day without a month.
    ///
    /// # Errors
    /// [`NotADate`] when the parts make no date between the years 1 and 9999.
    pub fn new(year: i16, month: Option<u8>, day: Option<u8>) -> Result<Self, NotADate> {
        let exists = match (month, day) {
            (None, None) => true,
            (Some(month), None) => (1..=12).contains(&month),
            (Some(month), Some(day)) => {
                chrono::NaiveDate::from_ymd_opt(i32::from(year), u32::from(month), u32::from(day)).is_some()
            }
            (None, Some(_)) => false,
        };
        if exists && (1..=9999).contains(&year) { Ok(Self { year, month, day }) } else { Err(NotADate) }
    }

    /// The year, always known.
    #[must_use]
    pub fn year(self) -> i16 {
        self.year
    }

    /// The month (1–12), if known.
    #[must_use]
    pub fn month(self) -> Option<u8> {
        self.month
    }

    /// The day of the month (1–31), if known.
    #[must_use]
    pub fn day(self) -> Option<u8> {
        self.day
    }
}

impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.year)?;
        if let Some(month) = self.month {
            write!(f, "-{month:02}")?;
        }
        if let Some(day) = self.day {
            write!(f, "-{day:02}")?;
        }
        Ok(())
    }
}

impl FromStr for PartialDate {
    type Err = NotADate;

    fn from_str(text: &str) -> Result<Self, NotADate> {
        let mut parts = text.split('-');
        let year = parts.next().filter(|y| y.len() == 4).and_then(|y| y.parse().ok()).ok_or(NotADate)?;
        let mut small = || parts.next().map(|p| p.parse::<u8>().map_err(|_| NotADate)).transpose();
        let (month, day) = (small()?, small()?);
        if parts.next().is_some() { Err(NotADate) } else { Self::new(year, month, day) }
    }
}

#[cfg(test)]
mod tests {
    use super::PartialDate;

    #[test]
    fn reads_and_writes_each_precision() {
        for text in ["1912", "1912-05", "1912-05-03"] {
            assert_eq!(text.parse::<PartialDate>().unwrap().to_string(), text);
        }
        for text in ["", "12", "1912-13", "1913-02-29", "1912-05-03-01", "1912-", "x"] {
            assert!(text.parse::<PartialDate>().is_err(), "{text}");
        }
    }
}
