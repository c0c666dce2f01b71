//! What a payment pays.
//!
//! **Dues of the Tax Ordinance.** The cost of delivered reminders comes first (art. 62 § 1a OP). Then arrears: those of
//! the tax that the payer named, by term; when there are none or none are left, all others by term (art. 62 § 1 sentence
//! 2). The payer names a tax, not an instalment of it. If the payment does not cover an arrear with its interest, it is
//! divided in the proportion of both on that day (art. 55 § 2), which the payer cannot change (NSA II FSK 1458/11): the
//! part of the principal is rounded to grosze, a half up, and the rest is interest. Then what is not yet late: what was
//! named first, then by term (art. 62 § 1 sentence 1, § 3). What is left is an overpayment (art. 72 to 77b).
//!
//! **Dues of the civil code.** The debt that the debtor named, else those that are late by term, else the others by term;
//! within one debt costs, then interest, then principal, as the creditor may (art. 451 KC).
//!
//! Decided by us: the cost of every delivered reminder is covered, the named tax's first; of equal terms the debt with
//! the smaller id goes first; a payment that names something stays within the dues of that law, and one that names
//! nothing pays dues of the Tax Ordinance first and is flagged if the payer has others too.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::Day;
use crate::dated::Unknown;
use crate::interest::Regime;
use crate::money::{AMOUNT_MAX_GROSZE, half_up};
use crate::tables::Tables;

/// Debts of one payer that are looked at together.
pub const DEBTS_MAX: usize = 10_000;

/// Something owed, as it stands on the day of payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Debt {
    /// The caller's name for it; of equal terms the smaller goes first.
    pub id: String,
    /// The kind of due: what art. 62 OP calls the tax.
    pub kind: String,
    /// The bank account to which it is paid, where an account names dues.
    pub account: Option<String>,
    /// By which law it is late.
    pub regime: Regime,
    /// The shifted term. It is an arrear from the day after.
    pub due: Day,
    /// What is left of the principal, in grosze.
    pub principal_grosze: i64,
    /// What is left of the interest on the day of payment, in grosze, as charged (see [`crate::account::standing`]).
    pub interest_grosze: i64,
    /// What is left of the cost of its delivered reminder, in grosze. A reminder of several dues stands at one of them.
    pub cost_grosze: i64,
}

/// What the payer said that the payment is for. Paying to an account that serves one purpose says it too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Indication {
    /// Nothing.
    None,
    /// Only by which law: an account for all taxes, or an overpayment that is offset (art. 76a § 1 OP).
    Law {
        /// The law.
        regime: Regime,
    },
    /// One due. By art. 62 OP this names its tax; by art. 451 KC it names the debt.
    Debt {
        /// Its id; it may have been paid meanwhile.
        id: String,
        /// Its kind.
        kind: String,
        /// By which law it is late.
        regime: Regime,
    },
    /// A kind of due.
    Kind {
        /// The kind.
        kind: String,
        /// By which law it is late.
        regime: Regime,
    },
    /// An account, an individual one perhaps.
    Account {
        /// The account.
        account: String,
        /// The law of all dues that are paid there, if it is one.
        regime: Option<Regime>,
    },
}

impl Indication {
    fn regime(&self) -> Option<Regime> {
        match self {
            Self::None => None,
            Self::Law { regime } | Self::Debt { regime, .. } | Self::Kind { regime, .. } => Some(*regime),
            Self::Account { regime, .. } => *regime,
        }
    }

    /// Whether a debt is of the tax, or is the civil debt, that was named.
    fn names(&self, debt: &Debt) -> bool {
        match self {
            Self::None | Self::Law { .. } => false,
            Self::Debt { kind, regime, .. } if regime.is_tax() => debt.kind == *kind,
            Self::Debt { id, .. } => debt.id == *id,
            Self::Kind { kind, .. } => debt.kind == *kind,
            Self::Account { account, .. } => debt.account.as_ref() == Some(account),
        }
    }

    /// Whether it is the very due that was named.
    fn is_very(&self, debt: &Debt) -> bool {
        matches!(self, Self::Debt { id, .. } if debt.id == *id)
    }
}

/// Whose money it is, for art. 62b OP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PaidBy {
    /// The payer's own, or it is not known to be another's.
    Payer,
    /// A spouse, relative or other person of art. 62b § 1 pt 1 and 2, for whom there is no limit.
    Close,
    /// Anybody else, up to the limit of art. 62b § 1 pt 3.
    Stranger,
}

