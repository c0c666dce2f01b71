//! Makes a [`Network`] from the register.
//!
//! In this order: refuse what is no line, leave out what visitors may not use, join gates to the paths, cut
//! paths where they cross a cemetery's boundary, find the junctions, split paths into edges there, freeze
//! one search graph per profile.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

use geo::{Contains, Distance, Euclidean};
use geo_types::{Coord, Line, LineString, MultiPolygon, Point};
use petgraph::graph::{NodeIndex, UnGraph};
use petgraph::unionfind::UnionFind;
use petgraph::visit::EdgeRef;
use rstar::{AABB, RTree, RTreeObject};

use super::measure::{Plane, between, is_place, length_m};
use super::model::{CemeteryInput, GateInput, NetworkInput, PathInput, Profile};
use super::network::{Edge, Gate, Network, Segment, Vertex, around};
use super::obstacles::Obstacles;
use super::profile::{cost_mm, is_closed};
use super::search::{Link, SearchGraph};

/// A gate this near to a path stands on it.
const GATE_REACH_M: f64 = 0.5;
/// A path this near to a cemetery's boundary runs along it.
const BOUNDARY_REACH_M: f64 = 0.1;
/// Two coordinates that agree to this many parts of a degree are one place.
const PARTS_OF_DEGREE: f64 = 1e7;

/// A coordinate in whole 10⁻⁷ degrees: equal places have equal keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Key {
    lon: i32,
    lat: i32,
}

impl Key {
    fn of(at: Coord<f64>) -> Self {
        Self { lon: (at.x * PARTS_OF_DEGREE).round() as i32, lat: (at.y * PARTS_OF_DEGREE).round() as i32 }
    }

    fn at(self) -> Coord<f64> {
        Coord { x: f64::from(self.lon) / PARTS_OF_DEGREE, y: f64::from(self.lat) / PARTS_OF_DEGREE }
    }

    /// Place on the Z-shaped curve: vertices that are near each other come near each other in memory.
    fn morton(self) -> u64 {
        spread(self.lon) | spread(self.lat) << 1
    }
}

/// The bits of a number, moved to the even places.
fn spread(number: i32) -> u64 {
    let mut bits = u64::from((i64::from(number) - i64::from(i32::MIN)) as u32);
    for (shift, mask) in [
        (16, 0x0000_FFFF_0000_FFFF),
        (8, 0x00FF_00FF_00FF_00FF),
        (4, 0x0F0F_0F0F_0F0F_0F0F),
        (2, 0x3333_3333_3333_3333),
        (1, 0x5555_5555_5555_5555),
    ] {
        bits = (bits | bits << shift) & mask;
    }
    bits
}

/// Hashes keys quickly: they are coordinates of our own register, nobody chooses them to collide.
#[derive(Debug, Default, Clone, Copy)]
struct KeyHasher(u64);

impl Hasher for KeyHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_u64(u64::from(*byte)));
    }

    fn write_i32(&mut self, number: i32) {
        self.write_u64(u64::from(number.cast_unsigned()));
    }

    fn write_u64(&mut self, number: u64) {
        let mixed = (self.0.rotate_left(5) ^ number).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        self.0 = mixed ^ (mixed >> 32);
    }
}

type KeySet = HashSet<Key, BuildHasherDefault<KeyHasher>>;
type KeyMap<V> = HashMap<Key, V, BuildHasherDefault<KeyHasher>>;

/// The course of one path, in keys, with what has been found out about it.
struct Course {
    path: usize,
    keys: Vec<Key>,
}

