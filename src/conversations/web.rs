//! Pages of the conversations.

mod desk;
mod own;
mod setup;
mod upload;
mod visitors;

use chrono::NaiveDate;
use uuid::Uuid;

use super::{
    Conversations,
    desk::state_text,
    model::{Conversation, Department, Event, MOST_TEXT, Opened, State, TextFault},
};
use crate::{
    messages::{Direction, Message, paragraphs, size_text},
    platform::{
        Ctx,
        access::{Level, Permission},
        http::{Access, Doors, Failure},
        i18n::Texts,
    },
    ui::{
        local_time::{day_of, day_text, instant_text},
        views::{Chip, Choice, FieldFault, FileLink, LetterRow, ThreadEntry},
    },
};

/// Most bytes of a form of texts alone: the longest text, each letter of it in the longest spelling.
const MOST_FORM_BYTES: usize = 256 * 1024;
/// Most bytes of a form with files. Larger than what is taken, so that whoever sends too much is told so on the page.
const MOST_UPLOAD_BYTES: usize = 60 * 1024 * 1024;

pub(super) fn doors() -> Doors<Conversations> {
    let own = Access::Resident(Level::Known);
    let desk = Access::May(Permission::ConversationsAnswer);
    let town = Access::May(Permission::TownManage);
    Doors::new()
        .get(own, "/account/letters", own::list)
        .get(own, "/account/letters/new", own::new_page)
        .post(own, "/account/letters/new", own::new_send)
        .taking(MOST_UPLOAD_BYTES)
        .get(own, "/account/letters/{id}", own::page)
        .post(own, "/account/letters/{id}", own::send)
        .taking(MOST_UPLOAD_BYTES)
        .post(own, "/account/letters/{id}/close", own::close)
        .get(Access::Public, "/write", visitors::page)
        .post(Access::Public, "/write", visitors::send)
        .taking(MOST_FORM_BYTES)
        .get(Access::Public, "/write/confirm/{token}", visitors::confirm_page)
        .post(Access::Public, "/write/confirm/{token}", visitors::confirm_send)
        .get(Access::Public, "/write/{id}/{mark}", visitors::letter)
        .post(Access::Public, "/write/{id}/{mark}", visitors::letter_send)
        .taking(MOST_FORM_BYTES)
        .get(Access::Public, "/write/{id}/{mark}/files/{message}/{file}", visitors::file)
        .get(desk, "/desk/conversations", desk::list)
        .get(desk, "/desk/conversations/answers", setup::canned_list)
        .get(desk, "/desk/conversations/answers/{id}", setup::canned_page)
        .post(desk, "/desk/conversations/answers/{id}", setup::canned_save)
        .taking(MOST_FORM_BYTES)
        .post(desk, "/desk/conversations/answers/{id}/remove", setup::canned_remove)
        .get(desk, "/desk/conversations/{id}", desk::page)
        .post(desk, "/desk/conversations/{id}/assign", desk::assign)
        .post(desk, "/desk/conversations/{id}/department", desk::department)
        .post(desk, "/desk/conversations/{id}/deadline", desk::deadline)
        .post(desk, "/desk/conversations/{id}/escalate", desk::escalate)
        .post(desk, "/desk/conversations/{id}/decided", desk::decided)
        .post(desk, "/desk/conversations/{id}/note", desk::note)
        .taking(MOST_FORM_BYTES)
        .post(desk, "/desk/conversations/{id}/answer", desk::answer)
        .taking(MOST_UPLOAD_BYTES)
        .post(desk, "/desk/conversations/{id}/close", desk::close)
        .post(desk, "/desk/conversations/{id}/reopen", desk::reopen)
        .get(desk, "/desk/conversations/{id}/files/{message}/{file}", desk::file)
        .get(town, "/desk/departments", setup::departments)
        .get(town, "/desk/departments/{id}", setup::department_page)
        .post(town, "/desk/departments/{id}", setup::department_save)
}

fn fault(field: &'static str, message: String) -> FieldFault {
    FieldFault { field, message }
}

