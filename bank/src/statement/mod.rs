//! Statements of bank accounts: MT940 and MT942, camt.053, lists of mass payments.
//!
//! [`read`] takes all files of one delivery (one file, or the pages of a statement that the bank split) and gives back
//! whole statements that add up, or one [`Fault`] for all of them. Nothing is left out in silence: a field that is not
//! understood refuses the file.

mod camt053;
mod details;
mod encoding;
mod fault;
mod list;
mod mt940;
mod pages;
mod values;
mod verify;

use std::collections::HashMap;

use chrono::NaiveDate;
use sha2::{Digest, Sha256};

use crate::{Iban, Nrb};

pub use encoding::Encoding;
pub use fault::{Fault, Place, Problem};
pub use list::{BUILT_IN, Profile, ProfileFault};
pub use verify::{Last, follows};

/// How much of a file is read. A file that has more is refused.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes of all files of a delivery together.
    pub bytes: usize,
    /// Entries of all statements together.
    pub entries: usize,
    /// Lines of a file.
    pub lines: usize,
    /// Characters of one text: a line, a description, the text of an element.
    pub text: usize,
    /// Elements of XML within each other.
    pub depth: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 64 << 20, entries: 1_000_000, lines: 10_000_000, text: 20_000, depth: 32 }
    }
}

/// How files are read.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options<'a> {
    /// The encoding of the text, where it shall not be found out.
    pub encoding: Option<Encoding>,
    /// What the columns of a list mean; without it the files are MT940, MT942 or camt.053, which say so themselves.
    pub profile: Option<&'a Profile>,
    /// Whether MT940 without a closing balance is taken: such files are seen, but nothing proves that they are whole
    /// ([`Statement::is_proven`]). Without this they are refused; somebody should decide to take one.
    pub take_unproven: bool,
    /// How much is read.
    pub limits: Limits,
}

/// A file of a delivery.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// Its name, for refusals.
    pub name: &'a str,
    /// Its content.
    pub bytes: &'a [u8],
}

/// What a statement was read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// SWIFT MT940: end of day, with balances.
    Mt940,
    /// SWIFT MT942: within a day, without balances. The same entries come again in an MT940.
    Mt942,
    /// ISO 20022 camt.053: end of day, with balances.
    Camt053,
    /// A list of payments, without balances.
    List,
}

impl Format {
    /// Stable name of the format.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Mt940 => "mt940",
            Self::Mt942 => "mt942",
            Self::Camt053 => "camt053",
            Self::List => "list",
        }
    }

    /// Whether statements of this format say what is booked for good, with balances that prove it.
    #[must_use]
    pub fn has_balances(self) -> bool {
        matches!(self, Self::Mt940 | Self::Camt053)
    }
}

/// Three capital letters (ISO 4217).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

impl Currency {
    /// The Polish złoty.
    pub const PLN: Self = Self(*b"PLN");

    /// Reads three capital letters.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let letters: [u8; 3] = text.as_bytes().try_into().ok()?;
        letters.iter().all(u8::is_ascii_uppercase).then_some(Self(letters))
    }

    /// The three letters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl std::fmt::Display for Currency {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// An account as a bank names it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Account {
    /// Without spaces; an IBAN with its country where its check digits agree, so that the same account is always named
    /// alike.
    pub text: String,
    /// The number, if it is a Polish account whose check digits agree.
    pub nrb: Option<Nrb>,
}

impl Account {
    /// An account from what stands in a file; nothing if nothing stands there.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let text: String = text.chars().filter(|c| !c.is_whitespace()).take(100).collect();
        let text = text.trim_start_matches('/');
        if text.is_empty() {
            return None;
        }
        let nrb = Nrb::parse(text).ok();
        let iban =
            nrb.map(|nrb| nrb.iban()).or_else(|| Iban::parse(text).ok().map(|iban| iban.as_str().to_owned()));
        Some(Self { text: iban.unwrap_or_else(|| text.to_owned()), nrb })
    }
}

/// Who is at the other end of an entry, as the bank tells it. A hint, no proof.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counterparty {
    /// Name and, where the bank does not keep them apart, address.
    pub name: Option<String>,
    /// Their account.
    pub account: Option<Account>,
}

