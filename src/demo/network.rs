//! The net of streets as a planar graph with its faces.
//!
//! Drafted lines are cut at their crossings into nodes and edges; the areas between them are the
//! faces, which are then split further by streets that run from side to side. A node that is put
//! into an edge enters the street and both faces beside it, so whatever meets shares a vertex.

use super::plane::{Pt, area, crossing, segment_distance};
use std::collections::HashMap;

/// What a street is in the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// A road out of the town; the number of the radial.
    Radial(usize),
    /// A road around the centre; the number of the ring.
    Ring(usize),
    /// The lane around the built-up area.
    Boundary,
    /// A track in the fields.
    Country,
    /// A street along the river.
    Riverside,
    /// A street along the railway.
    Railside,
    /// A side of the market square.
    Square,
    /// A street around a park, cemetery or school; the number of the site.
    Site(usize),
    /// A street that splits a block.
    Cut,
}

/// A line of the plan before it is cut at its crossings.
#[derive(Debug, Clone)]
pub struct Draft {
    /// Its course.
    pub line: Vec<Pt>,
    /// What it is.
    pub role: Role,
}

/// A street: a walk over nodes.
#[derive(Debug, Clone)]
pub struct Street {
    /// Nodes in order; a closed street repeats its first node.
    pub nodes: Vec<u32>,
    /// What it is in the plan.
    pub role: Role,
}

/// A face of the net, counter-clockwise.
#[derive(Debug, Clone)]
pub struct Face {
    /// Nodes of its boundary, none repeated at the end.
    pub ring: Vec<u32>,
}

/// Streets, nodes and the faces between them.
#[derive(Debug, Default)]
pub struct Network {
    /// Where the nodes are.
    pub nodes: Vec<Pt>,
    /// All streets.
    pub streets: Vec<Street>,
    /// All faces but the outer one.
    pub faces: Vec<Face>,
    face_left_of: HashMap<(u32, u32), u32>,
    street_at: HashMap<(u32, u32), u32>,
    degree: Vec<u8>,
}

const MERGE_M: f64 = 2.5;

/// Finds the node at a place, or makes one.
#[derive(Default)]
struct NodeIndex {
    cells: HashMap<(i64, i64), Vec<u32>>,
}

impl NodeIndex {
    fn node_at(&mut self, p: Pt, nodes: &mut Vec<Pt>) -> u32 {
        let cell = ((p.x / 5.0).floor() as i64, (p.y / 5.0).floor() as i64);
        for dx in -1..=1 {
            for dy in -1..=1 {
                let near = self.cells.get(&(cell.0 + dx, cell.1 + dy));
                let hit = near.and_then(|v| v.iter().find(|n| (nodes[**n as usize] - p).len() < MERGE_M));
                if let Some(n) = hit {
                    return *n;
                }
            }
        }
        let n = nodes.len() as u32;
        nodes.push(p);
        self.cells.entry(cell).or_default().push(n);
        n
    }
}

/// Takes dead ends out of a ring, where it walks into a street and back again.
fn drop_spurs(ring: &mut Vec<u32>) {
    let mut i = 0;
    while ring.len() > 2 && i < ring.len() {
        let n = ring.len();
        if ring[(i + n - 1) % n] == ring[(i + 1) % n] {
            let next = (i + 1) % n;
            ring.remove(i.max(next));
            ring.remove(i.min(next));
            i = i.saturating_sub(2);
        } else {
            i += 1;
        }
    }
}

fn key(a: u32, b: u32) -> (u32, u32) {
    (a.min(b), a.max(b))
}

/// Fractions of every segment of every draft at which another draft crosses it.
fn cuts(drafts: &[Draft]) -> Vec<Vec<Vec<f64>>> {
    const CELL_M: f64 = 100.0;
    let mut cells: HashMap<(i64, i64), Vec<(usize, usize)>> = HashMap::new();
    let mut found: Vec<Vec<Vec<f64>>> =
        drafts.iter().map(|d| vec![Vec::new(); d.line.len().saturating_sub(1)]).collect();
    for (i, draft) in drafts.iter().enumerate() {
        for (j, w) in draft.line.windows(2).enumerate() {
            let range =
                |a: f64, b: f64| ((a.min(b) / CELL_M).floor() as i64)..=((a.max(b) / CELL_M).floor() as i64);
            for x in range(w[0].x, w[1].x) {
                for y in range(w[0].y, w[1].y) {
                    let cell = cells.entry((x, y)).or_default();
                    for &(k, l) in cell.iter().filter(|(k, _)| *k != i) {
                        let (c, d) = (drafts[k].line[l], drafts[k].line[l + 1]);
                        if let Some((t, u)) = crossing(w[0], w[1], c, d) {
                            found[i][j].push(t);
                            found[k][l].push(u);
                        }
                    }
                    cell.push((i, j));
                }
            }
        }
    }
    found
}

