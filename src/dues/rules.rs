//! The rules of the law and of the town as they stand: kinds of due, rates, terms. What the treasurer added precedes what
//! the program brings along. Read anew when a row was added, by whichever node.

use std::{collections::BTreeMap, sync::Arc};

use chrono::NaiveDate;
use law::{
    Rounding,
    calendar::Calendar,
    dated::{Dated, Row},
    interest::{Regime, Rule},
    tables::{AmountTable, CountTable, Rate, RateTable, Tables, TaxRate},
    terms::{MonthDay, Payer, Plan, Plans},
};

use super::store;
use crate::{
    kernel::Lang,
    platform::http::{Failure, ResultExt},
};

/// A kind of due with all that was ever said of it.
#[derive(Debug, Clone)]
pub(super) struct Kind {
    pub(super) code: String,
    pub(super) token: String,
    pub(super) regime: Regime,
    pub(super) rounding: Rounding,
    /// By the first day on which they hold, oldest first.
    pub(super) settings: Vec<Setting>,
}

/// What the town says of a kind from a day on.
#[derive(Debug, Clone)]
pub(super) struct Setting {
    pub(super) valid_from: NaiveDate,
    pub(super) name_pl: String,
    pub(super) name_en: String,
    pub(super) law: String,
    pub(super) nrb: Option<bank::Nrb>,
    pub(super) virtual_prefix: Option<String>,
    pub(super) cards_allowed: bool,
    pub(super) rate_hundredths: Option<i32>,
}

impl Setting {
    pub(super) fn name(&self, lang: Lang) -> &str {
        match lang {
            Lang::Pl => &self.name_pl,
            Lang::En => &self.name_en,
        }
    }

    /// Where a dues account of this number is paid: its own individual account, or the town's.
    pub(super) fn nrb_of(&self, account_number: i64) -> Option<bank::Nrb> {
        let own = self.virtual_prefix.as_deref().and_then(|prefix| {
            let digits = 24_usize.checked_sub(prefix.len())?;
            let pattern = bank::virtual_account::Pattern::new(prefix, digits).ok()?;
            pattern.account(u64::try_from(account_number).ok()?).ok()
        });
        own.or(self.nrb)
    }
}

impl Kind {
    /// What holds on a day; before the first row, the first.
    pub(super) fn on(&self, day: NaiveDate) -> Option<&Setting> {
        let held = self.settings.iter().rev().find(|setting| setting.valid_from <= day);
        held.or_else(|| self.settings.first())
    }
}

/// All rules at one time.
#[derive(Debug)]
pub(super) struct Rules {
    /// Which rows are in them.
    pub(super) edition: (i64, i64, i64),
    pub(super) tables: Tables,
    pub(super) calendar: Calendar,
    pub(super) kinds: BTreeMap<String, Kind>,
    /// Codes in the order of pages.
    pub(super) order: Vec<String>,
    plans: Plans,
    own_plans: Vec<Plan>,
}

/// Names of tables and what their values are, in the order of pages.
pub(super) const TABLES: [(&str, Unit); 14] = [
    ("tax_arrears", Unit::Percent),
    ("reference", Unit::Percent),
    ("late_margin", Unit::Percent),
    ("interest_threshold", Unit::Zloty),
    ("reminder_cost", Unit::Zloty),
    ("stranger_limit", Unit::Zloty),
    ("once_only_limit", Unit::Zloty),
    ("prolongation_share", Unit::Percent),
    ("delivery_days", Unit::Count),
    ("prescription_years", Unit::Count),
    ("reminder_days", Unit::Count),
    ("reminder_after_days", Unit::Count),
    ("reminder_again_days", Unit::Count),
    ("notice_before_days", Unit::Count),
];

/// What a table's values are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Percent,
    Zloty,
    Count,
}

/// A row as it is stored.
#[derive(Debug, Clone)]
pub(super) struct RateRow {
    pub(super) name: String,
    pub(super) valid_from: NaiveDate,
    pub(super) value: Option<String>,
}

