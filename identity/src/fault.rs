//! What can go wrong while somebody signs in.

use std::fmt;

/// Which door of a provider was spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Endpoint {
    /// Where the provider describes itself, `/.well-known/openid-configuration`, and its keys with it.
    Discovery,
    /// Its set of keys, fetched anew.
    Keys,
    /// Where a code becomes tokens.
    Token,
    /// The signed statement of who signed in, the ID token.
    IdToken,
    /// Where more is said of who signed in.
    UserInfo,
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Discovery => "discovery",
            Self::Keys => "keys",
            Self::Token => "token",
            Self::IdToken => "ID token",
            Self::UserInfo => "userinfo",
        })
    }
}

/// Why nobody was signed in. The texts are for logs: they hold no secret and nothing that says who somebody is. What
/// people are told is chosen by the variant, or by [`Fault::code`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The way back carried neither a code nor an error, or a parameter twice, or too much.
    #[error("what came back from the provider is malformed: {0}")]
    BadCallback(&'static str),
    /// This sign-in was begun at another provider.
    #[error("the sign-in was begun at another provider than the one whose way back was used")]
    OtherProvider,
    /// More than [`crate::LONGEST_SIGN_IN_S`] passed since it was begun.
    #[error("the sign-in was begun too long ago")]
    TooLate,
    /// `state` is not the one this browser was sent away with: a forged or an old answer.
    #[error("the answer's state is not the one that was sent")]
    StateMismatch,
    /// Somebody else than the provider speaks, or does not say who: the way back (`iss`, RFC 9207), the ID token or the
    /// description.
    #[error("the {0} does not name the issuer of the settings")]
    WrongIssuer(&'static str),
    /// The ID token was made for another client.
    #[error("the ID token is meant for another client")]
    WrongAudience,
    /// The ID token's signature does not fit its content.
    #[error("the ID token's signature is wrong")]
    BadSignature,
    /// The ID token is signed by a key that the provider does not publish, also after its keys were fetched anew.
    #[error("the ID token is signed by a key that the provider does not publish")]
    UnknownKey,
    /// The ID token is signed by nothing, by a shared secret, or in a way that is not among RS256, PS256 and ES256.
    #[error("the ID token's algorithm is none of RS256, PS256 and ES256")]
    AlgorithmRefused,
    /// The ID token's time is over.
    #[error("the ID token has expired; are the clocks right?")]
    Expired,
    /// The ID token was issued, or the person signed in, in our future.
    #[error("the ID token was issued in the future; are the clocks right?")]
    IssuedInFuture,
    /// The ID token was made for another sign-in, or for none.
    #[error("the ID token's nonce is missing or not the one that was sent")]
    NonceMismatch,
    /// The access token is not the one that the ID token speaks of (`at_hash`).
    #[error("the access token is not the one that belongs to the ID token")]
    AccessTokenMismatch,
    /// The person signed in at the provider longer ago than was asked for (`max_age`).
    #[error("the person signed in at the provider longer ago than was asked for")]
    SignedInTooLongAgo,
    /// The level of assurance is lower than was asked for, or cannot be had from this provider.
    #[error("the level of assurance is lower than was asked for")]
    LevelTooLow,
    /// The settings do not say what this `acr` means.
    #[error("the settings have no level for the provider's acr")]
    LevelUnknown,
    /// userinfo speaks of another person than the ID token.
    #[error("userinfo speaks of another subject than the ID token")]
    SubjectMismatch,
    /// The person said no, or went away.
    #[error("the person cancelled the sign-in")]
    Denied,
    /// The provider refused, with an error code of OAuth 2.0 or OpenID Connect.
    #[error("the provider's {at} says: {error}")]
    ProviderSays {
        /// Who said so: `way back` or `token` endpoint.
        at: &'static str,
        /// The code, as `invalid_grant`.
        error: String,
    },
    /// The provider could not be reached, did not answer in time, or is out of order.
    #[error("the provider's {at} endpoint cannot be reached: {why}")]
    Unreachable {
        /// Which door.
        at: Endpoint,
        /// What happened.
        why: String,
    },
    /// The provider's answer is not what the protocol says.
    #[error("the provider's {at} answer cannot be used: {why}")]
    BadAnswer {
        /// Which door.
        at: Endpoint,
        /// What is wrong with it.
        why: String,
    },
    /// Something that was needed is not said; the name of the claim.
    #[error("the claim {0} is missing")]
    MissingClaim(String),
    /// A claim is there but unusable; its name.
    #[error("the claim {0} has a value that cannot be used")]
    BadClaim(String),
    /// What the caller asked for cannot be asked.
    #[error("this cannot be asked of a provider: {0}")]
    BadAsk(&'static str),
}

impl Fault {
    /// A short stable name, for logs, counters and texts.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::BadCallback(_) => "bad-callback",
            Self::OtherProvider => "other-provider",
            Self::TooLate => "too-late",
            Self::StateMismatch => "state-mismatch",
            Self::WrongIssuer(_) => "wrong-issuer",
            Self::WrongAudience => "wrong-audience",
            Self::BadSignature => "bad-signature",
            Self::UnknownKey => "unknown-key",
            Self::AlgorithmRefused => "algorithm-refused",
            Self::Expired => "expired",
            Self::IssuedInFuture => "issued-in-future",
            Self::NonceMismatch => "nonce-mismatch",
            Self::AccessTokenMismatch => "access-token-mismatch",
            Self::SignedInTooLongAgo => "signed-in-too-long-ago",
            Self::LevelTooLow => "level-too-low",
            Self::LevelUnknown => "level-unknown",
            Self::SubjectMismatch => "subject-mismatch",
            Self::Denied => "denied",
            Self::ProviderSays { .. } => "provider-says",
            Self::Unreachable { .. } => "unreachable",
            Self::BadAnswer { .. } => "bad-answer",
            Self::MissingClaim(_) => "missing-claim",
            Self::BadClaim(_) => "bad-claim",
            Self::BadAsk(_) => "bad-ask",
        }
    }

    pub(crate) fn bad_answer(at: Endpoint, why: impl Into<String>) -> Self {
        Self::BadAnswer { at, why: why.into() }
    }

    /// An error code that a provider gave. What is no code by RFC 6749 (§4.1.2.1) is not repeated.
    pub(crate) fn said(at: &'static str, error: &str) -> Self {
        let a_code = error.len() <= 60
            && error.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte));
        match error {
            "access_denied" => Self::Denied,
            "unmet_authentication_requirements" => Self::LevelTooLow,
            _ if a_code && !error.is_empty() => Self::ProviderSays { at, error: error.to_owned() },
            _ => Self::ProviderSays { at, error: "something that is no error code".to_owned() },
        }
    }
}
