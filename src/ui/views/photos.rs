//! Photos beside a thing, and the desk's panel in which they are added and changed.

use askama::Template;

use super::Link;
use crate::{
    platform::i18n::Texts,
    ui::{Nav, Page, script_json},
};

/// A photo as pages show it. Templates include `photos/gallery.html` with a list of them named `photos`.
#[derive(Debug, Clone)]
pub struct Photo {
    /// Address of a large rendition.
    pub href: String,
    /// Address of a small one.
    pub src: String,
    /// All WebP renditions with their widths.
    pub webp: String,
    /// All JPEG renditions with their widths.
    pub jpeg: String,
    /// Width of the small one in pixels.
    pub width: u32,
    /// Height of the small one in pixels.
    pub height: u32,
    /// What it shows, for whoever does not see it.
    pub alt: String,
    /// What people say of it.
    pub caption: Option<String>,
    /// When it was taken, as people say it.
    pub taken: Option<String>,
}

/// A photo in the desk's panel.
#[derive(Debug, Clone)]
pub struct PanelPhoto {
    /// The picture.
    pub photo: Photo,
    /// Its id.
    pub id: String,
    /// Whether the public may see it.
    pub public: bool,
    /// Whether whoever is signed in may change and remove it.
    pub may_change: bool,
    /// "Dodano 3 maja 2026, a.nowak@example.pl".
    pub added: String,
    /// The editor, whose form offers the camera's place as the thing's place.
    pub place: Option<String>,
}

/// The panel in which photos are added and changed. Templates include `photos/panel.html` with it as `photos_panel`,
/// beside their `page` and `t`.
#[derive(Debug, Clone)]
pub struct PhotosPanel {
    /// Id of the thing.
    pub asset: String,
    /// Whether whoever is signed in may add photos.
    pub may_add: bool,
    /// The photos, the latest first.
    pub photos: Vec<PanelPhoto>,
}

impl PhotosPanel {
    /// What the panel's script says, as JSON that can stand inside a script element.
    #[must_use]
    pub fn script_texts(&self, t: &Texts) -> String {
        script_json(&t.for_browser(&["photos-js-"]))
    }
}

/// What became of one file that was sent without scripts.
#[derive(Debug, Clone)]
pub struct RefusedFile {
    /// Its name.
    pub name: String,
    /// Why it is no photo now, and what to do.
    pub why: String,
}

/// `/desk/assets/{id}/photos`: the photos of one thing.
#[derive(Debug, Clone, Template)]
#[template(path = "photos/page.html")]
pub struct PhotosPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// The thing.
    pub thing: Link,
    /// The panel.
    pub photos_panel: PhotosPanel,
    /// "Dodano 3 zdjęcia", after files were sent without scripts.
    pub said: Option<String>,
    /// Files that were refused.
    pub refused: Vec<RefusedFile>,
}
