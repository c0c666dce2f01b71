//! Signing in by a provider of identity: the state's login through a broker, and others of the settings.
//!
//! The browser goes to the provider and comes back; what was begun is kept here, bound to the browser's cookie, and taken
//! away by whatever comes back first, so nothing works twice. Somebody is found by the name that the provider gives them,
//! or by their PESEL when the provider is sure enough; never by an e-mail address. Two accounts are never made one without
//! a clerk. The claims that are wanted stand in `docs/identity.md`.

use std::sync::Arc;

use chrono::NaiveDate;
use identity::{Ask, Assurance, Callback, Fault, Identity, Provider, ProviderSettings};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    Accounts,
    mails::Changed,
    model::{CHALLENGE, CLAUSE, Email, event, own_path},
    ops::{Refusal, Refused},
    passkeys::network_counter,
    residents::NewAccountOf,
    secrets,
    sign_in::{Attempt, Begun, Visit, entry_hash, new_event, own_session, seconds},
    store::{
        attempts,
        identities::{self, LinkedRow},
        people, sessions,
    },
    totp::bound_to,
};
use crate::{
    kernel::{Lang, identifiers::Pesel},
    parties::{ProofConflict, Proven},
    platform::{
        Ctx,
        access::Level,
        http::{BaseUrl, Failure, ResultExt},
    },
};

const UNDER_WAY: &str = "identity";
const NEW: &str = "identity-new";
/// For what is sealed who somebody new is, until their address is known.
const NEW_PERSON: &[u8] = b"identity-new";
/// For what the statement of a session's provider is sealed.
const ID_TOKEN: &[u8] = b"id-token";

/// The providers of the settings, in their order. Nothing is asked of them before somebody signs in.
#[derive(Debug, Clone, Default)]
pub struct Providers(Vec<Arc<Provider>>);

impl Providers {
    /// The providers of these settings.
    ///
    /// # Errors
    /// When the settings are wrong.
    pub fn new(settings: &[ProviderSettings]) -> Result<Self, Fault> {
        settings
            .iter()
            .map(|one| Provider::new(one.clone()).map(Arc::new))
            .collect::<Result<_, _>>()
            .map(Self)
    }

    fn get(&self, id: &str) -> Result<&Arc<Provider>, Failure> {
        let found = self.0.iter().find(|provider| provider.settings().id == id);
        found.ok_or_else(|| Failure::not_found("this provider of identity"))
    }

    /// Ids and names of all.
    #[must_use]
    pub fn names(&self, lang: Lang) -> Vec<(String, String)> {
        self.0.iter().map(|provider| (provider.settings().id.clone(), name_of(provider, lang))).collect()
    }

    /// The name of one; its id when it is no longer in the settings.
    #[must_use]
    pub fn name(&self, id: &str, lang: Lang) -> String {
        self.get(id).map_or_else(|_| id.to_owned(), |provider| name_of(provider, lang))
    }
}

fn name_of(provider: &Provider, lang: Lang) -> String {
    let name = &provider.settings().name;
    match lang {
        Lang::Pl => name.pl.clone(),
        Lang::En => name.en.clone(),
    }
}

/// What somebody goes to a provider for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Aim {
    /// To sign in, or to have an account made.
    SignIn,
    /// To prove who holds the account that is signed in.
    Link,
    /// To show anew who they are, before something dangerous.
    Confirm,
}

/// A way to a provider and back that is not yet ended.
#[derive(Serialize, Deserialize)]
struct UnderWay {
    begun: identity::Begun,
    aim: Aim,
    next: Option<String>,
}

/// Who somebody is by a provider's word, as far as it is kept until an account is made.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Known {
    provider: String,
    issuer: String,
    subject: String,
    given_names: String,
    family_name: String,
    born: Option<NaiveDate>,
    pesel: Option<String>,
    level: Assurance,
    email: Option<String>,
    email_verified: bool,
}

impl std::fmt::Debug for Known {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Known").field("provider", &self.provider).finish_non_exhaustive()
    }
}

