//! Bringing files in: all or nothing, the same again changes nothing, newer files are differences.

use std::{io::Write, path::PathBuf};

use reeve::imports::{self, Accept, Counts, Mode};
use serde_json::Value;

use crate::support::{Town, ctx, data};

/// A small OpenStreetMap file.
fn osm(body: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("town.osm");
    let text = format!(
        "<?xml version='1.0'?><osm version='0.6'><bounds minlat='52.0' minlon='21.0' maxlat='52.1' maxlon='21.1'/>{body}</osm>"
    );
    std::fs::write(&path, text).unwrap();
    (folder, path)
}

async fn bring_in(town: &Town, body: &str) -> imports::Outcome {
    let (_folder, path) = osm(body);
    imports::bring_in_osm(&ctx(), town.pool(), &path, Mode::Apply(Accept::everything()), |_| {})
        .await
        .unwrap()
        .1
}

const LAMP_1: &str =
    "<node id='1' version='1' lat='52.01' lon='21.01'><tag k='highway' v='street_lamp'/></node>";
const LAMP_2: &str =
    "<node id='2' version='1' lat='52.02' lon='21.02'><tag k='highway' v='street_lamp'/></node>";
const LAMP_2_MOVED: &str = "<node id='2' version='2' lat='52.03' lon='21.02'><tag k='highway' v='street_lamp'/><tag k='ref' v='L7'/></node>";
const LAMP_3: &str =
    "<node id='3' version='1' lat='52.04' lon='21.02'><tag k='highway' v='street_lamp'/></node>";

#[tokio::test]
async fn a_newer_file_is_a_difference() {
    let town = Town::empty().await;
    let first = bring_in(&town, &format!("{LAMP_1}{LAMP_2}")).await;
    assert_eq!(first.kinds["lamps"], Counts { read: 2, new: 2, ..Counts::default() });
    let same = bring_in(&town, &format!("{LAMP_1}{LAMP_2}")).await;
    assert_eq!(same.kinds["lamps"], Counts { read: 2, unchanged: 2, ..Counts::default() });
    let newer = bring_in(&town, &format!("{LAMP_2_MOVED}{LAMP_3}")).await;
    assert_eq!(
        newer.kinds["lamps"],
        Counts { read: 2, new: 1, changed: 1, vanished: 1, ..Counts::default() }
    );
    // Lamp 2 keeps its id and its past; lamp 1 is out of sight, but not forgotten.
    assert_eq!(town.number("select rev::bigint from asset where source_id = 'node/2'").await, 2);
    assert_eq!(
        town.number(
            "select count(*) from asset_history h join asset a on a.id = h.asset_id where source_id = 'node/2'"
        )
        .await,
        2
    );
    town.app.feed.refresh().await.unwrap();
    let page = town.json("/ogc/collections/lamps/items").await;
    assert_eq!(page["numberMatched"], 2);
    assert_eq!(page["features"].as_array().unwrap().len(), 2);
    // It comes back as the same lamp.
    let back = bring_in(&town, &format!("{LAMP_1}{LAMP_2_MOVED}{LAMP_3}")).await;
    assert_eq!(back.kinds["lamps"], Counts { read: 3, new: 1, unchanged: 2, ..Counts::default() });
}

#[tokio::test]
async fn a_file_of_another_place_makes_nothing_vanish() {
    let town = Town::empty().await;
    bring_in(&town, LAMP_1).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("other.osm");
    let body = LAMP_3.replace("52.04", "50.04");
    std::fs::write(
        &path,
        format!(
            "<osm version='0.6'><bounds minlat='50.0' minlon='21.0' maxlat='50.1' maxlon='21.1'/>{body}</osm>"
        ),
    )
    .unwrap();
    let outcome =
        imports::bring_in_osm(&ctx(), town.pool(), &path, Mode::Apply(Accept::everything()), |_| {})
            .await
            .unwrap()
            .1;
    assert_eq!(outcome.kinds["lamps"].vanished, 0);
    assert_eq!(town.number("select count(*) from asset where status <> 'removed'").await, 2);
}

/// Keys, checks, indexes and triggers of the register as the database has them, and whether they hold.
pub async fn shape(town: &Town) -> Vec<String> {
    sqlx::query_scalar(
        "select format('%s: %s %s', conrelid::regclass, pg_get_constraintdef(oid), convalidated) from pg_constraint
         where conrelid in ('asset'::regclass, 'asset_past'::regclass)
         union all
         select format('%s %s %s', pg_get_indexdef(indexrelid), indisvalid, indisready) from pg_index
         where indrelid in ('asset'::regclass, 'asset_past'::regclass)
         union all
         select 'aside: ' || name from index_aside
         union all
         select 'clustered: ' || indexrelid::regclass from pg_index where indisclustered
         union all
         select format('%s %s', pg_get_triggerdef(oid), tgenabled) from pg_trigger
         where tgrelid = 'asset'::regclass and not tgisinternal
         order by 1",
    )
    .fetch_all(town.pool())
    .await
    .unwrap()
}

