//! Dues of the made-up town: made-up people, decisions and money, enough that each state can be seen.

use chrono::{DateTime, Datelike, Days, NaiveDate, Utc};
use law::allocation::{Indication, PaidBy};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    BasisLine, Dues, Held, NewAssessment, Receipt, Source,
    model::AsOf,
    rules::Setting,
    store::{self, Of},
};
use crate::{
    platform::{
        Ctx,
        http::{Failure, ResultExt},
    },
    ui::local_time::day_of,
};

/// Account of the made-up town without check digits; no bank has this settlement number.
const BBAN: &str = "999900010000000000000101";
/// Who owes something: the verified resident of the demo, and the company for which he acts.
const RESIDENT: &str = "pelnomocnik@reeve.example";
const COMPANY_NIP: &str = "1234563218";

/// Who enters the demo, and when: all of it now.
type By<'a> = (&'a str, DateTime<Utc>);

impl Dues {
    /// Gives the kinds a bank account and some people of the demo something to pay, where there is nothing yet.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn prepare_demo(&self, ctx: &Ctx) -> Result<(), Failure> {
        let mut transaction = self.pool.begin().await?;
        let resident = store::demo_resident(&mut transaction, RESIDENT).await?;
        let company = store::company_of_nip(&mut transaction, COMPANY_NIP).await?;
        let (Some(resident), Some(company)) = (resident, company) else { return Ok(()) };
        // Another node may be just as quick: whoever comes second sees what is there.
        self.lock_payer(&mut transaction, resident).await?;
        if !store::assess::accounts(&mut transaction, Some(resident), None).await?.is_empty() {
            return Ok(());
        }
        let by = (ctx.actor(), ctx.now);
        self.demo_bank_account(&mut transaction, by).await?;
        let today = day_of(ctx.now);
        self.demo_of_resident(&mut transaction, resident, today, by).await?;
        self.demo_of_company(&mut transaction, company, today, by).await?;
        let held = Held {
            source: Source::new("statement", "demo-1"),
            payer: None,
            amount_grosze: 12_345,
            paid_on: ago(today, 6),
            booked_on: ago(today, 5),
            nrb: Some(nrb()?),
            title: "podatek za dom babci".to_owned(),
            note: "Nadawca: Zmyślony Wnuk".to_owned(),
        };
        self.hold_in(&mut transaction, &held, ctx.now).await?;
        transaction.commit().await?;
        Ok(())
    }

    async fn demo_bank_account(&self, connection: &mut PgConnection, by: By<'_>) -> Result<(), Failure> {
        let rules = self.rules_in(connection).await?;
        for (code, kind) in &rules.kinds {
            let Some(first) = kind.settings.first().filter(|setting| setting.nrb.is_none()) else { continue };
            let valid_from = first.valid_from.checked_add_days(Days::new(1)).unwrap_or(first.valid_from);
            let setting = Setting { valid_from, nrb: Some(nrb()?), ..first.clone() };
            store::rules::add_setting(connection, code, &setting, by).await?;
        }
        Ok(())
    }

    async fn demo_of_resident(
        &self,
        connection: &mut PgConnection,
        payer: Uuid,
        today: NaiveDate,
        by: By<'_>,
    ) -> Result<(), Failure> {
        let grave = store::some_grave(connection).await?;
        let accounts = [
            ("property", None, "Dom, ul. Zmyślona 1"),
            ("waste", None, "Dom, ul. Zmyślona 1"),
            ("usufruct", None, "Działka 12/4, obręb Zmyślin"),
            ("dog", None, "Pies Burek"),
            ("grave", grave, "Grób rodzinny"),
        ];
        let mut ids = Vec::new();
        for (kind, asset, object) in accounts {
            let id = Uuid::now_v7();
            self.open_account_in(connection, (id, payer), kind, (asset, object), by).await?;
            ids.push(id);
        }
        let [property, waste, usufruct, dog, grave] = ids.as_slice() else { return Ok(()) };
        // The last year is paid in time, this year as things go.
        let (last, year) = (today.year() - 1, today.year());
        let basis = vec![
            line("Budynek mieszkalny", "120 m²", "1,19 zł/m²", 14_280),
            line("Grunty pozostałe", "843 m²", "0,73 zł/m²", 61_539),
            line("Garaż", "40 m²", "11,17 zł/m²", 44_680),
        ];
        self.demo_assess(connection, *property, (last, 116_000), &basis, by).await?;
        self.demo_assess(connection, *property, (year, 120_500), &basis, by).await?;
        self.demo_assess(
            connection,
            *waste,
            (year, 52_800),
            &[line("Osoby", "4", "11,00 zł/mies.", 52_800)],
            by,
        )
        .await?;
        self.demo_assess(
            connection,
            *usufruct,
            (year, 38_640),
            &[line("Wartość gruntu", "38 640 zł", "1 %", 38_640)],
            by,
        )
        .await?;
        self.demo_assess(connection, *dog, (year, 5_000), &[], by).await?;
        let soon = NewAssessment {
            decided_on: ago(today, 20),
            delivered_on: Some(ago(today, 14)),
            single_term: today.checked_add_days(Days::new(21)),
            ..assessment(*grave, (year, 30_000), &[])
        };
        let _ = self.assess_in(connection, &soon, by).await?;
        // Two instalments of four are paid, the second one late; a reminder came for the third.
        let mut paid = 0;
        for stood in self.demo_stood(connection, payer).await? {
            let (due, kind) = (stood.due, stood.instalment.kind.as_str());
            let in_time = ago(due, 3);
            let late = due.checked_add_days(Days::new(40)).unwrap_or(due);
            let whole = stood.instalment.amount_grosze;
            let (grosze, day) = match (kind, stood.instalment.year == year, stood.instalment.number) {
                (_, false, _) | ("property", true, 1) | ("waste", true, 1..=3) => (whole, in_time),
                ("property", true, 2) => (whole - 5_000, late),
                ("dog", true, _) => (whole + 1_200, in_time),
                _ => continue,
            };
            if day > today {
                continue;
            }
            paid += 1;
            self.demo_pay(connection, payer, &stood, (grosze, day, paid), by).await?;
        }
        for stood in self.demo_stood(connection, payer).await? {
            let delivered = stood.due.checked_add_days(Days::new(30)).unwrap_or(stood.due);
            let is_third = stood.instalment.kind == "property" && stood.instalment.number == 3;
            if is_third && stood.instalment.year == year && delivered <= today {
                let ids = (stood.instalment.id, Uuid::now_v7());
                self.remind_in(connection, ids, ("UP/demo/1", delivered), by).await?;
            }
        }
        Ok(())
    }

    async fn demo_of_company(
        &self,
        connection: &mut PgConnection,
        payer: Uuid,
        today: NaiveDate,
        by: By<'_>,
    ) -> Result<(), Failure> {
        let account = Uuid::now_v7();
        let object = (None, "Piekarnia, ul. Zmyślona 7");
        self.open_account_in(connection, (account, payer), "property", object, by).await?;
        let basis = [line("Budynek związany z działalnością", "300 m²", "34,00 zł/m²", 1_020_000)];
        self.demo_assess(connection, account, (today.year(), 1_020_000), &basis, by).await?;
        let (mut paid, month_ago) = (0, ago(today, 30));
        for stood in self.demo_stood(connection, payer).await? {
            if stood.due <= month_ago {
                paid += 1;
                let payment = (stood.instalment.amount_grosze, ago(stood.due, 1), 1_000 + paid);
                self.demo_pay(connection, payer, &stood, payment, by).await?;
            }
        }
        Ok(())
    }

    async fn demo_assess(
        &self,
        connection: &mut PgConnection,
        account: Uuid,
        amount: (i32, i64),
        basis: &[BasisLine],
        by: By<'_>,
    ) -> Result<(), Failure> {
        let _ = self.assess_in(connection, &assessment(account, amount, basis), by).await?;
        Ok(())
    }

    async fn demo_stood(
        &self,
        connection: &mut PgConnection,
        payer: Uuid,
    ) -> Result<Vec<super::model::Stood>, Failure> {
        let rules = self.rules_in(connection).await?;
        let day = NaiveDate::from_ymd_opt(2000, 1, 2).unwrap_or_default();
        self.standings_in(connection, &rules, Of::Payer(payer), AsOf::Payment(day)).await
    }

    async fn demo_pay(
        &self,
        connection: &mut PgConnection,
        payer: Uuid,
        stood: &super::model::Stood,
        (amount_grosze, paid_on, number): (i64, NaiveDate, i32),
        by: By<'_>,
    ) -> Result<(), Failure> {
        let receipt = Receipt {
            source: Source::new("statement", format!("demo-payment-{number}")),
            payer,
            amount_grosze,
            paid_on,
            booked_on: paid_on,
            indication: Indication::Debt {
                id: stood.instalment.id.to_string(),
                kind: stood.instalment.kind.clone(),
                regime: stood.regime,
            },
            by: PaidBy::Payer,
            nrb: Some(nrb()?),
            title: stood.instalment.token.clone(),
        };
        self.book_by_in(connection, &receipt, by).await?;
        Ok(())
    }
}

fn nrb() -> Result<bank::Nrb, Failure> {
    bank::Nrb::of_account(BBAN).internal("make the account of the demo")
}

fn ago(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_sub_days(Days::new(days)).unwrap_or(day)
}

fn line(text: &str, quantity: &str, rate: &str, amount_grosze: i64) -> BasisLine {
    BasisLine { text: text.to_owned(), quantity: quantity.to_owned(), rate: rate.to_owned(), amount_grosze }
}

/// A decision of January, delivered in February.
fn assessment(account: Uuid, (year, amount_grosze): (i32, i64), basis: &[BasisLine]) -> NewAssessment {
    let day = |month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default();
    NewAssessment {
        id: Uuid::now_v7(),
        account,
        year,
        decision: format!("FN.3120.1.{year}"),
        decided_on: day(1, 19),
        delivered_on: Some(day(1, 29)),
        amount_grosze,
        basis: basis.to_vec(),
        first_month: 1,
        last_month: 12,
        single_term: None,
        corrects: None,
        reason: None,
    }
}
