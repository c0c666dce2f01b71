//! Files are received in pieces, each by itself, so that a broken line costs one piece and any node goes on.

use bytes::Bytes;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{
    Imports,
    model::{File, Job, MOST_FILE_BYTES, MOST_FILES, MOST_IMPORT_BYTES, MOST_PIECE_BYTES, clean_name},
    store,
};
use crate::{
    kernel::{Lang, ParamError},
    platform::{
        Ctx,
        http::{Failure, ResultExt},
        i18n::{Texts, texts},
    },
};

/// A file that is announced.
#[derive(Debug, Clone)]
pub struct NewFile {
    /// As its owner calls it.
    pub name: String,
    /// Its size in bytes.
    pub bytes: i64,
}

impl Imports {
    /// Announces a file. One of the same name and size that has not arrived whole is gone on with; another one of the
    /// same name takes its place. Answers the file, and whether it is new.
    ///
    /// # Errors
    /// Not found, not allowed; too large, before anything of it is sent; a conflict when the import is past its files.
    pub async fn announce(&self, ctx: &Ctx, job: Uuid, new: NewFile) -> Result<(File, bool), Failure> {
        let t = texts(ctx.lang);
        let open = self.open_job(ctx, job).await?;
        let name = clean_name(&new.name).ok_or_else(|| ParamError::new("filename", "is empty"))?;
        if new.bytes < 0 {
            return Err(ParamError::new("Upload-Length", "must be a whole number of at least 0").into());
        }
        if new.bytes > MOST_FILE_BYTES {
            return Err(Failure::TooLarge(too_large(t)));
        }
        let known = store::files(&self.pool, job).await?;
        let same = known.iter().find(|file| file.name == name);
        if let Some(file) = same.filter(|file| file.bytes == new.bytes) {
            return Ok((file.clone(), false));
        }
        if known.len() as i64 >= MOST_FILES {
            return Err(Failure::TooLarge(t.args("imports-too-many-files", &[("most", MOST_FILES.into())])));
        }
        let others: i64 = known.iter().filter(|file| file.name != name).map(|file| file.bytes).sum();
        if others + new.bytes > MOST_IMPORT_BYTES {
            return Err(Failure::TooLarge(t.get("imports-import-too-large")));
        }
        let mut transaction = self.pool.begin().await?;
        store::lock_job(&mut transaction, job).await?;
        store::reopen(&mut transaction, job, ctx.now).await?;
        if let Some(file) = same {
            store::remove_file(&mut transaction, job, file.id, ctx.now).await?;
        }
        let id = store::add_file(&mut transaction, job, &name, new.bytes, ctx.now).await?;
        transaction.commit().await?;
        self.name_after(&open, &name).await?;
        self.received(ctx, job, id).await.map(|file| (file, true))
    }

    /// An import without a name is called by its first file.
    async fn name_after(&self, job: &Job, file: &str) -> Result<(), Failure> {
        let unnamed = [Lang::Pl, Lang::En].map(|lang| texts(lang).get("imports-unnamed"));
        if unnamed.contains(&job.name) {
            let short: String = file.rsplit('/').next().unwrap_or(file).chars().take(100).collect();
            store::rename(&self.pool, job.id, &short).await?;
        }
        Ok(())
    }

    /// How much of a file has arrived.
    ///
    /// # Errors
    /// Not found, not allowed.
    pub async fn received(&self, ctx: &Ctx, job: Uuid, file: Uuid) -> Result<File, Failure> {
        self.job(ctx, job).await?;
        store::file(&self.pool, job, file).await?.ok_or_else(|| Failure::not_found("this file"))
    }

