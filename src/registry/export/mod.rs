//! Collections as files: what is asked for, the rows, and the writer behind them, streamed with constant memory.
//!
//! Invariants: private attributes go out only to whoever may export (or, for a workbook to be edited, change) the kind;
//! whatever the format, x is easting or longitude; a file is of one instant of the database and says which revision that
//! is; whoever stops reading ends the export, its connection and its temporary files.

mod api;
pub(super) mod columns;
mod lines;
mod model;
mod ops;
mod pipe;
mod store;
mod web;

pub(super) use api::export;
pub use api::{__path_export, file_answer};
pub use model::{ExportFile, ExportQuery, FileChoices};
pub(super) use store::Thing;
pub use web::DataPages;
