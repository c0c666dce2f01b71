//! From loose lines to areas.
//!
//! Roles are not believed, as mappers often get them wrong: the segments themselves decide. A segment
//! that comes twice (a spike, or a border that two inner rings share) cancels out; the others are
//! strung to rings, and how deep a ring lies within others says whether it is land or hole. All of it
//! is exact, in whole numbers. A ring that does not close is an error: nothing is ever invented.

use std::collections::HashMap;

use geo_types::{Coord, LineString, MultiPolygon, Polygon};

use super::store::Position;
use super::validity::{self, Budget};

/// Why lines do not make an area.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AreaFault {
    /// Some line ends where no other goes on.
    Open,
    /// Rings cross or overlap, or nothing is left.
    Invalid,
    /// More crossings to check than is sensible.
    TooComplex,
}

/// A ring without its closing repetition.
pub(super) type Ring = Vec<Position>;

type Segment = (Position, Position);

/// Puts lines together to an area.
pub(super) fn assemble<'a>(
    lines: impl Iterator<Item = &'a [Position]>,
) -> Result<MultiPolygon<f64>, AreaFault> {
    let segments = odd_segments(lines);
    if segments.is_empty() {
        return Err(AreaFault::Invalid);
    }
    let mut rings = string_together(&segments)?;
    let mut budget = Budget::new();
    validity::check(&rings, &mut budget)?;
    rings.sort_by_cached_key(|ring| std::cmp::Reverse(validity::doubled_area(ring).unsigned_abs()));
    let depths = nest(&rings, &mut budget)?;
    Ok(build(&rings, &depths))
}

/// All segments that occur an odd number of times, each once, smaller end first.
fn odd_segments<'a>(lines: impl Iterator<Item = &'a [Position]>) -> Vec<Segment> {
    let mut all: Vec<Segment> = lines
        .flat_map(|line| line.windows(2))
        .filter_map(|pair| match *pair {
            [from, to] if from < to => Some((from, to)),
            [from, to] if to < from => Some((to, from)),
            _ => None,
        })
        .collect();
    all.sort_unstable();
    all.chunk_by(|a, b| a == b).filter(|same| same.len() % 2 == 1).map(|same| same[0]).collect()
}

/// Walks along the segments until each is used, and cuts the walk wherever it comes back to a point.
fn string_together(segments: &[Segment]) -> Result<Vec<Ring>, AreaFault> {
    let mut net = Net::new(segments);
    if net.has_loose_ends() {
        return Err(AreaFault::Open);
    }
    let mut rings = Vec::new();
    for (number, &(start, second)) in segments.iter().enumerate() {
        if !net.use_up(number) {
            continue;
        }
        let mut walk = vec![start, second];
        let mut at = second;
        while at != start {
            // Every point has an even number of segments, so there is always a way on.
            let next = net.next_from(at).ok_or(AreaFault::Open)?;
            walk.push(next);
            at = next;
        }
        walk.pop();
        cut_loops(walk, &mut rings);
    }
    Ok(rings)
}

/// The segments by their ends.
struct Net<'s> {
    segments: &'s [Segment],
    used: Vec<bool>,
    /// End point and segment, sorted.
    ends: Vec<(Position, usize)>,
    /// By the place of a point's first end in `ends`: how many of its ends need not be looked at again.
    passed: Vec<usize>,
}

impl<'s> Net<'s> {
    fn new(segments: &'s [Segment]) -> Self {
        let both = |(number, &(a, b)): (usize, &Segment)| [(a, number), (b, number)];
        let mut ends: Vec<_> = segments.iter().enumerate().flat_map(both).collect();
        ends.sort_unstable();
        Self { segments, used: vec![false; segments.len()], passed: vec![0; ends.len()], ends }
    }

    fn has_loose_ends(&self) -> bool {
        self.ends.chunk_by(|a, b| a.0 == b.0).any(|same| same.len() % 2 == 1)
    }

    fn use_up(&mut self, number: usize) -> bool {
        !std::mem::replace(&mut self.used[number], true)
    }

    /// Takes an unused segment at a point and gives its other end.
    fn next_from(&mut self, at: Position) -> Option<Position> {
        let first = self.ends.partition_point(|(point, _)| *point < at);
        loop {
            let &(point, number) = self.ends.get(first + *self.passed.get(first)?)?;
            if point != at {
                return None;
            }
            self.passed[first] += 1;
            if self.use_up(number) {
                let (a, b) = self.segments[number];
                return Some(if a == at { b } else { a });
            }
        }
    }
}

/// Cuts a closed walk into rings that visit each point once.
fn cut_loops(walk: Vec<Position>, rings: &mut Vec<Ring>) {
    let mut places: HashMap<Position, usize> = HashMap::with_capacity(walk.len());
    let mut open: Ring = Vec::with_capacity(walk.len());
    for point in walk {
        if let Some(&place) = places.get(&point) {
            let cut = open.split_off(place);
            for passed in &cut {
                places.remove(passed);
            }
            rings.push(cut);
        }
        places.insert(point, open.len());
        open.push(point);
    }
    rings.push(open);
}

