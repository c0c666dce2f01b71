//! The town's finance system: bookings go there as numbered files, assessments come from there as files that somebody looks
//! at before they are applied.
//!
//! Invariants: which columns, account codes and formats a file has is data ([`mapping`]), whose every version is kept; a booking
//! stands in one file, unless somebody asks for it again; a file that was given is kept and given again as it was; an import is
//! applied in one transaction, by the same doors as an assessment that a clerk enters, and the same file again changes nothing;
//! nothing vanishes by itself: what is missing in a file is listed, and a clerk decides.

mod export;
mod import;
pub mod mapping;
mod store;
mod web;

use sqlx::PgPool;

pub use export::{Exported, NotExported};
pub use import::{Applied, Change, Looked, NotRead, Row};

use crate::{dues::Dues, platform::http::Doors, ui::Site};

/// The room as one node holds it. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Finance {
    pool: PgPool,
    dues: Dues,
    site: Site,
}

impl Finance {
    /// Opens the slice.
    #[must_use]
    pub fn new(pool: PgPool, dues: Dues, site: Site) -> Self {
        Self { pool, dues, site }
    }

    /// Doors of the slice.
    pub fn doors(&self) -> Doors {
        web::doors().with_state(self.clone())
    }
}
