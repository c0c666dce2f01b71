//! Thousands of random things, some at the same time, against a simple model that knows nothing of law or states: what came,
//! what was owed.

use std::collections::{BTreeMap, BTreeSet};

use base64::{Engine, prelude::BASE64_STANDARD};
use operators::{Operator, paybynet::push_hash};
use uuid::Uuid;

use super::shop::{Shop, today};
use crate::{
    dues::trial,
    support::{Client, asked},
};

/// Operations; `REEVE_PAYMENT_OPERATIONS` asks for another number.
const OPERATIONS: usize = 2_000;

/// A plain random generator: the same seed is the same run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % sides
    }
}

#[derive(Debug)]
struct Ordered {
    code: String,
    payer: usize,
    amount: i64,
    autopay: bool,
    /// What each attempt pays when it succeeds: some operators are wrong for good.
    attempts: Vec<(String, i64)>,
    /// Attempts that succeeded.
    came: BTreeSet<usize>,
    booked: bool,
}

#[derive(Default)]
struct Model {
    orders: Vec<Ordered>,
    /// What each payer owes.
    owed: BTreeMap<usize, i64>,
    money: i64,
    unexplained: i64,
    overpaid: i64,
    payments: i64,
}

impl Model {
    /// An attempt succeeded, perhaps once more.
    fn paid(&mut self, order: usize, attempt: usize) {
        let of = &mut self.orders[order];
        if !of.came.insert(attempt) {
            return;
        }
        let amount = of.attempts[attempt].1;
        self.money += amount;
        if of.booked || amount != of.amount {
            self.unexplained += amount;
            return;
        }
        of.booked = true;
        self.payments += 1;
        let owed = self.owed.get_mut(&of.payer).unwrap();
        let pays = amount.min(*owed);
        *owed -= pays;
        self.overpaid += amount - pays;
    }
}

struct Messages {
    autopay: operators::autopay::Autopay,
    /// When everything was paid.
    at: String,
}

impl Messages {
    fn new() -> Self {
        let contracts = reeve::payments::sandbox_contracts("http://127.0.0.1:9", &[]).unwrap();
        match Operator::new(contracts[0].operator.clone()).unwrap() {
            Operator::Autopay(autopay) => Self { autopay, at: today().format("%Y%m%d101112").to_string() },
            _ => panic!("the first contract is Autopay's"),
        }
    }

    fn of(
        &self,
        autopay: bool,
        code: &str,
        attempt: &str,
        amount: i64,
        said: usize,
    ) -> (&'static str, String) {
        if autopay {
            let status = ["SUCCESS", "PENDING", "FAILURE"][said];
            let amount = operators::autopay::amount(amount);
            let values =
                [sandbox::AUTOPAY_SERVICE, code, attempt, &amount, "PLN", "106", &self.at, status, "X"];
            let at = &self.at;
            let hash = self.autopay.hash(values, sandbox::AUTOPAY_KEY);
            let xml = format!(
                "<transactionList><serviceID>{}</serviceID><transactions><transaction><orderID>{code}</orderID>\
                 <remoteID>{attempt}</remoteID><amount>{amount}</amount><currency>PLN</currency><gatewayID>106</gatewayID>\
                 <paymentDate>{at}</paymentDate><paymentStatus>{status}</paymentStatus>\
                 <paymentStatusDetails>X</paymentStatusDetails></transaction></transactions><hash>{hash}</hash></transactionList>",
                sandbox::AUTOPAY_SERVICE
            );
            let body = url::form_urlencoded::Serializer::new(String::new())
                .append_pair("transactions", &BASE64_STANDARD.encode(xml))
                .finish();
            return ("autopay", body);
        }
        let status = ["2303", "2300", "2302"][said];
        let amount = operators::paybynet::amount(amount);
        let hash = push_hash(status, &amount, code, sandbox::PAYBYNET_PASSWORD);
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs([
                ("newStatus", status),
                ("transAmount", &amount),
                ("paymentId", code),
                ("hash", &hash),
            ])
            .finish();
        ("paybynet", body)
    }
}

async fn order(shop: &Shop, client: &Client, due: Uuid, autopay: bool) -> Option<(String, i64)> {
    client.post_form("/account/cart/add", &[("add", due.to_string().as_str())]).await;
    let key = Uuid::new_v4();
    let operator = if autopay { "Autopay" } else { "Paybynet" };
    let answer = client
        .post_form("/account/cart/pay", &[("operator", operator), ("key", key.to_string().as_str())])
        .await;
    let made = answer.status() == 200;
    let sql = "select t.code, t.amount_grosze from payment_transfer t join payment_order o on o.id = t.payment_order
         where o.key = $1";
    let found: Option<(String, i64)> =
        sqlx::query_as(sql).bind(key).fetch_optional(shop.town.pool()).await.unwrap();
    assert_eq!(found.is_some(), made);
    if !made {
        client.post_form("/account/cart", &[("remove", due.to_string().as_str())]).await;
    }
    found
}

