//! The way to a provider, and to its page for signing out.

use std::collections::HashMap;

use identity::{Ask, Assurance, Begun, Fault};
use serde_json::json;
use url::Url;

use crate::hostile::{BACK, HIGH, Hostile, SUBSTANTIAL, noon};

fn query(url: &str) -> HashMap<String, String> {
    Url::parse(url).expect("an address").query_pairs().into_owned().collect()
}

#[tokio::test]
async fn the_browser_is_sent_with_everything_that_comes_back() {
    let hostile = Hostile::start().await;
    let provider = hostile.provider(&json!({}));
    let ask =
        Ask { least: Some(Assurance::Substantial), max_age_s: Some(0), lang: Some("pl"), ..Ask::to(BACK) };
    let begun = provider.begin(&ask, noon()).await.expect("begun");
    assert!(begun.url.starts_with(&format!("{}/auth?", hostile.issuer)), "{}", begun.url);
    let sent = query(&begun.url);
    assert_eq!(sent["scope"], "openid profile email pesel");
    assert_eq!(sent["redirect_uri"], BACK);
    assert_eq!(sent["state"], begun.state);
    assert_eq!(sent["nonce"], begun.nonce);
    assert_eq!(sent["acr_values"], format!("{SUBSTANTIAL} {HIGH}"));
    assert_eq!(sent["max_age"], "0");
    assert_eq!(sent["ui_locales"], "pl");
    assert!(!begun.url.contains(&begun.pkce_verifier), "the proof stays here");

    let kept = serde_json::to_string(&begun).expect("it can be kept");
    let again: Begun = serde_json::from_str(&kept).expect("and read");
    assert_eq!(again.pkce_verifier, begun.pkce_verifier);
    let shown = format!("{begun:?}");
    for hidden in [&begun.state, &begun.nonce, &begun.pkce_verifier] {
        assert!(!shown.contains(hidden), "{shown}");
    }

    let other = provider.begin(&ask, noon()).await.expect("begun");
    assert_ne!(other.state, begun.state);
    assert_ne!(other.nonce, begun.nonce);
    assert_ne!(other.pkce_verifier, begun.pkce_verifier);
}

#[tokio::test]
async fn levels_are_asked_for_as_the_settings_say() {
    let hostile = Hostile::start().await;
    let acr = async |changes, least| {
        let provider = hostile.provider(&changes);
        let begun = provider.begin(&Ask { least, ..Ask::to(BACK) }, noon()).await?;
        Ok((query(&begun.url).get("acr_values").cloned(), begun.least))
    };
    assert_eq!(
        acr(json!({}), None).await,
        Ok((Some(SUBSTANTIAL.to_owned()), Some(Assurance::Substantial))),
        "the wanted one"
    );
    assert_eq!(
        acr(json!({}), Some(Assurance::High)).await,
        Ok((Some(HIGH.to_owned()), Some(Assurance::High))),
        "the one that is needed"
    );
    let only_low = json!({ "levels": { "urn:low": "low" }, "acr_values": [] });
    assert_eq!(acr(only_low.clone(), None).await, Ok((None, None)), "none at all");
    assert_eq!(acr(only_low, Some(Assurance::High)).await, Err(Fault::LevelTooLow));
    let without = json!({ "levels": {}, "acr_values": [] });
    assert_eq!(acr(without.clone(), Some(Assurance::Low)).await, Ok((None, Some(Assurance::Low))));
    assert_eq!(acr(without, Some(Assurance::Substantial)).await, Err(Fault::LevelTooLow));
}

#[tokio::test]
async fn signing_out_leads_to_the_providers_page() {
    let hostile = Hostile::start().await;
    let provider = hostile.provider(&json!({}));
    let back = "https://reeve.example/signed-out";
    let url = provider.logout_url(Some("a.b.c"), Some(back), Some("st&te"), noon()).await.expect("known");
    let sent = query(&url.expect("a page"));
    assert_eq!(sent["kept"], "1");
    assert_eq!(sent["client_id"], "reeve");
    assert_eq!(sent["id_token_hint"], "a.b.c");
    assert_eq!(sent["post_logout_redirect_uri"], back);
    assert_eq!(sent["state"], "st&te");

    let bare = provider.logout_url(None, None, None, noon()).await.expect("known").expect("a page");
    assert_eq!(query(&bare).len(), 2, "{bare}");

    hostile.ways().description = json!({ "end_session_endpoint": null });
    let none = hostile.provider(&json!({})).logout_url(None, None, None, noon()).await;
    assert_eq!(none, Ok(None));
}
