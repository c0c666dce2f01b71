//! What all sides share: how a conversation begins, and how somebody writes in it again.

use chrono::{Datelike, Duration};
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    Conversations,
    model::{
        About, Conversation, MOST_AGAIN_A_DAY, MOST_BEGUN_A_DAY, NewLetter, State, USUAL_DAYS, deadline,
        number_text,
    },
    store::{self, NewConversation, NewEvent, Step},
};
use crate::{
    kernel::Lang,
    messages::{NewAttachment, NewMessage, Purpose, Received, To},
    platform::{
        Ctx,
        ctx::Who,
        http::{Failure, ResultExt},
    },
    ui::local_time::day_of,
};

/// Somebody has written as often as they may in a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TooMany;

/// Who begins a conversation.
#[derive(Debug, Clone, Copy)]
pub(super) enum Writer<'a> {
    /// A party, by themselves or by an attorney.
    Party(Uuid),
    /// A visitor who has proved the mailbox.
    Visitor { name: &'a str, email: &'a str, email_key: &'a str, lang: Lang },
}

/// A conversation that was begun.
#[derive(Debug)]
pub(super) struct Begun {
    pub(super) id: Uuid,
    pub(super) number: String,
}

impl Conversations {
    /// The thing of an id, if there is one that everybody may see.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) async fn about(&self, ctx: &Ctx, asset: Uuid) -> Result<Option<About>, Failure> {
        match self.registry.asset_card(ctx, asset).await {
            Ok(card) => Ok(Some(About { asset, label: format!("{}: {}", card.kind_title, card.label) })),
            Err(Failure::NotFound(_) | Failure::Gone { .. }) => Ok(None),
            Err(failure) => Err(failure),
        }
    }

    /// Begins a conversation in the caller's transaction: number, first message, first event.
    pub(super) async fn begin_in(
        &self,
        connection: &mut PgConnection,
        ctx: &Ctx,
        writer: Writer<'_>,
        letter: &NewLetter,
    ) -> Result<Begun, Failure> {
        if let Writer::Party(party) = writer
            && !matches!(ctx.who, Who::System(_))
        {
            let since = ctx.now - Duration::days(1);
            if store::begun_since(connection, party, since).await? >= MOST_BEGUN_A_DAY {
                return Err(Failure::TooMany { retry_after_s: 3600 });
            }
        }
        let department = match letter.department {
            Some(id) => store::setup::department(&mut *connection, id).await?,
            None => None,
        };
        let department = department.filter(|department| department.takes_letters);
        let days = department.as_ref().map_or(USUAL_DAYS, |department| department.days);
        let id = Uuid::now_v7();
        let year = day_of(ctx.now).year();
        let number = number_text(year, store::next_count(connection, year).await?);
        let (party, visitor, lang) = match writer {
            Writer::Party(party) => (Some(party), None, ctx.lang),
            Writer::Visitor { name, email, email_key, lang } => (None, Some((name, email, email_key)), lang),
        };
        let new = NewConversation {
            id,
            number: &number,
            subject: &letter.subject,
            party,
            visitor_name: visitor.map(|(name, ..)| name),
            visitor_email: visitor.map(|(_, email, _)| email),
            visitor_email_key: visitor.map(|(.., key)| key),
            lang,
            department: department.map(|department| department.id),
            deadline: deadline(&self.calendar, ctx.now, days),
            about: letter.about.as_ref(),
            now: ctx.now,
        };
        store::add(connection, &new).await?;
        self.take_message_in(
            connection,
            ctx,
            (id, party),
            &letter.subject,
            &letter.body,
            &letter.attachments,
        )
        .await?;
        let event = NewEvent { key: letter.key, ..writer_event(ctx, id, "written") };
        store::add_event(connection, event).await?;
        Ok(Begun { id, number })
    }

    async fn take_message_in(
        &self,
        connection: &mut PgConnection,
        ctx: &Ctx,
        (thread, party): (Uuid, Option<Uuid>),
        subject: &str,
        body: &str,
        attachments: &[NewAttachment],
    ) -> Result<Uuid, Failure> {
        let received = Received {
            from: party.unwrap_or_default(),
            thread: Some(thread),
            subject: subject.to_owned(),
            body: body.to_owned(),
            attachments: attachments.to_vec(),
            href: party.map(|_| own_page(thread)),
            key: None,
        };
        match party {
            Some(_) => self.messages.receive_in(connection, ctx, &received).await,
            None => self.messages.receive_from_visitor_in(connection, ctx, &received).await,
        }
    }

    /// Whoever wrote writes again, in the caller's transaction, which holds the conversation. It opens again when it was
    /// at its end; the office's time begins anew when it had done its part.
    pub(super) async fn write_again_in(
        &self,
        connection: &mut PgConnection,
        ctx: &Ctx,
        head: &Conversation,
        key: Option<Uuid>,
        body: &str,
        attachments: &[NewAttachment],
    ) -> Result<Result<(), TooMany>, Failure> {
        let since = ctx.now - Duration::days(1);
        if store::again_since(connection, head.id, since).await? >= MOST_AGAIN_A_DAY {
            return Ok(Err(TooMany));
        }
        let own = (head.id, head.party);
        self.take_message_in(connection, ctx, own, &head.subject, body, attachments).await?;
        let mut step = Step { written: true, ..Step::of(head) };
        step.state = head.state.written_again(head.assignee.is_some());
        if matches!(head.state, State::Answered | State::Closed) {
            let days = self.days_of(connection, head).await?;
            step.deadline = head.deadline.max(deadline(&self.calendar, ctx.now, days));
        }
        store::step(connection, head.id, &step, ctx.now).await?;
        let kind = NewEvent { key, ..writer_event(ctx, head.id, "written_again") };
        store::add_event(connection, kind).await?;
        if head.state == State::Closed {
            store::add_event(connection, writer_event(ctx, head.id, "reopened")).await?;
        }
        Ok(Ok(()))
    }

    async fn days_of(&self, connection: &mut PgConnection, head: &Conversation) -> Result<i32, Failure> {
        let Some(id) = head.department else { return Ok(USUAL_DAYS) };
        let found = store::setup::department(&mut *connection, id).await?;
        Ok(found.map_or(USUAL_DAYS, |department| department.days))
    }

    /// Tells whoever wrote something of their conversation, by the ways that law and consent allow; a visitor by mail, which
    /// holds only the address of the page. Answers the message, or nothing when there is nobody any more.
    pub(super) async fn tell_in(
        &self,
        connection: &mut PgConnection,
        ctx: &Ctx,
        head: &Conversation,
        (to_party, to_visitor): (&'static str, &'static str),
        more: &[(&'static str, String)],
    ) -> Result<Option<Uuid>, Failure> {
        if head.gone {
            return Ok(None);
        }
        let mut values = vec![("number", head.number.clone()), ("subject", head.subject.clone())];
        values.extend(more.iter().cloned());
        let (to, template, href) = match (&head.party, &head.visitor_email) {
            (Some(party), _) => (To::Party(*party), to_party, Some(own_page(head.id))),
            (None, Some(email)) => {
                values.push(("link", format!("{}{}", self.messages.base(), self.visitor_page(head.id)?)));
                let to = To::Address { email: email.clone(), name: head.name.clone(), lang: head.lang };
                (to, to_visitor, None)
            }
            (None, None) => return Err("a conversation of nobody").internal("answer a letter"),
        };
        let message = NewMessage {
            to,
            template,
            values: &values,
            purpose: Purpose::Case,
            thread: Some(head.id),
            href,
            key: None,
        };
        self.messages.send_in(connection, ctx, &message).await.map(Some)
    }

    /// The language in which whoever wrote is answered.
    pub(super) async fn lang_of_in(
        &self,
        connection: &mut PgConnection,
        head: &Conversation,
    ) -> Result<Lang, Failure> {
        match head.party {
            Some(party) => self.messages.lang_of_in(connection, party).await,
            None => Ok(head.lang),
        }
    }
}

/// The page of a conversation for whoever wrote, when they have an account.
pub(super) fn own_page(id: Uuid) -> String {
    format!("/account/letters/{id}")
}

/// Something that whoever wrote has done.
pub(super) fn writer_event<'a>(ctx: &Ctx, conversation: Uuid, kind: &'a str) -> NewEvent<'a> {
    NewEvent {
        conversation,
        at: ctx.now,
        actor: "writer",
        mandate: ctx.resident().and_then(|resident| resident.acting.as_ref()).map(|acting| acting.mandate),
        kind,
        details: json!({}),
        key: None,
    }
}
