//! Random tokens, what is kept of them, and the key that seals what must be read again.

use std::{
    io::Write,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    sync::OnceLock,
};

use aes_gcm::{
    Aes256Gcm,
    aead::{Aead, KeyInit, Payload},
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};

use crate::platform::Config;

/// Bytes of a token: nobody guesses 256 bits.
const TOKEN_BYTES: usize = 32;
/// Bytes of a nonce of AES-GCM, which stands before what it sealed.
const NONCE_BYTES: usize = 12;
/// Name of the file beside the embedded database.
const KEY_FILE: &str = "secret.key";

/// Randomness or the key is not to be had.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// The system has no randomness.
    #[error("the system gives no random numbers: {0}")]
    NoRandomness(#[from] getrandom::Error),
    /// The file of the key cannot be read or made.
    #[error(
        "the key file {path} cannot be used: {source}. Make it readable for Reeve, or set REEVE_SECRET_KEY"
    )]
    KeyFile {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file is not one of ours.
    #[error("the key file {path} is damaged: it must hold 64 hexadecimal digits. Restore it from the backup")]
    DamagedKey {
        /// The file.
        path: PathBuf,
    },
    /// What was sealed was sealed with another key.
    #[error("this was sealed with another key: restore secret.key or REEVE_SECRET_KEY from the backup")]
    OtherKey,
}

/// Random bytes.
///
/// # Errors
/// When the system gives none.
pub fn random<const N: usize>() -> Result<[u8; N], SecretError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}

/// A new token as text that can stand in cookies and addresses.
///
/// # Errors
/// When the system gives no random numbers.
pub fn new_token() -> Result<String, SecretError> {
    Ok(BASE64_URL_SAFE_NO_PAD.encode(random::<TOKEN_BYTES>()?))
}

/// What the database keeps of a token. A plain hash is enough where the secret is random.
#[must_use]
pub fn hash_of(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// The text that forms bring back, derived from a cookie's token, so that it need not be kept.
#[must_use]
pub fn form_token_of(cookie_token: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(mac(cookie_token.as_bytes(), &[b"form"]))
}

/// Compares without telling by its time how much was right.
#[must_use]
pub fn same(a: &str, b: &str) -> bool {
    let (a, b) = (hash_of(a), hash_of(b));
    a.iter().zip(b).fold(0, |sum, (x, y)| sum | (x ^ y)) == 0
}

fn mac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    // HMAC takes keys of every length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return [0; 32] };
    for part in parts {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// The key of this installation: from the settings, else from a file that is made when it is first needed.
#[derive(Debug)]
pub struct Keys {
    setting: Option<String>,
    file: PathBuf,
    key: OnceLock<Key>,
}

#[derive(Clone, Copy)]
struct Key([u8; 32]);

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(…)")
    }
}

impl Keys {
    /// The key that these settings name. Nothing is read yet.
    #[must_use]
    pub fn new(config: &Config) -> Self {
        Self { setting: config.secret_key.clone(), file: config.var.join(KEY_FILE), key: OnceLock::new() }
    }

    /// Reads the key, or makes it.
    ///
    /// # Errors
    /// Says which file is wrong and how to mend it.
    pub fn ready(&self) -> Result<(), SecretError> {
        self.get().map(|_| ())
    }

    fn get(&self) -> Result<Key, SecretError> {
        if let Some(key) = self.key.get() {
            return Ok(*key);
        }
        let key = match &self.setting {
            Some(text) => Key(Sha256::digest(text.as_bytes()).into()),
            None => Key(read_or_make(&self.file)?),
        };
        Ok(*self.key.get_or_init(|| key))
    }

