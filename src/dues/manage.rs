//! What the treasurer's office does with a payer's dues; each in one transaction of its own.

use chrono::{DateTime, NaiveDate, Utc};
use law::allocation::{Indication, PaidBy};
use serde_json::json;
use uuid::Uuid;

use super::{
    AssessFault, Dues, NewAssessment,
    assess::Cut,
    model::{Account, AsOf, Booked, Posting, Receipt, Source, Stood},
    ops::{booked_before, refused, title_of},
    store::{self, NewEntry, Of, assess::AssessmentRow},
};
use crate::{
    platform::{Ctx, access::Permission, http::Failure},
    ui::local_time::day_of,
};

/// What is assessed: an account that there is, or a new one of a kind and an object.
#[derive(Debug)]
pub(super) struct Object {
    pub(super) account: Option<Uuid>,
    pub(super) kind: String,
    /// Words, or the id of a thing of the registry.
    pub(super) object: String,
}

/// Money that is paid at the cash desk.
#[derive(Debug)]
pub(super) struct Cash {
    pub(super) key: Uuid,
    pub(super) payer: Uuid,
    pub(super) amount_grosze: i64,
    /// The instalment that the payer names.
    pub(super) named: Option<Uuid>,
    pub(super) by: PaidBy,
}

/// An assessment for whoever manages it.
#[derive(Debug)]
pub(super) struct SeenAssessment {
    pub(super) payer: Uuid,
    pub(super) row: AssessmentRow,
    pub(super) waits: bool,
    pub(super) is_corrected: bool,
}

impl Dues {
    pub(super) fn manages(ctx: &Ctx) -> Result<(&str, DateTime<Utc>), Failure> {
        ctx.require(Permission::DuesManage, None)?;
        Ok((ctx.actor(), ctx.now))
    }

    /// Enters an assessment of a payer; answers whether it waits for delivery.
    pub(super) async fn assess(
        &self,
        ctx: &Ctx,
        payer: Uuid,
        object: &Object,
        new: NewAssessment,
    ) -> Result<Result<bool, AssessFault>, Failure> {
        let by = Self::manages(ctx)?;
        let named = match object.object.parse::<Uuid>() {
            Ok(asset) => {
                let card = self.registry.asset_card(ctx, asset).await?;
                (Some(asset), format!("{}: {}", card.kind_title, card.label))
            }
            Err(_) => (None, object.object.clone()),
        };
        let mut transaction = self.pool.begin().await?;
        let account = match object.account {
            Some(account) => {
                let own = store::assess::accounts(&mut transaction, Some(payer), Some(account)).await?;
                own.first().map(|own| own.id).ok_or_else(|| Failure::not_found("this account of dues"))?
            }
            None => {
                // A form that is sent twice opens one account: its id follows from the form's key.
                let id = Uuid::from_u128(new.id.as_u128() ^ 1);
                self.open_account_in(&mut transaction, (id, payer), &object.kind, (named.0, &named.1), by)
                    .await?;
                id
            }
        };
        let new = NewAssessment { account, ..new };
        match self.assess_in(&mut transaction, &new, by).await? {
            Ok(id) => {
                let rows = store::assess::assessments(&mut transaction, Some(id), None, None).await?;
                let waits = self.first_waits(&mut transaction, rows.first()).await?;
                transaction.commit().await?;
                Ok(Ok(waits))
            }
            Err(fault) => Ok(Err(fault)),
        }
    }

    async fn first_waits(
        &self,
        connection: &mut sqlx::PgConnection,
        row: Option<&AssessmentRow>,
    ) -> Result<bool, Failure> {
        let Some(row) = row else { return Ok(false) };
        let rules = self.rules_in(connection).await?;
        let account = store::assess::accounts(connection, None, Some(row.account)).await?;
        Ok(account.first().is_some_and(|account| self.waits(&rules, account, row)))
    }