/// What an account held at the end of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Balance {
    /// How much; below zero for a debt.
    pub amount_grosze: i64,
    /// Of which day.
    pub on: NaiveDate,
}

/// One movement of money.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Line of the file at which it begins.
    pub line: u64,
    /// Day on which the bank booked it.
    pub booked_on: NaiveDate,
    /// Day from which it counts.
    pub value_on: NaiveDate,
    /// How much came (above zero) or went (below zero), in the minor unit of the currency.
    pub amount_grosze: i64,
    /// The currency of the amount, which is that of the account.
    pub currency: Currency,
    /// Whether it takes back an earlier entry. The sign of the amount says which way the money goes now.
    pub reversal: bool,
    /// The bank's own name of it.
    pub bank_reference: Option<String>,
    /// The name that whoever ordered it gave to it.
    pub customer_reference: Option<String>,
    /// What kind of movement it is, in the bank's words.
    pub description: Option<String>,
    /// Who is at the other end.
    pub counterparty: Counterparty,
    /// The account that the payer used, where it is told: a virtual account of ours.
    pub paid_to: Option<Account>,
    /// The identifier of the payer in the bank's service of mass payments, where it is told (mBank: `ID IPH`).
    pub mass_payment_id: Option<String>,
    /// What it is for, lines of fixed width joined. See [`crate::transfer::find_tokens`].
    pub title: String,
    /// All that the bank told of it, as text.
    pub raw: String,
    /// By this the same entry is known when it comes again, in the same file or another. No two entries of a statement
    /// have the same.
    pub key: String,
    /// Whether the bank names it, so that its key is the same in any statement. The key of an entry without a name is that
    /// of its statement only.
    pub named: bool,
}

/// A statement of one account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// Name of the file in which it begins.
    pub file: String,
    /// Line at which it begins.
    pub line: u64,
    /// What it was read from.
    pub format: Format,
    /// The account; a list of payments names none.
    pub account: Option<Account>,
    /// The bank's name of the statement.
    pub reference: Option<String>,
    /// Its number, if the bank gave one.
    pub number: Option<u64>,
    /// Its number in a series that has no holes, if the bank numbers so. In camt.053 only the legal number
    /// (`LglSeqNb`) is one: the electronic one was seen to be a date.
    pub sequence: Option<u64>,
    /// Its currency.
    pub currency: Currency,
    /// Balance before the first entry; lists and MT942 have none.
    pub opening: Option<Balance>,
    /// Balance after the last entry.
    pub closing: Option<Balance>,
    /// Records or entries of the file that are no booked money and were left out: headings and sums of a list, what
    /// camt.053 marks as pending or as information.
    pub left_out: u64,
    /// Its entries, in the order of the file.
    pub entries: Vec<Entry>,
}

impl Statement {
    /// Whether its balances prove that it is whole. Lists and MT942 never do; the statement of the day proves them.
    #[must_use]
    pub fn is_proven(&self) -> bool {
        self.opening.is_some() && self.closing.is_some()
    }
}

/// What a statement says of itself beside its entries, by which its pages are joined and checked.
#[derive(Debug, Clone, Default)]
struct Page {
    /// Which page it is, counted from one, where that is told.
    number: Option<u64>,
    /// Whether the opening balance is that of the page only.
    opens_in_the_middle: bool,
    /// Whether the closing balance is that of the page only.
    closes_in_the_middle: bool,
    /// Whether it says of itself that another page comes.
    more_to_come: bool,
    /// Number and sum of debits and of credits, as told (MT942).
    debits: Option<Total>,
    credits: Option<Total>,
}

/// How many entries there are of a kind and what they make together, without sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Total {
    count: u64,
    sum: i64,
    line: u64,
}

/// A statement, or a page of one, as it was read.
#[derive(Debug, Clone)]
struct Part {
    statement: Statement,
    page: Page,
}

