//! Another address for a resident's account, proven by its mailbox; the old one can take it back for a week.

use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    Accounts,
    model::{CONFIRMATION, Email, Mailbox, OBJECTION, RESET_LINK, event},
    ops::{Refusal, Refused},
    residents::{MayMail, owner_event},
    secrets,
    sign_in::{Visit, new_event, own_session},
    store::{people, residents, sessions, tokens},
};
use crate::platform::{
    Ctx,
    http::{Failure, ResultExt},
};

/// What a link that changes an address came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LinkDone {
    /// It is done.
    Done,
    /// The link no longer works, or never did.
    Gone,
    /// Another account has the address by now.
    Taken,
}

impl Accounts {
    /// Asks for another address for one's own account: its mailbox gets a link. Nothing tells whether that address has an
    /// account of its own.
    ///
    /// # Errors
    /// When the database fails, or whoever asks has no session.
    pub(super) async fn ask_email(
        &self,
        ctx: &Ctx,
        visit: &Visit,
        email: &Email,
    ) -> Refused<Result<(), u64>> {
        let (account, _) = own_session(ctx)?;
        let login = people::login(&self.pool, Some(account), None).await?.ok_or(Failure::Unauthorized)?;
        if login.email == email.text {
            return Ok(Err(Refusal::SameEmail));
        }
        match self.may_mail(ctx, visit, email).await? {
            MayMail::Yes => {}
            MayMail::MailboxFull => return Ok(Ok(Ok(()))),
            MayMail::NetworkWaits(wait_s) => return Ok(Ok(Err(wait_s))),
        }
        let taken = people::login(&self.pool, None, Some(&email.key)).await?;
        let token = secrets::new_token().internal("make a link")?;
        let mut transaction = self.pool.begin().await?;
        match taken.filter(|other| other.id != account) {
            Some(other) => self.mail_what_is_known(&mut transaction, ctx, &other, &token).await?,
            None => {
                let new = residents::NewEmailChange {
                    account,
                    old_email: &login.email,
                    new_email: &email.text,
                    confirm_hash: &secrets::hash_of(&token),
                    now: ctx.now,
                    expires_at: ctx.now + CONFIRMATION,
                };
                residents::add_email_change(&mut transaction, new).await?;
                let mailbox = Mailbox { email: &email.text, ..login.mailbox() };
                let path = format!("/account/email/{token}");
                self.mail_link(&mut transaction, ctx, mailbox, "account-email-confirm", path).await?;
            }
        }
        people::add_event(&mut *transaction, new_event(ctx, account, event::EMAIL_ASKED, json!({}))).await?;
        transaction.commit().await?;
        Ok(Ok(Ok(())))
    }

    /// Whether the link to a new address works.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) async fn email_link(&self, ctx: &Ctx, token: &str) -> Result<Option<String>, Failure> {
        let mut connection = self.pool.acquire().await?;
        let hash = secrets::hash_of(token);
        let found = residents::email_change_to_confirm(&mut connection, &hash, ctx.now).await?;
        Ok(found.map(|change| change.new_email))
    }

    /// Gives an account the address that a link proves. The old one is told, and may take it back for a week; other
    /// sessions end.
    ///
    /// # Errors
    /// When database or randomness fail.
    pub(super) async fn confirm_email(&self, ctx: &Ctx, token: &str) -> Result<LinkDone, Failure> {
        let mut transaction = self.pool.begin().await?;
        let hash = secrets::hash_of(token);
        let found = residents::email_change_to_confirm(&mut transaction, &hash, ctx.now).await?;
        let Some((change, email)) = found.and_then(|change| {
            let email = Email::parse(&change.new_email)?;
            Some((change, email))
        }) else {
            return Ok(LinkDone::Gone);
        };
        if !set_email(&mut transaction, change.account, &email, ctx).await? {
            return Ok(LinkDone::Taken);
        }
        let object = secrets::new_token().internal("make a link")?;
        let until = ctx.now + OBJECTION;
        let object_hash = secrets::hash_of(&object);
        residents::email_change_confirmed(&mut transaction, change.id, &object_hash, ctx.now, until).await?;
        people::end_links(&mut transaction, change.account, ctx.now).await?;
        let kept = own_session(ctx).ok().filter(|(account, _)| *account == change.account);
        sessions::revoke_all(&mut transaction, change.account, kept.map(|(_, session)| session), ctx.now)
            .await?;
        let login = people::login(&mut *transaction, Some(change.account), None).await?;
        let login = login.ok_or(Failure::Unauthorized)?;
        let mailbox = Mailbox { email: &change.old_email, ..login.mailbox() };
        let path = format!("/account/objection/{object}");
        self.mail_email_changed(&mut transaction, ctx, mailbox, &email.text, path).await?;
        people::add_event(&mut *transaction, owner_event(ctx, change.account, event::EMAIL)).await?;
        transaction.commit().await?;
        Ok(LinkDone::Done)
    }

    /// Whether the link works by which a change of address is taken back; answers the old address.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) async fn objection_link(&self, ctx: &Ctx, token: &str) -> Result<Option<String>, Failure> {
        let mut connection = self.pool.acquire().await?;
        let hash = secrets::hash_of(token);
        let found = residents::email_change_to_object(&mut connection, &hash, ctx.now).await?;
        Ok(found.map(|change| change.old_email))
    }

    /// Takes a change of address back: the old address counts again, all sessions end, and so do the password and all
    /// that was added since. The old mailbox gets a link for a new password.
    ///
    /// # Errors
    /// When database or randomness fail.
    pub(super) async fn object_to_email(&self, ctx: &Ctx, token: &str) -> Result<LinkDone, Failure> {
        let mut transaction = self.pool.begin().await?;
        let hash = secrets::hash_of(token);
        let found = residents::email_change_to_object(&mut transaction, &hash, ctx.now).await?;
        let Some((change, email)) = found.and_then(|change| {
            let email = Email::parse(&change.old_email)?;
            Some((change, email))
        }) else {
            return Ok(LinkDone::Gone);
        };
        let account = change.account;
        people::lock(&mut transaction, account).await?;
        if !set_email(&mut transaction, account, &email, ctx).await? {
            return Ok(LinkDone::Taken);
        }
        residents::email_change_objected(&mut transaction, &change, ctx.now).await?;
        residents::take_back_since(&mut transaction, account, change.created_at).await?;
        sessions::revoke_all(&mut transaction, account, None, ctx.now).await?;
        tokens::revoke_all(&mut transaction, account, ctx.now).await?;
        let reset = secrets::new_token().internal("make a link")?;
        let (hash, until) = (secrets::hash_of(&reset), ctx.now + RESET_LINK);
        people::add_link(&mut transaction, account, "reset", &hash, people::OWNER, ctx.now, until).await?;
        let login = people::login(&mut *transaction, Some(account), None).await?;
        let login = login.ok_or(Failure::Unauthorized)?;
        self.mail_link(&mut transaction, ctx, login.mailbox(), "account-reset", format!("/reset/{reset}"))
            .await?;
        people::add_event(&mut *transaction, owner_event(ctx, account, event::EMAIL_BACK)).await?;
        transaction.commit().await?;
        Ok(LinkDone::Done)
    }
}

/// Gives an account an address; answers whether it was free.
async fn set_email(
    connection: &mut PgConnection,
    account: Uuid,
    email: &Email,
    ctx: &Ctx,
) -> Result<bool, Failure> {
    match residents::set_email(connection, account, email, ctx.now).await {
        Err(sqlx::Error::Database(error)) if error.constraint() == Some("account_email_key") => Ok(false),
        other => Ok(other.map(|()| true)?),
    }
}
