//! Letters of people without an account.

use axum::{
    extract::{FromRequest, FromRequestParts, Request, State},
    http::StatusCode,
    response::Response,
};
use serde::Deserialize;
use uuid::Uuid;

use super::{
    body_of, department_choices, fault, id,
    own::{Shown, letter_page},
};
use crate::{
    accounts::{Accounts, Entry, EntryForm, Visit, read_email, read_name, wait_text, with_wait},
    conversations::{
        Conversations,
        model::{About, NewLetter, Opened, read_subject},
    },
    kernel::Params,
    messages::{as_download, paragraphs},
    platform::{
        Ctx,
        http::{Failure, Path},
        i18n::texts,
    },
    ui::{
        Here, Nav, html_with, see_other, unkept,
        views::{ConfirmLetterPage, FieldFault, LetterForm, Link, ToldPage, WritePage},
    },
};

/// The browser of whoever is not signed in.
async fn visit_of(conversations: &Conversations, request: Request) -> Visit {
    let (mut parts, _) = request.into_parts();
    let Ok(visit) = Visit::from_request_parts(&mut parts, &conversations.accounts).await;
    visit
}

pub(super) async fn page(
    ctx: Ctx,
    State(conversations): State<Conversations>,
    mut params: Params,
    request: Request,
) -> Result<Response, Failure> {
    let asset: Option<Uuid> = params.parse("asset", "the id of a thing")?;
    params.finish()?;
    if ctx.resident().is_some() {
        let about = asset.map(|asset| format!("?asset={asset}")).unwrap_or_default();
        return Ok(see_other(&format!("/account/letters/new{about}")));
    }
    let about = match asset {
        Some(asset) => conversations.about(&ctx, asset).await?,
        None => None,
    };
    let visit = visit_of(&conversations, request).await;
    let form =
        WrittenForm { asset: about.as_ref().map(|about| about.asset.to_string()), ..WrittenForm::default() };
    show_form(&conversations, &ctx, &visit, form, about, Vec::new(), StatusCode::OK).await
}

/// The form as it was sent.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct WrittenForm {
    name: String,
    email: String,
    subject: String,
    body: String,
    department: String,
    asset: Option<String>,
}

async fn show_form(
    conversations: &Conversations,
    ctx: &Ctx,
    visit: &Visit,
    form: WrittenForm,
    about: Option<About>,
    faults: Vec<FieldFault>,
    status: StatusCode,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let entry = Entry::of(visit)?;
    let departments = conversations.open_departments().await?;
    let here = match &about {
        Some(about) => Here(format!("/write?asset={}", about.asset)),
        None => Here("/write".to_owned()),
    };
    let chosen = form.department.parse().ok();
    let page = WritePage {
        page: conversations.site.page(ctx, &here, Nav::Nowhere, t.get("letter-new-title")),
        t,
        visitor_token: Some(entry.form_token.clone()),
        form: LetterForm {
            name: form.name,
            email: form.email,
            subject: form.subject,
            body: form.body,
            departments: department_choices(ctx, t.get("letter-department-any"), &departments, chosen),
            asset: about.map(|about| Link { href: about.asset.to_string(), text: about.label }),
            key: String::new(),
        },
        faults,
    };
    Ok(entry.with(unkept(html_with(status, &page)?)))
}

pub(super) async fn send(
    ctx: Ctx,
    State(conversations): State<Conversations>,
    request: Request,
) -> Result<Response, Failure> {
    let EntryForm { visit, form }: EntryForm<WrittenForm> = form_of(&conversations, request).await?;
    let t = texts(ctx.lang);
    let about = match form.asset.as_deref().and_then(|text| text.parse().ok()) {
        Some(asset) => conversations.about(&ctx, asset).await?,
        None => None,
    };
    let (name, email) = (read_name(&form.name), read_email(t, &form.email));
    let (subject, body) = (read_subject(&form.subject), body_of(t, &form.body));
    let (name, email, subject, body) = match (name, email, subject, body) {
        (Some(name), Ok(email), Some(subject), Ok(body)) => (name, email, subject, body),
        (name, email, subject, body) => {
            let no_name = name.is_none().then(|| fault("name", t.get("name-fault")));
            let no_subject = subject.is_none().then(|| fault("subject", t.get("letter-subject-fault")));
            let faults = no_name.into_iter().chain(email.err()).chain(no_subject).chain(body.err()).collect();
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return show_form(&conversations, &ctx, &visit, form, about, faults, status).await;
        }
    };
    let letter = NewLetter {
        subject,
        body,
        department: form.department.parse().ok(),
        about: about.clone(),
        attachments: Vec::new(),
        key: None,
    };
    match conversations.wish(&ctx, &visit, &name, &email, letter).await? {
        Ok(()) => {
            let paragraphs = vec![
                t.args("letter-wish-written", &[("email", email.text.as_str().into())]),
                t.get("letter-wish-then"),
                t.get("written-nothing-comes"),
            ];
            told(&conversations, &ctx, t.get("letter-wish-title"), paragraphs, StatusCode::OK)
        }
        Err(wait_s) => {
            let faults = vec![fault("email", wait_text(t, wait_s))];
            let shown = show_form(&conversations, &ctx, &visit, form, about, faults, StatusCode::OK).await?;
            Ok(with_wait(shown, wait_s))
        }
    }
}

async fn form_of<T: serde::de::DeserializeOwned>(
    conversations: &Conversations,
    request: Request,
) -> Result<EntryForm<T>, Failure> {
    EntryForm::from_request(request, &conversations.accounts as &Accounts).await
}

