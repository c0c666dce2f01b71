//! SQL of imports, their files, and saved mappings.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::{PgConnection, PgPool, types::Json};
use uuid::Uuid;

use super::{
    looked::Looked,
    model::{DEAD_AFTER_S, File, Job, Running, State, Task},
};

struct JobRow {
    id: Uuid,
    number: i64,
    account_id: Option<Uuid>,
    actor: String,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    name: String,
    state: String,
    task: Option<String>,
    task_phase: Option<String>,
    task_fraction: Option<f64>,
    dead: bool,
    failure_pl: Option<String>,
    failure_en: Option<String>,
    mapping: Option<String>,
    mapping_name: Option<String>,
    kinds: Vec<String>,
    position_confirmed_at: Option<DateTime<Utc>>,
    report: Option<Value>,
    change_set: Option<Uuid>,
    applied_at: Option<DateTime<Utc>>,
    undone_by: Option<Uuid>,
    files_removed_at: Option<DateTime<Utc>>,
}

impl From<JobRow> for Job {
    fn from(row: JobRow) -> Self {
        let running = row.task.as_deref().and_then(Task::from_name).map(|task| Running {
            task,
            phase: row.task_phase.unwrap_or_else(|| "waiting".to_owned()),
            fraction: row.task_fraction.unwrap_or(0.0),
            dead: row.dead,
        });
        Self {
            id: row.id,
            number: row.number,
            account: row.account_id,
            actor: row.actor,
            created_at: row.created_at,
            updated_at: row.updated_at,
            name: row.name,
            state: State::from_name(&row.state),
            running,
            failure: row.failure_pl.zip(row.failure_en),
            mapping: row.mapping,
            mapping_name: row.mapping_name,
            kinds: row.kinds,
            position_confirmed_at: row.position_confirmed_at,
            report: row.report,
            change_set: row.change_set,
            applied_at: row.applied_at,
            undone_by: row.undone_by,
            files_removed_at: row.files_removed_at,
        }
    }
}

pub(super) async fn create(
    pool: &PgPool,
    account: Option<Uuid>,
    actor: &str,
    name: &str,
    now: DateTime<Utc>,
) -> Result<Uuid, sqlx::Error> {
    let id = Uuid::now_v7();
    sqlx::query!(
        "insert into import_job (id, account_id, actor, created_at, updated_at, name)
         values ($1, $2, $3, $4, $4, $5)",
        id,
        account,
        actor,
        now,
        name
    )
    .execute(pool)
    .await?;
    Ok(id)
}

pub(super) async fn job(pool: &PgPool, id: Uuid) -> Result<Option<Job>, sqlx::Error> {
    let row = sqlx::query_as!(
        JobRow,
        r#"select id, number, account_id, actor, created_at, updated_at, name, state, task, task_phase, task_fraction,
                  coalesce(heartbeat_at < now() - make_interval(secs => $2), true) as "dead!",
                  failure_pl, failure_en, mapping, mapping_name, kinds, position_confirmed_at, report, change_set,
                  applied_at, undone_by, files_removed_at
           from import_job where id = $1"#,
        id,
        DEAD_AFTER_S as f64
    )
    .fetch_optional(pool)
    .await?;
    Ok(row.map(Job::from))
}

/// Imports, the latest first; those with a smaller number than `before`.
pub(super) async fn jobs(pool: &PgPool, before: Option<i64>, limit: i64) -> Result<Vec<Job>, sqlx::Error> {
    let rows = sqlx::query_as!(
        JobRow,
        r#"select id, number, account_id, actor, created_at, updated_at, name, state, task, task_phase, task_fraction,
                  coalesce(heartbeat_at < now() - make_interval(secs => $3), true) as "dead!",
                  failure_pl, failure_en, null::text as mapping, mapping_name, kinds, position_confirmed_at,
                  jsonb_build_object('counts', report -> 'counts') as report, change_set, applied_at, undone_by,
                  files_removed_at
           from import_job
           where ($1::bigint is null or number < $1)
             -- One that was begun and left without a file says nothing to anybody.
             and (state <> 'abandoned' or exists (select from import_file f where f.job_id = import_job.id))
           order by number desc limit $2"#,
        before,
        limit,
        DEAD_AFTER_S as f64
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(Job::from).collect())
}

pub(super) async fn looked(pool: &PgPool, id: Uuid) -> Result<Option<Looked>, sqlx::Error> {
    let found = sqlx::query_scalar!(
        r#"select inspection as "inspection: Json<Looked>" from import_job where id = $1"#,
        id
    )
    .fetch_optional(pool)
    .await?;
    Ok(found.flatten().map(|Json(looked)| looked))
}

// ---- files ------------------------------------------------------------------------------------------------------

struct FileRow {
    id: Uuid,
    job_id: Uuid,
    name: String,
    bytes_declared: i64,
    bytes_received: i64,
    sha256: Option<String>,
    objects: Vec<String>,
}

