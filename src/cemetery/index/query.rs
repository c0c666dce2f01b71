//! What a person typed into the search field, taken apart into words and years.
//!
//! Invariants: a query within the limits always parses; what is not understood (lone punctuation, a day
//! of the month) is left out; at most [`WORDS_MAX`] words and [`YEARS_MAX`] years come out.

use super::QueryError;
use super::years::{Event, YearWord, parse_years};
use crate::cemetery::names;

/// The most letters of a query, counted after trimming.
pub const QUERY_LETTERS_MAX: usize = 200;
/// The most words of a query that are names.
pub const WORDS_MAX: usize = 8;
/// The most years of a query; further ones are left out.
const YEARS_MAX: usize = 4;

/// A query taken apart.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Parsed {
    /// Words that should be names, in the order typed.
    pub words: Vec<Word>,
    /// Years, with what they are years of, if said.
    pub years: Vec<YearWord>,
}

/// One word of a name as typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    /// Small letters with accents; of a pattern also `*` and `?`.
    pub spelling: String,
    /// The same without accents.
    pub fold: String,
    /// It stands after "z domu" or the like.
    pub maiden: bool,
    /// It has `*` (any letters) or `?` (one letter).
    pub pattern: bool,
}

/// Words before a name that are no part of it, when another word is there.
const TITLES: &[&str] =
    &["dr", "prof", "mgr", "inz", "hab", "ks", "sp", "plk", "kpt", "rodzina", "voto", "primo", "secundo"];
/// The same, but names too, so that only a dot makes them titles.
const DOTTED_TITLES: &[&str] = &["gen", "por", "lek", "im"];
/// Months as they stand between a day and a year.
const MONTHS: &[&str] = &[
    "i",
    "ii",
    "iii",
    "iv",
    "v",
    "vi",
    "vii",
    "viii",
    "ix",
    "x",
    "xi",
    "xii",
    "stycznia",
    "lutego",
    "marca",
    "kwietnia",
    "maja",
    "czerwca",
    "lipca",
    "sierpnia",
    "wrzesnia",
    "pazdziernika",
    "listopada",
    "grudnia",
];

/// A piece of the query: a word with what stood right after it, or figures.
#[derive(Debug)]
struct Piece {
    text: String,
    dot: bool,
}

/// Takes a query apart.
///
/// # Errors
///
/// [`QueryError::TooLong`] above [`QUERY_LETTERS_MAX`] letters or [`WORDS_MAX`] names.
pub(super) fn parse(text: &str) -> Result<Parsed, QueryError> {
    let text = text.trim();
    if text.chars().nth(QUERY_LETTERS_MAX).is_some() {
        return Err(QueryError::TooLong { letters_max: QUERY_LETTERS_MAX, words_max: WORDS_MAX });
    }
    let mut reader = Reader::default();
    let pieces = pieces(text);
    let mut at = 0;
    while let Some(piece) = pieces.get(at) {
        at += reader.read(piece, pieces.get(at + 1));
    }
    reader.finish()
}

/// Cuts at blanks, brackets and commas; words also at hyphens and dots; figures stay whole (`12.05.1985`).
fn pieces(text: &str) -> Vec<Piece> {
    let cut = |letter: char| {
        letter.is_whitespace()
            || letter.is_control()
            || matches!(letter, ',' | ';' | '(' | ')' | '[' | ']' | '"' | '/')
    };
    let mut pieces = Vec::new();
    for chunk in text.split(cut).filter(|chunk| !chunk.is_empty()) {
        if chunk.chars().any(|letter| letter.is_ascii_digit()) {
            let digit = chunk.find(|letter: char| letter.is_ascii_digit()).unwrap_or(0);
            let (head, _) = chunk.split_at(digit);
            let head = head.strip_suffix('-').unwrap_or(head);
            let (_, figures) = chunk.split_at(head.len());
            push_words(head, &mut pieces);
            pieces.push(Piece { text: figures.to_owned(), dot: false });
        } else {
            push_words(chunk, &mut pieces);
        }
    }
    pieces
}

/// The words of a chunk without figures.
fn push_words(chunk: &str, pieces: &mut Vec<Piece>) {
    if matches!(chunk, "*" | "†" | "+" | "✝") {
        pieces.push(Piece { text: chunk.to_owned(), dot: false });
        return;
    }
    let mut word = String::new();
    let mut close = |word: &mut String, dot: bool| {
        if !word.is_empty() {
            pieces.push(Piece { text: std::mem::take(word), dot });
        }
    };
    for letter in chunk.chars() {
        if letter.is_alphanumeric()
            || matches!(letter, '*' | '?')
            || names::is_silent(letter)
            || unicode_normalization::char::is_combining_mark(letter)
        {
            word.push(letter);
        } else {
            close(&mut word, letter == '.');
        }
    }
    close(&mut word, false);
}

/// Reads pieces one after another and remembers what the next means.
#[derive(Default)]
struct Reader {
    parsed: Parsed,
    /// Words left out as titles, used after all when nothing else is left.
    spare: Vec<Word>,
    event: Option<Event>,
    maiden: bool,
    after_day: bool,
}

