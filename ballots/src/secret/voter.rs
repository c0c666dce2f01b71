//! The voter's half: what the browser does, for tests and for whoever writes another way to vote.

use blind_rsa_signatures::{BlindSignature, BlindingResult, DefaultRng, MessageRandomizer};
use hpke::{
    Deserializable, Kem, OpModeS, Serializable, aead::AesGcm256, kdf::HkdfSha256, kem::DhP256HkdfSha256,
    single_shot_seal,
};
use p256::{
    ecdsa::{Signature, SigningKey, signature::Signer},
    elliptic_curve::Generate,
};
use uuid::Uuid;

use super::{
    Ballot, HANDLE, POINT_BYTES, PublicKeys, Refused, Token, envelope_info, sealed_text, urn::padded,
};
use crate::form::Answers;

/// A token that is not signed yet, with what its voter keeps for themselves.
pub struct Voter {
    key: SigningKey,
    token: Token,
    blinding: BlindingResult,
}

impl std::fmt::Debug for Voter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Voter(…)")
    }
}

/// A token that the town has signed.
#[derive(Debug, Clone)]
pub struct Entitled {
    key: SigningKey,
    /// The token: at the same time the voter's receipt.
    pub token: Token,
    /// The town's signature.
    pub signature: Vec<u8>,
}

impl Voter {
    /// A new token, blinded for the town.
    ///
    /// # Errors
    /// When the town's keys are none.
    pub fn new(keys: &PublicKeys) -> Result<Self, Refused> {
        let key = SigningKey::generate();
        let point = key.verifying_key().to_sec1_point(false);
        let blinding = keys.verify()?.0.blind(&mut DefaultRng, point.as_bytes()).map_err(|_| Refused::Key)?;
        let MessageRandomizer(random) = blinding.msg_randomizer.ok_or(Refused::Failed)?;
        let token = Token::new(&[random.as_slice(), point.as_bytes()].concat())?;
        Ok(Self { key, token, blinding })
    }

    /// What the town is asked to sign.
    #[must_use]
    pub fn blinded(&self) -> &[u8] {
        &self.blinding.blind_message
    }

    /// The token closed for the urn, for the roll, where the rule about paper needs it.
    ///
    /// # Errors
    /// When the urn's key is none.
    pub fn handle(&self, survey: Uuid, keys: &PublicKeys) -> Result<Vec<u8>, Refused> {
        for_urn(survey, keys, HANDLE, self.token.bytes())
    }

    /// Takes the blinding off the town's signature, which it verifies.
    ///
    /// # Errors
    /// When the town has not signed this with the key that it publishes.
    pub fn entitled(&self, keys: &PublicKeys, signed: &[u8]) -> Result<Entitled, Refused> {
        let point = &self.token.bytes()[self.token.bytes().len() - POINT_BYTES..];
        let signature = keys
            .verify()?
            .0
            .finalize(&BlindSignature(signed.to_vec()), &self.blinding, point)
            .map_err(|_| Refused::Token)?;
        Ok(Entitled { key: self.key.clone(), token: self.token, signature: signature.0 })
    }
}

impl Entitled {
    /// The ballot: answers in an envelope for the urn, sealed.
    ///
    /// # Errors
    /// When the answers are too long for the envelopes of the survey, or the urn's key is none.
    pub fn ballot(
        &self,
        survey: Uuid,
        keys: &PublicKeys,
        plain_bytes: usize,
        answers: &Answers,
    ) -> Result<Ballot, Refused> {
        let plain = padded(answers, plain_bytes)?;
        let envelope = for_urn(survey, keys, self.token.bytes(), &plain)?;
        Ok(self.sealed(survey, envelope))
    }

    /// Seals an envelope.
    #[must_use]
    pub fn sealed(&self, survey: Uuid, envelope: Vec<u8>) -> Ballot {
        let seal: Signature = self.key.sign(&sealed_text(survey, &envelope));
        Ballot {
            token: self.token,
            signature: self.signature.clone(),
            envelope,
            seal: seal.to_bytes().to_vec(),
        }
    }
}

/// Closes bytes for the key of the urn, bound to `bound`.
///
/// # Errors
/// When the urn's key is none.
pub fn for_urn(survey: Uuid, keys: &PublicKeys, bound: &[u8], plain: &[u8]) -> Result<Vec<u8>, Refused> {
    let urn = <DhP256HkdfSha256 as Kem>::PublicKey::from_bytes(&keys.urn).map_err(|_| Refused::Key)?;
    let (sender, closed) = single_shot_seal::<AesGcm256, HkdfSha256, DhP256HkdfSha256>(
        &OpModeS::Base,
        &urn,
        &envelope_info(survey),
        plain,
        bound,
    )
    .map_err(|_| Refused::Failed)?;
    Ok([sender.to_bytes().as_slice(), &closed].concat())
}
