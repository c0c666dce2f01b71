//! Geometries of GeoJSON: coordinates are read once, whether their type comes before or after them.

use std::cell::Cell;
use std::fmt;

use geo_types::{Coord, Geometry, LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon};
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::table::RowProblem;
use crate::table::json::values::Key;

/// A geometry, none, or why there is none.
pub(super) type Outcome = Result<Option<Geometry<f64>>, RowProblem>;

/// Coordinates as they are nested.
#[derive(Debug, Clone)]
pub(super) enum Nested {
    /// A part of a position.
    Number(f64),
    Position(Coord<f64>),
    Many(Vec<Nested>),
    /// No coordinates, or a position with something that is no finite number.
    Bad,
}

/// Reads coordinates while vertices are left.
pub(super) struct Coordinates<'a> {
    pub(super) left: &'a Cell<usize>,
}

impl<'de> DeserializeSeed<'de> for Coordinates<'_> {
    type Value = Nested;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Nested, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Coordinates<'_> {
    type Value = Nested;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("coordinates")
    }

    fn visit_f64<E>(self, number: f64) -> Result<Nested, E> {
        Ok(if number.is_finite() { Nested::Number(number) } else { Nested::Bad })
    }

    fn visit_i64<E>(self, number: i64) -> Result<Nested, E> {
        Ok(Nested::Number(number as f64))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Nested, E> {
        Ok(Nested::Number(number as f64))
    }

    fn visit_unit<E>(self) -> Result<Nested, E> {
        Ok(Nested::Bad)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Nested, E> {
        Ok(Nested::Bad)
    }

    fn visit_str<E>(self, _: &str) -> Result<Nested, E> {
        Ok(Nested::Bad)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Nested, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Nested::Bad)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Nested, A::Error> {
        let left = self.left;
        let first = match list.next_element_seed(Coordinates { left })? {
            None => return Ok(Nested::Many(Vec::new())),
            Some(first) => first,
        };
        if let Nested::Number(x) = first {
            let y = list.next_element_seed(Coordinates { left })?;
            let z = list.next_element_seed(Coordinates { left })?;
            while list.next_element::<IgnoredAny>()?.is_some() {}
            left.set(left.get().saturating_sub(1));
            return Ok(match (y, z) {
                (Some(Nested::Number(y)), None | Some(Nested::Number(_))) => Nested::Position(Coord { x, y }),
                _ => Nested::Bad,
            });
        }
        let mut many = vec![first];
        while left.get() > 0 {
            match list.next_element_seed(Coordinates { left })? {
                Some(next) => many.push(next),
                None => return Ok(Nested::Many(many)),
            }
        }
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Nested::Many(many))
    }
}

/// Reads a geometry while vertices are left.
pub(super) struct Shape<'a> {
    pub(super) left: &'a Cell<usize>,
}

impl<'de> DeserializeSeed<'de> for Shape<'_> {
    type Value = Outcome;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Outcome, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Shape<'_> {
    type Value = Outcome;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a geometry")
    }

    fn visit_unit<E>(self) -> Result<Outcome, E> {
        Ok(Ok(None))
    }

    fn visit_str<E>(self, _: &str) -> Result<Outcome, E> {
        Ok(Err(RowProblem::BadGeometry))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Outcome, A::Error> {
        let mut parts = Parts::default();
        while let Some(key) = map.next_key_seed(Key)? {
            match key.as_ref() {
                "type" => parts.kind = map.next_value_seed(Key)?.into_owned(),
                "coordinates" => parts.coordinates = map.next_value_seed(Coordinates { left: self.left })?,
                "geometries" => parts.members = Some(map.next_value_seed(Shapes { left: self.left })?),
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(if self.left.get() == 0 { Err(RowProblem::TooLarge) } else { parts.outcome() })
    }
}

/// Reads the members of a collection.
pub(super) struct Shapes<'a> {
    pub(super) left: &'a Cell<usize>,
}

impl<'de> DeserializeSeed<'de> for Shapes<'_> {
    type Value = Result<Vec<Geometry<f64>>, RowProblem>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Shapes<'_> {
    type Value = Result<Vec<Geometry<f64>>, RowProblem>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("geometries")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut members = Ok(Vec::new());
        while let Some(next) = list.next_element_seed(Shape { left: self.left })? {
            // Each member costs a vertex at least, so that empty ones have an end as well.
            self.left.set(self.left.get().saturating_sub(1));
            match (next, &mut members) {
                (Ok(Some(member)), Ok(found)) => found.push(member),
                (Err(problem), Ok(_)) => members = Err(problem),
                _ => {}
            }
        }
        Ok(members)
    }
}

