//! Readers of geographic files through their public door: files in, layers and rows out.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::expect_used,
    reason = "a test fails by panicking and may say that it was skipped"
)]

mod flatgeobuf;
mod gdal;
mod gml;
mod gpkg;
mod gpx;
mod kml;
mod real;
mod shapefile;

use std::path::{Path, PathBuf};

use importers::table::{Cell, Format, InputFile, Layer, Limits, Options, Overview, Row, TableError, open_as};

/// A folder that goes with the test, and the files in it.
struct Scratch(tempfile::TempDir);

impl Scratch {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }
}

/// Everything that a file gave.
#[derive(Debug)]
struct Reading {
    overview: Overview,
    rows: Vec<Vec<Row>>,
}

impl Reading {
    fn layer(&self, name: &str) -> (&Layer, &[Row]) {
        let at = self.overview.layers.iter().position(|layer| layer.name == name);
        let at = at.unwrap_or_else(|| panic!("no layer {name} in {:?}", self.overview.layers));
        (&self.overview.layers[at], &self.rows[at])
    }

    fn only(&self) -> (&Layer, &[Row]) {
        assert_eq!(self.overview.layers.len(), 1);
        self.layer(&self.overview.layers[0].name)
    }

    fn cell(&self, layer: &str, row: usize, column: &str) -> Cell {
        let (layer, rows) = self.layer(layer);
        let at = layer.columns.iter().position(|name| name == column);
        let at = at.unwrap_or_else(|| panic!("no column {column} in {:?}", layer.columns));
        rows[row].cells.get(at).cloned().unwrap_or_default()
    }

    fn text(&self, layer: &str, row: usize, column: &str) -> String {
        match self.cell(layer, row, column) {
            Cell::Text(text) => text,
            other => panic!("{column} is {other:?}"),
        }
    }
}

fn input(path: &Path) -> InputFile {
    InputFile { path: path.to_owned(), name: path.file_name().unwrap().to_string_lossy().into_owned() }
}

fn read_with(format: Format, path: &Path, options: &Options) -> Result<Reading, TableError> {
    let mut reader = open_as(format, &input(path), options)?;
    let overview = reader.overview().clone();
    let mut all = Vec::new();
    for layer in &overview.layers {
        let mut rows = Vec::new();
        let mut progress = None;
        let mut each = |row| {
            rows.push(row);
            Ok(())
        };
        reader.read(&layer.name, &mut each, &mut |now| progress = Some(now))?;
        let progress = progress.expect("no progress was told");
        assert!(progress.done <= progress.total && progress.total > 0);
        assert!(rows.iter().all(|row| row.cells.len() <= layer.columns.len()));
        if let Some(count) = layer.rows {
            assert_eq!(count, rows.len() as u64, "{} promised another number of rows", layer.name);
        }
        all.push(rows);
    }
    assert!(matches!(
        reader.read("no such layer", &mut |_| Ok(()), &mut |_| {}),
        Err(TableError::NoLayer { .. })
    ));
    Ok(Reading { overview, rows: all })
}

fn read(format: Format, path: &Path) -> Result<Reading, TableError> {
    read_with(format, path, &Options::default())
}

fn small_limits() -> Options {
    let limits = Limits { bytes: 8 << 20, rows: 100, columns: 20, cell_bytes: 1_000, vertices: 1_000 };
    Options { limits, ..Options::default() }
}

/// Asserts that reading fails with a text that has all of these words.
#[track_caller]
fn fails(result: Result<Reading, TableError>, words: &[&str]) {
    let text = match result {
        Ok(reading) => panic!("it was read: {:?}", reading.overview),
        Err(error) => error.to_string(),
    };
    for word in words {
        assert!(text.contains(word), "{text:?} does not say {word:?}");
    }
}
