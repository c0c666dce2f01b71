//! A map drawn on the server as SVG: for paper, and for browsers without scripts. Pure.
//!
//! Shapes are given in EPSG:4326 and drawn in the Mercator projection of the live map, in the order of
//! [`ShapeClass`]. Style stands in attributes, so that the drawing needs no style sheet and no policy for one.

use std::fmt::Write as _;

use geo_types::{Coord, Geometry, LineString, Polygon};

/// What a shape is; later ones are drawn over earlier ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ShapeClass {
    /// Grass, park, wood.
    Green,
    /// The ground of a cemetery.
    Cemetery,
    /// Water, as area or line.
    Water,
    /// Ground plans.
    Building,
    /// Ways for walking only.
    Path,
    /// Streets.
    Street,
    /// Plots, as area or point.
    Grave,
    /// Walls, fences and hedges.
    Barrier,
    /// The way to be walked.
    Way,
    /// The last steps beside the path.
    LastLeg,
    /// Gates.
    Gate,
    /// What the page is about, or a numbered place of its list.
    Target,
}

/// One shape of a drawing.
#[derive(Debug, Clone)]
pub struct Shape {
    /// What it is.
    pub class: ShapeClass,
    /// Longitudes and latitudes in degrees.
    pub geometry: Geometry<f64>,
    /// Name of a street or gate, number of a place.
    pub label: Option<String>,
}

/// A drawing to be made.
#[derive(Debug, Clone)]
pub struct Drawing {
    /// What must be seen: west, south, east, north in degrees. Room is added around it.
    pub bounds: [f64; 4],
    /// Width to height, both in units of the drawing.
    pub size: (f64, f64),
    /// What the drawing shows, for screen readers.
    pub title: String,
    /// Town's accent, `#rrggbb`, for the way and the target.
    pub accent: String,
    /// The shapes, in any order.
    pub shapes: Vec<Shape>,
}

/// Most shapes that one drawing holds; more would make the page heavy and the drawing black.
const MOST_SHAPES: usize = 6_000;
/// Share of the drawing's shorter side that stays free around what must be seen.
const ROOM: f64 = 0.12;
/// Shortest side of what is shown, so that a single grave does not fill the sheet.
const LEAST_SIDE_M: f64 = 90.0;
/// Metres in a degree of latitude, near enough for a scale bar.
const DEGREE_M: f64 = 111_320.0;

/// Places degrees on the sheet.
struct Sheet {
    west_x: f64,
    north_y: f64,
    scale: f64,
    size: (f64, f64),
    metres_per_unit: f64,
}

fn mercator(at: Coord<f64>) -> (f64, f64) {
    let lat = at.y.clamp(-85.0, 85.0).to_radians();
    (at.x.to_radians(), -(lat.tan() + 1.0 / lat.cos()).ln())
}

impl Sheet {
    fn new(bounds: [f64; 4], size: (f64, f64)) -> Self {
        let [west, south, east, north] = bounds;
        let (x1, y1) = mercator(Coord { x: west, y: north });
        let (x2, y2) = mercator(Coord { x: east, y: south });
        let middle_lat = f64::midpoint(south, north).to_radians();
        let least = LEAST_SIDE_M / DEGREE_M / middle_lat.cos().max(0.05);
        let (wide, high) = ((x2 - x1).max(least.to_radians()), (y2 - y1).max(least.to_radians()));
        let room = size.0.min(size.1) * ROOM;
        let scale = ((size.0 - 2.0 * room) / wide).min((size.1 - 2.0 * room) / high);
        let metres_per_unit = DEGREE_M.to_degrees() * middle_lat.cos() / scale;
        Self {
            west_x: f64::midpoint(x1, x2) - size.0 / 2.0 / scale,
            north_y: f64::midpoint(y1, y2) - size.1 / 2.0 / scale,
            scale,
            size,
            metres_per_unit,
        }
    }

