//! The dated numbers of the law as one value, read from a TOML file; and rates.

use std::collections::BTreeMap;
use std::fmt;

use chrono::Datelike;
use serde::{Deserialize, Serialize};

use crate::Day;
use crate::dated::{Dated, Row, Unknown};
use crate::interest::{Regime, Rule};
use crate::money::{AMOUNT_MAX_GROSZE, Rounding, half_up, parse_hundredths};

/// A rate above this is a mistake, not a rate: 1000 %.
const RATE_MAX_HUNDREDTHS: i64 = 100_000;

/// A rate in hundredths of a percent, not negative. Written as `10.5`, without the sign of percent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Rate(i64);

impl Rate {
    /// No interest.
    pub const ZERO: Self = Self(0);

    /// From hundredths of a percent: 1050 is 10.5 %. `None` below nothing and above 1000 %.
    #[must_use]
    pub fn from_hundredths(hundredths: i64) -> Option<Self> {
        (0..=RATE_MAX_HUNDREDTHS).contains(&hundredths).then_some(Self(hundredths))
    }

    /// In hundredths of a percent.
    #[must_use]
    pub fn hundredths(self) -> i64 {
        self.0
    }

    /// From a text with at most two decimals, with a point or a comma.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        parse_hundredths(text).and_then(Self::from_hundredths)
    }

    fn plus(self, other: Self) -> Option<Self> {
        Self::from_hundredths(self.0.checked_add(other.0)?)
    }

    /// So many percent of this rate, a half of a hundredth up. With the shares and rates of the law nothing is rounded.
    fn share(self, percent: Self) -> Option<Self> {
        let product = i128::from(self.0).checked_mul(i128::from(percent.0))?;
        Self::from_hundredths(i64::try_from(half_up(product, 10_000)?).ok()?)
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, hundredths) = (self.0 / 100, self.0 % 100);
        match hundredths {
            0 => write!(f, "{whole}"),
            tenths if tenths % 10 == 0 => write!(f, "{whole}.{}", tenths / 10),
            _ => write!(f, "{whole}.{hundredths:02}"),
        }
    }
}

impl From<Rate> for String {
    fn from(rate: Rate) -> Self {
        rate.to_string()
    }
}

impl TryFrom<String> for Rate {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text)
            .ok_or_else(|| format!("“{text}” is no rate; write a percent like 10.5, at most 1000"))
    }
}

/// Rates by day.
pub type RateTable = Dated<Rate>;
/// Amounts in grosze by day.
pub type AmountTable = Dated<i64>;
/// Counts of days, months, years or times by day.
pub type CountTable = Dated<i64>;

/// What is wrong with a file of data.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{origin}{}: {problem}", line.map_or(String::new(), |line| format!(", line {line}")))]
pub struct DataError {
    /// The name of the file or of whatever gave the text.
    pub origin: String,
    /// The line, counted from 1, where it can be said.
    pub line: Option<usize>,
    /// What is wrong there and what is expected.
    pub problem: String,
}

impl DataError {
    pub(crate) fn at(origin: &str, line: Option<usize>, problem: impl Into<String>) -> Self {
        Self { origin: origin.to_owned(), line, problem: problem.into() }
    }

    pub(crate) fn of_toml(origin: &str, text: &str, error: &toml::de::Error) -> Self {
        let line = error.span().map(|span| line_of(text, span.start));
        Self::at(origin, line, error.message().replace('\n', "; "))
    }
}

/// The line of a byte of a text, counted from 1.
pub(crate) fn line_of(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}

/// Which rate of tax arrears applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TaxRate {
    /// Art. 56 § 1 OP.
    Ordinary,
    /// Art. 56a OP: a correction made and paid of one's own accord.
    Reduced,
    /// Art. 56b OP: VAT, excise and customs, so never a town's due; here for completeness.
    Raised,
}

