//! Short ways to the errors of a reader.

use super::{Format, TableError};

/// The file's name and what it was taken for: what every error needs.
#[derive(Debug, Clone)]
pub(super) struct Whose {
    pub(super) name: String,
    pub(super) format: Format,
}

impl Whose {
    pub(super) fn new(name: &str, format: Format) -> Self {
        Self { name: name.to_owned(), format }
    }

    pub(super) fn io(&self, source: std::io::Error) -> TableError {
        TableError::Io { name: self.name.clone(), source }
    }

    pub(super) fn empty(&self) -> TableError {
        TableError::Empty { name: self.name.clone() }
    }

    pub(super) fn corrupt(&self, detail: impl Into<String>) -> TableError {
        TableError::Corrupt { name: self.name.clone(), format: self.format, detail: detail.into() }
    }

    pub(super) fn too_large(&self, what: impl Into<String>) -> TableError {
        TableError::TooLarge { name: self.name.clone(), what: what.into() }
    }

    pub(super) fn missing(&self, part: &str) -> TableError {
        TableError::MissingPart { name: self.name.clone(), part: part.to_owned() }
    }
}

/// A value as an error shows it: at most 80 characters.
pub(super) fn shortened(text: &str) -> String {
    match text.char_indices().nth(80) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
