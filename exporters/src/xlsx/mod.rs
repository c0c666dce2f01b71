//! Workbooks: the rows, a sheet that says what they are, and lists of values to choose from.
//!
//! Rows go to a temporary file at once. What people typed is always a cell of type text, so nothing is computed.
//! A sheet ends at 1,048,576 rows; the next one continues with the same heading. Dates before 1900, which
//! spreadsheets cannot hold, are text.

mod about;
mod heading;

use std::io::Write;

use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

use crate::csv::{GeometryCell, GeometryCells};
use crate::options::Setup;
use crate::{Column, ColumnType, Lang, Row, Value, WriteError, Writer, dates, names, scratch};

/// Rows of a sheet below its heading.
const SHEET_ROWS: u32 = 1_048_575;

/// Most characters of a cell.
const CELL_CHARACTERS: usize = 32_767;

/// Largest whole number that a cell holds to the last digit.
const EXACT: u64 = 999_999_999_999_999;

/// A writer of workbooks.
pub(crate) struct Xlsx {
    out: Box<dyn Write + Send>,
    setup: Setup,
    columns: Vec<Column>,
    own_id: bool,
    cells: GeometryCells,
    workbook: Workbook,
    formats: Formats,
    /// Number of the sheet that is written, and the rows that it has.
    sheet: usize,
    sheet_rows: u32,
    counts: Counts,
}

/// What the sheet of metadata says of the rows.
#[derive(Default)]
struct Counts {
    rows: u64,
    sheets: u32,
    shortened: u64,
}

struct Formats {
    date: Format,
    instant: Format,
}

impl Xlsx {
    pub(crate) fn start(setup: Setup, out: Box<dyn Write + Send>) -> Result<Self, WriteError> {
        let mut workbook = Workbook::new();
        if let Some(folder) = &setup.options.temporary {
            workbook.set_tempdir(folder).map_err(failed)?;
        }
        let own_id = setup.own_id();
        let id = own_id.then(|| {
            let mut id = Column::plain("id", ColumnType::Text);
            id.hidden = setup.options.hide_id;
            id
        });
        let columns: Vec<Column> = id.into_iter().chain(setup.columns.iter().cloned()).collect();
        let mut writer = Self {
            out,
            columns,
            own_id,
            cells: GeometryCells::of(&setup),
            workbook,
            formats: Formats {
                date: Format::new().set_num_format("yyyy-mm-dd"),
                instant: Format::new().set_num_format("yyyy-mm-dd hh:mm:ss"),
            },
            sheet: 0,
            sheet_rows: 0,
            counts: Counts::default(),
            setup,
        };
        writer.next_sheet()?;
        writer.workbook.add_worksheet().set_name(about::name(writer.setup.metadata.lang)).map_err(failed)?;
        heading::add_lists(&mut writer.workbook, &writer.columns, &writer.setup).map_err(failed)?;
        Ok(writer)
    }

    /// Begins a sheet of rows.
    fn next_sheet(&mut self) -> Result<(), WriteError> {
        self.counts.sheets += 1;
        let name = sheet_name(&self.setup.metadata.collection, self.counts.sheets);
        self.sheet = self.workbook.worksheets().len();
        self.sheet_rows = 0;
        let sheet = self.workbook.add_worksheet_with_constant_memory().map_err(failed)?;
        sheet.set_name(name).map_err(failed)?;
        heading::write(sheet, &self.columns, self.cells.names(), &self.setup).map_err(failed)
    }
}

/// A sheet's name: at most 31 characters, without those that Excel forbids.
fn sheet_name(collection: &str, number: u32) -> String {
    let ending = if number > 1 { format!(" ({number})") } else { String::new() };
    let name: String = collection.chars().filter(|letter| !"[]:*?/\\'".contains(*letter)).collect();
    let name = if name.is_empty() { "data".to_owned() } else { name };
    let kept = name.chars().take(31 - ending.len());
    kept.chain(ending.chars()).collect()
}

/// The heading of a column: its key, or its title with the unit.
pub(super) fn heading_of(column: &Column, titles: bool) -> String {
    match &column.unit {
        _ if !titles => column.name.clone(),
        Some(unit) => format!("{} [{unit}]", column.title),
        None => column.title.clone(),
    }
}

