//! Runs of reminders at the treasurer's desk: who is to be reminded of what, what was sent, what was delivered.

use std::collections::BTreeSet;

use axum::{extract::State, response::Response};
use chrono::NaiveDate;
use law::reminder::Advice;
use uuid::Uuid;

use super::{
    DAY,
    desk::{back_to_start, payer_href},
    desk_sheet, fault, id, key_of, past_day,
};
use crate::{
    dues::{
        Dues,
        model::Stood,
        reminders::{Asked, MOST_PAPERS, Paper, Planned},
        rules::Rules,
        store::reminders::{ReminderRow, RunRow},
        words::{read_day, short_day},
    },
    kernel::Params,
    platform::{
        Ctx,
        http::{Failure, Path, ProtectedForm},
        i18n::{Texts, texts},
    },
    ui::{
        Here,
        list_file::{self, Column, ColumnType, List, SPREADSHEETS, column, downloads, numbered, word, zloty},
        local_time::{day_of, day_text, instant_text},
        money::money,
        see_other,
        views::{Block, Cell, Chip, Choice, Fact, Field, FieldFault, Form, Item, Link, Sheet, Table},
    },
};

/// Where runs begin.
const RUNS: &str = "/desk/dues/reminders";

/// All fields, since each row that is chosen sends one of its own.
type Fields = Vec<(String, String)>;

/// Before the codes of kinds in the names of their fields.
const KIND: &str = "kind-";

fn asked(rules: &Rules, on: NaiveDate, named: impl Fn(&str) -> bool) -> Asked {
    let kinds = rules.order.iter().filter(|kind| named(kind)).cloned().collect();
    Asked { on, kinds }
}

/// What the address asks for; without a day only the form is shown.
async fn read_asked(
    dues: &Dues,
    ctx: &Ctx,
    params: &mut Params,
) -> Result<(std::sync::Arc<Rules>, Asked, bool), Failure> {
    let rules = dues.rules_of_reminders(ctx).await?;
    let typed = params.text("on");
    let named: BTreeSet<String> =
        rules.order.iter().filter(|kind| params.text(&format!("{KIND}{kind}")).is_some()).cloned().collect();
    let on = typed.as_deref().and_then(read_day).unwrap_or_else(|| day_of(ctx.now));
    let asks = typed.is_some();
    let asked = asked(&rules, on, |kind| !asks || named.contains(kind));
    Ok((rules, asked, asks))
}

fn query(asked: &Asked) -> String {
    let kinds: String = asked.kinds.iter().map(|kind| format!("&{KIND}{kind}=yes")).collect();
    format!("?on={}{kinds}", asked.on)
}

pub(super) async fn page(
    ctx: Ctx,
    here: Here,
    State(dues): State<Dues>,
    mut params: Params,
) -> Result<Response, Failure> {
    let done = params.text("done");
    let (rules, asked, asks) = read_asked(&dues, &ctx, &mut params).await?;
    params.finish()?;
    show(&dues, &ctx, &here, (&rules, &asked, asks), (done, Vec::new())).await
}

async fn show(
    dues: &Dues,
    ctx: &Ctx,
    here: &Here,
    (rules, asked, asks): (&Rules, &Asked, bool),
    (done, mut faults): (Option<String>, Vec<FieldFault>),
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let mut sheet = Sheet::new(t.get("reminders-title"));
    sheet.lead = Some(t.get("reminders-lead"));
    sheet.back = back_to_start(t);
    sheet.notice = done.filter(|done| done == "none").map(|_| t.get("reminders-none-sent"));
    let choice = |kind: &String| Choice {
        value: kind.clone(),
        label: rules
            .kinds
            .get(kind)
            .and_then(|kind| kind.on(asked.on))
            .map_or_else(|| kind.clone(), |setting| setting.name(ctx.lang).to_owned()),
        selected: asked.kinds.contains(kind),
    };
    let mut planned = Vec::new();
    if asks && asked.kinds.is_empty() {
        faults.push(fault("kind", t.get("reminders-kinds-fault")));
    } else if asks {
        match dues.planned(ctx, asked).await {
            Ok((_, found)) => planned = found,
            Err(Failure::Stated { code: "reminder-day", .. }) => {
                faults.push(fault("on", t.get("reminders-day-fault")));
            }
            Err(failure) => return Err(failure),
        }
    }
    sheet.blocks.push(Block::Form(Form {
        action: RUNS.to_owned(),
        asks: true,
        fields: vec![
            Field::Line("on", t.get("reminders-on"), t.get("reminders-on-hint"), asked.on.to_string(), DAY),
            Field::Checks("kind", t.get("reminders-kinds"), rules.order.iter().map(choice).collect()),
        ],
        button: t.get("reminders-show"),
        first: planned.is_empty(),
    }));
    if asks && faults.is_empty() {
        plan_blocks(t, asked, &planned, &mut sheet);
    }
    sheet.faults = faults;
    let runs = dues.reminder_runs(ctx).await?;
    if !runs.is_empty() {
        sheet.blocks.push(Block::Heading(t.get("reminders-runs")));
        sheet.blocks.push(Block::Items(runs.iter().map(|run| run_item(t, run)).collect()));
    }
    desk_sheet(dues, ctx, here, sheet)
}

