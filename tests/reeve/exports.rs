//! Collections as files: every format through the door, the standard API and the command line.

use std::{
    path::Path,
    process::{Command, Output},
};

use serde_json::Value;

use crate::support::Town;

const FORMATS: [(&str, &str); 9] = [
    ("geojson", "application/geo+json"),
    ("geojsonl", "application/x-ndjson"),
    ("fgb", "application/flatgeobuf"),
    ("gpkg", "application/geopackage+sqlite3"),
    ("csv", "text/csv; charset=utf-8"),
    ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("shp.zip", "application/zip"),
    ("kml", "application/vnd.google-earth.kml+xml"),
    ("gpx", "application/gpx+xml"),
];

async fn bytes(town: &Town, path: &str) -> Vec<u8> {
    let response = town.get(path).await;
    assert_eq!(response.status(), 200, "{path}: {}", response.text().await.unwrap_or_default());
    response.bytes().await.unwrap().to_vec()
}

/// Features of a file as GDAL counts them in its first layer.
fn gdal_counts(folder: &Path, name: &str, bytes: &[u8]) -> i64 {
    let path = folder.join(name);
    std::fs::write(&path, bytes).unwrap();
    let path = path.to_str().unwrap();
    let source = if name.ends_with(".zip") { format!("/vsizip/{path}") } else { path.to_owned() };
    let output =
        Command::new("ogrinfo").args(["-ro", "-so", "-al", &source]).output().expect("gdal-bin is installed");
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    let line = told.lines().find_map(|line| line.strip_prefix("Feature Count: "));
    line.unwrap_or_else(|| panic!("{name}: {told}{}", String::from_utf8_lossy(&output.stderr)))
        .parse()
        .unwrap()
}