impl Known {
    fn of(identity: &Identity) -> Self {
        let sure = identity.level >= Assurance::Substantial;
        Self {
            provider: identity.provider.clone(),
            issuer: identity.issuer.clone(),
            subject: identity.subject.clone(),
            given_names: identity.given_name.clone().unwrap_or_default(),
            family_name: identity.family_name.clone().unwrap_or_default(),
            born: identity.birthdate,
            // A number that the provider is not sure of proves nothing, and must not stand in the way of whose it is.
            pesel: identity.pesel.clone().filter(|_| sure),
            level: identity.level,
            email: identity.email.clone(),
            email_verified: identity.email_verified,
        }
    }

    /// Given names and family name.
    pub(super) fn name(&self) -> String {
        let name = format!("{} {}", self.given_names, self.family_name);
        name.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(super::web::LONGEST_NAME).collect()
    }

    /// The address that the provider names.
    pub(super) fn email(&self) -> Option<&str> {
        self.email.as_deref()
    }

    /// Provider, issuer and the name that the issuer gives to the person.
    fn at_provider(&self) -> (&str, &str, &str) {
        (&self.provider, &self.issuer, &self.subject)
    }

    fn is_sure(&self) -> bool {
        self.level >= Assurance::Substantial
    }

    /// The PESEL; `Err` when it cannot be one.
    fn pesel(&self) -> Result<Option<Pesel>, Fault> {
        let read = |text: &String| Pesel::parse(text).map_err(|_| Fault::BadClaim("pesel".to_owned()));
        self.pesel.as_ref().map(read).transpose()
    }
}

/// Why nobody was signed in, linked or confirmed.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum BackFault {
    /// It was answered before, was begun in another browser, or lay too long.
    Used,
    /// What came back is not to be believed, or the person said no.
    Provider(Fault),
    /// The person has another account.
    KnownElsewhere,
    /// The account is that of somebody with another PESEL.
    OtherPerson,
    /// The account is closed or disabled.
    Closed,
    /// It was somebody else who signed in at the provider than who holds the account.
    NotYours,
}

/// What coming back from a provider came to.
#[derive(Debug)]
pub(super) enum Back {
    SignedIn(Box<Begun>),
    /// The account asks for a second proof, since the provider is not sure enough.
    SecondStep,
    /// Somebody new, whose address is to be asked for.
    New,
    /// The account is linked; where to go, and the renewed session when the provider was sure of who it is.
    Linked(String, Option<Box<Begun>>),
    /// It was shown anew who it is: the renewed session, and where to go.
    Confirmed(Box<Begun>),
    Refused(BackFault, Aim),
}

/// What somebody new came to.
#[derive(Debug)]
pub(super) enum NewPerson {
    /// The account is there.
    SignedIn(Box<Begun>),
    /// The mailbox got a link.
    Written,
    /// The network asked for too many mails: so many seconds to wait.
    Wait(u64),
    /// It took too long; the way to the provider begins anew.
    TooLate,
    Refused(BackFault),
}

/// Where to sign out, too.
#[derive(Debug)]
pub(super) struct Leave {
    /// The provider's name.
    pub name: String,
    /// Its page.
    pub url: String,
}

impl Accounts {
    /// Ids and names of the providers of identity.
    #[must_use]
    pub fn providers(&self, lang: Lang) -> Vec<(String, String)> {
        self.providers.names(lang)
    }

    /// Begins the way to a provider; answers where the browser goes, or why it cannot, or how long to wait.
    ///
    /// # Errors
    /// 404 when there is no such provider; when the database fails.
    pub(super) async fn begin_identity(
        &self,
        ctx: &Ctx,
        visit: &Visit,
        base: &BaseUrl,
        (provider, aim): (&str, Aim),
        next: Option<&str>,
    ) -> Result<Result<String, BackFault>, Failure> {
        let provider = self.providers.get(provider)?;
        let bound_to = match aim {
            Aim::SignIn => entry_hash(visit)?,
            Aim::Link | Aim::Confirm => bound_to(own_session(ctx)?.1),
        };
        if aim == Aim::SignIn
            && let Some(wait) = attempts::begin(&self.pool, &network_counter(visit), ctx.now).await?
        {
            return Err(Failure::TooMany { retry_after_s: seconds(wait) });
        }
        let back = format!("{}/sign-in/back/{}", base.0, provider.settings().id);
        let ask = Ask {
            max_age_s: (aim == Aim::Confirm).then_some(0),
            lang: Some(ctx.lang.tag()),
            ..Ask::to(&back)
        };
        let begun = match provider.begin(&ask, ctx.now).await {
            Ok(begun) => begun,
            Err(fault) => return Ok(Err(told(&provider.settings().id, fault))),
        };
        let url = begun.url.clone();
        let under_way = UnderWay { begun, aim, next: next.map(str::to_owned) };
        let kept = sessions::Challenge {
            account: ctx.account().filter(|_| aim != Aim::SignIn),
            state: serde_json::to_value(under_way).internal("keep the way to a provider")?,
        };
        let until = ctx.now + chrono::Duration::seconds(identity::LONGEST_SIGN_IN_S);
        sessions::put_challenge(&self.pool, UNDER_WAY, &bound_to, &kept, until).await?;
        Ok(Ok(url))
    }

