//! Features as lines of GeoJSON, put together from the rows of a binary COPY.
//!
//! The database hands over columns as they lie there and this side makes text of them, while it already reads the next
//! rows; in SQL the text alone takes longer than all of this. What it says of a thing is what `asset_feature` says of it; a
//! test compares the two.

use std::fmt::Write as _;

use bytes::{Buf, BytesMut};
use uuid::Uuid;

/// What a binary COPY begins with.
const SIGNATURE: &[u8] = b"PGCOPY\n\xff\r\n\0";
/// Length of a field that is null.
const NULL: i32 = -1;
/// Columns of a row, in the order of [`COLUMNS`].
const FIELDS: usize = 12;
/// Whole degrees are counted in parts of this size: seven digits, about a centimetre.
const PARTS_OF_A_DEGREE: f64 = 1e7;
const DIGITS: u8 = 7;
/// Microseconds from 1970 to 2000, when the database's clock begins.
const EPOCH_MICROS: i64 = 946_684_800_000_000;

/// What is asked for of an asset called `a`. A point comes as bytes, anything else as text; `{inside}` says whether the
/// reader may know of wholes that are not public, as in `asset_feature`.
pub(super) fn columns(inside: bool) -> String {
    format!(
        "a.id, case when geometrytype(a.geom) = 'POINT' then a.geom end,
         case when geometrytype(a.geom) <> 'POINT' then st_asgeojson(a.geom, {DIGITS}, 0) end,
         a.attributes, a.registry_number, a.label, a.status, a.source, a.source_id,
         case when a.part_of is not null then (
             select whole.id from asset whole join kind on kind.slug = whole.kind
             where whole.id = a.part_of and whole.status <> 'removed'
               and ({inside} or kind.definition @> '{{\"public\": true}}')) end,
         a.rev, a.updated_at"
    )
}

