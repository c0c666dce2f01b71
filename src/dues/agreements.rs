//! Arrears that are paid in parts: by a decision (art. 67a § 1 pt 2 of the Tax Ordinance), or by an agreement on civil dues.
//!
//! The debts stay what they are; the decision only says until when which part of their principal may be paid without more
//! interest ([`law::account::Agreement`]). The parts follow the order in which the law lets payments pay the debts, so that
//! whoever pays each amount by its day keeps the decision, without naming anything. A part that is missed loses it by itself
//! (art. 259 § 1), without anybody's doing.

use chrono::{Months, NaiveDate};
use law::{
    account::AgreedPart,
    calendar::Calendar,
    interest::{Deferral, prolongation_fee},
};
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    Dues,
    assess::{By, Cut, add_fee, charged},
    model::{Agreed, AsOf, Instalment, Role, Source, Stood},
    ops::{booked_before, conflict, refused, stand},
    rules::Rules,
    store::{
        self, NewEntry, Of,
        agreements::{AgreementRow, NewAgreement, Term},
    },
};
use crate::{
    platform::{
        Ctx,
        http::{Failure, ResultExt},
    },
    ui::local_time::day_of,
};

/// Most parts of one decision: five years of months.
pub(super) const MOST_PARTS: u32 = 60;

/// What a clerk enters.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    /// The form's own id, which becomes the decision's.
    pub(super) key: Uuid,
    pub(super) payer: Uuid,
    pub(super) instalments: Vec<Uuid>,
    pub(super) decision: String,
    pub(super) decided_on: NaiveDate,
    /// The last day for which interest is reckoned.
    pub(super) reckoned_to: NaiveDate,
    pub(super) count: u32,
    pub(super) first: NaiveDate,
    /// Whether the town's council takes a prolongation fee (art. 57 § 7).
    pub(super) with_fee: bool,
}

/// A decision before it is written.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    pub(super) terms: Vec<Term>,
    /// For each term, its fee as it was reckoned.
    fees: Vec<law::interest::ProlongationFee>,
    /// For each instalment, in the order of [`Plan::debts`], its parts.
    parts: Vec<Vec<AgreedPart>>,
    /// What is divided, the oldest first.
    debts: Vec<Stood>,
}

/// Why arrears cannot be divided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unfit {
    /// Nothing that was late on the day of the application, or something that was not.
    NotLate,
    /// Dues of two laws.
    TwoLaws,
    /// The first day lies before the decision, or the days leave the calendar.
    Days,
    /// Less than a złoty for each part, or no parts, or too many.
    Parts,
}

/// An amount in so many parts of whole złoty; what does not divide is in the first.
fn divided(grosze: i64, count: u32) -> Vec<i64> {
    let each = grosze / i64::from(count.max(1)) / 100 * 100;
    let mut parts = vec![each; count as usize];
    if let Some(first) = parts.first_mut() {
        *first = grosze - each * i64::from(count.saturating_sub(1));
    }
    parts
}

/// Days of the parts: the same day of each month, or the month's last, moved from free days.
fn days(first: NaiveDate, count: u32, calendar: &Calendar) -> Option<Vec<NaiveDate>> {
    (0..count).map(|n| Some(calendar.shifted(first.checked_add_months(Months::new(n))?))).collect()
}

/// Lays amounts over debts in their order: for each debt of `(principal, with interest)`, how much principal each amount takes.
/// Costs come before all debts.
fn laid(cost: i64, debts: &[(i64, i64)], amounts: &[i64]) -> Vec<Vec<i64>> {
    let mut parts = vec![vec![0; amounts.len()]; debts.len()];
    let (mut begins, mut at) = (cost, 0_i64);
    let mut ends = Vec::with_capacity(amounts.len());
    for amount in amounts {
        at += amount;
        ends.push(at);
    }
    for (debt, (principal, whole)) in debts.iter().enumerate() {
        let mut before = 0;
        for (n, end) in ends.iter().enumerate() {
            let within = (end - begins).clamp(0, *whole);
            let share = i128::from(*principal) * i128::from(within) / i128::from((*whole).max(1));
            let upto = i64::try_from(share).unwrap_or(*principal);
            if let Some(part) = parts.get_mut(debt).and_then(|of| of.get_mut(n)) {
                *part = upto - before;
            }
            before = upto;
        }
        begins += whole;
    }
    parts
}

