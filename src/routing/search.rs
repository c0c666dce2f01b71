//! Shortest ways in a graph, exactly and quickly.
//!
//! [`SearchGraph`] is the frozen form of a network for one profile: arcs in one array, sorted by tail, with
//! whole-number costs. A search is A* whose lower bounds come from landmarks: the distances from a few far
//! vertices to all others are known, and the triangle inequality bounds every other distance. Costs are
//! integers, so the bounds are exact and the cost found equals Dijkstra's, always. Working arrays are
//! stamped and reused: a query neither clears nor allocates anything that grows with the graph.
//!
//! A way dearer than `u32::MAX` − 1 millimetres (4,294 km) counts as unreachable.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::{Mutex, PoisonError};

use super::profile::FORBIDDEN;

/// Landmarks of each component.
const LANDMARKS: usize = 8;
/// Components smaller than this are searched without landmarks.
const LANDMARK_MIN_VERTICES: usize = 64;
/// Working sets kept for reuse.
const POOL_LIMIT: usize = 16;
/// "No arc led here": the label of a source.
const NO_ARC: u32 = u32::MAX;

/// An undirected edge between two vertices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    /// One end.
    pub a: u32,
    /// The other end.
    pub b: u32,
    /// Cost in both directions; [`FORBIDDEN`] when it may not be taken.
    pub cost: u32,
}

/// A vertex from which, or at which, a search may begin or end at an extra cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seed {
    /// The vertex.
    pub vertex: u32,
    /// What it costs to get to it, or from it to the real end.
    pub cost: u32,
}

/// One link of a found way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hop {
    /// Index of the link, as given to [`SearchGraph::new`].
    pub link: u32,
    /// Vertex where it is entered.
    pub from: u32,
}

/// A least-cost way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Cost with the costs of both seeds.
    pub cost: u32,
    /// Which source it starts from.
    pub source: usize,
    /// Which target it ends at.
    pub target: usize,
    /// The links between them, in walking order; empty when both are the same vertex.
    pub hops: Vec<Hop>,
}

#[derive(Debug, Clone, Copy)]
struct Arc {
    head: u32,
    cost: u32,
    link: u32,
}

/// A graph for one profile, ready to be searched from many threads.
#[derive(Debug)]
pub struct SearchGraph {
    first_arc: Vec<u32>,
    arcs: Vec<Arc>,
    component: Vec<u32>,
    component_count: usize,
    landmark_cost: Vec<[u32; LANDMARKS]>,
    pool: Mutex<Vec<Scratch>>,
}

/// Lower bounds of the cost to the nearest target, as numbers per landmark.
struct Bounds {
    low: [u32; LANDMARKS],
    high: [u32; LANDMARKS],
}

#[derive(Debug, Clone, Copy, Default)]
struct Label {
    stamp: u32,
    settled: bool,
    cost: u32,
    arc: u32,
    tail: u32,
}

#[derive(Debug, Default)]
struct Scratch {
    labels: Vec<Label>,
    heap: BinaryHeap<Reverse<u64>>,
    round: u32,
}

impl SearchGraph {
    /// Freezes a graph of `vertex_count` vertices. Links with an end out of range, from a vertex to itself,
    /// or forbidden are left out.
    #[must_use]
    pub fn new(vertex_count: usize, links: &[Link]) -> Self {
        let usable = |link: &Link| {
            link.a != link.b && link.cost != FORBIDDEN && (link.a.max(link.b) as usize) < vertex_count
        };
        let mut first_arc = vec![0u32; vertex_count + 1];
        for link in links.iter().filter(|link| usable(link)) {
            first_arc[link.a as usize + 1] += 1;
            first_arc[link.b as usize + 1] += 1;
        }
        for at in 0..vertex_count {
            first_arc[at + 1] += first_arc[at];
        }
        let mut next = first_arc.clone();
        let arc_count = first_arc[vertex_count] as usize;
        let mut arcs = vec![Arc { head: 0, cost: 0, link: 0 }; arc_count];
        for (index, link) in (0u32..).zip(links).filter(|(_, link)| usable(link)) {
            for (tail, head) in [(link.a, link.b), (link.b, link.a)] {
                let slot = &mut next[tail as usize];
                arcs[*slot as usize] = Arc { head, cost: link.cost, link: index };
                *slot += 1;
            }
        }
        let mut graph = Self {
            first_arc,
            arcs,
            component: Vec::new(),
            component_count: 0,
            landmark_cost: vec![[0; LANDMARKS]; vertex_count],
            pool: Mutex::new(Vec::new()),
        };
        graph.find_components();
        graph.find_landmarks();
        graph
    }