/// The rows are not as the database should send them.
#[derive(Debug, thiserror::Error)]
#[error("the database sent rows in an unknown form: {0}")]
pub(super) struct BadRows(&'static str);

/// Reads rows of a binary COPY as they come and writes a line for each.
pub(super) struct Lines {
    waiting: BytesMut,
    begun: bool,
    keys: Vec<String>,
    /// The instant that was last written, and its text.
    last: (i64, String),
}

impl Lines {
    /// `keys` are the attributes that may be seen; each feature has all of them, unknown ones null.
    pub(super) fn new(keys: Vec<String>) -> Self {
        Self { waiting: BytesMut::new(), begun: false, keys, last: (i64::MIN, String::new()) }
    }

    /// Takes what has come and adds a line for each whole feature, after what `before` adds.
    pub(super) fn read(
        &mut self,
        bytes: &[u8],
        out: &mut BytesMut,
        mut before: impl FnMut(&mut BytesMut),
    ) -> Result<(), BadRows> {
        // Nearly always a message holds just whole rows, and nothing needs to be kept.
        if self.waiting.is_empty() {
            let taken = self.read_rows(bytes, out, &mut before)?;
            self.waiting.extend_from_slice(bytes.get(taken..).unwrap_or_default());
            return Ok(());
        }
        self.waiting.extend_from_slice(bytes);
        let all = std::mem::take(&mut self.waiting);
        let taken = self.read_rows(&all, out, &mut before)?;
        self.waiting.extend_from_slice(all.get(taken..).unwrap_or_default());
        Ok(())
    }

    /// Reads whole rows; answers how many bytes they took.
    fn read_rows(
        &mut self,
        bytes: &[u8],
        out: &mut BytesMut,
        before: &mut impl FnMut(&mut BytesMut),
    ) -> Result<usize, BadRows> {
        let mut rest = bytes;
        if !self.begun {
            if rest.len() < SIGNATURE.len() + 8 {
                return Ok(0);
            }
            rest = rest.strip_prefix(SIGNATURE).ok_or(BadRows("no signature"))?;
            rest.advance(4);
            let extension = usize::try_from(rest.get_i32()).map_err(|_| BadRows("the head's length"))?;
            rest = rest.get(extension..).ok_or(BadRows("the head's length"))?;
            self.begun = true;
        }
        loop {
            let mut row = rest;
            if row.len() < 2 {
                break;
            }
            match row.get_i16() {
                // The end.
                -1 => return Ok(bytes.len()),
                12 => {}
                _ => return Err(BadRows("the number of columns")),
            }
            let mut fields = [None; FIELDS];
            let Some(after) = read_fields(row, &mut fields)? else { break };
            before(out);
            self.write(&fields, out)?;
            out.extend_from_slice(b"\n");
            rest = after;
        }
        Ok(bytes.len() - rest.len())
    }

    fn write(&mut self, fields: &[Option<&[u8]>; FIELDS], out: &mut BytesMut) -> Result<(), BadRows> {
        let [
            id,
            point,
            shape,
            attributes,
            number,
            label,
            status,
            source,
            source_id,
            part_of,
            rev,
            updated_at,
        ] = fields;
        out.extend_from_slice(br#"{"type":"Feature","id":"#);
        push_id(*id, out)?;
        out.extend_from_slice(br#","geometry":"#);
        match (point, shape) {
            (Some(point), _) => push_point(point, out)?,
            (None, Some(shape)) => out.extend_from_slice(shape),
            (None, None) => out.extend_from_slice(b"null"),
        }
        out.extend_from_slice(br#","properties":{"#);
        let attributes = attributes.and_then(|sent| sent.strip_prefix(&[1])).ok_or(BadRows("attributes"))?;
        self.push_attributes(attributes, out)?;
        out.extend_from_slice(br#""registry_number":"#);
        let _ = write!(out, "{}", i64::from_be_bytes(exactly(*number, "registry_number")?));
        for (name, text) in [
            (&br#","label":"#[..], label),
            (br#","status":"#, status),
            (br#","source":"#, source),
            (br#","source_id":"#, source_id),
        ] {
            out.extend_from_slice(name);
            push_text(*text, out);
        }
        out.extend_from_slice(br#","part_of":"#);
        push_id(*part_of, out)?;
        out.extend_from_slice(br#","rev":"#);
        let _ = write!(out, "{}", i32::from_be_bytes(exactly(*rev, "rev")?));
        let micros = i64::from_be_bytes(exactly(*updated_at, "updated_at")?);
        if self.last.0 != micros {
            // An import gives one instant to all its things.
            self.last = (micros, instant(micros).ok_or(BadRows("an instant"))?);
        }
        let _ = write!(out, ",\"updated_at\":\"{}\"}}}}", self.last.1);
        Ok(())
    }

    /// The attributes that may be seen, each with a comma behind it. Values go out as the database wrote them.
    fn push_attributes(&self, text: &[u8], out: &mut BytesMut) -> Result<(), BadRows> {
        let mut members = Members { rest: text.strip_prefix(b"{").ok_or(BadRows("attributes"))? };
        let mut found = Vec::with_capacity(self.keys.len());
        while let Some(member) = members.next()? {
            found.push(member);
        }
        // Few enough that looking through them is the quickest way to find one.
        for key in &self.keys {
            out.extend_from_slice(b"\"");
            out.extend_from_slice(key.as_bytes());
            out.extend_from_slice(b"\":");
            let value = found.iter().find(|(name, _)| *name == key.as_bytes()).map(|(_, value)| *value);
            out.extend_from_slice(value.unwrap_or(b"null"));
            out.extend_from_slice(b",");
        }
        Ok(())
    }
}

/// Splits a row into its fields; `None` while it is not whole.
fn read_fields<'a>(
    mut row: &'a [u8],
    fields: &mut [Option<&'a [u8]>; FIELDS],
) -> Result<Option<&'a [u8]>, BadRows> {
    for field in fields {
        let Some((length, rest)) = row.split_first_chunk::<4>() else { return Ok(None) };
        row = rest;
        *field = match i32::from_be_bytes(*length) {
            NULL => None,
            length => {
                let length = usize::try_from(length).map_err(|_| BadRows("a column's length"))?;
                let Some((value, rest)) = row.split_at_checked(length) else { return Ok(None) };
                row = rest;
                Some(value)
            }
        };
    }
    Ok(Some(row))
}

/// A member's name without its quotes, and its value.
type Member<'a> = (&'a [u8], &'a [u8]);

/// Members of a JSON object as the database writes it: `"key": value, "key": value}`.
struct Members<'a> {
    rest: &'a [u8],
}

impl<'a> Members<'a> {
    fn next(&mut self) -> Result<Option<Member<'a>>, BadRows> {
        const BAD: BadRows = BadRows("attributes");
        let rest = self.rest;
        if rest == b"}" {
            return Ok(None);
        }
        let key_end = end_of_string(rest).ok_or(BAD)?;
        let key = rest.get(1..key_end - 1).ok_or(BAD)?;
        let rest = rest.get(key_end..).and_then(|rest| rest.strip_prefix(b": ")).ok_or(BAD)?;
        let value_end = end_of_value(rest).ok_or(BAD)?;
        let (value, rest) = rest.split_at(value_end);
        self.rest = rest.strip_prefix(b", ").unwrap_or(rest);
        Ok(Some((key, value)))
    }
}

/// Where the string that begins here ends, its quotes counted.
fn end_of_string(text: &[u8]) -> Option<usize> {
    if text.first() != Some(&b'"') {
        return None;
    }
    let mut at = 1;
    loop {
        match text.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

/// Where the value that begins here ends.
fn end_of_value(text: &[u8]) -> Option<usize> {
    let (mut at, mut depth) = (0, 0_u32);
    loop {
        match text.get(at)? {
            b'"' => at += end_of_string(text.get(at..)?)?,
            b'{' | b'[' => {
                depth += 1;
                at += 1;
            }
            b',' | b'}' | b']' if depth == 0 => return Some(at),
            b'}' | b']' => {
                depth -= 1;
                at += 1;
            }
            _ => at += 1,
        }
    }
}

fn exactly<const N: usize>(field: Option<&[u8]>, what: &'static str) -> Result<[u8; N], BadRows> {
    field.and_then(|field| field.try_into().ok()).ok_or(BadRows(what))
}

fn push_id(field: Option<&[u8]>, out: &mut BytesMut) -> Result<(), BadRows> {
    if field.is_none() {
        out.extend_from_slice(b"null");
        return Ok(());
    }
    let id = Uuid::from_bytes(exactly(field, "an id")?);
    out.extend_from_slice(b"\"");
    out.extend_from_slice(id.hyphenated().encode_lower(&mut Uuid::encode_buffer()).as_bytes());
    out.extend_from_slice(b"\"");
    Ok(())
}

/// A JSON text. What needs no escape goes out as it is.
fn push_text(field: Option<&[u8]>, out: &mut BytesMut) {
    let Some(text) = field else {
        out.extend_from_slice(b"null");
        return;
    };
    out.extend_from_slice(b"\"");
    let mut from = 0;
    for (at, byte) in text.iter().enumerate() {
        if !matches!(byte, b'"' | b'\\' | 0..=0x1f) {
            continue;
        }
        out.extend_from_slice(text.get(from..at).unwrap_or_default());
        match byte {
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            other => out.extend_from_slice(format!("\\u{other:04x}").as_bytes()),
        }
        from = at + 1;
    }
    out.extend_from_slice(text.get(from..).unwrap_or_default());
    out.extend_from_slice(b"\"");
}

/// A point as EWKB: order of bytes, type with flags, SRID if flagged, two or more ordinates, of which two are shown.
fn push_point(mut ewkb: &[u8], out: &mut BytesMut) -> Result<(), BadRows> {
    const BAD: BadRows = BadRows("a point");
    const SRID: u32 = 0x2000_0000;
    const HEAD: usize = 5;
    let little = ewkb.first() == Some(&1);
    if ewkb.len() < HEAD {
        return Err(BAD);
    }
    ewkb.advance(1);
    let kind = if little { ewkb.get_u32_le() } else { ewkb.get_u32() };
    if kind & SRID != 0 {
        ewkb = ewkb.get(4..).ok_or(BAD)?;
    }
    if ewkb.len() < 16 {
        return Err(BAD);
    }
    let mut ordinate = || if little { ewkb.get_f64_le() } else { ewkb.get_f64() };
    let (lon, lat) = (ordinate(), ordinate());
    if lon.is_nan() || lat.is_nan() {
        out.extend_from_slice(br#"{"type":"Point","coordinates":[]}"#);
        return Ok(());
    }
    out.extend_from_slice(br#"{"type":"Point","coordinates":["#);
    push_degrees(lon, out);
    out.extend_from_slice(b",");
    push_degrees(lat, out);
    out.extend_from_slice(b"]}");
    Ok(())
}

/// Degrees with at most seven digits after the point, without idle zeros.
fn push_degrees(degrees: f64, out: &mut BytesMut) {
    #[expect(clippy::cast_possible_truncation, reason = "positions lie within 360 degrees")]
    let parts = (degrees * PARTS_OF_A_DEGREE).round() as i64;
    let sign = if parts < 0 { "-" } else { "" };
    let parts = parts.unsigned_abs();
    // Writing into memory does not fail, here and below.
    let _ = write!(out, "{sign}{}.{:07}", parts / 10_000_000, parts % 10_000_000);
    let kept = out.iter().rposition(|byte| *byte != b'0').map_or(0, |last| last + 1);
    out.truncate(if out.get(kept.wrapping_sub(1)) == Some(&b'.') { kept - 1 } else { kept });
}

/// An instant in microseconds since 2000 as the database writes it in JSON: `2026-11-24T12:00:00.5+00:00`.
fn instant(micros: i64) -> Option<String> {
    let at = chrono::DateTime::from_timestamp_micros(micros.checked_add(EPOCH_MICROS)?)?;
    let text = at.format("%Y-%m-%dT%H:%M:%S%.6f").to_string();
    Some(format!("{}+00:00", text.trim_end_matches('0').trim_end_matches('.')))
}
