//! GDAL reads back geometry within a centimetre, and all values with their types.

use std::path::Path;

use exporters::{Format, Options, Row, Shape};
use serde_json::{Value as Json, json};

use crate::support::{
    PLACES, columns, coordinates, gdal_is_there, metadata, ogrinfo, points, read_by_gdal, shapes, values,
    write,
};

/// Degrees of a centimetre, at most.
const CENTIMETRE: f64 = 9e-8;

const SPATIAL: [Format; 7] = [
    Format::Geojson,
    Format::Geojsonl,
    Format::Flatgeobuf,
    Format::Gpkg,
    Format::Shapefile,
    Format::Kml,
    Format::Gpx,
];

fn source(folder: &Path, format: Format, bytes: &[u8]) -> String {
    let path = folder.join(format!("trees.{}", format.file_ending()));
    std::fs::write(&path, bytes).unwrap();
    let path = path.to_str().unwrap();
    match format {
        Format::Shapefile => format!("/vsizip/{path}"),
        _ => path.to_owned(),
    }
}

fn point_options() -> Options {
    Options { shape: Shape::Point, ..Options::default() }
}

/// Features by their permanent ids.
fn by_id(features: Vec<Json>) -> Vec<Json> {
    let mut features = features;
    let id = |feature: &Json| {
        let properties = &feature["properties"];
        let id = [&feature["id"], &properties["id"], &properties["reeve_id"]];
        id.iter()
            .find_map(|id| id.as_str().filter(|id| id.starts_with("0199")))
            .unwrap_or_default()
            .to_owned()
    };
    features.sort_by_key(id);
    features
}

fn assert_near(found: &[[f64; 2]], expected: &[[f64; 2]], what: &str) {
    assert_eq!(found.len(), expected.len(), "{what}: {found:?}");
    for (found, expected) in found.iter().zip(expected) {
        assert!(
            (found[0] - expected[0]).abs() < CENTIMETRE && (found[1] - expected[1]).abs() < CENTIMETRE,
            "{what}: {found:?} is not {expected:?}"
        );
    }
}

#[test]
fn points_come_back_with_all_values() {
    if !gdal_is_there("points_come_back_with_all_values") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    for format in SPATIAL {
        let bytes = write(format, &metadata(), &columns(), &point_options(), points());
        let path = source(folder.path(), format, &bytes);
        let layer = (format == Format::Gpx).then_some("waypoints");
        let features = by_id(read_by_gdal(&path, layer, &[]));
        assert_eq!(features.len(), 3, "{format:?}");
        for (feature, (x, y)) in features.iter().zip(PLACES) {
            assert_near(&coordinates(&feature["geometry"]), &[[x, y]], format.name());
        }
        check_values(format, &features[0]["properties"], &features[1]["properties"]);
    }
}

/// Compares what a format can say; names and types are those of the format.
fn check_values(format: Format, first: &Json, second: &Json) {
    let note = "Zażółć gęślą jaźń; \"cudzysłów\", <b>&amp;</b>\nnowa linia";
    let (list, day, instant, note) = match format {
        Format::Geojson | Format::Geojsonl => {
            (json!(["cięcie", "podlewanie"]), json!("1961-04-30"), json!("2026-11-24T10:05:07Z"), json!(note))
        }
        Format::Flatgeobuf => (
            json!(["cięcie", "podlewanie"]),
            json!("1961-04-30T00:00:00"),
            json!("2026-11-24T10:05:07Z"),
            json!(note),
        ),
        Format::Gpkg => {
            (json!(["cięcie", "podlewanie"]), json!("1961-04-30"), json!("2026-11-24T10:05:07Z"), json!(note))
        }
        Format::Shapefile => (
            json!("cięcie; podlewanie"),
            json!("1961-04-30"),
            json!("2026-11-24T10:05:07Z"),
            json!(note.replace('\n', " ")),
        ),
        Format::Kml => {
            (json!("cięcie; podlewanie"), json!("1961-04-30"), json!("2026-11-24T10:05:07Z"), json!(note))
        }
        // GDAL drops line breaks within extensions of GPX; they are in the file.
        Format::Gpx => (
            json!("cięcie; podlewanie"),
            json!("1961-04-30"),
            json!("2026-11-24T10:05:07Z"),
            json!(note.replace('\n', "")),
        ),
        other => panic!("{other:?} has no place here"),
    };
    let key = |name: &str| match format {
        Format::Shapefile => {
            let cut = match name {
                "gatunek_drzewa_dawny" => "gatunek__2",
                name => &name[..name.len().min(10)],
            };
            cut.to_owned()
        }
        Format::Gpx => format!("reeve_{name}"),
        _ => name.to_owned(),
    };
    let what = format!("{format:?}: {first:#}");
    assert_eq!(first[key("gatunek_drzewa")], "tilia", "{what}");
    assert_eq!(first[key("height_m")], 12.5, "{what}");
    assert_eq!(first[key("obwod")], 147, "{what}");
    assert_eq!(second[key("obwod")], -3, "{what}");
    assert_eq!(second[key("height_m")], -0.25, "{what}");
    assert_eq!(normal(&first[key("posadzone")]), normal(&day), "{what}");
    assert_eq!(normal(&first[key("zmienione")]), normal(&instant), "{what}");
    assert_eq!(first[key("uwagi")], note, "{what}");
    assert_eq!(first[key("gatunek_drzewa_dawny")], "lipa", "{what}");
    assert_eq!(second[key("uwagi")], "=cmd|' /C calc'!A0", "{what}");
    assert_eq!(second[key("zmienione")], Json::Null, "{what}");
    let found = &first[key("zabiegi")];
    let found = match found.as_str().map(serde_json::from_str::<Json>) {
        Some(Ok(list)) => list,
        _ => found.clone(),
    };
    assert_eq!(found, list, "{what}");
    // Some formats have no yes and no of their own, or GDAL reads them as letters.
    let yes = &first[key("pomnik")];
    assert!([json!(true), json!(1), json!("T"), json!("true")].contains(yes), "{what}");
}

