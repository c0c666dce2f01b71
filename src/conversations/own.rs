//! What residents do: write to the office, follow it, write again, say that they have what they need.

use std::sync::Arc;

use uuid::Uuid;

use super::{
    Conversations,
    model::{Conversation, Department, NewLetter, Opened, State},
    ops::{TooMany, Writer, writer_event},
    store::{self, Step},
};
use crate::{
    messages::{Direction, NewAttachment},
    platform::{
        Ctx,
        access::{Level, MandateScope, Resident},
        http::Failure,
    },
};

/// Letters of one page.
const PAGE: i64 = 20;

/// One page of somebody's letters.
#[derive(Debug)]
pub(super) struct LettersPart {
    pub(super) rows: Vec<Conversation>,
    /// Where the next page begins.
    pub(super) next: Option<Uuid>,
}

impl Conversations {
    /// Whoever may write for the party for which they act.
    ///
    /// # Errors
    /// When it is no resident, or their power of attorney does not cover it.
    pub(super) fn own(ctx: &Ctx) -> Result<&Arc<Resident>, Failure> {
        ctx.require_scope(Level::Known, MandateScope::Cases)
    }

    /// Departments that take letters.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) async fn open_departments(&self) -> Result<Vec<Department>, Failure> {
        let mut all = store::setup::departments(&self.pool).await?;
        all.retain(|department| department.takes_letters);
        Ok(all)
    }

    /// Letters of the party for which somebody acts, those in which somebody wrote last first.
    ///
    /// # Errors
    /// When it is no resident, or their power of attorney does not cover it.
    pub(super) async fn letters(&self, ctx: &Ctx, before: Option<Uuid>) -> Result<LettersPart, Failure> {
        let party = Self::own(ctx)?.on_behalf_of();
        let mut rows = store::of_party(&self.pool, party, before, PAGE + 1).await?;
        let more = rows.len() as i64 > PAGE;
        rows.truncate(PAGE as usize);
        let next = rows.last().filter(|_| more).map(|row| row.id);
        Ok(LettersPart { rows, next })
    }

    /// A letter with what was written and done, without what concerns only the staff. From then on it has been read,
    /// unless a browser only fetches ahead.
    ///
    /// # Errors
    /// 404 for a letter of somebody else.
    pub(super) async fn letter(&self, ctx: &Ctx, id: Uuid, look_only: bool) -> Result<Opened, Failure> {
        let party = Self::own(ctx)?.on_behalf_of();
        let head = store::find(&self.pool, id).await?.filter(|head| head.party == Some(party));
        let head = head.ok_or_else(|| Failure::not_found("this letter"))?;
        if !look_only {
            self.messages.opened(ctx, id).await?;
        }
        self.opened_for_writer(head).await
    }

    /// What whoever wrote gets to see of a conversation.
    pub(super) async fn opened_for_writer(&self, head: Conversation) -> Result<Opened, Failure> {
        let mut messages = self.messages.whole_thread(head.id).await?;
        messages.retain(|message| message.party == head.party && message.direction != Direction::Note);
        let mut events = store::events(&self.pool, head.id).await?;
        events.retain(|event| matches!(event.kind.as_str(), "written" | "deadline" | "closed" | "reopened"));
        Ok(Opened { head, messages, events })
    }

    /// Writes to the office. The same form again answers the letter that is there.
    ///
    /// # Errors
    /// When it is no resident, their power of attorney does not cover it, a file is not taken, they have written too often
    /// today, or the database fails.
    pub(super) async fn write(
        &self,
        ctx: &Ctx,
        letter: &NewLetter,
    ) -> Result<Result<Uuid, TooMany>, Failure> {
        let party = Self::own(ctx)?.on_behalf_of();
        if let Some(known) = self.sent_before(party, letter.key).await? {
            return Ok(Ok(known));
        }
        let mut transaction = self.pool.begin().await?;
        let begun = match self.begin_in(&mut transaction, ctx, Writer::Party(party), letter).await {
            Err(Failure::TooMany { .. }) => return Ok(Err(TooMany)),
            // Sent twice at once: the other one was quicker.
            Err(failure) => {
                drop(transaction);
                return self.sent_before(party, letter.key).await?.map(Ok).ok_or(failure);
            }
            Ok(begun) => begun,
        };
        let head = store::find(&mut *transaction, begun.id).await?;
        let head = head.ok_or_else(|| Failure::not_found("this letter"))?;
        self.tell_in(&mut transaction, ctx, &head, ("conversation-received", "letter-received"), &[]).await?;
        self.parties.acted_in(&mut transaction, ctx, &format!("letter {}", begun.number)).await?;
        transaction.commit().await?;
        Ok(Ok(begun.id))
    }

    async fn sent_before(&self, party: Uuid, key: Option<Uuid>) -> Result<Option<Uuid>, Failure> {
        let Some(key) = key else { return Ok(None) };
        let Some(known) = store::of_key(&self.pool, key).await? else { return Ok(None) };
        let head = store::find(&self.pool, known).await?;
        Ok(head.filter(|head| head.party == Some(party)).map(|head| head.id))
    }

    /// Writes again in a letter of one's own; a closed one opens again.
    ///
    /// # Errors
    /// As [`Conversations::write`]; 404 for a letter of somebody else.
    pub(super) async fn write_again(
        &self,
        ctx: &Ctx,
        id: Uuid,
        key: Option<Uuid>,
        body: &str,
        attachments: &[NewAttachment],
    ) -> Result<Result<(), TooMany>, Failure> {
        let party = Self::own(ctx)?.on_behalf_of();
        let mut transaction = self.pool.begin().await?;
        let head = store::lock(&mut transaction, id).await?.filter(|head| head.party == Some(party));
        let head = head.ok_or_else(|| Failure::not_found("this letter"))?;
        if let Some(key) = key
            && store::of_key(&mut *transaction, key).await?.is_some()
        {
            return Ok(Ok(()));
        }
        if self.write_again_in(&mut transaction, ctx, &head, key, body, attachments).await?.is_err() {
            return Ok(Err(TooMany));
        }
        self.parties.acted_in(&mut transaction, ctx, &format!("letter {}", head.number)).await?;
        transaction.commit().await?;
        Ok(Ok(()))
    }

    /// Says that one has what one needs; nothing when it is closed already.
    ///
    /// # Errors
    /// 404 for a letter of somebody else.
    pub(super) async fn close_own(&self, ctx: &Ctx, id: Uuid) -> Result<(), Failure> {
        let party = Self::own(ctx)?.on_behalf_of();
        let mut transaction = self.pool.begin().await?;
        let head = store::lock(&mut transaction, id).await?.filter(|head| head.party == Some(party));
        let head = head.ok_or_else(|| Failure::not_found("this letter"))?;
        if head.state == State::Closed {
            return Ok(());
        }
        let step = Step { state: State::Closed, escalated_to: None, ..Step::of(&head) };
        store::step(&mut transaction, id, &step, ctx.now).await?;
        store::add_event(&mut transaction, writer_event(ctx, id, "closed")).await?;
        self.parties.acted_in(&mut transaction, ctx, &format!("letter {} closed", head.number)).await?;
        transaction.commit().await?;
        Ok(())
    }
}
