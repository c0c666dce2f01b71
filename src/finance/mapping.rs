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

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

use chrono::NaiveDate;
use chrono::format::{Item, StrftimeItems};
use quick_xml::{
    Writer,
    events::{BytesDecl, BytesText, Event},
};
use serde::Deserialize;

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

/// A posting that is to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posting {
    /// Number of its entry.
    pub number: i64,
    /// Kind of the entry.
    pub kind: String,
    /// The source document.
    pub document: String,
    /// The day that counts by the law.
    pub on_day: NaiveDate,
    /// The day of the books.
    pub booked_on: NaiveDate,
    /// What it is.
    pub title: String,
    /// Whose dues it concerns.
    pub payer: Option<String>,
    /// Account of the ledger.
    pub account: String,
    /// The town's bank account.
    pub nrb: Option<String>,
    /// Debit above zero, credit below.
    pub amount_grosze: i64,
    /// Kind of due.
    pub due_kind: Option<String>,
    /// Number of the account of dues.
    pub due_account: Option<i64>,
    /// Number of the decision.
    pub decision: Option<String>,
    /// Year of the assessment.
    pub year: Option<i32>,
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

    fn amount(&self, grosze: i64) -> String {
        let sign = if grosze < 0 { "-" } else { "" };
        let whole = grosze.unsigned_abs();
        format!("{sign}{}{}{:02}", whole / 100, self.decimal, whole % 100)
    }

    /// What a name stands for in a posting; its account code is given by the caller.
    fn say<'p>(
        &'p self,
        file: i64,
        line: usize,
        posting: &'p Posting,
        code: &'p str,
        field: &str,
    ) -> Option<Cow<'p, str>> {
        let some = |text: Option<String>| Cow::Owned(text.unwrap_or_default());
        let (debit, credit) = (posting.amount_grosze.max(0), posting.amount_grosze.min(0));
        Some(match field {
            "export" => Cow::Owned(file.to_string()),
            "number" => Cow::Owned(posting.number.to_string()),
            "line" => Cow::Owned(line.to_string()),
            "kind" => Cow::Borrowed(&posting.kind),
            "document" => Cow::Borrowed(&posting.document),
            "day" => Cow::Owned(posting.on_day.format(&self.day).to_string()),
            "booked" => Cow::Owned(posting.booked_on.format(&self.day).to_string()),
            "title" => Cow::Borrowed(&posting.title),
            "payer" => Cow::Borrowed(posting.payer.as_deref().unwrap_or_default()),
            "account" => Cow::Borrowed(code),
            "side" => Cow::Borrowed(if posting.amount_grosze < 0 { &self.credit } else { &self.debit }),
            "debit" => Cow::Owned(if debit == 0 { String::new() } else { self.amount(debit) }),
            "credit" => Cow::Owned(if credit == 0 { String::new() } else { self.amount(-credit) }),
            "amount" => Cow::Owned(self.amount(posting.amount_grosze.saturating_abs())),
            "due_kind" => {
                let kind = posting.due_kind.as_deref().unwrap_or_default();
                Cow::Borrowed(self.kinds.get(kind).map_or(kind, String::as_str))
            }
            "due_account" => some(posting.due_account.map(|number| number.to_string())),
            "nrb" => Cow::Borrowed(posting.nrb.as_deref().unwrap_or_default()),
            "decision" => Cow::Borrowed(posting.decision.as_deref().unwrap_or_default()),
            "year" => some(posting.year.map(|year| year.to_string())),
            _ => return None,
        })
    }

    /// Values of a posting, in the order of the columns.
    fn values(&self, file: i64, line: usize, posting: &Posting) -> Result<Vec<String>, MappingFault> {
        let of_kind = posting
            .due_kind
            .as_ref()
            .and_then(|kind| self.accounts.get(&format!("{}/{kind}", posting.account)));
        let code = of_kind.or_else(|| self.accounts.get(&posting.account)).ok_or_else(|| {
            let kind = posting.due_kind.as_ref().map(|kind| format!("/{kind}")).unwrap_or_default();
            MappingFault::NoCode(format!("{}{kind}", posting.account))
        })?;
        let code = filled(code, |field| match field {
            "account" => None,
            field => self.say(file, line, posting, "", field),
        })?;
        let value =
            |column: &ColumnOf| filled(&column.value, |field| self.say(file, line, posting, &code, field));
        self.columns.iter().map(value).collect()
    }

    /// The whole file of that number.
    ///
    /// # Errors
    /// An account has no code.
    pub fn write(&self, file: i64, postings: &[Posting]) -> Result<Vec<u8>, MappingFault> {
        let mut line = 0;
        let mut last = None;
        let rows = postings.iter().map(|posting| {
            line = if last == Some(posting.number) { line + 1 } else { 1 };
            last = Some(posting.number);
            self.values(file, line, posting)
        });
        let rows = rows.collect::<Result<Vec<_>, _>>()?;
        let text = match self.format {
            FileFormat::Csv => self.csv(&rows),
            FileFormat::Xml => self.xml(file, &rows),
        };
        Ok(match self.encoding {
            Letters::Utf8 => text.into_bytes(),
            Letters::Windows1250 => windows_1250(&text),
        })
    }

    fn csv(&self, rows: &[Vec<String>]) -> String {
        let mut text = String::new();
        let mut add = |values: &mut dyn Iterator<Item = &str>| {
            for (place, value) in values.enumerate() {
                if place > 0 {
                    text.push(self.separator);
                }
                let plain = !value.contains([self.separator, '"', '\n', '\r']);
                if plain {
                    text.push_str(value);
                } else {
                    text.push('"');
                    text.push_str(&value.replace('"', "\"\""));
                    text.push('"');
                }
            }
            text.push_str("\r\n");
        };
        if self.heading {
            add(&mut self.columns.iter().map(|column| column.name.as_str()));
        }
        for row in rows {
            add(&mut row.iter().map(String::as_str));
        }
        text
    }

    fn xml(&self, file: i64, rows: &[Vec<String>]) -> String {
        let encoding = match self.encoding {
            Letters::Utf8 => "UTF-8",
            Letters::Windows1250 => "windows-1250",
        };
        let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
        // Writing into memory cannot fail.
        let _ = writer.write_event(Event::Decl(BytesDecl::new("1.0", Some(encoding), None)));
        let number = file.to_string();
        let _ = writer
            .create_element(self.root.as_str())
            .with_attribute(("number", number.as_str()))
            .write_inner_content(|writer| {
                for row in rows {
                    writer.create_element(self.row.as_str()).write_inner_content(|writer| {
                        for (column, value) in self.columns.iter().zip(row) {
                            let value: String = value.chars().filter(|c| !c.is_control()).collect();
                            writer
                                .create_element(column.name.as_str())
                                .write_text_content(BytesText::new(&value))?;
                        }
                        Ok(())
                    })?;
                }
                Ok(())
            });
        let mut text = String::from_utf8_lossy(&writer.into_inner()).into_owned();
        text.push('\n');
        text
    }
}

