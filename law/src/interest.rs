//! Interest of one arrear from its term to a day, with the calculation that leads to it.
//!
//! The days are counted from the day after the (shifted) term through the day of payment, both included; each stretch
//! of one rate is principal × days × rate ÷ 365 of the year, always 365; the exact sum is rounded once (art. 53 § 1, 56,
//! 63 § 1 OP; art. 481 KC). Tax interest that is not above the threshold is not charged (art. 54 § 1 pt 5 OP): the exact
//! sum is compared, for each instalment by itself, since each is an arrear of its own (NSA II FSK 1960/10). That the
//! exact and not the rounded sum is compared is recalled, not verified.

use serde::{Deserialize, Serialize};

use crate::Day;
use crate::dated::Unknown;
use crate::money::{Fraction, Rounding, amount};
use crate::tables::{AmountTable, CountTable, Rate, RateTable, RatesError, Tables};

/// By which law a due is late.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Regime {
    /// The Tax Ordinance: taxes, fees and other public dues to which it applies.
    Tax,
    /// The civil code with statutory interest.
    Civil,
    /// The civil code with the interest of a contract.
    Contractual,
}

impl Regime {
    /// The stable word for it.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Tax => "tax",
            Self::Civil => "civil",
            Self::Contractual => "contractual",
        }
    }

    /// Whether the Tax Ordinance says what a payment pays; else the civil code does.
    #[must_use]
    pub fn is_tax(self) -> bool {
        self == Self::Tax
    }
}

/// How interest is charged; made by [`Tables::tax_rule`], [`Tables::civil_rule`], [`Tables::contractual_rule`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// By which law.
    pub regime: Regime,
    /// The rate by day.
    pub rates: RateTable,
    /// What exact interest must exceed in order to be charged, in grosze, where there is such a threshold.
    pub threshold: Option<AmountTable>,
    /// How the sum is rounded.
    pub rounding: Rounding,
    /// Days by which a year's interest is divided.
    pub year_days: CountTable,
    /// Days for which the law takes no interest of this due; none unless the caller adds some.
    pub pauses: Vec<Pause>,
}

/// Days for which no interest is taken, both ends included: a decision that took too long, an audit beyond six months
/// (art. 54 § 1 pt 2, 3, 7 and following OP). Whether there is such a stretch a person knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    /// The first day.
    pub from: Day,
    /// The last day.
    pub to: Day,
}

/// A stretch of days with one rate and one principal, as a page shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    /// The first day.
    pub from: Day,
    /// The last day.
    pub to: Day,
    /// How many days that is.
    pub days: i64,
    /// The rate a year; nothing in a pause.
    pub rate: Rate,
    /// Whether no interest is taken for these days.
    pub paused: bool,
    /// What is in arrear, in grosze.
    pub principal_grosze: i64,
    /// The exact interest of these days, in grosze.
    pub exact: Fraction,
}

/// Interest with its calculation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interest {
    /// The stretches, oldest first; none if the day of payment is not after the term.
    pub periods: Vec<Period>,
    /// The sum before rounding, in grosze.
    pub exact: Fraction,
    /// What is charged, in grosze.
    pub charged_grosze: i64,
    /// The threshold because of which nothing is charged although something was reckoned, in grosze.
    pub waived_up_to_grosze: Option<i64>,
}

impl Interest {
    /// The days of all stretches.
    #[must_use]
    pub fn days(&self) -> i64 {
        self.periods.iter().map(|period| period.days).sum()
    }
}

