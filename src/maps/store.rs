//! SQL of the basemap.

use sqlx::PgPool;

/// One tile with the layers land, water, buildings, roads, places and housenumbers; each attribute `class`, `name`.
/// Large areas come first, so that small ones are drawn upon them.
pub(super) async fn basemap_tile(pool: &PgPool, tile: tiles::TileId) -> Result<Vec<u8>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"with piece as materialized (
               select id, layer, class, name,
                      st_asmvtgeom(geom, st_tileenvelope($1, $2, $3), 4096, 64) as geom
               from basemap
               where geom && st_tileenvelope($1, $2, $3, margin => 0.015625) and min_zoom <= $1
           )
           select coalesce((select st_asmvt(t, 'land', 4096, 'geom') from (
                      select class, name, geom from piece where layer = 'land' and geom is not null
                      order by st_area(geom) desc, id) t), '')
               || coalesce((select st_asmvt(t, 'water', 4096, 'geom') from (
                      select class, name, geom from piece where layer = 'water' and geom is not null order by id) t), '')
               || coalesce((select st_asmvt(t, 'buildings', 4096, 'geom') from (
                      select class, name, geom from piece where layer = 'buildings' and geom is not null order by id) t), '')
               || coalesce((select st_asmvt(t, 'roads', 4096, 'geom') from (
                      select class, name, geom from piece where layer = 'roads' and geom is not null order by id) t), '')
               || coalesce((select st_asmvt(t, 'places', 4096, 'geom') from (
                      select class, name, geom from piece where layer = 'places' and geom is not null order by id) t), '')
               || coalesce((select st_asmvt(t, 'housenumbers', 4096, 'geom') from (
                      select class, name, geom from piece where layer = 'housenumbers' and geom is not null order by id) t), '')
               as "tile!""#,
        i32::from(tile.z()),
        tile.x() as i32,
        tile.y() as i32
    )
    .fetch_one(pool)
    .await
}

/// A piece of the ground for a map drawn on the server.
#[derive(Debug)]
pub(super) struct Ground {
    pub layer: String,
    pub class: String,
    pub name: Option<String>,
    /// In EPSG:3857, as the basemap is stored.
    pub ewkb: Vec<u8>,
}

/// The ground inside a box in degrees as far as it is worth drawing at a zoom, at most `limit` pieces, large areas first.
pub(super) async fn ground(
    pool: &PgPool,
    bbox: [f64; 4],
    zoom: i16,
    limit: i64,
) -> Result<Vec<Ground>, sqlx::Error> {
    sqlx::query_as!(
        Ground,
        // Most pieces lie inside and need no cutting.
        r#"select layer, class, name, st_asewkb(piece) as "ewkb!"
           from st_transform(st_makeenvelope($1, $2, $3, $4, 4326), 3857) as box
           cross join lateral (
               select id, layer, class, name,
                      case when geom @ box then geom else st_clipbybox2d(geom, box) end as piece
               from basemap
               where geom && box and layer not in ('housenumbers', 'places') and min_zoom <= $6) b
           where not st_isempty(piece)
           order by layer, st_area(piece) desc, id limit $5"#,
        bbox[0],
        bbox[1],
        bbox[2],
        bbox[3],
        limit,
        zoom
    )
    .fetch_all(pool)
    .await
}
