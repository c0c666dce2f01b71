//! Which values would not fit a changed schema, and what becomes of them. Pure.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde_json::{Map, Value};

use super::definition::{properties_in_order, required_keys};
use crate::{kernel::Lang, platform::i18n::texts, registry::editing::faults::value_fault};

/// An attribute whose values have to be looked at, because its schema now says something else.
#[derive(Debug, Clone)]
pub(super) struct Watched {
    pub(super) key: String,
    /// Its schema before.
    pub(super) old: Value,
    /// Its schema from now on; `None` when the attribute goes.
    pub(super) new: Option<Value>,
    required: bool,
}

/// What would not fit: an attribute, why, and which value when values are told apart.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Break {
    pub(super) key: String,
    pub(super) code: &'static str,
    pub(super) value: Option<String>,
}

/// The attribute goes, and the thing has a value.
pub(super) const REMOVED: &str = "removed";
/// The value can be read as one of the new type.
pub(super) const READABLE: &str = "readable";
/// The value is missing and has to be there.
pub(super) const REQUIRED: &str = "required";
/// The value is none of the list.
pub(super) const NOT_IN_LIST: &str = "not-in-list";

/// What becomes of the values of a [`Break`].
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Mend {
    /// They stay, and stand on the list of what wants doing.
    Leave,
    /// They are taken out; the history keeps them.
    Clear,
    /// They become this.
    Set(Value),
    /// They are read as values of the new type.
    Convert,
}

/// Choices of whoever changes the kind.
pub(super) type Mends = BTreeMap<Break, Mend>;

/// Parts of an attribute's schema that say which values fit.
const LIMITS: [&str; 7] = ["type", "enum", "items", "format", "minimum", "maximum", "maxLength"];

/// The attributes whose values have to be looked at.
pub(super) fn watched(old: &Value, new: &Value) -> Vec<Watched> {
    let (was_required, required) = (required_keys(old), required_keys(new));
    let new_properties: BTreeMap<&str, &Value> = properties_in_order(new).into_iter().collect();
    let known = properties_in_order(old);
    let added = properties_in_order(new)
        .into_iter()
        .filter(|(key, _)| required.contains(key) && !known.iter().any(|(other, _)| other == key))
        .map(|(key, schema)| (key, Value::Null, Some(schema)));
    let kept = known.iter().map(|(key, schema)| (*key, (*schema).clone(), new_properties.get(key).copied()));
    kept.chain(added)
        .filter(|(key, old, new)| match new {
            None => true,
            Some(new) => {
                LIMITS.iter().any(|limit| old.get(limit) != new.get(limit))
                    || (required.contains(key) && !was_required.contains(key))
            }
        })
        .map(|(key, old, new)| Watched {
            key: key.to_owned(),
            old,
            new: new.cloned(),
            required: required.contains(key),
        })
        .collect()
}

impl Watched {
    /// What would not fit of one thing; a list may have several values that are none any more.
    pub(super) fn breaks(&self, attributes: &Map<String, Value>) -> Vec<Break> {
        let found = |code, value: Option<&str>| Break {
            key: self.key.clone(),
            code,
            value: value.filter(|text| text.chars().count() <= LONGEST_TOLD_APART).map(str::to_owned),
        };
        let value = attributes.get(&self.key).filter(|value| !value.is_null() && *value != "");
        let Some(schema) = &self.new else {
            return value.map(|_| found(REMOVED, None)).into_iter().collect();
        };
        let Some(value) = value else {
            return if self.required { vec![found(REQUIRED, None)] } else { Vec::new() };
        };
        let Some(code) = misfit(schema, value) else { return Vec::new() };
        if convert(value, schema).is_some() {
            return vec![found(READABLE, None)];
        }
        match value {
            Value::String(text) if code == NOT_IN_LIST => vec![found(code, Some(text))],
            Value::Array(items) if code == NOT_IN_LIST => {
                let of = schema.get("items").unwrap_or(&Value::Null);
                let strangers = items.iter().filter(|item| misfit(of, item).is_some());
                strangers.map(|item| found(code, item.as_str())).collect()
            }
            _ => vec![found(code, None)],
        }
    }

    /// Does to one thing's attributes what was chosen; answers whether anything changed.
    pub(super) fn mend(&self, attributes: &mut Map<String, Value>, mends: &Mends) -> bool {
        let mut changed = false;
        for found in self.breaks(attributes) {
            let chosen = mends.get(&found).or_else(|| mends.get(&Break { value: None, ..found.clone() }));
            let mend = if found.code == REMOVED { &Mend::Clear } else { chosen.unwrap_or(&Mend::Leave) };
            changed |= self.apply(attributes, &found, mend);
        }
        changed
    }

