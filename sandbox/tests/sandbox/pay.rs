//! Payment operators, as the operators' crate and a shop of this test meet them.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Router,
    body::Bytes,
    extract::{Path, State as Shared},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::post,
};
use chrono::TimeDelta;
use operators::{
    Allowed, Answer, Failure, Go, Incoming, Language, MethodKind, Notified, Operator, OperatorSettings,
    Order, Refund, RefundState, Refunded, State, Verify, settlement,
};
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::watch};

use crate::{Sandbox, now};

const EACH: [&str; 3] = ["autopay", "paybynet", "przelewy24"];
/// How long a minute of the operators takes here.
const MINUTE: Duration = Duration::from_millis(20);
/// How long is waited for what must happen.
const PATIENCE: Duration = Duration::from_secs(20);

/// What the shop saw, in this order.
#[derive(Debug, Clone, Default)]
struct Seen {
    payments: Vec<Notified>,
    refunds: Vec<Refunded>,
    /// Codes of messages that were not believed.
    faults: Vec<&'static str>,
    verified: Vec<String>,
}

impl Seen {
    fn states(&self) -> Vec<State> {
        self.payments.iter().map(|one| one.state).collect()
    }
}

#[derive(Clone)]
struct Shop {
    operators: Arc<Mutex<HashMap<String, Operator>>>,
    seen: watch::Sender<Seen>,
    /// Messages that are still answered with "not taken".
    busy: Arc<Mutex<usize>>,
}

impl Shop {
    fn seen(&self) -> Seen {
        self.seen.borrow().clone()
    }

    async fn wait(&self, what: impl FnMut(&Seen) -> bool) -> Seen {
        let mut seen = self.seen.subscribe();
        let waited = tokio::time::timeout(PATIENCE, seen.wait_for(what)).await;
        assert!(waited.is_ok(), "waited in vain: {:?}", self.seen());
        waited.unwrap().unwrap().clone()
    }
}

async fn take(Shared(shop): Shared<Shop>, Path(name): Path<String>, body: Bytes) -> Response {
    let operator = shop.operators.lock().unwrap()[&name].clone();
    let answer = match operator.notification(Incoming { body: &body, now: now() }) {
        Err(refusal) => {
            shop.seen.send_modify(|seen| seen.faults.push(refusal.fault.code()));
            refusal.answer
        }
        Ok(told) => {
            let not_yet = {
                let mut busy = shop.busy.lock().unwrap();
                let not_yet = *busy > 0;
                *busy = busy.saturating_sub(1);
                not_yet
            };
            if not_yet {
                told.not_taken()
            } else {
                for one in told.payments.iter().filter(|one| one.state == State::Advance) {
                    let verify = verify_of(one);
                    if operator.verify(&verify, now()).await.is_ok() {
                        shop.seen.send_modify(|seen| seen.verified.push(one.order.clone()));
                    }
                }
                shop.seen.send_modify(|seen| {
                    seen.payments.extend(told.payments.clone());
                    seen.refunds.extend(told.refunds.clone());
                });
                told.taken()
            }
        }
    };
    let Answer { status, content_type, body } = answer;
    (StatusCode::from_u16(status).unwrap(), [(header::CONTENT_TYPE, content_type)], body).into_response()
}

/// Every order of these tests is for this much.
const AMOUNT: i64 = 12_350;

fn verify_of(one: &Notified) -> Verify {
    Verify { order: one.order.clone(), transaction: one.transaction.clone(), amount_grosze: AMOUNT }
}

/// A sandbox with a shop that has contracts with all three.
struct Town {
    sandbox: Sandbox,
    task: tokio::task::JoinHandle<()>,
    shop: Shop,
    shop_url: String,
}

impl Town {
    async fn start() -> Self {
        Self::with(None).await
    }

