//! All SQL of the payments.

pub(super) mod cart;
pub(super) mod desk;
pub(super) mod queue;
pub(super) mod settle;

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::Value;
use sqlx::{PgConnection, PgExecutor, PgPool};
use uuid::Uuid;

use super::model::{Order, Part, Recorded, Refund, State, Step, Transfer};
use crate::kernel::Lang;

/// A row of a transfer as the queries of this slice read it.
pub(super) struct Row {
    pub(super) id: Uuid,
    pub(super) payment_order: Uuid,
    pub(super) place: i32,
    pub(super) code: String,
    pub(super) contract: String,
    pub(super) nrb: String,
    pub(super) amount_grosze: i64,
    pub(super) transfers_only: bool,
    pub(super) method: Option<String>,
    pub(super) state: String,
    pub(super) refund: String,
    pub(super) refund_id: Option<Uuid>,
    pub(super) back_grosze: i64,
    pub(super) transaction: Option<String>,
    pub(super) paid_on: Option<NaiveDate>,
    pub(super) paid_at: Option<DateTime<Utc>>,
    pub(super) valid_until: DateTime<Utc>,
    pub(super) asks: i32,
}

impl From<Row> for Transfer {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            order: row.payment_order,
            place: row.place,
            code: row.code,
            contract: row.contract,
            nrb: row.nrb,
            amount_grosze: row.amount_grosze,
            transfers_only: row.transfers_only,
            method: row.method,
            // The database holds no other words.
            state: State::from_name(&row.state).unwrap_or(State::Held),
            refund: Refund::from_name(&row.refund).unwrap_or(Refund::None),
            refund_id: row.refund_id,
            back_grosze: row.back_grosze,
            transaction: row.transaction,
            paid_on: row.paid_on,
            paid_at: row.paid_at,
            valid_until: row.valid_until,
            asks: row.asks,
        }
    }
}

/// A transfer, kept from being changed by anybody else until the end of the transaction.
pub(super) async fn lock(
    connection: &mut PgConnection,
    transfer: Uuid,
) -> Result<Option<Transfer>, sqlx::Error> {
    let row = sqlx::query_as!(
        Row,
        r#"select t.id, t.payment_order, t.place, t.code, t.contract, t.nrb, t.amount_grosze, t.transfers_only, t.method, t.state,
            t.refund, t.refund_id, payment_given_back(t.id) as "back_grosze!", t.transaction, t.paid_on, t.paid_at, o.valid_until,
            t.asks
         from payment_transfer t join payment_order o on o.id = t.payment_order where t.id = $1 for update of t"#,
        transfer
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(Transfer::from))
}

/// The transfer of a code at one of some contracts.
pub(super) async fn of_code(
    executor: impl PgExecutor<'_>,
    contracts: &[String],
    code: &str,
) -> Result<Option<Uuid>, sqlx::Error> {
    sqlx::query_scalar!(
        "select id from payment_transfer where contract = any($1) and code = $2",
        contracts,
        code
    )
    .fetch_optional(executor)
    .await
}

/// The transfer of one of our refunds at a contract, the latest or an earlier one, and whether the money has left.
pub(super) async fn of_refund(
    executor: impl PgExecutor<'_>,
    contract: &str,
    refund: Uuid,
) -> Result<Option<(Uuid, bool)>, sqlx::Error> {
    let row = sqlx::query!(
        "select t.id, r.done from payment_refund_part r join payment_transfer t on t.id = r.transfer
         where t.contract = $1 and r.refund = $2 limit 1",
        contract,
        refund
    )
    .fetch_optional(executor)
    .await?;
    Ok(row.map(|row| (row.id, row.done)))
}

/// What a refund gives back: places of parts and grosze.
pub(super) async fn refund_parts(
    executor: impl PgExecutor<'_>,
    refund: Uuid,
) -> Result<BTreeMap<i32, i64>, sqlx::Error> {
    let rows = sqlx::query!("select place, amount_grosze from payment_refund_part where refund = $1", refund)
        .fetch_all(executor)
        .await?;
    Ok(rows.into_iter().map(|row| (row.place, row.amount_grosze)).collect())
}

