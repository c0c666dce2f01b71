//! The quiet map beneath: our own vector tiles in the colours of our map, or the town's raster tiles.

use super::{
    element::Element,
    labels::{Label, Placement, settings},
    project::WEB_MERCATOR,
    symbols::{colour, fill, stroke, symbol},
};

/// Deepest zoom of our tiles; QGIS enlarges them further.
const DEEPEST: u8 = 18;

/// Areas of the land, the whole ground first: classes and colour.
const LAND: [(&str, &str); 10] = [
    ("'residential', 'square', 'school'", "#efece6"),
    ("'industrial'", "#ece9ea"),
    ("'farmland'", "#f3f1e2"),
    ("'forest'", "#d6e5cc"),
    ("'grass', 'park'", "#e4eddb"),
    ("'cemetery'", "#dfe8dc"),
    ("'pitch', 'playground'", "#e9efd9"),
    ("'parking'", "#ebebee"),
    ("'sand'", "#f2e9d0"),
    ("'water'", "#c9dfeb"),
];

/// Ways, the least important first: name, classes, colours of surface and edge, width on the ground in metres, from
/// which zoom.
const ROADS: [(&str, &str, &str, &str, f64, i8); 3] = [
    ("minor", "'service', 'track'", "#ffffff", "#d6d0c6", 3.5, 14),
    ("street", "'residential', 'living_street', 'unclassified', 'pedestrian'", "#ffffff", "#d6d0c6", 7.0, 12),
    ("main", "'motorway', 'trunk', 'primary', 'secondary', 'tertiary'", "#fdf3dc", "#dfcfa6", 10.0, 7),
];

const POINT: u8 = 0;
const LINE: u8 = 1;
const AREA: u8 = 2;

/// Where the map beneath comes from.
#[derive(Debug, Clone, Copy)]
pub(super) enum Basemap<'a> {
    /// Our own tiles below this address, with names of streets or without.
    Own { base: &'a str, street_names: bool },
    /// Raster tiles by a template.
    Raster(&'a str),
}

impl Basemap<'_> {
    /// QGIS's name of what reads it.
    pub(super) fn provider(self) -> &'static str {
        match self {
            Self::Own { .. } => "vectortile",
            Self::Raster(_) => "wms",
        }
    }

    /// The address as QGIS takes it.
    pub(super) fn source(self) -> String {
        let (template, deepest) = match self {
            Self::Own { base, .. } => (format!("{base}/tiles/basemap/{{z}}/{{x}}/{{y}}.mvt"), DEEPEST),
            Self::Raster(template) => (template.to_owned(), 19),
        };
        // Its own question marks and ampersands must not end the address.
        let template = template.replace('%', "%25").replace('&', "%26").replace('=', "%3D");
        format!("type=xyz&url={template}&zmin=0&zmax={deepest}")
    }

    /// The layer.
    pub(super) fn layer(self, id: &str, title: &str, credit: &str) -> Element {
        let layer = Element::new("maplayer")
            .with("type", if matches!(self, Self::Own { .. }) { "vector-tile" } else { "raster" })
            .with("hasScaleBasedVisibilityFlag", 0)
            .and(Element::of_text("id", id))
            .and(Element::of_text("datasource", self.source()))
            .and(Element::new("keywordList"))
            .and(Element::of_text("attribution", credit))
            .and(Element::of_text("layername", title))
            .and(WEB_MERCATOR.of_layer())
            .and(Element::of_text("provider", self.provider()));
        match self {
            Self::Raster(_) => layer,
            Self::Own { street_names, .. } => layer
                .and(
                    Element::new("renderer")
                        .with("type", "basic")
                        .and(Element::new("styles").and_all(drawn())),
                )
                .and(
                    Element::new("labeling")
                        .with("type", "basic")
                        .and(Element::new("styles").and_all(written(street_names))),
                )
                .and(Element::of_text("blendMode", "0"))
                .and(Element::of_text("layerOpacity", "1")),
        }
    }
}

fn style(name: &str, layer: &str, geometry: u8, filter: &str, from: i8) -> Element {
    Element::new("style")
        .with("name", name)
        .with("layer", layer)
        .with("geometry", geometry)
        .with("expression", filter)
        .with("enabled", 1)
        .with("min-zoom", from)
        .with("max-zoom", -1)
}

