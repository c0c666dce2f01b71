//! Use cases of the history.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::{
    model::{ChangeSetHead, ChangeSetQuery, ChangeSetView, ChangedAsset, Undo, VersionView, changed_fields},
    store::{self, HistoryRow},
    whole_store,
};
use crate::{
    platform::{Ctx, access::Permission, http::Failure, i18n::texts},
    registry::{
        Kind, Registry,
        editing::{Applied, Intent, MOST_CHANGES, Origin, Refusal, Submission, state::State},
        sight,
    },
};

/// Most versions of one thing that are shown.
const MOST_VERSIONS: i64 = 1000;
/// Most things of a change set that are shown.
const MOST_SHOWN: i64 = 1000;

impl Registry {
    /// All versions of a thing, newest first, with what each changed.
    ///
    /// # Errors
    /// Not found, also when the kind may not be read.
    pub async fn asset_history(&self, ctx: &Ctx, asset: Uuid) -> Result<Vec<VersionView>, Failure> {
        let gone = || Failure::not_found(format!("asset {asset}"));
        let rows = store::of_asset(&self.pool, asset, MOST_VERSIONS + 1).await?;
        let kind = self.readable(ctx, &rows.first().ok_or_else(gone)?.kind).ok_or_else(gone)?;
        let states = rows.iter().map(HistoryRow::state).collect::<Result<Vec<_>, _>>()?;
        let shown = rows.iter().zip(&states).enumerate().take(MOST_VERSIONS as usize);
        Ok(shown
            .map(|(index, (row, state))| {
                let before = states.get(index + 1).and_then(Option::as_ref);
                VersionView {
                    rev: row.rev,
                    when: row.changed_at,
                    who: row.changed_by.clone(),
                    change_set: row.change_set,
                    number: row.number,
                    fields: changed_fields(&kind, before, state.as_ref(), ctx.lang),
                    state: state.clone(),
                }
            })
            .collect())
    }

