//! The river and its banks, the railway, the market square and the grounds of schools.

use super::Size;
use super::blocks::FaceUse;
use super::buildings::{inset, scatter};
use super::inventory::{LampSeries, Stand, barrier, bench, bin, green, lamp, tree};
use super::network::{Network, Role};
use super::output::{Output, Shape};
use super::plan::Plan;
use super::plane::{
    Pt, along, contains, length, line_distance, middle, offset, rect, ring_distance, smooth_ring,
};
use super::rng::Rng;
use super::streets::{PathInfo, cabinet_at, path};
use importers::{BaseLayer, SinkError};

/// Paths along the river, tied to the bridges' streets.
pub fn plan_banks(net: &mut Network, uses: &[FaceUse], plan: &Plan) -> Vec<Vec<Pt>> {
    let mut walks = Vec::new();
    for side in [1.0, -1.0] {
        let walk_m = plan.river.half_m + 11.0;
        let bank = offset(&plan.river.line, side * walk_m);
        for face in (0..uses.len()).filter(|f| uses[*f] == FaceUse::River) {
            let ring = net.ring(face);
            let points: Vec<Pt> = bank
                .iter()
                .copied()
                .filter(|p| {
                    contains(&ring, *p)
                        && ring_distance(*p, &ring) > 6.0
                        && line_distance(*p, &plan.river.line) > walk_m - 4.0
                })
                .collect();
            let near = points.windows(2).all(|w| (w[1] - w[0]).len() < 160.0);
            if points.len() < 3 || !near {
                continue;
            }
            let (first, last) = (points[0], points[points.len() - 1]);
            let mut walk = Vec::new();
            if let Some(node) = net.node_near(face, first, 70.0, 5.0) {
                net.join(node);
                walk.push(net.nodes[node as usize]);
            }
            walk.extend(&points);
            if let Some(node) = net.node_near(face, last, 70.0, 5.0) {
                net.join(node);
                walk.push(net.nodes[node as usize]);
            }
            walks.push(walk);
        }
    }
    walks
}

/// Hands over the river with its banks.
///
/// # Errors
/// Whatever the sink says.
pub fn emit_river(
    out: &mut Output<'_>,
    net: &Network,
    uses: &[FaceUse],
    walks: &[Vec<Pt>],
    plan: &Plan,
    name: &str,
    rng: &mut Rng,
) -> Result<(), SinkError> {
    let mut water = offset(&plan.river.line, plan.river.half_m);
    water.extend(offset(&plan.river.line, -plan.river.half_m).iter().rev());
    water.reverse();
    out.base(BaseLayer::Water, "water", Some(name), 6, Shape::Area(&water))?;
    out.base(BaseLayer::Water, "river", Some(name), 6, Shape::Line(&plan.river.line))?;
    for face in (0..uses.len()).filter(|f| uses[*f] == FaceUse::River) {
        let ring = net.ring(face);
        out.base(BaseLayer::Land, "grass", None, 11, Shape::Area(&ring))?;
        for p in scatter(&ring, 0.004, rng) {
            let from_water = line_distance(p, &plan.river.line) - plan.river.half_m;
            let clear = walks.iter().all(|w| line_distance(p, w) > 2.8);
            if from_water > 2.0 && ring_distance(p, &ring) > 6.0 && clear {
                tree(out, rng, p, Stand::Bank, None)?;
            }
        }
    }
    for walk in walks {
        let info = PathInfo {
            class: "footway",
            name: Some("Bulwar Zmyślony"),
            surface: Some("paving_stones"),
            width_m: Some(2.5),
            lit: Some(true),
            ..PathInfo::default()
        };
        path(out, walk, &info)?;
        let mut series = LampSeries::new(cabinet_at(walk[0]), false, true, rng);
        let total = length(walk);
        let mut s = 12.0;
        while s < total - 8.0 {
            let (p, dir) = along(walk, s);
            lamp(out, rng, p + dir.left() * 1.9, &mut series)?;
            if rng.chance(0.6) {
                bench(out, rng, p + dir.left() * 2.2 + dir * 6.0)?;
            }
            if rng.chance(0.35) {
                bin(out, rng, p + dir.left() * 2.2 + dir * 8.0)?;
            }
            s += 30.0;
        }
    }
    Ok(())
}

/// Hands over the railway with its station.
///
/// # Errors
/// Whatever the sink says.
pub fn emit_rail(
    out: &mut Output<'_>,
    net: &Network,
    uses: &[FaceUse],
    plan: &Plan,
    town: &str,
) -> Result<(), SinkError> {
    for face in (0..uses.len()).filter(|f| uses[*f] == FaceUse::Rail) {
        out.base(BaseLayer::Land, "grass", None, 12, Shape::Area(&net.ring(face)))?;
    }
    for side in [2.2, -2.2] {
        out.base(BaseLayer::Roads, "rail", None, 9, Shape::Line(&offset(&plan.rail.line, side)))?;
    }
    // The station lies where the line comes nearest to the square, away from level crossings.
    let total = length(&plan.rail.line);
    let spot = (0..200)
        .map(|k| total * (0.25 + 0.5 * f64::from(k) / 200.0))
        .map(|s| (s, along(&plan.rail.line, s)))
        .filter(|(_, (p, _))| {
            net.streets
                .iter()
                .enumerate()
                .filter(|(_, s)| matches!(s.role, Role::Radial(_)))
                .all(|(i, _)| line_distance(*p, &net.line(i)) > 60.0)
        })
        .min_by(|a, b| a.1.0.len().total_cmp(&b.1.0.len()));
    if let Some((_, (p, dir))) = spot {
        let south = dir.left() * -1.0;
        let building = rect(p + south * 14.0, dir, 34.0, 9.0);
        out.base(BaseLayer::Land, "square", None, 15, Shape::Area(&rect(p + south * 5.9, dir, 90.0, 4.0)))?;
        out.base(BaseLayer::Buildings, "public", Some("Dworzec"), 13, Shape::Area(&building))?;
        out.base(BaseLayer::Places, "station", Some(town), 12, Shape::Point(p + south * 14.0))?;
    }
    Ok(())
}

