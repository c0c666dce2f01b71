//! What holds for all amounts and days, and a second, simpler reckoning of interest.

use chrono::Days;
use law::account::{Event, EventKind, History, Standing, standing};
use law::allocation::{Allocation, Debt, Indication, Limits, PaidBy, Payment, allocate};
use law::interest::{Regime, Rule, interest};
use law::terms::{Assessment, Payer, instalments};
use law::{AMOUNT_MAX_GROSZE, Day};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::support::{calendar, day, plans, rule, tables};

const PAID_ON: &str = "2026-05-20";

/// Days of the years for which all tables have rows.
fn days() -> impl Strategy<Value = Day> {
    (0_u64..3_800).prop_map(|after| day("2016-03-01").checked_add_days(Days::new(after)).expect("a day"))
}

fn grosze() -> impl Strategy<Value = i64> {
    prop_oneof![0_i64..100, 0_i64..500_000, 0_i64..1_000_000_000, Just(AMOUNT_MAX_GROSZE / 10)]
}

fn rules() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["tax", "reduced", "raised", "civil", "contract 7.31"])
}

fn debts() -> impl Strategy<Value = Vec<Debt>> {
    let regime = prop::sample::select(vec![Regime::Tax, Regime::Tax, Regime::Civil, Regime::Contractual]);
    let one = (0_usize..3, regime, 0_u64..8, 0_i64..50_000, 0_i64..3_000, 0_i64..2_000);
    vec(one, 0..7).prop_map(|debts| {
        let debt = |(index, (kind, regime, week, principal, interest, cost)): (
            usize,
            (usize, Regime, u64, i64, i64, i64),
        )| Debt {
            id: format!("debt-{index}"),
            kind: ["property", "waste", "rent"][kind].to_owned(),
            account: (kind == 1).then(|| "7001".to_owned()),
            regime,
            due: day("2026-04-16").checked_add_days(Days::new(7 * week)).expect("a day"),
            principal_grosze: principal,
            interest_grosze: interest,
            cost_grosze: if cost < 1_000 { 0 } else { cost },
        };
        debts.into_iter().enumerate().map(debt).collect()
    })
}

fn indications() -> impl Strategy<Value = Indication> {
    let regime = prop::sample::select(vec![Regime::Tax, Regime::Civil]);
    (0_usize..5, 0_usize..7, regime).prop_map(|(form, index, regime)| {
        let kind = ["property", "waste", "rent"][index % 3].to_owned();
        match form {
            0 | 1 => Indication::None,
            2 => Indication::Kind { kind, regime },
            3 => Indication::Debt { id: format!("debt-{index}"), kind, regime },
            _ => Indication::Account { account: "7001".into(), regime: None },
        }
    })
}

fn payment(amount_grosze: i64, indication: &Indication) -> Payment {
    Payment {
        amount_grosze,
        paid_on: day(PAID_ON),
        indication: indication.clone(),
        by: PaidBy::Payer,
        wish: None,
    }
}

fn pay(amount_grosze: i64, indication: &Indication, debts: &[Debt]) -> Allocation {
    let limits = Limits::on(&tables(), day(PAID_ON)).expect("limits");
    allocate(&payment(amount_grosze, indication), debts, &limits).expect("an allocation")
}

/// The debts after a payment of the same day.
fn after(debts: &[Debt], allocation: &Allocation) -> Vec<Debt> {
    let left = debts.iter().map(|debt| {
        let paid = allocation.paid_of(&debt.id);
        Debt {
            principal_grosze: debt.principal_grosze - paid.principal_grosze,
            interest_grosze: debt.interest_grosze - paid.interest_grosze,
            cost_grosze: debt.cost_grosze - paid.cost_grosze,
            ..debt.clone()
        }
    });
    left.collect()
}

fn totals(debts: &[Debt]) -> Vec<i64> {
    debts.iter().map(|debt| debt.principal_grosze + debt.interest_grosze + debt.cost_grosze).collect()
}

