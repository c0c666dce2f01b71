//! JSON doors of imports.

use axum::{
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use importers::mapping::Inspection;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    Imports,
    item_store::{self, Key, RejectedRow},
    model::{Accepted, Counts, File, Group, Job, Running, State as JobState},
    ops::JOBS_ON_A_PAGE,
    store,
};
use crate::{
    kernel::{Limit, ParamError, Params},
    platform::{
        Ctx,
        http::{Failure, JsonBody, Path, ResultExt, json as answer},
    },
    registry::{editing::Choice, parse_id},
};

/// Most rows that one answer holds.
const MOST_ITEMS: u32 = 5_000;
/// Most rows that are left out or taken back in one go.
const MOST_KEYS: usize = 10_000;

/// An import.
#[derive(Debug, Serialize, ToSchema)]
struct ImportView {
    id: Uuid,
    /// For people.
    number: i64,
    name: String,
    state: JobState,
    /// What runs now.
    running: Option<Running>,
    /// Why the last task came to nothing, in the caller's language.
    failure: Option<String>,
    /// Address with which whoever began it signs in.
    by: String,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    /// Kinds that the mapping fills.
    kinds: Vec<String>,
    /// The name under which the mapping is saved.
    mapping_name: Option<String>,
    /// Whether a clerk has seen where things stand.
    position_confirmed: bool,
    /// What the last comparison or delivery came to.
    counts: Option<Counts>,
    /// The change that it became.
    change_set: Option<Uuid>,
    applied_at: Option<DateTime<Utc>>,
    /// The change that took it back.
    undone_by: Option<Uuid>,
    /// Its files; absent in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    files: Option<Vec<File>>,
}

impl ImportView {
    fn new(ctx: &Ctx, job: Job, files: Option<Vec<File>>) -> Self {
        Self {
            failure: job.failure_in(ctx.lang).map(str::to_owned),
            counts: job.counts(),
            id: job.id,
            number: job.number,
            name: job.name,
            state: job.state,
            running: job.running,
            by: job.actor,
            created_at: job.created_at,
            updated_at: job.updated_at,
            kinds: job.kinds,
            mapping_name: job.mapping_name,
            position_confirmed: job.position_confirmed_at.is_some(),
            change_set: job.change_set,
            applied_at: job.applied_at,
            undone_by: job.undone_by,
            files,
        }
    }
}

/// A page of imports.
#[derive(Debug, Serialize, ToSchema)]
struct ImportsPage {
    items: Vec<ImportView>,
    /// Address of the next page.
    next: Option<String>,
}

/// Imports, the latest first.
#[utoipa::path(get, path = "/api/desk/imports", tag = "imports",
    params(("before" = Option<i64>, Query, description = "Only those with a smaller number")),
    responses((status = 200, description = "Imports", body = ImportsPage)))]
pub async fn imports(
    ctx: Ctx,
    State(imports): State<Imports>,
    mut params: Params,
) -> Result<Response, Failure> {
    let before = params.parse("before", "a whole number")?;
    params.finish()?;
    let mut jobs = imports.jobs(before).await?;
    let more = jobs.len() as i64 > JOBS_ON_A_PAGE;
    jobs.truncate(JOBS_ON_A_PAGE as usize);
    let next = jobs.last().filter(|_| more).map(|last| format!("/api/desk/imports?before={}", last.number));
    let items = jobs.into_iter().map(|job| ImportView::new(&ctx, job, None)).collect();
    answer("application/json", &ImportsPage { items, next })
}

/// What an import is begun with.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct BeginBody {
    /// What people call it; the name of its first file otherwise.
    name: Option<String>,
}

/// Begins an import.
#[utoipa::path(post, path = "/api/desk/imports", tag = "imports", request_body = BeginBody,
    responses((status = 201, description = "Begun; its address is in `Location`", body = ImportView)))]
pub async fn begin_import(
    ctx: Ctx,
    State(imports): State<Imports>,
    JsonBody(body): JsonBody<BeginBody>,
) -> Result<Response, Failure> {
    let job = imports.begin(&ctx, body.name.as_deref()).await?;
    let location = format!("/api/desk/imports/{}", job.id);
    let mut response = answer("application/json", &ImportView::new(&ctx, job, Some(Vec::new())))?;
    *response.status_mut() = StatusCode::CREATED;
    response.headers_mut().insert(
        header::LOCATION,
        HeaderValue::from_str(&location).internal("name the address of an import")?,
    );
    Ok(response)
}

/// An import with its files and how far it has come.
#[utoipa::path(get, path = "/api/desk/imports/{id}", tag = "imports", params(("id" = Uuid, Path)),
    responses((status = 200, description = "The import", body = ImportView), (status = 404, description = "No such import")))]
