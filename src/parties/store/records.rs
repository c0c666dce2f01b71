//! What is written down about parties: proofs and looks.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgExecutor, PgPool};
use uuid::Uuid;

use crate::{
    parties::model::{Look, Proof, Search},
    platform::access::Level,
};

/// A proof to be written down.
#[derive(Debug)]
pub(in crate::parties) struct NewProof<'a> {
    pub party: Uuid,
    pub at: DateTime<Utc>,
    pub level: Level,
    pub means: &'a str,
    pub by: &'a str,
    pub details: serde_json::Value,
}

pub(in crate::parties) async fn add_proof(
    connection: &mut PgConnection,
    new: NewProof<'_>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into party_proof (party, at, level, means, by, details) values ($1, $2, $3, $4, $5, $6)",
        new.party,
        new.at,
        new.level.name(),
        new.means,
        new.by,
        new.details
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Proofs of a party, the newest first.
pub(in crate::parties) async fn proofs(
    pool: &PgPool,
    party: Uuid,
    limit: i64,
) -> Result<Vec<Proof>, sqlx::Error> {
    let rows = sqlx::query!(
        "select at, level, means, by, details from party_proof where party = $1 order by id desc limit $2",
        party,
        limit
    )
    .fetch_all(pool)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Proof {
            at: row.at,
            level: super::level(&row.level),
            means: row.means,
            by: row.by,
            details: row.details,
        })
        .collect())
}

/// A look to be written down.
#[derive(Debug)]
pub(in crate::parties) struct NewLook<'a> {
    pub party: Uuid,
    pub at: DateTime<Utc>,
    pub staff: Option<Uuid>,
    pub staff_name: &'a str,
    pub purpose: &'a str,
    pub note: Option<&'a str>,
    pub what: &'a str,
}

/// Writes a look down; the same look by the same clerk within ten minutes is one.
pub(in crate::parties) async fn add_look(
    executor: impl PgExecutor<'_>,
    new: NewLook<'_>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into party_look (party, at, staff, staff_name, purpose, note, what)
         select $1, $2, $3, $4, $5, $6, $7
         where not exists (
             select 1 from party_look
             where party = $1 and staff is not distinct from $3 and purpose = $5 and note is not distinct from $6
               and what = $7 and at > $2::timestamptz - interval '10 minutes'
               and what in ('record', 'conversation', 'search'))",
        new.party,
        new.at,
        new.staff,
        new.staff_name,
        new.purpose,
        new.note,
        new.what
    )
    .execute(executor)
    .await?;
    Ok(())
}

/// A look at a list of parties.
#[derive(Debug)]
pub(in crate::parties) struct ListLook<'a> {
    pub parties: &'a [Uuid],
    pub at: DateTime<Utc>,
    pub staff: Option<Uuid>,
    pub staff_name: &'a str,
    pub purpose: &'a str,
    pub note: Option<&'a str>,
    pub what: &'a str,
}

/// Writes down that each of these was in a list that somebody saw, once a day.
pub(in crate::parties) async fn add_looks(
    executor: impl PgExecutor<'_>,
    new: ListLook<'_>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into party_look (party, at, staff, staff_name, purpose, note, what)
         select distinct seen, $2::timestamptz, $3::uuid, $4, $5, $6, $7 from unnest($1::uuid[]) as seen
         where not exists (
             select from party_look l
             where l.party = seen and l.staff is not distinct from $3 and l.purpose = $5 and l.note is not distinct from $6
               and l.what = $7 and l.at > $2::timestamptz - interval '1 day')",
        new.parties,
        new.at,
        new.staff,
        new.staff_name,
        new.purpose,
        new.note,
        new.what
    )
    .execute(executor)
    .await?;
    Ok(())
}

/// Looks at a party, the newest first.
pub(in crate::parties) async fn looks(
    pool: &PgPool,
    party: Uuid,
    limit: i64,
) -> Result<Vec<Look>, sqlx::Error> {
    sqlx::query_as!(
        Look,
        "select at, staff_name as staff, purpose, note, what from party_look where party = $1 order by id desc limit $2",
        party,
        limit
    )
    .fetch_all(pool)
    .await
}

/// A search to be written down.
#[derive(Debug)]
pub(in crate::parties) struct NewSearch<'a> {
    pub at: DateTime<Utc>,
    pub staff: Option<Uuid>,
    pub staff_name: &'a str,
    pub purpose: &'a str,
    pub note: Option<&'a str>,
    pub by: &'a str,
    pub found: i32,
    pub more: bool,
}

pub(in crate::parties) async fn add_search(
    connection: &mut PgConnection,
    new: NewSearch<'_>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into party_search (at, staff, staff_name, purpose, note, by, found, more)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        new.at,
        new.staff,
        new.staff_name,
        new.purpose,
        new.note,
        new.by,
        new.found,
        new.more
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Searches, the newest first.
pub(in crate::parties) async fn searches(pool: &PgPool, limit: i64) -> Result<Vec<Search>, sqlx::Error> {
    sqlx::query_as!(
        Search,
        "select at, staff_name as staff, purpose, note, by, found, more from party_search order by id desc limit $1",
        limit
    )
    .fetch_all(pool)
    .await
}
