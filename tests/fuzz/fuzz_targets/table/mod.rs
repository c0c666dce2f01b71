//! Reads whatever a reader of tables makes of a file.

use std::path::PathBuf;

use importers::table::{Format, InputFile, Limits, Options, open_as};

/// Writes the files of a set and reads all layers of the first one.
pub fn read(format: Format, files: &[(&str, &[u8])]) {
    let folder = std::env::temp_dir().join(format!("reeve-fuzz-{}-{format:?}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder for the files");
    let mut first: Option<(PathBuf, String)> = None;
    for (name, bytes) in files {
        let path = folder.join(name);
        std::fs::write(&path, bytes).expect("room for the files");
        first.get_or_insert((path, (*name).to_owned()));
    }
    let Some((path, name)) = first else { return };
    let limits = Limits { bytes: 4 << 20, rows: 2_000, columns: 100, cell_bytes: 10_000, vertices: 10_000 };
    let options = Options { limits, ..Options::default() };
    if let Ok(mut reader) = open_as(format, &InputFile { path, name }, &options) {
        let layers: Vec<String> = reader.overview().layers.iter().map(|layer| layer.name.clone()).collect();
        for layer in layers {
            let _ = reader.read(&layer, &mut |_| Ok(()), &mut |_| {});
        }
    }
    for (name, _) in files {
        let _ = std::fs::remove_file(folder.join(name));
    }
}
