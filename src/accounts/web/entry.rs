//! Forms of people who are not signed in.
//!
//! Such a form carries a token that belongs to a cookie of the same browser. Without it a foreign page could sign a
//! clerk in under another account, and read later what the clerk wrote there.

use axum::{
    extract::{FromRequest, FromRequestParts, Request},
    http::header,
    response::Response,
};
use serde::de::DeserializeOwned;

use crate::{
    accounts::{Accounts, cookies::Cookie, sign_in::Visit},
    platform::{
        http::{FORM_TOKEN, Failure, ResultExt, body_of, read_form},
        secrets::{form_token_of, new_token, same},
    },
};

/// How long such a form may lie open.
const ENTRY_S: i64 = 12 * 3600;

/// A form that was sent from the browser that asked for it, by somebody who is not signed in.
#[derive(Debug)]
pub struct EntryForm<T> {
    /// The browser.
    pub visit: Visit,
    /// What was sent.
    pub form: T,
}

impl<T: DeserializeOwned> FromRequest<Accounts> for EntryForm<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, accounts: &Accounts) -> Result<Self, Failure> {
        let (mut parts, body) = request.into_parts();
        let Ok(visit) = Visit::from_request_parts(&mut parts, accounts).await;
        let bytes = body_of(Request::from_parts(parts, body), accounts).await?;
        let token = url::form_urlencoded::parse(&bytes)
            .find(|(name, _)| name == FORM_TOKEN)
            .map(|(_, value)| value.into_owned())
            .unwrap_or_default();
        check(&visit, &token)?;
        Ok(Self { visit, form: read_form(&bytes)? })
    }
}

/// Refuses what does not come from a form of this browser.
pub(super) fn check(visit: &Visit, token: &str) -> Result<(), Failure> {
    match &visit.entry {
        Some(entry) if same(token, &form_token_of(entry)) => Ok(()),
        _ => Err(Failure::ForeignForm),
    }
}

/// The browser's token for forms, and the cookie that it still needs.
pub(crate) struct Entry {
    pub form_token: String,
    cookie: Option<axum::http::HeaderValue>,
}

impl Entry {
    /// Keeps the browser's token, or makes one.
    pub(crate) fn of(visit: &Visit) -> Result<Self, Failure> {
        if let Some(entry) = &visit.entry {
            return Ok(Self { form_token: form_token_of(entry), cookie: None });
        }
        let entry = new_token().internal("make a token for a form")?;
        let cookie = Cookie::Entry.set(visit.secure, &entry, ENTRY_S);
        Ok(Self { form_token: form_token_of(&entry), cookie: Some(cookie) })
    }

    /// The answer with the cookie.
    pub(crate) fn with(self, mut response: Response) -> Response {
        if let Some(cookie) = self.cookie {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
        response
    }
}
