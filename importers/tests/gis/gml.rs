//! GML written for the purpose: every way to write a geometry, a property, a system; and hostile documents.

use std::fmt::Write;

use geo::Area;
use geo_types::{Geometry, point};
use importers::table::{AxisNote, Cell, Format, Row, RowProblem};

use crate::{Reading, Scratch, TableError, fails, read, read_with, small_limits};

const HEAD: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<gml:FeatureCollection xmlns:gml="http://www.opengis.net/gml/3.2" xmlns:a="urn:a" xmlns:xlink="http://www.w3.org/1999/xlink">"#;

fn document(inside: &str) -> String {
    format!("{HEAD}{inside}</gml:FeatureCollection>")
}

/// Features `a:T` with these insides.
fn features(insides: &[&str]) -> String {
    let mut members = String::new();
    for inside in insides {
        write!(members, "<gml:featureMember><a:T>{inside}</a:T></gml:featureMember>").unwrap();
    }
    document(&members)
}

fn parse(text: &str) -> Result<Reading, TableError> {
    let scratch = Scratch::new();
    read(Format::Gml, &scratch.file("test.gml", text.as_bytes()))
}

fn only_row(geometry: &str) -> Row {
    let reading = parse(&features(&[&format!("<a:g>{geometry}</a:g>")])).unwrap();
    reading.rows[0][0].clone()
}

fn shape(geometry: &str) -> Geometry<f64> {
    let row = only_row(geometry);
    row.geometry.unwrap_or_else(|| panic!("{:?}", row.faults))
}

fn fault(geometry: &str) -> (RowProblem, String) {
    let row = only_row(geometry);
    assert!(row.geometry.is_none());
    (row.faults[0].problem, row.faults[0].found.clone())
}

const SQUARE: &str = "<gml:LinearRing><gml:posList>0 0 0 4 4 4 4 0 0 0</gml:posList></gml:LinearRing>";
const HOLE: &str = "<gml:LinearRing><gml:posList>1 1 2 1 2 2 1 2 1 1</gml:posList></gml:LinearRing>";

#[test]
fn every_simple_geometry_is_read() {
    assert_eq!(shape("<gml:Point><gml:pos>1 2</gml:pos></gml:Point>"), point!(x: 1.0, y: 2.0).into());
    assert_eq!(shape("<Point><coordinates>1,2</coordinates></Point>"), point!(x: 1.0, y: 2.0).into());
    let signs = r#"<Point><coordinates decimal="," cs=" " ts=";">1,5 2,5</coordinates></Point>"#;
    assert_eq!(shape(signs), point!(x: 1.5, y: 2.5).into());
    assert_eq!(shape("<Point><coord><X>1</X><Y>2</Y></coord></Point>"), point!(x: 1.0, y: 2.0).into());
    let line = Geometry::LineString(vec![(1.0, 2.0), (3.0, 4.0)].into());
    for written in [
        "<gml:LineString><gml:posList>1 2 3\n\t4</gml:posList></gml:LineString>",
        "<gml:LineString><gml:pos>1 2</gml:pos><gml:pos>3 4</gml:pos></gml:LineString>",
        "<LineString><coordinates>1,2 3,4</coordinates></LineString>",
        "<LineString><coordinates>1,2,9\n3,4,9</coordinates></LineString>",
        "<LineString><coord><X>1</X><Y>2</Y></coord><coord><X>3</X><Y>4</Y></coord></LineString>",
        r#"<LineString srsDimension="3"><posList>1 2 9 3 4 9</posList></LineString>"#,
        r#"<LineString><posList srsDimension="3">1 2 9 3 4 9</posList></LineString>"#,
        "<LineString><pointProperty><Point><pos>1 2</pos></Point></pointProperty><pointProperty><Point><pos>3 4</pos></Point></pointProperty></LineString>",
        "<Curve><segments><LineStringSegment><posList>1 2 3 4</posList></LineStringSegment></segments></Curve>",
        r#"<OrientableCurve orientation="-"><baseCurve><LineString><posList>3 4 1 2</posList></LineString></baseCurve></OrientableCurve>"#,
    ] {
        assert_eq!(shape(written), line, "{written}");
    }
    // Nine numbers are no pairs, but three positions with heights.
    assert!(matches!(shape("<LineString><posList>1 2 9 3 4 9 5 6 9</posList></LineString>"),
        Geometry::LineString(line) if line.0.len() == 3));
    let two = "<LineString><posList>1 2 3 4</posList></LineString>";
    assert!(
        matches!(shape(&format!("<MultiCurve><curveMember>{two}</curveMember><curveMembers>{two}{two}</curveMembers></MultiCurve>")),
        Geometry::MultiLineString(lines) if lines.0.len() == 3)
    );
    assert!(
        matches!(shape(&format!("<CompositeCurve><curveMember>{two}</curveMember><curveMember><LineString><posList>3 4 5 5</posList></LineString></curveMember></CompositeCurve>")),
        Geometry::LineString(line) if line.0.len() == 3)
    );
    let points = "<MultiPoint><pointMember><Point><pos>1 2</pos></Point></pointMember><pointMembers><Point><pos>3 4</pos></Point><Point><pos>5 6</pos></Point></pointMembers></MultiPoint>";
    assert!(matches!(shape(points), Geometry::MultiPoint(points) if points.0.len() == 3));
}

