//! A file as layers of rows, whatever its format: the same for a spreadsheet, a shapefile and a GML file.
//!
//! Readers say what a file holds and hand over its rows one by one; they change no value and leave no row out
//! without saying so. What the columns mean is the business of [`crate::mapping`].

mod arc;
mod bytes;
mod columns;
mod csv;
mod faults;
mod flatgeobuf;
mod geojson;
mod gml;
mod gpkg;
mod gpx;
mod heading;
mod json;
mod kml;
mod markup;
mod ods;
mod open;
mod parts;
mod schema;
mod shapefile;
mod sheet;
mod text;
mod unpack;
mod wkb;
mod wkt;
mod xls;
mod xlsx;
mod xml;
mod zipped;

use std::path::PathBuf;

use geo_types::Geometry;
use serde::{Deserialize, Serialize};

pub use open::open;
pub use unpack::expand;

/// A file to be read: where it lies, and what it is called where it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputFile {
    /// Where its bytes are.
    pub path: PathBuf,
    /// Its own name, such as `trees.csv.gz`, or its path within a folder or archive. The format follows from content
    /// first, then from this.
    pub name: String,
}

impl InputFile {
    /// The name without folders and ending, also without `.gz`: what a layer of a one-layer format is called.
    #[must_use]
    pub fn stem(&self) -> &str {
        let own = self.name.rsplit(['/', '\\']).next().unwrap_or_default();
        let plain = own.strip_suffix(".gz").or_else(|| own.strip_suffix(".GZ")).unwrap_or(own);
        match plain.rsplit_once('.') {
            Some((stem, _)) if !stem.is_empty() => stem,
            _ => plain,
        }
    }
}

/// Formats that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Text with separated values: comma, semicolon, tabulator or vertical bar.
    Csv,
    /// Office Open XML workbook.
    Xlsx,
    /// OpenDocument spreadsheet.
    Ods,
    /// Workbook of Excel 97 to 2003.
    Xls,
    /// GeoJSON, as one document (RFC 7946, also the older one with `crs`).
    Geojson,
    /// One GeoJSON feature a line, with or without record separators (RFC 8142).
    Geojsonl,
    /// Any other JSON with one array of flat objects, at the top or one step below.
    Json,
    /// OGC GeoPackage.
    Gpkg,
    /// ESRI Shapefile, in a ZIP archive or beside its companions.
    Shapefile,
    /// FlatGeobuf.
    Flatgeobuf,
    /// KML or KMZ.
    Kml,
    /// GPX: waypoints, routes and tracks.
    Gpx,
    /// GML: EGiB, PRG of both models, WFS answers.
    Gml,
    /// An archive of files; only errors speak of it, since its files are read one by one.
    Zip,
}

/// How a file shall be read where it does not say so itself, or says it wrongly.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// Encoding by its WHATWG label: `utf-8`, `windows-1250`, `iso-8859-2`.
    pub encoding: Option<String>,
    /// Separator of values.
    pub delimiter: Option<char>,
    /// Number of the row, counted from 1, that holds the names of the columns; 0 says that there is none.
    pub header_row: Option<u64>,
    /// Bounds of what is taken.
    pub limits: Limits,
}

/// Bounds of what a file may make us hold or do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file, unpacked.
    pub bytes: u64,
    /// Rows of all layers.
    pub rows: u64,
    /// Columns of one layer.
    pub columns: usize,
    /// Bytes of one cell.
    pub cell_bytes: usize,
    /// Vertices of one geometry.
    pub vertices: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 4 << 30, rows: 5_000_000, columns: 1_000, cell_bytes: 1 << 20, vertices: 1_000_000 }
    }
}

