//! How kinds look in QGIS: the signs of our map in QGIS's words.
//!
//! Lengths are millimetres on the screen or on paper, scales are denominators.

use std::{collections::BTreeMap, sync::LazyLock};

use base64::Engine;
use serde::Deserialize;

use super::element::Element;
use crate::{
    kernel::Lang,
    registry::{GeometryType, Kind},
};

/// Scale of zoom 0 of our map (tiles of 512 pixels, 96 pixels to the inch) at 52° north, the middle of Poland.
const SCALE_OF_ZOOM_0: f64 = 182_130_000.0;

/// Whether a way can be gone without steps: value, colour and dash (in widths of the line), as on our map.
const STEP_FREE: [(&str, &str, &str); 3] =
    [("yes", "#17653f", ""), ("no", "#a1271f", "0.6;1"), ("unknown", "#6b6257", "2.5;1.5")];

/// The scale at which QGIS shows what our map shows at a zoom.
pub(super) fn scale_of(zoom: f64) -> f64 {
    let exact = SCALE_OF_ZOOM_0 / zoom.exp2();
    // Two digits, so that whoever opens the layer's settings sees numbers that people would write.
    let step = 10_f64.powf((exact.log10() - 1.0).floor());
    (exact / step).round() * step
}

/// `#rrggbb` as QGIS writes it, with an opacity from 0 to 255.
pub(super) fn colour(hex: &str, alpha: u8) -> String {
    let part = |from: usize| {
        hex.get(from..from + 2).and_then(|digits| u8::from_str_radix(digits, 16).ok()).unwrap_or(0x55)
    };
    format!("{},{},{},{alpha}", part(1), part(3), part(5))
}

/// A symbol of one layer.
pub(super) fn symbol(name: impl ToString, kind: &str, class: &str, options: &[(&str, String)]) -> Element {
    Element::new("symbol")
        .with("alpha", 1)
        .with("clip_to_extent", 1)
        .with("force_rhr", 0)
        .with("name", name)
        .with("type", kind)
        .and(
            Element::new("layer")
                .with("class", class)
                .with("enabled", 1)
                .with("locked", 0)
                .with("pass", 0)
                .and(option_map(options)),
        )
}

fn option_map(options: &[(&str, String)]) -> Element {
    Element::new("Option").with("type", "Map").and_all(options.iter().map(|(name, value)| {
        Element::new("Option").with("name", name).with("type", "QString").with("value", value)
    }))
}

fn say(lang: Lang, pl: &'static str, en: &'static str) -> &'static str {
    match lang {
        Lang::Pl => pl,
        Lang::En => en,
    }
}

/// One rule of a renderer with its symbol.
struct Rule {
    label: String,
    /// QGIS expression; everything without one.
    filter: String,
    /// Scales between which it holds: the larger denominator first; 0 for no limit.
    scales: (f64, f64),
    symbol: fn(&Kind, usize) -> Element,
}

/// The renderer of a kind.
pub(super) fn renderer(kind: &Kind, has_step_free: bool, many: bool, lang: Lang) -> Element {
    let rules = match kind.geometry {
        GeometryType::Line if has_step_free => ways(lang),
        GeometryType::Line => vec![rule("", line)],
        GeometryType::Area => vec![rule("", area)],
        GeometryType::Point => points(kind, many, "", lang),
        GeometryType::Any => {
            let mut rules = vec![Rule {
                label: say(lang, "obszar", "area").into(),
                ..rule("geometry_type($geometry) = 'Polygon'", area)
            }];
            rules.push(Rule {
                label: say(lang, "linia", "line").into(),
                ..rule("geometry_type($geometry) = 'Line'", line)
            });
            rules.extend(points(kind, many, "geometry_type($geometry) = 'Point'", lang));
            rules
        }
    };
    let keyed = rules.iter().enumerate().map(|(number, rule)| {
        let mut element = Element::new("rule")
            .with("key", format!("{{{}-{number}}}", kind.slug.as_str()))
            .with("label", &rule.label)
            .with("symbol", number);
        if !rule.filter.is_empty() {
            element = element.with("filter", &rule.filter);
        }
        if rule.scales.0 > 0.0 {
            element = element.with("scalemindenom", rule.scales.1).with("scalemaxdenom", rule.scales.0);
        } else if rule.scales.1 > 0.0 {
            element = element.with("scalemindenom", rule.scales.1);
        }
        element
    });
    Element::new("renderer-v2")
        .with("type", "RuleRenderer")
        .with("symbollevels", 0)
        .with("forceraster", 0)
        .with("enableorderby", 0)
        .and(Element::new("rules").with("key", format!("{{{}}}", kind.slug.as_str())).and_all(keyed))
        .and(
            Element::new("symbols")
                .and_all(rules.iter().enumerate().map(|(number, rule)| (rule.symbol)(kind, number))),
        )
}

