//! Making and changing surveys.

use ballots::form::{Form, Text};
use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

use crate::surveys::model::Survey;

/// Who did something, and when.
pub(in crate::surveys) type By<'a> = (&'a str, DateTime<Utc>);

/// Adds a survey; false when another has its name in addresses.
pub(in crate::surveys) async fn add(
    connection: &mut PgConnection,
    survey: &Survey,
    (by, at): By<'_>,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "insert into survey (id, slug, kind, title_pl, title_en, intro_pl, intro_en, form, opens_at, closes_at, audience,
            district, least_age, secrecy, shows_turnout, collision, least_cell, created_at, created_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
         on conflict on constraint survey_slug do nothing",
        survey.id,
        survey.slug,
        survey.kind.name(),
        survey.title.pl,
        survey.title.en,
        survey.intro.pl,
        survey.intro.en,
        Json(&survey.form) as _,
        survey.opens_at,
        survey.closes_at,
        survey.audience.name(),
        survey.district,
        survey.least_age,
        survey.secrecy.name(),
        survey.shows_turnout,
        survey.collision.name(),
        survey.least_cell,
        at,
        by
    )
    .execute(&mut *connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Writes a survey whole, counting its changes up. The caller has locked it. False when another has its name in addresses.
pub(in crate::surveys) async fn put(
    connection: &mut PgConnection,
    survey: &Survey,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "update survey set slug = $2, kind = $3, title_pl = $4, title_en = $5, intro_pl = $6, intro_en = $7, form = $8,
            version = $9, opens_at = $10, closes_at = $11, audience = $12, district = $13, least_age = $14, secrecy = $15,
            shows_turnout = $16, collision = $17, least_cell = $18, state = $19, rev = rev + 1
         where id = $1 and not exists (select from survey o where o.slug = $2 and o.id <> $1)",
        survey.id,
        survey.slug,
        survey.kind.name(),
        survey.title.pl,
        survey.title.en,
        survey.intro.pl,
        survey.intro.en,
        Json(&survey.form) as _,
        survey.version,
        survey.opens_at,
        survey.closes_at,
        survey.audience.name(),
        survey.district,
        survey.least_age,
        survey.secrecy.name(),
        survey.shows_turnout,
        survey.collision.name(),
        survey.least_cell,
        survey.state.name()
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Writes down the words and the form as everybody sees them from now on.
pub(in crate::surveys) async fn add_version(
    connection: &mut PgConnection,
    survey: &Survey,
    reason: &str,
    (by, at): By<'_>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into survey_version (survey, version, title_pl, title_en, intro_pl, intro_en, form, made_at, made_by, reason)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         on conflict (survey, version) do update set title_pl = excluded.title_pl, title_en = excluded.title_en,
            intro_pl = excluded.intro_pl, intro_en = excluded.intro_en, form = excluded.form, made_at = excluded.made_at,
            made_by = excluded.made_by, reason = excluded.reason",
        survey.id,
        survey.version,
        survey.title.pl,
        survey.title.en,
        survey.intro.pl,
        survey.intro.en,
        Json(&survey.form) as _,
        at,
        by,
        reason
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// A version of a survey's words and form.
#[derive(Debug, Clone)]
pub(in crate::surveys) struct Version {
    pub(in crate::surveys) version: i32,
    pub(in crate::surveys) title: Text,
    pub(in crate::surveys) intro: Text,
    pub(in crate::surveys) form: Form,
    pub(in crate::surveys) made_at: DateTime<Utc>,
    pub(in crate::surveys) reason: String,
}

/// All versions, the first one first.
pub(in crate::surveys) async fn versions(
    connection: &mut PgConnection,
    survey: Uuid,
) -> Result<Vec<Version>, sqlx::Error> {
    sqlx::query!(
        r#"select version, title_pl, title_en, intro_pl, intro_en, form as "form: Json<Form>", made_at, reason
           from survey_version where survey = $1 order by version limit 200"#,
        survey
    )
    .map(|row| Version {
        version: row.version,
        title: Text { pl: row.title_pl, en: row.title_en },
        intro: Text { pl: row.intro_pl, en: row.intro_en },
        form: row.form.0,
        made_at: row.made_at,
        reason: row.reason,
    })
    .fetch_all(connection)
    .await
}

/// Writes down what was done.
pub(in crate::surveys) async fn add_event(
    connection: &mut PgConnection,
    survey: Uuid,
    what: &str,
    details: &Value,
    (by, at): By<'_>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into survey_event (survey, at, by, what, details) values ($1, $2, $3, $4, $5)",
        survey,
        at,
        by,
        what,
        details
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Something that was done with a survey.
#[derive(Debug, Clone)]
pub(in crate::surveys) struct Event {
    pub(in crate::surveys) at: DateTime<Utc>,
    pub(in crate::surveys) by: String,
    pub(in crate::surveys) what: String,
    pub(in crate::surveys) details: Value,
}

/// The newest things that were done.
pub(in crate::surveys) async fn events(
    connection: &mut PgConnection,
    survey: Uuid,
    most: i64,
) -> Result<Vec<Event>, sqlx::Error> {
    sqlx::query_as!(
        Event,
        "select at, by, what, details from survey_event where survey = $1 order by id desc limit $2",
        survey,
        most
    )
    .fetch_all(connection)
    .await
}

/// Brings the written states of surveys that are not secret up to the clock. The closing of a secret one opens its urn.
pub(in crate::surveys) async fn follow_clock(
    connection: &mut PgConnection,
    now: DateTime<Utc>,
) -> Result<u64, sqlx::Error> {
    let opened = sqlx::query!(
        "update survey set state = 'open', rev = rev + 1 where state = 'ready' and opens_at <= $1 and closes_at > $1",
        now
    )
    .execute(&mut *connection)
    .await?;
    let closed = sqlx::query!(
        "update survey set state = 'closed', rev = rev + 1
         where state in ('ready', 'open') and closes_at <= $1 and secrecy <> 'secret'",
        now
    )
    .execute(connection)
    .await?;
    Ok(opened.rows_affected() + closed.rows_affected())
}

/// Writes down a picture that was just put into the store of files.
pub(in crate::surveys) async fn add_picture(
    connection: &mut PgConnection,
    survey: Uuid,
    (name, bytes): (&str, i64),
    (by, at): By<'_>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into survey_picture (survey, name, bytes, added_at, added_by) values ($1, $2, $3, $4, $5)
         on conflict do nothing",
        survey,
        name,
        bytes,
        at,
        by
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// How many pictures a survey has.
pub(in crate::surveys) async fn count_pictures(
    connection: &mut PgConnection,
    survey: Uuid,
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(r#"select count(*) as "count!" from survey_picture where survey = $1"#, survey)
        .fetch_one(connection)
        .await
}

/// Files that no answer named before a day; they are forgotten here, and the caller removes them from the store.
pub(in crate::surveys) async fn take_loose_files(
    connection: &mut PgConnection,
    before: chrono::NaiveDate,
) -> Result<Vec<(Uuid, Uuid)>, sqlx::Error> {
    let rows = sqlx::query!(
        "delete from survey_file where answer is null and on_day < $1 returning survey, id",
        before
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|row| (row.survey, row.id)).collect())
}
