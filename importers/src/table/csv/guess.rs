//! The separator of a file of separated values, and its first rows.

use super::record::{Bounds, Record, Splitter};
use crate::table::heading::SampleRow;
use crate::table::text::tidy;

/// Separators that are tried; of equally good ones the earlier wins, as a comma is a decimal mark as well.
const DELIMITERS: [u8; 4] = [b';', b'\t', b'|', b','];
/// Rows that are looked at.
const ROWS: usize = 500;
/// Cells of a row that are looked at.
const CELLS: usize = 2_000;

/// The first rows of a text; of one that is cut off, without the last row.
pub(super) fn rows(text: &[u8], whole: bool, delimiter: u8, cells: usize) -> Vec<SampleRow> {
    let bounds = Bounds { cells, cell_bytes: 1 << 12, record_bytes: text.len().saturating_add(1) };
    let mut splitter = Splitter::new(text, delimiter, bounds);
    let mut record = Record::default();
    let mut rows = Vec::new();
    while rows.len() < ROWS
        && let Ok(true) = splitter.next(&mut record)
    {
        if !record.is_blank() {
            let cells = record.cells().map(|cell| tidy(&cell).to_owned()).collect();
            rows.push(SampleRow { number: record.line, cells });
        }
    }
    if !whole && rows.len() > 1 && rows.len() < ROWS {
        rows.pop();
    }
    rows
}

/// The separator by which most rows have the same number of cells.
pub(super) fn delimiter(text: &[u8], whole: bool) -> u8 {
    let mut best = (b',', 0.0);
    for candidate in DELIMITERS {
        let (width, share) = usual_width(&rows(text, whole, candidate, CELLS));
        let score = if width < 2 { 0.0 } else { share };
        if score > best.1 + 0.05 {
            best = (candidate, score);
        }
    }
    best.0
}

/// The most frequent number of cells, and the share of rows that have it.
fn usual_width(rows: &[SampleRow]) -> (usize, f64) {
    let mut counts = std::collections::BTreeMap::new();
    for row in rows {
        *counts.entry(row.cells.len()).or_insert(0_usize) += 1;
    }
    let most = counts.iter().max_by_key(|(_, count)| **count);
    most.map_or((0, 0.0), |(width, count)| (*width, *count as f64 / rows.len() as f64))
}
