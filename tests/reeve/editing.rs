//! Drafts, submits, clashes: what an editor does, through the doors that it uses.

use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Client, Town};

/// A point in the middle of Poland, `east` metres further east.
pub fn point(east: f64) -> Value {
    json!({ "type": "Point", "coordinates": [20.75 + east / 68_000.0, 52.12] })
}

/// A state of a tree.
pub fn tree(east: f64, attributes: Value) -> Value {
    json!({ "geometry": point(east), "label": null, "attributes": attributes, "status": "in_service", "part_of": null })
}

/// A change of a gesture.
pub fn change(asset: &str, kind: &str, base_rev: Option<i64>, after: Value) -> Value {
    json!({ "asset": asset, "kind": kind, "base_rev": base_rev, "before": null, "after": after })
}

fn gesture(changes: &[Value]) -> Value {
    json!({ "id": Uuid::new_v4(), "label": "krok", "at": "2026-11-24T10:00:00Z", "changes": changes })
}

/// Writes a draft of one gesture; answers its address.
pub async fn draft(clerk: &Client, changes: &[Value]) -> String {
    let path = format!("/api/desk/drafts/{}", Uuid::new_v4());
    let write = json!({ "version": 0, "from": 0, "gestures": [gesture(changes)], "cursor": 1 });
    let written = clerk.send_json(Method::PUT, &path, &write).await;
    assert_eq!(written.status(), 200, "{}", written.text().await.unwrap());
    path
}

/// Submits a draft; answers status and body.
pub async fn submit(clerk: &Client, draft: &str, choices: Value) -> (u16, Value) {
    let answer =
        clerk.send_json(Method::POST, &format!("{draft}/submit"), &json!({ "choices": choices })).await;
    (answer.status().as_u16(), answer.json().await.unwrap())
}

/// Saves changes; they must be taken.
pub async fn save(clerk: &Client, changes: &[Value]) -> Value {
    let (status, body) = submit(clerk, &draft(clerk, changes).await, json!([])).await;
    assert_eq!(status, 200, "{body}");
    body
}

/// A new tree with these attributes; answers its id.
pub async fn plant(clerk: &Client, east: f64, attributes: Value) -> String {
    let id = Uuid::new_v4().to_string();
    save(clerk, &[change(&id, "trees", None, tree(east, attributes))]).await;
    id
}

/// A thing as the desk sees it.
pub async fn asset(clerk: &Client, id: &str) -> Value {
    let answer = clerk.get(&format!("/api/desk/features/{id}")).await;
    assert_eq!(answer.status(), 200);
    answer.json().await.unwrap()
}

#[tokio::test]
async fn a_submitted_draft_is_public_at_the_next_request() {
    let town = Town::empty().await;
    let clerk = town.staff("editor").await;
    let before = town.get("/tiles/trees.json").await.text().await.unwrap();
    let tile = tiles::TileId::at(20.75, 52.12, 16);
    let tile_path = format!("/tiles/trees/16/{}/{}.mvt", tile.x(), tile.y());
    assert!(town.get(&tile_path).await.bytes().await.unwrap().is_empty(), "{before}");
    let row: Vec<Value> = (0..20)
        .map(|n| {
            let after = tree(f64::from(n) * 8.0, json!({ "ref": format!("D-{n:03}"), "height_m": 8 }));
            change(&Uuid::new_v4().to_string(), "trees", None, after)
        })
        .collect();
    let applied = save(&clerk, &row).await;
    assert_eq!(applied["assets"].as_array().unwrap().len(), 20);
    assert!(applied["number"].as_i64().unwrap() >= 1);
    // What people call a thing follows its number.
    assert_eq!(applied["assets"][0]["rev"], 1);
    assert!(
        applied["assets"].as_array().unwrap().iter().all(|tree| tree["label"] == tree["attributes"]["ref"])
    );
    assert_eq!(town.json("/ogc/collections/trees/items").await["numberMatched"], 20);
    assert!(!town.get(&tile_path).await.bytes().await.unwrap().is_empty());
    assert_eq!(
        town.number("select count(*) from asset_history h join change_set c on c.id = h.change_set").await,
        20
    );
}

