//! OGC GeoPackage: every table of features and of attributes is a layer.
//!
//! The file is somebody else's database. It is opened unchangeable, without its own functions and triggers; only plain
//! tables of it are read, since a view or a virtual table is a program of its writer; and every query has a budget of
//! steps.

mod database;

use std::collections::HashMap;

use rusqlite::types::ValueRef;

use super::faults::{Whose, shortened};
use super::{
    Cell, Format, InputFile, Layer, Limits, Options, Overview, Progress, ProgressSink, Reader, Row, RowFault,
    RowProblem, RowSink, TableError, arc, wkb,
};
use database::{Database, quoted};

/// Steps that every row may take beside, and as many for each of its columns.
const STEPS_OF_ROW: i64 = 200;

/// Whether a file's beginning is a SQLite database.
pub(super) fn looks_like(head: &[u8], _name: &str) -> bool {
    head.starts_with(b"SQLite format 3\0")
}

/// Opens a GeoPackage.
pub(super) fn open(file: &InputFile, options: &Options) -> Result<Box<dyn Reader>, TableError> {
    let whose = Whose::new(&file.name, Format::Gpkg);
    let database = Database::open(&file.path, &options.limits, &whose)?;
    let systems = database.systems()?;
    let tables = database.tables(&systems, &options.limits)?;
    let overview = Overview {
        format: Format::Gpkg,
        encoding: None,
        delimiter: None,
        header_row: None,
        layers: tables.iter().map(Table::layer).collect(),
    };
    Ok(Box::new(GpkgReader { file: file.clone(), limits: options.limits, whose, overview, systems, tables }))
}

struct GpkgReader {
    file: InputFile,
    limits: Limits,
    whose: Whose,
    overview: Overview,
    systems: HashMap<i64, u32>,
    tables: Vec<Table>,
}

/// A table that is a layer.
struct Table {
    name: String,
    rows: u64,
    srid: Option<u32>,
    columns: Vec<Column>,
}

struct Column {
    name: String,
    /// Declared type in capitals.
    kind: String,
    role: Role,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Value,
    /// The key that the row is known by; `shown` if it is a column as well.
    Key {
        shown: bool,
    },
    Geometry,
}

impl Column {
    fn shown(&self) -> bool {
        matches!(self.role, Role::Value | Role::Key { shown: true })
    }
}

impl Table {
    fn layer(&self) -> Layer {
        let shown = self.columns.iter().filter(|column| column.shown());
        Layer {
            name: self.name.clone(),
            columns: shown.map(|column| column.name.clone()).collect(),
            geometry: self.columns.iter().any(|column| column.role == Role::Geometry),
            srid: self.srid,
            rows: Some(self.rows),
            axis: None,
        }
    }
}

impl Reader for GpkgReader {
    fn overview(&self) -> &Overview {
        &self.overview
    }

    fn read(
        &mut self,
        layer: &str,
        each: &mut RowSink<'_>,
        progress: &mut ProgressSink<'_>,
    ) -> Result<(), TableError> {
        super::layer(&self.file, &self.overview, layer)?;
        let Some(table) = self.tables.iter().find(|table| table.name == layer) else { return Ok(()) };
        let database = Database::open(&self.file.path, &self.limits, &self.whose)?;
        let names: Vec<String> = table.columns.iter().map(|column| quoted(&column.name)).collect();
        let query = format!("SELECT {} FROM {}", names.join(", "), quoted(&table.name));
        let mut statement = database.connection.prepare(&query).map_err(|error| database.error(&error))?;
        let mut rows = statement.query([]).map_err(|error| database.error(&error))?;
        let total = table.rows.max(1);
        let mut number = 0;
        while let Some(found) = rows.next().map_err(|error| database.error(&error))? {
            number += 1;
            if number > self.limits.rows {
                return Err(self.whose.too_large(format!("more than {} rows", self.limits.rows)));
            }
            database.refill(STEPS_OF_ROW * (1 + table.columns.len() as i64));
            let mut row = Row { number, srid: table.srid, ..Row::default() };
            for (at, column) in table.columns.iter().enumerate() {
                let value = found.get_ref(at).map_err(|error| database.error(&error))?;
                self.value(column, value, &mut row);
            }
            if row.geometry.is_none() {
                row.srid = None;
            }
            each(row)?;
            if number % 1_024 == 1 {
                progress(Progress { done: number.min(total), total });
            }
        }
        progress(Progress { done: total, total });
        Ok(())
    }
}