/// A payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    /// In grosze, at least 1.
    pub amount_grosze: i64,
    /// The day that counts for the payer (art. 60 OP), not the day of booking.
    pub paid_on: Day,
    /// What it is for.
    pub indication: Indication,
    /// Whose money it is.
    pub by: PaidBy,
    /// What the payer wants done with an overpayment, if anything was said.
    pub wish: Option<Wish>,
}

/// What a payer may want of an overpayment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Wish {
    /// To have it back.
    Refund,
    /// To have it counted for what will be owed (art. 76 § 1 OP).
    Keep,
}

/// Numbers of the law on the day of payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// What a stranger may pay of another's tax, in grosze.
    pub stranger_grosze: i64,
    /// An overpayment not above this is a small one, in grosze: the cost of a reminder (art. 76 § 1, 77b § 3 OP).
    pub small_overpayment_grosze: i64,
}

impl Limits {
    /// The numbers of a day.
    ///
    /// # Errors
    /// If the tables begin after it.
    pub fn on(tables: &Tables, day: Day) -> Result<Self, Unknown> {
        let stranger_grosze = *tables.stranger_limit.at(day)?;
        Ok(Self { stranger_grosze, small_overpayment_grosze: *tables.reminder_cost.at(day)? })
    }
}

/// Why a part of a payment went where it went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// The cost of a delivered reminder comes first.
    ReminderCost,
    /// The earliest arrear of the tax that was named.
    ArrearOfNamedTax,
    /// The earliest of all arrears: nothing was named, or the named tax has no arrear (any more).
    EarliestArrear,
    /// Not yet late, and named.
    CurrentOfNamedTax,
    /// Not yet late, the earliest term.
    EarliestCurrent,
    /// The civil debt that the debtor named.
    NamedDebt,
    /// The civil debt that is late for the longest time.
    LongestDueDebt,
    /// A civil debt that is not yet late.
    NotYetDueDebt,
}

impl Why {
    /// The stable word for it.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::ReminderCost => "reminder-cost",
            Self::ArrearOfNamedTax => "arrear-of-named-tax",
            Self::EarliestArrear => "earliest-arrear",
            Self::CurrentOfNamedTax => "current-of-named-tax",
            Self::EarliestCurrent => "earliest-current",
            Self::NamedDebt => "named-debt",
            Self::LongestDueDebt => "longest-due-debt",
            Self::NotYetDueDebt => "not-yet-due-debt",
        }
    }

    /// Where it is written.
    #[must_use]
    pub fn article(self) -> &'static str {
        match self {
            Self::ReminderCost => "art. 62 § 1a OP",
            Self::ArrearOfNamedTax | Self::EarliestArrear => "art. 62 § 1 zd. 2 OP",
            Self::CurrentOfNamedTax | Self::EarliestCurrent => "art. 62 § 1 zd. 1 OP",
            Self::NamedDebt => "art. 451 § 1 KC",
            Self::LongestDueDebt | Self::NotYetDueDebt => "art. 451 § 3 KC",
        }
    }
}

/// How a part was divided within its debt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Division {
    /// It covers all that is owed, or there is nothing to divide.
    Whole,
    /// In the proportion of principal and interest (art. 55 § 2 OP).
    Proportional,
    /// Costs, then interest, then principal (art. 451 § 1 KC).
    InterestFirst,
}

impl Division {
    /// The stable word for it.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::Proportional => "proportional",
            Self::InterestFirst => "interest-first",
        }
    }

    /// Where it is written, where something was divided.
    #[must_use]
    pub fn article(self) -> Option<&'static str> {
        match self {
            Self::Whole => None,
            Self::Proportional => Some("art. 55 § 2 OP"),
            Self::InterestFirst => Some("art. 451 § 1 KC"),
        }
    }
}

/// Grosze of a debt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Split {
    /// Of the principal.
    pub principal_grosze: i64,
    /// Of the interest.
    pub interest_grosze: i64,
    /// Of the cost of reminders.
    pub cost_grosze: i64,
}

impl Split {
    /// All of it.
    #[must_use]
    pub fn total_grosze(self) -> i64 {
        self.principal_grosze.saturating_add(self.interest_grosze).saturating_add(self.cost_grosze)
    }
}

