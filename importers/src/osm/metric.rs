//! Lengths, distances and points on areas, in metres on a sphere laid flat around the place.
//!
//! Good to about half a percent over the few kilometres for which it is used: which gate belongs to
//! which cemetery, how much of a path lies inside, at which zoom a lake is worth drawing.

use geo::BoundingRect;
use geo::Contains;
use geo_types::{Coord, LineString, MultiPolygon, Point, Polygon, Rect};

/// Metres in one degree of latitude, on the sphere of mean radius 6,371,008.8 m.
const M_PER_DEGREE: f64 = 111_195.08;

/// Degrees around a place turned into metres from it.
#[derive(Debug, Clone, Copy)]
struct Flat {
    at: Coord<f64>,
    lon_m: f64,
}

impl Flat {
    fn around(at: Coord<f64>) -> Self {
        Self { at, lon_m: M_PER_DEGREE * at.y.to_radians().cos() }
    }

    fn metres(self, coord: Coord<f64>) -> Coord<f64> {
        Coord { x: (coord.x - self.at.x) * self.lon_m, y: (coord.y - self.at.y) * M_PER_DEGREE }
    }
}

/// Distance between two near points in metres.
pub(super) fn distance_m(from: Coord<f64>, to: Coord<f64>) -> f64 {
    let flat = Flat::around(from);
    let step = flat.metres(to);
    step.x.hypot(step.y)
}

/// Area of all polygons less their holes in square metres.
pub(super) fn area_m2(area: &MultiPolygon<f64>) -> f64 {
    area.iter()
        .map(|polygon| {
            let holes: f64 = polygon.interiors().iter().map(ring_area_m2).sum();
            ring_area_m2(polygon.exterior()) - holes
        })
        .sum()
}

fn ring_area_m2(ring: &LineString<f64>) -> f64 {
    let Some(&first) = ring.0.first() else { return 0.0 };
    let flat = Flat::around(first);
    let doubled: f64 = ring
        .lines()
        .map(|side| {
            let (a, b) = (flat.metres(side.start), flat.metres(side.end));
            a.x * b.y - b.x * a.y
        })
        .sum();
    (doubled / 2.0).abs()
}

/// An area with its box, for quick answers.
#[derive(Debug, Clone)]
pub(super) struct Ground {
    /// `source_id` of the element.
    pub(super) source_id: String,
    area: MultiPolygon<f64>,
    bounds: Rect<f64>,
    area_m2: f64,
}

impl Ground {
    pub(super) fn new(source_id: String, area: MultiPolygon<f64>) -> Option<Self> {
        let bounds = area.bounding_rect()?;
        let area_m2 = area_m2(&area);
        Some(Self { source_id, area, bounds, area_m2 })
    }

    pub(super) fn holds(&self, point: Coord<f64>) -> bool {
        self.bounds.contains(&point) && self.area.contains(&Point(point))
    }

    /// Distance to the boundary in metres, or `None` when it is farther than `most_m`.
    pub(super) fn boundary_within_m(&self, point: Coord<f64>, most_m: f64) -> Option<f64> {
        let flat = Flat::around(point);
        let margin = Coord { x: most_m / flat.lon_m.max(1.0), y: most_m / M_PER_DEGREE };
        let (low, high) = (self.bounds.min() - margin, self.bounds.max() + margin);
        if point.x < low.x || point.y < low.y || point.x > high.x || point.y > high.y {
            return None;
        }
        let rings = self
            .area
            .iter()
            .flat_map(|polygon| std::iter::once(polygon.exterior()).chain(polygon.interiors()));
        rings
            .flat_map(LineString::lines)
            .map(|side| to_origin_m(flat.metres(side.start), flat.metres(side.end)))
            .filter(|&distance| distance <= most_m)
            .min_by(f64::total_cmp)
    }

    /// Which part of a line's length lies inside, 0 to 1, sampled every two metres or 1,000 times.
    pub(super) fn share_of(&self, line: &LineString<f64>) -> f64 {
        let apart = line.bounding_rect().is_none_or(|bounds| {
            bounds.min().x > self.bounds.max().x
                || bounds.max().x < self.bounds.min().x
                || bounds.min().y > self.bounds.max().y
                || bounds.max().y < self.bounds.min().y
        });
        if apart {
            return 0.0;
        }
        let total_m: f64 = line.lines().map(|side| distance_m(side.start, side.end)).sum();
        let step_m = (total_m / 1_000.0).max(2.0);
        let inside_m: f64 = line
            .lines()
            .map(|side| {
                let length_m = distance_m(side.start, side.end);
                let pieces = (length_m / step_m).ceil().clamp(1.0, 1_000.0) as u32;
                let middle =
                    |piece: u32| side.start + side.delta() * ((f64::from(piece) + 0.5) / f64::from(pieces));
                let inside = (0..pieces).filter(|&piece| self.holds(middle(piece))).count();
                length_m * inside as f64 / f64::from(pieces)
            })
            .sum();
        if total_m > 0.0 { inside_m / total_m } else { 0.0 }
    }
}

