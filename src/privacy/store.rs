//! SQL of the slice. What runs over declared tables is made of the declarations' own names, never of what somebody sent.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::{AssertSqlSafe, PgConnection, PgPool, types::Json};
use uuid::Uuid;

use super::model::Part;

/// Whose data it is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Person {
    pub(super) party: Uuid,
    pub(super) account: Uuid,
}

/// The person's rows of a part, without its secret columns.
pub(super) async fn rows(
    connection: &mut PgConnection,
    part: &Part,
    person: Person,
    most: i64,
) -> Result<Vec<Value>, sqlx::Error> {
    let (table, condition) = (part.holding.table, &part.condition);
    let sql =
        format!("select to_jsonb(t) - $3::text[] from {table} t where {condition} order by t.ctid limit $4");
    let found: Vec<Json<Value>> = sqlx::query_scalar(AssertSqlSafe(sql))
        .bind(person.party)
        .bind(person.account)
        .bind(part.left_out())
        .bind(most)
        .fetch_all(connection)
        .await?;
    Ok(found.into_iter().map(|row| row.0).collect())
}

/// How many rows of a part are the person's.
pub(super) async fn count(
    connection: &mut PgConnection,
    part: &Part,
    person: Person,
) -> Result<u64, sqlx::Error> {
    let sql = format!("select count(*) from {} t where {}", part.holding.table, part.condition);
    let rows: i64 = sqlx::query_scalar(AssertSqlSafe(sql))
        .bind(person.party)
        .bind(person.account)
        .fetch_one(connection)
        .await?;
    Ok(u64::try_from(rows).unwrap_or(0))
}

/// Deletes the person's rows of a part.
pub(super) async fn delete(
    connection: &mut PgConnection,
    part: &Part,
    person: Person,
) -> Result<u64, sqlx::Error> {
    let sql = format!("delete from {} t where {}", part.holding.table, part.condition);
    let done =
        sqlx::query(AssertSqlSafe(sql)).bind(person.party).bind(person.account).execute(connection).await?;
    Ok(done.rows_affected())
}

/// Empties columns of the person's rows of a part.
pub(super) async fn blank(
    connection: &mut PgConnection,
    part: &Part,
    person: Person,
    columns: &[&str],
) -> Result<u64, sqlx::Error> {
    let table = part.holding.table;
    let must_be: Vec<String> = sqlx::query_scalar!(
        r#"select a.attname::text as "name!" from pg_attribute a
           where a.attrelid = to_regclass($1) and a.attnum > 0 and a.attnotnull and not a.attisdropped"#,
        table
    )
    .fetch_all(&mut *connection)
    .await?;
    let must_be: BTreeSet<&str> = must_be.iter().map(String::as_str).collect();
    let spared = super::all_spared();
    let empty = |column: &&str| {
        let empty = if must_be.contains(column) { "''" } else { "null" };
        let stays = spared.iter().filter(|spared| spared.table == table && spared.columns.contains(column));
        let stays: Vec<_> = stays.map(|spared| format!("({})", spared.when)).collect();
        if stays.is_empty() {
            return format!("{column} = {empty}");
        }
        format!("{column} = case when {} then t.{column} else {empty} end", stays.join(" or "))
    };
    let set: Vec<_> = columns.iter().map(empty).collect();
    let sql = format!("update {table} t set {} where {}", set.join(", "), part.condition);
    let done =
        sqlx::query(AssertSqlSafe(sql)).bind(person.party).bind(person.account).execute(connection).await?;
    Ok(done.rows_affected())
}