#[test]
fn every_area_is_read() {
    let polygon = format!(
        "<gml:Polygon><gml:exterior>{SQUARE}</gml:exterior><gml:interior>{HOLE}</gml:interior></gml:Polygon>"
    );
    let Geometry::Polygon(with_hole) = shape(&polygon) else { panic!("no polygon") };
    assert_eq!((with_hole.unsigned_area(), with_hole.interiors().len()), (15.0, 1));
    let old = "<Polygon><outerBoundaryIs><LinearRing><coordinates>0,0 0,4 4,4 4,0 0,0</coordinates></LinearRing></outerBoundaryIs></Polygon>";
    assert_eq!(shape(old).unsigned_area(), 16.0);
    let patch = format!("<PolygonPatch><exterior>{SQUARE}</exterior></PolygonPatch>");
    let surface = format!("<Surface><patches>{patch}</patches></Surface>");
    assert!(matches!(shape(&surface), Geometry::Polygon(_)));
    let multi = format!(
        "<MultiSurface><surfaceMember>{surface}</surfaceMember><surfaceMember>{polygon}</surfaceMember><surfaceMember>\
         <CompositeSurface><surfaceMember>{polygon}</surfaceMember></CompositeSurface></surfaceMember></MultiSurface>"
    );
    assert!(matches!(shape(&multi), Geometry::MultiPolygon(parts) if parts.0.len() == 3));
    let ring = "<Polygon><exterior><Ring><curveMember><LineString><posList>0 0 0 4 4 4</posList></LineString></curveMember>\
                <curveMember><LineString><posList>4 4 4 0 0 0</posList></LineString></curveMember></Ring></exterior></Polygon>";
    assert_eq!(shape(ring).unsigned_area(), 16.0);
    let round = "<Polygon><exterior><Ring><curveMember><Curve><segments><Circle><posList>10 0 0 10 -10 0</posList></Circle></segments></Curve></curveMember></Ring></exterior></Polygon>";
    assert!((shape(round).unsigned_area() - 314.159).abs() < 0.3);
    let arcs = "<Curve><segments><ArcString><posList>0 0 1 1 2 0 3 -1 4 0</posList></ArcString><LineStringSegment><posList>4 0 9 0</posList></LineStringSegment></segments></Curve>";
    assert!(
        matches!(shape(arcs), Geometry::LineString(line) if line.0.len() > 20 && line.0.last().unwrap().x == 9.0)
    );
}

