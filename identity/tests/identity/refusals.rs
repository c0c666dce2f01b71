//! What is not believed, each by its own name.

use identity::{Ask, Assurance, Callback, Endpoint, Fault};
use serde_json::{Value, json};

use crate::hostile::{
    BACK, CLIENT, HIGH, Hostile, Key, LOW, SECRET, SUBSTANTIAL, Signing, encode, noon, seconds, sign_in,
    sign_in_by,
};

fn missing(name: &str) -> Fault {
    Fault::MissingClaim(name.to_owned())
}

fn bad(name: &str) -> Fault {
    Fault::BadClaim(name.to_owned())
}

#[tokio::test]
async fn an_honest_answer_says_who_it_is() {
    let hostile = Hostile::start().await;
    let provider = hostile.provider(&json!({}));
    let anna = sign_in(&provider, &hostile).await.expect("signed in");
    assert_eq!(anna.provider, "state");
    assert_eq!(anna.issuer, hostile.issuer);
    assert_eq!(anna.subject, "subject-1");
    assert_eq!(anna.given_name.as_deref(), Some("Anna"));
    assert_eq!(anna.family_name.as_deref(), Some("Zmyślona"));
    assert_eq!(anna.birthdate, chrono::NaiveDate::from_ymd_opt(1985, 2, 28));
    assert_eq!(anna.pesel.as_deref(), Some("85022899900"));
    assert_eq!(anna.email.as_deref(), Some("anna@example.org"));
    assert!(anna.email_verified);
    assert_eq!(anna.level, Assurance::Substantial);
    assert_eq!(anna.acr.as_deref(), Some(SUBSTANTIAL));
    assert_eq!(anna.amr, ["pz.gov.pl"]);
    assert_eq!(anna.auth_time, Some(noon() - seconds(10)));
    assert_eq!(anna.id_token.split('.').count(), 3);
    assert_eq!(hostile.asked("/userinfo"), 0, "the ID token said it all");
}

