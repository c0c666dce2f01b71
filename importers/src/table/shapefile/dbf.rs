//! The table of a shapefile, dBASE III to FoxPro.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use encoding_rs::Encoding;

use super::super::faults::{Whose, shortened};
use super::super::{Cell, Limits, RowFault, RowProblem, TableError};
use super::memo::Memo;

/// A column.
#[derive(Debug, Clone)]
struct Field {
    name: Vec<u8>,
    kind: u8,
    length: usize,
    decimals: u8,
}

/// Values of a row.
pub(super) struct Values {
    pub(super) cells: Vec<Cell>,
    pub(super) faults: Vec<RowFault>,
}

/// A table that is read from its beginning.
pub(super) struct Table {
    input: BufReader<File>,
    whose: Whose,
    fields: Vec<Field>,
    rows: u32,
    read: u32,
    header_bytes: u64,
    record: Vec<u8>,
    language: u8,
    memo: Option<Memo>,
    cell_bytes: usize,
}

impl Table {
    pub(super) fn open(
        path: &Path,
        memo: Option<&Path>,
        limits: &Limits,
        whose: &Whose,
    ) -> Result<Self, TableError> {
        let file = File::open(path).map_err(|error| whose.io(error))?;
        let size = file.metadata().map_err(|error| whose.io(error))?.len();
        let mut input = BufReader::with_capacity(64 << 10, file);
        let mut head = [0; 32];
        let short = |_| whose.corrupt("the .dbf ends within its header");
        input.read_exact(&mut head).map_err(short)?;
        let [version, _, _, _, r0, r1, r2, r3, h0, h1, l0, l1, ..] = head;
        let rows = u32::from_le_bytes([r0, r1, r2, r3]);
        let header_bytes = u64::from(u16::from_le_bytes([h0, h1]));
        let record_bytes = usize::from(u16::from_le_bytes([l0, l1]));
        if header_bytes < 33 || record_bytes < 1 {
            return Err(whose.corrupt("the .dbf has no columns"));
        }
        let needed = header_bytes + u64::from(rows) * record_bytes as u64;
        if needed > size {
            return Err(whose.corrupt(format!(
                "the .dbf is cut off: its {rows} rows need {needed} bytes, it has {size}"
            )));
        }
        let mut description = vec![0; usize::try_from(header_bytes - 32).unwrap_or(0)];
        input.read_exact(&mut description).map_err(short)?;
        let fields = fields(&description);
        let together: usize = fields.iter().map(|field| field.length).sum();
        if fields.is_empty() || together + 1 > record_bytes {
            return Err(whose.corrupt(format!(
                "columns of the .dbf take {} bytes of a row that has {record_bytes}",
                together + 1
            )));
        }
        if fields.len() > limits.columns {
            return Err(whose.too_large(format!("more than {} columns", limits.columns)));
        }
        let needs_memo = fields.iter().any(|field| field.kind == b'M');
        let memo = match memo {
            Some(path) if needs_memo => Some(Memo::open(path, version, limits.cell_bytes, whose)?),
            None if needs_memo && rows > 0 => return Err(whose.missing(".dbt or .fpt (long texts)")),
            _ => None,
        };
        Ok(Self {
            input,
            whose: whose.clone(),
            fields,
            rows,
            read: 0,
            header_bytes,
            record: vec![0; record_bytes],
            language: head[29],
            memo,
            cell_bytes: limits.cell_bytes,
        })
    }

    /// Rows, with those that are marked as deleted.
    pub(super) fn rows(&self) -> u32 {
        self.rows
    }

    /// The byte that names a code page.
    pub(super) fn language(&self) -> u8 {
        self.language
    }

    pub(super) fn names(&self, encoding: &'static Encoding) -> Vec<String> {
        let decoded = self.fields.iter().map(|field| encoding.decode_without_bom_handling(&field.name).0);
        let named = decoded.enumerate().map(|(at, name)| match name.trim() {
            "" => format!("column {}", at + 1),
            name => name.to_owned(),
        });
        named.collect()
    }

    /// Whether all texts are UTF-8; ASCII is.
    pub(super) fn valid_utf8(&mut self) -> Result<bool, TableError> {
        let mut valid = self.fields.iter().all(|field| std::str::from_utf8(&field.name).is_ok());
        self.scan(|fields, record| {
            let mut at = 1;
            for field in fields {
                let bytes = record.get(at..at + field.length).unwrap_or_default();
                // Some writers cut texts in the middle of a letter.
                let cut = std::str::from_utf8(bytes).err().is_some_and(|error| error.error_len().is_some());
                valid &= field.kind != b'C' || !cut;
                at += field.length;
            }
            valid
        })?;
        Ok(valid)
    }