fn with_symbol(style: Element, symbol: Element) -> Element {
    style.and(Element::new("symbols").and(symbol))
}

fn drawn() -> Vec<Element> {
    let flat = |hex: &str| fill(0, &colour(hex, 255), &colour(hex, 255), 0.0, false);
    let among = |classes: &str| format!("\"class\" IN ({classes})");
    let mut styles: Vec<Element> = LAND
        .iter()
        .map(|(classes, hex)| {
            let name = classes.replace('\'', "");
            with_symbol(style(&name, "land", AREA, &among(classes), -1), flat(hex))
        })
        .collect();
    styles.push(with_symbol(style("water", "water", AREA, "", -1), flat("#c9dfeb")));
    for (name, filter, width_m) in
        [("stream", "\"class\" IS NOT 'river'", 3.0), ("river", "\"class\" = 'river'", 12.0)]
    {
        styles.push(with_symbol(style(name, "water", LINE, filter, 11), road("#c9dfeb", width_m, 0.2)));
    }
    styles.push(with_symbol(
        style("buildings", "buildings", AREA, "", 14),
        fill(0, &colour("#e2ddd5", 255), &colour("#cfc8bd", 255), 0.1, false),
    ));
    styles.push(with_symbol(
        style("public buildings", "buildings", AREA, &among("'church', 'chapel', 'public'"), 14),
        fill(0, &colour("#dcd2c6", 255), &colour("#cfc8bd", 255), 0.1, false),
    ));
    styles.push(with_symbol(
        style("walk", "roads", LINE, &among("'footway', 'path', 'cycleway', 'steps'"), 15),
        stroke(0, &colour("#b9a892", 204), 0.25, "3;2"),
    ));
    for (name, classes, _, edge, width_m, from) in ROADS {
        let name = format!("{name} edge");
        styles.push(with_symbol(
            style(&name, "roads", LINE, &among(classes), from.max(13)),
            road(edge, width_m + 1.0, 0.45),
        ));
    }
    for (name, classes, surface, _, width_m, from) in ROADS {
        styles.push(with_symbol(
            style(name, "roads", LINE, &among(classes), from),
            road(surface, width_m, 0.25),
        ));
    }
    styles.push(with_symbol(
        style("rail", "roads", LINE, &among("'rail', 'tram'"), 12),
        stroke(0, &colour("#b5b3b6", 255), 0.5, ""),
    ));
    styles
}

/// A line as wide as the road on the ground, and never thinner than can be seen.
fn road(hex: &str, width_m: f64, least_mm: f64) -> Element {
    symbol(
        0,
        "line",
        "SimpleLine",
        &[
            ("line_color", colour(hex, 255)),
            ("line_style", "solid".into()),
            ("line_width", width_m.to_string()),
            ("line_width_unit", "RenderMetersInMapUnits".into()),
            ("width_map_unit_scale", format!("3x:0,0,1,{least_mm},0,0")),
            ("capstyle", "round".into()),
            ("joinstyle", "round".into()),
        ],
    )
}

fn written(street_names: bool) -> Vec<Element> {
    let label = |size_pt, strong, ink, placement| {
        settings(&Label { field: "name", size_pt, strong, ink, placement, from_scale: None })
    };
    let named = "\"name\" IS NOT NULL";
    // Parks and squares are named by the registry's own layers.
    let settlements = "\"class\" IN ('city', 'town', 'suburb', 'village', 'hamlet')";
    let mut styles = vec![
        style("house numbers", "housenumbers", POINT, "", 18).and(label(
            7.0,
            false,
            "#3a434c",
            Placement::Upon,
        )),
        style("water names", "water", LINE, named, 13).and(label(8.0, false, "#2f5f7a", Placement::Along)),
        style("places", "places", POINT, settlements, -1).and(label(11.0, true, "#1d262e", Placement::Upon)),
    ];
    if street_names {
        let label = label(8.0, false, "#3a434c", Placement::Along);
        styles.push(style("street names", "roads", LINE, named, 15).and(label));
    }
    styles
}
