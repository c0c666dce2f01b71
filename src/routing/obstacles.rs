//! What a straight leg off the paths must not cross: barriers, cemetery boundaries, outlines of buildings.
//!
//! Open gates are the exception: within [`GATE_REACH_M`] of one, a barrier or boundary may be crossed.
//! A building that holds the leg's own end does not count (a chapel of rest, a columbarium).

use geo::line_intersection::{LineIntersection, line_intersection};
use geo::{Contains, Distance, Euclidean};
use geo_types::{Coord, Line, LineString, MultiPolygon, Point};
use rstar::{AABB, RTree, RTreeObject};

use super::landing::box_of;
use super::measure::{Plane, is_place};
use super::model::{BarrierInput, BuildingInput, CemeteryInput};

/// How near to an open gate a barrier may be crossed.
const GATE_REACH_M: f64 = 1.5;
/// Nearer than this is the same place: drawn walls and paths are no better than that.
const TOUCH_M: f64 = 0.05;

/// What stands in the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stand {
    /// A wall, fence or hedge.
    Barrier,
    /// The boundary of the cemetery with this index.
    Boundary(usize),
    /// The outline of the building with this index.
    Building(usize),
}

#[derive(Debug, Clone, Copy)]
struct Piece {
    stand: Stand,
    a: Coord<f64>,
    b: Coord<f64>,
}

impl RTreeObject for Piece {
    type Envelope = AABB<[f64; 2]>;

    fn envelope(&self) -> Self::Envelope {
        AABB::from_corners([self.a.x, self.a.y], [self.b.x, self.b.y])
    }
}

/// All obstacles of a network.
#[derive(Debug)]
pub(super) struct Obstacles {
    pieces: RTree<Piece>,
    buildings: Vec<MultiPolygon<f64>>,
    open_gates: Vec<Coord<f64>>,
}

/// Which boundaries count for a leg.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Boundaries {
    /// Those of every cemetery.
    All,
    /// That of one cemetery, which both ends are in.
    Only(usize),
}

impl Obstacles {
    pub(super) fn new(
        barriers: &[BarrierInput],
        cemeteries: &[CemeteryInput],
        buildings: Vec<BuildingInput>,
        open_gates: Vec<Coord<f64>>,
    ) -> Self {
        let buildings: Vec<_> = buildings.into_iter().map(|building| building.area).collect();
        let mut pieces = Vec::new();
        for barrier in barriers {
            add_line(&mut pieces, Stand::Barrier, &barrier.line);
        }
        for (index, cemetery) in cemeteries.iter().enumerate() {
            add_area(&mut pieces, Stand::Boundary(index), &cemetery.area);
        }
        for (index, area) in buildings.iter().enumerate() {
            add_area(&mut pieces, Stand::Building(index), area);
        }
        Self { pieces: RTree::bulk_load(pieces), buildings, open_gates }
    }

    /// Whether a leg from `from` (a point of the network or of a walker) to `to` is blocked.
    pub(super) fn block(&self, from: Coord<f64>, to: Coord<f64>, boundaries: Boundaries) -> bool {
        let plane = Plane::at(to);
        let Some(leg) = Leg::between(plane.to_m(from), plane.to_m(to)) else { return false };
        self.pieces_between(from, to).any(|piece| {
            if !self.counts(piece.stand, from, to, boundaries) {
                return false;
            }
            let wall = Line::new(plane.to_m(piece.a), plane.to_m(piece.b));
            let touches = piece.stand == Stand::Barrier && leg.starts_on(wall);
            let place = if touches { Some(leg.start) } else { leg.crossing(wall) };
            place.is_some_and(|place| {
                matches!(piece.stand, Stand::Building(_)) || !self.at_open_gate(&plane, place)
            })
        })
    }

    fn counts(&self, stand: Stand, from: Coord<f64>, to: Coord<f64>, boundaries: Boundaries) -> bool {
        match stand {
            Stand::Barrier => true,
            Stand::Boundary(index) => match boundaries {
                Boundaries::All => true,
                Boundaries::Only(only) => only == index,
            },
            Stand::Building(index) => {
                let area = &self.buildings[index];
                !area.contains(&Point::from(to)) && !area.contains(&Point::from(from))
            }
        }
    }

    fn at_open_gate(&self, plane: &Plane, place_m: Coord<f64>) -> bool {
        self.open_gates.iter().any(|gate| {
            let gate_m = plane.to_m(*gate);
            (gate_m.x - place_m.x).hypot(gate_m.y - place_m.y) <= GATE_REACH_M
        })
    }

    fn pieces_between(&self, from: Coord<f64>, to: Coord<f64>) -> impl Iterator<Item = &Piece> {
        let margin = Plane::at(to).reach_deg(TOUCH_M);
        self.pieces.locate_in_envelope_intersecting(box_of(from, to, margin))
    }

    /// Whether a place lies on the boundary of a cemetery.
    pub(super) fn on_boundary(&self, cemetery: usize, at: Coord<f64>) -> bool {
        let plane = Plane::at(at);
        self.pieces_between(at, at)
            .filter(|piece| piece.stand == Stand::Boundary(cemetery))
            .any(|piece| plane.nearest_on(piece.a, piece.b).distance_m <= TOUCH_M)
    }
}

/// A leg in metres, and the same without its very ends, which may lie on a wall.
struct Leg {
    start: Coord<f64>,
    inner: Line<f64>,
}

impl Leg {
    /// `None` when it is too short to cross anything.
    fn between(start: Coord<f64>, end: Coord<f64>) -> Option<Self> {
        let length_m = (end.x - start.x).hypot(end.y - start.y);
        if length_m <= 2.0 * TOUCH_M {
            return None;
        }
        let at = |along_m: f64| Coord {
            x: start.x + (end.x - start.x) * along_m / length_m,
            y: start.y + (end.y - start.y) * along_m / length_m,
        };
        Some(Self { start, inner: Line::new(at(TOUCH_M), at(length_m - TOUCH_M)) })
    }

    fn starts_on(&self, wall: Line<f64>) -> bool {
        Euclidean.distance(&Point::from(self.start), &wall) < TOUCH_M
    }

    fn crossing(&self, wall: Line<f64>) -> Option<Coord<f64>> {
        match line_intersection(self.inner, wall)? {
            LineIntersection::SinglePoint { intersection, .. } => Some(intersection),
            LineIntersection::Collinear { intersection } => Some(intersection.start),
        }
    }
}

fn add_area(pieces: &mut Vec<Piece>, stand: Stand, area: &MultiPolygon<f64>) {
    for polygon in &area.0 {
        add_line(pieces, stand, polygon.exterior());
        polygon.interiors().iter().for_each(|ring| add_line(pieces, stand, ring));
    }
}

fn add_line(pieces: &mut Vec<Piece>, stand: Stand, line: &LineString<f64>) {
    for pair in line.0.windows(2) {
        if is_place(pair[0]) && is_place(pair[1]) {
            pieces.push(Piece { stand, a: pair[0], b: pair[1] });
        }
    }
}
