//! Reeve, PostgreSQL and the operators killed at any moment: no payment is lost, none is booked twice, every order ends.

use std::{
    net::TcpListener,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Child, Command, Stdio},
    sync::Mutex,
    time::{Duration, Instant},
};

use reeve::platform::cluster::{Cluster, ClusterOptions};
use rustix::process::{Pid, Signal, kill_process};
use uuid::Uuid;

use super::shop::{EACH, OTHER_NRB, between, owes, unescaped};
use crate::{
    dues::{NRB, party_of, trial},
    support::{Client, Town, asked},
};

/// Rounds; `REEVE_PAYMENT_KILLS` asks for another number.
const ROUNDS: u32 = 21;

/// What is killed.
const VICTIMS: [&[Victim]; 7] = [
    &[Victim::Reeve],
    &[Victim::Connection],
    &[Victim::Operators],
    &[Victim::Server],
    &[Victim::Reeve, Victim::Operators],
    &[Victim::Reeve, Victim::Connection],
    &[Victim::Server, Victim::Reeve, Victim::Operators],
];

#[derive(Debug, Clone, Copy)]
enum Victim {
    Reeve,
    Operators,
    /// The process of one connection: PostgreSQL then ends all others and recovers.
    Connection,
    /// PostgreSQL's first process: its supervisor starts it anew on what is on the disk.
    Server,
}

pub(crate) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A process that can be killed and started again.
pub(crate) struct Runs {
    process: Child,
    start: Box<dyn Fn() -> Command>,
}

impl Runs {
    pub(crate) fn new(start: impl Fn() -> Command + 'static) -> Self {
        Self { process: start().spawn().expect("it starts"), start: Box::new(start) }
    }

    /// `kill -9`, and a new one.
    pub(crate) fn again(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
        self.process = (self.start)().spawn().expect("it starts");
    }

    /// Starts it once more when it has given up, as whoever looks after a service does: PostgreSQL may not be there yet.
    pub(crate) fn look_after(&mut self) {
        if self.process.try_wait().unwrap().is_some() {
            self.process = (self.start)().spawn().expect("it starts");
        }
    }
}

