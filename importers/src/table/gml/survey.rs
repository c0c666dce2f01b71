//! The first pass over a GML file: which types of features, columns and systems it holds.

use std::collections::HashMap;

use super::super::markup::Markup;
use super::super::{Layer, Limits, TableError};
use super::axis::{Habits, Votes};
use super::crs::Declared;
use super::feature::{Feature, Visitor};
use super::tree::Node;
use super::{System, Systems};

/// Most types of features; EGiB has 60.
const KINDS: usize = 1_000;
/// Most names of systems; real files have one or two.
const NAMES: usize = 64;

/// What has been seen so far.
pub(super) struct Survey {
    limits: Limits,
    rows: u64,
    kinds: Vec<Kind>,
    by_name: HashMap<String, usize>,
    votes: HashMap<Option<String>, Votes>,
    habits: Habits,
}

#[derive(Default)]
struct Kind {
    name: String,
    rows: u64,
    /// Column, and whether it was ever filled.
    columns: Vec<(String, bool)>,
    by_name: HashMap<String, usize>,
    shapes: Vec<String>,
    systems: Vec<Option<String>>,
}

impl Survey {
    pub(super) fn new(limits: Limits) -> Self {
        Self {
            limits,
            rows: 0,
            kinds: Vec::new(),
            by_name: HashMap::new(),
            votes: HashMap::new(),
            habits: Habits::default(),
        }
    }

    /// Layers in their order of appearance, and how systems are to be understood.
    pub(super) fn finish(self) -> (Vec<Layer>, Systems) {
        let systems: Systems = self
            .votes
            .into_iter()
            .map(|(name, votes)| {
                let declared = name.as_deref().and_then(Declared::parse);
                let (order, note) = votes.decide(declared, self.habits);
                (name, System { srid: declared.map(|declared| declared.srid), order, note })
            })
            .collect();
        let layers = self.kinds.into_iter().map(|kind| kind.layer(&systems)).collect();
        (layers, systems)
    }

    fn vote(&mut self, feature: &Feature, markup: &Markup) -> Result<Option<Option<String>>, TableError> {
        let Some(tree) = &feature.geometry else { return Ok(None) };
        let name = tree.srs.clone().or_else(|| feature.srs.clone());
        let declared = name.as_deref().and_then(Declared::parse);
        if !self.votes.contains_key(&name) && self.votes.len() >= NAMES {
            return Err(markup
                .whose()
                .too_large(format!("it names more than {NAMES} systems of coordinates")));
        }
        let votes = self.votes.entry(name.clone()).or_default();
        each_position(&tree.root, &mut |[first, second]| votes.count(declared, first, second));
        Ok(Some(name))
    }
}

impl Visitor for Survey {
    fn wants(&mut self, _kind: &str) -> bool {
        true
    }

    fn element(&mut self, name: &str) {
        self.habits.notice(name);
    }

    fn feature(&mut self, feature: Feature, markup: &Markup) -> Result<(), TableError> {
        let whose = markup.whose();
        self.rows += 1;
        if self.rows > self.limits.rows {
            return Err(whose.too_large(format!("more than {} features", self.limits.rows)));
        }
        let system = self.vote(&feature, markup)?;
        let at = match self.by_name.get(&feature.kind) {
            Some(at) => *at,
            None => {
                if self.kinds.len() >= KINDS {
                    return Err(whose.too_large(format!("more than {KINDS} types of features")));
                }
                self.kinds.push(Kind { name: feature.kind.clone(), ..Kind::default() });
                self.by_name.insert(feature.kind.clone(), self.kinds.len() - 1);
                self.kinds.len() - 1
            }
        };
        let Some(kind) = self.kinds.get_mut(at) else { return Ok(()) };
        kind.rows += 1;
        if let Some(system) = system
            && !kind.systems.contains(&system)
        {
            kind.systems.push(system);
        }
        for shape in feature.shapes {
            if !kind.shapes.contains(&shape) && kind.shapes.len() < 100 {
                kind.shapes.push(shape);
            }
        }
        for value in feature.values {
            kind.column(value.column, !value.text.is_empty());
        }
        if kind.columns.len() > self.limits.columns {
            return Err(
                whose.too_large(format!("{} has more than {} columns", kind.name, self.limits.columns))
            );
        }
        Ok(())
    }
}

impl Kind {
    fn column(&mut self, name: String, filled: bool) {
        match self.by_name.get(&name) {
            Some(at) => {
                if let Some((_, ever)) = self.columns.get_mut(*at) {
                    *ever |= filled;
                }
            }
            None => {
                self.by_name.insert(name.clone(), self.columns.len());
                self.columns.push((name, filled));
            }
        }
    }

    fn layer(self, systems: &Systems) -> Layer {
        let own: Vec<&System> = self.systems.iter().filter_map(|name| systems.get(name)).collect();
        let srid = own.first().and_then(|first| {
            own.iter().all(|system| system.srid == first.srid).then_some(first.srid).flatten()
        });
        // A property whose geometry is missing in some features is no column of texts.
        let columns = self
            .columns
            .into_iter()
            .filter(|(name, filled)| *filled || !self.shapes.contains(name))
            .map(|(name, _)| name)
            .collect();
        Layer {
            name: self.name,
            columns,
            geometry: !self.shapes.is_empty(),
            srid,
            rows: Some(self.rows),
            axis: own.iter().map(|system| system.note).max(),
        }
    }
}

fn each_position(node: &Node, take: &mut dyn FnMut([f64; 2])) {
    for position in &node.positions {
        take(*position);
    }
    for child in &node.children {
        each_position(child, take);
    }
}
