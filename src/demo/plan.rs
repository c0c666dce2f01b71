//! The grand plan: square, roads out, rings, river, railway, and the sites for parks, cemeteries
//! and schools. Everything that comes later fills what this leaves between its lines.

use super::Size;
use super::network::{Draft, Role};
use super::plane::{Pt, contains, crossing, line_distance, offset, pt, rect, ring_distance, sides};
use super::rng::Rng;
use std::f64::consts::TAU;

/// What a site is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SiteUse {
    /// A park with ponds.
    Park,
    /// A cemetery run by the town.
    Municipal,
    /// An old cemetery of the parish.
    Parish,
    /// A school with its pitch.
    School,
}

/// An area kept free for one use, along a road out of town.
#[derive(Debug, Clone)]
pub struct Site {
    /// What it is for.
    pub site_use: SiteUse,
    /// Its boundary, counter-clockwise, along the middle of the streets around it.
    pub ring: Vec<Pt>,
    /// Ends of its front on the road.
    pub front: (Pt, Pt),
    /// Unit vector from the front into the site.
    pub inward: Pt,
}

/// River or railway: a line with ground on both sides that no block may use.
#[derive(Debug, Clone)]
pub struct Corridor {
    /// The middle line, from west to east.
    pub line: Vec<Pt>,
    /// Half the width of water or ballast, metres.
    pub half_m: f64,
    /// Distance of the streets on both sides, metres.
    pub flank_m: f64,
}

/// Figures that depend on the size.
#[derive(Debug, Clone)]
pub struct Scale {
    /// Radius of the built-up area, metres.
    pub radius_m: f64,
    /// Mean radii of the rings, metres; the last is the edge of the built-up area.
    pub rings: Vec<f64>,
    /// Roads out of the square.
    pub radials: usize,
    /// Rings from which the number of radials doubles.
    pub doubling: Vec<usize>,
    /// Sides of the square, metres.
    pub square: (f64, f64),
    /// Lamps, benches, bins, trees, barriers and greens together.
    pub assets: u64,
    /// Graves.
    pub graves: usize,
    /// Buried people.
    pub people: usize,
    /// Half width of the river, metres.
    pub river_half_m: f64,
    /// Distance of the river from the square, metres, and how far it swings.
    pub river: (f64, f64, f64),
    /// Longest stretch of a street without a vertex, metres.
    pub vertex_spacing_m: f64,
}

impl Scale {
    /// The figures of one size.
    pub fn of(size: Size) -> Self {
        match size {
            Size::Village => Self {
                radius_m: 380.0,
                rings: vec![135.0, 380.0],
                radials: 4,
                doubling: vec![],
                square: (58.0, 40.0),
                assets: 3_000,
                graves: 600,
                people: 1_300,
                river_half_m: 4.0,
                river: (235.0, 16.0, 420.0),
                vertex_spacing_m: 60.0,
            },
            Size::Town => Self {
                radius_m: 1_120.0,
                rings: vec![235.0, 630.0, 1_120.0],
                radials: 6,
                doubling: vec![],
                square: (104.0, 82.0),
                assets: 50_000,
                graves: 12_000,
                people: 24_000,
                river_half_m: 11.0,
                river: (405.0, 52.0, 930.0),
                vertex_spacing_m: 60.0,
            },
            Size::City => Self {
                radius_m: 4_950.0,
                rings: vec![320.0, 800.0, 1_420.0, 2_170.0, 3_020.0, 3_950.0, 4_950.0],
                radials: 8,
                doubling: vec![2, 4],
                square: (150.0, 128.0),
                assets: 1_000_000,
                graves: 200_000,
                people: 400_000,
                river_half_m: 34.0,
                river: (1_100.0, 150.0, 4_300.0),
                vertex_spacing_m: 41.0,
            },
        }
    }

    /// How many cemeteries there must be.
    pub fn cemeteries(&self, size: Size) -> usize {
        self.sites(size).iter().filter(|(_, graves)| *graves > 0).count()
    }

