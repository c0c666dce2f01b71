//! A resident's pages: what is owed now and next, one account with law, decision and history, the transfer form; and the
//! same as JSON.

use axum::{extract::State, response::Response};
use chrono::NaiveDate;
use law::allocation::Allocation;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    agreements::agreement_blocks, id, interest_notes::note_blocks, own_sheet, slips, year::year_links,
};
use crate::{
    dues::{
        Dues, Owed,
        model::Stood,
        slip::Slip,
        store::{self, assess::AccountRow},
        view::View,
        words::{
            allocation_table, interest_sum, interest_table, moved_text, regime_text, short_day, state_chip,
        },
    },
    kernel::Params,
    platform::{
        Ctx,
        http::{Failure, Path, json},
        i18n::{Texts, texts},
    },
    ui::{
        Here, Nav,
        local_time::{day_of, day_text},
        money::money,
        see_other,
        views::{Block, Cell, Chip, Fact, Form, Item, Link, Sheet, Table},
    },
};

pub(super) fn with_payer(ctx: &Ctx, path: &str, payer: Uuid) -> String {
    let own = ctx.resident().is_some_and(|resident| resident.on_behalf_of() == payer);
    if own { path.to_owned() } else { format!("{path}?payer={payer}") }
}

pub(super) async fn overview(
    ctx: Ctx,
    here: Here,
    State(dues): State<Dues>,
    mut params: Params,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let named: Option<Uuid> = params.parse("payer", "the id of a payer")?;
    params.finish()?;
    let payer = Dues::asked(&ctx, named)?;
    let today = day_of(ctx.now);
    let view = dues.view(&ctx, payer, today).await?;
    let mut sheet = Sheet::new(t.get("own-dues-title"));
    sheet.caption = Some(view.name.clone());
    sheet.lead = Some(t.get("own-dues-lead"));
    let others = dues.payers_of_resident(&ctx).await?;
    if others.len() > 1 {
        let link = |(other, name): &(Uuid, String)| Link {
            href: format!("/account/dues?payer={other}"),
            text: name.clone(),
        };
        sheet.blocks.push(Block::Text(t.get("own-dues-others")));
        sheet
            .blocks
            .push(Block::Links(others.iter().filter(|(other, _)| *other != payer).map(link).collect()));
    }
    sheet.blocks.push(figures(t, &view));
    let open: Vec<&Stood> = view.stood.iter().filter(|stood| stood.to_pay_grosze() > 0).collect();
    if open.is_empty() {
        sheet.blocks.push(Block::Empty(t.get("own-dues-none")));
    } else {
        sheet.blocks.push(Block::Heading(t.get("own-dues-open")));
        sheet.blocks.push(Block::Items(open.iter().map(|stood| open_item(&ctx, t, &view, stood)).collect()));
        sheet.blocks.push(Block::Form(Form {
            action: "/account/cart".to_owned(),
            asks: true,
            button: t.get("own-dues-pay"),
            first: true,
            ..Form::default()
        }));
    }
    agreement_blocks(t, &view, &mut sheet, None);
    if !view.accounts.is_empty() {
        sheet.blocks.push(Block::Heading(t.get("own-dues-accounts")));
        let item = |account: &AccountRow| Item {
            href: Some(with_payer(&ctx, &format!("/account/dues/accounts/{}", account.id), payer)),
            title: view.kind_name(ctx.lang, &account.kind),
            text: account.object.clone(),
            value: money(t, view.of_account(account.id).map(Stood::to_pay_grosze).sum()),
            chips: Vec::new(),
        };
        sheet.blocks.push(Block::Items(view.accounts.iter().map(item).collect()));
    }
    sheet.blocks.extend(year_links(&ctx, t, &view));
    note_blocks(t, &view.notes, "/account/dues", &mut sheet);
    history(&ctx, t, &view, None, &mut sheet);
    own_sheet(&dues, &ctx, &here, sheet)
}

