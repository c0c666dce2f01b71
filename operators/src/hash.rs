//! Digests as operators write them: small letters, hexadecimal.

use std::fmt::Write as _;

use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

pub(crate) fn sha1(text: &str) -> String {
    hex(&Sha1::digest(text.as_bytes()))
}

pub(crate) fn sha256(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes()))
}

pub(crate) fn sha384(text: &str) -> String {
    hex(&Sha384::digest(text.as_bytes()))
}

pub(crate) fn sha512(text: &str) -> String {
    hex(&Sha512::digest(text.as_bytes()))
}
