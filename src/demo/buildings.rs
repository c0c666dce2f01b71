//! Blocks with buildings: houses stand along the sides of their block, turned to the street, inside
//! the block and apart from each other. A building never leaves its block, so no list of all
//! buildings is needed to keep them apart.

use super::blocks::FaceUse;
use super::inventory::{Stand, barrier, bench, bin, green, tree};
use super::network::{Network, Role};
use super::output::{Output, Shape};
use super::plan::Plan;
use super::plane::{Pt, area, contains, inner_point, is_simple, line_distance, overlap, rect, ring_distance, segment_distance, sides, smooth_ring};
use super::rng::Rng;
use super::streets::StreetInfo;
use importers::{BaseLayer, SinkError};
use std::collections::HashMap;

/// How a block is built up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Zone {
    /// Tenements wall to wall.
    Core,
    /// Houses close together.
    Mid,
    /// Houses with gardens.
    Outer,
    /// Slabs of flats among lawns.
    Estate,
    /// Halls by the railway.
    Works,
    /// A small square with trees.
    Green,
    /// A playground with lawns.
    Playground,
    /// Allotments.
    Allotments,
    /// The parish church in its yard.
    Church,
}

/// A building that waits for its number.
#[derive(Debug)]
struct House {
    ring: Vec<Pt>,
    class: &'static str,
    door: Pt,
    street: usize,
    left: bool,
    at_m: f64,
    numbered: bool,
}

/// A block and its use.
#[derive(Debug)]
struct Block {
    ring: Vec<Pt>,
    zone: Zone,
    first_house: usize,
    end_house: usize,
    lots: Vec<[Pt; 3]>,
}

/// All blocks of the town, planned but not yet handed over.
#[derive(Debug, Default)]
pub struct BuiltUp {
    blocks: Vec<Block>,
    houses: Vec<House>,
}

/// Which street an edge belongs to, how far along it begins, and whether it runs the street's way.
type Stretch = (usize, f64, bool);

