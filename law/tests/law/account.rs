use law::account::{AccountError, AgreedPart, Agreement, Event, EventKind, History, standing};
use law::allocation::{Debt, Indication, Limits, PaidBy, Payment, allocate};
use law::interest::Rule;

use crate::support::{day, grosze, rule, tables};

fn event(on: &str, kind: EventKind, principal: &str, interest: &str) -> Event {
    Event { on: day(on), kind, principal_grosze: grosze(principal), interest_grosze: grosze(interest) }
}

fn paid(on: &str, principal: &str, interest: &str) -> Event {
    event(on, EventKind::Payment, principal, interest)
}

fn history(principal: &str, due: &str, events: Vec<Event>) -> History {
    History { principal_grosze: grosze(principal), due: day(due), events, agreements: vec![] }
}

/// Principal and interest that are left on a day.
fn left(rule: &Rule, history: &History, on: &str) -> (i64, i64) {
    let found = standing(rule, history, day(on)).expect("a standing");
    (found.principal_grosze, found.interest_grosze)
}

/// Pays on a day and books what the law makes of it.
fn pay(rule: &Rule, history: &mut History, amount: &str, on: &str) {
    let now = standing(rule, history, day(on)).expect("a standing");
    let debt = Debt {
        id: "a".into(),
        kind: "property".into(),
        account: None,
        regime: rule.regime,
        due: history.due,
        principal_grosze: now.principal_grosze,
        interest_grosze: now.interest_grosze,
        cost_grosze: 0,
    };
    let payment = Payment {
        amount_grosze: grosze(amount),
        paid_on: day(on),
        indication: Indication::None,
        by: PaidBy::Payer,
        wish: None,
    };
    let limits = Limits::on(&tables(), day(on)).expect("limits");
    let found = allocate(&payment, &[debt], &limits).expect("an allocation").paid_of("a");
    history.events.push(Event {
        on: day(on),
        kind: EventKind::Payment,
        principal_grosze: found.principal_grosze,
        interest_grosze: found.interest_grosze,
    });
}

#[test]
fn before_the_term_there_is_no_arrear() {
    let due = history("1000.00", "2026-03-16", vec![]);
    let now = standing(&rule("tax"), &due, day("2026-03-16")).expect("a standing");
    assert!(!now.is_arrear && now.to_pay_grosze() == 100_000);
    let tomorrow = standing(&rule("tax"), &due, day("2026-03-17")).expect("a standing");
    assert!(tomorrow.is_arrear && tomorrow.interest_grosze == 0);
}

/// Art. 55 § 2 OP: 500 of 1000 and 17 on 15 May, then the rest in summer. By hand: 60 days of 1000 are 17.2603, 102 days
/// of 508.36 are 14.9165; 32.1768 make 32 złoty, of which 8.36 are paid.
#[test]
fn after_a_proportional_payment_interest_is_still_rounded_once() {
    let tax = rule("tax");
    let mut due = history("1000.00", "2026-03-16", vec![]);
    pay(&tax, &mut due, "500.00", "2026-05-15");
    assert_eq!(due.events, vec![paid("2026-05-15", "491.64", "8.36")]);
    assert_eq!(left(&tax, &due, "2026-05-14"), (100_000, 1_700), "the day before is not changed");
    assert_eq!(left(&tax, &due, "2026-05-15"), (50_836, 864), "the rest of that day's interest");
    assert_eq!(left(&tax, &due, "2026-08-25"), (50_836, 2_364));
    let now = standing(&tax, &due, day("2026-08-25")).expect("a standing");
    assert_eq!((now.interest.exact.zloty(4), now.settled_grosze), ("32.1768".into(), 836));
    let principals: Vec<_> = now.interest.periods.iter().map(|period| period.principal_grosze).collect();
    assert_eq!(principals, [100_000, 50_836]);
    pay(&tax, &mut due, "532.00", "2026-08-25");
    assert_eq!(left(&tax, &due, "2026-08-25"), (0, 0));
    assert_eq!(left(&tax, &due, "2027-08-25"), (0, 0), "what is paid accrues nothing");
}

#[test]
fn two_payments_on_one_day_leave_what_one_leaves() {
    let tax = rule("tax");
    let mut once = history("1000.00", "2026-03-16", vec![]);
    let mut twice = once.clone();
    pay(&tax, &mut once, "617.00", "2026-05-15");
    pay(&tax, &mut twice, "500.00", "2026-05-15");
    pay(&tax, &mut twice, "117.00", "2026-05-15");
    let (one, two) = (left(&tax, &once, "2026-05-15"), left(&tax, &twice, "2026-05-15"));
    assert_eq!((one.0 + one.1, two.0 + two.1), (40_000, 40_000));
    assert!((one.0 - two.0).abs() <= 1, "{one:?} {two:?}");
}

