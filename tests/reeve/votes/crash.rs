//! The program and PostgreSQL killed at any moment: nobody loses their vote, nobody has two.

use std::{
    collections::BTreeSet,
    fs::File,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use ballots::secret::{Token, file};
use reeve::platform::{
    access::Level,
    cluster::{Cluster, ClusterOptions},
};
use serde_json::json;

use super::{Device, Terms, cast, count, end, open_vote};
use crate::{
    payments::crash::{Runs, at, connection, free_port, kill, recovered},
    support::{Town, asked},
};

/// Rounds; `REEVE_BALLOT_KILLS` asks for another number.
const ROUNDS: u32 = 3;
/// Voters of one round.
const VOTERS: usize = 4;

#[derive(Debug, Clone, Copy)]
enum Victim {
    Reeve,
    Connection,
    Server,
}

const VICTIMS: [Victim; 3] = [Victim::Reeve, Victim::Connection, Victim::Server];

/// A voter who does not give up, with a browser that forgets nothing.
async fn votes(base: String, mut device: Device, terms: Terms, chosen: &'static str) -> Token {
    let deadline = Instant::now() + Duration::from_secs(120);
    let http = crate::support::client();
    while device.entitled.is_none() {
        assert!(Instant::now() < deadline, "the voter gets no token");
        match device.sign(&terms).await {
            Some(200) => {}
            None | Some(500..) => tokio::time::sleep(Duration::from_millis(20)).await,
            Some(other) => panic!("a token was refused: {other}"),
        }
    }
    let ballot = device.ballot(&terms, json!({"most": chosen}));
    loop {
        assert!(Instant::now() < deadline, "the voter cannot cast");
        match cast(&http, &base, terms.survey, &ballot).await {
            Some(200 | 201) => return ballot.token,
            None | Some(500..) => tokio::time::sleep(Duration::from_millis(20)).await,
            Some(other) => panic!("a ballot was refused: {other}"),
        }
    }
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let entries = entries.map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] }).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_any_moment_nobody_loses_a_vote_and_nobody_has_two() {
    let rounds = asked("REEVE_BALLOT_KILLS", ROUNDS);
    let home = tempfile::tempdir().unwrap();
    std::fs::set_permissions(home.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    let options = ClusterOptions { restart_limit: u32::MAX, ..ClusterOptions::from_env() };
    let cluster = Cluster::start(home.path(), options).await.unwrap();
    let mut town = Town::on_server(&cluster).await;
    town.rest();
    let survey = open_vote(town.pool(), "first").await;
    let folder = tempfile::tempdir().unwrap();
    let port = free_port();
    let base = format!("http://127.0.0.1:{port}");
    let config = folder.path().join("reeve.toml");
    std::fs::write(
        &config,
        "secret_key = \"a key for tests and for nothing else\"\n[sessions]\nsecond_factor = false\n",
    )
    .unwrap();
    let (url, var, log) = (town.url(), folder.path().join("var"), folder.path().join("log"));
    let (served_var, served_log) = (var.clone(), log.clone());
    let mut reeve = Runs::new(move || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_reeve"));
        command.args(["serve", "--listen", &format!("127.0.0.1:{port}")]);
        command.env("REEVE_CONFIG", &config).env("DATABASE_URL", &url).env("REEVE_VAR", &served_var);
        command.env("REEVE_STATIC", Path::new(env!("CARGO_MANIFEST_DIR")).join("static/dist"));
        command.env("REEVE_LOG", "reeve=debug,warn");
        let log = File::options().create(true).append(true).open(&served_log).unwrap();
        command.stdout(Stdio::null()).stderr(log);
        command
    });
    let mut people = Vec::new();
    for _ in 0..rounds as usize * VOTERS {
        people.push(Arc::new(at(&base, &town.resident(Level::Resident).await)));
    }
    let deadline = Instant::now() + Duration::from_secs(60);
    let terms = loop {
        assert!(Instant::now() < deadline, "the program does not start");
        match Terms::read(&base, survey).await {
            Some(terms) => break terms,
            None => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    };
    let mut moment = 20_261_201_u64;
    let mut wait = |most: u64| {
        moment ^= moment << 13;
        moment ^= moment >> 7;
        moment ^= moment << 17;
        Duration::from_millis(moment % most)
    };
    let mut tokens = BTreeSet::new();
    for round in 0..rounds as usize {
        recovered(&town).await;
        let mut tasks = tokio::task::JoinSet::new();
        for (at, person) in people.drain(..VOTERS).enumerate() {
            let chosen = ["north", "south", "none"][(round + at) % 3];
            tasks.spawn(votes(base.clone(), Device::new(person, &terms), terms.clone(), chosen));
        }
        tokio::time::sleep(wait(120)).await;
        match VICTIMS[round % VICTIMS.len()] {
            Victim::Reeve => reeve.again(),
            Victim::Connection => loop {
                if let Some(pid) = connection(&town).await {
                    break kill(pid);
                }
            },
            Victim::Server => {
                let deadline = Instant::now() + Duration::from_secs(60);
                while cluster.pid().is_none() {
                    assert!(Instant::now() < deadline, "nobody looks after PostgreSQL");
                    tokio::time::sleep(Duration::from_millis(10)).await;
                }
                kill(cluster.pid().unwrap());
            }
        }
        loop {
            match tokio::time::timeout(Duration::from_millis(100), tasks.join_next()).await {
                Ok(Some(done)) => assert!(tokens.insert(done.unwrap()), "each has a token of their own"),
                Ok(None) => break,
                Err(_) => reeve.look_after(),
            }
        }
    }
    recovered(&town).await;
    let voters = i64::from(rounds) * VOTERS as i64;
    assert_eq!(
        count(town.pool(), "select count(*) from ballot_sealed where survey = $1", survey).await,
        voters
    );
    assert_eq!(
        count(town.pool(), "select count(*) from survey_roll where survey = $1", survey).await,
        voters
    );
    end(town.pool(), survey).await;
    let opened = "select count(*) from survey_urn where survey = $1 and opened_on is not null and private_keys is null";
    let deadline = Instant::now() + Duration::from_secs(120);
    let mut killed = 0;
    while count(town.pool(), opened, survey).await == 0 {
        assert!(Instant::now() < deadline, "the urn is not opened");
        if killed < rounds {
            reeve.again();
            killed += 1;
            tokio::time::sleep(wait(900)).await;
        } else {
            reeve.look_after();
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
    assert_eq!(count(town.pool(), "select count(*) from ballot where survey = $1", survey).await, voters);
    let receipts: Vec<Vec<u8>> = sqlx::query_scalar("select token from ballot_receipt where survey = $1")
        .bind(survey)
        .fetch_all(town.pool())
        .await
        .unwrap();
    let receipts: BTreeSet<Token> = receipts.iter().map(|token| Token::new(token).unwrap()).collect();
    assert_eq!(receipts, tokens, "nobody's vote is lost");
    assert_eq!(
        files_below(&var.join("files/votes/keys")),
        Vec::<PathBuf>::new(),
        "the private keys are gone"
    );
    let name: String = sqlx::query_scalar("select file from survey_urn where survey = $1")
        .bind(survey)
        .fetch_one(town.pool())
        .await
        .unwrap();
    let text = std::fs::read(var.join("files").join(name)).unwrap();
    let checked = file::read(text.as_slice(), |_, _| Ok(())).unwrap();
    assert_eq!(checked.ballots.len() as i64, voters);
    // Whoever reads the program's log learns when somebody asked for a token, and nothing of ballots.
    let log = std::fs::read_to_string(log).unwrap();
    assert!(log.contains("/token"), "the log was kept");
    assert!(!log.contains("/api/ballots"), "the urn's door leaves no line");
    println!(
        "{rounds} rounds with kills, {killed} kills while the urn was opened; {voters} voters, {} ballots",
        tokens.len()
    );
    drop(reeve);
    drop(town);
    cluster.stop().await.unwrap();
}
