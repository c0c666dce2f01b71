//! Real files of towns through their saved mappings, as the command line brings them in: what comes in, what is listed and
//! why, that the same again changes nothing, and that one undo leaves the register as it was.

use serde_json::{Value, json};

use crate::{
    command_line::reeve,
    imports::shape,
    support::{Town, data},
};

/// What is expected of one delivery.
struct Expected {
    mapping: &'static str,
    path: &'static str,
    /// Counts of the report; those of whole files were taken beforehand from the files themselves.
    counts: &'static [(&'static str, i64)],
    /// Rows that stay out, by reason.
    reasons: &'static [(&'static str, usize)],
}

/// All that is registered, as one sum: things and people that are there, whatever their versions.
async fn register(town: &Town) -> String {
    sqlx::query_scalar(
        "select md5(coalesce(string_agg(row::text, e'\\n' order by row::text), '')) from (
             select to_jsonb(x) as row from (
                 select id, kind, st_asewkb(geom), label, attributes, status, part_of, source, source_id
                 from asset where status <> 'removed') x
             union all
             select to_jsonb(y) from (
                 select b.id, b.grave_id, b.buried, p.given_names, p.surname, p.maiden_name, p.born, p.died
                 from burial b join person p on p.id = b.person_id where not b.withdrawn) y) rows",
    )
    .fetch_one(town.pool())
    .await
    .unwrap()
}

