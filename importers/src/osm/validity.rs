//! Whether rings make a valid area, decided exactly in whole numbers.
//!
//! Valid means: no ring crosses or touches itself, no two rings cross or overlap, and no two share
//! more than one point (else they would cut the land apart). The work is bounded by a [`Budget`], as
//! a hostile file could otherwise hold a comb of lines that takes for ever to check.

use std::collections::HashMap;

use super::rings::{AreaFault, Ring};
use super::store::Position;

/// Steps that one area may take; the largest real ones need a tenth.
const STEPS: u64 = 100_000_000;

/// Counts down the steps.
pub(super) struct Budget(u64);

impl Budget {
    pub(super) fn new() -> Self {
        Self(STEPS)
    }

    pub(super) fn spend(&mut self, steps: usize) -> Result<(), AreaFault> {
        self.0 = self.0.checked_sub(steps as u64).ok_or(AreaFault::TooComplex)?;
        Ok(())
    }
}

/// A box along the axes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Bounds {
    low: Position,
    high: Position,
}

impl Bounds {
    fn of_segment(a: Position, b: Position) -> Self {
        Self {
            low: Position { lon_e7: a.lon_e7.min(b.lon_e7), lat_e7: a.lat_e7.min(b.lat_e7) },
            high: Position { lon_e7: a.lon_e7.max(b.lon_e7), lat_e7: a.lat_e7.max(b.lat_e7) },
        }
    }

    fn join(self, other: Self) -> Self {
        Self {
            low: Self::of_segment(self.low, other.low).low,
            high: Self::of_segment(self.high, other.high).high,
        }
    }

    pub(super) fn covers(self, other: Self) -> bool {
        self.holds(other.low) && self.holds(other.high)
    }

    fn holds(self, point: Position) -> bool {
        (self.low.lon_e7..=self.high.lon_e7).contains(&point.lon_e7)
            && (self.low.lat_e7..=self.high.lat_e7).contains(&point.lat_e7)
    }

    fn meets_in_lat(self, other: Self) -> bool {
        self.low.lat_e7 <= other.high.lat_e7 && other.low.lat_e7 <= self.high.lat_e7
    }
}

pub(super) fn bounds(ring: &[Position]) -> Bounds {
    let nowhere = Position { lon_e7: 0, lat_e7: 0 };
    let first = ring.first().copied().unwrap_or(nowhere);
    ring.iter()
        .fold(Bounds::of_segment(first, first), |all, &point| all.join(Bounds::of_segment(point, point)))
}

/// Twice the signed area; above zero when the ring runs anticlockwise.
pub(super) fn doubled_area(ring: &[Position]) -> i128 {
    sides(ring)
        .map(|(a, b)| {
            i128::from(a.lon_e7) * i128::from(b.lat_e7) - i128::from(b.lon_e7) * i128::from(a.lat_e7)
        })
        .sum()
}

fn sides(ring: &[Position]) -> impl Iterator<Item = (Position, Position)> {
    ring.iter().copied().zip(ring.iter().copied().cycle().skip(1))
}

/// On which side of the line from `a` to `b` a point lies: above zero for the left.
fn side(a: Position, b: Position, point: Position) -> i128 {
    let step = |from: i32, to: i32| i128::from(to) - i128::from(from);
    step(a.lon_e7, b.lon_e7) * step(a.lat_e7, point.lat_e7)
        - step(a.lat_e7, b.lat_e7) * step(a.lon_e7, point.lon_e7)
}

#[derive(Clone, Copy)]
struct Side {
    a: Position,
    b: Position,
    bounds: Bounds,
    ring: usize,
}

impl Side {
    fn ends_at(&self, point: Position) -> bool {
        self.a == point || self.b == point
    }

    fn passes(&self, point: Position) -> bool {
        self.bounds.holds(point) && side(self.a, self.b, point) == 0
    }

    fn crosses(&self, other: &Self) -> bool {
        let apart = |one: i128, two: i128| (one > 0 && two < 0) || (one < 0 && two > 0);
        apart(side(self.a, self.b, other.a), side(self.a, self.b, other.b))
            && apart(side(other.a, other.b, self.a), side(other.a, other.b, self.b))
    }
}