#[test]
fn what_cannot_be_read_of_a_geometry_is_a_fault_of_its_row() {
    let bad = |text: &str, word: &str| {
        let (problem, found) = fault(text);
        assert_eq!(problem, RowProblem::BadGeometry);
        assert!(found.contains(word), "{found:?} for {text}");
    };
    bad("<Point><pos>1 NaN</pos></Point>", "NaN");
    bad("<Point><pos>1 inf</pos></Point>", "inf");
    bad("<Point><pos>1</pos></Point>", "1");
    bad("<Point><pos>x y</pos></Point>", "x");
    bad("<LineString><posList>1 2</posList></LineString>", "one position");
    bad("<LineString><posList>1 2 3 4 5</posList></LineString>", "5 numbers");
    bad(
        "<Polygon><exterior><LinearRing><posList>0 0 1 1 0 0</posList></LinearRing></exterior></Polygon>",
        "3 positions",
    );
    bad(
        "<Polygon><exterior><LinearRing><posList>0 0 1 1 0 1 1 0</posList></LinearRing></exterior></Polygon>",
        "closed",
    );
    bad("<Curve><segments><Clothoid/></segments></Curve>", "Clothoid");
    bad("<Curve><segments><Arc><posList>0 0 1 1</posList></Arc></segments></Curve>", "an arc");
    let many = "1 1 ".repeat(1_001);
    let scratch = Scratch::new();
    let text = features(&[&format!("<a:g><LineString><posList>{many}</posList></LineString></a:g>")]);
    let reading = read_with(Format::Gml, &scratch.file("a.gml", text.as_bytes()), &small_limits()).unwrap();
    assert_eq!(reading.rows[0][0].faults[0].problem, RowProblem::TooLarge);
    assert!(reading.rows[0][0].geometry.is_none());
    // Empty ones are no fault.
    for empty in ["<Point/>", "<MultiSurface/>", "<Polygon/>", "<LineString/>", "<MultiGeometry/>"] {
        let row = only_row(empty);
        assert!(row.geometry.is_none() && row.faults.is_empty(), "{empty}: {:?}", row.faults);
    }
}

#[test]
fn properties_become_columns() {
    let text = features(&[
        r##"<a:name> Lipa &amp; brzoza </a:name><a:use><a:Use><a:code>R</a:code><a:cls>V</a:cls></a:Use></a:use><a:use><a:Use><a:code>Ł</a:code></a:Use></a:use>
           <a:area uom="ha">0.5</a:area><a:owner xlink:href="#id.7"/><a:none/><a:flat><a:in>x</a:in></a:flat>"##,
        "<a:name><![CDATA[<b>]]></a:name><a:extra>1</a:extra><a:none xsi:nil=\"true\"/>",
    ]);
    let reading = parse(&text).unwrap();
    assert_eq!(
        reading.only().0.columns,
        ["name", "use.code", "use.cls", "area.uom", "area", "owner.href", "none", "flat.in", "extra"]
    );
    let cell = |row, column| reading.cell("T", row, column);
    let text = |text: &str| Cell::Text(text.into());
    assert_eq!(cell(0, "name"), text("Lipa & brzoza"));
    assert_eq!(cell(0, "use.code"), Cell::List(vec![text("R"), text("Ł")]));
    // The class belongs to the first use; the list says so.
    assert_eq!(cell(0, "use.cls"), Cell::List(vec![text("V"), Cell::Empty]));
    assert_eq!((cell(0, "area"), cell(0, "area.uom")), (text("0.5"), text("ha")));
    assert_eq!(cell(0, "owner.href"), text("id.7"));
    assert_eq!(cell(0, "none"), Cell::Empty);
    assert_eq!(cell(0, "flat.in"), text("x"));
    assert_eq!(cell(1, "name"), text("<b>"));
    assert_eq!(cell(1, "extra"), text("1"));
}

