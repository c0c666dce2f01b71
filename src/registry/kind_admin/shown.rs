//! What the pages of kinds show: words for types and breaks, choices, examples.

use serde_json::Value;

use super::{
    definition::{AttributeType, properties_in_order},
    impact::Broken,
    mend::{Break, Mend, Mends, NOT_IN_LIST, READABLE, REMOVED, REQUIRED, Watched, convert, misfit},
};
use crate::{
    kernel::Lang,
    platform::i18n::Texts,
    ui::views::{BreakView, Choice, Example, Link},
};

/// Icons that make a sign for a kind, with the keys of their names.
pub(super) const ICONS: [(&str, &str); 30] = [
    ("lamp", "kinds-icon-lamp"),
    ("bench", "kinds-icon-bench"),
    ("bin", "kinds-icon-bin"),
    ("tree", "kinds-icon-tree"),
    ("green", "kinds-icon-green"),
    ("barrier", "kinds-icon-barrier"),
    ("path", "kinds-icon-path"),
    ("gate", "kinds-icon-gate"),
    ("cemetery", "kinds-icon-cemetery"),
    ("sector", "kinds-icon-sector"),
    ("grave", "kinds-icon-grave"),
    ("pin", "kinds-icon-pin"),
    ("hydrant", "kinds-icon-hydrant"),
    ("sign", "kinds-icon-sign"),
    ("playground", "kinds-icon-playground"),
    ("bicycles", "kinds-icon-bicycles"),
    ("stop", "kinds-icon-stop"),
    ("manhole", "kinds-icon-manhole"),
    ("fountain", "kinds-icon-fountain"),
    ("monument", "kinds-icon-monument"),
    ("parking", "kinds-icon-parking"),
    ("toilet", "kinds-icon-toilet"),
    ("picnic", "kinds-icon-picnic"),
    ("flag", "kinds-icon-flag"),
    ("cabinet", "kinds-icon-cabinet"),
    ("pole", "kinds-icon-pole"),
    ("shelter", "kinds-icon-shelter"),
    ("bridge", "kinds-icon-bridge"),
    ("building", "kinds-icon-building"),
    ("water", "kinds-icon-water"),
];

/// Kinds on whose shape and place in the town Reeve itself relies, with the attributes that it reads.
const RELIED_ON: [(&str, &[&str]); 6] = [
    ("cemeteries", &["name"]),
    ("sectors", &[]),
    ("graves", &["sector", "row", "number", "type", "inscription"]),
    ("gates", &["name", "access", "locked", "opening_hours", "wheelchair"]),
    (
        "paths",
        &[
            "class",
            "name",
            "surface",
            "width_m",
            "incline_pct",
            "step_count",
            "step_free",
            "wheelchair",
            "access",
        ],
    ),
    ("barriers", &[]),
];

/// Attributes of a kind that Reeve itself reads; `None` when it does not rely on the kind.
pub(super) fn relied_on(slug: &str) -> Option<&'static [&'static str]> {
    RELIED_ON.into_iter().find(|(kind, _)| *kind == slug).map(|(_, keys)| keys)
}

pub(super) fn icons(t: &Texts) -> Vec<Link> {
    ICONS.into_iter().map(|(name, key)| Link { href: name.to_owned(), text: t.get(key) }).collect()
}

fn choices(names: &[(&str, &str)], chosen: &str, t: &Texts) -> Vec<Choice> {
    names
        .iter()
        .map(|(name, key)| Choice { value: (*name).to_owned(), label: t.get(key), selected: *name == chosen })
        .collect()
}

const GEOMETRIES: [(&str, &str); 4] = [
    ("point", "kinds-geometry-point"),
    ("line", "kinds-geometry-line"),
    ("area", "kinds-geometry-area"),
    ("any", "kinds-geometry-any"),
];

pub(super) fn geometries(chosen: &str, t: &Texts) -> Vec<Choice> {
    choices(&GEOMETRIES, chosen, t)
}

pub(super) fn geometry_words(name: &str, t: &Texts) -> String {
    GEOMETRIES.iter().find(|(known, _)| *known == name).map_or_else(String::new, |(_, key)| t.get(key))
}

pub(super) fn domains(chosen: &str, t: &Texts) -> Vec<Choice> {
    let names = [
        ("inventory", "kinds-domain-inventory"),
        ("cemetery", "kinds-domain-cemetery"),
        ("network", "kinds-domain-network"),
        ("cadastre", "kinds-domain-cadastre"),
    ];
    choices(&names, chosen, t)
}

