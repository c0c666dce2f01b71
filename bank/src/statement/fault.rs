//! Why files are refused.

use std::fmt;

use super::Currency;
use crate::{Parameters, plain_amount};

/// Where in a file something is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// The file as a whole.
    File,
    /// A line, counted from one.
    Line(u64),
    /// An element of XML and the line of it.
    Element {
        /// Line, counted from one.
        line: u64,
        /// Names of the elements from the outermost, with `/` between them.
        path: String,
    },
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File => Ok(()),
            Self::Line(line) => write!(f, ", line {line}"),
            Self::Element { line, path } => write!(f, ", line {line} ({path})"),
        }
    }
}

/// Why a delivery of files is refused, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}{place}: {problem}")]
pub struct Fault {
    /// Name of the file.
    pub file: String,
    /// Where in it.
    pub place: Place,
    /// What is wrong.
    #[source]
    pub problem: Problem,
}

impl Fault {
    /// Stable name of what is wrong.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.problem.code()
    }

    /// Values for a text of the fault: those of the problem, `file`, and `line` and `path` where they are known.
    /// Amounts are grosze.
    #[must_use]
    pub fn parameters(&self) -> Parameters {
        let mut values = self.problem.parameters();
        values.push(("file", self.file.clone()));
        match &self.place {
            Place::File => {}
            Place::Line(line) => values.push(("line", line.to_string())),
            Place::Element { line, path } => {
                values.extend([("line", line.to_string()), ("path", path.clone())]);
            }
        }
        values
    }
}

