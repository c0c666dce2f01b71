//! Values that hold from a day until the next row.

use crate::Day;

/// Rows that a table may have; a table of daily rates of a century would not fit, and none is needed.
pub const ROWS_MAX: usize = 10_000;

/// A value and the first day on which it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row<T> {
    /// The first day.
    pub from: Day,
    /// What holds from then on.
    pub value: T,
}

/// A stretch of days with one value, both ends included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span<T> {
    /// The first day.
    pub from: Day,
    /// The last day.
    pub to: Day,
    /// What holds on all of them.
    pub value: T,
}

/// A value for every day from the first row on; the last row has no end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dated<T> {
    rows: Vec<Row<T>>,
}

/// Why rows are no table.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DatedError {
    /// There is no row.
    #[error("the table has no row; give at least one, with the day from which its value holds")]
    Empty,
    /// Two rows begin on the same day.
    #[error("two rows begin on {day}; keep one of them")]
    Twice {
        /// The day.
        day: Day,
    },
    /// More rows than [`ROWS_MAX`].
    #[error("the table has more than {ROWS_MAX} rows")]
    TooMany,
}

/// A day before the first row.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no value is known for {day}, because the table begins on {begins}; add a row for the time before")]
pub struct Unknown {
    /// The day that was asked for.
    pub day: Day,
    /// The first day that the table knows.
    pub begins: Day,
}

impl<T: Clone + PartialEq> Dated<T> {
    /// A table of rows in any order.
    ///
    /// # Errors
    /// See [`DatedError`].
    pub fn new(mut rows: Vec<Row<T>>) -> Result<Self, DatedError> {
        if rows.len() > ROWS_MAX {
            return Err(DatedError::TooMany);
        }
        rows.sort_by_key(|row| row.from);
        if let Some(twice) = rows.windows(2).find_map(|pair| match pair {
            [one, two] if one.from == two.from => Some(one.from),
            _ => None,
        }) {
            return Err(DatedError::Twice { day: twice });
        }
        if rows.is_empty() { Err(DatedError::Empty) } else { Ok(Self { rows }) }
    }

    /// One value for ever, for example the rate of a contract.
    #[must_use]
    pub fn constant(from: Day, value: T) -> Self {
        Self { rows: vec![Row { from, value }] }
    }

    /// The rows, oldest first.
    #[must_use]
    pub fn rows(&self) -> &[Row<T>] {
        &self.rows
    }

    /// The first day that the table knows.
    fn begins(&self) -> Day {
        self.rows.first().map_or(Day::MAX, |row| row.from)
    }

    /// What holds on a day.
    ///
    /// # Errors
    /// If the day lies before the first row.
    pub fn at(&self, day: Day) -> Result<&T, Unknown> {
        let after = self.rows.partition_point(|row| row.from <= day);
        let row = after.checked_sub(1).and_then(|index| self.rows.get(index));
        row.map(|row| &row.value).ok_or_else(|| Unknown { day, begins: self.begins() })
    }

    /// The table with one more row, or with another value for a row of the same day.
    ///
    /// # Errors
    /// If it has [`ROWS_MAX`] rows already.
    pub fn with(&self, from: Day, value: T) -> Result<Self, DatedError> {
        let mut rows: Vec<_> = self.rows.iter().filter(|row| row.from != from).cloned().collect();
        rows.push(Row { from, value });
        Self::new(rows)
    }

    /// The values of the days `from..=to`, neighbours of equal value joined; nothing if `to` lies before `from`.
    ///
    /// # Errors
    /// If `from` lies before the first row.
    pub fn spans(&self, from: Day, to: Day) -> Result<Vec<Span<T>>, Unknown> {
        let mut spans: Vec<Span<T>> = Vec::new();
        if to < from {
            return Ok(spans);
        }
        spans.push(Span { from, to, value: self.at(from)?.clone() });
        for row in self.rows.iter().filter(|row| from < row.from && row.from <= to) {
            let Some(last) = spans.last_mut() else { break };
            if last.value != row.value {
                last.to = row.from.pred_opt().unwrap_or(row.from);
                spans.push(Span { from: row.from, to, value: row.value.clone() });
            }
        }
        Ok(spans)
    }

    /// The table without rows that say what the row before says.
    #[must_use]
    pub fn joined(&self) -> Self {
        let mut rows = self.rows.clone();
        rows.dedup_by(|later, earlier| later.value == earlier.value);
        Self { rows }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    fn table() -> Dated<i64> {
        let rows = [("2025-01-01", 2), ("2024-01-01", 1), ("2026-01-01", 2)];
        Dated::new(rows.map(|(from, value)| Row { from: day(from), value }).to_vec()).expect("a table")
    }

    #[test]
    fn a_value_holds_until_the_next_row() {
        assert_eq!(table().at(day("2024-12-31")), Ok(&1));
        assert_eq!(table().at(day("2025-01-01")), Ok(&2));
        let before = table().at(day("2023-12-31")).expect_err("before the table");
        assert_eq!(before.begins, day("2024-01-01"));
    }

    #[test]
    fn spans_cover_each_day_once_and_join_equal_neighbours() {
        let spans = table().spans(day("2024-12-30"), day("2026-02-01")).expect("spans");
        let ends: Vec<_> = spans.iter().map(|span| (span.from.to_string(), span.to.to_string())).collect();
        let expected = [("2024-12-30", "2024-12-31"), ("2025-01-01", "2026-02-01")];
        assert_eq!(ends, expected.map(|(from, to)| (from.to_owned(), to.to_owned())));
        assert_eq!(table().spans(day("2025-01-02"), day("2025-01-01")), Ok(Vec::new()));
    }

    #[test]
    fn rows_are_added_and_never_doubled() {
        let more = table().with(day("2025-01-01"), 7).expect("a table");
        assert_eq!((more.rows().len(), more.at(day("2025-06-01"))), (3, Ok(&7)));
        let twice =
            vec![Row { from: day("2024-01-01"), value: 1 }, Row { from: day("2024-01-01"), value: 1 }];
        assert_eq!(Dated::new(twice), Err(DatedError::Twice { day: day("2024-01-01") }));
        assert_eq!(Dated::<i64>::new(Vec::new()), Err(DatedError::Empty));
    }
}
