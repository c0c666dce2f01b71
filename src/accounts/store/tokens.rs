//! Tokens of programs.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::{people::grants, sessions::Holder};
use crate::{accounts::model::TokenRow, platform::access::Permission};

/// The holder of a token that works, with the token's scopes.
pub(in crate::accounts) async fn holder(
    pool: &PgPool,
    token_hash: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<(Holder, Vec<Permission>)>, sqlx::Error> {
    let row = sqlx::query!(
        r#"select t.id, t.account, t.scopes, a.email, a.name, t.last_used_at,
                  (select coalesce(jsonb_agg(jsonb_build_object('role', r.role, 'kinds', r.kinds)), '[]')
                   from account_role r where r.account = a.id) as "grants!"
           from api_token t join account a on a.id = t.account
           where t.token_hash = $1 and t.revoked_at is null and t.expires_at > $2 and a.disabled_at is null
             and not a.resident"#,
        token_hash,
        now
    )
    .fetch_optional(pool)
    .await?;
    Ok(row.map(|row| {
        let holder = Holder {
            id: row.id,
            account: row.account,
            email: row.email,
            name: row.name,
            grants: grants(row.grants),
            last_used_at: row.last_used_at,
            resident: false,
            acting: None,
            second_factor: false,
            demo: false,
            agent: String::new(),
        };
        (holder, permissions(&row.scopes))
    }))
}

fn permissions(names: &[String]) -> Vec<Permission> {
    names.iter().filter_map(|name| Permission::from_name(name)).collect()
}

pub(in crate::accounts) async fn used(
    pool: &PgPool,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!("update api_token set last_used_at = $2 where id = $1", id, now).execute(pool).await?;
    Ok(())
}

/// A token that is made.
#[derive(Debug)]
pub(in crate::accounts) struct NewToken<'a> {
    pub id: Uuid,
    pub account: Uuid,
    pub name: &'a str,
    pub token_hash: &'a [u8],
    pub scopes: Vec<String>,
    pub now: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}

pub(in crate::accounts) async fn add(
    connection: &mut PgConnection,
    new: NewToken<'_>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into api_token (id, account, name, token_hash, scopes, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
        new.id,
        new.account,
        new.name,
        new.token_hash,
        &new.scopes,
        new.now,
        new.expires_at
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// How many tokens of an account work.
pub(in crate::accounts) async fn count(
    connection: &mut PgConnection,
    account: Uuid,
    now: DateTime<Utc>,
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select count(*) as "n!" from api_token where account = $1 and revoked_at is null and expires_at > $2"#,
        account,
        now
    )
    .fetch_one(connection)
    .await
}

pub(in crate::accounts) async fn of_account(
    pool: &PgPool,
    account: Uuid,
) -> Result<Vec<TokenRow>, sqlx::Error> {
    let rows = sqlx::query!(
        "select id, name, scopes, created_at, expires_at, last_used_at, revoked_at from api_token
         where account = $1 order by created_at desc limit 200",
        account
    )
    .fetch_all(pool)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| TokenRow {
            id: row.id,
            name: row.name,
            scopes: permissions(&row.scopes),
            created_at: row.created_at,
            expires_at: row.expires_at,
            last_used_at: row.last_used_at,
            revoked_at: row.revoked_at,
        })
        .collect())
}

/// Revokes a token; answers its name when there was one that was not yet revoked.
pub(in crate::accounts) async fn revoke(
    connection: &mut PgConnection,
    account: Uuid,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar!(
        "update api_token set revoked_at = $3 where id = $1 and account = $2 and revoked_at is null returning name",
        id,
        account,
        now
    )
    .fetch_optional(connection)
    .await
}

/// Revokes all tokens of an account.
pub(in crate::accounts) async fn revoke_all(
    connection: &mut PgConnection,
    account: Uuid,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update api_token set revoked_at = $2 where account = $1 and revoked_at is null",
        account,
        now
    )
    .execute(connection)
    .await?;
    Ok(())
}