/// What a file says of one of its layers, sheets or types before it is read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Layer {
    /// Name of the sheet, table or type of feature; of a format with only one layer, the file's name without ending.
    pub name: String,
    /// Columns in their order.
    pub columns: Vec<String>,
    /// Whether rows may have a geometry of the format's own.
    pub geometry: bool,
    /// EPSG code that the file declares for the layer (4326 for CRS84 as well), if it does so.
    pub srid: Option<u32>,
    /// Number of rows, where the file says it beforehand.
    pub rows: Option<u64>,
    /// How the order of the axes was found, where the format leaves that open (GML).
    pub axis: Option<AxisNote>,
}

/// How a reader knows which of two coordinates is the easting (or longitude).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AxisNote {
    /// As the declared system or the known data model prescribes; the values do not contradict.
    Declared,
    /// The values show the other order than declared, so they were swapped.
    SwappedByValues,
    /// Neither declaration nor values decide: somebody must look at the map.
    Unknown,
}

/// What kind of file this is and what it holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Overview {
    /// Its format.
    pub format: Format,
    /// Encoding of its texts by WHATWG label, where the format leaves that open.
    pub encoding: Option<String>,
    /// Separator of values, of separated values.
    pub delimiter: Option<char>,
    /// Row of the names of columns, counted from 1; 0 for none. Of tables only.
    pub header_row: Option<u64>,
    /// Its layers.
    pub layers: Vec<Layer>,
}

/// A value as the file holds it.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Cell {
    /// Nothing, or only blanks.
    #[default]
    Empty,
    /// Text, without blanks at its ends.
    Text(String),
    /// A whole number of a format that knows types.
    Integer(i64),
    /// A finite number of a format that knows types.
    Number(f64),
    /// Yes or no.
    Bool(bool),
    /// A date `2026-11-24` or an instant `2026-11-24T10:00:00` (ISO 8601) of a format that knows dates.
    Date(String),
    /// Several values.
    List(Vec<Cell>),
}

/// One row or feature.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Row {
    /// Number by which people find it: line of a text file, row of a sheet, else the feature's place, from 1.
    pub number: u64,
    /// The file's own id of the feature (`gml:id`, `fid`, `id` of GeoJSON), where it has one.
    pub id: Option<String>,
    /// Values in the order of [`Layer::columns`]; missing ones at the end are empty.
    pub cells: Vec<Cell>,
    /// Geometry in the file's own system, x = easting or longitude, y = northing or latitude: the reader has put the
    /// axes in that order where the format and the declared system prescribe another one.
    pub geometry: Option<Geometry<f64>>,
    /// EPSG code of the geometry, where the file declares it.
    pub srid: Option<u32>,
    /// What is wrong with the row as such; its cells are then what could be read of it.
    pub faults: Vec<RowFault>,
}

/// What can be wrong with a row before anybody asks what it means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowFault {
    /// Column, if it is about one.
    pub column: Option<String>,
    /// What was found, shortened to what a person needs.
    pub found: String,
    /// What is wrong.
    pub problem: RowProblem,
}

/// See [`RowFault`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RowProblem {
    /// More cells than columns.
    TooManyCells,
    /// Bytes that are no text in the file's encoding; they are shown as U+FFFD.
    NotText,
    /// A formula without a kept value, or one that gave an error (`#REF!`).
    FormulaError,
    /// A geometry that cannot be read: too few points, not closed, NaN, infinite.
    BadGeometry,
    /// A cell or a geometry beyond [`Limits`].
    TooLarge,
}

/// How far the reading has come, in bytes of the file or in rows, whichever the format knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Done so far.
    pub done: u64,
    /// All there is; at least 1.
    pub total: u64,
}

/// Takes the rows of a layer; an error ends the reading and is handed to the caller.
pub type RowSink<'a> = dyn FnMut(Row) -> Result<(), crate::SinkError> + 'a;

/// Hears how far the reading has come.
pub type ProgressSink<'a> = dyn FnMut(Progress) + 'a;

/// A reader of one file.
pub trait Reader: Send {
    /// What the file holds.
    fn overview(&self) -> &Overview;

