//! The bytes of a file as a stream: unpacked if they are packed by gzip, bounded, and counted for the progress.

use std::fs::File;
use std::io::{BufReader, Error, ErrorKind, Read, Result};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::{Format, InputFile, Limits, Progress, TableError};

/// First bytes of a gzip stream.
const GZIP: [u8; 2] = [0x1f, 0x8b];
/// How much of a file is looked at to tell its format.
const HEAD_BYTES: u64 = 64 << 10;
/// Bytes between two reports of progress.
const REPORT_BYTES: u64 = 256 << 10;

/// See the module.
pub(super) struct Stream {
    inner: Box<dyn Read + Send>,
    left: u64,
    limit: u64,
    meter: Meter,
}

/// Tells how much of a [`Stream`]'s file has been read.
#[derive(Clone)]
pub(super) struct Meter {
    taken: Arc<AtomicU64>,
    total: u64,
    reported: u64,
}

impl Meter {
    /// Reports, if there is anything new to be reported.
    pub(super) fn report(&mut self, progress: &mut super::ProgressSink<'_>) {
        let done = self.taken.load(Ordering::Relaxed);
        if done >= self.reported + REPORT_BYTES || (done == self.total && done != self.reported) {
            self.reported = done;
            progress(Progress { done: done.min(self.total), total: self.total });
        }
    }
}

impl Stream {
    /// A meter of this stream.
    pub(super) fn meter(&self) -> Meter {
        self.meter.clone()
    }
}

/// Opens a file as a stream.
///
/// # Errors
/// [`TableError::Io`]
pub(super) fn stream(file: &InputFile, limits: &Limits) -> std::result::Result<Stream, TableError> {
    let failed = |source| TableError::Io { name: file.name.clone(), source };
    let packed = is_gzip(file)?;
    let opened = File::open(&file.path).map_err(failed)?;
    let total = opened.metadata().map_err(failed)?.len().max(1);
    let taken = Arc::new(AtomicU64::new(0));
    let counted = Counted { inner: opened, taken: Arc::clone(&taken) };
    let inner: Box<dyn Read + Send> = if packed {
        Box::new(flate2::bufread::MultiGzDecoder::new(BufReader::with_capacity(64 << 10, counted)))
    } else {
        Box::new(counted)
    };
    Ok(Stream { inner, left: limits.bytes, limit: limits.bytes, meter: Meter { taken, total, reported: 0 } })
}

/// Whether the file is packed by gzip.
///
/// # Errors
/// [`TableError::Io`]
pub(super) fn is_gzip(file: &InputFile) -> std::result::Result<bool, TableError> {
    let mut first = Vec::with_capacity(2);
    File::open(&file.path)
        .and_then(|opened| opened.take(2).read_to_end(&mut first))
        .map_err(|source| TableError::Io { name: file.name.clone(), source })?;
    Ok(first == GZIP)
}

/// The beginning of a file, unpacked, to tell its format.
///
/// # Errors
/// As of [`stream`], and those of [`failure`].
pub(super) fn head(file: &InputFile, limits: &Limits) -> std::result::Result<Vec<u8>, TableError> {
    let mut head = Vec::new();
    let result = stream(file, limits)?.take(HEAD_BYTES).read_to_end(&mut head);
    match result {
        // A damaged file still has a beginning, which tells what it was.
        Err(error) if head.is_empty() => Err(failure(&file.name, Format::Csv, error)),
        _ => Ok(head),
    }
}

/// What a failure to read a stream means for the file: too large, damaged, or a failure of the machine.
pub(super) fn failure(name: &str, format: Format, source: Error) -> TableError {
    let name = name.to_owned();
    match source.kind() {
        ErrorKind::FileTooLarge => TableError::TooLarge { name, what: source.to_string() },
        ErrorKind::InvalidInput | ErrorKind::InvalidData | ErrorKind::UnexpectedEof => {
            TableError::Corrupt { name, format, detail: source.to_string() }
        }
        _ => TableError::Io { name, source },
    }
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let read = self.inner.read(buffer)?;
        self.left = self.left.checked_sub(read as u64).ok_or_else(|| too_many_bytes(self.limit))?;
        Ok(read)
    }
}

/// The failure of a stream that has more bytes than are allowed.
pub(super) fn too_many_bytes(limit: u64) -> Error {
    Error::new(ErrorKind::FileTooLarge, format!("more than {limit} bytes when unpacked"))
}

struct Counted {
    inner: File,
    taken: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let read = self.inner.read(buffer)?;
        self.taken.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}