    /// Seals bytes so that only this installation, and only for the same `purpose`, reads them.
    ///
    /// # Errors
    /// When key or randomness are not to be had.
    pub fn seal(&self, purpose: &[u8], plain: &[u8]) -> Result<Vec<u8>, SecretError> {
        let nonce = random::<NONCE_BYTES>()?;
        let sealed = self
            .cipher()?
            .encrypt(&nonce.into(), Payload { msg: plain, aad: purpose })
            .map_err(|_| SecretError::OtherKey)?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// Opens what [`Keys::seal`] sealed.
    ///
    /// # Errors
    /// When it was sealed with another key or for another purpose.
    pub fn open(&self, purpose: &[u8], sealed: &[u8]) -> Result<Vec<u8>, SecretError> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE_BYTES>().ok_or(SecretError::OtherKey)?;
        self.cipher()?
            .decrypt(&(*nonce).into(), Payload { msg: sealed, aad: purpose })
            .map_err(|_| SecretError::OtherKey)
    }

    /// A mark that only this installation can make of these parts.
    ///
    /// # Errors
    /// When the key is not to be had.
    pub fn mark(&self, parts: &[&[u8]]) -> Result<String, SecretError> {
        Ok(BASE64_URL_SAFE_NO_PAD.encode(mac(&self.get()?.0, parts)))
    }

    fn cipher(&self) -> Result<Aes256Gcm, SecretError> {
        Ok(Aes256Gcm::new(&self.get()?.0.into()))
    }
}

fn read_or_make(path: &Path) -> Result<[u8; 32], SecretError> {
    let failed = |source| SecretError::KeyFile { path: path.to_owned(), source };
    match std::fs::read_to_string(path) {
        Ok(text) => read_key(text.trim()).ok_or_else(|| SecretError::DamagedKey { path: path.to_owned() }),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            make(path, &random()?).map_err(failed)?;
            // Another node on the same folder may have been quicker; its key is the one that counts.
            let text = std::fs::read_to_string(path).map_err(failed)?;
            read_key(text.trim()).ok_or_else(|| SecretError::DamagedKey { path: path.to_owned() })
        }
        Err(error) => Err(failed(error)),
    }
}

/// Writes the key beside its place and links it there, so that nobody ever reads half of one.
fn make(path: &Path, key: &[u8; 32]) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let beside = path.with_extension(format!("{}.new", std::process::id()));
    let mut file =
        std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&beside)?;
    file.write_all(hex(key).as_bytes())?;
    file.sync_all()?;
    let linked = std::fs::hard_link(&beside, path);
    std::fs::remove_file(&beside)?;
    match linked {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        other => other,
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn read_key(text: &str) -> Option<[u8; 32]> {
    let digits: Vec<u8> =
        text.chars().map(|c| c.to_digit(16).and_then(|d| u8::try_from(d).ok())).collect::<Option<_>>()?;
    let bytes: Vec<u8> = digits.as_chunks::<2>().0.iter().map(|[high, low]| high << 4 | low).collect();
    bytes.try_into().ok().filter(|_| digits.len() == 64)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn keys(folder: &Path) -> Keys {
        Keys::new(&Config { var: folder.to_owned(), ..Config::default() })
    }

    #[test]
    fn the_key_is_made_once_and_only_for_its_owner() {
        let folder = tempfile::tempdir().unwrap();
        let sealed = keys(folder.path()).seal(b"totp", b"secret").unwrap();
        let mode = std::fs::metadata(folder.path().join(KEY_FILE)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(keys(folder.path()).open(b"totp", &sealed).unwrap(), b"secret");
        assert!(keys(folder.path()).open(b"other", &sealed).is_err());
        let other = tempfile::tempdir().unwrap();
        assert!(matches!(keys(other.path()).open(b"totp", &sealed), Err(SecretError::OtherKey)));
    }

    #[test]
    fn a_damaged_key_is_no_key() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(KEY_FILE), "abc").unwrap();
        assert!(matches!(keys(folder.path()).ready(), Err(SecretError::DamagedKey { .. })));
    }

    #[test]
    fn tokens_differ_and_forms_follow_from_them() {
        let (one, other) = (new_token().unwrap(), new_token().unwrap());
        assert_ne!(one, other);
        assert_eq!(form_token_of(&one), form_token_of(&one));
        assert_ne!(form_token_of(&one), form_token_of(&other));
        assert!(same(&one, &one) && !same(&one, &other));
    }
}
