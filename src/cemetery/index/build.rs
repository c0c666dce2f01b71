//! Building the index in one pass over the entries.
//!
//! Written names are kept once each; persons refer to them by number. So the work on text is done for
//! some tens of thousands of distinct names, not for every person.

use std::collections::HashMap;

use uuid::Uuid;

use super::dictionary::{Dictionary, Term};
use super::postings::{Postings, Role};
use super::years::Years;
use super::{Dates, Fields, NameIndex, Person, PersonEntry, Traits};
use crate::cemetery::names;

/// The field of a person without a maiden name.
pub(super) const NO_FIELD: u32 = u32::MAX;
/// The most words of one written name that are indexed.
pub(super) const FIELD_WORDS_MAX: usize = 8;

/// Distinct values with their numbers, in order of first appearance.
#[derive(Default)]
struct Numbers {
    known: HashMap<String, u32>,
    values: Vec<String>,
}

impl Numbers {
    fn number(&mut self, value: String) -> u32 {
        if let Some(number) = self.known.get(&value) {
            return *number;
        }
        let number = u32::try_from(self.values.len()).unwrap_or(NO_FIELD);
        self.values.push(value.clone());
        self.known.insert(value, number);
        number
    }
}

/// See [`NameIndex::build`].
pub(super) fn build(entries: impl Iterator<Item = PersonEntry>) -> NameIndex {
    let mut written: [Numbers; 3] = Default::default();
    let mut cemeteries: HashMap<Uuid, u32> = HashMap::new();
    let mut index = NameIndex::default();
    let mut people: Vec<(Person, Traits)> = Vec::with_capacity(entries.size_hint().0);
    for entry in entries {
        let next = u32::try_from(index.cemeteries.len()).unwrap_or(u32::MAX);
        let cemetery = *cemeteries.entry(entry.cemetery).or_insert_with(|| {
            index.cemeteries.push(entry.cemetery);
            next
        });
        let traits = Traits {
            written: [
                written[Role::Surname as usize].number(entry.surname),
                written[Role::Given as usize].number(entry.given_names),
                match entry.maiden_name {
                    Some(name) if !name.trim().is_empty() => written[Role::Maiden as usize].number(name),
                    _ => NO_FIELD,
                },
            ],
            cemetery,
            dates: Dates { born: Years::from(entry.born), died: Years::from(entry.died) },
        };
        people.push((Person { person: entry.person, grave: entry.grave }, traits));
    }
    sort(&mut people, &written);
    (index.persons, index.traits) = renumber(people, &written).unzip();
    (index.fields, index.dictionary) = split(written);
    index.persons.shrink_to_fit();
    index.traits.shrink_to_fit();
    index.postings = Postings::build(index.dictionary.len(), |visit| {
        for (number, of) in (0_u32..).zip(&index.traits) {
            for field in of.written {
                index.fields.get(field).iter().for_each(|(term, role)| visit(number, *term, *role));
            }
        }
    });
    index
}

/// Orders by surname, given names, year of death and ids.
fn sort(people: &mut [(Person, Traits)], written: &[Numbers; 3]) {
    let places = |role: Role| {
        let values = &written[role as usize].values;
        let mut order: Vec<(Vec<u8>, usize)> =
            values.iter().enumerate().map(|(at, value)| (names::collation_key(value.trim()), at)).collect();
        order.sort_unstable();
        let mut places = vec![0_u32; values.len()];
        for (place, (_, at)) in (0_u32..).zip(&order) {
            places[*at] = place;
        }
        places
    };
    let (surnames, given) = (places(Role::Surname), places(Role::Given));
    people.sort_unstable_by_key(|(person, of)| {
        let [surname, name, _] = of.written;
        let (surname, name) = (surnames.get(surname as usize), given.get(name as usize));
        (surname.copied(), name.copied(), of.dates.died.from, person.person, person.grave)
    });
}

/// Numbers the written names of all three roles in one row.
fn renumber(people: Vec<(Person, Traits)>, written: &[Numbers; 3]) -> impl Iterator<Item = (Person, Traits)> {
    let count = |role: Role| u32::try_from(written[role as usize].values.len()).unwrap_or(NO_FIELD);
    let (surnames, given) = (count(Role::Surname), count(Role::Given));
    people.into_iter().map(move |(person, mut of)| {
        let [_, name, maiden] = &mut of.written;
        *name += surnames;
        if *maiden != NO_FIELD {
            *maiden += surnames + given;
        }
        (person, of)
    })
}

/// Splits the written names into words and builds the dictionary of these.
fn split(written: [Numbers; 3]) -> (Fields, Dictionary) {
    let mut spellings = Numbers::default();
    let mut fields = Fields { starts: vec![0], words: Vec::new() };
    for (role, names) in Role::ALL.into_iter().zip(written) {
        for value in names.values {
            let words = roles(role, &value).into_iter().take(FIELD_WORDS_MAX);
            fields.words.extend(words.map(|(word, role)| (spellings.number(word), role)));
            fields.starts.push(u32::try_from(fields.words.len()).unwrap_or(u32::MAX));
        }
    }
    let (dictionary, terms): (Dictionary, Vec<Term>) = Dictionary::build(&spellings.values);
    for (word, _) in &mut fields.words {
        *word = terms.get(*word as usize).copied().unwrap_or_default();
    }
    fields.words.shrink_to_fit();
    (fields, dictionary)
}

/// The words of a written name, each with its role.
fn roles(role: Role, text: &str) -> Vec<(String, Role)> {
    let with = |words: Vec<String>, role: Role| words.into_iter().map(move |word| (word, role));
    match role {
        Role::Surname => {
            let split = names::split_surname(text);
            with(split.surname, Role::Surname).chain(with(split.maiden, Role::Maiden)).collect()
        }
        Role::Given => with(names::words(text), Role::Given).collect(),
        Role::Maiden => {
            let split = names::split_surname(text);
            with(split.surname, Role::Maiden).chain(with(split.maiden, Role::Maiden)).collect()
        }
    }
}