impl Reader {
    /// Reads a piece, sometimes with the next one; answers how many were used.
    fn read(&mut self, piece: &Piece, next: Option<&Piece>) -> usize {
        if piece.text.starts_with(|letter: char| letter.is_ascii_digit() || letter == '-') {
            self.read_figures(&piece.text);
            return 1;
        }
        let was_after_day = std::mem::take(&mut self.after_day);
        let fold = names::fold(&piece.text);
        let figures_follow =
            next.is_some_and(|next| next.text.starts_with(|letter: char| letter.is_ascii_digit()));
        if figures_follow && was_after_day && MONTHS.contains(&fold.as_str()) {
            return 1;
        }
        if let Some(event) = Event::marker(&fold)
            && (figures_follow || !fold.chars().any(char::is_alphabetic))
        {
            self.event = Some(event);
            return 1;
        }
        if fold == "s" && piece.dot && next.is_some_and(|next| next.dot && names::fold(&next.text) == "p") {
            return 2;
        }
        if fold == "r" && !self.parsed.years.is_empty() {
            return 1;
        }
        let next_fold = next.map(|next| names::fold(&next.text));
        if let Some(used) = names::maiden_marker(&fold, next_fold.as_deref()) {
            self.maiden = true;
            return used;
        }
        self.read_name(piece, fold);
        1
    }

    fn read_figures(&mut self, figures: &str) {
        let years = parse_years(figures);
        self.after_day = years.is_empty();
        for mut year in years {
            year.event = year.event.or(self.event);
            if self.parsed.years.len() < YEARS_MAX {
                self.parsed.years.push(year);
            }
        }
        if !self.after_day {
            self.event = None;
        }
    }

    fn read_name(&mut self, piece: &Piece, fold: String) {
        let pattern = piece.text.contains(['*', '?']);
        let (spelling, fold) = if pattern {
            let kept: String =
                fold.chars().filter(|&c| c.is_alphanumeric() || matches!(c, '*' | '?')).collect();
            if !kept.chars().any(char::is_alphanumeric) {
                return;
            }
            (kept.clone(), kept)
        } else {
            match names::words(&piece.text).into_iter().next() {
                Some(word) => {
                    let fold = names::fold(&word);
                    (word, fold)
                }
                None => return,
            }
        };
        let title = TITLES.contains(&fold.as_str())
            || (piece.dot && DOTTED_TITLES.contains(&fold.as_str()))
            || (fold == "i" && !piece.dot)
            || fold == "oraz";
        let word = Word { spelling, fold, maiden: self.maiden, pattern };
        if title { self.spare.push(word) } else { self.parsed.words.push(word) }
    }

    fn finish(mut self) -> Result<Parsed, QueryError> {
        if self.parsed.words.is_empty() {
            self.parsed.words = self.spare;
        }
        if self.parsed.words.len() > WORDS_MAX {
            return Err(QueryError::TooLong { letters_max: QUERY_LETTERS_MAX, words_max: WORDS_MAX });
        }
        if let [born, died] = self.parsed.years.as_mut_slice()
            && born.event.is_none()
            && died.event.is_none()
            && born.from <= died.from
        {
            born.event = Some(Event::Birth);
            died.event = Some(Event::Death);
        }
        Ok(self.parsed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        parse(text).unwrap().words.into_iter().map(|word| word.fold).collect()
    }

    fn years(text: &str) -> Vec<(i16, i16, Option<Event>)> {
        parse(text).unwrap().years.iter().map(|year| (year.from, year.to, year.event)).collect()
    }

    #[test]
    fn names_are_found_among_titles_and_marks() {
        assert_eq!(words("ks. prof. Jan  KOWALSKI-Łoś"), ["jan", "kowalski", "los"]);
        assert_eq!(words("J.Kowalski"), ["j", "kowalski"]);
        assert_eq!(words("Jan i Anna Nowak"), ["jan", "anna", "nowak"]);
        assert_eq!(words("ś.p. Jan Sas"), ["jan", "sas"]);
        assert_eq!(words("dr"), ["dr"]);
        assert_eq!(words("O’Brien\u{0}x"), ["obrien", "x"]);
        assert_eq!(words("kow* *"), ["kow*"]);
        assert!(words("… -- *** ???").is_empty());
        let maiden = parse("Anna Kowalska z d. Wiśniewska").unwrap();
        assert_eq!(maiden.words.iter().filter(|word| word.maiden).count(), 1);
        assert_eq!(maiden.words.len(), 3);
    }

    #[test]
    fn years_are_found_in_every_writing() {
        use Event::{Birth, Death};
        assert_eq!(years("Kowalski 1985"), [(1985, 1985, None)]);
        for text in ["Jan Nowak 1912-1985", "Nowak (1912 – 1985)", "* 1912 † 1985", "ur. 1912 zm. 1985 r."]
        {
            assert_eq!(years(text), [(1912, 1912, Some(Birth)), (1985, 1985, Some(Death))], "{text}");
        }
        for text in ["12.05.1985", "1985-05-12", "12/5/1985", "12 maja 1985 r.", "5.1985", "V 1985"] {
            assert_eq!(years(text).len(), 1, "{text}");
        }
        assert!(words("12 maja 1985 r.").is_empty());
        assert_eq!(years("zm.1985"), [(1985, 1985, Some(Death))]);
        assert_eq!(years("198?"), [(1980, 1989, None)]);
        assert_eq!(years("Nowak -1985"), [(1985, 1985, Some(Death))]);
        assert_eq!(years("Nowak 1912-"), [(1912, 1912, Some(Birth))]);
        assert_eq!(years("12.05.1912-01.02.1985").len(), 2);
        assert!(years("Nowak 9999 12 123456789012345678901234567890").is_empty());
    }

    #[test]
    fn long_queries_are_refused() {
        assert!(parse(&"a".repeat(201)).is_err());
        assert!(parse("a b c d e f g h i j").is_err());
        assert!(parse(&" ".repeat(9000)).is_ok());
    }
}
