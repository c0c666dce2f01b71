//! OpenID Connect relying party: signing in by the state's login, through a broker, and by other providers.
//!
//! Authorization code flow with PKCE (S256), `state`, `nonce` and the `iss` parameter of RFC 9207; what a provider must
//! say, and how it is checked, stands in `docs/identity.md`. A sign-in has two halves: [`Provider::begin`] makes the
//! address that the browser goes to and a [`Begun`], which the caller keeps bound to this browser and uses once;
//! [`Provider::finish`] takes what came back.
//!
//! ```
//! use identity::{Ask, Callback, Fault, Identity, Provider};
//!
//! async fn sign_in(provider: &Provider, query: &str) -> Result<Identity, Fault> {
//!     let now = "2026-12-01T12:00:00Z".parse().unwrap_or_default();
//!     let begun = provider.begin(&Ask::to("https://reeve.example/sign-in/back/state"), now).await?;
//!     // … the browser goes to `begun.url` and comes back with a query.
//!     provider.finish(&begun, &Callback::from_query(query)?, now).await
//! }
//! ```
//!
//! Invariants: nothing of an answer is believed before its signature, issuer, audience, times and nonce were checked;
//! only RS256, PS256 and ES256 with keys of the provider's own set count, never `none` or a shared secret; every answer
//! has a longest size and a longest time, and no redirect is followed; no text of a [`Fault`] and no `Debug` holds a
//! secret or says who somebody is; time is a parameter. The crate keeps nothing but what providers say of themselves:
//! whether a [`Begun`] was used before is the caller's to know.

mod claims;
mod fault;
mod http;
mod provider;
mod settings;
mod token;

pub use claims::Identity;
pub use fault::{Endpoint, Fault};
pub use provider::{Ask, Begun, Callback, Provider};
pub use settings::{Assurance, Claim, ClaimNames, Name, ProviderSettings, Secret, SettingsFault};

/// By how much a provider's clock may differ from ours, in seconds.
pub const CLOCK_SKEW_S: i64 = 60;
/// How long somebody may take to sign in at a provider, in seconds.
pub const LONGEST_SIGN_IN_S: i64 = 30 * 60;
/// How long a provider's description and keys are used before they are fetched anew, in seconds.
pub const KNOWN_FOR_S: i64 = 60 * 60;
/// How often keys are fetched anew at most, in seconds, because a token names an unknown one.
pub const KEYS_ANEW_S: i64 = 30;
/// How long a provider that could not be reached is not asked again, in seconds.
pub const FAILURE_HELD_S: i64 = 15;
/// Largest answer of a provider, in bytes.
pub const MOST_ANSWER_BYTES: usize = 256 * 1024;
