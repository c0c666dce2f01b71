//! What the staff sees of deliveries.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

/// A delivery as the desk lists it.
#[derive(Debug)]
pub(in crate::messages) struct DeskRow {
    pub(in crate::messages) id: Uuid,
    pub(in crate::messages) message: Uuid,
    pub(in crate::messages) channel: String,
    pub(in crate::messages) address: String,
    pub(in crate::messages) state: String,
    pub(in crate::messages) subject: String,
    pub(in crate::messages) attempts: i32,
    pub(in crate::messages) next_try_at: DateTime<Utc>,
    pub(in crate::messages) last_error: Option<String>,
    pub(in crate::messages) created_at: DateTime<Utc>,
}

/// Deliveries of some states, the newest first. `pattern` looks at address and subject.
pub(in crate::messages) async fn deliveries(
    pool: &PgPool,
    states: &[String],
    pattern: &str,
    before: Option<Uuid>,
    most: i64,
) -> Result<Vec<DeskRow>, sqlx::Error> {
    sqlx::query_as!(
        DeskRow,
        "select d.id, d.message, d.channel, d.address, d.state, m.subject, d.attempts, d.next_try_at, d.last_error, d.created_at
         from delivery d join message m on m.id = d.message
         where d.state = any($1) and d.channel <> 'inbox' and ($3::uuid is null or d.id < $3)
            and ($2 = '' or d.address ilike $2 or m.subject ilike $2)
         order by d.id desc limit $4",
        states,
        pattern,
        before,
        most
    )
    .fetch_all(pool)
    .await
}

/// How many deliveries are in each state and channel, of those that wait or are dead.
pub(in crate::messages) async fn counts(pool: &PgPool) -> Result<Vec<(String, String, i64)>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select state, channel, count(*) as "n!" from delivery
         where channel <> 'inbox' and state in ('waiting', 'sending', 'dead') group by state, channel"#
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(|row| (row.state, row.channel, row.n)).collect())
}

/// A message as its proof shows it.
#[derive(Debug)]
pub(in crate::messages) struct ProofHead {
    pub(in crate::messages) party: Option<Uuid>,
    pub(in crate::messages) purpose: String,
    pub(in crate::messages) template: Option<String>,
    pub(in crate::messages) template_version: Option<i32>,
    pub(in crate::messages) subject: String,
    pub(in crate::messages) body: String,
    pub(in crate::messages) actor: String,
    pub(in crate::messages) created_at: DateTime<Utc>,
    pub(in crate::messages) read_at: Option<DateTime<Utc>>,
}

pub(in crate::messages) async fn proof_head(
    pool: &PgPool,
    message: Uuid,
) -> Result<Option<ProofHead>, sqlx::Error> {
    sqlx::query_as!(
        ProofHead,
        "select party, purpose, template, template_version, subject, body, actor, created_at, read_at
         from message where id = $1 and direction = 'out'",
        message
    )
    .fetch_optional(pool)
    .await
}

/// One way of a message as its proof shows it.
#[derive(Debug)]
pub(in crate::messages) struct ProofDelivery {
    pub(in crate::messages) id: Uuid,
    pub(in crate::messages) channel: String,
    pub(in crate::messages) address: String,
    pub(in crate::messages) why: String,
    pub(in crate::messages) state: String,
    pub(in crate::messages) content: String,
    pub(in crate::messages) provider_id: Option<String>,
}

pub(in crate::messages) async fn proof_deliveries(
    pool: &PgPool,
    message: Uuid,
) -> Result<Vec<ProofDelivery>, sqlx::Error> {
    sqlx::query_as!(
        ProofDelivery,
        "select id, channel, address, why, state, content, provider_id from delivery where message = $1 order by id",
        message
    )
    .fetch_all(pool)
    .await
}

/// One line of a proof.
#[derive(Debug)]
pub(in crate::messages) struct ProofEvent {
    pub(in crate::messages) delivery: Uuid,
    pub(in crate::messages) at: DateTime<Utc>,
    pub(in crate::messages) what: String,
    pub(in crate::messages) attempt: i32,
    pub(in crate::messages) provider: Option<String>,
    pub(in crate::messages) answer: Option<String>,
    pub(in crate::messages) actor: String,
}

