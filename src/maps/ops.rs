//! Use cases of the maps.

use std::{io::Write, sync::Arc};

use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};
use tiles::{Encode, TileId, TileJson, VectorLayer};

use super::{Maps, store};
use crate::{
    platform::{
        Ctx,
        http::{Failure, ResultExt},
    },
    registry::{Condition, credits},
    ui::map_data::KindView,
};

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
    /// The condition of what is in it, in its one usual form and with the system of its geometries.
    filter: Option<(Arc<str>, i32, bool)>,
}

impl TileKey {
    /// Bytes that the key itself takes.
    pub(super) fn weight(&self) -> usize {
        self.filter.as_ref().map_or(0, |(text, ..)| text.len())
    }
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
        // A changed kind shows other attributes; the kinds that this node really uses count, not those it heard of.
        let kinds = self.registry.kinds().revision;
        u64::try_from(self.feed.now().revision(layer)).unwrap_or(0) << 20
            | u64::try_from(kinds).unwrap_or(0) & 0xf_ffff
    }

    async fn encode(&self, layer: &str, tile: TileId) -> Result<Option<Vec<u8>>, Failure> {
        if layer == BASEMAP {
            return Ok(Some(store::basemap_tile(&self.pool, tile).await?));
        }
        match self.registry.tile(layer, tile, None, None).await {
            Err(Failure::NotFound(_)) => Ok(None),
            made => made.map(Some),
        }
    }
}

impl Maps {
    /// Whether there is such a layer that whoever asks may see.
    #[must_use]
    pub fn has_layer(&self, ctx: &Ctx, layer: &str) -> bool {
        layer == BASEMAP || self.registry.kind(ctx, layer).is_ok()
    }

    /// Names the tiles of a layer as they are now, for whoever keeps copies: this database, this program, this
    /// version of the data.
    #[must_use]
    pub fn tag(&self, layer: &str) -> String {
        let installation = self.feed.now().installation.simple().to_string();
        let short: String = installation.chars().take(8).collect();
        format!("{short}-{}-{}", env!("CARGO_PKG_VERSION"), self.version(layer))
    }

    /// A tile of the layer's present version, from the cache or made now; with a condition, what passes it.
    ///
    /// # Errors
    /// Not found for unknown layers, or the condition cannot be answered, or the database fails.
    pub async fn tile(
        &self,
        _ctx: &Ctx,
        layer: &str,
        tile: TileId,
        condition: Option<Condition>,
    ) -> Result<Tile, Failure> {
        if condition.as_ref().is_some_and(Condition::follows_the_clock) {
            return compressed(self.registry.tile(layer, tile, None, condition).await?);
        }
        let filter =
            condition.as_ref().map(|one| (one.text().clone(), one.crs().srid(), one.crs().north_first()));
        // Tiles of filters, of which there is no end, do not push out those that everybody asks for.
        let cache = if filter.is_some() { &self.filtered } else { &self.cache };
        let key = TileKey { layer: layer.into(), tile, version: self.version(layer), filter };
        // Whoever asks for a tile that is being made waits for it.
        let made = cache.try_get_with(key, async {
            compressed(match condition {
                None => self.encode(layer, tile).await?.ok_or_else(|| unknown(layer))?,
                condition => self.registry.tile(layer, tile, None, condition).await?,
            })
        });
        // The error is shared by all who waited, so only its nature can be handed on.
        made.await.map_err(|error: Arc<Failure>| match &*error {
            Failure::NotFound(what) => Failure::NotFound(what.clone()),
            Failure::Param(error) => Failure::Param(error.clone()),
            Failure::Busy => Failure::Busy,
            other => Failure::Internal { what: "make a tile", source: other.to_string().into() },
        })
    }

    /// The TileJSON of a layer; `base` is the address of the service, `query` what its tiles are asked with.
    ///
    /// # Errors
    /// Not found for unknown layers.
    pub fn tile_json(&self, ctx: &Ctx, layer: &str, base: &str, query: &str) -> Result<TileJson, Failure> {
        let state = self.feed.now();
        let field = |name: &str, text: &str| (name.to_owned(), text.to_owned());
        let (name, minzoom, fields, layers) = if layer == BASEMAP {
            let layers =
                ["land", "water", "buildings", "roads", "places", "housenumbers"].map(str::to_owned).to_vec();
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
            fields
                .extend(kind.public_tile_attributes().iter().map(|key| field(key, "attribute of the kind")));
            let lowest = kind.min_zoom.saturating_sub(THINNED_ZOOMS);
            (kind.title.get(ctx.lang).to_owned(), lowest, fields, vec![layer.to_owned()])
        };
        Ok(TileJson {
            tilejson: "3.0.0",
            tiles: vec![format!("{base}/tiles/{layer}/{{z}}/{{x}}/{{y}}.mvt{query}")],
            vector_layers: layers
                .into_iter()
                .map(|id| VectorLayer { id, fields: fields.clone(), minzoom, maxzoom: DEEPEST })
                .collect(),
            name,
            attribution: credits(&state).join(", "),
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
}

fn compressed(plain: Vec<u8>) -> Result<Tile, Failure> {
    let mut gzip = GzEncoder::new(Vec::with_capacity(plain.len() / 2 + 32), Compression::new(4));
    gzip.write_all(&plain)
        .and_then(|()| gzip.finish())
        .map(|gzip| Tile { plain: plain.into(), gzip: gzip.into() })
        .internal("compress a tile")
}

fn unknown(layer: &str) -> Failure {
    Failure::not_found(format!("layer {:?}", layer.chars().take(60).collect::<String>()))
}
