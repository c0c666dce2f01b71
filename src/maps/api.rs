//! Doors of the tiles, and the card that the map opens.

use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use sha2::{Digest, Sha256};
use tiles::TileId;
use utoipa::ToSchema;

use super::Maps;
use crate::{
    kernel::{ParamError, Params},
    photos::PublicPhoto,
    platform::{
        Ctx,
        http::{BaseUrl, Failure, Path, ResultExt, json, typed},
    },
    registry::{Card, Condition, Sight, asked_condition, parse_id, queryables},
};

/// A card with the photos that everybody may see.
#[derive(Debug, Serialize, ToSchema)]
struct CardWithPhotos {
    #[serde(flatten)]
    card: Card,
    /// Photos, the latest first.
    photos: Vec<PublicPhoto>,
}

/// What is shown of one asset.
#[utoipa::path(get, path = "/api/assets/{id}", tag = "registry",
    params(("id" = Uuid, Path), ("lang" = Option<String>, Query, description = "`pl` or `en`")),
    responses((status = 200, description = "The card", body = CardWithPhotos),
              (status = 404, description = "No such asset")))]
pub async fn asset_card(
    ctx: Ctx,
    State(maps): State<Maps>,
    Path(id): Path<String>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    let card = maps.registry.asset_card(&ctx, parse_id(&id)?).await?;
    let photos = maps.photos.public_of(&ctx, card.id).await?.iter().map(PublicPhoto::from).collect();
    json("application/json", &CardWithPhotos { card, photos })
}

/// TileJSON of a layer.
#[utoipa::path(get, path = "/tiles/{file}", tag = "tiles",
    params(("file" = String, Path, description = "Layer and ending: `lamps.json`, `basemap.json`"),
           ("filter" = Option<String>, Query, description = "A condition in CQL2; the tiles hold what passes it"),
           ("filter-lang" = Option<String>, Query, description = "`cql2-text`, the default, or `cql2-json`"),
           ("filter-crs" = Option<String>, Query, description = "URI of the system of the filter's geometries; CRS84 without it")),
    responses((status = 200, description = "TileJSON 3.0.0"), (status = 404, description = "No such layer")))]
pub async fn tile_json(
    ctx: Ctx,
    base: BaseUrl,
    State(maps): State<Maps>,
    Path(file): Path<String>,
    mut params: Params,
) -> Result<Response, Failure> {
    let shown = || Failure::not_found(format!("{:?}", file.chars().take(60).collect::<String>()));
    let layer = file.strip_suffix(".json").ok_or_else(shown)?;
    let asked: Vec<String> = ["filter", "filter-lang", "filter-crs"]
        .iter()
        .filter_map(|name| params.peek(name))
        .map(|(name, value)| format!("{name}={}", utf8_percent_encode(&value, NON_ALPHANUMERIC)))
        .collect();
    // Checked here, so that a map says once what is wrong, not with each tile.
    let condition = condition(&ctx, &maps, layer, &mut params)?;
    params.finish()?;
    let query = condition.map_or_else(String::new, |_| format!("?{}", asked.join("&")));
    let mut response = json("application/json", &maps.tile_json(&ctx, layer, &base.0, &query)?)?;
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    Ok(response)
}

/// A vector tile.
#[utoipa::path(get, path = "/tiles/{layer}/{z}/{x}/{file}", tag = "tiles",
    params(("layer" = String, Path), ("z" = u8, Path), ("x" = u32, Path),
           ("file" = String, Path, description = "Row and ending: `1234.mvt`"),
           ("filter" = Option<String>, Query, description = "A condition in CQL2 on what the public may see; the tile holds what passes it"),
           ("filter-lang" = Option<String>, Query, description = "`cql2-text`, the default, or `cql2-json`"),
           ("filter-crs" = Option<String>, Query, description = "URI of the system of the filter's geometries; CRS84 without it"),
           ("as_of" = Option<String>, Query, description = "For staff: an instant or a date; what was there then")),
    responses((status = 200, description = "Mapbox Vector Tile 2.1", content_type = "application/vnd.mapbox-vector-tile"),
              (status = 304, description = "The tile that the caller has is current"),
              (status = 400, description = "The numbers are no tile"), (status = 404, description = "No such layer")))]
