//! Where the thing of a row stands.

use geo::MapCoords;
use geo::coords_iter::CoordsIter;
use geo_types::{Coord, Geometry, LineString, Point, Polygon};

use super::error::RunError;
use super::kind::Shape;
use super::model::{Axes, PositionMapping, SridRule, Within};
use super::numbers;
use super::refusal::Refusal;
use super::source::{Columns, Seen, Source};
use super::systems::{contains, holds, is_degrees, poland, swapped};
use super::wkt;
use crate::table::RowProblem;

/// How a layer's positions are read.
pub(super) struct Position {
    from: From,
    axes: Axes,
    srid: Srid,
    /// Name of the column for reports.
    column: String,
    zero_is_missing: bool,
    within: Option<Within>,
    shape: Shape,
}

enum From {
    Columns { x: Source, y: Source },
    Text(Source),
    Ring(Source),
    Own,
}

enum Srid {
    Fixed(u32),
    Column(Source, String),
    /// As row or layer declare.
    Declared(Option<u32>),
}

/// Where a thing stands, and in which system.
pub(super) struct Placed {
    pub(super) geometry: Geometry<f64>,
    pub(super) srid: u32,
}

impl Position {
    /// Compiles the position of a layer; without `mapping` it is the file's own geometry.
    pub(super) fn new(
        mapping: Option<&PositionMapping>,
        shape: Shape,
        declared: Option<u32>,
        columns: &mut Columns<'_>,
        no_column: &dyn Fn(&str, &Columns<'_>) -> RunError,
    ) -> Result<Self, RunError> {
        let default = PositionMapping::default();
        let mapping = mapping.unwrap_or(&default);
        let mut needed = |name: &str| match columns.find(name) {
            Source::Missing => Err(no_column(name, columns)),
            source => Ok((columns.name(&source, name), source)),
        };
        let (column, from) = if let (Some(x), Some(y)) = (&mapping.x, &mapping.y) {
            let ((x_name, x), (y_name, y)) = (needed(x)?, needed(y)?);
            (format!("{x_name}, {y_name}"), From::Columns { x, y })
        } else if let Some(text) = &mapping.text {
            let (name, source) = needed(text)?;
            (name, From::Text(source))
        } else if let Some(ring) = &mapping.ring {
            let (name, source) = needed(ring)?;
            (name, From::Ring(source))
        } else {
            (String::new(), From::Own)
        };
        let srid = match &mapping.srid {
            Some(SridRule::Fixed(code)) => Srid::Fixed(*code),
            Some(SridRule::Column(name)) => {
                let (name, source) = needed(name)?;
                Srid::Column(source, name)
            }
            None => Srid::Declared(declared),
        };
        let axes = if matches!(from, From::Columns { .. }) { Axes::Xy } else { mapping.axes };
        let within = mapping.within.clone();
        Ok(Self { from, axes, srid, column, zero_is_missing: mapping.zero_is_missing, within, shape })
    }

    /// The place of a row, or why there is none.
    pub(super) fn place(&self, seen: &Seen<'_>, own: Option<Geometry<f64>>) -> Result<Placed, Refusal> {
        let (geometry, named) = self.geometry(seen, own).map_err(|refusal| refusal.about(&self.column))?;
        let srid = self.system(seen, named)?;
        let geometry = self.in_order(geometry, srid);
        self.check(&geometry, srid).map_err(|refusal| refusal.about(&self.column))?;
        Ok(Placed { geometry, srid })
    }

    fn geometry(
        &self,
        seen: &Seen<'_>,
        own: Option<Geometry<f64>>,
    ) -> Result<(Geometry<f64>, Option<u32>), Refusal> {
        match &self.from {
            From::Columns { x, y } => {
                let (x, y) = (x.text(seen), y.text(seen));
                if x.is_empty() && y.is_empty() {
                    return Err(missing(""));
                }
                let number = |text: &str| numbers::parse(text).map(|number| number.value);
                match number(&x).zip(number(&y)) {
                    Some((x, y)) => Ok((Geometry::Point(Point::new(x, y)), None)),
                    None if x.is_empty() || y.is_empty() => Err(missing(&format!("{x}, {y}"))),
                    None => Err(unreadable(&format!("{x}, {y}"))),
                }
            }
            From::Text(source) => from_text(&source.text(seen)),
            From::Ring(source) => {
                let text = source.text(seen);
                if text.is_empty() {
                    return Err(missing(""));
                }
                let ring = ring(&text).ok_or_else(|| unreadable(&text))?;
                Ok((Geometry::Polygon(ring), None))
            }
            From::Own => match own {
                Some(geometry) => Ok((simple(geometry), seen.row.srid)),
                None => Err(self.own_is_missing(seen)),
            },
        }
    }

    /// The file's own geometry is not there: because it is damaged, or because there is none.
    fn own_is_missing(&self, seen: &Seen<'_>) -> Refusal {
        let of_geometry = |problem| matches!(problem, RowProblem::BadGeometry);
        match seen.row.faults.iter().find(|fault| of_geometry(fault.problem)) {
            Some(fault) => unreadable(&fault.found),
            None => missing(""),
        }
    }

    fn system(&self, seen: &Seen<'_>, named: Option<u32>) -> Result<u32, Refusal> {
        let (found, column) = match &self.srid {
            Srid::Fixed(code) => return Ok(*code),
            Srid::Column(source, name) => {
                let text = source.text(seen);
                if let Some(code) = wkt::srid(&text) {
                    return Ok(code);
                }
                (text.into_owned(), name.as_str())
            }
            Srid::Declared(layer) => match named.or(seen.row.srid).or(*layer) {
                Some(code) => return Ok(code),
                None => (String::new(), ""),
            },
        };
        Err(Refusal::new(
            "no_srid",
            &found,
            "kod EPSG układu współrzędnych, np. 2180; plik go nie podaje, więc trzeba go wskazać w odwzorowaniu (srid)",
            "EPSG code of the coordinate system, such as 2180; the file does not say it, so the mapping must (srid)",
        )
        .about(column))
    }

    /// The geometry with easting or longitude first.
    fn in_order(&self, geometry: Geometry<f64>, srid: u32) -> Geometry<f64> {
        let swap = match self.axes {
            Axes::Xy => false,
            Axes::Yx => true,
            Axes::Auto => {
                let first = geometry.coords_iter().next();
                first.is_some_and(|first| swapped(srid, first) == Some(true))
            }
        };
        if swap { geometry.map_coords(|at| Coord { x: at.y, y: at.x }) } else { geometry }
    }

    fn check(&self, geometry: &Geometry<f64>, srid: u32) -> Result<(), Refusal> {
        let fits = match (self.shape, geometry) {
            (Shape::Point, Geometry::Point(_))
            | (Shape::Line, Geometry::LineString(_) | Geometry::MultiLineString(_))
            | (Shape::Area, Geometry::Polygon(_) | Geometry::MultiPolygon(_)) => true,
            (Shape::Any, geometry) => {
                !matches!(geometry, Geometry::MultiPoint(_) | Geometry::GeometryCollection(_))
            }
            _ => false,
        };
        if !fits {
            return Err(wrong_shape(geometry, self.shape));
        }
        let mut zero = self.zero_is_missing;
        let within = match &self.within {
            Some(Within::Named(_)) => poland(srid),
            Some(Within::Box([w, s, e, n])) => {
                Some(geo_types::Rect::new(Coord { x: *w, y: *s }, Coord { x: *e, y: *n }))
            }
            None => None,
        };
        let mut outside = None;
        for at in geometry.coords_iter() {
            if !at.x.is_finite() || !at.y.is_finite() {
                return Err(unreadable(&format!("{} {}", at.x, at.y)));
            }
            zero = zero && at.x == 0.0 && at.y == 0.0;
            let holds = holds(srid, at) && within.is_none_or(|within| contains(&within, at));
            if !holds && outside.is_none() {
                outside = Some(at);
            }
        }
        if zero {
            return Err(Refusal::new(
                "zero_position",
                "0, 0",
                "prawdziwe położenie; 0, 0 oznacza, że go nie znano",
                "a real position; 0, 0 says that it was not known",
            ));
        }
        match outside {
            Some(at) => Err(out_of_range(at, srid, self.within.is_some())),
            None => Ok(()),
        }
    }
}

/// The key of a place: coordinates with two decimals of a metre or seven of a degree.
pub(super) fn key_of(geometry: &Geometry<f64>, srid: u32) -> String {
    let at = match geometry {
        Geometry::Point(point) => point.0,
        other => geo::BoundingRect::bounding_rect(other).map(|rect| rect.center()).unwrap_or_default(),
    };
    if is_degrees(srid) { format!("{:.7}/{:.7}", at.x, at.y) } else { format!("{:.2}/{:.2}", at.x, at.y) }
}

/// A geometry of one part instead of many with one.
fn simple(geometry: Geometry<f64>) -> Geometry<f64> {
    match geometry {
        Geometry::MultiPoint(mut points) if points.0.len() == 1 => {
            points.0.pop().map_or(Geometry::MultiPoint(points), Geometry::Point)
        }
        Geometry::Line(line) => Geometry::LineString(line.into()),
        Geometry::Rect(rect) => Geometry::Polygon(rect.to_polygon()),
        Geometry::Triangle(triangle) => Geometry::Polygon(triangle.to_polygon()),
        other => other,
    }
}

/// A pair of numbers or well-known text.
fn from_text(text: &str) -> Result<(Geometry<f64>, Option<u32>), Refusal> {
    if !text.contains(|c: char| c.is_ascii_digit()) {
        return Err(if text.chars().any(char::is_alphabetic) { unreadable(text) } else { missing(text) });
    }
    if text.contains('(') {
        let read = wkt::parse(text).ok_or_else(|| unreadable(text))?;
        return match read.geometry {
            Some(geometry) => Ok((simple(geometry), read.srid)),
            None => Err(missing(text)),
        };
    }
    match pair(text) {
        Some([x, y]) => Ok((Geometry::Point(Point::new(x, y)), None)),
        None => Err(unreadable(text)),
    }
}

/// Two numbers of one cell: `45.18,5.73`, `45,18; 5,73`, `52.1 21.0`.
pub(super) fn pair(text: &str) -> Option<[f64; 2]> {
    let text =
        text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '(' | ')' | '[' | ']'));
    let number = |text: &str| numbers::parse(text).filter(|n| n.unit.is_none()).map(|n| n.value);
    let two = |first: &str, second: &str| Some([number(first)?, number(second)?]);
    if let Some((first, second)) = text.split_once(';') {
        return two(first, second);
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    if let [first, second] = words.as_slice() {
        return two(first.trim_end_matches(','), second);
    }
    let pieces: Vec<&str> = text.split(',').collect();
    match pieces.as_slice() {
        [first, second] => two(first, second),
        [a, b, c, d] => two(&format!("{a},{b}"), &format!("{c},{d}")),
        _ => None,
    }
}

