//! What treasurers see: statements and entries, what waits, to whom an entry may be assigned, rules.

use std::collections::BTreeSet;

use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    Statements,
    decide::Chosen,
    model::{Candidate, How, Likeness, Payout, Target, Why, proposals, words},
    store::{
        self, Entry, NewBooking, State,
        cover::{CoverRow, SumRow},
        desk::{BookingRow, DecisionRow, EntryLine, Place, RuleLine, StatementRow},
    },
    take::today,
};
use crate::{
    dues::{FoundAccount, Owed, Taking},
    parties::Purpose,
    platform::{
        Ctx,
        access::Permission,
        http::{Failure, ResultExt},
    },
};

/// Statements of one page.
pub(super) const PAGE_STATEMENTS: i64 = 30;
/// Entries of one page.
pub(super) const PAGE_ENTRIES: i64 = 100;
/// Rules of one page.
const PAGE_RULES: i64 = 100;
/// Entries of one file that a desk downloads.
pub(super) const MOST_DOWNLOADED: i64 = 100_000;
/// Payouts that are offered for an entry.
const MOST_PAYOUTS: usize = 5;

/// An entry that was opened.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) entry: Entry,
    pub(super) places: Vec<Place>,
    pub(super) bookings: Vec<BookingRow>,
    pub(super) decisions: Vec<DecisionRow>,
    /// What of it is booked to payers.
    pub(super) booked_grosze: i64,
    pub(super) choices: Vec<Choice>,
    /// Whether somebody was looked for and nobody found.
    pub(super) nobody_found: bool,
    /// For a reversal of which it is not clear what it takes back: what it might be.
    pub(super) originals: Vec<(Uuid, String, chrono::NaiveDate)>,
    /// As what it is known, if its payments are booked one by one.
    pub(super) cover: Option<CoverRow>,
    /// Payouts of operators that it may be, the nearest amount first.
    pub(super) payouts: Vec<Payout>,
}

/// Something to which an entry may be assigned.
#[derive(Debug)]
pub(super) struct Choice {
    pub(super) chosen: Chosen,
    pub(super) payer_name: String,
    pub(super) account_number: i64,
    pub(super) object: String,
    pub(super) title: String,
    pub(super) term: Option<chrono::NaiveDate>,
    pub(super) to_pay_grosze: Option<i64>,
    /// Why it is proposed; nothing for what was looked for.
    pub(super) likeness: Option<Likeness>,
}

/// One page of a list.
#[derive(Debug)]
pub(super) struct Part<T> {
    pub(super) rows: Vec<T>,
    pub(super) more: bool,
}

fn part<T>(mut rows: Vec<T>, most: i64) -> Part<T> {
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let more = rows.len() > most;
    rows.truncate(most);
    Part { rows, more }
}

