//! Paper on the same roll: the part with the name, and the sheets without names.
//!
//! A form on paper comes in two parts: who it is from, which a clerk compares with the roll before anything else is opened,
//! and a sheet without a name. Whoever stands in the roll by a token is dealt with by the rule that was chosen before the
//! opening. Where a ballot has to leave the urn, that waits until the time of the vote is over, so that nobody votes after
//! it; the token that names it is opened for these people alone.

use std::collections::BTreeMap;

use ballots::{
    form::{
        Answers,
        check::{self, AnswerFault, asked_only},
    },
    secret::{HANDLE, Token, urn::normal},
};
use chrono::Datelike;
use uuid::Uuid;

use super::{
    codes::Codes,
    ops::conflict,
    store::{self, RollCount, SheetRow, UrnRow},
};
use crate::{
    parties::Purpose,
    platform::{Ctx, access::Permission, http::Failure},
    surveys::{Collision, Eligibility, Survey, Surveys, Why, audience::judged, store as surveys},
    ui::local_time::day_of,
};

/// Sheets of one survey.
const MOST_SHEETS: i32 = 1_000_000;

/// What comes of the part with the name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NamePart {
    /// The name stands in the roll now: the sheet counts.
    Entered,
    /// It stood there already as a name on paper.
    Before,
    /// They took part online, and that came first: the sheet does not count.
    OnlineFirst,
    /// They took part online: the envelope is put aside unopened until the time of the vote is over.
    PutAside,
    /// Their ballot left the urn: the sheet counts.
    PaperCounts,
    /// Their ballot left the urn, and the sheet does not count either.
    BothVoid,
    /// They have had a token, but there is no ballot of it in the urn: the sheet does not count.
    Nowhere,
    /// They may not take part.
    NotEligible(Why),
}

/// How far a sheet is entered.
#[derive(Debug, Clone, PartialEq)]
pub enum SheetState {
    /// Once, by this clerk.
    Once(String),
    /// Twice, and alike.
    Same(Answers),
    /// Twice, and these questions differ.
    Differ(Vec<String>),
}

/// Sheets with their states, in order of their numbers.
pub(super) fn states_of(rows: Vec<SheetRow>) -> BTreeMap<i32, SheetState> {
    let mut states = BTreeMap::<i32, (SheetState, Answers)>::new();
    for row in rows {
        let state = match states.remove(&row.number) {
            None => (SheetState::Once(row.clerk), row.answers.0),
            Some((_, first)) => {
                let differ = differences(&first, &row.answers.0);
                let state = if differ.is_empty() {
                    SheetState::Same(first.clone())
                } else {
                    SheetState::Differ(differ)
                };
                (state, first)
            }
        };
        states.insert(row.number, state);
    }
    states.into_iter().map(|(number, (state, _))| (number, state)).collect()
}

fn differences(one: &Answers, other: &Answers) -> Vec<String> {
    let mut ids: Vec<&String> = one.keys().chain(other.keys()).collect();
    ids.sort();
    ids.dedup();
    ids.into_iter().filter(|id| one.get(*id) != other.get(*id)).cloned().collect()
}

/// Whether somebody may take part with whom a clerk has dealt: what the register does not know, the clerk has had before them,
/// a declaration on paper and a document.
pub(super) async fn judged_at_desk(
    connection: &mut sqlx::PgConnection,
    ctx: &Ctx,
    survey: &Survey,
    party: Uuid,
) -> Result<Eligibility, Failure> {
    let known = surveys::known(connection, party, survey.district).await?;
    let year = day_of(survey.opens_at.unwrap_or(ctx.now)).year();
    Ok(match judged(survey, false, known.as_ref(), year) {
        Eligibility::No(Why::AddressUnproved | Why::PlaceUnknown | Why::BornUnknown) if known.is_some() => {
            Eligibility::Yes
        }
        other => other,
    })
}

