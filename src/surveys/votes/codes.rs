//! Printed personal codes: the roll's door for whoever has no account.
//!
//! A code stands in place of the session at that one door; what comes after it (a blinded token, an envelope, the urn) is the
//! same for all. It is one more way to the same name in the same roll, so that nobody has two tokens. What is kept of codes
//! does not change when one is used, and whoever tries one leaves nothing but, for a day, the mark of a network whose codes
//! were wrong.

use ballots::code;
use uuid::Uuid;

use super::{
    ops::{Wish, conflict, stated},
    paper::judged_at_desk,
    store::{
        self,
        codes::{self, Addressee, Printed, To},
    },
};
use crate::{
    parties::{Address, Purpose},
    platform::{
        Ctx,
        access::Permission,
        http::{Failure, ResultExt},
        secrets,
    },
    surveys::{
        Eligibility, Survey, Surveys, Why,
        store::{answers, invitations::For},
    },
    ui::local_time::{day_of, start_of},
};

/// Letters of one file: the limit of a document's pages, with room for two of each letter.
pub(super) const MOST_LETTERS: i64 = 250;
/// Wrong codes that one network may bring to a vote on one day. Mistyped ones are not among them: who they could be of is
/// not looked up.
const MOST_WRONG: i32 = 30;

/// A code that is about to be printed. Not shown by `Debug`.
pub(super) struct Letter {
    pub(super) party: Uuid,
    pub(super) name: String,
    /// Street and place; empty when the town does not know them.
    pub(super) address: Vec<String>,
    pub(super) code: String,
}

impl std::fmt::Debug for Letter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Letter").finish_non_exhaustive()
    }
}

/// Why no code is printed for somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoCode {
    /// They stand in the roll.
    TookPart,
    /// They may not take part.
    NotEligible(Why),
}

/// Codes of a vote, for the staff.
#[derive(Debug, Clone)]
pub(super) struct Codes {
    /// Whether they can be printed now.
    pub(super) can_print: bool,
    pub(super) count: codes::CodeCount,
    /// To how many letters could be written: without an account, and to all.
    pub(super) open: [i64; 2],
    pub(super) runs: Vec<codes::Run>,
}

impl Letter {
    fn of(to: Addressee) -> Result<Self, Failure> {
        let random = secrets::random::<64>().internal("make a code")?;
        let code = code::of_random(&random).ok_or("too few letters").internal("make a code")?;
        let address = match (to.house_number, to.postcode) {
            (Some(house_number), Some(postcode)) => {
                let address = Address {
                    street: to.street.unwrap_or_default(),
                    house_number,
                    flat_number: to.flat_number.unwrap_or_default(),
                    postcode,
                    place: to.place.unwrap_or_default(),
                };
                vec![address.street_line(), address.place_line()]
            }
            _ => Vec::new(),
        };
        Ok(Self { party: to.party, name: to.name, address, code })
    }
}

impl Surveys {
    /// A new code for somebody who stands before the clerk. It counts once it is kept: [`Surveys::keep_codes`]. The look is
    /// written down, and the person sees it.
    ///
    /// # Errors
    /// When whoever asks may not, or the vote is over; 404 for nobody.
    pub(super) async fn new_code(
        &self,
        ctx: &Ctx,
        survey: &Survey,
        party: Uuid,
        why: &Purpose,
    ) -> Result<Result<Letter, NoCode>, Failure> {
        ctx.require(Permission::SurveysPaper, None)?;
        self.parties.look(ctx, party, &why.purpose).await?;
        let mut connection = self.pool.acquire().await?;
        self.can_print(ctx, &mut connection, survey.id).await?;
        let to = codes::addressee(&mut connection, party).await?;
        let to = to.ok_or_else(|| Failure::not_found("this person"))?;
        if let Eligibility::No(why) = judged_at_desk(&mut connection, ctx, survey, party).await? {
            return Ok(Err(NoCode::NotEligible(why)));
        }
        if codes::is_in_roll(&mut connection, survey.id, party).await? {
            return Ok(Err(NoCode::TookPart));
        }
        Ok(Ok(Letter::of(to)?))
    }

    /// New codes for people whom the register knows as entitled, at most [`MOST_LETTERS`]: the next ones, or those of an
    /// earlier run again. They count once they are kept. Each look is written down.
    ///
    /// # Errors
    /// When whoever asks may not both manage surveys and read the register of persons, or the vote is over.
    pub(super) async fn new_letters(
        &self,
        ctx: &Ctx,
        survey: &Survey,
        to: To,
        why: &Purpose,
    ) -> Result<Vec<Letter>, Failure> {
        ctx.require(Permission::SurveysManage, None)?;
        let mut connection = self.pool.acquire().await?;
        self.can_print(ctx, &mut connection, survey.id).await?;
        let of = For::of(survey, ctx.now);
        let all = codes::addressees(&mut connection, survey, &of, to, MOST_LETTERS).await?;
        drop(connection);
        let parties: Vec<Uuid> = all.iter().map(|one| one.party).collect();
        self.parties.look_at_many(ctx, &parties, why).await?;
        all.into_iter().map(Letter::of).collect()
    }

