//! The desk: lists of what wants doing, changes and their undo, a thing's life, the walk.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{Client, Town};

/// A lamp at a place of its own.
async fn lamp(town: &Town, source_id: &str, lon: f64, attributes: Value) -> String {
    sqlx::query(
        "insert into asset (id, kind, geom, label, attributes, source, source_id, updated_at)
         values (gen_random_uuid(), 'lamps', st_setsrid(st_makepoint($2, 52), 4326), $1, $3, 'test', $1, now())",
    )
    .bind(source_id)
    .bind(lon)
    .bind(attributes)
    .execute(town.pool())
    .await
    .unwrap();
    town.app.feed.refresh().await.unwrap();
    town.asset("lamps", source_id).await
}

/// Changes a lamp as the editor does, by a draft; answers the change set.
async fn change(clerk: &Client, id: &str, with: impl Fn(&mut Value)) -> String {
    let asset: Value = clerk.get(&format!("/api/desk/features/{id}")).await.json().await.unwrap();
    let mut after = json!({});
    for key in ["geometry", "label", "attributes", "status", "part_of"] {
        after[key] = asset[key].clone();
    }
    let before = after.clone();
    with(&mut after);
    let draft = uuid::Uuid::new_v4();
    let gesture = json!({ "id": uuid::Uuid::new_v4(), "label": "x", "at": "2026-11-24T10:00:00Z", "changes": [
        { "asset": id, "kind": "lamps", "base_rev": asset["rev"], "before": before, "after": after }] });
    let body = json!({ "version": 0, "from": 0, "gestures": [gesture], "cursor": 1 });
    let written = clerk.send_json(Method::PUT, &format!("/api/desk/drafts/{draft}"), &body).await;
    assert_eq!(written.status(), 200, "{}", written.text().await.unwrap());
    let sent = clerk
        .send_json(Method::POST, &format!("/api/desk/drafts/{draft}/submit"), &json!({ "version": 1 }))
        .await;
    let (status, answer) = (sent.status(), sent.json::<Value>().await.unwrap());
    assert_eq!(status, 200, "{answer}");
    answer["change_set"].as_str().unwrap().to_owned()
}

async fn height(town: &Town, id: &str) -> Value {
    sqlx::query_scalar("select coalesce(attributes -> 'height_m', 'null') from asset where id = $1::uuid")
        .bind(uuid::Uuid::parse_str(id).unwrap())
        .fetch_one(town.pool())
        .await
        .unwrap()
}

fn location(answer: &reqwest::Response) -> &str {
    answer.headers()["location"].to_str().unwrap()
}

#[tokio::test]
async fn lists_find_what_wants_doing_and_forget_what_is_mended() {
    let town = Town::empty().await;
    let clerk = town.staff("editor").await;
    let bad = lamp(&town, "L-bad", 21.0, json!({ "height_m": 900, "stranger": 1 })).await;
    let one = lamp(&town, "L-one", 21.01, json!({})).await;
    let other = lamp(&town, "L-other", 21.010_001, json!({})).await;
    let page = clerk.page("/desk/list/faulty").await;
    assert!(page.contains(&bad) && !page.contains(&one), "{page}");
    assert!(page.contains("Wysokość"), "the field is named");
    let page = clerk.page("/desk/list/stacked").await;
    assert!(page.contains(&one) && page.contains(&other) && !page.contains(&bad));
    change(&clerk, &bad, |after| after["attributes"] = json!({ "height_m": 9 })).await;
    change(&clerk, &other, |after| after["geometry"]["coordinates"][0] = json!(21.02)).await;
    assert!(!clerk.page("/desk/list/faulty").await.contains(&bad), "what is mended leaves the list");
    assert!(!clerk.page("/desk/list/stacked").await.contains(&one));
    let mine = clerk.page("/desk/list/mine").await;
    assert!(mine.contains(&bad) && mine.contains(&other) && !mine.contains(&format!("/desk/assets/{one}")));
    let desk = clerk.page("/desk").await;
    assert!(desk.contains("/desk/list/unseen"));
    assert_eq!(clerk.get("/desk/list/dragons").await.status(), 404);
    assert_eq!(clerk.get("/desk/list/unseen?page=0").await.status(), 400);
    assert_eq!(clerk.get("/desk/list/unseen?kind=dragons").await.status(), 404);
    assert_eq!(clerk.get("/desk/list/unseen?kind=lamps&sort=number&page=400").await.status(), 200);
}