pub async fn import(
    ctx: Ctx,
    State(imports): State<Imports>,
    Path(id): Path<String>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    show(&ctx, &imports, parse_id(&id)?).await
}

async fn show(ctx: &Ctx, imports: &Imports, id: Uuid) -> Result<Response, Failure> {
    let job = imports.job(ctx, id).await?;
    let files = store::files(&imports.pool, id).await?;
    answer("application/json", &ImportView::new(ctx, job, Some(files)))
}

/// As [`show`], for work that goes on in the background.
async fn started(ctx: &Ctx, imports: &Imports, id: Uuid) -> Result<Response, Failure> {
    let mut response = show(ctx, imports, id).await?;
    *response.status_mut() = StatusCode::ACCEPTED;
    Ok(response)
}

/// Gives an import up; its files go.
#[utoipa::path(delete, path = "/api/desk/imports/{id}", tag = "imports", params(("id" = Uuid, Path)),
    responses((status = 204, description = "Given up"), (status = 404, description = "No such import"),
              (status = 409, description = "It is applied, or at work")))]
pub async fn abandon_import(
    ctx: Ctx,
    State(imports): State<Imports>,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    imports.abandon(&ctx, parse_id(&id)?).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Looks at the files in the background; ask the import how far it is.
#[utoipa::path(post, path = "/api/desk/imports/{id}/inspect", tag = "imports", params(("id" = Uuid, Path)),
    responses((status = 202, description = "Begun", body = ImportView), (status = 404, description = "No such import"),
              (status = 409, description = "At work already"), (status = 422, description = "A file is missing or not whole")))]
pub async fn inspect_import(
    ctx: Ctx,
    State(imports): State<Imports>,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let id = parse_id(&id)?;
    imports.inspect(&ctx, id).await?;
    started(&ctx, &imports, id).await
}

/// What the files hold: layers, columns with samples, readings of where things stand.
#[utoipa::path(get, path = "/api/desk/imports/{id}/inspection", tag = "imports", params(("id" = Uuid, Path)),
    responses((status = 200, description = "What was found", body = Object), (status = 404, description = "Not looked at yet")))]
pub async fn import_inspection(
    ctx: Ctx,
    State(imports): State<Imports>,
    Path(id): Path<String>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    let found: Inspection = imports.inspection(&ctx, parse_id(&id)?).await?;
    answer("application/json", &found)
}

/// A mapping.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MappingBody {
    /// As TOML, see `docs/mapping.md`.
    toml: String,
    /// The name under which it is saved.
    #[serde(default)]
    name: Option<String>,
}

/// What the columns mean, proposed or as the clerk said.
#[utoipa::path(get, path = "/api/desk/imports/{id}/mapping", tag = "imports", params(("id" = Uuid, Path)),
    responses((status = 200, description = "The mapping", body = MappingBody), (status = 404, description = "None yet")))]
pub async fn import_mapping(
    ctx: Ctx,
    State(imports): State<Imports>,
    Path(id): Path<String>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    let job = imports.job(&ctx, parse_id(&id)?).await?;
    let toml = job.mapping.ok_or_else(|| Failure::not_found("a mapping of this import"))?;
    answer("application/json", &MappingBody { toml, name: job.mapping_name })
}

/// Says what the columns mean. Whoever sends it has seen where things stand.
#[utoipa::path(put, path = "/api/desk/imports/{id}/mapping", tag = "imports", params(("id" = Uuid, Path)),
    request_body = MappingBody,
    responses((status = 200, description = "The import", body = ImportView), (status = 404, description = "No such import"),
              (status = 409, description = "Not looked at yet, or applied"), (status = 422, description = "It makes no sense")))]
pub async fn put_import_mapping(
    ctx: Ctx,
    State(imports): State<Imports>,
    Path(id): Path<String>,
    JsonBody(body): JsonBody<MappingBody>,
) -> Result<Response, Failure> {
    let id = parse_id(&id)?;
    imports.job(&ctx, id).await?;
    let mapping = imports.read_mapping(&ctx, &body.toml)?;
    imports.set_mapping(&ctx, id, &mapping, body.name.as_deref(), true).await?;
    show(&ctx, &imports, id).await
}

/// Compares the files with the registry in the background; nothing is changed.
#[utoipa::path(post, path = "/api/desk/imports/{id}/compare", tag = "imports", params(("id" = Uuid, Path)),
    responses((status = 202, description = "Begun", body = ImportView), (status = 404, description = "No such import"),
              (status = 409, description = "At work already, or not mapped")))]
pub async fn compare_import(
    ctx: Ctx,
    State(imports): State<Imports>,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let id = parse_id(&id)?;
    imports.compare(&ctx, id).await?;
    started(&ctx, &imports, id).await
}

