//! JSON doors of the registry.

use axum::{extract::State, response::Response};
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{InSight, KindSummary, Registry, Sight, asked_condition, queryables};
use crate::{
    kernel::{Bbox, Crs, Limit, ParamError, Params},
    platform::{
        Ctx,
        access::Permission,
        http::{Failure, json},
    },
    ui::local_time,
};

/// Most rows of the table of what is in sight.
const MOST_IN_SIGHT: u32 = 1000;

/// Kinds with their counts.
#[utoipa::path(get, path = "/api/kinds", tag = "registry", params(("lang" = Option<String>, Query, description = "`pl` or `en`")),
    responses((status = 200, description = "Kinds in the order of the legend", body = Vec<KindSummary>)))]
pub async fn kinds(ctx: Ctx, State(registry): State<Registry>, params: Params) -> Result<Response, Failure> {
    params.finish()?;
    json("application/json", &registry.kind_summaries(&ctx))
}

/// Reads an id from a path; a text that is no id names nothing, so it is not found.
///
/// # Errors
/// Not found.
pub(crate) fn parse_id(text: &str) -> Result<Uuid, Failure> {
    text.parse().map_err(|_| Failure::not_found(format!("{:?}", text.chars().take(60).collect::<String>())))
}

/// Rows for the table beside the map.
#[derive(Debug, Serialize, ToSchema)]
struct InSightPage {
    items: Vec<InSight>,
    matched: i64,
}

/// What is in sight on a map.
#[utoipa::path(get, path = "/api/features", tag = "registry",
    params(("kinds" = String, Query, description = "Slugs, separated by commas"),
           ("bbox" = String, Query, description = "west,south,east,north in degrees"),
           ("limit" = Option<u32>, Query, description = "1 to 1000, default 200"),
           ("filter" = Option<String>, Query, description = "A condition in CQL2 for the kinds that are named"),
           ("filter-lang" = Option<String>, Query, description = "`cql2-text`, the default, or `cql2-json`"),
           ("filter-crs" = Option<String>, Query, description = "URI of the system of the filter's geometries; CRS84 without it"),
           ("filter-kind" = Option<String>, Query, description = "The one of the kinds that the filter is for; all of them without it"),
           ("as_of" = Option<String>, Query, description = "For staff: an instant or a date; what was there then")),
    responses((status = 200, description = "Rows", body = InSightPage), (status = 400, description = "A parameter is wrong")))]
pub async fn features_in_sight(
    ctx: Ctx,
    State(registry): State<Registry>,
    mut params: Params,
) -> Result<Response, Failure> {
    let kinds =
        params.text("kinds").ok_or_else(|| ParamError::new("kinds", "must name at least one kind"))?;
    let bbox = params.text("bbox").ok_or_else(|| ParamError::new("bbox", "must be given"))?;
    let limit = Limit::take(&mut params, 200, MOST_IN_SIGHT)?;
    let asked: Vec<&str> = kinds.split(',').take(100).collect();
    let as_of = as_of(&ctx, &mut params, &asked)?;
    let filter_kind = params.text("filter-kind");
    let filter: Vec<(String, String)> =
        ["filter", "filter-lang", "filter-crs"].iter().filter_map(|name| params.peek(name)).collect();
    for (name, _) in &filter {
        params.text(name);
    }
    params.finish()?;
    let bbox = Bbox::parse(&bbox, Crs::Crs84)?;
    if bbox.west > bbox.east {
        return Err(ParamError::new("bbox", "has its western edge east of its eastern edge").into());
    }
    let kinds: Vec<String> = kinds.split(',').take(100).map(str::to_owned).collect();
    if let Some(unknown) = kinds.iter().find(|slug| registry.kind(&ctx, slug).is_err()) {
        let shown: String = unknown.chars().take(60).collect();
        return Err(ParamError::new("kinds", format!("there is no kind {shown:?}")).into());
    }
    if filter_kind.as_ref().is_some_and(|kind| !kinds.contains(kind)) {
        return Err(ParamError::new("filter-kind", "is not one of kinds").into());
    }
    let mut asked = Vec::with_capacity(kinds.len());
    for slug in kinds {
        let filtered = filter_kind.as_ref().is_none_or(|one| *one == slug);
        let condition = if filtered {
            // The table shows what the public may see, whoever asks.
            let may = queryables(&*registry.kind(&ctx, &slug)?, Sight::Public);
            asked_condition(&mut Params::new(filter.clone())?, &may)?
        } else {
            None
        };
        asked.push((slug, condition));
    }
    let kinds = asked;
    let edges = [bbox.west, bbox.south, bbox.east, bbox.north];
    let (items, matched) = registry.features_in_sight(&ctx, &kinds, edges, limit.as_i64(), as_of).await?;
    json("application/json", &InSightPage { items, matched })
}

/// Takes `as_of`: an instant, or a date whose end is meant. How things were is for staff: what was public once may not
/// be so now.
///
/// # Errors
/// When it is neither, or the caller may not read the kinds.
pub(crate) fn as_of(
    ctx: &Ctx,
    params: &mut Params,
    kinds: &[&str],
) -> Result<Option<DateTime<Utc>>, Failure> {
    let Some(text) = params.text("as_of") else { return Ok(None) };
    for kind in kinds {
        ctx.require(Permission::RegistryRead, Some(kind))?;
    }
    Ok(Some(instant(&text)?))
}

/// Reads an instant, or a date of which the end, in Polish time, is meant.
///
/// # Errors
/// When it is neither.
pub fn instant(text: &str) -> Result<DateTime<Utc>, ParamError> {
    let instant = DateTime::parse_from_rfc3339(text).ok().map(|instant| instant.with_timezone(&Utc));
    let day = || {
        let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
        Some(local_time::start_of(day.succ_opt()?) - chrono::TimeDelta::microseconds(1))
    };
    instant
        .or_else(day)
        .filter(|at| (1..=9999).contains(&at.year()))
        .ok_or_else(|| ParamError::new("as_of", "must be an instant such as 2026-11-24T10:00:00Z, or a date"))
}