fn told(
    conversations: &Conversations,
    ctx: &Ctx,
    title: String,
    paragraphs: Vec<String>,
    status: StatusCode,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let page = ToldPage {
        page: conversations.site.page(ctx, &Here("/write".to_owned()), Nav::Nowhere, title.clone()),
        t,
        title,
        paragraphs,
        links: vec![Link { href: "/help".to_owned(), text: t.get("nav-help") }],
    };
    Ok(unkept(html_with(status, &page)?))
}

fn gone(conversations: &Conversations, ctx: &Ctx) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let paragraphs = vec![t.get("letter-link-gone")];
    told(conversations, ctx, t.get("link-gone-title"), paragraphs, StatusCode::NOT_FOUND)
}

/// Shows what would be sent. Changes nothing: programs that look into mails open every link.
pub(super) async fn confirm_page(
    ctx: Ctx,
    State(conversations): State<Conversations>,
    Path(token): Path<String>,
    params: Params,
    request: Request,
) -> Result<Response, Failure> {
    params.finish()?;
    let t = texts(ctx.lang);
    let Some(wish) = conversations.wish_of(&ctx, &token).await? else { return gone(&conversations, &ctx) };
    let entry = Entry::of(&visit_of(&conversations, request).await)?;
    let here = Here(format!("/write/confirm/{token}"));
    let page = ConfirmLetterPage {
        page: conversations.site.page(&ctx, &here, Nav::Nowhere, t.get("letter-confirm-title")),
        t,
        form_token: entry.form_token.clone(),
        subject: wish.subject,
        body: paragraphs(&wish.body, ""),
    };
    Ok(entry.with(unkept(html_with(StatusCode::OK, &page)?)))
}

/// A form without fields.
#[derive(Debug, Deserialize)]
struct NoFields {}

pub(super) async fn confirm_send(
    ctx: Ctx,
    State(conversations): State<Conversations>,
    Path(token): Path<String>,
    request: Request,
) -> Result<Response, Failure> {
    let EntryForm { form: NoFields {}, .. } = form_of(&conversations, request).await?;
    match conversations.confirm(&ctx, &token).await? {
        Some(path) => Ok(see_other(&format!("{path}?done=sent"))),
        None => gone(&conversations, &ctx),
    }
}

pub(super) async fn letter(
    ctx: Ctx,
    State(conversations): State<Conversations>,
    Path((letter, mark)): Path<(String, String)>,
    mut params: Params,
    request: Request,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let notice = match params.text("done").as_deref() {
        Some("sent") => Some(t.get("letter-done-sent-visitor")),
        Some("again") => Some(t.get("letter-done-again")),
        _ => None,
    };
    params.finish()?;
    let opened = conversations.visitors_letter(&ctx, id(&letter)?, &mark).await?;
    let visit = visit_of(&conversations, request).await;
    let shown = Shown { notice, ..Shown::default() };
    show(&conversations, &ctx, &visit, (&mark, &opened), shown, StatusCode::OK)
}

fn show(
    conversations: &Conversations,
    ctx: &Ctx,
    visit: &Visit,
    (mark, opened): (&str, &Opened),
    shown: Shown,
    status: StatusCode,
) -> Result<Response, Failure> {
    let entry = Entry::of(visit)?;
    let path = format!("/write/{}/{mark}", opened.head.id);
    let page = conversations.site.page(ctx, &Here(path.clone()), Nav::Nowhere, opened.head.subject.clone());
    let file_href = |message: Uuid, file: Uuid| format!("{path}/files/{message}/{file}");
    let token = Some(entry.form_token.clone());
    let view = letter_page(ctx, page, path.clone(), token, opened, shown, &file_href);
    Ok(entry.with(unkept(html_with(status, &view)?)))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct AgainForm {
    body: String,
    key: String,
}

pub(super) async fn letter_send(
    ctx: Ctx,
    State(conversations): State<Conversations>,
    Path((letter, mark)): Path<(String, String)>,
    request: Request,
) -> Result<Response, Failure> {
    let EntryForm { visit, form }: EntryForm<AgainForm> = form_of(&conversations, request).await?;
    let t = texts(ctx.lang);
    let letter = id(&letter)?;
    let key = form.key.parse().ok();
    let (status, wrong) = match body_of(t, &form.body) {
        Err(wrong) => (StatusCode::UNPROCESSABLE_ENTITY, wrong),
        Ok(body) => match conversations.visitor_writes_again(&ctx, (letter, &mark), key, &body).await? {
            Ok(()) => return Ok(see_other(&format!("/write/{letter}/{mark}?done=again"))),
            Err(_) => (StatusCode::TOO_MANY_REQUESTS, fault("body", t.get("letter-too-many"))),
        },
    };
    let opened = conversations.visitors_letter(&ctx, letter, &mark).await?;
    let shown = Shown { notice: None, typed: form.body, key, faults: vec![wrong] };
    show(&conversations, &ctx, &visit, (&mark, &opened), shown, status)
}

pub(super) async fn file(
    ctx: Ctx,
    State(conversations): State<Conversations>,
    Path((letter, mark, message, file)): Path<(String, String, String, String)>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    let opened = conversations.visitors_letter(&ctx, id(&letter)?, &mark).await?;
    let (message, file) = (id(&message)?, id(&file)?);
    let (file, object) = conversations.messages.file_of_thread(opened.head.id, message, file).await?;
    as_download(file, object).map(unkept)
}
