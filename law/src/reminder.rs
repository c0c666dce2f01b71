//! Reminders (upomnienie) before enforcement: when, with what, at which cost; and the days of prescription.
//!
//! The numbers are those of the regulation on the conduct of creditors of money dues (Dz.U. 2020 item 1294, then item
//! 2083), and the content that of Dz.U. 2020 item 2194 § 2. The former is marked as repealed in the text that we saw; its
//! successor must be compared before these numbers are trusted. That amounts with interest are compared with ten times
//! the cost is our reading. A civil due has no reminder but a call for payment, and the court.

use std::collections::BTreeSet;

use chrono::{Days, Months};
use serde::{Deserialize, Serialize};

use crate::Day;
use crate::dated::Unknown;
use crate::interest::Regime;
use crate::tables::{Tables, end_of_year_after};

/// A due that a reminder would name, as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Overdue {
    /// By which law it is late.
    pub regime: Regime,
    /// The shifted term.
    pub due: Day,
    /// Principal and interest that are left, in grosze.
    pub to_pay_grosze: i64,
}

/// What to do about dues of one payer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "advice")]
pub enum Advice {
    /// Nothing is late.
    NothingLate,
    /// Dues of the civil code: a call for payment instead.
    CallForPayment,
    /// More than ten times the cost, and no informal notice was given: at once.
    AtOnce,
    /// More than ten times the cost, and a notice was given: it may still work until this day.
    Within {
        /// The last day for sending the reminder; it may be past.
        last_day: Day,
    },
    /// Not more than ten times the cost: it may wait for other dues, until this day.
    MayWait {
        /// The last day before the last months of prescription; it may be past.
        last_day: Day,
    },
}

impl Advice {
    /// Whether a reminder may go out now.
    #[must_use]
    pub fn may_send(self) -> bool {
        matches!(self, Self::AtOnce | Self::Within { .. } | Self::MayWait { .. })
    }

    /// Whether a reminder must go out on a day: at once, or because its last day has come.
    #[must_use]
    pub fn must_send(self, on: Day) -> bool {
        match self {
            Self::AtOnce => true,
            Self::Within { last_day } | Self::MayWait { last_day } => last_day <= on,
            Self::NothingLate | Self::CallForPayment => false,
        }
    }
}

/// When a reminder of these dues may and must go out. Several dues of one payer go into one reminder.
///
/// # Errors
/// If the tables begin after the day.
pub fn advise(
    dues: &[Overdue],
    first_notice_on: Option<Day>,
    on: Day,
    tables: &Tables,
) -> Result<Advice, Unknown> {
    let late = || dues.iter().filter(|due| due.due < on && due.to_pay_grosze > 0);
    let taxes = || late().filter(|due| due.regime.is_tax());
    let Some(earliest) = taxes().map(|due| due.due).min() else {
        return Ok(if late().next().is_some() { Advice::CallForPayment } else { Advice::NothingLate });
    };
    let sum = taxes().fold(0_i64, |sum, due| sum.saturating_add(due.to_pay_grosze));
    let many = tables.reminder_cost.at(on)?.saturating_mul(*tables.reminder_multiple.at(on)?);
    if sum <= many {
        let months = u32::try_from(*tables.reminder_prescription_months.at(on)?).unwrap_or(0);
        let end = prescription(earliest, tables)?;
        let begin_of_last_months = end.checked_sub_months(Months::new(months)).unwrap_or(end);
        return Ok(Advice::MayWait { last_day: begin_of_last_months });
    }
    let days = tables.reminder_notice_days.at(on)?.unsigned_abs();
    let last_day = first_notice_on.and_then(|notice| notice.checked_add_days(Days::new(days)));
    Ok(last_day.map_or(Advice::AtOnce, |last_day| Advice::Within { last_day }))
}

