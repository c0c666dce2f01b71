//! Use cases of drafts.

use sha2::{Digest, Sha256};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    model::{Draft, DraftSubmit, DraftSummary, DraftWrite, Gesture, Unreadable, fold},
    store::{self, DraftRow},
};
use crate::{
    kernel::ParamError,
    platform::{
        Ctx,
        http::{Failure, ResultExt},
        i18n::texts,
    },
    registry::{
        Registry,
        editing::{Applied, Intent, MOST_CHANGES, Origin, Refusal, Submission, Verdict, faults::Fault},
    },
};

/// Most gestures of a draft.
const MOST_GESTURES: i64 = 50_000;
/// Most bytes of a draft; it is read as a whole.
const MOST_BYTES: i64 = 64 * 1024 * 1024;
/// Most open drafts of one account.
const MOST_DRAFTS: i64 = 200;
/// Most letters of a gesture's label and of a title.
const LONGEST_TEXT: usize = 200;

impl Registry {
    /// Open drafts of whoever asks, newest first.
    ///
    /// # Errors
    /// When nobody is signed in, or the database fails.
    pub async fn drafts(&self, ctx: &Ctx) -> Result<Vec<DraftSummary>, Failure> {
        Ok(store::open_drafts(&self.pool, owner(ctx)?).await?)
    }

