//! A map drawn on the server as one SVG text: it prints, it needs no script, and a screen reader hears its
//! title and description.
//!
//! Pure. Shapes come in EPSG:4326 and are drawn in web Mercator. Style is in presentation attributes, so the
//! drawing needs no style sheet and no policy for one; it holds no ids, so several may stand on a page. What
//! lies outside is cut off, what is too much is left out (see [`MOST_POINTS`]): the route, the gate and the
//! target are always drawn. Coordinates that are no numbers are passed over.

use std::fmt::Write as _;

use geo_types::{Coord, Geometry, LineString, Polygon};

use super::svg_labels::{Labels, LineLabel};

/// Most points of shapes in one drawing; shapes of the less important classes go first.
pub const MOST_POINTS: usize = 60_000;
/// Shortest side of what is shown, so that a single grave does not fill the sheet.
const LEAST_SIDE_M: f64 = 80.0;
/// Share of the shorter side that stays free around the extent.
const ROOM: f64 = 0.08;
/// Things are drawn this far beyond the edge, so that no outline shows at it.
const MARGIN_PX: f64 = 20.0;
/// Radius of the sphere of web Mercator.
const SPHERE_RADIUS_M: f64 = 6_378_137.0;
/// Distance between arrowheads on the route.
const ARROWS_PX: f64 = 70.0;

const INK: &str = "#2b2b28";
const GROUND: &str = "#faf8f4";

/// What a shape is. Later classes are drawn over earlier ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ShapeClass {
    /// Park, grass, garden, playground.
    Green,
    /// Wood and forest.
    Wood,
    /// Ground of a cemetery.
    Cemetery,
    /// A square or another paved area.
    Square,
    /// Water as an area.
    Water,
    /// A river, stream or ditch as a line.
    Stream,
    /// A sector of a cemetery.
    Sector,
    /// Ground plan of a building.
    Building,
    /// Railway or tramway.
    Rail,
    /// A way for walking outside cemeteries.
    Path,
    /// A drive or track.
    Service,
    /// A street.
    Street,
    /// A main road.
    MainRoad,
    /// A path of a cemetery.
    CemeteryPath,
    /// Steps.
    Steps,
    /// A plot, as area or point.
    Grave,
    /// A tree.
    Tree,
    /// A wall, fence or hedge.
    Barrier,
}

/// One thing to be drawn.
#[derive(Debug, Clone)]
pub struct Shape {
    /// What it is.
    pub class: ShapeClass,
    /// Its geometry, longitudes and latitudes in degrees.
    pub geometry: Geometry<f64>,
    /// Its name, written at it where there is room.
    pub label: Option<String>,
}

/// The way to be walked.
#[derive(Debug, Clone, Default)]
pub struct RouteShape {
    /// From the given position to the network; empty or one point when there is none.
    pub start_leg: Vec<Coord<f64>>,
    /// On the paths.
    pub line: Vec<Coord<f64>>,
    /// From the path to the grave.
    pub last_leg: Vec<Coord<f64>>,
    /// Numbered places of the instructions: number in the list and place.
    pub steps: Vec<(usize, Coord<f64>)>,
}

impl RouteShape {
    /// Takes the whole course of a route apart into its legs. `start_leg` and `last_leg` tell whether the
    /// first and last piece of the course are off the paths.
    #[must_use]
    pub fn from_course(
        course: &LineString<f64>,
        start_leg: bool,
        last_leg: bool,
        steps: Vec<(usize, Coord<f64>)>,
    ) -> Self {
        let points = &course.0;
        let from = usize::from(start_leg && points.len() > 1);
        let to = points.len().saturating_sub(usize::from(last_leg)).max(from);
        let part = |from: usize, to: usize| points.get(from..to.min(points.len())).unwrap_or_default().to_vec();
        Self {
            start_leg: part(0, from + usize::from(from > 0)),
            line: part(from, to),
            last_leg: part(to.saturating_sub(1), points.len()),
            steps,
        }
    }
}

/// A place with a name.
#[derive(Debug, Clone)]
pub struct Mark {
    /// Longitude and latitude in degrees.
    pub at: Coord<f64>,
    /// What to write beside it.
    pub label: Option<String>,
}

/// A drawing to be made.
#[derive(Debug, Clone)]
pub struct Drawing {
    /// What must be seen: west, south, east, north in degrees. Room is added around it.
    pub extent: [f64; 4],
    /// Width of the drawing in CSS pixels, 100 to 4,000.
    pub width_px: f64,
    /// Height of the drawing in CSS pixels, 100 to 4,000.
    pub height_px: f64,
    /// What the drawing shows, in a few words.
    pub title: String,
    /// The same in a sentence or two, for those who do not see it.
    pub description: String,
    /// Language tag of its texts.
    pub lang: String,
    /// Colour of the route and the marks, `#rrggbb`; it must be dark enough for white on it.
    pub accent: String,
    /// Whom to name as the source, e.g. "© OpenStreetMap contributors".
    pub attribution: String,
    /// The map's things, in any order.
    pub shapes: Vec<Shape>,
    /// The way, if one is shown.
    pub route: Option<RouteShape>,
    /// The gate where it begins.
    pub gate: Option<Mark>,
    /// The grave.
    pub target: Option<Mark>,
    /// Numbered places of the page's list: number and place.
    pub places: Vec<(usize, Coord<f64>)>,
}