/// A step of the allocation: what it paid and why. The steps in order are the explanation (art. 62 § 4 OP).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// The debt. It may have two parts: the cost of its reminder, and the rest.
    pub debt: String,
    /// What was paid.
    pub paid: Split,
    /// What was owed before this step.
    pub owed: Split,
    /// Why it was this debt's turn.
    pub why: Why,
    /// How the part was divided.
    pub division: Division,
    /// What was left of the payment after this step, in grosze.
    pub left_grosze: i64,
}

/// What somebody should look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Flag {
    /// A stranger paid more tax than the law lets strangers pay: nothing was allocated (art. 62b § 1 pt 3 OP).
    StrangerAboveLimit,
    /// A stranger paid, within the limit.
    Stranger,
    /// What was named is not among the debts: paid or removed meanwhile.
    NamedNotOwed,
    /// Nothing was named and the payer has dues of both laws.
    BothLaws,
}

impl Flag {
    /// The stable word for it.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::StrangerAboveLimit => "stranger-above-limit",
            Self::Stranger => "stranger",
            Self::NamedNotOwed => "named-not-owed",
            Self::BothLaws => "both-laws",
        }
    }
}

/// What should become of the rest of a payment. A proposal: a person decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Proposal {
    /// Give it back without being asked.
    Refund,
    /// Count it for what will be owed, because the payer asked for it.
    KeepOnRequest,
    /// Count it for what will be owed, because it is small and nobody asked for it.
    KeepSmall,
    /// Small, and asked for: it is paid out at the cash desk only.
    RefundAtCashDesk,
    /// Paid without being owed, by the civil code: give it back or agree with the payer.
    ReturnUndue,
    /// Not the taxpayer's payment: the clerk asks the one who paid.
    AskWhoPaid,
}

impl Proposal {
    /// The stable word for it.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Refund => "refund",
            Self::KeepOnRequest => "keep-on-request",
            Self::KeepSmall => "keep-small",
            Self::RefundAtCashDesk => "refund-at-cash-desk",
            Self::ReturnUndue => "return-undue",
            Self::AskWhoPaid => "ask-who-paid",
        }
    }

    /// Where it is written.
    #[must_use]
    pub fn article(self) -> &'static str {
        match self {
            Self::Refund | Self::KeepOnRequest | Self::KeepSmall => "art. 76 § 1 OP",
            Self::RefundAtCashDesk => "art. 77b § 3 OP",
            Self::ReturnUndue => "art. 410 KC",
            Self::AskWhoPaid => "art. 62b § 1 pkt 3 OP",
        }
    }
}

/// A payment, allocated. The parts and the rest are the payment, to the grosz.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Allocation {
    /// The steps in order.
    pub parts: Vec<Part>,
    /// What is left, in grosze.
    pub rest_grosze: i64,
    /// What should become of it, if anything is left.
    pub proposal: Option<Proposal>,
    /// What somebody should look at, in the order of [`Flag`].
    pub flags: Vec<Flag>,
}

impl Allocation {
    /// What a debt got in all.
    #[must_use]
    pub fn paid_of(&self, debt: &str) -> Split {
        self.parts.iter().filter(|part| part.debt == debt).fold(Split::default(), |sum, part| Split {
            principal_grosze: sum.principal_grosze + part.paid.principal_grosze,
            interest_grosze: sum.interest_grosze + part.paid.interest_grosze,
            cost_grosze: sum.cost_grosze + part.paid.cost_grosze,
        })
    }
}

/// Why a payment cannot be allocated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AllocationError {
    /// Nothing, less, or more than the limit of this crate.
    #[error("{grosze} grosze are no payment; it must lie between 1 and {AMOUNT_MAX_GROSZE}")]
    Amount {
        /// What was given.
        grosze: i64,
    },
    /// A debt with a negative or too large amount.
    #[error(
        "the debt {id} has an amount below nothing or above {AMOUNT_MAX_GROSZE} grosze; correct it first"
    )]
    Debt {
        /// Its id.
        id: String,
    },
    /// Two debts with one id.
    #[error("the debt {id} stands twice in the list")]
    Twice {
        /// The id.
        id: String,
    },
    /// More than [`DEBTS_MAX`].
    #[error("a payer with more than {DEBTS_MAX} debts cannot be reckoned at once")]
    TooMany,
}

