//! All of one payer's dues as they stand on a day: the card of account.

use std::sync::Arc;

use chrono::NaiveDate;
use uuid::Uuid;

use super::{
    Dues,
    model::{AsOf, Stood},
    rules::{Kind, Rules, Setting},
    store::{
        self, Entry, Of,
        agreements::AgreementRow,
        assess::{AccountRow, AssessmentRow},
        interest_notes::NoteRow,
    },
};
use crate::{
    kernel::Lang,
    parties::MandateState,
    platform::{
        Ctx,
        access::{Level, MandateScope},
        http::Failure,
    },
    ui::local_time::day_of,
};

/// Entries of the ledger that one page shows.
pub(super) const MOST_ENTRIES: i64 = 200;

/// A payer's dues.
#[derive(Debug)]
pub(super) struct View {
    pub(super) payer: Uuid,
    pub(super) name: String,
    pub(super) on: NaiveDate,
    pub(super) rules: Arc<Rules>,
    pub(super) accounts: Vec<AccountRow>,
    pub(super) assessments: Vec<AssessmentRow>,
    pub(super) stood: Vec<Stood>,
    /// The newest first.
    pub(super) entries: Vec<Entry>,
    pub(super) overpaid_grosze: i64,
    /// Decisions that divide arrears, the newest first.
    pub(super) agreements: Vec<AgreementRow>,
    /// Interest notes, the newest first.
    pub(super) notes: Vec<NoteRow>,
}

impl View {
    pub(super) fn kind(&self, code: &str) -> Option<(&Kind, &Setting)> {
        let kind = self.rules.kinds.get(code)?;
        Some((kind, kind.on(self.on)?))
    }

    pub(super) fn kind_name(&self, lang: Lang, code: &str) -> String {
        self.rules.name_on(lang, code, self.on)
    }

    /// Instalments of an account.
    pub(super) fn of_account(&self, account: Uuid) -> impl Iterator<Item = &Stood> {
        self.stood.iter().filter(move |stood| stood.instalment.account == account)
    }

    /// What must be paid to have nothing late.
    pub(super) fn late_grosze(&self) -> i64 {
        self.stood.iter().filter(|stood| stood.standing.is_arrear).map(Stood::to_pay_grosze).sum()
    }

    /// What comes next: the first term that is not past, and all that is paid by it.
    pub(super) fn next(&self) -> Option<(NaiveDate, i64)> {
        let coming =
            || self.stood.iter().filter(|stood| !stood.standing.is_arrear && stood.to_pay_grosze() > 0);
        let term = coming().map(|stood| stood.due).min()?;
        Some((term, coming().filter(|stood| stood.due == term).map(Stood::to_pay_grosze).sum()))
    }

    /// A name for an instalment of this payer, by its id as text.
    pub(super) fn name_of(&self, lang: Lang, instalment: &str) -> String {
        let found = self.stood.iter().find(|stood| stood.instalment.id.to_string() == instalment);
        found.map_or_else(
            || instalment.to_owned(),
            |stood| {
                let kind = self.kind_name(lang, &stood.instalment.kind);
                super::ops::title_of(lang, &kind, &stood.instalment)
            },
        )
    }
}

impl Dues {
    /// The payer for whom a resident asks: the one that is named, else whom they act for, else themselves.
    ///
    /// # Errors
    /// When no verified resident asks.
    pub(super) fn asked(ctx: &Ctx, named: Option<Uuid>) -> Result<Uuid, Failure> {
        let resident = ctx.require_level(Level::Verified)?;
        Ok(named.unwrap_or_else(|| resident.on_behalf_of()))
    }

    /// For whom else a resident may see and pay: by powers of attorney that hold today, and themselves.
    pub(super) async fn payers_of_resident(&self, ctx: &Ctx) -> Result<Vec<(Uuid, String)>, Failure> {
        let resident = ctx.require_level(Level::Verified)?;
        let today = day_of(ctx.now);
        let mut payers = vec![(resident.party, resident.name.clone())];
        for mandate in self.parties.mandates_of(ctx, resident.party).await? {
            let holds = mandate.agent == resident.party
                && mandate.scopes.contains(&MandateScope::Dues)
                && mandate.state(today) == MandateState::Holds;
            if holds && payers.iter().all(|(payer, _)| *payer != mandate.principal) {
                payers.push((mandate.principal, mandate.principal_name));
            }
        }
        Ok(payers)
    }

    /// A payer's dues by the books of a day, for whoever may see them.
    ///
    /// # Errors
    /// As [`Dues::owed`].
    pub(super) async fn view(&self, ctx: &Ctx, payer: Uuid, on: NaiveDate) -> Result<View, Failure> {
        self.require_seen(ctx, payer).await?;
        let mut transaction = self.pool.begin().await?;
        let rules = self.rules_in(&mut transaction).await?;
        let name = store::payer_name(&mut transaction, payer).await?;
        let name = name.ok_or_else(|| Failure::not_found("this payer"))?;
        let stood = self.standings_in(&mut transaction, &rules, Of::Payer(payer), AsOf::Day(on)).await?;
        let accounts = store::assess::accounts(&mut transaction, Some(payer), None).await?;
        let mut assessments = store::assess::assessments(&mut transaction, None, None, Some(payer)).await?;
        if ctx.resident().is_some() {
            // Nobody learns of a decision here before it is delivered.
            let waits = |row: &AssessmentRow| {
                let account = accounts.iter().find(|account| account.id == row.account);
                account.is_some_and(|account| self.waits(&rules, account, row))
            };
            assessments.retain(|row| !waits(row));
        }
        Ok(View {
            payer,
            name,
            on,
            accounts,
            assessments,
            stood,
            entries: store::entries_of(&mut transaction, payer, on, MOST_ENTRIES).await?,
            overpaid_grosze: store::overpaid(&mut transaction, payer, Some(on)).await?,
            agreements: store::agreements::of_payer(&mut transaction, payer, on).await?,
            notes: store::interest_notes::notes(&mut transaction, None, Some(payer), Some(on)).await?,
            rules,
        })
    }
}
