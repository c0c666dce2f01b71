//! SQL of what the town says of itself.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::PgPool;

/// Which of the two is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Setting {
    /// The look.
    Look,
    /// The accessibility declaration.
    Declaration,
}

impl Setting {
    fn name(self) -> &'static str {
        match self {
            Self::Look => "look",
            Self::Declaration => "declaration",
        }
    }
}

/// A setting as stored.
#[derive(Debug, Clone)]
pub(super) struct Stored {
    pub value: Value,
    /// Counts the versions.
    pub rev: i32,
    pub changed_at: DateTime<Utc>,
    pub changed_by: String,
}

/// One version of a setting.
#[derive(Debug, Clone)]
pub(super) struct Version {
    pub rev: i32,
    pub was: Option<Value>,
    pub became: Value,
    pub changed_at: DateTime<Utc>,
    pub changed_by: String,
}

/// A setting; `None` while nothing was ever said.
pub(super) async fn current(pool: &PgPool, setting: Setting) -> Result<Option<Stored>, sqlx::Error> {
    sqlx::query_as!(
        Stored,
        "select value, rev, changed_at, changed_by from town_setting where name = $1",
        setting.name()
    )
    .fetch_optional(pool)
    .await
}

/// Puts another value in the place of the version `rev`, which is 0 while there is none; answers whether it was still that one.
pub(super) async fn put(
    pool: &PgPool,
    setting: Setting,
    rev: i32,
    value: &Value,
    now: DateTime<Utc>,
    actor: &str,
) -> Result<bool, sqlx::Error> {
    let done = if rev == 0 {
        sqlx::query!(
            "insert into town_setting (name, value, changed_at, changed_by) values ($1, $2, $3, $4)
             on conflict (name) do nothing",
            setting.name(),
            value,
            now,
            actor
        )
        .execute(pool)
        .await?
    } else {
        sqlx::query!(
            "update town_setting set value = $3, changed_at = $4, changed_by = $5 where name = $1 and rev = $2",
            setting.name(),
            rev,
            value,
            now,
            actor
        )
        .execute(pool)
        .await?
    };
    Ok(done.rows_affected() == 1)
}

/// The latest versions, newest first.
pub(super) async fn versions(
    pool: &PgPool,
    setting: Setting,
    most: i64,
) -> Result<Vec<Version>, sqlx::Error> {
    sqlx::query_as!(
        Version,
        "select rev, was, became, changed_at, changed_by from town_setting_history where name = $1
         order by rev desc limit $2",
        setting.name(),
        most
    )
    .fetch_all(pool)
    .await
}

/// What a version said.
pub(super) async fn version(pool: &PgPool, setting: Setting, rev: i32) -> Result<Option<Value>, sqlx::Error> {
    sqlx::query_scalar!(
        "select became from town_setting_history where name = $1 and rev = $2",
        setting.name(),
        rev
    )
    .fetch_optional(pool)
    .await
}
