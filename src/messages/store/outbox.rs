//! What is due: claimed by one node at a time, each try written down before it is made and after it was answered.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use crate::{
    kernel::Lang,
    messages::model::{Attachment, Channel, Purpose, State},
};

/// A delivery that this node sends.
#[derive(Debug)]
pub(in crate::messages) struct Claimed {
    pub(in crate::messages) id: Uuid,
    pub(in crate::messages) message: Uuid,
    pub(in crate::messages) party: Option<Uuid>,
    pub(in crate::messages) channel: Channel,
    pub(in crate::messages) address: String,
    pub(in crate::messages) content: String,
    pub(in crate::messages) sealed: Option<Vec<u8>>,
    pub(in crate::messages) attempts: i32,
    pub(in crate::messages) step: i32,
    pub(in crate::messages) created_at: DateTime<Utc>,
    pub(in crate::messages) purpose: Purpose,
    pub(in crate::messages) lang: Lang,
}

/// Who claims, until when, and what.
#[derive(Debug)]
pub(in crate::messages) struct Claim<'a> {
    pub(in crate::messages) node: Uuid,
    pub(in crate::messages) now: DateTime<Utc>,
    pub(in crate::messages) until: DateTime<Utc>,
    /// Channels that are set up and not told to slow down.
    pub(in crate::messages) channels: &'a [String],
    /// Whether letters to addresses for electronic delivery are handed over.
    pub(in crate::messages) electronic: bool,
    /// Waits that there are; whoever stands behind the last one is not tried again.
    pub(in crate::messages) steps: i32,
    pub(in crate::messages) most: i64,
}

/// Takes what is due, the urgent first, and writes down that a try begins.
pub(in crate::messages) async fn claim(
    pool: &PgPool,
    claim: &Claim<'_>,
) -> Result<Vec<Claimed>, sqlx::Error> {
    let mut transaction = pool.begin().await?;
    let rows = sqlx::query!(
        r#"with due as (
            select id from delivery
            where ((state = 'waiting' and next_try_at <= $1) or (state = 'sending' and leased_until < $1))
              and step <= $2 and (channel = any($3) or ($4 and channel = 'letter' and address like 'AE:%'))
            order by priority, next_try_at limit $5 for update skip locked
         )
         update delivery d set state = 'sending', attempts = d.attempts + 1, step = d.step + 1, leased_until = $6,
            leased_by = $7
         from due, message m where d.id = due.id and m.id = d.message
         returning d.id, d.message, m.party, d.channel, d.address, d.content, d.sealed, d.attempts, d.step, d.created_at,
            m.purpose, m.lang"#,
        claim.now,
        claim.steps,
        claim.channels,
        claim.electronic,
        claim.most,
        claim.until,
        claim.node
    )
    .fetch_all(&mut *transaction)
    .await?;
    let (ids, attempts): (Vec<Uuid>, Vec<i32>) = rows.iter().map(|row| (row.id, row.attempts)).unzip();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    sqlx::query!(
        "insert into delivery_event (delivery, at, what, attempt, actor)
         select id, $3, 'sending', attempt, 'outbox' from unnest($1::uuid[], $2::int[]) as t (id, attempt)",
        &ids,
        &attempts,
        claim.now
    )
    .execute(&mut *transaction)
    .await?;
    transaction.commit().await?;
    Ok(rows
        .into_iter()
        .filter_map(|row| {
            Some(Claimed {
                id: row.id,
                message: row.message,
                party: row.party,
                channel: Channel::from_name(&row.channel)?,
                address: row.address,
                content: row.content,
                sealed: row.sealed,
                attempts: row.attempts,
                step: row.step,
                created_at: row.created_at,
                purpose: Purpose::from_name(&row.purpose)?,
                lang: Lang::from_tag(&row.lang).unwrap_or_default(),
            })
        })
        .collect())
}

/// What came of a try.
#[derive(Debug)]
pub(in crate::messages) struct Outcome<'a> {
    pub(in crate::messages) state: State,
    /// Where it stands in the row of waits from now on.
    pub(in crate::messages) step: i32,
    pub(in crate::messages) next_try_at: DateTime<Utc>,
    pub(in crate::messages) provider: &'a str,
    pub(in crate::messages) provider_id: Option<&'a str>,
    pub(in crate::messages) answer: &'a str,
    pub(in crate::messages) now: DateTime<Utc>,
}

