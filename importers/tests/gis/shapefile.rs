//! Shapefiles written for the purpose, good and hostile.

use std::path::PathBuf;

use geo::Area;
use geo_types::Geometry;
use importers::table::{Cell, Format, RowProblem};

use crate::{Scratch, fails, read, read_with, small_limits};

/// A column of the table: name, type, length, decimals.
type Column = (&'static str, u8, u8, u8);

fn dbf(columns: &[Column], language: u8, rows: &[&[u8]]) -> Vec<u8> {
    let record = 1 + columns.iter().map(|column| usize::from(column.2)).sum::<usize>();
    let header = 33 + columns.len() * 32;
    let mut bytes = vec![3, 126, 1, 1];
    bytes.extend((rows.len() as u32).to_le_bytes());
    bytes.extend((header as u16).to_le_bytes());
    bytes.extend((record as u16).to_le_bytes());
    bytes.resize(32, 0);
    bytes[29] = language;
    for (name, kind, length, decimals) in columns {
        let start = bytes.len();
        bytes.extend(name.as_bytes());
        bytes.resize(start + 11, 0);
        bytes.push(*kind);
        bytes.resize(start + 16, 0);
        bytes.extend([*length, *decimals]);
        bytes.resize(start + 32, 0);
    }
    bytes.push(0x0d);
    for row in rows {
        assert_eq!(row.len(), record);
        bytes.extend(*row);
    }
    bytes.push(0x1a);
    bytes
}

fn header(kind: u32, length: usize) -> Vec<u8> {
    let mut bytes = 9994_u32.to_be_bytes().to_vec();
    bytes.resize(24, 0);
    bytes.extend(((length / 2) as u32).to_be_bytes());
    bytes.extend(1000_u32.to_le_bytes());
    bytes.extend(kind.to_le_bytes());
    bytes.resize(100, 0);
    bytes
}

/// `.shp` and `.shx` with these contents of shapes.
fn shp(kind: u32, shapes: &[Vec<u8>]) -> (Vec<u8>, Vec<u8>) {
    let length = 100 + shapes.iter().map(|shape| shape.len() + 8).sum::<usize>();
    let (mut main, mut index) = (header(kind, length), header(kind, 100 + 8 * shapes.len()));
    for (at, shape) in shapes.iter().enumerate() {
        index.extend(((main.len() / 2) as u32).to_be_bytes());
        index.extend(((shape.len() / 2) as u32).to_be_bytes());
        main.extend((at as u32 + 1).to_be_bytes());
        main.extend(((shape.len() / 2) as u32).to_be_bytes());
        main.extend(shape);
    }
    (main, index)
}

fn point(x: f64, y: f64) -> Vec<u8> {
    let mut bytes = 1_u32.to_le_bytes().to_vec();
    bytes.extend(x.to_le_bytes());
    bytes.extend(y.to_le_bytes());
    bytes
}

fn parts(kind: u32, parts: &[&[(f64, f64)]]) -> Vec<u8> {
    let mut bytes = kind.to_le_bytes().to_vec();
    bytes.resize(36, 0);
    bytes.extend((parts.len() as u32).to_le_bytes());
    bytes.extend((parts.iter().map(|part| part.len()).sum::<usize>() as u32).to_le_bytes());
    let mut start = 0_u32;
    for part in parts {
        bytes.extend(start.to_le_bytes());
        start += part.len() as u32;
    }
    for (x, y) in parts.iter().flat_map(|part| part.iter()) {
        bytes.extend(x.to_le_bytes());
        bytes.extend(y.to_le_bytes());
    }
    bytes
}

fn square(x: f64, y: f64, side: f64, clockwise: bool) -> Vec<(f64, f64)> {
    let mut ring = vec![(x, y), (x, y + side), (x + side, y + side), (x + side, y), (x, y)];
    if !clockwise {
        ring.reverse();
    }
    ring
}

const NAME: [Column; 1] = [("NAZWA", b'C', 8, 0)];

fn set(scratch: &Scratch, shapes: &[Vec<u8>], table: &[u8]) -> PathBuf {
    let (main, index) = shp(5, shapes);
    scratch.file("x.DBF", table);
    scratch.file("x.shx", &index);
    scratch.file("x.shp", &main)
}

fn named(count: usize) -> Vec<u8> {
    let rows: Vec<&[u8]> = std::iter::repeat_n(b" lipa    ".as_slice(), count).collect();
    dbf(&NAME, 0, &rows)
}

#[test]
fn types_of_values_and_deleted_rows() {
    let scratch = Scratch::new();
    let columns =
        [("NAZWA", b'C', 6, 0), ("N", b'N', 4, 0), ("F", b'F', 5, 2), ("D", b'D', 8, 0), ("L", b'L', 1, 0)];
    let rows: [&[u8]; 3] =
        [b" lipa    12 1.5020240229T", b"*bez      1 1.0020240101F", b" d\xb9b   **** 1,50        ?"];
    let path = set(&scratch, &[point(1.0, 2.0), point(3.0, 4.0), vec![0; 4]], &dbf(&columns, 0, &rows));
    let reading = read(Format::Shapefile, &path).unwrap();
    let (layer, rows) = reading.layer("x");
    assert_eq!((layer.rows, rows.len(), layer.srid), (Some(2), 2, None));
    assert_eq!(reading.overview.encoding.as_deref(), Some("windows-1250"));
    let text = |text: &str| Cell::Text(text.into());
    assert_eq!(
        rows[0].cells,
        [
            text("lipa"),
            Cell::Integer(12),
            Cell::Number(1.5),
            Cell::Date("2024-02-29".into()),
            Cell::Bool(true)
        ]
    );
    assert_eq!(rows[1].cells, [text("dąb"), Cell::Empty, text("1,50"), Cell::Empty, Cell::Empty]);
    assert_eq!((rows[0].number, rows[1].number), (1, 3));
    assert_eq!(rows[0].geometry, Some(geo_types::point!(x: 1.0, y: 2.0).into()));
    assert_eq!(rows[1].geometry, None);
    assert!(rows.iter().all(|row| row.faults.is_empty()));
}

#[test]
fn encodings_of_the_table() {
    let table = |bytes: &[u8]| {
        let mut row = vec![b' '];
        row.extend(bytes);
        row.resize(9, b' ');
        dbf(&NAME, 0x57, &[&row])
    };
    let utf8 = table("żyła".as_bytes());
    let cp1250 = table(b"\xbfy\xb3a");
    let latin2 = table(b"\xb1\xb6");
    for (bytes, cpg, text) in [
        (&utf8, None, "żyła"),
        (&utf8, Some("UTF-8"), "żyła"),
        (&cp1250, None, "żyła"),
        (&cp1250, Some("1250"), "żyła"),
        (&latin2, Some("ISO 88592"), "ąś"),
    ] {
        let scratch = Scratch::new();
        let path = set(&scratch, &[point(1.0, 1.0)], bytes);
        if let Some(label) = cpg {
            scratch.file("x.cpg", label.as_bytes());
        }
        assert_eq!(read(Format::Shapefile, &path).unwrap().text("x", 0, "NAZWA"), text);
    }
    let scratch = Scratch::new();
    let path = set(&scratch, &[point(1.0, 1.0)], &latin2);
    scratch.file("x.cpg", b"mazovia");
    fails(read(Format::Shapefile, &path), &["mazovia", "encoding"]);
    scratch.file("x.cpg", b"UTF-8");
    assert_eq!(read(Format::Shapefile, &path).unwrap().rows[0][0].faults[0].problem, RowProblem::NotText);
}

#[test]
fn areas_have_their_holes_whatever_the_order_of_rings() {
    let outer = square(0.0, 0.0, 10.0, true);
    let hole = square(1.0, 1.0, 2.0, false);
    let island = square(1.5, 1.5, 0.5, true);
    let other = square(20.0, 0.0, 10.0, true);
    let area = |rings: &[&[(f64, f64)]]| {
        let scratch = Scratch::new();
        let path = set(&scratch, &[parts(5, rings)], &named(1));
        let reading = read(Format::Shapefile, &path).unwrap();
        let row = &reading.rows[0][0];
        row.geometry.clone().unwrap_or_else(|| panic!("{:?}", row.faults))
    };
    let count = |geometry: &Geometry<f64>| match geometry {
        Geometry::Polygon(polygon) => (1, polygon.interiors().len()),
        Geometry::MultiPolygon(all) => (all.0.len(), all.0.iter().map(|one| one.interiors().len()).sum()),
        other => panic!("{other:?}"),
    };
    let all = area(&[&hole, &island, &other, &outer]);
    assert_eq!((count(&all), all.unsigned_area()), ((3, 1), 196.25));
    let one = area(&[&outer, &hole]);
    assert_eq!((count(&one), one.unsigned_area()), ((1, 1), 96.0));
    let turned: Vec<Vec<(f64, f64)>> = [&outer, &hole].iter().map(|_| Vec::new()).collect();
    assert_eq!(turned.len(), 2);
    // All of them the wrong way round: what lies within decides.
    let wrong = area(&[&square(0.0, 0.0, 10.0, false), &hole]);
    assert_eq!((count(&wrong), wrong.unsigned_area()), ((1, 1), 96.0));
    // A hole that touches its ring from within stays one; one in nothing is an area.
    let touching = area(&[&outer, &square(0.0, 0.0, 2.0, false)]);
    assert_eq!((count(&touching), touching.unsigned_area()), ((1, 1), 96.0));
    let away = area(&[&outer, &square(50.0, 0.0, 2.0, false)]);
    assert_eq!(count(&away), (2, 0));
}

#[test]
fn lines_and_points_and_systems() {
    let scratch = Scratch::new();
    let line = [(0.0, 0.0), (1.0, 1.0)];
    let mut points = 8_u32.to_le_bytes().to_vec();
    points.resize(36, 0);
    points.extend(1_u32.to_le_bytes());
    points.extend(point(5.0, 6.0).split_off(4));
    let shapes = [parts(3, &[&line]), parts(13, &[&line, &line]), points, point(f64::NAN, f64::NAN)];
    let path = set(&scratch, &shapes, &named(4));
    scratch.file("x.prj", br#"GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984"]]"#);
    let reading = read(Format::Shapefile, &path).unwrap();
    let rows = &reading.rows[0];
    assert!(matches!(rows[0].geometry, Some(Geometry::LineString(_))));
    assert!(matches!(rows[1].geometry, Some(Geometry::MultiLineString(_))));
    assert!(matches!(rows[2].geometry, Some(Geometry::MultiPoint(_))));
    assert!(rows[3].geometry.is_none() && rows[3].faults.is_empty());
    assert_eq!((rows[0].srid, reading.only().0.srid), (Some(4326), Some(4326)));
    std::fs::remove_file(scratch.0.path().join("x.shx")).unwrap();
    assert_eq!(read(Format::Shapefile, &path).unwrap().rows[0], *rows);
}

#[test]
fn bad_shapes_are_faults_of_their_rows() {
    let scratch = Scratch::new();
    let mut lying = parts(5, &[&square(0.0, 0.0, 1.0, true)]);
    lying[40..44].copy_from_slice(&1_000_000_u32.to_le_bytes());
    let mut huge = parts(5, &[&square(0.0, 0.0, 1.0, true)]);
    huge[36..40].copy_from_slice(&u32::MAX.to_le_bytes());
    let mut backwards = parts(5, &[&square(0.0, 0.0, 1.0, true), &square(0.0, 0.0, 1.0, true)]);
    backwards[48..52].copy_from_slice(&9_000_u32.to_le_bytes());
    let open = parts(5, &[&[(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)]]);
    let shapes = [
        lying,
        huge,
        backwards,
        open,
        point(1.0, f64::INFINITY),
        31_u32.to_le_bytes().to_vec(),
        vec![99, 0, 0, 0],
    ];
    let path = set(&scratch, &shapes, &named(7));
    let rows = &read(Format::Shapefile, &path).unwrap().rows[0];
    assert!(
        rows.iter().all(|row| row.geometry.is_none() && row.faults[0].problem == RowProblem::BadGeometry)
    );
    let mut large = parts(3, &[&[(0.0, 0.0); 1_001]]);
    let path = set(&scratch, &[large.clone()], &named(1));
    let fault =
        |path| read_with(Format::Shapefile, path, &small_limits()).unwrap().rows[0][0].faults[0].problem;
    assert_eq!(fault(&path), RowProblem::TooLarge);
    large.resize(100_000, 0);
    assert_eq!(fault(&set(&scratch, &[large], &named(1))), RowProblem::TooLarge);
}

#[test]
fn incomplete_and_lying_sets_are_refused() {
    let scratch = Scratch::new();
    let shapes = [point(1.0, 2.0), point(3.0, 4.0)];
    let path = set(&scratch, &shapes, &named(2));
    let whole: Vec<Vec<u8>> = ["x.shp", "x.DBF", "x.shx"]
        .iter()
        .map(|name| std::fs::read(scratch.0.path().join(name)).unwrap())
        .collect();
    assert_eq!(read(Format::Shapefile, &path).unwrap().rows[0].len(), 2);
    for (name, bytes) in ["x.shp", "x.DBF", "x.shx"].iter().zip(&whole) {
        for end in 0..bytes.len() {
            scratch.file(name, &bytes[..end]);
            // The byte that marks the end of the table may be missing.
            if *name == "x.DBF" && end + 1 == bytes.len() {
                continue;
            }
            fails(read(Format::Shapefile, &path), &["x.shp"]);
        }
        scratch.file(name, bytes);
    }
    scratch.file("x.DBF", &named(1));
    fails(read(Format::Shapefile, &path), &["2 shapes", "1 rows"]);
    let mut lying = named(2);
    lying[4..8].copy_from_slice(&u32::MAX.to_le_bytes());
    scratch.file("x.DBF", &lying);
    fails(read(Format::Shapefile, &path), &["cut off", "4294967295 rows"]);
    std::fs::remove_file(scratch.0.path().join("x.DBF")).unwrap();
    fails(read(Format::Shapefile, &path), &[".dbf is missing", "ZIP"]);
    scratch.file("x.dbf", &dbf(&[("UWAGI", b'M', 10, 0)], 0, &[b"          1", b"           "]));
    fails(read(Format::Shapefile, &path), &[".dbt"]);
    let mut memo = vec![0; 512];
    memo.extend("Pień wypróchniały".as_bytes());
    memo.extend([0x1a, 0x1a]);
    scratch.file("x.dbt", &memo);
    let mut table = std::fs::read(scratch.0.path().join("x.dbf")).unwrap();
    table[0] = 0x83;
    scratch.file("x.dbf", &table);
    let reading = read(Format::Shapefile, &path).unwrap();
    assert_eq!(reading.text("x", 0, "UWAGI"), "Pień wypróchniały");
    assert_eq!(reading.cell("x", 1, "UWAGI"), Cell::Empty);
}
