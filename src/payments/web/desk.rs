//! The treasurer's pages.

use axum::{extract::State, response::Response};
use chrono::NaiveDate;
use serde_json::Value;
use uuid::Uuid;

use super::{
    fact, id, number, on,
    orders::{Pressed, facts, mark, transfer_view},
    state_key, whole_chip,
};
use crate::{
    kernel::Params,
    payments::{
        Payments,
        desk::Shelf,
        model::{Recorded, Refund, State as Stage, whole},
        store::desk::{AlarmRow, DeskRow},
    },
    platform::{
        Ctx,
        access::Permission,
        http::{Failure, Path, ProtectedForm},
        i18n::{Texts, texts},
    },
    ui::{
        Here, Nav, html,
        local_time::{day_text, instant_text},
        money::money,
        views::{
            AlarmLine, Chip, Choice, DeskOrderPage, DeskPaymentRow, DeskPaymentsPage, DeskTransferView, Link,
            PaymentEventRow, TakingRow,
        },
    },
};

fn order_page(order: Uuid) -> String {
    format!("/desk/payments/{order}")
}

/// What happened, in words.
fn what(t: &Texts, kind: &str) -> String {
    let key = match kind {
        "made" => "payment-event-made",
        "begun" => "payment-event-begun",
        "not-started" => "payment-event-not-started",
        "pending" => "payment-event-pending",
        "advanced" => "payment-event-advanced",
        "second-advance" => "payment-event-second-advance",
        "verified" => "payment-event-verified",
        "not-verified" => "payment-event-not-verified",
        "paid" => "payment-event-paid",
        "paid-late" => "payment-event-paid-late",
        "paid-twice" => "payment-event-paid-twice",
        "amount-differs" => "payment-event-amount-differs",
        "wrong-amount" => "payment-event-wrong-amount",
        "wrong-currency" => "payment-event-wrong-currency",
        "not-booked" => "payment-event-not-booked",
        "failed" => "payment-event-failed",
        "expired" => "payment-event-expired",
        "cancelled" => "payment-event-cancelled",
        "other-attempt" => "payment-event-other-attempt",
        "returned" => "payment-event-returned",
        "refund-asked" => "payment-event-refund-asked",
        "refund-begun" => "payment-event-refund-begun",
        "refunded" => "payment-event-refunded",
        "refund-refused" => "payment-event-refund-refused",
        "refund-unknown" | "unknown-refund" => "payment-event-refund-unknown",
        "no-answer" => "payment-event-no-answer",
        "no-payment" => "payment-event-no-payment",
        "not-believed" => "payment-event-not-believed",
        "unknown-order" => "payment-event-unknown-order",
        _ => "payment-event-repeated",
    };
    t.get(key)
}

fn source(t: &Texts, event: &str) -> String {
    t.get(match event {
        "payer" => "payment-source-payer",
        "notification" => "payment-source-notification",
        "poll" => "payment-source-poll",
        "settlement" => "payment-source-settlement",
        "desk" => "payment-source-desk",
        _ => "payment-source-clock",
    })
}

/// Amounts, ids and the operator's words, in one line.
fn details(t: &Texts, details: &Value) -> String {
    let text = |name: &str| details.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    let mut words: Vec<String> = Vec::new();
    let currency = text("currency").unwrap_or("PLN");
    if let Some(grosze) = details.get("amount_grosze").and_then(Value::as_i64) {
        words.push(match currency {
            "PLN" => money(t, grosze),
            other => format!("{},{:02} {other}", grosze / 100, grosze % 100),
        });
    }
    for name in ["transaction", "order", "refund", "transfer", "text", "failure", "title", "fault", "method"]
    {
        words.extend(text(name).map(str::to_owned));
    }
    if let Some(day) = text("paid_on").and_then(|day| day.parse::<NaiveDate>().ok()) {
        words.push(t.args("payment-paid-on-day", &[("date", day_text(day, t).into())]));
    }
    words.join(", ")
}