    fn place(&self, at: Coord<f64>) -> (f64, f64) {
        let (x, y) = mercator(at);
        ((x - self.west_x) * self.scale, (y - self.north_y) * self.scale)
    }

    fn sees(&self, points: &[(f64, f64)]) -> bool {
        let inside = |get: fn(&(f64, f64)) -> f64, most: f64| {
            points.iter().map(get).fold(f64::INFINITY, f64::min) <= most
                && points.iter().map(get).fold(f64::NEG_INFINITY, f64::max) >= 0.0
        };
        !points.is_empty() && inside(|p| p.0, self.size.0) && inside(|p| p.1, self.size.1)
    }
}

/// What of a geometry can be drawn.
enum Part {
    Dot((f64, f64)),
    Line(Vec<(f64, f64)>),
    Area(Vec<Vec<(f64, f64)>>),
}

fn parts(sheet: &Sheet, geometry: &Geometry<f64>, found: &mut Vec<Part>) {
    let line = |line: &LineString<f64>| line.0.iter().map(|at| sheet.place(*at)).collect::<Vec<_>>();
    let area = |area: &Polygon<f64>| {
        Part::Area(std::iter::once(area.exterior()).chain(area.interiors()).map(line).collect())
    };
    match geometry {
        Geometry::Point(point) => found.push(Part::Dot(sheet.place(point.0))),
        Geometry::MultiPoint(all) => found.extend(all.iter().map(|point| Part::Dot(sheet.place(point.0)))),
        Geometry::Line(one) => found.push(Part::Line(vec![sheet.place(one.start), sheet.place(one.end)])),
        Geometry::LineString(one) => found.push(Part::Line(line(one))),
        Geometry::MultiLineString(all) => found.extend(all.iter().map(|one| Part::Line(line(one)))),
        Geometry::Polygon(one) => found.push(area(one)),
        Geometry::MultiPolygon(all) => found.extend(all.iter().map(area)),
        Geometry::GeometryCollection(all) => all.iter().for_each(|inner| parts(sheet, inner, found)),
        Geometry::Rect(one) => found.push(area(&one.to_polygon())),
        Geometry::Triangle(one) => found.push(area(&one.to_polygon())),
    }
}

fn path_data(points: &[(f64, f64)], closed: bool) -> String {
    let mut data = String::with_capacity(points.len() * 12);
    for (index, (x, y)) in points.iter().enumerate() {
        let sign = if index == 0 { 'M' } else { 'L' };
        let _ = write!(data, "{sign}{x:.1} {y:.1}");
    }
    if closed {
        data.push('Z');
    }
    data
}

