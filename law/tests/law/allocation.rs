use law::allocation::{
    Allocation, AllocationError, Debt, Indication, Limits, PaidBy, Payment, Proposal, Wish, allocate,
};
use law::interest::Regime;
use serde::Deserialize;

use crate::support::{day, grosze, tables};

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
    amount: String,
    r#for: Option<String>,
    by: Option<PaidBy>,
    wish: Option<Wish>,
    debts: Vec<String>,
    parts: Vec<String>,
    rest: Option<String>,
    proposal: Option<String>,
    #[serde(default)]
    flags: Vec<String>,
}

fn regime(text: &str) -> Regime {
    match text {
        "tax" => Regime::Tax,
        "civil" => Regime::Civil,
        "contractual" => Regime::Contractual,
        other => panic!("{other} is no law"),
    }
}

fn indication(text: Option<&str>) -> Indication {
    let words: Vec<&str> = text.unwrap_or_default().split_whitespace().collect();
    match words[..] {
        [] => Indication::None,
        ["law", law] => Indication::Law { regime: regime(law) },
        ["kind", kind, law] => Indication::Kind { kind: kind.into(), regime: regime(law) },
        ["debt", id, kind, law] => Indication::Debt { id: id.into(), kind: kind.into(), regime: regime(law) },
        ["account", account] => Indication::Account { account: account.into(), regime: None },
        ["account", account, law] => {
            Indication::Account { account: account.into(), regime: Some(regime(law)) }
        }
        _ => panic!("{words:?} names nothing"),
    }
}

fn debt(text: &str) -> Debt {
    let words: Vec<&str> = text.split_whitespace().collect();
    let [id, kind, law, due, principal, interest, cost] = words[..7] else { panic!("{text} is no debt") };
    Debt {
        id: id.into(),
        kind: kind.into(),
        account: words.get(7).map(|account| (*account).to_owned()),
        regime: regime(law),
        due: day(due),
        principal_grosze: grosze(principal),
        interest_grosze: grosze(interest),
        cost_grosze: grosze(cost),
    }
}

fn payment(amount_grosze: i64) -> Payment {
    Payment {
        amount_grosze,
        paid_on: day("2026-05-20"),
        indication: Indication::None,
        by: PaidBy::Payer,
        wish: None,
    }
}

fn limits() -> Limits {
    Limits::on(&tables(), day("2026-05-20")).expect("limits")
}

fn shown(grosze: i64) -> String {
    if grosze == 0 { "0".into() } else { format!("{}.{:02}", grosze / 100, grosze % 100) }
}

fn parts(allocation: &Allocation) -> Vec<String> {
    let parts = allocation.parts.iter();
    parts
        .map(|part| {
            let paid = part.paid;
            let amounts =
                [paid.principal_grosze, paid.interest_grosze, paid.cost_grosze].map(shown).join(" ");
            format!("{} {amounts} {} {}", part.debt, part.why.code(), part.division.code())
        })
        .collect()
}

#[test]
fn worked_cases() {
    let cases: Cases = toml::from_str(include_str!("allocation.toml")).expect("cases");
    assert!(cases.case.len() >= 25, "only {} cases", cases.case.len());
    for case in cases.case {
        let name = format!("{} ({})", case.name, case.article);
        assert!(case.article.starts_with("art. "), "{name} has no article");
        let debts: Vec<Debt> = case.debts.iter().map(|text| debt(text)).collect();
        let payment = Payment {
            indication: indication(case.r#for.as_deref()),
            by: case.by.unwrap_or(PaidBy::Payer),
            wish: case.wish,
            ..payment(grosze(&case.amount))
        };
        let found = allocate(&payment, &debts, &limits()).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(parts(&found), case.parts, "{name}");
        assert_eq!(found.rest_grosze, grosze(case.rest.as_deref().unwrap_or("0")), "{name}");
        assert_eq!(found.proposal.map(Proposal::code), case.proposal.as_deref(), "{name}");
        assert_eq!(found.flags.iter().map(|flag| flag.code()).collect::<Vec<_>>(), case.flags, "{name}");
    }
}

#[test]
fn the_steps_explain_themselves() {
    let debts = [debt("a property tax 2026-03-16 300.00 9.00 16.00")];
    let found = allocate(&payment(15_000), &debts, &limits()).expect("an allocation");
    let [cost, arrear] = &found.parts[..] else { panic!("{found:?}") };
    assert_eq!((cost.why.article(), cost.left_grosze), ("art. 62 § 1a OP", 13_400));
    assert_eq!(arrear.division.article(), Some("art. 55 § 2 OP"));
    assert_eq!(
        (arrear.owed.principal_grosze, arrear.owed.interest_grosze, arrear.left_grosze),
        (30_000, 900, 0)
    );
    let paid = found.paid_of("a");
    assert_eq!((paid.principal_grosze, paid.interest_grosze, paid.cost_grosze), (13_010, 390, 1_600));
    let text = serde_json::to_string(&found).expect("JSON");
    assert!(text.contains("\"reminder-cost\"") && text.contains("\"proportional\""), "{text}");
    assert_eq!(serde_json::from_str::<Allocation>(&text).expect("JSON"), found);
}

#[test]
fn what_is_no_payment_is_refused() {
    for grosze in [0, -1, i64::MIN, i64::MAX, law::AMOUNT_MAX_GROSZE + 1] {
        let error = allocate(&payment(grosze), &[], &limits());
        assert_eq!(error, Err(AllocationError::Amount { grosze }));
    }
    let good = debt("a property tax 2026-03-16 300.00 9.00 16.00");
    let wrong = [
        Debt { principal_grosze: -1, ..good.clone() },
        Debt { interest_grosze: i64::MAX, ..good.clone() },
        Debt { cost_grosze: -16, ..good.clone() },
    ];
    for debt in wrong {
        assert_eq!(
            allocate(&payment(100), &[debt], &limits()),
            Err(AllocationError::Debt { id: "a".into() })
        );
    }
    let twice = [good.clone(), good.clone()];
    assert_eq!(allocate(&payment(100), &twice, &limits()), Err(AllocationError::Twice { id: "a".into() }));
    let many = vec![good; law::allocation::DEBTS_MAX + 1];
    assert_eq!(allocate(&payment(100), &many, &limits()), Err(AllocationError::TooMany));
    let early = Limits::on(&tables(), day("2010-01-01")).expect_err("before the tables");
    assert!(early.to_string().contains("2010-01-01"), "{early}");
}

#[test]
fn the_largest_amounts_do_not_overflow() {
    let max = law::AMOUNT_MAX_GROSZE;
    let large = |id: &str| Debt {
        principal_grosze: max,
        interest_grosze: max,
        cost_grosze: max,
        id: id.into(),
        ..debt("a property tax 2026-03-16 1.00 1.00 1.00")
    };
    let found = allocate(&payment(max), &[large("a"), large("b")], &limits()).expect("an allocation");
    assert_eq!(found.paid_of("a").cost_grosze, max);
}
