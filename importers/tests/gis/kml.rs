//! KML and KMZ written for the purpose, good and hostile.

use std::io::Write;

use geo_types::{Geometry, point};
use importers::table::{Cell, Format, Row, RowProblem};

use crate::{Reading, Scratch, TableError, fails, read, read_with, small_limits};

fn document(inside: &str) -> String {
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>Plan</name>{inside}</Document></kml>"#
    )
}

fn parse(text: &str) -> Result<Reading, TableError> {
    let scratch = Scratch::new();
    read(Format::Kml, &scratch.file("plan.kml", text.as_bytes()))
}

fn only_row(inside: &str) -> Row {
    parse(&document(&format!("<Placemark>{inside}</Placemark>"))).unwrap().rows[0][0].clone()
}

const TREES: &str = r#"<Folder><name>Park</name><Folder><name>Aleja &amp; staw</name>
    <Placemark id="d7"><name>Lipa</name><description><![CDATA[<b>stara</b>]]></description><Style><name>no</name></Style>
      <ExtendedData><Data name="name"><displayName>x</displayName><value>druga</value></Data>
        <SchemaData schemaUrl="\#s"><SimpleData name="obwód">120</SimpleData></SchemaData></ExtendedData>
      <TimeStamp><when>2024-05-01</when></TimeStamp>
      <Point><coordinates> 19.93,50.06,210 </coordinates></Point></Placemark></Folder></Folder>
    <Placemark><name>Bez miejsca</name></Placemark>"#;

#[test]
fn placemarks_of_all_folders_are_one_layer() {
    let reading = parse(&document(TREES)).unwrap();
    let (layer, rows) = reading.layer("plan");
    assert_eq!((layer.srid, layer.rows), (Some(4326), Some(2)));
    assert_eq!(layer.columns, ["folder", "name", "description", "name 2", "obwód", "when"]);
    assert_eq!(rows[0].id.as_deref(), Some("d7"));
    let texts: Vec<Cell> = ["Park / Aleja & staw", "Lipa", "<b>stara</b>", "druga", "120", "2024-05-01"]
        .iter()
        .map(|text| Cell::Text((*text).into()))
        .collect();
    assert_eq!(rows[0].cells, texts);
    assert_eq!(
        (rows[0].geometry.clone(), rows[0].srid),
        (Some(point!(x: 19.93, y: 50.06).into()), Some(4326))
    );
    assert!(rows[1].geometry.is_none() && rows[1].srid.is_none() && rows[1].faults.is_empty());
}

#[test]
fn every_geometry_is_read() {
    let shape = |inside: &str| {
        let row = only_row(inside);
        row.geometry.clone().unwrap_or_else(|| panic!("{:?}", row.faults))
    };
    let line = "<LineString><coordinates>1,2 3,4,5\n 6, 7, 8 9,9</coordinates></LineString>";
    assert!(matches!(shape(line), Geometry::LineString(line) if line.0.len() == 4 && line.0[2].x == 6.0));
    let ring = |side: &str, numbers: &str| {
        format!(
            "<{side}BoundaryIs><LinearRing><coordinates>{numbers}</coordinates></LinearRing></{side}BoundaryIs>"
        )
    };
    let polygon = format!(
        "<Polygon>{}{}</Polygon>",
        ring("outer", "0,0 0,4 4,4 4,0 0,0"),
        ring("inner", "1,1 2,1 2,2 1,1")
    );
    assert!(matches!(shape(&polygon), Geometry::Polygon(polygon) if polygon.interiors().len() == 1));
    let point = "<Point><coordinates>1,2</coordinates></Point>";
    let multi = |inside: &str| format!("<MultiGeometry>{inside}</MultiGeometry>");
    assert!(matches!(shape(&multi(&format!("{point}{point}"))), Geometry::MultiPoint(_)));
    assert!(matches!(shape(&multi(&format!("{line}{line}"))), Geometry::MultiLineString(_)));
    assert!(matches!(shape(&multi(&format!("{polygon}{polygon}"))), Geometry::MultiPolygon(_)));
    assert!(matches!(shape(&multi(&format!("{point}{}", multi(line)))), Geometry::GeometryCollection(_)));
    let track = "<gx:Track xmlns:gx=\"g\"><when>2020</when><gx:coord>1 2 3</gx:coord><gx:coord>4 5 6</gx:coord></gx:Track>";
    assert!(matches!(shape(track), Geometry::LineString(line) if line.0.len() == 2));
}

