//! One's own account: name, password, second proofs, sessions.

use axum::{extract::State, http::StatusCode, response::Response};
use serde::Deserialize;
use uuid::Uuid;

use super::{
    actor_text, done, event_text, fault, grant_words, instant_text, name, own_nav, own_page, refusal_text,
    see_other, sign_in::set_session, unkept, wait_text,
};
use crate::{
    accounts::{
        Accounts, Attempt, Email, Refusal, Visit,
        model::{browser_words, own_path},
        passwords::SHORTEST_PASSWORD,
        sign_in::own_session,
    },
    kernel::Params,
    platform::{
        Ctx,
        access::Permission,
        http::{Failure, ProtectedForm},
        i18n::texts,
    },
    ui::{
        Here, html, html_with,
        views::{
            AccountPage, Choice, CodesPage, ConfirmPage, EventLine, FieldFault, PasskeyLine, PasswordPage,
            SessionLine, TotpPage,
        },
    },
};

#[derive(Debug, Deserialize)]
pub(super) struct NoFields {}

/// Leads to where it is shown again who somebody is, unless that was just done; from there on to `next`, below one's own
/// page.
pub(super) async fn confirmed_or_led_below(
    accounts: &Accounts,
    ctx: &Ctx,
    next: &str,
) -> Result<Option<Response>, Failure> {
    confirmed_or_led(accounts, ctx, &format!("{}{next}", own_page(ctx))).await
}

/// The same, on to any page.
pub(super) async fn confirmed_or_led(
    accounts: &Accounts,
    ctx: &Ctx,
    next: &str,
) -> Result<Option<Response>, Failure> {
    if accounts.is_confirmed(ctx).await? {
        return Ok(None);
    }
    let next = percent_encoding::utf8_percent_encode(next, percent_encoding::NON_ALPHANUMERIC);
    Ok(Some(see_other(&format!("{}/confirm?next={next}", own_page(ctx)))))
}

pub(super) async fn page(
    ctx: Ctx,
    State(accounts): State<Accounts>,
    mut params: Params,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let notice = done(&mut params, t);
    params.finish()?;
    let (id, _) = own_session(&ctx)?;
    let account = accounts.person(&ctx, id).await?;
    let typed = (account.name, account.email);
    show(&accounts, &ctx, typed, notice, Vec::new(), StatusCode::OK).await
}

async fn show(
    accounts: &Accounts,
    ctx: &Ctx,
    (name, email): (String, String),
    notice: Option<String>,
    faults: Vec<FieldFault>,
    status: StatusCode,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let (id, session) = own_session(ctx)?;
    let account = accounts.person(ctx, id).await?;
    let sessions = accounts.sessions(ctx, id).await?;
    let events = accounts.events(ctx, id).await?;
    let here = Here(own_page(ctx).to_owned());
    let page = AccountPage {
        page: accounts.site.page(ctx, &here, own_nav(ctx), t.get("account-title")),
        t,
        name,
        email,
        roles: account.grants.iter().map(|grant| grant_words(accounts, ctx, t, grant)).collect(),
        needs_factor: accounts.config.sessions.second_factor && !account.has_second_factor() && !account.demo,
        has_totp: account.has_totp,
        codes_left: u64::try_from(accounts.recovery_codes_left(ctx).await?).unwrap_or(0),
        passkeys: accounts
            .passkeys(ctx)
            .await?
            .into_iter()
            .map(|key| PasskeyLine {
                id: key.id.to_string(),
                name: key.name,
                created: instant_text(key.created_at, t),
                used: key.last_used_at.map(|at| instant_text(at, t)),
            })
            .collect(),
        has_password: account.has_password,
        linked: accounts
            .linked(ctx)
            .await?
            .into_iter()
            .map(|row| PasskeyLine {
                id: row.id.to_string(),
                name: accounts.providers.name(&row.provider, ctx.lang),
                created: instant_text(row.linked_at, t),
                used: row.last_used_at.map(|at| instant_text(at, t)),
            })
            .collect(),
        providers: if ctx.resident().is_some() { provider_choices(accounts, ctx) } else { Vec::new() },
        sessions: sessions
            .into_iter()
            .map(|row| SessionLine {
                present: row.id == session,
                id: row.id.to_string(),
                agent: browser_words(&row.agent),
                address: row.address,
                began: instant_text(row.created_at, t),
                used: instant_text(row.last_used_at, t),
            })
            .collect(),
        events: events
            .into_iter()
            .map(|row| EventLine {
                at: instant_text(row.at, t),
                text: event_text(t, &row.kind),
                actor: actor_text(t, row.actor),
                address: row.address,
            })
            .collect(),
        notice,
        faults,
    };
    Ok(unkept(html_with(status, &page)?))
}

