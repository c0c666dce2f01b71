//! SQL of changing the registry. The triggers of the tables write the history.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    model::{AssetNow, Submission},
    state::{State, Status},
};
use crate::{
    kernel::Geom,
    platform::{
        Ctx,
        http::{Failure, ResultExt},
    },
};

/// A thing as it stands in the table, or as one version of it stands in the history.
#[derive(Debug, Clone)]
pub(super) struct Version {
    pub id: Uuid,
    pub kind: String,
    pub rev: i32,
    pub number: i64,
    pub when: DateTime<Utc>,
    pub who: String,
    /// `None`: removed.
    pub state: Option<State>,
}

impl Version {
    pub(super) fn into_asset(self) -> Option<AssetNow> {
        Some(AssetNow {
            id: self.id,
            kind: self.kind,
            rev: self.rev,
            number: self.number,
            updated_at: self.when,
            updated_by: self.who,
            state: self.state?,
        })
    }
}

#[derive(Debug)]
pub(in crate::registry) struct VersionRow {
    pub id: Uuid,
    pub kind: String,
    pub rev: i32,
    pub registry_number: i64,
    pub ewkb: Vec<u8>,
    pub label: Option<String>,
    pub attributes: Value,
    pub status: String,
    pub part_of: Option<Uuid>,
    pub updated_at: DateTime<Utc>,
    pub changed_by: Option<String>,
}

impl TryFrom<VersionRow> for Version {
    type Error = Failure;

    fn try_from(row: VersionRow) -> Result<Self, Failure> {
        let state = match Status::from_name(&row.status) {
            None => None,
            Some(status) => Some(State {
                geometry: Geom::from_ewkb(&row.ewkb).internal("read a geometry")?.0,
                label: row.label,
                attributes: match row.attributes {
                    Value::Object(map) => map.into_iter().filter(|(_, value)| !value.is_null()).collect(),
                    _ => return Err("attributes are no object").internal("read an asset"),
                },
                status,
                part_of: row.part_of,
            }),
        };
        Ok(Self {
            id: row.id,
            kind: row.kind,
            rev: row.rev,
            number: row.registry_number,
            when: row.updated_at,
            who: row.changed_by.unwrap_or_default(),
            state,
        })
    }
}

pub(super) fn versions(rows: Vec<VersionRow>) -> Result<Vec<Version>, Failure> {
    rows.into_iter().map(Version::try_from).collect()
}

/// Locks things in the order of their ids, so that two submissions never wait for each other, and reads them.
pub(super) async fn lock(connection: &mut PgConnection, ids: &[Uuid]) -> Result<Vec<Version>, Failure> {
    let rows = sqlx::query_as!(
        VersionRow,
        r#"select a.id, a.kind, a.rev, a.registry_number, st_asewkb(a.geom) as "ewkb!", a.label, a.attributes,
                  a.status, a.part_of, a.updated_at,
                  a.changed_by
           from asset a where a.id = any($1) order by a.id for update of a"#,
        ids
    )
    .fetch_all(connection)
    .await?;
    versions(rows)
}

/// Locks the counters of collections in the order of their names: statements of one submission touch several.
pub(in crate::registry) async fn lock_collections(
    connection: &mut PgConnection,
    kinds: &[String],
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "select collection from collection_state where collection = any($1) order by collection for update",
        kinds
    )
    .fetch_all(connection)
    .await?;
    Ok(())
}

/// Which version of the kinds is in force.
pub(super) async fn kinds_revision(connection: &mut PgConnection) -> Result<i64, sqlx::Error> {
    let revision = sqlx::query_scalar!("select revision from collection_state where collection = 'kinds'")
        .fetch_optional(connection)
        .await?;
    Ok(revision.unwrap_or(0))
}

