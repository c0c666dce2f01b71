//! The way out: numbers the records, projects their geometry, counts, and keeps the extent.
//!
//! Ids are running numbers within a prefix, so they depend on nothing but the order of generation.

use super::plane::{Projection, Pt};
use geo_types::{Coord, Geometry};
use importers::{BaseFeature, BaseLayer, Burial, Feature, Record, Sink, SinkError};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, HashSet};

/// Attributes of a feature under construction.
#[derive(Debug, Clone, Default)]
pub struct Attrs(pub Map<String, Value>);

impl Attrs {
    /// No attributes.
    pub fn new() -> Self {
        Self::default()
    }
    /// Adds one attribute.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.0.insert(key.to_owned(), value.into());
        self
    }
    /// Adds one attribute if it is known.
    #[must_use]
    pub fn with_some(self, key: &str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(v) => self.with(key, v),
            None => self,
        }
    }
}

/// A shape on the sheet.
#[derive(Debug, Clone, Copy)]
pub enum Shape<'a> {
    /// One point.
    Point(Pt),
    /// A line.
    Line(&'a [Pt]),
    /// An area without holes.
    Area(&'a [Pt]),
    /// An area with holes.
    Holed(&'a [Pt], &'a [Vec<Pt>]),
}

/// What to register, apart from its id.
#[derive(Debug)]
pub struct Thing<'a> {
    /// Slug of the kind.
    pub kind: &'static str,
    /// Start of the id, "lamp".
    pub prefix: &'static str,
    /// Kind and id of the whole.
    pub part_of: Option<(&'static str, &'a str)>,
    /// What people call it.
    pub label: Option<String>,
    /// Its shape.
    pub shape: Shape<'a>,
    /// Its attributes.
    pub attrs: Attrs,
}

/// Wraps the sink of the caller.
pub struct Output<'s> {
    sink: &'s mut dyn Sink,
    projection: Projection,
    next_id: BTreeMap<&'static str, u64>,
    /// Records of every kind.
    pub kinds: BTreeMap<String, u64>,
    /// Records of every basemap layer.
    pub base: BTreeMap<String, u64>,
    /// Buried people.
    pub people: u64,
    /// West, south, east, north in degrees.
    pub extent: [f64; 4],
    path_nodes: HashSet<(i64, i64)>,
}

impl<'s> Output<'s> {
    /// Nothing handed over yet.
    pub fn new(sink: &'s mut dyn Sink, projection: Projection) -> Self {
        Self {
            sink,
            projection,
            next_id: BTreeMap::new(),
            kinds: BTreeMap::new(),
            base: BTreeMap::new(),
            people: 0,
            extent: [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY],
            path_nodes: HashSet::new(),
        }
    }

    /// Distinct vertices of all walkable paths so far.
    pub fn path_node_count(&self) -> u64 {
        self.path_nodes.len() as u64
    }

    /// Lamps, benches, bins, trees, barriers and greens so far.
    pub fn inventory_count(&self) -> u64 {
        ["lamps", "benches", "bins", "trees", "barriers", "greens"]
            .iter()
            .filter_map(|k| self.kinds.get(*k))
            .sum()
    }

    fn number(&mut self, prefix: &'static str) -> u64 {
        let n = self.next_id.entry(prefix).or_insert(0);
        *n += 1;
        *n
    }

    /// The plate number that the next thing with this prefix will get.
    pub fn peek(&self, prefix: &'static str) -> u64 {
        self.next_id.get(prefix).copied().unwrap_or(0) + 1
    }

    fn geometry(&mut self, shape: Shape<'_>) -> Geometry<f64> {
        match shape {
            Shape::Point(p) => {
                self.stretch(self.projection.coord(p));
                self.projection.point(p)
            }
            Shape::Line(l) => {
                l.iter().for_each(|p| self.stretch(self.projection.coord(*p)));
                self.projection.line(l)
            }
            Shape::Area(r) | Shape::Holed(r, _) => {
                r.iter().for_each(|p| self.stretch(self.projection.coord(*p)));
                let holes = if let Shape::Holed(_, h) = shape { h } else { &[] };
                self.projection.polygon(r, holes)
            }
        }
    }

    fn stretch(&mut self, c: Coord<f64>) {
        let [w, s, e, n] = self.extent;
        self.extent = [w.min(c.x), s.min(c.y), e.max(c.x), n.max(c.y)];
    }

    /// Registers a thing and answers its source id.
    ///
    /// # Errors
    /// Whatever the sink says.
    pub fn thing(&mut self, thing: Thing<'_>) -> Result<String, SinkError> {
        let source_id = format!("{}/{:06}", thing.prefix, self.number(thing.prefix));
        let geometry = self.geometry(thing.shape);
        if let (true, Geometry::LineString(line)) = (thing.kind == "paths", &geometry) {
            let key = |c: &Coord<f64>| ((c.x * 1e7).round() as i64, (c.y * 1e7).round() as i64);
            self.path_nodes.extend(line.0.iter().map(key));
        }
        match self.kinds.get_mut(thing.kind) {
            Some(n) => *n += 1,
            None => {
                self.kinds.insert(thing.kind.to_owned(), 1);
            }
        }
        self.sink.take(Record::Feature(Feature {
            kind: thing.kind.to_owned(),
            source_id: source_id.clone(),
            part_of: thing.part_of.map(|(k, id)| (k.to_owned(), id.to_owned())),
            label: thing.label,
            geometry,
            attributes: thing.attrs.0,
        }))?;
        Ok(source_id)
    }

    /// Hands over a buried person, whose id is set here.
    ///
    /// # Errors
    /// Whatever the sink says.
    pub fn burial(&mut self, mut burial: Burial) -> Result<(), SinkError> {
        burial.source_id = format!("burial/{:06}", self.number("burial"));
        self.people += 1;
        self.sink.take(Record::Burial(burial))
    }

    /// Hands over a piece of the basemap.
    ///
    /// # Errors
    /// Whatever the sink says.
    pub fn base(
        &mut self,
        layer: BaseLayer,
        class: &str,
        name: Option<&str>,
        min_zoom: u8,
        shape: Shape<'_>,
    ) -> Result<(), SinkError> {
        let prefix = layer.as_str();
        let source_id = format!("{prefix}/{:06}", self.number(prefix));
        let geometry = self.geometry(shape);
        *self.base.entry(prefix.to_owned()).or_insert(0) += 1;
        self.sink.take(Record::Base(BaseFeature {
            layer,
            class: class.to_owned(),
            source_id,
            name: name.map(str::to_owned),
            min_zoom,
            geometry,
        }))
    }
}
