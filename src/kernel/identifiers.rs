//! Numbers by which persons, companies and registers are named in Poland, read strictly. Those of bank accounts are in the
//! crate `bank`.
//!
//! What is read cannot be wrong in its form: length, characters, check digit, date. Whether such a person or company
//! exists is another question. Separators that people write (spaces, hyphens) are taken, nothing else.

mod email;
mod numbers;
mod pesel;
mod phone;

pub use email::{EmailFault, email_fault};
pub use numbers::{Ade, Kw, Nip, Regon};
pub use pesel::{Pesel, Sex};
pub use phone::Phone;

/// What was to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Identifier {
    /// Number of a person.
    Pesel,
    /// Number of a taxpayer.
    Nip,
    /// Number in the register of the national economy.
    Regon,
    /// Number of a land and mortgage register.
    Kw,
    /// Number of a telephone.
    Phone,
    /// Address for electronic delivery.
    Ade,
}

/// What is wrong with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// Too few or too many characters.
    Length,
    /// Something else than digits (or the letters that belong there).
    Characters,
    /// A digit is mistyped or two are swapped: the check digit does not agree.
    CheckDigit,
    /// The day of birth in it does not exist.
    Date,
}

/// Why a text is no such number. Never holds the text: it may be somebody's number after all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no {of:?}: wrong {why:?}")]
pub struct IdentifierFault {
    /// What was to be read.
    pub of: Identifier,
    /// What is wrong.
    pub why: Why,
}

impl IdentifierFault {
    /// Key of the text that says how to mend it.
    #[must_use]
    pub fn key(self) -> &'static str {
        match (self.of, self.why) {
            (Identifier::Pesel, Why::Length) => "pesel-length",
            (Identifier::Pesel, Why::Characters) => "pesel-characters",
            (Identifier::Pesel, Why::CheckDigit) => "pesel-check-digit",
            (Identifier::Pesel, Why::Date) => "pesel-date",
            (Identifier::Nip, Why::Length) => "nip-length",
            (Identifier::Nip, Why::Characters) => "nip-characters",
            (Identifier::Nip, Why::CheckDigit | Why::Date) => "nip-check-digit",
            (Identifier::Regon, Why::Length) => "regon-length",
            (Identifier::Regon, Why::Characters) => "regon-characters",
            (Identifier::Regon, Why::CheckDigit | Why::Date) => "regon-check-digit",
            (Identifier::Kw, Why::Length | Why::Characters) => "kw-shape",
            (Identifier::Kw, Why::CheckDigit | Why::Date) => "kw-check-digit",
            (Identifier::Phone, Why::Characters) => "phone-characters",
            (Identifier::Phone, _) => "phone-length",
            (Identifier::Ade, _) => "ade-shape",
        }
    }
}

/// Longest text that is looked at, in characters: no number is longer, and nobody shall make us read a book.
const LONGEST_TEXT: usize = 200;

/// Without what people put between digits: spaces of all kinds and hyphens.
fn without_separators(text: &str) -> String {
    let kept = |c: &char| !c.is_whitespace() && !matches!(c, '-' | '‐' | '‑' | '–');
    text.chars().take(LONGEST_TEXT).filter(kept).collect()
}

/// The digits of a text that holds so many digits and nothing else.
fn digits<const N: usize>(of: Identifier, text: &str) -> Result<[u8; N], IdentifierFault> {
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(IdentifierFault { of, why: Why::Characters });
    }
    let mut found = [0; N];
    if text.len() != N {
        return Err(IdentifierFault { of, why: Why::Length });
    }
    for (place, byte) in found.iter_mut().zip(text.bytes()) {
        *place = byte - b'0';
    }
    Ok(found)
}

fn weighted(digits: &[u8], weights: &[u32]) -> u32 {
    digits.iter().zip(weights).map(|(digit, weight)| u32::from(*digit) * weight).sum()
}

fn text_of(digits: &[u8]) -> String {
    digits.iter().map(|digit| char::from(b'0' + digit)).collect()
}