impl Writer for Xlsx {
    fn row(&mut self, row: Row) -> Result<(), WriteError> {
        if self.sheet_rows == SHEET_ROWS {
            self.next_sheet()?;
        }
        self.sheet_rows += 1;
        self.counts.rows += 1;
        let geometry = self.cells.values(&row)?;
        let labels = self.setup.options.labels;
        let sheet = self.workbook.worksheet_from_index(self.sheet).map_err(failed)?;
        let mut line = Line { sheet, row: self.sheet_rows, column: 0, shortened: 0, formats: &self.formats };
        if self.own_id {
            line.text(&row.id).map_err(failed)?;
        }
        let rest = self.columns.iter().skip(usize::from(self.own_id));
        for (place, column) in rest.enumerate() {
            let value = row.values.get(place).unwrap_or(&Value::Null);
            line.value(column, value, labels).map_err(failed)?;
        }
        for cell in geometry {
            match cell {
                GeometryCell::Empty => line.column += 1,
                GeometryCell::Number(number) => line.number(number).map_err(failed)?,
                // Half a geometry would be a wrong one.
                GeometryCell::Text(text) if text.len() > CELL_CHARACTERS => {
                    line.shortened += 1;
                    line.column += 1;
                }
                GeometryCell::Text(text) => line.text(&text).map_err(failed)?,
            }
        }
        self.counts.shortened += line.shortened;
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<(), WriteError> {
        let width = (self.columns.len() + self.cells.names().len()).saturating_sub(1);
        let last = self.sheet;
        let (sheets, rows) = (self.workbook.worksheets_mut(), self.sheet_rows);
        for (place, sheet) in sheets.iter_mut().enumerate() {
            let is_data = place == 0 || place > 1 && !sheet.name().starts_with(heading::LISTS);
            let rows = if place == last { rows } else { SHEET_ROWS };
            if is_data {
                sheet.autofilter(0, 0, rows, width as u16).map_err(failed)?;
            }
        }
        let sheet = self.workbook.worksheet_from_index(1).map_err(failed)?;
        about::write(sheet, &self.setup, &self.columns, &self.counts).map_err(failed)?;
        let mut file = scratch::file(self.setup.options.temporary.as_deref())?;
        self.workbook.save_to_writer(&mut file).map_err(failed)?;
        std::io::Seek::rewind(&mut file)?;
        scratch::copy(&mut file, &mut self.out)?;
        Ok(())
    }
}

/// A row that is being written, cell by cell.
struct Line<'a> {
    sheet: &'a mut Worksheet,
    row: u32,
    column: u16,
    shortened: u64,
    formats: &'a Formats,
}

impl Line<'_> {
    fn text(&mut self, text: &str) -> Result<(), XlsxError> {
        let mut shown = text;
        if text.len() > CELL_CHARACTERS {
            let end = text.char_indices().nth(CELL_CHARACTERS).map_or(text.len(), |(place, _)| place);
            shown = names::cut(text, end);
            self.shortened += u64::from(shown.len() < text.len());
        }
        self.sheet.write_string(self.row, self.column, shown)?;
        self.column += 1;
        Ok(())
    }

    fn number(&mut self, number: f64) -> Result<(), XlsxError> {
        if number.is_finite() {
            self.sheet.write_number(self.row, self.column, number)?;
        }
        self.column += 1;
        Ok(())
    }

    fn instant(&mut self, moment: &ExcelDateTime, format: &Format) -> Result<(), XlsxError> {
        self.sheet.write_datetime_with_format(self.row, self.column, moment, format)?;
        self.column += 1;
        Ok(())
    }

    fn value(&mut self, column: &Column, value: &Value, labels: bool) -> Result<(), XlsxError> {
        let shown = |text: &str| if labels { column.label(text).to_owned() } else { text.to_owned() };
        match value {
            Value::Null => self.column += 1,
            Value::Integer(number) if labels && !column.choices.is_empty() => {
                self.text(&shown(&number.to_string()))?;
            }
            Value::Integer(number) if number.unsigned_abs() > EXACT => self.text(&number.to_string())?,
            Value::Integer(number) => self.number(*number as f64)?,
            Value::Number(number) => self.number(*number)?,
            Value::Bool(value) => {
                self.sheet.write_boolean(self.row, self.column, *value)?;
                self.column += 1;
            }
            Value::Text(text) => match moment(column.kind, text) {
                Some(moment) if column.kind == ColumnType::Date => {
                    self.instant(&moment, &self.formats.date)?
                }
                Some(moment) => self.instant(&moment, &self.formats.instant)?,
                None => self.text(&shown(text))?,
            },
            Value::List(items) => {
                let items = items.iter().filter_map(Value::to_text).map(|item| shown(&item));
                self.text(&items.collect::<Vec<_>>().join("; "))?;
            }
        }
        Ok(())
    }
}

/// The date or instant of a text that spreadsheets can hold.
fn moment(kind: ColumnType, text: &str) -> Option<ExcelDateTime> {
    let day = |(year, month, day)| ExcelDateTime::from_ymd(year, month, day).ok().filter(|_| year >= 1900);
    match kind {
        ColumnType::Date => day(dates::date(text)?),
        ColumnType::Instant => {
            let (date, (hour, minute, second)) = dates::instant(text)?;
            day(date)?.and_hms(hour, minute, second).ok()
        }
        _ => None,
    }
}

/// What is said in the file's language.
pub(super) const fn say(lang: Lang, polish: &'static str, english: &'static str) -> &'static str {
    match lang {
        Lang::Pl => polish,
        Lang::En => english,
    }
}

fn failed(error: XlsxError) -> WriteError {
    match error {
        XlsxError::IoError(error) => WriteError::Io(error),
        other => WriteError::of("XLSX", &other),
    }
}
