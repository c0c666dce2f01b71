//! Powers of attorney, and what happened with them.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::{PgConnection, PgExecutor, PgPool};
use uuid::Uuid;

use crate::{
    parties::model::Mandate,
    platform::access::{Acting, MandateScope},
};

fn scopes(names: &[String]) -> BTreeSet<MandateScope> {
    names.iter().filter_map(|name| MandateScope::from_name(name)).collect()
}

/// A power of attorney that holds on the day in Poland. Its agent is a verified person: whoever is no longer surely
/// known acts for nobody.
pub(in crate::parties) async fn acting(
    executor: impl PgExecutor<'_>,
    mandate: Uuid,
    agent: Uuid,
    now: DateTime<Utc>,
) -> Result<Option<Acting>, sqlx::Error> {
    let row = sqlx::query!(
        "select m.id, m.principal, p.name, m.scopes
         from mandate m join party p on p.id = m.principal join party a on a.id = m.agent
         where m.id = $1 and m.agent = $2 and m.revoked_at is null and p.erased_at is null and a.level = 'verified'
           and ($3::timestamptz at time zone 'Europe/Warsaw')::date between m.valid_from and coalesce(m.valid_until, 'infinity')",
        mandate,
        agent,
        now
    )
    .fetch_optional(executor)
    .await?;
    Ok(row.map(|row| Acting {
        mandate: row.id,
        party: row.principal,
        name: row.name,
        scopes: scopes(&row.scopes),
    }))
}

struct MandateRow {
    id: Uuid,
    principal: Uuid,
    principal_name: String,
    agent: Uuid,
    agent_name: String,
    scopes: Vec<String>,
    valid_from: NaiveDate,
    valid_until: Option<NaiveDate>,
    document: String,
    entered_at: DateTime<Utc>,
    revoked_at: Option<DateTime<Utc>>,
    revoked_why: Option<String>,
}

impl From<MandateRow> for Mandate {
    fn from(row: MandateRow) -> Self {
        Self {
            id: row.id,
            principal: row.principal,
            principal_name: row.principal_name,
            agent: row.agent,
            agent_name: row.agent_name,
            scopes: scopes(&row.scopes),
            valid_from: row.valid_from,
            valid_until: row.valid_until,
            document: row.document,
            entered_at: row.entered_at,
            revoked_at: row.revoked_at,
            revoked_why: row.revoked_why,
        }
    }
}

/// Powers of attorney given by or to a party, the newest first.
pub(in crate::parties) async fn of_party(
    pool: &PgPool,
    party: Uuid,
    limit: i64,
) -> Result<Vec<Mandate>, sqlx::Error> {
    let rows = sqlx::query_as!(
        MandateRow,
        "select m.id, m.principal, p.name as principal_name, m.agent, a.name as agent_name, m.scopes, m.valid_from,
                m.valid_until, m.document, m.entered_at, m.revoked_at, m.revoked_why
         from mandate m join party p on p.id = m.principal join party a on a.id = m.agent
         where m.principal = $1 or m.agent = $1
         order by m.revoked_at is not null, m.entered_at desc, m.id limit $2",
        party,
        limit
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(Mandate::from).collect())
}

/// One power of attorney, which stays locked until the transaction ends.
pub(in crate::parties) async fn lock(
    connection: &mut PgConnection,
    id: Uuid,
) -> Result<Option<Mandate>, sqlx::Error> {
    let row = sqlx::query_as!(
        MandateRow,
        "select m.id, m.principal, p.name as principal_name, m.agent, a.name as agent_name, m.scopes, m.valid_from,
                m.valid_until, m.document, m.entered_at, m.revoked_at, m.revoked_why
         from mandate m join party p on p.id = m.principal join party a on a.id = m.agent
         where m.id = $1 for update of m",
        id
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(Mandate::from))
}

/// A power of attorney to be entered.
#[derive(Debug)]
pub(in crate::parties) struct NewRow<'a> {
    pub id: Uuid,
    pub principal: Uuid,
    pub agent: Uuid,
    pub scopes: Vec<String>,
    pub valid_from: NaiveDate,
    pub valid_until: Option<NaiveDate>,
    pub document: &'a str,
    pub by: &'a str,
    pub now: DateTime<Utc>,
}

/// Enters a power of attorney; answers false when the one of this id is there already.
pub(in crate::parties) async fn add(
    connection: &mut PgConnection,
    new: NewRow<'_>,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "insert into mandate (id, principal, agent, scopes, valid_from, valid_until, document, entered_by, entered_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (id) do nothing",
        new.id,
        new.principal,
        new.agent,
        &new.scopes,
        new.valid_from,
        new.valid_until,
        new.document,
        new.by,
        new.now
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(in crate::parties) async fn revoke(
    connection: &mut PgConnection,
    id: Uuid,
    by: &str,
    why: Option<&str>,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update mandate set revoked_at = $2, revoked_by = $3, revoked_why = $4 where id = $1 and revoked_at is null",
        id,
        now,
        by,
        why
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Something that happened with a power of attorney.
#[derive(Debug)]
pub(in crate::parties) struct NewEvent<'a> {
    pub mandate: Uuid,
    pub at: DateTime<Utc>,
    pub kind: &'a str,
    pub by: &'a str,
    pub what: Option<&'a str>,
}

pub(in crate::parties) async fn add_event(
    connection: &mut PgConnection,
    new: NewEvent<'_>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into mandate_event (mandate, at, kind, by, what) values ($1, $2, $3, $4, $5)",
        new.mandate,
        new.at,
        new.kind,
        new.by,
        new.what
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Powers of attorney of a party, given or held, that were not revoked.
pub(in crate::parties) async fn open_of(
    connection: &mut PgConnection,
    party: Uuid,
) -> Result<Vec<Uuid>, sqlx::Error> {
    sqlx::query_scalar!(
        "select id from mandate where (principal = $1 or agent = $1) and revoked_at is null order by id for update",
        party
    )
    .fetch_all(connection)
    .await
}
