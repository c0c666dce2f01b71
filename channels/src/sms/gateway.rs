//! One message to the gateway.

use std::{fmt, time::Duration};

use chrono::{DateTime, Utc};
use reqwest::{Client, StatusCode};
use serde::Deserialize;
use url::{Host, Url};

use super::{
    codes::{Meaning, meaning},
    parts, without_diacritics,
};
use crate::{Failure, Receipt, http};

/// Time of one exchange with the gateway.
const EXCHANGE_MAX: Duration = Duration::from_secs(20);
/// Characters of an identity of a message (code 27 of the gateway).
const IDX_MAX: usize = 255;
/// Digits of a number with its country (ITU-T E.164).
const DIGITS_MAX: usize = 15;
/// Digits of a Polish number without its country.
const DIGITS_MIN: usize = 9;
/// Parts of one message: the gateway takes ten.
const PARTS_MAX: u8 = 10;

/// How the gateway is reached, and how messages are written.
#[derive(Clone)]
pub struct SmsapiSettings {
    /// Where the gateway is: `https://api.smsapi.pl`. Plain `http` only on the same machine.
    pub base_url: Url,
    /// Its second address, asked when the first one cannot be reached or is in trouble: `https://api2.smsapi.pl`.
    pub backup_url: Option<Url>,
    /// The token of OAuth.
    pub token: String,
    /// The sender's name, approved by the gateway; else that of the account is used.
    pub sender: Option<String>,
    /// Whether Polish letters are written without their marks, which makes messages shorter and cheaper.
    pub without_diacritics: bool,
    /// Parts that a message may have, 1 to 10; a longer one is refused before it is sent.
    pub max_parts: u8,
    /// Where the gateway shall bring delivery reports.
    pub notify_url: Option<Url>,
}

impl fmt::Debug for SmsapiSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SmsapiSettings")
            .field("base_url", &self.base_url.as_str())
            .field("backup_url", &self.backup_url.as_ref().map(Url::as_str))
            .field("sender", &self.sender)
            .field("without_diacritics", &self.without_diacritics)
            .field("max_parts", &self.max_parts)
            .finish_non_exhaustive()
    }
}

/// The settings of the gateway cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BadSmsapiSettings {
    /// The token would go in the clear, or the address is not of the web.
    #[error("the address {0} of the SMS gateway must begin with https:// (http:// only on the same machine)")]
    NotHttps(Url),
    /// No token.
    #[error(
        "the token of the SMS gateway is empty or has characters that a token has not. Copy it anew from SMSAPI"
    )]
    Token,
    /// A sender's name that the gateway cannot have approved.
    #[error("the sender's name of SMS has 1 to 11 characters: letters, digits, spaces and . - _ &")]
    Sender,
    /// Too many parts.
    #[error("an SMS may have 1 to {PARTS_MAX} parts, not {0}")]
    Parts(u8),
    /// The client of HTTP cannot be made.
    #[error("the client of the SMS gateway cannot be made: {0}")]
    Client(#[from] reqwest::Error),
}

/// One text to one number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sms {
    /// The number, with or without its country and a plus: 9 to 15 digits.
    pub to: String,
    /// The text.
    pub text: String,
    /// The identity of the message, the same at every try: at most 255 of the letters, digits, `-` and `_`.
    pub idx: String,
}

/// The gateway.
#[derive(Debug, Clone)]
pub struct Smsapi {
    settings: SmsapiSettings,
    client: Client,
    exchange_max: Duration,
}

#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    error: Option<i64>,
    #[serde(default)]
    message: Option<String>,
    #[serde(default)]
    list: Vec<Taken>,
    #[serde(default)]
    invalid_numbers: Vec<serde_json::Value>,
}

#[derive(Deserialize)]
struct Taken {
    id: serde_json::Value,
    #[serde(default)]
    status: Option<String>,
    #[serde(default)]
    points: Option<f64>,
}

