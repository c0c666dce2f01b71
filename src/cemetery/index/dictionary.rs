//! Every distinct word of the register's names, and the ways to look one up.
//!
//! Invariants: terms (spellings) are numbered by fold, then spelling, so the terms of one fold, and those
//! of all folds with one beginning, are a range. Nothing here knows persons.

use std::ops::Range;

use super::trie::Trie;
use crate::cemetery::names;

/// The number of a spelling.
pub(super) type Term = u32;

/// Strings one after another in one allocation, each ended by a line feed, which none of them has.
#[derive(Debug, Default)]
struct Texts {
    text: String,
    ends: Vec<u32>,
}

impl Texts {
    fn push(&mut self, text: &str) {
        self.text.push_str(text);
        self.text.push('\n');
        self.ends.push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
    }

    fn get(&self, at: u32) -> &str {
        let at = at as usize;
        let start = at.checked_sub(1).and_then(|before| self.ends.get(before)).map_or(0, |end| *end as usize);
        let end = self.ends.get(at).map_or(start, |end| (*end as usize).saturating_sub(1));
        self.text.get(start..end).unwrap_or_default()
    }

    /// The strings that have `part` in them, ascending, in one pass over all.
    fn containing(&self, part: &str) -> Vec<u32> {
        let mut found: Vec<u32> = Vec::new();
        let mut number = 0_u32;
        for (at, _) in self.text.match_indices(part) {
            while self.ends.get(number as usize).is_some_and(|end| *end as usize <= at) {
                number += 1;
            }
            if found.last() != Some(&number) {
                found.push(number);
            }
        }
        found
    }

    fn memory_bytes(&self) -> usize {
        self.text.capacity() + self.ends.capacity() * 4
    }
}

/// Terms by a hashed key. Keys are hashed to 64 bits; that two of a register's keys collide is as good as
/// excluded, and would only show one name too many.
#[derive(Debug, Default)]
struct Keys(Vec<(u64, u32)>);

impl Keys {
    fn build(mut pairs: Vec<(u64, u32)>) -> Self {
        pairs.sort_unstable();
        pairs.shrink_to_fit();
        Self(pairs)
    }

    fn get(&self, key: &str) -> impl Iterator<Item = u32> + use<'_> {
        let hash = hash(key);
        let start = self.0.partition_point(|(known, _)| *known < hash);
        self.0.iter().skip(start).take_while(move |(known, _)| *known == hash).map(|(_, value)| *value)
    }
}

