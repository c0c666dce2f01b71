//! The order of day and month of a whole file, and dates settled by it.

use super::Reading;
use crate::PartialDate;
use crate::mapping::model::{DateOrder, DateRule};
use crate::mapping::report::DatesSeen;

/// The orders of one file, sign by sign.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::mapping) struct Orders {
    seen: Vec<DatesSeen>,
}

impl Orders {
    /// Takes a date as evidence.
    pub(in crate::mapping) fn see(&mut self, reading: Reading) {
        let Reading::TwoWays { sign, dmy, mdy, odd: false } = reading else { return };
        let seen = match self.seen.iter_mut().position(|seen| seen.sign == sign) {
            Some(place) => self.seen.get_mut(place),
            None => {
                self.seen.push(DatesSeen { sign, ..DatesSeen::default() });
                self.seen.last_mut()
            }
        };
        let Some(seen) = seen else { return };
        match (dmy, mdy) {
            (Some(PartialDate::Day(..)), None) => seen.only_dmy += 1,
            (None, Some(PartialDate::Day(..))) => seen.only_mdy += 1,
            (Some(first), Some(second)) if first != second => seen.both += 1,
            _ => {}
        }
    }

    /// Settles the orders: as the mapping states them, else by the evidence.
    pub(in crate::mapping) fn settle(&mut self, rule: &DateRule) {
        for seen in &mut self.seen {
            let stated = rule.of(seen.sign);
            seen.stated = stated != DateOrder::Auto;
            seen.order = match (stated, seen.only_dmy, seen.only_mdy) {
                (DateOrder::Auto, 1.., 0) => DateOrder::Dmy,
                (DateOrder::Auto, 0, 1..) => DateOrder::Mdy,
                (stated, ..) => stated,
            };
        }
        self.seen.sort_by_key(|seen| seen.sign);
    }

    /// Evidence and outcome.
    pub(in crate::mapping) fn seen(&self) -> &[DatesSeen] {
        &self.seen
    }

    fn of(&self, sign: char, rule: &DateRule) -> DateOrder {
        match rule.of(sign) {
            DateOrder::Auto => {
                self.seen.iter().find(|seen| seen.sign == sign).map_or(DateOrder::Auto, |seen| seen.order)
            }
            stated => stated,
        }
    }
}

/// A date, or why it is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::mapping) enum Settled {
    /// As far as known.
    Date(PartialDate),
    /// Known, but a doubled sign had to be read as one.
    Repaired(PartialDate),
    /// Two dates are possible.
    Ambiguous(PartialDate, PartialDate),
    /// A year of two digits.
    ShortYear(u16),
    /// No date.
    Bad,
}

/// Settles a reading by the orders of its file.
pub(in crate::mapping) fn settle(reading: Reading, orders: &Orders, rule: &DateRule) -> Settled {
    match reading {
        Reading::Unknown => Settled::Date(PartialDate::Unknown),
        Reading::Known(date) => Settled::Date(date),
        Reading::ShortYear(year) => Settled::ShortYear(year),
        Reading::Bad => Settled::Bad,
        Reading::TwoWays { dmy, mdy, odd: true, .. } => match (dmy, mdy) {
            (Some(date), None) | (None, Some(date)) => Settled::Repaired(date),
            (Some(first), Some(second)) if first == second => Settled::Repaired(first),
            _ => Settled::Bad,
        },
        Reading::TwoWays { sign, dmy, mdy, odd: false } => match (dmy, mdy, orders.of(sign, rule)) {
            (Some(first), Some(second), _) if first == second => Settled::Date(first),
            (Some(date), _, DateOrder::Dmy) | (_, Some(date), DateOrder::Mdy) => Settled::Date(date),
            (Some(date), None, DateOrder::Auto) | (None, Some(date), DateOrder::Auto) => Settled::Date(date),
            (Some(first), Some(second), DateOrder::Auto) => Settled::Ambiguous(first, second),
            _ => Settled::Bad,
        },
    }
}
