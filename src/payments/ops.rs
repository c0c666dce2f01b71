//! One way for whatever happens to a transfer, and what operators bring.

use std::collections::BTreeSet;

use chrono::{DateTime, Days, Duration, NaiveDate, NaiveDateTime, Utc};
use law::{
    allocation::{Indication, PaidBy},
    interest::Regime,
};
use operators::{Answer, Incoming, Notified, Operator, RefundState, Refunded, SettledNotice, State as Said};
use serde_json::{Value, json};
use sqlx::{Connection, PgConnection};
use uuid::Uuid;

use super::{
    Contract, Payments,
    model::{
        CURRENCY, Deed, Event, Order, Part, Refund, State, Step, Transfer, Word, advance, next_ask,
        next_verify,
    },
    store::{self, Change, NewEvent},
};
use crate::{
    dues::{Booked, Held, Receipt, Source},
    platform::http::{Failure, ResultExt},
    ui::local_time::day_of,
};

/// Messages of one contract that are about no order of ours, or not believed, of which so many are written down in an
/// hour: whoever sends a flood fills no table.
const MOST_STRANGE: i64 = 200;
/// How much later than the order's own end an operator is asked for the last time before the order ends.
const GRACE: Duration = Duration::seconds(60);

/// How something is known, to be written down with it.
#[derive(Debug, Clone)]
pub(super) struct Known<'a> {
    /// `payer`, `notification`, `poll`, `settlement`, `desk`, `clock`.
    pub(super) source: &'a str,
    /// Who did it.
    pub(super) actor: &'a str,
    /// When the payer's bank or card said yes, on the clock of Poland.
    pub(super) paid_at: Option<NaiveDateTime>,
    /// More to be kept.
    pub(super) details: Value,
    /// What the operator was answered.
    pub(super) answer: Option<&'a str>,
    pub(super) now: DateTime<Utc>,
}

impl<'a> Known<'a> {
    pub(super) fn new(source: &'a str, actor: &'a str, now: DateTime<Utc>) -> Self {
        Self { source, actor, paid_at: None, details: json!({}), answer: None, now }
    }
}

/// What an operator said, in our words.
pub(super) fn word_of(notified: &Notified) -> Word {
    Word {
        transaction: notified.transaction.clone(),
        said: notified.state,
        amount_grosze: notified.amount_grosze,
        currency: notified.currency.clone(),
    }
}

/// The same, to be kept.
pub(super) fn details_of(notified: &Notified) -> Value {
    json!({
        "transaction": notified.transaction,
        "said": notified.state,
        "text": notified.state_text,
        "amount_grosze": notified.amount_grosze,
        "currency": notified.currency,
        "method": notified.method,
        "title": notified.title,
        "fee_grosze": notified.fee_grosze,
        "batch": notified.batch,
    })
}

impl Payments {
    pub(super) fn contract(&self, id: &str) -> Result<&Contract, Failure> {
        self.contracts.get(id).ok_or_else(|| Failure::not_found("this payment operator"))
    }

    /// Contracts whose messages come to the address of this one. Paybynet knows one address for each seller, however many
    /// bank accounts it pays to; the others have an address for each contract.
    pub(super) fn siblings(&self, id: &str) -> Vec<String> {
        let seller = |contract: &Contract| match &contract.operator {
            Operator::Paybynet(paybynet) => Some(paybynet.settings().client_id.clone()),
            Operator::Autopay(_) | Operator::Przelewy24(_) => None,
        };
        let own = self.contracts.get(id).and_then(seller);
        let same = |(other, contract): &(&String, &Contract)| {
            other.as_str() == id || own.is_some() && seller(contract) == own
        };
        self.contracts.iter().filter(same).map(|(other, _)| other.clone()).collect()
    }

