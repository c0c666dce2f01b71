//! Separated values with the dirt of offices.

use importers::table::{Cell, Limits, Options, RowProblem, TableError};

use crate::{made, refused, table, text, try_table};

#[test]
fn a_plain_file_is_read() {
    let (overview, rows) = table("lampy.csv", b"nr,moc\r\n007,70\r\n8,\r\n");
    assert_eq!(overview.layers[0].name, "lampy");
    assert_eq!(overview.layers[0].columns, ["nr", "moc"]);
    assert_eq!((overview.delimiter, overview.header_row), (Some(','), Some(1)));
    assert_eq!(rows[0].cells, [text("007"), text("70")]);
    assert_eq!(rows[1].cells, [text("8"), Cell::Empty]);
    assert_eq!(rows.iter().map(|row| row.number).collect::<Vec<_>>(), [2, 3]);
}

#[test]
fn the_separator_is_the_one_that_all_rows_agree_on() {
    for (delimiter, bytes) in [
        (';', "gatunek;obwód;uwagi\nlipa, drobnolistna;47,5;a,b\nklon;3,5;c,d\n"),
        ('\t', "gatunek\tobwód\tuwagi\nlipa, duża\t47,5\tx\nklon\t3,5\ty;z\n"),
        ('|', "gatunek|obwód|uwagi\nlipa|47,5|x\nklon|3,5|y;z\n"),
        (',', "gatunek,obwód,uwagi\nlipa,\"47,5\",x\nklon,3,\"y;z;ż\"\n"),
    ] {
        let (overview, rows) = table("drzewa.txt", bytes.as_bytes());
        assert_eq!(overview.delimiter, Some(delimiter));
        assert_eq!(overview.layers[0].columns, ["gatunek", "obwód", "uwagi"]);
        assert_eq!(rows.len(), 2);
    }
    let (_, rows) = table("dwie.csv", b"a;b\n1,5;2,5\n3,5;4,5\n");
    assert_eq!(rows[1].cells, [text("3,5"), text("4,5")]);
}

#[test]
fn a_given_separator_outweighs_the_guess() {
    let made = made("x.csv", b"a;b,c\n1;2,3\n");
    let options = Options { delimiter: Some(','), ..Options::default() };
    let (overview, rows) = try_table(&made.file, &options).unwrap();
    assert_eq!(overview.layers[0].columns, ["a;b", "c"]);
    assert_eq!(rows[0].cells, [text("1;2"), text("3")]);
}

#[test]
fn polish_letters_come_in_four_encodings() {
    let text_of = "imię;ulica\nŻółć Gęślą;Śląska\nJaźń;Łąkowa\n";
    let (in_1250, ..) = encoding_rs::WINDOWS_1250.encode(text_of);
    let (in_8859_2, ..) = encoding_rs::ISO_8859_2.encode(text_of);
    let mut with_mark = vec![0xef, 0xbb, 0xbf];
    with_mark.extend(text_of.bytes());
    let mut wide = vec![0xff, 0xfe];
    wide.extend(text_of.encode_utf16().flat_map(u16::to_le_bytes));
    let unmarked: Vec<u8> = text_of.encode_utf16().flat_map(u16::to_be_bytes).collect();
    for (label, bytes) in [
        ("utf-8", text_of.as_bytes()),
        ("utf-8", &with_mark),
        ("windows-1250", &in_1250),
        ("iso-8859-2", &in_8859_2),
        ("utf-16le", &wide),
        ("utf-16be", &unmarked),
    ] {
        let (overview, rows) = table("ludzie.csv", bytes);
        assert_eq!(overview.encoding.as_deref(), Some(label));
        assert_eq!(overview.layers[0].columns, ["imię", "ulica"]);
        assert_eq!(rows[0].cells, [text("Żółć Gęślą"), text("Śląska")]);
        assert_eq!(rows[1].cells, [text("Jaźń"), text("Łąkowa")]);
    }
}

