//! What settings of all operators share.

use std::collections::BTreeMap;

use url::{Host, Url};

use crate::MethodKind;

/// What is wrong with the settings of an operator, and how to mend it.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("payment operator {operator:?}: {field} {problem}")]
pub struct SettingsFault {
    /// Its `id`.
    pub operator: String,
    /// Name of the setting.
    pub field: &'static str,
    /// What must be changed.
    pub problem: String,
}

/// Collects the first fault of one operator's settings.
pub(crate) struct Check<'s> {
    pub(crate) operator: &'s str,
}

impl Check<'_> {
    pub(crate) fn that(&self, good: bool, field: &'static str, problem: &str) -> Result<(), SettingsFault> {
        if good {
            return Ok(());
        }
        Err(SettingsFault { operator: self.operator.to_owned(), field, problem: problem.to_owned() })
    }

    pub(crate) fn id(&self) -> Result<(), SettingsFault> {
        let good = self.operator.len() <= 40
            && self.operator.starts_with(|first: char| first.is_ascii_lowercase())
            && self.operator.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        self.that(good, "id", "must be 1 to 40 small letters, digits and hyphens, a letter first")
    }

    pub(crate) fn address(
        &self,
        field: &'static str,
        url: &Url,
        loopback: bool,
    ) -> Result<(), SettingsFault> {
        let bare = url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
        self.that(bare, field, "must be an address without user, query and fragment")?;
        let allowed = is_allowed(url, loopback);
        self.that(
            allowed,
            field,
            "must begin with https:// (http:// only on the same machine, with allow_http_loopback)",
        )
    }

    pub(crate) fn keys(&self, field: &'static str, keys: &crate::Keys) -> Result<(), SettingsFault> {
        match keys.problem() {
            Some(problem) => self.that(false, field, problem),
            None => Ok(()),
        }
    }

    pub(crate) fn common(
        &self,
        kinds: &BTreeMap<String, MethodKind>,
        time_limit_ms: u64,
    ) -> Result<(), SettingsFault> {
        self.that(kinds.len() <= 500, "kinds", "may have at most 500 methods")?;
        let sane = (100..=60_000).contains(&time_limit_ms);
        self.that(sane, "time_limit_ms", "must be from 100 to 60000")
    }
}

/// Whether an address may be spoken to, or people sent to it.
pub(crate) fn is_allowed(url: &Url, allow_http_loopback: bool) -> bool {
    let loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => return false,
    };
    url.scheme() == "https" || (allow_http_loopback && loopback && url.scheme() == "http")
}

/// An address below another.
pub(crate) fn below(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    url.set_path(&format!("{}{path}", base.path().trim_end_matches('/')));
    url
}

pub(crate) fn usual_time_limit_ms() -> u64 {
    20_000
}
