//! Pages for signing in, for the second step, for new passwords; and the way out.

use axum::{
    extract::State,
    http::{StatusCode, header},
    response::Response,
};
use serde::Deserialize;

use super::{
    done,
    entry::{Entry, EntryForm},
    fault,
    own::provider_choices,
    password_fault,
    residents::{Told, show_told},
    see_other, unkept, wait_text, with_wait,
};
use crate::{
    accounts::{
        Accounts, Attempt, Begun, Email, Visit, cookies::Cookie, model::own_path,
        passwords::SHORTEST_PASSWORD,
    },
    kernel::Params,
    platform::{
        Ctx,
        ctx::Who,
        http::{BaseUrl, Failure, Path, ProtectedForm},
        i18n::texts,
    },
    ui::{
        Here, Nav, html_with,
        views::{FieldFault, Link, LinkGonePage, ResetPage, SecondStepPage, SignInHelpPage, SignInPage},
    },
};

/// A browser stays known for a year.
const DEVICE_S: i64 = 365 * 24 * 3600;

#[derive(Debug, Default, Deserialize)]
pub(super) struct SignInForm {
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    next: String,
}

pub(super) async fn page(
    ctx: Ctx,
    State(accounts): State<Accounts>,
    visit: Visit,
    mut params: Params,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let next = params.text("next");
    let notice = done(&mut params, t);
    params.finish()?;
    if ctx.account().is_some() {
        return Ok(see_other(&own_path(next.as_deref(), ctx.resident().is_some())));
    }
    let form = SignInForm { next: next.unwrap_or_default(), ..SignInForm::default() };
    show(&accounts, &ctx, &visit, form, notice, Vec::new(), StatusCode::OK)
}

fn show(
    accounts: &Accounts,
    ctx: &Ctx,
    visit: &Visit,
    form: SignInForm,
    notice: Option<String>,
    faults: Vec<FieldFault>,
    status: StatusCode,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let entry = Entry::of(visit)?;
    let here = Here(next_query("/sign-in", &form.next));
    let page = SignInPage {
        page: accounts.site.page(ctx, &here, Nav::Nowhere, t.get("sign-in-title")),
        t,
        form_token: entry.form_token.clone(),
        email: form.email,
        next: form.next,
        providers: provider_choices(accounts, ctx),
        notice,
        faults,
    };
    Ok(entry.with(unkept(html_with(status, &page)?)))
}

fn next_query(path: &str, next: &str) -> String {
    if next.is_empty() {
        return path.to_owned();
    }
    let next = percent_encoding::utf8_percent_encode(next, percent_encoding::NON_ALPHANUMERIC);
    format!("{path}?next={next}")
}

pub(super) async fn send(
    ctx: Ctx,
    State(accounts): State<Accounts>,
    EntryForm { visit, form }: EntryForm<SignInForm>,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let mut faults = Vec::new();
    if form.email.trim().is_empty() {
        faults.push(fault("email", t.get("sign-in-no-email")));
    }
    if form.password.is_empty() {
        faults.push(fault("password", t.get("sign-in-no-password")));
    }
    if !faults.is_empty() {
        return show(&accounts, &ctx, &visit, form, None, faults, StatusCode::UNPROCESSABLE_ENTITY);
    }
    match accounts.sign_in(&ctx, &visit, &form.email, &form.password, Some(&form.next)).await? {
        Attempt::Done(begun) => Ok(signed_in(&visit, &begun)),
        Attempt::SecondStep => Ok(see_other("/sign-in/second")),
        Attempt::Wrong => {
            let faults = vec![fault("email", t.get("sign-in-wrong"))];
            show(&accounts, &ctx, &visit, form, None, faults, StatusCode::UNPROCESSABLE_ENTITY)
        }
        Attempt::Wait(wait_s) => {
            let faults = vec![fault("email", wait_text(t, wait_s))];
            let mut response =
                show(&accounts, &ctx, &visit, form, None, faults, StatusCode::TOO_MANY_REQUESTS)?;
            response.headers_mut().insert(header::RETRY_AFTER, wait_s.into());
            Ok(response)
        }
    }
}

