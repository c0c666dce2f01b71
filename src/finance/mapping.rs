//! How the finance system writes and reads, as TOML that the treasurer keeps. Pure.
//!
//! ```toml
//! [export]
//! format = "csv"
//! encoding = "windows-1250"
//! columns = [
//!     { name = "Dowód", value = "{number}" },
//!     { name = "Konto", value = "{account}" },
//!     { name = "Wn", value = "{debit}" },
//!     { name = "Ma", value = "{credit}" },
//! ]
//! [export.accounts]
//! money = "130-{nrb}"
//! receivable = "221-{due_kind}"
//! "receivable/property" = "221-0310"
//! ```

use std::{borrow::Cow, collections::BTreeMap};

use chrono::format::{Item, StrftimeItems};
use serde::Deserialize;

mod read;
mod write;

pub use read::{FileFault, ReadLine, ReadRow, RowFault};
pub use write::Posting;

/// Bytes of a mapping.
pub const TEXT_MAX: usize = 100_000;
/// Columns of a file.
const COLUMNS_MAX: usize = 100;
/// Accounts of the ledger of dues.
pub const ACCOUNTS: [&str; 9] = [
    "money",
    "receivable",
    "cost",
    "income",
    "interest-income",
    "cost-income",
    "interest-remitted",
    "overpayment",
    "unexplained",
];
/// What a value of a column may name.
pub const FIELDS: [&str; 19] = [
    "export",
    "number",
    "line",
    "kind",
    "document",
    "day",
    "booked",
    "title",
    "payer",
    "account",
    "side",
    "debit",
    "credit",
    "amount",
    "due_kind",
    "due_account",
    "nrb",
    "decision",
    "year",
];

/// Why a mapping, or what it should write, is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MappingFault {
    /// Too long.
    #[error("a mapping has at most {TEXT_MAX} bytes")]
    TooLong,
    /// The text is no TOML of a mapping.
    #[error("the mapping cannot be read: {0}")]
    Toml(String),
    /// A part is not there.
    #[error("the mapping has no [{0}]")]
    Missing(&'static str),
    /// No columns, or too many.
    #[error("[export] names 1 to {COLUMNS_MAX} columns")]
    Columns,
    /// A value names something that there is not.
    #[error("{value:?} names {{{field}}}, which there is not; there are: {}", FIELDS.join(", "))]
    Field {
        /// The value.
        value: String,
        /// What it names.
        field: String,
    },
    /// A brace is not closed, or a day or separator cannot be used.
    #[error("{0:?} cannot be used here")]
    Value(String),
    /// An account is none of the ledger's.
    #[error("{0:?} is no account of the ledger; there are: {list}", list = ACCOUNTS.join(", "))]
    Account(String),
    /// A name cannot be one of an element of XML.
    #[error("{0:?} cannot be the name of an element of XML: use letters, digits, - and _")]
    Element(String),
    /// A posting has no account code.
    #[error("account {0:?} has no code in [export.accounts]")]
    NoCode(String),
}

impl MappingFault {
    /// Stable name of the fault.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLong => "too-long",
            Self::Toml(_) => "toml",
            Self::Missing(_) => "missing",
            Self::Columns => "columns",
            Self::Field { .. } => "field",
            Self::Value(_) => "value",
            Self::Account(_) => "account",
            Self::Element(_) => "element",
            Self::NoCode(_) => "no-code",
        }
    }

    /// What it is about, for a text of it.
    #[must_use]
    pub fn about(&self) -> String {
        match self {
            Self::TooLong => TEXT_MAX.to_string(),
            Self::Columns => COLUMNS_MAX.to_string(),
            Self::Toml(text)
            | Self::Value(text)
            | Self::Account(text)
            | Self::Element(text)
            | Self::NoCode(text) => text.clone(),
            Self::Missing(part) => (*part).to_owned(),
            Self::Field { field, .. } => field.clone(),
        }
    }
}

/// The whole mapping.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// How bookings are written.
    pub export: Option<Export>,
    /// How assessments are read.
    pub import: Option<Import>,
}

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FileFormat {
    /// Comma-separated values.
    Csv,
    /// XML: an element for each posting.
    Xml,
}

impl FileFormat {
    /// Its ending and stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xml => "xml",
        }
    }

    /// Media type.
    #[must_use]
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv",
            Self::Xml => "application/xml",
        }
    }
}

/// Encoding of letters.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
pub enum Letters {
    /// UTF-8.
    #[default]
    #[serde(rename = "utf-8")]
    Utf8,
    /// Windows-1250.
    #[serde(rename = "windows-1250")]
    Windows1250,
}

/// How bookings are written: a row for each posting.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Export {
    /// What the file is.
    pub format: FileFormat,
    #[serde(default = "usual_separator")]
    separator: char,
    /// Between złoty and grosze.
    #[serde(default = "usual_decimal")]
    decimal: char,
    #[serde(default)]
    encoding: Letters,
    /// How a day is written, in the letters of `strftime`.
    #[serde(default = "usual_day")]
    day: String,
    /// Whether the first line names the columns.
    #[serde(default = "yes")]
    heading: bool,
    /// Names of elements of XML.
    #[serde(default = "usual_root")]
    root: String,
    #[serde(default = "usual_row")]
    row: String,
    columns: Vec<ColumnOf>,
    /// Codes of accounts, by `account` or `account/kind of due`.
    accounts: BTreeMap<String, String>,
    /// What kinds of due are called there; without it, as here.
    #[serde(default)]
    kinds: BTreeMap<String, String>,
    /// Words for debit and credit.
    #[serde(default = "usual_debit")]
    debit: String,
    #[serde(default = "usual_credit")]
    credit: String,
}

