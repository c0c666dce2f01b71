//! SQL of the desk.

use chrono::{DateTime, Utc};
use futures::stream::BoxStream;
use serde_json::Value;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::model::{Order, Outcome, Row, Sighting};

/// A thing to be judged.
#[derive(Debug)]
pub(super) struct Judged {
    pub id: Uuid,
    pub status: String,
    pub attributes: Value,
    pub ewkb: Vec<u8>,
}

/// Things of a kind that changed since an instant; all that are there without one.
pub(super) fn changed_since<'a>(
    pool: &'a PgPool,
    kind: &'a str,
    since: Option<DateTime<Utc>>,
) -> BoxStream<'a, Result<Judged, sqlx::Error>> {
    sqlx::query_as!(
        Judged,
        r#"select id, status, attributes, st_asewkb(geom) as "ewkb!" from asset
           where kind = $1 and ($2::timestamptz is null and status <> 'removed' or updated_at >= $2)"#,
        kind,
        since
    )
    .fetch(pool)
}

/// Pairs of points of a kind that lie within 0.3 m of each other, and of other things with the same shape.
pub(super) async fn stacked(
    pool: &PgPool,
    kind: &str,
    of: Option<&[Uuid]>,
) -> Result<Vec<(Uuid, Uuid)>, sqlx::Error> {
    // The box of 0.00001 degrees is more than 0.3 m everywhere in Poland; the exact distance decides.
    let rows = sqlx::query!(
        r#"select a.id as one, b.id as other
           from asset a join asset b
               on b.kind = a.kind and b.status <> 'removed' and b.id <> a.id
                  and b.geom && st_expand(a.geom, 0.00001)
           where a.kind = $1 and a.status <> 'removed'
             and (case when $2::uuid[] is null then a.id < b.id else a.id = any($2) end)
             and case when geometrytype(a.geom) = 'POINT' and geometrytype(b.geom) = 'POINT'
                      then st_distance(a.geom::geography, b.geom::geography, false) <= 0.3
                      else a.geom = b.geom end
           limit 100000"#,
        kind,
        of
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(|row| (row.one, row.other)).collect())
}

/// Part of a list.
#[derive(Debug, Clone, Copy)]
pub(super) struct Part<'a> {
    pub kinds: &'a [String],
    pub order: Order,
    pub limit: i64,
    pub offset: i64,
}

/// Things by their ids.
pub(super) async fn rows(pool: &PgPool, ids: &[Uuid], part: Part<'_>) -> Result<Vec<Row>, sqlx::Error> {
    sqlx::query_as!(
        Row,
        r#"select a.id, a.kind, a.registry_number, a.label, a.updated_at, l.seen_at as "seen_at?"
           from asset a left join asset_last_seen l on l.asset_id = a.id
           where a.id = any($1) and a.kind = any($2) and a.status <> 'removed'
           order by case when $3 = 'changed' then a.updated_at end desc nulls last, a.registry_number
           limit $4 offset $5"#,
        ids,
        part.kinds,
        part.order.name(),
        part.limit,
        part.offset
    )
    .fetch_all(pool)
    .await
}

/// Things that somebody changed since an instant.
pub(super) async fn changed_by(
    pool: &PgPool,
    actor: &str,
    since: DateTime<Utc>,
    part: Part<'_>,
) -> Result<Vec<Row>, sqlx::Error> {
    sqlx::query_as!(
        Row,
        r#"with mine as (
               select asset_id, max(changed_at) as changed_at from asset_history
               where changed_by = $1 and changed_at >= $2 group by asset_id)
           select a.id, a.kind, a.registry_number, a.label, mine.changed_at as "updated_at!", l.seen_at as "seen_at?"
           from mine join asset a on a.id = mine.asset_id left join asset_last_seen l on l.asset_id = a.id
           where a.kind = any($3) and a.status <> 'removed'
           order by case when $4 = 'number' then a.registry_number end, mine.changed_at desc, a.registry_number
           limit $5 offset $6"#,
        actor,
        since,
        part.kinds,
        part.order.name(),
        part.limit,
        part.offset
    )
    .fetch_all(pool)
    .await
}

pub(super) async fn count_changed_by(
    pool: &PgPool,
    actor: &str,
    since: DateTime<Utc>,
    kinds: &[String],
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select count(distinct h.asset_id) as "count!" from asset_history h
           join asset a on a.id = h.asset_id and a.status <> 'removed'
           where h.changed_by = $1 and h.changed_at >= $2 and a.kind = any($3)"#,
        actor,
        since,
        kinds
    )
    .fetch_one(pool)
    .await
}