/// Checks all sides of all rings against each other, from west to east.
pub(super) fn check(rings: &[Ring], budget: &mut Budget) -> Result<(), AreaFault> {
    let mut all: Vec<Side> = Vec::new();
    for (number, ring) in rings.iter().enumerate() {
        all.extend(sides(ring).map(|(a, b)| Side { a, b, bounds: Bounds::of_segment(a, b), ring: number }));
    }
    all.sort_unstable_by_key(|side| side.bounds.low.lon_e7);
    let mut touches = HashMap::new();
    let mut active: Vec<Side> = Vec::new();
    for new in all {
        budget.spend(active.len())?;
        active.retain(|old| old.bounds.high.lon_e7 >= new.bounds.low.lon_e7);
        for old in active.iter().filter(|old| old.bounds.meets_in_lat(new.bounds)) {
            check_pair(old, &new, &mut touches)?;
        }
        active.push(new);
    }
    Ok(())
}

fn check_pair(
    one: &Side,
    two: &Side,
    touches: &mut HashMap<(usize, usize), Position>,
) -> Result<(), AreaFault> {
    if one.crosses(two) {
        return Err(AreaFault::Invalid);
    }
    let on_two = [one.a, one.b].into_iter().filter(|&point| two.passes(point));
    let on_one = [two.a, two.b].into_iter().filter(|&point| one.passes(point));
    for point in on_two.chain(on_one) {
        if one.ring == two.ring {
            // Neighbours share an end; anything more is a touch of the ring with itself.
            if !(one.ends_at(point) && two.ends_at(point)) {
                return Err(AreaFault::Invalid);
            }
        } else {
            let pair = (one.ring.min(two.ring), one.ring.max(two.ring));
            if *touches.entry(pair).or_insert(point) != point {
                return Err(AreaFault::Invalid);
            }
        }
    }
    Ok(())
}

/// Whether a ring lies within another one, when the two are known not to cross.
pub(super) fn lies_within(
    inner: &[Position],
    outer: &[Position],
    budget: &mut Budget,
) -> Result<bool, AreaFault> {
    // They share at most one point, so one of two points decides.
    for &point in inner.iter().take(2) {
        budget.spend(outer.len())?;
        if let Some(within) = is_within(point, outer) {
            return Ok(within);
        }
    }
    Ok(false)
}

/// `None` when the point lies on the ring itself.
fn is_within(point: Position, ring: &[Position]) -> Option<bool> {
    let mut within = false;
    for (a, b) in sides(ring) {
        if Bounds::of_segment(a, b).holds(point) && side(a, b, point) == 0 {
            return None;
        }
        if (a.lat_e7 > point.lat_e7) != (b.lat_e7 > point.lat_e7) {
            let left = side(a, b, point) > 0;
            within ^= left == (b.lat_e7 > a.lat_e7);
        }
    }
    Some(within)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comb_that_would_take_for_ever_is_given_up() {
        // One ring of long sides, all of them side by side over the same longitudes.
        let mut ring = Vec::new();
        for row in 0..40_000 {
            let (near, far) = if row % 2 == 0 { (1, 1_000_000) } else { (1_000_000, 1) };
            ring.push(Position { lon_e7: near, lat_e7: row });
            ring.push(Position { lon_e7: far, lat_e7: row });
        }
        ring.push(Position { lon_e7: 0, lat_e7: 40_000 });
        ring.push(Position { lon_e7: 0, lat_e7: 0 });
        let mut budget = Budget::new();
        assert_eq!(check(&[ring], &mut budget), Err(AreaFault::TooComplex));
    }

    #[test]
    fn within_is_told_from_outside_and_from_the_edge() {
        let at = |lon_e7, lat_e7| Position { lon_e7, lat_e7 };
        let ring = [at(0, 0), at(10, 0), at(10, 10), at(0, 10)];
        assert_eq!(is_within(at(5, 5), &ring), Some(true));
        assert_eq!(is_within(at(15, 5), &ring), Some(false));
        assert_eq!(is_within(at(-5, 10), &ring), Some(false));
        assert_eq!(is_within(at(10, 5), &ring), None);
    }

    #[test]
    fn the_whole_globe_does_not_overflow() {
        let at = |lon_e7, lat_e7| Position { lon_e7, lat_e7 };
        let (lon, lat) = (1_800_000_000, 900_000_000);
        let ring = vec![at(-lon, -lat), at(lon, -lat), at(lon, lat), at(-lon, lat)];
        assert_eq!(doubled_area(&ring), 2 * 3_600_000_000_i128 * 1_800_000_000);
        assert_eq!(check(&[ring], &mut Budget::new()), Ok(()));
    }
}
