//! Rows that have everything, and GDAL to read them back.

use std::path::Path;
use std::process::Command;

use exporters::{Column, ColumnType, Format, Metadata, Options, Row, Value};
use geo_types::{Geometry, line_string, point, polygon};
use serde_json::Value as Json;

pub fn metadata() -> Metadata {
    Metadata {
        title: "Drzewa – próba".to_owned(),
        collection: "trees".to_owned(),
        source: "Wydział Zieleni".to_owned(),
        attribution: "Gmina Próbna".to_owned(),
        licence: "CC0-1.0".to_owned(),
        licence_url: Some("https://creativecommons.org/publicdomain/zero/1.0/".to_owned()),
        date: "2026-11-24T10:00:00Z".to_owned(),
        revision: 42,
        filter: Some("height_m > 5".to_owned()),
        as_of: None,
        crs: 4326,
        address: Some("https://gmina.example/api/export/trees.gpkg?filter=height_m%20%3E%205".to_owned()),
        lang: exporters::Lang::Pl,
    }
}

pub fn columns() -> Vec<Column> {
    let mut kind = Column::plain("gatunek_drzewa", ColumnType::Text);
    kind.title = "Gatunek".to_owned();
    kind.choices = vec![
        ("tilia".to_owned(), "Lipa drobnolistna".to_owned()),
        ("quercus".to_owned(), "Dąb, szypułkowy".to_owned()),
    ];
    let mut height = Column::plain("height_m", ColumnType::Number);
    height.unit = Some("m".to_owned());
    height.note = Some("Mierzona od ziemi".to_owned());
    vec![
        kind,
        height,
        Column::plain("obwod", ColumnType::Integer),
        Column::plain("pomnik", ColumnType::Bool),
        Column::plain("posadzone", ColumnType::Date),
        Column::plain("zmienione", ColumnType::Instant),
        Column::plain("zabiegi", ColumnType::List),
        Column::plain("uwagi", ColumnType::Text),
        Column::plain("gatunek_drzewa_dawny", ColumnType::Text),
    ]
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

pub fn values(place: i64) -> Vec<Value> {
    match place {
        0 => vec![
            text("tilia"),
            Value::Number(12.5),
            Value::Integer(147),
            Value::Bool(true),
            text("1961-04-30"),
            text("2026-11-24T10:05:07Z"),
            Value::List(vec![text("cięcie"), text("podlewanie")]),
            text("Zażółć gęślą jaźń; \"cudzysłów\", <b>&amp;</b>\nnowa linia"),
            text("lipa"),
        ],
        1 => vec![
            text("quercus"),
            Value::Number(-0.25),
            Value::Integer(-3),
            Value::Bool(false),
            text("2024-02-29"),
            Value::Null,
            Value::Null,
            text("=cmd|' /C calc'!A0"),
        ],
        _ => vec![Value::Null; 9],
    }
}

/// Points of the Palace of Culture and of Kraków's market, in degrees.
pub const PLACES: [(f64, f64); 3] = [(21.006, 52.2318), (19.938, 50.0614), (20.123_456_7, 51.765_432_1)];

pub fn points() -> Vec<Row> {
    (0..3)
        .map(|place| Row {
            id: format!("0199-{place}"),
            geometry: Some(point!(x: PLACES[place].0, y: PLACES[place].1).into()),
            values: values(place as i64),
        })
        .collect()
}

/// Lines and areas, some of many parts and with a hole.
pub fn shapes() -> Vec<Geometry<f64>> {
    let line = line_string![(x: 20.0, y: 52.0), (x: 20.001, y: 52.001), (x: 20.002, y: 52.0)];
    let area = polygon!(
        exterior: [(x: 20.0, y: 52.0), (x: 20.01, y: 52.0), (x: 20.01, y: 52.01), (x: 20.0, y: 52.01), (x: 20.0, y: 52.0)],
        interiors: [[(x: 20.002, y: 52.002), (x: 20.002, y: 52.004), (x: 20.004, y: 52.004), (x: 20.002, y: 52.002)]]
    );
    let other = polygon![(x: 20.02, y: 52.0), (x: 20.03, y: 52.0), (x: 20.03, y: 52.01), (x: 20.02, y: 52.0)];
    let second = line_string![(x: 20.5, y: 52.0), (x: 20.6, y: 52.1)];
    vec![
        line.clone().into(),
        area.clone().into(),
        geo_types::MultiLineString(vec![line, second]).into(),
        geo_types::MultiPolygon(vec![area, other]).into(),
    ]
}

/// The file of these rows.
pub fn write(
    format: Format,
    metadata: &Metadata,
    columns: &[Column],
    options: &Options,
    rows: Vec<Row>,
) -> Vec<u8> {
    exporters::to_vec(format, metadata, columns, options, rows).unwrap()
}

/// Whether GDAL is there. Without it a test says that it was skipped, but not where all must run.
pub fn gdal_is_there(test: &str) -> bool {
    let there = Command::new("ogr2ogr").arg("--version").output().is_ok();
    assert!(there || std::env::var_os("CI").is_none(), "GDAL (gdal-bin) is missing");
    if !there {
        println!("{test}: skipped, GDAL (gdal-bin) is not installed");
    }
    there
}

/// All features of a file's layer as GDAL reads them, in degrees.
pub fn read_by_gdal(path: &str, layer: Option<&str>, more: &[&str]) -> Vec<Json> {
    let mut command = Command::new("ogr2ogr");
    command.args([
        "-f",
        "GeoJSON",
        "-t_srs",
        "EPSG:4326",
        "-lco",
        "COORDINATE_PRECISION=9",
        "/vsistdout/",
        path,
    ]);
    command.args(more).args(layer);
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    let document: Json = serde_json::from_slice(&output.stdout).unwrap();
    document["features"].as_array().unwrap().clone()
}

/// What `ogrinfo` says of a file.
pub fn ogrinfo(path: &Path) -> String {
    let output = Command::new("ogrinfo").args(["-al", "-so"]).arg(path).output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// All coordinates of a JSON geometry one after the other.
pub fn coordinates(geometry: &Json) -> Vec<[f64; 2]> {
    match geometry {
        Json::Array(pair) if pair.first().is_some_and(Json::is_number) => {
            vec![[pair[0].as_f64().unwrap(), pair[1].as_f64().unwrap()]]
        }
        Json::Array(parts) => parts.iter().flat_map(coordinates).collect(),
        Json::Object(object) => coordinates(&object["coordinates"]),
        _ => Vec::new(),
    }
}
