//! Geometries as well-known binary, of ISO and of PostGIS; heights and measures are dropped.

use geo_types::{
    Coord, Geometry, GeometryCollection, LineString, MultiLineString, MultiPoint, MultiPolygon, Point,
    Polygon,
};

use super::arc;
use super::faults::shortened;
use super::parts::{line, ring};
use super::{Limits, RowFault, RowProblem};

/// Deepest nesting of collections.
const DEPTH: usize = 16;

/// What is wrong with a geometry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fault {
    TooLarge,
    Bad(String),
}

impl From<String> for Fault {
    fn from(found: String) -> Self {
        Self::Bad(found)
    }
}

impl Fault {
    /// As a fault of a row.
    pub(super) fn of_row(self, column: Option<&str>) -> RowFault {
        let (problem, found) = match self {
            Self::TooLarge => (RowProblem::TooLarge, "too many vertices".to_owned()),
            Self::Bad(found) => (RowProblem::BadGeometry, found),
        };
        RowFault { column: column.map(str::to_owned), found: shortened(&found), problem }
    }
}

/// Reads a geometry; none of an empty one. Arcs become lines within `tolerance`.
pub(super) fn parse(bytes: &[u8], limits: &Limits, tolerance: f64) -> Result<Option<Geometry<f64>>, Fault> {
    let mut input = Input { bytes, vertices_left: limits.vertices, tolerance, most: limits.vertices };
    input.geometry(0)
}

struct Input<'b> {
    bytes: &'b [u8],
    vertices_left: usize,
    tolerance: f64,
    most: usize,
}

/// Head of a geometry.
struct Head {
    little: bool,
    kind: u32,
    numbers: usize,
}

impl Input<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], Fault> {
        match self.bytes.split_first_chunk::<N>() {
            Some((taken, rest)) => {
                self.bytes = rest;
                Ok(*taken)
            }
            None => Err(Fault::Bad("a geometry that is cut off".into())),
        }
    }

    fn integer(&mut self, little: bool) -> Result<u32, Fault> {
        let bytes = self.take()?;
        Ok(if little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) })
    }

    fn double(&mut self, little: bool) -> Result<f64, Fault> {
        let bytes = self.take()?;
        Ok(if little { f64::from_le_bytes(bytes) } else { f64::from_be_bytes(bytes) })
    }

    fn head(&mut self) -> Result<Head, Fault> {
        let [order] = self.take()?;
        let little = match order {
            0 => false,
            1 => true,
            other => return Err(Fault::Bad(format!("a geometry with the byte order {other}"))),
        };
        let whole = self.integer(little)?;
        let plain = whole & 0x0fff_ffff;
        let (has_z, has_m) = (whole & 0x8000_0000 != 0, whole & 0x4000_0000 != 0);
        if whole & 0x2000_0000 != 0 {
            self.integer(little)?;
        }
        let more = match plain / 1_000 {
            0 => usize::from(has_z) + usize::from(has_m),
            1 | 2 => 1,
            3 => 2,
            _ => return Err(Fault::Bad(format!("a geometry of the unknown kind {plain}"))),
        };
        Ok(Head { little, kind: plain % 1_000, numbers: 2 + more })
    }

    /// A number of parts that take at least `bytes` each, which must be there.
    fn count(&mut self, little: bool, bytes: usize) -> Result<usize, Fault> {
        let count = usize::try_from(self.integer(little)?).unwrap_or(usize::MAX);
        match count.checked_mul(bytes) {
            Some(needed) if needed <= self.bytes.len() => Ok(count),
            _ => Err(Fault::Bad(format!("a geometry that says {count} parts and has not as many"))),
        }
    }

    fn position(&mut self, head: &Head) -> Result<Coord<f64>, Fault> {
        let (x, y) = (self.double(head.little)?, self.double(head.little)?);
        for _ in 2..head.numbers {
            self.double(head.little)?;
        }
        Ok(Coord { x, y })
    }

    fn positions(&mut self, head: &Head) -> Result<Vec<Coord<f64>>, Fault> {
        let count = self.count(head.little, head.numbers * 8)?;
        self.vertices_left = self.vertices_left.checked_sub(count).ok_or(Fault::TooLarge)?;
        let mut all = Vec::with_capacity(count);
        for _ in 0..count {
            let position = self.position(head)?;
            if !position.x.is_finite() || !position.y.is_finite() {
                return Err(Fault::Bad(format!("{} {}", position.x, position.y)));
            }
            all.push(position);
        }
        Ok(all)
    }

    fn polygon(&mut self, head: &Head) -> Result<Option<Polygon<f64>>, Fault> {
        let mut rings = Vec::new();
        for _ in 0..self.count(head.little, 4)? {
            rings.push(ring(self.positions(head)?)?);
        }
        Ok(polygon_of(rings))
    }

    fn geometry(&mut self, depth: usize) -> Result<Option<Geometry<f64>>, Fault> {
        if depth > DEPTH {
            return Err(Fault::Bad(format!("geometries nested deeper than {DEPTH} levels")));
        }
        let head = self.head()?;
        Ok(match head.kind {
            1 => {
                let position = self.position(&head)?;
                if position.x.is_nan() && position.y.is_nan() {
                    return Ok(None);
                }
                if !position.x.is_finite() || !position.y.is_finite() {
                    return Err(Fault::Bad(format!("{} {}", position.x, position.y)));
                }
                self.vertices_left = self.vertices_left.checked_sub(1).ok_or(Fault::TooLarge)?;
                Some(Geometry::Point(Point(position)))
            }
            2 | 8 => {
                let mut vertices = self.positions(&head)?;
                if head.kind == 8 && !vertices.is_empty() {
                    vertices = arc::string(&vertices, self.tolerance, self.most)?;
                }
                (!vertices.is_empty()).then_some(Geometry::LineString(line(vertices)?))
            }
            3 | 17 => self.polygon(&head)?.map(Geometry::Polygon),
            4..=7 | 9..=12 | 15 | 16 => {
                let mut parts = Vec::new();
                // The shortest part is a head with a number.
                for _ in 0..self.count(head.little, 9)? {
                    parts.extend(self.geometry(depth + 1)?);
                }
                self.together(head.kind, parts)?
            }
            other => return Err(Fault::Bad(format!("a geometry of the unknown kind {other}"))),
        })
    }

    fn together(&self, kind: u32, parts: Vec<Geometry<f64>>) -> Result<Option<Geometry<f64>>, Fault> {
        if parts.is_empty() {
            return Ok(None);
        }
        Ok(Some(match kind {
            4 => Geometry::MultiPoint(MultiPoint(each(parts, "point", |part| match part {
                Geometry::Point(point) => vec![point],
                _ => Vec::new(),
            })?)),
            9 => {
                let lines = lines(parts)?;
                let mut joined: Vec<Coord<f64>> = Vec::new();
                for part in lines {
                    let skip = usize::from(!joined.is_empty() && joined.last() == part.0.first());
                    joined.extend(part.0.into_iter().skip(skip));
                }
                Geometry::LineString(line(joined)?)
            }
            10 => {
                let mut rings = Vec::new();
                for part in lines(parts)? {
                    rings.push(ring(part.0)?);
                }
                match polygon_of(rings) {
                    Some(polygon) => Geometry::Polygon(polygon),
                    None => return Ok(None),
                }
            }
            5 | 11 => Geometry::MultiLineString(MultiLineString(lines(parts)?)),
            6 | 12 | 15 | 16 => {
                Geometry::MultiPolygon(MultiPolygon(each(parts, "polygon", |part| match part {
                    Geometry::Polygon(polygon) => vec![polygon],
                    _ => Vec::new(),
                })?))
            }
            _ => Geometry::GeometryCollection(GeometryCollection(parts)),
        }))
    }
}

