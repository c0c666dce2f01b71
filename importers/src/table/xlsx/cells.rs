//! The cells of a sheet as a stream of rows.

use std::io::{Error, ErrorKind, Result};

use quick_xml::events::{BytesStart, Event};

use super::dates::DateSystem;
use super::parts::{Strings, Styles, unescaped};
use crate::table::sheet::{SheetRow, number_cell, text_cell};
use crate::table::xml::{add_text, attribute, cut};
use crate::table::zipped::PartXml;
use crate::table::{Cell, Limits, RowProblem};

/// Reads the rows of a sheet one by one.
pub(super) struct Cells<'a> {
    xml: PartXml<'a>,
    limits: &'a Limits,
    strings: &'a Strings,
    styles: &'a Styles,
    dates: DateSystem,
    /// Number of the last row.
    number: u64,
}

/// A cell while it is read.
#[derive(Default)]
struct Raw {
    place: usize,
    kind: Kind,
    style: usize,
    value: String,
    formula: Option<String>,
    is_cut: bool,
}

/// What the value of a cell is.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
enum Kind {
    #[default]
    Number,
    Shared,
    Text,
    /// The text that a formula gave.
    Result,
    Bool,
    Date,
    Error,
}

impl Kind {
    fn of(word: &str) -> Self {
        match word {
            "s" => Self::Shared,
            "inlineStr" => Self::Text,
            "str" => Self::Result,
            "b" => Self::Bool,
            "d" => Self::Date,
            "e" => Self::Error,
            _ => Self::Number,
        }
    }
}

/// Which of a cell's texts is read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Within {
    Nothing,
    Value,
    Formula,
    /// How a word of eastern Asia is read; it is no part of the value.
    Reading,
}

impl<'a> Cells<'a> {
    pub(super) fn new(
        xml: PartXml<'a>,
        limits: &'a Limits,
        strings: &'a Strings,
        styles: &'a Styles,
        dates: DateSystem,
    ) -> Self {
        Self { xml, limits, strings, styles, dates, number: 0 }
    }

    /// The next row, also if it is empty.
    pub(super) fn next_row(&mut self) -> Result<Option<SheetRow>> {
        loop {
            match self.xml.next()? {
                Event::Start(tag) if tag.local_name().as_ref() == "row" => {
                    let given = attribute(&tag, "r")?.and_then(|number| number.parse().ok());
                    self.number = given.unwrap_or(self.number.saturating_add(1));
                    return self.row().map(Some);
                }
                Event::End(tag) if tag.local_name().as_ref() == "sheetData" => return Ok(None),
                Event::Eof => return Ok(None),
                _ => {}
            }
        }
    }

    fn row(&mut self) -> Result<SheetRow> {
        let mut row = SheetRow::new(self.number);
        let mut place = 0;
        loop {
            match self.xml.next()? {
                Event::Start(tag) if tag.local_name().as_ref() == "c" => {
                    let mut raw = begin(&tag, place)?;
                    self.inside(&mut raw)?;
                    place = raw.place + 1;
                    self.finish(&raw, &mut row);
                }
                Event::End(tag) if tag.local_name().as_ref() == "row" => return Ok(row),
                Event::Eof => {
                    return Err(Error::new(ErrorKind::UnexpectedEof, "the sheet ends within a row"));
                }
                _ => {}
            }
            if row.is_too_large() {
                let detail = format!("row {} of the sheet holds too much text", self.number);
                return Err(Error::new(ErrorKind::FileTooLarge, detail));
            }
        }
    }

    fn inside(&mut self, raw: &mut Raw) -> Result<()> {
        let mut within = Within::Nothing;
        loop {
            let event = self.xml.next()?;
            match &event {
                Event::Start(tag) => match tag.local_name().as_ref() {
                    "v" | "t" if within != Within::Reading => within = Within::Value,
                    "f" => {
                        within = Within::Formula;
                        raw.formula = Some(String::new());
                    }
                    "rPh" => within = Within::Reading,
                    _ => {}
                },
                Event::End(tag) => match tag.local_name().as_ref() {
                    "c" => return Ok(()),
                    "v" | "f" | "rPh" => within = Within::Nothing,
                    "t" if within != Within::Reading => within = Within::Nothing,
                    _ => {}
                },
                Event::Eof => {
                    return Err(Error::new(ErrorKind::UnexpectedEof, "the sheet ends within a cell"));
                }
                _ => match (within, &mut raw.formula) {
                    (Within::Value, _) => {
                        raw.is_cut |= !add_text(&event, &mut raw.value, self.limits.cell_bytes)?;
                    }
                    (Within::Formula, Some(formula)) => {
                        add_text(&event, formula, 200)?;
                    }
                    _ => {}
                },
            }
        }
    }

    fn finish(&self, raw: &Raw, row: &mut SheetRow) {
        let number = || raw.value.trim().parse::<f64>().ok().filter(|number| number.is_finite());
        let mut is_cut = raw.is_cut;
        let cell = match raw.kind {
            Kind::Shared => {
                let shared = raw.value.trim().parse().ok().and_then(|place| self.strings.get(place));
                let mut text = shared.unwrap_or_default().to_owned();
                is_cut |= !cut(&mut text, self.limits.cell_bytes);
                text_cell(&text)
            }
            Kind::Text | Kind::Result => text_cell(&unescaped(&raw.value)),
            Kind::Bool => match raw.value.trim() {
                "" => Cell::Empty,
                value => Cell::Bool(value == "1" || value == "true"),
            },
            Kind::Date => match raw.value.trim() {
                "" => Cell::Empty,
                value => Cell::Date(value.trim_end_matches("T00:00:00").to_owned()),
            },
            Kind::Error => {
                row.fault(raw.place, RowProblem::FormulaError, raw.value.trim());
                return;
            }
            Kind::Number => match number() {
                Some(number) if self.styles.is_date(raw.style) => self.dates.cell(number),
                Some(number) => number_cell(number),
                None => text_cell(&raw.value),
            },
        };
        if cell == Cell::Empty
            && raw.kind != Kind::Result
            && let Some(formula) = &raw.formula
        {
            row.fault(raw.place, RowProblem::FormulaError, &format!("={formula}"));
        }
        if is_cut {
            row.fault(raw.place, RowProblem::TooLarge, &raw.value);
        }
        row.put(raw.place, cell, self.limits);
    }
}

fn begin(tag: &BytesStart<'_>, place: usize) -> Result<Raw> {
    let mut raw = Raw { place, ..Raw::default() };
    for attribute in tag.attributes().with_checks(false) {
        let attribute = attribute.map_err(|error| Error::new(ErrorKind::InvalidData, error.to_string()))?;
        let value = attribute.value.as_ref();
        match attribute.key.as_ref() {
            "r" => raw.place = column(value).unwrap_or(place),
            "t" => raw.kind = Kind::of(value),
            "s" => raw.style = value.parse().unwrap_or(0),
            _ => {}
        }
    }
    Ok(raw)
}

/// The column, counted from 0, of a place such as `AB12`.
fn column(place: &str) -> Option<usize> {
    let mut column = 0_usize;
    for letter in place.bytes().take_while(u8::is_ascii_alphabetic).take(6) {
        column = column * 26 + usize::from(letter.to_ascii_uppercase() - b'A') + 1;
    }
    column.checked_sub(1)
}
