//! The first page.

use askama::Template;

use crate::{
    platform::i18n::Texts,
    ui::{Nav, Page, map_data::KindView},
};

/// One cemetery in the list of the first page.
#[derive(Debug, Clone)]
pub struct CemeteryEntry {
    /// Its name.
    pub name: String,
    /// How many graves are registered.
    pub graves: u64,
    /// The search limited to it.
    pub href: String,
}

/// `/`: search over the map, ways in, what the registry holds.
#[derive(Debug, Clone, Template)]
#[template(path = "ui/home.html")]
pub struct HomePage {
    /// The shell, with the map of the whole town.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// Kinds with things in them, each with its count. Empty while the registry is empty.
    pub kinds: Vec<KindView>,
    /// Cemeteries, the largest first.
    pub cemeteries: Vec<CemeteryEntry>,
}