    /// Applies an event to a transfer that the caller has locked: state, booking and event in the caller's transaction.
    pub(super) async fn apply_in(
        &self,
        connection: &mut PgConnection,
        transfer: &mut Transfer,
        event: &Event,
        known: &Known<'_>,
    ) -> Result<Step, Failure> {
        let mut step = advance(&transfer.position(), event);
        let paid_on = paid_on(transfer, known);
        if step.deed == Deed::Book && !self.book_in(connection, transfer, paid_on, known.now).await? {
            step = Step { state: State::Held, deed: Deed::Hold, kind: "not-booked", alarm: true, ..step };
        }
        match step.deed {
            Deed::Hold => self.hold_in(connection, transfer, event, paid_on, known.now).await?,
            Deed::Reverse => self.give_back_in(connection, transfer, known.now).await?,
            Deed::Nothing | Deed::Verify | Deed::Book | Deed::GiveBack => {}
        }
        if let (Deed::Book, Event::Told(word)) = (step.deed, event) {
            let arrived = Arrived {
                contract: &transfer.contract,
                transaction: &word.transaction,
                amount_grosze: word.amount_grosze.unwrap_or(transfer.amount_grosze),
                nrb: Some(&transfer.nrb),
                code: &transfer.code,
                payer: None,
            };
            self.expect_in(connection, &arrived, paid_on, known.now).await?;
        }
        let moved = step.state != transfer.state || step.refund != transfer.refund;
        let is_final = |state| matches!(state, State::Paid | State::Held);
        let becomes_final = is_final(step.state) && !is_final(transfer.state);
        let booked_after_all = step.state == State::Paid && transfer.state == State::Held;
        let asks = if moved { 0 } else { transfer.asks };
        let change = Change {
            paid_on: (becomes_final || booked_after_all).then_some(paid_on),
            refund_id: match event {
                Event::RefundWanted(id) if step.deed == Deed::GiveBack => Some(*id),
                _ => None,
            },
            asks,
            ask_at: self.schedule(step.state, step.refund, asks, transfer.valid_until, known.now),
        };
        let was = (transfer.state, transfer.refund);
        store::put_step(connection, transfer.id, &step, &change, known.now).await?;
        if !step.state.is_open() {
            store::let_go(connection, transfer.id).await?;
        }
        let mut details = known.details.clone();
        if let Some(members) = details.as_object_mut() {
            if moved {
                members.insert("from".into(), json!([was.0.name(), was.1.name()]));
                members.insert("to".into(), json!([step.state.name(), step.refund.name()]));
            }
            if let Some(day) = change.paid_on {
                members.insert("paid_on".into(), json!(day));
            }
        }
        let event = NewEvent {
            at: known.now,
            transfer: Some(transfer.id),
            contract: &transfer.contract,
            source: known.source,
            kind: step.kind,
            alarm: step.alarm,
            actor: known.actor,
            details,
            answer: known.answer,
        };
        store::add_event(connection, &event).await?;
        if step.alarm {
            metrics::counter!("reeve_payment_alarms_total", "kind" => step.kind).increment(1);
        }
        transfer.state = step.state;
        transfer.refund = step.refund;
        transfer.transaction.clone_from(&step.transaction);
        transfer.refund_id = change.refund_id.or(transfer.refund_id);
        transfer.paid_on = change.paid_on.or(transfer.paid_on);
        transfer.asks = asks;
        Ok(step)
    }

