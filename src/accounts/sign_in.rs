//! Signing in: password, second step, new passwords by link. And out.
//!
//! Whether an account exists is never told: unknown address, wrong password and disabled account get the same answer
//! after the same work.

use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    Accounts,
    mails::Changed,
    model::{self, CHALLENGE, CONFIRMED_FOR, Email, MOST_SESSIONS, Place, event, own_path},
    passwords, secrets,
    store::{attempts, factors, people, sessions, tokens},
    throttle::{Counter, Scope, counters},
};
use crate::platform::{
    Ctx,
    access::Via,
    http::{Failure, ResultExt},
};

/// Whoever is about to sign in, as their browser shows them.
#[derive(Debug, Clone)]
pub struct Visit {
    /// Whence.
    pub place: Place,
    /// Whether cookies travel over TLS.
    pub secure: bool,
    /// Token of the forms of whoever is not signed in.
    pub entry: Option<String>,
    /// Marks of the accounts that have signed in from this browser.
    pub device: Option<String>,
}

/// A session that was just begun.
#[derive(Debug)]
pub struct Begun {
    /// The session's token, for the cookie.
    pub token: String,
    /// The marks of known accounts, for their cookie.
    pub device: String,
    /// Where to go.
    pub next: String,
    /// Seconds after which the session ends whatever happens.
    pub longest_s: i64,
}

/// What an attempt to sign in came to.
#[derive(Debug)]
pub enum Attempt {
    /// It is done.
    Done(Box<Begun>),
    /// The password is right; another proof is wanted.
    SecondStep,
    /// Something is wrong; it is not told what.
    Wrong,
    /// Too often; so many seconds to wait.
    Wait(u64),
}

/// What a second step needs to show.
#[derive(Debug, Clone, Copy)]
pub struct SecondStep {
    /// The account.
    pub account: Uuid,
    /// Whether there is an authenticator app.
    pub has_totp: bool,
    /// Whether there are passkeys.
    pub has_passkey: bool,
}

/// Length of a device's nonce and of its mark, as text.
const NONCE_CHARS: usize = 43;
const MARK_CHARS: usize = 43;
/// People who share one browser and are still known there.
const MOST_ON_DEVICE: usize = 5;

impl Accounts {
    /// Signs in with address and password.
    ///
    /// # Errors
    /// When database or randomness fail, or too many sign in at once.
    pub async fn sign_in(
        &self,
        ctx: &Ctx,
        visit: &Visit,
        email: &str,
        password: &str,
        next: Option<&str>,
    ) -> Result<Attempt, Failure> {
        let key = Email::parse(email).map(|email| email.key).unwrap_or_default();
        let login = people::login(&self.pool, None, Some(&key)).await?;
        let counters = self.counters(login.as_ref().map(|login| login.id), &key, visit)?;
        if let Some(wait) = attempts::begin(&self.pool, &counters, ctx.now).await? {
            return Ok(Attempt::Wait(seconds(wait)));
        }
        let hash =
            login.as_ref().filter(|login| !login.disabled).and_then(|login| login.password_hash.clone());
        let right = self.hasher.verify(password, hash).await?;
        let account = login.as_ref().map(|login| login.id);
        let Some(login) = login.filter(|_| right) else {
            // Without an account the same is written, so that both take as long; not what was typed, which may be a
            // password in the wrong field.
            self.note_at(ctx, &visit.place, account, event::FAILED, json!({ "means": "password" })).await?;
            return Ok(Attempt::Wrong);
        };
        if login.has_totp || login.has_passkey {
            return self.ask_second_step(ctx, visit, login.id, next).await;
        }
        attempts::succeeded(&self.pool, &counters, 1).await?;
        let begun = self.begin_session(ctx, visit, login.id, "password", next).await?;
        Ok(Attempt::Done(Box::new(begun)))
    }

    /// Puts the second step of an account before a browser that has shown the first.
    pub(super) async fn ask_second_step(
        &self,
        ctx: &Ctx,
        visit: &Visit,
        account: Uuid,
        next: Option<&str>,
    ) -> Result<Attempt, Failure> {
        let bound_to = entry_hash(visit)?;
        let challenge = sessions::Challenge { account: Some(account), state: json!({ "next": next }) };
        sessions::begin_second_step(&self.pool, &bound_to, &challenge, ctx.now + CHALLENGE).await?;
        Ok(Attempt::SecondStep)
    }