/// Reads the files of one delivery: MT940, MT942, camt.053, or lists by a profile.
///
/// # Errors
/// The first thing that is wrong. Then nothing of any of the files may be booked.
pub fn read(files: &[Input<'_>], options: &Options<'_>) -> Result<Vec<Statement>, Fault> {
    let mut parts = Vec::new();
    let (mut bytes, mut entries) = (0_usize, 0_usize);
    for file in files {
        let at_file = |problem| Fault { file: file.name.to_owned(), place: Place::File, problem };
        bytes = bytes.saturating_add(file.bytes.len());
        if bytes > options.limits.bytes {
            return Err(at_file(Problem::TooMuch { what: "bytes", limit: options.limits.bytes }));
        }
        let left = Limits { entries: options.limits.entries.saturating_sub(entries), ..options.limits };
        let read = read_one(file, &Options { limits: left, ..*options })
            .map_err(|(place, problem)| Fault { file: file.name.to_owned(), place, problem })?;
        entries += read.iter().map(|part| part.statement.entries.len()).sum::<usize>();
        parts.extend(read);
    }
    let mut statements = pages::joined(parts)?;
    verify::all(&statements)?;
    name_entries(&mut statements);
    Ok(statements)
}

/// Before a key that a reader gives to an entry, because the bank says that no other entry of the account has it.
const UNIQUE: &str = "unique:";

/// What is wrong and where, before it is known in which file.
type Refusal = (Place, Problem);

fn read_one(file: &Input<'_>, options: &Options<'_>) -> Result<Vec<Part>, Refusal> {
    if file.bytes.iter().all(|byte| byte.is_ascii_whitespace() || *byte == 0) {
        return Err((Place::File, Problem::Empty));
    }
    if let Some(profile) = options.profile {
        return list::read(file, profile, options).map(|part| vec![part]);
    }
    if camt053::looks_like_it(file.bytes) {
        let text = encoding::of_xml(file.bytes, options.encoding)?;
        return camt053::read(file.name, &text, &options.limits);
    }
    let text = encoding::decoded(file.bytes, options.encoding)?;
    if !mt940::looks_like_it(&text) {
        let found: String = text.trim().chars().take(40).collect();
        return Err((Place::Line(1), Problem::UnknownFormat { found }));
    }
    mt940::read(file.name, &text, options)
}

/// Gives every entry its key. A reader may have put a name into it that is unique in the account; what the bank told is
/// the key otherwise.
///
/// Where the bank names its entries, the same entry has the same key in any statement (MT942 and MT940 of a day). Where
/// it does not, the statement is part of the key, lest two equal payments of two statements be taken for one. Equal
/// entries of one statement are counted.
fn name_entries(statements: &mut [Statement]) {
    let mut unnamed: HashMap<String, usize> = HashMap::new();
    for statement in statements {
        let account = statement.account.as_ref().map_or("", |account| account.text.as_str()).to_owned();
        let balance = |balance: Option<Balance>| {
            balance.map(|balance| format!("{} {}", balance.on, balance.amount_grosze)).unwrap_or_default()
        };
        let whose =
            format!("{:?} {} {}", statement.number, balance(statement.opening), balance(statement.closing));
        // What a bank tells within the day, it tells alike at its end.
        let format = match statement.format {
            Format::Mt940 | Format::Mt942 => "mt94",
            Format::Camt053 | Format::List => statement.format.code(),
        };
        let mut named: HashMap<String, usize> = HashMap::new();
        for entry in &mut statement.entries {
            let unique = entry.key.strip_prefix(UNIQUE).map(|unique| format!("{account}:{unique}"));
            let is_named = unique.is_some() || entry.bank_reference.is_some();
            entry.named = is_named;
            let key = unique.unwrap_or_else(|| {
                let whose = if is_named { "" } else { whose.as_str() };
                let told = format!(
                    "{account}\n{whose}\n{}\n{}\n{}\n{}\n{}\n{}\n{}",
                    entry.booked_on,
                    entry.value_on,
                    entry.amount_grosze,
                    entry.currency,
                    entry.reversal,
                    entry.bank_reference.as_deref().unwrap_or_default(),
                    entry.raw,
                );
                format!("{format}:{}", hex(&Sha256::digest(told.as_bytes())))
            });
            let seen = if is_named { &mut named } else { &mut unnamed };
            let count = seen.entry(key.clone()).or_insert(0);
            *count += 1;
            entry.key = if *count == 1 { key } else { format!("{key}#{count}") };
        }
    }
}

/// The first 16 bytes as text.
fn hex(bytes: &[u8]) -> String {
    bytes.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}
