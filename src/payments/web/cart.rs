//! The cart, and the page before paying.

use std::collections::BTreeMap;

use axum::{extract::State, http::StatusCode, response::Response};
use uuid::Uuid;

use super::{Pairs, booking, fault, on, orders, value};
use crate::{
    dues::{self, Owed, Slip},
    kernel::{AmountFault, Params},
    payments::{
        Payments,
        cart::{Cart, CartLine, Choice as Offer, Chosen, Claim, Refusal},
    },
    platform::{
        Ctx,
        http::{Failure, ProtectedForm},
        i18n::{Texts, texts},
    },
    ui::{
        Here, Nav, html_with,
        local_time::day_text,
        money::{bare_money, money},
        see_other,
        views::{
            BookingPart, CartPage, CartPayer, CartRow, Choice, FieldFault, Link, OperatorChoice, PayPage,
        },
    },
};

fn row(t: &Texts, owed: &Owed, line: Option<&CartLine>, in_order: Option<Claim>) -> CartRow {
    let whole = owed.to_pay_grosze();
    let of = money(t, whole);
    let more = owed.interest_grosze + owed.cost_grosze;
    let words = if more > 0 {
        t.args("cart-owed-with", &[("amount", of.into()), ("more", money(t, more).into())])
    } else {
        t.args("cart-owed", &[("amount", of.into())])
    };
    let own = in_order.filter(|claim| claim.own);
    CartRow {
        id: owed.instalment.to_string(),
        title: owed.title.clone(),
        object: owed.object.clone(),
        term: t.args("cart-term", &[("date", day_text(owed.term, t).into())]),
        late: owed.is_arrear,
        owed: words,
        amount: bare_money(t, line.map_or(whole, |line| line.amount_grosze)),
        in_order: own.map(|claim| Link {
            href: format!("/account/orders/{}", claim.order),
            text: t.get("cart-in-order"),
        }),
        elsewhere: in_order.is_some_and(|claim| !claim.own),
    }
}

fn show(
    payments: &Payments,
    ctx: &Ctx,
    here: &Here,
    cart: &Cart,
    notice: Option<String>,
    faults: Vec<FieldFault>,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let changed = |key: &str, title: &String| t.args(key, &[("title", title.clone().into())]);
    let gone = cart.gone.iter().map(|title| changed("cart-gone", title));
    let lowered = cart.lowered.iter().map(|title| changed("cart-lowered", title));
    let payers = cart.payers.iter().map(|of| CartPayer {
        name: if of.payer.own { t.get("cart-own") } else { of.payer.name.clone() },
        rows: of.lines.iter().map(|line| row(t, &line.owed, Some(line), line.in_order)).collect(),
        others: of.others.iter().map(|(owed, claim)| row(t, owed, None, *claim)).collect(),
    });
    let any = cart.lines().next().is_some();
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = CartPage {
        page: payments.site.page(ctx, here, Nav::AccountPayments, t.get("cart-title")),
        t,
        notice,
        changes: gone.chain(lowered).collect(),
        payers: payers.collect(),
        total: any.then(|| money(t, cart.total_grosze())),
        can_pay: !payments.contracts.is_empty(),
        faults,
    };
    html_with(status, &page)
}

pub(super) async fn page(
    ctx: Ctx,
    here: Here,
    State(payments): State<Payments>,
    mut params: Params,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let notice = match params.text("done").as_deref() {
        Some("added") => Some(t.get("cart-done-added")),
        Some("nothing") => Some(t.get("cart-done-nothing")),
        Some("removed") => Some(t.get("cart-done-removed")),
        _ => None,
    };
    params.finish()?;
    let cart = payments.cart(&ctx).await?;
    show(&payments, &ctx, &here, &cart, notice, Vec::new())
}

/// Ordinary transfers for what is in the cart, payer by payer.
async fn slips(payments: &Payments, ctx: &Ctx) -> Result<Vec<Slip>, Failure> {
    let cart = payments.cart(ctx).await?;
    let mut slips = Vec::new();
    for of in cart.payers.iter().filter(|of| !of.lines.is_empty()) {
        let chosen: Vec<(Owed, i64)> =
            of.lines.iter().map(|line| (line.owed.clone(), line.amount_grosze)).collect();
        slips.extend(payments.dues.slips(&of.payer.ctx, of.payer.party, &chosen).await?);
    }
    Ok(slips)
}