/// What is late, what comes next, what was paid too much.
pub(super) fn figures(t: &Texts, view: &View) -> Block {
    let late = view.late_grosze();
    let mut figures = vec![Item {
        title: t.get("own-dues-late"),
        value: money(t, late),
        text: if late > 0 {
            t.args("own-dues-late-holds", &[("day", day_text(view.on, t).into())])
        } else {
            t.get("own-dues-late-none")
        },
        ..Item::default()
    }];
    if let Some((term, grosze)) = view.next() {
        figures.push(Item {
            title: t.get("own-dues-next"),
            value: money(t, grosze),
            text: t.args("own-dues-by", &[("day", day_text(term, t).into())]),
            ..Item::default()
        });
    }
    if view.overpaid_grosze != 0 {
        let key = if view.overpaid_grosze > 0 { "own-dues-overpaid" } else { "own-dues-to-return" };
        figures.push(Item {
            title: t.get(key),
            value: money(t, view.overpaid_grosze.abs()),
            ..Item::default()
        });
    }
    Block::Figures(figures)
}

fn open_item(ctx: &Ctx, t: &Texts, view: &View, stood: &Stood) -> Item {
    let instalment = &stood.instalment;
    let account = format!("/account/dues/accounts/{}", instalment.account);
    let mut text = format!(
        "{} · {}",
        instalment.object,
        t.args("own-dues-by", &[("day", day_text(stood.due, t).into())])
    );
    if stood.standing.interest_grosze > 0 {
        let interest = money(t, stood.standing.interest_grosze);
        text = format!("{text} · {}", t.args("own-dues-with-interest", &[("amount", interest.into())]));
    }
    Item {
        href: Some(with_payer(ctx, &account, view.payer)),
        title: view.name_of(ctx.lang, &instalment.id.to_string()),
        text,
        value: money(t, stood.to_pay_grosze()),
        chips: vec![state_chip(t, stood)],
    }
}

pub(super) async fn account(
    ctx: Ctx,
    here: Here,
    State(dues): State<Dues>,
    Path(account): Path<String>,
    mut params: Params,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let named: Option<Uuid> = params.parse("payer", "the id of a payer")?;
    params.finish()?;
    let account = id(&account)?;
    let payer = Dues::asked(&ctx, named)?;
    let view = dues.view(&ctx, payer, day_of(ctx.now)).await?;
    let row = view.accounts.iter().find(|row| row.id == account);
    let row = row.ok_or_else(|| Failure::not_found("this account of dues"))?;
    let mut sheet = Sheet::new(view.kind_name(ctx.lang, &row.kind));
    sheet.caption = Some(row.object.clone());
    sheet.back = Some(Link { href: with_payer(&ctx, "/account/dues", payer), text: t.get("own-dues-title") });
    account_blocks(&ctx, t, &view, account, &mut sheet, |stood| {
        Some(format!("/account/dues/instalments/{}/transfer", stood.instalment.id))
    });
    history(&ctx, t, &view, Some(account), &mut sheet);
    own_sheet(&dues, &ctx, &here, sheet)
}

/// A resident's accounts of dues of a thing of the registry, among those that they may see; the only one at once.
pub(super) async fn thing(
    ctx: Ctx,
    here: Here,
    State(dues): State<Dues>,
    Path(asset): Path<String>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    let t = texts(ctx.lang);
    let (rules, accounts) = dues.own_of_thing(&ctx, id(&asset)?).await?;
    let today = day_of(ctx.now);
    let href = |account: &AccountRow| {
        with_payer(&ctx, &format!("/account/dues/accounts/{}", account.id), account.party)
    };
    if let [only] = accounts.as_slice() {
        return Ok(see_other(&href(only)));
    }
    let mut sheet = Sheet::new(t.get("own-dues-thing"));
    sheet.back = Some(Link { href: "/account/dues".to_owned(), text: t.get("own-dues-title") });
    sheet.blocks.push(if accounts.is_empty() {
        Block::Empty(t.get("own-dues-thing-none"))
    } else {
        let item = |account: &AccountRow| Item {
            href: Some(href(account)),
            title: rules.name_on(ctx.lang, &account.kind, today),
            text: account.object.clone(),
            ..Item::default()
        };
        Block::Items(accounts.iter().map(item).collect())
    });
    own_sheet(&dues, &ctx, &here, sheet)
}

