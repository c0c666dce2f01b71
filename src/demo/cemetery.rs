//! Cemeteries: walls with gates, alleys, sectors, rows and numbered graves, on a rectangle of their own.
//!
//! u runs along the front, v into the ground, both in metres from the middle of the front wall. Every
//! grave lies beside a row path or alley inside its own part of the cemetery, but for one fenced group
//! that no path reaches. An old cemetery has a terrace that only steps lead to.

use super::network::Network;
use super::plan::{Plan, SiteUse};
use super::plane::{Pt, rect};
use super::rng::Rng;

/// What kind of grave, by the values of the kind's schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GraveType {
    /// A grave in the earth.
    Earth,
    /// A grave with a walled vault, for a family.
    Masonry,
    /// A tomb above ground.
    Tomb,
    /// For urns.
    Urn,
    /// For a child.
    Child,
    /// For the fallen.
    War,
}

impl GraveType {
    /// Value in the schema.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Earth => "earth",
            Self::Masonry => "masonry",
            Self::Tomb => "tomb",
            Self::Urn => "urn",
            Self::Child => "child",
            Self::War => "war",
        }
    }
}

/// A place for a grave.
#[derive(Debug, Clone, Copy)]
pub struct Slot {
    /// Index of its sector.
    pub sector: u16,
    /// Row in the sector, from 1.
    pub row: u16,
    /// Number in the row, from 1.
    pub number: u16,
    /// Whether an "a" follows the number.
    pub suffix: bool,
    /// Middle of the plot.
    pub u: f64,
    /// Middle of the plot.
    pub v: f64,
    /// Width along the row, metres.
    pub width_m: f32,
    /// Length across the row, metres.
    pub length_m: f32,
    /// What kind of grave.
    pub grave_type: GraveType,
    /// Never left empty.
    pub keep: bool,
}

/// A sector: a name and a rectangle (u0, v0, u1, v1).
#[derive(Debug, Clone)]
pub struct Sector {
    /// "A", "IV".
    pub name: String,
    /// Its corners.
    pub area: [f64; 4],
}

/// A path inside the cemetery.
#[derive(Debug, Clone)]
pub struct Alley {
    /// Vertices (u, v).
    pub line: Vec<(f64, f64)>,
    /// Name, for the main ones.
    pub name: Option<&'static str>,
    /// Surface; `None` when nobody knows.
    pub surface: Option<&'static str>,
    /// Width, metres.
    pub width_m: f64,
    /// Number of steps, if it is a stair.
    pub steps: Option<i64>,
    /// Whether lamps and trees stand along it.
    pub main: bool,
}

/// An opening in the wall.
#[derive(Debug, Clone)]
pub struct Gate {
    /// Name.
    pub name: &'static str,
    /// Place on the wall.
    pub at: (f64, f64),
    /// Width, metres.
    pub width_m: f64,
    /// A locked gate.
    pub locked: bool,
    /// Whether carts pass.
    pub main: bool,
    /// Way from the gate to the street; empty for the gate on no path.
    pub access: Vec<Pt>,
}

/// A cemetery laid out but not yet handed over.
#[derive(Debug)]
pub struct Cemetery {
    /// The town's or the parish's.
    pub site_use: SiteUse,
    /// Its name.
    pub name: String,
    /// Middle of the front wall.
    pub origin: Pt,
    /// Unit vector along the front.
    pub u: Pt,
    /// Unit vector into the ground.
    pub v: Pt,
    /// Half the length of the front, metres.
    pub half_w: f64,
    /// Depth, metres.
    pub depth: f64,
    /// All sectors.
    pub sectors: Vec<Sector>,
    /// All places for graves, whether used or not.
    pub slots: Vec<Slot>,
    /// All paths inside.
    pub alleys: Vec<Alley>,
    /// All gates.
    pub gates: Vec<Gate>,
    /// Level of the terrace wall.
    pub terrace_v: Option<f64>,
    /// The fenced group that no path reaches (u0, v0, u1, v1).
    pub fenced: Option<[f64; 4]>,
    /// Number of bands of sectors from front to back.
    pub bands: usize,
    /// First and last level of the sectors.
    pub levels: (f64, f64),
}