/// A geometry and the EPSG code that it names itself.
type Placed = (geo_types::Geometry<f64>, Option<u32>);

impl GpkgReader {
    fn value(&self, column: &Column, value: ValueRef<'_>, row: &mut Row) {
        if column.role == Role::Geometry {
            match self.geometry(value, row.srid) {
                Ok(Some((geometry, srid))) => {
                    row.geometry = Some(geometry);
                    row.srid = srid;
                }
                Ok(None) => {}
                Err(fault) => row.faults.push(fault.of_row(Some(&column.name))),
            }
            return;
        }
        if let (Role::Key { .. }, ValueRef::Integer(key)) = (column.role, value) {
            row.id = Some(key.to_string());
        }
        if !column.shown() {
            return;
        }
        match cell(&column.kind, value, &self.limits) {
            Ok(cell) => row.cells.push(cell),
            Err((cell, found, problem)) => {
                row.cells.push(cell);
                row.faults.push(RowFault { column: Some(column.name.clone()), found, problem });
            }
        }
    }

    /// A blob of a GeoPackage: `GP`, version, flags, system, envelope, then well-known binary.
    fn geometry(&self, value: ValueRef<'_>, of_table: Option<u32>) -> Result<Option<Placed>, wkb::Fault> {
        let bad = |found: &str| wkb::Fault::Bad(found.to_owned());
        let blob = match value {
            ValueRef::Null => return Ok(None),
            ValueRef::Blob(blob) => blob,
            _ => return Err(bad("a geometry that is no blob")),
        };
        let Some(([b'G', b'P', _, flags, system @ ..], rest)) = blob.split_first_chunk::<8>() else {
            return Err(bad("a geometry that does not begin with GP"));
        };
        let system = if flags & 1 == 1 { i32::from_le_bytes(*system) } else { i32::from_be_bytes(*system) };
        if flags & 0b10_0000 != 0 {
            return Err(bad("a geometry of an extension"));
        }
        let envelope = match flags >> 1 & 0b111 {
            0 => 0,
            1 => 32,
            2 | 3 => 48,
            4 => 64,
            _ => return Err(bad("a geometry with an envelope of no known kind")),
        };
        let Some(body) = rest.get(envelope..) else { return Err(bad("a geometry that is cut off")) };
        let srid = self.systems.get(&i64::from(system)).copied().or(of_table);
        let tolerance = arc::tolerance(matches!(srid, Some(4326 | 4258)));
        let geometry = wkb::parse(body, &self.limits, tolerance)?;
        Ok(geometry.map(|geometry| (geometry, srid)))
    }
}

type Found = Result<Cell, (Cell, String, RowProblem)>;

fn cell(kind: &str, value: ValueRef<'_>, limits: &Limits) -> Found {
    Ok(match value {
        ValueRef::Null => Cell::Empty,
        ValueRef::Integer(number) if kind.starts_with("BOOL") => Cell::Bool(number != 0),
        ValueRef::Integer(number) => Cell::Integer(number),
        ValueRef::Real(number) if number.is_finite() => Cell::Number(number),
        ValueRef::Real(number) => Cell::Text(number.to_string()),
        ValueRef::Blob(bytes) => {
            return Err((Cell::Empty, format!("{} bytes", bytes.len()), RowProblem::NotText));
        }
        ValueRef::Text(bytes) => {
            let decoded = String::from_utf8_lossy(bytes);
            let text = decoded.trim();
            if text.len() > limits.cell_bytes {
                return Err((Cell::Empty, shortened(text), RowProblem::TooLarge));
            }
            let cell = match kind {
                _ if text.is_empty() => Cell::Empty,
                "DATE" | "DATETIME" | "TIMESTAMP" if is_date(text) => Cell::Date(text.to_owned()),
                _ => Cell::Text(text.to_owned()),
            };
            if std::str::from_utf8(bytes).is_err() {
                return Err((cell, shortened(text), RowProblem::NotText));
            }
            cell
        }
    })
}

/// Begins like `2026-11-24`.
fn is_date(text: &str) -> bool {
    let day = text.as_bytes().get(..10).unwrap_or_default();
    day.len() == 10
        && day.iter().enumerate().all(|(at, byte)| match at {
            4 | 7 => *byte == b'-',
            _ => byte.is_ascii_digit(),
        })
        && matches!(text.as_bytes().get(10), None | Some(b'T' | b' '))
}
