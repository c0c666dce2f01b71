//! The network of paths in memory: what it consists of and what can be said about it as a whole.
//!
//! Built once from the register by [`Network::build`] and never changed; an edit of a path means a new
//! network. Invariants: paths are joined only where they share a coordinate (to 10⁻⁷ degrees), so a bridge
//! is not joined to what it crosses; every edge lies wholly inside or wholly outside each cemetery, because
//! paths are cut where they cross a boundary; no way leads through a closed gate.

use geo_types::{Coord, Point};
use petgraph::graph::{EdgeIndex, NodeIndex, UnGraph};
use rstar::{AABB, RTree, RTreeObject};
use serde::Serialize;
use uuid::Uuid;

use super::measure::Plane;
use super::model::{CemeteryInput, GateInput, NetworkInput, PathInput, Profile, StepFree};
use super::obstacles::Obstacles;
use super::search::SearchGraph;

/// A junction, an end of a path, a gate, or the place where a path crosses a boundary.
#[derive(Debug, Clone)]
pub(super) struct Vertex {
    pub(super) at: Coord<f64>,
    /// Index of the open gate that stands here.
    pub(super) gate: Option<usize>,
}

/// A stretch of one path between two vertices.
#[derive(Debug, Clone)]
pub(super) struct Edge {
    /// Index into [`Network::paths`].
    pub(super) path: usize,
    /// Full course, from the vertex `a` to the vertex `b` of the graph's edge.
    pub(super) line: Vec<Coord<f64>>,
    pub(super) length_m: f64,
    /// Index of the cemetery in which it lies.
    pub(super) cemetery: Option<usize>,
    /// Index of the cemetery along whose boundary it runs.
    pub(super) boundary_of: Option<usize>,
}

/// One straight piece of an edge, for finding what is near.
#[derive(Debug, Clone, Copy)]
pub(super) struct Segment {
    pub(super) edge: EdgeIndex,
    /// Index of its first point in the edge's line.
    pub(super) first: usize,
    pub(super) a: Coord<f64>,
    pub(super) b: Coord<f64>,
}

impl RTreeObject for Segment {
    type Envelope = AABB<[f64; 2]>;

    fn envelope(&self) -> Self::Envelope {
        AABB::from_corners([self.a.x, self.a.y], [self.b.x, self.b.y])
    }
}

/// A gate as the network knows it.
#[derive(Debug, Clone)]
pub(super) struct Gate {
    pub(super) input: GateInput,
    /// Where it is joined to the paths; `None` when it stands on no path that visitors may use.
    pub(super) vertex: Option<NodeIndex>,
    /// Only a path closed to visitors reaches it.
    pub(super) private_only: bool,
    /// The streets outside reach it.
    pub(super) joined_to_street: bool,
}

/// The path network of a town, ready to be asked from many threads.
#[derive(Debug)]
pub struct Network {
    pub(super) graph: UnGraph<Vertex, Edge>,
    pub(super) paths: Vec<PathInput>,
    pub(super) gates: Vec<Gate>,
    pub(super) cemeteries: Vec<CemeteryInput>,
    pub(super) segments: RTree<Segment>,
    pub(super) obstacles: Obstacles,
    pub(super) walk: SearchGraph,
    pub(super) step_free: SearchGraph,
    pub(super) refused_paths: Vec<Uuid>,
    pub(super) closed_paths: usize,
}

/// Figures and findings about a network, for checks and metrics.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct NetworkStats {
    /// Paths that are in the network.
    pub paths: usize,
    /// Paths left out because visitors may not use them.
    pub closed_paths: usize,
    /// Paths left out because their geometry is no line on Earth.
    pub refused_paths: Vec<Uuid>,
    /// Vertices of the graph.
    pub vertices: usize,
    /// Edges of the graph.
    pub edges: usize,
    /// Connected components for walking.
    pub components: usize,
    /// Vertices of the largest of them.
    pub largest_component_vertices: usize,
    /// Length of all edges.
    pub length_m: f64,
    /// Length surveyed as passable without a step.
    pub step_free_m: f64,
    /// Length surveyed as not passable.
    pub not_step_free_m: f64,
    /// Gates, open and closed.
    pub gates: usize,
    /// Closed gates.
    pub closed_gates: usize,
    /// Open gates that stand on no path that visitors may use.
    pub gates_on_no_path: Vec<Uuid>,
    /// Open gates on a path that the streets outside do not reach.
    pub gates_not_joined_to_street: Vec<Uuid>,
    /// Cemeteries without a gate.
    pub cemeteries_without_gates: Vec<Uuid>,
    /// Cemeteries in which no path lies.
    pub cemeteries_without_paths: Vec<Uuid>,
}

