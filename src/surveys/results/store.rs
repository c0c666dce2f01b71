//! All SQL of the results.

use ballots::form::{Answers, Text};
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

use super::model::{Plan, Results};

/// All answers to a survey that is not secret, with their ids.
pub(super) async fn answers(
    connection: &mut PgConnection,
    survey: Uuid,
) -> Result<Vec<(Uuid, Answers)>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select id, answers as "answers: Json<Answers>" from survey_answer where survey = $1 order by id"#,
        survey
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.answers.0)).collect())
}

/// What is to be published, and its count of changes.
pub(super) async fn plan(connection: &mut PgConnection, survey: Uuid) -> Result<Plan, sqlx::Error> {
    let found = sqlx::query_scalar!(
        r#"select plan as "plan: Json<Plan>" from survey_plan where survey = $1"#,
        survey
    )
    .fetch_optional(connection)
    .await?;
    Ok(found.map(|plan| plan.0).unwrap_or_default())
}

/// Keeps what is to be published.
pub(super) async fn set_plan(
    connection: &mut PgConnection,
    survey: Uuid,
    plan: &Plan,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into survey_plan (survey, plan) values ($1, $2)
         on conflict (survey) do update set plan = excluded.plan, rev = survey_plan.rev + 1",
        survey,
        Json(plan) as _
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// What was published, and when and by whom.
pub(super) struct Publication {
    pub(super) published_at: DateTime<Utc>,
    pub(super) results: Results,
}

/// What was published of a survey.
pub(super) async fn publication(
    connection: &mut PgConnection,
    survey: Uuid,
) -> Result<Option<Publication>, sqlx::Error> {
    let row = sqlx::query!(
        r#"select published_at, results as "results: Json<Results>" from survey_publication where survey = $1"#,
        survey
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| Publication { published_at: row.published_at, results: row.results.0 }))
}

/// Publishes results, once.
pub(super) async fn publish(
    connection: &mut PgConnection,
    survey: Uuid,
    results: &Results,
    (by, at): (&str, DateTime<Utc>),
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into survey_publication (survey, published_at, published_by, results) values ($1, $2, $3, $4)",
        survey,
        at,
        by,
        Json(results) as _
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!("update survey set state = 'published', rev = rev + 1 where id = $1", survey)
        .execute(connection)
        .await?;
    Ok(())
}

/// What texts are about.
#[derive(Debug, Clone)]
pub(super) struct Theme {
    pub(super) id: Uuid,
    pub(super) name: Text,
}

/// The themes of a survey.
pub(super) async fn themes(connection: &mut PgConnection, survey: Uuid) -> Result<Vec<Theme>, sqlx::Error> {
    let rows = sqlx::query!(
        "select id, name_pl, name_en from survey_theme where survey = $1 order by name_pl",
        survey
    )
    .fetch_all(connection)
    .await?;
    let theme = |id, pl, en| Theme { id, name: Text { pl, en } };
    Ok(rows.into_iter().map(|row| theme(row.id, row.name_pl, row.name_en)).collect())
}

/// Adds a theme; the same name again is the one that is there.
pub(super) async fn add_theme(
    connection: &mut PgConnection,
    survey: Uuid,
    (pl, en): (&str, Option<&str>),
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into survey_theme (id, survey, name_pl, name_en) values ($1, $2, $3, $4)
         on conflict on constraint survey_theme_name do update set name_en = excluded.name_en",
        Uuid::now_v7(),
        survey,
        pl,
        en
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// A text that was read.
pub(super) struct Excerpt {
    pub(super) answer: Uuid,
    pub(super) question: String,
    pub(super) part: i32,
    pub(super) shown: bool,
    pub(super) words: String,
    pub(super) theme: Option<Uuid>,
}

/// The texts of a survey that were read.
pub(super) async fn excerpts(
    connection: &mut PgConnection,
    survey: Uuid,
) -> Result<Vec<Excerpt>, sqlx::Error> {
    sqlx::query_as!(
        Excerpt,
        "select answer, question, part, shown, words, theme from survey_excerpt where survey = $1 order by question, words",
        survey
    )
    .fetch_all(connection)
    .await
}

/// Keeps what was decided of a text. A theme of another survey is none.
pub(super) async fn set_excerpt(
    connection: &mut PgConnection,
    survey: Uuid,
    excerpt: &Excerpt,
    (by, on): (&str, NaiveDate),
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into survey_excerpt (answer, question, part, survey, shown, words, theme, read_by, read_on)
         values ($1, $2, $3, $4, $5, $6, (select id from survey_theme where id = $7 and survey = $4), $8, $9)
         on conflict (answer, question, part) do update set shown = excluded.shown, words = excluded.words,
             theme = excluded.theme, read_by = excluded.read_by, read_on = excluded.read_on",
        excerpt.answer,
        excerpt.question,
        excerpt.part,
        survey,
        excerpt.shown,
        excerpt.words,
        excerpt.theme,
        by,
        on
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Names of things of the registry, where they are still there and public.
pub(super) async fn thing_names(
    connection: &mut PgConnection,
    ids: &[Uuid],
) -> Result<Vec<(Uuid, String)>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select id as "id!", coalesce(nullif(label, ''), registry_number::text, '') as "name!" from survey_thing where id = any($1)"#,
        ids
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
}

/// All ballots of a secret vote, as they lie in the box after its urn was opened.
pub(super) async fn ballots(
    connection: &mut PgConnection,
    survey: Uuid,
) -> Result<Vec<Answers>, sqlx::Error> {
    let rows = sqlx::query_scalar!(
        r#"select answers as "answers: Json<Answers>" from ballot where survey = $1"#,
        survey
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|answers| answers.0).collect())
}

/// Whether the urn of a secret vote was opened.
pub(super) async fn is_opened(connection: &mut PgConnection, survey: Uuid) -> Result<bool, sqlx::Error> {
    let found = sqlx::query_scalar!(
        r#"select opened_on is not null as "opened!" from survey_urn where survey = $1"#,
        survey
    )
    .fetch_optional(connection)
    .await?;
    Ok(found.unwrap_or(false))
}