fn csv_lines(bytes: &[u8]) -> Vec<String> {
    String::from_utf8(bytes.to_vec()).unwrap().lines().map(str::to_owned).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_format_holds_the_whole_collection() {
    let town = Town::village().await;
    let folder = tempfile::tempdir().unwrap();
    let trees = town.number("select count(*) from asset where kind = 'trees'").await;
    for (ending, media_type) in FORMATS {
        let path = format!("/api/export/trees.{ending}");
        let response = town.get(&path).await;
        assert_eq!(response.status(), 200, "{path}");
        assert_eq!(response.headers()["content-type"], media_type, "{path}");
        let name = format!("attachment; filename=\"trees.{ending}\"");
        assert_eq!(response.headers()["content-disposition"], name.as_str());
        let metadata: Value =
            serde_json::from_str(response.headers()["reeve-metadata"].to_str().unwrap()).unwrap();
        assert_eq!(metadata["title"], "Drzewa", "{path}");
        assert_eq!(metadata["licence"], "CC0-1.0");
        assert!(metadata["revision"].as_i64().unwrap() > 0);
        assert_eq!(metadata["address"], format!("{}{path}", town.base));
        assert!(response.headers()["link"].to_str().unwrap().contains("rel=\"license\""));
        let bytes = response.bytes().await.unwrap();
        let counted = match ending {
            "csv" => csv_lines(&bytes).len() as i64 - 1,
            // GDAL counts the heading when all columns are text, and asks for a driver that is not always there.
            "xlsx" => continue,
            _ => {
                let name = format!("trees.{ending}");
                tokio::task::block_in_place(|| gdal_counts(folder.path(), &name, &bytes))
            }
        };
        assert_eq!(counted, trees, "{ending}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_export_says_of_each_thing_what_its_item_says() {
    let town = Town::village().await;
    // What has to be escaped, what is deeper than one level, what may not be seen, what lies west and south.
    sqlx::query(
        r#"update asset set rev = rev + 1, label = E'\u201eA\u201d "B" \\\\ C\n\u0001 żółć', updated_at = '2026-01-02 03:04:05.060700+00',
               geom = st_setsrid(st_makepoint(-0.00000004, -52.5), 4326),
               attributes = '{"species": "a \"b\" {c: [d,\\n", "zz_private": 1, "height_m": 12.50, "nested": {"a": [1, {"b": "}"}]}}'
           where id = (select id from asset where kind = 'trees' order by id limit 1)"#,
    )
    .execute(town.pool())
    .await
    .unwrap();
    sqlx::query("update asset set rev = rev + 1, attributes = '{}', label = null where id = (select id from asset where kind = 'lamps' order by id limit 1)")
        .execute(town.pool())
        .await
        .unwrap();
    for kind in ["trees", "lamps", "benches", "graves", "paths", "gates", "cemeteries"] {
        let items = town.json(&format!("/ogc/collections/{kind}/items?limit=10000")).await;
        let file: Value =
            serde_json::from_slice(&bytes(&town, &format!("/api/export/{kind}.geojson")).await).unwrap();
        let (items, file) = (items["features"].as_array().unwrap(), file["features"].as_array().unwrap());
        assert!(!items.is_empty(), "{kind}");
        assert_eq!(items.len(), file.len(), "{kind}");
        for (item, exported) in items.iter().zip(file) {
            for member in ["id", "geometry", "properties"] {
                assert_eq!(item[member], exported[member], "{kind} {}", item["id"]);
            }
        }
        let lines = bytes(&town, &format!("/api/export/{kind}.geojsonl")).await;
        let lines: Vec<Value> = lines
            .split(|b| *b == b'\n')
            .filter(|line| !line.is_empty())
            .map(|line| serde_json::from_slice(line).unwrap())
            .collect();
        assert_eq!(&lines, file, "{kind}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn graves_and_paths_leave_in_every_format() {
    let town = Town::village().await;
    for kind in ["graves", "paths", "greens", "cemeteries"] {
        for (ending, _) in FORMATS {
            assert!(
                bytes(&town, &format!("/api/export/{kind}.{ending}")).await.len() > 100,
                "{kind}.{ending}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_part_can_be_asked_for() {
    let town = Town::village().await;
    let all = town.json("/ogc/collections/trees/items?limit=10000").await;
    let features = all["features"].as_array().unwrap();
    let broadleaved = features.iter().filter(|tree| tree["properties"]["leaf_type"] == "broadleaved").count();
    let lines = csv_lines(&bytes(&town, "/api/export/trees.csv?leaf_type=broadleaved").await);
    assert_eq!(lines.len() - 1, broadleaved);
    assert!(broadleaved > 0 && broadleaved < features.len());
    let at = features[0]["geometry"]["coordinates"].as_array().unwrap();
    let (x, y) = (at[0].as_f64().unwrap(), at[1].as_f64().unwrap());
    let bbox = format!("{},{},{},{}", x - 0.001, y - 0.001, x + 0.001, y + 0.001);
    let near = town.json(&format!("/ogc/collections/trees/items?limit=1&bbox={bbox}")).await["numberMatched"]
        .clone();
    let file = bytes(&town, &format!("/api/export/trees.geojson?bbox={bbox}")).await;
    let file: Value = serde_json::from_slice(&file).unwrap();
    assert_eq!(file["features"].as_array().unwrap().len(), near.as_u64().unwrap() as usize);
    assert_eq!(file["filter"], format!("bbox={bbox}"));
    assert!(file["address"].as_str().unwrap().contains("bbox="), "{}", file["address"]);
    // The address in the file makes the same file again.
    let again = file["address"].as_str().unwrap().strip_prefix(&town.base).unwrap();
    let again: Value = serde_json::from_slice(&bytes(&town, again).await).unwrap();
    assert_eq!(again["features"], file["features"]);
    let columns = csv_lines(&bytes(&town, "/api/export/trees.csv?properties=species,label").await);
    assert_eq!(columns[0], "id,species,label,lon,lat");
    let few: Value =
        serde_json::from_slice(&bytes(&town, "/api/export/trees.geojson?properties=species").await).unwrap();
    assert_eq!(few["features"][0]["properties"].as_object().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn easting_comes_first_in_pl_1992() {
    let town = Town::empty().await;
    sqlx::query(
        "insert into asset (id, kind, geom, source, source_id, updated_at)
         values (gen_random_uuid(), 'lamps', st_setsrid(st_makepoint(21.006111, 52.231667), 4326), 'test', '1', now())",
    )
    .execute(town.pool())
    .await
    .unwrap();
    let lines = csv_lines(&bytes(&town, "/api/export/lamps.csv?crs=EPSG:2180&properties=source").await);
    assert_eq!(lines[0], "id,source,x,y");
    let cells: Vec<&str> = lines[1].split(',').collect();
    // PROJ: 636960 east, 486964 north.
    assert!(cells[2].starts_with("63696") && cells[3].starts_with("48696"), "{}", lines[1]);
    let file: Value =
        serde_json::from_slice(&bytes(&town, "/api/export/lamps.geojson?crs=EPSG:2180").await).unwrap();
    assert_eq!(file["crs"]["properties"]["name"], "urn:ogc:def:crs:EPSG::2180");
    assert!(file["features"][0]["geometry"]["coordinates"][0].as_f64().unwrap() > 600_000.0);
    let refused = town.problem("/api/export/lamps.kml?crs=EPSG:2180", 400).await;
    assert_eq!(refused["errors"][0]["field"], "crs");
}

#[tokio::test]
async fn csv_suits_programs_and_polish_excel() {
    let town = Town::empty().await;
    sqlx::query(
        "insert into asset (id, kind, geom, label, attributes, source, source_id, updated_at)
         values (gen_random_uuid(), 'trees', st_setsrid(st_makepoint(21.5, 52.25), 4326), 'Dąb; \"Jaś\"',
                 '{\"height_m\": 12.5, \"leaf_type\": \"broadleaved\", \"note\": \"=cmd|'' /C calc''!A0\"}', 'test', '1', now())",
    )
    .execute(town.pool())
    .await
    .unwrap();
    let query = "properties=label,height_m,leaf_type,note";
    let plain = csv_lines(&bytes(&town, &format!("/api/export/trees.csv?{query}")).await);
    assert!(
        plain[1].ends_with(",\"Dąb; \"\"Jaś\"\"\",12.5,broadleaved,'=cmd|' /C calc'!A0,21.5,52.25"),
        "{}",
        plain[1]
    );
    let excel = format!("/api/export/trees.csv?{query}&delimiter=semicolon&decimal=comma&titles=true");
    let excel = bytes(&town, &excel).await;
    assert!(excel.starts_with(&[0xef, 0xbb, 0xbf]), "Excel knows UTF-8 by the mark");
    let excel = csv_lines(&excel);
    assert!(excel[0].contains(";Wysokość;"), "{}", excel[0]);
    assert!(excel[1].contains(";12,5;liściaste;") && excel[1].ends_with(";21,5;52,25"), "{}", excel[1]);
}

#[tokio::test]
async fn what_cannot_be_is_said() {
    let town = Town::empty().await;
    for (path, field) in [
        ("/api/export/trees.csv?delimiter=x", "delimiter"),
        ("/api/export/trees.gpkg?decimal=comma", "decimal"),
        ("/api/export/trees.csv?properties=gatunek", "properties"),
        ("/api/export/trees.gpkg?crs=EPSG:27700", "crs"),
        ("/api/export/trees.gpkg?bbox=1,2", "bbox"),
        ("/api/export/trees.gpkg?colour=red", "colour"),
        ("/ogc/collections/trees/items?f=exe", "f"),
        ("/ogc/collections/trees/items?f=gpx&crs=http://www.opengis.net/def/crs/EPSG/0/2180", "crs"),
    ] {
        assert_eq!(town.problem(path, 400).await["errors"][0]["field"], field, "{path}");
    }
    assert_eq!(town.get("/api/export/trees.xlsx?edit=true").await.status(), 401);
    let reader = town.staff("viewer").await;
    assert_eq!(reader.get("/api/export/trees.xlsx?edit=true").await.status(), 403);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_standard_api_answers_files() {
    let town = Town::village().await;
    let all = town.json("/ogc/collections/lamps/items?limit=1").await["numberMatched"].as_i64().unwrap();
    let csv = csv_lines(&bytes(&town, "/ogc/collections/lamps/items?f=csv&limit=3").await);
    assert_eq!(csv.len() as i64 - 1, all, "a file is the whole collection");
    let lines = bytes(&town, "/ogc/collections/lamps/items?f=geojsonl&status=planned").await;
    let planned = town.number("select count(*) from asset where kind = 'lamps' and status = 'planned'").await;
    assert_eq!(csv_lines(&lines).len() as i64, planned);
    let folder = tempfile::tempdir().unwrap();
    let gpkg = bytes(&town, "/ogc/collections/lamps/items?f=gpkg").await;
    assert_eq!(tokio::task::block_in_place(|| gdal_counts(folder.path(), "lamps.gpkg", &gpkg)), all);
}

#[tokio::test]
async fn private_attributes_stay_inside_in_every_format() {
    let town = Town::empty().await;
    sqlx::query("update kind set built_in = false, definition = jsonb_set(definition, '{schema,properties,note,x-public}', 'false') where slug = 'trees'")
        .execute(town.pool())
        .await
        .unwrap();
    sqlx::query(
        "insert into asset (id, kind, geom, attributes, source, source_id, updated_at)
         values (gen_random_uuid(), 'trees', st_setsrid(st_makepoint(21.5, 52.25), 4326), '{\"note\": \"TAJNE\"}', 'test', '1', now())",
    )
    .execute(town.pool())
    .await
    .unwrap();
    let served = reeve::app::App::open((*town.app.config).clone(), town.pool().clone()).await.unwrap();
    let kind = served.registry.kinds().any("trees").unwrap();
    for format in exporters::Format::ALL {
        let query = reeve::registry::ExportQuery::all(format);
        let mut file = served.registry.export_file(&crate::support::ctx(), &kind, query).await.unwrap();
        let mut bytes = Vec::new();
        while let Some(piece) = futures::StreamExt::next(&mut file.bytes).await {
            bytes.extend(piece.unwrap());
        }
        assert!(!String::from_utf8_lossy(&bytes).contains("TAJNE"), "{format:?}");
    }
    let refused = town.get("/api/export/trees.csv?note=TAJNE").await;
    assert!(matches!(refused.status().as_u16(), 200 | 400));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_who_leaves_ends_the_export() {
    let town = Town::village().await;
    for _ in 0..12 {
        let response = town.get("/api/export/graves.gpkg").await;
        assert_eq!(response.status(), 200);
        drop(response);
    }
    // Only four exports run at once: the thirteenth would wait in vain if those before did not end.
    assert!(!bytes(&town, "/api/export/graves.csv").await.is_empty());
}

#[tokio::test]
async fn the_page_of_data_offers_each_collection_in_both_languages() {
    let town = Town::village().await;
    let polish = town.page("/data").await;
    let english = town.page("/data?lang=en").await;
    assert!(polish.contains("Pobierz dane") && english.contains("Download data"));
    for kind in town.json("/api/kinds").await.as_array().unwrap() {
        if kind["count"].as_i64().unwrap() == 0 {
            continue;
        }
        let slug = kind["slug"].as_str().unwrap();
        for (ending, _) in FORMATS {
            assert!(polish.contains(&format!("/api/export/{slug}.{ending}")), "{slug}.{ending}");
        }
    }
    assert!(polish.contains("delimiter=semicolon"));
    assert!(town.page("/").await.contains("href=\"/data\""));
}

fn reeve(database: &str, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_reeve"))
        .args(arguments)
        .env("DATABASE_URL", database)
        .output()
        .expect("reeve runs")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_command_line_exports_parts_and_formats() {
    let town = Town::village().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("trees.gpkg");
    let told = |output: &Output| String::from_utf8_lossy(&output.stderr).into_owned();
    let output = reeve(&town.url(), &["export", "trees", "-o", file.to_str().unwrap(), "--crs", "2180"]);
    assert!(output.status.success(), "{}", told(&output));
    let counted = gdal_counts(folder.path(), "again.gpkg", &std::fs::read(&file).unwrap());
    assert_eq!(counted, town.number("select count(*) from asset where kind = 'trees'").await);
    let part =
        ["export", "trees", "--format", "csv", "--where", "leaf_type=broadleaved", "--columns", "species"];
    let output = reeve(&town.url(), &part);
    assert!(output.status.success(), "{}", told(&output));
    let lines = csv_lines(&output.stdout);
    assert_eq!(lines[0], "id,species,lon,lat");
    let broadleaved =
        "select count(*) from asset where kind = 'trees' and attributes ->> 'leaf_type' = 'broadleaved'";
    assert_eq!(lines.len() as i64 - 1, town.number(broadleaved).await);
    let wrong = reeve(&town.url(), &["export", "trees", "--format", "kml", "--crs", "2180"]);
    assert_eq!(wrong.status.code(), Some(1));
    assert!(told(&wrong).contains("crs"), "{}", told(&wrong));
    assert_eq!(reeve(&town.url(), &["export", "trees", "--format", "exe"]).status.code(), Some(2));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2, "nothing half written is left");
}

#[tokio::test]
async fn a_way_is_a_route_for_devices() {
    let town = Town::village().await;
    let graves = town.json("/ogc/collections/graves/items?limit=40").await;
    let mut found = false;
    for grave in graves["features"].as_array().unwrap() {
        let id = grave["id"].as_str().unwrap();
        let response = town.get(&format!("/api/graves/{id}/route?f=gpx")).await;
        if response.status() != 200 {
            continue;
        }
        assert_eq!(response.headers()["content-type"], "application/gpx+xml");
        let text = response.text().await.unwrap();
        assert!(
            text.contains("<rte>") && text.contains("<rtept lat=") && text.contains("<wpt lat="),
            "{text}"
        );
        assert!(text.contains(&format!("/api/graves/{id}/route?f=gpx")), "{text}");
        found = true;
        break;
    }
    assert!(found, "no way to any of forty graves");
}
