//! SQL of long work, and of what is swept away.
//!
//! A task is held by whoever has its mark: a node that was thought dead and comes back finds another mark, and what it
//! did is not written.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::{PgPool, types::Json};
use uuid::Uuid;

use super::{
    looked::Looked,
    model::{DEAD_AFTER_S, State, Task},
};

/// Takes a task up, if the import is in one of these states and nobody alive is at work on it.
pub(super) async fn begin(
    pool: &PgPool,
    job: Uuid,
    task: Task,
    from: &[State],
    input: Option<&Value>,
) -> Result<Option<Uuid>, sqlx::Error> {
    let mark = Uuid::new_v4();
    let states: Vec<String> = from.iter().map(|state| state.name().to_owned()).collect();
    let done = sqlx::query!(
        "update import_job
         set task = $2, task_mark = $3, task_phase = 'waiting', task_fraction = 0, heartbeat_at = now(),
             task_input = coalesce($5, task_input), failure_pl = null, failure_en = null, updated_at = now()
         where id = $1 and state = any ($4)
           and (task is null or heartbeat_at < now() - make_interval(secs => $6))",
        job,
        task.name(),
        mark,
        &states,
        input,
        DEAD_AFTER_S as f64
    )
    .execute(pool)
    .await?;
    Ok((done.rows_affected() > 0).then_some(mark))
}

/// A sign of life; answers whether the task is still held.
pub(super) async fn beat(
    pool: &PgPool,
    job: Uuid,
    mark: Uuid,
    phase: &str,
    fraction: f64,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "update import_job set heartbeat_at = now(), task_phase = $3, task_fraction = $4
         where id = $1 and task_mark = $2",
        job,
        mark,
        phase,
        fraction.clamp(0.0, 1.0)
    )
    .execute(pool)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// What the task was asked to do.
pub(super) async fn input(pool: &PgPool, job: Uuid) -> Result<Option<Value>, sqlx::Error> {
    Ok(sqlx::query_scalar!("select task_input from import_job where id = $1", job)
        .fetch_optional(pool)
        .await?
        .flatten())
}

/// The change that was written under a title since an import was begun.
pub(super) async fn change_of_title(
    pool: &PgPool,
    title: &str,
    since: DateTime<Utc>,
) -> Result<Option<Uuid>, sqlx::Error> {
    sqlx::query_scalar!(
        "select id from change_set where origin = 'import' and comment = $1 and created_at >= $2
         order by created_at limit 1",
        title,
        since
    )
    .fetch_optional(pool)
    .await
}

/// Ends a task that came to nothing, and says why in both languages.
pub(super) async fn fail(
    pool: &PgPool,
    job: Uuid,
    mark: Uuid,
    pl: &str,
    en: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update import_job
         set task = null, task_mark = null, task_phase = null, task_fraction = null, failure_pl = $3,
             failure_en = $4, updated_at = now()
         where id = $1 and task_mark = $2",
        job,
        mark,
        pl,
        en
    )
    .execute(pool)
    .await?;
    Ok(())
}

pub(super) async fn inspected(
    pool: &PgPool,
    job: Uuid,
    mark: Uuid,
    looked: &Looked,
    mapping: (&str, Option<&str>, &[String]),
) -> Result<(), sqlx::Error> {
    let (toml, name, kinds) = mapping;
    sqlx::query!(
        "update import_job
         set task = null, task_mark = null, task_phase = null, task_fraction = null, state = 'inspected',
             inspection = $3, mapping = $4, mapping_name = $5, kinds = $6, report = null,
             position_confirmed_at = null, updated_at = now()
         where id = $1 and task_mark = $2",
        job,
        mark,
        Json(looked) as _,
        toml,
        name,
        kinds
    )
    .execute(pool)
    .await?;
    Ok(())
}

pub(super) async fn reviewed(
    pool: &PgPool,
    job: Uuid,
    mark: Uuid,
    report: &Value,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update import_job
         set task = null, task_mark = null, task_phase = null, task_fraction = null, state = 'reviewed',
             report = $3, updated_at = now()
         where id = $1 and task_mark = $2",
        job,
        mark,
        report
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// Writes that an import is in. Without asking for the mark: what is in is in.
pub(super) async fn applied(
    pool: &PgPool,
    job: Uuid,
    report: &Value,
    change_set: Option<Uuid>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update import_job
         set task = null, task_mark = null, task_phase = null, task_fraction = null, state = 'applied',
             report = $2, change_set = coalesce(change_set, $3), applied_at = coalesce(applied_at, now()),
             updated_at = now()
         where id = $1",
        job,
        report,
        change_set
    )
    .execute(pool)
    .await?;
    Ok(())
}

pub(super) async fn undone(
    pool: &PgPool,
    job: Uuid,
    change_set: Option<Uuid>,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update import_job
         set state = 'undone', undone_by = $2, undone_at = $3, updated_at = $3 where id = $1 and state = 'applied'",
        job,
        change_set,
        now
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// Gives an import up; answers whether it was open and nobody alive is at work on it.
pub(super) async fn abandon(pool: &PgPool, job: Uuid, now: DateTime<Utc>) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "update import_job
         set state = 'abandoned', task = null, task_mark = null, task_phase = null, task_fraction = null,
             updated_at = $2
         where id = $1 and state in ('uploading', 'inspected', 'mapped', 'reviewed', 'failed')
           and (task is null or heartbeat_at < now() - make_interval(secs => $3))",
        job,
        now,
        DEAD_AFTER_S as f64
    )
    .execute(pool)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Gives up the imports on which nobody went on for so many days; answers how many.
pub(super) async fn abandon_old(pool: &PgPool, now: DateTime<Utc>, days: i32) -> Result<u64, sqlx::Error> {
    let done = sqlx::query!(
        "update import_job
         set state = 'abandoned', task = null, task_mark = null, task_phase = null, task_fraction = null
         where state in ('uploading', 'inspected', 'mapped', 'reviewed', 'failed')
           and updated_at < $1::timestamptz - make_interval(days => $2)
           and (task is null or heartbeat_at < now() - make_interval(secs => $3))",
        now,
        days,
        DEAD_AFTER_S as f64
    )
    .execute(pool)
    .await?;
    Ok(done.rows_affected())
}

/// Imports whose files nobody needs any more: abandoned ones, and those applied so many days ago.
pub(super) async fn with_old_files(
    pool: &PgPool,
    now: DateTime<Utc>,
    days: i32,
) -> Result<Vec<Uuid>, sqlx::Error> {
    sqlx::query_scalar!(
        "select id from import_job
         where files_removed_at is null
           and (state = 'abandoned'
                or state in ('applied', 'undone') and applied_at < $1::timestamptz - make_interval(days => $2))
         order by id limit 1000",
        now,
        days
    )
    .fetch_all(pool)
    .await
}

/// Writes that the files of an import are gone, with the rows that the review showed.
pub(super) async fn files_gone(pool: &PgPool, job: Uuid, now: DateTime<Utc>) -> Result<(), sqlx::Error> {
    let mut transaction = pool.begin().await?;
    sqlx::query!("update import_job set files_removed_at = $2, inspection = null where id = $1", job, now)
        .execute(&mut *transaction)
        .await?;
    sqlx::query!("update import_file set objects = '{}' where job_id = $1", job)
        .execute(&mut *transaction)
        .await?;
    sqlx::query!("delete from import_item where job_id = $1", job).execute(&mut *transaction).await?;
    sqlx::query!("delete from import_rejected where job_id = $1", job).execute(&mut *transaction).await?;
    transaction.commit().await
}
