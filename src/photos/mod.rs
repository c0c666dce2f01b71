//! Photos of assets: taken by the staff, shown upright and without what the camera wrote into them.
//!
//! Invariants: a file is judged by its own bytes and unpacked only within stated limits; originals are private, and
//! what the public gets are renditions that hold pixels alone; the objects are there before the row that names them;
//! nothing is deleted, and each change leaves an event (the database sees to it); a photo is never more public than
//! its asset.

mod api;
mod exif;
mod model;
mod ops;
mod render;
mod store;
mod web;

use std::sync::Arc;

use sqlx::PgPool;
use tokio::sync::Semaphore;

pub use api::{
    __path_add_photo, __path_change_photo, __path_original, __path_photos, __path_picture,
    __path_remove_photo,
};
pub use model::{MOST_BYTES, MOST_PIXELS, NewPhoto, Photo, PhotoChange, SIZES_PX};
pub use ops::PublicPhoto;

use crate::{
    platform::{
        Config, Files,
        access::Permission,
        http::{Access, Doors},
    },
    registry::Registry,
    ui::Site,
};

/// Most files that are received at once; each is held whole in memory.
const MOST_ARRIVALS: usize = 8;
/// Most files that are unpacked at once.
const MOST_UNPACKED: usize = 2;
/// Most bytes of one form with files, without scripts.
const MOST_FORM_BYTES: usize = 60_000_000;

/// The photos as one node holds them. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Photos {
    pool: PgPool,
    files: Files,
    registry: Registry,
    site: Site,
    arrivals: Arc<Semaphore>,
    unpacking: Arc<Semaphore>,
}

impl Photos {
    /// Opens the slice.
    #[must_use]
    pub fn new(pool: PgPool, config: &Config, registry: Registry, site: Site) -> Self {
        Self {
            pool,
            files: Files::new(config),
            registry,
            site,
            arrivals: Arc::new(Semaphore::new(MOST_ARRIVALS)),
            unpacking: Arc::new(Semaphore::new(MOST_UNPACKED)),
        }
    }

    /// Doors of the photos.
    pub fn doors(&self) -> Doors {
        let (read, verify) = (Access::May(Permission::RegistryRead), Access::May(Permission::RegistryVerify));
        Doors::new()
            .get(Access::Public, "/photos/{id}/{file}", api::picture)
            .get(read, "/api/desk/assets/{id}/photos", api::photos)
            .post(verify, "/api/desk/assets/{id}/photos", api::add_photo)
            .taking(MOST_BYTES)
            .get(read, "/api/desk/photos/{id}/original", api::original)
            .patch(verify, "/api/desk/photos/{id}", api::change_photo)
            .delete(verify, "/api/desk/photos/{id}", api::remove_photo)
            .get(read, "/desk/assets/{id}/photos", web::photos_page)
            .post(verify, "/desk/assets/{id}/photos", web::add_photos)
            .taking(MOST_FORM_BYTES)
            .post(verify, "/desk/photos/{id}", web::change_photo)
            .post(verify, "/desk/photos/{id}/remove", web::remove_photo)
            .with_state(self.clone())
    }
}
