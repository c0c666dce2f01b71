//! Pages of residents' accounts: asking for one, links of mails, another address, closing.

use axum::{extract::State, http::StatusCode, response::Response};
use serde::Deserialize;

use super::{
    entry::{Entry, EntryForm},
    fault, name,
    own::{NoFields, confirmed_or_led, provider_choices},
    own_nav, password_fault, read_email, refusal_text, see_other,
    sign_in::signed_in,
    unkept, wait_text, with_wait,
};
use crate::{
    accounts::{
        Accounts, Refusal, Visit,
        cookies::Cookie,
        mailbox::LinkDone,
        passwords::SHORTEST_PASSWORD,
        residents::{Made, SignUpLink},
    },
    kernel::Params,
    platform::{
        Ctx,
        ctx::Who,
        http::{Failure, Path, ProtectedForm},
        i18n::{Texts, texts},
    },
    ui::{
        Here, Nav, html_with,
        views::{ActPage, CloseAccountPage, EmailChangePage, FieldFault, Link, SignUpPage, ToldPage},
    },
};

/// A page that only says something.
pub(super) struct Told {
    pub title: String,
    pub paragraphs: Vec<String>,
    pub links: Vec<Link>,
    pub status: StatusCode,
}

impl Told {
    /// What is said after every wish for a mail, whether the address is known or not.
    pub(super) fn written(t: &Texts, email: &str) -> Self {
        Self {
            title: t.get("written-title"),
            paragraphs: vec![
                t.args("written-text", &[("email", email.into())]),
                t.get("written-nothing-comes"),
            ],
            links: vec![to_sign_in(t)],
            status: StatusCode::OK,
        }
    }

    /// A link that no longer works.
    fn gone(t: &Texts) -> Self {
        Self {
            title: t.get("link-gone-title"),
            paragraphs: vec![t.get("link-gone-text")],
            links: vec![to_sign_in(t)],
            status: StatusCode::NOT_FOUND,
        }
    }

    /// A link that was used, or is not needed any more.
    fn used(t: &Texts) -> Self {
        Self {
            title: t.get("link-used-title"),
            paragraphs: vec![t.get("link-used-text")],
            links: vec![
                to_sign_in(t),
                Link { href: "/sign-in/help".to_owned(), text: t.get("sign-in-forgot") },
            ],
            status: StatusCode::CONFLICT,
        }
    }

    fn taken(t: &Texts) -> Self {
        Self {
            title: t.get("email-taken-title"),
            paragraphs: vec![t.get("email-taken-text")],
            links: vec![to_sign_in(t)],
            status: StatusCode::CONFLICT,
        }
    }

    /// Somebody whom the town knows under another account.
    pub(super) fn known_elsewhere(t: &Texts) -> Self {
        Self {
            title: t.get("identity-elsewhere-title"),
            paragraphs: vec![t.get("identity-elsewhere-text"), t.get("identity-elsewhere-mend")],
            links: vec![to_sign_in(t)],
            status: StatusCode::CONFLICT,
        }
    }
}

pub(super) fn to_sign_in(t: &Texts) -> Link {
    Link { href: "/sign-in".to_owned(), text: t.get("sign-in-back") }
}

pub(super) fn show_told(accounts: &Accounts, ctx: &Ctx, here: &str, told: Told) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let page = ToldPage {
        page: accounts.site.page(ctx, &Here(here.to_owned()), Nav::Nowhere, told.title.clone()),
        t,
        title: told.title,
        paragraphs: told.paragraphs,
        links: told.links,
    };
    Ok(unkept(html_with(told.status, &page)?))
}

/// A page on which a link of a mail does what it is for when a button is pressed.
#[derive(Default)]
struct Act {
    title: String,
    paragraphs: Vec<String>,
    button: String,
    /// The address whose password is chosen here.
    password_of: Option<String>,
    faults: Vec<FieldFault>,
    status: StatusCode,
}

