//! Where the names of columns are in a table that does not say so: told from its first rows.

use super::{Limits, TableError, columns};

/// Rows above a heading that may be titles.
const TITLES: usize = 10;

/// A row of the sample.
#[derive(Debug, Clone)]
pub(super) struct SampleRow {
    /// Number by which people find it, from 1.
    pub(super) number: u64,
    /// Its cells as text, tidy.
    pub(super) cells: Vec<String>,
}

impl SampleRow {
    fn filled(&self) -> usize {
        self.cells.iter().filter(|cell| !cell.is_empty()).count()
    }

    /// Cells up to the last one that is not empty.
    fn width(&self) -> usize {
        self.cells.iter().rposition(|cell| !cell.is_empty()).map_or(0, |last| last + 1)
    }
}

/// The number of the row that is the heading; 0 if the rows plainly have none.
pub(super) fn heading(rows: &[SampleRow]) -> u64 {
    let start = titles(rows);
    let Some((first, rest)) = rows.get(start..).and_then(|rows| rows.split_first()) else { return 0 };
    if start == 0 && is_data(first, rest) { 0 } else { first.number }
}

/// Names of the columns below a heading, or without one where its number is 0. Unnamed columns count where data is in
/// them: below a heading in most rows, without one in any row.
///
/// # Errors
/// [`TableError::TooLarge`]
pub(super) fn names(
    file: &str,
    header_row: u64,
    rows: &[SampleRow],
    limits: &Limits,
) -> Result<Vec<String>, TableError> {
    let found = rows.iter().find(|row| header_row > 0 && row.number == header_row);
    let mut heading = found.map(|row| row.cells.clone()).unwrap_or_default();
    let below = rows.iter().filter(|row| row.number > header_row);
    let mut widths: Vec<usize> = below.map(SampleRow::width).collect();
    widths.sort_unstable();
    let widest = widths.last().copied().unwrap_or(0);
    let usual = widths.get(widths.len() / 2).copied().unwrap_or(0);
    let named = heading.iter().rposition(|cell| !cell.is_empty()).map_or(0, |last| last + 1);
    let unnamed = if header_row > 0 { usual.max(widest.min(heading.len())) } else { widest };
    heading.resize(named.max(unnamed), String::new());
    columns::names(file, heading.iter().map(String::as_str), limits)
}

/// Number of rows above the heading: those that fill less than half of the cells of the rows below, in a table that
/// has at least three columns.
fn titles(rows: &[SampleRow]) -> usize {
    let mut widths: Vec<usize> = rows.iter().map(SampleRow::width).collect();
    widths.sort_unstable();
    let usual = widths.get(widths.len() / 2).copied().unwrap_or(0);
    if usual < 3 {
        return 0;
    }
    rows.iter().take(TITLES).take_while(|row| row.filled() * 2 < usual).count()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    Empty,
    Text,
    Number,
    /// A number that may be the year of a column as well.
    Year,
    Date,
    Address,
}

/// Whether the first row is one of values: some cell is a number, date or address where the whole column is of such,
/// and no cell is a word above them.
fn is_data(first: &SampleRow, rest: &[SampleRow]) -> bool {
    let mut values = 0;
    for (place, cell) in first.cells.iter().enumerate() {
        let mut filled = 0;
        let mut alike = [0_usize; 4];
        for row in rest {
            match row.cells.get(place).map_or(Sort::Empty, |cell| sort(cell)) {
                Sort::Empty => continue,
                Sort::Number => alike[0] += 1,
                Sort::Date => alike[1] += 1,
                Sort::Address => alike[2] += 1,
                Sort::Year => {
                    alike[0] += 1;
                    alike[3] += 1;
                }
                Sort::Text => {}
            }
            filled += 1;
        }
        let column = |count: usize| count > 0 && count * 10 >= filled * 9;
        match sort(cell) {
            Sort::Text if alike.iter().any(|count| column(*count)) => return false,
            Sort::Number => values += usize::from(column(alike[0])),
            Sort::Year => values += usize::from(column(alike[3])),
            Sort::Date => values += usize::from(column(alike[1])),
            Sort::Address => values += usize::from(column(alike[2])),
            Sort::Empty | Sort::Text => {}
        }
    }
    values > 0
}

fn sort(cell: &str) -> Sort {
    let digits = cell.chars().filter(char::is_ascii_digit).count();
    let only = |others: &str| cell.chars().all(|letter| letter.is_ascii_digit() || others.contains(letter));
    if cell.is_empty() {
        Sort::Empty
    } else if cell.starts_with("http://") || cell.starts_with("https://") {
        Sort::Address
    } else if digits >= 6 && only("-./:TZ ") && cell.matches(['-', '/', '.']).count() >= 2 {
        Sort::Date
    } else if digits == 4 && cell.len() == 4 && (cell.starts_with("19") || cell.starts_with("20")) {
        Sort::Year
    } else if digits > 0 && only("+-.,Ee \u{a0}") {
        Sort::Number
    } else {
        Sort::Text
    }
}
