//! Pages of files: data to download, workbooks that come back.

use askama::Template;

use super::{ChangedThing, ClashChoice, Link};
use crate::{
    platform::i18n::Texts,
    ui::{Markup, Nav, Page},
};

/// `/data`
#[derive(Debug, Clone, Template)]
#[template(path = "registry/export/data.html")]
pub struct DataPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// What can be downloaded.
    pub collections: Vec<DataCollection>,
}

/// One collection with its files.
#[derive(Debug, Clone)]
pub struct DataCollection {
    /// The kind's sign.
    pub sign: Markup,
    /// "Latarnie".
    pub title: String,
    /// "1203 obiekty".
    pub count: String,
    /// Name in addresses.
    pub slug: String,
    /// The files, in the order in which they are offered.
    pub files: Vec<Link>,
}

/// `/desk/imports/workbook`
#[derive(Debug, Clone, Template)]
#[template(path = "desk/workbook.html")]
pub struct WorkbookPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// Workbooks to edit, one for each kind that may be changed.
    pub kinds: Vec<Link>,
    /// What the last workbook came to.
    pub message: Option<String>,
    /// Why nothing of it was taken.
    pub fault: Option<String>,
    /// Its cells that cannot be taken.
    pub refused: Vec<RefusedCell>,
}

/// A cell that cannot be taken.
#[derive(Debug, Clone)]
pub struct RefusedCell {
    /// "Arkusz trees, wiersz 12".
    pub place: String,
    /// Heading of its column.
    pub column: String,
    /// What stands there.
    pub found: String,
    /// What may stand there.
    pub expected: String,
}

/// `/desk/imports/workbook/{draft}`
#[derive(Debug, Clone, Template)]
#[template(path = "desk/workbook_difference.html")]
pub struct WorkbookDifferencePage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// Name of the workbook.
    pub file: String,
    /// "3 zmienione, 1 nowy".
    pub counts: String,
    /// What the registry does not take.
    pub faults: Vec<Link>,
    /// Where somebody else changed the same meanwhile.
    pub clashes: Vec<ClashChoice>,
    /// The things, the first of them.
    pub things: Vec<ChangedThing>,
    /// How many more there are.
    pub not_shown: u64,
    /// Where the forms go.
    pub action: String,
    /// What was already said about the change.
    pub comment: String,
}