pub(super) fn network(input: NetworkInput) -> Network {
    let NetworkInput { paths, gates, mut cemeteries, barriers, buildings } = input;
    cemeteries.iter_mut().for_each(drop_impossible_area);
    let grounds = Grounds::new(&cemeteries);
    let Sorted { mut courses, closed, refused } = sort_paths(&paths, &grounds);
    let closed_paths = closed.len();
    let gate_keys = join_gates(&gates, &mut courses);
    let mut cuts = grounds.cut(&mut courses);
    cuts.extend(gate_keys.iter().flatten());
    let open_keys: KeySet = keys_of(&gates, &gate_keys, true);
    let shut_keys: KeySet = &keys_of(&gates, &gate_keys, false) - &open_keys;
    let (mut graph, vertex_of) = split(&courses, &cuts, &shut_keys);
    for edge in graph.edge_weights_mut() {
        grounds.place(edge, &paths[edge.path]);
    }
    let gates = settle_gates(gates, &gate_keys, &vertex_of, &closed, &mut graph, &paths);
    let Frozen { walk, step_free, segments } = freeze(&graph, &paths);
    let open_gates = gates.iter().filter(|gate| gate.input.open).map(|gate| gate.input.point.0).collect();
    let obstacles = Obstacles::new(&barriers, &cemeteries, buildings, open_gates);
    let refused_paths = refused.into_iter().map(|index| paths[index].id).collect();
    Network {
        graph,
        paths,
        gates,
        cemeteries,
        segments,
        obstacles,
        walk,
        step_free,
        refused_paths,
        closed_paths,
    }
}

fn drop_impossible_area(cemetery: &mut CemeteryInput) {
    cemetery.area.0.retain(|polygon| polygon.exterior().0.iter().all(|at| is_place(*at)));
}

struct Sorted {
    courses: Vec<Course>,
    closed: Vec<Course>,
    refused: Vec<usize>,
}

/// Parts the paths into those visitors may use, those they may not, and those that are no line. A closed
/// path may be used when it lies wholly inside a cemetery: the sign is meant for cars.
fn sort_paths(paths: &[PathInput], grounds: &Grounds) -> Sorted {
    let mut sorted = Sorted { courses: Vec::new(), closed: Vec::new(), refused: Vec::new() };
    for (path, input) in paths.iter().enumerate() {
        let Some(keys) = keys_along(&input.line) else {
            sorted.refused.push(path);
            continue;
        };
        let open = !is_closed(input.access.as_deref()) || grounds.hold_all(&keys, input);
        let list = if open { &mut sorted.courses } else { &mut sorted.closed };
        list.push(Course { path, keys });
    }
    sorted
}

fn keys_along(line: &LineString<f64>) -> Option<Vec<Key>> {
    if !line.0.iter().all(|at| is_place(*at)) {
        return None;
    }
    let mut keys: Vec<Key> = line.0.iter().map(|at| Key::of(*at)).collect();
    keys.dedup();
    (keys.len() >= 2).then_some(keys)
}

/// The areas of the cemeteries, with their boundaries in an index.
struct Grounds<'a> {
    cemeteries: &'a [CemeteryInput],
    boundaries: RTree<Boundary>,
}

#[derive(Clone, Copy)]
struct Boundary {
    cemetery: usize,
    line: Line<f64>,
}

impl RTreeObject for Boundary {
    type Envelope = AABB<[f64; 2]>;

    fn envelope(&self) -> Self::Envelope {
        AABB::from_corners([self.line.start.x, self.line.start.y], [self.line.end.x, self.line.end.y])
    }
}

impl<'a> Grounds<'a> {
    fn new(cemeteries: &'a [CemeteryInput]) -> Self {
        let mut boundaries = Vec::new();
        for (cemetery, input) in cemeteries.iter().enumerate() {
            for ring in rings(&input.area) {
                boundaries.extend(ring.lines().map(|line| Boundary { cemetery, line }));
            }
        }
        Self { cemeteries, boundaries: RTree::bulk_load(boundaries) }
    }

    /// The cemetery along whose boundary a place lies.
    fn boundary_at(&self, at: Coord<f64>) -> Option<usize> {
        let plane = Plane::at(at);
        self.boundaries
            .locate_in_envelope_intersecting(around(at, BOUNDARY_REACH_M))
            .find(|it| plane.nearest_on(it.line.start, it.line.end).distance_m <= BOUNDARY_REACH_M)
            .map(|it| it.cemetery)
    }

