//! Consents, contacts and browsers.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgExecutor, PgPool};
use uuid::Uuid;

use crate::{
    kernel::Lang,
    messages::model::{Channel, Purpose},
};

/// One thing that somebody said.
#[derive(Debug)]
pub(in crate::messages) struct Said<'a> {
    pub(in crate::messages) party: Uuid,
    pub(in crate::messages) purpose: Purpose,
    pub(in crate::messages) channel: Channel,
    pub(in crate::messages) given: bool,
    pub(in crate::messages) at: DateTime<Utc>,
    pub(in crate::messages) page: &'a str,
    pub(in crate::messages) wording: &'a str,
    pub(in crate::messages) version: &'a str,
}

/// Lets those who change the same person's consents wait for each other.
pub(in crate::messages) async fn lock(
    connection: &mut PgConnection,
    party: Uuid,
) -> Result<bool, sqlx::Error> {
    let found =
        sqlx::query!("select id from party where id = $1 and erased_at is null for no key update", party)
            .fetch_optional(connection)
            .await?;
    Ok(found.is_some())
}

/// Writes down what somebody said; what still waits to go out against it does not go out.
pub(in crate::messages) async fn add(
    connection: &mut PgConnection,
    said: &Said<'_>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into consent (party, purpose, channel, given, at, page, wording, wording_version)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        said.party,
        said.purpose.name(),
        said.channel.name(),
        said.given,
        said.at,
        said.page,
        said.wording,
        said.version
    )
    .execute(&mut *connection)
    .await?;
    if !said.given {
        sqlx::query!(
            "with stopped as (
                update delivery d set state = 'not_wanted', done_at = $4, sealed = null from message m
                where m.id = d.message and m.party = $1 and m.purpose = $2 and d.channel = $3 and d.state in ('waiting', 'dead')
                returning d.id, d.attempts
             )
             insert into delivery_event (delivery, at, what, attempt, answer, actor)
             select id, $4, 'not_wanted', attempts, 'the consent was taken back', 'consent' from stopped",
            said.party,
            said.purpose.name(),
            said.channel.name(),
            said.at
        )
        .execute(connection)
        .await?;
    }
    Ok(())
}

/// What somebody last said of each purpose and channel.
#[derive(Debug)]
pub(in crate::messages) struct LastSaid {
    pub(in crate::messages) purpose: String,
    pub(in crate::messages) channel: String,
    pub(in crate::messages) given: bool,
    pub(in crate::messages) at: DateTime<Utc>,
    pub(in crate::messages) version: String,
}

pub(in crate::messages) async fn last(pool: &PgPool, party: Uuid) -> Result<Vec<LastSaid>, sqlx::Error> {
    sqlx::query_as!(
        LastSaid,
        "select distinct on (purpose, channel) purpose, channel, given, at, wording_version as version from consent
         where party = $1 order by purpose, channel, id desc",
        party
    )
    .fetch_all(pool)
    .await
}

/// A number that waits for its code.
#[derive(Debug)]
pub(in crate::messages) struct CodeRow {
    pub(in crate::messages) address: String,
    pub(in crate::messages) code_mark: String,
    pub(in crate::messages) tries: i32,
    pub(in crate::messages) created_at: DateTime<Utc>,
    pub(in crate::messages) expires_at: DateTime<Utc>,
}

pub(in crate::messages) async fn code(
    connection: &mut PgConnection,
    party: Uuid,
) -> Result<Option<CodeRow>, sqlx::Error> {
    sqlx::query_as!(
        CodeRow,
        "select address, code_mark, tries, created_at, expires_at from contact_code where party = $1",
        party
    )
    .fetch_optional(connection)
    .await
}

