//! From a reader's records to the registry.

use std::collections::BTreeMap;

use bytes::Bytes;
use geo_types::Rect;
use importers::{PartialDate as Told, Record, Sink, SinkError};
use serde::Serialize;
use serde_json::{Value, json};
use sqlx::PgPool;
use tokio::sync::mpsc;
use uuid::Uuid;

use super::store;
use crate::{
    kernel::{Geom, PartialDate},
    platform::Ctx,
};

/// Rows are handed to the database in pieces of about this size.
const PIECE_BYTES: usize = 256 * 1024;
/// Pieces that may wait; together they bound the memory between reader and database.
const PIECES_WAITING: usize = 8;

/// What is delivered, and by whom.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// Source in the registry: `osm`, `demo`.
    pub source: &'static str,
    /// Name of the file, for the record.
    pub file_name: String,
}

/// What became of the things of one kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Delivered.
    pub read: i64,
    /// Not known before.
    pub new: i64,
    /// Known, but different.
    pub changed: i64,
    /// Known and the same.
    pub unchanged: i64,
    /// Known, inside the delivered area, and no longer named.
    pub vanished: i64,
}

/// What became of a delivery.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Outcome {
    /// By kind; `burials` and `basemap` beside the kinds.
    pub kinds: BTreeMap<String, Counts>,
    /// Burials whose grave was not delivered.
    pub burials_without_grave: i64,
}

/// Why nothing was brought in.
#[derive(Debug, thiserror::Error)]
pub enum ImportFailure<E> {
    /// The reader gave up; its text says why and how to mend it.
    #[error("{0}")]
    Reader(#[source] E),
    /// A kind that the town does not have.
    #[error("the delivery holds things of the kind {0:?}, which this town does not have")]
    UnknownKind(String),
    /// One thing delivered twice.
    #[error("the delivery names one thing twice: {0}")]
    Twice(String),
    /// The database refused.
    #[error("the database refused the delivery: {0}")]
    Database(#[from] sqlx::Error),
}

/// What a reader gives back: its own report, and the area that the delivery claims to cover. Known things inside
/// it that were not delivered have vanished; without an area, all of the source's.
pub type Read<T> = (T, Option<Rect<f64>>);

/// Brings in all that `read` hands to its sink, in one transaction.
///
/// `read` runs on a thread of its own; when it fails nothing has changed.
///
/// # Errors
/// [`ImportFailure`]; the registry is then as it was.
pub async fn bring_in<T, E, F>(
    ctx: &Ctx,
    pool: &PgPool,
    delivery: &Delivery,
    read: F,
) -> Result<(T, Outcome), ImportFailure<E>>
where
    T: Serialize + Send + 'static,
    E: Send + 'static,
    F: FnOnce(&mut dyn Sink) -> Result<Read<T>, E> + Send + 'static,
{
    let started_at = ctx.now;
    let mut transaction = store::begin(pool, ctx.actor()).await?;
    let (sender, receiver) = mpsc::channel::<Bytes>(PIECES_WAITING);
    let reader = tokio::task::spawn_blocking(move || {
        let mut rows = Rows { sender, piece: Vec::with_capacity(PIECE_BYTES * 2) };
        let read = read(&mut rows);
        // When the reader succeeded but the rest cannot be sent, the database has failed and says so itself.
        let _ = rows.send();
        read
    });
    let staged = store::stage(&mut transaction, receiver).await;
    let read = match reader.await {
        Ok(read) => read,
        Err(panic) => std::panic::resume_unwind(panic.into_panic()),
    };
    // A refusal of the database is the cause of the reader's "cannot hand over", so it comes first.
    staged?;
    let (report, extent) = read.map_err(ImportFailure::Reader)?;
    if let Some(kind) = store::unknown_kind(&mut transaction).await? {
        return Err(ImportFailure::UnknownKind(kind));
    }
    if let Some(twice) = store::index(&mut transaction).await? {
        return Err(ImportFailure::Twice(twice));
    }
    let outcome = store::apply(&mut transaction, delivery.source, extent, ctx.now).await?;
    let told = json!({ "outcome": outcome, "reader": report });
    store::record_run(&mut transaction, delivery, started_at, told).await?;
    transaction.commit().await?;
    // All is in; without fresh statistics it is only slower for a while.
    if let Err(error) = store::analyze(pool).await {
        tracing::warn!(%error, "the statistics could not be brought up to date");
    }
    Ok((report, outcome))
}

/// Turns records into rows of COPY text.
struct Rows {
    sender: mpsc::Sender<Bytes>,
    piece: Vec<u8>,
}

impl Rows {
    fn send(&mut self) -> Result<(), SinkError> {
        let piece = std::mem::replace(&mut self.piece, Vec::with_capacity(PIECE_BYTES * 2));
        self.sender.blocking_send(piece.into()).map_err(|_| "the database no longer takes rows".into())
    }

    fn row(&mut self, fields: [Field<'_>; 8]) -> Result<(), SinkError> {
        let uuids = [Uuid::now_v7(), Uuid::now_v7()];
        for (i, field) in fields.iter().enumerate() {
            if i > 0 {
                self.piece.push(b'\t');
            }
            field.write(&mut self.piece);
        }
        for uuid in uuids {
            self.piece.push(b'\t');
            self.piece.extend_from_slice(uuid.to_string().as_bytes());
        }
        self.piece.push(b'\n');
        if self.piece.len() >= PIECE_BYTES { self.send() } else { Ok(()) }
    }
}

enum Field<'a> {
    Null,
    Text(&'a str),
    Json(Value),
    Geometry(Vec<u8>),
}

impl<'a> From<Option<&'a str>> for Field<'a> {
    fn from(text: Option<&'a str>) -> Self {
        text.map_or(Self::Null, Self::Text)
    }
}

impl Field<'_> {
    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Null => out.extend_from_slice(b"\\N"),
            Self::Text(text) => escape(text, out),
            Self::Json(value) => escape(&value.to_string(), out),
            Self::Geometry(bytes) => {
                for byte in bytes {
                    out.extend_from_slice(&[hex(byte >> 4), hex(byte & 15)]);
                }
            }
        }
    }
}