    /// Corrects an assessment; answers its payer and whether the correction waits for delivery.
    pub(super) async fn correct(
        &self,
        ctx: &Ctx,
        assessment: Uuid,
        new: NewAssessment,
    ) -> Result<Result<(Uuid, bool), AssessFault>, Failure> {
        let by = Self::manages(ctx)?;
        let seen = self.assessment_seen(ctx, assessment).await?;
        let mut transaction = self.pool.begin().await?;
        let new = NewAssessment { account: seen.row.account, corrects: Some(assessment), ..new };
        match self.assess_in(&mut transaction, &new, by).await? {
            Ok(id) => {
                let rows = store::assess::assessments(&mut transaction, Some(id), None, None).await?;
                let waits = self.first_waits(&mut transaction, rows.first()).await?;
                transaction.commit().await?;
                Ok(Ok((seen.payer, waits)))
            }
            Err(fault) => Ok(Err(fault)),
        }
    }

    /// Says when a decision was delivered; answers its payer and number.
    pub(super) async fn deliver(
        &self,
        ctx: &Ctx,
        assessment: Uuid,
        day: NaiveDate,
    ) -> Result<Result<(Uuid, String), AssessFault>, Failure> {
        let by = Self::manages(ctx)?;
        let seen = self.assessment_seen(ctx, assessment).await?;
        let mut transaction = self.pool.begin().await?;
        let done = self.deliver_in(&mut transaction, assessment, day, by).await?;
        match done {
            Ok(_) => {
                transaction.commit().await?;
                Ok(Ok((seen.payer, seen.row.decision)))
            }
            Err(fault) => Ok(Err(fault)),
        }
    }

    /// An assessment with its payer.
    pub(super) async fn assessment_seen(&self, ctx: &Ctx, id: Uuid) -> Result<SeenAssessment, Failure> {
        Self::manages(ctx)?;
        let gone = || Failure::not_found("this assessment");
        let mut connection = self.pool.acquire().await?;
        let row = store::assess::assessments(&mut connection, Some(id), None, None).await?;
        let row = row.into_iter().next().ok_or_else(gone)?;
        let account = store::assess::accounts(&mut connection, None, Some(row.account)).await?;
        let account = account.into_iter().next().ok_or_else(gone)?;
        let of_account = store::assess::assessments(&mut connection, None, Some(row.account), None).await?;
        let rules = self.rules_in(&mut connection).await?;
        Ok(SeenAssessment {
            payer: account.party,
            waits: self.waits(&rules, &account, &row),
            is_corrected: of_account.iter().any(|other| other.corrects == Some(row.id)),
            row,
        })
    }

    /// An instalment as it stands today, with its name.
    pub(super) async fn instalment_seen(&self, ctx: &Ctx, id: Uuid) -> Result<(Stood, String), Failure> {
        Self::manages(ctx)?;
        let mut connection = self.pool.acquire().await?;
        let rules = self.rules_in(&mut connection).await?;
        let as_of = AsOf::Payment(day_of(ctx.now));
        let stood = self.standings_in(&mut connection, &rules, Of::Ids(&[id]), as_of).await?;
        let stood = stood.into_iter().next().ok_or_else(|| Failure::not_found("this due"))?;
        let setting = rules.kinds.get(&stood.instalment.kind).and_then(|kind| kind.on(day_of(ctx.now)));
        let kind = setting.map_or(stood.instalment.kind.as_str(), |setting| setting.name(ctx.lang));
        let title = title_of(ctx.lang, kind, &stood.instalment);
        Ok((stood, title))
    }

    /// Remits a part of an instalment; answers its payer.
    pub(super) async fn remit(
        &self,
        ctx: &Ctx,
        cut: Cut,
        (on, key, decision): (NaiveDate, Uuid, &str),
    ) -> Result<Uuid, Failure> {
        let by = Self::manages(ctx)?;
        let (stood, _) = self.instalment_seen(ctx, cut.instalment).await?;
        let mut transaction = self.pool.begin().await?;
        self.remit_in(&mut transaction, cut, (on, key, decision), by).await?;
        transaction.commit().await?;
        Ok(stood.instalment.party)
    }

    /// Puts an instalment off; answers its payer.
    pub(super) async fn defer(
        &self,
        ctx: &Ctx,
        ids: (Uuid, Uuid),
        decision: (NaiveDate, NaiveDate, &str),
        with_fee: bool,
    ) -> Result<Uuid, Failure> {
        let by = Self::manages(ctx)?;
        let (stood, _) = self.instalment_seen(ctx, ids.0).await?;
        let mut transaction = self.pool.begin().await?;
        self.defer_in(&mut transaction, ids, decision, with_fee, by).await?;
        transaction.commit().await?;
        Ok(stood.instalment.party)
    }