    fn sites(&self, size: Size) -> Vec<(SiteUse, usize)> {
        use SiteUse::{Municipal, Parish, Park, School};
        match size {
            Size::Village => vec![(Parish, 200), (Municipal, 400), (Park, 0)],
            Size::Town => {
                vec![(Park, 0), (Parish, 3_000), (Municipal, 9_000), (School, 0), (Park, 0), (School, 0)]
            }
            Size::City => {
                let mut all = vec![(Park, 0), (Parish, 6_000)];
                all.extend([(Municipal, 34_000); 5]);
                all.extend([(Parish, 8_000); 3]);
                all.extend([(Park, 0); 9]);
                all.extend([(School, 0); 14]);
                all
            }
        }
    }
}

/// The grand plan.
#[derive(Debug)]
pub struct Plan {
    /// Figures of the size.
    pub scale: Scale,
    /// The river.
    pub river: Corridor,
    /// The railway.
    pub rail: Corridor,
    /// Sites along the roads.
    pub sites: Vec<Site>,
    /// The market square, counter-clockwise.
    pub square: Vec<Pt>,
    /// Edge of the built-up area.
    pub edge: Vec<Pt>,
    /// Edge of the fields.
    pub fields: Vec<Pt>,
    /// All lines that become streets.
    pub drafts: Vec<Draft>,
    /// How much further out than usual a site may lie.
    far_out: f64,
}

/// How rings bulge and roads swing.
struct Curves {
    phases: [f64; 4],
    turn: f64,
    radius_m: f64,
}

impl Curves {
    fn ring(&self, mean_m: f64, angle: f64) -> Pt {
        let share = mean_m / self.radius_m;
        let drift = share * 0.9;
        let p = &self.phases;
        let bulge = 0.05 * (2.0 * angle + p[0] + drift).sin()
            + 0.045 * (3.0 * angle + p[1] - drift).sin()
            + 0.022 * (5.0 * angle + p[2] + drift).sin();
        // The edge of the town is more ragged than the rings inside it.
        let ragged = 0.035 * share * (7.0 * angle + p[3]).sin();
        Pt::polar(angle) * (mean_m * (1.0 + bulge * (0.6 + 0.7 * share.min(1.3)) + ragged))
    }

    fn closed_ring(&self, mean_m: f64) -> Vec<Pt> {
        let n = ((TAU * mean_m / 45.0) as usize).max(18);
        let mut line: Vec<Pt> =
            (0..n).map(|i| self.ring(mean_m, TAU * (i as f64 + 0.37) / n as f64)).collect();
        line.push(line[0]);
        line
    }

    fn corridor(&self, mean_y: f64, swing: f64, wave_m: f64, phase: f64) -> Vec<Pt> {
        let far = self.radius_m * 1.85;
        let n = (2.0 * far / (wave_m / 22.0).clamp(18.0, 60.0)) as usize;
        (0..=n)
            .map(|i| {
                let x = -far + 2.0 * far * i as f64 / n as f64;
                let w = TAU * x / wave_m + phase;
                let y = mean_y + swing * (w.sin() + 0.35 * (w * 2.3 + 1.0).sin());
                let turned = Pt::polar(self.turn);
                turned * x + turned.left() * y
            })
            .collect()
    }
}

