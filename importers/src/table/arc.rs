//! Arcs as lines.
//!
//! Every line keeps within [`TOLERANCE_M`] of its arc (in degrees [`TOLERANCE_DEGREES`], about as much on the ground);
//! the given points of the arc stay vertices, so that neighbours which share them still meet.

use std::f64::consts::{PI, TAU};

use geo_types::Coord;

/// Farthest of a line from its arc, in metres.
const TOLERANCE_M: f64 = 0.005;
/// The same in degrees.
const TOLERANCE_DEGREES: f64 = 5e-8;
/// How far a line may be from its arc, in units of the coordinates.
pub(super) fn tolerance(degrees: bool) -> f64 {
    if degrees { TOLERANCE_DEGREES } else { TOLERANCE_M }
}

/// Most lines of one arc between two of its points.
const MOST: usize = 2_048;

/// Arcs of three points each, every next one beginning where the last one ended.
pub(super) fn string(
    points: &[Coord<f64>],
    tolerance: f64,
    max_vertices: usize,
) -> Result<Vec<Coord<f64>>, String> {
    if points.len() < 3 || points.len().is_multiple_of(2) {
        return Err(format!("an arc with {} positions, of which it needs 3, 5, 7 …", points.len()));
    }
    let mut vertices: Vec<Coord<f64>> = points.first().copied().into_iter().collect();
    let mut start = 0;
    while let Some([first, middle, last]) = points.get(start..start + 3) {
        between(*first, *middle, *last, tolerance, &mut vertices);
        if vertices.len() > max_vertices {
            return Err(format!("more than {max_vertices} vertices"));
        }
        start += 2;
    }
    Ok(vertices)
}

/// A whole circle through three points, beginning and ending at the first.
pub(super) fn circle(
    points: &[Coord<f64>],
    tolerance: f64,
    max_vertices: usize,
) -> Result<Vec<Coord<f64>>, String> {
    let [first, second, third] = points else {
        return Err(format!("a circle with {} positions, of which it needs 3", points.len()));
    };
    let Some(centre) = centre(*first, *second, *third) else {
        return Err("a circle whose three positions lie on one line".into());
    };
    let mut vertices = vec![*first];
    between(*first, *second, *third, tolerance, &mut vertices);
    // The way back from the third to the first goes on in the same direction.
    let halfway = {
        let (from, to) = (angle(centre, *third), angle(centre, *first));
        let turn = if counter_clockwise(*first, *second, *third) {
            (to - from).rem_euclid(TAU)
        } else {
            -(from - to).rem_euclid(TAU)
        };
        on(centre, distance(centre, *first), from + turn / 2.0)
    };
    between(*third, halfway, *first, tolerance, &mut vertices);
    if vertices.len() > max_vertices {
        return Err(format!("more than {max_vertices} vertices"));
    }
    Ok(vertices)
}

/// Adds the vertices after `first` up to `last`, through `middle`.
fn between(
    first: Coord<f64>,
    middle: Coord<f64>,
    last: Coord<f64>,
    tolerance: f64,
    into: &mut Vec<Coord<f64>>,
) {
    if let Some(centre) = centre(first, middle, last) {
        let radius = distance(centre, first);
        let left = counter_clockwise(first, middle, last);
        for (from, to) in [(first, middle), (middle, last)] {
            let (begin, end) = (angle(centre, from), angle(centre, to));
            let turn = if left { (end - begin).rem_euclid(TAU) } else { -(begin - end).rem_euclid(TAU) };
            let count = steps(radius, turn.abs(), tolerance);
            for step in 1..count {
                into.push(on(centre, radius, begin + turn * step as f64 / count as f64));
            }
            into.push(to);
        }
    } else {
        into.push(middle);
        into.push(last);
    }
}

/// Number of equal chords that keep within the tolerance: a chord over the angle a is r·(1 − cos(a/2)) away.
fn steps(radius: f64, turn: f64, tolerance: f64) -> usize {
    let largest = if tolerance >= radius { PI } else { 2.0 * (1.0 - tolerance / radius).acos() };
    let count = (turn / largest).ceil();
    if count.is_finite() { (count as usize).clamp(1, MOST) } else { MOST }
}

