//! Small drawings of what changed its place or shape: before dashed, after solid, with a bar of known length. Pure.

use std::fmt::Write;

use geo::{BoundingRect, Centroid, Distance, Haversine, MapCoords};
use geo_types::{Coord, Geometry, LineString, Rect, coord};

/// Width and height of the drawing in its own units.
const WIDE: f64 = 360.0;
const HIGH: f64 = 220.0;
/// Room around what is drawn.
const EDGE: f64 = 34.0;
/// What is drawn is at least so wide, so that a lone point has surroundings.
const LEAST_M: f64 = 4.0;
/// Metres in a degree of latitude.
const METRES_IN_DEGREE: f64 = 111_320.0;

/// Geometries before and after a change.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pair<'a> {
    pub before: Option<&'a Geometry<f64>>,
    pub after: Option<&'a Geometry<f64>>,
}

/// How far the middle of a thing moved, in metres.
pub(super) fn moved_m(before: &Geometry<f64>, after: &Geometry<f64>) -> Option<f64> {
    Some(Haversine.distance(before.centroid()?, after.centroid()?))
}

/// The drawing as SVG; empty when there is nothing to draw. `title` is what it shows, in plain text.
pub(super) fn sketch(pairs: &[Pair<'_>], title: &str) -> String {
    let all = || pairs.iter().flat_map(|pair| [pair.before, pair.after]).flatten();
    let Some(middle) = around(all().filter_map(|shape| shape.bounding_rect())).map(|all| all.center()) else {
        return String::new();
    };
    let east_m = METRES_IN_DEGREE * middle.y.to_radians().cos();
    let metres =
        |at: Coord<f64>| coord! { x: (at.x - middle.x) * east_m, y: (middle.y - at.y) * METRES_IN_DEGREE };
    let Some(extent) = around(all().filter_map(|shape| shape.map_coords(metres).bounding_rect())) else {
        return String::new();
    };
    let (wide_m, high_m) = (extent.width().max(LEAST_M), extent.height().max(LEAST_M));
    let scale = ((WIDE - 2.0 * EDGE) / wide_m).min((HIGH - 2.0 * EDGE) / high_m);
    let centre = extent.center();
    let place = |at: Coord<f64>| {
        let at = metres(at);
        coord! { x: WIDE / 2.0 + (at.x - centre.x) * scale, y: HIGH / 2.0 + (at.y - centre.y) * scale }
    };
    let mut svg = String::new();
    let _ = write!(
        svg,
        r#"<svg class="sketch" role="img" viewBox="0 0 {WIDE} {HIGH}" aria-label="{}">"#,
        escaped(title)
    );
    for pair in pairs {
        if pair.before == pair.after {
            continue;
        }
        if let Some(before) = pair.before {
            shape(&mut svg, &before.map_coords(place), "sketch__before");
        }
        if let Some(after) = pair.after {
            shape(&mut svg, &after.map_coords(place), "sketch__after");
        }
        if let (Some(before), Some(after)) = (pair.before, pair.after)
            && let (Some(from), Some(to)) = (before.centroid(), after.centroid())
        {
            let (from, to) = (place(from.into()), place(to.into()));
            arrow(&mut svg, from, to);
        }
    }
    bar(&mut svg, scale);
    svg.push_str("</svg>");
    svg
}

fn around(rects: impl Iterator<Item = Rect<f64>>) -> Option<Rect<f64>> {
    rects.reduce(|a, b| {
        Rect::new(
            coord! { x: a.min().x.min(b.min().x), y: a.min().y.min(b.min().y) },
            coord! { x: a.max().x.max(b.max().x), y: a.max().y.max(b.max().y) },
        )
    })
}

fn shape(svg: &mut String, geometry: &Geometry<f64>, class: &str) {
    match geometry {
        Geometry::Point(point) => {
            let _ =
                write!(svg, r#"<circle class="{class}" cx="{:.1}" cy="{:.1}" r="6"/>"#, point.x(), point.y());
        }
        Geometry::LineString(line) => path(svg, &[line], class, false),
        Geometry::MultiLineString(lines) => path(svg, &lines.0.iter().collect::<Vec<_>>(), class, false),
        Geometry::Polygon(area) => {
            let rings: Vec<_> = std::iter::once(area.exterior()).chain(area.interiors()).collect();
            path(svg, &rings, class, true);
        }
        Geometry::MultiPolygon(areas) => {
            for area in &areas.0 {
                shape(svg, &Geometry::Polygon(area.clone()), class);
            }
        }
        _ => {}
    }
}

fn path(svg: &mut String, lines: &[&LineString<f64>], class: &str, closed: bool) {
    let kind = if closed { "sketch__area" } else { "sketch__line" };
    let _ = write!(svg, r#"<path class="{class} {kind}" fill-rule="evenodd" d=""#);
    for line in lines {
        for (index, at) in line.0.iter().enumerate() {
            let _ = write!(svg, "{}{:.1} {:.1}", if index == 0 { 'M' } else { 'L' }, at.x, at.y);
        }
        if closed {
            svg.push('Z');
        }
    }
    svg.push_str(r#""/>"#);
}

fn arrow(svg: &mut String, from: Coord<f64>, to: Coord<f64>) {
    let (dx, dy) = (to.x - from.x, to.y - from.y);
    let length = dx.hypot(dy);
    // Too near to each other for an arrow between them.
    if length < 24.0 {
        return;
    }
    let (ux, uy) = (dx / length, dy / length);
    let (tip_x, tip_y) = (to.x - ux * 9.0, to.y - uy * 9.0);
    let _ = write!(
        svg,
        r#"<path class="sketch__arrow" d="M{:.1} {:.1}L{tip_x:.1} {tip_y:.1}M{:.1} {:.1}L{tip_x:.1} {tip_y:.1}L{:.1} {:.1}"/>"#,
        from.x + ux * 9.0,
        from.y + uy * 9.0,
        tip_x - ux * 8.0 - uy * 5.0,
        tip_y - uy * 8.0 + ux * 5.0,
        tip_x - ux * 8.0 + uy * 5.0,
        tip_y - uy * 8.0 - ux * 5.0,
    );
}

/// A bar of a round length, at most a third of the width.
fn bar(svg: &mut String, scale: f64) {
    let most_m = WIDE / 3.0 / scale;
    let power = 10f64.powf(most_m.log10().floor());
    let length_m = [5.0, 2.0, 1.0].into_iter().map(|n| n * power).find(|m| *m <= most_m).unwrap_or(power);
    let words =
        if length_m >= 1000.0 { format!("{} km", length_m / 1000.0) } else { format!("{length_m} m") };
    let _ = write!(
        svg,
        r#"<path class="sketch__bar" d="M12 {0}v6h{1:.1}v-6"/><text class="sketch__words" x="{2:.1}" y="{3}">{words}</text>"#,
        HIGH - 16.0,
        length_m * scale,
        18.0 + length_m * scale,
        HIGH - 8.0,
    );
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use geo_types::{line_string, point, polygon};

    use super::*;

    #[test]
    fn what_moved_is_drawn_twice_with_an_arrow() {
        let (before, after) = (point! { x: 21.0, y: 52.0 }.into(), point! { x: 21.0001, y: 52.0 }.into());
        let svg = sketch(&[Pair { before: Some(&before), after: Some(&after) }], "a \"b\" <c>");
        assert_eq!(svg.matches("<circle").count(), 2);
        assert!(svg.contains("sketch__arrow") && svg.contains("&quot;b&quot; &lt;c>"));
        assert!((moved_m(&before, &after).unwrap() - 6.85).abs() < 0.1);
    }

    #[test]
    fn nothing_and_odd_shapes_break_nothing() {
        assert_eq!(sketch(&[], "x"), "");
        let line: Geometry<f64> = line_string![(x: 1.0, y: 1.0), (x: 1.0, y: 1.0)].into();
        let area: Geometry<f64> = polygon![(x: 1.0, y: 1.0), (x: 2.0, y: 1.0), (x: 2.0, y: 2.0)].into();
        let svg = sketch(
            &[Pair { before: Some(&line), after: None }, Pair { before: None, after: Some(&area) }],
            "x",
        );
        assert!(svg.ends_with("</svg>") && !svg.contains("NaN"));
    }
}
