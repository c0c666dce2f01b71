//! History, undo, and the registry as of a date.

use std::collections::BTreeMap;

use reqwest::Method;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::{
    editing::{asset, change, draft, plant, save, submit, tree},
    support::{Client, Town, asked},
};

async fn versions(clerk: &Client, id: &str) -> Vec<Value> {
    let answer = clerk.get(&format!("/api/desk/assets/{id}/history")).await;
    assert_eq!(answer.status(), 200);
    let body: Value = answer.json().await.unwrap();
    body["versions"].as_array().unwrap().clone()
}

async fn undo(clerk: &Client, change_set: &Value, body: Value) -> (u16, Value) {
    let path = format!("/api/desk/changes/{}/undo", change_set.as_str().unwrap());
    let answer = clerk.send_json(Method::POST, &path, &body).await;
    (answer.status().as_u16(), answer.json().await.unwrap())
}

#[tokio::test]
async fn a_life_tells_who_changed_what_and_when() {
    let town = Town::empty().await;
    let (anna, piotr) = (town.staff("editor").await, town.staff("editor").await);
    let id = plant(&anna, 0.0, json!({ "height_m": 5 })).await;
    save(&piotr, &[change(&id, "trees", Some(1), tree(4.0, json!({ "height_m": 6 })))]).await;
    save(&anna, &[change(&id, "trees", Some(2), Value::Null)]).await;
    let life = versions(&anna, &id).await;
    let told: Vec<_> =
        life.iter().map(|v| (v["rev"].as_i64().unwrap(), v["who"].as_str().unwrap())).collect();
    assert_eq!(told, [(3, anna.email.as_str()), (2, piotr.email.as_str()), (1, anna.email.as_str())]);
    assert!(life[0]["state"].is_null());
    let changed: BTreeMap<&str, &Value> =
        life[1]["fields"].as_array().unwrap().iter().map(|f| (f["field"].as_str().unwrap(), f)).collect();
    assert_eq!(changed.keys().copied().collect::<Vec<_>>(), ["attributes.height_m", "geometry"]);
    let height = changed["attributes.height_m"];
    assert_eq!(
        (&height["title"], &height["old"], &height["new"]),
        (&json!("Wysokość"), &json!(5), &json!(6))
    );
    let list: Value = anna.get("/api/desk/changes").await.json().await.unwrap();
    let counts: Vec<_> = list
        .as_array()
        .unwrap()
        .iter()
        .map(|c| [&c["new"], &c["changed"], &c["removed"]].map(|n| n.as_i64().unwrap()))
        .collect();
    assert_eq!(counts, [[0, 0, 1], [0, 1, 0], [1, 0, 0]]);
    let one: Value = anna
        .get(&format!("/api/desk/changes/{}", list[1]["id"].as_str().unwrap()))
        .await
        .json()
        .await
        .unwrap();
    assert_eq!(one["assets"][0]["before"]["attributes"]["height_m"], 5);
    assert_eq!(one["assets"][0]["present_rev"], 3);
}

#[tokio::test]
async fn a_saved_change_is_undone_by_a_change_that_can_be_undone() {
    let town = Town::empty().await;
    let clerk = town.staff("editor").await;
    let made: Vec<String> = (0..3).map(|_| Uuid::new_v4().to_string()).collect();
    let all: Vec<Value> = made
        .iter()
        .enumerate()
        .map(|(n, id)| change(id, "trees", None, tree(n as f64 * 9.0, json!({ "height_m": n + 1 }))))
        .collect();
    let planted = save(&clerk, &all).await;
    let (status, undone) = undo(&clerk, &planted["change_set"], json!({})).await;
    assert_eq!((status, undone["removed"].as_array().unwrap().len()), (200, 3));
    assert_eq!(town.json("/ogc/collections/trees/items").await["numberMatched"], 0);
    // Undone twice is nothing to undo, and the undo itself is taken back.
    let (status, problem) = undo(&clerk, &planted["change_set"], json!({})).await;
    assert_eq!((status, &problem["type"]), (409, &json!("urn:reeve:problem:nothing-to-undo")));
    let (status, back) = undo(&clerk, &undone["change_set"], json!({ "assets": [made[0], made[1]] })).await;
    assert_eq!((status, back["assets"].as_array().unwrap().len()), (200, 2));
    assert_eq!(asset(&clerk, &made[1]).await["attributes"]["height_m"], 2);
    let list: Value = clerk.get("/api/desk/changes").await.json().await.unwrap();
    assert_eq!((&list[1]["undoes"], &list[1]["undone_by"]), (&planted["change_set"], &back["change_set"]));
}

