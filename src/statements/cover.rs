//! Money that is booked already, payment by payment: payouts of operators, collective entries of lists. The entry of a
//! statement that shows it is joined with it and books nothing.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    Statements,
    model::{ListSum, Other, Payout, Seen, payout_of, sums_of, twin_of},
    store::{self, Entry, State},
    take::today,
};
use crate::{
    dues::Source,
    platform::{Ctx, http::Failure},
};

/// Who joins what nobody had to decide.
const BY: &str = "reeve";

/// As what an entry is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Cover {
    /// Of an operator, by contract; and the payout, if it is known which.
    Operator { contract: String, payout: Option<(Uuid, String)> },
    /// What a list makes on some days.
    Sum { list: Uuid, days: Vec<NaiveDate> },
    /// The same payment as another entry; `of_list` when this one stands in the list.
    Twin { list: Uuid, of: Uuid, day: NaiveDate, of_list: bool },
}

/// All that entries of a delivery may be the same money as.
#[derive(Debug, Default)]
pub(super) struct Open {
    payouts: Vec<Payout>,
    sums: Vec<ListSum>,
    in_lists: Vec<Other>,
    in_statements: Vec<Other>,
}

/// What of an entry says of what it is the money.
pub(super) fn seen(entry: &Entry) -> Seen<'_> {
    Seen {
        nrb: &entry.nrb,
        booked_on: entry.booked_on,
        amount_grosze: entry.amount_grosze,
        sender_account: entry.sender_account.as_deref(),
        title: &entry.title,
    }
}

impl Open {
    /// Leaves entries out that are being booked now: only what was there before may be the same money.
    pub(super) fn leave_out(&mut self, entries: impl Iterator<Item = Uuid>) {
        let own: BTreeSet<Uuid> = entries.collect();
        self.in_lists.retain(|other| !own.contains(&other.id));
        self.in_statements.retain(|other| !own.contains(&other.id));
    }

    /// What an entry is the same money as. What was found is not found for another one. `list` is the list in which it
    /// stands; `sure` says that its payer is known, so that its amount alone explains nothing else.
    pub(super) fn find(
        &mut self,
        seen: &Seen<'_>,
        list: Option<Uuid>,
        sure: bool,
        senders: &[(String, String)],
    ) -> Option<Cover> {
        if seen.amount_grosze <= 0 {
            return None;
        }
        if let Some(list) = list {
            let twin = self.in_statements.swap_remove(twin_of(seen, &self.in_statements)?);
            return Some(Cover::Twin { list, of: twin.id, day: seen.booked_on, of_list: true });
        }
        if let Some((contract, place)) = payout_of(seen, &self.payouts, senders) {
            let payout = place.map(|place| self.payouts.swap_remove(place));
            return Some(Cover::Operator { contract, payout: payout.map(|payout| (payout.id, payout.name)) });
        }
        if let Some(place) = twin_of(seen, &self.in_lists) {
            let twin = self.in_lists.swap_remove(place);
            // A day that is shown payment by payment is not shown as a whole once more.
            self.sums
                .retain(|sum| (sum.list, sum.day, &sum.nrb) != (twin.statement, twin.booked_on, &twin.nrb));
            return Some(Cover::Twin {
                list: twin.statement,
                of: twin.id,
                day: twin.booked_on,
                of_list: false,
            });
        }
        if sure {
            return None;
        }
        let mut places = sums_of(seen, &self.sums);
        places.sort_unstable();
        let found: Vec<ListSum> =
            places.into_iter().rev().map(|place| self.sums.swap_remove(place)).collect();
        let list = found.first()?.list;
        // And the other way round: another payment of the same amount is another one.
        self.in_lists.retain(|other| {
            !found
                .iter()
                .any(|sum| (sum.list, sum.day, &sum.nrb) == (other.statement, other.booked_on, &other.nrb))
        });
        Some(Cover::Sum { list, days: found.into_iter().map(|sum| sum.day).collect() })
    }
}

impl Statements {
    /// What entries on some accounts around some days may be the same money as.
    pub(super) async fn open_in(
        &self,
        connection: &mut PgConnection,
        entries: &[(String, NaiveDate)],
    ) -> Result<Open, Failure> {
        let days = || entries.iter().map(|(_, day)| *day);
        let (Some(from), Some(to)) = (days().min(), days().max()) else { return Ok(Open::default()) };
        let nrbs: BTreeSet<&String> = entries.iter().map(|(nrb, _)| nrb).collect();
        let nrbs: Vec<String> = nrbs.into_iter().cloned().collect();
        Ok(Open {
            payouts: store::cover::payouts(connection, &nrbs, (from, to)).await?,
            sums: store::cover::sums(connection, &nrbs).await?,
            in_lists: store::cover::others(connection, &nrbs, (from, to), true).await?,
            in_statements: store::cover::others(connection, &nrbs, (from, to), false).await?,
        })
    }

