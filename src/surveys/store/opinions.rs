//! Opinions of consultations and the office's answers to them.

use ballots::form::Answers;
use chrono::{DateTime, Utc};
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

/// An answer with opinions in it.
#[derive(Debug, Clone)]
pub(in crate::surveys) struct Row {
    pub(in crate::surveys) answer: Uuid,
    pub(in crate::surveys) answers: Answers,
}

/// Answers of a consultation, in an order that says nothing of when they came.
pub(in crate::surveys) async fn answers(
    connection: &mut PgConnection,
    survey: Uuid,
    after: Option<Uuid>,
    most: i64,
) -> Result<Vec<Row>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select id, answers as "answers: Json<Answers>" from survey_answer
           where survey = $1 and ($2::uuid is null or id > $2) order by id limit $3"#,
        survey,
        after,
        most
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|row| Row { answer: row.id, answers: row.answers.0 }).collect())
}

/// What a clerk has said of an opinion.
#[derive(Debug, Clone)]
pub(in crate::surveys) struct Said {
    pub(in crate::surveys) answer: Uuid,
    pub(in crate::surveys) part: String,
    pub(in crate::surveys) shown: String,
    pub(in crate::surveys) hidden: bool,
    pub(in crate::surveys) reply: Option<Uuid>,
}

/// All that was said of opinions of a survey.
pub(in crate::surveys) async fn said(
    connection: &mut PgConnection,
    survey: Uuid,
) -> Result<Vec<Said>, sqlx::Error> {
    sqlx::query_as!(
        Said,
        "select o.answer, o.part, o.shown, o.hidden, o.reply from survey_opinion o join survey_answer a on a.id = o.answer
         where a.survey = $1 order by o.answer, o.part",
        survey
    )
    .fetch_all(connection)
    .await
}

/// An answer of the office.
#[derive(Debug, Clone)]
pub(in crate::surveys) struct Reply {
    pub(in crate::surveys) id: Uuid,
    pub(in crate::surveys) decision: String,
    pub(in crate::surveys) reply: String,
    pub(in crate::surveys) made_at: DateTime<Utc>,
}

/// The office's answers, in the order in which they were given.
pub(in crate::surveys) async fn replies(
    connection: &mut PgConnection,
    survey: Uuid,
) -> Result<Vec<Reply>, sqlx::Error> {
    sqlx::query_as!(
        Reply,
        "select id, decision, reply, made_at from survey_reply where survey = $1 order by id limit 2000",
        survey
    )
    .fetch_all(connection)
    .await
}

/// Adds an answer of the office, or changes one.
pub(in crate::surveys) async fn put_reply(
    connection: &mut PgConnection,
    survey: Uuid,
    reply: &Reply,
    by: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into survey_reply as r (id, survey, decision, reply, made_at, made_by) values ($1, $2, $3, $4, $5, $6)
         on conflict (id) do update set decision = excluded.decision, reply = excluded.reply, made_at = excluded.made_at,
            made_by = excluded.made_by where r.survey = excluded.survey",
        reply.id,
        survey,
        reply.decision,
        reply.reply,
        reply.made_at,
        by
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Keeps what is shown of an opinion; false when it is of no answer of this survey.
pub(in crate::surveys) async fn put_said(
    connection: &mut PgConnection,
    survey: Uuid,
    said: &Said,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "insert into survey_opinion (answer, part, shown, hidden, reply)
         select a.id, $3, $4, $5, (select r.id from survey_reply r where r.id = $6 and r.survey = $2)
         from survey_answer a where a.id = $1 and a.survey = $2
         on conflict (answer, part) do update set shown = excluded.shown, hidden = excluded.hidden, reply = excluded.reply",
        said.answer,
        survey,
        said.part,
        said.shown,
        said.hidden,
        said.reply
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}
