//! Pages of paying online.

mod cart;
mod desk;
mod orders;
mod settle;

use std::collections::BTreeMap;

use axum::response::Response;
use law::allocation::{Allocation, Proposal, Why};
use uuid::Uuid;

use super::{
    Payments, api,
    model::{State, Transfer, Whole},
};
use crate::{
    platform::{
        access::{Level, Permission},
        http::{Access, Doors, Failure},
        i18n::Texts,
    },
    ui::{
        money::money,
        views::{BookingPart, BookingStep, Chip, Fact, FieldFault},
    },
};

pub(super) fn doors() -> Doors<Payments> {
    let own = Access::Resident(Level::Verified);
    let read = Access::May(Permission::DuesRead);
    let manage = Access::May(Permission::DuesManage);
    Doors::new()
        .post(Access::Public, "/api/payments/{contract}/notify", api::notified)
        .taking(operators::MESSAGE_BYTES_MAX)
        .get(Access::Public, "/api/payments/{contract}/return", api::returned)
        .get(own, "/account/cart", cart::page)
        .post(own, "/account/cart", cart::save)
        .post(own, "/account/cart/add", cart::add)
        .get(own, "/account/cart/transfer", cart::transfer)
        .get(own, "/account/cart/transfer.pdf", cart::transfer_pdf)
        .get(own, "/account/cart/pay", cart::pay_page)
        .post(own, "/account/cart/pay", cart::pay)
        .get(own, "/account/orders", orders::list)
        .get(own, "/account/orders/{id}", orders::page)
        .post(own, "/account/orders/{id}/go/{place}", orders::go)
        .post(own, "/account/orders/{id}/check", orders::check)
        .post(own, "/account/orders/{id}/cancel", orders::cancel)
        .get(own, "/account/orders/{id}/receipt", orders::receipt)
        .get(own, "/account/orders/{id}/receipt.pdf", orders::receipt_pdf)
        .get(read, "/desk/payments", desk::list)
        .get(read, "/desk/payments/settlements", settle::page)
        .post(manage, "/desk/payments/settlements", settle::take_in)
        .taking(settle::MOST_UPLOAD_BYTES)
        .get(read, "/desk/payments/settlements/{file}", settle::file)
        .post(manage, "/desk/payments/settlements/{kind}/{subject}", settle::end)
        .get(read, "/desk/payments/{id}", desk::page)
        .post(manage, "/desk/payments/{id}/ask/{place}", desk::ask)
        .post(manage, "/desk/payments/{id}/refund/{place}", desk::refund)
        .post(manage, "/desk/payments/alarms/{event}", desk::end_alarm)
}

/// A form of pairs, for forms whose names are made of ids.
type Pairs = Vec<(String, String)>;

fn value<'p>(pairs: &'p Pairs, name: &str) -> Option<&'p str> {
    pairs.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
}

/// An id in an address; what is none names nothing.
fn id(text: &str) -> Result<Uuid, Failure> {
    text.parse().map_err(|_| Failure::not_found("this address"))
}

/// A number in an address; what is none names nothing.
fn number<N: std::str::FromStr>(text: &str) -> Result<N, Failure> {
    text.parse().map_err(|_| Failure::not_found("this address"))
}

fn fault(field: &'static str, message: String) -> FieldFault {
    FieldFault { field, message }
}

fn fact(title: String, value: impl Into<String>) -> Fact {
    Fact { title, value: value.into() }
}

/// The same page with a note of what was done.
fn on(path: &str, done: &str) -> Response {
    crate::ui::see_other(&format!("{path}?done={done}"))
}

fn state_chip(t: &Texts, transfer: &Transfer) -> Chip {
    if transfer.back_grosze > 0 {
        let is_all = transfer.back_grosze >= transfer.amount_grosze;
        let key = if is_all { "payment-state-refunded" } else { "payment-state-refunded-part" };
        return Chip { look: "plain", text: t.get(key) };
    }
    chip_of(t, transfer.state)
}

pub(super) fn chip_of(t: &Texts, state: State) -> Chip {
    Chip { look: look_of(state), text: t.get(state_key(state)) }
}

fn look_of(state: State) -> &'static str {
    match state {
        State::Paid => "good",
        State::Begun | State::Advanced | State::Made => "unsure",
        State::Held | State::Failed => "bad",
        State::Expired | State::Cancelled => "plain",
    }
}