impl Rules {
    pub(super) async fn read(
        connection: &mut sqlx::PgConnection,
        edition: (i64, i64, i64),
    ) -> Result<Arc<Self>, Failure> {
        let mut tables = Tables::built_in().internal("read the tables of the law")?;
        for row in store::rules::rates(connection).await? {
            add_row(&mut tables, &row).internal("read a row of the treasurer")?;
        }
        let calendar = Calendar::built_in().internal("read the holidays")?;
        let plans = Plans::built_in().internal("read the plans of terms")?;
        let (mut kinds, mut order) = (BTreeMap::new(), Vec::new());
        for kind in store::rules::kinds(connection).await? {
            order.push(kind.code.clone());
            kinds.insert(kind.code.clone(), kind);
        }
        let mut own_plans = Vec::new();
        for row in store::rules::plans(connection).await? {
            if let Some(kind) = kinds.get(&row.kind) {
                own_plans.extend(row.plan(kind));
            }
        }
        Ok(Arc::new(Self { edition, tables, calendar, kinds, order, plans, own_plans }))
    }

    /// What a kind is called on a day; its code where nothing is said of that day.
    pub(super) fn name_on(&self, lang: Lang, code: &str, on: NaiveDate) -> String {
        let setting = self.kinds.get(code).and_then(|kind| kind.on(on));
        setting.map_or_else(|| code.to_owned(), |setting| setting.name(lang).to_owned())
    }

    pub(super) fn kind(&self, code: &str) -> Result<&Kind, Failure> {
        self.kinds.get(code).ok_or("a due of an unknown kind").internal("read what is owed")
    }

    /// How interest of a kind is charged.
    pub(super) fn rule(&self, kind: &Kind) -> Result<Rule, Failure> {
        match kind.regime {
            Regime::Tax => self.tables.tax_rule(TaxRate::Ordinary).internal("make a rule of interest"),
            Regime::Civil => self.tables.civil_rule().internal("make a rule of interest"),
            Regime::Contractual => {
                let rows = kind.settings.iter().filter_map(|setting| {
                    let hundredths = i64::from(setting.rate_hundredths?);
                    Some(Row { from: setting.valid_from, value: Rate::from_hundredths(hundredths)? })
                });
                match Dated::new(rows.collect()) {
                    Ok(rates) => Ok(self.tables.contractual_rule(rates)),
                    // A contract that states no rate: the statutory one (art. 481 § 2 KC).
                    Err(_) => self.tables.civil_rule().internal("make a rule of interest"),
                }
            }
        }
    }

    /// The plan of a kind in a year: of the town, else of the law. Of each, one for this payer precedes one for all.
    pub(super) fn plan(&self, kind: &str, payer: Payer, year: i32) -> Option<&Plan> {
        let first = NaiveDate::from_ymd_opt(year, 1, 1)?;
        let own = |payer: Payer| {
            let fits = self.own_plans.iter().filter(|plan| plan.kind == kind && plan.payer == payer);
            fits.filter(|plan| plan.from <= first).max_by_key(|plan| plan.from)
        };
        own(payer).or_else(|| own(Payer::Any)).or_else(|| self.plans.find(kind, payer, year))
    }

    /// Rows of a table as they hold now.
    pub(super) fn rows(&self, name: &str) -> Vec<(NaiveDate, String)> {
        let tables = &self.tables;
        let plain = |grosze: i64| format!("{}.{:02}", grosze / 100, grosze % 100);
        if let Some(table) = rate_table(tables, name) {
            return table.rows().iter().map(|row| (row.from, row.value.to_string())).collect();
        }
        if let Some(table) = amount_table(tables, name) {
            return table.rows().iter().map(|row| (row.from, plain(row.value))).collect();
        }
        count_table(tables, name)
            .map(|table| table.rows().iter().map(|row| (row.from, row.value.to_string())).collect())
            .unwrap_or_default()
    }
}

fn rate_table<'a>(tables: &'a Tables, name: &str) -> Option<&'a RateTable> {
    Some(match name {
        "tax_arrears" => &tables.tax_arrears,
        "reference" => &tables.reference,
        "late_margin" => &tables.late_margin,
        "prolongation_share" => &tables.prolongation_share,
        _ => return None,
    })
}

fn amount_table<'a>(tables: &'a Tables, name: &str) -> Option<&'a AmountTable> {
    Some(match name {
        "interest_threshold" => &tables.interest_threshold,
        "reminder_cost" => &tables.reminder_cost,
        "stranger_limit" => &tables.stranger_limit,
        "once_only_limit" => &tables.once_only_limit,
        _ => return None,
    })
}

