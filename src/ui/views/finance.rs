//! Pages of the exchange with the finance system.

use askama::Template;

use super::{FieldFault, Link};
use crate::{
    platform::i18n::Texts,
    ui::{Nav, Page},
};

fn fault_of<'a>(faults: &'a [FieldFault], field: &str) -> Option<&'a str> {
    faults.iter().find(|fault| fault.field == field).map(|fault| fault.message.as_str())
}

/// A file that was given.
#[derive(Debug, Clone)]
pub struct FinanceExportLine {
    /// Its content, by its name.
    pub file: Link,
    /// Its period.
    pub period: String,
    /// How many entries.
    pub entries: String,
    /// Sum of debits.
    pub debit: String,
    /// Who and when, and whether it gave again what was given.
    pub made: String,
}

/// A file that came.
#[derive(Debug, Clone)]
pub struct FinanceImportLine {
    /// Its page, by its name.
    pub page: Link,
    /// Where it stands.
    pub state: String,
    /// What it did.
    pub counts: String,
    /// Who and when.
    pub brought: String,
}

/// `/desk/finance`
#[derive(Debug, Clone, Template)]
#[template(path = "finance/finance.html")]
pub struct FinancePage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// What was just done.
    pub notice: Option<String>,
    /// What is wrong with a form.
    pub faults: Vec<FieldFault>,
    /// How much waits, and since when.
    pub waiting: String,
    /// Who said last how the finance system writes, and when.
    pub mapping: String,
    /// First day, as the field has it.
    pub from: String,
    /// Last day.
    pub to: String,
    /// Whether all is given again.
    pub again: bool,
    /// Files that were given.
    pub exports: Vec<FinanceExportLine>,
    /// Files that came.
    pub imports: Vec<FinanceImportLine>,
    /// Where the list of files begins, when this is not its beginning.
    pub first: Option<String>,
    /// Where it goes on.
    pub next: Option<String>,
}

impl FinancePage {
    fn fault(&self, field: &str) -> Option<&str> {
        fault_of(&self.faults, field)
    }
}

/// `/desk/finance/mapping`
#[derive(Debug, Clone, Template)]
#[template(path = "finance/mapping.html")]
pub struct FinanceMappingPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// What was just done.
    pub notice: Option<String>,
    /// What is wrong with it.
    pub faults: Vec<FieldFault>,
    /// The text.
    pub text: String,
    /// Who said it and when.
    pub said: Option<String>,
    /// Names that values may hold.
    pub fields: String,
    /// Accounts of the ledger.
    pub accounts: String,
    /// Whether whoever looks may change it.
    pub may_act: bool,
}

impl FinanceMappingPage {
    fn fault(&self, field: &str) -> Option<&str> {
        fault_of(&self.faults, field)
    }
}

/// A row of a file that came, and what it would do.
#[derive(Debug, Clone)]
pub struct FinanceRowLine {
    /// "Wiersz 7".
    pub line: String,
    /// Why it is rejected, or whose and which kind.
    pub about: String,
    /// Decision and year.
    pub decision: String,
    /// What was assessed.
    pub before: String,
    /// What would be.
    pub after: String,
}

/// Rows that would do the same.
#[derive(Debug, Clone)]
pub struct FinanceGroup {
    /// "Zmienione: 3".
    pub title: String,
    /// What it means.
    pub lead: String,
    /// Some of them.
    pub rows: Vec<FinanceRowLine>,
    /// How many more there are.
    pub more: Option<String>,
}

/// `/desk/finance/imports/{id}`
#[derive(Debug, Clone, Template)]
#[template(path = "finance/import.html")]
pub struct FinanceImportPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// What was just done.
    pub notice: Option<String>,
    /// What is wrong.
    pub faults: Vec<FieldFault>,
    /// Its own address.
    pub path: String,
    /// Name of the file.
    pub name: String,
    /// Where it stands, who and when.
    pub about: Vec<String>,
    /// By which it is known what was looked at.
    pub mark: String,
    /// What it would do.
    pub groups: Vec<FinanceGroup>,
    /// Whether there is anything to apply.
    pub can_apply: bool,
    /// Whether it can still be decided.
    pub open: bool,
}
