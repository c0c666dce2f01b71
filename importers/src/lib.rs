//! Readers of the files that towns have. Each format becomes one stream of [`Record`]s.
//!
//! This crate knows files. It knows no database, no HTTP and nothing of the rest of Reeve; whoever
//! calls it decides what becomes of the records. Memory is bounded by what a format forces us to
//! keep, never by trust in sizes that a file claims.

mod delivered;
pub mod mapping;
pub mod osm;
mod record;
pub mod table;

pub use delivered::{At, Delivered, Doubt, Rejected};
pub use record::{BaseFeature, BaseLayer, Burial, Feature, PartialDate, Record, Sink, SinkError};