    /// When the operator is asked next of a transfer that stands so, after so many questions without news.
    pub(super) fn schedule(
        &self,
        state: State,
        refund: Refund,
        asks: i32,
        valid_until: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Option<DateTime<Utc>> {
        let tries = usize::try_from(asks).unwrap_or_default();
        let soon = |tries: usize| tries.checked_sub(1).map_or(now, |tries| next_verify(tries, now));
        match refund {
            Refund::Asked => return Some(soon(tries)),
            Refund::Begun => return Some(next_verify(tries, now)),
            Refund::None | Refund::Done | Refund::Refused => {}
        }
        let next = next_ask(&self.config.payments.ask_after_s, tries, now);
        match state {
            State::Made => Some(valid_until),
            State::Advanced => Some(soon(tries)),
            State::Begun | State::Failed => {
                let end = valid_until + GRACE;
                Some(if now < end {
                    next.map_or(end, |next| next.min(end))
                } else {
                    next.unwrap_or(now + GRACE)
                })
            }
            State::Expired | State::Cancelled => next,
            State::Paid | State::Held => None,
        }
    }

    /// Books all parts. False, with nothing written, when the dues do not take it: then it is kept for the treasurer.
    async fn book_in(
        &self,
        connection: &mut PgConnection,
        transfer: &Transfer,
        paid_on: NaiveDate,
        now: DateTime<Utc>,
    ) -> Result<bool, Failure> {
        let mut parts = store::parts(&mut *connection, transfer.id).await?;
        // Payers are locked in the order of their ids, by whoever books.
        parts.sort_by_key(|part| part.payer);
        let by = paid_by(store::order(&mut *connection, transfer.order).await?);
        let mut attempt = connection.begin().await?;
        for part in &parts {
            let receipt = receipt_of(transfer, part, by, paid_on, now);
            match self.dues.book_in(&mut attempt, &receipt, now).await {
                Ok(booked) => put_booked(&mut attempt, transfer, part, &booked).await?,
                Err(Failure::Busy) => return Err(Failure::Busy),
                Err(failure) => {
                    tracing::error!(%failure, transfer = %transfer.id, "a payment could not be booked; it is kept");
                    attempt.rollback().await?;
                    return Ok(false);
                }
            }
        }
        attempt.commit().await?;
        Ok(true)
    }

    async fn hold_in(
        &self,
        connection: &mut PgConnection,
        transfer: &Transfer,
        event: &Event,
        on: NaiveDate,
        now: DateTime<Utc>,
    ) -> Result<(), Failure> {
        let (transaction, amount_grosze) = match event {
            Event::Told(word) => (word.transaction.as_str(), word.amount_grosze),
            _ => (transfer.transaction.as_deref().unwrap_or_default(), None),
        };
        let payer = store::parts(&mut *connection, transfer.id).await?.first().map(|part| part.payer);
        let held = Arrived {
            contract: &transfer.contract,
            transaction,
            amount_grosze: amount_grosze.unwrap_or(transfer.amount_grosze),
            nrb: Some(&transfer.nrb),
            code: &transfer.code,
            payer,
        };
        self.keep_in(connection, &held, on, now).await
    }

    /// Keeps money that cannot be booked to anybody's dues.
    pub(super) async fn keep_in(
        &self,
        connection: &mut PgConnection,
        arrived: &Arrived<'_>,
        on: NaiveDate,
        now: DateTime<Utc>,
    ) -> Result<(), Failure> {
        if arrived.amount_grosze <= 0 {
            return Ok(());
        }
        let Arrived { contract, transaction, code, .. } = arrived;
        let held = Held {
            source: Source::new("order", format!("{contract}/{code}/{transaction}")),
            payer: arrived.payer,
            amount_grosze: arrived.amount_grosze,
            paid_on: on,
            booked_on: day_of(now),
            nrb: arrived.nrb.and_then(|nrb| nrb.parse().ok()),
            title: format!("{contract} {code}"),
            note: format!("{contract}: {code}, {transaction}"),
        };
        self.dues.hold_in(connection, &held, now).await?;
        self.expect_in(connection, arrived, on, now).await
    }

    /// Takes the bookings back of which money left for the payer, and books again what the town keeps of them, with the day
    /// on which it was paid.
    async fn give_back_in(
        &self,
        connection: &mut PgConnection,
        transfer: &Transfer,
        now: DateTime<Utc>,
    ) -> Result<(), Failure> {
        let Some(refund) = transfer.refund_id else { return Ok(()) };
        let back = store::refund_parts(&mut *connection, refund).await?;
        let by = paid_by(store::order(&mut *connection, transfer.order).await?);
        let mut parts = store::parts(&mut *connection, transfer.id).await?;
        parts.sort_by_key(|part| part.payer);
        for part in &parts {
            let (Some(booking), Some(grosze)) = (part.booking, back.get(&part.place)) else { continue };
            let id = format!("{}/{}", source_of(transfer, part).id, refund.simple());
            let today = day_of(now);
            self.dues.reverse_in(connection, booking, &Source::new("refund", &id), today, now).await?;
            let kept = part.left_grosze().saturating_sub(*grosze);
            if kept > 0 {
                let paid_on = transfer.paid_on.unwrap_or(today);
                let whole = receipt_of(transfer, part, by, paid_on, now);
                let receipt = Receipt { source: Source::new("order", id), amount_grosze: kept, ..whole };
                let booked = self.dues.book_in(connection, &receipt, now).await?;
                put_booked(connection, transfer, part, &booked).await?;
            }
        }
        store::end_refund(connection, refund).await?;
        Ok(())
    }

    /// Takes a message of an operator, and answers what it shall get.
    ///
    /// # Errors
    /// 404 when there is no such contract.
    pub(super) async fn notified(
        &self,
        contract_id: &str,
        body: &[u8],
        now: DateTime<Utc>,
    ) -> Result<Answer, Failure> {
        let contract = self.contract(contract_id)?;
        let notification = match contract.operator.notification(Incoming { body, now }) {
            Ok(notification) => notification,
            Err(refusal) => {
                let alarm = refusal.fault.is_alarming();
                tracing::warn!(contract = contract_id, fault = %refusal.fault, "a message of a payment operator is not believed");
                metrics::counter!("reeve_payment_messages_refused_total", "fault" => refusal.fault.code())
                    .increment(1);
                let answer = answer_text(&refusal.answer);
                let event = NewEvent {
                    at: now,
                    transfer: None,
                    contract: contract_id,
                    source: "notification",
                    kind: "not-believed",
                    alarm,
                    actor: "operator",
                    details: json!({ "fault": refusal.fault.code(), "bytes": body.len() }),
                    answer: Some(&answer),
                };
                store::add_strange(&self.pool, &event, MOST_STRANGE).await?;
                return Ok(refusal.answer);
            }
        };
        let answer = answer_text(&notification.taken());
        let mut not_taken = BTreeSet::new();
        let mut note = |name: &str, taken: Result<(), Failure>| {
            if let Err(failure) = taken {
                tracing::warn!(%failure, contract = contract_id, "a message of a payment operator was not taken; it comes again");
                not_taken.insert(name.to_owned());
            }
        };
        for payment in &notification.payments {
            note(&payment.order, self.take_payment(contract_id, payment, &answer, now).await);
        }
        for refund in &notification.refunds {
            note(&refund.refund, self.take_refund(contract_id, refund, &answer, now).await);
        }
        for settlement in &notification.settlements {
            note(&settlement.transfer, self.take_settlement(contract_id, settlement, &answer, now).await);
        }
        self.wake.notify_one();
        Ok(notification.answer(|name| !not_taken.contains(name)))
    }

    async fn take_payment(
        &self,
        contract: &str,
        payment: &Notified,
        answer: &str,
        now: DateTime<Utc>,
    ) -> Result<(), Failure> {
        let mut transaction = self.pool.begin().await?;
        let found = store::of_code(&mut *transaction, &self.siblings(contract), &payment.order).await?;
        let transfer = match found {
            Some(id) => store::lock(&mut transaction, id).await?,
            None => None,
        };
        match transfer {
            Some(mut transfer) => {
                let known = Known {
                    paid_at: payment.paid_at,
                    details: details_of(payment),
                    answer: Some(answer),
                    ..Known::new("notification", "operator", now)
                };
                self.apply_in(&mut transaction, &mut transfer, &Event::Told(word_of(payment)), &known)
                    .await?;
            }
            None => self.take_strange(&mut transaction, contract, payment, answer, now).await?,
        }
        transaction.commit().await?;
        Ok(())
    }

    /// A message that is signed as it should be and about no order of ours: money may have come all the same.
    async fn take_strange(
        &self,
        connection: &mut PgConnection,
        contract: &str,
        payment: &Notified,
        answer: &str,
        now: DateTime<Utc>,
    ) -> Result<(), Failure> {
        if payment.state == Said::Paid && payment.currency == CURRENCY {
            let held = Arrived {
                contract,
                transaction: &payment.transaction,
                amount_grosze: payment.amount_grosze.unwrap_or_default(),
                nrb: None,
                code: &payment.order,
                payer: None,
            };
            self.keep_in(connection, &held, payment.paid_on().unwrap_or_else(|| day_of(now)), now).await?;
        }
        let mut details = details_of(payment);
        if let Some(members) = details.as_object_mut() {
            members.insert("order".into(), json!(payment.order));
        }
        let event = NewEvent {
            at: now,
            transfer: None,
            contract,
            source: "notification",
            kind: "unknown-order",
            alarm: true,
            actor: "operator",
            details,
            answer: Some(answer),
        };
        store::add_strange(connection, &event, MOST_STRANGE).await?;
        Ok(())
    }

    async fn take_refund(
        &self,
        contract: &str,
        refund: &Refunded,
        answer: &str,
        now: DateTime<Utc>,
    ) -> Result<(), Failure> {
        let id: Option<Uuid> = refund.refund.parse().ok();
        let mut transaction = self.pool.begin().await?;
        let found = match id {
            Some(id) => store::of_refund(&mut *transaction, contract, id).await?,
            None => None,
        };
        let mut transfer = match found {
            Some((found, _)) => store::lock(&mut transaction, found).await?,
            None => None,
        };
        // Each refund waits for the end of the one before it: word of an earlier one is a repetition, unless the operator
        // gave back after all what it had refused.
        let is_done = found.is_some_and(|(_, is_done)| is_done);
        let is_earlier = transfer.as_ref().is_some_and(|transfer| transfer.refund_id != id);
        if is_earlier && (is_done || refund.state != RefundState::Done) {
            return Ok(());
        }
        let known = Known {
            details: refund_details(refund),
            answer: Some(answer),
            ..Known::new("notification", "operator", now)
        };
        match &mut transfer {
            Some(transfer) if !is_earlier => {
                let event = Event::RefundTold(refund.state);
                self.apply_in(&mut transaction, transfer, &event, &known).await?;
            }
            _ => {
                let event = NewEvent {
                    at: now,
                    transfer: None,
                    contract,
                    source: "notification",
                    kind: "unknown-refund",
                    alarm: true,
                    actor: "operator",
                    details: known.details,
                    answer: Some(answer),
                };
                store::add_strange(&mut *transaction, &event, MOST_STRANGE).await?;
            }
        }
        transaction.commit().await?;
        Ok(())
    }

    /// What an operator passed on to our account says that it was paid. What it gave back is only written down: that comes
    /// by the answer to our wish.
    async fn take_settlement(
        &self,
        contract: &str,
        settled: &SettledNotice,
        answer: &str,
        now: DateTime<Utc>,
    ) -> Result<(), Failure> {
        if settled.state != Said::Paid {
            return Ok(());
        }
        let mut transaction = self.pool.begin().await?;
        let found = match &settled.order {
            Some(order) => store::of_code(&mut *transaction, &self.siblings(contract), order).await?,
            None => None,
        };
        let mut transfer = match found {
            Some(found) => store::lock(&mut transaction, found).await?,
            None => None,
        };
        self.note_settled_in(&mut transaction, contract, settled, transfer.as_ref(), now).await?;
        if let (Some(transfer), Some(payment), false) =
            (&mut transfer, &settled.transaction, settled.is_refund)
        {
            let word = Word {
                transaction: payment.clone(),
                said: Said::Paid,
                // What is passed on may be less than what was paid, by what the operator keeps.
                amount_grosze: None,
                currency: settled.currency.clone(),
            };
            let known = Known {
                details: json!({
                    "transaction": payment, "transfer": settled.transfer, "settled_grosze": settled.amount_grosze,
                    "title": settled.title,
                }),
                answer: Some(answer),
                ..Known::new("settlement", "operator", now)
            };
            self.apply_in(&mut transaction, transfer, &Event::Told(word), &known).await?;
        }
        transaction.commit().await?;
        Ok(())
    }
}

/// Money that cannot be booked to anybody's dues.
pub(super) struct Arrived<'a> {
    pub(super) contract: &'a str,
    pub(super) transaction: &'a str,
    pub(super) amount_grosze: i64,
    pub(super) nrb: Option<&'a str>,
    pub(super) code: &'a str,
    /// Whose it might be.
    pub(super) payer: Option<Uuid>,
}

