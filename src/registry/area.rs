//! Where the town is: what lies outside is refused, or listed for the clerk.

use std::path::Path;

use anyhow::Context;
use geo::{Contains, CoordsIter};
use geo_types::{Geometry, MultiPolygon, Rect, coord};

use crate::{
    kernel::Geom,
    platform::http::{Failure, ResultExt},
};

/// What is still near the town when only the extent of its data is known, in degrees: about 20 km in Poland.
const NEAR_DEGREES: (f64, f64) = (0.29, 0.18);
/// Poland with some room: west, south, east, north.
const POLAND: [f64; 4] = [13.9, 48.9, 24.3, 55.1];

/// The area of a town.
#[derive(Debug, Clone)]
pub struct TownArea(MultiPolygon<f64>);

impl TownArea {
    /// Reads the area from a GeoJSON file that holds polygons.
    ///
    /// # Errors
    /// When the file cannot be read or holds no polygon.
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        let told = || format!("the setting town.area names {}", path.display());
        let text = std::fs::read_to_string(path).with_context(told)?;
        let document: geojson::GeoJson = text.parse().with_context(told)?;
        let geometry: Geometry<f64> = document.try_into().with_context(told)?;
        let mut areas = Vec::new();
        gather(geometry, &mut areas);
        anyhow::ensure!(!areas.is_empty(), "{}, which holds no polygon", told());
        Ok(Self(MultiPolygon(areas)))
    }

    /// What lies near the data that the town has: west, south, east, north in degrees; Poland while there is none.
    #[must_use]
    pub fn around(extent: Option<[f64; 4]>) -> Self {
        let [west, south, east, north] = extent.map_or(POLAND, |[west, south, east, north]| {
            [west - NEAR_DEGREES.0, south - NEAR_DEGREES.1, east + NEAR_DEGREES.0, north + NEAR_DEGREES.1]
        });
        let rect = Rect::new(coord! { x: west, y: south }, coord! { x: east, y: north });
        Self(MultiPolygon(vec![rect.to_polygon()]))
    }

    /// Whether all of a geometry lies inside.
    #[must_use]
    pub fn holds(&self, geometry: &Geometry<f64>) -> bool {
        geometry.coords_iter().all(|point| self.0.contains(&point))
    }

    /// The area as the database takes it.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn to_ewkb(&self) -> Result<Vec<u8>, Failure> {
        Geom(Geometry::MultiPolygon(self.0.clone())).to_ewkb().internal("write the town's area")
    }

    /// The area itself.
    #[must_use]
    pub fn geometry(&self) -> &MultiPolygon<f64> {
        &self.0
    }
}

fn gather(geometry: Geometry<f64>, areas: &mut Vec<geo_types::Polygon<f64>>) {
    match geometry {
        Geometry::Polygon(area) => areas.push(area),
        Geometry::MultiPolygon(more) => areas.extend(more.0),
        Geometry::GeometryCollection(all) => all.0.into_iter().for_each(|one| gather(one, areas)),
        _ => {}
    }
}