fn run_item(t: &Texts, run: &RunRow) -> Item {
    let chip = if run.waiting > 0 {
        Chip { look: "unsure", text: t.args("reminders-run-waiting", &[("n", run.waiting.into())]) }
    } else {
        Chip { look: "good", text: t.get("reminders-run-sent") }
    };
    Item {
        href: Some(format!("{RUNS}/{}", run.id)),
        title: t.args("reminders-run", &[("n", run.number.to_string().into())]),
        text: format!("{} · {}, {}", short_day(run.on_day), run.made_by, instant_text(run.made_at, t)),
        value: t.args("reminders-count", &[("n", run.reminders.into())]),
        chips: vec![chip],
    }
}

/// What would be sent, each row with a box.
fn plan_blocks(t: &Texts, asked: &Asked, planned: &[Planned], sheet: &mut Sheet) {
    if planned.is_empty() {
        sheet.blocks.push(Block::Empty(t.get("reminders-none")));
        return;
    }
    let of = |paper: Paper, what: &dyn Fn(&Planned) -> i64| -> i64 {
        planned.iter().filter(|planned| planned.paper == paper).map(what).fold(0, i64::saturating_add)
    };
    let figure = |paper: Paper, key: &str| Item {
        title: t.get(key),
        value: money(t, of(paper, &|planned| planned.sum(Stood::to_pay_grosze))),
        text: t.args("reminders-count", &[("n", of(paper, &|_| 1).into())]),
        ..Item::default()
    };
    sheet.blocks.push(Block::Heading(t.args("reminders-plan", &[("day", day_text(asked.on, t).into())])));
    sheet.blocks.push(Block::Figures(vec![
        figure(Paper::Reminder, "reminders-reminders"),
        figure(Paper::Call, "reminders-calls"),
    ]));
    if planned.len() > MOST_PAPERS {
        sheet.blocks.push(Block::Notice(t.args("reminders-more", &[("n", MOST_PAPERS.into())])));
    }
    sheet.blocks.push(Block::Links(downloads(
        t,
        "/desk/dues/reminder-list/list",
        &query(asked),
        &SPREADSHEETS,
    )));
    let row = |planned: &Planned| {
        let proposed = planned.is_proposed(asked.on);
        let pick = format!("{}.{}", planned.paper.name(), planned.payer);
        let tokens: Vec<&str> =
            planned.stood.iter().take(3).map(|stood| stood.instalment.token.as_str()).collect();
        let more = if planned.stood.len() > tokens.len() { ", …" } else { "" };
        let oldest = planned.stood.first().map(|stood| short_day(stood.due)).unwrap_or_default();
        vec![
            Cell::pick("pick", pick, proposed, planned.name.clone()),
            Cell::link(payer_href(planned.payer, "case", &oldest), paper_text(t, planned.paper))
                .below(format!("{}{more}", tokens.join(", "))),
            Cell::text(oldest).chip(advice_chip(t, planned, asked.on)),
            Cell::number(money(t, planned.sum(|stood| stood.standing.principal_grosze))),
            Cell::number(money(t, planned.sum(|stood| stood.standing.interest_grosze))),
            Cell::number(money(t, planned.sum(|stood| stood.cost_grosze))),
            Cell::number(money(t, planned.sum(Stood::to_pay_grosze))),
        ]
    };
    let table = Table {
        caption: t.get("reminders-title"),
        head: vec![
            (t.get("reminders-col-payer"), false),
            (t.get("reminders-col-paper"), false),
            (t.get("reminders-col-oldest"), false),
            (t.get("due-col-left"), true),
            (t.get("due-col-interest"), true),
            (t.get("due-col-cost"), true),
            (t.get("due-col-to-pay"), true),
        ],
        rows: planned.iter().take(MOST_PAPERS).map(row).collect(),
    };
    let fields = vec![
        Field::Hidden("key", Uuid::now_v7().to_string()),
        Field::Hidden("on", asked.on.to_string()),
        Field::Hidden("kinds", asked.kinds.iter().cloned().collect::<Vec<_>>().join(",")),
        Field::Rows("pick", table),
    ];
    sheet.blocks.push(Block::Form(Form {
        action: RUNS.to_owned(),
        asks: false,
        fields,
        button: t.get("reminders-send"),
        first: true,
    }));
    sheet.blocks.push(Block::Text(t.get("reminders-note")));
}

