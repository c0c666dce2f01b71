//! The change feed: every node knows the revision of each collection, soon after any node changed it.
//!
//! The database counts the revisions in the transaction of the change and sends a notification; a node
//! listens, and reads the counters anew after each notification, each break of the line, and now and then.
//! So nothing depends on a notification arriving.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use sqlx::{PgPool, postgres::PgListener};
use tokio::sync::{Mutex, watch};
use uuid::Uuid;

use super::Look;

/// What is known of a collection without counting it.
#[derive(Debug, Clone, PartialEq)]
pub struct CollectionState {
    /// Counts the changes.
    pub revision: i64,
    /// Features that are not removed.
    pub live: i64,
    /// West, south, east, north in degrees; `None` while it never held anything.
    pub extent: Option<[f64; 4]>,
}

/// The state of all collections at one instant.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Snapshot {
    /// By collection: slugs of kinds, and `burials`, `basemap`, `kinds`, `town`.
    pub collections: BTreeMap<String, CollectionState>,
    /// Tells this database from every other.
    pub installation: Uuid,
    /// Sources whose data was ever brought in: `osm`, `demo`, `trees-2026`…
    pub sources: BTreeMap<String, Source>,
    /// What the town says of itself.
    pub look: Arc<Look>,
}

/// What is known of a source.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Source {
    /// Name of its latest delivery.
    pub delivery: String,
    /// What people call it, if its mapping says so.
    pub title: Option<String>,
    /// Terms under which its data may be used, if its mapping says so.
    pub licence: Option<String>,
}

impl Snapshot {
    /// The revision of a collection, 0 when it never changed.
    #[must_use]
    pub fn revision(&self, collection: &str) -> i64 {
        self.collections.get(collection).map_or(0, |state| state.revision)
    }

    /// Features of a collection.
    #[must_use]
    pub fn live(&self, collection: &str) -> i64 {
        self.collections.get(collection).map_or(0, |state| state.live)
    }

    /// The box around several collections; `None` when all are empty.
    #[must_use]
    pub fn extent<'a>(&self, collections: impl IntoIterator<Item = &'a str>) -> Option<[f64; 4]> {
        collections
            .into_iter()
            .filter_map(|name| self.collections.get(name)?.extent)
            .reduce(|a, b| [a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])])
    }
}

/// A node's view of the change feed.
#[derive(Debug, Clone)]
pub struct Feed {
    pool: PgPool,
    sender: Arc<watch::Sender<Arc<Snapshot>>>,
    /// Who reads later stores later: the state never goes back.
    reading: Arc<Mutex<()>>,
}

impl Feed {
    /// Reads the state once; [`Feed::follow`] keeps it current.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn new(pool: PgPool) -> Result<Self, sqlx::Error> {
        let snapshot = read(&pool).await?;
        Ok(Self { pool, sender: Arc::new(watch::Sender::new(Arc::new(snapshot))), reading: Arc::default() })
    }

    /// The state as this node knows it.
    #[must_use]
    pub fn now(&self) -> Arc<Snapshot> {
        self.sender.borrow().clone()
    }

    /// Wakes whenever the state changes.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<Arc<Snapshot>> {
        self.sender.subscribe()
    }

    /// Reads the state now, for whoever has just changed something in this process.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn refresh(&self) -> Result<(), sqlx::Error> {
        let _reading = self.reading.lock().await;
        let fresh = Arc::new(read(&self.pool).await?);
        self.sender.send_if_modified(|known| {
            let changed = *known != fresh;
            *known = fresh;
            changed
        });
        Ok(())
    }

    /// Follows the database for ever; survives breaks of the line.
    pub async fn follow(self) {
        loop {
            if let Err(error) = self.listen().await {
                tracing::warn!(%error, "the change feed broke off; trying again");
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        }
    }

    async fn listen(&self) -> Result<(), sqlx::Error> {
        let mut listener = PgListener::connect_with(&self.pool).await?;
        listener.listen("reeve").await?;
        loop {
            self.refresh().await?;
            // Either a change, or time to look whether one was missed.
            match tokio::time::timeout(Duration::from_secs(30), listener.try_recv()).await {
                Ok(received) => {
                    received?;
                    // Many changes at once are one.
                    while listener.next_buffered().is_some() {}
                }
                Err(_elapsed) => {}
            }
        }
    }
}

/// Waits for the next change, but not for long: whoever failed to follow the last one tries again.
///
/// # Errors
/// When there is no feed any more.
pub async fn next(changes: &mut watch::Receiver<Arc<Snapshot>>) -> Result<(), watch::error::RecvError> {
    tokio::time::timeout(Duration::from_secs(10), changes.changed()).await.unwrap_or(Ok(()))
}

async fn read(pool: &PgPool) -> Result<Snapshot, sqlx::Error> {
    let rows =
        sqlx::query!("select collection, revision, live, west, south, east, north from collection_state")
            .fetch_all(pool)
            .await?;
    let collections = rows
        .into_iter()
        .map(|row| {
            let extent = match (row.west, row.south, row.east, row.north) {
                (Some(w), Some(s), Some(e), Some(n)) => Some([w, s, e, n]),
                _ => None,
            };
            (row.collection, CollectionState { revision: row.revision, live: row.live, extent })
        })
        .collect();
    let sources = sqlx::query!(
        r#"select distinct on (r.source) r.source, r.file_name, t.title as "title?", t.licence
           from import_run r left join source_terms t on t.source = r.source
           order by r.source, r.finished_at desc"#
    )
    .fetch_all(pool)
    .await?;
    let installation = sqlx::query_scalar!("select id from installation").fetch_one(pool).await?;
    let look = sqlx::query_scalar!("select value from town_setting where name = 'look'")
        .fetch_optional(pool)
        .await?;
    Ok(Snapshot {
        installation,
        look: look.map(Look::from_stored).unwrap_or_default().into(),
        collections,
        sources: sources
            .into_iter()
            .map(|row| {
                let source = Source { delivery: row.file_name, title: row.title, licence: row.licence };
                (row.source, source)
            })
            .collect(),
    })
}
