//! Autopay: `/payment`, ITN, `/webapi`, `/settlementapi`, `/gatewayList/v3`.

use std::collections::HashMap;

use axum::{
    Json,
    extract::{RawForm, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use chrono::NaiveDateTime;
use serde_json::{Value, json};
use url::form_urlencoded;

use super::{
    AUTOPAY_KEY, AUTOPAY_SERVICE, Who,
    deliver::Letter,
    page,
    state::{Attempt, Event, Outcome, Payment, Refund, Tells, decimal, grosze, poland, random, sha256},
};
use crate::{
    page::escaped,
    world::{Shared, now},
};

const WHO: Who = Who::Autopay;
/// Fields of a start, in the order of their hash.
const FIELDS: [&str; 9] = [
    "ServiceID",
    "OrderID",
    "Amount",
    "Description",
    "GatewayID",
    "Currency",
    "CustomerEmail",
    "ValidityTime",
    "LinkValidityTime",
];

type Fields = HashMap<String, String>;

fn hash(values: &[&str]) -> String {
    hash_with(values, AUTOPAY_KEY)
}

fn hash_with(values: &[&str], key: &str) -> String {
    let mut all: Vec<&str> = values.iter().copied().filter(|value| !value.is_empty()).collect();
    all.push(key);
    sha256(&all.join("|"))
}

fn fields(form: &[u8]) -> Fields {
    form_urlencoded::parse(form).into_owned().collect()
}

fn value<'f>(fields: &'f Fields, name: &str) -> &'f str {
    fields.get(name).map(String::as_str).unwrap_or_default()
}

fn xml(status: StatusCode, body: &str) -> Response {
    let body = format!("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n{body}\n");
    (status, [(header::CONTENT_TYPE, "text/xml; charset=utf-8")], body).into_response()
}

fn error(name: &str) -> Response {
    xml(
        StatusCode::OK,
        &format!(
            "<error><statusCode>55</statusCode><name>{name}</name><description>{name}</description></error>"
        ),
    )
}

/// Elements and, at the end, the hash of their values.
fn signed(root: &str, elements: &[(&str, &str)]) -> String {
    let values: Vec<&str> = elements.iter().map(|(_, value)| *value).collect();
    let inside: String =
        elements.iter().map(|(name, value)| format!("<{name}>{}</{name}>", escaped(value))).collect();
    format!("<{root}>{inside}<hash>{}</hash></{root}>", hash(&values))
}

/// `/autopay/payment`
pub(super) async fn start(
    State(shared): State<Shared>,
    headers: HeaderMap,
    RawForm(form): RawForm,
) -> Response {
    let fields = fields(&form);
    let background = headers.get("BmHeader").is_some_and(|value| value.as_bytes().starts_with(b"pay-bm"));
    match opened(&shared, &fields) {
        Ok(payment) if background => {
            let origin = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
            let url = format!("http://{origin}/pay/{}", payment.token);
            let answer = [
                ("status", "PENDING"),
                ("redirecturl", &url),
                ("orderID", &payment.order),
                ("remoteID", &payment.first),
            ];
            xml(StatusCode::OK, &signed("transaction", &answer))
        }
        Ok(payment) => Redirect::to(&format!("/pay/{}", payment.token)).into_response(),
        Err(reason) if background => {
            let answer = [
                ("orderID", value(&fields, "OrderID")),
                ("confirmation", "NOTCONFIRMED"),
                ("reason", reason),
            ];
            xml(StatusCode::OK, &signed("transaction", &answer))
        }
        Err(reason) => page::refusal(WHO, reason),
    }
}