/// Where a vote stands, for the staff. No name and no ballot is in it.
#[derive(Debug, Clone)]
pub(super) struct Standing {
    pub(super) urn: Option<UrnRow>,
    pub(super) roll: RollCount,
    pub(super) over: bool,
    pub(super) sheets: BTreeMap<i32, SheetState>,
    pub(super) deeds: Vec<store::Deed>,
    pub(super) refusals: Vec<(String, i64)>,
    pub(super) codes: Option<Codes>,
}

impl Surveys {
    /// Where a vote stands.
    ///
    /// # Errors
    /// When whoever asks may not, or the database fails.
    pub(super) async fn vote_standing(&self, ctx: &Ctx, of: &Survey) -> Result<Standing, Failure> {
        ctx.require(Permission::SurveysPaper, None)?;
        self.write_refusals().await?;
        let survey = of.id;
        let mut connection = self.pool.acquire().await?;
        Ok(Standing {
            codes: self.codes(ctx, &mut connection, of).await?,
            urn: store::urn(&mut connection, survey).await?,
            roll: store::roll_count(&mut connection, survey).await?,
            over: store::is_over(&mut connection, survey).await?,
            sheets: states_of(store::sheets(&mut connection, survey).await?),
            deeds: store::deeds(&mut connection, survey).await?,
            refusals: store::refusals(&mut connection, survey).await?,
        })
    }

