//! A server that is killed in the middle of a submit: all or nothing, and nothing is lost.

use std::{
    net::TcpListener,
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    editing::{change, draft, tree},
    imports::{leave_out_an_index, shape},
    support::{Client, Town},
};

/// A server of its own on the town's database.
struct Server {
    process: Child,
    base: String,
}

impl Server {
    async fn start(town: &Town) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("static/dist");
        let process = Command::new(env!("CARGO_BIN_EXE_reeve"))
            .args(["serve", "--listen", &format!("127.0.0.1:{port}")])
            .env("DATABASE_URL", town.url())
            .env("REEVE_STATIC", folder)
            .env("REEVE_SECOND_FACTOR", "false")
            .env("REEVE_VAR", std::env::temp_dir().join(format!("reeve-crash-{}", Uuid::new_v4().simple())))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("reeve starts");
        let server = Self { process, base: format!("http://127.0.0.1:{port}") };
        let ready = async || {
            let answer = town.http.get(format!("{}/readyz", server.base)).send().await;
            answer.is_ok_and(|answer| answer.status() == 200)
        };
        until("the server is ready", ready).await;
        server
    }

    fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Waits for a state, with a deadline.
async fn until(what: &str, holds: impl AsyncFn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while !holds().await {
        assert!(Instant::now() < deadline, "{what}: waited too long");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

fn submit(clerk: &Client, base: &str, draft: &str) -> tokio::task::JoinHandle<Option<(u16, Value)>> {
    let request = clerk
        .http
        .post(format!("{base}{draft}/submit"))
        .header("cookie", format!("reeve-session={}", clerk.session))
        .header("sec-fetch-site", "same-origin")
        .json(&json!({}));
    tokio::spawn(async move {
        let answer = request.send().await.ok()?;
        let status = answer.status().as_u16();
        Some((status, answer.json().await.ok()?))
    })
}

async fn long_draft(clerk: &Client) -> String {
    let row: Vec<Value> = (0..500)
        .map(|n| {
            change(&Uuid::new_v4().to_string(), "trees", None, tree(f64::from(n), json!({ "height_m": 5 })))
        })
        .collect();
    draft(clerk, &row).await
}

const WAITING: &str = "select count(*) from pg_locks l join pg_stat_activity a using (pid) where not l.granted and a.datname = current_database()";

#[tokio::test]
async fn a_server_killed_in_mid_submit_leaves_nothing_and_the_draft_whole() {
    let town = Town::empty().await;
    let clerk = town.staff("editor").await;
    // Where the submit is stopped: before it begins, before its change set is opened, and while things are written.
    for stopped_at in ["collection_state", "change_set", "asset"] {
        let path = long_draft(&clerk).await;
        let mut server = Server::start(&town).await;
        let mut holder = town.pool().begin().await.unwrap();
        let statement = format!("lock table {stopped_at} in share row exclusive mode");
        sqlx::query(sqlx::AssertSqlSafe(statement)).execute(&mut *holder).await.unwrap();
        let submitted = submit(&clerk, &server.base, &path);
        until("the submit waits for the lock", async || town.number(WAITING).await > 0).await;
        server.kill();
        holder.rollback().await.unwrap();
        assert!(submitted.await.unwrap().is_none(), "no answer came");
        let others =
            "select count(*) from pg_stat_activity where datname = current_database() and state <> 'idle'
                      and pid <> pg_backend_pid() and query ilike '%asset%'";
        until("the server's connections are gone", async || town.number(others).await == 0).await;
        assert_eq!(town.number("select count(*) from asset").await, 0, "{stopped_at}");
        assert_eq!(town.number("select count(*) from change_set").await, 0, "{stopped_at}");
        let kept: Value = clerk.get(&path).await.json().await.unwrap();
        assert_eq!(kept["gestures"][0]["changes"].as_array().unwrap().len(), 500, "{stopped_at}");
    }
}

#[tokio::test]
async fn an_index_that_a_killed_import_left_out_is_there_before_the_server_is_ready() {
    let town = Town::empty().await;
    let before = shape(&town).await;
    leave_out_an_index(&town).await;
    let _server = Server::start(&town).await;
    assert_eq!(shape(&town).await, before);
}

#[tokio::test]
async fn an_import_killed_between_its_commit_and_its_indexes_is_whole_and_they_are_built() {
    let town = Town::empty().await;
    let before = shape(&town).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("town.osm");
    let lamp = |id| {
        format!("<node id='{id}' lat='52.0{id}' lon='21.0{id}'><tag k='highway' v='street_lamp'/></node>")
    };
    let lamps: String = (1..=9).map(lamp).collect();
    std::fs::write(&file, format!("<?xml version='1.0'?><osm version='0.6'>{lamps}</osm>")).unwrap();
    let lock = async |statement: &'static str| {
        let mut transaction = town.pool().begin().await.unwrap();
        sqlx::query(statement).execute(&mut *transaction).await.unwrap();
        transaction
    };
    // It is stopped just before its commit; who asks for the things meanwhile is the next one.
    let run = lock("lock table import_run in share mode").await;
    let mut import = Command::new(env!("CARGO_BIN_EXE_reeve"))
        .arg("import")
        .arg(&file)
        .env("DATABASE_URL", town.url())
        .env("REEVE_VAR", folder.path().join("var"))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("reeve starts");
    until("the import waits for the lock", async || town.number(WAITING).await > 0).await;
    let (things, ()) = tokio::join!(lock("lock table asset in row exclusive mode"), async {
        until("others wait for the import", async || town.number(WAITING).await > 1).await;
        run.rollback().await.unwrap();
    });
    until("an index waits for the lock", async || town.number(WAITING).await > 0).await;
    import.kill().unwrap();
    import.wait().unwrap();
    things.rollback().await.unwrap();
    // The next start, if nobody did so before it, builds what is left to be built.
    let _server = Server::start(&town).await;
    assert_eq!(shape(&town).await, before);
    assert_eq!(town.number("select count(*) from asset").await, 9);
    assert_eq!(town.number("select live from collection_state where collection = 'lamps'").await, 9);
    assert_eq!(
        town.number("select count(*) from asset_history h join change_set c on c.id = h.change_set").await,
        9
    );
}

#[tokio::test]
async fn a_server_killed_after_the_commit_has_saved_everything_once() {
    let town = Town::empty().await;
    let clerk = town.staff("editor").await;
    let path = long_draft(&clerk).await;
    let mut server = Server::start(&town).await;
    let submitted = submit(&clerk, &server.base, &path);
    until("the draft is closed", async || {
        town.number("select count(*) from draft where closed_at is not null").await > 0
    })
    .await;
    server.kill();
    // Whether the answer still came or not: asked again, another node answers what was saved.
    let first = submitted.await.unwrap();
    let again = submit(&clerk, &town.base, &path).await.unwrap().expect("the other node answers");
    assert_eq!(again.0, 200);
    assert_eq!(again.1["assets"].as_array().unwrap().len(), 500);
    if let Some((status, body)) = first {
        assert_eq!((status, &body["change_set"]), (200, &again.1["change_set"]));
    }
    assert_eq!(town.number("select count(*) from asset").await, 500);
    assert_eq!(town.number("select count(*) from change_set").await, 1);
}
