//! What was refused, as a workbook in which it can be mended: the rows of the files as they were, in their own columns,
//! with the bad cells marked and a note on each. Mended, it is uploaded again.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use importers::{
    mapping::Mapping,
    table::{Cell, InputFile, Limits, Options, expand, open},
};
use rust_xlsxwriter::{Color, Format, FormatAlign, Note, Workbook, Worksheet, XlsxError};

use super::{fit, item_store::RejectedRow, words::reason_words};
use crate::{kernel::Lang, platform::i18n::Texts};

/// Most rows of the workbook.
pub(super) const MOST_ROWS: usize = 100_000;
/// Longest text of a cell and of a note, in characters.
const LONGEST_CELL: usize = 32_000;
const LONGEST_NOTE: usize = 2_000;
/// Longest name of a sheet, in characters.
const LONGEST_SHEET_NAME: usize = 31;

/// Why no workbook came of it.
#[derive(Debug, thiserror::Error)]
pub(super) enum ReportError {
    #[error("the files cannot be read again: {0}")]
    Table(#[from] importers::table::TableError),
    #[error("the workbook cannot be written: {0}")]
    Xlsx(#[from] XlsxError),
}

/// What the workbook is made of.
pub(super) struct Report<'a> {
    pub files: &'a [InputFile],
    pub scratch: &'a Path,
    pub mapping: &'a Mapping,
    pub rejected: &'a [RejectedRow],
    pub t: &'a Texts,
    pub lang: Lang,
    /// Whether there is more than is given here.
    pub cut: bool,
}

/// Refused values of one row, by column; those of the row as such have none.
type OfRow<'a> = Vec<&'a RejectedRow>;

/// Writes the workbook.
pub(super) fn write(report: &Report<'_>, path: &Path) -> Result<(), ReportError> {
    let mut by_file: BTreeMap<&str, BTreeMap<i64, OfRow<'_>>> = BTreeMap::new();
    for one in report.rejected {
        by_file.entry(one.file.as_str()).or_default().entry(one.row).or_default().push(one);
    }
    let mut book = Workbook::new();
    let mut names = BTreeSet::new();
    let mut left = MOST_ROWS;
    for file in &expanded(report)? {
        let Some(rows) = by_file.get(file.name.as_str()) else { continue };
        for (layer, options) in layers(report, file)? {
            let wanted = Wanted { file, layer: &layer, options: &options, rows };
            if let Some(mut sheet) = sheet(report, &wanted, &mut left)? {
                sheet.set_name(sheet_name(&mut names, &file.name, &layer))?;
                book.push_worksheet(sheet);
            }
        }
    }
    let list = list_sheet(report)?;
    book.push_worksheet(list);
    book.save(path)?;
    Ok(())
}

fn expanded(report: &Report<'_>) -> Result<Vec<InputFile>, ReportError> {
    let mut files = Vec::new();
    for (index, file) in report.files.iter().enumerate() {
        let folder: PathBuf = report.scratch.join(format!("report-{index}"));
        files.extend(expand(file, &folder, &Limits::default())?);
    }
    Ok(files)
}

/// Layers of a file that the mapping reads, each with the options of its table.
fn layers(report: &Report<'_>, file: &InputFile) -> Result<Vec<(String, Options)>, ReportError> {
    let mut found: Vec<(String, Options)> = Vec::new();
    for table in report.mapping.tables.iter().filter(|table| fit::fits(&table.files, &file.name)) {
        let options = Options {
            encoding: table.encoding.clone(),
            delimiter: table.delimiter,
            header_row: table.header_row,
            ..Options::default()
        };
        let reader = open(file, &options)?;
        for layer in &reader.overview().layers {
            let known = found.iter().any(|(name, _)| *name == layer.name);
            if !known && fit::fits(&table.layer, &layer.name) {
                found.push((layer.name.clone(), options.clone()));
            }
        }
    }
    Ok(found)
}

struct Wanted<'a> {
    file: &'a InputFile,
    layer: &'a str,
    options: &'a Options,
    rows: &'a BTreeMap<i64, OfRow<'a>>,
}

