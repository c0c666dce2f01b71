//! OpenDocument spreadsheets: each table is a layer, visible ones first.
//!
//! The content is read as a stream. Rows and cells that are repeated by number are counted, not copied, unless they
//! hold something. Of formulas the kept value is read.

use std::collections::HashSet;
use std::io::{Error, ErrorKind, Result as IoResult};

use quick_xml::events::{BytesStart, Event};

use super::sheet::{self, Book, SheetRow, SheetSink, number_cell, text_cell};
use super::xml::{add_text, attribute};
use super::zipped::{PartXml, Parts};
use super::{
    Cell, Format, InputFile, Limits, Options, ProgressSink, Reader, RowProblem, TableError, bytes, text::tidy,
};

const MEDIA_TYPE: &[u8] = b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet";
const CONTENT: &str = "content.xml";
/// Tables that are counted.
const TABLES: usize = 10_000;

/// Whether it is a ZIP archive that says it is a spreadsheet.
pub(super) fn looks_like(head: &[u8], name: &str) -> bool {
    let named = name.ends_with(".ods") || name.ends_with(".ots");
    head.starts_with(b"PK")
        && (named || head.windows(MEDIA_TYPE.len()).take(64).any(|part| part == MEDIA_TYPE))
}

/// Opens a spreadsheet.
///
/// # Errors
/// [`TableError`]
pub(super) fn open(file: &InputFile, options: &Options) -> Result<Box<dyn Reader>, TableError> {
    let failed = |error: Error| bytes::failure(&file.name, Format::Ods, error);
    let mut parts = Parts::open(file, Format::Ods, &options.limits)?;
    if is_encrypted(&mut parts).map_err(failed)? {
        return Err(TableError::Encrypted { name: file.name.clone() });
    }
    let mut tables = tables(&mut parts).map_err(failed)?;
    tables.sort_by_key(|table| table.hidden);
    let names: Vec<String> = tables.iter().map(|table| table.name.clone()).collect();
    let places = tables.iter().map(|table| table.place).collect();
    let book = OdsBook { file: file.clone(), limits: options.limits, parts, places };
    sheet::reader(file, options, Format::Ods, &names, Box::new(book))
}

fn is_encrypted(parts: &mut Parts) -> IoResult<bool> {
    let Some(mut xml) = parts.part("META-INF/manifest.xml")? else { return Ok(false) };
    loop {
        match xml.next()? {
            Event::Start(tag) if tag.local_name().as_ref() == "encryption-data" => return Ok(true),
            Event::Eof => return Ok(false),
            _ => {}
        }
    }
}

struct Table {
    name: String,
    place: usize,
    hidden: bool,
}

fn tables(parts: &mut Parts) -> IoResult<Vec<Table>> {
    let missing = || Error::new(ErrorKind::InvalidData, "it holds no content");
    let mut xml = parts.part(CONTENT)?.ok_or_else(missing)?;
    let mut tables = Vec::new();
    let mut style = String::new();
    let mut hidden_styles = HashSet::new();
    loop {
        match xml.next()? {
            Event::Start(tag) => match tag.local_name().as_ref() {
                "style" => style = attribute(&tag, "name")?.unwrap_or_default(),
                "table-properties" if attribute(&tag, "display")?.as_deref() == Some("false") => {
                    hidden_styles.insert(std::mem::take(&mut style));
                }
                "table" => {
                    let name = attribute(&tag, "name")?.unwrap_or_default();
                    let own = attribute(&tag, "style-name")?.unwrap_or_default();
                    let hidden = hidden_styles.contains(&own);
                    tables.push(Table { name, place: tables.len(), hidden });
                    if tables.len() > TABLES || hidden_styles.len() > TABLES {
                        let detail = format!("more than {TABLES} tables");
                        return Err(Error::new(ErrorKind::FileTooLarge, detail));
                    }
                }
                _ => {}
            },
            Event::Eof => return Ok(tables),
            _ => {}
        }
    }
}

