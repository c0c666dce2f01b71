//! The standard door to every published collection: OGC API Features Parts 1 and 2.
//!
//! It knows the standard's words and asks the registry for everything; there is no SQL here.

mod api;
mod documents;
mod query;

pub use api::{
    __path_collection, __path_collections, __path_conformance, __path_item, __path_items, __path_landing,
    __path_queryables,
};

use crate::{
    platform::{
        Feed,
        http::{Access, Doors},
    },
    registry::Registry,
    ui::Site,
};

/// The OGC doors as one node holds them. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Ogc {
    registry: Registry,
    feed: Feed,
    site: Site,
}

impl Ogc {
    /// Opens the doors upon a registry.
    #[must_use]
    pub fn new(registry: Registry, feed: Feed, site: Site) -> Self {
        Self { registry, feed, site }
    }

    /// The doors.
    pub fn doors(&self) -> Doors {
        Doors::new()
            .get(Access::Public, "/ogc", api::landing)
            .get(Access::Public, "/ogc/", api::landing_slash)
            .get(Access::Public, "/ogc/conformance", api::conformance)
            .get(Access::Public, "/ogc/collections", api::collections)
            .get(Access::Public, "/ogc/collections/{collection}", api::collection)
            .get(Access::Public, "/ogc/collections/{collection}/queryables", api::queryables)
            .get(Access::Public, "/ogc/collections/{collection}/schema", api::queryables)
            .get(Access::Public, "/ogc/collections/{collection}/items", api::items)
            .get(Access::Public, "/ogc/collections/{collection}/items/{id}", api::item)
            .with_state(self.clone())
    }
}
