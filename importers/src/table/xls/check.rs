//! Looks over the records of a workbook before they are believed: sizes that they claim may be any number.

use super::compound::{u16_at, u32_at};

/// Columns of a sheet of this format.
const COLUMNS: u64 = 256;
/// Cells of the rectangle that holds all filled cells of a sheet, since it is held as a whole.
const CELLS: u64 = 8_000_000;

const BEGIN: u16 = 0x0809;
const DIMENSIONS: u16 = 0x0200;
const PASSWORD: u16 = 0x002f;

/// What is wrong with the records of a workbook.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Sound,
    Encrypted,
    Damaged,
    /// More cells than can be held.
    TooLarge,
}

/// Looks over all records of a stream.
pub(super) fn check(stream: &[u8]) -> Verdict {
    let mut at = 0;
    let mut extent = Extent::default();
    while let (Some(kind), Some(length)) = (u16_at(stream, at), u16_at(stream, at + 2)) {
        let end = at + 4 + usize::from(length);
        let Some(body) = stream.get(at + 4..end) else { break };
        match kind {
            PASSWORD if u16_at(body, 0).is_some_and(|method| method != 0) => return Verdict::Encrypted,
            BEGIN => extent = Extent::default(),
            DIMENSIONS => {
                let (first, last) = if body.len() == 10 {
                    (u16_at(body, 0).map(u64::from), u16_at(body, 2).map(u64::from))
                } else {
                    (u32_at(body, 0).map(u64::from), u32_at(body, 4).map(u64::from))
                };
                let columns = body.get(body.len().min(if body.len() == 10 { 4 } else { 8 })..);
                let columns = columns.and_then(|columns| u16_at(columns, 2)).map_or(0, u64::from);
                let rows = last.unwrap_or(0).max(first.unwrap_or(0).saturating_add(1));
                // A sheet may claim more than it has, but not more than there can be.
                if rows > 65_536 || columns > COLUMNS || first.unwrap_or(0) > last.unwrap_or(0) {
                    return Verdict::Damaged;
                }
            }
            // Numbers, texts, results of formulas and such: each begins with its row and column.
            0x0006 | 0x00bd | 0x00d6 | 0x00fd | 0x0203 | 0x0204 | 0x0205 | 0x027e => {
                let (Some(row), Some(column)) = (u16_at(body, 0), u16_at(body, 2)) else {
                    return Verdict::Damaged;
                };
                let last = if kind == 0x00bd { u16_at(body, body.len().saturating_sub(2)) } else { None };
                if !extent.add(row.into(), last.unwrap_or(column).max(column).into()) {
                    return Verdict::Damaged;
                }
                if extent.cells() > CELLS {
                    return Verdict::TooLarge;
                }
            }
            _ => {}
        }
        at = end;
    }
    Verdict::Sound
}

#[derive(Default)]
struct Extent {
    rows: u64,
    columns: u64,
}

impl Extent {
    fn add(&mut self, row: u64, column: u64) -> bool {
        self.rows = self.rows.max(row + 1);
        self.columns = self.columns.max(column + 1);
        self.columns <= COLUMNS
    }

    fn cells(&self) -> u64 {
        self.rows * self.columns
    }
}
