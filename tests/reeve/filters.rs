//! Filters in CQL2 through every door: items, tiles, tables, files.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::{Client, Town};

fn encoded(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

/// Things of a kind made for these tests. The label names each; positions lie in Warsaw.
const THINGS: &str = "
    insert into asset (id, kind, geom, label, attributes, status, source, source_id, updated_at)
    select md5(label)::uuid, 'things', st_geomfromtext(wkt, 4326), label, attributes::jsonb, 'in_service', 'test', label, at::timestamptz
    from (values
        ('a', 'POINT(21.00 52.20)', '{\"name\": \"Łąka pod lasem\", \"height_m\": 12.5, \"floors\": 3, \"lit\": true,
           \"planted\": \"2020-01-31\", \"until\": \"2021-06-30\", \"uses\": [\"R\", \"Ps\"], \"secret\": \"hidden\", \"leaf\": \"broad\"}', '2026-01-01T10:00:00Z'),
        ('b', 'POINT(21.01 52.21)', '{\"name\": \"laka\", \"height_m\": 8, \"floors\": 0, \"lit\": false,
           \"planted\": \"2021-02-28\", \"until\": \"2021-06-30\", \"uses\": [\"R\"], \"leaf\": \"needle\"}', '2026-01-02T00:00:00Z'),
        ('c', 'LINESTRING(21.00 52.20, 21.01 52.21, 21.02 52.22)', '{\"name\": \"100% Straße_\", \"height_m\": -2, \"floors\": 7,
           \"planted\": \"2019\", \"uses\": []}', '2026-01-02T23:59:59.5Z'),
        ('d', 'POLYGON((20.99 52.19, 21.03 52.19, 21.03 52.23, 20.99 52.23, 20.99 52.19))',
           '{\"name\": \"O''Neil \\\\ ośrodek\", \"height_m\": \"tall\", \"lit\": true}', '2026-02-01T00:00:00Z'),
        ('e', 'POINT(19.00 50.00)', '{}', '2027-01-01T00:00:00Z')
    ) as t (label, wkt, attributes, at)";

async fn town_of_things() -> Town {
    let town = Town::empty().await;
    let text = |extra: Value| {
        let mut schema = json!({ "type": "string", "title": "T" });
        schema.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        schema
    };
    let definition = json!({
        "slug": "things", "title": { "pl": "Rzeczy", "en": "Things" }, "singular": { "pl": "Rzecz", "en": "Thing" },
        "geometry": "any", "icon": "pin", "colour": "#334155", "domain": "inventory", "public": true, "min_zoom": 10,
        "tile_attributes": ["name"],
        "schema": { "type": "object", "properties": {
            "name": text(json!({ "x-order": 1 })),
            "height_m": { "type": "number", "title": "Wysokość", "x-unit": "m", "x-order": 2 },
            "floors": { "type": "integer", "title": "Kondygnacje", "x-order": 3 },
            "lit": { "type": "boolean", "title": "Świeci", "x-order": 4 },
            "planted": text(json!({ "format": "date", "x-order": 5 })),
            "until": text(json!({ "format": "date", "x-order": 6 })),
            "uses": { "type": "array", "title": "Użytki", "items": { "type": "string" }, "x-order": 7 },
            "leaf": text(json!({ "enum": ["broad", "needle"], "x-order": 8,
                "x-enum": { "broad": { "pl": "liściaste", "en": "broadleaved" }, "needle": { "pl": "iglaste", "en": "conifer" } } })),
            "secret": text(json!({ "x-public": false, "x-order": 9 })),
        } },
    });
    sqlx::query("insert into kind (slug, definition, built_in, position) values ('things', $1, false, 90)")
        .bind(definition)
        .execute(town.pool())
        .await
        .unwrap();
    sqlx::query(THINGS).execute(town.pool()).await.unwrap();
    town.app.feed.refresh().await.unwrap();
    let deadline = Instant::now() + Duration::from_secs(30);
    while town.get("/ogc/collections/things").await.status() != 200 {
        assert!(Instant::now() < deadline, "the node does not learn of the kind");
    }
    town
}

fn labels(page: &Value) -> String {
    let features = page["features"].as_array().unwrap();
    features.iter().map(|feature| feature["properties"]["label"].as_str().unwrap()).collect()
}

/// The labels of what passes, in the order of the alphabet.
async fn passing(town: &Town, filter: &str) -> String {
    let path = format!("/ogc/collections/things/items?limit=100&sortby=label&filter={}", encoded(filter));
    let page = town.json(&path).await;
    assert_eq!(page["numberMatched"], page["numberReturned"], "{filter}");
    labels(&page)
}

async fn refused(town: &Town, filter: &str) -> String {
    let problem =
        town.problem(&format!("/ogc/collections/things/items?filter={}", encoded(filter)), 400).await;
    assert_eq!(problem["errors"][0]["field"], "filter", "{filter}");
    problem["errors"][0]["detail"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn each_requirements_class_gives_what_the_standard_says() {
    let town = town_of_things().await;
    let mut wrong = Vec::new();
    for (filter, expected) in [
        // Basic CQL2.
        ("height_m = 8", "b"),
        ("height_m <> 8", "ac"),
        ("height_m > 8", "a"),
        ("height_m >= 8", "ab"),
        ("height_m < 8.0", "c"),
        ("height_m <= 8", "bc"),
        ("name = 'laka'", "b"),
        ("name <> 'laka'", "acd"),
        ("name > 'l'", "ab"),
        ("lit = TRUE", "ad"),
        ("lit = false", "b"),
        ("lit", "ad"),
        ("lit < true", "b"),
        ("height_m IS NULL", "de"),
        ("geometry IS NOT NULL", "abcde"),
        ("geometry IS NULL", ""),
        ("true", "abcde"),
        ("false", ""),
        // What is unknown is unknown, and so is its opposite.
        ("NOT lit = TRUE", "b"),
        ("NOT (lit = TRUE OR height_m > 100)", "b"),
        ("lit = TRUE OR lit IS NULL", "acde"),
        ("NOT name = 'laka' AND NOT height_m = 8", "ac"),
        ("registry_number > 0 AND rev = 1 AND source = 'test'", "abcde"),
        ("status = 'in_service' AND source_id IN ('a', 'e')", "ae"),
        // Advanced comparison.
        ("name LIKE '%lasem'", "a"),
        ("name LIKE 'l_ka'", "b"),
        ("name LIKE 'L%'", ""),
        ("name LIKE '100\\%%'", "c"),
        ("name LIKE '%\\_'", "c"),
        ("name LIKE ''", ""),
        ("name NOT LIKE '%a%'", "d"),
        ("height_m BETWEEN 8 AND 12.5", "ab"),
        ("height_m NOT BETWEEN 8 AND 12.5", "c"),
        ("height_m BETWEEN 100.0 AND 1.0", ""),
        ("floors IN (0, 7)", "bc"),
        ("floors NOT IN (0, 7)", "a"),
        ("name IN ('laka', 'a', 'b', 'c', 'd')", "b"),
        // Without difference of case and accents.
        ("CASEI(name) = CASEI('LAKA')", "b"),
        ("CASEI(name) LIKE casei('ŁĄKA%')", "a"),
        ("CASEI(name) LIKE CASEI('%STRASSE%')", "c"),
        ("ACCENTI(CASEI(name)) LIKE ACCENTI(CASEI('ląka%'))", "ab"),
        ("ACCENTI(CASEI(name)) LIKE ACCENTI(CASEI('%OSRODEK'))", "d"),
        ("ACCENTI(name) = ACCENTI('łąka')", "b"),
        ("ACCENTI(name) <> ACCENTI('łąka')", "acd"),
        // Space.
        ("S_INTERSECTS(geometry, POINT(21.00 52.20))", "acd"),
        ("S_INTERSECTS(geom, BBOX(20, 51, 22, 53))", "abcd"),
        ("S_INTERSECTS(geometry, BBOX(170, -80, -170, 80))", ""),
        ("S_INTERSECTS(geometry, BBOX(-180,-90,180,90))", "abcde"),
        ("S_INTERSECTS(geometry, MULTIPOINT(21.01 52.21, 19 50))", "bcde"),
        ("S_INTERSECTS(geometry, LINESTRING(18 49, 20 51))", "e"),
        ("S_INTERSECTS(geometry, MULTILINESTRING((18 49, 20 51), (21 52.2, 21 52.3)))", "acde"),
        (
            "S_INTERSECTS(geometry, GEOMETRYCOLLECTION(POINT(19 50), POLYGON((20.9 52.1, 21.1 52.1, 21.1 52.3, 20.9 52.3, 20.9 52.1))))",
            "abcde",
        ),
        ("S_INTERSECTS(geometry, POLYGON Z((18 49 0, 20 49 0, 20 51 0, 18 51 0, 18 49 0)))", "e"),
        ("S_DISJOINT(geometry, POLYGON((20 51, 22 51, 22 53, 20 53, 20 51)))", "e"),
        ("S_EQUALS(geometry, POINT(21.00 52.20))", "a"),
        ("S_EQUALS(LINESTRING(21.02 52.22, 21.01 52.21, 21.00 52.20), geometry)", "c"),
        ("S_TOUCHES(geometry, POINT(21.00 52.20))", "c"),
        (
            "S_WITHIN(geometry, POLYGON((20.99 52.19, 21.03 52.19, 21.03 52.23, 20.99 52.23, 20.99 52.19)))",
            "abcd",
        ),
        ("S_CONTAINS(geometry, MULTIPOINT(21.00 52.20, 21.01 52.21))", "cd"),
        ("S_CROSSES(geometry, LINESTRING(21.00 52.22, 21.02 52.20))", "c"),
        ("S_OVERLAPS(geometry, POLYGON((21 52, 22 52, 22 53, 21 53, 21 52)))", "d"),
        // A ring that crosses itself does not end the statement.
        ("S_OVERLAPS(geometry, POLYGON((21 52, 22 53, 22 52, 21 53, 21 52)))", "d"),
        // Time.
        ("T_AFTER(planted, DATE('2020-01-31'))", "b"),
        ("T_BEFORE(planted, DATE('2021-01-01'))", "a"),
        ("T_EQUALS(planted, DATE('2020-01-31'))", "a"),
        ("T_DISJOINT(planted, DATE('2020-01-31'))", "b"),
        ("T_INTERSECTS(planted, INTERVAL('2020-01-01', '2020-12-31'))", "a"),
        ("T_INTERSECTS(updated_at, INTERVAL('2026-01-02', '2026-01-02'))", "bc"),
        ("T_AFTER(updated_at, INTERVAL('..', '2026-01-31'))", "de"),
        ("T_BEFORE(updated_at, TIMESTAMP('2026-01-02T00:00:00Z'))", "a"),
        ("updated_at = TIMESTAMP('2026-01-01T10:00:00.000Z')", "a"),
        ("updated_at >= DATE('2026-01-02')", "bcde"),
        ("updated_at = DATE('2026-01-02')", "bc"),
        ("T_DURING(INTERVAL(planted, until), INTERVAL('2019-12-31', '2021-07-01'))", "ab"),
        ("T_CONTAINS(INTERVAL('2020-06-01', '..'), INTERVAL(planted, until))", "b"),
        ("T_FINISHES(INTERVAL(planted, until), INTERVAL('2020-12-31', '2021-06-30'))", "b"),
        ("T_FINISHEDBY(INTERVAL(planted, until), INTERVAL('2020-12-31', '2021-06-30'))", "a"),
        ("T_MEETS(INTERVAL(planted, until), INTERVAL('2021-06-30', '..'))", "ab"),
        ("T_METBY(INTERVAL(planted, until), INTERVAL('..', '2020-01-31'))", "a"),
        ("T_OVERLAPS(INTERVAL(planted, until), INTERVAL('2021-01-01', '2022-01-01'))", "a"),
        ("T_OVERLAPPEDBY(INTERVAL(planted, until), INTERVAL('2020-06-01', '2021-03-01'))", "b"),
        ("T_STARTS(INTERVAL(planted, until), INTERVAL('2020-01-31', '..'))", "a"),
        ("T_STARTEDBY(INTERVAL(planted, until), INTERVAL('2020-01-31', '2020-02-01'))", "a"),
        // Lists, as sets.
        ("A_CONTAINS(uses, ('R'))", "ab"),
        ("A_CONTAINS(uses, ('Ps', 'R'))", "a"),
        ("A_CONTAINS(uses, ())", "abc"),
        ("A_CONTAINEDBY(uses, ('R', 'Ł'))", "bc"),
        ("A_CONTAINEDBY(('R', 'Ps'), uses)", "a"),
        ("A_EQUALS(uses, ('Ps', 'R'))", "a"),
        ("A_EQUALS((), uses)", "c"),
        ("A_OVERLAPS(uses, ('Ps', 'W'))", "a"),
        ("NOT A_OVERLAPS(uses, ('Ps', 'W'))", "bc"),
        ("A_CONTAINS(uses, (name))", ""),
        // Properties with properties.
        ("floors < height_m", "ab"),
        ("label = source_id", "abcde"),
        ("planted < until", "ab"),
        // Arithmetic; what cannot be reckoned is unknown.
        ("height_m - floors * 2 = 6.5", "a"),
        ("1 / floors > 0", "ac"),
        ("1 % floors = 1", "ac"),
        ("7 / 2 = 3.5 AND 7 div 2 = 3 AND 2 ^ 3 ^ 2 = 512", "abcde"),
        ("height_m ^ 0.5 > 3", "a"),
        ("10 ^ 100000 > 1", ""),
        ("9223372036854775807 + 1 > height_m", "abc"),
        ("1e308 * 1e308 > height_m", "abc"),
        // Functions.
        ("length(name) = 4 AND lower(name) = 'laka'", "b"),
        ("year(planted) = 2020 AND month(planted) = 1", "a"),
        ("distance_m(geometry, POINT(21.0001 52.2)) < 10 AND length_m(geometry) = 0", "ad"),
        ("area_m2(geometry) > 1000000", "d"),
        ("updated_at < now() AND until < today()", "ab"),
        ("name = 'O''Neil \\\\ ośrodek'", "d"),
    ] {
        let found = passing(&town, filter).await;
        if found != expected {
            wrong.push(format!("{filter}: {found} instead of {expected}"));
        }
        // The same in JSON.
        let json = cql2::parse_text(filter).unwrap().to_json().to_string();
        let path = format!(
            "/ogc/collections/things/items?limit=100&sortby=label&filter-lang=cql2-json&filter={}",
            encoded(&json)
        );
        assert_eq!(labels(&town.json(&path).await), found, "{json}");
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[tokio::test]
async fn the_system_of_a_filter_has_its_own_order_of_axes() {
    let town = town_of_things().await;
    let near = |filter: &str, crs: &str| {
        format!(
            "/ogc/collections/things/items?sortby=label&filter={}&filter-crs={}",
            encoded(filter),
            encoded(crs)
        )
    };
    let polish = "http://www.opengis.net/def/crs/EPSG/0/2180";
    let around =
        town.json(&near("S_INTERSECTS(geometry, BBOX(480000, 630000, 490000, 645000))", polish)).await;
    assert_eq!(labels(&around), "abcd");
    let swapped =
        town.json(&near("S_INTERSECTS(geometry, BBOX(630000, 480000, 645000, 490000))", polish)).await;
    assert_eq!(labels(&swapped), "");
    let degrees = near("S_INTERSECTS(geometry, POINT(50.0 19.0))", "EPSG:4326");
    assert_eq!(labels(&town.json(&degrees).await), "e");
    town.problem(&near("S_INTERSECTS(geometry, POINT(1e9 1e9))", polish), 400).await;
    town.problem(&near("true", "EPSG:9999"), 400).await;
}

#[tokio::test]
async fn bad_filters_are_refused_with_place_and_remedy() {
    let town = town_of_things().await;
    for (filter, expected) in [
        ("height_m >", "character 11: expected a value"),
        ("heigth_m > 1", "there is no property \"heigth_m\" here; there are: floors, geom, geometry,"),
        ("height_m = 'tall'", "cannot be compared"),
        ("S_INTERSECTS(geometry, POINT(90 180))", "lies outside of the reference system"),
        ("pg_sleep(10) = 1", "there is no function \"pg_sleep\""),
        ("height_m = 1; DROP TABLE asset", "unexpected character \";\""),
        ("name = 'a' OR 1=1 --", "expected a number"),
        ("{\"op\":\"=\",\"args\":[1]}", "/args"),
    ] {
        let detail = refused(&town, filter).await;
        assert!(detail.contains(expected), "{filter}: {detail}");
    }
    let deep = format!("{}true{}", "(".repeat(1000), ")".repeat(1000));
    assert!(refused(&town, &deep).await.contains("nested deeper"));
    town.problem("/ogc/collections/things/items?filter=true&filter-lang=sql", 400).await;
    // Whatever a text says, it is a text.
    for evil in ["'); drop table asset; --", "\\'; select 1", "$1", "%s", "\u{1}", "';\u{0}"] {
        let filter = format!("name = {}", cql2::Expr::Text(evil.to_owned()).to_text());
        if evil.contains('\0') {
            refused(&town, &filter).await;
        } else {
            assert_eq!(passing(&town, &filter).await, "");
            let export = format!("/api/export/things.geojsonl?filter={}", encoded(&filter));
            assert_eq!(town.page(&export).await, "");
        }
    }
    assert_eq!(town.number("select count(*) from asset").await, 5);
}

#[tokio::test]
async fn what_is_private_cannot_be_asked_by_the_public() {
    let town = town_of_things().await;
    assert!(refused(&town, "secret = 'hidden'").await.contains("there is no property"));
    town.problem("/ogc/collections/things/items?secret=hidden", 400).await;
    town.problem("/ogc/collections/things/items?sortby=secret", 400).await;
    town.problem("/ogc/collections/things/items?properties=secret", 400).await;
    let secret = encoded("secret = 'hidden'");
    town.problem(&format!("/tiles/things/10/571/337.mvt?filter={secret}"), 400).await;
    town.problem(&format!("/tiles/things.json?filter={secret}"), 400).await;
    town.problem(&format!("/api/features?kinds=things&bbox=14,49,25,55&filter={secret}"), 400).await;
    town.problem(&format!("/api/export/things.geojson?filter={secret}"), 400).await;
    let queryables = town.page("/ogc/collections/things/queryables").await;
    assert!(!queryables.contains("secret"));
    // Staff who may take it out see it here too; tiles are everybody's, whoever asks.
    let clerk = town.staff("administrator").await;
    let path = format!("/ogc/collections/things/items?filter={secret}");
    let page: Value = clerk.get(&path).await.json().await.unwrap();
    assert_eq!(labels(&page), "a");
    assert_eq!(clerk.get(&format!("/tiles/things/10/571/337.mvt?filter={secret}")).await.status(), 400);
}

#[tokio::test]
async fn an_order_leads_through_all_pages_once_with_unknown_values_last() {
    let town = town_of_things().await;
    for (sortby, expected) in [
        ("height_m", "cba"),
        ("-height_m", "abc"),
        ("+height_m,-label", "cbaed"),
        ("-lit,label", "adbce"),
        ("-updated_at", "edcba"),
        // As the Polish alphabet has it: "Łąka" stands between "laka" and "O'Neil".
        ("name", "cbade"),
        ("planted,-name", "ab"),
        ("-leaf,height_m", "bac"),
        ("id", ""),
    ] {
        let whole = town.json(&format!("/ogc/collections/things/items?sortby={}", encoded(sortby))).await;
        let whole = labels(&whole);
        assert!(whole.starts_with(expected), "{sortby}: {whole}");
        let filter = encoded("status = 'in_service'");
        let mut path = format!(
            "/ogc/collections/things/items?limit=1&filter={filter}&properties=label&sortby={}",
            encoded(sortby)
        );
        let mut seen = String::new();
        loop {
            let page = town.json(&path).await;
            assert_eq!(page["numberMatched"], 5, "{sortby}");
            assert_eq!(page["features"][0]["properties"].as_object().unwrap().len(), 1);
            seen += &labels(&page);
            let next = page["links"].as_array().unwrap().iter().find(|link| link["rel"] == "next");
            let Some(next) = next else { break };
            path = next["href"].as_str().unwrap().strip_prefix(&town.base).unwrap().to_owned();
        }
        assert_eq!(seen, whole, "{sortby}");
    }
    for sortby in ["geometry", "uses", "dragons", "label,label,label,label,label", ""] {
        let status = if sortby.is_empty() { 200 } else { 400 };
        let path = format!("/ogc/collections/things/items?sortby={sortby}");
        assert_eq!(town.get(&path).await.status(), status, "{sortby}");
    }
    for after in ["x", "WyJh", "bnVsbA", "00000000-0000-0000-0000-000000000000"] {
        town.problem(&format!("/ogc/collections/things/items?sortby=label&after={after}"), 400).await;
    }
}

#[tokio::test]
async fn every_queryable_is_a_parameter_too() {
    let town = town_of_things().await;
    for (query, expected) in [
        ("height_m=8", "b"),
        ("lit=true", "ad"),
        ("uses=R", "ab"),
        ("leaf=broad", "a"),
        ("planted=2021-02-28", "b"),
        ("source_id=c", "c"),
        ("rev=1&label=e", "e"),
        ("updated_at=2026-01-02", "bc"),
        ("updated_at=2026-01-01T10:00:00Z", "a"),
        ("id=0cc175b9-c0f1-b6a8-31c3-99e269772661", "a"),
    ] {
        let page = town.json(&format!("/ogc/collections/things/items?sortby=label&{query}")).await;
        assert_eq!(labels(&page), expected, "{query}");
    }
    town.problem("/ogc/collections/things/items?rev=first", 400).await;
    town.problem("/ogc/collections/things/items?updated_at=yesterday", 400).await;
    town.problem("/ogc/collections/things/items?geometry=x", 400).await;
    let queryables = town.json("/ogc/collections/things/queryables?lang=en").await;
    assert_eq!(queryables["additionalProperties"], false);
    assert_eq!(queryables["properties"]["geometry"]["format"], "geometry-any");
    assert_eq!(queryables["properties"]["leaf"]["x-labels"]["broad"], "broadleaved");
    assert_eq!(queryables["properties"]["planted"]["format"], "date");
    for name in queryables["properties"].as_object().unwrap().keys() {
        passing(&town, &format!("\"{name}\" IS NULL")).await;
    }
}

#[tokio::test]
async fn tiles_hold_what_passes_and_are_named_by_their_filter() {
    let town = town_of_things().await;
    for z in [9, 16] {
        let tile = tiles::TileId::at(21.01, 52.21, z);
        let path = format!("/tiles/things/{}/{}/{}.mvt", tile.z(), tile.x(), tile.y());
        let whole = town.get(&path).await;
        let etag = whole.headers()["etag"].clone();
        let whole = whole.bytes().await.unwrap();
        let filtered = format!("{path}?filter={}", encoded("name = 'laka'"));
        let some = town.get(&filtered).await;
        let some_etag = some.headers()["etag"].clone();
        assert_ne!(some_etag, etag);
        let some = some.bytes().await.unwrap();
        assert!(!some.is_empty() && some.len() < whole.len(), "{} of {}", some.len(), whole.len());
        // The same filter written otherwise is the same tile.
        let again = town.get(&format!("{path}?filter={}", encoded("(\"name\"='laka')"))).await;
        assert_eq!(again.headers()["etag"], some_etag);
        assert_eq!(again.bytes().await.unwrap(), some);
        let request = town.http.get(format!("{}{filtered}", town.base)).header("if-none-match", &some_etag);
        assert_eq!(request.send().await.unwrap().status(), 304);
        let none = town.get(&format!("{path}?filter={}", encoded("name = 'nobody'"))).await;
        assert!(none.bytes().await.unwrap().is_empty());
    }
    let filter = encoded("name LIKE 'l%' AND height_m > 1");
    let json = town.json(&format!("/tiles/things.json?filter={filter}")).await;
    let tiles = json["tiles"][0].as_str().unwrap();
    assert!(tiles.ends_with(&format!("/{{z}}/{{x}}/{{y}}.mvt?filter={filter}")), "{tiles}");
    town.problem("/tiles/things.json?filter=name%20LIKE", 400).await;
}

#[tokio::test]
async fn the_table_of_what_is_in_sight_takes_the_filter_of_one_kind_or_of_all() {
    let town = town_of_things().await;
    sqlx::query(
        "insert into asset (id, kind, geom, source, source_id, updated_at)
         values (gen_random_uuid(), 'lamps', st_setsrid(st_makepoint(21, 52.2), 4326), 'test', 'lamp', now())",
    )
    .execute(town.pool())
    .await
    .unwrap();
    let ask = |query: String| format!("/api/features?kinds=things,lamps&bbox=14,49,25,55&{query}");
    let lit = encoded("lit = TRUE");
    let page = town.json(&ask(format!("filter={lit}&filter-kind=things"))).await;
    assert_eq!(page["matched"], 3);
    assert_eq!(page["items"].as_array().unwrap().len(), 3);
    // Lamps are not lit or unlit here, so a filter for both kinds is refused.
    town.problem(&ask(format!("filter={lit}")), 400).await;
    let both = town.json(&ask(format!("filter={}", encoded("source = 'test'")))).await;
    assert_eq!(both["matched"], 6);
    town.problem(&ask(format!("filter={lit}&filter-kind=trees")), 400).await;
}

#[tokio::test]
async fn the_register_and_its_files_show_what_passes() {
    let town = town_of_things().await;
    let clerk: Client = town.staff("administrator").await;
    let shown = |page: &str| {
        let rows = page.split("<th class=\"govuk-table__header\" scope=\"row\">").skip(1);
        rows.map(|row| row.split("</a>").next().unwrap().rsplit('>').next().unwrap().to_owned())
            .collect::<String>()
    };
    let page = clerk.page("/desk/assets?kind=things").await;
    assert_eq!(shown(&page), "abcde");
    let filter = encoded("secret = 'hidden' OR height_m < 0");
    let page = clerk.page(&format!("/desk/assets?kind=things&filter={filter}")).await;
    assert_eq!(shown(&page), "ac");
    assert!(page.contains(&format!("/api/export/things.geojson?filter={filter}")), "the file is the same");
    let lines = clerk.page(&format!("/api/export/things.geojsonl?filter={filter}")).await;
    assert_eq!(lines.lines().count(), 2);
    let page = clerk.page(&format!("/desk/assets?kind=things&filter={}", encoded("heigth_m > <b>"))).await;
    assert!(page.contains("Znak 12: oczekiwano wartości"), "{page}");
    assert!(!page.contains("<b>"));
    let page = clerk.page(&format!("/desk/assets?kind=things&filter={}", encoded("heigth_m > 1"))).await;
    assert!(page.contains("Nie ma tu właściwości „heigth_m”"));
    assert_eq!(shown(&page), "");
}

#[tokio::test]
async fn the_map_page_takes_a_filter_without_scripts() {
    let town = town_of_things().await;
    let filter = encoded("lit = TRUE");
    let page = town.page(&format!("/map?layers=things&filter-kind=things&filter={filter}")).await;
    assert!(page.contains("href=\"/map?layers=things\""), "a way back to everything");
    assert_eq!(page.matches("class=\"sight__kind\"").count(), 2);
    assert!(page.contains("\"filter\":{\"kind\":\"things\",\"text\":\"lit = TRUE\"}"));
    let wrong = town.page("/map?layers=things&filter-kind=things&filter=lit%20%3D").await;
    assert!(wrong.contains("id=\"filter-fault\"") && wrong.contains("\"filter\":null"));
    let unknown = town.page("/map?filter-kind=dragons&filter=true").await;
    assert!(unknown.contains("id=\"filter-fault\""));
}

#[tokio::test]
async fn a_filter_is_combined_with_box_time_and_other_parameters() {
    let town = town_of_things().await;
    let filter = encoded("height_m > -10");
    let page = |query: &str| format!("/ogc/collections/things/items?sortby=label&filter={filter}&{query}");
    assert_eq!(labels(&town.json(&page("bbox=21.005,52.205,21.015,52.215")).await), "bc");
    assert_eq!(labels(&town.json(&page("bbox=480000,630000,490000,645000&bbox-crs=EPSG:2180")).await), "abc");
    assert_eq!(labels(&town.json(&page("datetime=2026-01-02/..")).await), "bc");
    assert_eq!(
        labels(&town.json(&page("label=a&lit=true&status=in_service&source=test&registry_number=1")).await)
            .len(),
        1
    );
    let crs = "http%3A%2F%2Fwww.opengis.net%2Fdef%2Fcrs%2FEPSG%2F0%2F2180";
    let metric = town.json(&page(&format!("crs={crs}&limit=1"))).await;
    assert!(metric["features"][0]["geometry"]["coordinates"][0].as_f64().unwrap() > 400_000.0);
    let next = metric["links"].as_array().unwrap().iter().find(|link| link["rel"] == "next").unwrap();
    let next = next["href"].as_str().unwrap();
    for kept in ["filter=", "sortby=", "crs=", "limit=", "after="] {
        assert!(next.contains(kept), "{next}");
    }
    let clerk = town.staff("administrator").await;
    let past: Value = clerk.get(&page("as_of=2026-01-02T12:00:00Z")).await.json().await.unwrap();
    assert_eq!(labels(&past), "ab");
}
