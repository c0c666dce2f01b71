//! Use cases of the administration of kinds.

use std::sync::Arc;

use futures::TryStreamExt;
use serde_json::Value;

use super::{
    KindAdmin,
    definition::{hidden_names, tells},
    impact::{Broken, BrokenThing, Impact},
    mend::{Break, Mends, REMOVED, Watched, watched},
    store::{self, StoredKind, Version},
};
use crate::{
    platform::{
        Ctx,
        access::Permission::KindsManage,
        http::{Failure, ResultExt},
    },
    registry::editing::{Origin, Submission, lock_collections, open_change_set},
};

/// Rows that are written at once.
const ROWS_AT_ONCE: usize = 5000;

/// A change to a kind that somebody wants to save.
#[derive(Debug)]
pub(super) struct Change<'a> {
    pub slug: &'a str,
    /// The version that they opened.
    pub rev: i32,
    pub definition: &'a Value,
    /// What becomes of values that do not fit.
    pub mends: &'a Mends,
}

/// What would break, with the attributes that were looked at.
pub(super) type Breaks = (Vec<Watched>, Vec<(Break, Broken)>);

/// What came of it.
#[derive(Debug)]
pub(super) enum Saved {
    /// It is saved.
    Yes,
    /// Something would break of which nothing was said.
    Undecided(Breaks),
    /// Somebody else changed the kind since it was opened.
    Stale(Version),
}

impl KindAdmin {
    pub(super) async fn kinds(&self, ctx: &Ctx) -> Result<Vec<StoredKind>, Failure> {
        ctx.require(KindsManage, None)?;
        Ok(store::kinds(self.pool()).await?)
    }

    pub(super) async fn kind(&self, ctx: &Ctx, slug: &str) -> Result<StoredKind, Failure> {
        ctx.require(KindsManage, None)?;
        let found = store::kind(self.pool(), slug).await?;
        found.ok_or_else(|| {
            Failure::not_found(format!("kind {:?}", slug.chars().take(60).collect::<String>()))
        })
    }

    pub(super) async fn versions(&self, ctx: &Ctx, slug: &str) -> Result<Vec<Version>, Failure> {
        ctx.require(KindsManage, None)?;
        Ok(store::versions(self.pool(), slug).await?)
    }

    /// Things of a kind, as the feed knows them.
    pub(super) fn count(&self, slug: &str) -> u64 {
        u64::try_from(self.registry.feed.now().live(slug)).unwrap_or(0)
    }

    /// Makes a kind; answers whether its name was free.
    pub(super) async fn make(&self, ctx: &Ctx, slug: &str, definition: &Value) -> Result<bool, Failure> {
        ctx.require(KindsManage, None)?;
        let mut transaction = store::begin(self.pool(), ctx.actor()).await?;
        if !store::insert(&mut transaction, slug, definition).await? {
            return Ok(false);
        }
        transaction.commit().await?;
        self.make_known().await?;
        Ok(true)
    }

    /// How many things have a shape that another geometry type does not allow.
    pub(super) async fn other_shapes(&self, ctx: &Ctx, slug: &str, geometry: &str) -> Result<u64, Failure> {
        ctx.require(KindsManage, None)?;
        let shapes: &[&str] = match geometry {
            "point" => &["POINT"],
            "line" => &["LINESTRING", "MULTILINESTRING"],
            "area" => &["POLYGON", "MULTIPOLYGON"],
            _ => return Ok(0),
        };
        let shapes: Vec<String> = shapes.iter().map(|shape| (*shape).to_owned()).collect();
        Ok(u64::try_from(store::other_shapes(self.pool(), slug, &shapes).await?).unwrap_or(0))
    }

    /// What a definition would break.
    pub(super) async fn breaks(&self, ctx: &Ctx, old: &StoredKind, new: &Value) -> Result<Breaks, Failure> {
        ctx.require(KindsManage, None)?;
        let watched = watched(&old.definition, new);
        let mut impact = Impact::default();
        if !watched.is_empty() {
            let mut connection = self.pool().acquire().await?;
            let mut things = store::things(&mut connection, &old.slug);
            while let Some(thing) = things.try_next().await? {
                see(&mut impact, &watched, &thing);
            }
        }
        let breaks = impact.breaks(&watched);
        Ok((watched, breaks))
    }