    async fn with(journal: Option<std::path::PathBuf>) -> Self {
        let (seen, _) = watch::channel(Seen::default());
        let shop = Shop { operators: Arc::default(), seen, busy: Arc::default() };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let shop_url = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().route("/notify/{name}", post(take)).with_state(shop.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        let settings = sandbox::Settings {
            journal,
            minute: Some(MINUTE),
            autopay_notify: Some(format!("{shop_url}/notify/autopay")),
            autopay_return: Some(format!("{shop_url}/back")),
            paybynet_notify: Some(format!("{shop_url}/notify/paybynet")),
        };
        let (sandbox, task) = Sandbox::start_with(settings).await;
        let town = Self { sandbox, task, shop, shop_url };
        town.contracts(20_000);
        town
    }

    /// Contracts of the shop with the operators at the sandbox of now.
    fn contracts(&self, time_limit_ms: u64) {
        for name in EACH {
            self.shop.operators.lock().unwrap().insert(name.to_owned(), self.operator(name, time_limit_ms));
        }
    }

    fn operator(&self, name: &str, time_limit_ms: u64) -> Operator {
        let url = |path: &str| self.sandbox.url(path);
        let own = match name {
            "autopay" => json!({
                "base_url": url("/autopay"), "service_id": sandbox::AUTOPAY_SERVICE,
                "keys": { "current": sandbox::AUTOPAY_KEY },
            }),
            "paybynet" => json!({
                "start_url": url("/paybynet/trans.do"), "status_url": url("/paybynet/status"),
                "banks_url": url("/paybynet/banks.xml"), "client_id": sandbox::PAYBYNET_CLIENT,
                "keys": { "current": sandbox::PAYBYNET_PASSWORD }, "account": "93999999991234000000012345",
                "receiver": { "name": "Gmina Zmyślona", "post_code": "00-001", "city": "Zmyślona", "street": "Rynek 1" },
            }),
            _ => json!({
                "base_url": url("/przelewy24"), "merchant_id": sandbox::PRZELEWY24_MERCHANT,
                "pos_id": sandbox::PRZELEWY24_MERCHANT, "crc": { "current": sandbox::PRZELEWY24_CRC },
                "api_key": { "current": sandbox::PRZELEWY24_API_KEY }, "kinds": { "31": "transfer" },
            }),
        };
        let common = json!({
            "protocol": name, "id": name, "allow_http_loopback": true, "time_limit_ms": time_limit_ms,
        });
        let mut all = own;
        all.as_object_mut().unwrap().extend(common.as_object().unwrap().clone());
        Operator::new(serde_json::from_value::<OperatorSettings>(all).unwrap()).unwrap()
    }

    fn get(&self, name: &str) -> Operator {
        self.shop.operators.lock().unwrap()[name].clone()
    }

    fn order(&self, name: &str, id: u32) -> Order {
        Order {
            id: format!("{id:010}"),
            amount_grosze: AMOUNT,
            description: "Podatek od nieruchomości, rata 2".to_owned(),
            email: "anna@example.org".to_owned(),
            language: Language::Polish,
            valid_until: Some((now() + TimeDelta::days(2)).naive_utc()),
            return_url: format!("{}/back", self.shop_url).parse().unwrap(),
            notify_url: format!("{}/notify/{name}", self.shop_url).parse().unwrap(),
            method: None,
            allowed: Allowed::All,
        }
    }

    /// Begins and goes to the payer's page; gives its address.
    async fn go(&self, name: &str, order: &Order) -> String {
        let started = self.get(name).start(order, now()).await.unwrap();
        self.follow(started.go).await
    }

    async fn follow(&self, go: Go) -> String {
        let request = match go {
            Go::Redirect(url) if url.path().starts_with("/pay/") => return url.path().to_owned(),
            Go::Redirect(url) => self.sandbox.client.get(url),
            Go::Form(form) => {
                let body =
                    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&form.fields).finish();
                let request = self.sandbox.client.post(form.action).body(body);
                request.header("content-type", "application/x-www-form-urlencoded")
            }
        };
        location(request.send().await.unwrap())
    }

    /// Presses a button of the payer's page; gives the address to which the browser is sent.
    async fn press(&self, page: &str, what: &str) -> String {
        let request = self.sandbox.client.post(self.sandbox.url(page)).body(format!("what={what}"));
        location(request.header("content-type", "application/x-www-form-urlencoded").send().await.unwrap())
    }

    async fn pay(&self, name: &str, id: u32, what: &str) -> String {
        let page = self.go(name, &self.order(name, id)).await;
        self.press(&page, what).await
    }

