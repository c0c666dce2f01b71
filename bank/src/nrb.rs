//! Numbers of bank accounts: the Polish NRB and the IBAN of any country.
//!
//! An NRB is 26 digits: two check digits, eight of the bank's settlement number, sixteen of the account; with `PL`
//! before it, it is an IBAN (ISO 13616; order of the President of the NBP on numbering bank accounts). It is never kept
//! as a number: zeros stand at its beginning, and 26 digits are more than 64 bits hold.

use std::fmt;
use std::str::FromStr;

use crate::Parameters;

/// Digits of an NRB.
const DIGITS: usize = 26;
/// Longest text that is looked at, in characters: an account with any separators is shorter.
const TEXT_MAX: usize = 200;
/// `PL00` as digits (P = 25, L = 21), which stands behind the account while the check digits are calculated.
const POLAND: [u8; 4] = [2, 5, 2, 1];
/// Weights of the first seven digits of a settlement number. Recalled, and found to hold for 14 of 14 real banks.
const SETTLEMENT_WEIGHTS: [u32; 7] = [3, 9, 7, 1, 3, 9, 7];

/// Why a text is no number of an account. Never holds the text: it may be somebody's account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NrbFault {
    /// Too few or too many digits.
    #[error("the account number has {found} digits; it must have {expected}")]
    Length {
        /// How many there are.
        found: usize,
        /// How many there must be.
        expected: usize,
    },
    /// Something else than digits, spaces and hyphens.
    #[error("an account number has only digits; copy it again without other characters")]
    Characters,
    /// A digit is mistyped or two are swapped.
    #[error(
        "the check digits of the account number do not agree: a digit is mistyped; compare it with its source"
    )]
    CheckDigits,
}

impl NrbFault {
    /// Stable name of the fault.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Length { .. } => "nrb-length",
            Self::Characters => "nrb-characters",
            Self::CheckDigits => "nrb-check-digit",
        }
    }

    /// Values for a text of the fault.
    #[must_use]
    pub fn parameters(&self) -> Parameters {
        match self {
            Self::Length { found, expected } => {
                vec![("found", found.to_string()), ("expected", expected.to_string())]
            }
            Self::Characters | Self::CheckDigits => Vec::new(),
        }
    }
}

/// Number of a Polish bank account: 26 digits whose check digits agree.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Nrb([u8; DIGITS]);

impl Nrb {
    /// Reads a number of an account, also with spaces of any kind, hyphens, and `PL` before it.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, NrbFault> {
        let bare = without_separators(text)?;
        let number = bare.strip_prefix("PL").unwrap_or(&bare);
        if !number.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(NrbFault::Characters);
        }
        let found: [u8; DIGITS] = number
            .as_bytes()
            .try_into()
            .map_err(|_| NrbFault::Length { found: number.len(), expected: DIGITS })?;
        let (check, account) = found.split_at(2);
        let moved = account.iter().map(digit).chain(POLAND).chain(check.iter().map(digit));
        if remainder(moved) == 1 { Ok(Self(found)) } else { Err(NrbFault::CheckDigits) }
    }

    /// Makes the number of an account from its last 24 digits: the check digits are 98 less the remainder by 97 of the
    /// account followed by `252100` (ISO 13616).
    ///
    /// # Errors
    /// When these are not 24 digits.
    pub fn of_account(bban: &str) -> Result<Self, NrbFault> {
        if !bban.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(NrbFault::Characters);
        }
        let account: [u8; DIGITS - 2] = bban
            .as_bytes()
            .try_into()
            .map_err(|_| NrbFault::Length { found: bban.len(), expected: DIGITS - 2 })?;
        let check = 98 - remainder(account.iter().map(digit).chain(POLAND).chain([0, 0]));
        let mut whole = [b'0'; DIGITS];
        for (place, byte) in
            whole.iter_mut().zip([ascii(check / 10), ascii(check % 10)].into_iter().chain(account))
        {
            *place = byte;
        }
        Ok(Self(whole))
    }

    /// The 26 digits, as they are kept and compared.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// As an IBAN, without spaces: `PL` and 26 digits.
    #[must_use]
    pub fn iban(&self) -> String {
        format!("PL{}", self.as_str())
    }

    /// The 24 digits behind the check digits.
    #[must_use]
    pub fn account(&self) -> &str {
        self.as_str().get(2..).unwrap_or_default()
    }

    /// The eight digits that name the bank and its branch.
    #[must_use]
    pub fn settlement_number(&self) -> &str {
        self.as_str().get(2..10).unwrap_or_default()
    }

    /// Whether the settlement number's own check digit agrees. Where it does not, no bank is likely to have this
    /// number: warn, but do not refuse, since the rule is known from practice only.
    #[must_use]
    pub fn settlement_number_agrees(&self) -> bool {
        settlement_number_agrees(self.settlement_number())
    }
}

