//! JSON doors of drafts.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::json;

use super::model::{Draft, DraftSubmit, DraftSummary, DraftWrite};
use crate::{
    kernel::Params,
    platform::{
        Ctx,
        http::{Failure, JsonBody, Path, json as answer},
    },
    registry::{Registry, parse_id},
};

/// Open drafts of whoever asks.
#[utoipa::path(get, path = "/api/desk/drafts", tag = "desk",
    responses((status = 200, description = "Newest first", body = Vec<DraftSummary>)))]
pub async fn drafts(ctx: Ctx, State(registry): State<Registry>, params: Params) -> Result<Response, Failure> {
    params.finish()?;
    answer("application/json", &registry.drafts(&ctx).await?)
}

/// One draft with all its gestures.
#[utoipa::path(get, path = "/api/desk/drafts/{id}", tag = "desk", params(("id" = Uuid, Path)),
    responses((status = 200, description = "The draft", body = Draft), (status = 404, description = "No such draft of yours"),
              (status = 409, description = "Closed")))]
pub async fn draft(
    ctx: Ctx,
    State(registry): State<Registry>,
    Path(id): Path<String>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    answer("application/json", &registry.draft(&ctx, parse_id(&id)?).await?)
}

/// Writes a draft: gestures from an index on are replaced.
#[utoipa::path(put, path = "/api/desk/drafts/{id}", tag = "desk", params(("id" = Uuid, Path)), request_body = DraftWrite,
    responses((status = 200, description = "The new version"), (status = 409, description = "Another window wrote meanwhile"),
              (status = 413, description = "Too large")))]
pub async fn put_draft(
    ctx: Ctx,
    State(registry): State<Registry>,
    Path(id): Path<String>,
    params: Params,
    JsonBody(write): JsonBody<DraftWrite>,
) -> Result<Response, Failure> {
    params.finish()?;
    let version = registry.put_draft(&ctx, parse_id(&id)?, &write).await?;
    answer("application/json", &json!({ "version": version }))
}

/// Gives a draft up.
#[utoipa::path(delete, path = "/api/desk/drafts/{id}", tag = "desk", params(("id" = Uuid, Path)),
    responses((status = 204, description = "Given up"), (status = 404, description = "No such draft of yours")))]
pub async fn give_up_draft(
    ctx: Ctx,
    State(registry): State<Registry>,
    Path(id): Path<String>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    registry.give_up_draft(&ctx, parse_id(&id)?).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Says what a submit would say.
#[utoipa::path(post, path = "/api/desk/drafts/{id}/check", tag = "desk", params(("id" = Uuid, Path)), request_body = DraftSubmit,
    responses((status = 200, description = "Faults and clashes, both empty when it can be submitted")))]
pub async fn check_draft(
    ctx: Ctx,
    State(registry): State<Registry>,
    Path(id): Path<String>,
    params: Params,
    JsonBody(submit): JsonBody<DraftSubmit>,
) -> Result<Response, Failure> {
    params.finish()?;
    let (verdict, changes) = registry.check_draft(&ctx, parse_id(&id)?, &submit).await?;
    answer(
        "application/json",
        &json!({ "faults": verdict.faults, "clashes": verdict.clashes, "changes": changes }),
    )
}

/// Submits a draft as one change set.
#[utoipa::path(post, path = "/api/desk/drafts/{id}/submit", tag = "desk", params(("id" = Uuid, Path)), request_body = DraftSubmit,
    responses((status = 200, description = "The change set and the things as they are now"),
              (status = 409, description = "Somebody else changed the same meanwhile; nothing was written"),
              (status = 422, description = "Something is wrong; nothing was written")))]
pub async fn submit_draft(
    ctx: Ctx,
    State(registry): State<Registry>,
    Path(id): Path<String>,
    params: Params,
    JsonBody(submit): JsonBody<DraftSubmit>,
) -> Result<Response, Failure> {
    params.finish()?;
    let applied = registry.submit_draft(&ctx, parse_id(&id)?, &submit).await;
    answer("application/json", &applied.map_err(|refusal| refusal.into_failure(ctx.lang))?)
}
