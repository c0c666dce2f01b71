//! Answers a request: finds both ends on the network, the least-cost way between them, and tells it.

use std::collections::HashSet;

use geo_types::{Coord, LineString};
use petgraph::graph::{EdgeIndex, NodeIndex};
use uuid::Uuid;

use super::landing::{Landing, POSITION_LIMIT_M, POSITION_NEAR_M};
use super::measure::{cut, is_place, length_m, point_along};
use super::model::{
    GateInfo, Leg, LegKind, Origin, Profile, Request, Route, StepFree, StepFreeVerdict, Stretch,
};
use super::network::{Edge, Network, lon_lat};
use super::profile::{FORBIDDEN, duration_s, obstacle, off_path_duration_s, scale_mm};
use super::refusal::{End, NoRoute};
use super::search::{Found, Seed};
use super::steps::{Told, steps};

/// A metre off the paths counts as much as this many on them.
const OFF_PATH_FACTOR: f64 = 3.0;
/// A stretch shorter than this is none.
const NOTHING_M: f64 = 1e-6;

/// One end of the way, where it touches the network.
#[derive(Debug, Clone, Copy)]
enum Anchor {
    Gate(usize, NodeIndex),
    Landing(Landing),
}

/// A stretch of an edge, in walking order.
#[derive(Debug, Clone)]
pub(super) struct Piece {
    pub(super) edge: EdgeIndex,
    /// Course as walked.
    pub(super) line: Vec<Coord<f64>>,
    pub(super) length_m: f64,
    /// Walked along the path's own direction.
    pub(super) forward: bool,
    /// The vertex at which it begins; `None` when it begins within the edge.
    pub(super) begins_at: Option<NodeIndex>,
}

/// A way through the network with its anchors.
struct Way {
    from: Anchor,
    to: Landing,
    cost: u32,
    pieces: Vec<Piece>,
}

impl Network {
    /// The best way for a request.
    ///
    /// The paths' cost decides; among the landings at the grave the nearest one wins, unless another that is
    /// hardly farther from the grave makes the whole way cheaper.
    ///
    /// # Errors
    /// The reason why there is no way, see [`NoRoute`].
    pub fn route(&self, request: &Request) -> Result<Route, NoRoute> {
        if !is_place(request.target.point.0) {
            return Err(NoRoute::InvalidPlace { end: End::Grave });
        }
        match self.find(request, request.profile) {
            Ok(way) => Ok(self.tell(request, &way)),
            Err(reason) if request.profile == Profile::Walk => Err(reason),
            Err(reason) => Err(self.why_not_step_free(request).unwrap_or(reason)),
        }
    }

    /// The refusal that names what blocks the way on foot; `None` when one cannot walk there either.
    fn why_not_step_free(&self, request: &Request) -> Option<NoRoute> {
        let walk = self.tell(request, &self.find(request, Profile::Walk).ok()?);
        match walk.step_free {
            StepFreeVerdict::Impossible { blocking } => {
                Some(NoRoute::StepFreeImpossible { blocking, walk_distance_m: walk.distance_m })
            }
            _ => None,
        }
    }

    /// Looks close to a given position first: what is farther away counts only when that leads nowhere.
    fn find(&self, request: &Request, profile: Profile) -> Result<Way, NoRoute> {
        let here = matches!(request.origin, Origin::Position(_));
        match self.find_within(request, profile, POSITION_NEAR_M) {
            Err(NoRoute::NotConnected | NoRoute::PositionTooFar { .. }) if here => {
                self.find_within(request, profile, POSITION_LIMIT_M)
            }
            Err(NoRoute::WallBetween { end: End::Start, .. }) => {
                self.find_within(request, profile, POSITION_LIMIT_M)
            }
            answer => answer,
        }
    }

    fn find_within(&self, request: &Request, profile: Profile, reach_m: f64) -> Result<Way, NoRoute> {
        let origins = self.origins(request, profile, reach_m)?;
        let groups = self.grave_landings(&request.target, profile)?;
        groups
            .iter()
            .flat_map(|landings| origins.iter().map(move |anchors| (anchors, landings)))
            .find_map(|(anchors, landings)| self.cheapest(anchors, landings, profile))
            .ok_or(NoRoute::NotConnected)
    }

    /// Where the way may begin, in groups: an earlier group is preferred if the grave can be reached from it.
    fn origins(
        &self,
        request: &Request,
        profile: Profile,
        reach_m: f64,
    ) -> Result<Vec<Vec<Anchor>>, NoRoute> {
        match request.origin {
            Origin::Gate(id) => Ok(vec![vec![self.gate_anchor(id)?]]),
            Origin::BestGate => self.gate_anchors(request),
            Origin::Position(point) if !is_place(point.0) => Err(NoRoute::InvalidPlace { end: End::Start }),
            Origin::Position(point) => {
                let landings = self.position_landings(point.0, profile, reach_m)?;
                Ok(vec![landings.into_iter().map(Anchor::Landing).collect()])
            }
        }
    }