    /// Number of vertices.
    #[must_use]
    pub fn vertex_count(&self) -> usize {
        self.component.len()
    }

    /// Number of connected components, lone vertices included.
    #[must_use]
    pub fn component_count(&self) -> usize {
        self.component_count
    }

    /// The component of a vertex; `None` when there is no such vertex.
    #[must_use]
    pub fn component_of(&self, vertex: u32) -> Option<u32> {
        self.component.get(vertex as usize).copied()
    }

    /// Number of vertices of the largest component.
    #[must_use]
    pub fn largest_component(&self) -> usize {
        self.component_sizes().into_iter().max().unwrap_or(0)
    }

    /// The least-cost way from any source to any target; `None` when no target can be reached. Seeds at
    /// vertices that do not exist, or whose cost is [`FORBIDDEN`], are ignored.
    #[must_use]
    pub fn shortest(&self, sources: &[Seed], targets: &[Seed]) -> Option<Found> {
        let mut components: Vec<u32> =
            targets.iter().filter_map(|target| self.component_of(target.vertex)).collect();
        components.sort_unstable();
        components.dedup();
        let mut scratch = self.borrow_scratch();
        let best = components
            .into_iter()
            .filter(|component| sources.iter().any(|s| self.component_of(s.vertex) == Some(*component)))
            .filter_map(|component| self.shortest_within(component, sources, targets, &mut scratch))
            .min_by_key(|found| found.cost);
        self.return_scratch(scratch);
        best
    }

    fn shortest_within(
        &self,
        component: u32,
        sources: &[Seed],
        targets: &[Seed],
        scratch: &mut Scratch,
    ) -> Option<Found> {
        let here = |seed: &&Seed| seed.cost != FORBIDDEN && self.component_of(seed.vertex) == Some(component);
        let bounds = self.bounds(targets.iter().filter(here))?;
        scratch.begin(self.vertex_count());
        for source in sources.iter().filter(here) {
            self.offer(scratch, &bounds, source.vertex, Offer { cost: source.cost, arc: NO_ARC, tail: 0 });
        }
        let mut best: Option<(u32, u32)> = None;
        while let Some(Reverse(entry)) = scratch.heap.pop() {
            let (bound, vertex) = ((entry >> 32) as u32, entry as u32);
            if best.is_some_and(|(cost, _)| bound >= cost) {
                break;
            }
            let label = &mut scratch.labels[vertex as usize];
            if label.settled {
                continue;
            }
            label.settled = true;
            let cost = label.cost;
            for target in targets.iter().filter(|target| target.vertex == vertex) {
                let total = cost.saturating_add(target.cost);
                if total < best.map_or(FORBIDDEN, |(cost, _)| cost) {
                    best = Some((total, vertex));
                }
            }
            let first = self.first_arc[vertex as usize];
            for (index, arc) in (first..).zip(self.arcs_of(vertex)) {
                let offer = Offer { cost: cost.saturating_add(arc.cost), arc: index, tail: vertex };
                self.offer(scratch, &bounds, arc.head, offer);
            }
        }
        let (cost, vertex) = best?;
        self.trace(scratch, cost, vertex, sources, targets)
    }

