//! ESRI Shapefile: `.shp` with its companions beside it.
//!
//! `.dbf` is needed, `.shx`, `.prj` and `.cpg` are used where they are. No length that the files claim is trusted: all
//! are measured against the size of the file first.

mod dbf;
mod memo;
mod rings;
mod shp;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use encoding_rs::{Encoding, UTF_8, WINDOWS_1250};

use super::faults::{Whose, shortened};
use super::{
    Format, InputFile, Layer, Options, Overview, Progress, ProgressSink, Reader, Row, RowFault, RowSink,
    TableError,
};
use dbf::Table;
use shp::Shapes;

/// Whether a file's beginning is a `.shp`.
pub(super) fn looks_like(head: &[u8], _name: &str) -> bool {
    head.starts_with(&[0, 0, 0x27, 0x0a]) && head.get(28..32) == Some(&1000_u32.to_le_bytes())
}

/// Opens a `.shp` and what lies beside it.
pub(super) fn open(file: &InputFile, options: &Options) -> Result<Box<dyn Reader>, TableError> {
    let whose = Whose::new(&file.name, Format::Shapefile);
    let set = Set::beside(&file.path, &whose)?;
    let table = set.dbf.as_deref().ok_or_else(|| whose.missing(".dbf"))?;
    let mut table = Table::open(table, set.memo.as_deref(), &options.limits, &whose)?;
    let encoding = encoding(&set, &mut table, options, &whose)?;
    let shapes = Shapes::open(&file.path, set.shx.as_deref(), &whose)?;
    let count = shapes.count()?;
    if count > u64::from(table.rows()) {
        return Err(whose.corrupt(format!("the .shp has {count} shapes, but the .dbf {} rows", table.rows())));
    }
    if count > options.limits.rows || u64::from(table.rows()) > options.limits.rows {
        return Err(whose.too_large(format!("more than {} rows", options.limits.rows)));
    }
    let srid = match &set.prj {
        Some(path) => super::wkt::srid(&small_text(path, &whose)?),
        None => None,
    };
    let layer = Layer {
        name: file.stem().to_owned(),
        columns: table.names(encoding),
        geometry: true,
        srid,
        rows: Some(u64::from(table.rows()).saturating_sub(table.deleted()?)),
        axis: None,
    };
    let overview = Overview {
        format: Format::Shapefile,
        encoding: Some(encoding.name().to_ascii_lowercase()),
        delimiter: None,
        header_row: None,
        layers: vec![layer],
    };
    Ok(Box::new(ShapefileReader {
        file: file.clone(),
        set,
        options: options.clone(),
        whose,
        overview,
        encoding,
        srid,
    }))
}

struct ShapefileReader {
    file: InputFile,
    set: Set,
    options: Options,
    whose: Whose,
    overview: Overview,
    encoding: &'static Encoding,
    srid: Option<u32>,
}

impl Reader for ShapefileReader {
    fn overview(&self) -> &Overview {
        &self.overview
    }

    fn read(
        &mut self,
        layer: &str,
        each: &mut RowSink<'_>,
        progress: &mut ProgressSink<'_>,
    ) -> Result<(), TableError> {
        super::layer(&self.file, &self.overview, layer)?;
        let limits = self.options.limits;
        let table = self.set.dbf.as_deref().ok_or_else(|| self.whose.missing(".dbf"))?;
        let mut table = Table::open(table, self.set.memo.as_deref(), &limits, &self.whose)?;
        let mut shapes = Shapes::open(&self.file.path, self.set.shx.as_deref(), &self.whose)?;
        let total = u64::from(table.rows()).max(1);
        for number in 1..=u64::from(table.rows()) {
            let shape = shapes.next(&limits)?;
            let Some(values) = table.next(self.encoding)? else { continue };
            let mut row = Row { number, cells: values.cells, faults: values.faults, ..Row::default() };
            match shape {
                Some(Ok(geometry)) => row.geometry = geometry,
                Some(Err(fault)) => row.faults.push(RowFault {
                    column: None,
                    found: shortened(&fault.found),
                    problem: fault.problem,
                }),
                None => {}
            }
            row.srid = self.srid.filter(|_| row.geometry.is_some());
            each(row)?;
            if number % 1_024 == 1 {
                progress(Progress { done: number, total });
            }
        }
        progress(Progress { done: total, total });
        Ok(())
    }
}

/// Files that belong to one `.shp`.
struct Set {
    dbf: Option<PathBuf>,
    shx: Option<PathBuf>,
    prj: Option<PathBuf>,
    cpg: Option<PathBuf>,
    memo: Option<PathBuf>,
}