/// Art. 54 § 1 pt 5 OP: when interest is not charged, the payment goes to the principal, and its interest is gone.
#[test]
fn interest_that_was_not_charged_does_not_come_back() {
    let tax = rule("tax");
    let mut due = history("1000.00", "2026-03-16", vec![]);
    pay(&tax, &mut due, "990.00", "2026-04-10");
    assert_eq!(due.events, vec![paid("2026-04-10", "990.00", "0.00")], "7.19 is not above 8.70");
    assert_eq!(left(&tax, &due, "2028-03-16"), (1_000, 0), "two years of ten złoty are 2.10");
    let mut half = history("1000.00", "2026-03-16", vec![]);
    pay(&tax, &mut half, "500.00", "2026-04-10");
    // 500 from the term: 61 days are 8.7740. With the days of the whole it would have been charged long before.
    assert_eq!(left(&tax, &half, "2026-05-15"), (50_000, 0), "60 days are 8.6301");
    assert_eq!(left(&tax, &half, "2026-05-16"), (50_000, 900));
}

#[test]
fn what_was_charged_stays_charged() {
    let tax = rule("tax");
    let mut due = history("1000.00", "2026-03-16", vec![]);
    pay(&tax, &mut due, "900.00", "2026-05-15");
    assert_eq!(due.events, vec![paid("2026-05-15", "884.96", "15.04")]);
    assert_eq!(left(&tax, &due, "2026-05-15"), (11_504, 196), "below 8.70, but of 17 that were charged");
}

/// Art. 67a § 2 OP: remission of the arrear takes its interest along; a corrected assessment does too.
#[test]
fn a_reduction_works_from_the_term() {
    let tax = rule("tax");
    let reduced = event("2026-06-01", EventKind::Reduction, "500.00", "0.00");
    let due = history("1000.00", "2026-03-16", vec![reduced.clone()]);
    assert_eq!(left(&tax, &due, "2026-05-31"), (100_000, 2_200), "as it was known then: 76 days are 21.8630");
    assert_eq!(left(&tax, &due, "2026-06-01"), (50_000, 1_100), "77 days of 500 are 11.0753");
    let after = history("1000.00", "2026-03-16", vec![paid("2026-05-15", "491.64", "8.36"), reduced]);
    let now = standing(&tax, &after, day("2026-06-01")).expect("a standing");
    // 60 days of 500 and 17 of 8.36: 8.6301 + 0.0409 = 8.6710, which is 9; 8.36 are paid.
    assert_eq!((now.principal_grosze, now.interest_grosze, now.overpaid_grosze), (836, 64, 0));
}

#[test]
fn interest_paid_beyond_what_is_owed_is_said() {
    let all = event("2026-06-01", EventKind::Reduction, "508.36", "0.00");
    let due = history("1000.00", "2026-03-16", vec![all, paid("2026-05-15", "491.64", "8.36")]);
    let now = standing(&rule("tax"), &due, day("2026-06-01")).expect("a standing");
    // 491.64 for 60 days are 8.4858: 8 złoty.
    assert_eq!((now.principal_grosze, now.interest_grosze, now.overpaid_grosze), (0, 0, 36));
}

#[test]
fn remitted_interest_is_not_owed_again() {
    let tax = rule("tax");
    let due =
        history("1000.00", "2026-03-16", vec![event("2026-05-15", EventKind::Reduction, "0.00", "17.00")]);
    assert_eq!(left(&tax, &due, "2026-05-15"), (100_000, 0));
    assert_eq!(left(&tax, &due, "2026-05-25"), (100_000, 300), "70 days are 20.1370; 17 are remitted");
}

/// Art. 451 § 1 KC: interest first. 100 days of 1000 at 9.25 are 25.3425.
#[test]
fn civil_interest_is_paid_first_and_goes_on_by_the_rest() {
    let civil = rule("civil");
    let mut due = history("1000.00", "2026-03-31", vec![]);
    pay(&civil, &mut due, "525.34", "2026-07-09");
    assert_eq!(due.events, vec![paid("2026-07-09", "500.00", "25.34")]);
    // + 10 days of 500: 1.2671; 26.6096 in all.
    assert_eq!(left(&civil, &due, "2026-07-19"), (50_000, 127));
}

#[test]
fn a_payment_before_the_term_makes_the_arrear_smaller() {
    let tax = rule("tax");
    let due = history("1000.00", "2026-03-16", vec![paid("2026-03-02", "400.00", "0.00")]);
    assert_eq!(left(&tax, &due, "2026-03-01"), (100_000, 0));
    // 60 days of 600: 10.3562.
    assert_eq!(left(&tax, &due, "2026-05-15"), (60_000, 1_000));
}