    fn containing(&self, at: Coord<f64>) -> Option<usize> {
        self.cemeteries.iter().position(|cemetery| cemetery.area.contains(&Point::from(at)))
    }

    fn hold_all(&self, keys: &[Key], path: &PathInput) -> bool {
        let holds = |cemetery: usize, at: Coord<f64>| {
            self.containing(at) == Some(cemetery) || self.boundary_at(at) == Some(cemetery)
        };
        let without_area = |id| self.cemeteries.iter().any(|it| it.id == id && it.area.0.is_empty());
        if path.cemetery.is_some_and(without_area) {
            return true;
        }
        let middle = |pair: &[Key]| between(pair[0].at(), pair[1].at(), 0.5);
        keys.windows(2).find_map(|pair| self.containing(middle(pair))).is_some_and(|cemetery| {
            keys.iter().all(|key| holds(cemetery, key.at()))
                && keys.windows(2).all(|it| holds(cemetery, middle(it)))
        })
    }

    /// Puts a point into every course where it crosses a boundary; answers all such points.
    fn cut(&self, courses: &mut [Course]) -> KeySet {
        let mut cuts = KeySet::default();
        if self.boundaries.size() == 0 {
            return cuts;
        }
        for course in courses {
            let mut keys = Vec::with_capacity(course.keys.len());
            for pair in course.keys.windows(2) {
                keys.push(pair[0]);
                let crossings = self.crossings(pair[0], pair[1]);
                cuts.extend(crossings.iter().copied());
                keys.extend(crossings);
            }
            keys.extend(course.keys.last());
            keys.dedup();
            course.keys = keys;
        }
        cuts
    }

    /// Where a segment meets boundaries, from `a` to `b`, the ends included.
    fn crossings(&self, a: Key, b: Key) -> Vec<Key> {
        use geo::line_intersection::{LineIntersection, line_intersection};
        let segment = Line::new(a.at(), b.at());
        let envelope = AABB::from_corners([segment.start.x, segment.start.y], [segment.end.x, segment.end.y]);
        let mut found: Vec<Key> = Vec::new();
        for boundary in self.boundaries.locate_in_envelope_intersecting(envelope) {
            match line_intersection(segment, boundary.line) {
                Some(LineIntersection::SinglePoint { intersection, .. }) => found.push(Key::of(intersection)),
                Some(LineIntersection::Collinear { intersection }) => {
                    found.extend([Key::of(intersection.start), Key::of(intersection.end)]);
                }
                None => {}
            }
        }
        let along = |key: &Key| Euclidean.distance(Point::from(segment.start), Point::from(key.at()));
        found.sort_by(|one, other| along(one).total_cmp(&along(other)));
        found.dedup();
        found
    }

    /// Notes in which cemetery an edge lies, or along whose boundary.
    fn place(&self, edge: &mut Edge, path: &PathInput) {
        let registered = path.cemetery.and_then(|id| self.cemeteries.iter().position(|it| it.id == id));
        let longest = edge.line.windows(2).max_by(|one, other| length_m(one).total_cmp(&length_m(other)));
        let Some(middle) = longest.map(|pair| between(pair[0], pair[1], 0.5)) else { return };
        edge.boundary_of = self.boundary_at(middle);
        edge.cemetery = match edge.boundary_of {
            Some(cemetery) => registered.filter(|registered| *registered == cemetery),
            None => self
                .containing(middle)
                .or(registered.filter(|index| self.cemeteries[*index].area.0.is_empty())),
        };
    }
}

fn rings(area: &MultiPolygon<f64>) -> impl Iterator<Item = &LineString<f64>> {
    area.0.iter().flat_map(|polygon| std::iter::once(polygon.exterior()).chain(polygon.interiors()))
}

