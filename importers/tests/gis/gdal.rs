//! The same buildings in every format, written by GDAL: an independent witness. Without `ogr2ogr` or without the real
//! data these tests say "skipped".

use std::path::{Path, PathBuf};
use std::process::Command;

use geo::{BoundingRect, Centroid};
use importers::table::{AxisNote, Format, Options, Row, open};

use crate::{Reading, Scratch, input, read, real};

/// Lets GDAL write the buildings of Kraków; `None` without it.
fn converted(scratch: &Scratch, name: &str, options: &[&str]) -> Option<PathBuf> {
    let source = real::data("inventory/krakow/budynki/Buildings.shp")?;
    let target = scratch.0.path().join(name);
    let run = Command::new("ogr2ogr").args(options).arg(&target).arg(&source).output();
    let Ok(output) = run else {
        println!("skipped: no ogr2ogr");
        return None;
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(target)
}

/// Checks that a reader and the general door agree on the format, then reads.
fn reading(format: Format, path: &Path) -> Reading {
    let opened = open(&input(path), &Options::default()).unwrap();
    assert_eq!(opened.overview().format, format);
    read(format, path).unwrap()
}

/// Same place and extent, whatever the order of rows and rings.
fn same(found: &[Row], expected: &[Row], near: f64) {
    assert_eq!(found.len(), expected.len());
    let key = |row: &Row| {
        let geometry = row.geometry.as_ref().unwrap_or_else(|| panic!("{:?}", row.faults));
        let bounds = geometry.bounding_rect().unwrap();
        let centre = geometry.centroid().unwrap();
        [bounds.min().x, bounds.min().y, bounds.max().x, bounds.max().y, centre.x(), centre.y()]
    };
    let sorted = |rows: &[Row]| {
        let mut keys: Vec<[f64; 6]> = rows.iter().map(key).collect();
        keys.sort_by(|a, b| a.partial_cmp(b).unwrap());
        keys
    };
    for (a, b) in sorted(found).iter().zip(sorted(expected)) {
        assert!(a.iter().zip(b).all(|(a, b)| (a - b).abs() < near), "{a:?} is not {b:?}");
    }
}

#[test]
fn buildings_are_the_same_in_every_format() {
    let Some(source) = real::data("inventory/krakow/budynki/Buildings.shp") else { return };
    let original = reading(Format::Shapefile, &source);
    let expected = original.only().1;
    let scratch = Scratch::new();
    for (format, name, options) in [
        (Format::Gpkg, "a.gpkg", ["-f", "GPKG"].as_slice()),
        (Format::Flatgeobuf, "a.fgb", &["-f", "FlatGeobuf"]),
        (Format::Gml, "a32.gml", &["-f", "GML", "-dsco", "FORMAT=GML3.2", "-a_srs", "EPSG:2178"]),
        (Format::Gml, "a3.gml", &["-f", "GML", "-dsco", "FORMAT=GML3", "-a_srs", "EPSG:2178"]),
        (Format::Gml, "a2.gml", &["-f", "GML", "-dsco", "FORMAT=GML2", "-a_srs", "EPSG:2178"]),
        (Format::Shapefile, "z.shp", &["-f", "ESRI Shapefile", "-dim", "XYZ", "-lco", "ENCODING=CP1250"]),
    ] {
        let Some(path) = converted(&scratch, name, options) else { return };
        let found = reading(format, &path);
        let (layer, rows) = found.only();
        assert_eq!(layer.srid, Some(2178), "{name}");
        assert_eq!(layer.axis, (format == Format::Gml).then_some(AxisNote::Declared), "{name}");
        same(rows, expected, 0.01);
        let area = layer.columns.iter().position(|column| column == "Shape_Area").unwrap();
        let filled =
            rows.iter().filter(|row| row.cells.get(area).is_some_and(|cell| *cell != Default::default()));
        assert_eq!(filled.count(), 301, "{name}");
    }
}

#[test]
fn buildings_in_degrees_are_the_same_in_every_format() {
    let scratch = Scratch::new();
    let degrees = ["-t_srs", "EPSG:4326", "-f"];
    let Some(path) = converted(&scratch, "a.gpkg", &[degrees.as_slice(), &["GPKG"]].concat()) else { return };
    let original = reading(Format::Gpkg, &path);
    let expected = original.only().1;
    for (format, name, own) in [
        (Format::Kml, "a.kml", ["KML"].as_slice()),
        (Format::Flatgeobuf, "a.fgb", &["FlatGeobuf", "-lco", "SPATIAL_INDEX=NO"]),
        (Format::Gml, "a.gml", &["GML", "-dsco", "FORMAT=GML3.2"]),
        (Format::Shapefile, "a.shp", &["ESRI Shapefile"]),
    ] {
        let Some(path) = converted(&scratch, name, &[degrees.as_slice(), own].concat()) else { return };
        let found = reading(format, &path);
        assert_eq!(found.only().0.srid, Some(4326), "{name}");
        same(found.only().1, expected, 1e-7);
    }
    let lines =
        [degrees.as_slice(), &["GPX", "-nlt", "MULTILINESTRING", "-dsco", "GPX_USE_EXTENSIONS=YES"]].concat();
    let Some(path) = converted(&scratch, "a.gpx", &lines) else { return };
    let found = reading(Format::Gpx, &path);
    same(found.layer("tracks").1, expected, 1e-3);
}
