//! Text with separated values, whatever the separator, the encoding and the line ends.
//!
//! Cells are text or empty: what looks like a number stays as it is written, with its leading zeros and its decimal
//! comma. Blank lines are no rows; lines that hold only separators are rows of empty cells.

mod guess;
mod record;

use std::io::Read;

use encoding_rs::Encoding;

use self::record::{Bounds, Record, Splitter};
use super::text::{Decoded, shortened, tidy};
use super::{
    Cell, Format, InputFile, Layer, Options, Overview, ProgressSink, Reader, Row, RowFault, RowProblem,
    RowSink, TableError, bytes, heading, text,
};

/// Bytes of text from which separator and heading are told.
const SAMPLE_BYTES: u64 = 256 << 10;
/// The longest row, unless a single cell may be longer.
const RECORD_BYTES: usize = 16 << 20;

/// Whether a file may be one of separated values: any text that is no markup.
pub(super) fn looks_like(head: &[u8], _name: &str) -> bool {
    let first = head.iter().find(|byte| !byte.is_ascii_whitespace());
    first != Some(&b'<') && text::is_text(head)
}

/// Opens a file of separated values.
///
/// # Errors
/// [`TableError`]
pub(super) fn open(file: &InputFile, options: &Options) -> Result<Box<dyn Reader>, TableError> {
    let failed = |error| bytes::failure(&file.name, Format::Csv, error);
    let encoding = match &options.encoding {
        Some(label) => Encoding::for_label(label.as_bytes())
            .ok_or_else(|| TableError::NoEncoding { name: file.name.clone(), label: label.clone() })?,
        None => text::recognise(bytes::stream(file, &options.limits)?).map_err(failed)?,
    };
    let mut sample = Vec::new();
    Decoded::new(bytes::stream(file, &options.limits)?, encoding)
        .take(SAMPLE_BYTES)
        .read_to_end(&mut sample)
        .map_err(failed)?;
    let whole = (sample.len() as u64) < SAMPLE_BYTES;
    let delimiter = match options.delimiter {
        Some(given) => u8::try_from(given).ok().filter(|byte| byte.is_ascii() && !b"\"\r\n".contains(byte)),
        None => Some(guess::delimiter(&sample, whole)),
    };
    let delimiter = delimiter.ok_or_else(|| TableError::Corrupt {
        name: file.name.clone(),
        format: Format::Csv,
        detail: "the separator must be one plain character, such as ; or ,".to_owned(),
    })?;
    let rows = guess::rows(&sample, whole, delimiter, options.limits.columns + 1);
    if rows.is_empty() && whole {
        return Err(TableError::Empty { name: file.name.clone() });
    }
    let header_row = options.header_row.unwrap_or_else(|| heading::heading(&rows));
    if header_row > 0 && !rows.iter().any(|row| row.number == header_row) {
        let detail = format!("line {header_row}, which should hold the names of the columns, begins no row");
        return Err(TableError::Corrupt { name: file.name.clone(), format: Format::Csv, detail });
    }
    let layer = Layer {
        name: file.stem().to_owned(),
        columns: heading::names(&file.name, header_row, &rows, &options.limits)?,
        geometry: false,
        srid: None,
        rows: None,
        axis: None,
    };
    let overview = Overview {
        format: Format::Csv,
        encoding: Some(encoding.name().to_ascii_lowercase()),
        delimiter: Some(char::from(delimiter)),
        header_row: Some(header_row),
        layers: vec![layer],
    };
    Ok(Box::new(CsvReader { file: file.clone(), options: options.clone(), encoding, delimiter, overview }))
}

struct CsvReader {
    file: InputFile,
    options: Options,
    encoding: &'static Encoding,
    delimiter: u8,
    overview: Overview,
}

impl Reader for CsvReader {
    fn overview(&self) -> &Overview {
        &self.overview
    }

    fn read(
        &mut self,
        layer: &str,
        each: &mut RowSink<'_>,
        progress: &mut ProgressSink<'_>,
    ) -> Result<(), TableError> {
        let layer = super::layer(&self.file, &self.overview, layer)?;
        let failed = |error| bytes::failure(&self.file.name, Format::Csv, error);
        let limits = &self.options.limits;
        let bounds = Bounds {
            cells: limits.columns.saturating_add(1),
            cell_bytes: limits.cell_bytes,
            record_bytes: RECORD_BYTES.max(limits.cell_bytes.saturating_mul(2)),
        };
        let source = bytes::stream(&self.file, limits)?;
        let mut meter = source.meter();
        let mut splitter = Splitter::new(Decoded::new(source, self.encoding), self.delimiter, bounds);
        let header_row = self.overview.header_row.unwrap_or(0);
        let mut record = Record::default();
        let mut count = 0_u64;
        while splitter.next(&mut record).map_err(failed)? {
            if record.is_blank() || record.line <= header_row {
                continue;
            }
            count += 1;
            super::check_rows(&self.file, limits, count)?;
            each(row(&record, &layer.columns))?;
            meter.report(progress);
        }
        meter.report(progress);
        Ok(())
    }
}

fn row(record: &Record, columns: &[String]) -> Row {
    let mut row = Row { number: record.line, cells: Vec::with_capacity(columns.len()), ..Row::default() };
    let mut extra = Vec::new();
    for (place, cell) in record.cells().enumerate() {
        let value = tidy(&cell);
        let fault =
            |problem| RowFault { column: columns.get(place).cloned(), found: shortened(value), problem };
        if value.contains('\u{fffd}') {
            row.faults.push(fault(RowProblem::NotText));
        }
        if record.cut.contains(&place) {
            row.faults.push(fault(RowProblem::TooLarge));
        }
        if place >= columns.len() {
            extra.push(value.to_owned());
        } else if value.is_empty() {
            row.cells.push(Cell::Empty);
        } else {
            row.cells.push(Cell::Text(value.to_owned()));
        }
    }
    if extra.iter().any(|value| !value.is_empty()) {
        let found = shortened(&extra.join(" | "));
        row.faults.push(RowFault { column: None, found, problem: RowProblem::TooManyCells });
    }
    row
}