impl From<FileRow> for File {
    fn from(row: FileRow) -> Self {
        Self {
            id: row.id,
            job: row.job_id,
            name: row.name,
            bytes: row.bytes_declared,
            received: row.bytes_received,
            sha256: row.sha256,
            objects: row.objects,
        }
    }
}

pub(super) async fn files(pool: &PgPool, job: Uuid) -> Result<Vec<File>, sqlx::Error> {
    let rows = sqlx::query_as!(
        FileRow,
        "select id, job_id, name, bytes_declared, bytes_received, encode(sha256, 'hex') as sha256, objects
         from import_file where job_id = $1 order by position",
        job
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(File::from).collect())
}

pub(super) async fn file(pool: &PgPool, job: Uuid, id: Uuid) -> Result<Option<File>, sqlx::Error> {
    let row = sqlx::query_as!(
        FileRow,
        "select id, job_id, name, bytes_declared, bytes_received, encode(sha256, 'hex') as sha256, objects
         from import_file where id = $1 and job_id = $2",
        id,
        job
    )
    .fetch_optional(pool)
    .await?;
    Ok(row.map(File::from))
}

/// The file, locked for whoever adds to it.
pub(super) async fn lock_file(
    connection: &mut PgConnection,
    job: Uuid,
    id: Uuid,
) -> Result<Option<File>, sqlx::Error> {
    let row = sqlx::query_as!(
        FileRow,
        "select id, job_id, name, bytes_declared, bytes_received, encode(sha256, 'hex') as sha256, objects
         from import_file where id = $1 and job_id = $2 for update",
        id,
        job
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(File::from))
}

/// Locks an import so that its list of files stays as it is; answers its state.
pub(super) async fn lock_job(connection: &mut PgConnection, id: Uuid) -> Result<Option<State>, sqlx::Error> {
    let state = sqlx::query_scalar!("select state from import_job where id = $1 for update", id)
        .fetch_optional(connection)
        .await?;
    Ok(state.map(|name| State::from_name(&name)))
}

pub(super) async fn add_file(
    connection: &mut PgConnection,
    job: Uuid,
    name: &str,
    bytes: i64,
    now: DateTime<Utc>,
) -> Result<Uuid, sqlx::Error> {
    let id = Uuid::now_v7();
    sqlx::query!(
        "insert into import_file (id, job_id, position, name, bytes_declared, created_at, updated_at)
         select $1, $2, coalesce(max(position) + 1, 1), $3, $4, $5, $5 from import_file where job_id = $2",
        id,
        job,
        name,
        bytes,
        now
    )
    .execute(&mut *connection)
    .await?;
    touch(connection, job, now).await?;
    Ok(id)
}

pub(super) async fn file_grew(
    connection: &mut PgConnection,
    file: &File,
    object: &str,
    bytes: i64,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update import_file
         set bytes_received = bytes_received + $2, objects = objects || $3::text, sha256 = null, updated_at = $4
         where id = $1",
        file.id,
        bytes,
        object,
        now
    )
    .execute(&mut *connection)
    .await?;
    touch(connection, file.job, now).await
}

pub(super) async fn set_size(
    connection: &mut PgConnection,
    file: Uuid,
    bytes: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query!("update import_file set bytes_declared = $2 where id = $1", file, bytes)
        .execute(connection)
        .await?;
    Ok(())
}

pub(super) async fn set_sum(pool: &PgPool, file: Uuid, sha256: &[u8]) -> Result<(), sqlx::Error> {
    sqlx::query!("update import_file set sha256 = $2 where id = $1", file, sha256).execute(pool).await?;
    Ok(())
}

pub(super) async fn remove_file(
    connection: &mut PgConnection,
    job: Uuid,
    file: Uuid,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!("delete from import_file where id = $1 and job_id = $2", file, job)
        .execute(&mut *connection)
        .await?;
    touch(connection, job, now).await
}

async fn touch(connection: &mut PgConnection, job: Uuid, now: DateTime<Utc>) -> Result<(), sqlx::Error> {
    sqlx::query!("update import_job set updated_at = $2 where id = $1", job, now).execute(connection).await?;
    Ok(())
}

/// Back to the first step: what was found out of the files no longer holds.
pub(super) async fn reopen(
    connection: &mut PgConnection,
    job: Uuid,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update import_job
         set state = 'uploading', inspection = null, report = null, failure_pl = null, failure_en = null,
             position_confirmed_at = null, updated_at = $2
         where id = $1",
        job,
        now
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub(super) async fn rename(pool: &PgPool, job: Uuid, name: &str) -> Result<(), sqlx::Error> {
    sqlx::query!("update import_job set name = $2 where id = $1", job, name).execute(pool).await?;
    Ok(())
}

// ---- mapping and review -----------------------------------------------------------------------------------------

/// What is said of the columns; what was compared before no longer holds.
#[derive(Debug)]
pub(super) struct NewMapping<'a> {
    pub toml: &'a str,
    pub name: Option<&'a str>,
    pub kinds: &'a [String],
    /// Whether the clerk has confirmed where things stand.
    pub position_confirmed: bool,
}

