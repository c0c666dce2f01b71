//! Records on their way to the database: rows of a binary COPY, and what had to be refused.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use bytes::Bytes;
use chrono::{DateTime, Utc};
use geo::{
    Contains, Orient,
    algorithm::{indexed::IntervalTreeMultiPolygon, orient::Direction},
};
use geo_types::Geometry;
use geozero::{
    CoordDimensions, GeozeroGeometry,
    wkb::{WkbDialect, WkbWriter},
};
use importers::{
    At, Delivered, Doubt, Feature, PartialDate as Told, Record, Rejected, Sink, SinkError, mapping::Group,
};
use serde_json::{Value, json};
use tokio::sync::mpsc;
use uuid::Uuid;

use super::model::{Accept, MOST_REJECTED};
use crate::{kernel::PartialDate, registry::TownArea};

/// Rows are handed to the database in pieces of about this size.
const PIECE_BYTES: usize = 256 * 1024;
/// Pieces that may wait; together they bound the memory between reader and database.
pub(super) const PIECES_WAITING: usize = 8;
/// Degrees, longitude first: what records of readers without a mapping are in.
const DEGREES: u32 = 4326;
/// When time begins for PostgreSQL: 1 January 2000, in seconds since 1970.
const EPOCH_S: i64 = 946_684_800;

/// Where rows are copied to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    /// The staging table, to be compared and judged there.
    Staged,
    /// The register itself.
    Register,
}

impl Target {
    /// The statement, with the columns in the order in which [`Rows`] writes them.
    pub(super) fn copy(self) -> &'static str {
        match self {
            Self::Staged => {
                "copy staged (what, kind, source_id, part_kind, part_source_id, label, attributes, geom, file, row_number,
                     doubts, id, person_id, n) from stdin (format binary)"
            }
            Self::Register => {
                "copy asset (id, kind, geom, label, attributes, source_id, source, updated_at, changed_by, change_set)
                 from stdin (format binary)"
            }
        }
    }

    const fn columns(self) -> i16 {
        match self {
            Self::Staged => 14,
            Self::Register => 10,
        }
    }
}

/// Rows of one target, without head and end.
pub(super) type Piece = (Target, Bytes);

/// What was handed to the database, so that it need not be looked for there.
#[derive(Debug, Default)]
pub(super) struct Contents {
    /// Kinds of the things.
    pub kinds: BTreeSet<String>,
    /// Things that went straight into the register, by kind.
    pub straight: BTreeMap<String, i64>,
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

/// The way straight into an empty register, where there is nothing to be compared with: for new things about which
/// nothing has to be asked. Whatever names another thing, is doubtful, or has to be brought to degrees or judged by PostGIS
/// is staged.
pub(super) struct Straight {
    excluded: HashSet<(String, String)>,
    /// Whether geometries are judged: points always hold, others have to be looked at.
    careful: bool,
    town: Option<IntervalTreeMultiPolygon<f64>>,
    /// The columns that are the same in each row.
    same: Vec<u8>,
}

/// What is the same in all rows of a delivery.
pub(super) struct Same<'a> {
    pub source: &'a str,
    pub actor: &'a str,
    pub change_set: Option<Uuid>,
    pub now: DateTime<Utc>,
}

impl Straight {
    /// The way, if what is new is accepted at all.
    pub(super) fn open(
        accept: &Accept,
        careful: bool,
        town: Option<&TownArea>,
        same: &Same<'_>,
    ) -> Option<Self> {
        let now = same.now.timestamp_micros() - EPOCH_S * 1_000_000;
        let mut columns = Vec::new();
        for field in [
            Field::Text(same.source),
            Field::Number(now),
            Field::Text(same.actor),
            same.change_set.map_or(Field::Null, Field::Id),
        ] {
            field.write(&mut columns).ok()?;
        }
        accept.groups.contains(&Group::New).then(|| Self {
            excluded: accept.excluded.iter().cloned().collect(),
            careful,
            // A hole is one only when it turns the other way.
            town: town.map(|town| IntervalTreeMultiPolygon::new(&town.geometry().orient(Direction::Default))),
            same: columns,
        })
    }

    fn takes(&self, feature: &Feature, srid: u32, doubts: &[Doubt]) -> bool {
        let sound = || match &feature.geometry {
            _ if !self.careful => true,
            Geometry::Point(point) => self.town.as_ref().is_none_or(|town| town.contains(point)),
            _ => false,
        };
        let excluded = || {
            !self.excluded.is_empty()
                && self.excluded.contains(&(feature.kind.clone(), feature.source_id.clone()))
        };
        srid == DEGREES && feature.part_of.is_none() && doubts.is_empty() && sound() && !excluded()
    }
}

/// Turns records into rows of a binary COPY.
pub(super) struct Rows {
    sender: mpsc::Sender<Piece>,
    straight: Option<Straight>,
    staged: Vec<u8>,
    register: Vec<u8>,
    count: i64,
    pub(super) contents: Contents,
    pub(super) refused: Refused,
}

impl Rows {
    pub(super) fn new(sender: mpsc::Sender<Piece>, straight: Option<Straight>) -> Self {
        Self {
            sender,
            straight,
            staged: Vec::new(),
            register: Vec::new(),
            count: 0,
            contents: Contents::default(),
            refused: Refused::default(),
        }
    }

