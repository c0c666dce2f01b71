//! What makes dues, and what changes them: assessments and their corrections, remission, deferral, the cost of reminders.

use chrono::{DateTime, NaiveDate, Utc};
use law::{
    Rounding,
    allocation::Allocation,
    interest::{Deferral, prolongation_fee},
    terms::{Assessment, Moved, Payer, Plan, instalments},
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    Dues,
    model::{Account, AsOf, Booked, Instalment, Posted, Posting, Role, Source, Stood},
    ops::{booked_before, conflict, refused, short, stand},
    rules::{Kind, Rules},
    store::{
        self, NewEntry, Of,
        assess::{AccountRow, AssessmentRow, NewDeferral, NewInstalment},
    },
};
use crate::platform::http::{Failure, ResultExt};

/// Who enters something, and when.
pub type By<'a> = (&'a str, DateTime<Utc>);

/// One line of what an amount was reckoned from, as the decision has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BasisLine {
    /// "Grunty pozostałe".
    pub text: String,
    /// "843 m²".
    pub quantity: String,
    /// "0,73 zł/m²".
    pub rate: String,
    /// In grosze.
    pub amount_grosze: i64,
}

/// An assessment as somebody enters it.
#[derive(Debug, Clone)]
pub struct NewAssessment {
    /// Made by the form, so that a form that is sent twice is entered once.
    pub id: Uuid,
    /// The account of dues.
    pub account: Uuid,
    /// The year.
    pub year: i32,
    /// Number of the decision.
    pub decision: String,
    /// Its day.
    pub decided_on: NaiveDate,
    /// When it was delivered.
    pub delivered_on: Option<NaiveDate>,
    /// For the year, in grosze.
    pub amount_grosze: i64,
    /// What it was reckoned from.
    pub basis: Vec<BasisLine>,
    /// The first month for which it is owed.
    pub first_month: u32,
    /// The last one.
    pub last_month: u32,
    /// The one term of what has no plan.
    pub single_term: Option<NaiveDate>,
    /// The assessment that this one corrects.
    pub corrects: Option<Uuid>,
    /// Why.
    pub reason: Option<String>,
}

/// Why an assessment is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AssessFault {
    /// The kind has no bank account.
    #[error("the kind has no bank account yet; the treasurer enters it first")]
    NoBankAccount,
    /// The kind has no terms in that year.
    #[error("the kind has no terms of its own in this year; give the day by which it is paid")]
    NoTerms,
    /// The amount or the months cannot be divided.
    #[error("{0}")]
    Terms(String),
    /// The corrected one is of another account or year, is corrected already, or was never delivered.
    #[error(
        "this assessment cannot be corrected: it was corrected already, or its decision was not delivered"
    )]
    NotCorrectable,
    /// The correction says the same amount.
    #[error("the corrected amount is the same as before")]
    Same,
}

impl Dues {
    /// Opens an account of dues of this id in the caller's transaction, for a thing of the registry or for words; once more
    /// is the same as once.
    ///
    /// # Errors
    /// When there is no such payer or kind, or the database fails.
    pub async fn open_account_in(
        &self,
        connection: &mut PgConnection,
        (id, payer): (Uuid, Uuid),
        kind: &str,
        (asset, object): (Option<Uuid>, &str),
        by: By<'_>,
    ) -> Result<(), Failure> {
        self.lock_payer(connection, payer).await?;
        let rules = self.rules_in(connection).await?;
        if !rules.kinds.contains_key(kind) {
            return Err(Failure::not_found("this kind of due"));
        }
        let row = AccountRow {
            id,
            number: 0,
            kind: kind.to_owned(),
            party: payer,
            asset,
            object: object.chars().take(200).collect(),
            is_company: false,
        };
        store::assess::add_account(connection, &row, by).await?;
        Ok(())
    }

    async fn account_in(&self, connection: &mut PgConnection, id: Uuid) -> Result<AccountRow, Failure> {
        let found = store::assess::accounts(connection, None, Some(id)).await?;
        found.into_iter().next().ok_or_else(|| Failure::not_found("this account of dues"))
    }

