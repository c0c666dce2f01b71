//! Thousands of random operations against the ledger, beside a model of a few lines that knows nothing of it: it counts day
//! by day.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use law::{
    allocation::{Indication, PaidBy},
    interest::Regime,
    tables::Tables,
};
use reeve::{
    dues::{Held, Receipt, Source},
    kernel::Lang,
    platform::access::Level,
};
use uuid::Uuid;

use super::{NRB, account, assess, assessment, balance, day, party_of, trial, with_bank_account};
use crate::support::Town;

const OPERATIONS: usize = 1_500;

/// Numbers that look random and are the same in each run (xorshift).
struct Dice(u64);

impl Dice {
    fn up_to(&mut self, most: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % most
    }
}

/// A civil debt: what it was, when it was due, and what was paid of it when.
struct Debt {
    id: Uuid,
    principal: i64,
    due: NaiveDate,
    paid: Vec<(Uuid, NaiveDate, i64, i64)>,
    /// Paid whole, with interest; nothing is reckoned of it any more.
    closed: bool,
}

impl Debt {
    fn left(&self) -> i64 {
        self.principal - self.paid.iter().map(|(_, _, principal, _)| principal).sum::<i64>()
    }

    /// Interest, each day by itself: what stood open in the morning × the day's rate ÷ 365.
    fn interest(&self, tables: &Tables, on: NaiveDate) -> i64 {
        if self.closed {
            return 0;
        }
        let (mut exact, mut date) = (0_i128, self.due + Days::new(1));
        while date <= on {
            let before: i64 = self
                .paid
                .iter()
                .filter(|(_, day, ..)| *day < date)
                .map(|(_, _, principal, _)| principal)
                .sum();
            let rate = tables.reference.at(date).unwrap().hundredths()
                + tables.late_margin.at(date).unwrap().hundredths();
            exact += i128::from(self.principal - before) * i128::from(rate);
            date = date + Days::new(1);
        }
        let charged = (2 * exact + 3_650_000) / 7_300_000;
        let paid: i64 = self.paid.iter().map(|(.., interest)| interest).sum();
        (i64::try_from(charged).unwrap() - paid).max(0)
    }
}

/// One payer by the model.
#[derive(Default)]
struct Model {
    debts: Vec<Debt>,
    overpaid: BTreeMap<Uuid, i64>,
}

impl Model {
    /// Interest, then principal, of the named debt and then of the longest due (art. 451 KC). Answers what each debt got.
    fn pay(
        &mut self,
        tables: &Tables,
        booking: Uuid,
        named: Option<Uuid>,
        on: NaiveDate,
        mut amount: i64,
    ) -> BTreeMap<Uuid, (i64, i64)> {
        let mut order: Vec<usize> = (0..self.debts.len()).collect();
        order.sort_by_key(|at| {
            let debt = &self.debts[*at];
            (Some(debt.id) != named, debt.due, debt.id)
        });
        let mut got = BTreeMap::new();
        for at in order {
            let debt = &mut self.debts[at];
            let interest = debt.interest(tables, on).min(amount);
            amount -= interest;
            let principal = debt.left().min(amount);
            amount -= principal;
            if interest + principal > 0 {
                debt.paid.push((booking, on, principal, interest));
                debt.closed = debt.left() == 0;
                got.insert(debt.id, (principal, interest));
            }
        }
        if amount > 0 {
            self.overpaid.insert(booking, amount);
        }
        got
    }

    fn reverse(&mut self, booking: Uuid) {
        for debt in &mut self.debts {
            let before = debt.paid.len();
            debt.paid.retain(|(of, ..)| *of != booking);
            debt.closed &= debt.paid.len() == before;
        }
        self.overpaid.remove(&booking);
    }
}