fn import(town: &Town, mapping: &str, path: &std::path::Path, more: &[&str]) -> Value {
    let report = tempfile::NamedTempFile::new().unwrap();
    let mut arguments = vec!["import", path.to_str().unwrap(), "--map", mapping, "--report"];
    arguments.push(report.path().to_str().unwrap());
    arguments.extend(more);
    let output = reeve(&town.url(), &arguments);
    assert!(output.status.success(), "{mapping}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&std::fs::read(report.path()).unwrap()).unwrap()
}

async fn undo(town: &Town, change_set: &Value) -> reqwest::Response {
    let clerk = town.staff("editor").await;
    let address = format!("/api/desk/changes/{}/undo", change_set.as_str().unwrap());
    clerk.send_json(reqwest::Method::POST, &address, &json!({})).await
}

/// A dry run, the delivery, the same again, undo, and once more.
async fn comes_in_once_and_can_be_taken_back(expected: Expected) {
    let Expected { mapping, path, counts, reasons } = expected;
    let Some(path) = data::file(path) else { return };
    let town = Town::village().await;
    let before = register(&town).await;
    // What holds for the small ones need not be waited for with the largest.
    let small = !counts.iter().any(|(name, count)| *name == "read" && *count > 100_000);
    if small {
        let dry = import(&town, mapping, &path, &["--dry-run"]);
        assert_eq!(register(&town).await, before, "a dry run writes nothing");
        for (name, count) in counts {
            assert_eq!(dry[*name], *count, "{name}, dry");
        }
    }
    let first = import(&town, mapping, &path, &[]);
    for (name, count) in counts {
        assert_eq!(first[*name], *count, "{name}");
    }
    let told = first["rejected_values"].as_array().unwrap();
    for (reason, count) in reasons {
        let found = told.iter().filter(|r| r["reason"] == *reason && r["whole_row"] == true).count();
        assert_eq!(found, *count, "{reason}");
    }
    let out = told.iter().filter(|r| r["whole_row"] == true).count();
    assert_eq!(
        out,
        reasons.iter().map(|(_, count)| count).sum::<usize>(),
        "every row that stays out is listed"
    );
    let after = register(&town).await;
    assert_ne!(after, before);
    let again = import(&town, mapping, &path, &[]);
    assert_eq!((&again["new"], &again["changed"]), (&json!(0), &json!(0)));
    assert_eq!(again["change_set"], Value::Null);
    assert_eq!(register(&town).await, after, "the same again changes nothing");
    let undone = undo(&town, &first["change_set"]).await;
    assert_eq!(undone.status(), 200, "{}", undone.text().await.unwrap());
    assert_eq!(register(&town).await, before, "as it was before");
    if !small {
        return;
    }
    // What was taken back may come again.
    let back = import(&town, mapping, &path, &[]);
    assert_eq!(back["new"], first["new"]);
    assert_eq!(register(&town).await, after, "and it is the same");
}

macro_rules! deliveries {
    ($($test:ident: $mapping:literal, $path:literal, [$($name:ident = $count:literal),*], [$($reason:ident = $rows:literal),*];)*) => {
        $(#[tokio::test]
        async fn $test() {
            comes_in_once_and_can_be_taken_back(Expected {
                mapping: $mapping,
                path: $path,
                counts: &[$((stringify!($name), $count)),*],
                reasons: &[$((stringify!($reason), $rows)),*],
            })
            .await;
        })*
    };
}

deliveries! {
    trees_of_krakow: "krakow-trees", "inventory/krakow/drzewa.csv",
        [read = 3235, new = 1199, doubtful = 0, rejected = 2036], [zero_position = 2036];
    parcels_of_krakow: "krakow-parcels", "inventory/krakow/parcele.csv", [read = 37, new = 37, doubtful = 0], [];
    buildings_of_krakow: "krakow-buildings", "inventory/krakow/budynki/Buildings.shp",
        [read = 301, new = 301, doubtful = 0], [];
    trees_of_warsaw: "warsaw-trees", "inventory/warsaw/drzewa_10000.csv",
        [read = 10_000, new = 10_000, doubtful = 0, rejected = 0], [];
    // 31,826 rows of the sheet; nine records are broken over two rows each, one row has no position.
    trees_of_grenoble: "grenoble-trees", "inventory/grenoble/trees.xlsx",
        [read = 31_826, doubtful = 9, rejected = 1], [no_position = 1];
    trees_of_vancouver: "vancouver-trees", "inventory/vancouver/street_trees.csv.gz",
        [read = 146_611, new = 123_840, doubtful = 0, rejected = 22_771], [no_position = 22_771];
    // 869 graves and 1,596 rows of people, 130 of which name nobody.
    graves_of_brzesko: "brzesko-graves", "graves/brzesko",
        [read = 2465, new = 2309, doubtful = 26, rejected = 130], [no_name = 130];
    // A row is a grave and a person; eight graves hold two of them.
    graves_of_warsaw: "warsaw-graves", "graves/warsaw/graves.csv", [read = 383, new = 758, doubtful = 0], [];
    cemeteries_of_poland: "warsaw-cemeteries", "graves/warsaw/cemeteries_poland_wikidata.csv",
        [read = 5133, new = 3643, doubtful = 25, rejected = 1465], [no_position = 1465];
    graves_of_kozelshchyna: "kozelshchyna-graves", "graves/kozelshchyna", [read = 2162, new = 2162, doubtful = 0], [];
    // 18 parcels and two buildings are earlier versions.
    land_register: "egib", "cadastre/egib_gml/dane-EGiB.gml",
        [read = 98, new = 78, skipped = 20, doubtful = 0], [];
    buildings_of_services: "egib-wfs", "cadastre/egib_wfs", [read = 17, new = 14, doubtful = 3], [];
    addresses_of_the_old_model: "prg-2012", "cadastre/prg_teryt/prg_model2012.xml", [read = 2, new = 2], [];
    addresses_of_the_new_model: "prg-2021", "cadastre/prg_teryt/prg_model2021.xml", [read = 3, new = 3], [];
}

#[tokio::test]
async fn people_without_a_place_are_listed() {
    for (mapping, path, rows) in [
        ("podrzecze-graves", "graves/podrzecze/db.json", 80),
        ("powazki-people", "graves/warsaw/people_powazki_wikidata.csv", 245),
    ] {
        let Some(path) = data::file(path) else { return };
        let town = Town::empty().await;
        let report = import(&town, mapping, &path, &[]);
        assert_eq!(
            (&report["read"], &report["rejected"], &report["new"]),
            (&json!(rows), &json!(rows), &json!(0))
        );
        assert_eq!(town.number("select count(*) from change_set").await, 0);
    }
}

#[tokio::test]
async fn a_list_without_things_says_so() {
    let Some(path) = data::file("cadastre/prg_teryt/TERC_Urzedowy_2025-11-18.zip") else { return };
    let town = Town::empty().await;
    let output = reeve(&town.url(), &["import", path.to_str().unwrap(), "--map", "terc"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("TERC"));
}

/// A folder with files, and a mapping of trees from `trees.csv`.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new(source: &str) -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        folder.write(
            "map.toml",
            &format!(
                "name = 'Drzewa gminy'\nsource = '{source}'\nlicence = 'CC-BY-4.0'\n[[tables]]\nfiles = '*.csv'\ninto = 'trees'\nkey = 'nr'\n\
                 [tables.position]\nx = 'lon'\ny = 'lat'\nsrid = 4326\n\
                 [tables.attributes]\nref = 'nr'\nheight_m = 'wysokosc'\nnote = 'uwagi'\n"
            ),
        );
        folder
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.0.path().join(name), text).unwrap();
    }

    /// Brings `trees.csv` with these rows in.
    fn bring(&self, town: &Town, rows: &str, more: &[&str]) -> Value {
        self.write("trees.csv", &format!("nr;lon;lat;wysokosc;uwagi\n{rows}"));
        import(town, self.0.path().join("map.toml").to_str().unwrap(), &self.0.path().join("trees.csv"), more)
    }
}

