//! Przelewy24, REST API v1.
//!
//! Sources: `mnastalski/przelewy24-php` (with its tests), `devpark/laravel-przelewy24`, `ingameltd/node-przelewy24`.
//!
//! Register, send the browser there, take the signed message, **verify**: without that the money stays an advance of the
//! payer. Amounts are whole grosze. A signature (`sign`) is the SHA-384 of compact JSON, whose members stand in an order of
//! their own and in which neither slashes nor Polish letters are escaped.

mod ask;
mod notice;
mod sign;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use reqwest::Client;
use serde::Deserialize;
use url::Url;

use crate::{Keys, MethodKind, SettingsFault, http, settings::Check};
pub use sign::{SignedNotice, SignedRefund, SignedRegister, SignedVerify, sign};

/// The only currency in which Reeve orders.
const CURRENCY: &str = "PLN";

/// A contract with Przelewy24.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Przelewy24Settings {
    /// Short name, in addresses and in what is booked; never changed once used.
    pub id: String,
    /// `https://secure.przelewy24.pl`, for tests `https://sandbox.przelewy24.pl`.
    pub base_url: Url,
    /// The merchant's number.
    pub merchant_id: i64,
    /// The shop's number; mostly the same.
    pub pos_id: i64,
    /// The CRC key, with which messages are signed.
    pub crc: Keys,
    /// The key of the API ("klucz do raportów"), the password of our questions.
    pub api_key: Keys,
    /// Channels (a bit mask) that are transfers; 2 are transfers, 64 pay-by-link.
    #[serde(default = "usual_transfer_channels")]
    pub transfer_channels: u32,
    /// By which HTTP method a payment is verified. All libraries say `PUT`; a summary of the operator's own document
    /// says `POST`.
    #[serde(default)]
    pub verify_by: VerifyBy,
    /// Kinds of methods by their number, where the list of methods does not tell or tells wrongly.
    #[serde(default)]
    pub kinds: BTreeMap<String, MethodKind>,
    /// Whether `http://` addresses of this very machine are taken; for tests.
    #[serde(default)]
    pub allow_http_loopback: bool,
    /// Longest time for one answer, in milliseconds.
    #[serde(default = "crate::settings::usual_time_limit_ms")]
    pub time_limit_ms: u64,
}

/// An HTTP method.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum VerifyBy {
    /// `PUT`
    #[default]
    Put,
    /// `POST`
    Post,
}

fn usual_transfer_channels() -> u32 {
    2
}

/// Przelewy24 with our contract.
#[derive(Debug, Clone)]
pub struct Przelewy24 {
    settings: Arc<Przelewy24Settings>,
    client: Client,
}

impl Przelewy24 {
    /// With these settings; nothing is asked yet.
    ///
    /// # Errors
    /// The settings cannot be used; the text says how to mend them.
    pub fn new(settings: Przelewy24Settings) -> Result<Self, SettingsFault> {
        let check = Check { operator: &settings.id };
        check.id()?;
        check.address("base_url", &settings.base_url, settings.allow_http_loopback)?;
        let number = |number| (1..=9_999_999_999).contains(&number);
        check.that(number(settings.merchant_id), "merchant_id", "must be the number that Przelewy24 gave")?;
        check.that(number(settings.pos_id), "pos_id", "must be the number that Przelewy24 gave")?;
        check.keys("crc", &settings.crc)?;
        check.keys("api_key", &settings.api_key)?;
        let channels = (1..=0xffff).contains(&settings.transfer_channels);
        check.that(channels, "transfer_channels", "must be a sum of channels from 1 to 65535, as 2 or 66")?;
        check.common(&settings.kinds, settings.time_limit_ms)?;
        let client =
            http::client(Duration::from_millis(settings.time_limit_ms)).map_err(|error| SettingsFault {
                operator: settings.id.clone(),
                field: "time_limit_ms",
                problem: format!("allows no client of HTTPS: {error}"),
            })?;
        Ok(Self { settings: Arc::new(settings), client })
    }

    /// Its settings.
    #[must_use]
    pub fn settings(&self) -> &Przelewy24Settings {
        &self.settings
    }

    fn kind(&self, method: i64) -> Option<MethodKind> {
        self.settings.kinds.get(&method.to_string()).copied()
    }
}

/// Przelewy24 writes amounts as we do: whole grosze, a number of JSON.
#[must_use]
pub fn amount(grosze: i64) -> i64 {
    grosze
}