    /// Change sets that touch a kind that may be read, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn change_sets(
        &self,
        ctx: &Ctx,
        query: &ChangeSetQuery,
    ) -> Result<Vec<ChangeSetHead>, Failure> {
        Ok(store::change_sets(&self.pool, query, self.readable_kinds(ctx).as_deref(), None).await?)
    }

    /// One change set with what it did.
    ///
    /// # Errors
    /// Not found, also when none of its kinds may be read.
    pub async fn change_set(&self, ctx: &Ctx, id: Uuid) -> Result<ChangeSetView, Failure> {
        let query = ChangeSetQuery { limit: 1, ..ChangeSetQuery::default() };
        let kinds = self.readable_kinds(ctx);
        let head = store::change_sets(&self.pool, &query, kinds.as_deref(), Some(id)).await?;
        let head = head.into_iter().next().ok_or_else(|| Failure::not_found("this change"))?;
        let rows = store::of_change_set(&mut *self.pool.acquire().await?, id, MOST_SHOWN).await?;
        let ids: Vec<Uuid> = rows.iter().map(|row| row.asset_id).collect();
        let present: BTreeMap<Uuid, (i64, i32)> = store::present(&self.pool, &ids)
            .await?
            .into_iter()
            .map(|(id, number, rev)| (id, (number, rev)))
            .collect();
        let mut assets = Vec::new();
        for pair in pairs(&rows, |row| row.change_set == Some(id)) {
            let Some(kind) = self.readable(ctx, &pair.made.kind) else { continue };
            let (before, after) = pair.states()?;
            let (number, present_rev) = present.get(&pair.made.asset_id).copied().unwrap_or_default();
            let named = after.as_ref().or(before.as_ref()).and_then(|state| state.label.clone());
            assets.push(ChangedAsset {
                asset: pair.made.asset_id,
                label: named.unwrap_or_else(|| format!("{} {number}", kind.singular.get(ctx.lang))),
                kind: pair.made.kind.clone(),
                rev: pair.made.rev,
                present_rev,
                fields: changed_fields(&kind, before.as_ref(), after.as_ref(), ctx.lang),
                before,
                after,
            });
        }
        Ok(ChangeSetView { head, assets })
    }

    /// Takes a change set back, or some of its things. What came after is kept where fields differ, and is offered for
    /// choice where they clash.
    ///
    /// # Errors
    /// [`Refusal`]; nothing is written then.
    pub async fn undo(&self, ctx: &Ctx, change_set: Uuid, undo: &Undo) -> Result<Applied, Refusal> {
        let mut connection = self.pool.acquire().await.map_err(Failure::from)?;
        if undo.assets.is_none() && whole_store::is_import(&mut connection, change_set).await? {
            drop(connection);
            return self.undo_import(ctx, change_set, undo).await;
        }
        let most = MOST_CHANGES as i64 + 1;
        let rows = store::of_change_set(&mut connection, change_set, most).await?;
        drop(connection);
        if rows.is_empty() {
            return Err(Failure::not_found("this change").into());
        }
        let wanted = |row: &HistoryRow| {
            row.change_set == Some(change_set)
                && undo.assets.as_ref().is_none_or(|assets| assets.contains(&row.asset_id))
        };
        self.take_back(ctx, &rows, wanted, Some(change_set), undo).await
    }

    /// Takes one version of a thing back, be it one that an import made.
    ///
    /// # Errors
    /// [`Refusal`]; nothing is written then.
    pub async fn undo_version(
        &self,
        ctx: &Ctx,
        asset: Uuid,
        rev: i32,
        undo: &Undo,
    ) -> Result<Applied, Refusal> {
        let mut connection = self.pool.acquire().await.map_err(Failure::from)?;
        let rows = store::of_version(&mut connection, asset, rev).await?;
        drop(connection);
        let made = rows.iter().find(|row| row.rev == rev);
        let made = made.ok_or_else(|| Failure::not_found("this version"))?;
        let change_set = made.change_set;
        self.take_back(ctx, &rows, |row| row.rev == rev, change_set, undo).await
    }

    async fn take_back(
        &self,
        ctx: &Ctx,
        rows: &[HistoryRow],
        wanted: impl Fn(&HistoryRow) -> bool,
        undoes: Option<Uuid>,
        undo: &Undo,
    ) -> Result<Applied, Refusal> {
        let intents = intents(rows, wanted)?;
        let submission = Submission {
            comment: undo.comment.clone().filter(|comment| !comment.trim().is_empty()),
            undoes,
            choices: undo.choices.clone(),
            ..Submission::new(Origin::Undo, intents)
        };
        let applied = self.apply(ctx, &submission).await?;
        if applied.change_set.is_none() {
            return Err(nothing(ctx).into());
        }
        Ok(applied)
    }

    /// What a submit came to, for whoever submitted it and lost the answer: its things as they are now, and those that it
    /// removed. Without a change set everything was already so.
    ///
    /// # Errors
    /// When the database fails.
    pub(in crate::registry) async fn applied(&self, change_set: Option<Uuid>) -> Result<Applied, Failure> {
        let Some(id) = change_set else {
            return Ok(Applied { change_set: None, number: None, assets: Vec::new(), removed: Vec::new() });
        };
        let (number, made) = store::made_by(&self.pool, id).await?;
        let removed = made.iter().filter(|(_, removed)| *removed).map(|(id, _)| *id).collect();
        let kept: Vec<Uuid> = made.iter().filter(|(_, removed)| !*removed).map(|(id, _)| *id).collect();
        Ok(Applied { change_set, number: Some(number), assets: self.assets_now(&kept).await?, removed })
    }

    /// A kind whose inside may be seen.
    fn readable(&self, ctx: &Ctx, slug: &str) -> Option<std::sync::Arc<Kind>> {
        self.kinds().any(slug).filter(|_| ctx.may(Permission::RegistryRead, Some(slug)))
    }

    /// Slugs of the kinds whose inside may be seen; `None` when that is all of them.
    fn readable_kinds(&self, ctx: &Ctx) -> Option<Vec<String>> {
        if ctx.may(Permission::RegistryRead, None) {
            return None;
        }
        let known = self.kinds();
        let slugs = known.all().map(|kind| kind.slug.as_str());
        Some(
            slugs
                .filter(|slug| sight(ctx, slug) == crate::registry::Sight::Inside)
                .map(str::to_owned)
                .collect(),
        )
    }
}

/// What is answered when everything is already as it was before.
pub(super) fn nothing(ctx: &Ctx) -> Failure {
    let detail = texts(ctx.lang).get("registry-undo-nothing");
    Failure::Conflict { code: "nothing-to-undo", detail, more: serde_json::Value::Null }
}

/// Intents that take the wanted versions back: what was before is wanted, what is taken back is the base.
pub(super) fn intents(
    rows: &[HistoryRow],
    wanted: impl Fn(&HistoryRow) -> bool,
) -> Result<Vec<Intent>, Failure> {
    let mut intents = Vec::new();
    for pair in pairs(rows, wanted) {
        let (before, _) = pair.states()?;
        intents.push(Intent {
            asset: pair.made.asset_id,
            kind: pair.made.kind.clone(),
            base_rev: Some(pair.made.rev),
            after: before,
        });
    }
    Ok(intents)
}

/// A version and the one before it.
struct Pair<'a> {
    before: Option<&'a HistoryRow>,
    made: &'a HistoryRow,
}

impl Pair<'_> {
    fn states(&self) -> Result<(Option<State>, Option<State>), Failure> {
        let before = self.before.map(HistoryRow::state).transpose()?.flatten();
        Ok((before, self.made.state()?))
    }
}

/// Versions that are wanted, each with the one before it; the rows are in the order of things and versions.
fn pairs(rows: &[HistoryRow], wanted: impl Fn(&HistoryRow) -> bool) -> Vec<Pair<'_>> {
    let mut found = Vec::new();
    for (index, made) in rows.iter().enumerate().filter(|(_, row)| wanted(row)) {
        let before = index
            .checked_sub(1)
            .and_then(|at| rows.get(at))
            .filter(|row| row.asset_id == made.asset_id && row.rev + 1 == made.rev);
        found.push(Pair { before, made });
    }
    found
}
