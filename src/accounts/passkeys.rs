//! Passkeys (WebAuthn): as the second proof, or alone, since they prove both the device and its owner.

use serde_json::json;
use uuid::Uuid;
use webauthn_rs::prelude::{
    CreationChallengeResponse, DiscoverableAuthentication, DiscoverableKey, PasskeyAuthentication,
    PasskeyRegistration, PublicKeyCredential, RegisterPublicKeyCredential, RequestChallengeResponse, Url,
    Webauthn, WebauthnBuilder,
};

use super::{
    Accounts,
    mails::Changed,
    model::{CHALLENGE, MOST_OF_ONE_PERSON, PasskeyRow, event},
    ops::{Refusal, Refused},
    sign_in::{Attempt, Begun, Visit, entry_hash, new_event, own_session, seconds},
    store::{attempts, factors, people, sessions},
    throttle::{Counter, Scope, counters},
    totp::bound_to,
};
use crate::platform::{
    Ctx,
    http::{BaseUrl, Failure, ResultExt},
};

const SIGN_IN: &str = "passkey-sign-in";
const ENROL: &str = "passkey-enrol";
const CONFIRM: &str = "passkey-confirm";

/// The service as authenticators know it: by the name under which it is seen.
fn service(base: &BaseUrl) -> Result<Webauthn, Failure> {
    let origin = Url::parse(&base.0).internal("read the address of the service")?;
    let unfit = || Failure::Stated {
        code: "no-passkeys",
        detail: "passkeys need a name for the service, not a number: set base_url".to_owned(),
        more: serde_json::Value::Null,
    };
    let name = origin.domain().ok_or_else(unfit)?.to_owned();
    let builder = WebauthnBuilder::new(&name, &origin).map_err(|_| unfit())?;
    builder.rp_name("Reeve").build().internal("prepare passkeys")
}

/// The counter of a network, which all share who have not yet said who they are.
pub(super) fn network_counter(visit: &Visit) -> Vec<Counter> {
    let mut counters = counters("", &visit.place.network(), None);
    counters.retain(|counter| counter.scope == Scope::Address);
    counters
}

impl Accounts {
    /// One's own passkeys.
    ///
    /// # Errors
    /// When the database fails, or whoever asks has no session.
    pub async fn passkeys(&self, ctx: &Ctx) -> Result<Vec<PasskeyRow>, Failure> {
        let (account, _) = own_session(ctx)?;
        Ok(factors::passkey_rows(&self.pool, account).await?)
    }

    /// Begins to add a passkey; answers what the browser needs for it.
    ///
    /// # Errors
    /// When the service has no name that passkeys could be for, or the database fails.
    pub async fn begin_passkey(
        &self,
        ctx: &Ctx,
        base: &BaseUrl,
    ) -> Result<CreationChallengeResponse, Failure> {
        let (account, session) = own_session(ctx)?;
        let name = self.person(ctx, account).await?.name;
        let known = factors::passkeys(&self.pool, account).await?;
        let known = known.iter().map(|passkey| passkey.cred_id().clone()).collect();
        let (challenge, state) = service(base)?
            .start_passkey_registration(account, ctx.actor(), &name, Some(known))
            .internal("begin to add a passkey")?;
        let kept = sessions::Challenge {
            account: Some(account),
            state: serde_json::to_value(state).internal("keep a challenge")?,
        };
        sessions::put_challenge(&self.pool, ENROL, &bound_to(session), &kept, ctx.now + CHALLENGE).await?;
        Ok(challenge)
    }

    /// Adds the passkey that the browser made.
    ///
    /// # Errors
    /// [`Failure::ForeignForm`] when it answers no challenge of this session.
    pub async fn finish_passkey(
        &self,
        ctx: &Ctx,
        base: &BaseUrl,
        name: &str,
        made: &RegisterPublicKeyCredential,
    ) -> Refused<()> {
        let (account, session) = own_session(ctx)?;
        let taken = sessions::take_challenge(&self.pool, ENROL, &bound_to(session), ctx.now).await?;
        let kept = taken.filter(|kept| kept.account == Some(account)).ok_or(Failure::ForeignForm)?;
        let state: PasskeyRegistration = serde_json::from_value(kept.state).internal("read a challenge")?;
        let passkey =
            service(base)?.finish_passkey_registration(made, &state).map_err(|_| Failure::ForeignForm)?;
        let rows = factors::passkey_rows(&self.pool, account).await?;
        if i64::try_from(rows.len()).unwrap_or(i64::MAX) >= MOST_OF_ONE_PERSON {
            return Ok(Err(Refusal::TooMany));
        }
        let mut transaction = self.pool.begin().await?;
        factors::add_passkey(&mut transaction, account, name, &passkey, ctx.now).await?;
        sessions::revoke_all(&mut transaction, account, Some(session), ctx.now).await?;
        let details = json!({ "name": name });
        people::add_event(&mut *transaction, new_event(ctx, account, event::PASSKEY_ADDED, details)).await?;
        self.tell_of_change(&mut transaction, ctx, account, Changed::PasskeyAdded).await?;
        transaction.commit().await?;
        Ok(Ok(()))
    }

