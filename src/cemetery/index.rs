//! Search of the buried by name: an index in memory, built from the database and thrown away with the node.
//!
//! # What it answers
//!
//! A query is a few words of a name in any order, with or without years. Each word is looked up among the
//! register's distinct words ([`matching`] tells in which ways and how sure each way is), then persons
//! are ranked:
//!
//! 1. Who answers every word and year comes first: score 0.5 to 1, half for that and half for the mean
//!    sureness. So an exact name beats a mistyped one, and that beats a mere beginning.
//! 2. Who lacks a word or year follows, if a word is surely that person's surname or maiden name: score
//!    below 0.5. A missing or wrong given name lowers a person but does not hide them.
//! 3. Only when nobody is in either group, anybody who answers any word that is more than an initial.
//!
//! A word counts once: in `Jan Jan` the second needs a second given name. Small losses order what is
//! equal: a maiden name after a surname (people mostly ask for the name on the stone), a name alone that
//! is only a given name after the same as a surname, unsought further surnames and given names (so `Jan
//! Nowak` comes before `Jan Maria Nowak-Kos`). The exact full name of a person has no loss at all and is
//! always first. Equal scores are ordered by surname, given names (Polish alphabet), year of death and id.
//!
//! Years are soft: an unknown date neither counts nor excludes, one or two years off count as a slip, a
//! contradicting year puts the person into the second group. [`Query::born`] and [`Query::died`] are hard
//! and leave out wholly unknown dates, because whoever sets a filter wants only what is known to pass.
//!
//! # How it is quick
//!
//! Names repeat: 400,000 people have some 50,000 distinct words. Only words are compared, never persons.
//! Typing errors are found by walking a trie with a band of the edit table ([`trie`]). The persons of each
//! query word become a set of bits, so that "every word" is one pass of `and`, and counts are exact.
//! Persons are numbered by name, so a set read in order is already the order of the list.
//!
//! # Invariants
//!
//! The index never changes after it is built: share it, and replace it whole. A query costs bounded time:
//! at most [`QUERY_LETTERS_MAX`] letters and [`WORDS_MAX`] words, at most [`RANKED_MAX`] persons ranked.
//! Paging with [`Page::next`] shows each person of a listing exactly once.

mod bits;
mod build;
mod cursor;
mod dictionary;
mod matching;
mod postings;
mod query;
mod rank;
#[cfg(test)]
mod tests;
mod trie;
mod years;

use std::ops::RangeInclusive;

use uuid::Uuid;

use bits::Bits;
pub use cursor::{BadCursor, Cursor};
use dictionary::{Dictionary, Term};
use matching::Matches;
use postings::{Postings, Role};
use query::Parsed;
pub use query::{QUERY_LETTERS_MAX, WORDS_MAX};
use rank::{Asked, Found};
pub use years::YearSpan;
use years::Years;

/// The most persons that one query ranks; [`Page::matched`] counts further ones, paging ends before them.
pub const RANKED_MAX: usize = 20_000;
/// The most hits on one page.
pub const LIMIT_MAX: usize = 1000;

/// A buried person as the index needs to know them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonEntry {
    /// The person's id.
    pub person: Uuid,
    /// The grave in which they lie.
    pub grave: Uuid,
    /// The cemetery of that grave.
    pub cemetery: Uuid,
    /// All given names as written in the book.
    pub given_names: String,
    /// The surname as written; "z domu …" and brackets in it are understood as a maiden name.
    pub surname: String,
    /// The maiden name, if the book has it apart.
    pub maiden_name: Option<String>,
    /// The possible years of birth.
    pub born: YearSpan,
    /// The possible years of death.
    pub died: YearSpan,
}

/// What is sought.
#[derive(Debug, Clone, Default)]
pub struct Query<'a> {
    /// Words and years as typed. Empty: everybody who passes the filters, by name.
    pub text: &'a str,
    /// Only in this cemetery.
    pub cemetery: Option<Uuid>,
    /// Only who may have been born in these years; leaves out unknown dates.
    pub born: Option<RangeInclusive<i16>>,
    /// Only who may have died in these years; leaves out unknown dates.
    pub died: Option<RangeInclusive<i16>>,
    /// How many hits a page has, at most [`LIMIT_MAX`].
    pub limit: usize,
    /// The [`Page::next`] of the page before.
    pub after: Option<Cursor>,
}

/// A person found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hit {
    /// The person's id.
    pub person: Uuid,
    /// The grave in which they lie.
    pub grave: Uuid,
    /// The cemetery of that grave.
    pub cemetery: Uuid,
    /// From 0 to 1; 0.5 and above answers every word and year of the query.
    pub score: f32,
}

/// Some of the persons found, best first.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// The hits, at most [`Query::limit`].
    pub hits: Vec<Hit>,
    /// How many persons there are on all pages together; exact.
    pub matched: usize,
    /// How many of them have every name asked for. Years are not counted here.
    pub matched_names: usize,
    /// Whether `matched` is more than paging will show ([`RANKED_MAX`]).
    pub cut: bool,
    /// Where the next page begins, if there is one.
    pub next: Option<Cursor>,
}