struct OdsBook {
    file: InputFile,
    limits: Limits,
    parts: Parts,
    /// Place in the content, by sheet.
    places: Vec<usize>,
}

impl Book for OdsBook {
    fn rows(
        &mut self,
        sheet: usize,
        each: &mut SheetSink<'_>,
        progress: &mut ProgressSink<'_>,
    ) -> Result<(), TableError> {
        let failed = |error: Error| bytes::failure(&self.file.name, Format::Ods, error);
        let Some(&place) = self.places.get(sheet) else { return Ok(()) };
        let Some((xml, mut meter)) = self.parts.metered_part(CONTENT).map_err(failed)? else { return Ok(()) };
        let mut rows = Rows { xml, limits: &self.limits, number: 0 };
        if !rows.seek(place).map_err(failed)? {
            return Ok(());
        }
        while let Some((row, repeated)) = rows.next_row().map_err(failed)? {
            meter.row(progress);
            if row.is_empty() {
                continue;
            }
            for offset in 0..repeated {
                let mut copy = row.clone();
                copy.number += offset;
                if !each(copy)? {
                    return Ok(());
                }
            }
        }
        Ok(())
    }
}

struct Rows<'a> {
    xml: PartXml<'a>,
    limits: &'a Limits,
    /// Number of the last row.
    number: u64,
}

impl Rows<'_> {
    /// Goes to the table at a place.
    fn seek(&mut self, place: usize) -> IoResult<bool> {
        let mut seen = 0;
        loop {
            match self.xml.next()? {
                Event::Start(tag) if tag.local_name().as_ref() == "table" => {
                    if seen == place {
                        return Ok(true);
                    }
                    seen += 1;
                }
                Event::Eof => return Ok(false),
                _ => {}
            }
        }
    }

    /// The next row, and how often it stands there.
    fn next_row(&mut self) -> IoResult<Option<(SheetRow, u64)>> {
        loop {
            match self.xml.next()? {
                Event::Start(tag) if tag.local_name().as_ref() == "table-row" => {
                    let repeated = repeated(&tag, "number-rows-repeated")?;
                    let row = self.row()?;
                    self.number = self.number.saturating_add(repeated);
                    return Ok(Some((row, repeated)));
                }
                Event::End(tag) if tag.local_name().as_ref() == "table" => return Ok(None),
                Event::Eof => return Ok(None),
                _ => {}
            }
        }
    }

    fn row(&mut self) -> IoResult<SheetRow> {
        let mut row = SheetRow::new(self.number.saturating_add(1));
        let mut place = 0_usize;
        loop {
            match self.xml.next()? {
                Event::Start(tag)
                    if matches!(tag.local_name().as_ref(), "table-cell" | "covered-table-cell") =>
                {
                    let repeated = repeated(&tag, "number-columns-repeated")?;
                    let mut value = Value::begin(&tag)?;
                    self.inside(&mut value)?;
                    let copies = usize::try_from(repeated).unwrap_or(usize::MAX);
                    for offset in 0..copies.min(self.limits.columns + 1) {
                        value.put(&mut row, place.saturating_add(offset), self.limits);
                        if row.is_too_large() {
                            let detail = format!("row {} of the sheet holds too much text", row.number);
                            return Err(Error::new(ErrorKind::FileTooLarge, detail));
                        }
                    }
                    place = place.saturating_add(copies);
                }
                Event::End(tag) if tag.local_name().as_ref() == "table-row" => return Ok(row),
                Event::Eof => {
                    return Err(Error::new(ErrorKind::UnexpectedEof, "the table ends within a row"));
                }
                _ => {}
            }
        }
    }

    fn inside(&mut self, value: &mut Value) -> IoResult<()> {
        let (mut depth, mut notes, mut paragraphs) = (1_u32, 0_u32, 0_u32);
        loop {
            let event = self.xml.next()?;
            match &event {
                Event::Start(tag) => {
                    depth += 1;
                    match tag.local_name().as_ref() {
                        "annotation" | "shapes" | "frame" => notes = depth,
                        "p" if notes == 0 => {
                            paragraphs += 1;
                            if paragraphs > 1 {
                                value.text.push('\n');
                            }
                        }
                        "s" if notes == 0 => {
                            let count =
                                attribute(tag, "c")?.and_then(|count| count.parse().ok()).unwrap_or(1);
                            value.text.extend(std::iter::repeat_n(' ', count.min(1_000)));
                        }
                        "tab" | "line-break" if notes == 0 => value.text.push(' '),
                        _ => {}
                    }
                }
                Event::End(_) => {
                    if notes == depth {
                        notes = 0;
                    }
                    depth -= 1;
                    if depth == 0 {
                        return Ok(());
                    }
                }
                Event::Eof => {
                    return Err(Error::new(ErrorKind::UnexpectedEof, "the table ends within a cell"));
                }
                _ if notes == 0 && paragraphs > 0 => {
                    value.is_cut |= !add_text(&event, &mut value.text, self.limits.cell_bytes)?;
                }
                _ => {}
            }
        }
    }
}