    /// Enters an assessment or a correction in the caller's transaction. What is due by a decision that was not delivered is
    /// only kept; [`Dues::deliver_in`] makes it owed. The same id again changes nothing.
    ///
    /// # Errors
    /// When there is no such account, or the database fails.
    pub async fn assess_in(
        &self,
        connection: &mut PgConnection,
        new: &NewAssessment,
        by: By<'_>,
    ) -> Result<Result<Uuid, AssessFault>, Failure> {
        let account = self.account_in(connection, new.account).await?;
        self.lock_payer(connection, account.party).await?;
        if !store::assess::assessments(connection, Some(new.id), None, None).await?.is_empty() {
            return Ok(Ok(new.id));
        }
        let rules = self.rules_in(connection).await?;
        let kind = rules.kind(&account.kind)?;
        if kind.on(new.decided_on).and_then(|setting| setting.nrb_of(account.number)).is_none() {
            return Ok(Err(AssessFault::NoBankAccount));
        }
        let row = AssessmentRow {
            id: new.id,
            account: account.id,
            kind: kind.code.clone(),
            year: new.year,
            number: store::assess::next_number(connection, &kind.code, new.year).await?,
            decision: new.decision.clone(),
            decided_on: new.decided_on,
            delivered_on: new.delivered_on,
            amount_grosze: new.amount_grosze,
            basis: serde_json::to_value(&new.basis).internal("keep the basis of an assessment")?,
            first_month: i32::try_from(new.first_month).unwrap_or(0),
            last_month: i32::try_from(new.last_month).unwrap_or(0),
            single_term: new.single_term,
            corrects: new.corrects,
            reason: new.reason.clone(),
            entered_by: by.0.to_owned(),
            entered_at: by.1,
        };
        if !(1..=12).contains(&row.first_month) || !(row.first_month..=12).contains(&row.last_month) {
            return Ok(Err(AssessFault::Terms("months go from 1 to 12, in order".to_owned())));
        }
        if let Some(corrected) = new.corrects {
            let chain = self.chain_in(connection, account.id, corrected).await?;
            let last = chain.last().filter(|last| last.id == corrected && last.year == new.year);
            let Some(last) = last.filter(|last| !self.waits(&rules, &account, last)) else {
                return Ok(Err(AssessFault::NotCorrectable));
            };
            if last.amount_grosze == new.amount_grosze {
                return Ok(Err(AssessFault::Same));
            }
        } else if new.amount_grosze <= 0 {
            return Ok(Err(AssessFault::Terms("an assessment needs an amount above zero".to_owned())));
        }
        if let Err(fault) = self.divided(&rules, &account, &row, row.amount_grosze.max(100)) {
            return Ok(Err(fault));
        }
        store::assess::add_assessment(connection, &row).await?;
        if !self.waits(&rules, &account, &row) {
            return self.take_effect_in(connection, &rules, &account, &row, by).await;
        }
        Ok(Ok(row.id))
    }

    /// Says when the decision of an assessment was delivered: from then on it is owed.
    ///
    /// # Errors
    /// 404 when there is none, a conflict when its delivery is known, or the database fails.
    pub async fn deliver_in(
        &self,
        connection: &mut PgConnection,
        assessment: Uuid,
        day: NaiveDate,
        by: By<'_>,
    ) -> Result<Result<Uuid, AssessFault>, Failure> {
        let found = store::assess::assessments(connection, Some(assessment), None, None).await?;
        let row = found.into_iter().next().ok_or_else(|| Failure::not_found("this assessment"))?;
        let account = self.account_in(connection, row.account).await?;
        self.lock_payer(connection, account.party).await?;
        if day < row.decided_on || !store::assess::set_delivered(connection, assessment, day).await? {
            return Err(conflict("delivered", "the delivery is known already, or lies before the decision"));
        }
        let rules = self.rules_in(connection).await?;
        let row = AssessmentRow { delivered_on: Some(day), ..row };
        self.take_effect_in(connection, &rules, &account, &row, by).await
    }

