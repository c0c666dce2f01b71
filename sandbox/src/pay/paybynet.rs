//! KIR Paybynet: `trans.do`, the push of a status, its pull by SOAP, the list of banks.

use std::collections::HashMap;

use axum::{
    Form,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use chrono::NaiveDateTime;
use url::form_urlencoded;

use super::{
    PAYBYNET_CLIENT, PAYBYNET_PASSWORD, Who,
    deliver::Letter,
    page,
    state::{Attempt, Event, Outcome, Payment, Tells, decimal, grosze, random, sha1},
};
use crate::{
    page::escaped,
    world::{Shared, now},
};

const WHO: Who = Who::Paybynet;
/// Tags of a start, in the order in which they are hashed.
const TAGS: [&str; 10] = [
    "id_client",
    "id_trans",
    "date_valid",
    "amount",
    "currency",
    "email",
    "account",
    "accname",
    "backpage",
    "backpagereject",
];

/// `POST /paybynet/trans.do`
pub(super) async fn start(
    State(shared): State<Shared>,
    Form(form): Form<HashMap<String, String>>,
) -> Response {
    match opened(&shared, &form) {
        Ok(token) => Redirect::to(&format!("/pay/{token}")).into_response(),
        Err(reason) => page::refusal(WHO, reason),
    }
}

fn opened(shared: &Shared, form: &HashMap<String, String>) -> Result<String, &'static str> {
    let sent = form.get("hashtrans").and_then(|text| BASE64_STANDARD.decode(text).ok());
    let sent = sent.and_then(|bytes| String::from_utf8(bytes).ok()).ok_or("hashtrans")?;
    let (tags, hash) = sent.split_once("<hash>").ok_or("hash")?;
    let wanted = sha1(&format!("{tags}<password>{PAYBYNET_PASSWORD}</password>"));
    if hash.strip_suffix("</hash>") != Some(&wanted) {
        return Err("hash");
    }
    let mut rest = tags;
    let mut values = Vec::new();
    for tag in TAGS {
        let (value, after) = rest
            .strip_prefix(&format!("<{tag}>"))
            .and_then(|rest| rest.split_once(&format!("</{tag}>")))
            .ok_or(tag)?;
        values.push(value);
        rest = after;
    }
    let [client, order, until, amount, currency, email, account, name, back, reject] = values.as_slice()
    else {
        return Err("hashtrans");
    };
    let digits = |text: &str, count| text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    let until = NaiveDateTime::parse_from_str(until, "%d-%m-%Y %H:%M:%S").map_err(|_| "date_valid")?;
    let amount = grosze(amount, ',').filter(|amount| *amount > 0).ok_or("amount")?;
    for (good, tag) in [
        (*client == PAYBYNET_CLIENT, "id_client"),
        (digits(order, 10), "id_trans"),
        (*currency == "PLN", "currency"),
        (email.contains('@'), "email"),
        (digits(account, 26), "account"),
        (name.split('^').count() == 11 && name.ends_with("^CT^"), "accname"),
        (rest.is_empty() && reject.starts_with("http"), "backpagereject"),
    ] {
        if !good {
            return Err(tag);
        }
    }
    let all = WHO.methods().iter().map(|(id, ..)| *id);
    let methods: Vec<u32> = match form.get("idbank") {
        None => all.collect(),
        Some(bank) => all.filter(|id| id.to_string() == *bank).collect(),
    };
    if methods.is_empty() {
        return Err("idbank");
    }
    let mut world = shared.world();
    if let Some(known) = world.pay.by_order(WHO, order) {
        return if known.amount == amount { Ok(known.token.clone()) } else { Err("id_trans") };
    }
    if world.pay.is_full() {
        return Err("pamięć");
    }
    let token = random(16);
    let payment = Payment {
        who: WHO,
        order: (*order).to_owned(),
        token: token.clone(),
        first: (*order).to_owned(),
        amount,
        currency: "PLN".to_owned(),
        description: format!("Przelew na rachunek {account}"),
        notify: world.pay.paybynet_notify.clone(),
        back: (*back).to_owned(),
        methods,
        until: Some(until),
        at: now(),
        attempts: Vec::new(),
        refunds: Vec::new(),
    };
    world.pay.record(Event::Opened(payment)).map_err(|_| "dziennik")?;
    Ok(token)
}

/// The push of a status.
pub(super) fn letter(payment: &Payment, attempt: &Attempt, tells: Tells, forged: bool) -> Letter {
    let password = if forged { "somebody-else" } else { PAYBYNET_PASSWORD };
    let status = if tells == Tells::Paid { "2303" } else { "2302" };
    let amount = decimal(attempt.amount, ',');
    let hash = sha1(&format!("{status}{amount}{}{password}", payment.order));
    let body = form_urlencoded::Serializer::new(String::new())
        .extend_pairs([
            ("newStatus", status),
            ("transAmount", &amount),
            ("paymentId", &payment.order),
            ("hash", &hash),
        ])
        .finish();
    Letter { content_type: "application/x-www-form-urlencoded", body }
}

/// `POST /paybynet/status`: SOAP.
pub(super) async fn status(State(shared): State<Shared>, question: String) -> Response {
    let between = |name: &str| {
        let (_, rest) = question.split_once(&format!("<{name}>"))?;
        Some(rest.split_once(&format!("</{name}>"))?.0)
    };
    let (Some(order), Some(PAYBYNET_CLIENT)) = (between("in0"), between("in1")) else {
        return soap(
            StatusCode::OK,
            "<soapenv:Fault><faultstring>no such client</faultstring></soapenv:Fault>",
        );
    };
    let code = match shared.world().pay.by_order(WHO, order) {
        None => 0,
        Some(payment) if payment.paid().is_some() => 2303,
        Some(payment) if payment.is_over() => 2301,
        Some(payment) if payment.attempts.iter().any(|attempt| attempt.outcome != Outcome::Paid) => 2302,
        Some(_) => 0,
    };
    soap(
        StatusCode::OK,
        &format!(
            "<getStatusByPaymentIDResponse><getStatusByPaymentIDReturn>{code}</getStatusByPaymentIDReturn>\
             </getStatusByPaymentIDResponse>"
        ),
    )
}

fn soap(status: StatusCode, inside: &str) -> Response {
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
         <soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\"><soapenv:Body>{inside}\
         </soapenv:Body></soapenv:Envelope>"
    );
    (status, [(header::CONTENT_TYPE, "text/xml; charset=utf-8")], body).into_response()
}

/// `GET /paybynet/banks.xml`
pub(super) async fn banks() -> Response {
    let banks: String = WHO
        .methods()
        .iter()
        .map(|(id, name, card)| {
            let name = escaped(name);
            format!("<bank><name>{name}</name><id>{id}</id><image>{id}.png</image><card>{card}</card></bank>")
        })
        .collect();
    ([(header::CONTENT_TYPE, "text/xml; charset=utf-8")], format!("<banks>{banks}</banks>\n")).into_response()
}