fn stretches(net: &Network) -> HashMap<(u32, u32), Stretch> {
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

impl BuiltUp {
    /// Plans the buildings of every town block.
    pub fn plan(net: &Network, uses: &[FaceUse], infos: &[StreetInfo], plan: &Plan, rng: &mut Rng) -> Self {
        let stretches = stretches(net);
        let mut all = Self::default();
        let church = church_block(net, uses, plan);
        for (face, face_use) in uses.iter().enumerate() {
            if *face_use != FaceUse::Town {
                continue;
            }
            let ring = net.ring(face);
            let zone = if church == Some(face) { Zone::Church } else { zone(&ring, plan, rng) };
            let first_house = all.houses.len();
            let mut block = Block { ring, zone, first_house, end_house: first_house, lots: Vec::new() };
            match zone {
                Zone::Core | Zone::Mid | Zone::Outer => {
                    front(net, face, &stretches, infos, &mut block, &mut all.houses, rng);
                }
                Zone::Estate => slabs(net, face, &stretches, &block, &mut all.houses, (13.0, 52.0, 40.0), rng),
                Zone::Works => slabs(net, face, &stretches, &block, &mut all.houses, (30.0, 58.0, 48.0), rng),
                Zone::Church => all.houses.extend(church_building(&block.ring)),
                Zone::Allotments => sheds(&block.ring, &mut all.houses, rng),
                Zone::Green | Zone::Playground => {}
            }
            block.end_house = all.houses.len();
            all.blocks.push(block);
        }
        all
    }

    /// Hands over land, buildings and house numbers.
    ///
    /// # Errors
    /// Whatever the sink says.
    pub fn emit_base(&self, out: &mut Output<'_>, church_name: &str) -> Result<(), SinkError> {
        for block in &self.blocks {
            let class = match block.zone {
                Zone::Works => "industrial",
                Zone::Green => "park",
                Zone::Playground | Zone::Church => "grass",
                Zone::Allotments => "allotments",
                _ => "residential",
            };
            let class = if class == "allotments" { "grass" } else { class };
            out.base(BaseLayer::Land, class, None, 9, Shape::Area(&block.ring))?;
        }
        for house in &self.houses {
            let name = (house.class == "church").then_some(church_name);
            out.base(BaseLayer::Buildings, house.class, name, 13, Shape::Area(&house.ring))?;
            if let Some(name) = name {
                out.base(BaseLayer::Places, "church", Some(name), 14, Shape::Point(house.door))?;
            }
        }
        self.emit_numbers(out)
    }

    fn emit_numbers(&self, out: &mut Output<'_>) -> Result<(), SinkError> {
        let mut order: Vec<usize> = (0..self.houses.len()).filter(|i| self.houses[*i].numbered).collect();
        order.sort_by(|a, b| {
            let (a, b) = (&self.houses[*a], &self.houses[*b]);
            a.street.cmp(&b.street).then(a.left.cmp(&b.left)).then(a.at_m.total_cmp(&b.at_m))
        });
        let mut last = (usize::MAX, false);
        let mut number = 0;
        for i in order {
            let house = &self.houses[i];
            if last != (house.street, house.left) {
                last = (house.street, house.left);
                number = if house.left { 1 } else { 2 };
            }
            let text = number.to_string();
            out.base(BaseLayer::Housenumbers, "housenumber", Some(&text), 17, Shape::Point(house.door))?;
            number += 2;
        }
        Ok(())
    }

    /// Hands over the gardens' trees, fences and greens.
    ///
    /// # Errors
    /// Whatever the sink says.
    pub fn emit_gardens(&self, out: &mut Output<'_>, density: f64, rng: &mut Rng) -> Result<(), SinkError> {
        for block in &self.blocks {
            let houses = self.houses.get(block.first_house..block.end_house).unwrap_or(&[]);
            let free = |p: Pt, margin: f64| {
                houses.iter().all(|h| !contains(&h.ring, p) && ring_distance(p, &h.ring) > margin)
            };
            match block.zone {
                Zone::Green => green(out, Shape::Area(&inset(&block.ring, 6.0)), "grass", Some("Skwer"))?,
                Zone::Playground => playground(out, block, rng)?,
                Zone::Estate => green(out, Shape::Area(&inset(&block.ring, 6.0)), "grass", None)?,
                _ => {}
            }
            let (per_m2, edge_m, stand) = match block.zone {
                Zone::Core => (0.0012, 17.0, Stand::Garden),
                Zone::Mid => (0.0042, 14.0, Stand::Garden),
                Zone::Outer => (0.0058, 9.0, Stand::Garden),
                Zone::Estate => (0.0062, 6.0, Stand::Park),
                Zone::Works => (0.0007, 6.0, Stand::Street),
                Zone::Green => (0.011, 6.0, Stand::Park),
                Zone::Playground => (0.007, 6.0, Stand::Park),
                Zone::Allotments => (0.013, 5.0, Stand::Garden),
                Zone::Church => (0.006, 6.0, Stand::Park),
            };
            let per_m2 = if stand == Stand::Garden { per_m2 * density } else { per_m2 };
            for p in scatter(&block.ring, per_m2, rng) {
                if ring_distance(p, &block.ring) > edge_m && free(p, 2.2) {
                    tree(out, rng, p, stand, None)?;
                }
            }
            if matches!(block.zone, Zone::Green | Zone::Estate | Zone::Church) {
                for p in scatter(&block.ring, 0.0006, rng) {
                    if ring_distance(p, &block.ring) > 7.0 && free(p, 2.0) {
                        bench(out, rng, p)?;
                        if rng.chance(0.6) {
                            let beside = p + Pt::polar(rng.range(0.0, 6.0)) * 1.6;
                            bin(out, rng, beside)?;
                        }
                    }
                }
            }
            for lot in &block.lots {
                if rng.chance(0.42) {
                    let kinds = [("fence", 1.4, Some("metal")), ("hedge", 1.6, None), ("fence", 1.2, Some("wood")), ("wall", 0.9, Some("brick"))];
                    let k = kinds[rng.weighted([5.0, 4.0, 2.0, 0.7].into_iter())];
                    barrier(out, lot, k.0, k.1, k.2)?;
                }
            }
        }
        Ok(())
    }
}

fn playground(out: &mut Output<'_>, block: &Block, rng: &mut Rng) -> Result<(), SinkError> {
    let center = inner_point(&block.ring);
    let ring = smooth_ring(&rect(center, Pt::polar(rng.range(0.0, 3.0)), 26.0, 20.0));
    if ring.iter().all(|p| contains(&block.ring, *p)) {
        green(out, Shape::Area(&ring), "playground", Some("Plac zabaw"))?;
        out.base(BaseLayer::Land, "playground", None, 15, Shape::Area(&ring))?;
        for k in 0..4 {
            bench(out, rng, center + Pt::polar(k as f64 * 1.57) * 14.0)?;
        }
        bin(out, rng, center + Pt::polar(0.7) * 15.0)?;
    }
    Ok(())
}

/// A ring drawn in by about `margin_m`; by less, or not at all, where it is too narrow for that.
pub fn inset(ring: &[Pt], margin_m: f64) -> Vec<Pt> {
    let n = ring.len();
    let drawn_in = |margin_m: f64| -> Vec<Pt> {
        (0..n)
            .map(|i| {
                let (a, p, b) = (ring[(i + n - 1) % n], ring[i], ring[(i + 1) % n]);
                let (n1, n2) = ((p - a).unit().left(), (b - p).unit().left());
                let k = 1.0 + n1.dot(n2);
                if k < 0.3 { p + (n1 + n2).unit() * margin_m } else { p + (n1 + n2) * (margin_m / k) }
            })
            .collect()
    };
    [1.0, 0.5, 0.2]
        .iter()
        .map(|share| drawn_in(margin_m * share))
        .find(|r| is_simple(r) && area(r) > area(ring) * 0.2)
        .unwrap_or_else(|| ring.to_vec())
}

/// Evenly scattered points inside a ring, about this many to the square metre.
pub fn scatter(ring: &[Pt], per_m2: f64, rng: &mut Rng) -> Vec<Pt> {
    if per_m2 <= 0.0 {
        return Vec::new();
    }
    let cell = (1.0 / per_m2).sqrt();
    let (x0, x1) = super::plane::span(ring, Pt { x: 1.0, y: 0.0 });
    let (y0, y1) = super::plane::span(ring, Pt { x: 0.0, y: 1.0 });
    let mut found = Vec::new();
    let mut y = y0 + cell * rng.unit();
    while y < y1 + cell {
        let mut x = x0 + cell * rng.unit();
        while x < x1 + cell {
            let p = Pt { x: x + cell * rng.range(-0.42, 0.42), y: y + cell * rng.range(-0.42, 0.42) };
            if contains(ring, p) {
                found.push(p);
            }
            x += cell;
        }
        y += cell;
    }
    found
}

fn church_block(net: &Network, uses: &[FaceUse], plan: &Plan) -> Option<usize> {
    let center = Pt { x: 0.0, y: 0.0 };
    (0..uses.len())
        .filter(|f| uses[*f] == FaceUse::Town)
        .map(|f| (f, net.ring(f)))
        .filter(|(_, ring)| {
            let p = inner_point(ring);
            area(ring) > 2_800.0 && ring_distance(p, ring) > 20.0 && ring_distance(center, ring) > plan.scale.square.1 / 2.0
        })
        .min_by(|a, b| ring_distance(center, &a.1).total_cmp(&ring_distance(center, &b.1)).then(area(&b.1).total_cmp(&area(&a.1))))
        .map(|(f, _)| f)
}

fn zone(ring: &[Pt], plan: &Plan, rng: &mut Rng) -> Zone {
    let p = inner_point(ring);
    let size = area(ring);
    let r = p.len() / plan.scale.radius_m;
    let core = plan.scale.rings[0] * 1.08;
    let village = plan.scale.radius_m < 500.0;
    let roll = rng.unit();
    if size < 900.0 {
        return Zone::Green;
    }
    if p.len() < core && !village {
        let by_square = ring.iter().any(|q| ring_distance(*q, &plan.square) < 3.0);
        return if roll < 0.05 && !by_square { Zone::Green } else { Zone::Core };
    }
    if village {
        return if roll < 0.06 { Zone::Playground } else if p.len() < core { Zone::Mid } else { Zone::Outer };
    }
    let rail = line_distance(p, &plan.rail.line);
    if rail < 170.0 && roll < 0.4 && size > 9_000.0 {
        return Zone::Works;
    }
    if roll < 0.035 {
        return Zone::Green;
    }
    if roll < 0.06 {
        return Zone::Playground;
    }
    if r > 0.5 && roll < 0.1 {
        return Zone::Allotments;
    }
    // Whole quarters of flats rather than single slabs among houses.
    let quarter = (p.angle() * 2.6 + r * 3.0).sin() + (p.x / plan.scale.radius_m * 5.0).cos();
    if size > 9_000.0 && quarter > 1.15 && r > 0.3 {
        return Zone::Estate;
    }
    if r < 0.45 && roll < 0.75 { Zone::Mid } else { Zone::Outer }
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
        Zone::Core => Lot { width: (13.0, 20.0), depth: (11.0, 13.5), setback: 3.6, gap: 0.0, pitch: (0.0, 0.3) },
        Zone::Mid => Lot { width: (10.0, 16.0), depth: (9.5, 12.0), setback: 6.0, gap: 2.5, pitch: (4.0, 10.0) },
        _ => Lot { width: (9.0, 13.5), depth: (8.5, 11.0), setback: 9.0, gap: 4.0, pitch: (8.0, 13.0) },
    }
}

