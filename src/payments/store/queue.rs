//! Transfers of which the operator shall be asked: claimed by one node at a time, with a lease.

use chrono::{DateTime, Utc};
use sqlx::{PgExecutor, PgPool};
use uuid::Uuid;

/// Takes what is due, the longest due first. A lease that ran out, since its node ended, is taken over.
pub(in crate::payments) async fn claim(
    pool: &PgPool,
    node: Uuid,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
    most: i64,
) -> Result<Vec<Uuid>, sqlx::Error> {
    sqlx::query_scalar!(
        "with due as (
            select id from payment_transfer where ask_at <= $2 and (leased_until is null or leased_until < $2)
            order by ask_at limit $4 for update skip locked
         )
         update payment_transfer t set leased_until = $3, leased_by = $1, asked_at = $2 from due where t.id = due.id
         returning t.id",
        node,
        now,
        until,
        most
    )
    .fetch_all(pool)
    .await
}

/// Gives a lease back, if this node still holds it.
pub(in crate::payments) async fn release(
    executor: impl PgExecutor<'_>,
    node: Uuid,
    transfer: Uuid,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update payment_transfer set leased_until = null, leased_by = null where id = $1 and leased_by = $2",
        transfer,
        node
    )
    .execute(executor)
    .await?;
    Ok(())
}

/// When the next one is due.
pub(in crate::payments) async fn next_due(pool: &PgPool) -> Result<Option<DateTime<Utc>>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select min(greatest(ask_at, coalesce(leased_until, ask_at))) as "due" from payment_transfer where ask_at is not null"#
    )
    .fetch_one(pool)
    .await
}

/// Has the operator asked soon, unless it was asked a moment ago.
pub(in crate::payments) async fn ask_soon(
    executor: impl PgExecutor<'_>,
    transfer: Uuid,
    now: DateTime<Utc>,
    asked_before: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    let set = sqlx::query!(
        "update payment_transfer set ask_at = least(ask_at, $2)
         where id = $1 and state in ('begun', 'failed', 'advanced', 'expired', 'cancelled')
           and (asked_at is null or asked_at < $3)",
        transfer,
        now,
        asked_before
    )
    .execute(executor)
    .await?;
    Ok(set.rows_affected() == 1)
}

/// Counts a question without news.
pub(in crate::payments) async fn put_asks(
    executor: impl PgExecutor<'_>,
    transfer: Uuid,
    asks: i32,
    ask_at: Option<DateTime<Utc>>,
) -> Result<(), sqlx::Error> {
    sqlx::query!("update payment_transfer set asks = $2, ask_at = $3 where id = $1", transfer, asks, ask_at)
        .execute(executor)
        .await?;
    Ok(())
}