    /// How many labels tell what a definition makes private.
    pub(super) async fn labels_that_tell(
        &self,
        ctx: &Ctx,
        old: &StoredKind,
        new: &Value,
    ) -> Result<u64, Failure> {
        ctx.require(KindsManage, None)?;
        let hidden = hidden_names(&old.definition, new);
        let mut count = 0;
        if !hidden.is_empty() {
            let mut connection = self.pool().acquire().await?;
            let mut things = store::things(&mut connection, &old.slug);
            while let Some(thing) = things.try_next().await? {
                let Value::Object(attributes) = &thing.attributes else { continue };
                count += u64::from(tells(thing.label.as_deref(), attributes, &hidden));
            }
        }
        Ok(count)
    }

    /// Saves a change with its mends in one transaction, or not at all.
    pub(super) async fn change(&self, ctx: &Ctx, change: &Change<'_>) -> Result<Saved, Failure> {
        ctx.require(KindsManage, None)?;
        let mut transaction = store::begin(self.pool(), ctx.actor()).await?;
        // In the order in which every change of things takes them.
        lock_collections(&mut transaction, &[change.slug.to_owned(), "kinds".to_owned()]).await?;
        let old = store::held_kind(&mut transaction, change.slug)
            .await?
            .ok_or_else(|| Failure::not_found(format!("kind {}", change.slug)))?;
        if old.rev != change.rev {
            drop(transaction);
            let newest = store::versions(self.pool(), change.slug).await?.into_iter().next();
            return newest
                .map(Saved::Stale)
                .ok_or("a kind without a version")
                .internal("read a kind's history");
        }
        if old.definition == *change.definition {
            return Ok(Saved::Yes);
        }
        let watched = watched(&old.definition, change.definition);
        let hidden = hidden_names(&old.definition, change.definition);
        let (mut impact, mut ids, mut attributes) = (Impact::default(), Vec::new(), Vec::new());
        let mut labels = Vec::new();
        if !watched.is_empty() || !hidden.is_empty() {
            let mut things = store::held_things(&mut transaction, change.slug);
            while let Some(thing) = things.try_next().await? {
                see(&mut impact, &watched, &thing);
                let Value::Object(mut mended) = thing.attributes else { continue };
                let told = tells(thing.label.as_deref(), &mended, &hidden);
                let touched: Vec<bool> =
                    watched.iter().map(|one| one.mend(&mut mended, change.mends)).collect();
                if told || touched.contains(&true) {
                    ids.push(thing.id);
                    labels.push(thing.label.filter(|_| !told));
                    attributes.push(Value::Object(mended));
                }
            }
        }
        let breaks = impact.breaks(&watched);
        let undecided =
            breaks.iter().any(|(found, _)| found.code != REMOVED && !change.mends.contains_key(found));
        if undecided {
            return Ok(Saved::Undecided((watched, breaks)));
        }
        if !ids.is_empty() {
            open_change_set(&mut transaction, ctx, &Submission::new(Origin::Kinds, Vec::new())).await?;
        }
        store::update(&mut transaction, change.slug, change.definition).await?;
        let parts = ids.chunks(ROWS_AT_ONCE).zip(labels.chunks(ROWS_AT_ONCE));
        for ((ids, labels), attributes) in parts.zip(attributes.chunks(ROWS_AT_ONCE)) {
            store::put_mended(&mut transaction, ids, labels, attributes, ctx.now).await?;
        }
        transaction.commit().await?;
        tracing::info!(kind = change.slug, actor = ctx.actor(), mended = ids.len(), "a kind was changed");
        self.make_known().await?;
        Ok(Saved::Yes)
    }

    /// This node serves what was saved at its very next answer; the others follow the feed.
    async fn make_known(&self) -> Result<(), Failure> {
        self.registry.feed.refresh().await?;
        let kinds = super::super::store::read_kinds(&mut *self.pool().acquire().await?)
            .await
            .internal("read the kinds")?;
        self.registry.kinds.store(Arc::new(kinds));
        Ok(())
    }
}

fn see(impact: &mut Impact, watched: &[Watched], thing: &store::Thing) {
    let Value::Object(attributes) = &thing.attributes else { return };
    let seen = BrokenThing {
        id: thing.id,
        label: thing.label.clone(),
        number: thing.registry_number,
        value: Value::Null,
    };
    impact.see(watched, &seen, attributes);
}
