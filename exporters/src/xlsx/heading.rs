//! The first row of a sheet: names of columns, remarks, lists to choose from, hidden columns.

use rust_xlsxwriter::{
    DataValidation, DataValidationErrorStyle, Format, FormatAlign, Formula, Note, Workbook, Worksheet,
    XlsxError,
};

use super::{SHEET_ROWS, heading_of, say};
use crate::options::Setup;
use crate::{Column, ColumnType};

/// Name of the hidden sheet of lists that are too long for a cell's own list.
pub(super) const LISTS: &str = "Listy";

/// Most characters of a list that stands with the cells.
const OWN_LIST_CHARACTERS: usize = 255;

/// Writes the heading and sets up the columns.
pub(super) fn write(
    sheet: &mut Worksheet,
    columns: &[Column],
    geometry: &[&str],
    setup: &Setup,
) -> Result<(), XlsxError> {
    let format =
        Format::new().set_bold().set_text_wrap().set_align(FormatAlign::Top).set_background_color("E8EEF2");
    sheet.set_freeze_panes(1, 0)?;
    for (place, column) in (0_u16..).zip(columns) {
        let heading = heading_of(column, setup.options.titles);
        let width = (heading.chars().count() as f64 + 3.0).clamp(10.0, 40.0);
        sheet.set_column_width(place, width)?;
        sheet.write_string_with_format(0, place, &heading, &format)?;
        if let Some(remark) = remark(column, setup) {
            let note = Note::new(remark).add_author_prefix(false).set_width(280).set_height(140);
            sheet.insert_note(0, place, &note)?;
        }
        if column.hidden {
            sheet.set_column_hidden(place)?;
        }
    }
    let first = columns.len() as u16;
    for (place, name) in (first..).zip(geometry) {
        sheet.write_string_with_format(0, place, *name, &format)?;
        sheet.set_column_width(place, 14)?;
    }
    for (place, column) in (0_u16..).zip(columns) {
        if let Some(choice) = choice(column, place, setup)? {
            sheet.add_data_validation(1, place, SHEET_ROWS, place, &choice)?;
        }
    }
    Ok(())
}

/// What the heading's note says.
fn remark(column: &Column, setup: &Setup) -> Option<String> {
    let lang = setup.metadata.lang;
    let mut lines = Vec::new();
    if setup.options.titles && column.title != column.name {
        lines.push(column.name.clone());
    } else if column.title != column.name {
        lines.push(column.title.clone());
    }
    if let Some(unit) = &column.unit {
        lines.push(format!("{}: {unit}", say(lang, "Jednostka", "Unit")));
    }
    if column.kind == ColumnType::List {
        lines.push(
            say(lang, "Kilka wartości oddziel średnikiem.", "Separate several values by semicolons.")
                .to_owned(),
        );
    }
    if column.kind == ColumnType::Instant {
        lines.push(say(lang, "Czas UTC.", "Time is UTC.").to_owned());
    }
    lines.extend(column.note.clone());
    if column.kind == ColumnType::List {
        lines.extend(column.choices.iter().take(40).map(|(value, label)| format!("{value} = {label}")));
    }
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// Texts that a column offers.
fn offered<'a>(column: &'a Column, setup: &Setup) -> Vec<&'a str> {
    if column.kind == ColumnType::List || column.hidden {
        return Vec::new();
    }
    let labels = setup.options.labels;
    column.choices.iter().map(|(value, label)| if labels { label.as_str() } else { value.as_str() }).collect()
}

/// Whether the list may stand with the cells: short, and without the comma that separates it.
fn stands_with_cells(offered: &[&str]) -> bool {
    let characters: usize = offered.iter().map(|text| text.chars().count() + 1).sum();
    characters <= OWN_LIST_CHARACTERS
        && offered.iter().all(|text| !text.contains([',', '"']) && !text.is_empty())
}

/// The list of a column. Other values get a warning, not a refusal: a kind may leave its list open.
fn choice(column: &Column, place: u16, setup: &Setup) -> Result<Option<DataValidation>, XlsxError> {
    let offered = offered(column, setup);
    if offered.is_empty() {
        return Ok(None);
    }
    let list = if stands_with_cells(&offered) {
        DataValidation::new().allow_list_strings(&offered)?
    } else {
        let letters = rust_xlsxwriter::utility::column_number_to_name(place);
        let range = format!("={LISTS}!${letters}$1:${letters}${}", offered.len());
        DataValidation::new().allow_list_formula(Formula::new(range))
    };
    let lang = setup.metadata.lang;
    Ok(Some(
        list.set_error_style(DataValidationErrorStyle::Warning)
            .set_error_title(say(lang, "Wartość spoza listy", "Not on the list"))?
            .set_error_message(say(
                lang,
                "Tej wartości nie ma na liście. Na pewno ją wpisać?",
                "This value is not on the list. Keep it anyway?",
            ))?,
    ))
}

/// Adds the hidden sheet of long lists, if there are any; a list stands in the column of the column it is for.
pub(super) fn add_lists(workbook: &mut Workbook, columns: &[Column], setup: &Setup) -> Result<(), XlsxError> {
    let lists: Vec<(u16, Vec<&str>)> = (0_u16..)
        .zip(columns)
        .map(|(place, column)| (place, offered(column, setup)))
        .filter(|(_, offered)| !stands_with_cells(offered))
        .collect();
    if lists.is_empty() {
        return Ok(());
    }
    let sheet = workbook.add_worksheet();
    sheet.set_name(LISTS)?.set_hidden(true);
    for (place, offered) in lists {
        for (row, text) in (0_u32..).zip(offered) {
            sheet.write_string(row, place, text)?;
        }
    }
    Ok(())
}