/// Why a query was not answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// More than a name and years can need.
    #[error("a query has at most {letters_max} characters and {words_max} names")]
    TooLong {
        /// The most characters.
        letters_max: usize,
        /// The most words that are names.
        words_max: usize,
    },
}

/// Whom an entry means; read only for the hits of a page. The number of an entry is its place in the order of
/// names.
#[derive(Debug, Clone, Copy)]
struct Person {
    person: Uuid,
    grave: Uuid,
}

/// What a query compares, kept apart from [`Person`] so that ranking reads little memory.
#[derive(Debug, Clone, Copy)]
struct Traits {
    /// The written surname, given names and maiden name.
    written: [u32; 3],
    cemetery: u32,
    dates: Dates,
}

/// The years of a person's life.
#[derive(Debug, Clone, Copy)]
struct Dates {
    born: Years,
    died: Years,
}

/// The words of each distinct written name, one after another.
#[derive(Debug, Default)]
struct Fields {
    starts: Vec<u32>,
    words: Vec<(Term, Role)>,
}

impl Fields {
    fn get(&self, field: u32) -> &[(Term, Role)] {
        let at = |field: u32| self.starts.get(field as usize).map(|start| *start as usize);
        match (at(field), at(field.saturating_add(1))) {
            (Some(start), Some(end)) => self.words.get(start..end).unwrap_or_default(),
            _ => &[],
        }
    }
}

/// The index; see the module.
#[derive(Debug, Default)]
pub struct NameIndex {
    persons: Vec<Person>,
    traits: Vec<Traits>,
    cemeteries: Vec<Uuid>,
    fields: Fields,
    dictionary: Dictionary,
    postings: Postings,
}

/// The filters of a query as the index compares them.
struct Filter {
    /// `Some(None)` is a cemetery nobody lies in.
    cemetery: Option<Option<u32>>,
    born: Option<(i16, i16)>,
    died: Option<(i16, i16)>,
}

impl NameIndex {
    /// Builds an index of `entries`, in any order. A person in two graves is two entries.
    pub fn build(entries: impl Iterator<Item = PersonEntry>) -> Self {
        build::build(entries)
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.persons.len()
    }

    /// Whether there is nobody.
    pub fn is_empty(&self) -> bool {
        self.persons.is_empty()
    }

    /// The memory taken, in bytes.
    pub fn memory_bytes(&self) -> usize {
        self.persons.capacity() * size_of::<Person>()
            + self.traits.capacity() * size_of::<Traits>()
            + self.fields.starts.capacity() * 4
            + self.fields.words.capacity() * size_of::<(Term, Role)>()
            + self.dictionary.memory_bytes()
            + self.postings.memory_bytes()
    }

    /// One page of the persons that `query` asks for, best first.
    ///
    /// # Errors
    ///
    /// [`QueryError::TooLong`] if the text is beyond the limits.
    pub fn search(&self, query: &Query) -> Result<Page, QueryError> {
        let parsed = query::parse(query.text)?;
        let filter = self.filter(query);
        let after = query.after.map(|cursor| self.resume(cursor));
        let limit = query.limit.clamp(1, LIMIT_MAX);
        let found = if parsed.words.is_empty() {
            self.without_words(&parsed, &filter, limit, after)
        } else {
            self.with_words(&parsed, &filter, limit, after)
        };
        Ok(self.page(found, limit))
    }

    /// Everybody who passes the filters, or with years in the text, those the years agree with.
    fn without_words(
        &self,
        parsed: &Parsed,
        filter: &Filter,
        limit: usize,
        after: Option<(u16, u32)>,
    ) -> Found {
        let mut asked = Asked::new(Vec::new(), &parsed.years);
        let mut found = Found::new(limit, after);
        for (number, of) in (0_u32..).zip(&self.traits) {
            if !self.passes(number, filter) {
                continue;
            }
            if parsed.years.is_empty() {
                found.count(1);
                found.add(rank::SCORE_MAX, number);
            } else if asked.some_year_agrees(of.dates) {
                found.count(1);
                found.add(self.score(number, &mut asked), number);
            }
        }
        found.matched_names = found.matched;
        found
    }

    /// The persons whose names answer the words; see the module for the three groups.
    fn with_words(&self, parsed: &Parsed, filter: &Filter, limit: usize, after: Option<(u16, u32)>) -> Found {
        let matches: Vec<Matches> =
            parsed.words.iter().map(|word| Matches::find(word, &self.dictionary, &self.postings)).collect();
        let sets: Vec<Bits> = matches.iter().map(|word| self.bearers(word)).collect();
        let mut every = sets.first().cloned().unwrap_or_else(|| Bits::new(0));
        sets.iter().skip(1).for_each(|set| every.keep(set));
        let mut some = Bits::new(self.persons.len());
        if matches.len() > 1 {
            matches.iter().for_each(|word| self.add_strong_surnames(word, &mut some));
            some.drop_all(&every);
        }
        if every.iter().next().is_none() && some.iter().next().is_none() {
            let telling = |fold: &str| fold.chars().nth(1).is_some();
            let all_initials = !parsed.words.iter().any(|word| telling(&word.fold));
            for (word, set) in parsed.words.iter().zip(&sets) {
                if all_initials || telling(&word.fold) {
                    some.merge(set);
                }
            }
        }
        let mut asked = Asked::new(matches, &parsed.years);
        let mut found = Found::new(limit, after);
        self.rank_all(&every, &mut asked, filter, &mut found);
        found.matched_names = found.matched;
        if found.is_full_above(rank::SCORE_EVERY) {
            found.count(some.iter().filter(|number| self.passes(*number, filter)).count());
            found.more_behind(found.matched > found.matched_names);
        } else {
            self.rank_all(&some, &mut asked, filter, &mut found);
        }
        found.cut = found.matched > RANKED_MAX;
        found
    }

