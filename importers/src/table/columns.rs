//! Names of columns: tidy, never empty, never twice.

use std::collections::HashSet;

use super::{Limits, TableError};

/// The longest name that is kept.
const NAME_LETTERS: usize = 200;

/// Makes names of columns out of the cells of a heading: blanks and byte order marks go, a missing name becomes the
/// letters that spreadsheets show, and a repeated one is numbered (`x`, `x 2`).
///
/// # Errors
/// [`TableError::TooLarge`]
pub(super) fn names<'a>(
    file: &str,
    cells: impl IntoIterator<Item = &'a str>,
    limits: &Limits,
) -> Result<Vec<String>, TableError> {
    let mut names = Vec::new();
    let mut taken = HashSet::new();
    for cell in cells {
        if names.len() == limits.columns {
            return Err(too_many(file, limits));
        }
        names.push(unique(tidy_name(cell, names.len()), &mut taken));
    }
    Ok(names)
}

/// A name that no other column has.
pub(super) fn unique(name: String, taken: &mut HashSet<String>) -> String {
    let mut candidate = name.clone();
    let mut count = 1_u64;
    while !taken.insert(candidate.clone()) {
        count += 1;
        candidate = format!("{name} {count}");
    }
    candidate
}

/// The failure of a layer with more columns than are allowed.
pub(super) fn too_many(file: &str, limits: &Limits) -> TableError {
    TableError::TooLarge { name: file.to_owned(), what: format!("more than {} columns", limits.columns) }
}

/// The letters by which spreadsheets call a column, counted from 0: A to Z, AA …
pub(super) fn letters(index: usize) -> String {
    let mut left = index + 1;
    let mut name = Vec::new();
    while left > 0 {
        left -= 1;
        name.push(char::from(b'A' + (left % 26) as u8));
        left /= 26;
    }
    name.iter().rev().collect()
}

/// A name without needless blanks; the letters of the column where there is none.
pub(super) fn tidy_name(cell: &str, index: usize) -> String {
    let plain: String = cell.chars().filter(|letter| !matches!(letter, '\u{feff}' | '\u{200b}')).collect();
    let words: Vec<&str> = plain.split_whitespace().collect();
    let name: String = words.join(" ").chars().take(NAME_LETTERS).collect();
    if name.is_empty() { letters(index) } else { name }
}
