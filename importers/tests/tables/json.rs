//! JSON and GeoJSON.

use geo_types::{Geometry, point};
use importers::table::{Cell, Format, Limits, Options, RowProblem, TableError, open};

use crate::{made, refused, table, text, try_table};

#[test]
fn an_array_of_objects_is_a_layer_with_all_keys() {
    let json = br#"[{"nr": 1, "gatunek": " lipa ", "x": 1.5, "ok": true}, {"nr": "2a", "uwagi": null, "lista": [1, "b"]},
        {"gatunek": {"pl": "klon"}, "nr": 18446744073709551615}]"#;
    let (overview, rows) = table("drzewa.json", json);
    assert_eq!(overview.format, Format::Json);
    assert_eq!(overview.layers[0].name, "drzewa");
    assert_eq!(overview.layers[0].columns, ["nr", "gatunek", "x", "ok", "uwagi", "lista"]);
    assert_eq!(overview.layers[0].rows, Some(3));
    assert_eq!(rows[0].cells, [Cell::Integer(1), text("lipa"), Cell::Number(1.5), Cell::Bool(true)]);
    assert_eq!(rows[1].cells[0], text("2a"));
    assert_eq!(rows[1].cells[5], Cell::List(vec![Cell::Integer(1), text("b")]));
    assert_eq!(rows[2].cells[..2], [text("18446744073709551615"), text(r#"{"pl":"klon"}"#)]);
    assert_eq!(rows.iter().map(|row| row.number).collect::<Vec<_>>(), [1, 2, 3]);
}

#[test]
fn lists_one_step_below_are_layers_of_their_own() {
    let made = made(
        "db.json",
        br#"{"wersja": 1, "groby": [{"id": 7}], "puste": [], "osoby": [{"id": 1}, {"id": 2, "grob": 7}]}"#,
    );
    let mut reader = open(&made.file, &Options::default()).unwrap();
    let names: Vec<_> =
        reader.overview().layers.iter().map(|layer| (layer.name.clone(), layer.rows)).collect();
    assert_eq!(names, [("groby".to_owned(), Some(1)), ("osoby".to_owned(), Some(2))]);
    let mut cells = Vec::new();
    let mut sink = |row: importers::table::Row| {
        cells.push(row.cells);
        Ok(())
    };
    reader.read("osoby", &mut sink, &mut |_| {}).unwrap();
    reader.read("groby", &mut sink, &mut |_| {}).unwrap();
    let expected = [vec![Cell::Integer(1)], vec![Cell::Integer(2), Cell::Integer(7)], vec![Cell::Integer(7)]];
    assert_eq!(cells, expected);
    assert!(matches!(reader.read("inne", &mut |_| Ok(()), &mut |_| {}), Err(TableError::NoLayer { .. })));
}

#[test]
fn one_object_a_line_is_read() {
    let (overview, rows) = table("x.jsonl", b"{\"a\": 1, \"b\": [\"x\"]}\n{\"a\": 2}\n");
    assert_eq!((overview.layers[0].columns.len(), rows.len()), (2, 2));
    assert_eq!(rows[0].cells[1], Cell::List(vec![text("x")]));
}

#[test]
fn json_without_objects_or_cut_off_is_refused() {
    for bytes in
        [&b"[1, 2]"[..], b"{\"a\": 1", b"[{\"a\": 1}, {\"a\"", b"[{\"a\": tru}]", b"[{\"a\": 1} {\"a\": 2}]"]
    {
        let refused = refused("x.json", bytes);
        assert!(
            matches!(refused, TableError::Corrupt { .. } | TableError::UnknownFormat { .. }),
            "{refused} for {}",
            String::from_utf8_lossy(bytes)
        );
    }
}

#[test]
fn depth_and_columns_are_bounded() {
    let deep = format!("[{{\"a\": {}{}}}]", "[".repeat(100_000), "]".repeat(100_000));
    assert!(matches!(refused("x.json", deep.as_bytes()), TableError::Corrupt { .. }));
    let members: Vec<String> = (0..10_000).map(|key| format!("\"k{key}\": 1")).collect();
    let wide = format!("[{{{}}}]", members.join(","));
    assert!(matches!(refused("x.json", wide.as_bytes()), TableError::TooLarge { .. }));
    let feature =
        format!("{{\"type\":\"Feature\",\"geometry\":null,\"properties\":{{{}}}}}", members.join(","));
    assert!(matches!(refused("x.geojson", feature.as_bytes()), TableError::TooLarge { .. }));
    let deep = format!(
        r#"{{"type":"Feature","properties":{{}},"geometry":{{"type":"Point","coordinates":{}{}}}}}"#,
        "[".repeat(5_000),
        "]".repeat(5_000)
    );
    assert!(matches!(refused("x.geojson", deep.as_bytes()), TableError::Corrupt { .. }));
}

const COLLECTION: &str = r#"{"type": "FeatureCollection", "features": [
    {"type": "Feature", "id": 7, "properties": {"nr": "1", "h": 2.5}, "geometry": {"type": "Point", "coordinates": [21, 52.5, 100]}},
    {"geometry": {"coordinates": [[21, 52], [22, 53]], "type": "LineString"}, "properties": null, "id": "a", "type": "Feature"},
    {"type": "Feature", "properties": {"h": 3, "nowa": true}, "geometry": null}
]}"#;