fn alarm(t: &Texts, row: &AlarmRow) -> AlarmLine {
    AlarmLine {
        id: row.id,
        text: what(t, &row.kind),
        details: format!("{}{}", prefixed(&source(t, &row.source)), details(t, &row.details)),
        contract: row.contract.clone(),
        when: instant_text(row.at, t),
        order: row.order.zip(row.number.clone()).map(|(order, text)| Link { href: order_page(order), text }),
    }
}

fn prefixed(text: &str) -> String {
    format!("{text}: ")
}

fn chips(t: &Texts, state: Stage, refund: Refund) -> Vec<Chip> {
    let mut chips = vec![mark(t, state)];
    if let Some(key) = refund_key(refund) {
        let look = if refund == Refund::Refused { "bad" } else { "plain" };
        chips.push(Chip { look, text: t.get(key) });
    }
    chips
}

fn refund_key(refund: Refund) -> Option<&'static str> {
    match refund {
        Refund::None => None,
        Refund::Asked => Some("payment-refund-asked"),
        Refund::Begun => Some("payment-refund-begun"),
        Refund::Done => Some("payment-refund-done"),
        Refund::Refused => Some("payment-refund-refused"),
    }
}

fn line(t: &Texts, row: &DeskRow) -> DeskPaymentRow {
    DeskPaymentRow {
        href: order_page(row.order),
        number: row.number.clone(),
        code: row.code.clone(),
        contract: row.contract.clone(),
        amount: money(t, row.amount_grosze),
        chips: chips(t, row.state, row.refund),
        when: match row.paid_on {
            Some(day) => t.args("payment-paid-on-day", &[("date", day_text(day, t).into())]),
            None => instant_text(row.changed_at, t),
        },
    }
}

pub(super) async fn list(
    ctx: Ctx,
    here: Here,
    State(payments): State<Payments>,
    mut params: Params,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let state = params.text("state").unwrap_or_default();
    let shelf = Shelf {
        state: Stage::from_name(&state),
        refunds: state == "refund",
        day: params.text("day").filter(|day| !day.is_empty()).and_then(|day| day.parse().ok()),
        q: params.text("q").unwrap_or_default().chars().take(64).collect(),
        before: params.parse("before", "the id of a payment")?,
    };
    let notice = match params.text("done").as_deref() {
        Some("alarm") => Some(t.get("desk-payments-alarm-done")),
        _ => None,
    };
    params.finish()?;
    let part = payments.desk(&ctx, &shelf).await?;
    let any =
        Choice { value: String::new(), label: t.get("desk-payments-any-state"), selected: state.is_empty() };
    let refunds =
        Choice { value: "refund".to_owned(), label: t.get("payment-refund-asked"), selected: shelf.refunds };
    let each = Stage::ALL.into_iter().map(|stage| Choice {
        value: stage.name().to_owned(),
        label: t.get(state_key(stage)),
        selected: shelf.state == Some(stage),
    });
    let day = shelf.day.map(|day| day.to_string()).unwrap_or_default();
    let address = |before: Option<Uuid>| {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("state", &state).append_pair("day", &day).append_pair("q", &shelf.q);
        if let Some(before) = before {
            query.append_pair("before", &before.to_string());
        }
        format!("/desk/payments?{}", query.finish())
    };
    html(&DeskPaymentsPage {
        page: payments.site.page(&ctx, &here, Nav::DeskPayments, t.get("desk-payments-title")),
        t,
        notice,
        alarms: part.alarms.iter().map(|row| alarm(t, row)).collect(),
        takings_title: t.args("desk-payments-takings", &[("date", day_text(part.day, t).into())]),
        takings: part
            .takings
            .iter()
            .map(|(contract, count, grosze, back)| TakingRow {
                contract: contract.clone(),
                count: t.count(u64::try_from(*count).unwrap_or_default()),
                amount: money(t, *grosze),
                back: money(t, *back),
            })
            .collect(),
        q: shelf.q.clone(),
        states: [any].into_iter().chain(each).chain([refunds]).collect(),
        rows: part.rows.iter().map(|row| line(t, row)).collect(),
        first: shelf.before.map(|_| address(None)),
        next: part.next.map(|next| address(Some(next))),
        day,
        may_act: ctx.may(Permission::DuesManage, None),
    })
}

