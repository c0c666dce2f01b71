//! Signed answers: who answered what, for the staff. Whoever is shown is told of it as of every other look.

use ballots::form::Answers;
use chrono::NaiveDate;
use uuid::Uuid;

use super::{
    Secrecy, Survey, Surveys,
    store::answers::{self, NamedRow},
};
use crate::{
    parties::Purpose,
    platform::{Ctx, access::Permission, http::Failure},
};

/// Answers of one page.
pub(super) const PAGE: i64 = 50;
/// Answers of one file.
const MOST_IN_FILE: i64 = 20_000;

/// A signed answer.
#[derive(Debug, Clone)]
pub(super) struct Named {
    pub(super) party: Uuid,
    pub(super) name: String,
    pub(super) answers: Answers,
    pub(super) on_day: NaiveDate,
}

impl Surveys {
    /// A page of signed answers in the order of names, after that of one person; and whether there are more.
    ///
    /// # Errors
    /// 404 when the survey's answers are not signed, or nobody of that id answered.
    pub(super) async fn named_answers(
        &self,
        ctx: &Ctx,
        survey: &Survey,
        after: Option<Uuid>,
    ) -> Result<(Vec<Named>, bool), Failure> {
        let mut rows = self.named(ctx, survey, after, PAGE + 1).await?;
        let more = rows.len() as i64 > PAGE;
        rows.truncate(PAGE as usize);
        self.seen(ctx, survey, &rows).await?;
        Ok((rows, more))
    }

    /// All signed answers, for a file.
    ///
    /// # Errors
    /// 404 when the survey's answers are not signed; when there are more than one file holds.
    pub(super) async fn all_named_answers(&self, ctx: &Ctx, survey: &Survey) -> Result<Vec<Named>, Failure> {
        let rows = self.named(ctx, survey, None, MOST_IN_FILE + 1).await?;
        if rows.len() as i64 > MOST_IN_FILE {
            return Err(Failure::TooLarge(format!("a file holds at most {MOST_IN_FILE} answers")));
        }
        self.seen(ctx, survey, &rows).await?;
        Ok(rows)
    }

    async fn named(
        &self,
        ctx: &Ctx,
        survey: &Survey,
        after: Option<Uuid>,
        most: i64,
    ) -> Result<Vec<Named>, Failure> {
        ctx.require(Permission::SurveysManage, None)?;
        if survey.secrecy != Secrecy::Named {
            return Err(Failure::not_found("signed answers of this survey"));
        }
        let mut connection = self.pool.acquire().await?;
        let rows = answers::named(&mut connection, survey.id, after, most).await?;
        let named = |row: NamedRow| Named {
            party: row.party,
            name: row.name,
            answers: row.answers.0,
            on_day: row.on_day,
        };
        Ok(rows.into_iter().map(named).collect())
    }

    async fn seen(&self, ctx: &Ctx, survey: &Survey, rows: &[Named]) -> Result<(), Failure> {
        let parties: Vec<Uuid> = rows.iter().map(|row| row.party).collect();
        let note = survey.title.pl.chars().take(200).collect();
        let why = Purpose { note: Some(note), ..Purpose::of("case") };
        self.parties.look_at_answers_of_many(ctx, &parties, &why).await
    }
}
