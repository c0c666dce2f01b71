//! The push service and its browsers.

use std::time::Duration;

use channels::push::{Notice, Push, PushSettings, Subscription, Urgency, VapidKey, encrypt};
use serde_json::{Value, json};

use crate::{Sandbox, now};

pub fn settings() -> PushSettings {
    let key = VapidKey::generate().unwrap();
    PushSettings { key, subject: "mailto:urzad@example.pl".to_owned(), loopback: true }
}

pub fn sender() -> Push {
    Push::new(settings()).unwrap()
}

pub fn notice(payload: &str) -> Notice {
    Notice {
        payload: payload.as_bytes().to_vec(),
        ttl: Duration::from_secs(3600),
        urgency: Urgency::Normal,
        topic: Some("case-7".to_owned()),
    }
}

/// A new browser's id and subscription.
pub async fn subscribe(sandbox: &Sandbox, wanted: Value) -> (String, Subscription) {
    let answer = if wanted.is_null() {
        sandbox.client.post(sandbox.url("/push/new")).send().await.unwrap()
    } else {
        sandbox.post("/push/new", wanted).await
    };
    assert_eq!(answer.status(), 201);
    let made: Value = answer.json().await.unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let (p256dh, auth) = (text(&made["keys"]["p256dh"]), text(&made["keys"]["auth"]));
    let subscription = Subscription::parse_loopback(&text(&made["endpoint"]), &p256dh, &auth).unwrap();
    (text(&made["id"]), subscription)
}

#[tokio::test]
async fn a_notice_is_opened() {
    let sandbox = Sandbox::start().await;
    let (id, subscription) = subscribe(&sandbox, Value::Null).await;
    let receipt = sender().send(&subscription, &notice(r#"{"title":"Zażółć"}"#), now()).await.unwrap();
    assert_eq!(receipt.provider_id, Some(format!("/push/{id}/1")));
    let longest = "ż".repeat(1996);
    sender().send(&subscription, &Notice { topic: None, ..notice(&longest) }, now()).await.unwrap();
    let seen = sandbox.get("/push.json").await;
    assert_eq!(seen["browsers"], json!([id]));
    let first = &seen["push"][0];
    assert_eq!(first["subscription"], json!(id));
    assert_eq!(first["notice"], json!({ "title": "Zażółć" }));
    assert_eq!(
        (&first["ttl"], &first["urgency"], &first["topic"]),
        (&json!(3600), &json!("normal"), &json!("case-7"))
    );
    assert_eq!(first["sender"], "mailto:urzad@example.pl");
    assert_eq!(seen["push"][1]["text"], json!(longest));
    assert_eq!(seen["push"][1]["notice"], Value::Null);
}

#[tokio::test]
async fn a_browser_listens_to_the_sender_it_subscribed_to() {
    let sandbox = Sandbox::start().await;
    let settings = settings();
    let (_, subscription) =
        subscribe(&sandbox, json!({ "applicationServerKey": settings.key.public_key() })).await;
    Push::new(settings).unwrap().send(&subscription, &notice("x"), now()).await.unwrap();
    let other = sender().send(&subscription, &notice("x"), now()).await.unwrap_err();
    assert_eq!(other.code(), "misconfigured");
    assert_eq!(sandbox.post("/push/new", json!({ "applicationServerKey": 7 })).await.status(), 400);
}

#[tokio::test]
async fn who_sends_is_checked() {
    let sandbox = Sandbox::start().await;
    let (_, subscription) = subscribe(&sandbox, Value::Null).await;
    let endpoint = subscription.endpoint();
    let key = VapidKey::generate().unwrap();
    let sealed = || encrypt(&subscription, b"x", channels::push::Seal::fresh().unwrap()).unwrap();
    let post = async |authorization: &str, coding: &str, ttl: Option<&str>, body: Vec<u8>| {
        let mut request = sandbox.client.post(endpoint.clone()).header("content-encoding", coding).body(body);
        if !authorization.is_empty() {
            request = request.header("authorization", authorization);
        }
        if let Some(ttl) = ttl {
            request = request.header("ttl", ttl);
        }
        request.send().await.unwrap().status().as_u16()
    };
    let subject = "mailto:urzad@example.pl";
    let good = key.authorization(endpoint, subject, now());
    assert_eq!(post(&good, "aes128gcm", Some("0"), sealed()).await, 201);
    assert_eq!(post("", "aes128gcm", Some("0"), sealed()).await, 401);
    let elsewhere = "https://push.example.org/x".parse().unwrap();
    let stranger = VapidKey::generate().unwrap();
    for bad in [
        key.authorization(&elsewhere, subject, now()),
        key.authorization(endpoint, subject, now() - chrono::TimeDelta::hours(13)),
        key.authorization(endpoint, subject, now() + chrono::TimeDelta::hours(13)),
        key.authorization(endpoint, "urzad", now()),
        good.replace(&key.public_key(), &stranger.public_key()),
        good.replace("vapid t=ey", "vapid t=eyJ"),
    ] {
        assert_eq!(post(&bad, "aes128gcm", Some("0"), sealed()).await, 403, "{bad}");
    }
    assert_eq!(post(&good, "aesgcm", Some("0"), sealed()).await, 415);
    assert_eq!(post(&good, "aes128gcm", None, sealed()).await, 400);
    assert_eq!(post(&good, "aes128gcm", Some("0"), vec![7; 200]).await, 400);
    assert_eq!(post(&good, "aes128gcm", Some("0"), vec![7; 4097]).await, 413);
    let (_, other) = subscribe(&sandbox, Value::Null).await;
    let for_another = encrypt(&other, b"x", channels::push::Seal::fresh().unwrap()).unwrap();
    assert_eq!(post(&good, "aes128gcm", Some("0"), for_another).await, 400);
    assert_eq!(sandbox.get("/push.json").await["push"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn troubles() {
    let sandbox = Sandbox::start().await;
    let (id, subscription) = subscribe(&sandbox, Value::Null).await;
    let (_, other) = subscribe(&sandbox, Value::Null).await;
    let sender = sender();
    let send = async |to: &Subscription| {
        sender.send(to, &notice("x"), now()).await.map_err(|failure| failure.code())
    };
    for (trouble, code) in
        [("gone", "gone"), ("throttled", "throttled"), ("http-500", "temporary"), ("lost-answer", "unknown")]
    {
        sandbox.switch(json!({ "push": trouble })).await;
        assert_eq!(send(&subscription).await.unwrap_err(), code, "{trouble}");
    }
    sandbox.switch(json!({ "push": "slow" })).await;
    let hurried =
        sender.clone().patience(Duration::from_secs(2)).send(&subscription, &notice("x"), now()).await;
    assert_eq!(hurried.unwrap_err().code(), "unknown");
    sandbox.switch(json!({ "push": "ok", "gone": id })).await;
    assert_eq!(send(&subscription).await, Err("gone"));
    assert!(send(&other).await.is_ok());
    let unknown = sandbox.url("/push/nobody");
    assert_eq!(sandbox.client.post(unknown).send().await.unwrap().status(), 404);
    // The lost answer and the slow one had been taken.
    assert_eq!(sandbox.get("/push.json").await["push"].as_array().map(Vec::len), Some(3));
}
