//! Gestures, and what they come to. Pure.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::registry::editing::{Choice, Intent, state::State};

/// What a gesture did to one thing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GestureChange {
    /// The thing; a new one's id is made by the editor.
    pub asset: Uuid,
    /// Slug of its kind.
    pub kind: String,
    /// The version that the editor had loaded; null for a new thing.
    pub base_rev: Option<i32>,
    /// The state before, for the editor's undo; null when it was not there.
    #[schema(value_type = Option<Object>)]
    pub before: Option<Value>,
    /// The state after; null when it is removed.
    #[schema(value_type = Option<Object>)]
    pub after: Option<Value>,
}

/// One step of an editor, undone and done again as a whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Gesture {
    /// Made by the editor.
    pub id: Uuid,
    /// What the list of steps shows: "20 lamps in a row".
    pub label: String,
    /// When it was made, by the editor's clock.
    pub at: DateTime<Utc>,
    /// What it did.
    pub changes: Vec<GestureChange>,
}

/// A draft with its gestures.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Draft {
    /// Its id.
    pub id: Uuid,
    /// Its name, if it was given one.
    pub title: Option<String>,
    /// Counts the writes.
    pub version: i32,
    /// How many gestures are done; those behind it are undone.
    pub cursor: i32,
    /// The log.
    pub gestures: Vec<Gesture>,
    /// When it was begun.
    pub created_at: DateTime<Utc>,
    /// When it was last written.
    pub updated_at: DateTime<Utc>,
}

/// A draft in a list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DraftSummary {
    /// Its id.
    pub id: Uuid,
    /// Its name, if it was given one.
    pub title: Option<String>,
    /// Counts the writes.
    pub version: i32,
    /// How many gestures are done.
    pub gestures: i64,
    /// How many things they touch.
    pub assets: i64,
    /// When it was last written.
    pub updated_at: DateTime<Utc>,
}

/// A write of a draft: gestures from an index on are replaced.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DraftWrite {
    /// The version that the editor knows; 0 for a draft that is not there yet.
    pub version: i32,
    /// Index of the first gesture that is replaced.
    pub from: i32,
    /// What stands from there on.
    pub gestures: Vec<Gesture>,
    /// How many gestures are done.
    pub cursor: i32,
    /// Its name.
    #[serde(default)]
    pub title: Option<String>,
}

/// What is submitted with a draft.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DraftSubmit {
    /// The version that shall be submitted; another one is a conflict.
    pub version: Option<i32>,
    /// What the clerk says about it.
    #[serde(default)]
    pub comment: Option<String>,
    /// What was chosen where changes clash.
    #[serde(default)]
    pub choices: Vec<Choice>,
    /// Whether the draft came from a file; said by the program, never by whoever submits.
    #[serde(skip)]
    pub from_file: bool,
}

/// A state of a gesture that is none.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Unreadable {
    pub asset: Uuid,
    pub kind: String,
    pub why: String,
}

/// What gestures come to: for each thing the first version that was seen and the last state that was made.
pub(super) fn fold(gestures: &[Gesture]) -> (Vec<Intent>, Vec<Unreadable>) {
    let mut order = Vec::new();
    let mut last: BTreeMap<Uuid, (&GestureChange, Option<&Value>)> = BTreeMap::new();
    for change in gestures.iter().flat_map(|gesture| &gesture.changes) {
        let known = last.entry(change.asset).or_insert_with(|| {
            order.push(change.asset);
            (change, None)
        });
        known.1 = change.after.as_ref();
    }
    let (mut intents, mut unreadable) = (Vec::new(), Vec::new());
    for asset in order {
        let Some((first, after)) = last.get(&asset) else { continue };
        let after = match after.map(|value| serde_json::from_value::<State>((*value).clone())).transpose() {
            Ok(after) => after,
            Err(error) => {
                unreadable.push(Unreadable { asset, kind: first.kind.clone(), why: error.to_string() });
                continue;
            }
        };
        // Made and removed again within the draft: nothing ever was.
        if first.base_rev.is_some() || after.is_some() {
            intents.push(Intent { asset, kind: first.kind.clone(), base_rev: first.base_rev, after });
        }
    }
    (intents, unreadable)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn gesture(asset: Uuid, base_rev: Option<i32>, after: Option<Value>) -> Gesture {
        let change = GestureChange { asset, kind: "trees".into(), base_rev, before: None, after };
        Gesture { id: Uuid::nil(), label: "x".into(), at: DateTime::UNIX_EPOCH, changes: vec![change] }
    }

    fn at(x: f64) -> Value {
        json!({ "geometry": { "type": "Point", "coordinates": [x, 52.0] } })
    }

    #[test]
    fn gestures_come_to_first_version_and_last_state() {
        let (old, new, fleeting) = (Uuid::from_u128(1), Uuid::from_u128(2), Uuid::from_u128(3));
        let gestures = [
            gesture(old, Some(4), Some(at(20.0))),
            gesture(new, None, Some(at(21.0))),
            gesture(fleeting, None, Some(at(22.0))),
            gesture(old, Some(5), None),
            gesture(fleeting, None, None),
        ];
        let (intents, unreadable) = fold(&gestures);
        assert!(unreadable.is_empty());
        assert_eq!(intents.len(), 2);
        assert_eq!((intents[0].asset, intents[0].base_rev), (old, Some(4)));
        assert!(intents[0].after.is_none() && intents[1].after.is_some());
    }

    #[test]
    fn a_state_that_is_none_is_named() {
        let broken = json!({ "geometry": { "type": "Point", "coordinates": [] } });
        let (intents, unreadable) = fold(&[gesture(Uuid::nil(), None, Some(broken))]);
        assert!(intents.is_empty());
        assert_eq!(unreadable.len(), 1);
    }
}
