//! Amounts, days and states as pages show them.

use chrono::{Datelike, NaiveDate};
use law::{
    allocation::{Allocation, Part},
    interest::{Interest, Regime},
};

use super::model::Stood;
use crate::{
    kernel::read_zloty,
    platform::i18n::Texts,
    ui::{
        money::money,
        views::{Cell, Chip, Table},
    },
};

/// "16.03.2026", for tables.
pub(super) fn short_day(day: NaiveDate) -> String {
    format!("{:02}.{:02}.{}", day.day(), day.month(), day.year())
}

/// An amount as somebody types it, in grosze.
pub(super) fn read_money(text: &str) -> Option<i64> {
    read_zloty(text, law::AMOUNT_MAX_GROSZE).ok()
}

/// A day as a form's field sends it.
pub(super) fn read_day(text: &str) -> Option<NaiveDate> {
    let day: NaiveDate = text.trim().parse().ok()?;
    (2000..=2099).contains(&day.year()).then_some(day)
}

/// By which law.
pub(super) fn regime_text(t: &Texts, regime: Regime) -> String {
    t.get(match regime {
        Regime::Tax => "due-regime-tax",
        Regime::Civil => "due-regime-civil",
        Regime::Contractual => "due-regime-contractual",
    })
}

/// Where an instalment stands.
pub(super) fn state_chip(t: &Texts, stood: &Stood) -> Chip {
    let (look, key) = if stood.to_pay_grosze() == 0 {
        ("good", "due-state-paid")
    } else if stood.standing.put_off_grosze > 0
        && stood.standing.put_off_grosze == stood.standing.principal_grosze
    {
        ("plain", "due-state-agreed")
    } else if stood.standing.is_arrear {
        ("bad", "due-state-late")
    } else {
        ("plain", "due-state-open")
    };
    Chip { look, text: t.get(key) }
}

/// Why a term is another day than the plan's.
pub(super) fn moved_text(t: &Texts, moved: &str) -> String {
    t.get(match moved {
        "late-delivery" => "due-moved-late-delivery",
        "free-day" => "due-moved-free-day",
        _ => "due-moved-both",
    })
}

/// What a step of an allocation paid: "42,00 zł na należność, 3,00 zł odsetek".
pub(super) fn part_text(t: &Texts, part: &Part) -> String {
    let parts = [
        ("due-part-cost", part.paid.cost_grosze),
        ("due-part-principal", part.paid.principal_grosze),
        ("due-part-interest", part.paid.interest_grosze),
    ];
    let said = parts.into_iter().filter(|(_, grosze)| *grosze > 0);
    said.map(|(key, grosze)| t.args(key, &[("amount", money(t, grosze).into())]))
        .collect::<Vec<_>>()
        .join(", ")
}

/// Why a step came, and by which article.
pub(super) fn why_text(t: &Texts, part: &Part) -> String {
    let why = t.get(&format!("due-why-{}", part.why.code()));
    let article = match part.division.article() {
        Some(division) => format!("{}, {division}", part.why.article()),
        None => part.why.article().to_owned(),
    };
    format!("{why} ({article})")
}

/// How a payment was divided, as a table; names of dues by their ids.
pub(super) fn allocation_table(
    t: &Texts,
    allocation: &Allocation,
    name_of: impl Fn(&str) -> String,
) -> Table {
    let mut rows: Vec<Vec<Cell>> = allocation
        .parts
        .iter()
        .map(|part| {
            vec![
                Cell::text(name_of(&part.debt)),
                Cell::number(money(t, part.paid.total_grosze())).below(part_text(t, part)),
                Cell::text(why_text(t, part)),
            ]
        })
        .collect();
    if allocation.rest_grosze > 0 {
        let why = allocation.proposal.map_or_else(
            || t.get("due-rest-kept"),
            |proposal| {
                format!("{} ({})", t.get(&format!("due-proposal-{}", proposal.code())), proposal.article())
            },
        );
        rows.push(vec![
            Cell::text(t.get("due-rest")),
            Cell::number(money(t, allocation.rest_grosze)),
            Cell::text(why),
        ]);
    }
    Table {
        caption: t.get("due-split-title"),
        head: vec![
            (t.get("due-col-due"), false),
            (t.get("due-col-amount"), true),
            (t.get("due-col-why"), false),
        ],
        rows,
    }
}

/// "10,5 %".
pub(super) fn rate_text(t: &Texts, rate: law::tables::Rate) -> String {
    let text = rate.to_string();
    format!("{}\u{a0}%", if t.lang() == "pl" { text.replace('.', ",") } else { text })
}

/// How interest was reckoned, stretch by stretch.
pub(super) fn interest_table(t: &Texts, interest: &Interest) -> Table {
    let rows = interest.periods.iter().map(|period| {
        vec![
            Cell::text(format!("{}–{}", short_day(period.from), short_day(period.to))),
            Cell::number(period.days.to_string()),
            Cell::number(rate_text(t, period.rate)),
            Cell::number(money(t, period.principal_grosze)),
            Cell::number(exact(t, period.exact)),
        ]
    });
    Table {
        caption: t.get("due-interest-title"),
        head: vec![
            (t.get("due-col-days-from"), false),
            (t.get("due-col-days"), true),
            (t.get("due-col-rate"), true),
            (t.get("due-col-principal"), true),
            (t.get("due-col-exact"), true),
        ],
        rows: rows.collect(),
    }
}

fn exact(t: &Texts, fraction: law::Fraction) -> String {
    let text = fraction.zloty(4);
    let text = if t.lang() == "pl" { text.replace('.', ",") } else { text };
    format!("{text}\u{a0}zł")
}

/// Adds of the interest what a table does not say: the sum, or why nothing is charged.
pub(super) fn interest_sum(t: &Texts, interest: &Interest) -> String {
    match interest.waived_up_to_grosze {
        Some(limit) => t.args(
            "due-interest-waived",
            &[("exact", exact(t, interest.exact).into()), ("limit", money(t, limit).into())],
        ),
        None => t.args(
            "due-interest-sum",
            &[
                ("exact", exact(t, interest.exact).into()),
                ("charged", money(t, interest.charged_grosze).into()),
            ],
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_as_people_type_them() {
        for (text, grosze) in [("1 017,50", 101_750), ("1017.5 zł", 101_750), ("3", 300), ("0,01", 1)] {
            assert_eq!(read_money(text), Some(grosze), "{text}");
        }
        for text in ["", "0", "-5", "1,234", "1e3", "10 EUR", "99999999999999999999"] {
            assert_eq!(read_money(text), None, "{text}");
        }
    }
}