/// Depth of the stair and its slope, metres.
pub const TERRACE_M: f64 = 3.4;
const ROMAN: [&str; 10] = ["", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX"];

fn sector_name(site_use: SiteUse, index: usize) -> String {
    let n = index + 1;
    if site_use == SiteUse::Parish {
        let tens = ["", "X", "XX", "XXX", "XL", "L", "LX", "LXX", "LXXX", "XC"][(n / 10) % 10];
        return format!("{}{tens}{}", "C".repeat(n / 100), ROMAN[n % 10]);
    }
    let letter = |k: usize| char::from(b'A' + (k % 26) as u8).to_string();
    if index < 26 { letter(index) } else { format!("{}{}", letter(index / 26 - 1), letter(index)) }
}

/// Positions that everything else in a cemetery follows.
pub struct Grid {
    /// Lines between columns of sectors, and both outer ones.
    pub us: Vec<f64>,
    /// Levels between bands of sectors, and both outer ones.
    pub vs: Vec<f64>,
    /// The band that lies on a terrace.
    pub terrace: Option<usize>,
}

impl Grid {
    /// Level at which band `j` begins (the terrace begins above its stair).
    pub fn low(&self, j: usize) -> f64 {
        self.vs[j] + if self.terrace == Some(j) { TERRACE_M } else { 0.0 }
    }
}

/// What a sector is filled with.
struct CellSpec {
    sector: u16,
    grave_type: GraveType,
    /// Whether one row of it is for children, urns or soldiers.
    mixed: bool,
    /// The alleys on both sides, where row paths end.
    ends: (f64, f64),
    /// Whether its row paths are paved.
    paved: bool,
}

impl Cemetery {
    /// Lays out a cemetery in its face and ties its gates to the streets around.
    pub fn plan(
        net: &mut Network,
        plan: &Plan,
        site: usize,
        face: usize,
        name: String,
        rng: &mut Rng,
    ) -> Self {
        let s = &plan.sites[site];
        let small = plan.scale.radius_m < 500.0;
        let (a, b) = s.front;
        let u = (b - a).unit();
        let v = s.inward;
        let bulge =
            s.ring.iter().map(|p| (*p - a).dot(v)).filter(|d| *d < (b - a).len() * 0.25).fold(0.0, f64::max);
        let back = s.ring.iter().map(|p| (*p - a).dot(v)).fold(0.0, f64::max);
        let margin = if small { 7.5 } else { 9.5 };
        let front_v = bulge + margin + 1.5;
        let mut yard = Self {
            site_use: s.site_use,
            name,
            origin: a.lerp(b, 0.5) + v * front_v,
            u,
            v,
            half_w: (b - a).len() / 2.0 - margin,
            depth: back - front_v - margin,
            sectors: Vec::new(),
            slots: Vec::new(),
            alleys: Vec::new(),
            gates: Vec::new(),
            terrace_v: None,
            fenced: None,
            bands: 0,
            levels: (0.0, 0.0),
        };
        let grid = yard.grid(small);
        yard.bands = grid.vs.len() - 1;
        yard.levels = (grid.vs[0], grid.vs[yard.bands]);
        yard.terrace_v = grid.terrace.map(|j| grid.vs[j]);
        yard.fill_sectors(&grid, small, rng);
        yard.draw_alleys(&grid, rng);
        yard.open_gates(net, face, &grid);
        yard
    }

    /// Place on the sheet.
    pub fn at(&self, u: f64, v: f64) -> Pt {
        self.origin + self.u * u + self.v * v
    }

    /// A rectangle on the sheet, counter-clockwise.
    pub fn area(&self, [u0, v0, u1, v1]: [f64; 4]) -> Vec<Pt> {
        vec![self.at(u0, v0), self.at(u1, v0), self.at(u1, v1), self.at(u0, v1)]
    }

    /// The outline of a plot.
    pub fn plot(&self, slot: &Slot) -> [Pt; 4] {
        rect(self.at(slot.u, slot.v), self.u, f64::from(slot.width_m), f64::from(slot.length_m))
    }

    fn grid(&self, small: bool) -> Grid {
        let cell = if small { 24.0 } else { 47.0 };
        let (yard_m, strip_m) = if small { (11.0, 12.5) } else { (18.0, 15.0) };
        let side = self.half_w - 3.2;
        let columns = (side / cell).round().max(1.0) as i64;
        let us = (-columns..=columns).map(|k| side * k as f64 / columns as f64).collect();
        let deep = self.depth - yard_m - strip_m;
        let parish = self.site_use == SiteUse::Parish;
        let bands = (deep / cell).round().max(if parish { 2.0 } else { 1.0 }) as usize;
        let vs = (0..=bands).map(|k| yard_m + deep * k as f64 / bands as f64).collect();
        Grid { us, vs, terrace: parish.then(|| bands - 1) }
    }

    fn fill_sectors(&mut self, grid: &Grid, small: bool, rng: &mut Rng) {
        let (columns, bands) = (grid.us.len() - 1, grid.vs.len() - 1);
        let half = columns / 2;
        let roomy = columns * bands >= 8;
        for j in 0..bands {
            for i in 0..columns {
                let inset = |k: usize| if k == half { 3.6 } else { 1.7 };
                let strip = if j == 0 && !small && (i + 1 == half || i == half) { 3.2 } else { 0.0 };
                let (left, right) =
                    (if i == half { strip } else { 0.0 }, if i + 1 == half { strip } else { 0.0 });
                let cell = [
                    grid.us[i] + inset(i) + left,
                    grid.low(j) + 1.9,
                    grid.us[i + 1] - inset(i + 1) - right,
                    grid.vs[j + 1] - 1.9,
                ];
                let grave_type = match (i, j) {
                    (0, 0) if roomy => GraveType::Child,
                    (i, 0) if roomy && i + 1 == columns => GraveType::Urn,
                    (0, j) if roomy && j + 1 == bands => GraveType::War,
                    _ => GraveType::Earth,
                };
                let index = self.sectors.len();
                self.sectors.push(Sector { name: sector_name(self.site_use, index), area: cell });
                let spec = CellSpec {
                    sector: index as u16,
                    grave_type,
                    mixed: !roomy && index < 3,
                    ends: (grid.us[i], grid.us[i + 1]),
                    paved: i == half && j == 0,
                };
                self.fill_cell(&spec, cell, rng);
            }
        }
        if !small && half >= 1 {
            self.tombs(grid, half);
        }
        if self.site_use == SiteUse::Municipal {
            self.fence_off(grid);
        }
    }

    /// Rows in pairs, with a row path between the two rows of a pair.
    fn fill_cell(&mut self, spec: &CellSpec, [u0, v0, u1, v1]: [f64; 4], rng: &mut Rng) {
        let CellSpec { sector, grave_type, mixed, ends, paved } = *spec;
        let (width, long) = match grave_type {
            GraveType::Child => (0.8, 1.4),
            GraveType::Urn => (0.8, 0.8),
            GraveType::War => (0.9, 2.0),
            _ => (1.1, 2.3),
        };
        let (path_m, gap_m) = (1.8, 0.5);
        let unit = 2.0 * long + path_m + gap_m;
        let pairs = ((v1 - v0 + gap_m) / unit).floor().max(1.0) as usize;
        let spread = ((v1 - v0 + gap_m) - unit * pairs as f64).max(0.0) / pairs as f64;
        const SURFACES: [Option<&str>; 6] = [
            Some("fine_gravel"),
            Some("gravel"),
            Some("compacted"),
            Some("grass"),
            Some("paving_stones"),
            None,
        ];
        let drawn = SURFACES[rng.weighted([4.0, 2.0, 3.0, 1.5, 2.5, 0.4].into_iter())];
        // The sector beside the gate, where the fixed people lie, is paved for everybody.
        let usual = if paved { Some("paving_stones") } else { drawn };
        let mut row = 0;
        for k in 0..pairs {
            let v = v0 + (unit + spread) * k as f64;
            let path_v = v + long + path_m / 2.0;
            for (grave_v, last) in [(v + long / 2.0, false), (v + long + path_m + long / 2.0, true)] {
                row += 1;
                // In a small cemetery children and urns have a row rather than a sector of their own.
                let row_type = match (mixed, sector, k + 1 == pairs && last) {
                    (true, 0, true) => GraveType::Child,
                    (true, 1, true) => GraveType::Urn,
                    (true, 2, true) => GraveType::War,
                    _ => grave_type,
                };
                self.fill_row((sector, row), (u0, u1), grave_v, (width, long), row_type, rng);
            }
            let surface = if paved || rng.chance(0.9) { usual } else { SURFACES[rng.below(6)] };
            self.alleys.push(Alley {
                line: vec![(ends.0, path_v), (ends.1, path_v)],
                name: None,
                surface,
                width_m: 1.2,
                steps: None,
                main: false,
            });
        }
    }

    fn fill_row(
        &mut self,
        (sector, row): (u16, u16),
        (u0, u1): (f64, f64),
        v: f64,
        (width, long): (f64, f64),
        grave_type: GraveType,
        rng: &mut Rng,
    ) {
        let gap = if grave_type == GraveType::Urn { 0.35 } else { 0.45 };
        let mut u = u0;
        let mut number = 0;
        let mut suffix = false;
        loop {
            let family = grave_type == GraveType::Earth && rng.chance(0.2);
            let w = if family { 2.3 } else { width };
            if u + w > u1 {
                break;
            }
            // A grave dug later between two others takes the number before it with an "a".
            suffix = !suffix && number > 2 && rng.chance(0.012);
            if !suffix {
                number += 1;
            }
            let slot_type = if family { GraveType::Masonry } else { grave_type };
            let (wide, deep) = match slot_type {
                GraveType::Child => (0.7, 1.3),
                GraveType::Urn => (0.7, 0.7),
                _ => (w, long),
            };
            self.slots.push(Slot {
                sector,
                row,
                number,
                suffix,
                u: u + w / 2.0,
                v,
                width_m: wide as f32,
                length_m: deep as f32,
                grave_type: slot_type,
                keep: matches!(slot_type, GraveType::Child | GraveType::Urn | GraveType::War) && number < 4,
            });
            u += w + gap;
        }
    }

    /// Strips of tombs and of the meritorious on both sides of the first stretch of the main alley.
    fn tombs(&mut self, grid: &Grid, half: usize) {
        for (side, name) in [(-1.0, "Grobowce"), (1.0, "Zasłużeni")] {
            let u = grid.us[half] + side * 4.7;
            let (v0, v1) = (grid.vs[0] + 2.2, grid.vs[1] - 2.2);
            let sector = self.sectors.len() as u16;
            self.sectors.push(Sector { name: name.to_owned(), area: [u - 1.6, v0, u + 1.6, v1] });
            let pitch = 3.4;
            let count = ((v1 - v0) / pitch).floor() as u16;
            for k in 0..count {
                self.slots.push(Slot {
                    sector,
                    row: 1,
                    number: k + 1,
                    suffix: false,
                    u,
                    v: v0 + pitch * (f64::from(k) + 0.5),
                    width_m: 2.6,
                    length_m: 2.8,
                    grave_type: if side < 0.0 { GraveType::Tomb } else { GraveType::Masonry },
                    keep: true,
                });
            }
        }
    }

    /// A few graves behind a fence without a gate, in the strip along the back wall.
    fn fence_off(&mut self, grid: &Grid) {
        let u0 = grid.us[grid.us.len() - 1] - 13.0;
        let v0 = grid.vs[grid.vs.len() - 1] + 5.0;
        let area = [u0, v0, u0 + 11.4, v0 + 4.6];
        self.fenced = Some(area);
        let sector = self.sectors.len() as u16;
        self.sectors.push(Sector { name: "KZ".to_owned(), area });
        for k in 0..6 {
            self.slots.push(Slot {
                sector,
                row: 1,
                number: k + 1,
                suffix: false,
                u: u0 + 1.7 + 1.6 * f64::from(k),
                v: v0 + 2.3,
                width_m: 1.1,
                length_m: 2.3,
                grave_type: GraveType::Earth,
                keep: true,
            });
        }
    }
}
