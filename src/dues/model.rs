//! What is owed, as values, and how the ledger's postings become the history of an instalment. Pure.

use chrono::NaiveDate;
use law::{
    account::{AgreedPart, Agreement, Event, EventKind, History},
    allocation::{Allocation, Debt, Indication, PaidBy},
    interest::Regime,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Instalments of one payer that are looked at together.
pub(super) const MOST_INSTALMENTS: i64 = 5_000;

/// The document behind an entry of the ledger; both together are there once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// What kind of document: `order`, `statement`, `desk`, `refund`; small letters and hyphens.
    pub kind: String,
    /// Its name among those of its kind, at most 200 characters.
    pub id: String,
}

impl Source {
    /// A source of a kind.
    #[must_use]
    pub fn new(kind: &'static str, id: impl Into<String>) -> Self {
        Self { kind: kind.to_owned(), id: id.into() }
    }
}

/// Money that came in for a payer.
#[derive(Debug, Clone)]
pub struct Receipt {
    /// Its document.
    pub source: Source,
    /// Whose dues it pays.
    pub payer: Uuid,
    /// In grosze, at least 1.
    pub amount_grosze: i64,
    /// The day that counts for the payer (art. 60 of the Tax Ordinance).
    pub paid_on: NaiveDate,
    /// The day of the books.
    pub booked_on: NaiveDate,
    /// What it is for. A debt's id is that of an instalment; an account is 26 digits.
    pub indication: Indication,
    /// Whose money it is.
    pub by: PaidBy,
    /// The town's bank account that got it.
    pub nrb: Option<bank::Nrb>,
    /// Title of the transfer, or words; at most 500 characters are kept.
    pub title: String,
}

/// Money that came in and of which nobody knows whose dues it pays.
#[derive(Debug, Clone)]
pub struct Held {
    /// Its document.
    pub source: Source,
    /// Whose it might be.
    pub payer: Option<Uuid>,
    /// In grosze, at least 1.
    pub amount_grosze: i64,
    /// The day that counts for the payer.
    pub paid_on: NaiveDate,
    /// The day of the books.
    pub booked_on: NaiveDate,
    /// The town's bank account that got it.
    pub nrb: Option<bank::Nrb>,
    /// Title of the transfer.
    pub title: String,
    /// What a clerk should know: who sent it, why it was not booked.
    pub note: String,
}

/// What was booked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Booked {
    /// The entry of the ledger.
    pub booking: Uuid,
    /// What the money paid. Of a stranger's money above the limit nothing; it is held.
    pub allocation: Allocation,
    /// False when the source had been booked before, and nothing was written.
    pub fresh: bool,
}

/// Who gets the money.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Receiver {
    /// Name of the office or the town.
    pub name: String,
    /// Lines of its address.
    pub address: Vec<String>,
}

/// An instalment of which something is left, as it stands on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owed {
    /// The instalment.
    pub instalment: Uuid,
    /// The account of dues.
    pub account: Uuid,
    /// Who owes it.
    pub payer: Uuid,
    /// Code of its kind.
    pub kind: String,
    /// What it is, in words: "Podatek od nieruchomości 2026, rata 3".
    pub title: String,
    /// What it is owed for: a parcel, a grave, words.
    pub object: String,
    /// By which law it is late.
    pub regime: Regime,
    /// The last day that is in time.
    pub term: NaiveDate,
    /// Whether that day is past.
    pub is_arrear: bool,
    /// Where it is paid.
    pub nrb: bank::Nrb,
    /// Who gets it.
    pub receiver: Receiver,
    /// What is left, in grosze.
    pub principal_grosze: i64,
    /// What is left of the interest on that day, in grosze.
    pub interest_grosze: i64,
    /// What is left of the cost of its reminders, in grosze.
    pub cost_grosze: i64,
    /// Whether it may be paid by card or BLIK.
    pub cards_allowed: bool,
    /// Its name in a transfer's title: `NP/2026/000123/R2`.
    pub token: String,
}

impl Owed {
    /// What pays it on that day, in grosze.
    #[must_use]
    pub fn to_pay_grosze(&self) -> i64 {
        self.principal_grosze.saturating_add(self.interest_grosze).saturating_add(self.cost_grosze)
    }

    /// It, as what a payer names.
    #[must_use]
    pub fn indication(&self) -> Indication {
        Indication::Debt { id: self.instalment.to_string(), kind: self.kind.clone(), regime: self.regime }
    }
}

/// An account of a ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Account {
    Money,
    Receivable,
    Cost,
    Income,
    InterestIncome,
    CostIncome,
    InterestRemitted,
    Overpayment,
    Unexplained,
}

