//! Office Open XML workbooks: each sheet is a layer, visible ones first.
//!
//! Cells are read as a stream; only the shared texts of the workbook are held, bounded. Of formulas the kept value is
//! read, never the formula.

mod cells;
mod dates;
mod parts;

use std::io::Error;

use self::cells::Cells;
use self::parts::{SheetPart, Strings, Styles};
use super::sheet::{self, Book, SheetSink};
use super::zipped::Parts;
use super::{Format, InputFile, Limits, Options, ProgressSink, Reader, TableError, bytes};

pub(super) use self::dates::DateSystem;

/// Whether it is a ZIP archive that says it holds an Office document.
pub(super) fn looks_like(head: &[u8], name: &str) -> bool {
    let named = [".xlsx", ".xlsm", ".xltx"].iter().any(|ending| name.ends_with(ending));
    let holds = |needle: &[u8]| head.windows(needle.len()).any(|window| window == needle);
    head.starts_with(b"PK") && (named || holds(b"xl/workbook.xml") || holds(b"[Content_Types].xml"))
}

/// Opens a workbook.
///
/// # Errors
/// [`TableError`]
pub(super) fn open(file: &InputFile, options: &Options) -> Result<Box<dyn Reader>, TableError> {
    let failed = |error: Error| bytes::failure(&file.name, Format::Xlsx, error);
    let mut parts = Parts::open(file, Format::Xlsx, &options.limits)?;
    let workbook = parts::workbook(&mut parts).map_err(failed)?;
    let strings = match &workbook.strings {
        Some(part) => Strings::read(&mut parts, part, options.limits.cell_bytes).map_err(failed)?,
        None => Strings::default(),
    };
    let styles = match &workbook.styles {
        Some(part) => Styles::read(&mut parts, part).map_err(failed)?,
        None => Styles::default(),
    };
    let mut sheets = workbook.sheets;
    sheets.sort_by_key(|sheet| sheet.hidden);
    let names: Vec<String> = sheets.iter().map(|sheet| sheet.name.clone()).collect();
    let book = XlsxBook {
        file: file.clone(),
        limits: options.limits,
        parts,
        strings,
        styles,
        dates: workbook.dates,
        sheets,
    };
    sheet::reader(file, options, Format::Xlsx, &names, Box::new(book))
}

struct XlsxBook {
    file: InputFile,
    limits: Limits,
    parts: Parts,
    strings: Strings,
    styles: Styles,
    dates: DateSystem,
    sheets: Vec<SheetPart>,
}

impl Book for XlsxBook {
    fn rows(
        &mut self,
        sheet: usize,
        each: &mut SheetSink<'_>,
        progress: &mut ProgressSink<'_>,
    ) -> Result<(), TableError> {
        let failed = |error: Error| bytes::failure(&self.file.name, Format::Xlsx, error);
        let Some(sheet) = self.sheets.get(sheet) else { return Ok(()) };
        let Some((xml, mut meter)) = self.parts.metered_part(&sheet.part).map_err(failed)? else {
            let detail = format!("the sheet {:?} is missing", sheet.name);
            return Err(failed(Error::new(std::io::ErrorKind::InvalidData, detail)));
        };
        let mut cells = Cells::new(xml, &self.limits, &self.strings, &self.styles, self.dates);
        while let Some(row) = cells.next_row().map_err(failed)? {
            meter.row(progress);
            if !row.is_empty() && !each(row)? {
                break;
            }
        }
        Ok(())
    }
}
