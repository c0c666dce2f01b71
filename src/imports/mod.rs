//! Bringing data in: one stream of records, from a file or from the generator, becomes one transaction.
//!
//! Invariants: either everything of a delivery is in, or nothing; the same delivery again changes nothing; what
//! a newer delivery no longer names is marked as removed, never deleted.

mod ops;
mod sources;
mod store;

pub use ops::{Counts, Delivery, ImportFailure, Outcome, bring_in};
pub use sources::{FileReport, bring_in_demo, bring_in_osm, is_empty};
