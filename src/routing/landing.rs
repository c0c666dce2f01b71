//! Where one may leave the paths for a grave, or reach them from a given position.
//!
//! A straight leg must not cross a barrier, a building or a cemetery's boundary. For a grave in a cemetery
//! only that cemetery's paths count, up to [`GRAVE_LIMIT_M`] away; for a grave that lies in no known
//! cemetery any way counts, but only up to [`LONE_GRAVE_LIMIT_M`], for nothing says that the ground between
//! may be walked on.

use std::collections::HashMap;

use geo::Contains;
use geo_types::{Coord, Point};
use petgraph::graph::EdgeIndex;
use rstar::AABB;

use super::measure::{Plane, between, distance_m, length_m, point_along};
use super::model::{Profile, Target};
use super::network::{Edge, Network};
use super::obstacles::Boundaries;
use super::profile::{FORBIDDEN, cost_mm};
use super::refusal::{End, NoRoute};

/// A grave inside a cemetery is at most this far from a path.
pub const GRAVE_LIMIT_M: f64 = 60.0;
/// A grave in no known cemetery is at most this far from a way.
pub const LONE_GRAVE_LIMIT_M: f64 = 10.0;
/// A given position is at most this far from a path.
pub const POSITION_LIMIT_M: f64 = 300.0;
/// Paths this near to a given position are tried before farther ones.
pub const POSITION_NEAR_M: f64 = 50.0;
/// Without steps nobody crosses more ground than this only because the nearest path cannot be used.
const STEP_FREE_LEG_LIMIT_M: f64 = 15.0;
/// Landings that are kept.
const LANDINGS: usize = 8;
/// Edges that are looked at, nearest first.
const EDGES_TRIED: usize = 64;
/// Where the nearest point is blocked, points this far on either side are tried.
const ASIDE_M: f64 = 1.0;

/// A landing this near to a vertex is the vertex, so that no path is entered for a hand's breadth.
const VERTEX_REACH_M: f64 = 0.1;

/// A point of an edge from which a clear leg leads to the place asked about.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Landing {
    pub(super) edge: EdgeIndex,
    /// Distance from the beginning of the edge's line.
    pub(super) along_m: f64,
    pub(super) at: Coord<f64>,
    pub(super) leg_m: f64,
}

/// Which landings count for a place.
struct Rule<'a> {
    place: Coord<f64>,
    limit_m: f64,
    boundaries: Boundaries,
    wanted: Box<dyn Fn(&Edge) -> bool + 'a>,
}

/// What was found around a place.
struct Around {
    clear: Vec<Landing>,
    nearest_blocked_m: Option<f64>,
}

impl Network {
    /// The landings for a grave, nearest first, in groups: an earlier group is to be preferred as long as it
    /// can be reached at all. The first group holds the nearest landing and those hardly farther.
    pub(super) fn grave_landings(
        &self,
        target: &Target,
        profile: Profile,
    ) -> Result<Vec<Vec<Landing>>, NoRoute> {
        let place = target.point.0;
        let cemetery = self.cemetery_of(target);
        let (limit_m, boundaries) = match cemetery {
            Some(index) => (GRAVE_LIMIT_M, Boundaries::Only(index)),
            None => (LONE_GRAVE_LIMIT_M, Boundaries::All),
        };
        let wanted = |edge: &Edge| match cemetery {
            Some(index) => edge.cemetery == Some(index) || edge.boundary_of == Some(index),
            None => true,
        };
        let around = self.landings(&Rule { place, limit_m, boundaries, wanted: Box::new(wanted) });
        let Some(nearest_m) = around.clear.first().map(|landing| landing.leg_m) else {
            return Err(match around.nearest_blocked_m {
                Some(nearest_m) => NoRoute::WallBetween { end: End::Grave, nearest_m },
                None => NoRoute::NoPathNearGrave {
                    nearest_m: self.nearest_m(place, wanted),
                    limit_m,
                    in_cemetery: cemetery.is_some(),
                },
            });
        };
        let window_m = (nearest_m * 1.5).max(nearest_m + 2.0);
        let last_m = match profile {
            Profile::Walk => limit_m,
            Profile::StepFree => STEP_FREE_LEG_LIMIT_M.max(window_m),
        };
        let near_enough = around.clear.into_iter().filter(|landing| landing.leg_m <= last_m);
        let (first, rest): (Vec<_>, Vec<_>) = near_enough.partition(|landing| landing.leg_m <= window_m);
        Ok(vec![first, rest])
    }

    /// The landings for a given position, nearest first.
    pub(super) fn position_landings(
        &self,
        place: Coord<f64>,
        profile: Profile,
        limit_m: f64,
    ) -> Result<Vec<Landing>, NoRoute> {
        let wanted = |edge: &Edge| self.cost_mm(edge, profile) != FORBIDDEN;
        let around =
            self.landings(&Rule { place, limit_m, boundaries: Boundaries::All, wanted: Box::new(wanted) });
        match around.nearest_blocked_m {
            _ if !around.clear.is_empty() => Ok(around.clear),
            Some(nearest_m) => Err(NoRoute::WallBetween { end: End::Start, nearest_m }),
            None => Err(NoRoute::PositionTooFar { nearest_m: self.nearest_m(place, wanted), limit_m }),
        }
    }