fn counter_clockwise(a: Coord<f64>, b: Coord<f64>, c: Coord<f64>) -> bool {
    (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x) > 0.0
}

/// Centre of the circle through three points; none if they lie (nearly) on one line.
fn centre(a: Coord<f64>, b: Coord<f64>, c: Coord<f64>) -> Option<Coord<f64>> {
    // Relative to `a`: coordinates of seven digits would lose the millimetres in their squares.
    let (bx, by, cx, cy) = (b.x - a.x, b.y - a.y, c.x - a.x, c.y - a.y);
    let twice_area = 2.0 * (bx * cy - by * cx);
    let (b_square, c_square) = (bx * bx + by * by, cx * cx + cy * cy);
    if twice_area.abs() <= 1e-12 * b_square.max(c_square) {
        return None;
    }
    let x = (cy * b_square - by * c_square) / twice_area;
    let y = (bx * c_square - cx * b_square) / twice_area;
    (x.is_finite() && y.is_finite()).then_some(Coord { x: a.x + x, y: a.y + y })
}

fn distance(a: Coord<f64>, b: Coord<f64>) -> f64 {
    (a.x - b.x).hypot(a.y - b.y)
}

fn angle(centre: Coord<f64>, point: Coord<f64>) -> f64 {
    (point.y - centre.y).atan2(point.x - centre.x)
}

fn on(centre: Coord<f64>, radius: f64, angle: f64) -> Coord<f64> {
    Coord { x: centre.x + radius * angle.cos(), y: centre.y + radius * angle.sin() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(x: f64, y: f64) -> Coord<f64> {
        Coord { x: 7_500_000.0 + x, y: 5_500_000.0 + y }
    }

    #[test]
    fn a_line_keeps_within_the_tolerance_of_its_arc() {
        let line = string(&[at(-10.0, 0.0), at(0.0, 10.0), at(10.0, 0.0)], TOLERANCE_M, 10_000).unwrap();
        assert!(line.contains(&at(0.0, 10.0)));
        for pair in line.windows(2) {
            let middle = Coord { x: (pair[0].x + pair[1].x) / 2.0, y: (pair[0].y + pair[1].y) / 2.0 };
            let away = 10.0 - distance(middle, at(0.0, 0.0));
            assert!((-1e-6..=TOLERANCE_M).contains(&away), "{away}");
            assert!(pair[1].y >= at(0.0, -1e-6).y);
        }
        assert!(line.len() < 70, "{}", line.len());
    }

    #[test]
    fn a_circle_closes_and_turns_on() {
        for points in
            [[at(5.0, 0.0), at(0.0, 5.0), at(-5.0, 0.0)], [at(5.0, 0.0), at(0.0, -5.0), at(-5.0, 0.0)]]
        {
            let line = circle(&points, TOLERANCE_M, 10_000).unwrap();
            assert_eq!(line.first(), line.last());
            let area: f64 = line
                .windows(2)
                .map(|pair| {
                    (pair[0].x - 7.5e6) * (pair[1].y - 5.5e6) - (pair[1].x - 7.5e6) * (pair[0].y - 5.5e6)
                })
                .sum();
            assert!((area.abs() / 2.0 - PI * 25.0).abs() < 0.2, "{area}");
        }
    }

    #[test]
    fn arcs_that_are_none_stay_lines_or_are_refused() {
        let straight = [at(0.0, 0.0), at(1.0, 1.0), at(2.0, 2.0)];
        assert_eq!(string(&straight, TOLERANCE_M, 100).unwrap(), straight);
        assert!(circle(&straight, TOLERANCE_M, 100).is_err());
        assert!(string(&straight[..2], TOLERANCE_M, 100).is_err());
        let same = [at(0.0, 0.0); 3];
        assert_eq!(string(&same, TOLERANCE_M, 100).unwrap().len(), 3);
        assert!(string(&[at(0.0, 0.0), at(1e9, 1e9), at(2e9, 0.0)], TOLERANCE_M, 100).is_err());
    }
}
