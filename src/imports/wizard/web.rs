//! Pages of imports: the history, and what all steps share.

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{
    Imports,
    model::{Counts, Job, State as JobState, Task},
    ops::JOBS_ON_A_PAGE,
};
use crate::{
    kernel::Params,
    platform::{
        Ctx,
        http::{Failure, Path, ProtectedForm},
        i18n::{Texts, texts},
    },
    registry::parse_id,
    ui::{
        Here, Nav, Page, html,
        local_time::instant_text,
        views::{ImportHead, ImportRow, ImportRunning, ImportStep, ImportsPage},
    },
};

/// A step of the wizard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step {
    Files,
    Position,
    Columns,
    Review,
    Done,
}

impl Step {
    const ALL: [Self; 5] = [Self::Files, Self::Position, Self::Columns, Self::Review, Self::Done];

    fn path(self) -> &'static str {
        match self {
            Self::Files => "files",
            Self::Position => "position",
            Self::Columns => "columns",
            Self::Review => "review",
            Self::Done => "done",
        }
    }

    fn title(self, t: &Texts) -> String {
        match self {
            Self::Files => t.get("imports-step-files"),
            Self::Position => t.get("imports-step-position"),
            Self::Columns => t.get("imports-step-columns"),
            Self::Review => t.get("imports-step-review"),
            Self::Done => t.get("imports-step-done"),
        }
    }

    /// The furthest step to which one may go now.
    fn furthest(job: &Job) -> Self {
        let task = job.running.as_ref().map(|running| running.task);
        match (job.state, task) {
            (_, Some(Task::DryRun)) | (JobState::Reviewed, _) => Self::Review,
            (JobState::Uploading, _) => Self::Files,
            (JobState::Inspected, _) if job.position_confirmed_at.is_none() => Self::Position,
            (JobState::Inspected, _) => Self::Columns,
            (JobState::Mapped, _) if job.failure.is_some() => Self::Review,
            (JobState::Mapped, _) if job.position_confirmed_at.is_none() => Self::Position,
            (JobState::Mapped, _) => Self::Columns,
            (JobState::Applied | JobState::Undone, _) => Self::Done,
            (JobState::Failed | JobState::Abandoned, _) => Self::Files,
        }
    }

    /// Where an import stands.
    pub(super) fn of(job: &Job) -> Self {
        match Self::furthest(job) {
            // A comparison that failed is mended at the columns.
            Self::Review if job.state == JobState::Mapped && job.running.is_none() => Self::Columns,
            other => other,
        }
    }
}

impl Imports {
    /// What every page of one import shows above its own matter, and the shell around it.
    pub(super) fn shell(&self, ctx: &Ctx, here: &Here, job: &Job, step: Step) -> (Page, ImportHead) {
        let t = texts(ctx.lang);
        let title = format!("{}: {}", job.name, step.title(t));
        let page = self.site.page(ctx, here, Nav::DeskImports, title);
        let base = format!("/desk/imports/{}", job.id);
        let furthest = Step::furthest(job);
        let is_over = !job.state.is_open();
        let steps = Step::ALL
            .into_iter()
            .map(|one| ImportStep {
                title: one.title(t),
                href: (one <= furthest && one != step && !(is_over && one != furthest && one != Step::Files))
                    .then(|| format!("{base}/{}", one.path())),
                current: one == step,
                done: one < furthest,
            })
            .collect();
        let running = job.running.as_ref().map(|running| {
            let percent = (running.fraction * 100.0).clamp(0.0, 100.0) as u8;
            let said = if running.dead {
                t.get("imports-running-dead")
            } else if running.phase == "waiting" {
                t.get("imports-running-waiting")
            } else {
                t.args("imports-running-percent", &[("percent", percent.into())])
            };
            ImportRunning { title: task_words(running.task, t), said, percent, dead: running.dead }
        });
        let busy = running.as_ref().is_some_and(|running| !running.dead);
        let head = ImportHead {
            api: format!("/api/desk/imports/{}", job.id),
            number: t.args("imports-number", &[("number", job.number.to_string().into())]),
            name: job.name.clone(),
            steps,
            running,
            failure: job.failure_in(ctx.lang).map(str::to_owned),
            may_abandon: (job.state.is_open() || job.state == JobState::Failed) && !busy,
            base,
        };
        (page, head)
    }
}

fn task_words(task: Task, t: &Texts) -> String {
    match task {
        Task::Inspect => t.get("imports-task-inspect"),
        Task::DryRun => t.get("imports-task-compare"),
        Task::Apply => t.get("imports-task-apply"),
        Task::Undo => t.get("imports-task-undo"),
    }
}

