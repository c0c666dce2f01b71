//! What a browser gives us so that we can reach it.

use std::fmt;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use p256::PublicKey;
use url::{Host, Url};

use super::reach::{Reach, is_public};

/// Characters of an address of a push service; those of today have a few hundred.
const ENDPOINT_MAX: usize = 2048;
/// Bytes of the secret that browser and sender share.
const AUTH_BYTES: usize = 16;
/// Bytes of an uncompressed point.
const POINT_BYTES: usize = 65;

/// The subscription of one browser.
#[derive(Clone, PartialEq, Eq)]
pub struct Subscription {
    pub(super) endpoint: Url,
    pub(super) public: PublicKey,
    pub(super) auth: [u8; AUTH_BYTES],
}

/// What was given is no subscription.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadSubscription {
    /// The address is none, or not one of the public internet.
    #[error("endpoint must be an https:// address on the internet of at most {ENDPOINT_MAX} characters")]
    Endpoint,
    /// The browser's key.
    #[error("keys.p256dh must be a point of P-256: {POINT_BYTES} bytes as base64url")]
    Key,
    /// The shared secret.
    #[error("keys.auth must be {AUTH_BYTES} bytes as base64url")]
    Auth,
}

impl Subscription {
    /// Reads the three parts of a browser's `PushSubscription`: `endpoint`, `keys.p256dh`, `keys.auth`.
    ///
    /// # Errors
    /// A part that cannot be right, or an address that is not on the internet.
    pub fn parse(endpoint: &str, p256dh: &str, auth: &str) -> Result<Self, BadSubscription> {
        Self::parse_within(Reach::Internet, endpoint, p256dh, auth)
    }

    /// As [`parse`](Self::parse), and lets addresses of this machine pass, also by plain `http`: for tests and the
    /// demonstration, together with [`PushSettings::loopback`](super::PushSettings::loopback).
    ///
    /// # Errors
    /// As [`parse`](Self::parse).
    pub fn parse_loopback(endpoint: &str, p256dh: &str, auth: &str) -> Result<Self, BadSubscription> {
        Self::parse_within(Reach::Loopback, endpoint, p256dh, auth)
    }

    fn parse_within(reach: Reach, endpoint: &str, p256dh: &str, auth: &str) -> Result<Self, BadSubscription> {
        if endpoint.len() > ENDPOINT_MAX {
            return Err(BadSubscription::Endpoint);
        }
        let endpoint = Url::parse(endpoint).map_err(|_| BadSubscription::Endpoint)?;
        if !may_go(reach, &endpoint) {
            return Err(BadSubscription::Endpoint);
        }
        let point = decode(p256dh).filter(|bytes| bytes.len() == POINT_BYTES).ok_or(BadSubscription::Key)?;
        let public = PublicKey::from_sec1_bytes(&point).map_err(|_| BadSubscription::Key)?;
        let auth = decode(auth).and_then(|bytes| bytes.try_into().ok()).ok_or(BadSubscription::Auth)?;
        Ok(Self { endpoint, public, auth })
    }

    /// The address of the push service with the name of the subscription: whoever knows it can write to the browser.
    #[must_use]
    pub fn endpoint(&self) -> &Url {
        &self.endpoint
    }
}

/// Base64url; some browsers' programs add padding.
fn decode(text: &str) -> Option<Vec<u8>> {
    if text.len() > 2 * POINT_BYTES {
        return None;
    }
    BASE64_URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).ok()
}

/// Whether an address may be asked, as far as it can be told without resolving its name.
pub(super) fn may_go(reach: Reach, url: &Url) -> bool {
    if !url.username().is_empty() || url.password().is_some() {
        return false;
    }
    let ip = match url.host() {
        None => return false,
        Some(Host::Domain(_)) => None,
        Some(Host::Ipv4(ip)) => Some(ip.into()),
        Some(Host::Ipv6(ip)) => Some(ip.into()),
    };
    match reach {
        Reach::Internet => url.scheme() == "https" && ip.is_none_or(is_public),
        Reach::Loopback => {
            let here = ip.is_some_and(|ip: std::net::IpAddr| ip.is_loopback())
                || url.host() == Some(Host::Domain("localhost"));
            match url.scheme() {
                "http" => here,
                "https" => here || ip.is_none_or(is_public),
                _ => false,
            }
        }
    }
}

impl fmt::Debug for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let origin = self.endpoint.origin().ascii_serialization();
        f.debug_struct("Subscription").field("service", &origin).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const POINT: &str =
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
    const AUTH: &str = "BTBZMqHH6r4Tts7J_aSIgg";

    #[test]
    fn a_subscription_is_read_and_its_address_is_not_shown() {
        let subscription =
            Subscription::parse("https://push.example.org/send/secret-name", POINT, AUTH).unwrap();
        assert!(!format!("{subscription:?}").contains("secret-name"));
        Subscription::parse("https://push.example.org/x", &format!("{POINT}="), &format!("{AUTH}=="))
            .unwrap();
    }

    #[test]
    fn addresses_inside_the_house_are_refused() {
        for endpoint in [
            "http://push.example.org/x",
            "ftp://push.example.org/x",
            "https://127.0.0.1/x",
            "https://2130706433/x",
            "https://0x7f.1/x",
            "https://10.1.2.3/x",
            "https://172.16.0.1/x",
            "https://192.168.1.1/x",
            "https://169.254.169.254/latest/meta-data",
            "https://100.64.0.1/x",
            "https://0.0.0.0/x",
            "https://[::1]/x",
            "https://[fe80::1]/x",
            "https://[fd00::1]/x",
            "https://[::ffff:10.0.0.1]/x",
            "https://[64:ff9b::7f00:1]/x",
            "https://[2002:7f00:1::]/x",
            "https://user:password@push.example.org/x",
            "/x",
            "",
        ] {
            let read = Subscription::parse(endpoint, POINT, AUTH);
            assert_eq!(read.unwrap_err(), BadSubscription::Endpoint, "{endpoint}");
        }
        assert!(Subscription::parse_loopback("http://127.0.0.1:9/x", POINT, AUTH).is_ok());
        assert!(Subscription::parse_loopback("http://10.0.0.1/x", POINT, AUTH).is_err());
    }

    #[test]
    fn keys_that_are_none_are_refused() {
        let read =
            |key: &str, auth: &str| Subscription::parse("https://push.example.org/x", key, auth).unwrap_err();
        assert_eq!(read("", AUTH), BadSubscription::Key);
        assert_eq!(read(&POINT.replace('B', "C"), AUTH), BadSubscription::Key);
        assert_eq!(read(&format!("{}A", POINT.trim_end_matches('4')), AUTH), BadSubscription::Key);
        assert_eq!(read(POINT, ""), BadSubscription::Auth);
        assert_eq!(read(POINT, POINT), BadSubscription::Auth);
    }
}
