//! Settings of Autopay.

use std::collections::BTreeMap;

use serde::Deserialize;
use url::Url;

use crate::{Keys, MethodKind};

/// The digest that is agreed with the operator. MD5 and SHA-1, which old services may have, are not spoken: ask the
/// operator for one of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum HashMethod {
    /// SHA-256, the operator's default.
    #[default]
    Sha256,
    /// SHA-512.
    Sha512,
}

/// A contract with Autopay.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AutopaySettings {
    /// Short name, in addresses and in what is booked; never changed once used.
    pub id: String,
    /// `https://pay.autopay.eu`, for tests `https://testpay.autopay.eu`.
    pub base_url: Url,
    /// The number of our service.
    pub service_id: String,
    /// The shared key.
    pub keys: Keys,
    /// The digest.
    #[serde(default)]
    pub hash: HashMethod,
    /// Where payments begin; some services have a path of their own.
    #[serde(default = "usual_start_path")]
    pub start_path: String,
    /// Whether we ask for the address of the payment ourselves ("pre-transaction") and the browser then goes there by a
    /// plain redirection; else the browser brings a signed form.
    #[serde(default)]
    pub background_start: bool,
    /// Kinds of methods by their number (`GatewayID`), where the list of gateways does not tell or tells wrongly.
    #[serde(default)]
    pub kinds: BTreeMap<String, MethodKind>,
    /// Whether `http://` addresses of this very machine are taken; for tests.
    #[serde(default)]
    pub allow_http_loopback: bool,
    /// Longest time for one answer, in milliseconds.
    #[serde(default = "crate::settings::usual_time_limit_ms")]
    pub time_limit_ms: u64,
}

fn usual_start_path() -> String {
    "/payment".to_owned()
}
