//! Files with declarations that wait to be taken in.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

/// A file.
#[derive(Debug, Clone)]
pub(in crate::tax_base) struct Delivery {
    pub(in crate::tax_base) id: Uuid,
    pub(in crate::tax_base) name: String,
    /// Gone once it was taken in.
    pub(in crate::tax_base) bytes: Option<Vec<u8>>,
    pub(in crate::tax_base) columns: Vec<String>,
    pub(in crate::tax_base) mapping: Value,
    pub(in crate::tax_base) state: String,
    pub(in crate::tax_base) counts: Value,
    pub(in crate::tax_base) entered_by: String,
    pub(in crate::tax_base) entered_at: DateTime<Utc>,
}

/// Keeps a file; those that nobody took in for a week go.
pub(in crate::tax_base) async fn add(pool: &PgPool, new: &Delivery) -> Result<(), sqlx::Error> {
    let mut transaction = pool.begin().await?;
    sqlx::query!(
        "delete from tax_delivery where state = 'open' and entered_at < $1::timestamptz - interval '7 days'",
        new.entered_at
    )
    .execute(&mut *transaction)
    .await?;
    sqlx::query!(
        "insert into tax_delivery (id, name, bytes, columns, mapping, state, entered_by, entered_at)
         values ($1, $2, $3, $4, $5, 'open', $6, $7)",
        new.id,
        new.name,
        new.bytes.as_deref(),
        &new.columns,
        new.mapping,
        new.entered_by,
        new.entered_at
    )
    .execute(&mut *transaction)
    .await?;
    transaction.commit().await
}

/// A file, locked when it is to be taken in.
pub(in crate::tax_base) async fn delivery(
    connection: &mut PgConnection,
    id: Uuid,
    lock: bool,
) -> Result<Option<Delivery>, sqlx::Error> {
    if lock {
        sqlx::query!("select id from tax_delivery where id = $1 for update", id)
            .fetch_optional(&mut *connection)
            .await?;
    }
    sqlx::query_as!(
        Delivery,
        "select id, name, bytes, columns, mapping, state, counts, entered_by, entered_at from tax_delivery where id = $1",
        id
    )
    .fetch_optional(connection)
    .await
}

/// Says what the columns of a file mean.
pub(in crate::tax_base) async fn set_mapping(
    pool: &PgPool,
    id: Uuid,
    mapping: &Value,
) -> Result<(), sqlx::Error> {
    sqlx::query!("update tax_delivery set mapping = $2 where id = $1 and state = 'open'", id, mapping)
        .execute(pool)
        .await?;
    Ok(())
}

/// Says that a file was taken in; its bytes go.
pub(in crate::tax_base) async fn taken(
    connection: &mut PgConnection,
    id: Uuid,
    counts: &Value,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update tax_delivery set state = 'taken', bytes = null, counts = $2 where id = $1",
        id,
        counts
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// What the columns of the last file with the same ones meant.
pub(in crate::tax_base) async fn known_mapping(
    pool: &PgPool,
    columns: &[String],
) -> Result<Option<Value>, sqlx::Error> {
    sqlx::query_scalar!(
        "select mapping from tax_delivery where columns = $1 and state = 'taken' order by id desc limit 1",
        columns
    )
    .fetch_optional(pool)
    .await
}

/// The latest files.
pub(in crate::tax_base) async fn latest(pool: &PgPool, most: i64) -> Result<Vec<Delivery>, sqlx::Error> {
    sqlx::query_as!(
        Delivery,
        "select id, name, null::bytea as bytes, columns, mapping, state, counts, entered_by, entered_at
         from tax_delivery order by id desc limit $1",
        most
    )
    .fetch_all(pool)
    .await
}
