//! Where houses stand in their block: along its sides, in rows, or singly.

use super::buildings::{Block, House, Zone, scatter};
use super::network::{Network, Role};
use super::plane::{
    Pt, along, contains, inner_point, length, overlap, rect, ring_distance, segment_distance, sides, span,
};
use super::rng::Rng;
use super::streets::StreetInfo;
use std::collections::HashMap;

/// Which street an edge belongs to, how far along it begins, and whether it runs the street's way.
pub type Stretch = (usize, f64, bool);

/// Maps every edge, both ways, to its street.
pub fn stretches(net: &Network) -> HashMap<(u32, u32), Stretch> {
    let mut map = HashMap::new();
    for (i, street) in net.streets.iter().enumerate() {
        let mut gone = 0.0;
        for w in street.nodes.windows(2) {
            let l = (net.nodes[w[1] as usize] - net.nodes[w[0] as usize]).len();
            map.insert((w[0], w[1]), (i, gone, true));
            map.insert((w[1], w[0]), (i, gone + l, false));
            gone += l;
        }
    }
    map
}

/// A side of a block: a run of its boundary without a sharp corner.
fn runs(ring: &[Pt]) -> Vec<Vec<usize>> {
    let n = ring.len();
    let sharp = |i: usize| {
        let (a, p, b) = (ring[(i + n - 1) % n], ring[i], ring[(i + 1) % n]);
        (p - a).unit().dot((b - p).unit()) < 0.82
    };
    let start = (0..n).find(|i| sharp(*i)).unwrap_or(0);
    let mut out: Vec<Vec<usize>> = vec![vec![start]];
    for k in 1..=n {
        let i = (start + k) % n;
        if let Some(run) = out.last_mut() {
            run.push(i);
        }
        if sharp(i) && k < n {
            out.push(vec![i]);
        }
    }
    out
}

struct Lot {
    width: (f64, f64),
    depth: (f64, f64),
    setback: f64,
    gap: f64,
    pitch: (f64, f64),
}

fn lot_of(zone: Zone) -> Lot {
    match zone {
        Zone::Core => {
            Lot { width: (13.0, 20.0), depth: (11.0, 13.5), setback: 3.6, gap: 0.0, pitch: (0.0, 0.3) }
        }
        Zone::Mid => {
            Lot { width: (10.0, 16.0), depth: (9.5, 12.0), setback: 6.0, gap: 2.5, pitch: (4.0, 10.0) }
        }
        _ => Lot { width: (9.0, 13.5), depth: (8.5, 11.0), setback: 9.0, gap: 4.0, pitch: (8.0, 13.0) },
    }
}

/// Houses along all sides of a block.
pub fn front(
    net: &Network,
    face: usize,
    stretches: &HashMap<(u32, u32), Stretch>,
    infos: &[StreetInfo],
    block: &mut Block,
    houses: &mut Vec<House>,
    rng: &mut Rng,
) {
    let ids = &net.faces[face].ring;
    let ring = block.ring.clone();
    let n = ring.len();
    let lot = lot_of(block.zone);
    let first = houses.len();
    for run in runs(&ring) {
        let line: Vec<Pt> = run.iter().map(|i| ring[*i]).collect();
        let total = length(&line);
        let mut s = 7.0 + lot.setback * 0.5;
        while s < total - 8.0 {
            let width = rng.range(lot.width.0, lot.width.1);
            let depth = rng.range(lot.depth.0, lot.depth.1);
            let (p, dir) = along(&line, s + width / 2.0);
            let Some((edge, along_edge)) = edge_at(&line, &run, s + width / 2.0) else { break };
            let (a, b) = (ids[edge], ids[(edge + 1) % n]);
            let Some(&(street, at, forward)) = stretches.get(&(a, b)) else {
                s += 12.0;
                continue;
            };
            let info = &infos[street];
            // Country tracks behind the town have no houses of their own.
            if info.class == "track" {
                s += 12.0;
                continue;
            }
            let setback = info.half_m
                + lot.setback
                + if block.zone == Zone::Outer { rng.range(-1.0, 2.5) } else { 0.0 };
            let middle = p + dir.left() * (setback + depth / 2.0);
            let body = rect(middle, dir, width, depth);
            let fits = body.iter().all(|q| {
                contains(&ring, *q) && ring_distance(*q, &ring) > info.half_m + lot.setback * 0.72 - 0.4
            }) && houses
                .iter()
                .skip(first)
                .all(|h| !overlap(&h.ring, &body, if lot.gap > 0.0 { lot.gap } else { -0.3 }));
            if fits {
                let at_m = if forward { at + along_edge } else { at - along_edge };
                houses.push(House {
                    ring: shaped(body, block.zone, rng),
                    class: if block.zone == Zone::Core && rng.chance(0.04) { "public" } else { "building" },
                    door: middle - dir.left() * (depth / 2.0 - 2.0),
                    street,
                    left: forward,
                    at_m,
                    numbered: true,
                });
                if block.zone == Zone::Outer && lot_fits(&ring, p, dir, info.half_m, width) {
                    let front_m = dir.left() * (info.half_m + 2.4);
                    let half = dir * (width / 2.0 + 3.4);
                    let back = dir.left() * 19.0;
                    block.lots.push([p + front_m - half, p + front_m + half, p + front_m + half + back]);
                }
                outbuilding(&ring, middle, dir, depth, block.zone, first, houses, rng);
                s += width + rng.range(lot.pitch.0, lot.pitch.1);
            } else {
                s += 3.0;
            }
        }
    }
}

