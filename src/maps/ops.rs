//! Use cases of the maps.

use std::{io::Write, sync::Arc};

use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};
use tiles::{Encode, TileId, TileJson, VectorLayer};

use super::{Maps, store};
use crate::{
    kernel::Geom,
    platform::{
        Ctx,
        http::{Failure, ResultExt},
    },
    registry::licence_of,
    ui::{
        map_data::{KindView, MapData},
        svg_map::{self, Drawing, Shape, ShapeClass},
    },
};

/// Most pieces of ground in one drawing.
const MOST_GROUND: i64 = 3000;
/// Most things of one kind in one drawing.
const MOST_OUTLINES: i64 = 1500;

/// Name of the layer that holds the ground.
pub const BASEMAP: &str = "basemap";
/// Deepest zoom with tiles of its own; MapLibre enlarges them beyond.
const DEEPEST: u8 = 18;
/// Zooms above a kind's own at which its thinned points are still worth a request.
const THINNED_ZOOMS: u8 = 4;

/// One tile of one version.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct TileKey {
    layer: Arc<str>,
    tile: TileId,
    version: u64,
}

/// A finished tile.
#[derive(Debug, Clone)]
pub struct Tile {
    /// MVT 2.1 bytes.
    pub plain: Bytes,
    /// The same, compressed.
    pub gzip: Bytes,
}

impl Encode for Maps {
    type Error = Failure;

    fn version(&self, layer: &str) -> u64 {
        u64::try_from(self.feed.now().revision(layer)).unwrap_or(0)
    }

    async fn encode(&self, layer: &str, tile: TileId) -> Result<Option<Vec<u8>>, Failure> {
        if layer == BASEMAP {
            return Ok(Some(store::basemap_tile(&self.pool, tile).await?));
        }
        match self.registry.tile(&Ctx::system("tiles"), layer, tile).await {
            Err(Failure::NotFound(_)) => Ok(None),
            made => made.map(Some),
        }
    }
}

impl Maps {
    /// Whether the public may see such a layer.
    #[must_use]
    pub fn has_layer(&self, layer: &str) -> bool {
        layer == BASEMAP || self.registry.kinds().public(layer).is_some()
    }

    /// A tile of the layer's present version, from the cache or made now.
    ///
    /// # Errors
    /// Not found for unknown layers, or the database fails.
    pub async fn tile(&self, _ctx: &Ctx, layer: &str, tile: TileId) -> Result<Tile, Failure> {
        let key = TileKey { layer: layer.into(), tile, version: self.version(layer) };
        // Whoever asks for a tile that is being made waits for it.
        let made = self.cache.try_get_with(key, async {
            let plain = self.encode(layer, tile).await?.ok_or_else(|| unknown(layer))?;
            let mut gzip = GzEncoder::new(Vec::with_capacity(plain.len() / 2 + 32), Compression::new(5));
            gzip.write_all(&plain).and_then(|()| gzip.finish()).map(|gzip| Tile { plain: plain.into(), gzip: gzip.into() })
                .internal("compress a tile")
        });
        // The error is shared by all who waited, so only its nature can be handed on.
        made.await.map_err(|error: Arc<Failure>| match &*error {
            Failure::NotFound(what) => Failure::NotFound(what.clone()),
            Failure::Busy => Failure::Busy,
            other => Failure::Internal { what: "make a tile", source: other.to_string().into() },
        })
    }

    /// The TileJSON of a layer; `base` is the address of the service.
    ///
    /// # Errors
    /// Not found for unknown layers.
    pub fn tile_json(&self, ctx: &Ctx, layer: &str, base: &str) -> Result<TileJson, Failure> {
        let state = self.feed.now();
        let field = |name: &str, text: &str| (name.to_owned(), text.to_owned());
        let (name, minzoom, fields, layers) = if layer == BASEMAP {
            let layers = ["land", "water", "buildings", "roads", "places", "housenumbers"].map(str::to_owned).to_vec();
            let fields = [field("class", "what it is"), field("name", "its name")];
            ("basemap".to_owned(), 0, fields.into_iter().collect(), layers)
        } else {
            let kind = self.registry.kind(ctx, layer)?;
            let mut fields: std::collections::BTreeMap<String, String> = [
                field("id", "id of the asset"),
                field("label", "what people call it"),
                field("count", "how many things one point stands for, at low zooms"),
            ]
            .into();
            fields.extend(kind.tile_attributes.iter().map(|key| field(key, "attribute of the kind")));
            let lowest = kind.min_zoom.saturating_sub(THINNED_ZOOMS);
            (kind.title.get(ctx.lang).to_owned(), lowest, fields, vec![layer.to_owned()])
        };
        let mut credits: Vec<&str> =
            state.sources.keys().map(|source| licence_of(source).attribution).filter(|text| !text.is_empty()).collect();
        credits.dedup();
        Ok(TileJson {
            tilejson: "3.0.0",
            tiles: vec![format!("{base}/tiles/{layer}/{{z}}/{{x}}/{{y}}.mvt")],
            vector_layers: layers
                .into_iter()
                .map(|id| VectorLayer { id, fields: fields.clone(), minzoom, maxzoom: DEEPEST })
                .collect(),
            name,
            attribution: credits.join(", "),
            minzoom,
            maxzoom: DEEPEST,
            bounds: state.extent([layer]).unwrap_or([-180.0, -85.05, 180.0, 85.05]),
            scheme: "xyz",
        })
    }