/// All dated numbers of the law. The fields are the treasurer's to extend, with [`Dated::with`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tables {
    /// Interest on tax arrears a year (art. 56 § 1 OP).
    pub tax_arrears: RateTable,
    /// The reference rate of the central bank.
    pub reference: RateTable,
    /// Points that are added to it for statutory interest for delay (art. 481 § 2 KC).
    pub late_margin: RateTable,
    /// Percent of the lombard rate in the rate of tax arrears (art. 56 § 1 OP).
    pub arrears_of_lombard: RateTable,
    /// Points added to it.
    pub arrears_margin: RateTable,
    /// The least rate of tax arrears.
    pub arrears_floor: RateTable,
    /// Percent of the ordinary rate in the reduced one (art. 56a OP).
    pub reduced_share: RateTable,
    /// Percent of the ordinary rate in the raised one (art. 56b OP).
    pub raised_share: RateTable,
    /// Percent of the ordinary rate in the prolongation fee (art. 57 § 2 OP).
    pub prolongation_share: RateTable,
    /// Tax interest not above this is not charged, in grosze (art. 54 § 1 pt 5 OP).
    pub interest_threshold: AmountTable,
    /// The cost of a reminder, in grosze.
    pub reminder_cost: AmountTable,
    /// What a stranger may pay of another's tax, in grosze (art. 62b § 1 pt 3 OP).
    pub stranger_limit: AmountTable,
    /// A tax not above this is paid once, in grosze.
    pub once_only_limit: AmountTable,
    /// Days by which a year's interest is divided.
    pub interest_year_days: CountTable,
    /// Days from the delivery of a decision to the term (art. 47 OP).
    pub delivery_days: CountTable,
    /// Years of prescription (art. 70 § 1 OP).
    pub prescription_years: CountTable,
    /// Times the cost of a reminder above which it is sent at once.
    pub reminder_multiple: CountTable,
    /// Days after the first informal notice within which it is then sent.
    pub reminder_notice_days: CountTable,
    /// Last months of prescription before which smaller sums are reminded of.
    pub reminder_prescription_months: CountTable,
    /// Days that a reminder gives for paying (art. 15 § 1 u.p.e.a.).
    pub reminder_days: CountTable,
    /// Years after which the cost of a reminder lapses (art. 15 § 3c u.p.e.a.).
    pub reminder_cost_lapse_years: CountTable,
    /// Days after the term from which on a run reminds; the town says how many.
    pub reminder_after_days: CountTable,
    /// Days within which a run does not remind of the same due again; the town says how many.
    pub reminder_again_days: CountTable,
    /// Days before the term at which those who wish it are told of it; the town says how many.
    pub notice_before_days: CountTable,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileRow {
    from: toml::value::Datetime,
    value: String,
    #[serde(rename = "source")]
    _source: Option<String>,
}

/// A file that is read table by table; what is left over in the end is not known.
struct File<'a> {
    origin: &'a str,
    text: &'a str,
    tables: BTreeMap<String, Vec<toml::Spanned<FileRow>>>,
}

impl File<'_> {
    fn take<T: Clone + PartialEq>(
        &mut self,
        name: &str,
        expected: &str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Result<Dated<T>, DataError> {
        let rows = self.tables.remove(name).unwrap_or_default();
        let first = rows.first().map(|row| line_of(self.text, row.span().start));
        let mut read_rows = Vec::with_capacity(rows.len());
        for spanned in rows {
            let line = line_of(self.text, spanned.span().start);
            let row = spanned.into_inner();
            let problem = |problem: String| DataError::at(self.origin, Some(line), problem);
            let from = plain_day(&row.from)
                .ok_or_else(|| problem(format!("“{}” is no day; write from = 2026-03-05", row.from)))?;
            let value = read(&row.value).ok_or_else(|| {
                problem(format!("“{}” is no value of {name}; expected is {expected}", row.value))
            })?;
            read_rows.push(Row { from, value });
        }
        Dated::new(read_rows).map_err(|error| DataError::at(self.origin, first, format!("{name}: {error}")))
    }

    fn rates(&mut self, name: &str) -> Result<RateTable, DataError> {
        self.take(name, "a percent like \"10.5\", with at most two decimals and not above 1000", Rate::parse)
    }

    fn amounts(&mut self, name: &str) -> Result<AmountTable, DataError> {
        self.take(name, "złoty like \"8.70\", with at most two decimals", |text| {
            parse_hundredths(text).filter(|grosze| *grosze <= AMOUNT_MAX_GROSZE)
        })
    }

    fn counts(&mut self, name: &str) -> Result<CountTable, DataError> {
        self.take(name, "a whole number from 1 to 1000, like \"14\"", |text| {
            text.parse().ok().filter(|count| (1..=1000).contains(count))
        })
    }
}