pub(in crate::messages) async fn put_code(
    connection: &mut PgConnection,
    party: Uuid,
    row: &CodeRow,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into contact_code (party, address, code_mark, created_at, expires_at) values ($1, $2, $3, $4, $5)
         on conflict (party) do update set address = excluded.address, code_mark = excluded.code_mark, tries = 0,
            created_at = excluded.created_at, expires_at = excluded.expires_at",
        party,
        row.address,
        row.code_mark,
        row.created_at,
        row.expires_at
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub(in crate::messages) async fn count_try(
    connection: &mut PgConnection,
    party: Uuid,
) -> Result<(), sqlx::Error> {
    sqlx::query!("update contact_code set tries = tries + 1 where party = $1", party)
        .execute(connection)
        .await?;
    Ok(())
}

pub(in crate::messages) async fn drop_code(
    connection: &mut PgConnection,
    party: Uuid,
) -> Result<(), sqlx::Error> {
    sqlx::query!("delete from contact_code where party = $1", party).execute(connection).await?;
    Ok(())
}

/// How many codes went out for somebody since an instant.
pub(in crate::messages) async fn codes_since(
    connection: &mut PgConnection,
    party: Uuid,
    since: DateTime<Utc>,
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select count(*) as "n!" from message where party = $1 and template = 'phone-code' and created_at >= $2"#,
        party,
        since
    )
    .fetch_one(connection)
    .await
}

pub(in crate::messages) async fn language(
    executor: impl PgExecutor<'_>,
    party: Uuid,
) -> Result<Option<Lang>, sqlx::Error> {
    let found = sqlx::query_scalar!("select lang from message_language where party = $1", party)
        .fetch_optional(executor)
        .await?;
    Ok(found.as_deref().and_then(Lang::from_tag))
}

pub(in crate::messages) async fn set_language(
    connection: &mut PgConnection,
    party: Uuid,
    lang: Lang,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into message_language (party, lang) values ($1, $2) on conflict (party) do update set lang = excluded.lang",
        party,
        lang.tag()
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// A browser as its owner sees it.
#[derive(Debug)]
pub(in crate::messages) struct SubscriptionRow {
    pub(in crate::messages) id: Uuid,
    pub(in crate::messages) agent: String,
    pub(in crate::messages) created_at: DateTime<Utc>,
}

pub(in crate::messages) async fn subscriptions(
    pool: &PgPool,
    party: Uuid,
) -> Result<Vec<SubscriptionRow>, sqlx::Error> {
    sqlx::query_as!(
        SubscriptionRow,
        "select id, agent, created_at from push_subscription where party = $1 order by id",
        party
    )
    .fetch_all(pool)
    .await
}

/// A browser that wants notices.
#[derive(Debug)]
pub(in crate::messages) struct NewSubscription<'a> {
    pub(in crate::messages) party: Uuid,
    pub(in crate::messages) endpoint: &'a str,
    pub(in crate::messages) p256dh: &'a str,
    pub(in crate::messages) auth: &'a str,
    pub(in crate::messages) agent: &'a str,
    pub(in crate::messages) at: DateTime<Utc>,
}

/// Adds a browser, or gives it to whoever uses it now: the same endpoint is the same browser. Answers its id. A browser
/// that changes hands gets another id, so that what still waits for the one before does not reach it.
pub(in crate::messages) async fn subscribe(
    connection: &mut PgConnection,
    new: &NewSubscription<'_>,
) -> Result<Uuid, sqlx::Error> {
    sqlx::query!(
        "delete from push_subscription where endpoint = $1 and party <> $2",
        new.endpoint,
        new.party
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query_scalar!(
        "insert into push_subscription (id, party, endpoint, p256dh, auth, agent, created_at) values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (endpoint) do update set p256dh = excluded.p256dh, auth = excluded.auth, agent = excluded.agent
         returning id",
        Uuid::now_v7(),
        new.party,
        new.endpoint,
        new.p256dh,
        new.auth,
        new.agent,
        new.at
    )
    .fetch_one(connection)
    .await
}

/// Takes away all but the newest browsers of somebody.
pub(in crate::messages) async fn prune(
    connection: &mut PgConnection,
    party: Uuid,
    most: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "delete from push_subscription where id in
            (select id from push_subscription where party = $1 order by id desc offset $2)",
        party,
        most
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub(in crate::messages) async fn unsubscribe_browser(
    pool: &PgPool,
    party: Uuid,
    id: Uuid,
) -> Result<bool, sqlx::Error> {
    let gone = sqlx::query!("delete from push_subscription where id = $1 and party = $2", id, party)
        .execute(pool)
        .await?;
    Ok(gone.rows_affected() == 1)
}