impl Plan {
    fn make(rules: &Rules, wanted: &Wanted, found: Vec<Stood>) -> Result<Result<Self, Unfit>, Failure> {
        if !(1..=MOST_PARTS).contains(&wanted.count) {
            return Ok(Err(Unfit::Parts));
        }
        let Some(days) = days(wanted.first, wanted.count, &rules.calendar) else {
            return Ok(Err(Unfit::Days));
        };
        let last = days.last().copied().unwrap_or(wanted.first);
        if wanted.first < wanted.decided_on || wanted.reckoned_to > wanted.decided_on {
            return Ok(Err(Unfit::Days));
        }
        let mut debts = Vec::with_capacity(found.len());
        for stood in found {
            if stood.due >= wanted.reckoned_to || stood.standing.principal_grosze == 0 {
                return Ok(Err(Unfit::NotLate));
            }
            // As though all of it were put off: so interest is that of the day to which it is reckoned.
            let mut instalment = stood.instalment;
            let whole = vec![AgreedPart { due: last, principal_grosze: stood.standing.principal_grosze }];
            let (decided_on, reckoned_to) = (wanted.decided_on, wanted.reckoned_to);
            instalment.agreed.push(Agreed {
                id: wanted.key,
                decided_on,
                reckoned_to,
                ended_on: None,
                parts: whole,
            });
            debts.push(stand(rules, instalment, AsOf::Payment(wanted.decided_on))?);
        }
        debts.sort_by_key(|stood| (stood.due, stood.instalment.id));
        if debts.is_empty() {
            return Ok(Err(Unfit::NotLate));
        }
        let is_tax = debts.iter().all(|stood| stood.regime.is_tax());
        if !is_tax && debts.iter().any(|stood| stood.regime.is_tax()) {
            return Ok(Err(Unfit::TwoLaws));
        }
        let cost: i64 = debts.iter().map(|stood| stood.cost_grosze).sum();
        let sums: Vec<(i64, i64)> = debts
            .iter()
            .map(|stood| (stood.standing.principal_grosze, stood.standing.to_pay_grosze()))
            .collect();
        let amounts = divided(cost + sums.iter().map(|(_, whole)| whole).sum::<i64>(), wanted.count);
        if amounts.iter().any(|amount| *amount < 100) {
            return Ok(Err(Unfit::Parts));
        }
        let laid = laid(cost, &sums, &amounts);
        let (mut terms, mut fees) = (Vec::new(), Vec::new());
        for (n, (due, amount_grosze)) in days.iter().zip(&amounts).enumerate() {
            let principal_grosze = laid.iter().filter_map(|of| of.get(n)).sum();
            let fee = prolongation_fee(
                &rules.tables,
                Deferral {
                    principal_grosze,
                    decided_on: wanted.decided_on,
                    old_due: wanted.reckoned_to,
                    new_due: *due,
                },
            )
            .internal("reckon a prolongation fee")?;
            let fee_grosze = if wanted.with_fee && is_tax { fee.charged_grosze } else { 0 };
            terms.push(Term { due: *due, amount_grosze: *amount_grosze, fee_grosze });
            fees.push(fee);
        }
        let parts = laid
            .into_iter()
            .map(|of| {
                let part = |(due, principal_grosze)| AgreedPart { due, principal_grosze };
                let with_days = days.iter().copied().zip(of).filter(|(_, principal)| *principal > 0);
                with_days.map(part).collect()
            })
            .collect();
        Ok(Ok(Self { terms, fees, parts, debts }))
    }
}

/// How a day of a decision stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kept {
    Paid,
    Waits,
    Missed,
}

/// How the days of a decision stand on a day: what was put off until then is paid, or it is not.
pub(super) fn kept(agreement: &AgreementRow, stood: &[Stood], on: NaiveDate) -> Vec<Kept> {
    let of = |stood: &Stood| stood.instalment.agreed.iter().find(|one| one.id == agreement.id).cloned();
    let parts: Vec<_> = stood.iter().filter_map(|one| Some((one, of(one)?))).collect();
    let paid = |due: NaiveDate| {
        parts.iter().all(|(stood, agreed)| {
            let later: i64 =
                agreed.parts.iter().filter(|part| part.due > due).map(|part| part.principal_grosze).sum();
            stood.standing.principal_grosze <= later + law::account::SHORT_GROSZE
        })
    };
    let state = |term: &Term| match (paid(term.due), term.due < on) {
        (true, _) => Kept::Paid,
        (false, true) => Kept::Missed,
        (false, false) => Kept::Waits,
    };
    agreement.terms.iter().map(state).collect()
}

