//! What the town asks its residents: surveys, consultations, binding votes and the civic budget.
//!
//! Invariants: what a form asks and whether answers fit is decided by [`ballots::form`] alone, for every way by which
//! answers come; answers are taken from the first instant and before the last one, by the clock of the request and whatever
//! state is written down; after the opening a form changes only in its words, as a new version that everybody can read; of
//! an answer that is not its author's no account, address or instant is kept, and secret ballots do not come through here
//! at all. Who may take part is asked of the database for each answer.

mod answering;
mod audience;
mod budget;
mod builder;
mod demo;
mod districts;
mod edit;
mod inviting;
mod model;
mod named;
mod opinions;
mod ops;
mod results;
mod store;
mod templates;
pub mod votes;
mod web;

use std::sync::Arc;

use sqlx::PgPool;
use tokio::sync::Semaphore;

pub use audience::{Eligibility, Why};
pub use model::{Audience, Collision, Kind, Secrecy, State, Survey};

use crate::{
    accounts::Accounts,
    messages::Messages,
    parties::Parties,
    platform::{
        Config, Ctx, Files,
        http::Doors,
        privacy::{AtErasure, Basis, Holding, Keep, Owner},
        secrets::Keys,
    },
    registry::Registry,
    ui::Site,
};

/// Forms with files that are read at once on one node.
const MOST_AT_ONCE: usize = 4;
/// How often written states are brought up to the clock; what counts is the clock itself.
const EVERY: std::time::Duration = std::time::Duration::from_secs(20);

/// The surveys as one node holds them. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Surveys {
    pool: PgPool,
    registry: Registry,
    parties: Parties,
    messages: Messages,
    accounts: Accounts,
    files: Files,
    keys: Arc<Keys>,
    site: Site,
    votes: votes::Memory,
    arrivals: Arc<Semaphore>,
}

/// What surveys stand on.
#[derive(Debug)]
pub struct Foundations {
    /// Connections.
    pub pool: PgPool,
    /// Settings.
    pub config: Arc<Config>,
    /// Things that questions are about, and addresses.
    pub registry: Registry,
    /// Persons.
    pub parties: Parties,
    /// Invitations.
    pub messages: Messages,
    /// Forms of whoever is not signed in.
    pub accounts: Accounts,
    /// The installation's key.
    pub keys: Arc<Keys>,
    /// The town's face.
    pub site: Site,
}

impl Surveys {
    /// Opens the slice.
    #[must_use]
    pub fn new(on: Foundations) -> Self {
        let Foundations { pool, config, registry, parties, messages, accounts, keys, site } = on;
        let files = Files::new(&config);
        let votes = votes::Memory::new();
        let arrivals = Arc::new(Semaphore::new(MOST_AT_ONCE));
        Self { pool, registry, parties, messages, accounts, files, keys, site, arrivals, votes }
    }

    /// Brings written states up to the clock, again and again.
    pub async fn follow(self) {
        let mut ticks = tokio::time::interval(EVERY);
        loop {
            ticks.tick().await;
            if let Err(error) = self.put_in_order(&Ctx::system("surveys")).await {
                tracing::warn!(%error, "surveys could not be put in order; the next try is soon");
            }
        }
    }

    /// Doors of the surveys.
    pub fn doors(&self) -> Doors {
        web::doors()
            .with_state(self.clone())
            .and(votes::doors().with_state(self.clone()))
            .and(results::doors().with_state(self.clone()))
            .and(budget::doors().with_state(self.clone()))
    }
}

/// What is kept of whom.
pub const HOLDINGS: &[Holding] = &[
    // Only named answers are somebody's; what was asked and answered is a document of the office.
    Holding::new(
        "survey_answer",
        Owner::Party("party"),
        Basis::PublicTask,
        Keep::Law { why: "holding-survey-law" },
        AtErasure::Blank(&["party"]),
    ),
    Holding::new(
        "survey_file",
        Owner::Through { column: "answer", table: "survey_answer", its: "id" },
        Basis::PublicTask,
        Keep::Law { why: "holding-survey-law" },
        AtErasure::Keep { why: "holding-survey-law" },
    ),
    Holding::by_law(
        "survey_opinion",
        Owner::Through { column: "answer", table: "survey_answer", its: "id" },
        "holding-survey-law",
    )
    .of_task(),
    Holding::by_law(
        "survey_excerpt",
        Owner::Through { column: "answer", table: "survey_answer", its: "id" },
        "holding-survey-law",
    )
    .of_task(),
    Holding::by_law("survey_part", Owner::Party("party"), "holding-survey-law").of_task(),
    // Projects are documents of the office; whose they are goes with the person.
    Holding::new(
        "budget_project",
        Owner::Party("party"),
        Basis::PublicTask,
        Keep::Law { why: "holding-survey-law" },
        AtErasure::Blank(&["party"]),
    ),
    Holding::new(
        "survey_invitation",
        Owner::Party("party"),
        Basis::Consent,
        Keep::WhileAccount,
        AtErasure::Delete,
    ),
];
