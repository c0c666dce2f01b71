//! Temporary files of writers. They go away with whoever holds them.

use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Seek, Write};
use std::path::Path;

/// A file that no name leads to.
pub(crate) fn file(folder: Option<&Path>) -> std::io::Result<File> {
    match folder {
        Some(folder) => tempfile::tempfile_in(folder),
        None => tempfile::tempfile(),
    }
}

/// A folder that is removed with all that is in it.
pub(crate) fn folder(folder: Option<&Path>) -> std::io::Result<tempfile::TempDir> {
    match folder {
        Some(folder) => tempfile::tempdir_in(folder),
        None => tempfile::tempdir(),
    }
}

/// Ends writing and reads from the start.
pub(crate) fn reread(file: BufWriter<File>) -> std::io::Result<BufReader<File>> {
    let mut file = file.into_inner().map_err(|failed| failed.into_error())?;
    file.rewind()?;
    Ok(BufReader::with_capacity(1 << 16, file))
}

/// Copies all that is there to the one who asked for the file.
pub(crate) fn copy(from: &mut impl Read, to: &mut dyn Write) -> std::io::Result<()> {
    std::io::copy(from, to)?;
    to.flush()
}

/// A place in memory to write to.
pub(crate) struct Held(pub(crate) std::sync::mpsc::Sender<Vec<u8>>);

impl Write for Held {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.send(bytes.to_vec()).map_err(std::io::Error::other)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
