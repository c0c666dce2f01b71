//! Search of the buried.

use serde_json::Value;

use crate::support::Town;

async fn first(town: &Town, query: &str) -> Value {
    let page = town.json(&format!("/api/graves?limit=5&{query}")).await;
    page["items"][0].clone()
}

#[tokio::test]
async fn names_are_found_as_people_remember_them() {
    let town = Town::village().await;
    for query in [
        "q=Zmyślisława Kowalska",
        "q=kowalska zmyslislawa",
        "q=ZMYSLISLAWA KOWALSKI",
        "q=Zmyślisława Kowlaska",
        "q=Zmyślisława Kowalsk",
        "q=Zmyślisława Wiśniewska",
        "q=Kowalska z domu Wisniewska 1931",
        "q=zmyslislawa&born=1931",
        "q=zmyslislawa&died=2000/2010",
    ] {
        let hit = first(&town, query).await;
        assert_eq!(hit["person"]["given_names"], "Zmyślisława", "{query}: {hit}");
        assert!(hit["grave"]["number"].is_string() && hit["cemetery"]["label"].is_string());
    }
    let szczepanska = first(&town, "q=Szczepansk Anna").await;
    assert_eq!(szczepanska["person"]["surname"], "Szczepańska");
}

#[tokio::test]
async fn filters_leave_out_the_rest() {
    let town = Town::village().await;
    let hit = first(&town, "q=Zmyślisława Kowalska").await;
    let cemetery = hit["cemetery"]["id"].as_str().unwrap();
    let page = town.json(&format!("/api/graves?q=Kowalska&cemetery={cemetery}&limit=100")).await;
    assert!(page["items"].as_array().unwrap().iter().all(|item| item["cemetery"]["id"] == cemetery));
    let page = town.json("/api/graves?died=1990/1999&limit=100").await;
    let items = page["items"].as_array().unwrap();
    assert!(!items.is_empty());
    for item in items {
        let year: i32 = item["person"]["died"].as_str().unwrap().split('-').next().unwrap().parse().unwrap();
        assert!((1990..=1999).contains(&year));
    }
}

#[tokio::test]
async fn pages_lead_through_all_matches_once() {
    let town = Town::village().await;
    let mut path = "/api/graves?q=Kowalski&limit=3".to_owned();
    let mut seen = std::collections::HashSet::new();
    let matched = loop {
        let page = town.json(&path).await;
        for item in page["items"].as_array().unwrap() {
            assert!(seen.insert((item["person"]["id"].to_string(), item["grave"]["id"].to_string())));
        }
        match page["next"].as_str() {
            Some(next) => path = next.to_owned(),
            None => break page["matched"].as_u64().unwrap(),
        }
    };
    assert_eq!(seen.len() as u64, matched);
}

#[tokio::test]
async fn a_person_without_a_burial_is_shown_at_no_door() {
    let town = Town::village().await;
    // A name engraved ahead of time: the person may be alive.
    sqlx::query(
        "insert into person (id, given_names, surname, born, updated_at)
         values (gen_random_uuid(), 'Żywisława', 'Niepochowana', '1990', now())",
    )
    .execute(town.pool())
    .await
    .unwrap();
    sqlx::query("select collection_touch('burials', 0, null)").execute(town.pool()).await.unwrap();
    town.app.refresh().await.unwrap();
    let page = town.json("/api/graves?q=Żywisława Niepochowana").await;
    assert!(!page.to_string().contains("Niepochowana"), "{page}");
}

#[tokio::test]
async fn a_new_burial_is_found_soon() {
    let town = Town::village().await;
    sqlx::query(
        "with p as (insert into person (id, given_names, surname, updated_at)
                    values (gen_random_uuid(), 'Nowosława', 'Dopisana', now()) returning id)
         insert into burial (id, person_id, grave_id, source, source_id, updated_at)
         select gen_random_uuid(), p.id, (select id from grave limit 1), 'test', '1', now() from p",
    )
    .execute(town.pool())
    .await
    .unwrap();
    let deadline = tokio::time::Instant::now() + std::time::Duration::from_secs(20);
    while first(&town, "q=Nowosława Dopisana").await["person"]["surname"] != "Dopisana" {
        assert!(tokio::time::Instant::now() < deadline, "the index did not follow the change");
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn wrong_searches_are_named() {
    let town = Town::empty().await;
    let long = "a".repeat(300);
    for (query, name) in [
        ("cemetery=old", "cemetery"),
        ("born=soon", "born"),
        ("died=1999/1990", "died"),
        ("limit=0", "limit"),
        ("after=x", "after"),
        ("surname=Kowalski", "surname"),
        (&*format!("q={long}"), "q"),
    ] {
        let problem = town.problem(&format!("/api/graves?{query}"), 400).await;
        assert_eq!(problem["errors"][0]["field"], name, "{query}");
    }
    assert_eq!(town.json("/api/graves?q=Kowalski").await["matched"], 0);
}
