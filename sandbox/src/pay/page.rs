//! The payer's page, and what the front page tells of payments.

use std::{collections::HashMap, fmt::Write as _};

use axum::{
    Form,
    extract::{Path, State},
    http::{StatusCode, header},
    response::{Html, IntoResponse, Redirect, Response},
};

use super::{
    PayTrouble, Who, deliver, minutes,
    state::{Attempt, Event, Outcome, Payment, Tells, decimal, random},
};
use crate::{
    page::{STYLE, escaped},
    world::{Shared, World, now},
};

fn whole(status: StatusCode, title: &str, main: &str) -> Response {
    let page = format!(
        "<!doctype html>\n<html lang=\"pl\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>{title} – piaskownica</title><style>{STYLE}fieldset{{margin:1rem 0}}button{{font:inherit;padding:.5rem 1rem;\
         margin:0 .5rem .5rem 0}}</style></head><body><main><h1>{title}</h1>{main}</main></body></html>\n"
    );
    let policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'";
    (status, [(header::CONTENT_SECURITY_POLICY, policy), (header::CACHE_CONTROL, "no-store")], Html(page))
        .into_response()
}

/// A start that the operator does not take.
pub(super) fn refusal(who: Who, reason: &str) -> Response {
    let main = format!(
        "<p>{} nie przyjmuje tej płatności: <code>{}</code>. Wróć do urzędu i zacznij jeszcze raz.</p>",
        who.name(),
        escaped(reason)
    );
    whole(StatusCode::BAD_REQUEST, "Nie można rozpocząć płatności", &main)
}

fn gone() -> Response {
    whole(StatusCode::NOT_FOUND, "Nie ma takiej płatności", "<p>Wróć do urzędu i zacznij jeszcze raz.</p>")
}

/// `GET /pay/{token}`
pub(super) async fn show(State(shared): State<Shared>, Path(token): Path<String>) -> Response {
    let Some(payment) = shared.world().pay.by_token(&token).cloned() else { return gone() };
    let mut main = format!(
        "<p>Piaskownica udaje operatora {}. Żadne pieniądze nie płyną.</p>\
         <dl><dt>Zamówienie</dt><dd>{}</dd><dt>Tytuł</dt><dd>{}</dd><dt>Kwota</dt><dd>{} {}</dd></dl>",
        payment.who.name(),
        escaped(&payment.order),
        escaped(&payment.description),
        decimal(payment.amount, ','),
        escaped(&payment.currency)
    );
    // Writing to a String cannot fail.
    if payment.paid().is_some() {
        let _ = write!(main, "<p>Już zapłacono. {}</p>", way_back(&payment));
        return whole(StatusCode::OK, "Płatność", &main);
    }
    if payment.is_over() {
        let _ = write!(main, "<p>Czas na zapłatę minął. {}</p>", way_back(&payment));
        return whole(StatusCode::OK, "Płatność", &main);
    }
    match payment.attempts.last().map(|attempt| attempt.outcome) {
        Some(Outcome::Refused) => {
            main.push_str(
                "<p role=\"alert\">Poprzednia próba się nie udała. Możesz spróbować jeszcze raz.</p>",
            );
        }
        Some(Outcome::Cancelled) => {
            main.push_str("<p>Płatność została anulowana. Możesz jednak zapłacić.</p>")
        }
        _ => {}
    }
    let _ = write!(
        main,
        "<form method=\"post\" action=\"/pay/{token}\"><fieldset><legend>Sposób płatności</legend>"
    );
    let offered = payment.who.methods().iter().filter(|(id, ..)| payment.methods.contains(id));
    for (place, (id, name, _)) in offered.enumerate() {
        let checked = if place == 0 { " checked" } else { "" };
        let _ = write!(
            main,
            "<p><label><input type=\"radio\" name=\"method\" value=\"{id}\"{checked}> {}</label></p>",
            escaped(name)
        );
    }
    main.push_str(
        "</fieldset><button name=\"what\" value=\"pay\">Zapłać</button>\
         <button name=\"what\" value=\"cancel\">Anuluj</button>\
         <button name=\"what\" value=\"refuse\">Odrzuć (jak bank)</button></form>",
    );
    whole(StatusCode::OK, "Płatność", &main)
}

fn way_back(payment: &Payment) -> String {
    if payment.back.starts_with("http") {
        format!("<a href=\"{}\">Wróć do urzędu</a>", escaped(&payment.back))
    } else {
        String::new()
    }
}

