//! What the staff does: finds conversations, hands them on, notes, answers, escalates, closes.
//!
//! Each act names the version that its page showed. When somebody was quicker it is refused with [`Refusal::Stale`], and the
//! page shows what was done meanwhile with what was typed still in its fields.

use chrono::{Days, NaiveDate};
use serde_json::json;
use sqlx::{Postgres, Transaction};
use uuid::Uuid;

use super::{
    Conversations,
    model::{Canned, Conversation, Department, Opened, State},
    store::{
        self, NewEvent, Step,
        desk::{Counts, Wanted},
    },
};
use crate::{
    accounts::Colleague,
    messages::{Attachment, NewAttachment, NewMessage, Purpose, To, pattern_of},
    platform::{
        Ctx,
        access::Permission,
        files::Object,
        http::Failure,
        i18n::{Texts, texts},
    },
    ui::local_time::{day_of, day_text},
};

/// Conversations of one page.
const PAGE: i64 = 30;
/// Longest time ahead to which a deadline can be set, in days.
const LONGEST_DEADLINE_DAYS: u64 = 730;

/// How the inbox is sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    /// The most urgent first.
    Deadline,
    /// Those in which somebody wrote last first.
    Newest,
    /// In the order of their numbers.
    Oldest,
}

impl Sort {
    pub(super) const ALL: [Self; 3] = [Self::Deadline, Self::Newest, Self::Oldest];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Deadline => "deadline",
            Self::Newest => "newest",
            Self::Oldest => "oldest",
        }
    }

    pub(super) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sort| sort.name() == name)
    }
}

/// Whose conversations are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whose {
    /// Everybody's.
    All,
    /// Those of whoever asks.
    Mine,
    /// Those of which nobody is in charge.
    Nobodys,
}

impl Whose {
    pub(super) const ALL: [Self; 3] = [Self::All, Self::Mine, Self::Nobodys];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Mine => "mine",
            Self::Nobodys => "nobody",
        }
    }

    pub(super) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|whose| whose.name() == name)
    }
}

/// What the inbox shows.
#[derive(Debug, Clone)]
pub(super) struct Shelf {
    pub(super) whose: Whose,
    pub(super) department: Option<Uuid>,
    /// One state; all that are open without one.
    pub(super) state: Option<State>,
    /// All states, closed ones too.
    pub(super) closed_too: bool,
    pub(super) overdue: bool,
    pub(super) q: String,
    pub(super) sort: Sort,
    pub(super) after: Option<Uuid>,
}

/// One page of the inbox.
#[derive(Debug)]
pub(super) struct InboxPart {
    pub(super) rows: Vec<Conversation>,
    pub(super) next: Option<Uuid>,
    pub(super) counts: Counts,
    pub(super) departments: Vec<Department>,
}

/// What a page about one conversation offers.
#[derive(Debug)]
pub(super) struct Around {
    pub(super) departments: Vec<Department>,
    pub(super) colleagues: Vec<Colleague>,
    pub(super) canned: Vec<Canned>,
}

/// Why something was not done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    /// Somebody has done something meanwhile.
    Stale,
    /// Whoever wrote is erased and cannot be answered.
    Gone,
    /// There is no such colleague or department.
    Unknown,
    /// The day lies in the past, or too far ahead.
    BadDay,
    /// A later deadline needs a reason, which whoever wrote gets to read.
    NoReason,
    /// Nobody is there to decide.
    NobodyDecides,
}

/// A later answer, an end: whether it was done.
pub(super) type Done = Result<(), Refusal>;

impl Conversations {
    /// One page of the staff's inbox.
    ///
    /// # Errors
    /// When whoever asks may not.
    pub(super) async fn inbox(&self, ctx: &Ctx, shelf: &Shelf) -> Result<InboxPart, Failure> {
        ctx.require(Permission::ConversationsAnswer, None)?;
        let me = ctx.account().unwrap_or_default();
        let today = day_of(ctx.now);
        let states: Vec<String> = State::ALL
            .into_iter()
            .filter(|state| match shelf.state {
                Some(wanted) => *state == wanted,
                None => shelf.closed_too || *state != State::Closed,
            })
            .map(|state| state.name().to_owned())
            .collect();
        let wanted = Wanted {
            mine: (shelf.whose == Whose::Mine).then_some(me),
            unassigned: shelf.whose == Whose::Nobodys,
            department: shelf.department,
            states: &states,
            overdue_on: shelf.overdue.then_some(today),
            pattern: &pattern_of(&shelf.q),
            sort: shelf.sort.name(),
            after: shelf.after,
            most: PAGE + 1,
        };
        let mut rows = store::desk::list(&self.pool, &wanted).await?;
        let more = rows.len() as i64 > PAGE;
        rows.truncate(PAGE as usize);
        let next = rows.last().filter(|_| more).map(|row| row.id);
        let counts = store::desk::counts(&self.pool, me, today).await?;
        Ok(InboxPart { rows, next, counts, departments: store::setup::departments(&self.pool).await? })
    }