impl Plan {
    /// Draws the plan.
    pub fn new(size: Size, rng: &mut Rng) -> Self {
        let scale = Scale::of(size);
        let radius_m = scale.radius_m;
        let curves = Curves {
            phases: [rng.range(0.0, TAU), rng.range(0.0, TAU), rng.range(0.0, TAU), rng.range(0.0, TAU)],
            turn: rng.range(-0.5, 0.5),
            radius_m,
        };
        let (away, swing, wave) = scale.river;
        let river = Corridor {
            line: curves.corridor(-away, swing, wave, rng.range(0.0, TAU)),
            half_m: scale.river_half_m,
            flank_m: scale.river_half_m + if size == Size::Village { 20.0 } else { 28.0 },
        };
        let rail_y = if size == Size::City { 0.525 } else { 0.76 } * radius_m;
        let rail = Corridor {
            line: curves.corridor(rail_y, 0.02 * radius_m, radius_m * 3.1, rng.range(0.0, TAU)),
            half_m: 5.0,
            flank_m: 24.0,
        };
        let axis = Pt::polar(curves.turn + rng.range(-0.15, 0.15));
        let square = rect(pt(0.0, 0.0), axis, scale.square.0, scale.square.1).to_vec();
        let radials = radials(&scale, &square, axis, rng);
        let edge: Vec<Pt> = curves.closed_ring(radius_m);
        let fields = curves.closed_ring(radius_m * 1.42);
        let mut plan = Self {
            scale,
            river,
            rail,
            sites: Vec::new(),
            square,
            edge,
            fields,
            drafts: Vec::new(),
            far_out: 1.0,
        };
        for (i, line) in radials.iter().enumerate() {
            plan.drafts.push(Draft { line: line.clone(), role: Role::Radial(i) });
        }
        let rings: Vec<Vec<Pt>> = plan.scale.rings.iter().map(|m| curves.closed_ring(*m)).collect();
        plan.place_sites(size, &rings, rng);
        plan.draft_rest(rings);
        plan
    }

    fn draft_rest(&mut self, rings: Vec<Vec<Pt>>) {
        let mut square = self.square.clone();
        square.push(square[0]);
        self.drafts.push(Draft { line: square, role: Role::Square });
        let last = rings.len() - 1;
        for (i, line) in rings.into_iter().enumerate() {
            let role = if i == last { Role::Boundary } else { Role::Ring(i) };
            self.drafts.push(Draft { line, role });
        }
        self.drafts.push(Draft { line: self.fields.clone(), role: Role::Country });
        for (corridor, role) in [(&self.river, Role::Riverside), (&self.rail, Role::Railside)] {
            let inside: Vec<Pt> =
                corridor.line.iter().copied().filter(|p| p.len() < self.scale.radius_m * 1.2).collect();
            for side in [1.0, -1.0] {
                self.drafts.push(Draft { line: offset(&inside, side * corridor.flank_m), role });
            }
        }
        for (i, site) in self.sites.iter().enumerate() {
            // The front is the road itself; only the three other sides become new streets.
            let (a, b) = site.front;
            let start = site.ring.iter().position(|p| *p == b).unwrap_or(0);
            let n = site.ring.len();
            let mut line: Vec<Pt> = (0..n).map(|k| site.ring[(start + k) % n]).collect();
            if let Some(end) = line.iter().position(|p| *p == a) {
                line.truncate(end + 1);
            }
            self.drafts.push(Draft { line, role: Role::Site(i) });
        }
    }

    /// Whether a piece of a draft, given by its middle, becomes a street.
    pub fn keeps(&self, draft: &Draft, middle: Pt) -> bool {
        let beyond = ring_distance(middle, &self.edge) > 1.0 && !contains(&self.edge, middle);
        match draft.role {
            Role::Riverside | Role::Railside if beyond => return false,
            Role::Ring(_) | Role::Site(_) => {
                let in_corridor = [&self.river, &self.rail]
                    .iter()
                    .any(|c| line_distance(middle, &c.line) < c.flank_m - 2.0);
                if in_corridor {
                    return false;
                }
            }
            _ => {}
        }
        !self.sites.iter().enumerate().any(|(i, site)| {
            draft.role != Role::Site(i)
                && contains(&site.ring, middle)
                && ring_distance(middle, &site.ring) > 1.0
        })
    }

    fn place_sites(&mut self, size: Size, rings: &[Vec<Pt>], rng: &mut Rng) {
        for (site_use, grave_quota) in self.scale.sites(size) {
            let mut clearance_m = 55.0 * (self.scale.radius_m / 1_000.0).clamp(0.5, 1.2);
            let mut placed = false;
            for _ in 0..7 {
                placed = (0..90).any(|_| self.try_site((site_use, grave_quota), clearance_m, rings, rng));
                if placed {
                    break;
                }
                clearance_m *= 0.75;
            }
            // A park or school may be missing in a cramped plan; a cemetery may not, so it goes far out.
            if !placed && grave_quota > 0 {
                let _ = (0..20_000).any(|k| {
                    self.far_out = 1.0 + f64::from(k) / 50_000.0;
                    let rings = if k < 12_000 { rings } else { &[] };
                    self.try_site((site_use, grave_quota), 8.0, rings, rng)
                });
                self.far_out = 1.0;
            }
        }
    }

