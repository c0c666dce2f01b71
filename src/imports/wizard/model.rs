//! What an import is on its way through the wizard. Pure.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

pub use crate::imports::{Counts, Group};
use crate::kernel::Lang;

/// Largest file, in bytes.
pub const MOST_FILE_BYTES: i64 = 512 * 1024 * 1024;
/// Most that one request brings of a file, in bytes.
pub const MOST_PIECE_BYTES: usize = 8 * 1024 * 1024;
/// Most bytes of a form with files, without scripts.
pub const MOST_FORM_BYTES: usize = 50 * 1024 * 1024;
/// Most files of one import; a folder of shapefiles has many.
pub const MOST_FILES: i64 = 500;
/// Largest import, all files together, in bytes.
pub const MOST_IMPORT_BYTES: i64 = 2 * 1024 * 1024 * 1024;
/// Longest mapping, in bytes.
pub const MOST_MAPPING_BYTES: usize = 1_000_000;
/// Seconds without a sign of life after which a task counts as dead and may be started again.
pub const DEAD_AFTER_S: i64 = 60;

/// How far an import has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Files are still coming.
    Uploading,
    /// The files were looked at.
    Inspected,
    /// It is said what their columns mean.
    Mapped,
    /// The difference to the registry is known.
    Reviewed,
    /// What was accepted is in the registry.
    Applied,
    /// And was taken back.
    Undone,
    /// It came to nothing and was left so.
    Failed,
    /// Somebody gave it up, or nobody went on with it.
    Abandoned,
}

impl State {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Uploading,
        Self::Inspected,
        Self::Mapped,
        Self::Reviewed,
        Self::Applied,
        Self::Undone,
        Self::Failed,
        Self::Abandoned,
    ];

    /// Its name in the database and in addresses.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Uploading => "uploading",
            Self::Inspected => "inspected",
            Self::Mapped => "mapped",
            Self::Reviewed => "reviewed",
            Self::Applied => "applied",
            Self::Undone => "undone",
            Self::Failed => "failed",
            Self::Abandoned => "abandoned",
        }
    }

    /// The state of a name; an unknown one counts as failed.
    pub(super) fn from_name(name: &str) -> Self {
        Self::ALL.into_iter().find(|state| state.name() == name).unwrap_or(Self::Failed)
    }

    /// Whether files, position, columns and review may still change.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, Self::Uploading | Self::Inspected | Self::Mapped | Self::Reviewed)
    }
}

/// Long work on an import.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Task {
    /// Looking at the files.
    Inspect,
    /// Comparing them with the registry.
    DryRun,
    /// Bringing in what is accepted.
    Apply,
    /// Taking it back.
    Undo,
}

impl Task {
    /// Its name in the database.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Inspect => "inspect",
            Self::DryRun => "dry_run",
            Self::Apply => "apply",
            Self::Undo => "undo",
        }
    }

    pub(super) fn from_name(name: &str) -> Option<Self> {
        [Self::Inspect, Self::DryRun, Self::Apply, Self::Undo].into_iter().find(|task| task.name() == name)
    }
}

/// A task that somebody started.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Running {
    /// What is done.
    pub task: Task,
    /// `waiting` for another import of this node, or `working`.
    pub phase: String,
    /// Part that is done, 0 to 1.
    pub fraction: f64,
    /// Whether nothing was heard of it for a minute: the node that did it was ended, and it can be started again.
    pub dead: bool,
}

/// An import.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    /// Its id.
    pub id: Uuid,
    /// Its number, for people.
    pub number: i64,
    /// Whose it is.
    pub account: Option<Uuid>,
    /// The name of whose it is.
    pub actor: String,
    /// When it was begun.
    pub created_at: DateTime<Utc>,
    /// When something last happened to it.
    pub updated_at: DateTime<Utc>,
    /// What people call it.
    pub name: String,
    /// How far it has come.
    pub state: State,
    /// What runs now.
    pub running: Option<Running>,
    /// Why the last task came to nothing, in Polish and in English.
    pub failure: Option<(String, String)>,
    /// The mapping as TOML.
    pub mapping: Option<String>,
    /// The name under which the mapping is saved.
    pub mapping_name: Option<String>,
    /// Kinds that the mapping fills.
    pub kinds: Vec<String>,
    /// When the clerk confirmed where things stand.
    pub position_confirmed_at: Option<DateTime<Utc>>,
    /// What the last comparison or delivery came to.
    pub report: Option<Value>,
    /// The change that it became.
    pub change_set: Option<Uuid>,
    /// When it became so.
    pub applied_at: Option<DateTime<Utc>>,
    /// The change that took it back.
    pub undone_by: Option<Uuid>,
    /// When its files were removed.
    pub files_removed_at: Option<DateTime<Utc>>,
}

