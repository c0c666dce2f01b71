//! Which persons bear a word, by the role the word plays in their name.

use std::ops::Range;

use super::dictionary::Term;

/// The part of a name in which a word stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Role {
    Surname,
    Given,
    Maiden,
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 3] = [Self::Surname, Self::Given, Self::Maiden];
}

/// The persons of each term, ascending, term after term.
#[derive(Debug, Default)]
struct Lists {
    starts: Vec<u32>,
    persons: Vec<u32>,
}

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Postings {
    lists: [Lists; 3],
}

impl Postings {
    /// Builds from pairs of term and role for each person; `visit` is called twice and must give the same
    /// pairs both times, persons ascending.
    pub fn build(term_count: usize, visit: impl Fn(&mut dyn FnMut(u32, Term, Role))) -> Self {
        let mut counts: [Vec<u32>; 3] = std::array::from_fn(|_| vec![0; term_count + 1]);
        visit(&mut |_, term, role| counts[role as usize][term as usize + 1] += 1);
        let mut lists: [Lists; 3] = counts.map(|mut starts| {
            for at in 1..starts.len() {
                starts[at] += starts[at - 1];
            }
            let total = starts.last().copied().unwrap_or(0) as usize;
            Lists { starts, persons: vec![0; total] }
        });
        let mut next: [Vec<u32>; 3] = std::array::from_fn(|role| lists[role].starts.clone());
        visit(&mut |person, term, role| {
            let slot = &mut next[role as usize][term as usize];
            lists[role as usize].persons[*slot as usize] = person;
            *slot += 1;
        });
        Self { lists }
    }

    /// The persons with `term` in `role`, ascending.
    pub fn of(&self, role: Role, term: Term) -> &[u32] {
        self.of_all(role, term..term + 1)
    }

    /// The persons with any of `terms` in `role`, term after term.
    pub fn of_all(&self, role: Role, terms: Range<Term>) -> &[u32] {
        let lists = &self.lists[role as usize];
        let at = |term: Term| lists.starts.get(term as usize).map_or(0, |start| *start as usize);
        lists.persons.get(at(terms.start)..at(terms.end)).unwrap_or_default()
    }

    /// The memory taken, in bytes.
    pub fn memory_bytes(&self) -> usize {
        self.lists.iter().map(|lists| (lists.starts.capacity() + lists.persons.capacity()) * 4).sum()
    }
}
