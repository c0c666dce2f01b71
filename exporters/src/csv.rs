//! Separated values in UTF-8.
//!
//! Points are two columns, `lon` and `lat` (`x` and `y` in metres); other geometries are well-known text in `wkt`.
//! Lists are joined with `; `. Formulas are disarmed as the crate's documentation says.

use std::io::Write;

use geo_types::Geometry;

use crate::options::{CsvOptions, Setup, Shape};
use crate::{Column, Row, Value, WriteError, Writer, geometry, numbers};

/// A writer of CSV.
pub(crate) struct Csv {
    out: ::csv::Writer<Box<dyn Write + Send>>,
    columns: Vec<Column>,
    own_id: bool,
    labels: bool,
    cells: GeometryCells,
    csv: CsvOptions,
}

/// Columns of geometry that tables have.
#[derive(Debug, Clone, Copy)]
pub(crate) struct GeometryCells {
    shape: Shape,
    decimals: usize,
    degrees: bool,
}

/// What the columns of geometry hold for one row.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum GeometryCell {
    /// A coordinate.
    Number(f64),
    /// Well-known text.
    Text(String),
    /// Nothing.
    Empty,
}

impl GeometryCells {
    pub(crate) fn of(setup: &Setup) -> Self {
        Self {
            shape: setup.options.shape,
            decimals: numbers::decimals(setup.metadata.crs),
            degrees: setup.metadata.crs == 4326,
        }
    }

    /// Names of the columns.
    pub(crate) fn names(self) -> &'static [&'static str] {
        match (self.shape, self.degrees) {
            (Shape::None, _) => &[],
            (Shape::Point | Shape::Places, true) => &["lon", "lat"],
            (Shape::Point | Shape::Places, false) => &["x", "y"],
            (Shape::Any, true) => &["lon", "lat", "wkt"],
            (Shape::Any, false) => &["x", "y", "wkt"],
        }
    }

    /// Decimals of the coordinates.
    pub(crate) const fn decimals(self) -> usize {
        self.decimals
    }

    /// Values of the columns.
    pub(crate) fn values(self, row: &Row) -> Result<Vec<GeometryCell>, WriteError> {
        use GeometryCell::{Empty, Number, Text};
        let point = |x, y| vec![Number(x), Number(y)];
        let mut cells = match (&row.geometry, self.shape) {
            (_, Shape::None) => return Ok(Vec::new()),
            (None, _) => vec![Empty, Empty],
            (Some(Geometry::Point(at)), _) => point(at.x(), at.y()),
            (Some(Geometry::MultiPoint(points)), _) if points.0.len() == 1 => {
                points.iter().flat_map(|at| point(at.x(), at.y())).collect()
            }
            (Some(_), Shape::Places) => vec![Empty, Empty],
            (Some(other), Shape::Point) => {
                return Err(WriteError::Geometry {
                    id: row.id.clone(),
                    kind: geometry::kind(other),
                    help: "the collection was said to hold points only",
                });
            }
            (Some(other), Shape::Any) => vec![Empty, Empty, Text(geometry::wkt(other, self.decimals))],
        };
        cells.resize(self.names().len(), Empty);
        Ok(cells)
    }
}

impl Csv {
    pub(crate) fn start(setup: Setup, mut out: Box<dyn Write + Send>) -> Result<Self, WriteError> {
        let csv = setup.options.csv;
        if csv.bom {
            out.write_all("\u{feff}".as_bytes())?;
        }
        let mut out = ::csv::WriterBuilder::new()
            .delimiter(csv.delimiter)
            .terminator(::csv::Terminator::CRLF)
            .buffer_capacity(1 << 16)
            .from_writer(out);
        let cells = GeometryCells::of(&setup);
        let own_id = setup.own_id();
        let head = setup
            .columns
            .iter()
            .map(|column| if setup.options.titles { column.title.as_str() } else { column.name.as_str() });
        let head = own_id.then_some("id").into_iter().chain(head).chain(cells.names().iter().copied());
        out.write_record(head.map(|name| disarmed(name.to_owned()))).map_err(failed)?;
        Ok(Self { out, columns: setup.columns, own_id, labels: setup.options.labels, cells, csv })
    }

    /// A number with the separator of decimals that was asked for.
    fn number(&self, text: String) -> String {
        if self.csv.decimal_comma { text.replacen('.', ",", 1) } else { text }
    }

    /// A value as text of a cell.
    fn cell(&self, column: &Column, value: &Value) -> String {
        match value {
            Value::Text(text) if self.labels => disarmed(column.label(text).to_owned()),
            Value::Integer(_) if self.labels && !column.choices.is_empty() => {
                disarmed(column.label(&value.to_text().unwrap_or_default()).to_owned())
            }
            Value::Text(text) => disarmed(text.clone()),
            Value::Number(number) if number.is_finite() => self.number(number.to_string()),
            Value::List(items) => {
                let items = items.iter().filter_map(Value::to_text);
                let items = items.map(|item| if self.labels { column.label(&item).to_owned() } else { item });
                disarmed(items.collect::<Vec<_>>().join("; "))
            }
            other => other.to_text().unwrap_or_default(),
        }
    }
}

impl Writer for Csv {
    fn row(&mut self, row: Row) -> Result<(), WriteError> {
        let mut record = Vec::with_capacity(self.columns.len() + 4);
        if self.own_id {
            record.push(disarmed(row.id.clone()));
        }
        for (place, column) in self.columns.iter().enumerate() {
            record.push(row.values.get(place).map_or_else(String::new, |value| self.cell(column, value)));
        }
        for cell in self.cells.values(&row)? {
            record.push(match cell {
                GeometryCell::Empty => String::new(),
                GeometryCell::Text(text) => text,
                GeometryCell::Number(number) => {
                    let mut text = String::new();
                    numbers::push(&mut text, number, self.cells.decimals());
                    self.number(text)
                }
            });
        }
        self.out.write_record(&record).map_err(failed)
    }

    fn finish(mut self: Box<Self>) -> Result<(), WriteError> {
        Ok(self.out.flush()?)
    }
}

/// Text that no spreadsheet computes.
fn disarmed(text: String) -> String {
    let risky = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
    if risky && !is_plain_number(&text) { format!("'{text}") } else { text }
}

/// Whether the text is a sign, digits and at most one decimal separator, and nothing else.
fn is_plain_number(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    digits.starts_with(|first: char| first.is_ascii_digit())
        && digits.chars().all(|character| character.is_ascii_digit() || matches!(character, '.' | ','))
        && digits.matches(['.', ',']).count() <= 1
}

fn failed(error: ::csv::Error) -> WriteError {
    match error.into_kind() {
        ::csv::ErrorKind::Io(error) => WriteError::Io(error),
        other => WriteError::Library { format: "CSV", detail: format!("{other:?}") },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_disarmed_and_numbers_are_not() {
        for text in ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "-", "+48 600 000 000"]
        {
            assert_eq!(disarmed(text.to_owned()), format!("'{text}"));
        }
        for text in ["-5", "-5,25", "+0.1", "a=b", "", "lipa", "'x"] {
            assert_eq!(disarmed(text.to_owned()), text);
        }
    }
}
