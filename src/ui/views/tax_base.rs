//! Pages of the tax base.

use askama::Template;

use super::{Block, Chip, Choice, Fact, Field, Link, Sheet};
use crate::{
    platform::i18n::Texts,
    ui::{Nav, Page},
};

/// What a comparison came to.
#[derive(Debug, Clone)]
pub struct TaxBaseHead {
    /// For which day, who made it and when.
    pub title: String,
    /// Counts and sums.
    pub facts: Vec<Fact>,
    /// Its id.
    pub run: String,
}

/// A kind of finding as a way to filter.
#[derive(Debug, Clone)]
pub struct TaxBaseKind {
    /// Its stable name, which is also the class of its colour; empty for all.
    pub name: &'static str,
    /// In words.
    pub title: String,
    /// How many.
    pub count: String,
    /// What they make of a year's tax.
    pub tax: String,
    /// The list of them.
    pub href: String,
    /// Whether they are shown now.
    pub current: bool,
    /// Whether there are none.
    pub empty: bool,
}

/// A finding in the list.
#[derive(Debug, Clone)]
pub struct TaxBaseRow {
    /// Class of its colour.
    pub kind: &'static str,
    /// What was found.
    pub kind_text: String,
    /// Identifier of the parcel.
    pub parcel: String,
    /// Its page.
    pub href: String,
    /// What differs.
    pub what: String,
    /// Area in the register.
    pub registered: String,
    /// Area in declarations.
    pub declared: String,
    /// The one less the other.
    pub difference: String,
    /// What it is of a year's tax.
    pub tax: String,
    /// What was said of it.
    pub chips: Vec<Chip>,
    /// In words.
    pub note: String,
}

/// `/desk/tax-base`
#[derive(Debug, Clone, Template)]
#[template(path = "tax_base/tax_base.html")]
pub struct TaxBasePage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// What was just done.
    pub notice: Option<String>,
    /// That a comparison is under way.
    pub under_way: Option<String>,
    /// Why the newest one came to nothing.
    pub failure: Option<String>,
    /// The day for which the form compares.
    pub day: String,
    /// The comparison that is shown.
    pub head: Option<TaxBaseHead>,
    /// Kinds of findings.
    pub kinds: Vec<TaxBaseKind>,
    /// The kind that is shown; empty for all.
    pub kind: String,
    /// Marks to choose from.
    pub marks: Vec<Choice>,
    /// What the parcel's identifier holds.
    pub parcel: String,
    /// Orders.
    pub sort: Vec<Choice>,
    /// Where the map asks.
    pub items: String,
    /// Whether anything has a place.
    pub has_map: bool,
    /// Downloads.
    pub files: Vec<Link>,
    /// Findings.
    pub rows: Vec<TaxBaseRow>,
    /// Where the list begins, when this is not its beginning.
    pub first: Option<String>,
    /// Where it goes on.
    pub next: Option<String>,
}

/// Pages below `/desk/tax-base`: sheets, one of them with a form for a file.
#[derive(Debug, Clone, Template)]
#[template(path = "tax_base/sheet.html")]
pub struct TaxBaseSheetPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// What it says.
    pub sheet: Sheet,
    /// Whether a file may be brought.
    pub uploads: bool,
}
