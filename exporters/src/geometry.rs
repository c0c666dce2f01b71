//! Geometries as parts, rings and points, and in the two text forms that several formats share.

use std::borrow::Cow;

use geo_types::{Coord, Geometry, LineString, Polygon};

use crate::numbers::push;

/// Geometries that formats know by name: lines, rectangles and triangles of two or four points become the like.
pub(crate) fn plain(geometry: &Geometry<f64>) -> Cow<'_, Geometry<f64>> {
    match geometry {
        Geometry::Line(line) => Cow::Owned(LineString::from(*line).into()),
        Geometry::Rect(rect) => Cow::Owned(rect.to_polygon().into()),
        Geometry::Triangle(triangle) => Cow::Owned(triangle.to_polygon().into()),
        other => Cow::Borrowed(other),
    }
}

/// What people call it.
pub(crate) const fn kind(geometry: &Geometry<f64>) -> &'static str {
    match geometry {
        Geometry::Point(_) => "Point",
        Geometry::Line(_) | Geometry::LineString(_) => "LineString",
        Geometry::Polygon(_) | Geometry::Rect(_) | Geometry::Triangle(_) => "Polygon",
        Geometry::MultiPoint(_) => "MultiPoint",
        Geometry::MultiLineString(_) => "MultiLineString",
        Geometry::MultiPolygon(_) => "MultiPolygon",
        Geometry::GeometryCollection(_) => "GeometryCollection",
    }
}

/// Calls for every vertex.
pub(crate) fn each_coord(geometry: &Geometry<f64>, see: &mut dyn FnMut(Coord<f64>)) {
    let mut polygon = |polygon: &Polygon<f64>| {
        polygon.exterior().coords().copied().for_each(&mut *see);
        polygon.interiors().iter().flat_map(LineString::coords).copied().for_each(&mut *see);
    };
    match geometry {
        Geometry::Point(point) => see(point.0),
        Geometry::LineString(line) => line.coords().copied().for_each(see),
        Geometry::Polygon(area) => polygon(area),
        Geometry::MultiPoint(points) => points.iter().for_each(|point| see(point.0)),
        Geometry::MultiLineString(lines) => lines.iter().flat_map(LineString::coords).copied().for_each(see),
        Geometry::MultiPolygon(areas) => areas.iter().for_each(polygon),
        Geometry::GeometryCollection(parts) => parts.iter().for_each(|part| each_coord(part, see)),
        other => each_coord(&plain(other), see),
    }
}

/// West, south, east and north end; `None` for geometries without points.
pub(crate) fn bounds(geometry: &Geometry<f64>) -> Option<[f64; 4]> {
    let mut bounds: Option<[f64; 4]> = None;
    each_coord(geometry, &mut |Coord { x, y }| {
        bounds = Some(match bounds {
            None => [x, y, x, y],
            Some([west, south, east, north]) => [west.min(x), south.min(y), east.max(x), north.max(y)],
        });
    });
    bounds
}

/// Twice the area within a ring, positive if it runs against the clock.
fn turn(ring: &LineString<f64>) -> f64 {
    let Some(first) = ring.0.first() else { return 0.0 };
    // Relative to a vertex of its own, or northings of millions would eat the digits of small rings.
    ring.lines()
        .map(|line| {
            (line.start.x - first.x) * (line.end.y - first.y)
                - (line.end.x - first.x) * (line.start.y - first.y)
        })
        .sum()
}

/// Vertices of a ring, against the clock or with it.
fn ring(ring: &LineString<f64>, against_clock: bool) -> Box<dyn Iterator<Item = Coord<f64>> + '_> {
    if (turn(ring) < 0.0) == against_clock {
        Box::new(ring.coords().rev().copied())
    } else {
        Box::new(ring.coords().copied())
    }
}

/// Rings of an area, the outer one first and against the clock, holes with it (RFC 7946).
pub(crate) fn rings(area: &Polygon<f64>) -> impl Iterator<Item = Box<dyn Iterator<Item = Coord<f64>> + '_>> {
    std::iter::once(ring(area.exterior(), true)).chain(area.interiors().iter().map(|hole| ring(hole, false)))
}

/// How a text form writes points and the brackets around lists of them.
struct Text<'a> {
    out: &'a mut String,
    decimals: usize,
    json: bool,
}

