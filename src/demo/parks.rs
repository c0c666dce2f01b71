//! Parks: ponds in the middle, two winding rounds, and ways from them to the streets around.

use super::buildings::{inset, scatter};
use super::inventory::{LampSeries, Stand, bench, bin, green, lamp, tree};
use super::network::Network;
use super::output::{Output, Shape};
use super::plane::{
    Pt, along, area, contains, crossing, inner_point, length, line_distance, middle, ring_distance, sides,
};
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
    sides(ring)
        .filter_map(|(a, b)| crossing(center, far, a, b))
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
                    center
                        + Pt::polar(a)
                            * (r * (1.0
                                + wobble * (3.0 * a + wave[0]).sin()
                                + wobble * (2.0 * a + wave[1]).sin()))
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
                center
                    + Pt::polar(a) * (r * (1.0 + 0.12 * (3.0 * a + wave[1]).sin() + 0.08 * (5.0 * a).cos()))
            })
            .collect();
        let mut ponds = vec![pond];
        if !small {
            let a = phase + TAU * 0.5 / spokes as f64;
            let at = center + Pt::polar(a) * (soft_reach(a) * 0.56);
            let size = soft_reach(a) * 0.07;
            ponds.push(
                (0..22)
                    .map(|k| {
                        let b = TAU * k as f64 / 22.0;
                        at + Pt::polar(b) * (size * (1.0 + 0.22 * (2.0 * b + wave[0]).sin()))
                    })
                    .filter(|p| paths.iter().all(|l| line_distance(*p, l) > 3.0))
                    .collect(),
            );
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
            let surface = if i == 0 {
                "fine_gravel"
            } else if i == 1 {
                "paving_stones"
            } else {
                "compacted"
            };
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

    fn furnish(
        &self,
        out: &mut Output<'_>,
        line: &[Pt],
        main: bool,
        series: &mut LampSeries,
        rng: &mut Rng,
    ) -> Result<(), SinkError> {
        let total = length(line);
        let dry = |p: Pt| {
            contains(&self.ring, p)
                && ring_distance(p, &self.ring) > 6.0
                && self.ponds.iter().all(|w| !contains(w, p))
        };
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
            let ring: Vec<Pt> = (0..14)
                .map(|j| {
                    let b = TAU * j as f64 / 14.0;
                    at + Pt::polar(b) * (3.2 * (1.0 + 0.3 * (2.0 * b + a).sin()))
                })
                .collect();
            let fits = ring.iter().all(|p| {
                self.paths.iter().all(|l| line_distance(*p, l) > 1.6)
                    && self.ponds.iter().all(|w| !contains(w, *p))
            });
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
            if !open
                && off_path
                && ring_distance(p, &self.ring) > 5.5
                && self.ponds.iter().all(|w| !contains(w, p) && ring_distance(p, w) > 2.5)
            {
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