#[tokio::test]
async fn thousands_of_random_operations_agree_with_a_simple_model() {
    let town = Town::empty().await;
    with_bank_account(&town).await;
    let tables = Tables::built_in().unwrap();
    let dues = &town.app.dues;
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let payers = [
        party_of(&town, &town.resident(Level::Verified).await).await,
        party_of(&town, &town.resident(Level::Verified).await).await,
    ];
    let mut accounts = Vec::new();
    for payer in payers {
        accounts.push(account(&town, payer, "rent").await);
    }
    let mut models = [Model::default(), Model::default()];
    let mut today = day("2022-01-10");
    let mut live: Vec<(usize, Uuid)> = Vec::new();
    let mut sources: Vec<Receipt> = Vec::new();
    let mut held: Vec<(Uuid, i64)> = Vec::new();
    let (mut money, mut fresh_bookings) = (0, 0);
    for step in 0..OPERATIONS {
        if dice.up_to(4) == 0 {
            today = (today + Days::new(dice.up_to(6))).min(day("2026-06-01"));
        }
        let who = usize::try_from(dice.up_to(2)).unwrap();
        let (payer, model) = (payers[who], &mut models[who]);
        let now = today.and_hms_opt(12, 0, 0).unwrap().and_utc();
        let open = model.debts.iter().filter(|debt| debt.left() > 0).count();
        match dice.up_to(20) {
            // Something new is owed, late already or not.
            0..=3 if open < 6 => {
                let grosze = 1 + i64::try_from(dice.up_to(200_000)).unwrap();
                let mut new = assessment(accounts[who], 2022, 1);
                new.decision = format!("U.{step}");
                new.amount_grosze = grosze;
                let early = Days::new(dice.up_to(40));
                new.single_term = Some(today - Days::new(20) + early);
                new.decided_on = today - Days::new(60);
                new.delivered_on = None;
                let id = assess(&town, &new).await;
                let (id, due): (Uuid, NaiveDate) =
                    sqlx::query_as("select id, due from due_instalment where assessment = $1")
                        .bind(id)
                        .fetch_one(town.pool())
                        .await
                        .unwrap();
                model.debts.push(Debt { id, principal: grosze, due, paid: Vec::new(), closed: false });
            }
            // The same document once more.
            4 | 5 if !sources.is_empty() => {
                let at = usize::try_from(dice.up_to(u64::try_from(sources.len()).unwrap())).unwrap();
                let mut transaction = town.pool().begin().await.unwrap();
                let again = dues.book_in(&mut transaction, &sources[at], now).await.unwrap();
                transaction.commit().await.unwrap();
                assert!(!again.fresh);
            }
            // A booking is taken back.
            6 if !live.is_empty() => {
                let at = usize::try_from(dice.up_to(u64::try_from(live.len()).unwrap())).unwrap();
                let (whose, booking) = live.swap_remove(at);
                let mut transaction = town.pool().begin().await.unwrap();
                let source = Source::new("refund", booking.to_string());
                dues.reverse_in(&mut transaction, booking, &source, today, now).await.unwrap();
                let again = dues.reverse_in(&mut transaction, booking, &source, today, now).await.unwrap();
                transaction.commit().await.unwrap();
                assert!(!again.fresh);
                let amount: i64 = sqlx::query_scalar(
                    "select sum(amount_grosze)::bigint from ledger_posting where entry = $1 and account in ('money', 'unexplained')",
                )
                .bind(booking)
                .fetch_one(town.pool())
                .await
                .unwrap();
                models[whose].reverse(booking);
                money -= amount;
            }
            // Money without a name.
            7 => {
                let amount = 1 + i64::try_from(dice.up_to(50_000)).unwrap();
                let new = Held {
                    source: Source::new("statement", format!("h-{step}")),
                    payer: None,
                    amount_grosze: amount,
                    paid_on: today,
                    booked_on: today,
                    nrb: None,
                    title: String::new(),
                    note: String::new(),
                };
                let mut transaction = town.pool().begin().await.unwrap();
                let booked = dues.hold_in(&mut transaction, &new, now).await.unwrap();
                transaction.commit().await.unwrap();
                money += amount;
                held.push((booked.booking, amount));
            }
            // A transaction that never ends.
            8 => {
                let receipt = paid(payer, step, 1_000, today, Indication::None);
                let mut transaction = town.pool().begin().await.unwrap();
                dues.book_in(&mut transaction, &receipt, now).await.unwrap();
                transaction.rollback().await.unwrap();
            }
            _ => {
                let amount = 1 + i64::try_from(dice.up_to(120_000)).unwrap();
                let named = model.debts.iter().rev().find(|debt| debt.left() > 0).map(|debt| debt.id);
                let named = named.filter(|_| dice.up_to(2) == 0);
                let indication = named.map_or(Indication::None, |id| Indication::Debt {
                    id: id.to_string(),
                    kind: "rent".to_owned(),
                    regime: Regime::Civil,
                });
                let receipt = paid(payer, step, amount, today, indication);
                let mut transaction = town.pool().begin().await.unwrap();
                let booked = dues.book_in(&mut transaction, &receipt, now).await.unwrap();
                transaction.commit().await.unwrap();
                assert!(booked.fresh);
                fresh_bookings += 1;
                let got = model.pay(&tables, booked.booking, named, today, amount);
                let said: BTreeMap<Uuid, (i64, i64)> = booked
                    .allocation
                    .parts
                    .iter()
                    .map(|part| {
                        let paid = (part.paid.principal_grosze, part.paid.interest_grosze);
                        (part.debt.parse().unwrap(), paid)
                    })
                    .collect();
                assert_eq!(said, got, "step {step} on {today}");
                money += amount;
                live.push((who, booked.booking));
                sources.push(receipt);
            }
        }
        if step % 50 == 0 || step + 1 == OPERATIONS {
            trial(town.pool()).await;
            assert_eq!(balance(town.pool(), "money").await, money, "step {step}");
            let left: i64 = models.iter().flat_map(|model| &model.debts).map(Debt::left).sum();
            assert_eq!(balance(town.pool(), "receivable").await, left, "step {step}");
            let over: i64 = models.iter().flat_map(|model| model.overpaid.values()).sum();
            assert_eq!(-balance(town.pool(), "overpayment").await, over, "step {step}");
            let unexplained: i64 = held.iter().map(|(_, amount)| amount).sum();
            assert_eq!(-balance(town.pool(), "unexplained").await, unexplained, "step {step}");
            for (payer, model) in payers.iter().zip(&models) {
                let ids: Vec<Uuid> = model.debts.iter().map(|debt| debt.id).collect();
                let mut connection = town.pool().acquire().await.unwrap();
                let later = today + Days::new(17);
                let owed = dues.owed_in(&mut connection, Lang::En, &ids, later).await.unwrap();
                let said: BTreeMap<Uuid, (i64, i64)> = owed
                    .iter()
                    .map(|owed| (owed.instalment, (owed.principal_grosze, owed.interest_grosze)))
                    .collect();
                let known: BTreeMap<Uuid, (i64, i64)> = model
                    .debts
                    .iter()
                    .map(|debt| (debt.id, (debt.left(), debt.interest(&tables, later))))
                    .filter(|(_, (principal, interest))| principal + interest > 0)
                    .collect();
                assert_eq!(said, known, "what {payer} owes after step {step}");
            }
        }
    }
    assert!(fresh_bookings > OPERATIONS / 4, "{fresh_bookings} payments are too few");
}

fn paid(payer: Uuid, step: usize, amount: i64, on: NaiveDate, indication: Indication) -> Receipt {
    Receipt {
        source: Source::new("order", format!("p-{step}")),
        payer,
        amount_grosze: amount,
        paid_on: on,
        booked_on: on,
        indication,
        by: PaidBy::Payer,
        nrb: Some(bank::Nrb::parse(NRB).unwrap()),
        title: String::new(),
    }
}