#[tokio::test]
async fn claims_that_are_wrong_are_refused() {
    let hostile = Hostile::start().await;
    let provider = hostile.provider(&json!({}));
    let time = |offset_s: i64| noon().timestamp() + offset_s;
    let cases: Vec<(&str, Value, Fault)> = vec![
        ("another client", json!({ "aud": "other" }), Fault::WrongAudience),
        (
            "no client of ours among several",
            json!({ "aud": ["a", "b"], "azp": CLIENT }),
            Fault::WrongAudience,
        ),
        ("several audiences, no party", json!({ "aud": [CLIENT, "b"] }), Fault::WrongAudience),
        (
            "several audiences, another party",
            json!({ "aud": [CLIENT, "b"], "azp": "b" }),
            Fault::WrongAudience,
        ),
        ("one audience, another party", json!({ "azp": "b" }), Fault::WrongAudience),
        ("an empty list", json!({ "aud": [] }), Fault::WrongAudience),
        ("another issuer", json!({ "iss": "https://other.example" }), Fault::WrongIssuer("ID token")),
        (
            "almost our issuer",
            json!({ "iss": format!("{}/", hostile.issuer) }),
            Fault::WrongIssuer("ID token"),
        ),
        ("expired", json!({ "exp": time(-61) }), Fault::Expired),
        ("long gone", json!({ "exp": 0 }), Fault::Expired),
        ("from the future", json!({ "iat": time(61) }), Fault::IssuedInFuture),
        ("signed in in the future", json!({ "auth_time": time(61) }), Fault::IssuedInFuture),
        ("no nonce", json!({ "nonce": null }), Fault::NonceMismatch),
        ("an empty nonce", json!({ "nonce": "" }), Fault::NonceMismatch),
        ("another access token", json!({ "at_hash": encode([7; 16]) }), Fault::AccessTokenMismatch),
        ("a level too low", json!({ "acr": LOW }), Fault::LevelTooLow),
        ("an unknown level", json!({ "acr": "urn:whatever" }), Fault::LevelUnknown),
        ("no level", json!({ "acr": null }), missing("acr")),
        ("no subject", json!({ "sub": null }), missing("sub")),
        ("an empty subject", json!({ "sub": "" }), bad("sub")),
        ("a long subject", json!({ "sub": "x".repeat(256) }), bad("sub")),
        ("no expiry", json!({ "exp": null }), missing("exp")),
        ("no time", json!({ "iat": null }), missing("iat")),
        ("no audience", json!({ "aud": null }), missing("aud")),
        ("no issuer", json!({ "iss": null }), missing("iss")),
        ("a letter in the PESEL", json!({ "pesel": "8502289990x" }), bad("pesel")),
        ("a short PESEL", json!({ "pesel": "850228" }), bad("pesel")),
        ("a PESEL that is a number", json!({ "pesel": 85_022_899_900_u64 }), bad("pesel")),
        ("an impossible date", json!({ "birthdate": "1985-02-30" }), bad("birthdate")),
        ("a name of two lines", json!({ "given_name": "Anna\nZmyślona" }), bad("given_name")),
        ("an endless name", json!({ "family_name": "ż".repeat(201) }), bad("family_name")),
        ("an address that is none", json!({ "email": "anna" }), bad("email")),
        ("too many means", json!({ "amr": vec!["x"; 17] }), bad("amr")),
    ];
    for (case, claims, fault) in cases {
        hostile.ways().claims = claims;
        assert_eq!(sign_in(&provider, &hostile).await.err(), Some(fault), "{case}");
    }
    for (case, claims) in [
        ("several audiences, made for us", json!({ "aud": [CLIENT, "b"], "azp": CLIENT })),
        ("a clock a minute slow", json!({ "exp": time(-59) })),
        ("a clock a minute fast", json!({ "iat": time(60) })),
        ("more than was asked", json!({ "acr": HIGH })),
        ("without the hash", json!({ "at_hash": null })),
        ("without a date", json!({ "birthdate": null })),
        ("a year only", json!({ "birthdate": "1985" })),
    ] {
        hostile.ways().claims = claims;
        sign_in(&provider, &hostile).await.unwrap_or_else(|fault| panic!("{case}: {fault}"));
    }
}

#[tokio::test]
async fn no_claim_however_strange_breaks_anything() {
    let hostile = Hostile::start().await;
    let provider = hostile.provider(&json!({}));
    let values = [
        json!(1e300),
        json!(-1e300),
        json!(i64::MAX),
        json!("x"),
        json!([]),
        json!({}),
        json!(true),
        json!([[1]]),
    ];
    for name in [
        "iss",
        "sub",
        "aud",
        "exp",
        "iat",
        "auth_time",
        "nonce",
        "acr",
        "amr",
        "azp",
        "at_hash",
        "email_verified",
    ] {
        for value in &values {
            hostile.ways().claims = json!({ name: value });
            let signed_in = sign_in(&provider, &hostile).await;
            let harmless = ["email_verified", "auth_time", "iat", "exp", "sub"].contains(&name);
            assert!(signed_in.is_err() || harmless || value == &json!([]), "{name}: {value}");
            if let Err(fault) = signed_in {
                assert!(!fault.to_string().contains("Anna"), "{fault}");
            }
        }
    }
}

