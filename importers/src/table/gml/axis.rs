//! Which coordinate is which: the name of the system says it, the values may say better.
//!
//! The decision is made once for each `srsName` of a file, from its first coordinates, never feature by feature.

use super::super::AxisNote;
use super::crs::{Declared, Order, geographic};

/// Coordinates that are looked at, for each name of a system.
const SAMPLE: u32 = 1_000;

/// Habits of the program that wrote the file, told by its elements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Habits {
    /// A Polish register (EGiB, PRG of 2012, EMUiA): northing first, also under a plain name.
    pub(super) polish_register: bool,
    /// PRG of 2021: easting first under a plain name.
    pub(super) prg_2021: bool,
}

impl Habits {
    /// Learns from the name of an element.
    pub(super) fn notice(&mut self, element: &str) {
        self.polish_register |= element.starts_with("EGB_")
            || element.starts_with("PRG_")
            || element.starts_with("BT_")
            || element.starts_with("OT_")
            || element.starts_with("GES_");
        self.prg_2021 |= element == "AD_IdentyfikatorIIP";
    }
}

/// What the first coordinates under one name of a system say.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Votes {
    seen: u32,
    east_first: u32,
    north_first: u32,
}

impl Votes {
    pub(super) fn count(&mut self, declared: Option<Declared>, first: f64, second: f64) {
        if self.seen >= SAMPLE {
            return;
        }
        self.seen += 1;
        match by_values(declared.map(|declared| declared.srid), first, second) {
            Some(Order::EastFirst) => self.east_first += 1,
            Some(Order::NorthFirst) => self.north_first += 1,
            None => {}
        }
    }

    /// The order to be used, and how it was found.
    pub(super) fn decide(&self, declared: Option<Declared>, habits: Habits) -> (Order, AxisNote) {
        let by_name = declared.and_then(Declared::order).or(if habits.prg_2021 {
            Some(Order::EastFirst)
        } else if habits.polish_register {
            Some(Order::NorthFirst)
        } else {
            None
        });
        let by_values = match self.east_first.cmp(&self.north_first) {
            std::cmp::Ordering::Greater => Some(Order::EastFirst),
            std::cmp::Ordering::Less => Some(Order::NorthFirst),
            std::cmp::Ordering::Equal => None,
        };
        match (by_name, by_values) {
            (Some(named), Some(valued)) if named != valued => (valued, AxisNote::SwappedByValues),
            (Some(named), _) => (named, AxisNote::Declared),
            (None, Some(valued)) => (valued, AxisNote::Declared),
            (None, None) => (Order::EastFirst, AxisNote::Unknown),
        }
    }
}

/// Tells the order from two values, where they can tell it: of degrees in Poland, and of every metric system in which
/// northings and eastings of Poland have nothing in common. EPSG:2180 is none, but near its borders.
fn by_values(srid: Option<u32>, first: f64, second: f64) -> Option<Order> {
    let either = |is_east: &dyn Fn(f64) -> bool, is_north: &dyn Fn(f64) -> bool| match (
        is_east(first) && is_north(second),
        is_east(second) && is_north(first),
    ) {
        (true, false) => Some(Order::EastFirst),
        (false, true) => Some(Order::NorthFirst),
        _ => None,
    };
    let degrees = srid.map_or(first.abs() <= 180.0 && second.abs() <= 180.0, geographic);
    if degrees {
        return either(&|lon| (14.0..=24.3).contains(&lon), &|lat| (48.9..=55.0).contains(&lat))
            .or_else(|| either(&|lon| lon.abs() > 90.0 && lon.abs() <= 180.0, &|lat| lat.abs() <= 90.0));
    }
    let zone = |easting: f64| match srid {
        Some(srid @ 2176..=2179) => {
            let middle = f64::from(srid - 2171) * 1e6 + 0.5e6;
            (easting - middle).abs() <= 200_000.0
        }
        _ => [5.5e6, 6.5e6, 7.5e6, 8.5e6].iter().any(|middle| (easting - middle).abs() <= 115_000.0),
    };
    let northing = |northing: f64| (5.42e6..=6.10e6).contains(&northing);
    match srid {
        Some(2176..=2179) => either(&zone, &northing),
        Some(3857) => either(&|x| (1.5e6..=2.75e6).contains(&x), &|y| (6.2e6..=7.4e6).contains(&y)),
        Some(2180) => either(&|east| (139_000.0..=877_000.0).contains(&east), &|north| {
            (125_000.0..=795_000.0).contains(&north)
        }),
        None => either(&zone, &northing),
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_tell_the_order_where_they_can() {
        let cases = [
            (Some(4326), 52.17, 20.86, Some(Order::NorthFirst)),
            (Some(4326), 20.86, 52.17, Some(Order::EastFirst)),
            (Some(4326), 48.2, 16.4, None),
            (Some(4326), 120.0, 30.0, Some(Order::EastFirst)),
            (Some(2179), 5_724_155.71, 8_430_735.81, Some(Order::NorthFirst)),
            (Some(2178), 7_423_907.46, 5_547_820.20, Some(Order::EastFirst)),
            (Some(2176), 5_922_113.51, 5_470_091.65, Some(Order::NorthFirst)),
            (Some(2176), 5_500_000.0, 5_470_091.65, None),
            (Some(2180), 486_964.37, 636_960.47, None),
            (Some(2180), 593_050.72, 850_000.0, Some(Order::NorthFirst)),
            (Some(3857), 2_338_000.0, 6_842_000.0, Some(Order::EastFirst)),
            (None, 5_724_155.71, 8_430_735.81, Some(Order::NorthFirst)),
            (None, 20.86, 52.17, Some(Order::EastFirst)),
            (Some(2178), f64::NAN, 5.0, None),
        ];
        for (srid, first, second, order) in cases {
            assert_eq!(by_values(srid, first, second), order, "{srid:?} {first} {second}");
        }
    }

    #[test]
    fn plain_names_follow_the_habits_of_the_register() {
        let plain = Declared::parse("EPSG:2180");
        let mut votes = Votes::default();
        votes.count(plain, 486_964.37, 636_960.47);
        let old = Habits { polish_register: true, prg_2021: false };
        let new = Habits { polish_register: false, prg_2021: true };
        assert_eq!(votes.decide(plain, old), (Order::NorthFirst, AxisNote::Declared));
        assert_eq!(votes.decide(plain, new), (Order::EastFirst, AxisNote::Declared));
        assert_eq!(votes.decide(plain, Habits::default()), (Order::EastFirst, AxisNote::Unknown));
        let urn = Declared::parse("urn:ogc:def:crs:EPSG::2180");
        assert_eq!(votes.decide(urn, Habits::default()), (Order::NorthFirst, AxisNote::Declared));
    }
}
