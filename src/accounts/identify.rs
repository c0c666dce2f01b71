//! Who asks: reads the session's cookie or the token of each request and puts the person into its [`Ctx`].
//!
//! A request that brings neither costs no query.

use std::sync::Arc;

use axum::{
    extract::{ConnectInfo, FromRequestParts, Request, State},
    http::{HeaderMap, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use base64::Engine;
use chrono::{DateTime, Duration, Utc};

use super::{
    Accounts,
    cookies::Cookie,
    model::{Place, TOKEN_PREFIX},
    secrets::{form_token_of, hash_of},
    sign_in::Visit,
    store::{sessions, tokens},
};
use crate::platform::{
    Ctx,
    access::{Grants, Staff, Via},
    ctx::Who,
    http::{BaseUrl, Caller, Failure},
};

/// Doors that are the same for everybody and need no look at who asks.
const FOR_EVERYBODY: [&str; 4] = ["/static/", "/healthz", "/readyz", "/metrics"];
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
        Ok(Some(staff)) => {
            ctx.who = Who::Staff(Arc::new(staff));
            request.extensions_mut().insert(ctx);
            next.run(request).await
        }
        Ok(None) => next.run(request).await,
        Err(failure) => failure.into_response(),
    }
}

/// Whether cookies travel over TLS.
pub(super) fn is_secure(base: &BaseUrl) -> bool {
    base.0.starts_with("https://")
}

impl Accounts {
    async fn who(&self, ctx: &Ctx, headers: &HeaderMap, secure: bool) -> Result<Option<Staff>, Failure> {
        if let Some(token) = program_token(headers) {
            return self.token_holder(ctx, &token).await.map(Some);
        }
        match Cookie::Session.read(headers, secure) {
            Some(token) => self.session_holder(ctx, &token).await,
            None => Ok(None),
        }
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

    /// Whoever holds a session; a session that has ended is none.
    async fn session_holder(&self, ctx: &Ctx, token: &str) -> Result<Option<Staff>, Failure> {
        let found = sessions::holder(&self.pool, &hash_of(token), ctx.now, self.idle_since(ctx)).await?;
        let Some(holder) = found else { return Ok(None) };
        if is_old(holder.last_used_at, ctx.now) {
            sessions::used(&self.pool, holder.id, ctx.now).await?;
        }
        Ok(Some(Staff {
            account: holder.account,
            name: holder.name,
            email: holder.email,
            grants: Grants::new(holder.grants),
            via: Via::Session { id: holder.id, csrf: form_token_of(token) },
        }))
    }

    /// Sessions that were not used since then have ended.
    pub(super) fn idle_since(&self, ctx: &Ctx) -> DateTime<Utc> {
        ctx.now - Duration::minutes(i64::from(self.config.sessions.idle_min))
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
        .map_or(std::net::IpAddr::from([0, 0, 0, 0]), |ConnectInfo(Caller(address))| {
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