/// Versions of the history by thing and number.
pub(super) async fn bases(
    connection: &mut PgConnection,
    ids: &[Uuid],
    revs: &[i32],
) -> Result<BTreeMap<Uuid, Version>, Failure> {
    let rows = sqlx::query_as!(
        VersionRow,
        r#"select h.asset_id as "id!", h.kind as "kind!", h.rev as "rev!", 0::bigint as "registry_number!", st_asewkb(h.geom) as "ewkb!",
                  h.label, h.attributes as "attributes!", h.status as "status!", h.part_of, h.changed_at as "updated_at!", h.changed_by
           from unnest($1::uuid[], $2::int[]) as asked (id, rev)
           join asset_history h on h.asset_id = asked.id and h.rev = asked.rev"#,
        ids,
        revs
    )
    .fetch_all(connection)
    .await?;
    Ok(versions(rows)?.into_iter().map(|version| (version.id, version)).collect())
}

/// An area that is not valid: its place in the list, why, and where.
pub(super) struct InvalidArea {
    pub index: usize,
    pub reason: String,
    pub at: Option<[f64; 2]>,
}

pub(super) async fn invalid_areas(
    connection: &mut PgConnection,
    geometries: &[Vec<u8>],
) -> Result<Vec<InvalidArea>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select place as "place!", coalesce(detail.reason, '') as "reason!", st_x(detail.location) as x,
                  st_y(detail.location) as y
           from unnest($1::bytea[]) with ordinality as given (ewkb, place)
           cross join lateral st_isvaliddetail(st_geomfromewkb(ewkb)) as detail
           where not detail.valid"#,
        geometries
    )
    .fetch_all(connection)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| InvalidArea {
            index: usize::try_from(row.place - 1).unwrap_or(usize::MAX),
            reason: row.reason,
            at: row.x.zip(row.y).map(|(x, y)| [x, y]),
        })
        .collect())
}

/// Ids that name no thing at all.
pub(super) async fn unknown(connection: &mut PgConnection, ids: &[Uuid]) -> Result<Vec<Uuid>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select id as "id!" from unnest($1::uuid[]) as asked (id)
           where not exists (select from asset a where a.id = asked.id)"#,
        ids
    )
    .fetch_all(connection)
    .await
}

/// Opens a change set: everything written from here on in this transaction belongs to it.
pub(in crate::registry) async fn open_change_set(
    connection: &mut PgConnection,
    ctx: &Ctx,
    submission: &Submission,
) -> Result<(Uuid, i64), sqlx::Error> {
    let id = Uuid::now_v7();
    let number = sqlx::query_scalar!(
        r#"insert into change_set (id, account_id, actor, origin, comment, undoes, created_at)
           values ($1, $2, $3, $4, $5, $6, $7) returning number as "number!""#,
        id,
        ctx.account(),
        ctx.actor(),
        submission.origin.name(),
        submission.comment,
        submission.undoes,
        ctx.now
    )
    .fetch_one(&mut *connection)
    .await?;
    sqlx::query!(
        "select set_config('reeve.actor', $1, true) as actor, set_config('reeve.change_set', $2, true) as change_set",
        ctx.actor(),
        id.to_string()
    )
    .fetch_one(connection)
    .await?;
    Ok((id, number))
}

/// Columns of states, as arrays.
#[derive(Debug, Default)]
struct Columns {
    ids: Vec<Uuid>,
    kinds: Vec<String>,
    geometries: Vec<Vec<u8>>,
    labels: Vec<Option<String>>,
    attributes: Vec<Value>,
    statuses: Vec<String>,
    wholes: Vec<Option<Uuid>>,
}

fn columns<'a>(states: impl IntoIterator<Item = (Uuid, &'a str, &'a State)>) -> Result<Columns, Failure> {
    let mut columns = Columns::default();
    for (id, kind, state) in states {
        columns.ids.push(id);
        columns.kinds.push(kind.to_owned());
        columns.geometries.push(ewkb(state)?);
        columns.labels.push(state.label.clone());
        columns.attributes.push(Value::Object(state.attributes.clone()));
        columns.statuses.push(state.status.name().to_owned());
        columns.wholes.push(state.part_of);
    }
    Ok(columns)
}

/// The geometry of a state as the database takes it.
pub(super) fn ewkb(state: &State) -> Result<Vec<u8>, Failure> {
    Geom(state.geometry.clone()).to_ewkb().internal("write a geometry")
}