    /// Hands over what is still here.
    pub(super) fn end(&mut self) -> Result<(), SinkError> {
        self.send(Target::Register, 1)?;
        self.send(Target::Staged, 1)
    }

    /// Hands over rows when there are so many bytes of them.
    fn send(&mut self, target: Target, bytes: usize) -> Result<(), SinkError> {
        let rows = match target {
            Target::Staged => &mut self.staged,
            Target::Register => &mut self.register,
        };
        if rows.len() < bytes {
            return Ok(());
        }
        let piece = std::mem::replace(rows, Vec::with_capacity(PIECE_BYTES + PIECE_BYTES / 8));
        self.sender
            .blocking_send((target, piece.into()))
            .map_err(|_| "the database no longer takes rows".into())
    }

    /// Takes one outcome of a mapping.
    pub(super) fn deliver(&mut self, delivered: Delivered) -> Result<(), SinkError> {
        match delivered {
            Delivered::Feature { at, feature, srid, doubts } => {
                self.feature(feature, srid, Some(&at), &doubts)
            }
            Delivered::Burial { at, burial, doubts } => {
                self.place(Record::Burial(burial), Some(&at), &doubts)
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

    /// Stages a row.
    fn stage(
        &mut self,
        fields: [Field<'_>; 8],
        person: Option<Uuid>,
        at: Option<&At>,
        doubts: &[Doubt],
    ) -> Result<(), SinkError> {
        self.count += 1;
        self.contents.doubts |= !doubts.is_empty();
        let rows = &mut self.staged;
        rows.extend_from_slice(&Target::Staged.columns().to_be_bytes());
        for field in fields {
            field.write(rows)?;
        }
        Field::from(at.map(|at| at.file.as_str())).write(rows)?;
        match at {
            Some(at) => Field::Number(i64::try_from(at.row)?).write(rows)?,
            None => Field::Null.write(rows)?,
        }
        if doubts.is_empty() {
            Field::Null.write(rows)?;
        } else {
            Field::Json(without_zero(json!(doubts))).write(rows)?;
        }
        Field::Id(Uuid::now_v7()).write(rows)?;
        person.map_or(Field::Null, Field::Id).write(rows)?;
        Field::Number(self.count).write(rows)?;
        self.send(Target::Staged, PIECE_BYTES)
    }

    fn feature(
        &mut self,
        feature: Feature,
        srid: u32,
        at: Option<&At>,
        doubts: &[Doubt],
    ) -> Result<(), SinkError> {
        if !self.contents.kinds.contains(&feature.kind) {
            self.contents.kinds.insert(feature.kind.clone());
        }
        if let Some(straight) = self.straight.as_ref().filter(|way| way.takes(&feature, srid, doubts)) {
            match self.contents.straight.get_mut(&feature.kind) {
                Some(count) => *count += 1,
                None => drop(self.contents.straight.insert(feature.kind.clone(), 1)),
            }
            let rows = &mut self.register;
            rows.extend_from_slice(&Target::Register.columns().to_be_bytes());
            for field in [
                Field::Id(Uuid::now_v7()),
                Field::Text(&feature.kind),
                Field::Geometry(&feature.geometry, srid),
                feature.label.as_deref().into(),
                Field::Json(without_zero(Value::Object(feature.attributes))),
                Field::Text(&feature.source_id),
            ] {
                field.write(rows)?;
            }
            rows.extend_from_slice(&straight.same);
            return self.send(Target::Register, PIECE_BYTES);
        }
        let part = feature.part_of.as_ref();
        self.contents.parts |= part.is_some();
        self.contents.projected |= srid != DEGREES;
        let fields = [
            Field::Text("feature"),
            Field::Text(&feature.kind),
            Field::Text(&feature.source_id),
            part.map(|(kind, _)| kind.as_str()).into(),
            part.map(|(_, id)| id.as_str()).into(),
            feature.label.as_deref().into(),
            Field::Json(without_zero(Value::Object(feature.attributes))),
            Field::Geometry(&feature.geometry, srid),
        ];
        self.stage(fields, None, at, doubts)
    }

    fn place(&mut self, record: Record, at: Option<&At>, doubts: &[Doubt]) -> Result<(), SinkError> {
        match record {
            Record::Feature(feature) => self.feature(feature, DEGREES, at, doubts),
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
                self.stage(fields, Some(Uuid::now_v7()), at, doubts)
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
                    Field::Geometry(&base.geometry, DEGREES),
                ];
                self.stage(fields, None, at, doubts)
            }
        }
    }
}

impl Sink for Rows {
    fn take(&mut self, record: Record) -> Result<(), SinkError> {
        self.place(record, None, &[])
    }
}

enum Field<'a> {
    Null,
    Text(&'a str),
    Json(Value),
    /// With the code of its system.
    Geometry(&'a Geometry<f64>, u32),
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
            Self::Geometry(geometry, srid) => {
                let srid = Some(i32::try_from(*srid)?);
                let (dialect, dimensions) = (WkbDialect::Ewkb, CoordDimensions::xy());
                geometry.process_geom(&mut WkbWriter::with_opts(
                    &mut *out,
                    dialect,
                    dimensions,
                    srid,
                    Vec::new(),
                ))?;
            }
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
