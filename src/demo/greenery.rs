//! Parks with ponds and winding paths, the river and its banks, the railway, the square, school
//! grounds, and the fields and woods around the town.

use super::Size;
use super::blocks::FaceUse;
use super::buildings::{inset, scatter};
use super::inventory::{LampSeries, Stand, barrier, bench, bin, green, lamp, tree};
use super::network::Network;
use super::output::{Output, Shape};
use super::plan::Plan;
use super::plane::{Pt, along, area, contains, inner_point, length, line_distance, middle, offset, rect, ring_distance, segment_distance, smooth_ring, span};
use super::rng::Rng;
use super::streets::{PathInfo, cabinet_at, path};
use importers::{BaseLayer, SinkError};
use std::f64::consts::TAU;

/// A park laid out but not yet handed over.
#[derive(Debug)]
pub struct Park {
    name: String,
    ring: Vec<Pt>,
    center: Pt,
    ponds: Vec<Vec<Pt>>,
    /// Winding paths; the first is the outer round, then the round about the pond.
    paths: Vec<Vec<Pt>>,
}

/// Distance from `center` to the ring in a direction.
fn reach(ring: &[Pt], center: Pt, angle: f64) -> f64 {
    let far = center + Pt::polar(angle) * 10_000.0;
    super::plane::sides(ring)
        .filter_map(|(a, b)| super::plane::crossing(center, far, a, b))
        .map(|(t, _)| t * 10_000.0)
        .fold(f64::INFINITY, f64::min)
        .min(2_000.0)
}

impl Park {
    /// Lays out a park in its face and ties its paths to the streets around.
    pub fn plan(net: &mut Network, face: usize, name: String, rng: &mut Rng) -> Self {
        let ring = net.ring(face);
        let center = inner_point(&ring);
        let small = area(&ring) < 12_000.0;
        let spokes = if small { 4 } else { 7 };
        let phase = rng.range(0.0, TAU);
        let twist = rng.range(0.35, 0.6) * if rng.chance(0.5) { 1.0 } else { -1.0 };
        let per_spoke = if small { 5 } else { 7 };
        let n = spokes * per_spoke;
        let wave = [rng.range(0.0, TAU), rng.range(0.0, TAU)];
        let soft_reach = |a: f64| {
            // The mean over neighbouring directions rounds off the corners of the site.
            (-4..=4).map(|k| reach(&ring, center, a + f64::from(k) * 0.11)).sum::<f64>() / 9.0
        };
        let round = |share: f64, wobble: f64| -> Vec<Pt> {
            let mut line: Vec<Pt> = (0..n)
                .map(|k| {
                    let a = phase + TAU * k as f64 / n as f64;
                    let r = soft_reach(a).min(reach(&ring, center, a) * 1.15) * share;
                    center + Pt::polar(a) * (r * (1.0 + wobble * (3.0 * a + wave[0]).sin() + wobble * (2.0 * a + wave[1]).sin()))
                })
                .collect();
            line.push(line[0]);
            line
        };
        let outer = round(0.72, 0.035);
        let inner = round(if small { 0.36 } else { 0.4 }, 0.05);
        let mut paths = vec![outer.clone(), inner.clone()];
        for k in 0..spokes {
            let at = k * per_spoke;
            let from = inner[at];
            // Each spoke winds to a point of the outer round some steps further.
            let to_index = (at as i64 + if twist > 0.0 { 2 } else { -2 }).rem_euclid(n as i64) as usize;
            let to = outer[to_index];
            let bulge = (to - from).left() * (0.12 * twist.signum());
            paths.push(vec![from, from.lerp(to, 0.3) + bulge * 0.8, from.lerp(to, 0.65) + bulge * 0.9, to]);
            let out_angle = (to - center).angle();
            if let Some(node) = net.node_on_ray(face, to, Pt::polar(out_angle + 0.12 * twist), 7.0) {
                net.join(node);
                let end = net.nodes[node as usize];
                let bend = (end - to).left() * (0.08 * twist.signum());
                paths.push(vec![to, to.lerp(end, 0.5) + bend, end]);
            }
        }
        let pond: Vec<Pt> = (0..40)
            .map(|k| {
                let a = phase + TAU * k as f64 / 40.0;
                let r = soft_reach(a) * if small { 0.2 } else { 0.25 };
                center + Pt::polar(a) * (r * (1.0 + 0.12 * (3.0 * a + wave[1]).sin() + 0.08 * (5.0 * a).cos()))
            })
            .collect();
        let mut ponds = vec![pond];
        if !small {
            let a = phase + TAU * 0.5 / spokes as f64;
            let at = center + Pt::polar(a) * (soft_reach(a) * 0.56);
            let size = soft_reach(a) * 0.07;
            ponds.push((0..22).map(|k| {
                let b = TAU * k as f64 / 22.0;
                at + Pt::polar(b) * (size * (1.0 + 0.22 * (2.0 * b + wave[0]).sin()))
            }).filter(|p| paths.iter().all(|l| line_distance(*p, l) > 3.0)).collect());
            ponds.retain(|p| p.len() > 12);
        }
        Self { name, ring, center, ponds, paths }
    }