#[test]
fn features_of_a_document_come_with_ids_and_geometries() {
    let (overview, rows) = table("x.json", COLLECTION.as_bytes());
    assert_eq!(overview.format, Format::Geojson);
    let layer = &overview.layers[0];
    assert_eq!((layer.geometry, layer.srid, layer.rows), (true, Some(4326), Some(3)));
    assert_eq!(layer.columns, ["nr", "h", "nowa"]);
    assert_eq!(rows[0].id.as_deref(), Some("7"));
    assert_eq!(rows[0].geometry, Some(Geometry::Point(point!(x: 21.0, y: 52.5))));
    assert_eq!(rows[0].cells, [text("1"), Cell::Number(2.5)]);
    assert!(matches!(&rows[1].geometry, Some(Geometry::LineString(line)) if line.0.len() == 2));
    assert_eq!((rows[1].id.as_deref(), rows[1].cells.len()), (Some("a"), 0));
    assert_eq!(rows[2].geometry, None);
    assert_eq!(rows[2].cells, [Cell::Empty, Cell::Integer(3), Cell::Bool(true)]);
    assert!(rows.iter().all(|row| row.faults.is_empty() && row.srid == Some(4326)));
}

#[test]
fn features_come_one_a_line_also_with_record_separators() {
    let one = r#"{"type":"Feature","properties":{"a":1},"geometry":{"type":"Point","coordinates":[21,52]}}"#;
    let two = r#"{"type":"Feature","properties":{"b":"{\"]"},"geometry":null}"#;
    for document in
        [format!("{one}\n{two}\n"), format!("\u{1e}{one}\n\u{1e}{two}\n"), format!("\u{feff}{one}\r\n{two}")]
    {
        let (overview, rows) = table("x.geojsonl", document.as_bytes());
        assert_eq!((overview.format, rows.len()), (Format::Geojsonl, 2));
        assert_eq!(overview.layers[0].columns, ["a", "b"]);
        assert_eq!(rows[1].cells[1], text("{\"]"));
    }
    let bare = r#"{"type":"MultiPoint","coordinates":[[1,2],[3,4]]}"#;
    let (_, rows) = table("x.geojson", bare.as_bytes());
    assert!(matches!(&rows[0].geometry, Some(Geometry::MultiPoint(points)) if points.0.len() == 2));
}

