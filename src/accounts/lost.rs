//! A resident who has lost the second proof and the recovery codes, helped at the desk.
//!
//! The office proves who it is as surely as it was proved when the person was verified: by a document that names the same
//! PESEL. What is lost is taken away, nothing is put in its place: whoever stands there still needs the password, and adds
//! another second proof themselves. Whoever was never verified has nothing with which a document could be compared.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::{
    Accounts,
    model::event,
    store::{factors, people, sessions},
};
use crate::{
    parties::{Party, Seen},
    platform::{
        Ctx,
        access::{Level, Permission},
        http::{Failure, ResultExt},
    },
};

/// Purpose under which what was seen is sealed between the two steps.
const REMOVAL_SEAL: &[u8] = b"factors-removal";
/// How long a clerk may take from the first step to the second.
const DESK_TIME: chrono::Duration = chrono::Duration::minutes(30);

/// Whose second proof a clerk is asked to take away.
#[derive(Debug, Clone)]
pub(super) struct Helpless {
    pub party: Party,
    pub email: String,
    account: Uuid,
}

/// Why nothing is taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoRemoval {
    /// There is no second proof.
    NoFactors,
    /// The person is not verified.
    NotVerified,
    /// The document is somebody else's.
    OtherPerson,
}

/// Between the two steps: whose it is, which clerk saw which kind of document, and when.
#[derive(Debug, Serialize, Deserialize)]
struct Review {
    party: Uuid,
    clerk: Uuid,
    at: DateTime<Utc>,
    document: String,
}

impl Accounts {
    /// A person whose second proof can be taken away at the desk.
    ///
    /// # Errors
    /// When whoever asks may not; 404 when there is no such person, or they have no account.
    pub(super) async fn helpless(
        &self,
        ctx: &Ctx,
        party: Uuid,
    ) -> Result<Result<Helpless, NoRemoval>, Failure> {
        ctx.require(Permission::ResidentsVerify, None)?;
        let gone = || Failure::not_found("this account");
        let party = self.parties.look_to_verify(ctx, party).await?;
        let account = party.account.ok_or_else(gone)?;
        let login = people::login(&self.pool, Some(account), None).await?;
        let login = login.filter(|login| !login.disabled && login.resident).ok_or_else(gone)?;
        if !login.has_totp && !login.has_passkey {
            return Ok(Err(NoRemoval::NoFactors));
        }
        if party.level < Level::Verified {
            return Ok(Err(NoRemoval::NotVerified));
        }
        Ok(Ok(Helpless { party, email: login.email, account }))
    }

    /// The first step: compares the document, and seals what was seen for the second: only the same clerk can confirm it.
    ///
    /// # Errors
    /// As [`Accounts::helpless`].
    pub(super) async fn review_removal(
        &self,
        ctx: &Ctx,
        party: Uuid,
        seen: &Seen,
    ) -> Result<Result<Vec<u8>, NoRemoval>, Failure> {
        if let Err(refused) = self.helpless(ctx, party).await? {
            return Ok(Err(refused));
        }
        if !self.parties.is_document_of(ctx, party, seen).await? {
            return Ok(Err(NoRemoval::OtherPerson));
        }
        let clerk = ctx.account().unwrap_or_default();
        let review = Review { party, clerk, at: ctx.now, document: seen.document.clone() };
        let plain = serde_json::to_vec(&review).internal("seal what a clerk saw")?;
        Ok(Ok(self.keys.seal(REMOVAL_SEAL, &plain).internal("seal what a clerk saw")?))
    }

    /// The second step: app, passkeys and recovery codes go, all sessions end, links for new passwords stop working, and
    /// the person is told by mail. Answers the person.
    ///
    /// # Errors
    /// As [`Accounts::helpless`]; when it is not the clerk of the first step, or took too long.
    pub(super) async fn confirm_removal(
        &self,
        ctx: &Ctx,
        sealed: &[u8],
    ) -> Result<Result<Uuid, NoRemoval>, Failure> {
        let plain = self.keys.open(REMOVAL_SEAL, sealed).map_err(|_| Failure::ForeignForm)?;
        let review: Review = serde_json::from_slice(&plain).map_err(|_| Failure::ForeignForm)?;
        if Some(review.clerk) != ctx.account() || ctx.now - review.at > DESK_TIME {
            return Err(Failure::ForeignForm);
        }
        let account = match self.helpless(ctx, review.party).await? {
            Ok(helpless) => helpless.account,
            Err(refused) => return Ok(Err(refused)),
        };
        let mut transaction = self.pool.begin().await?;
        people::lock(&mut transaction, account).await?;
        let login = people::login(&mut *transaction, Some(account), None).await?;
        let Some(login) = login.filter(|login| login.has_totp || login.has_passkey) else {
            return Ok(Err(NoRemoval::NoFactors));
        };
        factors::remove_all(&mut transaction, account).await?;
        sessions::revoke_all(&mut transaction, account, None, ctx.now).await?;
        people::end_links(&mut transaction, account, ctx.now).await?;
        let removed = people::NewEvent {
            at: ctx.now,
            account: Some(account),
            kind: event::FACTORS_REMOVED,
            // Which clerk it was stands among the looks at the person, by name.
            actor: people::OFFICE,
            address: None,
            agent: None,
            details: json!({ "document": review.document, "staff": review.clerk }),
        };
        people::add_event(&mut *transaction, removed).await?;
        self.tell_of_removed_factors(&mut transaction, ctx, &login).await?;
        transaction.commit().await?;
        Ok(Ok(review.party))
    }
}
