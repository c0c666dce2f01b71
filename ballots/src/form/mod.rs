//! What a survey asks: pages of questions, as data. The same text is kept in the database, shown to whoever answers, and
//! stands at the head of a published file of ballots.

pub mod check;
pub mod read;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A text in the two languages of the pages; without English the Polish one is shown.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// Polish.
    pub pl: String,
    /// English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub en: Option<String>,
}

impl Text {
    /// A text in Polish alone.
    pub fn pl(text: impl Into<String>) -> Self {
        Self { pl: text.into(), en: None }
    }

    /// The text in a language, by its tag (`pl`, `en`); in Polish where there is no other.
    #[must_use]
    pub fn said(&self, lang: &str) -> &str {
        match (&self.en, lang) {
            (Some(text), "en") if !text.is_empty() => text,
            _ => &self.pl,
        }
    }
}

/// A whole form.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Form {
    /// Its pages, in order.
    pub pages: Vec<Page>,
    /// Within what things are drawn on the map: west, south, east, north in degrees (WGS 84); anywhere without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bounds: Option<[f64; 4]>,
}

impl Form {
    /// All questions, in order.
    pub fn questions(&self) -> impl Iterator<Item = &Question> {
        self.pages.iter().flat_map(|page| &page.questions)
    }

    /// A question by its id.
    #[must_use]
    pub fn question(&self, id: &str) -> Option<&Question> {
        self.questions().find(|question| question.id == id)
    }
}

/// One page of a form.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Page {
    /// Heading.
    pub title: Text,
    /// What stands under it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub intro: Option<Text>,
    /// What it asks.
    pub questions: Vec<Question>,
}

/// One question.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Question {
    /// Its stable name within the form: `[a-z0-9-]{1,40}`.
    pub id: String,
    /// What is asked.
    pub title: Text,
    /// A hint below it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<Text>,
    /// Whether it has to be answered (when it is shown).
    #[serde(default)]
    pub required: bool,
    /// Asked only when all of these hold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub when: Vec<Condition>,
    /// Names of pictures and plans beside it, in the store of files.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub images: Vec<Image>,
    /// The money that its choices compete for, in a civic budget.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pool: Option<Pool>,
    /// What kind of answer it takes.
    #[serde(flatten)]
    pub ask: Ask,
}

/// A picture beside a question or a choice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Image {
    /// Its name in the store of files.
    pub file: String,
    /// What it shows, for whoever does not see it.
    pub alt: Text,
}

/// A question is asked when an earlier one was answered so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// The earlier question.
    pub question: String,
    /// Holds when any of these choices was taken (or none of them, with `not`).
    pub any: Vec<String>,
    /// Turns it round.
    #[serde(default)]
    pub not: bool,
}

/// Something that can be chosen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// Its stable name within the question: `[a-z0-9-]{1,40}`.
    pub id: String,
    /// What is shown.
    pub label: Text,
    /// A picture or plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<Image>,
    /// Where it would be: GeoJSON geometry in WGS 84.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub geometry: Option<Value>,
    /// What it would cost, in grosze; a project of a civic budget has to say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost: Option<i64>,
}

/// Money that the choices of one question compete for: a pool of a civic budget. A question that is a single choice, several
/// choices, a ranking or points may have one. Whoever may vote in one district only chooses it in an earlier question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pool {
    /// How much there is, in grosze.
    pub amount: i64,
    /// How many ballots have to name a project for it to be chosen.
    #[serde(default)]
    pub least_support: u64,
    /// Which of two projects of equal place comes first.
    #[serde(default)]
    pub ties: Ties,
    /// Whether the first project for which the money is short ends the choosing; else it is passed over, and a later one that
    /// is affordable can still be chosen.
    #[serde(default)]
    pub stops: bool,
}

/// Which of two projects of equal place comes first, when there is money for one of them only.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ties {
    /// The cheaper one; if they cost the same, the one that stands first on the list.
    #[default]
    Cheaper,
    /// The one that stands first on the list, whose order was drawn in public before the vote.
    Listed,
}

