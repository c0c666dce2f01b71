//! The tables that make a SQLite file a GeoPackage.

use rusqlite::{Connection, Result, params};

use crate::{Column, ColumnType, Metadata, crs};

/// Tables of OGC 12-128r17: core, features, and the extensions for schema, metadata and the spatial index.
const CORE: &str = "
CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY,
  organization TEXT NOT NULL, organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE,
  description TEXT DEFAULT '', last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
  min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
  CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL,
  srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL,
  CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name), CONSTRAINT uk_gc_table_name UNIQUE (table_name),
  CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
  CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id));
CREATE TABLE gpkg_extensions (table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL,
  scope TEXT NOT NULL, CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name));
CREATE TABLE gpkg_data_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT,
  description TEXT, mime_type TEXT, constraint_name TEXT, CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name),
  CONSTRAINT gdc_tn UNIQUE (table_name, name));
CREATE TABLE gpkg_data_column_constraints (constraint_name TEXT NOT NULL, constraint_type TEXT NOT NULL, value TEXT,
  min NUMERIC, min_is_inclusive BOOLEAN, max NUMERIC, max_is_inclusive BOOLEAN, description TEXT,
  CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value));
CREATE TABLE gpkg_metadata (id INTEGER CONSTRAINT m_pk PRIMARY KEY ASC NOT NULL, md_scope TEXT NOT NULL DEFAULT 'dataset',
  md_standard_uri TEXT NOT NULL, mime_type TEXT NOT NULL DEFAULT 'text/xml', metadata TEXT NOT NULL DEFAULT '');
CREATE TABLE gpkg_metadata_reference (reference_scope TEXT NOT NULL, table_name TEXT, column_name TEXT,
  row_id_value INTEGER, timestamp DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
  md_file_id INTEGER NOT NULL, md_parent_id INTEGER,
  CONSTRAINT crmr_mfi_fk FOREIGN KEY (md_file_id) REFERENCES gpkg_metadata(id),
  CONSTRAINT crmr_mpi_fk FOREIGN KEY (md_parent_id) REFERENCES gpkg_metadata(id));
INSERT INTO gpkg_spatial_ref_sys VALUES
  ('Undefined Cartesian SRS', -1, 'NONE', -1, 'undefined', 'undefined Cartesian coordinate reference system'),
  ('Undefined geographic SRS', 0, 'NONE', 0, 'undefined', 'undefined geographic coordinate reference system');
INSERT INTO gpkg_extensions VALUES
  ('gpkg_data_columns', NULL, 'gpkg_schema', 'http://www.geopackage.org/spec121/#extension_schema', 'read-write'),
  ('gpkg_data_column_constraints', NULL, 'gpkg_schema', 'http://www.geopackage.org/spec121/#extension_schema', 'read-write'),
  ('gpkg_metadata', NULL, 'gpkg_metadata', 'http://www.geopackage.org/spec121/#extension_metadata', 'read-write'),
  ('gpkg_metadata_reference', NULL, 'gpkg_metadata', 'http://www.geopackage.org/spec121/#extension_metadata', 'read-write');
";