/// Draws the map.
#[must_use]
pub fn draw(drawing: &Drawing) -> String {
    let sheet = Sheet::new(drawing);
    let mut svg = String::with_capacity(64 * 1024);
    let (width, height) = (sheet.width, sheet.height);
    let _ = write!(
        svg,
        r#"<svg xmlns="http://www.w3.org/2000/svg" role="img" lang="{}" viewBox="0 0 {width} {height}" width="{width}" height="{height}" font-family="sans-serif" font-size="11"><title>{}</title><desc>{}</desc><rect width="{width}" height="{height}" fill="{GROUND}"/>"#,
        escape(&drawing.lang),
        escape(&drawing.title),
        escape(&drawing.description),
    );
    let shapes = sheet.place_all(&drawing.shapes);
    draw_shapes(&mut svg, &sheet, &shapes);
    let mut labels = Labels::new(width, height);
    furniture_room(&mut labels, &sheet, drawing);
    draw_route(&mut svg, &sheet, drawing);
    room_for_marks(&mut labels, &sheet, drawing);
    draw_numbers(&mut svg, &sheet, drawing, &mut labels);
    keep_route_free(&mut labels, &sheet, drawing);
    draw_marks(&mut svg, &sheet, drawing, &mut labels);
    label_shapes(&mut svg, &shapes, &mut labels);
    draw_furniture(&mut svg, &sheet, drawing);
    svg.push_str("</svg>");
    svg
}

pub(super) type Px = (f64, f64);

/// Places degrees on the sheet.
struct Sheet {
    width: f64,
    height: f64,
    west: f64,
    north: f64,
    px_per_unit: f64,
    metres_per_px: f64,
}

/// Web Mercator on the unit sphere, y to the south.
fn mercator(at: Coord<f64>) -> Px {
    let lat = at.y.clamp(-85.051_129, 85.051_129).to_radians();
    (at.x.to_radians(), -(std::f64::consts::FRAC_PI_4 + lat / 2.0).tan().ln())
}

impl Sheet {
    fn new(drawing: &Drawing) -> Self {
        let side = |px: f64| if px.is_finite() { px.clamp(100.0, 4000.0).round() } else { 600.0 };
        let (width, height) = (side(drawing.width_px), side(drawing.height_px));
        let limit = |value: f64, most: f64| if value.is_finite() { value.clamp(-most, most) } else { 0.0 };
        let [west, south, east, north] = drawing.extent;
        let (x1, y1) = mercator(Coord { x: limit(west, 180.0), y: limit(north, 85.0) });
        let (x2, y2) = mercator(Coord { x: limit(east, 180.0), y: limit(south, 85.0) });
        let middle_lat = f64::midpoint(limit(south, 85.0), limit(north, 85.0)).to_radians();
        let least = LEAST_SIDE_M / SPHERE_RADIUS_M / middle_lat.cos();
        let (wide, high) = ((x2 - x1).abs().max(least), (y2 - y1).abs().max(least));
        let room = 2.0 * ROOM * width.min(height);
        let px_per_unit = ((width - room) / wide).min((height - room) / high);
        Self {
            width,
            height,
            west: f64::midpoint(x1, x2) - width / 2.0 / px_per_unit,
            north: f64::midpoint(y1, y2) - height / 2.0 / px_per_unit,
            px_per_unit,
            metres_per_px: SPHERE_RADIUS_M * middle_lat.cos() / px_per_unit,
        }
    }

    /// `None` for what is no place on Earth.
    fn place(&self, at: Coord<f64>) -> Option<Px> {
        if !(at.x.abs() <= 180.0 && at.y.abs() <= 90.0) {
            return None;
        }
        let (x, y) = mercator(at);
        let px = ((x - self.west) * self.px_per_unit, (y - self.north) * self.px_per_unit);
        Some(px)
    }

    fn places(&self, line: &[Coord<f64>]) -> Vec<Px> {
        line.iter().filter_map(|at| self.place(*at)).collect()
    }

    fn sees(&self, at: Px) -> bool {
        (-MARGIN_PX..=self.width + MARGIN_PX).contains(&at.0) && (-MARGIN_PX..=self.height + MARGIN_PX).contains(&at.1)
    }

    /// Stroke width of something that is so many metres wide, within what looks right.
    fn width_px(&self, width_m: f64, least_px: f64, most_px: f64) -> f64 {
        (width_m / self.metres_per_px).clamp(least_px, most_px)
    }

