//! The cookies: the session, the visitor who is about to sign in, and the browsers that are known.

use axum::http::{HeaderMap, HeaderValue, header};

/// Which cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cookie {
    /// The session of whoever is signed in.
    Session,
    /// The forms of whoever is not: they carry a token bound to this.
    Entry,
    /// Marks of the accounts that have signed in here.
    Device,
}

impl Cookie {
    /// Its name. Over TLS browsers themselves see to it (`__Host-`) that no other site has set it; without TLS they
    /// would refuse such a name.
    #[must_use]
    pub fn name(self, secure: bool) -> &'static str {
        match (self, secure) {
            (Self::Session, true) => "__Host-reeve",
            (Self::Session, false) => "reeve-session",
            (Self::Entry, true) => "__Host-reeve-entry",
            (Self::Entry, false) => "reeve-entry",
            (Self::Device, true) => "__Host-reeve-device",
            (Self::Device, false) => "reeve-device",
        }
    }

    /// What the browser brings.
    #[must_use]
    pub fn read(self, headers: &HeaderMap, secure: bool) -> Option<String> {
        let name = self.name(secure);
        headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(';'))
            .find_map(|pair| pair.trim().split_once('=').filter(|(key, _)| *key == name))
            .map(|(_, value)| value.to_owned())
            .filter(|value| !value.is_empty())
    }

    /// The header that sets it for so many seconds; none takes it away.
    #[must_use]
    pub fn set(self, secure: bool, value: &str, for_s: i64) -> HeaderValue {
        let mark = if secure { "; Secure" } else { "" };
        let text =
            format!("{}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={for_s}{mark}", self.name(secure));
        // Values are ours: letters, digits, `-`, `_` and `.`.
        HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static(""))
    }

    /// The header that takes it away.
    #[must_use]
    pub fn clear(self, secure: bool) -> HeaderValue {
        self.set(secure, "", 0)
    }
}
