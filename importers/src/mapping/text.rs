//! Texts of cells: cleaned, folded for comparison, written with other letters.

use std::borrow::Cow;

use super::model::Case;
use crate::table::Cell;

/// Characters of a text that go into a report.
const SHOWN: usize = 200;

/// Small letters without accents, blanks as one blank, nothing at the ends: for comparing names and values.
pub(super) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut blank = false;
    for letter in text.chars() {
        if letter == '\u{feff}' || ('\u{300}'..='\u{36f}').contains(&letter) {
            continue;
        }
        if letter.is_whitespace() {
            blank = !folded.is_empty();
            continue;
        }
        if blank {
            folded.push(' ');
            blank = false;
        }
        for small in letter.to_lowercase() {
            match plain(small) {
                Some(plain) => folded.push_str(plain),
                None => folded.push(small),
            }
        }
    }
    folded
}

fn plain(letter: char) -> Option<&'static str> {
    Some(match letter {
        'ą' | 'á' | 'à' | 'â' | 'ä' | 'ã' | 'å' => "a",
        'ć' | 'č' | 'ç' => "c",
        'ď' => "d",
        'ę' | 'é' | 'è' | 'ê' | 'ë' | 'ě' => "e",
        'í' | 'ì' | 'î' | 'ï' => "i",
        'ł' => "l",
        'ń' | 'ň' | 'ñ' => "n",
        'ó' | 'ò' | 'ô' | 'ö' | 'õ' | 'ő' => "o",
        'ř' => "r",
        'ś' | 'š' => "s",
        'ß' => "ss",
        'ť' => "t",
        'ú' | 'ù' | 'û' | 'ü' | 'ů' | 'ű' => "u",
        'ý' => "y",
        'ź' | 'ż' | 'ž' => "z",
        _ => return None,
    })
}

/// A cell as people would write it.
pub(super) fn cell_text(cell: &Cell) -> Cow<'_, str> {
    match cell {
        Cell::Empty => Cow::Borrowed(""),
        Cell::Text(text) | Cell::Date(text) => Cow::Borrowed(text),
        Cell::Integer(number) => Cow::Owned(number.to_string()),
        Cell::Number(number) => Cow::Owned(number_text(*number)),
        Cell::Bool(true) => Cow::Borrowed("tak"),
        Cell::Bool(false) => Cow::Borrowed("nie"),
        Cell::List(items) => {
            let texts: Vec<Cow<'_, str>> = items.iter().map(cell_text).collect();
            Cow::Owned(texts.join(", "))
        }
    }
}

/// A number without a needless fraction: spreadsheets keep the id 27452 as 27452.0.
pub(super) fn number_text(number: f64) -> String {
    number.to_string()
}

/// The text with blanks inside as one blank and none at the ends; borrowed where it is so already.
pub(super) fn tidy(text: &str) -> Cow<'_, str> {
    let text = text.trim();
    let odd = |window: &[u8]| matches!(window, [b' ', b' ']);
    let clean = text.bytes().all(|byte| byte == b' ' || !byte.is_ascii_whitespace())
        && !text.as_bytes().windows(2).any(odd)
        && !text.contains(['\u{a0}', '\u{2007}', '\u{202f}']);
    if clean {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// The text in other letters.
pub(super) fn with_case(text: &str, case: Case) -> String {
    match case {
        Case::Lower => text.to_lowercase(),
        Case::Upper => text.to_uppercase(),
        Case::Title => capitals(text, |before| matches!(before, ' ' | '-' | '\'' | '’' | '(' | '.' | '/')),
        Case::Sentence => capitals(text, |_| false),
    }
}

fn capitals(text: &str, begins: impl Fn(char) -> bool) -> String {
    let mut written = String::with_capacity(text.len());
    let mut capital = true;
    for letter in text.chars() {
        if capital && letter.is_alphabetic() {
            written.extend(letter.to_uppercase());
            capital = false;
        } else {
            written.extend(letter.to_lowercase());
        }
        capital = capital || begins(letter);
    }
    written
}

/// The text as it goes into a report.
pub(super) fn shown(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        None => text.to_owned(),
        Some(_) => text.chars().take(SHOWN - 1).chain(std::iter::once('…')).collect(),
    }
}

/// Texts that say that nothing is known, folded.
const UNKNOWN: [&str; 27] = [
    "-",
    "--",
    "---",
    ".",
    "?",
    "??",
    "???",
    "brak",
    "brak danych",
    "b.d.",
    "b/d",
    "bd",
    "nieznany",
    "nieznana",
    "nieznane",
    "nieznani",
    "nieznan",
    "nie znane",
    "nieustalone",
    "nn",
    "n.n.",
    "n.n",
    "n/n",
    "nz",
    "nz.",
    "unknown",
    "uzupelnic",
];

/// Whether the text says that nothing is known; `more` holds further such texts, folded.
pub(super) fn says_unknown(text: &str, more: &[String]) -> bool {
    if text.is_empty() {
        return true;
    }
    if text.len() > 40 {
        return false;
    }
    let folded = fold(text);
    UNKNOWN.contains(&folded.as_str()) || more.contains(&folded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folded() {
        assert_eq!(fold("\u{feff}  Średnica   Korony "), "srednica korony");
        assert_eq!(fold("ŁÓDŹ"), "lodz");
        assert_eq!(fold("ßeta"), "sseta");
    }

    #[test]
    fn letters() {
        assert_eq!(with_case("ŁĄCKA-ŻÓŁĆ", Case::Title), "Łącka-Żółć");
        assert_eq!(with_case("ACER RUBRUM", Case::Sentence), "Acer rubrum");
    }

    #[test]
    fn tidied() {
        assert_eq!(tidy(" a  b\n"), "a b");
        assert!(matches!(tidy("a b"), Cow::Borrowed(_)));
        assert_eq!(cell_text(&Cell::Number(27452.0)), "27452");
    }

    #[test]
    fn unknown() {
        for text in ["", "NIEZNANE", "Nieznana", "nz", "UZUPEŁNIĆ", "-", "?"] {
            assert!(says_unknown(text, &[]), "{text}");
        }
        assert!(!says_unknown("Nieznalski", &[]));
    }
}