fn paper_text(t: &Texts, paper: Paper) -> String {
    t.get(match paper {
        Paper::Reminder => "reminders-paper-reminder",
        Paper::Call => "reminders-paper-call",
    })
}

fn advice_chip(t: &Texts, planned: &Planned, on: NaiveDate) -> Chip {
    match planned.advice {
        _ if planned.paper == Paper::Call => Chip { look: "plain", text: t.get("reminders-advice-call") },
        Advice::MayWait { last_day } | Advice::Within { last_day } if last_day > on => Chip {
            look: "unsure",
            text: t.args("reminders-advice-wait", &[("day", short_day(last_day).into())]),
        },
        _ => Chip { look: "bad", text: t.get("reminders-advice-now") },
    }
}

fn all<'a>(fields: &'a [(String, String)], name: &'a str) -> impl Iterator<Item = &'a str> {
    fields.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
}

fn one<'a>(fields: &'a [(String, String)], name: &'a str) -> &'a str {
    all(fields, name).next().unwrap_or_default()
}

pub(super) async fn send(
    ctx: Ctx,
    here: Here,
    State(dues): State<Dues>,
    ProtectedForm(fields): ProtectedForm<Fields>,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let rules = dues.rules_of_reminders(&ctx).await?;
    let named: BTreeSet<&str> = one(&fields, "kinds").split(',').collect();
    let on = read_day(one(&fields, "on")).unwrap_or_else(|| day_of(ctx.now));
    let asked = asked(&rules, on, |kind| named.contains(kind));
    let picked: BTreeSet<(Paper, Uuid)> = all(&fields, "pick")
        .filter_map(|pick| {
            let (paper, payer) = pick.split_once('.')?;
            Some((Paper::from_name(paper), payer.parse().ok()?))
        })
        .collect();
    if picked.is_empty() {
        let faults = vec![fault("pick", t.get("reminders-pick-fault"))];
        return show(&dues, &ctx, &here, (&rules, &asked, true), (None, faults)).await;
    }
    let key = key_of(one(&fields, "key"));
    match dues.start_run(&ctx, key, &asked, &picked).await? {
        0 => Ok(see_other(&format!("{RUNS}?done=none"))),
        _ => Ok(see_other(&format!("{RUNS}/{key}?done=sent"))),
    }
}

pub(super) async fn run_page(
    ctx: Ctx,
    here: Here,
    State(dues): State<Dues>,
    Path(run): Path<String>,
    mut params: Params,
) -> Result<Response, Failure> {
    let done = params.text("done");
    params.finish()?;
    show_run(&dues, &ctx, &here, id(&run)?, (done, String::new(), Vec::new())).await
}

