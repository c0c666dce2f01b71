//! What the town decides about its letters: departments, and answers that are given often.

use uuid::Uuid;

use super::{
    Conversations,
    model::{Canned, Department},
    store::setup,
};
use crate::{
    accounts::Colleague,
    platform::{Ctx, access::Permission, http::Failure},
};

/// Why something was not saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SaveFault {
    /// Another one has this name.
    Taken,
    /// Somebody was quicker.
    Stale,
}

/// A name that is taken is the fault of whoever typed it; all else is ours.
fn saved(result: Result<bool, sqlx::Error>, name: &str) -> Result<Result<(), SaveFault>, Failure> {
    match result {
        Ok(true) => Ok(Ok(())),
        Ok(false) => Ok(Err(SaveFault::Stale)),
        Err(sqlx::Error::Database(error)) if error.constraint() == Some(name) => Ok(Err(SaveFault::Taken)),
        Err(error) => Err(error.into()),
    }
}

impl Conversations {
    /// All departments, and who could be the head of one.
    ///
    /// # Errors
    /// When whoever asks may not.
    pub(super) async fn all_departments(
        &self,
        ctx: &Ctx,
    ) -> Result<(Vec<Department>, Vec<Colleague>), Failure> {
        ctx.require(Permission::TownManage, None)?;
        let colleagues = self.accounts.colleagues(ctx, Permission::ConversationsAnswer).await?;
        Ok((setup::departments(&self.pool).await?, colleagues))
    }

    /// Saves a department, a new one when its version is 0.
    ///
    /// # Errors
    /// When whoever asks may not.
    pub(super) async fn save_department(
        &self,
        ctx: &Ctx,
        department: &Department,
    ) -> Result<Result<(), SaveFault>, Failure> {
        ctx.require(Permission::TownManage, None)?;
        let done = setup::save_department(&self.pool, department, ctx.actor(), ctx.now).await;
        saved(done, "department_name_pl")
    }

    /// All canned answers.
    ///
    /// # Errors
    /// When whoever asks may not.
    pub(super) async fn canned(&self, ctx: &Ctx) -> Result<Vec<Canned>, Failure> {
        Self::require_canned(ctx)?;
        Ok(setup::canned(&self.pool).await?)
    }

    /// One canned answer.
    ///
    /// # Errors
    /// When whoever asks may not; 404 when there is none.
    pub(super) async fn canned_answer(&self, ctx: &Ctx, id: Uuid) -> Result<Canned, Failure> {
        Self::require_canned(ctx)?;
        let found = setup::canned_answer(&self.pool, id).await?;
        found.ok_or_else(|| Failure::not_found("this answer"))
    }

    /// Saves a canned answer, a new one when its version is 0.
    ///
    /// # Errors
    /// When whoever asks may not.
    pub(super) async fn save_canned(
        &self,
        ctx: &Ctx,
        canned: &Canned,
    ) -> Result<Result<(), SaveFault>, Failure> {
        Self::require_canned(ctx)?;
        let done = setup::save_canned(&self.pool, canned, ctx.actor(), ctx.now).await;
        saved(done, "canned_answer_title_pl")
    }

    /// Takes a canned answer away.
    ///
    /// # Errors
    /// When whoever asks may not.
    pub(super) async fn remove_canned(&self, ctx: &Ctx, id: Uuid, rev: i32) -> Result<bool, Failure> {
        Self::require_canned(ctx)?;
        Ok(setup::remove_canned(&self.pool, id, rev).await?)
    }

    fn require_canned(ctx: &Ctx) -> Result<(), Failure> {
        if ctx.may(Permission::MessagesManage, None) {
            return Ok(());
        }
        ctx.require(Permission::ConversationsAnswer, None)
    }
}
