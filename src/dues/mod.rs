//! What is owed to the town: kinds of due as data, accounts of payers, assessments with instalments, and the ledger in
//! which every grosz stands.
//!
//! Invariants: an amount is a whole number of grosze; an entry of the ledger is never changed, has a document behind it that
//! is there once, and balances at the end of its transaction, so the trial balance is zero; whoever changes what somebody
//! owes holds that payer's row, so that no two payments pay the same; how a payment was divided is reckoned by the crate
//! `law` from the ledger alone, and the whole calculation stays with the entry (art. 62 § 4 of the Tax Ordinance). Who paid
//! by which way is not known here: whoever takes money books it by [`Dues::book_in`].

mod assess;
mod demo;
mod desk;
mod finding;
mod manage;
mod model;
mod ops;
mod rules;
mod settings;
mod store;
mod view;
mod web;
mod words;

use std::sync::Arc;

use arc_swap::ArcSwapOption;
use sqlx::{PgConnection, PgPool};

pub use assess::{AssessFault, BasisLine, By, NewAssessment};
pub use finding::{FoundAccount, FoundDue, Marks, Taking};
pub use model::{Booked, Held, Owed, Receipt, Receiver, Source};
pub use web::{__path_own_dues, OwedAnswer, OwedLine, own_dues};

use crate::{
    parties::Parties,
    platform::{
        http::{Doors, Failure},
        privacy::{AtErasure, Basis, Holding, Keep, Owner, Spared},
    },
    registry::Registry,
    ui::Site,
};
use rules::Rules;

/// The dues as one node holds them. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Dues {
    pool: PgPool,
    registry: Registry,
    parties: Parties,
    site: Site,
    rules: Arc<ArcSwapOption<Rules>>,
}

impl Dues {
    /// Opens the slice.
    #[must_use]
    pub fn new(pool: PgPool, registry: Registry, parties: Parties, site: Site) -> Self {
        Self { pool, registry, parties, site, rules: Arc::default() }
    }

    /// Doors of the dues.
    pub fn doors(&self) -> Doors {
        web::doors().with_state(self.clone())
    }

    /// The rules as they stand, read anew only when a row was added.
    async fn rules_in(&self, connection: &mut PgConnection) -> Result<Arc<Rules>, Failure> {
        let edition = store::rules::edition(connection).await?;
        if let Some(known) = self.rules.load_full().filter(|known| known.edition == edition) {
            return Ok(known);
        }
        let read = Rules::read(connection, edition).await?;
        self.rules.store(Some(read.clone()));
        Ok(read)
    }
}

/// Why dues are kept: documents of taxes as long as they may be examined (art. 86 § 1 of the Tax Ordinance), books five
/// years after their year (art. 74 of the Act on accounting).
const LAW: &str = "holding-dues-law";

/// What is kept of whom. Nothing of it goes at erasure: the law keeps it, and the payer's name with it.
pub const HOLDINGS: &[Holding] = &[
    Holding::new(
        "due_account",
        Owner::Party("party"),
        Basis::LegalDuty,
        Keep::Law { why: LAW },
        AtErasure::Keep { why: LAW },
    ),
    Holding::new(
        "due_assessment",
        Owner::Through { column: "account", table: "due_account", its: "id" },
        Basis::LegalDuty,
        Keep::Law { why: LAW },
        AtErasure::Keep { why: LAW },
    ),
    Holding::new(
        "due_instalment",
        Owner::Through { column: "account", table: "due_account", its: "id" },
        Basis::LegalDuty,
        Keep::Law { why: LAW },
        AtErasure::Keep { why: LAW },
    ),
    Holding::new(
        "due_deferral",
        Owner::Through { column: "instalment", table: "due_instalment", its: "id" },
        Basis::LegalDuty,
        Keep::Law { why: LAW },
        AtErasure::Keep { why: LAW },
    ),
    Holding::new(
        "ledger_entry",
        Owner::Party("party"),
        Basis::LegalDuty,
        Keep::Law { why: LAW },
        AtErasure::Keep { why: LAW },
    ),
    Holding::new(
        "ledger_posting",
        Owner::Through { column: "entry", table: "ledger_entry", its: "id" },
        Basis::LegalDuty,
        Keep::Law { why: LAW },
        AtErasure::Keep { why: LAW },
    ),
];

/// The name of whoever has dues that the law keeps.
pub const SPARED: &[Spared] = &[Spared {
    table: "party",
    columns: &["name", "given_names", "family_name"],
    when: "exists (select from due_account d where d.party = t.id)",
}];
