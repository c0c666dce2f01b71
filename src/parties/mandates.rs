//! Powers of attorney: who may act for whom.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    Parties,
    model::{DESK_TIME, Mandate, Party, line, masked_email, today},
    ops::{Purpose, deed_of},
    store::{
        self,
        mandates::{self, NewEvent, NewRow},
    },
    telling::News,
};
use crate::{
    kernel::identifiers::{Nip, Pesel},
    platform::{
        Ctx,
        access::{Level, MandateScope, Permission, Via},
        http::{Failure, ResultExt},
    },
};

/// Purpose under which a power of attorney is sealed between its two looks.
const MANDATE_SEAL: &[u8] = b"mandate";
/// Most powers of attorney that one page shows.
const SHOWN: i64 = 200;

/// For whom somebody shall act.
#[derive(Debug, Clone)]
pub enum Principal {
    /// A company; it becomes a party when it is none yet.
    Company {
        /// Its number.
        nip: Nip,
        /// Its name.
        name: String,
    },
    /// A person; they become a party when they are none yet and are named.
    Person {
        /// Their number.
        pesel: Pesel,
        /// Given names and family name.
        names: Option<(String, String)>,
    },
}

/// How a clerk names who shall act.
#[derive(Debug, Clone)]
pub enum Agent {
    /// By PESEL.
    Pesel(Pesel),
    /// By the address with which they sign in, in small letters.
    Email(String),
}

/// A power of attorney to be entered.
#[derive(Debug, Clone)]
pub struct NewMandate {
    /// For whom.
    pub principal: Principal,
    /// Who acts.
    pub agent: Agent,
    /// In what; at least one.
    pub scopes: Vec<MandateScope>,
    /// The first day.
    pub valid_from: NaiveDate,
    /// The last day.
    pub valid_until: Option<NaiveDate>,
    /// What was shown.
    pub document: String,
}

/// Why a power of attorney is not entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MandateFault {
    /// Nobody of this number or address has an account.
    NoAgent,
    /// The agent is not verified.
    AgentNotVerified,
    /// Nobody of this PESEL is known, and no name was given.
    PrincipalUnnamed,
    /// Agent and principal are one.
    SamePerson,
    /// Its last day comes before its first, or is past.
    Dates,
    /// It covers nothing.
    NoScope,
    /// The address of the agent is another person's than at the first look.
    AgentChanged,
}

/// A power of attorney before the second look.
#[derive(Debug, Clone)]
pub struct ReviewedMandate {
    /// What the office calls the principal; nothing when it does not know them yet.
    pub principal: Option<String>,
    /// Who would act.
    pub agent: String,
    /// Their address for signing in, masked.
    pub agent_email: String,
    /// All of it, sealed for [`Parties::confirm_mandate`].
    pub sealed: Vec<u8>,
}

/// Between the two looks: what was typed, whose it is, which clerk looked and when.
#[derive(Debug, Serialize, Deserialize)]
struct Review {
    /// The id that it will have, so that confirming twice enters it once.
    id: Uuid,
    clerk: Uuid,
    at: DateTime<Utc>,
    agent: Uuid,
    mandate: Kept,
}

/// A [`NewMandate`] as the seal holds it. Numbers are never written in clear anywhere else.
#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    company: Option<(String, String)>,
    person: Option<(String, Option<(String, String)>)>,
    agent_pesel: Option<String>,
    agent_email: Option<String>,
    scopes: Vec<String>,
    valid_from: NaiveDate,
    valid_until: Option<NaiveDate>,
    document: String,
}

impl Kept {
    fn of(new: &NewMandate) -> Self {
        let (company, person) = match &new.principal {
            Principal::Company { nip, name } => (Some((nip.as_str().to_owned(), name.clone())), None),
            Principal::Person { pesel, names } => (None, Some((pesel.reveal(), names.clone()))),
        };
        let (agent_pesel, agent_email) = match &new.agent {
            Agent::Pesel(pesel) => (Some(pesel.reveal()), None),
            Agent::Email(email) => (None, Some(email.clone())),
        };
        Self {
            company,
            person,
            agent_pesel,
            agent_email,
            scopes: new.scopes.iter().map(|scope| scope.name().to_owned()).collect(),
            valid_from: new.valid_from,
            valid_until: new.valid_until,
            document: new.document.clone(),
        }
    }

