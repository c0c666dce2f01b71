//! JSON that is no GeoJSON: an array of flat objects at the top, arrays one step below (each a layer by its key), or
//! one object a line.
//!
//! Columns are the keys of all objects. Values within values stay JSON text.

pub(super) mod scan;
pub(super) mod values;

use std::io::{Error, Read};

use serde::de::DeserializeSeed;

use self::scan::Scan;
use self::values::{Cells, Columns, Keys};
use super::text::{Decoded, is_wide};
use super::{
    Format, InputFile, Layer, Limits, Options, Overview, ProgressSink, Reader, Row, RowFault, RowProblem,
    RowSink, TableError, bytes, text::shortened,
};

/// Bytes of one object.
const OBJECT_BYTES: usize = 16 << 20;
/// Lists of one document.
const LAYERS: usize = 500;

/// A document as a scan, whatever its encoding.
pub(super) type DocumentScan = Scan<Box<dyn Read + Send>>;

/// Whether it begins like a list of objects or an object, or is called so.
pub(super) fn looks_like(head: &[u8], name: &str) -> bool {
    if [".json", ".jsonl", ".ndjson"].iter().any(|ending| name.ends_with(ending)) {
        return true;
    }
    let start = first_letters(head);
    let mut letters = start.bytes().filter(|byte| !byte.is_ascii_whitespace() && *byte != 0x1e);
    match (letters.next(), letters.next()) {
        (Some(b'{'), next) => matches!(next, None | Some(b'"' | b'}')),
        (Some(b'['), next) => matches!(next, None | Some(b'{' | b']')),
        _ => false,
    }
}

/// The beginning of a text in any encoding.
pub(super) fn first_letters(head: &[u8]) -> String {
    let mut text = String::new();
    let start = head.get(..4_096).unwrap_or(head);
    let mut bytes = Vec::new();
    if Decoded::new(start, encoding_rs::UTF_8).read_to_end(&mut bytes).is_ok() {
        text = String::from_utf8_lossy(&bytes).into_owned();
    }
    text
}

/// Opens a document as a scan, with its meter.
///
/// # Errors
/// [`TableError`]
pub(super) fn document(
    file: &InputFile,
    format: Format,
    limits: &Limits,
    value_bytes: usize,
) -> Result<(DocumentScan, bytes::Meter), TableError> {
    let head = bytes::head(file, limits)?;
    let stream = bytes::stream(file, limits)?;
    let meter = stream.meter();
    let source: Box<dyn Read + Send> =
        if is_wide(&head) { Box::new(Decoded::new(stream, encoding_rs::UTF_8)) } else { Box::new(stream) };
    let scan = Scan::new(source, value_bytes).map_err(|error| bytes::failure(&file.name, format, error))?;
    Ok((scan, meter))
}

/// Opens a document.
///
/// # Errors
/// [`TableError`]
pub(super) fn open(file: &InputFile, options: &Options) -> Result<Box<dyn Reader>, TableError> {
    let mut lists: Vec<List> = Vec::new();
    let limits = options.limits;
    let mut failure = None;
    walk(file, &limits, None, &mut |name, object| {
        let place = lists.iter().position(|list| list.name == name).unwrap_or(lists.len());
        if place == LAYERS {
            let what = format!("more than {LAYERS} lists");
            return Err(TableError::TooLarge { name: file.name.clone(), what });
        }
        if place == lists.len() {
            lists.push(List { name: name.to_owned(), columns: Columns::default(), rows: 0 });
        }
        let Some(list) = lists.get_mut(place) else { return Ok(()) };
        list.rows += 1;
        let keys =
            Keys { columns: &mut list.columns, file: &file.name, limits: &limits, failure: &mut failure };
        let text = String::from_utf8_lossy(object);
        let result = keys.deserialize(&mut serde_json::Deserializer::from_str(&text));
        match (failure.take(), result) {
            (Some(failure), _) => Err(failure),
            (None, Err(error)) => Err(wrong(file, &list.name, list.rows, &error)),
            (None, Ok(())) => Ok(()),
        }
    })?;
    if lists.is_empty() {
        let detail = "it holds no list of objects at its top or one step below".to_owned();
        return Err(TableError::Corrupt { name: file.name.clone(), format: Format::Json, detail });
    }
    let layers = lists.iter().map(List::layer).collect();
    let overview =
        Overview { format: Format::Json, encoding: None, delimiter: None, header_row: None, layers };
    Ok(Box::new(JsonReader { file: file.clone(), limits, overview, lists }))
}

fn wrong(file: &InputFile, list: &str, row: u64, error: &serde_json::Error) -> TableError {
    let detail = format!("object {row} of {list:?}: {error}");
    TableError::Corrupt { name: file.name.clone(), format: Format::Json, detail }
}