#[tokio::test]
async fn whoever_sees_trees_only_reads_no_lamps() {
    let town = Town::empty().await;
    let id = lamp(&town, "Latarnia pod lipą", 21.0, json!({ "height_m": 900 })).await;
    let trees = town.staff_with(&[("editor", Some(&["trees"]))]).await;
    assert!(!trees.page("/desk").await.contains("Latarnia pod lipą"));
    assert!(!trees.page("/desk/list/faulty").await.contains(&id));
    assert_eq!(trees.get("/desk/list/faulty?kind=lamps").await.status(), 403);
    assert_eq!(trees.get(&format!("/desk/assets/{id}")).await.status(), 404);
    let report = json!({ "outcome": "seen" });
    let answer = trees.send_json(Method::POST, &format!("/api/desk/assets/{id}/seen"), &report).await;
    assert_eq!(answer.status(), 403);
}

#[tokio::test]
async fn chosen_rows_open_in_the_editor() {
    let town = Town::empty().await;
    let clerk = town.staff("editor").await;
    let (a, b) = (uuid::Uuid::new_v4().to_string(), uuid::Uuid::new_v4().to_string());
    let answer = clerk.post_form("/desk/open", &[("asset", &a), ("asset", &b), ("asset", "x&y")]).await;
    assert_eq!(location(&answer), format!("/desk/map?assets={a},{b}"));
}

#[tokio::test]
async fn a_change_is_shown_and_taken_back_from_its_page() {
    let town = Town::empty().await;
    let clerk = town.staff("editor").await;
    let id = lamp(&town, "L1", 21.0, json!({ "height_m": 5 })).await;
    let first = change(&clerk, &id, |after| {
        after["attributes"]["height_m"] = json!(7);
        after["geometry"]["coordinates"][0] = json!(21.000_1);
    })
    .await;
    let changes = clerk.page(&format!("/desk/changes?who={}&kind=lamps&from=2020-01-01", clerk.email)).await;
    assert!(changes.contains(&first));
    assert!(!clerk.page("/desk/changes?who=nobody@urzad.example").await.contains(&first));
    assert!(clerk.page("/desk/changes?from=jutro").await.contains("from-fault"));
    let page = clerk.page(&format!("/desk/changes/{first}")).await;
    assert!(
        page.contains("5\u{a0}m") && page.contains("7\u{a0}m") && page.contains("<svg class=\"sketch\""),
        "{page}"
    );
    let life = clerk.page(&format!("/desk/assets/{id}")).await;
    assert!(life.contains(&first) && life.contains("przesunięto o 6,85 m"), "{life}");
    let undone = clerk.post_form(&format!("/desk/changes/{first}/undo"), &[("what", "all")]).await;
    assert_eq!(undone.status(), StatusCode::SEE_OTHER);
    assert_eq!(height(&town, &id).await, 5);
    let undo = location(&undone).split('?').next().unwrap().to_owned();
    assert!(clerk.page(&undo).await.contains(&first), "it names what it takes back");
    let again = clerk.post_form(&format!("/desk/changes/{first}/undo"), &[("what", "all")]).await;
    assert_eq!(again.status(), StatusCode::CONFLICT, "nothing is left to be undone");
    let viewer = town.staff("viewer").await;
    assert_eq!(viewer.get(&format!("/desk/changes/{first}")).await.status(), 200);
    assert_eq!(
        viewer.post_form(&format!("/desk/changes/{first}/undo"), &[("what", "all")]).await.status(),
        StatusCode::FORBIDDEN
    );
}

#[tokio::test]
async fn an_undo_that_clashes_is_put_to_the_clerk() {
    let town = Town::empty().await;
    let clerk = town.staff("editor").await;
    let id = lamp(&town, "L1", 21.0, json!({ "height_m": 5 })).await;
    change(&clerk, &id, |after| after["attributes"]["height_m"] = json!(7)).await;
    change(&clerk, &id, |after| after["attributes"]["height_m"] = json!(8)).await;
    let path = format!("/desk/assets/{id}/undo");
    let clash = clerk.post_form(&path, &[("rev", "2")]).await;
    assert_eq!(clash.status(), StatusCode::CONFLICT);
    let page = clash.text().await.unwrap();
    let choice = format!("choice|{id}|3|attributes.height_m");
    assert!(page.contains(&choice.replace('|', "&#124;")) || page.contains(&choice), "{page}");
    let kept = clerk.post_form(&path, &[("rev", "2"), (&choice, "theirs")]).await;
    assert_eq!(kept.status(), StatusCode::CONFLICT, "then there is nothing to undo");
    let taken = clerk.post_form(&path, &[("rev", "2"), (&choice, "mine")]).await;
    assert_eq!(taken.status(), StatusCode::SEE_OTHER);
    assert_eq!(height(&town, &id).await, 5);
}

