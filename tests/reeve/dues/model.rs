//! A model of what civil dues and payments come to, of a few lines, that knows nothing of the ledger: it counts day by day.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use law::tables::Tables;
use uuid::Uuid;

/// Numbers that look random and are the same in each run (xorshift).
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn up_to(&mut self, most: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % most
    }

    /// A place in a list that is not empty.
    pub(super) fn place(&mut self, length: usize) -> usize {
        usize::try_from(self.up_to(u64::try_from(length).unwrap())).unwrap()
    }
}

/// What a booking paid of a debt.
struct Paid {
    booking: Uuid,
    on: NaiveDate,
    principal: i64,
    interest: i64,
}

/// A civil debt: what it was, when it was due, and what was paid of it when.
pub(super) struct Debt {
    pub(super) id: Uuid,
    pub(super) assessment: Uuid,
    /// What it is after corrections, as though it had never been more.
    pub(super) principal: i64,
    due: NaiveDate,
    paid: Vec<Paid>,
    /// Paid whole, with interest; nothing is reckoned of it any more.
    closed: bool,
    /// Corrected to less than was paid: the rest became an overpayment.
    released: bool,
}

impl Debt {
    pub(super) fn new(id: Uuid, assessment: Uuid, principal: i64, due: NaiveDate) -> Self {
        Self { id, assessment, principal, due, paid: Vec::new(), closed: false, released: false }
    }

    pub(super) fn left(&self) -> i64 {
        self.principal - self.paid.iter().map(|paid| paid.principal).sum::<i64>()
    }

    /// The latest day of a payment, which need not be that of the latest booking: after it nothing is added to what is paid.
    fn last_paid(&self) -> NaiveDate {
        self.paid.iter().map(|paid| paid.on).max().unwrap_or(self.due)
    }

    fn interest_paid(&self) -> i64 {
        self.paid.iter().map(|paid| paid.interest).sum()
    }

    /// All interest, each day by itself: what stood open in the morning × the day's rate ÷ 365.
    fn charged(&self, tables: &Tables, on: NaiveDate) -> i64 {
        let (mut exact, mut date) = (0_i128, self.due + Days::new(1));
        while date <= on {
            let before = self.paid.iter().filter(|paid| paid.on < date);
            let open = self.principal - before.map(|paid| paid.principal).sum::<i64>();
            let rate = tables.reference.at(date).unwrap().hundredths()
                + tables.late_margin.at(date).unwrap().hundredths();
            exact += i128::from(open) * i128::from(rate);
            date = date + Days::new(1);
        }
        i64::try_from((2 * exact + 3_650_000) / 7_300_000).unwrap()
    }

    /// What is left of it on a day.
    pub(super) fn interest(&self, tables: &Tables, on: NaiveDate) -> i64 {
        if self.closed { 0 } else { (self.charged(tables, on) - self.interest_paid()).max(0) }
    }
}

/// One payer by the model.
#[derive(Default)]
pub(super) struct Model {
    pub(super) debts: Vec<Debt>,
    /// What bookings paid beyond what was owed.
    overpaid: BTreeMap<Uuid, i64>,
    /// What corrections released.
    released: i64,
}

impl Model {
    /// Interest, then principal, of the named debt and then of the longest due (art. 451 KC). Answers what each debt got.
    pub(super) fn pay(
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
                debt.paid.push(Paid { booking, on, principal, interest });
                debt.closed = debt.left() == 0 && debt.interest(tables, debt.last_paid()) == 0;
                got.insert(debt.id, (principal, interest));
            }
        }
        if amount > 0 {
            self.overpaid.insert(booking, amount);
        }
        got
    }

    /// As though a booking had never been made.
    pub(super) fn reverse(&mut self, booking: Uuid) {
        for debt in &mut self.debts {
            let before = debt.paid.len();
            debt.paid.retain(|paid| paid.booking != booking);
            debt.closed &= debt.paid.len() == before;
        }
        self.overpaid.remove(&booking);
    }

    /// Whether a correction released some of what a booking paid: what then happens to it is no simple matter.
    pub(super) fn is_entangled(&self, booking: Uuid) -> bool {
        self.debts.iter().any(|debt| debt.released && debt.paid.iter().any(|paid| paid.booking == booking))
    }

    /// A debt becomes smaller, as though it had never been more. What was paid beyond it, the latest first, and the
    /// interest of it, is an overpayment.
    pub(super) fn reduce(&mut self, tables: &Tables, at: usize, principal: i64, on: NaiveDate) {
        let debt = &mut self.debts[at];
        debt.principal = principal;
        let mut over = (-debt.left()).max(0);
        self.released += over;
        for paid in debt.paid.iter_mut().rev() {
            let back = over.min(paid.principal);
            paid.principal -= back;
            over -= back;
            debt.released |= back > 0;
        }
        let mut over = (debt.interest_paid() - debt.charged(tables, on)).max(0);
        self.released += over;
        for paid in debt.paid.iter_mut().rev() {
            let back = over.min(paid.interest);
            paid.interest -= back;
            over -= back;
            debt.released |= back > 0;
        }
        debt.closed = debt.left() == 0 && debt.charged(tables, on) == debt.interest_paid();
    }

    pub(super) fn left(&self) -> i64 {
        self.debts.iter().map(Debt::left).sum()
    }

    pub(super) fn interest_paid(&self) -> i64 {
        self.debts.iter().map(Debt::interest_paid).sum()
    }

    pub(super) fn overpaid(&self) -> i64 {
        self.overpaid.values().sum::<i64>() + self.released
    }

    /// What is owed on a day: principal and interest of each debt of which something is left.
    pub(super) fn owed(&self, tables: &Tables, on: NaiveDate) -> BTreeMap<Uuid, (i64, i64)> {
        let all = self.debts.iter().map(|debt| (debt.id, (debt.left(), debt.interest(tables, on))));
        all.filter(|(_, (principal, interest))| principal + interest > 0).collect()
    }
}
