//! The fourth and the last step: what would change, and what became of it.

use axum::{
    body::Body,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use tokio_util::io::ReaderStream;

use super::{
    Imports,
    item_store::{self, Key, RejectedRow},
    model::{Accepted, Counts, Group, Job, State as JobState},
    report, review_views,
    web::{Step, counts_words, elsewhere, to_step},
    work::{Progress, Scratch, TaskError},
};
use crate::{
    kernel::Params,
    platform::{
        Ctx,
        http::{Failure, Path, ProtectedForm, ResultExt, typed},
        i18n::{Texts, texts},
    },
    registry::{
        editing::{Choice, Refusal, Verdict, state::Take},
        parse_id,
    },
    ui::{
        Here, attached, html, html_with,
        local_time::instant_text,
        views::{ImportClash, ImportClashPage, ImportDonePage, ImportReviewPage, Link, ReviewGroup},
    },
};

/// Rows on one page of a table.
const ROWS_ON_A_PAGE: i64 = 50;
/// Clashing things that a page shows.
const CLASHES_SHOWN: usize = 100;
/// Longest that somebody waits for the workbook while another task runs.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(30);

pub(super) async fn review_page(
    ctx: Ctx,
    here: Here,
    State(imports): State<Imports>,
    Path(id): Path<String>,
    mut params: Params,
) -> Result<Response, Failure> {
    let asked = params.text("group");
    let shows_rejected = asked.as_deref() == Some("rejected");
    let group = asked.as_deref().and_then(Group::from_name);
    let after: Option<i64> = params.parse("after", "a whole number")?;
    params.finish()?;
    let job = imports.job(&ctx, parse_id(&id)?).await?;
    if let Some(away) = elsewhere(&job, Step::Review) {
        return Ok(away);
    }
    let t = texts(ctx.lang);
    let ready = job.state == JobState::Reviewed;
    let counts = job.counts().filter(|_| ready).unwrap_or_default();
    let values_rejected = number(&job, "values_rejected");
    let base = format!("/desk/imports/{}/review", job.id);
    // The first group that has rows, unless another one is asked for.
    let group = group.or_else(|| {
        (!shows_rejected).then(|| Group::ALL.into_iter().find(|group| counts.of(*group) > 0)).flatten()
    });
    let start = after.unwrap_or(i64::MIN);
    let mut rows = match group {
        Some(group) if ready => {
            item_store::of_group(&imports.pool, job.id, group, start, ROWS_ON_A_PAGE + 1).await?
        }
        _ => Vec::new(),
    };
    let mut rejected = if shows_rejected && ready {
        item_store::rejected(&imports.pool, job.id, start, ROWS_ON_A_PAGE + 1).await?
    } else {
        Vec::new()
    };
    let is_last = rows.len().max(rejected.len()) as i64 <= ROWS_ON_A_PAGE;
    rows.truncate(ROWS_ON_A_PAGE as usize);
    rejected.truncate(ROWS_ON_A_PAGE as usize);
    let shown = group.map_or(if shows_rejected { "rejected" } else { "" }, Group::name);
    let last = rows.last().map(|row| row.seq).or_else(|| rejected.last().map(|row| row.seq));
    let excluded = item_store::excluded_counts(&imports.pool, job.id).await?;
    let extent = if ready { item_store::extent(&imports.pool, job.id).await? } else { None };
    let lost = ready
        && last.is_none()
        && after.is_none()
        && (has_rows(&counts) || counts.rejected > 0)
        && !item_store::are_there(&imports.pool, job.id).await?;
    let (mut page, mut head) = imports.shell(&ctx, &here, &job, Step::Review);
    if lost {
        head.failure = Some(t.get("imports-review-lost"));
    }
    if let Some(extent) = extent {
        let mut map = imports.site.map(&page, Some(review_views::with_room(extent)));
        map.texts = vec!["imports-js-"];
        page.map = Some(map);
    }
    let groups = Group::ALL.into_iter().map(|one| review_group(one, &counts, &excluded, &base, group, t));
    let others = [("imports-unchanged", counts.unchanged), ("imports-skipped", counts.skipped)]
        .into_iter()
        .filter(|(_, n)| *n > 0)
        .map(|(key, n)| t.args(key, &[("n", n.into())]));
    html(&ImportReviewPage {
        groups: groups.collect(),
        others: others.collect(),
        read: t.args("imports-read", &[("n", counts.read.into())]),
        rejected_said: rejected_words(&counts, values_rejected, t),
        rejected_href: format!("{base}?group=rejected#table"),
        table_title: match group {
            Some(group) => review_views::group_title(group, t),
            None if shows_rejected => t.get("imports-rejected"),
            None => String::new(),
        },
        group: group.map_or("", Group::name),
        rows: rows.into_iter().map(|row| review_views::row_view(&imports, &ctx, row)).collect(),
        rejected: rejected.into_iter().map(|row| review_views::rejected_view(row, ctx.lang)).collect(),
        shows_rejected,
        first: after.is_some().then(|| format!("{base}?group={shown}#table")),
        next: last.filter(|_| !is_last).map(|seq| format!("{base}?group={shown}&after={seq}#table")),
        here: here.0.clone(),
        items: format!("/api/desk/imports/{}/items", job.id),
        has_map: extent.is_some(),
        nothing: ready && !has_rows(&counts),
        ready,
        head,
        page,
        t,
    })
}

fn has_rows(counts: &Counts) -> bool {
    Group::ALL.into_iter().any(|group| counts.of(group) > 0)
}

fn number(job: &Job, name: &str) -> i64 {
    job.report.as_ref().and_then(|report| report.get(name)?.as_i64()).unwrap_or(0)
}

fn rejected_words(counts: &Counts, values: i64, t: &Texts) -> String {
    if counts.rejected + values == 0 {
        return String::new();
    }
    t.args("imports-rejected-said", &[("rows", counts.rejected.into()), ("values", values.into())])
}

fn review_group(
    group: Group,
    counts: &Counts,
    excluded: &[(String, i64)],
    base: &str,
    shown: Option<Group>,
    t: &Texts,
) -> ReviewGroup {
    let left_out = excluded.iter().find(|(name, _)| name == group.name()).map_or(0, |(_, n)| *n);
    let count = counts.of(group);
    ReviewGroup {
        name: group.name(),
        title: review_views::group_title(group, t),
        hint: review_views::group_hint(group, t),
        count: t.count(count.unsigned_abs()),
        empty: count == 0,
        ticked: group.is_usual() && count > 0,
        excluded: (left_out > 0).then(|| t.args("imports-left-out", &[("n", left_out.into())])),
        href: format!("{base}?group={}#table", group.name()),
        current: shown == Some(group),
    }
}

/// Leaves rows of a page out or takes them back, or brings in what is accepted.
pub(super) async fn review_sent(
    ctx: Ctx,
    State(imports): State<Imports>,
    Path(id): Path<String>,
    ProtectedForm(fields): ProtectedForm<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let job = imports.job(&ctx, parse_id(&id)?).await?;
    if let Some(away) = elsewhere(&job, Step::Review) {
        return Ok(away);
    }
    let all = |name: &'static str| {
        fields.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    };
    if all("do").next() == Some("leave-out") {
        let shown: Vec<Key> = all("shown").filter_map(key_of).collect();
        let out: Vec<Key> = all("out").filter_map(key_of).collect();
        let back: Vec<Key> = shown.into_iter().filter(|key| !out.contains(key)).collect();
        imports.exclude(&ctx, job.id, &out, &back).await?;
        let base = format!("/desk/imports/{}/review", job.id);
        // Only a page of this review is gone back to.
        let here = all("here").next().filter(|here| here.starts_with(&base)).unwrap_or(&base).to_owned();
        return Ok(Redirect::to(&format!("{here}#table")).into_response());
    }
    let groups: Vec<Group> = all("accept").filter_map(Group::from_name).collect();
    imports.apply(&ctx, job.id, Accepted::of(&groups)).await?;
    Ok(to_step(&job, Step::Review))
}