/// Rows of the comparison as GeoJSON; rows without a place have no geometry.
#[utoipa::path(get, path = "/api/desk/imports/{id}/items", tag = "imports",
    params(("id" = Uuid, Path),
           ("group" = Option<String>, Query, description = "`new`, `changed`, `doubtful`, `near_duplicate` or `vanished`"),
           ("bbox" = Option<String>, Query, description = "West, south, east, north in degrees; without it also rows without a place"),
           ("after" = Option<i64>, Query, description = "Only rows after this one"),
           ("limit" = Option<u32>, Query, description = "At most 5,000; 1,000 unless said otherwise")),
    responses((status = 200, description = "A feature collection with `next` when there are more", body = Object, content_type = "application/geo+json"),
              (status = 404, description = "No such import")))]
pub async fn import_items(
    ctx: Ctx,
    State(imports): State<Imports>,
    Path(id): Path<String>,
    mut params: Params,
) -> Result<Response, Failure> {
    let id = parse_id(&id)?;
    let group = group(&mut params)?;
    let bbox_text = params.text("bbox");
    let bbox = bbox_text.as_deref().map(bbox_of).transpose()?;
    let after = params.parse("after", "a whole number")?.unwrap_or(i64::MIN);
    let limit = Limit::take(&mut params, 1_000, MOST_ITEMS)?;
    params.finish()?;
    imports.job(&ctx, id).await?;
    let mut found = item_store::in_sight(&imports.pool, id, group, bbox, after, limit.as_i64() + 1).await?;
    let more = found.len() as i64 > limit.as_i64();
    found.truncate(limit.get() as usize);
    let next = found.last().filter(|_| more).map(|(seq, _)| {
        let mut query = vec![format!("after={seq}"), format!("limit={}", limit.get())];
        query.extend(group.map(|group| format!("group={}", group.name())));
        query.extend(bbox_text.map(|bbox| format!("bbox={bbox}")));
        format!("/api/desk/imports/{id}/items?{}", query.join("&"))
    });
    let features: Vec<Value> = found.into_iter().map(|(_, feature)| feature).collect();
    answer(
        "application/geo+json",
        &json!({ "type": "FeatureCollection", "features": features, "next": next }),
    )
}

pub(super) fn group(params: &mut Params) -> Result<Option<Group>, ParamError> {
    let Some(name) = params.text("group") else { return Ok(None) };
    let known = || Group::ALL.map(Group::name).join(", ");
    Group::from_name(&name)
        .map(Some)
        .ok_or_else(|| ParamError::new("group", format!("must be one of {}", known())))
}

fn bbox_of(text: &str) -> Result<[f64; 4], ParamError> {
    let numbers: Vec<f64> = text
        .split(',')
        .filter_map(|part| part.trim().parse::<f64>().ok())
        .filter(|number| number.is_finite())
        .collect();
    match numbers.as_slice() {
        &[west, south, east, north] if west <= east && south <= north => Ok([west, south, east, north]),
        _ => Err(ParamError::new("bbox", "must be west,south,east,north in degrees")),
    }
}

/// A page of what was refused.
#[derive(Debug, Serialize, ToSchema)]
struct RejectedPage {
    items: Vec<RejectedRow>,
    /// Address of the next page.
    next: Option<String>,
}

/// Values and rows that were refused, with file, row, column, what was found and what is expected.
#[utoipa::path(get, path = "/api/desk/imports/{id}/rejected", tag = "imports",
    params(("id" = Uuid, Path), ("after" = Option<i64>, Query), ("limit" = Option<u32>, Query)),
    responses((status = 200, description = "What was refused", body = RejectedPage), (status = 404, description = "No such import")))]
pub async fn import_rejected(
    ctx: Ctx,
    State(imports): State<Imports>,
    Path(id): Path<String>,
    mut params: Params,
) -> Result<Response, Failure> {
    let id = parse_id(&id)?;
    let after = params.parse("after", "a whole number")?.unwrap_or(i64::MIN);
    let limit = Limit::take(&mut params, 1_000, MOST_ITEMS)?;
    params.finish()?;
    imports.job(&ctx, id).await?;
    let mut items = item_store::rejected(&imports.pool, id, after, limit.as_i64() + 1).await?;
    let more = items.len() as i64 > limit.as_i64();
    items.truncate(limit.get() as usize);
    let next = items
        .last()
        .filter(|_| more)
        .map(|last| format!("/api/desk/imports/{id}/rejected?after={}&limit={}", last.seq, limit.get()));
    answer("application/json", &RejectedPage { items, next })
}

/// Rows that are left out, and rows that are taken back in.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ExcludeBody {
    /// Left out although their group goes in.
    exclude: Vec<Key>,
    /// No longer left out.
    include: Vec<Key>,
}

