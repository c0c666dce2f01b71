//! Kinds, cards, exports, history.

use serde_json::Value;

use crate::support::Town;

#[tokio::test]
async fn kinds_carry_their_counts() {
    let town = Town::village().await;
    let kinds = town.json("/api/kinds?lang=en").await;
    let lamps = kinds.as_array().unwrap().iter().find(|kind| kind["slug"] == "lamps").unwrap();
    assert_eq!(lamps["title"], "Street lamps");
    assert_eq!(lamps["count"], town.number("select count(*) from asset where kind = 'lamps'").await);
}

#[tokio::test]
async fn a_card_speaks_the_readers_language() {
    let town = Town::village().await;
    let lamp = town.json("/ogc/collections/lamps/items?limit=1").await["features"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let polish = town.json(&format!("/api/assets/{lamp}")).await;
    let english = town.json(&format!("/api/assets/{lamp}?lang=en")).await;
    assert_eq!(polish["kind_title"], "Latarnia");
    assert_eq!(english["kind_title"], "Street lamp");
    let height = |card: &Value| {
        card["attributes"].as_array().unwrap().iter().find(|a| a["key"] == "height_m").cloned().unwrap()
    };
    assert_ne!(height(&polish)["title"], height(&english)["title"]);
    assert_eq!(height(&polish)["unit"], "m");
}

#[tokio::test]
async fn an_export_holds_each_feature_once_and_is_valid() {
    let town = Town::village().await;
    let text = town.page("/api/export/trees.geojson").await;
    let collection: Value = serde_json::from_str(&text).unwrap();
    let features = collection["features"].as_array().unwrap();
    assert_eq!(features.len() as i64, town.number("select count(*) from asset where kind = 'trees'").await);
    let lines = town.page("/api/export/trees.geojsonl").await;
    assert_eq!(lines.lines().count(), features.len());
    assert_eq!(serde_json::from_str::<Value>(lines.lines().next().unwrap()).unwrap(), features[0]);
    let empty: Value =
        serde_json::from_str(&Town::empty().await.page("/api/export/trees.geojson").await).unwrap();
    assert_eq!(empty["features"], serde_json::json!([]));
    town.problem("/api/export/trees.xml", 404).await;
    town.problem("/api/export/dragons.geojson", 404).await;
    town.problem("/api/export/trees", 404).await;
}

#[tokio::test]
async fn difficult_texts_leave_as_they_came() {
    let town = Town::empty().await;
    let label = "He said \"\\n\" and\nleft\t\u{2}\u{1} – żółć 😀";
    sqlx::query(
        "insert into asset (id, kind, geom, label, attributes, source, source_id, updated_at)
         values (gen_random_uuid(), 'lamps', st_setsrid(st_makepoint(21, 52), 4326), $1,
                 jsonb_build_object('note', $1::text), 'test', '1', now())",
    )
    .bind(label)
    .execute(town.pool())
    .await
    .unwrap();
    let exported: Value = serde_json::from_str(&town.page("/api/export/lamps.geojson").await).unwrap();
    assert_eq!(exported["features"][0]["properties"]["label"], label);
    assert_eq!(exported["features"][0]["properties"]["note"], label);
    let page = town.json("/ogc/collections/lamps/items").await;
    assert_eq!(page["features"][0], exported["features"][0]);
}

#[tokio::test]
async fn what_is_private_leaves_by_no_door() {
    let town = Town::empty().await;
    // A town's own kind, with one private attribute; and a kind that is private as a whole.
    let definition = |slug: &str, public: bool| {
        serde_json::json!({
            "slug": slug, "title": {"pl": "Hydranty", "en": "Hydrants"}, "singular": {"pl": "Hydrant", "en": "Hydrant"},
            "geometry": "point", "icon": "lamp", "colour": "#123456", "domain": "inventory", "public": public,
            "min_zoom": 14, "tile_attributes": ["pressure", "key_holder"],
            "schema": {"type": "object", "properties": {
                "pressure": {"type": "number", "title": "Ciśnienie"},
                "key_holder": {"type": "string", "title": "Kto ma klucz", "x-public": false}}}
        })
    };
    for (slug, public) in [("hydrants", true), ("secrets", false)] {
        sqlx::query("insert into kind (slug, definition) values ($1, $2)")
            .bind(slug)
            .bind(definition(slug, public))
            .execute(town.pool())
            .await
            .unwrap();
        sqlx::query(
            "insert into asset (id, kind, geom, label, attributes, source, source_id, updated_at)
             values (gen_random_uuid(), $1, st_setsrid(st_makepoint(21.0, 52.0), 4326), 'seen',
                     '{\"pressure\": 4.5, \"key_holder\": \"HIDDEN-KEY\", \"forgotten\": \"HIDDEN-KEY\"}', 'test', '1', now())",
        )
        .bind(slug)
        .execute(town.pool())
        .await
        .unwrap();
    }
    // The node hears of the new kinds by itself.
    let deadline = tokio::time::Instant::now() + std::time::Duration::from_secs(20);
    while town.get("/ogc/collections/hydrants").await.status() != 200 {
        assert!(tokio::time::Instant::now() < deadline, "the kinds did not follow the change");
        tokio::task::yield_now().await;
    }
    let id = town.asset("hydrants", "1").await;
    let secret = town.asset("secrets", "1").await;
    for path in [
        "/ogc/collections/hydrants/items".to_owned(),
        format!("/ogc/collections/hydrants/items/{id}"),
        "/ogc/collections/hydrants/queryables".to_owned(),
        "/api/export/hydrants.geojson".to_owned(),
        format!("/api/assets/{id}"),
        format!("/assets/{id}"),
        "/api/features?kinds=hydrants&bbox=20,51,22,53".to_owned(),
        "/tiles/hydrants/14/9147/5417.mvt".to_owned(),
        "/tiles/hydrants.json".to_owned(),
    ] {
        let response = town.get(&path).await;
        assert_eq!(response.status(), 200, "{path}");
        let body = response.bytes().await.unwrap();
        let text = String::from_utf8_lossy(&body);
        assert!(!text.contains("HIDDEN-KEY") && !text.contains("key_holder"), "{path}");
    }
    town.problem("/ogc/collections/hydrants/items?key_holder=HIDDEN-KEY", 400).await;
    for path in [
        "/ogc/collections/secrets".to_owned(),
        "/ogc/collections/secrets/items".to_owned(),
        "/api/export/secrets.geojson".to_owned(),
        format!("/api/assets/{secret}"),
        "/tiles/secrets.json".to_owned(),
        "/tiles/secrets/14/9147/5417.mvt".to_owned(),
    ] {
        assert_eq!(town.get(&path).await.status(), 404, "{path}");
    }
    town.problem("/api/features?kinds=secrets&bbox=20,51,22,53", 400).await;
    assert!(!town.page("/ogc/collections").await.contains("secrets"));
    // Not even its place.
    assert!(!town.page(&format!("/map?at={secret}")).await.contains("20.99872"));
}

#[tokio::test]
async fn every_change_leaves_a_history_row_and_deletion_is_refused() {
    let town = Town::village().await;
    assert_eq!(
        town.number("select count(*) from asset").await,
        town.number("select count(*) from asset_history where rev = 1 and changed_by = 'test'").await
    );
    sqlx::query("update asset set label = 'X', rev = rev + 1, updated_at = now() where kind = 'bins'")
        .execute(town.pool())
        .await
        .unwrap();
    assert_eq!(
        town.number("select count(*) from asset_history where rev = 2 and label = 'X'").await,
        town.number("select count(*) from asset where kind = 'bins'").await
    );
    // A change that does not count up would overwrite history; the database refuses it.
    assert!(
        sqlx::query("update asset set label = 'Y' where kind = 'bins'").execute(town.pool()).await.is_err()
    );
    let refused =
        sqlx::query("delete from asset where kind = 'bins'").execute(town.pool()).await.unwrap_err();
    assert!(refused.to_string().contains("never deleted"), "{refused}");
}

#[tokio::test]
async fn the_table_of_what_is_in_sight_is_bounded_and_ordered() {
    let town = Town::village().await;
    let table = town.json("/api/features?kinds=lamps,benches&bbox=20,51,22,53&limit=5").await;
    assert_eq!(table["items"].as_array().unwrap().len(), 5);
    assert_eq!(
        table["matched"],
        town.number("select count(*) from asset where kind in ('lamps', 'benches')").await
    );
    for (query, name) in [
        ("bbox=20,51,22,53", "kinds"),
        ("kinds=lamps", "bbox"),
        ("kinds=dragons&bbox=20,51,22,53", "kinds"),
        ("kinds=lamps&bbox=20,51,22", "bbox"),
    ] {
        let problem = town.problem(&format!("/api/features?{query}"), 400).await;
        assert_eq!(problem["errors"][0]["field"], name, "{query}");
    }
}
