//! SQL of the history.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::model::{ChangeSetHead, ChangeSetQuery};
use crate::{
    kernel::Geom,
    platform::http::{Failure, ResultExt},
    registry::editing::state::{State, Status},
};

/// One row of the history.
#[derive(Debug)]
pub(super) struct HistoryRow {
    pub asset_id: Uuid,
    pub rev: i32,
    pub kind: String,
    pub ewkb: Vec<u8>,
    pub label: Option<String>,
    pub attributes: Value,
    pub status: String,
    pub part_of: Option<Uuid>,
    pub changed_at: DateTime<Utc>,
    pub changed_by: String,
    pub change_set: Option<Uuid>,
    pub number: Option<i64>,
}

impl HistoryRow {
    /// What the thing was; `None`: removed.
    pub(super) fn state(&self) -> Result<Option<State>, Failure> {
        let Some(status) = Status::from_name(&self.status) else { return Ok(None) };
        Ok(Some(State {
            geometry: Geom::from_ewkb(&self.ewkb).internal("read a geometry")?.0,
            label: self.label.clone(),
            attributes: self
                .attributes
                .as_object()
                .map(|map| {
                    map.iter().filter(|(_, v)| !v.is_null()).map(|(k, v)| (k.clone(), v.clone())).collect()
                })
                .unwrap_or_default(),
            status,
            part_of: self.part_of,
        }))
    }
}

/// Versions of a thing, newest first.
pub(super) async fn of_asset(pool: &PgPool, asset: Uuid, most: i64) -> Result<Vec<HistoryRow>, sqlx::Error> {
    sqlx::query_as!(
        HistoryRow,
        r#"select h.asset_id as "asset_id!", h.rev as "rev!", h.kind as "kind!", st_asewkb(h.geom) as "ewkb!", h.label,
                  h.attributes as "attributes!", h.status as "status!", h.part_of, h.changed_at as "changed_at!",
                  h.changed_by as "changed_by!", h.change_set, c.number as "number?"
           from asset_history h left join change_set c on c.id = h.change_set
           where h.asset_id = $1 order by h.rev desc limit $2"#,
        asset,
        most
    )
    .fetch_all(pool)
    .await
}

/// Versions that a change set made, with the version before each, in the order of things and versions.
pub(super) async fn of_change_set(
    connection: &mut PgConnection,
    change_set: Uuid,
    most: i64,
) -> Result<Vec<HistoryRow>, sqlx::Error> {
    sqlx::query_as!(
        HistoryRow,
        r#"with made as (
               select asset_id, rev from asset_history where change_set = $1 order by asset_id limit $2)
           select h.asset_id as "asset_id!", h.rev as "rev!", h.kind as "kind!", st_asewkb(h.geom) as "ewkb!", h.label,
                  h.attributes as "attributes!", h.status as "status!", h.part_of, h.changed_at as "changed_at!",
                  h.changed_by as "changed_by!", h.change_set, null::bigint as number
           from made join asset_history h
               on h.asset_id = made.asset_id and h.rev in (made.rev, made.rev - 1)
           order by h.asset_id, h.rev"#,
        change_set,
        most
    )
    .fetch_all(connection)
    .await
}

/// Versions of some things that a change set made, with the version before each, in the order of things and versions.
pub(super) async fn of_things(
    connection: &mut PgConnection,
    change_set: Uuid,
    things: &[Uuid],
) -> Result<Vec<HistoryRow>, sqlx::Error> {
    sqlx::query_as!(
        HistoryRow,
        r#"select h.asset_id as "asset_id!", h.rev as "rev!", h.kind as "kind!", st_asewkb(h.geom) as "ewkb!", h.label,
                  h.attributes as "attributes!", h.status as "status!", h.part_of, h.changed_at as "changed_at!",
                  h.changed_by as "changed_by!", h.change_set, null::bigint as number
           from asset_history made join asset_history h
               on h.asset_id = made.asset_id and h.rev in (made.rev, made.rev - 1)
           where made.change_set = $1 and made.asset_id = any($2)
           order by h.asset_id, h.rev"#,
        change_set,
        things
    )
    .fetch_all(connection)
    .await
}

/// A version and the one before it.
pub(super) async fn of_version(
    connection: &mut PgConnection,
    asset: Uuid,
    rev: i32,
) -> Result<Vec<HistoryRow>, sqlx::Error> {
    sqlx::query_as!(
        HistoryRow,
        r#"select h.asset_id as "asset_id!", h.rev as "rev!", h.kind as "kind!", st_asewkb(h.geom) as "ewkb!", h.label,
                  h.attributes as "attributes!", h.status as "status!", h.part_of, h.changed_at as "changed_at!",
                  h.changed_by as "changed_by!", h.change_set, null::bigint as number
           from asset_history h where h.asset_id = $1 and h.rev in ($2, $2 - 1) order by h.rev"#,
        asset,
        rev
    )
    .fetch_all(connection)
    .await
}

/// Present number and version of things.
pub(super) async fn present(pool: &PgPool, assets: &[Uuid]) -> Result<Vec<(Uuid, i64, i32)>, sqlx::Error> {
    let rows = sqlx::query!("select id, registry_number, rev from asset where id = any($1)", assets)
        .fetch_all(pool)
        .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.registry_number, row.rev)).collect())
}

pub(super) async fn change_sets(
    pool: &PgPool,
    query: &ChangeSetQuery,
    kinds: Option<&[String]>,
    id: Option<Uuid>,
) -> Result<Vec<ChangeSetHead>, sqlx::Error> {
    sqlx::query_as!(
        ChangeSetHead,
        r#"select c.id, c.number, c.created_at as "when", c.actor as who, c.origin, c.comment, c.undoes,
                  (select u.id from change_set u where u.undoes = c.id order by u.number desc limit 1) as undone_by,
                  n.new as "new!", n.changed as "changed!", n.removed as "removed!"
           from change_set c
           cross join lateral (
               select count(*) filter (where h.rev = 1) as new,
                      count(*) filter (where h.rev > 1 and h.status <> 'removed') as changed,
                      count(*) filter (where h.status = 'removed') as removed
               from asset_history h
               where h.change_set = c.id and ($7::text[] is null or h.kind = any($7))) n
           where ($1::text is null or c.actor = $1)
             and ($2::text is null
                  or exists (select from asset_history h where h.change_set = c.id and h.kind = $2))
             and ($3::timestamptz is null or c.created_at >= $3)
             and ($4::timestamptz is null or c.created_at < $4)
             and ($5::bigint is null or c.number < $5)
             and ($6::uuid is null or c.id = $6)
             and ($7::text[] is null
                  or exists (select from asset_history h where h.change_set = c.id and h.kind = any($7)))
           order by c.number desc limit $8"#,
        query.who,
        query.kind,
        query.from,
        query.to,
        query.before,
        id,
        kinds,
        query.limit
    )
    .fetch_all(pool)
    .await
}

/// Number of a change set, and its things: each with whether it was removed.
pub(super) async fn made_by(
    pool: &PgPool,
    change_set: Uuid,
) -> Result<(i64, Vec<(Uuid, bool)>), sqlx::Error> {
    let number = sqlx::query_scalar!("select number from change_set where id = $1", change_set)
        .fetch_one(pool)
        .await?;
    let rows = sqlx::query!(
        r#"select asset_id as "asset_id!", status = 'removed' as "removed!" from asset_history where change_set = $1 order by asset_id"#,
        change_set
    )
    .fetch_all(pool)
    .await?;
    Ok((number, rows.into_iter().map(|row| (row.asset_id, row.removed)).collect()))
}