async fn tree(town: &Town, number: &str) -> Value {
    town.app.feed.refresh().await.unwrap();
    let page = town.json(&format!("/ogc/collections/trees/items?ref={number}")).await;
    page["features"][0].clone()
}

#[tokio::test]
async fn a_thing_beside_another_one_waits_for_a_clerk() {
    let town = Town::empty().await;
    Folder::new("first").bring(&town, "D1;20.70001;52.10001;12;\n", &[]);
    let other = Folder::new("second");
    // A metre and a half away, and far away.
    let rows = "A7;20.70003;52.10001;12;\nA8;20.71;52.11;8;\n";
    let found = other.bring(&town, rows, &[]);
    assert_eq!((&found["new"], &found["near_duplicate"]), (&json!(1), &json!(1)));
    assert_eq!(town.number("select count(*) from asset where status <> 'removed'").await, 2);
    let taken = other.bring(&town, rows, &["--accept", "near_duplicate"]);
    assert_eq!((&taken["unchanged"], &taken["near_duplicate"]), (&json!(1), &json!(1)));
    assert_eq!(town.number("select count(*) from asset where status <> 'removed'").await, 3);
    assert_eq!(other.bring(&town, rows, &[])["unchanged"], 2);
}

#[tokio::test]
async fn a_file_that_leaves_says_whose_data_it_holds_and_on_which_terms() {
    let town = Town::empty().await;
    Folder::new("trees").bring(&town, "D1;20.70;52.10;12;\n", &[]);
    town.app.feed.refresh().await.unwrap();
    let told = town.json("/api/export/trees.geojson").await.to_string();
    assert!(told.contains("CC-BY-4.0") && told.contains("Drzewa gminy"), "{told}");
    let tiles = town.json("/tiles/trees.json").await;
    assert_eq!(tiles["attribution"], "Drzewa gminy");
}

#[tokio::test]
async fn what_vanished_stays_until_somebody_says_otherwise() {
    let town = Town::empty().await;
    let trees = Folder::new("trees");
    trees.bring(&town, "D1;20.70;52.10;12;\nD2;20.71;52.10;9;\n", &[]);
    let before = register(&town).await;
    let less = trees.bring(&town, "D1;20.70;52.10;12;\n", &[]);
    assert_eq!((&less["vanished"], &less["change_set"]), (&json!(1), &Value::Null));
    assert_eq!(register(&town).await, before);
    let gone = trees.bring(&town, "D1;20.70;52.10;12;\n", &["--accept", "new,changed,vanished"]);
    assert_eq!(gone["vanished"], 1);
    assert_eq!(town.number("select count(*) from asset where status <> 'removed'").await, 1);
    assert_eq!(undo(&town, &gone["change_set"]).await.status(), 200);
    assert_eq!(register(&town).await, before);
}

#[tokio::test]
async fn a_number_used_twice_is_doubtful_and_keeps_its_order() {
    let town = Town::empty().await;
    let trees = Folder::new("trees");
    let rows = "D1;20.70;52.10;12;\nD1;20.71;52.10;9;\n";
    let found = trees.bring(&town, rows, &[]);
    assert_eq!((&found["new"], &found["doubtful"]), (&json!(1), &json!(1)));
    let taken = trees.bring(&town, rows, &["--accept", "doubtful"]);
    assert_eq!(taken["doubtful"], 1);
    assert_eq!(trees.bring(&town, rows, &[])["unchanged"], 2);
}