/// Allocates a payment among the debts of one payer.
///
/// # Errors
/// If the input is none; see [`AllocationError`].
pub fn allocate(payment: &Payment, debts: &[Debt], limits: &Limits) -> Result<Allocation, AllocationError> {
    check(payment, debts)?;
    let indication = &payment.indication;
    let mut flags = BTreeSet::new();
    let is_named = !matches!(indication, Indication::None | Indication::Law { .. });
    if is_named && !debts.iter().any(|debt| owes(debt) && names_it(indication, debt)) {
        flags.insert(Flag::NamedNotOwed);
    }
    let mut desk = Desk { payment, left: payment.amount_grosze, parts: Vec::new() };
    let (taxes, civil): (Vec<&Debt>, Vec<&Debt>) =
        sorted(debts).into_iter().partition(|debt| debt.regime.is_tax());
    match indication.regime() {
        Some(regime) if regime.is_tax() => desk.pay_taxes(&taxes),
        Some(_) => desk.pay_civil(&civil),
        None => {
            if !taxes.is_empty() && !civil.is_empty() {
                flags.insert(Flag::BothLaws);
            }
            desk.pay_taxes(&taxes);
            desk.pay_civil(&civil);
        }
    }
    if payment.by == PaidBy::Stranger {
        let ids: BTreeSet<&str> = taxes.iter().map(|debt| debt.id.as_str()).collect();
        let of_tax = desk.parts.iter().filter(|part| ids.contains(part.debt.as_str()));
        let tax: i64 = of_tax.map(|part| part.paid.principal_grosze).sum();
        if tax > limits.stranger_grosze {
            flags.insert(Flag::StrangerAboveLimit);
            desk.left = payment.amount_grosze;
            desk.parts.clear();
        } else {
            flags.insert(Flag::Stranger);
        }
    }
    let by_civil_code =
        indication.regime().is_some_and(|regime| !regime.is_tax()) || (taxes.is_empty() && !civil.is_empty());
    let proposal =
        proposal(payment, desk.left, limits, by_civil_code, flags.contains(&Flag::StrangerAboveLimit));
    Ok(Allocation { parts: desk.parts, rest_grosze: desk.left, proposal, flags: flags.into_iter().collect() })
}

fn check(payment: &Payment, debts: &[Debt]) -> Result<(), AllocationError> {
    let range = 0..=AMOUNT_MAX_GROSZE;
    if payment.amount_grosze == 0 || !range.contains(&payment.amount_grosze) {
        return Err(AllocationError::Amount { grosze: payment.amount_grosze });
    }
    if debts.len() > DEBTS_MAX {
        return Err(AllocationError::TooMany);
    }
    let mut ids = BTreeSet::new();
    for debt in debts {
        let amounts = [debt.principal_grosze, debt.interest_grosze, debt.cost_grosze];
        if !amounts.iter().all(|grosze| range.contains(grosze)) {
            return Err(AllocationError::Debt { id: debt.id.clone() });
        }
        if !ids.insert(&debt.id) {
            return Err(AllocationError::Twice { id: debt.id.clone() });
        }
    }
    Ok(())
}

/// By term, then by id: the order in which the list was given never matters.
fn sorted(debts: &[Debt]) -> Vec<&Debt> {
    let mut sorted: Vec<&Debt> = debts.iter().filter(|debt| owes(debt)).collect();
    sorted.sort_by(|one, two| (one.due, &one.id).cmp(&(two.due, &two.id)));
    sorted
}

fn owes(debt: &Debt) -> bool {
    owed(debt).total_grosze() > 0
}

fn owed(debt: &Debt) -> Split {
    Split {
        principal_grosze: debt.principal_grosze,
        interest_grosze: debt.interest_grosze,
        cost_grosze: debt.cost_grosze,
    }
}

/// Whether a debt is what was named: the very due where one was named.
fn names_it(indication: &Indication, debt: &Debt) -> bool {
    match indication {
        Indication::Debt { .. } => indication.is_very(debt),
        _ => indication.names(debt),
    }
}

fn proposal(
    payment: &Payment,
    rest_grosze: i64,
    limits: &Limits,
    by_civil_code: bool,
    not_the_payers: bool,
) -> Option<Proposal> {
    if rest_grosze == 0 {
        return None;
    }
    let small = rest_grosze <= limits.small_overpayment_grosze;
    Some(match payment.wish {
        _ if not_the_payers => Proposal::AskWhoPaid,
        _ if by_civil_code => Proposal::ReturnUndue,
        Some(Wish::Keep) => Proposal::KeepOnRequest,
        Some(Wish::Refund) if small => Proposal::RefundAtCashDesk,
        None if small => Proposal::KeepSmall,
        Some(Wish::Refund) | None => Proposal::Refund,
    })
}

