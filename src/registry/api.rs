//! JSON doors of the registry.

use axum::{
    body::Body,
    extract::State,
    http::{HeaderValue, header},
    response::Response,
};
use bytes::{Bytes, BytesMut};
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use futures::{Stream, StreamExt, stream, stream::BoxStream};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{InSight, KindSummary, Registry};
use crate::{
    kernel::{Bbox, Crs, Limit, ParamError, Params},
    platform::{
        Ctx,
        access::Permission,
        http::{Failure, Path, ResultExt, json, typed},
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
    let edges = [bbox.west, bbox.south, bbox.east, bbox.north];
    let (items, matched) = registry.features_in_sight(&ctx, &kinds, edges, limit.as_i64(), as_of).await?;
    json("application/json", &InSightPage { items, matched })
}

/// A whole collection as one GeoJSON file, streamed.
#[utoipa::path(get, path = "/api/export/{file}", tag = "registry",
    params(("file" = String, Path, description = "Collection and format: `lamps.geojson`, or `lamps.geojsonl` for one feature a line (RFC 8142 without the separators)"),
           ("as_of" = Option<String>, Query, description = "For staff: an instant (RFC 3339) or a date; the collection as it was then")),
    responses((status = 200, description = "All features in CRS84", content_type = "application/geo+json"),
              (status = 404, description = "No such collection or format")))]
pub async fn export(
    ctx: Ctx,
    State(registry): State<Registry>,
    Path(file): Path<String>,
    mut params: Params,
) -> Result<Response, Failure> {
    let as_of = as_of(&ctx, &mut params, &[file.split('.').next().unwrap_or_default()])?;
    params.finish()?;
    let shown: String = file.chars().take(60).collect();
    let unknown = || Failure::not_found(format!("export {shown:?}"));
    let (slug, format) = file.split_once('.').ok_or_else(unknown)?;
    let kind = registry.kind(&ctx, slug)?;
    let as_collection = match format {
        "geojson" => true,
        "geojsonl" => false,
        _ => return Err(unknown()),
    };
    let lines = registry.export(&ctx, &kind, Crs::Crs84, as_of, as_collection).await?;
    let mut response = typed("application/geo+json", Body::from_stream(lines));
    let name = HeaderValue::from_str(&format!("attachment; filename=\"{}.{format}\"", kind.slug.as_str()))
        .internal("name the file")?;
    response.headers_mut().insert(header::CONTENT_DISPOSITION, name);
    Ok(response)
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

/// Joins lines of features into one FeatureCollection, without holding more than a piece at a time.
pub(crate) fn collection(
    lines: BoxStream<'static, Result<Bytes, sqlx::Error>>,
) -> impl Stream<Item = Result<Bytes, sqlx::Error>> + Send {
    let head =
        stream::once(async { Ok(Bytes::from_static(b"{\"type\":\"FeatureCollection\",\"features\":[\n")) });
    let tail = stream::once(async { Ok(Bytes::from_static(b"]}\n")) });
    // JSON text from the database holds no line ends, so each line is one feature.
    let mut any = false;
    let mut at_start = true;
    let body = lines.map(move |piece| {
        piece.map(|piece| {
            let mut out = BytesMut::with_capacity(piece.len() + piece.len() / 64 + 1);
            for line in piece.split_inclusive(|byte| *byte == b'\n') {
                if at_start && any {
                    out.extend_from_slice(b",");
                }
                any = true;
                at_start = line.ends_with(b"\n");
                out.extend_from_slice(line);
            }
            out.freeze()
        })
    });
    head.chain(body).chain(tail)
}