/// Things that nobody ever saw, in the order of their registration or otherwise.
pub(super) async fn never_seen(pool: &PgPool, part: Part<'_>) -> Result<Vec<Row>, sqlx::Error> {
    sqlx::query_as!(
        Row,
        r#"select a.id, a.kind, a.registry_number, a.label, a.updated_at, null::timestamptz as "seen_at?"
           from asset a
           where a.kind = any($1) and a.status <> 'removed'
             and not exists (select from asset_last_seen l where l.asset_id = a.id)
           order by case when $2 = 'changed' then a.updated_at end desc nulls last, a.registry_number
           limit $3 offset $4"#,
        part.kinds,
        part.order.name(),
        part.limit,
        part.offset
    )
    .fetch_all(pool)
    .await
}

/// Things that were seen, the longest ago first.
pub(super) async fn longest_seen(pool: &PgPool, part: Part<'_>) -> Result<Vec<Row>, sqlx::Error> {
    sqlx::query_as!(
        Row,
        r#"select a.id, a.kind, a.registry_number, a.label, a.updated_at, l.seen_at as "seen_at?"
           from asset_last_seen l join asset a on a.id = l.asset_id
           where a.kind = any($1) and a.status <> 'removed'
           order by l.seen_at, a.id limit $2 offset $3"#,
        part.kinds,
        part.limit,
        part.offset
    )
    .fetch_all(pool)
    .await
}

/// How many things of some kinds were ever seen.
pub(super) async fn count_seen(pool: &PgPool, kinds: &[String]) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select count(*) as "count!" from asset_last_seen l join asset a on a.id = l.asset_id
           where a.kind = any($1) and a.status <> 'removed'"#,
        kinds
    )
    .fetch_one(pool)
    .await
}

pub(super) async fn sightings(pool: &PgPool, asset: Uuid) -> Result<Vec<Sighting>, sqlx::Error> {
    sqlx::query_as!(
        Sighting,
        "select outcome, seen_at, seen_by, note from asset_sighting where asset_id = $1 order by seen_at desc limit 100",
        asset
    )
    .fetch_all(pool)
    .await
}

/// A sighting to be written.
#[derive(Debug)]
pub(super) struct NewSighting<'a> {
    pub report: Uuid,
    pub asset: Uuid,
    pub outcome: Outcome,
    pub at: DateTime<Utc>,
    pub by: &'a str,
    pub account: Option<Uuid>,
    pub position: Option<[f64; 2]>,
    pub note: Option<&'a str>,
}

/// Whether a report is recorded already.
pub(super) async fn is_reported(pool: &PgPool, report: Uuid) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select exists (select from asset_sighting where report = $1) as "is_reported!""#,
        report
    )
    .fetch_one(pool)
    .await
}

/// Writes a sighting; answers whether it is new.
pub(super) async fn put_sighting(
    connection: &mut PgConnection,
    new: &NewSighting<'_>,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "insert into asset_sighting (report, asset_id, outcome, seen_at, seen_by, account_id, position, note)
         values ($1, $2, $3, $4, $5, $6,
                 case when $7::float8 is not null then st_setsrid(st_makepoint($7, $8), 4326) end, $9)
         on conflict (report) do nothing",
        new.report,
        new.asset,
        new.outcome.name(),
        new.at,
        new.by,
        new.account,
        new.position.map(|[lon, _]| lon),
        new.position.map(|[_, lat]| lat),
        new.note
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Sightings by somebody since an instant.
pub(super) async fn count_sightings(
    pool: &PgPool,
    by: &str,
    since: DateTime<Utc>,
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select count(*) as "count!" from asset_sighting where seen_by = $1 and seen_at >= $2"#,
        by,
        since
    )
    .fetch_one(pool)
    .await
}

/// Where somebody last stood.
pub(super) async fn last_position(pool: &PgPool, by: &str) -> Result<Option<[f64; 2]>, sqlx::Error> {
    let row = sqlx::query!(
        r#"select st_x(p) as "x!", st_y(p) as "y!"
           from asset_sighting s join asset a on a.id = s.asset_id,
                coalesce(s.position, st_pointonsurface(a.geom)) as p
           where s.seen_by = $1 order by s.seen_at desc limit 1"#,
        by
    )
    .fetch_optional(pool)
    .await?;
    Ok(row.map(|row| [row.x, row.y]))
}