/// Writes down what came of a try. Whoever no longer holds the lease writes only the event: another node is at it, and
/// what this one did stays known.
pub(in crate::messages) async fn settle(
    pool: &PgPool,
    node: Uuid,
    claimed: &Claimed,
    outcome: &Outcome<'_>,
) -> Result<bool, sqlx::Error> {
    let mut transaction = pool.begin().await?;
    let good = matches!(outcome.state, State::Sent | State::Delivered);
    let done = (outcome.state != State::Waiting).then_some(outcome.now);
    let settled = sqlx::query!(
        "update delivery set state = $3, step = $4, next_try_at = $5, provider = left($6, 200), provider_id = left($7, 400),
            last_error = case when $8 then null else left($9, 500) end, leased_until = null, leased_by = null,
            done_at = $10::timestamptz, sealed = case when $10::timestamptz is null or $3 = 'dead' then sealed end
         where id = $1 and leased_by = $2 and attempts = $11",
        claimed.id,
        node,
        outcome.state.name(),
        outcome.step,
        outcome.next_try_at,
        outcome.provider,
        outcome.provider_id,
        good,
        outcome.answer,
        done,
        claimed.attempts
    )
    .execute(&mut *transaction)
    .await?
    .rows_affected()
        == 1;
    let what = match outcome.state {
        State::Waiting | State::Sending | State::Failed => "failed",
        State::NotWanted => "not_wanted",
        State::Sent => "sent",
        State::Delivered => "delivered",
        State::Dead => "dead",
    };
    let event = super::NewEvent {
        attempt: claimed.attempts,
        provider: Some(outcome.provider),
        answer: Some(outcome.answer),
        ..super::NewEvent::new(claimed.id, outcome.now, what, "outbox")
    };
    super::add_event(&mut transaction, &event).await?;
    if settled && done.is_some() {
        sqlx::query!("delete from message where id = $1 and fleeting", claimed.message)
            .execute(&mut *transaction)
            .await?;
    }
    transaction.commit().await?;
    Ok(settled)
}

/// Gives up what ended its last try without anybody noting how: it is left to a clerk.
pub(in crate::messages) async fn bury(
    pool: &PgPool,
    steps: i32,
    now: DateTime<Utc>,
) -> Result<u64, sqlx::Error> {
    let buried = sqlx::query!(
        "with lost as (
            update delivery set state = 'dead', leased_until = null, leased_by = null, done_at = $2,
                last_error = 'the last try was broken off; whether it went out is not known'
            where state = 'sending' and leased_until < $2 and step > $1 returning id, attempts
         )
         insert into delivery_event (delivery, at, what, attempt, answer, actor)
         select id, $2, 'dead', attempts, 'the last try was broken off', 'outbox' from lost",
        steps,
        now
    )
    .execute(pool)
    .await?;
    Ok(buried.rows_affected())
}

/// When the next delivery is due of these channels; `None` when nothing waits.
pub(in crate::messages) async fn next_due(
    pool: &PgPool,
    channels: &[String],
) -> Result<Option<DateTime<Utc>>, sqlx::Error> {
    sqlx::query_scalar!(
        "select min(case when state = 'waiting' then next_try_at else leased_until end) from delivery
         where state in ('waiting', 'sending') and (channel = any($1) or (channel = 'letter' and address like 'AE:%'))",
        channels
    )
    .fetch_one(pool)
    .await
}

/// The keys of a browser.
#[derive(Debug)]
pub(in crate::messages) struct SubscriptionKeys {
    pub(in crate::messages) endpoint: String,
    pub(in crate::messages) p256dh: String,
    pub(in crate::messages) auth: String,
}

pub(in crate::messages) async fn subscription(
    pool: &PgPool,
    id: Uuid,
) -> Result<Option<SubscriptionKeys>, sqlx::Error> {
    sqlx::query_as!(
        SubscriptionKeys,
        "select endpoint, p256dh, auth from push_subscription where id = $1",
        id
    )
    .fetch_optional(pool)
    .await
}

/// Forgets a browser that no longer wants anything.
pub(in crate::messages) async fn forget_subscription(pool: &PgPool, id: Uuid) -> Result<(), sqlx::Error> {
    sqlx::query!("delete from push_subscription where id = $1", id).execute(pool).await?;
    Ok(())
}

/// The files of a message.
pub(in crate::messages) async fn files(pool: &PgPool, message: Uuid) -> Result<Vec<Attachment>, sqlx::Error> {
    super::attachments(pool, &[message]).await
}

/// What a provider reports of a message that it took. Reports may come twice and in any order; what has arrived stays so.
pub(in crate::messages) async fn report(
    connection: &mut PgConnection,
    provider_id: &str,
    idx: Option<Uuid>,
    state: State,
    answer: &str,
    now: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    let found = sqlx::query!(
        r#"update delivery set state = $4, done_at = $5, leased_until = null, leased_by = null, sealed = null,
            last_error = case when $4 = 'failed' then left($6, 500) end
         where channel = $1 and (id = $2 or ($2::uuid is null and provider_id = $3))
            and state not in ('delivered', 'not_wanted') and state <> $4
         returning id, attempts"#,
        Channel::Sms.name(),
        idx,
        provider_id,
        state.name(),
        now,
        answer
    )
    .fetch_optional(&mut *connection)
    .await?;
    let Some(found) = found else { return Ok(false) };
    let what = if state == State::Delivered { "delivered" } else { "failed" };
    let event = super::NewEvent {
        attempt: found.attempts,
        answer: Some(answer),
        ..super::NewEvent::new(found.id, now, what, "report")
    };
    super::add_event(connection, &event).await?;
    Ok(true)
}
