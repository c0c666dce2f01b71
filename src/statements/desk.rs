//! What treasurers do with entries: look, assign, split, send back, undo, remember.
//!
//! Each act names the version that its page showed. When somebody was quicker it is refused with [`Refused::Stale`], and
//! nothing was done.

use std::collections::BTreeSet;

use law::allocation::{Flag, PaidBy};
use serde_json::json;
use sqlx::{PgConnection, Postgres, Transaction};
use uuid::Uuid;

use super::{
    Statements,
    cover::Cover,
    model::{Candidate, How, Likeness, Payout, Target, Why, proposals, words},
    store::{
        self, Entry, NewBooking, State,
        cover::{CoverRow, SumRow},
        desk::{BookingRow, DecisionRow, EntryLine, NewRule, Place, RuleLine, StatementRow},
    },
    take::{receipt_of, target_of_account, today},
};
use crate::{
    dues::{FoundAccount, Owed, Source, Taking},
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
/// Parts into which an entry is split.
pub(super) const MOST_PARTS: usize = 50;

/// Why something was not done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refused {
    /// Somebody has done something meanwhile.
    Stale,
    /// Nothing was chosen, or no amount was given.
    NoPart,
    /// The parts make more than the entry.
    TooMuch,
    /// There is no such account of dues or instalment.
    Unknown,
    /// A stranger's money above the limit of art. 62b of the Tax Ordinance.
    Stranger,
    /// It is not in a state in which this can be done.
    NotNow,
    /// The bank told no account of the sender.
    NoSender,
    /// Only what one payer got can be remembered.
    SeveralPayers,
}

/// Whether something was done.
pub(super) type Done = Result<(), Refused>;

/// What an amount shall pay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Chosen {
    /// An account of dues.
    pub(super) account: Uuid,
    /// One of its instalments, if one is meant.
    pub(super) instalment: Option<Uuid>,
}

impl std::str::FromStr for Chosen {
    type Err = uuid::Error;

    /// `ACCOUNT` or `ACCOUNT/INSTALMENT`, as forms send it.
    fn from_str(text: &str) -> Result<Self, uuid::Error> {
        let (account, instalment) = match text.split_once('/') {
            Some((account, instalment)) => (account, Some(instalment.parse()?)),
            None => (text, None),
        };
        Ok(Self { account: account.parse()?, instalment })
    }
}

impl std::fmt::Display for Chosen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.account)?;
        self.instalment.map_or(Ok(()), |instalment| write!(f, "/{instalment}"))
    }
}