/// Finds for each gate the place where it stands on a path, and puts it into the path's course.
fn join_gates(gates: &[GateInput], courses: &mut [Course]) -> Vec<Option<Key>> {
    let wanted: KeySet =
        gates.iter().filter(|gate| is_place(gate.point.0)).map(|gate| Key::of(gate.point.0)).collect();
    let met: KeySet =
        courses.iter().flat_map(|course| &course.keys).filter(|key| wanted.contains(key)).copied().collect();
    gates
        .iter()
        .map(|gate| {
            let at = gate.point.0;
            if !is_place(at) {
                return None;
            }
            let key = Key::of(at);
            if met.contains(&key) { Some(key) } else { insert_near(at, courses) }
        })
        .collect()
}

/// Puts the point of the nearest course within reach into that course.
fn insert_near(at: Coord<f64>, courses: &mut [Course]) -> Option<Key> {
    let (course, place) = nearest_segment(at, courses)?;
    let keys = &mut courses[course].keys;
    let plane = Plane::at(at);
    let (a, b) = (keys[place].at(), keys[place + 1].at());
    let key = Key::of(between(a, b, plane.nearest_on(a, b).fraction));
    if key != keys[place] && key != keys[place + 1] {
        keys.insert(place + 1, key);
    }
    Some(key)
}

/// The segment nearest to a place, if it is within a gate's reach: course, and index of its first key.
fn nearest_segment(at: Coord<f64>, courses: &[Course]) -> Option<(usize, usize)> {
    let plane = Plane::at(at);
    let reach = plane.reach_deg(GATE_REACH_M);
    let (low, high) = (
        Key::of(Coord { x: at.x - reach.x, y: at.y - reach.y }),
        Key::of(Coord { x: at.x + reach.x, y: at.y + reach.y }),
    );
    let mut best: Option<(f64, (usize, usize))> = None;
    for (index, course) in courses.iter().enumerate() {
        for (place, pair) in course.keys.windows(2).enumerate() {
            let apart = pair[0].lon.min(pair[1].lon) > high.lon
                || pair[0].lon.max(pair[1].lon) < low.lon
                || pair[0].lat.min(pair[1].lat) > high.lat
                || pair[0].lat.max(pair[1].lat) < low.lat;
            if apart {
                continue;
            }
            let distance_m = plane.nearest_on(pair[0].at(), pair[1].at()).distance_m;
            if distance_m <= GATE_REACH_M && best.is_none_or(|(least_m, _)| distance_m < least_m) {
                best = Some((distance_m, (index, place)));
            }
        }
    }
    best.map(|(_, found)| found)
}

fn keys_of(gates: &[GateInput], keys: &[Option<Key>], open: bool) -> KeySet {
    gates.iter().zip(keys).filter(|(gate, _)| gate.open == open).filter_map(|(_, key)| *key).collect()
}

type Graph = UnGraph<Vertex, Edge>;

/// Splits courses into edges at junctions, ends and cuts. At a closed gate every edge ends for itself.
fn split(courses: &[Course], cuts: &KeySet, shut: &KeySet) -> (Graph, KeyMap<NodeIndex>) {
    let junctions = junctions(courses, cuts);
    let mut order: Vec<Key> = junctions.iter().filter(|key| !shut.contains(key)).copied().collect();
    order.sort_unstable_by_key(|key| key.morton());
    let mut graph = Graph::with_capacity(order.len(), order.len() * 2);
    let vertex_of: KeyMap<NodeIndex> =
        order.into_iter().map(|key| (key, graph.add_node(Vertex { at: key.at(), gate: None }))).collect();
    for course in courses {
        let mut from = 0;
        for to in 1..course.keys.len() {
            if !junctions.contains(&course.keys[to]) {
                continue;
            }
            let line: Vec<Coord<f64>> = course.keys[from..=to].iter().map(|key| key.at()).collect();
            let ends = [course.keys[from], course.keys[to]].map(|key| match vertex_of.get(&key) {
                Some(vertex) => *vertex,
                None => graph.add_node(Vertex { at: key.at(), gate: None }),
            });
            let length_m = length_m(&line);
            let edge = Edge { path: course.path, line, length_m, cemetery: None, boundary_of: None };
            graph.add_edge(ends[0], ends[1], edge);
            from = to;
        }
    }
    (graph, vertex_of)
}