#[derive(Debug, Deserialize)]
pub(super) struct NameForm {
    #[serde(default)]
    pub(super) name: String,
    #[serde(default)]
    pub(super) email: String,
}

/// Name and address of a form, or what is wrong with them.
pub(super) fn read_name(
    form: &NameForm,
    t: &crate::platform::i18n::Texts,
) -> Result<(String, Email), Vec<FieldFault>> {
    match (name(&form.name), Email::parse(&form.email)) {
        (Some(name), Some(email)) => Ok((name, email)),
        (name, email) => {
            let mut faults = Vec::new();
            if name.is_none() {
                faults.push(fault("name", t.get("name-fault")));
            }
            if email.is_none() {
                faults.push(fault("email", t.get("email-fault")));
            }
            Err(faults)
        }
    }
}

pub(super) async fn rename(
    ctx: Ctx,
    State(accounts): State<Accounts>,
    ProtectedForm(form): ProtectedForm<NameForm>,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let (id, _) = own_session(&ctx)?;
    let faults = match read_name(&form, t) {
        Err(faults) => faults,
        Ok((name, email)) => {
            let before = accounts.person(&ctx, id).await?;
            // The address stands in the history: nobody takes another one but through an administrator.
            let changed = before.email.to_lowercase() != email.key;
            if changed && !ctx.may(Permission::AccountsManage, None) {
                let faults = vec![fault("email", t.get("account-email-by-administrator"))];
                let given = (form.name, before.email);
                return show(&accounts, &ctx, given, None, faults, StatusCode::UNPROCESSABLE_ENTITY).await;
            }
            // The address is the way in: whoever finds an open screen must not take it over.
            if before.email.to_lowercase() != email.key
                && let Some(led) = confirmed_or_led_below(&accounts, &ctx, "").await?
            {
                return Ok(led);
            }
            match accounts.rename(&ctx, id, &name, &email).await? {
                Ok(()) => return Ok(see_other(&format!("{}?done=name", own_page(&ctx)))),
                Err(refusal) => vec![fault("email", refusal_text(t, refusal))],
            }
        }
    };
    show(&accounts, &ctx, (form.name, form.email), None, faults, StatusCode::UNPROCESSABLE_ENTITY).await
}

/// Providers of identity as buttons offer them.
pub(super) fn provider_choices(accounts: &Accounts, ctx: &Ctx) -> Vec<Choice> {
    let choice = |(value, label)| Choice { value, label, selected: false };
    accounts.providers(ctx.lang).into_iter().map(choice).collect()
}

/// Providers by which whoever asks can show anew who they are.
async fn linked_providers(accounts: &Accounts, ctx: &Ctx) -> Result<Vec<Choice>, Failure> {
    if ctx.resident().is_none() {
        return Ok(Vec::new());
    }
    let linked = accounts.linked(ctx).await?;
    let mut choices = provider_choices(accounts, ctx);
    choices.retain(|choice| linked.iter().any(|row| row.provider == choice.value));
    Ok(choices)
}

/// One's own page with what is wrong.
pub(super) async fn show_refused(
    accounts: &Accounts,
    ctx: &Ctx,
    refusal: Refusal,
    field: &'static str,
) -> Result<Response, Failure> {
    let (id, _) = own_session(ctx)?;
    let account = accounts.person(ctx, id).await?;
    let faults = vec![fault(field, refusal_text(texts(ctx.lang), refusal))];
    show(accounts, ctx, (account.name, account.email), None, faults, StatusCode::CONFLICT).await
}

pub(super) async fn confirm_page(
    ctx: Ctx,
    State(accounts): State<Accounts>,
    mut params: Params,
) -> Result<Response, Failure> {
    let next = params.text("next");
    params.finish()?;
    own_session(&ctx)?;
    let next = own_path(next.as_deref(), ctx.resident().is_some());
    show_confirm(&accounts, &ctx, next, Vec::new(), StatusCode::OK).await
}

