//! Reeve and the operators killed at any moment: no payment is lost, none is booked twice, every order ends.

use std::{
    net::TcpListener,
    path::Path,
    process::{Child, Command, Stdio},
    sync::Mutex,
    time::{Duration, Instant},
};

use uuid::Uuid;

use super::shop::{EACH, OTHER_NRB, between, owes, unescaped};
use crate::{
    dues::{NRB, party_of, trial},
    support::{Client, Town},
};

/// Rounds; `REEVE_PAYMENT_KILLS` asks for another number.
const ROUNDS: u32 = 30;

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A process that can be killed and started again.
struct Runs {
    process: Child,
    start: Box<dyn Fn() -> Command>,
}

impl Runs {
    fn new(start: impl Fn() -> Command + 'static) -> Self {
        Self { process: start().spawn().expect("it starts"), start: Box::new(start) }
    }

    /// `kill -9`, and a new one.
    fn again(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
        self.process = (self.start)().spawn().expect("it starts");
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
fn at(base: &str, client: &Client) -> Client {
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_any_moment_nothing_is_lost_and_nothing_booked_twice() {
    let rounds =
        std::env::var("REEVE_PAYMENT_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(ROUNDS);
    let town = Town::empty().await;
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
    let mut total = 0;
    for round in 0..rounds {
        let operator = EACH[round as usize % EACH.len()];
        let grosze = 1_000 + i64::from(round);
        total += grosze;
        let due = owes(&town, party, "fine", grosze).await;
        let payer = tokio::spawn(pays(at(&base, &client), due, operator));
        // At another moment each time: before the order, at the operator, while the message is on its way.
        tokio::time::sleep(Duration::from_millis(u64::from(round * 37 % 211))).await;
        match round % 3 {
            0 => reeve.again(),
            1 => operators.again(),
            _ => {
                reeve.again();
                operators.again();
            }
        }
        payer.await.unwrap();
    }
    let deadline = Instant::now() + Duration::from_secs(120);
    let open = "select count(*) from payment_transfer where state <> 'paid'";
    while town.number(open).await > 0 {
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
}
