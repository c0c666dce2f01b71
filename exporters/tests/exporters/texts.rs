//! Formats that are text, letter by letter.

use exporters::{CsvOptions, Format, Options, Row, Shape, Value};
use serde_json::Value as Json;

use crate::support::{columns, metadata, points, shapes, write};

fn csv(options: &Options, rows: Vec<Row>) -> Vec<Vec<String>> {
    let bytes = write(Format::Csv, &metadata(), &columns(), options, rows);
    let text = String::from_utf8(bytes).unwrap();
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    csv::ReaderBuilder::new()
        .has_headers(false)
        .delimiter(options.csv.delimiter)
        .from_reader(text.as_bytes())
        .into_records()
        .map(|record| record.unwrap().iter().map(str::to_owned).collect())
        .collect()
}

#[test]
fn csv_for_programs() {
    let options = Options { shape: Shape::Point, ..Options::default() };
    let rows = csv(&options, points());
    assert_eq!(rows[0][..3], ["id", "gatunek_drzewa", "height_m"]);
    assert_eq!(rows[0][10..], ["lon", "lat"]);
    assert_eq!(rows[1][..5], ["0199-0", "tilia", "12.5", "147", "true"]);
    assert_eq!(rows[1][7], "cięcie; podlewanie");
    assert_eq!(rows[1][10..], ["21.006", "52.2318"]);
    assert_eq!(rows[2][2], "-0.25", "a negative number stays a number");
    assert_eq!(rows[2][8], "'=cmd|' /C calc'!A0", "a formula does not stay one");
}

#[test]
fn csv_for_polish_excel() {
    let csv_options = CsvOptions::polish_excel();
    let options =
        Options { shape: Shape::Any, titles: true, labels: true, csv: csv_options, ..Options::default() };
    let bytes = write(Format::Csv, &metadata(), &columns(), &options, points());
    assert!(bytes.starts_with(&[0xef, 0xbb, 0xbf]));
    let mut rows = points();
    rows.truncate(1);
    rows.push(Row { id: "a".to_owned(), geometry: Some(shapes().remove(0)), values: Vec::new() });
    let rows = csv(&options, rows);
    assert_eq!(rows[0][1], "Gatunek");
    assert_eq!(rows[1][1..3], ["Lipa drobnolistna", "12,5"]);
    assert_eq!(rows[1][10..], ["21,006", "52,2318", ""]);
    assert_eq!(rows[2][12], "LINESTRING (20 52,20.001 52.001,20.002 52)");
}

#[test]
fn csv_says_which_thing_is_no_point() {
    let options = Options { shape: Shape::Point, ..Options::default() };
    let mut out = exporters::writer(Format::Csv, &metadata(), &[], &options, std::io::sink()).unwrap();
    let row = Row { id: "grave-7".to_owned(), geometry: Some(shapes().remove(1)), values: Vec::new() };
    let error = out.row(row).unwrap_err().to_string();
    assert!(error.contains("grave-7") && error.contains("Polygon"), "{error}");
}

#[test]
fn geojson_has_metadata_beside_its_features() {
    let bytes = write(Format::Geojson, &metadata(), &columns(), &Options::default(), points());
    let document: Json = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(document["name"], "trees");
    assert_eq!(document["source"], "Wydział Zieleni");
    assert_eq!(document["licence"], "CC0-1.0");
    assert_eq!(document["revision"], 42);
    assert_eq!(document["filter"], "height_m > 5");
    assert!(document.get("crs").is_none());
    assert_eq!(document["features"][0]["properties"]["height_m"], 12.5);
    assert_eq!(document["features"][1]["properties"]["gatunek_drzewa_dawny"], Json::Null);
}

#[test]
fn what_is_no_number_is_nothing() {
    let columns = [exporters::Column::plain("x", exporters::ColumnType::Number)];
    for format in Format::ALL {
        let row = Row { id: "1".to_owned(), geometry: None, values: vec![Value::Number(f64::NAN)] };
        let bytes = write(format, &metadata(), &columns, &Options::default(), vec![row]);
        assert!(!String::from_utf8_lossy(&bytes).contains("NaN"), "{format:?}");
    }
}

#[test]
fn every_format_is_found_by_its_names() {
    for format in Format::ALL {
        assert_eq!(Format::from_name(format.name()), Some(format));
        assert_eq!(Format::from_name(format.file_ending()), Some(format));
    }
    assert_eq!(Format::from_name("exe"), None);
}
