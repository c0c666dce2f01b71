//! What operators passed on.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::{PgConnection, PgExecutor, PgPool};
use uuid::Uuid;

use crate::payments::{
    model::{Refund, State},
    settle::{Line, Payout},
};

/// Lets one settlement in after the other: of two at once with the same payments the second must see the first.
pub(in crate::payments) async fn wait_for_turn(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query("select pg_advisory_xact_lock(hashtext('payment_settlement'))").execute(connection).await?;
    Ok(())
}

/// When a file of this sum was taken in for a contract.
pub(in crate::payments) async fn taken_at(
    connection: &mut PgConnection,
    contract: &str,
    sha256: &[u8],
) -> Result<Option<DateTime<Utc>>, sqlx::Error> {
    sqlx::query_scalar!(
        "select taken_at from settlement_file where contract = $1 and sha256 = $2",
        contract,
        sha256
    )
    .fetch_optional(connection)
    .await
}

/// A file to be written down.
#[derive(Debug)]
pub(in crate::payments) struct NewFile<'a> {
    pub(in crate::payments) id: Uuid,
    pub(in crate::payments) contract: &'a str,
    pub(in crate::payments) name: &'a str,
    pub(in crate::payments) sha256: &'a [u8],
    pub(in crate::payments) lines: i64,
    pub(in crate::payments) by: &'a str,
    pub(in crate::payments) at: DateTime<Utc>,
}

pub(in crate::payments) async fn add_file(
    connection: &mut PgConnection,
    new: &NewFile<'_>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into settlement_file (id, contract, name, sha256, lines, taken_by, taken_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
        new.id,
        new.contract,
        new.name,
        new.sha256,
        new.lines,
        new.by,
        new.at
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// A line to be written down.
#[derive(Debug, Clone)]
pub(in crate::payments) struct NewLine<'a> {
    pub(in crate::payments) contract: &'a str,
    /// Number or title of the transfer to the town's account.
    pub(in crate::payments) payout: &'a str,
    pub(in crate::payments) title: Option<&'a str>,
    pub(in crate::payments) nrb: &'a str,
    /// Which of several equal lines it is, counted from one.
    pub(in crate::payments) nth: usize,
    pub(in crate::payments) source: &'a str,
    pub(in crate::payments) file: Option<Uuid>,
    pub(in crate::payments) order: &'a str,
    pub(in crate::payments) transaction: &'a str,
    pub(in crate::payments) transfer: Option<Uuid>,
    pub(in crate::payments) amount_grosze: i64,
    pub(in crate::payments) fee_grosze: i64,
    pub(in crate::payments) currency: &'a str,
    pub(in crate::payments) paid_on: NaiveDate,
    pub(in crate::payments) at: DateTime<Utc>,
}

/// What became of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::payments) enum Added {
    /// It is new.
    New,
    /// It was told before.
    Known,
    /// It was told before with another amount or fee.
    Differs,
}

/// Writes a line down, unless it was told before. What a message told becomes what the file says, which knows the fee.
pub(in crate::payments) async fn add_line(
    connection: &mut PgConnection,
    new: &NewLine<'_>,
) -> Result<Added, sqlx::Error> {
    let side = if new.amount_grosze < 0 { "back" } else { "paid" };
    let key = format!("{}/{}/{side}/{}/{}", new.order, new.transaction, new.payout, new.nth);
    let known = sqlx::query!(
        r#"select id, key, file is not null as "final!", amount_grosze, fee_grosze from payment_settled
         where contract = $1 and (key = $2 or source = 'notification' and file is null and order_code = $3 and transaction = $4
            and (amount_grosze < 0) = $5)
         order by key = $2 desc limit 1 for update"#,
        new.contract,
        key,
        new.order,
        new.transaction,
        new.amount_grosze < 0
    )
    .fetch_optional(&mut *connection)
    .await?;
    if let Some(known) = known {
        if known.r#final || new.file.is_none() {
            let same = new.file.is_none()
                || (known.amount_grosze, known.fee_grosze) == (new.amount_grosze, new.fee_grosze);
            return Ok(if same { Added::Known } else { Added::Differs });
        }
        let payout = if known.key == key { None } else { Some(payout(connection, new).await?) };
        sqlx::query!(
            "update payment_settled set file = $2, amount_grosze = $3, fee_grosze = $4, paid_on = $5,
                payout = case when $6::uuid is null
                    or exists (select from statement_payout c where c.payout = payment_settled.payout) then payout else $6 end
             where id = $1",
            known.id,
            new.file,
            new.amount_grosze,
            new.fee_grosze,
            new.paid_on,
            payout
        )
        .execute(connection)
        .await?;
        return Ok(Added::Known);
    }
    let payout = payout(connection, new).await?;
    // A message may have told only what all of it makes; its lines say the same better.
    sqlx::query!(
        "delete from payment_settled where payout = $1 and order_code = '' and transaction = '' and $2 <> ''",
        payout,
        new.order
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        "insert into payment_settled (id, payout, contract, key, source, file, order_code, transaction, transfer, amount_grosze,
            fee_grosze, currency, paid_on, told_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) on conflict (contract, key) do nothing",
        Uuid::now_v7(),
        payout,
        new.contract,
        key,
        new.source,
        new.file,
        new.order,
        new.transaction,
        new.transfer,
        new.amount_grosze,
        new.fee_grosze,
        new.currency,
        new.paid_on,
        new.at
    )
    .execute(connection)
    .await?;
    Ok(Added::New)
}