    /// The second step that this browser has before it; `None` when it has none, or took too long.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn second_step(&self, ctx: &Ctx, visit: &Visit) -> Result<Option<SecondStep>, Failure> {
        let Ok(bound_to) = entry_hash(visit) else { return Ok(None) };
        let challenge = sessions::challenge(&self.pool, "second-step", &bound_to, ctx.now).await?;
        let Some(account) = challenge.and_then(|challenge| challenge.account) else { return Ok(None) };
        let login = people::login(&self.pool, Some(account), None).await?;
        Ok(login.filter(|login| !login.disabled).map(|login| SecondStep {
            account,
            has_totp: login.has_totp,
            has_passkey: login.has_passkey,
        }))
    }

    /// Ends the second step with a code of the authenticator app or a recovery code.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sign_in_with_code(&self, ctx: &Ctx, visit: &Visit, code: &str) -> Result<Attempt, Failure> {
        let Some(step) = self.second_step(ctx, visit).await? else { return Ok(Attempt::Wrong) };
        let Some(login) = people::login(&self.pool, Some(step.account), None).await? else {
            return Ok(Attempt::Wrong);
        };
        let key = login.email.to_lowercase();
        let counters = self.counters(Some(step.account), &key, visit)?;
        if let Some(wait) = attempts::begin(&self.pool, &counters, ctx.now).await? {
            return Ok(Attempt::Wait(seconds(wait)));
        }
        let Some(means) = self.check_code(ctx, step.account, code).await? else {
            self.note_at(ctx, &visit.place, Some(step.account), event::FAILED, json!({ "means": "code" }))
                .await?;
            return Ok(Attempt::Wrong);
        };
        if means == "recovery-code" {
            self.note_at(ctx, &visit.place, Some(step.account), event::CODE_USED, json!({})).await?;
        }
        self.finish_second_step(ctx, visit, step.account, &counters, means).await
    }

    /// Begins the session of the account whose second proof was just shown. The browser may by now have the second step
    /// of another account before it, for which nothing was proved.
    pub(super) async fn finish_second_step(
        &self,
        ctx: &Ctx,
        visit: &Visit,
        proved: Uuid,
        counters: &[Counter],
        means: &'static str,
    ) -> Result<Attempt, Failure> {
        let bound_to = entry_hash(visit)?;
        let taken = sessions::take_second_step(&self.pool, &bound_to, proved, ctx.now).await?;
        let Some(state) = taken else { return Ok(Attempt::Wrong) };
        attempts::succeeded(&self.pool, counters, 2).await?;
        let next = state.get("next").and_then(serde_json::Value::as_str);
        Ok(Attempt::Done(Box::new(self.begin_session(ctx, visit, proved, means, next).await?)))
    }

    async fn check_code(
        &self,
        ctx: &Ctx,
        account: Uuid,
        code: &str,
    ) -> Result<Option<&'static str>, Failure> {
        let digits: String = code.chars().filter(|c| !c.is_whitespace()).collect();
        if digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_digit()) {
            return Ok(self.check_totp(ctx, account, &digits).await?.then_some("totp"));
        }
        let hash = super::totp::code_hash(account, code);
        Ok(factors::use_code(&self.pool, account, &hash, ctx.now).await?.then_some("recovery-code"))
    }

    /// Begins a session, whatever proved who it is. Whoever has signed in before is told by mail when it was in a browser
    /// that does not know the account.
    pub(super) async fn begin_session(
        &self,
        ctx: &Ctx,
        visit: &Visit,
        account: Uuid,
        means: &'static str,
        next: Option<&str>,
    ) -> Result<Begun, Failure> {
        let mut transaction = self.pool.begin().await?;
        let begun = self.begin_session_in(&mut transaction, ctx, visit, account, means, next).await?;
        transaction.commit().await?;
        Ok(begun)
    }

    /// The same in the caller's transaction.
    pub(super) async fn begin_session_in(
        &self,
        connection: &mut PgConnection,
        ctx: &Ctx,
        visit: &Visit,
        account: Uuid,
        means: &'static str,
        next: Option<&str>,
    ) -> Result<Begun, Failure> {
        let known =
            visit.device.as_deref().map(|marks| self.device_of(account, marks)).transpose()?.flatten();
        let device = self.device_with(account, visit.device.as_deref())?;
        let login = people::login(&mut *connection, Some(account), None).await?;
        let login = login.filter(|login| !login.disabled).ok_or(Failure::Unauthorized)?;
        let token = self.add_session(connection, ctx, &visit.place, &login).await?;
        people::signed_in(connection, account, ctx.now).await?;
        let new = people::NewEvent {
            at: ctx.now,
            account: Some(account),
            kind: event::SIGNED_IN,
            actor: login.actor(),
            address: Some(visit.place.shortened()),
            agent: Some(&visit.place.agent),
            details: json!({ "means": means }),
        };
        people::add_event(&mut *connection, new).await?;
        if known.is_none() && login.was_here && !login.demo {
            self.tell_of_sign_in(connection, ctx, &login, &visit.place).await?;
        }
        let (_, longest_min) = self.session_minutes(login.resident);
        Ok(Begun {
            token,
            device,
            next: own_path(next, login.resident),
            longest_s: i64::from(longest_min) * 60,
        })
    }

    /// Begins a session for whoever acts on the machine itself; answers the token for the cookie.
    ///
    /// # Errors
    /// When there is no such account, or database or randomness fail.
    pub async fn open_session(&self, ctx: &Ctx, account: Uuid, place: &Place) -> Result<String, Failure> {
        let mut transaction = self.pool.begin().await?;
        let login = people::login(&mut *transaction, Some(account), None).await?;
        let login = login.ok_or_else(|| Failure::not_found("this account"))?;
        let token = self.add_session(&mut transaction, ctx, place, &login).await?;
        transaction.commit().await?;
        Ok(token)
    }

    /// Minutes after which a session ends without a request, and whatever happens.
    pub(super) fn session_minutes(&self, resident: bool) -> (u32, u32) {
        let sessions = &self.config.sessions;
        if resident {
            (sessions.resident_idle_min, sessions.resident_longest_min)
        } else {
            (sessions.idle_min, sessions.longest_min)
        }
    }

    async fn add_session(
        &self,
        connection: &mut PgConnection,
        ctx: &Ctx,
        place: &Place,
        login: &people::Login,
    ) -> Result<String, Failure> {
        let token = secrets::new_token().internal("make a session")?;
        let (_, longest_min) = self.session_minutes(login.resident);
        let new = sessions::NewSession {
            id: Uuid::now_v7(),
            token_hash: &secrets::hash_of(&token),
            account: login.id,
            now: ctx.now,
            expires_at: ctx.now + chrono::Duration::minutes(i64::from(longest_min)),
            address: place.shortened(),
            agent: &place.agent,
        };
        sessions::add(&mut *connection, new).await?;
        sessions::end_beyond(connection, login.id, MOST_SESSIONS, ctx.now).await?;
        Ok(token)
    }

    /// Ends the session of whoever asks.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sign_out(&self, ctx: &Ctx) -> Result<(), Failure> {
        let (account, session) = own_session(ctx)?;
        sessions::revoke(&self.pool, account, session, ctx.now).await?;
        self.note(ctx, account, event::SIGNED_OUT, json!({})).await
    }

    /// Shows the password again, before something dangerous. The session goes on under a new token, which [`Attempt::Done`]
    /// holds: whoever had read the one before has nothing.
    ///
    /// # Errors
    /// When the database fails, or whoever asks has no session.
    pub async fn confirm(&self, ctx: &Ctx, visit: &Visit, password: &str) -> Result<Attempt, Failure> {
        let (account, _) = own_session(ctx)?;
        let login = people::login(&self.pool, Some(account), None).await?.ok_or(Failure::Unauthorized)?;
        let counters = self.counters(Some(account), &login.email.to_lowercase(), visit)?;
        if let Some(wait) = attempts::begin(&self.pool, &counters, ctx.now).await? {
            return Ok(Attempt::Wait(seconds(wait)));
        }
        if !self.hasher.verify(password, login.password_hash).await? {
            self.note_at(ctx, &visit.place, Some(account), event::FAILED, json!({ "means": "confirm" }))
                .await?;
            return Ok(Attempt::Wrong);
        }
        attempts::succeeded(&self.pool, &counters, 1).await?;
        Ok(Attempt::Done(Box::new(self.renew_session(ctx, visit, String::new()).await?)))
    }

    /// Puts a new token in the place of a session's, after its owner has proved again who they are by whatever means.
    pub(super) async fn renew_session(
        &self,
        ctx: &Ctx,
        visit: &Visit,
        next: String,
    ) -> Result<Begun, Failure> {
        let (account, session) = own_session(ctx)?;
        let token = secrets::new_token().internal("make a session")?;
        let device = self.device_with(account, visit.device.as_deref())?;
        sessions::renew(&self.pool, session, &secrets::hash_of(&token), ctx.now).await?;
        let (_, longest_min) = self.session_minutes(ctx.resident().is_some());
        Ok(Begun { token, device, next, longest_s: i64::from(longest_min) * 60 })
    }

    /// Whether the password was shown in the last minutes.
    ///
    /// # Errors
    /// When the database fails, or whoever asks has no session.
    pub async fn is_confirmed(&self, ctx: &Ctx) -> Result<bool, Failure> {
        let (_, session) = own_session(ctx)?;
        let at = sessions::confirmed_at(&self.pool, session).await?;
        Ok(at.is_some_and(|at: DateTime<Utc>| ctx.now - at < CONFIRMED_FOR))
    }

    /// Whose link it is, while it works.
    ///
    /// # Errors
    /// 404 when it does not.
    pub(super) async fn link_owner(&self, ctx: &Ctx, token: &str) -> Result<people::LinkOwner, Failure> {
        people::link_owner(&self.pool, &secrets::hash_of(token), ctx.now)
            .await?
            .ok_or_else(|| Failure::not_found("this link"))
    }

    /// Sets the password of a link's owner, once. All sessions end.
    ///
    /// # Errors
    /// The rule that the password breaks; 404 when the link no longer works.
    pub async fn set_password_by_link(
        &self,
        ctx: &Ctx,
        visit: &Visit,
        token: &str,
        password: &str,
    ) -> Result<Result<(), passwords::PasswordFault>, Failure> {
        let owner = self.link_owner(ctx, token).await?;
        if let Err(fault) = self.check_password(password, &owner.email) {
            return Ok(Err(fault));
        }
        let hash = self.hasher.hash(password).await?;
        let mut transaction = self.pool.begin().await?;
        if !people::use_link(&mut transaction, &secrets::hash_of(token), ctx.now).await? {
            return Err(Failure::not_found("this link"));
        }
        people::set_password(&mut transaction, owner.account, &hash, ctx.now).await?;
        people::end_links(&mut transaction, owner.account, ctx.now).await?;
        sessions::revoke_all(&mut transaction, owner.account, None, ctx.now).await?;
        // Whoever had got in may have made one.
        tokens::revoke_all(&mut transaction, owner.account, ctx.now).await?;
        let new = people::NewEvent {
            at: ctx.now,
            account: Some(owner.account),
            kind: event::PASSWORD,
            actor: if owner.resident { people::OWNER } else { &owner.email },
            address: Some(visit.place.shortened()),
            agent: Some(&visit.place.agent),
            details: json!({ "by": owner.purpose }),
        };
        people::add_event(&mut *transaction, new).await?;
        if owner.purpose == "reset" {
            self.tell_of_change(&mut transaction, ctx, owner.account, Changed::Password).await?;
        }
        transaction.commit().await?;
        // Whoever was locked out by somebody else's attempts is let in again.
        let mut of_account = counters(&owner.email.to_lowercase(), &visit.place.network(), None);
        of_account.retain(|counter| counter.scope != Scope::Address);
        attempts::succeeded(&self.pool, &of_account, i32::MAX).await?;
        Ok(Ok(()))
    }

    /// Looks whether a password may be taken for an address.
    pub(super) fn check_password(&self, password: &str, email: &str) -> Result<(), passwords::PasswordFault> {
        let local = Email::parse(email).map(|email| email.local_part().to_owned()).unwrap_or_default();
        passwords::check(password, &[&self.site.town_name(), &local])
    }

    pub(super) fn counters(
        &self,
        account: Option<Uuid>,
        email_key: &str,
        visit: &Visit,
    ) -> Result<Vec<Counter>, Failure> {
        let device = match (account, &visit.device) {
            (Some(account), Some(marks)) => self.device_of(account, marks)?,
            _ => None,
        };
        Ok(counters(email_key, &visit.place.network(), device))
    }

    /// The nonce by which a browser knows an account, if it does.
    fn device_of<'a>(&self, account: Uuid, marks: &'a str) -> Result<Option<&'a str>, Failure> {
        for item in marks.split('.').take(MOST_ON_DEVICE) {
            if let Some((nonce, mark)) = item.split_at_checked(NONCE_CHARS)
                && mark.len() == MARK_CHARS
                && secrets::same(mark, &self.device_mark(account, nonce)?)
            {
                return Ok(Some(nonce));
            }
        }
        Ok(None)
    }

    fn device_mark(&self, account: Uuid, nonce: &str) -> Result<String, Failure> {
        self.keys.mark(&[b"device", account.as_bytes(), nonce.as_bytes()]).internal("mark a browser")
    }

    /// The marks of a browser with an account's added.
    fn device_with(&self, account: Uuid, marks: Option<&str>) -> Result<String, Failure> {
        let marks = marks.unwrap_or_default();
        if self.device_of(account, marks)?.is_some() {
            return Ok(marks.to_owned());
        }
        let nonce = secrets::new_token().internal("make a mark")?;
        let item = format!("{nonce}{}", self.device_mark(account, &nonce)?);
        let plain = |item: &&str| {
            item.len() == NONCE_CHARS + MARK_CHARS
                && item.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
        };
        let kept = marks.split('.').filter(plain).take(MOST_ON_DEVICE - 1);
        Ok(std::iter::once(item.as_str()).chain(kept).collect::<Vec<_>>().join("."))
    }

    /// Writes down what happened to an account.
    pub(super) async fn note(
        &self,
        ctx: &Ctx,
        account: Uuid,
        kind: &'static str,
        details: serde_json::Value,
    ) -> Result<(), Failure> {
        Ok(people::add_event(&self.pool, new_event(ctx, account, kind, details)).await?)
    }

    async fn note_at(
        &self,
        ctx: &Ctx,
        place: &Place,
        account: Option<Uuid>,
        kind: &'static str,
        details: serde_json::Value,
    ) -> Result<(), Failure> {
        let new = people::NewEvent {
            at: ctx.now,
            account,
            kind,
            actor: actor_of(ctx),
            address: Some(place.shortened()),
            agent: Some(&place.agent),
            details,
        };
        Ok(people::add_event(&self.pool, new).await?)
    }
}