    /// Whether an assessment is not owed yet because its decision was not delivered.
    pub(super) fn waits(&self, rules: &Rules, account: &AccountRow, row: &AssessmentRow) -> bool {
        let plan = rules.plan(&row.kind, payer_of(account), row.year);
        row.delivered_on.is_none() && row.single_term.is_none() && plan.is_some_and(|plan| plan.by_decision)
    }

    /// An assessment and those that correct it, first to last.
    async fn chain_in(
        &self,
        connection: &mut PgConnection,
        account: Uuid,
        member: Uuid,
    ) -> Result<Vec<AssessmentRow>, Failure> {
        let all = store::assess::assessments(connection, None, Some(account), None).await?;
        let find = |id: Uuid| all.iter().find(|row| row.id == id);
        let mut first = find(member).ok_or_else(|| Failure::not_found("this assessment"))?;
        while let Some(before) = first.corrects.and_then(find) {
            first = before;
        }
        let mut chain = vec![first.clone()];
        while let Some(next) =
            chain.last().and_then(|last| all.iter().find(|row| row.corrects == Some(last.id)))
        {
            chain.push(next.clone());
        }
        Ok(chain)
    }

    async fn take_effect_in(
        &self,
        connection: &mut PgConnection,
        rules: &Rules,
        account: &AccountRow,
        row: &AssessmentRow,
        by: By<'_>,
    ) -> Result<Result<Uuid, AssessFault>, Failure> {
        let chain = self.chain_in(connection, account.id, row.id).await?;
        let before = chain.iter().rev().find(|other| Some(other.id) == row.corrects);
        let difference = row.amount_grosze - before.map_or(0, |before| before.amount_grosze);
        if difference < 0 {
            let instalments = store::instalments(connection, Of::Account(account.id), 5_000).await?;
            let ids: Vec<Uuid> = chain.iter().map(|row| row.id).collect();
            let of_chain: Vec<Instalment> = instalments
                .into_iter()
                .filter(|one| ids.contains(&one.assessment) && one.role == "instalment")
                .collect();
            let target = self.divided(rules, account, row, row.amount_grosze).unwrap_or_default();
            let cuts = cuts(&of_chain, &target, -difference, unit_of(rules.kind(&row.kind)?));
            let on = row.delivered_on.unwrap_or(row.decided_on);
            let source = Source::new("assessment", row.id.to_string());
            let title = row.decision.clone();
            self.reduce_in(
                connection,
                rules,
                (account.party, "correction"),
                &cuts,
                (on, &source, &title),
                by,
            )
            .await?;
            return Ok(Ok(row.id));
        }
        let parts = match self.divided(rules, account, row, difference) {
            Ok(parts) => parts,
            Err(fault) => return Ok(Err(fault)),
        };
        let kind = rules.kind(&row.kind)?;
        let mut postings = Vec::new();
        let mut listed = Vec::new();
        let is_single = parts.len() == 1;
        for part in &parts {
            let id = Uuid::now_v7();
            let number = u8::try_from(part.number).ok();
            let token = token_of(kind, row, number.filter(|_| !is_single))?;
            store::assess::add_instalment(
                connection,
                &NewInstalment {
                    id,
                    account: account.id,
                    assessment: row.id,
                    number: i32::try_from(part.number).unwrap_or(i32::MAX),
                    token: &token,
                    term: part.term,
                    due: part.due,
                    moved: part.moved.map(moved_name),
                    amount_grosze: part.amount_grosze,
                    role: "instalment",
                },
            )
            .await?;
            postings.push(Posting::of(Account::Receivable, id, Role::Assessed, part.amount_grosze));
            listed.push(json!({ "instalment": id, "token": token, "part": part }));
        }
        postings.push(Posting::plain(Account::Income, -difference));
        let source = Source::new("assessment", row.id.to_string());
        let details = json!({ "assessment": row.id, "amount_grosze": difference, "instalments": listed });
        let entry = NewEntry {
            kind: if before.is_some() { "correction" } else { "assessment" },
            source: &source,
            party: Some(account.party),
            on_day: row.delivered_on.unwrap_or(row.decided_on),
            booked_on: by.1.date_naive(),
            reverses: None,
            settles: None,
            title: &row.decision,
            details: &details,
            by: by.0,
            at: by.1,
            postings: &postings,
        };
        store::add_entry(connection, &entry).await?;
        Ok(Ok(row.id))
    }