fn count_table<'a>(tables: &'a Tables, name: &str) -> Option<&'a CountTable> {
    Some(match name {
        "delivery_days" => &tables.delivery_days,
        "prescription_years" => &tables.prescription_years,
        "reminder_days" => &tables.reminder_days,
        "reminder_after_days" => &tables.reminder_after_days,
        "reminder_again_days" => &tables.reminder_again_days,
        "notice_before_days" => &tables.notice_before_days,
        _ => return None,
    })
}

/// Why a row cannot be added.
#[derive(Debug, thiserror::Error, Clone, Copy, PartialEq, Eq)]
pub(super) enum RowFault {
    /// There is no such table.
    #[error("there is no such table")]
    Table,
    /// Its value is none of this table.
    #[error("the value does not fit the table")]
    Value,
    /// Too many rows.
    #[error("the table is full")]
    Full,
}

/// Adds a row. A row without value takes nothing away from the tables of the program: it only ends an own row, which is
/// left out by the query already.
pub(super) fn add_row(tables: &mut Tables, row: &RateRow) -> Result<(), RowFault> {
    let Some(value) = row.value.as_deref() else { return Ok(()) };
    let day = row.valid_from;
    let full = |_| RowFault::Full;
    if let Some(table) = rate_table(tables, &row.name) {
        let with = table.with(day, Rate::parse(value).ok_or(RowFault::Value)?).map_err(full)?;
        match row.name.as_str() {
            "tax_arrears" => tables.tax_arrears = with,
            "reference" => tables.reference = with,
            "late_margin" => tables.late_margin = with,
            _ => tables.prolongation_share = with,
        }
        return Ok(());
    }
    if let Some(table) = amount_table(tables, &row.name) {
        let grosze = law::parse_hundredths(value).filter(|grosze| *grosze <= law::AMOUNT_MAX_GROSZE);
        let with = table.with(day, grosze.ok_or(RowFault::Value)?).map_err(full)?;
        match row.name.as_str() {
            "interest_threshold" => tables.interest_threshold = with,
            "reminder_cost" => tables.reminder_cost = with,
            "stranger_limit" => tables.stranger_limit = with,
            _ => tables.once_only_limit = with,
        }
        return Ok(());
    }
    let table = count_table(tables, &row.name).ok_or(RowFault::Table)?;
    let count = value.parse().ok().filter(|count| (1..=1000).contains(count));
    let with = table.with(day, count.ok_or(RowFault::Value)?).map_err(full)?;
    match row.name.as_str() {
        "delivery_days" => tables.delivery_days = with,
        "prescription_years" => tables.prescription_years = with,
        "reminder_after_days" => tables.reminder_after_days = with,
        "reminder_again_days" => tables.reminder_again_days = with,
        "notice_before_days" => tables.notice_before_days = with,
        _ => tables.reminder_days = with,
    }
    Ok(())
}

/// A plan as it is stored.
#[derive(Debug, Clone)]
pub(super) struct PlanRow {
    pub(super) kind: String,
    pub(super) payer: String,
    pub(super) valid_from: NaiveDate,
    pub(super) terms: Vec<String>,
    pub(super) law: String,
    pub(super) once_only: bool,
    pub(super) by_decision: bool,
}

impl PlanRow {
    /// As the law's functions take it; `None` for what is none.
    pub(super) fn plan(&self, kind: &Kind) -> Option<Plan> {
        let payer = match self.payer.as_str() {
            "natural" => Payer::Natural,
            "legal" => Payer::Legal,
            _ => Payer::Any,
        };
        let terms: Option<Vec<MonthDay>> = self.terms.iter().map(|term| month_day(term)).collect();
        let terms = terms.filter(|terms| !terms.is_empty() && terms.is_sorted_by(|one, two| one < two))?;
        Some(Plan {
            kind: self.kind.clone(),
            payer,
            from: self.valid_from,
            regime: kind.regime,
            law: self.law.clone(),
            terms,
            once_only: self.once_only,
            by_decision: self.by_decision,
            rounding: kind.rounding,
            set_by_town: false,
        })
    }
}

/// "03-15" as a day of every year.
pub(super) fn month_day(text: &str) -> Option<MonthDay> {
    let (month, day) = text.trim().split_once('-')?;
    let (month, day) = (month.parse().ok()?, day.parse().ok()?);
    // A day that a February lacks is none: 2023 has no 29th.
    NaiveDate::from_ymd_opt(2023, month, day).map(|_| MonthDay { month, day })
}
