//! A resident's orders.

use std::collections::BTreeMap;

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use law::allocation::Allocation;
use operators::Go;
use serde::Deserialize;
use uuid::Uuid;

use super::{
    booking, chip_of, fact, fault, id, meaning_key, number, on, state_chip, whole_chip, whole_meaning,
};
use crate::{
    kernel::Params,
    payments::{
        Payments,
        model::{Part, State as Stage, Transfer, whole},
        orders::{Going, Opened},
    },
    platform::{
        Ctx,
        http::{Failure, FormsLeaveTo, Path, ProtectedForm},
        i18n::{Texts, texts},
    },
    ui::{
        Here, Nav, html, html_with,
        local_time::{day_text, instant_text},
        money::money,
        paper::{self, Block, Column, Table},
        see_other, unkept,
        views::{
            BookingPart, Chip, Fact, FieldFault, OrderLine, OrderPage, OrdersPage, PayGoPage, ReceiptPage,
            TransferView,
        },
    },
};

/// A form that holds nothing but its token.
#[derive(Debug, Deserialize)]
pub(super) struct Pressed {}

pub(super) fn own_page(order: Uuid) -> String {
    format!("/account/orders/{order}")
}

pub(super) async fn list(
    ctx: Ctx,
    here: Here,
    State(payments): State<Payments>,
    mut params: Params,
) -> Result<Response, Failure> {
    let before: Option<Uuid> = params.parse("before", "the id of an order")?;
    params.finish()?;
    let t = texts(ctx.lang);
    let part = payments.orders(&ctx, before).await?;
    let line = |row: &crate::payments::store::OrderRow| {
        let mut chips = vec![whole_chip(t, whole(&row.states))];
        if row.refunded {
            chips.push(Chip { look: "plain", text: t.get("payment-state-refunded") });
        }
        OrderLine {
            href: own_page(row.id),
            number: row.number.clone(),
            titles: row.titles.clone(),
            amount: money(t, row.amount_grosze),
            when: instant_text(row.created_at, t),
            chips,
        }
    };
    html(&OrdersPage {
        page: payments.site.page(&ctx, &here, Nav::AccountPayments, t.get("orders-title")),
        t,
        rows: part.rows.iter().map(line).collect(),
        first: before.map(|_| "/account/orders".to_owned()),
        next: part.next.map(|next| format!("/account/orders?before={next}")),
    })
}

pub(super) async fn page(
    ctx: Ctx,
    State(payments): State<Payments>,
    Path(order): Path<String>,
    mut params: Params,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let notice = match params.text("done").as_deref() {
        Some("checked") => Some(t.get("order-done-checked")),
        Some("cancelled") => Some(t.get("order-done-cancelled")),
        _ => None,
    };
    // Said by whoever leads a browser back; the page tells what is known and nothing else.
    params.text("back");
    params.finish()?;
    let opened = payments.order(&ctx, id(&order)?).await?;
    show(&payments, &ctx, &opened, notice, Vec::new())
}

fn show(
    payments: &Payments,
    ctx: &Ctx,
    opened: &Opened,
    notice: Option<String>,
    faults: Vec<FieldFault>,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let path = own_page(opened.order.id);
    let here = Here(path.clone());
    let whole = whole(&opened.states());
    let paid = opened.transfers.iter().any(|(transfer, _)| transfer.state == Stage::Paid);
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::CONFLICT };
    let title = t.args("order-title", &[("number", opened.order.number.clone().into())]);
    let in_time = ctx.now < opened.order.valid_until;
    let page = OrderPage {
        page: payments.site.page(ctx, &here, Nav::AccountPayments, title),
        t,
        notice,
        faults,
        number: opened.order.number.clone(),
        chip: whole_chip(t, whole),
        meaning: whole_meaning(t, whole),
        facts: facts(t, opened),
        transfers: opened
            .transfers
            .iter()
            .map(|(transfer, parts)| {
                let words = match transfer.state {
                    Stage::Made => "order-go",
                    Stage::Begun => "order-go-again",
                    _ => "order-go-failed",
                };
                let go = (transfer.state.can_go() && in_time).then(|| t.get(words));
                transfer_view(t, payments, transfer, parts, go)
            })
            .collect(),
        can_check: opened
            .states()
            .iter()
            .any(|state| matches!(state, Stage::Begun | Stage::Advanced | Stage::Failed)),
        can_cancel: opened.states().iter().any(|state| state.can_go()),
        receipt: paid.then(|| format!("{path}/receipt")),
        path,
    };
    html_with(status, &page)
}

pub(super) fn total(opened: &Opened) -> i64 {
    opened.transfers.iter().map(|(transfer, _)| transfer.amount_grosze).sum()
}

pub(super) fn facts(t: &Texts, opened: &Opened) -> Vec<Fact> {
    vec![
        fact(t.get("payment-amount"), money(t, total(opened))),
        fact(t.get("order-made"), instant_text(opened.order.created_at, t)),
        fact(t.get("order-until"), instant_text(opened.order.valid_until, t)),
    ]
}

