//! Signing in by a provider of identity, linking one, and showing anew by one who somebody is.

use axum::{
    extract::{RawQuery, State},
    http::StatusCode,
    response::Response,
};
use identity::Fault;
use serde::Deserialize;

use super::{
    entry::{Entry, EntryForm},
    fault, id,
    own::{NoFields, confirmed_or_led, confirmed_or_led_below, show_refused},
    own_page, read_email,
    residents::{SignUpForm, Told, show_told, to_sign_in},
    see_other,
    sign_in::{set_session, signed_in},
    unkept, wait_text, with_wait,
};
use crate::{
    accounts::{
        Accounts, Visit,
        providers::{Aim, Back, BackFault, Known, NewPerson},
    },
    kernel::Params,
    platform::{
        Ctx,
        http::{BaseUrl, Failure, Path, ProtectedForm},
        i18n::{Texts, texts},
    },
    ui::{
        Here, Nav, html_with,
        views::{FieldFault, GoPage, Link, SignUpPage},
    },
};

#[derive(Debug, Deserialize)]
pub(super) struct NextForm {
    #[serde(default)]
    next: String,
}

pub(super) async fn sign_in(
    ctx: Ctx,
    State(accounts): State<Accounts>,
    base: BaseUrl,
    Path(provider): Path<String>,
    EntryForm { visit, form }: EntryForm<NextForm>,
) -> Result<Response, Failure> {
    go(&accounts, &ctx, &visit, &base, (&provider, Aim::SignIn), &form.next).await
}

pub(super) async fn link(
    ctx: Ctx,
    State(accounts): State<Accounts>,
    visit: Visit,
    base: BaseUrl,
    Path(provider): Path<String>,
    ProtectedForm(form): ProtectedForm<NextForm>,
) -> Result<Response, Failure> {
    // Another way into the account: whoever finds an open screen must not add theirs.
    let back = if form.next.is_empty() { own_page(&ctx) } else { &form.next };
    if let Some(led) = confirmed_or_led(&accounts, &ctx, back).await? {
        return Ok(led);
    }
    go(&accounts, &ctx, &visit, &base, (&provider, Aim::Link), &form.next).await
}

pub(super) async fn confirm(
    ctx: Ctx,
    State(accounts): State<Accounts>,
    visit: Visit,
    base: BaseUrl,
    Path(provider): Path<String>,
    ProtectedForm(form): ProtectedForm<NextForm>,
) -> Result<Response, Failure> {
    go(&accounts, &ctx, &visit, &base, (&provider, Aim::Confirm), &form.next).await
}

/// Sends the browser to a provider, by a page of ours: our pages forbid their forms to lead anywhere else, and browsers
/// count what a form's answer leads to.
async fn go(
    accounts: &Accounts,
    ctx: &Ctx,
    visit: &Visit,
    base: &BaseUrl,
    (provider, aim): (&str, Aim),
    next: &str,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let next = Some(next).filter(|next| !next.is_empty());
    let url = match accounts.begin_identity(ctx, visit, base, (provider, aim), next).await? {
        Ok(url) => url,
        Err(fault) => return refused(accounts, ctx, provider, &fault, aim),
    };
    let title = t.args("identity-go-title", &[("name", accounts.providers.name(provider, ctx.lang).into())]);
    let page = GoPage {
        page: accounts.site.page(ctx, &Here("/sign-in".to_owned()), Nav::Nowhere, title.clone()),
        t,
        title,
        url,
    };
    Ok(unkept(html_with(StatusCode::OK, &page)?))
}

pub(super) async fn back(
    ctx: Ctx,
    State(accounts): State<Accounts>,
    visit: Visit,
    Path(provider): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let query = query.unwrap_or_default();
    match accounts.finish_identity(&ctx, &visit, &provider, &query).await? {
        Back::SignedIn(begun) => Ok(unkept(signed_in(&visit, &begun))),
        Back::SecondStep => Ok(see_other("/sign-in/second")),
        Back::New => Ok(see_other("/sign-in/new")),
        Back::Linked(next, renewed) => {
            let mut response = see_other(&with_done(&next));
            if let Some(renewed) = renewed {
                set_session(&visit, &renewed, &mut response);
            }
            Ok(response)
        }
        Back::Confirmed(renewed) => Ok(signed_in(&visit, &renewed)),
        Back::Refused(fault, aim) => refused(&accounts, &ctx, &provider, &fault, aim),
    }
}

/// The page of signing in says that something was linked.
fn with_done(next: &str) -> String {
    if next == "/account/security" { format!("{next}?done=linked") } else { next.to_owned() }
}

/// Why nobody was signed in, and what to do.
fn refused(
    accounts: &Accounts,
    ctx: &Ctx,
    provider: &str,
    fault: &BackFault,
    aim: Aim,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let again = match aim {
        Aim::SignIn => to_sign_in(t),
        Aim::Link | Aim::Confirm => {
            Link { href: "/account/security".to_owned(), text: t.get("own-nav-security") }
        }
    };
    let told = match fault {
        BackFault::KnownElsewhere => Told { links: vec![again], ..Told::known_elsewhere(t) },
        other => Told {
            title: match other {
                BackFault::Provider(Fault::Denied) => t.get("identity-denied-title"),
                _ => t.get("identity-failed-title"),
            },
            paragraphs: vec![
                fault_text(t, other),
                t.args("identity-failed-id", &[("id", ctx.request_id.to_string().into())]),
            ],
            links: vec![again],
            status: status_of(other),
        },
    };
    show_told(accounts, ctx, &format!("/sign-in/back/{provider}"), told)
}