    /// Hands over the park.
    ///
    /// # Errors
    /// Whatever the sink says.
    pub fn emit(&self, out: &mut Output<'_>, rng: &mut Rng) -> Result<(), SinkError> {
        let lawn = inset(&self.ring, 3.5);
        out.base(BaseLayer::Land, "park", Some(&self.name), 9, Shape::Area(&lawn))?;
        out.base(BaseLayer::Places, "park", Some(&self.name), 13, Shape::Point(self.center))?;
        green(out, Shape::Holed(&lawn, &self.ponds), "park", Some(&self.name))?;
        for pond in &self.ponds {
            out.base(BaseLayer::Water, "water", None, 11, Shape::Area(pond))?;
        }
        let mut series = LampSeries::new(cabinet_at(self.center), false, true, rng);
        for (i, line) in self.paths.iter().enumerate() {
            let main = i < 2;
            let surface = if i == 0 { "fine_gravel" } else if i == 1 { "paving_stones" } else { "compacted" };
            let info = PathInfo {
                class: "footway",
                surface: Some(surface),
                width_m: Some(if main { 3.0 } else { 2.0 }),
                lit: Some(true),
                ..PathInfo::default()
            };
            path(out, line, &info)?;
            self.furnish(out, line, main, &mut series, rng)?;
        }
        self.beds(out, rng)?;
        self.plant(out, rng)
    }

    fn furnish(&self, out: &mut Output<'_>, line: &[Pt], main: bool, series: &mut LampSeries, rng: &mut Rng) -> Result<(), SinkError> {
        let total = length(line);
        let dry = |p: Pt| contains(&self.ring, p) && ring_distance(p, &self.ring) > 6.0 && self.ponds.iter().all(|w| !contains(w, p));
        let lamps = (total / 27.0).round() as usize;
        for k in 0..lamps {
            let (p, dir) = along(line, total * (k as f64 + 0.5) / lamps as f64);
            let at = p + dir.left() * 2.1;
            if dry(at) {
                lamp(out, rng, at, series)?;
            }
        }
        let benches = (total / if main { 24.0 } else { 34.0 }).round() as usize;
        for k in 0..benches {
            let (p, dir) = along(line, total * (k as f64 + 0.3) / benches.max(1) as f64);
            let side = if main || rng.chance(0.5) { -1.0 } else { 1.0 };
            let at = p + dir.left() * (side * 2.2);
            if dry(at) {
                bench(out, rng, at)?;
                if k % 2 == 0 {
                    bin(out, rng, at + dir * 1.7)?;
                }
            }
        }
        Ok(())
    }

    fn beds(&self, out: &mut Output<'_>, rng: &mut Rng) -> Result<(), SinkError> {
        let start = rng.range(0.0, TAU);
        for k in 0..5 {
            let a = start + TAU * k as f64 / 5.0;
            let at = self.center + Pt::polar(a) * (reach(&self.ring, self.center, a) * 0.33);
            let ring: Vec<Pt> = (0..14).map(|j| {
                let b = TAU * j as f64 / 14.0;
                at + Pt::polar(b) * (3.2 * (1.0 + 0.3 * (2.0 * b + a).sin()))
            }).collect();
            let fits = ring.iter().all(|p| self.paths.iter().all(|l| line_distance(*p, l) > 1.6) && self.ponds.iter().all(|w| !contains(w, *p)));
            if fits {
                green(out, Shape::Area(&ring), "garden", Some("Rabata"))?;
            }
        }
        Ok(())
    }

