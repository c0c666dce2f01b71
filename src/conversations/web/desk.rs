//! The staff's inbox, and the page of one conversation.

use axum::{
    extract::{Request, State},
    http::StatusCode,
    response::Response,
};
use chrono::NaiveDate;
use serde::Deserialize;
use uuid::Uuid;

use super::{
    chips, department_choices, fault, id, own::asset_link, row, state_text, text_fault, thread, upload,
};
use crate::{
    conversations::{
        Conversations, State as Stage,
        desk::{Done, Refusal, Shelf, Sort, Whose},
        model::{Conversation, MOST_ANSWER, MOST_REASON, Opened, read_text},
    },
    kernel::{ParamError, Params},
    messages::{as_download, one_line},
    platform::{
        Ctx,
        http::{Failure, Path, ProtectedForm},
        i18n::{Texts, texts},
    },
    ui::{
        Here, Nav, html_with,
        local_time::{day_text, instant_text},
        see_other, unkept,
        views::{CannedChoice, Choice, ConversationPage, DeskConversationsPage, Fact, FieldFault, ShelfLink},
    },
};

fn read_shelf(params: &mut Params) -> Result<Shelf, Failure> {
    let wrong = |name: &str| ParamError::new(name, "must be one of the choices");
    let whose = match params.text("whose") {
        None => Whose::All,
        Some(name) => Whose::from_name(&name).ok_or_else(|| wrong("whose"))?,
    };
    let sort = match params.text("sort") {
        None => Sort::Deadline,
        Some(name) => Sort::from_name(&name).ok_or_else(|| wrong("sort"))?,
    };
    let state = params.text("state");
    let (state, closed_too) = match state.as_deref() {
        None | Some("open") => (None, false),
        Some("all") => (None, true),
        Some(name) => (Some(Stage::from_name(name).ok_or_else(|| wrong("state"))?), true),
    };
    Ok(Shelf {
        whose,
        department: params.parse("department", "the id of a department")?,
        state,
        closed_too,
        overdue: params.text("overdue").is_some(),
        q: params.text("q").unwrap_or_default().chars().take(100).collect(),
        sort,
        after: params.parse("after", "the id of a conversation")?,
    })
}

/// The inbox with these filters; without what goes without saying.
fn address(shelf: &Shelf, after: Option<Uuid>) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    let mut add = |name: &str, value: &str, usual: &str| {
        if value != usual {
            query.append_pair(name, value);
        }
    };
    add("q", &shelf.q, "");
    add("whose", shelf.whose.name(), "all");
    add("department", &shelf.department.map(|id| id.to_string()).unwrap_or_default(), "");
    add("state", state_name(shelf), "open");
    add("overdue", if shelf.overdue { "1" } else { "" }, "");
    add("sort", shelf.sort.name(), "deadline");
    add("after", &after.map(|id| id.to_string()).unwrap_or_default(), "");
    match query.finish() {
        query if query.is_empty() => "/desk/conversations".to_owned(),
        query => format!("/desk/conversations?{query}"),
    }
}

fn state_name(shelf: &Shelf) -> &'static str {
    match (shelf.state, shelf.closed_too) {
        (Some(state), _) => state.name(),
        (None, true) => "all",
        (None, false) => "open",
    }
}

fn sort_text(t: &Texts, sort: Sort) -> String {
    match sort {
        Sort::Deadline => t.get("conversations-sort-deadline"),
        Sort::Newest => t.get("conversations-sort-newest"),
        Sort::Oldest => t.get("conversations-sort-oldest"),
    }
}

fn whose_text(t: &Texts, whose: Whose) -> String {
    match whose {
        Whose::All => t.get("conversations-all"),
        Whose::Mine => t.get("conversations-mine"),
        Whose::Nobodys => t.get("conversations-unassigned"),
    }
}