/// Why interest cannot be reckoned.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InterestError {
    /// A principal below nothing or above the limit of this crate.
    #[error("{grosze} grosze are no principal; it must lie between 0 and {}", crate::AMOUNT_MAX_GROSZE)]
    Principal {
        /// What was given.
        grosze: i64,
    },
    /// A day before a table.
    #[error(transparent)]
    Unknown(#[from] Unknown),
    /// A rate that cannot be derived.
    #[error(transparent)]
    Rates(#[from] RatesError),
    /// The sum is above the limit of this crate.
    #[error("the interest is too large to be a real one; look at the principal, the days and the rates")]
    TooLarge,
}

/// Interest of an arrear with the last day `due` (shifted already) if it is paid on `paid_on`.
///
/// # Errors
/// See [`InterestError`].
pub fn interest(
    rule: &Rule,
    principal_grosze: i64,
    due: Day,
    paid_on: Day,
) -> Result<Interest, InterestError> {
    let periods = match due.succ_opt() {
        Some(first) => accrue(rule, principal_grosze, first, paid_on)?,
        None => Vec::new(),
    };
    charge(rule, periods, paid_on, Threshold::Compared)
}

/// The stretches of the days `from..=to`.
pub(crate) fn accrue(
    rule: &Rule,
    principal_grosze: i64,
    from: Day,
    to: Day,
) -> Result<Vec<Period>, InterestError> {
    if amount(i128::from(principal_grosze)).is_none() {
        return Err(InterestError::Principal { grosze: principal_grosze });
    }
    if principal_grosze == 0 {
        return Ok(Vec::new());
    }
    let mut periods = Vec::new();
    for span in rule.rates.spans(from, to)? {
        let mut first = span.from;
        while first <= span.to {
            let (last, paused) = until(&rule.pauses, first, span.to);
            let rate = if paused { Rate::ZERO } else { span.value };
            periods.push(period(rule, principal_grosze, first, last, rate, paused)?);
            let Some(next) = last.succ_opt() else { break };
            first = next;
        }
    }
    Ok(periods)
}

/// The last day up to `to` that is like `first`, within pauses or without, and which of them it is.
fn until(pauses: &[Pause], first: Day, to: Day) -> (Day, bool) {
    let holds = |day: Day| pauses.iter().filter(move |pause| pause.from <= day && day <= pause.to);
    if let Some(last) = holds(first).map(|pause| pause.to).max() {
        return (last.min(to), true);
    }
    let next = pauses
        .iter()
        .filter(|pause| first < pause.from && pause.from <= pause.to)
        .map(|pause| pause.from)
        .min();
    (next.and_then(|day| day.pred_opt()).map_or(to, |last| last.min(to)), false)
}

fn period(
    rule: &Rule,
    principal_grosze: i64,
    from: Day,
    to: Day,
    rate: Rate,
    paused: bool,
) -> Result<Period, InterestError> {
    let days = (to - from).num_days() + 1;
    let exact = year_share(principal_grosze, rate, days, *rule.year_days.at(from)?);
    let exact = exact.ok_or(InterestError::TooLarge)?;
    Ok(Period { from, to, days, rate, paused, principal_grosze, exact })
}

/// principal × rate × days ÷ days of the year.
fn year_share(principal_grosze: i64, rate: Rate, days: i64, year_days: i64) -> Option<Fraction> {
    let product = i128::from(principal_grosze).checked_mul(i128::from(rate.hundredths()))?;
    Fraction::new(product.checked_mul(i128::from(days))?, i128::from(year_days).checked_mul(10_000)?)
}

/// Whether the threshold still decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Threshold {
    Compared,
    /// Some of the interest was paid or remitted already: it has been charged, and stays so.
    Passed,
}

/// One sum, rounded once, unless it is not above the threshold of the day `on`.
pub(crate) fn charge(
    rule: &Rule,
    periods: Vec<Period>,
    on: Day,
    threshold: Threshold,
) -> Result<Interest, InterestError> {
    let sum = |sum: Fraction, period: &Period| sum.checked_add(period.exact);
    let exact = periods.iter().try_fold(Fraction::ZERO, sum).ok_or(InterestError::TooLarge)?;
    let waived = match (&rule.threshold, threshold) {
        (Some(table), Threshold::Compared) if exact != Fraction::ZERO => {
            Some(*table.at(on)?).filter(|threshold| !exact.exceeds(*threshold))
        }
        _ => None,
    };
    let charged_grosze = match waived {
        Some(_) => 0,
        None => exact.round(rule.rounding).ok_or(InterestError::TooLarge)?,
    };
    Ok(Interest { periods, exact, charged_grosze, waived_up_to_grosze: waived })
}

/// A prolongation fee with its calculation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProlongationFee {
    /// The days of delay that was granted.
    pub days: i64,
    /// The rate a year on the day of the decision.
    pub rate: Rate,
    /// The exact fee, in grosze.
    pub exact: Fraction,
    /// The fee in whole złoty, in grosze (art. 63 § 1 OP).
    pub charged_grosze: i64,
}

/// What is put off, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deferral {
    /// The tax or the arrear without its interest, in grosze: no fee is taken of interest (art. 57 § 1 OP).
    pub principal_grosze: i64,
    /// The day of the decision.
    pub decided_on: Day,
    /// The day after which the fee runs: the old term for a tax, the day of the application for an arrear.
    pub old_due: Day,
    /// The new term, or the term of the instalment.
    pub new_due: Day,
}

/// The prolongation fee that takes the place of interest when a payment is put off or divided into instalments: the
/// reduced rate of the day of the decision (art. 57 § 2 and 3 OP), whole złoty, no threshold. A town takes it only if its
/// council resolved so, perhaps at a lower rate (art. 57 § 7), and never after a disaster (art. 57 § 5): the caller knows.
///
/// # Errors
/// See [`InterestError`].
pub fn prolongation_fee(tables: &Tables, deferral: Deferral) -> Result<ProlongationFee, InterestError> {
    let Deferral { principal_grosze, decided_on, old_due, new_due } = deferral;
    if amount(i128::from(principal_grosze)).is_none() {
        return Err(InterestError::Principal { grosze: principal_grosze });
    }
    let days = (new_due - old_due).num_days().max(0);
    let rate = tables.prolongation_rate(decided_on)?;
    let exact = year_share(principal_grosze, rate, days, *tables.interest_year_days.at(decided_on)?);
    let exact = exact.ok_or(InterestError::TooLarge)?;
    let charged_grosze = exact.round(Rounding::WholeZloty).ok_or(InterestError::TooLarge)?;
    Ok(ProlongationFee { days, rate, exact, charged_grosze })
}
