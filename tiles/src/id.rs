//! Numbers of tiles in the usual web Mercator pyramid (OGC `WebMercatorQuad`).

use std::f64::consts::PI;

/// Deepest zoom that is served; a tile is then about 10 metres wide in Poland.
pub const MAX_ZOOM: u8 = 22;

/// A tile: zoom, column from the west, row from the north. Always within range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TileId {
    z: u8,
    x: u32,
    y: u32,
}

/// The numbers are no tile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TileIdError {
    /// The zoom is deeper than [`MAX_ZOOM`].
    #[error("z must lie between 0 and {MAX_ZOOM}")]
    Zoom,
    /// Column or row lies beyond the edge of the world at this zoom.
    #[error("x and y must be less than 2^z")]
    Range,
}

impl TileId {
    /// Checks the numbers.
    ///
    /// # Errors
    /// [`TileIdError`] when there is no such tile.
    pub fn new(z: u8, x: u32, y: u32) -> Result<Self, TileIdError> {
        if z > MAX_ZOOM {
            return Err(TileIdError::Zoom);
        }
        let side = 1u32 << z;
        if x >= side || y >= side {
            return Err(TileIdError::Range);
        }
        Ok(Self { z, x, y })
    }

    /// Zoom.
    #[must_use]
    pub fn z(self) -> u8 {
        self.z
    }

    /// Column, from the west.
    #[must_use]
    pub fn x(self) -> u32 {
        self.x
    }

    /// Row, from the north.
    #[must_use]
    pub fn y(self) -> u32 {
        self.y
    }

    /// The tile that holds a point, given in degrees; latitudes beyond the pyramid are brought to its edge.
    ///
    /// ```
    /// // The Palace of Culture in Warsaw.
    /// let tile = tiles::TileId::at(21.0061, 52.2317, 14);
    /// assert_eq!((tile.z(), tile.x(), tile.y()), (14, 9148, 5394));
    /// ```
    #[must_use]
    pub fn at(longitude: f64, latitude: f64, z: u8) -> Self {
        let z = z.min(MAX_ZOOM);
        let side = f64::from(1u32 << z);
        let latitude = latitude.clamp(-85.051_128, 85.051_128).to_radians();
        let x = (longitude + 180.0) / 360.0 * side;
        let y = (1.0 - latitude.tan().asinh() / PI) / 2.0 * side;
        let within = |n: f64| n.clamp(0.0, side - 1.0) as u32;
        Self { z, x: within(x), y: within(y) }
    }

    /// West, south, east, north in degrees.
    #[must_use]
    pub fn bounds_degrees(self) -> [f64; 4] {
        let side = f64::from(1u32 << self.z);
        let lon = |x: u32| f64::from(x) / side * 360.0 - 180.0;
        let lat = |y: u32| (PI * (1.0 - 2.0 * f64::from(y) / side)).sinh().atan().to_degrees();
        [lon(self.x), lat(self.y + 1), lon(self.x + 1), lat(self.y)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_out_of_range_are_refused() {
        assert_eq!(TileId::new(23, 0, 0), Err(TileIdError::Zoom));
        assert_eq!(TileId::new(2, 4, 0), Err(TileIdError::Range));
        assert!(TileId::new(0, 0, 0).is_ok());
    }

    #[test]
    fn a_tile_holds_the_point_it_was_found_by() {
        for z in 0..=MAX_ZOOM {
            let [west, south, east, north] = TileId::at(20.75, 52.12, z).bounds_degrees();
            assert!(west <= 20.75 && 20.75 < east && south < 52.12 && 52.12 <= north, "z{z}");
        }
    }

    #[test]
    fn the_whole_world_is_one_tile() {
        let [west, south, east, north] = TileId::new(0, 0, 0).unwrap().bounds_degrees();
        assert_eq!((west, east), (-180.0, 180.0));
        assert!((north - 85.051_128_779).abs() < 1e-6 && (south + north).abs() < 1e-9);
    }
}
