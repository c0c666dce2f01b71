//! Coordinate systems by their numbers: what each can hold, and which one a pair of numbers is in.
//!
//! PL-1992 (EPSG:2180) is one zone; PL-2000 (EPSG:2176 to 2179) has four, the first digit of the easting names the
//! zone. Whether a pair of PL-1992 is swapped cannot be seen: both numbers lie in the same range over Poland.

use geo_types::{Coord, Rect};

/// Where Poland lies in a system that Reeve knows.
pub(super) fn poland(srid: u32) -> Option<Rect<f64>> {
    let rect = |w: f64, s: f64, e: f64, n: f64| Rect::new(Coord { x: w, y: s }, Coord { x: e, y: n });
    Some(match srid {
        4326 | 4258 => rect(13.9, 48.9, 24.4, 55.1),
        3857 => rect(1_547_000.0, 6_257_000.0, 2_717_000.0, 7_385_000.0),
        2180 => rect(130_000.0, 115_000.0, 890_000.0, 810_000.0),
        2176..=2179 => {
            let middle = f64::from(srid - 2171) * 1_000_000.0 + 500_000.0;
            rect(middle - 130_000.0, 5_400_000.0, middle + 130_000.0, 6_130_000.0)
        }
        _ => return None,
    })
}

/// How far beyond its own zone people use a zone of PL-2000, in metres.
const BESIDE_ZONE: f64 = 300_000.0;

/// What the system can hold at all.
pub(super) fn holds(srid: u32, at: Coord<f64>) -> bool {
    let (x, y) = (at.x.abs(), at.y.abs());
    match srid {
        4326 | 4258 => x <= 180.0 && y <= 90.0,
        3857 => x <= 20_037_508.4 && y <= 20_048_966.2,
        2180 => poland(srid).is_some_and(|poland| contains(&poland, at)),
        2176..=2179 => poland(srid).is_some_and(|zone| {
            let (from, to) = (zone.min().x - BESIDE_ZONE, zone.max().x + BESIDE_ZONE);
            (from..=to).contains(&at.x) && (zone.min().y..=zone.max().y).contains(&at.y)
        }),
        _ => x < 1e8 && y < 1e8,
    }
}

/// Whether coordinates are degrees.
pub(super) fn is_degrees(srid: u32) -> bool {
    matches!(srid, 4326 | 4258)
}

pub(super) fn contains(rect: &Rect<f64>, at: Coord<f64>) -> bool {
    (rect.min().x..=rect.max().x).contains(&at.x) && (rect.min().y..=rect.max().y).contains(&at.y)
}

/// Whether the numbers say that x and y are swapped; `None`: they do not tell.
pub(super) fn swapped(srid: u32, at: Coord<f64>) -> Option<bool> {
    if srid == 2180 {
        return None;
    }
    let other = Coord { x: at.y, y: at.x };
    if let Some(poland) = poland(srid) {
        match (contains(&poland, at), contains(&poland, other)) {
            (true, false) => return Some(false),
            (false, true) => return Some(true),
            (true, true) => return None,
            (false, false) => {}
        }
    }
    match (holds(srid, at), holds(srid, other)) {
        (true, false) => Some(false),
        (false, true) => Some(true),
        _ => None,
    }
}

/// What a pair of numbers may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SridGuess {
    /// EPSG code.
    pub srid: u32,
    /// Whether the pair has northing or latitude first.
    pub swapped: bool,
    /// Whether the numbers leave no other reading.
    pub certain: bool,
}

/// Which systems and orders of axes a pair of numbers may be in, the likeliest first. `declared` is what the file says;
/// then only the order is asked.
#[must_use]
pub fn guess_srid(x: f64, y: f64, declared: Option<u32>) -> Vec<SridGuess> {
    let at = Coord { x, y };
    let guess = |srid, swapped, certain| SridGuess { srid, swapped, certain };
    if let Some(srid) = declared {
        return match swapped(srid, at) {
            Some(is_swapped) => vec![guess(srid, is_swapped, true)],
            None if holds(srid, at) => vec![guess(srid, false, false), guess(srid, true, false)],
            None => Vec::new(),
        };
    }
    let other = Coord { x: y, y: x };
    let mut guesses = Vec::new();
    if x.abs() <= 180.0 && y.abs() <= 180.0 {
        match swapped(4326, at) {
            Some(is_swapped) => guesses.push(guess(4326, is_swapped, true)),
            None => guesses.extend([guess(4326, false, false), guess(4326, true, false)]),
        }
        return guesses;
    }
    for srid in [2176, 2177, 2178, 2179, 3857] {
        let Some(poland) = poland(srid) else { continue };
        guesses.extend(contains(&poland, at).then_some(guess(srid, false, true)));
        guesses.extend(contains(&poland, other).then_some(guess(srid, true, true)));
    }
    if x.max(y) < 1_000_000.0 && holds(2180, at) {
        guesses.push(guess(2180, false, false));
    }
    if x.max(y) < 1_000_000.0 && holds(2180, other) {
        guesses.push(guess(2180, true, false));
    }
    if guesses.is_empty() && holds(3857, at) {
        guesses.push(guess(3857, false, false));
    }
    if guesses.len() > 1 {
        guesses.iter_mut().for_each(|guess| guess.certain = false);
    }
    guesses
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_places() {
        // Longitude, latitude, northing and easting of PL-1992, zone, northing and easting of PL-2000.
        for (lon, lat, n92, e92, zone, n, e) in [
            (21.006_111, 52.231_667, 486_964.37, 636_960.47, 2178, 5_788_675.29, 7_500_417.49),
            (19.937_222, 50.061_667, 244_243.40, 567_061.35, 2178, 5_547_820.20, 7_423_907.46),
            (14.55, 53.43, 627_553.31, 204_509.30, 2176, 5_922_113.51, 5_470_091.65),
            (23.16, 53.13, 593_050.72, 778_187.89, 2179, 5_888_964.00, 8_443_779.16),
            (17.032, 51.110, 362_199.41, 362_280.07, 2177, 5_664_332.70, 6_432_215.35),
        ] {
            let certain = |srid, swapped| vec![SridGuess { srid, swapped, certain: true }];
            assert_eq!(guess_srid(lon, lat, None), certain(4326, false));
            assert_eq!(guess_srid(lat, lon, None), certain(4326, true));
            assert_eq!(guess_srid(e, n, None), certain(zone, false));
            assert_eq!(guess_srid(n, e, None), certain(zone, true));
            let old: Vec<_> =
                guess_srid(e92, n92, None).iter().map(|guess| (guess.srid, guess.certain)).collect();
            assert_eq!(old, [(2180, false), (2180, false)]);
        }
    }

    #[test]
    fn what_the_numbers_do_not_tell() {
        let both = guess_srid(5_500_000.0, 5_540_000.0, None);
        assert!(both.len() == 2 && both.iter().all(|guess| guess.srid == 2176 && !guess.certain));
        assert!(guess_srid(1e12, 0.0, None).is_empty());
        assert_eq!(swapped(4326, Coord { x: 49.2, y: -123.1 }), Some(true));
        assert_eq!(swapped(4326, Coord { x: 45.18, y: 5.73 }), None);
    }
}
