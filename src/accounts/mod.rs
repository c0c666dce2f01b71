//! Accounts of staff: signing in, sessions, tokens, roles as people hold them.
//!
//! Invariants: no secret is kept that could be used as it is kept (passwords, sessions, tokens, links and recovery
//! codes are hashed, secrets of authenticator apps are sealed with a key outside the database); whether an account
//! exists is told to nobody who may not see accounts; what happened to an account stays written down; what a role may
//! do stands in [`crate::platform::access`] and nowhere here.

mod cookies;
mod demo;
mod identify;
mod model;
mod ops;
mod passkeys;
mod passwords;
mod secrets;
mod sign_in;
mod store;
mod throttle;
mod totp;
mod web;

use std::sync::Arc;

use sqlx::PgPool;

pub use cookies::Cookie;
pub use demo::DemoSignIn;
pub use identify::identify;
pub use model::{
    Account, Email, Event, GrantError, NewAccount, Place, SessionRow, TokenRow, USUAL_TOKEN_DAYS, grant_text,
    parse_grant,
};
pub use ops::{Refusal, Refused};
pub use passwords::{LONGEST_PASSWORD, PasswordFault, SHORTEST_PASSWORD};
pub use secrets::{Keys, SecretError, form_token_of};
pub use sign_in::{Attempt, Begun, SecondStep, Visit};

use crate::{
    platform::{Config, Ctx, http::Doors},
    registry::Registry,
    ui::Site,
};

/// How often what has ended is swept away.
const SWEEP_EVERY: std::time::Duration = std::time::Duration::from_secs(3600);

/// The accounts as one node holds them. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Accounts {
    pool: PgPool,
    registry: Registry,
    site: Site,
    config: Arc<Config>,
    keys: Arc<Keys>,
    hasher: passwords::Hasher,
}

impl Accounts {
    /// Opens the slice.
    #[must_use]
    pub fn new(pool: PgPool, config: Arc<Config>, registry: Registry, site: Site) -> Self {
        let keys = Arc::new(Keys::new(&config));
        Self { pool, registry, site, config, keys, hasher: passwords::Hasher::new() }
    }

    /// The key of this installation.
    #[must_use]
    pub fn keys(&self) -> &Keys {
        &self.keys
    }

    /// Doors of the accounts.
    pub fn doors(&self) -> Doors {
        web::doors().with_state(self.clone())
    }

    /// Sweeps away what has ended, for ever.
    pub async fn follow(self) {
        let mut ticks = tokio::time::interval(SWEEP_EVERY);
        loop {
            ticks.tick().await;
            if let Err(error) = store::sessions::sweep(&self.pool, Ctx::system("sweep").now).await {
                tracing::warn!(%error, "ended sessions could not be swept away; the next try is in an hour");
            }
        }
    }
}
