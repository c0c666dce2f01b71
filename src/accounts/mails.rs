//! What is written to whoever holds an account, or asks for one: the one place of this slice that sends messages.
//!
//! All of it guards the account, so it goes whatever was agreed to. What holds a link that opens something goes to the
//! mailbox alone and never into the inbox, which whoever has taken a session could read.

use std::borrow::Cow;

use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    Accounts,
    model::{Mailbox, Place, browser_words},
    store::people,
};
use crate::{
    kernel::Lang,
    messages::{NewMessage, Purpose, To},
    platform::{Ctx, http::Failure, i18n::texts},
    ui::local_time::instant_text,
};

/// Something about signing in that was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Changed {
    Password,
    PasskeyAdded,
    PasskeyRemoved,
    AppAdded,
    AppRemoved,
    Linked,
    Unlinked,
}

/// A mailbox as messages take it. Who it belongs to chooses the language; only of whoever is not known yet it is that of
/// the page on which they asked.
fn to(mailbox: Mailbox<'_>, ctx: &Ctx) -> To {
    let Mailbox { email, name, lang } = mailbox;
    To::Address { email: email.to_owned(), name: name.to_owned(), lang: lang.unwrap_or(ctx.lang) }
}

/// Where the last mail to somebody goes.
#[derive(Debug, Clone)]
pub struct Goodbye {
    email: String,
    name: String,
    /// In which language.
    pub lang: Lang,
}

impl Accounts {
    /// Sends a link to a mailbox.
    pub(super) async fn mail_link(
        &self,
        connection: &mut PgConnection,
        ctx: &Ctx,
        mailbox: Mailbox<'_>,
        template: &'static str,
        path: String,
    ) -> Result<(), Failure> {
        let values = [("link", self.mailed_link(&path))];
        self.send_in(connection, ctx, to(mailbox, ctx), template, &values, None).await
    }

    /// Tells the old mailbox that the account has another address, with the link by which that is taken back.
    pub(super) async fn mail_email_changed(
        &self,
        connection: &mut PgConnection,
        ctx: &Ctx,
        mailbox: Mailbox<'_>,
        new_email: &str,
        path: String,
    ) -> Result<(), Failure> {
        let values = [("email", new_email.to_owned()), ("link", self.mailed_link(&path))];
        self.send_in(connection, ctx, to(mailbox, ctx), "account-email-changed", &values, None).await
    }

    /// A link as a mail holds it. Its secret stands among the values that are sealed, not in the message's address, which
    /// is kept as it is; and its host comes from the settings, never from the request, which anybody can write.
    fn mailed_link(&self, path: &str) -> String {
        format!("{}{path}", self.messages.base())
    }

    /// Tells whoever holds an account that somebody signed in in a browser that does not know it.
    pub(super) async fn tell_of_sign_in(
        &self,
        connection: &mut PgConnection,
        ctx: &Ctx,
        login: &people::Login,
        place: &Place,
    ) -> Result<(), Failure> {
        let t = texts(login.mailbox().lang.unwrap_or(ctx.lang));
        let agent: Cow<'_, str> = match place.agent.is_empty() {
            true => t.get("browser-unnamed").into(),
            false => browser_words(&place.agent).into(),
        };
        let values = [("when", instant_text(ctx.now, t)), ("browser", agent.into_owned())];
        let to = self.holder_of(&mut *connection, ctx, login).await?;
        self.send_in(connection, ctx, to, "account-new-sign-in", &values, Some(own_page(login).to_owned()))
            .await
    }

    /// Tells whoever holds an account that something about signing in was changed.
    pub(super) async fn tell_of_change(
        &self,
        connection: &mut PgConnection,
        ctx: &Ctx,
        account: Uuid,
        what: Changed,
    ) -> Result<(), Failure> {
        let Some(login) = people::login(&mut *connection, Some(account), None).await? else { return Ok(()) };
        if login.demo {
            return Ok(());
        }
        let t = texts(login.mailbox().lang.unwrap_or(ctx.lang));
        let what = match what {
            Changed::Password => t.get("changed-password"),
            Changed::PasskeyAdded => t.get("changed-passkey-added"),
            Changed::PasskeyRemoved => t.get("changed-passkey-removed"),
            Changed::AppAdded => t.get("changed-app-added"),
            Changed::AppRemoved => t.get("changed-app-removed"),
            Changed::Linked => t.get("changed-linked"),
            Changed::Unlinked => t.get("changed-unlinked"),
        };
        let values = [("what", what), ("when", instant_text(ctx.now, t))];
        let to = self.holder_of(&mut *connection, ctx, &login).await?;
        self.send_in(connection, ctx, to, "account-changed", &values, Some(own_page(&login).to_owned())).await
    }

    /// Tells whoever lost their second proof that the office has removed it.
    pub(super) async fn tell_of_removed_factors(
        &self,
        connection: &mut PgConnection,
        ctx: &Ctx,
        login: &people::Login,
    ) -> Result<(), Failure> {
        let t = texts(login.mailbox().lang.unwrap_or(ctx.lang));
        let values = [("when", instant_text(ctx.now, t))];
        let to = self.holder_of(&mut *connection, ctx, login).await?;
        let href = Some(own_page(login).to_owned());
        self.send_in(connection, ctx, to, "account-factors-removed", &values, href).await
    }

    /// Tells somebody who is being erased what of them has gone and what stays, in words of their language: the last mail,
    /// of which nothing stays either. What goes with it was read before.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn tell_of_erasure(
        &self,
        connection: &mut PgConnection,
        ctx: &Ctx,
        goodbye: &Goodbye,
        (gone, kept): (String, String),
    ) -> Result<(), Failure> {
        let Goodbye { email, name, lang } = goodbye;
        let message = NewMessage {
            to: To::Address { email: email.clone(), name: name.clone(), lang: *lang },
            template: "account-erased",
            values: &[("gone", gone), ("kept", kept)],
            purpose: Purpose::Security,
            thread: None,
            href: Some("/privacy".to_owned()),
            key: None,
        };
        self.messages.send_last_in(connection, ctx, &message).await
    }

    /// Where somebody can be told that they were erased; to be asked before they are.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn goodbye_in(
        &self,
        connection: &mut PgConnection,
        account: Uuid,
    ) -> Result<Option<Goodbye>, Failure> {
        let login = people::login(connection, Some(account), None).await?;
        Ok(login.map(|login| {
            let lang = login.mailbox().lang.unwrap_or_default();
            Goodbye { email: login.email, name: login.name, lang }
        }))
    }

    /// Residents also find it in their inbox.
    async fn holder_of(
        &self,
        connection: &mut PgConnection,
        ctx: &Ctx,
        login: &people::Login,
    ) -> Result<To, Failure> {
        if login.resident
            && let Some(party) = self.parties.of_account_in(connection, login.id).await?
        {
            return Ok(To::Party(party.id));
        }
        Ok(to(login.mailbox(), ctx))
    }

    async fn send_in(
        &self,
        connection: &mut PgConnection,
        ctx: &Ctx,
        to: To,
        template: &'static str,
        values: &[(&str, String)],
        href: Option<String>,
    ) -> Result<(), Failure> {
        let message =
            NewMessage { to, template, values, purpose: Purpose::Security, thread: None, href, key: None };
        self.messages.send_in(connection, ctx, &message).await.map(|_| ())
    }
}

/// The page on which whoever holds an account sees how they sign in.
fn own_page(login: &people::Login) -> &'static str {
    if login.resident { "/account/security" } else { "/desk/account" }
}
