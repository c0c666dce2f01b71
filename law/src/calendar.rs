//! Free days of Poland, and the shift of a last day to the next working day (art. 12 § 5 OP, art. 115 KC).

use chrono::{Datelike, Days, Weekday};
use serde::Deserialize;

use crate::Day;
use crate::tables::{DataError, line_of};

/// Holidays that a file may name.
const HOLIDAYS_MAX: usize = 200;
/// The rules of the Gregorian calendar are reckoned for these years.
const YEARS: std::ops::RangeInclusive<i32> = 1583..=9999;

/// When a holiday is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum When {
    Fixed { month: u32, day: u32 },
    Easter { days_after: u64 },
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Rule {
    code: String,
    when: When,
    first_year: i32,
    last_year: i32,
}

/// A day free of work by law, besides Sundays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holiday {
    /// The day.
    pub day: Day,
    /// The stable word for it, from the data.
    pub code: String,
}

/// Which days are free of work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    rules: Vec<Rule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    holiday: Vec<toml::Spanned<FileRule>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileRule {
    code: String,
    month: Option<u32>,
    day: Option<u32>,
    easter: Option<u64>,
    from: Option<i32>,
    until: Option<i32>,
}

impl Calendar {
    /// The free days of Poland as `data/holidays.toml` has them.
    ///
    /// # Errors
    /// Only if that file is wrong, which a test sees first.
    pub fn built_in() -> Result<Self, DataError> {
        Self::parse("holidays.toml", include_str!("../data/holidays.toml"))
    }

    /// Reads holidays: `[[holiday]]` with `code` and either `month` and `day` or `easter` (days after Easter Sunday), and
    /// the first and the last year (`from`, `until`) where it is not for ever.
    ///
    /// # Errors
    /// Names the line and what is expected there.
    pub fn parse(origin: &str, text: &str) -> Result<Self, DataError> {
        let file: File = toml::from_str(text).map_err(|error| DataError::of_toml(origin, text, &error))?;
        if file.holiday.len() > HOLIDAYS_MAX {
            return Err(DataError::at(origin, None, format!("there are more than {HOLIDAYS_MAX} holidays")));
        }
        let mut rules = Vec::new();
        for spanned in file.holiday {
            let line = line_of(text, spanned.span().start);
            rules.push(
                rule(spanned.into_inner()).map_err(|problem| DataError::at(origin, Some(line), problem))?,
            );
        }
        Ok(Self { rules })
    }

    /// The holidays of a year in order; a Sunday among them is one too.
    #[must_use]
    pub fn holidays(&self, year: i32) -> Vec<Holiday> {
        let easter = easter(year);
        let rules = self.rules.iter().filter(|rule| (rule.first_year..=rule.last_year).contains(&year));
        let mut days: Vec<Holiday> = rules
            .filter_map(|rule| {
                let day = match rule.when {
                    When::Fixed { month, day } => Day::from_ymd_opt(year, month, day),
                    When::Easter { days_after } => easter?.checked_add_days(Days::new(days_after)),
                };
                Some(Holiday { day: day?, code: rule.code.clone() })
            })
            .collect();
        days.sort_by(|a, b| (a.day, &a.code).cmp(&(b.day, &b.code)));
        days
    }

    /// Whether nothing has its last day on this day: a Saturday, a Sunday or a holiday.
    #[must_use]
    pub fn is_free(&self, day: Day) -> bool {
        matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
            || self.holidays(day.year()).iter().any(|holiday| holiday.day == day)
    }

    /// The last day that counts for a last day by the calendar: itself, or the next day that is not free (art. 12 § 5
    /// OP for what the Tax Ordinance rules; art. 115 KC, of the same effect since Saturdays were added in 2017).
    #[must_use]
    pub fn shifted(&self, day: Day) -> Day {
        let mut shifted = day;
        while self.is_free(shifted) {
            match shifted.succ_opt() {
                Some(next) => shifted = next,
                None => break,
            }
        }
        shifted
    }
}

fn rule(row: FileRule) -> Result<Rule, String> {
    let when = match (row.month, row.day, row.easter) {
        (Some(month), Some(day), None) if Day::from_ymd_opt(2024, month, day).is_some() => {
            When::Fixed { month, day }
        }
        (Some(month), Some(day), None) => return Err(format!("there is no day {day} in month {month}")),
        (None, None, Some(days_after)) if days_after <= 200 => When::Easter { days_after },
        _ => {
            return Err(
                "a holiday needs either month and day, or easter = days after Easter (0 to 200)".into()
            );
        }
    };
    let (first_year, last_year) = (row.from.unwrap_or(*YEARS.start()), row.until.unwrap_or(*YEARS.end()));
    if row.code.is_empty() || first_year > last_year {
        return Err("a holiday needs a code, and its year `from` may not lie after `until`".into());
    }
    Ok(Rule { code: row.code, when, first_year, last_year })
}

/// Easter Sunday of the Gregorian calendar by the method of Meeus, Jones and Butcher; `None` outside 1583 to 9999.
#[must_use]
pub fn easter(year: i32) -> Option<Day> {
    if !YEARS.contains(&year) {
        return None;
    }
    let golden = year % 19;
    let (century, of_century) = (year / 100, year % 100);
    let moon = (century - (century + 8) / 25 + 1) / 3;
    let epact = (19 * golden + century - century / 4 - moon + 15) % 30;
    let weekday = (32 + 2 * (century % 4) + 2 * (of_century / 4) - epact - of_century % 4) % 7;
    let late = (golden + 11 * epact + 22 * weekday) / 451;
    let days = epact + weekday - 7 * late + 114;
    Day::from_ymd_opt(year, u32::try_from(days / 31).ok()?, u32::try_from(days % 31 + 1).ok()?)
}