/// Whether a decision is in force for an instalment on a day: it divides it, and no later one does.
fn rules_over(agreement: &AgreementRow, stood: &Stood, on: NaiveDate) -> bool {
    let last = stood.instalment.agreed.iter().rev().find(|agreed| agreed.holds(AsOf::Day(on)));
    last.is_some_and(|agreed| agreed.id == agreement.id)
}

/// Whether later decisions had taken the place of one by a day, wholly.
pub(super) fn is_replaced(agreement: &AgreementRow, stood: &[Stood], on: NaiveDate) -> bool {
    !stood.iter().any(|one| rules_over(agreement, one, on))
}

/// A part whose day comes and of which something is left.
#[derive(Debug, Clone, Copy)]
pub(super) struct Coming {
    /// From 1.
    pub(super) number: i32,
    pub(super) due: NaiveDate,
    /// What is left of it, in grosze, without its fee.
    pub(super) grosze: i64,
}

/// Parts of a decision that wait in these days, where no later one took its place. What was paid since the decision pays the
/// parts in their order.
pub(super) fn coming(
    agreement: &AgreementRow,
    stood: &[Stood],
    (first, last): (NaiveDate, NaiveDate),
) -> Vec<Coming> {
    let divided: Vec<&Stood> = stood.iter().filter(|one| rules_over(agreement, one, first)).collect();
    if divided.is_empty() {
        return Vec::new();
    }
    let paid: i64 = divided
        .iter()
        .flat_map(|one| &one.instalment.posted)
        .filter(|posted| posted.role == Role::Paid && posted.on > agreement.decided_on)
        .filter(|posted| !posted.reverses && posted.reversed_on.is_none())
        .map(|posted| -posted.amount_grosze)
        .sum();
    let (mut found, mut sum) = (Vec::new(), 0);
    for ((number, term), kept) in (1..).zip(&agreement.terms).zip(kept(agreement, stood, first)) {
        sum += term.amount_grosze;
        let grosze = (sum - paid).clamp(0, term.amount_grosze);
        if kept == Kept::Waits && (first..=last).contains(&term.due) && grosze > 0 {
            found.push(Coming { number, due: term.due, grosze });
        }
    }
    found
}

impl Dues {
    async fn agreement_in(
        &self,
        connection: &mut PgConnection,
        wanted: &Wanted,
    ) -> Result<Result<Plan, Unfit>, Failure> {
        let rules = self.rules_in(connection).await?;
        let as_of = AsOf::Payment(wanted.decided_on);
        let mut found = self.standings_in(connection, &rules, Of::Payer(wanted.payer), as_of).await?;
        found.retain(|stood| wanted.instalments.contains(&stood.instalment.id));
        Plan::make(&rules, wanted, found)
    }

    /// What a decision would say.
    pub(super) async fn agreement_planned(
        &self,
        ctx: &Ctx,
        wanted: &Wanted,
    ) -> Result<Result<Plan, Unfit>, Failure> {
        Self::manages(ctx)?;
        let mut connection = self.pool.acquire().await?;
        self.agreement_in(&mut connection, wanted).await
    }

    /// Writes a decision, with the fees of its parts. The same form again writes nothing.
    pub(super) async fn agree(&self, ctx: &Ctx, wanted: &Wanted) -> Result<Result<(), Unfit>, Failure> {
        let by = Self::manages(ctx)?;
        let mut transaction = self.pool.begin().await?;
        self.lock_payer(&mut transaction, wanted.payer).await?;
        let row = NewAgreement {
            id: wanted.key,
            decided_on: wanted.decided_on,
            reckoned_to: wanted.reckoned_to,
            decision: &wanted.decision,
            by: by.0,
            at: by.1,
        };
        if !store::agreements::add(&mut transaction, &row).await? {
            return Ok(Ok(()));
        }
        let plan = match self.agreement_in(&mut transaction, wanted).await? {
            Ok(plan) => plan,
            Err(unfit) => return Ok(Err(unfit)),
        };
        for (number, term) in (1..).zip(&plan.terms) {
            store::agreements::add_term(&mut transaction, wanted.key, number, *term).await?;
        }
        for (stood, parts) in plan.debts.iter().zip(&plan.parts) {
            for part in parts {
                let of = (wanted.key, stood.instalment.id);
                store::agreements::add_part(&mut transaction, of, (part.due, part.principal_grosze)).await?;
            }
        }
        self.book_fees_in(&mut transaction, wanted, &plan, by).await?;
        transaction.commit().await?;
        Ok(Ok(()))
    }