async fn show_confirm(
    accounts: &Accounts,
    ctx: &Ctx,
    next: String,
    faults: Vec<FieldFault>,
    status: StatusCode,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let here = Here(format!(
        "{}/confirm?next={}",
        own_page(ctx),
        percent_encoding::utf8_percent_encode(&next, percent_encoding::NON_ALPHANUMERIC)
    ));
    let page = ConfirmPage {
        page: accounts.site.page(ctx, &here, own_nav(ctx), t.get("confirm-title")),
        t,
        email: ctx.actor().to_owned(),
        has_password: accounts.has_password(ctx).await?,
        has_passkey: !accounts.passkeys(ctx).await?.is_empty(),
        providers: linked_providers(accounts, ctx).await?,
        next,
        faults,
    };
    Ok(unkept(html_with(status, &page)?))
}

#[derive(Debug, Deserialize)]
pub(super) struct ConfirmForm {
    #[serde(default)]
    password: String,
    #[serde(default)]
    next: String,
}

pub(super) async fn confirm(
    ctx: Ctx,
    State(accounts): State<Accounts>,
    visit: Visit,
    ProtectedForm(form): ProtectedForm<ConfirmForm>,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let next = own_path(Some(&form.next), ctx.resident().is_some());
    let (text, status) = match accounts.confirm(&ctx, &visit, &form.password).await? {
        Attempt::Done(renewed) => {
            let mut response = see_other(&next);
            set_session(&visit, &renewed, &mut response);
            return Ok(response);
        }
        Attempt::Wait(wait_s) => (wait_text(t, wait_s), StatusCode::TOO_MANY_REQUESTS),
        Attempt::Wrong | Attempt::SecondStep => {
            (t.get("refusal-wrong-password"), StatusCode::UNPROCESSABLE_ENTITY)
        }
    };
    show_confirm(&accounts, &ctx, next, vec![fault("password", text)], status).await
}

pub(super) async fn password_page(
    ctx: Ctx,
    State(accounts): State<Accounts>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    show_password(&accounts, &ctx, Vec::new(), StatusCode::OK).await
}

async fn show_password(
    accounts: &Accounts,
    ctx: &Ctx,
    faults: Vec<FieldFault>,
    status: StatusCode,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let here = Here(format!("{}/password", own_page(ctx)));
    let page = PasswordPage {
        page: accounts.site.page(ctx, &here, own_nav(ctx), t.get("password-change-title")),
        t,
        email: ctx.actor().to_owned(),
        has_password: accounts.has_password(ctx).await?,
        shortest: u64::try_from(SHORTEST_PASSWORD).unwrap_or(0),
        faults,
    };
    Ok(unkept(html_with(status, &page)?))
}

#[derive(Debug, Deserialize)]
pub(super) struct PasswordForm {
    #[serde(default)]
    current: String,
    #[serde(default)]
    password: String,
}

/// Takes the present password with the new one, however lately it was shown: an open screen must not change it.
pub(super) async fn change_password(
    ctx: Ctx,
    State(accounts): State<Accounts>,
    visit: Visit,
    ProtectedForm(form): ProtectedForm<PasswordForm>,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    // Whoever has no password yet sets one after showing anew who they are.
    if !accounts.has_password(&ctx).await? {
        if let Some(led) = confirmed_or_led_below(&accounts, &ctx, "/password").await? {
            return Ok(led);
        }
        return set_password(&accounts, &ctx, &form.password).await;
    }
    let (text, status) = match accounts.confirm(&ctx, &visit, &form.current).await? {
        Attempt::Done(renewed) => {
            let mut response = set_password(&accounts, &ctx, &form.password).await?;
            set_session(&visit, &renewed, &mut response);
            return Ok(response);
        }
        Attempt::Wait(wait_s) => (wait_text(t, wait_s), StatusCode::TOO_MANY_REQUESTS),
        Attempt::Wrong | Attempt::SecondStep => {
            (t.get("refusal-wrong-password"), StatusCode::UNPROCESSABLE_ENTITY)
        }
    };
    show_password(&accounts, &ctx, vec![fault("current", text)], status).await
}