fn key_of(text: &str) -> Option<Key> {
    let (kind, source_id) = text.split_once('|')?;
    Some(Key { kind: kind.to_owned(), source_id: source_id.to_owned() })
}

/// The workbook with what was refused.
pub(super) async fn report_file(
    ctx: Ctx,
    State(imports): State<Imports>,
    Path(id): Path<String>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    let job = imports.job(&ctx, parse_id(&id)?).await?;
    if job.files_removed_at.is_some() {
        return Err(Failure::not_found("the files of this import"));
    }
    let mapping = imports.mapping_of(&job).ok_or_else(|| Failure::not_found("a report of this import"))?;
    let _turn = match tokio::time::timeout(PATIENCE, imports.turn.acquire()).await {
        Ok(turn) => turn.internal("wait to write a report")?,
        Err(_) => return Err(Failure::Busy),
    };
    let most = report::MOST_ROWS as i64;
    let mut rejected: Vec<RejectedRow> =
        item_store::rejected(&imports.pool, job.id, i64::MIN, most + 1).await?;
    let cut = rejected.len() as i64 > most;
    rejected.truncate(most as usize);
    let scratch = Scratch::new(&imports.scratch).internal("make a folder")?;
    let files = imports.fetch(&job, &scratch, &Progress::default()).await.map_err(|error| match error {
        TaskError::Stated(reason) => super::ops::stated("no-report", reason.pl),
        TaskError::Internal(source) => Failure::Internal { what: "fetch the files of an import", source },
    })?;
    let lang = ctx.lang;
    let written = tokio::task::spawn_blocking(move || {
        let folder = scratch.folder("report")?;
        let path = folder.join("report.xlsx");
        let report = report::Report {
            files: &files,
            scratch: &folder,
            mapping: &mapping,
            rejected: &rejected,
            t: texts(lang),
            lang,
            cut,
        };
        report::write(&report, &path).map_err(std::io::Error::other)?;
        // Open, so that it can be read when its folder is gone.
        std::fs::File::open(path)
    });
    let file = written.await.internal("write a report")?.internal("write a report")?;
    let body = Body::from_stream(ReaderStream::new(tokio::fs::File::from_std(file)));
    let response = typed("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body);
    attached(response, &format!("reeve-import-{}.xlsx", job.number))
}

pub(super) async fn done_page(
    ctx: Ctx,
    here: Here,
    State(imports): State<Imports>,
    Path(id): Path<String>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    let job = imports.job(&ctx, parse_id(&id)?).await?;
    if let Some(away) = elsewhere(&job, Step::Done) {
        return Ok(away);
    }
    let t = texts(ctx.lang);
    let counts = job.counts().unwrap_or_default();
    let link = |id: uuid::Uuid, key: &str| Link { href: format!("/desk/changes/{id}"), text: t.get(key) };
    let applied = job.applied_at.unwrap_or(job.updated_at);
    let (page, head) = imports.shell(&ctx, &here, &job, Step::Done);
    html(&ImportDonePage {
        when: t.args(
            "imports-done-when",
            &[("when", instant_text(applied, t).into()), ("who", job.actor.as_str().into())],
        ),
        counts: counts_words(&counts, t),
        change: job.change_set.map(|id| link(id, "imports-see-change")),
        undone_by: job.undone_by.map(|id| link(id, "imports-see-undo")),
        undone: job.state == JobState::Undone,
        may_undo: job.state == JobState::Applied && job.change_set.is_some(),
        rejected_said: rejected_words(&counts, number(&job, "values_rejected"), t),
        has_report: job.files_removed_at.is_none(),
        head,
        page,
        t,
    })
}

/// Takes the import back. Where it clashes with what came after, a page says with what; sent from there, it leaves the
/// later changes as they are.
pub(super) async fn undo(
    ctx: Ctx,
    here: Here,
    State(imports): State<Imports>,
    Path(id): Path<String>,
    ProtectedForm(fields): ProtectedForm<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let job = imports.job(&ctx, parse_id(&id)?).await?;
    let leaves_later = fields.iter().any(|(name, value)| name == "later" && value == "stays");
    let mut outcome = imports.undo(&ctx, job.id, Vec::new()).await;
    if let Err(Refusal::Verdict(verdict)) = &outcome
        && leaves_later
        && verdict.faults.is_empty()
    {
        outcome = imports.undo(&ctx, job.id, theirs(verdict)).await;
    }
    match outcome {
        Ok(_) => Ok(to_step(&job, Step::Done)),
        Err(Refusal::Verdict(verdict)) => clash(&ctx, &here, &imports, &job, &verdict),
        Err(Refusal::Failure(failure)) => Err(failure),
    }
}

/// In every clash, what came after stays.
fn theirs(verdict: &Verdict) -> Vec<Choice> {
    let choice = |asset, field: &str, theirs_rev| Choice {
        asset,
        field: field.to_owned(),
        take: Take::Theirs,
        theirs_rev,
    };
    verdict
        .clashes
        .iter()
        .flat_map(|clash| {
            let whole = clash.whole.map(|_| choice(clash.asset, "*", clash.theirs_rev));
            let fields = clash.fields.iter().map(|field| choice(clash.asset, &field.field, clash.theirs_rev));
            whole.into_iter().chain(fields)
        })
        .collect()
}

fn clash(
    ctx: &Ctx,
    here: &Here,
    imports: &Imports,
    job: &Job,
    verdict: &Verdict,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let thing = |asset: uuid::Uuid, label: &str| Link {
        href: format!("/desk/assets/{asset}"),
        text: label.to_owned(),
    };
    let clashes: Vec<ImportClash> = verdict
        .clashes
        .iter()
        .take(CLASHES_SHOWN)
        .map(|clash| ImportClash {
            thing: thing(clash.asset, &clash.label),
            said: t.args(
                "imports-clash-said",
                &[("who", clash.who.as_str().into()), ("when", instant_text(clash.when, t).into())],
            ),
            fields: clash
                .fields
                .iter()
                .map(|field| match review_views::plain(&field.theirs) {
                    Some(value) => format!("{}: {value}", field.title),
                    None => field.title.clone(),
                })
                .collect(),
        })
        .collect();
    let (page, head) = imports.shell(ctx, here, job, Step::Done);
    let status =
        if verdict.faults.is_empty() { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY };
    html_with(
        status,
        &ImportClashPage {
            page,
            t,
            head,
            more: verdict.clashes.len().saturating_sub(CLASHES_SHOWN) as u64,
            clashes,
            faults: verdict
                .faults
                .iter()
                .take(CLASHES_SHOWN)
                .map(|fault| {
                    let text = format!("{}, {}: {}", fault.label, fault.title, fault.detail);
                    Link { href: format!("/desk/assets/{}", fault.asset), text }
                })
                .collect(),
        },
    )
}