/// A payment that is being handed out.
struct Desk<'a> {
    payment: &'a Payment,
    left: i64,
    parts: Vec<Part>,
}

impl Desk<'_> {
    fn is_late(&self, debt: &Debt) -> bool {
        debt.due < self.payment.paid_on
    }

    /// Art. 62 OP. The debts come by term.
    fn pay_taxes(&mut self, debts: &[&Debt]) {
        let named = |debt: &&&Debt| self.payment.indication.names(debt);
        let (of_named, others): (Vec<&Debt>, Vec<&Debt>) = debts.iter().partition(named);
        for debt in of_named.iter().chain(&others) {
            let cost = Split { cost_grosze: debt.cost_grosze.min(self.left), ..Split::default() };
            self.pay(debt, owed(debt), cost, Why::ReminderCost, Division::Whole);
        }
        for (list, why) in [(&of_named, Why::ArrearOfNamedTax), (&others, Why::EarliestArrear)] {
            for debt in list.iter().filter(|debt| self.is_late(debt)).copied().collect::<Vec<_>>() {
                self.pay_tax(debt, why);
            }
        }
        let mut current = of_named.clone();
        current.sort_by_key(|debt| !self.payment.indication.is_very(debt));
        for (list, why) in [(&current, Why::CurrentOfNamedTax), (&others, Why::EarliestCurrent)] {
            for debt in list.iter().filter(|debt| !self.is_late(debt)).copied().collect::<Vec<_>>() {
                self.pay_tax(debt, why);
            }
        }
    }

    /// Art. 55 § 2 OP within one debt, its cost having been paid.
    fn pay_tax(&mut self, debt: &Debt, why: Why) {
        let owed = Split { cost_grosze: 0, ..owed(debt) };
        if self.left >= owed.total_grosze() {
            return self.pay(debt, owed, owed, why, Division::Whole);
        }
        let principal_grosze = proportion(self.left, owed.principal_grosze, owed.total_grosze());
        let paid = Split { principal_grosze, interest_grosze: self.left - principal_grosze, cost_grosze: 0 };
        let undivided = owed.principal_grosze == 0 || owed.interest_grosze == 0;
        let division = if undivided { Division::Whole } else { Division::Proportional };
        self.pay(debt, owed, paid, why, division);
    }

    /// Art. 451 KC. The debts come by term.
    fn pay_civil(&mut self, debts: &[&Debt]) {
        let named = |debt: &&&Debt| self.payment.indication.names(debt);
        let (of_named, others): (Vec<&Debt>, Vec<&Debt>) = debts.iter().partition(named);
        for debt in of_named {
            self.pay_debt(debt, Why::NamedDebt);
        }
        for debt in others {
            let why = if self.is_late(debt) { Why::LongestDueDebt } else { Why::NotYetDueDebt };
            self.pay_debt(debt, why);
        }
    }

    /// Costs, interest, principal.
    fn pay_debt(&mut self, debt: &Debt, why: Why) {
        let owed = owed(debt);
        let cost_grosze = owed.cost_grosze.min(self.left);
        let interest_grosze = owed.interest_grosze.min(self.left - cost_grosze);
        let principal_grosze = owed.principal_grosze.min(self.left - cost_grosze - interest_grosze);
        let paid = Split { principal_grosze, interest_grosze, cost_grosze };
        let division = if paid == owed { Division::Whole } else { Division::InterestFirst };
        self.pay(debt, owed, paid, why, division);
    }

    fn pay(&mut self, debt: &Debt, owed: Split, paid: Split, why: Why, division: Division) {
        if paid.total_grosze() > 0 {
            self.left -= paid.total_grosze();
            let debt = debt.id.clone();
            self.parts.push(Part { debt, paid, owed, why, division, left_grosze: self.left });
        }
    }
}

/// `amount × part ÷ whole`, a half up, where `amount < whole`; so it is never above `part` nor above `amount`.
fn proportion(amount: i64, part: i64, whole: i64) -> i64 {
    let product = i128::from(amount) * i128::from(part);
    half_up(product, i128::from(whole)).and_then(|grosze| i64::try_from(grosze).ok()).unwrap_or(0)
}
