//! Lengths, directions and nearest points on the WGS 84 ellipsoid, for things a town apart.
//!
//! A short line is measured on the plane that touches the ellipsoid at its middle latitude: within a
//! millimetre per kilometre of the geodesic up to 10 km, at a fraction of its cost. Lines over the 180th
//! meridian are not joined.

use geo_types::Coord;

/// Equatorial radius of WGS 84.
const EQUATOR_RADIUS_M: f64 = 6_378_137.0;
/// First eccentricity of WGS 84, squared.
const ECCENTRICITY_SQUARED: f64 = 0.006_694_379_990_141_316;

/// A plane in metres around one place: x to the east, y to the north.
#[derive(Debug, Clone, Copy)]
pub struct Plane {
    origin: Coord<f64>,
    metres_per_lon_deg: f64,
    metres_per_lat_deg: f64,
}

/// The point of a segment nearest to the plane's origin.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Nearest {
    /// How far it is.
    pub distance_m: f64,
    /// Where on the segment, 0 at its beginning and 1 at its end.
    pub fraction: f64,
}

impl Plane {
    /// The plane that touches the ellipsoid at `origin` (degrees).
    #[must_use]
    pub fn at(origin: Coord<f64>) -> Self {
        let (sin, cos) = origin.y.to_radians().sin_cos();
        let w2 = 1.0 - ECCENTRICITY_SQUARED * sin * sin;
        let normal_m = EQUATOR_RADIUS_M / w2.sqrt();
        let meridian_m = normal_m * (1.0 - ECCENTRICITY_SQUARED) / w2;
        Self {
            origin,
            metres_per_lon_deg: (normal_m * cos).to_radians(),
            metres_per_lat_deg: meridian_m.to_radians(),
        }
    }

    /// Degrees to metres from the origin.
    #[must_use]
    pub fn to_m(self, at: Coord<f64>) -> Coord<f64> {
        Coord {
            x: (at.x - self.origin.x) * self.metres_per_lon_deg,
            y: (at.y - self.origin.y) * self.metres_per_lat_deg,
        }
    }

    /// Metres from the origin to degrees.
    #[cfg(test)]
    #[must_use]
    pub fn to_deg(self, at_m: Coord<f64>) -> Coord<f64> {
        let lon = if self.metres_per_lon_deg.abs() < 1e-6 { 0.0 } else { at_m.x / self.metres_per_lon_deg };
        Coord { x: self.origin.x + lon, y: self.origin.y + at_m.y / self.metres_per_lat_deg }
    }

    /// Half the width and height, in degrees, of a box that holds a circle of this radius.
    #[must_use]
    pub fn reach_deg(&self, radius_m: f64) -> Coord<f64> {
        Coord {
            x: (radius_m / self.metres_per_lon_deg.max(1.0)).min(360.0),
            y: radius_m / self.metres_per_lat_deg,
        }
    }

    /// The point of the segment `a`–`b` (degrees) nearest to the origin.
    #[must_use]
    pub fn nearest_on(&self, a: Coord<f64>, b: Coord<f64>) -> Nearest {
        let (a, b) = (self.to_m(a), self.to_m(b));
        let along = Coord { x: b.x - a.x, y: b.y - a.y };
        let square = along.x * along.x + along.y * along.y;
        let fraction =
            if square > 0.0 { (-(a.x * along.x + a.y * along.y) / square).clamp(0.0, 1.0) } else { 0.0 };
        let distance_m = (a.x + fraction * along.x).hypot(a.y + fraction * along.y);
        Nearest { distance_m, fraction }
    }
}

/// Length of the straight line between two points given in degrees.
#[must_use]
pub fn distance_m(a: Coord<f64>, b: Coord<f64>) -> f64 {
    let middle = Coord { x: a.x, y: f64::midpoint(a.y, b.y) };
    let plane = Plane::at(middle);
    ((b.x - a.x) * plane.metres_per_lon_deg).hypot((b.y - a.y) * plane.metres_per_lat_deg)
}

/// Length of a course given in degrees.
#[must_use]
pub fn length_m(line: &[Coord<f64>]) -> f64 {
    line.windows(2).map(|pair| distance_m(pair[0], pair[1])).sum()
}

/// Direction from `a` to `b`: degrees clockwise from north, 0 to 360; `None` when they coincide.
#[must_use]
pub fn bearing_deg(a: Coord<f64>, b: Coord<f64>) -> Option<f64> {
    let d = Plane::at(a).to_m(b);
    (d.x != 0.0 || d.y != 0.0).then(|| d.x.atan2(d.y).to_degrees().rem_euclid(360.0))
}

/// How far one turns from one direction to another: −180 to 180, positive to the right.
#[must_use]
pub fn turn_deg(from_deg: f64, to_deg: f64) -> f64 {
    let turn = (to_deg - from_deg).rem_euclid(360.0);
    if turn > 180.0 { turn - 360.0 } else { turn }
}