/// FNV-1a.
fn hash(key: &str) -> u64 {
    key.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Dictionary {
    spellings: Texts,
    folds: Texts,
    /// The first term of each fold, and one more entry for the end.
    fold_starts: Vec<u32>,
    term_folds: Vec<u32>,
    trie: Trie,
    /// Folds by family key.
    families: Keys,
    /// Terms by sound.
    sounds: Keys,
}

impl Dictionary {
    /// Builds over distinct spellings; also answers the number of each, in the order given.
    pub fn build(spellings: &[String]) -> (Self, Vec<Term>) {
        let mut order: Vec<(String, &str, usize)> = spellings
            .iter()
            .enumerate()
            .map(|(at, spelling)| (names::fold(spelling), spelling.as_str(), at))
            .collect();
        order.sort_unstable();
        let mut dictionary = Self::default();
        let mut numbers = vec![0; order.len()];
        let mut families = Vec::new();
        let mut sounds = Vec::new();
        let mut last: Option<&str> = None;
        for (term, (fold, spelling, at)) in (0_u32..).zip(&order) {
            if last != Some(fold.as_str()) {
                let number = dictionary.fold_count();
                dictionary.folds.push(fold);
                dictionary.fold_starts.push(term);
                families.extend(names::family_keys(fold).iter().map(|key| (hash(key), number)));
                last = Some(fold.as_str());
            }
            dictionary.term_folds.push(dictionary.fold_count() - 1);
            dictionary.spellings.push(spelling);
            sounds.push((hash(&names::sound(spelling)), term));
            numbers[*at] = term;
        }
        dictionary.fold_starts.push(u32::try_from(order.len()).unwrap_or(u32::MAX));
        dictionary.families = Keys::build(families);
        dictionary.sounds = Keys::build(sounds);
        dictionary.trie = Trie::build((0..dictionary.fold_count()).map(|fold| dictionary.folds.get(fold)));
        (dictionary, numbers)
    }

    fn fold_count(&self) -> u32 {
        u32::try_from(self.folds.ends.len()).unwrap_or(u32::MAX)
    }

    /// How many terms there are.
    pub fn len(&self) -> usize {
        self.spellings.ends.len()
    }

    /// A term's small letters with accents.
    pub fn spelling(&self, term: Term) -> &str {
        self.spellings.get(term)
    }

    /// A term's letters without accents.
    pub fn fold(&self, term: Term) -> &str {
        self.folds.get(self.term_folds.get(term as usize).copied().unwrap_or(u32::MAX))
    }

    /// The terms of a range of folds.
    fn terms_of(&self, folds: Range<u32>) -> Range<Term> {
        let at = |fold: u32| self.fold_starts.get(fold as usize).copied().unwrap_or_default();
        at(folds.start)..at(folds.end)
    }

    /// The terms whose fold is `fold`.
    pub fn folded(&self, fold: &str) -> Range<Term> {
        let (mut low, mut high) = (0, self.fold_count());
        while low < high {
            let middle = low + (high - low) / 2;
            if self.folds.get(middle) < fold { low = middle + 1 } else { high = middle }
        }
        if low < self.fold_count() && self.folds.get(low) == fold {
            self.terms_of(low..low + 1)
        } else {
            0..0
        }
    }

    /// The terms whose fold begins with `prefix`.
    pub fn prefixed(&self, prefix: &[char]) -> Range<Term> {
        self.terms_of(self.trie.prefixed(prefix))
    }

    /// The terms whose fold is within `edits` (at most two) of `sought`.
    pub fn near(&self, sought: &[char], edits: usize, mut found: impl FnMut(Term)) {
        self.trie.near(sought, edits, |fold| self.terms_of(fold..fold + 1).for_each(&mut found));
    }

    /// Ranges of terms which begin with something one edit from `sought`.
    pub fn near_prefix(&self, sought: &[char]) -> Vec<Range<Term>> {
        let mut ranges = Vec::new();
        self.trie.near_prefix(sought, 1, |folds| ranges.push(self.terms_of(folds)));
        ranges
    }

    /// The terms that may be another form of the same family name.
    pub fn family(&self, fold: &str) -> Vec<Term> {
        let keys = names::family_keys(fold);
        let mut terms: Vec<Term> = keys
            .iter()
            .flat_map(|key| self.families.get(key))
            .flat_map(|fold| self.terms_of(fold..fold + 1))
            .collect();
        terms.sort_unstable();
        terms.dedup();
        terms
    }

    /// The terms that sound like `spelling`.
    pub fn sounding(&self, spelling: &str) -> impl Iterator<Item = Term> + use<'_> {
        self.sounds.get(&names::sound(spelling))
    }

    /// The terms whose fold fits a pattern of `*` (any letters) and `?` (one letter), ascending.
    pub fn fitting(&self, pattern: &str) -> Vec<Term> {
        let letters: Vec<char> = pattern.chars().collect();
        let literal: Vec<char> = letters.iter().copied().take_while(|c| !matches!(c, '*' | '?')).collect();
        let longest = pattern.split(['*', '?']).max_by_key(|part| part.len()).unwrap_or_default();
        let candidates: Vec<u32> = if literal.is_empty() {
            self.folds.containing(longest)
        } else {
            self.trie.prefixed(&literal).collect()
        };
        let mut fold_letters = Vec::new();
        let mut terms = Vec::new();
        for fold in candidates {
            fold_letters.clear();
            fold_letters.extend(self.folds.get(fold).chars());
            if fits(&letters, &fold_letters) {
                terms.extend(self.terms_of(fold..fold + 1));
            }
        }
        terms
    }

    /// The terms whose fold has `part` anywhere.
    pub fn containing(&self, part: &str) -> Vec<Term> {
        self.folds.containing(part).into_iter().flat_map(|fold| self.terms_of(fold..fold + 1)).collect()
    }

    /// The memory taken, in bytes.
    pub fn memory_bytes(&self) -> usize {
        self.spellings.memory_bytes()
            + self.folds.memory_bytes()
            + (self.fold_starts.capacity() + self.term_folds.capacity()) * 4
            + self.trie.memory_bytes()
            + (self.families.0.capacity() + self.sounds.0.capacity()) * 16
    }
}

/// Whether a whole word fits a pattern, in time linear in both for each star.
fn fits(pattern: &[char], word: &[char]) -> bool {
    let (mut p, mut w) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while w < word.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p + 1, w));
                p += 1;
            }
            Some(&letter) if letter == '?' || letter == word[w] => {
                p += 1;
                w += 1;
            }
            _ => match star {
                Some((after, from)) => {
                    star = Some((after, from + 1));
                    (p, w) = (after, from + 1);
                }
                None => return false,
            },
        }
    }
    pattern.iter().skip(p).all(|letter| *letter == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_fit_whole_words() {
        let fits = |pattern: &str, word: &str| {
            super::fits(&pattern.chars().collect::<Vec<_>>(), &word.chars().collect::<Vec<_>>())
        };
        assert!(fits("kow*", "kowalski") && fits("*ski", "kowalski") && fits("*wal*", "kowalski"));
        assert!(fits("k?walsk?", "kowalski") && fits("kowalski*", "kowalski") && fits("*a*a*", "zaba wa a"));
        assert!(!fits("kow", "kowalski") && !fits("k?", "k") && !fits("*x*", "kowalski"));
    }

    #[test]
    fn words_are_found_in_every_way() {
        let spellings = ["żak", "zak", "kowalski", "kowalska", "wójcik", "wojna"].map(str::to_owned);
        let (dictionary, numbers) = Dictionary::build(&spellings);
        assert_eq!(dictionary.len(), 6);
        let back: Vec<&str> = numbers.iter().map(|term| dictionary.spelling(*term)).collect();
        assert_eq!(back, spellings);
        assert_eq!(dictionary.folded("zak").len(), 2);
        assert_eq!(dictionary.folded("za").len(), 0);
        assert_eq!(dictionary.prefixed(&['w', 'o', 'j']).len(), 2);
        assert_eq!(dictionary.family("kowalski").len(), 2);
        assert_eq!(dictionary.sounding("wujcik").count(), 1);
        assert_eq!(dictionary.fitting("*owals*").len(), 2);
        assert_eq!(dictionary.containing("alsk").len(), 2);
        let mut near = 0;
        dictionary.near(&"kowlaski".chars().collect::<Vec<_>>(), 1, |_| near += 1);
        assert_eq!(near, 1);
    }
}
