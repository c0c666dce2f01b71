//! A payer's year: of each account of dues what was owed before, what came to be, what was paid and remitted, and what is open
//! at its end, all by the ledger.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use uuid::Uuid;

use super::{
    Dues,
    model::{Account, Role},
    store,
    view::View,
};
use crate::{
    platform::{Ctx, http::Failure},
    ui::local_time::day_of,
};

/// One account of dues in a year, in grosze. `before + assessed - paid - reduced` is what is open at the end; what had been
/// paid of a due that was lowered later and became an overpayment does not count as paid.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct YearLine {
    pub(super) before: i64,
    pub(super) assessed: i64,
    pub(super) paid: i64,
    pub(super) reduced: i64,
    pub(super) interest_paid: i64,
    pub(super) interest_remitted: i64,
    pub(super) interest_open: i64,
    pub(super) cost_paid: i64,
    pub(super) cost_open: i64,
}

impl YearLine {
    pub(super) fn open(&self) -> i64 {
        self.before + self.assessed - self.paid - self.reduced
    }

    pub(super) fn plus(self, other: &Self) -> Self {
        Self {
            before: self.before + other.before,
            assessed: self.assessed + other.assessed,
            paid: self.paid + other.paid,
            reduced: self.reduced + other.reduced,
            interest_paid: self.interest_paid + other.interest_paid,
            interest_remitted: self.interest_remitted + other.interest_remitted,
            interest_open: self.interest_open + other.interest_open,
            cost_paid: self.cost_paid + other.cost_paid,
            cost_open: self.cost_open + other.cost_open,
        }
    }

    /// Adds what was posted: before the year, and in it. Bookings that were taken back have postings against them.
    fn add(&mut self, account: Account, role: Role, (before, within): (i64, i64)) {
        match (account, role) {
            (Account::Receivable, Role::Assessed) => self.assessed += within,
            (Account::Receivable, Role::Paid | Role::Released) => self.paid -= within,
            (Account::Receivable, Role::Reduced) => self.reduced -= within,
            (Account::InterestIncome, Role::Reduced) => self.interest_remitted -= within,
            (Account::InterestIncome, _) => self.interest_paid -= within,
            (Account::Cost, Role::Assessed) => {}
            (Account::Cost, _) => self.cost_paid -= within,
            _ => {}
        }
        match account {
            Account::Receivable => self.before += before,
            Account::Cost => self.cost_open += before + within,
            _ => {}
        }
    }
}

impl Dues {
    /// A payer's year up to its last day, or up to today, and the payer's dues as they stand then.
    ///
    /// # Errors
    /// As [`Dues::owed`]; 404 for a year that has not begun.
    pub(super) async fn year(
        &self,
        ctx: &Ctx,
        payer: Uuid,
        year: i32,
    ) -> Result<(View, BTreeMap<Uuid, YearLine>), Failure> {
        let today = day_of(ctx.now);
        let gone = || Failure::not_found("this year");
        let first =
            NaiveDate::from_ymd_opt(year, 1, 1).filter(|first| first.year() >= 2000 && *first <= today);
        let first = first.ok_or_else(gone)?;
        let last = NaiveDate::from_ymd_opt(year, 12, 31).ok_or_else(gone)?.min(today);
        let view = self.view(ctx, payer, last).await?;
        let mut connection = self.pool.acquire().await?;
        let mut lines: BTreeMap<Uuid, YearLine> = BTreeMap::new();
        for row in store::sums_of_year(&mut connection, payer, (first, last)).await? {
            let known = Account::from_name(&row.book).zip(Role::from_name(&row.role));
            if let Some((account, role)) = known {
                lines.entry(row.account).or_default().add(account, role, (row.before, row.within));
            }
        }
        for stood in &view.stood {
            lines.entry(stood.instalment.account).or_default().interest_open +=
                stood.standing.interest_grosze;
        }
        lines.retain(|_, line| *line != YearLine::default());
        Ok((view, lines))
    }
}