fn rule(filter: &str, symbol: fn(&Kind, usize) -> Element) -> Rule {
    Rule { label: String::new(), filter: filter.to_owned(), scales: (0.0, 0.0), symbol }
}

/// From afar small dots, from near the sign of the kind.
fn points(kind: &Kind, many: bool, filter: &str, lang: Lang) -> Vec<Rule> {
    let near = scale_of(near_zoom(kind));
    let dot: fn(&Kind, usize) -> Element = if many { small_dot } else { large_dot };
    let label = |pl, en| say(lang, pl, en).to_owned();
    vec![
        Rule { label: label("z bliska", "from near"), scales: (near, 0.0), ..rule(filter, sign) },
        Rule { label: label("z daleka", "from afar"), scales: (0.0, near), ..rule(filter, dot) },
    ]
}

/// Zoom from which a kind shows its sign instead of a dot, as on our map.
fn near_zoom(kind: &Kind) -> f64 {
    match kind.slug.as_str() {
        "cemeteries" => 12.0,
        "gates" => 15.0,
        "trees" => 17.0,
        "graves" => 18.0,
        _ => 16.0,
    }
}

fn ways(lang: Lang) -> Vec<Rule> {
    let label = |pl, en| say(lang, pl, en).to_owned();
    vec![
        Rule { label: label("bez stopni", "step-free"), ..rule("\"step_free\" = 'yes'", way_yes) },
        Rule { label: label("ze stopniami", "with steps"), ..rule("\"step_free\" = 'no'", way_no) },
        Rule { label: label("nie wiadomo", "unknown"), ..rule("ELSE", way_unknown) },
    ]
}

fn way_yes(_: &Kind, name: usize) -> Element {
    way(name, 0)
}

fn way_no(_: &Kind, name: usize) -> Element {
    way(name, 1)
}

fn way_unknown(_: &Kind, name: usize) -> Element {
    way(name, 2)
}

fn way(name: usize, which: usize) -> Element {
    let (_, hex, dash) = STEP_FREE.get(which).copied().unwrap_or_default();
    stroke(name, &colour(hex, 217), 0.55, dash)
}

fn line(kind: &Kind, name: usize) -> Element {
    stroke(name, &colour(&kind.colour, 255), 0.5, "")
}

/// A line of a width; its dashes are given in widths.
pub(super) fn stroke(name: impl ToString, colour: &str, width_mm: f64, dash: &str) -> Element {
    let dashes: Vec<String> = dash
        .split(';')
        .filter_map(|part| part.parse::<f64>().ok())
        .map(|part| format!("{:.2}", part * width_mm))
        .collect();
    let dashed = !dashes.is_empty();
    symbol(
        name,
        "line",
        "SimpleLine",
        &[
            ("line_color", colour.to_owned()),
            ("line_style", "solid".into()),
            ("line_width", width_mm.to_string()),
            ("line_width_unit", "MM".into()),
            ("capstyle", if dashed { "flat" } else { "round" }.into()),
            ("joinstyle", "round".into()),
            ("use_custom_dash", u8::from(dashed).to_string()),
            ("customdash", if dashed { dashes.join(";") } else { "5;2".into() }),
            ("customdash_unit", "MM".into()),
        ],
    )
}

fn area(kind: &Kind, name: usize) -> Element {
    let (alpha, width_mm) = match kind.slug.as_str() {
        "graves" => (77, 0.2),
        "cemeteries" => (10, 0.5),
        "greens" => (40, 0.2),
        _ => (26, 0.3),
    };
    let dashed = kind.slug.as_str() == "sectors";
    fill(name, &colour(&kind.colour, alpha), &colour(&kind.colour, 255), width_mm, dashed)
}