impl Job {
    /// Why the last task came to nothing.
    #[must_use]
    pub fn failure_in(&self, lang: Lang) -> Option<&str> {
        self.failure.as_ref().map(|(pl, en)| match lang {
            Lang::Pl => pl.as_str(),
            Lang::En => en.as_str(),
        })
    }

    /// The counts of the last comparison or delivery.
    #[must_use]
    pub fn counts(&self) -> Option<Counts> {
        serde_json::from_value(self.report.as_ref()?.get("counts")?.clone()).ok()
    }
}

/// A file of an import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct File {
    /// Its id.
    pub id: Uuid,
    /// The import.
    #[serde(skip)]
    pub job: Uuid,
    /// As its owner calls it; of a folder, the path within.
    pub name: String,
    /// Size that was declared, in bytes.
    pub bytes: i64,
    /// What has arrived of it, in bytes.
    pub received: i64,
    /// SHA-256 of the whole in hexadecimal digits, once it was read.
    pub sha256: Option<String>,
    /// Names of its pieces in the store of files.
    #[serde(skip)]
    pub objects: Vec<String>,
}

impl File {
    /// Whether all of it has arrived.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.received == self.bytes
    }
}

/// Which groups go in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Accepted {
    /// New things.
    #[serde(default = "yes")]
    pub new: bool,
    /// Changes of known things.
    #[serde(default = "yes")]
    pub changed: bool,
    /// Removal of things that the source no longer names.
    #[serde(default)]
    pub vanished: bool,
    /// Rows that a person should look at.
    #[serde(default)]
    pub doubtful: bool,
    /// Things beside others of their kind.
    #[serde(default)]
    pub near_duplicate: bool,
}

fn yes() -> bool {
    true
}

impl Default for Accepted {
    fn default() -> Self {
        Self { new: true, changed: true, vanished: false, doubtful: false, near_duplicate: false }
    }
}

impl Accepted {
    /// Exactly these groups.
    #[must_use]
    pub fn of(groups: &[Group]) -> Self {
        let has = |group| groups.contains(&group);
        Self {
            new: has(Group::New),
            changed: has(Group::Changed),
            vanished: has(Group::Vanished),
            doubtful: has(Group::Doubtful),
            near_duplicate: has(Group::NearDuplicate),
        }
    }

    /// The groups that go in.
    #[must_use]
    pub fn groups(self) -> Vec<Group> {
        let takes = |group: &Group| match group {
            Group::New => self.new,
            Group::Changed => self.changed,
            Group::Vanished => self.vanished,
            Group::Doubtful => self.doubtful,
            Group::NearDuplicate => self.near_duplicate,
        };
        Group::ALL.into_iter().filter(takes).collect()
    }
}

/// A clean name of a file as its owner calls it: slashes one way, no steps upwards, no control characters; `None` when
/// nothing is left.
#[must_use]
pub fn clean_name(name: &str) -> Option<String> {
    let slashes = name.replace('\\', "/");
    let parts: Vec<String> = slashes
        .split('/')
        .map(|part| part.chars().filter(|c| !c.is_control()).collect::<String>().trim().to_owned())
        .filter(|part| !matches!(part.as_str(), "" | "." | ".."))
        .collect();
    let clean: String = parts.join("/").chars().take(500).collect();
    (!clean.is_empty()).then_some(clean)
}

/// Files that operating systems put beside others and nobody means.
#[must_use]
pub fn is_clutter(name: &str) -> bool {
    let last = name.rsplit('/').next().unwrap_or(name);
    name.starts_with("__MACOSX/")
        || last.starts_with("._")
        || last.starts_with("~$")
        || matches!(last, ".DS_Store" | "Thumbs.db" | "desktop.ini")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_stay_within_their_folder() {
        assert_eq!(clean_name("C:\\Urząd\\drzewa.csv").as_deref(), Some("C:/Urząd/drzewa.csv"));
        assert_eq!(clean_name("../../etc/./passwd").as_deref(), Some("etc/passwd"));
        assert_eq!(clean_name(" a\u{0}b.csv\n").as_deref(), Some("ab.csv"));
        assert_eq!(clean_name("../.."), None);
        assert!(is_clutter("paczka/.DS_Store") && !is_clutter("paczka/drzewa.csv"));
    }

    #[test]
    fn only_new_and_changed_go_in_unless_said_otherwise() {
        assert_eq!(Accepted::of(&Group::usual()), Accepted::default());
        let read: Accepted = serde_json::from_str("{}").unwrap();
        assert_eq!(read, Accepted::default());
        for state in State::ALL {
            assert_eq!(State::from_name(state.name()), state);
        }
    }
}
