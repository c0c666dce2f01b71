//! Geometries of GML as simple features.
//!
//! Surfaces of several patches become multipolygons. Arcs become lines, see [`arc`]. A curve or surface that
//! is written in a way not known here is a fault of its row, never left out.

use geo_types::{
    Coord, Geometry, GeometryCollection, LineString, MultiLineString, MultiPoint, MultiPolygon, Point,
    Polygon,
};

use super::super::arc;
use super::super::parts::{line, ring};
use super::crs::Order;
use super::tree::Node;

/// Makes a geometry of an element; the error says what is wrong.
pub(super) struct Shaper {
    /// Order of the coordinates as written.
    pub(super) order: Order,
    /// Farthest that a line may be from the arc that it stands for, in units of the coordinates.
    pub(super) tolerance: f64,
    /// Most vertices that arcs may make.
    pub(super) max_vertices: usize,
}

impl Shaper {
    /// The whole geometry; none of an element without positions, such as an empty collection.
    pub(super) fn geometry(&self, node: &Node) -> Result<Option<Geometry<f64>>, String> {
        let geometry = match node.name.as_str() {
            "Point" => match self.positions(node).first() {
                Some(position) => Geometry::Point(Point(*position)),
                None => return Ok(None),
            },
            "MultiPoint" => Geometry::MultiPoint(MultiPoint(self.points(node))),
            "MultiCurve" | "MultiLineString" => {
                let mut lines = Vec::new();
                self.lines(node, &mut lines)?;
                Geometry::MultiLineString(MultiLineString(lines))
            }
            "LineString" | "Curve" | "OrientableCurve" | "CompositeCurve" | "LinearRing" | "Ring" => {
                Geometry::LineString(line(self.curve(node)?)?)
            }
            "Polygon" => match self.polygon(node)? {
                Some(polygon) => Geometry::Polygon(polygon),
                None => return Ok(None),
            },
            "MultiSurface" | "MultiPolygon" => Geometry::MultiPolygon(MultiPolygon(self.all_polygons(node)?)),
            "MultiGeometry" | "GeometryCollection" => {
                let mut all = Vec::new();
                for member in node.children.iter().flat_map(|member| &member.children) {
                    all.extend(self.geometry(member)?);
                }
                Geometry::GeometryCollection(GeometryCollection(all))
            }
            _ => {
                let mut polygons = self.all_polygons(node)?;
                match polygons.len() {
                    0 => return Ok(None),
                    1 => Geometry::Polygon(polygons.swap_remove(0)),
                    _ => Geometry::MultiPolygon(MultiPolygon(polygons)),
                }
            }
        };
        Ok(if empty(&geometry) { None } else { Some(geometry) })
    }

    fn positions(&self, node: &Node) -> Vec<Coord<f64>> {
        let mut positions: Vec<Coord<f64>> = node
            .positions
            .iter()
            .map(|[first, second]| match self.order {
                Order::EastFirst => Coord { x: *first, y: *second },
                Order::NorthFirst => Coord { x: *second, y: *first },
            })
            .collect();
        if positions.is_empty() {
            // Points of their own, in `pointProperty`, `pointMember` or `pointRep`.
            let points =
                node.children.iter().flat_map(|child| &child.children).filter(|inner| inner.name == "Point");
            positions.extend(points.flat_map(|point| self.positions(point)));
        }
        positions
    }

    fn points(&self, node: &Node) -> Vec<Point<f64>> {
        let members = node.children.iter().flat_map(|member| &member.children);
        members.flat_map(|point| self.positions(point)).map(Point).collect()
    }

    fn lines(&self, node: &Node, lines: &mut Vec<LineString<f64>>) -> Result<(), String> {
        for member in node.children.iter().flat_map(|member| &member.children) {
            if member.name == "MultiCurve" {
                self.lines(member, lines)?;
            } else {
                lines.push(line(self.curve(member)?)?);
            }
        }
        Ok(())
    }

    /// Vertices of any curve.
    fn curve(&self, node: &Node) -> Result<Vec<Coord<f64>>, String> {
        let mut vertices = match node.name.as_str() {
            "LineString" | "LinearRing" | "LineStringSegment" | "GeodesicString" | "Geodesic" => {
                self.positions(node)
            }
            "Arc" | "ArcString" => arc::string(&self.positions(node), self.tolerance, self.max_vertices)?,
            "Circle" => arc::circle(&self.positions(node), self.tolerance, self.max_vertices)?,
            "Curve" | "CompositeCurve" | "Ring" | "OrientableCurve" => {
                let mut joined: Vec<Coord<f64>> = Vec::new();
                for part in node.children.iter().flat_map(|member| &member.children) {
                    let next = self.curve(part)?;
                    let skip = usize::from(joined.last().is_some() && joined.last() == next.first());
                    joined.extend(next.into_iter().skip(skip));
                }
                joined
            }
            other => return Err(format!("a curve of the kind {other} is not read")),
        };
        if vertices.len() > self.max_vertices {
            return Err(format!("more than {} vertices", self.max_vertices));
        }
        if node.reversed {
            vertices.reverse();
        }
        Ok(vertices)
    }

    fn polygon(&self, node: &Node) -> Result<Option<Polygon<f64>>, String> {
        let (mut outer, mut holes) = (None, Vec::new());
        for side in &node.children {
            let Some(first) = side.children.first() else { continue };
            let vertices = self.curve(first)?;
            match side.name.as_str() {
                "exterior" | "outerBoundaryIs" if outer.is_none() && !vertices.is_empty() => {
                    outer = Some(ring(vertices)?);
                }
                "interior" | "innerBoundaryIs" if !vertices.is_empty() => holes.push(ring(vertices)?),
                _ => {}
            }
        }
        match outer {
            Some(outer) => Ok(Some(Polygon::new(outer, holes))),
            None if holes.is_empty() => Ok(None),
            None => Err("holes without an outer ring".into()),
        }
    }

    fn all_polygons(&self, node: &Node) -> Result<Vec<Polygon<f64>>, String> {
        let mut polygons = Vec::new();
        self.collect_polygons(node, &mut polygons)?;
        Ok(polygons)
    }

    fn collect_polygons(&self, node: &Node, into: &mut Vec<Polygon<f64>>) -> Result<(), String> {
        match node.name.as_str() {
            "Polygon" | "PolygonPatch" | "Rectangle" | "Triangle" => {
                into.extend(self.polygon(node)?);
                Ok(())
            }
            "Surface"
            | "OrientableSurface"
            | "CompositeSurface"
            | "PolyhedralSurface"
            | "TriangulatedSurface"
            | "Tin"
            | "MultiSurface"
            | "MultiPolygon" => {
                for part in node.children.iter().flat_map(|member| &member.children) {
                    self.collect_polygons(part, into)?;
                }
                Ok(())
            }
            other => Err(format!("a surface of the kind {other} is not read")),
        }
    }
}

fn empty(geometry: &Geometry<f64>) -> bool {
    match geometry {
        Geometry::LineString(line) => line.0.is_empty(),
        Geometry::MultiPoint(points) => points.0.is_empty(),
        Geometry::MultiLineString(lines) => lines.0.iter().all(|line| line.0.is_empty()),
        Geometry::MultiPolygon(polygons) => polygons.0.is_empty(),
        Geometry::GeometryCollection(all) => all.0.is_empty(),
        _ => false,
    }
}
