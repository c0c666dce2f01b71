//! Geometries of FlatGeobuf.

use flatgeobuf::{Geometry as Written, GeometryType};
use geo_types::{
    Coord, Geometry, GeometryCollection, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon,
};

use super::super::parts::{line, ring};
use super::super::wkb::Fault;

/// Deepest nesting of parts.
const DEPTH: usize = 16;

/// Makes geometries of what is written.
pub(super) struct Shaper {
    /// Vertices that there may still be.
    pub(super) left: usize,
}

impl Shaper {
    /// The geometry; none of an empty one. `of_header` is the kind that the file says for all.
    pub(super) fn geometry(
        &mut self,
        written: &Written<'_>,
        of_header: GeometryType,
        depth: usize,
    ) -> Result<Option<Geometry<f64>>, Fault> {
        if depth > DEPTH {
            return Err(Fault::Bad(format!("geometries nested deeper than {DEPTH} levels")));
        }
        let kind = if of_header == GeometryType::Unknown { written.type_() } else { of_header };
        let found = match kind {
            GeometryType::Point => self.positions(written)?.first().map(|position| Point(*position).into()),
            GeometryType::MultiPoint => {
                let points: Vec<Point<f64>> = self.positions(written)?.into_iter().map(Point).collect();
                (!points.is_empty()).then_some(Geometry::MultiPoint(MultiPoint(points)))
            }
            GeometryType::LineString => {
                let vertices = self.positions(written)?;
                (!vertices.is_empty()).then_some(Geometry::LineString(line(vertices)?))
            }
            GeometryType::MultiLineString => {
                let mut lines = Vec::new();
                for part in self.rings(written)? {
                    lines.push(line(part)?);
                }
                (!lines.is_empty()).then_some(Geometry::MultiLineString(MultiLineString(lines)))
            }
            GeometryType::Polygon | GeometryType::Triangle => self.polygon(written)?.map(Geometry::Polygon),
            GeometryType::MultiPolygon | GeometryType::PolyhedralSurface | GeometryType::TIN => {
                let mut polygons = Vec::new();
                for part in written.parts().iter().flatten() {
                    polygons.extend(self.polygon(&part)?);
                }
                (!polygons.is_empty()).then_some(Geometry::MultiPolygon(MultiPolygon(polygons)))
            }
            GeometryType::GeometryCollection => {
                let mut all = Vec::new();
                for part in written.parts().iter().flatten() {
                    all.extend(self.geometry(&part, GeometryType::Unknown, depth + 1)?);
                }
                (!all.is_empty()).then_some(Geometry::GeometryCollection(GeometryCollection(all)))
            }
            other => {
                return Err(Fault::Bad(format!("a geometry of the kind {}, which is not read", other.0)));
            }
        };
        Ok(found)
    }

    fn positions(&mut self, written: &Written<'_>) -> Result<Vec<Coord<f64>>, Fault> {
        let Some(numbers) = written.xy() else { return Ok(Vec::new()) };
        let count = numbers.len() / 2;
        self.left = self.left.checked_sub(count).ok_or(Fault::TooLarge)?;
        let mut positions = Vec::with_capacity(count);
        for at in 0..count {
            let position = Coord { x: numbers.get(at * 2), y: numbers.get(at * 2 + 1) };
            if !position.x.is_finite() || !position.y.is_finite() {
                return Err(Fault::Bad(format!("{} {}", position.x, position.y)));
            }
            positions.push(position);
        }
        Ok(positions)
    }

    /// Positions cut at the ends that the file says; one piece where it says none.
    fn rings(&mut self, written: &Written<'_>) -> Result<Vec<Vec<Coord<f64>>>, Fault> {
        let positions = self.positions(written)?;
        let Some(ends) = written.ends().filter(|ends| !ends.is_empty()) else {
            return Ok(if positions.is_empty() { Vec::new() } else { vec![positions] });
        };
        let (mut start, mut rings) = (0, Vec::new());
        for end in ends {
            let end = usize::try_from(end).unwrap_or(usize::MAX);
            let own = positions.get(start..end);
            rings.push(own.ok_or_else(|| Fault::Bad("parts that do not follow each other".into()))?.to_vec());
            start = end;
        }
        Ok(rings)
    }

    fn polygon(&mut self, written: &Written<'_>) -> Result<Option<Polygon<f64>>, Fault> {
        let mut rings = Vec::new();
        for own in self.rings(written)? {
            rings.push(ring(own)?);
        }
        let mut rings = rings.into_iter();
        Ok(rings.next().map(|outer| Polygon::new(outer, rings.collect())))
    }
}
