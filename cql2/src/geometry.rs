//! Geometries of a filter.

use crate::fault::Message;

/// A position in the axis order of the filter's reference system.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Position {
    /// First axis.
    pub x: f64,
    /// Second axis.
    pub y: f64,
    /// Height.
    pub z: Option<f64>,
}

/// A geometry of a filter.
#[derive(Debug, Clone, PartialEq)]
pub enum Geometry {
    /// A point.
    Point(Position),
    /// A line.
    Line(Vec<Position>),
    /// An area: its outline, then its holes.
    Polygon(Vec<Vec<Position>>),
    /// Points.
    Points(Vec<Position>),
    /// Lines.
    Lines(Vec<Vec<Position>>),
    /// Areas.
    Polygons(Vec<Vec<Vec<Position>>>),
    /// Any of them together.
    Collection(Vec<Geometry>),
}

impl Geometry {
    /// The name in GeoJSON.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Point(_) => "Point",
            Self::Line(_) => "LineString",
            Self::Polygon(_) => "Polygon",
            Self::Points(_) => "MultiPoint",
            Self::Lines(_) => "MultiLineString",
            Self::Polygons(_) => "MultiPolygon",
            Self::Collection(_) => "GeometryCollection",
        }
    }

    /// Calls `see` with every position.
    pub fn positions(&self, see: &mut dyn FnMut(&Position)) {
        match self {
            Self::Point(at) => see(at),
            Self::Line(line) | Self::Points(line) => line.iter().for_each(see),
            Self::Polygon(rings) | Self::Lines(rings) => rings.iter().flatten().for_each(see),
            Self::Polygons(areas) => areas.iter().flatten().flatten().for_each(see),
            Self::Collection(parts) => {
                for part in parts {
                    part.positions(see);
                }
            }
        }
    }

    /// Whether its positions have heights.
    #[must_use]
    pub fn has_heights(&self) -> bool {
        let mut any = false;
        self.positions(&mut |at| any |= at.z.is_some());
        any
    }

    /// Checks what every geometry must fulfil: lines of two or more positions, rings closed, no part missing, heights
    /// everywhere or nowhere.
    pub(crate) fn check(&self) -> Result<(), Message> {
        self.check_parts()?;
        let (mut with, mut without) = (false, false);
        self.positions(&mut |at| if at.z.is_some() { with = true } else { without = true });
        if with && without {
            return Err(Message::new(
                "albo wszystkie pozycje mają wysokość, albo żadna",
                "either all positions have a height or none",
            ));
        }
        Ok(())
    }

    fn check_parts(&self) -> Result<(), Message> {
        let line = |line: &Vec<Position>| {
            let short = || {
                Message::new(
                    "linia potrzebuje co najmniej dwóch pozycji",
                    "a line needs two positions or more",
                )
            };
            if line.len() < 2 { Err(short()) } else { Ok(()) }
        };
        let rings = |rings: &Vec<Vec<Position>>| {
            let good = |ring: &Vec<Position>| {
                ring.len() >= 4
                    && ring.first().zip(ring.last()).is_some_and(|(a, b)| a.x == b.x && a.y == b.y)
            };
            if !rings.is_empty() && rings.iter().all(good) {
                return Ok(());
            }
            Err(Message::new(
                "pierścień wielokąta potrzebuje co najmniej czterech pozycji i kończy się tam, gdzie się zaczął",
                "a ring of a polygon needs four positions or more and ends where it began",
            ))
        };
        let some = |empty: bool| {
            let nothing = || Message::new("geometria nie może być pusta", "a geometry must not be empty");
            if empty { Err(nothing()) } else { Ok(()) }
        };
        match self {
            Self::Point(_) => Ok(()),
            Self::Line(positions) => line(positions),
            Self::Polygon(area) => rings(area),
            Self::Points(points) => some(points.is_empty()),
            Self::Lines(lines) => some(lines.is_empty()).and_then(|()| lines.iter().try_for_each(line)),
            Self::Polygons(areas) => some(areas.is_empty()).and_then(|()| areas.iter().try_for_each(rings)),
            Self::Collection(parts) if parts.iter().any(|part| matches!(part, Self::Collection(_))) => {
                Err(Message::new(
                    "zbiór geometrii nie może zawierać zbioru",
                    "a collection must not hold a collection",
                ))
            }
            Self::Collection(parts) => {
                some(parts.is_empty()).and_then(|()| parts.iter().try_for_each(Self::check_parts))
            }
        }
    }

    /// EWKB in two dimensions (heights are not registered), with the axes swapped if the system has north first.
    pub(crate) fn to_ewkb(&self, srid: i32, north_first: bool) -> Vec<u8> {
        let mut out = Vec::new();
        self.write(&mut out, Some(srid), north_first);
        out
    }

    fn write(&self, out: &mut Vec<u8>, srid: Option<i32>, swap: bool) {
        let code: u32 = match self {
            Self::Point(_) => 1,
            Self::Line(_) => 2,
            Self::Polygon(_) => 3,
            Self::Points(_) => 4,
            Self::Lines(_) => 5,
            Self::Polygons(_) => 6,
            Self::Collection(_) => 7,
        };
        out.push(1);
        match srid {
            Some(srid) => {
                out.extend((code | 0x2000_0000).to_le_bytes());
                out.extend(srid.to_le_bytes());
            }
            None => out.extend(code.to_le_bytes()),
        }
        let count =
            |out: &mut Vec<u8>, of: usize| out.extend(u32::try_from(of).unwrap_or(u32::MAX).to_le_bytes());
        let position = |out: &mut Vec<u8>, at: &Position| {
            let (x, y) = if swap { (at.y, at.x) } else { (at.x, at.y) };
            out.extend(x.to_le_bytes());
            out.extend(y.to_le_bytes());
        };
        let line = |out: &mut Vec<u8>, line: &[Position]| {
            count(out, line.len());
            line.iter().for_each(|at| position(out, at));
        };
        match self {
            Self::Point(at) => position(out, at),
            Self::Line(positions) => line(out, positions),
            Self::Polygon(rings) => {
                count(out, rings.len());
                rings.iter().for_each(|ring| line(out, ring));
            }
            Self::Points(points) => {
                count(out, points.len());
                points.iter().for_each(|at| Self::Point(*at).write(out, None, swap));
            }
            Self::Lines(lines) => {
                count(out, lines.len());
                lines.iter().for_each(|one| Self::Line(one.clone()).write(out, None, swap));
            }
            Self::Polygons(areas) => {
                count(out, areas.len());
                areas.iter().for_each(|area| Self::Polygon(area.clone()).write(out, None, swap));
            }
            Self::Collection(parts) => {
                count(out, parts.len());
                parts.iter().for_each(|part| part.write(out, None, swap));
            }
        }
    }
}
