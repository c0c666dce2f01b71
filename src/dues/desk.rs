//! What the treasurer's office looks at: payers for a purpose, the books, arrears by age, unexplained money.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::{
    Dues,
    model::{AsOf, Booked, Posting, Receipt, Source},
    ops::{stand, title_of},
    rules::Rules,
    store::{self, Entry, Of},
};
use crate::{
    parties::{Found, Purpose, SearchFault},
    platform::{
        Ctx,
        access::Permission,
        http::{Failure, ResultExt},
    },
};

/// Late instalments that the list by age reckons.
const MOST_LATE: i64 = 200_000;
/// Entries of unexplained money that are shown.
const MOST_HELD: i64 = 200;

/// How long something has been late.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Age {
    /// Up to 30 days.
    Month,
    /// Up to 90 days.
    Quarter,
    /// Up to a year.
    Year,
    /// Longer.
    Longer,
}

impl Age {
    pub(super) const ALL: [Self; 4] = [Self::Month, Self::Quarter, Self::Year, Self::Longer];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
            Self::Longer => "longer",
        }
    }

    fn of(days: i64) -> Self {
        match days {
            ..=30 => Self::Month,
            31..=90 => Self::Quarter,
            91..=365 => Self::Year,
            _ => Self::Longer,
        }
    }
}

/// The ledger in a few numbers.
#[derive(Debug)]
pub(super) struct Books {
    /// Balance of each account of the ledger, debit above zero.
    pub(super) balances: Vec<(String, i64)>,
    /// Payers who have paid too much.
    pub(super) overpaid: i64,
    /// How much, in grosze.
    pub(super) overpaid_grosze: i64,
}

impl Dues {
    /// Payers by name, number or address, for a purpose, as the search among residents does it.
    pub(super) async fn search(
        &self,
        ctx: &Ctx,
        q: &str,
        why: &Purpose,
    ) -> Result<Result<Found, SearchFault>, Failure> {
        ctx.require(Permission::DuesRead, None)?;
        self.parties.search(ctx, q, why).await
    }

    /// Writes down that somebody looks at what a payer owes; the payer sees it.
    pub(super) async fn look(&self, ctx: &Ctx, payer: Uuid, why: &Purpose) -> Result<(), Failure> {
        if !ctx.may(Permission::DuesManage, None) {
            ctx.require(Permission::DuesRead, None)?;
        }
        let mut connection = self.pool.acquire().await?;
        store::payer_name(&mut connection, payer).await?.ok_or_else(|| Failure::not_found("this payer"))?;
        drop(connection);
        self.parties.look_at_dues(ctx, payer, why).await
    }

    /// The books in a few numbers; they name nobody.
    pub(super) async fn books(&self, ctx: &Ctx) -> Result<Books, Failure> {
        ctx.require(Permission::DuesRead, None)?;
        let mut connection = self.pool.acquire().await?;
        let balances = store::trial_balance(&mut connection).await?;
        let (overpaid, overpaid_grosze) = store::overpayments(&mut connection).await?;
        Ok(Books { balances, overpaid, overpaid_grosze })
    }

    /// An entry with its postings and the names of what they are about; a look at its payer.
    pub(super) async fn entry_seen(
        &self,
        ctx: &Ctx,
        id: Uuid,
    ) -> Result<(Entry, Vec<Posting>, Vec<(String, String)>), Failure> {
        ctx.require(Permission::DuesRead, None)?;
        let mut connection = self.pool.acquire().await?;
        let entry = store::entry(&mut connection, id).await?;
        let entry = entry.ok_or_else(|| Failure::not_found("this booking"))?;
        let postings = store::postings_of(&mut connection, id).await?;
        let rules = self.rules_in(&mut connection).await?;
        let mut ids: Vec<Uuid> = postings.iter().filter_map(|posting| posting.of.map(|(id, _)| id)).collect();
        ids.sort_unstable();
        ids.dedup();
        let mut names = Vec::new();
        for instalment in store::instalments(&mut connection, Of::Ids(&ids), 5_000).await? {
            let setting = rules.kinds.get(&instalment.kind).and_then(|kind| kind.on(entry.on_day));
            let kind = setting.map_or(instalment.kind.as_str(), |setting| setting.name(ctx.lang));
            names.push((instalment.id.to_string(), title_of(ctx.lang, kind, &instalment)));
        }
        drop(connection);
        if let Some(payer) = entry.party {
            let note = Some(format!("nr {}", entry.number));
            let why = Purpose { purpose: "case".to_owned(), note };
            self.parties.look_at_dues(ctx, payer, &why).await?;
        }
        Ok((entry, postings, names))
    }

