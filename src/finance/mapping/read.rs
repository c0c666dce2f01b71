//! A file of assessments, read as the mapping says.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::{Import, Letters};

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