/// Kinds of questions.
///
/// The answer to each, in [`Answers`]: `single` a choice's id; `multiple` a list of ids; `scale` a number; `matrix` a map
/// from row to column; `ranking` ids, best first; `points` a map from id to points; `number` a number; `text` a text; `date`
/// `YYYY-MM-DD`; `file` a list of names of files that were uploaded before; `pin`, `line`, `area` a list of
/// `{"geometry": …, "comment": …}`; `asset` a list of `{"asset": uuid, "comment": …}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Ask {
    /// One of several, also drawn on a map when choices have geometries.
    Single {
        /// Choices.
        choices: Vec<Choice>,
        /// In an order of chance for each person.
        #[serde(default)]
        shuffled: bool,
    },
    /// Some of several; approval, when counted as a ballot.
    Multiple {
        /// Choices.
        choices: Vec<Choice>,
        /// In an order of chance for each person.
        #[serde(default)]
        shuffled: bool,
        /// Fewest.
        #[serde(default)]
        least: u32,
        /// Most; 0 is any number.
        #[serde(default)]
        most: u32,
    },
    /// A step between two ends.
    Scale {
        /// First step.
        from: i32,
        /// Last step.
        to: i32,
        /// What the first means.
        low: Text,
        /// What the last means.
        high: Text,
    },
    /// One column for each row.
    Matrix {
        /// Rows.
        rows: Vec<Choice>,
        /// Columns.
        columns: Vec<Choice>,
    },
    /// An order of preference.
    Ranking {
        /// Choices.
        choices: Vec<Choice>,
        /// In an order of chance for each person.
        #[serde(default)]
        shuffled: bool,
        /// How many places may be given; 0 is all.
        #[serde(default)]
        most: u32,
    },
    /// Points to share out.
    Points {
        /// Choices.
        choices: Vec<Choice>,
        /// In an order of chance for each person.
        #[serde(default)]
        shuffled: bool,
        /// Points that there are.
        total: u32,
        /// Most for one choice.
        most_each: u32,
    },
    /// A number.
    Number {
        /// Least.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        least: Option<f64>,
        /// Most.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        most: Option<f64>,
        /// Only whole ones.
        #[serde(default)]
        whole: bool,
        /// Unit, shown behind it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        unit: Option<Text>,
    },
    /// Words.
    Text {
        /// Most characters.
        most: u32,
        /// A field of several lines.
        #[serde(default)]
        long: bool,
    },
    /// A day.
    Date {
        /// First.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        least: Option<NaiveDate>,
        /// Last.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        most: Option<NaiveDate>,
    },
    /// Files: pictures and PDF.
    File {
        /// How many.
        most: u32,
    },
    /// Pins on the map.
    Pin(Drawn),
    /// Lines on the map.
    Line(Drawn),
    /// Areas on the map.
    Area(Drawn),
    /// Things of the registry, each with a comment.
    Asset {
        /// Which collection.
        collection: String,
        /// How many.
        most: u32,
    },
}

impl Ask {
    /// Its stable name, as `type` of the question spells it.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Single { .. } => "single",
            Self::Multiple { .. } => "multiple",
            Self::Scale { .. } => "scale",
            Self::Matrix { .. } => "matrix",
            Self::Ranking { .. } => "ranking",
            Self::Points { .. } => "points",
            Self::Number { .. } => "number",
            Self::Text { .. } => "text",
            Self::Date { .. } => "date",
            Self::File { .. } => "file",
            Self::Pin(_) => "pin",
            Self::Line(_) => "line",
            Self::Area(_) => "area",
            Self::Asset { .. } => "asset",
        }
    }

    /// What can be chosen; the rows of a matrix, nothing of questions without choices.
    #[must_use]
    pub fn choices(&self) -> &[Choice] {
        match self {
            Self::Single { choices, .. }
            | Self::Multiple { choices, .. }
            | Self::Ranking { choices, .. }
            | Self::Points { choices, .. } => choices,
            Self::Matrix { rows, .. } => rows,
            _ => &[],
        }
    }

    /// Whether choices come in an order of chance for each person.
    #[must_use]
    pub fn is_shuffled(&self) -> bool {
        matches!(
            self,
            Self::Single { shuffled: true, .. }
                | Self::Multiple { shuffled: true, .. }
                | Self::Ranking { shuffled: true, .. }
                | Self::Points { shuffled: true, .. }
        )
    }
}

/// What may be drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Drawn {
    /// How many.
    pub most: u32,
    /// Whether each may have a comment.
    #[serde(default)]
    pub comment: bool,
}

/// What somebody answered: question → answer, see [`Ask`].
pub type Answers = BTreeMap<String, Value>;