impl Account {
    pub(super) const ALL: [Self; 9] = [
        Self::Money,
        Self::Receivable,
        Self::Cost,
        Self::Income,
        Self::InterestIncome,
        Self::CostIncome,
        Self::InterestRemitted,
        Self::Overpayment,
        Self::Unexplained,
    ];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Money => "money",
            Self::Receivable => "receivable",
            Self::Cost => "cost",
            Self::Income => "income",
            Self::InterestIncome => "interest-income",
            Self::CostIncome => "cost-income",
            Self::InterestRemitted => "interest-remitted",
            Self::Overpayment => "overpayment",
            Self::Unexplained => "unexplained",
        }
    }

    pub(super) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|account| account.name() == name)
    }
}

/// What a posting does to an instalment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// It came to be.
    Assessed,
    /// It was paid, or a payment was taken back.
    Paid,
    /// It was corrected or remitted.
    Reduced,
    /// What had been paid of it became an overpayment.
    Released,
}

impl Role {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Assessed => "assessed",
            Self::Paid => "paid",
            Self::Reduced => "reduced",
            Self::Released => "released",
        }
    }

    pub(super) fn from_name(name: &str) -> Option<Self> {
        [Self::Assessed, Self::Paid, Self::Reduced, Self::Released]
            .into_iter()
            .find(|role| role.name() == name)
    }
}

/// One line of an entry: debit above zero, credit below.
#[derive(Debug, Clone, Copy)]
pub(super) struct Posting {
    pub(super) account: Account,
    pub(super) of: Option<(Uuid, Role)>,
    pub(super) nrb: Option<bank::Nrb>,
    pub(super) amount_grosze: i64,
}

impl Posting {
    pub(super) fn plain(account: Account, amount_grosze: i64) -> Self {
        Self { account, of: None, nrb: None, amount_grosze }
    }

    pub(super) fn of(account: Account, instalment: Uuid, role: Role, amount_grosze: i64) -> Self {
        Self { of: Some((instalment, role)), ..Self::plain(account, amount_grosze) }
    }
}

/// A posting about an instalment as the ledger has it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Posted {
    pub(super) entry: Uuid,
    pub(super) on: NaiveDate,
    /// The day on which its entry was taken back.
    pub(super) reversed_on: Option<NaiveDate>,
    /// Whether its entry takes another one back; what it says is then known from that one.
    pub(super) reverses: bool,
    pub(super) account: Account,
    pub(super) role: Role,
    pub(super) amount_grosze: i64,
}

/// An instalment with all that was ever booked about it, in the order of booking.
#[derive(Debug, Clone)]
pub(super) struct Instalment {
    pub(super) id: Uuid,
    pub(super) account: Uuid,
    pub(super) account_number: i64,
    pub(super) party: Uuid,
    pub(super) assessment: Uuid,
    pub(super) kind: String,
    pub(super) year: i32,
    pub(super) number: i32,
    /// How many instalments its assessment has.
    pub(super) count: i64,
    pub(super) token: String,
    pub(super) role: String,
    pub(super) object: String,
    pub(super) term: NaiveDate,
    pub(super) due: NaiveDate,
    pub(super) moved: Option<String>,
    /// Other last days by the day of their decision.
    pub(super) deferrals: Vec<(NaiveDate, NaiveDate)>,
    /// Decisions that divide it, by the day to which interest was reckoned.
    pub(super) agreed: Vec<Agreed>,
    pub(super) amount_grosze: i64,
    pub(super) posted: Vec<Posted>,
}

/// A decision that divides an instalment.
#[derive(Debug, Clone)]
pub(super) struct Agreed {
    pub(super) id: Uuid,
    pub(super) decided_on: NaiveDate,
    pub(super) reckoned_to: NaiveDate,
    /// The day from which it counts as never made.
    pub(super) ended_on: Option<NaiveDate>,
    /// By their days.
    pub(super) parts: Vec<AgreedPart>,
}

impl Agreed {
    /// Whether it was made, and not taken back.
    pub(super) fn holds(&self, as_of: AsOf) -> bool {
        as_of.knows(self.decided_on) && !self.ended_on.is_some_and(|day| as_of.knows(day))
    }
}

/// Up to which day things are known, and as of which day payments count.
#[derive(Debug, Clone, Copy)]
pub(super) enum AsOf {
    /// As the books stood at the end of a day.
    Day(NaiveDate),
    /// All that is known today, as though it had been known on the day: for a payment that becomes known late. Whatever
    /// was paid since counts, so that nothing is paid twice.
    Payment(NaiveDate),
}

impl AsOf {
    pub(super) fn day(self) -> NaiveDate {
        match self {
            Self::Day(day) | Self::Payment(day) => day,
        }
    }

    fn knows(self, day: NaiveDate) -> bool {
        match self {
            Self::Day(on) => day <= on,
            Self::Payment(_) => true,
        }
    }
}

/// Grosze that one entry took.
#[derive(Debug, Clone, Copy)]
struct Taken {
    entry: Uuid,
    on: NaiveDate,
    kind: EventKind,
    principal: i64,
    interest: i64,
}