pub(super) async fn insert<'a>(
    connection: &mut PgConnection,
    now: DateTime<Utc>,
    states: impl IntoIterator<Item = (Uuid, &'a str, &'a State)>,
) -> Result<(), Failure> {
    let columns = columns(states)?;
    if columns.ids.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "insert into asset (id, kind, geom, label, attributes, status, part_of, source, source_id, updated_at)
         select id, kind, st_geomfromewkb(ewkb), label, attributes, status, part_of, 'desk', id::text, $8
         from unnest($1::uuid[], $2::text[], $3::bytea[], $4::text[], $5::jsonb[], $6::text[], $7::uuid[])
             as new (id, kind, ewkb, label, attributes, status, part_of)
         order by new.id",
        &columns.ids,
        &columns.kinds,
        &columns.geometries,
        &columns.labels as &[Option<String>],
        &columns.attributes,
        &columns.statuses,
        &columns.wholes as &[Option<Uuid>],
        now
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Writes new versions. An instant later than the one before is kept even where clocks of nodes differ.
pub(super) async fn update<'a>(
    connection: &mut PgConnection,
    now: DateTime<Utc>,
    states: impl IntoIterator<Item = (Uuid, &'a str, &'a State)>,
) -> Result<(), Failure> {
    let columns = columns(states)?;
    if columns.ids.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "update asset a set
             geom = st_geomfromewkb(new.ewkb), label = new.label, attributes = new.attributes, status = new.status,
             part_of = new.part_of, rev = a.rev + 1,
             updated_at = greatest($7, a.updated_at + interval '1 microsecond')
         from unnest($1::uuid[], $2::bytea[], $3::text[], $4::jsonb[], $5::text[], $6::uuid[])
             as new (id, ewkb, label, attributes, status, part_of)
         where a.id = new.id",
        &columns.ids,
        &columns.geometries,
        &columns.labels as &[Option<String>],
        &columns.attributes,
        &columns.statuses,
        &columns.wholes as &[Option<Uuid>],
        now
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub(super) async fn remove(
    connection: &mut PgConnection,
    now: DateTime<Utc>,
    ids: &[Uuid],
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update asset set status = 'removed', rev = rev + 1,
                updated_at = greatest($2, updated_at + interval '1 microsecond')
         where id = any($1)",
        ids,
        now
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Removed things to which others still belong, with their number.
pub(in crate::registry) async fn wholes_with_parts(
    connection: &mut PgConnection,
    removed: &[Uuid],
) -> Result<Vec<(Uuid, i64)>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select part_of as "whole!", count(*) as "parts!" from asset
           where part_of = any($1) and status <> 'removed' group by part_of"#,
        removed
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|row| (row.whole, row.parts)).collect())
}

/// Removed graves in which people lie.
pub(in crate::registry) async fn graves_with_burials(
    connection: &mut PgConnection,
    removed: &[Uuid],
) -> Result<Vec<Uuid>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select distinct grave_id as "grave_id!" from buried where grave_id = any($1)"#,
        removed
    )
    .fetch_all(connection)
    .await
}

/// Things whose whole is removed, or that are a part of themselves by however many steps.
pub(super) async fn lost_parts(
    connection: &mut PgConnection,
    written: &[Uuid],
) -> Result<Vec<(Uuid, bool)>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"with recursive up (id, whole, depth) as (
               select id, part_of, 1 from asset where id = any($1) and part_of is not null
               union all
               select up.id, a.part_of, depth + 1 from up join asset a on a.id = up.whole
               where a.part_of is not null and up.whole <> up.id and depth < 20)
           select up.id as "id!", bool_or(up.whole = up.id) as "circle!"
           from up join asset whole on whole.id = up.whole
           group by up.id
           having bool_or(up.whole = up.id) or bool_or(depth = 1 and whole.status = 'removed')"#,
        written
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.circle)).collect())
}

/// Lets the transaction wait at most 15 seconds for what others hold.
pub(super) async fn limit_waiting(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query!("select set_config('lock_timeout', '15s', true)").fetch_one(connection).await?;
    Ok(())
}
