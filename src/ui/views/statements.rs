//! Pages of statements of the town's bank accounts.

use askama::Template;

use super::{Chip, Choice, Fact, FieldFault, Link};
use crate::{
    platform::i18n::Texts,
    ui::{Nav, Page},
};

fn fault_of<'a>(faults: &'a [FieldFault], field: &str) -> Option<&'a str> {
    faults.iter().find(|fault| fault.field == field).map(|fault| fault.message.as_str())
}

/// A statement in a list.
#[derive(Debug, Clone)]
pub struct StatementLine {
    /// Its page.
    pub href: String,
    /// "MT940 nr 107".
    pub name: String,
    /// The account in groups.
    pub account: String,
    /// Days.
    pub day: String,
    /// How many entries.
    pub entries: String,
    /// What came.
    pub came: String,
    /// What went.
    pub went: String,
    /// What of it waits.
    pub chips: Vec<Chip>,
    /// File, who and when.
    pub taken: String,
}

/// What came in by one way.
#[derive(Debug, Clone)]
pub struct TakingLine {
    /// By which way.
    pub source: String,
    /// The bank account.
    pub account: String,
    /// How many entries.
    pub entries: String,
    /// What they make.
    pub amount: String,
}

/// What a list of payments makes on a day.
#[derive(Debug, Clone)]
pub struct ListSumLine {
    /// The list.
    pub list: Link,
    /// The day.
    pub day: String,
    /// The account in groups.
    pub account: String,
    /// How many payments.
    pub entries: String,
    /// What they make.
    pub amount: String,
    /// The entry of a statement that shows it.
    pub entry: Option<String>,
}

/// What became of a file that was just sent.
#[derive(Debug, Clone)]
pub struct TakenView {
    /// `good` or `bad`.
    pub look: &'static str,
    /// In one line.
    pub title: String,
    /// Why it is refused, and what to do.
    pub why: Option<String>,
    /// What was read and would be done.
    pub facts: Vec<Fact>,
    /// Statements that were read.
    pub statements: Vec<String>,
}

/// `/desk/statements`
#[derive(Debug, Clone, Template)]
#[template(path = "statements/statements.html")]
pub struct StatementsPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// What was just done.
    pub notice: Option<String>,
    /// What is wrong with the form.
    pub faults: Vec<FieldFault>,
    /// What became of a file.
    pub taken: Option<TakenView>,
    /// "Do wyjaśnienia: 3, razem 120,00 zł".
    pub waiting: Option<String>,
    /// Encodings to choose from.
    pub encodings: Vec<Choice>,
    /// What the file may be: a statement, or a list with known columns.
    pub lists: Vec<Choice>,
    /// Accounts to which a list may belong.
    pub accounts: Vec<Choice>,
    /// What lists make, and no statement shows yet.
    pub sums: Vec<ListSumLine>,
    /// Whether unproven files are taken.
    pub unproven: bool,
    /// The day of the takings, as the field sends it.
    pub day: String,
    /// The same in words.
    pub day_text: String,
    /// Takings of the day.
    pub takings: Vec<TakingLine>,
    /// All of them together.
    pub takings_sum: String,
    /// Statements.
    pub rows: Vec<StatementLine>,
    /// Where the list begins, when this is not its beginning.
    pub first: Option<String>,
    /// Where it goes on.
    pub next: Option<String>,
}

impl StatementsPage {
    fn fault(&self, field: &str) -> Option<&str> {
        fault_of(&self.faults, field)
    }
}

/// An entry in a list.
#[derive(Debug, Clone)]
pub struct StatementEntryLine {
    /// Its page.
    pub href: String,
    /// Day of booking.
    pub day: String,
    /// Amount with its sign.
    pub amount: String,
    /// Name of the sender.
    pub sender: String,
    /// Title.
    pub title: String,
    /// Where it stands.
    pub chips: Vec<Chip>,
    /// How it was booked, or why not.
    pub how: String,
}

/// `/desk/statements/{id}`
#[derive(Debug, Clone, Template)]
#[template(path = "statements/statement.html")]
pub struct StatementPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// What was just done.
    pub notice: Option<String>,
    /// Its name.
    pub name: String,
    /// The account in groups.
    pub account: String,
    /// Balances, sums, file.
    pub facts: Vec<Fact>,
    /// Of a list: what it makes, and where a statement shows it.
    pub sums: Vec<ListSumLine>,
    /// Downloads.
    pub files: Vec<Link>,
    /// Entries.
    pub rows: Vec<StatementEntryLine>,
    /// Where the list begins, when this is not its beginning.
    pub first: Option<String>,
    /// Where it goes on.
    pub next: Option<String>,
}

