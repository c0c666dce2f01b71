//! What the script for passkeys asks. Browsers offer passkeys to scripts alone; everything else works without.

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::json;
use webauthn_rs::prelude::{PublicKeyCredential, RegisterPublicKeyCredential};

use super::{
    entry, id, name,
    own::{NoFields, confirmed_or_led_below, show_refused},
    own_page, refusal_text, see_other,
    sign_in::set_session,
    unkept, wait_text,
};
use crate::{
    accounts::{Accounts, Attempt, Visit, model::own_path},
    platform::{
        Ctx,
        http::{BaseUrl, Failure, JsonBody, Path, ProtectedForm, prove_form},
        i18n::texts,
    },
};

#[derive(Debug, Deserialize)]
pub(super) struct Begin {
    form_token: String,
    #[serde(default)]
    next: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Shown {
    form_token: String,
    credential: PublicKeyCredential,
}

#[derive(Debug, Deserialize)]
pub(super) struct ShownAgain {
    form_token: String,
    #[serde(default)]
    next: Option<String>,
    credential: PublicKeyCredential,
}

#[derive(Debug, Deserialize)]
pub(super) struct Made {
    form_token: String,
    #[serde(default)]
    name: String,
    credential: RegisterPublicKeyCredential,
}

pub(super) async fn begin_sign_in(
    ctx: Ctx,
    State(accounts): State<Accounts>,
    visit: Visit,
    base: BaseUrl,
    JsonBody(asked): JsonBody<Begin>,
) -> Result<Response, Failure> {
    entry::check(&visit, &asked.form_token)?;
    Ok(match accounts.begin_passkey_sign_in(&ctx, &visit, &base, asked.next.as_deref()).await? {
        Ok(challenge) => unkept(Json(challenge).into_response()),
        Err(wait_s) => too_often(&ctx, wait_s),
    })
}

fn refused(status: StatusCode, text: String) -> Response {
    unkept((status, Json(json!({ "detail": text }))).into_response())
}

fn too_often(ctx: &Ctx, wait_s: u64) -> Response {
    let mut response = refused(StatusCode::TOO_MANY_REQUESTS, wait_text(texts(ctx.lang), wait_s));
    response.headers_mut().insert(header::RETRY_AFTER, wait_s.into());
    response
}

pub(super) async fn sign_in(
    ctx: Ctx,
    State(accounts): State<Accounts>,
    visit: Visit,
    base: BaseUrl,
    JsonBody(shown): JsonBody<Shown>,
) -> Result<Response, Failure> {
    entry::check(&visit, &shown.form_token)?;
    let t = texts(ctx.lang);
    Ok(match accounts.sign_in_with_passkey(&ctx, &visit, &base, &shown.credential).await? {
        Attempt::Done(begun) => {
            let mut response = unkept(Json(json!({ "next": begun.next })).into_response());
            set_session(&visit, &begun, &mut response);
            response
        }
        Attempt::Wrong | Attempt::SecondStep => {
            refused(StatusCode::UNPROCESSABLE_ENTITY, t.get("passkey-unknown"))
        }
        Attempt::Wait(wait_s) => too_often(&ctx, wait_s),
    })
}

pub(super) async fn begin_confirm(
    ctx: Ctx,
    State(accounts): State<Accounts>,
    base: BaseUrl,
    JsonBody(asked): JsonBody<Begin>,
) -> Result<Response, Failure> {
    prove_form(&ctx, &asked.form_token)?;
    Ok(match accounts.begin_passkey_confirm(&ctx, &base).await? {
        Some(challenge) => unkept(Json(challenge).into_response()),
        None => refused(StatusCode::CONFLICT, texts(ctx.lang).get("passkeys-none")),
    })
}

pub(super) async fn confirm(
    ctx: Ctx,
    State(accounts): State<Accounts>,
    visit: Visit,
    base: BaseUrl,
    JsonBody(shown): JsonBody<ShownAgain>,
) -> Result<Response, Failure> {
    prove_form(&ctx, &shown.form_token)?;
    let Some(renewed) = accounts.confirm_with_passkey(&ctx, &visit, &base, &shown.credential).await? else {
        return Ok(refused(StatusCode::UNPROCESSABLE_ENTITY, texts(ctx.lang).get("passkey-unknown")));
    };
    let next = own_path(shown.next.as_deref(), ctx.resident().is_some());
    let mut response = unkept(Json(json!({ "next": next })).into_response());
    set_session(&visit, &renewed, &mut response);
    Ok(response)
}

async fn confirmed(accounts: &Accounts, ctx: &Ctx) -> Result<Option<Response>, Failure> {
    if accounts.is_confirmed(ctx).await? {
        return Ok(None);
    }
    // The script leads there.
    let own = own_page(ctx);
    let back = percent_encoding::utf8_percent_encode(own, percent_encoding::NON_ALPHANUMERIC);
    let next = json!({ "next": format!("{own}/confirm?next={back}") });
    Ok(Some(unkept((StatusCode::CONFLICT, Json(next)).into_response())))
}

pub(super) async fn begin(
    ctx: Ctx,
    State(accounts): State<Accounts>,
    base: BaseUrl,
    JsonBody(asked): JsonBody<Begin>,
) -> Result<Response, Failure> {
    prove_form(&ctx, &asked.form_token)?;
    if let Some(led) = confirmed(&accounts, &ctx).await? {
        return Ok(led);
    }
    let challenge = accounts.begin_passkey(&ctx, &base).await?;
    Ok(unkept(Json(challenge).into_response()))
}

pub(super) async fn add(
    ctx: Ctx,
    State(accounts): State<Accounts>,
    base: BaseUrl,
    JsonBody(made): JsonBody<Made>,
) -> Result<Response, Failure> {
    prove_form(&ctx, &made.form_token)?;
    if let Some(led) = confirmed(&accounts, &ctx).await? {
        return Ok(led);
    }
    let t = texts(ctx.lang);
    let name = name(&made.name).unwrap_or_else(|| t.get("passkey-unnamed"));
    match accounts.finish_passkey(&ctx, &base, &name, &made.credential).await? {
        Ok(()) => {
            Ok(unkept(Json(json!({ "next": format!("{}?done=passkey", own_page(&ctx)) })).into_response()))
        }
        Err(refusal) => {
            let told = json!({ "detail": refusal_text(t, refusal) });
            Ok(unkept((StatusCode::UNPROCESSABLE_ENTITY, Json(told)).into_response()))
        }
    }
}

pub(super) async fn remove(
    ctx: Ctx,
    State(accounts): State<Accounts>,
    Path(passkey): Path<String>,
    ProtectedForm(NoFields {}): ProtectedForm<NoFields>,
) -> Result<Response, Failure> {
    if let Some(led) = confirmed_or_led_below(&accounts, &ctx, "").await? {
        return Ok(led);
    }
    match accounts.remove_passkey(&ctx, id(&passkey)?).await? {
        Ok(()) => Ok(see_other(&format!("{}?done=passkey-removed", own_page(&ctx)))),
        Err(refusal) => show_refused(&accounts, &ctx, refusal, "passkeys").await,
    }
}
