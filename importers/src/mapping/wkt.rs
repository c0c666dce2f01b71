//! Well-known text, also with `SRID=…;` before it; ordinates beyond the second are left out.

use geo_types::{Coord, Geometry, LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon};

/// A geometry with the system that the text names.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Read {
    /// `None`: EMPTY.
    pub(super) geometry: Option<Geometry<f64>>,
    pub(super) srid: Option<u32>,
}

/// Reads a text; `None` where it is no well-known text.
pub(super) fn parse(text: &str) -> Option<Read> {
    let text = text.trim();
    let (srid, text) = match text.split_once(';') {
        Some((head, rest)) => (Some(srid(head)?), rest.trim_start()),
        None => (None, text),
    };
    let mut scan = Scan { rest: text };
    let name = scan.word().to_ascii_uppercase();
    if !matches!(
        name.as_str(),
        "POINT" | "LINESTRING" | "POLYGON" | "MULTIPOINT" | "MULTILINESTRING" | "MULTIPOLYGON"
    ) {
        return None;
    }
    let mut next = scan.word().to_ascii_uppercase();
    if matches!(next.as_str(), "Z" | "M" | "ZM") {
        next = scan.word().to_ascii_uppercase();
    }
    if next == "EMPTY" {
        return scan.ended().then_some(Read { geometry: None, srid });
    }
    if !next.is_empty() {
        return None;
    }
    let geometry = match name.as_str() {
        "POINT" => Geometry::Point(scan.in_brackets(Scan::position)?.into()),
        "LINESTRING" => Geometry::LineString(scan.line()?),
        "POLYGON" => Geometry::Polygon(scan.polygon()?),
        "MULTIPOINT" => Geometry::MultiPoint(MultiPoint(scan.list(Scan::point_of_many)?)),
        "MULTILINESTRING" => Geometry::MultiLineString(MultiLineString(scan.list(Scan::line)?)),
        _ => Geometry::MultiPolygon(MultiPolygon(scan.list(Scan::polygon)?)),
    };
    scan.ended().then_some(Read { geometry: Some(geometry), srid })
}

/// The code in `SRID=2180`, `EPSG:2180`, `urn:ogc:def:crs:EPSG::2180` or `2180`.
pub(super) fn srid(text: &str) -> Option<u32> {
    let digits = text.trim().rsplit(['=', ':', '/', '#']).next()?.trim();
    digits.parse().ok().filter(|code| (1_000..1_000_000).contains(code))
}

struct Scan<'a> {
    rest: &'a str,
}

impl<'a> Scan<'a> {
    fn word(&mut self) -> &'a str {
        let text = self.rest.trim_start();
        let end = text.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(text.len());
        let (word, rest) = text.split_at_checked(end).unwrap_or(("", text));
        self.rest = rest;
        word
    }

    fn sign(&mut self, sign: char) -> Option<()> {
        self.rest = self.rest.trim_start().strip_prefix(sign)?;
        Some(())
    }

    fn ended(&self) -> bool {
        self.rest.trim().is_empty()
    }

    fn number(&mut self) -> Option<f64> {
        let text = self.rest.trim_start();
        let part = |c: char| c.is_ascii_digit() || matches!(c, '.' | '-' | '+' | 'e' | 'E');
        let end = text.find(|c| !part(c)).unwrap_or(text.len());
        let (number, rest) = text.split_at_checked(end)?;
        self.rest = rest;
        number.parse().ok().filter(|value: &f64| value.is_finite())
    }

    fn position(&mut self) -> Option<Coord<f64>> {
        let coord = Coord { x: self.number()?, y: self.number()? };
        // Height and measure.
        for _ in 0..2 {
            if !self.rest.trim_start().starts_with([',', ')']) {
                self.number()?;
            }
        }
        Some(coord)
    }

    fn in_brackets<T>(&mut self, inner: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        self.sign('(')?;
        let value = inner(self)?;
        self.sign(')')?;
        Some(value)
    }

    fn list<T>(&mut self, mut item: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        self.in_brackets(|scan| {
            let mut items = vec![item(scan)?];
            while scan.sign(',').is_some() {
                items.push(item(scan)?);
            }
            Some(items)
        })
    }

    fn point_of_many(&mut self) -> Option<Point<f64>> {
        let bracketed = self.rest.trim_start().starts_with('(');
        let coord = if bracketed { self.in_brackets(Scan::position)? } else { self.position()? };
        Some(coord.into())
    }

    fn line(&mut self) -> Option<LineString<f64>> {
        let line = LineString(self.list(Scan::position)?);
        (line.0.len() >= 2).then_some(line)
    }

    fn polygon(&mut self) -> Option<Polygon<f64>> {
        let mut rings = self.list(Scan::line)?.into_iter();
        let outer = rings.next()?;
        let polygon = Polygon::new(outer, rings.collect());
        let enough = |ring: &LineString<f64>| ring.0.len() >= 4;
        (enough(polygon.exterior()) && polygon.interiors().iter().all(enough)).then_some(polygon)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts() {
        let point = parse("Point(16.9289 52.4144)").unwrap();
        assert_eq!(point.geometry, Some(Geometry::Point(Point::new(16.9289, 52.4144))));
        let square = parse("SRID=2180;POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0), (1 1,2 1,2 2,1 1))").unwrap();
        assert_eq!(square.srid, Some(2180));
        assert!(
            matches!(square.geometry, Some(Geometry::Polygon(polygon)) if polygon.interiors().len() == 1)
        );
        assert!(matches!(parse("MULTIPOINT ((1 2), 3 4)").unwrap().geometry, Some(Geometry::MultiPoint(_))));
        assert!(matches!(parse("POINT Z (1 2 3)").unwrap().geometry, Some(Geometry::Point(_))));
        assert_eq!(parse("POLYGON EMPTY").unwrap().geometry, None);
        for text in
            ["", "POINT(1)", "POINT(1 2", "POINT(1 nan)", "POLYGON((0 0,1 1))", "CIRCLE(1 2)", "POINT(1 2)x"]
        {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn codes() {
        for text in ["2180", "SRID=2180", "EPSG:2180", "urn:ogc:def:crs:EPSG::2180"] {
            assert_eq!(srid(text), Some(2180), "{text}");
        }
        assert_eq!(srid("abc"), None);
    }
}
