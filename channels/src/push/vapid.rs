//! The key by which push services know us: RFC 8292.

use std::fmt;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use p256::{
    SecretKey,
    ecdsa::{Signature, SigningKey, signature::Signer},
};
use url::Url;

use super::{NoRandomness, fresh_secret};

/// How long a statement of who sends is good: half of the day that RFC 8292 §2 allows, so that clocks may differ.
const GOOD_FOR: TimeDelta = TimeDelta::hours(12);

/// The key pair of one installation. Browsers bind a subscription to its public half, so a new key ends all of them.
#[derive(Clone)]
pub struct VapidKey {
    secret: SecretKey,
}

/// A secret that is no key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "the secret key of web push is no private key of P-256 (32 bytes as base64url, 43 characters). Make a new one; all subscriptions end with the old one"
)]
pub struct BadVapidKey;

impl VapidKey {
    /// A new key.
    ///
    /// # Errors
    /// The system gives no random numbers.
    pub fn generate() -> Result<Self, NoRandomness> {
        Ok(Self { secret: fresh_secret()? })
    }

    /// Reads the secret half: 32 bytes as base64url without padding.
    ///
    /// # Errors
    /// It is none.
    pub fn parse(secret: &str) -> Result<Self, BadVapidKey> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(secret.trim()).map_err(|_| BadVapidKey)?;
        let secret = (bytes.len() == 32).then(|| SecretKey::from_slice(&bytes)).ok_or(BadVapidKey)?;
        Ok(Self { secret: secret.map_err(|_| BadVapidKey)? })
    }

    /// The secret half, to be kept where secrets are: 32 bytes as base64url.
    #[must_use]
    pub fn secret(&self) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(self.secret.to_bytes())
    }

    /// The public half, which browsers get as `applicationServerKey`: an uncompressed point of 65 bytes as base64url.
    #[must_use]
    pub fn public_key(&self) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(self.secret.public_key().to_sec1_bytes())
    }

    /// The value of the header `Authorization` for a push service: who sends, to whom, until when, signed (ES256).
    /// `subject` is an address of ours, `mailto:` or `https:`.
    #[must_use]
    pub fn authorization(&self, endpoint: &Url, subject: &str, now: DateTime<Utc>) -> String {
        let claims = serde_json::json!({
            "aud": endpoint.origin().ascii_serialization(),
            "exp": (now + GOOD_FOR).timestamp(),
            "sub": subject,
        });
        let head = BASE64_URL_SAFE_NO_PAD.encode(r#"{"typ":"JWT","alg":"ES256"}"#);
        let claims = BASE64_URL_SAFE_NO_PAD.encode(claims.to_string());
        let signed = format!("{head}.{claims}");
        let signature: Signature = SigningKey::from(&self.secret).sign(signed.as_bytes());
        let signature = BASE64_URL_SAFE_NO_PAD.encode(signature.to_bytes());
        format!("vapid t={signed}.{signature}, k={}", self.public_key())
    }
}

impl fmt::Debug for VapidKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VapidKey").field("public_key", &self.public_key()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use p256::ecdsa::{VerifyingKey, signature::Verifier};

    use super::*;

    #[test]
    fn a_key_can_be_kept() {
        let key = VapidKey::generate().unwrap();
        assert_eq!(key.secret().len(), 43);
        assert_eq!(key.public_key().len(), 87);
        assert_eq!(VapidKey::parse(&key.secret()).unwrap().public_key(), key.public_key());
        assert!(!format!("{key:?}").contains(&key.secret()));
        let zero = "A".repeat(43);
        for bad in ["", "x", &key.public_key(), &zero] {
            assert!(VapidKey::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn who_sends_is_signed() {
        let key = VapidKey::generate().unwrap();
        let endpoint = Url::parse("https://push.example.org:8443/wpush/v2/abc").unwrap();
        let now = DateTime::from_timestamp(1_790_000_000, 0).unwrap();
        let header = key.authorization(&endpoint, "mailto:urzad@example.pl", now);
        let (token, public) = header.strip_prefix("vapid t=").unwrap().split_once(", k=").unwrap();
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let public = VerifyingKey::from_sec1_bytes(&BASE64_URL_SAFE_NO_PAD.decode(public).unwrap()).unwrap();
        let signature = Signature::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(signature).unwrap()).unwrap();
        public.verify(signed.as_bytes(), &signature).unwrap();
        let claims = BASE64_URL_SAFE_NO_PAD.decode(signed.split_once('.').unwrap().1).unwrap();
        let claims: serde_json::Value = serde_json::from_slice(&claims).unwrap();
        assert_eq!(claims["aud"], "https://push.example.org:8443");
        assert_eq!(claims["sub"], "mailto:urzad@example.pl");
        assert_eq!(claims["exp"], 1_790_000_000 + 12 * 3600);
    }
}