/// A state in words, and its style.
fn state_words(job: &Job, t: &Texts) -> (String, &'static str) {
    if let Some(running) = &job.running {
        return (task_words(running.task, t), "unsure");
    }
    match job.state {
        JobState::Uploading => (t.get("imports-state-uploading"), "plain"),
        JobState::Inspected => (t.get("imports-state-inspected"), "plain"),
        JobState::Mapped => (t.get("imports-state-mapped"), "plain"),
        JobState::Reviewed => (t.get("imports-state-reviewed"), "unsure"),
        JobState::Applied => (t.get("imports-state-applied"), "good"),
        JobState::Undone => (t.get("imports-state-undone"), "plain"),
        JobState::Failed => (t.get("imports-state-failed"), "bad"),
        JobState::Abandoned => (t.get("imports-state-abandoned"), "plain"),
    }
}

/// "1 204 nowe, 3 zmienione, 2 odrzucone".
pub(super) fn counts_words(counts: &Counts, t: &Texts) -> String {
    [
        ("imports-count-new", counts.new),
        ("imports-count-changed", counts.changed),
        ("imports-count-unchanged", counts.unchanged),
        ("imports-count-vanished", counts.vanished),
        ("imports-count-doubtful", counts.doubtful),
        ("imports-count-near", counts.near_duplicate),
        ("imports-count-rejected", counts.rejected),
        ("imports-count-skipped", counts.skipped),
    ]
    .into_iter()
    .filter(|(_, n)| *n > 0)
    .map(|(key, n)| t.args(key, &[("n", n.into())]))
    .collect::<Vec<_>>()
    .join(", ")
}

pub(super) async fn imports_page(
    ctx: Ctx,
    here: Here,
    State(imports): State<Imports>,
    mut params: Params,
) -> Result<Response, Failure> {
    let before = params.parse("before", "a whole number")?;
    params.finish()?;
    let t = texts(ctx.lang);
    let mut jobs = imports.jobs(before).await?;
    let more = jobs.len() as i64 > JOBS_ON_A_PAGE;
    jobs.truncate(JOBS_ON_A_PAGE as usize);
    let next = jobs.last().filter(|_| more).map(|last| format!("/desk/imports?before={}", last.number));
    let rows = jobs.iter().map(|job| {
        let (state, style) = state_words(job, t);
        ImportRow {
            href: format!("/desk/imports/{}", job.id),
            number: job.number.to_string(),
            name: job.name.clone(),
            when: instant_text(job.applied_at.unwrap_or(job.created_at), t),
            who: job.actor.clone(),
            state,
            style,
            counts: job.counts().map(|counts| counts_words(&counts, t)).unwrap_or_default(),
            change: job.change_set.map(|id| format!("/desk/changes/{id}")),
        }
    });
    html(&ImportsPage {
        imports: rows.collect(),
        page: imports.site.page(&ctx, &here, Nav::DeskImports, t.get("imports-title")),
        t,
        next,
    })
}

/// A form that says nothing but where it comes from.
#[derive(Debug, Deserialize)]
pub(super) struct Bare {}

pub(super) async fn begin(
    ctx: Ctx,
    State(imports): State<Imports>,
    ProtectedForm(Bare {}): ProtectedForm<Bare>,
) -> Result<Response, Failure> {
    let job = imports.begin(&ctx, None).await?;
    Ok(Redirect::to(&format!("/desk/imports/{}/files", job.id)).into_response())
}

/// Leads to the step at which the import stands.
pub(super) async fn import_page(
    ctx: Ctx,
    State(imports): State<Imports>,
    Path(id): Path<String>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    let job = imports.job(&ctx, parse_id(&id)?).await?;
    Ok(to_step(&job, Step::of(&job)))
}

pub(super) fn to_step(job: &Job, step: Step) -> Response {
    if step == Step::Files && job.running.as_ref().is_some_and(|running| running.task == Task::Inspect) {
        return looking(job);
    }
    Redirect::to(&format!("/desk/imports/{}/{}", job.id, step.path())).into_response()
}

/// Leads to the files while they are looked at, and from there on when that is done.
pub(super) fn looking(job: &Job) -> Response {
    Redirect::to(&format!("/desk/imports/{}/files?looking=yes", job.id)).into_response()
}

/// A page of a step that is not reached yet, or lies behind for good, leads to where the import stands.
pub(super) fn elsewhere(job: &Job, step: Step) -> Option<Response> {
    let furthest = Step::furthest(job);
    let fits = step <= furthest && (job.state.is_open() || step == furthest || step == Step::Files);
    (!fits).then(|| to_step(job, Step::of(job)))
}

pub(super) async fn again(
    ctx: Ctx,
    State(imports): State<Imports>,
    Path(id): Path<String>,
    ProtectedForm(Bare {}): ProtectedForm<Bare>,
) -> Result<Response, Failure> {
    let id = parse_id(&id)?;
    imports.again(&ctx, id).await?;
    let job = imports.job(&ctx, id).await?;
    Ok(to_step(&job, Step::of(&job)))
}

pub(super) async fn abandon(
    ctx: Ctx,
    State(imports): State<Imports>,
    Path(id): Path<String>,
    ProtectedForm(Bare {}): ProtectedForm<Bare>,
) -> Result<Response, Failure> {
    imports.abandon(&ctx, parse_id(&id)?).await?;
    Ok(Redirect::to("/desk/imports").into_response())
}