    /// Ends the way to a provider and back with what the browser brought.
    ///
    /// # Errors
    /// 404 when there is no such provider; when the database fails.
    pub(super) async fn finish_identity(
        &self,
        ctx: &Ctx,
        visit: &Visit,
        provider: &str,
        query: &str,
    ) -> Result<Back, Failure> {
        let provider = self.providers.get(provider)?;
        let Some(UnderWay { begun, aim, next }) = self.take_under_way(ctx, visit).await? else {
            tracing::info!(
                provider = provider.settings().id,
                "somebody came back from a provider unasked or again"
            );
            return Ok(Back::Refused(BackFault::Used, Aim::SignIn));
        };
        let finished = match Callback::from_query(query) {
            Ok(callback) => provider.finish(&begun, &callback, ctx.now).await,
            Err(fault) => Err(fault),
        };
        let id = &provider.settings().id;
        let checked = finished.and_then(|identity| {
            let known = Known::of(&identity);
            known.pesel()?;
            Ok((identity.id_token, known))
        });
        let (id_token, known) = match checked {
            Ok(found) => found,
            Err(fault) => return Ok(Back::Refused(told(id, fault), aim)),
        };
        let done = match aim {
            Aim::SignIn => self.sign_in_known(ctx, visit, &known, &id_token, next.as_deref()).await?,
            Aim::Link => self.link_known(ctx, visit, &known, next.as_deref()).await?,
            Aim::Confirm => self.confirm_known(ctx, visit, &known, next.as_deref()).await?,
        };
        Ok(done.unwrap_or_else(|fault| {
            tracing::info!(provider = id, ?fault, "nobody was signed in by a provider");
            Back::Refused(fault, aim)
        }))
    }

    async fn take_under_way(&self, ctx: &Ctx, visit: &Visit) -> Result<Option<UnderWay>, Failure> {
        let session = own_session(ctx).ok();
        let mut taken = None;
        if let Some((account, session)) = session {
            let kept = sessions::take_challenge(&self.pool, UNDER_WAY, &bound_to(session), ctx.now).await?;
            taken = kept.filter(|kept| kept.account == Some(account));
        }
        if taken.is_none()
            && let Ok(entry) = entry_hash(visit)
        {
            taken = sessions::take_challenge(&self.pool, UNDER_WAY, &entry, ctx.now).await?;
        }
        taken
            .map(|kept| serde_json::from_value(kept.state).internal("read the way to a provider"))
            .transpose()
    }

