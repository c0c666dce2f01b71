//! SQL of the administration of kinds.

use chrono::{DateTime, Utc};
use futures::stream::BoxStream;
use serde_json::Value;
use sqlx::{PgConnection, PgPool, Postgres, Transaction};
use uuid::Uuid;

/// A kind as stored.
#[derive(Debug, Clone)]
pub(super) struct StoredKind {
    pub slug: String,
    pub definition: Value,
    pub built_in: bool,
    pub rev: i32,
}

/// One version of a definition.
#[derive(Debug, Clone)]
pub(super) struct Version {
    pub rev: i32,
    pub changed_at: DateTime<Utc>,
    pub changed_by: String,
}

/// What of a thing is looked at when its kind changes.
#[derive(Debug)]
pub(super) struct Thing {
    pub id: Uuid,
    pub registry_number: i64,
    pub label: Option<String>,
    pub attributes: Value,
}

pub(super) async fn begin(pool: &PgPool, actor: &str) -> Result<Transaction<'static, Postgres>, sqlx::Error> {
    let mut transaction = pool.begin().await?;
    sqlx::query("select set_config('reeve.actor', $1, true)").bind(actor).execute(&mut *transaction).await?;
    Ok(transaction)
}

pub(super) async fn kinds(pool: &PgPool) -> Result<Vec<StoredKind>, sqlx::Error> {
    sqlx::query_as!(StoredKind, "select slug, definition, built_in, rev from kind order by position, slug")
        .fetch_all(pool)
        .await
}

pub(super) async fn kind(pool: &PgPool, slug: &str) -> Result<Option<StoredKind>, sqlx::Error> {
    sqlx::query_as!(StoredKind, "select slug, definition, built_in, rev from kind where slug = $1", slug)
        .fetch_optional(pool)
        .await
}

/// The kind, held: nothing of it can be added and nobody else can change it until the transaction ends.
pub(super) async fn held_kind(
    connection: &mut PgConnection,
    slug: &str,
) -> Result<Option<StoredKind>, sqlx::Error> {
    sqlx::query_as!(
        StoredKind,
        "select slug, definition, built_in, rev from kind where slug = $1 for update",
        slug
    )
    .fetch_optional(connection)
    .await
}

pub(super) async fn versions(pool: &PgPool, slug: &str) -> Result<Vec<Version>, sqlx::Error> {
    sqlx::query_as!(
        Version,
        "select rev, changed_at, changed_by from kind_history where slug = $1 order by rev desc limit 100",
        slug
    )
    .fetch_all(pool)
    .await
}

/// Adds a kind; answers whether the name was free.
pub(super) async fn insert(
    connection: &mut PgConnection,
    slug: &str,
    definition: &Value,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "insert into kind (slug, definition, built_in) values ($1, $2, false) on conflict (slug) do nothing",
        slug,
        definition
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Changes a kind; it is the town's own from now on.
pub(super) async fn update(
    connection: &mut PgConnection,
    slug: &str,
    definition: &Value,
) -> Result<(), sqlx::Error> {
    sqlx::query!("update kind set definition = $2, built_in = false where slug = $1", slug, definition)
        .execute(connection)
        .await?;
    Ok(())
}

/// All things of a kind that are there.
pub(super) fn things<'a>(
    connection: &'a mut PgConnection,
    slug: &'a str,
) -> BoxStream<'a, Result<Thing, sqlx::Error>> {
    sqlx::query_as!(
        Thing,
        "select id, registry_number, label, attributes from asset where kind = $1 and status <> 'removed' order by id",
        slug
    )
    .fetch(connection)
}

/// The same, held against changes until the transaction ends.
pub(super) fn held_things<'a>(
    connection: &'a mut PgConnection,
    slug: &'a str,
) -> BoxStream<'a, Result<Thing, sqlx::Error>> {
    sqlx::query_as!(
        Thing,
        "select id, registry_number, label, attributes from asset where kind = $1 and status <> 'removed' order by id
         for update",
        slug
    )
    .fetch(connection)
}

/// How many things of a kind have a shape that is none of these (names as PostGIS gives them).
pub(super) async fn other_shapes(pool: &PgPool, slug: &str, shapes: &[String]) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select count(*) as "count!" from asset
           where kind = $1 and status <> 'removed' and not geometrytype(geom) = any($2)"#,
        slug,
        shapes
    )
    .fetch_one(pool)
    .await
}

/// Gives things other labels and attributes, as a recorded change.
pub(super) async fn put_mended(
    connection: &mut PgConnection,
    ids: &[Uuid],
    labels: &[Option<String>],
    attributes: &[Value],
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update asset a set label = m.label, attributes = m.attributes, rev = a.rev + 1,
             updated_at = greatest($4, a.updated_at + interval '1 microsecond')
         from unnest($1::uuid[], $2::text[], $3::jsonb[]) as m (id, label, attributes) where a.id = m.id",
        ids,
        labels as &[Option<String>],
        attributes,
        now
    )
    .execute(connection)
    .await?;
    Ok(())
}