    /// The shapes that are seen, in drawing order, within the limit of points.
    fn place_all<'a>(&self, shapes: &'a [Shape]) -> Vec<Placed<'a>> {
        let mut placed: Vec<Placed> = shapes
            .iter()
            .map(|shape| {
                let mut parts = Vec::new();
                self.place_parts(&shape.geometry, &mut parts);
                Placed { shape, parts }
            })
            .filter(|placed| !placed.parts.is_empty())
            .collect();
        placed.sort_by_key(|placed| std::cmp::Reverse(importance(placed.shape.class)));
        let mut points = 0;
        placed.retain(|placed| {
            points += placed.parts.iter().map(Part::size).sum::<usize>();
            points <= MOST_POINTS
        });
        placed.sort_by_key(|placed| placed.shape.class);
        placed
    }

    fn place_parts(&self, geometry: &Geometry<f64>, parts: &mut Vec<Part>) {
        match geometry {
            Geometry::Point(point) => parts.extend(self.place(point.0).filter(|at| self.sees(*at)).map(Part::Dot)),
            Geometry::MultiPoint(all) => all.iter().for_each(|one| self.place_parts(&Geometry::Point(*one), parts)),
            Geometry::Line(line) => self.place_line(&[line.start, line.end], parts),
            Geometry::LineString(line) => self.place_line(&line.0, parts),
            Geometry::MultiLineString(all) => all.iter().for_each(|line| self.place_line(&line.0, parts)),
            Geometry::Polygon(area) => self.place_area(area, parts),
            Geometry::MultiPolygon(all) => all.iter().for_each(|area| self.place_area(area, parts)),
            Geometry::GeometryCollection(all) => all.iter().for_each(|one| self.place_parts(one, parts)),
            Geometry::Rect(area) => self.place_area(&area.to_polygon(), parts),
            Geometry::Triangle(area) => self.place_area(&area.to_polygon(), parts),
        }
    }

    fn place_line(&self, line: &[Coord<f64>], parts: &mut Vec<Part>) {
        parts.extend(self.runs(line).into_iter().map(Part::Line));
    }

    /// The runs of a line that are seen, cut at the margin.
    fn runs(&self, line: &[Coord<f64>]) -> Vec<Vec<Px>> {
        let mut runs: Vec<Vec<Px>> = Vec::new();
        for pair in thinned(self.places(line)).windows(2) {
            let Some((a, b)) = self.cut(pair[0], pair[1]) else { continue };
            match runs.last_mut() {
                Some(run) if run.last() == Some(&a) => run.push(b),
                _ => runs.push(vec![a, b]),
            }
        }
        runs
    }

    /// What of a straight piece lies on the sheet and its margin (Liang and Barsky).
    fn cut(&self, a: Px, b: Px) -> Option<(Px, Px)> {
        let (dx, dy) = (b.0 - a.0, b.1 - a.1);
        let (mut from, mut to) = (0.0_f64, 1.0_f64);
        for (step, room) in [
            (-dx, a.0 + MARGIN_PX),
            (dx, self.width + MARGIN_PX - a.0),
            (-dy, a.1 + MARGIN_PX),
            (dy, self.height + MARGIN_PX - a.1),
        ] {
            if step == 0.0 && room < 0.0 {
                return None;
            }
            if step < 0.0 {
                from = from.max(room / step);
            } else if step > 0.0 {
                to = to.min(room / step);
            }
        }
        let at = |t: f64| if t <= 0.0 { a } else if t >= 1.0 { b } else { (a.0 + dx * t, a.1 + dy * t) };
        (from <= to).then(|| (at(from), at(to)))
    }

    fn place_area(&self, area: &Polygon<f64>, parts: &mut Vec<Part>) {
        let ring = |ring: &LineString<f64>| self.clip(thinned(self.places(&ring.0)));
        let outer = ring(area.exterior());
        if outer.len() > 2 {
            let holes = area.interiors().iter().map(ring).filter(|hole| hole.len() > 2);
            parts.push(Part::Area(std::iter::once(outer).chain(holes).collect()));
        }
    }

    /// Cuts a ring to the sheet and its margin, side by side (Sutherland and Hodgman).
    fn clip(&self, mut ring: Vec<Px>) -> Vec<Px> {
        let (right, bottom) = (self.width + MARGIN_PX, self.height + MARGIN_PX);
        let sides: [(fn(Px) -> f64, f64, f64); 4] = [
            (|p| p.0, 1.0, -MARGIN_PX),
            (|p| p.0, -1.0, right),
            (|p| p.1, 1.0, -MARGIN_PX),
            (|p| p.1, -1.0, bottom),
        ];
        for (value, sign, limit) in sides {
            let depth = |p: Px| sign * (value(p) - limit);
            let mut kept = Vec::with_capacity(ring.len() + 4);
            for (index, here) in ring.iter().enumerate() {
                let before = ring[(index + ring.len() - 1) % ring.len()];
                let (d0, d1) = (depth(before), depth(*here));
                if (d0 < 0.0) != (d1 < 0.0) {
                    let t = d0 / (d0 - d1);
                    kept.push((before.0 + (here.0 - before.0) * t, before.1 + (here.1 - before.1) * t));
                }
                if d1 >= 0.0 {
                    kept.push(*here);
                }
            }
            ring = kept;
        }
        ring
    }
}

