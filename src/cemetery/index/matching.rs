//! Which words of the register a word of the query may mean, and how surely.
//!
//! How sure, in thousandths: written exactly so 1000; the same without accents 990; another form of the
//! surname (Kowalski/Kowalska) 940 to 960, the nearer the more; sounds alike 925 to 945; a short or
//! foreign form of a given name (Staszek) 900; fits a pattern 900; a typing error by its price, at most
//! 920 (see [`names::similarity`]); one or two last letters missing 860; a longer beginning 700; a beginning with
//! an error 600; an initial 800 for a given name and 650 for a surname; the middle of a name 560.
//! Among names equally near in spelling, the commoner is a little surer.

use std::collections::HashMap;
use std::ops::Range;

use super::dictionary::{Dictionary, Term};
use super::postings::{Postings, Role};
use super::query::Word;
use crate::cemetery::names;

/// From here on a match is the very word, but for accents.
pub(super) const EXACT: u16 = 990;
const FAMILY: u16 = 940;
const SOUND: u16 = 925;
const EDITED_MAX: u16 = 920;
const SHORT_FORM: u16 = 900;
const PATTERN: u16 = 900;
const FEW_MISSING: u16 = 860;
const INITIAL_GIVEN: u16 = 800;
const BEGINNING: u16 = 700;
const INITIAL_SURNAME: u16 = 650;
const BEGINNING_EDITED: u16 = 600;
const MIDDLE: u16 = 560;
/// A typing error less alike than this is another name.
const EDITED_MIN: u16 = 600;
/// From here on a match counts as the name meant, not as the beginning of one.
pub(super) const STRONG: u16 = 720;

/// How surely a term is meant, by role; 0 is not at all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Sureness {
    surname: u16,
    given: u16,
}

impl Sureness {
    fn of(self, role: Role) -> u16 {
        match role {
            Role::Given => self.given,
            Role::Surname | Role::Maiden => self.surname,
        }
    }
}

/// All terms which one word of the query may mean.
#[derive(Debug, Default)]
pub(super) struct Matches {
    points: HashMap<Term, Sureness, TermHash>,
    ranges: Vec<(Range<Term>, Beginning)>,
    maiden_only: bool,
}

/// How a range of terms with a common beginning is judged.
#[derive(Debug, Clone, Copy)]
enum Beginning {
    /// The sought beginning has this many letters.
    Exact(usize),
    /// The beginning is one edit off.
    Edited,
    Initial,
}

impl Matches {
    /// Looks `word` up in all ways.
    pub fn find(word: &Word, dictionary: &Dictionary, postings: &Postings) -> Self {
        let mut matches = Self { maiden_only: word.maiden, ..Self::default() };
        if word.pattern {
            for term in dictionary.fitting(&word.fold) {
                matches.add(term, PATTERN, PATTERN);
            }
            return matches;
        }
        let letters: Vec<char> = word.fold.chars().collect();
        matches.add_same(word, dictionary);
        let beginning = dictionary.prefixed(&letters);
        if letters.len() < 2 {
            matches.ranges.push((beginning, Beginning::Initial));
            return matches;
        }
        let known = !matches.points.is_empty();
        matches.add_near(&letters, known, dictionary, postings);
        let begins = !beginning.is_empty();
        matches.ranges.push((beginning, Beginning::Exact(letters.len())));
        if matches.points.is_empty() && !begins {
            if letters.len() > 4 {
                let ranges = dictionary.near_prefix(&letters);
                matches.ranges.extend(ranges.into_iter().map(|range| (range, Beginning::Edited)));
            }
            if letters.len() > 2 {
                for term in dictionary.containing(&word.fold) {
                    matches.add(term, MIDDLE, MIDDLE);
                }
            }
        }
        matches
    }

    /// The same word, and its other forms.
    fn add_same(&mut self, word: &Word, dictionary: &Dictionary) {
        for term in dictionary.folded(&word.fold) {
            let exact = dictionary.spelling(term) == word.spelling;
            let sure = if exact { names::SIMILARITY_MAX } else { EXACT };
            self.add(term, sure, sure);
        }
        let letters: Vec<char> = word.fold.chars().collect();
        let nearer = |term| {
            let other: Vec<char> = dictionary.fold(term).chars().collect();
            names::similarity(&letters, &other) / 50
        };
        for term in dictionary.family(&word.fold) {
            self.add(term, FAMILY + nearer(term), 0);
        }
        for term in dictionary.sounding(&word.spelling) {
            let sure = SOUND + nearer(term);
            self.add(term, sure, sure);
        }
        for form in names::other_forms(&word.fold) {
            for term in dictionary.folded(form) {
                self.add(term, 0, SHORT_FORM);
            }
        }
    }

