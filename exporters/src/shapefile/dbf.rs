//! The table of a shapefile: dBase III with text in UTF-8.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Read, Write};
use std::path::Path;

use crate::{Column, ColumnType, Value, WriteError, dates, names, scratch};

/// Most bytes of a text.
const TEXT_BYTES: usize = 254;

/// Most digits of a number, sign and point included, that readers take.
const NUMBER_BYTES: usize = 32;

/// Rows that wait until the widths of their columns are known, one JSON array a line.
pub(super) struct Spool {
    file: BufWriter<File>,
    fields: Vec<Field>,
    rows: u64,
}

/// What is known of a column so far.
struct Field {
    kind: ColumnType,
    /// Bytes of its longest text, or digits before the point with sign.
    width: usize,
    decimals: usize,
    /// Whether some value has not the form that the column's type promises.
    misfit: bool,
    cut_texts: u64,
}

/// How the table stores a column.
#[derive(Clone, Copy)]
enum Stored {
    Text(usize),
    Number { width: usize, decimals: usize },
    Bool,
    Date,
}

impl Spool {
    pub(super) fn start(columns: &[Column], folder: &Path) -> Result<Self, WriteError> {
        let fields = columns.iter().map(|column| Field {
            kind: column.kind,
            width: 1,
            decimals: 0,
            misfit: false,
            cut_texts: 0,
        });
        let file = BufWriter::with_capacity(1 << 16, scratch::file(Some(folder))?);
        Ok(Self { file, fields: fields.collect(), rows: 0 })
    }

    /// Texts that are longer than the table takes.
    pub(super) fn cut_texts(&self) -> u64 {
        self.fields.iter().map(|field| field.cut_texts).sum()
    }

    pub(super) fn push(&mut self, values: impl Iterator<Item = Value>) -> Result<(), WriteError> {
        let values: Vec<Value> = values.collect();
        self.fields.iter_mut().zip(&values).for_each(|(field, value)| field.see(value));
        self.rows += 1;
        let line = serde_json::Value::from(values.iter().map(Value::to_json).collect::<Vec<_>>());
        serde_json::to_writer(&mut self.file, &line).map_err(std::io::Error::from)?;
        Ok(self.file.write_all(b"\n")?)
    }

    /// Writes the table.
    pub(super) fn finish(self, names: &[String], date: &str, out: &mut impl Write) -> Result<(), WriteError> {
        let stored: Vec<Stored> = self.fields.iter().map(Field::stored).collect();
        let record_bytes = 1 + stored.iter().map(|field| field.width()).sum::<usize>();
        let head_bytes = 32 + 32 * stored.len() + 1;
        if self.rows.saturating_mul(record_bytes as u64) + head_bytes as u64 > super::FILE_BYTES {
            return Err(super::too_large());
        }
        let mut out = BufWriter::with_capacity(1 << 16, out);
        let (year, month, day) = date.get(..10).and_then(dates::date).unwrap_or((2000, 1, 1));
        let mut head = vec![0x03, (year.saturating_sub(1900)) as u8, month, day];
        head.extend((self.rows as u32).to_le_bytes());
        head.extend((head_bytes as u16).to_le_bytes());
        head.extend((record_bytes as u16).to_le_bytes());
        head.resize(32, 0);
        for (name, field) in names.iter().zip(&stored) {
            let start = head.len();
            head.extend(name.as_bytes());
            head.resize(start + 11, 0);
            let (letter, decimals) = field.letter();
            head.push(letter);
            head.resize(start + 16, 0);
            head.extend([field.width() as u8, decimals]);
            head.resize(start + 32, 0);
        }
        head.push(0x0d);
        out.write_all(&head)?;
        copy_rows(scratch::reread(self.file)?, &stored, record_bytes, &mut out)?;
        out.write_all(&[0x1a])?;
        Ok(out.flush()?)
    }
}