impl Text<'_> {
    fn bare(&mut self, coord: Coord<f64>) {
        push(self.out, coord.x, self.decimals);
        self.out.push(if self.json { ',' } else { ' ' });
        push(self.out, coord.y, self.decimals);
    }

    fn point(&mut self, coord: Coord<f64>) {
        if self.json {
            self.out.push('[');
        }
        self.bare(coord);
        if self.json {
            self.out.push(']');
        }
    }

    fn list<T>(&mut self, items: impl Iterator<Item = T>, mut write: impl FnMut(&mut Self, T)) {
        self.out.push(if self.json { '[' } else { '(' });
        for (place, item) in items.enumerate() {
            if place > 0 {
                self.out.push(',');
            }
            write(self, item);
        }
        self.out.push(if self.json { ']' } else { ')' });
    }

    fn line(&mut self, line: &LineString<f64>) {
        self.list(line.coords().copied(), Self::point);
    }

    fn area(&mut self, area: &Polygon<f64>) {
        self.list(rings(area), |text, ring| text.list(ring, Text::point));
    }

    /// The part after the type's name.
    fn coordinates(&mut self, geometry: &Geometry<f64>) {
        match geometry {
            Geometry::Point(point) if self.json => self.point(point.0),
            Geometry::Point(point) => self.list(std::iter::once(point.0), Self::point),
            Geometry::LineString(line) => self.line(line),
            Geometry::Polygon(area) => self.area(area),
            Geometry::MultiPoint(points) => self.list(points.iter().map(|point| point.0), Self::point),
            Geometry::MultiLineString(lines) => self.list(lines.iter(), Self::line),
            Geometry::MultiPolygon(areas) => self.list(areas.iter(), Self::area),
            Geometry::GeometryCollection(parts) => self.list(parts.iter(), Self::geometry),
            other => self.coordinates(&plain(other)),
        }
    }

    fn geometry(&mut self, geometry: &Geometry<f64>) {
        let kind = kind(geometry);
        if !self.json {
            self.out.push_str(&kind.to_ascii_uppercase());
            self.out.push(' ');
            return self.coordinates(geometry);
        }
        let member =
            if matches!(geometry, Geometry::GeometryCollection(_)) { "geometries" } else { "coordinates" };
        self.out.push_str(&format!(r#"{{"type":"{kind}","{member}":"#));
        self.coordinates(geometry);
        self.out.push('}');
    }
}

/// Appends the geometry as GeoJSON.
pub(crate) fn push_json(out: &mut String, geometry: &Geometry<f64>, decimals: usize) {
    Text { out, decimals, json: true }.geometry(geometry);
}

/// The geometry as well-known text.
pub(crate) fn wkt(geometry: &Geometry<f64>, decimals: usize) -> String {
    let mut out = String::new();
    Text { out: &mut out, decimals, json: false }.geometry(geometry);
    out
}

/// Appends the geometry as well-known binary, lowest byte first.
pub(crate) fn push_wkb(out: &mut Vec<u8>, geometry: &Geometry<f64>) {
    fn head(out: &mut Vec<u8>, code: u32, count: Option<usize>) {
        out.push(1);
        out.extend(code.to_le_bytes());
        if let Some(count) = count {
            out.extend((count as u32).to_le_bytes());
        }
    }
    fn coords(out: &mut Vec<u8>, coords: impl Iterator<Item = Coord<f64>>) {
        for coord in coords {
            out.extend(coord.x.to_le_bytes());
            out.extend(coord.y.to_le_bytes());
        }
    }
    fn line(out: &mut Vec<u8>, line: &LineString<f64>) {
        head(out, 2, Some(line.0.len()));
        coords(out, line.coords().copied());
    }
    fn area(out: &mut Vec<u8>, area: &Polygon<f64>) {
        head(out, 3, Some(1 + area.interiors().len()));
        let lengths =
            std::iter::once(area.exterior()).chain(area.interiors()).map(|ring| ring.0.len() as u32);
        for (ring, length) in rings(area).zip(lengths) {
            out.extend(length.to_le_bytes());
            coords(out, ring);
        }
    }
    match geometry {
        Geometry::Point(point) => {
            head(out, 1, None);
            coords(out, std::iter::once(point.0));
        }
        Geometry::LineString(one) => line(out, one),
        Geometry::Polygon(one) => area(out, one),
        Geometry::MultiPoint(points) => {
            head(out, 4, Some(points.0.len()));
            points.iter().for_each(|point| push_wkb(out, &Geometry::Point(*point)));
        }
        Geometry::MultiLineString(lines) => {
            head(out, 5, Some(lines.0.len()));
            lines.iter().for_each(|one| line(out, one));
        }
        Geometry::MultiPolygon(areas) => {
            head(out, 6, Some(areas.0.len()));
            areas.iter().for_each(|one| area(out, one));
        }
        Geometry::GeometryCollection(parts) => {
            head(out, 7, Some(parts.len()));
            parts.iter().for_each(|part| push_wkb(out, part));
        }
        other => push_wkb(out, &plain(other)),
    }
}

#[cfg(test)]
mod tests {
    use geo_types::{point, polygon};

    use super::*;

    #[test]
    fn text_forms_and_the_turn_of_rings() {
        let area = polygon!(exterior: [(x: 0., y: 0.), (x: 0., y: 4.), (x: 4., y: 4.), (x: 0., y: 0.)],
            interiors: [[(x: 1., y: 2.), (x: 2., y: 3.), (x: 1., y: 3.), (x: 1., y: 2.)]]);
        let mut json = String::new();
        push_json(&mut json, &area.into(), 3);
        assert_eq!(
            json,
            r#"{"type":"Polygon","coordinates":[[[0,0],[4,4],[0,4],[0,0]],[[1,2],[1,3],[2,3],[1,2]]]}"#
        );
        assert_eq!(wkt(&point!(x: 20.5, y: 52.25).into(), 8), "POINT (20.5 52.25)");
    }
}