    /// Scores the members of `set` that pass, the surest first if they are too many to score all.
    fn rank_all(&self, set: &Bits, asked: &mut Asked, filter: &Filter, found: &mut Found) {
        let mut rest = set.clone();
        if set.count() > RANKED_MAX {
            for least in [matching::EXACT, matching::STRONG] {
                let mut sure = rest.clone();
                asked.words().iter().for_each(|word| sure.keep(&self.sure_bearers(word, least)));
                rest.drop_all(&sure);
                self.rank_set(&sure, asked, filter, found);
            }
        }
        self.rank_set(&rest, asked, filter, found);
    }

    fn rank_set(&self, set: &Bits, asked: &mut Asked, filter: &Filter, found: &mut Found) {
        for number in set.iter().filter(|number| self.passes(*number, filter)) {
            found.count(1);
            if found.may_rank() {
                found.add(self.score(number, asked), number);
            }
        }
    }

    /// Everybody who bears a word that is meant at least so surely.
    fn sure_bearers(&self, word: &Matches, least: u16) -> Bits {
        let mut set = Bits::new(self.persons.len());
        for role in Role::ALL {
            for term in word.sure(role, least) {
                set.add_all(self.postings.of(role, term));
            }
        }
        set
    }

    /// Everybody who may bear the word in any part of their name.
    fn bearers(&self, word: &Matches) -> Bits {
        let mut set = Bits::new(self.persons.len());
        for role in Role::ALL {
            word.each_run(role, |terms| set.add_all(self.postings.of_all(role, terms)));
        }
        set
    }

    /// Adds those whose surname or maiden name the word surely means.
    fn add_strong_surnames(&self, word: &Matches, set: &mut Bits) {
        for term in word.strong_surnames() {
            set.add_all(self.postings.of(Role::Surname, term));
            set.add_all(self.postings.of(Role::Maiden, term));
        }
    }

    fn score(&self, number: u32, asked: &mut Asked) -> u16 {
        self.traits
            .get(number as usize)
            .map_or(0, |of| asked.score(of.written, of.dates, &self.fields, &self.dictionary))
    }

    fn filter(&self, query: &Query) -> Filter {
        let ends =
            |range: &Option<RangeInclusive<i16>>| range.as_ref().map(|range| (*range.start(), *range.end()));
        Filter {
            cemetery: query.cemetery.map(|cemetery| {
                let at = self.cemeteries.iter().position(|known| *known == cemetery)?;
                u32::try_from(at).ok()
            }),
            born: ends(&query.born),
            died: ends(&query.died),
        }
    }

    fn passes(&self, number: u32, filter: &Filter) -> bool {
        let Some(of) = self.traits.get(number as usize) else { return false };
        filter.cemetery.is_none_or(|cemetery| cemetery == Some(of.cemetery))
            && filter.born.is_none_or(|(from, to)| of.dates.born.touches(from, to))
            && filter.died.is_none_or(|(from, to)| of.dates.died.touches(from, to))
    }

    /// The score and person after which the page begins. A cursor of an earlier index is found again by
    /// the person's id; if the person is gone, by the place they had.
    fn resume(&self, cursor: Cursor) -> (u16, u32) {
        let same = |person: &Person| person.person == cursor.person && person.grave == cursor.grave;
        let number = if self.persons.get(cursor.number as usize).is_some_and(same) {
            cursor.number
        } else {
            let at = self.persons.iter().position(same);
            at.and_then(|at| u32::try_from(at).ok()).unwrap_or(cursor.number)
        };
        (cursor.score, number)
    }

    fn page(&self, found: Found, limit: usize) -> Page {
        let (matched, matched_names, cut) = (found.matched, found.matched_names, found.cut);
        let (best, more) = found.into_best(limit);
        let mut hits = Vec::with_capacity(best.len());
        let mut next = None;
        for (score, number) in best {
            let at = number as usize;
            let (Some(person), Some(of)) = (self.persons.get(at), self.traits.get(at)) else { continue };
            let cemetery = self.cemeteries.get(of.cemetery as usize).copied().unwrap_or_default();
            let score_part = f32::from(score) / f32::from(rank::SCORE_MAX);
            hits.push(Hit { person: person.person, grave: person.grave, cemetery, score: score_part });
            next = Some(Cursor { score, number, person: person.person, grave: person.grave });
        }
        Page { hits, matched, matched_names, cut, next: next.filter(|_| more) }
    }
}
