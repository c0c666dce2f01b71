//! Plane geometry in metres: the town is drawn on a flat sheet and projected only when handed over.
//!
//! x points east, y north, the origin is the middle of the market square. Two things that share a
//! point hold the same two floats, so they share the same rounded coordinates after projection.

use geo_types::{Coord, Geometry, LineString, Point, Polygon};
use std::ops::{Add, Mul, Sub};

/// A point or a vector on the sheet, in metres.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pt {
    /// Metres to the east.
    pub x: f64,
    /// Metres to the north.
    pub y: f64,
}

/// Short for [`Pt`].
pub const fn pt(x: f64, y: f64) -> Pt {
    Pt { x, y }
}

impl Add for Pt {
    type Output = Pt;
    fn add(self, o: Pt) -> Pt {
        pt(self.x + o.x, self.y + o.y)
    }
}

impl Sub for Pt {
    type Output = Pt;
    fn sub(self, o: Pt) -> Pt {
        pt(self.x - o.x, self.y - o.y)
    }
}

impl Mul<f64> for Pt {
    type Output = Pt;
    fn mul(self, k: f64) -> Pt {
        pt(self.x * k, self.y * k)
    }
}

impl Pt {
    /// Scalar product.
    pub fn dot(self, o: Pt) -> f64 {
        self.x * o.x + self.y * o.y
    }
    /// Cross product; positive when `o` lies to the left.
    pub fn cross(self, o: Pt) -> f64 {
        self.x * o.y - self.y * o.x
    }
    /// Length in metres.
    pub fn len(self) -> f64 {
        self.dot(self).sqrt()
    }
    /// Same direction, length one; the null vector becomes east.
    pub fn unit(self) -> Pt {
        let l = self.len();
        if l < 1e-9 { pt(1.0, 0.0) } else { self * (1.0 / l) }
    }
    /// Turned left by a right angle.
    pub fn left(self) -> Pt {
        pt(-self.y, self.x)
    }
    /// Unit vector of an angle in radians, counted from east to north.
    pub fn polar(angle: f64) -> Pt {
        pt(angle.cos(), angle.sin())
    }
    /// Angle in radians, counted from east to north.
    pub fn angle(self) -> f64 {
        self.y.atan2(self.x)
    }
    /// The point a fraction `t` of the way to `o`.
    pub fn lerp(self, o: Pt, t: f64) -> Pt {
        self + (o - self) * t
    }
}

/// Distance from a point to a segment in metres, and how far along the segment (0–1) the nearest point lies.
pub fn segment_distance(p: Pt, a: Pt, b: Pt) -> (f64, f64) {
    let d = b - a;
    let l2 = d.dot(d);
    let t = if l2 < 1e-12 { 0.0 } else { ((p - a).dot(d) / l2).clamp(0.0, 1.0) };
    ((a.lerp(b, t) - p).len(), t)
}

/// Distance from a point to a line in metres; infinite for a line without segments.
pub fn line_distance(p: Pt, line: &[Pt]) -> f64 {
    line.windows(2).map(|w| segment_distance(p, w[0], w[1]).0).fold(f64::INFINITY, f64::min)
}

/// Distance from a point to the boundary of a ring in metres.
pub fn ring_distance(p: Pt, ring: &[Pt]) -> f64 {
    sides(ring).map(|(a, b)| segment_distance(p, a, b).0).fold(f64::INFINITY, f64::min)
}

/// The sides of a ring whose last point is not a repetition of the first.
pub fn sides(ring: &[Pt]) -> impl Iterator<Item = (Pt, Pt)> + Clone + '_ {
    ring.iter().copied().zip(ring.iter().copied().cycle().skip(1))
}

/// Length of a line in metres.
pub fn length(line: &[Pt]) -> f64 {
    line.windows(2).map(|w| (w[1] - w[0]).len()).sum()
}