    /// Reads one layer from its beginning; may be called again, also for another layer.
    ///
    /// # Errors
    /// [`TableError`]; rows handed over before it are void.
    fn read(
        &mut self,
        layer: &str,
        each: &mut RowSink<'_>,
        progress: &mut ProgressSink<'_>,
    ) -> Result<(), TableError>;
}

/// Why a file cannot be read. Each text says what, where and how to mend it.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// The file system refuses.
    #[error("{name} cannot be read: {source}")]
    Io {
        /// Name of the file.
        name: String,
        /// Why.
        source: std::io::Error,
    },
    /// Neither content nor name says what it is.
    #[error(
        "{name}: this is no file of a known format; known are CSV, XLSX, ODS, XLS, GeoJSON, GeoPackage, Shapefile (ZIP), FlatGeobuf, KML, GPX, GML and OpenStreetMap"
    )]
    UnknownFormat {
        /// Name of the file.
        name: String,
    },
    /// Nothing in it.
    #[error("{name} is empty")]
    Empty {
        /// Name of the file.
        name: String,
    },
    /// Locked with a password.
    #[error("{name} is locked with a password: open it, remove the password, save it and try again")]
    Encrypted {
        /// Name of the file.
        name: String,
    },
    /// A part that the format needs is not there: a shapefile without `.dbf`.
    #[error("{name}: {part} is missing; deliver all files of the set, best in one ZIP archive")]
    MissingPart {
        /// Name of the file.
        name: String,
        /// What is missing.
        part: String,
    },
    /// Not what the format prescribes.
    #[error("{name} is damaged or no {format:?}: {detail}")]
    Corrupt {
        /// Name of the file.
        name: String,
        /// What it was taken for.
        format: Format,
        /// What is wrong, and where.
        detail: String,
    },
    /// Beyond [`Limits`].
    #[error("{name} is too large: {what}")]
    TooLarge {
        /// Name of the file.
        name: String,
        /// Which bound, with its value.
        what: String,
    },
    /// No such layer.
    #[error("{name} has no layer {layer:?}; it has: {known}")]
    NoLayer {
        /// Name of the file.
        name: String,
        /// The layer that was asked for.
        layer: String,
        /// Those that there are.
        known: String,
    },
    /// An encoding that is not known.
    #[error("{name}: there is no encoding {label:?}; use utf-8, windows-1250 or iso-8859-2")]
    NoEncoding {
        /// Name of the file.
        name: String,
        /// The label that was given.
        label: String,
    },
    /// Whoever takes the rows would not go on.
    #[error(transparent)]
    Sink(#[from] crate::SinkError),
}

/// Opens a file as of a format that the caller knows; [`Format`]s of tables are not among them.
///
/// # Errors
/// [`TableError`].
#[doc(hidden)]
pub fn open_as(format: Format, file: &InputFile, options: &Options) -> Result<Box<dyn Reader>, TableError> {
    match format {
        Format::Gml => gml::open(file, options),
        Format::Shapefile => shapefile::open(file, options),
        Format::Gpkg => gpkg::open(file, options),
        Format::Kml => kml::open(file, options),
        Format::Gpx => gpx::open(file, options),
        Format::Flatgeobuf => flatgeobuf::open(file, options),
        _ => Err(TableError::UnknownFormat { name: file.name.clone() }),
    }
}

/// Finds a layer by its name.
fn layer<'a>(file: &InputFile, overview: &'a Overview, name: &str) -> Result<&'a Layer, TableError> {
    overview.layers.iter().find(|layer| layer.name == name).ok_or_else(|| {
        let known: Vec<&str> = overview.layers.iter().map(|layer| layer.name.as_str()).collect();
        TableError::NoLayer { name: file.name.clone(), layer: name.to_owned(), known: known.join(", ") }
    })
}

/// Refuses a row beyond the bound; rows are counted from 1.
fn check_rows(file: &InputFile, limits: &Limits, count: u64) -> Result<(), TableError> {
    if count <= limits.rows {
        return Ok(());
    }
    Err(TableError::TooLarge { name: file.name.clone(), what: format!("more than {} rows", limits.rows) })
}
