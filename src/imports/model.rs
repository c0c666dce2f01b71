//! What is brought in, what of it is accepted, and what became of it.

use std::collections::BTreeMap;

use importers::{Rejected, mapping::Group};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// What is delivered, and by whom.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// Source in the registry: `osm`, `demo`, `vancouver-trees`.
    pub source: String,
    /// Name of the file or files, for the record.
    pub file_name: String,
    /// What stands in the list of changes; `None`: it is no change set of its own (the made-up town).
    pub comment: Option<String>,
}

/// Which groups go in, and which rows of them do not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Accept {
    /// The groups.
    pub groups: Vec<Group>,
    /// Rows that stay out all the same, as kind (`people` for burials) and key.
    pub excluded: Vec<(String, String)>,
}

impl Accept {
    /// All that a source with keys of its own delivers.
    #[must_use]
    pub fn everything() -> Self {
        Self { groups: Group::ALL.to_vec(), excluded: Vec::new() }
    }

    /// Names of the groups that go in.
    #[must_use]
    pub fn names(&self) -> Vec<&'static str> {
        self.groups.iter().map(|group| group.name()).collect()
    }
}

/// Whether something is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mode {
    /// Nothing is; the difference is only found.
    Dry,
    /// What is accepted is.
    Apply(Accept),
}

/// How many rows stand in which group.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Counts {
    /// Delivered.
    pub read: i64,
    /// Not in the registry.
    pub new: i64,
    /// Known, but different.
    pub changed: i64,
    /// Known and the same.
    pub unchanged: i64,
    /// The source named them before and does so no longer.
    pub vanished: i64,
    /// A person should look at them first.
    pub doubtful: i64,
    /// New, but something of the kind stands at the same place, or somebody of the name lies in the same grave.
    pub near_duplicate: i64,
    /// Rows that cannot come in.
    pub rejected: i64,
    /// Rows that are left out on purpose, or belong to the row before.
    pub skipped: i64,
}

impl Counts {
    /// The count of a group.
    #[must_use]
    pub fn of(&self, group: Group) -> i64 {
        match group {
            Group::New => self.new,
            Group::Changed => self.changed,
            Group::Vanished => self.vanished,
            Group::Doubtful => self.doubtful,
            Group::NearDuplicate => self.near_duplicate,
        }
    }

    /// Adds to the group of a name; an unknown name adds to nothing.
    pub(super) fn add(&mut self, group: &str, count: i64) {
        match group {
            "new" => self.new += count,
            "changed" => self.changed += count,
            "unchanged" => self.unchanged += count,
            "vanished" => self.vanished += count,
            "doubtful" => self.doubtful += count,
            "near_duplicate" => self.near_duplicate += count,
            _ => {}
        }
    }

    /// The sum of both.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            read: self.read + other.read,
            new: self.new + other.new,
            changed: self.changed + other.changed,
            unchanged: self.unchanged + other.unchanged,
            vanished: self.vanished + other.vanished,
            doubtful: self.doubtful + other.doubtful,
            near_duplicate: self.near_duplicate + other.near_duplicate,
            rejected: self.rejected + other.rejected,
            skipped: self.skipped + other.skipped,
        }
    }
}

/// Most rejected values that are told one by one.
pub const MOST_REJECTED: usize = 100_000;

/// What became of a delivery.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Outcome {
    /// The change set that was written, if one was.
    pub change_set: Option<Uuid>,
    /// All together; `read` counts rows of the files, where a row may be a grave and a person at once.
    pub counts: Counts,
    /// By kind; `people` and `basemap` beside the kinds.
    pub kinds: BTreeMap<String, Counts>,
    /// People whose grave was not delivered; they are rejected.
    pub burials_without_grave: i64,
    /// Single values that were left out of rows that come in.
    pub values_rejected: i64,
    /// What was rejected, at most [`MOST_REJECTED`].
    pub rejected: Vec<Rejected>,
}

/// Why nothing was brought in.
#[derive(Debug, thiserror::Error)]
pub enum ImportFailure<E> {
    /// The reader gave up; its text says why and how to mend it.
    #[error("{0}")]
    Reader(#[source] E),
    /// A kind that the town does not have.
    #[error("the delivery holds things of the kind {0:?}, which this town does not have")]
    UnknownKind(String),
    /// One thing delivered twice.
    #[error("the delivery names one thing twice: {0}")]
    Twice(String),
    /// Coordinates that the named system cannot hold.
    #[error("{0}")]
    Position(String),
    /// Whoever asks may not, or the request makes no sense.
    #[error("{0:?}")]
    Refused(crate::platform::http::Failure),
    /// The database refused.
    #[error("the database refused the delivery: {0}")]
    Database(#[from] sqlx::Error),
}