    /// Kinds as legends and maps need them.
    #[must_use]
    pub fn kind_views(&self, ctx: &Ctx) -> Vec<KindView> {
        self.registry.kind_views(ctx)
    }

    /// A page's map drawn as SVG, for paper and for browsers without scripts.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn draw(&self, ctx: &Ctx, map: &MapData, title: &str) -> Result<String, Failure> {
        let bounds = map.bounds;
        let [west, south, east, north] = bounds;
        // The sheet shows more than must be seen; a small place shows at least its surroundings.
        let (wide, high) = ((east - west).max(0.002), (north - south).max(0.0012));
        let seen = [west - wide * 0.6, south - high * 0.6, east + wide * 0.6, north + high * 0.6];
        let mut shapes = Vec::new();
        for piece in store::ground(&self.pool, seen, MOST_GROUND).await? {
            if let Some(class) = ground_class(&piece.layer, &piece.class) {
                let geometry = Geom::from_ewkb(&piece.ewkb).internal("read the basemap")?.0;
                let label = (piece.layer == "roads").then_some(piece.name).flatten();
                shapes.push(Shape { class, geometry, label });
            }
        }
        for (slug, class) in
            [("cemeteries", ShapeClass::Cemetery), ("graves", ShapeClass::Grave), ("barriers", ShapeClass::Barrier)]
        {
            for (_, geometry) in self.registry.outlines(ctx, slug, seen, MOST_OUTLINES).await? {
                shapes.push(Shape { class, geometry, label: None });
            }
        }
        for (label, geometry) in self.registry.outlines(ctx, "gates", seen, MOST_OUTLINES).await? {
            shapes.push(Shape { class: ShapeClass::Gate, geometry, label });
        }
        shapes.extend(foreground(map));
        Ok(svg_map::draw(&Drawing {
            bounds,
            size: (800.0, 600.0),
            title: title.to_owned(),
            accent: self.site.accent(),
            shapes,
        }))
    }
}

/// What a page marks on its map: the way, the grave, the numbered places.
fn foreground(map: &MapData) -> Vec<Shape> {
    let line = |points: &[[f64; 2]]| geo_types::LineString::from(points.to_vec());
    let mut shapes = Vec::new();
    if let Some(way) = &map.way {
        shapes.push(Shape { class: ShapeClass::Way, geometry: line(&way.line).into(), label: None });
        if way.last_leg.len() > 1 {
            shapes.push(Shape { class: ShapeClass::LastLeg, geometry: line(&way.last_leg).into(), label: None });
        }
        if let Some(gate) = &way.gate {
            let label = Some(gate.label.clone()).filter(|label| !label.is_empty());
            shapes.push(Shape { class: ShapeClass::Gate, geometry: point(gate.position), label });
        }
    }
    for place in map.places.iter().rev().chain(&map.grave) {
        let label = place.number.map_or_else(|| place.label.clone(), |number| number.to_string());
        shapes.push(Shape { class: ShapeClass::Target, geometry: point(place.position), label: Some(label) });
    }
    shapes
}

fn point(position: [f64; 2]) -> geo_types::Geometry<f64> {
    geo_types::Point::new(position[0], position[1]).into()
}

fn ground_class(layer: &str, class: &str) -> Option<ShapeClass> {
    match (layer, class) {
        ("water", _) => Some(ShapeClass::Water),
        ("buildings", _) => Some(ShapeClass::Building),
        ("land", "forest" | "grass" | "park" | "meadow" | "garden" | "pitch" | "playground") => Some(ShapeClass::Green),
        ("land", "cemetery") => Some(ShapeClass::Cemetery),
        ("roads", "footway" | "path" | "steps" | "cycleway" | "track") => Some(ShapeClass::Path),
        ("roads", "rail" | "tram") => None,
        ("roads", _) => Some(ShapeClass::Street),
        _ => None,
    }
}

fn unknown(layer: &str) -> Failure {
    Failure::not_found(format!("layer {:?}", layer.chars().take(60).collect::<String>()))
}