impl Set {
    /// Looks for companions of the same name, whatever the case of their endings.
    fn beside(shp: &Path, whose: &Whose) -> Result<Self, TableError> {
        let folder = shp.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or_else(|| Path::new("."));
        let stem = shp.file_stem().unwrap_or_default().to_ascii_lowercase();
        let mut set = Self { dbf: None, shx: None, prj: None, cpg: None, memo: None };
        for entry in std::fs::read_dir(folder).map_err(|error| whose.io(error))? {
            let path = entry.map_err(|error| whose.io(error))?.path();
            if path.file_stem().map(OsStr::to_ascii_lowercase).as_ref() != Some(&stem) {
                continue;
            }
            let ending = path.extension().unwrap_or_default().to_ascii_lowercase();
            let place = match ending.to_str() {
                Some("dbf") => &mut set.dbf,
                Some("shx") => &mut set.shx,
                Some("prj") => &mut set.prj,
                Some("cpg") => &mut set.cpg,
                Some("dbt" | "fpt") => &mut set.memo,
                _ => continue,
            };
            // Of two that differ in case only, the one spelt like the .shp is meant.
            if place.is_none() || path.file_stem() == shp.file_stem() {
                *place = Some(path);
            }
        }
        Ok(set)
    }
}

fn small_text(path: &Path, whose: &Whose) -> Result<String, TableError> {
    use std::io::Read;
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(|error| whose.io(error))?;
    file.take(64 << 10).read_to_end(&mut bytes).map_err(|error| whose.io(error))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// What the caller says, else `.cpg`, else the table's language byte, else what its bytes look like.
fn encoding(
    set: &Set,
    table: &mut Table,
    options: &Options,
    whose: &Whose,
) -> Result<&'static Encoding, TableError> {
    let unknown =
        |label: &str| TableError::NoEncoding { name: whose.name.clone(), label: shortened(label.trim()) };
    if let Some(label) = &options.encoding {
        return Encoding::for_label(label.as_bytes()).ok_or_else(|| unknown(label));
    }
    if let Some(path) = &set.cpg {
        let label = small_text(path, whose)?;
        match code_page(&label) {
            CodePage::Known(encoding) => return Ok(encoding),
            CodePage::Unknown => return Err(unknown(&label)),
            CodePage::Open => {}
        }
    }
    if table.language() == 0xc8 {
        return Ok(WINDOWS_1250);
    }
    // Other language bytes are what the writing computer happened to be set to.
    Ok(if table.valid_utf8()? { UTF_8 } else { WINDOWS_1250 })
}

enum CodePage {
    Known(&'static Encoding),
    Open,
    Unknown,
}

/// `UTF-8`, `1250`, `cp1250`, `ANSI 1250`, `ISO 88592`, `8859-2`, …
fn code_page(label: &str) -> CodePage {
    let plain: String =
        label.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect();
    if matches!(plain.as_str(), "" | "system" | "ansi" | "oem") {
        return CodePage::Open;
    }
    let known = match plain.strip_prefix("iso").unwrap_or(&plain).strip_prefix("8859") {
        Some(part) => Encoding::for_label(format!("iso-8859-{part}").as_bytes()),
        None => {
            let digits: String = plain.chars().filter(char::is_ascii_digit).collect();
            match digits.as_str() {
                "65001" => Some(UTF_8),
                _ if digits.len() == 4 && digits.starts_with("125") => {
                    Encoding::for_label(format!("windows-{digits}").as_bytes())
                }
                _ => Encoding::for_label(label.trim().as_bytes())
                    .or_else(|| Encoding::for_label(plain.as_bytes())),
            }
        }
    };
    known.map_or(CodePage::Unknown, CodePage::Known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_pages_are_read_as_people_write_them() {
        for (label, name) in [
            ("UTF-8", "UTF-8"),
            ("utf8\r\n", "UTF-8"),
            ("65001", "UTF-8"),
            ("1250", "windows-1250"),
            ("cp1250", "windows-1250"),
            ("ANSI 1250", "windows-1250"),
            ("ISO 88592", "ISO-8859-2"),
            ("ISO-8859-2", "ISO-8859-2"),
            ("8859_2", "ISO-8859-2"),
            ("latin2", "ISO-8859-2"),
        ] {
            let CodePage::Known(encoding) = code_page(label) else { panic!("{label}") };
            assert_eq!(encoding.name(), name, "{label}");
        }
        assert!(matches!(code_page("OEM"), CodePage::Open));
        assert!(matches!(code_page("mazovia"), CodePage::Unknown));
    }
}