/// The members of a geometry object.
pub(super) struct Parts {
    pub(super) kind: String,
    pub(super) coordinates: Nested,
    pub(super) members: Option<Result<Vec<Geometry<f64>>, RowProblem>>,
}

impl Default for Parts {
    fn default() -> Self {
        Self { kind: String::new(), coordinates: Nested::Bad, members: None }
    }
}

impl Parts {
    /// The geometry that they make; one without any coordinates is none.
    pub(super) fn outcome(self) -> Outcome {
        if self.kind == "GeometryCollection" {
            let members = self.members.ok_or(RowProblem::BadGeometry)??;
            return Ok((!members.is_empty()).then(|| Geometry::GeometryCollection(members.into())));
        }
        if matches!(&self.coordinates, Nested::Many(many) if many.is_empty()) && is_known(&self.kind) {
            return Ok(None);
        }
        geometry(&self.kind, self.coordinates).map(Some).ok_or(RowProblem::BadGeometry)
    }
}

fn is_known(kind: &str) -> bool {
    matches!(kind, "Point" | "MultiPoint" | "LineString" | "MultiLineString" | "Polygon" | "MultiPolygon")
}

fn geometry(kind: &str, coordinates: Nested) -> Option<Geometry<f64>> {
    Some(match kind {
        "Point" => Geometry::Point(Point(position(coordinates)?)),
        "MultiPoint" => {
            let points = many(coordinates)?.into_iter().map(|point| position(point).map(Point));
            Geometry::MultiPoint(MultiPoint(points.collect::<Option<_>>()?))
        }
        "LineString" => Geometry::LineString(line(coordinates)?),
        "MultiLineString" => {
            let lines = many(coordinates)?.into_iter().map(line);
            Geometry::MultiLineString(MultiLineString(lines.collect::<Option<_>>()?))
        }
        "Polygon" => Geometry::Polygon(polygon(coordinates)?),
        "MultiPolygon" => {
            let polygons = many(coordinates)?.into_iter().map(polygon);
            Geometry::MultiPolygon(MultiPolygon(polygons.collect::<Option<_>>()?))
        }
        _ => return None,
    })
}

fn position(nested: Nested) -> Option<Coord<f64>> {
    if let Nested::Position(position) = nested { Some(position) } else { None }
}

fn many(nested: Nested) -> Option<Vec<Nested>> {
    if let Nested::Many(many) = nested { Some(many) } else { None }
}

fn positions(nested: Nested) -> Option<LineString<f64>> {
    many(nested)?.into_iter().map(position).collect::<Option<Vec<_>>>().map(LineString)
}

fn line(nested: Nested) -> Option<LineString<f64>> {
    positions(nested).filter(|line| line.0.len() >= 2)
}

fn polygon(nested: Nested) -> Option<Polygon<f64>> {
    let mut rings = many(nested)?.into_iter().map(ring);
    let outer = rings.next()??;
    Some(Polygon::new(outer, rings.collect::<Option<_>>()?))
}

fn ring(nested: Nested) -> Option<LineString<f64>> {
    positions(nested).filter(|ring| ring.0.len() >= 4 && ring.0.first() == ring.0.last())
}
