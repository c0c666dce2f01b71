//! What the treasurer does: looks, has operators asked, gives money back, deals with alarms.

use std::collections::BTreeMap;

use chrono::{DateTime, Days, NaiveDate, Utc};
use serde_json::json;
use uuid::Uuid;

use super::{
    Payments,
    model::{Deed, Event, Recorded, Refund, State},
    ops::Known,
    orders::Opened,
    store::{
        self,
        desk::{self, AlarmRow, DeskRow},
        queue,
    },
};
use crate::{
    platform::{Ctx, access::Permission, http::Failure},
    ui::local_time::{day_of, start_of},
};

/// Transfers of one page.
const PAGE: i64 = 50;
/// Alarms of one page.
const MOST_ALARMS: i64 = 100;

/// What the treasurer's list shows.
#[derive(Debug, Clone, Default)]
pub(super) struct Shelf {
    /// One state; all without one.
    pub(super) state: Option<State>,
    /// Only those of which money is given back.
    pub(super) refunds: bool,
    /// A day; all without one.
    pub(super) day: Option<NaiveDate>,
    /// A number or code.
    pub(super) q: String,
    pub(super) before: Option<Uuid>,
}

/// The treasurer's first page.
#[derive(Debug)]
pub(super) struct DeskPart {
    pub(super) rows: Vec<DeskRow>,
    pub(super) next: Option<Uuid>,
    pub(super) alarms: Vec<AlarmRow>,
    /// Contract, transfers paid, grosze paid, grosze given back, of the day that is shown or today.
    pub(super) takings: Vec<(String, i64, i64, i64)>,
    pub(super) day: NaiveDate,
}

/// An order as the treasurer sees it.
#[derive(Debug)]
pub(super) struct Inspected {
    pub(super) opened: Opened,
    /// Events of each transfer, in the order of the transfers.
    pub(super) events: Vec<Vec<Recorded>>,
}

/// What comes of a treasurer's wish to give money back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    /// The operator is told.
    Ordered,
    /// An earlier refund has not ended.
    UnderWay,
    /// Nothing was wished.
    Nothing,
    /// Of the part at this place less is left.
    MoreThanLeft(i32),
    /// It is not paid, or was given back.
    NotPossible,
    /// This operator gives nothing back: a transfer does.
    NotByOperator,
}

fn bounds(day: NaiveDate) -> (DateTime<Utc>, DateTime<Utc>) {
    let next = day.checked_add_days(Days::new(1)).unwrap_or(day);
    (start_of(day), start_of(next))
}

impl Payments {
    /// The treasurer's list.
    ///
    /// # Errors
    /// When whoever asks may not.
    pub(super) async fn desk(&self, ctx: &Ctx, shelf: &Shelf) -> Result<DeskPart, Failure> {
        ctx.require(Permission::DuesRead, None)?;
        let range = shelf.day.map(bounds);
        let wanted = desk::Wanted {
            states: shelf.state.map(|state| vec![state.name().to_owned()]),
            refund: shelf.refunds.then(|| Refund::Asked.name().to_owned()),
            from: range.map(|(from, _)| from),
            to: range.map(|(_, to)| to),
            q: Some(shelf.q.trim().to_owned()).filter(|q| !q.is_empty()),
            before: shelf.before,
        };
        let mut rows = store::desk::transfers(&self.pool, &wanted, PAGE + 1).await?;
        let more = rows.len() as i64 > PAGE;
        rows.truncate(PAGE as usize);
        let next = rows.last().filter(|_| more).map(|row| row.id);
        let alarms = store::desk::alarms(&self.pool, MOST_ALARMS).await?;
        let day = shelf.day.unwrap_or_else(|| day_of(ctx.now));
        let (from, to) = bounds(day);
        let takings = store::desk::takings(&self.pool, from, to).await?;
        Ok(DeskPart { rows, next, alarms, takings, day })
    }

    /// An order with all that was said and done.
    ///
    /// # Errors
    /// When whoever asks may not; 404 when there is none.
    pub(super) async fn inspect(&self, ctx: &Ctx, order: Uuid) -> Result<Inspected, Failure> {
        ctx.require(Permission::DuesRead, None)?;
        let opened = self.opened(order).await?.ok_or_else(|| Failure::not_found("this order"))?;
        let mut events = Vec::new();
        for (transfer, _) in &opened.transfers {
            events.push(store::events(&self.pool, transfer.id).await?);
        }
        Ok(Inspected { opened, events })
    }