    /// Takes a cheaper way to a vertex, if it is one.
    fn offer(&self, scratch: &mut Scratch, bounds: &Bounds, vertex: u32, offer: Offer) {
        let round = scratch.round;
        let label = &mut scratch.labels[vertex as usize];
        let known = label.stamp == round;
        if offer.cost == FORBIDDEN || (known && (label.settled || offer.cost >= label.cost)) {
            return;
        }
        *label = Label { stamp: round, settled: false, cost: offer.cost, arc: offer.arc, tail: offer.tail };
        let bound = offer.cost.saturating_add(bounds.at(&self.landmark_cost[vertex as usize]));
        scratch.heap.push(Reverse(u64::from(bound) << 32 | u64::from(vertex)));
    }

    /// Follows the labels back from the vertex at which the best way ends.
    fn trace(
        &self,
        scratch: &Scratch,
        cost: u32,
        end: u32,
        sources: &[Seed],
        targets: &[Seed],
    ) -> Option<Found> {
        let mut hops = Vec::new();
        let mut vertex = end;
        loop {
            let label = scratch.labels.get(vertex as usize)?;
            if label.arc == NO_ARC {
                break;
            }
            hops.push(Hop { link: self.arcs.get(label.arc as usize)?.link, from: label.tail });
            vertex = label.tail;
        }
        hops.reverse();
        let cheapest = |seeds: &[Seed], at: u32| {
            seeds
                .iter()
                .enumerate()
                .filter(|(_, s)| s.vertex == at)
                .min_by_key(|(_, s)| s.cost)
                .map(|(i, _)| i)
        };
        Some(Found { cost, source: cheapest(sources, vertex)?, target: cheapest(targets, end)?, hops })
    }

    fn arcs_of(&self, vertex: u32) -> &[Arc] {
        let at = vertex as usize;
        match (self.first_arc.get(at), self.first_arc.get(at + 1)) {
            (Some(&first), Some(&end)) => &self.arcs[first as usize..end as usize],
            _ => &[],
        }
    }

