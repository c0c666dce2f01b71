//! Unpacks what is packed: bounded, and never outside the folder that it is unpacked into.

use std::fs::{self, File};
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use tempfile::{NamedTempFile, TempPath};
use zip::ZipArchive;

use super::{Format, InputFile, Limits, TableError, bytes};

/// Files of one delivery.
const FILES: usize = 10_000;
/// Folders within folders, and archives within archives.
const DEPTH: usize = 8;
/// Endings of the companions of a shapefile.
const COMPANIONS: [&str; 14] =
    ["shx", "dbf", "prj", "cpg", "qpj", "qix", "sbn", "sbx", "fbn", "fbx", "ain", "aih", "cst", "shp.xml"];

/// Unpacks a file that is packed by gzip into a temporary one.
///
/// # Errors
/// [`TableError::Io`], [`TableError::TooLarge`], [`TableError::Corrupt`]
pub(super) fn gunzip(file: &InputFile, limits: &Limits) -> Result<TempPath, TableError> {
    let io = |source| TableError::Io { name: file.name.clone(), source };
    let mut temporary = NamedTempFile::new().map_err(io)?;
    let mut source = bytes::stream(file, limits)?;
    std::io::copy(&mut source, &mut temporary)
        .map_err(|error| bytes::failure(&file.name, Format::Csv, error))?;
    Ok(temporary.into_temp_path())
}

/// Unpacks folders and ZIP archives (not XLSX, ODS, KMZ) below `scratch`: they become their files, in the order of
/// their names. A shapefile stays one file, `x.shp`, with its companions beside it. Any other file stays as it is.
///
/// # Errors
/// [`TableError`]: an archive that is damaged, locked, too large, or names a file outside of itself.
pub fn expand(file: &InputFile, scratch: &Path, limits: &Limits) -> Result<Vec<InputFile>, TableError> {
    let mut unpacking = Unpacking { scratch, limits, bytes: 0, archives: 0, files: Vec::new() };
    unpacking.take(file.clone(), 0)?;
    let mut files = without_companions(unpacking.files);
    files.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(files)
}

struct Unpacking<'a> {
    scratch: &'a Path,
    limits: &'a Limits,
    /// Unpacked so far.
    bytes: u64,
    archives: usize,
    files: Vec<InputFile>,
}

impl Unpacking<'_> {
    fn take(&mut self, file: InputFile, depth: usize) -> Result<(), TableError> {
        let io = |source| TableError::Io { name: file.name.clone(), source };
        let kind = fs::symlink_metadata(&file.path).map_err(io)?;
        let is_folder = if depth == 0 { file.path.is_dir() } else { kind.is_dir() };
        if depth > DEPTH {
            return Err(too_large(
                &file.name,
                format!("more than {DEPTH} folders or archives in one another"),
            ));
        }
        if is_folder {
            return self.folder(&file, depth);
        }
        if let Some(archive) = plain_archive(&file)? {
            return self.archive(&file, archive, depth);
        }
        if self.files.len() == FILES {
            return Err(too_large(&file.name, format!("more than {FILES} files")));
        }
        self.files.push(file);
        Ok(())
    }

    fn folder(&mut self, folder: &InputFile, depth: usize) -> Result<(), TableError> {
        let io = |source| TableError::Io { name: folder.name.clone(), source };
        for entry in fs::read_dir(&folder.path).map_err(io)? {
            let entry = entry.map_err(io)?;
            let kind = entry.file_type().map_err(io)?;
            let own = entry.file_name().to_string_lossy().into_owned();
            if kind.is_symlink() || is_clutter(&own) {
                continue;
            }
            let name = if depth == 0 { own } else { format!("{}/{own}", folder.name) };
            self.take(InputFile { path: entry.path(), name }, depth + 1)?;
        }
        Ok(())
    }

    fn archive(
        &mut self,
        file: &InputFile,
        mut archive: ZipArchive<File>,
        depth: usize,
    ) -> Result<(), TableError> {
        if archive.len() > FILES {
            return Err(too_large(&file.name, format!("more than {FILES} files")));
        }
        let folder = self.scratch.join(format!("archive-{}", self.archives));
        self.archives += 1;
        for index in 0..archive.len() {
            let corrupt = |detail: String| corrupt(&file.name, detail);
            let encrypted = |error| match error {
                zip::result::ZipError::UnsupportedArchive(detail) if detail.contains("assword") => {
                    TableError::Encrypted { name: file.name.clone() }
                }
                error => corrupt(error.to_string()),
            };
            let mut entry = archive.by_index(index).map_err(encrypted)?;
            let Some(inside) = entry.enclosed_name() else {
                return Err(corrupt(format!("the entry {:?} lies outside of the archive", entry.name())));
            };
            let shown = inside.to_string_lossy().replace('\\', "/");
            if !entry.is_file() || shown.split('/').any(is_clutter) {
                continue;
            }
            let path = folder.join(&inside);
            self.entry(file, &mut entry, &path)?;
            let name = if depth == 0 { shown } else { format!("{}/{shown}", file.name) };
            self.take(InputFile { path, name }, depth + 1)?;
        }
        Ok(())
    }

    fn entry(&mut self, file: &InputFile, entry: &mut impl Read, path: &PathBuf) -> Result<(), TableError> {
        let io = |source| TableError::Io { name: file.name.clone(), source };
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(io)?;
        }
        let mut target =
            File::options().write(true).create_new(true).open(path).map_err(|error| match error.kind() {
                ErrorKind::AlreadyExists => corrupt(&file.name, "two entries have the same name".to_owned()),
                _ => io(error),
            })?;
        let left = self.limits.bytes - self.bytes;
        let copied = std::io::copy(&mut entry.take(left + 1), &mut target);
        let copied = copied.map_err(|error| match error.kind() {
            ErrorKind::InvalidInput | ErrorKind::InvalidData | ErrorKind::UnexpectedEof => {
                corrupt(&file.name, error.to_string())
            }
            _ => io(error),
        })?;
        if copied > left {
            return Err(too_large(
                &file.name,
                format!("more than {} bytes when unpacked", self.limits.bytes),
            ));
        }
        self.bytes += copied;
        Ok(())
    }
}