    /// Number of rows that are marked as deleted.
    pub(super) fn deleted(&mut self) -> Result<u64, TableError> {
        let mut deleted = 0;
        self.scan(|_, record| {
            deleted += u64::from(record.first() == Some(&b'*'));
            true
        })?;
        Ok(deleted)
    }

    fn scan(&mut self, mut look: impl FnMut(&[Field], &[u8]) -> bool) -> Result<(), TableError> {
        self.rewind()?;
        while self.fill()? {
            if !look(&self.fields, &self.record) {
                break;
            }
        }
        self.rewind()
    }

    fn rewind(&mut self) -> Result<(), TableError> {
        self.read = 0;
        self.input.seek(SeekFrom::Start(self.header_bytes)).map_err(|error| self.whose.io(error))?;
        Ok(())
    }

    fn fill(&mut self) -> Result<bool, TableError> {
        if self.read >= self.rows {
            return Ok(false);
        }
        self.read += 1;
        let short = |_| self.whose.corrupt(format!("the .dbf ends within row {}", self.read));
        self.input.read_exact(&mut self.record).map_err(short)?;
        Ok(true)
    }

    /// The next row; none if it is marked as deleted.
    pub(super) fn next(&mut self, encoding: &'static Encoding) -> Result<Option<Values>, TableError> {
        if !self.fill()? || self.record.first() == Some(&b'*') {
            return Ok(None);
        }
        let mut values = Values { cells: Vec::with_capacity(self.fields.len()), faults: Vec::new() };
        let mut at = 1;
        for field in &self.fields {
            let bytes = self.record.get(at..at + field.length).unwrap_or_default();
            at += field.length;
            let cell = match field.kind {
                b'M' => match &mut self.memo {
                    Some(memo) => {
                        memo.text(bytes, &self.whose)?.map_or(Ok(Cell::Empty), |text| texted(&text, encoding))
                    }
                    None => Ok(Cell::Empty),
                },
                _ => value(field, bytes, encoding),
            };
            let cell = cell.and_then(|cell| match &cell {
                Cell::Text(text) if text.len() > self.cell_bytes => {
                    Err((Cell::Empty, shortened(text), RowProblem::TooLarge))
                }
                _ => Ok(cell),
            });
            match cell {
                Ok(cell) => values.cells.push(cell),
                Err((cell, found, problem)) => {
                    values.cells.push(cell);
                    let column = encoding.decode_without_bom_handling(&field.name).0.trim().to_owned();
                    values.faults.push(RowFault { column: Some(column), found, problem });
                }
            }
        }
        Ok(Some(values))
    }
}

fn fields(description: &[u8]) -> Vec<Field> {
    let mut fields = Vec::new();
    for entry in description.chunks_exact(32) {
        if entry.first() == Some(&0x0d) {
            break;
        }
        let name: Vec<u8> = entry.iter().take(11).copied().take_while(|byte| *byte != 0).collect();
        let byte = |at: usize| entry.get(at).copied().unwrap_or_default();
        let kind = byte(11).to_ascii_uppercase();
        // Texts longer than 255 bytes keep the upper byte of their length where others keep decimals.
        let (length, decimals) = if kind == b'C' {
            (usize::from(byte(16)) + 256 * usize::from(byte(17)), 0)
        } else {
            (usize::from(byte(16)), byte(17))
        };
        fields.push(Field { name, kind, length, decimals });
    }
    fields
}

type Found = Result<Cell, (Cell, String, RowProblem)>;

fn texted(bytes: &[u8], encoding: &'static Encoding) -> Found {
    let (text, bad) = encoding.decode_without_bom_handling(bytes);
    let text = text.trim_matches(|letter: char| letter == '\0' || letter.is_whitespace());
    if bad {
        return Err((Cell::Text(text.to_owned()), shortened(text), RowProblem::NotText));
    }
    Ok(if text.is_empty() { Cell::Empty } else { Cell::Text(text.to_owned()) })
}