/// Writes down what a refund shall give back.
pub(super) async fn add_refund_parts(
    executor: impl PgExecutor<'_>,
    refund: Uuid,
    transfer: Uuid,
    parts: &BTreeMap<i32, i64>,
) -> Result<(), sqlx::Error> {
    let places: Vec<i32> = parts.keys().copied().collect();
    let grosze: Vec<i64> = parts.values().copied().collect();
    sqlx::query!(
        "insert into payment_refund_part (refund, transfer, place, amount_grosze)
         select $1, $2, p.place, p.grosze from unnest($3::int[], $4::bigint[]) as p (place, grosze)",
        refund,
        transfer,
        &places,
        &grosze
    )
    .execute(executor)
    .await?;
    Ok(())
}

/// Writes down that the money of a refund left for the payer.
pub(super) async fn end_refund(executor: impl PgExecutor<'_>, refund: Uuid) -> Result<(), sqlx::Error> {
    sqlx::query!("update payment_refund_part set done = true where refund = $1", refund)
        .execute(executor)
        .await?;
    Ok(())
}

/// Transfers of an order, in their order.
pub(super) async fn transfers(
    executor: impl PgExecutor<'_>,
    order: Uuid,
) -> Result<Vec<Transfer>, sqlx::Error> {
    let rows = sqlx::query_as!(
        Row,
        r#"select t.id, t.payment_order, t.place, t.code, t.contract, t.nrb, t.amount_grosze, t.transfers_only, t.method, t.state,
            t.refund, t.refund_id, payment_given_back(t.id) as "back_grosze!", t.transaction, t.paid_on, t.paid_at, o.valid_until,
            t.asks
         from payment_transfer t join payment_order o on o.id = t.payment_order where o.id = $1 order by t.place"#,
        order
    )
    .fetch_all(executor)
    .await?;
    Ok(rows.into_iter().map(Transfer::from).collect())
}

/// Parts of a transfer, in their order.
pub(super) async fn parts(executor: impl PgExecutor<'_>, transfer: Uuid) -> Result<Vec<Part>, sqlx::Error> {
    sqlx::query_as!(
        Part,
        r#"select a.place, a.instalment, a.payer, p.name as payer_name, a.kind, a.regime, a.title, a.token, a.amount_grosze,
            coalesce((select sum(r.amount_grosze) from payment_refund_part r
                where r.transfer = a.transfer and r.place = a.place and r.done), 0)::bigint as "back_grosze!",
            a.booking, a.allocation
         from payment_part a join party p on p.id = a.payer where a.transfer = $1 order by a.place"#,
        transfer
    )
    .fetch_all(executor)
    .await
}

/// An order.
pub(super) async fn order(executor: impl PgExecutor<'_>, id: Uuid) -> Result<Option<Order>, sqlx::Error> {
    let row = sqlx::query!(
        "select id, number, account, party, lang, paid_by, valid_until, shown, created_at
         from payment_order where id = $1",
        id
    )
    .fetch_optional(executor)
    .await?;
    Ok(row.map(|row| Order {
        id: row.id,
        number: row.number,
        account: row.account,
        party: row.party,
        lang: Lang::from_tag(&row.lang).unwrap_or_default(),
        paid_by: row.paid_by,
        valid_until: row.valid_until,
        shown: row.shown,
        created_at: row.created_at,
    }))
}

/// The order that a form of this key made.
pub(super) async fn of_key(
    executor: impl PgExecutor<'_>,
    account: Uuid,
    key: Uuid,
) -> Result<Option<Uuid>, sqlx::Error> {
    sqlx::query_scalar!("select id from payment_order where account = $1 and key = $2", account, key)
        .fetch_optional(executor)
        .await
}

