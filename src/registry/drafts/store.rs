//! SQL of drafts.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::model::DraftSummary;

#[derive(Debug)]
pub(super) struct DraftRow {
    pub id: Uuid,
    pub title: Option<String>,
    pub version: i32,
    pub cursor: i32,
    pub last_write: Option<Vec<u8>>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub closed_at: Option<DateTime<Utc>>,
    pub submitted: bool,
    pub change_set: Option<Uuid>,
}

/// Most drafts that a list shows.
const MOST_LISTED: i64 = 100;

pub(super) async fn open_drafts(pool: &PgPool, account: Uuid) -> Result<Vec<DraftSummary>, sqlx::Error> {
    sqlx::query_as!(
        DraftSummary,
        r#"select d.id, d.title, d.version, d.cursor::bigint as "gestures!", d.updated_at,
                  (select count(distinct change ->> 'asset')
                   from draft_gesture g cross join jsonb_array_elements(g.gesture -> 'changes') as change
                   where g.draft_id = d.id and g.position < d.cursor) as "assets!"
           from draft d
           where d.account_id = $1 and d.closed_at is null
           order by d.updated_at desc, d.id limit $2"#,
        account,
        MOST_LISTED
    )
    .fetch_all(pool)
    .await
}

/// A draft of an account, locked for whoever writes it.
pub(super) async fn lock(
    connection: &mut PgConnection,
    account: Uuid,
    id: Uuid,
) -> Result<Option<DraftRow>, sqlx::Error> {
    sqlx::query_as!(
        DraftRow,
        "select id, title, version, cursor, last_write, created_at, updated_at, closed_at, submitted, change_set
         from draft where id = $1 and account_id = $2 for update",
        id,
        account
    )
    .fetch_optional(connection)
    .await
}

pub(super) async fn gestures(
    connection: &mut PgConnection,
    draft: Uuid,
    most: i32,
) -> Result<Vec<Value>, sqlx::Error> {
    sqlx::query_scalar!(
        "select gesture from draft_gesture where draft_id = $1 and position < $2 order by position",
        draft,
        most
    )
    .fetch_all(connection)
    .await
}

/// Makes a draft; answers whether there was none of this id, be it somebody else's.
pub(super) async fn create(
    connection: &mut PgConnection,
    account: Uuid,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    let made = sqlx::query!(
        "insert into draft (id, account_id, created_at, updated_at) values ($1, $2, $3, $3) on conflict do nothing",
        id,
        account,
        now
    )
    .execute(connection)
    .await?;
    Ok(made.rows_affected() == 1)
}

/// How much a draft holds.
#[derive(Debug)]
pub(super) struct Size {
    pub gestures: i64,
    pub changes: i64,
    pub bytes: i64,
}

pub(super) async fn size(connection: &mut PgConnection, draft: Uuid) -> Result<Size, sqlx::Error> {
    sqlx::query_as!(
        Size,
        r#"select count(*) as "gestures!", coalesce(sum(jsonb_array_length(gesture -> 'changes')), 0) as "changes!",
                  coalesce(sum(octet_length(gesture::text)), 0) as "bytes!"
           from draft_gesture where draft_id = $1"#,
        draft
    )
    .fetch_one(connection)
    .await
}

/// How many drafts of an account are open.
pub(super) async fn open_count(connection: &mut PgConnection, account: Uuid) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select count(*) as "count!" from draft where account_id = $1 and closed_at is null"#,
        account
    )
    .fetch_one(connection)
    .await
}

pub(super) async fn replace_from(
    connection: &mut PgConnection,
    draft: Uuid,
    from: i32,
    gestures: &[Value],
) -> Result<(), sqlx::Error> {
    sqlx::query!("delete from draft_gesture where draft_id = $1 and position >= $2", draft, from)
        .execute(&mut *connection)
        .await?;
    sqlx::query!(
        "insert into draft_gesture (draft_id, position, gesture)
         select $1, $2 + place::int - 1, gesture from unnest($3::jsonb[]) with ordinality as new (gesture, place)",
        draft,
        from,
        gestures
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// What a write leaves in the draft's own row.
pub(super) struct Written<'a> {
    pub version: i32,
    pub cursor: i32,
    pub title: Option<&'a str>,
    pub digest: &'a [u8],
    pub now: DateTime<Utc>,
}

pub(super) async fn write(
    connection: &mut PgConnection,
    draft: Uuid,
    written: &Written<'_>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update draft set version = $2, cursor = $3, title = $4, last_write = $5, updated_at = $6 where id = $1",
        draft,
        written.version,
        written.cursor,
        written.title,
        written.digest,
        written.now
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub(super) async fn close(
    connection: &mut PgConnection,
    draft: Uuid,
    submitted: bool,
    change_set: Option<Uuid>,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update draft set closed_at = $4, submitted = $2, change_set = $3 where id = $1",
        draft,
        submitted,
        change_set,
        now
    )
    .execute(connection)
    .await?;
    Ok(())
}
