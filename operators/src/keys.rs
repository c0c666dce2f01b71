//! Keys, and their change without a stop.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use subtle::ConstantTimeEq;

use crate::Fault;

/// Characters of a key.
const KEY_MAX: usize = 300;
/// Former keys that are kept.
const FORMER_MAX: usize = 5;

/// A text that is not shown.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Hides a text.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }

    pub(crate) fn is_usable(&self) -> bool {
        !self.0.is_empty() && self.0.len() <= KEY_MAX && !self.0.chars().any(char::is_control)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// A key that was in use before.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormerKey {
    /// The key.
    pub key: Secret,
    /// Until when messages signed with it are accepted.
    pub until: DateTime<Utc>,
}

/// The key shared with an operator, and those before it.
///
/// To change a key without a stop: put the new one into `current` with the instant of the change in `from`, and the
/// old one into `former` with an `until` some days later. Before `from` we sign with the former key, after it with the
/// current one; messages of the operator are accepted with both until `until`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keys {
    /// The key of today, or from `from` on.
    pub current: Secret,
    /// Since when we sign with the current key; without it, always.
    #[serde(default)]
    pub from: Option<DateTime<Utc>>,
    /// Keys before it, the latest first.
    #[serde(default)]
    pub former: Vec<FormerKey>,
}

impl Keys {
    /// One key, no former ones.
    #[must_use]
    pub fn of(key: impl Into<String>) -> Self {
        Self { current: Secret::new(key), from: None, former: Vec::new() }
    }

    /// The key with which we sign.
    pub(crate) fn signing(&self, now: DateTime<Utc>) -> &str {
        let not_yet = self.from.is_some_and(|from| now < from);
        let former = self.former.iter().find(|former| not_yet && now < former.until);
        former.map_or(&self.current, |former| &former.key).reveal()
    }

    /// The key with which a message was signed, `digest` being what the signature is with a given key.
    ///
    /// Every key is tried, so that time tells nothing of which one it was.
    pub(crate) fn matching(
        &self,
        now: DateTime<Utc>,
        signature: &str,
        digest: impl Fn(&str) -> String,
    ) -> Result<&str, Fault> {
        let signature = signature.to_ascii_lowercase();
        let is = |key: &Secret| bool::from(digest(key.reveal()).as_bytes().ct_eq(signature.as_bytes()));
        let mut found = Err(Fault::BadSignature);
        for former in &self.former {
            match is(&former.key) {
                true if now < former.until => found = Ok(former.key.reveal()),
                true if found.is_err() => found = Err(Fault::KeyExpired),
                _ => {}
            }
        }
        if is(&self.current) { Ok(self.current.reveal()) } else { found }
    }

    /// What is wrong with them, in words that follow the name of the setting.
    pub(crate) fn problem(&self) -> Option<&'static str> {
        let all = self.former.iter().map(|former| &former.key).chain([&self.current]);
        if self.former.len() > FORMER_MAX {
            Some("may have at most 5 former keys: take the oldest out")
        } else if !all.clone().all(Secret::is_usable) {
            Some("must have 1 to 300 characters, as the operator gave it")
        } else if self.from.is_some() && self.former.is_empty() {
            Some("has from, but no former key to sign with until then: add it to former, or take from out")
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::sha256;

    fn at(hour: u32) -> DateTime<Utc> {
        DateTime::from_timestamp(1_790_000_000 + i64::from(hour) * 3600, 0).unwrap()
    }

    fn digest(key: &str) -> String {
        sha256(&format!("a|{key}"))
    }

    #[test]
    fn a_key_changes_without_a_stop() {
        let former = vec![FormerKey { key: Secret::new("old"), until: at(10) }];
        let keys = Keys { current: Secret::new("new"), from: Some(at(5)), former };
        assert_eq!((keys.signing(at(4)), keys.signing(at(5)), keys.signing(at(11))), ("old", "new", "new"));
        for hour in [0, 5, 9] {
            assert_eq!(keys.matching(at(hour), &digest("old"), digest), Ok("old"));
            assert_eq!(keys.matching(at(hour), &digest("new").to_uppercase(), digest), Ok("new"));
        }
        assert_eq!(keys.matching(at(10), &digest("old"), digest), Err(Fault::KeyExpired));
        assert_eq!(keys.matching(at(0), &digest("other"), digest), Err(Fault::BadSignature));
        assert_eq!(keys.matching(at(0), "", digest), Err(Fault::BadSignature));
        assert_eq!(keys.matching(at(0), &digest("new").split_off(1), digest), Err(Fault::BadSignature));
        assert_eq!(keys.problem(), None);
    }

    #[test]
    fn keys_are_not_shown_and_not_empty() {
        let keys = Keys::of("not-to-be-shown");
        assert!(!format!("{keys:?}").contains("shown"));
        assert!(Keys::of("").problem().is_some() && Keys::of("a\nb").problem().is_some());
        assert!(Keys { from: Some(at(0)), ..keys }.problem().is_some_and(|text| text.contains("former")));
    }
}
