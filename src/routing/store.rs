//! SQL of the routing, over the views `path`, `gate`, `cemetery`, `barrier` and the basemap's buildings.

use geo_types::{Geometry, LineString, MultiPolygon, Point};
use serde_json::Value;
use sqlx::PgPool;

use super::model::{
    BarrierInput, BuildingInput, CemeteryInput, GateInput, NetworkInput, PathClass, PathInput, StepFree,
};
use crate::kernel::Geom;

pub(super) async fn network_input(pool: &PgPool) -> Result<NetworkInput, sqlx::Error> {
    Ok(NetworkInput {
        paths: paths(pool).await?,
        gates: gates(pool).await?,
        cemeteries: cemeteries(pool).await?,
        barriers: barriers(pool).await?,
        buildings: buildings(pool).await?,
    })
}

async fn paths(pool: &PgPool) -> Result<Vec<PathInput>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select id as "id!", st_asewkb(geom) as "ewkb!", cemetery_id, name, attributes as "attributes!" from path
           order by id"#
    )
    .fetch_all(pool)
    .await?;
    let mut paths = Vec::with_capacity(rows.len());
    for row in rows {
        let text = |key: &str| row.attributes.get(key).and_then(Value::as_str).map(str::to_owned);
        let number = |key: &str| row.attributes.get(key).and_then(Value::as_f64);
        for line in lines(geometry(&row.ewkb)?) {
            paths.push(PathInput {
                id: row.id,
                line,
                class: PathClass::from_slug(&text("class").unwrap_or_default()),
                name: row.name.clone(),
                surface: text("surface"),
                width_m: number("width_m"),
                incline_pct: number("incline_pct"),
                step_count: number("step_count").map(|n| n.clamp(0.0, 100_000.0) as u32),
                step_free: StepFree::from_slug(&text("step_free").unwrap_or_default()),
                wheelchair: text("wheelchair"),
                access: text("access"),
                cemetery: row.cemetery_id,
            });
        }
    }
    Ok(paths)
}

async fn gates(pool: &PgPool) -> Result<Vec<GateInput>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select id as "id!", name, cemetery_id as "cemetery_id!",
                  st_x(st_centroid(geom)) as "x!", st_y(st_centroid(geom)) as "y!", locked as "locked!", access
           from gate where cemetery_id is not null order by id"#
    )
    .fetch_all(pool)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| GateInput {
            id: row.id,
            name: row.name,
            point: Point::new(row.x, row.y),
            cemetery: row.cemetery_id,
            open: !row.locked && !matches!(row.access.as_deref(), Some("private" | "no")),
        })
        .collect())
}

async fn cemeteries(pool: &PgPool) -> Result<Vec<CemeteryInput>, sqlx::Error> {
    let rows =
        sqlx::query!(r#"select id as "id!", name, st_asewkb(geom) as "ewkb!" from cemetery order by id"#)
            .fetch_all(pool)
            .await?;
    rows.into_iter()
        .map(|row| Ok(CemeteryInput { id: row.id, name: row.name, area: area(geometry(&row.ewkb)?) }))
        .collect()
}

async fn barriers(pool: &PgPool) -> Result<Vec<BarrierInput>, sqlx::Error> {
    let rows = sqlx::query_scalar!(r#"select st_asewkb(geom) as "ewkb!" from barrier order by id"#)
        .fetch_all(pool)
        .await?;
    let mut barriers = Vec::with_capacity(rows.len());
    for ewkb in &rows {
        barriers.extend(lines(geometry(ewkb)?).into_iter().map(|line| BarrierInput { line }));
    }
    Ok(barriers)
}

/// Buildings matter only beside graves: those in and around cemeteries.
async fn buildings(pool: &PgPool) -> Result<Vec<BuildingInput>, sqlx::Error> {
    let rows = sqlx::query_scalar!(
        r#"select distinct st_asewkb(st_transform(b.geom, 4326)) as "ewkb!"
           from cemetery c join basemap b on b.geom && st_expand(st_transform(c.geom, 3857), 100)
           where b.layer = 'buildings'"#
    )
    .fetch_all(pool)
    .await?;
    rows.iter().map(|ewkb| Ok(BuildingInput { area: area(geometry(ewkb)?) })).collect()
}

fn geometry(ewkb: &[u8]) -> Result<Geometry<f64>, sqlx::Error> {
    Geom::from_ewkb(ewkb).map(|geom| geom.0).map_err(|error| sqlx::Error::Decode(error.into()))
}

fn lines(geometry: Geometry<f64>) -> Vec<LineString<f64>> {
    match geometry {
        Geometry::LineString(line) => vec![line],
        Geometry::MultiLineString(lines) => lines.0,
        _ => Vec::new(),
    }
}

fn area(geometry: Geometry<f64>) -> MultiPolygon<f64> {
    match geometry {
        Geometry::Polygon(polygon) => MultiPolygon(vec![polygon]),
        Geometry::MultiPolygon(polygons) => polygons,
        _ => MultiPolygon(Vec::new()),
    }
}
