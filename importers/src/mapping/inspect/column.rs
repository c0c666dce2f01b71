//! What the values of a column are.

use std::borrow::Cow;
use std::collections::HashMap;

use super::{ColumnSeen, DateEvidence, Looks};
use crate::PartialDate;
use crate::mapping::dates::{self, Orders, Reading};
use crate::mapping::text::{cell_text, fold, says_unknown, shown};
use crate::mapping::{lists, numbers, position, wkt};
use crate::table::Cell;

/// Values of one column that are shown.
const SAMPLES: usize = 50;
/// Of these, values that are shown because they are long.
const LONGEST: usize = 5;
/// Characters of a value that is kept.
const KEPT: usize = 4_000;

/// Counts the values of one column.
pub(super) struct Counter {
    filled: u64,
    counts: HashMap<String, u64>,
    bound: usize,
    more: bool,
}

impl Counter {
    /// `bound`: different values that are counted.
    pub(super) fn new(bound: usize) -> Self {
        Self { filled: 0, counts: HashMap::new(), bound, more: false }
    }

    pub(super) fn take(&mut self, cell: &Cell) {
        if matches!(cell, Cell::Empty) {
            return;
        }
        self.filled += 1;
        let text = cell_text(cell);
        let text = if text.len() > KEPT { Cow::Owned(shown(&text)) } else { text };
        let full = self.counts.len() >= self.bound;
        match self.counts.get_mut(text.as_ref()) {
            Some(count) => *count += 1,
            None if !full => {
                self.counts.insert(text.into_owned(), 1);
            }
            None => self.more = true,
        }
    }

    /// Rows that hold zero.
    pub(super) fn zeros(&self) -> u64 {
        let zero = |text: &str| numbers::parse(text).is_some_and(|number| number.value == 0.0);
        self.counts.iter().filter(|(text, _)| zero(text)).map(|(_, count)| count).sum()
    }

    pub(super) fn finish(&self, name: &str) -> ColumnSeen {
        let mut tally = Tally::default();
        let mut orders = Orders::default();
        for (text, count) in &self.counts {
            tally.take(text, *count);
            for _ in 0..*count {
                let reading = dates::parse(text, &[]);
                if !matches!(reading, Reading::TwoWays { .. }) {
                    break;
                }
                orders.see(reading);
            }
        }
        let mut samples: Vec<(String, u64)> =
            self.counts.iter().map(|(text, count)| (shown(text), *count)).collect();
        samples.sort_by(|(text, count), (other, others)| others.cmp(count).then_with(|| text.cmp(other)));
        // The commonest, and those that differ most from them: the longest.
        if samples.len() > SAMPLES {
            let mut rest = samples.split_off(SAMPLES - LONGEST);
            rest.sort_by_key(|(text, _)| std::cmp::Reverse(text.len()));
            samples.extend(rest.into_iter().take(LONGEST));
        }
        let evidence = orders.seen().iter().map(|seen| DateEvidence {
            sign: seen.sign,
            only_dmy: seen.only_dmy,
            only_mdy: seen.only_mdy,
            both: seen.both,
        });
        ColumnSeen {
            name: name.to_owned(),
            filled: self.filled,
            distinct: self.counts.len() as u64,
            more: self.more,
            samples,
            looks: tally.looks(),
            least: tally.least,
            most: tally.most,
            dates: evidence.collect(),
        }
    }
}

/// Values by what they look like.
#[derive(Default)]
struct Tally {
    all: u64,
    unknown: u64,
    numbers: u64,
    whole: u64,
    years: u64,
    dates: u64,
    yes_or_no: u64,
    wkt: u64,
    pairs: u64,
    rings: u64,
    lists: u64,
    latin: u64,
    polish: u64,
    least: Option<f64>,
    most: Option<f64>,
}

impl Tally {
    fn take(&mut self, text: &str, count: u64) {
        self.all += count;
        if says_unknown(text, &[]) {
            self.unknown += count;
            return;
        }
        if let Some(number) = numbers::parse(text) {
            self.number(number.value, text, count);
            return;
        }
        let digits = text.bytes().next().is_some_and(|byte| byte.is_ascii_digit() || byte == b'-');
        let parts =
            if digits { text.split([',', ';', ' ']).filter(|part| !part.is_empty()).count() } else { 0 };
        match parts {
            6.. if position::ring(text).is_some() => self.rings += count,
            2 | 4 if text.contains('.') && position::pair(text).is_some() => self.pairs += count,
            2.. if text.split([',', ';', '/']).all(|part| numbers::parse(part).is_some()) => {
                self.lists += count
            }
            _ => self.word(text, count),
        }
    }

    fn number(&mut self, value: f64, text: &str, count: u64) {
        self.numbers += count;
        self.least = Some(self.least.map_or(value, |least| least.min(value)));
        self.most = Some(self.most.map_or(value, |most| most.max(value)));
        if value.fract() == 0.0 {
            self.whole += count;
            self.years += if (1_700.0..=2_100.0).contains(&value) { count } else { 0 };
            if text.len() == 8 && matches!(dates::parse(text, &[]), Reading::Known(PartialDate::Day(..))) {
                self.dates += count;
            }
        }
    }

    fn word(&mut self, text: &str, count: u64) {
        if text.contains('(') && wkt::parse(text).is_some() {
            self.wkt += count;
        } else if matches!(
            fold(text).as_str(),
            "tak" | "nie" | "t" | "n" | "y" | "yes" | "no" | "true" | "false"
        ) {
            self.yes_or_no += count;
        } else if matches!(
            dates::parse(text, &[]),
            Reading::Known(_) | Reading::TwoWays { .. } | Reading::ShortYear(_)
        ) {
            self.dates += count;
        } else if lists::latin(text.split('"').next().unwrap_or(text)).is_some() {
            self.polish += count;
        } else if lists::is_latin(text) {
            self.latin += count;
        }
    }

    fn looks(&self) -> Looks {
        let known = self.all - self.unknown;
        if known == 0 {
            return if self.all == 0 { Looks::Empty } else { Looks::Text };
        }
        let mostly = |count: u64| count * 10 >= known * 9;
        let half = |count: u64| count * 2 >= known;
        if mostly(self.wkt) {
            Looks::Wkt
        } else if mostly(self.rings) {
            Looks::Ring
        } else if mostly(self.pairs) {
            Looks::Pairs
        } else if mostly(self.yes_or_no) {
            Looks::Booleans
        } else if mostly(self.dates) || (self.dates > 0 && mostly(self.dates + self.years)) {
            Looks::Dates
        } else if mostly(self.years) {
            Looks::Years
        } else if self.lists * 50 >= known && mostly(self.lists + self.numbers) {
            Looks::NumberLists
        } else if mostly(self.whole) {
            Looks::Integers
        } else if mostly(self.numbers) {
            Looks::Numbers
        } else if half(self.polish) {
            Looks::PolishSpecies
        } else if half(self.latin) {
            Looks::LatinSpecies
        } else {
            Looks::Text
        }
    }
}