    /// Keeps what was printed: from now on these codes count, and those that the same people had are void. `run` is a run of
    /// letters: an earlier one, or 0 for a new one.
    ///
    /// # Errors
    /// When whoever asks may not, or the vote is over.
    pub(super) async fn keep_codes(
        &self,
        ctx: &Ctx,
        survey: Uuid,
        letters: &[Letter],
        run: Option<i32>,
    ) -> Result<(), Failure> {
        ctx.require(if run.is_some() { Permission::SurveysManage } else { Permission::SurveysPaper }, None)?;
        let parties: Vec<Uuid> = letters.iter().map(|letter| letter.party).collect();
        let digests: Result<Vec<_>, _> =
            letters.iter().map(|letter| self.code_digest(&letter.code)).collect();
        let digests: Vec<Vec<u8>> = digests?.iter().map(|digest| digest.to_vec()).collect();
        let mut transaction = self.pool.begin().await?;
        self.can_print(ctx, &mut transaction, survey).await?;
        let first = run == Some(0);
        let run = match run {
            Some(0) => {
                let before = codes::runs(&mut transaction, survey).await?;
                Some(before.first().map_or(1, |last| last.number.saturating_add(1)))
            }
            other => other,
        };
        let (day, clerk) = (day_of(ctx.now), ctx.actor());
        let printed = Printed { parties: &parties, digests: &digests, day, clerk, run, first };
        // Of two who print the same letters at once, one has them; the other's would be void on the way.
        if codes::put_codes(&mut transaction, survey, &printed).await? < parties.len() as u64 {
            return Err(conflict(ctx, "vote-letters-at-once"));
        }
        let (what, note) = match run {
            None => ("code-printed", String::new()),
            Some(_) => ("letters-printed", letters.len().to_string()),
        };
        store::add_deed(&mut transaction, survey, ctx.now, (ctx.actor(), what, &note)).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Codes of a vote; nothing when there are none and none can be printed.
    pub(super) async fn codes(
        &self,
        ctx: &Ctx,
        connection: &mut sqlx::PgConnection,
        survey: &Survey,
    ) -> Result<Option<Codes>, Failure> {
        let can_print = codes::can_print(connection, survey.id).await?;
        let count = codes::code_count(connection, survey.id).await?;
        if !can_print && count.people == 0 {
            return Ok(None);
        }
        let open = match can_print && may_write(ctx) {
            true => codes::count_addressees(connection, survey, &For::of(survey, ctx.now)).await?,
            false => [0; 2],
        };
        Ok(Some(Codes { can_print, count, open, runs: codes::runs(connection, survey.id).await? }))
    }

    /// Refuses once the vote is over. The lock keeps the urn shut to the end of a transaction.
    async fn can_print(
        &self,
        ctx: &Ctx,
        connection: &mut sqlx::PgConnection,
        survey: Uuid,
    ) -> Result<(), Failure> {
        let can =
            store::share_lock(connection, survey).await? && codes::can_print(connection, survey).await?;
        if can { Ok(()) } else { Err(conflict(ctx, "vote-code-not-now")) }
    }

    /// Signs the blinded token of whoever holds a printed code, as [`Surveys::take_token`] does of whoever is signed in.
    ///
    /// # Errors
    /// Says what is wrong with the code, or why it is of no use any more.
    pub(super) async fn take_token_by_code(
        &self,
        ctx: &Ctx,
        survey: Uuid,
        (typed, network): (&str, &str),
        wish: &Wish,
    ) -> Result<Vec<u8>, Failure> {
        let urn = self.urn(survey).await?;
        let found = self.survey(ctx, survey).await?;
        let mut connection = self.pool.acquire().await?;
        if !store::takes(&mut connection, survey).await? {
            self.memory().refused(survey, "token-too-late");
            return Err(conflict(ctx, "vote-closed"));
        }
        let refused = |why: &'static str, code: &'static str| {
            self.memory().refused(survey, why);
            Err(stated(ctx, code))
        };
        let Some(code) = code::read(typed) else { return refused("code-mistyped", "vote-code-mistyped") };
        let day = day_of(ctx.now);
        let mark = self.mark_of_network(b"survey-code-network", survey, network, day)?;
        if codes::wrong_codes(&mut connection, survey, &mark, day).await? >= MOST_WRONG {
            self.memory().refused(survey, "code-too-often");
            let left = (start_of(day + chrono::Days::new(1)) - ctx.now).num_seconds();
            return Err(Failure::TooMany { retry_after_s: u64::try_from(left).unwrap_or(1) });
        }
        let party = match codes::holder(&mut connection, &self.code_digest(&code)?).await? {
            Some((of, party)) if of == survey => party,
            Some(_) => return refused("code-of-other-vote", "vote-code-of-other-vote"),
            None => {
                answers::count_network(&mut connection, survey, &mark, day).await?;
                return refused("code-wrong", "vote-code-wrong");
            }
        };
        if let Eligibility::No(why) = judged_at_desk(&mut connection, ctx, &found, party).await? {
            return refused("not-eligible", why.key());
        }
        drop(connection);
        match self.sign_for(ctx, survey, &urn, party, wish).await {
            // To whoever holds a paper, "this account" means nothing.
            Err(Failure::Conflict { code: "vote-token-taken", .. }) => Err(conflict(ctx, "vote-code-used")),
            other => other,
        }
    }

    /// What is kept of a code: nobody without the installation's key can try codes against it.
    fn code_digest(&self, code: &str) -> Result<[u8; 32], Failure> {
        let mark = self.keys.mark(&[b"survey-code", code.as_bytes()]).internal("mark a code")?;
        Ok(secrets::hash_of(&mark))
    }
}

/// Whether somebody may write letters to all who may vote: to do so is to read their addresses.
pub(super) fn may_write(ctx: &Ctx) -> bool {
    ctx.may(Permission::SurveysManage, None) && ctx.may(Permission::ResidentsRead, None)
}
