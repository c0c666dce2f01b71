//! What happens to every request and answer, whichever slice it is for.

use std::time::Duration;

use axum::{
    Router,
    body::Body,
    extract::{ConnectInfo, Request},
    http::{HeaderName, HeaderValue, StatusCode, header},
    middleware::{Next, from_fn},
    response::{IntoResponse, Response},
};
use tower_http::{
    CompressionLevel,
    catch_panic::CatchPanicLayer,
    compression::{CompressionLayer, Predicate, predicate::DefaultPredicate},
    limit::RequestBodyLimitLayer,
    timeout::TimeoutLayer,
};
use tracing::Instrument;

use super::{Caller, ConfiguredBaseUrl, Failure};
use crate::{kernel::Lang, platform::ctx::Ctx};

/// Largest body that any door may be made to take; most take far less, see `Doors::taking`.
const LARGEST_BODY_BYTES: usize = 64 * 1024 * 1024;
/// Longest time until an answer begins. A streamed export may go on for longer.
const SLOWEST_ANSWER: Duration = Duration::from_secs(60);
/// Slowest line over which somebody may send something large, such as a photo from the field.
const SLOWEST_BYTES_PER_S: usize = 64 * 1024;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");
/// Doors whose answers other people's pages may read: they are the same for everybody and need no cookie.
const OPEN_DATA: [&str; 3] = ["/api/", "/ogc", "/tiles/"];
/// Everything comes from ourselves; the map needs workers and pictures that it draws itself. An external basemap
/// chosen in the settings is the one thing that may come from elsewhere.
const POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' data: blob: https:; connect-src 'self' https:; worker-src 'self' blob:; object-src 'none'; \
    base-uri 'self'; form-action 'self'; frame-ancestors ";
/// Pages that nobody may put into a frame, ourselves included: a click there does something in somebody's name.
const NEVER_FRAMED: [&str; 7] =
    ["/account", "/desk", "/sign-in", "/sign-out", "/reset/", "/unsubscribe/", "/write"];
/// Below these stands a secret in the address: a link for a new password opens an account while it works, and whoever
/// reads the log must not be able to follow it.
const SECRET_BELOW: [&str; 8] = [
    "/reset/",
    "/account/confirm/",
    "/account/email/",
    "/account/objection/",
    "/account/reopen/",
    "/unsubscribe/",
    "/write/",
    "/api/messages/sms-report/",
];
/// Of what comes through these doors no line is written and nothing is counted: when a ballot was cast is nobody's business.
const UNSEEN: &str = "/api/ballots/";
/// Place and camera are for field work, on our own pages; nothing else is used.
const PERMISSIONS: &str = "geolocation=(self), camera=(self), microphone=(), payment=(), usb=(), serial=(), \
    bluetooth=(), display-capture=()";
/// Browsers that have seen the service over TLS once never ask for it without again, for a year.
const ONLY_TLS: &str = "max-age=31536000";

/// Lets the forms of one page go to a payment operator, and wherever that one leads on to: an extension of the answer. All
/// other forms come to us alone.
#[derive(Debug, Clone)]
pub struct FormsLeaveTo(pub url::Url);

impl FormsLeaveTo {
    fn policy(&self, framed_by: &str) -> String {
        let origin = self.0.origin().ascii_serialization();
        format!("{POLICY}{framed_by}")
            .replace("form-action 'self'", &format!("form-action 'self' https: {origin}"))
    }
}

/// Lets every site show this one page in a frame: an extension of the answer. Such a page has neither scripts nor forms, says
/// the same to everybody, and sets no cookie, so that nothing can be done or learned through the frame.
#[derive(Debug, Clone, Copy)]
pub struct FramedAnywhere;

/// What a page that every site may frame may load: its own style and pictures.
const POLICY_OF_FRAMED: &str = "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self'; font-src 'self'; \
    base-uri 'none'; form-action 'none'; frame-ancestors *";

/// Wraps all doors: request id, language, security headers, limits, compression, log line, metrics.
pub fn wrap(router: Router) -> Router {
    let compression = CompressionLayer::new()
        .gzip(true)
        .quality(CompressionLevel::Fastest)
        .compress_when(DefaultPredicate::new().and(not_a_tile));
    router
        .layer(CatchPanicLayer::custom(|_: Box<dyn std::any::Any + Send>| {
            Failure::Internal { what: "a handler panicked", source: "panic".into() }.into_response()
        }))
        .layer(RequestBodyLimitLayer::new(LARGEST_BODY_BYTES))
        .layer(compression)
        .layer(from_fn(circumstances))
}

/// Ends what takes too long at a door that takes so many bytes.
pub(super) fn patience(most_bytes: usize) -> TimeoutLayer {
    let sending = Duration::from_secs((most_bytes / SLOWEST_BYTES_PER_S) as u64);
    TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, SLOWEST_ANSWER + sending)
}

/// Tiles are compressed once, when they are made.
fn not_a_tile(
    _: StatusCode,
    _: axum::http::Version,
    headers: &axum::http::HeaderMap,
    _: &axum::http::Extensions,
) -> bool {
    headers.get(header::CONTENT_TYPE).is_none_or(|kind| kind != "application/vnd.mapbox-vector-tile")
}

/// A path as the log may show it.
fn logged_path(path: &str) -> std::borrow::Cow<'_, str> {
    match SECRET_BELOW.iter().find(|prefix| path.starts_with(*prefix)) {
        Some(prefix) => format!("{prefix}…").into(),
        None => path.into(),
    }
}

