//! OGC API Features Part 4, as QGIS and scripts send it.

use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::support::Town;

struct Program<'a> {
    town: &'a Town,
    token: String,
}

impl Program<'_> {
    async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Response {
        let mut request = self
            .town
            .http
            .request(method, format!("{}{path}", self.town.base))
            .header("authorization", format!("Bearer {}", self.token));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request = request.header("content-type", "application/geo+json").body(body.to_string());
        }
        request.send().await.unwrap()
    }
}

async fn program(town: &Town) -> Program<'_> {
    Program { town, token: town.token("editor", &["registry:read", "registry:write"]).await }
}

const TREES: &str = "/ogc/collections/trees/items";

fn feature(lon: f64, properties: Value) -> Value {
    json!({ "type": "Feature", "geometry": { "type": "Point", "coordinates": [lon, 52.12] }, "properties": properties })
}

#[tokio::test]
async fn a_program_adds_changes_and_removes_features() {
    let town = Town::empty().await;
    let program = program(&town).await;
    let options = program.send(Method::OPTIONS, TREES, &[], None).await;
    assert!(options.headers()["allow"].to_str().unwrap().contains("POST"));
    let public = town.http.request(Method::OPTIONS, format!("{}{TREES}", town.base)).send().await.unwrap();
    assert!(!public.headers()["allow"].to_str().unwrap().contains("POST"));

    let made = program
        .send(Method::POST, TREES, &[], Some(&feature(20.75, json!({ "height_m": 5, "label": "Dąb" }))))
        .await;
    assert_eq!(made.status(), 201);
    let location = made.headers()["location"].to_str().unwrap().to_owned();
    let path = location.strip_prefix(&town.base).unwrap().to_owned();
    let mut whole: Value = program.send(Method::GET, &path, &[], None).await.json().await.unwrap();
    assert_eq!(whole["properties"]["rev"], 1);
    whole["properties"]["height_m"] = json!(6);
    let put = program.send(Method::PUT, &path, &[], Some(&whole)).await;
    assert_eq!((put.status().as_u16(), put.headers()["etag"].to_str().unwrap()), (200, "\"2\""));

    // The same old version again: nothing is overwritten, both versions are shown.
    let mut stale = whole.clone();
    stale["properties"]["height_m"] = json!(7);
    let refused = program.send(Method::PUT, &path, &[], Some(&stale)).await;
    assert_eq!(refused.status(), 409);
    let problem: Value = refused.json().await.unwrap();
    let field = &problem["more"]["clashes"][0]["fields"][0];
    assert_eq!((&field["mine"], &field["theirs"]), (&json!(7), &json!(6)));
    assert_eq!(town.json(&path).await["properties"]["height_m"], 6);

    let patch = json!({ "properties": { "height_m": 8, "note": "przycięty" } });
    assert_eq!(program.send(Method::PATCH, &path, &[], Some(&patch)).await.status(), 428);
    assert_eq!(
        program.send(Method::PATCH, &path, &[("if-match", "\"1\"")], Some(&patch)).await.status(),
        412
    );
    let patched = program.send(Method::PATCH, &path, &[("if-match", "\"2\"")], Some(&patch)).await;
    assert_eq!(patched.status(), 200);
    let now: Value = patched.json().await.unwrap();
    assert_eq!((&now["properties"]["height_m"], &now["properties"]["label"]), (&json!(8), &json!("Dąb")));

    assert_eq!(program.send(Method::DELETE, &path, &[("if-match", "\"2\"")], None).await.status(), 412);
    assert_eq!(program.send(Method::DELETE, &path, &[], None).await.status(), 204);
    assert_eq!(town.get(&path).await.status(), 404);
    assert_eq!(program.send(Method::DELETE, &path, &[], None).await.status(), 404);
    assert_eq!(town.number("select count(*) from change_set where origin = 'api'").await, 4);
}

#[tokio::test]
async fn an_echoed_geometry_is_not_a_move_and_polish_axes_are_understood() {
    let town = Town::empty().await;
    let program = program(&town).await;
    // More digits than items show: a client that sends them back must not shift the thing by a millimetre.
    let made = program.send(Method::POST, TREES, &[], Some(&feature(20.750_000_012_345, json!({})))).await;
    let path = made.headers()["location"].to_str().unwrap().strip_prefix(&town.base).unwrap().to_owned();
    for crs in ["http://www.opengis.net/def/crs/OGC/1.3/CRS84", "http://www.opengis.net/def/crs/EPSG/0/2180"]
    {
        let query = format!("{path}?crs={}", crs.replace(':', "%3A").replace('/', "%2F"));
        let mut whole: Value = program.send(Method::GET, &query, &[], None).await.json().await.unwrap();
        whole["properties"]["note"] = json!(crs);
        let put =
            program.send(Method::PUT, &path, &[("content-crs", &format!("<{crs}>"))], Some(&whole)).await;
        assert_eq!(put.status(), 200, "{}", put.text().await.unwrap());
    }
    assert_eq!(town.number("select count(distinct st_asewkb(geom)) from asset_history").await, 1);
    // The Palace of Culture, northing first.
    let palace = json!({ "type": "Feature", "properties": {},
        "geometry": { "type": "Point", "coordinates": [486_964.37, 636_960.47] } });
    let header = [("content-crs", "<http://www.opengis.net/def/crs/EPSG/0/2180>")];
    let made = program.send(Method::POST, TREES, &header, Some(&palace)).await;
    assert_eq!(made.status(), 201);
    let near = "select count(*) from asset where st_dwithin(geom::geography, 'POINT(21.006111 52.231667)'::geography, 0.1)";
    assert_eq!(town.number(near).await, 1);
}

