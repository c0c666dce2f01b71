//! Undo of an import as a whole: sets of rows, since it may hold hundreds of thousands of things, and the people that it
//! brought into their graves.
//!
//! What nobody touched after the import goes back as it is; what was changed since is merged field by field, as with any
//! other undo, and may clash. It is one change set.

use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    model::Undo,
    ops::{intents, nothing},
    store, whole_store,
};
use crate::{
    platform::{Ctx, access::Permission, http::Failure, i18n::texts},
    registry::{
        Registry,
        editing::{self, Applied, MOST_CHANGES, Origin, Refusal, Submission},
    },
};

impl Registry {
    /// Takes a whole import back.
    ///
    /// # Errors
    /// [`Refusal`]; nothing is written then.
    pub(super) async fn undo_import(
        &self,
        ctx: &Ctx,
        change_set: Uuid,
        undo: &Undo,
    ) -> Result<Applied, Refusal> {
        let mut transaction = self.pool.begin().await?;
        let connection = &mut *transaction;
        for kind in whole_store::kinds(connection, change_set).await? {
            ctx.require(Permission::RegistryWrite, Some(&kind))?;
        }
        whole_store::take_time_and_locks(connection).await?;
        let submission = Submission {
            comment: undo.comment.clone().filter(|comment| !comment.trim().is_empty()),
            undoes: Some(change_set),
            choices: undo.choices.clone(),
            ..Submission::new(Origin::Import, Vec::new())
        };
        let open = editing::open_change_set(connection, ctx, &submission).await?;
        let mut written = people_back(ctx, connection, change_set).await?;
        let touched = whole_store::touched(connection, change_set).await?;
        if !touched.is_empty() {
            if touched.len() > MOST_CHANGES {
                let most = (MOST_CHANGES as u64).into();
                let detail = texts(ctx.lang).args("registry-draft-too-large", &[("most", most)]);
                return Err(Failure::TooLarge(detail).into());
            }
            let rows = store::of_things(connection, change_set, &touched).await?;
            let intents = intents(&rows, |row| row.change_set == Some(change_set))?;
            let merged = Submission { intents, within: Some(open), ..submission };
            let applied = self.apply_in(ctx, connection, &merged, None).await?;
            written += applied.assets.len() as u64 + applied.removed.len() as u64;
        }
        let removed = whole_store::things_back(connection, change_set, ctx.now, &mut written).await?;
        let left = editing::wholes_with_parts(connection, &removed).await?.len()
            + editing::graves_with_burials(connection, &removed).await?.len();
        if left > 0 {
            let detail = texts(ctx.lang).args("registry-undo-parts", &[("n", (left as u64).into())]);
            let more = serde_json::Value::Null;
            return Err(Failure::Conflict { code: "undo-has-parts", detail, more }.into());
        }
        if written == 0 {
            return Err(nothing(ctx).into());
        }
        whole_store::forget_deliveries(connection, change_set).await?;
        transaction.commit().await?;
        self.seen().await;
        Ok(Applied {
            change_set: Some(open.0),
            number: Some(open.1),
            assets: Vec::new(),
            removed: Vec::new(),
        })
    }
}

/// Brings people and burials back; answers how many burials changed.
async fn people_back(ctx: &Ctx, connection: &mut PgConnection, change_set: Uuid) -> Result<u64, Refusal> {
    let changed_since = whole_store::find_people(connection, change_set).await?;
    if changed_since > 0 {
        let detail = texts(ctx.lang).args("registry-undo-people", &[("n", changed_since.into())]);
        let more = serde_json::Value::Null;
        return Err(Failure::Conflict { code: "undo-people", detail, more }.into());
    }
    Ok(whole_store::people_back(connection, ctx.now).await?)
}
