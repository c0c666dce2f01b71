//! The doors of OGC API Features.

use axum::{
    body::Body,
    extract::{RawQuery, State},
    http::{HeaderName, HeaderValue, header},
    response::Response,
};
use serde_json::{Value, json};

use super::{
    Ogc,
    documents::{self, CONFORMS_TO, GEOJSON_TYPE, LIMIT_DESCRIPTION, SCHEMA_TYPE, link},
    files,
    query::{self, ItemsQuery},
    transactions::etag,
};
use crate::{
    kernel::{Crs, Params},
    platform::{
        Ctx,
        http::{BaseUrl, Failure, Line, Path, ResultExt, json as answer, typed},
    },
    registry::{ExportQuery, FeatureQuery, Kind, as_of, file_answer, parse_id, sight_of_program as sight},
};

const CONTENT_CRS: HeaderName = HeaderName::from_static("content-crs");

/// Landing page of the OGC API.
#[utoipa::path(get, path = "/ogc", tag = "ogc", responses((status = 200, description = "Landing page")))]
pub async fn landing(
    ctx: Ctx,
    base: BaseUrl,
    State(ogc): State<Ogc>,
    mut params: Params,
) -> Result<Response, Failure> {
    query::format(&mut params)?;
    params.finish()?;
    answer("application/json", &documents::landing(&base.0, &ogc.site.town_name(), ctx.lang))
}

/// The landing page with a slash at the end, as some clients ask for it.
pub async fn landing_slash(
    ctx: Ctx,
    base: BaseUrl,
    state: State<Ogc>,
    params: Params,
) -> Result<Response, Failure> {
    landing(ctx, base, state, params).await
}

/// Conformance classes.
#[utoipa::path(get, path = "/ogc/conformance", tag = "ogc", responses((status = 200, description = "Conformance classes")))]
pub async fn conformance(mut params: Params) -> Result<Response, Failure> {
    query::format(&mut params)?;
    params.finish()?;
    answer("application/json", &json!({ "conformsTo": CONFORMS_TO }))
}

/// Collections.
#[utoipa::path(get, path = "/ogc/collections", tag = "ogc", responses((status = 200, description = "Collections")))]
pub async fn collections(
    ctx: Ctx,
    base: BaseUrl,
    State(ogc): State<Ogc>,
    mut params: Params,
) -> Result<Response, Failure> {
    query::format(&mut params)?;
    params.finish()?;
    let kinds = ogc.registry.kinds();
    let kinds =
        kinds.all().filter(|kind| ogc.registry.kind(&ctx, kind.slug.as_str()).is_ok()).map(AsRef::as_ref);
    answer("application/json", &documents::collections(&base.0, kinds, &ogc.feed.now(), ctx.lang))
}

/// One collection.
#[utoipa::path(get, path = "/ogc/collections/{collection}", tag = "ogc", params(("collection" = String, Path)),
    responses((status = 200, description = "The collection"), (status = 404, description = "No such collection")))]
pub async fn collection(
    ctx: Ctx,
    base: BaseUrl,
    State(ogc): State<Ogc>,
    Path(slug): Path<String>,
    mut params: Params,
) -> Result<Response, Failure> {
    query::format(&mut params)?;
    params.finish()?;
    let kind = ogc.registry.kind(&ctx, &slug)?;
    answer("application/json", &documents::collection(&base.0, &kind, &ogc.feed.now(), ctx.lang))
}

/// Properties by which a collection can be filtered.
#[utoipa::path(get, path = "/ogc/collections/{collection}/queryables", tag = "ogc", params(("collection" = String, Path)),
    responses((status = 200, description = "JSON Schema", content_type = "application/schema+json"), (status = 404, description = "No such collection")))]
pub async fn queryables(
    ctx: Ctx,
    base: BaseUrl,
    State(ogc): State<Ogc>,
    Path(slug): Path<String>,
    uri: axum::http::Uri,
    mut params: Params,
) -> Result<Response, Failure> {
    query::format(&mut params)?;
    params.finish()?;
    let kind = ogc.registry.kind(&ctx, &slug)?;
    let path = if uri.path().ends_with("schema") { "schema" } else { "queryables" };
    answer(SCHEMA_TYPE, &documents::schema(&base.0, &kind, sight(&ctx, &slug), ctx.lang, path))
}

