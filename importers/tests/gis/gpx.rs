//! GPX written for the purpose, good and hostile.

use geo_types::{Geometry, point};
use importers::table::{Cell, Format, RowProblem};

use crate::{Scratch, fails, read, read_with, small_limits};

const WALK: &str = r#"<?xml version="1.0"?><gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1">
<metadata><name>Spacer</name></metadata>
<wpt lat="50.06" lon="19.93"><ele>210.5</ele><time>2024-05-01T10:00:00Z</time><name>Brama</name><sym>Gate</sym>
  <link href="https://example.org/a"><text>a</text></link><extensions><x:kod xmlns:x="x">B-7</x:kod></extensions></wpt>
<wpt lat="95" lon="19.93"><name>Nigdzie</name></wpt>
<wpt lat="NaN" lon="1"/>
<rte><name>Trasa</name><number>3</number><rtept lat="1" lon="2"><name>inner</name></rtept><rtept lat="3" lon="4"/></rte>
<trk><name>Ślad</name><trkseg><trkpt lat="1" lon="2"><ele>1</ele></trkpt></trkseg>
  <trkseg><trkpt lat="1" lon="2"/><trkpt lat="1.5" lon="2"/></trkseg><trkseg><trkpt lat="3" lon="2"/><trkpt lat="4" lon="2"/></trkseg></trk>
<trk><name>Pusty</name></trk>
</gpx>"#;

#[test]
fn waypoints_routes_and_tracks_are_layers() {
    let scratch = Scratch::new();
    let reading = read(Format::Gpx, &scratch.file("a.gpx", WALK.as_bytes())).unwrap();
    let names: Vec<&str> = reading.overview.layers.iter().map(|layer| layer.name.as_str()).collect();
    assert_eq!(names, ["waypoints", "routes", "tracks"]);
    let (layer, rows) = reading.layer("waypoints");
    assert_eq!(layer.columns, ["ele", "time", "name", "sym", "link", "kod"]);
    let text = |text: &str| Cell::Text(text.into());
    assert_eq!(
        rows[0].cells,
        [
            Cell::Number(210.5),
            Cell::Date("2024-05-01T10:00:00Z".into()),
            text("Brama"),
            text("Gate"),
            text("https://example.org/a"),
            text("B-7")
        ]
    );
    assert_eq!(
        (rows[0].geometry.clone(), rows[0].srid),
        (Some(point!(x: 19.93, y: 50.06).into()), Some(4326))
    );
    assert!(
        rows[1..]
            .iter()
            .all(|row| row.geometry.is_none() && row.faults[0].problem == RowProblem::BadGeometry)
    );
    assert_eq!(reading.cell("routes", 0, "number"), Cell::Integer(3));
    assert!(
        matches!(&reading.layer("routes").1[0].geometry, Some(Geometry::LineString(line)) if line.0[1].x == 4.0)
    );
    let tracks = reading.layer("tracks").1;
    assert!(matches!(&tracks[0].geometry, Some(Geometry::MultiLineString(lines)) if lines.0.len() == 2));
    assert!(tracks[1].geometry.is_none() && tracks[1].faults.is_empty());
}

#[test]
fn hostile_files_are_refused() {
    let scratch = Scratch::new();
    let at = |text: &str| scratch.file("a.gpx", text.as_bytes());
    fails(read(Format::Gpx, &at("<!DOCTYPE gpx [<!ENTITY a 'b'>]><gpx/>")), &["entities"]);
    let many = format!("<gpx><rte>{}</rte></gpx>", "<rtept lat='1' lon='2'/>".repeat(1_001));
    let rows = read_with(Format::Gpx, &at(&many), &small_limits()).unwrap().rows;
    assert_eq!(rows[0][0].faults[0].problem, RowProblem::TooLarge);
    let rows = format!("<gpx>{}</gpx>", "<wpt lat='1' lon='2'/>".repeat(101));
    fails(read_with(Format::Gpx, &at(&rows), &small_limits()), &["more than 100 rows"]);
    let values = format!("<gpx><wpt lat='1' lon='2'>{}</wpt></gpx>", "<a/>".repeat(10_001));
    fails(read(Format::Gpx, &at(&values)), &["10000 values"]);
    for end in 0..WALK.len() {
        let path = scratch.file("cut.gpx", &WALK.as_bytes()[..end]);
        assert!(read(Format::Gpx, &path).is_err(), "cut at {end}");
    }
}
