//! OGC API Features: paging, filters, systems, refusals.

use std::collections::HashSet;

use serde_json::Value;

use crate::support::Town;

fn rel<'a>(document: &'a Value, rel: &str) -> Option<&'a str> {
    document["links"].as_array()?.iter().find(|link| link["rel"] == rel)?["href"].as_str()
}

#[tokio::test]
async fn the_landing_page_leads_to_every_item() {
    let town = Town::village().await;
    let landing = town.json("/ogc").await;
    for wanted in ["service-desc", "conformance", "data", "self"] {
        assert!(rel(&landing, wanted).is_some(), "{wanted}");
    }
    let classes = town.json("/ogc/conformance").await["conformsTo"].to_string();
    for class in ["features-1/1.0/conf/core", "features-1/1.0/conf/geojson", "features-2/1.0/conf/crs"] {
        assert!(classes.contains(class), "{class}");
    }
    let collections = town.json("/ogc/collections").await;
    for collection in collections["collections"].as_array().unwrap() {
        let items = rel(collection, "items").unwrap().strip_prefix(&town.base).unwrap().to_owned();
        let page = town.json(&items).await;
        assert_eq!(page["type"], "FeatureCollection");
        let returned = page["features"].as_array().unwrap().len();
        assert_eq!(page["numberReturned"], returned);
        assert!(returned <= 10);
    }
}

#[tokio::test]
async fn pages_lead_through_a_collection_once() {
    let town = Town::village().await;
    let mut path = "/ogc/collections/lamps/items?limit=37".to_owned();
    let mut seen = HashSet::new();
    let matched = loop {
        let page = town.json(&path).await;
        for feature in page["features"].as_array().unwrap() {
            assert!(seen.insert(feature["id"].as_str().unwrap().to_owned()), "twice");
        }
        match rel(&page, "next") {
            Some(next) => path = next.strip_prefix(&town.base).unwrap().to_owned(),
            None => break page["numberMatched"].as_u64().unwrap(),
        }
    };
    assert_eq!(seen.len() as u64, matched);
    assert!(matched > 100);
}

#[tokio::test]
async fn filters_count_exactly_and_travel_with_the_next_link() {
    let town = Town::village().await;
    let all = town.json("/ogc/collections/trees/items?limit=10000").await;
    let broadleaved = all["features"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|tree| tree["properties"]["leaf_type"] == "broadleaved")
        .count();
    let page = town.json("/ogc/collections/trees/items?leaf_type=broadleaved&limit=1").await;
    assert_eq!(page["numberMatched"], broadleaved);
    assert!(broadleaved > 0);
    let next = rel(&page, "next").unwrap().strip_prefix(&town.base).unwrap().to_owned();
    assert_eq!(town.json(&next).await["numberMatched"], broadleaved);
}

#[tokio::test]
async fn every_system_puts_a_feature_at_the_same_place() {
    let town = Town::empty().await;
    // Vectors of PROJ for Warsaw, the Palace of Culture: longitude 21.006111, latitude 52.231667.
    sqlx::query(
        "insert into asset (id, kind, geom, source, source_id, updated_at)
         values (gen_random_uuid(), 'lamps', st_setsrid(st_makepoint(21.006111, 52.231667), 4326), 'test', '1', now())",
    )
    .execute(town.pool())
    .await
    .unwrap();
    for (crs, first, second, near) in [
        ("OGC/1.3/CRS84", 21.006_111, 52.231_667, 1e-6),
        ("EPSG/0/4326", 52.231_667, 21.006_111, 1e-6),
        ("EPSG/0/2180", 486_964.37, 636_960.47, 0.02),
        ("EPSG/0/2178", 5_788_675.29, 7_500_417.49, 0.02),
        ("EPSG/0/3857", 2_338_389.58, 6_842_122.70, 0.02),
    ] {
        let uri = format!("http://www.opengis.net/def/crs/{crs}");
        let response = town.get(&format!("/ogc/collections/lamps/items?crs={uri}")).await;
        assert_eq!(response.headers()["content-crs"], format!("<{uri}>"));
        let page: Value = response.json().await.unwrap();
        let at = &page["features"][0]["geometry"]["coordinates"];
        assert!((at[0].as_f64().unwrap() - first).abs() < near, "{crs}: {at}");
        assert!((at[1].as_f64().unwrap() - second).abs() < near, "{crs}: {at}");
        // The same numbers, as a point, find it, to the digits given.
        if crs == "OGC/1.3/CRS84" {
            let page =
                town.json("/ogc/collections/lamps/items?bbox=21.006111,52.231667,21.006111,52.231667").await;
            assert_eq!(page["numberMatched"], 1);
        }
        // The same numbers, as a box, find it; a box beside it does not.
        for (shift, found) in [(0.0, 1), (near * 1000.0, 0)] {
            let reach = near * 10.0;
            let bbox = format!(
                "{},{},{},{}",
                first + shift - reach,
                second - reach,
                first + shift + reach,
                second + reach
            );
            let page = town.json(&format!("/ogc/collections/lamps/items?bbox={bbox}&bbox-crs={uri}")).await;
            assert_eq!(page["numberMatched"], found, "{crs} {bbox}");
        }
    }
}

