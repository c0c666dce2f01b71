//! Days since an epoch as dates, and number formats that show them.

use crate::table::Cell;
use crate::table::sheet::number_cell;

/// From which day a workbook counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::table) enum DateSystem {
    /// 1 is 1 January 1900, and 29 February 1900 is counted although there was none.
    #[default]
    From1900,
    /// 0 is 1 January 1904.
    From1904,
}

/// 31 December 9999.
const LAST_DAY: f64 = 2_958_466.0;
const DAY_SECONDS: i64 = 86_400;

impl DateSystem {
    /// The cell of a number that is shown as a date: an instant if it has a time of day; a time of day alone is text,
    /// and what is no date stays a number.
    pub(in crate::table) fn cell(self, serial: f64) -> Cell {
        if !(0.0..LAST_DAY).contains(&serial) {
            return number_cell(serial);
        }
        let mut day = serial.floor() as i64;
        let mut second = (serial.fract() * DAY_SECONDS as f64).round() as i64;
        if second == DAY_SECONDS {
            day += 1;
            second = 0;
        }
        let time = format!("{:02}:{:02}:{:02}", second / 3_600, second / 60 % 60, second % 60);
        // Days from 1 January 1970.
        let since_1970 = match self {
            Self::From1904 => day - 24_107,
            Self::From1900 if day == 0 && second > 0 => return Cell::Text(time),
            Self::From1900 if day == 0 || day == 60 => return number_cell(serial),
            Self::From1900 if day < 60 => day - 25_568,
            Self::From1900 => day - 25_569,
        };
        let date = civil(since_1970);
        Cell::Date(if second == 0 { date } else { format!("{date}T{time}") })
    }
}

/// The date so many days after 1 January 1970 in the Gregorian calendar, whose years are counted here from 1 March,
/// so that the leap day is the last of a year.
fn civil(since_1970: i64) -> String {
    let days = since_1970 + 719_468;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

/// Whether a number format shows a date or a time of day: it has letters of dates outside of quotation marks,
/// brackets and escapes.
pub(in crate::table) fn is_date_format(format: &str) -> bool {
    let mut letters = format.chars();
    let mut plain = String::new();
    while let Some(letter) = letters.next() {
        match letter {
            '"' => letters.by_ref().take_while(|inner| *inner != '"').for_each(drop),
            '[' => letters.by_ref().take_while(|inner| *inner != ']').for_each(drop),
            '\\' | '_' | '*' => drop(letters.next()),
            ';' => break,
            other => plain.extend(other.to_lowercase()),
        }
    }
    plain != "general" && plain.contains(['d', 'm', 'y', 'h', 's'])
}

/// Whether one of the formats that have a number only shows a date or a time of day.
pub(in crate::table) fn is_date_number(number: u32) -> bool {
    matches!(number, 14..=22 | 27..=36 | 45..=47 | 50..=58)
}