pub(super) async fn list(
    ctx: Ctx,
    here: Here,
    State(conversations): State<Conversations>,
    mut params: Params,
) -> Result<Response, Failure> {
    let shelf = read_shelf(&mut params)?;
    params.finish()?;
    let t = texts(ctx.lang);
    let part = conversations.inbox(&ctx, &shelf).await?;
    let plain = Shelf {
        whose: Whose::All,
        department: None,
        state: None,
        closed_too: false,
        overdue: false,
        q: String::new(),
        sort: Sort::Deadline,
        after: None,
    };
    let now = address(&Shelf { after: None, ..shelf.clone() }, None);
    let link = |title: String, count: i64, to: Shelf| {
        let href = address(&to, None);
        let count = t.count(u64::try_from(count).unwrap_or(0));
        ShelfLink { here: href == now, href, title: format!("{title} ({count})") }
    };
    let counts = part.counts;
    let shelves = vec![
        link(t.get("conversations-open"), counts.open, plain.clone()),
        link(t.get("conversations-mine"), counts.mine, Shelf { whose: Whose::Mine, ..plain.clone() }),
        link(
            t.get("conversations-unassigned"),
            counts.unassigned,
            Shelf { whose: Whose::Nobodys, ..plain.clone() },
        ),
        link(t.get("conversations-overdue"), counts.overdue, Shelf { overdue: true, ..plain }),
    ];
    let choice = |value: &str, label: String, selected| Choice { value: value.to_owned(), label, selected };
    let chosen = state_name(&shelf);
    let states = [("open", t.get("conversations-state-open")), ("all", t.get("conversations-state-all"))]
        .into_iter()
        .chain(Stage::ALL.into_iter().map(|state| (state.name(), state_text(t, state))))
        .map(|(name, label)| choice(name, label, name == chosen));
    let line = |head: &Conversation| row(&ctx, t, head, format!("/desk/conversations/{}", head.id), true);
    let page = DeskConversationsPage {
        page: conversations.site.page(&ctx, &here, Nav::DeskConversations, t.get("conversations-title")),
        t,
        shelves,
        whose: Whose::ALL
            .into_iter()
            .map(|whose| choice(whose.name(), whose_text(t, whose), whose == shelf.whose))
            .collect(),
        departments: department_choices(
            &ctx,
            t.get("conversations-department-any"),
            &part.departments,
            shelf.department,
        ),
        states: states.collect(),
        sorts: Sort::ALL
            .into_iter()
            .map(|sort| choice(sort.name(), sort_text(t, sort), sort == shelf.sort))
            .collect(),
        overdue: shelf.overdue,
        rows: part.rows.iter().map(line).collect(),
        first: shelf.after.map(|_| now.clone()),
        next: part.next.map(|next| address(&shelf, Some(next))),
        q: shelf.q,
    };
    html_with(StatusCode::OK, &page)
}

/// What was typed, and what became of it.
#[derive(Debug, Default)]
struct Shown {
    notice: Option<String>,
    faults: Vec<FieldFault>,
    answer: String,
    asks: bool,
    canned: Option<Uuid>,
    note: String,
    why_later: String,
    why_escalated: String,
    deadline: Option<String>,
    key: Option<Uuid>,
}

pub(super) async fn page(
    ctx: Ctx,
    State(conversations): State<Conversations>,
    Path(conversation): Path<String>,
    mut params: Params,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let notice = match params.text("done").as_deref() {
        Some("assigned") => Some(t.get("conversation-done-assigned")),
        Some("department") => Some(t.get("conversation-done-department")),
        Some("deadline") => Some(t.get("conversation-done-deadline")),
        Some("escalated") => Some(t.get("conversation-done-escalated")),
        Some("decided") => Some(t.get("conversation-done-decided")),
        Some("noted") => Some(t.get("conversation-done-noted")),
        Some("answered") => Some(t.get("conversation-done-answered")),
        Some("closed") => Some(t.get("conversation-done-closed")),
        Some("reopened") => Some(t.get("conversation-done-reopened")),
        _ => None,
    };
    let canned: Option<Uuid> = params.parse("canned", "the id of an answer")?;
    params.finish()?;
    let shown = Shown { notice, canned, ..Shown::default() };
    show(&conversations, &ctx, id(&conversation)?, shown, StatusCode::OK).await
}

