//! One's own account: name, password, second proofs, sessions.

use axum::{extract::State, http::StatusCode, response::Response};
use serde::Deserialize;
use uuid::Uuid;

use super::{
    actor_text, done, event_text, fault, grant_words, moment, name, password_fault, refusal_text, see_other,
    unkept, wait_text,
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
        Here, Nav, html, html_with,
        views::{
            AccountPage, CodesPage, ConfirmPage, EventLine, FieldFault, PasskeyLine, PasswordPage,
            SessionLine, TotpPage,
        },
    },
};

#[derive(Debug, Deserialize)]
pub(super) struct NoFields {}

/// Leads to where the password is shown again, unless that was just done.
pub(super) async fn confirmed_or_led(
    accounts: &Accounts,
    ctx: &Ctx,
    next: &str,
) -> Result<Option<Response>, Failure> {
    if accounts.is_confirmed(ctx).await? {
        return Ok(None);
    }
    let next = percent_encoding::utf8_percent_encode(next, percent_encoding::NON_ALPHANUMERIC);
    Ok(Some(see_other(&format!("/desk/account/confirm?next={next}"))))
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
    let here = Here("/desk/account".to_owned());
    let page = AccountPage {
        page: accounts.site.page(ctx, &here, Nav::DeskAccount, t.get("account-title")),
        t,
        name,
        email,
        roles: account.grants.iter().map(|grant| grant_words(accounts, ctx, t, grant)).collect(),
        has_totp: account.has_totp,
        codes_left: u64::try_from(accounts.recovery_codes_left(ctx).await?).unwrap_or(0),
        passkeys: accounts
            .passkeys(ctx)
            .await?
            .into_iter()
            .map(|key| PasskeyLine {
                id: key.id.to_string(),
                name: key.name,
                created: moment(t, key.created_at),
                used: key.last_used_at.map(|at| moment(t, at)),
            })
            .collect(),
        sessions: sessions
            .into_iter()
            .map(|row| SessionLine {
                present: row.id == session,
                id: row.id.to_string(),
                agent: browser_words(&row.agent),
                address: row.address,
                began: moment(t, row.created_at),
                used: moment(t, row.last_used_at),
            })
            .collect(),
        events: events
            .into_iter()
            .map(|row| EventLine {
                at: moment(t, row.at),
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
                && let Some(led) = confirmed_or_led(&accounts, &ctx, "/desk/account").await?
            {
                return Ok(led);
            }
            match accounts.rename(&ctx, id, &name, &email).await? {
                Ok(()) => return Ok(see_other("/desk/account?done=name")),
                Err(refusal) => vec![fault("email", refusal_text(t, refusal))],
            }
        }
    };
    show(&accounts, &ctx, (form.name, form.email), None, faults, StatusCode::UNPROCESSABLE_ENTITY).await
}

pub(super) async fn confirm_page(
    ctx: Ctx,
    State(accounts): State<Accounts>,
    mut params: Params,
) -> Result<Response, Failure> {
    let next = params.text("next");
    params.finish()?;
    own_session(&ctx)?;
    show_confirm(&accounts, &ctx, own_path(next.as_deref()), Vec::new(), StatusCode::OK)
}

fn show_confirm(
    accounts: &Accounts,
    ctx: &Ctx,
    next: String,
    faults: Vec<FieldFault>,
    status: StatusCode,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let here = Here(format!(
        "/desk/account/confirm?next={}",
        percent_encoding::utf8_percent_encode(&next, percent_encoding::NON_ALPHANUMERIC)
    ));
    let page = ConfirmPage {
        page: accounts.site.page(ctx, &here, Nav::DeskAccount, t.get("confirm-title")),
        t,
        email: ctx.actor().to_owned(),
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
    let next = own_path(Some(&form.next));
    let (text, status) = match accounts.confirm(&ctx, &visit, &form.password).await? {
        Attempt::Wrong => (t.get("refusal-wrong-password"), StatusCode::UNPROCESSABLE_ENTITY),
        Attempt::Wait(wait_s) => (wait_text(t, wait_s), StatusCode::TOO_MANY_REQUESTS),
        Attempt::Done(_) | Attempt::SecondStep => return Ok(see_other(&next)),
    };
    show_confirm(&accounts, &ctx, next, vec![fault("password", text)], status)
}

pub(super) async fn password_page(
    ctx: Ctx,
    State(accounts): State<Accounts>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    if let Some(led) = confirmed_or_led(&accounts, &ctx, "/desk/account/password").await? {
        return Ok(led);
    }
    show_password(&accounts, &ctx, Vec::new(), StatusCode::OK)
}

fn show_password(
    accounts: &Accounts,
    ctx: &Ctx,
    faults: Vec<FieldFault>,
    status: StatusCode,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let here = Here("/desk/account/password".to_owned());
    let page = PasswordPage {
        page: accounts.site.page(ctx, &here, Nav::DeskAccount, t.get("password-change-title")),
        t,
        email: ctx.actor().to_owned(),
        shortest: u64::try_from(SHORTEST_PASSWORD).unwrap_or(0),
        faults,
    };
    Ok(unkept(html_with(status, &page)?))
}

#[derive(Debug, Deserialize)]
pub(super) struct PasswordForm {
    #[serde(default)]
    password: String,
}

pub(super) async fn change_password(
    ctx: Ctx,
    State(accounts): State<Accounts>,
    ProtectedForm(form): ProtectedForm<PasswordForm>,
) -> Result<Response, Failure> {
    if let Some(led) = confirmed_or_led(&accounts, &ctx, "/desk/account/password").await? {
        return Ok(led);
    }
    let t = texts(ctx.lang);
    let text = match accounts.change_password(&ctx, &form.password).await? {
        Ok(()) => return Ok(see_other("/desk/account?done=password")),
        Err(Refusal::Password(wrong)) => password_fault(t, wrong),
        Err(other) => refusal_text(t, other),
    };
    show_password(&accounts, &ctx, vec![fault("password", text)], StatusCode::UNPROCESSABLE_ENTITY)
}

pub(super) async fn totp_page(
    ctx: Ctx,
    State(accounts): State<Accounts>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    if let Some(led) = confirmed_or_led(&accounts, &ctx, "/desk/account/app").await? {
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
    let here = Here("/desk/account/app".to_owned());
    let page = TotpPage {
        page: accounts.site.page(ctx, &here, Nav::DeskAccount, t.get("app-title")),
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
    if let Some(led) = confirmed_or_led(&accounts, &ctx, "/desk/account/app").await? {
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
    let here = Here("/desk/account".to_owned());
    let page = accounts.site.page(ctx, &here, Nav::DeskAccount, t.get("codes-title"));
    Ok(unkept(html(&CodesPage { page, t, codes })?))
}

pub(super) async fn make_codes(
    ctx: Ctx,
    State(accounts): State<Accounts>,
    ProtectedForm(NoFields {}): ProtectedForm<NoFields>,
) -> Result<Response, Failure> {
    if let Some(led) = confirmed_or_led(&accounts, &ctx, "/desk/account").await? {
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
    if let Some(led) = confirmed_or_led(&accounts, &ctx, "/desk/account").await? {
        return Ok(led);
    }
    accounts.remove_totp(&ctx).await?;
    Ok(see_other("/desk/account?done=app-removed"))
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
    accounts.end_session(&ctx, form.session).await?;
    Ok(see_other("/desk/account?done=session"))
}

pub(super) async fn end_others(
    ctx: Ctx,
    State(accounts): State<Accounts>,
    ProtectedForm(NoFields {}): ProtectedForm<NoFields>,
) -> Result<Response, Failure> {
    let (id, _) = own_session(&ctx)?;
    accounts.sign_out_everywhere(&ctx, id).await?;
    Ok(see_other("/desk/account?done=others"))
}
