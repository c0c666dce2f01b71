use std::collections::BTreeSet;

use law::interest::Regime;
use law::reminder::{
    Advice, Content, Overdue, advise, cost_lapses_after, cost_on_delivery, last_day_to_pay, missing,
    prescription, seems_prescribed,
};

use crate::support::{day, grosze, tables};

fn due(regime: Regime, due: &str, to_pay: &str) -> Overdue {
    Overdue { regime, due: day(due), to_pay_grosze: grosze(to_pay) }
}

fn advice(dues: &[Overdue], notice: Option<&str>) -> Advice {
    advise(dues, notice.map(day), day("2026-05-20"), &tables()).expect("advice")
}

/// Regulation on the conduct of creditors: more than 160 złoty at once, or within 21 days after a notice.
#[test]
fn more_than_ten_times_the_cost_is_reminded_of_at_once() {
    let large = [due(Regime::Tax, "2026-05-15", "160.01")];
    assert_eq!(advice(&large, None), Advice::AtOnce);
    let within = advice(&large, Some("2026-05-16"));
    assert_eq!(within, Advice::Within { last_day: day("2026-06-06") });
    assert!(within.may_send() && !within.must_send(day("2026-06-05")) && within.must_send(day("2026-06-06")));
    assert!(advice(&large, None).must_send(day("2026-05-20")));
    let together = [due(Regime::Tax, "2026-05-15", "80.01"), due(Regime::Tax, "2026-03-16", "80.00")];
    assert_eq!(advice(&together, None), Advice::AtOnce, "one reminder may cover several dues");
}

#[test]
fn smaller_sums_may_wait_but_not_until_prescription_is_near() {
    let small = [due(Regime::Tax, "2021-03-15", "160.00"), due(Regime::Tax, "2026-09-15", "900.00")];
    let found = advice(&small, Some("2026-05-16"));
    assert_eq!(found, Advice::MayWait { last_day: day("2026-06-30") });
    assert!(found.may_send() && !found.must_send(day("2026-06-29")) && found.must_send(day("2026-06-30")));
}

#[test]
fn what_is_not_late_or_not_of_the_ordinance_gets_no_reminder() {
    assert_eq!(advice(&[], None), Advice::NothingLate);
    assert_eq!(advice(&[due(Regime::Tax, "2026-05-20", "900.00")], None), Advice::NothingLate);
    assert_eq!(advice(&[due(Regime::Tax, "2026-05-15", "0")], None), Advice::NothingLate);
    assert_eq!(advice(&[due(Regime::Civil, "2026-05-15", "900.00")], None), Advice::CallForPayment);
    let mixed = [due(Regime::Civil, "2026-05-15", "900.00"), due(Regime::Tax, "2026-05-15", "5.00")];
    assert!(
        matches!(advice(&mixed, None), Advice::MayWait { .. }),
        "rent does not count towards the 160 złoty"
    );
    assert!(!Advice::CallForPayment.may_send() && !Advice::NothingLate.must_send(day("2026-05-20")));
}

#[test]
fn a_cost_arises_with_delivery_and_lapses() {
    let tables = tables();
    assert_eq!(cost_on_delivery(day("2021-10-12"), &tables), Ok(1_160));
    assert_eq!(cost_on_delivery(day("2026-05-20"), &tables), Ok(1_600));
    assert_eq!(last_day_to_pay(day("2026-05-20"), &tables), Ok(day("2026-05-27")));
    assert_eq!(cost_lapses_after(day("2026-05-20"), &tables), Ok(day("2029-12-31")));
}

/// Art. 70 § 1 OP.
#[test]
fn prescription_is_a_flag() {
    let tables = tables();
    assert_eq!(prescription(day("2020-11-16"), &tables), Ok(day("2025-12-31")));
    assert_eq!(
        prescription(day("2021-01-04"), &tables),
        Ok(day("2026-12-31")),
        "a term that moved into January"
    );
    assert_eq!(seems_prescribed(day("2020-11-16"), day("2025-12-31"), &tables), Ok(false));
    assert_eq!(seems_prescribed(day("2020-11-16"), day("2026-01-01"), &tables), Ok(true));
}

#[test]
fn a_reminder_is_complete_or_says_what_it_lacks() {
    let all = BTreeSet::from(Content::ALL);
    assert_eq!(all.len(), 17, "each once");
    assert_eq!(missing(&all, false), []);
    let mut some = all;
    some.remove(&Content::Signature);
    some.remove(&Content::Rate);
    assert_eq!(missing(&some, false), [Content::Rate, Content::Signature]);
    assert_eq!(missing(&some, true), [Content::Rate], "an automatic one needs no signature");
}
