//! GeoPackages written for the purpose, good and hostile.

use std::path::{Path, PathBuf};

use geo_types::Geometry;
use importers::table::{Cell, Format, RowProblem};
use rusqlite::Connection;

use crate::{Scratch, fails, read, read_with, small_limits};

const BASE: &str = "
    CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT, srs_id INTEGER PRIMARY KEY, organization TEXT, organization_coordsys_id INTEGER, definition TEXT);
    INSERT INTO gpkg_spatial_ref_sys VALUES ('PL', 2180, 'EPSG', 2180, ''), ('own', 100001, 'epsg', 2178, ''), ('none', -1, 'NONE', -1, '');
    CREATE TABLE gpkg_contents (table_name TEXT PRIMARY KEY, data_type TEXT, identifier TEXT, srs_id INTEGER);
    CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, geometry_type_name TEXT, srs_id INTEGER);";

const TREES: &str = r#"
    CREATE TABLE "drzewa ""2""" (fid INTEGER PRIMARY KEY, geom BLOB, "nazwa ""pl""" TEXT, n MEDIUMINT, x DOUBLE, ok BOOLEAN, dnia DATE, foto BLOB);
    INSERT INTO gpkg_contents VALUES ('drzewa "2"', 'features', '', 100001);
    INSERT INTO gpkg_geometry_columns VALUES ('drzewa "2"', 'geom', 'POINT', 100001);"#;

fn database(path: &Path, more: &str) -> Connection {
    let connection = Connection::open(path).unwrap();
    connection.execute_batch(BASE).unwrap();
    connection.execute_batch(more).unwrap();
    connection
}

fn package(scratch: &Scratch, more: &str) -> PathBuf {
    let path = scratch.0.path().join("a b%20#.gpkg");
    let _ = std::fs::remove_file(&path);
    database(&path, more);
    path
}

/// Blob with an envelope of this kind (flags of the header) and this body.
fn blob(flags: u8, envelope: usize, body: &[u8]) -> Vec<u8> {
    let mut bytes = vec![b'G', b'P', 0, flags];
    bytes.extend(100_001_i32.to_le_bytes());
    bytes.resize(8 + envelope, 0);
    bytes.extend(body);
    bytes
}

fn point(x: f64, y: f64) -> Vec<u8> {
    let mut bytes = vec![1, 1, 0, 0, 0];
    bytes.extend(x.to_le_bytes());
    bytes.extend(y.to_le_bytes());
    bytes
}

#[test]
fn layers_values_and_geometries() {
    let scratch = Scratch::new();
    let path = scratch.0.path().join("a.gpkg");
    let connection = database(
        &path,
        &format!(
            "{TREES} CREATE TABLE lista (id INTEGER PRIMARY KEY, t TEXT); INSERT INTO gpkg_contents VALUES ('lista', 'attributes', '', NULL);
             INSERT INTO lista VALUES (7, ' żółw ');
             CREATE TABLE tiles (a TEXT); INSERT INTO gpkg_contents VALUES ('tiles', 'tiles', '', NULL);"
        ),
    );
    let insert = r#"INSERT INTO "drzewa ""2""" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"#;
    let none = Option::<Vec<u8>>::None;
    let whole = blob(0b011, 32, &point(7_423_907.0, 5_547_820.0));
    connection.execute(insert, (1, whole, "lipa", 5, 1.5, true, "2024-02-29", none.clone())).unwrap();
    let empty = blob(0b1_0001, 0, &point(f64::NAN, f64::NAN));
    connection
        .execute(insert, (5, empty, "", 6.5, f64::INFINITY, false, "rano", Some(vec![1_u8, 2])))
        .unwrap();
    connection.execute(insert, (6, none.clone(), "", 0, 0, 0, "", none.clone())).unwrap();
    connection.execute(insert, (7, "POINT(1 1)", "", 0, 0, 0, "", none)).unwrap();
    drop(connection);
    let reading = read(Format::Gpkg, &path).unwrap();
    assert_eq!(reading.overview.layers.len(), 2);
    let (layer, rows) = reading.layer("drzewa \"2\"");
    assert_eq!((layer.srid, layer.geometry, layer.rows), (Some(2178), true, Some(4)));
    assert_eq!(layer.columns, ["nazwa \"pl\"", "n", "x", "ok", "dnia", "foto"]);
    let text = |text: &str| Cell::Text(text.into());
    assert_eq!(
        rows[0].cells,
        [
            text("lipa"),
            Cell::Integer(5),
            Cell::Number(1.5),
            Cell::Bool(true),
            Cell::Date("2024-02-29".into()),
            Cell::Empty
        ]
    );
    assert_eq!((rows[0].id.as_deref(), rows[0].srid), (Some("1"), Some(2178)));
    assert_eq!(rows[0].geometry, Some(Geometry::Point(geo_types::Point::new(7_423_907.0, 5_547_820.0))));
    assert_eq!(rows[1].cells[1..5], [Cell::Number(6.5), text("inf"), Cell::Bool(false), text("rano")]);
    assert_eq!(
        (rows[1].faults[0].problem, rows[1].faults[0].found.as_str()),
        (RowProblem::NotText, "2 bytes")
    );
    assert!(rows[1].geometry.is_none() && rows[2].geometry.is_none() && rows[2].faults.is_empty());
    assert_eq!(rows[3].faults[0].problem, RowProblem::BadGeometry);
    let (list, rows) = reading.layer("lista");
    assert_eq!(
        (list.columns.as_slice(), list.geometry),
        (["id".to_owned(), "t".to_owned()].as_slice(), false)
    );
    assert_eq!(rows[0].cells, [Cell::Integer(7), text("żółw")]);
    assert!(std::fs::read_dir(scratch.0.path()).unwrap().count() == 1, "something was written beside it");
}

