//! JSON doors of the editor's reading.

use axum::{extract::State, response::Response};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use super::ops::{DeskKind, MOST_FOUND, Search};
use crate::{
    kernel::{Bbox, Crs, Limit, ParamError, Params},
    platform::{
        Ctx,
        http::{Failure, JsonBody, Path, json as answer},
    },
    registry::{Registry, parse_id},
};

/// Kinds with their schemas, private attributes included.
#[utoipa::path(get, path = "/api/desk/kinds", tag = "desk", responses((status = 200, description = "Kinds that you may read", body = Vec<DeskKind>)))]
pub async fn desk_kinds(
    ctx: Ctx,
    State(registry): State<Registry>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    answer("application/json", &registry.desk_kinds(&ctx))
}

/// Whole things in a box.
#[utoipa::path(get, path = "/api/desk/features", tag = "desk",
    params(("kinds" = String, Query, description = "Slugs, separated by commas"),
           ("bbox" = String, Query, description = "west,south,east,north in degrees"), ("limit" = Option<u32>, Query)),
    responses((status = 200, description = "Things with all their attributes in full precision")))]
pub async fn desk_features(
    ctx: Ctx,
    State(registry): State<Registry>,
    mut params: Params,
) -> Result<Response, Failure> {
    let kinds =
        params.text("kinds").ok_or_else(|| ParamError::new("kinds", "must name at least one kind"))?;
    let bbox = params.text("bbox").ok_or_else(|| ParamError::new("bbox", "must be given"))?;
    let limit = Limit::take(&mut params, MOST_FOUND, MOST_FOUND)?;
    params.finish()?;
    let bbox = Bbox::parse(&bbox, Crs::Crs84)?;
    let search = Search {
        kinds: kinds.split(',').map(str::to_owned).collect(),
        bbox: Some([bbox.west, bbox.south, bbox.east, bbox.north]),
        limit: Some(limit.get()),
        ..Search::default()
    };
    let (assets, matched) = registry.search(&ctx, &search).await?;
    answer("application/json", &json!({ "assets": assets, "matched": matched }))
}

/// One whole thing.
#[utoipa::path(get, path = "/api/desk/features/{id}", tag = "desk", params(("id" = Uuid, Path)),
    responses((status = 200, description = "The thing"), (status = 404, description = "Not there"), (status = 410, description = "Removed: by whom and when")))]
pub async fn desk_feature(
    ctx: Ctx,
    State(registry): State<Registry>,
    Path(id): Path<String>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    answer("application/json", &registry.asset(&ctx, parse_id(&id)?).await?)
}

/// Whole things that meet a filter.
#[utoipa::path(post, path = "/api/desk/search", tag = "desk", request_body = Search,
    responses((status = 200, description = "Things, and how many there are in all")))]
pub async fn search(
    ctx: Ctx,
    State(registry): State<Registry>,
    params: Params,
    JsonBody(search): JsonBody<Search>,
) -> Result<Response, Failure> {
    params.finish()?;
    let (assets, matched) = registry.search(&ctx, &search).await?;
    answer("application/json", &json!({ "assets": assets, "matched": matched }))
}

/// Points to be transformed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Points {
    /// `EPSG:2180`, `EPSG:2178`, `CRS84`…
    crs: String,
    /// Pairs in the system's own order of axes; longitude and latitude with `inverse`.
    points: Vec<[f64; 2]>,
    /// From longitude and latitude to the system.
    #[serde(default)]
    inverse: bool,
}

/// Coordinates of another system.
#[utoipa::path(post, path = "/api/desk/coordinates", tag = "desk", request_body = Points,
    responses((status = 200, description = "Pairs in the same order"), (status = 400, description = "A point lies outside the system")))]
pub async fn coordinates(
    State(registry): State<Registry>,
    params: Params,
    JsonBody(asked): JsonBody<Points>,
) -> Result<Response, Failure> {
    params.finish()?;
    let crs = if asked.crs == "CRS84" { Some(Crs::Crs84) } else { Crs::parse(&asked.crs) };
    let crs = crs.ok_or_else(|| ParamError::new("crs", "is not one of the systems that Reeve knows"))?;
    let points = registry.coordinates(crs, &asked.points, asked.inverse).await?;
    answer("application/json", &json!({ "points": points }))
}
