//! What was changed when by whom, and how it is taken back.
//!
//! Invariants: history is only ever added to; an undo is a change like any other, checked for clashes with what came
//! after.

mod api;
mod model;
mod ops;
mod store;
mod whole;
mod whole_store;

pub use api::{
    __path_asset_history, __path_change_set, __path_change_sets, __path_undo, __path_undo_version,
};
pub use model::{
    ChangeSetHead, ChangeSetQuery, ChangeSetView, ChangedAsset, ChangedField, Undo, VersionView,
    changed_fields,
};

use super::Registry;
use crate::platform::{
    access::Permission,
    http::{Access, Doors},
};

/// Most bytes of an undo: choices for many things.
const MOST_BYTES: usize = 4 * 1024 * 1024;

pub(super) fn doors() -> Doors<Registry> {
    let read = Access::May(Permission::RegistryRead);
    let write = Access::May(Permission::RegistryWrite);
    Doors::new()
        .get(read, "/api/desk/assets/{id}/history", api::asset_history)
        .get(read, "/api/desk/changes", api::change_sets)
        .get(read, "/api/desk/changes/{id}", api::change_set)
        .post(write, "/api/desk/changes/{id}/undo", api::undo)
        .taking(MOST_BYTES)
        .post(write, "/api/desk/assets/{id}/undo", api::undo_version)
}
