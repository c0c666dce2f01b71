//! The wizard at `/desk/imports`: files come in pieces, are looked at, mapped, compared, brought in, and taken back.
//!
//! Invariants: nothing reaches the registry before a clerk has seen the difference, and then all of it in one change or
//! nothing; every step is a page that works without scripts; long work runs in the background with a row that says how
//! far it is, and a node that is ended leaves an import that can be started again; operations ask for the permission of
//! each kind that a mapping fills.

mod api;
mod column_views;
mod columns;
mod engine;
mod fit;
mod item_store;
mod looked;
mod model;
mod ops;
mod places;
mod report;
mod review_views;
mod saved;
mod store;
mod sweep;
mod task_store;
mod upload;
mod upload_api;
mod web;
mod web_columns;
mod web_files;
mod web_position;
mod web_review;
mod words;
mod work;

use std::{path::PathBuf, sync::Arc};

use sqlx::PgPool;
use tokio::sync::Semaphore;

pub use api::{
    __path_abandon_import, __path_apply_import, __path_begin_import, __path_compare_import,
    __path_exclude_items, __path_forget_import_mapping, __path_import, __path_import_inspection,
    __path_import_items, __path_import_mapping, __path_import_mappings, __path_import_rejected,
    __path_imports, __path_inspect_import, __path_put_import_mapping, __path_save_import_mapping,
    __path_undo_import,
};
pub use model::{File, Job, MOST_FILE_BYTES, MOST_FORM_BYTES, MOST_PIECE_BYTES, State, Task};
pub use upload_api::{
    __path_add_file, __path_append_to_file, __path_received_file, __path_remove_file, __path_upload_terms,
};

use crate::{
    platform::{
        Config, Files,
        access::Permission::RegistryWrite,
        http::{Access, Doors},
    },
    registry::Registry,
    ui::Site,
};

/// Imports under way as one node holds them. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Imports {
    pool: PgPool,
    files: Files,
    registry: Registry,
    site: Site,
    /// Where files are unpacked while they are read; empty between two tasks.
    scratch: PathBuf,
    /// One heavy task at a time: each may take hundreds of megabytes and a processor.
    turn: Arc<Semaphore>,
    /// Pieces that are received at once; each is held whole in memory.
    arrivals: Arc<Semaphore>,
}

/// Most pieces of files that are received at once.
const MOST_ARRIVALS: usize = 8;
/// Largest form of columns, in bytes: a thousand columns with lists of values, or a mapping as text.
const MOST_COLUMNS_BYTES: usize = 4 * 1024 * 1024;

impl Imports {
    /// Opens the slice.
    #[must_use]
    pub fn new(pool: PgPool, config: &Config, registry: Registry, site: Site) -> Self {
        Self {
            pool,
            files: Files::new(config),
            registry,
            site,
            scratch: config.var.join("imports"),
            turn: Arc::new(Semaphore::new(1)),
            arrivals: Arc::new(Semaphore::new(MOST_ARRIVALS)),
        }
    }

    /// Doors of the wizard.
    pub fn doors(&self) -> Doors {
        self.pages().and(self.json_doors())
    }

    fn pages(&self) -> Doors {
        let write = Access::May(RegistryWrite);
        Doors::new()
            .get(write, "/desk/imports", web::imports_page)
            .post(write, "/desk/imports", web::begin)
            .get(write, "/desk/imports/{id}", web::import_page)
            .get(write, "/desk/imports/{id}/files", web_files::files_page)
            .post(write, "/desk/imports/{id}/files", web_files::files_sent)
            .taking(MOST_FORM_BYTES)
            .post(write, "/desk/imports/{id}/files/{file}/remove", web_files::remove_file)
            .post(write, "/desk/imports/{id}/inspect", web_files::inspect)
            .get(write, "/desk/imports/{id}/position", web_position::position_page)
            .post(write, "/desk/imports/{id}/position", web_position::position_sent)
            .get(write, "/desk/imports/{id}/columns", web_columns::columns_page)
            .post(write, "/desk/imports/{id}/columns", web_columns::columns_sent)
            .taking(MOST_COLUMNS_BYTES)
            .get(write, "/desk/imports/{id}/review", web_review::review_page)
            .post(write, "/desk/imports/{id}/review", web_review::review_sent)
            .taking(MOST_COLUMNS_BYTES)
            .get(write, "/desk/imports/{id}/report.xlsx", web_review::report_file)
            .get(write, "/desk/imports/{id}/done", web_review::done_page)
            .post(write, "/desk/imports/{id}/undo", web_review::undo)
            .taking(MOST_COLUMNS_BYTES)
            .post(write, "/desk/imports/{id}/again", web::again)
            .post(write, "/desk/imports/{id}/abandon", web::abandon)
            .with_state(self.clone())
    }

    fn json_doors(&self) -> Doors {
        let write = Access::May(RegistryWrite);
        Doors::new()
            .get(write, "/api/desk/imports", api::imports)
            .post(write, "/api/desk/imports", api::begin_import)
            .get(write, "/api/desk/imports/{id}", api::import)
            .delete(write, "/api/desk/imports/{id}", api::abandon_import)
            .options(write, "/api/desk/imports/{id}/files", upload_api::upload_terms)
            .post(write, "/api/desk/imports/{id}/files", upload_api::add_file)
            .get(write, "/api/desk/imports/{id}/files/{file}", upload_api::received_file)
            .patch(write, "/api/desk/imports/{id}/files/{file}", upload_api::append_to_file)
            .taking(MOST_PIECE_BYTES)
            .delete(write, "/api/desk/imports/{id}/files/{file}", upload_api::remove_file)
            .post(write, "/api/desk/imports/{id}/inspect", api::inspect_import)
            .get(write, "/api/desk/imports/{id}/inspection", api::import_inspection)
            .get(write, "/api/desk/imports/{id}/mapping", api::import_mapping)
            .put(write, "/api/desk/imports/{id}/mapping", api::put_import_mapping)
            .taking(MOST_COLUMNS_BYTES)
            .post(write, "/api/desk/imports/{id}/compare", api::compare_import)
            .get(write, "/api/desk/imports/{id}/items", api::import_items)
            .get(write, "/api/desk/imports/{id}/rejected", api::import_rejected)
            .post(write, "/api/desk/imports/{id}/excluded", api::exclude_items)
            .taking(MOST_COLUMNS_BYTES)
            .post(write, "/api/desk/imports/{id}/apply", api::apply_import)
            .post(write, "/api/desk/imports/{id}/undo", api::undo_import)
            .taking(MOST_COLUMNS_BYTES)
            .get(write, "/api/desk/import-mappings", api::import_mappings)
            .put(write, "/api/desk/import-mappings/{name}", api::save_import_mapping)
            .taking(MOST_COLUMNS_BYTES)
            .delete(write, "/api/desk/import-mappings/{name}", api::forget_import_mapping)
            .with_state(self.clone())
    }
}
