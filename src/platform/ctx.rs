//! Who asks, in which language, and when: the first argument of every operation.

use std::{convert::Infallible, sync::Arc};

use axum::{extract::FromRequestParts, http::request::Parts};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{
    access::{Permission, Staff},
    http::Failure,
};
use crate::kernel::Lang;

/// Who acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// Anybody on the internet.
    Visitor,
    /// A member of the staff.
    Staff(Arc<Staff>),
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
    pub fn actor(&self) -> &str {
        match &self.who {
            Who::Visitor => "visitor",
            Who::Staff(staff) => &staff.email,
            Who::System(name) => name,
        }
    }

    /// The member of the staff who acts, if it is one.
    #[must_use]
    pub fn staff(&self) -> Option<&Arc<Staff>> {
        match &self.who {
            Who::Staff(staff) => Some(staff),
            Who::Visitor | Who::System(_) => None,
        }
    }

    /// The account that acts, if it is one.
    #[must_use]
    pub fn account(&self) -> Option<Uuid> {
        self.staff().map(|staff| staff.account)
    }

    /// Whether something is allowed, for one kind or, without one, for all.
    #[must_use]
    pub fn may(&self, permission: Permission, kind: Option<&str>) -> bool {
        match &self.who {
            Who::Visitor => false,
            Who::Staff(staff) => staff.grants.may(permission, kind),
            Who::System(_) => true,
        }
    }

    /// Refuses what is not allowed.
    ///
    /// # Errors
    /// [`Failure::Unauthorized`] for visitors, [`Failure::Forbidden`] for staff.
    pub fn require(&self, permission: Permission, kind: Option<&str>) -> Result<(), Failure> {
        if self.may(permission, kind) {
            return Ok(());
        }
        match &self.who {
            Who::Visitor => Err(Failure::Unauthorized),
            _ => Err(Failure::Forbidden { permission: permission.name() }),
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
