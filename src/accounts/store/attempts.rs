//! Failed sign-ins in a row.

use chrono::{DateTime, Utc};
use sqlx::PgPool;

use crate::accounts::throttle::{Counter, wait};

/// Counts an attempt against all counters at once, unless one of them says to wait: then nothing is counted and the
/// answer is for how long.
pub(in crate::accounts) async fn begin(
    pool: &PgPool,
    counters: &[Counter],
    now: DateTime<Utc>,
) -> Result<Option<chrono::Duration>, sqlx::Error> {
    let mut transaction = pool.begin().await?;
    let mut longest: Option<chrono::Duration> = None;
    // Always in the same order, so that two attempts never wait for each other.
    for counter in counters {
        sqlx::query!(
            "insert into sign_in_attempt (scope, key, failures, last_at) values ($1, $2, 0, $3) on conflict do nothing",
            counter.scope.name(),
            &counter.key,
            now
        )
        .execute(&mut *transaction)
        .await?;
        let row = sqlx::query!(
            "select failures, last_at from sign_in_attempt where scope = $1 and key = $2 for update",
            counter.scope.name(),
            &counter.key
        )
        .fetch_one(&mut *transaction)
        .await?;
        if let Some(left) = wait(counter.scope, row.failures, row.last_at, now) {
            longest = longest.max(Some(left));
        }
    }
    if longest.is_some() {
        transaction.rollback().await?;
        return Ok(longest);
    }
    for counter in counters {
        sqlx::query!(
            "update sign_in_attempt
             set failures = case when last_at < $3::timestamptz - interval '1 day' then 1 else failures + 1 end, last_at = $3
             where scope = $1 and key = $2",
            counter.scope.name(),
            &counter.key,
            now
        )
        .execute(&mut *transaction)
        .await?;
    }
    transaction.commit().await?;
    Ok(None)
}

/// Takes back what [`begin`] counted in so many steps, and forgets the failures of whoever has just proved who they are.
pub(in crate::accounts) async fn succeeded(
    pool: &PgPool,
    counters: &[Counter],
    steps: i32,
) -> Result<(), sqlx::Error> {
    for counter in counters {
        if counter.scope.is_forgotten() {
            sqlx::query!(
                "delete from sign_in_attempt where scope = $1 and key = $2",
                counter.scope.name(),
                &counter.key
            )
            .execute(pool)
            .await?;
        } else {
            sqlx::query!(
                "update sign_in_attempt set failures = greatest(failures - $3, 0) where scope = $1 and key = $2",
                counter.scope.name(),
                &counter.key,
                steps
            )
            .execute(pool)
            .await?;
        }
    }
    Ok(())
}