    /// Removes one of one's own passkeys. All other sessions end.
    ///
    /// # Errors
    /// 404 when there is no such passkey.
    pub async fn remove_passkey(&self, ctx: &Ctx, id: Uuid) -> Refused<()> {
        let (account, session) = own_session(ctx)?;
        let mut transaction = self.pool.begin().await?;
        people::lock(&mut transaction, account).await?;
        if !factors::remove_passkey(&mut transaction, account, id).await? {
            return Err(Failure::not_found("this passkey"));
        }
        if !people::has_way_in(&mut transaction, account).await? {
            return Ok(Err(Refusal::LastWayIn));
        }
        sessions::revoke_all(&mut transaction, account, Some(session), ctx.now).await?;
        people::add_event(&mut *transaction, new_event(ctx, account, event::PASSKEY_REMOVED, json!({})))
            .await?;
        self.tell_of_change(&mut transaction, ctx, account, Changed::PasskeyRemoved).await?;
        transaction.commit().await?;
        Ok(Ok(()))
    }

    /// Begins to sign in with a passkey: with one of the account whose second step this is, else with any that the
    /// browser knows. Anybody may ask, so it counts against the network until somebody signs in; when that has asked too
    /// often, the answer is for how many seconds to wait.
    ///
    /// # Errors
    /// When the service has no name that passkeys could be for, or the database fails.
    pub async fn begin_passkey_sign_in(
        &self,
        ctx: &Ctx,
        visit: &Visit,
        base: &BaseUrl,
        next: Option<&str>,
    ) -> Result<Result<RequestChallengeResponse, u64>, Failure> {
        let bound_to = entry_hash(visit)?;
        let service = service(base)?;
        if let Some(wait) = attempts::begin(&self.pool, &network_counter(visit), ctx.now).await? {
            return Ok(Err(seconds(wait)));
        }
        let step = self.second_step(ctx, visit).await?.filter(|step| step.has_passkey);
        let (mut challenge, state) = match step {
            Some(step) => {
                let passkeys = factors::passkeys(&self.pool, step.account).await?;
                let (challenge, state) =
                    service.start_passkey_authentication(&passkeys).internal("begin to ask for a passkey")?;
                (challenge, json!({ "second": state }))
            }
            None => {
                let (challenge, state) =
                    service.start_discoverable_authentication().internal("begin to ask for a passkey")?;
                (challenge, json!({ "alone": state, "next": next }))
            }
        };
        // The browser asks at once, since a button was pressed for it.
        challenge.mediation = None;
        let kept = sessions::Challenge { account: step.map(|step| step.account), state };
        sessions::put_challenge(&self.pool, SIGN_IN, &bound_to, &kept, ctx.now + CHALLENGE).await?;
        Ok(Ok(challenge))
    }

