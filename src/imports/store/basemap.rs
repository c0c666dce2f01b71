//! The basemap: drawn, but not registered.

use sqlx::{PgConnection, Row};

use super::Plan;
use crate::imports::model::Outcome;

/// Whether the source has pieces there.
pub(super) async fn any(plan: &Plan<'_>, connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar("select exists (select from basemap where source = $1)")
        .bind(plan.source)
        .fetch_one(connection)
        .await
}

pub(super) async fn write(
    plan: &Plan<'_>,
    connection: &mut PgConnection,
    outcome: &mut Outcome,
) -> Result<(), sqlx::Error> {
    let counts = outcome.kinds.entry("basemap".into()).or_default();
    counts.read = sqlx::query_scalar("select count(*) from staged where what = 'base'")
        .fetch_one(&mut *connection)
        .await?;
    let vanished = sqlx::query(
        "delete from basemap a
         where a.source = $1
           and ($2::float8[] is null or a.geom @ st_transform(st_makeenvelope(($2::float8[])[1],
               ($2::float8[])[2], ($2::float8[])[3], ($2::float8[])[4], 4326), 3857))
           and not exists (
               select from staged s
               where s.what = 'base' and s.kind = a.layer and s.source_id = a.source_id)",
    )
    .bind(plan.source)
    .bind(plan.edges())
    .execute(&mut *connection)
    .await?;
    counts.vanished = vanished.rows_affected() as i64;
    let written = sqlx::query(
        "insert into basemap as a (layer, class, name, min_zoom, geom, source, source_id)
         select kind, attributes ->> 'class', label, (attributes ->> 'min_zoom')::smallint,
                st_transform(geom, 3857), $1, source_id
         from staged where what = 'base'
         on conflict (source, layer, source_id) do update
         set class = excluded.class, name = excluded.name, min_zoom = excluded.min_zoom, geom = excluded.geom
         where (a.class, a.name, a.min_zoom) is distinct from (excluded.class, excluded.name, excluded.min_zoom)
            or not a.geom = excluded.geom
         returning (xmax = 0)",
    )
    .bind(plan.source)
    .fetch_all(&mut *connection)
    .await?;
    for row in &written {
        if row.try_get::<bool, _>(0)? {
            counts.new += 1;
        } else {
            counts.changed += 1;
        }
    }
    counts.unchanged = counts.read - counts.new - counts.changed;
    if counts.new + counts.changed + counts.vanished > 0 {
        sqlx::query(
            "select collection_touch('basemap', $1, st_extent(geom)::box2d) from staged where what = 'base'",
        )
        .bind(counts.new - counts.vanished)
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}
