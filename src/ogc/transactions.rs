//! Writing over the standard door: OGC API Features Part 4 (create, replace, update, delete).
//!
//! Lost updates are impossible: a replacement names the version that it replaces, by `If-Match` or by the ordinary
//! property `rev`, which clients that send whole features back (QGIS) echo without knowing. An update in part has no
//! such echo and therefore needs `If-Match`.

use axum::{
    body::Bytes,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use geo_types::Geometry;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{
    Ogc,
    api::{feature_answer, in_crs},
    documents::GEOJSON_TYPE,
};
use crate::{
    kernel::{Crs, ParamError, Params},
    platform::{
        Ctx,
        access::Permission,
        http::{BaseUrl, Failure, Path, ResultExt},
        i18n::texts,
    },
    registry::{
        Kind, Sight,
        editing::{
            AssetNow, Intent, Origin, Refusal, Submission,
            state::{State as AssetState, Status},
        },
        parse_id, sight_of_program as sight,
    },
};

/// Properties that the registry itself writes; a client may echo them.
const READ_ONLY: [&str; 4] = ["registry_number", "source", "source_id", "updated_at"];

/// Adds a feature.
#[utoipa::path(post, path = "/ogc/collections/{collection}/items", tag = "ogc", params(("collection" = String, Path)),
    request_body(content = Object, content_type = "application/geo+json", description = "One GeoJSON feature; coordinates in the system that Content-Crs names, else CRS84"),
    responses((status = 201, description = "Added; Location names it", content_type = "application/geo+json"),
              (status = 401, description = "Sign in, or send a token as Bearer"), (status = 403, description = "You may not write this collection"),
              (status = 422, description = "Something of it is wrong: each field is named")))]
pub async fn create(
    ctx: Ctx,
    base: BaseUrl,
    State(ogc): State<Ogc>,
    Path(slug): Path<String>,
    headers: HeaderMap,
    params: Params,
    body: Bytes,
) -> Result<Response, Failure> {
    params.finish()?;
    let kind = writable(&ctx, &ogc, &slug)?;
    let crs = content_crs(&headers)?;
    let feature = read_feature(&ogc, &headers, crs, &body).await?;
    let id = Uuid::now_v7();
    let after = feature.onto(&ctx, &kind, None)?;
    let submission = Submission::new(
        Origin::Api,
        vec![Intent { asset: id, kind: slug.clone(), base_rev: None, after: Some(after) }],
    );
    apply(&ctx, &ogc, &submission).await?;
    let mut response = feature_answer(&ctx, &base, &ogc, &kind, id, crs).await?;
    *response.status_mut() = StatusCode::CREATED;
    let location = format!("{}/ogc/collections/{slug}/items/{id}", base.0);
    response
        .headers_mut()
        .insert(header::LOCATION, HeaderValue::from_str(&location).internal("name the feature")?);
    in_crs(response, crs)
}

/// Replaces a feature.
#[utoipa::path(put, path = "/ogc/collections/{collection}/items/{id}", tag = "ogc",
    params(("collection" = String, Path), ("id" = Uuid, Path), ("If-Match" = Option<String>, Header, description = "ETag of the version that is replaced; without it the property `rev` names it")),
    request_body(content = Object, content_type = "application/geo+json"),
    responses((status = 200, description = "Replaced", content_type = "application/geo+json"), (status = 404, description = "No such feature"),
              (status = 409, description = "Somebody else changed it meanwhile; `more` holds both versions"),
              (status = 412, description = "If-Match names another version"), (status = 422, description = "Something of it is wrong"),
              (status = 428, description = "Neither If-Match nor `rev` names a version")))]
pub async fn replace(
    ctx: Ctx,
    base: BaseUrl,
    State(ogc): State<Ogc>,
    Path((slug, id)): Path<(String, String)>,
    headers: HeaderMap,
    params: Params,
    body: Bytes,
) -> Result<Response, Failure> {
    params.finish()?;
    let kind = writable(&ctx, &ogc, &slug)?;
    let crs = content_crs(&headers)?;
    let feature = read_feature(&ogc, &headers, crs, &body).await?;
    let now = present(&ctx, &ogc, &kind, &id).await?;
    // What the feature itself says counts most: it is the version that its other properties were read with.
    let named = matched(&headers, now.rev)?;
    let base_rev = feature.rev.or(named).ok_or(Failure::PreconditionRequired(
        "name the version that you replace: by If-Match with the ETag of the feature, or by its property rev",
    ))?;
    let mut after = feature.onto(&ctx, &kind, Some(&now.state))?;
    let untouched = as_sent(&ctx, &ogc, &kind, now.id, crs).await?;
    if untouched.as_ref() == Some(&feature.sent) {
        // What came back is what had been sent, with the digits that were sent: nobody moved it.
        after.geometry.clone_from(&now.state.geometry);
    }
    write(&ctx, &base, &ogc, &kind, &now, base_rev, after, crs).await
}