/// Leaves out points that cannot be told apart from the one before.
fn thinned(mut line: Vec<Px>) -> Vec<Px> {
    let last = line.last().copied();
    line.dedup_by(|next, before| (next.0 - before.0).hypot(next.1 - before.1) < 0.4);
    match last {
        Some(last) if line.len() == 1 => line.push(last),
        _ => {}
    }
    line
}

/// What is left out last when there is too much.
fn importance(class: ShapeClass) -> u8 {
    match class {
        ShapeClass::Cemetery | ShapeClass::CemeteryPath | ShapeClass::Steps | ShapeClass::Barrier => 9,
        ShapeClass::MainRoad | ShapeClass::Street | ShapeClass::Service | ShapeClass::Path => 8,
        ShapeClass::Water | ShapeClass::Stream | ShapeClass::Green | ShapeClass::Wood | ShapeClass::Square => 7,
        ShapeClass::Sector | ShapeClass::Rail => 6,
        ShapeClass::Building => 5,
        ShapeClass::Grave => 4,
        ShapeClass::Tree => 3,
    }
}

struct Placed<'a> {
    shape: &'a Shape,
    parts: Vec<Part>,
}

enum Part {
    Dot(Px),
    Line(Vec<Px>),
    Area(Vec<Vec<Px>>),
}

impl Part {
    fn size(&self) -> usize {
        match self {
            Self::Dot(_) => 1,
            Self::Line(line) => line.len(),
            Self::Area(rings) => rings.iter().map(Vec::len).sum(),
        }
    }
}