/// Features of a collection.
#[utoipa::path(get, path = "/ogc/collections/{collection}/items", tag = "ogc",
    params(("collection" = String, Path),
           ("limit" = Option<u32>, Query, description = LIMIT_DESCRIPTION, minimum = 1, maximum = 10000),
           ("bbox" = Option<String>, Query, description = "Four or six numbers in the order of bbox-crs"),
           ("bbox-crs" = Option<String>, Query, description = "URI of the system of bbox; CRS84 without it"),
           ("crs" = Option<String>, Query, description = "URI of the system of the answer; CRS84 without it"),
           ("datetime" = Option<String>, Query, description = "When a feature last changed: an instant, a date or an interval"),
           ("filter" = Option<String>, Query, description = "A condition in CQL2 (OGC 21-065r2) on the collection's queryables"),
           ("filter-lang" = Option<String>, Query, description = "`cql2-text`, the default, or `cql2-json`"),
           ("filter-crs" = Option<String>, Query, description = "URI of the system of the filter's geometries; CRS84 without it"),
           ("sortby" = Option<String>, Query, description = "Queryables in the order of their weight, each with `+` (rising, the default) or `-`: `-height_m,label`"),
           ("properties" = Option<String>, Query, description = "The properties that features shall have, separated by commas; all without it"),
           ("f" = Option<String>, Query, description = "json (a page); or all features that pass the filter as a file: geojsonl, fgb, gpkg, csv, xlsx, shp, kml, gpx, with the choices of /api/export; limit and after do not count then"),
           ("after" = Option<String>, Query, description = "Where the page begins; from the next link")),
    responses((status = 200, description = "A page of features", content_type = "application/geo+json"),
              (status = 400, description = "A parameter is unknown or wrong"), (status = 404, description = "No such collection")))]
pub async fn items(
    ctx: Ctx,
    base: BaseUrl,
    line: Line,
    State(ogc): State<Ogc>,
    Path(slug): Path<String>,
    RawQuery(raw): RawQuery,
    mut params: Params,
) -> Result<Response, Failure> {
    let kind = ogc.registry.kind(&ctx, &slug)?;
    let sight = sight(&ctx, &slug);
    let as_of = as_of(&ctx, &mut params, &[&slug])?;
    if let Some(format) = query::file_format(&mut params)? {
        let query = files::query(params, &kind, sight, format)?;
        let query = ExportQuery { as_of, base: base.0, ..query };
        return file_answer(ogc.registry.export_file(&ctx, &kind, query).await?, line);
    }
    let asked = ItemsQuery::read(&mut params, &kind, sight)?;
    params.finish()?;
    let limit = asked.limit.as_i64();
    // One more than asked tells whether there is a next page.
    let page = FeatureQuery {
        kind: &kind,
        sight,
        as_of,
        filter: &asked.filter,
        crs: asked.crs,
        sort: &asked.sort,
        after: asked.after,
        limit: limit + 1,
    };
    let features = ogc.registry.features(&ctx, &page);
    let count = ogc.registry.feature_count(&ctx, &kind, &asked.filter, as_of);
    let (mut features, matched) = futures::try_join!(features, count)?;
    let more = features.len() as i64 > limit;
    features.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let here = format!("{}/ogc/collections/{slug}/items", base.0);
    let mut links = vec![
        link(with_query(&here, raw.as_deref()), "self", GEOJSON_TYPE, kind.title.get(ctx.lang)),
        link(
            format!("{}/ogc/collections/{slug}", base.0),
            "collection",
            "application/json",
            kind.title.get(ctx.lang),
        ),
    ];
    if let (true, Some(last)) = (more, features.last()) {
        let mut next = asked.repeated.clone();
        next.extend(as_of.map(|at| ("as_of".to_owned(), at.to_rfc3339())));
        next.push(("limit".into(), asked.limit.get().to_string()));
        next.push(("after".into(), last.cursor.text()));
        links.push(link(with_query(&here, Some(&encode(&next))), "next", GEOJSON_TYPE, "next"));
    }
    // Features come as finished text; parsing them only to write them again would double the work.
    let mut text = format!(
        "{{\"type\":\"FeatureCollection\",\"numberMatched\":{matched},\"numberReturned\":{},\"timeStamp\":\"{}\",\"links\":{},\"features\":[\n",
        features.len(),
        ctx.now.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
        serde_json::to_string(&links).internal("write links")?
    );
    for (i, feature) in features.iter().enumerate() {
        if i > 0 {
            text.push_str(",\n");
        }
        match &asked.properties {
            None => text.push_str(&feature.json),
            Some(names) => text.push_str(&with_properties(&feature.json, names)?),
        }
    }
    text.push_str("]}\n");
    in_crs(typed(GEOJSON_TYPE, text), asked.crs)
}

