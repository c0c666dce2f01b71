//! The data of an ordinary transfer, as a printed form and a bank's page take it.
//!
//! Municipal dues go by an ordinary transfer to the town's account; the special form of tax offices (form symbol,
//! period) is not for them. An electronic transfer (Elixir) carries four lines of 35 characters each of recipient,
//! sender and title; the paper form two lines of 27.

mod token;
mod words;

pub use token::{Token, TokenFault, find_tokens};
pub use words::amount_in_words;

use crate::letters::{Strange, TRANSFER};
use crate::{Nrb, Parameters, plain_amount};

/// Largest amount that the field of a form takes: 999,999,999.99 zł.
pub const AMOUNT_MAX_GROSZE: i64 = 99_999_999_999;
/// Longest text that is looked at, in characters.
const TEXT_MAX: usize = 2_000;

/// How many lines of how many characters a text has room in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    /// Lines.
    pub lines: usize,
    /// Characters of a line.
    pub columns: usize,
}

impl Layout {
    /// An electronic transfer between banks in Poland.
    pub const ELIXIR: Self = Self { lines: 4, columns: 35 };
    /// The printed form for a counter or a post office.
    pub const PAPER: Self = Self { lines: 2, columns: 27 };

    /// The text in lines of this layout, or nothing if it has no room. Breaks between words where that makes room, and
    /// else after each full line, as banks do; a line end in the text ends a line.
    #[must_use]
    pub fn lines(self, text: &str) -> Option<Vec<String>> {
        if self.columns == 0 || text.chars().count() > TEXT_MAX {
            return None;
        }
        let by_words: Vec<String> = text.lines().flat_map(|line| self.words(line)).collect();
        if by_words.len() <= self.lines {
            return Some(by_words);
        }
        let plain: Vec<char> = text.split_whitespace().collect::<Vec<_>>().join(" ").chars().collect();
        let cut: Vec<String> = plain.chunks(self.columns).map(|part| part.iter().collect()).collect();
        (cut.len() <= self.lines).then_some(cut)
    }

    fn words(self, line: &str) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        let mut room = 0;
        for word in line.split_whitespace() {
            let word: Vec<char> = word.chars().collect();
            if !lines.is_empty() && room > word.len() {
                if let Some(last) = lines.last_mut() {
                    last.push(' ');
                    last.extend(&word);
                }
                room -= word.len() + 1;
                continue;
            }
            for part in word.chunks(self.columns) {
                lines.push(part.iter().collect());
                room = self.columns - part.len();
            }
        }
        lines
    }
}

/// A field of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// Name and address of whoever gets the money.
    Recipient,
    /// Name and address of whoever pays.
    Sender,
    /// What it is for.
    Title,
    /// How much.
    Amount,
}

impl Field {
    /// Stable name of the field.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Recipient => "recipient",
            Self::Sender => "sender",
            Self::Title => "title",
            Self::Amount => "amount",
        }
    }
}

/// Why the data of a transfer are refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TransferFault {
    /// A field that must be there is empty.
    #[error("the {} is empty; a transfer needs it", field.code())]
    Missing {
        /// Which field.
        field: Field,
    },
    /// A character that no transfer can carry.
    #[error(
        "the {} holds {character:?} at place {at}, which a transfer cannot carry; write it with letters, digits and , . - / ( ) : ' + ?",
        field.code()
    )]
    StrangeCharacter {
        /// Which field.
        field: Field,
        /// The character.
        character: char,
        /// Its place, counted from one.
        at: usize,
    },
    /// There is no room for the text.
    #[error("the {} has {characters} characters; there is room for {lines} lines of {columns}: shorten it", field.code())]
    TooLong {
        /// Which field.
        field: Field,
        /// Characters that it has.
        characters: usize,
        /// Lines that there are.
        lines: usize,
        /// Characters of a line.
        columns: usize,
    },
    /// Nothing, or less than nothing, cannot be transferred.
    #[error("the amount is {}; it must be more than zero", plain_amount(*amount_grosze))]
    AmountNotPositive {
        /// The amount.
        amount_grosze: i64,
    },
    /// The amount has no room in the form.
    #[error("the amount is {}; a form takes at most {}", plain_amount(*amount_grosze), plain_amount(AMOUNT_MAX_GROSZE))]
    AmountTooLarge {
        /// The amount.
        amount_grosze: i64,
    },
}

