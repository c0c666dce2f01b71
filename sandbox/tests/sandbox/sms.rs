//! The SMS gateway.

use std::time::Duration;

use channels::sms::{Sms, Smsapi, SmsapiSettings};
use serde_json::{Value, json};

use crate::{Sandbox, now};

pub fn gateway(sandbox: &Sandbox) -> Smsapi {
    with_token(sandbox, sandbox::TOKEN)
}

fn with_token(sandbox: &Sandbox, token: &str) -> Smsapi {
    Smsapi::new(SmsapiSettings {
        base_url: sandbox.url("/sms").parse().unwrap(),
        backup_url: None,
        token: token.to_owned(),
        sender: Some("UGZmyslona".to_owned()),
        without_diacritics: false,
        max_parts: 3,
        notify_url: None,
    })
    .unwrap()
}

pub fn sms(idx: &str) -> Sms {
    Sms { to: "500000001".to_owned(), text: "Karta żółta jest gotowa.".to_owned(), idx: idx.to_owned() }
}

#[tokio::test]
async fn a_message_arrives_once() {
    let sandbox = Sandbox::start().await;
    let gateway = gateway(&sandbox);
    let receipt = gateway.send(&sms("1"), now()).await.unwrap();
    let again = gateway.send(&sms("1"), now()).await.unwrap();
    assert_eq!(again.provider_id, None);
    gateway.send(&sms("2"), now()).await.unwrap();
    let seen = sandbox.get("/sms.json").await;
    assert_eq!((&seen["count"], &seen["repeated"]), (&json!(2), &json!(1)));
    let first = &seen["sms"][0];
    assert_eq!(first["id"], receipt.provider_id.unwrap());
    assert_eq!(first["to"], "48500000001");
    assert_eq!(first["from"], "UGZmyslona");
    assert_eq!(first["text"], "Karta żółta jest gotowa.");
    assert_eq!(first["idx"], "1");
    assert_eq!(seen["sms"].as_array().map(Vec::len), Some(2));
}

#[tokio::test]
async fn what_the_operator_refuses() {
    let sandbox = Sandbox::start().await;
    let stranger = with_token(&sandbox, "stranger").send(&sms("1"), now()).await.unwrap_err();
    assert_eq!(stranger.code(), "misconfigured");
    let landline = Sms { to: "221234567".to_owned(), ..sms("1") };
    assert_eq!(gateway(&sandbox).send(&landline, now()).await.unwrap_err().code(), "address-refused");
    let post = async |form: &str| -> Value {
        let request = sandbox.client.post(sandbox.url("/sms/sms.do")).bearer_auth(sandbox::TOKEN);
        let request =
            request.header("content-type", "application/x-www-form-urlencoded").body(form.to_owned());
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 200, "errors come with the status 200");
        answer.json().await.unwrap()
    };
    let spoken = "format=json&encoding=utf-8";
    assert_eq!(post("to=500000001&message=x").await["error"], 8);
    assert_eq!(post(&format!("{spoken}&to=500000001")).await["error"], 11);
    let none = post(&format!("{spoken}&to=1,22&message=x")).await;
    assert_eq!((&none["error"], &none["invalid_numbers"][1]["number"]), (&json!(13), &json!("22")));
    let some = post(&format!("{spoken}&to=1,500000001&message=x")).await;
    assert_eq!((&some["count"], &some["invalid_numbers"][0]["number"]), (&json!(1), &json!("1")));
}

#[tokio::test]
async fn troubles() {
    let sandbox = Sandbox::start().await;
    let gateway = gateway(&sandbox);
    let send = async |idx: &str| gateway.send(&sms(idx), now()).await.map_err(|failure| failure.code());
    for (trouble, code) in [
        ("error-8", "temporary"),
        ("error-103", "misconfigured"),
        ("http-500", "temporary"),
        ("lost-answer", "unknown"),
    ] {
        sandbox.switch(json!({ "sms": trouble })).await;
        assert_eq!(send(trouble).await, Err(code), "{trouble}");
    }
    sandbox.switch(json!({ "sms": "slow" })).await;
    let hurried = gateway.clone().patience(Duration::from_secs(2)).send(&sms("slow"), now()).await;
    assert_eq!(hurried.unwrap_err().code(), "unknown");
    sandbox.switch(json!({ "sms": "ok" })).await;
    // Of the five, two had been taken: trying all again brings each once.
    for idx in ["error-8", "error-103", "http-500", "lost-answer", "slow"] {
        send(idx).await.unwrap();
    }
    let seen = sandbox.get("/sms.json").await;
    assert_eq!((&seen["count"], &seen["repeated"]), (&json!(5), &json!(2)));
}