    /// The instalments of an amount.
    fn divided(
        &self,
        rules: &Rules,
        account: &AccountRow,
        row: &AssessmentRow,
        amount_grosze: i64,
    ) -> Result<Vec<law::terms::Instalment>, AssessFault> {
        if let Some(term) = row.single_term {
            let due = rules.calendar.shifted(term);
            let moved = (due > term).then_some(Moved::FreeDay);
            return Ok(vec![law::terms::Instalment { number: 1, amount_grosze, term, due, moved }]);
        }
        let plan: &Plan = rules.plan(&row.kind, payer_of(account), row.year).ok_or(AssessFault::NoTerms)?;
        let month = |month: i32| u32::try_from(month).unwrap_or(0);
        let assessment = Assessment {
            year: row.year,
            amount_grosze,
            delivered_on: row.delivered_on,
            first_month: month(row.first_month),
            last_month: month(row.last_month),
        };
        instalments(plan, &assessment, &rules.tables, &rules.calendar)
            .map_err(|error| AssessFault::Terms(error.to_string()))
    }

    /// Lowers instalments, in the caller's transaction, which holds the payer: what had been paid of them, and the interest
    /// of it, becomes an overpayment (art. 72 of the Tax Ordinance).
    pub(super) async fn reduce_in(
        &self,
        connection: &mut PgConnection,
        rules: &Rules,
        (payer, kind): (Uuid, &'static str),
        cuts: &[Cut],
        (on, source, title): (NaiveDate, &Source, &str),
        by: By<'_>,
    ) -> Result<Booked, Failure> {
        if let Some(done) = booked_before(connection, source).await? {
            return Ok(done);
        }
        let ids: Vec<Uuid> = cuts.iter().map(|cut| cut.instalment).collect();
        let as_of = AsOf::Payment(on);
        let (mut postings, mut listed, mut released) = (Vec::new(), Vec::new(), 0);
        for instalment in store::instalments(connection, Of::Ids(&ids), 5_000).await? {
            let Some(cut) = cuts.iter().find(|cut| cut.instalment == instalment.id) else { continue };
            let id = instalment.id;
            let of = |account, role, grosze| Posting::of(account, id, role, grosze);
            let stood = stand(rules, instalment, as_of)?;
            let paid_too = (cut.principal_grosze - stood.standing.principal_grosze).max(0);
            let mut mine = vec![
                of(Account::Receivable, Role::Reduced, -cut.principal_grosze),
                of(Account::Receivable, Role::Released, paid_too),
                of(Account::InterestIncome, Role::Reduced, -cut.interest_grosze),
            ];
            let after = stand(rules, with(stood.instalment.clone(), &mine, on), as_of)?;
            let interest_too = after.standing.overpaid_grosze;
            mine.push(of(Account::InterestIncome, Role::Released, interest_too));
            postings.extend(mine);
            postings.push(Posting::plain(Account::Income, cut.principal_grosze));
            postings.push(Posting::plain(Account::InterestRemitted, cut.interest_grosze));
            released += paid_too + interest_too;
            listed.push(json!({ "instalment": id, "token": stood.instalment.token, "cut": cut,
                "released_principal_grosze": paid_too, "released_interest_grosze": interest_too,
                "before": stood.standing, "after": after.standing }));
        }
        postings.push(Posting::plain(Account::Overpayment, -released));
        let details = json!({ "reductions": listed, "released_grosze": released });
        let entry = NewEntry {
            kind,
            source,
            party: Some(payer),
            on_day: on,
            booked_on: by.1.date_naive(),
            reverses: None,
            settles: None,
            title: &short(title),
            details: &details,
            by: by.0,
            at: by.1,
            postings: &postings,
        };
        let booking = store::add_entry(connection, &entry).await?;
        let nothing = Allocation { parts: Vec::new(), rest_grosze: 0, proposal: None, flags: Vec::new() };
        Ok(Booked { booking, allocation: nothing, fresh: true })
    }

    /// Remits a part of an instalment by a decision (art. 67a § 1 pt 3 of the Tax Ordinance); of a civil due by the town's
    /// resolution. The interest of a remitted arrear goes with it.
    pub(super) async fn remit_in(
        &self,
        connection: &mut PgConnection,
        cut: Cut,
        (on, key, decision): (NaiveDate, Uuid, &str),
        by: By<'_>,
    ) -> Result<Booked, Failure> {
        let (rules, stood) = self.held_in(connection, cut.instalment, AsOf::Payment(on)).await?;
        let source = Source::new("remission", key.to_string());
        if let Some(done) = booked_before(connection, &source).await? {
            return Ok(done);
        }
        let sum = cut.principal_grosze.saturating_add(cut.interest_grosze);
        let fits =
            (0..=stood.standing.principal_grosze).contains(&cut.principal_grosze) && cut.interest_grosze >= 0;
        // What is left of the interest once the principal is smaller.
        let lower = [Posting::of(Account::Receivable, cut.instalment, Role::Reduced, -cut.principal_grosze)];
        let fits = fits && sum > 0 && {
            let after = stand(&rules, with(stood.instalment.clone(), &lower, on), AsOf::Payment(on))?;
            cut.interest_grosze <= after.standing.interest_grosze
        };
        if !fits {
            return Err(refused("remission", "no more can be remitted than is left".to_owned()));
        }
        let payer = stood.instalment.party;
        self.reduce_in(connection, &rules, (payer, "remission"), &[cut], (on, &source, decision), by).await
    }

    /// Puts off what is not late yet, by a decision; for a tax with the prolongation fee where the town's council takes one
    /// (art. 57 § 7 of the Tax Ordinance).
    pub(super) async fn defer_in(
        &self,
        connection: &mut PgConnection,
        (instalment, key): (Uuid, Uuid),
        (decided_on, due, decision): (NaiveDate, NaiveDate, &str),
        with_fee: bool,
        by: By<'_>,
    ) -> Result<(), Failure> {
        let (rules, stood) = self.held_in(connection, instalment, AsOf::Payment(decided_on)).await?;
        let source = Source::new("deferral", key.to_string());
        if booked_before(connection, &source).await?.is_some() {
            return Ok(());
        }
        let old = stood.due;
        if old < decided_on {
            return Err(conflict("late", "what is late already cannot be put off here"));
        }
        let due = rules.calendar.shifted(due);
        if due <= old || stood.standing.principal_grosze == 0 {
            return Err(refused(
                "deferral",
                "the new term lies after the old one, and something must be owed".to_owned(),
            ));
        }
        if stood.instalment.deferrals.iter().any(|(day, new)| *day == decided_on && *new == due) {
            return Ok(());
        }
        let new = NewDeferral { instalment, decided_on, due, decision, by: by.0, at: by.1 };
        store::assess::add_deferral(connection, &new).await?;
        if !with_fee || !stood.regime.is_tax() {
            return Ok(());
        }
        let fee = prolongation_fee(
            &rules.tables,
            Deferral {
                principal_grosze: stood.standing.principal_grosze,
                decided_on,
                old_due: old,
                new_due: due,
            },
        )
        .internal("reckon a prolongation fee")?;
        if fee.charged_grosze == 0 {
            return Ok(());
        }
        let postings = add_fee(connection, &stood.instalment, due, fee.charged_grosze).await?;
        let entry = NewEntry {
            kind: "assessment",
            source: &source,
            party: Some(stood.instalment.party),
            on_day: decided_on,
            booked_on: by.1.date_naive(),
            reverses: None,
            settles: None,
            title: &short(decision),
            details: &json!({ "fee": fee, "of": instalment }),
            by: by.0,
            at: by.1,
            postings: &postings,
        };
        store::add_entry(connection, &entry).await?;
        Ok(())
    }

    /// Books the cost of a reminder that was delivered (art. 15 § 2 of the act on enforcement); it stands at one of the dues
    /// that it names.
    pub(super) async fn remind_in(
        &self,
        connection: &mut PgConnection,
        (instalment, key): (Uuid, Uuid),
        (number, delivered_on): (&str, NaiveDate),
        by: By<'_>,
    ) -> Result<(), Failure> {
        // By the books of that day: who paid later was reminded all the same, and who paid before was not.
        let (rules, stood) = self.held_in(connection, instalment, AsOf::Day(delivered_on)).await?;
        let source = Source::new("reminder", key.to_string());
        if booked_before(connection, &source).await?.is_some() {
            return Ok(());
        }
        if !stood.regime.is_tax() || !stood.standing.is_arrear || stood.standing.principal_grosze == 0 {
            return Err(refused(
                "reminder",
                "a reminder is for arrears of the Tax Ordinance only".to_owned(),
            ));
        }
        let cost = law::reminder::cost_on_delivery(delivered_on, &rules.tables)
            .map_err(|error| refused("day-unknown", error.to_string()))?;
        let postings = [
            Posting::of(Account::Cost, instalment, Role::Assessed, cost),
            Posting::plain(Account::CostIncome, -cost),
        ];
        let entry = NewEntry {
            kind: "reminder",
            source: &source,
            party: Some(stood.instalment.party),
            on_day: delivered_on,
            booked_on: by.1.date_naive(),
            reverses: None,
            settles: None,
            title: &short(number),
            details: &json!({ "number": number, "delivered_on": delivered_on, "cost_grosze": cost }),
            by: by.0,
            at: by.1,
            postings: &postings,
        };
        store::add_entry(connection, &entry).await?;
        Ok(())
    }

    /// An instalment whose payer is held now.
    async fn held_in(
        &self,
        connection: &mut PgConnection,
        instalment: Uuid,
        as_of: AsOf,
    ) -> Result<(std::sync::Arc<Rules>, Stood), Failure> {
        let gone = || Failure::not_found("this due");
        let payers = store::payers_of(connection, &[instalment]).await?;
        self.lock_payer(connection, *payers.first().ok_or_else(gone)?).await?;
        let rules = self.rules_in(connection).await?;
        let found = store::instalments(connection, Of::Ids(&[instalment]), 1).await?;
        let found = found.into_iter().next().ok_or_else(gone)?;
        let stood = stand(&rules, found, as_of)?;
        Ok((rules, stood))
    }
}

/// Adds a prolongation fee as a due of its own, beside the instalment that is put off; answers what its entry has to say.
pub(super) async fn add_fee(
    connection: &mut PgConnection,
    of: &Instalment,
    due: NaiveDate,
    grosze: i64,
) -> Result<[Posting; 2], Failure> {
    let number = store::assess::next_fee_number(connection, of.assessment).await?;
    let base = of.token.split("/R").next().unwrap_or_default();
    let new = NewInstalment {
        id: Uuid::now_v7(),
        account: of.account,
        assessment: of.assessment,
        number,
        token: &format!("{base}/R{number}"),
        term: due,
        due,
        moved: None,
        amount_grosze: grosze,
        role: "prolongation-fee",
    };
    store::assess::add_instalment(connection, &new).await?;
    Ok([
        Posting::of(Account::Receivable, new.id, Role::Assessed, grosze),
        Posting::plain(Account::Income, -grosze),
    ])
}

/// What is taken from an instalment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(super) struct Cut {
    pub(super) instalment: Uuid,
    pub(super) principal_grosze: i64,
    pub(super) interest_grosze: i64,
}

