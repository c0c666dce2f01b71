//! How well one person answers a query, and the best of many.
//!
//! Scores are whole ten-thousandths, so that equal means equal and paging is exact.

use super::build::{FIELD_WORDS_MAX, NO_FIELD};
use super::dictionary::Dictionary;
use super::matching::Matches;
use super::postings::Role;
use super::years::{Agreement, YearWord};
use super::{Dates, Fields};

/// The best score there is.
pub(super) const SCORE_MAX: u16 = 10_000;
/// From here on a person answers every word and year.
pub(super) const SCORE_EVERY: u16 = 5000;

/// What a maiden name loses against a surname, in thousandths of a word.
const LOSS_MAIDEN: u16 = 40;
/// What a given name loses when no word of the query is a surname.
const LOSS_GIVEN_ALONE: u16 = 60;
/// What each further surname or given name loses that nobody asked for, in scores.
const LOSS_SURNAME_LEFT: u16 = 60;
const LOSS_GIVEN_LEFT: u16 = 30;
/// What having given names loses when none was asked for: the least, so that a name which is nothing but
/// the words asked for comes first and all others stay in the order of the list.
const LOSS_GIVEN_UNASKED: u16 = 1;
/// What a year counts that nothing is known of, in thousandths of a word.
const UNKNOWN_YEAR: u16 = 300;
/// The most words of a person's surname, given names and maiden name together.
const NAME_WORDS_MAX: usize = FIELD_WORDS_MAX * 3;
/// Up to so many ways, all ways to give words to names are tried; else the surest pair goes first.
const WAYS_MAX: usize = 64;

/// A query ready to be compared with persons.
pub(super) struct Asked<'a> {
    words: Vec<Matches>,
    years: &'a [YearWord],
    /// Written names judged lately; few names are borne by many.
    judged: Vec<Judged>,
    /// The names that matter of the person scored last, and that score. Persons come in the order of their
    /// names, so the next one often has the same.
    last: Option<([u32; 3], u16)>,
}

/// How many written names are remembered.
const JUDGED_MAX: usize = 256;

/// A written name with how surely each query word means each of its words.
#[derive(Clone)]
struct Judged {
    field: u32,
    rows: [Row; FIELD_WORDS_MAX],
    roles: [Role; FIELD_WORDS_MAX],
    count: usize,
    /// Whether any query word may mean any of its words.
    told: bool,
}

/// One word of a person's name, with how surely each query word means it.
type Row = [u16; super::WORDS_MAX];

impl<'a> Asked<'a> {
    pub fn new(words: Vec<Matches>, years: &'a [YearWord]) -> Self {
        let none = Judged {
            field: u32::MAX,
            rows: [[0; super::WORDS_MAX]; FIELD_WORDS_MAX],
            roles: [Role::Surname; FIELD_WORDS_MAX],
            count: 0,
            told: false,
        };
        Self { words, years, judged: vec![none; JUDGED_MAX], last: None }
    }

    /// The words of the query.
    pub fn words(&self) -> &[Matches] {
        &self.words
    }

    /// Whether any year of the query may be true of the dates.
    pub fn some_year_agrees(&self, dates: Dates) -> bool {
        self.years.iter().any(|year| matches!(year.agreement(dates.born, dates.died), Agreement::Yes(_)))
    }

    /// The score of a person with these written names (surname, given, maiden) and dates.
    pub fn score(
        &mut self,
        written: [u32; 3],
        dates: Dates,
        fields: &Fields,
        dictionary: &Dictionary,
    ) -> u16 {
        let matter = self.what_matters(written, fields, dictionary);
        if self.years.is_empty()
            && let Some((same, score)) = self.last
            && same == matter
        {
            return score;
        }
        let score = self.score_anew(written, dates, fields, dictionary);
        self.last = Some((matter, score));
        score
    }

    /// The written names, those without a word that was asked for made alike: a maiden name then counts for
    /// nothing, given names only by their number.
    fn what_matters(&mut self, written: [u32; 3], fields: &Fields, dictionary: &Dictionary) -> [u32; 3] {
        let [surname, mut given, mut maiden] = written;
        let judged = self.judge(given, fields, dictionary);
        if !judged.told {
            given = u32::MAX - u32::try_from(judged.count).unwrap_or(0);
        }
        if maiden != NO_FIELD && !self.judge(maiden, fields, dictionary).told {
            maiden = NO_FIELD;
        }
        [surname, given, maiden]
    }