impl Statements {
    /// Takes over what was done with the money of entries at the desk of dues: held money that was booked there, bookings
    /// that were taken back there. So both desks always say the same.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn catch_up(&self, ctx: &Ctx) -> Result<(), Failure> {
        self.cover_waiting(ctx).await?;
        let mut connection = self.pool.acquire().await?;
        if store::desk::done_elsewhere(&mut connection).await?.is_empty() {
            return Ok(());
        }
        drop(connection);
        let mut transaction = self.pool.begin().await?;
        store::wait_for_turn(&mut transaction).await?;
        for done in store::desk::done_elsewhere(&mut transaction).await? {
            let Some(entry) = store::lock_entry(&mut transaction, done.entry).await? else { continue };
            let who = (done.by.as_str(), done.at);
            let (state, why, hold, kind) = match (done.kind.as_str(), done.party) {
                ("settled", Some(party)) => {
                    let booked = store::desk::bookings_sum(&mut transaction, entry.id).await?;
                    let new = NewBooking {
                        booking: done.booking,
                        entry: entry.id,
                        party,
                        how: How::Hand,
                        amount_grosze: entry.amount_grosze - booked,
                        settles: true,
                    };
                    store::add_booking(&mut transaction, new).await?;
                    (State::Booked, None, entry.hold, "assigned")
                }
                ("returned", _) => (State::Returned, None, None, "returned"),
                ("reversed", _) => {
                    let settles = store::live_bookings(&mut transaction, entry.id).await?;
                    let settles = settles.iter().any(|live| live.booking == done.booking && live.settles);
                    store::desk::undo_booking(&mut transaction, done.booking, done.at).await?;
                    let rest = store::live_bookings(&mut transaction, entry.id).await?;
                    match (settles, rest.is_empty()) {
                        (true, _) => (State::Held, Some(Why::Undone), entry.hold, "undone"),
                        (false, true) => (State::Returned, None, None, "returned"),
                        (false, false) => (entry.state, entry.why, entry.hold, "undone"),
                    }
                }
                _ => continue,
            };
            store::step(&mut transaction, entry.id, state, why, hold).await?;
            store::decide(&mut transaction, entry.id, who, kind, json!({ "elsewhere": done.booking }))
                .await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Statements, those that were taken in last first, and how much waits for somebody.
    pub(super) async fn list(
        &self,
        ctx: &Ctx,
        before: Option<Uuid>,
    ) -> Result<(Part<StatementRow>, (i64, i64)), Failure> {
        ctx.require(Permission::DuesManage, None)?;
        self.catch_up(ctx).await?;
        let rows = store::desk::statements(&self.pool, None, before, PAGE_STATEMENTS + 1).await?;
        Ok((part(rows, PAGE_STATEMENTS), store::desk::waiting(&self.pool).await?))
    }

    /// What came in on a day by each way.
    pub(super) async fn takings(&self, ctx: &Ctx, day: chrono::NaiveDate) -> Result<Vec<Taking>, Failure> {
        ctx.require(Permission::DuesManage, None)?;
        let mut connection = self.pool.acquire().await?;
        self.dues.takings_in(&mut connection, day).await
    }

    /// A statement with entries behind a place.
    pub(super) async fn statement(
        &self,
        ctx: &Ctx,
        id: Uuid,
        after: i32,
        most: i64,
    ) -> Result<(StatementRow, Part<EntryLine>), Failure> {
        ctx.require(Permission::DuesManage, None)?;
        self.catch_up(ctx).await?;
        let found = store::desk::statements(&self.pool, Some(id), None, 1).await?;
        let found = found.into_iter().next().ok_or_else(|| Failure::not_found("this statement"))?;
        let rows = store::desk::entries(&self.pool, id, after, most.saturating_add(1)).await?;
        Ok((found, part(rows, most)))
    }

    /// Entries of which somebody has to decide.
    pub(super) async fn unmatched(
        &self,
        ctx: &Ctx,
        after: Option<Uuid>,
        most: i64,
    ) -> Result<Part<EntryLine>, Failure> {
        ctx.require(Permission::DuesManage, None)?;
        self.catch_up(ctx).await?;
        Ok(part(store::desk::unmatched(&self.pool, after, most.saturating_add(1)).await?, most))
    }

    /// What is remembered of senders' accounts.
    pub(super) async fn rules(&self, ctx: &Ctx, after: Option<Uuid>) -> Result<Part<RuleLine>, Failure> {
        ctx.require(Permission::DuesManage, None)?;
        Ok(part(store::desk::rules(&self.pool, after, PAGE_RULES + 1).await?, PAGE_RULES))
    }

    /// What a kind of due is called today.
    pub(super) async fn kind_name(&self, ctx: &Ctx, kind: &str) -> Result<String, Failure> {
        let mut connection = self.pool.acquire().await?;
        self.dues.kind_name_in(&mut connection, ctx.lang, kind, today(ctx)).await
    }

    /// Forgets a rule; what it booked stays.
    pub(super) async fn forget(&self, ctx: &Ctx, id: Uuid) -> Result<bool, Failure> {
        ctx.require(Permission::DuesManage, None)?;
        Ok(store::desk::forget(&self.pool, id, ctx.actor(), ctx.now).await?)
    }

    /// An entry with all that was done about it, and to whom it may be assigned: what is likely, or whoever was looked for
    /// by name, number of an account of dues, or the name of a due. Every payer that is shown is a look at a person.
    pub(super) async fn open(&self, ctx: &Ctx, id: Uuid, q: &str) -> Result<Opened, Failure> {
        ctx.require(Permission::DuesManage, None)?;
        self.catch_up(ctx).await?;
        let entry = store::entry(&self.pool, id).await?;
        let entry = entry.ok_or_else(|| Failure::not_found("this entry"))?;
        let bookings = store::desk::bookings(&self.pool, id).await?;
        let booked_grosze =
            bookings.iter().filter(|one| one.undone_at.is_none()).map(|one| one.amount_grosze).sum();
        let mut connection = self.pool.acquire().await?;
        let mut choices = Vec::new();
        if entry.state == State::Held {
            choices = match q {
                "" => self.likely(&mut connection, ctx, &entry).await?,
                q => self.looked_for(&mut connection, ctx, &entry, q).await?,
            };
        }
        let unclear = entry.why == Some(Why::UnclearReversal);
        let originals = match unclear {
            true => store::originals(&mut connection, &entry).await?,
            false => Vec::new(),
        };
        let mut payouts = Vec::new();
        if entry.state == State::Held && booked_grosze == 0 {
            let around = (entry.booked_on, entry.booked_on);
            payouts =
                store::cover::payouts(&mut connection, std::slice::from_ref(&entry.nrb), around).await?;
            payouts.sort_by_key(|one| (one.net_grosze - entry.amount_grosze).abs());
            payouts.truncate(MOST_PAYOUTS);
        }
        let cover = store::cover::cover(&self.pool, id).await?;
        drop(connection);
        let shown: BTreeSet<Uuid> =
            bookings.iter().map(|one| one.party).chain(choices.iter().map(|(payer, _)| *payer)).collect();
        let note = format!("wyciąg bankowy {}", entry.booked_on);
        let why = Purpose::read("case", &note).ok_or("no purpose").internal("look at a payer")?;
        for payer in shown {
            self.parties.look_at_dues(ctx, payer, &why).await?;
        }
        Ok(Opened {
            cover,
            payouts,
            places: store::desk::places(&self.pool, id).await?,
            decisions: store::desk::decisions(&self.pool, id).await?,
            nobody_found: choices.is_empty() && !q.is_empty(),
            choices: choices.into_iter().map(|(_, choice)| choice).collect(),
            originals: originals.into_iter().map(|one| (one.id, one.title, one.booked_on)).collect(),
            entry,
            bookings,
            booked_grosze,
        })
    }

    async fn likely(
        &self,
        connection: &mut PgConnection,
        ctx: &Ctx,
        entry: &Entry,
    ) -> Result<Vec<(Uuid, Choice)>, Failure> {
        let sender = entry.sender_name.clone().unwrap_or_default();
        let sender_words: Vec<String> = words(&sender).take(30).collect();
        let payers = self.dues.likely_payers_in(connection, &sender_words, entry.amount_grosze).await?;
        let accounts = self.dues.accounts_of_payers_in(connection, &payers).await?;
        let owed = self.dues.owed_by_in(connection, ctx.lang, &payers, entry.paid_on).await?;
        let name_of = |payer: Uuid| accounts.iter().find(|account| account.payer == payer);
        let candidates = owed
            .iter()
            .filter_map(|owed| {
                Some(Candidate {
                    target: Target {
                        payer: owed.payer,
                        kind: Some((owed.kind.clone(), owed.regime)),
                        instalment: Some(owed.instalment),
                        to_pay_grosze: Some(owed.to_pay_grosze()),
                    },
                    payer_name: name_of(owed.payer)?.payer_name.clone(),
                    title: owed.title.clone(),
                })
            })
            .collect();
        let found = proposals(&sender, entry.amount_grosze, candidates);
        let choice = |(likeness, candidate): (Likeness, Candidate)| {
            let owed = owed.iter().find(|owed| Some(owed.instalment) == candidate.target.instalment)?;
            let account = accounts.iter().find(|account| account.account == owed.account)?;
            Some((owed.payer, choice_of(account, Some(owed), Some(likeness))))
        };
        Ok(found.into_iter().filter_map(choice).collect())
    }

    async fn looked_for(
        &self,
        connection: &mut PgConnection,
        ctx: &Ctx,
        entry: &Entry,
        q: &str,
    ) -> Result<Vec<(Uuid, Choice)>, Failure> {
        let marks = self.dues.marks_in(connection).await?;
        let kinds: Vec<&str> = marks.tokens.iter().map(String::as_str).collect();
        let tokens = bank::transfer::find_tokens(q, &kinds);
        let accounts = if let Ok(number) = q.trim().parse::<i64>() {
            self.dues.accounts_of_numbers_in(connection, &[number]).await?
        } else if tokens.is_empty() {
            let words: Vec<String> = words(q).take(10).collect();
            self.dues.accounts_of_names_in(connection, &words).await?
        } else {
            let dues = self.dues.dues_of_tokens_in(connection, &tokens).await?;
            let payers: Vec<Uuid> = dues.iter().map(|due| due.payer).collect();
            self.dues.accounts_of_payers_in(connection, &payers).await?
        };
        let mut payers: Vec<Uuid> = accounts.iter().map(|account| account.payer).collect();
        payers.dedup();
        let owed = self.dues.owed_by_in(connection, ctx.lang, &payers, entry.paid_on).await?;
        let mut choices = Vec::new();
        for account in &accounts {
            for owed in owed.iter().filter(|owed| owed.account == account.account) {
                choices.push((account.payer, choice_of(account, Some(owed), None)));
            }
            let mut whole = choice_of(account, None, None);
            whole.title = self.dues.kind_name_in(connection, ctx.lang, &account.kind, entry.paid_on).await?;
            choices.push((account.payer, whole));
        }
        Ok(choices)
    }

    /// The town's bank accounts on which dues are paid.
    pub(super) async fn accounts(&self, ctx: &Ctx) -> Result<Vec<String>, Failure> {
        ctx.require(Permission::DuesManage, None)?;
        let mut connection = self.pool.acquire().await?;
        Ok(self.dues.marks_in(&mut connection).await?.accounts.into_keys().collect())
    }

    /// Lists whose money no statement shows yet, or one list.
    pub(super) async fn sums(&self, ctx: &Ctx, list: Option<Uuid>) -> Result<Vec<SumRow>, Failure> {
        ctx.require(Permission::DuesManage, None)?;
        Ok(store::cover::sum_rows(&self.pool, list, PAGE_ENTRIES).await?)
    }
}

fn choice_of(account: &FoundAccount, owed: Option<&Owed>, likeness: Option<Likeness>) -> Choice {
    Choice {
        chosen: Chosen { account: account.account, instalment: owed.map(|owed| owed.instalment) },
        payer_name: account.payer_name.clone(),
        account_number: account.number,
        object: account.object.clone(),
        title: owed.map(|owed| owed.title.clone()).unwrap_or_default(),
        term: owed.map(|owed| owed.term),
        to_pay_grosze: owed.map(Owed::to_pay_grosze),
        likeness,
    }
}