/// Letters that there are not become question marks: what came from banks may hold any.
fn windows_1250(text: &str) -> Vec<u8> {
    let encoding = encoding_rs::WINDOWS_1250;
    let (bytes, _, lost) = encoding.encode(text);
    if !lost {
        return bytes.into_owned();
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut one = [0; 4];
    for letter in text.chars() {
        let (byte, _, lost) = encoding.encode(letter.encode_utf8(&mut one));
        if lost { bytes.push(b'?') } else { bytes.extend_from_slice(&byte) }
    }
    bytes
}

/// A line of a file with assessments: a row, or where it stands and why it cannot be read.
pub type ReadLine = Result<ReadRow, (usize, RowFault)>;

/// A row of a file with assessments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadRow {
    /// Line of the file.
    pub line: usize,
    /// Number of the account of dues.
    pub account: i64,
    /// The year.
    pub year: i32,
    /// Number of the decision.
    pub decision: String,
    /// Its day.
    pub decided_on: NaiveDate,
    /// When it was delivered.
    pub delivered_on: Option<NaiveDate>,
    /// For the year.
    pub amount_grosze: i64,
    /// The one term of what has no plan.
    pub term: Option<NaiveDate>,
}

/// Why a row is refused, by a stable name.
pub type RowFault = &'static str;