#[test]
fn systems_are_inherited_and_axes_follow_name_and_values() {
    let point =
        |srs: &str, pos: &str| format!("<a:g><gml:Point{srs}><gml:pos>{pos}</gml:pos></gml:Point></a:g>");
    let one = |before: &str, inside: &str| {
        let text = document(&format!("{before}<gml:featureMembers><a:T>{inside}</a:T></gml:featureMembers>"));
        let reading = parse(&text).unwrap();
        let (layer, rows) = reading.only();
        let Some(Geometry::Point(point)) = rows[0].geometry else { panic!("no point") };
        (layer.srid, layer.axis, point.x_y())
    };
    let named = |name: &str| format!(" srsName=\"{name}\"");
    let bounds = "<gml:boundedBy><gml:Envelope srsName=\"urn:ogc:def:crs:EPSG::2178\"><gml:lowerCorner>1 1</gml:lowerCorner></gml:Envelope></gml:boundedBy>";
    let krakow = (7_423_907.46, 5_547_820.2);
    let declared = Some(AxisNote::Declared);
    let swapped = Some(AxisNote::SwappedByValues);
    assert_eq!(one(bounds, &point("", "5547820.20 7423907.46")), (Some(2178), declared, krakow));
    assert_eq!(one(bounds, &point("", "7423907.46 5547820.20")), (Some(2178), swapped, krakow));
    assert_eq!(
        one("", &format!("{bounds}{}", point("", "5547820.20 7423907.46"))),
        (Some(2178), declared, krakow)
    );
    let own = point(&named("EPSG:2180"), "567061.35 244243.40");
    assert_eq!(one(bounds, &own), (Some(2180), Some(AxisNote::Unknown), (567_061.35, 244_243.4)));
    let authority = point(&named("http://www.opengis.net/def/crs/EPSG/0/2180"), "244243.40 567061.35");
    assert_eq!(one("", &authority), (Some(2180), declared, (567_061.35, 244_243.4)));
    let crs84 = point(&named("urn:ogc:def:crs:OGC:1.3:CRS84"), "19.93 50.06");
    assert_eq!(one("", &crs84), (Some(4326), declared, (19.93, 50.06)));
    let lied = point(&named("urn:ogc:def:crs:OGC:1.3:CRS84"), "50.06 19.93");
    assert_eq!(one("", &lied), (Some(4326), swapped, (19.93, 50.06)));
    // No name at all: the values still tell.
    assert_eq!(one("", &point("", "5547820.20 7423907.46")), (None, declared, krakow));
    assert_eq!(one("", &point("", "3 4")), (None, Some(AxisNote::Unknown), (3.0, 4.0)));
    let inner = r#"<a:g><gml:MultiPoint><gml:pointMember><gml:Point srsName="EPSG:4326"><gml:pos>50.06 19.93</gml:pos></gml:Point></gml:pointMember></gml:MultiPoint></a:g>"#;
    let reading = parse(&features(&[inner])).unwrap();
    assert_eq!(reading.only().1[0].srid, Some(4326));
}

#[test]
fn the_area_is_taken_of_features_that_also_have_a_point() {
    let text = features(&[&format!(
        "<a:at><gml:Point><gml:pos>1 1</gml:pos></gml:Point></a:at><a:g><gml:Polygon><gml:exterior>{SQUARE}</gml:exterior></gml:Polygon></a:g>"
    )]);
    assert!(matches!(parse(&text).unwrap().rows[0][0].geometry, Some(Geometry::Polygon(_))));
}

#[test]
fn collections_in_collections_and_old_encodings_are_read() {
    let inner = "<wfs:member><wfs:FeatureCollection><wfs:member><a:T gml:id=\"one\"><a:n>1</a:n></a:T></wfs:member></wfs:FeatureCollection></wfs:member>";
    let reading = parse(&document(inner)).unwrap();
    assert_eq!(reading.only().1[0].id.as_deref(), Some("one"));
    let text = features(&["<a:n>Świętochłowice</a:n>"]).replace("UTF-8", "windows-1250");
    let scratch = Scratch::new();
    let bytes = encoding_rs::WINDOWS_1250.encode(&text).0.into_owned();
    let reading = read(Format::Gml, &scratch.file("a.gml", &bytes)).unwrap();
    assert_eq!(reading.text("T", 0, "n"), "Świętochłowice");
    let text = features(&["<a:n>Łódź</a:n>"]);
    let wide: Vec<u8> =
        std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    assert_eq!(read(Format::Gml, &scratch.file("b.gml", &wide)).unwrap().text("T", 0, "n"), "Łódź");
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut packed, text.as_bytes()).unwrap();
    let path = scratch.file("c.gml.gz", &packed.finish().unwrap());
    assert_eq!(read(Format::Gml, &path).unwrap().text("T", 0, "n"), "Łódź");
    let broken =
        [text.split("Ł").next().unwrap().as_bytes(), b"\xa3", text.split("Ł").nth(1).unwrap().as_bytes()]
            .concat();
    let row = &read(Format::Gml, &scratch.file("d.gml", &broken)).unwrap().rows[0][0];
    assert_eq!((row.faults[0].problem, row.faults[0].column.as_deref()), (RowProblem::NotText, Some("n")));
}