#[tokio::test]
async fn the_same_write_and_the_same_submit_again_answer_the_same() {
    let town = Town::empty().await;
    let clerk = town.staff("editor").await;
    let path = format!("/api/desk/drafts/{}", Uuid::new_v4());
    let id = Uuid::new_v4().to_string();
    let write = json!({ "version": 0, "from": 0, "gestures": [gesture(&[change(&id, "trees", None, tree(0.0, json!({})))])], "cursor": 1 });
    for _ in 0..2 {
        let written: Value = clerk.send_json(Method::PUT, &path, &write).await.json().await.unwrap();
        assert_eq!(written["version"], 1);
    }
    let (_, first) = submit(&clerk, &path, json!([])).await;
    let (status, second) = submit(&clerk, &path, json!([])).await;
    assert_eq!(status, 200);
    assert_eq!(first, second);
    assert_eq!(town.number("select count(*) from asset").await, 1);
    let late = json!({ "version": 1, "from": 1, "gestures": [], "cursor": 1 });
    let answer = clerk.send_json(Method::PUT, &path, &late).await;
    assert_eq!(answer.status(), 409);
}

#[tokio::test]
async fn undone_gestures_are_kept_but_not_submitted() {
    let town = Town::empty().await;
    let clerk = town.staff("editor").await;
    let path = format!("/api/desk/drafts/{}", Uuid::new_v4());
    let plants: Vec<Value> = (0..3)
        .map(|n| {
            let id = Uuid::new_v4().to_string();
            gesture(&[change(&id, "trees", None, tree(f64::from(n) * 10.0, json!({})))])
        })
        .collect();
    let write = json!({ "version": 0, "from": 0, "gestures": plants, "cursor": 2, "title": "Park" });
    clerk.send_json(Method::PUT, &path, &write).await;
    let draft: Value = clerk.get(&path).await.json().await.unwrap();
    assert_eq!(draft["gestures"].as_array().unwrap().len(), 3);
    assert_eq!(draft["cursor"], 2);
    let list: Value = clerk.get("/api/desk/drafts").await.json().await.unwrap();
    assert_eq!((&list[0]["title"], &list[0]["assets"]), (&json!("Park"), &json!(2)));
    // A gesture after the undo takes the place of what was undone.
    let id = Uuid::new_v4().to_string();
    let next = json!({ "version": 1, "from": 2, "cursor": 3,
        "gestures": [gesture(&[change(&id, "trees", None, tree(50.0, json!({})))])] });
    assert_eq!(clerk.send_json(Method::PUT, &path, &next).await.status(), 200);
    let (status, applied) = submit(&clerk, &path, json!([])).await;
    assert_eq!((status, applied["assets"].as_array().unwrap().len()), (200, 3));
}

#[tokio::test]
async fn a_draft_belongs_to_one_person_and_two_windows_do_not_overwrite_each_other() {
    let town = Town::empty().await;
    let (clerk, other) = (town.staff("editor").await, town.staff("editor").await);
    let path =
        draft(&clerk, &[change(&Uuid::new_v4().to_string(), "trees", None, tree(0.0, json!({})))]).await;
    assert_eq!(other.get(&path).await.status(), 404);
    let write = json!({ "version": 1, "from": 0, "gestures": [], "cursor": 0 });
    assert_eq!(other.send_json(Method::PUT, &path, &write).await.status(), 404);
    let stolen = json!({ "version": 0, "from": 0, "gestures": [], "cursor": 0 });
    assert_eq!(other.send_json(Method::PUT, &path, &stolen).await.status(), 404);
    assert_eq!(other.send_json(Method::POST, &format!("{path}/submit"), &json!({})).await.status(), 404);
    let stale = json!({ "version": 0, "from": 0, "gestures": [], "cursor": 0, "title": "drugie okno" });
    let answer = clerk.send_json(Method::PUT, &path, &stale).await;
    assert_eq!(answer.status(), 409);
    let problem: Value = answer.json().await.unwrap();
    assert_eq!(problem["type"], "urn:reeve:problem:draft-changed");
    assert_eq!(problem["more"]["version"], 1);
    assert_eq!(clerk.request(Method::DELETE, &path).send().await.unwrap().status(), 204);
    assert_eq!(clerk.get(&path).await.status(), 409);
}

