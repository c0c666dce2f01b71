//! The one way in which an operator is spoken to: bounded in time and size, without redirects.

use std::time::Duration;

use reqwest::{Client, RequestBuilder, StatusCode, header::RETRY_AFTER, redirect::Policy};

use crate::{Failure, MESSAGE_BYTES_MAX, failure::short};

/// Time to reach the other side.
const CONNECT_MAX: Duration = Duration::from_secs(5);
/// The longest wait that is believed.
const RETRY_AFTER_MAX: Duration = Duration::from_secs(24 * 60 * 60);

/// What was answered: below 500 and not 429, whatever it is.
pub(crate) struct Said {
    pub(crate) status: StatusCode,
    pub(crate) body: Vec<u8>,
}

/// A client that follows no redirections: what is sent goes to whom it was addressed, or nowhere.
pub(crate) fn client(time_limit: Duration) -> Result<Client, reqwest::Error> {
    // Fails only when a provider of ciphers is there already, which serves as well.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder()
        .connect_timeout(CONNECT_MAX.min(time_limit))
        .timeout(time_limit)
        .redirect(Policy::none())
        .user_agent("reeve")
        .build()
}

/// One try.
pub(crate) async fn ask(request: RequestBuilder) -> Result<Said, Failure> {
    let mut response = request.send().await.map_err(|error| broken(&error))?;
    let status = response.status();
    // A date (the other form of RFC 9110 §10.2.3) would need a clock; operators give seconds.
    let seconds =
        response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.trim().parse().ok());
    let retry_after = seconds.map(|seconds| Duration::from_secs(seconds).min(RETRY_AFTER_MAX));
    if status == StatusCode::TOO_MANY_REQUESTS || status == StatusCode::SERVICE_UNAVAILABLE {
        return Err(Failure::Temporary { text: format!("the operator answered {status}"), retry_after });
    }
    // Another error of a server may have come after the work was done.
    if status.is_server_error() {
        return Err(Failure::unknown(format!("the operator answered {status}")));
    }
    let mut body = Vec::new();
    while let Some(piece) = response.chunk().await.map_err(|error| broken(&error))? {
        if body.len() + piece.len() > MESSAGE_BYTES_MAX {
            return Err(Failure::unknown("the operator's answer is larger than any real one"));
        }
        body.extend_from_slice(&piece);
    }
    match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Err(Failure::misconfigured(format!(
            "the operator answered {status}. Check its keys and numbers in the settings"
        ))),
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED if body.is_empty() => {
            Err(Failure::misconfigured(format!(
                "the operator answered {status}. Check its address in the settings"
            )))
        }
        status if status.is_redirection() => Err(Failure::misconfigured(format!(
            "the operator answered {status}, which is not followed. Check its address in the settings"
        ))),
        status => Ok(Said { status, body }),
    }
}

fn broken(error: &reqwest::Error) -> Failure {
    if error.is_connect() {
        Failure::temporary(format!("the operator could not be reached: {}", reason(error)))
    } else if error.is_builder() {
        Failure::misconfigured(format!("the request could not be made: {}", reason(error)))
    } else if error.is_timeout() {
        Failure::unknown("the operator did not answer in time")
    } else {
        Failure::unknown(format!("the operator broke off: {}", reason(error)))
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
