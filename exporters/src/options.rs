//! What can be chosen about a file beside its format.

use std::path::PathBuf;

use crate::{Column, Metadata};

/// What the geometries of a collection are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Shape {
    /// One point each.
    Point,
    /// Anything.
    #[default]
    Any,
    /// Anything, but tables say only where points are, and nothing of the others.
    Places,
    /// There is none.
    None,
}

/// Choices about a file.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Options {
    /// What geometries there are: columns of CSV and XLSX follow from it.
    pub shape: Shape,
    /// Whether columns of CSV and XLSX are headed by titles for people instead of keys.
    pub titles: bool,
    /// Whether CSV and XLSX show labels of known values instead of the values.
    pub labels: bool,
    /// Column that names a thing in KML and GPX; without it `name`, then `label`.
    pub name_column: Option<String>,
    /// Of CSV only.
    pub csv: CsvOptions,
    /// Of GPX only.
    pub gpx_lines: GpxLines,
    /// Whether XLSX hides the column of ids.
    pub hide_id: bool,
    /// Folder of temporary files; the system's own if it is not given.
    pub temporary: Option<PathBuf>,
}

/// How separated values are written. The default is what programs expect: comma, decimal point, no byte order mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CsvOptions {
    /// Separator: `,`, `;` or a tabulator.
    pub delimiter: u8,
    /// Whether numbers have a comma instead of a point.
    pub decimal_comma: bool,
    /// Whether the file begins with a byte order mark, by which Excel knows UTF-8.
    pub bom: bool,
}

impl Default for CsvOptions {
    fn default() -> Self {
        Self { delimiter: b',', decimal_comma: false, bom: false }
    }
}

impl CsvOptions {
    /// What Excel opens rightly by a double click on a Polish computer.
    #[must_use]
    pub const fn polish_excel() -> Self {
        Self { delimiter: b';', decimal_comma: true, bom: true }
    }
}

/// What lines become in GPX.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum GpxLines {
    /// Tracks: where something runs.
    #[default]
    Tracks,
    /// Routes: where one shall go.
    Routes,
}

/// Everything that a writer is set up with.
#[derive(Debug, Clone)]
pub(crate) struct Setup {
    pub(crate) metadata: Metadata,
    pub(crate) columns: Vec<Column>,
    pub(crate) options: Options,
}

impl Setup {
    /// Whether rows' ids need a column of their own: no other column is called so.
    pub(crate) fn own_id(&self) -> bool {
        !self.columns.iter().any(|column| column.name.eq_ignore_ascii_case("id"))
    }

    /// Place of the column that names a thing.
    pub(crate) fn name_place(&self) -> Option<usize> {
        let place = |name: &str| self.columns.iter().position(|column| column.name == name);
        match &self.options.name_column {
            Some(name) => place(name),
            None => place("name").or_else(|| place("label")),
        }
    }
}
