//! Payment operators with their real protocols: Autopay (formerly Blue Media), KIR Paybynet and Przelewy24.
//!
//! Knows protocols; no database, no dues, no ledger. Whatever is asked of an operator is tried once and gives a typed
//! answer or a [`Failure`], which says what a queue needs to know: whether to try again, and whether it may have been
//! done all the same. Whatever an operator brings is either a [`Notification`] whose signature was right, or a
//! [`Refusal`], which holds the answer that the operator shall get.
//!
//! Invariants:
//!
//! - That something is paid is said by a verified message from server to server or by the answer to a question of ours,
//!   and by nothing else. What the browser brings back says only which order it was about ([`Operator::returned`]).
//! - Amounts are whole grosze (`i64`), never floats. Each operator has one function that writes them.
//! - Signatures are compared in constant time. Keys can be changed without a stop: see [`Keys`].
//! - A message may come ten times, late and in the wrong order. Whoever books compares [`Notified::identity`] with
//!   what was booked, and amount and currency with what was ordered; here nobody remembers anything.
//! - Everything has a limit: bytes, elements, depth, time. No bytes make this crate panic.
//! - Time is given by the caller. Times of operators are on the clock of Poland, without a zone, as they write them.

pub mod autopay;
mod failure;
mod fault;
mod hash;
mod http;
mod json;
mod keys;
mod model;
mod money;
mod operator;
pub mod paybynet;
pub mod przelewy24;
mod settings;
pub mod settlement;
mod xml;

pub use failure::Failure;
pub use fault::{Answer, Fault, Refusal};
pub use keys::{FormerKey, Keys, Secret};
pub use model::{
    Allowed, Form, Go, Identity, Incoming, Language, Method, MethodKind, Notification, Notified, Order,
    Refund, RefundState, Refunded, SettledNotice, Started, State, Verify,
};
pub use operator::{Operator, OperatorSettings};
pub use settings::SettingsFault;

/// Bytes of a message from an operator; a longer one is refused unread.
pub const MESSAGE_BYTES_MAX: usize = 256 * 1024;
/// The most that one order may cost, in grosze: a hundred million złoty.
pub const AMOUNT_MAX_GROSZE: i64 = 10_000_000_000;
