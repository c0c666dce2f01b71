//! Pages about what is kept of whom.

use askama::Template;

use super::LookLine;
use crate::{
    platform::i18n::Texts,
    ui::{Nav, Page},
};

/// What is kept in one table, in words.
#[derive(Debug, Clone)]
pub struct HoldingLine {
    /// What.
    pub what: String,
    /// What for.
    pub why: String,
    /// The article that allows it.
    pub basis: String,
    /// How long.
    pub keep: String,
    /// What becomes of it at erasure.
    pub erasure: String,
    /// How many rows are one's own, as it is read.
    pub count: String,
}

/// `/privacy`
#[derive(Debug, Clone, Template)]
#[template(path = "privacy/public.html")]
pub struct PrivacyPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// What is kept.
    pub holdings: Vec<HoldingLine>,
    /// Name and address of the data-protection officer, as far as the town says.
    pub officer: Option<String>,
}

/// `/account/privacy`
#[derive(Debug, Clone, Template)]
#[template(path = "privacy/own.html")]
pub struct OwnPrivacyPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// What is kept of whoever asks.
    pub holdings: Vec<HoldingLine>,
    /// When one last took copies.
    pub copies: Vec<String>,
    /// Who of the staff looked.
    pub looks: Vec<LookLine>,
}

/// `/account/privacy/download`
#[derive(Debug, Clone, Template)]
#[template(path = "privacy/download.html")]
pub struct OwnCopyPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
}

/// `/account/privacy/erasure`
#[derive(Debug, Clone, Template)]
#[template(path = "privacy/erasure.html")]
pub struct ErasurePage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// What goes.
    pub goes: Vec<HoldingLine>,
    /// What stays, and why.
    pub stays: Vec<HoldingLine>,
}

/// Rows of one table in a copy.
#[derive(Debug, Clone)]
pub struct CopySection {
    /// What is kept in it.
    pub holding: HoldingLine,
    /// What is left out, in one sentence.
    pub left_out: Option<String>,
    /// Each row: names and values.
    pub rows: Vec<Vec<CopyCell>>,
}

/// One value of a row.
#[derive(Debug, Clone)]
pub struct CopyCell {
    /// What it is.
    pub name: String,
    /// The value.
    pub value: String,
    /// Where its file can be fetched.
    pub href: Option<String>,
}

/// The copy of one's data as a file that can be read without this service.
#[derive(Debug, Clone, Template)]
#[template(path = "privacy/copy.html")]
pub struct CopyDocument {
    /// Texts of its language.
    pub t: &'static Texts,
    /// The town.
    pub town: String,
    /// Whose data it is.
    pub name: String,
    /// When it was made.
    pub made: String,
    /// Table by table.
    pub sections: Vec<CopySection>,
}

/// A search of the staff.
#[derive(Debug, Clone)]
pub struct SearchLine {
    /// When.
    pub at: String,
    /// Who.
    pub staff: String,
    /// What for.
    pub purpose: String,
    /// By what kind of words.
    pub by: String,
    /// How many were shown.
    pub found: String,
}

/// What of one table has been kept long enough.
#[derive(Debug, Clone)]
pub struct DueLine {
    /// The table, as the form names it.
    pub table: &'static str,
    /// What is kept in it.
    pub what: String,
    /// How long.
    pub keep: String,
    /// How many rows are older.
    pub rows: u64,
    /// The same, as it is read.
    pub count: String,
    /// When the oldest began.
    pub oldest: String,
}

/// `/desk/privacy`
#[derive(Debug, Clone, Template)]
#[template(path = "privacy/due.html")]
pub struct DuePage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// What is due.
    pub due: Vec<DueLine>,
    /// The instant at which it was.
    pub shown: String,
    /// Searches of the staff among residents.
    pub searches: Vec<SearchLine>,
    /// What was done just now.
    pub notice: Option<String>,
}
