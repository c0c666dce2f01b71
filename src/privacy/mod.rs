//! What the town keeps of whom: told to everybody, handed over to each person, erased, and deleted in time.
//!
//! Invariants: everything is made from the declarations of the slices ([`Holding`]), so that what is told and what is done
//! cannot differ; an erasure is one transaction and stays written down without anything of the person; what is deleted
//! for its age alone goes by itself only when it is of technical use, and by a clerk's word otherwise.

mod model;
mod ops;
mod store;
mod web;

use std::sync::Arc;

use sqlx::PgPool;

pub use model::{Due, TECHNICAL};

use crate::{
    accounts::{self, Accounts},
    conversations, dues, messages,
    parties::{self, Parties},
    payments,
    platform::{
        Config, Ctx, Files,
        http::Doors,
        privacy::{Holding, Spared},
        secrets::Keys,
    },
    statements, surveys, tax_base,
    ui::Site,
};

/// How often the house is put in order.
const EVERY: std::time::Duration = std::time::Duration::from_secs(3600);

/// What is kept of whom, in all slices, in the order in which it is told.
#[must_use]
pub fn all_holdings() -> Vec<&'static Holding> {
    [
        parties::HOLDINGS,
        accounts::HOLDINGS,
        messages::HOLDINGS,
        conversations::HOLDINGS,
        dues::HOLDINGS,
        statements::HOLDINGS,
        tax_base::HOLDINGS,
        surveys::HOLDINGS,
        surveys::votes::HOLDINGS,
        payments::HOLDINGS,
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// What an erasure leaves as it is, for the sake of other rows that a law keeps.
#[must_use]
pub fn all_spared() -> Vec<&'static Spared> {
    dues::SPARED.iter().collect()
}

/// The data of persons as one node holds it. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Privacy {
    pool: PgPool,
    keys: Arc<Keys>,
    files: Files,
    /// Before every address in a copy; without an outside address, the one on which this node listens.
    base: String,
    parties: Parties,
    accounts: Accounts,
    site: Site,
}

impl Privacy {
    /// Opens the slice.
    #[must_use]
    pub fn new(
        pool: PgPool,
        config: &Config,
        keys: Arc<Keys>,
        parties: Parties,
        accounts: Accounts,
        site: Site,
    ) -> Self {
        let base = config.base_url.clone().unwrap_or_else(|| format!("http://{}", config.listen));
        Self { pool, keys, files: Files::new(config), base, parties, accounts, site }
    }

    /// Doors of the slice.
    pub fn doors(&self) -> Doors {
        web::doors().with_state(self.clone())
    }

    /// Erases and deletes what is due, again and again.
    pub async fn follow(self) {
        let mut ticks = tokio::time::interval(EVERY);
        loop {
            ticks.tick().await;
            if let Err(error) = self.put_in_order(&Ctx::system("retention")).await {
                tracing::warn!(%error, "what is due could not be deleted; the next try is in an hour");
            }
        }
    }
}
