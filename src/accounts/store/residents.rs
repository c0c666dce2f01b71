//! Residents' accounts: asked for, made, given another address, closed.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use crate::{accounts::model::Email, kernel::Lang};

/// An account that somebody asks for.
#[derive(Debug)]
pub(in crate::accounts) struct NewSignUp<'a> {
    pub email: &'a Email,
    pub name: &'a str,
    pub clause: &'a str,
    pub lang: Lang,
    pub identity_sealed: Option<&'a [u8]>,
    pub token_hash: &'a [u8],
    pub now: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}

pub(in crate::accounts) async fn add_sign_up(
    connection: &mut PgConnection,
    new: NewSignUp<'_>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into account_signup
             (id, email, email_key, name, clause, identity_sealed, token_hash, created_at, expires_at, lang)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        Uuid::now_v7(),
        new.email.text,
        new.email.key,
        new.name,
        new.clause,
        new.identity_sealed,
        new.token_hash,
        new.now,
        new.expires_at,
        new.lang.tag()
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// An account that somebody asked for.
#[derive(Debug)]
pub(in crate::accounts) struct SignUp {
    pub email: String,
    pub name: String,
    pub clause: String,
    pub identity_sealed: Option<Vec<u8>>,
    pub used: bool,
    /// In which it was asked for.
    pub lang: Lang,
}

/// What a link asks for, while it works; also what was used already, so that it can be said.
pub(in crate::accounts) async fn sign_up(
    pool: &PgPool,
    token_hash: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<SignUp>, sqlx::Error> {
    let row = sqlx::query!(
        r#"select email, name, clause, identity_sealed, used_at is not null as "used!", lang from account_signup
           where token_hash = $1 and expires_at > $2"#,
        token_hash,
        now
    )
    .fetch_optional(pool)
    .await?;
    Ok(row.map(|row| SignUp {
        email: row.email,
        name: row.name,
        clause: row.clause,
        identity_sealed: row.identity_sealed,
        used: row.used,
        lang: Lang::from_tag(&row.lang).unwrap_or_default(),
    }))
}

/// Uses a link up for an account that was just made; answers whether it still worked. What was sealed for it goes.
pub(in crate::accounts) async fn use_sign_up(
    connection: &mut PgConnection,
    token_hash: &[u8],
    account: Uuid,
    now: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "update account_signup set used_at = $2, account = $3, identity_sealed = null
         where token_hash = $1 and used_at is null and expires_at > $2",
        token_hash,
        now,
        account
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// A resident's account that is made.
#[derive(Debug)]
pub(in crate::accounts) struct NewResident<'a> {
    pub id: Uuid,
    pub email: &'a Email,
    pub name: &'a str,
    pub clause: &'a str,
    pub password_hash: Option<&'a str>,
    pub now: DateTime<Utc>,
}

pub(in crate::accounts) async fn add_resident(
    connection: &mut PgConnection,
    new: NewResident<'_>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into account (id, email, email_key, name, resident, clause, password_hash, password_changed_at, email_confirmed_at, created_at)
         values ($1, $2, $3, $4, true, $5, $6, case when $6::text is null then null else $7::timestamptz end, $7, $7)",
        new.id,
        new.email.text,
        new.email.key,
        new.name,
        new.clause,
        new.password_hash,
        new.now
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Another address that somebody asks for.
#[derive(Debug)]
pub(in crate::accounts) struct NewEmailChange<'a> {
    pub account: Uuid,
    pub old_email: &'a str,
    pub new_email: &'a str,
    pub confirm_hash: &'a [u8],
    pub now: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}

/// Writes it down; what was asked for before and not proved no longer can be.
pub(in crate::accounts) async fn add_email_change(
    connection: &mut PgConnection,
    new: NewEmailChange<'_>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update account_email_change set expires_at = $2 where account = $1 and confirmed_at is null and expires_at > $2",
        new.account,
        new.now
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        "insert into account_email_change (id, account, old_email, new_email, confirm_hash, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
        Uuid::now_v7(),
        new.account,
        new.old_email,
        new.new_email,
        new.confirm_hash,
        new.now,
        new.expires_at
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// A change of address, as far as its links need it.
#[derive(Debug)]
pub(in crate::accounts) struct EmailChange {
    pub id: Uuid,
    pub account: Uuid,
    pub old_email: String,
    pub new_email: String,
    pub created_at: DateTime<Utc>,
}

/// The change whose new address a link proves, while it works.
pub(in crate::accounts) async fn email_change_to_confirm(
    connection: &mut PgConnection,
    confirm_hash: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<EmailChange>, sqlx::Error> {
    sqlx::query_as!(
        EmailChange,
        "select c.id, c.account, c.old_email, c.new_email, c.created_at
         from account_email_change c join account a on a.id = c.account
         where c.confirm_hash = $1 and c.confirmed_at is null and c.expires_at > $2 and a.disabled_at is null
           and a.email = c.old_email
         for update of c",
        confirm_hash,
        now
    )
    .fetch_optional(connection)
    .await
}

/// The change that a link takes back, while it works.
pub(in crate::accounts) async fn email_change_to_object(
    connection: &mut PgConnection,
    object_hash: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<EmailChange>, sqlx::Error> {
    sqlx::query_as!(
        EmailChange,
        "select c.id, c.account, c.old_email, c.new_email, c.created_at
         from account_email_change c join account a on a.id = c.account
         where c.object_hash = $1 and c.objected_at is null and c.object_until > $2
           and (a.disabled_at is null or a.closed_at is not null)
         for update of c",
        object_hash,
        now
    )
    .fetch_optional(connection)
    .await
}

pub(in crate::accounts) async fn email_change_confirmed(
    connection: &mut PgConnection,
    id: Uuid,
    object_hash: &[u8],
    now: DateTime<Utc>,
    object_until: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update account_email_change set confirmed_at = $2, object_hash = $3, object_until = $4 where id = $1",
        id,
        now,
        object_hash,
        object_until
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes a change back. Later ones can neither be proved nor taken back any more: whoever made this one made those.
pub(in crate::accounts) async fn email_change_objected(
    connection: &mut PgConnection,
    change: &EmailChange,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!("update account_email_change set objected_at = $2 where id = $1", change.id, now)
        .execute(&mut *connection)
        .await?;
    sqlx::query!(
        "update account_email_change
         set expires_at = least(expires_at, $3), object_until = least(object_until, $3)
         where account = $1 and created_at > $2",
        change.account,
        change.created_at,
        now
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Gives an account another address, which was just proved.
pub(in crate::accounts) async fn set_email(
    connection: &mut PgConnection,
    account: Uuid,
    email: &Email,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update account set email = $2, email_key = $3, email_confirmed_at = $4 where id = $1",
        account,
        email.text,
        email.key,
        now
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes everything away by which somebody could sign in who got hold of the account at that time: the password, and
/// what was added since. The account is open again if it was closed.
pub(in crate::accounts) async fn take_back_since(
    connection: &mut PgConnection,
    account: Uuid,
    since: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!("delete from passkey where account = $1 and created_at >= $2", account, since)
        .execute(&mut *connection)
        .await?;
    sqlx::query!("delete from account_identity where account = $1 and linked_at >= $2", account, since)
        .execute(&mut *connection)
        .await?;
    sqlx::query!("delete from recovery_code where account = $1", account).execute(&mut *connection).await?;
    sqlx::query!(
        "update account set password_hash = null, password_changed_at = null, totp_sealed = null,
                            disabled_at = null, closed_at = null
         where id = $1",
        account
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Closes an account, or opens it again.
pub(in crate::accounts) async fn set_closed(
    connection: &mut PgConnection,
    account: Uuid,
    at: Option<DateTime<Utc>>,
) -> Result<(), sqlx::Error> {
    sqlx::query!("update account set disabled_at = $2, closed_at = $2 where id = $1", account, at)
        .execute(connection)
        .await?;
    Ok(())
}

/// The closed account of a link by which it can be opened again, while that works.
pub(in crate::accounts) async fn reopening(
    connection: &mut PgConnection,
    token_hash: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<Uuid>, sqlx::Error> {
    sqlx::query_scalar!(
        "select a.id from account_link l join account a on a.id = l.account
         where l.token_hash = $1 and l.purpose = 'reopen' and l.used_at is null and l.expires_at > $2
           and a.closed_at is not null
         for update of a",
        token_hash,
        now
    )
    .fetch_optional(connection)
    .await
}

/// Residents' accounts that their owners closed before an instant.
pub(in crate::accounts) async fn closed_before(
    pool: &PgPool,
    instant: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<Uuid>, sqlx::Error> {
    sqlx::query_scalar!(
        "select id from account where resident and closed_at < $1 and email_key not like '%@closed.invalid'
         order by closed_at limit $2",
        instant,
        limit
    )
    .fetch_all(pool)
    .await
}

/// Locks an account; answers whether its owner closed it before an instant and it was not emptied yet.
pub(in crate::accounts) async fn lock_closed_before(
    connection: &mut PgConnection,
    account: Uuid,
    instant: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    let found = sqlx::query_scalar!(
        "select id from account
         where id = $1 and resident and closed_at < $2 and email_key not like '%@closed.invalid'
         for update",
        account,
        instant
    )
    .fetch_optional(connection)
    .await?;
    Ok(found.is_some())
}

/// Empties an account for ever: no address, no name, no way in. The row stays, since what happened to it stays written
/// down.
pub(in crate::accounts) async fn empty(
    connection: &mut PgConnection,
    account: Uuid,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    for statement in [
        sqlx::query!("delete from passkey where account = $1", account),
        sqlx::query!("delete from recovery_code where account = $1", account),
        sqlx::query!("delete from account_challenge where account = $1", account),
        sqlx::query!("delete from account_link where account = $1", account),
        sqlx::query!("delete from account_identity where account = $1", account),
        sqlx::query!("delete from account_email_change where account = $1", account),
        sqlx::query!("delete from account_signup where account = $1", account),
        sqlx::query!("delete from session where account = $1", account),
    ] {
        statement.execute(&mut *connection).await?;
    }
    let nowhere = format!("{}@closed.invalid", account.simple());
    sqlx::query!(
        "update account
         set email = $2, email_key = $2, name = '—', password_hash = null, password_changed_at = null, totp_sealed = null,
             email_confirmed_at = null, disabled_at = coalesce(disabled_at, $3), closed_at = coalesce(closed_at, $3)
         where id = $1 and resident",
        account,
        nowhere,
        now
    )
    .execute(connection)
    .await?;
    Ok(())
}
