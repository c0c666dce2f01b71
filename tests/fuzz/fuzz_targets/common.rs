//! Opens bytes as a file and reads all rows of all layers within small limits.

use std::io::Write;

use importers::table::{InputFile, Limits, Options, open};

/// Reads bytes as a file of this name; whatever they are, this returns.
pub fn read(name: &str, bytes: &[u8]) {
    let Ok(mut file) = tempfile::NamedTempFile::new() else { return };
    if file.write_all(bytes).and_then(|()| file.flush()).is_err() {
        return;
    }
    let limits = Limits { bytes: 16 << 20, rows: 2_000, columns: 100, cell_bytes: 10_000, vertices: 1_000 };
    let options = Options { limits, ..Options::default() };
    let input = InputFile { path: file.path().to_owned(), name: name.to_owned() };
    let Ok(mut reader) = open(&input, &options) else { return };
    let layers: Vec<String> = reader.overview().layers.iter().map(|layer| layer.name.clone()).collect();
    for layer in layers {
        let columns = reader.overview().layers.iter().find(|found| found.name == layer).map(|found| found.columns.len());
        let mut each = |row: importers::table::Row| {
            assert!(row.cells.len() <= columns.unwrap_or(0), "more cells than columns");
            Ok(())
        };
        let _ = reader.read(&layer, &mut each, &mut |progress| assert!(progress.done <= progress.total));
    }
}
