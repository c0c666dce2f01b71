//! Records on their way to the database: rows of a binary COPY, and what had to be refused.

use std::collections::BTreeSet;

use bytes::Bytes;
use geozero::{CoordDimensions, ToWkb};
use importers::{At, Delivered, Doubt, PartialDate as Told, Record, Rejected, Sink, SinkError};
use serde_json::{Value, json};
use tokio::sync::mpsc;
use uuid::Uuid;

use super::model::MOST_REJECTED;
use crate::kernel::PartialDate;

/// Rows are handed to the database in pieces of about this size.
const PIECE_BYTES: usize = 256 * 1024;
/// Pieces that may wait; together they bound the memory between reader and database.
pub(super) const PIECES_WAITING: usize = 8;
/// Degrees, longitude first: what records of readers without a mapping are in.
const DEGREES: u32 = 4326;

/// How a binary COPY begins: its signature, no flags, no extension.
const HEAD: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
/// How it ends.
const END: &[u8] = &[0xff, 0xff];
/// Columns of a row, in the order of `store::COPY`.
const COLUMNS: i16 = 14;

/// What was handed to the database, so that it need not be looked for there.
#[derive(Debug, Default)]
pub(super) struct Contents {
    /// Kinds of the things.
    pub kinds: BTreeSet<String>,
    /// Whether a thing names the whole of which it is a part.
    pub parts: bool,
    /// Whether there are people.
    pub people: bool,
    /// Whether there are pieces of the basemap.
    pub basemap: bool,
    /// Whether anything is doubtful.
    pub doubts: bool,
    /// Whether a position is in another system than degrees.
    pub projected: bool,
}

impl Contents {
    /// Whether there are only things that refer to no others, all of which go in as they are.
    pub(super) fn is_plain(&self) -> bool {
        !(self.parts || self.people || self.basemap || self.doubts)
    }
}

/// What was not handed to the database.
#[derive(Debug, Default)]
pub(super) struct Refused {
    /// Rows that stay out.
    pub rows: i64,
    /// Values that were left out of rows that come in.
    pub values: i64,
    /// Rows that are left out on purpose, or belong to another.
    pub skipped: i64,
    /// All of them, up to [`MOST_REJECTED`].
    pub told: Vec<Rejected>,
}

/// Turns records into rows of a binary COPY.
pub(super) struct Rows {
    sender: mpsc::Sender<Bytes>,
    piece: Vec<u8>,
    count: i64,
    pub(super) contents: Contents,
    pub(super) refused: Refused,
}

impl Rows {
    pub(super) fn new(sender: mpsc::Sender<Bytes>) -> Self {
        let mut piece = Vec::with_capacity(PIECE_BYTES * 2);
        piece.extend_from_slice(HEAD);
        Self { sender, piece, count: 0, contents: Contents::default(), refused: Refused::default() }
    }

    /// Ends the rows and hands over what is still here.
    pub(super) fn end(&mut self) -> Result<(), SinkError> {
        self.piece.extend_from_slice(END);
        self.send()
    }

    fn send(&mut self) -> Result<(), SinkError> {
        let piece = std::mem::replace(&mut self.piece, Vec::with_capacity(PIECE_BYTES * 2));
        self.sender.blocking_send(piece.into()).map_err(|_| "the database no longer takes rows".into())
    }

    /// Takes one outcome of a mapping.
    pub(super) fn deliver(&mut self, delivered: Delivered) -> Result<(), SinkError> {
        match delivered {
            Delivered::Feature { at, feature, srid, doubts } => {
                self.place(Record::Feature(feature), srid, Some(&at), &doubts)
            }
            Delivered::Burial { at, burial, doubts } => {
                self.place(Record::Burial(burial), DEGREES, Some(&at), &doubts)
            }
            Delivered::Rejected(rejected) => {
                *(if rejected.whole_row { &mut self.refused.rows } else { &mut self.refused.values }) += 1;
                if self.refused.told.len() < MOST_REJECTED {
                    self.refused.told.push(rejected);
                }
                Ok(())
            }
            Delivered::Skipped { .. } => {
                self.refused.skipped += 1;
                Ok(())
            }
        }
    }