fn value(field: &Field, bytes: &[u8], encoding: &'static Encoding) -> Found {
    let plain = || String::from_utf8_lossy(bytes).trim_matches([' ', '\0', '\t']).to_owned();
    Ok(match field.kind {
        b'N' | b'F' => number(&plain(), field.decimals),
        b'L' => match bytes.first() {
            Some(b'T' | b't' | b'Y' | b'y') => Cell::Bool(true),
            Some(b'F' | b'f' | b'N' | b'n') => Cell::Bool(false),
            _ => Cell::Empty,
        },
        b'D' => date(&plain()),
        b'I' | b'+' => match bytes {
            [a, b, c, d] if field.kind == b'I' => {
                Cell::Integer(i64::from(i32::from_le_bytes([*a, *b, *c, *d])))
            }
            [a, b, c, d] => Cell::Integer(i64::from(i32::from_be_bytes([*a & 0x7f, *b, *c, *d]))),
            _ => Cell::Empty,
        },
        b'B' if field.length == 8 => match <[u8; 8]>::try_from(bytes).map(f64::from_le_bytes) {
            Ok(number) if number.is_finite() => Cell::Number(number),
            _ => Cell::Empty,
        },
        b'T' | b'@' => instant(bytes),
        _ => return texted(bytes, encoding),
    })
}

fn number(text: &str, decimals: u8) -> Cell {
    // Stars stand for a number that had no room.
    if text.is_empty() || text.chars().all(|letter| letter == '*') {
        return Cell::Empty;
    }
    if decimals == 0
        && let Ok(whole) = text.parse()
    {
        return Cell::Integer(whole);
    }
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() => Cell::Number(number),
        _ => Cell::Text(text.to_owned()),
    }
}

fn date(text: &str) -> Cell {
    if text.chars().all(|letter| letter == '0' || letter == ' ') {
        return Cell::Empty;
    }
    let part = |range| text.get(range).unwrap_or_default();
    let (year, month, day) = (part(0..4), part(4..6), part(6..8));
    let number = |text: &str| text.parse::<u32>().unwrap_or(0);
    let right = text.len() == 8
        && text.bytes().all(|byte| byte.is_ascii_digit())
        && (1..=12).contains(&number(month))
        && (1..=31).contains(&number(day));
    if right { Cell::Date(format!("{year}-{month}-{day}")) } else { Cell::Text(text.to_owned()) }
}

/// Day of the Julian calendar count and milliseconds of the day.
fn instant(bytes: &[u8]) -> Cell {
    let [a, b, c, d, e, f, g, h] = bytes else { return Cell::Empty };
    let julian = i64::from(i32::from_le_bytes([*a, *b, *c, *d]));
    let milliseconds = i64::from(i32::from_le_bytes([*e, *f, *g, *h]));
    if !(1_721_426..=5_373_484).contains(&julian) || !(0..86_400_000).contains(&milliseconds) {
        return Cell::Empty;
    }
    // After Fliegel and Van Flandern: from the count of days to the Gregorian calendar.
    let l = julian + 68_569;
    let n = 4 * l / 146_097;
    let l = l - (146_097 * n + 3) / 4;
    let i = 4_000 * (l + 1) / 1_461_001;
    let l = l - 1_461 * i / 4 + 31;
    let j = 80 * l / 2_447;
    let day = l - 2_447 * j / 80;
    let month = j + 2 - 12 * (j / 11);
    let year = 100 * (n - 49) + i + j / 11;
    let seconds = milliseconds / 1_000;
    let (hour, minute, second) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    Cell::Date(format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_keep_their_types() {
        assert_eq!(number("12", 0), Cell::Integer(12));
        assert_eq!(number("12.50", 2), Cell::Number(12.5));
        assert_eq!(number("1e3", 0), Cell::Number(1000.0));
        assert_eq!(number("****", 0), Cell::Empty);
        assert_eq!(number("nan", 2), Cell::Text("nan".into()));
        assert_eq!(date("20240229"), Cell::Date("2024-02-29".into()));
        assert_eq!(date("00000000"), Cell::Empty);
        assert_eq!(date("20241301"), Cell::Text("20241301".into()));
        assert_eq!(date("ąąąą"), Cell::Text("ąąąą".into()));
        let mut bytes = 2_460_000_i32.to_le_bytes().to_vec();
        bytes.extend(3_661_000_i32.to_le_bytes());
        assert_eq!(instant(&bytes), Cell::Date("2023-02-24T01:01:01".into()));
    }
}