fn opened(shared: &Shared, fields: &Fields) -> Result<Payment, &'static str> {
    if fields.keys().any(|name| name != "Hash" && !FIELDS.contains(&name.as_str())) {
        return Err("UNKNOWN_FIELD");
    }
    let values = FIELDS.map(|name| value(fields, name));
    if hash(&values) != value(fields, "Hash") {
        return Err("WRONG_HASH");
    }
    let [service, order, amount, description, gateway, currency, _, until, _] = values;
    if service != AUTOPAY_SERVICE {
        return Err("UNKNOWN_SERVICE");
    }
    let amount = grosze(amount, '.').filter(|amount| *amount > 0).ok_or("START_AMOUNT_OUT_OF_RANGE")?;
    if order.is_empty()
        || order.len() > 32
        || !["", "PLN"].contains(&currency)
        || description.chars().count() > 79
    {
        return Err("WRONG_FIELD");
    }
    let methods = match gateway {
        "" | "0" => WHO.methods().iter().map(|(id, ..)| *id).collect(),
        id => {
            let known = WHO.methods().iter().find(|(known, ..)| known.to_string() == id);
            vec![known.ok_or("GATEWAY_NOT_AVAILABLE")?.0]
        }
    };
    let until = match until {
        "" => None,
        text => Some(NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").map_err(|_| "WRONG_FIELD")?),
    };
    let mut world = shared.world();
    if let Some(known) = world.pay.by_order(WHO, order) {
        return match known {
            known if known.paid().is_some() => Err("MULTIPLY_PAID_TRANSACTION"),
            known if known.amount == amount => Ok(known.clone()),
            _ => Err("MULTIPLY_TRANSACTION"),
        };
    }
    if world.pay.is_full() {
        return Err("BANK_TEMPORARY_MAINTENANCE");
    }
    let payment = Payment {
        who: WHO,
        order: order.to_owned(),
        token: random(16),
        first: random(5),
        amount,
        currency: "PLN".to_owned(),
        description: description.to_owned(),
        notify: world.pay.autopay_notify.clone(),
        back: back(&world.pay.autopay_return, order),
        methods,
        until,
        at: now(),
        attempts: Vec::new(),
        refunds: Vec::new(),
    };
    world.pay.record(Event::Opened(payment.clone())).map_err(|_| "BANK_TEMPORARY_MAINTENANCE")?;
    Ok(payment)
}

/// The shop's address with `ServiceID`, `OrderID` and their hash.
fn back(to: &str, order: &str) -> String {
    let Ok(mut url) = url::Url::parse(to) else { return String::new() };
    let hash = hash(&[AUTOPAY_SERVICE, order]);
    url.query_pairs_mut().extend_pairs([("ServiceID", AUTOPAY_SERVICE), ("OrderID", order), ("Hash", &hash)]);
    url.to_string()
}

/// The values of one transaction, in the order of the document.
fn transaction(payment: &Payment, attempt: Option<&Attempt>, tells: Tells) -> Vec<(&'static str, String)> {
    let at = poland(attempt.map_or(payment.at, |attempt| attempt.at)).format("%Y%m%d%H%M%S").to_string();
    let (status, details) = match (tells, attempt.map(|attempt| attempt.outcome)) {
        (Tells::Pending, _) => ("PENDING", "PENDING"),
        (Tells::Paid, _) => ("SUCCESS", "AUTHORIZED"),
        (_, Some(Outcome::Cancelled)) => ("FAILURE", "CANCELLED"),
        _ => ("FAILURE", "REJECTED"),
    };
    let mut values = vec![
        ("orderID", payment.order.clone()),
        ("remoteID", attempt.map_or_else(|| payment.first.clone(), |attempt| attempt.transaction.clone())),
        ("amount", decimal(attempt.map_or(payment.amount, |attempt| attempt.amount), '.')),
        ("currency", attempt.map_or_else(|| payment.currency.clone(), |attempt| attempt.currency.clone())),
    ];
    if let Some(attempt) = attempt {
        values.push(("gatewayID", attempt.method.to_string()));
    }
    values.extend([
        ("paymentDate", at),
        ("paymentStatus", status.to_owned()),
        ("paymentStatusDetails", details.to_owned()),
    ]);
    values
}