/// Changes parts of a feature (JSON Merge Patch, RFC 7396).
#[utoipa::path(patch, path = "/ogc/collections/{collection}/items/{id}", tag = "ogc",
    params(("collection" = String, Path), ("id" = Uuid, Path), ("If-Match" = String, Header, description = "ETag of the version that is changed")),
    request_body(content = Object, content_type = "application/merge-patch+json"),
    responses((status = 200, description = "Changed", content_type = "application/geo+json"), (status = 404, description = "No such feature"),
              (status = 412, description = "If-Match names another version"), (status = 422, description = "Something of it is wrong"),
              (status = 428, description = "If-Match is missing")))]
pub async fn update(
    ctx: Ctx,
    base: BaseUrl,
    State(ogc): State<Ogc>,
    Path((slug, id)): Path<(String, String)>,
    headers: HeaderMap,
    params: Params,
    body: Bytes,
) -> Result<Response, Failure> {
    params.finish()?;
    let kind = writable(&ctx, &ogc, &slug)?;
    let crs = content_crs(&headers)?;
    let patch = json_object(&headers, &body)?;
    let now = present(&ctx, &ogc, &kind, &id).await?;
    let base_rev = matched(&headers, now.rev)?.ok_or(Failure::PreconditionRequired(
        "name the version that you change by If-Match with the ETag of the feature",
    ))?;
    let mut after = now.state.clone();
    if let Some(geometry) = patch.get("geometry") {
        after.geometry = read_geometry(&ogc, geometry, crs).await?.0;
    }
    match patch.get("properties") {
        Some(Value::Object(properties)) => set_properties(&ctx, &kind, properties, &mut after)?,
        None => {}
        Some(_) => return Err(ParamError::new("properties", "must be an object").into()),
    }
    write(&ctx, &base, &ogc, &kind, &now, base_rev, after, crs).await
}

/// Removes a feature; its history stays.
#[utoipa::path(delete, path = "/ogc/collections/{collection}/items/{id}", tag = "ogc",
    params(("collection" = String, Path), ("id" = Uuid, Path), ("If-Match" = Option<String>, Header)),
    responses((status = 204, description = "Removed"), (status = 404, description = "No such feature"),
              (status = 412, description = "If-Match names another version"), (status = 422, description = "Others belong to it, or people lie in it")))]
