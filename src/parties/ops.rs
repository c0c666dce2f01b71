//! What is done with parties: who they are, what is written down of them.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    Parties,
    model::{Look, PURPOSES, Party, Proof, ProofConflict, Proven, Record, line},
    store::{
        self,
        mandates::NewEvent,
        records::{self, NewLook, NewProof},
    },
    telling::News,
};
use crate::{
    kernel::{ParamError, identifiers::Pesel},
    platform::{
        Ctx,
        access::{Acting, Level, Permission, Via},
        ctx::Who,
        http::{Failure, ResultExt},
    },
};

/// Purpose under which PESELs are sealed; the column's declaration in [`super::HOLDINGS`] names it too.
pub(super) const PESEL_SEAL: &[u8] = b"pesel";
/// Most proofs and looks that one page shows.
const SHOWN: i64 = 200;

impl Parties {
    /// The person of an account; `None` when it has none.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn of_account(&self, account: Uuid) -> Result<Option<Party>, Failure> {
        Ok(store::of_account(&self.pool, account).await?)
    }

    /// The same, seen from within the caller's transaction.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn of_account_in(
        &self,
        connection: &mut PgConnection,
        account: Uuid,
    ) -> Result<Option<Party>, Failure> {
        Ok(store::of_account(connection, account).await?)
    }

    /// The person of a PESEL, with or without an account.
    ///
    /// # Errors
    /// When database or key fail.
    pub async fn party_of_pesel(&self, pesel: &Pesel) -> Result<Option<Party>, Failure> {
        Ok(store::of_pesel(&self.pool, &self.pesel_mark(pesel)?).await?)
    }

    /// For whom an agent acts by a power of attorney, if it holds at this instant.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn acting(
        &self,
        mandate: Uuid,
        agent: Uuid,
        now: DateTime<Utc>,
    ) -> Result<Option<Acting>, Failure> {
        Ok(store::mandates::acting(&self.pool, mandate, agent, now).await?)
    }

    /// Writes down what was done by a power of attorney, in the transaction that does it. Nothing where somebody acts
    /// for themselves. `what` is a stable name or short words; agent and principal stand in the mandate.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn acted_in(
        &self,
        connection: &mut PgConnection,
        ctx: &Ctx,
        what: &str,
    ) -> Result<(), Failure> {
        let Some(acting) = ctx.resident().and_then(|resident| resident.acting.as_ref()) else {
            return Ok(());
        };
        let what: String = what.chars().take(500).collect();
        let event =
            NewEvent { mandate: acting.mandate, at: ctx.now, kind: "acted", by: "agent", what: Some(&what) };
        Ok(store::mandates::add_event(connection, event).await?)
    }

    /// Makes the person of a new account, in the transaction that makes the account.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn add_person_in(
        &self,
        connection: &mut PgConnection,
        ctx: &Ctx,
        account: Uuid,
        name: &str,
    ) -> Result<Uuid, Failure> {
        let id = Uuid::now_v7();
        store::add_person(connection, id, Some(account), name, ctx.now).await?;
        Ok(id)
    }

    /// Takes a proof of who a person is, in the caller's transaction: names, day of birth and PESEL are written, the
    /// level rises (it never falls; other sessions end when it does), the proof is written down. A party of the same PESEL without an account, made by a
    /// due or a power of attorney, becomes one with this one. On a conflict nothing is written.
    ///
    /// # Errors
    /// 404 when there is no such party; when database or key fail.
    pub async fn prove_in(
        &self,
        connection: &mut PgConnection,
        ctx: &Ctx,
        party: Uuid,
        proven: &Proven,
    ) -> Result<Result<(), ProofConflict>, Failure> {
        self.prove_with(connection, ctx, party, proven, json!({})).await
    }

    /// As [`Parties::prove_in`], with what else is known of the proof; no personal numbers.
    pub(super) async fn prove_with(
        &self,
        connection: &mut PgConnection,
        ctx: &Ctx,
        party: Uuid,
        proven: &Proven,
        details: serde_json::Value,
    ) -> Result<Result<(), ProofConflict>, Failure> {
        let gone = || Failure::not_found("this person");
        let before = store::lock(connection, party).await?.ok_or_else(gone)?;
        let mut sealed = None;
        if let Some(pesel) = &proven.pesel {
            let mark = self.pesel_mark(pesel)?;
            if before.pesel_mark.as_ref().is_some_and(|own| own != &mark) {
                return Ok(Err(ProofConflict::OtherPerson));
            }
            store::lock_pesel(connection, &mark).await?;
            match store::of_pesel(&mut *connection, &mark).await? {
                Some(Party { id, .. }) if id == party => {}
                Some(Party { account: Some(account), .. }) => {
                    return Ok(Err(ProofConflict::OtherAccount(account)));
                }
                Some(Party { id, account: None, .. }) => store::merge(connection, id, party).await?,
                None => {}
            }
            sealed = Some((mark, self.seal_pesel(pesel)?));
        }
        let level = before.level.max(proven.level);
        // A weaker proof than there was before does not rename anybody.
        if proven.level >= before.level {
            let names = (proven.given_names.as_str(), proven.family_name.as_str());
            let pesel = sealed.as_ref().map(|(mark, sealed)| store::SealedPesel { mark, sealed });
            let born = proven.pesel.as_ref().map(Pesel::born).or(proven.born);
            store::set_identity(connection, party, names, born, pesel).await?;
        }
        self.move_to(connection, ctx, party, (before.level, level)).await?;
        let proof = NewProof { party, at: ctx.now, level, means: &proven.means, by: deed_of(ctx), details };
        records::add_proof(connection, proof).await?;
        if level == Level::Verified && before.level < level {
            let news = News::Verified { at_desk: proven.means == "desk" };
            self.tell_in(connection, ctx, party, news).await?;
        }
        Ok(Ok(()))
    }

    /// Puts a person on another level. A session's token stands for the level at which it was given, so that nobody who
    /// had got hold of one before can do more with it: all sessions of the person end, but the one in which they do it
    /// themselves, which goes on under a new token (`accounts::identify`).
    pub(super) async fn move_to(
        &self,
        connection: &mut PgConnection,
        ctx: &Ctx,
        party: Uuid,
        (before, after): (Level, Level),
    ) -> Result<(), Failure> {
        store::set_level(connection, party, after).await?;
        if before != after {
            let own = ctx.resident().filter(|resident| resident.party == party);
            let kept = own.and_then(|resident| match resident.via {
                Via::Session { id, .. } => Some(id),
                Via::Token { .. } => None,
            });
            store::end_sessions(connection, party, kept, ctx.now).await?;
        }
        Ok(())
    }

    /// Looks at a party for a purpose, one of [`PURPOSES`] or in words: the look is written down, and the person sees it.
    ///
    /// # Errors
    /// When whoever asks may not; 404 when there is no such party.
    pub async fn look(&self, ctx: &Ctx, party: Uuid, purpose: &str) -> Result<Party, Failure> {
        Ok(self.look_at(ctx, party, &Purpose { purpose: purpose.to_owned(), note: None }).await?.party)
    }

    /// As [`Parties::look`], with all that is known.
    pub(super) async fn look_at(&self, ctx: &Ctx, party: Uuid, why: &Purpose) -> Result<Record, Failure> {
        ctx.require(Permission::ResidentsRead, None)?;
        self.open_record(ctx, party, why).await
    }

    /// Writes down that a letter to each of these was printed from the register; the same list by the same clerk on one day is
    /// one look.
    ///
    /// # Errors
    /// When whoever asks may not, or the database fails.
    pub async fn look_at_many(&self, ctx: &Ctx, parties: &[Uuid], why: &Purpose) -> Result<(), Failure> {
        ctx.require(Permission::ResidentsRead, None)?;
        self.note_looks(ctx, parties, why, "letter").await
    }

    /// As [`Parties::look`], for a clerk who has the person and a document before them.
    ///
    /// # Errors
    /// When whoever asks may not verify identities; 404 for nobody.
    pub async fn look_to_verify(&self, ctx: &Ctx, party: Uuid) -> Result<Party, Failure> {
        ctx.require(Permission::ResidentsVerify, None)?;
        Ok(self.open_record(ctx, party, &Purpose::of("identity")).await?.party)
    }

    async fn open_record(&self, ctx: &Ctx, party: Uuid, why: &Purpose) -> Result<Record, Failure> {
        let record = store::record(&self.pool, party).await?;
        let record = record.ok_or_else(|| Failure::not_found("this person"))?;
        self.note_look(ctx, party, why, "record").await?;
        Ok(record)
    }

    /// Writes down that somebody who answers letters has opened one of a party's, with its number; the person sees it.
    ///
    /// # Errors
    /// When whoever asks may not, or the database fails.
    pub async fn look_at_letter(&self, ctx: &Ctx, party: Uuid, number: &str) -> Result<(), Failure> {
        ctx.require(Permission::ConversationsAnswer, None)?;
        let why = Purpose { purpose: "case".to_owned(), note: Some(number.to_owned()) };
        self.note_look(ctx, party, &why, "conversation").await
    }

    /// Writes down that somebody who deals with dues has opened what a party owes; the person sees it.
    ///
    /// # Errors
    /// When whoever asks may not, or the database fails.
    pub async fn look_at_dues(&self, ctx: &Ctx, party: Uuid, why: &Purpose) -> Result<(), Failure> {
        may_see_dues(ctx)?;
        self.note_look(ctx, party, why, "dues").await
    }

    /// Writes down that somebody of the staff sees in one list what these people owe; the same list by the same clerk on one
    /// day is one look.
    ///
    /// # Errors
    /// When whoever asks may not, or the database fails.
    pub async fn look_at_dues_of_many(
        &self,
        ctx: &Ctx,
        parties: &[Uuid],
        why: &Purpose,
    ) -> Result<(), Failure> {
        may_see_dues(ctx)?;
        self.note_looks(ctx, parties, why, "dues").await
    }

    /// Writes down that somebody of the staff reads signed answers of these people to a survey.
    ///
    /// # Errors
    /// When whoever asks may not, or the database fails.
    pub async fn look_at_answers_of_many(
        &self,
        ctx: &Ctx,
        parties: &[Uuid],
        why: &Purpose,
    ) -> Result<(), Failure> {
        ctx.require(Permission::SurveysManage, None)?;
        self.note_looks(ctx, parties, why, "answers").await
    }

    /// Writes down what somebody of the staff sees of many people in one list.
    async fn note_looks(
        &self,
        ctx: &Ctx,
        parties: &[Uuid],
        why: &Purpose,
        what: &'static str,
    ) -> Result<(), Failure> {
        let look = records::ListLook {
            parties,
            at: ctx.now,
            staff: ctx.account(),
            staff_name: staff_name(ctx),
            purpose: &why.purpose,
            note: why.note.as_deref(),
            what,
        };
        Ok(records::add_looks(&self.pool, look).await?)
    }

    /// Writes a look down.
    pub(super) async fn note_look(
        &self,
        ctx: &Ctx,
        party: Uuid,
        why: &Purpose,
        what: &str,
    ) -> Result<(), Failure> {
        let mut connection = self.pool.acquire().await?;
        self.note_look_in(&mut connection, ctx, party, why, what).await
    }

    /// The same in the caller's transaction.
    pub(super) async fn note_look_in(
        &self,
        connection: &mut PgConnection,
        ctx: &Ctx,
        party: Uuid,
        why: &Purpose,
        what: &str,
    ) -> Result<(), Failure> {
        let purpose = line(&why.purpose, 200).ok_or_else(|| {
            ParamError::new("purpose", "must say in at most 200 characters what the look is for")
        })?;
        let look = NewLook {
            party,
            at: ctx.now,
            staff: ctx.account(),
            staff_name: staff_name(ctx),
            purpose: &purpose,
            note: why.note.as_deref(),
            what,
        };
        Ok(records::add_look(connection, look).await?)
    }

    /// Who of the staff looked at a party, the newest first: for the person themselves and for whoever may look.
    ///
    /// # Errors
    /// When whoever asks is neither.
    pub async fn looks_of(&self, ctx: &Ctx, party: Uuid) -> Result<Vec<Look>, Failure> {
        self.require_own_or_reader(ctx, party)?;
        Ok(records::looks(&self.pool, party, SHOWN).await?)
    }

    /// By which proofs a party reached its level, the newest first: for the person themselves and for whoever may look.
    ///
    /// # Errors
    /// When whoever asks is neither.
    pub async fn proofs_of(&self, ctx: &Ctx, party: Uuid) -> Result<Vec<Proof>, Failure> {
        self.require_own_or_reader(ctx, party)?;
        Ok(records::proofs(&self.pool, party, SHOWN).await?)
    }

    /// What is known of the resident who asks.
    ///
    /// # Errors
    /// When no resident asks.
    pub async fn own_record(&self, ctx: &Ctx) -> Result<Record, Failure> {
        let resident = ctx.require_level(Level::Known)?;
        let record = store::record(&self.pool, resident.party).await?;
        record.ok_or_else(|| Failure::not_found("this person"))
    }

    fn require_own_or_reader(&self, ctx: &Ctx, party: Uuid) -> Result<(), Failure> {
        match ctx.resident() {
            Some(resident) if resident.party == party => Ok(()),
            _ => ctx.require(Permission::ResidentsRead, None),
        }
    }

    /// The mark by which a PESEL is found again.
    ///
    /// # Errors
    /// When the key is not to be had.
    pub fn pesel_mark(&self, pesel: &Pesel) -> Result<[u8; 32], Failure> {
        self.mark(&[b"pesel", pesel.reveal().as_bytes()])
    }

    /// A mark as bytes.
    pub(super) fn mark(&self, parts: &[&[u8]]) -> Result<[u8; 32], Failure> {
        let text = self.keys.mark(parts).internal("make a mark")?;
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).internal("make a mark")?;
        bytes.try_into().map_err(|_| "a mark of another length").internal("make a mark")
    }
}