impl Instalment {
    /// The last day that is in time, by decisions up to a day.
    pub(super) fn due_on(&self, as_of: AsOf) -> NaiveDate {
        let known = self.deferrals.iter().rev().find(|(decided_on, _)| as_of.knows(*decided_on));
        known.map_or(self.due, |(_, due)| *due)
    }

    /// Whether it had come to be.
    pub(super) fn is_known(&self, as_of: AsOf) -> bool {
        self.posted.iter().any(|posted| posted.role == Role::Assessed && as_of.knows(posted.on))
    }

    /// What happened to it, for [`law::account::standing`]. What was released as an overpayment is taken from the latest
    /// payments; what is released beyond all payments that still count, because one was taken back later, is taken from
    /// the latest reductions, so that the books and the history always say the same.
    pub(super) fn history(&self, as_of: AsOf) -> History {
        let mut taken: Vec<Taken> = Vec::new();
        let (mut assessed, mut principal_back, mut interest_back) = (0, 0, 0);
        for posted in &self.posted {
            let undone = posted.reverses || posted.reversed_on.is_some_and(|day| as_of.knows(day));
            if undone || !as_of.knows(posted.on) {
                continue;
            }
            let amount = posted.amount_grosze;
            let (principal, interest) = match posted.account {
                Account::Receivable => (amount, 0),
                Account::InterestIncome => (0, amount),
                _ => continue,
            };
            let kind = match posted.role {
                Role::Assessed => {
                    assessed += principal;
                    continue;
                }
                Role::Released => {
                    principal_back += principal;
                    interest_back += interest;
                    continue;
                }
                Role::Paid => EventKind::Payment,
                Role::Reduced => EventKind::Reduction,
            };
            match taken.iter_mut().find(|taken| taken.entry == posted.entry && taken.kind == kind) {
                Some(taken) => {
                    taken.principal -= principal;
                    taken.interest -= interest;
                }
                None => taken.push(Taken {
                    entry: posted.entry,
                    on: posted.on,
                    kind,
                    principal: -principal,
                    interest: -interest,
                }),
            }
        }
        for kind in [EventKind::Payment, EventKind::Reduction] {
            for taken in taken.iter_mut().rev().filter(|taken| taken.kind == kind) {
                let principal = principal_back.min(taken.principal);
                let interest = interest_back.min(taken.interest);
                taken.principal -= principal;
                taken.interest -= interest;
                principal_back -= principal;
                interest_back -= interest;
            }
        }
        let day = as_of.day();
        let event = |taken: &Taken| Event {
            on: taken.on.min(day),
            kind: taken.kind,
            principal_grosze: taken.principal,
            interest_grosze: taken.interest,
        };
        let mut events: Vec<Event> = taken.iter().map(event).collect();
        events.retain(|event| event.principal_grosze != 0 || event.interest_grosze != 0);
        let holding = self.agreed.iter().filter(|agreed| agreed.holds(as_of));
        let agreements = holding
            .map(|agreed| Agreement { reckoned_to: agreed.reckoned_to, parts: agreed.parts.clone() })
            .collect();
        History { principal_grosze: assessed, due: self.due_on(as_of), events, agreements }
    }

    /// What is left of the cost of its reminders.
    pub(super) fn cost_grosze(&self, as_of: AsOf) -> i64 {
        let costs = self.posted.iter().filter(|posted| posted.account == Account::Cost);
        costs.filter(|posted| as_of.knows(posted.on)).map(|posted| posted.amount_grosze).sum()
    }
}

/// An instalment as it stands on a day.
#[derive(Debug, Clone)]
pub(super) struct Stood {
    pub(super) instalment: Instalment,
    pub(super) regime: Regime,
    pub(super) due: NaiveDate,
    pub(super) standing: law::account::Standing,
    pub(super) cost_grosze: i64,
    pub(super) nrb: Option<bank::Nrb>,
}

impl Stood {
    pub(super) fn to_pay_grosze(&self) -> i64 {
        self.standing.to_pay_grosze().saturating_add(self.cost_grosze)
    }

    /// It, as what a payment may pay.
    pub(super) fn debt(&self) -> Debt {
        Debt {
            id: self.instalment.id.to_string(),
            kind: self.instalment.kind.clone(),
            account: self.nrb.map(|nrb| nrb.as_str().to_owned()),
            regime: self.regime,
            due: self.due,
            principal_grosze: self.standing.principal_grosze,
            interest_grosze: self.standing.interest_grosze,
            cost_grosze: self.cost_grosze,
        }
    }
}

/// What a debt still is after a step paid some of it, on the same day.
pub(super) fn pay(debts: &mut [Debt], allocation: &Allocation) {
    for part in &allocation.parts {
        if let Some(debt) = debts.iter_mut().find(|debt| debt.id == part.debt) {
            debt.principal_grosze -= part.paid.principal_grosze;
            debt.interest_grosze -= part.paid.interest_grosze;
            debt.cost_grosze -= part.paid.cost_grosze;
        }
    }
}
