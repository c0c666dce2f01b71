//! Polish bank numbers, transfer forms and statements of accounts.
//!
//! Knows no database and no debts: texts and bytes in, typed values or a typed refusal out.
//!
//! Invariants:
//!
//! - Money is a whole number of grosze (`i64`, of the minor unit where another currency is stated); nothing here
//!   calculates with fractions.
//! - A file is read whole or refused whole. What is given back adds up: opening balance and entries make the closing
//!   balance, pages meet, statements of one account follow each other.
//! - No bytes make a reader panic, and each reader has limits ([`statement::Limits`]).
//! - Every refusal is a value with a stable `code()` and `parameters()`, by which pages choose their own words; its
//!   `Display` says in English what is wrong, where, and how to mend it.

pub mod letters;
pub mod nrb;
pub mod qr;
pub mod statement;
pub mod transfer;
pub mod virtual_account;

pub use nrb::{Iban, Nrb, NrbFault};

/// Values by which a text of a refusal is filled, by name.
pub type Parameters = Vec<(&'static str, String)>;

/// An amount as people of all languages read it: `-1234.56`.
pub(crate) fn plain_amount(amount_grosze: i64) -> String {
    let sign = if amount_grosze < 0 { "-" } else { "" };
    let whole = amount_grosze.unsigned_abs();
    format!("{sign}{}.{:02}", whole / 100, whole % 100)
}
