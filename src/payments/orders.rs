//! A resident's orders: going to the operator, coming back, giving up.

use chrono::{DateTime, Utc};
use operators::{Allowed, Go, Language, Order as Asked};
use serde_json::json;
use url::Url;
use uuid::Uuid;

use super::{
    Payments,
    model::{Event, Order, Part, State, Transfer},
    ops::Known,
    store::{self, OrderRow},
};
use crate::{
    kernel::Lang,
    platform::{
        Ctx,
        http::{Failure, ResultExt},
    },
    ui::local_time::on_the_clock,
};

/// Orders of one page.
const PAGE: i64 = 20;

/// An order with its transfers and their parts.
#[derive(Debug, Clone)]
pub(super) struct Opened {
    pub(super) order: Order,
    pub(super) transfers: Vec<(Transfer, Vec<Part>)>,
}

impl Opened {
    pub(super) fn states(&self) -> Vec<State> {
        self.transfers.iter().map(|(transfer, _)| transfer.state).collect()
    }
}

/// One page of somebody's orders.
#[derive(Debug)]
pub(super) struct OrdersPart {
    pub(super) rows: Vec<OrderRow>,
    pub(super) next: Option<Uuid>,
}

/// What came of going to the operator.
#[derive(Debug)]
pub(super) enum Going {
    /// The browser goes there.
    Go(Go),
    /// It cannot be paid any more.
    Over,
    /// The operator did not take it, for now or for good.
    NotTaken,
}

impl Payments {
    /// Orders of whoever asks, the newest first.
    ///
    /// # Errors
    /// When no verified resident asks.
    pub(super) async fn orders(&self, ctx: &Ctx, before: Option<Uuid>) -> Result<OrdersPart, Failure> {
        let account = Self::own(ctx)?.account;
        let mut rows = store::orders_of(&self.pool, account, before, PAGE + 1).await?;
        let more = rows.len() as i64 > PAGE;
        rows.truncate(PAGE as usize);
        let next = rows.last().filter(|_| more).map(|row| row.id);
        Ok(OrdersPart { rows, next })
    }

    /// An order of whoever asks.
    ///
    /// # Errors
    /// 404 for an order of somebody else.
    pub(super) async fn order(&self, ctx: &Ctx, id: Uuid) -> Result<Opened, Failure> {
        let account = Self::own(ctx)?.account;
        let opened = self.opened(id).await?.filter(|opened| opened.order.account == account);
        opened.ok_or_else(|| Failure::not_found("this order"))
    }

    /// An order, whoever made it.
    pub(super) async fn opened(&self, id: Uuid) -> Result<Option<Opened>, Failure> {
        let Some(order) = store::order(&self.pool, id).await? else { return Ok(None) };
        let mut transfers = Vec::new();
        for transfer in store::transfers(&self.pool, id).await? {
            let parts = store::parts(&self.pool, transfer.id).await?;
            transfers.push((transfer, parts));
        }
        Ok(Some(Opened { order, transfers }))
    }

    /// Begins a payment: it is written down first, so that whatever becomes of this node, the operator is asked.
    ///
    /// # Errors
    /// 404 for an order of somebody else.
    pub(super) async fn go(&self, ctx: &Ctx, order: Uuid, place: i32) -> Result<Going, Failure> {
        let opened = self.order(ctx, order).await?;
        let found = opened.transfers.iter().find(|(transfer, _)| transfer.place == place);
        let (transfer, parts) = found.ok_or_else(|| Failure::not_found("this payment"))?;
        let contract = self.contract(&transfer.contract)?;
        let asked = self.asked_for(&Self::own(ctx)?.email, &opened.order, transfer, parts)?;
        let event = if ctx.now >= transfer.valid_until { Event::TimeOver } else { Event::Go };
        let known = Known::new("payer", "payer", ctx.now);
        if !transfer.state.can_go() {
            return Ok(Going::Over);
        }
        let begun = self.apply(transfer.id, &event, &known).await?;
        if begun.is_none_or(|begun| begun.state != State::Begun) {
            return Ok(Going::Over);
        }
        match contract.operator.start(&asked, ctx.now).await {
            Ok(started) => Ok(Going::Go(started.go)),
            Err(failure) => {
                tracing::warn!(%failure, contract = %transfer.contract, "a payment operator did not begin a payment");
                let known = Known {
                    details: json!({ "failure": failure.code(), "text": failure.text() }),
                    ..Known::new("payer", "operator", ctx.now)
                };
                self.apply(transfer.id, &Event::NotStarted, &known).await?;
                Ok(Going::NotTaken)
            }
        }
    }

