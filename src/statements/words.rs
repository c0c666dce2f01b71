//! Amounts, states and reasons as pages show them.

use super::{
    model::{How, Why},
    report::Refusal,
    store::State,
};
use crate::{
    platform::i18n::Texts,
    ui::{money::money, views::Chip},
};

/// An account of 26 digits as people read it; other names as they are.
pub(super) fn account_text(account: &str) -> String {
    if account.len() != 26 || !account.bytes().all(|byte| byte.is_ascii_digit()) {
        return account.to_owned();
    }
    let mut text = String::with_capacity(32);
    for (place, digit) in account.chars().enumerate() {
        if place >= 2 && (place - 2) % 4 == 0 {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

pub(super) fn state_chip(t: &Texts, state: State, why: Option<Why>) -> Chip {
    let (look, key) = match (state, why) {
        (State::Booked, _) => ("good", "entry-state-booked"),
        (State::Held, _) => ("unsure", "entry-state-held"),
        (State::Listed, Some(_)) => ("unsure", "entry-state-unclear"),
        (State::Listed, None) => ("plain", "entry-state-listed"),
        (State::Returned, _) => ("plain", "entry-state-returned"),
        (State::Reversed, _) => ("bad", "entry-state-reversed"),
        (State::Covered, _) => ("good", "entry-state-covered"),
    };
    Chip { look, text: t.get(key) }
}

pub(super) fn how_text(t: &Texts, how: How) -> String {
    t.get(match how {
        How::Virtual => "entry-how-virtual",
        How::Token => "entry-how-token",
        How::Rule => "entry-how-rule",
        How::Hand => "entry-how-hand",
    })
}

pub(super) fn why_text(t: &Texts, why: Why) -> String {
    t.get(match why {
        Why::NothingKnown => "entry-why-nothing-known",
        Why::UnknownDue => "entry-why-unknown-due",
        Why::Contradiction => "entry-why-contradiction",
        Why::AmountDiffers => "entry-why-amount-differs",
        Why::UnclearReversal => "entry-why-unclear-reversal",
        Why::Undone => "entry-why-undone",
    })
}

/// What a decision was.
pub(super) fn decision_text(t: &Texts, kind: &str, details: &serde_json::Value) -> String {
    let detail = |name: &str| details.get(name).and_then(|value| value.as_str()).unwrap_or_default();
    match kind {
        "booked" => {
            let how = How::from_name(detail("how")).map(|how| how_text(t, how)).unwrap_or_default();
            t.args("entry-did-booked", &[("how", how.into())])
        }
        "held" => {
            let why = Why::from_name(detail("why")).map(|why| why_text(t, why)).unwrap_or_default();
            t.args("entry-did-held", &[("why", why.into())])
        }
        "listed" => t.get("entry-did-listed"),
        "assigned" => match details.get("rest_grosze").and_then(serde_json::Value::as_i64) {
            Some(rest) if rest > 0 => t.args("entry-did-assigned-part", &[("rest", money(t, rest).into())]),
            _ => t.get("entry-did-assigned"),
        },
        "returned" => {
            let grosze = details.get("grosze").and_then(serde_json::Value::as_i64).unwrap_or_default();
            t.args("entry-did-returned", &[("amount", money(t, grosze).into())])
        }
        "covered" if !detail("contract").is_empty() => {
            let values = [
                ("contract", detail("contract").to_owned().into()),
                ("payout", detail("payout").to_owned().into()),
            ];
            t.args("entry-did-covered", &values)
        }
        "covered" => t.get("entry-did-covered-list"),
        "undone" => t.get("entry-did-undone"),
        "reversed" => t.get("entry-did-reversed"),
        "reversing" => t.get("entry-did-reversing"),
        "remembered" => t.get("entry-did-remembered"),
        other => other.to_owned(),
    }
}

/// Why a file is refused, in the language of the page: what is wrong, where, and how to mend it.
pub(super) fn refusal_text(t: &Texts, refusal: &Refusal) -> String {
    let mut place = String::new();
    let mut values = Vec::new();
    for (name, value) in refusal.parameters() {
        match (name.strip_suffix("_grosze"), value.parse::<i64>()) {
            (Some(name), Ok(grosze)) => values.push((name, money(t, grosze))),
            _ => values.push((name, value)),
        }
    }
    let value = |name: &str| values.iter().find(|(own, _)| *own == name).map(|(_, value)| value.clone());
    if let Some(line) = value("line") {
        place = t.args("statement-at-line", &[("line", line.into())]);
    }
    if let Some(path) = value("path") {
        place = format!("{place} {}", t.args("statement-at-path", &[("path", path.into())]));
    }
    let values: Vec<_> = values.into_iter().map(|(name, value)| (name, value.into())).collect();
    let code = refusal.code();
    let text = t.args(&format!("refused-{}", code.strip_prefix("statement-").unwrap_or(code)), &values);
    if place.is_empty() { text } else { format!("{}: {text}", place.trim()) }
}