fn front(
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
        let total = super::plane::length(&line);
        let mut s = 7.0 + lot.setback * 0.5;
        while s < total - 8.0 {
            let width = rng.range(lot.width.0, lot.width.1);
            let depth = rng.range(lot.depth.0, lot.depth.1);
            let (p, dir) = super::plane::along(&line, s + width / 2.0);
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
            let setback = info.half_m + lot.setback + if block.zone == Zone::Outer { rng.range(-1.0, 2.5) } else { 0.0 };
            let middle = p + dir.left() * (setback + depth / 2.0);
            let body = rect(middle, dir, width, depth);
            let fits = body.iter().all(|q| contains(&ring, *q) && ring_distance(*q, &ring) > info.half_m + lot.setback * 0.72 - 0.4)
                && houses.iter().skip(first).all(|h| !overlap(&h.ring, &body, if lot.gap > 0.0 { lot.gap } else { -0.3 }));
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
        houses.push(House { ring: body.to_vec(), class: "building", door: at, street: 0, left: true, at_m: 0.0, numbered: false });
    }
}

fn nearest_stretch(net: &Network, face: usize, stretches: &HashMap<(u32, u32), Stretch>, p: Pt) -> Option<(usize, bool, f64)> {
    let ids = &net.faces[face].ring;
    let n = ids.len();
    let best = (0..n)
        .filter(|i| {
            stretches.get(&(ids[*i], ids[(*i + 1) % n])).is_some_and(|s| net.streets[s.0].role != Role::Country)
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
fn slabs(
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
    let (l, h) = super::plane::span(ring, dir);
    let (l2, h2) = super::plane::span(ring, dir.left());
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
                    houses.push(House { ring: body.to_vec(), class: "building", door: middle, street, left, at_m, numbered: true });
                }
                u += long + rng.range(12.0, 20.0);
            } else {
                u += 6.0;
            }
        }
        v += size.2;
    }
}

