//! Przelewy24: REST API v1.

use axum::{
    Json,
    extract::{FromRequestParts, Path, State},
    http::{StatusCode, header::AUTHORIZATION, request::Parts},
    response::{IntoResponse, Redirect, Response},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    PRZELEWY24_API_KEY, PRZELEWY24_CRC, PRZELEWY24_MERCHANT, Who,
    deliver::{Letter, announce},
    state::{Attempt, Event, Outcome, Payment, Refund, Tells, poland, random, sha384},
};
use crate::world::{Shared, now};

const WHO: Who = Who::Przelewy24;

/// The only text of a signature: members in this order, nothing between them, only quotes and backslashes escaped.
fn sign(members: &[(&str, Value)], crc: &str) -> String {
    let mut text: Vec<String> = members.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
    text.push(format!("\"crc\":{}", Value::from(crc)));
    sha384(&format!("{{{}}}", text.join(",")))
}

fn refused(status: StatusCode, why: &str) -> Response {
    (status, Json(json!({ "error": why, "code": status.as_u16() }))).into_response()
}

fn done(data: Value) -> Response {
    Json(json!({ "data": data, "responseCode": 0 })).into_response()
}

/// Whoever calls is the shop, by Basic authentication with its API key; everybody else is refused.
pub(super) struct Shop;

impl<S: Sync> FromRequestParts<S> for Shop {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Response> {
        let sent =
            parts.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Basic "));
        let sent = sent.and_then(|text| BASE64_STANDARD.decode(text).ok());
        if sent.is_some_and(|sent| sent == format!("{PRZELEWY24_MERCHANT}:{PRZELEWY24_API_KEY}").into_bytes())
        {
            return Ok(Self);
        }
        Err(refused(StatusCode::UNAUTHORIZED, "Incorrect authentication"))
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Register {
    merchant_id: i64,
    pos_id: i64,
    session_id: String,
    amount: i64,
    currency: String,
    description: String,
    email: String,
    country: String,
    language: String,
    method: Option<u32>,
    url_return: String,
    url_status: String,
    channel: Option<u32>,
    sign: String,
}

/// `POST /przelewy24/api/v1/transaction/register`
pub(super) async fn register(State(shared): State<Shared>, _: Shop, body: String) -> Response {
    let Ok(asked) = serde_json::from_str::<Register>(&body) else {
        return refused(StatusCode::BAD_REQUEST, "Invalid input data");
    };
    let signed = [
        ("sessionId", json!(asked.session_id)),
        ("merchantId", json!(asked.merchant_id)),
        ("amount", json!(asked.amount)),
        ("currency", json!(asked.currency)),
    ];
    if sign(&signed, PRZELEWY24_CRC) != asked.sign {
        return refused(StatusCode::BAD_REQUEST, "Incorrect CRC value");
    }
    let good = asked.merchant_id == PRZELEWY24_MERCHANT
        && asked.pos_id == PRZELEWY24_MERCHANT
        && (1..=100).contains(&asked.session_id.len())
        && asked.amount > 0
        && asked.currency == "PLN"
        && asked.email.contains('@')
        && !asked.description.is_empty()
        && asked.country == "PL"
        && asked.language.len() == 2;
    let allowed = |(id, _, group): &&(u32, &str, &str)| {
        let channel = asked.channel.unwrap_or(0xffff);
        let bit = match *group {
            "FastTransfers" => 2 | 64,
            "Blik" => 8192,
            _ => 1 | 4096,
        };
        channel & bit != 0 && asked.method.is_none_or(|method| method == *id)
    };
    let methods: Vec<u32> = WHO.methods().iter().filter(allowed).map(|(id, ..)| *id).collect();
    if !good || methods.is_empty() {
        return refused(StatusCode::BAD_REQUEST, "Invalid input data");
    }
    let mut world = shared.world();
    if let Some(known) = world.pay.by_order(WHO, &asked.session_id) {
        return if known.amount == asked.amount && known.paid().is_none() {
            done(json!({ "token": known.token }))
        } else {
            refused(StatusCode::BAD_REQUEST, "Session id is not unique")
        };
    }
    if world.pay.is_full() {
        return refused(StatusCode::SERVICE_UNAVAILABLE, "The sandbox is full");
    }
    let token = random(16);
    // A number of nine digits.
    let number = u32::from_str_radix(&random(3), 16).unwrap_or_default();
    let payment = Payment {
        who: WHO,
        order: asked.session_id,
        token: token.clone(),
        first: (300_000_000 + number).to_string(),
        amount: asked.amount,
        currency: asked.currency,
        description: asked.description,
        notify: asked.url_status,
        back: asked.url_return,
        methods,
        until: None,
        at: now(),
        attempts: Vec::new(),
        refunds: Vec::new(),
    };
    match world.pay.record(Event::Opened(payment)) {
        Ok(()) => done(json!({ "token": token })),
        Err(_) => refused(StatusCode::INTERNAL_SERVER_ERROR, "The journal cannot be written"),
    }
}

/// `GET /przelewy24/trnRequest/{token}`
pub(super) async fn go(Path(token): Path<String>) -> Redirect {
    let token: String = token.chars().filter(char::is_ascii_alphanumeric).collect();
    Redirect::to(&format!("/pay/{token}"))
}

fn statement(attempt: &Attempt) -> String {
    format!("p24-{}", attempt.transaction)
}

fn number(transaction: &str) -> i64 {
    transaction.parse().unwrap_or_default()
}

fn crc(forged: bool) -> &'static str {
    if forged { "somebody-else" } else { PRZELEWY24_CRC }
}

fn letter_of<'n>(mut members: Vec<(&'n str, Value)>, further: Vec<(&'n str, Value)>, forged: bool) -> Letter {
    let sign = sign(&members, crc(forged));
    members.extend(further);
    members.push(("sign", json!(sign)));
    let body: serde_json::Map<String, Value> =
        members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    Letter { content_type: "application/json", body: Value::Object(body).to_string() }
}

