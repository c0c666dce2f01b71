//! What can go wrong while a file is written.

use thiserror::Error;

/// Why a file could not be written.
#[derive(Debug, Error)]
pub enum WriteError {
    /// The place to write to, or a temporary file, fails.
    #[error("writing the file failed: {0}")]
    Io(#[from] std::io::Error),
    /// The format takes longitude and latitude only.
    #[error(
        "{format} takes longitude and latitude (EPSG:4326) only, not EPSG:{crs}; choose GeoPackage, or leave the coordinates out"
    )]
    Crs {
        /// The format's name.
        format: &'static str,
        /// What was asked for.
        crs: u32,
    },
    /// A row has a geometry that the format, or the file as it was begun, has no place for.
    #[error("the thing {id} is a {kind}, for which this file has no place: {help}")]
    Geometry {
        /// The row's id.
        id: String,
        /// What it is.
        kind: &'static str,
        /// What to do instead.
        help: &'static str,
    },
    /// The file would be larger than its format allows.
    #[error("{format} files end at {limit}; choose GeoPackage, or export a smaller part")]
    TooLarge {
        /// The format's name.
        format: &'static str,
        /// Its limit, in words.
        limit: &'static str,
    },
    /// A library that writes the format failed.
    #[error("writing {format} failed: {detail}")]
    Library {
        /// The format's name.
        format: &'static str,
        /// What it says.
        detail: String,
    },
}

impl WriteError {
    /// A failure of a library, as it says it.
    pub(crate) fn of(format: &'static str, error: &dyn std::error::Error) -> Self {
        Self::Library { format, detail: error.to_string() }
    }
}
