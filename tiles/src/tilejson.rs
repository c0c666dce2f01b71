//! TileJSON 3.0.0, by which a map learns of a set of tiles.

use std::collections::BTreeMap;

use serde::Serialize;

/// A TileJSON 3.0.0 document.
#[derive(Debug, Clone, Serialize)]
pub struct TileJson {
    /// Version of TileJSON, `3.0.0`.
    pub tilejson: &'static str,
    /// Templates of tile addresses with `{z}`, `{x}`, `{y}`.
    pub tiles: Vec<String>,
    /// What the tiles hold.
    pub vector_layers: Vec<VectorLayer>,
    /// Name for people.
    pub name: String,
    /// Whom to name.
    pub attribution: String,
    /// Least zoom that is worth asking for.
    pub minzoom: u8,
    /// Deepest zoom with data of its own; beyond it the map enlarges.
    pub maxzoom: u8,
    /// West, south, east, north in degrees.
    pub bounds: [f64; 4],
    /// Rows count from the north.
    pub scheme: &'static str,
}

/// One layer inside the tiles.
#[derive(Debug, Clone, Serialize)]
pub struct VectorLayer {
    /// Name of the MVT layer.
    pub id: String,
    /// Attributes and what they mean.
    pub fields: BTreeMap<String, String>,
    /// Least zoom at which it is there.
    pub minzoom: u8,
    /// Deepest zoom at which it is there.
    pub maxzoom: u8,
}