#[tokio::test]
async fn an_undo_keeps_what_came_after_and_asks_where_it_clashes() {
    let town = Town::empty().await;
    let (anna, piotr) = (town.staff("editor").await, town.staff("editor").await);
    let id = plant(&anna, 0.0, json!({ "height_m": 5, "note": "a" })).await;
    let tall =
        save(&anna, &[change(&id, "trees", Some(1), tree(0.0, json!({ "height_m": 6, "note": "a" })))]).await;
    save(&piotr, &[change(&id, "trees", Some(2), tree(0.0, json!({ "height_m": 6, "note": "b" })))]).await;
    let (status, _) = undo(&anna, &tall["change_set"], json!({})).await;
    assert_eq!(status, 200);
    let now = asset(&anna, &id).await;
    assert_eq!((&now["attributes"]["height_m"], &now["attributes"]["note"]), (&json!(5), &json!("b")));

    let taller =
        save(&anna, &[change(&id, "trees", Some(4), tree(0.0, json!({ "height_m": 7, "note": "b" })))]).await;
    save(&piotr, &[change(&id, "trees", Some(5), tree(0.0, json!({ "height_m": 8, "note": "b" })))]).await;
    let (status, problem) = undo(&anna, &taller["change_set"], json!({})).await;
    assert_eq!((status, &problem["more"]["clashes"][0]["fields"][0]["theirs"]), (409, &json!(8)));
    let choices = json!([{ "asset": id, "field": "attributes.height_m", "take": "mine", "theirs_rev": 6 }]);
    assert_eq!(undo(&anna, &taller["change_set"], json!({ "choices": choices })).await.0, 200);
    assert_eq!(asset(&anna, &id).await["attributes"]["height_m"], 5);
}

#[tokio::test]
async fn what_an_import_changed_is_undone_by_its_version() {
    let town = Town::village().await;
    let clerk = town.staff("editor").await;
    let id: String = sqlx::query_scalar("select id::text from asset where kind = 'benches' limit 1")
        .fetch_one(town.pool())
        .await
        .unwrap();
    let answer =
        clerk.send_json(Method::POST, &format!("/api/desk/assets/{id}/undo"), &json!({ "rev": 1 })).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(clerk.get(&format!("/api/desk/features/{id}")).await.status(), 410);
}

#[tokio::test]
async fn the_export_as_of_yesterday_differs_by_exactly_what_was_changed_today() {
    let town = Town::village().await;
    let clerk = town.staff("planner").await;
    let editor = town.staff("editor").await;
    // All that is there came yesterday.
    for statement in [
        "update asset_past set changed_at = changed_at - interval '1 day'",
        "alter table asset disable trigger user",
        "update asset set updated_at = updated_at - interval '1 day'",
        "alter table asset enable trigger user",
    ] {
        sqlx::query(statement).execute(town.pool()).await.unwrap();
    }
    let export = async |as_of: Option<&str>| -> BTreeMap<String, Value> {
        let query = as_of.map(|at| format!("?as_of={at}")).unwrap_or_default();
        let text = clerk.page(&format!("/api/export/trees.geojsonl{query}")).await;
        text.lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap())
            .map(|feature| (feature["id"].as_str().unwrap().to_owned(), feature))
            .collect()
    };
    let before = export(None).await;
    let ids: Vec<&String> = before.keys().take(3).collect();
    let moved = asset(&editor, ids[0]).await;
    let mut state = json!({ "geometry": moved["geometry"], "label": moved["label"], "status": moved["status"],
        "part_of": moved["part_of"], "attributes": moved["attributes"] });
    state["attributes"]["height_m"] = json!(33);
    let new = Uuid::new_v4().to_string();
    let mut planted = state.clone();
    planted["label"] = Value::Null;
    save(
        &editor,
        &[
            change(ids[0], "trees", Some(1), state),
            change(ids[1], "trees", Some(1), Value::Null),
            change(&new, "trees", None, planted),
        ],
    )
    .await;
    let midnight: String =
        sqlx::query_scalar("select to_char(now() - interval '1 hour', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')")
            .fetch_one(town.pool())
            .await
            .unwrap();
    let (then, now) = (export(Some(&midnight)).await, export(None).await);
    assert_eq!(then, before);
    let differing: Vec<&String> = then
        .keys()
        .chain(now.keys().filter(|id| !then.contains_key(*id)))
        .filter(|id| then.get(*id) != now.get(*id))
        .collect();
    let mut wanted = vec![ids[0], ids[1]];
    wanted.sort();
    wanted.push(&new);
    assert_eq!(differing, wanted);
    // Items and tiles know the date too, and the public is not told.
    let items: Value = clerk
        .get(&format!("/ogc/collections/trees/items?limit=1&as_of={midnight}"))
        .await
        .json()
        .await
        .unwrap();
    assert_eq!(items["numberMatched"], before.len());
    let [lon, lat] = [0, 1].map(|axis| moved["geometry"]["coordinates"][axis].as_f64().unwrap());
    let tile = tiles::TileId::at(lon, lat, 17);
    let tile = format!("/tiles/trees/17/{}/{}.mvt?as_of={midnight}", tile.x(), tile.y());
    assert!(!clerk.get(&tile).await.bytes().await.unwrap().is_empty());
    for path in [&tile, &format!("/api/export/trees.geojsonl?as_of={midnight}")] {
        assert_eq!(town.get(path).await.status(), 401);
    }
    assert_eq!(clerk.get("/api/export/trees.geojsonl?as_of=wczoraj").await.status(), 400);
}

