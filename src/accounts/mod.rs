//! Accounts of staff and residents: signing up and in, sessions, providers of identity, tokens, roles as people hold them.
//!
//! Invariants: no secret is kept that could be used as it is kept (passwords, sessions, tokens, links and recovery
//! codes are hashed, secrets of authenticator apps are sealed with a key outside the database); whether an account
//! exists is told to nobody who may not see accounts; what happened to an account stays written down; what a role may
//! do stands in [`crate::platform::access`] and nowhere here.

mod closing;
mod cookies;
mod demo;
mod identify;
mod lost;
mod mailbox;
mod mails;
mod model;
mod ops;
mod passkeys;
mod passwords;
mod privacy;
mod providers;
mod residents;
mod sign_in;
mod store;
mod throttle;
mod totp;
mod web;

use std::sync::Arc;

use sqlx::PgPool;

pub use crate::platform::secrets::{Keys, SecretError};
pub use cookies::Cookie;
pub use demo::DemoSignIn;
pub use identify::identify;
pub use mails::Goodbye;
pub use model::{
    Account, Colleague, Email, Event, GrantError, NewAccount, Place, SessionRow, TokenRow, USUAL_TOKEN_DAYS,
    grant_text, parse_grant,
};
pub use ops::{Refusal, Refused};
pub use passwords::{LONGEST_PASSWORD, PasswordFault, SHORTEST_PASSWORD};
pub use privacy::HOLDINGS;
pub use providers::Providers;
pub(crate) use residents::MayMail;
pub(crate) use web::{Entry, EntryForm, name as read_name, read_email, wait_text, with_wait};

pub use sign_in::{Attempt, Begun, SecondStep, Visit};

use crate::{
    kernel::Lang,
    messages::Messages,
    parties::{Parties, Provider},
    platform::{Config, Ctx, http::Doors, secrets},
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
    parties: Parties,
    messages: Messages,
    providers: Providers,
    site: Site,
    config: Arc<Config>,
    keys: Arc<Keys>,
    hasher: passwords::Hasher,
}

/// What the accounts stand on.
#[derive(Debug)]
pub struct Foundations {
    /// Connections.
    pub pool: PgPool,
    /// Settings.
    pub config: Arc<Config>,
    /// Kinds, for roles that hold for some.
    pub registry: Registry,
    /// Persons.
    pub parties: Parties,
    /// Mails.
    pub messages: Messages,
    /// Providers of identity.
    pub providers: Providers,
    /// The installation's key.
    pub keys: Arc<Keys>,
    /// The town's face.
    pub site: Site,
}

impl Accounts {
    /// Opens the slice.
    #[must_use]
    pub fn new(on: Foundations) -> Self {
        let Foundations { pool, config, registry, parties, messages, providers, keys, site } = on;
        let hasher = passwords::Hasher::new();
        let names = providers.names(Lang::Pl).into_iter().zip(providers.names(Lang::En));
        let offered = names.map(|((id, title_pl), (_, title_en))| Provider { id, title_pl, title_en });
        parties.offer_providers(offered.collect());
        Self { pool, registry, parties, messages, providers, site, config, keys, hasher }
    }

    /// The key of this installation.
    #[must_use]
    pub fn keys(&self) -> &Keys {
        &self.keys
    }

    /// How many passwords this node has hashed since it started.
    #[must_use]
    pub fn passwords_hashed(&self) -> u64 {
        self.hasher.hashed()
    }

    /// Doors of the accounts.
    pub fn doors(&self) -> Doors {
        web::doors().with_state(self.clone())
    }

    /// Sweeps away what has ended: sessions, links, sign-ups that nobody confirmed, last mails.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sweep(&self, ctx: &Ctx) -> Result<(), crate::platform::http::Failure> {
        store::sessions::sweep(&self.pool, ctx.now).await?;
        self.messages.sweep(ctx).await
    }

    /// Sweeps again and again.
    pub async fn follow(self) {
        let mut ticks = tokio::time::interval(SWEEP_EVERY);
        loop {
            ticks.tick().await;
            if let Err(error) = self.sweep(&Ctx::system("sweep")).await {
                tracing::warn!(%error, "ended sessions could not be swept away; the next try is in an hour");
            }
        }
    }
}