pub(super) async fn transfer(
    ctx: Ctx,
    here: Here,
    State(payments): State<Payments>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    let slips = slips(&payments, &ctx).await?;
    if slips.is_empty() {
        return Ok(see_other("/account/cart"));
    }
    let back = Link { href: "/account/cart".to_owned(), text: texts(ctx.lang).get("cart-title") };
    dues::slips::page(&payments.site, &ctx, &here, Nav::AccountPayments, back, &slips)
}

pub(super) async fn transfer_pdf(
    ctx: Ctx,
    State(payments): State<Payments>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    let slips = slips(&payments, &ctx).await?;
    if slips.is_empty() {
        return Err(Failure::not_found("a transfer: the cart is empty"));
    }
    dues::slips::document(&payments.site, &ctx, &slips).await
}

pub(super) async fn add(
    ctx: Ctx,
    State(payments): State<Payments>,
    ProtectedForm(form): ProtectedForm<Pairs>,
) -> Result<Response, Failure> {
    let ids: Vec<Uuid> =
        form.iter().filter(|(name, _)| name == "add").filter_map(|(_, value)| value.parse().ok()).collect();
    let added = payments.add_to_cart(&ctx, &ids).await?;
    Ok(on("/account/cart", if added > 0 { "added" } else { "nothing" }))
}

fn amount_fault(t: &Texts, line: &CartLine, why: AmountFault) -> FieldFault {
    let title = line.owed.title.clone();
    let most = money(t, line.owed.to_pay_grosze());
    let key = match why {
        AmountFault::NotANumber => "cart-amount-none",
        AmountFault::Fraction => "cart-amount-fraction",
        AmountFault::NotPositive => "cart-amount-zero",
        AmountFault::TooLarge => "cart-amount-large",
    };
    fault("amounts", t.args(key, &[("title", title.into()), ("most", most.into())]))
}

pub(super) async fn save(
    ctx: Ctx,
    here: Here,
    State(payments): State<Payments>,
    ProtectedForm(form): ProtectedForm<Pairs>,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    if let Some(removed) = value(&form, "remove").and_then(|id| id.parse().ok()) {
        payments.remove_from_cart(&ctx, &[removed]).await?;
        return Ok(on("/account/cart", "removed"));
    }
    let cart = payments.cart(&ctx).await?;
    let mut faults = Vec::new();
    for (_, line) in cart.lines() {
        let name = format!("amount-{}", line.owed.instalment);
        let Some(text) = value(&form, &name) else { continue };
        if let Err(why) = payments.set_amount(&ctx, line, text).await? {
            faults.push(amount_fault(t, line, why));
        }
    }
    if !faults.is_empty() || !cart.gone.is_empty() || !cart.lowered.is_empty() {
        let Cart { gone, lowered, .. } = cart;
        let now = Cart { gone, lowered, ..payments.cart(&ctx).await? };
        return show(&payments, &ctx, &here, &now, None, faults);
    }
    Ok(see_other(match value(&form, "then") {
        Some("pay") => "/account/cart/pay",
        _ => "/account/cart",
    }))
}

pub(super) async fn pay_page(
    ctx: Ctx,
    here: Here,
    State(payments): State<Payments>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    let chosen = Chosen { key: Uuid::new_v4(), ..Chosen::default() };
    show_pay(&payments, &ctx, &here, &chosen, Vec::new()).await
}