    /// The cemetery of a grave, if its ground or at least its paths are known. A grave registered in a
    /// cemetery but drawn outside of its ground counts as lying in none.
    pub(super) fn cemetery_of(&self, target: &Target) -> Option<usize> {
        let place = target.point.0;
        let holds = |index: &usize| self.on_ground(*index, place);
        match target.cemetery.and_then(|id| self.cemetery_index(id)) {
            Some(index) if self.cemeteries[index].area.0.is_empty() => {
                self.graph.edge_weights().any(|edge| edge.cemetery == Some(index)).then_some(index)
            }
            Some(index) => Some(index).filter(holds),
            None => (0..self.cemeteries.len()).find(holds),
        }
    }

    fn on_ground(&self, cemetery: usize, place: Coord<f64>) -> bool {
        self.cemeteries[cemetery].area.contains(&Point::from(place))
            || self.obstacles.on_boundary(cemetery, place)
    }

    /// Cost of an edge for a profile.
    pub(super) fn cost_mm(&self, edge: &Edge, profile: Profile) -> u32 {
        let path = self.path_of(edge);
        cost_mm(profile, path.class, path.step_free, edge.length_m)
    }

    fn landings(&self, rule: &Rule) -> Around {
        let mut around = Around { clear: Vec::new(), nearest_blocked_m: None };
        for landing in self.nearest_points(rule).into_iter().take(EDGES_TRIED) {
            match self.clear_landing(landing, rule) {
                Some(clear) => around.clear.push(clear),
                None => {
                    around.nearest_blocked_m.get_or_insert(landing.leg_m);
                }
            }
            if around.clear.len() == LANDINGS {
                break;
            }
        }
        around.clear.sort_by(|one, other| one.leg_m.total_cmp(&other.leg_m));
        around
    }

    /// The nearest point of each wanted edge within the limit, nearest first.
    fn nearest_points(&self, rule: &Rule) -> Vec<Landing> {
        let plane = Plane::at(rule.place);
        let mut nearest: HashMap<EdgeIndex, (f64, usize, f64)> = HashMap::new();
        for segment in self.segments_near(rule.place, rule.limit_m) {
            if !(rule.wanted)(&self.graph[segment.edge]) {
                continue;
            }
            let found = plane.nearest_on(segment.a, segment.b);
            let best = nearest.entry(segment.edge).or_insert((f64::INFINITY, 0, 0.0));
            if found.distance_m < best.0 {
                *best = (found.distance_m, segment.first, found.fraction);
            }
        }
        let mut points: Vec<Landing> = nearest
            .into_iter()
            .filter(|(_, (leg_m, ..))| *leg_m <= rule.limit_m)
            .map(|(edge, (_, first, fraction))| self.landing_at(edge, first, fraction, rule.place))
            .collect();
        points.sort_by(|one, other| one.leg_m.total_cmp(&other.leg_m).then(one.edge.cmp(&other.edge)));
        points
    }

    fn landing_at(&self, edge: EdgeIndex, first: usize, fraction: f64, place: Coord<f64>) -> Landing {
        let line = &self.graph[edge].line;
        let (a, b) = (line[first], line[first + 1]);
        let at = between(a, b, fraction);
        let whole_m = self.graph[edge].length_m;
        let along_m = length_m(&line[..=first]) + distance_m(a, at);
        let (along_m, at) = match along_m {
            near if near < VERTEX_REACH_M => (0.0, line[0]),
            near if near > whole_m - VERTEX_REACH_M => (whole_m, line[line.len() - 1]),
            within => (within, at),
        };
        Landing { edge, along_m, at, leg_m: distance_m(at, place) }
    }

    /// The landing itself if its leg is clear, else one a step aside whose leg is.
    fn clear_landing(&self, landing: Landing, rule: &Rule) -> Option<Landing> {
        let is_clear = |at: Coord<f64>| !self.obstacles.block(at, rule.place, rule.boundaries);
        if is_clear(landing.at) {
            return Some(landing);
        }
        let edge = &self.graph[landing.edge];
        [-ASIDE_M, ASIDE_M].into_iter().find_map(|aside_m| {
            let along_m = (landing.along_m + aside_m).clamp(0.0, edge.length_m);
            let at = point_along(&edge.line, along_m)?;
            let leg_m = distance_m(at, rule.place);
            (leg_m <= rule.limit_m && is_clear(at)).then_some(Landing {
                edge: landing.edge,
                along_m,
                at,
                leg_m,
            })
        })
    }
}

/// The box of two places, in degrees.
pub(super) fn box_of(a: Coord<f64>, b: Coord<f64>, margin: Coord<f64>) -> AABB<[f64; 2]> {
    AABB::from_corners(
        [a.x.min(b.x) - margin.x, a.y.min(b.y) - margin.y],
        [a.x.max(b.x) + margin.x, a.y.max(b.y) + margin.y],
    )
}
