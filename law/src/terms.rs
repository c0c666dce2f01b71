//! A yearly amount becomes instalments, each with the last day on which it can be paid in time.

use chrono::{Datelike, Days};
use serde::{Deserialize, Serialize};

use crate::Day;
use crate::calendar::Calendar;
use crate::dated::Unknown;
use crate::interest::Regime;
use crate::money::{Rounding, amount};
use crate::tables::{DataError, Tables, line_of, plain_day};

/// Plans that a file may have.
const PLANS_MAX: usize = 1_000;
/// Terms that a plan may have: more than one a week is no plan of a town.
const TERMS_MAX: usize = 53;

/// Who pays, as far as terms depend on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Payer {
    /// A natural person.
    Natural,
    /// A legal person, or an organisation without legal personality.
    Legal,
    /// Anybody: a plan for both. As a question, it finds only such plans.
    Any,
}

/// A day of every year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct MonthDay {
    /// 1 to 12.
    pub month: u32,
    /// 1 to 31; a day that a February lacks is not allowed.
    pub day: u32,
}

impl MonthDay {
    fn parse(text: &str) -> Option<Self> {
        let (month, day) = text.split_once('-')?;
        let (month, day) = (month.parse().ok()?, day.parse().ok()?);
        Day::from_ymd_opt(2023, month, day).map(|_| Self { month, day })
    }

    fn of(self, year: i32) -> Option<Day> {
        Day::from_ymd_opt(year, self.month, self.day)
    }
}

/// How a kind of due is paid in a year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The kind of due, for example `property`.
    pub kind: String,
    /// Whose plan it is.
    pub payer: Payer,
    /// The plan holds for years that begin on or after this day.
    pub from: Day,
    /// By which law the due is late.
    pub regime: Regime,
    /// Where it is written.
    pub law: String,
    /// Terms by the calendar, in order.
    pub terms: Vec<MonthDay>,
    /// Whether an amount not above the limit of the tables is paid with the first term.
    pub once_only: bool,
    /// Whether a decision must have been delivered so many days before (art. 47 OP).
    pub by_decision: bool,
    /// Instalments in whole złoty (taxes) or in grosze.
    pub rounding: Rounding,
    /// Whether the terms are an example that a town must replace by those of its own resolution.
    pub set_by_town: bool,
}

/// Plans of all kinds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plans(Vec<Plan>);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    plan: Vec<toml::Spanned<FilePlan>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FilePlan {
    kind: String,
    payer: Payer,
    from: toml::value::Datetime,
    regime: Regime,
    law: String,
    terms: Vec<String>,
    #[serde(default)]
    once_only: bool,
    #[serde(default)]
    by_decision: bool,
    #[serde(default = "whole_zloty")]
    rounding: Rounding,
    #[serde(default)]
    set_by_town: bool,
}

fn whole_zloty() -> Rounding {
    Rounding::WholeZloty
}

impl Plans {
    /// The plans as `data/plans.toml` has them.
    ///
    /// # Errors
    /// Only if that file is wrong, which a test sees first.
    pub fn built_in() -> Result<Self, DataError> {
        Self::parse("plans.toml", include_str!("../data/plans.toml"))
    }

    /// Reads plans of the form of `data/plans.toml`.
    ///
    /// # Errors
    /// Names the line and what is expected there.
    pub fn parse(origin: &str, text: &str) -> Result<Self, DataError> {
        let file: File = toml::from_str(text).map_err(|error| DataError::of_toml(origin, text, &error))?;
        if file.plan.len() > PLANS_MAX {
            return Err(DataError::at(origin, None, format!("there are more than {PLANS_MAX} plans")));
        }
        let mut plans = Vec::new();
        for spanned in file.plan {
            let line = line_of(text, spanned.span().start);
            plans.push(
                plan(spanned.into_inner()).map_err(|problem| DataError::at(origin, Some(line), problem))?,
            );
        }
        Ok(Self(plans))
    }