#[test]
fn an_unknown_encoding_is_refused() {
    let made = made("x.csv", b"a;b\n1;2\n");
    let options = Options { encoding: Some("klingon".to_owned()), ..Options::default() };
    assert!(matches!(try_table(&made.file, &options), Err(TableError::NoEncoding { .. })));
}

#[test]
fn a_broken_letter_in_utf_8_is_a_fault_of_its_row() {
    let mut bytes = "nr;imię;miasto\n1;Żaneta;Łódź\n2;Zofia;".as_bytes().to_vec();
    bytes.extend([0xb1, b'x', b'\n']);
    bytes.extend("3;Święta;Gdańsk\n".bytes());
    let (overview, rows) = table("x.csv", &bytes);
    assert_eq!(overview.encoding.as_deref(), Some("utf-8"));
    assert!(rows[0].faults.is_empty() && rows[2].faults.is_empty());
    assert_eq!(rows[1].faults[0].problem, RowProblem::NotText);
    assert_eq!(rows[1].faults[0].column.as_deref(), Some("miasto"));
    assert_eq!(rows[1].cells[2], text("\u{fffd}x"));
}

#[test]
fn names_of_columns_are_tidy_and_unique() {
    let heading = "\u{feff}nr; \u{feff}x_wgs84 ;;nr;\"obwód\npnia\";;NR\n1;2;3;4;5;6;7\n";
    let (overview, _) = table("x.csv", heading.as_bytes());
    assert_eq!(overview.layers[0].columns, ["nr", "x_wgs84", "C", "nr 2", "obwód pnia", "F", "NR"]);
}

#[test]
fn unnamed_columns_count_where_data_is_in_them() {
    let (overview, rows) = table("x.csv", b"a;b;;\n1;2;;\n3;4;;\n");
    assert_eq!(overview.layers[0].columns, ["a", "b"]);
    assert!(rows.iter().all(|row| row.faults.is_empty()));
    let (overview, _) = table("x.csv", b"nr;x\n1;2;lipa\n3;4;klon\n5;6;\n");
    assert_eq!(overview.layers[0].columns, ["nr", "x", "C"]);
}

#[test]
fn cells_lose_blanks_of_every_kind_at_their_ends_only() {
    let (_, rows) = table("x.csv", "a;b\n\u{a0} Jan  Zmyślony \u{a0};\t \n".as_bytes());
    assert_eq!(rows[0].cells, [text("Jan  Zmyślony"), Cell::Empty]);
}

#[test]
fn rows_count_lines_whatever_the_line_end() {
    for end in ["\n", "\r\n", "\r"] {
        let lines = ["nr;uwagi", "1;\"dwie", "linie i \"\"znak\"\"\"", "", "2;x", ";", "3"];
        let (_, rows) = table("x.csv", lines.join(end).as_bytes());
        assert_eq!(rows.iter().map(|row| row.number).collect::<Vec<_>>(), [2, 5, 6, 7], "{end:?}");
        assert_eq!(rows[0].cells[1], text("dwie\nlinie i \"znak\""));
        assert_eq!(rows[2].cells, [Cell::Empty, Cell::Empty]);
        assert_eq!(rows[3].cells, [text("3")]);
    }
}

#[test]
fn rows_with_too_many_cells_are_kept_and_named() {
    let (_, rows) = table("x.csv", b"a,b\n1,2\n1,2,,\n1,2,3,4\n1\n1,2\n");
    let faults: Vec<_> = rows.iter().map(|row| row.faults.len()).collect();
    assert_eq!(faults, [0, 0, 1, 0, 0]);
    assert_eq!(rows[2].faults[0].problem, RowProblem::TooManyCells);
    assert_eq!(rows[2].faults[0].found, "3 | 4");
    assert_eq!(rows[2].cells.len(), 2);
}

