//! Files and layers that are alike, and a pattern for their names.

use crate::mapping::inspect::{Inspection, LayerSeen};

/// Layers of the same columns in files of the same name but for a number.
pub(super) struct Alike<'a> {
    /// Name of the first file.
    pub(super) file: &'a str,
    /// Its layer.
    pub(super) layer: &'a LayerSeen,
    /// Pattern of the names of all files.
    pub(super) pattern: String,
    /// Pattern of the layers' names.
    pub(super) layer_pattern: String,
    /// Name of the part in braces, if several files differ in it.
    pub(super) capture: Option<String>,
    columns: Vec<&'a str>,
}

/// All layers of a delivery, those alike together.
pub(super) fn alike(inspection: &Inspection) -> Vec<Alike<'_>> {
    let mut found: Vec<Alike<'_>> = Vec::new();
    for file in &inspection.files {
        let own = file.name.rsplit(['/', '\\']).next().unwrap_or(&file.name);
        let own = own.strip_suffix(".gz").unwrap_or(own);
        let several = file.layers.len() > 1;
        for layer in &file.layers {
            if layer.rows == 0 {
                continue;
            }
            let columns: Vec<&str> = layer.columns.iter().map(|column| column.name.as_str()).collect();
            let layer_pattern = if several { layer.name.clone() } else { "*".to_owned() };
            let numbered = with_capture(own);
            // A type of objects is the same in every file that names it.
            let typed = layer.name != own.split('.').next().unwrap_or(own);
            if let Some(other) = found
                .iter_mut()
                .find(|other| typed && other.layer.name == layer.name && other.file != file.name)
            {
                other.pattern = "*".to_owned();
                other.layer_pattern.clone_from(&layer.name);
                if columns.len() > other.columns.len() {
                    other.layer = layer;
                    other.columns = columns;
                }
                continue;
            }
            let same = found.iter_mut().find(|other| {
                other.columns == columns
                    && other.layer_pattern == layer_pattern
                    && with_capture(base(other))
                        .is_some_and(|(pattern, _)| numbered.as_ref().is_some_and(|(own, _)| *own == pattern))
            });
            if let Some(other) = same {
                if let Some((pattern, name)) = numbered {
                    other.pattern = pattern;
                    other.capture = Some(name);
                }
                continue;
            }
            found.push(Alike {
                file: &file.name,
                layer,
                pattern: own.to_owned(),
                layer_pattern,
                capture: None,
                columns,
            });
        }
    }
    found
}

fn base<'a>(alike: &Alike<'a>) -> &'a str {
    let own = alike.file.rsplit(['/', '\\']).next().unwrap_or(alike.file);
    own.strip_suffix(".gz").unwrap_or(own)
}

/// The name with its first number as a part in braces, and what that part is called.
fn with_capture(name: &str) -> Option<(String, String)> {
    let start = name.find(|letter: char| letter.is_ascii_digit())?;
    let (before, rest) = name.split_at_checked(start)?;
    let behind = rest.trim_start_matches(|letter: char| letter.is_ascii_digit());
    let lower = before.to_lowercase();
    let sector = ["sektor", "kwatera", "sector", "section"].iter().any(|word| lower.contains(word));
    let called = if sector { "sector" } else { "part" };
    Some((format!("{before}{{{called}}}{behind}"), called.to_owned()))
}