/// Hands over the market square with the town hall, or a well in the village.
///
/// # Errors
/// Whatever the sink says.
pub fn emit_square(out: &mut Output<'_>, plan: &Plan, size: Size, rng: &mut Rng) -> Result<(), SinkError> {
    let ring = &plan.square;
    let paved = inset(ring, 3.5);
    out.base(BaseLayer::Land, "square", Some("Rynek"), 12, Shape::Area(&paved))?;
    let dir = (ring[1] - ring[0]).unit();
    let center = middle(ring);
    let (w, d) = plan.scale.square;
    if size == Size::Village {
        green(out, Shape::Area(&inset(ring, 8.0)), "grass", Some("Rynek"))?;
    } else {
        let k = if size == Size::City { 1.4 } else { 1.0 };
        let hall = [
            (-17.0, -8.0),
            (17.0, -8.0),
            (17.0, 8.0),
            (4.0, 8.0),
            (4.0, 12.5),
            (-4.0, 12.5),
            (-4.0, 8.0),
            (-17.0, 8.0),
        ];
        let body: Vec<Pt> = hall.iter().map(|(x, y)| center + dir * (x * k) + dir.left() * (y * k)).collect();
        out.base(BaseLayer::Buildings, "public", Some("Ratusz"), 13, Shape::Area(&body))?;
        for sx in [-1.0, 1.0] {
            let bed = smooth_ring(&rect(center + dir * (sx * w * 0.32), dir, 12.0, 16.0));
            green(out, Shape::Area(&bed), "garden", Some("Klomb"))?;
        }
    }
    let mut series = LampSeries::new(cabinet_at(center), false, true, rng);
    let n = if size == Size::Village { 10 } else { 26 };
    for k in 0..n {
        let frame = rect(center, dir, w - 17.0, d - 17.0);
        let mut line = frame.to_vec();
        line.push(frame[0]);
        let s = length(&line) * (f64::from(k) + 0.5) / f64::from(n);
        let (p, way) = along(&line, s);
        tree(out, rng, p, Stand::Street, Some(0))?;
        if k % 2 == 0 {
            lamp(out, rng, p + way * 2.6, &mut series)?;
        } else {
            bench(out, rng, p + way * 2.4 + way.left() * 1.2)?;
            if k % 4 == 1 {
                bin(out, rng, p + way * 4.0 + way.left() * 1.2)?;
            }
        }
    }
    Ok(())
}

/// Hands over a school: a building with a court, and a pitch.
///
/// # Errors
/// Whatever the sink says.
pub fn emit_school(
    out: &mut Output<'_>,
    plan: &Plan,
    site: usize,
    ring: &[Pt],
    number: usize,
    rng: &mut Rng,
) -> Result<(), SinkError> {
    let s = &plan.sites[site];
    let dir = (s.front.1 - s.front.0).unit();
    let name = format!("Szkoła Podstawowa nr {number}");
    out.base(BaseLayer::Land, "school", Some(&name), 12, Shape::Area(&inset(ring, 3.0)))?;
    let wide = (s.front.1 - s.front.0).len();
    let origin = s.front.0 + dir * (wide * 0.06) + s.inward * 24.0;
    let u = [
        (0.0, 0.0),
        (0.44, 0.0),
        (0.44, 36.0),
        (0.34, 36.0),
        (0.34, 14.0),
        (0.11, 14.0),
        (0.11, 36.0),
        (0.0, 36.0),
    ];
    let body: Vec<Pt> = u.iter().map(|(x, y)| origin + dir * (x * wide) + s.inward * *y).collect();
    out.base(BaseLayer::Buildings, "public", Some(&name), 13, Shape::Area(&body))?;
    out.base(BaseLayer::Places, "school", Some(&name), 14, Shape::Point(middle(&body)))?;
    let pitch = rect(s.front.0 + dir * (wide * 0.75) + s.inward * 52.0, s.inward, 58.0, wide * 0.3);
    out.base(BaseLayer::Land, "pitch", None, 14, Shape::Area(&pitch))?;
    let fence: Vec<Pt> = pitch.iter().copied().chain([pitch[0]]).collect();
    barrier(out, &fence, "fence", 4.0, Some("metal"))?;
    for p in scatter(ring, 0.004, rng) {
        let clear = [&body[..], &pitch[..]].iter().all(|r| !contains(r, p) && ring_distance(p, r) > 3.0);
        if clear && ring_distance(p, ring) > 6.0 {
            tree(out, rng, p, Stand::Park, None)?;
        }
    }
    Ok(())
}
