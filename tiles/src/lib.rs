//! Tile arithmetic and the seam between the tile doors and whatever encodes the tiles.
//!
//! This crate knows no database and no HTTP. Today the encoder behind [`Encode`] asks PostGIS; an index in memory
//! can take its place without a door noticing.

mod id;
mod tilejson;

pub use id::{MAX_ZOOM, TileId, TileIdError};
pub use tilejson::{TileJson, VectorLayer};

use std::future::Future;

/// Makes the tiles of one set of layers.
pub trait Encode {
    /// Why a tile could not be made.
    type Error;

    /// Names the state of the data from which tiles would be made now. Equal versions promise equal tiles, so a
    /// door can answer "not modified" without making one.
    fn version(&self, layer: &str) -> u64;

    /// Makes one tile as uncompressed MVT 2.1 bytes; an empty tile has no bytes. `None`: there is no such layer.
    fn encode(
        &self,
        layer: &str,
        tile: TileId,
    ) -> impl Future<Output = Result<Option<Vec<u8>>, Self::Error>> + Send;
}