impl Smsapi {
    /// A gateway with these settings; nothing is sent yet.
    ///
    /// # Errors
    /// The settings cannot be used; the text says how to mend them.
    pub fn new(settings: SmsapiSettings) -> Result<Self, BadSmsapiSettings> {
        for url in [Some(&settings.base_url), settings.backup_url.as_ref()].into_iter().flatten() {
            let same_machine = match url.host() {
                Some(Host::Domain(name)) => name == "localhost",
                Some(Host::Ipv4(ip)) => ip.is_loopback(),
                Some(Host::Ipv6(ip)) => ip.is_loopback(),
                None => false,
            };
            if url.scheme() != "https" && !(url.scheme() == "http" && same_machine) {
                return Err(BadSmsapiSettings::NotHttps(url.clone()));
            }
        }
        if settings.token.is_empty() || !settings.token.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(BadSmsapiSettings::Token);
        }
        let nameable = |c: char| c.is_ascii_alphanumeric() || " .-_&".contains(c);
        if settings
            .sender
            .as_ref()
            .is_some_and(|name| name.is_empty() || name.chars().count() > 11 || !name.chars().all(nameable))
        {
            return Err(BadSmsapiSettings::Sender);
        }
        if !(1..=PARTS_MAX).contains(&settings.max_parts) {
            return Err(BadSmsapiSettings::Parts(settings.max_parts));
        }
        let client = http::client(None)?;
        Ok(Self { settings, client, exchange_max: EXCHANGE_MAX })
    }

    /// Waits for no answer longer than this.
    #[must_use]
    pub fn patience(mut self, exchange_max: Duration) -> Self {
        self.exchange_max = exchange_max;
        self
    }

    /// The text as it will be sent.
    #[must_use]
    pub fn written(&self, text: &str) -> String {
        if self.settings.without_diacritics { without_diacritics(text) } else { text.to_owned() }
    }

    /// Sends one message; ends within 20 seconds for each address of the gateway. `now` is needed to understand how
    /// long the gateway asks to wait.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn send(&self, sms: &Sms, now: DateTime<Utc>) -> Result<Receipt, Failure> {
        let form = self.form(sms)?;
        let first = self.ask(&self.settings.base_url, &form, now).await;
        let (Err(failure), Some(backup)) = (&first, &self.settings.backup_url) else { return first };
        // Both addresses lead to the same account, so its credentials and limits are the same; what may differ is
        // whether they can be reached.
        if !matches!(failure, Failure::Temporary { .. }) {
            return first;
        }
        let failure = failure.clone();
        self.ask(backup, &form, now).await.map_err(|later| failure.or_later(later))
    }

    fn form(&self, sms: &Sms) -> Result<Vec<(&'static str, String)>, Failure> {
        let digits = sms.to.strip_prefix('+').unwrap_or(&sms.to);
        if !(DIGITS_MIN..=DIGITS_MAX).contains(&digits.len()) || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(Failure::address(
                "a phone number has 9 to 15 digits, and a plus before them at most",
            ));
        }
        let fit = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        if sms.idx.is_empty() || sms.idx.len() > IDX_MAX || !sms.idx.bytes().all(fit) {
            return Err(Failure::message("the identity of an SMS has 1 to 255 letters, digits, - and _"));
        }
        let text = self.written(&sms.text);
        let count = parts(&text).parts;
        if count == 0 {
            return Err(Failure::message("the text of the SMS is empty"));
        }
        let max_parts = self.settings.max_parts;
        if count > usize::from(max_parts) {
            return Err(Failure::message(format!(
                "the text takes {count} SMS, and at most {max_parts} are allowed"
            )));
        }
        let mut form = vec![
            ("to", digits.to_owned()),
            ("message", text),
            ("encoding", "utf-8".to_owned()),
            ("format", "json".to_owned()),
            ("idx", sms.idx.clone()),
            ("check_idx", "1".to_owned()),
            ("max_parts", max_parts.to_string()),
        ];
        if self.settings.without_diacritics {
            form.push(("normalize", "1".to_owned()));
        }
        if let Some(sender) = &self.settings.sender {
            form.push(("from", sender.clone()));
        }
        if let Some(url) = &self.settings.notify_url {
            form.push(("notify_url", url.to_string()));
        }
        Ok(form)
    }

    async fn ask(&self, base: &Url, form: &[(&str, String)], now: DateTime<Utc>) -> Result<Receipt, Failure> {
        const WHOM: &str = "the SMS gateway";
        let mut url = base.clone();
        url.set_path(&format!("{}/sms.do", base.path().trim_end_matches('/')));
        let request = self.client.post(url).bearer_auth(&self.settings.token).form(form);
        let response =
            request.timeout(self.exchange_max).send().await.map_err(|error| http::broken(&error, WHOM))?;
        let status = response.status();
        let retry_after = http::retry_after(&response, now);
        let text = http::text(response).await;
        // An error of the gateway says more in its body than by its status, whatever that is.
        let answer = text.as_ref().ok().and_then(|text| serde_json::from_str::<Answer>(text).ok());
        if let Some(Answer { error: Some(code), message, .. }) = &answer {
            return match meaning(*code, message.as_deref().unwrap_or("no reason given")) {
                Meaning::AlreadySent => {
                    Ok(Receipt::new(None, "SMSAPI 53: the same message was taken before"))
                }
                Meaning::Failed(failure) => Err(failure),
            };
        }
        match (status, answer) {
            (StatusCode::OK, Some(answer)) => match answer.list.first() {
                Some(taken) => Ok(receipt(taken)),
                None if answer.invalid_numbers.is_empty() => {
                    Err(Failure::unknown("the SMS gateway answered without saying what it took"))
                }
                None => Err(Failure::address("SMSAPI: the number was refused")),
            },
            (StatusCode::OK, None) => Err(Failure::unknown("the SMS gateway's answer cannot be understood")),
            (StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN, _) => {
                Err(Failure::misconfigured(format!("{WHOM} answered {status}. Check its token and address")))
            }
            (StatusCode::TOO_MANY_REQUESTS, _) => {
                Err(Failure::throttled(format!("{WHOM} answered {status}"), retry_after))
            }
            // It may have been taken before the trouble began; the idx makes the next try harmless.
            (status, _) if status.is_server_error() => {
                Err(Failure::Temporary { text: format!("{WHOM} answered {status}"), retry_after })
            }
            (status, _) => Err(Failure::misconfigured(format!(
                "{WHOM} answered {status}. Check its address in the settings"
            ))),
        }
    }
}

fn receipt(taken: &Taken) -> Receipt {
    let id = match &taken.id {
        serde_json::Value::String(id) => id.clone(),
        other => other.to_string(),
    };
    let status = taken.status.as_deref().unwrap_or("taken");
    let points = taken.points.map(|points| format!(", {points} points")).unwrap_or_default();
    Receipt::new(Some(id), &format!("SMSAPI: {status}{points}"))
}