struct List {
    name: String,
    columns: Columns,
    rows: u64,
}

impl List {
    fn layer(&self) -> Layer {
        Layer {
            name: self.name.clone(),
            columns: self.columns.names().to_vec(),
            geometry: false,
            srid: None,
            rows: Some(self.rows),
            axis: None,
        }
    }
}

type ObjectSink<'a> = dyn FnMut(&str, &[u8]) -> Result<(), TableError> + 'a;

/// Hands over the objects of all lists with the names of their lists.
fn walk(
    file: &InputFile,
    limits: &Limits,
    mut progress: Option<&mut ProgressSink<'_>>,
    each: &mut ObjectSink<'_>,
) -> Result<(), TableError> {
    let failed = |error: Error| bytes::failure(&file.name, Format::Json, error);
    let value_bytes = OBJECT_BYTES.max(limits.cell_bytes.saturating_mul(2));
    let (mut scan, mut meter) = document(file, Format::Json, limits, value_bytes)?;
    let mut object = |name: &str, object: &[u8]| {
        if let Some(progress) = &mut progress {
            meter.report(progress);
        }
        each(name, object)
    };
    while let Some(first) = scan.peek().map_err(failed)? {
        match first {
            b'[' => list(&mut scan, file, file.stem(), &mut object)?,
            b'{' => members(&mut scan, file, &mut object)?,
            _ => return Err(failed(scan.wrong("neither an object nor a list"))),
        }
    }
    Ok(())
}

/// The elements of a list that are objects.
fn list(
    scan: &mut DocumentScan,
    file: &InputFile,
    name: &str,
    each: &mut ObjectSink<'_>,
) -> Result<(), TableError> {
    let failed = |error: Error| bytes::failure(&file.name, Format::Json, error);
    scan.expect(b'[').map_err(failed)?;
    if scan.take(b']').map_err(failed)? {
        return Ok(());
    }
    loop {
        let value = scan.value().map_err(failed)?;
        if value.first() == Some(&b'{') {
            each(name, value)?;
        }
        if !scan.more(b']').map_err(failed)? {
            return Ok(());
        }
    }
}

/// The lists that are members of an object; an object without any is a row of its own.
fn members(scan: &mut DocumentScan, file: &InputFile, each: &mut ObjectSink<'_>) -> Result<(), TableError> {
    let failed = |error: Error| bytes::failure(&file.name, Format::Json, error);
    scan.expect(b'{').map_err(failed)?;
    let mut own = vec![b'{'];
    let mut has_lists = false;
    let mut is_first = true;
    while !scan.take(b'}').map_err(failed)? {
        if !is_first {
            scan.expect(b',').map_err(failed)?;
        }
        is_first = false;
        let key = scan.key().map_err(failed)?;
        if scan.at_objects().map_err(failed)? {
            has_lists = true;
            list(scan, file, &key, each)?;
            continue;
        }
        let value = scan.value().map_err(failed)?;
        if !has_lists && own.len() + value.len() < OBJECT_BYTES {
            if own.len() > 1 {
                own.push(b',');
            }
            own.extend(serde_json::Value::String(key).to_string().bytes());
            own.push(b':');
            own.extend(value);
        }
    }
    own.push(b'}');
    if !has_lists && own.len() > 2 { each(file.stem(), &own) } else { Ok(()) }
}

struct JsonReader {
    file: InputFile,
    limits: Limits,
    overview: Overview,
    lists: Vec<List>,
}

impl Reader for JsonReader {
    fn overview(&self) -> &Overview {
        &self.overview
    }

    fn read(
        &mut self,
        layer: &str,
        each: &mut RowSink<'_>,
        progress: &mut ProgressSink<'_>,
    ) -> Result<(), TableError> {
        super::layer(&self.file, &self.overview, layer)?;
        let Some(list) = self.lists.iter().find(|list| list.name == layer) else { return Ok(()) };
        let (file, limits) = (&self.file, &self.limits);
        let mut number = 0;
        walk(file, limits, Some(progress), &mut |name, object| {
            if name != layer {
                return Ok(());
            }
            number += 1;
            super::check_rows(file, limits, number)?;
            let mut row = Row { number, ..Row::default() };
            let text = String::from_utf8_lossy(object);
            if matches!(text, std::borrow::Cow::Owned(_)) {
                let found = shortened(&text);
                row.faults.push(RowFault { column: None, found, problem: RowProblem::NotText });
            }
            let cells =
                Cells { columns: &list.columns, limits, cells: &mut row.cells, faults: &mut row.faults };
            cells
                .deserialize(&mut serde_json::Deserializer::from_str(&text))
                .map_err(|error| wrong(file, layer, number, &error))?;
            each(row)?;
            Ok(())
        })
    }
}