    fn row(
        &mut self,
        fields: [Field<'_>; 8],
        person: Option<Uuid>,
        at: Option<&At>,
        doubts: &[Doubt],
    ) -> Result<(), SinkError> {
        self.count += 1;
        self.contents.doubts |= !doubts.is_empty();
        let piece = &mut self.piece;
        piece.extend_from_slice(&COLUMNS.to_be_bytes());
        for field in fields {
            field.write(piece)?;
        }
        Field::from(at.map(|at| at.file.as_str())).write(piece)?;
        match at {
            Some(at) => Field::Number(i64::try_from(at.row)?).write(piece)?,
            None => Field::Null.write(piece)?,
        }
        if doubts.is_empty() {
            Field::Null.write(piece)?;
        } else {
            Field::Json(without_zero(json!(doubts))).write(piece)?;
        }
        Field::Id(Uuid::now_v7()).write(piece)?;
        person.map_or(Field::Null, Field::Id).write(piece)?;
        Field::Number(self.count).write(piece)?;
        if self.piece.len() >= PIECE_BYTES { self.send() } else { Ok(()) }
    }

    fn place(
        &mut self,
        record: Record,
        srid: u32,
        at: Option<&At>,
        doubts: &[Doubt],
    ) -> Result<(), SinkError> {
        let geometry = |geometry: geo_types::Geometry<f64>| {
            let srid = i32::try_from(srid)?;
            Ok::<_, SinkError>(Field::Geometry(geometry.to_ewkb(CoordDimensions::xy(), Some(srid))?))
        };
        match record {
            Record::Feature(feature) => {
                let part = feature.part_of.as_ref();
                self.contents.parts |= part.is_some();
                self.contents.projected |= srid != DEGREES;
                if !self.contents.kinds.contains(&feature.kind) {
                    self.contents.kinds.insert(feature.kind.clone());
                }
                let fields = [
                    Field::Text("feature"),
                    Field::Text(&feature.kind),
                    Field::Text(&feature.source_id),
                    part.map(|(kind, _)| kind.as_str()).into(),
                    part.map(|(_, id)| id.as_str()).into(),
                    feature.label.as_deref().into(),
                    Field::Json(without_zero(Value::Object(feature.attributes))),
                    geometry(feature.geometry)?,
                ];
                self.row(fields, None, at, doubts)
            }
            Record::Burial(burial) => {
                self.contents.people = true;
                let told = json!({
                    "given_names": burial.given_names,
                    "surname": burial.surname,
                    "maiden_name": burial.maiden_name,
                    "born": date(burial.born),
                    "died": date(burial.died),
                    "buried": date(burial.buried),
                });
                let fields = [
                    Field::Text("burial"),
                    Field::Text("people"),
                    Field::Text(&burial.source_id),
                    Field::Text("graves"),
                    Field::Text(&burial.grave),
                    Field::Null,
                    Field::Json(without_zero(told)),
                    Field::Null,
                ];
                self.row(fields, Some(Uuid::now_v7()), at, doubts)
            }
            Record::Base(base) => {
                self.contents.basemap = true;
                let told = json!({ "class": base.class, "min_zoom": base.min_zoom });
                let fields = [
                    Field::Text("base"),
                    Field::Text(base.layer.as_str()),
                    Field::Text(&base.source_id),
                    Field::Null,
                    Field::Null,
                    base.name.as_deref().into(),
                    Field::Json(told),
                    geometry(base.geometry)?,
                ];
                self.row(fields, None, at, doubts)
            }
        }
    }
}

impl Sink for Rows {
    fn take(&mut self, record: Record) -> Result<(), SinkError> {
        self.place(record, DEGREES, None, &[])
    }
}

enum Field<'a> {
    Null,
    Text(&'a str),
    Json(Value),
    Geometry(Vec<u8>),
    Number(i64),
    Id(Uuid),
}

impl<'a> From<Option<&'a str>> for Field<'a> {
    fn from(text: Option<&'a str>) -> Self {
        text.map_or(Self::Null, Self::Text)
    }
}

