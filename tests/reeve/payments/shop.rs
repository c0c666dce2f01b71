//! A town that takes payments, operators beside it, and a payer who walks between them.

use std::time::{Duration, Instant};

use chrono::{Datelike, Days, NaiveDate};
use reeve::{
    dues::NewAssessment,
    payments::sandbox_contracts,
    platform::{Config, access::Level},
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    dues::{NRB, account, assessment, balance, party_of},
    support::{Client, Town, config, ctx},
};

/// The operators of the sandbox.
pub(super) const EACH: [&str; 3] = ["Autopay", "Paybynet", "Przelewy24"];
/// Another made-up account of the made-up town.
pub(super) const OTHER_NRB: &str = "27114020040000300201355387";
/// How long a minute of the operators takes here.
const MINUTE: Duration = Duration::from_millis(20);
/// How long is waited for what must happen.
const PATIENCE: Duration = Duration::from_secs(30);

/// The day of the tests.
pub(super) fn today() -> NaiveDate {
    ctx().now.date_naive()
}

/// A due of somebody that is not late, decided a month ago.
pub(super) async fn owes(town: &Town, party: Uuid, kind: &str, grosze: i64) -> Uuid {
    let decided_on = today() - Days::new(30);
    let new = NewAssessment {
        amount_grosze: grosze,
        single_term: Some(today() + Days::new(60)),
        decided_on,
        delivered_on: Some(decided_on),
        ..assessment(account(town, party, kind).await, decided_on.year(), 1)
    };
    let mut transaction = town.pool().begin().await.unwrap();
    let id = town.app.dues.assess_in(&mut transaction, &new, ("a test", ctx().now)).await.unwrap().unwrap();
    transaction.commit().await.unwrap();
    let sql = "select id from due_instalment where assessment = $1";
    sqlx::query_scalar(sql).bind(id).fetch_one(town.pool()).await.unwrap()
}

pub(super) struct Shop {
    pub(super) town: Town,
    pub(super) sandbox: String,
    _serving: tokio::task::AbortHandle,
}

/// An order that a payer has begun.
#[derive(Debug, Clone)]
pub(super) struct Begun {
    pub(super) order: String,
    /// The operator's page.
    pub(super) page: String,
}

