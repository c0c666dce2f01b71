//! A delivery of files and how it is to be taken in; what became of it, or why it was refused.

use std::collections::BTreeMap;

use bank::statement::{Encoding, Fault, Limits, Profile, Statement};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

/// A file of a delivery.
#[derive(Debug)]
pub struct Delivered {
    /// Its name.
    pub name: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// How a delivery is taken.
#[derive(Debug, Clone, Default)]
pub struct Choices {
    /// Whether it is only said what would be done.
    pub dry_run: bool,
    /// Whether MT940 without a closing balance is taken, which nothing proves to be whole; and a list whose payments stood
    /// in another list already.
    pub unproven: bool,
    /// What the columns mean, if the file is a list of payments and no statement.
    pub list: Option<Profile>,
    /// The town's account of a list, where its payments do not say it.
    pub account: Option<String>,
    /// The encoding, where it shall not be found out.
    pub encoding: Option<Encoding>,
    /// How much is read.
    pub limits: Limits,
}

/// How many entries, and what they make together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// How many.
    pub count: u64,
    /// Their sum, in grosze; of money that went out below zero.
    pub grosze: i64,
}

impl Tally {
    pub(super) fn add(&mut self, grosze: i64) {
        self.count += 1;
        self.grosze = self.grosze.saturating_add(grosze);
    }
}

/// A statement as it was read.
#[derive(Debug, Clone, Serialize)]
pub struct ReadStatement {
    /// Its page, once it is taken in.
    pub id: Option<Uuid>,
    /// The account as the bank names it.
    pub account: Option<String>,
    /// `mt940`, `mt942`, `camt053`.
    pub format: &'static str,
    /// Its number.
    pub number: Option<u64>,
    /// Currency of its amounts.
    pub currency: String,
    /// Entries.
    pub entries: usize,
    /// What came, in grosze.
    pub in_grosze: i64,
    /// What went, in grosze, below zero.
    pub out_grosze: i64,
    /// Balance before, in grosze.
    pub opening_grosze: Option<i64>,
    /// Balance after, in grosze.
    pub closing_grosze: Option<i64>,
    /// Whether it was there already, from another file.
    pub again: bool,
}

/// What became of a delivery.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// Names of its files.
    pub file: String,
    /// Whether nothing was written.
    pub dry_run: bool,
    /// When the same file was taken in before; then nothing was done.
    pub taken_at: Option<chrono::DateTime<chrono::Utc>>,
    /// Why the whole delivery is refused.
    #[serde(serialize_with = "refused_as_json")]
    pub refused: Option<Refusal>,
    /// What was read, also of a delivery that is refused for what it says.
    pub statements: Vec<ReadStatement>,
    /// Entries that earlier statements had told of.
    pub known: u64,
    /// Booked to payers.
    pub booked: Tally,
    /// Held until somebody looks.
    pub held: Tally,
    /// Listed only: what went out, and what is no payment.
    pub listed: Tally,
    /// Earlier payments taken back by the bank.
    pub reversed: Tally,
    /// Money whose payments are booked one by one: payouts of operators, collective entries of lists.
    pub covered: Tally,
}

/// Why a whole delivery is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It cannot be read, does not add up, or does not follow the last statement.
    #[error(transparent)]
    File(#[from] Fault),
    /// Its account is none on which dues are paid.
    #[error(
        "account {account} is none of the town's accounts for dues; enter it at the kind of due that is paid there, or choose the right file"
    )]
    OtherAccount {
        /// The account as the bank names it.
        account: String,
    },
    /// Its currency is not PLN.
    #[error(
        "the statement of account {account} is in {currency}; only accounts in PLN are booked. Leave it out of the file"
    )]
    OtherCurrency {
        /// The account as the bank names it.
        account: String,
        /// The currency.
        currency: String,
    },
    /// What was told within a day has no names by which it could be known at the end of the day.
    #[error(
        "line {line}: the bank gives this entry of an MT942 no number of its own, so that it would be booked again with the statement of the day; take in the MT940 instead"
    )]
    Unnamed {
        /// Line of the file.
        line: u64,
    },
    /// It is not said to which of the town's accounts a list belongs.
    #[error(
        "the payments of the list do not say to which of the town's accounts they came; choose the account"
    )]
    ListAccount,
    /// The payments of a list came to several of the town's accounts, or to others than the one that was chosen.
    #[error(
        "line {line}: this payment of the list came to another account than the others, or than the one that was chosen; fetch a list for each account"
    )]
    ListAccounts {
        /// Line of the file.
        line: u64,
    },
    /// A payment of a list stood in another one.
    #[error(
        "line {line}: the same payment stands in the list {other}; if the payer did pay twice on that day, take the list in with this said"
    )]
    ListAgain {
        /// Line of the file.
        line: u64,
        /// Name of the other file.
        other: String,
    },
}

impl Refusal {
    /// Stable name of the reason.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::File(fault) => fault.code(),
            Self::OtherAccount { .. } => "statement-other-account",
            Self::OtherCurrency { .. } => "statement-not-pln",
            Self::Unnamed { .. } => "statement-unnamed",
            Self::ListAccount => "statement-list-account",
            Self::ListAccounts { .. } => "statement-list-accounts",
            Self::ListAgain { .. } => "statement-list-again",
        }
    }

    /// Values for a text of it. Amounts are grosze.
    #[must_use]
    pub fn parameters(&self) -> bank::Parameters {
        match self {
            Self::File(fault) => fault.parameters(),
            Self::OtherAccount { account } => vec![("account", account.clone())],
            Self::OtherCurrency { account, currency } => {
                vec![("account", account.clone()), ("currency", currency.clone())]
            }
            Self::Unnamed { line } | Self::ListAccounts { line } => vec![("line", line.to_string())],
            Self::ListAccount => Vec::new(),
            Self::ListAgain { line, other } => vec![("line", line.to_string()), ("other", other.clone())],
        }
    }
}

fn refused_as_json<S: serde::Serializer>(refused: &Option<Refusal>, out: S) -> Result<S::Ok, S::Error> {
    let told = refused.as_ref().map(|refusal| {
        let parameters: BTreeMap<_, _> = refusal.parameters().into_iter().collect();
        json!({ "code": refusal.code(), "message": refusal.to_string(), "parameters": parameters })
    });
    told.serialize(out)
}

fn sum_where(statement: &Statement, is: impl Fn(i64) -> bool) -> i64 {
    let amounts = statement.entries.iter().map(|entry| entry.amount_grosze);
    amounts.filter(|amount| is(*amount)).fold(0, i64::saturating_add)
}

pub(super) fn told(statement: &Statement) -> ReadStatement {
    ReadStatement {
        id: None,
        account: statement.account.as_ref().map(|account| account.text.clone()),
        format: statement.format.code(),
        number: statement.number,
        currency: statement.currency.to_string(),
        entries: statement.entries.len(),
        in_grosze: sum_where(statement, |amount| amount > 0),
        out_grosze: sum_where(statement, |amount| amount < 0),
        opening_grosze: statement.opening.map(|balance| balance.amount_grosze),
        closing_grosze: statement.closing.map(|balance| balance.amount_grosze),
        again: false,
    }
}
