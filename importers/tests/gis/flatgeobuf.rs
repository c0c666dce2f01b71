//! FlatGeobuf files written by the library of the format, good and hostile.

use std::path::PathBuf;

use flatgeobuf::{ColumnType, FgbCrs, FgbWriter, FgbWriterOptions, GeometryType};
use geo_types::{Geometry, line_string, point, polygon};
use geozero::{ColumnValue, PropertyProcessor};
use importers::table::{Cell, Format, RowProblem};

use crate::{Scratch, fails, read, read_with, small_limits};

fn written(geometries: &[Geometry<f64>], index: bool, kind: GeometryType) -> Vec<u8> {
    let crs = FgbCrs { org: Some("EPSG"), code: 2178, ..FgbCrs::default() };
    let detect = kind != GeometryType::Unknown;
    let options = FgbWriterOptions {
        write_index: index,
        crs,
        detect_type: detect,
        promote_to_multi: false,
        ..FgbWriterOptions::default()
    };
    let mut writer = FgbWriter::create_with_options("drzewa", kind, options).unwrap();
    for (name, kind) in [
        ("nazwa", ColumnType::String),
        ("n", ColumnType::Long),
        ("x", ColumnType::Double),
        ("ok", ColumnType::Bool),
        ("dnia", ColumnType::DateTime),
        ("dane", ColumnType::Json),
    ] {
        writer.add_column(name, kind, |_, _| {});
    }
    for (at, geometry) in geometries.iter().enumerate() {
        writer
            .add_feature_geom(geometry.clone(), |feature| {
                feature.property(0, "nazwa", &ColumnValue::String(&format!("lipa {at} ż"))).unwrap();
                feature.property(1, "n", &ColumnValue::Long(-5)).unwrap();
                feature.property(2, "x", &ColumnValue::Double(1.5)).unwrap();
                feature.property(3, "ok", &ColumnValue::Bool(true)).unwrap();
                feature.property(4, "dnia", &ColumnValue::DateTime("2026-11-24T10:00:00Z")).unwrap();
                feature.property(5, "dane", &ColumnValue::Json("{\"a\": [1]}")).unwrap();
            })
            .unwrap();
    }
    let mut bytes = Vec::new();
    writer.write(&mut bytes).unwrap();
    bytes
}

fn file(scratch: &Scratch, bytes: &[u8]) -> PathBuf {
    scratch.file("a.fgb", bytes)
}

fn shapes() -> Vec<Geometry<f64>> {
    vec![
        point!(x: 1.0, y: 2.0).into(),
        line_string![(x: 0.0, y: 0.0), (x: 1.0, y: 1.0)].into(),
        polygon!(exterior: [(x: 0.0, y: 0.0), (x: 4.0, y: 0.0), (x: 4.0, y: 4.0), (x: 0.0, y: 0.0)],
                 interiors: [[(x: 2.0, y: 1.0), (x: 3.0, y: 1.0), (x: 3.0, y: 2.0), (x: 2.0, y: 1.0)]])
        .into(),
        geo_types::MultiPoint::from(vec![(1.0, 2.0), (3.0, 4.0)]).into(),
        geo_types::MultiLineString(vec![
            line_string![(x: 0.0, y: 0.0), (x: 1.0, y: 1.0)],
            line_string![(x: 5.0, y: 0.0), (x: 6.0, y: 1.0)],
        ])
        .into(),
        geo_types::MultiPolygon(vec![
            polygon![(x: 0.0, y: 0.0), (x: 4.0, y: 0.0), (x: 4.0, y: 4.0), (x: 0.0, y: 0.0)],
            polygon![(x: 9.0, y: 0.0), (x: 9.5, y: 0.0), (x: 9.5, y: 4.0), (x: 9.0, y: 0.0)],
        ])
        .into(),
    ]
}

#[test]
fn values_and_geometries_come_as_they_were_written() {
    let scratch = Scratch::new();
    for index in [true, false] {
        let bytes = written(&shapes(), index, GeometryType::Unknown);
        let reading = read(Format::Flatgeobuf, &file(&scratch, &bytes)).unwrap();
        let (layer, rows) = reading.layer("drzewa");
        assert_eq!((layer.srid, layer.rows), (Some(2178), Some(6)));
        assert_eq!(layer.columns, ["nazwa", "n", "x", "ok", "dnia", "dane"]);
        let found: Vec<Geometry<f64>> = rows.iter().map(|row| row.geometry.clone().unwrap()).collect();
        // With an index the writer sorts its features.
        assert!(shapes().iter().all(|shape| found.contains(shape)), "{found:?}");
        assert!(rows.iter().all(|row| row.faults.is_empty() && row.srid == Some(2178)));
        let first = rows.iter().find(|row| row.cells[0] == Cell::Text("lipa 0 ż".into())).unwrap();
        assert_eq!(
            first.cells[1..],
            [
                Cell::Integer(-5),
                Cell::Number(1.5),
                Cell::Bool(true),
                Cell::Date("2026-11-24T10:00:00Z".into()),
                Cell::Text("{\"a\": [1]}".into())
            ]
        );
    }
}

#[test]
fn limits_and_lies_of_size() {
    let scratch = Scratch::new();
    let many = vec![point!(x: 1.0, y: 2.0).into(); 101];
    let bytes = written(&many, true, GeometryType::Point);
    fails(
        read_with(Format::Flatgeobuf, &file(&scratch, &bytes), &small_limits()),
        &["more than 100 features"],
    );
    let long: Geometry<f64> = geo_types::LineString(vec![(0.0, 1.0).into(); 1_001]).into();
    let path = file(&scratch, &written(&[long], false, GeometryType::LineString));
    let rows = &read_with(Format::Flatgeobuf, &path, &small_limits()).unwrap().rows[0];
    assert_eq!(rows[0].faults[0].problem, RowProblem::TooLarge);
    let whole = written(&shapes(), true, GeometryType::Unknown);
    let mut absurd = whole.clone();
    absurd[8..12].copy_from_slice(&u32::MAX.to_le_bytes());
    fails(read(Format::Flatgeobuf, &file(&scratch, &absurd)), &["header", "4294967295"]);
    let bad: Geometry<f64> = point!(x: f64::NAN, y: 2.0).into();
    let path = file(&scratch, &written(&[bad], false, GeometryType::Point));
    assert_eq!(
        read(Format::Flatgeobuf, &path).unwrap().rows[0][0].faults[0].problem,
        RowProblem::BadGeometry
    );
}

#[test]
fn a_file_cut_anywhere_is_refused_and_a_changed_one_never_panics() {
    let scratch = Scratch::new();
    let whole = written(&shapes(), true, GeometryType::Unknown);
    for end in 0..whole.len() {
        assert!(read(Format::Flatgeobuf, &file(&scratch, &whole[..end])).is_err(), "cut at {end}");
    }
    for at in 0..whole.len() {
        for bits in [0xff, 0x80, 0x01] {
            let mut changed = whole.clone();
            changed[at] ^= bits;
            let path = file(&scratch, &changed);
            let Ok(mut reader) =
                importers::table::open_as(Format::Flatgeobuf, &crate::input(&path), &small_limits())
            else {
                continue;
            };
            let layer = reader.overview().layers[0].name.clone();
            let _ = reader.read(&layer, &mut |_| Ok(()), &mut |_| {});
        }
    }
}