    /// One draft, whole.
    ///
    /// # Errors
    /// Not found, or closed.
    pub async fn draft(&self, ctx: &Ctx, id: Uuid) -> Result<Draft, Failure> {
        let mut transaction = self.pool.begin().await?;
        let row = open_draft(ctx, &mut transaction, id).await?;
        let gestures = read_gestures(&mut transaction, id, i32::MAX).await?;
        transaction.commit().await?;
        Ok(Draft {
            id,
            title: row.title,
            version: row.version,
            cursor: row.cursor,
            gestures,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }

    /// Writes gestures; answers the draft's new version. The same write again answers the same.
    ///
    /// # Errors
    /// A conflict when another window wrote meanwhile; too large; what cannot be read.
    pub async fn put_draft(&self, ctx: &Ctx, id: Uuid, write: &DraftWrite) -> Result<i32, Failure> {
        let account = owner(ctx)?;
        let digest = Sha256::digest(serde_json::to_vec(write).internal("write a draft")?);
        let mut transaction = self.pool.begin().await?;
        let row = match store::lock(&mut transaction, account, id).await? {
            Some(row) => row,
            None if write.version == 0 => {
                if store::open_count(&mut transaction, account).await? >= MOST_DRAFTS {
                    let detail =
                        texts(ctx.lang).args("registry-too-many-drafts", &[("most", MOST_DRAFTS.into())]);
                    return Err(Failure::TooLarge(detail));
                }
                if !store::create(&mut transaction, account, id, ctx.now).await? {
                    return Err(Failure::not_found("this draft"));
                }
                let made = store::lock(&mut transaction, account, id).await?;
                made.ok_or_else(|| Failure::not_found("this draft"))?
            }
            None => return Err(Failure::not_found("this draft")),
        };
        if Some(row.version) == write.version.checked_add(1)
            && row.last_write.as_deref() == Some(digest.as_slice())
        {
            return Ok(row.version);
        }
        refuse_closed(ctx, &row)?;
        if row.version != write.version {
            return Err(changed(ctx, row.version));
        }
        check_write(write)?;
        let held = store::size(&mut transaction, id).await?.gestures;
        if i64::from(write.from) > held {
            return Err(
                ParamError::new("from", format!("must be at most {held}, the gestures there are")).into()
            );
        }
        let gestures = write
            .gestures
            .iter()
            .map(serde_json::to_value)
            .collect::<Result<Vec<_>, _>>()
            .internal("write a gesture")?;
        store::replace_from(&mut transaction, id, write.from, &gestures).await?;
        let size = store::size(&mut transaction, id).await?;
        let held = size.gestures;
        if held > MOST_GESTURES || size.changes > MOST_CHANGES as i64 || size.bytes > MOST_BYTES {
            let most = (MOST_CHANGES as u64).into();
            return Err(Failure::TooLarge(
                texts(ctx.lang).args("registry-draft-too-large", &[("most", most)]),
            ));
        }
        if !(0..=held).contains(&i64::from(write.cursor)) {
            return Err(ParamError::new("cursor", format!("must lie between 0 and {held}")).into());
        }
        let written = store::Written {
            version: row.version + 1,
            cursor: write.cursor,
            title: write.title.as_deref(),
            digest: digest.as_slice(),
            now: ctx.now,
        };
        store::write(&mut transaction, id, &written).await?;
        transaction.commit().await?;
        Ok(written.version)
    }

    /// Gives a draft up. It stays for the record, and nobody sees it any more.
    ///
    /// # Errors
    /// Not found, or closed already.
    pub async fn give_up_draft(&self, ctx: &Ctx, id: Uuid) -> Result<(), Failure> {
        let mut transaction = self.pool.begin().await?;
        open_draft(ctx, &mut transaction, id).await?;
        store::close(&mut transaction, id, false, None, ctx.now).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Says what a submit would say, and how many things it would change.
    ///
    /// # Errors
    /// Not found, closed, or not allowed.
    pub async fn check_draft(
        &self,
        ctx: &Ctx,
        id: Uuid,
        submit: &DraftSubmit,
    ) -> Result<(Verdict, usize), Failure> {
        let mut transaction = self.pool.begin().await?;
        let row = open_draft(ctx, &mut transaction, id).await?;
        let gestures = read_gestures(&mut transaction, id, row.cursor).await?;
        transaction.commit().await?;
        let (intents, unreadable) = fold(&gestures);
        let (mut verdict, changes) = self.check(ctx, &submission(submit, intents)).await?;
        verdict.faults.extend(unreadable.into_iter().map(as_fault));
        Ok((verdict, changes))
    }

    /// Submits a draft as one change set and closes it, in one transaction. Submitted again, it answers the same.
    ///
    /// # Errors
    /// [`Refusal`]; the draft is then as it was.
    pub async fn submit_draft(&self, ctx: &Ctx, id: Uuid, submit: &DraftSubmit) -> Result<Applied, Refusal> {
        let account = owner(ctx)?;
        let mut transaction = self.pool.begin().await?;
        let row = store::lock(&mut transaction, account, id).await?;
        let row = row.ok_or_else(|| Failure::not_found("this draft"))?;
        if row.submitted {
            transaction.commit().await?;
            return Ok(self.applied(row.change_set).await?);
        }
        refuse_closed(ctx, &row)?;
        if let Some(version) = submit.version
            && version != row.version
        {
            return Err(changed(ctx, row.version).into());
        }
        let gestures = read_gestures(&mut transaction, id, row.cursor).await?;
        let (intents, unreadable) = fold(&gestures);
        if !unreadable.is_empty() {
            let faults = unreadable.into_iter().map(as_fault).collect();
            return Err(Refusal::Verdict(Verdict { faults, clashes: Vec::new() }));
        }
        let applied = self.apply_in(ctx, &mut transaction, &submission(submit, intents), None).await?;
        store::close(&mut transaction, id, true, applied.change_set, ctx.now).await?;
        transaction.commit().await?;
        self.seen().await;
        Ok(applied)
    }
}

fn submission(submit: &DraftSubmit, intents: Vec<Intent>) -> Submission {
    Submission {
        comment: submit.comment.clone().filter(|comment| !comment.trim().is_empty()),
        choices: submit.choices.clone(),
        ..Submission::new(if submit.from_file { Origin::Import } else { Origin::Editor }, intents)
    }
}

fn owner(ctx: &Ctx) -> Result<Uuid, Failure> {
    ctx.account().ok_or(Failure::Unauthorized)
}

async fn open_draft(ctx: &Ctx, connection: &mut PgConnection, id: Uuid) -> Result<DraftRow, Failure> {
    let row = store::lock(connection, owner(ctx)?, id).await?;
    let row = row.ok_or_else(|| Failure::not_found("this draft"))?;
    refuse_closed(ctx, &row)?;
    Ok(row)
}

fn refuse_closed(ctx: &Ctx, row: &DraftRow) -> Result<(), Failure> {
    if row.closed_at.is_none() {
        return Ok(());
    }
    Err(Failure::Conflict {
        code: "draft-closed",
        detail: texts(ctx.lang).get("registry-draft-closed"),
        more: serde_json::json!({ "id": row.id, "change_set": row.change_set }),
    })
}

fn changed(ctx: &Ctx, version: i32) -> Failure {
    Failure::Conflict {
        code: "draft-changed",
        detail: texts(ctx.lang).get("registry-draft-changed"),
        more: serde_json::json!({ "version": version }),
    }
}

fn check_write(write: &DraftWrite) -> Result<(), ParamError> {
    let long = |text: &str| text.chars().count() > LONGEST_TEXT || text.contains('\0');
    if write.title.as_deref().is_some_and(long) {
        return Err(ParamError::new("title", "must be at most 200 characters"));
    }
    if write.from < 0 {
        return Err(ParamError::new("from", "must be 0 or more"));
    }
    for gesture in &write.gestures {
        if long(&gesture.label) {
            return Err(ParamError::new("label", "of a gesture must be at most 200 characters"));
        }
        let holds_zero = gesture.changes.iter().any(|change| {
            change.kind.len() > 60
                || change.kind.contains('\0')
                || [&change.before, &change.after]
                    .into_iter()
                    .flatten()
                    .any(|state| state.to_string().contains("\\u0000"))
        });
        if holds_zero {
            return Err(ParamError::new("changes", "hold a zero character or an endless name of a kind"));
        }
    }
    Ok(())
}

async fn read_gestures(
    connection: &mut PgConnection,
    draft: Uuid,
    most: i32,
) -> Result<Vec<Gesture>, Failure> {
    let stored = store::gestures(connection, draft, most).await?;
    stored.into_iter().map(serde_json::from_value).collect::<Result<_, _>>().internal("read a gesture")
}

fn as_fault(unreadable: Unreadable) -> Fault {
    Fault {
        asset: unreadable.asset,
        label: unreadable.kind.clone(),
        kind: unreadable.kind,
        field: "*".into(),
        title: String::new(),
        detail: unreadable.why,
        code: "unreadable",
        at: None,
    }
}