/// A column and its value, in which `{names}` stand for what a posting says.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct ColumnOf {
    name: String,
    value: String,
}

/// How assessments are read.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Import {
    /// What stands between two values.
    #[serde(default = "usual_separator")]
    pub separator: char,
    /// Between złoty and grosze.
    #[serde(default = "usual_decimal")]
    pub decimal: char,
    #[serde(default)]
    encoding: Letters,
    /// How a day is written, in the letters of `strftime`.
    #[serde(default = "usual_day")]
    pub day: String,
    /// Which column means what.
    pub columns: ImportColumns,
}

/// Columns of a file with assessments, by their names in its first line.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImportColumns {
    /// Number of the decision: by it, the account and the year the same assessment is known.
    pub decision: String,
    /// Number of the account of dues.
    pub account: String,
    /// The year.
    pub year: String,
    /// How much for the year.
    pub amount: String,
    /// Day of the decision.
    pub decided_on: String,
    /// Day of its delivery.
    pub delivered_on: Option<String>,
    /// The one term of what has no plan.
    pub term: Option<String>,
}

fn usual_separator() -> char {
    ';'
}
fn usual_decimal() -> char {
    ','
}
fn usual_day() -> String {
    "%Y-%m-%d".to_owned()
}
fn yes() -> bool {
    true
}
fn usual_root() -> String {
    "bookings".to_owned()
}
fn usual_row() -> String {
    "posting".to_owned()
}
fn usual_debit() -> String {
    "Wn".to_owned()
}
fn usual_credit() -> String {
    "Ma".to_owned()
}

impl Mapping {
    /// Reads a mapping.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, MappingFault> {
        if text.len() > TEXT_MAX {
            return Err(MappingFault::TooLong);
        }
        let mapping: Self =
            toml::from_str(text).map_err(|error| MappingFault::Toml(error.to_string().trim().to_owned()))?;
        if let Some(export) = &mapping.export {
            export.check()?;
        }
        if let Some(import) = &mapping.import {
            is_separator(import.separator)?;
            is_day(&import.day)?;
        }
        Ok(mapping)
    }
}

fn is_separator(separator: char) -> Result<(), MappingFault> {
    let usable =
        separator.is_ascii() && !separator.is_ascii_alphanumeric() && !matches!(separator, '"' | '\n' | '\r');
    if usable { Ok(()) } else { Err(MappingFault::Value(separator.to_string())) }
}

fn is_day(day: &str) -> Result<(), MappingFault> {
    let bad = StrftimeItems::new(day).any(|item| matches!(item, Item::Error));
    // A day without a time of day: `%H` would fail when it is written.
    let time = [
        "%H", "%M", "%S", "%I", "%p", "%s", "%T", "%R", "%z", "%Z", "%c", "%+", "%f", "%k", "%l", "%P", "%X",
        "%r",
    ];
    if bad || day.len() > 40 || time.iter().any(|part| day.contains(part)) {
        return Err(MappingFault::Value(day.to_owned()));
    }
    Ok(())
}

fn is_element(name: &str) -> Result<(), MappingFault> {
    let mut letters = name.chars();
    let first = letters.next().is_some_and(|c| c.is_alphabetic() || c == '_');
    if first && name.len() <= 100 && letters.all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.')) {
        Ok(())
    } else {
        Err(MappingFault::Element(name.to_owned()))
    }
}

/// A value with what its names stand for; `say` answers nothing for a name that there is not.
fn filled<'t>(template: &str, say: impl Fn(&str) -> Option<Cow<'t, str>>) -> Result<String, MappingFault> {
    let mut text = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let (field, after) = after.split_once('}').ok_or_else(|| MappingFault::Value(template.to_owned()))?;
        let said = say(field)
            .ok_or_else(|| MappingFault::Field { value: template.to_owned(), field: field.to_owned() })?;
        text.push_str(&said);
        rest = after;
    }
    text.push_str(rest);
    Ok(text)
}

impl Export {
    fn check(&self) -> Result<(), MappingFault> {
        is_separator(self.separator)?;
        is_day(&self.day)?;
        if !matches!(self.decimal, ',' | '.') {
            return Err(MappingFault::Value(self.decimal.to_string()));
        }
        if self.columns.is_empty() || self.columns.len() > COLUMNS_MAX {
            return Err(MappingFault::Columns);
        }
        let known = |field: &str| FIELDS.contains(&field).then_some(Cow::Borrowed(""));
        for column in &self.columns {
            filled(&column.value, known)?;
            if self.format == FileFormat::Xml {
                is_element(&column.name)?;
            }
        }
        for (account, code) in &self.accounts {
            let name = account.split_once('/').map_or(account.as_str(), |(name, _)| name);
            if !ACCOUNTS.contains(&name) {
                return Err(MappingFault::Account(account.clone()));
            }
            filled(code, |field| if field == "account" { None } else { known(field) })?;
        }
        if self.format == FileFormat::Xml {
            is_element(&self.root)?;
            is_element(&self.row)?;
        }
        Ok(())
    }
}
