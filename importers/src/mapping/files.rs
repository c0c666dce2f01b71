//! The files of a delivery, opened, and what the mapping reads of them.

use std::path::Path;

use super::error::{MappingError, RunError};
use super::glob::{Captures, Pattern};
use super::lookup::is_looked_up;
use super::model::{Mapping, TableMapping};
use super::report::UnmappedLayer;
use crate::table::{self, InputFile, Layer, Limits, Options, Reader};

/// All files, opened.
pub(super) struct Delivery {
    pub(super) files: Vec<OpenFile>,
}

/// One file.
pub(super) struct OpenFile {
    pub(super) name: String,
    /// `None`: the mapping reads nothing of it.
    pub(super) reader: Option<Box<dyn Reader>>,
}

/// One layer of one file that one table reads.
pub(super) struct Job {
    /// Place of the table in the mapping.
    pub(super) table: usize,
    /// Place of the file in the delivery.
    pub(super) file: usize,
    pub(super) layer: Layer,
    pub(super) captures: Captures,
}

struct Patterns {
    file: Pattern,
    layer: Pattern,
}

impl RunError {
    /// A fault of the mapping's table at this place, counted from 0.
    pub(super) fn mapping(table: usize, detail: String) -> Self {
        Self::Mapping(MappingError::Table { table: table + 1, detail })
    }
}

/// Opens the files that the mapping reads.
pub(super) fn open(
    files: &[InputFile],
    scratch: &Path,
    mapping: &Mapping,
    limits: &Limits,
) -> Result<Delivery, RunError> {
    let patterns = patterns(mapping)?;
    let mut opened = Vec::new();
    for file in files {
        for file in table::expand(file, scratch, limits)? {
            let reading = exactest(&patterns, |patterns| of_file(&patterns.file, &file.name));
            let reader = match reading.first() {
                None => None,
                Some((place, _)) => {
                    let options = mapping.tables.get(*place).map(|table| options(table, limits));
                    Some(table::open(&file, &options.unwrap_or_default())?)
                }
            };
            opened.push(OpenFile { name: file.name, reader });
        }
    }
    Ok(Delivery { files: opened })
}

/// What is read, in the order of tables and files, and the layers that nobody reads.
pub(super) fn jobs(
    delivery: &mut Delivery,
    mapping: &Mapping,
) -> Result<(Vec<Job>, Vec<UnmappedLayer>), RunError> {
    let patterns = patterns(mapping)?;
    let mut jobs = Vec::new();
    let mut unmapped = Vec::new();
    for (place, file) in delivery.files.iter_mut().enumerate() {
        let Some(reader) = &mut file.reader else { continue };
        for layer in reader.overview().layers.clone() {
            let reading = exactest(&patterns, |patterns| {
                let (mut captures, exact) = of_file(&patterns.file, &file.name)?;
                captures.extend(patterns.layer.captures(&layer.name)?);
                Some((captures, exact + patterns.layer.exactness()))
            });
            if reading.is_empty() && !is_looked_up(mapping, &layer.name) {
                let rows = match layer.rows {
                    Some(rows) => rows,
                    None => count(reader.as_mut(), &layer.name)?,
                };
                unmapped.push(UnmappedLayer {
                    file: file.name.clone(),
                    layer: layer.name.clone(),
                    rows: Some(rows),
                });
            }
            for (table, captures) in reading {
                jobs.push(Job { table, file: place, layer: layer.clone(), captures });
            }
        }
    }
    jobs.sort_by_key(|job| job.table);
    if jobs.is_empty() {
        return Err(nothing_fits(delivery, mapping));
    }
    Ok((jobs, unmapped))
}

fn count(reader: &mut dyn Reader, layer: &str) -> Result<u64, RunError> {
    let mut rows = 0;
    let mut each = |_| {
        rows += 1;
        Ok(())
    };
    reader.read(layer, &mut each, &mut |_| {})?;
    Ok(rows)
}

fn options(table: &TableMapping, limits: &Limits) -> Options {
    Options {
        encoding: table.encoding.clone(),
        delimiter: table.delimiter,
        header_row: table.header_row,
        limits: *limits,
    }
}

fn patterns(mapping: &Mapping) -> Result<Vec<Patterns>, RunError> {
    let compile = |(place, table): (usize, &TableMapping)| {
        let pattern = |text: &str| Pattern::new(text).map_err(|detail| RunError::mapping(place, detail));
        Ok(Patterns { file: pattern(&table.files)?, layer: pattern(&table.layer)? })
    };
    mapping.tables.iter().enumerate().map(compile).collect()
}

/// The tables that fit with the most exact pattern, with their captures.
fn exactest(
    patterns: &[Patterns],
    fit: impl Fn(&Patterns) -> Option<(Captures, usize)>,
) -> Vec<(usize, Captures)> {
    let mut best = 0;
    let mut found: Vec<(usize, Captures)> = Vec::new();
    for (place, patterns) in patterns.iter().enumerate() {
        let Some((captures, exact)) = fit(patterns) else { continue };
        if exact > best {
            found.clear();
            best = exact;
        }
        if exact == best {
            found.push((place, captures));
        }
    }
    found
}

/// The file's name, its path, and the name without `.gz` are compared with the pattern.
fn of_file(pattern: &Pattern, name: &str) -> Option<(Captures, usize)> {
    let own = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let plain = own.strip_suffix(".gz").unwrap_or(own);
    let captures = [own, plain, name].into_iter().find_map(|name| pattern.captures(name))?;
    Some((captures, pattern.exactness()))
}

fn nothing_fits(delivery: &Delivery, mapping: &Mapping) -> RunError {
    let wanted: Vec<String> = mapping
        .tables
        .iter()
        .map(|table| {
            if table.layer == "*" {
                table.files.clone()
            } else {
                format!("{} ({})", table.files, table.layer)
            }
        })
        .collect();
    let layers = |file: &OpenFile| {
        let names = file.reader.as_ref().map(|reader| {
            reader.overview().layers.iter().map(|layer| layer.name.as_str()).collect::<Vec<_>>().join(", ")
        });
        match names {
            Some(names) => format!("{} ({names})", file.name),
            None => file.name.clone(),
        }
    };
    let found: Vec<String> = delivery.files.iter().take(20).map(layers).collect();
    RunError::NothingFits {
        mapping: mapping.name.clone(),
        wanted: wanted.join("; "),
        found: found.join("; "),
    }
}
