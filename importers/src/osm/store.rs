//! What has been read, kept as tightly as later steps allow.
//!
//! A node costs 16 bytes, a reference from a way to a node 8; tags are kept only of elements that
//! carry some that matter here, each different string once. Positions are whole numbers of 1e-7
//! degree, so that ways which share a node share its coordinates bit for bit.

use std::collections::HashMap;
use std::rc::Rc;

use geo_types::Coord;

/// A position on the globe in steps of 1e-7 degree, the precision in which the map is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Position {
    pub(super) lon_e7: i32,
    pub(super) lat_e7: i32,
}

impl Position {
    /// From nano-degrees; `None` when that is nowhere on earth.
    pub(super) fn from_nano(lon_nano: i64, lat_nano: i64) -> Option<Self> {
        let step = |nano: i64, most: i64| {
            let half = if nano < 0 { -50 } else { 50 };
            let steps = nano.checked_add(half)? / 100;
            (steps.abs() <= most * 10_000_000).then(|| i32::try_from(steps).ok())?
        };
        Some(Self { lon_e7: step(lon_nano, 180)?, lat_e7: step(lat_nano, 90)? })
    }

    /// The one place where degrees are made of steps.
    pub(super) fn coord(self) -> Coord<f64> {
        Coord { x: f64::from(self.lon_e7) / 1e7, y: f64::from(self.lat_e7) / 1e7 }
    }
}

/// The three sorts of elements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Sort {
    Node,
    Way,
    Relation,
}

impl Sort {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Node => "node",
            Self::Way => "way",
            Self::Relation => "relation",
        }
    }
}

/// One member of a relation.
#[derive(Debug, Clone, Copy)]
pub(super) struct Member {
    pub(super) sort: Sort,
    pub(super) id: i64,
}

/// A stretch of one of the pools.
#[derive(Debug, Clone, Copy, Default)]
struct Stretch {
    start: usize,
    length: u32,
}

impl Stretch {
    fn of<T>(self, pool: &[T]) -> &[T] {
        pool.get(self.start..self.start + self.length as usize).unwrap_or_default()
    }
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    id: i64,
    parts: Stretch,
    tags: Stretch,
}

/// Each different string once.
#[derive(Debug, Default)]
struct Strings {
    numbers: HashMap<Rc<str>, u32>,
    texts: Vec<Rc<str>>,
}

impl Strings {
    fn number(&mut self, text: &str) -> u32 {
        if let Some(&number) = self.numbers.get(text) {
            return number;
        }
        // More than four thousand million different strings do not fit in any file that passes the limits.
        let number = u32::try_from(self.texts.len()).unwrap_or(u32::MAX);
        let shared: Rc<str> = text.into();
        self.texts.push(Rc::clone(&shared));
        self.numbers.insert(shared, number);
        number
    }

    fn text(&self, number: u32) -> &str {
        self.texts.get(number as usize).map_or("", |text| text)
    }
}

/// The tags of one element.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tags<'a> {
    pairs: &'a [(u32, u32)],
    strings: &'a Strings,
}

impl<'a> Tags<'a> {
    /// The value of a key; the first, should a broken file have two.
    pub(super) fn get(self, key: &str) -> Option<&'a str> {
        self.iter().find(|(found, _)| *found == key).map(|(_, value)| value)
    }

    pub(super) fn is(self, key: &str, value: &str) -> bool {
        self.get(key) == Some(value)
    }

    pub(super) fn is_one_of(self, key: &str, values: &[&str]) -> bool {
        self.get(key).is_some_and(|value| values.contains(&value))
    }

    /// True when the key is there and its value is not `no`.
    pub(super) fn has(self, key: &str) -> bool {
        self.get(key).is_some_and(|value| value != "no")
    }

    pub(super) fn is_empty(self) -> bool {
        self.pairs.is_empty()
    }

    pub(super) fn iter(self) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.pairs.iter().map(move |&(key, value)| (self.strings.text(key), self.strings.text(value)))
    }
}

/// Keys of which at least one must be there for the tags of a node to be kept.
const NODE_KEYS: [&str; 13] = [
    "highway",
    "amenity",
    "natural",
    "barrier",
    "entrance",
    "cemetery",
    "historic",
    "place",
    "railway",
    "leisure",
    "landuse",
    "addr:housenumber",
    "building",
];