fn state_key(state: State) -> &'static str {
    match state {
        State::Made => "payment-state-made",
        State::Begun => "payment-state-begun",
        State::Advanced => "payment-state-advanced",
        State::Paid => "payment-state-paid",
        State::Held => "payment-state-held",
        State::Failed => "payment-state-failed",
        State::Expired => "payment-state-expired",
        State::Cancelled => "payment-state-cancelled",
    }
}

fn meaning_key(state: State) -> &'static str {
    match state {
        State::Made => "payment-means-made",
        State::Begun => "payment-means-begun",
        State::Advanced => "payment-means-advanced",
        State::Paid => "payment-means-paid",
        State::Held => "payment-means-held",
        State::Failed => "payment-means-failed",
        State::Expired => "payment-means-expired",
        State::Cancelled => "payment-means-cancelled",
    }
}

fn whole_chip(t: &Texts, whole: Whole) -> Chip {
    let (look, key) = match whole {
        Whole::Open => ("unsure", "order-open"),
        Whole::Waiting => ("unsure", "order-waiting"),
        Whole::Partly => ("unsure", "order-partly"),
        Whole::Paid => ("good", "order-paid"),
        Whole::Held => ("bad", "order-held"),
        Whole::Over => ("plain", "order-over"),
    };
    Chip { look, text: t.get(key) }
}

fn whole_meaning(t: &Texts, whole: Whole) -> String {
    t.get(match whole {
        Whole::Open => "order-means-open",
        Whole::Waiting => "order-means-waiting",
        Whole::Partly => "order-means-partly",
        Whole::Paid => "order-means-paid",
        Whole::Held => "order-means-held",
        Whole::Over => "order-means-over",
    })
}

fn why_key(why: Why) -> &'static str {
    match why {
        Why::ReminderCost => "payment-why-reminder-cost",
        Why::ArrearOfNamedTax => "payment-why-arrear-of-named-tax",
        Why::EarliestArrear => "payment-why-earliest-arrear",
        Why::CurrentOfNamedTax => "payment-why-current-of-named-tax",
        Why::EarliestCurrent => "payment-why-earliest-current",
        Why::NamedDebt => "payment-why-named-debt",
        Why::LongestDueDebt => "payment-why-longest-due-debt",
        Why::NotYetDueDebt => "payment-why-not-yet-due-debt",
    }
}

fn proposal_key(proposal: Proposal) -> &'static str {
    match proposal {
        Proposal::Refund => "payment-rest-refund",
        Proposal::KeepOnRequest | Proposal::KeepSmall => "payment-rest-keep",
        Proposal::RefundAtCashDesk => "payment-rest-cash-desk",
        Proposal::ReturnUndue => "payment-rest-return",
        Proposal::AskWhoPaid => "payment-rest-ask",
    }
}

/// One payment and how it is booked: steps with articles; `titles` names debts by their ids.
fn booking(
    t: &Texts,
    (payer, title, amount_grosze): (&str, &str, i64),
    allocation: &Allocation,
    titles: &BTreeMap<String, String>,
) -> BookingPart {
    let steps = allocation.parts.iter().map(|part| {
        let mut why = format!("{} ({}", t.get(why_key(part.why)), part.why.article());
        if let Some(article) = part.division.article() {
            why.push_str(", ");
            why.push_str(article);
        }
        why.push(')');
        BookingStep {
            title: titles.get(&part.debt).cloned().unwrap_or_else(|| t.get("payment-other-due")),
            principal: money(t, part.paid.principal_grosze),
            interest: money(t, part.paid.interest_grosze),
            cost: money(t, part.paid.cost_grosze),
            why,
        }
    });
    let rest = (allocation.rest_grosze > 0).then(|| {
        let rest = t.args("payment-rest", &[("amount", money(t, allocation.rest_grosze).into())]);
        match allocation.proposal {
            Some(proposal) => format!("{rest} {} ({})", t.get(proposal_key(proposal)), proposal.article()),
            None => rest,
        }
    });
    BookingPart {
        payer: payer.to_owned(),
        title: title.to_owned(),
        amount: money(t, amount_grosze),
        steps: steps.collect(),
        rest,
    }
}