    fn asked_for(
        &self,
        email: &str,
        order: &Order,
        transfer: &Transfer,
        parts: &[Part],
    ) -> Result<Asked, Failure> {
        let first = parts.first().map(|part| part.title.as_str()).unwrap_or_default();
        let description = match parts.len() {
            0 | 1 => first.to_owned(),
            count => format!("{first} (+{})", count - 1),
        };
        Ok(Asked {
            id: transfer.code.clone(),
            amount_grosze: transfer.amount_grosze,
            description: format!("{}: {description}", order.number).chars().take(400).collect(),
            email: email.to_owned(),
            language: match order.lang {
                Lang::Pl => Language::Polish,
                Lang::En => Language::English,
            },
            valid_until: Some(on_the_clock(transfer.valid_until)),
            return_url: self.url(&transfer.contract, "return")?,
            notify_url: self.notify_url(&transfer.contract)?,
            method: transfer.method.clone(),
            allowed: if transfer.transfers_only { Allowed::Transfers } else { Allowed::All },
        })
    }

    fn url(&self, contract: &str, door: &str) -> Result<Url, Failure> {
        format!("{}/api/payments/{contract}/{door}", self.base()).parse().internal("make our address")
    }

    pub(super) fn notify_url(&self, contract: &str) -> Result<Url, Failure> {
        self.url(contract, "notify")
    }

    /// Gives an order up: what was not paid yet can no longer be paid from our side. Money that comes all the same is
    /// booked.
    ///
    /// # Errors
    /// 404 for an order of somebody else.
    pub(super) async fn give_up(&self, ctx: &Ctx, order: Uuid) -> Result<bool, Failure> {
        let opened = self.order(ctx, order).await?;
        let known = Known::new("payer", "payer", ctx.now);
        let mut given_up = false;
        for (transfer, _) in opened.transfers.iter().filter(|(transfer, _)| transfer.state.can_go()) {
            let after = self.apply(transfer.id, &Event::GivenUp, &known).await?;
            given_up |= after.is_some_and(|after| after.state == State::Cancelled);
        }
        Ok(given_up)
    }

    /// Has operators asked at once about an order.
    ///
    /// # Errors
    /// 404 for an order of somebody else.
    pub(super) async fn check(&self, ctx: &Ctx, order: Uuid) -> Result<(), Failure> {
        for (transfer, _) in &self.order(ctx, order).await?.transfers {
            self.ask_soon(transfer.id, ctx.now).await?;
        }
        Ok(())
    }

    /// A browser has come back: which order it is about, and nothing else. The operator is asked about it soon.
    ///
    /// # Errors
    /// 404 when there is no such contract or order.
    pub(super) async fn came_back(
        &self,
        contract_id: &str,
        query: &str,
        now: DateTime<Utc>,
    ) -> Result<Uuid, Failure> {
        let contract = self.contract(contract_id)?;
        let gone = || Failure::not_found("this order");
        let code = contract.operator.returned(query, now).map_err(|_| gone())?;
        let transfer =
            store::of_code(&self.pool, &self.siblings(contract_id), &code).await?.ok_or_else(gone)?;
        self.ask_soon(transfer, now).await?;
        let mut connection = self.pool.acquire().await?;
        let transfer = store::lock(&mut connection, transfer).await?.ok_or_else(gone)?;
        Ok(transfer.order)
    }
}