/// The keys at which edges end: ends of courses, keys that come more than once, cuts.
fn junctions(courses: &[Course], cuts: &KeySet) -> KeySet {
    let mut all: Vec<Key> = Vec::new();
    for course in courses {
        all.extend(&course.keys);
        all.extend([course.keys.first(), course.keys.last()].into_iter().flatten());
    }
    all.sort_unstable();
    let repeated = all.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]);
    repeated.chain(cuts.iter().copied()).collect()
}

fn settle_gates(
    gates: Vec<GateInput>,
    keys: &[Option<Key>],
    vertex_of: &KeyMap<NodeIndex>,
    closed: &[Course],
    graph: &mut Graph,
    paths: &[PathInput],
) -> Vec<Gate> {
    let streets = reached_by_streets(graph, paths);
    let mut settled = Vec::with_capacity(gates.len());
    for (index, (input, key)) in gates.into_iter().zip(keys).enumerate() {
        let vertex = key.and_then(|key| vertex_of.get(&key)).copied();
        if let Some(vertex) = vertex.filter(|_| input.open) {
            graph[vertex].gate = Some(index);
        }
        let on_no_path = key.is_none() && is_place(input.point.0);
        let private_only = on_no_path && nearest_segment(input.point.0, closed).is_some();
        let joined_to_street = vertex.is_some_and(|vertex| streets[vertex.index()]);
        settled.push(Gate { input, vertex, private_only, joined_to_street });
    }
    settled
}

/// For each vertex: can it be reached from a street without entering a cemetery?
fn reached_by_streets(graph: &Graph, paths: &[PathInput]) -> Vec<bool> {
    let mut sets = UnionFind::<usize>::new(graph.node_count());
    let outside = || graph.edge_references().filter(|edge| edge.weight().cemetery.is_none());
    for edge in outside() {
        sets.union(edge.source().index(), edge.target().index());
    }
    let on_street: HashSet<usize> = outside()
        .filter(|edge| paths[edge.weight().path].class.is_street())
        .map(|edge| sets.find(edge.source().index()))
        .collect();
    (0..graph.node_count()).map(|vertex| on_street.contains(&sets.find(vertex))).collect()
}

fn segments_of(graph: &Graph) -> Vec<Segment> {
    graph
        .edge_references()
        .flat_map(|edge| {
            let pairs = edge.weight().line.windows(2).enumerate();
            pairs.map(move |(first, pair)| Segment { edge: edge.id(), first, a: pair[0], b: pair[1] })
        })
        .collect()
}

struct Frozen {
    walk: SearchGraph,
    step_free: SearchGraph,
    segments: RTree<Segment>,
}

/// The search graphs for walking and for going without steps, and the index of segments, made side by side.
fn freeze(graph: &Graph, paths: &[PathInput]) -> Frozen {
    let make = |profile: Profile| {
        let links: Vec<Link> = graph
            .edge_references()
            .map(|edge| {
                let path = &paths[edge.weight().path];
                let cost = cost_mm(profile, path.class, path.step_free, edge.weight().length_m);
                Link { a: edge.source().index() as u32, b: edge.target().index() as u32, cost }
            })
            .collect();
        SearchGraph::new(graph.node_count(), &links)
    };
    std::thread::scope(|scope| {
        let step_free = scope.spawn(|| make(Profile::StepFree));
        let walk = make(Profile::Walk);
        let segments = RTree::bulk_load(segments_of(graph));
        let step_free = step_free.join().unwrap_or_else(|_| make(Profile::StepFree));
        Frozen { walk, step_free, segments }
    })
}