/// Leaves single rows out of what goes in, or takes them back.
#[utoipa::path(post, path = "/api/desk/imports/{id}/excluded", tag = "imports", params(("id" = Uuid, Path)),
    request_body = ExcludeBody,
    responses((status = 204, description = "Noted"), (status = 404, description = "No such import"),
              (status = 409, description = "Not under review")))]
pub async fn exclude_items(
    ctx: Ctx,
    State(imports): State<Imports>,
    Path(id): Path<String>,
    JsonBody(body): JsonBody<ExcludeBody>,
) -> Result<Response, Failure> {
    if body.exclude.len() + body.include.len() > MOST_KEYS {
        return Err(Failure::TooLarge(format!("at most {MOST_KEYS} rows at once")));
    }
    imports.exclude(&ctx, parse_id(&id)?, &body.exclude, &body.include).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Brings in the groups that are accepted, in the background and as one change.
#[utoipa::path(post, path = "/api/desk/imports/{id}/apply", tag = "imports", params(("id" = Uuid, Path)),
    request_body = Accepted,
    responses((status = 202, description = "Begun", body = ImportView), (status = 404, description = "No such import"),
              (status = 409, description = "At work already, or not reviewed"), (status = 422, description = "Nothing is accepted")))]
pub async fn apply_import(
    ctx: Ctx,
    State(imports): State<Imports>,
    Path(id): Path<String>,
    JsonBody(accepted): JsonBody<Accepted>,
) -> Result<Response, Failure> {
    let id = parse_id(&id)?;
    imports.apply(&ctx, id, accepted).await?;
    started(&ctx, &imports, id).await
}

/// What is chosen where an undo clashes with what came after.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct UndoBody {
    /// The choices.
    choices: Vec<Choice>,
}

/// Takes the whole import back; it may be long ago.
#[utoipa::path(post, path = "/api/desk/imports/{id}/undo", tag = "imports", params(("id" = Uuid, Path)),
    request_body = UndoBody,
    responses((status = 200, description = "Taken back", body = ImportView), (status = 404, description = "No such import"),
              (status = 409, description = "It clashes with what came after, or is not applied")))]
pub async fn undo_import(
    ctx: Ctx,
    State(imports): State<Imports>,
    Path(id): Path<String>,
    JsonBody(body): JsonBody<UndoBody>,
) -> Result<Response, Failure> {
    let id = parse_id(&id)?;
    imports.undo(&ctx, id, body.choices).await.map_err(|refusal| refusal.into_failure(ctx.lang))?;
    show(&ctx, &imports, id).await
}

/// A saved mapping.
#[derive(Debug, Serialize, ToSchema)]
struct SavedView {
    name: String,
    toml: String,
    /// Whether it comes with the program.
    built_in: bool,
    saved_at: Option<DateTime<Utc>>,
    saved_by: Option<String>,
    /// Kinds that it fills.
    kinds: Vec<String>,
}

/// Mappings that can be used again.
#[utoipa::path(get, path = "/api/desk/import-mappings", tag = "imports",
    responses((status = 200, description = "The town's own first", body = Vec<SavedView>)))]
pub async fn import_mappings(State(imports): State<Imports>, params: Params) -> Result<Response, Failure> {
    params.finish()?;
    let views: Vec<SavedView> = imports
        .mappings()
        .await?
        .into_iter()
        .map(|one| {
            let (saved_at, saved_by) = one.by.unzip();
            SavedView {
                kinds: super::ops::kinds_of(&one.mapping),
                name: one.name,
                toml: one.toml,
                built_in: saved_at.is_none(),
                saved_at,
                saved_by,
            }
        })
        .collect();
    answer("application/json", &views)
}

/// Saves a mapping under a name.
#[utoipa::path(put, path = "/api/desk/import-mappings/{name}", tag = "imports", params(("name" = String, Path)),
    request_body = MappingBody,
    responses((status = 204, description = "Saved"), (status = 422, description = "It makes no sense, or the name is the program's own")))]
pub async fn save_import_mapping(
    ctx: Ctx,
    State(imports): State<Imports>,
    Path(name): Path<String>,
    JsonBody(body): JsonBody<MappingBody>,
) -> Result<Response, Failure> {
    imports.save_mapping(&ctx, &name, &body.toml).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Forgets a saved mapping.
#[utoipa::path(delete, path = "/api/desk/import-mappings/{name}", tag = "imports", params(("name" = String, Path)),
    responses((status = 204, description = "Forgotten"), (status = 404, description = "No such mapping of the town's own")))]
pub async fn forget_import_mapping(
    ctx: Ctx,
    State(imports): State<Imports>,
    Path(name): Path<String>,
) -> Result<Response, Failure> {
    imports.forget_mapping(&ctx, &name).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
