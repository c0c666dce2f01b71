//! What is owed, and the ledger: bookings by the worked cases of the law, idempotence, two at once.

mod agreements;
mod model;
mod overview;
mod pages;
mod random;
mod reminders;

use chrono::{DateTime, NaiveDate, Utc};
use law::{
    allocation::{Indication, PaidBy},
    interest::Regime,
};
use reeve::{
    dues::{NewAssessment, Receipt, Source},
    kernel::Lang,
    platform::access::Level,
    ui::local_time::day_of,
};
use sqlx::PgPool;
use uuid::Uuid;

use crate::support::{Client, Town, ctx};

/// A made-up account of a made-up town.
pub(crate) const NRB: &str = "61109010140000071219812874";

pub(crate) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub(crate) fn noon(text: &str) -> DateTime<Utc> {
    day(text).and_hms_opt(11, 0, 0).unwrap().and_utc()
}

pub(crate) async fn party_of(town: &Town, client: &Client) -> Uuid {
    sqlx::query_scalar("select id from party where account = $1")
        .bind(client.account)
        .fetch_one(town.pool())
        .await
        .unwrap()
}

/// Gives all kinds a bank account.
pub(crate) async fn with_bank_account(town: &Town) {
    sqlx::query(
        "insert into due_kind_setting (kind, valid_from, name_pl, name_en, law, nrb, cards_allowed, entered_by, entered_at)
         select kind, '2001-01-01', name_pl, name_en, law, $1, true, 'a test', now() from due_kind_setting",
    )
    .bind(NRB)
    .execute(town.pool())
    .await
    .unwrap();
}

/// An account of dues.
pub(crate) async fn account(town: &Town, payer: Uuid, kind: &str) -> Uuid {
    let id = Uuid::now_v7();
    let mut transaction = town.pool().begin().await.unwrap();
    let by = ("a test", noon("2026-01-02"));
    town.app
        .dues
        .open_account_in(&mut transaction, (id, payer), kind, (None, "ul. Zmyślona 1"), by)
        .await
        .unwrap();
    transaction.commit().await.unwrap();
    id
}

pub(crate) fn assessment(account: Uuid, year: i32, zloty: i64) -> NewAssessment {
    NewAssessment {
        id: Uuid::now_v7(),
        account,
        year,
        decision: format!("FN.3120.1.{year}"),
        decided_on: day(&format!("{year}-01-20")),
        delivered_on: Some(day(&format!("{year}-02-02"))),
        amount_grosze: zloty * 100,
        basis: Vec::new(),
        first_month: 1,
        last_month: 12,
        single_term: None,
        corrects: None,
        reason: None,
    }
}

pub(crate) async fn assess(town: &Town, new: &NewAssessment) -> Uuid {
    let mut transaction = town.pool().begin().await.unwrap();
    let by = ("a test", noon("2026-02-03"));
    let id = town.app.dues.assess_in(&mut transaction, new, by).await.unwrap().unwrap();
    transaction.commit().await.unwrap();
    id
}

/// One due with one term.
pub(crate) async fn due(town: &Town, payer: Uuid, kind: &str, grosze: i64, term: &str) -> Uuid {
    let account = account(town, payer, kind).await;
    let mut new = assessment(account, day(term).format("%Y").to_string().parse().unwrap(), 1);
    new.amount_grosze = grosze;
    new.single_term = Some(day(term));
    new.decided_on = day("2010-01-01").max(new.decided_on.min(day(term)));
    new.delivered_on = Some(new.decided_on);
    let id = assess(town, &new).await;
    sqlx::query_scalar("select id from due_instalment where assessment = $1")
        .bind(id)
        .fetch_one(town.pool())
        .await
        .unwrap()
}

pub(crate) fn receipt(payer: Uuid, id: &str, grosze: i64, paid_on: &str) -> Receipt {
    Receipt {
        source: Source::new("statement", id),
        payer,
        amount_grosze: grosze,
        paid_on: day(paid_on),
        booked_on: day(paid_on),
        indication: Indication::None,
        by: PaidBy::Payer,
        nrb: Some(bank::Nrb::parse(NRB).unwrap()),
        title: "Przelew".to_owned(),
    }
}

pub(crate) async fn book(town: &Town, receipt: &Receipt) -> reeve::dues::Booked {
    let mut transaction = town.pool().begin().await.unwrap();
    let now = receipt.booked_on.and_hms_opt(12, 0, 0).unwrap().and_utc();
    let booked = town.app.dues.book_in(&mut transaction, receipt, now).await.unwrap();
    transaction.commit().await.unwrap();
    booked
}

pub(crate) async fn led_to(response: reqwest::Response) -> String {
    let status = response.status();
    let location = response.headers().get("location").map(|value| value.to_str().unwrap().to_owned());
    location.unwrap_or_else(|| panic!("{status} leads nowhere"))
}

pub(crate) async fn text(response: reqwest::Response, status: u16) -> String {
    assert_eq!(response.status(), status);
    response.text().await.unwrap()
}

/// Today in Poland.
pub(crate) fn today() -> chrono::NaiveDate {
    day_of(ctx().now)
}

/// Balance of an account of the ledger.
pub(crate) async fn balance(pool: &PgPool, account: &str) -> i64 {
    sqlx::query_scalar(
        "select coalesce(sum(amount_grosze), 0)::bigint from ledger_posting where account = $1",
    )
    .bind(account)
    .fetch_one(pool)
    .await
    .unwrap()
}

pub(crate) async fn trial(pool: &PgPool) {
    let sum: i64 = sqlx::query_scalar("select coalesce(sum(balance_grosze), 0)::bigint from ledger_balance")
        .fetch_one(pool)
        .await
        .unwrap();
    assert_eq!(sum, 0, "the trial balance");
}