/// Writes the mapping of an open import without a running task; answers whether there was such a one.
pub(super) async fn set_mapping(
    pool: &PgPool,
    job: Uuid,
    mapping: &NewMapping<'_>,
    now: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "update import_job
         set mapping = $2, mapping_name = $3, kinds = $4, state = 'mapped', report = null, failure_pl = null,
             failure_en = null, updated_at = $6,
             position_confirmed_at = case when $5 then coalesce(position_confirmed_at, $6) end
         where id = $1 and state in ('inspected', 'mapped', 'reviewed') and task is null",
        job,
        mapping.toml,
        mapping.name,
        mapping.kinds,
        mapping.position_confirmed,
        now
    )
    .execute(pool)
    .await?;
    Ok(done.rows_affected() > 0)
}

pub(super) async fn name_mapping(pool: &PgPool, job: Uuid, name: &str) -> Result<(), sqlx::Error> {
    sqlx::query!("update import_job set mapping_name = $2 where id = $1", job, name).execute(pool).await?;
    Ok(())
}

pub(super) async fn saved_mappings(
    pool: &PgPool,
) -> Result<Vec<(String, String, DateTime<Utc>, String)>, sqlx::Error> {
    let rows = sqlx::query!("select name, mapping, saved_at, saved_by from import_mapping order by name")
        .fetch_all(pool)
        .await?;
    Ok(rows.into_iter().map(|row| (row.name, row.mapping, row.saved_at, row.saved_by)).collect())
}

pub(super) async fn save_mapping(
    pool: &PgPool,
    name: &str,
    toml: &str,
    now: DateTime<Utc>,
    actor: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into import_mapping (name, mapping, saved_at, saved_by) values ($1, $2, $3, $4)
         on conflict (name) do update set mapping = excluded.mapping, saved_at = excluded.saved_at,
                                          saved_by = excluded.saved_by",
        name,
        toml,
        now,
        actor
    )
    .execute(pool)
    .await?;
    Ok(())
}

pub(super) async fn forget_mapping(pool: &PgPool, name: &str) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!("delete from import_mapping where name = $1", name).execute(pool).await?;
    Ok(done.rows_affected() > 0)
}

pub(super) async fn excluded(pool: &PgPool, job: Uuid) -> Result<Vec<(String, String)>, sqlx::Error> {
    let rows = sqlx::query!(
        "select kind, source_id from import_exclusion where job_id = $1 order by kind, source_id",
        job
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(|row| (row.kind, row.source_id)).collect())
}

/// Leaves rows out, and takes others back in.
pub(super) async fn exclude(
    pool: &PgPool,
    job: Uuid,
    out: &[(String, String)],
    back: &[(String, String)],
) -> Result<(), sqlx::Error> {
    let split = |pairs: &[(String, String)]| -> (Vec<String>, Vec<String>) { pairs.iter().cloned().unzip() };
    let mut transaction = pool.begin().await?;
    let (kinds, ids) = split(back);
    sqlx::query!(
        "delete from import_exclusion e using unnest($2::text[], $3::text[]) as b (kind, source_id)
         where e.job_id = $1 and e.kind = b.kind and e.source_id = b.source_id",
        job,
        &kinds,
        &ids
    )
    .execute(&mut *transaction)
    .await?;
    let (kinds, ids) = split(out);
    sqlx::query!(
        "insert into import_exclusion (job_id, kind, source_id)
         select distinct $1::uuid, o.kind, o.source_id from unnest($2::text[], $3::text[]) as o (kind, source_id)
         on conflict do nothing",
        job,
        &kinds,
        &ids
    )
    .execute(&mut *transaction)
    .await?;
    transaction.commit().await
}

pub(super) async fn exclude_nothing(pool: &PgPool, job: Uuid) -> Result<(), sqlx::Error> {
    sqlx::query!("delete from import_exclusion where job_id = $1", job).execute(pool).await?;
    Ok(())
}

/// Longitudes and latitudes of positions in a system.
pub(super) async fn placed(
    pool: &PgPool,
    srid: i32,
    xs: &[f64],
    ys: &[f64],
) -> Result<Vec<[f64; 2]>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select st_x(p.geom) as "lon!", st_y(p.geom) as "lat!"
           from unnest($1::float8[], $2::float8[]) as s (x, y),
                lateral (select st_transform(st_setsrid(st_makepoint(s.x, s.y), $3), 4326) as geom) as p"#,
        xs,
        ys,
        srid
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(|row| [row.lon, row.lat]).collect())
}
