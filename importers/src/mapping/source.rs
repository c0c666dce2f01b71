//! Where a value of a row comes from, found out once for a layer.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use super::glob::Captures;
use super::text::{cell_text, fold};
use crate::table::{Cell, Row};

/// One place of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Source {
    /// A column.
    Cell(usize),
    /// A part of the file's or layer's name.
    Capture(String),
    /// The file's own id.
    Id,
    /// A column of the row that a lookup found.
    Looked(usize, usize),
    /// A column that the layer does not have.
    Missing,
}

/// A row with what belongs to it.
pub(super) struct Seen<'a> {
    pub(super) row: &'a Row,
    pub(super) looked: &'a [Option<Arc<[Cell]>>],
}

impl Source {
    /// The cell behind it, if it is one and filled.
    pub(super) fn cell<'a>(&self, seen: &Seen<'a>) -> Option<&'a Cell> {
        let cell = match self {
            Self::Cell(place) => seen.row.cells.get(*place),
            Self::Looked(lookup, place) => seen.looked.get(*lookup)?.as_ref()?.get(*place),
            Self::Capture(_) | Self::Id | Self::Missing => None,
        };
        cell.filter(|cell| !matches!(cell, Cell::Empty))
    }

    /// Its text; empty where there is nothing.
    pub(super) fn text<'a>(&'a self, seen: &Seen<'a>) -> Cow<'a, str> {
        match self {
            Self::Capture(text) => Cow::Borrowed(text),
            Self::Id => Cow::Borrowed(seen.row.id.as_deref().unwrap_or_default()),
            Self::Missing => Cow::Borrowed(""),
            Self::Cell(_) | Self::Looked(..) => self.cell(seen).map_or(Cow::Borrowed(""), cell_text),
        }
    }
}

/// Columns of a layer by their names.
pub(super) struct Columns<'a> {
    names: &'a [String],
    folded: HashMap<String, usize>,
    captures: &'a Captures,
    /// Names of lookups with the columns of theirs that are kept.
    lookups: &'a [(String, Vec<String>)],
    /// Names that were asked for and not found.
    pub(super) missing: Vec<String>,
}

impl<'a> Columns<'a> {
    pub(super) fn new(
        names: &'a [String],
        captures: &'a Captures,
        lookups: &'a [(String, Vec<String>)],
    ) -> Self {
        let mut folded = HashMap::new();
        for (place, name) in names.iter().enumerate() {
            folded.entry(fold(name)).or_insert(place);
        }
        Self { names, folded, captures, lookups, missing: Vec::new() }
    }

    /// Where `name` is to be found: a part of the file's name, a column by its exact name, a column of a lookup, a
    /// column by its name without regard to case and accents, `@id`, or `#7` for the seventh column.
    pub(super) fn find(&mut self, name: &str) -> Source {
        let source = self.look(name);
        if source == Source::Missing && !self.missing.iter().any(|missing| missing == name) {
            self.missing.push(name.to_owned());
        }
        source
    }

    /// As [`Self::find`], without noting what is missing.
    pub(super) fn look(&self, name: &str) -> Source {
        if let Some((_, text)) = self.captures.iter().find(|(key, _)| key == name) {
            return Source::Capture(text.clone());
        }
        if let Some(place) = self.names.iter().position(|column| column == name) {
            return Source::Cell(place);
        }
        if name == "@id" {
            return Source::Id;
        }
        if let Some((lookup, column)) = name.split_once('.') {
            let place = self.lookups.iter().position(|(key, _)| key == lookup);
            let column =
                place.and_then(|place| self.lookups.get(place)?.1.iter().position(|kept| kept == column));
            if let Some((place, column)) = place.zip(column) {
                return Source::Looked(place, column);
            }
        }
        if let Some(place) = self.folded.get(&fold(name)) {
            return Source::Cell(*place);
        }
        let numbered = name.strip_prefix('#').and_then(|number| number.parse::<usize>().ok());
        match numbered {
            Some(number) if (1..=self.names.len()).contains(&number) => Source::Cell(number - 1),
            _ => Source::Missing,
        }
    }

    /// The column's own name, for reports.
    pub(super) fn name(&self, source: &Source, asked: &str) -> String {
        match source {
            Source::Cell(place) => self.names.get(*place).cloned().unwrap_or_else(|| asked.to_owned()),
            _ => asked.to_owned(),
        }
    }

    /// All names, for messages.
    pub(super) fn known(&self) -> String {
        self.names.join(", ")
    }
}

/// A text with columns in braces, or one column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Template {
    One(Source),
    Pieces(Vec<(String, Option<Source>)>),
}

impl Template {
    /// A text with braces, else the name of a column.
    pub(super) fn label(text: &str, columns: &mut Columns<'_>) -> Self {
        if text.contains('{') { Self::text(text, columns) } else { Self::One(columns.find(text)) }
    }

    /// A text with columns in braces.
    pub(super) fn text(text: &str, columns: &mut Columns<'_>) -> Self {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((literal, behind)) = rest.split_once('{') {
            let Some((name, behind)) = behind.split_once('}') else { break };
            pieces.push((literal.to_owned(), Some(columns.find(name))));
            rest = behind;
        }
        pieces.push((rest.to_owned(), None));
        Self::Pieces(pieces)
    }

    /// The text of a row; `None` where all columns of it are empty.
    pub(super) fn fill(&self, seen: &Seen<'_>) -> Option<String> {
        match self {
            Self::One(source) => {
                let text = source.text(seen);
                (!text.is_empty()).then(|| text.into_owned())
            }
            Self::Pieces(pieces) => {
                let mut written = String::new();
                let mut filled = false;
                for (literal, source) in pieces {
                    written.push_str(literal);
                    if let Some(source) = source {
                        let text = source.text(seen);
                        filled = filled || !text.is_empty();
                        written.push_str(&text);
                    }
                }
                filled.then_some(written)
            }
        }
    }
}

/// The texts of `sources` joined with `/`; `None` where the last one or all of them are empty.
pub(super) fn joined_key(sources: &[Source], seen: &Seen<'_>) -> Option<String> {
    let (last, others) = sources.split_last()?;
    let last = last.text(seen);
    let last = last.trim();
    if last.is_empty() {
        return None;
    }
    let mut key = String::with_capacity(16 * sources.len());
    for source in others {
        key.push_str(source.text(seen).trim());
        key.push('/');
    }
    key.push_str(last);
    Some(key)
}