/// All elements of a file.
#[derive(Debug, Default)]
pub(super) struct Store {
    node_ids: Vec<i64>,
    node_positions: Vec<Position>,
    tagged_nodes: Vec<Entry>,
    ways: Vec<Entry>,
    relations: Vec<Entry>,
    references: Vec<i64>,
    members: Vec<Member>,
    pairs: Vec<(u32, u32)>,
    strings: Strings,
    /// Elements that came twice; the first of each is kept.
    pub(super) duplicates: Vec<(Sort, i64)>,
}

impl Store {
    fn keep_tags<'t>(&mut self, tags: impl Iterator<Item = (&'t str, &'t str)>) -> Stretch {
        let start = self.pairs.len();
        for (key, value) in tags {
            let pair = (self.strings.number(key), self.strings.number(value));
            self.pairs.push(pair);
        }
        Stretch { start, length: (self.pairs.len() - start) as u32 }
    }

    pub(super) fn add_node<'t>(
        &mut self,
        id: i64,
        position: Position,
        tags: impl Iterator<Item = (&'t str, &'t str)> + Clone,
    ) {
        self.node_ids.push(id);
        self.node_positions.push(position);
        if tags.clone().any(|(key, _)| NODE_KEYS.contains(&key)) {
            let tags = self.keep_tags(tags);
            self.tagged_nodes.push(Entry { id, parts: Stretch::default(), tags });
        }
    }

    pub(super) fn add_way<'t>(
        &mut self,
        id: i64,
        nodes: impl Iterator<Item = i64>,
        tags: impl Iterator<Item = (&'t str, &'t str)>,
    ) {
        let start = self.references.len();
        self.references.extend(nodes);
        let parts = Stretch { start, length: (self.references.len() - start) as u32 };
        let tags = self.keep_tags(tags);
        self.ways.push(Entry { id, parts, tags });
    }

    pub(super) fn add_relation<'t>(
        &mut self,
        id: i64,
        members: impl Iterator<Item = Member>,
        tags: impl Iterator<Item = (&'t str, &'t str)>,
    ) {
        let start = self.members.len();
        self.members.extend(members);
        let parts = Stretch { start, length: (self.members.len() - start) as u32 };
        let tags = self.keep_tags(tags);
        self.relations.push(Entry { id, parts, tags });
    }

    /// Sorts what came unsorted and drops what came twice; to be called once, after the last element.
    pub(super) fn finish(&mut self) {
        if !self.node_ids.is_sorted() {
            let mut both: Vec<_> = self.node_ids.drain(..).zip(self.node_positions.drain(..)).collect();
            both.sort_by_key(|(id, _)| *id);
            (self.node_ids, self.node_positions) = both.into_iter().unzip();
        }
        self.drop_double_nodes();
        let doubles = &mut self.duplicates;
        sort_once(&mut self.tagged_nodes, |_| ());
        sort_once(&mut self.ways, |id| doubles.push((Sort::Way, id)));
        sort_once(&mut self.relations, |id| doubles.push((Sort::Relation, id)));
    }

    fn drop_double_nodes(&mut self) {
        if self.node_ids.is_sorted_by(|a, b| a < b) {
            return;
        }
        let mut kept = 0;
        for index in 0..self.node_ids.len() {
            let (id, position) = (self.node_ids[index], self.node_positions[index]);
            if kept > 0 && self.node_ids[kept - 1] == id {
                self.duplicates.push((Sort::Node, id));
                continue;
            }
            self.node_ids[kept] = id;
            self.node_positions[kept] = position;
            kept += 1;
        }
        self.node_ids.truncate(kept);
        self.node_positions.truncate(kept);
    }

    /// Where a node lies; `None` when the file does not have it.
    pub(super) fn position(&self, node: i64) -> Option<Position> {
        let index = self.node_ids.binary_search(&node).ok()?;
        self.node_positions.get(index).copied()
    }

    /// The nodes of a way; `None` when the file does not have the way.
    pub(super) fn way_nodes(&self, way: i64) -> Option<&[i64]> {
        let index = self.ways.binary_search_by_key(&way, |entry| entry.id).ok()?;
        Some(self.ways.get(index)?.parts.of(&self.references))
    }

    pub(super) fn counts(&self) -> (u64, u64, u64) {
        (self.node_ids.len() as u64, self.ways.len() as u64, self.relations.len() as u64)
    }

    /// How many references of ways and how many members of relations lead to nothing.
    pub(super) fn loose_ends(&self) -> (u64, u64) {
        let nodes = self.references.iter().filter(|&&node| !self.has(Sort::Node, node)).count();
        let members = self.members.iter().filter(|member| !self.has(member.sort, member.id)).count();
        (nodes as u64, members as u64)
    }

    fn has(&self, sort: Sort, id: i64) -> bool {
        let among = |entries: &[Entry]| entries.binary_search_by_key(&id, |entry| entry.id).is_ok();
        match sort {
            Sort::Node => self.node_ids.binary_search(&id).is_ok(),
            Sort::Way => among(&self.ways),
            Sort::Relation => among(&self.relations),
        }
    }

    /// The box around all nodes as south-west and north-east corner.
    pub(super) fn extent(&self) -> Option<(Position, Position)> {
        let first = *self.node_positions.first()?;
        Some(self.node_positions.iter().fold((first, first), |(low, high), at| {
            (
                Position { lon_e7: low.lon_e7.min(at.lon_e7), lat_e7: low.lat_e7.min(at.lat_e7) },
                Position { lon_e7: high.lon_e7.max(at.lon_e7), lat_e7: high.lat_e7.max(at.lat_e7) },
            )
        }))
    }

    /// All elements with tags: nodes, then ways, then relations, each by ascending id.
    pub(super) fn elements(&self) -> impl Iterator<Item = Element<'_>> {
        let nodes = self.tagged_nodes.iter().map(|entry| self.element(Sort::Node, entry));
        let ways = self.ways.iter().map(|entry| self.element(Sort::Way, entry));
        let relations = self.relations.iter().map(|entry| self.element(Sort::Relation, entry));
        nodes.chain(ways).chain(relations).filter(|element| !element.tags.is_empty())
    }

    fn element<'a>(&'a self, sort: Sort, entry: &'a Entry) -> Element<'a> {
        Element {
            sort,
            id: entry.id,
            tags: Tags { pairs: entry.tags.of(&self.pairs), strings: &self.strings },
            nodes: if sort == Sort::Way { entry.parts.of(&self.references) } else { &[] },
            members: if sort == Sort::Relation { entry.parts.of(&self.members) } else { &[] },
        }
    }
}