#[tokio::test]
async fn old_versions_are_read_with_the_titles_of_their_time() {
    let town = Town::empty().await;
    let clerk = town.staff("administrator").await;
    let id = lamp(&town, "L1", 21.0, json!({ "height_m": 5 })).await;
    sqlx::query(
        "update kind set definition = definition #- '{schema,properties,height_m}' where slug = 'lamps'",
    )
    .execute(town.pool())
    .await
    .unwrap();
    let life = clerk.page(&format!("/desk/assets/{id}")).await;
    assert!(life.contains("Wysokość") && life.contains("5\u{a0}m"), "{life}");
}

#[tokio::test]
async fn reports_from_the_field_count_once_and_change_what_they_say() {
    let town = Town::empty().await;
    let id = lamp(&town, "L1", 21.0, json!({})).await;
    let path = format!("/api/desk/assets/{id}/seen");
    let surveyor = town.staff("surveyor").await;
    let report = json!({ "outcome": "seen", "position": [21.0, 52.0], "note": "świeci", "report": uuid::Uuid::new_v4() });
    for _ in 0..2 {
        let answer = surveyor.send_json(Method::POST, &path, &report).await;
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.json::<Value>().await.unwrap()["today"], 1);
    }
    assert_eq!(town.number("select count(*) from asset_sighting").await, 1);
    assert_eq!(town.number("select rev::bigint from asset").await, 1, "seeing changes nothing");
    assert!(surveyor.page(&format!("/desk/assets/{id}")).await.contains("świeci"));
    assert!(!surveyor.page("/desk/walk").await.contains(&id), "what was seen does not come again");
    for outcome in ["moved", "gone"] {
        let report = json!({ "outcome": outcome, "position": [21.001, 52.0] });
        assert_eq!(surveyor.send_json(Method::POST, &path, &report).await.status(), 403, "{outcome}");
    }
    let editor = town.staff("editor").await;
    assert_eq!(editor.send_json(Method::POST, &path, &json!({ "outcome": "moved" })).await.status(), 400);
    let moved = json!({ "outcome": "moved", "position": [21.001, 52.0] });
    assert_eq!(editor.send_json(Method::POST, &path, &moved).await.status(), 200);
    assert_eq!(town.number("select (st_x(geom) * 1000)::bigint from asset").await, 21_001);
    assert_eq!(town.number("select count(*) from change_set where origin = 'field'").await, 1);
    let gone = json!({ "outcome": "gone", "report": uuid::Uuid::new_v4(), "note": "wycięta" });
    for _ in 0..2 {
        assert_eq!(editor.send_json(Method::POST, &path, &gone).await.status(), 200);
    }
    assert_eq!(town.number("select count(*) from asset where status = 'removed'").await, 1);
    let life = editor.page(&format!("/desk/assets/{id}")).await;
    assert!(life.contains("Usunięty z rejestru"));
    assert!(sqlx::query("delete from asset_sighting").execute(town.pool()).await.is_err());
    for nasty in [
        json!({ "outcome": "eaten" }),
        json!({ "outcome": "seen", "position": [999, 0] }),
        json!({ "outcome": "seen", "note": "x".repeat(2000) }),
        json!({ "outcome": "seen", "at": "1999-01-01T00:00:00Z" }),
    ] {
        assert_eq!(editor.send_json(Method::POST, &path, &nasty).await.status(), 400, "{nasty}");
    }
    let nowhere = format!("/api/desk/assets/{}/seen", uuid::Uuid::new_v4());
    assert_eq!(editor.send_json(Method::POST, &nowhere, &json!({ "outcome": "seen" })).await.status(), 404);
}