/// The refused rows of one layer as a sheet; `None` when it has none of them.
fn sheet(
    report: &Report<'_>,
    wanted: &Wanted<'_>,
    left: &mut usize,
) -> Result<Option<Worksheet>, ReportError> {
    let mut reader = open(wanted.file, wanted.options)?;
    let columns = reader
        .overview()
        .layers
        .iter()
        .find(|layer| layer.name == wanted.layer)
        .map(|layer| layer.columns.clone())
        .unwrap_or_default();
    let head = Format::new().set_bold().set_background_color(Color::RGB(0xE7_EF_EF));
    let mut sheet = Worksheet::new();
    for (at, column) in (0u16..).zip(&columns) {
        sheet.write_string_with_format(0, at, short(column, LONGEST_CELL), &head)?;
        sheet.set_column_width(at, 18)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    let mut line = 1u32;
    let mut failed = None;
    let layer = wanted.layer.to_owned();
    reader.read(
        &layer,
        &mut |row| {
            let number = i64::try_from(row.number).unwrap_or(i64::MAX);
            let Some(refused) = wanted.rows.get(&number) else { return Ok(()) };
            if *left == 0 || failed.is_some() {
                return Ok(());
            }
            *left -= 1;
            if let Err(error) = write_row(report, &mut sheet, line, &columns, &row.cells, refused) {
                failed = Some(error);
            }
            line += 1;
            Ok(())
        },
        &mut |_| {},
    )?;
    match failed {
        Some(error) => Err(error.into()),
        None => Ok((line > 1).then_some(sheet)),
    }
}

fn write_row(
    report: &Report<'_>,
    sheet: &mut Worksheet,
    line: u32,
    columns: &[String],
    cells: &[Cell],
    refused: &OfRow<'_>,
) -> Result<(), XlsxError> {
    let bad =
        Format::new().set_background_color(Color::RGB(0xFF_C7_CE)).set_font_color(Color::RGB(0x9C_00_06));
    for (at, column) in (0u16..).zip(columns) {
        let cell = cells.get(usize::from(at)).unwrap_or(&Cell::Empty);
        // What concerns the row as such is noted on its first cell.
        let said: Vec<String> = refused
            .iter()
            .filter(|one| match &one.column {
                Some(name) => concerns(name, column),
                None => at == 0,
            })
            .map(|one| note_text(report, one))
            .collect();
        if said.is_empty() {
            write_cell(sheet, line, at, cell, None)?;
            continue;
        }
        write_cell(sheet, line, at, cell, Some(&bad))?;
        let note =
            Note::new(short(&said.join("\n"), LONGEST_NOTE)).set_author("Reeve").add_author_prefix(false);
        sheet.insert_note(line, at, &note)?;
    }
    Ok(())
}

/// Whether a refused column is this one; two coordinates may be named together: `X, Y`.
fn concerns(refused: &str, column: &str) -> bool {
    refused == column || refused.split([',', ';', '/']).any(|part| part.trim() == column)
}

fn note_text(report: &Report<'_>, one: &RejectedRow) -> String {
    let expected = match report.lang {
        Lang::Pl => &one.expected_pl,
        Lang::En => &one.expected_en,
    };
    let why = reason_words(&one.reason, report.t);
    report.t.args("imports-report-note", &[("why", why.into()), ("expected", expected.as_str().into())])
}

/// A cell as it was. Texts stay texts: a formula that somebody wrote into a file never becomes one here.
fn write_cell(
    sheet: &mut Worksheet,
    line: u32,
    at: u16,
    cell: &Cell,
    format: Option<&Format>,
) -> Result<(), XlsxError> {
    let plain = Format::new();
    let format = format.unwrap_or(&plain);
    match cell {
        Cell::Empty => sheet.write_blank(line, at, format)?,
        Cell::Integer(number) if number.unsigned_abs() < 1 << 53 => {
            sheet.write_number_with_format(line, at, *number as f64, format)?
        }
        Cell::Number(number) if number.is_finite() => {
            sheet.write_number_with_format(line, at, *number, format)?
        }
        Cell::Bool(value) => sheet.write_boolean_with_format(line, at, *value, format)?,
        other => sheet.write_string_with_format(line, at, short(&text_of(other), LONGEST_CELL), format)?,
    };
    Ok(())
}

fn text_of(cell: &Cell) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Text(text) | Cell::Date(text) => text.clone(),
        Cell::Integer(number) => number.to_string(),
        Cell::Number(number) => number.to_string(),
        Cell::Bool(value) => value.to_string(),
        Cell::List(cells) => cells.iter().map(text_of).collect::<Vec<_>>().join("; "),
    }
}

