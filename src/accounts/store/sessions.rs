//! Sessions of browsers, and what is remembered between two steps.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgExecutor, PgPool};
use uuid::Uuid;

use super::people::grants;
use crate::{accounts::model::SessionRow, platform::access::Grant};

/// Whoever a cookie or a token belongs to.
#[derive(Debug)]
pub(in crate::accounts) struct Holder {
    pub id: Uuid,
    pub account: Uuid,
    pub email: String,
    pub name: String,
    pub grants: Vec<Grant>,
    pub last_used_at: Option<DateTime<Utc>>,
    /// Whether it is a resident's account.
    pub resident: bool,
    /// The power of attorney by which the resident acts in this session.
    pub acting: Option<Uuid>,
    /// Whether a second proof is asked for when they sign in.
    pub second_factor: bool,
    /// Whether the demo made the account.
    pub demo: bool,
    /// The browser in which a session began; empty for tokens.
    pub agent: String,
}

/// Sessions that were not used since then have ended.
#[derive(Debug, Clone, Copy)]
pub(in crate::accounts) struct IdleSince {
    pub staff: DateTime<Utc>,
    pub residents: DateTime<Utc>,
}

/// The holder of a session that has neither ended nor lain idle for too long.
pub(in crate::accounts) async fn holder(
    pool: &PgPool,
    token_hash: &[u8],
    now: DateTime<Utc>,
    idle_since: IdleSince,
) -> Result<Option<Holder>, sqlx::Error> {
    let row = sqlx::query!(
        r#"select s.id, s.account, a.email, a.name, a.resident, s.acting, s.last_used_at, s.agent, a.demo,
                  (a.totp_sealed is not null or exists (select from passkey p where p.account = a.id)) as "second_factor!",
                  (select coalesce(jsonb_agg(jsonb_build_object('role', r.role, 'kinds', r.kinds)), '[]')
                   from account_role r where r.account = a.id) as "grants!"
           from session s join account a on a.id = s.account
           where s.token_hash = $1 and s.revoked_at is null and s.expires_at > $2
             and s.last_used_at > case when a.resident then $4 else $3::timestamptz end and a.disabled_at is null"#,
        token_hash,
        now,
        idle_since.staff,
        idle_since.residents
    )
    .fetch_optional(pool)
    .await?;
    Ok(row.map(|row| Holder {
        id: row.id,
        account: row.account,
        email: row.email,
        name: row.name,
        grants: grants(row.grants),
        last_used_at: Some(row.last_used_at),
        resident: row.resident,
        acting: row.acting,
        second_factor: row.second_factor,
        demo: row.demo,
        agent: row.agent,
    }))
}

pub(in crate::accounts) async fn used(
    pool: &PgPool,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!("update session set last_used_at = $2 where id = $1 and last_used_at < $2", id, now)
        .execute(pool)
        .await?;
    Ok(())
}

/// A session that begins.
#[derive(Debug)]
pub(in crate::accounts) struct NewSession<'a> {
    pub id: Uuid,
    pub token_hash: &'a [u8],
    pub account: Uuid,
    pub now: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub address: String,
    pub agent: &'a str,
}