#[test]
fn every_envelope_is_passed_over_and_bad_blobs_are_faults() {
    let scratch = Scratch::new();
    let path = scratch.0.path().join("a.gpkg");
    let connection = database(&path, TREES);
    let body = point(1.0, 2.0);
    let mut big = vec![0, 0, 0, 0, 1];
    big.extend(1.0_f64.to_be_bytes());
    big.extend(2.0_f64.to_be_bytes());
    let good = [
        blob(0b0001, 0, &body),
        blob(0b0011, 32, &body),
        blob(0b0101, 48, &body),
        blob(0b0111, 48, &body),
        blob(0b1001, 64, &big),
    ];
    let bad = [
        blob(0b1011, 64, &body),
        blob(0b10_0001, 0, &body),
        blob(0b0011, 0, &body),
        b"GP".to_vec(),
        vec![],
        b"XX000000".to_vec(),
        blob(1, 0, &[1, 3, 0, 0, 0, 255, 255, 255, 255]),
        blob(1, 0, &body[..10]),
        blob(1, 0, &point(1.0, f64::INFINITY)),
    ];
    for bytes in good.iter().chain(&bad) {
        connection.execute(r#"INSERT INTO "drzewa ""2""" (geom) VALUES (?1)"#, (bytes,)).unwrap();
    }
    drop(connection);
    let rows = &read(Format::Gpkg, &path).unwrap().rows[0];
    for (at, row) in rows.iter().enumerate() {
        if at < good.len() {
            assert!(row.geometry.is_some() && row.faults.is_empty(), "{at}: {row:?}");
        } else {
            assert!(row.geometry.is_none(), "{at}");
            assert_eq!((row.faults.len(), row.faults[0].problem), (1, RowProblem::BadGeometry), "{at}");
        }
    }
}

#[test]
fn hostile_databases_are_refused() {
    let scratch = Scratch::new();
    let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n";
    let view = format!(
        "CREATE VIEW v AS {endless}; INSERT INTO gpkg_contents VALUES ('v', 'attributes', '', NULL);"
    );
    fails(read(Format::Gpkg, &package(&scratch, &view)), &["v is a view"]);
    let path = scratch.0.path().join("contents.gpkg");
    let connection = Connection::open(&path).unwrap();
    connection
        .execute_batch(&format!(
            "CREATE TABLE gpkg_spatial_ref_sys (a TEXT);
             CREATE VIEW gpkg_contents AS SELECT 'x' || i AS table_name, 'features' AS data_type, 1 AS srs_id, i AS rowid FROM ({endless});"
        ))
        .unwrap();
    drop(connection);
    fails(read(Format::Gpkg, &path), &["gpkg_contents is a view"]);
    let missing = "INSERT INTO gpkg_contents VALUES ('gone', 'features', '', NULL);";
    fails(read(Format::Gpkg, &package(&scratch, missing)), &["gone is missing"]);
    let endless_column =
        "CREATE TABLE t (a INTEGER, b GENERATED ALWAYS AS (hex(zeroblob(400000000))) VIRTUAL);
        INSERT INTO t (a) VALUES (1); INSERT INTO gpkg_contents VALUES ('t', 'attributes', '', NULL);";
    let outcome = read(Format::Gpkg, &package(&scratch, endless_column));
    // Generated columns are no columns of the layer, or too large ones.
    assert!(outcome.is_err() || outcome.unwrap().only().0.columns == ["a"]);
    let path = scratch.0.path().join("plain.db");
    Connection::open(&path).unwrap().execute_batch("CREATE TABLE t (a TEXT)").unwrap();
    fails(read(Format::Gpkg, &path), &["no tables gpkg_contents"]);
    fails(read(Format::Gpkg, &scratch.file("empty.gpkg", b"")), &["is empty"]);
    fails(
        read(Format::Gpkg, &scratch.file("text.gpkg", b"SQLite format 3\0 and nothing more")),
        &["damaged"],
    );
    let many: String = (0..101).map(|at| format!("INSERT INTO l VALUES ('{at}');")).collect();
    let list = format!(
        "CREATE TABLE l (a TEXT); INSERT INTO gpkg_contents VALUES ('l', 'attributes', '', NULL); {many}"
    );
    fails(read_with(Format::Gpkg, &package(&scratch, &list), &small_limits()), &["more than 100 rows"]);
}

#[test]
fn a_package_cut_or_changed_anywhere_never_panics() {
    let scratch = Scratch::new();
    let path = package(&scratch, &format!("{TREES} INSERT INTO \"drzewa \"\"2\"\"\" (n) VALUES (1), (2);"));
    let whole = std::fs::read(&path).unwrap();
    assert_eq!(read(Format::Gpkg, &path).unwrap().rows[0].len(), 2);
    for end in (0..whole.len()).step_by(512) {
        assert!(read(Format::Gpkg, &scratch.file("cut.gpkg", &whole[..end])).is_err(), "cut at {end}");
    }
    for at in (0..whole.len()).step_by(37) {
        let mut changed = whole.clone();
        changed[at] ^= 0xff;
        let _ = importers::table::open_as(
            Format::Gpkg,
            &crate::input(&scratch.file("changed.gpkg", &changed)),
            &small_limits(),
        );
    }
}
