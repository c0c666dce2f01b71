use law::Fraction;
use law::interest::{Deferral, InterestError, Pause, interest, prolongation_fee};
use law::tables::Rate;
use serde::Deserialize;

use crate::support::{day, grosze, plain, rule, tables};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cases {
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    article: String,
    regime: String,
    principal: String,
    due: toml::value::Datetime,
    paid: toml::value::Datetime,
    days: i64,
    exact: String,
    charged: String,
}

#[test]
fn worked_cases() {
    let cases: Cases = toml::from_str(include_str!("interest.toml")).expect("cases");
    assert!(cases.case.len() >= 25, "only {} cases", cases.case.len());
    for case in cases.case {
        assert!(case.article.starts_with("art. "), "{} has no article", case.name);
        let found =
            interest(&rule(&case.regime), grosze(&case.principal), plain(&case.due), plain(&case.paid));
        let found = found.unwrap_or_else(|error| panic!("{}: {error}", case.name));
        let shown = (found.days(), found.exact.zloty(4), found.charged_grosze);
        assert_eq!(shown, (case.days, case.exact, grosze(&case.charged)), "{} ({})", case.name, case.article);
    }
}

/// The vectors of public calculators and of the calculation by hand, as they were collected beforehand.
#[test]
fn collected_vectors() {
    let vectors = [
        ("1000", "2026-03-16", "2026-05-15", 60, "17.2603", 17),
        ("250", "2026-03-16", "2026-04-30", 45, "3.2363", 0),
        ("250", "2026-03-16", "2026-07-15", 121, "8.7021", 9),
        ("300", "2026-05-15", "2026-08-25", 102, "8.8027", 9),
        ("100", "2015-03-16", "2015-12-31", 290, "6.3562", 0),
        ("1000", "2024-02-01", "2024-03-01", 29, "11.5205", 12),
        ("480", "2025-09-15", "2025-12-31", 107, "16.4844", 16),
        ("1250", "2021-11-15", "2022-07-15", 242, "88.2877", 88),
        ("5000", "2023-03-15", "2026-08-25", 1259, "2360.3425", 2360),
    ];
    for (arrear, due, paid, days, exact, charged) in vectors {
        let found = interest(&rule("tax"), grosze(arrear), day(due), day(paid)).expect("interest");
        let shown = (found.days(), found.exact.zloty(4), found.charged_grosze);
        assert_eq!(shown, (days, exact.to_owned(), charged * 100), "{arrear} {due} {paid}");
    }
}

#[test]
fn the_calculation_shows_each_rate_with_its_days() {
    let found = interest(&rule("tax"), 125_000, day("2021-11-15"), day("2022-07-15")).expect("interest");
    let shown: Vec<_> = found.periods.iter().map(|period| (period.days, period.rate.to_string())).collect();
    let expected = [(85, "8"), (28, "8.5"), (29, "10"), (29, "12"), (34, "13.5"), (29, "15"), (8, "16")];
    assert_eq!(shown, expected.map(|(days, rate)| (days, rate.to_owned())));
    assert_eq!(found.periods[0].from, day("2021-11-16"), "the day after the term");
    assert_eq!(found.periods[6].to, day("2022-07-15"), "the day of payment");
    let sum = found.periods.iter().try_fold(Fraction::ZERO, |sum, period| sum.checked_add(period.exact));
    assert_eq!(sum, Some(found.exact));
}

#[test]
fn what_was_waived_is_said() {
    let found = interest(&rule("tax"), 25_000, day("2026-03-16"), day("2026-04-30")).expect("interest");
    assert_eq!((found.charged_grosze, found.waived_up_to_grosze), (0, Some(870)));
    let on_time = interest(&rule("tax"), 25_000, day("2026-03-16"), day("2026-03-16")).expect("interest");
    assert_eq!(on_time.waived_up_to_grosze, None, "nothing was reckoned, so nothing was waived");
}

#[test]
fn a_treasurers_row_changes_what_is_later_only() {
    let mut tables = tables();
    let rate = Rate::parse("9.5").expect("a rate");
    tables.tax_arrears = tables.tax_arrears.with(day("2026-11-05"), rate).expect("a table");
    let changed = tables.tax_rule(law::tables::TaxRate::Ordinary).expect("rates");
    let of = |rule: &law::interest::Rule, paid| {
        interest(rule, 3_650_000, day("2026-10-31"), day(paid)).expect("interest").exact.zloty(2)
    };
    assert_eq!(of(&changed, "2026-11-04"), of(&rule("tax"), "2026-11-04"));
    assert_eq!(
        (of(&rule("tax"), "2026-11-10"), of(&changed, "2026-11-10")),
        ("105.00".into(), "99.00".into())
    );
}

