//! Pictures, and JSON doors of the photos.

use axum::{
    body::{Body, HttpBody},
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use bytes::{Bytes, BytesMut};
use chrono::{DateTime, Utc};
use futures::StreamExt;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    NewPhoto, Photo, PhotoChange, Photos,
    model::{MOST_BYTES, Refusal, Rendition},
};
use crate::{
    kernel::{ParamError, Params},
    platform::{
        Ctx,
        http::{Failure, JsonBody, Path, ResultExt, json, typed},
        i18n::texts,
    },
    registry::parse_id,
};

/// For how long somebody may keep a public picture without asking again. Its bytes never change, but it may become
/// private or be removed, and then it must be gone everywhere within a day.
const KEPT_FOR: &str = "public, max-age=86400, immutable";
/// Header that carries the name of a file, percent-encoded.
const FILE_NAME: &str = "x-file-name";

/// A photo as the staff sees it.
#[derive(Debug, Serialize, ToSchema)]
struct DeskPhoto {
    id: Uuid,
    caption: Option<String>,
    taken_at: Option<DateTime<Utc>>,
    /// Longitude and latitude of the camera.
    position: Option<[f64; 2]>,
    /// Where the camera looked, in degrees from north.
    direction: Option<f64>,
    width: u32,
    height: u32,
    public: bool,
    /// Address of a small rendition.
    small: String,
    /// Address of a large rendition.
    large: String,
    /// Address of the file as it was sent.
    original: String,
    file_name: Option<String>,
    added_at: DateTime<Utc>,
    added_by: String,
}

impl From<Photo> for DeskPhoto {
    fn from(photo: Photo) -> Self {
        Self {
            id: photo.id,
            small: photo.url(320, "webp"),
            large: photo.url(2048, "webp"),
            original: format!("/api/desk/photos/{}/original", photo.id),
            caption: photo.caption,
            taken_at: photo.taken_at,
            position: photo.position,
            direction: photo.direction_deg,
            width: photo.width,
            height: photo.height,
            public: photo.public,
            file_name: photo.file_name,
            added_at: photo.added_at,
            added_by: photo.added_by,
        }
    }
}

/// A photo in a size and form, upright, without what the camera wrote into it.
#[utoipa::path(get, path = "/photos/{id}/{file}", tag = "photos",
    params(("id" = Uuid, Path), ("file" = String, Path, description = "Long side in pixels and form: `320`, `1024` or `2048`, and `.webp` or `.jpg`; never enlarged")),
    responses((status = 200, description = "The picture", content_type = "image/webp"),
              (status = 304, description = "As the caller has it"),
              (status = 404, description = "No such photo, or none that the caller may see")))]
pub async fn picture(
    ctx: Ctx,
    State(photos): State<Photos>,
    Path((id, file)): Path<(String, String)>,
    headers: HeaderMap,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    let asked = Rendition::parse(&file)
        .ok_or_else(|| Failure::not_found(format!("{:?}", file.chars().take(40).collect::<String>())))?;
    let (photo, public) = photos.seen(&ctx, parse_id(&id)?).await?;
    let etag = format!("\"{}-{file}\"", photo.sha256.get(0..32).unwrap_or_default());
    let known = headers
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|list| list.split(',').any(|one| one.trim().trim_start_matches("W/") == etag));
    let mut response = if known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        typed(asked.format.media_type(), photos.picture(&photo, asked).await?)
    };
    let kept = if public { KEPT_FOR } else { "private, no-cache" };
    let headers = response.headers_mut();
    headers.insert(header::ETAG, HeaderValue::from_str(&etag).internal("name a picture")?);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(kept));
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static("inline"));
    Ok(response)
}

/// All photos of an asset, for the staff.
#[utoipa::path(get, path = "/api/desk/assets/{id}/photos", tag = "photos", params(("id" = Uuid, Path)),
    responses((status = 200, description = "Photos, the latest first", body = Vec<DeskPhoto>),
              (status = 404, description = "No such asset")))]
pub async fn photos(
    ctx: Ctx,
    State(photos): State<Photos>,
    Path(id): Path<String>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    let found = photos.of_asset(&ctx, parse_id(&id)?).await?;
    json("application/json", &found.into_iter().map(DeskPhoto::from).collect::<Vec<_>>())
}