/// `/desk/statements/unmatched`
#[derive(Debug, Clone, Template)]
#[template(path = "statements/unmatched.html")]
pub struct UnmatchedPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// "3, razem 120,00 zł".
    pub waiting: String,
    /// Downloads.
    pub files: Vec<Link>,
    /// Entries.
    pub rows: Vec<StatementEntryLine>,
    /// Where the list begins, when this is not its beginning.
    pub first: Option<String>,
    /// Where it goes on.
    pub next: Option<String>,
}

/// What was booked of an entry.
#[derive(Debug, Clone)]
pub struct EntryBookingLine {
    /// The calculation.
    pub href: String,
    /// Number in the ledger.
    pub number: String,
    /// Whose dues.
    pub payer: String,
    /// How much.
    pub amount: String,
    /// How it was matched.
    pub how: String,
    /// Whether it was undone.
    pub undone: bool,
}

/// Something to which an entry may be assigned.
#[derive(Debug, Clone)]
pub struct EntryChoice {
    /// As the form sends it.
    pub value: String,
    /// Number of the line, for the ids of its fields.
    pub n: usize,
    /// Payer.
    pub payer: String,
    /// What is owed.
    pub title: String,
    /// For what, account, term.
    pub about: String,
    /// What pays it.
    pub to_pay: String,
    /// Why it is proposed.
    pub chips: Vec<Chip>,
    /// What was typed.
    pub amount: String,
}

/// What a reversal might take back.
#[derive(Debug, Clone)]
pub struct OriginalChoice {
    /// Id of the entry.
    pub id: String,
    /// Its page.
    pub href: String,
    /// Day and title.
    pub text: String,
}

/// `/desk/statements/entries/{id}`
#[derive(Debug, Clone, Template)]
#[template(path = "statements/entry.html")]
pub struct StatementEntryPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// What was just done.
    pub notice: Option<String>,
    /// What is wrong with a form.
    pub faults: Vec<FieldFault>,
    /// Its own address.
    pub path: String,
    /// Version that the forms name.
    pub version: i32,
    /// Amount with its sign.
    pub amount: String,
    /// Where it stands.
    pub chips: Vec<Chip>,
    /// Why it was not booked.
    pub why: Option<String>,
    /// What the bank told.
    pub facts: Vec<Fact>,
    /// Statements in which it stands.
    pub places: Vec<Link>,
    /// All that the bank told, as it is.
    pub raw: String,
    /// Bookings.
    pub bookings: Vec<EntryBookingLine>,
    /// Of which payout or list it is the money, if its payments are booked one by one.
    pub cover: Option<Link>,
    /// Payouts of operators that it may be: id and words.
    pub payouts: Vec<(String, String)>,
    /// What was decided.
    pub decisions: Vec<String>,
    /// Whether it can be assigned.
    pub held: bool,
    /// What is left to assign.
    pub left: String,
    /// What was looked for.
    pub q: String,
    /// Whether nobody was found.
    pub nobody: bool,
    /// To whom it may be assigned.
    pub choices: Vec<EntryChoice>,
    /// Whose money it is.
    pub payers: Vec<Choice>,
    /// Account of the sender, if the bank told it.
    pub sender_account: Option<String>,
    /// Whether it is to be remembered.
    pub remember: bool,
    /// Whether what was booked can be undone.
    pub can_undo: bool,
    /// What a reversal might take back.
    pub originals: Vec<OriginalChoice>,
    /// Whether it is a reversal of which it is not clear what it takes back.
    pub unclear: bool,
}

impl StatementEntryPage {
    fn fault(&self, field: &str) -> Option<&str> {
        fault_of(&self.faults, field)
    }
}

/// Something remembered.
#[derive(Debug, Clone)]
pub struct StatementRuleLine {
    /// Id.
    pub id: String,
    /// Account of the sender.
    pub account: String,
    /// Name of the sender.
    pub name: String,
    /// For which kind of due.
    pub kind: String,
    /// Who made it and when.
    pub made: String,
}

/// `/desk/statements/rules`
#[derive(Debug, Clone, Template)]
#[template(path = "statements/rules.html")]
pub struct StatementRulesPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// What was just done.
    pub notice: Option<String>,
    /// Rules.
    pub rows: Vec<StatementRuleLine>,
    /// Where the list begins, when this is not its beginning.
    pub first: Option<String>,
    /// Where it goes on.
    pub next: Option<String>,
}