impl Network {
    /// Builds the network. Paths whose geometry is no line on Earth (not a number, out of range, fewer than
    /// two different points) are left out and named in [`NetworkStats::refused_paths`]; other things with
    /// such a geometry are left out silently, for nothing can be said about them here.
    #[must_use]
    pub fn build(input: NetworkInput) -> Self {
        super::build::network(input)
    }

    /// Figures and findings about the network.
    #[must_use]
    pub fn stats(&self) -> NetworkStats {
        let open = |gate: &&Gate| gate.input.open;
        let length_m = |wanted: Option<StepFree>| -> f64 {
            self.graph
                .edge_weights()
                .filter(|edge| wanted.is_none_or(|wanted| self.path_of(edge).step_free == wanted))
                .map(|edge| edge.length_m)
                .sum()
        };
        let mut used = vec![false; self.paths.len()];
        self.graph.edge_weights().for_each(|edge| used[edge.path] = true);
        NetworkStats {
            paths: used.into_iter().filter(|used| *used).count(),
            closed_paths: self.closed_paths,
            refused_paths: self.refused_paths.clone(),
            vertices: self.graph.node_count(),
            edges: self.graph.edge_count(),
            components: self.walk.component_count(),
            largest_component_vertices: self.walk.largest_component(),
            length_m: length_m(None),
            step_free_m: length_m(Some(StepFree::Yes)),
            not_step_free_m: length_m(Some(StepFree::No)),
            gates: self.gates.len(),
            closed_gates: self.gates.iter().filter(|gate| !gate.input.open).count(),
            gates_on_no_path: ids(self.gates.iter().filter(open).filter(|gate| gate.vertex.is_none())),
            gates_not_joined_to_street: ids(self
                .gates
                .iter()
                .filter(open)
                .filter(|gate| gate.vertex.is_some() && !gate.joined_to_street)),
            cemeteries_without_gates: self.cemetery_ids_where(|_, cemetery| {
                self.gates.iter().all(|gate| gate.input.cemetery != cemetery.id)
            }),
            cemeteries_without_paths: self.cemetery_ids_where(|index, _| {
                self.graph.edge_weights().all(|edge| edge.cemetery != Some(index))
            }),
        }
    }

    fn cemetery_ids_where(&self, wanted: impl Fn(usize, &CemeteryInput) -> bool) -> Vec<Uuid> {
        self.cemeteries
            .iter()
            .enumerate()
            .filter(|(index, cemetery)| wanted(*index, cemetery))
            .map(|(_, cemetery)| cemetery.id)
            .collect()
    }

    pub(super) fn search_graph(&self, profile: Profile) -> &SearchGraph {
        match profile {
            Profile::Walk => &self.walk,
            Profile::StepFree => &self.step_free,
        }
    }

    pub(super) fn path_of(&self, edge: &Edge) -> &PathInput {
        &self.paths[edge.path]
    }

    pub(super) fn cemetery_index(&self, id: Uuid) -> Option<usize> {
        self.cemeteries.iter().position(|cemetery| cemetery.id == id)
    }

    /// The segments that may come within `radius_m` of a place (by their boxes).
    pub(super) fn segments_near(&self, at: Coord<f64>, radius_m: f64) -> impl Iterator<Item = &Segment> {
        self.segments.locate_in_envelope_intersecting(around(at, radius_m))
    }

    /// Distance from a place to the nearest edge that is wanted; `None` when there is none within 5 km.
    pub(super) fn nearest_m(&self, at: Coord<f64>, wanted: impl Fn(&Edge) -> bool) -> Option<f64> {
        let plane = Plane::at(at);
        [100.0, 500.0, 5000.0].into_iter().find_map(|radius_m| {
            self.segments_near(at, radius_m)
                .filter(|segment| wanted(&self.graph[segment.edge]))
                .map(|segment| plane.nearest_on(segment.a, segment.b).distance_m)
                .filter(|distance_m| *distance_m <= radius_m)
                .min_by(f64::total_cmp)
        })
    }
}

/// A box in degrees that holds everything within `radius_m` of a place.
pub(super) fn around(at: Coord<f64>, radius_m: f64) -> AABB<[f64; 2]> {
    let reach = Plane::at(at).reach_deg(radius_m);
    AABB::from_corners([at.x - reach.x, at.y - reach.y], [at.x + reach.x, at.y + reach.y])
}

/// Longitude and latitude as answers carry them.
pub(super) fn lon_lat(point: Point<f64>) -> [f64; 2] {
    [point.x(), point.y()]
}

fn ids<'a>(gates: impl Iterator<Item = &'a Gate>) -> Vec<Uuid> {
    gates.map(|gate| gate.input.id).collect()
}