fn lot_fits(ring: &[Pt], p: Pt, dir: Pt, half_m: f64, width: f64) -> bool {
    let half = width / 2.0 + 4.2;
    let deep = half_m + 22.5;
    [p + dir * half + dir.left() * deep, p - dir * half + dir.left() * 5.5, p + dir * half + dir.left() * 5.5]
        .iter()
        .all(|q| contains(ring, *q) && ring_distance(*q, ring) > 5.0)
}

/// The edge of the ring in which a distance along a run falls, and how far along that edge.
fn edge_at(line: &[Pt], run: &[usize], distance_m: f64) -> Option<(usize, f64)> {
    let mut left = distance_m;
    for (k, w) in line.windows(2).enumerate() {
        let l = (w[1] - w[0]).len();
        if left <= l {
            return Some((run[k], left));
        }
        left -= l;
    }
    None
}

/// Gives a rectangle an ell or leaves it plain.
fn shaped(body: [Pt; 4], zone: Zone, rng: &mut Rng) -> Vec<Pt> {
    let plain = if zone == Zone::Core { 0.5 } else { 0.6 };
    if rng.chance(plain) {
        return body.to_vec();
    }
    let [a, b, c, d] = body;
    let (u, v) = (rng.range(0.38, 0.62), rng.range(0.4, 0.65));
    let inner = a + (b - a) * u + (d - a) * v;
    if rng.chance(0.5) {
        vec![a, b, b.lerp(c, v), inner, d.lerp(c, u), d]
    } else {
        vec![a, b, c, d.lerp(c, u), inner, a.lerp(d, v)]
    }
}

/// Wings behind tenements, sheds and garages behind houses.
#[expect(clippy::too_many_arguments, reason = "all of them describe the one house in front")]
fn outbuilding(
    ring: &[Pt],
    middle: Pt,
    dir: Pt,
    depth: f64,
    zone: Zone,
    first: usize,
    houses: &mut Vec<House>,
    rng: &mut Rng,
) {
    let (chance, w, d, away) = match zone {
        Zone::Core => (0.4, 6.0, rng.range(8.0, 14.0), 0.0),
        Zone::Mid => (0.25, 6.5, 4.5, rng.range(6.0, 12.0)),
        _ => (0.38, 6.5, 4.0, rng.range(6.0, 13.0)),
    };
    if !rng.chance(chance) {
        return;
    }
    let at = middle + dir.left() * (depth / 2.0 + away + d / 2.0 + 0.02) + dir * rng.range(-3.0, 3.0);
    let body = rect(at, dir, w, d);
    let gap = if away > 0.0 { 1.5 } else { -0.3 };
    let fits = body.iter().all(|q| contains(ring, *q) && ring_distance(*q, ring) > 8.0)
        && houses.iter().skip(first).all(|h| !overlap(&h.ring, &body, gap));
    if fits {
        houses.push(House {
            ring: body.to_vec(),
            class: "building",
            door: at,
            street: 0,
            left: true,
            at_m: 0.0,
            numbered: false,
        });
    }
}

