//! "Napisz": what residents and visitors write to the office, and what becomes of it: a number, a department, somebody who
//! is in charge, a deadline, answers, an end.
//!
//! Invariants: the texts are messages of the thread that has the conversation's id, so that an answer goes out by the same
//! ways and with the same proof as everything that the town says; a number is taken in the transaction that uses it; what
//! was done stays written down; of two clerks at once the second is told and loses nothing; notes of the staff reach nobody
//! else; whoever opens a resident's letter has looked at a person, and the person sees it. What a visitor wrote is seen by
//! nobody before the mailbox is proved, and answers to them stand on a page of ours, behind an address that cannot be
//! guessed: mails hold only that address.

mod demo;
mod desk;
mod model;
mod ops;
mod own;
mod setup;
mod store;
mod visitors;
mod web;

use std::sync::Arc;

use law::calendar::Calendar;
use sqlx::PgPool;
use tokio::sync::Semaphore;

pub use model::{State, number_text};

use crate::{
    accounts::Accounts,
    messages::Messages,
    parties::Parties,
    platform::{
        http::Doors,
        privacy::{AtErasure, Basis, Holding, Keep, Owner},
        secrets::Keys,
    },
    registry::Registry,
    ui::Site,
};

/// Forms with files that are read at once on one node; each may hold 25 MB for a moment.
const MOST_AT_ONCE: usize = 8;

/// The conversations as one node holds them. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Conversations {
    pool: PgPool,
    registry: Registry,
    parties: Parties,
    messages: Messages,
    accounts: Accounts,
    keys: Arc<Keys>,
    site: Site,
    calendar: Arc<Calendar>,
    arrivals: Arc<Semaphore>,
}

/// What the conversations stand on.
#[derive(Debug)]
pub struct Foundations {
    /// Connections.
    pub pool: PgPool,
    /// Things that letters are about.
    pub registry: Registry,
    /// Persons.
    pub parties: Parties,
    /// Texts and ways out.
    pub messages: Messages,
    /// Clerks, and the counters of mails.
    pub accounts: Accounts,
    /// The installation's key.
    pub keys: Arc<Keys>,
    /// The town's face.
    pub site: Site,
}

impl Conversations {
    /// Opens the slice.
    ///
    /// # Errors
    /// Only if the list of holidays in the program is wrong.
    pub fn new(on: Foundations) -> Result<Self, law::tables::DataError> {
        let Foundations { pool, registry, parties, messages, accounts, keys, site } = on;
        let arrivals = Arc::new(Semaphore::new(MOST_AT_ONCE));
        let calendar = Arc::new(Calendar::built_in()?);
        Ok(Self { pool, registry, parties, messages, accounts, keys, site, calendar, arrivals })
    }

    /// Doors of the conversations.
    pub fn doors(&self) -> Doors {
        web::doors().with_state(self.clone())
    }
}

/// Whose a conversation is: the party's, or of whoever has the mailbox with which it was written.
const OWN: &str =
    "t.party = $1 or t.party is null and t.visitor_email_key = (select a.email_key from account a
    where a.id = $2 and a.resident and a.email_confirmed_at is not null)";

/// What is kept of whom.
pub const HOLDINGS: &[Holding] = &[
    Holding {
        table: "conversation",
        owner: Owner::Where(OWN),
        basis: Basis::PublicTask,
        keep: Keep::Law { why: "holding-conversation-law" },
        at_erasure: AtErasure::Keep { why: "holding-conversation-law" },
        secret: &[],
        sealed: &[],
    },
    Holding {
        table: "conversation_event",
        owner: Owner::Through { column: "conversation", table: "conversation", its: "id" },
        basis: Basis::PublicTask,
        keep: Keep::Law { why: "holding-conversation-law" },
        at_erasure: AtErasure::Keep { why: "holding-conversation-law" },
        secret: &["key"],
        sealed: &[],
    },
    // Texts of what was written without an account, from a mailbox that has one by now.
    Holding {
        table: "message",
        owner: Owner::Where(
            "t.passing_since is null and t.party is null and t.thread in (select c.id from conversation c
                where c.party is null and c.visitor_email_key = (select a.email_key from account a
                    where a.id = $2 and a.resident and a.email_confirmed_at is not null))",
        ),
        basis: Basis::PublicTask,
        keep: Keep::Law { why: "holding-message-law" },
        at_erasure: AtErasure::Keep { why: "holding-message-law" },
        secret: &["key"],
        sealed: &[],
    },
    Holding {
        table: "conversation_wish",
        owner: Owner::Where(
            "t.email_key = (select a.email_key from account a where a.id = $2 and a.resident)",
        ),
        basis: Basis::PublicTask,
        keep: Keep::Days { from: "expires_at", days: 1 },
        at_erasure: AtErasure::Delete,
        secret: &["token_hash"],
        sealed: &[],
    },
];
