//! Long work in the background: looking at files, comparing, bringing in.
//!
//! A task holds its import by a mark and gives a sign of life every few seconds. When the node ends, the signs end with
//! it, and the task can be taken up again by any node; what it was about to write was one transaction that never ended.

use std::{
    panic::AssertUnwindSafe,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use futures::{FutureExt, StreamExt};
use importers::table::InputFile;
use sha2::{Digest, Sha256};
use tokio::io::AsyncWriteExt;
use uuid::Uuid;

use super::{
    Imports, engine, fit,
    looked::look,
    model::{File, Job, Task},
    ops, store, task_store,
    words::{Reason, unexpected},
};
use crate::platform::Ctx;

/// Time between two signs of life.
const PULSE: Duration = Duration::from_secs(2);
/// Part of the whole that fetching the files takes.
const FETCHED: f64 = 0.1;

/// How far a task has come, told by whoever does it and read by its pulse.
#[derive(Debug, Clone, Default)]
pub(super) struct Progress {
    /// Millionths.
    done: Arc<AtomicU64>,
    working: Arc<AtomicBool>,
}

impl Progress {
    pub(super) fn set(&self, fraction: f64) {
        self.done.store((fraction.clamp(0.0, 1.0) * 1e6) as u64, Ordering::Relaxed);
    }

    fn fraction(&self) -> f64 {
        self.done.load(Ordering::Relaxed) as f64 / 1e6
    }

    fn phase(&self) -> &'static str {
        if self.working.load(Ordering::Relaxed) { "working" } else { "waiting" }
    }
}

/// Why a task came to nothing.
#[derive(Debug)]
pub(super) enum TaskError {
    /// People are told why.
    Stated(Reason),
    /// Our fault; it goes to the log.
    Internal(Box<dyn std::error::Error + Send + Sync>),
}

impl<E: Into<Box<dyn std::error::Error + Send + Sync>>> From<E> for TaskError {
    fn from(error: E) -> Self {
        Self::Internal(error.into())
    }
}

impl Imports {
    /// Lets a task run that was taken up with a mark.
    pub(super) fn spawn(&self, ctx: Ctx, job: Uuid, task: Task, mark: Uuid) {
        let imports = self.clone();
        tokio::spawn(async move { imports.work(&ctx, job, task, mark).await });
    }

    async fn work(&self, ctx: &Ctx, job: Uuid, task: Task, mark: Uuid) {
        let progress = Progress::default();
        let work = AssertUnwindSafe(self.in_turn(ctx, job, task, mark, &progress)).catch_unwind();
        let outcome = tokio::select! {
            outcome = work => outcome,
            () = self.pulse(job, mark, &progress) => {
                tracing::warn!(%job, ?task, "an import was taken up by somebody else meanwhile");
                return;
            }
        };
        let reason = match outcome {
            Ok(Ok(())) => return,
            Ok(Err(TaskError::Stated(reason))) => reason,
            Ok(Err(TaskError::Internal(error))) => {
                tracing::error!(%job, ?task, %error, "an import came to nothing");
                unexpected(ctx)
            }
            Err(_) => unexpected(ctx),
        };
        if let Err(error) = task_store::fail(&self.pool, job, mark, &reason.pl, &reason.en).await {
            tracing::error!(%job, %error, "the end of an import could not be written");
        }
    }

    /// Gives signs of life until the task is no longer ours.
    async fn pulse(&self, job: Uuid, mark: Uuid, progress: &Progress) {
        let mut ticks = tokio::time::interval(PULSE);
        loop {
            ticks.tick().await;
            match task_store::beat(&self.pool, job, mark, progress.phase(), progress.fraction()).await {
                Ok(true) => {}
                // Either it has just ended well, and then this is dropped at once, or it is somebody else's.
                Ok(false) => return,
                Err(error) => tracing::warn!(%job, %error, "a sign of life could not be given"),
            }
        }
    }

    async fn in_turn(
        &self,
        ctx: &Ctx,
        id: Uuid,
        task: Task,
        mark: Uuid,
        progress: &Progress,
    ) -> Result<(), TaskError> {
        let _turn = self.turn.acquire().await?;
        progress.working.store(true, Ordering::Relaxed);
        let Some(job) = store::job(&self.pool, id).await? else { return Ok(()) };
        let scratch = Scratch::new(&self.scratch)?;
        let files = self.fetch(&job, &scratch, progress).await?;
        match task {
            Task::Inspect => self.do_inspect(ctx, &job, mark, files, &scratch).await,
            Task::DryRun => engine::compare(self, ctx, &job, mark, files, progress).await,
            Task::Apply => engine::apply(self, ctx, &job, files, progress).await,
            Task::Undo => Ok(()),
        }
    }