/// Statements that keep the index right when others edit the file; `{t}` is the table, `{r}` the index, both quoted.
const TRIGGERS: &str = r#"
CREATE TRIGGER "{n}_insert" AFTER INSERT ON {t} WHEN (new."geom" NOT NULL AND NOT ST_IsEmpty(NEW."geom"))
BEGIN INSERT OR REPLACE INTO {r} VALUES (NEW."fid", ST_MinX(NEW."geom"), ST_MaxX(NEW."geom"), ST_MinY(NEW."geom"), ST_MaxY(NEW."geom")); END;
CREATE TRIGGER "{n}_update1" AFTER UPDATE OF "geom" ON {t} WHEN OLD."fid" = NEW."fid" AND (NEW."geom" NOTNULL AND NOT ST_IsEmpty(NEW."geom"))
BEGIN INSERT OR REPLACE INTO {r} VALUES (NEW."fid", ST_MinX(NEW."geom"), ST_MaxX(NEW."geom"), ST_MinY(NEW."geom"), ST_MaxY(NEW."geom")); END;
CREATE TRIGGER "{n}_update2" AFTER UPDATE OF "geom" ON {t} WHEN OLD."fid" = NEW."fid" AND (NEW."geom" ISNULL OR ST_IsEmpty(NEW."geom"))
BEGIN DELETE FROM {r} WHERE id = OLD."fid"; END;
CREATE TRIGGER "{n}_update3" AFTER UPDATE ON {t} WHEN OLD."fid" != NEW."fid" AND (NEW."geom" NOTNULL AND NOT ST_IsEmpty(NEW."geom"))
BEGIN DELETE FROM {r} WHERE id = OLD."fid"; INSERT OR REPLACE INTO {r} VALUES (NEW."fid", ST_MinX(NEW."geom"), ST_MaxX(NEW."geom"), ST_MinY(NEW."geom"), ST_MaxY(NEW."geom")); END;
CREATE TRIGGER "{n}_update4" AFTER UPDATE ON {t} WHEN OLD."fid" != NEW."fid" AND (NEW."geom" ISNULL OR ST_IsEmpty(NEW."geom"))
BEGIN DELETE FROM {r} WHERE id IN (OLD."fid", NEW."fid"); END;
CREATE TRIGGER "{n}_delete" AFTER DELETE ON {t} WHEN old."geom" NOT NULL
BEGIN DELETE FROM {r} WHERE id = OLD."fid"; END;
"#;

/// A name within SQL.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// The quoted name of a table's spatial index.
pub(super) fn index_name(table: &str) -> String {
    quoted(&format!("rtree_{table}_geom"))
}

const fn sql_type(kind: ColumnType) -> &'static str {
    match kind {
        ColumnType::Text | ColumnType::List => "TEXT",
        ColumnType::Integer => "INTEGER",
        ColumnType::Number => "DOUBLE",
        ColumnType::Bool => "BOOLEAN",
        ColumnType::Date => "DATE",
        ColumnType::Instant => "DATETIME",
    }
}

/// Creates all tables and begins the transaction in which rows are written.
pub(super) fn create(
    database: &Connection,
    metadata: &Metadata,
    table: &str,
    columns: &[Column],
    spatial: bool,
) -> Result<()> {
    // A file that is not finished is thrown away: no journal, no waiting for the disk.
    database.execute_batch(
        "PRAGMA application_id = 0x47504B47; PRAGMA user_version = 10300; PRAGMA encoding = 'UTF-8';
         PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE;
         PRAGMA cache_size = -8192; BEGIN;",
    )?;
    database.execute_batch(CORE)?;
    let mut systems = vec![4326];
    if metadata.crs != 4326 {
        systems.push(metadata.crs);
    }
    for epsg in systems {
        database.execute(
            "INSERT INTO gpkg_spatial_ref_sys VALUES (?1, ?2, 'EPSG', ?2, ?3, NULL)",
            params![crs::name(epsg), epsg, crs::wkt(epsg).unwrap_or_else(|| "undefined".to_owned())],
        )?;
    }
    let mut definition = format!("CREATE TABLE {} (\"fid\" INTEGER PRIMARY KEY NOT NULL", quoted(table));
    if spatial {
        definition.push_str(", \"geom\" GEOMETRY");
    }
    for column in columns {
        definition.push_str(&format!(", {} {}", quoted(&column.name), sql_type(column.kind)));
    }
    definition.push(')');
    database.execute(&definition, [])?;
    describe(database, metadata, table, columns, spatial)?;
    if spatial {
        database.execute(
            &format!("CREATE VIRTUAL TABLE {} USING rtree(id, minx, maxx, miny, maxy)", index_name(table)),
            [],
        )?;
    }
    Ok(())
}

