//! What is done with surveys by everybody who reads them.

use uuid::Uuid;

use super::{State, Surveys, model::Survey, store};
use crate::platform::{Ctx, access::Permission, http::Failure};

/// Surveys of one list.
const MOST_LISTED: i64 = 200;

impl Surveys {
    /// The surveys that everybody may know of, those that end last first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn public_surveys(&self, _ctx: &Ctx) -> Result<Vec<Survey>, Failure> {
        let mut connection = self.pool.acquire().await?;
        Ok(store::list(&mut connection, false, MOST_LISTED).await?)
    }

    /// All surveys, for whoever makes them or enters paper.
    ///
    /// # Errors
    /// When whoever asks may not, or the database fails.
    pub async fn all_surveys(&self, ctx: &Ctx) -> Result<Vec<Survey>, Failure> {
        if !ctx.may(Permission::SurveysManage, None) {
            ctx.require(Permission::SurveysPaper, None)?;
        }
        let mut connection = self.pool.acquire().await?;
        Ok(store::list(&mut connection, true, MOST_LISTED).await?)
    }

    /// A survey by its id, whatever its state.
    ///
    /// # Errors
    /// When there is none, or the database fails.
    pub async fn survey(&self, _ctx: &Ctx, id: Uuid) -> Result<Survey, Failure> {
        let mut connection = self.pool.acquire().await?;
        store::find(&mut connection, id).await?.ok_or_else(|| Failure::not_found("this survey"))
    }

    /// A survey that everybody may know of; drafts only for whoever makes surveys.
    ///
    /// # Errors
    /// When there is none, or the database fails.
    pub async fn survey_of_slug(&self, ctx: &Ctx, slug: &str) -> Result<Survey, Failure> {
        let mut connection = self.pool.acquire().await?;
        let found = store::by_slug(&mut connection, slug).await?;
        let seen = |survey: &Survey| {
            !matches!(survey.state, State::Draft | State::Withdrawn)
                || ctx.may(Permission::SurveysManage, None)
        };
        found.filter(seen).ok_or_else(|| Failure::not_found("this survey"))
    }
}
