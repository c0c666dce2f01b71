//! The parts of a workbook beside its sheets: which sheets there are, shared texts, formats of cells.

use std::collections::HashMap;
use std::io::{Error, ErrorKind, Result};

use quick_xml::events::Event;

use super::dates::{DateSystem, is_date_format, is_date_number};
use crate::table::xml::{add_text, attribute};
use crate::table::zipped::Parts;

/// Bytes of all shared texts together.
const STRINGS_BYTES: usize = 256 << 20;
/// Shared texts.
const STRINGS: usize = 20_000_000;
/// Sheets, relations and formats.
const ENTRIES: usize = 100_000;

/// A sheet of the workbook.
#[derive(Debug)]
pub(super) struct SheetPart {
    pub(super) name: String,
    pub(super) part: String,
    pub(super) hidden: bool,
}

/// What the workbook names.
#[derive(Debug)]
pub(super) struct Workbook {
    pub(super) sheets: Vec<SheetPart>,
    pub(super) strings: Option<String>,
    pub(super) styles: Option<String>,
    pub(super) dates: DateSystem,
}

/// A relation between parts: last word of its type, and the part.
struct Relation {
    kind: String,
    target: String,
}

/// Reads what the workbook names.
pub(super) fn workbook(parts: &mut Parts) -> Result<Workbook> {
    let root = relations(parts, "")?;
    let main = root.into_values().find(|relation| relation.kind == "officeDocument");
    let main = main.map_or_else(|| "xl/workbook.xml".to_owned(), |relation| relation.target);
    let relations = relations(parts, &main)?;
    let by_kind = |kind: &str| {
        relations.values().find(|relation| relation.kind == kind).map(|relation| relation.target.clone())
    };
    let mut found = Workbook {
        sheets: Vec::new(),
        strings: by_kind("sharedStrings"),
        styles: by_kind("styles"),
        dates: DateSystem::default(),
    };
    let missing = || Error::new(ErrorKind::InvalidData, "it holds no workbook");
    let mut xml = parts.part(&main)?.ok_or_else(missing)?;
    loop {
        match xml.next()? {
            Event::Start(tag) if tag.local_name().as_ref() == "workbookPr" => {
                let from_1904 =
                    attribute(&tag, "date1904")?.is_some_and(|value| value == "1" || value == "true");
                found.dates = if from_1904 { DateSystem::From1904 } else { DateSystem::From1900 };
            }
            Event::Start(tag) if tag.local_name().as_ref() == "sheet" => {
                let (name, state) = (attribute(&tag, "name")?, attribute(&tag, "state")?);
                let relation = attribute(&tag, "id")?.and_then(|id| relations.get(&id));
                if let (Some(name), Some(relation)) = (name, relation)
                    && relation.kind == "worksheet"
                {
                    let hidden = state.is_some_and(|state| state != "visible");
                    found.sheets.push(SheetPart { name, part: relation.target.clone(), hidden });
                }
                check(found.sheets.len(), ENTRIES, "sheets")?;
            }
            Event::Eof => return Ok(found),
            _ => {}
        }
    }
}

/// The relations of a part by their ids; of the whole package for no part.
fn relations(parts: &mut Parts, part: &str) -> Result<HashMap<String, Relation>> {
    let (folder, own) = part.rsplit_once('/').map_or(("", part), |(folder, own)| (folder, own));
    let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
    let mut found = HashMap::new();
    let Some(mut xml) = parts.part(&format!("{prefix}_rels/{own}.rels"))? else { return Ok(found) };
    loop {
        match xml.next()? {
            Event::Start(tag) if tag.local_name().as_ref() == "Relationship" => {
                let kind = attribute(&tag, "Type")?.unwrap_or_default();
                let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
                let target = attribute(&tag, "Target")?.unwrap_or_default();
                let target = match target.strip_prefix('/') {
                    Some(absolute) => absolute.to_owned(),
                    None => format!("{prefix}{}", target.trim_start_matches("./")),
                };
                let id = attribute(&tag, "Id")?.unwrap_or_default();
                found.insert(id, Relation { kind, target });
                check(found.len(), ENTRIES, "relations")?;
            }
            Event::Eof => return Ok(found),
            _ => {}
        }
    }
}

fn check(count: usize, limit: usize, what: &str) -> Result<()> {
    if count <= limit {
        return Ok(());
    }
    Err(Error::new(ErrorKind::FileTooLarge, format!("more than {limit} {what}")))
}

