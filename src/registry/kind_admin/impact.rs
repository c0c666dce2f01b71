//! What a change to a kind does to the things that there are: counts and examples. Pure.

use std::collections::HashMap;

use serde_json::{Map, Value};
use uuid::Uuid;

use super::mend::{Break, Watched};

/// Examples of one break.
const EXAMPLES: usize = 5;
/// Values of one attribute that are told apart; the rarer ones are one group.
const MOST_TOLD_APART: usize = 30;

/// A thing that would break.
#[derive(Debug, Clone)]
pub(super) struct BrokenThing {
    pub(super) id: Uuid,
    pub(super) label: Option<String>,
    pub(super) number: i64,
    /// The value that does not fit; null when it is missing.
    pub(super) value: Value,
}

/// How many things break in one way, and some of them.
#[derive(Debug, Clone, Default)]
pub(super) struct Broken {
    pub(super) count: u64,
    pub(super) examples: Vec<BrokenThing>,
}

/// All that would break, the most frequent first within each attribute.
#[derive(Debug, Clone, Default)]
pub(super) struct Impact {
    found: HashMap<Break, Broken>,
}

impl Impact {
    /// Looks at one thing.
    pub(super) fn see(&mut self, watched: &[Watched], thing: &BrokenThing, attributes: &Map<String, Value>) {
        for one in watched {
            for broken in one.breaks(attributes) {
                let seen = self.found.entry(broken).or_default();
                seen.count += 1;
                if seen.examples.len() < EXAMPLES {
                    let value = attributes.get(&one.key).cloned().unwrap_or(Value::Null);
                    seen.examples.push(BrokenThing { value, ..thing.clone() });
                }
            }
        }
    }

    /// The breaks, in the order of the attributes; rare values of one attribute are joined.
    pub(super) fn breaks(self, watched: &[Watched]) -> Vec<(Break, Broken)> {
        let mut all: Vec<(Break, Broken)> = self.found.into_iter().collect();
        let position = |key: &str| watched.iter().position(|one| one.key == key);
        all.sort_by(|(a, seen_a), (b, seen_b)| {
            position(&a.key)
                .cmp(&position(&b.key))
                .then(a.code.cmp(b.code))
                .then(seen_b.count.cmp(&seen_a.count))
                .then(a.value.cmp(&b.value))
        });
        let mut kept: Vec<(Break, Broken)> = Vec::new();
        let mut rare: Vec<(Break, Broken)> = Vec::new();
        for (found, seen) in all {
            let told_apart =
                kept.iter().filter(|(other, _)| other.key == found.key && other.value.is_some()).count();
            if found.value.is_none() || told_apart < MOST_TOLD_APART {
                kept.push((found, seen));
                continue;
            }
            let joined = Break { value: None, ..found };
            match rare.iter_mut().find(|(other, _)| *other == joined) {
                Some((_, all)) => {
                    all.count += seen.count;
                    let room = EXAMPLES.saturating_sub(all.examples.len());
                    all.examples.extend(seen.examples.into_iter().take(room));
                }
                None => rare.push((joined, seen)),
            }
        }
        for (joined, seen) in rare {
            match kept.iter_mut().find(|(other, _)| *other == joined) {
                Some((_, all)) => all.count += seen.count,
                None => kept.push((joined, seen)),
            }
        }
        kept
    }
}