/// What a look is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Purpose {
    /// One of [`PURPOSES`], or words.
    pub purpose: String,
    /// What else the clerk says.
    pub note: Option<String>,
}

impl Purpose {
    /// One of the list.
    #[must_use]
    pub fn of(name: &'static str) -> Self {
        Self { purpose: name.to_owned(), note: None }
    }

    /// As a form names it: one of the list with or without a note, or only words.
    #[must_use]
    pub fn read(chosen: &str, note: &str) -> Option<Self> {
        let note = if note.trim().is_empty() { None } else { Some(line(note, 200)?) };
        if PURPOSES.contains(&chosen) {
            return Some(Self { purpose: chosen.to_owned(), note });
        }
        let words = note.filter(|words| chosen == "other" && words.chars().count() >= 5)?;
        Some(Self { purpose: words, note: None })
    }
}

/// Whoever manages dues must see them, also where a token allows nothing else.
fn may_see_dues(ctx: &Ctx) -> Result<(), Failure> {
    if ctx.may(Permission::DuesManage, None) { Ok(()) } else { ctx.require(Permission::DuesRead, None) }
}

/// Who of the staff does it, as the person sees it.
pub(super) fn staff_name(ctx: &Ctx) -> &str {
    ctx.staff().map_or(ctx.actor(), |staff| &staff.name)
}

/// Whose deed a proof is, without naming the person in whose history it stands.
pub(super) fn deed_of(ctx: &Ctx) -> &str {
    match &ctx.who {
        Who::Resident(_) | Who::Visitor => "self",
        Who::Staff(staff) => &staff.email,
        Who::System(name) => name,
    }
}
