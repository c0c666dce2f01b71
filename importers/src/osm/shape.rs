//! The geometry of one element, made on demand and at most once.

use std::cell::OnceCell;

use geo_types::{Coord, Geometry, LineString, MultiPolygon};

use super::metric;
use super::report::Reason;
use super::rings::{self, AreaFault};
use super::store::{Element, Position, Sort, Store};

impl From<AreaFault> for Reason {
    fn from(fault: AreaFault) -> Self {
        match fault {
            AreaFault::Open => Self::OpenRing,
            AreaFault::Invalid => Self::InvalidArea,
            AreaFault::TooComplex => Self::TooComplex,
        }
    }
}

/// The stretches of a line whose nodes the file has.
#[derive(Debug, Default)]
pub(super) struct Lines {
    /// In the way's direction, each of at least two different points.
    pub(super) present: Vec<LineString<f64>>,
    /// True when nodes are missing.
    pub(super) cut: bool,
}

/// An element and what can be drawn of it.
pub(super) struct Shape<'a> {
    pub(super) element: Element<'a>,
    store: &'a Store,
    area: OnceCell<Result<MultiPolygon<f64>, Reason>>,
}

impl<'a> Shape<'a> {
    pub(super) fn new(element: Element<'a>, store: &'a Store) -> Self {
        Self { element, store, area: OnceCell::new() }
    }

    /// True for a way that ends where it begins.
    pub(super) fn is_closed(&self) -> bool {
        let nodes = self.element.nodes;
        nodes.len() > 3 && nodes.first() == nodes.last()
    }

    /// True for what may be an area: a closed way or a multipolygon.
    pub(super) fn may_be_area(&self) -> bool {
        match self.element.sort {
            Sort::Node => false,
            Sort::Way => self.is_closed(),
            Sort::Relation => self.element.tags.is_one_of("type", &["multipolygon", "boundary"]),
        }
    }

    /// The area of a closed way or of a multipolygon relation, valid and complete.
    pub(super) fn area(&self) -> Result<&MultiPolygon<f64>, Reason> {
        self.area.get_or_init(|| self.assemble()).as_ref().map_err(|reason| *reason)
    }

    fn assemble(&self) -> Result<MultiPolygon<f64>, Reason> {
        match self.element.sort {
            Sort::Node => Err(Reason::NotAnArea),
            Sort::Way if !self.is_closed() => Err(Reason::NotClosed),
            Sort::Way => {
                let line = self.whole_line(self.element.nodes)?;
                Ok(rings::assemble(std::iter::once(line.as_slice()))?)
            }
            Sort::Relation if !self.may_be_area() => Err(Reason::UnsupportedRelation),
            Sort::Relation => {
                let ways = self.element.members.iter().filter(|member| member.sort == Sort::Way);
                let lines = ways
                    .map(|way| {
                        let nodes = self.store.way_nodes(way.id).ok_or(Reason::MissingMembers)?;
                        self.whole_line(nodes)
                    })
                    .collect::<Result<Vec<_>, Reason>>()?;
                Ok(rings::assemble(lines.iter().map(Vec::as_slice))?)
            }
        }
    }

    fn whole_line(&self, nodes: &[i64]) -> Result<Vec<Position>, Reason> {
        nodes.iter().map(|&node| self.store.position(node).ok_or(Reason::MissingNodes)).collect()
    }

    /// The area as the simplest geometry that holds it.
    pub(super) fn area_geometry(&self) -> Result<Geometry<f64>, Reason> {
        let area = self.area()?;
        Ok(match area.0.as_slice() {
            [single] => Geometry::Polygon(single.clone()),
            _ => Geometry::MultiPolygon(area.clone()),
        })
    }

    /// The line of a way, as far as its nodes are there.
    pub(super) fn lines(&self) -> Lines {
        let mut lines = Lines::default();
        let mut run: Vec<Position> = Vec::new();
        for &node in self.element.nodes {
            match self.store.position(node) {
                Some(point) if run.last() == Some(&point) => {}
                Some(point) => run.push(point),
                None => {
                    lines.cut = true;
                    lines.push(&mut run);
                }
            }
        }
        lines.push(&mut run);
        lines
    }

    /// One point for the element: the node itself, a point on the area, the middle of the line, or the mean of
    /// the members that the file has.
    pub(super) fn point(&self) -> Option<Coord<f64>> {
        if self.element.sort == Sort::Node {
            return self.store.position(self.element.id).map(Position::coord);
        }
        if self.may_be_area()
            && let Ok(area) = self.area()
        {
            return metric::point_on(area);
        }
        if self.element.sort == Sort::Way && !self.is_closed() {
            let known = self.element.nodes.iter().filter_map(|&node| self.store.position(node));
            return middle(&known.map(Position::coord).collect::<Vec<_>>());
        }
        self.mean()
    }

    fn mean(&self) -> Option<Coord<f64>> {
        let of_members = self.element.members.iter().flat_map(|member| match member.sort {
            Sort::Node => vec![member.id],
            Sort::Way => self.store.way_nodes(member.id).unwrap_or_default().to_vec(),
            Sort::Relation => Vec::new(),
        });
        let nodes = self.element.nodes.iter().copied().chain(of_members);
        let known = nodes.filter_map(|node| self.store.position(node)).map(Position::coord);
        let (sum, count) =
            known.fold((Coord { x: 0.0, y: 0.0 }, 0.0), |(sum, count), at| (sum + at, count + 1.0));
        (count > 0.0).then(|| sum / count)
    }
}

impl Lines {
    fn push(&mut self, run: &mut Vec<Position>) {
        if run.len() > 1 {
            self.present.push(run.iter().map(|point| point.coord()).collect());
        }
        run.clear();
    }
}

/// The point half-way along a line.
fn middle(line: &[Coord<f64>]) -> Option<Coord<f64>> {
    let lengths_m: Vec<f64> = line.windows(2).map(|pair| metric::distance_m(pair[0], pair[1])).collect();
    let mut left_m = lengths_m.iter().sum::<f64>() / 2.0;
    for (pair, &length_m) in line.windows(2).zip(&lengths_m) {
        if length_m > 0.0 && left_m <= length_m {
            return Some(pair[0] + (pair[1] - pair[0]) * (left_m / length_m));
        }
        left_m -= length_m;
    }
    line.first().copied()
}