/// Law, decisions with basis, instalments with interest: of one account, for its payer and for the desk.
pub(super) fn account_blocks(
    ctx: &Ctx,
    t: &Texts,
    view: &View,
    account: Uuid,
    sheet: &mut Sheet,
    leads: impl Fn(&Stood) -> Option<String>,
) {
    let Some(row) = view.accounts.iter().find(|row| row.id == account) else { return };
    if let Some((kind, setting)) = view.kind(&row.kind) {
        let fact = |key: &str, value: String| Fact { title: t.get(key), value };
        let mut facts = vec![
            fact("due-fact-law", setting.law.clone()),
            fact("due-fact-regime", regime_text(t, kind.regime)),
        ];
        facts.extend(setting.nrb_of(row.number).map(|nrb| fact("due-fact-account", nrb.to_string())));
        sheet.blocks.push(Block::Facts(facts));
    }
    for assessment in view.assessments.iter().rev().filter(|row| row.account == account) {
        let title = if assessment.corrects.is_some() { "due-assessment-corrected" } else { "due-assessment" };
        sheet.blocks.push(Block::Heading(t.args(title, &[("year", assessment.year.to_string().into())])));
        let fact = |key: &str, value: String| Fact { title: t.get(key), value };
        let mut facts = vec![
            fact("due-fact-decision", assessment.decision.clone()),
            fact("due-fact-decided", day_text(assessment.decided_on, t)),
        ];
        facts.extend(assessment.delivered_on.map(|day| fact("due-fact-delivered", day_text(day, t))));
        facts.push(fact("due-fact-amount", money(t, assessment.amount_grosze)));
        facts.extend(assessment.reason.clone().map(|reason| fact("due-fact-reason", reason)));
        sheet.blocks.push(Block::Facts(facts));
        let basis: Vec<crate::dues::BasisLine> =
            serde_json::from_value(assessment.basis.clone()).unwrap_or_default();
        if !basis.is_empty() {
            let rows = basis.iter().map(|line| {
                vec![
                    Cell::text(line.text.clone()),
                    Cell::number(line.quantity.clone()),
                    Cell::number(line.rate.clone()),
                    Cell::number(money(t, line.amount_grosze)),
                ]
            });
            sheet.blocks.push(Block::Table(Table {
                caption: t.get("due-basis-title"),
                head: vec![
                    (t.get("due-col-basis"), false),
                    (t.get("due-col-quantity"), true),
                    (t.get("due-col-rate"), true),
                    (t.get("due-col-amount"), true),
                ],
                rows: rows.collect(),
            }));
        }
        let mut of_it: Vec<&Stood> =
            view.of_account(account).filter(|stood| stood.instalment.assessment == assessment.id).collect();
        of_it.sort_by_key(|stood| stood.instalment.number);
        if of_it.is_empty() {
            continue;
        }
        sheet.blocks.push(Block::Table(instalments_table(ctx, t, view, &of_it, &leads)));
        for stood in of_it.iter().filter(|stood| !stood.standing.interest.periods.is_empty()) {
            let title = view.name_of(ctx.lang, &stood.instalment.id.to_string());
            let sum = interest_sum(t, &stood.standing.interest);
            let mut table = interest_table(t, &stood.standing.interest);
            table.rows.push(vec![Cell::text(sum)]);
            sheet.blocks.push(Block::Folded(t.args("due-interest-of", &[("title", title.into())]), table));
        }
    }
}

fn instalments_table(
    ctx: &Ctx,
    t: &Texts,
    view: &View,
    stood: &[&Stood],
    leads: impl Fn(&Stood) -> Option<String>,
) -> Table {
    let rows = stood.iter().map(|stood| {
        let instalment = &stood.instalment;
        let mut term = Cell::text(short_day(stood.due));
        if stood.due != instalment.due {
            term = term.below(t.args("due-term-deferred", &[("day", short_day(instalment.due).into())]));
        } else if let Some(moved) = &instalment.moved {
            let was = t.args("due-term-was", &[("day", short_day(instalment.term).into())]);
            term = term.below(format!("{was}: {}", moved_text(t, moved)));
        }
        let paid = instalment.amount_grosze - stood.standing.principal_grosze;
        let mut first =
            Cell::text(view.name_of(ctx.lang, &instalment.id.to_string())).below(instalment.token.clone());
        first.href = leads(stood).filter(|_| stood.to_pay_grosze() > 0 || ctx.staff().is_some());
        vec![
            first.chip(state_chip(t, stood)),
            term,
            Cell::number(money(t, instalment.amount_grosze)),
            Cell::number(money(t, paid)),
            Cell::number(money(t, stood.standing.principal_grosze)),
            Cell::number(money(t, stood.standing.interest_grosze)),
            Cell::number(money(t, stood.cost_grosze)),
            Cell::number(money(t, stood.to_pay_grosze())),
        ]
    });
    Table {
        caption: t.get("due-instalments-title"),
        head: vec![
            (t.get("due-col-instalment"), false),
            (t.get("due-col-term"), false),
            (t.get("due-col-amount"), true),
            (t.get("due-col-settled"), true),
            (t.get("due-col-left"), true),
            (t.get("due-col-interest"), true),
            (t.get("due-col-cost"), true),
            (t.get("due-col-to-pay"), true),
        ],
        rows: rows.collect(),
    }
}