#[tokio::test]
async fn two_clerks_on_one_tree_merge_what_differs_and_choose_what_clashes() {
    let town = Town::empty().await;
    let (anna, piotr) = (town.staff("editor").await, town.staff("editor").await);
    let id = plant(&anna, 0.0, json!({ "height_m": 5, "note": "stara" })).await;
    let hers =
        draft(&anna, &[change(&id, "trees", Some(1), tree(3.0, json!({ "height_m": 6, "note": "stara" })))])
            .await;
    save(&piotr, &[change(&id, "trees", Some(1), tree(0.0, json!({ "height_m": 5, "note": "nowa" })))]).await;
    let (status, applied) = submit(&anna, &hers, json!([])).await;
    assert_eq!(status, 200, "{applied}");
    let now = &applied["assets"][0];
    assert_eq!((&now["attributes"]["height_m"], &now["attributes"]["note"]), (&json!(6), &json!("nowa")));
    assert_eq!((&now["geometry"], &now["rev"]), (&point(3.0), &json!(3)));

    // The same field, changed by both.
    let hers =
        draft(&anna, &[change(&id, "trees", Some(3), tree(3.0, json!({ "height_m": 7, "note": "nowa" })))])
            .await;
    save(&piotr, &[change(&id, "trees", Some(3), tree(3.0, json!({ "height_m": 9, "note": "nowa" })))]).await;
    let (status, problem) = submit(&anna, &hers, json!([])).await;
    assert_eq!((status, &problem["type"]), (409, &json!("urn:reeve:problem:clash")));
    let clash = &problem["more"]["clashes"][0];
    assert_eq!((&clash["asset"], &clash["who"]), (&json!(id), &json!(piotr.email)));
    assert_eq!(clash["fields"].as_array().unwrap().len(), 1);
    let field = &clash["fields"][0];
    assert_eq!(field["field"], "attributes.height_m");
    assert_eq!((&field["base"], &field["mine"], &field["theirs"]), (&json!(6), &json!(7), &json!(9)));
    assert_eq!(asset(&anna, &id).await["attributes"]["height_m"], 9, "nothing was written");
    // A choice that was made against another version does not count.
    let choice = |rev: i64| json!([{ "asset": id, "field": "attributes.height_m", "take": "mine", "theirs_rev": rev }]);
    assert_eq!(submit(&anna, &hers, choice(3)).await.0, 409);
    let (status, applied) = submit(&anna, &hers, choice(4)).await;
    assert_eq!((status, &applied["assets"][0]["attributes"]["height_m"]), (200, &json!(7)));
}

#[tokio::test]
async fn one_removes_what_the_other_changes_and_either_way_somebody_chooses() {
    let town = Town::empty().await;
    let (anna, piotr) = (town.staff("editor").await, town.staff("editor").await);
    let id = plant(&anna, 0.0, json!({ "height_m": 5 })).await;
    let hers = draft(&anna, &[change(&id, "trees", Some(1), tree(0.0, json!({ "height_m": 6 })))]).await;
    save(&piotr, &[change(&id, "trees", Some(1), Value::Null)]).await;
    assert_eq!(anna.get(&format!("/api/desk/features/{id}")).await.status(), 410);
    let (status, problem) = submit(&anna, &hers, json!([])).await;
    assert_eq!((status, &problem["more"]["clashes"][0]["whole"]), (409, &json!("they-removed")));
    let checked = anna.send_json(Method::POST, &format!("{hers}/check"), &json!({})).await;
    let checked: Value = checked.json().await.unwrap();
    assert_eq!(checked["clashes"].as_array().unwrap().len(), 1);
    let mine = json!([{ "asset": id, "field": "*", "take": "mine", "theirs_rev": 2 }]);
    let (status, applied) = submit(&anna, &hers, mine).await;
    assert_eq!((status, &applied["assets"][0]["rev"]), (200, &json!(3)));

    let hers = draft(&anna, &[change(&id, "trees", Some(3), Value::Null)]).await;
    save(&piotr, &[change(&id, "trees", Some(3), tree(0.0, json!({ "height_m": 8 })))]).await;
    let (status, problem) = submit(&anna, &hers, json!([])).await;
    assert_eq!((status, &problem["more"]["clashes"][0]["whole"]), (409, &json!("you-removed")));
    let theirs = json!([{ "asset": id, "field": "*", "take": "theirs", "theirs_rev": 4 }]);
    assert_eq!(submit(&anna, &hers, theirs).await.0, 200);
    assert_eq!(asset(&anna, &id).await["attributes"]["height_m"], 8);
}