#[tokio::test]
async fn a_first_filling_that_fails_leaves_an_empty_registry_with_all_its_keys() {
    let town = Town::empty().await;
    let before = shape(&town).await;
    let trees = Folder::new("trees");
    // The second D1 is told apart as "D1 #2", which the third row has for its own.
    let rows = "D1;20.70;52.10;12;\nD1;20.71;52.10;9;\nD1 #2;20.72;52.10;9;\n";
    trees.write("trees.csv", &format!("nr;lon;lat;wysokosc;uwagi\n{rows}"));
    let (map, file) = (trees.0.path().join("map.toml"), trees.0.path().join("trees.csv"));
    let arguments = ["import", file.to_str().unwrap(), "--map", map.to_str().unwrap()];
    let output = reeve(&town.url(), &[&arguments[..], &["--accept", "new,doubtful"]].concat());
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && told.contains("twice"), "{told}");
    assert_eq!(town.number("select count(*) from asset").await, 0);
    assert_eq!(shape(&town).await, before);
    // The same without the third row.
    let found = trees.bring(&town, "D1;20.70;52.10;12;\nD1;20.71;52.10;9;\n", &[]);
    assert_eq!((&found["new"], &found["doubtful"]), (&json!(1), &json!(1)));
    assert_eq!(shape(&town).await, before);
    assert_eq!(undo(&town, &found["change_set"]).await.status(), 200);
    assert_eq!(town.number("select count(*) from asset where status <> 'removed'").await, 0);
}

/// What a source has in the register, as one text.
async fn things(town: &Town, source: &str) -> String {
    sqlx::query_scalar(
        "select jsonb_pretty(jsonb_agg(to_jsonb(x) order by source_id)) from (
             select kind, st_asewkb(geom), label, attributes, status, source, source_id, part_of, rev, changed_by,
                    change_set is null as alone,
                    updated_at = (select max(updated_at) from asset where source = $1) as at_once
             from asset where source = $1) x",
    )
    .bind(source)
    .fetch_one(town.pool())
    .await
    .unwrap()
}

#[tokio::test]
async fn what_goes_straight_into_an_empty_register_is_what_goes_into_a_filled_one_by_comparison() {
    let (empty, filled) = (Town::empty().await, Town::empty().await);
    Folder::new("first").bring(&filled, "D1;20.5;52.2;12;\n", &[]);
    // A number twice, a value that is none, a row without a place, and blanks.
    let rows = "D1;20.70;52.10;12;krzywe\nD2;20.71;52.10;9;\nD1;20.72;52.10;9;\nD3;20.73;52.10;wysokie; a  b \nD4;;;3;\n";
    let trees = Folder::new("trees");
    for more in [&["--accept", "new,doubtful"][..], &[]] {
        let (one, other) = (trees.bring(&empty, rows, more), trees.bring(&filled, rows, more));
        for name in
            ["read", "new", "changed", "unchanged", "vanished", "doubtful", "near_duplicate", "rejected"]
        {
            assert_eq!(one[name], other[name], "{name}");
        }
        assert_eq!(things(&empty, "trees").await, things(&filled, "trees").await);
    }
    // The collection knows of them, and numbers follow each other.
    assert_eq!(town_state(&empty).await, (4, 20.7, 20.73));
    assert_eq!(empty.number("select max(registry_number) - min(registry_number) from asset").await, 3);
}

/// How many trees the town says it has, and from where to where.
async fn town_state(town: &Town) -> (i64, f64, f64) {
    sqlx::query_as("select live, west, east from collection_state where collection = 'trees'")
        .fetch_one(town.pool())
        .await
        .unwrap()
}

#[tokio::test]
async fn what_a_clerk_changed_survives_the_next_delivery_and_the_undo_of_it() {
    let town = Town::empty().await;
    let trees = Folder::new("trees");
    trees.bring(&town, "D1;20.70;52.10;12;krzywe\n", &[]);
    let clerk = town.staff("editor").await;
    let edit = async |field: &str, value: Value| {
        let mut feature = tree(&town, "D1").await;
        feature["properties"][field] = value;
        let address = format!("/ogc/collections/trees/items/{}", feature["id"].as_str().unwrap());
        let answer = clerk.send_json(reqwest::Method::PUT, &address, &feature).await;
        assert!(answer.status().is_success(), "{}", answer.text().await.unwrap());
    };
    edit("note", json!("proste")).await;
    // The source changes the height; the note stays as the clerk left it.
    let second = trees.bring(&town, "D1;20.70;52.10;13;krzywe\n", &[]);
    assert_eq!(second["changed"], 1);
    let now = tree(&town, "D1").await;
    assert_eq!((&now["properties"]["height_m"], &now["properties"]["note"]), (&json!(13), &json!("proste")));
    // What the clerk changes afterwards in another field stays when the delivery is taken back.
    edit("note", json!("bardzo proste")).await;
    let undone = undo(&town, &second["change_set"]).await;
    assert_eq!(undone.status(), 200, "{}", undone.text().await.unwrap());
    let now = tree(&town, "D1").await;
    assert_eq!(
        (&now["properties"]["height_m"], &now["properties"]["note"]),
        (&json!(12), &json!("bardzo proste"))
    );
    // The same field is a clash, which says both values and writes nothing.
    let third = trees.bring(&town, "D1;20.70;52.10;15;krzywe\n", &[]);
    assert_eq!(third["changed"], 1);
    edit("height_m", json!(16)).await;
    let clash = undo(&town, &third["change_set"]).await;
    assert_eq!(clash.status(), 409);
    let told: Value = clash.json().await.unwrap();
    assert_eq!(told["more"]["clashes"][0]["fields"][0]["field"], "attributes.height_m", "{told}");
    assert_eq!(tree(&town, "D1").await["properties"]["height_m"], 16);
}