async fn payout(connection: &mut PgConnection, new: &NewLine<'_>) -> Result<Uuid, sqlx::Error> {
    sqlx::query_scalar!(
        "insert into payment_payout (id, contract, name, title, nrb) values ($1, $2, left($3, 200), left($4, 200), $5)
         on conflict (contract, name, nrb) do update set title = coalesce(payment_payout.title, excluded.title) returning id",
        Uuid::now_v7(),
        new.contract,
        new.payout,
        new.title,
        new.nrb
    )
    .fetch_one(connection)
    .await
}

/// The same transfers, kept from being changed by anybody else until the end of the transaction, in the order of their ids;
/// answers the payers of those that are not paid.
pub(in crate::payments) async fn lock_all(
    connection: &mut PgConnection,
    transfers: &[Uuid],
) -> Result<Vec<Uuid>, sqlx::Error> {
    sqlx::query!("select id from payment_transfer where id = any($1) order by id for update", transfers)
        .fetch_all(&mut *connection)
        .await?;
    sqlx::query_scalar!(
        "select distinct a.payer from payment_part a join payment_transfer t on t.id = a.transfer
         where t.id = any($1) and t.state <> 'paid' order by a.payer",
        transfers
    )
    .fetch_all(connection)
    .await
}

/// Payouts that were told of since a day, the latest first, with what the bank shows of each.
pub(in crate::payments) async fn payouts(
    executor: impl PgExecutor<'_>,
    since: NaiveDate,
    most: i64,
) -> Result<Vec<Payout>, sqlx::Error> {
    sqlx::query_as!(
        Payout,
        r#"select p.id as "id!", p.contract as "contract!", p.name as "name!", p.nrb as "nrb!", p.lines as "lines!",
            p.paid_on as "paid_on!", p.gross_grosze as "gross_grosze!", p.fee_grosze as "fee_grosze!", c.entry as "entry?",
            c.booked_on as "booked_on?", c.amount_grosze as "bank_grosze?"
         from payment_payout_sum p left join statement_payout c on c.payout = p.id
         where p.paid_on >= $1 order by p.paid_on desc, p.id desc limit $2"#,
        since,
        most
    )
    .fetch_all(executor)
    .await
}