async fn set_password(accounts: &Accounts, ctx: &Ctx, password: &str) -> Result<Response, Failure> {
    match accounts.change_password(ctx, password).await? {
        Ok(()) => Ok(see_other(&format!("{}?done=password", own_page(ctx)))),
        Err(refusal) => {
            let faults = vec![fault("password", refusal_text(texts(ctx.lang), refusal))];
            show_password(accounts, ctx, faults, StatusCode::UNPROCESSABLE_ENTITY).await
        }
    }
}

pub(super) async fn totp_page(
    ctx: Ctx,
    State(accounts): State<Accounts>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    if let Some(led) = confirmed_or_led_below(&accounts, &ctx, "/app").await? {
        return Ok(led);
    }
    show_totp(&accounts, &ctx, Vec::new(), StatusCode::OK).await
}

async fn show_totp(
    accounts: &Accounts,
    ctx: &Ctx,
    faults: Vec<FieldFault>,
    status: StatusCode,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let enrolment = accounts.begin_totp(ctx).await?;
    let here = Here(format!("{}/app", own_page(ctx)));
    let page = TotpPage {
        page: accounts.site.page(ctx, &here, own_nav(ctx), t.get("app-title")),
        t,
        secret: enrolment.secret,
        qr: enrolment.qr,
        faults,
    };
    Ok(unkept(html_with(status, &page)?))
}

#[derive(Debug, Deserialize)]
pub(super) struct CodeForm {
    #[serde(default)]
    code: String,
}

pub(super) async fn finish_totp(
    ctx: Ctx,
    State(accounts): State<Accounts>,
    ProtectedForm(form): ProtectedForm<CodeForm>,
) -> Result<Response, Failure> {
    if let Some(led) = confirmed_or_led_below(&accounts, &ctx, "/app").await? {
        return Ok(led);
    }
    match accounts.finish_totp(&ctx, &form.code).await? {
        Some(codes) => show_codes(&accounts, &ctx, codes),
        None => {
            let faults = vec![fault("code", texts(ctx.lang).get("app-wrong"))];
            show_totp(&accounts, &ctx, faults, StatusCode::UNPROCESSABLE_ENTITY).await
        }
    }
}

fn show_codes(accounts: &Accounts, ctx: &Ctx, codes: Vec<String>) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let here = Here(own_page(ctx).to_owned());
    let page = accounts.site.page(ctx, &here, own_nav(ctx), t.get("codes-title"));
    Ok(unkept(html(&CodesPage { page, t, codes })?))
}

pub(super) async fn make_codes(
    ctx: Ctx,
    State(accounts): State<Accounts>,
    ProtectedForm(NoFields {}): ProtectedForm<NoFields>,
) -> Result<Response, Failure> {
    if let Some(led) = confirmed_or_led_below(&accounts, &ctx, "").await? {
        return Ok(led);
    }
    let codes = accounts.make_recovery_codes(&ctx).await?;
    show_codes(&accounts, &ctx, codes)
}

pub(super) async fn remove_totp(
    ctx: Ctx,
    State(accounts): State<Accounts>,
    ProtectedForm(NoFields {}): ProtectedForm<NoFields>,
) -> Result<Response, Failure> {
    if let Some(led) = confirmed_or_led_below(&accounts, &ctx, "").await? {
        return Ok(led);
    }
    accounts.remove_totp(&ctx).await?;
    Ok(see_other(&format!("{}?done=app-removed", own_page(&ctx))))
}

#[derive(Debug, Deserialize)]
pub(super) struct SessionForm {
    session: Uuid,
}

pub(super) async fn end_session(
    ctx: Ctx,
    State(accounts): State<Accounts>,
    ProtectedForm(form): ProtectedForm<SessionForm>,
) -> Result<Response, Failure> {
    if let Some(led) = confirmed_or_led_below(&accounts, &ctx, "").await? {
        return Ok(led);
    }
    accounts.end_session(&ctx, form.session).await?;
    Ok(see_other(&format!("{}?done=session", own_page(&ctx))))
}

pub(super) async fn end_others(
    ctx: Ctx,
    State(accounts): State<Accounts>,
    ProtectedForm(NoFields {}): ProtectedForm<NoFields>,
) -> Result<Response, Failure> {
    if let Some(led) = confirmed_or_led_below(&accounts, &ctx, "").await? {
        return Ok(led);
    }
    let (id, _) = own_session(&ctx)?;
    accounts.sign_out_everywhere(&ctx, id).await?;
    Ok(see_other(&format!("{}?done=others", own_page(&ctx))))
}