#[tokio::test]
async fn whatever_happens_balances_are_those_of_a_simple_model() {
    let count = asked("REEVE_PAYMENT_OPERATIONS", OPERATIONS);
    let seed = asked("REEVE_PAYMENT_SEED", 20_261_130);
    println!("seed {seed}");
    let mut dice = Dice(seed);
    let shop = Shop::open().await;
    let messages = Messages::new();
    let mut payers = Vec::new();
    for _ in 0..3.max(count / 1_000) {
        payers.push(shop.payer().await);
    }
    let mut model = Model::default();
    let mut dues: Vec<(usize, Uuid)> = Vec::new();
    let mut strange = 0;
    for step in 0..count {
        match dice.roll(40) {
            0 => {
                let payer = dice.roll(payers.len());
                let grosze = i64::try_from(dice.roll(50_000)).unwrap() + 100;
                dues.push((payer, shop.owes(payers[payer].1, "fine", grosze).await));
                *model.owed.entry(payer).or_default() += grosze;
            }
            1..=3 if !dues.is_empty() => {
                let (payer, due) = dues[dice.roll(dues.len())];
                let autopay = dice.roll(2) == 0;
                if let Some((code, amount)) = order(&shop, &payers[payer].0, due, autopay).await {
                    let mut attempts = Vec::new();
                    for attempt in 0..if autopay { 3 } else { 1 } {
                        let wrong = dice.roll(6) == 0;
                        let id = if autopay { format!("R{code}{attempt}") } else { code.clone() };
                        attempts.push((id, if wrong { amount + 7 } else { amount }));
                    }
                    let came = BTreeSet::new();
                    model.orders.push(Ordered {
                        code,
                        payer,
                        amount,
                        autopay,
                        attempts,
                        came,
                        booked: false,
                    });
                }
            }
            4 => {
                let (code, amount) = (format!("{:010}", step), 1_000 + i64::try_from(step).unwrap());
                let (door, body) = messages.of(dice.roll(2) == 0, &code, &code, amount, 0);
                assert!(tell(&shop, door, body).await);
                model.money += amount;
                model.unexplained += amount;
                strange += 1;
            }
            5 if !model.orders.is_empty() => {
                let sql = "select payment_order::text from payment_transfer where code = $1";
                let of = &model.orders[dice.roll(model.orders.len())];
                let id: String =
                    sqlx::query_scalar(sql).bind(&of.code).fetch_one(shop.town.pool()).await.unwrap();
                payers[of.payer].0.post_form(&format!("/account/orders/{id}/cancel"), &[]).await;
            }
            6 => shop.ask_in(i64::try_from(dice.roll(40)).unwrap()).await,
            _ if !model.orders.is_empty() => {
                // Several messages at once; of one order too.
                let mut told = Vec::new();
                for _ in 0..=dice.roll(3) {
                    let order = dice.roll(model.orders.len());
                    let of = &model.orders[order];
                    let attempt = dice.roll(of.attempts.len());
                    let (id, amount) = &of.attempts[attempt];
                    // What has succeeded never says anything else of the same attempt at Paybynet.
                    let said = dice.roll(3);
                    told.push((order, attempt, said, messages.of(of.autopay, &of.code, id, *amount, said)));
                }
                let sent = told.iter().map(|(_, _, _, (door, body))| tell(&shop, door, body.clone()));
                assert!(futures::future::join_all(sent).await.into_iter().all(|taken| taken));
                for (order, attempt, said, _) in told {
                    if said == 0 {
                        model.paid(order, attempt);
                    }
                }
            }
            _ => {}
        }
    }
    println!("{} orders, {} payments, {strange} strange", model.orders.len(), model.payments);
    assert!(model.payments > 0 && model.unexplained > 0);
    let owed: i64 = model.owed.values().sum();
    let balances = (
        shop.balance("money").await,
        shop.balance("receivable").await,
        -shop.balance("unexplained").await,
        -shop.balance("overpayment").await,
        shop.payments().await,
    );
    assert_eq!(balances, (model.money, owed, model.unexplained, model.overpaid, model.payments));
    trial(shop.town.pool()).await;
    for order in &model.orders {
        let sql = "select t.state, bool_and(p.booking is not null) from payment_transfer t join payment_part p on p.transfer = t.id
             where t.code = $1 group by t.state";
        let (state, booked): (String, bool) =
            sqlx::query_as(sql).bind(&order.code).fetch_one(shop.town.pool()).await.unwrap();
        assert_eq!(booked, order.booked, "{order:?}");
        match (order.booked, order.came.is_empty()) {
            (true, _) => assert_eq!(state, "paid", "{order:?}"),
            (false, false) => assert_eq!(state, "held", "{order:?}"),
            (false, true) => {
                assert!(
                    ["begun", "failed", "expired", "cancelled"].contains(&state.as_str()),
                    "{state}: {order:?}"
                );
            }
        }
    }
    // What is open is claimed, and nothing else.
    let claims = "select count(*) from payment_claim c join payment_transfer t on t.id = c.transfer
         where t.state not in ('made', 'begun', 'advanced', 'failed')";
    assert_eq!(shop.town.number(claims).await, 0);
}

/// Brings a message; whether it was taken.
async fn tell(shop: &Shop, door: &str, body: String) -> bool {
    let request = shop.town.http.post(format!("{}/api/payments/{door}/notify", shop.town.base));
    let request = request.header("content-type", "application/x-www-form-urlencoded").body(body);
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let text = answer.text().await.unwrap();
    text == "OK" || text.contains("<confirmation>CONFIRMED")
}