    fn gate_anchor(&self, id: Uuid) -> Result<Anchor, NoRoute> {
        let (index, gate) = self
            .gates
            .iter()
            .enumerate()
            .find(|(_, gate)| gate.input.id == id)
            .ok_or(NoRoute::UnknownGate { gate: id })?;
        if !gate.input.open {
            return Err(NoRoute::GateClosed { gate: id });
        }
        let private_only = gate.private_only;
        gate.vertex
            .map(|vertex| Anchor::Gate(index, vertex))
            .ok_or(NoRoute::GateOnNoPath { gate: id, private_only })
    }

    /// The usable gates of the grave's cemetery: first those that the streets reach, then the others.
    fn gate_anchors(&self, request: &Request) -> Result<Vec<Vec<Anchor>>, NoRoute> {
        let by_place = || self.cemetery_of(&request.target).map(|index| self.cemeteries[index].id);
        let known = request.target.cemetery.filter(|id| self.cemetery_index(*id).is_some());
        let cemetery = known.or_else(by_place).ok_or(NoRoute::NoKnownCemetery)?;
        let gates = || self.gates.iter().enumerate().filter(|(_, gate)| gate.input.cemetery == cemetery);
        if gates().next().is_none() {
            return Err(NoRoute::CemeteryWithoutGates { cemetery });
        }
        let usable: Vec<(bool, Anchor)> = gates()
            .filter(|(_, gate)| gate.input.open)
            .filter_map(|(index, gate)| Some((gate.joined_to_street, Anchor::Gate(index, gate.vertex?))))
            .collect();
        if usable.is_empty() {
            let closed = gates().filter(|(_, gate)| !gate.input.open).count();
            return Err(NoRoute::NoGateOnPath { cemetery, closed, on_no_path: gates().count() - closed });
        }
        let (joined, others): (Vec<_>, Vec<_>) = usable.into_iter().partition(|(joined, _)| *joined);
        let anchors = |list: Vec<(bool, Anchor)>| list.into_iter().map(|(_, anchor)| anchor).collect();
        Ok(vec![anchors(joined), anchors(others)])
    }

    /// The cheapest way from any anchor to any landing.
    fn cheapest(&self, anchors: &[Anchor], landings: &[Landing], profile: Profile) -> Option<Way> {
        let starts: Vec<Entry> = anchors.iter().flat_map(|anchor| self.entries(*anchor, profile)).collect();
        let ends: Vec<Entry> =
            landings.iter().flat_map(|landing| self.entries(Anchor::Landing(*landing), profile)).collect();
        let seeds = |entries: &[Entry]| entries.iter().map(|entry| entry.seed).collect::<Vec<_>>();
        let through = self.search_graph(profile).shortest(&seeds(&starts), &seeds(&ends));
        let through = through.and_then(|found| self.way_through(&found, &starts, &ends));
        let along = self.along_one_edge(anchors, landings, profile);
        match (through, along) {
            (Some(through), Some(along)) => Some(if along.cost <= through.cost { along } else { through }),
            (through, along) => through.or(along),
        }
    }

    /// The vertices by which an anchor joins the graph.
    fn entries(&self, anchor: Anchor, profile: Profile) -> Vec<Entry> {
        match anchor {
            Anchor::Gate(_, vertex) => {
                vec![Entry {
                    anchor,
                    vertex_along_m: 0.0,
                    seed: Seed { vertex: vertex.index() as u32, cost: 0 },
                }]
            }
            Anchor::Landing(landing) => {
                let edge = &self.graph[landing.edge];
                let Some((a, b)) = self.graph.edge_endpoints(landing.edge) else { return Vec::new() };
                [(a, 0.0), (b, edge.length_m)]
                    .into_iter()
                    .map(|(vertex, vertex_along_m)| {
                        let walked_m = (vertex_along_m - landing.along_m).abs();
                        let cost = self
                            .part_cost(edge, walked_m, profile)
                            .saturating_add(scale_mm(landing.leg_m, OFF_PATH_FACTOR));
                        Entry { anchor, vertex_along_m, seed: Seed { vertex: vertex.index() as u32, cost } }
                    })
                    .collect()
            }
        }
    }

    fn part_cost(&self, edge: &Edge, walked_m: f64, profile: Profile) -> u32 {
        let whole = self.cost_mm(edge, profile);
        if whole == FORBIDDEN || edge.length_m <= 0.0 {
            return whole;
        }
        (f64::from(whole) * (walked_m / edge.length_m).min(1.0)).round() as u32
    }