    /// What was sealed; `None` when this version of the program can no longer read it.
    fn into_new(self) -> Option<NewMandate> {
        let principal = match (self.company, self.person) {
            (Some((nip, name)), _) => Principal::Company { nip: Nip::parse(&nip).ok()?, name },
            (None, Some((pesel, names))) => Principal::Person { pesel: Pesel::parse(&pesel).ok()?, names },
            (None, None) => return None,
        };
        let agent = match (self.agent_pesel, self.agent_email) {
            (Some(pesel), _) => Agent::Pesel(Pesel::parse(&pesel).ok()?),
            (None, email) => Agent::Email(email?),
        };
        Some(NewMandate {
            principal,
            agent,
            scopes: self.scopes.iter().filter_map(|name| MandateScope::from_name(name)).collect(),
            valid_from: self.valid_from,
            valid_until: self.valid_until,
            document: self.document,
        })
    }
}

impl Parties {
    /// Looks whether a power of attorney can be entered, and seals it for the second look: only the same clerk can confirm
    /// it, and only so. Both sides see that a clerk looked at them.
    ///
    /// # Errors
    /// When whoever asks may not; when database or key fail.
    pub async fn review_mandate(
        &self,
        ctx: &Ctx,
        new: &NewMandate,
    ) -> Result<Result<ReviewedMandate, MandateFault>, Failure> {
        ctx.require(Permission::ResidentsVerify, None)?;
        let mut transaction = self.pool.begin().await?;
        let (agent, principal) = match self.sides_of(&mut transaction, ctx, new).await? {
            Ok(sides) => sides,
            Err(fault) => return Ok(Err(fault)),
        };
        let why = Purpose::of("mandate");
        for party in [Some(&agent), principal.as_ref()].into_iter().flatten() {
            self.note_look_in(&mut transaction, ctx, party.id, &why, "mandate").await?;
        }
        let email = store::email(&mut *transaction, agent.id).await?;
        transaction.commit().await?;
        let review = Review {
            id: Uuid::now_v7(),
            clerk: ctx.account().unwrap_or_default(),
            at: ctx.now,
            agent: agent.id,
            mandate: Kept::of(new),
        };
        let plain = serde_json::to_vec(&review).internal("seal a power of attorney")?;
        Ok(Ok(ReviewedMandate {
            principal: principal.map(|party| party.name),
            agent: agent.name,
            agent_email: email.as_deref().map(masked_email).unwrap_or_default(),
            sealed: self.keys.seal(MANDATE_SEAL, &plain).internal("seal a power of attorney")?,
        }))
    }

    /// What was sealed for the second look, for whoever corrects it.
    ///
    /// # Errors
    /// When whoever asks may not, or is not the clerk of the first look, or took too long.
    pub fn reviewed_mandate(&self, ctx: &Ctx, sealed: &[u8]) -> Result<NewMandate, Failure> {
        self.open_review(ctx, sealed)?.mandate.into_new().ok_or(Failure::ForeignForm)
    }

    /// The second look: enters a power of attorney that was sealed by the first. Once more is the same as once.
    ///
    /// # Errors
    /// When whoever asks may not, or is not the clerk of the first look, or took too long.
    pub async fn confirm_mandate(
        &self,
        ctx: &Ctx,
        sealed: &[u8],
    ) -> Result<Result<Mandate, MandateFault>, Failure> {
        let review = self.open_review(ctx, sealed)?;
        let new = review.mandate.into_new().ok_or(Failure::ForeignForm)?;
        self.enter_as(ctx, review.id, &new, Some(review.agent)).await
    }

    fn open_review(&self, ctx: &Ctx, sealed: &[u8]) -> Result<Review, Failure> {
        ctx.require(Permission::ResidentsVerify, None)?;
        let plain = self.keys.open(MANDATE_SEAL, sealed).map_err(|_| Failure::ForeignForm)?;
        let review: Review = serde_json::from_slice(&plain).map_err(|_| Failure::ForeignForm)?;
        if Some(review.clerk) != ctx.account() || ctx.now - review.at > DESK_TIME {
            return Err(Failure::ForeignForm);
        }
        Ok(review)
    }

    /// Enters a power of attorney without a second look: for the demo and what fills an installation. It holds from the
    /// agent's next request.
    ///
    /// # Errors
    /// When whoever asks may not; when database or key fail.
    pub async fn enter_mandate(
        &self,
        ctx: &Ctx,
        new: &NewMandate,
    ) -> Result<Result<Mandate, MandateFault>, Failure> {
        ctx.require(Permission::ResidentsVerify, None)?;
        self.enter_as(ctx, Uuid::now_v7(), new, None).await
    }

