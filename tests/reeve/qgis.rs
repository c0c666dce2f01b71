//! The project for QGIS and the page that says how to connect.

use std::{io::Read as _, process::Command};

use quick_xml::{Reader, events::Event};
use serde_json::Value;

use crate::support::Town;

/// An element: its name, its attributes and its text.
type Element = (String, Vec<(String, String)>, String);

/// All elements of a document: name, attributes, text. Fails where it is not well-formed.
fn elements(document: &str) -> Vec<Element> {
    let mut reader = Reader::from_str(document);
    reader.config_mut().check_end_names = true;
    let (mut found, mut open) = (Vec::new(), Vec::new());
    loop {
        match reader.read_event().expect("well-formed XML") {
            Event::Eof => break,
            event @ (Event::Start(_) | Event::Empty(_)) => {
                let is_open = matches!(event, Event::Start(_));
                let (Event::Start(start) | Event::Empty(start)) = event else { unreachable!() };
                let attributes = start
                    .attributes()
                    .map(|attribute| {
                        let attribute = attribute.expect("a whole attribute");
                        let value = attribute
                            .normalized_value(quick_xml::XmlVersion::Explicit1_0)
                            .expect("an attribute's text");
                        (attribute.key.0.to_owned(), value.into_owned())
                    })
                    .collect();
                found.push((start.name().0.to_owned(), attributes, String::new()));
                if is_open {
                    open.push(found.len() - 1);
                }
            }
            Event::Text(text) => {
                if let Some(&at) = open.last() {
                    found[at].2.push_str(&text);
                }
            }
            Event::GeneralRef(reference) => {
                let entity = format!("&{};", reference.into_inner());
                if let Some(&at) = open.last() {
                    found[at].2.push_str(&quick_xml::escape::unescape(&entity).expect("a known entity"));
                }
            }
            Event::End(_) => {
                open.pop().expect("an open element");
            }
            _ => {}
        }
    }
    assert!(open.is_empty(), "elements stay open: {open:?}");
    found
}

/// Texts of the elements of a name.
fn texts(document: &str, name: &str) -> Vec<String> {
    elements(document).into_iter().filter(|element| element.0 == name).map(|element| element.2).collect()
}

/// Values of an attribute of the elements of a name.
fn values(document: &str, name: &str, attribute: &str) -> Vec<String> {
    elements(document)
        .into_iter()
        .filter(|element| element.0 == name)
        .flat_map(|element| element.1)
        .filter(|(key, _)| key == attribute)
        .map(|(_, value)| value)
        .collect()
}

/// Adds one thing.
async fn add(town: &Town, kind: &'static str, wkt: &'static str) {
    sqlx::query(
        "insert into asset (id, kind, geom, source, source_id, updated_at)
         values (gen_random_uuid(), $1, st_geomfromtext($2, 4326), 'test', '1', now())",
    )
    .bind(kind)
    .bind(wkt)
    .execute(town.pool())
    .await
    .unwrap();
    town.app.feed.refresh().await.unwrap();
}

const PARCEL: &str = "POLYGON((21 52,21.001 52,21.001 52.001,21 52.001,21 52))";

#[tokio::test]
async fn every_public_collection_that_holds_something_is_a_layer_in_a_group() {
    let town = Town::village().await;
    let response = town.get("/ogc/qgis.qgs").await;
    assert_eq!(response.headers()["content-type"], "application/x-qgis-project");
    assert_eq!(response.headers()["content-disposition"], "attachment; filename=\"reeve.qgs\"");
    let project = response.text().await.unwrap();
    let layers = texts(&project, "layername");
    let kinds = town.json("/api/kinds").await;
    let held: Vec<&Value> =
        kinds.as_array().unwrap().iter().filter(|kind| kind["count"].as_i64() > Some(0)).collect();
    assert!(held.len() > 5);
    assert_eq!(layers.len(), held.len() + 1, "one for each, and the map beneath: {layers:?}");
    let sources = texts(&project, "datasource");
    for kind in held {
        assert!(layers.iter().any(|layer| layer == kind["title"].as_str().unwrap()), "{kind}");
        let source = format!("typename='{}' url='{}/ogc'", kind["slug"].as_str().unwrap(), town.base);
        assert!(sources.iter().any(|found| found.ends_with(&source)), "{source}: {sources:?}");
    }
    assert!(sources.iter().any(|source| source.contains("/tiles/basemap/{z}/{x}/{y}.mvt")), "{sources:?}");
    let groups = values(&project, "layer-tree-group", "name");
    assert_eq!(groups, ["Majątek i zieleń", "Cmentarze", "Drogi", "Ewidencja i adresy"]);
    // QGIS replaces ids of ten letters or fewer, and then nothing finds its layer.
    let ids = texts(&project, "id");
    assert!(ids.iter().all(|id| id.len() > 10), "{ids:?}");
    let mut order = texts(&project, "item");
    assert_eq!(order.last().unwrap(), "reeve_basemap");
    order.sort();
    let mut sorted = ids;
    sorted.sort();
    assert_eq!(order, sorted, "each layer has its place in the order of drawing");
    // A visitor changes nothing.
    assert!(values(&project, "maplayer", "readOnly").iter().all(|value| value == "1"));
}