fn nearest_stretch(
    net: &Network,
    face: usize,
    stretches: &HashMap<(u32, u32), Stretch>,
    p: Pt,
) -> Option<(usize, bool, f64)> {
    let ids = &net.faces[face].ring;
    let n = ids.len();
    let best = (0..n)
        .filter(|i| {
            stretches
                .get(&(ids[*i], ids[(*i + 1) % n]))
                .is_some_and(|s| net.streets[s.0].role != Role::Country)
        })
        .map(|i| {
            let (a, b) = (net.nodes[ids[i] as usize], net.nodes[ids[(i + 1) % n] as usize]);
            let (d, t) = segment_distance(p, a, b);
            (d, i, t * (b - a).len())
        })
        .min_by(|x, y| x.0.total_cmp(&y.0))?;
    let &(street, at, forward) = stretches.get(&(ids[best.1], ids[(best.1 + 1) % n]))?;
    Some((street, forward, if forward { at + best.2 } else { at - best.2 }))
}

/// Long buildings in parallel rows: flats or halls. `size` is depth, length and distance of the rows.
pub fn slabs(
    net: &Network,
    face: usize,
    stretches: &HashMap<(u32, u32), Stretch>,
    block: &Block,
    houses: &mut Vec<House>,
    size: (f64, f64, f64),
    rng: &mut Rng,
) {
    let ring = &block.ring;
    let longest = sides(ring).max_by(|a, b| (a.1 - a.0).len().total_cmp(&(b.1 - b.0).len()));
    let Some((a, b)) = longest else { return };
    let dir = (b - a).unit();
    let (l, h) = span(ring, dir);
    let (l2, h2) = span(ring, dir.left());
    let first = houses.len();
    let mut v = l2 + 13.0 + size.0 / 2.0;
    while v < h2 - 12.0 {
        let mut u = l + 12.0;
        while u < h - 16.0 {
            let long = size.1 * rng.range(0.62, 1.1);
            let middle = dir * (u + long / 2.0) + dir.left() * v;
            let body = rect(middle, dir, long, size.0 * rng.range(0.9, 1.05));
            let fits = body.iter().all(|q| contains(ring, *q) && ring_distance(*q, ring) > 10.0)
                && houses.iter().skip(first).all(|x| !overlap(&x.ring, &body, 9.0));
            if fits {
                if let Some((street, left, at_m)) = nearest_stretch(net, face, stretches, middle) {
                    houses.push(House {
                        ring: body.to_vec(),
                        class: "building",
                        door: middle,
                        street,
                        left,
                        at_m,
                        numbered: true,
                    });
                }
                u += long + rng.range(12.0, 20.0);
            } else {
                u += 6.0;
            }
        }
        v += size.2;
    }
}

/// Sheds on allotments.
pub fn sheds(ring: &[Pt], houses: &mut Vec<House>, rng: &mut Rng) {
    let first = houses.len();
    for p in scatter(ring, 0.0028, rng) {
        let body = rect(p, Pt::polar(rng.range(-0.1, 0.1)), 4.5, 3.6);
        if body.iter().all(|q| contains(ring, *q) && ring_distance(*q, ring) > 8.0)
            && houses.iter().skip(first).all(|h| !overlap(&h.ring, &body, 3.0))
        {
            houses.push(House {
                ring: body.to_vec(),
                class: "building",
                door: p,
                street: 0,
                left: true,
                at_m: 0.0,
                numbered: false,
            });
        }
    }
}

/// A nave with transept, apse and tower, from west to east.
pub fn church_building(ring: &[Pt]) -> Option<House> {
    let p = inner_point(ring);
    let room = ring_distance(p, ring);
    let k = (room / 34.0).min(1.0);
    let outline = [
        (-24.0, -4.5),
        (-16.0, -4.5),
        (-16.0, -8.0),
        (4.0, -8.0),
        (4.0, -13.0),
        (12.0, -13.0),
        (12.0, -6.5),
        (19.0, -6.5),
        (22.5, -3.5),
        (23.5, 0.0),
        (22.5, 3.5),
        (19.0, 6.5),
        (12.0, 6.5),
        (12.0, 13.0),
        (4.0, 13.0),
        (4.0, 8.0),
        (-16.0, 8.0),
        (-16.0, 4.5),
        (-24.0, 4.5),
    ];
    let dir = Pt::polar(0.12);
    let body: Vec<Pt> = outline.iter().map(|(x, y)| p + dir * (x * k) + dir.left() * (y * k)).collect();
    Some(House { ring: body, class: "church", door: p, street: 0, left: true, at_m: 0.0, numbered: false })
}
