//! Residents' own accounts: asked for, made, recovered. Another address is in `mailbox`, the end in `closing`.
//!
//! Whether an address has an account is told only to its mailbox: sign-up and recovery answer the same, whatever is
//! known, after the same work. An account is made by whoever opens the link and chooses the password there, so nobody can
//! prepare one with a password of theirs for somebody else's address. What a link does is done by a button on its page:
//! programs that look through mails open links, but press no buttons.

use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    Accounts,
    model::{CLAUSE, CONFIRMATION, Email, Mailbox, REOPENING, RESET_LINK, event},
    ops::{Refusal, Refused},
    providers::Known,
    secrets,
    sign_in::{Begun, Visit, new_event, seconds},
    store::{attempts, people, residents},
    throttle::{mails_of_network, mails_to},
};
use crate::{
    kernel::Lang,
    platform::{
        Ctx,
        http::{Failure, ResultExt},
    },
};

/// For what an identity is sealed that waits for an address.
const IDENTITY: &[u8] = b"signup-identity";

/// What a link of a sign-up leads to.
#[derive(Debug)]
pub(super) enum SignUpLink {
    /// It works; this is what was asked for.
    Open {
        email: String,
        name: String,
        /// Whether a provider says who it is, so that no password is needed.
        identity: bool,
    },
    /// It was used before, or the address has an account by now.
    Used,
    /// It no longer works, or never did.
    Gone,
}

/// What opening the link of a sign-up came to.
#[derive(Debug)]
pub(super) enum Made {
    /// The account is there and its holder signed in.
    SignedIn(Box<Begun>),
    /// The account is there; its holder signs in by the provider that named them.
    SignInByProvider,
    /// See [`SignUpLink::Used`].
    Used,
    /// See [`SignUpLink::Gone`].
    Gone,
    /// Who the provider named is known under another account.
    KnownElsewhere,
}

impl Accounts {
    /// Asks for an account. The answer is the same whether the address has one; the mail says what is to be done. `Err`
    /// holds the seconds to wait when the network has asked for too many mails.
    ///
    /// # Errors
    /// When database or randomness fail.
    pub(super) async fn sign_up(
        &self,
        ctx: &Ctx,
        visit: &Visit,
        name: &str,
        email: &Email,
        identity: Option<&Known>,
    ) -> Result<Result<(), u64>, Failure> {
        let identity_sealed = match identity {
            Some(known) => {
                let text = serde_json::to_vec(known).internal("keep who somebody is")?;
                Some(self.keys.seal(IDENTITY, &text).internal("seal who somebody is")?)
            }
            None => None,
        };
        match self.may_mail(ctx, visit, email).await? {
            MayMail::Yes => {}
            MayMail::MailboxFull => return Ok(Ok(())),
            MayMail::NetworkWaits(wait_s) => return Ok(Err(wait_s)),
        }
        let login = people::login(&self.pool, None, Some(&email.key)).await?;
        let token = secrets::new_token().internal("make a link")?;
        let hash = secrets::hash_of(&token);
        let mut transaction = self.pool.begin().await?;
        match login {
            None => {
                note_asked(&mut transaction, ctx, event::SIGN_UP_ASKED).await?;
                let new = residents::NewSignUp {
                    email,
                    name,
                    clause: CLAUSE,
                    lang: ctx.lang,
                    identity_sealed: identity_sealed.as_deref(),
                    token_hash: &hash,
                    now: ctx.now,
                    expires_at: ctx.now + CONFIRMATION,
                };
                residents::add_sign_up(&mut transaction, new).await?;
                let mailbox = Mailbox { email: &email.text, name, lang: None };
                let path = format!("/account/confirm/{token}");
                self.mail_link(&mut transaction, ctx, mailbox, "account-confirm", path).await?;
            }
            Some(login) => {
                let new = new_event(ctx, login.id, event::SIGN_UP_AGAIN, json!({}));
                people::add_event(&mut *transaction, new).await?;
                self.mail_what_is_known(&mut transaction, ctx, &login, &token).await?;
            }
        }
        transaction.commit().await?;
        Ok(Ok(()))
    }

    // What is done for an address must not tell by its length whether there is an account: each way writes an event, a row
    // with the link, and a mail; where one of them is of no use, it is written and undone. A test counts the rows.

    /// Tells the mailbox of an account that there is one, and what to do.
    pub(super) async fn mail_what_is_known(
        &self,
        connection: &mut PgConnection,
        ctx: &Ctx,
        login: &people::Login,
        token: &str,
    ) -> Result<(), Failure> {
        let mailbox = login.mailbox();
        if login.closed && login.resident {
            return self.mail_reopening(connection, ctx, mailbox, login.id, token).await;
        }
        pretend_sign_up(connection, ctx, mailbox.email, token).await?;
        self.mail_link(connection, ctx, mailbox, "account-exists", "/sign-in/help".to_owned()).await
    }