    fn way_through(&self, found: &Found, starts: &[Entry], ends: &[Entry]) -> Option<Way> {
        let (start, end) = (starts.get(found.source)?, ends.get(found.target)?);
        let Anchor::Landing(to) = end.anchor else { return None };
        let mut pieces = Vec::with_capacity(found.hops.len() + 2);
        if let Anchor::Landing(from) = start.anchor {
            pieces.extend(self.piece(from.edge, from.along_m, start.vertex_along_m));
        }
        for hop in &found.hops {
            let edge = EdgeIndex::new(hop.link as usize);
            let (a, _) = self.graph.edge_endpoints(edge)?;
            let length_m = self.graph[edge].length_m;
            let forward = a.index() == hop.from as usize;
            let (from_m, to_m) = if forward { (0.0, length_m) } else { (length_m, 0.0) };
            pieces.extend(self.piece(edge, from_m, to_m));
        }
        pieces.extend(self.piece(to.edge, end.vertex_along_m, to.along_m));
        Some(Way { from: start.anchor, to, cost: found.cost, pieces })
    }

    /// The way between two landings on the same edge, without passing a vertex.
    fn along_one_edge(&self, anchors: &[Anchor], landings: &[Landing], profile: Profile) -> Option<Way> {
        let mut best: Option<Way> = None;
        for anchor in anchors {
            let Anchor::Landing(from) = *anchor else { continue };
            for to in landings.iter().filter(|to| to.edge == from.edge) {
                let edge = &self.graph[to.edge];
                let cost = self
                    .part_cost(edge, (from.along_m - to.along_m).abs(), profile)
                    .saturating_add(scale_mm(from.leg_m + to.leg_m, OFF_PATH_FACTOR));
                if cost < best.as_ref().map_or(FORBIDDEN, |way| way.cost) {
                    let pieces = self.piece(to.edge, from.along_m, to.along_m).into_iter().collect();
                    best = Some(Way { from: *anchor, to: *to, cost, pieces });
                }
            }
        }
        best
    }

    /// A stretch of an edge between two lengths along it; `None` when it has no length.
    fn piece(&self, edge: EdgeIndex, from_m: f64, to_m: f64) -> Option<Piece> {
        let length_m = (to_m - from_m).abs();
        if length_m < NOTHING_M {
            return None;
        }
        let (a, b) = self.graph.edge_endpoints(edge)?;
        let whole = &self.graph[edge];
        let begins_at = match from_m {
            from_m if from_m <= 0.0 => Some(a),
            from_m if from_m >= whole.length_m => Some(b),
            _ => None,
        };
        let line = cut(&whole.line, from_m, to_m);
        Some(Piece { edge, line, length_m, forward: to_m > from_m, begins_at })
    }

    /// Turns a way into an answer.
    fn tell(&self, request: &Request, way: &Way) -> Route {
        let start_leg_m = match way.from {
            Anchor::Landing(landing) => landing.leg_m,
            Anchor::Gate(..) => 0.0,
        };
        let (gate, position) = match (way.from, request.origin) {
            (Anchor::Gate(index, _), _) => (Some(index), None),
            (_, Origin::Position(point)) => (self.gate_passed(request, &way.pieces), Some(point.0)),
            _ => (None, None),
        };
        let told = Told {
            pieces: &way.pieces,
            position,
            start_leg_m,
            origin_gate: position.is_none().then_some(gate).flatten(),
            target: request.target.point.0,
            label: request.target.label.as_deref(),
            last_leg_m: way.to.leg_m,
        };
        let path_m: f64 = way.pieces.iter().map(|piece| piece.length_m).sum();
        let path_s: f64 = way.pieces.iter().map(|piece| self.piece_duration_s(piece, request.profile)).sum();
        Route {
            line: self.whole_line(request, way, position),
            legs: self.legs(way, start_leg_m),
            distance_m: start_leg_m + path_m + way.to.leg_m,
            last_leg_m: way.to.leg_m,
            start_leg_m,
            duration_s: path_s + off_path_duration_s(start_leg_m + way.to.leg_m),
            gate: gate.map(|index| self.gate_info(index)),
            step_free: self.verdict(&way.pieces),
            steps: steps(self, &told),
        }
    }

    fn piece_duration_s(&self, piece: &Piece, profile: Profile) -> f64 {
        duration_s(profile, self.path_of(&self.graph[piece.edge]).class, piece.length_m)
    }

