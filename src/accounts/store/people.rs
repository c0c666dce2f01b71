//! Accounts, their roles, one-time links and events.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use sqlx::{PgConnection, PgExecutor, PgPool};
use uuid::Uuid;

use crate::{
    accounts::model::{Account, Colleague, Email, Event, Mailbox, NewAccount},
    kernel::Lang,
    platform::access::{Grant, role},
};

/// Enabled members of the staff who hold one of these roles for all kinds.
pub(in crate::accounts) async fn colleagues(
    pool: &PgPool,
    roles: &[String],
) -> Result<Vec<Colleague>, sqlx::Error> {
    sqlx::query_as!(
        Colleague,
        "select a.id, a.name, a.email from account a
         where not a.resident and a.disabled_at is null
           and exists (select from account_role r where r.account = a.id and r.role = any($1) and r.kinds is null)
         order by a.name, a.id",
        roles
    )
    .fetch_all(pool)
    .await
}

/// The actor of what residents do to their own accounts.
pub(in crate::accounts) const OWNER: &str = "owner";
/// The actor of what the desk does to residents' accounts.
pub(in crate::accounts) const OFFICE: &str = "office";
/// Key of the advisory lock under which accounts lose powers: "last" in ASCII.
const LAST_ADMINISTRATOR_LOCK: i64 = 0x6c_61_73_74;

#[derive(Debug, Deserialize)]
struct GrantRow {
    role: String,
    kinds: Option<std::collections::BTreeSet<String>>,
}

/// Roles as the database holds them. Roles that the program no longer knows give nothing.
pub(in crate::accounts) fn grants(rows: serde_json::Value) -> Vec<Grant> {
    let rows: Vec<GrantRow> = serde_json::from_value(rows).unwrap_or_default();
    rows.into_iter().filter_map(|row| Some(Grant { role: role(&row.role)?, kinds: row.kinds })).collect()
}

struct AccountRow {
    id: Uuid,
    email: String,
    name: String,
    has_password: bool,
    has_totp: bool,
    passkeys: i64,
    demo: bool,
    disabled_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    last_sign_in_at: Option<DateTime<Utc>>,
    grants: serde_json::Value,
}

impl From<AccountRow> for Account {
    fn from(row: AccountRow) -> Self {
        Self {
            id: row.id,
            email: row.email,
            name: row.name,
            grants: grants(row.grants),
            has_password: row.has_password,
            has_totp: row.has_totp,
            passkeys: row.passkeys,
            demo: row.demo,
            disabled_at: row.disabled_at,
            created_at: row.created_at,
            last_sign_in_at: row.last_sign_in_at,
        }
    }
}

/// Which accounts are wanted; all conditions hold together.
#[derive(Debug, Default)]
pub(in crate::accounts) struct Wanted<'a> {
    pub id: Option<Uuid>,
    pub email_key: Option<&'a str>,
    /// Stands in the name or the address.
    pub text: Option<&'a str>,
    /// Residents too, not only the staff.
    pub residents: bool,
}

pub(in crate::accounts) async fn accounts(
    pool: &PgPool,
    wanted: Wanted<'_>,
    limit: i64,
    offset: i64,
) -> Result<Vec<Account>, sqlx::Error> {
    let rows = sqlx::query_as!(
        AccountRow,
        r#"select a.id, a.email, a.name, a.password_hash is not null as "has_password!",
                  a.totp_sealed is not null as "has_totp!",
                  (select count(*) from passkey p where p.account = a.id) as "passkeys!",
                  a.demo, a.disabled_at, a.created_at, a.last_sign_in_at,
                  (select coalesce(jsonb_agg(jsonb_build_object('role', r.role, 'kinds', r.kinds) order by r.role), '[]')
                   from account_role r where r.account = a.id) as "grants!"
           from account a
           where ($1::uuid is null or a.id = $1)
             and ($2::text is null or a.email_key = $2)
             and ($3::text is null or strpos(lower(a.name), lower($3)) > 0 or strpos(a.email_key, lower($3)) > 0)
             and ($6 or not a.resident)
           order by lower(a.name), a.id
           limit $4 offset $5"#,
        wanted.id,
        wanted.email_key,
        wanted.text,
        limit,
        offset,
        wanted.residents
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(Account::from).collect())
}

pub(in crate::accounts) async fn count(pool: &PgPool) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(r#"select count(*) as "n!" from account where not resident"#).fetch_one(pool).await
}

pub(in crate::accounts) async fn add(
    connection: &mut PgConnection,
    id: Uuid,
    new: &NewAccount,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into account (id, email, email_key, name, demo, created_at) values ($1, $2, $3, $4, $5, $6)",
        id,
        new.email.text,
        new.email.key,
        new.name,
        new.demo,
        now
    )
    .execute(&mut *connection)
    .await?;
    set_roles(connection, id, &new.grants).await
}

