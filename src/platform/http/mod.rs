//! HTTP for every slice: doors that name who may use them, errors as problem documents, layers.

mod base_url;
mod doors;
mod failure;
mod form;
mod layers;
mod listener;
mod multipart;

pub use base_url::{BaseUrl, ConfiguredBaseUrl};
pub use doors::{Access, Door, Doors};
pub use failure::{Failure, Problem, ResultExt};
pub use form::{FORM_TOKEN, JsonBody, ProtectedForm, body_of, prove_form, read_form};
pub use layers::{FormsLeaveTo, FramedAnywhere, MetricsToken, language_cookie, wrap};
pub use listener::{Caller, Held, Line, PatientListener};
pub use multipart::{FileForm, broken_form, field_bytes, proven_form, unread_form};

use axum::{
    body::Body,
    extract::{FromRequestParts, RawQuery},
    http::{HeaderValue, Response, header, request::Parts},
    response::IntoResponse,
};

use crate::kernel::{ParamError, Params};

/// Longest query string that is looked at, in bytes.
pub const LONGEST_QUERY_BYTES: usize = 16 * 1024;

impl<S: Send + Sync> FromRequestParts<S> for Params {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let Ok(RawQuery(query)) = RawQuery::from_request_parts(parts, state).await;
        let query = query.unwrap_or_default();
        if query.len() > LONGEST_QUERY_BYTES {
            return Err(Failure::UriTooLong);
        }
        let pairs =
            query.split('&').filter(|part| !part.is_empty()).map(decode_pair).collect::<Result<_, _>>()?;
        // Every door understands `lang`; the layers have already read it.
        let mut params = Params::new(pairs)?;
        params.text("lang");
        Ok(params)
    }
}

/// The parameters of a path. What cannot be read names nothing, so it is not found.
#[derive(Debug)]
pub struct Path<T>(pub T);

impl<S: Send + Sync, T: serde::de::DeserializeOwned + Send> FromRequestParts<S> for Path<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        match axum::extract::Path::<T>::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(read)) => Ok(Self(read)),
            Err(_) => Err(Failure::not_found("this address")),
        }
    }
}

fn decode_pair(part: &str) -> Result<(String, String), ParamError> {
    let (name, value) = part.split_once('=').unwrap_or((part, ""));
    let decode = |text: &str| {
        percent_encoding::percent_decode_str(&text.replace('+', " "))
            .decode_utf8()
            .map(|text| text.into_owned())
            .map_err(|_| ParamError::new(name.chars().take(40).collect::<String>(), "is not valid UTF-8"))
    };
    let decoded = (decode(name)?, decode(value)?);
    // PostgreSQL texts cannot hold the zero character.
    if decoded.1.contains('\0') || decoded.0.contains('\0') {
        return Err(ParamError::new(name.chars().take(40).collect::<String>(), "holds a zero character"));
    }
    Ok(decoded)
}

/// An answer with one media type.
pub fn typed(media_type: &'static str, body: impl Into<Body>) -> Response<Body> {
    let mut response = Response::new(body.into());
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    response
}

/// A JSON answer with a media type of its own, such as `application/geo+json`.
///
/// # Errors
/// When the value cannot be written as JSON.
pub fn json<T: serde::Serialize>(media_type: &'static str, value: &T) -> Result<Response<Body>, Failure> {
    let text = serde_json::to_vec(value).internal("write JSON")?;
    Ok(typed(media_type, text).into_response())
}
