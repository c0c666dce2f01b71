//! The person of a row.

use super::dates::{self, Orders, Settled};
use super::model::{Case, DateRule, PersonMapping};
use super::names;
use super::refusal::Refusal;
use super::source::{Columns, Seen, Source, joined_key};
use super::text::{fold, shown};
use super::{convert, text};
use crate::{Burial, Doubt, PartialDate};

/// How a layer's people are read.
pub(super) struct Person {
    grave: Vec<Source>,
    grave_names: String,
    key: Vec<Source>,
    given_names: Option<Source>,
    surname: Option<Source>,
    full_name: Option<Source>,
    maiden_name: Option<Source>,
    dates: [Option<(Source, String)>; 3],
    unknown: Vec<String>,
    case: Option<Case>,
    rule: DateRule,
}

/// A person, before the key is settled.
pub(super) struct Found {
    pub(super) burial: Burial,
    pub(super) doubts: Vec<Doubt>,
    /// Dates that were left out.
    pub(super) refused: Vec<Refusal>,
}

/// A row without a person.
pub(super) enum NoPerson {
    /// Nothing of a person stands there.
    Empty,
    /// Something does, but it names nobody.
    Refused(Refusal),
}

impl Person {
    pub(super) fn new(mapping: &PersonMapping, rule: &DateRule, columns: &mut Columns<'_>) -> Self {
        let many = |names: &[String], columns: &mut Columns<'_>| {
            names.iter().map(|name| columns.find(name)).collect::<Vec<_>>()
        };
        let grave = many(mapping.grave.as_slice(), columns);
        let key = many(mapping.key.as_slice(), columns);
        let mut one = |name: &Option<String>| name.as_ref().map(|name| columns.find(name));
        let (given_names, surname) = (one(&mapping.given_names), one(&mapping.surname));
        let (full_name, maiden_name) = (one(&mapping.full_name), one(&mapping.maiden_name));
        let mut date = |name: &Option<String>| {
            let name = name.as_ref()?;
            let source = columns.find(name);
            let shown = columns.name(&source, name);
            Some((source, shown))
        };
        let dates = [date(&mapping.born), date(&mapping.died), date(&mapping.buried)];
        Self {
            grave,
            grave_names: mapping.grave.as_slice().join(", "),
            key,
            given_names,
            surname,
            full_name,
            maiden_name,
            dates,
            unknown: mapping.unknown.iter().map(|text| fold(text)).collect(),
            case: mapping.case,
            rule: rule.clone(),
        }
    }

    /// The key of the row's grave.
    pub(super) fn grave_key(&self, seen: &Seen<'_>) -> Result<String, Refusal> {
        joined_key(&self.grave, seen).ok_or_else(|| {
            let (pl, en) = ("grób, w którym osoba spoczywa", "the grave in which the person lies");
            Refusal::new("no_grave", &self.texts(seen, false), pl, en).about(&self.grave_names)
        })
    }

    /// Columns whose dates are evidence for the order of day and month.
    pub(super) fn date_sources(&self) -> impl Iterator<Item = &Source> {
        self.dates.iter().flatten().map(|(source, _)| source)
    }

    /// Evidence of a cell.
    pub(super) fn see(&self, text: &str, orders: &mut Orders) {
        orders.see(dates::parse(text, &self.unknown));
    }

    /// The person of a row in the grave `grave`.
    pub(super) fn read(&self, seen: &Seen<'_>, grave: &str, orders: &Orders) -> Result<Found, NoPerson> {
        let (given_names, surname, maiden_name) = self.names(seen);
        if given_names.is_empty() && surname.is_empty() {
            return Err(self.nobody(seen));
        }
        let mut doubts = Vec::new();
        let mut refused = Vec::new();
        let [born, died, buried] = self.dates.each_ref().map(|column| {
            column.as_ref().map_or(PartialDate::Unknown, |(source, name)| {
                self.date(&source.text(seen), name, orders, &mut doubts, &mut refused)
            })
        });
        doubts.extend(names::odd_dates(born, died, buried).map(|(code, found)| Doubt {
            code,
            column: None,
            found,
        }));
        let source_id = if self.key.is_empty() {
            format!("{grave}/{}", format!("{surname} {given_names}").trim())
        } else {
            joined_key(&self.key, seen).ok_or_else(|| NoPerson::Refused(no_key()))?
        };
        let grave = grave.to_owned();
        let burial = Burial { source_id, grave, given_names, surname, maiden_name, born, died, buried };
        Ok(Found { burial, doubts, refused })
    }

    /// Whether the burials have keys of their own.
    pub(super) fn has_own_key(&self) -> bool {
        !self.key.is_empty()
    }

    fn names(&self, seen: &Seen<'_>) -> (String, String, Option<String>) {
        let clean = |source: &Option<Source>| {
            let text = source.as_ref().map(|source| source.text(seen)).unwrap_or_default();
            let tidy = text::tidy(&text);
            if text::says_unknown(&tidy, &self.unknown) {
                return String::new();
            }
            self.case.map_or_else(|| tidy.clone().into_owned(), |case| text::with_case(&tidy, case))
        };
        let (mut given_names, mut surname) = (clean(&self.given_names), clean(&self.surname));
        let mut maiden_name = clean(&self.maiden_name);
        let full_name = clean(&self.full_name);
        let mut take = |name: &mut String| {
            if let Some((rest, maiden)) = names::maiden(name) {
                if maiden_name.is_empty() {
                    maiden_name = maiden;
                }
                *name = rest;
            }
        };
        take(&mut given_names);
        take(&mut surname);
        if !full_name.is_empty() {
            let mut full_name = full_name;
            take(&mut full_name);
            (given_names, surname) = names::split(&full_name);
        }
        (given_names, surname, (!maiden_name.is_empty()).then_some(maiden_name))
    }

    fn date(
        &self,
        text: &str,
        column: &str,
        orders: &Orders,
        doubts: &mut Vec<Doubt>,
        refused: &mut Vec<Refusal>,
    ) -> PartialDate {
        match dates::settle(dates::parse(text, &self.unknown), orders, &self.rule) {
            Settled::Date(date) => {
                if let Some(year) = names::year_as_day(text, date) {
                    let found = format!("{} = {year}?", shown(text));
                    doubts.push(Doubt { code: "year_as_date", column: Some(column.to_owned()), found });
                }
                date
            }
            Settled::Repaired(date) => {
                let column = Some(column.to_owned());
                doubts.push(Doubt { code: "repaired_date", column, found: shown(text) });
                date
            }
            other => {
                refused.push(convert::no_date(text, other).about(column));
                PartialDate::Unknown
            }
        }
    }

    /// Why the row names nobody.
    fn nobody(&self, seen: &Seen<'_>) -> NoPerson {
        let texts = self.texts(seen, true);
        if texts.is_empty() { NoPerson::Empty } else { NoPerson::Refused(no_name(&texts)) }
    }

    /// What stands in the columns of names, and of dates.
    fn texts(&self, seen: &Seen<'_>, dates: bool) -> String {
        let names = [&self.given_names, &self.surname, &self.full_name];
        let dates = self.date_sources().filter(|_| dates);
        let texts = names.into_iter().flatten().chain(dates).map(|source| source.text(seen));
        let texts: Vec<_> = texts.filter(|text| !text.trim().is_empty()).collect();
        texts.join(" ")
    }
}

/// A row that names nobody.
pub(super) fn no_name(found: &str) -> Refusal {
    Refusal::new("no_name", found, "imię albo nazwisko osoby", "a given name or surname of the person")
}

fn no_key() -> Refusal {
    Refusal::new("no_key", "", "wypełnione kolumny klucza", "the columns of the key, filled")
}
