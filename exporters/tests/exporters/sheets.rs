//! Workbooks, read by another library than the one that writes them.

use calamine::{Data, Reader, Xlsx, open_workbook_from_rs};
use exporters::{Format, Options, Row, Shape};

use crate::support::{columns, metadata, points, shapes, write};

fn workbook(options: &Options, rows: Vec<Row>) -> Xlsx<std::io::Cursor<Vec<u8>>> {
    let bytes = write(Format::Xlsx, &metadata(), &columns(), options, rows);
    open_workbook_from_rs(std::io::Cursor::new(bytes)).unwrap()
}

/// A part of the archive as text.
fn part(bytes: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    std::io::Read::read_to_string(&mut archive.by_name(name).unwrap(), &mut text).unwrap();
    text
}

#[test]
fn values_keep_their_types() {
    let mut book = workbook(&Options { shape: Shape::Point, ..Options::default() }, points());
    assert_eq!(book.sheet_names(), ["trees", "Opis"]);
    let sheet = book.worksheet_range("trees").unwrap();
    let cell = |row: u32, column: u32| sheet.get_value((row, column)).cloned().unwrap_or_default();
    assert_eq!(cell(0, 0), Data::String("id".to_owned()));
    assert_eq!(cell(1, 2), Data::Float(12.5));
    assert_eq!(cell(1, 3), Data::Float(147.0));
    assert_eq!(cell(1, 4), Data::Bool(true));
    assert!(matches!(&cell(1, 5), Data::DateTime(day) if day.as_f64() == 22_401.0), "{:?}", cell(1, 5));
    assert_eq!(cell(1, 7), Data::String("cięcie; podlewanie".to_owned()));
    assert_eq!(cell(2, 8), Data::String("=cmd|' /C calc'!A0".to_owned()));
    assert_eq!(cell(1, 10), Data::Float(21.006));
    assert!(book.worksheet_formula("trees").unwrap().is_empty(), "nothing is computed");
    let about = book.worksheet_range("Opis").unwrap();
    let says = |key: &str| {
        let row = about.rows().find(|row| row.get(2) == Some(&Data::String(key.to_owned())))?;
        row.get(1).map(ToString::to_string)
    };
    assert_eq!(says("licence").as_deref(), Some("CC0-1.0"));
    assert_eq!(says("revision").as_deref(), Some("42"));
    assert_eq!(says("rows").as_deref(), Some("3"));
}

#[test]
fn headings_help_whoever_fills_in() {
    let options =
        Options { shape: Shape::Point, titles: true, labels: true, hide_id: true, ..Options::default() };
    let bytes = write(Format::Xlsx, &metadata(), &columns(), &options, points());
    let sheet = part(&bytes, "xl/worksheets/sheet1.xml");
    assert!(sheet.contains(r#"hidden="1""#), "the id is hidden");
    assert!(sheet.contains("state=\"frozen\"") && sheet.contains("<autoFilter"), "{sheet:.600}");
    assert!(sheet.contains("<dataValidation"), "values can be chosen");
    assert!(part(&bytes, "xl/comments1.xml").contains("Mierzona od ziemi"));
    let mut book: Xlsx<_> = open_workbook_from_rs(std::io::Cursor::new(bytes)).unwrap();
    assert_eq!(
        book.sheet_names(),
        ["trees", "Opis", "Listy"],
        "a label with a comma needs a list of its own"
    );
    let sheet = book.worksheet_range("trees").unwrap();
    assert_eq!(sheet.get_value((0, 2)), Some(&Data::String("height_m [m]".to_owned())));
    assert_eq!(sheet.get_value((1, 1)), Some(&Data::String("Lipa drobnolistna".to_owned())));
    assert_eq!(sheet.get_value((2, 1)), Some(&Data::String("Dąb, szypułkowy".to_owned())));
}

#[test]
fn old_dates_and_long_shapes_do_not_spoil_the_file() {
    let mut rows = points();
    rows[0].values[4] = exporters::Value::Text("1863-01-22".to_owned());
    let coordinates: Vec<(f64, f64)> = (0..4_000).map(|n| (20.0 + f64::from(n) * 0.0001, 52.0)).collect();
    rows.push(Row {
        id: "long".to_owned(),
        geometry: Some(geo_types::LineString::from(coordinates).into()),
        values: Vec::new(),
    });
    rows.push(Row { id: "short".to_owned(), geometry: Some(shapes().remove(0)), values: Vec::new() });
    let mut book = workbook(&Options::default(), rows);
    let sheet = book.worksheet_range("trees").unwrap();
    assert_eq!(sheet.get_value((1, 5)), Some(&Data::String("1863-01-22".to_owned())));
    assert_eq!(sheet.get_value((4, 12)), Some(&Data::Empty));
    assert!(sheet.get_value((5, 12)).unwrap().to_string().starts_with("LINESTRING"));
    let about = book.worksheet_range("Opis").unwrap();
    assert!(about.rows().any(|row| row.get(2) == Some(&Data::String("shortened".to_owned()))));
}
