//! The ways of a cemetery: alleys that meet every row path, the stair to the terrace, gates with their
//! ways to the street, and the walls between the gates.

use super::cemetery::{Alley, Cemetery, Gate, Grid, TERRACE_M};
use super::network::Network;
use super::plan::SiteUse;
use super::plane::Pt;
use super::rng::Rng;

impl Cemetery {
    /// Draws the alleys, once the row paths are known.
    pub fn draw_alleys(&mut self, grid: &Grid, rng: &mut Rng) {
        let (columns, bands) = (grid.us.len() - 1, grid.vs.len() - 1);
        let half = columns / 2;
        // Levels at which something meets each line between two columns of sectors.
        let mut meets: Vec<Vec<f64>> = vec![Vec::new(); columns + 1];
        for alley in &self.alleys {
            for (u, v) in [alley.line[0], alley.line[1]] {
                if let Some(k) = grid.us.iter().position(|x| *x == u) {
                    meets[k].push(v);
                }
            }
        }
        let middle_names =
            ["Aleja Główna", "Aleja Lipowa", "Aleja Klonowa", "Aleja Brzozowa", "Aleja Dębowa"];
        for (k, u) in grid.us.iter().enumerate() {
            let mut levels = meets[k].clone();
            for j in 0..=bands {
                levels.push(grid.vs[j]);
                if grid.terrace == Some(j) {
                    levels.push(grid.low(j));
                }
            }
            if k == half {
                levels.push(0.0);
                // A back gate would open the terrace to those who cannot climb steps.
                if grid.terrace.is_none() {
                    levels.push(self.depth);
                }
            }
            levels.sort_by(f64::total_cmp);
            levels.dedup();
            let name = if k == half {
                Some(middle_names[0])
            } else if k == 0 || k == columns {
                None
            } else {
                middle_names.get(1 + (k * 2) % 4).copied().filter(|_| k + 1 == half || k == half + 1)
            };
            let surface = if k == half {
                Some("asphalt")
            } else {
                [Some("paving_stones"), Some("compacted"), Some("asphalt")][rng.below(3)]
            };
            let alley = Alley {
                line: Vec::new(),
                name,
                surface,
                width_m: if k == half { 3.6 } else { 2.0 },
                steps: None,
                main: k == half,
            };
            let split = self.terrace_v.unwrap_or(f64::INFINITY);
            let (low, high): (Vec<f64>, Vec<f64>) = levels.iter().partition(|v| **v <= split);
            for part in [low, high.clone()] {
                if part.len() > 1 {
                    self.alleys
                        .push(Alley { line: part.iter().map(|v| (*u, *v)).collect(), ..alley.clone() });
                }
            }
            if k == half && !high.is_empty() {
                let stair = vec![(*u, split), (*u, split + TERRACE_M)];
                self.alleys.push(Alley {
                    line: stair,
                    name: Some("Schody na Górny Taras"),
                    surface: Some("concrete"),
                    width_m: 2.4,
                    steps: Some(9),
                    main: false,
                });
            }
        }
        self.cross_alleys(grid, rng);
    }

    fn cross_alleys(&mut self, grid: &Grid, rng: &mut Rng) {
        let names = [
            "Aleja Świętego Józefa",
            "Aleja Zasłużonych",
            "Aleja Kasztanowa",
            "Aleja Cicha",
            "Aleja Jesionowa",
            "Aleja Sosnowa",
            "Aleja Modrzewiowa",
        ];
        let bands = grid.vs.len() - 1;
        let mut unknown_left = 1;
        for j in 0..=bands {
            let mut levels = vec![grid.vs[j]];
            if grid.terrace == Some(j) {
                levels.push(grid.low(j));
            }
            for v in levels {
                let mut line: Vec<(f64, f64)> = grid.us.iter().map(|u| (*u, v)).collect();
                if j == side_gate_band(bands) && v == grid.vs[j] {
                    line.insert(0, (-self.half_w, v));
                }
                if grid.terrace.is_some() && j == 1 && v == grid.vs[j] {
                    line.push((self.half_w, v));
                }
                let upper = grid.terrace == Some(j) && v > grid.vs[j];
                let name = if upper { "Aleja Górna" } else { names[j % names.len()] };
                let mut surface =
                    [Some("asphalt"), Some("paving_stones"), Some("compacted"), Some("fine_gravel")]
                        [rng.below(4)];
                if unknown_left > 0 && j == bands {
                    unknown_left -= 1;
                    surface = None;
                }
                self.alleys.push(Alley {
                    line,
                    name: Some(name),
                    surface,
                    width_m: 2.4,
                    steps: None,
                    main: false,
                });
            }
        }
    }

