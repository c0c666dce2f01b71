//! What treasurers decide of entries: assign, split, send back, undo, remember.
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
    model::{How, Target, Why},
    store::{self, Entry, NewBooking, State, desk::NewRule},
    take::{receipt_of, target_of_account, today},
};
use crate::{
    dues::Source,
    platform::{Ctx, access::Permission, http::Failure},
};

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

impl Statements {
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