async fn circumstances(mut request: Request, next: Next) -> Response {
    let started = std::time::Instant::now();
    let ctx = Ctx::visitor(language(&request));
    let unseen = request.uri().path().starts_with(UNSEEN);
    let span = match unseen {
        true => tracing::Span::none(),
        false => {
            tracing::info_span!("request", id = %ctx.request_id, method = %request.method(), path = %logged_path(request.uri().path()))
        }
    };
    let asked = language_asked(&request);
    let open_data = OPEN_DATA.iter().any(|prefix| request.uri().path().starts_with(prefix));
    let request_id = ctx.request_id;
    let framed_by = match NEVER_FRAMED.iter().any(|prefix| request.uri().path().starts_with(prefix)) {
        true => "'none'",
        false => "'self'",
    };
    let over_tls = request
        .extensions()
        .get::<ConfiguredBaseUrl>()
        .and_then(|ConfiguredBaseUrl(url)| url.as_deref())
        .is_some_and(|url| url.starts_with("https://"));
    request.extensions_mut().insert(ctx.clone());
    let mut response = next.run(request).instrument(span.clone()).await;
    let framed_anywhere = response.extensions().get::<FramedAnywhere>().is_some();
    let policy = match response.extensions().get::<FormsLeaveTo>() {
        _ if framed_anywhere => POLICY_OF_FRAMED.to_owned(),
        Some(leave) => leave.policy(framed_by),
        None => format!("{POLICY}{framed_by}"),
    };
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(&request_id.to_string()) {
        headers.insert(REQUEST_ID, value);
    }
    if let Some(lang) = asked.filter(|_| !framed_anywhere) {
        headers.append(header::SET_COOKIE, language_cookie(lang));
    }
    if open_data {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        headers.insert(
            header::ACCESS_CONTROL_EXPOSE_HEADERS,
            HeaderValue::from_static("content-crs, etag, x-request-id"),
        );
    }
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    if over_tls {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(ONLY_TLS));
    }
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(OPENER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(PERMISSIONS_POLICY, HeaderValue::from_static(PERMISSIONS));
    // Pages whose address is a secret have set a stricter one.
    headers
        .entry(header::REFERRER_POLICY)
        .or_insert(HeaderValue::from_static("strict-origin-when-cross-origin"));
    headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(ctx.lang.tag()));
    let status = response.status().as_u16();
    let elapsed = started.elapsed();
    if !unseen {
        span.in_scope(|| tracing::debug!(status, elapsed_ms = elapsed.as_millis() as u64, "answered"));
        metrics::counter!("reeve_http_requests_total", "status" => status.to_string()).increment(1);
        metrics::histogram!("reeve_http_request_seconds").record(elapsed.as_secs_f64());
    }
    response
}

/// The cookie that keeps a chosen language for a year.
#[must_use]
pub fn language_cookie(lang: Lang) -> HeaderValue {
    match lang {
        Lang::Pl => HeaderValue::from_static("lang=pl; Path=/; Max-Age=31536000; SameSite=Lax"),
        Lang::En => HeaderValue::from_static("lang=en; Path=/; Max-Age=31536000; SameSite=Lax"),
    }
}

fn language_asked(request: &Request<Body>) -> Option<Lang> {
    request.uri().query()?.split('&').take(100).find_map(|pair| Lang::from_tag(pair.strip_prefix("lang=")?))
}

fn language(request: &Request<Body>) -> Lang {
    let header = |name| request.headers().get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    language_asked(request)
        .or_else(|| {
            header(header::COOKIE)?
                .split(';')
                .find_map(|pair| Lang::from_tag(pair.trim().strip_prefix("lang=")?))
        })
        .or_else(|| Lang::from_accept(header(header::ACCEPT_LANGUAGE)?))
        .unwrap_or_default()
}

/// Lets in whoever holds the metrics token or, where there is none and no proxy, is on this machine; to all others
/// the door does not exist.
pub(super) async fn operator_only(request: Request, next: Next) -> Response {
    let settings = request.extensions().get::<MetricsToken>().cloned().unwrap_or_default();
    let local = settings.local && request
        .extensions()
        .get::<ConnectInfo<Caller>>()
        .is_some_and(|ConnectInfo(Caller(address, _))| address.ip().is_loopback())
        // Behind a proxy on the same machine everybody comes from the loopback.
        && !request.headers().contains_key("x-forwarded-for")
        && !request.headers().contains_key("forwarded");
    let held = settings.token.is_some_and(|token| {
        request
            .headers()
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "))
            .is_some_and(|given| same(given.as_bytes(), token.as_bytes()))
    });
    if local || held { next.run(request).await } else { Failure::not_found("this page").into_response() }
}

/// What the settings say of the operator's doors, put beside each request by the application.
#[derive(Debug, Clone, Default)]
pub struct MetricsToken {
    /// The token that opens them.
    pub token: Option<std::sync::Arc<str>>,
    /// Whether whoever is on this machine needs none.
    pub local: bool,
}

/// Compares without telling by its time how much was right.
pub(super) fn same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |sum, (x, y)| sum | (x ^ y)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_shows_no_secret_of_an_address() {
        assert_eq!(logged_path("/reset/a-live-token"), "/reset/…");
        assert_eq!(logged_path("/unsubscribe/a-live-token"), "/unsubscribe/…");
        assert_eq!(logged_path("/desk/people"), "/desk/people");
    }
}
