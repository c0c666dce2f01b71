//! The end of a resident's account: copies taken along, closing, opening again, and erasure in the end.

use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    Accounts,
    model::{Mailbox, REOPENING, event},
    residents::owner_event,
    secrets,
    sign_in::{new_event, own_session},
    store::{people, residents, sessions},
};
use crate::platform::{
    Ctx,
    http::{Failure, ResultExt},
};

/// Closed accounts that are named at once.
const CLOSED_AT_ONCE: i64 = 1000;
/// Copies of which one's own page tells.
const COPIES_SHOWN: i64 = 10;

impl Accounts {
    /// Writes down that somebody took a copy of all that is kept of them; `form` is what kind of file.
    ///
    /// # Errors
    /// When the database fails, or whoever asks has no session.
    pub async fn note_copied(&self, ctx: &Ctx, form: &'static str) -> Result<(), Failure> {
        let (account, _) = own_session(ctx)?;
        self.note(ctx, account, event::COPIED, json!({ "form": form })).await
    }

    /// When one last took copies, the last first.
    ///
    /// # Errors
    /// When the database fails, or whoever asks has no session.
    pub async fn copies(&self, ctx: &Ctx) -> Result<Vec<DateTime<Utc>>, Failure> {
        let (account, _) = own_session(ctx)?;
        Ok(people::times_of(&self.pool, account, event::COPIED, COPIES_SHOWN).await?)
    }

    /// Closes one's own account at once: all sessions end, and nobody can sign in. A mail says how it can be opened again
    /// for two weeks; then it is to be erased, see [`Accounts::closed_for_good`].
    ///
    /// # Errors
    /// When the database fails, or whoever asks is no resident in a session.
    pub async fn close(&self, ctx: &Ctx) -> Result<(), Failure> {
        let (account, _) = own_session(ctx)?;
        let resident = ctx.resident().ok_or(Failure::Forbidden { permission: "an account of a resident" })?;
        let token = secrets::new_token().internal("make a link")?;
        let mut transaction = self.pool.begin().await?;
        residents::set_closed(&mut transaction, account, Some(ctx.now)).await?;
        sessions::revoke_all(&mut transaction, account, None, ctx.now).await?;
        people::end_links(&mut transaction, account, ctx.now).await?;
        people::add_event(&mut *transaction, new_event(ctx, account, event::CLOSED, json!({}))).await?;
        let lang = self.messages.language_in(&mut transaction, resident.party).await?;
        let mailbox = Mailbox { email: &resident.email, name: &resident.name, lang };
        self.mail_reopening(&mut transaction, ctx, mailbox, account, &token).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Whether the link works by which a closed account is opened again.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) async fn reopening_link(&self, ctx: &Ctx, token: &str) -> Result<bool, Failure> {
        let mut connection = self.pool.acquire().await?;
        Ok(residents::reopening(&mut connection, &secrets::hash_of(token), ctx.now).await?.is_some())
    }

    /// Opens a closed account again, by the link of a mail; answers whether the link worked.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) async fn reopen(&self, ctx: &Ctx, token: &str) -> Result<bool, Failure> {
        let hash = secrets::hash_of(token);
        let mut transaction = self.pool.begin().await?;
        let Some(account) = residents::reopening(&mut transaction, &hash, ctx.now).await? else {
            return Ok(false);
        };
        if !people::use_link(&mut transaction, &hash, ctx.now).await? {
            return Ok(false);
        }
        residents::set_closed(&mut transaction, account, None).await?;
        people::end_links(&mut transaction, account, ctx.now).await?;
        people::add_event(&mut *transaction, owner_event(ctx, account, event::REOPENED)).await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// Residents' accounts that were closed so long ago that they can no longer be opened again, and were not emptied yet:
    /// whoever erases begins with these.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn closed_for_good(&self, ctx: &Ctx) -> Result<Vec<Uuid>, Failure> {
        Ok(residents::closed_before(&self.pool, ctx.now - REOPENING, CLOSED_AT_ONCE).await?)
    }

    /// Locks an account for whoever erases it; answers whether it still is one of [`Accounts::closed_for_good`], so that
    /// of several nodes one erases, and none what was opened again.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn lock_closed_for_good(
        &self,
        connection: &mut PgConnection,
        ctx: &Ctx,
        account: Uuid,
    ) -> Result<bool, Failure> {
        Ok(residents::lock_closed_before(connection, account, ctx.now - REOPENING).await?)
    }

    /// Ends a resident's account for ever, in the transaction of whoever erases the person: nobody can sign in, and
    /// address, name, passwords, passkeys, sessions, links and providers of identity go. The row and what happened to it
    /// stay, without anything that says whose it was. Accounts of the staff are left as they are.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn close_in(
        &self,
        connection: &mut PgConnection,
        ctx: &Ctx,
        account: Uuid,
    ) -> Result<(), Failure> {
        let login = people::login(&mut *connection, Some(account), None).await?;
        if login.is_none_or(|login| !login.resident) {
            return Err(Failure::not_found("this account of a resident"));
        }
        residents::empty(connection, account, ctx.now).await?;
        people::add_event(connection, new_event(ctx, account, event::ERASED, json!({}))).await?;
        Ok(())
    }
}