    async fn enter_as(
        &self,
        ctx: &Ctx,
        id: Uuid,
        new: &NewMandate,
        looked_at: Option<Uuid>,
    ) -> Result<Result<Mandate, MandateFault>, Failure> {
        let mut transaction = self.pool.begin().await?;
        let (agent, principal) = match self.sides_of(&mut transaction, ctx, new).await? {
            Ok(sides) => sides,
            Err(fault) => return Ok(Err(fault)),
        };
        if looked_at.is_some_and(|agent_then| agent_then != agent.id) {
            return Ok(Err(MandateFault::AgentChanged));
        }
        let principal = match principal {
            Some(party) => party.id,
            None => self.add_principal(&mut transaction, ctx, &new.principal).await?,
        };
        let mut scopes = new.scopes.clone();
        scopes.sort_unstable();
        scopes.dedup();
        let row = NewRow {
            id,
            principal,
            agent: agent.id,
            scopes: scopes.iter().map(|scope| scope.name().to_owned()).collect(),
            valid_from: new.valid_from,
            valid_until: new.valid_until,
            document: &new.document,
            by: deed_of(ctx),
            now: ctx.now,
        };
        if mandates::add(&mut transaction, row).await? {
            let event = NewEvent { mandate: id, at: ctx.now, kind: "entered", by: deed_of(ctx), what: None };
            mandates::add_event(&mut transaction, event).await?;
        }
        let entered = mandates::lock(&mut transaction, id).await?.ok_or_else(gone)?;
        self.tell_both_in(&mut transaction, ctx, &entered, News::MandateEntered(&entered)).await?;
        transaction.commit().await?;
        Ok(Ok(entered))
    }

    /// Agent and principal of a power of attorney that can be entered; no principal when the office does not know them
    /// yet. Holds off whoever else would make a party of the principal's PESEL.
    async fn sides_of(
        &self,
        connection: &mut PgConnection,
        ctx: &Ctx,
        new: &NewMandate,
    ) -> Result<Result<(Party, Option<Party>), MandateFault>, Failure> {
        if new.scopes.is_empty() {
            return Ok(Err(MandateFault::NoScope));
        }
        if new.valid_until.is_some_and(|until| until < new.valid_from || until < today(ctx.now)) {
            return Ok(Err(MandateFault::Dates));
        }
        let agent = match &new.agent {
            Agent::Pesel(pesel) => store::of_pesel(&mut *connection, &self.pesel_mark(pesel)?).await?,
            Agent::Email(key) => store::of_email(&mut *connection, key).await?,
        };
        let Some(agent) = agent.filter(|agent| agent.account.is_some()) else {
            return Ok(Err(MandateFault::NoAgent));
        };
        if agent.level < Level::Verified {
            return Ok(Err(MandateFault::AgentNotVerified));
        }
        let principal = match &new.principal {
            Principal::Company { nip, .. } => store::of_nip(&mut *connection, nip.as_str()).await?,
            Principal::Person { pesel, names } => {
                let mark = self.pesel_mark(pesel)?;
                store::lock_pesel(connection, &mark).await?;
                let known = store::of_pesel(&mut *connection, &mark).await?;
                if known.is_none() && names.is_none() {
                    return Ok(Err(MandateFault::PrincipalUnnamed));
                }
                known
            }
        };
        if principal.as_ref().is_some_and(|principal| principal.id == agent.id) {
            return Ok(Err(MandateFault::SamePerson));
        }
        Ok(Ok((agent, principal)))
    }

    /// Makes a party of a principal whom the office does not know yet.
    async fn add_principal(
        &self,
        connection: &mut PgConnection,
        ctx: &Ctx,
        principal: &Principal,
    ) -> Result<Uuid, Failure> {
        match principal {
            Principal::Company { nip, name } => {
                Ok(store::add_company(connection, nip.as_str(), name, ctx.now).await?)
            }
            Principal::Person { pesel, names } => {
                let (given_names, family_name) = names.as_ref().ok_or_else(gone)?;
                let id = Uuid::now_v7();
                let name = format!("{given_names} {family_name}");
                store::add_person(connection, id, None, &name, ctx.now).await?;
                let (mark, sealed) = (self.pesel_mark(pesel)?, self.seal_pesel(pesel)?);
                let kept = store::SealedPesel { mark: &mark, sealed: &sealed };
                let names = (given_names.as_str(), family_name.as_str());
                store::set_identity(connection, id, names, Some(pesel.born()), Some(kept)).await?;
                Ok(id)
            }
        }
    }