/// Gives mails that went to a bare address, as those that guard an account do, to the person who has proved the mailbox; of
/// one account or of all. The address counts that the account has, from the wish for it on, or had; a mail to an address
/// that was asked for and never proved is its asker's only if it is the mail of that wish.
pub(super) async fn adopt_mails(pool: &PgPool, account: Option<Uuid>) -> Result<u64, sqlx::Error> {
    let done = sqlx::query!(
        "update message m set party = found.party
         from (
             select d.message, p.id as party from delivery d
             join account a on a.email = d.address and a.resident
                 and d.created_at >= a.email_confirmed_at - interval '1 day'
             join party p on p.account = a.id
             where d.channel = 'email' and ($1::uuid is null or a.id = $1)
             union
             select d.message, p.id from delivery d
             join account_email_change c on c.old_email = d.address and d.created_at <= c.confirmed_at
             join party p on p.account = c.account
             where d.channel = 'email' and ($1::uuid is null or c.account = $1)
             union
             select d.message, p.id from delivery d
             join message o on o.id = d.message and o.template = 'account-email-confirm'
             join account_email_change c on c.new_email = d.address and c.created_at = o.created_at
             join party p on p.account = c.account
             where d.channel = 'email' and ($1::uuid is null or c.account = $1)
         ) found
         where m.id = found.message and m.party is null and m.purpose = 'security'",
        account
    )
    .execute(pool)
    .await?;
    Ok(done.rows_affected())
}

/// Writes an erasure down.
pub(super) async fn add_erasure(
    connection: &mut PgConnection,
    at: DateTime<Utc>,
    party: Option<Uuid>,
    account: Uuid,
    parts: &Value,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into erasure (id, at, party, account, parts) values ($1, $2, $3, $4, $5)",
        Uuid::now_v7(),
        at,
        party,
        account,
        parts
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Rows of a table that began before an instant, and when the oldest of them did.
pub(super) async fn old(
    pool: &PgPool,
    table: &str,
    from: &str,
    before: DateTime<Utc>,
) -> Result<(u64, Option<DateTime<Utc>>), sqlx::Error> {
    let sql = format!("select count(*), min(t.{from}) from {table} t where t.{from} < $1");
    let (rows, oldest): (i64, Option<DateTime<Utc>>) =
        sqlx::query_as(AssertSqlSafe(sql)).bind(before).fetch_one(pool).await?;
    Ok((u64::try_from(rows).unwrap_or(0), oldest))
}

/// Deletes some rows of a table that began before an instant.
pub(super) async fn delete_old(
    connection: &mut PgConnection,
    table: &str,
    from: &str,
    before: DateTime<Utc>,
    most: i64,
) -> Result<u64, sqlx::Error> {
    let sql = format!(
        "delete from {table} where ctid = any (array (
             select t.ctid from {table} t where t.{from} < $1 limit $2 for update skip locked))"
    );
    let done = sqlx::query(AssertSqlSafe(sql)).bind(before).bind(most).execute(connection).await?;
    Ok(done.rows_affected())
}

/// Writes down what was deleted for its age.
pub(super) async fn add_retention(
    connection: &mut PgConnection,
    at: DateTime<Utc>,
    table: &str,
    before: DateTime<Utc>,
    rows: u64,
    by: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into retention_event (at, table_name, before, rows, by) values ($1, $2, $3, $4, $5)",
        at,
        table,
        before,
        i64::try_from(rows).unwrap_or(i64::MAX),
        by
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Messages whose files are to be removed: no attachment of theirs is left.
pub(super) async fn files_to_remove(pool: &PgPool, most: i64) -> Result<Vec<Uuid>, sqlx::Error> {
    sqlx::query_scalar!(
        "select e.message from erased_files e
         where not exists (select from attachment a where a.message = e.message) order by e.at limit $1",
        most
    )
    .fetch_all(pool)
    .await
}

/// Says that a message's files are removed.
pub(super) async fn files_removed(pool: &PgPool, message: Uuid) -> Result<(), sqlx::Error> {
    sqlx::query!("delete from erased_files where message = $1", message).execute(pool).await?;
    Ok(())
}

/// Lets a transaction that has just begun see one instant of the database, and change nothing.
pub(super) async fn see_one_instant(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query("set transaction isolation level repeatable read, read only").execute(connection).await?;
    Ok(())
}