pub(in crate::accounts) async fn set_roles(
    connection: &mut PgConnection,
    account: Uuid,
    grants: &[Grant],
) -> Result<(), sqlx::Error> {
    sqlx::query!("delete from account_role where account = $1", account).execute(&mut *connection).await?;
    for grant in grants {
        let kinds: Option<Vec<String>> = grant.kinds.as_ref().map(|kinds| kinds.iter().cloned().collect());
        sqlx::query!(
            "insert into account_role (account, role, kinds) values ($1, $2, $3)",
            account,
            grant.role.name,
            kinds as Option<Vec<String>>
        )
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// Takes the lock under which nobody else can take the last administrator away.
pub(in crate::accounts) async fn lock_powers(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query!("select pg_advisory_xact_lock($1)", LAST_ADMINISTRATOR_LOCK).execute(connection).await?;
    Ok(())
}

/// How many people can sign in and hold one of these roles for everything.
pub(in crate::accounts) async fn able_holders(
    connection: &mut PgConnection,
    roles: &[String],
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select count(distinct a.id) as "n!" from account a join account_role r on r.account = a.id
           where r.role = any($1) and r.kinds is null and a.disabled_at is null and a.password_hash is not null"#,
        roles
    )
    .fetch_one(connection)
    .await
}

pub(in crate::accounts) async fn rename(
    connection: &mut PgConnection,
    account: Uuid,
    name: &str,
    email: &Email,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update account set name = $2, email = $3, email_key = $4 where id = $1",
        account,
        name,
        email.text,
        email.key
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub(in crate::accounts) async fn set_disabled(
    connection: &mut PgConnection,
    account: Uuid,
    since: Option<DateTime<Utc>>,
) -> Result<(), sqlx::Error> {
    sqlx::query!("update account set disabled_at = $2 where id = $1", account, since)
        .execute(connection)
        .await?;
    Ok(())
}

pub(in crate::accounts) async fn set_password(
    connection: &mut PgConnection,
    account: Uuid,
    hash: &str,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update account set password_hash = $2, password_changed_at = $3 where id = $1",
        account,
        hash,
        now
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// What is needed to check a password.
#[derive(Debug)]
pub(in crate::accounts) struct Login {
    pub id: Uuid,
    pub email: String,
    pub name: String,
    pub resident: bool,
    pub demo: bool,
    /// Whether somebody has ever signed in.
    pub was_here: bool,
    pub password_hash: Option<String>,
    pub disabled: bool,
    /// Whether its owner closed it.
    pub closed: bool,
    pub has_totp: bool,
    pub has_passkey: bool,
    /// The language in which its owner is written to, where it is known.
    pub lang: Option<String>,
}

impl Login {
    /// Its mailbox.
    pub fn mailbox(&self) -> Mailbox<'_> {
        let lang = self.lang.as_deref().and_then(Lang::from_tag);
        Mailbox { email: &self.email, name: &self.name, lang }
    }

    /// Who did something to the account when its owner did: of residents the events hold no address, since they stay
    /// when the account is erased.
    pub fn actor(&self) -> &str {
        if self.resident { OWNER } else { &self.email }
    }
}

pub(in crate::accounts) async fn login(
    executor: impl PgExecutor<'_>,
    id: Option<Uuid>,
    email_key: Option<&str>,
) -> Result<Option<Login>, sqlx::Error> {
    sqlx::query_as!(
        Login,
        r#"select id, email, name, resident, demo, last_sign_in_at is not null as "was_here!", password_hash,
                  disabled_at is not null as "disabled!", closed_at is not null as "closed!", totp_sealed is not null as "has_totp!",
                  exists (select from passkey p where p.account = a.id) as "has_passkey!",
                  (select l.lang from party p join message_language l on l.party = p.id where p.account = a.id) as lang
           from account a where id = $1 or email_key = $2"#,
        id,
        email_key
    )
    .fetch_optional(executor)
    .await
}

/// Holds an account until the transaction ends, so that two ways in are not taken away at once.
pub(in crate::accounts) async fn lock(
    connection: &mut PgConnection,
    account: Uuid,
) -> Result<(), sqlx::Error> {
    sqlx::query!("select id from account where id = $1 for update", account)
        .fetch_optional(connection)
        .await?;
    Ok(())
}

/// Whether there is a way to sign in: a password, a passkey, a provider of identity.
pub(in crate::accounts) async fn has_way_in(
    connection: &mut PgConnection,
    account: Uuid,
) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select (password_hash is not null or exists (select from passkey p where p.account = a.id)
                   or exists (select from account_identity i where i.account = a.id)) as "there!"
           from account a where id = $1"#,
        account
    )
    .fetch_one(connection)
    .await
}