    /// Whether money of a contract can be given back through its operator.
    pub(super) fn can_refund(&self, contract: &str) -> bool {
        self.contracts.get(contract).is_some_and(|contract| contract.operator.can_refund())
    }

    /// Gives money of a transfer back: so many grosze of parts by their places, of each at most what is left. The same key
    /// once more is the same as once. While a refund is under way another one has to wait.
    ///
    /// # Errors
    /// When whoever asks may not; 404 when there is no such transfer or part.
    pub(super) async fn refund(
        &self,
        ctx: &Ctx,
        order: Uuid,
        place: i32,
        (key, wish): (Uuid, &BTreeMap<i32, i64>),
    ) -> Result<Wanted, Failure> {
        ctx.require(Permission::DuesManage, None)?;
        let opened = self.opened(order).await?.ok_or_else(|| Failure::not_found("this order"))?;
        let found = opened.transfers.iter().find(|(transfer, _)| transfer.place == place);
        let (transfer, _) = found.ok_or_else(|| Failure::not_found("this payment"))?;
        if !self.can_refund(&transfer.contract) {
            return Ok(Wanted::NotByOperator);
        }
        let mut transaction = self.pool.begin().await?;
        let Some(mut transfer) = store::lock(&mut transaction, transfer.id).await? else {
            return Err(Failure::not_found("this payment"));
        };
        if !store::refund_parts(&mut *transaction, key).await?.is_empty() {
            return Ok(Wanted::Ordered);
        }
        if matches!(transfer.refund, Refund::Asked | Refund::Begun) {
            return Ok(Wanted::UnderWay);
        }
        // Read behind the lock: of two treasurers at once the second sees what the first gave back.
        let parts = store::parts(&mut *transaction, transfer.id).await?;
        for (place, grosze) in wish {
            let part = parts.iter().find(|part| part.place == *place);
            let part = part.ok_or_else(|| Failure::not_found("this part of the payment"))?;
            if !(1..=part.left_grosze()).contains(grosze) {
                return Ok(Wanted::MoreThanLeft(*place));
            }
        }
        if wish.is_empty() {
            return Ok(Wanted::Nothing);
        }
        let details = json!({ "amount_grosze": wish.values().sum::<i64>() });
        let known = Known { details, ..Known::new("desk", ctx.actor(), ctx.now) };
        let step = self.apply_in(&mut transaction, &mut transfer, &Event::RefundWanted(key), &known).await?;
        let wanted = if step.deed == Deed::GiveBack {
            store::add_refund_parts(&mut *transaction, key, transfer.id, wish).await?;
            Wanted::Ordered
        } else {
            Wanted::NotPossible
        };
        transaction.commit().await?;
        self.wake.notify_one();
        Ok(wanted)
    }

    /// Has the operator asked at once.
    ///
    /// # Errors
    /// When whoever asks may not; 404 when there is no such transfer.
    pub(super) async fn ask_again(&self, ctx: &Ctx, order: Uuid, place: i32) -> Result<(), Failure> {
        ctx.require(Permission::DuesManage, None)?;
        let opened = self.opened(order).await?.ok_or_else(|| Failure::not_found("this order"))?;
        let found = opened.transfers.iter().find(|(transfer, _)| transfer.place == place);
        let (transfer, _) = found.ok_or_else(|| Failure::not_found("this payment"))?;
        let refunding = matches!(transfer.refund, Refund::Asked | Refund::Begun);
        if refunding || !matches!(transfer.state, State::Made | State::Paid | State::Held) {
            queue::put_asks(&self.pool, transfer.id, 0, Some(ctx.now)).await?;
            self.wake.notify_one();
        }
        Ok(())
    }

    /// Says that an alarm was dealt with.
    ///
    /// # Errors
    /// When whoever asks may not.
    pub(super) async fn end_alarm(&self, ctx: &Ctx, event: i64) -> Result<(), Failure> {
        ctx.require(Permission::DuesManage, None)?;
        store::desk::end_alarm(&self.pool, event, ctx.actor(), ctx.now).await?;
        Ok(())
    }
}
