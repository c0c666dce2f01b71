//! Folders and archives become their files.

use std::fs;

use importers::table::{InputFile, Limits, TableError, expand};

use crate::workbooks::{xlsx, zipped};
use crate::{made, table};

fn names(file: &InputFile, limits: &Limits) -> Result<Vec<String>, TableError> {
    let scratch = tempfile::tempdir().unwrap();
    let files = expand(file, scratch.path(), limits)?;
    for file in &files {
        assert!(file.path.is_file(), "{file:?}");
    }
    Ok(files.into_iter().map(|file| file.name).collect())
}

fn of_archive(parts: &[(&str, &str)]) -> Result<Vec<String>, TableError> {
    names(&made("paczka.zip", &zipped(parts)).file, &Limits::default())
}

#[test]
fn an_archive_becomes_its_files_and_a_shapefile_stays_one() {
    let parts = [
        ("dane/b.csv", "a;b\n"),
        ("dane/Budynki.SHP", "x"),
        ("dane/budynki.dbf", "x"),
        ("dane/budynki.shx", "x"),
        ("dane/Budynki.prj", "x"),
        ("dane/budynki.cpg", "x"),
        ("dane/budynki.shp.xml", "x"),
        ("dane/inne.dbf", "x"),
        ("__MACOSX/dane/._b.csv", "x"),
        ("dane/.DS_Store", "x"),
        ("a.csv", "c;d\n"),
    ];
    assert_eq!(of_archive(&parts).unwrap(), ["a.csv", "dane/Budynki.SHP", "dane/b.csv", "dane/inne.dbf"]);
}

#[test]
fn archives_in_archives_are_unpacked_and_workbooks_are_not() {
    let inner = zipped(&[("y.csv", "a\n")]);
    let book = xlsx(&[("A", "visible", "")], "");
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("pod")).unwrap();
    fs::write(folder.path().join("pod/in.zip"), &inner).unwrap();
    fs::write(folder.path().join("pod/book.xlsx"), &book).unwrap();
    fs::write(folder.path().join("z.csv"), "a\n").unwrap();
    fs::write(folder.path().join(".ukryty"), "a\n").unwrap();
    let whole = InputFile { path: folder.path().to_owned(), name: "dostawa".to_owned() };
    assert_eq!(names(&whole, &Limits::default()).unwrap(), ["pod/book.xlsx", "pod/in.zip/y.csv", "z.csv"]);
    let alone = InputFile { path: folder.path().join("pod/book.xlsx"), name: "book.xlsx".to_owned() };
    assert_eq!(names(&alone, &Limits::default()).unwrap(), ["book.xlsx"]);
}

#[test]
fn an_archive_cannot_write_outside_of_its_folder() {
    for name in ["../x.csv", "a/../../x.csv", "/etc/x.csv", "..\\x.csv"] {
        match of_archive(&[(name, "a;b\n")]) {
            Err(TableError::Corrupt { .. }) => {}
            Ok(names) => assert!(names.iter().all(|name| !name.contains("..")), "{names:?}"),
            Err(error) => panic!("{error}"),
        }
    }
}

#[test]
fn bytes_and_files_of_an_archive_are_bounded() {
    let bomb = "a".repeat(3 << 20);
    let made = made("x.zip", &zipped(&[("a.csv", &bomb), ("b.csv", &bomb)]));
    let limits = Limits { bytes: 5 << 20, ..Limits::default() };
    assert!(matches!(names(&made.file, &limits), Err(TableError::TooLarge { .. })));
    let many: Vec<String> = (0..10_001).map(|number| format!("{number}.csv")).collect();
    let parts: Vec<(&str, &str)> = many.iter().map(|name| (name.as_str(), "")).collect();
    assert!(matches!(of_archive(&parts), Err(TableError::TooLarge { .. })));
}

#[test]
fn damaged_archives_are_refused() {
    let whole = zipped(&[("a.csv", "a;b\n1;2\n")]);
    let cut = made("x.zip", &whole[..whole.len() - 12]);
    assert!(matches!(names(&cut.file, &Limits::default()), Err(TableError::Corrupt { .. })));
}

#[test]
fn a_packed_file_is_read_as_it_is() {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    std::io::Write::write_all(&mut packer, b"a;b\n1;2\n").unwrap();
    let packed = packer.finish().unwrap();
    let (overview, rows) = table("drzewa.csv.gz", &packed);
    assert_eq!((overview.layers[0].name.as_str(), rows.len()), ("drzewa", 1));
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    let book =
        xlsx(&[("A", "visible", r#"<row><c t="str"><v>k</v></c></row><row><c><v>1</v></c></row>"#)], "");
    std::io::Write::write_all(&mut packer, &book).unwrap();
    assert_eq!(table("x.xlsx.gz", &packer.finish().unwrap()).1.len(), 1);
    assert!(matches!(crate::refused("x.csv.gz", &packed[..packed.len() - 6]), TableError::Corrupt { .. }));
}
