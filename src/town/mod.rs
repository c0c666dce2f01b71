//! What the town says of itself: its look (name, crest, colour, office) and its accessibility declaration, both kept by the
//! desk; the web app's manifest; pictures of the crest.
//!
//! Invariants: each change leaves the version before and who made it, and any version can be put back; an accent that cannot
//! be read is refused; nobody gets a crest's file as it was sent, only pictures that were made of its pixels; what the
//! declaration does not say yet is shown as not said, never guessed.

mod colour;
mod crest;
mod declaration;
mod form;
mod history;
mod ops;
mod shown;
mod store;
mod web;

use std::sync::Arc;

use sqlx::PgPool;
use tokio::sync::Semaphore;

pub use declaration::{Declaration, Review};
pub use ops::Reminders;

use crate::{
    platform::{
        Config, Feed, Files,
        access::Permission::TownManage,
        http::{Access, Doors},
    },
    ui::Site,
};

/// Crests that are unpacked at once; each may need 300 MB.
const MOST_UNPACKED: usize = 1;

/// What the town says of itself, as one node holds it. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Town {
    pool: PgPool,
    feed: Feed,
    files: Files,
    site: Site,
    unpacking: Arc<Semaphore>,
}

impl Town {
    /// Opens the slice.
    #[must_use]
    pub fn new(pool: PgPool, feed: Feed, config: &Config, site: Site) -> Self {
        let unpacking = Arc::new(Semaphore::new(MOST_UNPACKED));
        Self { pool, feed, files: Files::new(config), site, unpacking }
    }

    /// Doors of the town.
    pub fn doors(&self) -> Doors {
        let manage = Access::May(TownManage);
        Doors::new()
            .get(Access::Public, "/accessibility", web::declaration_page)
            .get(Access::Public, "/manifest.webmanifest", web::manifest)
            .get(Access::Public, "/town/crest/{sum}/{file}", web::crest)
            .get(manage, "/desk/town", web::look_page)
            .post(manage, "/desk/town", web::look_sent)
            .taking(web::MOST_LOOK_FORM_BYTES)
            .post(manage, "/desk/town/restore", web::look_restored)
            .get(manage, "/desk/town/accessibility", web::edit_page)
            .post(manage, "/desk/town/accessibility", web::edit_sent)
            .taking(web::MOST_DECLARATION_FORM_BYTES)
            .post(manage, "/desk/town/accessibility/reviewed", web::reviewed)
            .post(manage, "/desk/town/accessibility/restore", web::declaration_restored)
            .with_state(self.clone())
    }
}