async fn show_pay(
    payments: &Payments,
    ctx: &Ctx,
    here: &Here,
    chosen: &Chosen,
    faults: Vec<FieldFault>,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let cart = payments.cart(ctx).await?;
    let blocked = cart.lines().any(|(_, line)| line.in_order.is_some());
    if cart.lines().next().is_none() || !cart.gone.is_empty() || !cart.lowered.is_empty() || blocked {
        let faults = if blocked { vec![fault("amounts", t.get("cart-fault-in-order"))] } else { Vec::new() };
        return show(payments, ctx, here, &cart, None, faults);
    }
    let others = cart.lines().any(|(payer, _)| !payer.own);
    let choices = payments.choices(&cart, ctx.now).await;
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let paid_by = [("payer", "pay-by-payer"), ("close", "pay-by-close"), ("stranger", "pay-by-stranger")];
    let paid_by = paid_by.map(|(value, key)| Choice {
        value: value.to_owned(),
        label: t.get(key),
        selected: chosen.paid_by.as_deref() == Some(value),
    });
    let bank = |method: &operators::Method| Choice {
        value: method.id.clone(),
        label: method.name.clone(),
        selected: chosen.bank.as_deref() == Some(method.id.as_str()),
    };
    let page = PayPage {
        page: payments.site.page(ctx, here, Nav::AccountPayments, t.get("pay-title")),
        t,
        parts: preview_parts(t, &cart, &payments.preview(ctx, &cart).await?),
        total: money(t, cart.total_grosze()),
        banks: choices.iter().flat_map(|choice| choice.banks.iter().map(bank)).collect(),
        transfers_only: choices.iter().any(|choice| choice.transfers_only),
        operators: choices.iter().map(|choice| operator(t, choice, &chosen.operator)).collect(),
        paid_by: if others { paid_by.into() } else { Vec::new() },
        minutes: payments.config.payments.valid_min,
        key: chosen.key.to_string(),
        faults,
    };
    html_with(status, &page)
}

fn operator(t: &Texts, choice: &Offer, chosen: &str) -> OperatorChoice {
    let about = match (choice.operator, choice.transfers_only) {
        ("Paybynet", _) => "pay-about-paybynet",
        (_, true) => "pay-about-transfers",
        _ => "pay-about-all",
    };
    OperatorChoice {
        name: choice.operator,
        about: t.get(about),
        selected: choice.operator == chosen && choice.not_for.is_none(),
        cannot: choice
            .not_for
            .as_ref()
            .map(|title| t.args("pay-not-for", &[("title", title.clone().into())])),
    }
}

fn preview_parts(t: &Texts, cart: &Cart, shown: &[Vec<law::allocation::Allocation>]) -> Vec<BookingPart> {
    let others = cart.lines().any(|(payer, _)| !payer.own);
    let mut parts = Vec::new();
    for (of, allocations) in cart.payers.iter().zip(shown) {
        let lines = of.lines.iter().map(|line| &line.owed);
        let titles: BTreeMap<String, String> = lines
            .chain(of.others.iter().map(|(owed, _)| owed))
            .map(|owed| (owed.instalment.to_string(), owed.title.clone()))
            .collect();
        let payer = match (others, of.payer.own) {
            (false, _) => String::new(),
            (true, true) => t.get("cart-own"),
            (true, false) => of.payer.name.clone(),
        };
        for (line, allocation) in of.lines.iter().zip(allocations) {
            let head = (payer.as_str(), line.owed.title.as_str(), line.amount_grosze);
            parts.push(booking(t, head, allocation, &titles));
        }
    }
    parts
}

pub(super) async fn pay(
    ctx: Ctx,
    here: Here,
    State(payments): State<Payments>,
    ProtectedForm(form): ProtectedForm<Pairs>,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let text = |name: &str| value(&form, name).map(str::to_owned).filter(|text| !text.is_empty());
    let chosen = Chosen {
        operator: text("operator").unwrap_or_default(),
        bank: text("bank"),
        paid_by: text("paid_by"),
        key: text("key").and_then(|key| key.parse().ok()).unwrap_or_else(Uuid::new_v4),
    };
    let refusal = match payments.order_cart(&ctx, &chosen).await? {
        Ok(order) => return orders::go_on(&payments, &ctx, &here, order, 1).await,
        Err(refusal) => refusal,
    };
    let fault = match refusal {
        Refusal::Empty | Refusal::Changed => return Ok(see_other("/account/cart")),
        Refusal::InOrder => {
            let cart = payments.cart(&ctx).await?;
            let faults = vec![fault("amounts", t.get("cart-fault-in-order"))];
            return show(&payments, &ctx, &here, &cart, None, faults);
        }
        Refusal::Operator => fault("operator", t.get("pay-fault-operator")),
        Refusal::Bank => fault("bank", t.get("pay-fault-bank")),
        Refusal::PaidBy => fault("paid_by", t.get("pay-fault-paid-by")),
        Refusal::Stranger(limit) => {
            fault("paid_by", t.args("pay-fault-stranger", &[("limit", money(t, limit).into())]))
        }
    };
    show_pay(&payments, &ctx, &here, &chosen, vec![fault]).await
}