/// What an instalment charges after all that lowered it, in grosze, paid or not.
pub(super) fn charged(instalment: &Instalment) -> i64 {
    let of = instalment.posted.iter().filter(|posted| {
        posted.account == Account::Receivable && matches!(posted.role, Role::Assessed | Role::Reduced)
    });
    of.map(|posted| posted.amount_grosze).sum()
}

/// How a lower yearly amount is taken from the instalments that there are: as the terms of the new amount say; where those
/// would raise one of them, in proportion, in whole units, what does not divide from the latest.
fn cuts(instalments: &[Instalment], target: &[law::terms::Instalment], sum: i64, unit: i64) -> Vec<Cut> {
    let is_root = instalments.windows(2).all(|pair| match pair {
        [one, two] => one.assessment == two.assessment,
        _ => true,
    });
    let by_terms: Vec<i64> = instalments
        .iter()
        .map(|one| {
            let new = target.iter().find(|new| new.term == one.term).map_or(0, |new| new.amount_grosze);
            charged(one) - new
        })
        .collect();
    let cut = |(one, grosze): (&Instalment, i64)| Cut {
        instalment: one.id,
        principal_grosze: grosze,
        interest_grosze: 0,
    };
    if is_root && by_terms.iter().all(|cut| *cut >= 0) && by_terms.iter().sum::<i64>() == sum {
        return instalments.iter().zip(by_terms).map(cut).filter(|cut| cut.principal_grosze > 0).collect();
    }
    let whole: i64 = instalments.iter().map(charged).sum();
    let share = |one: &Instalment| {
        let exact = i128::from(sum) * i128::from(charged(one)) / i128::from(whole.max(1));
        i64::try_from(exact).unwrap_or(0) / unit * unit
    };
    let mut shares: Vec<i64> = instalments.iter().map(share).collect();
    let mut rest = sum - shares.iter().sum::<i64>();
    for (one, share) in instalments.iter().zip(&mut shares).rev() {
        let more = rest.min(charged(one) - *share);
        *share += more;
        rest -= more;
    }
    instalments.iter().zip(shares).map(cut).filter(|cut| cut.principal_grosze > 0).collect()
}

