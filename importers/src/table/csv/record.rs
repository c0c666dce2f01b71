//! Splits text into records of cells: quotation marks, line breaks inside them, and every kind of line end.

use std::borrow::Cow;
use std::io::{BufRead, Error, ErrorKind, Result};

/// How much a record may hold; what is beyond is counted and dropped.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    /// Cells that are kept.
    pub(super) cells: usize,
    /// Bytes of a cell that are kept.
    pub(super) cell_bytes: usize,
    /// Bytes of a record; more are an error.
    pub(super) record_bytes: usize,
}

/// One record. It is used again for the next one.
#[derive(Debug, Default)]
pub(super) struct Record {
    bytes: Vec<u8>,
    ends: Vec<usize>,
    /// Line where it begins, from 1.
    pub(super) line: u64,
    /// Number of its cells, also of those that were dropped.
    pub(super) count: usize,
    /// Places of cells that were cut because they are too large.
    pub(super) cut: Vec<usize>,
}

impl Record {
    /// Its cells as they are, blanks included.
    pub(super) fn cells(&self) -> impl Iterator<Item = Cow<'_, str>> {
        let mut start = 0;
        self.ends.iter().map(move |&end| {
            let cell = self.bytes.get(start..end).unwrap_or_default();
            start = end;
            String::from_utf8_lossy(cell)
        })
    }

    /// Whether it is a blank line.
    pub(super) fn is_blank(&self) -> bool {
        self.count <= 1 && self.bytes.iter().all(u8::is_ascii_whitespace)
    }

    fn clear(&mut self, line: u64) {
        self.bytes.clear();
        self.ends.clear();
        self.cut.clear();
        self.count = 0;
        self.line = line;
    }

    fn push(&mut self, part: &[u8], bounds: &Bounds) {
        if self.count >= bounds.cells {
            return;
        }
        let start = self.ends.last().copied().unwrap_or(0);
        let room = bounds.cell_bytes.saturating_sub(self.bytes.len() - start);
        let kept = part.get(..room).unwrap_or(part);
        self.bytes.extend_from_slice(kept);
        if kept.len() < part.len() && self.cut.last() != Some(&self.count) {
            self.cut.push(self.count);
        }
    }

    fn end_cell(&mut self, bounds: &Bounds) {
        if self.count < bounds.cells {
            self.ends.push(self.bytes.len());
        }
        self.count += 1;
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    CellStart,
    Plain,
    Quoted,
    /// A quotation mark inside a quoted cell: its end, or the first of two that stand for one.
    QuoteInQuoted,
}

/// Reads records from UTF-8 text.
pub(super) struct Splitter<R> {
    source: R,
    delimiter: u8,
    bounds: Bounds,
    line: u64,
    /// The last byte was a carriage return, so that a line feed belongs to it.
    after_return: bool,
}

impl<R: BufRead> Splitter<R> {
    pub(super) fn new(source: R, delimiter: u8, bounds: Bounds) -> Self {
        Self { source, delimiter, bounds, line: 1, after_return: false }
    }

    /// Reads the next record; false at the end.
    ///
    /// # Errors
    /// Those of the source; `InvalidData` for a quotation mark that is never closed, `FileTooLarge` for a record
    /// that is too long.
    pub(super) fn next(&mut self, record: &mut Record) -> Result<bool> {
        record.clear(self.line);
        let mut state = State::CellStart;
        let mut taken = 0_usize;
        loop {
            let ready = self.source.fill_buf()?;
            if ready.is_empty() {
                return finish(record, state, taken, &self.bounds);
            }
            let step = step(ready, state, self.delimiter, self.after_return);
            if let Some(part) = step.text {
                record.push(part, &self.bounds);
            }
            let Step { used, cell_ended, line_ended, swallowed, .. } = step;
            self.after_return = step.after_return;
            state = step.state;
            self.source.consume(used);
            if swallowed {
                continue;
            }
            taken += used;
            self.line += u64::from(line_ended);
            if cell_ended {
                record.end_cell(&self.bounds);
                if line_ended {
                    return Ok(true);
                }
            }
            if taken > self.bounds.record_bytes {
                let detail = format!(
                    "the row at line {} is longer than {} bytes; is a quotation mark not closed?",
                    record.line, self.bounds.record_bytes
                );
                return Err(Error::new(ErrorKind::FileTooLarge, detail));
            }
        }
    }
}

fn finish(record: &mut Record, state: State, taken: usize, bounds: &Bounds) -> Result<bool> {
    if state == State::Quoted {
        let detail = format!("the quotation mark opened in the row at line {} is never closed", record.line);
        return Err(Error::new(ErrorKind::InvalidData, detail));
    }
    if taken == 0 {
        return Ok(false);
    }
    record.end_cell(bounds);
    Ok(true)
}

/// What a stretch of bytes is.
struct Step<'a> {
    used: usize,
    text: Option<&'a [u8]>,
    state: State,
    cell_ended: bool,
    line_ended: bool,
    after_return: bool,
    /// A line feed that belongs to the carriage return before it.
    swallowed: bool,
}

fn step(ready: &[u8], state: State, delimiter: u8, after_return: bool) -> Step<'_> {
    let one = |text, state| Step {
        used: 1,
        text,
        state,
        cell_ended: false,
        line_ended: false,
        after_return: false,
        swallowed: false,
    };
    let first = ready.first().copied().unwrap_or_default();
    if after_return && first == b'\n' {
        return Step { swallowed: true, ..one(None, state) };
    }
    match (state, first) {
        (State::CellStart, b'"') => one(None, State::Quoted),
        (State::Quoted, b'"') => one(None, State::QuoteInQuoted),
        (State::QuoteInQuoted, b'"') => one(Some(b"\""), State::Quoted),
        (State::Quoted, b'\r' | b'\n') => {
            let step = one(Some(b"\n"), State::Quoted);
            Step { line_ended: true, after_return: first == b'\r', ..step }
        }
        (State::Quoted, _) => {
            let used =
                ready.iter().position(|byte| matches!(byte, b'"' | b'\r' | b'\n')).unwrap_or(ready.len());
            Step { used, ..one(ready.get(..used), State::Quoted) }
        }
        (_, b'\r' | b'\n') => {
            let step = one(None, State::CellStart);
            Step { cell_ended: true, line_ended: true, after_return: first == b'\r', ..step }
        }
        (_, byte) if byte == delimiter => Step { cell_ended: true, ..one(None, State::CellStart) },
        _ => {
            let ends = |byte: &u8| *byte == delimiter || matches!(byte, b'\r' | b'\n');
            let used = ready.iter().position(ends).unwrap_or(ready.len());
            Step { used, ..one(ready.get(..used), State::Plain) }
        }
    }
}
