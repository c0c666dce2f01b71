//! Tokens and ballots.

use std::sync::Arc;

use ballots::secret::{Ballot, Keys, PublicKeys, Refused, file::Counts, urn::plain_bytes};
use serde_json::Value;
use uuid::Uuid;

use super::{Memory, Urn, store};
use crate::{
    platform::{
        Ctx,
        files::Object,
        http::{Failure, ResultExt},
        i18n::texts,
    },
    surveys::{Collision, Eligibility, Secrecy, State, Survey, Surveys, store as surveys},
    ui::local_time::day_of,
};

/// Where the private halves of a survey's keys lie in the store of files.
pub(super) fn keys_folder(survey: Uuid) -> String {
    format!("votes/keys/{survey}")
}

/// For what the private halves are sealed.
fn seal_purpose(survey: Uuid) -> Vec<u8> {
    [b"votes/".as_slice(), survey.as_bytes()].concat()
}

/// What a voter's browser asks the town to sign.
#[derive(Debug)]
pub(super) struct Wish {
    /// The blinded token.
    pub(super) blinded: Vec<u8>,
    /// The token closed for the urn, where the rule about paper needs it.
    pub(super) handle: Option<Vec<u8>>,
}

/// A request that comes to nothing, with a code for programs and a text for people.
pub(super) fn conflict(ctx: &Ctx, code: &'static str) -> Failure {
    Failure::Conflict { code, detail: texts(ctx.lang).get(code), more: Value::Null }
}

/// As [`conflict`], of what cannot be fulfilled at any time.
pub(super) fn stated(ctx: &Ctx, code: &'static str) -> Failure {
    Failure::Stated { code, detail: texts(ctx.lang).get(code), more: Value::Null }
}

impl Surveys {
    /// What was found when the urn of a survey was opened; none while it is shut, and of a survey without one.
    ///
    /// # Errors
    /// When the database fails.
    pub(in crate::surveys) async fn vote_counts(&self, survey: Uuid) -> Result<Option<Counts>, Failure> {
        let urn = self.kept_urn(survey).await?;
        Ok(urn.filter(|urn| urn.opened_on.is_some()).and_then(|urn| urn.counts).map(|counts| counts.0))
    }

