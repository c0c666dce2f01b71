//! GeoJSON: one document, or one feature a line, also with record separators.
//!
//! Features are read one by one; the document is never held. The first pass learns the columns, the number of
//! features and the reference system, which old files may name behind their features.

mod batch;
mod crs;
mod feature;
mod geometry;

use std::io::{Error, ErrorKind};

use geo::CoordsIter;
use geo_types::Geometry;

use self::feature::FirstPass;
use super::json::values::Columns;
use super::json::{self, DocumentScan};
use super::{
    Format, InputFile, Layer, Limits, Options, Overview, ProgressSink, Reader, RowSink, TableError, bytes,
};

/// Bytes of a feature beside those of its vertices.
const FEATURE_BYTES: usize = 16 << 20;
/// Bytes of a vertex, written at length.
const VERTEX_BYTES: usize = 64;
/// Features that are looked at to tell whether they are in degrees.
const SAMPLE: u64 = 100;

/// Whether it is JSON that speaks of features.
pub(super) fn looks_like(head: &[u8], name: &str) -> bool {
    let named =
        [".geojson", ".geojsonl", ".geojsons", ".geojsonseq"].iter().any(|ending| name.ends_with(ending));
    let start = json::first_letters(head);
    let is_object = start
        .trim_start_matches(|letter: char| letter.is_whitespace() || letter == '\u{1e}')
        .starts_with('{');
    let kinds = ["\"Feature\"", "\"FeatureCollection\""];
    is_object && (named || (start.contains("\"type\"") && kinds.iter().any(|kind| start.contains(kind))))
}

/// Opens a document or a sequence of features.
///
/// # Errors
/// [`TableError`]
pub(super) fn open(file: &InputFile, options: &Options) -> Result<Box<dyn Reader>, TableError> {
    let limits = options.limits;
    let mut columns = Columns::default();
    let mut failure = None;
    let mut count = 0;
    let mut in_degrees = true;
    let mut pass =
        FirstPass { columns: &mut columns, file: &file.name, limits: &limits, failure: &mut failure };
    let mut each = |number: u64, text: &[u8]| {
        count = number;
        super::check_rows(file, &limits, number)?;
        if number <= SAMPLE && in_degrees {
            let row = feature::row(text, number, &Columns::default(), &limits);
            in_degrees =
                row.ok().and_then(|row| row.geometry).is_none_or(|geometry| is_in_degrees(&geometry));
        }
        let glance = pass.feature(text);
        match (pass.failure.take(), glance) {
            (Some(failure), _) => Err(failure),
            (None, Err(error)) => Err(wrong(file, number, &error)),
            (None, Ok(glance)) if glance.is_collection => {
                Err(corrupt(file, format!("feature {number} is a collection of its own")))
            }
            (None, Ok(_)) => Ok(()),
        }
    };
    let document = walk(file, &limits, None, &mut each)?;
    if document.empty {
        return Err(TableError::Empty { name: file.name.clone() });
    }
    // RFC 7946 prescribes WGS 84, but many a file in metres does not say so.
    let by_default = (!document.names_system && in_degrees).then_some(4326);
    let layer = Layer {
        name: file.stem().to_owned(),
        columns: columns.names().to_vec(),
        geometry: true,
        srid: document.srid.or(by_default),
        rows: Some(count),
        axis: None,
    };
    let format = if document.is_sequence { Format::Geojsonl } else { Format::Geojson };
    let overview =
        Overview { format, encoding: None, delimiter: None, header_row: None, layers: vec![layer] };
    Ok(Box::new(GeojsonReader { file: file.clone(), limits, overview, columns }))
}

fn is_in_degrees(geometry: &Geometry<f64>) -> bool {
    geometry.coords_iter().all(|at| at.x.abs() <= 180.0 && at.y.abs() <= 90.0)
}

fn corrupt(file: &InputFile, detail: String) -> TableError {
    TableError::Corrupt { name: file.name.clone(), format: Format::Geojson, detail }
}

fn wrong(file: &InputFile, number: u64, error: &serde_json::Error) -> TableError {
    corrupt(file, format!("feature {number}: {error}"))
}

/// What a document says beside its features.
#[derive(Default)]
struct Document {
    is_sequence: bool,
    srid: Option<u32>,
    names_system: bool,
    empty: bool,
}

type FeatureSink<'a> = dyn FnMut(u64, &[u8]) -> Result<(), TableError> + 'a;

/// Hands over the features with their numbers. A thread of its own finds where they begin and end.
fn walk(
    file: &InputFile,
    limits: &Limits,
    mut progress: Option<&mut ProgressSink<'_>>,
    each: &mut FeatureSink<'_>,
) -> Result<Document, TableError> {
    let value_bytes = FEATURE_BYTES.saturating_add(limits.vertices.saturating_mul(VERTEX_BYTES));
    let collection = is_collection(file, limits, value_bytes)?;
    let (scan, mut meter) = json::document(file, Format::Geojson, limits, value_bytes)?;
    let mut number = 0;
    let mut feature = |text: &[u8]| {
        if let Some(progress) = &mut progress {
            meter.report(progress);
        }
        number += 1;
        each(number, text)
    };
    batch::beside(|take| document(scan, file, collection, take), &mut feature)
}

