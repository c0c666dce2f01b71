//! The clerk's desk: what wants doing, changes and their undo, the page of a thing's life, the walk through the town.
//!
//! Invariants: the desk changes nothing by itself; a thing that was moved or is gone goes through the registry's own
//! [`apply`](crate::registry::Registry::apply). A report from the field counts once, however often it is sent.

mod history;
mod list;
mod model;
mod register;
mod seen;
mod shown;
mod sketch;
mod store;
mod survey;
mod walk;
mod workbook;

use sqlx::PgPool;

pub use seen::{__path_seen, SeenReport};
pub use walk::{__path_walk_list, WalkThing};

use crate::{
    maps::Maps,
    photos::Photos,
    platform::{
        Feed,
        access::Permission::{RegistryRead, RegistryVerify, RegistryWrite},
        http::{Access, Doors},
    },
    registry::Registry,
    town::Town,
    ui::Site,
};

/// The desk as one node holds it. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Desk {
    pool: PgPool,
    feed: Feed,
    registry: Registry,
    maps: Maps,
    photos: Photos,
    town: Town,
    site: Site,
    survey: survey::Survey,
}

impl Desk {
    /// Opens the slice.
    #[must_use]
    pub fn new(
        pool: PgPool,
        feed: Feed,
        registry: Registry,
        maps: Maps,
        photos: Photos,
        town: Town,
        site: Site,
    ) -> Self {
        Self { pool, feed, registry, maps, photos, town, site, survey: survey::Survey::default() }
    }

    /// Keeps what the registry's things lack known for ever, so that the desk's first page need not wait for it.
    pub async fn follow(self) {
        let mut changes = self.feed.watch();
        loop {
            if let Err(failure) = self.look_through_all().await {
                tracing::warn!(error = %failure, "the registry could not be looked through; trying again");
            }
            if crate::platform::feed::next(&mut changes).await.is_err() {
                return;
            }
        }
    }

    /// Doors of the desk.
    pub fn doors(&self) -> Doors {
        let (read, write, verify) =
            (Access::May(RegistryRead), Access::May(RegistryWrite), Access::May(RegistryVerify));
        Doors::new()
            .get(Access::SignedIn, "/desk", list::desk_page)
            .get(read, "/desk/list/{section}", list::section_page)
            .post(write, "/desk/open", list::open_chosen)
            .get(read, "/desk/changes", history::changes_page)
            .get(read, "/desk/changes/{id}", history::change_page)
            .post(write, "/desk/changes/{id}/undo", history::undo_change)
            .taking(history::MOST_UNDO_BYTES)
            .get(read, "/desk/assets", register::register_page)
            .get(read, "/desk/assets/{id}", history::asset_page)
            .post(write, "/desk/assets/{id}/undo", history::undo_version)
            .taking(history::MOST_UNDO_BYTES)
            .get(write, "/desk/imports/workbook", workbook::workbook_page)
            .post(write, "/desk/imports/workbook", workbook::workbook_sent)
            .taking(workbook::MOST_FORM_BYTES)
            .get(write, "/desk/imports/workbook/{draft}", workbook::difference_page)
            .post(write, "/desk/imports/workbook/{draft}", workbook::difference_sent)
            .taking(history::MOST_UNDO_BYTES)
            .post(write, "/desk/imports/workbook/{draft}/give-up", workbook::given_up)
            .get(verify, "/desk/walk", walk::walk_page)
            .post(verify, "/desk/walk", walk::walk_sent)
            .get(verify, "/api/desk/walk", walk::walk_list)
            .post(verify, "/api/desk/assets/{id}/seen", seen::seen)
            .with_state(self.clone())
    }
}