#[tokio::test]
async fn signatures_that_prove_nothing_are_refused() {
    let hostile = Hostile::start().await;
    let provider = hostile.provider(&json!({}));
    let public = hostile.ways().published[0]["n"].as_str().expect("a modulus").as_bytes().to_vec();
    let pem = include_bytes!("keys/first.pem").to_vec();
    for (case, signing, fault) in [
        ("none", Signing::Nothing, Fault::AlgorithmRefused),
        ("HS256 with the client's secret", Signing::Shared("first", SECRET.into()), Fault::AlgorithmRefused),
        ("HS256 with the public key", Signing::Shared("first", public), Fault::AlgorithmRefused),
        ("HS256 with the key's file", Signing::Shared("first", pem), Fault::AlgorithmRefused),
        ("an algorithm nobody knows", Signing::Unheard, Fault::AlgorithmRefused),
        ("RS384, which nobody asked for", Signing::With("RS384", Key::first()), Fault::AlgorithmRefused),
        ("other words", Signing::Forged(Key::first()), Fault::BadSignature),
        (
            "another key under a known name",
            Signing::With("RS256", Key::rsa("first", include_str!("keys/second.pem"))),
            Fault::BadSignature,
        ),
        ("a key that is not published", Signing::With("RS256", Key::second()), Fault::UnknownKey),
        ("a key of another sort", Signing::With("ES256", Key::ec()), Fault::UnknownKey),
    ] {
        hostile.ways().signing = signing;
        assert_eq!(sign_in(&provider, &hostile).await.err(), Some(fault), "{case}");
    }
    hostile.ways().signing = Signing::With("RS256", Key::first());
    for (case, header) in [
        ("a parameter that must be understood", json!({ "crit": ["b64"] })),
        ("an access token", json!({ "typ": "at+jwt" })),
        ("a token within", json!({ "cty": "JWT" })),
    ] {
        hostile.ways().header = header;
        let fault = sign_in(&provider, &hostile).await.expect_err(case);
        assert!(matches!(fault, Fault::BadAnswer { at: Endpoint::IdToken, .. }), "{case}: {fault}");
    }
    // Keys in the token itself are not looked at.
    hostile.ways().signing = Signing::With("RS256", Key::rsa("first", include_str!("keys/second.pem")));
    hostile.ways().header = json!({ "jwk": Key::second().published() });
    assert_eq!(sign_in(&provider, &hostile).await.err(), Some(Fault::BadSignature));
}

#[tokio::test]
async fn all_three_ways_of_signing_are_taken() {
    let hostile = Hostile::start().await;
    let ec = Key::ec();
    hostile.ways().published = vec![Key::first().published(), ec.published(), json!({ "kty": "new" })];
    let provider = hostile.provider(&json!({}));
    for signing in [
        Signing::With("RS256", Key::first()),
        Signing::With("PS256", Key::first()),
        Signing::With("ES256", ec),
    ] {
        hostile.ways().signing = signing;
        sign_in(&provider, &hostile).await.expect("signed in");
    }
}

#[tokio::test]
async fn tokens_that_are_none_are_refused() {
    let hostile = Hostile::start().await;
    let provider = hostile.provider(&json!({}));
    for (case, tokens, at) in [
        ("no ID token", json!({ "id_token": null }), Endpoint::Token),
        ("no access token", json!({ "access_token": null }), Endpoint::Token),
        ("another type", json!({ "token_type": "mac" }), Endpoint::Token),
        ("two parts", json!({ "id_token": "a.b" }), Endpoint::IdToken),
        ("five parts, encrypted", json!({ "id_token": "a.b.c.d.e" }), Endpoint::IdToken),
        ("no base64", json!({ "id_token": "ż.ż.ż" }), Endpoint::IdToken),
        ("a list", json!({ "id_token": format!("{0}.{0}.x", encode("[]")) }), Endpoint::IdToken),
        ("nothing", json!({ "id_token": "" }), Endpoint::IdToken),
    ] {
        hostile.ways().tokens = tokens;
        let fault = sign_in(&provider, &hostile).await.expect_err(case);
        assert!(matches!(&fault, Fault::BadAnswer { at: where_, .. } if *where_ == at), "{case}: {fault}");
        assert_eq!(fault.code(), "bad-answer");
    }
    // An access token that cannot stand in a header: neither a panic nor a second header.
    hostile.ways().tokens = json!({ "access_token": "a\r\nX-Injected: 1" });
    hostile.ways().claims = json!({ "at_hash": null, "pesel": null });
    let fault = sign_in(&provider, &hostile).await.expect_err("no such token");
    assert!(matches!(fault, Fault::BadAnswer { at: Endpoint::Token, .. }), "{fault}");
}

