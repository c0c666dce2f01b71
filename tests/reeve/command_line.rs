//! The command line, run as a person would.

use std::{
    path::Path,
    process::{Command, Output},
};

use crate::support::{Town, data};

pub(crate) fn reeve(database: &str, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_reeve"))
        .args(arguments)
        .env("DATABASE_URL", database)
        .env("REEVE_STATIC", Path::new(env!("CARGO_MANIFEST_DIR")).join("static/dist"))
        .output()
        .expect("reeve runs")
}

fn errors(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[tokio::test]
async fn demo_fills_an_empty_database_and_no_other() {
    let town = Town::empty().await;
    let first = reeve(&town.url(), &["demo", "--size", "village"]);
    assert!(first.status.success(), "{}", errors(&first));
    let things = town.number("select count(*) from asset").await;
    assert!(things > 3000);
    let second = reeve(&town.url(), &["demo"]);
    assert_eq!(second.status.code(), Some(1));
    assert!(errors(&second).contains("only into an empty one"), "{}", errors(&second));
    assert_eq!(town.number("select count(*) from asset").await, things);
}

#[tokio::test]
async fn import_says_what_it_took_and_writes_a_report() {
    let Some(file) = data::file("osm/dreieich-cut.osm.gz") else { return };
    let town = Town::empty().await;
    let folder = tempfile::tempdir().unwrap();
    let report = folder.path().join("report.json");
    let output =
        reeve(&town.url(), &["import", file.to_str().unwrap(), "--report", report.to_str().unwrap()]);
    assert!(output.status.success(), "{}", errors(&output));
    assert!(errors(&output).contains("benches") && errors(&output).contains("Left out"));
    let told: serde_json::Value = serde_json::from_slice(&std::fs::read(report).unwrap()).unwrap();
    assert_eq!(told["kinds"]["benches"]["new"], 49);
}

#[tokio::test]
async fn import_of_nonsense_fails_with_a_reason() {
    let town = Town::empty().await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("not.osm.pbf");
    std::fs::write(&path, "this is no map").unwrap();
    let output = reeve(&town.url(), &["import", path.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        errors(&output).contains("nothing of") && errors(&output).contains("not an OpenStreetMap file"),
        "{}",
        errors(&output)
    );
    let missing = reeve(&town.url(), &["import", "/nowhere.osm.pbf"]);
    assert_eq!(missing.status.code(), Some(1));
    assert_eq!(reeve(&town.url(), &["import"]).status.code(), Some(2));
}

#[tokio::test]
async fn export_writes_a_whole_collection() {
    let town = Town::village().await;
    let output = reeve(&town.url(), &["export", "lamps"]);
    assert!(output.status.success(), "{}", errors(&output));
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        told["features"].as_array().unwrap().len() as i64,
        town.number("select count(*) from asset where kind = 'lamps'").await
    );
    let unknown = reeve(&town.url(), &["export", "dragons"]);
    assert_eq!(unknown.status.code(), Some(1));
    assert!(errors(&unknown).contains("lamps"), "{}", errors(&unknown));
}

#[tokio::test]
async fn check_says_what_is_wrong() {
    let town = Town::village().await;
    let output = reeve(&town.url(), &["check"]);
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(told.contains("PostGIS") && told.contains("network of paths"), "{told}");
    // The village has a gate on no path, on purpose.
    assert!(told.contains("gates stand on no path"), "{told}");
    let nowhere = reeve("postgres://nobody@127.0.0.1:9/none", &["check"]);
    assert_eq!(nowhere.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&nowhere.stdout).contains("cannot connect"));
}

#[tokio::test]
async fn an_occupied_port_is_said_before_anything_else() {
    let town = Town::empty().await;
    let address = town.base.strip_prefix("http://").unwrap().to_owned();
    let output = reeve(&town.url(), &["serve", "--listen", &address]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        errors(&output).contains("cannot listen") && errors(&output).contains("REEVE_LISTEN"),
        "{}",
        errors(&output)
    );
}

#[tokio::test]
async fn nodes_may_start_at_once_on_a_new_database() {
    let town = Town::empty().await;
    let fresh = town.bare_database().await;
    let url = fresh.url();
    let started: Vec<_> = (0..3)
        .map(|_| {
            let url = url.clone();
            tokio::task::spawn_blocking(move || reeve(&url, &["export", "lamps"]))
        })
        .collect();
    for node in started {
        let output = node.await.unwrap();
        assert!(output.status.success(), "{}", errors(&output));
    }
}
