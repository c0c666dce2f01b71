//! GPX 1.1: points are waypoints, lines are tracks or routes, areas are tracks along their rings.
//!
//! Values stand in the description for devices, and in `extensions` for programs. Waypoints must come before routes
//! and these before tracks, so what comes later waits in a temporary file.

use std::fs::File;
use std::io::{BufWriter, Write};

use geo_types::{Coord, Geometry, LineString, Polygon};

use crate::options::{GpxLines, Setup};
use crate::{Column, Row, Value, WriteError, Writer, geometry, numbers, scratch, xml};

/// A writer of GPX.
pub(crate) struct Gpx {
    out: BufWriter<Box<dyn Write + Send>>,
    later: BufWriter<File>,
    columns: Vec<Column>,
    tags: Vec<String>,
    name_place: Option<usize>,
    lines: GpxLines,
    text: String,
}

impl Gpx {
    pub(crate) fn start(setup: Setup, out: Box<dyn Write + Send>) -> Result<Self, WriteError> {
        let mut text = String::from(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<gpx version=\"1.1\" creator=\"Reeve\" xmlns=\"http://www.topografix.com/GPX/1/1\" xmlns:reeve=\"urn:reeve:attributes\">\n<metadata>",
        );
        let metadata = &setup.metadata;
        xml::element(&mut text, "name", &metadata.title);
        xml::element(&mut text, "desc", &metadata.to_text());
        text.push_str("<copyright author=\"");
        xml::push(&mut text, &metadata.attribution);
        text.push_str("\">");
        if let Some(licence) = &metadata.licence_url {
            xml::element(&mut text, "license", licence);
        }
        text.push_str("</copyright>");
        if let Some(address) = &metadata.address {
            text.push_str("<link href=\"");
            xml::push(&mut text, address);
            text.push_str("\"/>");
        }
        xml::element(&mut text, "time", &metadata.date);
        text.push_str("</metadata>\n");
        let mut out = BufWriter::with_capacity(1 << 16, out);
        out.write_all(text.as_bytes())?;
        let temporary = setup.options.temporary.as_deref();
        Ok(Self {
            out,
            later: BufWriter::with_capacity(1 << 16, scratch::file(temporary)?),
            tags: setup.columns.iter().map(|column| xml::name(&column.name)).collect(),
            name_place: setup.name_place(),
            lines: setup.options.gpx_lines,
            columns: setup.columns,
            text,
        })
    }

    /// Name, description and extensions of a row.
    fn about(&self, row: &Row) -> String {
        let mut out = String::new();
        if let Some(name) = self.name_place.and_then(|place| row.values.get(place)).and_then(Value::to_text) {
            xml::element(&mut out, "name", &name);
        }
        let (mut words, mut extensions) = (String::new(), String::new());
        xml::element(&mut extensions, "reeve:id", &row.id);
        for ((column, tag), value) in self.columns.iter().zip(&self.tags).zip(&row.values) {
            let Some(text) = value.to_text() else { continue };
            xml::element(&mut extensions, &format!("reeve:{tag}"), &text);
            if !column.hidden {
                words.push_str(&format!("{}: {}\n", column.title, column.label(&text)));
            }
        }
        if !words.is_empty() {
            xml::element(&mut out, "desc", words.trim_end());
        }
        out.push_str("<extensions>");
        out.push_str(&extensions);
        out.push_str("</extensions>");
        out
    }

    fn write(&mut self, about: &str, geometry: &Geometry<f64>) -> Result<(), WriteError> {
        match &*geometry::plain(geometry) {
            Geometry::Point(point) => self.waypoint(about, point.0),
            Geometry::LineString(line) => self.way(about, &mut std::iter::once(line)),
            Geometry::MultiLineString(lines) => self.way(about, &mut lines.iter()),
            Geometry::Polygon(area) => self.way(about, &mut area_rings(area)),
            Geometry::MultiPolygon(areas) => self.way(about, &mut areas.iter().flat_map(area_rings)),
            Geometry::MultiPoint(points) => points.iter().try_for_each(|point| self.waypoint(about, point.0)),
            Geometry::GeometryCollection(parts) => parts.iter().try_for_each(|part| self.write(about, part)),
            Geometry::Line(_) | Geometry::Rect(_) | Geometry::Triangle(_) => Ok(()),
        }
    }

    fn waypoint(&mut self, about: &str, at: Coord<f64>) -> Result<(), WriteError> {
        self.text.clear();
        place(&mut self.text, "wpt", at);
        self.text.push_str(about);
        self.text.push_str("</wpt>\n");
        Ok(self.out.write_all(self.text.as_bytes())?)
    }

    /// A track with a segment for each line, or a route for each line.
    fn way(
        &mut self,
        about: &str,
        lines: &mut dyn Iterator<Item = &LineString<f64>>,
    ) -> Result<(), WriteError> {
        self.text.clear();
        if self.lines == GpxLines::Tracks {
            self.text.push_str("<trk>");
            self.text.push_str(about);
        }
        for line in lines {
            let (start, point, end) = match self.lines {
                GpxLines::Tracks => ("<trkseg>", "trkpt", "</trkseg>"),
                GpxLines::Routes => ("<rte>", "rtept", "</rte>\n"),
            };
            self.text.push_str(start);
            if self.lines == GpxLines::Routes {
                self.text.push_str(about);
            }
            for coord in line.coords() {
                place(&mut self.text, point, *coord);
                self.text.push_str(&format!("</{point}>"));
            }
            self.text.push_str(end);
        }
        if self.lines == GpxLines::Tracks {
            self.text.push_str("</trk>\n");
        }
        Ok(self.later.write_all(self.text.as_bytes())?)
    }
}

/// Rings of an area.
fn area_rings(area: &Polygon<f64>) -> impl Iterator<Item = &LineString<f64>> {
    std::iter::once(area.exterior()).chain(area.interiors())
}

/// The beginning of an element with a place.
fn place(out: &mut String, name: &str, at: Coord<f64>) {
    out.push_str(&format!("<{name} lat=\""));
    numbers::push(out, at.y, 8);
    out.push_str("\" lon=\"");
    numbers::push(out, at.x, 8);
    out.push_str("\">");
}

impl Writer for Gpx {
    fn row(&mut self, row: Row) -> Result<(), WriteError> {
        let Some(geometry) = &row.geometry else { return Ok(()) };
        let about = self.about(&row);
        self.write(&about, geometry)
    }

    fn finish(mut self: Box<Self>) -> Result<(), WriteError> {
        scratch::copy(&mut scratch::reread(self.later)?, &mut self.out)?;
        self.out.write_all(b"</gpx>\n")?;
        Ok(self.out.flush()?)
    }
}
