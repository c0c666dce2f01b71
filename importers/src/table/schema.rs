//! Columns that are only known when a file has been looked through: those of KML and GPX.

use std::collections::{HashMap, HashSet};

use super::faults::Whose;
use super::{Cell, Limits, TableError, columns};

/// Columns by the names that the file gives them, in the order of their appearance.
#[derive(Debug, Default)]
pub(super) struct Schema {
    names: Vec<String>,
    places: HashMap<String, usize>,
}

impl Schema {
    /// Notes a column.
    pub(super) fn notice(&mut self, name: &str, limits: &Limits, whose: &Whose) -> Result<(), TableError> {
        if self.places.contains_key(name) {
            return Ok(());
        }
        if self.names.len() >= limits.columns {
            return Err(whose.too_large(format!("more than {} columns", limits.columns)));
        }
        self.places.insert(name.to_owned(), self.names.len());
        self.names.push(name.to_owned());
        Ok(())
    }

    /// Names as people see them: never twice, without the mark that tells [`own`] columns from the format's.
    pub(super) fn columns(&self) -> Vec<String> {
        let mut taken = HashSet::new();
        let shown = self.names.iter().map(|name| name.strip_prefix(OWN).unwrap_or(name));
        shown.map(|name| columns::unique(name.to_owned(), &mut taken)).collect()
    }

    /// Values in the order of the columns; several of one column become a list.
    pub(super) fn cells(&self, values: Vec<(String, Cell)>) -> Vec<Cell> {
        let mut cells = vec![Cell::Empty; self.names.len()];
        for (name, value) in values {
            let Some(cell) = self.places.get(&name).and_then(|at| cells.get_mut(*at)) else { continue };
            *cell = match std::mem::take(cell) {
                Cell::Empty => value,
                known if value == Cell::Empty => known,
                Cell::List(mut list) => {
                    list.push(value);
                    Cell::List(list)
                }
                first => Cell::List(vec![first, value]),
            };
        }
        cells
    }
}

/// Marks names that the file's author chose.
const OWN: char = '\u{1}';

/// The inner name of a column that the file's author named, so that it is not one of the format.
pub(super) fn own(name: &str) -> String {
    format!("{OWN}{}", name.trim())
}
