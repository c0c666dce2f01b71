//! Maps: vector tiles of every layer, the basemap, and maps drawn on the server.
//!
//! Invariants: a tile's version is the revision of its layer, counted in the transaction of each change; a tile is
//! made and compressed once per version and node, however many ask for it at once.

mod api;
mod draw;
mod ops;
mod store;
pub mod svg;
mod svg_labels;
mod web;

pub use api::{__path_asset_card, __path_tile, __path_tile_json};
pub use ops::{BASEMAP, Tile};

use moka::future::Cache;
use sqlx::PgPool;

use crate::{
    photos::Photos,
    platform::{
        Feed,
        access::Permission,
        http::{Access, Doors},
    },
    registry::Registry,
    ui::Site,
};

/// Most bytes of tiles that a node keeps.
const CACHE_BYTES: u64 = 192 * 1024 * 1024;
/// Most bytes of tiles with a filter that a node keeps.
const FILTERED_BYTES: u64 = 32 * 1024 * 1024;

/// The maps as one node holds them. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Maps {
    pool: PgPool,
    feed: Feed,
    registry: Registry,
    photos: Photos,
    site: Site,
    cache: Cache<ops::TileKey, Tile>,
    filtered: Cache<ops::TileKey, Tile>,
}

fn cache(bytes: u64) -> Cache<ops::TileKey, Tile> {
    let weight = |key: &ops::TileKey, tile: &Tile| {
        u32::try_from(tile.gzip.len() + tile.plain.len() + key.weight() + 128).unwrap_or(u32::MAX)
    };
    Cache::builder().max_capacity(bytes).weigher(weight).build()
}

impl Maps {
    /// Opens the slice.
    #[must_use]
    pub fn new(pool: PgPool, feed: Feed, registry: Registry, photos: Photos, site: Site) -> Self {
        let (cache, filtered) = (cache(CACHE_BYTES), cache(FILTERED_BYTES));
        Self { pool, feed, registry, photos, site, cache, filtered }
    }

    /// Doors of the maps.
    pub fn doors(&self) -> Doors {
        Doors::new()
            .get(Access::Public, "/map", web::map_page)
            .get(Access::May(Permission::RegistryWrite), "/desk/map", web::editor_page)
            .get(Access::Public, "/assets/{id}", web::asset_page)
            .get(Access::Public, "/api/assets/{id}", api::asset_card)
            .get(Access::Public, "/tiles/{file}", api::tile_json)
            .get(Access::Public, "/tiles/{layer}/{z}/{x}/{file}", api::tile)
            .with_state(self.clone())
    }
}
