//! The standard door to every published collection: OGC API Features Parts 1 and 2, and Part 4 for writing,
//! with a project and a page for those who come with QGIS.
//!
//! It knows the standard's words and asks the registry for everything; there is no SQL here.

mod api;
mod documents;
mod files;
mod qgis;
mod query;
mod transactions;

pub use api::{
    __path_collection, __path_collections, __path_conformance, __path_item, __path_items, __path_landing,
    __path_queryables,
};
pub use qgis::{__path_packed_project, __path_project};
pub use transactions::{__path_create, __path_delete, __path_replace, __path_update};

use crate::{
    platform::{
        Feed,
        access::Permission,
        http::{Access, Doors},
    },
    registry::Registry,
    ui::Site,
};

/// Most bytes of one feature: a geometry of twenty thousand vertices.
const MOST_BYTES: usize = 2 * 1024 * 1024;

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
        let write = Access::May(Permission::RegistryWrite);
        Doors::new()
            .get(Access::Public, "/ogc", api::landing)
            .get(Access::Public, "/ogc/", api::landing_slash)
            .get(Access::Public, "/qgis", qgis::page)
            .get(Access::Public, "/ogc/qgis.qgs", qgis::project)
            .get(Access::Public, "/ogc/qgis.qgz", qgis::packed_project)
            .get(Access::Public, "/ogc/conformance", api::conformance)
            .get(Access::Public, "/ogc/collections", api::collections)
            .get(Access::Public, "/ogc/collections/{collection}", api::collection)
            .get(Access::Public, "/ogc/collections/{collection}/queryables", api::queryables)
            .get(Access::Public, "/ogc/collections/{collection}/schema", api::queryables)
            .get(Access::Public, "/ogc/collections/{collection}/items", api::items)
            .get(Access::Public, "/ogc/collections/{collection}/items/{id}", api::item)
            .options(Access::Public, "/ogc/collections/{collection}/items", transactions::items_options)
            .options(Access::Public, "/ogc/collections/{collection}/items/{id}", transactions::item_options)
            .post(write, "/ogc/collections/{collection}/items", transactions::create)
            .taking(MOST_BYTES)
            .put(write, "/ogc/collections/{collection}/items/{id}", transactions::replace)
            .taking(MOST_BYTES)
            .patch(write, "/ogc/collections/{collection}/items/{id}", transactions::update)
            .taking(MOST_BYTES)
            .delete(write, "/ogc/collections/{collection}/items/{id}", transactions::delete)
            .with_state(self.clone())
    }
}