#[tokio::test]
async fn datetime_means_the_last_change() {
    let town = Town::village().await;
    let count = async |filter: &str| {
        town.json(&format!("/ogc/collections/bins/items?{filter}")).await["numberMatched"].as_u64().unwrap()
    };
    let all = count("limit=1").await;
    assert_eq!(count("datetime=2020-01-01/..").await, all);
    assert_eq!(count("datetime=../2020-01-01").await, 0);
}

#[tokio::test]
async fn one_feature_has_its_page_and_its_links() {
    let town = Town::village().await;
    let page = town.json("/ogc/collections/gates/items?limit=1").await;
    let id = page["features"][0]["id"].as_str().unwrap();
    let feature = town.json(&format!("/ogc/collections/gates/items/{id}")).await;
    assert_eq!(feature["id"], id);
    assert_eq!(feature["properties"], page["features"][0]["properties"]);
    assert!(rel(&feature, "self").is_some() && rel(&feature, "collection").is_some());
}

#[tokio::test]
async fn features_of_a_collection_all_have_the_same_properties() {
    let town = Town::village().await;
    let page = town.json("/ogc/collections/trees/items?limit=50").await;
    let names =
        |feature: &Value| feature["properties"].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    let first = names(&page["features"][0]);
    assert!(page["features"].as_array().unwrap().iter().all(|feature| names(feature) == first));
    let schema = town.json("/ogc/collections/trees/queryables").await;
    assert!(schema["properties"]["girth_130_cm"].is_object());
}

#[tokio::test]
async fn wrong_parameters_are_named() {
    let town = Town::empty().await;
    for (query, name) in [
        ("bbox=1,2,3", "bbox"),
        ("bbox=NaN,0,1,1", "bbox"),
        ("bbox=inf,0,1,1", "bbox"),
        ("bbox=0,2,1,1", "bbox"),
        ("bbox=1,1,2,2&bbox-crs=nonsense", "bbox-crs"),
        ("crs=http://www.opengis.net/def/crs/EPSG/0/27700", "crs"),
        ("limit=0", "limit"),
        ("limit=-1", "limit"),
        ("limit=ten", "limit"),
        ("datetime=yesterday", "datetime"),
        ("datetime=2026-02-30", "datetime"),
        ("datetime=-4800-01-01", "datetime"),
        ("datetime=-262143-01-01/..", "datetime"),
        ("after=x", "after"),
        ("colour=red", "colour"),
        ("power_w=much", "power_w"),
        ("limit=1&limit=2", "limit"),
        ("f=xml", "f"),
        ("label=%ff", "label"),
        ("label=%00", "label"),
    ] {
        let problem = town.problem(&format!("/ogc/collections/lamps/items?{query}"), 400).await;
        assert_eq!(problem["errors"][0]["field"], name, "{query}");
    }
    // Boxes beyond all measure hold everything there is; a box that is a point is one.
    for bbox in [
        "-1e9,-1e9,1e9,1e9&bbox-crs=EPSG:2180",
        "-1e300,-1e300,1e300,1e300&bbox-crs=EPSG:3857",
        "21,52,21,52",
    ] {
        town.json(&format!("/ogc/collections/lamps/items?bbox={bbox}")).await;
    }
    // More than the maximum is not an error.
    town.json("/ogc/collections/lamps/items?limit=99999999999999999999").await;
}

#[tokio::test]
async fn unknown_things_are_not_found() {
    let town = Town::empty().await;
    for path in [
        "/ogc/collections/dragons",
        "/ogc/collections/dragons/items",
        "/ogc/collections/lamps/items/1",
        "/ogc/collections/lamps/items/01a2015b-b2ae-71d3-a80f-5b972273a7eb",
        "/ogc/collections/..%2f/items",
        "/ogc/collections/lamps/items/%ff",
        "/api/assets/%ff",
    ] {
        town.problem(path, 404).await;
    }
}