    fn score_anew(
        &mut self,
        written: [u32; 3],
        dates: Dates,
        fields: &Fields,
        dictionary: &Dictionary,
    ) -> u16 {
        let mut rows = [[0; super::WORDS_MAX]; NAME_WORDS_MAX];
        let mut roles = [Role::Surname; NAME_WORDS_MAX];
        let mut count = 0;
        for field in written {
            let judged = self.judge(field, fields, dictionary);
            for (row, role) in judged.rows.iter().zip(&judged.roles).take(judged.count) {
                rows[count] = *row;
                roles[count] = *role;
                count += 1;
            }
        }
        let (rows, roles) = (&rows[..count], &roles[..count]);
        let given = assign(rows, self.words.len());
        self.sum(rows, roles, &given, dates)
    }

    /// Compares a written name with all words of the query, or remembers that.
    fn judge(&mut self, field: u32, fields: &Fields, dictionary: &Dictionary) -> &Judged {
        let judged = &mut self.judged[field as usize % JUDGED_MAX];
        if judged.field == field {
            return judged;
        }
        judged.field = field;
        judged.count = 0;
        judged.told = false;
        for (term, role) in fields.get(field).iter().take(FIELD_WORDS_MAX) {
            let row = &mut judged.rows[judged.count];
            for (cell, word) in row.iter_mut().zip(&self.words) {
                let sure = word.sureness(*term, *role, dictionary);
                let loss = if *role == Role::Maiden && !word.maiden_only() { LOSS_MAIDEN } else { 0 };
                *cell = sure.saturating_sub(loss);
                judged.told |= *cell > 0;
            }
            judged.roles[judged.count] = *role;
            judged.count += 1;
        }
        judged
    }

    /// Adds up words, years and losses.
    fn sum(&self, rows: &[Row], roles: &[Role], given: &[Option<usize>], dates: Dates) -> u16 {
        let mut taken = [false; NAME_WORDS_MAX];
        let mut total = 0_u32;
        let mut every = true;
        let mut surname_used = false;
        let given_words = given.get(..self.words.len()).unwrap_or_default();
        for (word, name) in given_words.iter().enumerate() {
            match name {
                Some(name) => {
                    taken[*name] = true;
                    surname_used |= roles[*name] != Role::Given;
                    total += u32::from(rows[*name][word]);
                }
                None => every = false,
            }
        }
        for year in self.years {
            match year.agreement(dates.born, dates.died) {
                Agreement::Yes(sure) => total += u32::from(sure),
                Agreement::Unknown => {
                    total += u32::from(UNKNOWN_YEAR);
                    every = false;
                }
                Agreement::No => every = false,
            }
        }
        if !surname_used && !self.words.is_empty() {
            total = total.saturating_sub(u32::from(LOSS_GIVEN_ALONE));
        }
        let asked = u32::try_from(self.words.len() + self.years.len()).unwrap_or(1).max(1);
        let half = u16::try_from(total * 5 / asked).unwrap_or(SCORE_EVERY).min(SCORE_EVERY);
        let left = losses(roles, &taken, given_words);
        if every {
            SCORE_EVERY + half.saturating_sub(left)
        } else {
            half.saturating_sub(left).clamp(1, SCORE_EVERY - 1)
        }
    }
}

/// What the names lose that nobody asked for. Each given name counts only if one was asked for.
fn losses(roles: &[Role], taken: &[bool], given: &[Option<usize>]) -> u16 {
    let asked = |role: Role| given.iter().flatten().any(|name| roles[*name] == role);
    let left = |role: Role| {
        let left = roles.iter().zip(taken).filter(|(of, taken)| **of == role && !**taken).count();
        u16::try_from(left).unwrap_or(u16::MAX)
    };
    let surnames = if given.is_empty() { 0 } else { left(Role::Surname) * LOSS_SURNAME_LEFT };
    let further = match (given.is_empty(), asked(Role::Given), left(Role::Given)) {
        (true, _, _) | (_, _, 0) => 0,
        (_, true, left) => left * LOSS_GIVEN_LEFT,
        (_, false, _) => LOSS_GIVEN_UNASKED,
    };
    surnames + further
}

/// Gives each query word a word of the name, each at most once, with the greatest sum.
fn assign(rows: &[Row], words: usize) -> [Option<usize>; super::WORDS_MAX] {
    let options = |word: usize| rows.iter().filter(|row| row[word] > 0).count() + 1;
    let ways = (0..words).fold(1_usize, |ways, word| ways.saturating_mul(options(word)));
    if ways > WAYS_MAX {
        return assign_greedily(rows, words);
    }
    let mut search =
        Search { rows, words, now: [None; super::WORDS_MAX], best: [None; super::WORDS_MAX], least: 0 };
    search.go(0, 0, 0);
    search.best
}