    pub(super) async fn mail_reopening(
        &self,
        connection: &mut PgConnection,
        ctx: &Ctx,
        mailbox: Mailbox<'_>,
        account: Uuid,
        token: &str,
    ) -> Result<(), Failure> {
        let hash = secrets::hash_of(token);
        let until = ctx.now + REOPENING;
        people::add_another_link(connection, account, "reopen", &hash, people::OWNER, ctx.now, until).await?;
        self.mail_link(connection, ctx, mailbox, "account-closed", format!("/account/reopen/{token}")).await
    }

    /// Whether one more mail may go to a mailbox, asked for by a network. Counts it.
    pub(crate) async fn may_mail(&self, ctx: &Ctx, visit: &Visit, email: &Email) -> Result<MayMail, Failure> {
        let network = [mails_of_network(&visit.place.network())];
        if let Some(wait) = attempts::begin(&self.pool, &network, ctx.now).await? {
            return Ok(MayMail::NetworkWaits(seconds(wait)));
        }
        let waits = attempts::begin(&self.pool, &[mails_to(&email.key)], ctx.now).await?;
        Ok(if waits.is_some() { MayMail::MailboxFull } else { MayMail::Yes })
    }

    /// What a link of a sign-up leads to.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) async fn sign_up_link(&self, ctx: &Ctx, token: &str) -> Result<SignUpLink, Failure> {
        let found = residents::sign_up(&self.pool, &secrets::hash_of(token), ctx.now).await?;
        Ok(match found {
            None => SignUpLink::Gone,
            Some(found) if found.used => SignUpLink::Used,
            Some(found) => SignUpLink::Open {
                email: found.email,
                name: found.name,
                identity: found.identity_sealed.is_some(),
            },
        })
    }

    /// Makes account and person of a sign-up's link, once, with a password or, without one, for somebody who adds a
    /// passkey at once or signs in by a provider.
    ///
    /// # Errors
    /// When database or randomness fail.
    pub(super) async fn finish_sign_up(
        &self,
        ctx: &Ctx,
        visit: &Visit,
        token: &str,
        password: Option<&str>,
    ) -> Refused<Made> {
        let hash = secrets::hash_of(token);
        let Some(found) = residents::sign_up(&self.pool, &hash, ctx.now).await? else {
            return Ok(Ok(Made::Gone));
        };
        let Some(email) = Email::parse(&found.email).filter(|_| !found.used) else {
            return Ok(Ok(Made::Used));
        };
        let identity = match &found.identity_sealed {
            Some(sealed) => Some(self.open_identity(sealed)?),
            None => None,
        };
        let password = password.filter(|_| identity.is_none());
        let password_hash = match password {
            Some(password) => match self.check_password(password, &found.email) {
                Ok(()) => Some(self.hasher.hash(password).await?),
                Err(fault) => return Ok(Err(Refusal::Password(fault))),
            },
            None => None,
        };
        let mut transaction = self.pool.begin().await?;
        let new = NewAccountOf {
            email: &email,
            name: &found.name,
            clause: &found.clause,
            lang: found.lang,
            password_hash,
        };
        let Some((account, party)) = self.add_resident_in(&mut transaction, ctx, new).await? else {
            return Ok(Ok(Made::Used));
        };
        if !residents::use_sign_up(&mut transaction, &hash, account, ctx.now).await? {
            return Ok(Ok(Made::Used));
        }
        if let Some(known) = identity {
            // Whoever opens the link reads the mailbox, but may be somebody else than whom the provider named: they sign
            // in there anew.
            return match self.link_in(&mut transaction, ctx, (account, party), &known).await? {
                Ok(()) => {
                    transaction.commit().await?;
                    Ok(Ok(Made::SignInByProvider))
                }
                Err(_) => Ok(Ok(Made::KnownElsewhere)),
            };
        }
        let (means, next) = match password {
            Some(_) => ("sign-up", None),
            None => ("sign-up", Some("/account/security?done=add-passkey")),
        };
        let begun = self.begin_session_in(&mut transaction, ctx, visit, account, means, next).await?;
        transaction.commit().await?;
        Ok(Ok(Made::SignedIn(Box::new(begun))))
    }

    fn open_identity(&self, sealed: &[u8]) -> Result<Known, Failure> {
        let text = self.keys.open(IDENTITY, sealed).internal("open who somebody is")?;
        serde_json::from_slice(&text).internal("read who somebody is")
    }

    /// Makes a resident's account and person, in this order of ids; `None` when the address has an account.
    pub(super) async fn add_resident_in(
        &self,
        connection: &mut PgConnection,
        ctx: &Ctx,
        new: NewAccountOf<'_>,
    ) -> Result<Option<(Uuid, Uuid)>, Failure> {
        let id = Uuid::now_v7();
        let row = residents::NewResident {
            id,
            email: new.email,
            name: new.name,
            clause: new.clause,
            password_hash: new.password_hash.as_deref(),
            now: ctx.now,
        };
        match residents::add_resident(connection, row).await {
            Err(sqlx::Error::Database(error)) if error.constraint() == Some("account_email_key") => {
                return Ok(None);
            }
            other => other?,
        }
        let party = self.parties.add_person_in(connection, ctx, id, new.name).await?;
        self.messages.set_language_in(connection, party, new.lang).await?;
        let created = people::NewEvent {
            at: ctx.now,
            account: Some(id),
            kind: event::CREATED,
            actor: people::OWNER,
            address: None,
            agent: None,
            details: json!({ "clause": new.clause }),
        };
        people::add_event(connection, created).await?;
        Ok(Some((id, party)))
    }

    /// Asks for a link for a new password. The answer is the same whether the address has an account. `Err` holds the
    /// seconds to wait when the network has asked for too many mails.
    ///
    /// # Errors
    /// When database or randomness fail.
    pub(super) async fn recover(
        &self,
        ctx: &Ctx,
        visit: &Visit,
        email: &Email,
    ) -> Result<Result<(), u64>, Failure> {
        match self.may_mail(ctx, visit, email).await? {
            MayMail::Yes => {}
            MayMail::MailboxFull => return Ok(Ok(())),
            MayMail::NetworkWaits(wait_s) => return Ok(Err(wait_s)),
        }
        let login = people::login(&self.pool, None, Some(&email.key)).await?;
        let token = secrets::new_token().internal("make a link")?;
        let hash = secrets::hash_of(&token);
        let mut transaction = self.pool.begin().await?;
        match login {
            Some(login) if login.closed && login.resident => {
                people::add_event(&mut *transaction, new_event(ctx, login.id, event::RECOVERY, json!({})))
                    .await?;
                self.mail_reopening(&mut transaction, ctx, login.mailbox(), login.id, &token).await?;
            }
            Some(login) if !login.disabled => {
                people::add_event(&mut *transaction, new_event(ctx, login.id, event::RECOVERY, json!({})))
                    .await?;
                let until = ctx.now + RESET_LINK;
                let actor = login.actor();
                people::add_another_link(&mut transaction, login.id, "reset", &hash, actor, ctx.now, until)
                    .await?;
                let path = format!("/reset/{token}");
                self.mail_link(&mut transaction, ctx, login.mailbox(), "account-reset", path).await?;
            }
            Some(_) | None => self.work_for_nothing(&mut transaction, ctx, email, &token).await?,
        }
        transaction.commit().await?;
        Ok(Ok(()))
    }

    /// Does what is done for an account where there is none, so that both take as long; nothing of it stays but that
    /// somebody asked.
    async fn work_for_nothing(
        &self,
        connection: &mut PgConnection,
        ctx: &Ctx,
        email: &Email,
        token: &str,
    ) -> Result<(), Failure> {
        use sqlx::Connection;

        note_asked(&mut *connection, ctx, event::RECOVERY).await?;
        pretend_sign_up(connection, ctx, &email.text, token).await?;
        let mut undone = connection.begin().await?;
        let mailbox = Mailbox { email: &email.text, name: "—", lang: None };
        self.mail_link(&mut undone, ctx, mailbox, "account-reset", format!("/reset/{token}")).await?;
        Ok(undone.rollback().await?)
    }
}

