//! Asking operators: what became of orders that stay open, whether they took our word for a payment, how far giving back
//! is. Every node asks; a lease keeps two from asking the same at once, and runs out when its node ends.

use chrono::{DateTime, Duration, Utc};
use operators::{Failure as NotTold, Operator, Refund as Back, RefundState, State as Said, Verify};
use serde_json::json;
use tokio::task::JoinSet;
use uuid::Uuid;

use super::{
    Payments,
    model::{Event, Refund, State, Transfer},
    ops::{Known, details_of, refund_details, word_of},
    store::{self, NewEvent, queue},
};
use crate::platform::{Ctx, http::Failure};

/// Transfers of which one node asks at once.
const MOST_AT_ONCE: usize = 8;
/// Longest sleep.
const TICK: std::time::Duration = std::time::Duration::from_secs(10);
/// How long an order that is over stays open while its operator does not answer.
const SILENCE: Duration = Duration::hours(24);
/// An order whose browser has come back is asked about at once, but not more often than this.
const SOONEST: Duration = Duration::seconds(5);

/// What asking brought.
enum Told {
    /// The operator answered.
    Answered,
    /// It did not.
    Silent,
}

impl Payments {
    /// Asks what is due, for ever.
    pub async fn follow(self) {
        if self.contracts.is_empty() {
            return;
        }
        loop {
            let now = Ctx::system("payments").now;
            match self.ask_due(now).await {
                Ok(0) => {}
                Ok(_) => continue,
                Err(failure) => tracing::warn!(%failure, "payments cannot be looked after; trying again"),
            }
            let due = queue::next_due(&self.pool).await.ok().flatten();
            let wait = due.and_then(|due| (due - now).to_std().ok()).unwrap_or(TICK);
            let wait = wait.clamp(std::time::Duration::from_millis(50), TICK);
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                () = self.wake.notified() => {}
            }
        }
    }

    /// Asks everything that is due at an instant, once, and waits for it; answers of how many transfers.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn ask_due(&self, now: DateTime<Utc>) -> Result<usize, Failure> {
        let lease = Duration::seconds(i64::from(self.config.payments.lease_s));
        let most = i64::try_from(MOST_AT_ONCE).unwrap_or(1);
        let due = queue::claim(&self.pool, self.node, now, now + lease, most).await?;
        let count = due.len();
        let mut under_way = JoinSet::new();
        for transfer in due {
            let payments = self.clone();
            under_way.spawn(async move {
                // Ends before the lease does, so that no other node begins while this one is still at it.
                let longest = lease.to_std().unwrap_or(TICK).mul_f64(0.8);
                let asked = tokio::time::timeout(longest, payments.ask(transfer, now)).await;
                // What could not be taken waits until the lease runs out, so that nobody tries it without a pause.
                let taken = match asked {
                    Ok(Ok(())) => queue::release(&payments.pool, payments.node, transfer).await.map_err(Failure::from),
                    Ok(Err(failure)) => Err(failure),
                    Err(_) => Err(Failure::Busy),
                };
                if let Err(failure) = taken {
                    tracing::warn!(%failure, %transfer, "what became of a payment could not be asked; it is asked again");
                }
            });
        }
        while under_way.join_next().await.is_some() {}
        Ok(count)
    }

    /// Has the operator asked at once about a transfer whose payer has come back.
    pub(super) async fn ask_soon(&self, transfer: Uuid, now: DateTime<Utc>) -> Result<(), Failure> {
        if queue::ask_soon(&self.pool, transfer, now, now - SOONEST).await? {
            self.wake.notify_one();
        }
        Ok(())
    }

    /// Asks once about one transfer.
    async fn ask(&self, id: Uuid, now: DateTime<Utc>) -> Result<(), Failure> {
        let Some(transfer) = self.locked(id).await? else { return Ok(()) };
        let Ok(contract) = self.contract(&transfer.contract) else {
            // The contract was taken out of the settings: nobody can be asked.
            tracing::warn!(contract = %transfer.contract, "a payment is open at a contract that the settings no longer name");
            return self.asked(id, &transfer, Told::Silent, now).await;
        };
        let operator = &contract.operator;
        let told = match (transfer.refund, transfer.state) {
            (Refund::Asked | Refund::Begun, _) => self.give_back(operator, &transfer, now).await?,
            (_, State::Advanced) => self.verify(operator, &transfer, now).await?,
            (_, State::Made | State::Paid | State::Held) => Told::Answered,
            (_, State::Begun | State::Failed | State::Expired | State::Cancelled) => {
                self.ask_status(operator, &transfer, now).await?
            }
        };
        self.asked(id, &transfer, told, now).await
    }

    /// A transfer as it stands, kept from nobody.
    async fn locked(&self, id: Uuid) -> Result<Option<Transfer>, Failure> {
        let mut connection = self.pool.acquire().await?;
        Ok(store::lock(&mut connection, id).await?)
    }

    /// Applies what was said in a transaction of its own.
    pub(super) async fn apply(
        &self,
        id: Uuid,
        event: &Event,
        known: &Known<'_>,
    ) -> Result<Option<Transfer>, Failure> {
        let mut transaction = self.pool.begin().await?;
        let Some(mut transfer) = store::lock(&mut transaction, id).await? else { return Ok(None) };
        self.apply_in(&mut transaction, &mut transfer, event, known).await?;
        transaction.commit().await?;
        Ok(Some(transfer))
    }

    /// Ends an order whose time is over, counts the question, and says when the next one is due.
    async fn asked(
        &self,
        id: Uuid,
        before: &Transfer,
        told: Told,
        now: DateTime<Utc>,
    ) -> Result<(), Failure> {
        let mut transaction = self.pool.begin().await?;
        let Some(mut transfer) = store::lock(&mut transaction, id).await? else { return Ok(()) };
        let over = now >= transfer.valid_until
            && transfer.state.can_go()
            && (matches!(told, Told::Answered) || now >= transfer.valid_until + SILENCE);
        if over {
            let known = Known::new("clock", "reeve", now);
            self.apply_in(&mut transaction, &mut transfer, &Event::TimeOver, &known).await?;
        } else if (transfer.state, transfer.refund) == (before.state, before.refund) {
            let asks = transfer.asks.saturating_add(1);
            let next = self.schedule(transfer.state, transfer.refund, asks, transfer.valid_until, now);
            let next = next.map(|next| next.max(now + SOONEST));
            queue::put_asks(&mut *transaction, id, asks, next).await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    async fn note(
        &self,
        transfer: &Transfer,
        kind: &'static str,
        alarm: bool,
        details: serde_json::Value,
        now: DateTime<Utc>,
    ) -> Result<(), Failure> {
        let event = NewEvent {
            at: now,
            transfer: Some(transfer.id),
            contract: &transfer.contract,
            source: "poll",
            kind,
            alarm,
            actor: "reeve",
            details,
            answer: None,
        };
        let mut connection = self.pool.acquire().await?;
        Ok(store::add_event(&mut connection, &event).await?)
    }

    /// Writes down that an operator gave no answer; what somebody must mend is an alarm.
    async fn silent(
        &self,
        transfer: &Transfer,
        failure: &NotTold,
        now: DateTime<Utc>,
    ) -> Result<Told, Failure> {
        let alarm = matches!(failure, NotTold::Misconfigured { .. });
        let details = json!({ "failure": failure.code(), "text": failure.text() });
        self.note(transfer, "no-answer", alarm, details, now).await?;
        Ok(Told::Silent)
    }

    async fn ask_status(
        &self,
        operator: &Operator,
        transfer: &Transfer,
        now: DateTime<Utc>,
    ) -> Result<Told, Failure> {
        let told = match operator.status(&transfer.code, now).await {
            Ok(told) => told,
            Err(failure) => return self.silent(transfer, &failure, now).await,
        };
        if told.is_empty() {
            self.note(transfer, "no-payment", false, json!({}), now).await?;
        }
        for notified in &told {
            let known = Known {
                paid_at: notified.paid_at,
                details: details_of(notified),
                ..Known::new("poll", "operator", now)
            };
            self.apply(transfer.id, &Event::Told(word_of(notified)), &known).await?;
        }
        Ok(Told::Answered)
    }

    async fn verify(
        &self,
        operator: &Operator,
        transfer: &Transfer,
        now: DateTime<Utc>,
    ) -> Result<Told, Failure> {
        let Some(payment) = transfer.transaction.clone() else { return Ok(Told::Answered) };
        let verify = Verify {
            order: transfer.code.clone(),
            transaction: payment.clone(),
            amount_grosze: transfer.amount_grosze,
        };
        let details = json!({ "transaction": payment });
        match operator.verify(&verify, now).await {
            Ok(()) => {
                // The message did not say when it was paid; the answer about the order does.
                let told = operator.status(&transfer.code, now).await.unwrap_or_default();
                let paid_at = told
                    .iter()
                    .find(|one| one.transaction == payment && matches!(one.state, Said::Paid | Said::Advance))
                    .and_then(|one| one.paid_at);
                let known = Known { paid_at, details, ..Known::new("poll", "operator", now) };
                self.apply(transfer.id, &Event::Verified(payment), &known).await?;
                Ok(Told::Answered)
            }
            Err(failure) if failure.is_permanent() => {
                let details = json!({ "transaction": payment, "text": failure.text() });
                let known = Known { details, ..Known::new("poll", "operator", now) };
                self.apply(transfer.id, &Event::NotVerified(payment), &known).await?;
                Ok(Told::Answered)
            }
            Err(failure) => self.silent(transfer, &failure, now).await,
        }
    }

    async fn give_back(
        &self,
        operator: &Operator,
        transfer: &Transfer,
        now: DateTime<Utc>,
    ) -> Result<Told, Failure> {
        let (Some(id), Some(payment)) = (transfer.refund_id, &transfer.transaction) else {
            return Ok(Told::Answered);
        };
        let back = store::refund_parts(&self.pool, id).await?;
        let refund = Back {
            id: id.simple().to_string(),
            order: transfer.code.clone(),
            transaction: payment.clone(),
            amount_grosze: back.values().sum(),
            description: format!("Zwrot {}", transfer.code),
            notify_url: self.notify_url(&transfer.contract)?,
        };
        let told = match transfer.refund {
            Refund::Begun => operator.refund_status(&refund, now).await,
            _ => operator.refund(&refund, now).await,
        };
        let (state, details) = match told {
            Ok(told) => (told.state, refund_details(&told)),
            Err(failure) if failure.is_permanent() => {
                (RefundState::Refused, json!({ "refund": refund.id, "text": failure.text() }))
            }
            Err(failure) => return self.silent(transfer, &failure, now).await,
        };
        // Still waiting is no news.
        if transfer.refund == Refund::Begun && state == RefundState::Pending {
            return Ok(Told::Answered);
        }
        let known = Known { details, ..Known::new("poll", "operator", now) };
        self.apply(transfer.id, &Event::RefundTold(state), &known).await?;
        Ok(Told::Answered)
    }
}