/// Adds an order.
pub(super) async fn add_order(
    connection: &mut PgConnection,
    order: &Order,
    key: Uuid,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into payment_order (id, number, account, party, lang, paid_by, valid_until, shown, key, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        order.id,
        order.number,
        order.account,
        order.party,
        order.lang.tag(),
        order.paid_by,
        order.valid_until,
        order.shown,
        key,
        order.created_at
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Adds a transfer; whether its code was still free.
pub(super) async fn add_transfer(
    connection: &mut PgConnection,
    transfer: &Transfer,
    ask_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    let added = sqlx::query!(
        "insert into payment_transfer (id, payment_order, place, code, contract, nrb, amount_grosze, transfers_only, method,
            state, ask_at, changed_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) on conflict (code) do nothing",
        transfer.id,
        transfer.order,
        transfer.place,
        transfer.code,
        transfer.contract,
        transfer.nrb,
        transfer.amount_grosze,
        transfer.transfers_only,
        transfer.method,
        transfer.state.name(),
        ask_at,
        now
    )
    .execute(connection)
    .await?;
    Ok(added.rows_affected() == 1)
}

/// Adds a part.
pub(super) async fn add_part(
    connection: &mut PgConnection,
    transfer: Uuid,
    part: &Part,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into payment_part (transfer, place, instalment, payer, kind, regime, title, token, amount_grosze)
         values ($1, $2, $3, $4, $5, $6, left($7, 300), $8, $9)",
        transfer,
        part.place,
        part.instalment,
        part.payer,
        part.kind,
        part.regime,
        part.title,
        part.token,
        part.amount_grosze
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes instalments for a transfer; those that another open order has are left out of the answer.
pub(super) async fn claim(
    connection: &mut PgConnection,
    transfer: Uuid,
    instalments: &[Uuid],
) -> Result<Vec<Uuid>, sqlx::Error> {
    sqlx::query_scalar!(
        "insert into payment_claim (instalment, transfer) select i, $1 from unnest($2::uuid[]) i order by i
         on conflict (instalment) do nothing returning instalment",
        transfer,
        instalments
    )
    .fetch_all(connection)
    .await
}

/// Lets go what a transfer has taken.
pub(super) async fn let_go(connection: &mut PgConnection, transfer: Uuid) -> Result<(), sqlx::Error> {
    sqlx::query!("delete from payment_claim where transfer = $1", transfer).execute(connection).await?;
    Ok(())
}

/// The open orders in which instalments are: instalment, order, its account.
pub(super) async fn claimed(
    executor: impl PgExecutor<'_>,
    instalments: &[Uuid],
) -> Result<Vec<(Uuid, Uuid, Uuid)>, sqlx::Error> {
    let rows = sqlx::query!(
        "select c.instalment, o.id, o.account from payment_claim c join payment_transfer t on t.id = c.transfer
            join payment_order o on o.id = t.payment_order where c.instalment = any($1)",
        instalments
    )
    .fetch_all(executor)
    .await?;
    Ok(rows.into_iter().map(|row| (row.instalment, row.id, row.account)).collect())
}

/// What a step changes beside the state.
#[derive(Debug, Default)]
pub(super) struct Change {
    /// The day that counts, when it is paid or held from now on.
    pub(super) paid_on: Option<NaiveDate>,
    /// A new id of giving back.
    pub(super) refund_id: Option<Uuid>,
    /// Questions from now on without news.
    pub(super) asks: i32,
    /// When the operator is asked next.
    pub(super) ask_at: Option<DateTime<Utc>>,
}

/// Writes a step.
pub(super) async fn put_step(
    connection: &mut PgConnection,
    transfer: Uuid,
    step: &Step,
    change: &Change,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update payment_transfer set state = $2, refund = $3, transaction = $4, paid_on = coalesce($5, paid_on),
            paid_at = case when $5::date is not null then $10 else paid_at end, refund_id = coalesce($6, refund_id),
            asks = $7, ask_at = $8, begun_at = case when $9 and begun_at is null then $10 else begun_at end,
            changed_at = case when state = $2 and refund = $3 then changed_at else $10 end
         where id = $1",
        transfer,
        step.state.name(),
        step.refund.name(),
        step.transaction,
        change.paid_on,
        change.refund_id,
        change.asks,
        change.ask_at,
        step.state == State::Begun,
        now
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Writes how a part was booked.
pub(super) async fn put_booking(
    connection: &mut PgConnection,
    transfer: Uuid,
    place: i32,
    booking: Uuid,
    allocation: &Value,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update payment_part set booking = $3, allocation = $4 where transfer = $1 and place = $2",
        transfer,
        place,
        booking,
        allocation
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Something that was said or done, to be written down.
#[derive(Debug)]
pub(super) struct NewEvent<'a> {
    pub(super) at: DateTime<Utc>,
    pub(super) transfer: Option<Uuid>,
    pub(super) contract: &'a str,
    pub(super) source: &'a str,
    pub(super) kind: &'a str,
    pub(super) alarm: bool,
    pub(super) actor: &'a str,
    pub(super) details: Value,
    pub(super) answer: Option<&'a str>,
}

/// Writes down what was said or done. The same alarm about the same payment is raised once.
pub(super) async fn add_event(
    connection: &mut PgConnection,
    event: &NewEvent<'_>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into payment_event (at, transfer, contract, source, kind, alarm, actor, details, answer)
         values ($1, $2, $3, $4, $5, $6 and not exists (select from payment_event e where e.transfer = $2 and e.kind = $5
            and e.alarm and e.details ->> 'transaction' is not distinct from $8::jsonb ->> 'transaction'), $7, $8, left($9, 2000))",
        event.at,
        event.transfer,
        event.contract,
        event.source,
        event.kind,
        event.alarm,
        event.actor,
        event.details,
        event.answer
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Writes down a message that is about no order of ours, unless a flood of them is written down already: at most so many
/// within an hour.
pub(super) async fn add_strange(
    executor: impl PgExecutor<'_>,
    event: &NewEvent<'_>,
    most: i64,
) -> Result<bool, sqlx::Error> {
    let added = sqlx::query!(
        "insert into payment_event (at, contract, source, kind, alarm, actor, details, answer)
         select $1, $2, $3, $4, $5, $6, $7, left($8, 2000)
         where (select count(*) from (select from payment_event where transfer is null and contract = $2
            and at > $1::timestamptz - interval '1 hour' limit $9) e) < $9",
        event.at,
        event.contract,
        event.source,
        event.kind,
        event.alarm,
        event.actor,
        event.details,
        event.answer,
        most
    )
    .execute(executor)
    .await?;
    Ok(added.rows_affected() == 1)
}

/// What was said and done of a transfer, the oldest first; at most 500.
pub(super) async fn events(pool: &PgPool, transfer: Uuid) -> Result<Vec<Recorded>, sqlx::Error> {
    sqlx::query_as!(
        Recorded,
        "select at, source, kind, alarm, actor, details, answer from payment_event where transfer = $1
         order by id limit 500",
        transfer
    )
    .fetch_all(pool)
    .await
}

/// An order in a list.
#[derive(Debug)]
pub(super) struct OrderRow {
    pub(super) id: Uuid,
    pub(super) number: String,
    pub(super) amount_grosze: i64,
    pub(super) created_at: DateTime<Utc>,
    pub(super) titles: String,
    pub(super) states: Vec<State>,
    pub(super) refunded: bool,
}

/// Orders of an account, the newest first.
pub(super) async fn orders_of(
    pool: &PgPool,
    account: Uuid,
    before: Option<Uuid>,
    most: i64,
) -> Result<Vec<OrderRow>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select o.id, o.number, o.created_at, sum(t.amount_grosze)::bigint as "amount_grosze!",
            array_agg(t.state order by t.place) as "states!", bool_or(payment_given_back(t.id) > 0) as "refunded!",
            (select string_agg(a.title, ', ' order by u.place, a.place) from payment_part a
                join payment_transfer u on u.id = a.transfer where u.payment_order = o.id) as "titles!"
         from payment_order o join payment_transfer t on t.payment_order = o.id
         where o.account = $1 and ($2::uuid is null
            or (o.created_at, o.id) < (select b.created_at, b.id from payment_order b where b.id = $2 and b.account = $1))
         group by o.id order by o.created_at desc, o.id desc limit $3"#,
        account,
        before,
        most
    )
    .fetch_all(pool)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| OrderRow {
            id: row.id,
            number: row.number,
            amount_grosze: row.amount_grosze,
            created_at: row.created_at,
            titles: row.titles,
            states: row.states.iter().filter_map(|state| State::from_name(state)).collect(),
            refunded: row.refunded,
        })
        .collect())
}