/// GDAL writes dates with slashes or dashes, depending on where they come from.
fn normal(value: &Json) -> String {
    let text = value.as_str().unwrap_or_default().replace('/', "-").replace(' ', "T");
    text.trim_end_matches("+00").trim_end_matches('Z').to_owned()
}

#[test]
fn lines_and_areas_come_back() {
    if !gdal_is_there("lines_and_areas_come_back") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let row =
        |(place, geometry)| Row { id: format!("0199-{place}"), geometry: Some(geometry), values: values(2) };
    for format in SPATIAL.into_iter().filter(|format| !matches!(format, Format::Shapefile | Format::Gpx)) {
        let rows = shapes().into_iter().enumerate().map(row).collect();
        let bytes = write(format, &metadata(), &columns(), &Options::default(), rows);
        let features = by_id(read_by_gdal(&source(folder.path(), format, &bytes), None, &[]));
        assert_eq!(features.len(), 4, "{format:?}");
        for (feature, expected) in features.iter().zip(shapes()) {
            let text = write(
                Format::Geojsonl,
                &metadata(),
                &[],
                &Options::default(),
                vec![Row { id: String::new(), geometry: Some(expected), values: Vec::new() }],
            );
            let expected: Json = serde_json::from_slice(&text).unwrap();
            let what = format!("{format:?} {feature}");
            assert_eq!(feature["geometry"]["type"], expected["geometry"]["type"], "{what}");
            assert_near(&coordinates(&feature["geometry"]), &coordinates(&expected["geometry"]), &what);
        }
    }
    let rows = shapes().into_iter().enumerate().map(row).collect();
    let bytes = write(Format::Shapefile, &metadata(), &columns(), &Options::default(), rows);
    let path = source(folder.path(), Format::Shapefile, &bytes);
    assert_eq!(read_by_gdal(&path, Some("trees_lines"), &[]).len(), 2);
    let areas = read_by_gdal(&path, Some("trees_areas"), &[]);
    assert_eq!(areas.len(), 2);
    assert_eq!(areas[0]["geometry"]["coordinates"].as_array().unwrap().len(), 2, "the hole stays a hole");
    let rows = shapes().into_iter().enumerate().map(row).collect();
    let bytes = write(Format::Gpx, &metadata(), &columns(), &Options::default(), rows);
    assert_eq!(read_by_gdal(&source(folder.path(), Format::Gpx, &bytes), Some("tracks"), &[]).len(), 4);
}