impl Drop for Runs {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn settings(sandbox: &str, key: &str) -> String {
    let mut text = format!(
        "secret_key = {key:?}\n[sessions]\nsecond_factor = false\n[payments]\nask_after_s = {:?}\nlease_s = 5\n",
        vec![1; 90]
    );
    let common = "allow_http_loopback = true\ntime_limit_ms = 2000\n";
    text.push_str(&format!(
        "[[operators]]\nprotocol = \"autopay\"\nid = \"autopay\"\nbase_url = \"{sandbox}/autopay\"\nservice_id = \"{}\"\n\
         keys = {{ current = \"{}\" }}\nbackground_start = true\n{common}",
        sandbox::AUTOPAY_SERVICE,
        sandbox::AUTOPAY_KEY
    ));
    text.push_str(&format!(
        "[[operators]]\nprotocol = \"przelewy24\"\nid = \"przelewy24\"\nbase_url = \"{sandbox}/przelewy24\"\nmerchant_id = {0}\n\
         pos_id = {0}\ncrc = {{ current = \"{1}\" }}\napi_key = {{ current = \"{2}\" }}\n{common}",
        sandbox::PRZELEWY24_MERCHANT,
        sandbox::PRZELEWY24_CRC,
        sandbox::PRZELEWY24_API_KEY
    ));
    text.push_str(&format!(
        "[[operators]]\nprotocol = \"paybynet\"\nid = \"paybynet\"\nstart_url = \"{sandbox}/paybynet/trans.do\"\n\
         status_url = \"{sandbox}/paybynet/status\"\nbanks_url = \"{sandbox}/paybynet/banks.xml\"\nclient_id = \"{}\"\n\
         keys = {{ current = \"{}\" }}\naccount = \"{NRB}\"\naccounts = [\"{NRB}\", \"{OTHER_NRB}\"]\n{common}\
         receiver = {{ name = \"Gmina Zmyślona\", post_code = \"00-001\", city = \"Zmyślona\", street = \"Rynek 1\" }}\n",
        sandbox::PAYBYNET_CLIENT,
        sandbox::PAYBYNET_PASSWORD
    ));
    text
}

/// A payer at another node than the test's own.
pub(crate) fn at(base: &str, client: &Client) -> Client {
    Client {
        http: client.http.clone(),
        base: base.to_owned(),
        email: client.email.clone(),
        account: client.account,
        session: client.token(),
        form_token: client.form_token.clone(),
        renewed: Mutex::default(),
        keeps_cookies: false,
    }
}

/// A form of ours, if there is anybody to take it.
async fn post(client: &Client, path: &str, fields: &[(&str, &str)]) -> Option<(u16, String)> {
    let body = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("form_token", &client.form_token)
        .extend_pairs(fields)
        .finish();
    let request = client.request(reqwest::Method::POST, path);
    let answer =
        request.header("content-type", "application/x-www-form-urlencoded").body(body).send().await.ok()?;
    let status = answer.status().as_u16();
    Some((status, answer.text().await.ok()?))
}

/// From our page to the operator's; its address.
async fn operators_page(http: &reqwest::Client, page: &str) -> Option<String> {
    let mut answer = if page.contains("class=\"go\"") {
        let action = unescaped(&between(page, "<form method=\"post\" action=\"", "\""));
        let mut fields = Vec::new();
        for field in page.split("<input type=\"hidden\" name=\"").skip(1) {
            let (name, rest) = field.split_once('"')?;
            if name != "form_token" {
                fields.push((name, unescaped(&between(rest, "value=\"", "\""))));
            }
        }
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = http.post(action).header("content-type", "application/x-www-form-urlencoded");
        request.body(body).send().await.ok()?
    } else if page.contains("class=\"govuk-button go\"") {
        http.get(unescaped(&between(page, "<a class=\"govuk-button go\" href=\"", "\""))).send().await.ok()?
    } else {
        return None;
    };
    let mut address = answer.url().to_string();
    while let Some(location) = answer.headers().get("location") {
        address = answer.url().join(location.to_str().ok()?).ok()?.to_string();
        answer = http.get(&address).send().await.ok()?;
    }
    address.contains("/pay/").then_some(address)
}

/// A payer who does not give up: orders the due, goes to the operator, pays, whatever breaks meanwhile.
async fn pays(client: Client, due: Uuid, operator: &'static str) {
    let key = Uuid::new_v4().to_string();
    let due = due.to_string();
    let deadline = Instant::now() + Duration::from_secs(120);
    loop {
        assert!(Instant::now() < deadline, "{operator}: the payer cannot pay");
        tokio::time::sleep(Duration::from_millis(20)).await;
        if post(&client, "/account/cart/add", &[("add", &due)]).await.is_none() {
            continue;
        }
        let fields = [("operator", operator), ("key", key.as_str())];
        let Some((status, mut page)) = post(&client, "/account/cart/pay", &fields).await else { continue };
        if status == 409 {
            // The operator was away, or it is paid already.
            if !page.contains("/go/1") {
                return;
            }
            let order = between(&page, "action=\"/account/orders/", "/");
            let Some((_, again)) = post(&client, &format!("/account/orders/{order}/go/1"), &[]).await else {
                continue;
            };
            page = again;
        }
        let Some(at_operator) = operators_page(&client.http, &page).await else { continue };
        let request =
            client.http.post(&at_operator).header("content-type", "application/x-www-form-urlencoded");
        let Ok(answer) = request.body("what=pay").send().await else { continue };
        if let Some(back) = answer.headers().get("location") {
            let back = back.to_str().unwrap().to_owned();
            if back.starts_with("http") {
                let _ = client.http.get(back).send().await;
            }
            return;
        }
    }
}

/// `kill -9` of one of PostgreSQL's processes.
pub(crate) fn kill(pid: i32) {
    // It may have ended by itself.
    let _ = kill_process(Pid::from_raw(pid).unwrap(), Signal::KILL);
}

/// A connection of Reeve's that is doing something, else any.
pub(crate) async fn connection(town: &Town) -> Option<i32> {
    sqlx::query_scalar(
        "select pid from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()
         order by state <> 'active', random() limit 1",
    )
    .fetch_optional(town.pool())
    .await
    .ok()?
}

/// Waits until the database answers.
pub(crate) async fn recovered(town: &Town) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while sqlx::query("select 1").execute(town.pool()).await.is_err() {
        assert!(Instant::now() < deadline, "PostgreSQL does not come back");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_any_moment_nothing_is_lost_and_nothing_booked_twice() {
    let rounds = asked("REEVE_PAYMENT_KILLS", ROUNDS);
    // A server of the test's own, with the settings that Reeve gives its own server: what is committed is on the disk.
    let home = tempfile::tempdir().unwrap();
    std::fs::set_permissions(home.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    let options = ClusterOptions { restart_limit: u32::MAX, ..ClusterOptions::from_env() };
    let cluster = Cluster::start(home.path(), options).await.unwrap();
    let town = Town::on_server(&cluster).await;
    sqlx::query(
        "insert into due_kind_setting (kind, valid_from, name_pl, name_en, law, nrb, cards_allowed, entered_by, entered_at)
         select kind, '2001-01-01', name_pl, name_en, law, $1, true, 'a test', now() from due_kind_setting",
    )
    .bind(NRB)
    .execute(town.pool())
    .await
    .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (shop_port, sandbox_port) = (free_port(), free_port());
    let (base, sandbox) =
        (format!("http://127.0.0.1:{shop_port}"), format!("http://127.0.0.1:{sandbox_port}"));
    let file = folder.path().join("reeve.toml");
    std::fs::write(&file, settings(&sandbox, "a key for tests and for nothing else")).unwrap();
    let (url, var) = (town.url(), folder.path().join("var"));
    let mut reeve = Runs::new(move || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_reeve"));
        command.args(["serve", "--listen", &format!("127.0.0.1:{shop_port}")]);
        command.env("REEVE_CONFIG", &file).env("DATABASE_URL", &url).env("REEVE_VAR", &var);
        command.env("REEVE_STATIC", Path::new(env!("CARGO_MANIFEST_DIR")).join("static/dist"));
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command
    });
    let (journal, shop_base) = (folder.path().join("journal"), base.clone());
    let mut operators = Runs::new(move || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_reeve"));
        command.args(["sandbox", "--listen", &format!("127.0.0.1:{sandbox_port}")]);
        command.env("REEVE_SANDBOX_JOURNAL", &journal).env("REEVE_SANDBOX_MINUTE_MS", "20");
        for (name, door) in [
            ("AUTOPAY_NOTIFY", "autopay/notify"),
            ("AUTOPAY_RETURN", "autopay/return"),
            ("PAYBYNET_NOTIFY", "paybynet/notify"),
        ] {
            command.env(format!("REEVE_SANDBOX_{name}"), format!("{shop_base}/api/payments/{door}"));
        }
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command
    });
    let client = town.resident(reeve::platform::access::Level::Verified).await;
    let party = party_of(&town, &client).await;
    let (mut total, mut killed) = (0, [0; 4]);
    // Decided before anything is killed: this test's own connections need not outlive the server.
    let mut dues = Vec::new();
    for round in 0..rounds {
        let grosze = 1_000 + i64::from(round);
        total += grosze;
        dues.push(owes(&town, party, "fine", grosze).await);
    }
    let mut moment = 20_261_130_u64;
    for (round, due) in dues.into_iter().enumerate() {
        recovered(&town).await;
        let operator = EACH[round % EACH.len()];
        let mut payer = tokio::spawn(pays(at(&base, &client), due, operator));
        // At another moment each time: before the order, at the operator, while the message is on its way.
        moment ^= moment << 13;
        moment ^= moment >> 7;
        moment ^= moment << 17;
        tokio::time::sleep(Duration::from_millis(moment % 251)).await;
        for victim in VICTIMS[round % VICTIMS.len()] {
            killed[*victim as usize] += 1;
            match victim {
                Victim::Reeve => reeve.again(),
                Victim::Operators => operators.again(),
                Victim::Connection => loop {
                    // Ours may have ended with the server's last death.
                    if let Some(pid) = connection(&town).await {
                        break kill(pid);
                    }
                },
                Victim::Server => {
                    // Whoever looks after it learns a moment later than we that it serves again.
                    let deadline = Instant::now() + Duration::from_secs(60);
                    while cluster.pid().is_none() {
                        assert!(Instant::now() < deadline, "nobody looks after PostgreSQL");
                        tokio::time::sleep(Duration::from_millis(10)).await;
                    }
                    kill(cluster.pid().unwrap());
                }
            }
        }
        loop {
            match tokio::time::timeout(Duration::from_millis(100), &mut payer).await {
                Ok(paid) => break paid.unwrap(),
                Err(_) => reeve.look_after(),
            }
        }
    }
    recovered(&town).await;
    println!("{rounds} rounds; killed: Reeve, operators, a connection, PostgreSQL: {killed:?}");
    assert_eq!(cluster.restarts(), killed[Victim::Server as usize], "each death of PostgreSQL was seen");
    let deadline = Instant::now() + Duration::from_secs(120);
    let open = "select count(*) from payment_transfer where state <> 'paid'";
    while town.number(open).await > 0 {
        reeve.look_after();
        if Instant::now() > deadline {
            let left: Vec<(String, String, String)> =
                sqlx::query_as("select contract, code, state from payment_transfer where state <> 'paid'")
                    .fetch_all(town.pool())
                    .await
                    .unwrap();
            panic!("these orders do not end: {left:?}");
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let number = async |sql: &'static str| town.number(sql).await;
    assert_eq!(number("select count(*) from payment_order").await, i64::from(rounds));
    assert_eq!(number("select count(*) from ledger_entry where kind = 'payment'").await, i64::from(rounds));
    assert_eq!(
        number("select sum(amount_grosze)::bigint from ledger_posting where account = 'money'").await,
        total
    );
    for account in ["receivable", "unexplained", "overpayment"] {
        assert_eq!(crate::dues::balance(town.pool(), account).await, 0, "{account}");
    }
    assert_eq!(number("select count(*) from payment_claim").await, 0);
    assert_eq!(number("select count(*) from payment_event where alarm and kind <> 'no-answer'").await, 0);
    trial(town.pool()).await;
    drop(reeve);
    drop(operators);
    drop(town);
    cluster.stop().await.unwrap();
}
