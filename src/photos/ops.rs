//! Use cases of the photos.

use std::time::Duration;

use bytes::Bytes;
use chrono::NaiveDate;
use serde::Serialize;
use sha2::{Digest, Sha256};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    Photos,
    exif::{self, Taken, TakenAt},
    model::{
        LONGEST_CAPTION, MOST_BYTES, MOST_PHOTOS, MediaType, NewPhoto, Photo, PhotoChange, Refusal,
        Rendition, original_name, rendition_name, stored_size, tidy_file_name,
    },
    render::{self, Rendered},
    store,
};
use crate::{
    platform::{
        Ctx,
        access::Permission,
        files::Object,
        http::{Failure, ResultExt},
        i18n::texts,
    },
    registry::AssetHead,
};

/// How long a file may wait until others are done.
const LONGEST_WAIT: Duration = Duration::from_secs(30);
/// How long one file may take to be unpacked and made small.
const LONGEST_WORK: Duration = Duration::from_secs(40);

/// A photo as the public may know it. Where the camera stood is not told.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PublicPhoto {
    /// Its id.
    pub id: Uuid,
    /// What people say of it.
    pub caption: Option<String>,
    /// The day on which it was taken.
    pub taken_on: Option<NaiveDate>,
    /// Width in pixels of the original.
    pub width: u32,
    /// Height in pixels of the original.
    pub height: u32,
    /// Address of a small rendition.
    pub small: String,
    /// Address of a large rendition.
    pub large: String,
}

impl From<&Photo> for PublicPhoto {
    fn from(photo: &Photo) -> Self {
        Self {
            id: photo.id,
            caption: photo.caption.clone(),
            taken_on: photo.taken_on,
            width: photo.width,
            height: photo.height,
            small: photo.url(320, "jpg"),
            large: photo.url(2048, "jpg"),
        }
    }
}

/// A file as it was sent.
#[derive(Debug)]
pub(super) struct Original {
    pub photo: Photo,
    pub media_type: MediaType,
    pub object: Object,
}

/// What was found out about a file and made of it.
#[derive(Debug)]
struct Worked {
    media_type: MediaType,
    taken: Taken,
    rendered: Rendered,
}

impl Photos {
    /// Adds a photo to an asset; answers it, and whether it is new. The same file again is the same photo.
    ///
    /// # Errors
    /// Not found, not allowed, or what is wrong with the file in the caller's language.
    pub async fn add(&self, ctx: &Ctx, asset: Uuid, file: NewPhoto) -> Result<(Photo, bool), Failure> {
        self.may_add(ctx, asset).await?;
        let t = texts(ctx.lang);
        if file.bytes.len() > MOST_BYTES {
            return Err(Refusal::TooManyBytes.failure(t));
        }
        let media_type = MediaType::of(&file.bytes).map_err(|refusal| refusal.failure(t))?;
        let bytes = file.bytes.clone();
        let sha256: [u8; 32] = tokio::task::spawn_blocking(move || Sha256::digest(&bytes).into())
            .await
            .internal("sum up a photo")?;
        if let Some((id, removed)) = store::same_content(&self.pool, asset, &sha256).await? {
            if removed {
                store::restore(&self.pool, id, ctx.now, ctx.actor()).await?;
            }
            return Ok((self.known(id).await?, removed));
        }
        if store::count(&self.pool, asset).await? >= MOST_PHOTOS {
            return Err(Failure::Stated {
                code: "photos-full",
                detail: t.get("photos-refused-full"),
                more: serde_json::Value::Null,
            });
        }
        let worked =
            self.work(file.bytes.clone(), media_type).await?.map_err(|refusal| refusal.failure(t))?;
        let name = hex(&sha256);
        self.keep(&name, file.bytes.clone(), &worked.rendered).await?;
        let (taken_at, taken_local) = match worked.taken.at {
            Some(TakenAt::Instant(at)) => (Some(at), None),
            Some(TakenAt::Local(at)) => (None, Some(at)),
            None => (None, None),
        };
        let file_name = file.file_name.as_deref().and_then(tidy_file_name);
        let row = store::NewRow {
            asset,
            sha256: &sha256,
            media_type: worked.media_type.as_str(),
            bytes: i64::try_from(file.bytes.len()).unwrap_or(i64::MAX),
            file_name: file_name.as_deref(),
            width: i32::try_from(worked.rendered.width).unwrap_or(i32::MAX),
            height: i32::try_from(worked.rendered.height).unwrap_or(i32::MAX),
            taken_at,
            taken_local,
            position: worked.taken.position,
            direction: worked.taken.direction_deg,
            now: ctx.now,
            actor: ctx.actor(),
        };
        let (id, is_new) = store::add(&self.pool, &row).await?;
        Ok((self.known(id).await?, is_new))
    }

