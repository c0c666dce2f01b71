//! Statements of the town's bank accounts: files come in, each payment is booked to whoever it is from, and what nobody
//! knows waits for a treasurer.
//!
//! Invariants: a file is taken in whole or not at all, in one transaction; a movement of money is booked once, in however
//! many files it stands; what is not sure is held as unexplained money and never guessed; amount and name only propose;
//! whatever was decided is kept with who and when, and can be undone; money that went out is listed and booked to nobody.
//! What a payment pays is not known here: [`crate::dues`] says so.

mod cover;
mod decide;
mod desk;
mod model;
mod report;
mod store;
mod take;
mod web;
mod words;

use std::sync::Arc;

use sqlx::PgPool;

pub use report::{Choices, Delivered, ReadStatement, Refusal, Report, Tally};

use crate::{
    dues::Dues,
    parties::Parties,
    platform::{
        http::Doors,
        privacy::{AtErasure, Basis, Holding, Keep, Owner},
    },
    ui::Site,
};

/// The statements as one node holds them. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Statements {
    pool: PgPool,
    dues: Dues,
    parties: Parties,
    site: Site,
    /// Accounts from which operators pay out, each with its contract.
    senders: Arc<[(String, String)]>,
}

impl Statements {
    /// Opens the slice. `senders` are accounts from which payment operators pay out, each with its contract.
    #[must_use]
    pub fn new(
        pool: PgPool,
        dues: Dues,
        parties: Parties,
        site: Site,
        senders: Vec<(String, String)>,
    ) -> Self {
        Self { pool, dues, parties, site, senders: senders.into() }
    }

    /// Doors of the statements.
    pub fn doors(&self) -> Doors {
        web::doors().with_state(self.clone())
    }
}

/// What the bank told of a party's payments, and what is remembered of their account.
const LAW: Keep = Keep::Law { why: "holding-statement-law" };
const KEPT: AtErasure = AtErasure::Keep { why: "holding-statement-law" };

/// What is kept of whom.
pub const HOLDINGS: &[Holding] = &[
    Holding::new("statement_booking", Owner::Party("party"), Basis::LegalDuty, LAW, KEPT),
    Holding::new(
        "statement_entry",
        Owner::Through { column: "id", table: "statement_booking", its: "entry" },
        Basis::LegalDuty,
        LAW,
        KEPT,
    )
    .hiding(&["key"]),
    Holding::new("statement_rule", Owner::Party("party"), Basis::LegalDuty, LAW, KEPT),
    Holding::new(
        "statement_decision",
        Owner::Through { column: "entry", table: "statement_booking", its: "entry" },
        Basis::LegalDuty,
        LAW,
        KEPT,
    ),
];