impl Field<'_> {
    /// Length, then the value as the type's `recv` function reads it; minus one and nothing for null.
    fn write(&self, out: &mut Vec<u8>) -> Result<(), SinkError> {
        if matches!(self, Self::Null) {
            out.extend_from_slice(&(-1_i32).to_be_bytes());
            return Ok(());
        }
        let start = out.len();
        out.extend_from_slice(&[0; 4]);
        match self {
            Self::Null => {}
            Self::Text(text) => write_text(text, out),
            Self::Json(value) => {
                // The version of the format comes first.
                out.push(1);
                serde_json::to_writer(&mut *out, value)?;
            }
            Self::Geometry(ewkb) => out.extend_from_slice(ewkb),
            Self::Number(number) => out.extend_from_slice(&number.to_be_bytes()),
            Self::Id(id) => out.extend_from_slice(id.as_bytes()),
        }
        let length = i32::try_from(out.len() - start - 4)?;
        if let Some(place) = out.get_mut(start..start + 4) {
            place.copy_from_slice(&length.to_be_bytes());
        }
        Ok(())
    }
}

/// The zero character, which PostgreSQL cannot hold, is left out.
fn write_text(text: &str, out: &mut Vec<u8>) {
    if text.contains('\0') {
        out.extend(text.bytes().filter(|byte| *byte != 0));
    } else {
        out.extend_from_slice(text.as_bytes());
    }
}

/// JSON may spell the zero character, which PostgreSQL refuses in `jsonb`.
fn without_zero(value: Value) -> Value {
    if !has_zero(&value) {
        return value;
    }
    match value {
        Value::String(text) if text.contains('\0') => Value::String(text.replace('\0', "")),
        Value::Array(items) => items.into_iter().map(without_zero).collect(),
        Value::Object(map) => Value::Object(map.into_iter().map(|(key, v)| (key, without_zero(v))).collect()),
        other => other,
    }
}

fn has_zero(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(has_zero),
        Value::Object(map) => map.values().any(has_zero),
        _ => false,
    }
}

/// A date as the register keeps it; one that does not exist in the calendar falls back to the part that does.
fn date(told: Told) -> Option<String> {
    let (year, month, day) = match told {
        Told::Unknown => return None,
        Told::Year(year) => (year, None, None),
        Told::Month(year, month) => (year, Some(month), None),
        Told::Day(year, month, day) => (year, Some(month), Some(day)),
    };
    PartialDate::new(year, month, day)
        .or_else(|_| PartialDate::new(year, month, None))
        .or_else(|_| PartialDate::new(year, None, None))
        .ok()
        .map(|date| date.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_that_do_not_exist_lose_only_what_is_wrong() {
        assert_eq!(date(Told::Day(1913, 2, 30)).as_deref(), Some("1913-02"));
        assert_eq!(date(Told::Month(1913, 13)).as_deref(), Some("1913"));
        assert_eq!(date(Told::Year(0)), None);
    }

    #[test]
    fn fields_say_their_length() {
        let mut out = Vec::new();
        Field::Text("a\0b").write(&mut out).unwrap();
        Field::Null.write(&mut out).unwrap();
        Field::Json(json!({ "a": 1 })).write(&mut out).unwrap();
        Field::Number(258).write(&mut out).unwrap();
        assert_eq!(out, b"\0\0\0\x02ab\xff\xff\xff\xff\0\0\0\x08\x01{\"a\":1}\0\0\0\x08\0\0\0\0\0\0\x01\x02");
    }
}
