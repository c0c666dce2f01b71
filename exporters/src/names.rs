//! Names that a format takes: short enough, and none twice.

use std::collections::HashSet;

/// Names of at most `bytes` bytes, all different also for who ignores case; `taken` are already there.
pub(crate) fn unique<'a>(
    names: impl IntoIterator<Item = &'a str>,
    taken: &[&str],
    bytes: usize,
) -> Vec<String> {
    let mut seen: HashSet<String> = taken.iter().map(|name| name.to_lowercase()).collect();
    names
        .into_iter()
        .map(|name| {
            let name = if name.is_empty() { "column" } else { name };
            let mut candidate = cut(name, bytes).to_owned();
            let mut number = 1;
            while !seen.insert(candidate.to_lowercase()) {
                number += 1;
                let ending = format!("_{number}");
                candidate = format!("{}{ending}", cut(name, bytes.saturating_sub(ending.len())));
            }
            candidate
        })
        .collect()
}

/// The name in letters that every system writes alike: Polish ones lose their marks, others become `_`.
pub(crate) fn ascii(name: &str) -> String {
    name.chars()
        .map(|letter| match letter {
            'ą' => 'a',
            'ć' => 'c',
            'ę' => 'e',
            'ł' => 'l',
            'ń' => 'n',
            'ó' => 'o',
            'ś' => 's',
            'ź' | 'ż' => 'z',
            'Ą' => 'A',
            'Ć' => 'C',
            'Ę' => 'E',
            'Ł' => 'L',
            'Ń' => 'N',
            'Ó' => 'O',
            'Ś' => 'S',
            'Ź' | 'Ż' => 'Z',
            letter if letter.is_ascii_alphanumeric() || letter == '-' => letter,
            _ => '_',
        })
        .collect()
}

/// The text's beginning of at most `bytes` bytes, no character broken.
pub(crate) fn cut(text: &str, bytes: usize) -> &str {
    let end = text.floor_char_boundary(bytes);
    text.get(..end).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_names_stay_different() {
        let names = unique(["rok_nasadzenia", "rok_nasadzenia_drugi", "ID", "łóżkołóżko"], &["id"], 10);
        assert_eq!(names, ["rok_nasadz", "rok_nasa_2", "ID_2", "łóżkoł"]);
    }
}