    /// Signs in with the passkey that the browser asked for.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sign_in_with_passkey(
        &self,
        ctx: &Ctx,
        visit: &Visit,
        base: &BaseUrl,
        shown: &PublicKeyCredential,
    ) -> Result<Attempt, Failure> {
        let network = network_counter(visit);
        if let Some(wait) = attempts::begin(&self.pool, &network, ctx.now).await? {
            return Ok(Attempt::Wait(seconds(wait)));
        }
        let Some(mut kept) =
            sessions::take_challenge(&self.pool, SIGN_IN, &entry_hash(visit)?, ctx.now).await?
        else {
            return Ok(Attempt::Wrong);
        };
        let service = service(base)?;
        if let Some(account) = kept.account {
            let state: PasskeyAuthentication =
                serde_json::from_value(kept.state["second"].take()).internal("read a challenge")?;
            let Ok(result) = service.finish_passkey_authentication(shown, &state) else {
                return Ok(Attempt::Wrong);
            };
            self.keep_passkey(ctx, account, &result).await?;
            let email = people::login(&self.pool, Some(account), None).await?.map(|login| login.email);
            let key = email.unwrap_or_default().to_lowercase();
            let mut counters = self.counters(Some(account), &key, visit)?;
            attempts::succeeded(&self.pool, &network, 2).await?;
            counters.retain(|counter| !network.contains(counter));
            return self.finish_second_step(ctx, visit, account, &counters, "passkey").await;
        }
        let state: DiscoverableAuthentication =
            serde_json::from_value(kept.state["alone"].take()).internal("read a challenge")?;
        let Ok((account, credential)) = service.identify_discoverable_authentication(shown) else {
            return Ok(Attempt::Wrong);
        };
        let known = factors::passkeys(&self.pool, account).await?;
        let Some(passkey) = known.iter().find(|passkey| passkey.cred_id().as_slice() == credential) else {
            return Ok(Attempt::Wrong);
        };
        let key = DiscoverableKey::from(passkey);
        let Ok(result) = service.finish_discoverable_authentication_v2(shown, state, &key) else {
            return Ok(Attempt::Wrong);
        };
        self.keep_passkey(ctx, account, &result).await?;
        attempts::succeeded(&self.pool, &network, 2).await?;
        let next = kept.state.get("next").and_then(serde_json::Value::as_str);
        match self.begin_session(ctx, visit, account, "passkey", next).await {
            Ok(begun) => Ok(Attempt::Done(Box::<Begun>::new(begun))),
            // A disabled account is as good as none.
            Err(Failure::Unauthorized) => Ok(Attempt::Wrong),
            Err(failure) => Err(failure),
        }
    }

    /// Begins to show a passkey again, before something dangerous; `None` when the account has none.
    ///
    /// # Errors
    /// When the service has no name that passkeys could be for, or whoever asks has no session.
    pub async fn begin_passkey_confirm(
        &self,
        ctx: &Ctx,
        base: &BaseUrl,
    ) -> Result<Option<RequestChallengeResponse>, Failure> {
        let (account, session) = own_session(ctx)?;
        let passkeys = factors::passkeys(&self.pool, account).await?;
        if passkeys.is_empty() {
            return Ok(None);
        }
        let (mut challenge, state) =
            service(base)?.start_passkey_authentication(&passkeys).internal("begin to ask for a passkey")?;
        challenge.mediation = None;
        let kept = sessions::Challenge {
            account: Some(account),
            state: serde_json::to_value(state).internal("keep a challenge")?,
        };
        sessions::put_challenge(&self.pool, CONFIRM, &bound_to(session), &kept, ctx.now + CHALLENGE).await?;
        Ok(Some(challenge))
    }

    /// Takes the passkey that was shown again; answers the renewed session when it was one of the account.
    ///
    /// # Errors
    /// When the database fails, or whoever asks has no session.
    pub async fn confirm_with_passkey(
        &self,
        ctx: &Ctx,
        visit: &Visit,
        base: &BaseUrl,
        shown: &PublicKeyCredential,
    ) -> Result<Option<Begun>, Failure> {
        let (account, session) = own_session(ctx)?;
        let taken = sessions::take_challenge(&self.pool, CONFIRM, &bound_to(session), ctx.now).await?;
        let Some(kept) = taken.filter(|kept| kept.account == Some(account)) else { return Ok(None) };
        let state: PasskeyAuthentication = serde_json::from_value(kept.state).internal("read a challenge")?;
        let Ok(result) = service(base)?.finish_passkey_authentication(shown, &state) else {
            return Ok(None);
        };
        self.keep_passkey(ctx, account, &result).await?;
        self.renew_session(ctx, visit, String::new()).await.map(Some)
    }

    async fn keep_passkey(
        &self,
        ctx: &Ctx,
        account: Uuid,
        result: &webauthn_rs::prelude::AuthenticationResult,
    ) -> Result<(), Failure> {
        let passkeys = factors::passkeys(&self.pool, account).await?;
        if let Some(mut passkey) = passkeys.into_iter().find(|passkey| passkey.cred_id() == result.cred_id())
        {
            passkey.update_credential(result);
            factors::passkey_used(&self.pool, &passkey, ctx.now).await?;
        }
        Ok(())
    }
}
