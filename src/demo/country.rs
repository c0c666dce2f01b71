//! Fields, meadows and woods around the town. The woods are planted last, with exactly the trees that
//! the town still owes.

use super::blocks::FaceUse;
use super::buildings::scatter;
use super::inventory::{Stand, green, tree};
use super::network::Network;
use super::output::{Output, Shape};
use super::plan::Plan;
use super::plane::{Pt, area, contains, inner_point, is_simple, line_distance, ring_distance, sides, span};
use super::rng::Rng;
use importers::{BaseLayer, SinkError};
use std::f64::consts::TAU;

/// Patches of wood that take the trees which are still owed at the end.
#[derive(Debug, Default)]
pub struct Woods {
    patches: Vec<Vec<Pt>>,
}

/// Hands over fields and woods around the town; answers the woods.
///
/// # Errors
/// Whatever the sink says.
pub fn emit_country(
    out: &mut Output<'_>,
    net: &Network,
    uses: &[FaceUse],
    plan: &Plan,
    rng: &mut Rng,
) -> Result<Woods, SinkError> {
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
        let halves =
            if rng.chance(0.6) { cut_once(&wedge, dir, l + (h - l) * rng.range(0.35, 0.65)) } else { None };
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
    let crossings = sides(ring).filter(|(a, b)| high(*a) != high(*b)).count();
    if crossings != 2 {
        return None;
    }
    let (mut below, mut above) = (Vec::new(), Vec::new());
    for (a, b) in sides(ring) {
        if high(a) {
            above.push(a)
        } else {
            below.push(a)
        }
        if high(a) != high(b) {
            let (da, db) = (a.dot(dir) - limit, b.dot(dir) - limit);
            let p = a.lerp(b, da / (da - db));
            below.push(p);
            above.push(p);
        }
    }
    (area(&below) > 200.0 && area(&above) > 200.0 && is_simple(&below) && is_simple(&above))
        .then_some((below, above))
}

impl Woods {
    /// Plants exactly `owed` trees in the woods, spread by their area.
    ///
    /// # Errors
    /// Whatever the sink says.
    pub fn plant(
        &self,
        out: &mut Output<'_>,
        owed: u64,
        plan: &Plan,
        rng: &mut Rng,
    ) -> Result<(), SinkError> {
        let mut left = owed;
        // What finds no room in one wood goes to the next, and what is left after the last starts again.
        for _ in 0..8 {
            let mut land: f64 = self.patches.iter().map(|p| area(p)).sum();
            for patch in &self.patches {
                let size = area(patch);
                let share = if land - size < 1.0 { left } else { (left as f64 * size / land).round() as u64 };
                land -= size;
                left -= plant_patch(out, patch, share.min(left), plan, rng)?;
            }
            if left == 0 {
                break;
            }
        }
        Ok(())
    }
}

/// Whether a tree may stand in a wood at this place: off the edges, water, rails and sites.
fn room_for_tree(p: Pt, patch: &[Pt], plan: &Plan) -> bool {
    contains(patch, p)
        && ring_distance(p, patch) > 3.0
        && line_distance(p, &plan.river.line) > plan.river.half_m + 3.0
        && line_distance(p, &plan.rail.line) > plan.rail.half_m + 4.0
        && !plan.sites.iter().any(|s| contains(&s.ring, p))
}

/// Plants `quota` trees if there is room; answers how many.
fn plant_patch(
    out: &mut Output<'_>,
    patch: &[Pt],
    quota: u64,
    plan: &Plan,
    rng: &mut Rng,
) -> Result<u64, SinkError> {
    if quota == 0 {
        return Ok(0);
    }
    let mut spots = scatter(patch, quota as f64 / area(patch) * 1.12, rng);
    spots.retain(|p| room_for_tree(*p, patch, plan));
    let (x0, x1) = span(patch, Pt { x: 1.0, y: 0.0 });
    let (y0, y1) = span(patch, Pt { x: 0.0, y: 1.0 });
    let mut tries = 0;
    while (spots.len() as u64) < quota && tries < 40 * quota {
        tries += 1;
        let p = Pt { x: rng.range(x0, x1), y: rng.range(y0, y1) };
        if room_for_tree(p, patch, plan) {
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
    Ok(quota - needed)
}
