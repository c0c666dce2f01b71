//! What SMS and push share: one client of HTTP, answers of bounded size, and what a broken exchange means.

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use reqwest::{Client, Response, dns::Resolve, header::RETRY_AFTER, redirect::Policy};

use crate::{Failure, failure::short};

/// Time to reach the other side.
const CONNECT_MAX: Duration = Duration::from_secs(5);
/// Bytes of an answer; the rest is not read.
const BODY_MAX: usize = 64 * 1024;
/// The longest wait that is believed.
const RETRY_AFTER_MAX: Duration = Duration::from_secs(24 * 60 * 60);

/// A client that follows no redirections: what is sent goes to whom it was addressed, or nowhere.
/// Each request has a limit of time of its own.
pub(crate) fn client(resolver: Option<Arc<dyn Resolve>>) -> Result<Client, reqwest::Error> {
    crate::provide_tls();
    let mut builder = Client::builder().connect_timeout(CONNECT_MAX).redirect(Policy::none());
    if let Some(resolver) = resolver {
        builder = builder.dns_resolver(resolver);
    }
    builder.build()
}

/// What it means that an exchange broke: the request did not leave, or nobody knows.
pub(crate) fn broken(error: &reqwest::Error, whom: &str) -> Failure {
    if error.is_connect() {
        Failure::temporary(format!("{whom} could not be reached: {}", reason(error)))
    } else if error.is_builder() {
        Failure::message(format!("the request to {whom} could not be made: {}", reason(error)))
    } else if error.is_timeout() {
        Failure::unknown(format!("{whom} did not answer in time"))
    } else {
        Failure::unknown(format!("{whom} broke off: {}", reason(error)))
    }
}

/// The innermost cause, which is the one that says something, and never holds the address of the request.
fn reason(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    if cause.is::<reqwest::Error>() { "no cause given".to_owned() } else { short(&cause.to_string()) }
}

/// The beginning of the body as text; what is not UTF-8 is replaced.
pub(crate) async fn text(mut response: Response) -> Result<String, reqwest::Error> {
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        let room = BODY_MAX - bytes.len();
        bytes.extend(chunk.iter().take(room));
        if bytes.len() == BODY_MAX {
            break;
        }
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// How long the other side asks to wait (RFC 9110 §10.2.3: seconds or a date), at most a day.
pub(crate) fn retry_after(response: &Response, now: DateTime<Utc>) -> Option<Duration> {
    let value = response.headers().get(RETRY_AFTER)?.to_str().ok()?.trim();
    let wait = match value.parse::<u64>() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => (DateTime::parse_from_rfc2822(value).ok()?.to_utc() - now).to_std().unwrap_or_default(),
    };
    Some(wait.min(RETRY_AFTER_MAX))
}
