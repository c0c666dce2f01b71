//! Ways to graves, over HTTP.

use serde_json::Value;

use crate::support::Town;

/// A grave at a place of Friedhof Wittenau, as a clerk would enter it.
async fn grave_at(town: &Town, source_id: &str, lon: f64, lat: f64) -> String {
    sqlx::query(
        "insert into asset (id, kind, geom, label, source, source_id, part_of, updated_at)
         select gen_random_uuid(), 'graves', st_setsrid(st_makepoint($2, $3), 4326), $1, 'test', $1, id, now()
         from asset where kind = 'cemeteries' and source_id = 'relation/4724661'",
    )
    .bind(source_id)
    .bind(lon)
    .bind(lat)
    .execute(town.pool())
    .await
    .unwrap();
    town.asset("graves", source_id).await
}

/// Lengths from `data/wittenau_shortest_path.py`: pyosmium, geographiclib and networkx, nothing of ours.
#[tokio::test]
async fn distances_agree_with_an_independent_shortest_path() {
    let Some(town) = Town::wittenau().await else { return };
    for (gate, lon, lat, length_m) in INDEPENDENT {
        let grave = grave_at(&town, &format!("at {gate}"), lon, lat).await;
        let gate = town.asset("gates", &format!("node/{gate}")).await;
        let route = town.json(&format!("/api/graves/{grave}/route?gate={gate}")).await;
        let found = route["properties"]["distance_m"].as_f64().unwrap();
        assert!((found - length_m).abs() <= length_m * 0.01, "gate {gate}: {found} instead of {length_m}");
        assert_eq!(route["geometry"]["type"], "LineString");
        let steps: f64 = route["properties"]["steps"]
            .as_array()
            .unwrap()
            .iter()
            .map(|step| step["distance_m"].as_f64().unwrap())
            .sum();
        assert!((steps - found).abs() < 0.5, "steps add up to {steps}, not {found}");
    }
}

/// Gate, longitude and latitude of an inner node of the paths, length in metres.
const INDEPENDENT: [(u64, f64, f64, f64); 3] = [
    (3_416_139_852, 13.322_126_9, 52.589_731_2, 250.780),
    (3_416_139_856, 13.321_839_2, 52.589_416_2, 222.086),
    (3_416_139_861, 13.321_268_0, 52.591_580_0, 281.266),
];

#[tokio::test]
async fn a_gate_on_no_path_is_said_so() {
    let Some(town) = Town::wittenau().await else { return };
    let grave = grave_at(&town, "g", 13.3215, 52.5915).await;
    let gate = town.asset("gates", "node/3416139863").await;
    let problem = town.problem(&format!("/api/graves/{grave}/route?gate={gate}&lang=en"), 422).await;
    assert_eq!(problem["more"]["code"], "gate-on-no-path");
    assert!(problem["detail"].as_str().unwrap().contains("on no known path"), "{problem}");
    let polish = town.problem(&format!("/api/graves/{grave}/route?gate={gate}&lang=pl"), 422).await;
    assert_ne!(problem["detail"], polish["detail"]);
}

#[tokio::test]
async fn graves_beside_the_road_are_not_led_to_across_the_wall() {
    let Some(town) = Town::wittenau().await else { return };
    // Graves at the old church, twelve to sixteen metres from a road that is none of their paths.
    let mut refused = 0;
    for node in 11_948_341_195_u64..=11_948_341_202 {
        let grave = town.asset("graves", &format!("node/{node}")).await;
        let response = town.get(&format!("/api/graves/{grave}/route?from=13.3256,52.5922")).await;
        if response.status() == 422 {
            refused += 1;
        } else {
            let route: Value = response.json().await.unwrap();
            assert!(route["properties"]["last_leg_m"].as_f64().unwrap() <= 10.0);
        }
    }
    assert!(refused >= 5, "only {refused} refused");
}