#[tokio::test]
async fn every_fault_is_named_and_nothing_is_half_written() {
    let town = Town::empty().await;
    let clerk = town.staff("editor").await;
    let good = Uuid::new_v4().to_string();
    let (tall, lost, line) =
        (Uuid::new_v4().to_string(), Uuid::new_v4().to_string(), Uuid::new_v4().to_string());
    let area = Uuid::new_v4().to_string();
    let bow = json!([[[20.75, 52.12], [20.76, 52.13], [20.76, 52.12], [20.75, 52.13], [20.75, 52.12]]]);
    let state = |geometry: Value| json!({ "geometry": geometry, "attributes": {} });
    let path = draft(
        &clerk,
        &[
            change(&good, "trees", None, tree(0.0, json!({ "height_m": 8 }))),
            change(
                &tall,
                "trees",
                None,
                tree(1.0, json!({ "height_m": 400, "leaf_type": "liściaste", "kolor": 1 })),
            ),
            change(&lost, "trees", None, state(json!({ "type": "Point", "coordinates": [2.35, 48.85] }))),
            change(
                &line,
                "trees",
                None,
                state(json!({ "type": "LineString", "coordinates": [[20.7, 52.1], [20.8, 52.1]] })),
            ),
            change(&area, "greens", None, state(json!({ "type": "Polygon", "coordinates": bow }))),
        ],
    )
    .await;
    let (status, problem) = submit(&clerk, &path, json!([])).await;
    assert_eq!((status, &problem["type"]), (422, &json!("urn:reeve:problem:invalid")));
    let mut found: Vec<(String, String)> = problem["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|fault| {
            (fault["field"].as_str().unwrap().to_owned(), fault["code"].as_str().unwrap().to_owned())
        })
        .collect();
    found.sort();
    let wanted = [
        ("attributes.height_m", "too-large"),
        ("attributes.kolor", "unknown"),
        ("attributes.leaf_type", "not-in-list"),
        ("geometry", "crosses-itself"),
        ("geometry", "outside-town"),
        ("geometry", "wrong-shape"),
    ];
    assert_eq!(found, wanted.map(|(field, code)| (field.to_owned(), code.to_owned())));
    let crossing =
        problem["errors"].as_array().unwrap().iter().find(|fault| fault["code"] == "crosses-itself");
    assert!(crossing.unwrap()["at"].is_array());
    assert_eq!(town.number("select count(*) from asset").await, 0);
    assert_eq!(town.number("select count(*) from change_set").await, 0);
    // The draft is as it was.
    assert_eq!(clerk.get(&path).await.status(), 200);
}

#[tokio::test]
async fn endless_and_unreadable_drafts_are_refused_in_words() {
    let town = Town::empty().await;
    let clerk = town.staff("editor").await;
    let ring: Vec<[f64; 2]> = (0..=20_001)
        .map(|n| {
            let turn = f64::from(n % 20_001) / 20_001.0 * std::f64::consts::TAU;
            [20.75 + 0.001 * turn.cos(), 52.12 + 0.001 * turn.sin()]
        })
        .collect();
    let round = json!({ "geometry": { "type": "Polygon", "coordinates": [ring] } });
    let path = draft(&clerk, &[change(&Uuid::new_v4().to_string(), "greens", None, round)]).await;
    let (status, problem) = submit(&clerk, &path, json!([])).await;
    assert_eq!((status, &problem["errors"][0]["code"]), (422, &json!("too-many-vertices")));

    let empty = json!({ "geometry": { "type": "Point", "coordinates": [] } });
    let path = draft(&clerk, &[change(&Uuid::new_v4().to_string(), "trees", None, empty)]).await;
    let (status, problem) = submit(&clerk, &path, json!([])).await;
    assert_eq!((status, &problem["errors"][0]["code"]), (422, &json!("unreadable")));

    let many: Vec<Value> = (0..20_001)
        .map(|_| change(&Uuid::new_v4().to_string(), "trees", None, json!({ "geometry": point(0.0) })))
        .collect();
    let write = json!({ "version": 0, "from": 0, "gestures": [gesture(&many)], "cursor": 1 });
    let path = format!("/api/desk/drafts/{}", Uuid::new_v4());
    assert_eq!(clerk.send_json(Method::PUT, &path, &write).await.status(), 413);
    let huge = json!({ "version": 0, "from": 0, "gestures": [], "cursor": 0, "title": "x".repeat(17 << 20) });
    assert_eq!(clerk.send_json(Method::PUT, &path, &huge).await.status(), 413);
    let form = clerk.request(Method::PUT, &path).body("{}").send().await.unwrap();
    assert_eq!(form.status(), 415);
}

