//! The workbook itself, read on a thread of its own: which collection it is, and its rows in portions.

use std::path::PathBuf;

use importers::table::{self, Cell, InputFile, Limits, Options, Row, TableError};
use tokio::sync::mpsc;

/// Most bytes of an upload.
pub(super) const MOST_BYTES: u64 = 50 * 1024 * 1024;
/// Rows of a portion.
const PORTION: usize = 500;

/// A part of what is read.
pub(super) enum Piece {
    /// The collection that the sheet of metadata names; nothing when there is none.
    Collection(Option<String>),
    /// A sheet of rows begins.
    Sheet {
        /// Its name.
        name: String,
        /// The heading, column by column.
        columns: Vec<String>,
    },
    /// Rows of the sheet.
    Rows(Vec<Row>),
    /// It cannot be read any further.
    Broken(TableError),
}

/// Reads a workbook until its end or until nobody takes more. Blocks.
pub(super) fn read(path: PathBuf, name: String, pieces: &mpsc::Sender<Piece>) {
    if let Err(error) = try_read(path, name, pieces) {
        // Nobody may be left to hear it.
        let _ = pieces.blocking_send(Piece::Broken(error));
    }
}

fn try_read(path: PathBuf, name: String, pieces: &mpsc::Sender<Piece>) -> Result<(), TableError> {
    let limits = Limits { bytes: 20 * MOST_BYTES, rows: 1_048_576, columns: 1_000, ..Limits::default() };
    let options = Options { header_row: Some(1), limits, ..Options::default() };
    let mut reader = table::open(&InputFile { path, name }, &options)?;
    let layers = reader.overview().layers.clone();
    let mut collection = None;
    for about in layers.iter().filter(|layer| ["Opis", "About"].contains(&layer.name.as_str())) {
        let mut each = |row: Row| {
            if let [_, Cell::Text(value), Cell::Text(key), ..] = row.cells.as_slice()
                && key == "collection"
            {
                collection = Some(value.clone());
            }
            Ok(())
        };
        reader.read(&about.name, &mut each, &mut |_| {})?;
    }
    if pieces.blocking_send(Piece::Collection(collection)).is_err() {
        return Ok(());
    }
    let is_data =
        |columns: &[String]| ["id", "rev"].iter().all(|name| columns.iter().any(|column| column == name));
    for layer in layers.into_iter().filter(|layer| is_data(&layer.columns)) {
        let sheet = Piece::Sheet { name: layer.name.clone(), columns: layer.columns };
        if pieces.blocking_send(sheet).is_err() {
            return Ok(());
        }
        let mut portion = Vec::with_capacity(PORTION);
        let mut each = |row: Row| {
            portion.push(row);
            if portion.len() == PORTION {
                let full = std::mem::replace(&mut portion, Vec::with_capacity(PORTION));
                pieces
                    .blocking_send(Piece::Rows(full))
                    .map_err(|_| importers::SinkError::from("nobody takes more"))?;
            }
            Ok(())
        };
        reader.read(&layer.name, &mut each, &mut |_| {})?;
        if pieces.blocking_send(Piece::Rows(portion)).is_err() {
            return Ok(());
        }
    }
    Ok(())
}
