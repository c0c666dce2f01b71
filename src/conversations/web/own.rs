//! A resident's letters.

use axum::{
    extract::{Request, State},
    http::{HeaderMap, Method, StatusCode},
    response::Response,
};
use serde::Deserialize;
use uuid::Uuid;

use super::{
    body_of, chips, department_choices, fault, id, row, state_text, thread,
    upload::{self, Sent},
};
use crate::{
    conversations::{
        Conversations, State as Stage,
        model::{About, Conversation, NewLetter, Opened, read_subject},
        ops::own_page,
    },
    kernel::Params,
    messages::is_ahead,
    platform::{
        Ctx,
        http::{Failure, Path, ProtectedForm},
        i18n::{Texts, texts},
    },
    ui::{
        Here, Nav, html, html_with,
        local_time::day_text,
        see_other,
        views::{Fact, FieldFault, LetterForm, LetterPage, LettersListPage, Link, WritePage},
    },
};

pub(super) async fn list(
    ctx: Ctx,
    here: Here,
    State(conversations): State<Conversations>,
    mut params: Params,
) -> Result<Response, Failure> {
    let before: Option<Uuid> = params.parse("before", "the id of a letter")?;
    params.finish()?;
    let t = texts(ctx.lang);
    let part = conversations.letters(&ctx, before).await?;
    let line = |head: &Conversation| row(&ctx, t, head, own_page(head.id), false);
    html(&LettersListPage {
        page: conversations.site.page(&ctx, &here, Nav::AccountLetters, t.get("own-letters-title")),
        t,
        rows: part.rows.iter().map(line).collect(),
        first: before.map(|_| "/account/letters".to_owned()),
        next: part.next.map(|next| format!("/account/letters?before={next}")),
    })
}

pub(super) async fn new_page(
    ctx: Ctx,
    here: Here,
    State(conversations): State<Conversations>,
    mut params: Params,
) -> Result<Response, Failure> {
    let asset: Option<Uuid> = params.parse("asset", "the id of a thing")?;
    params.finish()?;
    Conversations::own(&ctx)?;
    let about = match asset {
        Some(asset) => conversations.about(&ctx, asset).await?,
        None => None,
    };
    let form = LetterForm { key: Uuid::new_v4().to_string(), ..LetterForm::default() };
    show_new(&conversations, &ctx, &here, form, (None, about), Vec::new(), StatusCode::OK).await
}

async fn show_new(
    conversations: &Conversations,
    ctx: &Ctx,
    here: &Here,
    form: LetterForm,
    (department, about): (Option<Uuid>, Option<About>),
    faults: Vec<FieldFault>,
    status: StatusCode,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let departments = conversations.open_departments().await?;
    let form = LetterForm {
        departments: department_choices(ctx, t.get("letter-department-any"), &departments, department),
        asset: about.map(|about| Link { href: about.asset.to_string(), text: about.label }),
        ..form
    };
    let page = WritePage {
        page: conversations.site.page(ctx, here, Nav::AccountLetters, t.get("letter-new-title")),
        t,
        visitor_token: None,
        form,
        faults,
    };
    html_with(status, &page)
}

pub(super) async fn new_send(
    ctx: Ctx,
    here: Here,
    State(conversations): State<Conversations>,
    request: Request,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let sent = upload::read(&conversations, &ctx, request).await?;
    let about = match sent.id("asset") {
        Some(asset) => conversations.about(&ctx, asset).await?,
        None => None,
    };
    let subject = read_subject(sent.text("subject"));
    let body = body_of(t, sent.text("body"));
    let mut faults = Vec::new();
    if subject.is_none() {
        faults.push(fault("subject", t.get("letter-subject-fault")));
    }
    faults.extend(body.as_ref().err().cloned());
    faults.extend(sent.file_faults(&conversations, t));
    let key = sent.id("key").unwrap_or_else(Uuid::new_v4);
    let shown = |sent: &Sent| LetterForm {
        subject: sent.text("subject").to_owned(),
        body: sent.text("body").to_owned(),
        key: key.to_string(),
        ..LetterForm::default()
    };
    let chosen = sent.id("department");
    let (Some(subject), Ok(body), true) = (subject, body, faults.is_empty()) else {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return show_new(&conversations, &ctx, &here, shown(&sent), (chosen, about), faults, status).await;
    };
    let form = shown(&sent);
    let letter =
        NewLetter { subject, body, department: chosen, about, attachments: sent.files, key: Some(key) };
    match conversations.write(&ctx, &letter).await? {
        Ok(id) => Ok(see_other(&format!("{}?done=sent", own_page(id)))),
        Err(_) => {
            let faults = vec![fault("body", t.get("letter-too-many"))];
            let status = StatusCode::TOO_MANY_REQUESTS;
            show_new(&conversations, &ctx, &here, form, (chosen, letter.about), faults, status).await
        }
    }
}

pub(super) async fn page(
    ctx: Ctx,
    method: Method,
    headers: HeaderMap,
    State(conversations): State<Conversations>,
    Path(letter): Path<String>,
    mut params: Params,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let notice = match params.text("done").as_deref() {
        Some("sent") => Some(t.get("letter-done-sent")),
        Some("again") => Some(t.get("letter-done-again")),
        Some("closed") => Some(t.get("letter-done-closed")),
        _ => None,
    };
    params.finish()?;
    let opened = conversations.letter(&ctx, id(&letter)?, is_ahead(&method, &headers)).await?;
    let shown = Shown { notice, ..Shown::default() };
    show(&conversations, &ctx, &opened, shown, StatusCode::OK)
}

