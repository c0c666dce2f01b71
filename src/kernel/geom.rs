//! Geometries on their way to and from PostGIS, and boxes.

use geo_types::{Geometry, Rect, coord};
use geozero::{CoordDimensions, ToGeo, ToWkb};

use super::{Crs, ParamError};

/// A geometry in EPSG:4326, x = longitude, y = latitude, as it is stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Geom(pub Geometry<f64>);

/// Bytes are no geometry that Reeve can read.
#[derive(Debug, thiserror::Error)]
#[error("the geometry cannot be read or written as EWKB")]
pub struct BadGeometry(#[source] geozero::error::GeozeroError);

impl Geom {
    /// Reads EWKB, the binary form of PostGIS.
    ///
    /// # Errors
    /// [`BadGeometry`] when the bytes are damaged or hold a type that Reeve does not use.
    pub fn from_ewkb(bytes: &[u8]) -> Result<Self, BadGeometry> {
        geozero::wkb::Ewkb(bytes).to_geo().map(Self).map_err(BadGeometry)
    }

    /// Writes EWKB that carries SRID 4326.
    ///
    /// # Errors
    /// [`BadGeometry`] when the geometry has a type that EWKB lacks.
    pub fn to_ewkb(&self) -> Result<Vec<u8>, BadGeometry> {
        self.0.to_ewkb(CoordDimensions::xy(), Some(4326)).map_err(BadGeometry)
    }
}

/// A box on the map in some reference system, already in x (east), y (north) order.
///
/// `west > east` means that it crosses the antimeridian; allowed in degrees only.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bbox {
    /// Least easting or longitude.
    pub west: f64,
    /// Least northing or latitude.
    pub south: f64,
    /// Greatest easting or longitude.
    pub east: f64,
    /// Greatest northing or latitude.
    pub north: f64,
    /// The system of the four numbers.
    pub crs: Crs,
}

impl Bbox {
    /// Reads four or six comma-separated numbers in the axis order of `crs`; heights are ignored.
    ///
    /// # Errors
    /// Names the parameter `bbox` and what is wrong: count, a text that is no finite number, south above
    /// north, degrees out of range.
    pub fn parse(text: &str, crs: Crs) -> Result<Self, ParamError> {
        let wrong = |why: &str| ParamError::new("bbox", why);
        let numbers: Vec<f64> = text
            .split(',')
            .take(7)
            .map(|part| part.trim().parse::<f64>().ok().filter(|n| n.is_finite()))
            .collect::<Option<_>>()
            .ok_or_else(|| {
                wrong("must be finite numbers separated by commas, such as 20.9,52.1,21.1,52.3")
            })?;
        let (first, second) = match numbers.as_slice() {
            [a, b, c, d] => ((*a, *b), (*c, *d)),
            [a, b, _, c, d, _] => ((*a, *b), (*c, *d)),
            _ => return Err(wrong("must have four numbers, or six with heights")),
        };
        let ((west, south), (east, north)) =
            if crs.north_first() { ((first.1, first.0), (second.1, second.0)) } else { (first, second) };
        let degrees = crs.srid() == 4326;
        if south > north {
            return Err(wrong("has its southern edge north of its northern edge"));
        }
        if west > east && !degrees {
            return Err(wrong("has its western edge east of its eastern edge"));
        }
        let lon_ok = |lon: f64| (-180.0..=180.0).contains(&lon);
        if degrees && !(lon_ok(west) && lon_ok(east) && (-90.0..=90.0).contains(&south) && north <= 90.0) {
            return Err(wrong("must lie within longitudes -180 to 180 and latitudes -90 to 90"));
        }
        let [least_x, least_y, most_x, most_y] = crs.domain();
        Ok(Self {
            west: west.clamp(least_x, most_x),
            south: south.clamp(least_y, most_y),
            east: east.clamp(least_x, most_x),
            north: north.clamp(least_y, most_y),
            crs,
        })
    }

    /// The box as one or, across the antimeridian, two rectangles in its own system.
    #[must_use]
    pub fn rects(&self) -> Vec<Rect<f64>> {
        // A box may be a line or a point; a hair's breadth makes it an area, which geometry needs.
        let hair = if self.crs.srid() == 4326 { 1e-9 } else { 1e-4 };
        let rect = |west: f64, east: f64| {
            Rect::new(
                coord! { x: west - hair, y: self.south - hair },
                coord! { x: east + hair, y: self.north + hair },
            )
        };
        if self.west <= self.east {
            vec![rect(self.west, self.east)]
        } else {
            vec![rect(self.west, 180.0), rect(-180.0, self.east)]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ewkb_survives_the_way_there_and_back() {
        let geom = Geom(geo_types::point! { x: 20.75, y: 52.12 }.into());
        assert_eq!(Geom::from_ewkb(&geom.to_ewkb().unwrap()).unwrap(), geom);
    }

    #[test]
    fn polish_boxes_come_northing_first() {
        let bbox = Bbox::parse("486000,636000,487000,637000", Crs::Epsg2180).unwrap();
        assert_eq!((bbox.west, bbox.south), (636_000.0, 486_000.0));
    }

    #[test]
    fn bad_boxes_are_named() {
        for text in ["", "1,2,3", "a,b,c,d", "NaN,0,1,1", "inf,0,1,1", "0,2,1,1", "-181,0,1,1", "1,2,3,4,5"] {
            assert_eq!(Bbox::parse(text, Crs::Crs84).unwrap_err().name, "bbox", "{text}");
        }
        assert_eq!(Bbox::parse("170,-10,-170,10", Crs::Crs84).unwrap().rects().len(), 2);
    }
}
