//! Autopay, formerly Blue Media ("BM").
//!
//! Sources: the operator's PHP SDK (`bluepayment-plugin/bm-sdk`, with its tests), its plugin for Magento 2, and its public
//! documentation, chapters "Status transakcji", "Zwroty", "Lista metod płatności – gatewayList" and "ISTN".
//!
//! A hash is the digest of values joined by `|` with the shared key at the end. Values that are absent or empty are
//! left out together with their separator. In answers and notifications the values are all those of the document, in its
//! order, whatever their names, so that a field which the operator adds tomorrow still verifies.

mod ask;
mod notice;
mod settings;

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, NaiveDateTime, Utc};
use reqwest::Client;

pub(crate) use notice::Reply;
pub use settings::{AutopaySettings, HashMethod};

use crate::{
    Fault, MethodKind, SettingsFault, State,
    hash::{sha256, sha512},
    http, money, operator,
    settings::Check,
    xml::Element,
};

/// The only currency in which Reeve orders.
const CURRENCY: &str = "PLN";

/// Autopay with our contract.
#[derive(Debug, Clone)]
pub struct Autopay {
    settings: Arc<AutopaySettings>,
    client: Client,
}

impl Autopay {
    /// With these settings; nothing is asked yet.
    ///
    /// # Errors
    /// The settings cannot be used; the text says how to mend them.
    pub fn new(settings: AutopaySettings) -> Result<Self, SettingsFault> {
        settings.check()?;
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
    pub fn settings(&self) -> &AutopaySettings {
        &self.settings
    }

    /// The hash of values with a key.
    #[must_use]
    pub fn hash<'v>(&self, values: impl IntoIterator<Item = &'v str>, key: &str) -> String {
        let mut text = String::new();
        for value in values.into_iter().filter(|value| !value.is_empty()) {
            text.push_str(value);
            text.push('|');
        }
        text.push_str(key);
        match self.settings.hash {
            HashMethod::Sha256 => sha256(&text),
            HashMethod::Sha512 => sha512(&text),
        }
    }

    /// The hash of values with the key of now.
    fn signed<'v>(&self, values: impl IntoIterator<Item = &'v str>, now: DateTime<Utc>) -> String {
        self.hash(values, self.settings.keys.signing(now))
    }

    /// The key with which a document is signed.
    ///
    /// A value with a `|` in it is refused: the hash does not say where one value ends and the next begins, and a
    /// payer's name could pretend to be a second payment.
    fn key_of(&self, document: &Element, now: DateTime<Utc>) -> Result<&str, Fault> {
        let mut values = Vec::new();
        document.leaves("hash", &mut values);
        if values.iter().any(|value| value.contains('|')) {
            return Err(Fault::BadValue("a field with | in it"));
        }
        let hash = document.needed("hash")?;
        self.settings.keys.matching(now, hash, |key| self.hash(values.iter().copied(), key))
    }

    /// The order that the browser comes back from (`ServiceID`, `OrderID`, `Hash`; hash over `ServiceID|OrderID|key`).
    ///
    /// # Errors
    /// The fields or their signature are not right.
    pub fn returned(&self, query: &str, now: DateTime<Utc>) -> Result<String, Fault> {
        let fields = operator::form(query.as_bytes(), 50)?;
        let field = |name| operator::field(&fields, name);
        let (service, order, hash) = (field("ServiceID")?, field("OrderID")?, field("Hash")?);
        if service != self.settings.service_id {
            return Err(Fault::OtherShop("service (ServiceID)"));
        }
        if !crate::model::is_order_id(order) {
            return Err(Fault::BadValue("OrderID"));
        }
        self.settings.keys.matching(now, hash, |key| self.hash([service, order], key))?;
        Ok(order.to_owned())
    }

    fn kind(&self, gateway: &str) -> Option<MethodKind> {
        // Test channels of the operator's plugins; the real ones are told by the list of gateways.
        let known = match gateway {
            "1500" => Some(MethodKind::Card),
            "509" => Some(MethodKind::Blik),
            "106" | "21" => Some(MethodKind::Transfer),
            _ => None,
        };
        self.settings.kinds.get(gateway).copied().or(known)
    }
}

/// `123.50`: a dot and exactly two digits after it.
#[must_use]
pub fn amount(grosze: i64) -> String {
    money::decimal(grosze, '.')
}

/// A description as the operator takes it: letters, digits, spaces and `. : - ,`, at most 79 characters. (That list is
/// from a third party's client; the operator's own is not public.)
#[must_use]
pub fn description(text: &str) -> String {
    let fit = |letter: char| if letter.is_alphanumeric() || ".:-,".contains(letter) { letter } else { ' ' };
    let line: String = text.chars().map(fit).collect();
    let line: String = line.split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars().take(79).collect::<String>().trim_end().to_owned()
}

/// `YYYYMMDDhhmmss`, on the clock of Poland.
fn moment(text: &str) -> Option<NaiveDateTime> {
    let digits = text.len() == 14 && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits { NaiveDateTime::parse_from_str(text, "%Y%m%d%H%M%S").ok() } else { None }
}

/// `PENDING`, `SUCCESS` or `FAILURE`.
fn state(text: &str) -> Option<State> {
    match text {
        "PENDING" => Some(State::Pending),
        "SUCCESS" => Some(State::Paid),
        "FAILURE" => Some(State::Failed),
        _ => None,
    }
}

impl AutopaySettings {
    fn check(&self) -> Result<(), SettingsFault> {
        let check = Check { operator: &self.id };
        check.id()?;
        check.address("base_url", &self.base_url, self.allow_http_loopback)?;
        let number =
            (1..=10).contains(&self.service_id.len()) && self.service_id.bytes().all(|b| b.is_ascii_digit());
        check.that(
            number,
            "service_id",
            "must be the number that Autopay gave to the service: 1 to 10 digits",
        )?;
        check.keys("keys", &self.keys)?;
        let path = self.start_path.starts_with('/') && self.start_path.len() <= 100;
        check.that(path, "start_path", "must begin with /, as /payment")?;
        check.common(&self.kinds, self.time_limit_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptions_lose_what_is_not_taken() {
        assert_eq!(
            description(" Opłata <za>\n śmieci: 2/2026 – rata, 1. "),
            "Opłata za śmieci: 2 2026 rata, 1."
        );
        assert_eq!(description(&"ż".repeat(100)).chars().count(), 79);
    }

    #[test]
    fn moments() {
        assert!(moment("20260515101112").is_some());
        for bad in ["20260230101112", "2026051510111", "+0260515101112", "20260515246060", ""] {
            assert_eq!(moment(bad), None, "{bad}");
        }
    }
}