async fn show(
    conversations: &Conversations,
    ctx: &Ctx,
    id: Uuid,
    shown: Shown,
    status: StatusCode,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let opened = conversations.open(ctx, id).await?;
    let around = conversations.around(ctx).await?;
    let head = &opened.head;
    let path = format!("/desk/conversations/{id}");
    let file_href = |message: Uuid, file: Uuid| format!("{path}/files/{message}/{file}");
    let side = super::Side { for_staff: true, file_href: &file_href };
    let choice = |value: String, label: String, selected| Choice { value, label, selected };
    let nobody = choice(String::new(), t.get("conversation-nobody"), head.assignee.is_none());
    let colleagues = around.colleagues.iter().map(|colleague| {
        choice(colleague.id.to_string(), colleague.name.clone(), head.assignee == Some(colleague.id))
    });
    // Letters are answered in the language in which they were written.
    let chosen = shown.canned.and_then(|id| around.canned.iter().find(|canned| canned.id == id));
    let answer = match chosen {
        Some(canned) if shown.answer.trim().is_empty() => canned.body(head.lang).to_owned(),
        Some(canned) => format!("{}\n\n{}", shown.answer.trim_end(), canned.body(head.lang)),
        None => shown.answer,
    };
    let page = ConversationPage {
        page: conversations.site.page(
            ctx,
            &Here(path.clone()),
            Nav::DeskConversations,
            format!("{} {}", head.number, head.subject),
        ),
        t,
        notice: shown.notice,
        faults: shown.faults,
        version: head.version,
        number: head.number.clone(),
        subject: head.subject.clone(),
        chips: chips(ctx, t, head, true),
        facts: facts(ctx, t, head),
        asset: head.about.as_ref().map(asset_link),
        escalated: escalation(t, &opened),
        thread: thread(ctx, t, &opened, &side),
        mine: head.assignee.is_some() && head.assignee == ctx.account(),
        colleagues: [nobody].into_iter().chain(colleagues).collect(),
        departments: department_choices(
            ctx,
            t.get("conversation-none"),
            &around.departments,
            head.department,
        ),
        deadline: shown.deadline.unwrap_or_else(|| head.deadline.to_string()),
        canned: around
            .canned
            .iter()
            .map(|canned| CannedChoice {
                id: canned.id.to_string(),
                title: canned.title(ctx.lang).to_owned(),
                selected: shown.canned == Some(canned.id),
            })
            .collect(),
        answer,
        asks: shown.asks,
        note: shown.note,
        why_later: shown.why_later,
        why_escalated: shown.why_escalated,
        key: shown.key.unwrap_or_else(Uuid::new_v4).to_string(),
        closed: head.state == Stage::Closed,
        gone: head.gone,
        path,
    };
    Ok(unkept(html_with(status, &page)?))
}

/// Who has to decide, and why.
fn escalation(t: &Texts, opened: &Opened) -> Option<String> {
    let to = opened.head.escalated_name.clone()?;
    let event = opened.events.iter().rev().find(|event| event.kind == "escalated")?;
    let why = event.details.get("why").and_then(|why| why.as_str()).unwrap_or_default().to_owned();
    let who = event.actor_name.clone().unwrap_or_else(|| event.actor.clone());
    let values = [
        ("to", to.into()),
        ("who", who.into()),
        ("when", instant_text(event.at, t).into()),
        ("why", why.into()),
    ];
    Some(t.args("conversation-escalated", &values))
}

fn facts(ctx: &Ctx, t: &Texts, head: &Conversation) -> Vec<Fact> {
    let fact = |key: &str, value: String| Fact { title: t.get(key), value };
    let name = if head.gone { t.get("conversation-gone") } else { head.name.clone() };
    let mut facts = vec![fact("conversation-writer", name)];
    if let Some(email) = &head.visitor_email {
        facts.push(fact("email-label", email.clone()));
    }
    let none = || t.get("conversation-none");
    facts.push(fact("letter-sent-at", instant_text(head.created_at, t)));
    facts.push(fact("letter-department", head.department_name(ctx.lang).map_or_else(none, str::to_owned)));
    let nobody = || t.get("conversation-nobody");
    facts.push(fact("conversation-assignee", head.assignee_name.clone().unwrap_or_else(nobody)));
    facts.push(fact("letter-deadline", day_text(head.deadline, t)));
    facts
}