pub(in crate::accounts) async fn add(
    connection: &mut PgConnection,
    new: NewSession<'_>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into session (id, token_hash, account, created_at, last_used_at, confirmed_at, expires_at, address, agent)
         values ($1, $2, $3, $4, $4, $4, $5, $6, $7)",
        new.id,
        new.token_hash,
        new.account,
        new.now,
        new.expires_at,
        new.address,
        new.agent
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Ends the sessions of an account beyond so many, those first that were not used for the longest time.
pub(in crate::accounts) async fn end_beyond(
    connection: &mut PgConnection,
    account: Uuid,
    most: i64,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update session set revoked_at = $3 where id in
           (select id from session where account = $1 and revoked_at is null and expires_at > $3
            order by last_used_at desc, id desc offset $2)",
        account,
        most,
        now
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Gives a session another token; the one before opens nothing any more. It was just proved who is there.
pub(in crate::accounts) async fn renew(
    pool: &PgPool,
    id: Uuid,
    token_hash: &[u8],
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update session set token_hash = $2, confirmed_at = $3 where id = $1 and revoked_at is null",
        id,
        token_hash,
        now
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// What a session's token stands for.
#[derive(Debug)]
pub(in crate::accounts) struct Standing {
    /// How surely its holder is known, as the database spells it.
    pub level: String,
    /// The power of attorney by which they act.
    pub acting: Option<Uuid>,
    pub expires_at: DateTime<Utc>,
}

/// What a resident's session stands for now, if it still goes on under this token.
pub(in crate::accounts) async fn standing(
    pool: &PgPool,
    id: Uuid,
    token_hash: &[u8],
) -> Result<Option<Standing>, sqlx::Error> {
    sqlx::query_as!(
        Standing,
        "select p.level, s.acting, s.expires_at from session s join party p on p.account = s.account
         where s.id = $1 and s.token_hash = $2 and s.revoked_at is null",
        id,
        token_hash
    )
    .fetch_optional(pool)
    .await
}

/// Puts a token in the place of another one of the same session; answers whether that was still its token.
pub(in crate::accounts) async fn retoken(
    pool: &PgPool,
    id: Uuid,
    before: &[u8],
    after: &[u8],
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "update session set token_hash = $3 where id = $1 and token_hash = $2 and revoked_at is null",
        id,
        before,
        after
    )
    .execute(pool)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Sessions of an account that have not ended, the last used first.
pub(in crate::accounts) async fn of_account(
    pool: &PgPool,
    account: Uuid,
    now: DateTime<Utc>,
    idle_since: IdleSince,
) -> Result<Vec<SessionRow>, sqlx::Error> {
    sqlx::query_as!(
        SessionRow,
        "select s.id, s.created_at, s.last_used_at, s.address, s.agent from session s join account a on a.id = s.account
         where s.account = $1 and s.revoked_at is null and s.expires_at > $2
           and s.last_used_at > case when a.resident then $4 else $3::timestamptz end
         order by s.last_used_at desc limit 200",
        account,
        now,
        idle_since.staff,
        idle_since.residents
    )
    .fetch_all(pool)
    .await
}

/// Ends one session of an account; answers whether there was one.
pub(in crate::accounts) async fn revoke(
    pool: &PgPool,
    account: Uuid,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "update session set revoked_at = $3 where id = $1 and account = $2 and revoked_at is null",
        id,
        account,
        now
    )
    .execute(pool)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Ends all sessions of an account but one, and forgets half-done sign-ins.
pub(in crate::accounts) async fn revoke_all(
    connection: &mut PgConnection,
    account: Uuid,
    but: Option<Uuid>,
    now: DateTime<Utc>,
) -> Result<u64, sqlx::Error> {
    sqlx::query!("delete from account_challenge where account = $1", account)
        .execute(&mut *connection)
        .await?;
    let done = sqlx::query!(
        "update session set revoked_at = $3 where account = $1 and id is distinct from $2 and revoked_at is null",
        account,
        but,
        now
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected())
}

pub(in crate::accounts) async fn confirmed_at(
    pool: &PgPool,
    id: Uuid,
) -> Result<Option<DateTime<Utc>>, sqlx::Error> {
    sqlx::query_scalar!("select confirmed_at from session where id = $1", id).fetch_optional(pool).await
}

/// What is remembered between two steps.
#[derive(Debug)]
pub(in crate::accounts) struct Challenge {
    pub account: Option<Uuid>,
    pub state: serde_json::Value,
}

pub(in crate::accounts) async fn put_challenge(
    executor: impl PgExecutor<'_>,
    purpose: &str,
    bound_to: &[u8],
    challenge: &Challenge,
    expires_at: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into account_challenge (purpose, bound_to, account, state, expires_at) values ($1, $2, $3, $4, $5)
         on conflict on constraint account_challenge_one
         do update set account = excluded.account, state = excluded.state, expires_at = excluded.expires_at",
        purpose,
        bound_to,
        challenge.account,
        challenge.state,
        expires_at
    )
    .execute(executor)
    .await?;
    Ok(())
}

pub(in crate::accounts) async fn challenge(
    pool: &PgPool,
    purpose: &str,
    bound_to: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<Challenge>, sqlx::Error> {
    sqlx::query_as!(
        Challenge,
        "select account, state from account_challenge where purpose = $1 and bound_to = $2 and expires_at > $3",
        purpose,
        bound_to,
        now
    )
    .fetch_optional(pool)
    .await
}

/// Takes a challenge away, so that it is answered once.
pub(in crate::accounts) async fn take_challenge(
    pool: &PgPool,
    purpose: &str,
    bound_to: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<Challenge>, sqlx::Error> {
    let row = sqlx::query!(
        "delete from account_challenge where purpose = $1 and bound_to = $2 returning account, state, expires_at",
        purpose,
        bound_to
    )
    .fetch_optional(pool)
    .await?;
    Ok(row.filter(|row| row.expires_at > now).map(|row| Challenge { account: row.account, state: row.state }))
}

/// Puts a second step before a browser. A passkey that was asked for in another one no longer answers anything.
pub(in crate::accounts) async fn begin_second_step(
    pool: &PgPool,
    bound_to: &[u8],
    challenge: &Challenge,
    expires_at: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    let mut transaction = pool.begin().await?;
    sqlx::query!(
        "delete from account_challenge where purpose = 'passkey-sign-in' and bound_to = $1",
        bound_to
    )
    .execute(&mut *transaction)
    .await?;
    put_challenge(&mut *transaction, "second-step", bound_to, challenge, expires_at).await?;
    transaction.commit().await
}

/// Takes the second step of an account away; answers its state. That of any other account stays and is no answer.
pub(in crate::accounts) async fn take_second_step(
    pool: &PgPool,
    bound_to: &[u8],
    account: Uuid,
    now: DateTime<Utc>,
) -> Result<Option<serde_json::Value>, sqlx::Error> {
    sqlx::query_scalar!(
        "delete from account_challenge
         where purpose = 'second-step' and bound_to = $1 and account = $2 and expires_at > $3 returning state",
        bound_to,
        account,
        now
    )
    .fetch_optional(pool)
    .await
}

/// Removes what has ended long ago. Events stay.
pub(in crate::accounts) async fn sweep(pool: &PgPool, now: DateTime<Utc>) -> Result<(), sqlx::Error> {
    let (day, month) = (now - chrono::Duration::days(1), now - chrono::Duration::days(30));
    sqlx::query!("delete from account_challenge where expires_at < $1", now).execute(pool).await?;
    sqlx::query!("delete from sign_in_attempt where last_at < $1", day).execute(pool).await?;
    sqlx::query!("delete from session where expires_at < $1", month).execute(pool).await?;
    sqlx::query!("delete from account_link where expires_at < $1", month).execute(pool).await?;
    sqlx::query!("delete from account_signup where expires_at < $1", now).execute(pool).await?;
    sqlx::query!("delete from account_email_change where greatest(expires_at, object_until) < $1", month)
        .execute(pool)
        .await?;
    Ok(())
}
