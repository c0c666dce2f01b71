//! The three keys of a secret survey. The private halves live from the opening to the opening of the urn.

use blind_rsa_signatures::{
    BlindSignature, DefaultRng, KeyPairSha384PSSRandomized, MessageRandomizer, PublicKeySha384PSSRandomized,
    SecretKeySha384PSSRandomized, Signature,
};
use hpke::{Deserializable, Kem, Serializable, kem::DhP256HkdfSha256};
use p256::{ecdsa::SigningKey, elliptic_curve::Generate};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{MODULUS_BYTES, RANDOM_BYTES, Refused, Token, as_text};

/// Bits of the token key. A token is of use only while the survey is open, and blindness does not depend on the size, so
/// the least that RFC 9474 lets pass is enough.
const TOKEN_KEY_BITS: usize = MODULUS_BYTES * 8;

/// The private halves.
pub struct Keys {
    token: SecretKeySha384PSSRandomized,
    pub(super) urn: <DhP256HkdfSha256 as Kem>::PrivateKey,
    pub(super) file: SigningKey,
    public: PublicKeys,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys(…)")
    }
}

/// The private halves as they are kept.
#[derive(Serialize, Deserialize)]
struct Kept {
    #[serde(with = "as_text")]
    token: Vec<u8>,
    #[serde(with = "as_text")]
    urn: Vec<u8>,
    #[serde(with = "as_text")]
    file: Vec<u8>,
}

impl Keys {
    /// New keys for one survey.
    ///
    /// # Errors
    /// When the system gives no random numbers.
    pub fn generate() -> Result<Self, Refused> {
        let token = KeyPairSha384PSSRandomized::generate(&mut DefaultRng, TOKEN_KEY_BITS)
            .map_err(|_| Refused::Failed)?;
        let (urn, _) = DhP256HkdfSha256::gen_keypair();
        let file = SigningKey::generate();
        Self::of(token.sk, urn, file)
    }

    fn of(
        token: SecretKeySha384PSSRandomized,
        urn: <DhP256HkdfSha256 as Kem>::PrivateKey,
        file: SigningKey,
    ) -> Result<Self, Refused> {
        let public = PublicKeys {
            token: token.public_key().and_then(|key| key.to_der()).map_err(|_| Refused::Key)?,
            urn: DhP256HkdfSha256::sk_to_pk(&urn).to_bytes().to_vec(),
            file: file.verifying_key().to_sec1_point(false).as_bytes().to_vec(),
        };
        Ok(Self { token, urn, file, public })
    }

    /// As they are kept, under a seal of the installation's.
    ///
    /// # Errors
    /// When a library fails.
    pub fn to_bytes(&self) -> Result<Vec<u8>, Refused> {
        let kept = Kept {
            token: self.token.to_der().map_err(|_| Refused::Failed)?,
            urn: self.urn.to_bytes().to_vec(),
            file: self.file.to_bytes().to_vec(),
        };
        serde_json::to_vec(&kept).map_err(|_| Refused::Failed)
    }

    /// From what was kept.
    ///
    /// # Errors
    /// When these are no keys.
    pub fn from_bytes(kept: &[u8]) -> Result<Self, Refused> {
        let kept: Kept = serde_json::from_slice(kept).map_err(|_| Refused::Key)?;
        Self::of(
            SecretKeySha384PSSRandomized::from_der(&kept.token).map_err(|_| Refused::Key)?,
            Deserializable::from_bytes(&kept.urn).map_err(|_| Refused::Key)?,
            SigningKey::from_slice(&kept.file).map_err(|_| Refused::Key)?,
        )
    }

    /// The public halves.
    #[must_use]
    pub fn public(&self) -> &PublicKeys {
        &self.public
    }

    /// Signs a token that nobody but its voter can see. The same blinded token is always answered by the same bytes.
    ///
    /// # Errors
    /// When it is no blinded token.
    pub fn sign(&self, blinded: &[u8]) -> Result<Vec<u8>, Refused> {
        let BlindSignature(signed) = self.token.blind_sign(blinded).map_err(|_| Refused::Blinded)?;
        Ok(signed)
    }
}

/// The public halves, as pages and the published file show them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublicKeys {
    /// RSA, `SubjectPublicKeyInfo` in DER: it verifies tokens.
    #[serde(with = "as_text")]
    pub token: Vec<u8>,
    /// A point of P-256: envelopes are for it.
    #[serde(with = "as_text")]
    pub urn: Vec<u8>,
    /// A point of P-256: it verifies the published file.
    #[serde(with = "as_text")]
    pub file: Vec<u8>,
}

impl PublicKeys {
    /// What people compare: the first 16 bytes of the hash of all three, in groups of four hexadecimal digits.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let digest = Sha256::new()
            .chain_update(Sha256::digest(&self.token))
            .chain_update(Sha256::digest(&self.urn))
            .chain_update(Sha256::digest(&self.file))
            .finalize();
        let groups: Vec<String> =
            digest[..16].chunks(2).map(|pair| format!("{:02x}{:02x}", pair[0], pair[1])).collect();
        groups.join(" ")
    }

    /// The key of tokens, ready to verify.
    ///
    /// # Errors
    /// When it is none.
    pub fn verify(&self) -> Result<Verify, Refused> {
        PublicKeySha384PSSRandomized::from_der(&self.token).map(Verify).map_err(|_| Refused::Key)
    }
}

/// The key that verifies tokens.
#[derive(Debug, Clone)]
pub struct Verify(pub(super) PublicKeySha384PSSRandomized);

impl Verify {
    /// Whether these bytes can be signed as a blinded token: as long as the modulus and below it.
    #[must_use]
    pub fn may_sign(&self, blinded: &[u8]) -> bool {
        let modulus = self.0.components().n();
        blinded.len() == MODULUS_BYTES && modulus.len() == MODULUS_BYTES && blinded < modulus.as_slice()
    }

    /// Whether the town signed a token.
    ///
    /// # Errors
    /// [`Refused::Token`] when it did not.
    pub fn verify(&self, token: &Token, signature: &[u8]) -> Result<(), Refused> {
        let (random, message) = token.bytes().split_first_chunk::<RANDOM_BYTES>().ok_or(Refused::Token)?;
        self.0
            .verify(&Signature(signature.to_vec()), Some(MessageRandomizer(*random)), message)
            .map_err(|_| Refused::Token)
    }
}
