//! Use cases of what the town says of itself.

use std::time::Duration;

use bytes::Bytes;
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{
    Declaration, Review, Town, crest,
    shown::review_view,
    store::{self, Setting, Stored, Version},
};
use crate::{
    platform::{
        Ctx, Look,
        access::Permission::TownManage,
        http::{Failure, ResultExt},
        i18n::Texts,
        look::is_sum,
    },
    ui::local_time::day_of,
};

/// How long somebody waits for another crest to be unpacked, and for their own.
const LONGEST_WORK: Duration = Duration::from_secs(20);
/// Versions that are shown.
const MOST_VERSIONS: i64 = 30;

/// A setting as its page opened it.
#[derive(Debug, Clone)]
pub(super) struct Opened<T> {
    pub value: T,
    /// Its version; 0 while nothing was ever said.
    pub rev: i32,
}

/// What came of a change.
#[derive(Debug)]
pub(super) enum Saved {
    /// It is saved, or there was nothing to change.
    Yes,
    /// Somebody else saved another version since it was opened.
    Stale(Option<Stored>),
}

/// What the desk should remind of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reminders {
    /// How much the accessibility declaration has to say and does not.
    pub missing: usize,
    /// What became of its yearly review.
    pub review: Review,
    /// Whether nobody has stated how to reach the data-protection officer (GDPR, article 13(1)(b)).
    pub no_officer: bool,
}

impl Reminders {
    /// What wants doing, in words; `None` when nothing does.
    #[must_use]
    pub fn words(&self, t: &Texts) -> Option<String> {
        let mut said = Vec::new();
        if self.missing > 0 {
            said.push(t.args("town-desk-missing", &[("n", (self.missing as u64).into())]));
        }
        if matches!(self.review, Review::Due(_) | Review::Overdue(_)) {
            said.push(review_view(self.review, t).text);
        }
        if self.no_officer {
            said.push(t.get("town-desk-no-officer"));
        }
        (!said.is_empty()).then(|| said.join(" "))
    }
}

impl Town {
    /// What the declaration says.
    pub(super) async fn declaration(&self) -> Result<Declaration, Failure> {
        Ok(self.opened::<Declaration>(Setting::Declaration).await?.value)
    }

