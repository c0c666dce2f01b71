//! What workbooks of all formats have in common: sheets of cells become layers with named columns.
//!
//! Rows without any value are no rows: sheets end in thousands of them.

use super::heading::{self, SampleRow};
use super::text::{shortened, tidy};
use super::{
    Cell, Format, InputFile, Layer, Limits, Options, Overview, ProgressSink, Reader, Row, RowFault,
    RowProblem, RowSink, TableError,
};

/// Rows from which the heading is told.
const SAMPLE_ROWS: usize = 200;
/// Sheets of one workbook.
const SHEETS: usize = 500;
/// Bytes of the texts of one row.
const ROW_BYTES: usize = 16 << 20;

/// A row of a sheet before its columns are known.
#[derive(Debug, Default, Clone)]
pub(super) struct SheetRow {
    /// Its number, from 1.
    pub(super) number: u64,
    cells: Vec<Cell>,
    faults: Vec<(usize, RowProblem, String)>,
    beyond: Option<String>,
    bytes: usize,
}

impl SheetRow {
    pub(super) fn new(number: u64) -> Self {
        Self { number, ..Self::default() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.cells.is_empty() && self.faults.is_empty() && self.beyond.is_none()
    }

    /// Puts a cell at a place, counted from 0.
    pub(super) fn put(&mut self, place: usize, cell: Cell, limits: &Limits) {
        if cell == Cell::Empty {
            return;
        }
        if place >= limits.columns {
            self.beyond.get_or_insert_with(|| shortened(&shown(&cell)));
            return;
        }
        if let Cell::Text(text) = &cell {
            self.bytes += text.len();
        }
        if self.cells.len() <= place {
            self.cells.resize(place + 1, Cell::Empty);
        }
        if let Some(old) = self.cells.get_mut(place) {
            *old = cell;
        }
    }

    /// Says what is wrong with the cell at a place.
    pub(super) fn fault(&mut self, place: usize, problem: RowProblem, found: &str) {
        if self.faults.len() < 1_000 {
            self.faults.push((place, problem, shortened(found)));
        }
    }

    /// Whether it holds more than a row may.
    pub(super) fn is_too_large(&self) -> bool {
        self.bytes > ROW_BYTES
    }

    fn sample(&self) -> SampleRow {
        SampleRow { number: self.number, cells: self.cells.iter().map(shown).collect() }
    }

    fn into_row(self, columns: &[String]) -> Row {
        let mut cells = self.cells;
        let mut faults = Vec::new();
        for (place, problem, found) in self.faults {
            faults.push(RowFault { column: columns.get(place).cloned(), found, problem });
        }
        let extra = if cells.len() > columns.len() { cells.split_off(columns.len()) } else { Vec::new() };
        let mut extra: Vec<String> = extra.iter().map(shown).filter(|text| !text.is_empty()).collect();
        extra.extend(self.beyond);
        if !extra.is_empty() {
            let found = shortened(&extra.join(" | "));
            faults.push(RowFault { column: None, found, problem: RowProblem::TooManyCells });
        }
        Row { number: self.number, cells, faults, ..Row::default() }
    }
}

fn shown(cell: &Cell) -> String {
    match cell {
        Cell::Empty | Cell::List(_) => String::new(),
        Cell::Text(text) | Cell::Date(text) => text.clone(),
        Cell::Integer(number) => number.to_string(),
        Cell::Number(number) => number.to_string(),
        Cell::Bool(yes) => yes.to_string(),
    }
}

/// A text cell, tidy.
pub(super) fn text_cell(text: &str) -> Cell {
    match tidy(text) {
        "" => Cell::Empty,
        text => Cell::Text(text.to_owned()),
    }
}

/// A number as the cell that it is: spreadsheets keep all numbers as fractions.
pub(super) fn number_cell(number: f64) -> Cell {
    const WHOLE: f64 = 9_007_199_254_740_992.0;
    if !number.is_finite() {
        Cell::Empty
    } else if number.fract() == 0.0 && number.abs() < WHOLE {
        Cell::Integer(number as i64)
    } else {
        Cell::Number(number)
    }
}

/// Whoever takes the rows of a sheet; false ends the reading.
pub(super) type SheetSink<'a> = dyn FnMut(SheetRow) -> Result<bool, TableError> + 'a;

/// A workbook of any format.
pub(super) trait Book: Send {
    /// Reads the rows of a sheet, counted from 0, that are not empty.
    ///
    /// # Errors
    /// [`TableError`]
    fn rows(
        &mut self,
        sheet: usize,
        each: &mut SheetSink<'_>,
        progress: &mut ProgressSink<'_>,
    ) -> Result<(), TableError>;
}

struct Sheet {
    index: usize,
    header_row: u64,
}

struct BookReader {
    file: InputFile,
    limits: Limits,
    overview: Overview,
    /// Beside the layers.
    sheets: Vec<Sheet>,
    book: Box<dyn Book>,
}

/// Makes a reader of a workbook with these sheets.
///
/// # Errors
/// [`TableError`]
pub(super) fn reader(
    file: &InputFile,
    options: &Options,
    format: Format,
    names: &[String],
    mut book: Box<dyn Book>,
) -> Result<Box<dyn Reader>, TableError> {
    if names.len() > SHEETS {
        return Err(TableError::TooLarge {
            name: file.name.clone(),
            what: format!("more than {SHEETS} sheets"),
        });
    }
    let mut layers = Vec::new();
    let mut sheets = Vec::new();
    for (index, name) in names.iter().enumerate() {
        let rows = sample(file, options, book.as_mut(), index)?;
        if rows.is_empty() {
            continue;
        }
        let header_row = options.header_row.unwrap_or_else(|| heading::heading(&rows));
        let columns = heading::names(&file.name, header_row, &rows, &options.limits)?;
        layers.push(Layer {
            name: name.clone(),
            columns,
            geometry: false,
            srid: None,
            rows: None,
            axis: None,
        });
        sheets.push(Sheet { index, header_row });
    }
    let Some(first) = sheets.first() else { return Err(TableError::Empty { name: file.name.clone() }) };
    let header_row = Some(first.header_row);
    let overview = Overview { format, encoding: None, delimiter: None, header_row, layers };
    Ok(Box::new(BookReader { file: file.clone(), limits: options.limits, overview, sheets, book }))
}

fn sample(
    file: &InputFile,
    options: &Options,
    book: &mut dyn Book,
    sheet: usize,
) -> Result<Vec<SampleRow>, TableError> {
    let mut rows = Vec::new();
    let mut beyond = false;
    let wanted = options.header_row.unwrap_or(0);
    let mut each = |row: SheetRow| {
        let is_heading = wanted == 0 || row.number == wanted;
        beyond |= is_heading && row.beyond.is_some();
        if rows.len() < SAMPLE_ROWS || row.number == wanted {
            rows.push(row.sample());
        }
        Ok(rows.len() < SAMPLE_ROWS || rows.last().is_none_or(|last| last.number < wanted))
    };
    book.rows(sheet, &mut each, &mut |_| {})?;
    if beyond {
        return Err(super::columns::too_many(&file.name, &options.limits));
    }
    Ok(rows)
}

impl Reader for BookReader {
    fn overview(&self) -> &Overview {
        &self.overview
    }

    fn read(
        &mut self,
        layer: &str,
        each: &mut RowSink<'_>,
        progress: &mut ProgressSink<'_>,
    ) -> Result<(), TableError> {
        let found = super::layer(&self.file, &self.overview, layer)?;
        let place = self.overview.layers.iter().position(|other| other.name == found.name).unwrap_or(0);
        let Some(sheet) = self.sheets.get(place) else { return Ok(()) };
        let (file, limits) = (&self.file, &self.limits);
        let mut count = 0_u64;
        let mut take = |row: SheetRow| {
            if row.number <= sheet.header_row {
                return Ok(true);
            }
            count += 1;
            super::check_rows(file, limits, count)?;
            each(row.into_row(&found.columns))?;
            Ok(true)
        };
        self.book.rows(sheet.index, &mut take, progress)
    }
}