    fn try_site(
        &mut self,
        (site_use, grave_quota): (SiteUse, usize),
        clearance_m: f64,
        rings: &[Vec<Pt>],
        rng: &mut Rng,
    ) -> bool {
        let r = self.scale.radius_m;
        let small = r < 500.0;
        let margin = if small { 26.0 } else { 34.0 };
        let (width, depth, near, far) = match site_use {
            SiteUse::Municipal | SiteUse::Parish => {
                let side = (grave_quota as f64 * if small { 13.5 } else { 10.4 } + 900.0).sqrt();
                let stretch = rng.range(0.95, 1.2);
                let near = if site_use == SiteUse::Parish { 0.3 } else { 0.5 };
                (
                    side * stretch + margin,
                    side / stretch + margin + 22.0,
                    near,
                    if small { 1.15 } else { 0.98 },
                )
            }
            SiteUse::Park if small => (rng.range(80.0, 100.0), rng.range(70.0, 85.0), 0.15, 0.6),
            SiteUse::Park => {
                let k = if r > 3_000.0 { rng.range(1.0, 1.9) } else { 1.0 };
                let near = if self.sites.is_empty() { 0.23 } else { 0.3 };
                let far = if self.sites.is_empty() { 0.5 } else { 0.9 };
                (rng.range(250.0, 330.0) * k, rng.range(190.0, 240.0) * k, near, far)
            }
            SiteUse::School => (rng.range(120.0, 150.0), rng.range(105.0, 125.0), 0.25, 0.9),
        };
        let picked = rng.below(self.drafts.len());
        let line = &self.drafts[picked].line;
        let start_m = rng.range(near, far * self.far_out) * r;
        let side = if rng.chance(0.5) { 1.0 } else { -1.0 };
        let Some(site) = cut_site(line, start_m, width, depth, side) else { return false };
        let (ring, front, inward, i0, i1) = site;
        let fits = ring.iter().all(|p| {
            line_distance(*p, &self.river.line) > self.river.flank_m + clearance_m * 0.6
                && line_distance(*p, &self.rail.line) > self.rail.flank_m + clearance_m * 0.6
                && ring_distance(*p, &self.square) > clearance_m
                && contains(&self.fields, *p)
                && ring_distance(*p, &self.fields) > 12.0
        }) && self.drafts.iter().enumerate().all(|(i, d)| {
            i == picked
                || (ring.iter().all(|p| line_distance(*p, &d.line) > clearance_m)
                    && d.line.iter().all(|p| !contains(&ring, *p)))
        }) && self.sites.iter().all(|s| {
            ring.iter().all(|p| ring_distance(*p, &s.ring) > clearance_m && !contains(&s.ring, *p))
                && s.ring.iter().all(|p| ring_distance(*p, &ring) > clearance_m && !contains(&ring, *p))
        });
        let meets_squarely = rings.iter().all(|line| crosses_squarely(&ring, line, clearance_m));
        if !fits || !meets_squarely {
            return false;
        }
        // The road gets a vertex at each end of the front, so that site and road share them.
        let line = &mut self.drafts[picked].line;
        insert_at(line, i1.0, i1.1);
        insert_at(line, i0.0, i0.1);
        self.sites.push(Site { site_use, ring, front, inward });
        true
    }
}

/// Whether a ring road meets the sides of a site at a wide angle and not close to a corner, so that no
/// two streets run side by side.
fn crosses_squarely(site: &[Pt], road: &[Pt], clearance_m: f64) -> bool {
    let corners = site.len() - 2;
    let far = site.iter().skip(corners).all(|p| line_distance(*p, road) > clearance_m.min(24.0));
    far && sides(site).all(|(a, b)| {
        road.windows(2).all(|w| {
            crossing(a, b, w[0], w[1]).is_none() || (b - a).unit().cross((w[1] - w[0]).unit()).abs() > 0.55
        })
    })
}