/// A polygon of a flat list of numbers.
pub(super) fn ring(text: &str) -> Option<Polygon<f64>> {
    let mut numbers = Vec::new();
    for piece in text.split(|c: char| c == ',' || c == ';' || c.is_whitespace()) {
        if !piece.is_empty() {
            numbers.push(piece.parse::<f64>().ok().filter(|number| number.is_finite())?);
        }
    }
    let (pairs, rest) = numbers.as_chunks::<2>();
    if pairs.len() < 3 || !rest.is_empty() {
        return None;
    }
    let line = LineString(pairs.iter().map(|[x, y]| Coord { x: *x, y: *y }).collect());
    let polygon = Polygon::new(line, Vec::new());
    (polygon.exterior().0.len() >= 4).then_some(polygon)
}

fn missing(found: &str) -> Refusal {
    Refusal::new(
        "no_position",
        found,
        "położenie: współrzędne albo punkt wskazany na mapie",
        "a position: coordinates, or a point set on the map",
    )
}

fn unreadable(found: &str) -> Refusal {
    Refusal::new(
        "bad_geometry",
        found,
        "para liczb albo kształt w zapisie WKT, z zamkniętymi obwodami",
        "a pair of numbers, or a shape as well-known text with closed rings",
    )
}

fn wrong_shape(geometry: &Geometry<f64>, shape: Shape) -> Refusal {
    let found = match geometry {
        Geometry::Point(_) => "Point",
        Geometry::MultiPoint(_) => "MultiPoint",
        Geometry::LineString(_) | Geometry::Line(_) => "LineString",
        Geometry::MultiLineString(_) => "MultiLineString",
        Geometry::Polygon(_) | Geometry::Rect(_) | Geometry::Triangle(_) => "Polygon",
        Geometry::MultiPolygon(_) => "MultiPolygon",
        Geometry::GeometryCollection(_) => "GeometryCollection",
    };
    let (pl, en) = match shape {
        Shape::Point => ("jeden punkt", "one point"),
        Shape::Line => ("linia", "a line"),
        Shape::Area => ("obszar", "an area"),
        Shape::Any => ("punkt, linia albo obszar", "a point, a line or an area"),
    };
    Refusal::new("bad_geometry", found, pl, en)
}

