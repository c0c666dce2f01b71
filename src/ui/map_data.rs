//! What a page says to its map, in one JSON block; the scripts read nothing else of the page.
//!
//! The names of the fields are those of `MapConfig` in `static/src/map/config.ts`.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{
    platform::i18n::Texts,
    ui::markup::{Markup, SPRITE, kind_sign, script_json},
};

/// Script that MapLibre runs beside the page.
const WORKER: &str = "/static/maplibre-worker.js";

/// A kind of registered things, as legends and maps need it.
#[derive(Debug, Clone, Serialize)]
pub struct KindView {
    /// Name in addresses: `lamps`.
    pub slug: String,
    /// "Latarnie", in the page's language.
    pub title: String,
    /// `point`, `line`, `area` or `any`.
    pub geometry_type: String,
    /// Name of an icon in the sprite.
    pub icon: String,
    /// `#rrggbb`
    pub colour: String,
    /// Zoom from which single things are drawn.
    pub min_zoom: u8,
    /// How many there are.
    pub count: u64,
}

impl KindView {
    /// Its sign for lists.
    #[must_use]
    pub fn sign(&self) -> Markup {
        kind_sign(&self.icon, &self.colour)
    }
}

/// A place shown with a number or a flag.
#[derive(Debug, Clone, Serialize)]
pub struct Place {
    /// Longitude and latitude in degrees.
    pub position: [f64; 2],
    /// What stands beside the flag.
    pub label: String,
    /// Number in the list beside the map.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<u32>,
    /// Page to which the place leads.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub href: Option<String>,
    /// Icon of its flag, when it is no grave.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub icon: Option<String>,
}

/// A way to a grave.
#[derive(Debug, Clone, Serialize)]
pub struct WayLine {
    /// Along paths: longitudes and latitudes in degrees.
    pub line: Vec<[f64; 2]>,
    /// From the end of the path to the grave; drawn dashed.
    pub last_leg: Vec<[f64; 2]>,
    /// The gate by which one enters.
    pub gate: Option<Place>,
}

/// Another basemap than our own.
#[derive(Debug, Clone, Default, Serialize)]
pub struct BasemapChoice {
    /// Address of a MapLibre style.
    pub style_url: Option<String>,
    /// Template of raster tiles.
    pub raster_url: Option<String>,
}

/// A condition of what is shown of one kind.
#[derive(Debug, Clone, Serialize)]
pub struct KindFilter {
    /// Slug of the kind.
    pub kind: String,
    /// The condition in CQL2.
    pub text: String,
}

/// What a page says to its map.
#[derive(Debug, Clone, Default)]
pub struct MapData {
    /// Basemap of the settings.
    pub basemap: BasemapChoice,
    /// Credits in plain text, joined; empty when nobody asks for one.
    pub attribution: String,
    /// Where the terms stand.
    pub attribution_url: Option<String>,
    /// What is shown at first: west, south, east, north in degrees.
    pub bounds: [f64; 4],
    /// Kinds whose layers the map may show.
    pub kinds: Vec<KindView>,
    /// Slugs of the layers that are on at first.
    pub layers: Vec<String>,
    /// Numbered places of the list beside the map.
    pub places: Vec<Place>,
    /// The grave that the page is about.
    pub grave: Option<Place>,
    /// The way that the page is about.
    pub way: Option<WayLine>,
    /// The date as of which the map is shown; `None` for now.
    pub as_of: Option<String>,
    /// The condition of what is shown of one kind: its slug, and the condition in CQL2.
    pub filter: Option<KindFilter>,
    /// Families of texts beside `js-` that the page's scripts need, such as `editor-`.
    pub texts: Vec<&'static str>,
}

#[derive(Serialize)]
struct Block<'a> {
    lang: &'static str,
    texts: BTreeMap<&'a str, String>,
    sprite: &'static str,
    worker: &'static str,
    basemap: &'a BasemapChoice,
    attribution: &'a str,
    attribution_url: Option<&'a str>,
    bounds: [f64; 4],
    kinds: &'a [KindView],
    layers: &'a [String],
    places: &'a [Place],
    grave: Option<&'a Place>,
    way: Option<&'a WayLine>,
    as_of: Option<&'a str>,
    filter: Option<&'a KindFilter>,
}

impl MapData {
    /// The block as JSON in which no `<` can end the script element around it.
    #[must_use]
    pub fn to_script(&self, texts: &Texts) -> String {
        let block = Block {
            lang: texts.lang(),
            texts: texts.for_browser(&[&["js-"], self.texts.as_slice()].concat()),
            sprite: SPRITE,
            worker: WORKER,
            basemap: &self.basemap,
            attribution: &self.attribution,
            attribution_url: self.attribution_url.as_deref(),
            bounds: self.bounds,
            kinds: &self.kinds,
            layers: &self.layers,
            places: &self.places,
            grave: self.grave.as_ref(),
            way: self.way.as_ref(),
            as_of: self.as_of.as_deref(),
            filter: self.filter.as_ref(),
        };
        script_json(&block)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{kernel::Lang, platform::i18n::texts};

    #[test]
    fn a_label_cannot_end_the_script_element() {
        let map = MapData {
            grave: Some(Place {
                position: [21.0, 52.0],
                label: "</script><b>".into(),
                number: None,
                href: None,
                icon: None,
            }),
            ..MapData::default()
        };
        let json = map.to_script(texts(Lang::Pl));
        assert!(!json.contains("</script>"));
        let read: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(read["grave"]["label"], "</script><b>");
        assert_eq!(read["lang"], "pl");
    }
}
