//! Vector tiles and TileJSON.

use reqwest::header::{ACCEPT_ENCODING, ETAG, IF_NONE_MATCH};

use crate::support::Town;

async fn tile_of_the_village(town: &Town, layer: &str, z: u8) -> String {
    let state = town.app.feed.now();
    let [west, south, east, north] = state.extent(["lamps"]).unwrap();
    let tile = tiles::TileId::at(f64::midpoint(west, east), f64::midpoint(south, north), z);
    format!("/tiles/{layer}/{}/{}/{}.mvt", tile.z(), tile.x(), tile.y())
}

#[tokio::test]
async fn tilejson_describes_each_layer() {
    let town = Town::village().await;
    for layer in ["lamps", "graves", "paths", "basemap"] {
        let json = town.json(&format!("/tiles/{layer}.json")).await;
        assert_eq!(json["tilejson"], "3.0.0");
        assert!(json["tiles"][0].as_str().unwrap().ends_with("/{z}/{x}/{y}.mvt"));
        assert!(!json["vector_layers"].as_array().unwrap().is_empty());
    }
    town.problem("/tiles/dragons.json", 404).await;
}

#[tokio::test]
async fn a_tile_is_asked_for_once_and_then_not_modified_until_something_changes() {
    let town = Town::village().await;
    let path = tile_of_the_village(&town, "lamps", 15).await;
    let first = town.get(&path).await;
    assert_eq!(first.status(), 200);
    assert_eq!(first.headers()["content-type"], "application/vnd.mapbox-vector-tile");
    let etag = first.headers()[ETAG].clone();
    assert!(!first.bytes().await.unwrap().is_empty());
    let again =
        town.http.get(format!("{}{path}", town.base)).header(IF_NONE_MATCH, &etag).send().await.unwrap();
    assert_eq!(again.status(), 304);
    sqlx::query("update asset set label = 'X', rev = rev + 1, updated_at = now() where kind = 'lamps'")
        .execute(town.pool())
        .await
        .unwrap();
    town.app.feed.refresh().await.unwrap();
    let changed =
        town.http.get(format!("{}{path}", town.base)).header(IF_NONE_MATCH, &etag).send().await.unwrap();
    assert_eq!(changed.status(), 200);
    assert_ne!(changed.headers()[ETAG], etag);
}

#[tokio::test]
async fn tiles_go_out_compressed_to_whoever_takes_it() {
    let town = Town::village().await;
    let path = tile_of_the_village(&town, "basemap", 14).await;
    let plain = town
        .http
        .get(format!("{}{path}", town.base))
        .header(ACCEPT_ENCODING, "identity")
        .send()
        .await
        .unwrap();
    assert!(!plain.headers().contains_key("content-encoding"));
    let zipped = town.get(&path).await.bytes().await.unwrap();
    assert_eq!(zipped, plain.bytes().await.unwrap());
}

#[tokio::test]
async fn points_are_thinned_at_low_zooms() {
    let town = Town::village().await;
    let size =
        async |z| town.get(&tile_of_the_village(&town, "trees", z).await).await.bytes().await.unwrap().len();
    // Over two thousand trees stand in this tile; thinned, a few hundred points with counts are left.
    let low = size(12).await;
    assert!(low > 0 && low < 40_000, "{low}");
}

#[tokio::test]
async fn numbers_out_of_range_are_refused() {
    let town = Town::empty().await;
    for (tile, name) in [
        ("23/0/0", "z"),
        ("300/0/0", "z"),
        ("3/8/0", "x, y"),
        ("3/0/8", "x, y"),
        ("x/0/0", "z"),
        ("3/-1/0", "x"),
        ("3/0/1.5", "y"),
        ("3/99999999999/0", "x"),
    ] {
        let problem = town.problem(&format!("/tiles/lamps/{tile}.mvt"), 400).await;
        assert_eq!(problem["errors"][0]["field"], name, "{tile}");
    }
    town.problem("/tiles/dragons/3/0/0.mvt", 404).await;
    town.problem("/tiles/lamps/3/0/0.png", 404).await;
    assert_eq!(town.get("/tiles/lamps/3/0/0.mvt").await.status(), 200);
}
