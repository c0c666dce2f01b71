//! The clerk's desk: what wants doing, changes, the life of a thing, the walk through the town.

use askama::Template;

use super::{Choice, Fact, FilterForm, Link, PhotosPanel};
use crate::{
    platform::i18n::Texts,
    ui::{Markup, Nav, Page},
};

/// A row of a list.
#[derive(Debug, Clone)]
pub struct DeskRow {
    /// The thing's id.
    pub id: String,
    /// Sign of its kind.
    pub sign: Markup,
    /// "Latarnia".
    pub kind: String,
    /// What people call it.
    pub label: String,
    /// What is to be said about it.
    pub detail: String,
    /// Another thing that it is about.
    pub other: Option<Link>,
    /// Its page.
    pub href: String,
    /// The editor with it in the middle; `None` for whoever may not change it.
    pub map_href: Option<String>,
}

/// A section of the first page.
#[derive(Debug, Clone)]
pub struct DeskSection {
    /// Its name, for ids.
    pub name: &'static str,
    /// Its title.
    pub title: String,
    /// What stands there and why.
    pub hint: String,
    /// What is said when nothing stands there.
    pub none: String,
    /// The whole list.
    pub href: String,
    /// How many there are; `None` while they are being counted.
    pub count: Option<String>,
    /// Whether there is nothing.
    pub is_empty: bool,
    /// The first of them.
    pub rows: Vec<DeskRow>,
}

/// An open draft.
#[derive(Debug, Clone)]
pub struct DeskDraft {
    /// The editor with it.
    pub link: Link,
    /// How much it holds, and when it was last written.
    pub detail: String,
}

/// `/desk`
#[derive(Debug, Clone, Template)]
#[template(path = "desk/desk.html")]
pub struct DeskPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// What wants doing.
    pub sections: Vec<DeskSection>,
    /// Open drafts, newest first.
    pub drafts: Vec<DeskDraft>,
    /// What the accessibility declaration needs, if anything.
    pub declaration: Option<String>,
    /// Whether anything of the registry may be read.
    pub may_read: bool,
    /// Whether the field mode is for whoever looks.
    pub may_walk: bool,
}

/// `/desk/list/{section}`
#[derive(Debug, Clone, Template)]
#[template(path = "desk/list.html")]
pub struct SectionPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// The title.
    pub title: String,
    /// What stands there and why.
    pub hint: String,
    /// What is said when nothing stands there.
    pub none: String,
    /// Where the filter goes.
    pub action: String,
    /// Kinds; the first is "all".
    pub kinds: Vec<Choice>,
    /// Orders.
    pub orders: Vec<Choice>,
    /// How many there are.
    pub count: u64,
    /// This page of them.
    pub rows: Vec<DeskRow>,
    /// The page before.
    pub previous: Option<String>,
    /// The page behind.
    pub next: Option<String>,
    /// Whether the editor is for whoever looks.
    pub may_edit: bool,
}

/// A change set in a list.
#[derive(Debug, Clone)]
pub struct ChangeRow {
    /// Its page.
    pub href: String,
    /// Its number.
    pub number: String,
    /// When it was saved.
    pub when: String,
    /// Who saved it.
    pub who: String,
    /// By which way.
    pub origin: String,
    /// What was said about it.
    pub comment: Option<String>,
    /// "2 nowe, 5 zmienionych".
    pub counts: String,
    /// Whether it was taken back.
    pub is_undone: bool,
}

/// `/desk/changes`
#[derive(Debug, Clone, Template)]
#[template(path = "desk/changes.html")]
pub struct ChangesPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// Who saved; the first is "everybody".
    pub people: Vec<Choice>,
    /// Kinds; the first is "all".
    pub kinds: Vec<Choice>,
    /// First day, as typed.
    pub from: String,
    /// Last day, as typed.
    pub to: String,
    /// What is wrong with the first day.
    pub from_fault: Option<String>,
    /// What is wrong with the last day.
    pub to_fault: Option<String>,
    /// Whether anything is filtered.
    pub is_filtered: bool,
    /// This page of them, newest first.
    pub changes: Vec<ChangeRow>,
    /// The first page, when this is a later one.
    pub first: Option<String>,
    /// The next page.
    pub next: Option<String>,
}

