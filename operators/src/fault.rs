//! Why a message that claims to come from an operator is not believed, and what it is answered.

/// What is wrong with a message. Texts name fields, never values or keys.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// It is longer, deeper or has more parts than any real one.
    #[error("the message is larger than any real one")]
    TooLarge,
    /// It is not what the protocol speaks.
    #[error("the message cannot be read: {0}")]
    NotReadable(&'static str),
    /// Something that every such message has is not there.
    #[error("the message lacks {0}")]
    Missing(&'static str),
    /// Something is there with a value that cannot be.
    #[error("the message has an impossible value of {0}")]
    BadValue(&'static str),
    /// It is about another service, shop or seller than ours.
    #[error("the message is for another {0} than ours: check the settings of both sides")]
    OtherShop(&'static str),
    /// The signature is made with a key that we do not know, or of other content: a forgery, or keys that differ.
    #[error("the signature is wrong: a forgery, or the operator's key is not the one of the settings")]
    BadSignature,
    /// The signature is right, but made with a former key whose time is over.
    #[error("the signature is made with a former key that is no longer accepted")]
    KeyExpired,
}

impl Fault {
    /// A stable word, to be kept and to choose a text by.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge => "too-large",
            Self::NotReadable(_) => "not-readable",
            Self::Missing(_) => "missing",
            Self::BadValue(_) => "bad-value",
            Self::OtherShop(_) => "other-shop",
            Self::BadSignature => "bad-signature",
            Self::KeyExpired => "key-expired",
        }
    }

    /// Whether a treasurer should see it: somebody forges messages, or keys and settings differ.
    #[must_use]
    pub fn is_alarming(&self) -> bool {
        matches!(self, Self::OtherShop(_) | Self::BadSignature | Self::KeyExpired)
    }
}

/// What an operator shall be answered, to the letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The header `Content-Type`.
    pub content_type: &'static str,
    /// The body.
    pub body: String,
}

impl Answer {
    pub(crate) fn text(status: u16, body: &str) -> Self {
        Self { status, content_type: "text/plain; charset=utf-8", body: body.to_owned() }
    }

    pub(crate) fn xml(body: String) -> Self {
        Self { status: 200, content_type: "text/xml; charset=utf-8", body }
    }
}

/// A message that is not believed: nothing of it may be booked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{fault}")]
pub struct Refusal {
    /// Why.
    pub fault: Fault,
    /// What to send back, so that the real operator brings it again.
    pub answer: Answer,
}
