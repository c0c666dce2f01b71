//! Where a thing stands, as it is written down.

use serde::{Deserialize, Serialize};

use super::{is_true, yes};

/// Where a thing stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PositionMapping {
    /// Column of the easting or longitude.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub x: Option<String>,
    /// Column of the northing or latitude.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub y: Option<String>,
    /// Column with a pair of numbers, WKT or EWKT.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Column with a polygon as a flat list of numbers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ring: Option<String>,
    /// Order of the axes in `text`, in `ring` and in the file's own geometry.
    #[serde(default, skip_serializing_if = "Axes::is_usual")]
    pub axes: Axes,
    /// EPSG code, or the column that holds it; without it what the file declares.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub srid: Option<SridRule>,
    /// Whether 0, 0 means that the position is not known.
    #[serde(default = "yes", skip_serializing_if = "is_true")]
    pub zero_is_missing: bool,
    /// Where positions must lie.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within: Option<Within>,
}

impl Default for PositionMapping {
    fn default() -> Self {
        Self {
            x: None,
            y: None,
            text: None,
            ring: None,
            axes: Axes::Xy,
            srid: None,
            zero_is_missing: true,
            within: None,
        }
    }
}

/// Order of the axes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Axes {
    /// Easting or longitude first; with the file's own geometry: as the reader found it.
    #[default]
    Xy,
    /// Northing or latitude first; with the file's own geometry: the other way round than the reader found it.
    Yx,
    /// By the numbers, where they tell (degrees in Poland, PL-2000 of zones 6 to 8); else as `xy`.
    Auto,
}

impl Axes {
    pub(super) fn is_usual(&self) -> bool {
        *self == Self::Xy
    }
}

/// EPSG code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum SridRule {
    /// The same for all rows.
    Fixed(u32),
    /// Column whose cells hold it: `2180`, `EPSG:2180`, `SRID=2180`.
    Column(String),
}

/// Where positions must lie.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Within {
    /// `"poland"`.
    Named(String),
    /// Least x, least y, most x, most y in the file's own system.
    Box([f64; 4]),
}