/// An id in an address; what is none names nothing.
fn id(text: &str) -> Result<Uuid, Failure> {
    text.parse().map_err(|_| Failure::not_found("this address"))
}

fn text_fault(t: &Texts, field: &'static str, why: TextFault, most: usize) -> FieldFault {
    let count = |n: usize| u64::try_from(n).unwrap_or(u64::MAX).into();
    let message = match why {
        TextFault::Empty => t.get("letter-body-empty"),
        TextFault::TooLong(length) => {
            t.args("letter-body-long", &[("n", count(length)), ("most", count(most))])
        }
    };
    fault(field, message)
}

/// The text of a letter, or what is wrong with it.
fn body_of(t: &Texts, text: &str) -> Result<String, FieldFault> {
    super::model::read_text(text, MOST_TEXT).map_err(|why| text_fault(t, "body", why, MOST_TEXT))
}

fn look_of(state: State) -> &'static str {
    match state {
        State::New | State::Closed => "plain",
        State::InProgress => "unsure",
        State::Waiting => "bad",
        State::Answered => "good",
    }
}

/// State, lateness and escalation as marks.
fn chips(ctx: &Ctx, t: &Texts, head: &Conversation, for_staff: bool) -> Vec<Chip> {
    let mut chips = vec![Chip { look: look_of(head.state), text: state_text(t, head.state) }];
    if for_staff && head.is_overdue(day_of(ctx.now)) {
        chips.push(Chip { look: "bad", text: t.get("letter-overdue") });
    }
    if for_staff && head.escalated_to.is_some() {
        chips.push(Chip { look: "bad", text: t.get("letter-escalated") });
    }
    if for_staff && head.visitor_email.is_some() {
        chips.push(Chip { look: "plain", text: t.get("letter-of-visitor") });
    }
    chips
}

/// A line of a list.
fn row(ctx: &Ctx, t: &Texts, head: &Conversation, href: String, for_staff: bool) -> LetterRow {
    let turn = head.state.is_offices_turn();
    LetterRow {
        href,
        number: head.number.clone(),
        subject: head.subject.clone(),
        chips: chips(ctx, t, head, for_staff),
        name: head.name.clone(),
        department: head.department_name(ctx.lang).map(str::to_owned),
        assignee: head.assignee_name.clone(),
        deadline: turn.then(|| t.args("letter-answer-until", &[("date", day_text(head.deadline, t).into())])),
        when: instant_text(head.written_at, t),
    }
}

/// Whose words a page shows, and where its files are.
struct Side<'a> {
    for_staff: bool,
    /// The address of a file of a message.
    file_href: &'a dyn Fn(Uuid, Uuid) -> String,
}

/// What was written and done, in the order of time. Notices that only say what a mark says anyway are left out.
fn thread(ctx: &Ctx, t: &Texts, opened: &Opened, side: &Side<'_>) -> Vec<ThreadEntry> {
    let notice = |message: &&Message| {
        !matches!(
            message.template.as_deref(),
            Some(
                "conversation-received"
                    | "conversation-state"
                    | "letter-received"
                    | "letter-state"
                    | "letter-confirm"
            )
        )
    };
    let mut entries: Vec<_> = opened
        .messages
        .iter()
        .filter(notice)
        .map(|message| (message.created_at, message_entry(t, opened, message, side)))
        .collect();
    let events = opened.events.iter().filter_map(|event| Some((event.at, event_entry(ctx, t, event, side)?)));
    entries.extend(events);
    entries.sort_by_key(|(at, _)| *at);
    entries.into_iter().map(|(_, entry)| entry).collect()
}