pub(super) fn types(t: &Texts) -> Vec<Choice> {
    AttributeType::ALL
        .into_iter()
        .map(|(_, name, key)| Choice { value: name.to_owned(), label: t.get(key), selected: false })
        .collect()
}

/// A value as people read it, by the schema under which it was written.
fn value_text(value: &Value, schema: &Value, t: &Texts) -> String {
    let word = |text: &str| {
        let said = schema.get("x-enum").and_then(|words| words.get(text)?.get(t.lang())?.as_str());
        said.unwrap_or(text).to_owned()
    };
    let text = match value {
        Value::Null => return t.get("kinds-value-none"),
        Value::Bool(true) => t.get("kinds-yes"),
        Value::Bool(false) => t.get("kinds-no"),
        Value::Number(number) if t.lang() == Lang::Pl.tag() => number.to_string().replace('.', ","),
        Value::String(text) => word(text),
        Value::Array(items) => items
            .iter()
            .map(|item| item.as_str().map_or_else(|| item.to_string(), word))
            .collect::<Vec<_>>()
            .join(", "),
        other => other.to_string(),
    };
    let short: String = text.chars().take(80).collect();
    if short.len() < text.len() { format!("{short}…") } else { short }
}

fn title(schema: &Value, key: &str, t: &Texts) -> String {
    let text = |name: &str| schema.get(name).and_then(Value::as_str);
    let english = (t.lang() == Lang::En.tag()).then(|| text("x-title-en")).flatten();
    english.or_else(|| text("title")).unwrap_or(key).to_owned()
}

/// The title of an attribute, by its new schema or, when it goes, by its old one.
fn watched_title(one: &Watched, t: &Texts) -> String {
    title(one.new.as_ref().unwrap_or(&one.old), &one.key, t)
}

/// What the form calls a break.
pub(super) fn break_name(found: &Break) -> String {
    format!("{}|{}|{}", found.key, found.code, found.value.as_deref().unwrap_or_default())
}

/// What was chosen for a break, by the fields of the form; the text is what is wrong with the choice.
pub(super) fn chosen(
    found: &Break,
    schema: &Value,
    field: impl Fn(&str) -> String,
    t: &Texts,
) -> Result<Option<Mend>, String> {
    let name = break_name(found);
    match field(&format!("mend|{name}")).as_str() {
        "leave" => Ok(Some(Mend::Leave)),
        "clear" if found.code != REQUIRED => Ok(Some(Mend::Clear)),
        "convert" if found.code == READABLE => Ok(Some(Mend::Convert)),
        "set" => {
            let typed = field(&format!("set|{name}"));
            if typed.trim().is_empty() {
                return Err(t.get("kinds-mend-set-empty"));
            }
            let typed = Value::from(typed.trim());
            // A single stranger of a list of several becomes one of its values, not a list.
            let of = match (schema.get("type").and_then(Value::as_str), found.code, &found.value) {
                (Some("array"), NOT_IN_LIST, Some(_)) => schema.get("items").unwrap_or(schema),
                _ => schema,
            };
            let value = if misfit(of, &typed).is_none() { Some(typed) } else { convert(&typed, of) };
            value.map(|value| Some(Mend::Set(value))).ok_or_else(|| t.get("kinds-mend-set-wrong"))
        }
        _ => Ok(None),
    }
}