#[tokio::test]
async fn the_first_filling_leaves_all_keys_and_indexes() {
    let town = Town::empty().await;
    let before = shape(&town).await;
    assert!(before.len() > 25, "{before:?}");
    bring_in(&town, &format!("{LAMP_1}{LAMP_2}")).await;
    assert_eq!(shape(&town).await, before);
    // Its history is complete, and says who made it.
    assert_eq!(
        town.number(
            "select count(*) from asset_history h join change_set c on c.id = h.change_set
             where h.rev = 1 and h.changed_by = 'test' and c.origin = 'import'"
        )
        .await,
        2
    );
}

#[tokio::test]
async fn an_index_that_a_killed_import_left_out_is_built_by_the_next_one() {
    let town = Town::empty().await;
    let before = shape(&town).await;
    leave_out_an_index(&town).await;
    bring_in(&town, LAMP_1).await;
    assert_eq!(shape(&town).await, before);
}

/// What a program leaves that is killed between the commit of a first filling and the building of its indexes.
pub async fn leave_out_an_index(town: &Town) {
    // In one transaction, as the import does it: a server that is there builds at once what it finds.
    let mut transaction = town.pool().begin().await.unwrap();
    for statement in [
        "insert into index_aside values ('asset_geom', pg_get_indexdef('asset_geom'::regclass))",
        "drop index asset_geom",
    ] {
        sqlx::query(statement).execute(&mut *transaction).await.unwrap();
    }
    transaction.commit().await.unwrap();
}

#[tokio::test]
async fn a_broken_file_leaves_nothing_behind() {
    let town = Town::empty().await;
    bring_in(&town, LAMP_1).await;
    let folder = tempfile::tempdir().unwrap();
    let broken = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::File::create(&path).unwrap().write_all(bytes).unwrap();
        path
    };
    let mut cases = vec![
        broken("cut.osm", format!("<osm version='0.6'>{LAMP_2}<node id='9'").as_bytes()),
        broken("not.osm.pbf", b"%PDF-1.7 this is no map"),
        broken("empty.osm", b""),
        // A header that claims 2 GiB.
        broken("bomb.osm.pbf", &[0x7f, 0xff, 0xff, 0xff, 0x0a, 0x09]),
    ];
    if let Some(real) = data::file("osm/berlin-wittenau.osm.pbf") {
        let bytes = std::fs::read(real).unwrap();
        cases.push(broken("half.osm.pbf", &bytes[..bytes.len() / 2]));
    }
    for path in cases {
        let error =
            imports::bring_in_osm(&ctx(), town.pool(), &path, Mode::Apply(Accept::everything()), |_| {})
                .await
                .unwrap_err()
                .to_string();
        assert!(error.len() > 20, "{}: {error}", path.display());
        assert_eq!(town.number("select count(*) from asset").await, 1, "{}", path.display());
        assert_eq!(town.number("select count(*) from import_run").await, 1, "{}", path.display());
    }
}

#[tokio::test]
async fn real_files_give_the_counts_that_were_taken_independently() {
    // Counts of all elements with a tag, taken with osmium; see the README of the test data.
    for (name, counts) in [
        (
            "lauf-pegnitz.osm.pbf",
            [("lamps", 0), ("benches", 125), ("bins", 26), ("trees", 46), ("cemeteries", 3)],
        ),
        (
            "helsinki-centre.osm.pbf",
            [("lamps", 586), ("benches", 162), ("bins", 36), ("trees", 649), ("cemeteries", 0)],
        ),
        (
            "dreieich-cut.osm.gz",
            [("lamps", 0), ("benches", 49), ("bins", 19), ("trees", 5), ("cemeteries", 2)],
        ),
        (
            "berlin-wittenau.osm.pbf",
            [("lamps", 539), ("benches", 86), ("bins", 47), ("trees", 2866), ("cemeteries", 4)],
        ),
    ] {
        let Some(path) = data::file(&format!("osm/{name}")) else { return };
        let town = Town::empty().await;
        let (_, first) =
            imports::bring_in_osm(&ctx(), town.pool(), &path, Mode::Apply(Accept::everything()), |_| {})
                .await
                .unwrap();
        town.app.feed.refresh().await.unwrap();
        for (kind, count) in counts {
            assert_eq!(first.kinds.get(kind).map_or(0, |c| c.new), count, "{name} {kind}");
            let page = town.json(&format!("/ogc/collections/{kind}/items?limit=1")).await;
            assert_eq!(page["numberMatched"], count, "{name} {kind}");
        }
        let (_, again) =
            imports::bring_in_osm(&ctx(), town.pool(), &path, Mode::Apply(Accept::everything()), |_| {})
                .await
                .unwrap();
        for (kind, counts) in again.kinds {
            assert_eq!(counts.unchanged, counts.read, "{name} {kind}: {counts:?}");
            assert_eq!(counts.vanished, 0, "{name} {kind}");
        }
        assert_eq!(town.number("select count(*) from asset_history where rev > 1").await, 0, "{name}");
    }
}

