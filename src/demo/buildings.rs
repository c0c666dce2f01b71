//! Blocks with buildings: houses stand along the sides of their block, turned to the street, inside
//! the block and apart from each other. A building never leaves its block, so no list of all
//! buildings is needed to keep them apart.

use super::blocks::FaceUse;
use super::houses::{church_building, front, sheds, slabs, stretches};
use super::inventory::{Stand, barrier, bench, bin, green, tree};
use super::network::Network;
use super::output::{Attrs, Output, Shape, Thing};
use super::plan::Plan;
use super::plane::{
    Pt, area, contains, inner_point, is_simple, line_distance, rect, ring_distance, sides, smooth_ring, span,
};
use super::rng::Rng;
use super::streets::StreetInfo;
use importers::{BaseLayer, SinkError};

/// How a block is built up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Zone {
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
pub struct House {
    /// Its outline.
    pub ring: Vec<Pt>,
    /// Class in the basemap.
    pub class: &'static str,
    /// Where its number is written.
    pub door: Pt,
    /// The street it belongs to.
    pub street: usize,
    /// Whether it stands on the left of that street.
    pub left: bool,
    /// How far along the street it stands, metres.
    pub at_m: f64,
    /// Whether it has a number at all.
    pub numbered: bool,
}

/// A block and its use.
#[derive(Debug)]
pub struct Block {
    /// Its boundary, along the middle of the streets.
    pub ring: Vec<Pt>,
    /// How it is built up.
    pub zone: Zone,
    /// Its first house.
    pub first_house: usize,
    /// One past its last house.
    pub end_house: usize,
    /// Courses of fences around gardens.
    pub lots: Vec<[Pt; 3]>,
}

/// All blocks of the town, planned but not yet handed over.
#[derive(Debug, Default)]
pub struct BuiltUp {
    blocks: Vec<Block>,
    houses: Vec<House>,
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
                Zone::Estate => {
                    slabs(net, face, &stretches, &block, &mut all.houses, (13.0, 52.0, 40.0), rng)
                }
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

    /// Hands over land, buildings, house numbers and address points.
    ///
    /// # Errors
    /// Whatever the sink says.
    pub fn emit_base(
        &self,
        out: &mut Output<'_>,
        infos: &[StreetInfo],
        town: &str,
        church_name: &str,
    ) -> Result<(), SinkError> {
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
        self.emit_numbers(out, infos, town)
    }

    fn emit_numbers(&self, out: &mut Output<'_>, infos: &[StreetInfo], town: &str) -> Result<(), SinkError> {
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
            if let Some(street) = infos.get(house.street).and_then(|info| info.name.as_deref()) {
                address(out, town, street, &text, house.door)?;
            }
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
                    let kinds = [
                        ("fence", 1.4, Some("metal")),
                        ("hedge", 1.6, None),
                        ("fence", 1.2, Some("wood")),
                        ("wall", 0.9, Some("brick")),
                    ];
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
    // Corners that lie close together or on a straight line would fold over when drawn in.
    let mut corners: Vec<Pt> = Vec::new();
    for (a, b) in sides(ring) {
        if corners.last().is_none_or(|last| (*last - a).len() > 2.0) && (b - a).len() > 1e-3 {
            corners.push(a);
        }
    }
    if corners.len() > 3 && (corners[corners.len() - 1] - corners[0]).len() < 2.0 {
        corners.pop();
    }
    let ring = &corners;
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
        .find(|r| is_simple(r) && area(r) > area(ring) * 0.2 && sides(r).all(|(a, b)| (b - a).len() > 0.2))
        .unwrap_or_else(|| ring.to_vec())
}

/// Evenly scattered points inside a ring, about this many to the square metre.
pub fn scatter(ring: &[Pt], per_m2: f64, rng: &mut Rng) -> Vec<Pt> {
    if per_m2 <= 0.0 {
        return Vec::new();
    }
    let cell = (1.0 / per_m2).sqrt();
    let (x0, x1) = span(ring, Pt { x: 1.0, y: 0.0 });
    let (y0, y1) = span(ring, Pt { x: 0.0, y: 1.0 });
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
            area(ring) > 2_800.0
                && ring_distance(p, ring) > 20.0
                && ring_distance(center, ring) > plan.scale.square.1 / 2.0
        })
        .min_by(|a, b| {
            ring_distance(center, &a.1)
                .total_cmp(&ring_distance(center, &b.1))
                .then(area(&b.1).total_cmp(&area(&a.1)))
        })
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
        return if roll < 0.06 {
            Zone::Playground
        } else if p.len() < core {
            Zone::Mid
        } else {
            Zone::Outer
        };
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

/// Hands over an address point. No post office has its postcode.
fn address(out: &mut Output<'_>, town: &str, street: &str, number: &str, door: Pt) -> Result<(), SinkError> {
    // The register of addresses leaves out the word "ulica", but not "aleja" or "plac".
    let street = street.strip_prefix("ulica ").unwrap_or(street);
    let attrs = Attrs::new()
        .with("place", town)
        .with("street", street)
        .with("number", number)
        .with("postcode", "99-999");
    out.thing(Thing {
        kind: "addresses",
        prefix: "address",
        part_of: None,
        label: Some(format!("{street} {number}")),
        shape: Shape::Point(door),
        attrs,
    })?;
    Ok(())
}