async fn show_run(
    dues: &Dues,
    ctx: &Ctx,
    here: &Here,
    run: Uuid,
    (done, day, faults): (Option<String>, String, Vec<FieldFault>),
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let (rules, run, rows) = dues.reminder_run(ctx, run).await?;
    let mut sheet = Sheet::new(t.args("reminders-run", &[("n", run.number.to_string().into())]));
    sheet.caption = Some(t.args("reminders-plan", &[("day", day_text(run.on_day, t).into())]));
    sheet.back = Some(Link { href: RUNS.to_owned(), text: t.get("reminders-title") });
    sheet.notice = match done.as_deref() {
        Some("sent") => Some(t.args("reminders-done-sent", &[("n", run.reminders.into())])),
        Some("delivered") => Some(t.get("reminders-done-delivered")),
        _ => None,
    };
    sheet.faults = faults;
    let count = |state: &str| rows.iter().filter(|row| row.state == state).count();
    let sent = |row: &&ReminderRow| row.state == "sent";
    let sum = |part: fn(&ReminderRow) -> i64| rows.iter().filter(sent).map(part).fold(0, i64::saturating_add);
    let delivered = rows.iter().filter(|row| row.delivered_on.is_some()).count();
    let figure =
        |key: &str, value: String, text: String| Item { title: t.get(key), value, text, ..Item::default() };
    sheet.blocks.push(Block::Figures(vec![
        figure("reminders-fig-sent", count("sent").to_string(), money(t, sum(to_pay))),
        figure("reminders-fig-waiting", count("waiting").to_string(), String::new()),
        figure("reminders-fig-delivered", delivered.to_string(), String::new()),
    ]));
    let named = |code: &String| {
        let setting = rules.kinds.get(code).and_then(|kind| kind.on(run.on_day));
        setting.map_or(code.as_str(), |setting| setting.name(ctx.lang)).to_owned()
    };
    let kinds: Vec<String> = run.kinds.iter().map(named).collect();
    sheet.blocks.push(Block::Facts(vec![
        Fact { title: t.get("reminders-kinds"), value: kinds.join(", ") },
        Fact {
            title: t.get("desk-entry-by"),
            value: format!("{}, {}", run.made_by, instant_text(run.made_at, t)),
        },
    ]));
    if run.waiting > 0 {
        sheet.blocks.push(Block::Notice(t.get("reminders-goes-on")));
    }
    sheet.blocks.push(Block::Links(downloads(t, &format!("{RUNS}/{}/list", run.id), "", &SPREADSHEETS)));
    let undelivered = |row: &&ReminderRow| row.state == "sent" && row.delivered_on.is_none();
    let head = || {
        vec![
            (t.get("reminders-col-payer"), false),
            (t.get("reminders-col-number"), false),
            (t.get("due-col-left"), true),
            (t.get("due-col-interest"), true),
            (t.get("due-col-cost"), true),
            (t.get("due-col-to-pay"), true),
        ]
    };
    let cells = |first: Cell, row: &ReminderRow| {
        vec![
            first,
            Cell::link(payer_href(row.party, "case", &number(row)), number(row))
                .below(t.args("reminders-dues", &[("n", row.dues.into())]))
                .chip(state_chip(t, row)),
            Cell::number(money(t, row.principal_grosze)),
            Cell::number(money(t, row.interest_grosze)),
            Cell::number(money(t, row.cost_grosze)),
            Cell::number(money(t, to_pay(row))),
        ]
    };
    let open: Vec<&ReminderRow> = rows.iter().filter(undelivered).collect();
    if !open.is_empty() {
        sheet.blocks.push(Block::Heading(t.get("reminders-deliver")));
        sheet.blocks.push(Block::Text(t.get("reminders-deliver-note")));
        let pick =
            |row: &&ReminderRow| cells(Cell::pick("pick", row.id.to_string(), false, row.name.clone()), row);
        let table = Table {
            caption: t.get("reminders-deliver"),
            head: head(),
            rows: open.iter().map(pick).collect(),
        };
        sheet.blocks.push(Block::Form(Form {
            action: format!("{RUNS}/{}/deliver", run.id),
            asks: false,
            fields: vec![
                Field::Line("delivered", t.get("reminders-delivered-on"), String::new(), day, DAY),
                Field::Rows("pick", table),
            ],
            button: t.get("reminders-deliver-button"),
            first: true,
        }));
    }
    let others: Vec<&ReminderRow> = rows.iter().filter(|row| !undelivered(row)).collect();
    if !others.is_empty() {
        sheet.blocks.push(Block::Heading(t.get("reminders-others")));
        let line = |row: &&ReminderRow| cells(Cell::text(row.name.clone()), row);
        sheet.blocks.push(Block::Table(Table {
            caption: t.get("reminders-others"),
            head: head(),
            rows: others.iter().map(line).collect(),
        }));
    }
    desk_sheet(dues, ctx, here, sheet)
}

fn number(row: &ReminderRow) -> String {
    row.paper().number(row.year, row.number)
}

fn to_pay(row: &ReminderRow) -> i64 {
    row.principal_grosze.saturating_add(row.interest_grosze).saturating_add(row.cost_grosze)
}

fn state_chip(t: &Texts, row: &ReminderRow) -> Chip {
    match (row.state.as_str(), row.delivered_on) {
        ("sent", Some(day)) => Chip {
            look: "good",
            text: t.args("reminders-state-delivered", &[("day", short_day(day).into())]),
        },
        ("sent", None) => Chip { look: "plain", text: t.get("reminders-state-sent") },
        ("void", _) => Chip { look: "plain", text: t.get("reminders-state-void") },
        _ => Chip { look: "unsure", text: t.get("reminders-state-waiting") },
    }
}

