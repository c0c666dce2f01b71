//! Invitations by consent.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::surveys::model::{Audience, Survey};

/// Whom a survey is for, as the queries below ask.
pub(in crate::surveys) struct For {
    pub(in crate::surveys) proved: bool,
    pub(in crate::surveys) least_age: Option<i32>,
    pub(in crate::surveys) year: i32,
}

impl For {
    pub(in crate::surveys) fn of(survey: &Survey, now: DateTime<Utc>) -> Self {
        let year = crate::ui::local_time::day_of(survey.opens_at.unwrap_or(now)).year();
        Self { proved: survey.audience == Audience::Residents, least_age: survey.least_age, year }
    }
}

/// Those who may take part, agreed to news, have not taken part, and were not written to in this way.
pub(in crate::surveys) async fn open(
    connection: &mut PgConnection,
    survey: &Survey,
    kind: &str,
    now: DateTime<Utc>,
    most: i64,
) -> Result<Vec<Uuid>, sqlx::Error> {
    let of = For::of(survey, now);
    sqlx::query_scalar!(
        r#"select r.party as "party!" from survey_resident r join survey_willing w on w.party = r.party
           where (not $2 or r.proved) and ($3::uuid is null or exists (
                select from district d where d.id = $3 and st_covers(d.area, r.place)))
             and ($4::int is null or $5 - r.born_year >= $4)
             and not exists (select from survey_took_part t where t.survey = $1 and t.party = r.party)
             and not exists (select from survey_invitation i where i.survey = $1 and i.party = r.party and i.kind = $6)
             and ($6 = 'invitation' or exists (
                select from survey_invitation i where i.survey = $1 and i.party = r.party and i.kind = 'invitation'))
           order by r.party limit $7"#,
        survey.id,
        of.proved,
        survey.district,
        of.least_age,
        of.year,
        kind,
        most
    )
    .fetch_all(connection)
    .await
}

/// Writes down that somebody is written to; false when they were.
pub(in crate::surveys) async fn add(
    connection: &mut PgConnection,
    survey: Uuid,
    party: Uuid,
    kind: &str,
    day: NaiveDate,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "insert into survey_invitation (survey, party, kind, on_day) values ($1, $2, $3, $4) on conflict do nothing",
        survey,
        party,
        kind,
        day
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// How many were written to.
pub(in crate::surveys) async fn count(
    connection: &mut PgConnection,
    survey: Uuid,
    kind: &str,
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select count(*) as "count!" from survey_invitation where survey = $1 and kind = $2"#,
        survey,
        kind
    )
    .fetch_one(connection)
    .await
}