#[test]
fn wrong_bookings_are_named() {
    let wrong = [
        (paid("2026-05-15", "1000.01", "0.00"), 100_001),
        (Event { principal_grosze: -1, ..paid("2026-05-15", "0.00", "0.00") }, -1),
        (Event { interest_grosze: -5, ..paid("2026-05-15", "0.00", "0.00") }, -5),
        (event("2026-05-15", EventKind::Reduction, "2000.00", "0.00"), 200_000),
    ];
    for (event, taken) in wrong {
        let due = history("1000.00", "2026-03-16", vec![event]);
        match standing(&rule("tax"), &due, day("2026-06-01")) {
            Err(AccountError::Event { on, grosze, .. }) => {
                assert_eq!((on, grosze), (day("2026-05-15"), taken))
            }
            other => panic!("{other:?}"),
        }
        assert!(standing(&rule("tax"), &due, day("2026-05-14")).is_ok(), "it had not happened yet");
    }
    let many =
        history("1.00", "2026-03-16", vec![paid("2026-03-01", "0.00", "0.00"); law::account::EVENTS_MAX + 1]);
    assert_eq!(standing(&rule("tax"), &many, day("2026-06-01")), Err(AccountError::TooManyEvents));
}

/// 1,000.00 zł of 16 March 2026, applied for on 15 June and divided into four parts of the month's end from July on.
fn divided(events: Vec<Event>) -> History {
    let part = |due: &str| AgreedPart { due: day(due), principal_grosze: 25_000 };
    let parts = ["2026-07-31", "2026-08-31", "2026-09-30", "2026-10-30"].map(part).to_vec();
    History {
        agreements: vec![Agreement { reckoned_to: day("2026-06-15"), parts }],
        ..history("1000.00", "2026-03-16", events)
    }
}

#[test]
fn parts_that_are_in_time_bear_no_interest() {
    let rule = rule("tax");
    let plain = history("1000.00", "2026-03-16", vec![]);
    let until = left(&rule, &plain, "2026-06-15");
    // While nothing is missed, interest stands still (art. 67a § 1 pt 2, art. 57 OP).
    for on in ["2026-06-15", "2026-07-01", "2026-07-31"] {
        assert_eq!(left(&rule, &divided(vec![]), on), until, "{on}");
        assert_eq!(standing(&rule, &divided(vec![]), day(on)).expect("a standing").put_off_grosze, 100_000);
    }
    // Each part is paid by its day, divided as art. 55 § 2 OP has it: nothing but the frozen interest was ever paid.
    let mut due = divided(vec![]);
    let mut rest = until.0 + until.1;
    for (n, on) in ["2026-07-31", "2026-08-20", "2026-09-30", "2026-10-30"].into_iter().enumerate() {
        let amount = if n == 3 { rest } else { (until.0 + until.1) / 4 };
        pay(&rule, &mut due, &format!("{}.{:02}", amount / 100, amount % 100), on);
        rest -= amount;
        let now = standing(&rule, &due, day(on)).expect("a standing");
        assert_eq!(now.to_pay_grosze(), rest, "{on}");
    }
    assert_eq!(left(&rule, &due, "2027-10-30"), (0, 0));
}

#[test]
fn a_part_that_is_missed_was_never_put_off() {
    let rule = rule("tax");
    // Nothing is paid: from the day after each part on, its interest is that of the arrear without a gap (art. 259 OP).
    let plain = history("1000.00", "2026-03-16", vec![]);
    let quarter = |on: &str| {
        let (_, all) = left(&rule, &plain, on);
        let (_, frozen) = left(&rule, &plain, "2026-06-15");
        (all, frozen)
    };
    let (all, frozen) = quarter("2026-08-01");
    let (_, now) = left(&rule, &divided(vec![]), "2026-08-01");
    let expected = frozen + (all - frozen) / 4;
    // Whole złoty are rounded once, so a złoty may lie between.
    assert!((now - expected).abs() <= 100, "{now} {expected}");
    assert_eq!(
        standing(&rule, &divided(vec![]), day("2026-08-01")).expect("a standing").put_off_grosze,
        75_000
    );
    // When all are missed there is no difference any more.
    assert_eq!(left(&rule, &divided(vec![]), "2026-10-31"), left(&rule, &plain, "2026-10-31"));
    // A day late is late.
    let late = divided(vec![paid("2026-08-01", "250.00", "0.00")]);
    let in_time = divided(vec![paid("2026-07-31", "250.00", "0.00")]);
    assert!(left(&rule, &late, "2026-08-31").1 > left(&rule, &in_time, "2026-08-31").1);
}

#[test]
fn a_later_agreement_takes_the_place_of_an_earlier_one() {
    let rule = rule("tax");
    let mut due = divided(vec![paid("2026-07-31", "250.00", "0.00")]);
    let parts = vec![AgreedPart { due: day("2026-12-31"), principal_grosze: 75_000 }];
    due.agreements.push(Agreement { reckoned_to: day("2026-08-20"), parts });
    let at_first = left(&rule, &due, "2026-08-20");
    assert_eq!(left(&rule, &due, "2026-12-31"), at_first);
    let lapsed = left(&rule, &due, "2027-01-01").1;
    let plain = history("1000.00", "2026-03-16", vec![paid("2026-07-31", "250.00", "0.00")]);
    let never = left(&rule, &plain, "2027-01-01").1;
    // Between the two applications the first decision held.
    assert!(at_first.1 < lapsed && lapsed < never, "{at_first:?} {lapsed} {never}");
}
