//! What is fetched and when, and what is not waited for.

use std::time::{Duration, Instant};

use identity::{Ask, Endpoint, FAILURE_HELD_S, Fault, KEYS_ANEW_S, KNOWN_FOR_S, Provider};
use serde_json::json;

use crate::hostile::{BACK, Hostile, Key, Oddity, Signing, noon, seconds, sign_in, sign_in_by};

const DESCRIPTION: &str = "/.well-known/openid-configuration";

#[tokio::test]
async fn a_provider_is_asked_for_its_description_once_an_hour() {
    let hostile = Hostile::start().await;
    let provider = hostile.provider(&json!({}));
    assert_eq!(hostile.asked(DESCRIPTION), 0, "nothing before somebody signs in");
    let ask = Ask::to(BACK);
    for (at_s, asked) in [(0, 1), (1, 1), (KNOWN_FOR_S - 1, 1), (KNOWN_FOR_S, 2), (KNOWN_FOR_S + 5, 2)] {
        provider.begin(&ask, noon() + seconds(at_s)).await.expect("begun");
        assert_eq!((hostile.asked(DESCRIPTION), hostile.asked("/keys")), (asked, asked), "after {at_s} s");
    }
    let other = hostile.provider(&json!({}));
    let many = (0..20).map(|_| other.begin(&ask, noon()));
    assert!(futures::future::join_all(many).await.iter().all(Result::is_ok));
    assert_eq!(hostile.asked(DESCRIPTION), 3, "twenty at once ask once");
}

#[tokio::test]
async fn new_keys_are_found_and_unknown_ones_not_searched_for_all_the_time() {
    let hostile = Hostile::start().await;
    let provider = hostile.provider(&json!({}));
    sign_in(&provider, &hostile).await.expect("signed in");
    assert_eq!(hostile.asked("/keys"), 1);

    // The provider changes its key.
    {
        let mut ways = hostile.ways();
        ways.signing = Signing::With("RS256", Key::second());
        ways.published = vec![Key::second().published()];
    }
    sign_in(&provider, &hostile).await.expect("signed in with the new key");
    assert_eq!(hostile.asked("/keys"), 2);
    sign_in(&provider, &hostile).await.expect("which is known now");
    assert_eq!(hostile.asked("/keys"), 2);

    // A key that is never published.
    hostile.ways().signing = Signing::With("RS256", Key::first());
    for _ in 0..3 {
        assert_eq!(sign_in(&provider, &hostile).await.err(), Some(Fault::UnknownKey));
    }
    assert_eq!(hostile.asked("/keys"), 2, "asked a moment ago");
    let later = noon() + seconds(KEYS_ANEW_S);
    hostile.ways().now = later;
    for _ in 0..3 {
        assert_eq!(
            sign_in_by(&provider, &hostile, &Ask::to(BACK), later).await.err(),
            Some(Fault::UnknownKey)
        );
    }
    assert_eq!(hostile.asked("/keys"), 3, "once more, and no oftener");
    assert_eq!(hostile.asked(DESCRIPTION), 1);
}

#[tokio::test]
async fn a_changed_key_without_a_name_is_found_too() {
    let hostile = Hostile::start().await;
    let nameless = |key: Key| {
        let mut published = key.published();
        published.as_object_mut().expect("an object").remove("kid");
        published
    };
    hostile.ways().header = json!({ "kid": null });
    hostile.ways().published = vec![nameless(Key::first())];
    let provider = hostile.provider(&json!({}));
    sign_in(&provider, &hostile).await.expect("signed in");
    hostile.ways().published = vec![nameless(Key::second())];
    hostile.ways().signing = Signing::With("RS256", Key::second());
    sign_in(&provider, &hostile).await.expect("signed in");
    assert_eq!(hostile.asked("/keys"), 2);
}

#[tokio::test]
async fn a_provider_that_is_down_is_left_alone_for_a_while() {
    let hostile = Hostile::start().await;
    let out_of_order = Oddity::Answer(503, "text/html", "<h1>out of order</h1>".to_owned());
    hostile.ways().oddities.insert(DESCRIPTION, out_of_order);
    let provider = hostile.provider(&json!({}));
    let down = Fault::Unreachable { at: Endpoint::Discovery, why: "it answers with status 503".to_owned() };
    for at_s in [0, 1, FAILURE_HELD_S - 1] {
        assert_eq!(provider.discover(noon() + seconds(at_s)).await, Err(down.clone()));
    }
    assert_eq!(hostile.asked(DESCRIPTION), 1);
    hostile.ways().oddities.clear();
    provider.discover(noon() + seconds(FAILURE_HELD_S)).await.expect("up again");
}