    async fn do_inspect(
        &self,
        ctx: &Ctx,
        job: &Job,
        mark: Uuid,
        files: Vec<InputFile>,
        scratch: &Scratch,
    ) -> Result<(), TaskError> {
        let unpacked = scratch.folder("unpacked")?;
        let looked = tokio::task::spawn_blocking(move || look(&files, &unpacked));
        let looked = looked.await?.map_err(|error| TaskError::Stated(Reason::of_table(&error)))?;
        if let Some(reason) = fit::unreadable(&looked) {
            return Err(TaskError::Stated(reason));
        }
        let own = store::saved_mappings(&self.pool).await?;
        let chosen = fit::choose(&looked.inspection, super::saved::all(own), &self.kind_specs(), &job.name);
        let kinds = ops::kinds_of(&chosen.mapping);
        // A mapping for what the clerk may not change is no proposal to them.
        let may = kinds
            .iter()
            .all(|kind| ctx.may(crate::platform::access::Permission::RegistryWrite, Some(kind.as_str())));
        let toml = if may { chosen.mapping.to_toml() } else { String::new() };
        let kinds = if may { kinds } else { Vec::new() };
        let name = chosen.name.as_deref().filter(|_| may);
        task_store::inspected(&self.pool, job.id, mark, &looked, (&toml, name, &kinds)).await?;
        Ok(())
    }

    /// Brings the files of an import to this machine and sums them up.
    pub(super) async fn fetch(
        &self,
        job: &Job,
        scratch: &Scratch,
        progress: &Progress,
    ) -> Result<Vec<InputFile>, TaskError> {
        let files = store::files(&self.pool, job.id).await?;
        let all: i64 = files.iter().map(|file| file.bytes).sum();
        let folder = scratch.folder("files")?;
        let mut done = 0;
        for file in &files {
            let path = folder.join(&file.name);
            if let Some(parent) = path.parent() {
                tokio::fs::create_dir_all(parent).await?;
            }
            self.fetch_one(file, &path, &mut |bytes| {
                done += bytes;
                progress.set(FETCHED * done as f64 / all.max(1) as f64);
            })
            .await?;
        }
        Ok(match files.as_slice() {
            [one] => vec![InputFile { path: folder.join(&one.name), name: one.name.clone() }],
            _ => vec![InputFile { path: folder, name: job.name.clone() }],
        })
    }

    async fn fetch_one(
        &self,
        file: &File,
        path: &Path,
        arrived: &mut (dyn FnMut(i64) + Send),
    ) -> Result<(), TaskError> {
        let mut out = tokio::fs::File::create(path).await?;
        let mut sum = Sha256::new();
        for object in &file.objects {
            let found = self.files.stream(object).await?;
            let mut pieces = found.ok_or("a piece of a file is no longer there")?.content;
            while let Some(piece) = pieces.next().await {
                let piece = piece?;
                sum.update(&piece);
                out.write_all(&piece).await?;
                arrived(piece.len() as i64);
            }
        }
        out.flush().await?;
        let sum = sum.finalize();
        let hex: String = sum.iter().map(|byte| format!("{byte:02x}")).collect();
        match &file.sha256 {
            None => store::set_sum(&self.pool, file.id, &sum).await?,
            Some(known) if *known == hex => {}
            Some(_) => return Err("a file is not what it was when it was looked at".into()),
        }
        Ok(())
    }
}

/// A folder for one task that ends with it.
#[derive(Debug)]
pub(super) struct Scratch(PathBuf);

impl Scratch {
    pub(super) fn new(below: &Path) -> std::io::Result<Self> {
        let folder = below.join(Uuid::new_v4().to_string());
        std::fs::create_dir_all(&folder)?;
        Ok(Self(folder))
    }

    pub(super) fn folder(&self, name: &str) -> std::io::Result<PathBuf> {
        let folder = self.0.join(name);
        std::fs::create_dir_all(&folder)?;
        Ok(folder)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.0) {
            tracing::warn!(folder = %self.0.display(), %error, "the folder of an import could not be removed");
        }
    }
}
