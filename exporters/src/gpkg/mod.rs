//! OGC GeoPackage 1.3 with a spatial index, titles of columns, lists of values and metadata.
//!
//! SQLite writes a temporary file in one transaction; it holds 8 MB of pages and spills the rest.

mod schema;

use std::fs::File;
use std::io::Write;

use rusqlite::Connection;
use rusqlite::types::{ToSql, ToSqlOutput, ValueRef};
use tempfile::TempDir;

use crate::options::{Setup, Shape};
use crate::{Column, ColumnType, Row, Value, WriteError, Writer, dates, geometry, names, scratch};

/// Name of the file within the temporary folder.
const FILE: &str = "export.gpkg";

/// A writer of GeoPackages.
pub(crate) struct Geopackage {
    out: Box<dyn Write + Send>,
    setup: Setup,
    columns: Vec<Column>,
    own_id: bool,
    folder: TempDir,
    database: Connection,
    table: String,
    insert: String,
    insert_bounds: String,
    bytes: Vec<u8>,
    seen: Seen,
}

/// What is said of all rows together.
#[derive(Default)]
struct Seen {
    rows: i64,
    kind: Option<&'static str>,
    bounds: Option<[f64; 4]>,
}

impl Geopackage {
    pub(crate) fn start(setup: Setup, out: Box<dyn Write + Send>) -> Result<Self, WriteError> {
        let folder = scratch::folder(setup.options.temporary.as_deref())?;
        let database = Connection::open(folder.path().join(FILE)).map_err(failed)?;
        let own_id = setup.own_id();
        let id = own_id.then(|| Column::plain("id", ColumnType::Text));
        let mut columns: Vec<Column> = id.into_iter().chain(setup.columns.iter().cloned()).collect();
        let unique = names::unique(columns.iter().map(|column| column.name.as_str()), &["fid", "geom"], 200);
        columns.iter_mut().zip(unique).for_each(|(column, name)| column.name = name);
        let table = match setup.metadata.collection.as_str() {
            "" => "data".to_owned(),
            name if name.to_lowercase().starts_with("gpkg_") => format!("t_{name}"),
            name => name.to_owned(),
        };
        let spatial = setup.options.shape != Shape::None;
        schema::create(&database, &setup.metadata, &table, &columns, spatial).map_err(failed)?;
        let places = (0..columns.len() + usize::from(spatial)).map(|place| format!("?{}", place + 2));
        let insert = format!(
            "INSERT INTO {} VALUES (?1, {})",
            schema::quoted(&table),
            places.collect::<Vec<_>>().join(", ")
        );
        let insert_bounds = format!("INSERT INTO {} VALUES (?1, ?2, ?3, ?4, ?5)", schema::index_name(&table));
        Ok(Self {
            out,
            setup,
            columns,
            own_id,
            folder,
            database,
            table,
            insert,
            insert_bounds,
            bytes: Vec::new(),
            seen: Seen::default(),
        })
    }

    /// Puts the geometry's binary form into `bytes` and remembers bounds and kind.
    fn gather_geometry(&mut self, row: &Row) -> Option<[f64; 4]> {
        let geometry = row.geometry.as_ref()?;
        self.bytes.clear();
        let bounds = geometry::bounds(geometry);
        let point = matches!(geometry, geo_types::Geometry::Point(_));
        // Lowest byte first; bit 4 says empty, bits 1 to 3 say which bounds come before the geometry.
        let flags =
            1 | if bounds.is_none() { 0x10 } else { 0 } | if point || bounds.is_none() { 0 } else { 2 };
        self.bytes.extend([b'G', b'P', 0, flags]);
        self.bytes.extend((self.setup.metadata.crs as i32).to_le_bytes());
        if let Some([west, south, east, north]) = bounds
            && !point
        {
            [west, east, south, north].iter().for_each(|bound| self.bytes.extend(bound.to_le_bytes()));
        }
        geometry::push_wkb(&mut self.bytes, geometry);
        let kind = geometry::kind(geometry);
        self.seen.kind = match self.seen.kind {
            Some(seen) if seen != kind => Some("Geometry"),
            _ => Some(kind),
        };
        let [west, south, east, north] = bounds?;
        let seen = self.seen.bounds.unwrap_or([west, south, east, north]);
        self.seen.bounds =
            Some([seen[0].min(west), seen[1].min(south), seen[2].max(east), seen[3].max(north)]);
        bounds
    }
}

impl Writer for Geopackage {
    fn row(&mut self, row: Row) -> Result<(), WriteError> {
        self.seen.rows += 1;
        let bounds = self.gather_geometry(&row);
        let spatial = self.setup.options.shape != Shape::None;
        let mut insert = self.database.prepare_cached(&self.insert).map_err(failed)?;
        let mut place = 1;
        let mut bind = |value: &dyn ToSql| {
            let bound = insert.raw_bind_parameter(place, value);
            place += 1;
            bound.map_err(failed)
        };
        bind(&self.seen.rows)?;
        if spatial {
            bind(&row.geometry.is_some().then_some(self.bytes.as_slice()))?;
        }
        if self.own_id {
            bind(&row.id)?;
        }
        let rest = self.columns.len() - usize::from(self.own_id);
        for place in 0..rest {
            let value = row.values.get(place).unwrap_or(&Value::Null);
            let kind = self.columns.get(place + usize::from(self.own_id)).map(|column| column.kind);
            match (kind, value) {
                (Some(ColumnType::Instant), Value::Text(text)) => bind(&to_the_millisecond(text))?,
                _ => bind(&Bound(value))?,
            }
        }
        insert.raw_execute().map_err(failed)?;
        drop(insert);
        if let (true, Some([west, south, east, north])) = (spatial, bounds) {
            let mut insert = self.database.prepare_cached(&self.insert_bounds).map_err(failed)?;
            insert.execute((self.seen.rows, west, east, south, north)).map_err(failed)?;
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<(), WriteError> {
        let spatial = self.setup.options.shape != Shape::None;
        let kind = self.seen.kind.unwrap_or("Geometry").to_ascii_uppercase();
        schema::complete(&self.database, &self.table, spatial, &kind, self.seen.bounds).map_err(failed)?;
        self.database.close().map_err(|(_, error)| failed(error))?;
        scratch::copy(&mut File::open(self.folder.path().join(FILE))?, &mut self.out)?;
        Ok(())
    }
}

/// A value as SQLite stores it: yes as 1, lists as JSON.
struct Bound<'a>(&'a Value);

impl ToSql for Bound<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self.0 {
            Value::Null => ToSqlOutput::Borrowed(ValueRef::Null),
            Value::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            Value::Integer(number) => ToSqlOutput::from(*number),
            Value::Number(number) => ToSqlOutput::from(*number),
            Value::Bool(value) => ToSqlOutput::from(i64::from(*value)),
            list @ Value::List(_) => ToSqlOutput::from(list.to_json().to_string()),
        })
    }
}

/// An instant as the standard writes it; what is none stays as it is.
fn to_the_millisecond(text: &str) -> String {
    match dates::instant(text) {
        Some(((year, month, day), (hour, minute, second))) => {
            let second = second.min(59.999);
            format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:06.3}Z")
        }
        None => text.to_owned(),
    }
}

fn failed(error: rusqlite::Error) -> WriteError {
    WriteError::of("GeoPackage", &error)
}
