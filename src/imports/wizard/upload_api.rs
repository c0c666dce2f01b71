//! Doors of resumable uploads, in the terms of tus 1.0 (core, creation, termination).

use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::BytesMut;
use futures::StreamExt;

use super::{
    Imports,
    model::{File, MOST_FILE_BYTES, MOST_PIECE_BYTES},
    upload::NewFile,
};
use crate::{
    kernel::ParamError,
    platform::{
        Ctx,
        http::{Failure, Path, ResultExt, json},
        i18n::texts,
    },
    registry::parse_id,
};

const VERSION: HeaderValue = HeaderValue::from_static("1.0.0");
const RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
const OFFSET: HeaderName = HeaderName::from_static("upload-offset");
const LENGTH: HeaderName = HeaderName::from_static("upload-length");
const PIECE: &str = "application/offset+octet-stream";

/// What may be sent, before anything is.
#[utoipa::path(options, path = "/api/desk/imports/{id}/files", tag = "imports", params(("id" = uuid::Uuid, Path)),
    responses((status = 204, description = "`Tus-Version`, `Tus-Extension`, and in `Tus-Max-Size` the most bytes of a file")))]
pub async fn upload_terms(Path(id): Path<String>) -> Result<Response, Failure> {
    parse_id(&id)?;
    let mut response = StatusCode::NO_CONTENT.into_response();
    let headers = response.headers_mut();
    headers.insert("tus-version", VERSION);
    headers.insert("tus-extension", HeaderValue::from_static("creation,termination"));
    headers.insert("tus-max-size", HeaderValue::from(MOST_FILE_BYTES));
    Ok(resumable(response))
}

/// Announces a file; its pieces go to the address in `Location`.
#[utoipa::path(post, path = "/api/desk/imports/{id}/files", tag = "imports",
    params(("id" = uuid::Uuid, Path),
           ("upload-length" = i64, Header, description = "Bytes of the whole file, at most 512 MiB"),
           ("upload-metadata" = String, Header, description = "`filename` and its name in base64")),
    responses((status = 201, description = "Announced; nothing of it has arrived yet", body = File),
              (status = 200, description = "The same file was announced before; `Upload-Offset` says what has arrived", body = File),
              (status = 404, description = "No such import"), (status = 409, description = "The import is past its files"),
              (status = 413, description = "Too large")))]
pub async fn add_file(
    ctx: Ctx,
    State(imports): State<Imports>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    check_version(&headers)?;
    let id = parse_id(&id)?;
    imports.job(&ctx, id).await?;
    let new = NewFile { name: file_name(&headers)?, bytes: number(&headers, &LENGTH)? };
    let (file, is_new) = imports.announce(&ctx, id, new).await?;
    let mut response = state_of(&file)?;
    if is_new {
        *response.status_mut() = StatusCode::CREATED;
    }
    let location = format!("/api/desk/imports/{id}/files/{}", file.id);
    response
        .headers_mut()
        .insert(header::LOCATION, HeaderValue::from_str(&location).internal("name the address of a file")?);
    Ok(response)
}

/// How much of a file has arrived. `HEAD` answers the same in headers alone.
#[utoipa::path(get, path = "/api/desk/imports/{id}/files/{file}", tag = "imports",
    params(("id" = uuid::Uuid, Path), ("file" = uuid::Uuid, Path)),
    responses((status = 200, description = "The file, with `Upload-Offset` and `Upload-Length`", body = File),
              (status = 404, description = "No such file")))]
pub async fn received_file(
    ctx: Ctx,
    State(imports): State<Imports>,
    Path((id, file)): Path<(String, String)>,
) -> Result<Response, Failure> {
    state_of(&imports.received(&ctx, parse_id(&id)?, parse_id(&file)?).await?)
}

/// Brings the next piece of a file, at most 8 MiB.
#[utoipa::path(patch, path = "/api/desk/imports/{id}/files/{file}", tag = "imports",
    params(("id" = uuid::Uuid, Path), ("file" = uuid::Uuid, Path),
           ("upload-offset" = i64, Header, description = "Where the piece begins: what has arrived so far")),
    request_body(content = Vec<u8>, content_type = "application/offset+octet-stream"),
    responses((status = 204, description = "Kept; `Upload-Offset` says what has arrived"),
              (status = 404, description = "No such file"),
              (status = 409, description = "The piece begins elsewhere; `more.offset` says where the next one must begin"),
              (status = 413, description = "The piece is larger than 8 MiB, or goes beyond the file's length"),
              (status = 415, description = "Not `application/offset+octet-stream`")))]