/// Rows that say what the table is.
fn describe(
    database: &Connection,
    metadata: &Metadata,
    table: &str,
    columns: &[Column],
    spatial: bool,
) -> Result<()> {
    let title = if metadata.title.is_empty() { table } else { &metadata.title };
    database.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change, srs_id)
         VALUES (?1, ?2, ?3, ?4, coalesce(strftime('%Y-%m-%dT%H:%M:%fZ', ?5), strftime('%Y-%m-%dT%H:%M:%fZ', 'now')), ?6)",
        params![
            table,
            if spatial { "features" } else { "attributes" },
            title,
            metadata.to_text(),
            metadata.date,
            spatial.then_some(metadata.crs)
        ],
    )?;
    if spatial {
        database.execute(
            "INSERT INTO gpkg_geometry_columns VALUES (?1, 'geom', 'GEOMETRY', ?2, 0, 0)",
            params![table, metadata.crs],
        )?;
        database.execute(
            "INSERT INTO gpkg_extensions VALUES
             (?1, 'geom', 'gpkg_rtree_index', 'http://www.geopackage.org/spec120/#extension_rtree', 'write-only')",
            [table],
        )?;
    }
    database.execute(
        "INSERT INTO gpkg_metadata VALUES (1, 'dataset', 'http://purl.org/dc/terms/', 'application/json', ?1)",
        [metadata.to_json()],
    )?;
    database.execute(
        "INSERT INTO gpkg_metadata_reference (reference_scope, table_name, md_file_id) VALUES ('table', ?1, 1)",
        [table],
    )?;
    columns.iter().enumerate().try_for_each(|(place, column)| describe_column(database, table, place, column))
}

/// Title, remark, unit and list of values of a column.
fn describe_column(database: &Connection, table: &str, place: usize, column: &Column) -> Result<()> {
    let list = (!column.choices.is_empty()).then(|| format!("values_{place}"));
    let unit = column.unit.as_ref().map(|unit| format!("[{unit}]"));
    let remark: Vec<&str> = unit.as_deref().into_iter().chain(column.note.as_deref()).collect();
    database.execute(
        "INSERT INTO gpkg_data_columns VALUES (?1, ?2, NULL, ?3, ?4, ?5, ?6)",
        params![
            table,
            column.name,
            column.title,
            (!remark.is_empty()).then(|| remark.join(" ")),
            (column.kind == ColumnType::List).then_some("application/json"),
            list.as_ref().filter(|_| column.kind != ColumnType::List),
        ],
    )?;
    for (value, label) in column.choices.iter().filter(|_| column.kind != ColumnType::List) {
        database.execute(
            "INSERT OR IGNORE INTO gpkg_data_column_constraints (constraint_name, constraint_type, value, description)
             VALUES (?1, 'enum', ?2, ?3)",
            params![list, value, label],
        )?;
    }
    Ok(())
}

/// Says what is known only after the last row, and ends the transaction.
pub(super) fn complete(
    database: &Connection,
    table: &str,
    spatial: bool,
    kind: &str,
    bounds: Option<[f64; 4]>,
) -> Result<()> {
    if let Some([west, south, east, north]) = bounds {
        database.execute(
            "UPDATE gpkg_contents SET min_x = ?2, min_y = ?3, max_x = ?4, max_y = ?5 WHERE table_name = ?1",
            params![table, west, south, east, north],
        )?;
    }
    if spatial {
        database.execute(
            "UPDATE gpkg_geometry_columns SET geometry_type_name = ?2 WHERE table_name = ?1",
            [table, kind],
        )?;
        let name = format!("rtree_{table}_geom").replace('"', "\"\"");
        let triggers =
            TRIGGERS.replace("{n}", &name).replace("{t}", &quoted(table)).replace("{r}", &index_name(table));
        database.execute_batch(&triggers)?;
    }
    database.execute_batch("COMMIT")
}