/// A small generator whose numbers the seed decides (xorshift64*).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % sides
    }
}

/// What the history says of a thing, made anew from its fields alone.
fn replayed(versions: &[Value]) -> Option<Map<String, Value>> {
    let mut fields: Map<String, Value> = Map::new();
    for version in versions.iter().rev() {
        for field in version["fields"].as_array().unwrap() {
            let name = field["field"].as_str().unwrap();
            assert_eq!(fields.get(name).unwrap_or(&Value::Null), &field["old"], "{name}");
            if field["new"].is_null() {
                fields.remove(name);
            } else {
                fields.insert(name.to_owned(), field["new"].clone());
            }
        }
    }
    (!fields.is_empty()).then_some(fields)
}

/// A thing's fields as the history names them.
fn fields_of(asset: &Value) -> Map<String, Value> {
    let mut fields = Map::new();
    for name in ["geometry", "label", "status", "part_of"] {
        if !asset[name].is_null() {
            fields.insert(name.to_owned(), asset[name].clone());
        }
    }
    for (key, value) in asset["attributes"].as_object().unwrap() {
        fields.insert(format!("attributes.{key}"), value.clone());
    }
    fields
}

/// Random edits; `REEVE_HISTORY_EDITS` asks for another number.
const EDITS: usize = 1000;

#[tokio::test]
async fn random_edits_merges_and_undos_replay_to_the_present_state() {
    let edits = asked("REEVE_HISTORY_EDITS", EDITS);
    let town = Town::empty().await;
    let clerks = [town.staff("editor").await, town.staff("editor").await];
    let mut dice = Dice(0x5eed_7265_6576);
    let mut ids: Vec<String> = Vec::new();
    let mut sets: Vec<Value> = Vec::new();
    let (mut saved, mut clashed, mut undone, mut merged) = (0, 0, 0, 0);
    for _ in 0..edits {
        let clerk = &clerks[dice.roll(2)];
        let take = ["mine", "theirs"][dice.roll(2)];
        let (status, body) = if !sets.is_empty() && dice.roll(5) == 0 {
            let set = sets[dice.roll(sets.len())].clone();
            let mut answer = undo(clerk, &set, json!({})).await;
            if answer.1["type"] == "urn:reeve:problem:clash" {
                clashed += 1;
                answer = undo(clerk, &set, json!({ "choices": choices(&answer.1, take) })).await;
            }
            undone += usize::from(answer.0 == 200);
            assert!(matches!(answer.0, 200 | 409), "{answer:?}");
            answer
        } else {
            let mut changes = Vec::new();
            // What this very submission makes is not there to be changed by it.
            let known = ids.len();
            for _ in 0..=dice.roll(3) {
                let id =
                    if known == 0 || dice.roll(4) == 0 { None } else { Some(ids[dice.roll(known)].clone()) };
                changes.push(random_change(&mut dice, clerk, id, &mut ids).await);
            }
            let mut named = std::collections::BTreeSet::new();
            changes.retain(|change| named.insert(change["asset"].as_str().unwrap().to_owned()));
            let stale = changes.iter().any(|change| change["stale"] == true);
            for change in &mut changes {
                change.as_object_mut().unwrap().remove("stale");
            }
            let path = draft(clerk, &changes).await;
            let mut answer = submit(clerk, &path, json!([])).await;
            if answer.0 == 409 {
                clashed += 1;
                answer = submit(clerk, &path, choices(&answer.1, take)).await;
            } else if stale {
                merged += 1;
            }
            assert_eq!(answer.0, 200, "{answer:?}");
            saved += 1;
            answer
        };
        if status == 200 && !body["change_set"].is_null() {
            sets.push(body["change_set"].clone());
        }
    }
    println!("{saved} saved, {merged} merged, {clashed} clashed, {undone} undone, {} things", ids.len());
    assert!(saved > edits / 2 && clashed > edits / 50 && undone > edits / 20 && merged > edits / 50);
    for id in &ids {
        let life = versions(&clerks[0], id).await;
        let now = clerks[0].get(&format!("/api/desk/features/{id}")).await;
        let present = if now.status() == 410 { None } else { Some(fields_of(&now.json().await.unwrap())) };
        assert_eq!(
            serde_json::to_vec(&replayed(&life)).unwrap(),
            serde_json::to_vec(&present).unwrap(),
            "{id}"
        );
    }
    // The last row of the history is the row of the table, byte for byte, and no number is left out.
    let astray = "select count(*) from asset a left join asset_history h on h.asset_id = a.id and h.rev = a.rev
         where (st_asewkb(a.geom), a.label, a.attributes::text, a.status, a.part_of, a.updated_at)
               is distinct from (st_asewkb(h.geom), h.label, h.attributes::text, h.status, h.part_of, h.changed_at)
            or a.rev <> (select count(*) from asset_history n where n.asset_id = a.id)";
    assert_eq!(town.number(astray).await, 0);
    // At each instant the register as of then is what the history had last said.
    let wrong = "select count(*) from (select distinct changed_at as at from asset_history) t
         cross join lateral (
             select count(*) as n, coalesce(sum(rev), 0) as revs from asset_as_of('trees', t.at)) shown
         cross join lateral (
             select count(*) as n, coalesce(sum(rev), 0) as revs from (
                 select distinct on (asset_id) asset_id, rev, status from asset_history
                 where changed_at <= t.at order by asset_id, rev desc) last
             where status <> 'removed') told
         where (shown.n, shown.revs) is distinct from (told.n, told.revs)";
    assert_eq!(town.number(wrong).await, 0);
}