/// Distance of the origin from a segment.
fn to_origin_m(a: Coord<f64>, b: Coord<f64>) -> f64 {
    let step = b - a;
    let length_squared = step.x * step.x + step.y * step.y;
    let along = if length_squared > 0.0 { -(a.x * step.x + a.y * step.y) / length_squared } else { 0.0 };
    let nearest = a + step * along.clamp(0.0, 1.0);
    nearest.x.hypot(nearest.y)
}

/// The smallest of the grounds that hold a point.
pub(super) fn smallest_around(grounds: &[Ground], point: Coord<f64>) -> Option<&Ground> {
    let around = grounds.iter().filter(|ground| ground.holds(point));
    around.min_by(|one, two| one.area_m2.total_cmp(&two.area_m2))
}

/// A point that surely lies on the area: its centre of gravity if that is inside, else the middle of the
/// widest stretch at half height of its largest polygon.
pub(super) fn point_on(area: &MultiPolygon<f64>) -> Option<Coord<f64>> {
    let size = |polygon: &&Polygon<f64>| ring_area_m2(polygon.exterior());
    let largest = area.iter().max_by(|one, two| size(one).total_cmp(&size(two)))?;
    let centre = centre_of(largest.exterior());
    if let Some(centre) = centre.filter(|centre| largest.contains(&Point(*centre))) {
        return Some(centre);
    }
    middle_of_widest(largest).or_else(|| largest.exterior().0.first().copied())
}

fn centre_of(ring: &LineString<f64>) -> Option<Coord<f64>> {
    let &first = ring.0.first()?;
    let (mut sum, mut doubled) = (Coord { x: 0.0, y: 0.0 }, 0.0);
    for side in ring.lines() {
        let (a, b) = (side.start - first, side.end - first);
        let weight = a.x * b.y - b.x * a.y;
        doubled += weight;
        sum = sum + (a + b) * weight;
    }
    let centre = first + sum / (3.0 * doubled);
    (centre.x.is_finite() && centre.y.is_finite()).then_some(centre)
}

fn middle_of_widest(polygon: &Polygon<f64>) -> Option<Coord<f64>> {
    let bounds = polygon.bounding_rect()?;
    let height = f64::midpoint(bounds.min().y, bounds.max().y);
    let rings = std::iter::once(polygon.exterior()).chain(polygon.interiors());
    let mut crossings: Vec<f64> = rings
        .flat_map(LineString::lines)
        .filter(|side| (side.start.y > height) != (side.end.y > height))
        .map(|side| side.start.x + side.dx() * ((height - side.start.y) / side.dy()))
        .collect();
    crossings.sort_by(f64::total_cmp);
    let stretches = crossings.chunks_exact(2).filter_map(|pair| Some((*pair.first()?, *pair.last()?)));
    let (from, to) = stretches.max_by(|one, two| (one.1 - one.0).total_cmp(&(two.1 - two.0)))?;
    Some(Coord { x: f64::midpoint(from, to), y: height })
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo_types::wkt;

    #[test]
    fn a_degree_on_the_equator() {
        let area = MultiPolygon(vec![wkt!(POLYGON((0. 0.,0.001 0.,0.001 0.001,0. 0.001,0. 0.)))]);
        assert!((area_m2(&area) - 111.195_f64.powi(2)).abs() < 1.0);
        assert!((distance_m(Coord { x: 0.0, y: 0.0 }, Coord { x: 0.001, y: 0.0 }) - 111.195).abs() < 0.01);
    }

    #[test]
    fn the_point_on_a_horseshoe_lies_on_the_iron() {
        let shoe = wkt!(POLYGON((0. 0.,6. 0.,6. 10.,4. 10.,4. 2.,2. 2.,2. 10.,0. 10.,0. 0.)));
        let area = MultiPolygon(vec![shoe.clone()]);
        assert!(shoe.contains(&Point(point_on(&area).unwrap())));
    }

    #[test]
    fn half_of_a_path_is_inside() {
        let square = wkt!(POLYGON((0. 0.,0.001 0.,0.001 0.001,0. 0.001,0. 0.)));
        let ground = Ground::new("way/1".into(), MultiPolygon(vec![square])).unwrap();
        let path = wkt!(LINESTRING(-0.0005 0.0005,0.0005 0.0005));
        assert!((ground.share_of(&path) - 0.5).abs() < 0.03);
        let near = ground.boundary_within_m(Coord { x: -0.00001, y: 0.0005 }, 3.0).unwrap();
        assert!((near - 1.112).abs() < 0.01);
        assert!(ground.boundary_within_m(Coord { x: -0.0001, y: 0.0005 }, 3.0).is_none());
    }
}
