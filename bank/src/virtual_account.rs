//! Virtual accounts for mass payments.
//!
//! The bank gives the town a fixed beginning of the 24 digits behind the check digits (its settlement number and a mask
//! of the client); the town fills the rest with an identifier of its own, with zeros before it. The check digits depend
//! on the whole number. Every payment to such an account says by its account what it is for.

use crate::Parameters;
use crate::nrb::{Nrb, NrbFault};

/// Digits behind the check digits.
const ACCOUNT: usize = 24;
/// Digits of a settlement number, with which every prefix begins.
const SETTLEMENT: usize = 8;
/// Most accounts that are found in one text.
const FOUND_MAX: usize = 20;

/// Why a pattern or an identifier is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PatternFault {
    /// The prefix holds something else than digits.
    #[error("the fixed beginning of virtual accounts must be digits, without check digits")]
    PrefixCharacters,
    /// The prefix is too short to name a bank.
    #[error(
        "the fixed beginning has {found} digits; it begins with the bank's settlement number of {expected} digits"
    )]
    PrefixLength {
        /// How many digits it has.
        found: usize,
        /// How many it must have at least.
        expected: usize,
    },
    /// Prefix and identifier do not make a whole account.
    #[error(
        "a beginning of {prefix} digits and an identifier of {identifier} digits make {}; together they must be {ACCOUNT}",
        prefix + identifier
    )]
    Sum {
        /// Digits of the prefix.
        prefix: usize,
        /// Digits of the identifier.
        identifier: usize,
    },
    /// The identifier needs more digits than there are.
    #[error(
        "the identifier {identifier} has more than {digits} digits; give a shorter one or ask the bank for a longer mask"
    )]
    IdentifierTooLong {
        /// The identifier.
        identifier: u64,
        /// Digits that there are.
        digits: usize,
    },
    /// The account cannot be made.
    #[error(transparent)]
    Nrb(#[from] NrbFault),
}

impl PatternFault {
    /// Stable name of the fault.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::PrefixCharacters => "virtual-prefix-characters",
            Self::PrefixLength { .. } => "virtual-prefix-length",
            Self::Sum { .. } => "virtual-sum",
            Self::IdentifierTooLong { .. } => "virtual-identifier-too-long",
            Self::Nrb(fault) => fault.code(),
        }
    }

    /// Values for a text of the fault.
    #[must_use]
    pub fn parameters(&self) -> Parameters {
        match self {
            Self::PrefixCharacters => Vec::new(),
            Self::PrefixLength { found, expected } => {
                vec![("found", found.to_string()), ("expected", expected.to_string())]
            }
            Self::Sum { prefix, identifier } => vec![
                ("prefix", prefix.to_string()),
                ("identifier", identifier.to_string()),
                ("expected", ACCOUNT.to_string()),
            ],
            Self::IdentifierTooLong { identifier, digits } => {
                vec![("identifier", identifier.to_string()), ("digits", digits.to_string())]
            }
            Self::Nrb(fault) => fault.parameters(),
        }
    }
}

/// How the virtual accounts of one bank account are made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    prefix: String,
    identifier_digits: usize,
}

impl Pattern {
    /// A pattern of a fixed beginning (settlement number and mask, without check digits; spaces are left out) and so
    /// many digits of an identifier.
    ///
    /// # Errors
    /// When the beginning is not digits or names no bank, or both together do not make 24 digits.
    pub fn new(prefix: &str, identifier_digits: usize) -> Result<Self, PatternFault> {
        let prefix: String = prefix.chars().filter(|c| !c.is_whitespace()).collect();
        if !prefix.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(PatternFault::PrefixCharacters);
        }
        if prefix.len() < SETTLEMENT {
            return Err(PatternFault::PrefixLength { found: prefix.len(), expected: SETTLEMENT });
        }
        if identifier_digits == 0 || prefix.len().checked_add(identifier_digits) != Some(ACCOUNT) {
            let identifier = identifier_digits.min(usize::MAX - prefix.len());
            return Err(PatternFault::Sum { prefix: prefix.len(), identifier });
        }
        Ok(Self { prefix, identifier_digits })
    }

    /// The account of an identifier.
    ///
    /// # Errors
    /// When the identifier needs more digits than there are.
    pub fn account(&self, identifier: u64) -> Result<Nrb, PatternFault> {
        let digits = self.identifier_digits;
        let padded = format!("{identifier:0digits$}");
        if padded.len() > digits {
            return Err(PatternFault::IdentifierTooLong { identifier, digits });
        }
        Ok(Nrb::of_account(&format!("{}{padded}", self.prefix))?)
    }

    /// The identifier of an account, if it is of this pattern.
    #[must_use]
    pub fn identifier(&self, account: &Nrb) -> Option<u64> {
        account.account().strip_prefix(self.prefix.as_str())?.parse().ok()
    }

    /// Identifiers of all accounts of this pattern that stand in a text, in order, each once: banks that have no field
    /// for the account that was paid put it into a description. Spaces and line ends within a number are taken.
    #[must_use]
    pub fn find(&self, text: &str) -> Vec<u64> {
        let mut found = Vec::new();
        for run in text.split(|c: char| !c.is_ascii_digit() && !c.is_whitespace()) {
            let digits: String = run.chars().filter(char::is_ascii_digit).collect();
            // Numbers of no account at all may stand before and behind it, with nothing but a space between.
            let windows = digits.as_bytes().windows(ACCOUNT + 2);
            for window in windows {
                let account = std::str::from_utf8(window).ok().and_then(|text| Nrb::parse(text).ok());
                let identifier = account.and_then(|account| self.identifier(&account));
                if let Some(identifier) = identifier.filter(|identifier| !found.contains(identifier)) {
                    found.push(identifier);
                }
                if found.len() == FOUND_MAX {
                    return found;
                }
            }
        }
        found
    }
}