    /// Refuses whoever may not add photos to an asset.
    ///
    /// # Errors
    /// Not found, when there is no such asset or it is removed; or not allowed.
    pub(super) async fn may_add(&self, ctx: &Ctx, asset: Uuid) -> Result<AssetHead, Failure> {
        let head = self.staff_head(ctx, asset).await?;
        ctx.require(Permission::RegistryVerify, Some(head.kind.slug.as_str()))?;
        if !head.live {
            return Err(Failure::not_found(format!("asset {asset}")));
        }
        Ok(head)
    }

    /// An asset as the staff may know it.
    pub(super) async fn staff_head(&self, ctx: &Ctx, asset: Uuid) -> Result<AssetHead, Failure> {
        let head = self.registry.asset_head(ctx, asset).await?;
        let head = head.ok_or_else(|| Failure::not_found(format!("asset {asset}")))?;
        ctx.require(Permission::RegistryRead, Some(head.kind.slug.as_str()))?;
        Ok(head)
    }

    /// Unpacks a file on a thread of its own, two at once, within a stated time.
    async fn work(&self, bytes: Bytes, media_type: MediaType) -> Result<Result<Worked, Refusal>, Failure> {
        let waiting = self.unpacking.clone().acquire_owned();
        let permit = tokio::time::timeout(LONGEST_WAIT, waiting)
            .await
            .map_err(|_| Failure::Busy)?
            .internal("wait to unpack a photo")?;
        let task = tokio::task::spawn_blocking(move || {
            // A thread cannot be stopped: whatever overstays holds its place until it is done.
            let _permit = permit;
            let taken = exif::read(&bytes);
            let rendered = render::render(&bytes, media_type, taken.orientation)?;
            Ok(Worked { media_type, taken, rendered })
        });
        match tokio::time::timeout(LONGEST_WORK, task).await {
            Ok(Ok(worked)) => Ok(worked),
            Ok(Err(error)) => {
                tracing::warn!(%error, "a photo could not be unpacked");
                Ok(Err(Refusal::Damaged))
            }
            Err(_) => Ok(Err(Refusal::TooSlow)),
        }
    }

    /// Writes all objects of a photo.
    async fn keep(&self, sha256: &str, original: Bytes, rendered: &Rendered) -> Result<(), Failure> {
        self.files.put(&original_name(sha256), original).await.internal("keep a photo")?;
        for (rendition, bytes) in &rendered.files {
            let name = rendition_name(sha256, *rendition);
            self.files.put(&name, Bytes::copy_from_slice(bytes)).await.internal("keep a rendition")?;
        }
        Ok(())
    }

    async fn known(&self, id: Uuid) -> Result<Photo, Failure> {
        store::photo(&self.pool, id).await?.ok_or_else(|| Failure::not_found(format!("photo {id}")))
    }

    /// All photos of an asset that are not removed, for the staff.
    ///
    /// # Errors
    /// Not found, not allowed, or the database fails.
    pub async fn of_asset(&self, ctx: &Ctx, asset: Uuid) -> Result<Vec<Photo>, Failure> {
        self.staff_head(ctx, asset).await?;
        Ok(store::of_asset(&self.pool, asset, MOST_PHOTOS).await?)
    }