/// Where it goes on after an act, or what is said about it beside the field.
async fn after(
    conversations: &Conversations,
    ctx: &Ctx,
    id: Uuid,
    (done, field, word): (Done, &'static str, &str),
    shown: Shown,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let refusal = match done {
        Ok(()) => return Ok(see_other(&format!("/desk/conversations/{id}?done={word}"))),
        Err(refusal) => refusal,
    };
    let (status, field, message) = match refusal {
        Refusal::Stale => (StatusCode::CONFLICT, "thread-title", t.get("conversation-stale")),
        Refusal::Gone => (StatusCode::CONFLICT, field, t.get("conversation-gone-fault")),
        Refusal::Unknown => (StatusCode::UNPROCESSABLE_ENTITY, field, t.get("conversation-unknown")),
        Refusal::BadDay => (StatusCode::UNPROCESSABLE_ENTITY, field, t.get("conversation-bad-day")),
        Refusal::NoReason => {
            let field = if field == "deadline" { "why_later" } else { field };
            (StatusCode::UNPROCESSABLE_ENTITY, field, t.get("conversation-no-reason"))
        }
        Refusal::NobodyDecides => (StatusCode::CONFLICT, field, t.get("conversation-nobody-decides")),
    };
    let shown = Shown { faults: vec![fault(field, message)], ..shown };
    show(conversations, ctx, id, shown, status).await
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ActForm {
    version: i32,
    assignee: String,
    department: String,
    deadline: String,
    why_later: String,
    why_escalated: String,
    note: String,
    key: String,
    me: String,
}

/// A reason as it is kept.
fn reason(text: &str) -> String {
    one_line(text, MOST_REASON)
}

pub(super) async fn assign(
    ctx: Ctx,
    State(conversations): State<Conversations>,
    Path(conversation): Path<String>,
    ProtectedForm(form): ProtectedForm<ActForm>,
) -> Result<Response, Failure> {
    let id = id(&conversation)?;
    let to = if form.me.is_empty() { form.assignee.parse().ok() } else { ctx.account() };
    let done = if to.is_none() && !form.assignee.is_empty() {
        Err(Refusal::Unknown)
    } else {
        conversations.assign(&ctx, id, form.version, to).await?
    };
    after(&conversations, &ctx, id, (done, "assignee", "assigned"), Shown::default()).await
}

pub(super) async fn department(
    ctx: Ctx,
    State(conversations): State<Conversations>,
    Path(conversation): Path<String>,
    ProtectedForm(form): ProtectedForm<ActForm>,
) -> Result<Response, Failure> {
    let id = id(&conversation)?;
    let done = match form.department.parse() {
        Ok(department) => conversations.move_to(&ctx, id, form.version, department).await?,
        Err(_) => Err(Refusal::Unknown),
    };
    after(&conversations, &ctx, id, (done, "department", "department"), Shown::default()).await
}

pub(super) async fn deadline(
    ctx: Ctx,
    State(conversations): State<Conversations>,
    Path(conversation): Path<String>,
    ProtectedForm(form): ProtectedForm<ActForm>,
) -> Result<Response, Failure> {
    let id = id(&conversation)?;
    let why = reason(&form.why_later);
    let done = match form.deadline.trim().parse::<NaiveDate>() {
        Ok(day) => conversations.set_deadline(&ctx, id, form.version, day, &why).await?,
        Err(_) => Err(Refusal::BadDay),
    };
    let shown = Shown { deadline: Some(form.deadline), why_later: form.why_later, ..Shown::default() };
    after(&conversations, &ctx, id, (done, "deadline", "deadline"), shown).await
}

pub(super) async fn escalate(
    ctx: Ctx,
    State(conversations): State<Conversations>,
    Path(conversation): Path<String>,
    ProtectedForm(form): ProtectedForm<ActForm>,
) -> Result<Response, Failure> {
    let id = id(&conversation)?;
    let done = conversations.escalate(&ctx, id, form.version, &reason(&form.why_escalated)).await?;
    let shown = Shown { why_escalated: form.why_escalated, ..Shown::default() };
    after(&conversations, &ctx, id, (done, "why_escalated", "escalated"), shown).await
}

pub(super) async fn decided(
    ctx: Ctx,
    State(conversations): State<Conversations>,
    Path(conversation): Path<String>,
    ProtectedForm(form): ProtectedForm<ActForm>,
) -> Result<Response, Failure> {
    let id = id(&conversation)?;
    let done = conversations.end_escalation(&ctx, id, form.version).await?;
    after(&conversations, &ctx, id, (done, "thread-title", "decided"), Shown::default()).await
}

pub(super) async fn note(
    ctx: Ctx,
    State(conversations): State<Conversations>,
    Path(conversation): Path<String>,
    ProtectedForm(form): ProtectedForm<ActForm>,
) -> Result<Response, Failure> {
    let id = id(&conversation)?;
    let t = texts(ctx.lang);
    let key = form.key.parse().ok();
    match read_text(&form.note, MOST_ANSWER) {
        Ok(body) => {
            conversations.note(&ctx, id, &body, key).await?;
            Ok(see_other(&format!("/desk/conversations/{id}?done=noted")))
        }
        Err(why) => {
            let faults = vec![text_fault(t, "note", why, MOST_ANSWER)];
            let shown = Shown { faults, note: form.note, key, ..Shown::default() };
            show(&conversations, &ctx, id, shown, StatusCode::UNPROCESSABLE_ENTITY).await
        }
    }
}

pub(super) async fn answer(
    ctx: Ctx,
    State(conversations): State<Conversations>,
    Path(conversation): Path<String>,
    request: Request,
) -> Result<Response, Failure> {
    let sent = upload::read(&conversations, &ctx, request).await?;
    let id = id(&conversation)?;
    let t = texts(ctx.lang);
    let asks = sent.text("asks") == "yes";
    let mut shown = Shown { answer: sent.text("answer").to_owned(), asks, ..Shown::default() };
    // Without scripts a canned answer comes into the field by a button of the same form.
    if sent.text("do") == "insert" {
        shown.canned = sent.id("canned");
        return show(&conversations, &ctx, id, shown, StatusCode::OK).await;
    }
    let body = read_text(&shown.answer, MOST_ANSWER);
    let mut faults = sent.file_faults(&conversations, t);
    faults.extend(body.as_ref().err().map(|why| text_fault(t, "answer", *why, MOST_ANSWER)));
    let version = sent.text("version").parse().unwrap_or_default();
    match body {
        Ok(body) if faults.is_empty() => {
            let done = conversations.answer(&ctx, (id, version), &body, asks, &sent.files).await?;
            after(&conversations, &ctx, id, (done, "answer", "answered"), shown).await
        }
        _ => {
            shown.faults = faults;
            show(&conversations, &ctx, id, shown, StatusCode::UNPROCESSABLE_ENTITY).await
        }
    }
}

async fn set_closed(
    conversations: &Conversations,
    ctx: &Ctx,
    conversation: &str,
    version: i32,
    closed: bool,
) -> Result<Response, Failure> {
    let id = id(conversation)?;
    let done = conversations.set_closed(ctx, id, version, closed).await?;
    let word = if closed { "closed" } else { "reopened" };
    after(conversations, ctx, id, (done, "thread-title", word), Shown::default()).await
}

pub(super) async fn close(
    ctx: Ctx,
    State(conversations): State<Conversations>,
    Path(conversation): Path<String>,
    ProtectedForm(form): ProtectedForm<ActForm>,
) -> Result<Response, Failure> {
    set_closed(&conversations, &ctx, &conversation, form.version, true).await
}

pub(super) async fn reopen(
    ctx: Ctx,
    State(conversations): State<Conversations>,
    Path(conversation): Path<String>,
    ProtectedForm(form): ProtectedForm<ActForm>,
) -> Result<Response, Failure> {
    set_closed(&conversations, &ctx, &conversation, form.version, false).await
}

pub(super) async fn file(
    ctx: Ctx,
    State(conversations): State<Conversations>,
    Path((conversation, message, file)): Path<(String, String, String)>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    let (file, object) = conversations.file(&ctx, id(&conversation)?, id(&message)?, id(&file)?).await?;
    as_download(file, object)
}