/// Who acts, as the events of accounts name them.
fn actor_of(ctx: &Ctx) -> &str {
    if ctx.resident().is_some() { people::OWNER } else { ctx.actor() }
}

/// What happened to an account, without a place.
pub(super) fn new_event<'a>(
    ctx: &'a Ctx,
    account: Uuid,
    kind: &'static str,
    details: serde_json::Value,
) -> people::NewEvent<'a> {
    people::NewEvent {
        at: ctx.now,
        account: Some(account),
        kind,
        actor: actor_of(ctx),
        address: None,
        agent: None,
        details,
    }
}

/// Account and session of whoever asks; programs with tokens have none.
pub(super) fn own_session(ctx: &Ctx) -> Result<(Uuid, Uuid), Failure> {
    match ctx.account().zip(ctx.via()) {
        Some((account, Via::Session { id, .. })) => Ok((account, *id)),
        Some((_, Via::Token { .. })) => Err(Failure::Forbidden { permission: "a session in a browser" }),
        None => Err(Failure::Unauthorized),
    }
}

/// What half a sign-in is bound to.
pub(super) fn entry_hash(visit: &Visit) -> Result<[u8; 32], Failure> {
    visit.entry.as_deref().map(secrets::hash_of).ok_or(Failure::ForeignForm)
}

pub(super) fn seconds(wait: chrono::Duration) -> u64 {
    u64::try_from(wait.num_milliseconds()).unwrap_or(0).div_ceil(1000).max(1)
}

/// Names of the links' purposes and how long they work.
pub(super) fn lifetime(purpose: &str) -> chrono::Duration {
    if purpose == "invite" { model::INVITATION } else { model::RESET_LINK }
}
