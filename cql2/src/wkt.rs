//! Geometries as well-known text.

use std::fmt::Write;

use crate::{
    fault::ParseError,
    geometry::{Geometry, Position},
    text::Parser,
    tree::Number,
};

impl Parser {
    /// The geometry whose name is the present word; `None` when the name is that of no geometry.
    pub(crate) fn geometry(&mut self, name: &str) -> Result<Option<Geometry>, ParseError> {
        let upper = name.to_ascii_uppercase();
        let known = [
            "POINT",
            "LINESTRING",
            "POLYGON",
            "MULTIPOINT",
            "MULTILINESTRING",
            "MULTIPOLYGON",
            "GEOMETRYCOLLECTION",
        ];
        if !known.contains(&upper.as_str()) {
            return Ok(None);
        }
        self.step();
        if !self.is_mark("(") {
            // The Z of "POINT Z (…)"; that there are heights is seen from the positions.
            self.step();
        }
        self.enter()?;
        let geometry = match upper.as_str() {
            "POINT" => {
                self.need_mark("(")?;
                let at = self.position()?;
                self.need_mark(")")?;
                Geometry::Point(at)
            }
            "LINESTRING" => Geometry::Line(self.line()?),
            "POLYGON" => Geometry::Polygon(self.lines()?),
            "MULTIPOINT" => Geometry::Points(self.many(Self::wrapped_position)?),
            "MULTILINESTRING" => Geometry::Lines(self.lines()?),
            "MULTIPOLYGON" => Geometry::Polygons(self.many(Self::lines)?),
            _ => Geometry::Collection(self.many(Self::part)?),
        };
        self.leave();
        Ok(Some(geometry))
    }

    fn many<T>(&mut self, one: fn(&mut Self) -> Result<T, ParseError>) -> Result<Vec<T>, ParseError> {
        self.need_mark("(")?;
        let mut all = vec![one(self)?];
        while self.take_mark(",") {
            all.push(one(self)?);
        }
        self.need_mark(")")?;
        Ok(all)
    }

    fn line(&mut self) -> Result<Vec<Position>, ParseError> {
        self.many(Self::position)
    }

    fn lines(&mut self) -> Result<Vec<Vec<Position>>, ParseError> {
        self.many(Self::line)
    }

    /// `(1 2)` or, as many write it, `1 2`.
    fn wrapped_position(&mut self) -> Result<Position, ParseError> {
        if !self.take_mark("(") {
            return self.position();
        }
        let at = self.position()?;
        self.need_mark(")")?;
        Ok(at)
    }

    fn part(&mut self) -> Result<Geometry, ParseError> {
        let name = match self.word() {
            crate::lexer::Word::Name(name) => name.clone(),
            _ => String::new(),
        };
        match self.geometry(&name)? {
            Some(geometry) => Ok(geometry),
            None => Err(self.expected("geometrii", "a geometry")),
        }
    }

    fn position(&mut self) -> Result<Position, ParseError> {
        let x = self.signed_number()?.value();
        let y = self.signed_number()?.value();
        let z =
            if self.is_mark(",") || self.is_mark(")") { None } else { Some(self.signed_number()?.value()) };
        Ok(Position { x, y, z })
    }
}

/// Writes well-known text.
pub(crate) fn print(geometry: &Geometry, out: &mut String) {
    out.push_str(&geometry.name().to_uppercase());
    // A collection's parts carry their own mark.
    out.push_str(if geometry.has_heights() && !matches!(geometry, Geometry::Collection(_)) {
        " Z("
    } else {
        "("
    });
    match geometry {
        Geometry::Point(at) => position(at, out),
        Geometry::Line(line) => positions(line, out),
        Geometry::Polygon(rings) | Geometry::Lines(rings) => commas(rings, out, |ring, out| line(ring, out)),
        Geometry::Points(points) => commas(points, out, |at, out| {
            out.push('(');
            position(at, out);
            out.push(')');
        }),
        Geometry::Polygons(areas) => commas(areas, out, |rings, out| {
            out.push('(');
            commas(rings, out, |ring, out| line(ring, out));
            out.push(')');
        }),
        Geometry::Collection(parts) => commas(parts, out, print),
    }
    out.push(')');
}

fn commas<T>(all: &[T], out: &mut String, one: impl Fn(&T, &mut String)) {
    for (i, item) in all.iter().enumerate() {
        if i > 0 {
            out.push_str(", ");
        }
        one(item, out);
    }
}

fn line(positions_of: &[Position], out: &mut String) {
    out.push('(');
    positions(positions_of, out);
    out.push(')');
}

fn positions(all: &[Position], out: &mut String) {
    commas(all, out, position);
}

fn position(at: &Position, out: &mut String) {
    let text = |number: f64| Number::Decimal(number).text();
    let _ = write!(out, "{} {}", text(at.x), text(at.y));
    if let Some(z) = at.z {
        let _ = write!(out, " {}", text(z));
    }
}
