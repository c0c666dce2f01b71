//! KML 2.2: a folder of placemarks with typed extended data.

use std::io::{BufWriter, Write};

use geo_types::{Coord, Geometry, LineString, Polygon};

use crate::options::Setup;
use crate::{Column, ColumnType, Row, Value, WriteError, Writer, geometry, numbers, xml};

/// A writer of KML.
pub(crate) struct Kml {
    out: BufWriter<Box<dyn Write + Send>>,
    columns: Vec<Column>,
    own_id: bool,
    name_place: Option<usize>,
    text: String,
}

impl Kml {
    pub(crate) fn start(setup: Setup, out: Box<dyn Write + Send>) -> Result<Self, WriteError> {
        let mut text = String::from(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<kml xmlns=\"http://www.opengis.net/kml/2.2\"><Document id=\"root_doc\">\n",
        );
        xml::element(&mut text, "name", &setup.metadata.title);
        xml::element(&mut text, "description", &setup.metadata.to_text());
        text.push_str("<ExtendedData>");
        for (key, statement) in setup.metadata.statements() {
            data(&mut text, key, &statement);
        }
        text.push_str("</ExtendedData>\n<Schema id=\"schema\" name=\"");
        xml::push(&mut text, &setup.metadata.collection);
        text.push_str("\">");
        let own_id = setup.own_id();
        if own_id {
            text.push_str("<SimpleField name=\"id\" type=\"string\"/>");
        }
        for column in &setup.columns {
            text.push_str("<SimpleField name=\"");
            xml::push(&mut text, &column.name);
            text.push_str(match column.kind {
                ColumnType::Number => "\" type=\"double\">",
                ColumnType::Bool => "\" type=\"bool\">",
                // KML's own int ends at 2,147,483,647.
                ColumnType::Integer => "\" type=\"int\">",
                _ => "\" type=\"string\">",
            });
            xml::element(&mut text, "displayName", &column.title);
            text.push_str("</SimpleField>");
        }
        text.push_str("</Schema>\n<Folder>");
        xml::element(&mut text, "name", &setup.metadata.collection);
        text.push('\n');
        let name_place = setup.name_place();
        let mut out = BufWriter::with_capacity(1 << 16, out);
        out.write_all(text.as_bytes())?;
        Ok(Self { out, columns: setup.columns, own_id, name_place, text })
    }

    fn extended_data(&mut self, row: &Row) {
        self.text.push_str("<ExtendedData><SchemaData schemaUrl=\"#schema\">");
        if self.own_id {
            simple_data(&mut self.text, "id", &row.id);
        }
        for (column, value) in self.columns.iter().zip(&row.values) {
            let value = match value {
                Value::Bool(value) => Some(i32::from(*value).to_string()),
                other => other.to_text(),
            };
            if let Some(value) = value {
                simple_data(&mut self.text, &column.name, &value);
            }
        }
        self.text.push_str("</SchemaData></ExtendedData>");
    }
}

impl Writer for Kml {
    fn row(&mut self, row: Row) -> Result<(), WriteError> {
        self.text.clear();
        self.text.push_str("<Placemark id=\"p-");
        xml::push(&mut self.text, &row.id);
        self.text.push_str("\">");
        if let Some(name) = self.name_place.and_then(|place| row.values.get(place)).and_then(Value::to_text) {
            xml::element(&mut self.text, "name", &name);
        }
        self.extended_data(&row);
        if let Some(geometry) = &row.geometry {
            push_geometry(&mut self.text, geometry);
        }
        self.text.push_str("</Placemark>\n");
        Ok(self.out.write_all(self.text.as_bytes())?)
    }

    fn finish(mut self: Box<Self>) -> Result<(), WriteError> {
        self.out.write_all(b"</Folder></Document></kml>\n")?;
        Ok(self.out.flush()?)
    }
}

fn data(out: &mut String, name: &str, value: &str) {
    out.push_str("<Data name=\"");
    xml::push(out, name);
    out.push_str("\">");
    xml::element(out, "value", value);
    out.push_str("</Data>");
}

fn simple_data(out: &mut String, name: &str, value: &str) {
    out.push_str("<SimpleData name=\"");
    xml::push(out, name);
    out.push_str("\">");
    xml::push(out, value);
    out.push_str("</SimpleData>");
}

fn coordinates(out: &mut String, coords: impl Iterator<Item = Coord<f64>>) {
    out.push_str("<coordinates>");
    for (place, coord) in coords.enumerate() {
        if place > 0 {
            out.push(' ');
        }
        numbers::push(out, coord.x, 8);
        out.push(',');
        numbers::push(out, coord.y, 8);
    }
    out.push_str("</coordinates>");
}

fn push_line(out: &mut String, line: &LineString<f64>) {
    out.push_str("<LineString>");
    coordinates(out, line.coords().copied());
    out.push_str("</LineString>");
}

fn push_area(out: &mut String, area: &Polygon<f64>) {
    out.push_str("<Polygon>");
    for (place, ring) in geometry::rings(area).enumerate() {
        let boundary = if place == 0 { "outerBoundaryIs" } else { "innerBoundaryIs" };
        out.push_str(&format!("<{boundary}><LinearRing>"));
        coordinates(out, ring);
        out.push_str(&format!("</LinearRing></{boundary}>"));
    }
    out.push_str("</Polygon>");
}

fn push_geometry(out: &mut String, geometry: &Geometry<f64>) {
    let many = !matches!(geometry, Geometry::Point(_) | Geometry::LineString(_) | Geometry::Polygon(_));
    if many {
        out.push_str("<MultiGeometry>");
    }
    match &*geometry::plain(geometry) {
        Geometry::Point(point) => {
            out.push_str("<Point>");
            coordinates(out, std::iter::once(point.0));
            out.push_str("</Point>");
        }
        Geometry::LineString(line) => push_line(out, line),
        Geometry::Polygon(area) => push_area(out, area),
        Geometry::MultiPoint(points) => {
            points.iter().for_each(|point| push_geometry(out, &Geometry::Point(*point)));
        }
        Geometry::MultiLineString(lines) => lines.iter().for_each(|line| push_line(out, line)),
        Geometry::MultiPolygon(areas) => areas.iter().for_each(|area| push_area(out, area)),
        Geometry::GeometryCollection(parts) => parts.iter().for_each(|part| push_geometry(out, part)),
        Geometry::Line(_) | Geometry::Rect(_) | Geometry::Triangle(_) => {}
    }
    if many {
        out.push_str("</MultiGeometry>");
    }
}
