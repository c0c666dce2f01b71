//! What came of a try: what the other side answered, in the distinctions that an outbox needs.

use std::time::Duration;

/// Characters of a text that somebody else wrote, of which at most so many are kept.
const TEXT_MAX: usize = 300;

/// The other side took the message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The name that the other side gave to the message, by which it can be asked about it later, where it gave one.
    pub provider_id: Option<String>,
    /// What was answered, short, for the proof of what was sent when.
    pub detail: String,
}

impl Receipt {
    pub(crate) fn new(provider_id: Option<String>, detail: &str) -> Self {
        Self { provider_id: provider_id.map(|id| short(&id)), detail: short(detail) }
    }
}

/// The other side did not take the message, or nobody knows whether it did.
///
/// Each text is short, of one line, fit to be shown to a clerk, and holds no secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// For good: there is no such recipient. The address is wrong; no other message will reach it either.
    #[error("the address was refused: {text}")]
    AddressRefused {
        /// Why.
        text: String,
    },
    /// For good: this message will not be taken, however often it is tried. Others to the same address may be.
    #[error("the message was refused: {text}")]
    MessageRefused {
        /// Why.
        text: String,
    },
    /// Surely not taken this time; may be taken later.
    #[error("not taken this time: {text}")]
    Temporary {
        /// Why.
        text: String,
        /// How long the other side asked to wait, if it said so.
        retry_after: Option<Duration>,
    },
    /// The push subscription has ended: forget it.
    #[error("the subscription has ended: {text}")]
    Gone {
        /// Why.
        text: String,
    },
    /// Surely not taken, because too many were sent: slow down, for other messages of this channel too.
    #[error("too many messages at once: {text}")]
    Throttled {
        /// Why.
        text: String,
        /// How long the other side asked to wait, if it said so.
        retry_after: Option<Duration>,
    },
    /// It was sent, but no answer came: it may have arrived. Trying again with the same identity is safe where the
    /// other side compares identities (SMS), and else may make a duplicate (e-mail, push).
    #[error("sent, but no answer came: {text}")]
    Unknown {
        /// What was seen instead of an answer.
        text: String,
    },
    /// Surely not taken, because the settings are wrong (credentials, certificate, sender's name, credit): somebody
    /// who operates the service must act, and the message must wait until then.
    #[error("the channel is set up wrongly: {text}")]
    Misconfigured {
        /// What is wrong, and where it can be mended.
        text: String,
    },
}

impl Failure {
    pub(crate) fn address(text: impl AsRef<str>) -> Self {
        Self::AddressRefused { text: short(text.as_ref()) }
    }

    pub(crate) fn message(text: impl AsRef<str>) -> Self {
        Self::MessageRefused { text: short(text.as_ref()) }
    }

    pub(crate) fn temporary(text: impl AsRef<str>) -> Self {
        Self::Temporary { text: short(text.as_ref()), retry_after: None }
    }

    pub(crate) fn unknown(text: impl AsRef<str>) -> Self {
        Self::Unknown { text: short(text.as_ref()) }
    }

    pub(crate) fn misconfigured(text: impl AsRef<str>) -> Self {
        Self::Misconfigured { text: short(text.as_ref()) }
    }

    pub(crate) fn throttled(text: impl AsRef<str>, retry_after: Option<Duration>) -> Self {
        Self::Throttled { text: short(text.as_ref()), retry_after }
    }

    pub(crate) fn gone(text: impl AsRef<str>) -> Self {
        Self::Gone { text: short(text.as_ref()) }
    }

    /// A stable word for the kind of failure, to be kept and to choose a text by.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::AddressRefused { .. } => "address-refused",
            Self::MessageRefused { .. } => "message-refused",
            Self::Temporary { .. } => "temporary",
            Self::Gone { .. } => "gone",
            Self::Throttled { .. } => "throttled",
            Self::Unknown { .. } => "unknown",
            Self::Misconfigured { .. } => "misconfigured",
        }
    }

    /// What the other side said, or what was seen: one line, without the kind of failure.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::AddressRefused { text }
            | Self::MessageRefused { text }
            | Self::Temporary { text, .. }
            | Self::Gone { text }
            | Self::Throttled { text, .. }
            | Self::Unknown { text }
            | Self::Misconfigured { text } => text,
        }
    }

    /// How long the other side asked to wait, if it said so.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Temporary { retry_after, .. } | Self::Throttled { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    /// Whether no further try can succeed.
    #[must_use]
    pub fn is_permanent(&self) -> bool {
        matches!(self, Self::AddressRefused { .. } | Self::MessageRefused { .. } | Self::Gone { .. })
    }

    /// Whether the message surely did not leave: then another server may be asked, and a try made without the fear
    /// of a duplicate.
    #[must_use]
    pub fn surely_not_taken(&self) -> bool {
        !matches!(self, Self::Unknown { .. })
    }

    /// Whether the next server may be asked: the message did not leave, and the answer was about this server.
    pub(crate) fn asks_for_another_server(&self) -> bool {
        matches!(self, Self::Temporary { .. } | Self::Throttled { .. } | Self::Misconfigured { .. })
    }

    /// One answer of two servers, neither of which took the message: the one that gives most hope decides when to try
    /// again, and both are told.
    pub(crate) fn or_later(self, later: Self) -> Self {
        let text = short(&format!("{}; then {}", self.text(), later.text()));
        if !later.asks_for_another_server() {
            return later;
        }
        let retry_after = match (self.retry_after(), later.retry_after()) {
            (Some(a), Some(b)) => Some(a.min(b)),
            _ => None,
        };
        match (&self, &later) {
            (Self::Misconfigured { .. }, Self::Misconfigured { .. }) => Self::Misconfigured { text },
            (Self::Throttled { .. }, Self::Throttled { .. } | Self::Misconfigured { .. })
            | (Self::Misconfigured { .. }, Self::Throttled { .. }) => Self::Throttled {
                text,
                retry_after: retry_after.or(self.retry_after()).or(later.retry_after()),
            },
            _ => Self::Temporary { text, retry_after },
        }
    }
}

/// A text that somebody else wrote, as one short line: no control characters, at most [`TEXT_MAX`] characters.
pub(crate) fn short(text: &str) -> String {
    let mut line = String::new();
    let words = text.split(|c: char| c.is_control() || c.is_whitespace()).filter(|word| !word.is_empty());
    for word in words {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
        if line.len() > 4 * TEXT_MAX {
            break;
        }
    }
    if line.chars().count() > TEXT_MAX {
        line = line.chars().take(TEXT_MAX - 1).chain(['…']).collect();
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_one_short_line() {
        assert_eq!(short("no such\r\nuser\u{0}here "), "no such user here");
        assert_eq!(short(&"ż".repeat(5_000)).chars().count(), TEXT_MAX);
    }

    #[test]
    fn of_two_servers_the_more_hopeful_one_decides() {
        let down = Failure::temporary("first is down");
        let locked = Failure::misconfigured("second does not know us");
        assert_eq!(down.clone().or_later(locked.clone()).code(), "temporary");
        assert_eq!(locked.clone().or_later(down.clone()).code(), "temporary");
        assert_eq!(locked.clone().or_later(locked.clone()).code(), "misconfigured");
        assert!(down.clone().or_later(locked.clone()).text().contains("second does not know us"));
        assert_eq!(down.or_later(Failure::unknown("silence")).code(), "unknown");
        let slow = Failure::throttled("slow down", Some(Duration::from_secs(9)));
        assert_eq!(locked.or_later(slow).retry_after(), Some(Duration::from_secs(9)));
    }
}
