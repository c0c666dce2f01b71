//! What files were found to hold, with what is wrong with those that cannot be read, in both languages.

use std::{collections::BTreeMap, path::Path};

use importers::{
    mapping::{FileSeen, Inspection, inspect},
    table::{InputFile, Limits, Options, TableError, expand, open},
};
use serde::{Deserialize, Serialize};

use super::words::Reason;

/// What was found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Looked {
    #[serde(flatten)]
    pub inspection: Inspection,
    /// Why files cannot be read, by their names.
    #[serde(default)]
    pub problems: BTreeMap<String, Reason>,
}

/// Looks at files; archives are unpacked below `scratch`.
///
/// # Errors
/// When the files cannot even be unpacked.
pub(super) fn look(files: &[InputFile], scratch: &Path) -> Result<Looked, TableError> {
    let limits = Limits::default();
    let mut unpacked = Vec::new();
    for (index, file) in files.iter().enumerate() {
        unpacked.extend(expand(file, &scratch.join(index.to_string()), &limits)?);
    }
    let inspection = inspect(&unpacked, scratch, &limits)?;
    let problems = inspection
        .files
        .iter()
        .filter_map(|seen| {
            let said = seen.problem.as_deref()?;
            let file = unpacked.iter().find(|file| file.name == seen.name);
            let error = file.and_then(|file| why(file, seen));
            // What can no longer be found out is said as the reader said it.
            let plain = || Reason { pl: said.to_owned(), en: said.to_owned() };
            Some((seen.name.clone(), error.map_or_else(plain, |error| Reason::of_table(&error))))
        })
        .collect();
    Ok(Looked { inspection, problems })
}

/// Reads a file once more, up to what is wrong with it.
fn why(file: &InputFile, seen: &FileSeen) -> Option<TableError> {
    let mut reader = match open(file, &Options::default()) {
        Ok(reader) => reader,
        Err(error) => return Some(error),
    };
    let layers = &seen.overview.as_ref()?.layers;
    layers.iter().find_map(|layer| reader.read(&layer.name, &mut |_| Ok(()), &mut |_| {}).err())
}