pub(super) fn transfer_view(
    t: &Texts,
    payments: &Payments,
    transfer: &Transfer,
    parts: &[Part],
    go: Option<String>,
) -> TransferView {
    let mut facts = vec![
        fact(t.get("payment-account"), grouped(&transfer.nrb)),
        fact(t.get("payment-code"), transfer.code.clone()),
    ];
    if let Some(day) = transfer.paid_on {
        facts.push(fact(t.get("payment-paid-on"), day_text(day, t)));
    }
    if let Some(at) = transfer.paid_at {
        facts.push(fact(t.get("payment-known-at"), instant_text(at, t)));
    }
    if transfer.back_grosze > 0 {
        facts.push(fact(t.get("payment-back"), money(t, transfer.back_grosze)));
    }
    let operator = payments.contracts.get(&transfer.contract);
    let meaning = match transfer.back_grosze {
        0 => meaning_key(transfer.state),
        back if back < transfer.amount_grosze => "payment-means-refunded-part",
        _ => "payment-means-refunded",
    };
    TransferView {
        place: transfer.place,
        operator: operator.map_or_else(|| transfer.contract.clone(), |of| of.operator.name().to_owned()),
        amount: money(t, transfer.amount_grosze),
        chip: state_chip(t, transfer),
        meaning: t.get(meaning),
        parts: parts.iter().map(|part| fact(part.title.clone(), money(t, part.amount_grosze))).collect(),
        facts,
        go,
    }
}

