//! What browsers and programs send: forms that prove that they come from our own pages, and JSON.

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Request},
    http::header,
};
use serde::de::DeserializeOwned;

use super::{Failure, layers::same};
use crate::{
    kernel::ParamError,
    platform::{Ctx, access::Via},
};

/// Name of the field that brings the session's text back.
pub const FORM_TOKEN: &str = "form_token";

/// A form that was sent by one of our own pages in the session that asked for it. The only way to read a form of
/// whoever is signed in; forms of people who are not signed in have [`super::Failure::ForeignForm`] checks of their own.
#[derive(Debug)]
pub struct ProtectedForm<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for ProtectedForm<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let (mut parts, body) = request.into_parts();
        let Ok(ctx) = Ctx::from_request_parts(&mut parts, state).await;
        let bytes = body_of(Request::from_parts(parts, body), state).await?;
        let token = url::form_urlencoded::parse(&bytes)
            .find(|(name, _)| name == FORM_TOKEN)
            .map(|(_, value)| value.into_owned())
            .unwrap_or_default();
        prove_form(&ctx, &token)?;
        read_form(&bytes).map(Self)
    }
}

/// Checks what a form brought back in [`FORM_TOKEN`]; for forms that carry files and are read piece by piece.
///
/// # Errors
/// [`Failure::ForeignForm`] when it is not the text of the caller's session.
pub fn prove_form(ctx: &Ctx, token: &str) -> Result<(), Failure> {
    match ctx.via() {
        Some(Via::Session { csrf, .. }) if same(token.as_bytes(), csrf.as_bytes()) => Ok(()),
        _ => Err(Failure::ForeignForm),
    }
}

/// Reads a form's fields. Fields that come several times become lists where the type asks for one.
///
/// # Errors
/// Names what cannot be read.
pub fn read_form<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Failure> {
    serde_html_form::from_bytes(bytes).map_err(|error| ParamError::new("form", error.to_string()).into())
}

/// A JSON body, refused when it is of another type: a foreign page cannot send this one unasked.
#[derive(Debug)]
pub struct JsonBody<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for JsonBody<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let is_json = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .and_then(|text| text.split(';').next())
            .is_some_and(|kind| {
                let kind = kind.trim().to_ascii_lowercase();
                kind == "application/json" || kind.ends_with("+json")
            });
        if !is_json {
            return Err(Failure::UnsupportedMedia("send JSON, with Content-Type: application/json".into()));
        }
        let bytes = body_of(request, state).await?;
        serde_json::from_slice(&bytes)
            .map(Self)
            .map_err(|error| ParamError::new("body", format!("is not as expected: {error}")).into())
    }
}

/// The whole body, within the door's limit.
///
/// # Errors
/// 413 when it is larger.
pub async fn body_of<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, Failure> {
    Bytes::from_request(request, state).await.map_err(|rejection| {
        if rejection.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE {
            Failure::TooLarge("more was sent than this address takes".into())
        } else {
            ParamError::new("body", "could not be read to its end").into()
        }
    })
}