    /// Joins an entry with what it is the same money as. What is held of it is no longer.
    pub(super) async fn cover(
        &self,
        connection: &mut PgConnection,
        ctx: &Ctx,
        entry: &Entry,
        cover: &Cover,
        by: Option<&str>,
    ) -> Result<(), Failure> {
        if let Some(hold) = entry.hold {
            let source = Source::new("statement-cover", format!("{}/{}", entry.id, entry.version));
            self.dues.reverse_in(connection, hold, &source, today(ctx), ctx.now).await?;
        }
        let details = match cover {
            Cover::Operator { contract, payout } => {
                let id = payout.as_ref().map(|(id, _)| *id);
                store::cover::put(connection, entry.id, Some(contract), id, None, None).await?;
                json!({ "contract": contract, "payout": payout.as_ref().map(|(_, name)| name) })
            }
            Cover::Sum { list, days } => {
                store::cover::put(connection, entry.id, None, None, Some(*list), None).await?;
                store::cover::show_sums(connection, *list, days, entry.id).await?;
                json!({ "list": list })
            }
            Cover::Twin { list, of, day, of_list } => {
                store::cover::put(connection, entry.id, None, None, Some(*list), Some(*of)).await?;
                if !of_list {
                    store::cover::take_out(connection, *list, *day, entry.id).await?;
                }
                json!({ "list": list, "twin": of })
            }
        };
        store::step(connection, entry.id, State::Covered, None, None).await?;
        store::decide(connection, entry.id, (by.unwrap_or(BY), ctx.now), "covered", details).await?;
        Ok(())
    }

    /// Joins entries that wait with what was learned since: a settlement that came after the statement.
    pub(super) async fn cover_waiting(&self, ctx: &Ctx) -> Result<(), Failure> {
        let mut connection = self.pool.acquire().await?;
        if self.explained(&mut connection).await?.is_empty() {
            return Ok(());
        }
        drop(connection);
        let mut transaction = self.pool.begin().await?;
        store::wait_for_turn(&mut transaction).await?;
        self.cover_waiting_in(&mut transaction, ctx).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Entries that wait, and of what they are the money as it is known now.
    async fn explained(&self, connection: &mut PgConnection) -> Result<Vec<(Uuid, Cover)>, Failure> {
        let waiting = store::cover::waiting(connection).await?;
        let keys: Vec<(String, NaiveDate)> =
            waiting.iter().map(|one| (one.nrb.clone(), one.booked_on)).collect();
        let mut open = self.open_in(connection, &keys).await?;
        let mut explained = Vec::new();
        for one in waiting {
            let seen = Seen {
                nrb: &one.nrb,
                booked_on: one.booked_on,
                amount_grosze: one.amount_grosze,
                sender_account: one.sender_account.as_deref(),
                title: &one.title,
            };
            match open.find(&seen, None, false, &self.senders) {
                // It was known to be an operator's; now it may be known for which payments.
                Some(Cover::Operator { payout: None, .. }) if one.covered => {}
                Some(cover @ Cover::Operator { .. }) => explained.push((one.id, cover)),
                Some(cover) if !one.covered => explained.push((one.id, cover)),
                _ => {}
            }
        }
        Ok(explained)
    }

    /// Joins entries that wait in the caller's transaction; answers the amount of each.
    pub(super) async fn cover_waiting_in(
        &self,
        connection: &mut PgConnection,
        ctx: &Ctx,
    ) -> Result<Vec<i64>, Failure> {
        let mut joined = Vec::new();
        for (id, cover) in self.explained(connection).await? {
            let Some(entry) = store::lock_entry(connection, id).await? else { continue };
            // Somebody may have decided meanwhile.
            let is_free = store::live_bookings(connection, id).await?.is_empty();
            if is_free && matches!(entry.state, State::Held | State::Covered) {
                self.cover(connection, ctx, &entry, &cover, None).await?;
                joined.push(entry.amount_grosze);
            }
        }
        Ok(joined)
    }
}
