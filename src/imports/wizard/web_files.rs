//! The first step: files, also by a form without scripts.

use axum::{
    extract::{
        FromRequest, Multipart, Request, State,
        multipart::{Field, MultipartError},
    },
    http::{StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use bytes::{Bytes, BytesMut};
use uuid::Uuid;

use super::{
    Imports,
    model::{File, Job, MOST_FILE_BYTES, MOST_FORM_BYTES, MOST_PIECE_BYTES, State as JobState, is_clutter},
    store,
    web::{Bare, Step, looking, to_step},
    words::format_name,
};
use crate::{
    kernel::{ParamError, Params},
    platform::{
        Ctx,
        http::{FORM_TOKEN, Failure, Path, ProtectedForm, ResultExt, broken_form, prove_form},
        i18n::{Texts, texts},
    },
    registry::parse_id,
    ui::{
        Here, html_with,
        views::{ImportFileRow, ImportFilesPage},
    },
};

pub(super) async fn files_page(
    ctx: Ctx,
    here: Here,
    State(imports): State<Imports>,
    Path(id): Path<String>,
    mut params: Params,
) -> Result<Response, Failure> {
    let goes_on = params.text("looking").is_some();
    params.finish()?;
    let job = imports.job(&ctx, parse_id(&id)?).await?;
    // Whoever has asked to have the files looked at goes on when that is done, were it done before this page came.
    let step = Step::of(&job);
    if goes_on && job.running.is_none() && step > Step::Files {
        return Ok(to_step(&job, step));
    }
    show(&ctx, &here, &imports, &job, Vec::new()).await
}

async fn show(
    ctx: &Ctx,
    here: &Here,
    imports: &Imports,
    job: &Job,
    faults: Vec<String>,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let files = store::files(&imports.pool, job.id).await?;
    let looked = store::looked(&imports.pool, job.id).await?;
    let found = |file: &File| {
        let seen = looked.as_ref()?.inspection.files.iter().find(|seen| seen.name == file.name)?;
        let rows: u64 = seen.layers.iter().map(|layer| layer.rows).sum();
        let overview = seen.overview.as_ref()?;
        let encoding = overview.encoding.as_ref().map(|label| format!(", {label}")).unwrap_or_default();
        let rows = t.args("imports-rows", &[("n", rows.into())]);
        Some(format!("{}{encoding}, {rows}", format_name(overview.format)))
    };
    let problem = |file: &File| Some(looked.as_ref()?.problems.get(&file.name)?.get(ctx.lang).to_owned());
    let rows: Vec<ImportFileRow> = files
        .iter()
        .map(|file| ImportFileRow {
            id: file.id.to_string(),
            name: file.name.clone(),
            size: size(file.bytes, t),
            bytes: file.bytes,
            percent: percent(file),
            whole: file.is_whole(),
            problem: problem(file),
            found: found(file),
        })
        .collect();
    let (page, head) = imports.shell(ctx, here, job, Step::Files);
    let may_change = job.state.is_open() && head.running.as_ref().is_none_or(|running| running.dead);
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    html_with(
        status,
        &ImportFilesPage {
            page,
            t,
            may_go_on: may_change && !files.is_empty() && files.iter().all(File::is_whole),
            may_change,
            head,
            files: rows,
            limits: t.args(
                "imports-limits",
                &[
                    ("file", (MOST_FILE_BYTES / 1024 / 1024).into()),
                    ("form", (MOST_FORM_BYTES / 1024 / 1024).into()),
                ],
            ),
            faults,
        },
    )
}

fn percent(file: &File) -> u8 {
    if file.bytes == 0 {
        return 100;
    }
    u8::try_from(file.received * 100 / file.bytes).unwrap_or(100)
}

/// "3,4 MB".
pub(super) fn size(bytes: i64, t: &Texts) -> String {
    let (value, unit) = match bytes {
        ..1_000 => (bytes as f64, "B"),
        1_000..1_000_000 => (bytes as f64 / 1e3, "kB"),
        _ => (bytes as f64 / 1e6, "MB"),
    };
    let decimals = if value < 10.0 && unit == "MB" { 1 } else { 0 };
    format!("{}\u{a0}{unit}", t.number(value, decimals))
}

/// Takes files from a form.
pub(super) async fn files_sent(
    ctx: Ctx,
    here: Here,
    State(imports): State<Imports>,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let is_form = request
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"multipart/form-data"));
    if !is_form {
        return Err(Failure::UnsupportedMedia("send the form as multipart/form-data".into()));
    }
    let id = parse_id(&id)?;
    let _place = imports.arrivals.acquire().await.internal("wait to receive files")?;
    let mut form = Multipart::from_request(request, &())
        .await
        .map_err(|_| ParamError::new("form", "must be multipart/form-data"))?;
    prove(&ctx, &mut form).await?;
    let job = imports.job(&ctx, id).await?;
    let mut faults = Vec::new();
    let mut brought = 0;
    while let Some(field) = form.next_field().await.map_err(|error| broken(&error, t))? {
        let name = field.file_name().unwrap_or_default().to_owned();
        if field.name() != Some("file") || name.is_empty() || is_clutter(&name) {
            continue;
        }
        match receive(&ctx, &imports, id, &name, field).await {
            Ok(()) => brought += 1,
            Err(failure) => faults.push(format!("{name}: {}", reason(failure)?)),
        }
    }
    if brought == 0 && faults.is_empty() {
        faults.push(t.get("imports-nothing-chosen"));
    }
    if faults.is_empty() {
        return Ok(to_step(&job, Step::Files));
    }
    let job = imports.job(&ctx, id).await?;
    show(&ctx, &here, &imports, &job, faults).await
}

