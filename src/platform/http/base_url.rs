//! The address under which the caller sees the service.

use std::{convert::Infallible, sync::Arc};

use axum::{
    extract::FromRequestParts,
    http::{header, request::Parts},
};

/// Address of the service without a slash at the end: the setting, else what the request says.
#[derive(Debug, Clone)]
pub struct BaseUrl(pub String);

/// The address of the settings, put beside each request by the application.
#[derive(Debug, Clone)]
pub struct ConfiguredBaseUrl(pub Option<Arc<str>>);

impl<S: Sync> FromRequestParts<S> for BaseUrl {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        if let Some(ConfiguredBaseUrl(Some(url))) = parts.extensions.get::<ConfiguredBaseUrl>() {
            return Ok(Self(url.to_string()));
        }
        let host = parts
            .headers
            .get(header::HOST)
            .and_then(|value| value.to_str().ok())
            // A host is echoed into links only when it can be nothing else.
            .filter(|host| host.bytes().all(|b| b.is_ascii_alphanumeric() || b".-:[]".contains(&b)))
            .or_else(|| parts.uri.authority().map(|authority| authority.as_str()))
            .unwrap_or("localhost");
        Ok(Self(format!("http://{host}")))
    }
}