/// For each ring (largest first) its depth and the ring right around it.
fn nest(rings: &[Ring], budget: &mut Budget) -> Result<Vec<(usize, Option<usize>)>, AreaFault> {
    let boxes: Vec<_> = rings.iter().map(|ring| validity::bounds(ring)).collect();
    let mut nested: Vec<(usize, Option<usize>)> = Vec::with_capacity(rings.len());
    for (number, ring) in rings.iter().enumerate() {
        let mut around = None;
        for other in 0..number {
            budget.spend(1)?;
            if boxes[other].covers(boxes[number]) && validity::lies_within(ring, &rings[other], budget)? {
                around = Some(other);
            }
        }
        nested.push((around.map_or(0, |other| nested[other].0 + 1), around));
    }
    Ok(nested)
}

fn build(rings: &[Ring], nested: &[(usize, Option<usize>)]) -> MultiPolygon<f64> {
    let mut holes: HashMap<usize, Vec<LineString<f64>>> = HashMap::new();
    for (ring, (depth, around)) in rings.iter().zip(nested) {
        if let (1, Some(around)) = (depth % 2, around) {
            holes.entry(*around).or_default().push(line(ring, false));
        }
    }
    let outer = nested.iter().enumerate().filter(|(_, (depth, _))| depth % 2 == 0);
    outer
        .map(|(number, _)| {
            Polygon::new(line(&rings[number], true), holes.remove(&number).unwrap_or_default())
        })
        .collect()
}

/// The closed line of a ring, turned as GeoJSON wants it: land to the left.
fn line(ring: &[Position], anticlockwise: bool) -> LineString<f64> {
    let mut coords: Vec<Coord<f64>> = ring.iter().map(|point| point.coord()).collect();
    if (validity::doubled_area(ring) > 0) != anticlockwise {
        coords.reverse();
    }
    coords.extend(coords.first().copied());
    LineString(coords)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(flat: &[(i32, i32)]) -> Vec<Position> {
        flat.iter().map(|&(lon_e7, lat_e7)| Position { lon_e7, lat_e7 }).collect()
    }

    fn area(lines: &[&[(i32, i32)]]) -> Result<MultiPolygon<f64>, AreaFault> {
        let lines: Vec<_> = lines.iter().map(|line| points(line)).collect();
        assemble(lines.iter().map(Vec::as_slice))
    }

    #[test]
    fn two_halves_make_one_ring_whichever_way_they_run() {
        let whole = area(&[&[(0, 0), (10, 0), (10, 10)], &[(0, 0), (0, 10), (10, 10)]]).unwrap();
        assert_eq!(whole.0.len(), 1);
        assert_eq!(whole.0[0].exterior().0.len(), 5);
        assert_eq!(whole.0[0].exterior().0[0], whole.0[0].exterior().0[4]);
    }

    #[test]
    fn a_gap_is_not_closed_by_force() {
        assert_eq!(area(&[&[(0, 0), (10, 0), (10, 10)], &[(0, 0), (0, 10), (9, 10)]]), Err(AreaFault::Open));
    }

    #[test]
    fn holes_and_islands_nest() {
        let square =
            |low: i32, high: i32| points(&[(low, low), (high, low), (high, high), (low, high), (low, low)]);
        let lines = [square(40, 60), square(0, 100), square(20, 80)];
        let whole = assemble(lines.iter().map(Vec::as_slice)).unwrap();
        assert_eq!(whole.0.len(), 2);
        assert_eq!(whole.0.iter().map(|polygon| polygon.interiors().len()).sum::<usize>(), 1);
    }

    #[test]
    fn holes_that_share_a_side_become_one() {
        let whole = area(&[
            &[(0, 0), (100, 0), (100, 100), (0, 100), (0, 0)],
            &[(10, 10), (50, 10), (50, 50), (10, 50), (10, 10)],
            &[(50, 10), (90, 10), (90, 50), (50, 50), (50, 10)],
        ])
        .unwrap();
        assert_eq!(whole.0.len(), 1);
        assert_eq!(whole.0[0].interiors().len(), 1);
        assert_eq!(whole.0[0].interiors()[0].0.len(), 7);
    }

    #[test]
    fn a_bow_tie_is_refused_and_a_figure_of_eight_on_a_shared_point_is_two() {
        assert_eq!(area(&[&[(0, 0), (10, 10), (10, 0), (0, 10), (0, 0)]]), Err(AreaFault::Invalid));
        let eight = area(&[&[(5, 5), (10, 0), (10, 10), (5, 5), (0, 0), (0, 10), (5, 5)]]).unwrap();
        assert_eq!(eight.0.len(), 2);
    }

    #[test]
    fn a_spike_falls_away_and_a_mere_line_is_nothing() {
        let whole = area(&[&[(0, 0), (10, 0), (20, 0), (10, 0), (10, 10), (0, 0)]]).unwrap();
        assert_eq!(whole.0[0].exterior().0.len(), 4);
        assert_eq!(area(&[&[(0, 0), (10, 0), (0, 0)]]), Err(AreaFault::Invalid));
    }

    #[test]
    fn overlapping_outers_are_refused() {
        let fault = area(&[
            &[(0, 0), (10, 0), (10, 10), (0, 10), (0, 0)],
            &[(5, 5), (15, 5), (15, 15), (5, 15), (5, 5)],
        ]);
        assert_eq!(fault, Err(AreaFault::Invalid));
    }
}