#[tokio::test]
async fn an_old_answer_does_not_serve_again() {
    let hostile = Hostile::start().await;
    let provider = hostile.provider(&json!({}));
    let first = provider.begin(&Ask::to(BACK), noon()).await.expect("begun");
    let callback = hostile.visit(&first);
    provider.finish(&first, &callback, noon()).await.expect("signed in");
    let again = provider.finish(&first, &callback, noon()).await;
    assert!(
        matches!(&again, Err(Fault::ProviderSays { at: "token endpoint", error }) if error == "invalid_grant"),
        "the code was used: {again:?}"
    );
    // The ID token of another sign-in, under a new code.
    hostile.ways().replay = Some(first.nonce.clone());
    assert_eq!(sign_in(&provider, &hostile).await.err(), Some(Fault::NonceMismatch));
    hostile.ways().replay = None;

    // Somebody's code in another person's browser: the proof is missing there.
    let (mine, theirs) = (
        provider.begin(&Ask::to(BACK), noon()).await.expect("begun"),
        provider.begin(&Ask::to(BACK), noon()).await.expect("begun"),
    );
    let stolen = Callback { state: Some(mine.state.clone()), ..hostile.visit(&theirs) };
    let fault = provider.finish(&mine, &stolen, noon()).await.expect_err("another's code");
    assert!(matches!(fault, Fault::ProviderSays { .. }), "{fault}");
}

#[tokio::test]
async fn the_way_back_must_be_the_one_that_was_begun() {
    let hostile = Hostile::start().await;
    let provider = hostile.provider(&json!({}));
    let begun = provider.begin(&Ask::to(BACK), noon()).await.expect("begun");
    let good = hostile.visit(&begun);
    let with = |change: &dyn Fn(&mut Callback)| {
        let mut callback = good.clone();
        change(&mut callback);
        callback
    };
    for (case, callback, fault) in [
        ("no state", with(&|it| it.state = None), Fault::StateMismatch),
        ("an empty state", with(&|it| it.state = Some(String::new())), Fault::StateMismatch),
        ("another state", with(&|it| it.state = Some("x".repeat(22))), Fault::StateMismatch),
        (
            "somebody else",
            with(&|it| it.iss = Some("https://o.example".to_owned())),
            Fault::WrongIssuer("way back"),
        ),
        ("nobody", with(&|it| it.iss = None), Fault::WrongIssuer("way back")),
        ("no code", with(&|it| it.code = None), Fault::BadCallback("it has neither a code nor an error")),
        ("cancelled", with(&|it| it.error = Some("access_denied".to_owned())), Fault::Denied),
        (
            "not at this level",
            with(&|it| it.error = Some("unmet_authentication_requirements".to_owned())),
            Fault::LevelTooLow,
        ),
        (
            "out of order",
            with(&|it| it.error = Some("server_error".to_owned())),
            Fault::ProviderSays { at: "way back", error: "server_error".to_owned() },
        ),
        (
            "words for a log",
            with(&|it| it.error = Some("x\nERROR a forged line".to_owned())),
            Fault::ProviderSays { at: "way back", error: "something that is no error code".to_owned() },
        ),
        (
            "an error of somebody else",
            with(&|it| {
                it.error = Some("access_denied".to_owned());
                it.iss = Some("https://o.example".to_owned());
            }),
            Fault::WrongIssuer("way back"),
        ),
    ] {
        assert_eq!(provider.finish(&begun, &callback, noon()).await.err(), Some(fault), "{case}");
    }
    for (offset_s, so) in [(30 * 60 + 1, Some(Fault::TooLate)), (-61, Some(Fault::TooLate))] {
        assert_eq!(provider.finish(&begun, &good, noon() + seconds(offset_s)).await.err(), so);
    }
    assert_eq!(hostile.asked("/token"), 0, "no code was spent on any of this");
    provider.finish(&begun, &good, noon()).await.expect("and the good one serves");
}