    /// Takes the next piece of a file; answers how much has arrived.
    ///
    /// The file stays locked while the piece is kept: of two pieces for the same place one waits, and is then refused.
    ///
    /// # Errors
    /// A conflict when the piece does not begin where the file ends so far; too large when it goes beyond the file.
    pub async fn append(
        &self,
        ctx: &Ctx,
        job: Uuid,
        file: Uuid,
        offset: i64,
        piece: Bytes,
    ) -> Result<i64, Failure> {
        let t = texts(ctx.lang);
        self.open_job(ctx, job).await?;
        let mut transaction = self.pool.begin().await?;
        let file = store::lock_file(&mut transaction, job, file)
            .await?
            .ok_or_else(|| Failure::not_found("this file"))?;
        if file.received != offset {
            return Err(Failure::Conflict {
                code: "wrong-offset",
                detail: t.get("imports-wrong-offset"),
                more: serde_json::json!({ "offset": file.received }),
            });
        }
        let size = piece.len() as i64;
        if offset + size > file.bytes {
            return Err(Failure::TooLarge(t.args("imports-beyond-length", &[("bytes", file.bytes.into())])));
        }
        if size > 0 {
            let object = object_name(&file, offset, &piece);
            self.files.put(&object, piece).await.internal("keep a piece of a file")?;
            store::file_grew(&mut transaction, &file, &object, size, ctx.now).await?;
        }
        transaction.commit().await?;
        Ok(offset + size)
    }

    /// Takes a file out of an import again.
    ///
    /// # Errors
    /// Not found, not allowed; a conflict when the import is past its files.
    pub async fn drop_file(&self, ctx: &Ctx, job: Uuid, file: Uuid) -> Result<(), Failure> {
        self.open_job(ctx, job).await?;
        let mut transaction = self.pool.begin().await?;
        let known = store::lock_file(&mut transaction, job, file)
            .await?
            .ok_or_else(|| Failure::not_found("this file"))?;
        store::remove_file(&mut transaction, job, known.id, ctx.now).await?;
        store::reopen(&mut transaction, job, ctx.now).await?;
        transaction.commit().await?;
        self.files.remove_below(&folder(job, Some(file))).await.internal("remove a file")?;
        Ok(())
    }

    /// Begins a file of unknown size, which a form brings without scripts.
    pub(super) async fn begin_stream(&self, ctx: &Ctx, job: Uuid, name: &str) -> Result<File, Failure> {
        let new = NewFile { name: name.to_owned(), bytes: MOST_FORM_BYTES_DECLARED };
        // One that a form left half is begun anew: forms cannot go on where they ended.
        let clean = clean_name(name).ok_or_else(|| ParamError::new("file", "has no name"))?;
        let known = store::files(&self.pool, job).await?;
        if let Some(half) = known.iter().find(|file| file.name == clean) {
            self.drop_file(ctx, job, half.id).await?;
        }
        Ok(self.announce(ctx, job, new).await?.0)
    }

    /// Ends a file of unknown size: what has arrived is all of it.
    pub(super) async fn end_stream(&self, file: &File, bytes: i64) -> Result<(), Failure> {
        let mut transaction = self.pool.begin().await?;
        store::set_size(&mut transaction, file.id, bytes).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// An import to which files may still be added.
    pub(super) async fn open_job(&self, ctx: &Ctx, id: Uuid) -> Result<Job, Failure> {
        let job = self.job(ctx, id).await?;
        let is_busy = job.running.as_ref().is_some_and(|running| !running.dead);
        if !job.state.is_open() || is_busy {
            return Err(super::ops::not_now(texts(ctx.lang), &job));
        }
        Ok(job)
    }
}

/// Size that a file of a form is announced with, before it is known.
const MOST_FORM_BYTES_DECLARED: i64 = super::model::MOST_FORM_BYTES as i64;

/// The sentence that says how large a file may be.
pub(super) fn too_large(t: &Texts) -> String {
    t.args("imports-file-too-large", &[("most", (MOST_FILE_BYTES / 1024 / 1024).into())])
}

/// Where the pieces of an import lie, or of one of its files.
pub(super) fn folder(job: Uuid, file: Option<Uuid>) -> String {
    match file {
        Some(file) => format!("imports/{job}/{file}"),
        None => format!("imports/{job}"),
    }
}

/// A piece is named by its place and its content: written again it is the same, and two that race do not mix.
fn object_name(file: &File, offset: i64, piece: &[u8]) -> String {
    let sum = Sha256::digest(piece);
    let short: String = sum.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    debug_assert!(piece.len() <= MOST_PIECE_BYTES, "pieces are cut before");
    format!("{}/{offset:012}-{short}", folder(file.job, Some(file.id)))
}
