//! The seal of a notice: RFC 8291 over the coding `aes128gcm` of RFC 8188, one record.

use aes_gcm::{
    Aes128Gcm,
    aead::{Aead, KeyInit},
};
use hkdf::Hkdf;
use p256::{PublicKey, SecretKey, ecdh::diffie_hellman};
use sha2::Sha256;

use super::{NoRandomness, Subscription, fresh_secret};

/// Bytes of the one record: push services take 4096 (RFC 8030 §7.2).
const RECORD_BYTES: u32 = 4096;
/// Bytes of a salt.
const SALT_BYTES: usize = 16;
/// The longest notice: a body of 4096 bytes less its head (salt, record size, length of key, key), the tag and the mark
/// of the last record.
pub const PAYLOAD_MAX: usize = 4096 - (SALT_BYTES + 4 + 1 + 65) - 16 - 1;

/// What makes every sealed notice another one: a key pair and a salt, used once.
pub struct Seal {
    secret: SecretKey,
    salt: [u8; SALT_BYTES],
}

impl Seal {
    /// A new one.
    ///
    /// # Errors
    /// The system gives no random numbers.
    pub fn fresh() -> Result<Self, NoRandomness> {
        let mut salt = [0; SALT_BYTES];
        getrandom::fill(&mut salt)?;
        Ok(Self { secret: fresh_secret()?, salt })
    }

    /// One of given parts, as published vectors want it.
    #[must_use]
    pub fn of(secret: &[u8; 32], salt: [u8; SALT_BYTES]) -> Option<Self> {
        Some(Self { secret: SecretKey::from_slice(secret).ok()?, salt })
    }
}

/// Seals a notice so that only the browser of the subscription can read it: the body of the request. Nothing, if the
/// notice is longer than [`PAYLOAD_MAX`].
#[must_use]
pub fn encrypt(subscription: &Subscription, payload: &[u8], seal: Seal) -> Option<Vec<u8>> {
    if payload.len() > PAYLOAD_MAX {
        return None;
    }
    let ours = seal.secret.public_key().to_sec1_bytes();
    let (key, nonce) = keys(subscription, &seal, &ours)?;
    // 2 marks the last record (RFC 8188 §2); what would follow it is padding.
    let plain = [payload, &[2]].concat();
    let sealed = Aes128Gcm::new(&key.into()).encrypt(&nonce.into(), plain.as_slice()).ok()?;
    let length = u8::try_from(ours.len()).ok()?;
    Some([&seal.salt[..], &RECORD_BYTES.to_be_bytes(), &[length], &ours, &sealed].concat())
}

/// Key and nonce: RFC 8291 §3.4.
fn keys(subscription: &Subscription, seal: &Seal, ours: &[u8]) -> Option<([u8; 16], [u8; 12])> {
    let theirs: &PublicKey = &subscription.public;
    let shared = diffie_hellman(&seal.secret.to_nonzero_scalar(), theirs.as_affine());
    let mut input = [0; 32];
    let info = [b"WebPush: info\0", &*theirs.to_sec1_bytes(), ours].concat();
    Hkdf::<Sha256>::new(Some(&subscription.auth), shared.raw_secret_bytes())
        .expand(&info, &mut input)
        .ok()?;
    let stream = Hkdf::<Sha256>::new(Some(&seal.salt), &input);
    let (mut key, mut nonce) = ([0; 16], [0; 12]);
    stream.expand(b"Content-Encoding: aes128gcm\0", &mut key).ok()?;
    stream.expand(b"Content-Encoding: nonce\0", &mut nonce).ok()?;
    Some((key, nonce))
}

#[cfg(test)]
mod tests {
    use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};

    use super::*;

    fn bytes(text: &str) -> Vec<u8> {
        BASE64_URL_SAFE_NO_PAD.decode(text).unwrap()
    }

    fn subscription() -> Subscription {
        Subscription::parse(
            "https://push.example.net/push/JzLQ3raZJfFBR0aqvOMsLrt54w4rJUsV",
            "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
            "BTBZMqHH6r4Tts7J_aSIgg",
        )
        .unwrap()
    }

    /// RFC 8291, appendix A.
    #[test]
    fn the_published_vector() {
        let secret: [u8; 32] = bytes("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw").try_into().unwrap();
        let salt: [u8; 16] = bytes("DGv6ra1nlYgDCS1FRnbzlw").try_into().unwrap();
        let body = encrypt(
            &subscription(),
            b"When I grow up, I want to be a watermelon",
            Seal::of(&secret, salt).unwrap(),
        )
        .unwrap();
        assert_eq!(
            BASE64_URL_SAFE_NO_PAD.encode(body),
            "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6Tlz\
             AC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
        );
    }

    #[test]
    fn the_longest_notice_fills_the_record() {
        let sealed = |length| encrypt(&subscription(), &vec![0; length], Seal::fresh().unwrap());
        assert_eq!(sealed(PAYLOAD_MAX).unwrap().len(), 4096);
        assert_eq!(PAYLOAD_MAX, 3993);
        assert!(sealed(PAYLOAD_MAX + 1).is_none());
        assert_ne!(sealed(5), sealed(5), "no two seals are alike");
    }
}
