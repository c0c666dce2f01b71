//! The 2D code of a transfer that banks' apps in Poland read: recommendation of the ZBP of December 2013, version 1.0.
//!
//! Nine fields with `|` between them: NIP of the recipient, country, account, amount in grosze, recipient, title, three
//! reserves. UTF-8, always PLN, at most 160 characters, error correction L.

use qrcode::render::svg;
use qrcode::types::QrError;
use qrcode::{EcLevel, QrCode};

use crate::letters::CODE;
use crate::{Nrb, NrbFault, Parameters};

/// Characters of the whole text.
pub const TEXT_MAX: usize = 160;
/// Characters of the recipient's name.
pub const RECIPIENT_MAX: usize = 20;
/// Characters of the title.
pub const TITLE_MAX: usize = 32;
/// Characters of the three reserves: identifier of a direct debit, of an Invoobill payment, and what comes.
pub const RESERVES_MAX: [usize; 3] = [20, 12, 24];
/// Largest amount that six digits of grosze can say, 9,999.99 zł. Above it the payer types the amount.
pub const AMOUNT_MAX_GROSZE: i64 = 999_999;
/// Longest text that is looked at in bytes: 160 characters of four.
const BYTES_MAX: usize = 4 * TEXT_MAX;
/// Names of the text fields, as parameters of faults.
const RESERVES: [&str; 3] = ["reserve1", "reserve2", "reserve3"];

/// Why there is no such code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CodeFault {
    /// Not nine fields.
    #[error("the code has {found} fields; the 2D code of the ZBP has nine, with | between them")]
    Fields {
        /// How many there are.
        found: usize,
    },
    /// The whole is too long.
    #[error("the code has {found} characters; at most {TEXT_MAX} are allowed")]
    TooLong {
        /// How many there are.
        found: usize,
    },
    /// The NIP is not ten digits.
    #[error("the recipient's NIP in the code must be ten digits, or be left out for a person")]
    Nip,
    /// Another country than Poland.
    #[error("the country in the code is {found:?}; it must be PL")]
    Country {
        /// What is there.
        found: String,
    },
    /// The account is wrong.
    #[error("the account in the code: {0}")]
    Account(#[source] NrbFault),
    /// The amount is not six digits (up to ten are read).
    #[error("the amount in the code is {found:?}; it must be grosze with zeros before them, six digits")]
    Amount {
        /// What is there.
        found: String,
    },
    /// The amount is less than nothing.
    #[error("an amount below zero cannot be paid")]
    Negative,
    /// A text is longer than its place.
    #[error("the {field} has {found} characters; the code has room for {limit}: shorten it")]
    FieldTooLong {
        /// Which text.
        field: &'static str,
        /// Characters that it has.
        found: usize,
        /// Characters that it may have.
        limit: usize,
    },
    /// The recipient or the title is empty.
    #[error("the {field} is empty; the code needs it")]
    Missing {
        /// Which text.
        field: &'static str,
    },
    /// A character that the recommendation does not have.
    #[error(
        "the {field} holds {character:?} at place {at}, which the code cannot carry; use letters, digits and , . / \\ - @ # & * _"
    )]
    StrangeCharacter {
        /// Which text.
        field: &'static str,
        /// The character.
        character: char,
        /// Its place, counted from one.
        at: usize,
    },
    /// The picture could not be drawn.
    #[error("the code cannot be drawn: {0}")]
    Drawing(QrError),
}

impl CodeFault {
    /// Stable name of the fault.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Fields { .. } => "code-fields",
            Self::TooLong { .. } => "code-too-long",
            Self::Nip => "code-nip",
            Self::Country { .. } => "code-country",
            Self::Account(fault) => fault.code(),
            Self::Amount { .. } => "code-amount",
            Self::Negative => "code-negative",
            Self::FieldTooLong { .. } => "code-field-too-long",
            Self::Missing { .. } => "code-missing",
            Self::StrangeCharacter { .. } => "code-strange-character",
            Self::Drawing(_) => "code-drawing",
        }
    }

    /// Values for a text of the fault.
    #[must_use]
    pub fn parameters(&self) -> Parameters {
        match self {
            Self::Fields { found } | Self::TooLong { found } => vec![("found", found.to_string())],
            Self::Country { found } | Self::Amount { found } => vec![("found", found.clone())],
            Self::Account(fault) => fault.parameters(),
            Self::FieldTooLong { field, found, limit } => vec![
                ("field", (*field).to_owned()),
                ("found", found.to_string()),
                ("limit", limit.to_string()),
            ],
            Self::Missing { field } => vec![("field", (*field).to_owned())],
            Self::StrangeCharacter { field, character, at } => vec![
                ("field", (*field).to_owned()),
                ("character", character.to_string()),
                ("at", at.to_string()),
            ],
            Self::Nip | Self::Negative | Self::Drawing(_) => Vec::new(),
        }
    }
}

/// What a code shall say.
#[derive(Debug, Clone, Copy)]
pub struct Draft<'a> {
    /// NIP of the recipient, ten digits; empty for a person, required for a company or an office.
    pub nip: &'a str,
    /// Where the money goes.
    pub account: Nrb,
    /// How much; nothing where the payer types it. Above [`AMOUNT_MAX_GROSZE`] the code says nothing either, since six
    /// digits do not hold it.
    pub amount_grosze: Option<i64>,
    /// Name of the recipient, at most [`RECIPIENT_MAX`] characters. [`crate::letters::shortened`] cuts it.
    pub recipient: &'a str,
    /// Title, at most [`TITLE_MAX`] characters. It is not cut here: the name of the due may stand at its end.
    pub title: &'a str,
    /// Reserves; each may be empty.
    pub reserves: [&'a str; 3],
}