    /// Powers of attorney given by or to a party: for the person themselves and for whoever may look.
    ///
    /// # Errors
    /// When whoever asks is neither.
    pub async fn mandates_of(&self, ctx: &Ctx, party: Uuid) -> Result<Vec<Mandate>, Failure> {
        if ctx.resident().is_none_or(|resident| resident.party != party) {
            ctx.require(Permission::ResidentsRead, None)?;
        }
        Ok(mandates::of_party(&self.pool, party, SHOWN).await?)
    }

    /// Revokes a power of attorney (principal, or a clerk with a reason) or renounces it (agent). It holds no longer from
    /// the agent's next request. Once more is the same as once.
    ///
    /// # Errors
    /// 404 when there is none, or it is none of whoever asks.
    pub async fn revoke_mandate(&self, ctx: &Ctx, id: Uuid, why: Option<&str>) -> Result<Mandate, Failure> {
        let mut transaction = self.pool.begin().await?;
        let mandate = mandates::lock(&mut transaction, id).await?;
        let (by, kind) = match (ctx.resident(), &mandate) {
            (Some(resident), Some(mandate)) if mandate.principal == resident.party => {
                ("principal", "revoked")
            }
            (Some(resident), Some(mandate)) if mandate.agent == resident.party => ("agent", "renounced"),
            (Some(_), _) => return Err(gone()),
            (None, _) => {
                ctx.require(Permission::ResidentsVerify, None)?;
                (deed_of(ctx), "revoked")
            }
        };
        let mandate = mandate.ok_or_else(gone)?;
        if mandate.revoked_at.is_none() {
            let why = why.and_then(|why| line(why, 500));
            mandates::revoke(&mut transaction, id, by, why.as_deref(), ctx.now).await?;
            let event = NewEvent { mandate: id, at: ctx.now, kind, by, what: why.as_deref() };
            mandates::add_event(&mut transaction, event).await?;
            self.tell_both_in(&mut transaction, ctx, &mandate, News::MandateRevoked(&mandate)).await?;
            transaction.commit().await?;
        }
        Ok(mandate)
    }

    /// Says that a person was erased, in the transaction of whoever erases: nobody finds them any more, and powers of
    /// attorney that they gave or held end. Their columns are emptied by the declarations.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_in(
        &self,
        connection: &mut PgConnection,
        ctx: &Ctx,
        party: Uuid,
    ) -> Result<(), Failure> {
        for mandate in mandates::open_of(connection, party).await? {
            let by = deed_of(ctx);
            mandates::revoke(connection, mandate, by, None, ctx.now).await?;
            let event = NewEvent { mandate, at: ctx.now, kind: "revoked", by, what: None };
            mandates::add_event(connection, event).await?;
        }
        Ok(store::set_erased(connection, party, ctx.now).await?)
    }

    /// Lets the resident who asks act for somebody in this session, or for themselves again. Answers false when the power
    /// of attorney is not theirs or does not hold now.
    ///
    /// # Errors
    /// When no resident asks in a session.
    pub async fn act(&self, ctx: &Ctx, mandate: Option<Uuid>) -> Result<bool, Failure> {
        let resident = ctx.require_level(Level::Known)?;
        let Via::Session { id: session, .. } = &resident.via else { return Err(Failure::Unauthorized) };
        let mut transaction = self.pool.begin().await?;
        if let Some(mandate) = mandate
            && mandates::acting(&mut *transaction, mandate, resident.party, ctx.now).await?.is_none()
        {
            return Ok(false);
        }
        store::set_acting(&mut transaction, *session, resident.account, mandate).await?;
        let before = resident.acting.as_ref().map(|acting| acting.mandate);
        for (mandate, kind) in [(before, "ended"), (mandate, "begun")] {
            if let Some(mandate) = mandate {
                let event = NewEvent { mandate, at: ctx.now, kind, by: "agent", what: None };
                mandates::add_event(&mut transaction, event).await?;
            }
        }
        transaction.commit().await?;
        Ok(true)
    }

    pub(super) fn seal_pesel(&self, pesel: &Pesel) -> Result<Vec<u8>, Failure> {
        self.keys.seal(super::ops::PESEL_SEAL, pesel.reveal().as_bytes()).internal("seal a PESEL")
    }
}

fn gone() -> Failure {
    Failure::not_found("this power of attorney")
}