    async fn status(&self, name: &str, id: u32) -> Vec<Notified> {
        self.get(name).status(&format!("{id:010}"), now()).await.unwrap()
    }

    async fn messages(&self) -> Vec<Value> {
        self.sandbox.get("/pay.json").await["messages"].as_array().unwrap().clone()
    }

    /// Waits until every message was taken.
    async fn all_taken(&self) {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        while self.messages().await.iter().any(|message| message["done"] == json!(false)) {
            assert!(tokio::time::Instant::now() < deadline, "{:?}", self.messages().await);
            tokio::task::yield_now().await;
        }
    }
}

fn location(answer: reqwest::Response) -> String {
    assert_eq!(answer.status(), 303, "{answer:?}");
    answer.headers()["location"].to_str().unwrap().to_owned()
}

/// What stands for paid in the messages of an operator.
fn paid_state(name: &str) -> State {
    if name == "przelewy24" { State::Advance } else { State::Paid }
}

#[tokio::test]
async fn a_payment_is_paid() {
    let town = Town::start().await;
    for (id, name) in (1..).zip(EACH) {
        assert!(town.status(name, id).await.is_empty(), "nobody knows an order that was not begun: {name}");
        let back = town.pay(name, id, "pay").await;
        let seen = town
            .shop
            .wait(|seen| {
                seen.payments.iter().any(|one| one.state == paid_state(name) && one.operator == name)
            })
            .await;
        let told = seen.payments.iter().rev().find(|one| one.state == paid_state(name)).unwrap();
        assert_eq!((told.order.as_str(), told.amount_grosze), (format!("{id:010}").as_str(), Some(AMOUNT)));
        assert_eq!(told.currency, "PLN");
        let query = back.split_once('?').unwrap().1;
        assert_eq!(town.get(name).returned(query, now()).unwrap(), format!("{id:010}"));
        town.all_taken().await;
        let known = town.status(name, id).await;
        assert_eq!((known.len(), known[0].state), (1, State::Paid), "{name}: {known:?}");
        assert_eq!(known[0].transaction, told.transaction);
        if name != "paybynet" {
            assert_eq!((known[0].amount_grosze, known[0].paid_on().is_some()), (Some(AMOUNT), true));
        }
    }
    assert_eq!(town.shop.seen().verified, ["0000000003"]);
    assert!(town.shop.seen().faults.is_empty());
    let page = town.sandbox.page().await;
    assert!(
        page.contains("Płatności") && page.contains("123,50 PLN") && page.contains("zapłacono"),
        "{page}"
    );
}

#[tokio::test]
async fn a_payment_is_cancelled_or_refused_and_may_be_paid_all_the_same() {
    let town = Town::start().await;
    for (id, name) in (1..).zip(EACH) {
        for (more, what) in [(0, "cancel"), (10, "refuse")] {
            let page = town.go(name, &town.order(name, id + more)).await;
            town.press(&page, what).await;
            town.all_taken().await;
            let known = town.status(name, id + more).await;
            let paid = known.iter().any(|one| matches!(one.state, State::Paid | State::Advance));
            assert!(!paid, "{name} {what}: {known:?}");
            if name != "przelewy24" {
                assert_eq!(town.shop.seen().states().last(), Some(&State::Failed), "{name}");
                assert_eq!(known[0].state, State::Failed);
            }
            let text =
                town.sandbox.client.get(town.sandbox.url(&page)).send().await.unwrap().text().await.unwrap();
            assert!(text.contains("Zapłać") && text.contains("Anuluj") && text.contains("Odrzuć"), "{text}");
            town.press(&page, "pay").await;
            town.all_taken().await;
            let known = town.status(name, id + more).await;
            assert_eq!(known.iter().filter(|one| one.state == State::Paid).count(), 1, "{name}: {known:?}");
            // Whoever presses twice pays once.
            assert_eq!(town.press(&page, "pay").await, page);
        }
    }
}