/// The search of [`assign`].
struct Search<'r> {
    rows: &'r [Row],
    words: usize,
    now: [Option<usize>; super::WORDS_MAX],
    best: [Option<usize>; super::WORDS_MAX],
    least: u32,
}

impl Search<'_> {
    /// Tries all names for `word` and those after it. A word more beats any sureness.
    fn go(&mut self, word: usize, taken: u32, sum: u32) {
        if word == self.words {
            if sum > self.least {
                self.least = sum;
                self.best = self.now;
            }
            return;
        }
        let rows = self.rows;
        for (name, row) in rows.iter().enumerate() {
            if row[word] > 0 && taken & (1 << name) == 0 {
                self.now[word] = Some(name);
                self.go(word + 1, taken | (1 << name), sum + 10_000 + u32::from(row[word]));
            }
        }
        self.now[word] = None;
        self.go(word + 1, taken, sum);
    }
}

fn assign_greedily(rows: &[Row], words: usize) -> [Option<usize>; super::WORDS_MAX] {
    let mut given = [None; super::WORDS_MAX];
    let mut taken = [false; NAME_WORDS_MAX];
    for _ in 0..words {
        let mut best = (0, 0, 0);
        for (name, row) in rows.iter().enumerate().filter(|(name, _)| !taken[*name]) {
            for (word, sure) in row.iter().enumerate().take(words).filter(|(word, _)| given[*word].is_none())
            {
                if *sure > best.0 {
                    best = (*sure, word, name);
                }
            }
        }
        let (sure, word, name) = best;
        if sure == 0 {
            break;
        }
        given[word] = Some(name);
        taken[name] = true;
    }
    given
}

/// The best so far, and the counts.
pub(super) struct Found {
    /// Scores and persons after the cursor; cut down to the best whenever they are many.
    best: Vec<(std::cmp::Reverse<u16>, u32)>,
    keep: usize,
    after: Option<(std::cmp::Reverse<u16>, u32)>,
    /// The last of the best when they were last cut down; worse ones need not be kept.
    worst: Option<(std::cmp::Reverse<u16>, u32)>,
    ranked: usize,
    more: bool,
    /// Whether more were counted than may be ranked.
    pub cut: bool,
    /// Everybody counted.
    pub matched: usize,
    /// Everybody whose name has every word.
    pub matched_names: usize,
}

impl Found {
    pub fn new(limit: usize, after: Option<(u16, u32)>) -> Self {
        let after = after.map(|(score, number)| (std::cmp::Reverse(score), number));
        Self {
            best: Vec::new(),
            keep: limit + 1,
            after,
            worst: None,
            ranked: 0,
            more: false,
            cut: false,
            matched: 0,
            matched_names: 0,
        }
    }

    /// Counts persons.
    pub fn count(&mut self, persons: usize) {
        self.matched += persons;
    }

    /// Whether another person may be scored.
    pub fn may_rank(&self) -> bool {
        self.ranked < super::RANKED_MAX
    }

    /// Takes a person with their score.
    pub fn add(&mut self, score: u16, number: u32) {
        self.ranked += 1;
        let entry = (std::cmp::Reverse(score), number);
        if self.after.is_some_and(|after| entry <= after) || self.worst.is_some_and(|worst| entry > worst) {
            return;
        }
        if self.best.len() >= self.keep * 2 + 200 {
            let (_, worst, _) = self.best.select_nth_unstable(self.keep - 1);
            self.worst = Some(*worst);
            self.best.truncate(self.keep);
        }
        self.best.push(entry);
    }

    /// Whether a page and one more are found with at least `score`.
    pub fn is_full_above(&self, score: u16) -> bool {
        self.best.iter().filter(|(found, _)| found.0 >= score).count() >= self.keep - 1
    }

    /// Says that persons follow who were not taken.
    pub fn more_behind(&mut self, more: bool) {
        self.more |= more;
    }

    /// The best in order, and whether others follow.
    pub fn into_best(mut self, limit: usize) -> (Vec<(u16, u32)>, bool) {
        self.best.sort_unstable();
        let more = self.best.len() > limit || self.more;
        self.best.truncate(limit);
        (self.best.into_iter().map(|(score, number)| (score.0, number)).collect(), more)
    }
}