impl Network {
    /// Cuts the drafts at their crossings. `keep` says of each piece (draft and middle point) whether it
    /// stays. Dead ends are taken away, except the far ends of the roads out of town.
    pub fn build(drafts: &[Draft], keep: impl Fn(&Draft, Pt) -> bool) -> Self {
        let mut net = Self::default();
        let mut index = NodeIndex::default();
        let found = cuts(drafts);
        let mut degree: Vec<u8> = Vec::new();
        for (draft, cuts) in drafts.iter().zip(&found) {
            let mut run: Vec<u32> = Vec::new();
            for (w, cuts) in draft.line.windows(2).zip(cuts) {
                let mut stops: Vec<f64> = cuts.iter().copied().chain([0.0, 1.0]).collect();
                stops.sort_by(f64::total_cmp);
                for s in stops {
                    let n = index.node_at(w[0].lerp(w[1], s.clamp(0.0, 1.0)), &mut net.nodes);
                    degree.resize(net.nodes.len(), 0);
                    let Some(&last) = run.last() else {
                        run.push(n);
                        continue;
                    };
                    if last == n {
                        continue;
                    }
                    let middle = net.nodes[last as usize].lerp(net.nodes[n as usize], 0.5);
                    if net.street_at.contains_key(&key(last, n)) || !keep(draft, middle) {
                        net.finish(&mut run, draft.role);
                        run = vec![n];
                        continue;
                    }
                    net.street_at.insert(key(last, n), u32::MAX);
                    degree[last as usize] += 1;
                    degree[n as usize] += 1;
                    run.push(n);
                }
            }
            net.finish(&mut run, draft.role);
        }
        net.prune(&mut degree);
        net.degree = degree;
        net.index_streets();
        net.trace();
        net
    }

    fn finish(&mut self, run: &mut Vec<u32>, role: Role) {
        if run.len() > 1 {
            self.streets.push(Street { nodes: std::mem::take(run), role });
        }
    }

    fn prune(&mut self, degree: &mut [u8]) {
        loop {
            let mut changed = false;
            for street in &mut self.streets {
                let outer_end_stays = matches!(street.role, Role::Radial(_));
                while street.nodes.len() > 1 {
                    let n = street.nodes.len();
                    let (first, last) = (street.nodes[0], street.nodes[n - 1]);
                    if degree[first as usize] == 1 {
                        degree[first as usize] -= 1;
                        degree[street.nodes[1] as usize] -= 1;
                        street.nodes.remove(0);
                    } else if degree[last as usize] == 1 && !outer_end_stays {
                        degree[last as usize] -= 1;
                        degree[street.nodes[n - 2] as usize] -= 1;
                        street.nodes.pop();
                    } else {
                        break;
                    }
                    changed = true;
                }
            }
            self.streets.retain(|s| s.nodes.len() > 1);
            if !changed {
                return;
            }
        }
    }

    /// Rebuilds which street owns which edge.
    pub fn index_streets(&mut self) {
        self.street_at.clear();
        for (i, street) in self.streets.iter().enumerate() {
            for w in street.nodes.windows(2) {
                self.street_at.insert(key(w[0], w[1]), i as u32);
            }
        }
    }

    fn trace(&mut self) {
        let mut around: Vec<Vec<u32>> = vec![Vec::new(); self.nodes.len()];
        for street in &self.streets {
            for w in street.nodes.windows(2) {
                around[w[0] as usize].push(w[1]);
                around[w[1] as usize].push(w[0]);
            }
        }
        for (i, list) in around.iter_mut().enumerate() {
            let angle = |n: &u32| (self.nodes[*n as usize] - self.nodes[i]).angle();
            list.sort_by(|a, b| angle(a).total_cmp(&angle(b)));
        }
        let mut seen: HashMap<(u32, u32), ()> = HashMap::new();
        for a in 0..around.len() as u32 {
            for k in 0..around[a as usize].len() {
                let mut edge = (a, around[a as usize][k]);
                let mut ring = Vec::new();
                while seen.insert(edge, ()).is_none() {
                    ring.push(edge.0);
                    let list = &around[edge.1 as usize];
                    let at = list.iter().position(|n| *n == edge.0).unwrap_or(0);
                    edge = (edge.1, list[(at + list.len() - 1) % list.len()]);
                }
                drop_spurs(&mut ring);
                let points: Vec<Pt> = ring.iter().map(|n| self.nodes[*n as usize]).collect();
                if ring.len() > 2 && area(&points) > 1.0 {
                    self.add_face(ring);
                }
            }
        }
    }

    fn add_face(&mut self, ring: Vec<u32>) -> usize {
        self.faces.push(Face { ring });
        let face = self.faces.len() - 1;
        self.own(face);
        face
    }

    fn own(&mut self, face: usize) {
        let ring = &self.faces[face].ring;
        for (i, a) in ring.iter().enumerate() {
            self.face_left_of.insert((*a, ring[(i + 1) % ring.len()]), face as u32);
        }
    }

    /// The boundary of a face as points.
    pub fn ring(&self, face: usize) -> Vec<Pt> {
        self.faces[face].ring.iter().map(|n| self.nodes[*n as usize]).collect()
    }

    /// The course of a street as points.
    pub fn line(&self, street: usize) -> Vec<Pt> {
        self.streets[street].nodes.iter().map(|n| self.nodes[*n as usize]).collect()
    }