#[tokio::test]
async fn the_walk_goes_to_the_nearest_and_works_without_scripts() {
    let town = Town::empty().await;
    let surveyor = town.staff("surveyor").await;
    let near = lamp(&town, "L-near", 21.0, json!({ "height_m": 5 })).await;
    let far = lamp(&town, "L-far", 21.01, json!({})).await;
    let list: Value = surveyor.get("/api/desk/walk?at=21.0,52.0&kind=lamps").await.json().await.unwrap();
    assert_eq!(list["things"][0]["id"], near.as_str());
    assert_eq!(list["things"][1]["id"], far.as_str());
    assert_eq!(list["things"][0]["writable"], false);
    let page = surveyor.page("/desk/walk?at=21.0,52.0").await;
    assert!(page.contains(&format!("name=\"asset\" value=\"{near}\"")));
    let fields = [
        ("asset", near.as_str()),
        ("outcome", "seen"),
        ("note", ""),
        ("kind", "lamps"),
        ("point", "21.0,52.0"),
    ];
    let sent = surveyor.post_form("/desk/walk", &fields).await;
    assert_eq!(sent.status(), StatusCode::SEE_OTHER);
    let next = surveyor.page(location(&sent)).await;
    assert!(next.contains(&format!("name=\"asset\" value=\"{far}\"")));
    let skipped = surveyor.page(&format!("/desk/walk?skip={far}")).await;
    assert!(!skipped.contains(&format!("name=\"asset\" value=\"{far}\"")));
    assert_eq!(town.staff("viewer").await.get("/desk/walk").await.status(), 403);
    assert_eq!(surveyor.get("/api/desk/walk?at=x").await.status(), 400);
}

#[tokio::test]
async fn the_table_shows_the_registry_as_it_was() {
    let town = Town::empty().await;
    let clerk = town.staff("editor").await;
    let id = lamp(&town, "L1", 21.0, json!({ "ref": "L1", "height_m": 5 })).await;
    // Registered and changed long ago, and changed again now.
    sqlx::query("update asset set attributes = attributes || '{\"height_m\": 7}', rev = rev + 1, updated_at = '2026-01-10T12:00:00Z'")
        .execute(town.pool())
        .await
        .unwrap();
    change(&clerk, &id, |after| after["attributes"]["height_m"] = json!(9)).await;
    let now = clerk.page("/desk/assets?kind=lamps").await;
    assert!(now.contains(">9<") && now.contains(&id));
    let then = clerk.page("/desk/assets?kind=lamps&as_of=2026-01-10").await;
    assert!(then.contains(">7<") && !then.contains(">9<"), "{then}");
    assert!(then.contains("/api/export/lamps.geojson?as_of=2026-01-10T22:59:59.999999Z"), "{then}");
    assert!(!clerk.page("/desk/assets?kind=lamps&as_of=2025-01-01").await.contains(&id));
    assert!(clerk.page("/desk/assets?kind=lamps&as_of=wczoraj").await.contains("as-of-fault"));
    assert_eq!(clerk.get("/desk/assets?kind=dragons").await.status(), 404);
}

#[tokio::test]
async fn many_reports_at_once_do_not_wait_for_each_other() {
    let town = Town::empty().await;
    let editor = town.staff("editor").await;
    let mut ids = Vec::new();
    for n in 0..24 {
        ids.push(lamp(&town, &format!("L{n}"), 21.0 + f64::from(n) * 0.001, json!({})).await);
    }
    let sent = ids.iter().enumerate().map(|(n, id)| {
        let report = json!({ "outcome": if n % 2 == 0 { "gone" } else { "seen" } });
        let (editor, path) = (&editor, format!("/api/desk/assets/{id}/seen"));
        async move { editor.send_json(Method::POST, &path, &report).await.status() }
    });
    let all = futures::future::join_all(sent);
    let answers = tokio::time::timeout(std::time::Duration::from_secs(20), all).await.expect("no starving");
    assert!(answers.iter().all(|status| *status == 200), "{answers:?}");
    assert_eq!(town.number("select count(*) from asset_sighting").await, 24);
}

