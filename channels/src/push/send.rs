//! The request to a push service, and what its answers mean: RFC 8030.

use std::{error::Error as _, sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use reqwest::{
    Client, StatusCode,
    header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, LOCATION},
};

use super::{
    NoRandomness, PAYLOAD_MAX, Seal, Subscription, VapidKey, encrypt,
    reach::{NotPublic, Reach},
    subscription::may_go,
};
use crate::{Failure, Receipt, http};

/// Time of one exchange with a push service.
const EXCHANGE_MAX: Duration = Duration::from_secs(20);
/// How long a push service may keep a notice: four weeks, the most that those of today accept.
const TTL_MAX: Duration = Duration::from_secs(28 * 24 * 60 * 60);
/// Characters of a topic (RFC 8030 §5.4).
const TOPIC_MAX: usize = 32;

/// How urgent a notice is, so that a phone with a low battery may wait (RFC 8030 §5.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Urgency {
    /// When the phone is charging and on a free network.
    VeryLow,
    /// When the phone is charging or on a free network.
    Low,
    /// At once, unless the battery is low.
    #[default]
    Normal,
    /// At once.
    High,
}

impl Urgency {
    fn as_str(self) -> &'static str {
        match self {
            Self::VeryLow => "very-low",
            Self::Low => "low",
            Self::Normal => "normal",
            Self::High => "high",
        }
    }
}

/// What is sent to a browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// What the service worker gets, at most [`PAYLOAD_MAX`] bytes.
    pub payload: Vec<u8>,
    /// How long the push service keeps it for a browser that is away; at most four weeks.
    pub ttl: Duration,
    /// How urgent it is.
    pub urgency: Urgency,
    /// A notice replaces one of the same topic that was not shown yet: at most 32 letters, digits, `-` and `_`.
    pub topic: Option<String>,
}

/// Who sends, and where to.
#[derive(Debug, Clone)]
pub struct PushSettings {
    /// The key of the installation.
    pub key: VapidKey,
    /// An address where the operator of a push service can complain: `mailto:` or `https:`.
    pub subject: String,
    /// Lets notices go to this machine too, also by plain `http`: for tests and the demonstration.
    pub loopback: bool,
}

/// The settings of web push cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BadPushSettings {
    /// No address of ours.
    #[error("the subject of web push must be an address of ours that begins with mailto: or https:")]
    Subject,
    /// The client of HTTP cannot be made.
    #[error("the client of web push cannot be made: {0}")]
    Client(#[from] reqwest::Error),
}

/// Sends notices to browsers.
#[derive(Debug, Clone)]
pub struct Push {
    settings: PushSettings,
    reach: Reach,
    client: Client,
    exchange_max: Duration,
}

impl Push {
    /// Sends with these settings.
    ///
    /// # Errors
    /// The settings cannot be used.
    pub fn new(settings: PushSettings) -> Result<Self, BadPushSettings> {
        let subject = &settings.subject;
        let known = ["mailto:", "https:"].iter().any(|scheme| subject.starts_with(scheme));
        if !known || subject.chars().any(char::is_control) || url::Url::parse(subject).is_err() {
            return Err(BadPushSettings::Subject);
        }
        let reach = if settings.loopback { Reach::Loopback } else { Reach::Internet };
        let client = http::client(Some(Arc::new(reach)))?;
        Ok(Self { settings, reach, client, exchange_max: EXCHANGE_MAX })
    }

    /// Waits for no answer longer than this.
    #[must_use]
    pub fn patience(mut self, exchange_max: Duration) -> Self {
        self.exchange_max = exchange_max;
        self
    }

    /// Sends one notice; ends within 20 seconds. `now` stands in the statement of who sends.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn send(
        &self,
        subscription: &Subscription,
        notice: &Notice,
        now: DateTime<Utc>,
    ) -> Result<Receipt, Failure> {
        let endpoint = subscription.endpoint();
        // A name is looked at when it is resolved; an address in figures is not resolved, so it is looked at here.
        if !may_go(self.reach, endpoint) {
            return Err(Failure::address("the push service is not on the public internet"));
        }
        if let Some(topic) = &notice.topic {
            let fit = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
            if topic.is_empty() || topic.len() > TOPIC_MAX || !topic.bytes().all(fit) {
                return Err(Failure::message("a topic has 1 to 32 letters, digits, - and _"));
            }
        }
        let seal = Seal::fresh().map_err(|error: NoRandomness| Failure::temporary(error.to_string()))?;
        let body = encrypt(subscription, &notice.payload, seal)
            .ok_or_else(|| Failure::message(format!("a notice has at most {PAYLOAD_MAX} bytes")))?;
        let key = &self.settings.key;
        let mut request = self
            .client
            .post(endpoint.clone())
            .timeout(self.exchange_max)
            .header(AUTHORIZATION, key.authorization(endpoint, &self.settings.subject, now))
            .header(CONTENT_ENCODING, "aes128gcm")
            .header(CONTENT_TYPE, "application/octet-stream")
            .header("TTL", notice.ttl.min(TTL_MAX).as_secs())
            .header("Urgency", notice.urgency.as_str())
            .body(body);
        if let Some(topic) = &notice.topic {
            request = request.header("Topic", topic);
        }
        let response = request.send().await.map_err(|error| broken(&error))?;
        let status = response.status();
        if status.is_success() {
            let name =
                response.headers().get(LOCATION).and_then(|name| name.to_str().ok()).map(str::to_owned);
            return Ok(Receipt::new(name, &format!("push service: {status}")));
        }
        let retry_after = http::retry_after(&response, now);
        let said = http::text(response).await.unwrap_or_default();
        Err(refusal(status, retry_after, format!("push service: {status} {said}")))
    }
}

fn refusal(status: StatusCode, retry_after: Option<Duration>, text: String) -> Failure {
    match status {
        StatusCode::NOT_FOUND | StatusCode::GONE => Failure::gone(text),
        // The statement of who sends was refused: our key, our subject or our clock.
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Failure::misconfigured(text),
        StatusCode::TOO_MANY_REQUESTS => Failure::throttled(text, retry_after),
        StatusCode::REQUEST_TIMEOUT => Failure::temporary(text),
        status if status.is_client_error() => Failure::message(text),
        _ => match Failure::temporary(text) {
            Failure::Temporary { text, .. } => Failure::Temporary { text, retry_after },
            other => other,
        },
    }
}

fn broken(error: &reqwest::Error) -> Failure {
    let mut cause = error.source();
    while let Some(inner) = cause {
        if inner.is::<NotPublic>() {
            return Failure::address("the push service is not on the public internet");
        }
        cause = inner.source();
    }
    http::broken(error, "the push service")
}