#[tokio::test]
async fn a_payment_is_divided_as_the_law_says_and_booked_once() {
    let town = Town::empty().await;
    with_bank_account(&town).await;
    let payer = party_of(&town, &town.resident(Level::Verified).await).await;
    // 1000 zł, 16 March 2026, paid on 15 May: interest 17 zł; 500 zł are 491.64 and 8.36 (art. 55 § 2 OP).
    let due = due(&town, payer, "property", 100_000, "2026-03-16").await;
    let first = book(&town, &receipt(payer, "a-1", 50_000, "2026-05-15")).await;
    let part = &first.allocation.parts[0];
    assert!(first.fresh);
    assert_eq!((part.paid.principal_grosze, part.paid.interest_grosze), (49_164, 836));
    let again = book(&town, &receipt(payer, "a-1", 50_000, "2026-05-15")).await;
    assert_eq!((again.booking, again.fresh), (first.booking, false));
    assert_eq!(again.allocation, first.allocation);

    let mut connection = town.pool().acquire().await.unwrap();
    let left = town.app.dues.owed_in(&mut connection, Lang::Pl, &[due], day("2026-05-15")).await.unwrap();
    assert_eq!((left[0].principal_grosze, left[0].interest_grosze), (50_836, 864));
    assert_eq!(left[0].title, "Podatek od nieruchomości 2026");
    assert_eq!(left[0].token, "NP/2026/000001");
    assert_eq!(left[0].regime, Regime::Tax);
    // The rest and 10 zł too much.
    let rest = book(&town, &receipt(payer, "a-2", 52_700, "2026-05-15")).await;
    assert_eq!(rest.allocation.rest_grosze, 1_000);
    assert_eq!(balance(town.pool(), "receivable").await, 0);
    assert_eq!(balance(town.pool(), "overpayment").await, -1_000);
    assert_eq!(balance(town.pool(), "money").await, 102_700);
    trial(town.pool()).await;

    // The ledger stays as it is.
    for sql in
        ["update ledger_entry set title = ''", "delete from ledger_posting", "truncate ledger_entry cascade"]
    {
        assert!(sqlx::query(sql).execute(town.pool()).await.is_err(), "{sql}");
    }
}

#[tokio::test]
async fn two_payments_at_once_do_not_pay_the_same() {
    let town = Town::empty().await;
    with_bank_account(&town).await;
    let payer = party_of(&town, &town.resident(Level::Verified).await).await;
    due(&town, payer, "waste", 10_000, "2026-06-15").await;
    let pay = |id: usize| {
        let receipt = receipt(payer, &format!("two-{id}"), 10_000, "2026-06-01");
        let town = &town;
        async move { book(town, &receipt).await }
    };
    let booked = futures::future::join_all((0..6).map(pay)).await;
    let paid: Vec<i64> = booked.iter().map(|booked| booked.allocation.rest_grosze).collect();
    assert_eq!(paid.iter().filter(|rest| **rest == 0).count(), 1, "{paid:?}");
    // The same document from two sides at once is booked once.
    let same = |_| {
        let receipt = receipt(payer, "same", 5_000, "2026-06-02");
        let town = &town;
        async move { book(town, &receipt).await }
    };
    let booked = futures::future::join_all((0..6).map(same)).await;
    assert_eq!(booked.iter().filter(|booked| booked.fresh).count(), 1);
    assert!(booked.iter().all(|other| other.booking == booked[0].booking));
    assert_eq!(balance(town.pool(), "money").await, 65_000);
    assert_eq!(balance(town.pool(), "receivable").await, 0);
    trial(town.pool()).await;
}

#[tokio::test]
async fn a_payment_that_becomes_known_late_pays_nothing_twice() {
    let town = Town::empty().await;
    with_bank_account(&town).await;
    let payer = party_of(&town, &town.resident(Level::Verified).await).await;
    let due = due(&town, payer, "property", 100_000, "2026-03-16").await;
    book(&town, &receipt(payer, "known", 101_700, "2026-05-15")).await;
    // Made five days before, known afterwards.
    let late = book(&town, &receipt(payer, "late", 50_000, "2026-05-10")).await;
    assert_eq!(late.allocation.rest_grosze, 50_000);
    let mut connection = town.pool().acquire().await.unwrap();
    assert!(
        town.app.dues.owed_in(&mut connection, Lang::Pl, &[due], day("2026-06-01")).await.unwrap().is_empty()
    );
    trial(town.pool()).await;
}

#[tokio::test]
async fn debit_and_credit_must_be_the_same() {
    let town = Town::empty().await;
    let mut transaction = town.pool().begin().await.unwrap();
    let id = Uuid::now_v7();
    sqlx::query(
        "insert into ledger_entry (id, kind, source_kind, source_id, on_day, booked_on, title, details, entered_by, entered_at)
         values ($1, 'hold', 'statement', 'x', '2026-01-01', '2026-01-01', '', '{}', 'x', now())",
    )
    .bind(id)
    .execute(&mut *transaction)
    .await
    .unwrap();
    for (account, grosze) in [("money", 100_i64), ("unexplained", -99)] {
        sqlx::query("insert into ledger_posting (entry, account, amount_grosze) values ($1, $2, $3)")
            .bind(id)
            .bind(account)
            .bind(grosze)
            .execute(&mut *transaction)
            .await
            .unwrap();
    }
    let refused = transaction.commit().await.unwrap_err().to_string();
    assert!(refused.contains("differ by 1 grosze"), "{refused}");
    assert_eq!(town.number("select count(*) from ledger_entry").await, 0);
}