    /// For every landmark: nothing is nearer to a target than `low` − its distance, nor than its
    /// distance − `high`. `None` without targets.
    fn bounds<'a>(&self, targets: impl Iterator<Item = &'a Seed>) -> Option<Bounds> {
        let mut bounds: Option<Bounds> = None;
        for target in targets {
            let known = self.landmark_cost.get(target.vertex as usize)?;
            let bounds = bounds.get_or_insert(Bounds { low: [FORBIDDEN; LANDMARKS], high: [0; LANDMARKS] });
            for (at, cost) in known.iter().enumerate() {
                bounds.low[at] = bounds.low[at].min(cost.saturating_add(target.cost));
                bounds.high[at] = bounds.high[at].max(cost.saturating_sub(target.cost));
            }
        }
        bounds
    }

    fn find_components(&mut self) {
        const NONE: u32 = u32::MAX;
        let vertex_count = self.first_arc.len() - 1;
        self.component = vec![NONE; vertex_count];
        let mut stack = Vec::new();
        for start in 0..vertex_count {
            if self.component[start] != NONE {
                continue;
            }
            let component = self.component_count as u32;
            self.component_count += 1;
            self.component[start] = component;
            stack.push(start as u32);
            while let Some(vertex) = stack.pop() {
                let first = self.first_arc[vertex as usize] as usize;
                let end = self.first_arc[vertex as usize + 1] as usize;
                for arc in &self.arcs[first..end] {
                    if self.component[arc.head as usize] == NONE {
                        self.component[arc.head as usize] = component;
                        stack.push(arc.head);
                    }
                }
            }
        }
    }

    fn component_sizes(&self) -> Vec<usize> {
        let mut sizes = vec![0; self.component_count];
        for component in &self.component {
            sizes[*component as usize] += 1;
        }
        sizes
    }

    /// In each larger component: the vertex farthest from anywhere, then always the one farthest from all
    /// landmarks so far.
    fn find_landmarks(&mut self) {
        let sizes = self.component_sizes();
        let mut seen = vec![false; sizes.len()];
        for start in 0..self.vertex_count() {
            let component = self.component[start] as usize;
            if std::mem::replace(&mut seen[component], true) || sizes[component] < LANDMARK_MIN_VERTICES {
                continue;
            }
            let mut scratch = self.borrow_scratch();
            let members = self.settle_all(&mut scratch, start as u32);
            let mut landmark = farthest(&members, |v| scratch.labels[v as usize].cost);
            let mut nearest: Vec<u32> = vec![FORBIDDEN; members.len()];
            for slot in 0..LANDMARKS {
                if self.settle_all(&mut scratch, landmark).len() != members.len() {
                    // Somewhere is farther than a cost can say: no bounds are better than wrong ones.
                    members.iter().for_each(|vertex| self.landmark_cost[*vertex as usize] = [0; LANDMARKS]);
                    break;
                }
                let mut next = (0, landmark);
                for (&vertex, nearest) in members.iter().zip(&mut nearest) {
                    let cost = scratch.labels[vertex as usize].cost;
                    self.landmark_cost[vertex as usize][slot] = cost;
                    *nearest = (*nearest).min(cost);
                    next = next.max((*nearest, vertex));
                }
                landmark = next.1;
            }
            self.return_scratch(scratch);
        }
    }

    /// Dijkstra from one vertex through its whole component; the costs stay in the labels.
    fn settle_all(&self, scratch: &mut Scratch, start: u32) -> Vec<u32> {
        let everywhere = Bounds { low: [0; LANDMARKS], high: [FORBIDDEN; LANDMARKS] };
        scratch.begin(self.vertex_count());
        self.offer(scratch, &everywhere, start, Offer { cost: 0, arc: NO_ARC, tail: 0 });
        let mut members = Vec::new();
        while let Some(Reverse(entry)) = scratch.heap.pop() {
            let vertex = entry as u32;
            let label = &mut scratch.labels[vertex as usize];
            if std::mem::replace(&mut label.settled, true) {
                continue;
            }
            let cost = label.cost;
            members.push(vertex);
            for arc in self.arcs_of(vertex) {
                let offer = Offer { cost: cost.saturating_add(arc.cost), arc: 0, tail: vertex };
                self.offer(scratch, &everywhere, arc.head, offer);
            }
        }
        members
    }

    fn borrow_scratch(&self) -> Scratch {
        self.pool.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default()
    }

    fn return_scratch(&self, scratch: Scratch) {
        let mut pool = self.pool.lock().unwrap_or_else(PoisonError::into_inner);
        if pool.len() < POOL_LIMIT {
            pool.push(scratch);
        }
    }
}

struct Offer {
    cost: u32,
    arc: u32,
    tail: u32,
}

impl Bounds {
    fn at(&self, known: &[u32; LANDMARKS]) -> u32 {
        let mut bound = 0;
        for (at, cost) in known.iter().enumerate() {
            bound = bound.max(self.low[at].saturating_sub(*cost)).max(cost.saturating_sub(self.high[at]));
        }
        bound
    }
}

impl Scratch {
    fn begin(&mut self, vertex_count: usize) {
        self.heap.clear();
        self.round = self.round.wrapping_add(1);
        if self.round == 0 || self.labels.len() != vertex_count {
            self.labels.clear();
            self.labels.resize(vertex_count, Label::default());
            self.round = 1;
        }
    }
}