    /// All plans.
    #[must_use]
    pub fn all(&self) -> &[Plan] {
        &self.0
    }

    /// The newest plan of a kind for a year: one for this payer, else one for anybody.
    #[must_use]
    pub fn find(&self, kind: &str, payer: Payer, year: i32) -> Option<&Plan> {
        let first = Day::from_ymd_opt(year, 1, 1)?;
        let fits = |plan: &&Plan| plan.kind == kind && plan.from <= first;
        let of = |payer: Payer| {
            self.0.iter().filter(fits).filter(|plan| plan.payer == payer).max_by_key(|plan| plan.from)
        };
        of(payer).or_else(|| of(Payer::Any))
    }
}

fn plan(row: FilePlan) -> Result<Plan, String> {
    let from = plain_day(&row.from).ok_or("`from` must be a day like 2016-01-01")?;
    let terms: Option<Vec<MonthDay>> = row.terms.iter().map(|term| MonthDay::parse(term)).collect();
    let terms =
        terms.ok_or("a term must be a month and a day like \"03-15\"; 29 February is not in every year")?;
    if row.kind.is_empty() || !(1..=TERMS_MAX).contains(&terms.len()) {
        return Err(format!("a plan needs a kind and 1 to {TERMS_MAX} terms"));
    }
    if !terms.is_sorted_by(|one, two| one < two) {
        return Err("the terms must be in the order of the year, each once".into());
    }
    let FilePlan { kind, payer, regime, law, once_only, by_decision, rounding, set_by_town, .. } = row;
    Ok(Plan { kind, payer, from, regime, law, terms, once_only, by_decision, rounding, set_by_town })
}

/// What is to be divided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Assessment {
    /// The year.
    pub year: i32,
    /// What is owed for the year, in grosze; whole złoty where the plan is in whole złoty (art. 63 § 1 OP).
    pub amount_grosze: i64,
    /// When the decision was delivered, for a plan by decision. Not yet delivered: the terms by the calendar, which are
    /// then only expected.
    pub delivered_on: Option<Day>,
    /// The first month for which it is owed, 1 to 12.
    pub first_month: u32,
    /// The last month for which it is owed, 1 to 12.
    pub last_month: u32,
}

impl Assessment {
    /// Of a whole year.
    #[must_use]
    pub fn of_year(year: i32, amount_grosze: i64, delivered_on: Option<Day>) -> Self {
        Self { year, amount_grosze, delivered_on, first_month: 1, last_month: 12 }
    }
}

/// Why a last day is not the one of the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Moved {
    /// The decision came late (art. 47 § 1 and 2 OP).
    LateDelivery,
    /// The last day was free of work (art. 12 § 5 OP, art. 115 KC).
    FreeDay,
    /// Both.
    LateDeliveryAndFreeDay,
}

/// A part of a yearly amount with its term.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Instalment {
    /// Counted from 1.
    pub number: usize,
    /// In grosze.
    pub amount_grosze: i64,
    /// The term by the plan.
    pub term: Day,
    /// The last day on which it is in time; interest begins on the day after.
    pub due: Day,
    /// Why they differ, if they do.
    pub moved: Option<Moved>,
}

/// Why there are no instalments.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TermsError {
    /// The amount is nothing, negative or above the limit of this crate.
    #[error(
        "{grosze} grosze cannot be divided; the amount must lie between 1 and {}",
        crate::AMOUNT_MAX_GROSZE
    )]
    Amount {
        /// What was given.
        grosze: i64,
    },
    /// A tax with grosze.
    #[error("a tax is an amount of whole złoty (art. 63 § 1 OP), not {grosze} grosze; round it first")]
    NotWhole {
        /// What was given.
        grosze: i64,
    },
    /// Months that are none, or in the wrong order.
    #[error("months {first} to {last} are none of a year; give 1 to 12 in order")]
    Months {
        /// The first.
        first: u32,
        /// The last.
        last: u32,
    },
    /// The year is before the plan or beyond the calendar.
    #[error("the plan does not hold for the year {year}; add one that does")]
    Year {
        /// The year.
        year: i32,
    },
    /// A day before a table.
    #[error(transparent)]
    Unknown(#[from] Unknown),
}

