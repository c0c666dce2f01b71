//! What pages show of the registry.

use super::{Registry, model::GeometryType};
use crate::{
    platform::{Ctx, i18n::Texts},
    ui::map_data::KindView,
};

impl Registry {
    /// Kinds as legends and maps need them.
    #[must_use]
    pub fn kind_views(&self, ctx: &Ctx) -> Vec<KindView> {
        self.kind_summaries(ctx)
            .into_iter()
            .map(|kind| KindView {
                slug: kind.slug,
                title: kind.title,
                geometry_type: match kind.geometry_type {
                    GeometryType::Point => "point",
                    GeometryType::Line => "line",
                    GeometryType::Area => "area",
                    GeometryType::Any => "any",
                }
                .to_owned(),
                icon: kind.icon,
                colour: kind.colour,
                min_zoom: kind.min_zoom,
                count: u64::try_from(kind.count).unwrap_or(0),
            })
            .collect()
    }
}

/// Where the data comes from and its terms: "OpenStreetMap, ODbL-1.0".
#[must_use]
pub fn source_text(t: &Texts, source: &str) -> String {
    match source {
        "osm" => "OpenStreetMap, ODbL-1.0".to_owned(),
        "demo" => t.get("source-demo"),
        other => other.to_owned(),
    }
}