/// The place on a course this far from its beginning; its ends when the length is out of range.
#[must_use]
pub fn point_along(line: &[Coord<f64>], along_m: f64) -> Option<Coord<f64>> {
    let mut left_m = along_m;
    for pair in line.windows(2) {
        let segment_m = distance_m(pair[0], pair[1]);
        if left_m <= segment_m && segment_m > 0.0 {
            return Some(between(pair[0], pair[1], (left_m / segment_m).max(0.0)));
        }
        left_m -= segment_m;
    }
    line.last().copied()
}

/// A course on which places are found by their length along it, however long it is.
#[derive(Debug, Clone)]
pub struct Course {
    points: Vec<Coord<f64>>,
    at_m: Vec<f64>,
}

impl Course {
    /// Measures a course.
    #[must_use]
    pub fn new(points: Vec<Coord<f64>>) -> Self {
        let mut at_m = Vec::with_capacity(points.len());
        let mut sum_m = 0.0;
        for (index, point) in points.iter().enumerate() {
            sum_m += index.checked_sub(1).map_or(0.0, |before| distance_m(points[before], *point));
            at_m.push(sum_m);
        }
        Self { points, at_m }
    }

    /// Its last point.
    #[must_use]
    pub fn end(&self) -> Option<Coord<f64>> {
        self.points.last().copied()
    }

    /// The place this far from the beginning; the ends when the length is out of range.
    #[must_use]
    pub fn at(&self, along_m: f64) -> Option<Coord<f64>> {
        let next = self.at_m.partition_point(|at_m| *at_m <= along_m);
        let (Some(before), Some(point)) = (next.checked_sub(1), self.points.get(next)) else {
            return if next == 0 { self.points.first().copied() } else { self.end() };
        };
        let fraction = (along_m - self.at_m[before]) / (self.at_m[next] - self.at_m[before]);
        Some(between(self.points[before], *point, fraction))
    }
}

/// The part of a course between two lengths along it, turned round when `from_m` is the greater.
#[must_use]
pub fn cut(line: &[Coord<f64>], from_m: f64, to_m: f64) -> Vec<Coord<f64>> {
    let (low_m, high_m) = if from_m <= to_m { (from_m, to_m) } else { (to_m, from_m) };
    let mut part: Vec<Coord<f64>> = point_along(line, low_m).into_iter().collect();
    let mut at_m = 0.0;
    for pair in line.windows(2) {
        at_m += distance_m(pair[0], pair[1]);
        if at_m > low_m && at_m < high_m {
            part.push(pair[1]);
        }
    }
    part.extend(point_along(line, high_m));
    part.dedup();
    if from_m > to_m {
        part.reverse();
    }
    part
}

/// The point at a fraction of the way from `a` to `b`.
#[must_use]
pub fn between(a: Coord<f64>, b: Coord<f64>, fraction: f64) -> Coord<f64> {
    Coord { x: a.x + (b.x - a.x) * fraction, y: a.y + (b.y - a.y) * fraction }
}

/// Whether a place is on Earth: finite, longitude within ±180°, latitude within ±90°.
#[must_use]
pub fn is_place(at: Coord<f64>) -> bool {
    at.x.is_finite() && at.y.is_finite() && at.x.abs() <= 180.0 && at.y.abs() <= 90.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::{Distance, Geodesic};
    use geo_types::Point;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_short_line_is_as_long_as_the_geodesic(
            lon in 10.0..25.0f64, lat in 45.0..65.0f64, dx in -0.05..0.05f64, dy in -0.05..0.05f64
        ) {
            let (a, b) = (Coord { x: lon, y: lat }, Coord { x: lon + dx, y: lat + dy });
            let geodesic_m = Geodesic.distance(Point::from(a), Point::from(b));
            prop_assert!((distance_m(a, b) - geodesic_m).abs() <= 0.001 + geodesic_m * 2e-6);
        }

        #[test]
        fn the_parts_of_a_cut_add_up(at in 0.0..1.0f64) {
            let line = [Coord { x: 21.0, y: 52.0 }, Coord { x: 21.001, y: 52.0 }, Coord { x: 21.001, y: 52.001 }];
            let whole_m = length_m(&line);
            let parts_m = length_m(&cut(&line, 0.0, at * whole_m)) + length_m(&cut(&line, whole_m, at * whole_m));
            prop_assert!((parts_m - whole_m).abs() < 1e-4);
        }
    }

    #[test]
    fn directions_go_clockwise_from_north() {
        let at = Coord { x: 21.0, y: 52.0 };
        assert_eq!(bearing_deg(at, at), None);
        assert!((bearing_deg(at, Coord { x: 21.1, y: 52.0 }).unwrap() - 90.0).abs() < 1e-9);
        assert!((turn_deg(350.0, 10.0) - 20.0).abs() < 1e-9);
        assert!((turn_deg(10.0, 350.0) + 20.0).abs() < 1e-9);
    }
}
