//! Departments and canned answers.

use chrono::{DateTime, Utc};
use sqlx::{PgExecutor, PgPool};
use uuid::Uuid;

use crate::conversations::model::{Canned, Department};

/// All departments, by name.
pub(in crate::conversations) async fn departments(
    executor: impl PgExecutor<'_>,
) -> Result<Vec<Department>, sqlx::Error> {
    sqlx::query_as!(
        Department,
        "select id, name_pl, name_en, takes_letters, days, head, rev from department order by lower(name_pl), id limit 200"
    )
    .fetch_all(executor)
    .await
}

pub(in crate::conversations) async fn department(
    executor: impl PgExecutor<'_>,
    id: Uuid,
) -> Result<Option<Department>, sqlx::Error> {
    sqlx::query_as!(
        Department,
        "select id, name_pl, name_en, takes_letters, days, head, rev from department where id = $1",
        id
    )
    .fetch_optional(executor)
    .await
}

/// Writes a department, a new one when its version is 0; answers false when somebody was quicker.
pub(in crate::conversations) async fn save_department(
    pool: &PgPool,
    new: &Department,
    by: &str,
    now: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    let done = if new.rev == 0 {
        sqlx::query!(
            "insert into department (id, name_pl, name_en, takes_letters, days, head, changed_by, changed_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (id) do nothing",
            new.id,
            new.name_pl,
            new.name_en,
            new.takes_letters,
            new.days,
            new.head,
            by,
            now
        )
        .execute(pool)
        .await?
    } else {
        sqlx::query!(
            "update department set name_pl = $2, name_en = $3, takes_letters = $4, days = $5, head = $6, changed_by = $7,
                changed_at = $8, rev = rev + 1
             where id = $1 and rev = $9",
            new.id,
            new.name_pl,
            new.name_en,
            new.takes_letters,
            new.days,
            new.head,
            by,
            now,
            new.rev
        )
        .execute(pool)
        .await?
    };
    Ok(done.rows_affected() == 1)
}

/// All canned answers, by title.
pub(in crate::conversations) async fn canned(pool: &PgPool) -> Result<Vec<Canned>, sqlx::Error> {
    sqlx::query_as!(
        Canned,
        "select id, title_pl, title_en, body_pl, body_en, rev from canned_answer order by lower(title_pl), id limit 200"
    )
    .fetch_all(pool)
    .await
}

pub(in crate::conversations) async fn canned_answer(
    pool: &PgPool,
    id: Uuid,
) -> Result<Option<Canned>, sqlx::Error> {
    sqlx::query_as!(
        Canned,
        "select id, title_pl, title_en, body_pl, body_en, rev from canned_answer where id = $1",
        id
    )
    .fetch_optional(pool)
    .await
}

/// Writes a canned answer, a new one when its version is 0; answers false when somebody was quicker.
pub(in crate::conversations) async fn save_canned(
    pool: &PgPool,
    new: &Canned,
    by: &str,
    now: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    let done = if new.rev == 0 {
        sqlx::query!(
            "insert into canned_answer (id, title_pl, title_en, body_pl, body_en, changed_by, changed_at)
             values ($1, $2, $3, $4, $5, $6, $7) on conflict (id) do nothing",
            new.id,
            new.title_pl,
            new.title_en,
            new.body_pl,
            new.body_en,
            by,
            now
        )
        .execute(pool)
        .await?
    } else {
        sqlx::query!(
            "update canned_answer set title_pl = $2, title_en = $3, body_pl = $4, body_en = $5, changed_by = $6,
                changed_at = $7, rev = rev + 1
             where id = $1 and rev = $8",
            new.id,
            new.title_pl,
            new.title_en,
            new.body_pl,
            new.body_en,
            by,
            now,
            new.rev
        )
        .execute(pool)
        .await?
    };
    Ok(done.rows_affected() == 1)
}

/// Takes a canned answer away; answers false when somebody changed it meanwhile.
pub(in crate::conversations) async fn remove_canned(
    pool: &PgPool,
    id: Uuid,
    rev: i32,
) -> Result<bool, sqlx::Error> {
    let gone =
        sqlx::query!("delete from canned_answer where id = $1 and rev = $2", id, rev).execute(pool).await?;
    Ok(gone.rows_affected() == 1)
}