#[test]
fn bad_geometries_are_faults() {
    for (inside, word) in [
        ("<Point><coordinates>NaN,1</coordinates></Point>", "NaN"),
        ("<Point><coordinates>1,inf</coordinates></Point>", "inf"),
        ("<Point><coordinates>7423907,5547820</coordinates></Point>", "7423907"),
        ("<Point><coordinates>1</coordinates></Point>", "1"),
        ("<Point><coordinates>19,93 50,06</coordinates></Point>", "19,93"),
        ("<Point><coordinates>19,53 50,06</coordinates></Point>", "2 positions"),
        ("<LineString><coordinates>1,2</coordinates></LineString>", "one position"),
        (
            "<Polygon><outerBoundaryIs><LinearRing><coordinates>0,0 1,1 2,1 3,0</coordinates></LinearRing></outerBoundaryIs></Polygon>",
            "closed",
        ),
        ("<Model/>", "model"),
        (
            "<Point><coordinates>1,1</coordinates></Point><Point><coordinates>2,2</coordinates></Point>",
            "second",
        ),
    ] {
        let row = only_row(inside);
        assert_eq!(row.faults[0].problem, RowProblem::BadGeometry, "{inside}");
        assert!(row.faults[0].found.contains(word), "{:?} for {inside}", row.faults);
    }
}

#[test]
fn archives_are_read_and_bombs_refused() {
    let scratch = Scratch::new();
    let archive = |name: &str, content: &[u8]| {
        let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        let options = zip::write::SimpleFileOptions::default();
        writer.start_file("images/other.kml", options).unwrap();
        writer.write_all(b"<kml/>").unwrap();
        writer.start_file(name, options).unwrap();
        writer.write_all(content).unwrap();
        writer.finish().unwrap().into_inner()
    };
    let whole = archive("doc.kml", document(TREES).as_bytes());
    let path = scratch.file("plan.kmz", &whole);
    assert_eq!(read(Format::Kml, &path).unwrap().rows[0].len(), 2);
    let bomb = archive("plan.kml", &vec![b' '; 9 << 20]);
    assert!(bomb.len() < 100_000);
    fails(read_with(Format::Kml, &scratch.file("b.kmz", &bomb), &small_limits()), &["too large", "unpacked"]);
    fails(read(Format::Kml, &scratch.file("c.kmz", &whole[..whole.len() / 2])), &["archive is damaged"]);
    fails(read(Format::Kml, &scratch.file("d.kmz", &archive("a.txt", b"x")[..0])), &["is empty"]);
    let entities = r#"<!DOCTYPE kml [<!ENTITY a "b">]><kml><Placemark><name>&a;</name></Placemark></kml>"#;
    fails(parse(entities), &["entities"]);
    fails(parse(&document(&"<Folder>".repeat(200))), &["nested deeper"]);
    let text = document(TREES);
    for end in 0..text.len() {
        let path = scratch.file("cut.kml", &text.as_bytes()[..end]);
        assert!(read(Format::Kml, &path).is_err(), "cut at {end}");
    }
    let long = document(&format!("<Placemark><name>{}</name></Placemark>", "x".repeat(2_000)));
    let rows =
        read_with(Format::Kml, &scratch.file("long.kml", long.as_bytes()), &small_limits()).unwrap().rows;
    assert_eq!(rows[0][0].faults[0].problem, RowProblem::TooLarge);
}