/// All that was refused as a plain list, for whoever does not see notes.
fn list_sheet(report: &Report<'_>) -> Result<Worksheet, XlsxError> {
    let t = report.t;
    let mut sheet = Worksheet::new();
    sheet.set_name(short(&t.get("imports-report-list"), LONGEST_SHEET_NAME))?;
    let head = Format::new().set_bold().set_background_color(Color::RGB(0xE7_EF_EF));
    let wrap = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    let titles = [
        t.get("imports-rejected-file"),
        t.get("imports-rejected-row"),
        t.get("imports-rejected-column"),
        t.get("imports-rejected-found"),
        t.get("imports-rejected-expected"),
        t.get("imports-rejected-what"),
    ];
    for ((at, title), width) in (0u16..).zip(&titles).zip([30, 10, 24, 30, 60, 24]) {
        sheet.write_string_with_format(0, at, title, &head)?;
        sheet.set_column_width(at, width)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    let mut line = 1;
    for one in report.rejected.iter().take(MOST_ROWS) {
        let what =
            if one.whole_row { t.get("imports-rejected-whole-row") } else { t.get("imports-rejected-value") };
        sheet.write_string(line, 0, short(&one.file, LONGEST_CELL))?;
        sheet.write_number(line, 1, one.row as f64)?;
        sheet.write_string(line, 2, one.column.as_deref().unwrap_or_default())?;
        sheet.write_string(line, 3, short(&one.found, LONGEST_CELL))?;
        sheet.write_string_with_format(line, 4, short(&note_text(report, one), LONGEST_CELL), &wrap)?;
        sheet.write_string(line, 5, what)?;
        line += 1;
    }
    if report.cut || report.rejected.len() > MOST_ROWS {
        sheet.write_string(line, 0, t.args("imports-report-cut", &[("most", MOST_ROWS.into())]))?;
    }
    Ok(sheet)
}

/// A name that no other sheet has and that workbooks allow.
fn sheet_name(taken: &mut BTreeSet<String>, file: &str, layer: &str) -> String {
    let base = if layer.is_empty() { file } else { layer };
    let clean: String = base
        .chars()
        .map(|c| if matches!(c, '[' | ']' | ':' | '*' | '?' | '/' | '\\' | '\'') { ' ' } else { c })
        .collect();
    let clean = if clean.trim().is_empty() { "1".to_owned() } else { clean.trim().to_owned() };
    let mut name = short(&clean, LONGEST_SHEET_NAME);
    let mut number = 2;
    while !taken.insert(name.to_lowercase()) {
        name = format!("{} {number}", short(&clean, LONGEST_SHEET_NAME - 5));
        number += 1;
    }
    name
}

fn short(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sheets_have_names_that_workbooks_allow() {
        let mut taken = BTreeSet::new();
        assert_eq!(sheet_name(&mut taken, "a.csv", "drzewa"), "drzewa");
        assert_eq!(sheet_name(&mut taken, "b.csv", "Drzewa"), "Drzewa 2");
        assert_eq!(sheet_name(&mut taken, "b.csv", "[x]:*?"), "x");
        assert_eq!(sheet_name(&mut taken, "b.csv", &"ż".repeat(50)).chars().count(), 31);
    }

    #[test]
    fn both_columns_of_a_position_are_meant() {
        assert!(concerns("X, Y", "Y") && concerns("X", "X") && !concerns("X, Y", "Z"));
    }
}
