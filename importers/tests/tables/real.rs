//! The real files, against counts that were made with another program.
//!
//! They lie in `REEVE_TEST_DATA` and are never part of the project.

use geo_types::Geometry;
use importers::table::{Cell, Format, InputFile, Limits, Options, Overview, Row, expand};

use crate::{data_folder, text, try_table};

fn real(path: &str) -> Option<(Overview, Vec<Row>)> {
    let file = InputFile { path: data_folder()?.join(path), name: path.to_owned() };
    Some(try_table(&file, &Options::default()).unwrap_or_else(|error| panic!("{error}")))
}

fn filled(rows: &[Row]) -> usize {
    rows.iter().flat_map(|row| &row.cells).filter(|cell| **cell != Cell::Empty).count()
}

/// File, columns, rows, cells that are not empty.
const CSV: [(&str, usize, usize, usize); 18] = [
    ("inventory/warsaw/drzewa_10000.csv", 20, 10_000, 189_947),
    ("inventory/krakow/drzewa.csv", 6, 3_235, 19_410),
    ("inventory/krakow/parcele.csv", 3, 37, 111),
    ("inventory/krakow/ewid_id.csv", 1, 146, 146),
    ("inventory/vancouver/street_trees.csv.gz", 20, 146_611, 2_741_085),
    ("graves/warsaw/graves.csv", 12, 383, 4_574),
    ("graves/warsaw/people_powazki_wikidata.csv", 8, 245, 1_829),
    ("graves/warsaw/cemeteries_poland_wikidata.csv", 5, 5_133, 23_622),
    ("graves/brzesko/sektor1.csv", 3, 172, 516),
    ("graves/brzesko/sektor1zmarli.csv", 5, 353, 1_510),
    ("graves/brzesko/sektor2.csv", 3, 237, 711),
    ("graves/brzesko/sektor2zmarli.csv", 5, 364, 1_499),
    ("graves/brzesko/sektor3.csv", 3, 152, 456),
    ("graves/brzesko/sektor3zmarli.csv", 5, 244, 959),
    ("graves/brzesko/sektor4.csv", 3, 109, 327),
    ("graves/brzesko/sektor4zmarli.csv", 5, 204, 815),
    ("graves/brzesko/sektor5.csv", 3, 199, 597),
    ("graves/brzesko/sektor5zmarli.csv", 5, 431, 1_652),
];

#[test]
fn separated_values_are_read_to_the_last_cell() {
    for (path, columns, count, cells) in CSV {
        let Some((overview, rows)) = real(path) else { return };
        assert_eq!(overview.encoding.as_deref(), Some("utf-8"), "{path}");
        assert_eq!((overview.layers[0].columns.len(), rows.len()), (columns, count), "{path}");
        assert_eq!(filled(&rows), cells, "{path}");
        assert!(rows.iter().all(|row| row.faults.is_empty()), "{path}");
        let numbers: Vec<u64> = rows.iter().map(|row| row.number).collect();
        let first = 1 + overview.header_row.unwrap();
        assert_eq!(numbers, (first..first + count as u64).collect::<Vec<_>>(), "{path}");
    }
}

#[test]
fn the_mark_inside_the_heading_of_warsaw_is_gone() {
    let Some((overview, rows)) = real("inventory/warsaw/drzewa_10000.csv") else { return };
    assert_eq!(overview.delimiter, Some(';'));
    assert_eq!(overview.layers[0].columns[15], "x_wgs84");
    assert_eq!(rows[0].cells[2], text("52.246262"));
}

#[test]
fn people_without_a_heading_get_the_letters_of_a_spreadsheet() {
    let Some((overview, _)) = real("graves/warsaw/people_powazki_wikidata.csv") else { return };
    assert_eq!(overview.header_row, Some(0));
    assert_eq!(overview.layers[0].columns, ["A", "B", "C", "D", "E", "F", "G", "H"]);
}

#[test]
fn the_workbook_of_grenoble_is_read_to_the_last_cell() {
    let Some((overview, rows)) = real("inventory/grenoble/trees.xlsx") else { return };
    assert_eq!(overview.format, Format::Xlsx);
    assert_eq!((overview.layers[0].name.as_str(), overview.layers[0].columns.len()), ("trees", 38));
    assert_eq!((overview.header_row, rows.len(), filled(&rows)), (Some(1), 31_826, 706_015));
    let whole = rows.iter().flat_map(|row| &row.cells).filter(|cell| matches!(cell, Cell::Integer(_)));
    assert_eq!(whole.count(), 94_056);
    assert_eq!(rows[0].cells[0], Cell::Integer(27_452));
    // A record that is broken over two rows.
    assert_eq!((rows[1_406].number, &rows[1_406].cells[0]), (1_408, &Cell::Empty));
    assert!(rows.iter().all(|row| row.faults.is_empty()));
}

#[test]
fn people_of_podrzecze_are_one_step_below_the_top() {
    let Some((overview, rows)) = real("graves/podrzecze/db.json") else { return };
    assert_eq!(overview.format, Format::Json);
    let layer = &overview.layers[0];
    assert_eq!((layer.name.as_str(), layer.rows), ("people", Some(80)));
    assert_eq!(layer.columns, ["id", "name", "surname", "birthDate", "deathDate", "tombId", "sex"]);
    assert_eq!((rows.len(), filled(&rows)), (80, 560));
    assert_eq!(rows[0].cells[5], Cell::Integer(121));
}

#[test]
fn the_plan_of_kozelshchyna_is_read_to_the_last_corner() {
    for (name, columns, count, cells) in
        [("graves", 7, 2_152, 8_608), ("rows", 3, 98, 196), ("section", 2, 10, 10)]
    {
        let Some((overview, rows)) = real(&format!("graves/kozelshchyna/{name}.geojson")) else { return };
        assert_eq!(overview.format, Format::Geojson);
        let layer = &overview.layers[0];
        assert_eq!((layer.name.as_str(), layer.columns.len(), layer.rows), (name, columns, Some(count)));
        assert_eq!((layer.srid, rows.len() as u64, filled(&rows)), (Some(4326), count, cells));
        let areas = rows.iter().filter(|row| matches!(row.geometry, Some(Geometry::MultiPolygon(_))));
        assert_eq!(areas.count() as u64, count, "{name}");
    }
}

#[test]
fn the_list_of_communes_comes_out_of_its_archive() {
    let Some(folder) = data_folder() else { return };
    let name = "TERC_Urzedowy_2025-11-18.zip";
    let archive = InputFile { path: folder.join("cadastre/prg_teryt").join(name), name: name.to_owned() };
    let scratch = tempfile::tempdir().unwrap();
    let files = expand(&archive, scratch.path(), &Limits::default()).unwrap();
    let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(names, ["TERC_Urzedowy_2025-11-18.csv", "TERC_Urzedowy_2025-11-18.xml"]);
    let (overview, rows) = try_table(&files[0], &Options::default()).unwrap();
    assert_eq!((overview.delimiter, rows.len()), (Some(';'), 4_348));
    assert_eq!(overview.layers[0].columns[0], "WOJ");
    assert_eq!(rows[0].cells[0], text("02"));
}
