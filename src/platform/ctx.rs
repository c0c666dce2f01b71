//! Who asks, in which language, and when: the first argument of every operation.

use std::convert::Infallible;

use axum::{extract::FromRequestParts, http::request::Parts};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::kernel::Lang;

/// Who acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// Anybody on the internet.
    Visitor,
    /// The program itself or whoever holds its command line; named in the history.
    System(&'static str),
}

/// The circumstances of one request or command.
#[derive(Debug, Clone)]
pub struct Ctx {
    /// Who acts.
    pub who: Who,
    /// Language of texts in the answer.
    pub lang: Lang,
    /// The instant at which the request began; rules take the time from here.
    pub now: DateTime<Utc>,
    /// Joins the answer, the log lines and a visitor's complaint.
    pub request_id: Uuid,
}

impl Ctx {
    /// A visitor's request that begins now.
    #[must_use]
    pub fn visitor(lang: Lang) -> Self {
        Self { who: Who::Visitor, lang, now: clock(), request_id: Uuid::new_v4() }
    }

    /// The program's own work that begins now; `actor` stands in the history.
    #[must_use]
    pub fn system(actor: &'static str) -> Self {
        Self { who: Who::System(actor), lang: Lang::Pl, now: clock(), request_id: Uuid::new_v4() }
    }

    /// The name under which changes are written to the history.
    #[must_use]
    pub fn actor(&self) -> &'static str {
        match self.who {
            Who::Visitor => "visitor",
            Who::System(name) => name,
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place where the clock is read")]
fn clock() -> DateTime<Utc> {
    Utc::now()
}

impl<S: Sync> FromRequestParts<S> for Ctx {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get::<Self>().cloned().unwrap_or_else(|| Self::visitor(Lang::Pl)))
    }
}
