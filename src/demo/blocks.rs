//! From the grand plan to blocks: what each face is for, and the splitting of town faces by
//! further streets until every block is about two plots deep.

use super::network::{Network, Role};
use super::plan::Plan;
use super::plane::{Pt, area, contains, crossing, inner_point, line_distance, ring_distance, sides, span};
use super::rng::Rng;

/// What a face is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaceUse {
    /// The market square.
    Square,
    /// Ground along the river.
    River,
    /// Ground along the railway.
    Rail,
    /// One of the sites, by number.
    Site(usize),
    /// Fields and woods around the town.
    Country,
    /// A block with buildings.
    Town,
    /// Given up, because its boundary crosses itself.
    Void,
}

/// Classifies the faces and splits those of the town; answers the use of every face.
pub fn divide(net: &mut Network, plan: &Plan, rng: &mut Rng) -> Vec<FaceUse> {
    let mut uses: Vec<FaceUse> = (0..net.faces.len()).map(|f| use_of(net, plan, f)).collect();
    let mut open: Vec<usize> = (0..uses.len()).rev().filter(|f| uses[*f] == FaceUse::Town).collect();
    while let Some(face) = open.pop() {
        if let Some(new_face) = split(net, plan, face, rng) {
            uses.push(FaceUse::Town);
            open.push(new_face);
            open.push(face);
        }
    }
    uses
}

fn use_of(net: &Network, plan: &Plan, face: usize) -> FaceUse {
    let ring = net.ring(face);
    let p = inner_point(&ring);
    if contains(&plan.square, p) {
        return FaceUse::Square;
    }
    if let Some(i) = plan.sites.iter().position(|s| contains(&s.ring, p)) {
        return FaceUse::Site(i);
    }
    if !contains(&plan.edge, p) {
        return FaceUse::Country;
    }
    if line_distance(p, &plan.river.line) < plan.river.flank_m {
        return FaceUse::River;
    }
    if line_distance(p, &plan.rail.line) < plan.rail.flank_m {
        return FaceUse::Rail;
    }
    FaceUse::Town
}

/// Wanted length and depth of a block at a distance from the square, metres.
fn wanted(plan: &Plan, p: Pt) -> (f64, f64) {
    let r = p.len() / plan.scale.radius_m;
    match plan.scale.radius_m {
        m if m < 500.0 => (130.0, 76.0),
        m if m < 2_000.0 => {
            if r < 0.25 {
                (100.0, 74.0)
            } else if r < 0.6 {
                (150.0, 84.0)
            } else {
                (190.0, 88.0)
            }
        }
        _ => {
            if r < 0.08 {
                (100.0, 76.0)
            } else if r < 0.4 {
                (165.0, 92.0)
            } else {
                (215.0, 96.0)
            }
        }
    }
}

/// The direction along which a ring is longest, by its tightest rectangle.
fn long_axis(ring: &[Pt]) -> Pt {
    let mut best = (f64::INFINITY, Pt::polar(0.0));
    for k in 0..36 {
        let dir = Pt::polar(k as f64 * std::f64::consts::PI / 72.0);
        let (l, h) = span(ring, dir);
        let (l2, h2) = span(ring, dir.left());
        let size = (h - l) * (h2 - l2);
        if size < best.0 {
            best = (size, if h - l >= h2 - l2 { dir } else { dir.left() });
        }
    }
    best.1
}

/// Where a cut begins or ends: an edge of the ring and how far along.
#[derive(Clone, Copy)]
struct Hit {
    edge: usize,
    at: Pt,
}

struct Trial {
    hits: (Hit, Hit),
    score: f64,
}

fn split(net: &mut Network, plan: &Plan, face: usize, rng: &mut Rng) -> Option<usize> {
    let ring = net.ring(face);
    let center = inner_point(&ring);
    let (want_long, want_short) = wanted(plan, center);
    let size = area(&ring);
    if size < want_long * want_short * 1.25 {
        return None;
    }
    let axis = long_axis(&ring);
    let (l, h) = span(&ring, axis);
    let (l2, h2) = span(&ring, axis.left());
    let (ratio_long, ratio_short) = ((h - l) / want_long, (h2 - l2) / want_short);
    let mut ways = [(axis, l, h, ratio_long), (axis.left(), l2, h2, ratio_short)];
    if ratio_long < ratio_short * 0.9 {
        ways.swap(0, 1);
    }
    if ways[0].3 < 1.42 {
        return None;
    }
    // The other way round is only taken when a large face cannot be cut the better way.
    let second = if size > want_long * want_short * 2.2 { 2 } else { 1 };
    ways.iter().take(second).find_map(|way| {
        let trial = best_cut(net, face, &ring, center, *way, rng)?;
        apply(net, face, &ring, trial.hits, rng)
    })
}