impl Shop {
    pub(super) async fn open() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let sandbox = format!("http://{}", listener.local_addr().unwrap());
        let contracts = sandbox_contracts(&sandbox, &[NRB.to_owned(), OTHER_NRB.to_owned()]).unwrap();
        let town = Town::with_address(|_| Config { operators: contracts, ..config() }).await;
        let door = |contract: &str, door: &str| Some(format!("{}/api/payments/{contract}/{door}", town.base));
        let settings = sandbox::Settings {
            minute: Some(MINUTE),
            autopay_notify: door("autopay", "notify"),
            autopay_return: door("autopay", "return"),
            paybynet_notify: door("paybynet", "notify"),
            ..sandbox::Settings::default()
        };
        let serving =
            tokio::spawn(async move { sandbox::serve_with(listener, settings).await }).abort_handle();
        let shop = Self { town, sandbox, _serving: serving };
        shop.setting("fine", NRB, true).await;
        shop.setting("water", NRB, true).await;
        shop.setting("waste", OTHER_NRB, true).await;
        shop.setting("dog", NRB, false).await;
        shop
    }

    /// Where dues of a kind are paid, and whether cards and BLIK are allowed.
    pub(super) async fn setting(&self, kind: &str, nrb: &str, cards: bool) {
        sqlx::query(
            "insert into due_kind_setting (kind, valid_from, name_pl, name_en, law, nrb, cards_allowed, entered_by, entered_at)
             select kind, '2001-01-01', name_pl, name_en, law, $2, $3, 'a test', now() from due_kind_setting
             where kind = $1 order by valid_from limit 1",
        )
        .bind(kind)
        .bind(nrb)
        .bind(cards)
        .execute(self.town.pool())
        .await
        .unwrap();
    }

    pub(super) async fn payer(&self) -> (Client, Uuid) {
        let client = self.town.resident(Level::Verified).await;
        let party = party_of(&self.town, &client).await;
        (client, party)
    }

    /// A due that is not late.
    pub(super) async fn owes(&self, party: Uuid, kind: &str, grosze: i64) -> Uuid {
        owes(&self.town, party, kind, grosze).await
    }

    pub(super) async fn switch(&self, wish: Value) {
        let sent = self.town.http.post(format!("{}/switch", self.sandbox)).json(&wish).send().await.unwrap();
        assert!(sent.status().is_success(), "{}", sent.text().await.unwrap());
    }

    pub(super) async fn trouble(&self, operator: &str, word: &str) {
        self.switch(json!({ operator.to_lowercase(): word })).await;
    }

    pub(super) async fn add(&self, client: &Client, dues: &[Uuid]) {
        let ids: Vec<String> = dues.iter().map(ToString::to_string).collect();
        let fields: Vec<(&str, &str)> = ids.iter().map(|id| ("add", id.as_str())).collect();
        let answer = client.post_form("/account/cart/add", &fields).await;
        assert_eq!(answer.headers()["location"], "/account/cart?done=added");
    }

    /// Puts dues into the cart, orders, and goes to the operator's page.
    pub(super) async fn begin(&self, client: &Client, dues: &[Uuid], operator: &str) -> Begun {
        self.add(client, dues).await;
        let key = Uuid::new_v4().to_string();
        let fields = [("operator", operator), ("bank", "106"), ("key", key.as_str())];
        let answer = client.post_form("/account/cart/pay", &fields).await;
        let status = answer.status();
        let policy = answer.headers()["content-security-policy"].to_str().unwrap().to_owned();
        let page = answer.text().await.unwrap();
        assert_eq!(status, 200, "{page}");
        assert_eq!(
            page.contains("<form method=\"post\" action=\"http"),
            policy.contains(&format!("form-action 'self' https: {}", self.sandbox))
        );
        self.go(&page).await
    }

    /// Goes from our page to the operator's.
    pub(super) async fn go(&self, page: &str) -> Begun {
        let order = between(page, "<a class=\"govuk-link\" href=\"/account/orders/", "\"");
        let mut answer = if page.contains("class=\"go\"") {
            let action = between(page, "<form method=\"post\" action=\"", "\"");
            let mut body = url::form_urlencoded::Serializer::new(String::new());
            for field in page.split("<input type=\"hidden\" name=\"").skip(1) {
                let (name, rest) = field.split_once('"').unwrap();
                if name != "form_token" {
                    body.append_pair(name, &unescaped(&between(rest, "value=\"", "\"")));
                }
            }
            let request = self.town.http.post(unescaped(&action));
            let request = request.header("content-type", "application/x-www-form-urlencoded");
            request.body(body.finish()).send().await.unwrap()
        } else {
            let link = between(page, "<a class=\"govuk-button go\" href=\"", "\"");
            self.town.http.get(unescaped(&link)).send().await.unwrap()
        };
        let mut page = answer.url().to_string();
        while let Some(location) = answer.headers().get("location") {
            page = answer.url().join(location.to_str().unwrap()).unwrap().to_string();
            answer = self.town.http.get(&page).send().await.unwrap();
        }
        assert!(page.contains("/pay/"), "{page}: {}", answer.text().await.unwrap());
        Begun { order, page }
    }

    /// Decides on the operator's page, and comes back; answers where to.
    pub(super) async fn decide(&self, begun: &Begun, what: &str) -> Option<String> {
        let request = self.town.http.post(&begun.page);
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let answer = request.body(format!("what={what}")).send().await.ok()?;
        let location = answer.headers().get("location")?.to_str().unwrap().to_owned();
        if !location.starts_with("http") {
            return None;
        }
        let answer = self.town.http.get(location).send().await.ok()?;
        assert_eq!(answer.status(), 303);
        Some(answer.headers()["location"].to_str().unwrap().to_owned())
    }

    pub(super) async fn states(&self, order: &str) -> Vec<String> {
        let sql = "select state from payment_transfer where payment_order = $1::uuid order by place";
        sqlx::query_scalar(sql).bind(order).fetch_all(self.town.pool()).await.unwrap()
    }

    /// Waits for a state of the first transfer.
    pub(super) async fn becomes(&self, order: &str, state: &str) {
        let deadline = Instant::now() + PATIENCE;
        while self.states(order).await[0] != state {
            if Instant::now() > deadline {
                panic!(
                    "waited in vain for {state}: {:?}, {:#?}",
                    self.states(order).await,
                    self.events(order).await
                );
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Events of an order: source, kind, alarm.
    pub(super) async fn events(&self, order: &str) -> Vec<(String, String, bool)> {
        sqlx::query_as(
            "select e.source, e.kind, e.alarm from payment_event e join payment_transfer t on t.id = e.transfer
             where t.payment_order = $1::uuid order by e.id",
        )
        .bind(order)
        .fetch_all(self.town.pool())
        .await
        .unwrap()
    }

    pub(super) async fn alarms(&self, order: &str) -> Vec<String> {
        let events = self.events(order).await;
        events.into_iter().filter(|(_, _, alarm)| *alarm).map(|(_, kind, _)| kind).collect()
    }

    /// Waits until an alarm about no order of ours is there.
    pub(super) async fn strange(&self, kind: &str) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let sql = "select count(*) from payment_event where transfer is null and alarm and kind = $1";
            let count: i64 = sqlx::query_scalar(sql).bind(kind).fetch_one(self.town.pool()).await.unwrap();
            if count > 0 {
                return;
            }
            assert!(Instant::now() < deadline, "waited in vain for {kind}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// What is in an account of the ledger.
    pub(super) async fn balance(&self, account: &str) -> i64 {
        balance(self.town.pool(), account).await
    }

    /// How often something was booked as a payment.
    pub(super) async fn payments(&self) -> i64 {
        self.town.number("select count(*) from ledger_entry where kind = 'payment'").await
    }

    /// Asks operators as though so many minutes had passed.
    pub(super) async fn ask_in(&self, minutes: i64) {
        let now = crate::support::ctx().now + chrono::Duration::minutes(minutes);
        while self.town.app.payments.ask_due(now).await.unwrap() > 0 {}
    }
}

pub(super) fn between(text: &str, before: &str, after: &str) -> String {
    let (_, rest) = text.split_once(before).unwrap_or_else(|| panic!("no {before} in {text}"));
    rest.split_once(after).unwrap().0.to_owned()
}

pub(super) fn unescaped(text: &str) -> String {
    text.replace("&#38;", "&")
        .replace("&amp;", "&")
        .replace("&#34;", "\"")
        .replace("&#39;", "'")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&#60;", "<")
        .replace("&#62;", ">")
}

impl Shop {
    /// Orders what is in the cart, and goes to the operator's page.
    pub(super) async fn begin_of_cart(&self, client: &Client, operator: &str) -> Begun {
        let answer = client.post_form("/account/cart/pay", &[("operator", operator), ("bank", "106")]).await;
        let status = answer.status();
        let page = answer.text().await.unwrap();
        assert_eq!(status, 200, "{page}");
        self.go(&page).await
    }

    /// Waits for an alarm of an order.
    pub(super) async fn until_alarm(&self, order: &str, kind: &str) {
        let deadline = Instant::now() + PATIENCE;
        while !self.alarms(order).await.iter().any(|alarm| alarm == kind) {
            assert!(Instant::now() < deadline, "{:?}", self.events(order).await);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}
