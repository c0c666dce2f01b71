//! A resident's year, to be read and printed.

use std::collections::BTreeSet;

use axum::{extract::State, response::Response};
use chrono::Datelike;
use uuid::Uuid;

use super::{own::with_payer, own_sheet};
use crate::{
    dues::{Dues, view::View, year::YearLine},
    kernel::Params,
    platform::{
        Ctx,
        http::{Failure, Path},
        i18n::{Texts, texts},
    },
    ui::{
        Here,
        local_time::day_text,
        money::money,
        views::{Block, Cell, Item, Link, Sheet, Table},
    },
};

/// Years that the overview leads to.
const MOST_YEARS: usize = 6;

/// Links to the years of a payer in which something was booked, the newest first.
pub(super) fn year_links(ctx: &Ctx, t: &Texts, view: &View) -> Option<Block> {
    let mut years: BTreeSet<i32> = view.entries.iter().map(|entry| entry.on_day.year()).collect();
    if !years.is_empty() {
        years.insert(view.on.year());
    }
    let link = |year: i32| Link {
        href: with_payer(ctx, &format!("/account/dues/{year}"), view.payer),
        text: t.args("year-title", &[("year", year.to_string().into())]),
    };
    let links: Vec<Link> = years.into_iter().rev().take(MOST_YEARS).map(link).collect();
    (!links.is_empty()).then_some(Block::Links(links))
}

pub(super) async fn year(
    ctx: Ctx,
    here: Here,
    State(dues): State<Dues>,
    Path(year): Path<String>,
    mut params: Params,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let named: Option<Uuid> = params.parse("payer", "the id of a payer")?;
    params.finish()?;
    let year: i32 = year.parse().map_err(|_| Failure::not_found("this year"))?;
    let payer = Dues::asked(&ctx, named)?;
    let (view, lines) = dues.year(&ctx, payer, year).await?;
    let mut sheet = Sheet::new(t.args("year-title", &[("year", year.to_string().into())]));
    sheet.caption = Some(view.name.clone());
    sheet.lead = Some(t.args("year-lead", &[("day", day_text(view.on, t).into())]));
    sheet.back = Some(Link { href: with_payer(&ctx, "/account/dues", payer), text: t.get("own-dues-title") });
    let sum = lines.values().fold(YearLine::default(), YearLine::plus);
    let figure =
        |key: &str, grosze: i64| Item { title: t.get(key), value: money(t, grosze), ..Item::default() };
    let mut figures = vec![
        figure("year-paid", sum.paid + sum.interest_paid + sum.cost_paid),
        figure("year-open", sum.open() + sum.interest_open + sum.cost_open),
    ];
    if view.overpaid_grosze > 0 {
        figures.push(figure("own-dues-overpaid", view.overpaid_grosze));
    }
    sheet.blocks.push(Block::Figures(figures));
    if lines.is_empty() {
        sheet.blocks.push(Block::Empty(t.get("year-none")));
        return own_sheet(&dues, &ctx, &here, sheet);
    }
    let cells = |first: Cell, line: &YearLine| {
        let amounts = [
            line.before,
            line.assessed,
            line.paid,
            line.reduced,
            line.open(),
            line.interest_paid,
            line.interest_remitted,
            line.interest_open,
            line.cost_paid,
            line.cost_open,
        ];
        std::iter::once(first).chain(amounts.map(|grosze| Cell::number(money(t, grosze)))).collect::<Vec<_>>()
    };
    let mut rows: Vec<Vec<Cell>> = view
        .accounts
        .iter()
        .filter_map(|account| {
            let line = lines.get(&account.id)?;
            let href = with_payer(&ctx, &format!("/account/dues/accounts/{}", account.id), payer);
            let first =
                Cell::link(href, view.kind_name(ctx.lang, &account.kind)).below(account.object.clone());
            Some(cells(first, line))
        })
        .collect();
    rows.push(cells(Cell::text(t.get("ledger-sum")), &sum));
    sheet.blocks.push(Block::Table(Table {
        caption: sheet.title.clone(),
        head: vec![
            (t.get("due-col-due"), false),
            (t.get("year-col-before"), true),
            (t.get("year-col-assessed"), true),
            (t.get("year-col-paid"), true),
            (t.get("year-col-reduced"), true),
            (t.get("year-col-open"), true),
            (t.get("year-col-interest-paid"), true),
            (t.get("year-col-interest-remitted"), true),
            (t.get("year-col-interest-open"), true),
            (t.get("year-col-cost-paid"), true),
            (t.get("year-col-cost-open"), true),
        ],
        rows,
    }));
    sheet.blocks.push(Block::Text(t.get("year-note")));
    own_sheet(&dues, &ctx, &here, sheet)
}