/// A field before and after.
#[derive(Debug, Clone)]
pub struct FieldChange {
    /// "Wysokość".
    pub title: String,
    /// Before; nothing when it was not there.
    pub old: Option<String>,
    /// After; nothing when it went.
    pub new: Option<String>,
}

/// What a change set did to one thing.
#[derive(Debug, Clone)]
pub struct ChangedThing {
    /// The thing's id.
    pub id: String,
    /// Sign of its kind; may be empty.
    pub sign: String,
    /// What people call it.
    pub label: String,
    /// Its page.
    pub href: String,
    /// "nowy", "usunięty" or nothing.
    pub what: String,
    /// Whether it was changed again since.
    pub changed_since: bool,
    /// What differs.
    pub fields: Vec<FieldChange>,
    /// Whether whoever looks may take it back.
    pub may_undo: bool,
}

/// `/desk/changes/{id}`
#[derive(Debug, Clone, Template)]
#[template(path = "desk/change.html")]
pub struct ChangePage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// "Zmiana 12".
    pub title: String,
    /// Its head.
    pub row: ChangeRow,
    /// The change that it takes back.
    pub undoes: Option<Link>,
    /// The change that took it back.
    pub undone_by: Option<Link>,
    /// Its things.
    pub things: Vec<ChangedThing>,
    /// Things that are not shown.
    pub not_shown: u64,
    /// What moved, drawn; may be empty.
    pub drawn: String,
    /// Where the undo goes.
    pub action: String,
    /// Whether whoever looks may take anything of it back.
    pub may_undo: bool,
    /// Whether it is the undo that was just asked for.
    pub done: bool,
}

/// An attribute of a thing.
#[derive(Debug, Clone)]
pub struct LifeFact {
    /// "Wysokość".
    pub title: String,
    /// "8 m".
    pub value: String,
    /// Whether only staff see it.
    pub is_private: bool,
}

/// A sighting of a thing.
#[derive(Debug, Clone)]
pub struct LifeSighting {
    /// "na miejscu", "przesunięty", "nie ma".
    pub what: String,
    /// When.
    pub when: String,
    /// Who saw it.
    pub who: String,
    /// What was said.
    pub note: Option<String>,
}

/// A version of a thing.
#[derive(Debug, Clone)]
pub struct LifeVersion {
    /// Counts from 1.
    pub rev: String,
    /// When it was saved.
    pub when: String,
    /// Who saved it.
    pub who: String,
    /// The change to which it belongs.
    pub change: Option<Link>,
    /// "nowy", "usunięty" or nothing.
    pub what: String,
    /// What differs from the one before.
    pub fields: Vec<FieldChange>,
    /// What moved, drawn; may be empty.
    pub drawn: String,
}

/// `/desk/assets/{id}`
#[derive(Debug, Clone, Template)]
#[template(path = "desk/asset.html")]
pub struct AssetLifePage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// Sign of its kind.
    pub sign: Markup,
    /// "Latarnia".
    pub kind: String,
    /// What people call it.
    pub title: String,
    /// Number in the registry.
    pub number: String,
    /// Where it comes from.
    pub source: String,
    /// Its name there.
    pub source_id: String,
    /// Whether it is in use; nothing when it was removed.
    pub status: Option<String>,
    /// All its attributes.
    pub facts: Vec<LifeFact>,
    /// By whom and when it was removed.
    pub removed: Option<String>,
    /// The whole of which it is a part.
    pub part_of: Option<Link>,
    /// Sightings, newest first.
    pub sightings: Vec<LifeSighting>,
    /// Versions, newest first.
    pub versions: Vec<LifeVersion>,
    /// Where an undo goes.
    pub undo_action: String,
    /// The editor.
    pub map_href: Option<String>,
    /// Its photos; nothing when it was removed.
    pub photos_panel: Option<PhotosPanel>,
    /// Its public page.
    pub public_href: Option<String>,
    /// What is owed for it, for whoever may see that.
    pub dues_href: Option<String>,
    /// Whether whoever looks may change it.
    pub may_write: bool,
    /// The map as SVG; may be empty.
    pub drawn: String,
    /// Whether an undo was just done.
    pub done: bool,
}