fn hex(nibble: u8) -> u8 {
    if nibble < 10 { b'0' + nibble } else { b'a' + nibble - 10 }
}

/// Escapes a text for COPY; the zero character, which PostgreSQL cannot hold, is left out.
fn escape(text: &str, out: &mut Vec<u8>) {
    for byte in text.bytes() {
        match byte {
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            0 => {}
            other => out.push(other),
        }
    }
}

impl Sink for Rows {
    fn take(&mut self, record: Record) -> Result<(), SinkError> {
        let geometry = |geometry| Ok::<_, SinkError>(Field::Geometry(Geom(geometry).to_ewkb()?));
        match record {
            Record::Feature(feature) => {
                let part = feature.part_of.as_ref();
                self.row([
                    Field::Text("feature"),
                    Field::Text(&feature.kind),
                    Field::Text(&feature.source_id),
                    part.map(|(kind, _)| kind.as_str()).into(),
                    part.map(|(_, id)| id.as_str()).into(),
                    feature.label.as_deref().into(),
                    Field::Json(without_zero(Value::Object(feature.attributes))),
                    geometry(feature.geometry)?,
                ])
            }
            Record::Burial(burial) => {
                let told = json!({
                    "given_names": burial.given_names,
                    "surname": burial.surname,
                    "maiden_name": burial.maiden_name,
                    "born": date(burial.born),
                    "died": date(burial.died),
                    "buried": date(burial.buried),
                });
                self.row([
                    Field::Text("burial"),
                    Field::Text("burials"),
                    Field::Text(&burial.source_id),
                    Field::Text("graves"),
                    Field::Text(&burial.grave),
                    Field::Null,
                    Field::Json(without_zero(told)),
                    Field::Null,
                ])
            }
            Record::Base(base) => {
                let told = json!({ "class": base.class, "min_zoom": base.min_zoom });
                self.row([
                    Field::Text("base"),
                    Field::Text(base.layer.as_str()),
                    Field::Text(&base.source_id),
                    Field::Null,
                    Field::Null,
                    base.name.as_deref().into(),
                    Field::Json(told),
                    geometry(base.geometry)?,
                ])
            }
        }
    }
}

/// JSON may spell the zero character, which PostgreSQL refuses in `jsonb`.
fn without_zero(value: Value) -> Value {
    match value {
        Value::String(text) if text.contains('\0') => Value::String(text.replace('\0', "")),
        Value::Array(items) => items.into_iter().map(without_zero).collect(),
        Value::Object(map) => Value::Object(map.into_iter().map(|(key, v)| (key, without_zero(v))).collect()),
        other => other,
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
    fn copy_text_is_escaped() {
        let mut out = Vec::new();
        escape("a\tb\\c\nd\0", &mut out);
        assert_eq!(out, b"a\\tb\\\\c\\nd");
    }
}