type Cut = (Vec<Pt>, (Pt, Pt), Pt, (usize, Pt), (usize, Pt));

fn insert_at(line: &mut Vec<Pt>, after: usize, p: Pt) {
    if (line[after] - p).len() > 0.01 && (line[after + 1] - p).len() > 0.01 {
        line.insert(after + 1, p);
    }
}

/// A site along a road: its ring, its front, the way in, and where its front begins and ends on the road.
fn cut_site(line: &[Pt], start_m: f64, width: f64, depth: f64, side: f64) -> Option<Cut> {
    let at_radius = |r: f64| {
        line.windows(2).enumerate().find_map(|(i, w)| {
            let (l0, l1) = (w[0].len(), w[1].len());
            (l0 <= r && r < l1).then(|| (i, w[0].lerp(w[1], (r - l0) / (l1 - l0))))
        })
    };
    let first = at_radius(start_m)?;
    let second = at_radius(start_m + width)?;
    let (p, q) = (first.1, second.1);
    let inward = (q - p).unit().left() * side;
    let mut ring = vec![p];
    ring.extend(line.iter().take(second.0 + 1).skip(first.0 + 1));
    ring.push(q);
    ring.push(q + inward * depth);
    ring.push(p + inward * depth);
    let mut front = (p, q);
    if side < 0.0 {
        ring.reverse();
        front = (q, p);
    }
    Some((ring, front, inward, first, second))
}

fn radials(scale: &Scale, square: &[Pt], axis: Pt, rng: &mut Rng) -> Vec<Vec<Pt>> {
    let mut anchors: Vec<Pt> = square.to_vec();
    anchors.extend(sides(square).map(|(a, b)| a.lerp(b, 0.5)));
    // Far enough to cross the edge of the fields wherever that bulges.
    let end_m = scale.radius_m * 1.8;
    let mut lines = Vec::new();
    let mut count = scale.radials;
    let offset_angle = axis.angle() + rng.range(0.2, 0.6);
    let mut angles: Vec<f64> =
        (0..count).map(|i| offset_angle + TAU * (i as f64 + rng.range(-0.16, 0.16)) / count as f64).collect();
    let mut starts = vec![0.0; count];
    for ring in &scale.doubling {
        let mut sorted: Vec<f64> = angles.iter().map(|a| a.rem_euclid(TAU)).collect();
        sorted.sort_by(f64::total_cmp);
        for i in 0..count {
            let next = if i + 1 < count { sorted[i + 1] } else { sorted[0] + TAU };
            angles.push(sorted[i] + (next - sorted[i]) * (0.5 + rng.range(-0.06, 0.06)));
            starts.push(scale.rings[*ring]);
        }
        count *= 2;
    }
    for (i, (angle, start)) in angles.iter().zip(&starts).enumerate() {
        let phase = rng.range(0.0, TAU);
        let swing = 0.5 / count as f64;
        let mut r: f64;
        let mut line = Vec::new();
        if *start == 0.0 {
            let direction = Pt::polar(*angle);
            let best = (0..anchors.len()).max_by(|a, b| {
                anchors[*a].unit().dot(direction).total_cmp(&anchors[*b].unit().dot(direction))
            });
            let anchor = anchors.remove(best.unwrap_or(0));
            line.push(anchor);
            r = anchor.len() + 45.0;
        } else {
            r = start * 0.86;
        }
        let step = (scale.radius_m / 24.0).clamp(26.0, 60.0);
        while r < end_m {
            // Each road swings about its own direction, the more the further out.
            let reach = ((r - 60.0) / scale.radius_m).clamp(0.0, 1.0);
            let a = angle + swing * reach.sqrt() * (r / (scale.radius_m * 0.36) + phase + i as f64).sin();
            line.push(Pt::polar(a) * r);
            r += step;
        }
        lines.push(line);
    }
    lines
}
