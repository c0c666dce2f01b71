//! Which rings of a shape are holes, and of what: outer rings run clockwise, holes the other way.

use geo_types::{Coord, Geometry, LineString, MultiPolygon, Polygon};

use super::shp::Fault;

/// Most comparisons of a hole with an edge; beyond it no file is honest.
const COMPARISONS: usize = 200_000_000;

/// Makes areas of rings. Where orientation says nothing sensible, what lies within what decides.
pub(super) fn assemble(mut rings: Vec<LineString<f64>>) -> Result<Option<Geometry<f64>>, Fault> {
    rings.retain(|ring| !ring.0.is_empty());
    for ring in &rings {
        if ring.0.len() < 4 {
            return Err(Fault::bad(format!("a ring with {} positions, of which it needs 4", ring.0.len())));
        }
        if ring.0.first() != ring.0.last() {
            return Err(Fault::bad("a ring that is not closed"));
        }
    }
    if rings.len() <= 1 {
        return Ok(rings.pop().map(|ring| Geometry::Polygon(Polygon::new(ring, Vec::new()))));
    }
    let rings: Vec<Ring> = rings.into_iter().map(Ring::new).collect();
    let mut budget = COMPARISONS;
    let (outer, holes): (Vec<Ring>, Vec<Ring>) = if rings.iter().any(|ring| ring.area < 0.0) {
        rings.into_iter().partition(|ring| ring.area <= 0.0)
    } else {
        by_nesting(rings, &mut budget)?
    };
    let mut polygons: Vec<(Ring, Vec<LineString<f64>>)> =
        outer.into_iter().map(|ring| (ring, Vec::new())).collect();
    let mut alone = Vec::new();
    for hole in holes {
        let mut best: Option<usize> = None;
        for (at, (ring, _)) in polygons.iter().enumerate() {
            let smaller = best.is_none_or(|best| {
                polygons.get(best).is_some_and(|(known, _)| ring.area.abs() < known.area.abs())
            });
            if smaller && ring.holds(&hole, &mut budget)? {
                best = Some(at);
            }
        }
        match best.and_then(|at| polygons.get_mut(at)) {
            Some((_, holes)) => holes.push(hole.line),
            // A hole in nothing is an area that was written the wrong way round.
            None => alone.push(hole),
        }
    }
    polygons.extend(alone.into_iter().map(|ring| (ring, Vec::new())));
    let mut polygons: Vec<Polygon<f64>> =
        polygons.into_iter().map(|(ring, holes)| Polygon::new(ring.line, holes)).collect();
    Ok(Some(if polygons.len() == 1 {
        Geometry::Polygon(polygons.swap_remove(0))
    } else {
        Geometry::MultiPolygon(MultiPolygon(polygons))
    }))
}

struct Ring {
    line: LineString<f64>,
    /// Twice the area; negative of a clockwise one.
    area: f64,
    low: Coord<f64>,
    high: Coord<f64>,
}

impl Ring {
    fn new(line: LineString<f64>) -> Self {
        let (mut low, mut high) = (Coord { x: f64::MAX, y: f64::MAX }, Coord { x: f64::MIN, y: f64::MIN });
        for vertex in &line.0 {
            low = Coord { x: low.x.min(vertex.x), y: low.y.min(vertex.y) };
            high = Coord { x: high.x.max(vertex.x), y: high.y.max(vertex.y) };
        }
        let area = line
            .0
            .windows(2)
            .map(|pair| match pair {
                [a, b] => (a.x - low.x) * (b.y - low.y) - (b.x - low.x) * (a.y - low.y),
                _ => 0.0,
            })
            .sum();
        Self { line, area, low, high }
    }

    /// Whether another ring lies within, told by the first of its vertices that is not on the edge.
    fn holds(&self, other: &Self, budget: &mut usize) -> Result<bool, Fault> {
        let boxed = self.low.x <= other.low.x
            && self.low.y <= other.low.y
            && self.high.x >= other.high.x
            && self.high.y >= other.high.y;
        *budget = budget.saturating_sub(1);
        if !boxed {
            return if *budget == 0 { Err(too_many()) } else { Ok(false) };
        }
        for vertex in &other.line.0 {
            *budget = budget.saturating_sub(self.line.0.len());
            if *budget == 0 {
                return Err(too_many());
            }
            if let Some(inside) = self.inside(*vertex) {
                return Ok(inside);
            }
        }
        Ok(true)
    }

    /// None on the edge.
    fn inside(&self, point: Coord<f64>) -> Option<bool> {
        let mut inside = false;
        for pair in self.line.0.windows(2) {
            let [a, b] = pair else { continue };
            let cross = (b.x - a.x) * (point.y - a.y) - (b.y - a.y) * (point.x - a.x);
            let between = point.x >= a.x.min(b.x)
                && point.x <= a.x.max(b.x)
                && point.y >= a.y.min(b.y)
                && point.y <= a.y.max(b.y);
            if cross == 0.0 && between {
                return None;
            }
            if (a.y > point.y) != (b.y > point.y) && (cross > 0.0) == (b.y > a.y) {
                inside = !inside;
            }
        }
        Some(inside)
    }
}

fn too_many() -> Fault {
    Fault::too_large("an area of too many rings")
}

fn by_nesting(rings: Vec<Ring>, budget: &mut usize) -> Result<(Vec<Ring>, Vec<Ring>), Fault> {
    let mut outer_flags = Vec::with_capacity(rings.len());
    for (at, ring) in rings.iter().enumerate() {
        let mut depth = 0;
        for (other_at, other) in rings.iter().enumerate() {
            if other_at != at && other.area.abs() > ring.area.abs() && other.holds(ring, budget)? {
                depth += 1;
            }
        }
        outer_flags.push(depth % 2 == 0);
    }
    let (mut outer, mut holes) = (Vec::new(), Vec::new());
    for (ring, is_outer) in rings.into_iter().zip(outer_flags) {
        if is_outer { outer.push(ring) } else { holes.push(ring) }
    }
    Ok((outer, holes))
}