/// Lines since a day that are not as our own payments are.
pub(in crate::payments) async fn odd_lines(
    executor: impl PgExecutor<'_>,
    since: NaiveDate,
    most: i64,
) -> Result<Vec<Line>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select s.id, s.contract, p.name, s.order_code, s.transaction, s.amount_grosze, s.currency, s.paid_on,
            t.payment_order as "order?", t.amount_grosze as "ordered_grosze?", t.state as "state?", t.refund as "refund?",
            t.transaction = s.transaction or t.transaction is null as "same"
         from payment_settled s join payment_payout p on p.id = s.payout left join payment_transfer t on t.id = s.transfer
         where s.paid_on >= $1 and s.order_code <> '' and (t.id is null or s.currency <> 'PLN'
            or s.amount_grosze >= 0 and (t.state <> 'paid' or t.amount_grosze <> s.amount_grosze or t.transaction <> s.transaction)
            or s.amount_grosze < 0 and t.refund in ('none', 'refused') and payment_given_back(t.id) = 0)
         order by s.paid_on desc, s.id desc limit $2"#,
        since,
        most
    )
    .fetch_all(executor)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Line {
            id: row.id,
            contract: row.contract,
            payout: row.name,
            code: row.order_code,
            transaction: row.transaction,
            amount_grosze: row.amount_grosze,
            currency: row.currency,
            paid_on: row.paid_on,
            order: row.order,
            ordered_grosze: row.ordered_grosze,
            state: row.state.as_deref().and_then(State::from_name),
            refund: row.refund.as_deref().and_then(Refund::from_name),
            same: row.same.unwrap_or(true),
        })
        .collect())
}

/// A payment that is booked and that no settlement told of.
#[derive(Debug)]
pub(in crate::payments) struct Unsettled {
    pub(in crate::payments) id: Uuid,
    pub(in crate::payments) order: Uuid,
    pub(in crate::payments) code: String,
    pub(in crate::payments) contract: String,
    pub(in crate::payments) amount_grosze: i64,
    pub(in crate::payments) paid_on: NaiveDate,
}

/// Payments until a day that no settlement told of, of contracts whose settlements are taken in at all, from the first day
/// that a settlement told of.
pub(in crate::payments) async fn unsettled(
    executor: impl PgExecutor<'_>,
    since: NaiveDate,
    until: NaiveDate,
    most: i64,
) -> Result<Vec<Unsettled>, sqlx::Error> {
    sqlx::query_as!(
        Unsettled,
        r#"select t.id, t.payment_order as order, t.code, t.contract, t.amount_grosze, t.paid_on as "paid_on!"
         from payment_transfer t
            join (select contract, min(paid_on) as first from payment_settled group by contract) s on s.contract = t.contract
         where t.state = 'paid' and t.paid_on >= s.first and t.paid_on between $1 and $2
           and not exists (select from payment_settled s where s.transfer = t.id and s.amount_grosze >= 0)
         order by t.paid_on desc, t.id desc limit $3"#,
        since,
        until,
        most
    )
    .fetch_all(executor)
    .await
}

/// An entry of a statement that an operator sent and no payout explains.
#[derive(Debug)]
pub(in crate::payments) struct Unexplained {
    pub(in crate::payments) entry: Uuid,
    pub(in crate::payments) contract: String,
    pub(in crate::payments) amount_grosze: i64,
    pub(in crate::payments) booked_on: NaiveDate,
    pub(in crate::payments) title: String,
}

pub(in crate::payments) async fn unexplained(
    executor: impl PgExecutor<'_>,
    since: NaiveDate,
    most: i64,
) -> Result<Vec<Unexplained>, sqlx::Error> {
    sqlx::query_as!(
        Unexplained,
        r#"select entry as "entry!", contract as "contract!", amount_grosze as "amount_grosze!", booked_on as "booked_on!",
            title as "title!"
         from statement_payout where payout is null and booked_on >= $1 order by booked_on desc, entry desc limit $2"#,
        since,
        most
    )
    .fetch_all(executor)
    .await
}

/// Differences that somebody has dealt with.
pub(in crate::payments) async fn ended(
    executor: impl PgExecutor<'_>,
    subjects: &[Uuid],
) -> Result<Vec<(String, Uuid)>, sqlx::Error> {
    let rows =
        sqlx::query!("select kind, subject from payment_difference_end where subject = any($1)", subjects)
            .fetch_all(executor)
            .await?;
    Ok(rows.into_iter().map(|row| (row.kind, row.subject)).collect())
}

/// Says that somebody has dealt with a difference.
pub(in crate::payments) async fn end(
    pool: &PgPool,
    (kind, subject): (&str, Uuid),
    by: &str,
    at: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into payment_difference_end (kind, subject, at, by) values ($1, $2, $3, $4)
         on conflict (kind, subject) do nothing",
        kind,
        subject,
        at,
        by
    )
    .execute(pool)
    .await?;
    Ok(())
}