fn event(t: &Texts, event: &Recorded) -> PaymentEventRow {
    let who = match event.source.as_str() {
        "desk" => format!("{} ({})", source(t, "desk"), event.actor),
        other => source(t, other),
    };
    PaymentEventRow {
        when: instant_text(event.at, t),
        what: what(t, &event.kind),
        source: who,
        details: details(t, &event.details),
        answer: event.answer.clone(),
        alarm: event.alarm,
    }
}

pub(super) async fn page(
    ctx: Ctx,
    here: Here,
    State(payments): State<Payments>,
    Path(order): Path<String>,
    mut params: Params,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let notice = match params.text("done").as_deref() {
        Some("asked") => Some(t.get("desk-payment-done-asked")),
        Some("refund") => Some(t.get("desk-payment-done-refund")),
        Some("no-refund") => Some(t.get("desk-payment-no-refund")),
        _ => None,
    };
    params.finish()?;
    let inspected = payments.inspect(&ctx, id(&order)?).await?;
    let opened = &inspected.opened;
    let mut facts = facts(t, opened);
    let paid_by = match opened.order.paid_by.as_str() {
        "close" => "pay-by-close",
        "stranger" => "pay-by-stranger",
        _ => "pay-by-payer",
    };
    facts.push(fact(t.get("pay-paid-by"), t.get(paid_by)));
    let transfers = opened.transfers.iter().zip(&inspected.events).map(|((transfer, parts), events)| {
        let paid = transfer.state == Stage::Paid;
        let open = matches!(transfer.refund, Refund::None | Refund::Refused);
        let can_refund = payments.can_refund(&transfer.contract);
        let refunding = matches!(transfer.refund, Refund::Asked | Refund::Begun);
        DeskTransferView {
            view: transfer_view(t, &payments, transfer, parts, None),
            refund: refund_key(transfer.refund).map(|key| t.get(key)),
            can_refund: paid && open && can_refund,
            refund_hint: (paid && open && !can_refund).then(|| t.get("desk-payment-no-refund")),
            can_ask: refunding || !matches!(transfer.state, Stage::Made | Stage::Paid | Stage::Held),
            events: events.iter().map(|one| event(t, one)).collect(),
        }
    });
    let title = t.args("order-title", &[("number", opened.order.number.clone().into())]);
    html(&DeskOrderPage {
        page: payments.site.page(&ctx, &here, Nav::DeskPayments, title),
        t,
        path: order_page(opened.order.id),
        notice,
        number: opened.order.number.clone(),
        chip: whole_chip(t, whole(&opened.states())),
        facts,
        transfers: transfers.collect(),
        may_act: ctx.may(Permission::DuesManage, None),
    })
}

pub(super) async fn ask(
    ctx: Ctx,
    State(payments): State<Payments>,
    Path((order, place)): Path<(String, String)>,
    ProtectedForm(Pressed {}): ProtectedForm<Pressed>,
) -> Result<Response, Failure> {
    let order = id(&order)?;
    payments.ask_again(&ctx, order, number(&place)?).await?;
    Ok(on(&order_page(order), "asked"))
}

pub(super) async fn refund(
    ctx: Ctx,
    State(payments): State<Payments>,
    Path((order, place)): Path<(String, String)>,
    ProtectedForm(Pressed {}): ProtectedForm<Pressed>,
) -> Result<Response, Failure> {
    let order = id(&order)?;
    let done = payments.refund(&ctx, order, number(&place)?).await?;
    Ok(on(&order_page(order), if done { "refund" } else { "no-refund" }))
}

pub(super) async fn end_alarm(
    ctx: Ctx,
    State(payments): State<Payments>,
    Path(event): Path<String>,
    ProtectedForm(Pressed {}): ProtectedForm<Pressed>,
) -> Result<Response, Failure> {
    payments.end_alarm(&ctx, number(&event)?).await?;
    Ok(on("/desk/payments", "alarm"))
}
