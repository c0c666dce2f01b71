//! What the editor reads of the registry: whole things, kinds with their schemas, coordinates of any system.

mod api;
mod ops;
mod store;

pub use api::{
    __path_coordinates, __path_desk_feature, __path_desk_features, __path_desk_kinds, __path_search,
};
pub use ops::{Condition, DeskKind, Search};

use super::Registry;
use crate::platform::{
    access::Permission,
    http::{Access, Doors},
};

/// Most bytes of a question: a lasso with many points, or points to be transformed.
const MOST_BYTES: usize = 2 * 1024 * 1024;

pub(super) fn doors() -> Doors<Registry> {
    let read = Access::May(Permission::RegistryRead);
    Doors::new()
        .get(read, "/api/desk/kinds", api::desk_kinds)
        .get(read, "/api/desk/features", api::desk_features)
        .get(read, "/api/desk/features/{id}", api::desk_feature)
        .post(read, "/api/desk/search", api::search)
        .taking(MOST_BYTES)
        .post(read, "/api/desk/coordinates", api::coordinates)
        .taking(MOST_BYTES)
}
