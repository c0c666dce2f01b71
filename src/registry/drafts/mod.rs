//! Drafts: every gesture of an editor, kept at once, so that no crash, flat battery or expired session loses any.
//!
//! Invariants: a draft belongs to one account and nobody else sees it; nothing of it is in the registry until it is
//! submitted, and then all of it, in the transaction that closes the draft; the same write or submit again gives the
//! same answer.

mod api;
mod model;
mod ops;
mod store;

pub use api::{
    __path_check_draft, __path_draft, __path_drafts, __path_give_up_draft, __path_put_draft,
    __path_submit_draft,
};
pub use model::{Draft, DraftSubmit, DraftSummary, DraftWrite, Gesture, GestureChange};

use super::Registry;
use crate::platform::{
    access::Permission,
    http::{Access, Doors},
};

/// Most bytes of one write: some thousand things with their states before and after.
const MOST_BYTES: usize = 16 * 1024 * 1024;

pub(super) fn doors() -> Doors<Registry> {
    let may = Access::May(Permission::RegistryWrite);
    Doors::new()
        .get(may, "/api/desk/drafts", api::drafts)
        .get(may, "/api/desk/drafts/{id}", api::draft)
        .put(may, "/api/desk/drafts/{id}", api::put_draft)
        .taking(MOST_BYTES)
        .delete(may, "/api/desk/drafts/{id}", api::give_up_draft)
        .post(may, "/api/desk/drafts/{id}/check", api::check_draft)
        .taking(MOST_BYTES)
        .post(may, "/api/desk/drafts/{id}/submit", api::submit_draft)
        .taking(MOST_BYTES)
}
