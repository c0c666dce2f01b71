//! A node that is killed again and again while it sends: every message goes out, none twice in the inbox, and what
//! goes out twice elsewhere is counted and bounded.

use std::{
    collections::BTreeMap,
    net::TcpListener,
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use reeve::{
    messages::Channel,
    platform::{Config, config::MessageSettings},
};
use serde_json::json;

use super::{Person, count, send_case, until};
use crate::support::{Town, asked, outside::Outside};

/// Kills; `REEVE_MESSAGE_KILLS` asks for another number.
const KILLS: u32 = 100;
const LEASE_S: u32 = 2;
/// More waits than kills: no message is given up because its node was killed.
const WAITS: usize = 150;

fn node(town: &Town, outside: &Outside, var: &Path) -> Child {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    Command::new(env!("CARGO_BIN_EXE_reeve"))
        .args(["serve", "--listen", &format!("127.0.0.1:{port}")])
        .env("DATABASE_URL", town.url())
        .env("REEVE_STATIC", Path::new(env!("CARGO_MANIFEST_DIR")).join("static/dist"))
        .env("REEVE_VAR", var)
        .env("REEVE_SECRET_KEY", "a key for tests and for nothing else")
        .env("REEVE_MAIL_URL", outside.mail_url())
        .env("REEVE_MAIL_FROM", "Urząd Zmyślony <urzad@zmyslin.example>")
        .env("REEVE_SMS_URL", format!("{}/sms", outside.sandbox))
        .env("REEVE_SMS_TOKEN", sandbox::TOKEN)
        .env("REEVE_PUSH_LOOPBACK", "true")
        .env("REEVE_MESSAGES_LEASE_S", LEASE_S.to_string())
        .env("REEVE_MESSAGES_RETRY_S", vec!["1"; WAITS].join(","))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("reeve starts")
}

fn kill(mut process: Child) {
    process.kill().unwrap();
    process.wait().unwrap();
}

#[tokio::test]
async fn a_node_killed_again_and_again_loses_nothing_and_repeats_little() {
    let kills = asked("REEVE_MESSAGE_KILLS", KILLS);
    let outside = Outside::start().await;
    // The test's own node has no ways out: only the one that is killed sends.
    let config = Config {
        messages: MessageSettings { retry_s: vec![1; WAITS], lease_s: LEASE_S, ..MessageSettings::default() },
        push: reeve::platform::config::PushSettings { loopback: true, ..Default::default() },
        ..crate::support::config()
    };
    let town = Town::with_config(config).await;
    let anna = Person::of(&town).await;
    anna.reached_at(&town, Channel::Sms, "+48600100200").await;
    let browser = outside.browser().await;
    let body = json!({ "endpoint": browser["endpoint"], "keys": browser["keys"] });
    let added = anna.client.send_json(reqwest::Method::POST, "/api/account/push", &body).await;
    assert_eq!(added.status(), 201);
    anna.agree(&["case-email", "case-sms", "case-push"]).await;

    let var = tempfile::tempdir().unwrap();
    let mut sent = Vec::new();
    let tries = "select coalesce(sum(attempts), 0)::bigint from delivery where channel <> 'inbox'";
    for round in 0..kills {
        for n in 0..2 {
            sent.push(send_case(&town, anna.party, &format!("Sprawa {round}/{n}"), "Treść").await);
        }
        let before = town.number(tries).await;
        let process = node(&town, &outside, var.path());
        if round % 10 != 0 {
            // From the first try on: while it sends, before the answer, after it, before it is noted.
            let deadline = Instant::now() + Duration::from_secs(60);
            while town.number(tries).await == before {
                assert!(Instant::now() < deadline, "round {round}: nothing is sent");
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        }
        // Another point in each round, spread over what one batch takes.
        tokio::time::sleep(Duration::from_micros(u64::from(round * 7919 % 97) * 2500)).await;
        kill(process);
    }
    let last = node(&town, &outside, var.path());
    until("everything is sent", async || {
        town.number("select count(*) from delivery where state in ('waiting', 'sending')").await == 0
    })
    .await;
    kill(last);

    let all = sent.len() as i64;
    assert_eq!(town.number("select count(*) from message where in_inbox").await, all);
    assert_eq!(
        town.number("select count(*) from delivery where channel = 'inbox' and state = 'delivered'").await,
        all
    );
    for channel in ["email", "sms", "push"] {
        let gone = format!("select count(*) from delivery where channel = '{channel}' and state = 'sent'");
        assert_eq!(count(&town, gone).await, all, "{channel}");
    }
    // What arrived, by its identity. Each arrival is a try that was written down before it was made.
    let attempts: Vec<(String, String, String, i32)> = sqlx::query_as(
        "select d.channel, d.id::text, replace(m.thread::text, '-', ''), d.attempts from delivery d
         join message m on m.id = d.message where d.channel <> 'inbox'",
    )
    .fetch_all(town.pool())
    .await
    .unwrap();
    let mut arrived: BTreeMap<(&str, String), u32> = BTreeMap::new();
    for mail in outside.mails() {
        let id =
            mail["messageId"].as_str().unwrap().trim_start_matches('<').split('@').next().unwrap().to_owned();
        *arrived.entry(("email", id)).or_default() += 1;
    }
    for notice in outside.notices().await {
        *arrived.entry(("push", notice["notice"]["tag"].as_str().unwrap().to_owned())).or_default() += 1;
    }
    for text in outside.texts().await {
        *arrived.entry(("sms", text["idx"].as_str().unwrap().to_owned())).or_default() += 1;
    }
    let mut twice: BTreeMap<&str, u32> = BTreeMap::new();
    for (channel, id, tag, attempts) in &attempts {
        let name = if channel == "push" { tag } else { id };
        let channel = ["email", "sms", "push"].into_iter().find(|one| one == channel).unwrap();
        let times = arrived.get(&(channel, name.clone())).copied().unwrap_or(0);
        assert!(times >= 1, "{channel} {id} was lost");
        assert!(
            times <= u32::try_from(*attempts).unwrap(),
            "{channel} {id} arrived {times} times in {attempts} tries"
        );
        *twice.entry(channel).or_default() += times - 1;
    }
    let repeated = outside.told("/sms.json").await["repeated"].clone();
    let total: i32 = attempts.iter().map(|(.., attempts)| attempts).sum();
    println!(
        "{kills} kills, {all} messages by four ways, {total} tries outside: duplicates {twice:?}; the gateway \
         recognised {repeated} texts sent again"
    );
    assert_eq!(twice["sms"], 0, "the gateway compares identities");
    // A kill repeats at most what was on its way at that moment, which are sixteen at once.
    assert!(twice.values().sum::<u32>() <= kills * 16, "{twice:?}");
}