#[tokio::test]
async fn methods_have_kinds_and_can_be_limited() {
    let town = Town::start().await;
    let id = "0123456789abcdef0123456789abcdef";
    let kinds = |methods: &[operators::Method]| methods.iter().map(|one| one.kind).collect::<Vec<_>>();
    let three = [MethodKind::Transfer, MethodKind::Blik, MethodKind::Card];
    let autopay = town.get("autopay").methods(id, now()).await.unwrap();
    assert_eq!(kinds(&autopay), three);
    assert_eq!((autopay[0].min_grosze, autopay[0].max_grosze), (Some(1), Some(5_000_000)));
    assert_eq!(kinds(&town.get("przelewy24").methods(id, now()).await.unwrap()), three);
    let banks = town.get("paybynet").methods(id, now()).await.unwrap();
    assert_eq!(
        (banks.len(), banks[0].name.as_str(), banks[0].kind),
        (2, "Bank Zmyślony", MethodKind::Transfer)
    );
    for (name, method, id) in
        [("autopay", Some("106"), 1), ("paybynet", Some("24900005"), 2), ("przelewy24", None, 3)]
    {
        let order =
            Order { allowed: Allowed::Transfers, method: method.map(str::to_owned), ..town.order(name, id) };
        let page = town.go(name, &order).await;
        let text =
            town.sandbox.client.get(town.sandbox.url(&page)).send().await.unwrap().text().await.unwrap();
        assert!(text.contains("Zmyśloneg") || text.contains("Zmyślony"), "{text}");
        assert!(!text.contains("BLIK") && !text.contains("Karta"), "{text}");
    }
}

fn refund(town: &Town, paid: &Notified, id: u8, amount_grosze: i64) -> Refund {
    Refund {
        id: format!("{id:032x}"),
        order: paid.order.clone(),
        transaction: paid.transaction.clone(),
        amount_grosze,
        description: "Nadpłata".to_owned(),
        notify_url: format!("{}/notify/przelewy24", town.shop_url).parse().unwrap(),
    }
}

#[tokio::test]
async fn money_is_given_back_once() {
    let town = Town::start().await;
    for (id, name) in [(1, "autopay"), (2, "przelewy24")] {
        town.pay(name, id, "pay").await;
        town.all_taken().await;
        let paid = town.status(name, id).await.remove(0);
        let operator = town.get(name);
        let part = refund(&town, &paid, 1, 2_350);
        let unknown = operator.refund_status(&part, now()).await.unwrap_err();
        assert!(matches!(unknown, Failure::Refused { .. } | Failure::Unknown { .. }), "{unknown:?}");
        operator.refund(&part, now()).await.unwrap();
        // Asked once more, as after an answer that was lost.
        let again = operator.refund(&part, now()).await.unwrap();
        assert_eq!(again.refund, part.id);
        let mut state = operator.refund_status(&part, now()).await.unwrap();
        if name == "autopay" {
            assert_eq!(state.state, RefundState::Pending);
            state = operator.refund_status(&part, now()).await.unwrap();
        }
        assert_eq!(state.state, RefundState::Done, "{name}");
        let rest = operator.refund(&refund(&town, &paid, 2, AMOUNT), now()).await.unwrap_err();
        assert_eq!(rest.code(), "refused", "more than is left");
        let listed = town.sandbox.get("/pay.json").await;
        assert_eq!(
            listed["payments"].as_array().unwrap().last().unwrap()["refunds"].as_array().unwrap().len(),
            1
        );
    }
    let seen = town.shop.wait(|seen| !seen.refunds.is_empty()).await;
    assert_eq!((seen.refunds[0].state, seen.refunds[0].amount_grosze), (RefundState::Done, Some(2_350)));
    town.pay("paybynet", 3, "pay").await;
    let paid = town.status("paybynet", 3).await.remove(0);
    let no = town.get("paybynet").refund(&refund(&town, &paid, 3, 1), now()).await.unwrap_err();
    assert_eq!(no.code(), "unsupported");
}

#[tokio::test]
async fn what_is_not_taken_comes_again() {
    let town = Town::start().await;
    for (id, name) in (1..).zip(EACH) {
        *town.shop.busy.lock().unwrap() = 3;
        town.pay(name, id, "pay").await;
        town.all_taken().await;
        let last = town.shop.seen().payments.last().cloned().unwrap();
        assert_eq!((last.operator.as_str(), last.amount_grosze), (name, Some(AMOUNT)));
        let tries: u64 = town.messages().await.iter().filter_map(|message| message["tries"].as_u64()).sum();
        assert!(tries >= 4, "{name}: {tries}");
    }
}

