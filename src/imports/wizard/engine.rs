//! The seam to what compares and brings in.

use importers::{mapping::RunError, table::InputFile};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    Imports,
    model::{Accepted, Job},
    store, task_store,
    words::Reason,
    work::{Progress, TaskError},
};
use crate::{
    imports::{Accept, DeliveryInput, ImportFailure, Mode, Outcome, deliver},
    kernel::Lang,
    platform::{Ctx, http::Failure, i18n::texts},
    registry::{
        editing::{Applied, Choice, Refusal},
        history::Undo,
    },
};

/// Part of the whole that fetching the files takes.
const FETCHED: f64 = 0.1;
/// Part of the whole after reading the rows; the rest is the database's.
const READ: f64 = 0.75;

/// What stands in the list of changes. The number makes it the import's own.
fn title(job: &Job) -> String {
    let number = job.number.to_string();
    texts(Lang::Pl)
        .args("imports-change-title", &[("number", number.into()), ("name", job.name.as_str().into())])
}

fn input(imports: &Imports, job: &Job, files: Vec<InputFile>) -> Result<DeliveryInput, TaskError> {
    let mapping = imports.mapping_of(job).ok_or("the mapping of an import can no longer be read")?;
    Ok(DeliveryInput { files, mapping, title: title(job) })
}

async fn run(
    imports: &Imports,
    ctx: &Ctx,
    job: &Job,
    files: Vec<InputFile>,
    mode: Mode,
    progress: &Progress,
) -> Result<(Value, Outcome), TaskError> {
    let input = input(imports, job, files)?;
    let told = progress.clone();
    let heard = move |fraction: f64| told.set(FETCHED + (READ - FETCHED) * fraction);
    // The rows of the review stay as the clerk saw them.
    let review = (mode == Mode::Dry).then_some(job.id);
    let (reader, outcome) =
        deliver(ctx, &imports.registry, input, mode, review, heard).await.map_err(stated)?;
    let report = json!({
        "counts": outcome.counts,
        "kinds": outcome.kinds,
        "values_rejected": outcome.values_rejected,
        "burials_without_grave": outcome.burials_without_grave,
        "change_set": outcome.change_set,
        "reader": reader,
    });
    Ok((report, outcome))
}

/// Compares files with the registry and writes what was found.
pub(super) async fn compare(
    imports: &Imports,
    ctx: &Ctx,
    job: &Job,
    mark: Uuid,
    files: Vec<InputFile>,
    progress: &Progress,
) -> Result<(), TaskError> {
    let (report, _) = run(imports, ctx, job, files, Mode::Dry, progress).await?;
    store::exclude_nothing(&imports.pool, job.id).await?;
    task_store::reviewed(&imports.pool, job.id, mark, &report).await?;
    Ok(())
}

/// Brings in what is accepted.
pub(super) async fn apply(
    imports: &Imports,
    ctx: &Ctx,
    job: &Job,
    files: Vec<InputFile>,
    progress: &Progress,
) -> Result<(), TaskError> {
    // A node may have ended after the change and before it could say so.
    if let Some(change_set) = task_store::change_of_title(&imports.pool, &title(job), job.created_at).await? {
        let report = job.report.clone().unwrap_or_default();
        task_store::applied(&imports.pool, job.id, &report, Some(change_set)).await?;
        return Ok(());
    }
    let asked = task_store::input(&imports.pool, job.id).await?;
    let accepted: Accepted =
        asked.and_then(|asked| serde_json::from_value(asked).ok()).ok_or("nothing is accepted")?;
    let excluded = store::excluded(&imports.pool, job.id).await?;
    let accept = Accept { groups: accepted.groups(), excluded };
    let (report, outcome) = run(imports, ctx, job, files, Mode::Apply(accept), progress).await?;
    task_store::applied(&imports.pool, job.id, &report, outcome.change_set).await?;
    // Whoever asked sees the registry as it is now.
    imports.registry.seen().await;
    Ok(())
}

/// Takes a change set back, with all its things and people.
pub(super) async fn undo(
    imports: &Imports,
    ctx: &Ctx,
    change_set: Uuid,
    choices: Vec<Choice>,
) -> Result<Applied, Refusal> {
    imports.registry.undo(ctx, change_set, &Undo { choices, ..Undo::default() }).await
}

/// A failure as people are told it; the database's own goes to the log.
fn stated(failure: ImportFailure<RunError>) -> TaskError {
    match failure {
        ImportFailure::Reader(error) => TaskError::Stated(Reason::of_run(&error)),
        ImportFailure::UnknownKind(kind) => TaskError::Stated(Reason::new(|t| {
            t.args("imports-unknown-kind", &[("kind", kind.as_str().into())])
        })),
        ImportFailure::Twice(twice) => TaskError::Stated(Reason::new(|t| {
            t.args("imports-fault-twice", &[("more", twice.as_str().into())])
        })),
        ImportFailure::Position(detail) => TaskError::Stated(Reason::new(|t| {
            t.args("imports-fault-place", &[("more", detail.as_str().into())])
        })),
        ImportFailure::Refused(Failure::Forbidden { .. } | Failure::Unauthorized) => {
            TaskError::Stated(Reason::new(|t| t.get("imports-fault-not-allowed")))
        }
        other => TaskError::Internal(other.to_string().into()),
    }
}
