//! The SMS gateway: what is sent to it, and what its answers mean.

use std::time::Duration;

use axum::{http::StatusCode, response::IntoResponse};
use channels::{
    Failure,
    sms::{Sms, Smsapi, SmsapiSettings},
};

use crate::support::{Web, nobody, now, silent};

const TAKEN: &str = r#"{"count":1,"list":[{"id":"5B0C","points":0.16,"number":"48500000001","date_sent":1790000000,"submitted_number":"500000001","status":"QUEUE","error":null,"idx":"0190-abc"}]}"#;

fn settings(base: &str) -> SmsapiSettings {
    SmsapiSettings {
        base_url: base.parse().unwrap(),
        backup_url: None,
        token: "very-secret-token".to_owned(),
        sender: Some("UGZmyslona".to_owned()),
        without_diacritics: false,
        max_parts: 3,
        notify_url: None,
    }
}

fn sms() -> Sms {
    Sms {
        to: "+48500000001".to_owned(),
        text: "Twoja karta jest gotowa.".to_owned(),
        idx: "0190-abc".to_owned(),
    }
}

async fn failure_of(status: u16, body: &'static str) -> Failure {
    let web = Web::with(status, body).await;
    Smsapi::new(settings(&web.url(""))).unwrap().send(&sms(), now()).await.unwrap_err()
}

#[tokio::test]
async fn a_message_is_sent_as_the_gateway_wants_it() {
    let web = Web::with(200, TAKEN).await;
    let notify = Some("https://reeve.example.pl/hooks/sms".parse().unwrap());
    let gateway = Smsapi::new(SmsapiSettings { notify_url: notify, ..settings(&web.url("/x/")) }).unwrap();
    let receipt = gateway.send(&sms(), now()).await.unwrap();
    assert_eq!(receipt.provider_id.as_deref(), Some("5B0C"));
    assert_eq!(receipt.detail, "SMSAPI: QUEUE, 0.16 points");
    let [seen] = &web.seen()[..] else { panic!() };
    assert_eq!(seen.path, "/x/sms.do");
    assert_eq!(seen.header("authorization"), "Bearer very-secret-token");
    let mut form: Vec<_> = seen.form().into_iter().collect();
    form.sort();
    let form: Vec<_> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(
        form,
        [
            ("check_idx", "1"),
            ("encoding", "utf-8"),
            ("format", "json"),
            ("from", "UGZmyslona"),
            ("idx", "0190-abc"),
            ("max_parts", "3"),
            ("message", "Twoja karta jest gotowa."),
            ("notify_url", "https://reeve.example.pl/hooks/sms"),
            ("to", "48500000001"),
        ]
    );
}

#[tokio::test]
async fn diacritics_are_left_out_where_that_is_wished() {
    let web = Web::with(200, TAKEN).await;
    let gateway = Smsapi::new(SmsapiSettings { without_diacritics: true, ..settings(&web.url("")) }).unwrap();
    gateway.send(&Sms { text: "Zażółć – gęślą".to_owned(), ..sms() }, now()).await.unwrap();
    let form = web.seen()[0].form();
    assert_eq!((form["message"].as_str(), form["normalize"].as_str()), ("Zazolc - gesla", "1"));
}