#[tokio::test]
async fn troubles_with_messages() {
    let town = Town::start().await;
    let mut id = 0;
    for name in EACH {
        let paid = paid_state(name);
        let mut next = async |trouble: &str| {
            id += 1;
            town.shop.seen.send_replace(Seen::default());
            town.sandbox.switch(json!({ name: trouble })).await;
            id
        };
        let quiet = async || {
            town.sandbox.switch(json!({ name: "ok" })).await;
            town.all_taken().await;
            town.shop.seen()
        };

        let order = next("doubled").await;
        town.pay(name, order, "pay").await;
        let seen =
            town.shop.wait(|seen| seen.states().iter().filter(|state| **state == paid).count() == 2).await;
        let twice: Vec<_> =
            seen.payments.iter().filter(|one| one.state == paid).map(Notified::identity).collect();
        assert_eq!(twice[0], twice[1], "{name}: a repeated message has the same identity");

        let order = next("late").await;
        let before = tokio::time::Instant::now();
        town.pay(name, order, "pay").await;
        town.shop.wait(|seen| seen.states().contains(&paid)).await;
        assert!(before.elapsed() >= 10 * MINUTE, "{name}");

        let order = next("early").await;
        town.pay(name, order, "pay").await;
        assert!(
            town.shop.seen().states().contains(&paid),
            "{name}: the shop knows before the browser goes back"
        );

        let order = next("forged").await;
        town.pay(name, order, "pay").await;
        let seen = town.shop.wait(|seen| seen.faults.contains(&"bad-signature")).await;
        assert!(!seen.states().contains(&paid), "{name}");
        // The operator itself goes on until it is believed.
        assert!(quiet().await.states().contains(&paid), "{name}");

        let order = next("forged").await;
        town.pay(name, order, "cancel").await;
        let seen = town.shop.wait(|seen| seen.faults.contains(&"bad-signature")).await;
        assert!(!seen.states().contains(&paid), "{name}");
        assert!(!quiet().await.states().contains(&paid), "{name}");

        let order = next("lost").await;
        town.pay(name, order, "pay").await;
        let known = town.status(name, order).await;
        assert_eq!(
            (known[0].state, town.shop.seen().payments.len()),
            (paid, 0),
            "{name}: whoever asks learns it"
        );
        if name == "przelewy24" {
            town.get(name).verify(&verify_of(&known[0]), now()).await.unwrap();
            assert_eq!(town.status(name, order).await[0].state, State::Paid);
        }
        quiet().await;

        let order = next("fail-first").await;
        let page = town.go(name, &town.order(name, order)).await;
        assert_eq!(town.press(&page, "pay").await, page, "{name}: the payer may try again");
        assert_ne!(town.press(&page, "pay").await, page);
        let seen = town.shop.wait(|seen| seen.states().contains(&paid)).await;
        assert_eq!(seen.states().contains(&State::Failed), name != "przelewy24");
        quiet().await;

        let order = next("paid-after-cancel").await;
        town.pay(name, order, "cancel").await;
        town.shop.wait(|seen| seen.states().contains(&paid)).await;
        quiet().await;
        let known = town.status(name, order).await;
        assert!(known.iter().any(|one| one.state == State::Paid), "{name}: {known:?}");
    }
}

#[tokio::test]
async fn messages_in_the_wrong_order() {
    let town = Town::start().await;
    town.sandbox.switch(json!({ "autopay": "reordered", "paybynet": "reordered" })).await;
    town.pay("autopay", 1, "pay").await;
    let seen = town.shop.wait(|seen| seen.payments.len() == 2).await;
    assert_eq!(seen.states(), [State::Paid, State::Pending]);
    let page = town.go("paybynet", &town.order("paybynet", 2)).await;
    town.press(&page, "refuse").await;
    town.press(&page, "pay").await;
    let seen = town.shop.wait(|seen| seen.payments.len() == 4).await;
    assert_eq!(
        seen.states().split_off(2),
        [State::Paid, State::Failed],
        "a failure after the success undoes nothing"
    );
    // A single message is held back for a while, and comes.
    town.sandbox.switch(json!({ "przelewy24": "reordered" })).await;
    town.pay("przelewy24", 3, "pay").await;
    town.shop.wait(|seen| seen.verified.len() == 1).await;
}

