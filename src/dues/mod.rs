//! What is owed to the town: kinds of due as data, accounts of payers, assessments with instalments, and the ledger in
//! which every grosz stands.
//!
//! Invariants: an amount is a whole number of grosze; an entry of the ledger is never changed, has a document behind it that
//! is there once, and balances at the end of its transaction, so the trial balance is zero; whoever changes what somebody
//! owes holds that payer's row, so that no two payments pay the same; how a payment was divided is reckoned by the crate
//! `law` from the ledger alone, and the whole calculation stays with the entry (art. 62 § 4 of the Tax Ordinance). Who paid
//! by which way is not known here: whoever takes money books it by [`Dues::book_in`].

mod agreements;
mod assess;
mod demo;
mod desk;
mod finding;
mod interest_notes;
mod manage;
mod model;
mod notices;
mod ops;
mod reminders;
mod rules;
mod settings;
mod slip;
mod store;
mod view;
mod web;
mod words;
mod year;

use std::sync::Arc;

use arc_swap::ArcSwapOption;
use sqlx::{PgConnection, PgPool};
use tokio::sync::Notify;

pub use assess::{AssessFault, BasisLine, By, NewAssessment};
pub use finding::{FoundAccount, FoundDue, Marks, Taking};
pub use model::{Booked, Held, Owed, Receipt, Receiver, Source};
pub use slip::Slip;
pub use web::{__path_own_dues, OwedAnswer, OwedLine, own_dues, slips};

use crate::{
    messages::Messages,
    parties::Parties,
    platform::{
        Ctx,
        http::{Doors, Failure},
        privacy::{AtErasure, Basis, Holding, Keep, Owner, Spared},
    },
    registry::Registry,
    ui::Site,
};
use rules::Rules;

/// How often the work in the background looks for what is to be done.
const TICK: std::time::Duration = std::time::Duration::from_secs(60);

/// How often terms that come are looked for.
const NOTICES_EVERY: chrono::Duration = chrono::Duration::minutes(20);

/// The dues as one node holds them. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Dues {
    pool: PgPool,
    registry: Registry,
    parties: Parties,
    messages: Messages,
    site: Site,
    rules: Arc<ArcSwapOption<Rules>>,
    /// Calls the work in the background when something was left to it.
    wake: Arc<Notify>,
}

impl Dues {
    /// Opens the slice.
    #[must_use]
    pub fn new(pool: PgPool, registry: Registry, parties: Parties, messages: Messages, site: Site) -> Self {
        Self { pool, registry, parties, messages, site, rules: Arc::default(), wake: Arc::default() }
    }

    /// Sends what waits to be sent, until it is dropped: reminders of runs that a node began, and notices of terms.
    pub async fn follow(self) {
        let mut told_at = None;
        loop {
            if let Err(failure) = self.send_reminders().await {
                tracing::warn!(%failure, "reminders of dues cannot be sent; trying again");
            }
            let ctx = Ctx::system("dues");
            let is_time = told_at.is_none_or(|at| ctx.now - at >= NOTICES_EVERY);
            if is_time && Self::is_time_for_notices(&ctx) {
                told_at = Some(ctx.now);
                if let Err(failure) = self.send_notices(&ctx).await {
                    tracing::warn!(%failure, "notices of terms cannot be sent; trying again later");
                }
            }
            tokio::select! {
                () = tokio::time::sleep(TICK) => {}
                () = self.wake.notified() => {}
            }
        }
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

/// What belongs to a decision that divides arrears.
const OF_AGREEMENT: Owner = Owner::Through { column: "agreement", table: "due_agreement", its: "id" };

/// What is kept of whom. Nothing of it goes at erasure: the law keeps it, and the payer's name with it.
pub const HOLDINGS: &[Holding] = &[
    Holding::by_law("due_account", Owner::Party("party"), LAW),
    Holding::by_law(
        "due_assessment",
        Owner::Through { column: "account", table: "due_account", its: "id" },
        LAW,
    ),
    Holding::by_law(
        "due_instalment",
        Owner::Through { column: "account", table: "due_account", its: "id" },
        LAW,
    ),
    Holding::by_law(
        "due_deferral",
        Owner::Through { column: "instalment", table: "due_instalment", its: "id" },
        LAW,
    ),
    Holding::by_law(
        "due_agreement",
        Owner::Where(
            "t.id in (select p.agreement from due_agreement_part p join due_instalment i on i.id = p.instalment
                join due_account d on d.id = i.account where d.party = $1)",
        ),
        LAW,
    ),
    Holding::by_law(
        "due_agreement_part",
        OF_AGREEMENT,
        LAW,
    ),
    Holding::by_law(
        "due_agreement_term",
        OF_AGREEMENT,
        LAW,
    ),
    Holding::by_law(
        "due_agreement_end",
        OF_AGREEMENT,
        LAW,
    ),
    Holding::new(
        "due_agreement_notice",
        OF_AGREEMENT,
        Basis::Consent,
        Keep::Law { why: LAW },
        AtErasure::Keep { why: LAW },
    ),
    Holding::by_law("due_interest_note", Owner::Party("party"), LAW),
    Holding::by_law(
        "due_interest_note_line",
        Owner::Through { column: "note", table: "due_interest_note", its: "id" },
        LAW,
    ),
    Holding::new(
        "due_notice",
        Owner::Through { column: "instalment", table: "due_instalment", its: "id" },
        Basis::Consent,
        Keep::Law { why: LAW },
        AtErasure::Keep { why: LAW },
    ),
    Holding::by_law("due_reminder", Owner::Party("party"), LAW),
    Holding::by_law(
        "due_reminder_line",
        Owner::Through { column: "reminder", table: "due_reminder", its: "id" },
        LAW,
    ),
    Holding::by_law("ledger_entry", Owner::Party("party"), LAW),
    Holding::by_law(
        "ledger_posting",
        Owner::Through { column: "entry", table: "ledger_entry", its: "id" },
        LAW,
    ),
];

/// The name of whoever has dues that the law keeps.
pub const SPARED: &[Spared] = &[Spared {
    table: "party",
    columns: &["name", "given_names", "family_name"],
    when: "exists (select from due_account d where d.party = t.id)",
}];
