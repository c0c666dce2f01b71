//! Changing the registry: states and their merge, what is wrong with them, change sets.
//!
//! Invariants: all changes of a thing go through [`Registry::apply`](crate::registry::Registry::apply), whoever asks
//! (editor, OGC API, field mode, undo); a change set is one transaction; nobody overwrites what they have not seen.

pub mod faults;
mod model;
mod ops;
pub mod state;
mod store;

pub use model::{
    Applied, AssetNow, Choice, Clash, Intent, Origin, Refusal, Submission, TitledClash, Verdict,
};
pub use ops::MOST_CHANGES;
pub(super) use store::{
    VersionRow, graves_with_burials, lock_collections, open_change_set, wholes_with_parts,
};

use crate::platform::http::Failure;

/// Turns rows of things, as they are now or were, into states.
pub(super) fn assets_of(rows: Vec<VersionRow>) -> Result<Vec<AssetNow>, Failure> {
    Ok(store::versions(rows)?.into_iter().filter_map(store::Version::into_asset).collect())
}