/// A feature with some of its properties.
fn with_properties(feature: &str, names: &[String]) -> Result<String, Failure> {
    let mut feature: Value = serde_json::from_str(feature).internal("read a feature")?;
    if let Some(properties) = feature.get_mut("properties").and_then(Value::as_object_mut) {
        properties.retain(|name, _| names.contains(name));
    }
    Ok(feature.to_string())
}

/// One feature.
#[utoipa::path(get, path = "/ogc/collections/{collection}/items/{id}", tag = "ogc",
    params(("collection" = String, Path), ("id" = uuid::Uuid, Path), ("crs" = Option<String>, Query)),
    responses((status = 200, description = "The feature", content_type = "application/geo+json"), (status = 404, description = "No such feature")))]
pub async fn item(
    ctx: Ctx,
    base: BaseUrl,
    State(ogc): State<Ogc>,
    Path((slug, id)): Path<(String, String)>,
    mut params: Params,
) -> Result<Response, Failure> {
    let kind = ogc.registry.kind(&ctx, &slug)?;
    query::format(&mut params)?;
    let crs = query::crs(&mut params)?;
    params.finish()?;
    feature_answer(&ctx, &base, &ogc, &kind, parse_id(&id)?, crs).await
}

/// One feature with its links, its version as ETag.
pub(super) async fn feature_answer(
    ctx: &Ctx,
    base: &BaseUrl,
    ogc: &Ogc,
    kind: &Kind,
    id: uuid::Uuid,
    crs: Crs,
) -> Result<Response, Failure> {
    let feature = ogc.registry.feature(ctx, kind, sight(ctx, kind.slug.as_str()), id, crs).await?;
    let mut document: Value = serde_json::from_str(&feature.json).internal("read a feature")?;
    let here = format!("{}/ogc/collections/{}", base.0, kind.slug.as_str());
    let rev = document.pointer("/properties/rev").and_then(Value::as_i64).unwrap_or_default();
    if let Some(object) = document.as_object_mut() {
        let links = [
            link(format!("{here}/items/{}", feature.id), "self", GEOJSON_TYPE, "self"),
            link(here, "collection", "application/json", kind.title.get(ctx.lang)),
        ];
        object.insert("links".into(), json!(links));
    }
    let mut response = in_crs(answer(GEOJSON_TYPE, &document)?, crs)?;
    response.headers_mut().insert(header::ETAG, HeaderValue::from_str(&etag(rev)).internal("write an ETag")?);
    Ok(response)
}

/// Names the system of the coordinates (Part 2, requirement on `Content-Crs`).
pub(super) fn in_crs(mut response: Response<Body>, crs: Crs) -> Result<Response<Body>, Failure> {
    let value = HeaderValue::from_str(&format!("<{}>", crs.uri())).internal("name the system")?;
    response.headers_mut().insert(CONTENT_CRS, value);
    Ok(response)
}

fn with_query(path: &str, query: Option<&str>) -> String {
    query.filter(|query| !query.is_empty()).map_or_else(|| path.to_owned(), |query| format!("{path}?{query}"))
}

fn encode(pairs: &[(String, String)]) -> String {
    let encode = |text: &str| {
        percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
    };
    let parts: Vec<String> =
        pairs.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
    parts.join("&")
}
