//! Words of the desk. Pure.

use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// One list of what wants doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Section {
    /// What whoever looks changed lately.
    Mine,
    /// What nobody has seen, or not for longest.
    Unseen,
    /// What does not fit its schema.
    Faulty,
    /// What lies outside the town.
    Outside,
    /// What lies on top of another of its kind.
    Stacked,
}

impl Section {
    pub(super) const ALL: [Self; 5] = [Self::Faulty, Self::Outside, Self::Stacked, Self::Unseen, Self::Mine];

    /// Its name in addresses.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Mine => "mine",
            Self::Unseen => "unseen",
            Self::Faulty => "faulty",
            Self::Outside => "outside",
            Self::Stacked => "stacked",
        }
    }

    pub(super) fn title_key(self) -> &'static str {
        match self {
            Self::Mine => "desk-mine-title",
            Self::Unseen => "desk-unseen-title",
            Self::Faulty => "desk-faulty-title",
            Self::Outside => "desk-outside-title",
            Self::Stacked => "desk-stacked-title",
        }
    }

    pub(super) fn hint_key(self) -> &'static str {
        match self {
            Self::Mine => "desk-mine-hint",
            Self::Unseen => "desk-unseen-hint",
            Self::Faulty => "desk-faulty-hint",
            Self::Outside => "desk-outside-hint",
            Self::Stacked => "desk-stacked-hint",
        }
    }

    pub(super) fn none_key(self) -> &'static str {
        match self {
            Self::Mine => "desk-mine-none",
            Self::Unseen => "desk-unseen-none",
            Self::Faulty => "desk-faulty-none",
            Self::Outside => "desk-outside-none",
            Self::Stacked => "desk-stacked-none",
        }
    }
}

impl FromStr for Section {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|section| section.name() == name).ok_or(())
    }
}

/// In which order a list stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Order {
    /// The section's own: longest unseen first, latest change first.
    #[default]
    Usual,
    /// By number in the registry.
    Number,
    /// Latest change first.
    Changed,
}

impl Order {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Usual => "usual",
            Self::Number => "number",
            Self::Changed => "changed",
        }
    }
}

impl FromStr for Order {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, ()> {
        [Self::Usual, Self::Number, Self::Changed].into_iter().find(|order| order.name() == name).ok_or(())
    }
}

/// What somebody found on the spot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// It is there.
    Seen,
    /// It is somewhere else.
    Moved,
    /// It is gone.
    Gone,
}

impl Outcome {
    /// The name under which it is stored.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Seen => "seen",
            Self::Moved => "moved",
            Self::Gone => "gone",
        }
    }
}

/// A row of a list.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub id: Uuid,
    pub kind: String,
    pub registry_number: i64,
    pub label: Option<String>,
    pub updated_at: DateTime<Utc>,
    pub seen_at: Option<DateTime<Utc>>,
}

/// A sighting of a thing.
#[derive(Debug, Clone)]
pub(super) struct Sighting {
    pub outcome: String,
    pub seen_at: DateTime<Utc>,
    pub seen_by: String,
    pub note: Option<String>,
}
