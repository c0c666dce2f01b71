//! Why a value or a row is refused, in words.

use super::text::shown;
use crate::{At, Rejected};

/// A refusal that does not know yet where it happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) reason: &'static str,
    pub(super) column: Option<String>,
    pub(super) found: String,
    pub(super) pl: String,
    pub(super) en: String,
}

impl Refusal {
    pub(super) fn new(
        reason: &'static str,
        found: &str,
        pl: impl Into<String>,
        en: impl Into<String>,
    ) -> Self {
        Self { reason, column: None, found: shown(found), pl: pl.into(), en: en.into() }
    }

    /// The same, about this column.
    pub(super) fn about(mut self, column: &str) -> Self {
        self.column = (!column.is_empty()).then(|| column.to_owned());
        self
    }

    /// The refusal as it is handed over.
    pub(super) fn at(self, at: At, whole_row: bool) -> Rejected {
        Rejected {
            file: at.file,
            row: at.row,
            column: self.column,
            found: self.found,
            reason: self.reason,
            expected_pl: self.pl,
            expected_en: self.en,
            whole_row,
        }
    }
}