#[test]
fn a_query_is_read_once_and_within_limits() {
    let callback =
        Callback::from_query("code=a%2Bb&state=s&iss=https%3A%2F%2Fi.example&session_state=x").expect("read");
    assert_eq!(callback.code.as_deref(), Some("a+b"));
    assert_eq!(callback.iss.as_deref(), Some("https://i.example"));
    assert_eq!(format!("{callback:?}"), "Callback(…)");
    assert!(matches!(Callback::from_query("code=a&code=b"), Err(Fault::BadCallback(_))));
    assert!(matches!(Callback::from_query(&"x".repeat(9000)), Err(Fault::BadCallback(_))));
}

#[tokio::test]
async fn answers_of_two_providers_are_not_mixed_up() {
    let (a, b) = (Hostile::start().await, Hostile::start().await);
    let at_a = a.provider(&json!({ "id": "a" }));
    let at_b = b.provider(&json!({ "id": "b" }));
    let begun_a = at_a.begin(&Ask::to("http://127.0.0.1/back/a"), noon()).await.expect("begun");
    let begun_b = at_b.begin(&Ask::to("http://127.0.0.1/back/b"), noon()).await.expect("begun");

    let fault = at_b.finish(&begun_a, &a.visit(&begun_a), noon()).await.err();
    assert_eq!(fault, Some(Fault::OtherProvider), "A's whole answer at B's address");
    // B, who is bad, sends the browser on to A with B's state: A's answer comes to B's address.
    let mixed = Callback { state: Some(begun_b.state.clone()), ..a.visit(&begun_a) };
    let fault = at_b.finish(&begun_b, &mixed, noon()).await.err();
    assert_eq!(fault, Some(Fault::WrongIssuer("way back")));
    assert_eq!(b.asked("/token"), 0, "A's code is not given to B");

    // B hands out what A signed.
    let honest = at_a.finish(&begun_a, &a.visit(&begun_a), noon()).await.expect("signed in");
    b.ways().tokens = json!({ "id_token": honest.id_token });
    let fault = at_b.finish(&begun_b, &b.visit(&begun_b), noon()).await.err();
    assert_eq!(fault, Some(Fault::WrongIssuer("ID token")));

    // A provider that does not say who it is in the way back is taken, and if it does, must be right.
    let quiet = Hostile::start().await;
    quiet.ways().description = json!({ "authorization_response_iss_parameter_supported": null });
    let at_quiet = quiet.provider(&json!({}));
    let begun = at_quiet.begin(&Ask::to(BACK), noon()).await.expect("begun");
    let wrong = Callback { iss: Some(a.issuer.clone()), ..quiet.visit(&begun) };
    assert_eq!(at_quiet.finish(&begun, &wrong, noon()).await.err(), Some(Fault::WrongIssuer("way back")));
    let silent = Callback { iss: None, ..quiet.visit(&begun) };
    at_quiet.finish(&begun, &silent, noon()).await.expect("signed in");
}

#[tokio::test]
async fn a_level_or_a_time_that_was_asked_for_is_held() {
    let hostile = Hostile::start().await;
    let provider = hostile.provider(&json!({}));
    let high = Ask { least: Some(Assurance::High), ..Ask::to(BACK) };
    assert_eq!(sign_in_by(&provider, &hostile, &high, noon()).await.err(), Some(Fault::LevelTooLow));
    hostile.ways().claims = json!({ "acr": HIGH });
    let anna = sign_in_by(&provider, &hostile, &high, noon()).await.expect("signed in");
    assert_eq!(anna.level, Assurance::High);

    let fresh = Ask { max_age_s: Some(120), ..Ask::to(BACK) };
    for (ago_s, so) in [(180, None), (181, Some(Fault::SignedInTooLongAgo))] {
        hostile.ways().claims = json!({ "auth_time": noon().timestamp() - ago_s });
        assert_eq!(sign_in_by(&provider, &hostile, &fresh, noon()).await.err(), so, "{ago_s} s ago");
    }
    hostile.ways().claims = json!({ "auth_time": null });
    assert_eq!(sign_in_by(&provider, &hostile, &fresh, noon()).await.err(), Some(missing("auth_time")));

    // A provider without levels says nothing of them, and gives the lowest.
    hostile.ways().claims = json!({ "acr": "urn:whatever" });
    let without = hostile.provider(&json!({ "levels": {}, "acr_values": [] }));
    assert_eq!(sign_in(&without, &hostile).await.expect("signed in").level, Assurance::Low);
}