pub async fn delete(
    ctx: Ctx,
    State(ogc): State<Ogc>,
    Path((slug, id)): Path<(String, String)>,
    headers: HeaderMap,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    let kind = writable(&ctx, &ogc, &slug)?;
    let now = present(&ctx, &ogc, &kind, &id).await?;
    let base_rev = matched(&headers, now.rev)?.unwrap_or(now.rev);
    let submission = Submission {
        strict: true,
        ..Submission::new(
            Origin::Api,
            vec![Intent { asset: now.id, kind: slug, base_rev: Some(base_rev), after: None }],
        )
    };
    apply(&ctx, &ogc, &submission).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Says what whoever asks may do with the features of a collection.
pub async fn items_options(
    ctx: Ctx,
    State(ogc): State<Ogc>,
    Path(slug): Path<String>,
) -> Result<Response, Failure> {
    let kind = ogc.registry.kind(&ctx, &slug)?;
    Ok(allow(if may_write(&ctx, &kind) { "GET, HEAD, OPTIONS, POST" } else { "GET, HEAD, OPTIONS" }))
}

/// Says what whoever asks may do with one feature. Updates in part are not offered here, since who learns of them from
/// this answer sends no `If-Match`.
pub async fn item_options(
    ctx: Ctx,
    State(ogc): State<Ogc>,
    Path((slug, _)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let kind = ogc.registry.kind(&ctx, &slug)?;
    Ok(allow(if may_write(&ctx, &kind) { "GET, HEAD, OPTIONS, PUT, DELETE" } else { "GET, HEAD, OPTIONS" }))
}

fn allow(methods: &'static str) -> Response {
    (StatusCode::NO_CONTENT, [(header::ALLOW, methods)]).into_response()
}

/// Whether whoever asks may write things of a kind.
pub(super) fn may_write(ctx: &Ctx, kind: &Kind) -> bool {
    ctx.staff().is_some() && ctx.may(Permission::RegistryWrite, Some(kind.slug.as_str()))
}

fn writable(ctx: &Ctx, ogc: &Ogc, slug: &str) -> Result<std::sync::Arc<Kind>, Failure> {
    let kind = ogc.registry.kind(ctx, slug)?;
    ctx.require(Permission::RegistryWrite, Some(slug))?;
    Ok(kind)
}

async fn present(ctx: &Ctx, ogc: &Ogc, kind: &Kind, id: &str) -> Result<AssetNow, Failure> {
    let id = parse_id(id)?;
    let found = ogc.registry.present(ctx, id).await?;
    found
        .filter(|asset| asset.kind == kind.slug.as_str())
        .ok_or_else(|| Failure::not_found(format!("feature {id}")))
}

#[expect(clippy::too_many_arguments, reason = "the parts of one answer")]
async fn write(
    ctx: &Ctx,
    base: &BaseUrl,
    ogc: &Ogc,
    kind: &std::sync::Arc<Kind>,
    now: &AssetNow,
    base_rev: i32,
    after: AssetState,
    crs: Crs,
) -> Result<Response, Failure> {
    let intent =
        Intent { asset: now.id, kind: now.kind.clone(), base_rev: Some(base_rev), after: Some(after) };
    let submission = Submission { strict: true, ..Submission::new(Origin::Api, vec![intent]) };
    apply(ctx, ogc, &submission).await?;
    feature_answer(ctx, base, ogc, kind, now.id, crs).await
}

async fn apply(ctx: &Ctx, ogc: &Ogc, submission: &Submission) -> Result<(), Failure> {
    match ogc.registry.apply(ctx, submission).await {
        Ok(_) => Ok(()),
        Err(Refusal::Verdict(verdict)) if verdict.faults.is_empty() && !verdict.clashes.is_empty() => {
            let clash = verdict.clashes.first();
            let given = submission.intents.first().and_then(|intent| intent.base_rev).unwrap_or_default();
            let now = clash.map_or(0, |clash| clash.theirs_rev);
            let numbers = [("now", i64::from(now).into()), ("given", i64::from(given).into())];
            Err(Failure::Conflict {
                code: "clash",
                detail: texts(ctx.lang).args("registry-stale", &numbers),
                more: json!({ "clashes": verdict.clashes }),
            })
        }
        Err(refusal) => Err(refusal.into_failure(ctx.lang)),
    }
}

/// The ETag of a version.
pub(super) fn etag(rev: i64) -> String {
    format!("\"{rev}\"")
}

/// The version that `If-Match` names, when it is the present one; `*` names whichever is there.
fn matched(headers: &HeaderMap, present: i32) -> Result<Option<i32>, Failure> {
    let Some(value) = headers.get(header::IF_MATCH) else { return Ok(None) };
    let text = value.to_str().unwrap_or_default();
    let is_present = text.split(',').map(str::trim).any(|tag| tag == "*" || tag == etag(i64::from(present)));
    if is_present { Ok(Some(present)) } else { Err(Failure::PreconditionFailed) }
}

fn content_crs(headers: &HeaderMap) -> Result<Crs, Failure> {
    let Some(value) = headers.get("content-crs") else { return Ok(Crs::Crs84) };
    let text = value.to_str().unwrap_or_default().trim().trim_start_matches('<').trim_end_matches('>');
    Crs::parse(text).ok_or_else(|| {
        ParamError::new("Content-Crs", "is not one of the systems that the collection names in crs").into()
    })
}

fn json_object(headers: &HeaderMap, body: &Bytes) -> Result<Map<String, Value>, Failure> {
    let is_json = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|text| text.split(';').next())
        .is_some_and(|kind| matches!(kind.trim(), "application/json") || kind.trim().ends_with("+json"));
    if !is_json {
        return Err(Failure::UnsupportedMedia(format!("send GeoJSON, with Content-Type: {GEOJSON_TYPE}")));
    }
    match serde_json::from_slice(body) {
        Ok(Value::Object(object)) if !body.windows(6).any(|part| part == b"\\u0000") => Ok(object),
        Ok(_) => Err(ParamError::new("body", "must be one JSON object without zero characters").into()),
        Err(error) => Err(ParamError::new("body", format!("is no JSON: {error}")).into()),
    }
}

/// A feature as it was sent.
struct Sent {
    geometry: Geometry<f64>,
    /// The geometry's own words, for whoever asks whether it was touched.
    sent: Value,
    properties: Map<String, Value>,
    rev: Option<i32>,
}

async fn read_feature(ogc: &Ogc, headers: &HeaderMap, crs: Crs, body: &Bytes) -> Result<Sent, Failure> {
    let mut object = json_object(headers, body)?;
    if object.get("type").and_then(Value::as_str) != Some("Feature") {
        return Err(ParamError::new("type", "must be Feature: one feature at a time").into());
    }
    let geometry = object.get("geometry").filter(|geometry| !geometry.is_null());
    let geometry =
        geometry.ok_or_else(|| ParamError::new("geometry", "must be there: each thing has a place"))?;
    let (geometry, sent) = read_geometry(ogc, geometry, crs).await?;
    let properties = match object.remove("properties") {
        Some(Value::Object(properties)) => properties,
        None | Some(Value::Null) => Map::new(),
        Some(_) => return Err(ParamError::new("properties", "must be an object").into()),
    };
    let rev = match properties.get("rev") {
        None | Some(Value::Null) => None,
        Some(value) => Some(
            value
                .as_i64()
                .and_then(|rev| i32::try_from(rev).ok())
                .ok_or_else(|| ParamError::new("rev", "must be a whole number, as it was read"))?,
        ),
    };
    Ok(Sent { geometry, sent, properties, rev })
}

/// A geometry in storage coordinates, and the words that it was sent in.
async fn read_geometry(ogc: &Ogc, value: &Value, crs: Crs) -> Result<(Geometry<f64>, Value), Failure> {
    let wrong = |why: String| Failure::from(ParamError::new("geometry", why));
    let read: geojson::Geometry =
        serde_json::from_value(value.clone()).map_err(|error| wrong(format!("is no GeoJSON: {error}")))?;
    let geometry = Geometry::try_from(read).map_err(|error| wrong(error.to_string()))?;
    let sent = crate::registry::editing::state::geometry_json(&geometry);
    Ok((ogc.registry.into_storage(geometry, crs).await?, sent))
}

/// The geometry of a feature as a client of this system has it.
async fn as_sent(ctx: &Ctx, ogc: &Ogc, kind: &Kind, id: Uuid, crs: Crs) -> Result<Option<Value>, Failure> {
    let feature = ogc.registry.feature(ctx, kind, sight(ctx, kind.slug.as_str()), id, crs).await?;
    let document: Value = serde_json::from_str(&feature.json).internal("read a feature")?;
    let read = document.get("geometry").cloned().map(serde_json::from_value::<geojson::Geometry>);
    let read = read.transpose().internal("read a geometry")?;
    let geometry = read.map(Geometry::<f64>::try_from).transpose().internal("read a geometry")?;
    Ok(geometry.map(|geometry| crate::registry::editing::state::geometry_json(&geometry)))
}

impl Sent {
    /// The state that the feature asks for. Attributes that the caller cannot see stay as they are.
    fn onto(&self, ctx: &Ctx, kind: &Kind, present: Option<&AssetState>) -> Result<AssetState, Failure> {
        let seen = kind.keys(sight(ctx, kind.slug.as_str()));
        let mut after = AssetState {
            geometry: self.geometry.clone(),
            label: None,
            attributes: present.map(|state| state.attributes.clone()).unwrap_or_default(),
            status: Status::InService,
            part_of: None,
        };
        after.attributes.retain(|key, _| !seen.contains(key));
        if let (Some(present), Sight::Public) = (present, sight(ctx, kind.slug.as_str())) {
            // A whole that is not public was not shown.
            after.part_of = present.part_of;
        }
        set_properties(ctx, kind, &self.properties, &mut after)?;
        Ok(after)
    }
}

/// Sets the properties that are named; null takes a value away.
fn set_properties(
    ctx: &Ctx,
    kind: &Kind,
    properties: &Map<String, Value>,
    state: &mut AssetState,
) -> Result<(), Failure> {
    let seen = kind.keys(sight(ctx, kind.slug.as_str()));
    for (name, value) in properties {
        let text = || match value {
            Value::Null => Ok(None),
            Value::String(text) => Ok(Some(text.clone())),
            _ => Err(ParamError::new(name.clone(), "must be a text")),
        };
        match name.as_str() {
            "rev" => {}
            "label" => state.label = text()?,
            "status" => {
                let wanted = text()?.unwrap_or_else(|| Status::InService.name().to_owned());
                state.status = Status::from_name(&wanted).ok_or_else(|| {
                    ParamError::new("status", "must be planned, in_service or out_of_service")
                })?;
            }
            "part_of" => {
                let wrong = |_| ParamError::new("part_of", "must be the id of an asset");
                state.part_of = text()?.map(|text| text.parse().map_err(wrong)).transpose()?;
            }
            name if READ_ONLY.contains(&name) => {}
            key if seen.iter().any(|seen| seen == key) => {
                if value.is_null() {
                    state.attributes.remove(key);
                } else {
                    state.attributes.insert(key.to_owned(), value.clone());
                }
            }
            _ if value.is_null() => {}
            other => {
                let shown: String = other.chars().take(60).collect();
                return Err(ParamError::new(shown, "is no property of this collection").into());
            }
        }
    }
    Ok(())
}