    /// What of the accessibility declaration wants doing; `None` for whoever does not keep it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn reminders(&self, ctx: &Ctx) -> Result<Option<Reminders>, Failure> {
        if !ctx.may(TownManage, None) {
            return Ok(None);
        }
        let declaration = self.declaration().await?;
        Ok(Some(Reminders {
            missing: declaration.missing(&self.site.look().office).len(),
            review: declaration.review(day_of(ctx.now)),
            no_officer: self.site.look().office.officer().is_none(),
        }))
    }

    pub(super) async fn look_to_change(&self, ctx: &Ctx) -> Result<Opened<Look>, Failure> {
        ctx.require(TownManage, None)?;
        let stored = store::current(&self.pool, Setting::Look).await?;
        Ok(stored.map_or_else(
            || Opened { value: Look::default(), rev: 0 },
            |stored| Opened { value: Look::from_stored(stored.value), rev: stored.rev },
        ))
    }

    pub(super) async fn declaration_to_change(&self, ctx: &Ctx) -> Result<Opened<Declaration>, Failure> {
        ctx.require(TownManage, None)?;
        self.opened(Setting::Declaration).await
    }

    async fn opened<T: serde::de::DeserializeOwned + Default>(
        &self,
        setting: Setting,
    ) -> Result<Opened<T>, Failure> {
        match store::current(&self.pool, setting).await? {
            None => Ok(Opened { value: T::default(), rev: 0 }),
            Some(stored) => Ok(Opened {
                value: serde_json::from_value(stored.value).internal("read what the town says of itself")?,
                rev: stored.rev,
            }),
        }
    }

    pub(super) async fn versions(&self, ctx: &Ctx, setting: Setting) -> Result<Vec<Version>, Failure> {
        ctx.require(TownManage, None)?;
        Ok(store::versions(&self.pool, setting, MOST_VERSIONS).await?)
    }

    /// Puts a setting in the place of the version `rev`.
    pub(super) async fn save(
        &self,
        ctx: &Ctx,
        setting: Setting,
        rev: i32,
        value: &impl Serialize,
    ) -> Result<Saved, Failure> {
        ctx.require(TownManage, None)?;
        let value = serde_json::to_value(value).internal("write what the town says of itself")?;
        self.put(ctx, setting, rev, &value).await
    }

    /// Puts back what an earlier version said, as a version of its own.
    pub(super) async fn restore(
        &self,
        ctx: &Ctx,
        setting: Setting,
        rev: i32,
        earlier: i32,
    ) -> Result<Saved, Failure> {
        ctx.require(TownManage, None)?;
        let value = store::version(&self.pool, setting, earlier).await?;
        let value = value.ok_or_else(|| Failure::not_found("this version"))?;
        self.put(ctx, setting, rev, &value).await
    }

    /// Notes that the declaration was reviewed today and still holds.
    pub(super) async fn review(&self, ctx: &Ctx, rev: i32) -> Result<Saved, Failure> {
        let Opened { value, .. } = self.declaration_to_change(ctx).await?;
        let reviewed = Declaration { reviewed: Some(day_of(ctx.now)), ..value };
        self.save(ctx, Setting::Declaration, rev, &reviewed).await
    }

    async fn put(&self, ctx: &Ctx, setting: Setting, rev: i32, value: &Value) -> Result<Saved, Failure> {
        let stored = store::current(&self.pool, setting).await?;
        let is_current = stored.as_ref().map_or(0, |stored| stored.rev) == rev;
        if is_current && stored.as_ref().is_some_and(|stored| stored.value == *value) {
            return Ok(Saved::Yes);
        }
        if !is_current || !store::put(&self.pool, setting, rev, value, ctx.now, ctx.actor()).await? {
            return Ok(Saved::Stale(store::current(&self.pool, setting).await?));
        }
        // The next request to this node sees it; the others hear of it.
        self.feed.refresh().await?;
        Ok(Saved::Yes)
    }

    /// Makes the pictures of a crest and keeps them; answers the sum that names them. They mean nothing until a look names
    /// them.
    pub(super) async fn take_crest(
        &self,
        ctx: &Ctx,
        bytes: Bytes,
    ) -> Result<Result<String, crest::Refusal>, Failure> {
        ctx.require(TownManage, None)?;
        let waiting = self.unpacking.clone().acquire_owned();
        let permit = tokio::time::timeout(LONGEST_WORK, waiting)
            .await
            .map_err(|_| Failure::Busy)?
            .internal("wait to unpack a crest")?;
        let task = tokio::task::spawn_blocking(move || {
            // A thread cannot be stopped: whatever overstays holds its place until it is done.
            let _permit = permit;
            let sum: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
            Ok((sum, crest::draw(&bytes)?))
        });
        let (sum, pictures) = match tokio::time::timeout(LONGEST_WORK, task).await {
            Ok(Ok(Ok(drawn))) => drawn,
            Ok(Ok(Err(refusal))) => return Ok(Err(refusal)),
            Ok(Err(error)) => {
                tracing::warn!(%error, "a crest could not be unpacked");
                return Ok(Err(crest::Refusal::Damaged));
            }
            Err(_) => return Ok(Err(crest::Refusal::TooManyPixels)),
        };
        for (file, bytes) in pictures {
            self.files.put(&object_name(&sum, file), bytes.into()).await.internal("keep a crest")?;
        }
        Ok(Ok(sum))
    }

    /// Whether the pictures of a crest are kept.
    pub(super) async fn has_crest(&self, sum: &str) -> Result<bool, Failure> {
        let last = crest::FILES[crest::FILES.len() - 1];
        Ok(is_sum(sum) && self.files.has(&object_name(sum, last)).await.internal("look for a crest")?)
    }

    /// A picture of a crest.
    pub(super) async fn crest_picture(&self, sum: &str, file: &str) -> Result<Bytes, Failure> {
        let nothing = || Failure::not_found("this picture");
        if !is_sum(sum) || !crest::FILES.contains(&file) {
            return Err(nothing());
        }
        self.files.get(&object_name(sum, file)).await.internal("fetch a crest")?.ok_or_else(nothing)
    }
}

fn object_name(sum: &str, file: &str) -> String {
    format!("crests/{}/{sum}/{file}", sum.get(0..2).unwrap_or_default())
}
