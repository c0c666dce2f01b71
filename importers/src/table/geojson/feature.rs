//! One feature as a row.

use std::borrow::Cow;
use std::cell::Cell as Counter;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};

use super::geometry::{Coordinates, Parts, Shape, Shapes};
use crate::table::json::values::{Cells, Columns, Key, Keys};
use crate::table::text::shortened;
use crate::table::{Limits, Row, RowFault, RowProblem, TableError};

/// Reads a feature, or a geometry alone, with its number.
pub(super) fn row(text: &[u8], number: u64, columns: &Columns, limits: &Limits) -> serde_json::Result<Row> {
    let read = |text: &[u8]| {
        let seed = Feature { number, columns, limits };
        seed.deserialize(&mut serde_json::Deserializer::from_slice(text))
    };
    match read(text) {
        Err(_) => mended(text, read),
        row => row,
    }
}

/// Reads a feature with NaN, infinite numbers or bytes that are no text, which JSON does not have.
fn mended(text: &[u8], read: impl Fn(&[u8]) -> serde_json::Result<Row>) -> serde_json::Result<Row> {
    let decoded = String::from_utf8_lossy(text);
    let mut row = read(without_nan(&decoded).as_bytes())?;
    if matches!(decoded, Cow::Owned(_)) {
        let found = shortened(&decoded);
        row.faults.push(RowFault { column: None, found, problem: RowProblem::NotText });
    }
    Ok(row)
}

/// Puts null where some writers put NaN, infinite numbers, or such that are too large to be finite.
pub(super) fn without_nan(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut word = String::new();
    let (mut in_string, mut escaped) = (false, false);
    for letter in text.chars() {
        if !in_string && (letter.is_ascii_alphanumeric() || matches!(letter, '-' | '+' | '.')) {
            word.push(letter);
            continue;
        }
        plain.push_str(finite(&word));
        word.clear();
        plain.push(letter);
        match (in_string, escaped, letter) {
            (true, false, '\\') => escaped = true,
            (true, true, _) => escaped = false,
            (_, _, '"') => in_string = !in_string,
            _ => {}
        }
    }
    plain.push_str(finite(&word));
    plain
}

fn finite(word: &str) -> &str {
    let is_number = word.starts_with(|first: char| first.is_ascii_digit() || first == '-');
    let is_huge = is_number && word.parse::<f64>().is_ok_and(|number| !number.is_finite());
    let is_word =
        matches!(word.trim_start_matches('-').to_ascii_lowercase().as_str(), "nan" | "infinity" | "inf");
    if is_huge || is_word { "null" } else { word }
}

struct Feature<'a> {
    number: u64,
    columns: &'a Columns,
    limits: &'a Limits,
}

impl<'de> DeserializeSeed<'de> for Feature<'_> {
    type Value = Row;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Row, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Feature<'_> {
    type Value = Row;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a feature")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Row, A::Error> {
        let mut row = Row { number: self.number, ..Row::default() };
        let left = Counter::new(self.limits.vertices.saturating_add(1));
        // A geometry may stand without a feature around it.
        let mut bare = Parts::default();
        let mut outcome = None;
        while let Some(key) = map.next_key_seed(Key)? {
            match key.as_ref() {
                "type" => bare.kind = map.next_value_seed(Key)?.into_owned(),
                "id" => row.id = map.next_value_seed(Id)?,
                "geometry" => outcome = Some(map.next_value_seed(Shape { left: &left })?),
                "coordinates" => bare.coordinates = map.next_value_seed(Coordinates { left: &left })?,
                "geometries" => bare.members = Some(map.next_value_seed(Shapes { left: &left })?),
                "properties" => {
                    row.cells.reserve(self.columns.names().len());
                    map.next_value_seed(Cells {
                        columns: self.columns,
                        limits: self.limits,
                        cells: &mut row.cells,
                        faults: &mut row.faults,
                    })?;
                }
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        let outcome = match outcome {
            _ if left.get() == 0 => Err(RowProblem::TooLarge),
            Some(outcome) => outcome,
            None if bare.kind == "Feature" => Ok(None),
            None => bare.outcome(),
        };
        match outcome {
            Ok(geometry) => row.geometry = geometry,
            Err(problem) => {
                row.faults.push(RowFault { column: None, found: "geometry".to_owned(), problem });
            }
        }
        Ok(row)
    }
}

/// An id is a text or a number.
struct Id;

impl<'de> DeserializeSeed<'de> for Id {
    type Value = Option<String>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Id {
    type Value = Option<String>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an id")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_i64<E>(self, id: i64) -> Result<Self::Value, E> {
        Ok(Some(id.to_string()))
    }

    fn visit_u64<E>(self, id: u64) -> Result<Self::Value, E> {
        Ok(Some(id.to_string()))
    }

    fn visit_f64<E>(self, id: f64) -> Result<Self::Value, E> {
        Ok(Some(id.to_string()))
    }

    fn visit_str<E>(self, id: &str) -> Result<Self::Value, E> {
        Ok((!id.is_empty()).then(|| id.chars().take(1_000).collect()))
    }
}

/// What the first pass wants to know of a feature.
#[derive(Default)]
pub(super) struct Glance {
    /// Whether it is a collection inside of a sequence.
    pub(super) is_collection: bool,
}

/// Collects the keys of the properties of features.
pub(super) struct FirstPass<'a> {
    pub(super) columns: &'a mut Columns,
    pub(super) file: &'a str,
    pub(super) limits: &'a Limits,
    pub(super) failure: &'a mut Option<TableError>,
}

impl FirstPass<'_> {
    /// Collects the keys of one feature.
    pub(super) fn feature(&mut self, text: &[u8]) -> serde_json::Result<Glance> {
        let first = self.attempt(text);
        if first.is_ok() || self.failure.is_some() {
            return first;
        }
        self.attempt(without_nan(&String::from_utf8_lossy(text)).as_bytes())
    }

    fn attempt(&mut self, text: &[u8]) -> serde_json::Result<Glance> {
        serde::Deserializer::deserialize_map(&mut serde_json::Deserializer::from_slice(text), Peek(self))
    }
}

struct Peek<'a, 'b>(&'a mut FirstPass<'b>);

impl<'de> Visitor<'de> for Peek<'_, '_> {
    type Value = Glance;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a feature")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Glance, A::Error> {
        let mut glance = Glance::default();
        let pass = self.0;
        while let Some(key) = map.next_key_seed(Key)? {
            match key.as_ref() {
                "type" => glance.is_collection = map.next_value_seed(Key)?.as_ref() == "FeatureCollection",
                "properties" => map.next_value_seed(Keys {
                    columns: &mut *pass.columns,
                    file: pass.file,
                    limits: pass.limits,
                    failure: &mut *pass.failure,
                })?,
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(glance)
    }
}