fn repeated(tag: &BytesStart<'_>, name: &str) -> IoResult<u64> {
    Ok(attribute(tag, name)?.and_then(|count| count.parse().ok()).unwrap_or(1).max(1))
}

/// The value of a cell while it is read.
struct Value {
    kind: String,
    given: String,
    text: String,
    is_formula: bool,
    is_cut: bool,
}

impl Value {
    fn begin(tag: &BytesStart<'_>) -> IoResult<Self> {
        let mut value = Self {
            kind: String::new(),
            given: String::new(),
            text: String::new(),
            is_formula: false,
            is_cut: false,
        };
        for attribute in tag.attributes() {
            let attribute =
                attribute.map_err(|error| Error::new(ErrorKind::InvalidData, error.to_string()))?;
            let given = || {
                attribute
                    .normalized_value(quick_xml::XmlVersion::Explicit1_0)
                    .map(std::borrow::Cow::into_owned)
                    .map_err(|error| Error::new(ErrorKind::InvalidData, error.to_string()))
            };
            match attribute.key.as_ref() {
                "office:value-type" if value.kind != "error" => value.kind = given()?,
                "calcext:value-type" if attribute.value.as_ref() == "error" => {
                    "error".clone_into(&mut value.kind)
                }
                "office:value"
                | "office:date-value"
                | "office:time-value"
                | "office:boolean-value"
                | "office:string-value" => value.given = given()?,
                "table:formula" => value.is_formula = true,
                _ => {}
            }
        }
        Ok(value)
    }

    fn put(&self, row: &mut SheetRow, place: usize, limits: &Limits) {
        let given = self.given.trim();
        let cell = match self.kind.as_str() {
            "float" | "percentage" | "currency" => match given.parse::<f64>() {
                Ok(number) if number.is_finite() => number_cell(number),
                _ => text_cell(&self.text),
            },
            "boolean" => Cell::Bool(given == "true"),
            "date" if !given.is_empty() => Cell::Date(given.trim_end_matches("T00:00:00").to_owned()),
            "error" => {
                row.fault(place, RowProblem::FormulaError, tidy(&self.text));
                return;
            }
            _ if self.is_formula && is_error(tidy(&self.text)) => {
                row.fault(place, RowProblem::FormulaError, tidy(&self.text));
                return;
            }
            _ if self.text.is_empty() => text_cell(given),
            _ => text_cell(&self.text),
        };
        if self.is_formula && self.kind.is_empty() && cell == Cell::Empty {
            row.fault(place, RowProblem::FormulaError, "=");
        }
        if self.is_cut {
            row.fault(place, RowProblem::TooLarge, &self.text);
        }
        row.put(place, cell, limits);
    }
}

fn is_error(text: &str) -> bool {
    text.starts_with("Err:") || (text.starts_with('#') && text.ends_with(['!', '?', 'A']))
}