/// `POST /pay/{token}`
pub(super) async fn choose(
    State(shared): State<Shared>,
    Path(token): Path<String>,
    Form(form): Form<HashMap<String, String>>,
) -> Response {
    let (payment, trouble) = {
        let world = shared.world();
        let Some(payment) = world.pay.by_token(&token).cloned() else { return gone() };
        let trouble = world.pay.trouble(payment.who);
        (payment, trouble)
    };
    let method = form.get("method").and_then(|text| text.parse().ok());
    let method = method.filter(|method| payment.methods.contains(method));
    let wanted = match form.get("what").map(String::as_str) {
        Some("pay") => Outcome::Paid,
        Some("cancel") => Outcome::Cancelled,
        Some("refuse") => Outcome::Refused,
        _ => return refusal(payment.who, "what"),
    };
    let Some(method) = method.or_else(|| payment.methods.first().copied()) else { return gone() };
    let again = Redirect::to(&format!("/pay/{token}")).into_response();
    if payment.paid().is_some() || payment.is_over() {
        return again;
    }
    let fails = trouble == PayTrouble::FailFirst && payment.attempts.is_empty();
    let outcome = if fails { Outcome::Refused } else { wanted };
    if !happen(&shared, &token, method, outcome).await {
        return refusal(payment.who, "dziennik");
    }
    if wanted == Outcome::Cancelled && trouble == PayTrouble::PaidAfterCancel {
        let shared = shared.clone();
        tokio::spawn(async move {
            tokio::time::sleep(minutes(&shared, deliver::LATE_MINUTES)).await;
            happen(&shared, &token, method, Outcome::Paid).await;
        });
    }
    if fails || !payment.back.starts_with("http") {
        return again;
    }
    (StatusCode::SEE_OTHER, [(header::LOCATION, payment.back)]).into_response()
}

/// One attempt and the messages about it. Whether it could be written down.
async fn happen(shared: &Shared, token: &str, method: u32, outcome: Outcome) -> bool {
    let (payment, attempt, numbers, trouble) = {
        let mut world = shared.world();
        let Some(payment) = world.pay.by_token(token).cloned() else { return false };
        // Two clicks are one payment.
        if payment.paid().is_some() {
            return true;
        }
        let trouble = world.pay.trouble(payment.who);
        let attempt = attempt(&payment, method, outcome, trouble);
        let event = Event::Tried { token: token.to_owned(), attempt: attempt.clone() };
        if world.pay.record(event).is_err() {
            return false;
        }
        let mut numbers = Vec::new();
        for tells in told(payment.who, outcome) {
            match world.pay.owe(payment.who, &payment.order, &attempt.transaction, *tells, None) {
                Ok(number) => numbers.push(number),
                Err(_) => return false,
            }
        }
        (payment, attempt, numbers, trouble)
    };
    if trouble == PayTrouble::Forged && outcome != Outcome::Paid {
        deliver::forge(&payment, &attempt).await;
    }
    deliver::announce(shared, payment.who, numbers).await;
    true
}

fn attempt(payment: &Payment, method: u32, outcome: Outcome, trouble: PayTrouble) -> Attempt {
    let transaction = match (payment.who, payment.attempts.len()) {
        (_, 0) | (Who::Paybynet, _) => payment.first.clone(),
        (Who::Autopay, _) => random(5),
        (Who::Przelewy24, count) => {
            // Each attempt is a payment with a number of its own, far from those of other orders.
            let first: u64 = payment.first.parse().unwrap_or_default();
            (first + 20_000_000 * count as u64).to_string()
        }
    };
    Attempt {
        transaction,
        method,
        outcome,
        amount: if trouble == PayTrouble::WrongAmount { payment.amount - 100 } else { payment.amount },
        currency: if trouble == PayTrouble::WrongCurrency {
            "EUR".to_owned()
        } else {
            payment.currency.clone()
        },
        verified: false,
        at: now(),
    }
}

/// What the shop is told of an attempt: Przelewy24 is silent about what came to nothing.
fn told(who: Who, outcome: Outcome) -> &'static [Tells] {
    match (who, outcome) {
        (Who::Autopay, Outcome::Paid) => &[Tells::Pending, Tells::Paid],
        (Who::Autopay, _) => &[Tells::Pending, Tells::Failed],
        (_, Outcome::Paid) => &[Tells::Paid],
        (Who::Paybynet, _) => &[Tells::Failed],
        (Who::Przelewy24, _) => &[],
    }
}

/// Rows of the front page: the newest payments first.
pub(crate) fn section(world: &World) -> String {
    let mut rows = String::new();
    for payment in world.pay.payments.iter().rev().take(crate::KEPT_MAX) {
        let state = match (payment.paid(), payment.attempts.last().map(|attempt| attempt.outcome)) {
            (Some(attempt), _) if payment.who == Who::Przelewy24 && !attempt.verified => {
                "zapłacono, niepotwierdzone"
            }
            (Some(_), _) => "zapłacono",
            (None, Some(Outcome::Cancelled)) => "anulowano",
            (None, Some(_)) => "odrzucono",
            (None, None) => "czeka",
        };
        let owed = world
            .pay
            .messages
            .iter()
            .filter(|message| message.who == payment.who && message.order == payment.order && !message.done)
            .count();
        // Writing to a String cannot fail.
        let _ = write!(
            rows,
            "<tr><td>{} UTC</td><td>{}</td><td><a href=\"/pay/{}\">{}</a></td><td>{} {}</td><td>{state}</td>\
             <td>{owed}</td></tr>",
            payment.at.format("%d.%m.%Y %H:%M:%S"),
            payment.who.name(),
            payment.token,
            escaped(&payment.order),
            decimal(payment.amount, ','),
            escaped(&payment.currency)
        );
    }
    rows
}