    fn plant(&self, out: &mut Output<'_>, rng: &mut Rng) -> Result<(), SinkError> {
        let phases = [rng.range(0.0, TAU), rng.range(0.0, TAU)];
        for p in scatter(&self.ring, 0.0155, rng) {
            // Meadows open where two slow waves are both low.
            let d = p - self.center;
            let open = (d.x / 17.0 + phases[0]).sin() + (d.y / 21.0 + phases[1]).sin() < -0.85;
            let off_path = self.paths.iter().all(|l| line_distance(p, l) > 3.4);
            if !open && off_path && ring_distance(p, &self.ring) > 5.5 && self.ponds.iter().all(|w| !contains(w, p) && ring_distance(p, w) > 2.5) {
                tree(out, rng, p, Stand::Park, None)?;
            }
        }
        for pond in &self.ponds {
            for p in pond.iter().step_by(4) {
                let at = *p + (*p - middle(pond)).unit() * rng.range(1.5, 3.0);
                if self.paths.iter().all(|l| line_distance(at, l) > 2.5) {
                    tree(out, rng, at, Stand::Bank, None)?;
                }
            }
        }
        Ok(())
    }
}

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
                .filter(|p| contains(&ring, *p) && ring_distance(*p, &ring) > 6.0 && line_distance(*p, &plan.river.line) > walk_m - 4.0)
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
pub fn emit_rail(out: &mut Output<'_>, net: &Network, uses: &[FaceUse], plan: &Plan, town: &str) -> Result<(), SinkError> {
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
            net.streets.iter().enumerate().filter(|(_, s)| matches!(s.role, super::network::Role::Radial(_))).all(
                |(i, _)| line_distance(*p, &net.line(i)) > 60.0,
            )
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
        let hall = [(-17.0, -8.0), (17.0, -8.0), (17.0, 8.0), (4.0, 8.0), (4.0, 12.5), (-4.0, 12.5), (-4.0, 8.0), (-17.0, 8.0)];
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
pub fn emit_school(out: &mut Output<'_>, plan: &Plan, site: usize, ring: &[Pt], number: usize, rng: &mut Rng) -> Result<(), SinkError> {
    let s = &plan.sites[site];
    let dir = (s.front.1 - s.front.0).unit();
    let name = format!("Szkoła Podstawowa nr {number}");
    out.base(BaseLayer::Land, "school", Some(&name), 12, Shape::Area(&inset(ring, 3.0)))?;
    let wide = (s.front.1 - s.front.0).len();
    let origin = s.front.0 + dir * (wide * 0.06) + s.inward * 24.0;
    let u = [(0.0, 0.0), (0.44, 0.0), (0.44, 36.0), (0.34, 36.0), (0.34, 14.0), (0.11, 14.0), (0.11, 36.0), (0.0, 36.0)];
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

/// Patches of wood that take the trees which are still owed at the end.
#[derive(Debug, Default)]
pub struct Woods {
    patches: Vec<Vec<Pt>>,
}

/// Hands over fields and woods around the town; answers the woods.
///
/// # Errors
/// Whatever the sink says.
pub fn emit_country(out: &mut Output<'_>, net: &Network, uses: &[FaceUse], plan: &Plan, rng: &mut Rng) -> Result<Woods, SinkError> {
    let mut woods = Woods::default();
    let phase = rng.range(0.0, TAU);
    let strip_m = (plan.scale.radius_m / 9.0).clamp(55.0, 260.0);
    for face in (0..uses.len()).filter(|f| uses[*f] == FaceUse::Country) {
        let ring = net.ring(face);
        for patch in fields(&ring, strip_m, rng) {
            let p = inner_point(&patch);
            let river = line_distance(p, &plan.river.line);
            let woody = (p.angle() * 2.0 + phase).sin() + 0.35 * (p.angle() * 7.0).sin() > 0.15;
            let class = if river < plan.river.half_m + strip_m * 0.55 {
                "grass"
            } else if woody {
                "forest"
            } else {
                ["farmland", "farmland", "farmland", "grass"][rng.below(4)]
            };
            out.base(BaseLayer::Land, class, None, 7, Shape::Area(&patch))?;
            if class == "forest" {
                green(out, Shape::Area(&patch), "wood", None)?;
                woods.patches.push(patch);
            } else if class == "grass" {
                green(out, Shape::Area(&patch), "meadow", None)?;
            }
        }
    }
    Ok(woods)
}

/// Cuts a face of the country into fields: wedges as seen from the square, some of them halved.
fn fields(ring: &[Pt], width_m: f64, rng: &mut Rng) -> Vec<Vec<Pt>> {
    let center = inner_point(ring);
    let (out_dir, far) = (center.unit(), center.len());
    let tangent = |p: &Pt| p.dot(out_dir.left()).atan2(p.dot(out_dir));
    let low = ring.iter().map(tangent).fold(f64::INFINITY, f64::min);
    let high = ring.iter().map(tangent).fold(f64::NEG_INFINITY, f64::max);
    let step = width_m / far;
    let mut rest = ring.to_vec();
    let mut wedges = Vec::new();
    let mut at = low + step * rng.range(0.6, 1.2);
    while at < high - step * 0.4 {
        let across = Pt::polar(out_dir.angle() + at).left();
        if let Some((before, after)) = cut_once(&rest, across, 0.0) {
            wedges.push(before);
            rest = after;
        }
        at += step * rng.range(0.7, 1.4);
    }
    wedges.push(rest);
    let mut out = Vec::new();
    for wedge in wedges {
        let dir = inner_point(&wedge).unit();
        let (l, h) = span(&wedge, dir);
        let halves = if rng.chance(0.6) { cut_once(&wedge, dir, l + (h - l) * rng.range(0.35, 0.65)) } else { None };
        match halves {
            Some((a, b)) => out.extend([a, b]),
            None => out.push(wedge),
        }
    }
    out
}

/// Both parts of a ring beside a line across `dir`; `None` unless the line crosses it exactly twice.
fn cut_once(ring: &[Pt], dir: Pt, limit: f64) -> Option<(Vec<Pt>, Vec<Pt>)> {
    let high = |p: Pt| p.dot(dir) > limit;
    let crossings = super::plane::sides(ring).filter(|(a, b)| high(*a) != high(*b)).count();
    if crossings != 2 {
        return None;
    }
    let (mut below, mut above) = (Vec::new(), Vec::new());
    for (a, b) in super::plane::sides(ring) {
        if high(a) { above.push(a) } else { below.push(a) }
        if high(a) != high(b) {
            let (da, db) = (a.dot(dir) - limit, b.dot(dir) - limit);
            let p = a.lerp(b, da / (da - db));
            below.push(p);
            above.push(p);
        }
    }
    (area(&below) > 200.0 && area(&above) > 200.0).then_some((below, above))
}

impl Woods {
    /// Plants exactly `owed` trees in the woods, spread by their area.
    ///
    /// # Errors
    /// Whatever the sink says.
    pub fn plant(&self, out: &mut Output<'_>, owed: u64, plan: &Plan, rng: &mut Rng) -> Result<(), SinkError> {
        let total: f64 = self.patches.iter().map(|p| area(p)).sum();
        let mut left = owed;
        let mut land = total;
        for patch in &self.patches {
            let size = area(patch);
            let quota = if land - size < 1.0 { left } else { (left as f64 * size / land).round() as u64 }.min(left);
            land -= size;
            left -= quota;
            self.plant_patch(out, patch, quota, plan, rng)?;
        }
        Ok(())
    }

    fn plant_patch(&self, out: &mut Output<'_>, patch: &[Pt], quota: u64, plan: &Plan, rng: &mut Rng) -> Result<(), SinkError> {
        if quota == 0 {
            return Ok(());
        }
        let mut spots = scatter(patch, quota as f64 / area(patch) * 1.06, rng);
        spots.retain(|p| {
            !plan.sites.iter().any(|s| contains(&s.ring, *p)) && super::plane::sides(patch).all(|(a, b)| segment_distance(*p, a, b).0 > 3.0)
        });
        let (x0, x1) = span(patch, Pt { x: 1.0, y: 0.0 });
        let (y0, y1) = span(patch, Pt { x: 0.0, y: 1.0 });
        let mut tries = 0;
        while (spots.len() as u64) < quota && tries < 400_000_000 {
            tries += 1;
            let p = Pt { x: rng.range(x0, x1), y: rng.range(y0, y1) };
            if contains(patch, p) {
                spots.push(p);
            }
        }
        let mut needed = quota;
        for (i, p) in spots.iter().enumerate() {
            let remaining = (spots.len() - i) as f64;
            if rng.unit() * remaining < needed as f64 {
                tree(out, rng, *p, Stand::Wood, None)?;
                needed -= 1;
            }
        }
        Ok(())
    }
}