fn transaction_list(all: &[Vec<(&'static str, String)>], key: &str) -> String {
    let mut hashed = vec![AUTOPAY_SERVICE];
    let mut inside = String::new();
    for values in all {
        inside.push_str("<transaction>");
        for (name, value) in values {
            hashed.push(value);
            inside.push_str(&format!("<{name}>{}</{name}>", escaped(value)));
        }
        inside.push_str("</transaction>");
    }
    format!(
        "<transactionList><serviceID>{AUTOPAY_SERVICE}</serviceID><transactions>{inside}</transactions>\
         <hash>{}</hash></transactionList>",
        hash_with(&hashed, key)
    )
}

/// An ITN.
pub(super) fn letter(payment: &Payment, attempt: &Attempt, tells: Tells, forged: bool) -> Letter {
    let key = if forged { "somebody-else" } else { AUTOPAY_KEY };
    let document = transaction_list(&[transaction(payment, Some(attempt), tells)], key);
    let document = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{document}\n");
    let body = form_urlencoded::Serializer::new(String::new())
        .append_pair("transactions", &BASE64_STANDARD.encode(document))
        .finish();
    Letter { content_type: "application/x-www-form-urlencoded", body }
}

/// Whether the shop's answer says that it has the message, and is signed.
pub(super) fn is_confirmed(order: &str, answer: &str) -> bool {
    let between = |name: &str| {
        let (_, rest) = answer.split_once(&format!("<{name}>"))?;
        Some(rest.split_once(&format!("</{name}>"))?.0.trim())
    };
    between("serviceID") == Some(AUTOPAY_SERVICE)
        && between("orderID") == Some(order)
        && between("confirmation") == Some("CONFIRMED")
        && between("hash") == Some(&hash(&[AUTOPAY_SERVICE, order, "CONFIRMED"]))
}

/// `POST /autopay/webapi/transactionStatus`
pub(super) async fn status(State(shared): State<Shared>, RawForm(form): RawForm) -> Response {
    let fields = fields(&form);
    let order = value(&fields, "OrderID");
    if hash(&[value(&fields, "ServiceID"), order]) != value(&fields, "Hash") {
        return error("WRONG_HASH");
    }
    let world = shared.world();
    let all: Vec<_> = match world.pay.by_order(WHO, order) {
        None => Vec::new(),
        Some(payment) if payment.attempts.is_empty() => vec![transaction(payment, None, Tells::Pending)],
        Some(payment) => {
            let tells = |attempt: &Attempt| {
                if attempt.outcome == Outcome::Paid { Tells::Paid } else { Tells::Failed }
            };
            payment
                .attempts
                .iter()
                .map(|attempt| transaction(payment, Some(attempt), tells(attempt)))
                .collect()
        }
    };
    xml(StatusCode::OK, &transaction_list(&all, AUTOPAY_KEY))
}

/// `POST /autopay/settlementapi/transactionRefund`: taken at once, done when somebody asks for the second time.
pub(super) async fn refund(State(shared): State<Shared>, RawForm(form): RawForm) -> Response {
    let fields = fields(&form);
    let [service, id, transaction, amount] =
        ["ServiceID", "MessageID", "RemoteID", "Amount"].map(|name| value(&fields, name));
    if hash(&[service, id, transaction, amount]) != value(&fields, "Hash") {
        return error("WRONG_HASH");
    }
    let taken =
        || xml(StatusCode::OK, &signed("transactionRefund", &[("serviceID", service), ("messageID", id)]));
    let mut world = shared.world();
    let Some((payment, attempt)) = world.pay.by_transaction(WHO, transaction) else {
        return error("TRANSACTION_NOT_FOUND");
    };
    if payment.refunds.iter().any(|refund| refund.id == id) {
        return taken();
    }
    let amount = if amount.is_empty() { Some(attempt.amount) } else { grosze(amount, '.') };
    let before: i64 = payment.refunds.iter().map(|refund| refund.amount).sum();
    match amount {
        _ if attempt.outcome != Outcome::Paid => return error("TRANSACTION_NOT_PAID"),
        Some(amount) if amount > 0 && before + amount <= attempt.amount => {
            let (token, at) = (payment.token.clone(), now());
            let refund =
                Refund { id: id.to_owned(), transaction: transaction.to_owned(), amount, done: false, at };
            if world.pay.record(Event::Refunded { token, refund }).is_err() {
                return error("TEMPORARY_DISABLED");
            }
        }
        _ => return error("AMOUNT_EXCEEDS_TRANSACTION"),
    }
    taken()
}

/// `POST /autopay/settlementapi/outDetails/v2`
pub(super) async fn refund_status(State(shared): State<Shared>, Json(question): Json<Value>) -> Json<Value> {
    let text = |name: &str| question[name].as_str().unwrap_or_default();
    let (id, method) = (text("messageId"), text("method"));
    let failed = |why: &str| Json(json!({ "errorStatus": why, "errorStatusCode": 55, "errorMessages": why }));
    if hash(&[&question["serviceId"].to_string(), id, method]) != text("hash")
        || method != "TRANSACTION_REFUND"
    {
        return failed("WRONG_HASH");
    }
    let mut world = shared.world();
    let found = world.pay.payments.iter().filter(|payment| payment.who == WHO).find_map(|payment| {
        let refund = payment.refunds.iter().find(|refund| refund.id == id)?;
        Some((payment.token.clone(), refund.done))
    });
    let (status, out) = match found {
        None => return failed("NOT_FOUND"),
        Some((_, true)) => ("DONE", format!("ZWTR{}", id.chars().take(8).collect::<String>())),
        // The money leaves while the first question is answered.
        Some((token, false)) => {
            if world.pay.record(Event::RefundDone { token, id: id.to_owned() }).is_err() {
                return failed("TEMPORARY_DISABLED");
            }
            ("PROCESSING", String::new())
        }
    };
    let out = (!out.is_empty()).then_some(out);
    let hash = hash(&[AUTOPAY_SERVICE, id, status, out.as_deref().unwrap_or_default()]);
    let service: i64 = AUTOPAY_SERVICE.parse().unwrap_or_default();
    Json(json!({
        "serviceId": service, "balancePointId": null, "messageId": id, "status": status, "remoteOutId": out,
        "hash": hash, "errorStatus": null, "errorStatusCode": null, "errorMessages": null
    }))
}

/// `POST /autopay/gatewayList/v3`
pub(super) async fn gateways(Json(question): Json<Value>) -> Json<Value> {
    let text = |name: &str| question[name].as_str().unwrap_or_default();
    let number = question["ServiceID"].to_string();
    if hash(&[&number, text("MessageID"), text("Currencies"), text("Language")]) != text("Hash") {
        return Json(json!({ "result": "ERROR", "errorStatus": "WRONG_HASH", "description": "WRONG_HASH" }));
    }
    let list: Vec<Value> = (1..)
        .zip(WHO.methods())
        .map(|(order, (id, name, group))| {
            json!({
                "gatewayID": id, "name": name, "groupType": group, "bankName": "NONE", "state": "OK",
                "availableFor": "BOTH", "requiredParams": [], "order": order, "buttonTitle": "Płacę",
                "currencies": [{ "currency": "PLN", "minAmount": 0.01, "maxAmount": 50000.00 }]
            })
        })
        .collect();
    let groups = json!([{ "type": "PBL", "title": "Przelew internetowy", "order": 1 }]);
    Json(json!({
        "result": "OK", "errorStatus": null, "description": null, "gatewayGroups": groups,
        "serviceID": number, "messageID": text("MessageID"), "gatewayList": list
    }))
}