pub(super) async fn deliver(
    ctx: Ctx,
    here: Here,
    State(dues): State<Dues>,
    Path(run): Path<String>,
    ProtectedForm(fields): ProtectedForm<Fields>,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let run = id(&run)?;
    let typed = one(&fields, "delivered").to_owned();
    let ids: Vec<Uuid> = all(&fields, "pick").filter_map(|id| id.parse().ok()).take(MOST_PAPERS).collect();
    let mut faults = Vec::new();
    let day = past_day(&ctx, &typed);
    if day.is_none() {
        faults.push(fault("delivered", t.get("desk-day-fault")));
    }
    if ids.is_empty() {
        faults.push(fault("pick", t.get("reminders-pick-fault")));
    }
    if let Some(day) = day.filter(|_| faults.is_empty()) {
        match dues.reminders_delivered(&ctx, run, &ids, day).await {
            Ok(_) => return Ok(see_other(&format!("{RUNS}/{run}?done=delivered"))),
            Err(Failure::Conflict { code: "delivery-day", .. }) => {
                faults.push(fault("delivered", t.get("reminders-delivered-fault")));
            }
            Err(failure) => return Err(failure),
        }
    }
    show_run(&dues, &ctx, &here, run, (None, typed, faults)).await
}

fn columns(t: &Texts) -> Vec<Column> {
    vec![
        column("paper", ColumnType::Text, t.get("reminders-col-paper")),
        column("number", ColumnType::Text, t.get("reminders-col-number")),
        column("payer", ColumnType::Text, t.get("reminders-col-payer")),
        column("dues", ColumnType::Text, t.get("reminders-col-dues")),
        column("oldest", ColumnType::Text, t.get("reminders-col-oldest")),
        column("principal_pln", ColumnType::Number, t.get("due-col-left")),
        column("interest_pln", ColumnType::Number, t.get("due-col-interest")),
        column("cost_pln", ColumnType::Number, t.get("due-col-cost")),
        column("to_pay_pln", ColumnType::Number, t.get("due-col-to-pay")),
        column("state", ColumnType::Text, t.get("reminders-col-state")),
    ]
}

/// The list before it is sent, as a file.
pub(super) async fn plan_file(
    ctx: Ctx,
    State(dues): State<Dues>,
    Path(file): Path<String>,
    mut params: Params,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let format = list_file::format_of(&file, "list", &SPREADSHEETS)?;
    let (_, asked, _) = read_asked(&dues, &ctx, &mut params).await?;
    params.finish()?;
    let (_, planned) = dues.planned(&ctx, &asked).await?;
    let row = |planned: &Planned| {
        let tokens: Vec<&str> = planned.stood.iter().map(|stood| stood.instalment.token.as_str()).collect();
        vec![
            word(paper_text(t, planned.paper)),
            word(""),
            word(planned.name.clone()),
            word(tokens.join(", ")),
            word(planned.stood.first().map(|stood| stood.due.to_string()).unwrap_or_default()),
            zloty(planned.sum(|stood| stood.standing.principal_grosze)),
            zloty(planned.sum(|stood| stood.standing.interest_grosze)),
            zloty(planned.sum(|stood| stood.cost_grosze)),
            zloty(planned.sum(Stood::to_pay_grosze)),
            word(advice_chip(t, planned, asked.on).text),
        ]
    };
    let rows = numbered(planned.iter().take(MOST_PAPERS).map(row));
    let title = t.get("reminders-title");
    let list = List { name: "reminders", title, as_of: None, columns: columns(t), rows };
    list_file::answer(&ctx, format, |_| list).await
}

/// What a run sent, as a file.
pub(super) async fn run_file(
    ctx: Ctx,
    State(dues): State<Dues>,
    Path((run, file)): Path<(String, String)>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    let t = texts(ctx.lang);
    let format = list_file::format_of(&file, "list", &SPREADSHEETS)?;
    let (_, run, rows) = dues.reminder_run(&ctx, id(&run)?).await?;
    let row = |row: &ReminderRow| {
        vec![
            word(paper_text(t, row.paper())),
            word(number(row)),
            word(row.name.clone()),
            word(row.dues.to_string()),
            word(""),
            zloty(row.principal_grosze),
            zloty(row.interest_grosze),
            zloty(row.cost_grosze),
            zloty(to_pay(row)),
            word(state_chip(t, row).text),
        ]
    };
    let title = t.args("reminders-run", &[("n", run.number.to_string().into())]);
    let rows = numbered(rows.iter().map(row));
    let list = List { name: "reminders", title, as_of: None, columns: columns(t), rows };
    list_file::answer(&ctx, format, |_| list).await
}