/// Divides a yearly amount into instalments by a plan.
///
/// The terms of months before the duty began or after it ended are left out; if none is left, the last one stays. An
/// amount not above the limit is paid once, with the first of them. Instalments are equal, in whole złoty (or grosze), and
/// what does not divide goes to the first; the law says only that instalments are proportional to time, this is how
/// towns do it. A decision that was not delivered 14 days before a term moves that instalment to 14 days after delivery.
///
/// # Errors
/// See [`TermsError`].
pub fn instalments(
    plan: &Plan,
    assessment: &Assessment,
    tables: &Tables,
    calendar: &Calendar,
) -> Result<Vec<Instalment>, TermsError> {
    let Assessment { year, amount_grosze, delivered_on, .. } = *assessment;
    let first_day = Day::from_ymd_opt(year, 1, 1).filter(|day| plan.from <= *day);
    let first_day = first_day.ok_or(TermsError::Year { year })?;
    if amount_grosze == 0 || amount(i128::from(amount_grosze)).is_none() {
        return Err(TermsError::Amount { grosze: amount_grosze });
    }
    let unit = match plan.rounding {
        Rounding::WholeZloty => 100,
        Rounding::Grosze => 1,
    };
    if amount_grosze % unit != 0 {
        return Err(TermsError::NotWhole { grosze: amount_grosze });
    }
    let mut terms = terms_of(plan, assessment)?;
    if plan.once_only && amount_grosze <= *tables.once_only_limit.at(first_day)? {
        terms.truncate(1);
    }
    let earliest = match delivered_on.filter(|_| plan.by_decision) {
        Some(day) => day.checked_add_days(Days::new((*tables.delivery_days.at(day)?).unsigned_abs())),
        None => None,
    };
    let amounts = divided(amount_grosze, unit, terms.len());
    let dated = terms.into_iter().zip(amounts).enumerate();
    Ok(dated
        .map(|(index, (term, amount_grosze))| {
            let by_law = earliest.map_or(term, |earliest| term.max(earliest));
            let due = calendar.shifted(by_law);
            let moved = match (by_law > term, due > by_law) {
                (true, true) => Some(Moved::LateDeliveryAndFreeDay),
                (true, false) => Some(Moved::LateDelivery),
                (false, true) => Some(Moved::FreeDay),
                (false, false) => None,
            };
            Instalment { number: index + 1, amount_grosze, term, due, moved }
        })
        .filter(|instalment| instalment.amount_grosze > 0)
        .collect())
}

/// The terms of the months in which it is owed, at least one.
fn terms_of(plan: &Plan, assessment: &Assessment) -> Result<Vec<Day>, TermsError> {
    let Assessment { year, first_month: first, last_month: last, .. } = *assessment;
    if first < 1 || last > 12 || first > last {
        return Err(TermsError::Months { first, last });
    }
    let all: Option<Vec<Day>> = plan.terms.iter().map(|term| term.of(year)).collect();
    let all = all.ok_or(TermsError::Year { year })?;
    let kept: Vec<Day> = all.iter().copied().filter(|day| (first..=last).contains(&day.month())).collect();
    Ok(if kept.is_empty() { all.last().copied().into_iter().collect() } else { kept })
}

/// Equal parts in whole units; what does not divide goes to the first.
fn divided(grosze: i64, unit: i64, parts: usize) -> Vec<i64> {
    let count = i64::try_from(parts).unwrap_or(i64::MAX).max(1);
    let each = grosze / unit / count * unit;
    let mut amounts = vec![each; parts];
    if let Some(first) = amounts.first_mut() {
        *first = grosze - each * (count - 1);
    }
    amounts
}