fn show_act(
    accounts: &Accounts,
    ctx: &Ctx,
    visit: &Visit,
    here: String,
    act: Act,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let entry = Entry::of(visit)?;
    let page = ActPage {
        page: accounts.site.page(ctx, &Here(here), Nav::Nowhere, act.title.clone()),
        t,
        form_token: entry.form_token.clone(),
        title: act.title,
        paragraphs: act.paragraphs,
        button: act.button,
        password_of: act.password_of,
        shortest: u64::try_from(SHORTEST_PASSWORD).unwrap_or(0),
        faults: act.faults,
    };
    Ok(entry.with(unkept(html_with(act.status, &page)?)))
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct SignUpForm {
    #[serde(default)]
    pub(super) name: String,
    #[serde(default)]
    pub(super) email: String,
}

pub(super) async fn new_page(
    ctx: Ctx,
    State(accounts): State<Accounts>,
    visit: Visit,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    if ctx.account().is_some() {
        return Ok(see_other(if ctx.resident().is_some() { "/account" } else { "/desk" }));
    }
    show_sign_up(&accounts, &ctx, &visit, SignUpForm::default(), Vec::new(), StatusCode::OK)
}

fn show_sign_up(
    accounts: &Accounts,
    ctx: &Ctx,
    visit: &Visit,
    form: SignUpForm,
    faults: Vec<FieldFault>,
    status: StatusCode,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let entry = Entry::of(visit)?;
    let here = Here("/account/new".to_owned());
    let page = SignUpPage {
        page: accounts.site.page(ctx, &here, Nav::Nowhere, t.get("sign-up-title")),
        t,
        form_token: entry.form_token.clone(),
        action: "/account/new",
        title: t.get("sign-up-title"),
        lead: t.get("sign-up-lead"),
        known: false,
        name: form.name,
        email: form.email,
        providers: provider_choices(accounts, ctx),
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
    let (name, email) = match (name(&form.name), read_email(t, &form.email)) {
        (Some(name), Ok(email)) => (name, email),
        (name, email) => {
            let no_name = name.is_none().then(|| fault("name", t.get("name-fault")));
            let faults = no_name.into_iter().chain(email.err()).collect();
            return show_sign_up(&accounts, &ctx, &visit, form, faults, StatusCode::UNPROCESSABLE_ENTITY);
        }
    };
    match accounts.sign_up(&ctx, &visit, &name, &email, None).await? {
        Ok(()) => show_told(&accounts, &ctx, "/account/new", Told::written(t, &email.text)),
        Err(wait_s) => {
            let faults = vec![fault("email", wait_text(t, wait_s))];
            Ok(with_wait(show_sign_up(&accounts, &ctx, &visit, form, faults, StatusCode::OK)?, wait_s))
        }
    }
}

pub(super) async fn confirm_page(
    ctx: Ctx,
    State(accounts): State<Accounts>,
    visit: Visit,
    Path(token): Path<String>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    show_confirm(&accounts, &ctx, &visit, &token, Vec::new(), StatusCode::OK).await
}

async fn show_confirm(
    accounts: &Accounts,
    ctx: &Ctx,
    visit: &Visit,
    token: &str,
    faults: Vec<FieldFault>,
    status: StatusCode,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let here = format!("/account/confirm/{token}");
    let (email, name, identity) = match accounts.sign_up_link(ctx, token).await? {
        SignUpLink::Open { email, name, identity } => (email, name, identity),
        SignUpLink::Used => return show_told(accounts, ctx, &here, Told::used(t)),
        SignUpLink::Gone => return show_told(accounts, ctx, &here, Told::gone(t)),
    };
    let whose = [("name", name.as_str().into()), ("email", email.as_str().into())];
    let act = Act {
        title: t.get("sign-up-confirm-title"),
        paragraphs: vec![
            t.args("sign-up-confirm-text", &whose),
            if identity { t.get("sign-up-confirm-identity") } else { t.get("sign-up-confirm-password") },
        ],
        button: t.get("sign-up-confirm-button"),
        password_of: (!identity).then_some(email),
        faults,
        status,
    };
    show_act(accounts, ctx, visit, here, act)
}

#[derive(Debug, Deserialize)]
pub(super) struct ConfirmForm {
    #[serde(default)]
    password: String,
    /// `passkey` when no password is wanted.
    #[serde(default)]
    means: String,
}

pub(super) async fn confirm_send(
    ctx: Ctx,
    State(accounts): State<Accounts>,
    Path(token): Path<String>,
    EntryForm { visit, form }: EntryForm<ConfirmForm>,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let here = format!("/account/confirm/{token}");
    let password = Some(form.password.as_str()).filter(|_| form.means != "passkey");
    let told = match accounts.finish_sign_up(&ctx, &visit, &token, password).await? {
        Ok(Made::SignedIn(begun)) => return Ok(signed_in(&visit, &begun)),
        Ok(Made::SignInByProvider) => return Ok(see_other("/sign-in?done=account")),
        Ok(Made::Used) => Told::used(t),
        Ok(Made::Gone) => Told::gone(t),
        Ok(Made::KnownElsewhere) => Told::known_elsewhere(t),
        Err(refusal) => {
            let text = match refusal {
                Refusal::Password(wrong) => password_fault(t, wrong),
                other => refusal_text(t, other),
            };
            let faults = vec![fault("password", text)];
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return show_confirm(&accounts, &ctx, &visit, &token, faults, status).await;
        }
    };
    show_told(&accounts, &ctx, &here, told)
}

#[derive(Debug, Deserialize)]
pub(super) struct EmailForm {
    #[serde(default)]
    email: String,
}

pub(super) async fn email_page(
    ctx: Ctx,
    State(accounts): State<Accounts>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    if let Some(led) = confirmed_or_led(&accounts, &ctx, "/account/security/email").await? {
        return Ok(led);
    }
    show_email(&accounts, &ctx, String::new(), Vec::new(), StatusCode::OK)
}

fn show_email(
    accounts: &Accounts,
    ctx: &Ctx,
    email: String,
    faults: Vec<FieldFault>,
    status: StatusCode,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let here = Here("/account/security/email".to_owned());
    let page = EmailChangePage {
        page: accounts.site.page(ctx, &here, own_nav(ctx), t.get("email-change-title")),
        t,
        present: ctx.actor().to_owned(),
        email,
        faults,
    };
    Ok(unkept(html_with(status, &page)?))
}

pub(super) async fn email_send(
    ctx: Ctx,
    State(accounts): State<Accounts>,
    visit: Visit,
    ProtectedForm(form): ProtectedForm<EmailForm>,
) -> Result<Response, Failure> {
    if let Some(led) = confirmed_or_led(&accounts, &ctx, "/account/security/email").await? {
        return Ok(led);
    }
    let t = texts(ctx.lang);
    let email = match read_email(t, &form.email) {
        Ok(email) => email,
        Err(wrong) => {
            return show_email(&accounts, &ctx, form.email, vec![wrong], StatusCode::UNPROCESSABLE_ENTITY);
        }
    };
    match accounts.ask_email(&ctx, &visit, &email).await? {
        Ok(Ok(())) => {
            let told = Told {
                links: vec![Link { href: "/account/security".to_owned(), text: t.get("own-nav-security") }],
                ..Told::written(t, &email.text)
            };
            show_told(&accounts, &ctx, "/account/security/email", told)
        }
        Ok(Err(wait_s)) => {
            let faults = vec![fault("email", wait_text(t, wait_s))];
            Ok(with_wait(show_email(&accounts, &ctx, form.email, faults, StatusCode::OK)?, wait_s))
        }
        Err(refusal) => {
            let faults = vec![fault("email", refusal_text(t, refusal))];
            show_email(&accounts, &ctx, form.email, faults, StatusCode::UNPROCESSABLE_ENTITY)
        }
    }
}

/// The page of a link: what its button does, or that it no longer works.
fn show_link(
    accounts: &Accounts,
    ctx: &Ctx,
    visit: &Visit,
    here: String,
    words: Option<[String; 3]>,
) -> Result<Response, Failure> {
    match words {
        Some([title, text, button]) => {
            let act = Act { title, paragraphs: vec![text], button, ..Act::default() };
            show_act(accounts, ctx, visit, here, act)
        }
        None => show_told(accounts, ctx, &here, Told::gone(texts(ctx.lang))),
    }
}

/// What came of a link that changes an address.
fn link_told(t: &Texts, done: LinkDone, title: String, text: String) -> Told {
    match done {
        LinkDone::Done => {
            Told { title, paragraphs: vec![text], links: vec![to_sign_in(t)], status: StatusCode::OK }
        }
        LinkDone::Gone => Told::gone(t),
        LinkDone::Taken => Told::taken(t),
    }
}

pub(super) async fn email_link_page(
    ctx: Ctx,
    State(accounts): State<Accounts>,
    visit: Visit,
    Path(token): Path<String>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    let t = texts(ctx.lang);
    let email = accounts.email_link(&ctx, &token).await?;
    let text = |email: String| t.args("email-confirm-text", &[("email", email.into())]);
    let words = |email| [t.get("email-confirm-title"), text(email), t.get("email-confirm-button")];
    show_link(&accounts, &ctx, &visit, format!("/account/email/{token}"), email.map(words))
}

pub(super) async fn email_link_send(
    ctx: Ctx,
    State(accounts): State<Accounts>,
    Path(token): Path<String>,
    EntryForm { form: NoFields {}, .. }: EntryForm<NoFields>,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let done = accounts.confirm_email(&ctx, &token).await?;
    let told = link_told(t, done, t.get("email-changed-title"), t.get("email-changed-text"));
    show_told(&accounts, &ctx, &format!("/account/email/{token}"), told)
}

pub(super) async fn objection_page(
    ctx: Ctx,
    State(accounts): State<Accounts>,
    visit: Visit,
    Path(token): Path<String>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    let t = texts(ctx.lang);
    let email = accounts.objection_link(&ctx, &token).await?;
    let text = |email: String| t.args("objection-text", &[("email", email.into())]);
    let words = |email| [t.get("objection-title"), text(email), t.get("objection-button")];
    show_link(&accounts, &ctx, &visit, format!("/account/objection/{token}"), email.map(words))
}

pub(super) async fn objection_send(
    ctx: Ctx,
    State(accounts): State<Accounts>,
    Path(token): Path<String>,
    EntryForm { form: NoFields {}, .. }: EntryForm<NoFields>,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let done = accounts.object_to_email(&ctx, &token).await?;
    let told = link_told(t, done, t.get("objected-title"), t.get("objected-text"));
    let nobody = Ctx { who: Who::Visitor, ..ctx };
    show_told(&accounts, &nobody, &format!("/account/objection/{token}"), told)
}

pub(super) async fn reopen_page(
    ctx: Ctx,
    State(accounts): State<Accounts>,
    visit: Visit,
    Path(token): Path<String>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    let t = texts(ctx.lang);
    let works = accounts.reopening_link(&ctx, &token).await?;
    let words = || [t.get("reopen-title"), t.get("reopen-text"), t.get("reopen-button")];
    show_link(&accounts, &ctx, &visit, format!("/account/reopen/{token}"), works.then(words))
}

pub(super) async fn reopen_send(
    ctx: Ctx,
    State(accounts): State<Accounts>,
    Path(token): Path<String>,
    EntryForm { form: NoFields {}, .. }: EntryForm<NoFields>,
) -> Result<Response, Failure> {
    if accounts.reopen(&ctx, &token).await? {
        return Ok(see_other("/sign-in?done=reopened"));
    }
    show_told(&accounts, &ctx, &format!("/account/reopen/{token}"), Told::gone(texts(ctx.lang)))
}

pub(super) async fn close_page(
    ctx: Ctx,
    State(accounts): State<Accounts>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    if let Some(led) = confirmed_or_led(&accounts, &ctx, "/account/close").await? {
        return Ok(led);
    }
    let t = texts(ctx.lang);
    let here = Here("/account/close".to_owned());
    let page = CloseAccountPage {
        page: accounts.site.page(&ctx, &here, own_nav(&ctx), t.get("close-title")),
        t,
        email: ctx.actor().to_owned(),
    };
    Ok(unkept(html_with(StatusCode::OK, &page)?))
}

pub(super) async fn close(
    ctx: Ctx,
    State(accounts): State<Accounts>,
    visit: Visit,
    ProtectedForm(NoFields {}): ProtectedForm<NoFields>,
) -> Result<Response, Failure> {
    if let Some(led) = confirmed_or_led(&accounts, &ctx, "/account/close").await? {
        return Ok(led);
    }
    accounts.close(&ctx).await?;
    let t = texts(ctx.lang);
    let told = Told {
        title: t.get("closed-title"),
        paragraphs: vec![t.get("closed-text"), t.get("closed-again")],
        links: vec![Link { href: "/".to_owned(), text: t.get("signed-out-stay") }],
        status: StatusCode::OK,
    };
    let nobody = Ctx { who: Who::Visitor, ..ctx };
    let mut response = show_told(&accounts, &nobody, "/account/close", told)?;
    response.headers_mut().append(axum::http::header::SET_COOKIE, Cookie::Session.clear(visit.secure));
    Ok(response)
}
