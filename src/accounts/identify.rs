//! Who asks: reads the session's cookie or the token of each request and puts the person into its [`Ctx`].
//!
//! A request that brings neither costs no query.

use std::sync::Arc;

use axum::{
    extract::{ConnectInfo, FromRequestParts, Request, State},
    http::{HeaderMap, Method, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use base64::Engine;
use chrono::{DateTime, Duration, Utc};
use uuid::Uuid;

use super::{
    Accounts,
    cookies::Cookie,
    model::{Place, TOKEN_PREFIX, event, same_browser, short_agent},
    sign_in::Visit,
    store::{sessions, tokens},
};
use crate::platform::{
    Ctx,
    access::{Grants, Level, Resident, Staff, Via},
    ctx::Who,
    http::{BaseUrl, Caller, Failure, ResultExt},
    secrets::{self, hash_of},
};

/// Where the staff work; not for whoever has to add a second factor first, but for the pages on which it is added.
const DESK: [&str; 2] = ["/desk", "/api/desk"];
const OWN_ACCOUNT: &str = "/desk/account";
/// Doors that are the same for everybody and need no look at who asks. At the urn nobody must look: a ballot is nobody's.
const FOR_EVERYBODY: [&str; 5] = ["/static/", "/api/ballots/", "/healthz", "/readyz", "/metrics"];
/// The last use is written down no more often than this.
const USE_WRITTEN_EVERY: Duration = Duration::minutes(1);

/// Puts whoever asks into the request.
pub async fn identify(
    State(accounts): State<Accounts>,
    base: BaseUrl,
    mut request: Request,
    next: Next,
) -> Response {
    if FOR_EVERYBODY.iter().any(|prefix| request.uri().path().starts_with(prefix)) {
        return next.run(request).await;
    }
    let Some(mut ctx) = request.extensions().get::<Ctx>().cloned() else { return next.run(request).await };
    match accounts.who(&ctx, request.headers(), is_secure(&base)).await {
        Ok(Some(Known { factor_missing: true, .. })) if is_at_work(request.uri().path()) => {
            match request.method() == Method::GET && request.uri().path().starts_with("/desk") {
                true => Redirect::to(OWN_ACCOUNT).into_response(),
                false => Failure::Forbidden { permission: "a second factor" }.into_response(),
            }
        }
        Ok(Some(Known { who, .. })) => {
            ctx.who = who;
            let renewal = Renewal::of(&ctx, &request, is_secure(&base));
            request.extensions_mut().insert(ctx);
            let mut response = next.run(request).await;
            match renewal {
                None => response,
                Some(renewal) => match accounts.renew_if_changed(renewal, &mut response).await {
                    Ok(()) => response,
                    Err(failure) => failure.into_response(),
                },
            }
        }
        Ok(None) => next.run(request).await,
        Err(failure) => failure.into_response(),
    }
}

/// Whether a path is one of the desk's, but none of one's own account.
fn is_at_work(path: &str) -> bool {
    DESK.iter().any(|prefix| path.starts_with(prefix)) && !path.starts_with(OWN_ACCOUNT)
}

/// Whoever asks, once it is known.
#[derive(Debug)]
struct Known {
    who: Who,
    /// Whether it is somebody of the staff who must add a second factor before they may do anything.
    factor_missing: bool,
}

impl From<Who> for Known {
    fn from(who: Who) -> Self {
        Self { who, factor_missing: false }
    }
}

/// What a resident's session stood for before a request that may change it: how surely they are known, and for whom they
/// act. A token stands for both; when either changes, the session goes on under a new one, and whoever had read the one
/// before has nothing (session fixation).
struct Renewal {
    session: Uuid,
    token_hash: [u8; 32],
    level: Level,
    acting: Option<Uuid>,
    secure: bool,
    now: DateTime<Utc>,
}

/// The way back from a provider of identity, the one request that changes something though it only opens an address.
const WAY_BACK: &str = "/sign-in/back/";

impl Renewal {
    fn of(ctx: &Ctx, request: &Request, secure: bool) -> Option<Self> {
        let may_change = request.method() != Method::GET && request.method() != Method::HEAD;
        let resident = ctx.resident().filter(|_| may_change || request.uri().path().starts_with(WAY_BACK))?;
        let Via::Session { id, .. } = resident.via else { return None };
        Some(Self {
            session: id,
            token_hash: hash_of(&Cookie::Session.read(request.headers(), secure)?),
            level: resident.level,
            acting: resident.acting.as_ref().map(|acting| acting.mandate),
            secure,
            now: ctx.now,
        })
    }
}

/// Whether cookies travel over TLS.
pub(super) fn is_secure(base: &BaseUrl) -> bool {
    base.0.starts_with("https://")
}

impl Accounts {
    async fn who(&self, ctx: &Ctx, headers: &HeaderMap, secure: bool) -> Result<Option<Known>, Failure> {
        if let Some(token) = program_token(headers) {
            let staff = self.token_holder(ctx, &token).await?;
            return Ok(Some(Who::Staff(Arc::new(staff)).into()));
        }
        match Cookie::Session.read(headers, secure) {
            Some(token) => {
                let agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
                self.session_holder(ctx, &token, agent.unwrap_or_default()).await
            }
            None => Ok(None),
        }
    }

    /// Puts a new token in the place of a session's when the request has changed what it stands for.
    async fn renew_if_changed(&self, before: Renewal, response: &mut Response) -> Result<(), Failure> {
        let now = sessions::standing(&self.pool, before.session, &before.token_hash).await?;
        // The session has ended, or has got another token already.
        let Some(now) = now else { return Ok(()) };
        if now.level == before.level.name() && now.acting == before.acting {
            return Ok(());
        }
        let token = secrets::new_token().internal("make a session")?;
        if sessions::retoken(&self.pool, before.session, &before.token_hash, &hash_of(&token)).await? {
            let left_s = (now.expires_at - before.now).num_seconds().max(0);
            let cookie = Cookie::Session.set(before.secure, &token, left_s);
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
        Ok(())
    }

    /// Whoever holds a token.
    async fn token_holder(&self, ctx: &Ctx, token: &str) -> Result<Staff, Failure> {
        let found = match token.starts_with(TOKEN_PREFIX) {
            true => tokens::holder(&self.pool, &hash_of(token), ctx.now).await?,
            false => None,
        };
        let (holder, scopes) = found.ok_or(Failure::Unauthorized)?;
        if is_old(holder.last_used_at, ctx.now) {
            tokens::used(&self.pool, holder.id, ctx.now).await?;
        }
        Ok(Staff {
            account: holder.account,
            name: holder.name,
            email: holder.email,
            grants: Grants::new(holder.grants).limited_to(scopes.into_iter().collect()),
            via: Via::Token { id: holder.id },
        })
    }

    /// Whoever holds a session; a session that has ended is none. One that is used in another kind of browser than the one
    /// in which it began has been copied, and ends; the address does not count, since telephones change theirs.
    async fn session_holder(&self, ctx: &Ctx, token: &str, agent: &str) -> Result<Option<Known>, Failure> {
        let found = sessions::holder(&self.pool, &hash_of(token), ctx.now, self.idle_since(ctx)).await?;
        let Some(holder) = found else { return Ok(None) };
        if !same_browser(&holder.agent, &short_agent(agent)) {
            sessions::revoke(&self.pool, holder.account, holder.id, ctx.now).await?;
            self.note(ctx, holder.account, event::MOVED, serde_json::json!({})).await?;
            return Ok(None);
        }
        if is_old(holder.last_used_at, ctx.now) {
            sessions::used(&self.pool, holder.id, ctx.now).await?;
        }
        let via = Via::Session { id: holder.id, csrf: self.form_token(holder.id)? };
        if holder.resident {
            // An account whose person is gone is being closed: nobody.
            let Some(party) = self.parties.of_account(holder.account).await? else { return Ok(None) };
            let acting = match holder.acting {
                Some(mandate) => self.parties.acting(mandate, party.id, ctx.now).await?,
                None => None,
            };
            let resident = Resident {
                account: holder.account,
                party: party.id,
                name: party.name,
                email: holder.email,
                level: party.level,
                via,
                acting,
            };
            return Ok(Some(Who::Resident(Arc::new(resident)).into()));
        }
        let factor_missing = self.config.sessions.second_factor && !holder.second_factor && !holder.demo;
        let grants = if factor_missing { Grants::default() } else { Grants::new(holder.grants) };
        let staff = Staff { account: holder.account, name: holder.name, email: holder.email, grants, via };
        Ok(Some(Known { who: Who::Staff(Arc::new(staff)), factor_missing }))
    }

    /// The text that forms of a session bring back. It follows from the session, not from its token, so that pages which
    /// lie open go on working when the token is renewed.
    ///
    /// # Errors
    /// When the key of the installation is not to be had.
    pub fn form_token(&self, session: Uuid) -> Result<String, Failure> {
        self.keys.mark(&[b"form", session.as_bytes()]).internal("make the token of a form")
    }

    /// Sessions that were not used since then have ended.
    pub(super) fn idle_since(&self, ctx: &Ctx) -> sessions::IdleSince {
        let since = |resident| ctx.now - Duration::minutes(i64::from(self.session_minutes(resident).0));
        sessions::IdleSince { staff: since(false), residents: since(true) }
    }
}

fn is_old(used_at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> bool {
    used_at.is_none_or(|used_at| now - used_at > USE_WRITTEN_EVERY)
}

/// The token of a program: as `Bearer`, or as the password of `Basic`, the one way that every GIS program knows. The
/// name beside such a password says nothing and is not looked at.
fn program_token(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, given) = value.split_once(' ')?;
    if scheme.eq_ignore_ascii_case("bearer") {
        return Some(given.trim().to_owned());
    }
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = base64::prelude::BASE64_STANDARD.decode(given.trim()).ok()?;
    let text = String::from_utf8(decoded).ok()?;
    text.split_once(':').map(|(_, password)| password.to_owned())
}

impl FromRequestParts<Accounts> for Visit {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, accounts: &Accounts) -> Result<Self, Self::Rejection> {
        let Ok(base) = BaseUrl::from_request_parts(parts, accounts).await;
        let secure = is_secure(&base);
        let agent =
            parts.headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
        Ok(Self {
            place: Place::new(caller(parts, &accounts.config.trusted_proxies), agent),
            secure,
            entry: Cookie::Entry.read(&parts.headers, secure),
            device: Cookie::Device.read(&parts.headers, secure),
        })
    }
}

/// Address of the caller: the one that the nearest trusted proxy saw.
fn caller(parts: &Parts, trusted: &[std::net::IpAddr]) -> std::net::IpAddr {
    let peer = parts
        .extensions
        .get::<ConnectInfo<Caller>>()
        .map_or(std::net::IpAddr::from([0, 0, 0, 0]), |ConnectInfo(Caller(address, _))| {
            address.ip().to_canonical()
        });
    let is_trusted = |address: &std::net::IpAddr| address.is_loopback() || trusted.contains(address);
    let mut seen = peer;
    let told = parts.headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
    let hops: Vec<&str> = told.flat_map(|value| value.split(',')).collect();
    for hop in hops.iter().rev() {
        if !is_trusted(&seen) {
            break;
        }
        match hop.trim().parse::<std::net::IpAddr>() {
            Ok(address) => seen = address.to_canonical(),
            Err(_) => break,
        }
    }
    seen
}