/// What is wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// The file has no content.
    #[error("the file is empty; fetch it from the bank again")]
    Empty,
    /// The file has more than is read.
    #[error("more than {limit} {what}; ask the bank for shorter statements, or for one file a day")]
    TooMuch {
        /// Of what there is too much.
        what: &'static str,
        /// How much is read.
        limit: usize,
    },
    /// The file is none of the formats that tell themselves.
    #[error(
        "this is neither MT940, MT942 nor camt.053, but begins with {found:?}; choose the right file, or a profile for a list of payments"
    )]
    UnknownFormat {
        /// How it begins.
        found: String,
    },
    /// Bytes that the encoding does not have.
    #[error("the file is not in {encoding}: byte {at} cannot be read; choose another encoding")]
    NotInEncoding {
        /// The encoding.
        encoding: &'static str,
        /// Place of the byte, counted from zero.
        at: usize,
    },
    /// The file names an encoding that is not read.
    #[error(
        "the file says that its encoding is {found:?}, which is not known here; choose the encoding by hand"
    )]
    UnknownEncoding {
        /// What it says.
        found: String,
    },
    /// A field that must be there is not.
    #[error("the statement has no {field}; it is not whole: fetch it from the bank again")]
    MissingField {
        /// Which one.
        field: &'static str,
    },
    /// A field where none of its kind may be.
    #[error(
        "found {found} where {expected} is expected; the file is damaged or put together: fetch it from the bank again"
    )]
    UnexpectedField {
        /// What is there.
        found: String,
        /// What may be there.
        expected: &'static str,
    },
    /// A field that does not have its form.
    #[error("{field} is {found:?}; expected is {expected}")]
    BadField {
        /// Which one.
        field: &'static str,
        /// What is there.
        found: String,
        /// What may be there.
        expected: &'static str,
    },
    /// A day that no calendar has, or that is not written as a day.
    #[error(
        "{found:?} is no date; expected is a day that exists, as {expected}. Ask the bank for a corrected file"
    )]
    BadDate {
        /// What is there.
        found: String,
        /// How days are written there.
        expected: String,
    },
    /// Not an amount.
    #[error("{found:?} is no amount; expected is {expected}")]
    BadAmount {
        /// What is there.
        found: String,
        /// How amounts are written there.
        expected: &'static str,
    },
    /// Two currencies in one statement.
    #[error(
        "the amount is in {found}, but the statement in {expected}; fetch the statement from the bank again"
    )]
    OtherCurrency {
        /// Currency of the amount.
        found: Currency,
        /// Currency of the statement.
        expected: Currency,
    },
    /// Opening balance and entries do not make the closing balance.
    #[error(
        "the statement does not add up: opening balance {} and entries {} make {}, but the closing balance is {}: {} {currency} are missing or too much. Nothing was booked; fetch the whole statement from the bank again",
        plain_amount(*opening_grosze), plain_amount(*entries_grosze), plain_amount(opening_grosze.saturating_add(*entries_grosze)),
        plain_amount(*closing_grosze), plain_amount(*difference_grosze)
    )]
    DoesNotAddUp {
        /// Balance before.
        opening_grosze: i64,
        /// Sum of the entries.
        entries_grosze: i64,
        /// Balance after, as told.
        closing_grosze: i64,
        /// What is told less what was calculated.
        difference_grosze: i64,
        /// Their currency.
        currency: Currency,
    },
    /// A sum is larger than any bank holds.
    #[error("the amounts together are larger than can be counted; the file is damaged")]
    SumTooLarge,
    /// The record with number and sum of the payments is not there.
    #[error(
        "the record {found:?} with number and sum of the payments is missing; the list is not whole, fetch it again"
    )]
    NoControl {
        /// By what it is known.
        found: String,
    },
    /// The entries are not as many, or make not as much, as the file says (MT942).
    #[error(
        "the file says {told_count} {what} of {}, but has {found_count} of {}; fetch it from the bank again",
        plain_amount(*told_grosze), plain_amount(*found_grosze)
    )]
    OtherTotal {
        /// `credits` or `debits`.
        what: &'static str,
        /// Entries as told.
        told_count: u64,
        /// Sum as told.
        told_grosze: i64,
        /// Entries that there are.
        found_count: u64,
        /// Sum that they make.
        found_grosze: i64,
    },
    /// The payments of a collective entry do not make its amount.
    #[error(
        "the payments of the collective entry make {}, but the entry is {}: {} differ; fetch the statement from the bank again",
        plain_amount(*payments_grosze), plain_amount(*entry_grosze), plain_amount(*difference_grosze)
    )]
    BatchDoesNotAddUp {
        /// Amount of the entry.
        entry_grosze: i64,
        /// Sum of its payments.
        payments_grosze: i64,
        /// The entry less the payments.
        difference_grosze: i64,
    },
    /// A page of a statement is not among the files.
    #[error(
        "page {page} of statement {statement} of account {account} is not among the files; give all pages together"
    )]
    MissingPage {
        /// The account.
        account: String,
        /// The statement.
        statement: String,
        /// Which page.
        page: u64,
    },
    /// A page does not begin with what the page before it ended with.
    #[error(
        "the page begins with {}, but the page before it ended with {}; give all pages of the statement together",
        plain_amount(*found_grosze), plain_amount(*expected_grosze)
    )]
    PagesDoNotMeet {
        /// Where it begins.
        found_grosze: i64,
        /// Where the one before it ended.
        expected_grosze: i64,
    },
    /// A statement between two others is missing, or one came twice.
    #[error(
        "statement {found} of account {account} follows, but {expected} is expected; import the statements in between first"
    )]
    SequenceBroken {
        /// The account.
        account: String,
        /// Its number.
        found: u64,
        /// The number that must follow.
        expected: u64,
    },
    /// A statement does not begin with what the one before it ended with.
    #[error(
        "account {account} begins with {}, but its last statement ended with {}; import the statements in between first",
        plain_amount(*found_grosze), plain_amount(*expected_grosze)
    )]
    NotContinued {
        /// The account.
        account: String,
        /// Where it begins.
        found_grosze: i64,
        /// Where the one before it ended.
        expected_grosze: i64,
    },
    /// XML that cannot be read.
    #[error("the XML is damaged: {why}. Fetch the file from the bank again")]
    BadXml {
        /// Why.
        why: String,
    },
    /// XML with a document type, by which files can do harm.
    #[error(
        "the file has a DOCTYPE, which no bank writes; it may be made to do harm. Fetch it from the bank again"
    )]
    Doctype,
    /// XML that is not camt.053, or is a version that is not known.
    #[error("the file is {found:?}; camt.053.001.02 to .13 are read. Choose camt.053 at the bank")]
    OtherXml {
        /// Its namespace.
        found: String,
    },
    /// A record of a list has too few or too many fields.
    #[error(
        "the record has {found} fields, but the profile expects {least} to {most}; choose the profile of this bank, or mend it"
    )]
    FieldCount {
        /// Fields that there are.
        found: usize,
        /// Least that there must be.
        least: usize,
        /// Most that there may be.
        most: usize,
    },
    /// A record of a list of a kind that the profile does not know.
    #[error(
        "the record has {found:?} in field {field}, which the profile does not know; choose the profile of this bank, or mend it"
    )]
    UnknownRecord {
        /// Which field.
        field: usize,
        /// What is there.
        found: String,
    },
}