/// Interest as an accountant with much time reckons it: each day by itself, over one common denominator.
fn day_by_day(rule: &Rule, principal_grosze: i64, due: Day, paid_on: Day) -> i64 {
    let mut sum = 0_i128;
    let mut today = due;
    while today < paid_on {
        today = today.succ_opt().expect("a day");
        let rate = rule
            .rates
            .rows()
            .iter()
            .filter(|row| row.from <= today)
            .map(|row| row.value.hundredths())
            .next_back();
        sum += i128::from(principal_grosze) * i128::from(rate.expect("a rate"));
    }
    let year = 365 * 10_000;
    if rule.regime == Regime::Tax {
        if sum <= 870 * year {
            0
        } else {
            i64::try_from((sum + 50 * year) / (100 * year)).expect("an amount") * 100
        }
    } else {
        i64::try_from((2 * sum + year) / (2 * year)).expect("an amount")
    }
}

fn left(rule: &Rule, history: &History, on: Day) -> Standing {
    standing(rule, history, on).expect("a standing")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn interest_is_what_each_day_by_itself_gives(
        name in rules(),
        principal in 0_i64..100_000_000_000,
        due in days(),
        length in 0_u64..1_500,
    ) {
        let rule = rule(name);
        let paid_on = due.checked_add_days(Days::new(length)).expect("a day");
        let found = interest(&rule, principal, due, paid_on).expect("interest");
        prop_assert_eq!(found.charged_grosze, day_by_day(&rule, principal, due, paid_on));
        let counted = if principal == 0 { 0 } else { i64::try_from(length).expect("days") };
        prop_assert_eq!(found.days(), counted);
    }

    #[test]
    fn interest_grows_with_days_and_with_the_principal(
        name in rules(),
        principal in grosze(),
        due in days(),
        length in 0_u64..2_000,
    ) {
        let rule = rule(name);
        let on = |more| due.checked_add_days(Days::new(length + more)).expect("a day");
        let charged = |principal, on| interest(&rule, principal, due, on).expect("interest").charged_grosze;
        let here = charged(principal, on(0));
        prop_assert!(here >= 0);
        prop_assert!(here <= charged(principal, on(1)));
        prop_assert!(principal == 0 || charged(principal - 1, on(0)) <= here);
    }

    #[test]
    fn the_parts_are_the_payment_and_no_part_is_above_its_debt(
        debts in debts(),
        amount in 1_i64..300_000,
        indication in indications(),
    ) {
        let found = pay(amount, &indication, &debts);
        let sum: i64 = found.parts.iter().map(|part| part.paid.total_grosze()).sum();
        prop_assert_eq!(sum + found.rest_grosze, amount);
        prop_assert_eq!(found.rest_grosze == 0, found.proposal.is_none());
        let mut left = amount;
        for part in &found.parts {
            left -= part.paid.total_grosze();
            prop_assert_eq!(part.left_grosze, left);
            for (paid, owed) in [
                (part.paid.principal_grosze, part.owed.principal_grosze),
                (part.paid.interest_grosze, part.owed.interest_grosze),
                (part.paid.cost_grosze, part.owed.cost_grosze),
            ] {
                prop_assert!(0 <= paid && paid <= owed);
            }
        }
        for debt in after(&debts, &found) {
            prop_assert!(debt.principal_grosze >= 0 && debt.interest_grosze >= 0 && debt.cost_grosze >= 0);
        }
    }

    #[test]
    fn the_order_of_the_list_does_not_matter(
        debts in debts(),
        amount in 1_i64..300_000,
        indication in indications(),
        seed in any::<u64>(),
    ) {
        let mut mixed = debts.clone();
        mixed.sort_by_key(|debt| debt.id.bytes().fold(seed, |sum, byte| sum.rotate_left(5) ^ u64::from(byte).wrapping_mul(seed)));
        prop_assert_eq!(pay(amount, &indication, &debts), pay(amount, &indication, &mixed));
    }

    /// One payment of both amounts, or two in either order: each debt gets the same. Only the proportion within a debt
    /// may differ, by the grosz to which each payment's own proportion is rounded.
    #[test]
    fn paying_in_two_steps_on_one_day_is_paying_once(
        debts in debts(),
        one in 1_i64..60_000,
        two in 1_i64..60_000,
        indication in indications(),
    ) {
        let once = after(&debts, &pay(one + two, &indication, &debts));
        for (first, second) in [(one, two), (two, one)] {
            let between = after(&debts, &pay(first, &indication, &debts));
            let last = pay(second, &indication, &between);
            let twice = after(&between, &last);
            prop_assert_eq!(totals(&once), totals(&twice));
            for (one, two) in once.iter().zip(&twice) {
                prop_assert!((one.principal_grosze - two.principal_grosze).abs() <= 1, "{:?} {:?}", one, two);
                prop_assert_eq!(one.cost_grosze, two.cost_grosze);
            }
        }
    }

    #[test]
    fn what_can_be_paid_is_paid_before_anything_is_left(
        debts in debts(),
        amount in 1_i64..300_000,
    ) {
        let found = pay(amount, &Indication::None, &debts);
        let owed: i64 = totals(&debts).iter().sum();
        prop_assert_eq!(found.rest_grosze, (amount - owed).max(0));
    }

    /// Payments on random days, each allocated by the law and booked: a statement never jumps, shrinks by just what was
    /// paid, grows day by day, and what was paid in full stays paid.
    #[test]
    fn a_statement_comes_out_right_on_any_day(
        name in prop::sample::select(vec!["tax", "reduced", "civil"]),
        principal in 1_i64..2_000_000,
        due in days(),
        payments in vec((0_u64..400, 1_i64..700_000), 0..6),
    ) {
        let rule = rule(name);
        let limits = Limits { stranger_grosze: 0, small_overpayment_grosze: 0 };
        let mut history = History { principal_grosze: principal, due, events: Vec::new(), agreements: Vec::new() };
        let mut today = due;
        for (wait, amount_grosze) in payments {
            let before = left(&rule, &history, today);
            let later = today.checked_add_days(Days::new(wait)).expect("a day");
            let now = left(&rule, &history, later);
            prop_assert_eq!(now.principal_grosze, before.principal_grosze);
            prop_assert!(now.interest_grosze >= before.interest_grosze);
            today = later;
            let debt = Debt {
                id: "a".into(),
                kind: "property".into(),
                account: None,
                regime: rule.regime,
                due,
                principal_grosze: now.principal_grosze,
                interest_grosze: now.interest_grosze,
                cost_grosze: 0,
            };
            let payment = Payment { amount_grosze, paid_on: today, indication: Indication::None, by: PaidBy::Payer, wish: None };
            let found = allocate(&payment, &[debt], &limits).expect("an allocation");
            let paid = found.paid_of("a");
            history.events.push(Event {
                on: today,
                kind: EventKind::Payment,
                principal_grosze: paid.principal_grosze,
                interest_grosze: paid.interest_grosze,
            });
            let then = left(&rule, &history, today);
            prop_assert_eq!(then.to_pay_grosze(), now.to_pay_grosze() - paid.total_grosze());
            prop_assert_eq!(then.overpaid_grosze, 0);
            prop_assert_eq!(then.to_pay_grosze() == 0, found.rest_grosze > 0 || amount_grosze == now.to_pay_grosze());
        }
        let end = left(&rule, &history, today);
        let much_later = left(&rule, &history, today.checked_add_days(Days::new(3_000)).expect("a day"));
        prop_assert!(much_later.interest_grosze >= end.interest_grosze);
        if end.to_pay_grosze() == 0 {
            prop_assert_eq!(much_later.to_pay_grosze(), 0);
        }
    }

    #[test]
    fn instalments_are_the_amount_and_never_before_their_term(
        kind in prop::sample::select(vec!["property", "agricultural", "forest", "vehicle", "usufruct"]),
        payer in prop::sample::select(vec![Payer::Natural, Payer::Legal]),
        year in 2019_i32..2035,
        zloty in 1_i64..2_000_000,
        months in (1_u32..=12, 0_u32..12),
        delivered in 0_u64..500,
    ) {
        let all = plans();
        let plan = all.find(kind, payer, year).expect("a plan");
        let first_day = Day::from_ymd_opt(year, 1, 1).expect("a day");
        let assessment = Assessment {
            first_month: months.0,
            last_month: (months.0 + months.1).min(12),
            ..Assessment::of_year(year, zloty * 100, first_day.checked_add_days(Days::new(delivered)))
        };
        let found = instalments(plan, &assessment, &tables(), &calendar()).expect("instalments");
        prop_assert_eq!(found.iter().map(|part| part.amount_grosze).sum::<i64>(), zloty * 100);
        prop_assert!(found.iter().all(|part| part.due >= part.term && !calendar().is_free(part.due)));
        prop_assert!(found.iter().all(|part| part.amount_grosze > 0));
        prop_assert!(found.windows(2).all(|pair| pair[0].amount_grosze >= pair[1].amount_grosze));
    }
}
