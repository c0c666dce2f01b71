//! The readers of tables through their public door: files in, layers and rows out.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test fails by panicking and may say that it was skipped"
)]

mod corpus;
mod csv;
mod json;
mod old_workbooks;
mod real;
mod unpacking;
mod workbooks;

use std::path::PathBuf;

use importers::table::{Cell, InputFile, Options, Overview, Row, TableError, open};

/// A file with some bytes, and the folder that it goes with.
struct Made {
    file: InputFile,
    _folder: tempfile::TempDir,
}

fn made(name: &str, bytes: &[u8]) -> Made {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    std::fs::write(&path, bytes).unwrap();
    Made { file: InputFile { path, name: name.to_owned() }, _folder: folder }
}

/// All rows of the first layer of a file.
fn try_table(file: &InputFile, options: &Options) -> Result<(Overview, Vec<Row>), TableError> {
    let mut reader = open(file, options)?;
    let overview = reader.overview().clone();
    let mut rows = Vec::new();
    let mut sink = |row| {
        rows.push(row);
        Ok(())
    };
    reader.read(&overview.layers[0].name, &mut sink, &mut |_| {})?;
    Ok((overview, rows))
}

fn table(name: &str, bytes: &[u8]) -> (Overview, Vec<Row>) {
    let made = made(name, bytes);
    try_table(&made.file, &Options::default()).unwrap_or_else(|error| panic!("{error}"))
}

fn refused(name: &str, bytes: &[u8]) -> TableError {
    match try_table(&made(name, bytes).file, &Options::default()) {
        Ok((overview, rows)) => panic!("{name} is read: {overview:?}, {} rows", rows.len()),
        Err(error) => error,
    }
}

fn text(text: &str) -> Cell {
    Cell::Text(text.to_owned())
}

/// The folder of real files; see `tests/osm/real.rs`.
fn data_folder() -> Option<PathBuf> {
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/data");
    let folder = std::env::var_os("REEVE_TEST_DATA").map_or_else(beside, PathBuf::from);
    if folder.join("inventory").is_dir() {
        return Some(folder);
    }
    assert!(std::env::var_os("CI").is_none_or(|ci| ci != "true"), "no real data in {}", folder.display());
    println!("skipped: no real data in {}", folder.display());
    None
}