/// A thing to walk to.
#[derive(Debug)]
pub(super) struct Near {
    pub id: Uuid,
    pub kind: String,
    pub rev: i32,
    pub registry_number: i64,
    pub label: Option<String>,
    pub attributes: Value,
    pub x: f64,
    pub y: f64,
}

/// The nearest things of some kinds that nobody saw since an instant.
pub(super) async fn nearest_unseen(
    pool: &PgPool,
    kinds: &[String],
    from: [f64; 2],
    seen_before: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<Near>, sqlx::Error> {
    sqlx::query_as!(
        Near,
        r#"select a.id, a.kind, a.rev, a.registry_number, a.label, a.attributes, st_x(p) as "x!", st_y(p) as "y!"
           from (select a.* from asset a
                 where a.kind = any($1) and a.status <> 'removed'
                   and not exists (select from asset_last_seen l where l.asset_id = a.id and l.seen_at >= $4)
                 order by a.geom <-> st_setsrid(st_makepoint($2, $3), 4326) limit $5) a,
                st_pointonsurface(a.geom) as p"#,
        kinds,
        from[0],
        from[1],
        seen_before,
        limit
    )
    .fetch_all(pool)
    .await
}

/// How many imports there ever were. Each is counted in the transaction of its last things.
pub(super) async fn count_imports(pool: &PgPool) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(r#"select count(*) as "count!" from import_run"#).fetch_one(pool).await
}

/// Every attribute that a kind ever had, with its latest schema.
pub(super) async fn attributes_ever(pool: &PgPool, kind: &str) -> Result<Vec<(String, Value)>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select distinct on (p.key) p.key as "key!", p.value as "value!"
           from kind_history h, jsonb_each(h.definition #> '{schema,properties}') as p
           where h.slug = $1 order by p.key, h.rev desc"#,
        kind
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(|row| (row.key, row.value)).collect())
}

/// Everybody whose changes are in change sets.
pub(super) async fn actors(pool: &PgPool) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar!("select distinct actor from change_set order by actor limit 500")
        .fetch_all(pool)
        .await
}

/// Numbers of change sets.
pub(super) async fn change_set_numbers(pool: &PgPool, ids: &[Uuid]) -> Result<Vec<(Uuid, i64)>, sqlx::Error> {
    let rows =
        sqlx::query!("select id, number from change_set where id = any($1)", ids).fetch_all(pool).await?;
    Ok(rows.into_iter().map(|row| (row.id, row.number)).collect())
}

/// Kind, number in the registry and source of a thing, removed or not.
#[derive(Debug)]
pub(super) struct Identity {
    pub kind: String,
    pub registry_number: i64,
    pub source: String,
    pub source_id: String,
    pub label: Option<String>,
}

pub(super) async fn identity(pool: &PgPool, asset: Uuid) -> Result<Option<Identity>, sqlx::Error> {
    sqlx::query_as!(
        Identity,
        "select kind, registry_number, source, source_id, label from asset where id = $1",
        asset
    )
    .fetch_optional(pool)
    .await
}

/// A thing in the table of the registry.
#[derive(Debug)]
pub(super) struct Registered {
    pub id: Uuid,
    pub registry_number: i64,
    pub label: Option<String>,
    pub status: String,
    pub attributes: Value,
}

/// Things of a kind behind a number, as they are or were at an instant.
pub(super) async fn register(
    pool: &PgPool,
    kind: &str,
    at: Option<DateTime<Utc>>,
    after: i64,
    limit: i64,
) -> Result<Vec<Registered>, sqlx::Error> {
    match at {
        None => {
            sqlx::query_as!(
                Registered,
                "select id, registry_number, label, status, attributes from asset
                 where kind = $1 and status <> 'removed' and registry_number > $2
                 order by registry_number limit $3",
                kind,
                after,
                limit
            )
            .fetch_all(pool)
            .await
        }
        Some(at) => {
            sqlx::query_as!(
                Registered,
                r#"select id as "id!", registry_number as "registry_number!", label, status as "status!",
                          attributes as "attributes!"
                   from asset_as_of($1, $2) where registry_number > $3 order by registry_number limit $4"#,
                kind,
                at,
                after,
                limit
            )
            .fetch_all(pool)
            .await
        }
    }
}