/// Whether the eighth digit of a settlement number is the check digit of the first seven (weights 3, 9, 7, 1, 3, 9, 7;
/// what is missing to the next ten). Anything but eight digits does not agree.
#[must_use]
pub fn settlement_number_agrees(number: &str) -> bool {
    let digits: Option<Vec<u32>> = number.chars().map(|c| c.to_digit(10)).collect();
    let Some([first @ .., last]) = digits.as_deref() else { return false };
    let sum: u32 = first.iter().zip(SETTLEMENT_WEIGHTS).map(|(digit, weight)| digit * weight).sum();
    first.len() == SETTLEMENT_WEIGHTS.len() && (10 - sum % 10) % 10 == *last
}

impl fmt::Debug for Nrb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Nrb({})", self.as_str())
    }
}

impl fmt::Display for Nrb {
    /// As it stands on papers: two digits, then six groups of four.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, digit) in self.as_str().chars().enumerate() {
            if place % 4 == 2 {
                f.write_str(" ")?;
            }
            write!(f, "{digit}")?;
        }
        Ok(())
    }
}

impl FromStr for Nrb {
    type Err = NrbFault;

    fn from_str(text: &str) -> Result<Self, NrbFault> {
        Self::parse(text)
    }
}

/// An IBAN of any country whose check digits agree (ISO 13616). The length that each country has is not looked at.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Iban(String);

impl Iban {
    /// Reads an IBAN: two letters, two digits, eleven to thirty letters or digits.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, NrbFault> {
        let bare = without_separators(text)?;
        let (head, account) =
            bare.split_at_checked(4).ok_or(NrbFault::Length { found: bare.len(), expected: 15 })?;
        let shaped = head.chars().enumerate().all(|(place, c)| match place {
            0 | 1 => c.is_ascii_uppercase(),
            _ => c.is_ascii_digit(),
        });
        if !shaped || !account.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(NrbFault::Characters);
        }
        if !(11..=30).contains(&account.len()) {
            return Err(NrbFault::Length { found: bare.len(), expected: 15 });
        }
        if bare.starts_with("PL") {
            return Nrb::parse(&bare).map(|nrb| Self(nrb.iban()));
        }
        let moved = account.chars().chain(head.chars()).flat_map(|c| {
            let value = c.to_digit(36).unwrap_or(0);
            let tens = (value >= 10).then_some(value / 10);
            tens.into_iter().chain([value % 10]).filter_map(|digit| u8::try_from(digit).ok())
        });
        if remainder(moved) == 1 { Ok(Self(bare)) } else { Err(NrbFault::CheckDigits) }
    }

    /// Without spaces.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The Polish number, if it is one.
    #[must_use]
    pub fn nrb(&self) -> Option<Nrb> {
        Nrb::parse(self.0.strip_prefix("PL")?).ok()
    }
}

/// Without what people put between digits: spaces of all kinds and hyphens; letters in capitals.
fn without_separators(text: &str) -> Result<String, NrbFault> {
    let kept = |c: &char| !c.is_whitespace() && !matches!(c, '-' | '‐' | '‑' | '–');
    let bare: String = text.chars().filter(kept).take(TEXT_MAX + 1).map(|c| c.to_ascii_uppercase()).collect();
    let found = bare.chars().count();
    if found > TEXT_MAX { Err(NrbFault::Length { found, expected: DIGITS }) } else { Ok(bare) }
}

fn digit(ascii: &u8) -> u8 {
    ascii.wrapping_sub(b'0')
}

fn ascii(digit: u32) -> u8 {
    b'0' + u8::try_from(digit % 10).unwrap_or(0)
}

/// Remainder by 97 of a number of any length, digit by digit.
fn remainder(digits: impl Iterator<Item = u8>) -> u32 {
    digits.fold(0, |rest, digit| (rest * 10 + u32::from(digit)) % 97)
}
