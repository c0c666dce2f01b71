//! The account of a run.

use std::collections::BTreeMap;

use serde::Serialize;

use super::model::DateOrder;
use crate::table::AxisNote;

/// What became of a delivery. In each layer `rows` = `features` + `burial_rows` + `rejected_rows` + `skipped`.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct RunReport {
    /// Each mapped layer of each file, in the order of reading.
    pub layers: Vec<LayerReport>,
    /// Layers, sheets and types of objects that the mapping does not read.
    pub unmapped: Vec<UnmappedLayer>,
    /// Files of which the mapping reads nothing.
    pub unused_files: Vec<String>,
    /// Burials whose grave is not in this delivery; only the registry knows whether an earlier one had it.
    pub graves_not_here: u64,
}

/// What became of one layer.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct LayerReport {
    /// Name of the file.
    pub file: String,
    /// Name of the layer.
    pub layer: String,
    /// Target: slug of a kind, or `people`.
    pub into: String,
    /// Rows read.
    pub rows: u64,
    /// Rows that became things, also those that became thing and burial.
    pub features: u64,
    /// Rows that became burials only.
    pub burial_rows: u64,
    /// Burials, of either.
    pub burials: u64,
    /// Rows with doubts.
    pub doubtful_rows: u64,
    /// Rows that stay out.
    pub rejected_rows: u64,
    /// Why rows stay out.
    pub rejected_by_reason: BTreeMap<&'static str, u64>,
    /// Why single values stay out.
    pub rejected_values_by_reason: BTreeMap<&'static str, u64>,
    /// Rows that are parts of others or left out on purpose, by reason.
    pub skipped: BTreeMap<&'static str, u64>,
    /// Doubts by their codes.
    pub doubts: BTreeMap<&'static str, u64>,
    /// How ambiguous dates were read, by pattern.
    pub dates: Vec<DatesSeen>,
    /// EPSG code that the file declares.
    pub declared_srid: Option<u32>,
    /// How the reader found the order of the axes, where the format leaves it open; `unknown`: look at the map.
    pub axis: Option<AxisNote>,
    /// EPSG codes of the geometries handed over, with their numbers.
    pub used_srid: BTreeMap<u32, u64>,
    /// Columns that the mapping names and the layer does not have.
    pub missing_columns: Vec<String>,
}

/// Evidence for the order of day and month in one pattern of one file.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct DatesSeen {
    /// Sign between the numbers: `.`, `/` or `-`.
    pub sign: char,
    /// Order that was used; `auto`: none could be chosen, so dates that can be read in two ways are refused.
    pub order: DateOrder,
    /// Whether the mapping states the order.
    pub stated: bool,
    /// Dates that only make sense with the day first.
    pub only_dmy: u64,
    /// Dates that only make sense with the month first.
    pub only_mdy: u64,
    /// Dates that make sense in either way and differ.
    pub both: u64,
}

/// A layer that the mapping does not read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnmappedLayer {
    /// Name of the file.
    pub file: String,
    /// Name of the layer or type.
    pub layer: String,
    /// Its rows, where the file says it or they were counted.
    pub rows: Option<u64>,
}