#[tokio::test]
async fn wittenau_has_its_cemeteries_gates_and_graves() {
    let Some(town) = Town::wittenau().await else { return };
    for (kind, count) in [("graves", 9), ("gates", 6)] {
        assert_eq!(
            town.json(&format!("/ogc/collections/{kind}/items?limit=1")).await["numberMatched"],
            count,
            "{kind}"
        );
    }
    let cemetery = town.asset("cemeteries", "relation/4724661").await;
    for gate in [3_416_139_852_u64, 3_416_139_853, 3_416_139_856, 3_416_139_861, 3_416_139_863] {
        let id = town.asset("gates", &format!("node/{gate}")).await;
        let card: Value = town.json(&format!("/api/assets/{id}")).await;
        assert_eq!(card["part_of"]["id"], cemetery, "gate {gate}");
        assert_eq!(card["licence"]["attribution"], "© OpenStreetMap contributors");
    }
}

#[tokio::test]
async fn two_imports_at_once_do_not_mix() {
    let town = Town::empty().await;
    let bodies = [format!("{LAMP_1}{LAMP_2}"), format!("{LAMP_1}{LAMP_2}{LAMP_3}")];
    let [first, second] = &bodies;
    let (first, second) = tokio::join!(bring_in(&town, first), bring_in(&town, second));
    assert_eq!(first.kinds["lamps"].new + second.kinds["lamps"].new, 3);
    assert_eq!(town.number("select count(*) from asset_history where rev = 1").await, 3);
}

#[tokio::test]
async fn an_import_brings_what_the_source_changed_and_leaves_what_the_clerk_changed() {
    use crate::editing::{asset, change, save};
    let town = Town::empty().await;
    let clerk = town.staff("editor").await;
    bring_in(&town, &format!("{LAMP_1}{LAMP_2}{LAMP_3}")).await;
    let [one, two, three] = [
        town.asset("lamps", "node/1").await,
        town.asset("lamps", "node/2").await,
        town.asset("lamps", "node/3").await,
    ];
    let edited = async |id: &str, with: Value| {
        let now = asset(&clerk, id).await;
        let state = serde_json::json!({ "geometry": now["geometry"], "label": now["label"], "attributes": with,
            "status": now["status"], "part_of": now["part_of"] });
        save(&clerk, &[change(id, "lamps", now["rev"].as_i64(), state)]).await;
    };
    edited(&two, serde_json::json!({ "height_m": 6 })).await;
    edited(&three, serde_json::json!({ "note": "przekrzywiona" })).await;
    save(&clerk, &[change(&one, "lamps", Some(1), Value::Null)]).await;
    // The same file again brings back nothing and takes nothing away.
    let same = bring_in(&town, &format!("{LAMP_1}{LAMP_2}{LAMP_3}")).await;
    assert_eq!((same.kinds["lamps"].changed, same.kinds["lamps"].vanished), (0, 0));
    assert_eq!(clerk.get(&format!("/api/desk/features/{one}")).await.status(), 410);
    // The source moves lamp 2 and numbers it; the clerk's height stays. It no longer names lamp 3, which a clerk knows.
    for _ in 0..2 {
        bring_in(&town, LAMP_2_MOVED).await;
        let now = asset(&clerk, &two).await;
        assert_eq!((&now["attributes"]["height_m"], &now["attributes"]["ref"]), (&6.into(), &"L7".into()));
        assert_eq!(now["geometry"]["coordinates"][1], 52.03);
        assert_eq!(asset(&clerk, &three).await["attributes"]["note"], "przekrzywiona");
    }
    // What the source takes back goes, and only that.
    let plain = LAMP_2_MOVED.replace("<tag k='ref' v='L7'/>", "");
    bring_in(&town, &plain).await;
    let now = asset(&clerk, &two).await;
    assert_eq!((&now["attributes"]["height_m"], &now["attributes"]["ref"]), (&6.into(), &Value::Null));
}