#[tokio::test]
async fn titles_units_and_values_are_in_the_language_that_was_asked() {
    let town = Town::empty().await;
    add(&town, "lamps", "POINT(21 52)").await;
    add(&town, "parcels", PARCEL).await;
    let polish = town.page("/ogc/qgis.qgs?lang=pl").await;
    let english = town.page("/ogc/qgis.qgs?lang=en").await;
    assert_eq!(texts(&polish, "layername"), ["Latarnie", "Działki ewidencyjne", "Mapa podkładowa"]);
    assert_eq!(texts(&english, "layername"), ["Street lamps", "Cadastral parcels", "Background map"]);
    let aliases = |project: &str| values(project, "alias", "name");
    assert!(aliases(&polish).contains(&"Pole ewidencyjne [ha]".to_owned()), "{:?}", aliases(&polish));
    assert!(aliases(&english).contains(&"Legal area [ha]".to_owned()));
    assert!(values(&polish, "Option", "name").contains(&"wyłączone z użycia".to_owned()));
    assert!(values(&english, "Option", "name").contains(&"out of service".to_owned()));
}

#[tokio::test]
async fn private_attributes_and_kinds_are_named_only_to_whom_may_see_them() {
    let town = Town::empty().await;
    add(&town, "parcels", PARCEL).await;
    let seen = town.page("/ogc/qgis.qgs").await;
    for private in ["land_register", "register_unit", "księgi wieczystej"] {
        assert!(!seen.contains(private), "{private}");
    }
    let token = town.token("administrator", &["registry:read", "registry:export"]).await;
    let ask = |query: &'static str, token: &str| {
        let request = town.http.get(format!("{}/ogc/qgis.qgs{query}", town.base));
        request.basic_auth("anybody", Some(token)).send()
    };
    let response = ask("", &token).await.unwrap();
    assert_eq!(response.headers()["cache-control"], "private, no-cache");
    let inside = response.text().await.unwrap();
    assert!(values(&inside, "alias", "field").contains(&"land_register".to_owned()));
    assert!(!inside.contains(&token) && !inside.contains("password") && !inside.contains("authcfg"));
    assert!(
        values(&inside, "maplayer", "readOnly").iter().all(|value| value == "1"),
        "reading is no writing"
    );
    let writer = town.token("administrator", &["registry:read", "registry:write"]).await;
    let writable = ask("?authcfg=a1b2c3d", &writer).await.unwrap().text().await.unwrap();
    assert_eq!(values(&writable, "maplayer", "readOnly"), ["0"]);
    assert!(texts(&writable, "datasource")[0].starts_with("authcfg=a1b2c3d "));

    // A kind that is not public is a layer only for those who ask for it and may read it.
    sqlx::query("update kind set definition = jsonb_set(definition, '{public}', 'false'), built_in = false where slug = 'parcels'")
        .execute(town.pool())
        .await
        .unwrap();
    town.app.feed.refresh().await.unwrap();
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while town.app.registry.kinds().public("parcels").is_some() {
        assert!(std::time::Instant::now() < deadline, "the node learns of the kind");
        tokio::task::yield_now().await;
    }
    assert!(!town.page("/ogc/qgis.qgs").await.contains("parcels"));
    town.problem("/ogc/qgis.qgs?collections=parcels", 404).await;
    let request = town.http.get(format!("{}/ogc/qgis.qgs?collections=parcels", town.base));
    let asked = request.bearer_auth(&token).send().await.unwrap().text().await.unwrap();
    assert_eq!(texts(&asked, "provider"), ["OAPIF", "vectortile"]);
}