#[tokio::test]
async fn a_report_waits_for_an_editor_without_holding_what_the_editor_needs() {
    let town = Town::empty().await;
    let editor = town.staff("editor").await;
    let id = lamp(&town, "L1", 21.0, json!({})).await;
    let mut saving = town.pool().begin().await.unwrap();
    sqlx::query("select from collection_state where collection = 'lamps' for update")
        .execute(&mut *saving)
        .await
        .unwrap();
    let path = format!("/api/desk/assets/{id}/seen");
    let report = json!({ "outcome": "gone" });
    let sent = editor.send_json(Method::POST, &path, &report);
    let saved = async {
        let waits = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
        let deadline = std::time::Instant::now() + std::time::Duration::from_secs(30);
        while town.number(waits).await == 0 {
            assert!(std::time::Instant::now() < deadline, "the report does not wait for the collection");
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        sqlx::query("set local lock_timeout = '500ms'").execute(&mut *saving).await.unwrap();
        let held =
            sqlx::query("select from asset where kind = 'lamps' for update").execute(&mut *saving).await;
        saving.rollback().await.unwrap();
        held
    };
    let (answer, held) = tokio::join!(sent, saved);
    assert!(held.is_ok(), "{held:?}");
    assert_eq!(answer.status(), 200);
}

#[tokio::test]
async fn a_late_report_does_not_overwrite_newer_work() {
    let town = Town::empty().await;
    let editor = town.staff("editor").await;
    let id = lamp(&town, "L1", 21.0, json!({ "height_m": 5 })).await;
    sqlx::query("update asset set rev = rev + 1, updated_at = '2026-01-10T12:00:00Z'")
        .execute(town.pool())
        .await
        .unwrap();
    let list: Value = editor.get("/api/desk/walk?kind=lamps").await.json().await.unwrap();
    assert_eq!(list["things"][0]["rev"], 2);
    assert!(editor.page("/desk/walk").await.contains("name=\"rev\" value=\"2\""));
    let found_at: chrono::DateTime<chrono::Utc> =
        sqlx::query_scalar("select now()").fetch_one(town.pool()).await.unwrap();
    change(&editor, &id, |after| after["geometry"]["coordinates"][0] = json!(21.000_1)).await;
    let path = format!("/api/desk/assets/{id}/seen");
    for report in [
        json!({ "outcome": "moved", "position": [21.001, 52.0], "rev": 2 }),
        json!({ "outcome": "gone", "rev": 2 }),
        json!({ "outcome": "gone", "at": found_at }),
    ] {
        let answer = editor.send_json(Method::POST, &path, &report).await;
        assert_eq!(answer.status(), 409, "{report}");
        let clash: Value = answer.json().await.unwrap();
        assert_eq!(clash["type"], "urn:reeve:problem:clash");
        assert_eq!(clash["more"]["clashes"][0]["who"], editor.email.as_str(), "{clash}");
    }
    assert_eq!(town.number("select (st_x(geom) * 10000)::bigint from asset").await, 210_001);
    assert_eq!(town.number("select count(*) from asset_sighting").await, 0, "a clash leaves nothing");
    let form = [("asset", id.as_str()), ("outcome", "gone"), ("rev", "2")];
    assert_eq!(editor.post_form("/desk/walk", &form).await.status(), 409);
    // Another field merges with what was found.
    change(&editor, &id, |after| after["attributes"]["height_m"] = json!(7)).await;
    let report =
        json!({ "outcome": "moved", "position": [21.001, 52.0], "rev": 3, "report": uuid::Uuid::new_v4() });
    for _ in 0..2 {
        assert_eq!(editor.send_json(Method::POST, &path, &report).await.status(), 200);
    }
    assert_eq!(height(&town, &id).await, 7);
    assert_eq!(town.number("select (st_x(geom) * 1000)::bigint from asset").await, 21_001);
    let unknown = json!({ "outcome": "gone", "rev": 99 });
    assert_eq!(editor.send_json(Method::POST, &path, &unknown).await.status(), 400);
}

#[tokio::test]
async fn an_import_that_ends_late_is_looked_through() {
    let town = Town::empty().await;
    let clerk = town.staff("editor").await;
    let known = lamp(&town, "L1", 21.0, json!({ "height_m": 900 })).await;
    assert!(clerk.page("/desk/list/faulty").await.contains(&known));
    let mut import = town.pool().begin().await.unwrap();
    sqlx::query(
        "insert into asset (id, kind, geom, label, attributes, source, source_id, updated_at)
         values (gen_random_uuid(), 'lamps', st_setsrid(st_makepoint(21.1, 52), 4326), 'L2', '{\"height_m\": 901}',
                 'test', 'L2', now() - interval '3 hours')",
    )
    .execute(&mut *import)
    .await
    .unwrap();
    sqlx::query(
        "insert into import_run (id, source, file_name, started_at, finished_at, report)
         values (gen_random_uuid(), 'test', 'lamps.csv', now() - interval '3 hours', now(), '{}')",
    )
    .execute(&mut *import)
    .await
    .unwrap();
    import.commit().await.unwrap();
    town.app.feed.refresh().await.unwrap();
    let late = town.asset("lamps", "L2").await;
    assert!(clerk.page("/desk/list/faulty").await.contains(&late));
}