fn message_entry(t: &Texts, opened: &Opened, message: &Message, side: &Side<'_>) -> ThreadEntry {
    let kind = match message.direction {
        Direction::In => "writer",
        Direction::Out => "office",
        Direction::Note => "note",
    };
    // Of the staff's words the event of the same instant knows the author's name.
    let clerk = || {
        let author = opened.events.iter().find(|event| event.actor == message.actor);
        author.and_then(|event| event.actor_name.clone()).unwrap_or_else(|| message.actor.clone())
    };
    let by_attorney = || {
        let event = opened.events.iter().find(|event| event.at == message.created_at);
        event.and_then(|event| event.agent.clone())
    };
    let who = match (message.direction, side.for_staff) {
        (Direction::In, for_staff) => {
            let own = if for_staff { opened.head.name.clone() } else { t.get("message-from-you") };
            match by_attorney() {
                Some(agent) => t.args("letter-by-attorney", &[("who", own.into()), ("agent", agent.into())]),
                None => own,
            }
        }
        (Direction::Out, false) => t.get("message-from-office"),
        (Direction::Out, true) => t.args("letter-office-by", &[("who", clerk().into())]),
        (Direction::Note, _) => t.args("letter-note-by", &[("who", clerk().into())]),
    };
    let file = |file: &crate::messages::Attachment| FileLink {
        href: (side.file_href)(message.id, file.id),
        name: file.name.clone(),
        size: size_text(t, file.bytes),
    };
    ThreadEntry {
        kind,
        id: format!("m-{}", message.id),
        who,
        when: instant_text(message.created_at, t),
        body: paragraphs(&message.body, ""),
        lang: message.lang.tag(),
        files: message.attachments.iter().map(file).collect(),
    }
}

/// Something that was done, in words; `None` for what its text in the thread says.
fn event_entry(ctx: &Ctx, t: &Texts, event: &Event, side: &Side<'_>) -> Option<ThreadEntry> {
    let detail = |name: &str| event.details.get(name).and_then(|value| value.as_str()).unwrap_or_default();
    let with = |key: &str, values: &[(&str, String)]| {
        let values: Vec<_> = values.iter().map(|(name, value)| (*name, value.clone().into())).collect();
        t.args(key, &values)
    };
    let until = || detail("until").parse::<NaiveDate>().map(|day| day_text(day, t)).unwrap_or_default();
    let body = match event.kind.as_str() {
        "assigned" if detail("to").is_empty() => t.get("letter-event-unassigned"),
        "assigned" => with("letter-event-assigned", &[("to", detail("to").to_owned())]),
        "department" => with("letter-event-department", &[("to", detail(ctx.lang.tag()).to_owned())]),
        "deadline" if detail("why").is_empty() => with("letter-event-deadline", &[("date", until())]),
        "deadline" => {
            with("letter-event-deadline-why", &[("date", until()), ("why", detail("why").to_owned())])
        }
        "escalated" => with(
            "letter-event-escalated",
            &[("to", detail("to").to_owned()), ("why", detail("why").to_owned())],
        ),
        "escalation_ended" => t.get("letter-event-escalation-ended"),
        "closed" => t.get("letter-event-closed"),
        "reopened" => t.get("letter-event-reopened"),
        _ => return None,
    };
    let who = match (event.actor.as_str(), side.for_staff) {
        ("writer", true) => t.get("letter-event-by-writer"),
        ("writer", false) => t.get("message-from-you"),
        (_, false) => t.get("message-from-office"),
        (actor, true) => event.actor_name.clone().unwrap_or_else(|| actor.to_owned()),
    };
    Some(ThreadEntry {
        kind: "event",
        id: format!("e-{}", event.id),
        who,
        when: instant_text(event.at, t),
        body,
        lang: t.lang(),
        files: Vec::new(),
    })
}

/// Departments to choose from, after a choice of none.
fn department_choices(
    ctx: &Ctx,
    none: String,
    departments: &[Department],
    chosen: Option<Uuid>,
) -> Vec<Choice> {
    let choice = |value: String, label: String, selected| Choice { value, label, selected };
    let first = choice(String::new(), none, chosen.is_none());
    let rest = departments.iter().map(|department| {
        let name = department.name(ctx.lang).to_owned();
        choice(department.id.to_string(), name, chosen == Some(department.id))
    });
    [first].into_iter().chain(rest).collect()
}