/// Art. 54 § 1 OP: days of an authority's delay bear no interest, whatever the rates do meanwhile.
#[test]
fn no_interest_is_taken_in_a_pause() {
    let mut paused = rule("tax");
    let due = |rule: &law::interest::Rule| {
        interest(rule, 365_000, day("2025-12-31"), day("2026-03-31")).expect("interest")
    };
    let pause = |from, to| Pause { from: day(from), to: day(to) };
    paused.pauses = vec![
        pause("2026-03-03", "2026-03-06"),
        pause("2026-03-05", "2026-03-10"),
        pause("2027-01-01", "2027-02-01"),
    ];
    let found = due(&paused);
    let shown: Vec<_> =
        found.periods.iter().map(|period| (period.days, period.rate.to_string(), period.paused)).collect();
    let expected = [(61, "11", false), (2, "0", true), (6, "0", true), (21, "10.5", false)];
    assert_eq!(shown, expected.map(|(days, rate, paused)| (days, rate.to_owned(), paused)));
    assert_eq!((found.exact.zloty(2), due(&rule("tax")).exact.zloty(2)), ("89.15".into(), "97.65".into()));
    paused.pauses = vec![pause("2026-02-01", "2026-01-01")];
    assert_eq!(due(&paused), due(&rule("tax")), "a pause that ends before it begins is none");
}

#[test]
fn what_cannot_be_reckoned_says_why() {
    let early = interest(&rule("tax"), 100, day("2013-01-01"), day("2026-01-01")).expect_err("no rate");
    assert!(early.to_string().contains("2013-01-02") && early.to_string().contains("2014-10-09"), "{early}");
    for wrong in [-1, law::AMOUNT_MAX_GROSZE + 1, i64::MAX, i64::MIN] {
        let error = interest(&rule("tax"), wrong, day("2026-01-01"), day("2026-02-01"));
        assert_eq!(error, Err(InterestError::Principal { grosze: wrong }));
    }
    let huge = interest(&rule("tax"), law::AMOUNT_MAX_GROSZE, day("2026-01-01"), day("9999-12-31"));
    assert_eq!(huge, Err(InterestError::TooLarge));
    let enormous = interest(&rule("contract 1000"), law::AMOUNT_MAX_GROSZE, day("2026-01-01"), law::Day::MAX);
    assert_eq!(enormous, Err(InterestError::TooLarge));
}

/// Art. 57 § 2 and 3 OP: half of the rate of the day of the decision, whole złoty.
#[test]
fn prolongation_fees() {
    let cases = [
        ("1000.00", "2026-03-10", "2026-03-16", "2026-09-15", 183, "5.25", "26.3219", "26.00"),
        ("1000.00", "2025-12-10", "2025-12-15", "2026-06-15", 182, "5.5", "27.4247", "27.00"),
        ("200.00", "2026-03-10", "2026-03-16", "2026-04-15", 30, "5.25", "0.8630", "1.00"),
        ("1000.00", "2026-03-10", "2026-03-16", "2026-03-16", 0, "5.25", "0.0000", "0.00"),
        ("0.00", "2026-03-10", "2026-03-16", "2026-09-15", 183, "5.25", "0.0000", "0.00"),
    ];
    for (principal, decided_on, old_due, new_due, days, rate, exact, charged) in cases {
        let deferral = Deferral {
            principal_grosze: grosze(principal),
            decided_on: day(decided_on),
            old_due: day(old_due),
            new_due: day(new_due),
        };
        let fee = prolongation_fee(&tables(), deferral).expect("a fee");
        let shown = (fee.days, fee.rate.to_string(), fee.exact.zloty(4), fee.charged_grosze);
        assert_eq!(
            shown,
            (days, rate.to_owned(), exact.to_owned(), grosze(charged)),
            "{principal} {new_due}"
        );
    }
}

#[test]
fn a_calculation_can_be_kept_and_read_again() {
    let found = interest(&rule("tax"), 125_000, day("2021-11-15"), day("2022-07-15")).expect("interest");
    let text = serde_json::to_string(&found).expect("JSON");
    assert_eq!(serde_json::from_str::<law::interest::Interest>(&text).expect("JSON"), found);
}
