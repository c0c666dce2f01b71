//! Errors as the outside sees them: RFC 9457 problem documents, bland where the fault is ours.

use std::borrow::Cow;

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;

use crate::{kernel::ParamError, platform::access::Level};

/// Why a request is not answered as asked.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// A parameter is wrong: 400.
    #[error(transparent)]
    Param(#[from] ParamError),
    /// No such thing, or none that the caller may know of: 404. Holds what was looked for.
    #[error("{0} is not here")]
    NotFound(Cow<'static, str>),
    /// The thing was here and is removed: 410.
    #[error("this was removed")]
    Gone {
        /// By whom and when.
        more: serde_json::Value,
    },
    /// The address is too long: 414.
    #[error("the address is too long")]
    UriTooLong,
    /// The door is for reading only: 405.
    #[error("this address can only be read")]
    MethodNotAllowed,
    /// A stated answer of a slice: the request is understood, but cannot be fulfilled: 422 with a code of its own.
    #[error("{detail}")]
    Stated {
        /// Stable code, such as `no-gate-on-path`.
        code: &'static str,
        /// The answer in the caller's language.
        detail: String,
        /// More about it, for programs.
        more: serde_json::Value,
    },
    /// Nobody is signed in: 401.
    #[error("sign in first")]
    Unauthorized,
    /// Whoever is signed in may not do this: 403.
    #[error("this needs the permission {permission}")]
    Forbidden {
        /// The permission that is missing.
        permission: &'static str,
    },
    /// Too little is known of who the resident is: 403.
    #[error("this needs an account of the level {}; see /account/identity", level.name())]
    LevelNeeded {
        /// The level that is needed.
        level: Level,
    },
    /// A form or a call that does not come from one of our own pages, or from one that is too old: 403.
    #[error("this did not come from a page of this service; reload the page and try again")]
    ForeignForm,
    /// The state is another one than the caller thought: 409 with a code of its own.
    #[error("{detail}")]
    Conflict {
        /// Stable code, such as `clash`.
        code: &'static str,
        /// What happened and what to do, in the caller's language.
        detail: String,
        /// Both sides, for programs.
        more: serde_json::Value,
    },
    /// The caller's version, as `If-Match` names it, is not the present one: 412.
    #[error("the version named by If-Match is not the present one")]
    PreconditionFailed,
    /// A change that does not say which version it changes: 428.
    #[error("{0}")]
    PreconditionRequired(&'static str),
    /// Fields of what was sent are wrong: 422 with all of them.
    #[error("{detail}")]
    Invalid {
        /// In the caller's language, what is to be done.
        detail: String,
        /// Each wrong field.
        faults: serde_json::Value,
    },
    /// More was sent than is taken: 413.
    #[error("{0}")]
    TooLarge(String),
    /// What was sent is of no type that is taken: 415.
    #[error("{0}")]
    UnsupportedMedia(String),
    /// Too often: 429.
    #[error("too many attempts; try again later")]
    TooMany {
        /// Seconds to wait.
        retry_after_s: u64,
    },
    /// Not yet, or too much at once: 503.
    #[error("the service is starting or overloaded")]
    Busy,
    /// Our fault: 500. The cause goes to the log, never to the caller.
    #[error("{what}")]
    Internal {
        /// What we were doing.
        what: &'static str,
        /// The cause.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

/// A problem document (RFC 9457), also kept beside the response so that pages can be made of it.
#[derive(Debug, Clone, Serialize)]
pub struct Problem {
    /// `about:blank` or a URN that names the kind of problem.
    #[serde(rename = "type")]
    pub kind: Cow<'static, str>,
    /// Short text, the same for each occurrence.
    pub title: &'static str,
    /// HTTP status.
    pub status: u16,
    /// Text about this occurrence.
    pub detail: String,
    /// What is wrong, field by field.
    #[serde(skip_serializing_if = "serde_json::Value::is_null")]
    pub errors: serde_json::Value,
    /// What else a program may want to know.
    #[serde(skip_serializing_if = "serde_json::Value::is_null")]
    pub more: serde_json::Value,
}

impl Failure {
    /// The thing was not found.
    pub fn not_found(what: impl Into<Cow<'static, str>>) -> Self {
        Self::NotFound(what.into())
    }

    fn problem(&self) -> Problem {
        let plain = |status: StatusCode, title| Problem {
            kind: "about:blank".into(),
            title,
            status: status.as_u16(),
            detail: self.to_string(),
            errors: serde_json::Value::Null,
            more: serde_json::Value::Null,
        };
        match self {
            Self::Param(error) => Problem {
                errors: serde_json::json!([{ "field": error.name, "detail": error.why }]),
                ..plain(StatusCode::BAD_REQUEST, "Bad request")
            },
            Self::NotFound(_) => plain(StatusCode::NOT_FOUND, "Not found"),
            Self::Gone { more } => Problem { more: more.clone(), ..plain(StatusCode::GONE, "Removed") },
            Self::UriTooLong => plain(StatusCode::URI_TOO_LONG, "Address too long"),
            Self::MethodNotAllowed => plain(StatusCode::METHOD_NOT_ALLOWED, "Method not allowed"),
            Self::Busy => plain(StatusCode::SERVICE_UNAVAILABLE, "Try again in a moment"),
            Self::Unauthorized => plain(StatusCode::UNAUTHORIZED, "Sign in first"),
            Self::Forbidden { .. } | Self::LevelNeeded { .. } | Self::ForeignForm => {
                plain(StatusCode::FORBIDDEN, "Not allowed")
            }
            Self::Conflict { code, more, .. } => Problem {
                kind: format!("urn:reeve:problem:{code}").into(),
                more: more.clone(),
                ..plain(StatusCode::CONFLICT, "Conflict")
            },
            Self::PreconditionFailed => plain(StatusCode::PRECONDITION_FAILED, "Another version"),
            Self::PreconditionRequired(_) => plain(StatusCode::PRECONDITION_REQUIRED, "Name the version"),
            Self::Invalid { faults, .. } => Problem {
                kind: "urn:reeve:problem:invalid".into(),
                errors: faults.clone(),
                ..plain(StatusCode::UNPROCESSABLE_ENTITY, "Not valid")
            },
            Self::TooLarge(_) => plain(StatusCode::PAYLOAD_TOO_LARGE, "Too large"),
            Self::UnsupportedMedia(_) => plain(StatusCode::UNSUPPORTED_MEDIA_TYPE, "Not of a known type"),
            Self::TooMany { .. } => plain(StatusCode::TOO_MANY_REQUESTS, "Too often"),
            Self::Stated { code, more, .. } => Problem {
                kind: format!("urn:reeve:problem:{code}").into(),
                more: more.clone(),
                ..plain(StatusCode::UNPROCESSABLE_ENTITY, "Not possible")
            },
            Self::Internal { .. } => Problem {
                detail: "Something went wrong on our side. It has been written down.".into(),
                ..plain(StatusCode::INTERNAL_SERVER_ERROR, "Internal error")
            },
        }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        if let Self::Internal { what, source } = &self {
            tracing::error!(what, error = %chain(source.as_ref()), "request failed");
        }
        let problem = self.problem();
        let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_vec(&problem).unwrap_or_default();
        let mut response = (status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        match self {
            Self::Busy => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
            }
            Self::TooMany { retry_after_s } => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from(retry_after_s));
            }
            Self::Unauthorized => {
                headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            _ => {}
        }
        response.extensions_mut().insert(problem);
        response
    }
}

fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        text.push_str(": ");
        text.push_str(&next.to_string());
        cause = next.source();
    }
    text
}

/// Turns errors that are our fault into [`Failure::Internal`].
pub trait ResultExt<T> {
    /// Says what we were doing; goes to the log.
    ///
    /// # Errors
    /// The same error, wrapped.
    fn internal(self, what: &'static str) -> Result<T, Failure>;
}

impl<T, E: Into<Box<dyn std::error::Error + Send + Sync>>> ResultExt<T> for Result<T, E> {
    fn internal(self, what: &'static str) -> Result<T, Failure> {
        self.map_err(|error| Failure::Internal { what, source: error.into() })
    }
}

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed => Self::Busy,
            // Somebody else holds what is needed for longer than one waits, or both waited for each other: the same
            // request a moment later will do.
            sqlx::Error::Database(error)
                if matches!(error.code().as_deref(), Some("55P03" | "40P01" | "40001" | "57014")) =>
            {
                tracing::warn!(%error, "gave up waiting for the database");
                Self::Busy
            }
            other => Self::Internal { what: "database", source: other.into() },
        }
    }
}