#[test]
fn bombs_are_refused() {
    let mut laughs = String::from("<?xml version=\"1.0\"?><!DOCTYPE lolz [<!ENTITY a \"ha\">");
    for level in 'b'..='j' {
        let before = char::from_u32(level as u32 - 1).unwrap();
        write!(laughs, "<!ENTITY {level} \"{}\">", format!("&{before};").repeat(10)).unwrap();
    }
    let bomb = format!("{laughs}]>{}", features(&["<a:n>&j;</a:n>"]).split_once("?>").unwrap().1);
    fails(parse(&bomb), &["entities", "DOCTYPE", "test.gml"]);
    fails(parse(&features(&["<a:n>&j;</a:n>"])), &["entity &j;"]);
    let file = "<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>";
    fails(parse(file), &["entities"]);
    let deep = format!("{}{}", "<a:x>".repeat(100_000), "</a:x>".repeat(100_000));
    fails(parse(&features(&[&deep])), &["nested deeper"]);
    let curves = format!(
        "{}{}",
        "<CompositeCurve><curveMember>".repeat(45),
        "</curveMember></CompositeCurve>".repeat(45)
    );
    assert!(fault(&curves).1.contains("nested deeper"));
    let claimed = r#"<a:g><LineString><posList count="1000000000">1 2 3 4</posList></LineString></a:g>"#;
    assert!(parse(&features(&[claimed])).unwrap().rows[0][0].geometry.is_some());
}

#[test]
fn limits_hold() {
    let scratch = Scratch::new();
    let limited =
        |text: &str| read_with(Format::Gml, &scratch.file("a.gml", text.as_bytes()), &small_limits());
    let text = features(&[&format!("<a:n>{}</a:n>", "x".repeat(9 << 20))]);
    fails(limited(&text), &["too large", "bytes"]);
    let rows: Vec<&str> = std::iter::repeat_n("<a:n>1</a:n>", 101).collect();
    fails(limited(&features(&rows)), &["more than 100 features"]);
    let mut columns = String::new();
    for at in 0..21 {
        write!(columns, "<a:c{at}>1</a:c{at}>").unwrap();
    }
    fails(limited(&features(&[&columns])), &["more than 20 columns"]);
    let long = limited(&features(&[&format!("<a:n>{}</a:n><a:m>1</a:m>", "x".repeat(1_001))])).unwrap();
    assert_eq!(long.rows[0][0].faults[0].problem, RowProblem::TooLarge);
    assert_eq!(long.text("T", 0, "m"), "1");
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    std::io::Write::write_all(&mut packed, text.as_bytes()).unwrap();
    let path = scratch.file("c.gml.gz", &packed.finish().unwrap());
    fails(read_with(Format::Gml, &path, &small_limits()), &["too large"]);
}

#[test]
fn documents_cut_anywhere_are_refused() {
    let text = features(&[&format!(
        "<a:n uom=\"ha\">ż &amp; <![CDATA[x]]></a:n><a:g><gml:Polygon><gml:exterior>{SQUARE}</gml:exterior></gml:Polygon></a:g>"
    )]);
    assert_eq!(parse(&text).unwrap().rows[0].len(), 1);
    let scratch = Scratch::new();
    for end in 0..text.len() {
        let path = scratch.file("cut.gml", &text.as_bytes()[..end]);
        match read(Format::Gml, &path) {
            Err(TableError::Corrupt { .. } | TableError::Empty { .. }) => {}
            other => panic!("cut at {end}: {other:?}"),
        }
    }
}
