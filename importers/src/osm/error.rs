//! What can be wrong with a file, said so that a clerk knows what to do next.

use std::io;
use std::path::PathBuf;

use crate::record::SinkError;

/// Why an OpenStreetMap file could not be read.
///
/// Every message says what is wrong, where, and how to mend it. Nothing of the file may be kept after
/// an error: the caller drops whatever its sink has taken so far.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// The file cannot be opened.
    #[error("cannot open {}: {source}. Check the name and whether the file may be read.", path.display())]
    Open {
        /// The file as it was named.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The disk or the network failed in the middle of the file.
    #[error("reading failed at byte {at_byte}: {source}. Copy the file to a sound local disk and try again.")]
    Io {
        /// Position in the file.
        at_byte: u64,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The file has no content.
    #[error("the file is empty. Download it again.")]
    Empty,
    /// The content is not OpenStreetMap data.
    #[error(
        "this is not an OpenStreetMap file: {found}. Give a file that ends in .osm.pbf, .osm, .osm.gz or .osm.bz2."
    )]
    NotOsm {
        /// What was found at the beginning instead.
        found: String,
    },
    /// OpenStreetMap data, but written in a way that is not read here.
    #[error("{what}. {mend}")]
    Unsupported {
        /// What is not read.
        what: String,
        /// What the clerk can do.
        mend: &'static str,
    },
    /// The file ends too early.
    #[error(
        "the file ends at byte {at_byte}, in the middle of {inside}. Download it again, it is not complete."
    )]
    Truncated {
        /// Where it ends; in the unpacked text when the file is packed XML.
        at_byte: u64,
        /// What was being read.
        inside: &'static str,
    },
    /// A part of the file claims a size that the format forbids.
    #[error(
        "at byte {at_byte} {what} claims {claimed} bytes, but the format allows {limit}. The file is damaged or made to do harm: download it from its original place."
    )]
    TooLarge {
        /// Position in the file.
        at_byte: u64,
        /// Which part.
        what: &'static str,
        /// What it claims.
        claimed: u64,
        /// What is allowed.
        limit: u64,
    },
    /// Unpacking gives far more than any honest file holds.
    #[error(
        "at byte {at_byte} the file has unpacked to more than {limit} bytes, as no real map does. It is made to do harm: download it from its original place."
    )]
    Inflates {
        /// Position in the packed file.
        at_byte: u64,
        /// How many bytes it was allowed to become up to there.
        limit: u64,
    },
    /// The bytes do not follow the format.
    #[error("the file is damaged at byte {at_byte}: {what}. Download it again.")]
    Damaged {
        /// Position in the file; in the unpacked text when the file is packed XML.
        at_byte: u64,
        /// What is wrong there.
        what: String,
    },
    /// One element is nonsense.
    #[error(
        "{element} cannot be read: {what}. Mend or delete it in a map editor, or download the file again."
    )]
    BadElement {
        /// For example `node/123`.
        element: String,
        /// What is wrong with it.
        what: String,
    },
    /// The receiver of the records refused one.
    #[error("a record was refused: {0}")]
    Refused(#[source] SinkError),
}

impl ImportError {
    /// A short stable name of the sort of error, for messages in other languages and for tests.
    #[must_use]
    pub fn slug(&self) -> &'static str {
        match self {
            Self::Open { .. } => "open",
            Self::Io { .. } => "io",
            Self::Empty => "empty",
            Self::NotOsm { .. } => "not_osm",
            Self::Unsupported { .. } => "unsupported",
            Self::Truncated { .. } => "truncated",
            Self::TooLarge { .. } => "too_large",
            Self::Inflates { .. } => "inflates",
            Self::Damaged { .. } => "damaged",
            Self::BadElement { .. } => "bad_element",
            Self::Refused(_) => "refused",
        }
    }
}