fn farthest(members: &[u32], cost: impl Fn(u32) -> u32) -> u32 {
    members.iter().copied().max_by_key(|vertex| cost(*vertex)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use petgraph::algo::dijkstra;
    use petgraph::graph::{NodeIndex, UnGraph};
    use proptest::prelude::*;

    fn peer(vertex_count: u32, links: &[Link], sources: &[Seed], targets: &[Seed]) -> Option<u32> {
        let mut graph = UnGraph::<(), u32>::default();
        (0..vertex_count).for_each(|_| {
            graph.add_node(());
        });
        for link in links.iter().filter(|link| link.cost != FORBIDDEN) {
            graph.add_edge(NodeIndex::new(link.a as usize), NodeIndex::new(link.b as usize), link.cost);
        }
        let ways = sources.iter().filter_map(|source| {
            let costs = dijkstra(&graph, NodeIndex::new(source.vertex as usize), None, |edge| *edge.weight());
            let end = |target: &Seed| {
                Some(source.cost + costs.get(&NodeIndex::new(target.vertex as usize))? + target.cost)
            };
            targets.iter().filter_map(end).min()
        });
        ways.min()
    }

    fn graphs() -> impl Strategy<Value = (u32, Vec<Link>)> {
        (1..200u32).prop_flat_map(|count| {
            let cost = prop_oneof![9 => 0..10_000u32, 1 => Just(FORBIDDEN)];
            let link = (0..count, 0..count, cost).prop_map(|(a, b, cost)| Link { a, b, cost });
            (Just(count), proptest::collection::vec(link, 0..600))
        })
    }

    fn seeds(count: u32) -> impl Strategy<Value = Vec<Seed>> {
        let seed = (0..count, 0..2_000u32).prop_map(|(vertex, cost)| Seed { vertex, cost });
        proptest::collection::vec(seed, 1..4)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn the_cost_is_that_of_dijkstra_and_the_hops_add_up_to_it(
            ((count, links), sources, targets) in graphs()
                .prop_flat_map(|graph| (Just(graph.clone()), seeds(graph.0), seeds(graph.0)))
        ) {
            let graph = SearchGraph::new(count as usize, &links);
            let found = graph.shortest(&sources, &targets);
            prop_assert_eq!(found.as_ref().map(|found| found.cost), peer(count, &links, &sources, &targets));
            let Some(found) = found else { return Ok(()) };
            let mut vertex = sources[found.source].vertex;
            let mut cost = sources[found.source].cost;
            for hop in &found.hops {
                prop_assert_eq!(hop.from, vertex);
                let link = links[hop.link as usize];
                prop_assert!(link.a == vertex || link.b == vertex);
                vertex = if link.a == vertex { link.b } else { link.a };
                cost += link.cost;
            }
            prop_assert_eq!(vertex, targets[found.target].vertex);
            prop_assert_eq!(cost + targets[found.target].cost, found.cost);
        }
    }

    #[test]
    fn seeds_that_do_not_exist_find_nothing() {
        let graph = SearchGraph::new(2, &[Link { a: 0, b: 1, cost: 5 }, Link { a: 0, b: 9, cost: 1 }]);
        let seed = |vertex| [Seed { vertex, cost: 0 }];
        assert_eq!(graph.shortest(&seed(0), &seed(9)), None);
        assert_eq!(graph.shortest(&[], &seed(1)), None);
        assert_eq!(graph.shortest(&seed(0), &seed(1)).map(|found| found.cost), Some(5));
        assert_eq!(SearchGraph::new(0, &[]).shortest(&seed(0), &seed(0)), None);
    }

    #[test]
    fn a_way_too_dear_to_count_is_no_way() {
        let dear = u32::MAX - 1;
        let links = [Link { a: 0, b: 1, cost: dear }, Link { a: 1, b: 2, cost: dear }];
        let graph = SearchGraph::new(3, &links);
        let seed = |vertex| [Seed { vertex, cost: 0 }];
        assert_eq!(graph.shortest(&seed(0), &seed(1)).map(|found| found.cost), Some(dear));
        assert_eq!(graph.shortest(&seed(0), &seed(2)), None);
    }
}