#[tokio::test]
async fn bad_features_are_refused_in_words() {
    let town = Town::empty().await;
    let program = program(&town).await;
    let cases = [
        (json!({ "type": "FeatureCollection", "features": [] }), 400),
        (json!({ "type": "Feature", "geometry": null, "properties": {} }), 400),
        (
            json!({ "type": "Feature", "geometry": { "type": "Point", "coordinates": ["a"] }, "properties": {} }),
            400,
        ),
        (feature(20.75, json!({ "colour": "green" })), 400),
        (feature(20.75, json!({ "height_m": "tall" })), 422),
        (feature(-20.75, json!({})), 422),
        (
            json!({ "type": "Feature", "properties": {},
            "geometry": { "type": "LineString", "coordinates": [[20.7, 52.1], [20.8, 52.1]] } }),
            422,
        ),
    ];
    for (body, status) in cases {
        let answer = program.send(Method::POST, TREES, &[], Some(&body)).await;
        assert_eq!(answer.status(), status, "{body}");
        assert_eq!(answer.headers()["content-type"], "application/problem+json");
    }
    assert_eq!(town.number("select count(*) from asset").await, 0);
    let made = program.send(Method::POST, TREES, &[], Some(&feature(20.75, json!({})))).await;
    let path = made.headers()["location"].to_str().unwrap().strip_prefix(&town.base).unwrap().to_owned();
    // A replacement that names no version.
    assert_eq!(program.send(Method::PUT, &path, &[], Some(&feature(20.75, json!({})))).await.status(), 428);
    assert_eq!(
        program
            .send(Method::PUT, &path, &[("if-match", "*")], Some(&feature(20.75, json!({}))))
            .await
            .status(),
        200
    );
}

#[tokio::test]
async fn a_token_may_what_it_was_made_for() {
    let town = Town::empty().await;
    let reader = Program { town: &town, token: town.token("editor", &["registry:read"]).await };
    assert_eq!(reader.send(Method::POST, TREES, &[], Some(&feature(20.75, json!({})))).await.status(), 403);
    let nobody = Program { town: &town, token: "rv_nobody".into() };
    assert_eq!(nobody.send(Method::GET, TREES, &[], None).await.status(), 401);
    // Older QGIS knows only a name and a password.
    let token = town.token("editor", &["registry:write"]).await;
    let basic = town
        .http
        .post(format!("{}{TREES}", town.base))
        .basic_auth("ktokolwiek", Some(token))
        .header("content-type", "application/geo+json")
        .body(feature(20.75, json!({})).to_string());
    assert_eq!(basic.send().await.unwrap().status(), 201);
    let visitor = town.http.post(format!("{}{TREES}", town.base)).body("{}").send().await.unwrap();
    assert_eq!(visitor.status(), 401);
}

#[tokio::test]
async fn private_attributes_are_seen_by_staff_and_survive_a_public_replacement() {
    let town = Town::empty().await;
    // Notes of trees become private.
    sqlx::query("update kind set definition = jsonb_set(definition, '{schema,properties,note,x-public}', 'false'), built_in = false where slug = 'trees'")
        .execute(town.pool())
        .await
        .unwrap();
    let program = program(&town).await;
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while town.json("/ogc/collections/trees/queryables").await["properties"].get("note").is_some() {
        assert!(std::time::Instant::now() < deadline, "the kinds were not read anew");
        tokio::task::yield_now().await;
    }
    let made =
        program.send(Method::POST, TREES, &[], Some(&feature(20.75, json!({ "note": "chory" })))).await;
    assert_eq!(made.status(), 201);
    let path = made.headers()["location"].to_str().unwrap().strip_prefix(&town.base).unwrap().to_owned();
    let public = town.json(&path).await;
    assert!(public["properties"].get("note").is_none());
    let seen: Value = program.send(Method::GET, &path, &[], None).await.json().await.unwrap();
    assert_eq!(seen["properties"]["note"], "chory");
    // A program that may write but not read sends back what the public sees; the note stays.
    let blind = Program { town: &town, token: town.token("editor", &["registry:write"]).await };
    assert_eq!(blind.send(Method::PUT, &path, &[], Some(&public)).await.status(), 200);
    let seen: Value = program.send(Method::GET, &path, &[], None).await.json().await.unwrap();
    assert_eq!(seen["properties"]["note"], "chory");
    // Bulk export of what is private needs a permission of its own.
    let exported = |text: String| text.contains("chory");
    let editor = town.staff("editor").await;
    let planner = town.staff("planner").await;
    assert!(!exported(editor.page("/api/export/trees.geojson").await));
    assert!(exported(planner.page("/api/export/trees.geojson").await));
    assert!(!exported(town.page("/api/export/trees.geojson").await));
}