fn out_of_range(at: Coord<f64>, srid: u32, bounded: bool) -> Refusal {
    let found = format!("{}, {} (EPSG:{srid})", at.x, at.y);
    let (pl, en) = if bounded {
        (
            "położenie w obszarze podanym w odwzorowaniu (within)",
            "a position in the area that the mapping names (within)",
        )
    } else {
        (
            "położenie, które mieści się w układzie współrzędnych; czy układ i kolejność osi są właściwe?",
            "a position that the coordinate system can hold; are system and order of axes right?",
        )
    };
    Refusal::new("position_out_of_range", &found, pl, en)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs() {
        for text in ["45.18,5.73", "45,18; 5,73", "45,18 5,73", "45,18,5,73", "(45.18, 5.73)", "45.18,5.73\""]
        {
            assert_eq!(pair(text), Some([45.18, 5.73]), "{text}");
        }
        assert_eq!(pair("45.18"), None);
        assert_eq!(pair("1,2,3"), None);
    }

    #[test]
    fn rings() {
        assert_eq!(ring("0,0,4,0,4,4").unwrap().exterior().0.len(), 4);
        assert_eq!(ring("0,0,4,0"), None);
        assert_eq!(ring("0,0,4,0,4,4,1"), None);
        assert_eq!(ring("0,0,4,0,4,NaN"), None);
    }

    #[test]
    fn keys() {
        let point = Geometry::Point(Point::new(21.006_111_04, 52.2));
        assert_eq!(key_of(&point, 4326), "21.0061110/52.2000000");
        assert_eq!(
            key_of(&Geometry::Point(Point::new(564_920.825_3, 245_075.828_1)), 2180),
            "564920.83/245075.83"
        );
    }
}