    async fn sign_in_known(
        &self,
        ctx: &Ctx,
        visit: &Visit,
        known: &Known,
        id_token: &str,
        next: Option<&str>,
    ) -> Result<Result<Back, BackFault>, Failure> {
        attempts::succeeded(&self.pool, &network_counter(visit), 1).await?;
        let linked = identities::account_of(&self.pool, &known.issuer, &known.subject).await?;
        let by_pesel = match known.pesel() {
            Ok(Some(pesel)) if linked.is_none() => {
                self.parties.party_of_pesel(&pesel).await?.and_then(|party| party.account)
            }
            _ => None,
        };
        let Some(account) = linked.or(by_pesel) else {
            self.keep_new(ctx, visit, known, id_token).await?;
            return Ok(Ok(Back::New));
        };
        let login = people::login(&self.pool, Some(account), None).await?;
        let Some(login) = login.filter(|login| !login.disabled && login.resident) else {
            return Ok(Err(BackFault::Closed));
        };
        if !known.is_sure() && (login.has_totp || login.has_passkey) {
            return match self.ask_second_step(ctx, visit, account, next).await? {
                Attempt::SecondStep => Ok(Ok(Back::SecondStep)),
                _ => Ok(Err(BackFault::Closed)),
            };
        }
        let Some(party) = self.parties.of_account(account).await? else {
            return Ok(Err(BackFault::Closed));
        };
        let mut transaction = self.pool.begin().await?;
        // Each sign-in proves the same anew; what is known already is not written down once more.
        let says_no_more = linked.is_some() && party.level == Level::Verified && party.name == known.name();
        if says_no_more {
            identities::link(&mut transaction, account, known.at_provider(), ctx.now).await?;
        } else if let Err(fault) = self.link_in(&mut transaction, ctx, (account, party.id), known).await? {
            return Ok(Err(fault));
        }
        if linked.is_none() {
            self.note_linked(&mut transaction, ctx, account, known).await?;
        }
        let begun = self.begin_session_in(&mut transaction, ctx, visit, account, "identity", next).await?;
        self.keep_id_token(&mut transaction, &begun, known, id_token).await?;
        transaction.commit().await?;
        Ok(Ok(Back::SignedIn(Box::new(begun))))
    }

    async fn keep_id_token(
        &self,
        connection: &mut PgConnection,
        begun: &Begun,
        known: &Known,
        id_token: &str,
    ) -> Result<(), Failure> {
        let sealed = self.keys.seal(ID_TOKEN, id_token.as_bytes()).internal("seal a provider's statement")?;
        let session = secrets::hash_of(&begun.token);
        Ok(identities::keep_with_session(connection, &session, &known.provider, &sealed).await?)
    }

    /// Keeps who somebody new is until they have said where to write to them.
    async fn keep_new(&self, ctx: &Ctx, visit: &Visit, known: &Known, id_token: &str) -> Result<(), Failure> {
        let text = serde_json::to_vec(&(known, id_token)).internal("keep who somebody is")?;
        let sealed = self.keys.seal(NEW_PERSON, &text).internal("seal who somebody is")?;
        let kept = sessions::Challenge { account: None, state: json!({ "sealed": sealed }) };
        let bound_to = entry_hash(visit)?;
        Ok(sessions::put_challenge(&self.pool, NEW, &bound_to, &kept, ctx.now + CHALLENGE).await?)
    }

