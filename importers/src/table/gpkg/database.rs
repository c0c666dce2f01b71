//! Somebody else's database, opened so that it can do nothing but give its rows.

use std::collections::HashMap;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::{Connection, OpenFlags};

use super::super::faults::{Whose, shortened};
use super::super::{Limits, TableError, wkt};
use super::{Column, Role, Table};

/// Steps of the database's machine before its first row: some seconds.
const STEPS: i64 = 500_000_000;
/// Steps between two looks at the budget.
const STEPS_OF_LOOK: i32 = 10_000;
/// Most layers.
const LAYERS: usize = 1_000;

/// A name as SQL takes it, whatever it holds.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// An open file with a budget of steps.
pub(super) struct Database {
    pub(super) connection: Connection,
    whose: Whose,
    budget: Arc<AtomicI64>,
}

impl Database {
    /// Opens a file; nothing is written to it or beside it.
    pub(super) fn open(path: &Path, limits: &Limits, whose: &Whose) -> Result<Self, TableError> {
        let size = std::fs::metadata(path).map_err(|error| whose.io(error))?.len();
        if size == 0 {
            return Err(whose.empty());
        }
        whole(path, size, whose)?;
        let failed = |error: rusqlite::Error| whose.corrupt(error.to_string());
        let flags =
            OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(address(path), flags).map_err(failed)?;
        for (config, on) in [
            (DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true),
            (DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false),
            (DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false),
        ] {
            connection.set_db_config(config, on).map_err(failed)?;
        }
        let blob = limits.cell_bytes.max(limits.vertices.saturating_mul(40)).saturating_add(64 << 10);
        for (limit, most) in [
            (Limit::SQLITE_LIMIT_LENGTH, i32::try_from(blob).unwrap_or(i32::MAX)),
            (Limit::SQLITE_LIMIT_SQL_LENGTH, 1 << 20),
            (Limit::SQLITE_LIMIT_ATTACHED, 0),
            (Limit::SQLITE_LIMIT_EXPR_DEPTH, 100),
            (Limit::SQLITE_LIMIT_COMPOUND_SELECT, 50),
        ] {
            connection.set_limit(limit, most).map_err(failed)?;
        }
        let budget = Arc::new(AtomicI64::new(STEPS));
        let left = Arc::clone(&budget);
        let look = move || left.fetch_sub(i64::from(STEPS_OF_LOOK), Ordering::Relaxed) < 0;
        connection.progress_handler(STEPS_OF_LOOK, Some(look)).map_err(failed)?;
        // A damaged file shall be found damaged.
        connection
            .execute_batch("PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0; PRAGMA cache_size = -8192;")
            .map_err(failed)?;
        Ok(Self { connection, whose: whose.clone(), budget })
    }

    /// Adds steps to the budget.
    pub(super) fn refill(&self, steps: i64) {
        self.budget.fetch_add(steps, Ordering::Relaxed);
    }

