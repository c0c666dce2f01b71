//! The secret vote: a roll of who took part, an urn that nobody can read, a box that nobody can join with the roll.
//!
//! Invariants: one name in the roll, one signed token, whether its voter proved by a session or by a printed code who they
//! are; one token, one ballot. The roll's door never sees a token and the urn's door never sees a person. Whether it is too early or too late is asked of the database's clock, the only one that
//! all nodes have in common. A ballot that was answered for is in the urn when it is opened: whoever casts holds the vote's
//! lock shared until its commit, whoever opens holds it alone. Nothing that joins the two ledgers is written anywhere: no
//! instant, no sequence, no log line. The urn is opened in one transaction, and the private keys are destroyed after it;
//! killed in between, any node does what is left.

mod api;
mod codes;
mod desk;
mod opening;
mod ops;
mod paper;
mod people;
mod sheets;
mod slips;
mod store;
mod web;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use ballots::secret::{Keys, PublicKeys, Verify};
use moka::future::Cache;
use tokio::sync::Semaphore;
use uuid::Uuid;

pub use api::{
    __path_cast_ballot, __path_take_token, __path_take_token_by_code, __path_urn, cast_ballot, take_token,
    take_token_by_code, urn,
};
pub use codes::NoCode;
pub use opening::Opening;
pub use paper::{NamePart, SheetState};

use super::Surveys;
use crate::platform::{
    access::{Level, Permission},
    http::{Access, Doors},
    privacy::{Holding, Owner},
};

/// How long a node remembers keys: what another node has destroyed is forgotten here after this.
const REMEMBERED: Duration = Duration::from_secs(60);
/// Most bytes of a form that holds a sheet.
const MOST_SHEET_BYTES: usize = 512 * 1024;
/// Signatures and checks that one node makes at once.
const MOST_AT_ONCE: usize = 4;

/// What one node keeps in memory of votes.
#[derive(Debug, Clone)]
pub(super) struct Memory {
    urns: Cache<Uuid, Arc<Urn>>,
    keys: Cache<Uuid, Arc<Keys>>,
    at_once: Arc<Semaphore>,
    /// What was refused and is not written down yet.
    refused: Arc<Mutex<HashMap<(Uuid, &'static str), i64>>>,
}

impl Memory {
    pub(super) fn new() -> Self {
        let urns = Cache::builder().max_capacity(100).time_to_live(REMEMBERED).build();
        let keys = Cache::builder().max_capacity(100).time_to_live(REMEMBERED).build();
        Self { urns, keys, at_once: Arc::new(Semaphore::new(MOST_AT_ONCE)), refused: Arc::default() }
    }

    fn refused(&self, survey: Uuid, why: &'static str) {
        metrics::counter!("reeve_ballots_refused_total", "why" => why).increment(1);
        *self.refused.lock().unwrap_or_else(PoisonError::into_inner).entry((survey, why)).or_default() += 1;
    }
}

/// An urn as the doors need it.
#[derive(Debug)]
pub struct Urn {
    /// The public halves of its keys.
    pub keys: PublicKeys,
    /// The key of tokens, ready to verify.
    verify: Verify,
    /// What every envelope holds.
    pub plain_bytes: usize,
    /// Whether the browser leaves its token, closed for the urn, with the roll.
    pub handle: bool,
}

/// Doors of the votes.
pub(super) fn doors() -> Doors<Surveys> {
    let (paper, manage) = (Access::May(Permission::SurveysPaper), Access::May(Permission::SurveysManage));
    Doors::new()
        .get(Access::Public, "/api/surveys/{id}/urn", api::urn)
        .post(Access::Resident(Level::Known), "/api/surveys/{id}/token", api::take_token)
        .post(Access::Public, "/api/surveys/{id}/code-token", api::take_token_by_code)
        .post(Access::Public, "/api/ballots/{id}", api::cast_ballot)
        .taking(api::MOST_BALLOT_BYTES)
        .get(Access::Public, "/surveys/{slug}/secrecy", web::secrecy)
        .get(Access::Public, "/surveys/{slug}/receipt", web::receipt)
        .get(Access::Public, "/surveys/{slug}/ballots", web::file)
        .get(paper, "/desk/surveys/{id}/paper", desk::page)
        .post(paper, "/desk/surveys/{id}/paper/search", desk::search)
        .post(paper, "/desk/surveys/{id}/paper/names", desk::enter_name)
        .post(paper, "/desk/surveys/{id}/paper/names/leave", desk::leave_name)
        .get(paper, "/desk/surveys/{id}/paper/person", people::page)
        .post(paper, "/desk/surveys/{id}/paper/person", people::enter)
        .post(paper, "/desk/surveys/{id}/paper/codes", slips::print)
        .post(manage, "/desk/surveys/{id}/paper/letters", slips::print_letters)
        .get(paper, "/desk/surveys/{id}/paper/sheets", sheets::choose)
        .get(paper, "/desk/surveys/{id}/paper/sheets/{number}/{entry}", sheets::page)
        .post(paper, "/desk/surveys/{id}/paper/sheets/{number}/{entry}", sheets::enter)
        .taking(MOST_SHEET_BYTES)
        .post(manage, "/desk/surveys/{id}/paper/taken", desk::take_paper)
        .post(manage, "/desk/surveys/{id}/urn", desk::open_urn)
}

/// What is kept of whom. The ballot is nobody's.
pub const HOLDINGS: &[Holding] = &[
    Holding::by_law("survey_roll", Owner::Party("party"), "holding-survey-law")
        .of_task()
        .hiding(&["blinded", "handle", "paper_by"]),
    // Who printed a code for somebody is theirs to know: they ask when the roll has them and they did not vote.
    Holding::by_law("survey_code", Owner::Party("party"), "holding-survey-law").of_task().hiding(&["digest"]),
];