/// Attributes of lines and areas of a class.
fn style(class: ShapeClass, accent: &str) -> String {
    let line = |colour: &str, width: f64, more: &str| {
        format!(r#"fill="none" stroke="{colour}" stroke-width="{width}" stroke-linecap="round" stroke-linejoin="round" {more}"#)
    };
    match class {
        ShapeClass::Green => r##"fill="#e4eddb""##.to_owned(),
        ShapeClass::Cemetery => r##"fill="#eaf0e6" stroke="#7d8f79" stroke-width="1.5""##.to_owned(),
        ShapeClass::Water => r##"fill="#c9dfeb""##.to_owned(),
        ShapeClass::Building => r##"fill="#e0dad1" stroke="#bdb4a7" stroke-width="0.6""##.to_owned(),
        ShapeClass::Path => line("#a8957c", 1.6, r#"stroke-dasharray="5 3""#),
        ShapeClass::Street => line("#ffffff", 6.0, ""),
        ShapeClass::Grave => r##"fill="#d9d6dd" stroke="#8d8796" stroke-width="0.5""##.to_owned(),
        ShapeClass::Barrier => line("#5b5348", 1.4, ""),
        ShapeClass::Way => line(accent, 5.0, ""),
        ShapeClass::LastLeg => line(accent, 4.0, r#"stroke-dasharray="0.1 8""#),
        ShapeClass::Gate | ShapeClass::Target => line(accent, 3.0, ""),
    }
}

/// Draws the map.
#[must_use]
pub fn draw(drawing: &Drawing) -> String {
    let sheet = Sheet::new(drawing.bounds, drawing.size);
    let (width, height) = drawing.size;
    let accent = escape(&drawing.accent);
    let mut svg = format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{}" viewBox="0 0 {width} {height}" font-family="Reeve Sans, sans-serif" font-size="13"><rect width="{width}" height="{height}" fill="#f7f5f1"/>"##,
        escape(&drawing.title),
    );
    let mut shapes: Vec<&Shape> = drawing.shapes.iter().collect();
    shapes.sort_by_key(|shape| shape.class);
    // The way and its ends come last in the order and first in importance.
    let surplus = shapes.len().saturating_sub(MOST_SHAPES);
    let mut labels = Labels::default();
    for shape in shapes.into_iter().skip(surplus) {
        let mut found = Vec::new();
        parts(&sheet, &shape.geometry, &mut found);
        for part in &found {
            draw_part(&mut svg, &sheet, shape, part, &accent);
            labels.offer(&sheet, shape, part);
        }
    }
    labels.write(&mut svg);
    scale_bar(&mut svg, &sheet);
    svg.push_str("</svg>");
    svg
}

fn draw_part(svg: &mut String, sheet: &Sheet, shape: &Shape, part: &Part, accent: &str) {
    let look = style(shape.class, accent);
    match part {
        Part::Dot(at) if sheet.sees(&[*at]) => dot(svg, shape, *at, accent),
        Part::Line(points) if sheet.sees(points) => {
            let data = path_data(points, false);
            match shape.class {
                ShapeClass::Street => {
                    let _ = write!(svg, r##"<path d="{data}" fill="none" stroke="#cfc7ba" stroke-width="8"/>"##);
                }
                ShapeClass::Way => {
                    let _ = write!(svg, r##"<path d="{data}" fill="none" stroke="#fff" stroke-width="9"/>"##);
                }
                _ => {}
            }
            if shape.class == ShapeClass::Water {
                let _ = write!(svg, r##"<path d="{data}" fill="none" stroke="#c9dfeb" stroke-width="4"/>"##);
            } else {
                let _ = write!(svg, r#"<path d="{data}" {look}/>"#);
            }
        }
        Part::Area(rings) if rings.first().is_some_and(|outer| sheet.sees(outer)) => {
            let data: String = rings.iter().map(|ring| path_data(ring, true)).collect();
            let _ = write!(svg, r#"<path d="{data}" fill-rule="evenodd" {look}/>"#);
        }
        _ => {}
    }
}

fn dot(svg: &mut String, shape: &Shape, (x, y): (f64, f64), accent: &str) {
    let _ = match (shape.class, &shape.label) {
        (ShapeClass::Target, Some(number)) if number.chars().count() <= 3 => write!(
            svg,
            r##"<circle cx="{x:.1}" cy="{y:.1}" r="12" fill="{accent}" stroke="#fff" stroke-width="2"/><text x="{x:.1}" y="{:.1}" fill="#fff" font-weight="700" text-anchor="middle">{}</text>"##,
            y + 4.6,
            escape(number),
        ),
        (ShapeClass::Target, _) => write!(
            svg,
            r##"<circle cx="{x:.1}" cy="{y:.1}" r="11" fill="#fff" stroke="{accent}" stroke-width="4"/><circle cx="{x:.1}" cy="{y:.1}" r="4.5" fill="{accent}"/>"##
        ),
        (ShapeClass::Gate, _) => write!(
            svg,
            r##"<rect x="{:.1}" y="{:.1}" width="14" height="14" rx="2" fill="#16202a" stroke="#fff" stroke-width="2"/>"##,
            x - 7.0,
            y - 7.0,
        ),
        (ShapeClass::Grave, _) => {
            write!(svg, r##"<circle cx="{x:.1}" cy="{y:.1}" r="1.8" fill="#a59fae"/>"##)
        }
        _ => Ok(()),
    };
}

/// Labels that found room, each with the box that it takes.
#[derive(Default)]
struct Labels {
    taken: Vec<[f64; 4]>,
    written: String,
}

impl Labels {
    fn offer(&mut self, sheet: &Sheet, shape: &Shape, part: &Part) {
        let Some(label) = shape.label.as_deref().filter(|label| !label.is_empty()) else { return };
        let wide = label.chars().count() as f64 * 6.6;
        match (shape.class, part) {
            (ShapeClass::Street | ShapeClass::Path, Part::Line(points)) => {
                if let Some((at, angle, length)) = longest_run(points)
                    && length >= wide * 0.9
                {
                    self.put(sheet, label, at, angle, wide, 12.0);
                }
            }
            (ShapeClass::Gate, Part::Dot((x, y))) => self.put(sheet, label, (*x, y + 21.0), 0.0, wide, 13.0),
            (ShapeClass::Target, Part::Dot((x, y))) if label.chars().count() > 3 => {
                self.put(sheet, label, (*x, y - 18.0), 0.0, wide, 14.0);
            }
            _ => {}
        }
    }

    fn put(&mut self, sheet: &Sheet, label: &str, (x, y): (f64, f64), angle: f64, wide: f64, size: f64) {
        let (sin, cos) = angle.to_radians().sin_cos();
        let half = (cos.abs() * wide / 2.0 + 8.0, sin.abs() * wide / 2.0 + 8.0);
        let took = [x - half.0, y - half.1, x + half.0, y + half.1];
        let on_sheet =
            took[0] >= 0.0 && took[1] >= 0.0 && took[2] <= sheet.size.0 && took[3] <= sheet.size.1 - 20.0;
        let free = self.taken.iter().all(|other| {
            took[2] < other[0] || took[0] > other[2] || took[3] < other[1] || took[1] > other[3]
        });
        if !on_sheet || !free {
            return;
        }
        self.taken.push(took);
        let _ = write!(
            self.written,
            r##"<text x="{x:.1}" y="{y:.1}" dy="0.35em" font-size="{size}" text-anchor="middle" fill="#16202a" stroke="#fff" stroke-width="3" paint-order="stroke" transform="rotate({angle:.1} {x:.1} {y:.1})">{}</text>"##,
            escape(label),
        );
    }

    fn write(self, svg: &mut String) {
        svg.push_str(&self.written);
    }
}

/// Middle, angle in degrees (readable from below) and length of a line's longest straight run.
fn longest_run(points: &[(f64, f64)]) -> Option<((f64, f64), f64, f64)> {
    points
        .windows(2)
        .filter_map(|pair| match pair {
            [(x1, y1), (x2, y2)] => {
                let angle = (y2 - y1).atan2(x2 - x1).to_degrees();
                let upright = if angle > 90.0 {
                    angle - 180.0
                } else if angle < -90.0 {
                    angle + 180.0
                } else {
                    angle
                };
                let middle = (f64::midpoint(*x1, *x2), f64::midpoint(*y1, *y2));
                Some((middle, upright, (x2 - x1).hypot(y2 - y1)))
            }
            _ => None,
        })
        .max_by(|one, other| one.2.total_cmp(&other.2))
}

fn scale_bar(svg: &mut String, sheet: &Sheet) {
    let most_m = sheet.size.0 * 0.25 * sheet.metres_per_unit;
    let length_m = [2000.0, 1000.0, 500.0, 200.0, 100.0, 50.0, 20.0, 10.0, 5.0]
        .into_iter()
        .find(|length_m| *length_m <= most_m);
    let Some(length_m) = length_m else { return };
    let (left, low) = (12.0, sheet.size.1 - 12.0);
    let right = left + length_m / sheet.metres_per_unit;
    let _ = write!(
        svg,
        r##"<path d="M{left} {:.1}V{low:.1}H{right:.1}V{:.1}" fill="none" stroke="#16202a" stroke-width="1.5"/><text x="{:.1}" y="{:.1}" fill="#16202a" stroke="#fff" stroke-width="3" paint-order="stroke">{length_m} m</text>"##,
        low - 5.0,
        low - 5.0,
        right + 6.0,
        low,
    );
    // North is up on every sheet; the arrow says so.
    let x = sheet.size.0 - 20.0;
    let _ = write!(
        svg,
        r##"<path d="M{x} 10l6 16-6-4-6 4z" fill="#16202a"/><text x="{x}" y="40" fill="#16202a" text-anchor="middle" font-weight="700">N</text>"##
    );
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use geo_types::{line_string, point, polygon};

    use super::*;

    fn drawing(shapes: Vec<Shape>) -> Drawing {
        Drawing {
            bounds: [20.99, 52.0, 21.01, 52.01],
            size: (800.0, 600.0),
            title: "Way to \"grave\" <1>".into(),
            accent: "#0d5c63".into(),
            shapes,
        }
    }

    #[test]
    fn what_must_be_seen_lies_on_the_sheet_with_room() {
        let sheet = Sheet::new([20.99, 52.0, 21.01, 52.01], (800.0, 600.0));
        for (lon, lat) in [(20.99, 52.0), (21.01, 52.01)] {
            let (x, y) = sheet.place(Coord { x: lon, y: lat });
            assert!((71.9..=728.1).contains(&x) && (71.9..=528.1).contains(&y), "{x} {y}");
        }
        // 0.02 degrees of longitude at 52° are about 1,370 m over at most 656 units.
        assert!((1.9..3.0).contains(&sheet.metres_per_unit), "{}", sheet.metres_per_unit);
    }

    #[test]
    fn a_single_point_does_not_fill_the_sheet() {
        let sheet = Sheet::new([21.0, 52.0, 21.0, 52.0], (800.0, 600.0));
        assert!(sheet.metres_per_unit > 0.1 && sheet.metres_per_unit < 1.0, "{}", sheet.metres_per_unit);
    }

    #[test]
    fn draws_every_shape_and_escapes_words() {
        let svg = draw(&drawing(vec![
            Shape {
                class: ShapeClass::Target,
                geometry: point!(x: 21.0, y: 52.005).into(),
                label: Some("Grave <A>".into()),
            },
            Shape {
                class: ShapeClass::Way,
                geometry: line_string![(x: 20.995, y: 52.002), (x: 21.0, y: 52.005)].into(),
                label: None,
            },
            Shape {
                class: ShapeClass::Cemetery,
                geometry: polygon![(x: 20.99, y: 52.0), (x: 21.01, y: 52.0), (x: 21.0, y: 52.01)].into(),
                label: None,
            },
            Shape {
                class: ShapeClass::Building,
                geometry: polygon![(x: 10.0, y: 42.0), (x: 10.1, y: 42.0), (x: 10.0, y: 42.1)].into(),
                label: None,
            },
        ]));
        assert!(svg.contains("Grave &lt;A&gt;") && svg.contains("&quot;grave&quot;"));
        assert!(!svg.contains("#bdb4a7"), "what lies elsewhere is left out");
        assert!(svg.find("#7d8f79") < svg.find("stroke-width=\"5\""), "the ground lies under the way");
        assert!(svg.ends_with("</svg>"));
    }

    #[test]
    fn labels_do_not_lie_on_each_other() {
        let street = |lat: f64| Shape {
            class: ShapeClass::Street,
            geometry: line_string![(x: 20.99, y: lat), (x: 21.01, y: lat)].into(),
            label: Some("ulica Lipowa".into()),
        };
        let svg = draw(&drawing(vec![street(52.005), street(52.00501)]));
        assert_eq!(svg.matches("ulica Lipowa").count(), 1);
    }
}
