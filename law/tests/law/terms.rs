use law::terms::{Assessment, Moved, Payer, Plans, TermsError, instalments};
use serde::Deserialize;

use crate::support::{calendar, grosze, plain, plans, tables};

const BUILT_IN: &str = include_str!("../../data/plans.toml");

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
    kind: String,
    payer: Payer,
    year: i32,
    amount: String,
    delivered: Option<toml::value::Datetime>,
    months: Option<(u32, u32)>,
    instalments: Vec<String>,
}

#[test]
fn worked_cases() {
    let cases: Cases = toml::from_str(include_str!("terms.toml")).expect("cases");
    assert!(cases.case.len() >= 10, "only {} cases", cases.case.len());
    for case in cases.case {
        let name = format!("{} ({})", case.name, case.article);
        let all = plans();
        let plan = all.find(&case.kind, case.payer, case.year).unwrap_or_else(|| panic!("{name}: no plan"));
        let (first_month, last_month) = case.months.unwrap_or((1, 12));
        let whole = Assessment::of_year(case.year, grosze(&case.amount), case.delivered.as_ref().map(plain));
        let assessment = Assessment { first_month, last_month, ..whole };
        let found = instalments(plan, &assessment, &tables(), &calendar());
        let found = found.unwrap_or_else(|error| panic!("{name}: {error}"));
        let shown: Vec<String> = found
            .iter()
            .map(|part| {
                let amount =
                    format!("{} {}.{:02}", part.due, part.amount_grosze / 100, part.amount_grosze % 100);
                match part.moved {
                    None => amount,
                    Some(Moved::FreeDay) => amount + " free-day",
                    Some(Moved::LateDelivery) => amount + " late-delivery",
                    Some(Moved::LateDeliveryAndFreeDay) => amount + " late-delivery-and-free-day",
                }
            })
            .collect();
        assert_eq!(shown, case.instalments, "{name}");
        assert!(found.iter().enumerate().all(|(index, part)| part.number == index + 1), "{name}");
    }
}

#[test]
fn what_cannot_be_divided_says_why() {
    let all = plans();
    let plan = all.find("property", Payer::Natural, 2026).expect("a plan");
    let of = |assessment| instalments(plan, &assessment, &tables(), &calendar()).expect_err("no instalments");
    let whole = Assessment::of_year(2026, 40_000, None);
    for grosze in [0, -100, i64::MAX] {
        assert_eq!(of(Assessment { amount_grosze: grosze, ..whole }), TermsError::Amount { grosze });
    }
    assert_eq!(of(Assessment { amount_grosze: 40_050, ..whole }), TermsError::NotWhole { grosze: 40_050 });
    for (first, last) in [(0, 12), (1, 13), (5, 4)] {
        let wrong = Assessment { first_month: first, last_month: last, ..whole };
        assert_eq!(of(wrong), TermsError::Months { first, last });
    }
    assert_eq!(of(Assessment { year: 2015, ..whole }), TermsError::Year { year: 2015 });
    assert_eq!(of(Assessment { year: 300_000, ..whole }), TermsError::Year { year: 300_000 });
}

#[test]
fn plans_are_found_by_kind_payer_and_year() {
    let all = plans();
    assert!(all.find("property", Payer::Natural, 2015).is_none(), "before the plan");
    assert!(all.find("transformation", Payer::Natural, 2018).is_none());
    assert_eq!(all.find("vehicle", Payer::Natural, 2026).map(|plan| plan.payer), Some(Payer::Any));
    assert!(all.find("property", Payer::Any, 2026).is_none(), "it depends on who pays");
    let newer = BUILT_IN.to_owned()
        + "[[plan]]\nkind = \"usufruct\"\npayer = \"any\"\nfrom = 2030-01-01\nregime = \"civil\"\nlaw = \"x\"\n\
           terms = [\"04-30\"]\nrounding = \"grosze\"\n";
    let newer = Plans::parse("town.toml", &newer).expect("plans");
    let month = |year| newer.find("usufruct", Payer::Legal, year).map(|plan| plan.terms[0].month);
    assert_eq!((month(2029), month(2030)), (Some(3), Some(4)));
    assert!(all.all().iter().any(|plan| plan.set_by_town), "waste depends on the council");
}

#[test]
fn a_wrong_plan_says_where() {
    let line = BUILT_IN.lines().position(|line| line.contains("[\"03-31\"]")).expect("a line") + 1;
    let header = |of: usize| {
        BUILT_IN.lines().take(of).collect::<Vec<_>>().iter().rposition(|l| l.starts_with("[[")).map(|l| l + 1)
    };
    for (to, says) in [
        ("[\"03-32\"]", "month and a day"),
        ("[\"02-29\"]", "29 February"),
        ("[\"05-15\", \"03-15\"]", "order of the year"),
        ("[\"03-15\", \"03-15\"]", "each once"),
        ("[]", "1 to 53 terms"),
    ] {
        let error = Plans::parse("town.toml", &BUILT_IN.replacen("[\"03-31\"]", to, 1)).expect_err(to);
        assert_eq!(error.line, header(line), "{error}");
        assert!(error.to_string().contains(says), "{error}");
    }
    let error = Plans::parse("town.toml", &BUILT_IN.replacen("regime = \"civil\"", "regime = \"roman\"", 1));
    let error = error.expect_err("a regime").to_string();
    assert!(error.contains("roman") && error.contains("contractual"), "{error}");
}
