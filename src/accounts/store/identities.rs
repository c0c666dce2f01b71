//! Who accounts are at providers of identity, and by which of them a session began.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

/// An account as a provider knows it.
#[derive(Debug, Clone)]
pub struct LinkedRow {
    /// Its id.
    pub id: Uuid,
    /// The provider, by its id of the settings.
    pub provider: String,
    /// When it was linked.
    pub linked_at: DateTime<Utc>,
    /// When somebody last signed in by it.
    pub last_used_at: Option<DateTime<Utc>>,
}

/// The account that somebody has at a provider.
pub(in crate::accounts) async fn account_of(
    pool: &PgPool,
    issuer: &str,
    subject: &str,
) -> Result<Option<Uuid>, sqlx::Error> {
    sqlx::query_scalar!(
        "select account from account_identity where issuer = $1 and subject = $2",
        issuer,
        subject
    )
    .fetch_optional(pool)
    .await
}

/// Links an account; that it is linked already changes nothing but when it was last used. Answers whose it is.
pub(in crate::accounts) async fn link(
    connection: &mut PgConnection,
    account: Uuid,
    (provider, issuer, subject): (&str, &str, &str),
    now: DateTime<Utc>,
) -> Result<Uuid, sqlx::Error> {
    sqlx::query_scalar!(
        "insert into account_identity (id, account, provider, issuer, subject, linked_at, last_used_at)
         values ($1, $2, $3, $4, $5, $6, $6)
         on conflict on constraint account_identity_one
         do update set last_used_at = excluded.last_used_at, provider = excluded.provider
         returning account",
        Uuid::now_v7(),
        account,
        provider,
        issuer,
        subject,
        now
    )
    .fetch_one(connection)
    .await
}

pub(in crate::accounts) async fn of_account(
    connection: &mut PgConnection,
    account: Uuid,
) -> Result<Vec<LinkedRow>, sqlx::Error> {
    sqlx::query_as!(
        LinkedRow,
        "select id, provider, linked_at, last_used_at from account_identity where account = $1 order by linked_at",
        account
    )
    .fetch_all(connection)
    .await
}

pub(in crate::accounts) async fn unlink(
    connection: &mut PgConnection,
    account: Uuid,
    id: Uuid,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!("delete from account_identity where id = $1 and account = $2", id, account)
        .execute(connection)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Keeps by which provider a session began, and its sealed statement.
pub(in crate::accounts) async fn keep_with_session(
    connection: &mut PgConnection,
    token_hash: &[u8],
    provider: &str,
    id_token_sealed: &[u8],
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update session set provider = $2, id_token_sealed = $3 where token_hash = $1",
        token_hash,
        provider,
        id_token_sealed
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// By which provider a session began, and its sealed statement, which is wanted once.
pub(in crate::accounts) async fn take_from_session(
    pool: &PgPool,
    session: Uuid,
) -> Result<Option<(String, Vec<u8>)>, sqlx::Error> {
    let row = sqlx::query!(
        "update session s set id_token_sealed = null from (select id, id_token_sealed from session where id = $1 for update) old
         where s.id = old.id returning s.provider, old.id_token_sealed as sealed",
        session
    )
    .fetch_optional(pool)
    .await?;
    Ok(row.and_then(|row| row.provider.zip(row.sealed)))
}