#[tokio::test]
async fn a_description_that_is_wrong_is_refused() {
    let hostile = Hostile::start().await;
    let discover = async |changes| {
        hostile.ways().description = changes;
        hostile.provider(&json!({})).discover(noon()).await
    };
    let issuer = hostile.issuer.clone();
    for other in ["https://other.example".to_owned(), format!("{issuer}/"), issuer.to_uppercase()] {
        assert_eq!(
            discover(json!({ "issuer": other })).await,
            Err(Fault::WrongIssuer("description")),
            "{other}"
        );
    }
    for (case, changes) in [
        ("no issuer", json!({ "issuer": null })),
        ("no token endpoint", json!({ "token_endpoint": null })),
        ("no keys", json!({ "jwks_uri": null })),
        ("keys elsewhere, in the clear", json!({ "jwks_uri": "http://keys.example/" })),
        ("keys in a file", json!({ "jwks_uri": "file:///etc/passwd" })),
        ("a page in the clear", json!({ "authorization_endpoint": "http://login.example/" })),
        ("a page that is a script", json!({ "authorization_endpoint": "javascript:alert(1)" })),
        ("a way out in the clear", json!({ "end_session_endpoint": "http://login.example/" })),
    ] {
        let fault = discover(changes).await.expect_err(case);
        assert!(matches!(fault, Fault::BadAnswer { at: Endpoint::Discovery, .. }), "{case}: {fault}");
    }
    discover(json!({})).await.expect("else it is right");

    // Where the token endpoint or userinfo are in the clear, nothing is sent there.
    hostile.ways().description = json!({ "token_endpoint": "http://tokens.example/" });
    let fault = sign_in(&hostile.provider(&json!({})), &hostile).await.expect_err("in the clear");
    assert!(matches!(fault, Fault::BadAnswer { at: Endpoint::Token, .. }), "{fault}");
}

#[tokio::test]
async fn every_door_is_bounded() {
    let doors = [
        (DESCRIPTION, Endpoint::Discovery),
        ("/keys", Endpoint::Discovery),
        ("/token", Endpoint::Token),
        ("/userinfo", Endpoint::UserInfo),
    ];
    for (path, at) in doors {
        let hostile = Hostile::start().await;
        hostile.ways().claims = json!({ "pesel": null });
        let away = Hostile::start().await;
        let fault = async |oddity| {
            hostile.ways().oddities.insert(path, oddity);
            let provider = hostile.provider(&json!({ "time_limit_ms": 300 }));
            let start = Instant::now();
            let fault = sign_in(&provider, &hostile).await.expect_err(path);
            assert!(start.elapsed() < Duration::from_secs(5), "{path}: {:?}", start.elapsed());
            fault
        };
        let huge = Fault::BadAnswer { at, why: "it is larger than 262144 bytes".to_owned() };
        assert_eq!(fault(Oddity::Huge).await, huge, "{path}");
        let slow = Fault::Unreachable { at, why: "it did not answer in time".to_owned() };
        assert_eq!(fault(Oddity::Silent).await, slow, "{path}");
        assert_eq!(fault(Oddity::Endless).await, slow, "{path}");
        let redirect = Fault::BadAnswer { at, why: "it redirects, which is not followed".to_owned() };
        assert_eq!(fault(Oddity::Redirect(format!("{}{path}", away.issuer))).await, redirect, "{path}");
        assert_eq!(away.asked(path), 0, "{path}");
        for (status, kind, body) in [
            (404, "text/html", "<h1>nothing</h1>"),
            (200, "text/html", "<h1>a portal of a hotel</h1>"),
            (200, "application/json", "{\"sub\":"),
            (200, "application/json", "[]"),
            (200, "application/json", ""),
        ] {
            let fault = fault(Oddity::Answer(status, kind, body.to_owned())).await;
            assert!(
                matches!(&fault, Fault::BadAnswer { at: where_, .. } if *where_ == at),
                "{path} {body}: {fault}"
            );
        }
        let deep = fault(Oddity::Answer(200, "application/json", "[".repeat(100_000))).await;
        assert!(matches!(deep, Fault::BadAnswer { .. }), "{path}: {deep}");
    }
}

#[tokio::test]
async fn nobody_listens() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let issuer = format!("http://{}", listener.local_addr().expect("an address"));
    drop(listener);
    let hostile = Hostile::start().await;
    let provider = hostile.provider(&json!({ "issuer": issuer }));
    let fault = provider.discover(noon()).await.expect_err("nobody");
    assert_eq!(fault.code(), "unreachable");
    assert!(!fault.to_string().contains(&issuer), "{fault}");
}

/// Handlers of a server need this.
#[test]
fn sign_ins_may_move_between_threads() {
    fn sendable<T: Send>(_: &T) {}
    fn check(provider: &Provider, begun: &identity::Begun) {
        sendable(&provider.begin(&Ask::to(BACK), noon()));
        sendable(&provider.finish(begun, &identity::Callback::default(), noon()));
        sendable(&provider.logout_url(None, None, None, noon()));
    }
    let _ = check;
}