#[tokio::test]
async fn userinfo_fills_what_the_id_token_leaves_out_and_nothing_else() {
    let hostile = Hostile::start().await;
    let provider = hostile.provider(&json!({}));
    hostile.ways().claims = json!({ "pesel": null, "family_name": "" });
    hostile.ways().userinfo =
        json!({ "pesel": "85022899900", "family_name": "Zmyślona", "given_name": "Zofia", "acr": HIGH });
    let anna = sign_in(&provider, &hostile).await.expect("signed in");
    assert_eq!(anna.pesel.as_deref(), Some("85022899900"));
    assert_eq!(anna.family_name.as_deref(), Some("Zmyślona"));
    assert_eq!(anna.given_name.as_deref(), Some("Anna"), "what is signed counts");
    assert_eq!(anna.level, Assurance::Substantial);

    hostile.ways().userinfo =
        json!({ "sub": "subject-2", "pesel": "85022899900", "family_name": "Zmyślona" });
    assert_eq!(sign_in(&provider, &hostile).await.err(), Some(Fault::SubjectMismatch));
    hostile.ways().userinfo = json!({ "sub": null, "pesel": "85022899900" });
    assert_eq!(sign_in(&provider, &hostile).await.err(), Some(missing("sub")));
    hostile.ways().userinfo = json!({ "family_name": "Zmyślona" });
    assert_eq!(sign_in(&provider, &hostile).await.err(), Some(missing("pesel")));

    // Other names, and a provider that has no userinfo.
    hostile.ways().claims = json!({ "pesel": null, "urn:pl:pesel": "85022899900" });
    hostile.ways().description = json!({ "userinfo_endpoint": null });
    let asked = hostile.asked("/userinfo");
    let named = hostile.provider(&json!({ "claims": { "pesel": "urn:pl:pesel" } }));
    assert_eq!(sign_in(&named, &hostile).await.expect("signed in").pesel.as_deref(), Some("85022899900"));
    assert_eq!(sign_in(&hostile.provider(&json!({})), &hostile).await.err(), Some(missing("pesel")));
    assert_eq!(hostile.asked("/userinfo"), asked);
}

#[tokio::test]
async fn the_secret_goes_where_the_provider_takes_it() {
    let hostile = Hostile::start().await;
    hostile.ways().description = json!({ "token_endpoint_auth_methods_supported": ["client_secret_post"] });
    sign_in(&hostile.provider(&json!({})), &hostile).await.expect("signed in");
    let wrong = hostile.provider(&json!({ "client_secret": "another" }));
    let fault = sign_in(&wrong, &hostile).await.expect_err("a wrong secret");
    assert!(matches!(&fault, Fault::ProviderSays { error, .. } if error == "invalid_client"), "{fault}");
    assert!(!format!("{fault} {fault:?}").contains("another"));
    hostile.ways().description = json!({ "token_endpoint_auth_methods_supported": ["private_key_jwt"] });
    let fault = sign_in(&hostile.provider(&json!({})), &hostile).await.expect_err("a way we do not know");
    assert!(matches!(fault, Fault::BadAnswer { at: Endpoint::Discovery, .. }), "{fault}");
}
