//! What nobody needs any more is swept away: imports on which nobody went on, files of imports that are long in.

use std::{path::Path, time::Duration};

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Imports, task_store, upload::folder};
use crate::platform::{
    Ctx,
    http::{Failure, ResultExt},
};

/// Days after which an import counts as abandoned when nobody went on with it.
pub const ABANDONED_AFTER_DAYS: i32 = 7;
/// Days after which the files of an applied import are removed.
pub const FILES_KEPT_DAYS: i32 = 30;
/// Time between two sweeps.
const SWEEP_EVERY: Duration = Duration::from_secs(24 * 60 * 60);

impl Imports {
    /// Sweeps now and once a day, for ever.
    pub async fn follow(self) {
        let mut ticks = tokio::time::interval(SWEEP_EVERY);
        loop {
            ticks.tick().await;
            if let Err(error) = remove_left_behind(&self.scratch) {
                tracing::warn!(%error, "what tasks left behind could not be removed");
            }
            if let Err(error) = self.sweep(&Ctx::system("sweep")).await {
                tracing::warn!(%error, "old imports could not be swept away; trying again tomorrow");
            }
        }
    }

    /// Gives up imports on which nobody went on for a week, and removes files that are no longer needed.
    ///
    /// # Errors
    /// When the database or the store of files fails; what was done before stays done.
    pub async fn sweep(&self, ctx: &Ctx) -> Result<(), Failure> {
        let given_up = task_store::abandon_old(&self.pool, ctx.now, ABANDONED_AFTER_DAYS).await?;
        let old = task_store::with_old_files(&self.pool, ctx.now, FILES_KEPT_DAYS).await?;
        for job in &old {
            self.remove_files(*job, ctx.now).await?;
        }
        if given_up > 0 || !old.is_empty() {
            tracing::info!(given_up, without_files = old.len(), "old imports were swept away");
        }
        Ok(())
    }

    pub(super) async fn remove_files(&self, job: Uuid, now: DateTime<Utc>) -> Result<(), Failure> {
        self.files.remove_below(&folder(job, None)).await.internal("remove the files of an import")?;
        Ok(task_store::files_gone(&self.pool, job, now).await?)
    }
}

/// Removes what nodes that were ended left behind. No task takes a day, so what is older belongs to none.
fn remove_left_behind(scratch: &Path) -> std::io::Result<()> {
    let entries = match std::fs::read_dir(scratch) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    for entry in entries {
        let entry = entry?;
        let age = entry.metadata()?.modified()?.elapsed().unwrap_or_default();
        if age > SWEEP_EVERY {
            std::fs::remove_dir_all(entry.path())?;
        }
    }
    Ok(())
}
