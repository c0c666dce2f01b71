//! What the outside looks like, for tests and the demonstration: an SMS gateway that speaks SMSAPI, a push service
//! with browsers of its own, which open what they get, and three payment operators. A page in Polish shows what arrived.
//!
//! Written from the protocols alone and using nothing of the senders, so that both can be wrong only in different ways.
//! It keeps everything in memory, the last [`KEPT_MAX`] of each kind, and knows no users: it is for this machine. Only
//! payments are never forgotten, and stand in a journal if [`Settings::journal`] names one.
//!
//! | Door | What it does |
//! |---|---|
//! | `POST /sms/sms.do` | takes an SMS as SMSAPI would, with the token [`TOKEN`] |
//! | `POST /push/new` | a new browser: `{"id", "endpoint", "keys": {"p256dh", "auth"}}`; with `{"applicationServerKey"}` bound to it |
//! | `POST /push/{id}` | takes a notice for it: RFC 8030, 8291, 8292 |
//! | `POST /switch` | troubles: `{"sms": "ok", "push": "ok", "gone": "id of a browser"}`, each may be left out |
//! | `GET /sms.json`, `GET /push.json` | what arrived, oldest first |
//! | `/autopay/…` | Autopay: `payment`, `webapi/transactionStatus`, `settlementapi/…`, `gatewayList/v3` |
//! | `/paybynet/trans.do`, `status`, `banks.xml` | KIR Paybynet, classic |
//! | `/przelewy24/api/v1/…`, `/przelewy24/trnRequest/{token}` | Przelewy24 |
//! | `GET`, `POST /pay/{token}` | the payer's page: `method`, and `what`, which is `pay`, `cancel` or `refuse` |
//! | `GET /pay.json` | every order with its attempts and refunds, and every message to the shop with its tries |
//! | `GET /pay/settlement/{operator}` | what the operator pays out, as CSV |
//! | `GET /` | the same as a page |
//!
//! Operators' troubles are switched by `{"autopay": "late"}`, likewise `paybynet` and `przelewy24`: `ok`, `late`,
//! `doubled`, `reordered`, `forged`, `wrong-amount`, `wrong-currency`, `lost`, `early` (the message comes before the
//! browser goes back), `fail-first`, `paid-after-cancel`, `slow`, `http-500`, `lost-answer`. With `{"pay": {…}}` the shop's
//! addresses that an operator has in its own settings are set (`autopay_notify`, `autopay_return`, `paybynet_notify`), and
//! how long a minute of repetition takes (`minute_ms`).
//!
//! Troubles of both: `ok`, `http-500`, `lost-answer` (taken, but the connection breaks), `slow` (answered after
//! [`SLOW`]). Of SMS also `error-8` or any other code of SMSAPI; of push also `gone`, `throttled`.

mod page;
mod pay;
mod push;
mod sms;
mod switch;
mod world;

use std::{path::PathBuf, pin::Pin, task::Poll, time::Duration};

use axum::{
    Router,
    body::{Body, Bytes, HttpBody},
    extract::DefaultBodyLimit,
    response::Response,
    routing::{get, post},
};
use tokio::net::TcpListener;

pub use pay::{
    AUTOPAY_KEY, AUTOPAY_SERVICE, PAYBYNET_CLIENT, PAYBYNET_PASSWORD, PRZELEWY24_API_KEY, PRZELEWY24_CRC,
    PRZELEWY24_MERCHANT,
};
pub use world::{ArrivedPush, ArrivedSms};

/// The token that the SMS gateway knows.
pub const TOKEN: &str = "sandbox-token";
/// Messages of each kind, and browsers, that are kept; older ones are forgotten.
pub const KEPT_MAX: usize = 1000;
/// How long a slow answer takes.
pub const SLOW: Duration = Duration::from_secs(3);
/// Bytes of a request.
const BODY_MAX: usize = 64 * 1024;

/// How the sandbox is set up.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The file in which the payment operators write down what happens, and from which they know it after a restart;
    /// without it they forget.
    pub journal: Option<PathBuf>,
    /// How long a minute of the operators takes: messages that were not taken come again after minutes, hours and days.
    pub minute: Option<Duration>,
    /// Where the shop takes the messages of Autopay.
    pub autopay_notify: Option<String>,
    /// Where Autopay sends the browser back to.
    pub autopay_return: Option<String>,
    /// Where the shop takes the messages of Paybynet.
    pub paybynet_notify: Option<String>,
}

impl Settings {
    /// From `REEVE_SANDBOX_JOURNAL`, `REEVE_SANDBOX_MINUTE_MS`, `REEVE_SANDBOX_AUTOPAY_NOTIFY`,
    /// `REEVE_SANDBOX_AUTOPAY_RETURN` and `REEVE_SANDBOX_PAYBYNET_NOTIFY`.
    ///
    /// # Errors
    /// The minute is no number.
    pub fn from_env() -> std::io::Result<Self> {
        let text =
            |name: &str| std::env::var(format!("REEVE_SANDBOX_{name}")).ok().filter(|text| !text.is_empty());
        let minute = match text("MINUTE_MS") {
            Some(text) => Some(Duration::from_millis(text.parse().map_err(|_| {
                std::io::Error::new(
                    std::io::ErrorKind::InvalidInput,
                    "REEVE_SANDBOX_MINUTE_MS must be a number",
                )
            })?)),
            None => None,
        };
        Ok(Self {
            journal: text("JOURNAL").map(PathBuf::from),
            minute,
            autopay_notify: text("AUTOPAY_NOTIFY"),
            autopay_return: text("AUTOPAY_RETURN"),
            paybynet_notify: text("PAYBYNET_NOTIFY"),
        })
    }
}

/// The whole sandbox, with what stands in the journal and nothing else in it yet.
fn router(shared: &world::Shared) -> Router {
    Router::new()
        .route("/", get(page::show))
        .route("/switch", post(switch::turn))
        .route("/sms/sms.do", post(sms::take))
        .route("/sms.json", get(sms::list))
        .route("/push/new", post(push::subscribe))
        .route("/push/{id}", post(push::take))
        .route("/push.json", get(push::list))
        .merge(pay::router(shared))
        .layer(DefaultBodyLimit::max(BODY_MAX))
        .with_state(shared.clone())
}

/// Serves the sandbox until the process ends, with settings from the environment.
///
/// # Errors
/// The listener fails, or the journal cannot be read.
pub async fn serve(listener: TcpListener) -> std::io::Result<()> {
    serve_with(listener, Settings::from_env()?).await
}

/// Serves the sandbox until the process ends.
///
/// # Errors
/// The listener fails, or the journal cannot be read.
pub async fn serve_with(listener: TcpListener, settings: Settings) -> std::io::Result<()> {
    let shared = world::Shared::default();
    {
        let mut world = shared.world();
        if let Some(journal) = &settings.journal {
            world.pay.open(journal)?;
        }
        world.pay.wish(pay::Wish {
            minute_ms: settings.minute.and_then(|minute| minute.as_millis().try_into().ok()),
            autopay_notify: settings.autopay_notify,
            autopay_return: settings.autopay_return,
            paybynet_notify: settings.paybynet_notify,
        });
    }
    pay::resume(&shared);
    axum::serve(listener, router(&shared)).await
}

/// An answer that breaks off before it says anything.
struct BrokenOff;

impl HttpBody for BrokenOff {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, std::io::Error>>> {
        Poll::Ready(Some(Err(std::io::ErrorKind::ConnectionReset.into())))
    }
}

fn broken_off() -> Response {
    Response::new(Body::new(BrokenOff))
}
