//! The page that says how to connect QGIS and GDAL.

use askama::Template;

use crate::{
    platform::i18n::Texts,
    ui::{Nav, Page, map_data::KindView},
};

/// `/qgis`
#[derive(Debug, Clone, Template)]
#[template(path = "ogc/qgis.html")]
pub struct QgisPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// Address of the service, without a slash at its end.
    pub base: String,
    /// Public collections that hold something.
    pub kinds: Vec<KindView>,
}

impl QgisPage {
    /// A collection for the examples of commands.
    fn example(&self) -> &str {
        let lamps = self.kinds.iter().find(|kind| kind.slug == "lamps");
        lamps.or(self.kinds.first()).map_or("lamps", |kind| &kind.slug)
    }
}