    /// Takes a decision of a payer back: from a day on it counts as never made, and its fees are not owed. What was paid stays
    /// where it was booked; what was paid of a fee becomes an overpayment. The same form again changes nothing.
    ///
    /// # Errors
    /// Not allowed, no such decision, a day before it, or the database fails.
    pub(super) async fn end_agreement(
        &self,
        ctx: &Ctx,
        (payer, agreement): (Uuid, Uuid),
        (on, reason): (NaiveDate, &str),
    ) -> Result<(), Failure> {
        let by = Self::manages(ctx)?;
        let mut transaction = self.pool.begin().await?;
        self.lock_payer(&mut transaction, payer).await?;
        let known = store::agreements::of_payer(&mut transaction, payer, day_of(by.1)).await?;
        let row = known.into_iter().find(|row| row.id == agreement);
        let row = row.ok_or_else(|| Failure::not_found("this decision"))?;
        if on < row.decided_on {
            return Err(conflict("before-decision", "a decision is not taken back before its own day"));
        }
        if !store::agreements::end(&mut transaction, agreement, (on, reason), by).await? {
            return Ok(());
        }
        let fees = store::agreements::fees(&mut transaction, agreement).await?;
        let fees = store::instalments(&mut transaction, Of::Ids(&fees), i64::from(MOST_PARTS)).await?;
        let cut =
            |fee: &Instalment| Cut { instalment: fee.id, principal_grosze: charged(fee), interest_grosze: 0 };
        let cuts: Vec<Cut> = fees.iter().map(cut).filter(|cut| cut.principal_grosze > 0).collect();
        if !cuts.is_empty() {
            let rules = self.rules_in(&mut transaction).await?;
            let source = Source::new("agreement-end", agreement.to_string());
            let title = format!("{}: {reason}", row.decision);
            let of = (payer, "correction");
            self.reduce_in(&mut transaction, &rules, of, &cuts, (on, &source, &title), by).await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// The fee of each part is a due of its own, by the day of its part (art. 57 § 4), at the first debt that the part pays.
    async fn book_fees_in(
        &self,
        connection: &mut PgConnection,
        wanted: &Wanted,
        plan: &Plan,
        by: By<'_>,
    ) -> Result<(), Failure> {
        let mut postings = Vec::new();
        for (term, fee) in plan.terms.iter().zip(&plan.fees).filter(|(term, _)| term.fee_grosze > 0) {
            let pays = |parts: &Vec<AgreedPart>| parts.iter().any(|part| part.due == term.due);
            let debt = plan.debts.iter().zip(&plan.parts).find(|(_, parts)| pays(parts));
            let Some((stood, _)) = debt else { continue };
            postings.extend(add_fee(connection, &stood.instalment, term.due, fee.charged_grosze).await?);
        }
        if postings.is_empty() {
            return Ok(());
        }
        let source = Source::new("agreement", wanted.key.to_string());
        if booked_before(connection, &source).await?.is_some() {
            return Err(refused("agreement", "its fees were booked before".to_owned()));
        }
        let entry = NewEntry {
            kind: "assessment",
            source: &source,
            party: Some(wanted.payer),
            on_day: wanted.decided_on,
            booked_on: by.1.date_naive(),
            reverses: None,
            settles: None,
            title: &wanted.decision,
            details: &json!({ "fees": plan.fees, "agreement": wanted.key }),
            by: by.0,
            at: by.1,
            postings: &postings,
        };
        store::add_entry(connection, &entry).await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_whole_zlotys_and_the_first_takes_the_rest() {
        assert_eq!(divided(100_050, 3), [33_450, 33_300, 33_300]);
        assert_eq!(divided(100, 1), [100]);
        assert_eq!(divided(150, 2), [150, 0], "which is then refused");
    }

    #[test]
    fn amounts_lie_over_debts_in_their_order() {
        // Costs of 16,00 first; 100,00 with 10,00 of interest; then 200,00 without.
        let parts = laid(1_600, &[(10_000, 11_000), (20_000, 20_000)], &[10_600, 11_000, 11_000]);
        assert_eq!(parts, [vec![8_181, 1_819, 0], vec![0, 9_000, 11_000]]);
    }

    #[test]
    fn the_last_day_of_a_month_stays_the_last() {
        let calendar = Calendar::built_in().unwrap();
        let first = NaiveDate::from_ymd_opt(2027, 1, 31).unwrap();
        let found = days(first, 3, &calendar).unwrap();
        let text: Vec<_> = found.iter().map(ToString::to_string).collect();
        // 31 January, 28 February and 31 March of 2027: a Sunday, a Sunday, a Wednesday.
        assert_eq!(text, ["2027-02-01", "2027-03-01", "2027-03-31"]);
    }
}