/// What was booked, the newest first; of an account only what touched it. Of each payment how it was divided.
pub(super) fn history(ctx: &Ctx, t: &Texts, view: &View, account: Option<Uuid>, sheet: &mut Sheet) {
    let ids: Vec<String> = view
        .stood
        .iter()
        .filter(|stood| account.is_none_or(|account| stood.instalment.account == account))
        .map(|stood| stood.instalment.id.to_string())
        .collect();
    let touches = |entry: &&store::Entry| {
        account.is_none() || {
            // A payment's calculation lists all debts; only what it paid counts.
            let paid =
                entry.details.pointer("/allocation/parts").filter(|_| entry.details.get("debts").is_some());
            let said = paid.unwrap_or(&entry.details).to_string();
            ids.iter().any(|id| said.contains(id.as_str()))
        }
    };
    let entries: Vec<&store::Entry> = view.entries.iter().filter(touches).collect();
    if entries.is_empty() {
        return;
    }
    sheet.blocks.push(Block::Heading(t.get("due-history-title")));
    for entry in entries {
        let amount = amount_of(entry);
        let mut chips = Vec::new();
        if entry.reversed_by.is_some() {
            chips.push(Chip { look: "bad", text: t.get("due-entry-reversed") });
        }
        let title = t.get(&format!("due-entry-{}", entry.kind));
        let text = [short_day(entry.on_day), entry.title.clone(), format!("nr {}", entry.number)];
        let said: Vec<String> = text.into_iter().filter(|part| !part.is_empty()).collect();
        let item = Item {
            href: ctx.staff().map(|_| format!("/desk/dues/entries/{}", entry.id)),
            title,
            text: said.join(" · "),
            value: amount.map(|grosze| money(t, grosze)).unwrap_or_default(),
            chips,
        };
        sheet.blocks.push(Block::Items(vec![item]));
        let allocation = entry.details.get("allocation").cloned();
        let allocation = allocation.and_then(|kept| serde_json::from_value::<Allocation>(kept).ok());
        let divided = |allocation: &Allocation| !allocation.parts.is_empty();
        if let Some(allocation) =
            allocation.filter(|allocation| divided(allocation) && entry.kind != "reversal")
        {
            let table = allocation_table(t, &allocation, |debt| view.name_of(ctx.lang, debt));
            sheet.blocks.push(Block::Folded(t.get("due-split-title"), table));
        }
    }
}

/// How much an entry is about, where it says so.
pub(super) fn amount_of(entry: &store::Entry) -> Option<i64> {
    let grosze = |pointer: &str| entry.details.pointer(pointer).and_then(serde_json::Value::as_i64);
    if let Some(allocation) = entry.details.get("allocation") {
        let allocation: Allocation = serde_json::from_value(allocation.clone()).ok()?;
        let parts: i64 = allocation.parts.iter().map(|part| part.paid.total_grosze()).sum();
        return Some(parts + allocation.rest_grosze);
    }
    grosze("/amount_grosze")
        .or_else(|| grosze("/cost_grosze"))
        .or_else(|| grosze("/fee/charged_grosze"))
        .or_else(|| {
            let cuts = entry.details.get("reductions")?.as_array()?;
            let of =
                |cut: &serde_json::Value, name: &str| cut.pointer(name).and_then(serde_json::Value::as_i64);
            Some(
                -cuts
                    .iter()
                    .map(|cut| {
                        of(cut, "/cut/principal_grosze").unwrap_or(0)
                            + of(cut, "/cut/interest_grosze").unwrap_or(0)
                    })
                    .sum::<i64>(),
            )
        })
}

