//! A file of bookings, written as the mapping says.

use std::borrow::Cow;

use chrono::NaiveDate;
use quick_xml::{
    Writer,
    events::{BytesDecl, BytesText, Event},
};

use super::{ColumnOf, Export, FileFormat, Letters, MappingFault, filled};

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

impl Export {
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