fn status_of(fault: &BackFault) -> StatusCode {
    match fault {
        BackFault::Provider(Fault::Denied) => StatusCode::OK,
        BackFault::Provider(
            Fault::Unreachable { .. } | Fault::BadAnswer { .. } | Fault::ProviderSays { .. },
        ) => StatusCode::BAD_GATEWAY,
        BackFault::Provider(_) | BackFault::Used => StatusCode::BAD_REQUEST,
        BackFault::KnownElsewhere | BackFault::OtherPerson | BackFault::Closed | BackFault::NotYours => {
            StatusCode::CONFLICT
        }
    }
}

/// What went wrong, as far as whoever signs in can do something about it. The log has the fault itself.
fn fault_text(t: &Texts, fault: &BackFault) -> String {
    let fault = match fault {
        BackFault::Used => return t.get("identity-used"),
        BackFault::KnownElsewhere => return t.get("identity-elsewhere-text"),
        BackFault::OtherPerson => return t.get("identity-other-person"),
        BackFault::Closed => return t.get("identity-closed"),
        BackFault::NotYours => return t.get("identity-not-yours"),
        BackFault::Provider(fault) => fault,
    };
    match fault {
        Fault::Denied => t.get("identity-denied"),
        Fault::TooLate | Fault::StateMismatch | Fault::BadCallback(_) | Fault::NonceMismatch => {
            t.get("identity-begin-again")
        }
        Fault::OtherProvider | Fault::WrongIssuer(_) | Fault::SubjectMismatch => t.get("identity-mixed-up"),
        Fault::WrongAudience
        | Fault::BadSignature
        | Fault::UnknownKey
        | Fault::AlgorithmRefused
        | Fault::AccessTokenMismatch => t.get("identity-not-believed"),
        Fault::Expired | Fault::IssuedInFuture => t.get("identity-clock"),
        Fault::SignedInTooLongAgo => t.get("identity-too-long-ago"),
        Fault::LevelTooLow | Fault::LevelUnknown => t.get("identity-level"),
        Fault::MissingClaim(_) | Fault::BadClaim(_) => t.get("identity-claims"),
        Fault::ProviderSays { .. } | Fault::Unreachable { .. } | Fault::BadAnswer { .. } => {
            t.get("identity-unreachable")
        }
        Fault::BadAsk(_) => t.get("identity-settings"),
    }
}

pub(super) async fn new_page(
    ctx: Ctx,
    State(accounts): State<Accounts>,
    visit: Visit,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    let Some(known) = accounts.new_person(&ctx, &visit).await? else { return Ok(see_other("/sign-in")) };
    let email = known.email().unwrap_or_default().to_owned();
    show_new(&accounts, &ctx, &visit, &known, email, Vec::new(), StatusCode::OK)
}

fn show_new(
    accounts: &Accounts,
    ctx: &Ctx,
    visit: &Visit,
    known: &Known,
    email: String,
    faults: Vec<FieldFault>,
    status: StatusCode,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let entry = Entry::of(visit)?;
    let here = Here("/sign-in/new".to_owned());
    let page = SignUpPage {
        page: accounts.site.page(ctx, &here, Nav::Nowhere, t.get("identity-new-title")),
        t,
        form_token: entry.form_token.clone(),
        action: "/sign-in/new",
        title: t.get("identity-new-title"),
        lead: t.get("identity-new-lead"),
        known: true,
        name: known.name(),
        email,
        providers: Vec::new(),
        officer: accounts.site.look().office.officer(),
        faults,
    };
    Ok(entry.with(unkept(html_with(status, &page)?)))
}

pub(super) async fn new_send(
    ctx: Ctx,
    State(accounts): State<Accounts>,
    EntryForm { visit, form }: EntryForm<SignUpForm>,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let Some(known) = accounts.new_person(&ctx, &visit).await? else { return Ok(see_other("/sign-in")) };
    let email = match read_email(t, &form.email) {
        Ok(email) => email,
        Err(wrong) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return show_new(&accounts, &ctx, &visit, &known, form.email, vec![wrong], status);
        }
    };
    match accounts.finish_new_person(&ctx, &visit, &email).await? {
        NewPerson::SignedIn(begun) => Ok(signed_in(&visit, &begun)),
        NewPerson::Written => show_told(&accounts, &ctx, "/sign-in/new", Told::written(t, &email.text)),
        NewPerson::TooLate => Ok(see_other("/sign-in")),
        NewPerson::Refused(fault) => refused(&accounts, &ctx, "new", &fault, Aim::SignIn),
        NewPerson::Wait(wait_s) => {
            let faults = vec![fault("email", wait_text(t, wait_s))];
            let page = show_new(&accounts, &ctx, &visit, &known, form.email, faults, StatusCode::OK)?;
            Ok(with_wait(page, wait_s))
        }
    }
}

pub(super) async fn unlink(
    ctx: Ctx,
    State(accounts): State<Accounts>,
    Path(linked): Path<String>,
    ProtectedForm(NoFields {}): ProtectedForm<NoFields>,
) -> Result<Response, Failure> {
    if let Some(led) = confirmed_or_led_below(&accounts, &ctx, "").await? {
        return Ok(led);
    }
    match accounts.unlink(&ctx, id(&linked)?).await? {
        Ok(()) => Ok(see_other("/account/security?done=unlinked")),
        Err(refusal) => show_refused(&accounts, &ctx, refusal, "identities").await,
    }
}