fn lines(parts: Vec<Geometry<f64>>) -> Result<Vec<LineString<f64>>, Fault> {
    each(parts, "line", |part| match part {
        Geometry::LineString(line) => vec![line],
        _ => Vec::new(),
    })
}

fn each<T>(
    parts: Vec<Geometry<f64>>,
    what: &str,
    take: impl Fn(Geometry<f64>) -> Vec<T>,
) -> Result<Vec<T>, Fault> {
    let count = parts.len();
    let taken: Vec<T> = parts.into_iter().flat_map(take).collect();
    if taken.len() == count { Ok(taken) } else { Err(Fault::Bad(format!("a part that is no {what}"))) }
}

fn polygon_of(rings: Vec<LineString<f64>>) -> Option<Polygon<f64>> {
    let mut rings = rings.into_iter();
    rings.next().map(|outer| Polygon::new(outer, rings.collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(text: &str) -> Vec<u8> {
        let digits: Vec<u32> = text.chars().filter_map(|letter| letter.to_digit(16)).collect();
        digits.chunks(2).map(|pair| (pair[0] * 16 + pair[1]) as u8).collect()
    }

    fn read(text: &str) -> Result<Option<Geometry<f64>>, Fault> {
        parse(&hex(text), &Limits::default(), 0.005)
    }

    const ONE: &str = "000000000000f03f";
    const TWO: &str = "0000000000000040";

    #[test]
    fn points_are_read_in_every_dialect() {
        let point = Some(Geometry::Point(Point::new(1.0, 2.0)));
        assert_eq!(read(&format!("01 01000000 {ONE}{TWO}")).unwrap(), point);
        assert_eq!(read("00 00000001 3ff0000000000000 4000000000000000").unwrap(), point);
        assert_eq!(read(&format!("01 e9030000 {ONE}{TWO}{ONE}")).unwrap(), point);
        assert_eq!(read(&format!("01 b90b0000 {ONE}{TWO}{ONE}{ONE}")).unwrap(), point);
        assert_eq!(read(&format!("01 010000a0 84080000 {ONE}{TWO}{ONE}")).unwrap(), point);
        assert_eq!(read("01 01000000 000000000000f87f 000000000000f87f").unwrap(), None);
        assert!(read(&format!("01 01000000 {ONE} 000000000000f07f")).is_err());
    }

    #[test]
    fn lies_about_counts_are_refused_before_anything_is_reserved() {
        for kind in ["02", "03", "04", "05", "06", "07", "08", "09", "0a", "0b", "0c", "0f"] {
            assert!(read(&format!("01 {kind}000000 ffffffff")).is_err(), "{kind}");
            assert_eq!(read(&format!("01 {kind}000000 00000000")).unwrap(), None, "{kind}");
        }
        let deep = "01 07000000 01000000".repeat(20);
        assert!(matches!(read(&deep), Err(Fault::Bad(found)) if found.contains("nested")));
        let line = format!("01 02000000 02000000 {ONE}{TWO}{TWO}{ONE}");
        let whole = hex(&line);
        for end in 0..whole.len() {
            assert!(parse(&whole[..end], &Limits::default(), 1.0).is_err());
        }
        let few = Limits { vertices: 1, ..Limits::default() };
        assert_eq!(parse(&whole, &few, 1.0), Err(Fault::TooLarge));
    }
}