#[tokio::test]
async fn an_identity_that_was_taken_before_is_success() {
    let web = Web::with(200, r#"{"error":53,"message":"Idx is not unique"}"#).await;
    let receipt = Smsapi::new(settings(&web.url(""))).unwrap().send(&sms(), now()).await.unwrap();
    assert_eq!(receipt.provider_id, None);
    assert!(receipt.detail.contains("taken before"));
}

#[tokio::test]
async fn errors_come_with_the_status_200() {
    for (code, kind) in [
        (8, "temporary"),
        (11, "message-refused"),
        (13, "address-refused"),
        (14, "misconfigured"),
        (52, "throttled"),
        (101, "misconfigured"),
        (102, "misconfigured"),
        (103, "misconfigured"),
        (105, "misconfigured"),
        (200, "temporary"),
        (201, "temporary"),
        (999, "temporary"),
        (4321, "temporary"),
    ] {
        let body: &'static str =
            Box::leak(format!(r#"{{"error":{code},"message":"so it is"}}"#).into_boxed_str());
        let failure = failure_of(200, body).await;
        assert_eq!(failure.code(), kind, "{code}");
        assert!(
            failure.text().contains(&code.to_string()) && failure.text().contains("so it is"),
            "{failure}"
        );
        assert!(!failure.to_string().contains("very-secret-token"));
    }
    let invalid = r#"{"invalid_numbers":[{"number":"1","submitted_number":"1","message":"Invalid"}],"error":13,"message":"No correct phone numbers"}"#;
    assert_eq!(failure_of(200, invalid).await.code(), "address-refused");
    let none = r#"{"count":0,"list":[],"invalid_numbers":[{"number":"1","submitted_number":"1","message":"Invalid"}]}"#;
    assert_eq!(failure_of(200, none).await.code(), "address-refused");
    // Also with another status the body says more.
    assert_eq!(failure_of(401, r#"{"error":13,"message":"x"}"#).await.code(), "address-refused");
}

#[tokio::test]
async fn other_answers() {
    for (status, body, kind) in [
        (500, "", "temporary"),
        (503, "<h1>later</h1>", "temporary"),
        (401, "", "misconfigured"),
        (404, "<h1>not here</h1>", "misconfigured"),
        (302, "", "misconfigured"),
        (200, "<h1>Hotel wi-fi</h1>", "unknown"),
        (200, "{}", "unknown"),
        (200, r#"{"list":7}"#, "unknown"),
    ] {
        assert_eq!(failure_of(status, body).await.code(), kind, "{status} {body}");
    }
    let web = Web::answering(|_| {
        (StatusCode::TOO_MANY_REQUESTS, [("retry-after", "Mon, 21 Sep 2026 14:13:50 GMT")]).into_response()
    });
    let failure = Smsapi::new(settings(&web.await.url(""))).unwrap().send(&sms(), now()).await.unwrap_err();
    assert_eq!((failure.code(), failure.retry_after()), ("throttled", Some(Duration::from_secs(30))));
}

#[tokio::test]
async fn silence_after_sending_is_unknown_and_before_it_is_not() {
    let send = async |address: std::net::SocketAddr| {
        let gateway = Smsapi::new(settings(&format!("http://{address}"))).unwrap();
        gateway.patience(Duration::from_secs(2)).send(&sms(), now()).await.unwrap_err().code()
    };
    assert_eq!(send(nobody().await).await, "temporary");
    assert_eq!(send(silent(true).await).await, "unknown");
    assert_eq!(send(silent(false).await).await, "unknown");
}

#[tokio::test]
async fn the_second_address_is_asked_only_when_the_first_surely_did_not_take_it() {
    let backup = Web::with(200, TAKEN).await;
    let send = async |first: String| {
        let settings =
            SmsapiSettings { backup_url: Some(backup.url("").parse().unwrap()), ..settings(&first) };
        let gateway = Smsapi::new(settings).unwrap().patience(Duration::from_secs(2));
        gateway.send(&sms(), now()).await.map_err(|failure| failure.code())
    };
    assert!(send(format!("http://{}", nobody().await)).await.is_ok());
    assert!(send(Web::with(503, "").await.url("")).await.is_ok());
    assert_eq!(backup.seen().len(), 2);
    assert_eq!(send(format!("http://{}", silent(false).await)).await, Err("unknown"));
    assert_eq!(send(Web::with(200, r#"{"error":13}"#).await.url("")).await, Err("address-refused"));
    assert_eq!(send(Web::with(200, r#"{"error":103}"#).await.url("")).await, Err("misconfigured"));
    assert_eq!(backup.seen().len(), 2, "nobody asked the second address");
}

#[tokio::test]
async fn what_cannot_be_right_is_not_sent() {
    let web = Web::with(200, TAKEN).await;
    let gateway = Smsapi::new(settings(&web.url(""))).unwrap();
    for to in ["", "12345", "500 000 001", "48500000001,48500000002", "+48500000001\r\n", "1234567890123456"]
    {
        let failure = gateway.send(&Sms { to: to.to_owned(), ..sms() }, now()).await.unwrap_err();
        assert_eq!(failure.code(), "address-refused", "{to:?}");
    }
    for (text, idx) in
        [("", "x"), (&*"ż".repeat(202), "x"), ("x", ""), ("x", "a|b"), ("x", &*"i".repeat(256))]
    {
        let bad = Sms { text: text.to_owned(), idx: idx.to_owned(), ..sms() };
        assert_eq!(gateway.send(&bad, now()).await.unwrap_err().code(), "message-refused", "{text} {idx}");
    }
    assert_eq!(web.seen().len(), 0);
    gateway.send(&Sms { text: "ż".repeat(201), ..sms() }, now()).await.unwrap();
}

#[test]
fn settings_that_cannot_be_meant_are_refused() {
    let https = || settings("https://api.smsapi.example");
    assert!(Smsapi::new(https()).is_ok());
    assert!(Smsapi::new(settings("http://api.smsapi.example")).is_err());
    assert!(
        Smsapi::new(SmsapiSettings { backup_url: Some("http://10.0.0.1".parse().unwrap()), ..https() })
            .is_err()
    );
    assert!(Smsapi::new(SmsapiSettings { token: "a b".to_owned(), ..https() }).is_err());
    assert!(Smsapi::new(SmsapiSettings { sender: Some("Much too long".to_owned()), ..https() }).is_err());
    assert!(Smsapi::new(SmsapiSettings { max_parts: 11, ..https() }).is_err());
    assert!(!format!("{:?}", Smsapi::new(https()).unwrap()).contains("very-secret-token"));
}