/// A field in which an undo clashes with what came after.
#[derive(Debug, Clone)]
pub struct ClashField {
    /// What the form calls it.
    pub name: String,
    /// "Wysokość".
    pub title: String,
    /// What the undo would make of it.
    pub mine: String,
    /// What it is now.
    pub theirs: String,
}

/// A thing of which one has to choose.
#[derive(Debug, Clone)]
pub struct ClashChoice {
    /// What people call it.
    pub label: String,
    /// Its page.
    pub href: String,
    /// Who changed it after, and when.
    pub said: String,
    /// What to choose.
    pub fields: Vec<ClashField>,
}

/// An undo that clashes, or that is not possible.
#[derive(Debug, Clone, Template)]
#[template(path = "desk/clash.html")]
pub struct ClashPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// Why there is nothing to undo.
    pub message: Option<String>,
    /// What would not be valid.
    pub faults: Vec<Link>,
    /// What the form sends once more.
    pub fields: Vec<(String, String)>,
    /// Where the form goes.
    pub action: String,
    /// What to choose.
    pub clashes: Vec<ClashChoice>,
    /// Where one came from.
    pub back: String,
}

/// A thing to walk to.
#[derive(Debug, Clone)]
pub struct WalkCard {
    /// Its id.
    pub id: String,
    /// Its version.
    pub rev: String,
    /// Sign of its kind.
    pub sign: Markup,
    /// "Latarnia".
    pub kind: String,
    /// What people call it.
    pub label: String,
    /// Number in the registry.
    pub number: String,
    /// Its main attributes.
    pub facts: Vec<Fact>,
    /// Its page.
    pub href: String,
    /// Its longitude and latitude.
    pub point: String,
    /// Whether whoever walks may say that it is gone.
    pub writable: bool,
}

/// `/desk/walk`
#[derive(Debug, Clone, Template)]
#[template(path = "desk/walk.html")]
pub struct WalkPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// Kinds; the first is "all".
    pub kinds: Vec<Choice>,
    /// Slug of the chosen kind; empty for all.
    pub chosen: String,
    /// Things seen today.
    pub today: u64,
    /// The next thing; `None` when all were seen.
    pub card: Option<WalkCard>,
    /// The page with the thing behind it.
    pub skip_href: Option<String>,
    /// The map as SVG.
    pub drawn: String,
    /// Whether a report was just taken.
    pub done: bool,
    /// What the page says to its script, as JSON.
    pub script: String,
}

/// A row of the table of the registry.
#[derive(Debug, Clone)]
pub struct RegisterRow {
    /// The thing's page.
    pub href: String,
    /// Number in the registry.
    pub number: String,
    /// What people call it.
    pub label: String,
    /// Whether it is in use.
    pub status: String,
    /// Values, one for each head.
    pub cells: Vec<String>,
}

/// `/desk/assets`
#[derive(Debug, Clone, Template)]
#[template(path = "desk/register.html")]
pub struct RegisterPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// Kinds.
    pub kinds: Vec<Choice>,
    /// The day, as typed.
    pub day: String,
    /// What is wrong with the day.
    pub fault: Option<String>,
    /// Whether a day of the past is shown.
    pub is_past: bool,
    /// Titles of the columns of attributes.
    pub heads: Vec<String>,
    /// This page of things.
    pub rows: Vec<RegisterRow>,
    /// The same as a file.
    pub geojson: String,
    /// The same, one thing a line.
    pub geojsonl: String,
    /// The same as a workbook.
    pub xlsx: String,
    /// The same as a GeoPackage.
    pub gpkg: String,
    /// The first page, when this is a later one.
    pub first: Option<String>,
    /// The next page.
    pub next: Option<String>,
    /// The condition of what is shown.
    pub filter: FilterForm,
}
