//! Why a mapping cannot be used.

use crate::table::TableError;

/// A mapping that is no mapping. Each text says where and how to mend it.
#[derive(Debug, thiserror::Error)]
pub enum MappingError {
    /// Not TOML, or not the fields that a mapping has.
    #[error("the mapping cannot be read: {0}")]
    Syntax(String),
    /// Fields that contradict each other or name nothing.
    #[error("mapping, table {table} (counted from 1): {detail}")]
    Table {
        /// Number of the table in the mapping, from 1.
        table: usize,
        /// What is wrong and how to mend it.
        detail: String,
    },
}

/// Why a delivery cannot be read through a mapping.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The mapping itself.
    #[error(transparent)]
    Mapping(#[from] MappingError),
    /// A file.
    #[error(transparent)]
    Table(#[from] TableError),
    /// A file that is known, and for which the registry has no place.
    #[error("{mapping}: {reason}")]
    NoTarget {
        /// Name of the mapping.
        mapping: String,
        /// Why, and what to do instead.
        reason: String,
    },
    /// A kind that the registry does not have.
    #[error("the mapping wants to fill the kind {kind:?}, which the registry does not have; it has: {known}")]
    NoKind {
        /// Slug in the mapping.
        kind: String,
        /// Slugs that there are.
        known: String,
    },
    /// An attribute that the kind does not have.
    #[error("the kind {kind:?} has no attribute {attribute:?}; it has: {known}")]
    NoAttribute {
        /// Slug of the kind.
        kind: String,
        /// Key in the mapping.
        attribute: String,
        /// Keys that there are.
        known: String,
    },
    /// A column without which no row can be read.
    #[error(
        "{file}, layer {layer:?}: there is no column {column:?}, which the mapping needs for {purpose}; there are: {known}"
    )]
    NoColumn {
        /// Name of the file.
        file: String,
        /// Its layer.
        layer: String,
        /// The column.
        column: String,
        /// What it is needed for.
        purpose: &'static str,
        /// Columns that there are.
        known: String,
    },
    /// Nothing in the delivery is what the mapping is made for.
    #[error(
        "no file of the delivery fits the mapping {mapping:?}: it reads {wanted}, and the delivery has {found}"
    )]
    NothingFits {
        /// Name of the mapping.
        mapping: String,
        /// Patterns of its tables.
        wanted: String,
        /// Files and layers of the delivery.
        found: String,
    },
    /// Whoever takes the records would not go on.
    #[error(transparent)]
    Sink(#[from] crate::SinkError),
}