    /// Opens a conversation. Of a resident's it is a look at a person, which is written down and which they see.
    ///
    /// # Errors
    /// When whoever asks may not; 404 when there is none.
    pub(super) async fn open(&self, ctx: &Ctx, id: Uuid) -> Result<Opened, Failure> {
        ctx.require(Permission::ConversationsAnswer, None)?;
        let head = store::find(&self.pool, id).await?;
        let head = head.ok_or_else(|| Failure::not_found("this conversation"))?;
        if let Some(party) = head.party {
            self.parties.look_at_letter(ctx, party, &head.number).await?;
        }
        let messages = self.messages.whole_thread(id).await?;
        let events = store::events(&self.pool, id).await?;
        Ok(Opened { head, messages, events })
    }

    /// A file of a conversation.
    ///
    /// # Errors
    /// When whoever asks may not; 404 when there is none.
    pub(super) async fn file(
        &self,
        ctx: &Ctx,
        id: Uuid,
        message: Uuid,
        file: Uuid,
    ) -> Result<(Attachment, Object), Failure> {
        ctx.require(Permission::ConversationsAnswer, None)?;
        let head = store::find(&self.pool, id).await?;
        let head = head.ok_or_else(|| Failure::not_found("this conversation"))?;
        if let Some(party) = head.party {
            self.parties.look_at_letter(ctx, party, &head.number).await?;
        }
        self.messages.file_of_thread(id, message, file).await
    }