#[tokio::test]
async fn a_village_grave_is_reached_from_the_best_gate_in_both_languages() {
    let town = Town::village().await;
    let found = town.json("/api/graves?q=Zmy%C5%9Blis%C5%82awa%20Kowalska&limit=1").await;
    let grave = found["items"][0]["grave"]["id"].as_str().unwrap().to_owned();
    for (lang, word) in [("pl", "Grób"), ("en", "grave")] {
        let route = town.json(&format!("/api/graves/{grave}/route?lang={lang}")).await;
        let properties = &route["properties"];
        assert!(properties["gate"]["id"].is_string());
        assert!(properties["distance_m"].as_f64().unwrap() > 5.0);
        assert!(properties["duration_s"].as_f64().unwrap() > 5.0);
        let steps = properties["steps"].as_array().unwrap();
        assert!(steps.last().unwrap()["instruction"].as_str().unwrap().contains(word), "{steps:?}");
    }
    // The best gate is no worse than any other.
    let best =
        town.json(&format!("/api/graves/{grave}/route")).await["properties"]["distance_m"].as_f64().unwrap();
    let gates = town.json("/ogc/collections/gates/items?limit=100").await;
    let mut others = 0;
    for gate in gates["features"].as_array().unwrap() {
        let id = gate["id"].as_str().unwrap();
        let response = town.get(&format!("/api/graves/{grave}/route?gate={id}")).await;
        if response.status() == 200 {
            let route: Value = response.json().await.unwrap();
            if route["properties"]["gate"]["cemetery"] == found["items"][0]["cemetery"]["id"] {
                others += 1;
                assert!(route["properties"]["distance_m"].as_f64().unwrap() >= best - 0.1);
            }
        }
    }
    assert!(others >= 2);
}

#[tokio::test]
async fn a_cut_path_is_known_to_every_node_soon() {
    let town = Town::village().await;
    let found = town.json("/api/graves?q=Jan%20Kowalski&limit=1").await;
    let grave = found["items"][0]["grave"]["id"].as_str().unwrap().to_owned();
    assert_eq!(town.get(&format!("/api/graves/{grave}/route")).await.status(), 200);
    sqlx::query(
        "update asset set status = 'out_of_service', rev = rev + 1, updated_at = now() where kind = 'paths'",
    )
    .execute(town.pool())
    .await
    .unwrap();
    let deadline = tokio::time::Instant::now() + std::time::Duration::from_secs(20);
    while town.get(&format!("/api/graves/{grave}/route")).await.status() != 422 {
        assert!(tokio::time::Instant::now() < deadline, "the network did not follow the change");
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn wrong_questions_are_named() {
    let town = Town::village().await;
    let found = town.json("/api/graves?q=Jan%20Kowalski&limit=1").await;
    let grave = found["items"][0]["grave"]["id"].as_str().unwrap().to_owned();
    for (query, name) in [
        ("profile=fly", "profile"),
        ("gate=north", "gate"),
        ("from=here", "from"),
        ("from=NaN,52", "from"),
        ("from=200,52", "from"),
        ("from=20,52&gate=01a2015b-b2ae-71d3-a80f-5b972273a7eb", "from"),
        ("fast=yes", "fast"),
    ] {
        let problem = town.problem(&format!("/api/graves/{grave}/route?{query}"), 400).await;
        assert_eq!(problem["errors"][0]["field"], name, "{query}");
    }
    let stranger = "01a2015b-b2ae-71d3-a80f-5b972273a7eb";
    town.problem(&format!("/api/graves/{stranger}/route"), 404).await;
    town.problem("/api/graves/x/route", 404).await;
    let problem = town.problem(&format!("/api/graves/{grave}/route?gate={stranger}"), 422).await;
    assert_eq!(problem["more"]["code"], "unknown-gate");
    let problem = town.problem(&format!("/api/graves/{grave}/route?from=2.35,48.85"), 422).await;
    assert_eq!(problem["more"]["code"], "position-too-far");
}
