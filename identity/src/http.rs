//! The one way in which a provider is spoken to: bounded in time and size, without redirects.

use std::{future::Future, pin::Pin, time::Duration};

use oauth2::{AsyncHttpClient, HttpRequest, HttpResponse, http};

use crate::{
    MOST_ANSWER_BYTES, ProviderSettings,
    fault::{Endpoint, Fault},
    settings::is_allowed,
};

pub(crate) struct Http {
    client: reqwest::Client,
    allow_http_loopback: bool,
}

impl Http {
    pub(crate) fn new(settings: &ProviderSettings) -> Result<Self, Fault> {
        // Fails only when a provider of ciphers is there already, which serves as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let limit = Duration::from_millis(settings.time_limit_ms);
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(limit)
            .timeout(limit)
            .user_agent("reeve")
            .build()
            .map_err(|error| Fault::Unreachable {
                at: Endpoint::Discovery,
                why: format!("no client for HTTPS could be made: {error}"),
            })?;
        Ok(Self { client, allow_http_loopback: settings.allow_http_loopback })
    }

    /// Speaks to one door.
    pub(crate) fn at(&self, at: Endpoint) -> Door<'_> {
        Door { http: self, at }
    }
}

/// A door of a provider.
pub(crate) struct Door<'h> {
    http: &'h Http,
    at: Endpoint,
}

impl Door<'_> {
    pub(crate) async fn ask(&self, request: HttpRequest) -> Result<HttpResponse, Fault> {
        let at = self.at;
        let request = reqwest::Request::try_from(request)
            .map_err(|_| Fault::bad_answer(at, "its address cannot be spoken to"))?;
        if !is_allowed(request.url(), self.http.allow_http_loopback) {
            return Err(Fault::bad_answer(at, "its address does not begin with https://"));
        }
        let unreachable = |error: reqwest::Error| Fault::Unreachable { at, why: reason(&error).to_owned() };
        let mut answer = self.http.client.execute(request).await.map_err(unreachable)?;
        let status = answer.status();
        if status.is_redirection() {
            return Err(Fault::bad_answer(at, "it redirects, which is not followed"));
        }
        if status.is_server_error() || status == http::StatusCode::TOO_MANY_REQUESTS {
            return Err(Fault::Unreachable {
                at,
                why: format!("it answers with status {}", status.as_u16()),
            });
        }
        let mut body = Vec::new();
        while let Some(piece) = answer.chunk().await.map_err(unreachable)? {
            if body.len() + piece.len() > MOST_ANSWER_BYTES {
                return Err(Fault::bad_answer(at, format!("it is larger than {MOST_ANSWER_BYTES} bytes")));
            }
            body.extend_from_slice(&piece);
        }
        let mut response = http::Response::new(body);
        *response.status_mut() = status;
        *response.headers_mut() = std::mem::take(answer.headers_mut());
        Ok(response)
    }
}

/// Kinds of failures only: an error's own text may repeat what was sent.
fn reason(error: &reqwest::Error) -> &'static str {
    if error.is_timeout() {
        "it did not answer in time"
    } else if error.is_connect() {
        "no connection, or no TLS with a certificate that is trusted"
    } else {
        "the connection broke, or it does not speak HTTP"
    }
}

impl<'c> AsyncHttpClient<'c> for Door<'_> {
    type Error = Fault;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, Fault>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.ask(request))
    }
}
