//! Kinds are made and changed by the town's administrators.
//!
//! Invariants: a kind's definition and the mends of its assets are saved in one transaction or not at all; parts of a
//! schema that the form does not know survive an edit as they are; every definition that ever was stays in
//! `kind_history`, every value that was mended or taken out stays in the history of its asset.

mod definition;
mod form;
mod impact;
mod mend;
mod ops;
mod shown;
mod store;
mod web;

use sqlx::PgPool;

use super::Registry;
use crate::{
    platform::{
        access::Permission::KindsManage,
        http::{Access, Doors},
    },
    ui::Site,
};

/// Largest form, in bytes: sixty attributes with their lists.
const MOST_FORM_BYTES: usize = 4 * 1024 * 1024;

/// The administration of kinds. Cheap to clone.
#[derive(Debug, Clone)]
pub struct KindAdmin {
    registry: Registry,
    site: Site,
}

impl KindAdmin {
    /// Over the registry of this node.
    #[must_use]
    pub fn new(registry: Registry, site: Site) -> Self {
        Self { registry, site }
    }

    fn pool(&self) -> &PgPool {
        &self.registry.pool
    }

    /// Doors of the administration.
    pub fn doors(&self) -> Doors {
        let access = Access::May(KindsManage);
        Doors::new()
            .get(access, "/desk/kinds", web::kinds_page)
            .get(access, "/desk/kinds/new", web::new_page)
            .post(access, "/desk/kinds/new", web::new_sent)
            .taking(MOST_FORM_BYTES)
            .get(access, "/desk/kinds/{slug}", web::kind_page)
            .post(access, "/desk/kinds/{slug}", web::kind_sent)
            .taking(MOST_FORM_BYTES)
            .with_state(self.clone())
    }
}
