//! What people are told of their own record. Messages stand above parties, so whoever sends is handed in.

use std::fmt::Debug;

use futures::future::BoxFuture;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Parties, model::Mandate};
use crate::platform::{Ctx, http::Failure};

/// Something that somebody must learn.
#[derive(Debug, Clone, Copy)]
pub enum News<'a> {
    /// A power of attorney that they gave or got was entered.
    MandateEntered(&'a Mandate),
    /// One was revoked or renounced.
    MandateRevoked(&'a Mandate),
    /// Their identity was verified: by the desk, or by a provider of identity.
    Verified {
        /// Whether a clerk saw a document.
        at_desk: bool,
    },
}

/// Tells it, in the transaction of what it tells of.
pub trait Tell: Debug + Send + Sync {
    /// Writes the message.
    ///
    /// # Errors
    /// When the database fails.
    fn tell<'a>(
        &'a self,
        connection: &'a mut PgConnection,
        ctx: &'a Ctx,
        party: Uuid,
        news: News<'a>,
    ) -> BoxFuture<'a, Result<(), Failure>>;
}

impl Parties {
    /// Says once who tells people.
    pub fn told_by(&self, teller: impl Tell + 'static) {
        // Whoever comes second opens the same node with the same settings.
        let _ = self.teller.set(Box::new(teller));
    }

    pub(super) async fn tell_in(
        &self,
        connection: &mut PgConnection,
        ctx: &Ctx,
        party: Uuid,
        news: News<'_>,
    ) -> Result<(), Failure> {
        match self.teller.get() {
            Some(teller) => teller.tell(connection, ctx, party, news).await,
            None => Ok(()),
        }
    }

    /// Both sides of a power of attorney.
    pub(super) async fn tell_both_in(
        &self,
        connection: &mut PgConnection,
        ctx: &Ctx,
        mandate: &Mandate,
        news: News<'_>,
    ) -> Result<(), Failure> {
        for party in [mandate.principal, mandate.agent] {
            self.tell_in(connection, ctx, party, news).await?;
        }
        Ok(())
    }
}