#[tokio::test]
async fn graves_and_their_people_come_and_go_together() {
    let town = Town::village().await;
    let (lon, lat, cemetery): (f64, f64, uuid::Uuid) = sqlx::query_as(
        "select st_x(p), st_y(p), id from (select id, st_pointonsurface(geom) as p from asset
             where kind = 'cemeteries' and st_dimension(geom) = 2 order by registry_number limit 1) c",
    )
    .fetch_one(town.pool())
    .await
    .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write(
        "map.toml",
        "name = 'Próba'\nsource = 'proba'\n[[tables]]\nfiles = 'graves.csv'\ninto = 'graves'\nkey = 'nr'\nlabel = 'nr'\n\
         [tables.position]\nx = 'lon'\ny = 'lat'\nsrid = 4326\n[tables.attributes]\nnumber = 'nr'\n\
         [[tables]]\nfiles = 'people.csv'\ninto = 'people'\n[tables.person]\ngrave = 'nr'\ngiven_names = 'imie'\n\
         surname = 'nazwisko'\ndied = 'zgon'\n",
    );
    write("graves.csv", &format!("nr;lon;lat\nZ1;{lon};{lat}\n"));
    write("people.csv", "nr;imie;nazwisko;zgon\nZ1;Bogumiła;Próbna;1950\nZ9;Jan;Zmyślony;1960\n");
    let before = register(&town).await;
    let map = folder.path().join("map.toml");
    let first = import(&town, map.to_str().unwrap(), folder.path(), &["--accept", "all"]);
    assert_eq!(first["rejected"], 1, "{first}");
    let rejected = &first["rejected_values"][0];
    assert_eq!((&rejected["reason"], &rejected["row"]), (&json!("no_grave"), &json!(3)));
    // The grave belongs to the cemetery in which it lies, and its person can be found.
    let whole: uuid::Uuid = sqlx::query_scalar("select part_of from asset where source = 'proba'")
        .fetch_one(town.pool())
        .await
        .unwrap();
    assert_eq!(whole, cemetery);
    let known = "select count(*) from burial where source = 'proba' and not withdrawn";
    assert_eq!(town.number(known).await, 1);
    // Another spelling is a change of the same person, where the row has a key of its own; here it is somebody new.
    write("people.csv", "nr;imie;nazwisko;zgon\nZ1;Bogumiła;Próbna;1951\n");
    let second = import(&town, map.to_str().unwrap(), folder.path(), &["--accept", "all"]);
    assert_ne!(second["change_set"], Value::Null);
    assert_eq!(undo(&town, &second["change_set"]).await.status(), 200);
    let died: Option<String> = sqlx::query_scalar(
        "select p.died::text from burial b join person p on p.id = b.person_id
         where b.source = 'proba' and not b.withdrawn",
    )
    .fetch_one(town.pool())
    .await
    .unwrap();
    assert_eq!(died.as_deref(), Some("1950"));
    let undone = undo(&town, &first["change_set"]).await;
    // The people of the first delivery were changed and changed back: as they were, so nothing is in the way.
    assert_eq!(undone.status(), 200, "{}", undone.text().await.unwrap());
    assert_eq!(register(&town).await, before);
}

#[tokio::test]
async fn numbers_that_fit_no_place_are_listed_and_nothing_is_half_written() {
    let town = Town::empty().await;
    let trees = Folder::new("trees");
    let report = trees.bring(&town, "D1;200.70;52.10;12;\nD2;0;0;9;\nD3;;;9;\nD4;20.7;52.1;wysokie;\n", &[]);
    assert_eq!((&report["new"], &report["rejected"]), (&json!(1), &json!(3)));
    let reasons: Vec<&str> =
        report["rejected_values"].as_array().unwrap().iter().map(|r| r["reason"].as_str().unwrap()).collect();
    assert_eq!(reasons, ["position_out_of_range", "zero_position", "no_position", "not_a_number"]);
    assert_eq!(town.number("select count(*) from asset").await, 1);
}
