//! Cemeteries: graves and who lies in them, found by a name as somebody remembers it.
//!
//! Invariants: only people with a burial are shown, for a name engraved ahead of time is a living person's;
//! the search index is made from the database and follows it, on every node.

mod api;
pub mod index;
mod model;
pub mod names;
mod ops;
mod store;
mod web;

use std::sync::Arc;

use arc_swap::ArcSwap;
use sqlx::PgPool;

pub use api::__path_search_graves;
pub use index::NameIndex;
pub use model::{
    CemeterySummary, FoundCemetery, FoundGrave, FoundPerson, Gate, Grave, Hit, HitPage, Person, SearchRequest,
};
pub use web::{full_name, grave_title, guide_to, plot_of};

use crate::{
    maps::Maps,
    photos::Photos,
    platform::{
        Feed, feed,
        http::{Access, Doors},
    },
    registry::Registry,
    ui::Site,
};

/// The cemeteries as one node holds them. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Cemeteries {
    pool: PgPool,
    feed: Feed,
    registry: Registry,
    maps: Maps,
    photos: Photos,
    site: Site,
    index: Arc<ArcSwap<Indexed>>,
}

/// The search index and the list of cemeteries, and the state of the data from which they were made.
#[derive(Debug, Default)]
struct Indexed {
    names: NameIndex,
    cemeteries: Vec<CemeterySummary>,
    made_from: Option<[i64; 3]>,
}

impl Cemeteries {
    /// Opens the slice; the index is empty until [`Cemeteries::follow`] has made it.
    #[must_use]
    pub fn new(pool: PgPool, feed: Feed, registry: Registry, maps: Maps, photos: Photos, site: Site) -> Self {
        Self { pool, feed, registry, maps, photos, site, index: Arc::default() }
    }

    /// Doors of the cemeteries.
    pub fn doors(&self) -> Doors {
        Doors::new()
            .get(Access::Public, "/graves", web::graves_page)
            .get(Access::Public, "/graves/{id}", web::grave_page)
            .get(Access::Public, "/api/graves", api::search_graves)
            .with_state(self.clone())
    }

    /// Keeps the index current for ever.
    pub async fn follow(self) {
        let mut changes = self.feed.watch();
        loop {
            if let Err(error) = self.make_index().await {
                tracing::error!(%error, "the index of the buried could not be made; the old one stays for now");
            }
            if feed::next(&mut changes).await.is_err() {
                return;
            }
        }
    }

    /// Makes the index anew if the data has changed since.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn make_index(&self) -> Result<(), sqlx::Error> {
        let state = self.feed.now();
        let revisions = ["burials", "graves", "cemeteries"].map(|name| state.revision(name));
        if self.index.load().made_from == Some(revisions) {
            return Ok(());
        }
        let cemeteries = store::cemeteries(&self.pool).await?;
        let entries = store::index_entries(&self.pool).await?;
        let started = std::time::Instant::now();
        let names = tokio::task::spawn_blocking(move || NameIndex::build(entries.into_iter()))
            .await
            .map_err(|error| sqlx::Error::Io(std::io::Error::other(error)))?;
        tracing::info!(
            people = names.len(),
            elapsed_ms = started.elapsed().as_millis() as u64,
            "index of the buried made"
        );
        metrics::gauge!("reeve_index_people").set(names.len() as f64);
        metrics::gauge!("reeve_index_bytes").set(names.memory_bytes() as f64);
        self.index.store(Arc::new(Indexed { names, cemeteries, made_from: Some(revisions) }));
        Ok(())
    }

    /// Whether the index has been made at least once.
    #[must_use]
    pub fn ready(&self) -> bool {
        self.index.load().made_from.is_some()
    }
}