    /// Somebody new who just came back from a provider to this browser.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) async fn new_person(&self, ctx: &Ctx, visit: &Visit) -> Result<Option<Known>, Failure> {
        Ok(self.newcomer(ctx, visit).await?.map(|(known, _)| known))
    }

    /// The same with the provider's statement.
    async fn newcomer(&self, ctx: &Ctx, visit: &Visit) -> Result<Option<(Known, String)>, Failure> {
        let Ok(bound_to) = entry_hash(visit) else { return Ok(None) };
        let kept = sessions::challenge(&self.pool, NEW, &bound_to, ctx.now).await?;
        let Some(kept) = kept else { return Ok(None) };
        let sealed: Vec<u8> = kept
            .state
            .get("sealed")
            .and_then(|sealed| serde_json::from_value(sealed.clone()).ok())
            .unwrap_or_default();
        let text = self.keys.open(NEW_PERSON, &sealed).internal("open who somebody is")?;
        serde_json::from_slice(&text).internal("read who somebody is").map(Some)
    }

    /// Makes the account of somebody new, who now says where to write to them. An address that the provider vouches for
    /// is proved already; any other one by a mail.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) async fn finish_new_person(
        &self,
        ctx: &Ctx,
        visit: &Visit,
        email: &Email,
    ) -> Result<NewPerson, Failure> {
        let Some((known, id_token)) = self.newcomer(ctx, visit).await? else {
            return Ok(NewPerson::TooLate);
        };
        let vouched = known.email_verified
            && known.email.as_deref().and_then(Email::parse).is_some_and(|vouched| vouched.key == email.key);
        if vouched {
            let mut transaction = self.pool.begin().await?;
            let name = known.name();
            let new =
                NewAccountOf { email, name: &name, clause: CLAUSE, lang: ctx.lang, password_hash: None };
            if let Some((account, party)) = self.add_resident_in(&mut transaction, ctx, new).await? {
                if let Err(fault) = self.link_in(&mut transaction, ctx, (account, party), &known).await? {
                    return Ok(NewPerson::Refused(fault));
                }
                let begun =
                    self.begin_session_in(&mut transaction, ctx, visit, account, "identity", None).await?;
                self.keep_id_token(&mut transaction, &begun, &known, &id_token).await?;
                transaction.commit().await?;
                self.forget_new(ctx, visit).await?;
                return Ok(NewPerson::SignedIn(Box::new(begun)));
            }
        }
        match self.sign_up(ctx, visit, &known.name(), email, Some(&known)).await? {
            Err(wait_s) => Ok(NewPerson::Wait(wait_s)),
            Ok(()) => {
                self.forget_new(ctx, visit).await?;
                Ok(NewPerson::Written)
            }
        }
    }

    async fn forget_new(&self, ctx: &Ctx, visit: &Visit) -> Result<(), Failure> {
        sessions::take_challenge(&self.pool, NEW, &entry_hash(visit)?, ctx.now).await?;
        Ok(())
    }

    async fn link_known(
        &self,
        ctx: &Ctx,
        visit: &Visit,
        known: &Known,
        next: Option<&str>,
    ) -> Result<Result<Back, BackFault>, Failure> {
        let resident = ctx.resident().ok_or(Failure::Forbidden { permission: "an account of a resident" })?;
        let (account, session) = own_session(ctx)?;
        let was_linked =
            identities::account_of(&self.pool, &known.issuer, &known.subject).await? == Some(account);
        let mut transaction = self.pool.begin().await?;
        if let Err(fault) = self.link_in(&mut transaction, ctx, (account, resident.party), known).await? {
            return Ok(Err(fault));
        }
        if !was_linked {
            sessions::revoke_all(&mut transaction, account, Some(session), ctx.now).await?;
            self.note_linked(&mut transaction, ctx, account, known).await?;
        }
        transaction.commit().await?;
        let renewed = match known.is_sure() {
            true => Some(Box::new(self.renew_session(ctx, visit, String::new()).await?)),
            false => None,
        };
        Ok(Ok(Back::Linked(own_path(next.or(Some("/account/identity")), true), renewed)))
    }

    async fn note_linked(
        &self,
        connection: &mut PgConnection,
        ctx: &Ctx,
        account: Uuid,
        known: &Known,
    ) -> Result<(), Failure> {
        let details = json!({ "provider": known.provider });
        people::add_event(&mut *connection, new_event(ctx, account, event::LINKED, details)).await?;
        self.tell_of_change(connection, ctx, account, Changed::Linked).await
    }

    async fn confirm_known(
        &self,
        ctx: &Ctx,
        visit: &Visit,
        known: &Known,
        next: Option<&str>,
    ) -> Result<Result<Back, BackFault>, Failure> {
        let (account, _) = own_session(ctx)?;
        if identities::account_of(&self.pool, &known.issuer, &known.subject).await? != Some(account) {
            return Ok(Err(BackFault::NotYours));
        }
        let renewed = self.renew_session(ctx, visit, own_path(next, true)).await?;
        Ok(Ok(Back::Confirmed(Box::new(renewed))))
    }

    /// Links an account with who somebody is at a provider, and lets that prove whose account it is.
    pub(super) async fn link_in(
        &self,
        connection: &mut PgConnection,
        ctx: &Ctx,
        (account, party): (Uuid, Uuid),
        known: &Known,
    ) -> Result<Result<(), BackFault>, Failure> {
        if identities::link(connection, account, known.at_provider(), ctx.now).await? != account {
            return Ok(Err(BackFault::KnownElsewhere));
        }
        let pesel = match known.pesel() {
            Ok(pesel) => pesel,
            Err(fault) => return Ok(Err(told(&known.provider, fault))),
        };
        if !known.is_sure() {
            return Ok(Ok(()));
        }
        let proven = Proven {
            given_names: known.given_names.clone(),
            family_name: known.family_name.clone(),
            born: known.born,
            // Whoever has no PESEL is known by name alone: what is owed stands under the number.
            level: if pesel.is_some() { Level::Verified } else { Level::Known },
            pesel,
            means: format!("oidc:{}", known.provider),
        };
        Ok(self.parties.prove_in(connection, ctx, party, &proven).await?.map_err(|conflict| match conflict {
            ProofConflict::OtherAccount(_) => BackFault::KnownElsewhere,
            ProofConflict::OtherPerson => BackFault::OtherPerson,
        }))
    }

    /// Providers that one's own account is linked with.
    ///
    /// # Errors
    /// When the database fails, or whoever asks has no session.
    pub(super) async fn linked(&self, ctx: &Ctx) -> Result<Vec<LinkedRow>, Failure> {
        let (account, _) = own_session(ctx)?;
        let mut connection = self.pool.acquire().await?;
        Ok(identities::of_account(&mut connection, account).await?)
    }

    /// Removes a provider from one's own account, unless nothing else would open it. All other sessions end.
    ///
    /// # Errors
    /// 404 when it is not linked.
    pub(super) async fn unlink(&self, ctx: &Ctx, id: Uuid) -> Refused<()> {
        let (account, session) = own_session(ctx)?;
        let mut transaction = self.pool.begin().await?;
        people::lock(&mut transaction, account).await?;
        if !identities::unlink(&mut transaction, account, id).await? {
            return Err(Failure::not_found("this provider of identity"));
        }
        if !people::has_way_in(&mut transaction, account).await? {
            return Ok(Err(Refusal::LastWayIn));
        }
        sessions::revoke_all(&mut transaction, account, Some(session), ctx.now).await?;
        people::add_event(&mut *transaction, new_event(ctx, account, event::UNLINKED, json!({}))).await?;
        self.tell_of_change(&mut transaction, ctx, account, Changed::Unlinked).await?;
        transaction.commit().await?;
        Ok(Ok(()))
    }

    /// The provider's page for signing out, when the session of whoever asks began there. Asked once, before the session
    /// ends; that the provider cannot be asked keeps nobody from signing out here.
    ///
    /// # Errors
    /// When the database fails, or whoever asks has no session.
    pub(super) async fn leave(&self, ctx: &Ctx, base: &BaseUrl) -> Result<Option<Leave>, Failure> {
        let (_, session) = own_session(ctx)?;
        let Some((id, sealed)) = identities::take_from_session(&self.pool, session).await? else {
            return Ok(None);
        };
        let Ok(provider) = self.providers.get(&id) else { return Ok(None) };
        let statement = self.keys.open(ID_TOKEN, &sealed).ok().and_then(|text| String::from_utf8(text).ok());
        // It becomes part of an address, which others log: not when it holds the number of a person.
        let pesel = &provider.settings().claims.pesel;
        let statement = statement.filter(|statement| !holds_claim(statement, pesel));
        let back = format!("{}/sign-in", base.0);
        match provider.logout_url(statement.as_deref(), Some(&back), None, ctx.now).await {
            Ok(url) => Ok(url.map(|url| Leave { name: name_of(provider, ctx.lang), url })),
            Err(fault) => {
                told(&id, fault);
                Ok(None)
            }
        }
    }
}

