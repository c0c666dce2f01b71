//! The treasurer's pages.

use std::collections::BTreeMap;

use axum::{extract::State, http::StatusCode, response::Response};
use chrono::NaiveDate;
use serde_json::Value;
use uuid::Uuid;

use super::{
    fact, id, number, on,
    orders::{Pressed, facts, mark, transfer_view},
    state_key, whole_chip,
};
use crate::{
    kernel::{Params, money::read_zloty},
    payments::{
        Payments,
        desk::{Shelf, Wanted},
        model::{MOST_GROSZE, Part, Recorded, Refund, State as Stage, whole},
        store::desk::{AlarmRow, DeskRow},
    },
    platform::{
        Ctx,
        access::Permission,
        http::{Failure, Path, ProtectedForm},
        i18n::{Texts, texts},
    },
    ui::{
        Here, Nav, html, html_with,
        local_time::{day_text, instant_text},
        money::{bare_money, money},
        views::{
            AlarmLine, AmountField, Chip, Choice, DeskOrderPage, DeskPaymentRow, DeskPaymentsPage,
            DeskTransferView, Link, PaymentEventRow, TakingRow,
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
    show(&payments, &ctx, &here, id(&order)?, notice, None).await
}

/// Amounts to be given back as they were typed, and what is wrong with them.
struct Typed<'a> {
    /// The place of the transfer.
    place: i32,
    fields: &'a [(String, String)],
    fault: String,
}

fn back_field(part: i32) -> String {
    format!("back-{part}")
}

async fn show(
    payments: &Payments,
    ctx: &Ctx,
    here: &Here,
    order: Uuid,
    notice: Option<String>,
    typed: Option<Typed<'_>>,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let inspected = payments.inspect(ctx, order).await?;
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
        let refunding = matches!(transfer.refund, Refund::Asked | Refund::Begun);
        let open = !refunding && transfer.back_grosze < transfer.amount_grosze;
        let can_refund = payments.can_refund(&transfer.contract);
        let typed = typed.as_ref().filter(|typed| typed.place == transfer.place);
        let back = |part: &Part| {
            let field = back_field(part.place);
            let typed = typed.and_then(|typed| typed.fields.iter().find(|(name, _)| *name == field));
            AmountField {
                id: format!("{}-{field}", transfer.place),
                label: part.title.clone(),
                most: money(t, part.left_grosze()),
                value: typed.map_or_else(|| bare_money(t, part.left_grosze()), |(_, value)| value.clone()),
                name: field,
            }
        };
        DeskTransferView {
            view: transfer_view(t, payments, transfer, parts, None),
            refund: refund_key(transfer.refund).map(|key| t.get(key)),
            backs: match paid && open && can_refund {
                true => parts.iter().filter(|part| part.left_grosze() > 0).map(back).collect(),
                false => Vec::new(),
            },
            back_key: Uuid::new_v4(),
            back_fault: typed.map(|typed| typed.fault.clone()),
            refund_hint: (paid && open && !can_refund).then(|| t.get("desk-payment-no-refund")),
            can_ask: refunding || !matches!(transfer.state, Stage::Made | Stage::Paid | Stage::Held),
            events: events.iter().map(|one| event(t, one)).collect(),
        }
    });
    let title = t.args("order-title", &[("number", opened.order.number.clone().into())]);
    let status = if typed.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    html_with(
        status,
        &DeskOrderPage {
            page: payments.site.page(ctx, here, Nav::DeskPayments, title),
            t,
            path: order_page(opened.order.id),
            notice,
            number: opened.order.number.clone(),
            chip: whole_chip(t, whole(&opened.states())),
            facts,
            transfers: transfers.collect(),
            may_act: ctx.may(Permission::DuesManage, None),
        },
    )
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
    here: Here,
    State(payments): State<Payments>,
    Path((order, place)): Path<(String, String)>,
    ProtectedForm(fields): ProtectedForm<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let (order, place, t) = (id(&order)?, number(&place)?, texts(ctx.lang));
    let key = fields.iter().find(|(name, _)| name == "key").and_then(|(_, key)| key.parse().ok());
    let key = key.unwrap_or_else(Uuid::new_v4);
    let mut wish = BTreeMap::new();
    let mut wrong = false;
    for (name, text) in &fields {
        let Some(part) = name.strip_prefix("back-").and_then(|part| part.parse().ok()) else { continue };
        if matches!(text.trim(), "" | "0" | "0,00" | "0.00") {
            continue;
        }
        match read_zloty(text, MOST_GROSZE) {
            Ok(grosze) => wrong |= wish.insert(part, grosze).is_some(),
            Err(_) => wrong = true,
        }
    }
    let wanted = match wrong {
        false => payments.refund(&ctx, order, place, (key, &wish)).await?,
        true => Wanted::MoreThanLeft(0),
    };
    let key = match wanted {
        Wanted::Ordered => return Ok(on(&order_page(order), "refund")),
        Wanted::NotByOperator => return Ok(on(&order_page(order), "no-refund")),
        Wanted::UnderWay => "desk-payment-back-under-way",
        Wanted::Nothing => "desk-payment-back-nothing",
        Wanted::MoreThanLeft(_) => "desk-payment-back-amount",
        Wanted::NotPossible => "desk-payment-back-not-possible",
    };
    let typed = Typed { place, fields: &fields, fault: t.get(key) };
    show(&payments, &ctx, &here, order, None, Some(typed)).await
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