/// The point at a distance along a line, and the direction there.
pub fn along(line: &[Pt], distance_m: f64) -> (Pt, Pt) {
    let mut left = distance_m;
    for w in line.windows(2) {
        let l = (w[1] - w[0]).len();
        if left <= l && l > 0.0 {
            return (w[0].lerp(w[1], left / l), (w[1] - w[0]).unit());
        }
        left -= l;
    }
    match line {
        [.., a, b] => (*b, (*b - *a).unit()),
        [a] => (*a, pt(1.0, 0.0)),
        [] => (pt(0.0, 0.0), pt(1.0, 0.0)),
    }
}

/// Signed area of a ring in square metres, positive when it runs counter-clockwise.
pub fn area(ring: &[Pt]) -> f64 {
    sides(ring).map(|(a, b)| a.cross(b)).sum::<f64>() / 2.0
}

/// Mean of the points.
pub fn middle(points: &[Pt]) -> Pt {
    let sum = points.iter().fold(pt(0.0, 0.0), |s, p| s + *p);
    sum * (1.0 / points.len().max(1) as f64)
}

/// Whether a point lies inside a ring (even-odd).
pub fn contains(ring: &[Pt], p: Pt) -> bool {
    let mut inside = false;
    for (a, b) in sides(ring) {
        if (a.y > p.y) != (b.y > p.y) && p.x < a.x + (p.y - a.y) * (b.x - a.x) / (b.y - a.y) {
            inside = !inside;
        }
    }
    inside
}

/// A point well inside a ring: the middle of the widest stretch on a few scan lines.
pub fn inner_point(ring: &[Pt]) -> Pt {
    let low = ring.iter().map(|p| p.y).fold(f64::INFINITY, f64::min);
    let high = ring.iter().map(|p| p.y).fold(f64::NEG_INFINITY, f64::max);
    let mut best = (0.0, middle(ring));
    for k in 1..8 {
        let y = low + (high - low) * (k as f64 + 0.013) / 8.0;
        let mut xs: Vec<f64> = sides(ring)
            .filter(|(a, b)| (a.y > y) != (b.y > y))
            .map(|(a, b)| a.x + (y - a.y) * (b.x - a.x) / (b.y - a.y))
            .collect();
        xs.sort_by(f64::total_cmp);
        for pair in xs.chunks_exact(2) {
            // A wide stretch near the edge of the ring is worth less than one in its waist.
            let worth = (pair[1] - pair[0]) * (0.3 + (y - low).min(high - y) / (high - low).max(1e-9));
            if worth > best.0 {
                best = (worth, pt((pair[0] + pair[1]) / 2.0, y));
            }
        }
    }
    best.1
}

/// Whether no two sides of a ring meet, or nearly meet, but neighbours at their common corner, and
/// no corner folds back on itself.
pub fn is_simple(ring: &[Pt]) -> bool {
    let n = ring.len();
    let apart = |i: usize, j: usize| {
        let (a, b, c, d) = (ring[i], ring[(i + 1) % n], ring[j], ring[(j + 1) % n]);
        crossing(a, b, c, d).is_none()
            && [
                segment_distance(a, c, d),
                segment_distance(b, c, d),
                segment_distance(c, a, b),
                segment_distance(d, a, b),
            ]
            .iter()
            .all(|(distance_m, _)| *distance_m > 0.05)
    };
    let folds = |i: usize| {
        let (a, p, b) = (ring[(i + n - 1) % n], ring[i], ring[(i + 1) % n]);
        (p - a).unit().dot((b - p).unit()) < -0.9995
    };
    n > 2
        && !(0..n).any(folds)
        && (0..n).all(|i| (i + 2..n).filter(|j| (*j + 1) % n != i).all(|j| apart(i, j)))
}

/// Where two segments meet, as fractions along each; `None` when they do not.
pub fn crossing(a: Pt, b: Pt, c: Pt, d: Pt) -> Option<(f64, f64)> {
    let (r, s) = (b - a, d - c);
    let den = r.cross(s);
    if den.abs() < 1e-9 {
        return None;
    }
    let (t, u) = ((c - a).cross(s) / den, (c - a).cross(r) / den);
    ((-1e-9..=1.0 + 1e-9).contains(&t) && (-1e-9..=1.0 + 1e-9).contains(&u)).then_some((t, u))
}

