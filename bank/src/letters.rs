//! Which characters a transfer can carry, and what may stand for those that it cannot.

use unicode_normalization::UnicodeNormalization;

/// Polish letters beside the Latin ones.
const POLISH: &str = "ąćęłńóśźżĄĆĘŁŃÓŚŹŻ";

/// The characters that may stand in a text: Latin and Polish letters, digits, space, and some others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Alphabet {
    others: &'static str,
}

/// Texts of an ordinary transfer (Elixir).
pub const TRANSFER: Alphabet = Alphabet { others: ",.-/():'+?" };
/// Texts of the 2D code (recommendation of the ZBP of December 2013, version 1.0).
pub const CODE: Alphabet = Alphabet { others: ",./\\-@#&*_" };

/// A character that the text may not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Strange {
    /// The character.
    pub character: char,
    /// Its place in the text, counted from one, in characters.
    pub at: usize,
}

impl Alphabet {
    /// Whether a character may stand in a text.
    #[must_use]
    pub fn holds(&self, c: char) -> bool {
        c.is_ascii_alphanumeric() || c == ' ' || POLISH.contains(c) || self.others.contains(c)
    }

    /// The first character that may not stand there.
    #[must_use]
    pub fn first_strange(&self, text: &str) -> Option<Strange> {
        let mut places = text.chars().enumerate();
        places.find(|(_, c)| !self.holds(*c)).map(|(place, character)| Strange { character, at: place + 1 })
    }

    /// The text with other characters in the place of those that may not stand there: letters lose marks that are not
    /// Polish (`é` → `e`), quotes and dashes become plain ones, all blanks become a space, of which no two stand
    /// together. May be longer than what was given.
    ///
    /// # Errors
    /// The first character for which nothing can stand.
    pub fn mended(&self, text: &str) -> Result<String, Strange> {
        let mut mended = String::with_capacity(text.len());
        for (place, character) in text.nfc().enumerate() {
            let strange = Strange { character, at: place + 1 };
            let put = if self.holds(character) {
                character.to_string()
            } else {
                self.instead_of(character).ok_or(strange)?
            };
            for c in put.chars() {
                if c != ' ' || !mended.ends_with(' ') {
                    mended.push(c);
                }
            }
        }
        Ok(mended.trim().to_owned())
    }

    fn instead_of(&self, c: char) -> Option<String> {
        if c.is_whitespace() {
            return Some(" ".to_owned());
        }
        let choices: &[&str] = match c {
            '"' | '„' | '”' | '“' | '«' | '»' | '‘' | '’' | '`' | '\'' => &["'", ""],
            '–' | '—' | '‒' | '−' | '‐' | '‑' | '_' | '=' | '~' => &["-"],
            '|' | '\\' => &["/"],
            ';' => &[","],
            '&' => &["i"],
            '<' | '[' | '{' | '(' => &["(", " "],
            '>' | ']' | '}' | ')' => &[")", " "],
            ':' | '+' => &[" "],
            '?' | '!' => &["."],
            '…' => &["..."],
            '§' => &["par."],
            '№' | '#' => &["nr"],
            'ß' => &["ss"],
            'æ' => &["ae"],
            'Æ' => &["AE"],
            'ø' => &["o"],
            'Ø' => &["O"],
            'đ' => &["d"],
            'Đ' => &["D"],
            'ı' => &["i"],
            '€' => &["EUR"],
            '\u{ad}' | '\u{200b}' | '\u{feff}' => &[""],
            _ => &[],
        };
        let held = |text: &&&str| text.chars().all(|c| self.holds(c));
        if let Some(choice) = choices.iter().find(held) {
            return Some((*choice).to_owned());
        }
        let bare: String = c.nfkd().filter(|c| !is_mark(*c)).collect();
        (!bare.is_empty() && bare.chars().all(|c| self.holds(c))).then_some(bare)
    }
}

/// Marks that stand over, under and through letters.
fn is_mark(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
}

/// At most so many characters of a text, without a blank at the end. Characters are counted, not bytes: a Polish letter
/// is never cut in two.
#[must_use]
pub fn shortened(text: &str, characters: usize) -> String {
    text.chars().take(characters).collect::<String>().trim_end().to_owned()
}