/// A break as the page shows it.
pub(super) fn break_view(
    found: &Break,
    seen: &Broken,
    one: &Watched,
    mends: &Mends,
    typed: (String, Option<String>),
    t: &Texts,
) -> BreakView {
    let count = [("n", seen.count.into())];
    let says = match (found.code, &found.value) {
        (REMOVED, _) => t.args("kinds-breaks-removed", &count),
        (READABLE, _) => t.args("kinds-breaks-readable", &count),
        (REQUIRED, _) => t.args("kinds-breaks-required", &count),
        (NOT_IN_LIST, Some(value)) => {
            let shown = value_text(&Value::from(value.as_str()), &one.old, t);
            t.args("kinds-breaks-value", &[("n", seen.count.into()), ("value", shown.into())])
        }
        (NOT_IN_LIST, None) => t.args("kinds-breaks-values", &count),
        ("too-small" | "too-large", _) => t.args("kinds-breaks-range", &count),
        ("too-long", _) => t.args("kinds-breaks-long", &count),
        ("not-a-date", _) => t.args("kinds-breaks-date", &count),
        ("not-a-number" | "not-a-whole-number", _) => t.args("kinds-breaks-number", &count),
        _ => t.args("kinds-breaks-type", &count),
    };
    let new = one.new.as_ref().unwrap_or(&Value::Null);
    let list = new.get("enum").or_else(|| new.pointer("/items/enum")).and_then(Value::as_array);
    let mut values: Vec<Choice> = list
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .map(|value| Choice {
            value: value.to_owned(),
            label: value_text(&Value::from(value), new, t),
            selected: typed.0 == value,
        })
        .collect();
    if new.get("type").and_then(Value::as_str) == Some("boolean") {
        values = [("true", "kinds-yes"), ("false", "kinds-no")]
            .into_iter()
            .map(|(value, key)| Choice { value: value.into(), label: t.get(key), selected: typed.0 == value })
            .collect();
    }
    BreakView {
        name: break_name(found),
        attribute: watched_title(one, t),
        says,
        examples: seen
            .examples
            .iter()
            .map(|thing| Example {
                link: Link {
                    href: format!("/desk/assets/{}", thing.id),
                    text: thing.label.clone().unwrap_or_else(|| thing.number.to_string()),
                },
                value: value_text(&thing.value, &one.old, t),
            })
            .collect(),
        mends: mend_choices(found, mends.get(found), typed.1.is_some(), t),
        values,
        typed: typed.0,
        fault: typed.1,
    }
}

fn mend_choices(found: &Break, chosen: Option<&Mend>, sets: bool, t: &Texts) -> Vec<Choice> {
    if found.code == REMOVED {
        return Vec::new();
    }
    let mut names = Vec::new();
    if found.code == READABLE {
        names.push(("convert", "kinds-mend-convert"));
    }
    names.push(if found.code == REQUIRED {
        ("leave", "kinds-mend-leave-missing")
    } else {
        ("leave", "kinds-mend-leave")
    });
    names.push(("set", "kinds-mend-set"));
    if found.code != REQUIRED {
        names.push(("clear", "kinds-mend-clear"));
    }
    let chosen = match chosen {
        _ if sets => "set",
        Some(Mend::Leave) => "leave",
        Some(Mend::Clear) => "clear",
        Some(Mend::Set(_)) => "set",
        Some(Mend::Convert) => "convert",
        None if found.code == READABLE => "convert",
        None => "leave",
    };
    choices(&names, chosen, t)
}

/// What a change says to everybody, beyond what breaks; `labels` go with an attribute that becomes private.
pub(super) fn notes(old: &Value, new: &Value, count: u64, labels: u64, t: &Texts) -> Vec<String> {
    let is_public = |definition: &Value| definition.get("public") == Some(&Value::Bool(true));
    let mut notes = Vec::new();
    if count > 0 && is_public(old) != is_public(new) {
        let key = if is_public(new) { "kinds-note-public" } else { "kinds-note-private" };
        notes.push(t.args(key, &[("n", count.into())]));
    }
    let hidden = |schema: &Value| schema.get("x-public") == Some(&Value::Bool(false));
    let before = properties_in_order(old);
    for (key, schema) in properties_in_order(new) {
        let was = before.iter().find(|(other, _)| *other == key).map(|(_, schema)| hidden(schema));
        let shown = title(schema, key, t);
        match (was, hidden(schema)) {
            (Some(true), false) if count > 0 => {
                notes.push(t.args("kinds-note-attribute-public", &[("name", shown.into())]));
            }
            (Some(false), true) if count > 0 => {
                notes.push(t.args("kinds-note-attribute-private", &[("name", shown.into())]));
            }
            _ => {}
        }
    }
    if labels > 0 {
        notes.push(t.args("kinds-note-labels", &[("n", labels.into())]));
    }
    notes
}

#[cfg(test)]
mod tests {
    #[test]
    fn icons_are_in_the_sprite() {
        let sprite: serde_json::Value =
            serde_json::from_str(include_str!("../../../static/src/icons.json")).unwrap();
        for (name, _) in super::ICONS {
            assert!(sprite.get(name).is_some(), "{name}");
        }
    }
}