/// Sorts by id, keeps the first of equal ids and reports the others.
fn sort_once(entries: &mut Vec<Entry>, mut dropped: impl FnMut(i64)) {
    if entries.is_sorted_by(|a, b| a.id < b.id) {
        return;
    }
    entries.sort_by_key(|entry| entry.id);
    entries.dedup_by(|later, earlier| {
        let same = later.id == earlier.id;
        if same {
            dropped(later.id);
        }
        same
    });
}

/// One element with its tags and parts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Element<'a> {
    pub(super) sort: Sort,
    pub(super) id: i64,
    pub(super) tags: Tags<'a>,
    /// Nodes of a way.
    pub(super) nodes: &'a [i64],
    /// Members of a relation.
    pub(super) members: &'a [Member],
}

impl Element<'_> {
    /// For example `way/123`.
    pub(super) fn source_id(&self) -> String {
        format!("{}/{}", self.sort.as_str(), self.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_keep_seven_decimals_and_refuse_what_is_nowhere() {
        let at = Position::from_nano(13_321_497_300, 52_591_276_700).unwrap();
        assert_eq!((at.coord().x, at.coord().y), (13.321_497_3, 52.591_276_7));
        assert_eq!(Position::from_nano(-180_000_000_000, 90_000_000_000).unwrap().coord().x, -180.0);
        assert!(Position::from_nano(180_000_000_100, 0).is_none());
        assert!(Position::from_nano(i64::MAX, i64::MIN).is_none());
    }

    #[test]
    fn unsorted_and_double_nodes_are_found() {
        let mut store = Store::default();
        let at = |steps| Position { lon_e7: steps, lat_e7: 0 };
        for (id, steps) in [(5, 50), (3, 30), (5, 51), (4, 40)] {
            store.add_node(id, at(steps), std::iter::empty());
        }
        store.finish();
        assert_eq!(store.position(5), Some(at(50)));
        assert_eq!(store.position(4), Some(at(40)));
        assert_eq!(store.position(6), None);
        assert_eq!(store.duplicates, [(Sort::Node, 5)]);
        assert_eq!(store.counts().0, 3);
    }
}