    /// Words with typing errors: one for short words and for words the register has, else two.
    fn add_near(&mut self, letters: &[char], known: bool, dictionary: &Dictionary, postings: &Postings) {
        let edits = match letters.len() {
            0..3 => return,
            3..6 => 1,
            _ if known => 1,
            _ => 2,
        };
        let mut other = Vec::new();
        dictionary.near(letters, edits, |term| {
            other.clear();
            other.extend(dictionary.fold(term).chars());
            let alike = names::similarity(letters, &other).min(EDITED_MAX);
            if alike >= EDITED_MIN {
                let common =
                    |role| u16::try_from(postings.of(role, term).len().ilog2_or_zero() * 2).unwrap_or(0);
                self.add(term, alike + common(Role::Surname), alike + common(Role::Given));
            }
        });
    }

    fn add(&mut self, term: Term, surname: u16, given: u16) {
        let sure = self.points.entry(term).or_default();
        sure.surname = sure.surname.max(surname);
        sure.given = sure.given.max(given);
    }

    /// How surely this word of the query means `term` in `role`, in thousandths.
    pub fn sureness(&self, term: Term, role: Role, dictionary: &Dictionary) -> u16 {
        if self.maiden_only && role == Role::Given {
            return 0;
        }
        let point = self.points.get(&term).map_or(0, |sure| sure.of(role));
        if point >= FEW_MISSING {
            return point;
        }
        self.ranges
            .iter()
            .filter(|(range, _)| range.contains(&term))
            .map(|(_, beginning)| beginning.sureness(term, role, dictionary))
            .fold(point, u16::max)
    }

    /// The single terms with how sure they are as surnames.
    pub fn strong_surnames(&self) -> impl Iterator<Item = Term> + '_ {
        let best = self.points.values().map(|sure| sure.surname).max().unwrap_or(0);
        let least = STRONG.max(best.saturating_sub(150));
        self.points.iter().filter(move |(_, sure)| sure.surname >= least).map(|(term, _)| *term)
    }

    /// The single terms that are meant at least so surely in `role`.
    pub fn sure(&self, role: Role, least: u16) -> impl Iterator<Item = Term> + '_ {
        let points = if self.maiden_only && role == Role::Given { None } else { Some(&self.points) };
        points.into_iter().flatten().filter(move |(_, sure)| sure.of(role) >= least).map(|(term, _)| *term)
    }

    /// Calls `visit` with every run of terms that may be meant in `role`.
    pub fn each_run(&self, role: Role, mut visit: impl FnMut(Range<Term>)) {
        if self.maiden_only && role == Role::Given {
            return;
        }
        for (term, sure) in &self.points {
            if sure.of(role) > 0 {
                visit(*term..term + 1);
            }
        }
        for (range, _) in &self.ranges {
            visit(range.clone());
        }
    }

    /// Whether the word stands after "z domu".
    pub fn maiden_only(&self) -> bool {
        self.maiden_only
    }
}

impl Beginning {
    fn sureness(self, term: Term, role: Role, dictionary: &Dictionary) -> u16 {
        match self {
            Self::Exact(letters) if letters > 3 => {
                let missing = dictionary.fold(term).chars().count().saturating_sub(letters);
                if missing <= 2 { FEW_MISSING } else { BEGINNING }
            }
            Self::Exact(_) => BEGINNING,
            Self::Edited => BEGINNING_EDITED,
            Self::Initial if role == Role::Given => INITIAL_GIVEN,
            Self::Initial => INITIAL_SURNAME,
        }
    }
}

/// The binary logarithm, with that of nothing taken as nothing.
trait LogOrZero {
    fn ilog2_or_zero(self) -> u32;
}

impl LogOrZero for usize {
    fn ilog2_or_zero(self) -> u32 {
        self.checked_ilog2().unwrap_or(0)
    }
}

/// Term numbers spread by one multiplication; they come from the index, not from a stranger.
type TermHash = std::hash::BuildHasherDefault<TermHasher>;

/// See [`TermHash`].
#[derive(Debug, Default)]
struct TermHasher(u64);

impl std::hash::Hasher for TermHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u32(u32::from(*byte));
        }
    }

    fn write_u32(&mut self, value: u32) {
        self.0 = (self.0 ^ u64::from(value)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 ^= self.0 >> 29;
    }
}