/// A date of TOML without a time.
pub(crate) fn plain_day(datetime: &toml::value::Datetime) -> Option<Day> {
    match (datetime.date, datetime.time, datetime.offset) {
        (Some(date), None, None) => {
            Day::from_ymd_opt(i32::from(date.year), u32::from(date.month), u32::from(date.day))
        }
        _ => None,
    }
}

impl Tables {
    /// The numbers as `data/tables.toml` has them.
    ///
    /// # Errors
    /// Only if that file is wrong, which a test sees first.
    pub fn built_in() -> Result<Self, DataError> {
        Self::parse("tables.toml", include_str!("../data/tables.toml"))
    }

    /// Reads a file of the form of `data/tables.toml`: each table is a list of rows `{ from = 2026-03-05, value = "10.5" }`,
    /// with an optional `source`. All tables must be there, and no others.
    ///
    /// # Errors
    /// Names the line and what is expected there.
    pub fn parse(origin: &str, text: &str) -> Result<Self, DataError> {
        let tables = toml::from_str(text).map_err(|error| DataError::of_toml(origin, text, &error))?;
        let mut file = File { origin, text, tables };
        let read = Self {
            tax_arrears: file.rates("tax_arrears")?,
            reference: file.rates("reference")?,
            late_margin: file.rates("late_margin")?,
            arrears_of_lombard: file.rates("arrears_of_lombard")?,
            arrears_margin: file.rates("arrears_margin")?,
            arrears_floor: file.rates("arrears_floor")?,
            reduced_share: file.rates("reduced_share")?,
            raised_share: file.rates("raised_share")?,
            prolongation_share: file.rates("prolongation_share")?,
            interest_threshold: file.amounts("interest_threshold")?,
            reminder_cost: file.amounts("reminder_cost")?,
            stranger_limit: file.amounts("stranger_limit")?,
            once_only_limit: file.amounts("once_only_limit")?,
            interest_year_days: file.counts("interest_year_days")?,
            delivery_days: file.counts("delivery_days")?,
            prescription_years: file.counts("prescription_years")?,
            reminder_multiple: file.counts("reminder_multiple")?,
            reminder_notice_days: file.counts("reminder_notice_days")?,
            reminder_prescription_months: file.counts("reminder_prescription_months")?,
            reminder_days: file.counts("reminder_days")?,
            reminder_cost_lapse_years: file.counts("reminder_cost_lapse_years")?,
            reminder_after_days: file.counts("reminder_after_days")?,
            reminder_again_days: file.counts("reminder_again_days")?,
            notice_before_days: file.counts("notice_before_days")?,
        };
        match file.tables.first_key_value() {
            None => Ok(read),
            Some((name, rows)) => {
                let line = rows.first().map(|row| line_of(text, row.span().start));
                Err(DataError::at(origin, line, format!("there is no table called {name}; see its spelling")))
            }
        }
    }

    /// Interest on tax arrears: whole złoty, not charged up to the threshold (art. 53 to 56b, 63 § 1 OP).
    ///
    /// # Errors
    /// If a share is so large that a rate leaves its range.
    pub fn tax_rule(&self, rate: TaxRate) -> Result<Rule, RatesError> {
        let rates = match rate {
            TaxRate::Ordinary => self.tax_arrears.clone(),
            TaxRate::Reduced => combined(&self.tax_arrears, &self.reduced_share, Rate::share)?,
            TaxRate::Raised => combined(&self.tax_arrears, &self.raised_share, Rate::share)?,
        };
        let threshold = Some(self.interest_threshold.clone());
        Ok(self.rule(Regime::Tax, rates, threshold, Rounding::WholeZloty))
    }

    /// Statutory interest for delay: the reference rate and a margin, in grosze, without threshold (art. 481 KC).
    ///
    /// # Errors
    /// If a sum leaves the range of rates.
    pub fn civil_rule(&self) -> Result<Rule, RatesError> {
        let rates = combined(&self.reference, &self.late_margin, Rate::plus)?;
        Ok(self.rule(Regime::Civil, rates, None, Rounding::Grosze))
    }

