//! The sheet that says what the workbook holds and how it can be made again.

use rust_xlsxwriter::{Format, FormatAlign, Worksheet, XlsxError};

use super::{Counts, say};
use crate::model::key_title;
use crate::options::Setup;
use crate::{Column, Lang};

/// The sheet's name.
pub(super) const fn name(lang: Lang) -> &'static str {
    say(lang, "Opis", "About")
}

/// Fills the sheet: statements with their keys in a hidden column, then the columns of the table.
pub(super) fn write(
    sheet: &mut Worksheet,
    setup: &Setup,
    columns: &[Column],
    counts: &Counts,
) -> Result<(), XlsxError> {
    let metadata = &setup.metadata;
    let lang = metadata.lang;
    let bold = Format::new().set_bold().set_align(FormatAlign::Top);
    let wrap = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    sheet.set_column_width(0, 44)?.set_column_width(1, 70)?.set_column_hidden(2)?;
    let mut row = 0;
    let mut line = |title: &str, value: &str, key: &str| -> Result<(), XlsxError> {
        sheet.write_string_with_format(row, 0, title, &bold)?;
        sheet.write_string_with_format(row, 1, value, &wrap)?;
        sheet.write_string(row, 2, key)?;
        row += 1;
        Ok(())
    };
    for (key, value) in metadata.statements() {
        line(key_title(key, lang), &value, key)?;
    }
    line(say(lang, "Liczba wierszy", "Rows"), &counts.rows.to_string(), "rows")?;
    if counts.sheets > 1 {
        let remark = say(lang, "Wiersze zajmują tyle arkuszy", "Sheets that the rows take");
        line(remark, &counts.sheets.to_string(), "sheets")?;
    }
    if counts.shortened > 0 {
        let remark = say(
            lang,
            "Wartości zbyt długie dla komórki, skrócone lub pominięte (pełne są w GeoPackage)",
            "Values too long for a cell, shortened or left out (GeoPackage has them whole)",
        );
        line(remark, &counts.shortened.to_string(), "shortened")?;
    }
    line("", "", "")?;
    line(say(lang, "Kolumna", "Column"), say(lang, "Znaczenie", "Meaning"), "")?;
    for column in columns {
        let unit = column.unit.as_ref().map(|unit| format!(" [{unit}]")).unwrap_or_default();
        let note = column.note.as_ref().map(|note| format!(": {note}")).unwrap_or_default();
        line(&column.name, &format!("{}{unit}{note}", column.title), "")?;
    }
    Ok(())
}
