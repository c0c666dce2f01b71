//! What the history says.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    kernel::Lang,
    registry::{
        Kind,
        editing::{Choice, faults::field_title, state::State},
    },
};

/// A field that a version changed.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ChangedField {
    /// `geometry`, `attributes.height_m`.
    pub field: String,
    /// Its name for people.
    pub title: String,
    /// What it was; null when it was not there.
    #[schema(value_type = Object)]
    pub old: Value,
    /// What it became; null when it went.
    #[schema(value_type = Object)]
    pub new: Value,
}

/// One version of a thing.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct VersionView {
    /// Counts from 1.
    pub rev: i32,
    /// When it was saved.
    pub when: DateTime<Utc>,
    /// Who saved it.
    pub who: String,
    /// The change set to which it belongs; versions of imports have none.
    pub change_set: Option<Uuid>,
    /// The change set's number.
    pub number: Option<i64>,
    /// What it was from then on; `None`: removed.
    pub state: Option<State>,
    /// What it changed.
    pub fields: Vec<ChangedField>,
}

/// A change set in a list.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ChangeSetHead {
    /// Its id.
    pub id: Uuid,
    /// Its number, for people.
    pub number: i64,
    /// When it was saved.
    pub when: DateTime<Utc>,
    /// Who saved it.
    pub who: String,
    /// `editor`, `api`, `field`, `kinds`, `undo`.
    pub origin: String,
    /// What was said about it.
    pub comment: Option<String>,
    /// The change set that it takes back.
    pub undoes: Option<Uuid>,
    /// The change set that took this one back, the latest if there are several.
    pub undone_by: Option<Uuid>,
    /// Things that were new.
    pub new: i64,
    /// Things that were changed.
    pub changed: i64,
    /// Things that were removed.
    pub removed: i64,
}

/// Which change sets are meant.
#[derive(Debug, Clone, Default)]
pub struct ChangeSetQuery {
    /// Saved by whoever has this address.
    pub who: Option<String>,
    /// That touch things of this kind.
    pub kind: Option<String>,
    /// Saved at or after this instant.
    pub from: Option<DateTime<Utc>>,
    /// Saved before this instant.
    pub to: Option<DateTime<Utc>>,
    /// Only those with a smaller number: the page after the one that ends there.
    pub before: Option<i64>,
    /// At most so many.
    pub limit: i64,
}

/// What a change set did to one thing.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ChangedAsset {
    /// The thing.
    pub asset: Uuid,
    /// Slug of its kind.
    pub kind: String,
    /// What people call it.
    pub label: String,
    /// The version that it made.
    pub rev: i32,
    /// The present version; greater when it was changed since.
    pub present_rev: i32,
    /// Before; `None` when it was not there.
    pub before: Option<State>,
    /// After; `None` when it was removed.
    pub after: Option<State>,
    /// What differs.
    pub fields: Vec<ChangedField>,
}

/// A change set with its things.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ChangeSetView {
    /// Its head.
    #[serde(flatten)]
    pub head: ChangeSetHead,
    /// Its things, at most a thousand.
    pub assets: Vec<ChangedAsset>,
}

/// What is asked of an undo.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Undo {
    /// Only these things; all of the change set when absent.
    pub assets: Option<Vec<Uuid>>,
    /// The version to be taken back, when one thing is meant.
    pub rev: Option<i32>,
    /// What is said about it.
    pub comment: Option<String>,
    /// What was chosen where it clashes with what came after.
    pub choices: Vec<Choice>,
}

/// The fields in which two states differ, with titles. Attributes that the kind no longer has keep their key as title.
pub fn changed_fields(
    kind: &Kind,
    before: Option<&State>,
    after: Option<&State>,
    lang: Lang,
) -> Vec<ChangedField> {
    let fields = |state: Option<&State>| state.map(State::fields).unwrap_or_default();
    let (old, new) = (fields(before), fields(after));
    let mut names: Vec<&String> = match (before, after) {
        (Some(before), Some(after)) => {
            let differing = before.differing(after);
            old.keys()
                .chain(new.keys().filter(|name| !old.contains_key(*name)))
                .filter(|name| differing.contains(name))
                .collect()
        }
        _ => old.keys().chain(new.keys()).collect(),
    };
    let order = |name: &str| {
        let key = name.strip_prefix("attributes.").unwrap_or_default();
        let at = kind.schema.get("properties").and_then(|all| all.get(key)?.get("x-order")?.as_i64());
        (name.starts_with("attributes."), at.unwrap_or(i64::MAX))
    };
    names.sort_by_key(|name| order(name));
    names
        .into_iter()
        .map(|name| ChangedField {
            title: field_title(kind, name, lang),
            field: name.clone(),
            old: old.get(name).cloned().unwrap_or(Value::Null),
            new: new.get(name).cloned().unwrap_or(Value::Null),
        })
        .collect()
}
