//! The map page and the page of a single thing.

use askama::Template;

use super::{Fact, FilterForm, Link, Photo};
use crate::{
    platform::i18n::Texts,
    ui::{Markup, Nav, Page, map_data::KindView},
};

/// One line of the table of what is in sight.
#[derive(Debug, Clone)]
pub struct SightRow {
    /// Sign of its kind, from [`KindView::sign`].
    pub sign: Markup,
    /// "Latarnia".
    pub kind_title: String,
    /// What people call it, or kind and number.
    pub name: String,
    /// The two or three attributes that say most; may be empty.
    pub summary: String,
    /// Its own page, `/assets/{id}`.
    pub href: String,
}

/// `/map`: the map with its layers, and the same as a list for whoever has no scripts.
#[derive(Debug, Clone, Template)]
#[template(path = "maps/map.html")]
pub struct MapPage {
    /// The shell, with the map's block.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// Kinds that can be switched on, in the order of the list.
    pub kinds: Vec<KindView>,
    /// Slugs of those that are on.
    pub shown: Vec<String>,
    /// Things of the kinds that are on, as many as fit; the scripts replace them by what is in sight.
    pub rows: Vec<SightRow>,
    /// How many there are of the kinds that are on.
    pub matched: u64,
    /// The date as of which the map is shown; `None` for now.
    pub as_of: Option<String>,
    /// The condition of what is shown of one kind.
    pub filter: FilterForm,
}

impl MapPage {
    /// Whether a kind is on.
    #[must_use]
    pub fn is_shown(&self, slug: &str) -> bool {
        self.shown.iter().any(|shown| shown == slug)
    }

    /// This page with one kind switched, for browsers without scripts.
    #[must_use]
    pub fn toggled(&self, slug: &str) -> String {
        let on = |kind: &&KindView| self.is_shown(&kind.slug) != (kind.slug == slug);
        let kinds: Vec<&str> = self.kinds.iter().filter(on).map(|kind| kind.slug.as_str()).collect();
        // A kind that nobody has stands for none at all; an empty list would mean the usual ones.
        format!("/map?layers={}", if kinds.is_empty() { "none".to_owned() } else { kinds.join(",") })
    }
}

/// `/desk/map`: the editor, which its scripts build.
#[derive(Debug, Clone, Template)]
#[template(path = "desk/editor.html")]
pub struct EditorPage {
    /// The shell, with the map's block.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
}

/// `/assets/{id}`: everything that the public may know of one thing.
#[derive(Debug, Clone, Template)]
#[template(path = "registry/asset.html")]
pub struct AssetPage {
    /// The shell, with the map's block.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// Its kind.
    pub kind: KindView,
    /// Name of one thing of the kind, "Latarnia".
    pub kind_singular: String,
    /// What people call it, or kind and number.
    pub title: String,
    /// Its id, for whoever wants to write about it.
    pub id: String,
    /// Number in the registry.
    pub number: String,
    /// "w użyciu"; `None` when that goes without saying.
    pub status: Option<String>,
    /// Its attributes, with units, in the order of the kind's schema.
    pub facts: Vec<Fact>,
    /// Photographs.
    pub photos: Vec<Photo>,
    /// The whole of which it is a part.
    pub part_of: Option<Link>,
    /// A page that says more: a grave's own.
    pub own_page: Option<Link>,
    /// Where the data comes from and its terms, "OpenStreetMap, ODbL-1.0".
    pub source: String,
    /// When it last changed, as people say it.
    pub updated: String,
    /// The map with this thing's card open.
    pub map_href: String,
    /// It as GeoJSON.
    pub geojson_href: String,
    /// The map as SVG, from [`crate::maps::svg::draw`]; empty when it could not be drawn.
    pub drawn: String,
}
