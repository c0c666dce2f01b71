//! One resident, one vote, and nobody knows which.
//!
//! Whoever may vote makes a key pair of their own for one survey. Its public half, behind 32 random bytes, is the
//! [`Token`]. The town signs it blindly (RSABSSA-SHA384-PSS-Randomized, RFC 9474) and writes into the roll that this person
//! has had a token; which one it was, it never sees. The ballot goes out by itself: the token, the signature, and an
//! [`Envelope`](Ballot::envelope) for the key of the urn (HPKE, RFC 9180), sealed by the token's key so that nobody can
//! change it. All envelopes of a survey are of one size. When the urn is opened, ballots and tokens leave it as two lists
//! in two orders of chance ([`urn::Opened`]), which go into one published file ([`file`]) that anybody can count again.
//!
//! [`voter`] is the voter's half; the browser does the same in `static/src/surveys/`, and both are tested with the vectors
//! of the RFC and with each other.

pub mod file;
pub mod keys;
pub mod urn;
pub mod voter;

use std::fmt;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use p256::ecdsa::{Signature, VerifyingKey, signature::Verifier};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use uuid::Uuid;

pub use keys::{Keys, PublicKeys, Verify};

/// Bytes of the random part of a token.
pub const RANDOM_BYTES: usize = 32;
/// Bytes of a public key on P-256, uncompressed (SEC 1).
pub const POINT_BYTES: usize = 65;
/// Bytes of a token.
pub const TOKEN_BYTES: usize = RANDOM_BYTES + POINT_BYTES;
/// Bytes of a blinded token, of a signature under the token key, and of its modulus.
pub const MODULUS_BYTES: usize = 256;
/// Bytes of a seal (ECDSA on P-256, SHA-256, both numbers one after the other).
pub const SEAL_BYTES: usize = 64;
/// To what a token is bound that is closed for the urn and left with the roll.
pub const HANDLE: &[u8] = b"handle";
/// Bytes of AES-GCM's tag at the end of an envelope.
const TAG_BYTES: usize = 16;

/// Why cryptography says no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The key is none.
    #[error("this is no key")]
    Key,
    /// A blinded token of the wrong size, or none below the modulus.
    #[error("this is no blinded token")]
    Blinded,
    /// The token does not bear the town's signature.
    #[error("the token is not signed by the town for this survey")]
    Token,
    /// The envelope was not sealed by the token's key.
    #[error("the envelope was not sealed with the token's key")]
    Seal,
    /// The envelope is of another size than all others.
    #[error("the envelope has not the size that all envelopes of this survey have")]
    Size,
    /// The system gives no random numbers, or a library fails without a reason of ours.
    #[error("cryptography failed")]
    Failed,
}

/// Bytes as text that can stand in JSON and addresses.
#[must_use]
pub fn text_of(bytes: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

/// Bytes from their text.
#[must_use]
pub fn bytes_of(text: &str) -> Option<Vec<u8>> {
    BASE64_URL_SAFE_NO_PAD.decode(text).ok()
}

/// Bytes as base64url in JSON.
pub(crate) mod as_text {
    use super::*;

    pub(crate) fn serialize<S: Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&text_of(bytes))
    }

    pub(crate) fn deserialize<'a, D: Deserializer<'a>>(from: D) -> Result<Vec<u8>, D::Error> {
        bytes_of(&String::deserialize(from)?).ok_or_else(|| D::Error::custom("no base64url"))
    }
}

/// The right to one ballot: 32 random bytes and the public key with which the voter seals it. Random bytes first, so that a
/// few letters of its text find it in a list.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Token([u8; TOKEN_BYTES]);

impl Token {
    /// From its bytes.
    ///
    /// # Errors
    /// When there are too few or too many, or the key in them is none.
    pub fn new(bytes: &[u8]) -> Result<Self, Refused> {
        let token = Self(bytes.try_into().map_err(|_| Refused::Token)?);
        token.key()?;
        Ok(token)
    }

    /// Its bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    fn key(&self) -> Result<VerifyingKey, Refused> {
        VerifyingKey::from_sec1_bytes(&self.0[RANDOM_BYTES..]).map_err(|_| Refused::Token)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

impl Serialize for Token {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&text_of(&self.0))
    }
}

impl<'a> Deserialize<'a> for Token {
    fn deserialize<D: Deserializer<'a>>(from: D) -> Result<Self, D::Error> {
        let bytes = bytes_of(&String::deserialize(from)?).ok_or_else(|| D::Error::custom("no base64url"))?;
        Self::new(&bytes).map_err(D::Error::custom)
    }
}

/// A ballot on its way to the urn and in it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ballot {
    /// The right to it.
    pub token: Token,
    /// The town's signature of the token.
    #[serde(with = "as_text")]
    pub signature: Vec<u8>,
    /// The answers, for the key of the urn.
    #[serde(with = "as_text")]
    pub envelope: Vec<u8>,
    /// The envelope's signature by the token's key.
    #[serde(with = "as_text")]
    pub seal: Vec<u8>,
}

impl fmt::Debug for Ballot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ballot(…)")
    }
}

impl Ballot {
    /// Whether it may go into the urn of a survey: signed by the town, sealed by the token's key, and of the size of all
    /// others.
    ///
    /// # Errors
    /// Says what is wrong.
    pub fn check(&self, survey: Uuid, keys: &Verify, plain_bytes: usize) -> Result<(), Refused> {
        if self.envelope.len() != envelope_bytes(plain_bytes) {
            return Err(Refused::Size);
        }
        keys.verify(&self.token, &self.signature)?;
        let seal = Signature::from_slice(&self.seal).map_err(|_| Refused::Seal)?;
        let sealed = sealed_text(survey, &self.envelope);
        self.token.key()?.verify(&sealed, &seal).map_err(|_| Refused::Seal)
    }
}

/// Bytes of an envelope around so many bytes.
#[must_use]
pub fn envelope_bytes(plain_bytes: usize) -> usize {
    POINT_BYTES + plain_bytes + TAG_BYTES
}

/// What the token's key signs.
fn sealed_text(survey: Uuid, envelope: &[u8]) -> Vec<u8> {
    [b"reeve ballot\0".as_slice(), survey.as_bytes(), envelope].concat()
}

/// HPKE's `info`: an envelope of one survey opens in no other.
fn envelope_info(survey: Uuid) -> Vec<u8> {
    [b"reeve envelope\0".as_slice(), survey.as_bytes()].concat()
}
