//! The round trip of a workbook: what was downloaded to be edited comes back, and what differs becomes a draft.
//!
//! Invariants: nothing is written to the registry until whoever uploaded it has seen the difference and confirmed it; a
//! row that says what its version said changes nothing; a row that is missing removes nothing; one cell that cannot be
//! read, and nothing of the workbook is taken.

mod cells;
mod compare;
mod file;
mod ops;
mod store;

pub use ops::{Refused, Review, Unreadable};
