//! Workbooks of Excel 97 to 2003. They are small by their format and are held as a whole, after a look at what their
//! records claim.
//!
//! Locked workbooks of any Office format are compound files as well, so they are told here.

mod check;
mod compound;

use std::io::{Cursor, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{Data, Range, Reader as _, SheetVisible, Xls};

use self::check::{Verdict, check};
use self::compound::{Compound, MAGIC};
use super::sheet::{self, Book, SheetRow, SheetSink, number_cell, text_cell};
use super::xlsx::DateSystem;
use super::{
    Cell, Format, InputFile, Limits, Options, Progress, ProgressSink, Reader, RowProblem, TableError, bytes,
};

/// Bytes of a file.
const FILE_BYTES: u64 = 128 << 20;

/// Whether it is a compound file.
pub(super) fn looks_like(head: &[u8], _name: &str) -> bool {
    head.starts_with(&MAGIC)
}

/// Opens a workbook.
///
/// # Errors
/// [`TableError`]
pub(super) fn open(file: &InputFile, options: &Options) -> Result<Box<dyn Reader>, TableError> {
    let limits = Limits { bytes: options.limits.bytes.min(FILE_BYTES), ..options.limits };
    let mut whole = Vec::new();
    bytes::stream(file, &limits)?
        .read_to_end(&mut whole)
        .map_err(|error| bytes::failure(&file.name, Format::Xls, error))?;
    look_over(file, &whole)?;
    let opened = catch_unwind(AssertUnwindSafe(|| Xls::new(Cursor::new(whole))));
    let mut workbook = match opened {
        Ok(Ok(workbook)) => workbook,
        Ok(Err(calamine::XlsError::Password)) => {
            return Err(TableError::Encrypted { name: file.name.clone() });
        }
        Ok(Err(error)) => return Err(corrupt(file, &error.to_string())),
        // The library that reads this format gives up in this way on some damaged files.
        Err(_) => return Err(corrupt(file, "its records do not fit together")),
    };
    let dates = if workbook.has_1904_epoch() { DateSystem::From1904 } else { DateSystem::From1900 };
    let mut sheets: Vec<(String, bool)> = workbook
        .sheets_metadata()
        .iter()
        .map(|sheet| (sheet.name.clone(), sheet.visible != SheetVisible::Visible))
        .collect();
    sheets.sort_by_key(|(_, hidden)| *hidden);
    let mut names = Vec::new();
    let mut ranges = Vec::new();
    for (name, _) in sheets {
        if let Ok(Ok(range)) = catch_unwind(AssertUnwindSafe(|| workbook.worksheet_range(&name))) {
            names.push(name);
            ranges.push(range);
        }
    }
    let book = XlsBook { limits: options.limits, dates, ranges };
    sheet::reader(file, options, Format::Xls, &names, Box::new(book))
}

fn look_over(file: &InputFile, whole: &[u8]) -> Result<(), TableError> {
    let name = || file.name.clone();
    let compound =
        Compound::new(whole).ok_or_else(|| corrupt(file, "its container is damaged or cut off"))?;
    if compound.has("EncryptedPackage") {
        return Err(TableError::Encrypted { name: name() });
    }
    let stream = compound.stream("Workbook").or_else(|| compound.stream("Book"));
    let stream = stream.ok_or_else(|| corrupt(file, "it holds no workbook"))?;
    match check(&stream) {
        Verdict::Sound => Ok(()),
        Verdict::Encrypted => Err(TableError::Encrypted { name: name() }),
        Verdict::Damaged => Err(corrupt(file, "a sheet claims cells that there cannot be")),
        Verdict::TooLarge => {
            Err(TableError::TooLarge { name: name(), what: "more than 8000000 cells in a sheet".to_owned() })
        }
    }
}

fn corrupt(file: &InputFile, detail: &str) -> TableError {
    TableError::Corrupt { name: file.name.clone(), format: Format::Xls, detail: detail.to_owned() }
}

struct XlsBook {
    limits: Limits,
    dates: DateSystem,
    ranges: Vec<Range<Data>>,
}

impl Book for XlsBook {
    fn rows(
        &mut self,
        sheet: usize,
        each: &mut SheetSink<'_>,
        progress: &mut ProgressSink<'_>,
    ) -> Result<(), TableError> {
        let Some(range) = self.ranges.get(sheet) else { return Ok(()) };
        let (first_row, first_column) = range.start().unwrap_or((0, 0));
        let total = (range.height() as u64).max(1);
        for (offset, cells) in range.rows().enumerate() {
            let mut row = SheetRow::new(u64::from(first_row) + offset as u64 + 1);
            for (place, data) in cells.iter().enumerate() {
                put(&mut row, first_column as usize + place, data, self.dates, &self.limits);
            }
            if offset % 1_000 == 999 {
                progress(Progress { done: offset as u64 + 1, total });
            }
            if !row.is_empty() && !each(row)? {
                break;
            }
        }
        Ok(())
    }
}

fn put(row: &mut SheetRow, place: usize, data: &Data, dates: DateSystem, limits: &Limits) {
    let cell = match data {
        Data::Empty => Cell::Empty,
        Data::Int(number) => Cell::Integer(*number),
        Data::Float(number) => number_cell(*number),
        Data::Bool(yes) => Cell::Bool(*yes),
        Data::DateTime(date) => dates.cell(date.as_f64()),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => text_cell(text),
        Data::Error(error) => {
            row.fault(place, RowProblem::FormulaError, &error.to_string());
            Cell::Empty
        }
    };
    row.put(place, cell, limits);
}
