//! Polish personal names: how they are folded, split and compared.
//!
//! Pure functions on text, with no knowledge of persons or graves. The search of the buried
//! ([`index`](crate::cemetery::index)) builds on them, and so may an import that looks for doubles.
//!
//! Four forms of a word are used, from strict to loose:
//!
//! - **spelling**: small letters, composed accents (`żak`);
//! - **fold**: letters without accents (`zak`), what people type on a foreign keyboard;
//! - **family keys**: what the forms of one surname share (`Kowalski`, `Kowalska`, `Kowalskich`;
//!   `Nowak`, `Nowakowa`, `Nowakówna`; `Dudek`, `Dudkowa`);
//! - **sound**: one key for spellings that a Pole says alike (`Wójcik`/`Wujcik`, `Hoffmann`/`Hofman`,
//!   `Dębski`/`Dembski`).
//!
//! Invariants: every function accepts any text and answers without failing; folding a fold changes
//! nothing; Cyrillic stays Cyrillic (only accents go: `ё` to `е`, `ї` to `і`, `й` to `и`).

mod distance;
mod forms;

pub use distance::{SIMILARITY_MAX, similarity};
pub use forms::other_forms;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The most letters of one word that are looked at; the rest is cut off.
pub const WORD_LETTERS_MAX: usize = 40;

/// The words of a name in small letters with their accents, in order.
///
/// Anything but letters and digits separates words, except apostrophes and invisible characters, which
/// vanish (`O'Brien` is `obrien`).
pub fn words(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut word = String::new();
    let mut letters = 0;
    for letter in text.nfc().flat_map(char::to_lowercase) {
        if letter.is_alphanumeric() {
            if letters < WORD_LETTERS_MAX {
                word.push(letter);
                letters += 1;
            }
        } else if !is_combining_mark(letter) && !is_silent(letter) && !word.is_empty() {
            found.push(std::mem::take(&mut word));
            letters = 0;
        }
    }
    if !word.is_empty() {
        found.push(word);
    }
    found
}

/// Apostrophes and characters without width, which never separate words.
pub(crate) fn is_silent(letter: char) -> bool {
    matches!(
        letter,
        '\'' | '’' | '‘' | 'ʼ' | '`' | '´' | 'ʹ' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{feff}'
    )
}

/// The letters of `text` small and without accents; `ł` is `l`, `ß` is `ss`, `ø` is `o`.
///
/// Characters that are not letters or digits stay as they are: split with [`words`] first.
pub fn fold(text: &str) -> String {
    if text.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase()) {
        return text.to_owned();
    }
    let mut folded = String::with_capacity(text.len());
    for letter in text.nfd().flat_map(char::to_lowercase).nfd().filter(|letter| !is_combining_mark(*letter)) {
        match letter {
            'ł' | 'ŀ' | 'ľ' => folded.push('l'),
            'ß' => folded.push_str("ss"),
            'ø' => folded.push('o'),
            'đ' | 'ð' => folded.push('d'),
            'ħ' => folded.push('h'),
            'ŧ' => folded.push('t'),
            'ı' => folded.push('i'),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'þ' => folded.push_str("th"),
            'ґ' => folded.push('г'),
            other => folded.push(other),
        }
    }
    folded
}

/// A key that is equal for spellings of one word which sound alike in Polish, or which German and Polish
/// clerks wrote by turns: `rz`/`ż`, `ó`/`u`, `ch`/`h`, `sz`/`sch`/`ś`, `cz`/`ć`, `w`/`v`, `ks`/`x`,
/// `i`/`j`/`y`, `ą`/`on`/`om`, `ę`/`en`/`em`, `ü`/`ue`, doubled letters.
///
/// Give it a spelling (see [`words`]): accents matter to it.
pub fn sound(spelling: &str) -> String {
    let letters = sounded_letters(spelling);
    let mut key = String::with_capacity(letters.len());
    let mut last = None;
    let mut at = 0;
    while let Some(&letter) = letters.get(at) {
        let next = letters.get(at + 1).copied();
        let after = letters.get(at + 2).copied();
        let (sounded, used) = sound_at(letter, next, after);
        if last != Some(sounded) {
            key.push(sounded);
            last = Some(sounded);
        }
        at += used;
    }
    key
}

