//! Takings by source and day, and arrears by age: each a chart with its table beside, and a file.

use std::collections::{BTreeMap, BTreeSet};

use axum::{extract::State, response::Response};
use chrono::{Days, NaiveDate};

use super::{
    DAY,
    desk::{START, back_to_start},
    desk_sheet, fault,
};
use crate::{
    dues::{
        Dues,
        desk::Age,
        store::overview::DayTaking,
        words::{read_day, short_day},
    },
    kernel::Params,
    platform::{
        Ctx,
        http::{Failure, Path},
        i18n::{Texts, texts},
    },
    ui::{
        Here, chart,
        list_file::{self, ColumnType, List, SPREADSHEETS, column, downloads, numbered, word, zloty},
        local_time::{day_of, day_text},
        money::money,
        views::{Block, Cell, Field, Form, Item, Sheet, Table},
    },
};

/// Days that a page shows at first, and at most.
const USUAL_DAYS: u64 = 29;
const MOST_DAYS: u64 = 366;
/// Beyond so many days the chart counts by month.
const DAYS_IN_CHART: usize = 62;

/// Days of which takings are asked.
struct Span {
    first: NaiveDate,
    last: NaiveDate,
    fits: bool,
}

fn span(ctx: &Ctx, params: &mut Params) -> Span {
    let today = day_of(ctx.now);
    let back = |day: NaiveDate, days| day.checked_sub_days(Days::new(days)).unwrap_or(day);
    let last = params.text("to");
    let first = params.text("from");
    let (asked_last, asked_first) = (last.as_deref().and_then(read_day), first.as_deref().and_then(read_day));
    let read = (last.is_none() || asked_last.is_some()) && (first.is_none() || asked_first.is_some());
    let last = asked_last.unwrap_or(today);
    let first = asked_first.unwrap_or_else(|| back(last, USUAL_DAYS));
    let fits = read && first <= last && first >= back(last, MOST_DAYS);
    if fits { Span { first, last, fits } } else { Span { first: back(today, USUAL_DAYS), last: today, fits } }
}

fn source_text(t: &Texts, source: &str) -> String {
    match source {
        "statement" => t.get("takings-statement"),
        "order" => t.get("takings-order"),
        "desk" => t.get("takings-desk"),
        "refund" => t.get("due-entry-refund"),
        other => other.to_owned(),
    }
}

/// Sources in the order of columns, and each day's amounts in the same order.
fn by_day(takings: &[DayTaking]) -> (Vec<String>, BTreeMap<NaiveDate, Vec<i64>>) {
    let sources: BTreeSet<&str> = takings.iter().map(|taking| taking.source.as_str()).collect();
    let sources: Vec<String> = sources.into_iter().map(str::to_owned).collect();
    let mut days: BTreeMap<NaiveDate, Vec<i64>> = BTreeMap::new();
    for taking in takings {
        let day = days.entry(taking.day).or_insert_with(|| vec![0; sources.len()]);
        let at = sources.iter().position(|source| *source == taking.source);
        if let Some(sum) = at.and_then(|at| day.get_mut(at)) {
            *sum += taking.amount_grosze;
        }
    }
    (sources, days)
}

/// Bars for each day of a span, or for each month of a long one.
fn bars(span: &Span, sources: usize, days: &BTreeMap<NaiveDate, Vec<i64>>) -> Vec<(String, Vec<i64>)> {
    let all: Vec<NaiveDate> = span.first.iter_days().take_while(|day| *day <= span.last).collect();
    let is_long = all.len() > DAYS_IN_CHART;
    let mut bars: Vec<(String, Vec<i64>)> = Vec::new();
    for day in all {
        let name = day.format(if is_long { "%m.%Y" } else { "%d.%m" }).to_string();
        if bars.last().is_none_or(|(last, _)| *last != name) {
            bars.push((name, vec![0; sources]));
        }
        let amounts = days.get(&day).into_iter().flatten();
        if let Some((_, sums)) = bars.last_mut() {
            for (sum, amount) in sums.iter_mut().zip(amounts) {
                *sum += amount;
            }
        }
    }
    bars
}