    /// The photos of an asset that everybody may see.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn public_of(&self, ctx: &Ctx, asset: Uuid) -> Result<Vec<Photo>, Failure> {
        match self.registry.asset_head(ctx, asset).await? {
            Some(head) if head.is_public() => {
                let photos = store::of_asset(&self.pool, asset, MOST_PHOTOS).await?;
                Ok(photos.into_iter().filter(|photo| photo.public).collect())
            }
            _ => Ok(Vec::new()),
        }
    }

    /// A photo that whoever asks may see, and whether everybody may.
    async fn visible(&self, ctx: &Ctx, id: Uuid) -> Result<(Photo, AssetHead, bool), Failure> {
        let gone = || Failure::not_found(format!("photo {id}"));
        let photo = self.known(id).await?;
        let head = self.registry.asset_head(ctx, photo.asset_id).await?.ok_or_else(gone)?;
        let public = photo.public && head.is_public();
        if public || ctx.may(Permission::RegistryRead, Some(head.kind.slug.as_str())) {
            Ok((photo, head, public))
        } else {
            Err(gone())
        }
    }

    /// A photo that whoever asks may see, and whether everybody may, so that anybody may keep it.
    pub(super) async fn seen(&self, ctx: &Ctx, id: Uuid) -> Result<(Photo, bool), Failure> {
        let (photo, _, public) = self.visible(ctx, id).await?;
        Ok((photo, public))
    }

    /// A rendition of a photo that was [`Photos::seen`].
    pub(super) async fn picture(&self, photo: &Photo, asked: Rendition) -> Result<Bytes, Failure> {
        let size_px = stored_size(photo.width, photo.height, asked.size_px);
        let name = rendition_name(&photo.sha256, Rendition { size_px, ..asked });
        let found = self.files.get(&name).await.internal("fetch a rendition")?;
        found.ok_or("the object is not there").internal("fetch a rendition")
    }

    /// The file of a photo as it was sent.
    pub(super) async fn original(&self, ctx: &Ctx, id: Uuid) -> Result<Original, Failure> {
        let (photo, head, _) = self.visible(ctx, id).await?;
        ctx.require(Permission::RegistryRead, Some(head.kind.slug.as_str()))?;
        let found = self.files.stream(&original_name(&photo.sha256)).await.internal("fetch a photo")?;
        let object = found.ok_or("the object is not there").internal("fetch a photo")?;
        let media_type = MediaType::from_stored(&photo.media_type)
            .ok_or("an unknown type is stored")
            .internal("fetch a photo")?;
        Ok(Original { photo, media_type, object })
    }

    /// A photo that whoever asks may change: all of a kind with the permission to write, else one's own.
    async fn changeable(&self, ctx: &Ctx, id: Uuid) -> Result<Photo, Failure> {
        let (photo, head, _) = self.visible(ctx, id).await?;
        let kind = Some(head.kind.slug.as_str());
        if photo.added_by == ctx.actor() && ctx.may(Permission::RegistryVerify, kind) {
            return Ok(photo);
        }
        ctx.require(Permission::RegistryWrite, kind)?;
        Ok(photo)
    }

    /// Whether somebody may change a photo of a kind.
    pub(super) fn may_change(ctx: &Ctx, kind: &str, photo: &Photo) -> bool {
        ctx.may(Permission::RegistryWrite, Some(kind))
            || (photo.added_by == ctx.actor() && ctx.may(Permission::RegistryVerify, Some(kind)))
    }

    /// Changes caption or visibility.
    ///
    /// # Errors
    /// Not found, not allowed, or the caption is too long.
    pub async fn change(&self, ctx: &Ctx, id: Uuid, change: PhotoChange) -> Result<Photo, Failure> {
        let photo = self.changeable(ctx, id).await?;
        let caption = match change.caption {
            Some(text) => tidy_caption(ctx, &text)?,
            None => photo.caption,
        };
        let public = change.public.unwrap_or(photo.public);
        store::change(&self.pool, id, caption.as_deref(), public, ctx.now, ctx.actor()).await?;
        self.known(id).await
    }

    /// Puts a photo out of sight; answers of which asset it was.
    ///
    /// # Errors
    /// Not found, or not allowed.
    pub async fn remove(&self, ctx: &Ctx, id: Uuid) -> Result<Uuid, Failure> {
        let photo = self.changeable(ctx, id).await?;
        store::remove(&self.pool, id, ctx.now, ctx.actor()).await?;
        Ok(photo.asset_id)
    }

    /// How many photos there are, and whether the latest one is in the store of files.
    ///
    /// # Errors
    /// When database or store refuse.
    pub async fn check(&self) -> anyhow::Result<(i64, bool)> {
        let (count, latest) = store::summary(&self.pool).await?;
        let there = match latest {
            Some(sha256) => self.files.has(&original_name(&sha256)).await?,
            None => true,
        };
        Ok((count, there))
    }

    /// Where the files are, for people.
    #[must_use]
    pub fn place(&self) -> String {
        self.files.place()
    }
}

/// A caption in one line; `None` when it says nothing.
fn tidy_caption(ctx: &Ctx, text: &str) -> Result<Option<String>, Failure> {
    let words: Vec<&str> = text.split(|c: char| c.is_whitespace() || c.is_control()).collect();
    let caption = words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    if caption.chars().count() > LONGEST_CAPTION {
        let detail = texts(ctx.lang)
            .args("photos-caption-too-long", &[("n", u64::try_from(LONGEST_CAPTION).unwrap_or(0).into())]);
        let faults = serde_json::json!([{ "field": "caption", "detail": detail }]);
        return Err(Failure::Invalid { detail, faults });
    }
    Ok((!caption.is_empty()).then_some(caption))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