#[tokio::test]
async fn another_amount_or_currency_is_told_as_it_is() {
    let town = Town::start().await;
    for (id, name) in (1..).zip(EACH) {
        town.sandbox.switch(json!({ name: "wrong-amount" })).await;
        town.pay(name, id, "pay").await;
        let seen = town.shop.wait(|seen| seen.states().contains(&paid_state(name))).await;
        assert_eq!(seen.payments.last().unwrap().amount_grosze, Some(AMOUNT - 100), "{name}");
        town.shop.seen.send_replace(Seen::default());
    }
    // What is not what we ordered is not verified: Przelewy24 keeps it as an advance.
    let advance = town.status("przelewy24", 3).await.remove(0);
    assert_eq!(advance.state, State::Advance);
    let failure = town.get("przelewy24").verify(&verify_of(&advance), now()).await.unwrap_err();
    assert_eq!(failure.code(), "refused", "{failure}");
    for (id, name) in [(11, "autopay"), (12, "przelewy24")] {
        town.sandbox.switch(json!({ name: "wrong-currency" })).await;
        town.pay(name, id, "pay").await;
        let seen = town
            .shop
            .wait(|seen| seen.payments.iter().any(|one| one.operator == name && one.currency == "EUR"))
            .await;
        assert_eq!(seen.payments.last().unwrap().amount_grosze, Some(AMOUNT));
    }
    assert_eq!(town.status("autopay", 11).await[0].currency, "EUR");
    assert!(town.shop.seen().verified.is_empty());
}

#[tokio::test]
async fn an_operator_out_of_order() {
    let town = Town::start().await;
    for (id, name) in (1..).zip(EACH) {
        town.pay(name, id, "pay").await;
    }
    town.all_taken().await;
    for (id, name) in (1..).zip(EACH) {
        let order = format!("{id:010}");
        for trouble in ["http-500", "lost-answer"] {
            town.sandbox.switch(json!({ name: trouble })).await;
            let failure = town.get(name).status(&order, now()).await.unwrap_err();
            assert_eq!(failure.code(), "unknown", "{name} {trouble}: {failure}");
        }
        town.sandbox.switch(json!({ name: "slow" })).await;
        let hurried = town.operator(name, 300).status(&order, now()).await.unwrap_err();
        assert_eq!(hurried.code(), "unknown", "{name}: {hurried}");
    }
    // What was done although the answer was lost is found done.
    town.sandbox.switch(json!({ "przelewy24": "lost" })).await;
    town.pay("przelewy24", 13, "pay").await;
    let advance = town.status("przelewy24", 13).await.remove(0);
    town.sandbox.switch(json!({ "przelewy24": "lost-answer" })).await;
    let lost = town.get("przelewy24").verify(&verify_of(&advance), now()).await.unwrap_err();
    assert_eq!(lost.code(), "unknown");
    town.sandbox.switch(json!({ "przelewy24": "ok" })).await;
    assert_eq!(town.status("przelewy24", 13).await[0].state, State::Paid);
    town.get("przelewy24").verify(&verify_of(&advance), now()).await.unwrap();
    // Nobody there.
    town.task.abort();
    let failure = town.operator("przelewy24", 300).status("0000000001", now()).await.unwrap_err();
    assert!(matches!(failure.code(), "temporary" | "unknown"), "{failure}");
}

#[tokio::test]
async fn keys_that_differ_are_told() {
    let town = Town::start().await;
    let mut settings = match town.get("przelewy24") {
        Operator::Przelewy24(operator) => operator.settings().clone(),
        other => panic!("{other:?}"),
    };
    settings.api_key = operators::Keys::of("stranger");
    let stranger = Operator::new(OperatorSettings::Przelewy24(settings.clone())).unwrap();
    let failure = stranger.start(&town.order("przelewy24", 1), now()).await.unwrap_err();
    assert_eq!(failure.code(), "misconfigured", "{failure}");
    settings.api_key = operators::Keys::of(sandbox::PRZELEWY24_API_KEY);
    settings.crc = operators::Keys::of("stranger");
    let stranger = Operator::new(OperatorSettings::Przelewy24(settings)).unwrap();
    let failure = stranger.start(&town.order("przelewy24", 1), now()).await.unwrap_err();
    assert_eq!((failure.code(), failure.text().contains("CRC")), ("refused", true), "{failure}");
    let Operator::Autopay(autopay) = town.get("autopay") else { panic!() };
    let mut settings = autopay.settings().clone();
    settings.keys = operators::Keys::of("stranger");
    let stranger = Operator::new(OperatorSettings::Autopay(settings)).unwrap();
    assert_eq!(stranger.status("0000000001", now()).await.unwrap_err().code(), "misconfigured");
}

