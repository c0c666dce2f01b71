//! SQL of what the editor reads.

use serde_json::Value;
use sqlx::PgPool;
use uuid::Uuid;

use crate::registry::editing::VersionRow;

/// What is looked for.
#[derive(Debug)]
pub(super) struct Wanted<'a> {
    pub kinds: &'a [String],
    /// In EPSG:4326.
    pub area: Option<Vec<u8>>,
    pub text: Option<String>,
    /// `[{"key", "op", "value"}]`
    pub conditions: Value,
}

pub(super) async fn search(
    pool: &PgPool,
    wanted: &Wanted<'_>,
    limit: i64,
) -> Result<Vec<VersionRow>, sqlx::Error> {
    sqlx::query_as!(
        VersionRow,
        r#"select a.id, a.kind, a.rev, a.registry_number, st_asewkb(a.geom) as "ewkb!", a.label, a.attributes,
                  a.status, a.part_of, a.updated_at,
                  a.changed_by
           from asset a
           where a.kind = any($1) and a.status <> 'removed'
             and ($2::bytea is null or (a.geom && st_geomfromewkb($2) and st_intersects(a.geom, st_geomfromewkb($2))))
             and ($3::text is null or a.label ilike $3 or a.attributes ->> 'ref' ilike $3
                  or a.registry_number::text = trim(both '%' from $3))
             and asset_meets(a, $4)
           order by a.kind, a.id limit $5"#,
        wanted.kinds,
        wanted.area,
        wanted.text,
        wanted.conditions,
        limit
    )
    .fetch_all(pool)
    .await
}

pub(super) async fn count(pool: &PgPool, wanted: &Wanted<'_>) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select count(*) as "count!"
           from asset a
           where a.kind = any($1) and a.status <> 'removed'
             and ($2::bytea is null or (a.geom && st_geomfromewkb($2) and st_intersects(a.geom, st_geomfromewkb($2))))
             and ($3::text is null or a.label ilike $3 or a.attributes ->> 'ref' ilike $3
                  or a.registry_number::text = trim(both '%' from $3))
             and asset_meets(a, $4)"#,
        wanted.kinds,
        wanted.area,
        wanted.text,
        wanted.conditions
    )
    .fetch_one(pool)
    .await
}

pub(super) async fn by_ids(pool: &PgPool, ids: &[Uuid]) -> Result<Vec<VersionRow>, sqlx::Error> {
    sqlx::query_as!(
        VersionRow,
        r#"select a.id, a.kind, a.rev, a.registry_number, st_asewkb(a.geom) as "ewkb!", a.label, a.attributes,
                  a.status, a.part_of, a.updated_at,
                  a.changed_by
           from asset a where a.id = any($1) order by a.id"#,
        ids
    )
    .fetch_all(pool)
    .await
}

/// Points from one system to another, each in x (east), y (north) order.
pub(super) async fn transformed(
    pool: &PgPool,
    points: &[[f64; 2]],
    from: i32,
    to: i32,
) -> Result<Vec<[f64; 2]>, sqlx::Error> {
    let (xs, ys): (Vec<f64>, Vec<f64>) = points.iter().map(|[x, y]| (*x, *y)).unzip();
    let rows = sqlx::query!(
        r#"select st_x(point) as "x!", st_y(point) as "y!"
           from unnest($1::float8[], $2::float8[]) with ordinality as given (x, y, place)
           cross join lateral st_transform(st_setsrid(st_makepoint(given.x, given.y), $3::int), $4::int) as point
           order by place"#,
        &xs,
        &ys,
        from,
        to
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(|row| [row.x, row.y]).collect())
}

/// A geometry of another system, in x (east), y (north) order, in storage coordinates.
pub(super) async fn in_storage(pool: &PgPool, ewkb: &[u8], srid: i32) -> Result<Vec<u8>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select st_asewkb(st_transform(st_setsrid(st_geomfromewkb($1), $2::int), 4326)) as "ewkb!""#,
        ewkb,
        srid
    )
    .fetch_one(pool)
    .await
}