/// The best of some cuts across a direction; `way` is the direction, the extent along it, and how many
/// blocks fit into that.
fn best_cut(
    net: &Network,
    face: usize,
    ring: &[Pt],
    center: Pt,
    way: (Pt, f64, f64, f64),
    rng: &mut Rng,
) -> Option<Trial> {
    const SHIFTS: [f64; 13] =
        [0.0, 0.03, -0.03, 0.06, -0.06, 0.1, -0.1, 0.15, -0.15, 0.21, -0.21, 0.28, -0.28];
    let (dir, low, high, ratio) = way;
    let parts = ratio.round().max(2.0);
    let middle =
        if parts % 2.0 == 0.0 || rng.chance(0.5) { (parts / 2.0).floor() } else { (parts / 2.0).ceil() };
    let mut best: Option<Trial> = None;
    for (k, shift) in SHIFTS.iter().enumerate() {
        let share = (middle / parts + shift + rng.range(-0.012, 0.012)).clamp(0.12, 0.88);
        let normal = Pt::polar(dir.left().angle() + rng.range(-0.05, 0.05));
        let through = center + dir * (low + (high - low) * share - center.dot(dir));
        if let Some(trial) = try_cut(net, face, ring, through, normal) {
            let score = trial.score - 0.045 * k as f64;
            if best.as_ref().is_none_or(|b| b.score < score) {
                best = Some(Trial { score, ..trial });
            }
        }
    }
    best
}

/// Ends of the stretch of a line through the ring that lies around `through`, judged by how squarely it
/// meets the sides.
fn try_cut(net: &Network, face: usize, ring: &[Pt], through: Pt, normal: Pt) -> Option<Trial> {
    let (from, to) = (through - normal * 8_000.0, through + normal * 8_000.0);
    let n = ring.len();
    let mut hits: Vec<(f64, Hit)> = (0..n)
        .filter_map(|i| {
            let (a, b) = (ring[i], ring[(i + 1) % n]);
            let (t, u) = crossing(from, to, a, b)?;
            Some((t, Hit { edge: i, at: a.lerp(b, u.clamp(0.0, 1.0)) }))
        })
        .collect();
    hits.sort_by(|x, y| x.0.total_cmp(&y.0));
    hits.dedup_by(|x, y| (x.1.at - y.1.at).len() < 0.5);
    let pair = hits.chunks_exact(2).max_by(|x, y| (x[1].0 - x[0].0).total_cmp(&(y[1].0 - y[0].0)))?;
    let (one, two) = (pair[0].1, pair[1].1);
    let squareness = |h: &Hit| {
        let side = (ring[(h.edge + 1) % n] - ring[h.edge]).unit();
        1.0 - normal.dot(side).abs()
    };
    let long_enough = (one.at - two.at).len() > 38.0;
    let worst = squareness(&one).min(squareness(&two));
    // Meeting an existing corner of streets makes a crossroads, which reads better than two close bends.
    let ring_nodes = &net.faces[face].ring;
    let crossroads = [&one, &two]
        .iter()
        .filter(|h| {
            ring_nodes.iter().any(|k| net.degree(*k) == 3 && (net.nodes[*k as usize] - h.at).len() < 16.0)
        })
        .count() as f64;
    (long_enough && worst > 0.34).then_some(Trial { hits: (one, two), score: worst + 0.18 * crossroads })
}

/// Cuts the face along a trial; nothing is changed unless the cut is sound.
fn apply(net: &mut Network, face: usize, ring: &[Pt], hits: (Hit, Hit), rng: &mut Rng) -> Option<usize> {
    let ids = net.faces[face].ring.clone();
    let n = ids.len();
    let edge = |h: &Hit| (ids[h.edge], ids[(h.edge + 1) % n]);
    if edge(&hits.0) == edge(&hits.1) {
        return None;
    }
    let (one, two) = (existing_node(net, &ids, &hits.0), existing_node(net, &ids, &hits.1));
    let place = |node: Option<u32>, hit: &Hit| node.map_or(hit.at, |k| net.nodes[k as usize]);
    let (p, q) = (place(one, &hits.0), place(two, &hits.1));
    if (p - q).len() < 30.0 || !clear(ring, &[p, q]) {
        return None;
    }
    let way = bend(ring, p, q, rng);
    let mut resolve = |node: Option<u32>, hit: &Hit| {
        let (a, b) = edge(hit);
        node.unwrap_or_else(|| net.split_edge(a, b, hit.at, 0.0))
    };
    let from = resolve(one, &hits.0);
    let to = resolve(two, &hits.1);
    net.split_face(face, from, to, &way)
}

