//! What came of a try, in the distinctions that a queue needs.

use std::time::Duration;

/// Characters of a text that somebody else wrote, of which at most so many are kept.
const TEXT_MAX: usize = 300;

/// The operator did not do what was asked, or nobody knows whether it did.
///
/// Each text is short, of one line, fit to be shown to a clerk, and holds no secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// For good: this will not be done, however often it is tried.
    #[error("refused: {text}")]
    Refused {
        /// Why.
        text: String,
    },
    /// For good: this operator has no such thing (a refund at Paybynet).
    #[error("this operator cannot do it: {text}")]
    Unsupported {
        /// What to do instead.
        text: String,
    },
    /// Surely not done this time; may be done later.
    #[error("not done this time: {text}")]
    Temporary {
        /// Why.
        text: String,
        /// How long the operator asked to wait, if it said so.
        retry_after: Option<Duration>,
    },
    /// It was sent, but no answer came that can be understood or trusted: it may have been done. Trying again with the
    /// same id is safe for questions, verifications and refunds; a start moves no money.
    #[error("sent, but no answer came that can be used: {text}")]
    Unknown {
        /// What was seen instead.
        text: String,
    },
    /// Surely not done, because the settings are wrong: somebody who operates the service must act.
    #[error("the operator is set up wrongly: {text}")]
    Misconfigured {
        /// What is wrong, and where it can be mended.
        text: String,
    },
}

impl Failure {
    pub(crate) fn refused(text: impl AsRef<str>) -> Self {
        Self::Refused { text: short(text.as_ref()) }
    }

    pub(crate) fn unsupported(text: impl AsRef<str>) -> Self {
        Self::Unsupported { text: short(text.as_ref()) }
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

    /// A stable word for the kind of failure, to be kept and to choose a text by.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Refused { .. } => "refused",
            Self::Unsupported { .. } => "unsupported",
            Self::Temporary { .. } => "temporary",
            Self::Unknown { .. } => "unknown",
            Self::Misconfigured { .. } => "misconfigured",
        }
    }

    /// What was said or seen: one line, without the kind of failure.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Refused { text }
            | Self::Unsupported { text }
            | Self::Temporary { text, .. }
            | Self::Unknown { text }
            | Self::Misconfigured { text } => text,
        }
    }

    /// How long the operator asked to wait, if it said so.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Temporary { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    /// Whether no further try can succeed.
    #[must_use]
    pub fn is_permanent(&self) -> bool {
        matches!(self, Self::Refused { .. } | Self::Unsupported { .. })
    }

    /// Whether it was surely not done.
    #[must_use]
    pub fn surely_not_done(&self) -> bool {
        !matches!(self, Self::Unknown { .. })
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
        assert_eq!(short("no such\r\norder\u{0}here "), "no such order here");
        assert_eq!(short(&"ż".repeat(5_000)).chars().count(), TEXT_MAX);
    }

    #[test]
    fn what_a_queue_asks() {
        let lost = Failure::unknown("silence");
        assert!(!lost.is_permanent() && !lost.surely_not_done());
        let no = Failure::refused("no");
        assert!(no.is_permanent() && no.surely_not_done());
        assert_eq!((no.code(), no.text(), no.retry_after()), ("refused", "no", None));
    }
}