    fn whole_line(&self, request: &Request, way: &Way, position: Option<Coord<f64>>) -> LineString<f64> {
        let start = match way.from {
            Anchor::Gate(_, vertex) => self.graph[vertex].at,
            Anchor::Landing(landing) => landing.at,
        };
        let mut line: Vec<Coord<f64>> = position.into_iter().chain([start]).collect();
        line.extend(way.pieces.iter().flat_map(|piece| piece.line.iter().copied()));
        line.extend([way.to.at, request.target.point.0]);
        line.dedup_by(|next, before| (next.x - before.x).abs().max((next.y - before.y).abs()) < 1e-9);
        if line.len() == 1 {
            line.extend(line.first().copied());
        }
        LineString::new(line)
    }

    /// The last gate of the grave's cemetery through which the way leads.
    fn gate_passed(&self, request: &Request, pieces: &[Piece]) -> Option<usize> {
        let cemetery = self.cemeteries[self.cemetery_of(&request.target)?].id;
        let gates = pieces.iter().filter_map(|piece| self.graph[piece.begins_at?].gate);
        gates.filter(|index| self.gates[*index].input.cemetery == cemetery).last()
    }

    fn gate_info(&self, index: usize) -> GateInfo {
        let gate = &self.gates[index];
        GateInfo {
            id: gate.input.id,
            name: gate.input.name.clone(),
            point: lon_lat(gate.input.point),
            cemetery: gate.input.cemetery,
            joined_to_street: gate.joined_to_street,
        }
    }

    fn legs(&self, way: &Way, start_leg_m: f64) -> Vec<Leg> {
        let off_path = |kind, length_m| Leg {
            kind,
            path: None,
            class: None,
            name: None,
            length_m,
            step_free: StepFree::Unknown,
        };
        let mut legs = Vec::new();
        if start_leg_m > 0.0 {
            legs.push(off_path(LegKind::Start, start_leg_m));
        }
        for piece in &way.pieces {
            let path = self.path_of(&self.graph[piece.edge]);
            match legs.last_mut() {
                Some(Leg { path: Some(id), length_m, .. }) if *id == path.id => *length_m += piece.length_m,
                _ => legs.push(Leg {
                    kind: LegKind::Path,
                    path: Some(path.id),
                    class: Some(path.class),
                    name: path.name.clone(),
                    length_m: piece.length_m,
                    step_free: path.step_free,
                }),
            }
        }
        if way.to.leg_m > 0.0 {
            legs.push(off_path(LegKind::Last, way.to.leg_m));
        }
        legs
    }

    fn verdict(&self, pieces: &[Piece]) -> StepFreeVerdict {
        let blocking = self.stretches(pieces, StepFree::No);
        if !blocking.is_empty() {
            return StepFreeVerdict::Impossible { blocking };
        }
        let parts = self.stretches(pieces, StepFree::Unknown);
        if parts.is_empty() {
            return StepFreeVerdict::Verified;
        }
        StepFreeVerdict::PartlyUnknown { unknown_m: parts.iter().map(|part| part.length_m).sum(), parts }
    }

    /// The stretches whose paths have this mark, one for each path and run.
    fn stretches(&self, pieces: &[Piece], wanted: StepFree) -> Vec<Stretch> {
        let path_index = |piece: &Piece| self.graph[piece.edge].path;
        pieces
            .chunk_by(|one, next| path_index(one) == path_index(next))
            .filter(|run| self.paths[path_index(&run[0])].step_free == wanted)
            .map(|run| {
                let path = &self.paths[path_index(&run[0])];
                let line: Vec<Coord<f64>> = run.iter().flat_map(|piece| piece.line.iter().copied()).collect();
                let middle = point_along(&line, length_m(&line) / 2.0).unwrap_or_default();
                Stretch {
                    path: path.id,
                    class: path.class,
                    name: path.name.clone(),
                    length_m: run.iter().map(|piece| piece.length_m).sum(),
                    point: [middle.x, middle.y],
                    obstacle: (wanted == StepFree::No).then(|| obstacle(path)),
                }
            })
            .collect()
    }

    /// Vertices of a run of pieces that have other edges than those walked: where one could go wrong.
    pub(super) fn branches(&self, vertex: NodeIndex, walked: [EdgeIndex; 2]) -> Vec<EdgeIndex> {
        let walked: HashSet<EdgeIndex> = walked.into_iter().collect();
        self.graph
            .edges(vertex)
            .map(|edge| petgraph::visit::EdgeRef::id(&edge))
            .filter(|edge| !walked.contains(edge))
            .collect()
    }
}

/// A vertex by which an anchor joins the graph.
struct Entry {
    anchor: Anchor,
    /// Where the vertex lies along the landing's edge.
    vertex_along_m: f64,
    seed: Seed,
}