impl Problem {
    /// Stable name of the problem.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "statement-empty",
            Self::TooMuch { .. } => "statement-too-much",
            Self::UnknownFormat { .. } => "statement-unknown-format",
            Self::NotInEncoding { .. } => "statement-not-in-encoding",
            Self::UnknownEncoding { .. } => "statement-unknown-encoding",
            Self::MissingField { .. } => "statement-missing-field",
            Self::UnexpectedField { .. } => "statement-unexpected-field",
            Self::BadField { .. } => "statement-bad-field",
            Self::BadDate { .. } => "statement-bad-date",
            Self::BadAmount { .. } => "statement-bad-amount",
            Self::OtherCurrency { .. } => "statement-other-currency",
            Self::DoesNotAddUp { .. } => "statement-does-not-add-up",
            Self::SumTooLarge => "statement-sum-too-large",
            Self::NoControl { .. } => "statement-no-control",
            Self::OtherTotal { .. } => "statement-other-total",
            Self::BatchDoesNotAddUp { .. } => "statement-batch-does-not-add-up",
            Self::MissingPage { .. } => "statement-missing-page",
            Self::PagesDoNotMeet { .. } => "statement-pages-do-not-meet",
            Self::SequenceBroken { .. } => "statement-sequence-broken",
            Self::NotContinued { .. } => "statement-not-continued",
            Self::BadXml { .. } => "statement-bad-xml",
            Self::Doctype => "statement-doctype",
            Self::OtherXml { .. } => "statement-other-xml",
            Self::FieldCount { .. } => "statement-field-count",
            Self::UnknownRecord { .. } => "statement-unknown-record",
        }
    }

    /// Values for a text of the problem. Amounts are grosze.
    #[must_use]
    pub fn parameters(&self) -> Parameters {
        let number = |value: &dyn fmt::Display| value.to_string();
        match self {
            Self::Empty | Self::SumTooLarge | Self::Doctype => Vec::new(),
            Self::TooMuch { what, limit } => vec![("what", number(what)), ("limit", number(limit))],
            Self::UnknownFormat { found } | Self::UnknownEncoding { found } | Self::OtherXml { found } => {
                vec![("found", found.clone())]
            }
            Self::NotInEncoding { encoding, at } => vec![("encoding", number(encoding)), ("at", number(at))],
            Self::MissingField { field } => vec![("field", number(field))],
            Self::UnexpectedField { found, expected } | Self::BadAmount { found, expected } => {
                vec![("found", found.clone()), ("expected", number(expected))]
            }
            Self::BadField { field, found, expected } => {
                vec![("field", number(field)), ("found", found.clone()), ("expected", number(expected))]
            }
            Self::BadDate { found, expected } => {
                vec![("found", found.clone()), ("expected", expected.clone())]
            }
            Self::OtherCurrency { found, expected } => {
                vec![("found", number(found)), ("expected", number(expected))]
            }
            Self::DoesNotAddUp {
                opening_grosze,
                entries_grosze,
                closing_grosze,
                difference_grosze,
                currency,
            } => vec![
                ("opening_grosze", number(opening_grosze)),
                ("entries_grosze", number(entries_grosze)),
                ("closing_grosze", number(closing_grosze)),
                ("difference_grosze", number(difference_grosze)),
                ("currency", number(currency)),
            ],
            Self::NoControl { found } => vec![("found", found.clone())],
            Self::OtherTotal { what, told_count, told_grosze, found_count, found_grosze } => vec![
                ("what", number(what)),
                ("told_count", number(told_count)),
                ("told_grosze", number(told_grosze)),
                ("found_count", number(found_count)),
                ("found_grosze", number(found_grosze)),
            ],
            Self::BatchDoesNotAddUp { entry_grosze, payments_grosze, difference_grosze } => vec![
                ("entry_grosze", number(entry_grosze)),
                ("payments_grosze", number(payments_grosze)),
                ("difference_grosze", number(difference_grosze)),
            ],
            Self::MissingPage { account, statement, page } => {
                vec![("account", account.clone()), ("statement", statement.clone()), ("page", number(page))]
            }
            Self::PagesDoNotMeet { found_grosze, expected_grosze } => {
                vec![("found_grosze", number(found_grosze)), ("expected_grosze", number(expected_grosze))]
            }
            Self::SequenceBroken { account, found, expected } => {
                vec![("account", account.clone()), ("found", number(found)), ("expected", number(expected))]
            }
            Self::NotContinued { account, found_grosze, expected_grosze } => vec![
                ("account", account.clone()),
                ("found_grosze", number(found_grosze)),
                ("expected_grosze", number(expected_grosze)),
            ],
            Self::BadXml { why } => vec![("why", why.clone())],
            Self::FieldCount { found, least, most } => {
                vec![("found", number(found)), ("least", number(least)), ("most", number(most))]
            }
            Self::UnknownRecord { field, found } => vec![("field", number(field)), ("found", found.clone())],
        }
    }
}