#[tokio::test]
async fn autopay_may_be_begun_in_the_background() {
    let town = Town::start().await;
    let Operator::Autopay(autopay) = town.get("autopay") else { panic!() };
    let mut settings = autopay.settings().clone();
    settings.background_start = true;
    let operator = Operator::new(OperatorSettings::Autopay(settings)).unwrap();
    let order = town.order("autopay", 1);
    let started = operator.start(&order, now()).await.unwrap();
    let transaction = started.transaction.clone().unwrap();
    let page = town.follow(started.go).await;
    town.press(&page, "pay").await;
    let seen = town.shop.wait(|seen| seen.states().contains(&State::Paid)).await;
    assert_eq!(seen.payments[0].transaction, transaction);
    let again = operator.start(&order, now()).await.unwrap_err();
    assert_eq!((again.code(), again.text()), ("refused", "Autopay: MULTIPLY_PAID_TRANSACTION"));
}

#[tokio::test]
async fn a_killed_operator_knows_what_was_paid_and_whom_it_owes_a_message() {
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("journal");
    let first = Town::with(Some(journal.clone())).await;
    for (id, name) in (1..).zip(EACH) {
        first.sandbox.switch(json!({ name: "lost" })).await;
        first.pay(name, id, "pay").await;
    }
    first.task.abort();
    // A line that was being written when the power went.
    let mut text = std::fs::read_to_string(&journal).unwrap();
    text.push_str("{\"tried\":{\"tok");
    std::fs::write(&journal, text).unwrap();
    // The old shop is still there, and what is owed goes to it.
    let settings = sandbox::Settings {
        journal: Some(journal.clone()),
        minute: Some(MINUTE),
        ..sandbox::Settings::default()
    };
    let (sandbox, task) = Sandbox::start_with(settings).await;
    let second = Town { sandbox, task, shop: first.shop.clone(), shop_url: first.shop_url.clone() };
    second.contracts(20_000);
    // The first tries may have met the old contracts; the next ones do not.
    second.all_taken().await;
    for (id, name) in (1..).zip(EACH) {
        assert_eq!(second.status(name, id).await[0].state, State::Paid, "{name}");
        assert!(second.shop.seen().payments.iter().any(|one| one.operator == name), "{name}");
    }
    let text = std::fs::read_to_string(&journal).unwrap();
    assert!(text.lines().all(|line| serde_json::from_str::<Value>(line).is_ok()), "{text}");
}

#[tokio::test]
async fn what_is_paid_out_is_listed() {
    let town = Town::start().await;
    for (id, name) in (1..).zip(EACH) {
        town.pay(name, id, "pay").await;
        town.pay(name, id + 10, "cancel").await;
    }
    town.all_taken().await;
    let columns: settlement::Columns = serde_json::from_value(json!({
        "order": "order", "transaction": "transaction", "amount": "amount", "fee": "fee", "currency": "currency",
        "paid_on": "paid_on", "transfer": "transfer"
    }))
    .unwrap();
    for (id, name) in (1..).zip(EACH) {
        let url = town.sandbox.url(&format!("/pay/settlement/{name}"));
        let text = town.sandbox.client.get(url).send().await.unwrap().bytes().await.unwrap();
        let listed = settlement::read(&text, &columns).unwrap();
        let fee = if name == "paybynet" { 0 } else { 123 };
        assert_eq!(listed.len(), 1);
        assert_eq!(
            (listed[0].order.as_str(), listed[0].amount_grosze),
            (format!("{id:010}").as_str(), AMOUNT)
        );
        assert_eq!((listed[0].fee_grosze, listed[0].currency.as_str()), (fee, "PLN"));
    }
}
