//! The doors of payment operators.

use axum::{
    body::Bytes,
    extract::{RawQuery, State},
    http::{HeaderValue, StatusCode, header},
    response::Response,
};

use super::Payments;
use crate::{
    platform::{
        Ctx,
        http::{Failure, Path, typed},
    },
    ui::see_other,
};

/// Takes a message of a payment operator: what became of a payment, signed as its protocol says. The answer is the one that
/// the protocol asks for; a message that is not believed gets the answer by which the real operator brings it again.
#[utoipa::path(
    post,
    path = "/api/payments/{contract}/notify",
    tag = "payments",
    params(("contract" = String, Path, description = "Id of the contract in the settings")),
    request_body(content = String, description = "As the operator's protocol says: a form or JSON"),
    responses(
        (status = 200, description = "Taken, or not, in the words of the protocol"),
        (status = 400, description = "Not believed (Przelewy24, or nothing that can be read)"),
        (status = 404, description = "No such contract"),
        (status = 503, description = "Not taken now; bring it again"),
    )
)]
pub async fn notified(
    ctx: Ctx,
    State(payments): State<Payments>,
    Path(contract): Path<String>,
    body: Bytes,
) -> Result<Response, Failure> {
    let answer = payments.notified(&contract, &body, ctx.now).await?;
    let mut response = typed(answer.content_type, answer.body);
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// Where a browser comes back from a payment operator: it is led on to its order. Nothing is paid by coming here.
#[utoipa::path(
    get,
    path = "/api/payments/{contract}/return",
    tag = "payments",
    params(("contract" = String, Path, description = "Id of the contract in the settings")),
    responses(
        (status = 303, description = "To the order, `/account/orders/{id}`"),
        (status = 404, description = "No such contract or order"),
    )
)]
pub async fn returned(
    ctx: Ctx,
    State(payments): State<Payments>,
    Path(contract): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let order = payments.came_back(&contract, query.as_deref().unwrap_or_default(), ctx.now).await?;
    Ok(see_other(&format!("/account/orders/{order}?back=1")))
}
