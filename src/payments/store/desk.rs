//! What the treasurer sees.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::Value;
use sqlx::{PgExecutor, PgPool};
use uuid::Uuid;

use crate::payments::model::{Refund, State};

/// A transfer in the treasurer's list.
#[derive(Debug)]
pub(in crate::payments) struct DeskRow {
    pub(in crate::payments) order: Uuid,
    pub(in crate::payments) number: String,
    pub(in crate::payments) code: String,
    pub(in crate::payments) contract: String,
    pub(in crate::payments) amount_grosze: i64,
    pub(in crate::payments) state: State,
    pub(in crate::payments) refund: Refund,
    pub(in crate::payments) paid_on: Option<NaiveDate>,
    pub(in crate::payments) changed_at: DateTime<Utc>,
    pub(in crate::payments) id: Uuid,
}

/// What is looked for.
#[derive(Debug, Default)]
pub(in crate::payments) struct Wanted {
    pub(in crate::payments) states: Option<Vec<String>>,
    pub(in crate::payments) refund: Option<String>,
    /// Changed within these instants.
    pub(in crate::payments) from: Option<DateTime<Utc>>,
    pub(in crate::payments) to: Option<DateTime<Utc>>,
    /// A number of an order, or a code.
    pub(in crate::payments) q: Option<String>,
    pub(in crate::payments) before: Option<Uuid>,
}

/// Transfers, those that changed last first.
pub(in crate::payments) async fn transfers(
    pool: &PgPool,
    wanted: &Wanted,
    most: i64,
) -> Result<Vec<DeskRow>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select t.id, t.payment_order, o.number, t.code, t.contract, t.amount_grosze, t.state, t.refund, t.paid_on, t.changed_at
         from payment_transfer t join payment_order o on o.id = t.payment_order
         where ($1::text[] is null or t.state = any($1)) and ($2::text is null or t.refund = $2)
           and ($3::timestamptz is null or t.changed_at >= $3) and ($4::timestamptz is null or t.changed_at < $4)
           and ($5::text is null or t.code = $5 or o.number = $5 or t.transaction = $5)
           and ($6::uuid is null or (t.changed_at, t.id) < (select b.changed_at, b.id from payment_transfer b where b.id = $6))
         order by t.changed_at desc, t.id desc limit $7"#,
        wanted.states.as_deref(),
        wanted.refund,
        wanted.from,
        wanted.to,
        wanted.q,
        wanted.before,
        most
    )
    .fetch_all(pool)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| DeskRow {
            id: row.id,
            order: row.payment_order,
            number: row.number,
            code: row.code,
            contract: row.contract,
            amount_grosze: row.amount_grosze,
            state: State::from_name(&row.state).unwrap_or(State::Held),
            refund: Refund::from_name(&row.refund).unwrap_or(Refund::None),
            paid_on: row.paid_on,
            changed_at: row.changed_at,
        })
        .collect())
}

/// A line for the treasurer.
#[derive(Debug)]
pub(in crate::payments) struct AlarmRow {
    pub(in crate::payments) id: i64,
    pub(in crate::payments) at: DateTime<Utc>,
    pub(in crate::payments) order: Option<Uuid>,
    pub(in crate::payments) number: Option<String>,
    pub(in crate::payments) contract: String,
    pub(in crate::payments) source: String,
    pub(in crate::payments) kind: String,
    pub(in crate::payments) details: Value,
}

/// Alarms that nobody has dealt with, the newest first.
pub(in crate::payments) async fn alarms(pool: &PgPool, most: i64) -> Result<Vec<AlarmRow>, sqlx::Error> {
    sqlx::query_as!(
        AlarmRow,
        r#"select e.id, e.at, o.id as "order?", o.number as "number?", e.contract, e.source, e.kind, e.details
         from payment_event e left join payment_transfer t on t.id = e.transfer left join payment_order o on o.id = t.payment_order
         where e.alarm and not exists (select from payment_alarm_end a where a.event = e.id) order by e.id desc limit $1"#,
        most
    )
    .fetch_all(pool)
    .await
}

/// Says that somebody has dealt with an alarm; whether there is such an alarm.
pub(in crate::payments) async fn end_alarm(
    executor: impl PgExecutor<'_>,
    event: i64,
    by: &str,
    now: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    let ended = sqlx::query!(
        "insert into payment_alarm_end (event, at, by) select id, $2, $3 from payment_event where id = $1 and alarm
         on conflict (event) do nothing",
        event,
        now,
        by
    )
    .execute(executor)
    .await?;
    Ok(ended.rows_affected() == 1)
}

/// What came and went on a day, by contract: contract, transfers paid, grosze paid, grosze given back.
pub(in crate::payments) async fn takings(
    pool: &PgPool,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> Result<Vec<(String, i64, i64, i64)>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select contract, count(*) as "count!", sum(amount_grosze)::bigint as "grosze!",
            sum(payment_given_back(id))::bigint as "back!"
         from payment_transfer where state = 'paid' and paid_at >= $1 and paid_at < $2 group by contract order by contract"#,
        from,
        to
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(|row| (row.contract, row.count, row.grosze, row.back)).collect())
}
