//! Lines of carts.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgExecutor};
use uuid::Uuid;

/// A line as it is kept.
#[derive(Debug, Clone)]
pub(in crate::payments) struct Line {
    pub(in crate::payments) instalment: Uuid,
    pub(in crate::payments) payer: Uuid,
    pub(in crate::payments) amount_grosze: Option<i64>,
    pub(in crate::payments) title: String,
}

/// The lines of an account, in the order in which they came.
pub(in crate::payments) async fn lines(
    executor: impl PgExecutor<'_>,
    account: Uuid,
) -> Result<Vec<Line>, sqlx::Error> {
    sqlx::query_as!(
        Line,
        "select instalment, payer, amount_grosze, title from cart_line where account = $1 order by added_at, instalment",
        account
    )
    .fetch_all(executor)
    .await
}

/// Keeps the cart of an account from being changed by anybody else until the end of the transaction.
pub(in crate::payments) async fn lock(
    connection: &mut PgConnection,
    account: Uuid,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "select instalment from cart_line where account = $1 order by instalment for update",
        account
    )
    .fetch_all(connection)
    .await?;
    Ok(())
}

/// Adds a line, unless the cart is full or holds it already.
pub(in crate::payments) async fn add(
    executor: impl PgExecutor<'_>,
    account: Uuid,
    line: &Line,
    most: i64,
    now: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    let added = sqlx::query!(
        "insert into cart_line (account, instalment, payer, amount_grosze, title, added_at)
         select $1, $2, $3, $4, left($5, 300), $6 where (select count(*) from cart_line where account = $1) < $7
         on conflict (account, instalment) do nothing",
        account,
        line.instalment,
        line.payer,
        line.amount_grosze,
        line.title,
        now,
        most
    )
    .execute(executor)
    .await?;
    Ok(added.rows_affected() == 1)
}

/// Says how much of a line shall be paid; all of it with `None`.
pub(in crate::payments) async fn set_amount(
    executor: impl PgExecutor<'_>,
    account: Uuid,
    instalment: Uuid,
    amount_grosze: Option<i64>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update cart_line set amount_grosze = $3 where account = $1 and instalment = $2",
        account,
        instalment,
        amount_grosze
    )
    .execute(executor)
    .await?;
    Ok(())
}

/// Takes lines out.
pub(in crate::payments) async fn remove(
    executor: impl PgExecutor<'_>,
    account: Uuid,
    instalments: &[Uuid],
) -> Result<(), sqlx::Error> {
    sqlx::query!("delete from cart_line where account = $1 and instalment = any($2)", account, instalments)
        .execute(executor)
        .await?;
    Ok(())
}
