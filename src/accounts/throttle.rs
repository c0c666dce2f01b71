//! How failed sign-ins slow down the next ones.
//!
//! Counted are failures by account and network together, by network, and by account from anywhere. The last could be
//! used to lock a clerk out, so it does not count for browsers in which this person has signed in before: those have a
//! counter of their own. Whoever is attacked can thus always sign in from where they usually do.
//!
//! Mails that anybody may ask for (sign-up, new password) are counted by network and by address in the same way, whether
//! the address is known or not.

use chrono::{DateTime, Duration, Utc};

use super::secrets::hash_of;

/// Whose failures are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Of one network.
    Address,
    /// Of one account, from browsers that are not known.
    Account,
    /// Of one account from one network.
    Pair,
    /// Of one account from one known browser.
    Device,
    /// Mails that one network asked for.
    MailNetwork,
    /// Mails to one address.
    MailAddress,
}

/// One counter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counter {
    /// Whose failures.
    pub scope: Scope,
    /// Hash of what they are counted for.
    pub key: [u8; 32],
}

impl Scope {
    /// Its stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Address => "address",
            Self::Account => "account",
            Self::Pair => "pair",
            Self::Device => "device",
            Self::MailNetwork => "mail-network",
            Self::MailAddress => "mail-address",
        }
    }

    /// Failures that cost no time. Behind one address may sit a whole town hall.
    fn free_failures(self) -> i32 {
        match self {
            Self::Pair | Self::Device => 5,
            Self::Account => 20,
            Self::Address => 50,
            Self::MailNetwork => 20,
            Self::MailAddress => 3,
        }
    }

    /// The first pause, which then doubles, and the longest one. A mailbox that somebody fills from many networks gets a
    /// handful of mails a day.
    fn pauses(self) -> (Duration, Duration) {
        match self {
            Self::Pair | Self::Device | Self::Account | Self::Address => (Duration::seconds(1), LONGEST_WAIT),
            Self::MailNetwork => (Duration::seconds(30), Duration::hours(1)),
            Self::MailAddress => (Duration::minutes(15), Duration::hours(12)),
        }
    }

    /// Whether a success wipes the failures out. Not those of a network: whoever has one account could wipe away what
    /// they tried on others.
    #[must_use]
    pub fn is_forgotten(self) -> bool {
        matches!(self, Self::Pair | Self::Device)
    }
}

/// Longest time to wait.
const LONGEST_WAIT: Duration = Duration::minutes(15);
/// After this time without an attempt failures are forgotten.
const FORGOTTEN_AFTER: Duration = Duration::days(1);

/// How long it still is until the next attempt: the time doubles with each failure beyond the free ones.
#[must_use]
pub fn wait(scope: Scope, failures: i32, last_at: DateTime<Utc>, now: DateTime<Utc>) -> Option<Duration> {
    let over = failures - scope.free_failures();
    if over < 0 || now - last_at > FORGOTTEN_AFTER {
        return None;
    }
    let (first, longest) = scope.pauses();
    let pause = (first * (1 << over.min(12))).min(longest);
    Some(last_at + pause - now).filter(|left| *left > Duration::zero())
}

/// The counters of one attempt, in a fixed order. A known browser is held up by nobody's failures but its own.
#[must_use]
pub fn counters(account_key: &str, network: &str, device: Option<&str>) -> Vec<Counter> {
    let counter = |scope: Scope, text: &str| Counter { scope, key: hash_of(text) };
    match device {
        Some(device) => vec![counter(Scope::Device, &format!("{account_key}\n{device}"))],
        None => vec![
            counter(Scope::Address, network),
            counter(Scope::Account, account_key),
            counter(Scope::Pair, &format!("{account_key}\n{network}")),
        ],
    }
}

/// The counter of mails that a network asks for.
#[must_use]
pub fn mails_of_network(network: &str) -> Counter {
    Counter { scope: Scope::MailNetwork, key: hash_of(network) }
}

/// The counter of mails to an address, written as it is compared.
#[must_use]
pub fn mails_to(email_key: &str) -> Counter {
    Counter { scope: Scope::MailAddress, key: hash_of(email_key) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + second, 0).unwrap()
    }

    #[test]
    fn waits_double_and_end() {
        let left = |failures, now| wait(Scope::Pair, failures, at(0), at(now)).map(|left| left.num_seconds());
        assert_eq!(left(4, 0), None);
        assert_eq!((left(5, 0), left(6, 0), left(7, 0), left(7, 3)), (Some(1), Some(2), Some(4), Some(1)));
        assert_eq!((left(7, 4), left(60, 0), left(60, 86_401)), (None, Some(900), None));
    }

    #[test]
    fn a_mailbox_gets_a_handful_of_mails_a_day() {
        let (mut mails, mut last_at) = (0, at(0));
        for minute in 0..24 * 60 {
            let now = at(minute * 60);
            if wait(Scope::MailAddress, mails, last_at, now).is_none() {
                (mails, last_at) = (mails + 1, now);
            }
        }
        assert!((5..=12).contains(&mails), "{mails}");
    }

    #[test]
    fn a_known_browser_has_its_own_counter() {
        let unknown = counters("anna@urzad.example", "203.0.113.9", None);
        let known = counters("anna@urzad.example", "203.0.113.9", Some("browser"));
        assert!(unknown.iter().any(|c| c.scope == Scope::Account));
        assert!(known.iter().all(|c| c.scope == Scope::Device));
    }
}