    /// Opens the gates and leads a way from each to the street.
    pub fn open_gates(&mut self, net: &mut Network, face: usize, grid: &Grid) {
        let bands = grid.vs.len() - 1;
        let side = (-self.half_w, grid.vs[side_gate_band(bands)]);
        let mut gates = vec![
            ("Brama Główna", (0.0, 0.0), (0.0, -1.0), 4.0, false, true),
            ("Furtka Boczna", side, (-1.0, 0.0), 1.4, false, false),
        ];
        if grid.terrace.is_some() {
            gates.push(("Brama Zamknięta", (self.half_w, grid.vs[1]), (1.0, 0.0), 3.0, true, false));
        } else {
            gates.push(("Brama Tylna", (0.0, self.depth), (0.0, 1.0), 3.0, true, false));
        }
        if self.site_use == SiteUse::Municipal {
            gates.push(("Furtka Północna", (-self.half_w * 0.55, self.depth), (0.0, 0.0), 1.2, false, false));
        }
        for (name, at, out_dir, width_m, locked, main) in gates {
            let here = self.at(at.0, at.1);
            let dir = self.u * out_dir.0 + self.v * out_dir.1;
            let mut access = Vec::new();
            if dir.len() > 0.5
                && let Some(node) = net.node_on_ray(face, here, dir, 2.0)
            {
                net.join(node);
                access = vec![here, net.nodes[node as usize]];
            }
            self.gates.push(Gate { name, at, width_m, locked, main, access });
        }
    }

    /// Pieces of the outer wall between the gates: which side (0 front, then counter-clockwise) and the line.
    pub fn walls(&self) -> Vec<(usize, Vec<Pt>)> {
        let corners =
            [(-self.half_w, 0.0), (self.half_w, 0.0), (self.half_w, self.depth), (-self.half_w, self.depth)];
        let mut out = Vec::new();
        for k in 0..4 {
            let (a, b) = (corners[k], corners[(k + 1) % 4]);
            let long = ((b.0 - a.0).powi(2) + (b.1 - a.1).powi(2)).sqrt();
            let dir = ((b.0 - a.0) / long, (b.1 - a.1) / long);
            let mut gaps: Vec<(f64, f64)> = self
                .gates
                .iter()
                .filter_map(|g| {
                    let d = (g.at.0 - a.0, g.at.1 - a.1);
                    let (s, off) = (d.0 * dir.0 + d.1 * dir.1, d.0 * dir.1 - d.1 * dir.0);
                    (off.abs() < 0.01 && s > 0.0 && s < long)
                        .then_some((s - g.width_m / 2.0, s + g.width_m / 2.0))
                })
                .collect();
            gaps.sort_by(|x, y| x.0.total_cmp(&y.0));
            let mut from = 0.0;
            for (start, end) in gaps.into_iter().chain([(long, long)]) {
                let p = |s: f64| self.at(a.0 + dir.0 * s, a.1 + dir.1 * s);
                out.push((k, vec![p(from), p(start)]));
                from = end;
            }
        }
        out
    }
}

/// The cross alley that leads to the side gate.
fn side_gate_band(bands: usize) -> usize {
    (bands / 2).min(bands.saturating_sub(1))
}
