//! Second proofs: authenticator app, recovery codes, passkeys.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgExecutor, PgPool};
use uuid::Uuid;
use webauthn_rs::prelude::Passkey;

use crate::accounts::model::PasskeyRow;

pub(in crate::accounts) async fn totp_sealed(
    pool: &PgPool,
    account: Uuid,
) -> Result<Option<Vec<u8>>, sqlx::Error> {
    sqlx::query_scalar!("select totp_sealed from account where id = $1", account)
        .fetch_optional(pool)
        .await
        .map(Option::flatten)
}

pub(in crate::accounts) async fn set_totp(
    connection: &mut PgConnection,
    account: Uuid,
    sealed: Option<&[u8]>,
    last_step: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update account set totp_sealed = $2, totp_last_step = $3 where id = $1",
        account,
        sealed,
        last_step
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Uses a time step up; answers whether it was newer than the last one.
pub(in crate::accounts) async fn use_totp_step(
    pool: &PgPool,
    account: Uuid,
    step: i64,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "update account set totp_last_step = $2 where id = $1 and totp_last_step < $2 and totp_sealed is not null",
        account,
        step
    )
    .execute(pool)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Puts new recovery codes in the place of all old ones.
pub(in crate::accounts) async fn set_codes(
    connection: &mut PgConnection,
    account: Uuid,
    hashes: &[Vec<u8>],
) -> Result<(), sqlx::Error> {
    sqlx::query!("delete from recovery_code where account = $1", account).execute(&mut *connection).await?;
    sqlx::query!(
        "insert into recovery_code (account, code_hash) select $1, h from unnest($2::bytea[]) as h",
        account,
        hashes
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Uses a recovery code up; answers whether it was one.
pub(in crate::accounts) async fn use_code(
    pool: &PgPool,
    account: Uuid,
    hash: &[u8],
    now: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "update recovery_code set used_at = $3 where account = $1 and code_hash = $2 and used_at is null",
        account,
        hash,
        now
    )
    .execute(pool)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(in crate::accounts) async fn codes_left(pool: &PgPool, account: Uuid) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select count(*) as "n!" from recovery_code where account = $1 and used_at is null"#,
        account
    )
    .fetch_one(pool)
    .await
}

pub(in crate::accounts) async fn passkey_rows(
    executor: impl PgExecutor<'_>,
    account: Uuid,
) -> Result<Vec<PasskeyRow>, sqlx::Error> {
    sqlx::query_as!(
        PasskeyRow,
        "select id, name, created_at, last_used_at from passkey where account = $1 order by created_at",
        account
    )
    .fetch_all(executor)
    .await
}

/// The passkeys themselves. One that can no longer be read is left out.
pub(in crate::accounts) async fn passkeys(pool: &PgPool, account: Uuid) -> Result<Vec<Passkey>, sqlx::Error> {
    let rows = sqlx::query_scalar!("select credential from passkey where account = $1", account)
        .fetch_all(pool)
        .await?;
    Ok(rows.into_iter().filter_map(|row| serde_json::from_value(row).ok()).collect())
}

pub(in crate::accounts) async fn add_passkey(
    connection: &mut PgConnection,
    account: Uuid,
    name: &str,
    passkey: &Passkey,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    let credential = serde_json::to_value(passkey).map_err(|error| sqlx::Error::Encode(error.into()))?;
    let id: &[u8] = passkey.cred_id();
    sqlx::query!(
        "insert into passkey (id, account, name, credential_id, credential, created_at) values ($1, $2, $3, $4, $5, $6)",
        Uuid::now_v7(),
        account,
        name,
        id,
        credential,
        now
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Keeps the counter of a passkey that was just used.
pub(in crate::accounts) async fn passkey_used(
    pool: &PgPool,
    passkey: &Passkey,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    let credential = serde_json::to_value(passkey).map_err(|error| sqlx::Error::Encode(error.into()))?;
    let id: &[u8] = passkey.cred_id();
    sqlx::query!(
        "update passkey set credential = $2, last_used_at = $3 where credential_id = $1",
        id,
        credential,
        now
    )
    .execute(pool)
    .await?;
    Ok(())
}

pub(in crate::accounts) async fn remove_passkey(
    connection: &mut PgConnection,
    account: Uuid,
    id: Uuid,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!("delete from passkey where id = $1 and account = $2", id, account)
        .execute(connection)
        .await?;
    Ok(done.rows_affected() == 1)
}

pub(in crate::accounts) async fn remove_all(
    connection: &mut PgConnection,
    account: Uuid,
) -> Result<(), sqlx::Error> {
    sqlx::query!("delete from passkey where account = $1", account).execute(&mut *connection).await?;
    sqlx::query!("delete from recovery_code where account = $1", account).execute(&mut *connection).await?;
    set_totp(connection, account, None, 0).await
}
