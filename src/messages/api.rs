//! Doors of the messages for programs: browsers that show notices, and the gateway's reports.

use axum::{
    body::Bytes,
    extract::{RawQuery, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use channels::sms::{Report, ReportStatus};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Messages, model::State as DeliveryState, store};
use crate::{
    kernel::{ParamError, Params},
    platform::{
        Ctx,
        http::{Failure, JsonBody, Path, ResultExt, json},
        secrets::same,
    },
};

/// Browsers that show notices to whoever is signed in.
#[derive(Debug, Serialize, ToSchema)]
pub struct PushState {
    /// Key of the sender, for `applicationServerKey`.
    public_key: String,
    /// One's browsers.
    subscriptions: Vec<PushDevice>,
}

/// A browser.
#[derive(Debug, Serialize, ToSchema)]
pub struct PushDevice {
    /// Its id.
    id: Uuid,
    /// What it calls itself.
    agent: String,
    /// Since when.
    created_at: chrono::DateTime<chrono::Utc>,
}

/// What a browser gives as its subscription.
#[derive(Debug, Deserialize, ToSchema)]
pub struct NewPushDevice {
    /// Address of its push service.
    endpoint: String,
    /// Its keys.
    keys: PushKeys,
}

/// Keys of a browser.
#[derive(Debug, Deserialize, ToSchema)]
pub struct PushKeys {
    /// Public key, base64url.
    p256dh: String,
    /// Shared secret, base64url.
    auth: String,
}

/// The id of a browser that was added.
#[derive(Debug, Serialize, ToSchema)]
pub struct AddedPushDevice {
    /// Its id.
    id: Uuid,
}

/// Browsers that show one's messages, and the key to which a new one is bound.
#[utoipa::path(get, path = "/api/account/push", tag = "messages",
    responses((status = 200, description = "The browsers", body = PushState)))]
pub async fn push_state(
    ctx: Ctx,
    State(messages): State<Messages>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    let resident = ctx.resident().ok_or(Failure::Unauthorized)?;
    let public_key = messages.outside().internal("open the ways out")?.public_key.clone();
    let rows = store::consents::subscriptions(&messages.pool, resident.party).await?;
    let subscriptions = rows
        .into_iter()
        .map(|row| PushDevice { id: row.id, agent: row.agent, created_at: row.created_at })
        .collect();
    json("application/json", &PushState { public_key, subscriptions })
}

/// Adds the browser; the same endpoint again is the same browser.
#[utoipa::path(post, path = "/api/account/push", tag = "messages", request_body = NewPushDevice,
    responses((status = 201, description = "It shows messages from now on", body = AddedPushDevice),
              (status = 400, description = "No subscription")))]
pub async fn add_push(
    ctx: Ctx,
    State(messages): State<Messages>,
    headers: HeaderMap,
    JsonBody(new): JsonBody<NewPushDevice>,
) -> Result<Response, Failure> {
    let agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let id = messages.subscribe_browser(&ctx, &new.endpoint, &new.keys.p256dh, &new.keys.auth, agent).await?;
    let mut response = json("application/json", &AddedPushDevice { id })?;
    *response.status_mut() = StatusCode::CREATED;
    Ok(response)
}

/// Takes a browser away.
#[utoipa::path(delete, path = "/api/account/push/{id}", tag = "messages", params(("id" = Uuid, Path)),
    responses((status = 204, description = "It shows nothing any more"), (status = 404, description = "No such browser")))]
pub async fn remove_push(
    ctx: Ctx,
    State(messages): State<Messages>,
    Path(id): Path<Uuid>,
) -> Result<Response, Failure> {
    messages.forget_browser(&ctx, id).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// A report of the SMS gateway, as it brings it by GET. The address holds a secret that only the gateway was told.
#[utoipa::path(get, path = "/api/messages/sms-report/{secret}", tag = "messages", params(("secret" = String, Path)),
    responses((status = 200, description = "Taken", content_type = "text/plain"), (status = 404, description = "Another secret")))]
pub async fn sms_report_asked(
    ctx: Ctx,
    State(messages): State<Messages>,
    Path(secret): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    take_report(&ctx, &messages, &secret, query.unwrap_or_default().as_bytes()).await
}

/// A report of the SMS gateway, as it brings it by POST.
#[utoipa::path(post, path = "/api/messages/sms-report/{secret}", tag = "messages", params(("secret" = String, Path)),
    responses((status = 200, description = "Taken", content_type = "text/plain"), (status = 404, description = "Another secret")))]
pub async fn sms_report(
    ctx: Ctx,
    State(messages): State<Messages>,
    Path(secret): Path<String>,
    body: Bytes,
) -> Result<Response, Failure> {
    take_report(&ctx, &messages, &secret, &body).await
}

async fn take_report(ctx: &Ctx, messages: &Messages, secret: &str, form: &[u8]) -> Result<Response, Failure> {
    let own = messages.keys.mark(&[b"sms-report"]).internal("read the key")?;
    if !same(secret, &own) {
        return Err(Failure::not_found("this address"));
    }
    let reports = Report::parse(form).map_err(|error| ParamError::new("report", error.to_string()))?;
    let mut transaction = messages.pool.begin().await?;
    for report in reports {
        let state = match report.status {
            ReportStatus::Delivered => DeliveryState::Delivered,
            ReportStatus::Undelivered => DeliveryState::Failed,
            ReportStatus::Underway | ReportStatus::Unknown => continue,
        };
        let idx = report.idx.as_deref().and_then(|idx| idx.parse().ok());
        let answer = format!("SMSAPI {}", report.code);
        store::outbox::report(&mut transaction, &report.message_id, idx, state, &answer, ctx.now).await?;
    }
    transaction.commit().await?;
    // The gateway brings a report again until it is answered so.
    Ok("OK".into_response())
}