/// Adds a photo. The same file again answers the same photo.
#[utoipa::path(post, path = "/api/desk/assets/{id}/photos", tag = "photos",
    params(("id" = Uuid, Path), ("x-file-name" = Option<String>, Header, description = "Name of the file, percent-encoded")),
    request_body(content = Vec<u8>, content_type = "image/*", description = "JPEG, PNG or WebP of at most 40 MB and 60 megapixels"),
    responses((status = 201, description = "The photo", body = DeskPhoto),
              (status = 200, description = "The photo was there already", body = DeskPhoto),
              (status = 413, description = "Too large"), (status = 415, description = "No picture of a known type"),
              (status = 422, description = "Damaged, animated, or of too many pixels")))]
pub async fn add_photo(
    ctx: Ctx,
    State(photos): State<Photos>,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, Failure> {
    let asset = parse_id(&id)?;
    // Before anything large is read.
    photos.may_add(&ctx, asset).await?;
    let file_name = request
        .headers()
        .get(FILE_NAME)
        .and_then(|value| percent_encoding::percent_decode(value.as_bytes()).decode_utf8().ok())
        .map(|name| name.into_owned());
    let _place = photos.arrivals.acquire().await.internal("wait to receive a photo")?;
    let bytes =
        received(request.into_body()).await?.ok_or_else(|| Refusal::TooManyBytes.failure(texts(ctx.lang)))?;
    let (photo, is_new) = photos.add(&ctx, asset, NewPhoto { bytes, file_name }).await?;
    let mut response = json("application/json", &DeskPhoto::from(photo))?;
    if is_new {
        *response.status_mut() = StatusCode::CREATED;
    }
    Ok(response)
}

/// The whole body; `None` when it is too large. Then the rest is still read, and thrown away, so that the sender gets
/// to see the answer; how much that can be is limited for all doors.
async fn received(body: Body) -> Result<Option<Bytes>, Failure> {
    let expected = usize::try_from(body.size_hint().lower()).unwrap_or(0).min(MOST_BYTES);
    let mut whole = BytesMut::with_capacity(expected);
    let mut fits = true;
    let mut pieces = body.into_data_stream();
    while let Some(piece) = pieces.next().await {
        let piece = piece.map_err(|_| ParamError::new("body", "could not be read to its end"))?;
        fits = fits && whole.len() + piece.len() <= MOST_BYTES;
        if fits {
            whole.extend_from_slice(&piece);
        } else {
            whole = BytesMut::new();
        }
    }
    Ok(fits.then(|| whole.freeze()))
}

/// The file of a photo as it was sent, with all that the camera wrote into it.
#[utoipa::path(get, path = "/api/desk/photos/{id}/original", tag = "photos", params(("id" = Uuid, Path)),
    responses((status = 200, description = "The file", content_type = "image/jpeg"),
              (status = 404, description = "No such photo")))]
pub async fn original(
    ctx: Ctx,
    State(photos): State<Photos>,
    Path(id): Path<String>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    let found = photos.original(&ctx, parse_id(&id)?).await?;
    let fallback = format!("{}.{}", found.photo.id, found.media_type.ending());
    let mut response = typed(found.media_type.as_str(), Body::from_stream(found.object.content));
    let headers = response.headers_mut();
    let name = found.photo.file_name.unwrap_or_else(|| fallback.clone());
    let encoded = percent_encoding::utf8_percent_encode(&name, percent_encoding::NON_ALPHANUMERIC);
    let disposition = format!("attachment; filename=\"{fallback}\"; filename*=UTF-8''{encoded}");
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_str(&disposition).internal("name a file")?);
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(found.object.bytes));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// What is to be different.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeBody {
    /// Another caption; an empty one takes it away.
    caption: Option<String>,
    /// Whether the public may see it.
    public: Option<bool>,
}

/// Changes caption or visibility.
#[utoipa::path(patch, path = "/api/desk/photos/{id}", tag = "photos", params(("id" = Uuid, Path)),
    request_body = ChangeBody,
    responses((status = 200, description = "The photo", body = DeskPhoto), (status = 404, description = "No such photo"),
              (status = 422, description = "The caption is too long")))]
pub async fn change_photo(
    ctx: Ctx,
    State(photos): State<Photos>,
    Path(id): Path<String>,
    JsonBody(body): JsonBody<ChangeBody>,
) -> Result<Response, Failure> {
    let change = PhotoChange { caption: body.caption, public: body.public };
    let photo = photos.change(&ctx, parse_id(&id)?, change).await?;
    json("application/json", &DeskPhoto::from(photo))
}

/// Puts a photo out of sight.
#[utoipa::path(delete, path = "/api/desk/photos/{id}", tag = "photos", params(("id" = Uuid, Path)),
    responses((status = 204, description = "It is out of sight"), (status = 404, description = "No such photo")))]
pub async fn remove_photo(
    ctx: Ctx,
    State(photos): State<Photos>,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    photos.remove(&ctx, parse_id(&id)?).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