/// Opens a ZIP archive that is no file of a format of its own.
fn plain_archive(file: &InputFile) -> Result<Option<ZipArchive<File>>, TableError> {
    let io = |source| TableError::Io { name: file.name.clone(), source };
    let mut first = Vec::with_capacity(4);
    File::open(&file.path).and_then(|opened| opened.take(4).read_to_end(&mut first)).map_err(io)?;
    if first != *b"PK\x03\x04" && first != *b"PK\x05\x06" {
        return Ok(None);
    }
    let opened = File::open(&file.path).map_err(io)?;
    let archive = ZipArchive::new(opened).map_err(|error| corrupt(&file.name, error.to_string()))?;
    let own =
        |name: &str| name == "[Content_Types].xml" || name == "mimetype" || name == "META-INF/manifest.xml";
    let kmz = file.name.to_lowercase().ends_with(".kmz") || archive.index_for_name("doc.kml").is_some();
    let is_plain = !kmz && !archive.file_names().flatten().any(|name| own(&name));
    Ok(is_plain.then_some(archive))
}

/// What systems leave behind in folders and archives.
fn is_clutter(name: &str) -> bool {
    name.starts_with('.') || matches!(name, "__MACOSX" | "Thumbs.db" | "desktop.ini")
}

fn without_companions(files: Vec<InputFile>) -> Vec<InputFile> {
    let names: Vec<String> = files.iter().map(|file| file.name.to_lowercase()).collect();
    let shapes: std::collections::HashSet<&str> =
        names.iter().filter_map(|name| name.strip_suffix(".shp")).collect();
    let is_companion = |name: &str| {
        COMPANIONS.iter().any(|ending| {
            name.strip_suffix(ending)
                .and_then(|stem| stem.strip_suffix('.'))
                .is_some_and(|s| shapes.contains(s))
        })
    };
    let keep: Vec<bool> = names.iter().map(|name| !is_companion(name)).collect();
    files.into_iter().zip(keep).filter_map(|(file, keep)| keep.then_some(file)).collect()
}

fn corrupt(name: &str, detail: String) -> TableError {
    TableError::Corrupt { name: name.to_owned(), format: Format::Zip, detail }
}

fn too_large(name: &str, what: String) -> TableError {
    TableError::TooLarge { name: name.to_owned(), what }
}