/// Whether a signed statement holds a claim.
fn holds_claim(statement: &str, claim: &str) -> bool {
    use base64::Engine;

    let payload = statement.split('.').nth(1).unwrap_or_default();
    let claims = base64::prelude::BASE64_URL_SAFE_NO_PAD
        .decode(payload)
        .ok()
        .and_then(|text| serde_json::from_slice::<serde_json::Value>(&text).ok());
    // What cannot be read may hold anything.
    claims.is_none_or(|claims| claims.get(claim).is_some())
}

/// Writes down what went wrong, without anything about a person; whoever says no is no fault.
fn told(provider: &str, fault: Fault) -> BackFault {
    match fault {
        Fault::Denied => {
            tracing::info!(provider, code = fault.code(), "a sign-in at a provider was given up")
        }
        _ => tracing::warn!(provider, code = fault.code(), %fault, "a sign-in at a provider failed"),
    }
    BackFault::Provider(fault)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_with_a_number_goes_into_no_address() {
        use base64::Engine;

        let statement =
            |claims: &str| format!("e30.{}.x", base64::prelude::BASE64_URL_SAFE_NO_PAD.encode(claims));
        assert!(!holds_claim(&statement(r#"{"sub":"x"}"#), "pesel"));
        assert!(holds_claim(&statement(r#"{"sub":"x","pesel":"85022899900"}"#), "pesel"));
        assert!(holds_claim("no statement", "pesel"));
    }
}
