//! The registry: every lamp, bench, bin, tree, cemetery, grave, gate and path of the town.
//!
//! Invariants: kinds are data; each change of an asset leaves a history row in its transaction (the database
//! sees to it); nothing is ever deleted; what is private never leaves [`store`].

mod api;
mod area;
pub mod desk;
pub mod drafts;
pub mod editing;
mod export;
mod filter;
pub mod history;
mod kind_admin;
mod model;
mod ops;
mod store;
mod web;
pub mod workbook;

use std::sync::Arc;

use arc_swap::ArcSwap;
use sqlx::PgPool;
use tokio::sync::Semaphore;

pub use api::instant;
pub use api::{__path_features_in_sight, __path_kinds};
pub(crate) use api::{as_of, parse_id};
pub use area::TownArea;
pub use export::{__path_export, DataPages, ExportFile, ExportQuery, FileChoices, file_answer};
pub use filter::{Condition, Cursor, Filter, Predicate, Sort, asked_condition, queryables, sentence};
pub use kind_admin::KindAdmin;
pub use model::{
    AssetHead, Attribute, Card, Domain, GeometryType, InSight, Kind, KindSlug, KindSummary, Kinds, Licence,
    Part, Sight, credits, licence_of, show,
};
pub use ops::{export_sight, sight, sight_of_program};
pub use store::{Feature, FeatureQuery};
pub use web::source_text;

use crate::platform::{
    Feed, feed,
    http::{Access, Doors},
};

/// The registry as one node holds it. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Registry {
    pool: PgPool,
    feed: Feed,
    kinds: Arc<ArcSwap<Kinds>>,
    /// The town's area from the settings.
    town: Option<Arc<TownArea>>,
    /// Each export holds a connection for as long as its reader takes.
    exports: Arc<Semaphore>,
}

/// Most exports at once.
const MOST_EXPORTS: usize = 4;

impl Registry {
    /// Brings the built-in kinds up to date and reads all kinds.
    ///
    /// # Errors
    /// When the database refuses, or a stored kind makes no sense.
    pub async fn open(pool: PgPool, feed: Feed, town: Option<TownArea>) -> anyhow::Result<Self> {
        store::put_built_in_kinds(&pool).await?;
        feed.refresh().await?;
        let kinds = store::read_kinds(&mut *pool.acquire().await?).await?;
        Ok(Self {
            pool,
            feed,
            kinds: Arc::new(ArcSwap::from_pointee(kinds)),
            town: town.map(Arc::new),
            exports: Arc::new(Semaphore::new(MOST_EXPORTS)),
        })
    }

    /// Keeps the kinds current for ever.
    pub async fn follow(self) {
        let mut changes = self.feed.watch();
        loop {
            if self.feed.now().revision("kinds") != self.kinds.load().revision {
                match self.read_kinds().await {
                    Ok(kinds) => self.kinds.store(Arc::new(kinds)),
                    Err(error) => {
                        tracing::error!(%error, "the kinds could not be read; the old ones stay for now")
                    }
                }
            }
            if feed::next(&mut changes).await.is_err() {
                return;
            }
        }
    }

    /// Where the town is: its area from the settings, else what lies near its data.
    #[must_use]
    pub fn area(&self) -> Arc<TownArea> {
        self.town.clone().unwrap_or_else(|| {
            let state = self.feed.now();
            Arc::new(TownArea::around(state.extent(self.kinds().all().map(|kind| kind.slug.as_str()))))
        })
    }

    /// The town's area, where the settings state it.
    #[must_use]
    pub fn stated_area(&self) -> Option<Arc<TownArea>> {
        self.town.clone()
    }

    /// The database, for slices that bring in whole sets of rows.
    pub(crate) fn pool(&self) -> &PgPool {
        &self.pool
    }

    async fn read_kinds(&self) -> anyhow::Result<Kinds> {
        store::read_kinds(&mut *self.pool.acquire().await?).await
    }

    /// The kinds as this node knows them.
    #[must_use]
    pub fn kinds(&self) -> Arc<Kinds> {
        self.kinds.load_full()
    }

    /// Doors of the registry.
    pub fn doors(&self) -> Doors {
        Doors::new()
            .get(Access::Public, "/api/kinds", api::kinds)
            .get(Access::Public, "/api/features", api::features_in_sight)
            .get(Access::Public, "/api/export/{file}", export::export)
            .with_state(self.clone())
            .and(desk::doors().with_state(self.clone()))
            .and(drafts::doors().with_state(self.clone()))
            .and(history::doors().with_state(self.clone()))
    }
}