/// Sets the cookies of a session that has begun and leads on.
pub(super) fn signed_in(visit: &Visit, begun: &Begun) -> Response {
    let mut response = see_other(&begun.next);
    set_session(visit, begun, &mut response);
    response
}

/// Sets the cookies of a session that has begun.
pub(super) fn set_session(visit: &Visit, begun: &Begun, response: &mut Response) {
    let headers = response.headers_mut();
    headers.append(header::SET_COOKIE, Cookie::Session.set(visit.secure, &begun.token, begun.longest_s));
    headers.append(header::SET_COOKIE, Cookie::Device.set(visit.secure, &begun.device, DEVICE_S));
    headers.append(header::SET_COOKIE, Cookie::Entry.clear(visit.secure));
}

pub(super) async fn second_page(
    ctx: Ctx,
    State(accounts): State<Accounts>,
    visit: Visit,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    show_second(&accounts, &ctx, &visit, Vec::new(), StatusCode::OK).await
}

async fn show_second(
    accounts: &Accounts,
    ctx: &Ctx,
    visit: &Visit,
    faults: Vec<FieldFault>,
    status: StatusCode,
) -> Result<Response, Failure> {
    let Some(step) = accounts.second_step(ctx, visit).await? else { return Ok(see_other("/sign-in")) };
    let t = texts(ctx.lang);
    let entry = Entry::of(visit)?;
    let here = Here("/sign-in/second".to_owned());
    let page = SecondStepPage {
        page: accounts.site.page(ctx, &here, Nav::Nowhere, t.get("second-title")),
        t,
        form_token: entry.form_token.clone(),
        has_totp: step.has_totp,
        has_passkey: step.has_passkey,
        faults,
    };
    Ok(entry.with(unkept(html_with(status, &page)?)))
}

#[derive(Debug, Deserialize)]
pub(super) struct CodeForm {
    #[serde(default)]
    code: String,
}

