//! From a reader's records to the registry.

use std::sync::Arc;

use geo_types::Rect;
use serde::Serialize;
use serde_json::json;
use sqlx::PgPool;
use tokio::sync::mpsc;
use uuid::Uuid;

use super::{
    model::{Delivery, ImportFailure, Mode, Outcome},
    rows::{PIECES_WAITING, Piece, Rows, Same, Straight},
    store::{self, Plan},
};
use crate::{
    platform::{Ctx, db::build_missing_indexes},
    registry::TownArea,
};

/// What a reader gives back: its own report, and the area that the delivery claims to cover. Known things inside
/// it that were not delivered have vanished; without an area, all of the source's.
pub(super) type Read<T> = (T, Option<Rect<f64>>);

/// How a delivery is taken.
#[derive(Debug)]
pub(super) struct Run {
    pub mode: Mode,
    /// Kinds whose things may vanish, `people` among them; `None`: all of the source's.
    pub kinds: Option<Vec<String>>,
    /// Whether things beside others of their kind are looked for, and geometries are judged.
    pub careful: bool,
    /// The town's area from the settings.
    pub town: Option<Arc<TownArea>>,
    /// The job whose review is written.
    pub job: Option<Uuid>,
    /// What people call the source, and its terms.
    pub terms: Option<(String, Option<String>)>,
}

impl Run {
    /// A source with keys of its own, whose things are taken as they come.
    pub(super) fn trusting(mode: Mode) -> Self {
        Self { mode, kinds: None, careful: false, town: None, job: None, terms: None }
    }
}

/// Brings in all that `read` hands over, in one transaction.
///
/// `read` runs on a thread of its own; when it fails nothing has changed.
///
/// # Errors
/// [`ImportFailure`]; the registry is then as it was.
pub(super) async fn bring_in<T, E, F>(
    ctx: &Ctx,
    pool: &PgPool,
    delivery: &Delivery,
    run: Run,
    read: F,
) -> Result<(T, Outcome), ImportFailure<E>>
where
    T: Serialize + Send + 'static,
    E: Send + 'static,
    F: FnOnce(&mut Rows) -> Result<Read<T>, E> + Send + 'static,
{
    build_missing_indexes(pool).await?;
    let mut transaction = store::begin(pool, ctx.actor(), &run.mode).await?;
    let first = store::is_first_filling(&mut transaction, run.mode != Mode::Dry).await?;
    let change_set = delivery.comment.as_ref().map(|_| Uuid::now_v7());
    let straight = match &run.mode {
        Mode::Apply(accept) if first => {
            let same = Same { source: &delivery.source, actor: ctx.actor(), change_set, now: ctx.now };
            Straight::open(accept, run.careful, run.town.as_deref(), &same)
        }
        _ => None,
    };
    let (sender, receiver) = mpsc::channel::<Piece>(PIECES_WAITING);
    let reader = tokio::task::spawn_blocking(move || {
        let mut rows = Rows::new(sender, straight);
        let read = read(&mut rows);
        // When the reader succeeded but the rest cannot be sent, the database has failed and says so itself.
        let _ = rows.end();
        (read, rows.contents, rows.refused)
    });
    let taken = store::take_in(&mut transaction, receiver).await;
    let (read, contents, mut refused) = match reader.await {
        Ok(read) => read,
        Err(panic) => std::panic::resume_unwind(panic.into_panic()),
    };
    // A refusal of the database is the cause of the reader's "cannot hand over", so it comes first.
    let aside = taken?;
    let (report, extent) = read.map_err(ImportFailure::Reader)?;
    if contents.projected {
        store::to_degrees(&mut transaction).await.map_err(position)?;
    }
    if let Some(kind) = store::unknown_kind(&mut transaction, &contents).await? {
        return Err(ImportFailure::UnknownKind(kind));
    }
    let writes = run.mode != Mode::Dry;
    let plan = Plan {
        source: &delivery.source,
        mode: &run.mode,
        extent,
        kinds: run.kinds.as_deref(),
        careful: run.careful,
        town: run.town.as_deref().map(TownArea::to_ewkb).transpose().map_err(ImportFailure::Refused)?,
        now: ctx.now,
        job: run.job,
        contents,
        first,
        aside,
    };
    let change_set = delivery.comment.as_deref().zip(change_set);
    let mut outcome = plan.carry_out(ctx, &mut transaction, change_set).await.map_err(twice)?;
    outcome.values_rejected = refused.values;
    outcome.counts = outcome
        .kinds
        .iter()
        .filter(|(kind, _)| *kind != "basemap")
        .fold(outcome.counts, |sum, (_, counts)| sum.plus(*counts));
    outcome.counts.rejected = refused.rows + outcome.burials_without_grave;
    outcome.counts.skipped = refused.skipped;
    outcome.counts.read += outcome.counts.rejected + outcome.counts.skipped;
    refused.told.append(&mut outcome.rejected);
    outcome.rejected = refused.told;
    if let Some(job) = run.job {
        store::write_rejected(&mut transaction, job, &outcome.rejected).await?;
    }
    if writes {
        if let Some((title, licence)) = &run.terms {
            store::keep_terms(&mut transaction, &delivery.source, title, licence.as_deref(), ctx.now).await?;
        }
        let told = json!({ "outcome": { "kinds": outcome.kinds, "counts": outcome.counts,
            "change_set": outcome.change_set }, "reader": report });
        store::record_run(&mut transaction, delivery, ctx.now, told).await?;
    }
    transaction.commit().await?;
    // All is in; without indexes and fresh statistics it is only slower for a while.
    if writes && let Err(error) = finish(pool, first).await {
        tracing::warn!(%error, "indexes or statistics could not be brought up to date; the next start does it");
    }
    Ok((report, outcome))
}

async fn finish(pool: &PgPool, first: bool) -> Result<(), sqlx::Error> {
    build_missing_indexes(pool).await?;
    store::analyze(pool, first).await
}

/// The keys of the database find what is delivered twice.
fn twice<E>(error: sqlx::Error) -> ImportFailure<E> {
    match store::delivered_twice(&error) {
        Some(detail) => ImportFailure::Twice(detail),
        None => error.into(),
    }
}

/// Numbers that a reference system cannot hold are the file's fault, not the database's.
fn position<E>(error: sqlx::Error) -> ImportFailure<E> {
    match &error {
        sqlx::Error::Database(told)
            if told.message().contains("transform") || told.message().contains("SRID") =>
        {
            ImportFailure::Position(format!(
                "some coordinates do not fit the reference system of the mapping ({}); check srid and the order of axes",
                told.message()
            ))
        }
        _ => error.into(),
    }
}
