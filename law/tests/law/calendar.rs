use chrono::Datelike;
use law::calendar::{Calendar, easter};

use crate::support::{calendar, day};

/// Art. 12 § 5 OP: the four terms of natural persons by year.
#[test]
fn terms_that_fall_on_free_days_move() {
    let years = [
        (2024, ["2024-03-15", "2024-05-15", "2024-09-16", "2024-11-15"]),
        (2025, ["2025-03-17", "2025-05-15", "2025-09-15", "2025-11-17"]),
        (2026, ["2026-03-16", "2026-05-15", "2026-09-15", "2026-11-16"]),
        (2027, ["2027-03-15", "2027-05-17", "2027-09-15", "2027-11-15"]),
        (2028, ["2028-03-15", "2028-05-15", "2028-09-15", "2028-11-15"]),
        (2029, ["2029-03-15", "2029-05-15", "2029-09-17", "2029-11-15"]),
    ];
    for (year, expected) in years {
        let terms = [(3, 15), (5, 15), (9, 15), (11, 15)];
        let shifted = terms.map(|(month, of_month)| {
            let term = law::Day::from_ymd_opt(year, month, of_month).expect("a day");
            calendar().shifted(term).to_string()
        });
        assert_eq!(shifted, expected.map(str::to_owned));
    }
}

#[test]
fn easter_of_years() {
    let known =
        ["2024-03-31", "2025-04-20", "2026-04-05", "2027-03-28", "2028-04-16", "2029-04-01", "2038-04-25"];
    for text in known {
        let known = day(text);
        assert_eq!(easter(known.year()), Some(known));
    }
    assert_eq!(easter(1818), Some(day("1818-03-22")), "the earliest there is");
    assert_eq!(easter(1943), Some(day("1943-04-25")), "the latest there is");
    assert_eq!((easter(1582), easter(10_000)), (None, None));
    for year in 1583..=9999 {
        let day = easter(year).expect("a day");
        assert_eq!(day.weekday(), chrono::Weekday::Sun, "{day}");
        assert!((day.month(), day.day()) >= (3, 22) && (day.month(), day.day()) <= (4, 25), "{day}");
    }
}

#[test]
fn a_last_day_jumps_over_a_chain_of_free_days() {
    let calendar = calendar();
    let shifts = [
        ("2025-12-24", "2025-12-29"), // Christmas Eve, two days of Christmas, Saturday, Sunday
        ("2024-12-24", "2024-12-24"), // the last one on which people worked
        ("2026-04-04", "2026-04-07"), // the Saturday before Easter
        ("2026-06-04", "2026-06-05"), // Corpus Christi
        ("2026-05-01", "2026-05-04"), // Friday, Saturday, and the Constitution Day on a Sunday
        ("2026-01-06", "2026-01-07"),
        ("2010-01-06", "2010-01-06"), // Epiphany was no holiday yet
        ("2026-08-15", "2026-08-17"),
        ("2027-12-31", "2027-12-31"),
        ("2026-11-11", "2026-11-12"),
    ];
    for (from, to) in shifts {
        assert_eq!(calendar.shifted(day(from)), day(to), "{from}");
    }
}

#[test]
fn there_are_thirteen_holidays_and_one_more_since_2025() {
    let codes = |year| calendar().holidays(year).into_iter().map(|holiday| holiday.code).collect::<Vec<_>>();
    assert_eq!(codes(2024).len(), 13);
    assert_eq!(codes(2025).len(), 14);
    assert!(
        codes(2025).contains(&"christmas-eve".to_owned())
            && !codes(2024).contains(&"christmas-eve".to_owned())
    );
}

#[test]
fn a_wrong_file_says_where() {
    let cases = [
        (
            "[[holiday]]\ncode = \"a\"\neaster = 1\n[[holiday]]\ncode = \"b\"\nmonth = 2\nday = 30\n",
            4,
            "no day 30",
        ),
        ("[[holiday]]\ncode = \"a\"\nmonth = 2\n", 1, "month and day"),
        ("[[holiday]]\ncode = \"a\"\neaster = 1\nfrom = 2030\nuntil = 2029\n", 1, "until"),
        ("[[holiday]]\ncode = \"a\"\neastre = 1\n", 3, "eastre"),
        ("[[holiday]\n", 1, ""),
    ];
    for (text, line, problem) in cases {
        let error = Calendar::parse("town.toml", text).expect_err(text);
        assert_eq!(error.line, Some(line), "{error}");
        assert!(error.to_string().contains(problem), "{error}");
    }
}