#[derive(Debug, Default)]
pub(super) struct Shown {
    pub(super) notice: Option<String>,
    pub(super) typed: String,
    pub(super) key: Option<Uuid>,
    pub(super) faults: Vec<FieldFault>,
}

fn show(
    conversations: &Conversations,
    ctx: &Ctx,
    opened: &Opened,
    shown: Shown,
    status: StatusCode,
) -> Result<Response, Failure> {
    let path = own_page(opened.head.id);
    let here = Here(path.clone());
    let page = conversations.site.page(ctx, &here, Nav::AccountLetters, opened.head.subject.clone());
    let file_href = |message: Uuid, file: Uuid| format!("/account/messages/{message}/files/{file}");
    html_with(status, &letter_page(ctx, page, path, None, opened, shown, &file_href))
}

/// The page of a letter for whoever wrote it.
pub(super) fn letter_page(
    ctx: &Ctx,
    page: crate::ui::Page,
    path: String,
    visitor_token: Option<String>,
    opened: &Opened,
    shown: Shown,
    file_href: &dyn Fn(Uuid, Uuid) -> String,
) -> LetterPage {
    let t = texts(ctx.lang);
    let head = &opened.head;
    let side = super::Side { for_staff: false, file_href };
    LetterPage {
        page,
        t,
        path,
        can_close: visitor_token.is_none() && head.state != Stage::Closed,
        visitor_token,
        notice: shown.notice,
        subject: head.subject.clone(),
        chips: chips(ctx, t, head, false),
        meaning: meaning(t, head),
        facts: facts(ctx, t, head),
        asset: head.about.as_ref().map(asset_link),
        thread: thread(ctx, t, opened, &side),
        closed: head.state == Stage::Closed,
        typed: shown.typed,
        key: shown.key.unwrap_or_else(Uuid::new_v4).to_string(),
        faults: shown.faults,
    }
}

pub(super) fn asset_link(about: &About) -> Link {
    Link { href: format!("/assets/{}", about.asset), text: about.label.clone() }
}

/// What a state means for whoever wrote.
fn meaning(t: &Texts, head: &Conversation) -> String {
    let until = [("date", day_text(head.deadline, t).into())];
    match head.state {
        Stage::New => t.args("letter-means-new", &until),
        Stage::InProgress => t.args("letter-means-in-progress", &until),
        Stage::Waiting => t.get("letter-means-waiting"),
        Stage::Answered => t.get("letter-means-answered"),
        Stage::Closed => t.get("letter-means-closed"),
    }
}

fn facts(ctx: &Ctx, t: &Texts, head: &Conversation) -> Vec<Fact> {
    let fact = |key: &str, value: String| Fact { title: t.get(key), value };
    let mut facts = vec![
        fact("letter-number", head.number.clone()),
        fact("letter-state", state_text(t, head.state)),
        fact("letter-sent-at", crate::ui::local_time::instant_text(head.created_at, t)),
    ];
    if let Some(name) = head.department_name(ctx.lang) {
        facts.push(fact("letter-department", name.to_owned()));
    }
    if head.state.is_offices_turn() {
        facts.push(fact("letter-deadline", day_text(head.deadline, t)));
    }
    facts
}

pub(super) async fn send(
    ctx: Ctx,
    State(conversations): State<Conversations>,
    Path(letter): Path<String>,
    request: Request,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let sent = upload::read(&conversations, &ctx, request).await?;
    let letter = id(&letter)?;
    let body = body_of(t, sent.text("body"));
    let mut faults: Vec<FieldFault> = body.as_ref().err().cloned().into_iter().collect();
    faults.extend(sent.file_faults(&conversations, t));
    let (typed, key) = (sent.text("body").to_owned(), sent.id("key"));
    let mut status = StatusCode::UNPROCESSABLE_ENTITY;
    if let (Ok(body), true) = (body, faults.is_empty()) {
        match conversations.write_again(&ctx, letter, key, &body, &sent.files).await? {
            Ok(()) => return Ok(see_other(&format!("{}?done=again", own_page(letter)))),
            Err(_) => {
                status = StatusCode::TOO_MANY_REQUESTS;
                faults.push(fault("body", t.get("letter-too-many")));
            }
        }
    }
    let opened = conversations.letter(&ctx, letter, false).await?;
    show(&conversations, &ctx, &opened, Shown { notice: None, typed, key, faults }, status)
}

/// A form without fields.
#[derive(Debug, Deserialize)]
pub(super) struct NoFields {}

pub(super) async fn close(
    ctx: Ctx,
    State(conversations): State<Conversations>,
    Path(letter): Path<String>,
    ProtectedForm(NoFields {}): ProtectedForm<NoFields>,
) -> Result<Response, Failure> {
    let letter = id(&letter)?;
    conversations.close_own(&ctx, letter).await?;
    Ok(see_other(&format!("{}?done=closed", own_page(letter))))
}