    /// The urn of a survey as it is kept; none before its time.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) async fn kept_urn(&self, survey: Uuid) -> Result<Option<store::UrnRow>, Failure> {
        let mut connection = self.pool.acquire().await?;
        Ok(store::urn(&mut connection, survey).await?)
    }

    /// The published file of a vote.
    ///
    /// # Errors
    /// 404 until its results are published.
    pub(super) async fn published_file(&self, survey: &Survey) -> Result<Object, Failure> {
        let urn = match survey.state {
            State::Published => self.kept_urn(survey.id).await?,
            _ => None,
        };
        let name = urn.and_then(|urn| urn.file).ok_or_else(|| Failure::not_found("this file"))?;
        let object = self.files.stream(&name).await.internal("read the file of a vote")?;
        object.ok_or("it is gone").internal("read the file of a vote")
    }

    /// The urn of a survey: put up when its time has come.
    ///
    /// # Errors
    /// 404 when it is not secret, or its time has not come.
    pub(in crate::surveys) async fn urn(&self, survey: Uuid) -> Result<Arc<Urn>, Failure> {
        if let Some(known) = self.votes.urns.get(&survey).await {
            return Ok(known);
        }
        let mut connection = self.pool.acquire().await?;
        let found = surveys::find(&mut connection, survey).await?;
        let found = found.filter(|survey| survey.secrecy == Secrecy::Secret);
        let found = found.ok_or_else(|| Failure::not_found("this vote"))?;
        let row = match store::urn(&mut connection, survey).await? {
            Some(row) => row,
            None => {
                if !store::takes(&mut connection, survey).await? {
                    return Err(Failure::not_found("this vote"));
                }
                drop(connection);
                self.put_up(&found).await?
            }
        };
        let keys = row.public();
        let verify = keys.verify().internal("read the key of tokens")?;
        let urn = Arc::new(Urn {
            keys,
            verify,
            plain_bytes: usize::try_from(row.plain_bytes).internal("read an urn")?,
            handle: found.collision != Collision::First,
        });
        self.votes.urns.insert(survey, urn.clone()).await;
        Ok(urn)
    }

    /// Makes keys and puts up the urn. The private halves are in the store before the row that names them, and of two nodes
    /// at once the quicker one's count.
    async fn put_up(&self, survey: &Survey) -> Result<store::UrnRow, Failure> {
        let keys = tokio::task::spawn_blocking(Keys::generate).await.internal("make keys")?;
        let keys = keys.internal("make keys")?;
        let sealed = self.keys.seal(&seal_purpose(survey.id), &keys.to_bytes().internal("keep keys")?);
        let name = format!("{}/{}", keys_folder(survey.id), Uuid::new_v4());
        self.files.put(&name, sealed.internal("seal keys")?.into()).await.internal("keep keys")?;
        let mut transaction = self.pool.begin().await?;
        let plain = i32::try_from(plain_bytes(&survey.form)).internal("measure a form")?;
        if store::add_urn(&mut transaction, survey.id, keys.public(), &name, plain).await? {
            let ctx = Ctx::system("votes");
            let said = (ctx.actor(), "urn-put-up", keys.public().fingerprint());
            store::add_deed(&mut transaction, survey.id, ctx.now, (said.0, said.1, &said.2)).await?;
            transaction.commit().await?;
            tracing::info!(survey = %survey.id, fingerprint = %said.2, "an urn was put up");
        } else {
            drop(transaction);
            self.files.remove_below(&name).await.internal("remove keys")?;
        }
        let mut connection = self.pool.acquire().await?;
        let row = store::urn(&mut connection, survey.id).await?;
        row.ok_or("it is gone").internal("put up an urn")
    }

    /// The private halves of a survey's keys; an error once they are destroyed.
    pub(super) async fn private_keys(&self, survey: Uuid, name: Option<&str>) -> Result<Arc<Keys>, Failure> {
        if let Some(known) = self.votes.keys.get(&survey).await {
            return Ok(known);
        }
        let name = name.ok_or("they are destroyed").internal("read the keys of a vote")?;
        let sealed = self.files.get(name).await.internal("read the keys of a vote")?;
        let sealed = sealed.ok_or("the object is gone").internal("read the keys of a vote")?;
        let plain = self.keys.open(&seal_purpose(survey), &sealed).internal("open the keys of a vote")?;
        let keys = tokio::task::spawn_blocking(move || Keys::from_bytes(&plain)).await;
        let keys = Arc::new(keys.internal("read the keys of a vote")?.internal("read the keys of a vote")?);
        self.votes.keys.insert(survey, keys.clone()).await;
        Ok(keys)
    }

    /// Signs a resident's blinded token and writes them into the roll, once. The same blinded token is answered by the same
    /// signature, so that a lost answer is no lost vote; another one is refused.
    ///
    /// # Errors
    /// Says why they may not vote, or no more.
    pub(super) async fn take_token(&self, ctx: &Ctx, survey: Uuid, wish: &Wish) -> Result<Vec<u8>, Failure> {
        let resident = ctx.resident().ok_or(Failure::Unauthorized)?;
        let urn = self.urn(survey).await?;
        let found = self.survey(ctx, survey).await?;
        if let Eligibility::No(why) = self.may_take_part(ctx, &found).await? {
            self.votes.refused(survey, "not-eligible");
            return Err(stated(ctx, why.key()));
        }
        self.sign_for(ctx, survey, &urn, resident.party, wish).await
    }

    /// Signs a blinded token for somebody who may take part, once, whatever they proved it by.
    pub(super) async fn sign_for(
        &self,
        ctx: &Ctx,
        survey: Uuid,
        urn: &Urn,
        party: Uuid,
        wish: &Wish,
    ) -> Result<Vec<u8>, Failure> {
        if urn.handle != wish.handle.is_some() {
            return Err(stated(ctx, "vote-handle"));
        }
        if !urn.verify.may_sign(&wish.blinded) {
            self.votes.refused(survey, "no-blinded-token");
            return Err(stated(ctx, "vote-no-token"));
        }
        let mut transaction = self.pool.begin().await?;
        if !store::share_lock(&mut transaction, survey).await?
            || !store::takes(&mut transaction, survey).await?
        {
            self.votes.refused(survey, "token-too-late");
            return Err(conflict(ctx, "vote-closed"));
        }
        let row =
            store::urn(&mut transaction, survey).await?.ok_or_else(|| Failure::not_found("this vote"))?;
        let token = (wish.blinded.as_slice(), wish.handle.as_deref());
        let day = day_of(ctx.now);
        let name = store::enter_online(&mut transaction, survey, party, token, day).await?;
        if name.online_on.is_none() {
            self.votes.refused(survey, "on-paper-already");
            return Err(conflict(ctx, "vote-on-paper"));
        }
        if name.blinded.as_deref() != Some(&wish.blinded) {
            self.votes.refused(survey, "second-token");
            return Err(conflict(ctx, "vote-token-taken"));
        }
        transaction.commit().await?;
        // Whoever gets no answer asks again, and gets the same one.
        let keys = self.private_keys(survey, row.private_keys.as_deref()).await?;
        let blinded = wish.blinded.clone();
        self.reckon(move || keys.sign(&blinded)).await?.internal("sign a token")
    }

    /// Takes a ballot from somebody of whom nothing is asked. `true` when it is new; the same again is answered alike.
    ///
    /// # Errors
    /// Says what is wrong with it, or that it is too late.
    pub(super) async fn cast_ballot(&self, ctx: &Ctx, survey: Uuid, ballot: Ballot) -> Result<bool, Failure> {
        let urn = self.urn(survey).await?;
        let checked =
            self.reckon(move || ballot.check(survey, &urn.verify, urn.plain_bytes).map(|()| ballot)).await?;
        let ballot = checked.map_err(|refused| {
            let why = match refused {
                Refused::Token => "forged-token",
                Refused::Seal => "forged-seal",
                _ => "no-ballot",
            };
            self.votes.refused(survey, why);
            stated(ctx, "vote-no-ballot")
        })?;
        let mut transaction = self.pool.begin().await?;
        if !store::share_lock(&mut transaction, survey).await?
            || !store::takes(&mut transaction, survey).await?
        {
            self.votes.refused(survey, "ballot-too-late");
            return Err(conflict(ctx, "vote-closed"));
        }
        let new = store::cast(&mut transaction, survey, &ballot).await?;
        if !new && store::envelope(&mut transaction, survey, &ballot.token).await? != Some(ballot.envelope) {
            self.votes.refused(survey, "second-ballot");
            return Err(conflict(ctx, "vote-other-ballot"));
        }
        transaction.commit().await?;
        Ok(new)
    }

    /// Work for the processor, a few at once and beside the requests.
    async fn reckon<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Failure> {
        let _turn = self.votes.at_once.acquire().await.internal("wait for a turn")?;
        tokio::task::spawn_blocking(work).await.internal("reckon")
    }

    /// How many have taken part, online and on paper.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn vote_turnout(&self, _ctx: &Ctx, survey: Uuid) -> Result<u64, Failure> {
        let mut connection = self.pool.acquire().await?;
        let all = store::roll_count(&mut connection, survey).await?.all;
        u64::try_from(all).internal("count the roll")
    }

    /// The public keys under which a survey is or was held.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) async fn public_keys(&self, survey: Uuid) -> Result<Option<PublicKeys>, Failure> {
        Ok(self.kept_urn(survey).await?.map(|row| row.public()))
    }

    /// Writes down how often something was refused since the last time.
    pub(super) async fn write_refusals(&self) -> Result<(), Failure> {
        let refused = {
            let mut refused = self.votes.refused.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            std::mem::take(&mut *refused)
        };
        for ((survey, why), times) in refused {
            let mut connection = self.pool.acquire().await?;
            store::add_refusals(&mut connection, survey, why, times).await?;
        }
        Ok(())
    }

    pub(super) fn memory(&self) -> &Memory {
        &self.votes
    }
}