/// What the document says, with its features handed to `feature`.
fn document(
    mut scan: DocumentScan,
    file: &InputFile,
    collection: bool,
    feature: &mut dyn FnMut(&[u8]) -> Result<(), TableError>,
) -> Result<Document, TableError> {
    let failed = |error: Error| bytes::failure(&file.name, Format::Geojson, error);
    let mut document = Document { is_sequence: !collection, ..Document::default() };
    if !collection {
        document.empty = scan.peek().map_err(failed)?.is_none();
        while scan.peek().map_err(failed)?.is_some() {
            feature(scan.value().map_err(failed)?)?;
        }
        return Ok(document);
    }
    members(&mut scan, file, &mut document, feature)?;
    if scan.peek().map_err(failed)?.is_some() {
        return Err(failed(scan.wrong("something follows the collection")));
    }
    Ok(document)
}

/// Whether the first object of a document has a list of features.
fn is_collection(file: &InputFile, limits: &Limits, value_bytes: usize) -> Result<bool, TableError> {
    let failed = |error: Error| bytes::failure(&file.name, Format::Geojson, error);
    let (mut scan, _) = json::document(file, Format::Geojson, limits, value_bytes)?;
    if scan.peek().map_err(failed)?.is_none() {
        return Ok(false);
    }
    scan.expect(b'{').map_err(failed)?;
    if scan.take(b'}').map_err(failed)? {
        return Ok(false);
    }
    loop {
        let key = scan.key().map_err(failed)?;
        if key == "features" {
            return Ok(true);
        }
        let value = scan.value().map_err(failed)?;
        if key == "type" {
            match value {
                b"\"FeatureCollection\"" => return Ok(true),
                b"\"Feature\"" => return Ok(false),
                _ => {}
            }
        }
        if !scan.more(b'}').map_err(failed)? {
            return Ok(false);
        }
    }
}

fn members(
    scan: &mut DocumentScan,
    file: &InputFile,
    document: &mut Document,
    feature: &mut dyn FnMut(&[u8]) -> Result<(), TableError>,
) -> Result<(), TableError> {
    let failed = |error: Error| bytes::failure(&file.name, Format::Geojson, error);
    scan.expect(b'{').map_err(failed)?;
    let mut has_features = false;
    let mut more = !scan.take(b'}').map_err(failed)?;
    while more {
        let key = scan.key().map_err(failed)?;
        if key == "features" && scan.peek().map_err(failed)? == Some(b'[') {
            has_features = true;
            features(scan, feature, &failed)?;
        } else {
            let value = scan.value().map_err(failed)?;
            if key == "crs" {
                document.srid = crs::srid(value);
                document.names_system = true;
            }
        }
        more = scan.more(b'}').map_err(failed)?;
    }
    if has_features { Ok(()) } else { Err(corrupt(file, "it has no list of features".to_owned())) }
}

fn features(
    scan: &mut DocumentScan,
    feature: &mut dyn FnMut(&[u8]) -> Result<(), TableError>,
    failed: &dyn Fn(Error) -> TableError,
) -> Result<(), TableError> {
    scan.expect(b'[').map_err(failed)?;
    let mut more = !scan.take(b']').map_err(failed)?;
    while more {
        let value = scan.value().map_err(failed)?;
        if value.first() != Some(&b'{') {
            return Err(failed(Error::new(ErrorKind::InvalidData, "an element of the list is no feature")));
        }
        feature(value)?;
        more = scan.more(b']').map_err(failed)?;
    }
    Ok(())
}

struct GeojsonReader {
    file: InputFile,
    limits: Limits,
    overview: Overview,
    columns: Columns,
}

impl Reader for GeojsonReader {
    fn overview(&self) -> &Overview {
        &self.overview
    }

    fn read(
        &mut self,
        layer: &str,
        each: &mut RowSink<'_>,
        progress: &mut ProgressSink<'_>,
    ) -> Result<(), TableError> {
        let srid = super::layer(&self.file, &self.overview, layer)?.srid;
        let (file, limits, columns) = (&self.file, &self.limits, &self.columns);
        let mut feature = |number: u64, text: &[u8]| {
            super::check_rows(file, limits, number)?;
            let mut row =
                feature::row(text, number, columns, limits).map_err(|error| wrong(file, number, &error))?;
            row.srid = srid;
            each(row)?;
            Ok(())
        };
        walk(file, limits, Some(progress), &mut feature)?;
        Ok(())
    }
}