    /// Interest at the rate of a contract, in grosze, without threshold (art. 481 § 2 KC). Whether the rate is above the
    /// highest one allowed (art. 481 § 2¹ KC: twice the statutory one) is not looked at; see [`Tables::highest_contractual`].
    #[must_use]
    pub fn contractual_rule(&self, rates: RateTable) -> Rule {
        self.rule(Regime::Contractual, rates, None, Rounding::Grosze)
    }

    /// The highest rate for delay that a contract may have on a day: twice the statutory one (art. 481 § 2¹ KC).
    ///
    /// # Errors
    /// If the day lies before the tables, or the rate leaves its range.
    pub fn highest_contractual(&self, day: Day) -> Result<Rate, RatesError> {
        let statutory = self.reference.at(day)?.plus(*self.late_margin.at(day)?);
        statutory.and_then(|rate| rate.plus(rate)).ok_or(RatesError::OutOfRange { day })
    }

    fn rule(
        &self,
        regime: Regime,
        rates: RateTable,
        threshold: Option<AmountTable>,
        rounding: Rounding,
    ) -> Rule {
        Rule {
            regime,
            rates,
            threshold,
            rounding,
            year_days: self.interest_year_days.clone(),
            pauses: Vec::new(),
        }
    }

    /// The rate of the prolongation fee on the day of the decision (art. 57 § 2 and 3 OP).
    ///
    /// # Errors
    /// If the day lies before the tables, or the rate leaves its range.
    pub fn prolongation_rate(&self, decided_on: Day) -> Result<Rate, RatesError> {
        let share = *self.prolongation_share.at(decided_on)?;
        let rate = self.tax_arrears.at(decided_on)?.share(share);
        rate.ok_or(RatesError::OutOfRange { day: decided_on })
    }

    /// Rates of tax arrears that follow from rates of the central bank: so much percent of the lombard rate and so many
    /// points, not less than the floor (art. 56 § 1 OP). The change counts from the very day of the lombard rate.
    ///
    /// # Errors
    /// If the lombard rates and the rule have no day in common, or a rate leaves its range.
    pub fn arrears_of(&self, lombard: &RateTable) -> Result<RateTable, RatesError> {
        let shares = combined(lombard, &self.arrears_of_lombard, Rate::share)?;
        let sums = combined(&shares, &self.arrears_margin, Rate::plus)?;
        Ok(combined(&sums, &self.arrears_floor, |rate, floor| Some(rate.max(floor)))?.joined())
    }
}

/// Why rates cannot be derived.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RatesError {
    /// A day before a table.
    #[error(transparent)]
    Unknown(#[from] Unknown),
    /// A derived rate is above 1000 %.
    #[error("the rate that follows for {day} is above 1000 %; correct the rows that it is made of")]
    OutOfRange {
        /// The first day of the rate.
        day: Day,
    },
}

/// Two tables as one, from the first day that both know.
fn combined(
    one: &RateTable,
    two: &RateTable,
    combine: impl Fn(Rate, Rate) -> Option<Rate>,
) -> Result<RateTable, RatesError> {
    let mut days: Vec<Day> = one.rows().iter().chain(two.rows()).map(|row| row.from).collect();
    days.sort_unstable();
    days.dedup();
    let mut rows = Vec::new();
    let mut unknown = None;
    for day in days {
        match (one.at(day), two.at(day)) {
            (Ok(a), Ok(b)) => {
                let value = combine(*a, *b).ok_or(RatesError::OutOfRange { day })?;
                rows.push(Row { from: day, value });
            }
            (Err(error), _) | (_, Err(error)) => unknown = Some(error),
        }
    }
    Dated::new(rows).map_err(|_| match unknown {
        Some(unknown) => RatesError::Unknown(unknown),
        None => RatesError::OutOfRange { day: Day::default() },
    })
}

/// The last day of the year so many years after a day's year; art. 70 § 1 OP and art. 15 § 3c u.p.e.a. count so.
pub(crate) fn end_of_year_after(day: Day, years: i64) -> Option<Day> {
    Day::from_ymd_opt(day.year().checked_add(i32::try_from(years).ok()?)?, 12, 31)
}