#[tokio::test]
async fn an_editor_of_trees_changes_no_lamps() {
    let town = Town::empty().await;
    let forester = town.staff_with(&[("editor", Some(&["trees"]))]).await;
    plant(&forester, 0.0, json!({})).await;
    let lamp = change(&Uuid::new_v4().to_string(), "lamps", None, json!({ "geometry": point(0.0) }));
    let path = draft(&forester, &[lamp]).await;
    assert_eq!(submit(&forester, &path, json!([])).await.0, 403);
    let kinds: Value = forester.get("/api/desk/kinds").await.json().await.unwrap();
    let slugs: Vec<_> = kinds.as_array().unwrap().iter().map(|kind| kind["slug"].as_str().unwrap()).collect();
    assert_eq!(slugs, ["trees"]);
    assert_eq!(forester.get("/api/desk/features?kinds=lamps&bbox=20,52,21,53").await.status(), 403);
}

#[tokio::test]
async fn a_whole_with_parts_and_a_grave_with_people_stay() {
    let town = Town::village().await;
    let clerk = town.staff("editor").await;
    let grave: String =
        sqlx::query_scalar("select grave_id::text from buried limit 1").fetch_one(town.pool()).await.unwrap();
    let whole: String = sqlx::query_scalar("select part_of::text from asset where id = $1::uuid")
        .bind(&grave)
        .fetch_one(town.pool())
        .await
        .unwrap();
    let mut cemetery = asset(&clerk, &whole).await;
    for (id, kind, code) in [(&grave, "graves", "has-burials"), (&whole, "cemeteries", "has-parts")] {
        let path = draft(&clerk, &[change(id, kind, Some(1), Value::Null)]).await;
        let (status, problem) = submit(&clerk, &path, json!([])).await;
        assert_eq!((status, &problem["errors"][0]["code"]), (422, &json!(code)), "{problem}");
    }
    // What people call it stays; only the whole changes.
    let cemetery = cemetery.as_object_mut().unwrap();
    cemetery
        .retain(|key, _| ["geometry", "label", "attributes", "status", "part_of"].contains(&key.as_str()));
    cemetery.insert("part_of".into(), json!(whole));
    let state = Value::Object(cemetery.clone());
    let path = draft(&clerk, &[change(&whole, "cemeteries", Some(1), state)]).await;
    let (status, problem) = submit(&clerk, &path, json!([])).await;
    assert_eq!((status, &problem["errors"][0]["code"]), (422, &json!("part-of-itself")), "{problem}");
}

#[tokio::test]
async fn a_thing_that_never_fitted_its_schema_can_still_be_moved() {
    let town = Town::empty().await;
    let clerk = town.staff("editor").await;
    sqlx::query(
        "insert into asset (id, kind, geom, attributes, source, source_id, updated_at)
         values ('00000000-0000-4000-8000-000000000001', 'trees', st_setsrid(st_makepoint(20.75, 52.12), 4326),
                 '{\"height_m\": 999}', 'test', '1', now())",
    )
    .execute(town.pool())
    .await
    .unwrap();
    let id = "00000000-0000-4000-8000-000000000001";
    save(&clerk, &[change(id, "trees", Some(1), tree(5.0, json!({ "height_m": 999 })))]).await;
    let path = draft(&clerk, &[change(id, "trees", Some(2), tree(5.0, json!({ "height_m": 998 })))]).await;
    assert_eq!(submit(&clerk, &path, json!([])).await.0, 422);
}

#[tokio::test]
async fn search_meets_conditions_and_areas() {
    let town = Town::village().await;
    let clerk = town.staff("editor").await;
    let search = async |body: Value| -> Value {
        let answer = clerk.send_json(Method::POST, "/api/desk/search", &body).await;
        assert_eq!(answer.status(), 200);
        answer.json().await.unwrap()
    };
    let all = search(json!({ "kinds": ["trees"] })).await;
    let total = all["matched"].as_i64().unwrap();
    let tall =
        search(json!({ "kinds": ["trees"], "conditions": [{ "key": "height_m", "op": "gt", "value": 12 }] }))
            .await;
    let counted = all["assets"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|tree| tree["attributes"]["height_m"].as_f64().is_some_and(|height| height > 12.0))
        .count();
    assert_eq!(tall["matched"], counted);
    assert!(counted > 0 && (counted as i64) < total);
    let first = &all["assets"][0];
    let named = search(json!({ "kinds": ["trees"], "text": first["label"] })).await;
    assert_eq!(named["assets"][0]["id"], first["id"]);
    let [x, y] = [0, 1].map(|axis| first["geometry"]["coordinates"][axis].as_f64().unwrap());
    let d = 1e-7;
    let within = json!({ "type": "Polygon", "coordinates": [[[x - d, y - d], [x + d, y - d], [x, y + d], [x - d, y - d]]] });
    assert_eq!(search(json!({ "kinds": ["trees"], "within": within })).await["matched"], 1);
    let wrong = json!({ "kinds": ["trees"], "conditions": [{ "key": "x", "op": "drop table" }] });
    assert_eq!(clerk.send_json(Method::POST, "/api/desk/search", &wrong).await.status(), 400);
}