pub(super) fn refund_details(refund: &Refunded) -> Value {
    json!({
        "refund": refund.refund, "said": refund.state, "text": refund.state_text,
        "amount_grosze": refund.amount_grosze, "transfer": refund.transfer,
    })
}

/// The day that counts for the payer: what the operator said, within what is possible. Without its word the day on which
/// we learned of it, but none after the time to pay, within which it must have been.
fn paid_on(transfer: &Transfer, known: &Known<'_>) -> NaiveDate {
    let (today, end) = (day_of(known.now), day_of(transfer.valid_until));
    let first = end.checked_sub_days(Days::new(1)).unwrap_or(end);
    let day = known.paid_at.map_or(today.min(end), |at| at.date());
    day.max(first).min(today.max(first))
}

/// By which a booking is known: one for each part, once and for all.
fn source_of(transfer: &Transfer, part: &Part) -> Source {
    Source::new("order", format!("{}/{}", transfer.id, part.place))
}

/// A payment of a part, whole, as the dues book it.
fn receipt_of(
    transfer: &Transfer,
    part: &Part,
    by: PaidBy,
    paid_on: NaiveDate,
    now: DateTime<Utc>,
) -> Receipt {
    Receipt {
        source: source_of(transfer, part),
        payer: part.payer,
        amount_grosze: part.amount_grosze,
        paid_on,
        booked_on: day_of(now),
        indication: indication_of(part),
        by,
        nrb: transfer.nrb.parse().ok(),
        title: part.title.clone(),
    }
}

fn paid_by(order: Option<Order>) -> PaidBy {
    match order.map(|order| order.paid_by).as_deref() {
        Some("close") => PaidBy::Close,
        Some("stranger") => PaidBy::Stranger,
        _ => PaidBy::Payer,
    }
}

async fn put_booked(
    connection: &mut PgConnection,
    transfer: &Transfer,
    part: &Part,
    booked: &Booked,
) -> Result<(), Failure> {
    let allocation = serde_json::to_value(&booked.allocation).internal("write an allocation")?;
    store::put_booking(connection, transfer.id, part.place, booked.booking, &allocation).await?;
    Ok(())
}

pub(super) fn regime_of(name: &str) -> Regime {
    match name {
        "civil" => Regime::Civil,
        "contractual" => Regime::Contractual,
        _ => Regime::Tax,
    }
}

fn indication_of(part: &Part) -> Indication {
    Indication::Debt {
        id: part.instalment.to_string(),
        kind: part.kind.clone(),
        regime: regime_of(&part.regime),
    }
}

fn answer_text(answer: &Answer) -> String {
    format!("{} {}", answer.status, answer.body)
}