pub(super) async fn second_send(
    ctx: Ctx,
    State(accounts): State<Accounts>,
    EntryForm { visit, form }: EntryForm<CodeForm>,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    match accounts.sign_in_with_code(&ctx, &visit, &form.code).await? {
        Attempt::Done(begun) => Ok(signed_in(&visit, &begun)),
        Attempt::Wrong | Attempt::SecondStep => {
            let faults = vec![fault("code", t.get("second-wrong"))];
            show_second(&accounts, &ctx, &visit, faults, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Attempt::Wait(wait_s) => {
            let faults = vec![fault("code", wait_text(t, wait_s))];
            let mut response =
                show_second(&accounts, &ctx, &visit, faults, StatusCode::TOO_MANY_REQUESTS).await?;
            response.headers_mut().insert(header::RETRY_AFTER, wait_s.into());
            Ok(response)
        }
    }
}

pub(super) async fn help_page(
    ctx: Ctx,
    State(accounts): State<Accounts>,
    visit: Visit,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    show_help(&accounts, &ctx, &visit, String::new(), Vec::new(), StatusCode::OK)
}

fn show_help(
    accounts: &Accounts,
    ctx: &Ctx,
    visit: &Visit,
    email: String,
    faults: Vec<FieldFault>,
    status: StatusCode,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let entry = Entry::of(visit)?;
    let page = SignInHelpPage {
        page: accounts.site.page(
            ctx,
            &Here("/sign-in/help".to_owned()),
            Nav::Nowhere,
            t.get("sign-in-help-title"),
        ),
        t,
        form_token: entry.form_token.clone(),
        email,
        faults,
    };
    Ok(entry.with(unkept(html_with(status, &page)?)))
}

#[derive(Debug, Deserialize)]
pub(super) struct HelpForm {
    #[serde(default)]
    email: String,
}

/// The answer is the same whether the address has an account.
pub(super) async fn help_send(
    ctx: Ctx,
    State(accounts): State<Accounts>,
    EntryForm { visit, form }: EntryForm<HelpForm>,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let Some(email) = Email::parse(&form.email) else {
        let faults = vec![fault("email", t.get("email-fault"))];
        return show_help(&accounts, &ctx, &visit, form.email, faults, StatusCode::UNPROCESSABLE_ENTITY);
    };
    match accounts.recover(&ctx, &visit, &email).await? {
        Ok(()) => show_told(&accounts, &ctx, "/sign-in/help", Told::written(t, &email.text)),
        Err(wait_s) => {
            let faults = vec![fault("email", wait_text(t, wait_s))];
            let page = show_help(&accounts, &ctx, &visit, form.email, faults, StatusCode::OK)?;
            Ok(with_wait(page, wait_s))
        }
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct NoFields {}

/// Whoever came by a provider of identity is offered to sign out there too: this browser may be somebody else's.
pub(super) async fn sign_out(
    ctx: Ctx,
    State(accounts): State<Accounts>,
    visit: Visit,
    base: BaseUrl,
    ProtectedForm(NoFields {}): ProtectedForm<NoFields>,
) -> Result<Response, Failure> {
    let leave = accounts.leave(&ctx, &base).await?;
    accounts.sign_out(&ctx).await?;
    let mut response = match leave {
        None => see_other("/sign-in?done=out"),
        Some(leave) => {
            let t = texts(ctx.lang);
            let visitor = Ctx { who: Who::Visitor, ..ctx.clone() };
            let name = [("name", leave.name.as_str().into())];
            let told = Told {
                title: t.get("signed-out-title"),
                paragraphs: vec![t.args("signed-out-still-there", &name)],
                links: vec![
                    Link { href: leave.url, text: t.args("signed-out-leave", &name) },
                    Link { href: "/".to_owned(), text: t.get("signed-out-stay") },
                ],
                status: StatusCode::OK,
            };
            show_told(&accounts, &visitor, "/sign-in", told)?
        }
    };
    response.headers_mut().append(header::SET_COOKIE, Cookie::Session.clear(visit.secure));
    Ok(response)
}

pub(super) async fn reset_page(
    ctx: Ctx,
    State(accounts): State<Accounts>,
    visit: Visit,
    Path(token): Path<String>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    show_reset(&accounts, &ctx, &visit, &token, Vec::new(), StatusCode::OK).await
}

async fn show_reset(
    accounts: &Accounts,
    ctx: &Ctx,
    visit: &Visit,
    token: &str,
    faults: Vec<FieldFault>,
    status: StatusCode,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let here = Here(format!("/reset/{token}"));
    let owner = match accounts.link_owner(ctx, token).await {
        Ok(owner) => owner,
        Err(Failure::NotFound(_)) => {
            let page = accounts.site.page(ctx, &here, Nav::Nowhere, t.get("link-gone-title"));
            return Ok(unkept(html_with(StatusCode::NOT_FOUND, &LinkGonePage { page, t })?));
        }
        Err(failure) => return Err(failure),
    };
    let entry = Entry::of(visit)?;
    let invited = owner.purpose == "invite";
    let title = if invited { t.get("invite-title") } else { t.get("reset-title") };
    let page = ResetPage {
        page: accounts.site.page(ctx, &here, Nav::Nowhere, title.clone()),
        t,
        title,
        form_token: entry.form_token.clone(),
        email: owner.email,
        name: owner.name,
        shortest: u64::try_from(SHORTEST_PASSWORD).unwrap_or(0),
        faults,
    };
    Ok(entry.with(unkept(html_with(status, &page)?)))
}

#[derive(Debug, Deserialize)]
pub(super) struct NewPasswordForm {
    #[serde(default)]
    password: String,
}

pub(super) async fn reset_send(
    ctx: Ctx,
    State(accounts): State<Accounts>,
    Path(token): Path<String>,
    EntryForm { visit, form }: EntryForm<NewPasswordForm>,
) -> Result<Response, Failure> {
    match accounts.set_password_by_link(&ctx, &visit, &token, &form.password).await {
        Ok(Ok(())) => Ok(see_other("/sign-in?done=password")),
        Ok(Err(wrong)) => {
            let faults = vec![fault("password", password_fault(texts(ctx.lang), wrong))];
            show_reset(&accounts, &ctx, &visit, &token, faults, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        // Shows that the link no longer works.
        Err(Failure::NotFound(_)) => {
            show_reset(&accounts, &ctx, &visit, &token, Vec::new(), StatusCode::NOT_FOUND).await
        }
        Err(failure) => Err(failure),
    }
}
