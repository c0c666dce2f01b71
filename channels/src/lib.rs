//! The ways by which a message leaves the house: e-mail over SMTP, SMS over the gateway SMSAPI, web push.
//!
//! Knows protocols; no database, no texts, no recipients. Every way takes one message and gives back either a
//! [`Receipt`] (the other side took it) or a [`Failure`], which says what an outbox that tries again needs to know:
//! whether it may try again, when, and whether the message may have left all the same. Nothing here tries twice by
//! itself, except that a second server is asked when the first one surely did not take the message.
//!
//! Invariants:
//!
//! - One message, one identity. The caller gives the `Message-ID` of a mail and the `idx` of an SMS, and gives the
//!   same one at every try; so the other side, or the reader's mail program, can see that it is the same message.
//! - Everything ends. Each step on the wire has a limit of time, each answer that is read a limit of size.
//! - No secret and no whole address of a subscription stands in a [`Failure`] or in the `Debug` of a setting.
//! - Time is given by the caller. Randomness for keys and salts comes from the system, and can be given in tests.

pub mod email;
mod failure;
mod http;
pub mod push;
pub mod sms;

pub use failure::{Failure, Receipt};

/// Lets TLS of this process be done by `ring`, unless a provider is there already, which serves as well.
fn provide_tls() {
    let _ = rustls::crypto::ring::default_provider().install_default();
}
