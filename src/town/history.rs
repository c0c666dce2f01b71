//! What changed from one version to the next, in words. Pure.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::{platform::i18n::Texts, ui::views::TownChange};

/// Longest value that is shown of a change, in characters.
const LONGEST_SHOWN: usize = 160;

/// The fields that differ between two versions, in the order of their forms.
pub(super) fn changes(was: Option<&Value>, became: &Value, t: &Texts) -> Vec<TownChange> {
    let mut before = BTreeMap::new();
    let mut after = BTreeMap::new();
    if let Some(was) = was {
        flatten("", was, &mut before);
    }
    flatten("", became, &mut after);
    let mut paths: Vec<&String> = before.keys().chain(after.keys()).collect();
    paths.sort_by_key(|path| (place(path), path.as_str()));
    paths.dedup();
    let value = |values: &BTreeMap<String, String>, path: &str| values.get(path).cloned().unwrap_or_default();
    paths
        .into_iter()
        .map(|path| (path, value(&before, path), value(&after, path)))
        .filter(|(_, was, became)| was != became)
        .map(|(path, was, became)| TownChange {
            label: label(path, t),
            was: shown(path, &was, t),
            became: shown(path, &became, t),
        })
        .collect()
}

/// Texts by their paths, `office.name.pl`.
fn flatten(path: &str, value: &Value, into: &mut BTreeMap<String, String>) {
    let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    match value {
        Value::Object(fields) => fields.iter().for_each(|(name, value)| flatten(&below(name), value, into)),
        Value::Array(rows) => {
            rows.iter().enumerate().for_each(|(row, value)| flatten(&below(&row.to_string()), value, into));
        }
        Value::Null => {}
        Value::String(text) => {
            into.insert(path.to_owned(), text.clone());
        }
        other => {
            into.insert(path.to_owned(), other.to_string());
        }
    }
}

/// Fields by their paths, with the keys of their labels, in the order of the forms.
const LABELS: [(&str, &str); 37] = [
    ("name", "town-name"),
    ("crest", "town-crest"),
    ("colour", "town-colour"),
    ("office.name.pl", "town-office-name-pl"),
    ("office.name.en", "town-office-name-en"),
    ("office.address", "town-address"),
    ("office.email", "town-email"),
    ("office.phone", "town-phone"),
    ("office.hours.pl", "town-hours-pl"),
    ("office.hours.en", "town-hours-en"),
    ("office.officer_name", "town-officer-name"),
    ("office.officer_email", "town-officer-email"),
    ("office.officer_phone", "town-officer-phone"),
    ("published", "town-published"),
    ("updated", "town-updated"),
    ("status", "town-status"),
    ("gaps", "town-gaps"),
    ("burden_url", "town-burden-url"),
    ("prepared", "town-prepared"),
    ("reviewed", "town-reviewed"),
    ("method", "town-method"),
    ("assessor", "town-assessor"),
    ("report_url", "town-report-url"),
    ("features.pl", "town-features-pl"),
    ("features.en", "town-features-en"),
    ("person", "town-person"),
    ("email", "town-a11y-email"),
    ("phone", "town-a11y-phone"),
    ("apps", "town-apps"),
    ("app_list", "town-app-name"),
    ("architecture.pl", "town-architecture-pl"),
    ("architecture.en", "town-architecture-en"),
    ("architecture_url", "town-architecture-url"),
    ("communication.pl", "town-communication-pl"),
    ("communication.en", "town-communication-en"),
    ("interpreter", "town-interpreter"),
    ("interpreter_url", "town-interpreter-url"),
];

fn known(path: &str) -> Option<(usize, &'static str)> {
    LABELS
        .iter()
        .position(|(known, _)| {
            path == *known || path.strip_prefix(known).is_some_and(|rest| rest.starts_with('.'))
        })
        .map(|at| (at, LABELS[at].1))
}

fn place(path: &str) -> usize {
    known(path).map_or(LABELS.len(), |(at, _)| at)
}

/// "Name of the town"; "Contents that are not accessible 2 (pl)".
fn label(path: &str, t: &Texts) -> String {
    let Some((_, key)) = known(path) else { return path.to_owned() };
    let mut label = t.get(key);
    let row = path.split('.').find_map(|part| part.parse::<u64>().ok());
    if let Some(row) = row {
        label = format!("{label} {}", row + 1);
    }
    match path.rsplit('.').next() {
        Some(lang @ ("pl" | "en")) if row.is_some() => format!("{label} ({lang})"),
        _ => label,
    }
}

/// A value as people read it. Sums say nothing to them.
fn shown(path: &str, value: &str, t: &Texts) -> String {
    if value.is_empty() {
        return t.get("town-nothing");
    }
    let key = match (path, value) {
        ("crest", _) => {
            return t.args("town-crest-sum", &[("sum", value.get(..8).unwrap_or_default().into())]);
        }
        ("status", "full") => "town-status-full",
        ("status", "partial") => "town-status-partial",
        ("status", "none") => "town-status-none",
        ("method", "own") => "town-method-own",
        ("method", "external") => "town-method-external",
        ("apps", "none") => "town-apps-none",
        ("apps", "some") => "town-apps-some",
        ("interpreter", "online") => "town-interpreter-online",
        ("interpreter", "asked") => "town-interpreter-asked",
        ("interpreter", "none") => "town-interpreter-none",
        (path, "breach") if path.ends_with(".reason") => "town-reason-breach",
        (path, "exempt") if path.ends_with(".reason") => "town-reason-exempt",
        (path, "burden") if path.ends_with(".reason") => "town-reason-burden",
        _ if value.chars().count() > LONGEST_SHOWN => {
            return value.chars().take(LONGEST_SHOWN).chain(['…']).collect();
        }
        _ => return value.to_owned(),
    };
    t.get(key)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{kernel::Lang, platform::i18n::texts};

    #[test]
    fn only_what_differs_is_told_in_the_forms_order() {
        let t = texts(Lang::En);
        let was = json!({ "name": "A", "colour": "#0d5c63", "office": { "phone": "1", "name": { "pl": "U", "en": "" } } });
        let became = json!({ "name": "B", "colour": "#0d5c63", "office": { "phone": "", "name": { "pl": "U", "en": "O" } } });
        let told: Vec<_> =
            changes(Some(&was), &became, t).into_iter().map(|one| (one.label, one.was, one.became)).collect();
        let nothing = t.get("town-nothing");
        assert_eq!(
            told,
            [
                (t.get("town-name"), "A".into(), "B".into()),
                (t.get("town-office-name-en"), nothing.clone(), "O".into()),
                (t.get("town-phone"), "1".into(), nothing),
            ]
        );
    }

    #[test]
    fn rows_are_told_by_their_number() {
        let t = texts(Lang::En);
        let became = json!({ "gaps": [{ "what": { "pl": "a" }, "reason": "burden" }], "interpreter_url": "https://a.example" });
        let told = changes(None, &became, t);
        let gaps = t.get("town-gaps");
        let labels: Vec<_> = told.iter().map(|one| one.label.as_str()).collect();
        assert_eq!(labels, [format!("{gaps} 1"), format!("{gaps} 1 (pl)"), t.get("town-interpreter-url")]);
        assert_eq!(told[0].became, t.get("town-reason-burden"));
    }
}