/// Keeps a file of a form, piece by piece.
async fn receive(
    ctx: &Ctx,
    imports: &Imports,
    job: Uuid,
    name: &str,
    mut field: Field<'_>,
) -> Result<(), Failure> {
    let t = texts(ctx.lang);
    let file = imports.begin_stream(ctx, job, name).await?;
    let mut piece = BytesMut::new();
    let mut done = 0;
    while let Some(part) = field.chunk().await.map_err(|error| broken(&error, t))? {
        piece.extend_from_slice(&part);
        while piece.len() >= MOST_PIECE_BYTES {
            let whole: Bytes = piece.split_to(MOST_PIECE_BYTES).freeze();
            done = imports.append(ctx, job, file.id, done, whole).await?;
        }
    }
    done = imports.append(ctx, job, file.id, done, piece.freeze()).await?;
    imports.end_stream(&file, done).await
}

/// The first field proves where the form comes from, before any file is read.
async fn prove(ctx: &Ctx, form: &mut Multipart) -> Result<(), Failure> {
    let t = texts(ctx.lang);
    match form.next_field().await.map_err(|error| broken(&error, t))? {
        Some(field) if field.name() == Some(FORM_TOKEN) => {
            let token = field.text().await.map_err(|error| broken(&error, t))?;
            prove_form(ctx, &token)
        }
        _ => Err(Failure::ForeignForm),
    }
}

fn broken(error: &MultipartError, t: &Texts) -> Failure {
    let most = (MOST_FORM_BYTES / 1024 / 1024) as u64;
    broken_form(error, || t.args("imports-form-too-large", &[("most", most.into())]))
}

/// Why one file was refused; what concerns all of them stays a failure.
fn reason(failure: Failure) -> Result<String, Failure> {
    match failure {
        Failure::Stated { detail, .. } | Failure::TooLarge(detail) => Ok(detail),
        other => Err(other),
    }
}

pub(super) async fn remove_file(
    ctx: Ctx,
    State(imports): State<Imports>,
    Path((id, file)): Path<(String, String)>,
    ProtectedForm(Bare {}): ProtectedForm<Bare>,
) -> Result<Response, Failure> {
    let id = parse_id(&id)?;
    imports.drop_file(&ctx, id, parse_id(&file)?).await?;
    Ok(Redirect::to(&format!("/desk/imports/{id}/files#files")).into_response())
}

/// Looks at the files.
pub(super) async fn inspect(
    ctx: Ctx,
    here: Here,
    State(imports): State<Imports>,
    Path(id): Path<String>,
    ProtectedForm(Bare {}): ProtectedForm<Bare>,
) -> Result<Response, Failure> {
    let id = parse_id(&id)?;
    match imports.inspect(&ctx, id).await {
        Ok(()) => {}
        Err(Failure::Stated { detail, .. }) => {
            let job = imports.job(&ctx, id).await?;
            return show(&ctx, &here, &imports, &job, vec![detail]).await;
        }
        Err(other) => return Err(other),
    }
    let job = imports.job(&ctx, id).await?;
    debug_assert!(job.state != JobState::Applied, "files of applied imports are not looked at");
    Ok(looking(&job))
}
