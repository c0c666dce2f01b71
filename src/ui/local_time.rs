//! Instants as clerks read them: in Polish time.

use chrono::{DateTime, Datelike, Days, Duration, NaiveDate, NaiveDateTime, NaiveTime, Utc, Weekday};

use crate::platform::i18n::Texts;

/// How far Polish time is ahead of UTC: two hours from the last Sunday of March, 1:00 UTC, to the last Sunday of October.
fn ahead(at: DateTime<Utc>) -> Duration {
    let change = |month| {
        let last = NaiveDate::from_ymd_opt(at.year(), month, 31)?;
        let sunday = last.checked_sub_days(Days::new(u64::from(last.weekday().days_since(Weekday::Sun))))?;
        Some(sunday.and_hms_opt(1, 0, 0)?.and_utc())
    };
    let summer = matches!((change(3), change(10)), (Some(begin), Some(end)) if at >= begin && at < end);
    Duration::hours(if summer { 2 } else { 1 })
}

/// The day on which an instant falls in Poland.
#[must_use]
pub fn day_of(at: DateTime<Utc>) -> NaiveDate {
    (at + ahead(at)).date_naive()
}

/// What a clock in Poland shows at an instant.
#[must_use]
pub fn on_the_clock(at: DateTime<Utc>) -> NaiveDateTime {
    (at + ahead(at)).naive_utc()
}

/// The instant at which a day begins in Poland.
#[must_use]
pub fn start_of(day: NaiveDate) -> DateTime<Utc> {
    let midnight = day.and_time(NaiveTime::MIN).and_utc();
    midnight - ahead(midnight)
}

/// "24 listopada 2026": the day on which an instant falls.
#[must_use]
pub fn date_text(at: DateTime<Utc>, t: &Texts) -> String {
    day_text(day_of(at), t)
}

/// "24 listopada 2026".
#[must_use]
pub fn day_text(day: NaiveDate, t: &Texts) -> String {
    let small = |n: u32| u8::try_from(n).ok();
    t.date(i16::try_from(day.year()).unwrap_or(i16::MAX), small(day.month()), small(day.day()))
}

/// "24 listopada 2026, 14:05".
#[must_use]
pub fn instant_text(at: DateTime<Utc>, t: &Texts) -> String {
    format!("{}, {}", date_text(at, t), (at + ahead(at)).format("%H:%M"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{kernel::Lang, platform::i18n::texts};

    #[test]
    fn polish_time_knows_summer() {
        let t = texts(Lang::Pl);
        let shown = |text: &str| instant_text(text.parse().unwrap(), t);
        assert!(shown("2026-07-01T12:00:00Z").ends_with("14:00"));
        assert!(shown("2026-11-24T23:30:00Z").starts_with("25"));
        assert!(shown("2026-03-29T00:59:00Z").ends_with("01:59"));
        assert!(shown("2026-03-29T01:00:00Z").ends_with("03:00"));
        assert!(shown("2026-10-25T00:59:00Z").ends_with("02:59"));
        assert!(shown("2026-10-25T01:00:00Z").ends_with("02:00"));
        assert!(shown("2026-11-24T14:04:00Z").ends_with("15:04"));
        assert_eq!(
            start_of(NaiveDate::from_ymd_opt(2026, 7, 1).unwrap()).to_rfc3339(),
            "2026-06-30T22:00:00+00:00"
        );
    }
}