/// The forms of one due, and the way back to its account.
async fn slips_of(dues: &Dues, ctx: &Ctx, instalment: &str) -> Result<(Vec<Slip>, Link), Failure> {
    let found = dues.one_owed(ctx, id(instalment)?, day_of(ctx.now)).await?;
    let owed = found.ok_or_else(|| Failure::not_found("this due"))?;
    let (payer, amount) = (owed.payer, owed.to_pay_grosze());
    let href = with_payer(ctx, &format!("/account/dues/accounts/{}", owed.account), payer);
    let back = Link { href, text: owed.title.clone() };
    Ok((dues.slips(ctx, payer, &[(owed, amount)]).await?, back))
}

pub(super) async fn transfer(
    ctx: Ctx,
    here: Here,
    State(dues): State<Dues>,
    Path(instalment): Path<String>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    let (slips, back) = slips_of(&dues, &ctx, &instalment).await?;
    slips::page(&dues.site, &ctx, &here, Nav::AccountDues, back, &slips)
}

pub(super) async fn transfer_pdf(
    ctx: Ctx,
    State(dues): State<Dues>,
    Path(instalment): Path<String>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    let (slips, _) = slips_of(&dues, &ctx, &instalment).await?;
    slips::document(&dues.site, &ctx, &slips).await
}

/// One open due, as programs read it.
#[derive(Debug, Serialize, ToSchema)]
pub struct OwedLine {
    /// Its id.
    instalment: Uuid,
    /// Its account of dues.
    account: Uuid,
    /// Code of its kind.
    kind: String,
    /// What it is.
    title: String,
    /// For what.
    object: String,
    /// `tax`, `civil` or `contractual`.
    regime: String,
    /// The last day that is in time.
    term: NaiveDate,
    /// Whether that day is past.
    late: bool,
    /// What is left, in grosze.
    principal_grosze: i64,
    /// Interest on the day of the answer, in grosze.
    interest_grosze: i64,
    /// Costs of reminders, in grosze.
    cost_grosze: i64,
    /// All of it, in grosze.
    to_pay_grosze: i64,
    /// Where it is paid: 26 digits.
    nrb: String,
    /// What the transfer's title begins with.
    token: String,
    /// Whether it may be paid by card or BLIK.
    cards_allowed: bool,
}

/// What a payer owes.
#[derive(Debug, Serialize, ToSchema)]
pub struct OwedAnswer {
    /// The payer.
    payer: Uuid,
    /// The day for which interest is reckoned.
    on: NaiveDate,
    /// By term.
    dues: Vec<OwedLine>,
    /// What was paid beyond what was owed, in grosze.
    overpaid_grosze: i64,
}

/// What the resident who asks owes today, or whoever they act for.
#[utoipa::path(get, path = "/api/account/dues", tag = "dues",
    params(("payer" = Option<Uuid>, Query, description = "Somebody else, by a power of attorney for dues")),
    responses((status = 200, description = "Open dues by term", body = OwedAnswer),
              (status = 403, description = "The identity is not verified"), (status = 404, description = "None of theirs")))]
pub async fn own_dues(ctx: Ctx, State(dues): State<Dues>, mut params: Params) -> Result<Response, Failure> {
    let named: Option<Uuid> = params.parse("payer", "the id of a payer")?;
    params.finish()?;
    let payer = Dues::asked(&ctx, named)?;
    let on = day_of(ctx.now);
    let view = dues.view(&ctx, payer, on).await?;
    let owed = dues.owed_of(&view.rules, ctx.lang, &view.stood, on);
    let line = |owed: Owed| OwedLine {
        to_pay_grosze: owed.to_pay_grosze(),
        instalment: owed.instalment,
        account: owed.account,
        kind: owed.kind,
        title: owed.title,
        object: owed.object,
        regime: owed.regime.code().to_owned(),
        term: owed.term,
        late: owed.is_arrear,
        principal_grosze: owed.principal_grosze,
        interest_grosze: owed.interest_grosze,
        cost_grosze: owed.cost_grosze,
        nrb: owed.nrb.as_str().to_owned(),
        token: owed.token,
        cards_allowed: owed.cards_allowed,
    };
    let answer = OwedAnswer {
        payer,
        on,
        dues: owed.into_iter().map(line).collect(),
        overpaid_grosze: view.overpaid_grosze,
    };
    json("application/json", &answer)
}