#[tokio::test]
async fn what_a_clerk_calls_a_kind_cannot_break_the_file() {
    let town = Town::empty().await;
    add(&town, "lamps", "POINT(21 52)").await;
    let hostile = "Lampy \"></maplayer><evil a='1'/>&amp;<![CDATA[]]>\u{b}";
    sqlx::query(
        "update kind set definition = jsonb_set(jsonb_set(definition, '{title,pl}', to_jsonb($1::text)),
         '{schema,properties,condition,title}', to_jsonb($1::text)), built_in = false where slug = 'lamps'",
    )
    .bind(hostile)
    .execute(town.pool())
    .await
    .unwrap();
    town.app.feed.refresh().await.unwrap();
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while town.app.registry.kinds().public("lamps").is_none_or(|kind| kind.title.pl != hostile) {
        assert!(std::time::Instant::now() < deadline, "the node learns of the kind");
        tokio::task::yield_now().await;
    }
    let project = town.page("/ogc/qgis.qgs").await;
    let written = hostile.replace('\u{b}', "");
    assert_eq!(texts(&project, "layername")[0], written);
    assert!(values(&project, "alias", "name").contains(&written));
    assert_eq!(texts(&project, "evil").len(), 0);
}

#[tokio::test]
async fn the_packed_project_holds_the_same() {
    let town = Town::empty().await;
    add(&town, "lamps", "POINT(21 52)").await;
    let plain = town.page("/ogc/qgis.qgs?collections=lamps").await;
    let packed = town.get("/ogc/qgis.qgz?collections=lamps").await.bytes().await.unwrap();
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(packed)).unwrap();
    assert_eq!(archive.len(), 1);
    let mut inside = String::new();
    archive.by_name("reeve.qgs").unwrap().read_to_string(&mut inside).unwrap();
    assert_eq!(inside, plain);
}

#[tokio::test]
async fn wrong_questions_are_told_what_is_wrong() {
    let town = Town::empty().await;
    for (query, named) in [
        ("collections=,", "collections"),
        ("authcfg=ABC", "authcfg"),
        ("authcfg=a1b2c3%27", "authcfg"),
        ("authcfg=a1b2c3d4", "authcfg"),
        ("colections=lamps", "colections"),
    ] {
        let problem = town.problem(&format!("/ogc/qgis.qgs?{query}"), 400).await;
        let detail = problem["detail"].as_str().unwrap();
        assert!(detail.contains(&format!("parameter {named}")), "{query}: {problem}");
    }
    town.problem("/ogc/qgis.qgs?collections=lamps,nonsense", 404).await;
    // An empty town has a project too: the map beneath, open upon Poland.
    let project = town.page("/ogc/qgis.qgs").await;
    assert_eq!(texts(&project, "provider"), ["vectortile"]);
    assert_eq!(values(&project, "DefaultViewExtent", "xmin"), ["14.1"]);
}

#[tokio::test]
async fn the_page_says_how_to_connect_in_both_languages() {
    let town = Town::empty().await;
    add(&town, "lamps", "POINT(21 52)").await;
    let polish = town.page("/qgis?lang=pl").await;
    let english = town.page("/qgis?lang=en").await;
    for page in [&polish, &english] {
        assert!(page.contains(&format!("{}/ogc</code>", town.base)), "the address to copy");
        assert!(page.contains("collections=lamps"));
        assert!(!page.contains("name=\"authcfg\""), "who has no token needs no id of a sign-in");
        assert!(!page.contains("qgis-"), "a text is missing");
    }
    assert!(polish.contains("Pobierz projekt QGIS") && english.contains("Download the QGIS project"));
    assert!(polish.contains("href=\"/ogc/qgis.qgs?lang=pl\""));
    let staff = town.staff("administrator").await;
    assert!(staff.page("/qgis").await.contains("name=\"authcfg\""));
    assert!(town.page("/help").await.contains("href=\"/qgis\""));
}

/// A Python with QGIS need not be the first one.
const PYTHONS: [&str; 2] = ["python3", "/usr/bin/python3"];
/// With this the script says that there is no QGIS.
const SKIPPED: i32 = 77;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_real_qgis_opens_the_project_and_counts_every_layer_right() {
    let town = Town::village().await;
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/qgis/open_project.py");
    for python in PYTHONS {
        let ran = tokio::task::block_in_place(|| Command::new(python).arg(script).arg(&town.base).output());
        let Ok(output) = ran else { continue };
        if output.status.code() == Some(SKIPPED) {
            continue;
        }
        let told = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{told}{}", String::from_utf8_lossy(&output.stderr));
        assert!(told.contains("system: EPSG:2180"), "{told}");
        return;
    }
    eprintln!("skipped: there is no QGIS here (Debian: python3-qgis)");
}