/// What a reminder must hold (Dz.U. 2020 item 2194 § 2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Content {
    /// Its number.
    Number,
    /// The day of issue.
    IssuedOn,
    /// The creditor with the address of the seat.
    Creditor,
    /// The debtor with the address.
    Debtor,
    /// PESEL, NIP or REGON of the debtor, where known.
    DebtorNumber,
    /// The kind of each due.
    Kinds,
    /// The amount of each due.
    Amounts,
    /// The period of each due.
    Periods,
    /// The interest on the day of issue.
    Interest,
    /// The rate by which further interest is reckoned.
    Rate,
    /// How to pay.
    WayOfPayment,
    /// The cost of the reminder.
    Cost,
    /// The call to pay within seven days.
    CallToPay,
    /// The threat of enforcement.
    Threat,
    /// The instruction on the costs of enforcement.
    InstructionOnCosts,
    /// The instruction on the duty to tell a change of address.
    InstructionOnAddress,
    /// Name, function and signature; not when it is issued automatically.
    Signature,
}

impl Content {
    /// All, in the order in which a letter has them.
    pub const ALL: [Self; 17] = [
        Self::Number,
        Self::IssuedOn,
        Self::Creditor,
        Self::Debtor,
        Self::DebtorNumber,
        Self::Kinds,
        Self::Amounts,
        Self::Periods,
        Self::Interest,
        Self::Rate,
        Self::WayOfPayment,
        Self::Cost,
        Self::CallToPay,
        Self::Threat,
        Self::InstructionOnCosts,
        Self::InstructionOnAddress,
        Self::Signature,
    ];
}

/// What a reminder still lacks, in the order of [`Content::ALL`].
#[must_use]
pub fn missing(present: &BTreeSet<Content>, automatic: bool) -> Vec<Content> {
    let needed = |content: &Content| !(automatic && *content == Content::Signature);
    Content::ALL.into_iter().filter(needed).filter(|content| !present.contains(content)).collect()
}

/// What a reminder costs the debtor, in grosze, by the day of its delivery: the duty to pay it arises only then
/// (art. 15 § 2 u.p.e.a.). An undelivered reminder costs nothing.
///
/// # Errors
/// If the tables begin after the day.
pub fn cost_on_delivery(delivered_on: Day, tables: &Tables) -> Result<i64, Unknown> {
    tables.reminder_cost.at(delivered_on).copied()
}

/// The last day on which a debtor who has a delivered reminder can pay without enforcement (art. 15 § 1 u.p.e.a.).
///
/// # Errors
/// If the tables begin after the day.
pub fn last_day_to_pay(delivered_on: Day, tables: &Tables) -> Result<Day, Unknown> {
    let days = tables.reminder_days.at(delivered_on)?.unsigned_abs();
    Ok(delivered_on.checked_add_days(Days::new(days)).unwrap_or(delivered_on))
}

/// The day on which the cost of a reminder lapses: three years after the end of the year in which what it reminded of
/// was paid or otherwise ended (art. 15 § 3c u.p.e.a.).
///
/// # Errors
/// If the tables begin after the day.
pub fn cost_lapses_after(ended_on: Day, tables: &Tables) -> Result<Day, Unknown> {
    Ok(end_of_year_after(ended_on, *tables.reminder_cost_lapse_years.at(ended_on)?).unwrap_or(Day::MAX))
}

/// The day after which a tax due is prescribed, unless something stopped the time: five years after the end of the
/// year of its term (art. 70 § 1 OP). Interruption and suspension (art. 70 § 2 to 8) are not known here, so this is only
/// a flag for a person; nothing is ever written off by it.
///
/// # Errors
/// If the tables begin after the day.
pub fn prescription(due: Day, tables: &Tables) -> Result<Day, Unknown> {
    Ok(end_of_year_after(due, *tables.prescription_years.at(due)?).unwrap_or(Day::MAX))
}

/// Whether that day has passed; see [`prescription`] for what this does not know.
///
/// # Errors
/// If the tables begin after the term.
pub fn seems_prescribed(due: Day, on: Day, tables: &Tables) -> Result<bool, Unknown> {
    Ok(prescription(due, tables)? < on)
}
