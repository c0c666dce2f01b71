//! Bringing data in: one stream of records, from files or from the generator, becomes one transaction.
//!
//! Invariants: either everything that is accepted of a delivery is in, or nothing; the same delivery again changes nothing;
//! what a newer delivery no longer names is marked as removed, never deleted; each delivery is a change set that can be taken
//! back as a whole.

mod model;
mod ops;
mod rows;
mod sources;
mod store;
pub mod wizard;

pub use importers::mapping::Group;
pub use model::{Accept, Counts, Delivery, ImportFailure, MOST_REJECTED, Mode, Outcome};
pub use sources::{DeliveryInput, FileReport, bring_in_demo, bring_in_osm, deliver, is_empty, kind_specs};