/// Letters without accents, where an accent that changes the sound has already changed the letter.
fn sounded_letters(spelling: &str) -> Vec<char> {
    let mut letters = Vec::with_capacity(spelling.len());
    for letter in spelling.chars() {
        match letter {
            'ą' => letters.extend(['o', 'n']),
            'ę' => letters.extend(['e', 'n']),
            'ó' | 'ů' => letters.push('u'),
            plain if plain.is_ascii() => letters.push(plain),
            accented => letters.extend(fold(accented.encode_utf8(&mut [0; 4])).chars()),
        }
    }
    letters
}

/// The sound that begins at `letter`, and how many letters it takes.
fn sound_at(letter: char, next: Option<char>, after: Option<char>) -> (char, usize) {
    match (letter, next, after) {
        ('s', Some('c'), Some('h')) => ('s', 3),
        ('s', Some('z'), _) => ('s', 2),
        ('c' | 't', Some('z'), _) | ('t', Some('s'), _) => ('c', 2),
        ('r', Some('z'), _) => ('z', 2),
        ('c', Some('h'), _) => ('h', 2),
        ('c', Some('k'), after) if !matches!(after, Some('i' | 'a' | 'o' | 'y')) => ('k', 2),
        ('t', Some('h'), _) => ('t', 2),
        ('p', Some('h'), _) => ('f', 2),
        ('k', Some('s'), _) => ('x', 2),
        ('u' | 'o' | 'a', Some('e'), _) => (letter, 2),
        ('m', Some('b' | 'p'), _) => ('n', 1),
        ('w', _, _) => ('v', 1),
        ('j' | 'y', _, _) => ('i', 1),
        ('q', _, _) => ('k', 1),
        (other, _, _) => (other, 1),
    }
}

/// The keys which the forms of one surname share. Two surnames are forms of one family name when they
/// have a key in common. The first key is the surest.
///
/// Covers adjectives (`-ski/-ska/-skich/-scy`, `-ny/-na`), wives and daughters (`-owa`, `-ówna`, `-ina`,
/// `-yna`, `-anka`), the dropped vowel (`Dudek`/`Dudkowa`, `Kozieł`/`Kozłowa`), `-o` and `-a` of men
/// (`Fredro`/`Fredrowa`, `Zaręba`/`Zarębina`), families (`-owie`, `-ów`), and Cyrillic `-ий/-а`.
/// It takes a [`fold`]ed word. It errs towards too many keys, because a key matters only when another
/// name in the register has it too.
pub fn family_keys(folded: &str) -> Vec<String> {
    let mut keys = Vec::with_capacity(3);
    let mut add = |key: &str| {
        if key.chars().count() >= 3 && !keys.iter().any(|known| known == key) {
            keys.push(key.to_owned());
        }
    };
    for (plural, stem) in [("scy", "sk"), ("ccy", "ck"), ("dzcy", "dzk")] {
        if let Some(root) = folded.strip_suffix(plural) {
            add(&format!("{root}{stem}"));
        }
    }
    if let Some(root) = folded.strip_suffix("ich").or_else(|| folded.strip_suffix("ych")) {
        add(root);
    }
    match adjective_stem(folded) {
        Some(stem) => add(stem),
        None => add(folded),
    }
    for ending in ["owna", "ianka", "anka", "owie", "owa", "ina", "yna", "ow", "o"] {
        if let Some(root) = folded.strip_suffix(ending) {
            add(root);
            break;
        }
    }
    if let Some(root) = without_moving_vowel(folded) {
        add(&root);
    }
    keys
}