#[test]
fn titles_above_the_heading_are_passed_over() {
    let text_of = "Wykaz drzew;;;\nstan na 1 maja;;;\n\nnr;gatunek;obwód;uwagi\n1;lipa;40;\n2;klon;50;\n";
    let (overview, rows) = table("x.csv", text_of.as_bytes());
    assert_eq!(overview.header_row, Some(4));
    assert_eq!(overview.layers[0].columns, ["nr", "gatunek", "obwód", "uwagi"]);
    assert_eq!(rows.iter().map(|row| row.number).collect::<Vec<_>>(), [5, 6]);
}

#[test]
fn a_file_without_a_heading_is_known_by_its_first_row() {
    let (overview, rows) = table("x.csv", b"1;lipa;52,1\n2;klon;52,2\n3;brzoza;52,3\n");
    assert_eq!((overview.header_row, rows.len()), (Some(0), 3));
    assert_eq!(overview.layers[0].columns, ["A", "B", "C"]);
    // Years as names of columns stay names where a word stands beside them.
    let (overview, _) = table("x.csv", b"ulica;2024;2025\nPolna;1;2\nNowa;3;4\n");
    assert_eq!(overview.header_row, Some(1));
}

#[test]
fn the_row_of_the_heading_can_be_given() {
    let made = made("x.csv", b"a;b\nc;d\n1;2\n");
    for (header_row, columns, count) in [(0, ["A", "B"], 3), (1, ["a", "b"], 2), (2, ["c", "d"], 1)] {
        let options = Options { header_row: Some(header_row), ..Options::default() };
        let (overview, rows) = try_table(&made.file, &options).unwrap();
        assert_eq!(
            (overview.layers[0].columns.as_slice(), rows.len()),
            (&columns.map(str::to_owned)[..], count)
        );
    }
    let options = Options { header_row: Some(9), ..Options::default() };
    assert!(matches!(try_table(&made.file, &options), Err(TableError::Corrupt { .. })));
}

#[test]
fn nothing_is_said_to_be_empty() {
    for bytes in [b"".as_slice(), b"\n\r\n \n", &[0xef, 0xbb, 0xbf]] {
        assert!(matches!(refused("x.csv", bytes), TableError::Empty { .. }), "{bytes:?}");
    }
    assert!(table("x.csv", b"a;b\n").1.is_empty());
}

#[test]
fn ten_thousand_columns_are_too_many() {
    let heading: Vec<String> = (0..10_000).map(|number| format!("k{number}")).collect();
    let bytes = format!("{}\n1;2\n", heading.join(";"));
    assert!(matches!(refused("x.csv", bytes.as_bytes()), TableError::TooLarge { .. }));
}

#[test]
fn a_huge_cell_is_cut_and_named() {
    let bytes = format!("a;b\n1;{}\n2;x\n", "ż".repeat(900_000));
    let (_, rows) = table("x.csv", bytes.as_bytes());
    assert_eq!(rows[0].faults[0].problem, RowProblem::TooLarge);
    let Cell::Text(kept) = &rows[0].cells[1] else { panic!("a text") };
    assert!(kept.len() <= (1 << 20) + 3);
    assert_eq!(rows[1].cells, [text("2"), text("x")]);
}

#[test]
fn an_unclosed_quotation_mark_is_named_by_its_line() {
    let error = refused("x.csv", b"a;b\n1;2\n3;\"lipa\n4;5\n").to_string();
    assert!(error.contains("line 3"), "{error}");
    let mut bytes = b"a;b\n1;\"".to_vec();
    bytes.resize(20 << 20, b'x');
    assert!(matches!(refused("x.csv", &bytes), TableError::TooLarge { .. }));
}

#[test]
fn bounds_of_rows_and_bytes_are_kept() {
    let made = made("x.csv", b"a;b\n1;2\n3;4\n5;6\n");
    let limits = Limits { rows: 2, ..Limits::default() };
    let options = Options { limits, ..Options::default() };
    assert!(matches!(try_table(&made.file, &options), Err(TableError::TooLarge { .. })));
    let options = Options { limits: Limits { bytes: 10, ..Limits::default() }, ..Options::default() };
    assert!(matches!(try_table(&made.file, &options), Err(TableError::TooLarge { .. })));
}