fn draw_shapes(svg: &mut String, sheet: &Sheet, shapes: &[Placed]) {
    for run in shapes.chunk_by(|one, next| one.shape.class == next.shape.class) {
        let class = run[0].shape.class;
        let areas: String = run.iter().flat_map(|placed| &placed.parts).filter_map(area_element).collect();
        if !areas.is_empty() {
            let _ = write!(svg, r#"<g fill-rule="evenodd" {}>{areas}</g>"#, area_style(class));
        }
        let lines: String = run.iter().flat_map(|placed| &placed.parts).filter_map(line_data).collect();
        for style in if lines.is_empty() { Vec::new() } else { line_styles(class, sheet) } {
            let _ = write!(svg, r#"<path d="{lines}" fill="none" stroke-linejoin="round" {style}/>"#);
        }
        for at in run.iter().flat_map(|placed| &placed.parts).filter_map(|part| match part {
            Part::Dot(at) => Some(*at),
            _ => None,
        }) {
            draw_dot(svg, sheet, class, at);
        }
    }
}

fn area_element(part: &Part) -> Option<String> {
    let Part::Area(rings) = part else { return None };
    let data: String = rings.iter().map(|ring| data(ring) + "Z").collect();
    Some(format!(r#"<path d="{data}"/>"#))
}

fn line_data(part: &Part) -> Option<String> {
    match part {
        Part::Line(line) => Some(data(line)),
        _ => None,
    }
}

/// Path data with a decimal; relative moves would save a third, but nobody could read them.
fn data(points: &[Px]) -> String {
    let mut data = String::with_capacity(points.len() * 12);
    for (index, (x, y)) in points.iter().enumerate() {
        let _ = write!(data, "{}{x:.1} {y:.1}", if index == 0 { 'M' } else { 'L' });
    }
    data
}

fn area_style(class: ShapeClass) -> &'static str {
    match class {
        ShapeClass::Green => r##"fill="#e2efd6""##,
        ShapeClass::Wood => r##"fill="#d3e5c8""##,
        ShapeClass::Cemetery => r##"fill="#e9eee2" stroke="#7f8f74" stroke-width="1.4""##,
        ShapeClass::Square => r##"fill="#efebe3" stroke="#d3cbbd" stroke-width="0.8""##,
        ShapeClass::Water | ShapeClass::Stream => r##"fill="#c9e0ee" stroke="#8fb8d0" stroke-width="0.8""##,
        ShapeClass::Sector => r##"fill="none" stroke="#9aa88f" stroke-width="1" stroke-dasharray="6 3""##,
        ShapeClass::Building => r##"fill="#e0dad0" stroke="#b9afa1" stroke-width="0.7""##,
        ShapeClass::Grave => r##"fill="#fff" stroke="#9c968c" stroke-width="0.6""##,
        ShapeClass::Tree => r##"fill="#b5d3a4""##,
        _ => r##"fill="#f4f1ea" stroke="#c9c1b4" stroke-width="0.8""##,
    }
}

/// Strokes of a line class, the lower one first.
fn line_styles(class: ShapeClass, sheet: &Sheet) -> Vec<String> {
    let line = |colour: &str, width: f64, more: &str| {
        format!(r#"stroke="{colour}" stroke-width="{width:.1}" {more}"#)
    };
    let road = |width_m: f64, least_px: f64, most_px: f64| {
        let width = sheet.width_px(width_m, least_px, most_px);
        vec![line("#bdb5a7", width + 1.6, ""), line("#fff", width, r#"stroke-linecap="round""#)]
    };
    match class {
        ShapeClass::MainRoad => road(11.0, 4.0, 16.0),
        ShapeClass::Street => road(7.0, 3.0, 12.0),
        ShapeClass::Service => road(4.0, 1.8, 8.0),
        ShapeClass::CemeteryPath => road(2.5, 1.8, 6.0),
        ShapeClass::Path => vec![line("#998b78", sheet.width_px(1.5, 1.0, 2.2), r#"stroke-dasharray="4 2.5""#)],
        ShapeClass::Steps => {
            let width = sheet.width_px(2.5, 3.5, 7.0);
            vec![line("#fff", width, ""), line("#7a6e5f", width, r#"stroke-dasharray="1.4 1.8""#)]
        }
        ShapeClass::Stream | ShapeClass::Water => vec![line("#9cc4da", sheet.width_px(3.0, 1.2, 7.0), "")],
        ShapeClass::Rail => vec![line("#8c8880", 2.6, ""), line("#fff", 1.4, r#"stroke-dasharray="6 6""#)],
        ShapeClass::Barrier => vec![line("#6d6458", 1.3, "")],
        ShapeClass::Cemetery => vec![line("#7f8f74", 1.4, "")],
        _ => vec![line("#a9a092", 0.9, "")],
    }
}

fn draw_dot(svg: &mut String, sheet: &Sheet, class: ShapeClass, (x, y): Px) {
    let _ = match class {
        ShapeClass::Tree => {
            let radius = sheet.width_px(2.0, 1.2, 5.0);
            write!(svg, r##"<circle cx="{x:.1}" cy="{y:.1}" r="{radius:.1}" fill="#b5d3a4"/>"##)
        }
        ShapeClass::Grave => {
            let size = sheet.width_px(1.2, 1.5, 5.0);
            let (left, top) = (x - size / 2.0, y - size / 2.0);
            write!(
                svg,
                r##"<rect x="{left:.1}" y="{top:.1}" width="{size:.1}" height="{size:.1}" fill="#fff" stroke="#9c968c" stroke-width="0.6"/>"##
            )
        }
        _ => write!(svg, r##"<circle cx="{x:.1}" cy="{y:.1}" r="2" fill="#8c8880"/>"##),
    };
}

fn draw_route(svg: &mut String, sheet: &Sheet, drawing: &Drawing) {
    let Some(route) = &drawing.route else { return };
    let accent = escape(&drawing.accent);
    let lines = sheet.runs(&route.line);
    let data_of = |runs: &[Vec<Px>]| runs.iter().map(|run| data(run)).collect::<String>();
    if !lines.is_empty() {
        let data = data_of(&lines);
        let ends = r#"fill="none" stroke-linejoin="round" stroke-linecap="round""#;
        let _ = write!(svg, r##"<path d="{data}" {ends} stroke="#fff" stroke-width="9"/>"##);
        let _ = write!(svg, r#"<path d="{data}" {ends} stroke="{accent}" stroke-width="5.5"/>"#);
        lines.iter().for_each(|line| draw_arrows(svg, line));
    }
    for leg in [&route.start_leg, &route.last_leg] {
        let runs = sheet.runs(leg);
        if !runs.is_empty() {
            let data = data_of(&runs);
            let _ = write!(svg, r##"<path d="{data}" fill="none" stroke="#fff" stroke-width="6"/>"##);
            let _ = write!(
                svg,
                r#"<path d="{data}" fill="none" stroke="{accent}" stroke-width="3" stroke-dasharray="5 4"/>"#
            );
        }
    }
}

/// Names keep off the route.
fn keep_route_free(labels: &mut Labels, sheet: &Sheet, drawing: &Drawing) {
    let Some(route) = &drawing.route else { return };
    for part in [&route.line, &route.start_leg, &route.last_leg] {
        sheet.runs(part).iter().for_each(|run| labels.keep_line_free(run));
    }
}

/// The numbers of instructions and places; one that would cover another is left out.
fn draw_numbers(svg: &mut String, sheet: &Sheet, drawing: &Drawing, labels: &mut Labels) {
    let accent = escape(&drawing.accent);
    let steps = drawing.route.iter().flat_map(|route| &route.steps).map(|step| (step, false));
    let places = drawing.places.iter().map(|place| (place, true));
    for (&(number, at), filled) in places.chain(steps) {
        let Some((x, y)) = sheet.place(at).filter(|at| sheet.sees(*at)) else { continue };
        if !labels.take_box((x - 8.0, y - 8.0, x + 8.0, y + 8.0)) {
            continue;
        }
        let (fill, ink) = if filled { (accent.as_str(), "#fff") } else { ("#fff", INK) };
        let _ = write!(
            svg,
            r##"<circle cx="{x:.1}" cy="{y:.1}" r="8.5" fill="{fill}" stroke="{accent}" stroke-width="2"/><text x="{x:.1}" y="{:.1}" text-anchor="middle" font-size="10.5" font-weight="bold" fill="{ink}">{number}</text>"##,
            y + 3.8
        );
    }
}

/// White chevrons in the line, in walking direction; also for those who see no colour.
fn draw_arrows(svg: &mut String, line: &[Px]) {
    let mut to_next = ARROWS_PX / 2.0;
    for pair in line.windows(2) {
        let ((x1, y1), (x2, y2)) = (pair[0], pair[1]);
        let length = (x2 - x1).hypot(y2 - y1);
        let angle = (y2 - y1).atan2(x2 - x1).to_degrees();
        while to_next <= length && length > 0.0 {
            let t = to_next / length;
            let _ = write!(
                svg,
                r##"<path d="M-2.5 -3L1 0L-2.5 3" transform="translate({:.1} {:.1}) rotate({angle:.0})" fill="none" stroke="#fff" stroke-width="1.6"/>"##,
                x1 + (x2 - x1) * t,
                y1 + (y2 - y1) * t
            );
            to_next += ARROWS_PX;
        }
        to_next -= length;
    }
}

/// Places of the target and the gate, with their labels.
fn marks<'a>(sheet: &Sheet, drawing: &'a Drawing) -> [Option<(Px, Option<&'a str>)>; 2] {
    [&drawing.target, &drawing.gate].map(|mark| {
        let mark = mark.as_ref()?;
        Some((sheet.place(mark.at).filter(|at| sheet.sees(*at))?, mark.label.as_deref()))
    })
}

fn room_for_marks(labels: &mut Labels, sheet: &Sheet, drawing: &Drawing) {
    let [target, gate] = marks(sheet, drawing);
    if let Some(((x, y), _)) = target {
        labels.force_box((x - 10.0, y - 28.0, x + 10.0, y));
    }
    if let Some(((x, y), _)) = gate {
        labels.force_box((x - 10.0, y - 10.0, x + 10.0, y + 10.0));
    }
}

fn draw_marks(svg: &mut String, sheet: &Sheet, drawing: &Drawing, labels: &mut Labels) {
    let accent = escape(&drawing.accent);
    let [target, gate] = marks(sheet, drawing);
    if let Some(((x, y), label)) = gate {
        let _ = write!(
            svg,
            r##"<g transform="translate({x:.1} {y:.1})"><rect x="-9" y="-9" width="18" height="18" rx="3" fill="#fff" stroke="{accent}" stroke-width="2"/><path d="M-5 5V-3Q0 -8 5 -3V5M0 -5V5" fill="none" stroke="{accent}" stroke-width="1.8"/></g>"##
        );
        labels.beside(svg, (x, y), 13.0, label, 12.0);
    }
    if let Some(((x, y), label)) = target {
        let _ = write!(
            svg,
            r##"<path transform="translate({x:.1} {y:.1})" d="M0 0C-3 -8 -10 -11 -10 -18A10 10 0 1 1 10 -18C10 -11 3 -8 0 0Z" fill="{accent}" stroke="#fff" stroke-width="1.5"/><circle cx="{x:.1}" cy="{:.1}" r="3.6" fill="#fff"/>"##,
            y - 18.0
        );
        labels.beside(svg, (x, y - 14.0), 14.0, label, 13.0);
    }
}

fn label_shapes(svg: &mut String, shapes: &[Placed], labels: &mut Labels) {
    let mut lines: Vec<LineLabel> = Vec::new();
    for placed in shapes {
        let Some(name) = placed.shape.label.as_deref().map(str::trim).filter(|name| !name.is_empty()) else {
            continue;
        };
        for part in &placed.parts {
            match part {
                Part::Line(line) => lines.push(LineLabel { name, line, rank: importance_of_name(placed.shape.class) }),
                Part::Area(rings) => labels.in_area(svg, name, &rings[0], area_ink(placed.shape.class)),
                Part::Dot(_) => {}
            }
        }
    }
    labels.along_lines(svg, lines);
}

fn importance_of_name(class: ShapeClass) -> u8 {
    match class {
        ShapeClass::CemeteryPath | ShapeClass::Steps => 4,
        ShapeClass::MainRoad => 3,
        ShapeClass::Street => 2,
        _ => 1,
    }
}

fn area_ink(class: ShapeClass) -> &'static str {
    match class {
        ShapeClass::Water | ShapeClass::Stream => "#2f6280",
        ShapeClass::Green | ShapeClass::Wood | ShapeClass::Cemetery | ShapeClass::Sector => "#45593a",
        _ => "#5a544b",
    }
}

/// A round length whose bar is at most a quarter of the sheet, and how to write it.
fn scale_length(sheet: &Sheet) -> (f64, String) {
    let most_m = sheet.width * 0.25 * sheet.metres_per_px;
    let magnitude = 10f64.powf(most_m.max(1.0).log10().floor());
    let factor = [5.0, 2.0, 1.0].into_iter().find(|factor| factor * magnitude <= most_m).unwrap_or(1.0);
    let length_m = factor * magnitude;
    let text = if length_m >= 1000.0 { format!("{:.0} km", length_m / 1000.0) } else { format!("{length_m:.0} m") };
    (length_m / sheet.metres_per_px, text)
}

/// Keeps names away from the scale bar, the north arrow and the attribution.
fn furniture_room(labels: &mut Labels, sheet: &Sheet, drawing: &Drawing) {
    let (bar, _) = scale_length(sheet);
    labels.force_box((0.0, sheet.height - 34.0, bar + 28.0, sheet.height));
    labels.force_box((sheet.width - 34.0, 0.0, sheet.width, 46.0));
    let text = drawing.attribution.chars().count() as f64 * 5.2 + 12.0;
    labels.force_box((sheet.width - text, sheet.height - 18.0, sheet.width, sheet.height));
}

fn draw_furniture(svg: &mut String, sheet: &Sheet, drawing: &Drawing) {
    let (width, height) = (sheet.width, sheet.height);
    let (bar, text) = scale_length(sheet);
    let _ = write!(
        svg,
        r##"<g transform="translate(12 {:.1})"><rect x="-6" y="-20" width="{:.1}" height="26" rx="3" fill="#fff" fill-opacity="0.85"/><path d="M0 -5V0H{bar:.1}V-5" fill="none" stroke="{INK}" stroke-width="1.6"/><text x="{:.1}" y="-6" text-anchor="middle" fill="{INK}">{text}</text></g>"##,
        height - 12.0,
        bar + 12.0,
        bar / 2.0,
    );
    let _ = write!(
        svg,
        r##"<g transform="translate({:.1} 8)"><rect x="-12" y="-3" width="24" height="38" rx="3" fill="#fff" fill-opacity="0.85"/><path d="M0 0L6 16L0 12L-6 16Z" fill="{INK}"/><text x="0" y="30" text-anchor="middle" font-weight="bold" fill="{INK}">N</text></g>"##,
        width - 18.0,
    );
    if !drawing.attribution.is_empty() {
        let text = escape(&drawing.attribution);
        let _ = write!(
            svg,
            r##"<text x="{:.1}" y="{:.1}" text-anchor="end" font-size="9.5" fill="{INK}" stroke="#fff" stroke-width="3" stroke-linejoin="round" paint-order="stroke">{text}</text>"##,
            width - 6.0,
            height - 6.0,
        );
    }
    let _ = write!(
        svg,
        r##"<rect x="0.5" y="0.5" width="{:.1}" height="{:.1}" fill="none" stroke="#bdb5a7"/>"##,
        width - 1.0,
        height - 1.0
    );
}

/// Text for element content and attribute values; control characters, which XML forbids, are left out.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\t' | '\n' => escaped.push(' '),
            c if c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}') => {}
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo_types::{Point, polygon};
    use proptest::prelude::*;

    fn drawing(shapes: Vec<Shape>) -> Drawing {
        Drawing {
            extent: [21.0, 52.0, 21.004, 52.002],
            width_px: 720.0,
            height_px: 540.0,
            title: "Droga do grobu".to_owned(),
            description: "Od bramy <głównej> & dalej".to_owned(),
            lang: "pl".to_owned(),
            accent: "#8a1538".to_owned(),
            attribution: "© OpenStreetMap contributors".to_owned(),
            shapes,
            route: Some(RouteShape::from_course(
                &LineString::from(vec![(21.0, 52.0), (21.001, 52.0), (21.003, 52.001), (21.003, 52.0012)]),
                true,
                true,
                vec![(1, Coord { x: 21.001, y: 52.0 })],
            )),
            gate: Some(Mark { at: Coord { x: 21.001, y: 52.0 }, label: Some("Brama główna".to_owned()) }),
            target: Some(Mark { at: Coord { x: 21.003, y: 52.0012 }, label: Some("B-4-12".to_owned()) }),
            places: vec![(7, Coord { x: 21.002, y: 52.0015 })],
        }
    }

    fn street(name: &str, line: Vec<(f64, f64)>) -> Shape {
        Shape { class: ShapeClass::Street, geometry: LineString::from(line).into(), label: Some(name.to_owned()) }
    }

    #[test]
    fn a_course_is_taken_apart_into_its_legs() {
        let course = LineString::from(vec![(0.0, 0.0), (1.0, 0.0), (2.0, 0.0), (2.0, 1.0)]);
        let xs = |part: &[Coord<f64>]| part.iter().map(|at| (at.x, at.y)).collect::<Vec<_>>();
        let both = RouteShape::from_course(&course, true, true, Vec::new());
        assert_eq!(xs(&both.start_leg), [(0.0, 0.0), (1.0, 0.0)]);
        assert_eq!(xs(&both.line), [(1.0, 0.0), (2.0, 0.0)]);
        assert_eq!(xs(&both.last_leg), [(2.0, 0.0), (2.0, 1.0)]);
        let none = RouteShape::from_course(&course, false, false, Vec::new());
        assert_eq!((none.start_leg.len(), none.line.len(), none.last_leg.len()), (0, 4, 1));
        let only_leg = RouteShape::from_course(&LineString::from(vec![(0.0, 0.0), (1.0, 0.0)]), false, true, vec![]);
        assert_eq!((only_leg.line.len(), only_leg.last_leg.len()), (1, 2));
        let empty = RouteShape::from_course(&LineString::new(vec![]), true, true, vec![]);
        assert_eq!(empty.line.len() + empty.start_leg.len() + empty.last_leg.len(), 0);
    }

    #[test]
    fn texts_are_escaped_and_the_drawing_names_itself() {
        let svg = draw(&drawing(vec![street("<b>\u{1}&'\"", vec![(21.0, 52.0015), (21.004, 52.0015)])]));
        assert!(svg.contains("<title>Droga do grobu</title>"));
        assert!(svg.contains("<desc>Od bramy &lt;głównej&gt; &amp; dalej</desc>"));
        assert!(svg.contains("&lt;b&gt;&amp;&#39;&quot;</text>"));
        assert!(svg.contains("role=\"img\""));
        assert!(svg.contains(">N</text>") && svg.contains("50 m"));
        for mark in ["B-4-12", "Brama główna", ">7</text>", "© OpenStreetMap contributors"] {
            assert!(svg.contains(mark), "{mark}");
        }
    }

    #[test]
    fn a_name_is_written_once_and_never_over_another() {
        let twice = vec![
            street("Lipowa", vec![(21.0, 52.0016), (21.004, 52.0016)]),
            street("Lipowa", vec![(21.0, 52.0018), (21.004, 52.0018)]),
        ];
        assert_eq!(draw(&drawing(twice)).matches(">Lipowa<").count(), 1);
        let same_place = vec![
            street("Lipowa", vec![(21.0015, 52.0016), (21.002, 52.0016)]),
            street("Polna", vec![(21.0015, 52.0016), (21.002, 52.0016)]),
        ];
        let svg = draw(&drawing(same_place));
        assert_eq!(svg.matches(">Lipowa<").count() + svg.matches(">Polna<").count(), 1);
    }

    #[test]
    fn what_lies_outside_is_cut_and_what_is_too_much_left_out() {
        let far = street("Daleka", vec![(30.0, 10.0), (31.0, 11.0)]);
        assert!(!draw(&drawing(vec![far])).contains("Daleka"));
        let wide = polygon![(x: -100.0, y: -80.0), (x: 100.0, y: -80.0), (x: 100.0, y: 80.0), (x: -100.0, y: 80.0)];
        let svg = draw(&drawing(vec![Shape { class: ShapeClass::Green, geometry: wide.into(), label: None }]));
        assert!(svg.contains("-20.0") && !svg.contains("00000"), "cut to the sheet");
        let tree = |i: usize| Shape {
            class: ShapeClass::Tree,
            geometry: Point::new(21.0 + (i % 300) as f64 * 1e-5, 52.0 + (i / 300) as f64 * 1e-5).into(),
            label: None,
        };
        let mut many: Vec<Shape> = (0..MOST_POINTS + 10).map(tree).collect();
        many.push(street("Lipowa", vec![(21.0, 52.0018), (21.004, 52.0018)]));
        let svg = draw(&drawing(many));
        assert!(svg.contains("Lipowa"), "streets are kept before trees");
    }

    proptest! {
        /// Whatever comes, the result is one element without numbers that no browser reads.
        #[test]
        fn any_drawing_is_drawn(
            numbers in proptest::collection::vec(prop_oneof![
                any::<f64>(), -180.0..180.0f64, Just(f64::NAN), Just(f64::INFINITY), 51.99..52.01f64
            ], 10),
            label in ".{0,60}"
        ) {
            let at = |i: usize| Coord { x: numbers[i % 10], y: numbers[(i + 1) % 10] };
            let ring = LineString::new((0..5).map(at).collect());
            let mut drawing = drawing(vec![
                Shape { class: ShapeClass::Green, geometry: Polygon::new(ring.clone(), vec![]).into(), label: Some(label.clone()) },
                Shape { class: ShapeClass::Street, geometry: ring.clone().into(), label: Some(label.clone()) },
                Shape { class: ShapeClass::Grave, geometry: Point::from(at(3)).into(), label: None },
            ]);
            drawing.extent = [numbers[6], numbers[7], numbers[8], numbers[9]];
            (drawing.width_px, drawing.height_px, drawing.title) = (numbers[0], numbers[5], label);
            drawing.route = Some(RouteShape::from_course(&ring, true, true, vec![(1, at(2))]));
            let svg = draw(&drawing);
            prop_assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>"));
            prop_assert!(!svg.contains("=\"NaN") && !svg.contains("=\"inf") && !svg.contains(" NaN") && !svg.contains("LNaN"));
        }
    }
}
