//! A map drawn on the server as one SVG text: it prints, it needs no script, and a screen reader hears its
//! title and description.
//!
//! Pure. Shapes come in EPSG:4326 and are drawn in web Mercator. Style is in presentation attributes, so the
//! drawing needs no style sheet and no policy for one; it holds no ids, so several may stand on a page. What
//! lies outside is cut off, what is too much is left out (see [`MOST_POINTS`]): the route, the gate and the
//! target are always drawn. Coordinates that are no numbers are passed over.

mod sheet;
mod style;
#[cfg(test)]
mod tests;

use std::fmt::Write as _;

use geo_types::{Coord, Geometry, LineString};

pub(super) use self::sheet::Px;
use self::{
    sheet::{Part, Placed, Sheet},
    style::{area_style, line_styles},
};
use super::svg_labels::{Labels, LineLabel};

/// Most points of shapes in one drawing; shapes of the less important classes go first.
pub const MOST_POINTS: usize = 60_000;
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
        let part =
            |from: usize, to: usize| points.get(from..to.min(points.len())).unwrap_or_default().to_vec();
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
                Part::Line(line) => {
                    lines.push(LineLabel { name, line, rank: importance_of_name(placed.shape.class) })
                }
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
    let text =
        if length_m >= 1000.0 { format!("{:.0} km", length_m / 1000.0) } else { format!("{length_m:.0} m") };
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
