//! Persons and companies that the town deals with: who they are, how surely that is known, and who may act for whom.
//!
//! Invariants: a PESEL is kept sealed and found only by its mark; a level rises only with a proof that stays written
//! down; a power of attorney is asked for anew at each request. Signing in is not here but in [`crate::accounts`].

mod address;
mod desk;
mod mandates;
mod model;
mod ops;
mod proving;
mod store;
mod telling;
mod web;

use std::sync::{Arc, OnceLock};

use arc_swap::ArcSwapOption;
use sqlx::PgPool;

pub use address::AddressFault;
pub use desk::{Claimed, DOCUMENTS, Entered, Found, Hit, Letter, SearchFault, Seen, VerifyRefusal};
pub use mandates::{Agent, MandateFault, NewMandate, Principal, ReviewedMandate};
pub use model::{
    Address, Look, Mandate, MandateState, OpenCode, PURPOSES, Party, Proof, ProofConflict, Proven, Record,
    Search, masked_email,
};
pub use ops::Purpose;
pub use proving::{CodeAnswer, Declared, RollAnswer};
pub use telling::{News, Tell};
pub use web::{SeenForm, level_name, look_what, purpose_text, read_seen, seen_facts};

use crate::{
    kernel::Lang,
    platform::{
        Config, Ctx,
        http::{Doors, Failure},
        privacy::{AtErasure, Basis, Holding, Keep, Owner},
        secrets::Keys,
    },
    ui::Site,
};

/// What is kept of persons here.
pub const HOLDINGS: &[Holding] = &[
    Holding::new(
        "party",
        Owner::Party("id"),
        Basis::PublicTask,
        Keep::WhileAccount,
        AtErasure::Blank(&[
            "name",
            "given_names",
            "family_name",
            "born",
            "pesel_sealed",
            "pesel_mark",
            "street",
            "house_number",
            "flat_number",
            "postcode",
            "place",
            "address_point",
            "flat_key",
            "account",
        ]),
    )
    .hiding(&["pesel_mark"])
    .opening(&[("pesel_sealed", ops::PESEL_SEAL)]),
    Holding::new(
        "party_proof",
        Owner::Party("party"),
        Basis::PublicTask,
        Keep::Law { why: "keep-proof" },
        AtErasure::Keep { why: "keep-proof" },
    ),
    // Whoever could read the code of a letter here would need no letter.
    Holding::new(
        "identity_code",
        Owner::Party("party"),
        Basis::PublicTask,
        Keep::Days { from: "created_at", days: 90 },
        AtErasure::Delete,
    )
    .hiding(&["code_mark", "code_sealed"]),
    Holding::new(
        "identity_attempt",
        Owner::Party("who"),
        Basis::PublicTask,
        Keep::Days { from: "since", days: 31 },
        AtErasure::Delete,
    ),
    Holding::new(
        "party_look",
        Owner::Party("party"),
        Basis::LegalDuty,
        Keep::Days { from: "at", days: 5 * 366 },
        AtErasure::Keep { why: "keep-look" },
    ),
    Holding::new(
        "mandate",
        Owner::Party("principal"),
        Basis::LegalDuty,
        Keep::Law { why: "keep-mandate" },
        AtErasure::Keep { why: "keep-mandate" },
    ),
    // The same table once more: a power of attorney is the agent's too.
    Holding::by_law("mandate", Owner::Party("agent"), "keep-mandate"),
    Holding::by_law(
        "mandate_event",
        Owner::Through { column: "mandate", table: "mandate", its: "id" },
        "keep-mandate",
    ),
];

/// A login of the state that pages offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provider {
    /// As addresses name it: `/account/identity/with/{id}`.
    pub id: String,
    /// As people know it, in Polish.
    pub title_pl: String,
    /// In English.
    pub title_en: String,
}

impl Provider {
    fn title(&self, lang: Lang) -> &str {
        match lang {
            Lang::Pl => &self.title_pl,
            Lang::En => &self.title_en,
        }
    }
}

/// Most streets and places that a form suggests.
const MOST_SUGGESTED: i64 = 1500;

#[derive(Debug)]
struct Suggestions {
    revision: i64,
    streets: Vec<String>,
    places: Vec<String>,
}

/// The parties as one node holds them. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Parties {
    pool: PgPool,
    config: Arc<Config>,
    keys: Arc<Keys>,
    site: Site,
    providers: Arc<OnceLock<Vec<Provider>>>,
    suggestions: Arc<ArcSwapOption<Suggestions>>,
    teller: Arc<OnceLock<Box<dyn Tell>>>,
}

impl Parties {
    /// Opens the slice.
    #[must_use]
    pub fn new(pool: PgPool, config: &Arc<Config>, keys: Arc<Keys>, site: Site) -> Self {
        Self {
            pool,
            config: config.clone(),
            keys,
            site,
            providers: Arc::default(),
            suggestions: Arc::default(),
            teller: Arc::default(),
        }
    }

    /// Says once which logins of the state there are; their pages are not ours.
    pub fn offer_providers(&self, providers: Vec<Provider>) {
        // Whoever comes second opens the same node with the same settings.
        let _ = self.providers.set(providers);
    }

    fn providers(&self) -> &[Provider] {
        self.providers.get().map_or(&[], Vec::as_slice)
    }

    /// Doors of the parties.
    pub fn doors(&self) -> Doors {
        web::doors().with_state(self.clone())
    }

    /// Streets and places of the register, as long as it stays the same read only once.
    async fn suggestions(&self, _ctx: &Ctx) -> Result<(Vec<String>, Vec<String>), Failure> {
        let revision = self.site.state().revision("addresses");
        if let Some(known) = self.suggestions.load().as_deref().filter(|known| known.revision == revision) {
            return Ok((known.streets.clone(), known.places.clone()));
        }
        let (streets, places) = store::suggestions(&self.pool, MOST_SUGGESTED).await?;
        self.suggestions.store(Some(Arc::new(Suggestions {
            revision,
            streets: streets.clone(),
            places: places.clone(),
        })));
        Ok((streets, places))
    }
}