pub(super) async fn takings(
    ctx: Ctx,
    here: Here,
    State(dues): State<Dues>,
    mut params: Params,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let span = span(&ctx, &mut params);
    params.finish()?;
    let found = dues.takings_of_days(&ctx, (span.first, span.last)).await?;
    let (sources, days) = by_day(&found);
    let mut sheet = Sheet::new(t.get("overview-takings-title"));
    sheet.lead = Some(t.args(
        "overview-takings-lead",
        &[("from", day_text(span.first, t).into()), ("to", day_text(span.last, t).into())],
    ));
    sheet.back = back_to_start(t);
    if !span.fits {
        sheet.faults = vec![fault("from", t.get("overview-days-fault"))];
    }
    let line =
        |id, key: &str, day: NaiveDate| Field::Line(id, t.get(key), String::new(), day.to_string(), DAY);
    sheet.blocks.push(Block::Form(Form {
        action: format!("{START}/takings"),
        asks: true,
        fields: vec![line("from", "overview-from", span.first), line("to", "overview-to", span.last)],
        button: t.get("desk-card-show"),
        first: false,
    }));
    let sum_of = |at: usize| -> i64 {
        days.values().filter_map(|amounts| amounts.get(at)).fold(0, |sum: i64, one| sum.saturating_add(*one))
    };
    let sums: Vec<i64> = (0..sources.len()).map(sum_of).collect();
    let total = sums.iter().fold(0, |sum: i64, one| sum.saturating_add(*one));
    sheet.blocks.push(Block::Figures(vec![Item {
        title: t.get("overview-takings-sum"),
        value: money(t, total),
        ..Item::default()
    }]));
    if days.is_empty() {
        sheet.blocks.push(Block::Empty(t.get("overview-takings-none")));
        return desk_sheet(&dues, &ctx, &here, sheet);
    }
    let names: Vec<String> = sources.iter().map(|source| source_text(t, source)).collect();
    let drawn = bars(&span, sources.len(), &days);
    let label = t.get("overview-takings-title");
    sheet.blocks.push(Block::Chart(chart::stacked(label, &names, &drawn, |grosze| money(t, grosze))));
    let query = format!("?from={}&to={}", span.first, span.last);
    sheet.blocks.push(Block::Links(downloads(t, &format!("{START}/takings/list"), &query, &SPREADSHEETS)));
    let cells = |first: String, amounts: &[i64]| {
        let sum = amounts.iter().fold(0, |sum: i64, one| sum.saturating_add(*one));
        let mut row = vec![Cell::text(first)];
        row.extend(amounts.iter().chain([&sum]).map(|grosze| Cell::number(money(t, *grosze))));
        row
    };
    let mut rows: Vec<Vec<Cell>> =
        days.iter().rev().map(|(day, amounts)| cells(short_day(*day), amounts)).collect();
    rows.push(cells(t.get("ledger-sum"), &sums));
    let mut head = vec![(t.get("overview-day"), false)];
    head.extend(names.into_iter().map(|name| (name, true)));
    head.push((t.get("ledger-sum"), true));
    sheet.blocks.push(Block::Table(Table { caption: t.get("overview-takings-title"), head, rows }));
    desk_sheet(&dues, &ctx, &here, sheet)
}

pub(super) async fn takings_file(
    ctx: Ctx,
    State(dues): State<Dues>,
    Path(file): Path<String>,
    mut params: Params,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let format = list_file::format_of(&file, "list", &SPREADSHEETS)?;
    let span = span(&ctx, &mut params);
    params.finish()?;
    let found = dues.takings_of_days(&ctx, (span.first, span.last)).await?;
    let row = |taking: &DayTaking| {
        vec![word(taking.day.to_string()), word(source_text(t, &taking.source)), zloty(taking.amount_grosze)]
    };
    let list = List {
        name: "takings",
        title: t.get("overview-takings-title"),
        as_of: None,
        columns: vec![
            column("day", ColumnType::Date, t.get("overview-day")),
            column("source", ColumnType::Text, t.get("overview-source")),
            column("amount_pln", ColumnType::Number, t.get("due-col-amount")),
        ],
        rows: numbered(found.iter().map(row)),
    };
    list_file::answer(&ctx, format, |_| list).await
}

/// Arrears by age as a chart: of each age one bar, stacked of taxes and civil dues.
pub(super) fn arrears_chart(t: &Texts, ages: &[(bool, Age, i64)]) -> Block {
    let of = |is_tax: bool, age: Age| -> i64 {
        let fits = ages.iter().filter(|(tax, one, _)| *tax == is_tax && *one == age);
        fits.map(|(.., grosze)| *grosze).fold(0, i64::saturating_add)
    };
    let series = [t.get("due-regime-tax"), t.get("due-regime-civil")];
    let bars: Vec<(String, Vec<i64>)> = Age::ALL
        .iter()
        .map(|age| (t.get(&format!("desk-age-{}", age.name())), vec![of(true, *age), of(false, *age)]))
        .collect();
    Block::Chart(chart::stacked(t.get("desk-arrears-title"), &series, &bars, |grosze| money(t, grosze)))
}

pub(super) async fn arrears_file(
    ctx: Ctx,
    State(dues): State<Dues>,
    Path(file): Path<String>,
    mut params: Params,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let format = list_file::format_of(&file, "list", &SPREADSHEETS)?;
    let on = params.text("on").as_deref().and_then(read_day).unwrap_or_else(|| day_of(ctx.now));
    params.finish()?;
    let (rules, ages) = dues.arrears(&ctx, on).await?;
    let mut rows = Vec::new();
    for kind in &rules.order {
        for age in Age::ALL {
            let fits = ages.iter().filter(|(code, one, _)| code == kind && *one == age);
            let sum = fits.map(|(.., grosze)| *grosze).fold(0, i64::saturating_add);
            if sum == 0 {
                continue;
            }
            let name = rules.kinds.get(kind).and_then(|kind| kind.on(on));
            rows.push(vec![
                word(name.map_or(kind.as_str(), |setting| setting.name(ctx.lang))),
                word(t.get(&format!("desk-age-{}", age.name()))),
                zloty(sum),
            ]);
        }
    }
    let list = List {
        name: "arrears",
        title: t.get("desk-arrears-title"),
        as_of: None,
        columns: vec![
            column("kind", ColumnType::Text, t.get("due-col-kind")),
            column("age", ColumnType::Text, t.get("overview-age")),
            column("amount_pln", ColumnType::Number, t.get("due-col-amount")),
        ],
        rows: numbered(rows.into_iter()),
    };
    list_file::answer(&ctx, format, |_| list).await
}