fn with_crs(crs: &str) -> Option<u32> {
    let feature =
        r#"{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[637000,486000]}}"#;
    let before = format!(r#"{{"type":"FeatureCollection",{crs}"features":[{feature}]}}"#);
    let behind = format!(r#"{{"features":[{feature}],{crs}"type":"FeatureCollection"}}"#);
    let (overview, rows) = table("x.geojson", before.as_bytes());
    assert_eq!(table("x.geojson", behind.as_bytes()).0.layers[0].srid, overview.layers[0].srid);
    assert_eq!(rows[0].geometry, Some(Geometry::Point(point!(x: 637_000.0, y: 486_000.0))));
    assert_eq!(rows[0].srid, overview.layers[0].srid);
    overview.layers[0].srid
}

#[test]
fn an_old_reference_system_is_honoured_wherever_it_stands() {
    for name in ["urn:ogc:def:crs:EPSG::2180", "EPSG:2180", "http://www.opengis.net/def/crs/EPSG/0/2180"] {
        let crs = format!(r#""crs":{{"type":"name","properties":{{"name":"{name}"}}}},"#);
        assert_eq!(with_crs(&crs), Some(2180), "{name}");
    }
    assert_eq!(with_crs(""), None, "metres are not degrees");
    assert_eq!(with_crs("\"crs\":null,"), None);
}

#[test]
fn bad_geometries_are_faults_of_their_rows() {
    for geometry in [
        r#"{"type":"Point","coordinates":[NaN,52]}"#,
        r#"{"type":"Point","coordinates":[21,-Infinity]}"#,
        r#"{"type":"Point","coordinates":[21,1e999]}"#,
        r#"{"type":"Point","coordinates":["21","52"]}"#,
        r#"{"type":"Point","coordinates":[21]}"#,
        r#"{"type":"Point"}"#,
        r#"{"type":"LineString","coordinates":[[21,52]]}"#,
        r#"{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1]]]}"#,
        r#"{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,1]]]}"#,
        r#"{"type":"Kula","coordinates":[0,0]}"#,
        r#""POINT(1 2)""#,
    ] {
        let document =
            format!(r#"{{"type":"Feature","properties":{{"nr":"5","h":NaN}},"geometry":{geometry}}}"#);
        let (_, rows) = table("x.geojson", document.as_bytes());
        assert_eq!((&rows[0].geometry, rows[0].faults.len()), (&None, 1), "{geometry}");
        assert_eq!(rows[0].faults[0].problem, RowProblem::BadGeometry, "{geometry}");
        assert_eq!(rows[0].cells[0], text("5"));
    }
}

#[test]
fn too_many_vertices_are_a_fault_and_do_not_fill_the_memory() {
    let made = made(
        "x.geojson",
        br#"{"type":"Feature","properties":{},"geometry":{"type":"LineString","coordinates":[[0,0],[1,1],[2,2],[3,3]]}}"#,
    );
    for (vertices, problem) in [(4, None), (3, Some(RowProblem::TooLarge))] {
        let options = Options { limits: Limits { vertices, ..Limits::default() }, ..Options::default() };
        let (_, rows) = try_table(&made.file, &options).unwrap();
        assert_eq!(rows[0].faults.first().map(|fault| fault.problem), problem);
        assert_eq!(rows[0].geometry.is_some(), problem.is_none());
    }
}

#[test]
fn damaged_documents_are_refused_with_the_place() {
    let cut = COLLECTION.as_bytes().get(..300).unwrap();
    assert!(refused("x.geojson", cut).to_string().contains("ends within"));
    let error = refused("x.geojson", br#"{"type":"FeatureCollection","features":[{"type":"Feature",}]}"#);
    assert!(error.to_string().contains("feature 1"), "{error}");
    let error = refused("x.geojson", br#"{"type":"FeatureCollection","features":7}"#);
    assert!(matches!(error, TableError::Corrupt { .. }));
    let twice = format!("{COLLECTION}\n{COLLECTION}");
    assert!(matches!(refused("x.geojson", twice.as_bytes()), TableError::Corrupt { .. }));
}

#[test]
fn letters_that_are_none_and_wide_letters() {
    let mut bytes = br#"{"type":"Feature","geometry":null,"properties":{"a":"x"#.to_vec();
    bytes.push(0xb1);
    bytes.extend(br#"","b":"y"}}"#);
    let (_, rows) = table("x.geojson", &bytes);
    assert_eq!(rows[0].cells, [text("x\u{fffd}"), text("y")]);
    assert_eq!(rows[0].faults[0].problem, RowProblem::NotText);
    let mut wide = vec![0xff, 0xfe];
    wide.extend(COLLECTION.encode_utf16().flat_map(u16::to_le_bytes));
    assert_eq!(table("x.geojson", &wide).1.len(), 3);
}
