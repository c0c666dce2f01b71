//! What a mapping makes of rows: records with their place in the file, and what had to be refused.

use serde::Serialize;

use crate::{Burial, Feature};

/// Where in a delivery something stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct At {
    /// Name of the file.
    pub file: String,
    /// Number of the row, as [`crate::table::Row::number`].
    pub row: u64,
}

/// One outcome of reading a delivery through a mapping, in the order of the rows.
#[derive(Debug, Clone, PartialEq)]
pub enum Delivered {
    /// A thing.
    Feature {
        /// Where it stands.
        at: At,
        /// The thing. Its geometry is in the system `srid`, x = easting or longitude; `source_id` is its key.
        feature: Feature,
        /// EPSG code of the geometry.
        srid: u32,
        /// Why a person should look at it before it goes in; empty: nothing is doubtful.
        doubts: Vec<Doubt>,
    },
    /// A person in a grave of the same delivery, or of an earlier one of the same source.
    Burial {
        /// Where it stands.
        at: At,
        /// The burial.
        burial: Burial,
        /// As with a feature.
        doubts: Vec<Doubt>,
    },
    /// A value that was left out, or a row that stays out.
    Rejected(Rejected),
    /// A row that is a part of the one before it (a broken record) or that the mapping leaves out on purpose; it is
    /// counted, so that every row of the file is accounted for.
    Skipped {
        /// Where it stands.
        at: At,
        /// Stable name of the reason.
        reason: &'static str,
    },
}

/// Why a row is doubtful.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Doubt {
    /// Stable name: `key_twice`, `broken_row`, `ambiguous_grave`, …
    pub code: &'static str,
    /// Column, if it is about one.
    pub column: Option<String>,
    /// What was found.
    pub found: String,
}

/// A value or a row that was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rejected {
    /// Name of the file.
    pub file: String,
    /// Number of the row.
    pub row: u64,
    /// Column, if it is about one.
    pub column: Option<String>,
    /// What was found, at most 200 characters.
    pub found: String,
    /// Stable name of the reason: `no_position`, `zero_position`, `not_a_number`, `out_of_range`, `not_in_list`,
    /// `bad_date`, `ambiguous_date`, `no_name`, `no_grave`, `no_key`, `bad_geometry`, `too_long`, …
    pub reason: &'static str,
    /// What is expected, in Polish.
    pub expected_pl: String,
    /// What is expected, in English.
    pub expected_en: String,
    /// Whether the whole row stays out; else only this value.
    pub whole_row: bool,
}