pub async fn append_to_file(
    ctx: Ctx,
    State(imports): State<Imports>,
    Path((id, file)): Path<(String, String)>,
    request: Request,
) -> Result<Response, Failure> {
    let (id, file) = (parse_id(&id)?, parse_id(&file)?);
    let headers = request.headers();
    check_version(headers)?;
    // Before anything large is read.
    imports.received(&ctx, id, file).await?;
    if headers.get(header::CONTENT_TYPE).is_none_or(|kind| kind != PIECE) {
        return Err(Failure::UnsupportedMedia(format!("send pieces of files as {PIECE}")));
    }
    let offset = number(headers, &OFFSET)?;
    let _place = imports.arrivals.acquire().await.internal("wait to receive a piece")?;
    let Some(piece) = received(request.into_body(), MOST_PIECE_BYTES).await else {
        let most = (MOST_PIECE_BYTES / 1024 / 1024) as u64;
        return Err(Failure::TooLarge(
            texts(ctx.lang).args("imports-piece-too-large", &[("most", most.into())]),
        ));
    };
    let arrived = imports.append(&ctx, id, file, offset, piece.freeze()).await?;
    let mut response = StatusCode::NO_CONTENT.into_response();
    response.headers_mut().insert(OFFSET, HeaderValue::from(arrived));
    Ok(resumable(response))
}

/// Takes a file out of the import.
#[utoipa::path(delete, path = "/api/desk/imports/{id}/files/{file}", tag = "imports",
    params(("id" = uuid::Uuid, Path), ("file" = uuid::Uuid, Path)),
    responses((status = 204, description = "It is gone"), (status = 404, description = "No such file"),
              (status = 409, description = "The import is past its files")))]
pub async fn remove_file(
    ctx: Ctx,
    State(imports): State<Imports>,
    Path((id, file)): Path<(String, String)>,
) -> Result<Response, Failure> {
    imports.drop_file(&ctx, parse_id(&id)?, parse_id(&file)?).await?;
    Ok(resumable(StatusCode::NO_CONTENT.into_response()))
}

fn state_of(file: &File) -> Result<Response, Failure> {
    let mut response = json("application/json", file)?;
    let headers = response.headers_mut();
    headers.insert(OFFSET, HeaderValue::from(file.received));
    headers.insert(LENGTH, HeaderValue::from(file.bytes));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(resumable(response))
}

fn resumable(mut response: Response) -> Response {
    response.headers_mut().insert(RESUMABLE, VERSION);
    response
}

/// A client that speaks another version is told so; one that says nothing is taken at its word.
fn check_version(headers: &HeaderMap) -> Result<(), Failure> {
    match headers.get(RESUMABLE) {
        Some(version) if version != VERSION => Err(Failure::PreconditionFailed),
        _ => Ok(()),
    }
}

fn number(headers: &HeaderMap, name: &HeaderName) -> Result<i64, Failure> {
    headers
        .get(name)
        .and_then(|value| value.to_str().ok()?.trim().parse().ok())
        .filter(|number| *number >= 0)
        .ok_or_else(|| ParamError::new(name.as_str(), "must be a whole number of at least 0").into())
}

/// The name in `Upload-Metadata: filename BASE64,other BASE64`.
fn file_name(headers: &HeaderMap) -> Result<String, Failure> {
    headers
        .get("upload-metadata")
        .and_then(|value| value.to_str().ok())
        .and_then(|text| {
            text.split(',').find_map(|pair| pair.trim().strip_prefix("filename ").map(str::to_owned))
        })
        .and_then(|encoded| STANDARD.decode(encoded.trim()).ok())
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .ok_or_else(|| {
            ParamError::new("upload-metadata", "must hold `filename` and its name in base64").into()
        })
}

/// What arrives of a body, be it that the line breaks within it: what has arrived counts. `None` when it is larger than
/// `most`; then the rest is still read, so that the sender gets to see the answer.
async fn received(body: Body, most: usize) -> Option<BytesMut> {
    let mut piece = BytesMut::new();
    let mut fits = true;
    let mut parts = body.into_data_stream();
    while let Some(part) = parts.next().await {
        let Ok(part) = part else { break };
        fits = fits && piece.len() + part.len() <= most;
        if fits {
            piece.extend_from_slice(&part);
        } else {
            piece = BytesMut::new();
        }
    }
    fits.then_some(piece)
}