    /// Says that sheets of paper count too, or that they do not: while the urn is shut.
    ///
    /// # Errors
    /// When whoever asks may not, or the urn is not shut.
    pub(super) async fn take_paper(&self, ctx: &Ctx, survey: Uuid, paper: bool) -> Result<(), Failure> {
        ctx.require(Permission::SurveysManage, None)?;
        self.urn(survey).await?;
        let mut transaction = self.pool.begin().await?;
        self.shut_urn(ctx, &mut transaction, survey).await?;
        if !paper && !store::sheets(&mut transaction, survey).await?.is_empty() {
            return Err(conflict(ctx, "vote-has-sheets"));
        }
        store::set_paper(&mut transaction, survey, paper).await?;
        let what = if paper { "paper-taken" } else { "paper-not-taken" };
        store::add_deed(&mut transaction, survey, ctx.now, (ctx.actor(), what, "")).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// The urn, held against being opened to the end of the transaction.
    async fn shut_urn(
        &self,
        ctx: &Ctx,
        connection: &mut sqlx::PgConnection,
        survey: Uuid,
    ) -> Result<UrnRow, Failure> {
        let held = store::share_lock(connection, survey).await?;
        let urn = store::urn(connection, survey).await?.filter(|urn| held && urn.opened_on.is_none());
        urn.ok_or_else(|| conflict(ctx, "vote-urn-is-open"))
    }

    /// Compares the name on a paper with the roll, and says whether the sheet with it may be opened. That a clerk looked at
    /// the person is written down, and they see it.
    ///
    /// # Errors
    /// When whoever asks may not, the urn is open, or no paper is taken.
    pub(super) async fn enter_name(
        &self,
        ctx: &Ctx,
        survey: &Survey,
        party: Uuid,
        why: &Purpose,
    ) -> Result<NamePart, Failure> {
        ctx.require(Permission::SurveysPaper, None)?;
        self.parties.look(ctx, party, &why.purpose).await?;
        let mut transaction = self.pool.begin().await?;
        let urn = self.shut_urn(ctx, &mut transaction, survey.id).await?;
        if !urn.paper {
            return Err(conflict(ctx, "vote-no-paper"));
        }
        if let Eligibility::No(why) = judged_at_desk(&mut transaction, ctx, survey, party).await? {
            return Ok(NamePart::NotEligible(why));
        }
        let clerk = ctx.actor();
        let day = day_of(ctx.now);
        let part = match store::name(&mut transaction, survey.id, party).await? {
            None => {
                store::enter_paper(&mut transaction, survey.id, party, clerk, day).await?;
                NamePart::Entered
            }
            Some(name) if name.paper_on.is_some() || name.collision.is_some() => NamePart::Before,
            Some(_) if survey.collision == Collision::First => NamePart::OnlineFirst,
            Some(_) if !store::is_over(&mut transaction, survey.id).await? => NamePart::PutAside,
            Some(name) => {
                let keys = self.private_keys(survey.id, urn.private_keys.as_deref()).await?;
                let token = name.handle.and_then(|handle| keys.open(survey.id, HANDLE, &handle));
                let token = token.and_then(|token| Token::new(&token).ok());
                let found = match token {
                    Some(token) => store::take_out(&mut transaction, survey.id, token.bytes()).await?,
                    None => false,
                };
                let (part, collision, paper) = match (found, survey.collision) {
                    (false, _) => (NamePart::Nowhere, "nowhere", None),
                    (true, Collision::Paper) => (NamePart::PaperCounts, "paper", Some((day, clerk))),
                    (true, _) => (NamePart::BothVoid, "void", None),
                };
                store::settle(&mut transaction, survey.id, party, collision, paper).await?;
                part
            }
        };
        let what = match part {
            NamePart::Entered => "name-entered",
            NamePart::PaperCounts | NamePart::BothVoid => "ballot-taken-out",
            NamePart::OnlineFirst | NamePart::Nowhere => "sheet-refused",
            NamePart::Before | NamePart::PutAside | NamePart::NotEligible(_) => "",
        };
        if !what.is_empty() {
            store::add_deed(&mut transaction, survey.id, ctx.now, (clerk, what, "")).await?;
        }
        transaction.commit().await?;
        Ok(part)
    }

    /// Takes a name out of the roll that was entered by mistake.
    ///
    /// # Errors
    /// When whoever asks may not, the urn is open, or the name did not come in on paper alone.
    pub(super) async fn leave_name(&self, ctx: &Ctx, survey: Uuid, party: Uuid) -> Result<(), Failure> {
        ctx.require(Permission::SurveysPaper, None)?;
        let mut transaction = self.pool.begin().await?;
        self.shut_urn(ctx, &mut transaction, survey).await?;
        if !store::leave_paper(&mut transaction, survey, party).await? {
            return Err(conflict(ctx, "vote-name-stays"));
        }
        store::add_deed(&mut transaction, survey, ctx.now, (ctx.actor(), "name-left", "")).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// One entry of a sheet, by a clerk: the first by one, the second by another. The same clerk may write theirs anew.
    ///
    /// # Errors
    /// When whoever asks may not, the urn is open, no paper is taken, or the other entry is by the same clerk. What does not
    /// fit the form is told, question by question.
    pub(super) async fn enter_sheet(
        &self,
        ctx: &Ctx,
        survey: &Survey,
        (number, entry): (i32, i16),
        answers: Answers,
    ) -> Result<Result<SheetState, Vec<AnswerFault>>, Failure> {
        ctx.require(Permission::SurveysPaper, None)?;
        if !(1..=MOST_SHEETS).contains(&number) || !(1..=2).contains(&entry) {
            return Err(Failure::not_found("this sheet"));
        }
        let answers = asked_only(&survey.form, answers);
        if let Err(faults) = check::fits(&survey.form, &answers) {
            return Ok(Err(faults));
        }
        let mut transaction = self.pool.begin().await?;
        let urn = self.shut_urn(ctx, &mut transaction, survey.id).await?;
        if !urn.paper {
            return Err(conflict(ctx, "vote-no-paper"));
        }
        let rows = store::sheets(&mut transaction, survey.id).await?;
        let same = |row: &&SheetRow| row.number == number;
        for row in rows.iter().filter(same) {
            let own = row.clerk == ctx.actor();
            if row.entry == entry && !own || row.entry != entry && own {
                return Err(conflict(ctx, "vote-sheet-other-clerk"));
            }
        }
        let answers = sqlx::types::Json(normal(&survey.form, answers));
        let row = SheetRow { number, entry, answers, clerk: ctx.actor().to_owned() };
        store::put_sheet(&mut transaction, survey.id, &row).await?;
        let rows: Vec<SheetRow> = store::sheets(&mut transaction, survey.id).await?;
        transaction.commit().await?;
        let mut states = states_of(rows.into_iter().filter(|row| row.number == number).collect());
        states.remove(&number).map(Ok).ok_or_else(|| Failure::not_found("this sheet"))
    }
}