    /// Departments, colleagues and canned answers to choose from.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) async fn around(&self, ctx: &Ctx) -> Result<Around, Failure> {
        Ok(Around {
            departments: store::setup::departments(&self.pool).await?,
            colleagues: self.accounts.colleagues(ctx, Permission::ConversationsAnswer).await?,
            canned: store::setup::canned(&self.pool).await?,
        })
    }

    /// Holds a conversation, if it is as the page showed it.
    async fn hold(
        &self,
        ctx: &Ctx,
        id: Uuid,
        version: i32,
    ) -> Result<Result<(Transaction<'static, Postgres>, Conversation), Refusal>, Failure> {
        ctx.require(Permission::ConversationsAnswer, None)?;
        let mut transaction = self.pool.begin().await?;
        let head = store::lock(&mut transaction, id).await?;
        let head = head.ok_or_else(|| Failure::not_found("this conversation"))?;
        Ok(if head.version == version { Ok((transaction, head)) } else { Err(Refusal::Stale) })
    }

    /// Puts somebody in charge, or nobody.
    ///
    /// # Errors
    /// When whoever asks may not; 404 when there is no such conversation.
    pub(super) async fn assign(
        &self,
        ctx: &Ctx,
        id: Uuid,
        version: i32,
        to: Option<Uuid>,
    ) -> Result<Done, Failure> {
        let (mut transaction, head) = match self.hold(ctx, id, version).await? {
            Ok(held) => held,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let colleague = match to {
            None => None,
            Some(to) => {
                let all = self.accounts.colleagues(ctx, Permission::ConversationsAnswer).await?;
                match all.into_iter().find(|colleague| colleague.id == to) {
                    Some(colleague) => Some(colleague),
                    None => return Ok(Err(Refusal::Unknown)),
                }
            }
        };
        let state = match (head.state, &colleague) {
            (State::New, Some(_)) => State::InProgress,
            (State::InProgress, None) => State::New,
            (state, _) => state,
        };
        let step = Step { assignee: to, state, ..Step::of(&head) };
        let details = json!({ "to": colleague.map(|colleague| colleague.name) });
        self.done(&mut transaction, ctx, &head, &step, "assigned", details).await?;
        transaction.commit().await?;
        Ok(Ok(()))
    }

    /// Hands a conversation on to another department, where nobody is in charge of it yet.
    ///
    /// # Errors
    /// As [`Conversations::assign`].
    pub(super) async fn move_to(
        &self,
        ctx: &Ctx,
        id: Uuid,
        version: i32,
        department: Uuid,
    ) -> Result<Done, Failure> {
        let (mut transaction, head) = match self.hold(ctx, id, version).await? {
            Ok(held) => held,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let Some(department) = store::setup::department(&mut *transaction, department).await? else {
            return Ok(Err(Refusal::Unknown));
        };
        if head.department == Some(department.id) {
            return Ok(Ok(()));
        }
        let state = if head.state == State::InProgress { State::New } else { head.state };
        // The first department brings its own time; handing a letter on gives the office no more of it.
        let deadline = match head.department {
            None => super::model::deadline(&self.calendar, head.created_at, department.days),
            Some(_) => head.deadline,
        };
        let step =
            Step { department: Some(department.id), assignee: None, state, deadline, ..Step::of(&head) };
        let details = json!({ "pl": department.name_pl, "en": department.name_en });
        self.done(&mut transaction, ctx, &head, &step, "department", details).await?;
        transaction.commit().await?;
        Ok(Ok(()))
    }

    /// Sets the last day for an answer. Whoever wrote is told of a later one, with the reason (Code of Administrative
    /// Procedure, article 36 § 1).
    ///
    /// # Errors
    /// As [`Conversations::assign`].
    pub(super) async fn set_deadline(
        &self,
        ctx: &Ctx,
        id: Uuid,
        version: i32,
        day: NaiveDate,
        why: &str,
    ) -> Result<Done, Failure> {
        let (mut transaction, head) = match self.hold(ctx, id, version).await? {
            Ok(held) => held,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let today = day_of(ctx.now);
        let last = today.checked_add_days(Days::new(LONGEST_DEADLINE_DAYS)).unwrap_or(today);
        if day < today || day > last {
            return Ok(Err(Refusal::BadDay));
        }
        if day == head.deadline {
            return Ok(Ok(()));
        }
        let later = day > head.deadline;
        if later && why.is_empty() {
            return Ok(Err(Refusal::NoReason));
        }
        let step = Step { deadline: day, ..Step::of(&head) };
        let details = json!({ "until": day, "why": why });
        self.done(&mut transaction, ctx, &head, &step, "deadline", details).await?;
        if later {
            let t = texts(self.lang_of_in(&mut transaction, &head).await?);
            let values = [("date", day_text(day, t).into()), ("why", why.into())];
            let state = t.args("letter-postponed", &values);
            self.tell_state(&mut transaction, ctx, &head, state).await?;
        }
        transaction.commit().await?;
        Ok(Ok(()))
    }

    async fn tell_state(
        &self,
        transaction: &mut Transaction<'static, Postgres>,
        ctx: &Ctx,
        head: &Conversation,
        state: String,
    ) -> Result<(), Failure> {
        let templates = ("conversation-state", "letter-state");
        self.tell_in(transaction, ctx, head, templates, &[("state", state)]).await.map(|_| ())
    }

    /// Passes a conversation on to whoever decides: the head of its department, else an administrator. They get a mail that
    /// names nobody.
    ///
    /// # Errors
    /// As [`Conversations::assign`].
    pub(super) async fn escalate(
        &self,
        ctx: &Ctx,
        id: Uuid,
        version: i32,
        why: &str,
    ) -> Result<Done, Failure> {
        let (mut transaction, head) = match self.hold(ctx, id, version).await? {
            Ok(held) => held,
            Err(refusal) => return Ok(Err(refusal)),
        };
        if why.is_empty() {
            return Ok(Err(Refusal::NoReason));
        }
        let wanted = match head.department {
            Some(id) => store::setup::department(&mut *transaction, id).await?.and_then(|found| found.head),
            None => None,
        };
        let answering = self.accounts.colleagues(ctx, Permission::ConversationsAnswer).await?;
        let managing = self.accounts.colleagues(ctx, Permission::AccountsManage).await?;
        let me = ctx.account();
        let head_of = answering.into_iter().find(|colleague| Some(colleague.id) == wanted);
        let somebody = |all: Vec<Colleague>| {
            let other = all.iter().find(|colleague| Some(colleague.id) != me).cloned();
            other.or_else(|| all.into_iter().next())
        };
        let Some(to) = head_of.or_else(|| somebody(managing)) else { return Ok(Err(Refusal::NobodyDecides)) };
        let step = Step { escalated_to: Some(to.id), ..Step::of(&head) };
        let details = json!({ "to": to.name, "why": why });
        self.done(&mut transaction, ctx, &head, &step, "escalated", details).await?;
        let who = ctx.staff().map_or_else(String::new, |staff| staff.name.clone());
        let link = format!("{}/desk/conversations/{id}", self.messages.base());
        let message = NewMessage {
            to: To::Address { email: to.email, name: to.name, lang: ctx.lang },
            template: "conversation-escalated",
            values: &[("number", head.number.clone()), ("who", who), ("link", link)],
            purpose: Purpose::Case,
            thread: None,
            href: None,
            key: None,
        };
        self.messages.send_in(&mut transaction, ctx, &message).await?;
        transaction.commit().await?;
        Ok(Ok(()))
    }

    /// Takes the mark of an escalation away: it is decided.
    ///
    /// # Errors
    /// As [`Conversations::assign`].
    pub(super) async fn end_escalation(&self, ctx: &Ctx, id: Uuid, version: i32) -> Result<Done, Failure> {
        let (mut transaction, head) = match self.hold(ctx, id, version).await? {
            Ok(held) => held,
            Err(refusal) => return Ok(Err(refusal)),
        };
        if head.escalated_to.is_some() {
            let step = Step { escalated_to: None, ..Step::of(&head) };
            self.done(&mut transaction, ctx, &head, &step, "escalation_ended", json!({})).await?;
        }
        transaction.commit().await?;
        Ok(Ok(()))
    }

    /// Notes something that only the staff sees. Two notes at once are two notes.
    ///
    /// # Errors
    /// As [`Conversations::assign`].
    pub(super) async fn note(
        &self,
        ctx: &Ctx,
        id: Uuid,
        body: &str,
        key: Option<Uuid>,
    ) -> Result<(), Failure> {
        ctx.require(Permission::ConversationsAnswer, None)?;
        let mut transaction = self.pool.begin().await?;
        let head = store::lock(&mut transaction, id).await?;
        let head = head.ok_or_else(|| Failure::not_found("this conversation"))?;
        if let Some(key) = key
            && store::of_key(&mut *transaction, key).await?.is_some()
        {
            return Ok(());
        }
        self.messages.note_in(&mut transaction, ctx, head.id, body).await?;
        let event = NewEvent { key, ..clerks_event(ctx, id, "noted", json!({})) };
        store::add_event(&mut transaction, event).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Answers, or asks for something that is missing. Whoever answers is in charge where nobody was.
    ///
    /// # Errors
    /// As [`Conversations::assign`]; a file is not taken.
    pub(super) async fn answer(
        &self,
        ctx: &Ctx,
        (id, version): (Uuid, i32),
        body: &str,
        asks: bool,
        attachments: &[NewAttachment],
    ) -> Result<Done, Failure> {
        let (mut transaction, head) = match self.hold(ctx, id, version).await? {
            Ok(held) => held,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let templates = ("conversation-answered", "letter-answered");
        let answer = [("answer", body.to_owned())];
        let Some(message) = self.tell_in(&mut transaction, ctx, &head, templates, &answer).await? else {
            return Ok(Err(Refusal::Gone));
        };
        self.messages.attach_in(&mut transaction, ctx, message, attachments).await?;
        let step = Step {
            state: if asks { State::Waiting } else { State::Answered },
            assignee: head.assignee.or(ctx.account()),
            escalated_to: head.escalated_to.filter(|_| asks),
            written: true,
            ..Step::of(&head)
        };
        let kind = if asks { "asked" } else { "answered" };
        self.done(&mut transaction, ctx, &head, &step, kind, json!({})).await?;
        transaction.commit().await?;
        Ok(Ok(()))
    }

    /// Closes a conversation, or opens it again; whoever wrote is told.
    ///
    /// # Errors
    /// As [`Conversations::assign`].
    pub(super) async fn set_closed(
        &self,
        ctx: &Ctx,
        id: Uuid,
        version: i32,
        closed: bool,
    ) -> Result<Done, Failure> {
        let (mut transaction, head) = match self.hold(ctx, id, version).await? {
            Ok(held) => held,
            Err(refusal) => return Ok(Err(refusal)),
        };
        if (head.state == State::Closed) == closed {
            return Ok(Ok(()));
        }
        let state = if closed { State::Closed } else { head.state.written_again(head.assignee.is_some()) };
        let escalated_to = head.escalated_to.filter(|_| !closed);
        let step = Step { state, escalated_to, ..Step::of(&head) };
        let kind = if closed { "closed" } else { "reopened" };
        self.done(&mut transaction, ctx, &head, &step, kind, json!({})).await?;
        let t = texts(self.lang_of_in(&mut transaction, &head).await?);
        self.tell_state(&mut transaction, ctx, &head, state_text(t, state)).await?;
        transaction.commit().await?;
        Ok(Ok(()))
    }

    /// Writes down a step and what it was.
    async fn done(
        &self,
        transaction: &mut Transaction<'static, Postgres>,
        ctx: &Ctx,
        head: &Conversation,
        step: &Step,
        kind: &str,
        details: serde_json::Value,
    ) -> Result<(), Failure> {
        store::step(transaction, head.id, step, ctx.now).await?;
        store::add_event(transaction, clerks_event(ctx, head.id, kind, details)).await?;
        Ok(())
    }
}

fn clerks_event<'a>(
    ctx: &'a Ctx,
    conversation: Uuid,
    kind: &'a str,
    details: serde_json::Value,
) -> NewEvent<'a> {
    NewEvent { conversation, at: ctx.now, actor: ctx.actor(), mandate: None, kind, details, key: None }
}

/// A state in words.
pub(super) fn state_text(t: &Texts, state: State) -> String {
    match state {
        State::New => t.get("letter-state-new"),
        State::InProgress => t.get("letter-state-in-progress"),
        State::Waiting => t.get("letter-state-waiting"),
        State::Answered => t.get("letter-state-answered"),
        State::Closed => t.get("letter-state-closed"),
    }
}