/// What a resident's account is made of.
#[derive(Debug)]
pub(super) struct NewAccountOf<'a> {
    pub email: &'a Email,
    pub name: &'a str,
    pub clause: &'a str,
    /// In which mails are written.
    pub lang: Lang,
    pub password_hash: Option<String>,
}

/// Whether a mail may go for which anybody may ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MayMail {
    /// It may.
    Yes,
    /// Nobody is told: it would say that somebody writes to this mailbox.
    MailboxFull,
    /// So many seconds.
    NetworkWaits(u64),
}

/// Writes down that somebody asked for a mail to an address that has no account; not which one.
async fn note_asked(connection: &mut PgConnection, ctx: &Ctx, kind: &'static str) -> Result<(), Failure> {
    let new = people::NewEvent {
        at: ctx.now,
        account: None,
        kind,
        actor: ctx.actor(),
        address: None,
        agent: None,
        details: json!({}),
    };
    Ok(people::add_event(connection, new).await?)
}

/// Writes the row of a link and undoes it.
async fn pretend_sign_up(
    connection: &mut PgConnection,
    ctx: &Ctx,
    email: &str,
    token: &str,
) -> Result<(), Failure> {
    use sqlx::Connection;

    let Some(email) = Email::parse(email) else { return Ok(()) };
    let mut undone = connection.begin().await?;
    let sign_up = residents::NewSignUp {
        email: &email,
        name: "—",
        clause: CLAUSE,
        lang: ctx.lang,
        identity_sealed: None,
        token_hash: &secrets::hash_of(token),
        now: ctx.now,
        expires_at: ctx.now,
    };
    residents::add_sign_up(&mut undone, sign_up).await?;
    Ok(undone.rollback().await?)
}

/// What was done by whoever opened a link, signed in or not.
pub(super) fn owner_event(ctx: &Ctx, account: Uuid, kind: &'static str) -> people::NewEvent<'static> {
    people::NewEvent {
        at: ctx.now,
        account: Some(account),
        kind,
        actor: people::OWNER,
        address: None,
        agent: None,
        details: json!({}),
    }
}