pub(in crate::accounts) async fn signed_in(
    connection: &mut PgConnection,
    account: Uuid,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!("update account set last_sign_in_at = $2 where id = $1", account, now)
        .execute(connection)
        .await?;
    Ok(())
}

/// Links of an account that were not used stop working.
pub(in crate::accounts) async fn end_links(
    connection: &mut PgConnection,
    account: Uuid,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update account_link set expires_at = $2 where account = $1 and used_at is null and expires_at > $2",
        account,
        now
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// A new link; older ones of the account stop working.
pub(in crate::accounts) async fn add_link(
    connection: &mut PgConnection,
    account: Uuid,
    purpose: &str,
    token_hash: &[u8],
    actor: &str,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    end_links(connection, account, now).await?;
    add_another_link(connection, account, purpose, token_hash, actor, now, expires_at).await
}

/// A new link beside older ones: whoever asks for one in somebody else's name must not end theirs.
pub(in crate::accounts) async fn add_another_link(
    connection: &mut PgConnection,
    account: Uuid,
    purpose: &str,
    token_hash: &[u8],
    actor: &str,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into account_link (id, account, purpose, token_hash, created_at, created_by, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
        Uuid::now_v7(),
        account,
        purpose,
        token_hash,
        now,
        actor,
        expires_at
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Whose link it is, while it works.
#[derive(Debug)]
pub(in crate::accounts) struct LinkOwner {
    pub account: Uuid,
    pub email: String,
    pub name: String,
    pub purpose: String,
    pub resident: bool,
}

pub(in crate::accounts) async fn link_owner(
    pool: &PgPool,
    token_hash: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<LinkOwner>, sqlx::Error> {
    sqlx::query_as!(
        LinkOwner,
        "select a.id as account, a.email, a.name, a.resident, l.purpose from account_link l join account a on a.id = l.account
         where l.token_hash = $1 and l.purpose in ('invite', 'reset') and l.used_at is null and l.expires_at > $2
           and a.disabled_at is null",
        token_hash,
        now
    )
    .fetch_optional(pool)
    .await
}

/// Uses a link up; answers whether it still worked.
pub(in crate::accounts) async fn use_link(
    connection: &mut PgConnection,
    token_hash: &[u8],
    now: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "update account_link set used_at = $2 where token_hash = $1 and used_at is null and expires_at > $2",
        token_hash,
        now
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Something that happened, to be written down.
#[derive(Debug)]
pub(in crate::accounts) struct NewEvent<'a> {
    pub at: DateTime<Utc>,
    pub account: Option<Uuid>,
    pub kind: &'static str,
    pub actor: &'a str,
    pub address: Option<String>,
    pub agent: Option<&'a str>,
    pub details: serde_json::Value,
}

pub(in crate::accounts) async fn add_event(
    executor: impl PgExecutor<'_>,
    event: NewEvent<'_>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into account_event (at, account, kind, actor, address, agent, details)
         values ($1, $2, $3, $4, $5, $6, $7)",
        event.at,
        event.account,
        event.kind,
        event.actor,
        event.address,
        event.agent,
        event.details
    )
    .execute(executor)
    .await?;
    Ok(())
}

pub(in crate::accounts) async fn events(
    pool: &PgPool,
    account: Uuid,
    limit: i64,
) -> Result<Vec<Event>, sqlx::Error> {
    sqlx::query_as!(
        Event,
        "select at, kind, actor, address, details from account_event where account = $1 order by id desc limit $2",
        account,
        limit
    )
    .fetch_all(pool)
    .await
}

/// Addresses of enabled accounts that the demo made.
pub(in crate::accounts) async fn enabled_demo_accounts(pool: &PgPool) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar!("select email from account where demo and disabled_at is null order by email")
        .fetch_all(pool)
        .await
}

/// Makes an account a resident's, with an address that is known to be theirs.
pub(in crate::accounts) async fn make_resident(
    connection: &mut PgConnection,
    account: Uuid,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!("update account set resident = true, email_confirmed_at = $2 where id = $1", account, now)
        .execute(connection)
        .await?;
    Ok(())
}

/// When something of a kind happened to an account, the last first.
pub(in crate::accounts) async fn times_of(
    pool: &PgPool,
    account: Uuid,
    kind: &str,
    limit: i64,
) -> Result<Vec<DateTime<Utc>>, sqlx::Error> {
    sqlx::query_scalar!(
        "select at from account_event where account = $1 and kind = $2 order by id desc limit $3",
        account,
        kind,
        limit
    )
    .fetch_all(pool)
    .await
}