/// Texts that cells share, one behind the other.
#[derive(Debug, Default)]
pub(super) struct Strings {
    text: String,
    ends: Vec<u32>,
}

impl Strings {
    /// Reads the shared texts, each up to so many bytes and one more, so that its user sees that it is too long.
    pub(super) fn read(parts: &mut Parts, part: &str, cell_bytes: usize) -> Result<Self> {
        let mut strings = Self::default();
        let Some(mut xml) = parts.part(part)? else { return Ok(strings) };
        let mut text = String::new();
        let (mut in_text, mut in_reading) = (false, false);
        loop {
            let event = xml.next()?;
            match &event {
                Event::Start(tag) => match tag.local_name().as_ref() {
                    "si" => text.clear(),
                    "t" => in_text = !in_reading,
                    "rPh" => in_reading = true,
                    _ => {}
                },
                Event::End(tag) => match tag.local_name().as_ref() {
                    "si" => strings.push(&unescaped(&text))?,
                    "t" => in_text = false,
                    "rPh" => in_reading = false,
                    _ => {}
                },
                Event::Eof => return Ok(strings),
                _ if in_text => {
                    add_text(&event, &mut text, cell_bytes + 4)?;
                }
                _ => {}
            }
        }
    }

    fn push(&mut self, text: &str) -> Result<()> {
        check(self.ends.len() + 1, STRINGS, "shared texts")?;
        check(self.text.len() + text.len(), STRINGS_BYTES, "bytes of shared texts")?;
        self.text.push_str(text);
        self.ends.push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
        Ok(())
    }

    /// A text by its place, from 0.
    pub(super) fn get(&self, place: usize) -> Option<&str> {
        let end = *self.ends.get(place)? as usize;
        let start =
            place.checked_sub(1).and_then(|before| self.ends.get(before)).map_or(0, |start| *start as usize);
        self.text.get(start..end)
    }
}

/// Letters that XML cannot hold are written `_x000D_`.
pub(super) fn unescaped(text: &str) -> std::borrow::Cow<'_, str> {
    if !text.contains("_x") {
        return text.into();
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("_x") {
        plain.push_str(before);
        let code = after.get(..4).filter(|_| after.as_bytes().get(4) == Some(&b'_'));
        let letter = code.and_then(|code| u32::from_str_radix(code, 16).ok()).and_then(char::from_u32);
        match letter {
            Some(letter) => {
                plain.push(letter);
                rest = after.get(5..).unwrap_or_default();
            }
            None => {
                plain.push_str("_x");
                rest = after;
            }
        }
    }
    plain.push_str(rest);
    plain.into()
}

/// Which formats of cells show dates, by their place.
#[derive(Debug, Default)]
pub(super) struct Styles {
    dates: Vec<bool>,
}

impl Styles {
    /// Reads the formats of cells.
    pub(super) fn read(parts: &mut Parts, part: &str) -> Result<Self> {
        let mut styles = Self::default();
        let Some(mut xml) = parts.part(part)? else { return Ok(styles) };
        let mut formats: HashMap<u32, bool> = HashMap::new();
        let mut in_cells = false;
        loop {
            match xml.next()? {
                Event::Start(tag) => match tag.local_name().as_ref() {
                    "numFmt" => {
                        let number = attribute(&tag, "numFmtId")?.and_then(|id| id.parse().ok());
                        let format = attribute(&tag, "formatCode")?.unwrap_or_default();
                        if let Some(number) = number {
                            formats.insert(number, is_date_format(&format));
                            check(formats.len(), ENTRIES, "formats")?;
                        }
                    }
                    "cellXfs" => in_cells = true,
                    "xf" if in_cells => {
                        let number = attribute(&tag, "numFmtId")?.and_then(|id| id.parse().ok()).unwrap_or(0);
                        let is_date = formats.get(&number).copied().unwrap_or_else(|| is_date_number(number));
                        styles.dates.push(is_date);
                        check(styles.dates.len(), ENTRIES, "formats")?;
                    }
                    _ => {}
                },
                Event::End(tag) if tag.local_name().as_ref() == "cellXfs" => in_cells = false,
                Event::Eof => return Ok(styles),
                _ => {}
            }
        }
    }

    /// Whether a format, by its place, shows dates.
    pub(super) fn is_date(&self, place: usize) -> bool {
        self.dates.get(place).copied().unwrap_or(false)
    }
}
