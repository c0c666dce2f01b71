//! Web push: what is sent to a push service, and what its answers mean. Opening what was sealed is tested together with
//! the sandbox, which has browsers.

use std::time::Duration;

use axum::{http::StatusCode, response::IntoResponse};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use channels::{
    Failure,
    push::{Notice, PAYLOAD_MAX, Push, PushSettings, Subscription, Urgency, VapidKey},
};

use crate::support::{Web, nobody, now, silent};

const POINT: &str = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
const AUTH: &str = "BTBZMqHH6r4Tts7J_aSIgg";

fn push(loopback: bool) -> Push {
    let key = VapidKey::generate().unwrap();
    let settings = PushSettings { key, subject: "mailto:urzad@example.pl".to_owned(), loopback };
    Push::new(settings).unwrap()
}

fn subscription(endpoint: &str) -> Subscription {
    Subscription::parse_loopback(endpoint, POINT, AUTH).unwrap()
}

fn notice() -> Notice {
    Notice {
        payload: br#"{"title":"Nowa wiadomo\u015b\u0107"}"#.to_vec(),
        ttl: Duration::from_secs(3600),
        urgency: Urgency::High,
        topic: Some("case-7".to_owned()),
    }
}

async fn failure_of(status: u16) -> Failure {
    let web = Web::with(status, "because").await;
    push(true).send(&subscription(&web.url("/secret-name")), &notice(), now()).await.unwrap_err()
}

#[tokio::test]
async fn a_notice_is_sent_as_push_services_want_it() {
    let web = Web::answering(|_| (StatusCode::CREATED, [("location", "/m/1")]).into_response()).await;
    let receipt = push(true).send(&subscription(&web.url("/send/abc")), &notice(), now()).await.unwrap();
    assert_eq!(receipt.provider_id.as_deref(), Some("/m/1"));
    let [seen] = &web.seen()[..] else { panic!() };
    assert_eq!(seen.path, "/send/abc");
    assert_eq!(seen.header("ttl"), "3600");
    assert_eq!(seen.header("urgency"), "high");
    assert_eq!(seen.header("topic"), "case-7");
    assert_eq!(seen.header("content-encoding"), "aes128gcm");
    let token = seen.header("authorization").strip_prefix("vapid t=").unwrap();
    let claims = token.split('.').nth(1).unwrap();
    let claims: serde_json::Value =
        serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap();
    assert_eq!(claims["aud"], web.url(""));
    assert!(!seen.body.windows(5).any(|bytes| bytes == b"title"), "nobody on the way can read it");
}

#[tokio::test]
async fn what_answers_mean() {
    for (status, kind) in [
        (400, "message-refused"),
        (401, "misconfigured"),
        (403, "misconfigured"),
        (404, "gone"),
        (410, "gone"),
        (413, "message-refused"),
        (429, "throttled"),
        (500, "temporary"),
        (503, "temporary"),
        (307, "temporary"),
    ] {
        let failure = failure_of(status).await;
        assert_eq!(failure.code(), kind, "{status}");
        assert!(failure.text().contains("because") && !failure.text().contains("secret-name"), "{failure}");
    }
    for status in [429, 503] {
        let web = Web::answering(move |_| {
            (StatusCode::from_u16(status).unwrap(), [("retry-after", "120")]).into_response()
        });
        let failure =
            push(true).send(&subscription(&web.await.url("/x")), &notice(), now()).await.unwrap_err();
        assert_eq!(failure.retry_after(), Some(Duration::from_secs(120)), "{status}");
    }
}

#[tokio::test]
async fn silence_after_sending_is_unknown_and_before_it_is_not() {
    let send = async |address: std::net::SocketAddr| {
        let subscription = subscription(&format!("http://{address}/secret-name"));
        let failure = push(true).patience(Duration::from_secs(2)).send(&subscription, &notice(), now()).await;
        let failure = failure.unwrap_err();
        assert!(!failure.text().contains("secret-name"), "{failure}");
        failure.code()
    };
    assert_eq!(send(nobody().await).await, "temporary");
    assert_eq!(send(silent(true).await).await, "unknown");
    assert_eq!(send(silent(false).await).await, "unknown");
}

#[tokio::test]
async fn redirections_are_not_followed() {
    let inner = Web::with(201, "").await;
    let target = inner.url("/inside");
    let web =
        Web::answering(move |_| (StatusCode::FOUND, [("location", target.clone())]).into_response()).await;
    push(true).send(&subscription(&web.url("/x")), &notice(), now()).await.unwrap_err();
    assert_eq!(inner.seen().len(), 0);
}

#[tokio::test]
async fn nothing_goes_inside_the_house() {
    let web = Web::with(201, "").await;
    // An address in figures, and a name that resolves to this machine.
    let failure = push(false).send(&subscription(&web.url("/x")), &notice(), now()).await.unwrap_err();
    assert_eq!(failure.code(), "address-refused");
    let named =
        Subscription::parse(&format!("https://localhost:{}/x", web.address.port()), POINT, AUTH).unwrap();
    let failure = push(false).send(&named, &notice(), now()).await.unwrap_err();
    assert_eq!(failure.code(), "address-refused", "{failure}");
    assert_eq!(web.seen().len(), 0);
    // The same name is reached where that is allowed: so it is the rule that holds, not the lack of a way.
    let named = subscription(&format!("http://localhost:{}/x", web.address.port()));
    push(true).send(&named, &notice(), now()).await.unwrap();
}

#[tokio::test]
async fn what_cannot_be_right_is_not_sent() {
    let web = Web::with(201, "").await;
    let subscription = subscription(&web.url("/x"));
    let long = Notice { payload: vec![b'x'; PAYLOAD_MAX + 1], ..notice() };
    assert_eq!(push(true).send(&subscription, &long, now()).await.unwrap_err().code(), "message-refused");
    for topic in ["", "a b", "a\r\nb", &"x".repeat(33)] {
        let bad = Notice { topic: Some(topic.to_owned()), ..notice() };
        assert_eq!(push(true).send(&subscription, &bad, now()).await.unwrap_err().code(), "message-refused");
    }
    assert_eq!(web.seen().len(), 0);
    for subject in ["", "urzad@example.pl", "mailto:a\r\nb", "http://example.pl"] {
        let key = VapidKey::generate().unwrap();
        assert!(
            Push::new(PushSettings { key, subject: subject.to_owned(), loopback: false }).is_err(),
            "{subject:?}"
        );
    }
}
