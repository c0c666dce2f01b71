//! Routing: on foot from the right gate to the grave, by paths that the town has surveyed.
//!
//! Invariants: a route never crosses a wall; where there is none, the answer says why; what nobody surveyed is
//! called unknown, never step-free. The network is made from the database and follows it, on every node.

mod answer;
mod api;
mod build;
mod gpx;
mod landing;
mod measure;
mod model;
mod network;
mod obstacles;
mod ops;
mod profile;
mod refusal;
mod search;
mod steps;
mod store;
#[cfg(test)]
mod tests;
mod web;
mod words;

use std::sync::Arc;

use arc_swap::ArcSwap;
use sqlx::PgPool;

pub use api::__path_route;
pub use model::*;
pub use network::{Network, NetworkStats};
pub use ops::{RouteRequest, Way};
pub use refusal::NoRoute;

use crate::{
    cemetery::Cemeteries,
    maps::Maps,
    platform::{
        Feed, feed,
        http::{Access, Doors},
    },
    ui::Site,
};

/// Routing as one node holds it. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Routing {
    pool: PgPool,
    feed: Feed,
    cemeteries: Cemeteries,
    maps: Maps,
    site: Site,
    network: Arc<ArcSwap<Built>>,
}

/// The network and the state of the data from which it was made.
#[derive(Default)]
struct Built {
    network: Option<Network>,
    made_from: [i64; 5],
}

impl std::fmt::Debug for Built {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Built").field("made_from", &self.made_from).finish_non_exhaustive()
    }
}

impl Routing {
    /// Opens the slice; there are no routes until [`Routing::follow`] has made the network.
    #[must_use]
    pub fn new(pool: PgPool, feed: Feed, cemeteries: Cemeteries, maps: Maps, site: Site) -> Self {
        Self { pool, feed, cemeteries, maps, site, network: Arc::default() }
    }

    /// Doors of the routing.
    pub fn doors(&self) -> Doors {
        Doors::new()
            .get(Access::Public, "/graves/{id}/route", web::route_page)
            .get(Access::Public, "/api/graves/{id}/route", api::route)
            .with_state(self.clone())
    }

    /// Keeps the network current for ever.
    pub async fn follow(self) {
        let mut changes = self.feed.watch();
        loop {
            if let Err(error) = self.make_network().await {
                tracing::error!(%error, "the network of paths could not be made; the old one stays for now");
            }
            if feed::next(&mut changes).await.is_err() {
                return;
            }
        }
    }

    /// Makes the network anew if the data has changed since.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn make_network(&self) -> Result<(), sqlx::Error> {
        let state = self.feed.now();
        let revisions =
            ["paths", "gates", "cemeteries", "barriers", "basemap"].map(|name| state.revision(name));
        let built = self.network.load();
        if built.network.is_some() && built.made_from == revisions {
            return Ok(());
        }
        let input = store::network_input(&self.pool).await?;
        let started = std::time::Instant::now();
        let network = tokio::task::spawn_blocking(move || Network::build(input))
            .await
            .map_err(|error| sqlx::Error::Io(std::io::Error::other(error)))?;
        let stats = network.stats();
        tracing::info!(
            vertices = stats.vertices,
            edges = stats.edges,
            elapsed_ms = started.elapsed().as_millis() as u64,
            "network of paths made"
        );
        metrics::gauge!("reeve_network_vertices").set(stats.vertices as f64);
        self.network.store(Arc::new(Built { network: Some(network), made_from: revisions }));
        Ok(())
    }

    /// Whether the network has been made at least once.
    #[must_use]
    pub fn ready(&self) -> bool {
        self.network.load().network.is_some()
    }

    /// Figures of the network, once it is made.
    #[must_use]
    pub fn stats(&self) -> Option<NetworkStats> {
        self.network.load().network.as_ref().map(Network::stats)
    }
}