/// Turns the waiting rows into records.
fn copy_rows(
    mut rows: BufReader<File>,
    stored: &[Stored],
    record_bytes: usize,
    out: &mut impl Write,
) -> Result<(), WriteError> {
    let (mut line, mut record) = (Vec::new(), Vec::with_capacity(record_bytes));
    loop {
        line.clear();
        if rows.by_ref().read_until(b'\n', &mut line)? == 0 {
            return Ok(());
        }
        let values: Vec<serde_json::Value> = serde_json::from_slice(&line).map_err(std::io::Error::from)?;
        record.clear();
        record.push(b' ');
        let mut values = values.into_iter();
        for field in stored {
            let value = values.next().map_or(Value::Null, Value::from_json);
            field.push(&mut record, &value);
        }
        out.write_all(&record)?;
    }
}

impl Field {
    fn see(&mut self, value: &Value) {
        match (self.kind, value) {
            (_, Value::Null) => return,
            (ColumnType::Integer | ColumnType::Number, Value::Integer(number)) => {
                self.digits(&number.to_string());
            }
            (ColumnType::Number, Value::Number(number)) if number.is_finite() => {
                self.digits(&number.to_string());
            }
            (ColumnType::Bool, Value::Bool(_)) => {}
            (ColumnType::Date, Value::Text(text)) if dates::date(text).is_some() => {}
            (ColumnType::Text | ColumnType::Instant | ColumnType::List, _) => {}
            _ => self.misfit = true,
        }
        if let Some(text) = value.to_text()
            && (self.misfit || !matches!(self.kind, ColumnType::Integer | ColumnType::Number))
        {
            self.width = self.width.max(text.len().min(TEXT_BYTES));
            let long = text.len() > TEXT_BYTES;
            self.cut_texts += u64::from(long);
        }
    }

    fn digits(&mut self, text: &str) {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        self.width = self.width.max(whole.len());
        self.decimals = self.decimals.max(fraction.len());
    }

    fn stored(&self) -> Stored {
        match self.kind {
            _ if self.misfit => Stored::Text((self.width + 1 + self.decimals).min(TEXT_BYTES)),
            // GDAL reads ten and more digits as a number of 64 bits only from this width on.
            ColumnType::Integer => Stored::Number { width: self.width.max(1), decimals: 0 },
            ColumnType::Number => {
                let room = NUMBER_BYTES.saturating_sub(self.width + 1);
                let decimals = self.decimals.clamp(1, room.clamp(1, 15));
                Stored::Number { width: self.width + 1 + decimals, decimals }
            }
            ColumnType::Bool => Stored::Bool,
            ColumnType::Date => Stored::Date,
            ColumnType::Text | ColumnType::Instant | ColumnType::List => Stored::Text(self.width.max(1)),
        }
    }
}

impl Stored {
    fn width(self) -> usize {
        match self {
            Self::Text(width) | Self::Number { width, .. } => width,
            Self::Bool => 1,
            Self::Date => 8,
        }
    }

    fn letter(self) -> (u8, u8) {
        match self {
            Self::Text(_) => (b'C', 0),
            Self::Number { decimals, .. } => (b'N', decimals as u8),
            Self::Bool => (b'L', 0),
            Self::Date => (b'D', 0),
        }
    }

    /// Appends a value in the column's width; blanks are nothing.
    fn push(self, record: &mut Vec<u8>, value: &Value) {
        let end = record.len() + self.width();
        match (self, value) {
            (Self::Bool, Value::Bool(value)) => record.push(if *value { b'T' } else { b'F' }),
            (Self::Bool, _) => record.push(b'?'),
            (Self::Date, Value::Text(text)) => {
                record.extend(text.bytes().filter(u8::is_ascii_digit).take(8));
            }
            (Self::Number { width, decimals }, Value::Integer(_) | Value::Number(_)) => {
                let number = match value {
                    Value::Integer(number) if decimals == 0 => number.to_string(),
                    Value::Integer(number) => format!("{number}.{}", "0".repeat(decimals)),
                    Value::Number(number) => format!("{number:.decimals$}"),
                    _ => String::new(),
                };
                if number.len() <= width {
                    record.resize(record.len() + width - number.len(), b' ');
                    record.extend(number.as_bytes());
                }
            }
            (Self::Text(width), value) => {
                let text = value.to_text().unwrap_or_default().replace(['\r', '\n', '\0'], " ");
                record.extend(names::cut(&text, width).as_bytes());
            }
            _ => {}
        }
        record.resize(end, b' ');
    }
}