/// A filled area with an edge.
pub(super) fn fill(name: impl ToString, inside: &str, edge: &str, edge_mm: f64, dashed: bool) -> Element {
    let style = match (edge_mm > 0.0, dashed) {
        (false, _) => "no",
        (true, true) => "dash",
        (true, false) => "solid",
    };
    symbol(
        name,
        "fill",
        "SimpleFill",
        &[
            ("color", inside.to_owned()),
            ("style", "solid".into()),
            ("outline_color", edge.to_owned()),
            ("outline_style", style.into()),
            ("outline_width", edge_mm.to_string()),
            ("outline_width_unit", "MM".into()),
            ("joinstyle", "round".into()),
        ],
    )
}

fn small_dot(kind: &Kind, name: usize) -> Element {
    dot(kind, name, 1.1)
}

fn large_dot(kind: &Kind, name: usize) -> Element {
    dot(kind, name, 1.9)
}

fn dot(kind: &Kind, name: usize, size_mm: f64) -> Element {
    symbol(
        name,
        "marker",
        "SimpleMarker",
        &[
            ("name", "circle".into()),
            ("color", colour(&kind.colour, 255)),
            ("outline_color", "255,255,255,255".into()),
            ("outline_style", "solid".into()),
            ("outline_width", "0.2".into()),
            ("outline_width_unit", "MM".into()),
            ("size", size_mm.to_string()),
            ("size_unit", "MM".into()),
        ],
    )
}

fn sign(kind: &Kind, name: usize) -> Element {
    let svg = base64::engine::general_purpose::STANDARD.encode(sign_svg(&kind.icon, &kind.colour));
    symbol(
        name,
        "marker",
        "SvgMarker",
        &[
            ("name", format!("base64:{svg}")),
            ("color", colour(&kind.colour, 255)),
            ("size", "5".into()),
            ("size_unit", "MM".into()),
            ("scale_method", "diameter".into()),
        ],
    )
}

/// Lines and filled parts of an icon, in a square of 24.
#[derive(Debug, Default, Deserialize)]
struct Icon {
    #[serde(default)]
    stroke: String,
    #[serde(default)]
    fill: String,
}

static ICONS: LazyLock<BTreeMap<String, Icon>> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../../static/src/icons.json")).unwrap_or_default()
});

/// The sign of a kind as a picture of its own: white on a disc. An icon that there is not becomes a pin.
fn sign_svg(icon: &str, colour: &str) -> String {
    let icon = ICONS.get(icon).or_else(|| ICONS.get("pin"));
    let colour: String = colour.chars().filter(|c| c.is_ascii_hexdigit() || *c == '#').collect();
    let mut parts = String::new();
    if let Some(Icon { stroke, fill }) = icon {
        if !fill.is_empty() {
            parts += &format!("<path d=\"{fill}\" fill=\"#fff\"/>");
        }
        if !stroke.is_empty() {
            parts += &format!(
                "<path d=\"{stroke}\" fill=\"none\" stroke=\"#fff\" stroke-width=\"2\" stroke-linecap=\"round\" stroke-linejoin=\"round\"/>"
            );
        }
    }
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"34\" height=\"34\" viewBox=\"0 0 34 34\"><circle cx=\"17\" cy=\"17\" r=\"15\" fill=\"{colour}\" stroke=\"#fff\" stroke-width=\"2\"/><g transform=\"translate(7.16 7.16) scale(0.82)\">{parts}</g></svg>"
    )
}

#[cfg(test)]
mod tests {
    use super::{ICONS, colour, scale_of, sign_svg};

    #[test]
    fn scales_are_those_of_the_map_in_round_numbers() {
        assert_eq!(scale_of(14.0), 11_000.0);
        assert_eq!(scale_of(18.0), 690.0);
        assert_eq!(scale_of(10.0), 180_000.0);
    }

    #[test]
    fn colours_and_signs_bear_dirt() {
        assert_eq!(colour("#b45309", 255), "180,83,9,255");
        assert_eq!(colour("ż", 1), "85,85,85,1");
        assert!(ICONS.contains_key("lamp") && ICONS.contains_key("pin"));
        assert!(!sign_svg("no such", "\"/><script>").contains("script"));
    }
}