pub async fn tile(
    ctx: Ctx,
    State(maps): State<Maps>,
    Path((layer, z, x, file)): Path<(String, String, String, String)>,
    headers: HeaderMap,
    mut params: Params,
) -> Result<Response, Failure> {
    let as_of = crate::registry::as_of(&ctx, &mut params, &[&layer])?;
    if !maps.has_layer(&ctx, &layer) {
        return Err(Failure::not_found(format!("layer {:?}", layer.chars().take(60).collect::<String>())));
    }
    let condition = condition(&ctx, &maps, &layer, &mut params)?;
    params.finish()?;
    let tile = read_tile(&z, &x, &file)?;
    if let Some(at) = as_of.filter(|_| layer != super::BASEMAP) {
        let made = maps.registry.tile(&layer, tile, Some(at), condition).await?;
        return Ok(typed("application/vnd.mapbox-vector-tile", made));
    }
    // Weak, because the same tile goes out compressed and plain.
    let etag = format!(
        "W/\"{}{}\"",
        maps.tag(&layer),
        condition.as_ref().map(|one| filter_tag(one, &ctx)).unwrap_or_default()
    );
    let etag = HeaderValue::from_str(&etag).internal("write an ETag")?;
    if headers.get(header::IF_NONE_MATCH).is_some_and(|known| matches(known, &etag)) {
        return Ok(with_validators(StatusCode::NOT_MODIFIED.into_response(), etag));
    }
    let made = maps.tile(&ctx, &layer, tile, condition).await?;
    let compressed = headers
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.split(',').any(takes_gzip));
    let response = if compressed {
        let mut response = typed("application/vnd.mapbox-vector-tile", made.gzip);
        response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        response
    } else {
        typed("application/vnd.mapbox-vector-tile", made.plain)
    };
    Ok(with_validators(response, etag))
}

/// Takes the filter of a layer. Tiles hold what the public may see, so nothing else can be filtered by.
fn condition(ctx: &Ctx, maps: &Maps, layer: &str, params: &mut Params) -> Result<Option<Condition>, Failure> {
    if layer == super::BASEMAP {
        return Ok(None);
    }
    let kind = maps.registry.kind(ctx, layer)?;
    Ok(asked_condition(params, &queryables(&kind, Sight::Public))?)
}

/// Names a condition in the ETag of its tiles; one that follows the clock has another name each minute.
fn filter_tag(condition: &Condition, ctx: &Ctx) -> String {
    let minute = if condition.follows_the_clock() { ctx.now.timestamp() / 60 } else { 0 };
    let text = format!("{} {} {minute}", condition.text(), condition.crs().uri());
    let sum = Sha256::digest(text.as_bytes());
    let short: String = sum.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    format!("-{short}")
}

/// Whether one coding of `Accept-Encoding` is gzip with a weight above zero.
fn takes_gzip(coding: &str) -> bool {
    let mut pieces = coding.split(';').map(str::trim);
    let weight = |piece: &str| piece.strip_prefix("q=")?.parse::<f32>().ok();
    matches!(pieces.next(), Some("gzip" | "x-gzip" | "*")) && pieces.find_map(weight).unwrap_or(1.0) > 0.0
}

fn with_validators(mut response: Response, etag: HeaderValue) -> Response {
    response.headers_mut().insert(header::ETAG, etag);
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    // Ask each time: a clerk's change must be seen at once, and the answer is mostly 304.
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("public, no-cache"));
    response
}

fn matches(known: &HeaderValue, etag: &HeaderValue) -> bool {
    let text = |value: &HeaderValue| value.to_str().unwrap_or_default().to_owned();
    let bare = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    text(known).split(',').any(|tag| tag.trim() == "*" || bare(tag) == bare(&text(etag)))
}

fn read_tile(z: &str, x: &str, file: &str) -> Result<TileId, Failure> {
    let y = file.strip_suffix(".mvt").ok_or_else(|| Failure::not_found("this kind of tile"))?;
    let whole = |name: &str, text: &str| {
        text.parse::<u32>()
            .map_err(|_| ParamError::new(name, "must be a whole number within the range of tiles"))
    };
    let (z, x, y) = (whole("z", z)?, whole("x", x)?, whole("y", y)?);
    let z = u8::try_from(z).unwrap_or(u8::MAX);
    TileId::new(z, x, y).map_err(|error| {
        let name = match error {
            tiles::TileIdError::Zoom => "z",
            tiles::TileIdError::Range => "x, y",
        };
        ParamError::new(name, error.to_string()).into()
    })
}