/// All events of a message, at most 2000.
pub(in crate::messages) async fn proof_events(
    pool: &PgPool,
    message: Uuid,
) -> Result<Vec<ProofEvent>, sqlx::Error> {
    sqlx::query_as!(
        ProofEvent,
        "select e.delivery, e.at, e.what, e.attempt, e.provider, e.answer, e.actor
         from delivery_event e join delivery d on d.id = e.delivery where d.message = $1 order by e.id limit 2000",
        message
    )
    .fetch_all(pool)
    .await
}

/// Lets a dead delivery begin anew; `false` when it is not dead.
pub(in crate::messages) async fn revive(
    connection: &mut PgConnection,
    delivery: Uuid,
    now: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    let revived = sqlx::query!(
        "with revived as (
            update delivery set state = 'waiting', step = 0, next_try_at = $2, done_at = null
            where id = $1 and state = 'dead' and address <> '' returning id
         )
         select pg_notify('reeve_messages', '') from revived",
        delivery,
        now
    )
    .fetch_optional(connection)
    .await?;
    Ok(revived.is_some())
}

/// Gives up a delivery that is dead or waits; `false` when it is neither.
pub(in crate::messages) async fn give_up(
    connection: &mut PgConnection,
    delivery: Uuid,
    now: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    let given_up = sqlx::query!(
        "update delivery set state = 'failed', done_at = $2, sealed = null where id = $1 and state in ('dead', 'waiting')",
        delivery,
        now
    )
    .execute(connection)
    .await?;
    Ok(given_up.rows_affected() == 1)
}

/// A letter that waits to be printed.
#[derive(Debug)]
pub(in crate::messages) struct LetterRow {
    pub(in crate::messages) id: Uuid,
    pub(in crate::messages) message: Uuid,
    pub(in crate::messages) address: String,
    pub(in crate::messages) content: String,
    pub(in crate::messages) lang: String,
    pub(in crate::messages) created_at: DateTime<Utc>,
    pub(in crate::messages) done_at: Option<DateTime<Utc>>,
    pub(in crate::messages) provider_id: Option<String>,
}

/// Letters on paper that wait, the oldest first; or those that were posted last.
pub(in crate::messages) async fn letters(
    pool: &PgPool,
    posted: bool,
    electronic: bool,
    most: i64,
) -> Result<Vec<LetterRow>, sqlx::Error> {
    sqlx::query_as!(
        LetterRow,
        "select d.id, d.message, d.address, d.content, m.lang, d.created_at, d.done_at, d.provider_id
         from delivery d join message m on m.id = d.message
         where d.channel = 'letter' and d.state = case when $1 then 'sent' else 'waiting' end
            and not ($2 and d.address like 'AE:%')
         order by case when $1 then d.done_at end desc, d.id limit $3",
        posted,
        electronic,
        most
    )
    .fetch_all(pool)
    .await
}

/// Some letters in the order of their ids.
pub(in crate::messages) async fn letters_of(
    pool: &PgPool,
    ids: &[Uuid],
) -> Result<Vec<LetterRow>, sqlx::Error> {
    sqlx::query_as!(
        LetterRow,
        "select d.id, d.message, d.address, d.content, m.lang, d.created_at, d.done_at, d.provider_id
         from delivery d join message m on m.id = d.message where d.channel = 'letter' and d.id = any($1) order by d.id",
        ids
    )
    .fetch_all(pool)
    .await
}

/// Writes down that a letter was posted; `false` when it does not wait.
pub(in crate::messages) async fn posted(
    connection: &mut PgConnection,
    letter: Uuid,
    number: Option<&str>,
    now: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    let posted = sqlx::query!(
        "update delivery set state = 'sent', attempts = attempts + 1, provider = 'paper', provider_id = $2, done_at = $3
         where id = $1 and channel = 'letter' and state = 'waiting'",
        letter,
        number,
        now
    )
    .execute(connection)
    .await?;
    Ok(posted.rows_affected() == 1)
}

/// Addresses a letter whose address was not known; `false` when it is not dead.
pub(in crate::messages) async fn address_letter(
    connection: &mut PgConnection,
    letter: Uuid,
    address: &str,
    now: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    let addressed = sqlx::query!(
        "update delivery set state = 'waiting', address = $2, step = 0, next_try_at = $3, done_at = null, last_error = null
         where id = $1 and channel = 'letter' and state = 'dead'",
        letter,
        address,
        now
    )
    .execute(connection)
    .await?;
    Ok(addressed.rows_affected() == 1)
}
