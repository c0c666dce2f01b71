//! What is submitted, and what is answered.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    faults::Fault,
    state::{State, Take, WholeClash},
};
use crate::{
    kernel::Lang,
    platform::{
        http::{Failure, ResultExt},
        i18n::texts,
    },
};

/// By which way a change comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The map editor.
    Editor,
    /// OGC API Features, Part 4.
    Api,
    /// The field mode.
    Field,
    /// A changed kind, with the mends of its things.
    Kinds,
    /// Undo of a saved change.
    Undo,
    /// A delivery of files, and what takes it back.
    Import,
}

impl Origin {
    /// The name under which it is stored.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Editor => "editor",
            Self::Api => "api",
            Self::Field => "field",
            Self::Kinds => "kinds",
            Self::Undo => "undo",
            Self::Import => "import",
        }
    }
}

/// What one thing shall become.
#[derive(Debug, Clone)]
pub struct Intent {
    /// The thing; of a new one, the id that it shall have.
    pub asset: Uuid,
    /// Slug of its kind.
    pub kind: String,
    /// The version that whoever submits has seen; `None` for a new thing.
    pub base_rev: Option<i32>,
    /// What it shall be; `None`: removed.
    pub after: Option<State>,
}

/// A choice where two changes clash.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Choice {
    /// The thing.
    pub asset: Uuid,
    /// `geometry`, `attributes.height_m`, or `*` for the whole.
    pub field: String,
    /// Whose value is taken.
    #[schema(value_type = String)]
    pub take: Take,
    /// The version of the other side that was seen when it was chosen.
    pub theirs_rev: i32,
}

/// All that is submitted as one change set.
#[derive(Debug, Clone)]
pub struct Submission {
    /// By which way.
    pub origin: Origin,
    /// What whoever submits says about it.
    pub comment: Option<String>,
    /// The change set that is taken back.
    pub undoes: Option<Uuid>,
    /// The changes.
    pub intents: Vec<Intent>,
    /// What was chosen where they clash.
    pub choices: Vec<Choice>,
    /// Whether a version that is not the present one is a clash even where fields would merge.
    pub strict: bool,
    /// The change set, with its number, that is open in the transaction already; `None`: one of its own.
    pub within: Option<(Uuid, i64)>,
}

impl Submission {
    /// A submission without comment or choices.
    #[must_use]
    pub fn new(origin: Origin, intents: Vec<Intent>) -> Self {
        Self {
            origin,
            comment: None,
            undoes: None,
            intents,
            choices: Vec::new(),
            strict: false,
            within: None,
        }
    }
}

/// A thing as it is now, whole.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AssetNow {
    /// Its id.
    pub id: Uuid,
    /// Slug of its kind.
    pub kind: String,
    /// Its version.
    pub rev: i32,
    /// Number in the registry.
    pub number: i64,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// Who changed it.
    pub updated_by: String,
    /// What it is.
    #[serde(flatten)]
    pub state: State,
}

/// What became of a submission.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Applied {
    /// The change set; `None` when everything was already so.
    pub change_set: Option<Uuid>,
    /// Its number, for people.
    pub number: Option<i64>,
    /// The things that were changed, as they are now.
    pub assets: Vec<AssetNow>,
    /// The things that were removed.
    pub removed: Vec<Uuid>,
}

/// A field of a clash, with its title.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TitledClash {
    /// Its name.
    pub field: String,
    /// Its name for people.
    pub title: String,
    /// What both began with.
    pub base: Value,
    /// What is submitted.
    pub mine: Value,
    /// What is there.
    pub theirs: Value,
}

/// A thing that somebody else changed meanwhile.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Clash {
    /// The thing.
    pub asset: Uuid,
    /// Slug of its kind.
    pub kind: String,
    /// What people call it.
    pub label: String,
    /// The other side's version.
    pub theirs_rev: i32,
    /// Who changed it.
    pub who: String,
    /// When.
    pub when: DateTime<Utc>,
    /// Whether it is about being there at all.
    pub whole: Option<WholeClash>,
    /// The fields in which both differ.
    pub fields: Vec<TitledClash>,
}

/// Why nothing was written.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Verdict {
    /// What is wrong.
    pub faults: Vec<Fault>,
    /// Where somebody has to choose.
    pub clashes: Vec<Clash>,
}

/// A refused or failed submission.
#[derive(Debug)]
pub enum Refusal {
    /// It cannot be taken as it is.
    Verdict(Verdict),
    /// Not allowed, not found, or our fault.
    Failure(Failure),
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

impl From<sqlx::Error> for Refusal {
    fn from(error: sqlx::Error) -> Self {
        Self::Failure(error.into())
    }
}

impl Refusal {
    /// The refusal as an answer: 422 with every fault, else 409 with every clash.
    #[must_use]
    pub fn into_failure(self, lang: Lang) -> Failure {
        let verdict = match self {
            Self::Failure(failure) => return failure,
            Self::Verdict(verdict) => verdict,
        };
        let told = || -> Result<Failure, Failure> {
            let t = texts(lang);
            if verdict.faults.is_empty() {
                return Ok(Failure::Conflict {
                    code: "clash",
                    detail: t.get("registry-clash"),
                    more: serde_json::json!({ "clashes": verdict.clashes }),
                });
            }
            let count = verdict.faults.len() as u64;
            Ok(Failure::Invalid {
                detail: t.args("registry-invalid", &[("n", count.into())]),
                faults: serde_json::to_value(&verdict.faults).internal("write faults")?,
            })
        };
        told().unwrap_or_else(|failure| failure)
    }
}