impl TransferFault {
    /// Stable name of the fault.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Missing { .. } => "transfer-missing",
            Self::StrangeCharacter { .. } => "transfer-strange-character",
            Self::TooLong { .. } => "transfer-too-long",
            Self::AmountNotPositive { .. } => "transfer-amount-not-positive",
            Self::AmountTooLarge { .. } => "transfer-amount-too-large",
        }
    }

    /// The field that it is about.
    #[must_use]
    pub fn field(&self) -> Field {
        match self {
            Self::Missing { field } | Self::StrangeCharacter { field, .. } | Self::TooLong { field, .. } => {
                *field
            }
            Self::AmountNotPositive { .. } | Self::AmountTooLarge { .. } => Field::Amount,
        }
    }

    /// Values for a text of the fault; `field` is always among them.
    #[must_use]
    pub fn parameters(&self) -> Parameters {
        let mut values = vec![("field", self.field().code().to_owned())];
        match self {
            Self::Missing { .. } => {}
            Self::StrangeCharacter { character, at, .. } => {
                values.extend([("character", character.to_string()), ("at", at.to_string())]);
            }
            Self::TooLong { characters, lines, columns, .. } => values.extend([
                ("characters", characters.to_string()),
                ("lines", lines.to_string()),
                ("columns", columns.to_string()),
            ]),
            Self::AmountNotPositive { amount_grosze } | Self::AmountTooLarge { amount_grosze } => {
                values.push(("amount_grosze", amount_grosze.to_string()));
            }
        }
        values
    }
}

/// What shall become of characters that a transfer cannot carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnStrange {
    /// The text is refused.
    Refuse,
    /// Others take their place where that can be ([`crate::letters::Alphabet::mended`]); else the text is refused.
    Replace,
}

/// What shall be transferred.
#[derive(Debug, Clone, Copy)]
pub struct Draft<'a> {
    /// Name and address of whoever gets the money.
    pub recipient: &'a str,
    /// Where the money goes.
    pub account: Nrb,
    /// How much.
    pub amount_grosze: i64,
    /// Name and address of whoever pays; may be empty where the form is filled in by hand.
    pub sender: &'a str,
    /// What it is for.
    pub title: &'a str,
}

/// The data of a transfer, which fit its form. Always in PLN.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// Name and address of whoever gets the money, in lines.
    pub recipient: Vec<String>,
    /// Where the money goes.
    pub account: Nrb,
    /// How much.
    pub amount_grosze: i64,
    /// The amount in Polish words.
    pub amount_in_words: String,
    /// Name and address of whoever pays, in lines.
    pub sender: Vec<String>,
    /// What it is for, in lines.
    pub title: Vec<String>,
}

impl Form {
    /// Fits data into a form.
    ///
    /// # Errors
    /// All that is wrong, so that it can be mended at once.
    pub fn new(draft: &Draft<'_>, layout: Layout, on_strange: OnStrange) -> Result<Self, Vec<TransferFault>> {
        let mut faults = Vec::new();
        let mut fitted = |field: Field, text: &str| match fit(field, text, layout, on_strange) {
            Ok(lines) => lines,
            Err(fault) => {
                faults.push(fault);
                Vec::new()
            }
        };
        let recipient = fitted(Field::Recipient, draft.recipient);
        let sender = fitted(Field::Sender, draft.sender);
        let title = fitted(Field::Title, draft.title);
        let amount_grosze = draft.amount_grosze;
        if amount_grosze <= 0 {
            faults.push(TransferFault::AmountNotPositive { amount_grosze });
        } else if amount_grosze > AMOUNT_MAX_GROSZE {
            faults.push(TransferFault::AmountTooLarge { amount_grosze });
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let amount_in_words = amount_in_words(amount_grosze);
        Ok(Self { recipient, account: draft.account, amount_grosze, amount_in_words, sender, title })
    }
}

fn fit(
    field: Field,
    text: &str,
    layout: Layout,
    on_strange: OnStrange,
) -> Result<Vec<String>, TransferFault> {
    let characters = text.chars().count();
    let too_long = |characters| TransferFault::TooLong {
        field,
        characters,
        lines: layout.lines,
        columns: layout.columns,
    };
    if characters > TEXT_MAX {
        return Err(too_long(characters));
    }
    let mut kept = Vec::new();
    let mut before = 0;
    for line in text.split('\n') {
        let line = line.strip_suffix('\r').unwrap_or(line);
        let strange = |Strange { character, at }: Strange| TransferFault::StrangeCharacter {
            field,
            character,
            at: before + at,
        };
        kept.push(match on_strange {
            OnStrange::Refuse => match TRANSFER.first_strange(line) {
                Some(found) => return Err(strange(found)),
                None => line.to_owned(),
            },
            OnStrange::Replace => TRANSFER.mended(line).map_err(strange)?,
        });
        before += line.chars().count() + 1;
    }
    let kept = kept.join("\n");
    let kept = kept.trim();
    if kept.is_empty() && field != Field::Sender {
        return Err(TransferFault::Missing { field });
    }
    layout.lines(kept).ok_or_else(|| too_long(kept.chars().count()))
}