/// A rectangle around its middle: `w` metres along `dir`, `d` metres across; counter-clockwise.
pub fn rect(middle: Pt, dir: Pt, w: f64, d: f64) -> [Pt; 4] {
    let (a, b) = (dir * (w / 2.0), dir.left() * (d / 2.0));
    [middle - a - b, middle + a - b, middle + a + b, middle - a + b]
}

/// Whether two convex rings overlap (separating axes), each grown by half of `gap_m`.
pub fn overlap(a: &[Pt], b: &[Pt], gap_m: f64) -> bool {
    let apart = |one: &[Pt], two: &[Pt]| {
        sides(one).any(|(p, q)| {
            let n = (q - p).unit().left();
            let (lo1, hi1) = span(one, n);
            let (lo2, hi2) = span(two, n);
            lo1 > hi2 + gap_m || lo2 > hi1 + gap_m
        })
    };
    !apart(a, b) && !apart(b, a)
}

/// Least and greatest extent of points along a direction.
pub fn span(points: &[Pt], dir: Pt) -> (f64, f64) {
    points
        .iter()
        .map(|p| p.dot(dir))
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(v), h.max(v)))
}

/// Rounds the corners of a ring by cutting them twice.
pub fn smooth_ring(ring: &[Pt]) -> Vec<Pt> {
    let once =
        |r: &[Pt]| -> Vec<Pt> { sides(r).flat_map(|(a, b)| [a.lerp(b, 0.25), a.lerp(b, 0.75)]).collect() };
    once(&once(ring))
}

/// A line moved sideways, to the left for a positive distance.
pub fn offset(line: &[Pt], distance_m: f64) -> Vec<Pt> {
    (0..line.len())
        .map(|i| {
            let before = line[i.saturating_sub(1)];
            let after = line[(i + 1).min(line.len() - 1)];
            line[i] + (after - before).unit().left() * distance_m
        })
        .collect()
}

/// Where the sheet lies on the globe.
#[derive(Debug, Clone, Copy)]
pub struct Projection {
    /// Longitude of the origin, degrees.
    pub lon: f64,
    /// Latitude of the origin, degrees.
    pub lat: f64,
}

impl Projection {
    /// Degrees of a point, rounded to 1e-7 (about a centimetre).
    pub fn coord(self, p: Pt) -> Coord<f64> {
        const A: f64 = 6_378_137.0;
        const E2: f64 = 0.006_694_379_990_14;
        let (s0, _) = self.lat.to_radians().sin_cos();
        let meridian = A * (1.0 - E2) / (1.0 - E2 * s0 * s0).powf(1.5);
        let lat = self.lat + (p.y / meridian).to_degrees();
        let (s, c) = lat.to_radians().sin_cos();
        let normal = A / (1.0 - E2 * s * s).sqrt();
        let lon = self.lon + (p.x / (normal * c)).to_degrees();
        let round = |v: f64| (v * 1e7).round() / 1e7;
        Coord { x: round(lon), y: round(lat) }
    }

    /// A point geometry.
    pub fn point(self, p: Pt) -> Geometry<f64> {
        Geometry::Point(Point(self.coord(p)))
    }

    /// A line geometry; points that fall together after rounding are merged.
    pub fn line(self, line: &[Pt]) -> Geometry<f64> {
        let mut coords: Vec<_> = line.iter().map(|p| self.coord(*p)).collect();
        coords.dedup();
        Geometry::LineString(LineString(coords))
    }

    /// A polygon geometry with holes; the rings need not repeat their first point.
    pub fn polygon(self, outer: &[Pt], holes: &[Vec<Pt>]) -> Geometry<f64> {
        let ring = |r: &[Pt]| {
            let mut coords: Vec<_> = r.iter().map(|p| self.coord(*p)).collect();
            coords.dedup();
            LineString(coords)
        };
        Geometry::Polygon(Polygon::new(ring(outer), holes.iter().map(|h| ring(h)).collect()))
    }
}
