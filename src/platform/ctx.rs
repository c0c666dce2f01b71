//! Who asks, in which language, and when: the first argument of every operation.

use std::{convert::Infallible, sync::Arc};

use axum::{extract::FromRequestParts, http::request::Parts};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{
    access::{Level, MandateScope, Permission, Resident, Staff, Via},
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
    /// A resident.
    Resident(Arc<Resident>),
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
            Who::Resident(resident) => &resident.email,
            Who::System(name) => name,
        }
    }

    /// The member of the staff who acts, if it is one.
    #[must_use]
    pub fn staff(&self) -> Option<&Arc<Staff>> {
        match &self.who {
            Who::Staff(staff) => Some(staff),
            Who::Visitor | Who::Resident(_) | Who::System(_) => None,
        }
    }

    /// The resident who acts, if it is one.
    #[must_use]
    pub fn resident(&self) -> Option<&Arc<Resident>> {
        match &self.who {
            Who::Resident(resident) => Some(resident),
            Who::Visitor | Who::Staff(_) | Who::System(_) => None,
        }
    }

    /// How whoever acts is known, if it is an account.
    #[must_use]
    pub fn via(&self) -> Option<&Via> {
        match &self.who {
            Who::Staff(staff) => Some(&staff.via),
            Who::Resident(resident) => Some(&resident.via),
            Who::Visitor | Who::System(_) => None,
        }
    }

    /// The account that acts, if it is one.
    #[must_use]
    pub fn account(&self) -> Option<Uuid> {
        match &self.who {
            Who::Staff(staff) => Some(staff.account),
            Who::Resident(resident) => Some(resident.account),
            Who::Visitor | Who::System(_) => None,
        }
    }

    /// The resident who acts, known well enough.
    ///
    /// # Errors
    /// [`Failure::Unauthorized`] when it is no resident, [`Failure::LevelNeeded`] when too little is known.
    pub fn require_level(&self, level: Level) -> Result<&Arc<Resident>, Failure> {
        match self.resident() {
            None => Err(Failure::Unauthorized),
            Some(resident) if resident.level < level => Err(Failure::LevelNeeded { level }),
            Some(resident) => Ok(resident),
        }
    }

    /// The resident who acts, if the power of attorney by which they act (if any) covers it.
    ///
    /// # Errors
    /// As [`Ctx::require_level`]; [`Failure::Forbidden`] when the scope does not cover it.
    pub fn require_scope(&self, level: Level, scope: MandateScope) -> Result<&Arc<Resident>, Failure> {
        let resident = self.require_level(level)?;
        if resident.may(scope) { Ok(resident) } else { Err(Failure::Forbidden { permission: scope.name() }) }
    }

    /// Whether something is allowed, for one kind or, without one, for all.
    #[must_use]
    pub fn may(&self, permission: Permission, kind: Option<&str>) -> bool {
        match &self.who {
            Who::Visitor | Who::Resident(_) => false,
            Who::Staff(staff) => staff.grants.may(permission, kind),
            Who::System(_) => true,
        }
    }

    /// Refuses what is not allowed.
    ///
    /// # Errors
    /// [`Failure::Unauthorized`] for visitors, [`Failure::Forbidden`] for staff and residents.
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