    /// Books the cost of a delivered reminder; answers its payer.
    pub(super) async fn remind(
        &self,
        ctx: &Ctx,
        ids: (Uuid, Uuid),
        reminder: (&str, NaiveDate),
    ) -> Result<Uuid, Failure> {
        let by = Self::manages(ctx)?;
        let (stood, _) = self.instalment_seen(ctx, ids.0).await?;
        let mut transaction = self.pool.begin().await?;
        self.remind_in(&mut transaction, ids, reminder, by).await?;
        transaction.commit().await?;
        Ok(stood.instalment.party)
    }

    /// Books money that was paid at the cash desk today.
    pub(super) async fn take_cash(&self, ctx: &Ctx, cash: &Cash) -> Result<Booked, Failure> {
        let by = Self::manages(ctx)?;
        let today = day_of(ctx.now);
        let indication = match cash.named {
            Some(instalment) => {
                let (stood, _) = self.instalment_seen(ctx, instalment).await?;
                Indication::Debt {
                    id: instalment.to_string(),
                    kind: stood.instalment.kind,
                    regime: stood.regime,
                }
            }
            None => Indication::None,
        };
        let receipt = Receipt {
            source: Source::new("desk", cash.key.to_string()),
            payer: cash.payer,
            amount_grosze: cash.amount_grosze,
            paid_on: today,
            booked_on: today,
            indication,
            by: cash.by,
            nrb: None,
            title: String::new(),
        };
        let mut transaction = self.pool.begin().await?;
        let booked = self.book_by_in(&mut transaction, &receipt, by).await?;
        transaction.commit().await?;
        Ok(booked)
    }

    /// Offsets an overpayment against taxes that are owed (art. 76 § 1 of the Tax Ordinance).
    pub(super) async fn offset(&self, ctx: &Ctx, payer: Uuid, key: Uuid) -> Result<Option<Booked>, Failure> {
        let (actor, now) = Self::manages(ctx)?;
        let mut transaction = self.pool.begin().await?;
        let source = Source::new("offset", key.to_string());
        let booked = self.offset_in(&mut transaction, payer, &source, (day_of(now), actor, now)).await?;
        transaction.commit().await?;
        Ok(booked)
    }

    /// Gives an overpayment back, all of it; answers whether there was one.
    pub(super) async fn refund(&self, ctx: &Ctx, payer: Uuid, key: Uuid) -> Result<bool, Failure> {
        let (actor, now) = Self::manages(ctx)?;
        let mut transaction = self.pool.begin().await?;
        self.lock_payer(&mut transaction, payer).await?;
        let source = Source::new("refund", key.to_string());
        if booked_before(&mut transaction, &source).await?.is_some() {
            return Ok(true);
        }
        let grosze = store::overpaid(&mut transaction, payer, None).await?;
        if grosze <= 0 {
            return Ok(false);
        }
        let postings =
            [Posting::plain(Account::Overpayment, grosze), Posting::plain(Account::Money, -grosze)];
        let entry = NewEntry {
            kind: "refund",
            source: &source,
            party: Some(payer),
            on_day: day_of(now),
            booked_on: day_of(now),
            reverses: None,
            settles: None,
            title: "",
            details: &json!({ "amount_grosze": grosze }),
            by: actor,
            at: now,
            postings: &postings,
        };
        store::add_entry(&mut transaction, &entry).await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// Takes a booking back that a clerk names.
    pub(super) async fn reverse(&self, ctx: &Ctx, booking: Uuid, why: &str) -> Result<Booked, Failure> {
        let (_, now) = Self::manages(ctx)?;
        if why.chars().count() < 5 {
            return Err(refused("no-reason", "say why the booking is taken back".to_owned()));
        }
        let mut transaction = self.pool.begin().await?;
        let source = Source::new("reversal", booking.to_string());
        let booked = self.reverse_in(&mut transaction, booking, &source, day_of(now), now).await?;
        transaction.commit().await?;
        Ok(booked)
    }
}
