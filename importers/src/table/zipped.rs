//! Workbooks are ZIP archives of XML: opens their parts as bounded streams.

use std::cell::Cell;
use std::collections::HashMap;
use std::fs::File;
use std::io::{BufReader, Error, Read, Result};
use std::rc::Rc;

use zip::ZipArchive;
use zip::result::ZipError;

use super::xml::Xml;
use super::{Format, InputFile, Limits, Progress, ProgressSink, TableError, bytes};

/// Parts of one workbook.
const PARTS: usize = 20_000;

/// An archive whose parts are found whatever the case and slashes of their names.
pub(super) struct Parts {
    archive: ZipArchive<BufReader<File>>,
    names: HashMap<String, usize>,
    bytes: u64,
}

/// A part as XML.
pub(super) type PartXml<'a> = Xml<BufReader<Box<dyn Read + 'a>>>;

impl Parts {
    /// Opens an archive.
    ///
    /// # Errors
    /// [`TableError`]
    pub(super) fn open(
        file: &InputFile,
        format: Format,
        limits: &Limits,
    ) -> std::result::Result<Self, TableError> {
        let opened =
            File::open(&file.path).map_err(|source| TableError::Io { name: file.name.clone(), source })?;
        let corrupt = |error: ZipError| TableError::Corrupt {
            name: file.name.clone(),
            format,
            detail: error.to_string(),
        };
        let archive = ZipArchive::new(BufReader::new(opened)).map_err(corrupt)?;
        if archive.len() > PARTS {
            return Err(TableError::TooLarge {
                name: file.name.clone(),
                what: format!("more than {PARTS} parts"),
            });
        }
        let mut names = HashMap::new();
        for (index, name) in archive.file_names().enumerate() {
            names.entry(plain(&name.map_err(corrupt)?)).or_insert(index);
        }
        Ok(Self { archive, names, bytes: limits.bytes })
    }

    /// A part by its name, if there is one.
    ///
    /// # Errors
    /// Those of the archive.
    pub(super) fn part(&mut self, name: &str) -> Result<Option<PartXml<'_>>> {
        Ok(self.metered_part(name)?.map(|(part, _)| part))
    }

    /// A part by its name, with its meter.
    ///
    /// # Errors
    /// Those of the archive.
    pub(super) fn metered_part(&mut self, name: &str) -> Result<Option<(PartXml<'_>, PartMeter)>> {
        let Some(index) = self.names.get(&plain(name)) else { return Ok(None) };
        let entry = self.archive.by_index(*index).map_err(Error::from)?;
        let taken = Rc::new(Cell::new(0));
        let meter = PartMeter { taken: Rc::clone(&taken), total: entry.size().max(1), rows: 0 };
        let whole: Box<dyn Read + '_> =
            Box::new(Limited { inner: entry, left: self.bytes, limit: self.bytes, taken });
        Ok(Some((Xml::new(BufReader::with_capacity(64 << 10, whole)), meter)))
    }
}

fn plain(name: &str) -> String {
    name.replace('\\', "/").trim_start_matches('/').to_lowercase()
}

/// Tells how far a part has been read.
pub(super) struct PartMeter {
    taken: Rc<Cell<u64>>,
    total: u64,
    rows: u64,
}

impl PartMeter {
    /// One row more; every thousandth is reported.
    pub(super) fn row(&mut self, progress: &mut ProgressSink<'_>) {
        self.rows += 1;
        if self.rows.is_multiple_of(1_000) {
            progress(Progress { done: self.taken.get().min(self.total), total: self.total });
        }
    }
}

struct Limited<R> {
    inner: R,
    left: u64,
    limit: u64,
    taken: Rc<Cell<u64>>,
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let read = self.inner.read(buffer)?;
        self.left = self.left.checked_sub(read as u64).ok_or_else(|| bytes::too_many_bytes(self.limit))?;
        self.taken.set(self.taken.get() + read as u64);
        Ok(read)
    }
}