/// Takes one side of every clash.
fn choices(problem: &Value, take: &str) -> Value {
    let mut all = Vec::new();
    for clash in problem["more"]["clashes"].as_array().into_iter().flatten() {
        let choice = |field: &Value| json!({ "asset": clash["asset"], "field": field, "take": take, "theirs_rev": clash["theirs_rev"] });
        all.push(choice(&json!("*")));
        all.extend(clash["fields"].as_array().unwrap().iter().map(|field| choice(&field["field"])));
    }
    all.into()
}

/// A new tree, or a change of a known one on its present or an older version.
async fn random_change(dice: &mut Dice, clerk: &Client, id: Option<String>, ids: &mut Vec<String>) -> Value {
    let attributes = |dice: &mut Dice| {
        let mut all = Map::new();
        if dice.roll(3) > 0 {
            all.insert("height_m".into(), [json!(5), json!(6.5), json!(7)][dice.roll(3)].clone());
        }
        if dice.roll(3) > 0 {
            all.insert("note".into(), json!(["a", "ą\"b", "c\nd"][dice.roll(3)]));
        }
        if dice.roll(4) == 0 {
            all.insert("ref".into(), json!(format!("D-{}", dice.roll(9))));
        }
        Value::Object(all)
    };
    let Some(id) = id else {
        let id = Uuid::new_v4().to_string();
        ids.push(id.clone());
        return change(&id, "trees", None, tree(dice.roll(100) as f64, attributes(dice)));
    };
    let life = versions(clerk, &id).await;
    let at = dice.roll(life.len().min(3));
    let version = &life[at];
    let mut change = if version["state"].is_null() || dice.roll(6) == 0 {
        change(&id, "trees", version["rev"].as_i64(), Value::Null)
    } else {
        let mut state = version["state"].clone();
        match dice.roll(3) {
            0 => state["geometry"] = crate::editing::point(dice.roll(100) as f64),
            1 => state["attributes"]["height_m"] = json!(dice.roll(20)),
            _ => state["attributes"] = attributes(dice),
        }
        change(&id, "trees", version["rev"].as_i64(), state)
    };
    change["stale"] = json!(at > 0);
    change
}

#[tokio::test]
async fn the_past_is_for_whoever_may_read_the_kind() {
    let town = Town::village().await;
    let forester = town.staff_with(&[("editor", Some(&["trees"]))]).await;
    assert_eq!(forester.get("/api/export/trees.geojsonl?as_of=2099-01-01").await.status(), 200);
    for path in [
        "/api/export/lamps.geojsonl?as_of=2099-01-01",
        "/ogc/collections/lamps/items?as_of=2099-01-01",
        "/tiles/lamps/15/18271/10785.mvt?as_of=2099-01-01",
        "/api/features?kinds=lamps&bbox=20,52,21,53&as_of=2099-01-01",
    ] {
        assert_eq!(forester.get(path).await.status(), 403, "{path}");
    }
    let page = forester.page("/map?layers=lamps,trees&as_of=2099-01-01").await;
    assert!(!page.contains("lamps.geojson?as_of") && page.contains("trees.geojson?as_of"));
}
