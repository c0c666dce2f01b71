//! Workbooks, written here part by part.

use std::io::Write;

use importers::table::{Cell, Format, Limits, Options, Row, RowProblem, TableError, open};
use zip::write::SimpleFileOptions;

use crate::{made, refused, table, text, try_table};

pub fn zipped(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in parts {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(content.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

const STYLES: &str = r#"<styleSheet><numFmts><numFmt numFmtId="164" formatCode="yyyy\-mm\-dd;@"/>
    <numFmt numFmtId="165" formatCode="0.00&quot; d&quot;"/></numFmts>
    <cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>
    <cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="20"/></cellXfs></styleSheet>"#;

/// A workbook with these sheets: name, state, rows.
pub fn xlsx(sheets: &[(&str, &str, &str)], strings: &str) -> Vec<u8> {
    let mut list = String::new();
    let mut relations = String::new();
    let mut bodies = Vec::new();
    for (index, (name, state, rows)) in sheets.iter().enumerate() {
        list.push_str(&format!(
            r#"<sheet name="{name}" sheetId="{index}" state="{state}" r:id="rId{index}"/>"#
        ));
        relations.push_str(&format!(
            r#"<Relationship Id="rId{index}" Type="http://x/worksheet" Target="worksheets/sheet{index}.xml"/>"#
        ));
        let body = format!("<worksheet><sheetData>{rows}</sheetData></worksheet>");
        bodies.push((format!("xl/worksheets/sheet{index}.xml"), body));
    }
    let workbook = format!(r#"<workbook xmlns:r="r"><sheets>{list}</sheets></workbook>"#);
    let relations = format!(
        r#"<Relationships>{relations}<Relationship Id="s" Type="http://x/sharedStrings" Target="/xl/sharedStrings.xml"/>
        <Relationship Id="f" Type="http://x/styles" Target="styles.xml"/></Relationships>"#
    );
    let root = r#"<Relationships><Relationship Id="r" Type="http://x/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
    let strings = format!("<sst>{strings}</sst>");
    let mut parts = vec![
        ("[Content_Types].xml", "<Types/>"),
        ("_rels/.rels", root),
        ("xl/workbook.xml", &workbook),
        ("xl/_rels/workbook.xml.rels", &relations),
        ("xl/sharedStrings.xml", &strings),
        ("xl/styles.xml", STYLES),
    ];
    parts.extend(bodies.iter().map(|(name, body)| (name.as_str(), body.as_str())));
    zipped(&parts)
}

#[test]
fn cells_of_a_workbook_have_their_types() {
    let rows = r#"<row r="2"><c r="B2" t="s"><v>0</v></c><c r="C2" t="s"><v>1</v></c><c r="D2" t="inlineStr"><is><t>ile</t></is></c>
          <c r="E2" t="str"><v>data</v></c><c r="F2" t="str"><v>ok</v></c></row>
        <row r="3"><c r="B3"><v>27452.0</v></c><c r="C3" t="s"><v>2</v></c><c r="D3" s="3"><v>2.50</v></c><c r="E3" s="1"><v>42000</v></c>
          <c r="F3" t="b"><v>1</v></c></row>
        <row r="4"/><row r="5"><c r="B5" t="s"><v>3</v></c></row>
        <row r="7"><c r="B7"><f>1+1</f><v>2</v></c><c r="C7" t="str"><f>X</f><v></v></c><c r="D7"><f>cmd|x</f></c><c r="E7" s="2"><v>42000.75</v></c>
          <c r="F7" t="e"><f>A1/0</f><v>#DIV/0!</v></c></row>"#;
    let strings = r#"<si><t>nr</t></si><si><r><t>gatu</t></r><r><t>nek</t></r><rPh><t>reading</t></rPh></si>
        <si><t xml:space="preserve"> lipa &amp; klon_x000D_ </t></si><si><t> </t></si>"#;
    let (overview, rows) = table("drzewa.xlsx", &xlsx(&[("Drzewa", "visible", rows)], strings));
    assert_eq!((overview.format, overview.header_row), (Format::Xlsx, Some(2)));
    assert_eq!(overview.layers[0].columns, ["A", "nr", "gatunek", "ile", "data", "ok"]);
    assert_eq!(rows.len(), 2, "rows without values are none");
    let date = |date: &str| Cell::Date(date.to_owned());
    let cells = [
        Cell::Empty,
        Cell::Integer(27_452),
        text("lipa & klon"),
        Cell::Number(2.5),
        date("2014-12-27"),
        Cell::Bool(true),
    ];
    assert_eq!(rows[0].cells, cells);
    assert_eq!(rows[1].number, 7);
    assert_eq!(rows[1].cells[1..], [Cell::Integer(2), Cell::Empty, Cell::Empty, date("2014-12-27T18:00:00")]);
    let faults: Vec<_> =
        rows[1].faults.iter().map(|fault| (fault.column.as_deref(), fault.found.as_str())).collect();
    assert_eq!(faults, [(Some("ile"), "=cmd|x"), (Some("ok"), "#DIV/0!")]);
    assert!(rows[1].faults.iter().all(|fault| fault.problem == RowProblem::FormulaError));
}

#[test]
fn days_are_counted_as_excel_counts_them() {
    for (serial, expected) in [
        ("1", Cell::Date("1900-01-01".to_owned())),
        ("59", Cell::Date("1900-02-28".to_owned())),
        ("60", Cell::Integer(60)),
        ("61", Cell::Date("1900-03-01".to_owned())),
        ("36526", Cell::Date("2000-01-01".to_owned())),
        ("45351", Cell::Date("2024-02-29".to_owned())),
        ("2958465", Cell::Date("9999-12-31".to_owned())),
        ("45351.999999", Cell::Date("2024-03-01".to_owned())),
        ("-1", Cell::Integer(-1)),
        ("0.5", text("12:00:00")),
    ] {
        let rows =
            format!(r#"<row><c t="str"><v>dzień</v></c></row><row><c s="1"><v>{serial}</v></c></row>"#);
        let (_, rows) = table("x.xlsx", &xlsx(&[("A", "visible", &rows)], ""));
        assert_eq!(rows[0].cells[0], expected, "{serial}");
    }
}

#[test]
fn hidden_sheets_come_last_and_empty_ones_not_at_all() {
    let row = r#"<row><c t="str"><v>nr</v></c></row><row><c><v>1</v></c></row>"#;
    let made = made(
        "x.xlsx",
        &xlsx(&[("Ukryty", "hidden", row), ("Pusty", "visible", ""), ("Jawny", "visible", row)], ""),
    );
    let reader = open(&made.file, &Options::default()).unwrap();
    let names: Vec<&str> = reader.overview().layers.iter().map(|layer| layer.name.as_str()).collect();
    assert_eq!(names, ["Jawny", "Ukryty"]);
    assert!(matches!(refused("x.xlsx", &xlsx(&[("Pusty", "visible", "")], "")), TableError::Empty { .. }));
}

#[test]
fn titles_of_a_sheet_are_passed_over() {
    let cell = |value: &str| format!(r#"<c t="str"><v>{value}</v></c>"#);
    let row = |values: &[&str]| {
        format!("<row>{}</row>", values.iter().map(|value| cell(value)).collect::<String>())
    };
    let rows = [
        row(&["Wykaz drzew gminy"]),
        row(&["stan na", "1 maja"]),
        row(&["nr", "gatunek", "obwód", "wysokość", "uwagi"]),
        row(&["1", "lipa", "40", "5", "x"]),
        row(&["2", "klon", "50", "6", "y"]),
    ];
    let (overview, rows) = table("x.xlsx", &xlsx(&[("A", "visible", &rows.concat())], ""));
    assert_eq!((overview.header_row, rows.len(), rows[0].number), (Some(3), 2, 4));
}

#[test]
fn columns_beyond_the_bound_are_refused_or_named() {
    let names: String = (0..10_000).map(|_| r#"<c t="str"><v>k</v></c>"#).collect();
    let bytes = xlsx(&[("A", "visible", &format!("<row>{names}</row>"))], "");
    assert!(matches!(refused("x.xlsx", &bytes), TableError::TooLarge { .. }));
    let rows = r#"<row r="1"><c r="A1" t="str"><v>k</v></c></row><row r="2"><c r="A2"><v>1</v></c><c r="B2"><v>7</v></c></row>
        <row r="3"><c r="A3"><v>1</v></c></row><row r="4"><c r="A4"><v>1</v></c></row>"#;
    let (_, rows) = table("x.xlsx", &xlsx(&[("A", "visible", rows)], ""));
    assert_eq!(
        (rows[0].faults[0].problem, rows[0].faults[0].found.as_str()),
        (RowProblem::TooManyCells, "7")
    );
}

#[test]
fn bombs_are_stopped_by_what_they_unpack_to() {
    let row = r#"<row><c t="str"><v>nr</v></c></row>"#;
    let bomb = format!("{row}<row><c><v>{}</v></c></row>", "1".repeat(40 << 20));
    let bytes = xlsx(&[("A", "visible", &bomb)], "");
    assert!(bytes.len() < 200_000);
    assert!(matches!(refused("x.xlsx", &bytes), TableError::TooLarge { .. }));
    let limits = Limits { bytes: 1 << 20, ..Limits::default() };
    let blanks = format!("{row}{}", "<row></row>".repeat(500_000));
    let made = made("x.xlsx", &xlsx(&[("A", "visible", &blanks)], ""));
    let result = try_table(&made.file, &Options { limits, ..Options::default() });
    assert!(matches!(result, Err(TableError::TooLarge { .. })));
    let deep = "<a>".repeat(100_000);
    assert!(matches!(refused("x.xlsx", &xlsx(&[("A", "visible", &deep)], "")), TableError::TooLarge { .. }));
}

#[test]
fn entities_are_not_expanded() {
    let rows = r#"<row><c t="str"><v>nr</v></c></row><row><c t="str"><v>a&lol9;b</v></c></row>"#;
    let (_, rows) = table("x.xlsx", &xlsx(&[("A", "visible", rows)], ""));
    assert_eq!(rows[0].cells[0], text("a&lol9;b"));
}

#[test]
fn cut_off_and_foreign_archives_are_refused() {
    let row = r#"<row><c t="str"><v>nr</v></c></row>"#;
    let whole = xlsx(&[("A", "visible", row)], "");
    for length in [30, whole.len() / 2, whole.len() - 10] {
        assert!(matches!(refused("x.xlsx", &whole[..length]), TableError::Corrupt { .. }), "{length}");
    }
    let document = zipped(&[("[Content_Types].xml", "<Types/>"), ("word/document.xml", "<w/>")]);
    assert!(matches!(refused("x.docx", &document), TableError::Corrupt { .. }));
    let open_element = xlsx(&[("A", "visible", "<row><c><v>1")], "");
    assert!(matches!(refused("x.xlsx", &open_element), TableError::Corrupt { .. }));
    // A wrong ending does not matter.
    assert_eq!(table("x.csv", &whole).0.format, Format::Xlsx);
    assert_eq!(table("x.xlsx", b"a;b\n1;2\n").0.format, Format::Csv);
}

fn ods(tables: &str) -> Vec<u8> {
    let content = format!(
        r#"<office:document-content><office:automatic-styles><style:style style:name="h"><style:table-properties table:display="false"/></style:style></office:automatic-styles>
        <office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"#
    );
    zipped(&[
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        ("content.xml", &content),
        ("META-INF/manifest.xml", "<manifest:manifest/>"),
    ])
}

const ODS: &str = r#"<table:table table:name="Ukryta" table:style-name="h"><table:table-row><table:table-cell office:value-type="string"><text:p>x</text:p></table:table-cell></table:table-row></table:table>
    <table:table table:name="Drzewa">
    <table:table-row table:number-rows-repeated="2"><table:table-cell table:number-columns-repeated="1024"/></table:table-row>
    <table:table-row><table:table-cell office:value-type="string"><text:p>nr</text:p></table:table-cell>
      <table:table-cell office:value-type="string"><text:p>opis</text:p></table:table-cell>
      <table:table-cell office:value-type="string"><text:p>data</text:p></table:table-cell>
      <table:table-cell table:number-columns-repeated="16000"/></table:table-row>
    <table:table-row table:number-rows-repeated="2"><table:table-cell office:value-type="float" office:value="7"><text:p>7,00</text:p></table:table-cell>
      <table:table-cell office:value-type="string"><office:annotation><text:p>uwaga</text:p></office:annotation><text:p>a<text:s text:c="2"/>b</text:p><text:p>c</text:p></table:table-cell>
      <table:table-cell office:value-type="date" office:date-value="2026-11-24"><text:p>24.11.2026</text:p></table:table-cell></table:table-row>
    <table:table-row><table:table-cell office:value-type="float" office:value="2.5"/><table:table-cell table:number-columns-repeated="2" table:formula="of:=1/0" office:value-type="string" calcext:value-type="error"><text:p>#DIV/0!</text:p></table:table-cell></table:table-row>
    <table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>
    </table:table>"#;

#[test]
fn open_document_spreadsheets_are_read() {
    let (overview, rows) = table("x.ods", &ods(ODS));
    assert_eq!((overview.format, overview.header_row), (Format::Ods, Some(3)));
    let names: Vec<&str> = overview.layers.iter().map(|layer| layer.name.as_str()).collect();
    assert_eq!(names, ["Drzewa", "Ukryta"]);
    assert_eq!(overview.layers[0].columns, ["nr", "opis", "data"]);
    let cells = [Cell::Integer(7), text("a  b\nc"), Cell::Date("2026-11-24".to_owned())];
    assert_eq!(rows.iter().map(|row: &Row| row.number).collect::<Vec<_>>(), [4, 5, 6]);
    assert_eq!((&rows[0].cells[..], &rows[1].cells[..]), (&cells[..], &cells[..]));
    assert_eq!(rows[2].cells, [Cell::Number(2.5)]);
    assert_eq!(rows[2].faults.len(), 2);
    assert_eq!(rows[2].faults[1].found, "#DIV/0!");
}

#[test]
fn a_spreadsheet_that_repeats_for_ever_is_stopped() {
    let bomb = r#"<table:table table:name="A"><table:table-row table:number-rows-repeated="4000000000"><table:table-cell table:number-columns-repeated="900" office:value-type="float" office:value="1"/></table:table-row></table:table>"#;
    let made = made("x.ods", &ods(bomb));
    let limits = Limits { rows: 10_000, ..Limits::default() };
    let result = try_table(&made.file, &Options { limits, ..Options::default() });
    assert!(matches!(result, Err(TableError::TooLarge { .. })));
    let wide = r#"<table:table table:name="A"><table:table-row><table:table-cell table:number-columns-repeated="2000000000" office:value-type="string"><text:p>k</text:p></table:table-cell></table:table-row></table:table>"#;
    assert!(matches!(refused("x.ods", &ods(wide)), TableError::TooLarge { .. }));
}

#[test]
fn locked_spreadsheets_are_told() {
    let manifest = "<manifest:manifest><manifest:file-entry><manifest:encryption-data/></manifest:file-entry></manifest:manifest>";
    let locked = zipped(&[
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", manifest),
        ("content.xml", "\u{1}\u{2}"),
    ]);
    assert!(matches!(refused("x.ods", &locked), TableError::Encrypted { .. }));
}