/// The word without the ending that tells a man from a woman, if a consonant stands before it.
fn adjective_stem(folded: &str) -> Option<&str> {
    let endings = ["ии", "ыи", "ая", "а", "i", "y", "a"];
    let stem = endings.iter().find_map(|ending| folded.strip_suffix(ending))?;
    let vowel = stem.ends_with(['a', 'e', 'i', 'o', 'u', 'y', 'а', 'е', 'и', 'о', 'у', 'ы']);
    (!vowel).then_some(stem)
}

/// `dudek` is `dudk` and `koziel` is `kozl` before an ending.
fn without_moving_vowel(folded: &str) -> Option<String> {
    let mut letters: Vec<char> = folded.chars().collect();
    let last = letters.pop()?;
    let vowel = letters.pop()?;
    if !matches!(last, 'k' | 'l' | 'c' | 'r' | 'n') || vowel != 'e' {
        return None;
    }
    if letters.last() == Some(&'i') {
        letters.pop();
    }
    letters.push(last);
    Some(letters.into_iter().collect())
}

/// A key whose byte order is the order of the Polish alphabet (`a ą b c ć …`), first by letters, then by
/// spelling. Other accented letters stand with their plain letter, other scripts after `ż`.
pub fn collation_key(text: &str) -> Vec<u8> {
    let mut key = Vec::with_capacity(text.len() * 2);
    for letter in text.nfc().flat_map(char::to_lowercase) {
        push_place(letter, &mut key);
    }
    key.push(0);
    key.extend(text.bytes());
    key
}

/// The place of one letter: a single byte for the Polish alphabet, else 0xFF and the code.
fn push_place(letter: char, key: &mut Vec<u8>) {
    let place = match letter {
        'a'..='z' => plain_place(letter),
        'ą' => plain_place('a') + 1,
        'ć' => plain_place('c') + 1,
        'ę' => plain_place('e') + 1,
        'ł' => plain_place('l') + 1,
        'ń' => plain_place('n') + 1,
        'ó' => plain_place('o') + 1,
        'ś' => plain_place('s') + 1,
        'ź' => plain_place('z') + 1,
        'ż' => plain_place('z') + 2,
        '0'..='9' => 10 + u8::try_from(letter).unwrap_or(b'0') - b'0',
        other if other.is_alphabetic() => {
            let plain = fold(other.encode_utf8(&mut [0; 4]));
            if plain.is_ascii() && plain.bytes().all(|byte| byte.is_ascii_lowercase()) {
                key.extend(plain.chars().map(plain_place));
            } else {
                key.push(0xFF);
                key.extend(u32::from(other).to_be_bytes());
            }
            return;
        }
        _ => 1,
    };
    key.push(place);
}

/// Three places for each plain letter, so that accented ones fit between.
fn plain_place(letter: char) -> u8 {
    let number = u8::try_from(letter).unwrap_or(b'a').saturating_sub(b'a');
    20 + number * 3
}

/// The words of a surname as written in a book, with the maiden name taken apart from it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SurnameWords {
    /// Words of the present surname, in order.
    pub surname: Vec<String>,
    /// Words after "z domu", "zd.", "de domo" and their like, or in brackets.
    pub maiden: Vec<String>,
}

/// Splits a surname as written: `Kowalska z d. Wiśniewska` and `Kowalska (Wiśniewska)` both carry a
/// maiden name.
pub fn split_surname(text: &str) -> SurnameWords {
    let (before, bracketed) = text.split_once(['(', '[']).unwrap_or((text, ""));
    let mut split = SurnameWords::default();
    let all = words(before);
    let mut at = 0;
    let mut maiden = false;
    while let Some(word) = all.get(at) {
        match maiden_marker(word, all.get(at + 1).map(String::as_str)) {
            Some(used) if at > 0 && at + used < all.len() => {
                maiden = true;
                at += used;
            }
            _ => {
                if maiden { &mut split.maiden } else { &mut split.surname }.push(word.clone());
                at += 1;
            }
        }
    }
    split.maiden.extend(words(bracketed).into_iter().filter(|word| maiden_marker(word, None).is_none()));
    if split.surname.is_empty() {
        std::mem::swap(&mut split.surname, &mut split.maiden);
    }
    split
}

