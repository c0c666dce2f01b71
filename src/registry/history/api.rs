//! JSON doors of the history.

use axum::{extract::State, response::Response};
use serde_json::json;

use super::model::{ChangeSetHead, ChangeSetQuery, Undo};
use crate::{
    kernel::{Limit, ParamError, Params},
    platform::{
        Ctx,
        http::{Failure, JsonBody, Path, json as answer},
    },
    registry::{Registry, parse_id},
};

/// All versions of a thing.
#[utoipa::path(get, path = "/api/desk/assets/{id}/history", tag = "desk", params(("id" = Uuid, Path)),
    responses((status = 200, description = "Versions, newest first, with what each changed"), (status = 404, description = "No such asset")))]
pub async fn asset_history(
    ctx: Ctx,
    State(registry): State<Registry>,
    Path(id): Path<String>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    answer("application/json", &json!({ "versions": registry.asset_history(&ctx, parse_id(&id)?).await? }))
}

/// Change sets.
#[utoipa::path(get, path = "/api/desk/changes", tag = "desk",
    params(("who" = Option<String>, Query, description = "Address of whoever saved it"), ("kind" = Option<String>, Query),
           ("before" = Option<i64>, Query, description = "Only smaller numbers: the next page"), ("limit" = Option<u32>, Query)),
    responses((status = 200, description = "Newest first", body = Vec<ChangeSetHead>)))]
pub async fn change_sets(
    ctx: Ctx,
    State(registry): State<Registry>,
    mut params: Params,
) -> Result<Response, Failure> {
    let query = ChangeSetQuery {
        who: params.text("who"),
        kind: params.text("kind"),
        before: params.parse("before", "a whole number")?,
        limit: Limit::take(&mut params, 50, 500)?.as_i64(),
        ..ChangeSetQuery::default()
    };
    params.finish()?;
    answer("application/json", &registry.change_sets(&ctx, &query).await?)
}

/// One change set with what it did.
#[utoipa::path(get, path = "/api/desk/changes/{id}", tag = "desk", params(("id" = Uuid, Path)),
    responses((status = 200, description = "The change set"), (status = 404, description = "No such change set")))]
pub async fn change_set(
    ctx: Ctx,
    State(registry): State<Registry>,
    Path(id): Path<String>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    answer("application/json", &registry.change_set(&ctx, parse_id(&id)?).await?)
}

/// Takes a change set back.
#[utoipa::path(post, path = "/api/desk/changes/{id}/undo", tag = "desk", params(("id" = Uuid, Path)), request_body = Undo,
    responses((status = 200, description = "The change set that takes it back"), (status = 409, description = "Clashes with what came after"),
              (status = 422, description = "What was before is not valid now")))]
pub async fn undo(
    ctx: Ctx,
    State(registry): State<Registry>,
    Path(id): Path<String>,
    params: Params,
    JsonBody(undo): JsonBody<Undo>,
) -> Result<Response, Failure> {
    params.finish()?;
    let applied = registry.undo(&ctx, parse_id(&id)?, &undo).await;
    answer("application/json", &applied.map_err(|refusal| refusal.into_failure(ctx.lang))?)
}

/// Takes one version of a thing back.
#[utoipa::path(post, path = "/api/desk/assets/{id}/undo", tag = "desk", params(("id" = Uuid, Path)), request_body = Undo,
    responses((status = 200, description = "The change set that takes it back"), (status = 409, description = "Clashes with what came after")))]
pub async fn undo_version(
    ctx: Ctx,
    State(registry): State<Registry>,
    Path(id): Path<String>,
    params: Params,
    JsonBody(undo): JsonBody<Undo>,
) -> Result<Response, Failure> {
    params.finish()?;
    let rev = undo.rev.ok_or_else(|| ParamError::new("rev", "must name the version"))?;
    let applied = registry.undo_version(&ctx, parse_id(&id)?, rev, &undo).await;
    answer("application/json", &applied.map_err(|refusal| refusal.into_failure(ctx.lang))?)
}