/// A message about a payment.
pub(super) fn letter(payment: &Payment, attempt: &Attempt, forged: bool) -> Letter {
    let members = vec![
        ("merchantId", json!(PRZELEWY24_MERCHANT)),
        ("posId", json!(PRZELEWY24_MERCHANT)),
        ("sessionId", json!(payment.order)),
        ("amount", json!(attempt.amount)),
        ("originAmount", json!(payment.amount)),
        ("currency", json!(attempt.currency)),
        ("orderId", json!(number(&attempt.transaction))),
        ("methodId", json!(attempt.method)),
        ("statement", json!(statement(attempt))),
    ];
    letter_of(members, Vec::new(), forged)
}

/// A message about a refund.
pub(super) fn refund_letter(payment: &Payment, attempt: &Attempt, refund: &Refund, forged: bool) -> Letter {
    let members = vec![
        ("orderId", json!(number(&attempt.transaction))),
        ("sessionId", json!(payment.order)),
        ("refundsUuid", json!(refund.id)),
        ("merchantId", json!(PRZELEWY24_MERCHANT)),
        ("amount", json!(refund.amount)),
        ("currency", json!(payment.currency)),
        ("status", json!(0)),
    ];
    let further = vec![("requestId", json!(refund.id)), ("timestamp", json!(refund.at.timestamp()))];
    letter_of(members, further, forged)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Verification {
    session_id: String,
    order_id: i64,
    amount: i64,
    currency: String,
    sign: String,
}

/// `PUT /przelewy24/api/v1/transaction/verify`
pub(super) async fn verify(State(shared): State<Shared>, _: Shop, body: String) -> Response {
    let Ok(asked) = serde_json::from_str::<Verification>(&body) else {
        return refused(StatusCode::BAD_REQUEST, "Invalid input data");
    };
    let signed = [
        ("sessionId", json!(asked.session_id)),
        ("orderId", json!(asked.order_id)),
        ("amount", json!(asked.amount)),
        ("currency", json!(asked.currency)),
    ];
    if sign(&signed, PRZELEWY24_CRC) != asked.sign {
        return refused(StatusCode::BAD_REQUEST, "Incorrect CRC value");
    }
    let mut world = shared.world();
    let found = world
        .pay
        .by_transaction(WHO, &asked.order_id.to_string())
        .filter(|(payment, attempt)| payment.order == asked.session_id && attempt.outcome == Outcome::Paid);
    let Some((payment, attempt)) = found else {
        return refused(StatusCode::BAD_REQUEST, "Transaction not found");
    };
    if attempt.amount != asked.amount || attempt.currency != asked.currency {
        return refused(StatusCode::BAD_REQUEST, "Incorrect amount");
    }
    let event = Event::Verified { token: payment.token.clone(), transaction: attempt.transaction.clone() };
    if !attempt.verified && world.pay.record(event).is_err() {
        return refused(StatusCode::INTERNAL_SERVER_ERROR, "The journal cannot be written");
    }
    done(json!({ "status": "success" }))
}

/// `GET /przelewy24/api/v1/transaction/by/sessionId/{id}`
pub(super) async fn status(State(shared): State<Shared>, _: Shop, Path(id): Path<String>) -> Response {
    let world = shared.world();
    let Some(payment) = world.pay.by_order(WHO, &id) else {
        return refused(StatusCode::NOT_FOUND, "Transaction not found");
    };
    let paid = payment.paid();
    let back: i64 = payment.refunds.iter().filter(|refund| refund.done).map(|refund| refund.amount).sum();
    let status = match paid {
        None => 0,
        Some(attempt) if back >= attempt.amount => 3,
        Some(attempt) if attempt.verified => 2,
        Some(_) => 1,
    };
    let moment = |at| poland(at).format("%Y%m%d%H%M").to_string();
    done(json!({
        "orderId": paid.map_or_else(|| number(&payment.first), |attempt| number(&attempt.transaction)),
        "sessionId": payment.order,
        "status": status,
        "amount": paid.map_or(payment.amount, |attempt| attempt.amount),
        "currency": paid.map_or(&payment.currency, |attempt| &attempt.currency),
        "date": moment(payment.at),
        "dateOfTransaction": paid.map(|attempt| moment(attempt.at)).unwrap_or_default(),
        "clientEmail": "", "accountMD5": "",
        "paymentMethod": paid.map(|attempt| attempt.method).unwrap_or_default(),
        "description": payment.description,
        "clientName": "", "clientAddress": "", "clientCity": "", "clientPostcode": "",
        "batchId": 0,
        "fee": paid.map_or(0, |attempt| attempt.amount / 100).to_string(),
        "statement": paid.map(statement).unwrap_or_default(),
    }))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Refunds {
    request_id: String,
    refunds_uuid: String,
    refunds: Vec<RefundOne>,
    url_status: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RefundOne {
    order_id: i64,
    session_id: String,
    amount: i64,
}

/// `POST /przelewy24/api/v1/transaction/refund`: one payment, done at once, told at the address of the payment.
pub(super) async fn refund(State(shared): State<Shared>, _: Shop, body: String) -> Response {
    let asked = serde_json::from_str::<Refunds>(&body).ok();
    let asked =
        asked.filter(|asked| asked.request_id == asked.refunds_uuid && asked.url_status.starts_with("http"));
    let (id, one) = match asked {
        Some(Refunds { request_id, refunds, .. }) if refunds.len() == 1 => (request_id, refunds),
        _ => return refused(StatusCode::BAD_REQUEST, "Invalid input data"),
    };
    let numbers = {
        let mut world = shared.world();
        let found = one.first().and_then(|one| {
            let (payment, attempt) = world.pay.by_transaction(WHO, &one.order_id.to_string())?;
            let back: i64 = payment.refunds.iter().map(|refund| refund.amount).sum();
            let good = payment.order == one.session_id
                && attempt.is_settled(WHO)
                && one.amount > 0
                && back + one.amount <= attempt.amount
                && !payment.refunds.iter().any(|refund| refund.id == id);
            let (transaction, at) = (attempt.transaction.clone(), now());
            let refund = Refund { id: id.clone(), transaction, amount: one.amount, done: true, at };
            good.then(|| (payment.token.clone(), payment.order.clone(), refund))
        });
        let Some((token, order, refund)) = found else {
            return refused(StatusCode::CONFLICT, "The refund is not possible");
        };
        let transaction = refund.transaction.clone();
        let pay = &mut world.pay;
        let owed = pay
            .record(Event::Refunded { token, refund })
            .and_then(|()| pay.owe(WHO, &order, &transaction, Tells::Refunded, Some(id)));
        match owed {
            Ok(number) => vec![number],
            Err(_) => return refused(StatusCode::INTERNAL_SERVER_ERROR, "The journal cannot be written"),
        }
    };
    announce(&shared, WHO, numbers).await;
    let told: Vec<Value> = one
        .iter()
        .map(|one| {
            json!({ "orderId": one.order_id, "sessionId": one.session_id, "amount": one.amount, "description": null,
                    "status": true, "message": "success" })
        })
        .collect();
    (StatusCode::CREATED, done(json!(told))).into_response()
}

/// `GET /przelewy24/api/v1/refund/by/orderId/{id}`
pub(super) async fn refund_status(State(shared): State<Shared>, _: Shop, Path(id): Path<String>) -> Response {
    let world = shared.world();
    let Some((payment, attempt)) =
        world.pay.by_transaction(WHO, &id).filter(|(payment, _)| !payment.refunds.is_empty())
    else {
        return refused(StatusCode::NOT_FOUND, "Refund not found");
    };
    let refunds: Vec<Value> = payment
        .refunds
        .iter()
        .map(|refund| {
            json!({ "batchId": 0, "requestId": refund.id, "date": poland(refund.at).format("%Y-%m-%d %H:%M:%S").to_string(),
                    "login": "sandbox", "description": "", "status": if refund.done { 1 } else { 2 }, "amount": refund.amount })
        })
        .collect();
    done(json!({
        "orderId": number(&attempt.transaction), "sessionId": payment.order, "amount": attempt.amount,
        "currency": attempt.currency, "refunds": refunds
    }))
}

/// `GET /przelewy24/api/v1/payment/methods/{lang}`
pub(super) async fn methods(_: Shop) -> Response {
    let list: Vec<Value> = WHO
        .methods()
        .iter()
        .map(|(id, name, group)| json!({ "name": name, "id": id, "group": group, "subgroup": group, "status": true, "mobile": true }))
        .collect();
    Json(json!({ "data": list, "agreements": [], "responseCode": 0 })).into_response()
}