/// How many words, beginning with `word`, say "née": `zd`, `z domu`, `z d`, `de domo`, `nee`, `geb`.
pub fn maiden_marker(word: &str, next: Option<&str>) -> Option<usize> {
    match (word, next) {
        ("z", Some("domu" | "d")) | ("de", Some("domo")) | ("d", Some("d")) => Some(2),
        ("zd" | "née" | "nee" | "geb" | "geborene" | "domo", _) => Some(1),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_drops_accents_and_case() {
        for (text, folded) in [
            ("Żółć", "zolc"),
            ("Z\u{307}o\u{301}łc\u{301}", "zolc"),
            ("GRÜSS", "gruss"),
            ("Weiß", "weiss"),
            ("Ёлкин", "елкин"),
            ("Øst", "ost"),
            ("Їжак", "іжак"),
        ] {
            assert_eq!(fold(text), folded, "{text}");
            assert_eq!(fold(&fold(text)), folded);
        }
    }

    #[test]
    fn words_are_split_at_anything_but_letters() {
        assert_eq!(words("Kolecka-Obal  (Anna)\u{0}X"), ["kolecka", "obal", "anna", "x"]);
        assert_eq!(words("O’Brien D'Arc"), ["obrien", "darc"]);
        assert!(words(" \t-.,").is_empty());
    }

    #[test]
    fn spellings_that_sound_alike_share_a_key() {
        for (left, right) in [
            ("wójcik", "wujcik"),
            ("rzepa", "żepa"),
            ("chojnacki", "hojnacki"),
            ("hoffmann", "hofman"),
            ("dębski", "dembski"),
            ("wąs", "wons"),
            ("müller", "mueller"),
            ("szulc", "schulc"),
            ("vogel", "wogel"),
            ("jabłoński", "iabłoński"),
            ("aleksander", "alexander"),
        ] {
            assert_eq!(sound(left), sound(right), "{left} {right}");
        }
        assert_ne!(sound("potocki"), sound("potoki"));
    }

    #[test]
    fn forms_of_one_surname_share_a_key() {
        for (left, right) in [
            ("kowalski", "kowalska"),
            ("kowalski", "kowalskich"),
            ("kowalski", "kowalscy"),
            ("zawadzki", "zawadzka"),
            ("cierny", "cierna"),
            ("nowak", "nowakowa"),
            ("nowak", "nowakowna"),
            ("nowak", "nowakow"),
            ("dudek", "dudkowa"),
            ("koziel", "kozlowa"),
            ("fredro", "fredrowa"),
            ("zareba", "zarebina"),
            ("zareba", "zarebianka"),
            ("wolny", "wolnowna"),
            ("левченськии", "левченська"),
        ] {
            let (lefts, rights) = (family_keys(left), family_keys(right));
            assert!(lefts.iter().any(|key| rights.contains(key)), "{left} {lefts:?} {right} {rights:?}");
        }
        assert!(!family_keys("nowak").iter().any(|key| family_keys("nowacki").contains(key)));
    }

    #[test]
    fn order_is_that_of_the_polish_alphabet() {
        let mut names = ["Żak", "Łoś", "Zych", "Lwow", "Ćma", "Czech", "Adam", "Ąb", "Müller", "Muzyk"];
        names.sort_by_key(|name| collation_key(name));
        assert_eq!(names, ["Adam", "Ąb", "Czech", "Ćma", "Lwow", "Łoś", "Müller", "Muzyk", "Zych", "Żak"]);
    }

    #[test]
    fn a_maiden_name_is_taken_apart() {
        for text in ["Kowalska z domu Wiśniewska", "Kowalska zd. Wiśniewska", "Kowalska (Wiśniewska)"] {
            let split = split_surname(text);
            assert_eq!(split.surname, ["kowalska"], "{text}");
            assert_eq!(split.maiden, ["wiśniewska"], "{text}");
        }
        assert_eq!(split_surname("(Nowak)").surname, ["nowak"]);
    }
}