/// The node that an end of a cut should use rather than a new one close by: a junction within 16 m, or an
/// end of the edge within 9 m.
fn existing_node(net: &Network, ids: &[u32], hit: &Hit) -> Option<u32> {
    let away = |k: u32| (net.nodes[k as usize] - hit.at).len();
    let ends = [ids[hit.edge], ids[(hit.edge + 1) % ids.len()]];
    let nearest = |a: &u32, b: &u32| away(*a).total_cmp(&away(*b));
    let junction = ids.iter().copied().filter(|k| net.degree(*k) == 3 && away(*k) < 16.0).min_by(nearest);
    junction.or_else(|| ends.into_iter().filter(|k| away(*k) < 9.0).min_by(nearest))
}

/// Whether a way between two points of the ring stays inside it and off its sides.
fn clear(ring: &[Pt], way: &[Pt]) -> bool {
    let touches_only_at_ends = way.windows(2).all(|w| {
        sides(ring).all(|(a, b)| match crossing(w[0], w[1], a, b) {
            Some((t, _)) => !(1e-6..=1.0 - 1e-6).contains(&t),
            None => true,
        })
    });
    let starts_inside = match way {
        [a, b, ..] => contains(ring, *a + (*b - *a).unit()),
        _ => false,
    };
    let ends_inside = match way {
        [.., a, b] => contains(ring, *b + (*a - *b).unit()),
        _ => false,
    };
    if !touches_only_at_ends || !starts_inside || !ends_inside {
        return false;
    }
    let total: f64 = way.windows(2).map(|w| (w[1] - w[0]).len()).sum();
    let mut gone = 0.0;
    for w in way.windows(2) {
        let l = (w[1] - w[0]).len();
        let steps = (l / 9.0).ceil().max(1.0) as usize;
        for k in 0..=steps {
            let p = w[0].lerp(w[1], k as f64 / steps as f64);
            let from_end =
                (gone + l * k as f64 / steps as f64).min(total - gone - l * k as f64 / steps as f64);
            if from_end > 4.0 && (!contains(ring, p) || ring_distance(p, ring) < (from_end * 0.42).min(16.0))
            {
                return false;
            }
        }
        gone += l;
    }
    true
}

/// Points between the ends of a longer street, so that it runs in a gentle curve where there is room.
fn bend(ring: &[Pt], p: Pt, q: Pt, rng: &mut Rng) -> Vec<Pt> {
    let l = (q - p).len();
    if l < 130.0 {
        return Vec::new();
    }
    let sag = rng.range(-0.075, 0.075) * l;
    let side = (q - p).unit().left();
    let parts = (l / 38.0).round().max(3.0) as usize;
    let way: Vec<Pt> = (1..parts)
        .map(|k| {
            let t = k as f64 / parts as f64;
            p.lerp(q, t) + side * (sag * 4.0 * t * (1.0 - t))
        })
        .collect();
    let whole: Vec<Pt> = [p].into_iter().chain(way.iter().copied()).chain([q]).collect();
    if clear(ring, &whole) { way } else { Vec::new() }
}

/// Joins streets that run on straight across a crossing, so that they share one name.
pub fn join_across(net: &mut Network) {
    let mut ends: std::collections::BTreeMap<u32, Vec<usize>> = std::collections::BTreeMap::new();
    for (i, s) in net.streets.iter().enumerate().filter(|(_, s)| s.role == Role::Cut) {
        if let (Some(first), Some(last)) = (s.nodes.first(), s.nodes.last()) {
            ends.entry(*first).or_default().push(i);
            ends.entry(*last).or_default().push(i);
        }
    }
    // `into[i]` says which street has swallowed street i.
    let mut into: Vec<usize> = (0..net.streets.len()).collect();
    let find = |into: &[usize], mut i: usize| {
        while into[i] != i {
            i = into[i];
        }
        i
    };
    for (node, list) in &ends {
        let [x, y] = list[..] else { continue };
        let (a, b) = (find(&into, x), find(&into, y));
        if a == b {
            continue;
        }
        let mut one = net.streets[a].nodes.clone();
        let mut two = net.streets[b].nodes.clone();
        if one.last() != Some(node) {
            one.reverse();
        }
        if two.first() != Some(node) {
            two.reverse();
        }
        let (Some([p, q]), Some([_, r])) = (one.last_chunk::<2>(), two.first_chunk::<2>()) else { continue };
        let place = |n: &u32| net.nodes[*n as usize];
        let turn = (place(q) - place(p)).unit().dot((place(r) - place(q)).unit());
        if one.last() == Some(node) && two.first() == Some(node) && turn > 0.9 && one.first() != two.last() {
            one.extend(two.into_iter().skip(1));
            net.streets[a].nodes = one;
            net.streets[b].nodes.clear();
            into[b] = a;
        }
    }
    net.streets.retain(|s| s.nodes.len() > 1);
    net.index_streets();
}