#[test]
fn easting_comes_first_in_the_national_system() {
    if !gdal_is_there("easting_comes_first_in_the_national_system") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let mut metadata = metadata();
    metadata.crs = 2180;
    // The Palace of Culture in PL-1992, as PROJ has it.
    let row = || Row {
        id: "0199".to_owned(),
        geometry: Some(geo_types::point!(x: EASTING, y: NORTHING).into()),
        values: Vec::new(),
    };
    for format in [Format::Geojson, Format::Flatgeobuf, Format::Gpkg, Format::Shapefile] {
        let bytes = write(format, &metadata, &[], &point_options(), vec![row()]);
        let path = source(folder.path(), format, &bytes);
        let features = read_by_gdal(&path, None, &[]);
        assert_near(&coordinates(&features[0]["geometry"]), &[[PLACES[0].0, PLACES[0].1]], format.name());
        let about = ogrinfo(Path::new(&path));
        assert!(about.contains("ETRF2000-PL") || about.contains("ETRS_1989_Poland_CS92"), "{about}");
    }
    for format in [Format::Kml, Format::Gpx] {
        let refused = exporters::writer(format, &metadata, &[], &point_options(), std::io::sink());
        assert!(refused.is_err_and(|error| error.to_string().contains("EPSG:2180")));
    }
}

const EASTING: f64 = 636_952.480_734;
const NORTHING: f64 = 486_978.944_064;

#[test]
fn every_system_is_known_to_gdal_by_its_definition() {
    if !gdal_is_there("every_system_is_known_to_gdal_by_its_definition") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    for (crs, at) in [
        (4326, 19.0),
        (3857, 2_300_000.0),
        (2176, 5_500_000.0),
        (2177, 6_500_000.0),
        (2178, 7_500_000.0),
        (2179, 8_500_000.0),
    ] {
        let mut metadata = metadata();
        metadata.crs = crs;
        let row = Row {
            id: "0199".to_owned(),
            geometry: Some(geo_types::point!(x: at, y: if crs == 4326 { 52.0 } else { 5_700_000.0 }).into()),
            values: Vec::new(),
        };
        for format in [Format::Gpkg, Format::Flatgeobuf, Format::Shapefile] {
            let bytes = write(format, &metadata, &[], &point_options(), vec![row.clone()]);
            let path = source(folder.path(), format, &bytes);
            let output =
                std::process::Command::new("gdalsrsinfo").args(["-o", "epsg", &path]).output().unwrap();
            let found = String::from_utf8_lossy(&output.stdout);
            assert!(found.contains(&format!("EPSG:{crs}")), "{crs} in {format:?}: {found}");
        }
    }
}

#[test]
fn a_file_says_what_it_is() {
    if !gdal_is_there("a_file_says_what_it_is") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    for format in [Format::Flatgeobuf, Format::Gpkg, Format::Kml] {
        let bytes = write(format, &metadata(), &columns(), &point_options(), points());
        let path = source(folder.path(), format, &bytes);
        let output = std::process::Command::new("ogrinfo")
            .args(["-al", "-so", "-mdd", "all", &path])
            .output()
            .unwrap();
        let about = String::from_utf8(output.stdout).unwrap();
        // Which of the places of a format's own GDAL shows depends on its version.
        let about = if format == Format::Gpkg { about } else { String::from_utf8_lossy(&bytes).into_owned() };
        let about = about.replace("&gt;", ">");
        for expected in ["Wydział Zieleni", "CC0-1.0", "height_m > 5", "Rewizja danych: 42"] {
            assert!(about.contains(expected), "{format:?} does not say {expected}: {about}");
        }
    }
}

#[test]
fn the_index_of_flatgeobuf_finds_what_is_there() {
    if !gdal_is_there("the_index_of_flatgeobuf_finds_what_is_there") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let rows = (0..5_000)
        .map(|place| Row {
            id: format!("0199-{place}"),
            geometry: Some(geo_types::point!(x: 20.0 + f64::from(place % 71) * 0.01, y: 52.0 + f64::from(place / 71) * 0.01).into()),
            values: Vec::new(),
        })
        .collect();
    for format in [Format::Flatgeobuf, Format::Gpkg] {
        let rows: Vec<Row> = Vec::clone(&rows);
        let bytes = write(format, &metadata(), &[], &point_options(), rows);
        let path = source(folder.path(), format, &bytes);
        let found = read_by_gdal(&path, None, &["-spat", "20.095", "52.095", "20.205", "52.205"]);
        assert_eq!(found.len(), 11 * 11, "{format:?}");
        let all = read_by_gdal(&path, None, &[]);
        assert_eq!(all.len(), 5_000, "{format:?}");
    }
}

#[test]
fn empty_files_are_files() {
    if !gdal_is_there("empty_files_are_files") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    for format in [Format::Geojson, Format::Flatgeobuf, Format::Gpkg, Format::Shapefile] {
        let bytes = write(format, &metadata(), &columns(), &point_options(), Vec::new());
        let path = source(folder.path(), format, &bytes);
        assert_eq!(read_by_gdal(&path, None, &[]).len(), 0, "{format:?}");
    }
}