    /// How many edges end at a node.
    pub fn degree(&self, node: u32) -> u8 {
        self.degree[node as usize]
    }

    /// Counts one more edge at a node, for paths that end there.
    pub fn join(&mut self, node: u32) {
        self.degree[node as usize] = self.degree[node as usize].saturating_add(1);
    }

    /// Puts a node into the edge from `a` to `b` at a point on it, or answers an end of the edge that is
    /// nearer than `snap_m`.
    pub fn split_edge(&mut self, a: u32, b: u32, p: Pt, snap_m: f64) -> u32 {
        let (da, db) = ((self.nodes[a as usize] - p).len(), (self.nodes[b as usize] - p).len());
        if da.min(db) < snap_m {
            return if da <= db { a } else { b };
        }
        let n = self.nodes.len() as u32;
        self.nodes.push(p);
        self.degree.push(2);
        for (from, to) in [(a, b), (b, a)] {
            if let Some(face) = self.face_left_of.remove(&(from, to)) {
                let ring = &mut self.faces[face as usize].ring;
                let len = ring.len();
                if let Some(i) = (0..len).find(|i| ring[*i] == from && ring[(i + 1) % len] == to) {
                    ring.insert(i + 1, n);
                }
                self.face_left_of.insert((from, n), face);
                self.face_left_of.insert((n, to), face);
            }
        }
        if let Some(street) = self.street_at.remove(&key(a, b)) {
            if let Some(s) = self.streets.get_mut(street as usize) {
                let at = s.nodes.windows(2).position(|w| key(w[0], w[1]) == key(a, b));
                if let Some(i) = at {
                    s.nodes.insert(i + 1, n);
                }
            }
            self.street_at.insert(key(a, n), street);
            self.street_at.insert(key(n, b), street);
        }
        n
    }

    /// The node of a face's boundary that a ray meets first, made if need be; `None` when it meets nothing.
    pub fn node_on_ray(&mut self, face: usize, from: Pt, dir: Pt, snap_m: f64) -> Option<u32> {
        let far = from + dir.unit() * 20_000.0;
        let ring = self.faces[face].ring.clone();
        let hit = (0..ring.len())
            .filter_map(|i| {
                let (a, b) = (ring[i], ring[(i + 1) % ring.len()]);
                let (t, u) = crossing(from, far, self.nodes[a as usize], self.nodes[b as usize])?;
                Some((t, a, b, self.nodes[a as usize].lerp(self.nodes[b as usize], u)))
            })
            .min_by(|x, y| x.0.total_cmp(&y.0))?;
        Some(self.split_edge(hit.1, hit.2, hit.3, snap_m))
    }

    /// The node of a face's boundary nearest to a point, made if need be; `None` beyond `limit_m`.
    pub fn node_near(&mut self, face: usize, p: Pt, limit_m: f64, snap_m: f64) -> Option<u32> {
        let ring = &self.faces[face].ring;
        let best = (0..ring.len())
            .map(|i| {
                let (a, b) = (ring[i], ring[(i + 1) % ring.len()]);
                let (d, t) = segment_distance(p, self.nodes[a as usize], self.nodes[b as usize]);
                (d, a, b, t)
            })
            .min_by(|x, y| x.0.total_cmp(&y.0))?;
        let on = self.nodes[best.1 as usize].lerp(self.nodes[best.2 as usize], best.3);
        (best.0 <= limit_m).then(|| self.split_edge(best.1, best.2, on, snap_m))
    }

    /// Splits a face by a new street between two nodes of its boundary, by way of `between`.
    /// Answers the new face; `None` when the nodes are not both on the boundary.
    pub fn split_face(&mut self, face: usize, from: u32, to: u32, between: &[Pt]) -> Option<usize> {
        let ring = self.faces[face].ring.clone();
        let i = ring.iter().position(|n| *n == from)?;
        let j = ring.iter().position(|n| *n == to)?;
        if i == j || self.street_at.contains_key(&key(from, to)) {
            return None;
        }
        let first_new = self.nodes.len() as u32;
        self.nodes.extend_from_slice(between);
        self.degree.resize(self.nodes.len(), 2);
        self.join(from);
        self.join(to);
        let way: Vec<u32> = (first_new..self.nodes.len() as u32).collect();
        let walk = |a: usize, b: usize| -> Vec<u32> {
            let len = ring.len();
            (0..=(b + len - a) % len).map(|k| ring[(a + k) % len]).collect()
        };
        let mut one = walk(i, j);
        one.extend(way.iter().rev());
        let mut two = walk(j, i);
        two.extend(way.iter());
        self.faces[face].ring = one;
        self.own(face);
        let new_face = self.add_face(two);
        let nodes: Vec<u32> = [from].into_iter().chain(way).chain([to]).collect();
        let street = self.streets.len() as u32;
        for w in nodes.windows(2) {
            self.street_at.insert(key(w[0], w[1]), street);
        }
        self.streets.push(Street { nodes, role: Role::Cut });
        Some(new_face)
    }
}