/// How an entry is to be assigned.
#[derive(Debug, Clone)]
pub(super) struct Assignment {
    /// What gets how much; the whole without an amount.
    pub(super) parts: Vec<(Chosen, Option<i64>)>,
    /// Whose money it is.
    pub(super) by: PaidBy,
    /// Whether the same sender's payments shall be booked so from now on.
    pub(super) remember: bool,
}

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

    /// Locks an entry for an act of a treasurer, who must have seen its present version.
    async fn locked(
        &self,
        ctx: &Ctx,
        id: Uuid,
        version: i32,
    ) -> Result<Result<(Transaction<'static, Postgres>, Entry), Refused>, Failure> {
        ctx.require(Permission::DuesManage, None)?;
        self.catch_up(ctx).await?;
        let mut transaction = self.pool.begin().await?;
        let entry = store::lock_entry(&mut transaction, id).await?;
        let entry = entry.ok_or_else(|| Failure::not_found("this entry"))?;
        if entry.version == version { Ok(Ok((transaction, entry))) } else { Ok(Err(Refused::Stale)) }
    }

    /// Books what is held of an entry to payers. What the parts leave stays held.
    ///
    /// # Errors
    /// When whoever asks may not, or the database fails.
    pub(super) async fn assign(
        &self,
        ctx: &Ctx,
        id: Uuid,
        version: i32,
        assignment: &Assignment,
    ) -> Result<Done, Failure> {
        let (mut transaction, entry) = match self.locked(ctx, id, version).await? {
            Ok(locked) => locked,
            Err(refused) => return Ok(Err(refused)),
        };
        let (State::Held, Some(hold)) = (entry.state, entry.hold) else { return Ok(Err(Refused::NotNow)) };
        let booked = store::desk::bookings_sum(&mut transaction, id).await?;
        let held = entry.amount_grosze - booked;
        let targets = match self.targets(&mut transaction, &assignment.parts, held).await? {
            Ok(targets) => targets,
            Err(refused) => return Ok(Err(refused)),
        };
        let sum = targets.iter().try_fold(0_i64, |sum, (_, amount)| sum.checked_add(*amount));
        let rest = match sum {
            Some(sum) if sum <= held => held - sum,
            _ => return Ok(Err(Refused::TooMuch)),
        };
        let rule = match assignment.remember.then(|| rule_of(&entry, &targets)) {
            Some(Err(refused)) => return Ok(Err(refused)),
            Some(Ok(rule)) => Some(rule),
            None => None,
        };
        let mut payers: Vec<Uuid> = targets.iter().map(|(target, _)| target.payer).collect();
        payers.sort_unstable();
        payers.dedup();
        self.dues.hold_payers_in(&mut transaction, &payers).await?;
        let bookings =
            match self.book(&mut transaction, ctx, &entry, hold, &targets, rest, assignment.by).await? {
                Ok(bookings) => bookings,
                Err(refused) => return Ok(Err(refused)),
            };
        let who = (ctx.actor(), ctx.now);
        let details = json!({ "bookings": bookings, "rest_grosze": rest });
        store::decide(&mut transaction, id, who, "assigned", details).await?;
        if let Some((sender, payer, kind)) = rule {
            let new = NewRule {
                sender_account: &sender,
                sender_name: entry.sender_name.as_deref(),
                party: payer,
                kind: kind.as_deref(),
                by: ctx.actor(),
                at: ctx.now,
            };
            store::desk::remember(&mut transaction, &new).await?;
            store::decide(&mut transaction, id, who, "remembered", json!({ "kind": kind })).await?;
        }
        transaction.commit().await?;
        Ok(Ok(()))
    }

    /// What each part pays, and how much.
    async fn targets(
        &self,
        connection: &mut PgConnection,
        parts: &[(Chosen, Option<i64>)],
        held: i64,
    ) -> Result<Result<Vec<(Target, i64)>, Refused>, Failure> {
        if parts.is_empty() || parts.len() > MOST_PARTS {
            return Ok(Err(Refused::NoPart));
        }
        let ids: Vec<Uuid> = parts.iter().map(|(chosen, _)| chosen.account).collect();
        let accounts = self.dues.accounts_in(connection, &ids).await?;
        let mut targets = Vec::new();
        for (chosen, amount) in parts {
            let account = accounts.iter().find(|account| account.account == chosen.account);
            let Some(account) = account else { return Ok(Err(Refused::Unknown)) };
            if let Some(instalment) = chosen.instalment
                && !self.dues.is_of_account_in(connection, instalment, account.account).await?
            {
                return Ok(Err(Refused::Unknown));
            }
            let target = Target { instalment: chosen.instalment, ..target_of_account(account) };
            targets.push((target, amount.unwrap_or(held)));
        }
        Ok(Ok(targets))
    }

    /// Moves held money: the whole to one payer settles the hold; parts are booked in its place.
    #[expect(clippy::too_many_arguments, reason = "all of it is one step of `assign`")]
    async fn book(
        &self,
        connection: &mut PgConnection,
        ctx: &Ctx,
        entry: &Entry,
        hold: Uuid,
        targets: &[(Target, i64)],
        rest: i64,
        by: PaidBy,
    ) -> Result<Result<Vec<Uuid>, Refused>, Failure> {
        let source = |n: usize| format!("{}/{}/{n}", entry.id, entry.version);
        let mut bookings = Vec::new();
        let mut next_hold = Some(hold);
        if let ([(target, amount)], 0) = (targets, rest) {
            let mut receipt = receipt_of(entry, source(0), target, *amount, by);
            receipt.booked_on = today(ctx);
            let settled = self.dues.settle_in(connection, hold, &receipt, (ctx.actor(), ctx.now)).await;
            let booked = match settled {
                Err(Failure::Conflict { code: "stranger-above-limit", .. }) => {
                    return Ok(Err(Refused::Stranger));
                }
                Err(Failure::Conflict { code: "not-held", .. }) => return Ok(Err(Refused::Stale)),
                other => other?,
            };
            bookings.push((booked.booking, target.payer, *amount, true));
        } else {
            let undo = Source::new("statement-split", source(0));
            self.dues.reverse_in(connection, hold, &undo, today(ctx), ctx.now).await?;
            for (n, (target, amount)) in targets.iter().enumerate() {
                let mut receipt = receipt_of(entry, source(n + 1), target, *amount, by);
                receipt.booked_on = today(ctx);
                let booked = self.dues.book_in(connection, &receipt, ctx.now).await?;
                if booked.allocation.flags.contains(&Flag::StrangerAboveLimit) {
                    return Ok(Err(Refused::Stranger));
                }
                bookings.push((booked.booking, target.payer, *amount, false));
            }
            next_hold = match rest {
                0 => None,
                rest => Some(self.hold_anew(connection, ctx, entry, rest).await?),
            };
        }
        for (booking, party, amount_grosze, settles) in &bookings {
            let new = NewBooking {
                booking: *booking,
                entry: entry.id,
                party: *party,
                how: How::Hand,
                amount_grosze: *amount_grosze,
                settles: *settles,
            };
            store::add_booking(connection, new).await?;
        }
        let (state, why) = if rest > 0 { (State::Held, entry.why) } else { (State::Booked, None) };
        store::step(connection, entry.id, state, why, next_hold).await?;
        Ok(Ok(bookings.into_iter().map(|(booking, ..)| booking).collect()))
    }

    /// Holds an amount again under today's date of the books.
    async fn hold_anew(
        &self,
        connection: &mut PgConnection,
        ctx: &Ctx,
        entry: &Entry,
        amount_grosze: i64,
    ) -> Result<Uuid, Failure> {
        let today = Entry { booked_on: today(ctx), ..entry.clone() };
        let source = format!("{}/{}/rest", entry.id, entry.version);
        self.hold(connection, ctx, &today, source, amount_grosze).await
    }

    /// Says that what is held was sent back to the sender. The transfer itself is made at the bank.
    ///
    /// # Errors
    /// As [`Statements::assign`].
    pub(super) async fn send_back(&self, ctx: &Ctx, id: Uuid, version: i32) -> Result<Done, Failure> {
        let (mut transaction, entry) = match self.locked(ctx, id, version).await? {
            Ok(locked) => locked,
            Err(refused) => return Ok(Err(refused)),
        };
        let (State::Held, Some(hold)) = (entry.state, entry.hold) else { return Ok(Err(Refused::NotNow)) };
        let booked = store::desk::bookings_sum(&mut transaction, id).await?;
        let source = Source::new("statement-return", format!("{}/{}", entry.id, entry.version));
        self.dues.reverse_in(&mut transaction, hold, &source, today(ctx), ctx.now).await?;
        let state = if booked > 0 { State::Booked } else { State::Returned };
        store::step(&mut transaction, id, state, None, None).await?;
        let details = json!({ "grosze": entry.amount_grosze - booked });
        store::decide(&mut transaction, id, (ctx.actor(), ctx.now), "returned", details).await?;
        transaction.commit().await?;
        Ok(Ok(()))
    }

    /// Takes back what was booked of an entry, or that it was sent back: all of it is held again.
    ///
    /// # Errors
    /// As [`Statements::assign`].
    pub(super) async fn undo(&self, ctx: &Ctx, id: Uuid, version: i32) -> Result<Done, Failure> {
        let (mut transaction, entry) = match self.locked(ctx, id, version).await? {
            Ok(locked) => locked,
            Err(refused) => return Ok(Err(refused)),
        };
        let live = store::live_bookings(&mut transaction, id).await?;
        store::cover::remove(&mut transaction, id).await?;
        let can = match entry.state {
            State::Booked | State::Returned | State::Covered => true,
            State::Held => !live.is_empty(),
            State::Listed | State::Reversed => false,
        };
        if !can {
            return Ok(Err(Refused::NotNow));
        }
        let mut payers: Vec<Uuid> = live.iter().map(|one| one.party).collect();
        payers.sort_unstable();
        payers.dedup();
        self.dues.hold_payers_in(&mut transaction, &payers).await?;
        for one in &live {
            let source = Source::new("statement-undo", one.booking.to_string());
            self.dues.reverse_in(&mut transaction, one.booking, &source, today(ctx), ctx.now).await?;
        }
        store::undo_bookings(&mut transaction, id, ctx.now).await?;
        // A hold that was settled as a whole is open again; a hold of a rest gives way to one of the whole.
        let hold = match entry.hold.filter(|_| live.iter().any(|one| one.settles)) {
            Some(hold) => hold,
            None => {
                if let Some(rest) = entry.hold {
                    let source = Source::new("statement-split", format!("{}/{}", entry.id, entry.version));
                    self.dues.reverse_in(&mut transaction, rest, &source, today(ctx), ctx.now).await?;
                }
                self.hold_anew(&mut transaction, ctx, &entry, entry.amount_grosze).await?
            }
        };
        store::step(&mut transaction, id, State::Held, Some(Why::Undone), Some(hold)).await?;
        store::decide(&mut transaction, id, (ctx.actor(), ctx.now), "undone", json!({})).await?;
        transaction.commit().await?;
        Ok(Ok(()))
    }

    /// Says that what is held is money of an operator, and of which payout; its payments are booked one by one.
    ///
    /// # Errors
    /// As [`Statements::assign`].
    pub(super) async fn name_payout(
        &self,
        ctx: &Ctx,
        id: Uuid,
        version: i32,
        payout: Uuid,
    ) -> Result<Done, Failure> {
        let (mut transaction, entry) = match self.locked(ctx, id, version).await? {
            Ok(locked) => locked,
            Err(refused) => return Ok(Err(refused)),
        };
        let booked = store::desk::bookings_sum(&mut transaction, id).await?;
        if entry.state != State::Held || booked != 0 {
            return Ok(Err(Refused::NotNow));
        }
        let around = (entry.booked_on, entry.booked_on);
        let open = store::cover::payouts(&mut transaction, std::slice::from_ref(&entry.nrb), around).await?;
        let Some(found) = open.into_iter().find(|one| one.id == payout) else {
            return Ok(Err(Refused::Unknown));
        };
        let cover = Cover::Operator { contract: found.contract, payout: Some((found.id, found.name)) };
        self.cover(&mut transaction, ctx, &entry, &cover, Some(ctx.actor())).await?;
        transaction.commit().await?;
        Ok(Ok(()))
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

    /// Says what a reversal takes back, which the bank did not say clearly.
    ///
    /// # Errors
    /// As [`Statements::assign`].
    pub(super) async fn name_original(
        &self,
        ctx: &Ctx,
        id: Uuid,
        version: i32,
        of: Uuid,
    ) -> Result<Done, Failure> {
        let (mut transaction, entry) = match self.locked(ctx, id, version).await? {
            Ok(locked) => locked,
            Err(refused) => return Ok(Err(refused)),
        };
        if entry.why != Some(Why::UnclearReversal) {
            return Ok(Err(Refused::NotNow));
        }
        let among = store::originals(&mut transaction, &entry).await?;
        if !among.iter().any(|one| one.id == of) {
            return Ok(Err(Refused::Unknown));
        }
        let mut payers: Vec<Uuid> =
            store::live_bookings(&mut transaction, of).await?.iter().map(|live| live.party).collect();
        payers.sort_unstable();
        self.dues.hold_payers_in(&mut transaction, &payers).await?;
        self.take_back(&mut transaction, ctx, &entry, of).await?;
        transaction.commit().await?;
        Ok(Ok(()))
    }

    /// Says that nothing need be done about an entry that is only listed.
    ///
    /// # Errors
    /// As [`Statements::assign`].
    pub(super) async fn settle_listed(&self, ctx: &Ctx, id: Uuid, version: i32) -> Result<Done, Failure> {
        let (mut transaction, entry) = match self.locked(ctx, id, version).await? {
            Ok(locked) => locked,
            Err(refused) => return Ok(Err(refused)),
        };
        if entry.state != State::Listed || entry.why.is_none() {
            return Ok(Err(Refused::NotNow));
        }
        store::step(&mut transaction, id, State::Listed, None, None).await?;
        store::decide(&mut transaction, id, (ctx.actor(), ctx.now), "listed", json!({})).await?;
        transaction.commit().await?;
        Ok(Ok(()))
    }
}

/// What shall be remembered: sender's account, payer, kind.
fn rule_of(entry: &Entry, targets: &[(Target, i64)]) -> Result<(String, Uuid, Option<String>), Refused> {
    let sender = entry.sender_account.clone().ok_or(Refused::NoSender)?;
    let (first, _) = targets.first().ok_or(Refused::NoPart)?;
    if targets.iter().any(|(target, _)| target.payer != first.payer) {
        return Err(Refused::SeveralPayers);
    }
    let kinds: BTreeSet<&str> =
        targets.iter().filter_map(|(target, _)| Some(target.kind.as_ref()?.0.as_str())).collect();
    let kind = kinds.first().filter(|_| kinds.len() == 1).map(|kind| (*kind).to_owned());
    Ok((sender, first.payer, kind))
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
