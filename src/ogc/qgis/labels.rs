//! Labels: what is written beside things, and from which scale on.

use super::{
    element::Element,
    symbols::{colour, scale_of},
};
use crate::registry::{GeometryType, Kind};

/// Where a label goes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Placement {
    /// Below a point; millimetres down from it.
    Below(f64),
    /// Inside an area, lying straight.
    Inside,
    /// Along a line, upon it.
    Along,
    /// Upon a point.
    Upon,
}

/// A label's words and looks.
#[derive(Debug, Clone)]
pub(super) struct Label<'a> {
    /// Name of the field.
    pub field: &'a str,
    /// Size in points.
    pub size_pt: f64,
    /// Whether it is written strong.
    pub strong: bool,
    /// Ink, `#rrggbb`.
    pub ink: &'a str,
    /// Where it goes.
    pub placement: Placement,
    /// The smallest scale at which it is shown, as a denominator.
    pub from_scale: Option<f64>,
}

/// The labels of a kind.
pub(super) fn labels_of(kind: &Kind) -> Element {
    let slug = kind.slug.as_str();
    let zoom = match (slug, kind.geometry) {
        ("cemeteries", _) => 11.0,
        ("gates", _) => 15.0,
        ("graves", _) => 17.5,
        ("sectors", _) => 14.5,
        ("addresses", _) => 16.5,
        (_, GeometryType::Line) => 15.0,
        (_, GeometryType::Point) => 17.5,
        _ => f64::from(kind.min_zoom).max(13.0),
    };
    let (placement, size_pt) = match (slug, kind.geometry) {
        ("addresses", _) => (Placement::Upon, 7.0),
        (_, GeometryType::Point) => (Placement::Below(3.2), 8.0),
        (_, GeometryType::Line) => (Placement::Along, 8.0),
        ("graves", _) => (Placement::Inside, 7.0),
        _ => (Placement::Inside, 9.0),
    };
    let strong = !matches!(kind.geometry, GeometryType::Line) && placement != Placement::Upon;
    Element::new("labeling").with("type", "simple").and(settings(&Label {
        field: "label",
        size_pt,
        strong,
        ink: "#1d262e",
        placement,
        from_scale: Some(scale_of(zoom)),
    }))
}

/// The settings of one label.
pub(super) fn settings(label: &Label<'_>) -> Element {
    let style = Element::new("text-style")
        .with("fieldName", label.field)
        .with("isExpression", 0)
        .with("fontFamily", "Open Sans")
        .with("fontSize", label.size_pt)
        .with("fontSizeUnit", "Point")
        .with("fontWeight", if label.strong { 63 } else { 50 })
        .with("textColor", colour(label.ink, 255))
        .with("textOpacity", 1)
        .with("multilineHeight", 1)
        .and(
            Element::new("text-buffer")
                .with("bufferDraw", 1)
                .with("bufferSize", 0.7)
                .with("bufferSizeUnits", "MM")
                .with("bufferColor", "251,250,247,255")
                .with("bufferOpacity", 1)
                .with("bufferNoFill", 1)
                .with("bufferJoinStyle", 128),
        );
    let format = Element::new("text-format").with("autoWrapLength", 16).with("multilineAlign", 1);
    let placement = Element::new("placement").with("priority", 5).with("distUnits", "MM");
    let placement = match label.placement {
        // 1: over a point, moved into the quadrant below.
        Placement::Below(down_mm) => placement
            .with("placement", 1)
            .with("quadOffset", 7)
            .with("yOffset", down_mm)
            .with("offsetUnits", "MM"),
        Placement::Upon => placement.with("placement", 1).with("quadOffset", 4),
        Placement::Inside => placement.with("placement", 4),
        // 3: curved; 9: on the line, in the direction in which the map is read.
        Placement::Along => {
            placement.with("placement", 3).with("placementFlags", 9).with("repeatDistance", 80)
        }
    };
    let mut rendering = Element::new("rendering")
        .with("drawLabels", 1)
        .with("displayAll", 0)
        .with("mergeLines", u8::from(label.placement == Placement::Along))
        .with("obstacle", 1)
        .with("obstacleFactor", 1)
        .with("obstacleType", 1)
        .with("scaleVisibility", u8::from(label.from_scale.is_some()));
    if let Some(scale) = label.from_scale {
        rendering = rendering.with("scaleMax", scale).with("scaleMin", 1);
    }
    Element::new("settings").and_all([style, format, placement, rendering])
}
