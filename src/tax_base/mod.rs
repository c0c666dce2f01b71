//! The tax base: what payers declare of land and buildings beside what the land register (EGiB) has, and what was said of the
//! differences.
//!
//! Invariants: a declaration is never changed, what counts on a day is the latest one up to it; the comparison is one pure
//! function whose numbers are all in its rules; it decides nothing, it lists what somebody should look into; what was said of a
//! finding stays when the comparison is made again, and says whether both sides are still as they were then; nobody's name
//! stands on these pages – who declares is found on the card of account, by a look with its purpose. The legal area of a
//! parcel is never reckoned from its outline.

mod compare;
mod delivery;
mod demo;
mod lines;
mod model;
mod ops;
mod rules;
mod store;
mod web;
mod words;

use std::sync::Arc;

use sqlx::PgPool;
use tokio::sync::Semaphore;

pub use web::{__path_tax_base_findings, tax_base_findings};

use crate::{
    platform::{
        http::Doors,
        privacy::{AtErasure, Basis, Holding, Keep, Owner},
    },
    registry::Registry,
    ui::Site,
};

/// Files that are read at once on one node.
const MOST_AT_ONCE: usize = 2;

/// The tax base as one node holds it. Cheap to clone.
#[derive(Debug, Clone)]
pub struct TaxBase {
    pool: PgPool,
    registry: Registry,
    site: Site,
    arrivals: Arc<Semaphore>,
}

impl TaxBase {
    /// Opens the slice.
    #[must_use]
    pub fn new(pool: PgPool, registry: Registry, site: Site) -> Self {
        Self { pool, registry, site, arrivals: Arc::new(Semaphore::new(MOST_AT_ONCE)) }
    }

    /// Doors of the tax base.
    pub fn doors(&self) -> Doors {
        web::doors().with_state(self.clone())
    }
}

/// Declarations are documents of taxes, kept as long as they may be examined (art. 86 § 1 of the Tax Ordinance).
const LAW: Keep = Keep::Law { why: "holding-tax-declaration-law" };
const KEPT: AtErasure = AtErasure::Keep { why: "holding-tax-declaration-law" };

/// What is kept of whom.
pub const HOLDINGS: &[Holding] = &[
    Holding::new("tax_declaration", Owner::Party("party"), Basis::LegalDuty, LAW, KEPT),
    Holding::new(
        "tax_declaration_item",
        Owner::Through { column: "declaration", table: "tax_declaration", its: "id" },
        Basis::LegalDuty,
        LAW,
        KEPT,
    ),
];
