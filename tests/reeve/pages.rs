//! Pages without a browser: what they say, in which language, and that they work without scripts.

use crate::support::Town;

#[tokio::test]
async fn pages_answer_in_the_readers_language() {
    let town = Town::village().await;
    assert!(town.page("/?lang=pl").await.contains("<html lang=\"pl\""));
    assert!(town.page("/?lang=en").await.contains("<html lang=\"en\""));
    let by_header = town
        .http
        .get(&town.base)
        .header("accept-language", "en-GB,en;q=0.9")
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    assert!(by_header.contains("<html lang=\"en\""));
    let chosen = town.get("/?lang=en").await;
    assert!(chosen.headers()["set-cookie"].to_str().unwrap().starts_with("lang=en"));
    let by_cookie =
        town.http.get(&town.base).header("cookie", "lang=en").send().await.unwrap().text().await.unwrap();
    assert!(by_cookie.contains("<html lang=\"en\""));
}

#[tokio::test]
async fn the_way_from_search_to_route_needs_no_script() {
    let town = Town::village().await;
    let results = town.page("/graves?q=Zmyslislawa+Kowlaska").await;
    let href = results.split("href=\"/graves/").nth(1).unwrap().split('"').next().unwrap();
    let grave = town.page(&format!("/graves/{href}")).await;
    assert!(grave.contains("Zmyślisława Kowalska") && grave.contains("Wiśniewska"));
    assert!(grave.contains(&format!("action=\"/graves/{href}/route\"")));
    let route = town.page(&format!("/graves/{href}/route?gate=&profile=walk")).await;
    assert!(route.contains("<svg") && route.contains("class=\"steps\""));
}

#[tokio::test]
async fn empty_and_faulty_searches_have_their_own_words() {
    let town = Town::village().await;
    assert!(town.page("/graves?lang=pl").await.contains("Wpisz nazwisko"));
    assert!(town.page("/graves?lang=pl&q=Qwxzqwxz").await.contains("Nie ma nikogo"));
    let faulty = town.page("/graves?lang=pl&q=Kowalski&from=abc").await;
    assert!(faulty.contains("govuk-error-summary") && faulty.contains("value=\"abc\""));
    assert!(town.page(&format!("/graves?q={}", "a".repeat(400))).await.contains("govuk-error-summary"));
    // What is typed is never markup.
    let hostile = town.page("/graves?q=%3Cscript%3Ealert(1)%3C/script%3E").await;
    assert!(!hostile.contains("<script>alert"));
}

#[tokio::test]
async fn an_empty_town_has_pages_too() {
    let town = Town::empty().await;
    for path in ["/", "/map", "/graves", "/graves?q=Kowalski", "/help", "/qgis", "/accessibility"] {
        town.page(path).await;
    }
}

#[tokio::test]
async fn openstreetmap_is_named_wherever_its_data_is_shown() {
    let Some(town) = Town::wittenau().await else { return };
    let grave = town.asset("graves", "node/4419973331").await;
    for path in ["/".to_owned(), "/map".to_owned(), format!("/graves/{grave}"), format!("/assets/{grave}")] {
        assert!(town.page(&path).await.contains("© OpenStreetMap contributors"), "{path}");
    }
    assert!(!Town::village().await.page("/").await.contains("OpenStreetMap"));
}