/// Why a whole file is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileFault {
    /// A column of the mapping is not there.
    #[error("the file has no column {0:?}; correct the mapping, or choose another file")]
    NoColumn(String),
    /// It is no table.
    #[error("line {0} cannot be read")]
    Line(usize),
    /// More rows than are taken.
    #[error("more than {0} rows; divide the file")]
    TooLong(usize),
}

impl Import {
    /// Reads a file: rows, and those that cannot be read with the reason.
    ///
    /// # Errors
    /// The file is no such table.
    pub fn read(&self, bytes: &[u8], most: usize) -> Result<Vec<ReadLine>, FileFault> {
        let text = match self.encoding {
            Letters::Utf8 => String::from_utf8_lossy(bytes),
            Letters::Windows1250 => encoding_rs::WINDOWS_1250.decode(bytes).0,
        };
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(u8::try_from(self.separator).unwrap_or(b';'))
            .trim(csv::Trim::All)
            .from_reader(text.trim_start_matches('\u{feff}').as_bytes());
        let heads = reader.headers().map_err(|_| FileFault::Line(1))?.clone();
        let place = |name: &String| {
            heads.iter().position(|head| head == name).ok_or_else(|| FileFault::NoColumn(name.clone()))
        };
        let maybe = |name: &Option<String>| name.as_ref().map(place).transpose();
        let columns = &self.columns;
        let (decision, account, year) =
            (place(&columns.decision)?, place(&columns.account)?, place(&columns.year)?);
        let (amount, decided_on) = (place(&columns.amount)?, place(&columns.decided_on)?);
        let (delivered_on, term) = (maybe(&columns.delivered_on)?, maybe(&columns.term)?);
        let mut rows = Vec::new();
        let mut seen = BTreeSet::new();
        for (line, record) in (2..).zip(reader.records()) {
            if rows.len() == most {
                return Err(FileFault::TooLong(most));
            }
            let record = record.map_err(|_| FileFault::Line(line))?;
            let at = |place: usize| record.get(place).unwrap_or_default();
            let day = |place: Option<usize>, fault| match place.map(at).filter(|text| !text.is_empty()) {
                None => Ok(None),
                Some(text) => NaiveDate::parse_from_str(text, &self.day).map(Some).map_err(|_| fault),
            };
            let read = || -> Result<ReadRow, RowFault> {
                let row = ReadRow {
                    line,
                    account: at(account).parse().map_err(|_| "bad-account")?,
                    year: at(year)
                        .parse()
                        .ok()
                        .filter(|year| (2000..=2099).contains(year))
                        .ok_or("bad-year")?,
                    decision: Some(at(decision).to_owned())
                        .filter(|text| (1..=100).contains(&text.chars().count()))
                        .ok_or("bad-decision")?,
                    decided_on: day(Some(decided_on), "bad-day")?.ok_or("bad-day")?,
                    delivered_on: day(delivered_on, "bad-day")?,
                    amount_grosze: grosze(at(amount), self.decimal).ok_or("bad-amount")?,
                    term: day(term, "bad-day")?,
                };
                Ok(row)
            };
            let row =
                read().and_then(|row| match seen.insert((row.account, row.year, row.decision.clone())) {
                    true => Ok(row),
                    false => Err("twice"),
                });
            rows.push(row.map_err(|fault| (line, fault)));
        }
        Ok(rows)
    }
}

/// Złoty with at most two digits of grosze.
fn grosze(text: &str, decimal: char) -> Option<i64> {
    let text: String = text.chars().filter(|c| !matches!(c, ' ' | '\u{a0}' | '\u{202f}')).collect();
    let (whole, part) = text.split_once(decimal).unwrap_or((&text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 12 || part.len() > 2 || !digits(whole) || !digits(part) {
        return None;
    }
    let part = format!("{part:0<2}");
    whole.parse::<i64>().ok()?.checked_mul(100)?.checked_add(part.parse().ok()?)
}
