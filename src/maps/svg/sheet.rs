//! Places degrees on the sheet, and cuts off what lies outside.

use geo_types::{Coord, Geometry, LineString, Polygon};

use super::{Drawing, MOST_POINTS, Shape, ShapeClass};

/// Shortest side of what is shown, so that a single grave does not fill the sheet.
const LEAST_SIDE_M: f64 = 80.0;
/// Share of the shorter side that stays free around the extent.
const ROOM: f64 = 0.08;
/// Things are drawn this far beyond the edge, so that no outline shows at it.
const MARGIN_PX: f64 = 20.0;
/// Radius of the sphere of web Mercator.
const SPHERE_RADIUS_M: f64 = 6_378_137.0;

/// A place on the sheet: to the right and down, in pixels.
pub(in crate::maps) type Px = (f64, f64);

/// Places degrees on the sheet.
pub(super) struct Sheet {
    pub(super) width: f64,
    pub(super) height: f64,
    west: f64,
    north: f64,
    px_per_unit: f64,
    pub(super) metres_per_px: f64,
}

/// Web Mercator on the unit sphere, y to the south.
fn mercator(at: Coord<f64>) -> Px {
    let lat = at.y.clamp(-85.051_129, 85.051_129).to_radians();
    (at.x.to_radians(), -(std::f64::consts::FRAC_PI_4 + lat / 2.0).tan().ln())
}

impl Sheet {
    pub(super) fn new(drawing: &Drawing) -> Self {
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
    pub(super) fn place(&self, at: Coord<f64>) -> Option<Px> {
        if !(at.x.abs() <= 180.0 && at.y.abs() <= 90.0) {
            return None;
        }
        let (x, y) = mercator(at);
        let px = ((x - self.west) * self.px_per_unit, (y - self.north) * self.px_per_unit);
        Some(px)
    }

    pub(super) fn places(&self, line: &[Coord<f64>]) -> Vec<Px> {
        line.iter().filter_map(|at| self.place(*at)).collect()
    }

    pub(super) fn sees(&self, at: Px) -> bool {
        (-MARGIN_PX..=self.width + MARGIN_PX).contains(&at.0)
            && (-MARGIN_PX..=self.height + MARGIN_PX).contains(&at.1)
    }

    /// Stroke width of something that is so many metres wide, within what looks right.
    pub(super) fn width_px(&self, width_m: f64, least_px: f64, most_px: f64) -> f64 {
        (width_m / self.metres_per_px).clamp(least_px, most_px)
    }

    /// The shapes that are seen, in drawing order, within the limit of points.
    pub(super) fn place_all<'a>(&self, shapes: &'a [Shape]) -> Vec<Placed<'a>> {
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
            Geometry::Point(point) => {
                parts.extend(self.place(point.0).filter(|at| self.sees(*at)).map(Part::Dot))
            }
            Geometry::MultiPoint(all) => {
                all.iter().for_each(|one| self.place_parts(&Geometry::Point(*one), parts))
            }
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
    pub(super) fn runs(&self, line: &[Coord<f64>]) -> Vec<Vec<Px>> {
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
        let at = |t: f64| {
            if t <= 0.0 {
                a
            } else if t >= 1.0 {
                b
            } else {
                (a.0 + dx * t, a.1 + dy * t)
            }
        };
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
        for side in 0..4 {
            let depth = |p: Px| match side {
                0 => p.0 + MARGIN_PX,
                1 => right - p.0,
                2 => p.1 + MARGIN_PX,
                _ => bottom - p.1,
            };
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
        ShapeClass::Water
        | ShapeClass::Stream
        | ShapeClass::Green
        | ShapeClass::Wood
        | ShapeClass::Square => 7,
        ShapeClass::Sector | ShapeClass::Rail => 6,
        ShapeClass::Building => 5,
        ShapeClass::Grave => 4,
        ShapeClass::Tree => 3,
    }
}

/// A shape with what is seen of it.
pub(super) struct Placed<'a> {
    pub(super) shape: &'a Shape,
    pub(super) parts: Vec<Part>,
}

/// A piece that can be drawn.
pub(super) enum Part {
    Dot(Px),
    Line(Vec<Px>),
    Area(Vec<Vec<Px>>),
}

impl Part {
    /// Number of points.
    fn size(&self) -> usize {
        match self {
            Self::Dot(_) => 1,
            Self::Line(line) => line.len(),
            Self::Area(rings) => rings.iter().map(Vec::len).sum(),
        }
    }
}