/// A bank account as people read it: two digits, then fours.
fn grouped(nrb: &str) -> String {
    let mut text = String::new();
    for (place, digit) in nrb.chars().enumerate() {
        if place >= 2 && (place - 2).is_multiple_of(4) {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

pub(super) async fn go(
    ctx: Ctx,
    here: Here,
    State(payments): State<Payments>,
    Path((order, place)): Path<(String, String)>,
    ProtectedForm(Pressed {}): ProtectedForm<Pressed>,
) -> Result<Response, Failure> {
    go_on(&payments, &ctx, &here, id(&order)?, number(&place)?).await
}

/// Begins a payment and shows the page from which the browser goes to the operator.
pub(super) async fn go_on(
    payments: &Payments,
    ctx: &Ctx,
    here: &Here,
    order: Uuid,
    place: i32,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let going = payments.go(ctx, order, place).await?;
    let opened = payments.order(ctx, order).await?;
    let go = match going {
        Going::Go(go) => go,
        Going::Over => {
            let faults = vec![fault("state", t.get("order-fault-over"))];
            return show(payments, ctx, &opened, None, faults);
        }
        Going::NotTaken => {
            let faults = vec![fault("state", t.get("order-fault-not-taken"))];
            return show(payments, ctx, &opened, None, faults);
        }
    };
    let found = opened.transfers.iter().find(|(transfer, _)| transfer.place == place);
    let (transfer, parts) = found.ok_or_else(|| Failure::not_found("this payment"))?;
    let operator = payments.contract(&transfer.contract)?.operator.name();
    let titles: Vec<&str> = parts.iter().map(|part| part.title.as_str()).collect();
    let (link, form) = match go {
        Go::Redirect(url) => (Some(url.to_string()), None),
        Go::Form(form) => (None, Some(form)),
    };
    let action = form.as_ref().map(|form| form.action.clone());
    let page = PayGoPage {
        page: payments.site.page(
            ctx,
            here,
            Nav::AccountPayments,
            t.args("pay-go-title", &[("operator", operator.into())]),
        ),
        t,
        operator,
        amount: money(t, transfer.amount_grosze),
        title: titles.join(", "),
        order: own_page(order),
        link,
        action: action.as_ref().map(ToString::to_string),
        fields: form
            .map(|form| form.fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
            .unwrap_or_default(),
    };
    let mut response = unkept(html(&page)?);
    if let Some(action) = action {
        response.extensions_mut().insert(FormsLeaveTo(action));
    }
    Ok(response.into_response())
}

pub(super) async fn check(
    ctx: Ctx,
    State(payments): State<Payments>,
    Path(order): Path<String>,
    ProtectedForm(Pressed {}): ProtectedForm<Pressed>,
) -> Result<Response, Failure> {
    let order = id(&order)?;
    payments.check(&ctx, order).await?;
    Ok(on(&own_page(order), "checked"))
}

pub(super) async fn cancel(
    ctx: Ctx,
    State(payments): State<Payments>,
    Path(order): Path<String>,
    ProtectedForm(Pressed {}): ProtectedForm<Pressed>,
) -> Result<Response, Failure> {
    let order = id(&order)?;
    let given_up = payments.give_up(&ctx, order).await?;
    Ok(if given_up { on(&own_page(order), "cancelled") } else { see_other(&own_page(order)) })
}

/// How parts were booked, as it stands with them.
fn booked_parts(t: &Texts, opened: &Opened) -> Vec<BookingPart> {
    let paid = || opened.transfers.iter().filter(|(transfer, _)| transfer.state == Stage::Paid);
    let parts = || paid().flat_map(|(_, parts)| parts.iter());
    let titles: BTreeMap<String, String> =
        parts().map(|part| (part.instalment.to_string(), part.title.clone())).collect();
    let others = parts().any(|part| part.payer != opened.order.party);
    parts()
        .filter(|part| part.left_grosze() > 0)
        .map(|part| {
            let payer = if others { part.payer_name.as_str() } else { "" };
            let head = (payer, part.title.as_str(), part.left_grosze());
            let allocation: Option<Allocation> =
                part.allocation.clone().and_then(|value| serde_json::from_value(value).ok());
            match allocation {
                Some(allocation) => booking(t, head, &allocation, &titles),
                None => BookingPart {
                    payer: payer.to_owned(),
                    title: part.title.clone(),
                    amount: money(t, part.left_grosze()),
                    steps: Vec::new(),
                    rest: None,
                },
            }
        })
        .collect()
}

/// What a receipt says.
struct Told {
    order: Uuid,
    number: String,
    title: String,
    facts: Vec<Fact>,
    parts: Vec<BookingPart>,
    total: String,
}

async fn told(payments: &Payments, ctx: &Ctx, order: &str) -> Result<Told, Failure> {
    let t = texts(ctx.lang);
    let opened = payments.order(ctx, id(order)?).await?;
    let paid: Vec<&Transfer> = opened
        .transfers
        .iter()
        .map(|(transfer, _)| transfer)
        .filter(|transfer| transfer.state == Stage::Paid)
        .collect();
    if paid.is_empty() {
        return Err(Failure::not_found("this receipt"));
    }
    let resident = Payments::own(ctx)?;
    let mut facts = vec![fact(t.get("receipt-payer"), resident.name.clone())];
    for transfer in &paid {
        let operator = payments.contracts.get(&transfer.contract);
        let operator = operator.map_or(transfer.contract.as_str(), |of| of.operator.name());
        let day = transfer.paid_on.map(|day| day_text(day, t)).unwrap_or_default();
        let mut line = format!("{}, {day}, {operator} {}", money(t, transfer.amount_grosze), transfer.code);
        if transfer.back_grosze > 0 {
            line.push_str(&format!(" – {} {}", t.get("payment-back"), money(t, transfer.back_grosze)));
        }
        facts.push(fact(t.args("receipt-to", &[("account", grouped(&transfer.nrb).into())]), line));
    }
    Ok(Told {
        order: opened.order.id,
        number: opened.order.number.clone(),
        title: t.args("receipt-title", &[("number", opened.order.number.clone().into())]),
        facts,
        parts: booked_parts(t, &opened),
        total: money(t, paid.iter().map(|transfer| transfer.amount_grosze - transfer.back_grosze).sum()),
    })
}

pub(super) async fn receipt(
    ctx: Ctx,
    here: Here,
    State(payments): State<Payments>,
    Path(order): Path<String>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    let Told { order, number, title, facts, parts, total } = told(&payments, &ctx, &order).await?;
    html(&ReceiptPage {
        page: payments.site.page(&ctx, &here, Nav::AccountPayments, title),
        t: texts(ctx.lang),
        order: own_page(order),
        number,
        facts,
        parts,
        total,
    })
}

pub(super) async fn receipt_pdf(
    ctx: Ctx,
    State(payments): State<Payments>,
    Path(order): Path<String>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    let t = texts(ctx.lang);
    let told = told(&payments, &ctx, &order).await?;
    let mut blocks = vec![
        Block::Facts(told.facts.into_iter().map(|fact| (fact.title, fact.value)).collect()),
        Block::Heading(t.get("receipt-booked")),
    ];
    let column = |key: &str, share, right| Column { title: t.get(key), share, right };
    for part in told.parts {
        let whose = if part.payer.is_empty() { String::new() } else { format!("{}: ", part.payer) };
        blocks.push(Block::Text(format!("{whose}{} – {}", part.title, part.amount)));
        if !part.steps.is_empty() {
            let rows = part.steps.into_iter();
            blocks.push(Block::Table(Table {
                columns: vec![
                    column("payment-pays", 3.0, false),
                    column("payment-principal", 1.5, true),
                    column("payment-interest", 1.4, true),
                    column("payment-cost", 1.4, true),
                    column("payment-why", 3.5, false),
                ],
                rows: rows.map(|of| vec![of.title, of.principal, of.interest, of.cost, of.why]).collect(),
                total: None,
            }));
        }
        blocks.extend(part.rest.map(Block::Text));
    }
    blocks.push(Block::Facts(vec![(t.get("receipt-total"), told.total)]));
    blocks.push(Block::Small(t.get("receipt-law")));
    let name = format!("potwierdzenie-{}", told.number.replace('/', "-"));
    paper::answer(&payments.site, &ctx, &name, told.title, blocks).await
}

/// The mark of a state, for other pages of the slice.
pub(super) fn mark(t: &Texts, state: Stage) -> Chip {
    chip_of(t, state)
}
