//! Sample positions of a reading, put on our map.

use sqlx::PgPool;

use super::store;
use crate::kernel::Crs;

/// Systems that are offered, by their EPSG codes.
pub(super) const OFFERED: [u32; 7] = [2180, 2176, 2177, 2178, 2179, 4326, 3857];

/// Whether coordinates in this system can be put on a map.
pub(super) fn is_known(srid: u32) -> bool {
    crs(srid).is_some()
}

fn crs(srid: u32) -> Option<Crs> {
    Crs::ALL.into_iter().find(|crs| crs.srid() == srid as i32)
}

/// Longitudes and latitudes of positions in a system, x = easting or longitude; those that it cannot hold are left out.
pub(super) async fn on_map(
    pool: &PgPool,
    srid: u32,
    samples: &[[f64; 2]],
) -> Result<Vec<[f64; 2]>, sqlx::Error> {
    let Some(crs) = crs(srid) else { return Ok(Vec::new()) };
    let [least_x, least_y, most_x, most_y] = crs.domain();
    let (xs, ys): (Vec<f64>, Vec<f64>) = samples
        .iter()
        .filter(|[x, y]| *x >= least_x && *x <= most_x && *y >= least_y && *y <= most_y)
        .map(|[x, y]| (*x, *y))
        .unzip();
    let placed = store::placed(pool, crs.srid(), &xs, &ys).await?;
    Ok(placed.into_iter().filter(|[lon, lat]| lon.is_finite() && lat.is_finite()).collect())
}