    /// Accounts of dues of a thing, and the rules that name them; no payer is named.
    pub(super) async fn of_thing(
        &self,
        ctx: &Ctx,
        asset: Uuid,
    ) -> Result<(Arc<Rules>, Vec<store::assess::AccountRow>), Failure> {
        ctx.require(Permission::DuesRead, None)?;
        let mut connection = self.pool.acquire().await?;
        let rules = self.rules_in(&mut connection).await?;
        Ok((rules, store::assess::accounts_of_thing(&mut connection, asset).await?))
    }

    /// Accounts of dues of a thing among those that a resident may see, and the rules that name them.
    ///
    /// # Errors
    /// When no verified resident asks.
    pub(super) async fn own_of_thing(
        &self,
        ctx: &Ctx,
        asset: Uuid,
    ) -> Result<(Arc<Rules>, Vec<store::assess::AccountRow>), Failure> {
        let payers = self.payers_of_resident(ctx).await?;
        let mut connection = self.pool.acquire().await?;
        let rules = self.rules_in(&mut connection).await?;
        let mut accounts = store::assess::accounts_of_thing(&mut connection, asset).await?;
        accounts.retain(|account| payers.iter().any(|(payer, _)| *payer == account.party));
        Ok((rules, accounts))
    }

    /// What is late on a day, by kind and age; it names nobody.
    pub(super) async fn arrears(
        &self,
        ctx: &Ctx,
        on: NaiveDate,
    ) -> Result<(Arc<Rules>, Vec<(String, Age, i64)>), Failure> {
        ctx.require(Permission::DuesRead, None)?;
        let mut connection = self.pool.acquire().await?;
        let rules = self.rules_in(&mut connection).await?;
        let as_of = AsOf::Day(on);
        let late = store::instalments(&mut connection, Of::LateBefore(on), MOST_LATE + 1).await?;
        if late.len() as i64 > MOST_LATE {
            return Err("more is late than is reckoned at once").internal("list arrears");
        }
        let mut found = Vec::new();
        for instalment in late.into_iter().filter(|instalment| instalment.is_known(as_of)) {
            let stood = stand(&rules, instalment, as_of)?;
            let grosze = stood.to_pay_grosze();
            if stood.standing.is_arrear && grosze > 0 {
                let age = Age::of((on - stood.due).num_days());
                found.push((stood.instalment.kind, age, grosze));
            }
        }
        Ok((rules, found))
    }

    /// What came in between two days, by day and source; it names nobody.
    pub(super) async fn takings_of_days(
        &self,
        ctx: &Ctx,
        days: (NaiveDate, NaiveDate),
    ) -> Result<Vec<store::overview::DayTaking>, Failure> {
        ctx.require(Permission::DuesRead, None)?;
        let mut connection = self.pool.acquire().await?;
        Ok(store::overview::takings(&mut connection, days).await?)
    }

    /// Money of which nobody knows whose dues it pays, the oldest first.
    pub(super) async fn unexplained(&self, ctx: &Ctx) -> Result<Vec<(Entry, i64)>, Failure> {
        ctx.require(Permission::DuesRead, None)?;
        let mut connection = self.pool.acquire().await?;
        Ok(store::unexplained(&mut connection, MOST_HELD).await?)
    }

    /// The first name of a due in a title, where it holds one.
    pub(super) fn token_in(&self, title: &str) -> String {
        let Some(rules) = self.rules.load_full() else { return String::new() };
        let kinds: Vec<&str> = rules.kinds.values().map(|kind| kind.token.as_str()).collect();
        let found = bank::transfer::find_tokens(title, &kinds);
        found.first().map(ToString::to_string).unwrap_or_default()
    }

    /// Books held money to the due that a token names: by its payer. Answers `None` when there is no such due.
    pub(super) async fn settle(
        &self,
        ctx: &Ctx,
        held: Uuid,
        token: &str,
        now: DateTime<Utc>,
    ) -> Result<Option<Booked>, Failure> {
        ctx.require(Permission::DuesManage, None)?;
        let mut transaction = self.pool.begin().await?;
        let rules = self.rules_in(&mut transaction).await?;
        let Some((instalment, payer, kind)) = store::instalment_of_token(&mut transaction, token).await?
        else {
            return Ok(None);
        };
        let regime = rules.kind(&kind)?.regime;
        let today = crate::ui::local_time::day_of(now);
        let receipt = Receipt {
            source: Source::new("settlement", held.to_string()),
            payer,
            amount_grosze: 0,
            paid_on: today,
            booked_on: today,
            indication: law::allocation::Indication::Debt { id: instalment.to_string(), kind, regime },
            by: law::allocation::PaidBy::Payer,
            nrb: None,
            title: token.to_owned(),
        };
        let booked = self.settle_in(&mut transaction, held, &receipt, (ctx.actor(), now)).await?;
        transaction.commit().await?;
        Ok(Some(booked))
    }
}