/// The data of a code, each within its limits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    nip: String,
    account: Nrb,
    amount_grosze: Option<i64>,
    recipient: String,
    title: String,
    reserves: [String; 3],
}

impl Code {
    /// A code of these data.
    ///
    /// # Errors
    /// The first of the data that the code cannot carry.
    pub fn new(draft: &Draft<'_>) -> Result<Self, CodeFault> {
        let digits = draft.nip.bytes().all(|byte| byte.is_ascii_digit());
        if !digits || !matches!(draft.nip.len(), 0 | 10) {
            return Err(CodeFault::Nip);
        }
        if draft.amount_grosze.is_some_and(|amount| amount < 0) {
            return Err(CodeFault::Negative);
        }
        // Zero is how the code says that there is no amount.
        let amount_grosze = draft.amount_grosze.filter(|amount| (1..=AMOUNT_MAX_GROSZE).contains(amount));
        let recipient = field("recipient", draft.recipient, RECIPIENT_MAX)?;
        let title = field("title", draft.title, TITLE_MAX)?;
        for (name, text) in [("recipient", &recipient), ("title", &title)] {
            if text.is_empty() {
                return Err(CodeFault::Missing { field: name });
            }
        }
        let mut reserves = [const { String::new() }; 3];
        for (((place, text), limit), name) in
            reserves.iter_mut().zip(draft.reserves).zip(RESERVES_MAX).zip(RESERVES)
        {
            *place = field(name, text, limit)?;
        }
        Ok(Self {
            nip: draft.nip.to_owned(),
            account: draft.account,
            amount_grosze,
            recipient,
            title,
            reserves,
        })
    }

    /// The text of the code: nine fields, all eight separators.
    #[must_use]
    pub fn text(&self) -> String {
        let [direct_debit, invoobill, reserve] = &self.reserves;
        let amount = self.amount_grosze.unwrap_or(0);
        let (nip, account, recipient, title) =
            (&self.nip, self.account.as_str(), &self.recipient, &self.title);
        format!("{nip}|PL|{account}|{amount:06}|{recipient}|{title}|{direct_debit}|{invoobill}|{reserve}")
    }

    /// Reads the text of a code. Amounts of up to ten digits are taken, as some programs write them.
    ///
    /// # Errors
    /// The first thing that the recommendation does not have.
    pub fn parse(text: &str) -> Result<Self, CodeFault> {
        if text.len() > BYTES_MAX || text.chars().count() > TEXT_MAX {
            return Err(CodeFault::TooLong { found: text.chars().count() });
        }
        let fields: Vec<&str> = text.split('|').collect();
        let [nip, country, account, amount, recipient, title, first, second, third] = fields.as_slice()
        else {
            return Err(CodeFault::Fields { found: fields.len() });
        };
        if *country != "PL" {
            return Err(CodeFault::Country { found: (*country).to_owned() });
        }
        let bad_amount = || CodeFault::Amount { found: (*amount).to_owned() };
        if !(6..=10).contains(&amount.len()) || !amount.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(bad_amount());
        }
        let amount_grosze: i64 = amount.parse().map_err(|_| bad_amount())?;
        let draft = Draft {
            nip,
            account: Nrb::parse(account).map_err(CodeFault::Account)?,
            amount_grosze: Some(amount_grosze),
            recipient,
            title,
            reserves: [first, second, third],
        };
        let read = Self::new(&draft)?;
        Ok(Self { amount_grosze: (amount_grosze > 0).then_some(amount_grosze), ..read })
    }

    /// The code as a picture: SVG of at least so many pixels each way, with the quiet zone.
    ///
    /// # Errors
    /// When it cannot be drawn, which the limit of its text rules out.
    pub fn svg(&self, least_pixels: u32) -> Result<String, CodeFault> {
        let code =
            QrCode::with_error_correction_level(self.text(), EcLevel::L).map_err(CodeFault::Drawing)?;
        let pixels = least_pixels.clamp(50, 2_000);
        Ok(code.render::<svg::Color<'_>>().min_dimensions(pixels, pixels).build())
    }

    /// The code as dark and light modules: how many there are in a row, and which are dark, row by row. Without the
    /// quiet zone of four modules.
    ///
    /// # Errors
    /// When it cannot be drawn, which the limit of its text rules out.
    pub fn modules(&self) -> Result<(usize, Vec<bool>), CodeFault> {
        let code =
            QrCode::with_error_correction_level(self.text(), EcLevel::L).map_err(CodeFault::Drawing)?;
        Ok((code.width(), code.to_colors().into_iter().map(|colour| colour == qrcode::Color::Dark).collect()))
    }

    /// NIP of the recipient; may be empty.
    #[must_use]
    pub fn nip(&self) -> &str {
        &self.nip
    }

    /// Where the money goes.
    #[must_use]
    pub fn account(&self) -> Nrb {
        self.account
    }

    /// How much, if the code says it.
    #[must_use]
    pub fn amount_grosze(&self) -> Option<i64> {
        self.amount_grosze
    }

    /// Name of the recipient.
    #[must_use]
    pub fn recipient(&self) -> &str {
        &self.recipient
    }

    /// Title of the transfer.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The three reserves.
    #[must_use]
    pub fn reserves(&self) -> &[String; 3] {
        &self.reserves
    }
}

fn field(name: &'static str, text: &str, limit: usize) -> Result<String, CodeFault> {
    let text = text.trim();
    let found = text.chars().count();
    if found > limit {
        return Err(CodeFault::FieldTooLong { field: name, found, limit });
    }
    match CODE.first_strange(text) {
        Some(strange) => {
            Err(CodeFault::StrangeCharacter { field: name, character: strange.character, at: strange.at })
        }
        None => Ok(text.to_owned()),
    }
}
