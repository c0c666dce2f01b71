//! What people without an account do: write, confirm it by the link in the mail, read the answer and write again on a page
//! whose address cannot be guessed.
//!
//! Nothing is asked about accounts anywhere here, so nothing can be told about them.

use chrono::Duration;
use uuid::Uuid;

use super::{
    Conversations,
    model::{Conversation, NewLetter, Opened, VISITOR_DAYS, WISH},
    ops::{TooMany, Writer},
    store::{
        self,
        visitors::{NewWish, Wish},
    },
};
use crate::{
    accounts::{Email, MayMail, Visit},
    messages::{NewMessage, Purpose, To},
    platform::{
        Ctx,
        http::{Failure, ResultExt},
        secrets::{hash_of, new_token, same},
    },
};

impl Conversations {
    /// Keeps a visitor's letter until its link is opened, and mails the link. The answer is the same whatever is known of
    /// the mailbox. `Err` holds the seconds to wait when the network has asked for too many mails.
    ///
    /// # Errors
    /// When database or randomness fail.
    pub(super) async fn wish(
        &self,
        ctx: &Ctx,
        visit: &Visit,
        name: &str,
        email: &Email,
        letter: NewLetter,
    ) -> Result<Result<(), u64>, Failure> {
        match self.accounts.may_mail(ctx, visit, email).await? {
            MayMail::Yes => {}
            MayMail::MailboxFull => return Ok(Ok(())),
            MayMail::NetworkWaits(wait_s) => return Ok(Err(wait_s)),
        }
        let token = new_token().internal("make a link")?;
        let wish = Wish {
            id: Uuid::now_v7(),
            name: name.to_owned(),
            email: email.text.clone(),
            lang: ctx.lang,
            subject: letter.subject,
            body: letter.body,
            department: letter.department,
            about: letter.about,
        };
        let mut transaction = self.pool.begin().await?;
        let new = NewWish {
            token_hash: &hash_of(&token),
            email_key: &email.key,
            wish: &wish,
            now: ctx.now,
            expires_at: ctx.now + WISH,
        };
        store::visitors::add(&mut transaction, &new).await?;
        let link = format!("{}/write/confirm/{token}", self.messages.base());
        let message = NewMessage {
            to: To::Address { email: email.text.clone(), name: name.to_owned(), lang: ctx.lang },
            template: "letter-confirm",
            values: &[("link", link)],
            purpose: Purpose::Security,
            thread: None,
            href: None,
            key: None,
        };
        self.messages.send_in(&mut transaction, ctx, &message).await?;
        transaction.commit().await?;
        Ok(Ok(()))
    }

    /// The letter of a link that still works.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) async fn wish_of(&self, ctx: &Ctx, token: &str) -> Result<Option<Wish>, Failure> {
        Ok(store::visitors::find(&self.pool, &hash_of(token), ctx.now).await?)
    }

    /// Hands the letter of a link to the office, once; answers its page.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) async fn confirm(&self, ctx: &Ctx, token: &str) -> Result<Option<String>, Failure> {
        let mut transaction = self.pool.begin().await?;
        let found = store::visitors::find(&mut *transaction, &hash_of(token), ctx.now).await?;
        let Some(wish) = found else { return Ok(None) };
        if !store::visitors::take(&mut transaction, wish.id).await? {
            return Ok(None);
        }
        let letter = NewLetter {
            subject: wish.subject,
            body: wish.body,
            department: wish.department,
            about: wish.about,
            attachments: Vec::new(),
            key: None,
        };
        let email_key = wish.email.to_lowercase();
        let writer =
            Writer::Visitor { name: &wish.name, email: &wish.email, email_key: &email_key, lang: wish.lang };
        // Whoever confirms is the visitor, whoever is signed in in this browser.
        let visitor = Ctx { who: crate::platform::ctx::Who::Visitor, ..ctx.clone() };
        let begun = self.begin_in(&mut transaction, &visitor, writer, &letter).await?;
        let head = store::find(&mut *transaction, begun.id).await?;
        let head = head.ok_or_else(|| Failure::not_found("this letter"))?;
        let templates = ("conversation-received", "letter-received");
        self.tell_in(&mut transaction, &visitor, &head, templates, &[]).await?;
        transaction.commit().await?;
        Ok(Some(self.visitor_page(begun.id)?))
    }

    /// The page of a visitor's conversation. Only this installation can make the address, so nothing of it is kept.
    pub(super) fn visitor_page(&self, id: Uuid) -> Result<String, Failure> {
        Ok(format!("/write/{id}/{}", self.visitor_mark(id)?))
    }

    fn visitor_mark(&self, id: Uuid) -> Result<String, Failure> {
        self.keys.mark(&[b"visitors-letter", id.as_bytes()]).internal("make an address")
    }

    fn is_open(ctx: &Ctx, head: &Conversation) -> bool {
        let ended = |at| ctx.now - at > Duration::days(VISITOR_DAYS);
        head.party.is_none() && !head.closed_at.is_some_and(ended)
    }

    async fn visitors_head(&self, ctx: &Ctx, id: Uuid, mark: &str) -> Result<Conversation, Failure> {
        let gone = || Failure::not_found("this letter");
        if !same(mark, &self.visitor_mark(id)?) {
            return Err(gone());
        }
        let head = store::find(&self.pool, id).await?;
        head.filter(|head| Self::is_open(ctx, head)).ok_or_else(gone)
    }

    /// A visitor's conversation, by its address.
    ///
    /// # Errors
    /// 404 for an address that is none, or no longer works.
    pub(super) async fn visitors_letter(&self, ctx: &Ctx, id: Uuid, mark: &str) -> Result<Opened, Failure> {
        let head = self.visitors_head(ctx, id, mark).await?;
        self.opened_for_writer(head).await
    }

    /// A visitor writes again.
    ///
    /// # Errors
    /// As [`Conversations::visitors_letter`].
    pub(super) async fn visitor_writes_again(
        &self,
        ctx: &Ctx,
        (id, mark): (Uuid, &str),
        key: Option<Uuid>,
        body: &str,
    ) -> Result<Result<(), TooMany>, Failure> {
        self.visitors_head(ctx, id, mark).await?;
        let mut transaction = self.pool.begin().await?;
        let head = store::lock(&mut transaction, id).await?;
        let head = head.ok_or_else(|| Failure::not_found("this letter"))?;
        if let Some(key) = key
            && store::of_key(&mut *transaction, key).await?.is_some()
        {
            return Ok(Ok(()));
        }
        let visitor = Ctx { who: crate::platform::ctx::Who::Visitor, ..ctx.clone() };
        if self.write_again_in(&mut transaction, &visitor, &head, key, body, &[]).await?.is_err() {
            return Ok(Err(TooMany));
        }
        transaction.commit().await?;
        Ok(Ok(()))
    }
}