#[tokio::test]
async fn coordinates_come_in_the_authority_s_order() {
    let town = Town::empty().await;
    let clerk = town.staff("viewer").await;
    // Vectors of PROJ: the Palace of Culture in Warsaw.
    for (crs, point) in [("EPSG:2180", [486_964.37, 636_960.47]), ("EPSG:2178", [5_788_675.29, 7_500_417.49])]
    {
        let body = json!({ "crs": crs, "points": [point] });
        let found: Value =
            clerk.send_json(Method::POST, "/api/desk/coordinates", &body).await.json().await.unwrap();
        let [lon, lat] = [0, 1].map(|axis| found["points"][0][axis].as_f64().unwrap());
        assert!((lon - 21.006_111).abs() < 1e-6 && (lat - 52.231_667).abs() < 1e-6, "{crs}: {lon} {lat}");
        let back = json!({ "crs": crs, "points": [[lon, lat]], "inverse": true });
        let found: Value =
            clerk.send_json(Method::POST, "/api/desk/coordinates", &back).await.json().await.unwrap();
        assert!((found["points"][0][0].as_f64().unwrap() - point[0]).abs() < 0.001);
    }
    let outside = json!({ "crs": "EPSG:2180", "points": [[1e9, 0]] });
    assert_eq!(clerk.send_json(Method::POST, "/api/desk/coordinates", &outside).await.status(), 400);
}

#[tokio::test]
async fn many_things_with_one_wrong_whole_are_named_once_each() {
    let town = Town::empty().await;
    let clerk = town.staff("editor").await;
    let lost = Uuid::new_v4();
    let changes: Vec<Value> = (0..300)
        .map(|n| {
            let mut state = tree(f64::from(n), json!({}));
            state["part_of"] = json!(lost);
            change(&Uuid::new_v4().to_string(), "trees", None, state)
        })
        .collect();
    let (status, problem) = submit(&clerk, &draft(&clerk, &changes).await, json!([])).await;
    assert_eq!((status, problem["errors"].as_array().unwrap().len()), (422, 300));
}

#[tokio::test]
async fn a_lost_answer_is_given_again_whole_whatever_it_was() {
    let town = Town::empty().await;
    let clerk = town.staff("editor").await;
    let changes: Vec<Value> = (0..1200)
        .map(|n| change(&Uuid::new_v4().to_string(), "trees", None, tree(f64::from(n), json!({}))))
        .collect();
    let path = draft(&clerk, &changes).await;
    let (_, first) = submit(&clerk, &path, json!([])).await;
    let (status, again) = submit(&clerk, &path, json!([])).await;
    assert_eq!((status, again["assets"].as_array().unwrap().len()), (200, 1200));
    assert_eq!(first["change_set"], again["change_set"]);
    // A draft that comes to nothing is submitted like any other.
    let id = first["assets"][0]["id"].as_str().unwrap();
    let same = asset(&clerk, id).await;
    let state = json!({ "geometry": same["geometry"], "label": same["label"], "attributes": same["attributes"],
        "status": same["status"], "part_of": same["part_of"] });
    let path = draft(&clerk, &[change(id, "trees", Some(1), state)]).await;
    for _ in 0..2 {
        let (status, applied) = submit(&clerk, &path, json!([])).await;
        assert_eq!((status, &applied["change_set"]), (200, &Value::Null));
    }
}

#[tokio::test]
async fn a_private_name_does_not_become_a_label() {
    let town = Town::empty().await;
    let clerk = town.staff("editor").await;
    sqlx::query("update kind set definition = jsonb_set(definition, '{schema,properties,ref,x-public}', 'false'), built_in = false where slug = 'trees'")
        .execute(town.pool())
        .await
        .unwrap();
    let id = plant(&clerk, 0.0, json!({ "ref": "Jan Zmyślony" })).await;
    assert_eq!(asset(&clerk, &id).await["label"], Value::Null);
    assert!(!town.page(&format!("/ogc/collections/trees/items/{id}")).await.contains("Zmyślony"));
}