    /// What an error of the database means.
    pub(super) fn error(&self, error: &rusqlite::Error) -> TableError {
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::OperationInterrupted) => {
                self.whose.too_large("one of its tables or views takes too long to read")
            }
            Some(rusqlite::ErrorCode::TooBig) => self.whose.too_large("one value has too many bytes"),
            _ => self.whose.corrupt(error.to_string()),
        }
    }

    /// Whether there is a plain table of this name.
    fn has_table(&self, name: &str) -> Result<bool, TableError> {
        let query =
            "SELECT type, sql FROM sqlite_master WHERE lower(name) = lower(?1) AND type IN ('table', 'view')";
        let failed = |error: rusqlite::Error| self.error(&error);
        let mut statement = self.connection.prepare(query).map_err(failed)?;
        let mut rows = statement.query([name]).map_err(failed)?;
        let Some(row) = rows.next().map_err(failed)? else { return Ok(false) };
        let kind: String = row.get(0).unwrap_or_default();
        let sql: String = row.get(1).unwrap_or_default();
        let words: Vec<String> = sql.split_whitespace().take(2).map(str::to_ascii_uppercase).collect();
        if kind != "table" || words != ["CREATE", "TABLE"] {
            let name = shortened(name);
            let what = format!(
                "{name} is a view or a virtual table, which is not read; save it as a layer of its own"
            );
            return Err(self.whose.corrupt(what));
        }
        Ok(true)
    }

    /// EPSG codes by the file's own numbers of systems.
    pub(super) fn systems(&self) -> Result<HashMap<i64, u32>, TableError> {
        if !self.has_table("gpkg_contents")? || !self.has_table("gpkg_spatial_ref_sys")? {
            return Err(self
                .whose
                .corrupt("it is a database, but has no tables gpkg_contents and gpkg_spatial_ref_sys"));
        }
        let query = "SELECT srs_id, organization, organization_coordsys_id, definition FROM gpkg_spatial_ref_sys LIMIT 20000";
        let mut systems = HashMap::new();
        self.each(query, &mut |row| {
            let organization: String = row.get(1).unwrap_or_default();
            let code = row.get::<_, i64>(2).ok().and_then(|code| u32::try_from(code).ok());
            // Writers that do not know the code leave only the definition.
            let code = match code.filter(|_| organization.trim().eq_ignore_ascii_case("epsg")) {
                Some(code) => Some(code),
                None => wkt::srid(&row.get::<_, String>(3).unwrap_or_default()),
            };
            if let (Ok(id), Some(code)) = (row.get(0), code) {
                systems.insert(id, code);
            }
            Ok(())
        })?;
        Ok(systems)
    }

    /// Tables that are layers.
    pub(super) fn tables(
        &self,
        systems: &HashMap<i64, u32>,
        limits: &Limits,
    ) -> Result<Vec<Table>, TableError> {
        let mut found: Vec<(String, Option<i64>)> = Vec::new();
        let query = "SELECT table_name, srs_id FROM gpkg_contents \
             WHERE data_type IN ('features', 'attributes') ORDER BY rowid";
        self.each(query, &mut |row| {
            if found.len() >= LAYERS {
                return Err(self.whose.too_large(format!("more than {LAYERS} layers")));
            }
            if let Ok(name) = row.get::<_, String>(0) {
                found.push((name, row.get(1).unwrap_or_default()));
            }
            Ok(())
        })?;
        let mut shapes: HashMap<String, (String, Option<i64>)> = HashMap::new();
        if self.has_table("gpkg_geometry_columns")? {
            let query = "SELECT table_name, column_name, srs_id FROM gpkg_geometry_columns LIMIT 10000";
            self.each(query, &mut |row| {
                if let (Ok(table), Ok(column)) = (row.get::<_, String>(0), row.get::<_, String>(1)) {
                    shapes.insert(table.to_lowercase(), (column, row.get(2).unwrap_or_default()));
                }
                Ok(())
            })?;
        }
        found.into_iter().map(|(name, srs)| self.table(name, srs, &shapes, systems, limits)).collect()
    }

    fn table(
        &self,
        name: String,
        srs: Option<i64>,
        shapes: &HashMap<String, (String, Option<i64>)>,
        systems: &HashMap<i64, u32>,
        limits: &Limits,
    ) -> Result<Table, TableError> {
        if !self.has_table(&name)? {
            return Err(self.whose.corrupt(format!("the table {} is missing", shortened(&name))));
        }
        let shape = shapes.get(&name.to_lowercase());
        let srs = shape.and_then(|(_, srs)| *srs).or(srs);
        let mut columns: Vec<Column> = Vec::new();
        self.each(&format!("PRAGMA table_info({})", quoted(&name)), &mut |row| {
            if columns.len() > limits.columns + 2 {
                return Err(self.whose.too_large(format!("more than {} columns", limits.columns)));
            }
            let own: String = row.get(1).unwrap_or_default();
            let kind = row.get::<_, String>(2).unwrap_or_default().to_ascii_uppercase();
            let key = row.get::<_, i64>(5).unwrap_or_default() > 0 && kind.starts_with("INT");
            let role = if shape.is_some_and(|(column, _)| column.eq_ignore_ascii_case(&own)) {
                Role::Geometry
            } else if key {
                Role::Key { shown: !own.eq_ignore_ascii_case("fid") && !own.eq_ignore_ascii_case("ogc_fid") }
            } else {
                Role::Value
            };
            columns.push(Column { name: own, kind, role });
            Ok(())
        })?;
        let mut rows = 0;
        self.each(&format!("SELECT count(*) FROM {}", quoted(&name)), &mut |row| {
            rows = u64::try_from(row.get::<_, i64>(0).unwrap_or_default()).unwrap_or(0);
            Ok(())
        })?;
        if rows > limits.rows {
            return Err(self.whose.too_large(format!("more than {} rows", limits.rows)));
        }
        let srid = srs.and_then(|srs| systems.get(&srs).copied());
        Ok(Table { name, rows, srid, columns })
    }

    fn each(
        &self,
        query: &str,
        take: &mut dyn FnMut(&rusqlite::Row<'_>) -> Result<(), TableError>,
    ) -> Result<(), TableError> {
        let mut statement = self.connection.prepare(query).map_err(|error| self.error(&error))?;
        let mut rows = statement.query([]).map_err(|error| self.error(&error))?;
        while let Some(row) = rows.next().map_err(|error| self.error(&error))? {
            take(row)?;
        }
        Ok(())
    }
}

/// Checks that the file has all the pages that its header counts; the database itself would find out only when it
/// comes to a missing one.
fn whole(path: &Path, size: u64, whose: &Whose) -> Result<(), TableError> {
    let mut head = [0; 100];
    let read = std::fs::File::open(path).and_then(|mut file| file.read_exact(&mut head));
    read.map_err(|_| whose.corrupt("it ends within its header"))?;
    let word = |at: usize| match head.get(at..at + 4) {
        Some([a, b, c, d]) => u32::from_be_bytes([*a, *b, *c, *d]),
        _ => 0,
    };
    let page_bytes = match u64::from(word(16) >> 16) {
        1 => 65_536,
        bytes => bytes,
    };
    // The number of pages counts only where the last writer knew of it.
    let counted = word(24) == word(92);
    let needed = u64::from(word(28)) * page_bytes;
    if counted && needed > size {
        return Err(whose.corrupt(format!("it is cut off: it needs {needed} bytes and has {size}")));
    }
    Ok(())
}

/// Address by which a file is opened as one that nobody changes, so that nothing is written beside it.
fn address(path: &Path) -> String {
    let mut address = String::from("file:");
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' => {
                address.push(char::from(*byte))
            }
            other => address.push_str(&format!("%{other:02X}")),
        }
    }
    address + "?mode=ro&immutable=1"
}