/// An instalment as though these postings were booked on a day.
fn with(mut instalment: Instalment, postings: &[Posting], on: NaiveDate) -> Instalment {
    let new = postings.iter().filter(|posting| posting.amount_grosze != 0).filter_map(|posting| {
        let (_, role) = posting.of?;
        Some(Posted {
            entry: Uuid::nil(),
            on,
            reversed_on: None,
            reverses: false,
            account: posting.account,
            role,
            amount_grosze: posting.amount_grosze,
        })
    });
    instalment.posted.extend(new);
    instalment
}

fn unit_of(kind: &Kind) -> i64 {
    match kind.rounding {
        Rounding::WholeZloty => 100,
        Rounding::Grosze => 1,
    }
}

pub(super) fn payer_of(account: &AccountRow) -> Payer {
    if account.is_company { Payer::Legal } else { Payer::Natural }
}

pub(super) fn moved_name(moved: Moved) -> &'static str {
    match moved {
        Moved::LateDelivery => "late-delivery",
        Moved::FreeDay => "free-day",
        Moved::LateDeliveryAndFreeDay => "late-delivery-and-free-day",
    }
}

fn token_of(kind: &Kind, row: &AssessmentRow, instalment: Option<u8>) -> Result<String, Failure> {
    let year = u16::try_from(row.year).internal("name a due")?;
    let number = u32::try_from(row.number).internal("name a due")?;
    let token = bank::transfer::Token::new(&kind.token, year, number, instalment).internal("name a due")?;
    Ok(token.to_string())
}