fn sheds(ring: &[Pt], houses: &mut Vec<House>, rng: &mut Rng) {
    let first = houses.len();
    for p in scatter(ring, 0.0028, rng) {
        let body = rect(p, Pt::polar(rng.range(-0.1, 0.1)), 4.5, 3.6);
        if body.iter().all(|q| contains(ring, *q) && ring_distance(*q, ring) > 8.0)
            && houses.iter().skip(first).all(|h| !overlap(&h.ring, &body, 3.0))
        {
            houses.push(House { ring: body.to_vec(), class: "building", door: p, street: 0, left: true, at_m: 0.0, numbered: false });
        }
    }
}

/// A nave with transept, apse and tower, from west to east.
fn church_building(ring: &[Pt]) -> Option<House> {
    let p = inner_point(ring);
    let room = ring_distance(p, ring);
    let k = (room / 34.0).min(1.0);
    let outline = [
        (-24.0, -4.5), (-16.0, -4.5), (-16.0, -8.0), (4.0, -8.0), (4.0, -13.0), (12.0, -13.0), (12.0, -6.5),
        (19.0, -6.5), (22.5, -3.5), (23.5, 0.0), (22.5, 3.5), (19.0, 6.5), (12.0, 6.5), (12.0, 13.0), (4.0, 13.0),
        (4.0, 8.0), (-16.0, 8.0), (-16.0, 4.5), (-24.0, 4.5),
    ];
    let dir = Pt::polar(0.12);
    let body: Vec<Pt> = outline.iter().map(|(x, y)| p + dir * (x * k) + dir.left() * (y * k)).collect();
    Some(House { ring: body, class: "church", door: p, street: 0, left: true, at_m: 0.0, numbered: false })
}
