//! Writers of the files that GIS people and users of spreadsheets ask for: one stream of rows into each format.
//!
//! Knows formats, not the database. Every writer takes one row after the other and keeps none: what a format wants
//! to know at its beginning is gathered in temporary files, which go away with the writer, finished or not. So a
//! million rows need no more memory than a thousand (FlatGeobuf's index keeps 8 bytes a row).
//!
//! What comes from people never becomes a formula: see [`csv`](self#formulas).
//!
//! # Formulas
//!
//! Text that begins with `=`, `+`, `-`, `@`, a tabulator or a line's end would be computed by spreadsheets. In XLSX
//! it is a cell of type text, which is never computed. In CSV an apostrophe is put before it, unless it is a plain
//! number such as `-5`; whoever reads such a file by program finds the apostrophe, and this rule says why.
//!
//! # Where metadata stand
//!
//! | Format | Place |
//! |---|---|
//! | GeoJSON | members beside `features` |
//! | GeoJSON by line, CSV | none in the file: formats without a place for it; the door says it in its headers |
//! | FlatGeobuf | title, description and metadata (JSON) of the header |
//! | GeoPackage | `gpkg_contents`, `gpkg_metadata` (JSON), `gpkg_data_columns` |
//! | XLSX | sheet "Opis" or "About" |
//! | Shapefile | `README.txt` in the archive |
//! | KML | `Document` description and extended data |
//! | GPX | `metadata` |

mod crs;
mod csv;
mod dates;
mod error;
mod flatgeobuf;
mod format;
mod geojson;
mod geometry;
mod gpkg;
mod gpx;
mod kml;
mod model;
mod names;
mod numbers;
mod options;
mod scratch;
mod shapefile;
mod xlsx;
mod xml;

use std::io::Write;

pub use crs::knows as knows_crs;
pub use error::WriteError;
pub use format::Format;
pub use geojson::head as geojson_head;
pub use model::{Column, ColumnType, Lang, Metadata, Row, Value};
pub use options::{CsvOptions, GpxLines, Options, Shape};

/// Takes rows and turns them into a file.
pub trait Writer {
    /// Writes one row.
    ///
    /// # Errors
    /// The row does not fit the format, or its place to write to fails.
    fn row(&mut self, row: Row) -> Result<(), WriteError>;

    /// Writes what comes after the last row; only then is the file whole.
    ///
    /// # Errors
    /// The place to write to fails, or the file would become larger than its format allows.
    fn finish(self: Box<Self>) -> Result<(), WriteError>;
}

/// A small file, held in memory.
///
/// # Errors
/// As [`writer`] and its rows.
pub fn to_vec(
    format: Format,
    metadata: &Metadata,
    columns: &[Column],
    options: &Options,
    rows: impl IntoIterator<Item = Row>,
) -> Result<Vec<u8>, WriteError> {
    let (sender, pieces) = std::sync::mpsc::channel();
    let mut writer = writer(format, metadata, columns, options, scratch::Held(sender))?;
    for row in rows {
        writer.row(row)?;
    }
    writer.finish()?;
    Ok(pieces.try_iter().flatten().collect())
}

/// A writer of a format. Formats that are written in one go write to `out` as rows come; the others write temporary
/// files and copy them to `out` at the end.
///
/// # Errors
/// The format does not take the coordinates of `metadata`, or there is no room for temporary files.
pub fn writer(
    format: Format,
    metadata: &Metadata,
    columns: &[Column],
    options: &Options,
    out: impl Write + Send + 'static,
) -> Result<Box<dyn Writer + Send>, WriteError> {
    format.check_crs(metadata.crs)?;
    let setup =
        options::Setup { metadata: metadata.clone(), columns: columns.to_vec(), options: options.clone() };
    let out: Box<dyn Write + Send> = Box::new(out);
    Ok(match format {
        Format::Geojson => Box::new(geojson::Collection::start(&setup, out)?),
        Format::Geojsonl => Box::new(geojson::Lines::start(&setup, out)),
        Format::Flatgeobuf => Box::new(flatgeobuf::Flatgeobuf::start(setup, out)?),
        Format::Gpkg => Box::new(gpkg::Geopackage::start(setup, out)?),
        Format::Csv => Box::new(csv::Csv::start(setup, out)?),
        Format::Xlsx => Box::new(xlsx::Xlsx::start(setup, out)?),
        Format::Shapefile => Box::new(shapefile::Shapefile::start(setup, out)?),
        Format::Kml => Box::new(kml::Kml::start(setup, out)?),
        Format::Gpx => Box::new(gpx::Gpx::start(setup, out)?),
    })
}