    fn apply(&self, attributes: &mut Map<String, Value>, found: &Break, mend: &Mend) -> bool {
        if let (Some(Value::Array(items)), NOT_IN_LIST, Some(stranger)) =
            (attributes.get_mut(&self.key), found.code, &found.value)
        {
            let Some(at) = items.iter().position(|item| item == stranger.as_str()) else { return false };
            match mend {
                Mend::Set(value) if !items.contains(value) => {
                    if let Some(item) = items.get_mut(at) {
                        *item = value.clone();
                    }
                }
                Mend::Set(_) | Mend::Clear => {
                    items.remove(at);
                }
                Mend::Leave | Mend::Convert => return false,
            }
            if items.is_empty() {
                attributes.remove(&self.key);
            }
            return true;
        }
        let new = match mend {
            Mend::Leave => return false,
            Mend::Clear => None,
            Mend::Set(value) => Some(value.clone()),
            Mend::Convert => {
                let schema = self.new.as_ref().unwrap_or(&Value::Null);
                match attributes.get(&self.key).and_then(|value| convert(value, schema)) {
                    Some(value) => Some(value),
                    None => return false,
                }
            }
        };
        match new {
            Some(value) => attributes.insert(self.key.clone(), value),
            None => attributes.remove(&self.key),
        };
        true
    }
}

/// Values longer than this are not told apart.
const LONGEST_TOLD_APART: usize = 100;

/// Why a value does not fit an attribute's schema, as the rules of editing say it; `None` when it does.
pub(super) fn misfit(schema: &Value, value: &Value) -> Option<&'static str> {
    value_fault(schema, value, texts(Lang::Pl)).map(|(code, _)| code)
}

/// A value read as one that fits a schema: "12,5" as a number, 12 as a text, "Stalowy" as the list's value with these
/// words. `None` when it cannot be read without loss.
pub(super) fn convert(value: &Value, schema: &Value) -> Option<Value> {
    let text = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Bool(yes) => yes.to_string(),
        Value::Array(items) => match items.as_slice() {
            [Value::String(only)] => only.clone(),
            _ => return None,
        },
        Value::Null | Value::Object(_) => return None,
    };
    let number = || text.replace(',', ".").replace([' ', '\u{a0}'], "");
    let read = match schema.get("type").and_then(Value::as_str)? {
        "number" => match number().parse::<i64>() {
            Ok(whole) => whole.into(),
            Err(_) => Value::from(number().parse::<f64>().ok().filter(|n| n.is_finite())?),
        },
        "integer" => match number().parse::<i64>() {
            Ok(whole) => whole.into(),
            Err(_) => {
                let exact = number().parse::<f64>().ok().filter(|n| n.fract() == 0.0 && n.abs() < 9e15)?;
                Value::from(exact as i64)
            }
        },
        "boolean" => match text.to_lowercase().as_str() {
            "true" | "tak" | "yes" | "1" => true.into(),
            "false" | "nie" | "no" | "0" => false.into(),
            _ => return None,
        },
        "array" => {
            let of = schema.get("items")?;
            Value::from(vec![named(&text, of, schema).unwrap_or(text.into())])
        }
        _ if schema.get("format").and_then(Value::as_str) == Some("date") => {
            let date = ["%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y"]
                .iter()
                .find_map(|form| NaiveDate::parse_from_str(&text, form).ok())?;
            date.to_string().into()
        }
        _ => named(&text, schema, schema).unwrap_or(text.into()),
    };
    misfit(schema, &read).is_none().then_some(read)
}

/// The value of a list with this name or these words.
fn named(text: &str, choices: &Value, words: &Value) -> Option<Value> {
    let text = text.to_lowercase();
    let words = words.get("x-enum");
    choices.get("enum")?.as_array()?.iter().filter_map(Value::as_str).find_map(|value| {
        let said =
            |lang: &str| words.and_then(|words| words.get(value)?.get(lang)?.as_str()).map(str::to_lowercase);
        let same = value.to_lowercase() == text
            || said("pl").as_ref() == Some(&text)
            || said("en").as_ref() == Some(&text);
        same.then(|| value.into())
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_read_without_loss_or_not_at_all() {
        assert_eq!(convert(&json!("12,50"), &json!({ "type": "number" })), Some(json!(12.5)));
        assert_eq!(convert(&json!("ok. 12"), &json!({ "type": "number" })), None);
        assert_eq!(convert(&json!(12), &json!({ "type": "string", "maxLength": 9 })), Some(json!("12")));
        assert_eq!(convert(&json!(12.5), &json!({ "type": "integer" })), None);
        assert_eq!(
            convert(&json!("3.05.1912"), &json!({ "type": "string", "format": "date" })),
            Some(json!("1912-05-03"))
        );
        let list = json!({ "type": "string", "enum": ["steel"], "x-enum": { "steel": { "pl": "Stalowy" } } });
        assert_eq!(convert(&json!("stalowy"), &list), Some(json!("steel")));
        assert_eq!(convert(&json!("drewniany"), &list), None);
        assert_eq!(convert(&json!("NaN"), &json!({ "type": "number" })), None);
    }

    #[test]
    fn each_item_of_a_list_is_mended_by_itself() {
        let definition = |values: Value| {
            json!({ "schema": { "properties": { "uses": {
            "type": "array", "items": { "type": "string", "enum": values } } } } })
        };
        let watched = watched(&definition(json!(["a", "b", "c"])), &definition(json!(["c"])));
        let mut attributes = json!({ "uses": ["a", "b", "c"] }).as_object().unwrap().clone();
        let found = watched[0].breaks(&attributes);
        assert_eq!(found.len(), 2);
        let mends = Mends::from([(found[0].clone(), Mend::Set(json!("c"))), (found[1].clone(), Mend::Clear)]);
        assert!(watched[0].mend(&mut attributes, &mends));
        assert_eq!(attributes["uses"], json!(["c"]));
    }
}
