//! Workbooks of Excel 97 to 2003, written here record by record.

use importers::table::{Cell, Format, TableError, open};

use crate::{made, refused, table, text};

const END: u32 = 0xffff_fffe;
const FREE: u32 = 0xffff_ffff;

/// A compound file with one stream.
fn compound(name: &str, stream: &[u8]) -> Vec<u8> {
    let mut stream = stream.to_vec();
    stream.resize(stream.len().max(4_096).next_multiple_of(512), 0);
    let sectors = (stream.len() / 512) as u32;
    let mut file = vec![0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
    file.resize(24, 0);
    for short in [0x3e_u16, 3, 0xfffe, 9, 6] {
        file.extend(short.to_le_bytes());
    }
    file.resize(44, 0);
    for long in [1, 1, 0, 4_096, END, 0, END, 0, 0] {
        file.extend(u32::to_le_bytes(long));
    }
    file.resize(512, 0xff);
    let mut chains = vec![0xffff_fffd, END];
    chains.extend((0..sectors).map(|sector| if sector + 1 == sectors { END } else { sector + 3 }));
    chains.resize(128, FREE);
    file.extend(chains.iter().flat_map(|next| next.to_le_bytes()));
    for (name, kind, start, size, child) in [
        ("Root Entry", 5, END, 0, 1),
        (name, 2, 2, stream.len() as u32, FREE),
        ("", 0, 0, 0, FREE),
        ("", 0, 0, 0, FREE),
    ] {
        let mut entry: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let length = if name.is_empty() { 0 } else { entry.len() as u16 + 2 };
        entry.resize(64, 0);
        entry.extend(length.to_le_bytes());
        entry.extend([kind, 1]);
        entry.extend([FREE, FREE, child].iter().flat_map(|number| number.to_le_bytes()));
        entry.resize(116, 0);
        entry.extend(start.to_le_bytes());
        entry.extend(size.to_le_bytes());
        entry.resize(128, 0);
        file.extend(entry);
    }
    file.extend(stream);
    file
}

fn record(kind: u16, body: &[u8]) -> Vec<u8> {
    [&kind.to_le_bytes(), &(body.len() as u16).to_le_bytes(), body].concat()
}

fn begin(kind: u8) -> Vec<u8> {
    record(0x0809, &[0, 6, kind, 0, 0, 0, 0, 0, 0, 0, 0, 0, 6, 0, 0, 0])
}

fn at(row: u16, column: u16, rest: &[u8]) -> Vec<u8> {
    [&row.to_le_bytes(), &column.to_le_bytes(), &[0, 0], rest].concat()
}

fn label(row: u16, column: u16, letters: &str) -> Vec<u8> {
    let wide: Vec<u8> = letters.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let length = letters.encode_utf16().count() as u16;
    record(0x0204, &at(row, column, &[&length.to_le_bytes()[..], &[1], &wide].concat()))
}

fn number(row: u16, column: u16, number: f64) -> Vec<u8> {
    record(0x0203, &at(row, column, &number.to_le_bytes()))
}

fn workbook(before_sheet: &[u8], cells: &[Vec<u8>]) -> Vec<u8> {
    let name = b"Drzewa";
    let globals = |start: u32| {
        let sheet = [&start.to_le_bytes()[..], &[0, 0, name.len() as u8, 0], name].concat();
        [begin(5), record(0x42, &[0xb0, 4]), before_sheet.to_vec(), record(0x85, &sheet), record(0x0a, &[])]
            .concat()
    };
    let start = globals(0).len() as u32;
    let mut stream = globals(start);
    stream.extend(begin(0x10));
    stream.extend(cells.concat());
    stream.extend(record(0x0a, &[]));
    compound("Workbook", &stream)
}

fn cells() -> Vec<Vec<u8>> {
    vec![
        label(1, 1, "nr"),
        label(1, 2, "gatunek"),
        label(1, 3, "ok"),
        number(2, 1, 7.0),
        label(2, 2, " jarząb "),
        record(0x0205, &at(2, 3, &[1, 0])),
        number(4, 1, 2.5),
        record(0x0205, &at(4, 3, &[7, 1])),
    ]
}

#[test]
fn an_old_workbook_is_read() {
    let (overview, rows) = table("drzewa.xls", &workbook(&[], &cells()));
    assert_eq!((overview.format, overview.header_row), (Format::Xls, Some(2)));
    assert_eq!(overview.layers[0].name, "Drzewa");
    assert_eq!(overview.layers[0].columns, ["A", "nr", "gatunek", "ok"]);
    assert_eq!(rows[0].cells, [Cell::Empty, Cell::Integer(7), text("jarząb"), Cell::Bool(true)]);
    assert_eq!((rows[1].number, &rows[1].cells[1]), (5, &Cell::Number(2.5)));
    assert_eq!(rows[1].faults[0].found, "#DIV/0!");
}

#[test]
fn locked_workbooks_are_told() {
    let locked = workbook(&record(0x2f, &[1, 0, 1, 0]), &cells());
    assert!(matches!(refused("x.xls", &locked), TableError::Encrypted { .. }));
    let locked = compound("EncryptedPackage", b"secret");
    assert!(matches!(refused("x.xlsx", &locked), TableError::Encrypted { .. }));
}

#[test]
fn claims_that_cannot_be_are_refused() {
    let dimensions = |rows: u32, columns: u16| {
        let body = [&0_u32.to_le_bytes()[..], &rows.to_le_bytes(), &[0, 0], &columns.to_le_bytes(), &[0, 0]]
            .concat();
        workbook(&[], &[record(0x0200, &body), label(0, 0, "nr")])
    };
    assert!(open(&made("x.xls", &dimensions(1, 1)).file, &Default::default()).is_ok());
    for (rows, columns) in [(u32::MAX, 1), (1_000_000, 256), (1, 60_000)] {
        assert!(matches!(refused("x.xls", &dimensions(rows, columns)), TableError::Corrupt { .. }));
    }
    let corners = workbook(&[], &[label(0, 0, "nr"), number(65_535, 255, 1.0)]);
    assert!(matches!(refused("x.xls", &corners), TableError::TooLarge { .. }));
    let beyond = workbook(&[], &[label(0, 0, "nr"), number(65_535, 65_535, 1.0)]);
    assert!(matches!(refused("x.xls", &beyond), TableError::Corrupt { .. }));
}

#[test]
fn damaged_workbooks_are_refused_or_read() {
    let whole = workbook(&[], &cells());
    for length in (8..whole.len()).step_by(97) {
        let made = made("x.xls", &whole[..length]);
        drop(crate::try_table(&made.file, &Default::default()));
    }
    assert!(matches!(refused("x.xls", &whole[..600]), TableError::Corrupt { .. }));
    let other = compound("WordDocument", b"x");
    assert!(matches!(refused("x.doc", &other), TableError::Corrupt { .. }));
}
