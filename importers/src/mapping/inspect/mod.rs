//! What a person should know of files that nobody has mapped yet.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::model::{Axes, PositionMapping, SridRule};
use crate::table::{self, InputFile, Limits, Options, Overview, TableError};

mod column;
mod layer;
mod place;

/// All files of a delivery, looked at.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Inspection {
    /// Each file, archives unpacked.
    pub files: Vec<FileSeen>,
}

/// One file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FileSeen {
    /// Its name.
    pub name: String,
    /// What it says of itself; `None` where it cannot be read.
    pub overview: Option<Overview>,
    /// Why it cannot be read.
    pub problem: Option<String>,
    /// Its layers in the same order.
    pub layers: Vec<LayerSeen>,
}

/// One layer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LayerSeen {
    /// Its name.
    pub name: String,
    /// Rows read.
    pub rows: u64,
    /// Rows with a geometry of the format's own.
    pub geometries: u64,
    /// Rows with an id of the format's own.
    pub ids: u64,
    /// EPSG code that the file declares.
    pub declared_srid: Option<u32>,
    /// Columns in their order.
    pub columns: Vec<ColumnSeen>,
    /// The first rows.
    pub sample: Vec<Sample>,
    /// Where the things may stand, the likeliest first.
    pub positions: Vec<PositionGuess>,
}

/// One row as people see it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sample {
    /// Number of the row.
    pub row: u64,
    /// Cells as texts, shortened.
    pub cells: Vec<String>,
}

/// One column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ColumnSeen {
    /// Its name as the file has it.
    pub name: String,
    /// Rows in which it is filled.
    pub filled: u64,
    /// Different values, counted up to a bound.
    pub distinct: u64,
    /// Whether there are more different values than were counted.
    pub more: bool,
    /// At most 50 values with their numbers: the commonest first, at the end the longest of the others.
    pub samples: Vec<(String, u64)>,
    /// What the values look like.
    pub looks: Looks,
    /// Smallest number.
    pub least: Option<f64>,
    /// Largest number.
    pub most: Option<f64>,
    /// Evidence for the order of day and month, by sign between the numbers.
    pub dates: Vec<DateEvidence>,
}

/// What the values of a column look like; at least nine of ten filled cells do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Looks {
    /// Nothing in it.
    Empty,
    /// Whole numbers.
    Integers,
    /// Numbers.
    Numbers,
    /// Years.
    Years,
    /// Dates, whole or in part.
    Dates,
    /// Yes and no.
    Booleans,
    /// Well-known text.
    Wkt,
    /// Two numbers in one cell.
    Pairs,
    /// A list of coordinates.
    Ring,
    /// Several numbers in one cell.
    NumberLists,
    /// Latin names of species.
    LatinSpecies,
    /// Polish names of species.
    PolishSpecies,
    /// Anything else.
    Text,
}

/// Evidence for the order of day and month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DateEvidence {
    /// Sign between the numbers.
    pub sign: char,
    /// Only with the day first.
    pub only_dmy: u64,
    /// Only with the month first.
    pub only_mdy: u64,
    /// Either way.
    pub both: u64,
}

/// Where coordinates come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "how", rename_all = "snake_case")]
pub enum Coordinates {
    /// Two columns.
    Columns {
        /// Column of the easting or longitude.
        x: String,
        /// Column of the northing or latitude.
        y: String,
    },
    /// One column with a pair of numbers.
    Pair {
        /// The column.
        column: String,
    },
    /// One column with well-known text.
    Wkt {
        /// The column.
        column: String,
        /// Column with the system, where it stands apart.
        srid_column: Option<String>,
    },
    /// One column with a list of coordinates.
    Ring {
        /// The column.
        column: String,
    },
    /// The format's own geometry.
    Own,
}

/// One reading of where things stand.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PositionGuess {
    /// Where the coordinates come from.
    #[serde(flatten)]
    pub from: Coordinates,
    /// EPSG code, if any fits.
    pub srid: Option<u32>,
    /// Order of the axes.
    pub axes: Axes,
    /// Whether file or numbers leave no other reading.
    pub certain: bool,
    /// Why it is thought so, in Polish.
    pub why_pl: String,
    /// Why it is thought so, in English.
    pub why_en: String,
    /// A few positions in this reading: x = easting or longitude, y = northing or latitude.
    pub samples: Vec<[f64; 2]>,
    /// Rows without a position.
    pub missing: u64,
    /// Rows at 0, 0.
    pub zeros: u64,
}

impl PositionGuess {
    /// The reading as a mapping says it.
    #[must_use]
    pub fn position(&self) -> PositionMapping {
        let mut position = PositionMapping {
            axes: self.axes,
            srid: self.srid.map(SridRule::Fixed),
            ..PositionMapping::default()
        };
        match &self.from {
            Coordinates::Columns { x, y } => {
                (position.x, position.y) = (Some(x.clone()), Some(y.clone()));
            }
            Coordinates::Pair { column } => position.text = Some(column.clone()),
            Coordinates::Wkt { column, srid_column } => {
                position.text = Some(column.clone());
                if let Some(column) = srid_column {
                    position.srid = Some(SridRule::Column(column.clone()));
                }
            }
            Coordinates::Ring { column } => position.ring = Some(column.clone()),
            Coordinates::Own => {}
        }
        position
    }
}

/// Looks at files.
///
/// A file that cannot be read does not end it: the file carries its problem.
///
/// # Errors
/// [`TableError`] where the files cannot even be unpacked.
pub fn inspect(files: &[InputFile], scratch: &Path, limits: &Limits) -> Result<Inspection, TableError> {
    let mut inspection = Inspection::default();
    for file in files {
        for file in table::expand(file, scratch, limits)? {
            inspection.files.push(look(&file, limits));
        }
    }
    Ok(inspection)
}

fn look(file: &InputFile, limits: &Limits) -> FileSeen {
    let failed = |overview: Option<Overview>, error: &TableError| FileSeen {
        name: file.name.clone(),
        overview,
        problem: Some(error.to_string()),
        layers: Vec::new(),
    };
    let options = Options { limits: *limits, ..Options::default() };
    let mut reader = match table::open(file, &options) {
        Ok(reader) => reader,
        Err(error) => return failed(None, &error),
    };
    let overview = reader.overview().clone();
    let mut layers = Vec::with_capacity(overview.layers.len());
    for layer in &overview.layers {
        match layer::look(reader.as_mut(), layer) {
            Ok(seen) => layers.push(seen),
            Err(error) => return failed(Some(overview.clone()), &error),
        }
    }
    FileSeen { name: file.name.clone(), overview: Some(overview), problem: None, layers }
}
