//! Decisions that divide arrears: the form, what it would say, and how one stands.

use axum::{extract::State, response::Response};
use chrono::NaiveDate;
use serde::Deserialize;
use uuid::Uuid;

use super::{
    DAY, LINE, NUMBER, SHORT,
    desk::{START, payer_href},
    desk_sheet, done, fault, id, key_of, past_day,
};
use crate::{
    dues::{
        Dues,
        agreements::{Kept, MOST_PARTS, Plan, Unfit, Wanted, is_replaced, kept},
        model::Stood,
        ops::title_of,
        store::agreements::{AgreementRow, Term},
        view::View,
        words::{read_day, short_day},
    },
    kernel::Params,
    messages::one_line,
    platform::{
        Ctx,
        http::{Failure, Path, ProtectedForm},
        i18n::{Texts, texts},
    },
    ui::{
        Here,
        local_time::day_of,
        money::money,
        views::{Block, Cell, Chip, Choice, Field, FieldFault, Form, Link, Sheet, Table},
    },
};

type Pairs = Vec<(String, String)>;

/// What was late before a day and is not paid.
fn late(view: &View) -> impl Iterator<Item = &Stood> {
    view.stood.iter().filter(|stood| stood.standing.is_arrear && stood.standing.principal_grosze > 0)
}

/// The form, with what was typed.
struct Typed {
    pairs: Pairs,
    key: Uuid,
}

impl Typed {
    fn value(&self, name: &str) -> String {
        let found = self.pairs.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.clone()).unwrap_or_default()
    }

    fn has(&self, stood: &Stood) -> bool {
        self.pairs.is_empty()
            || self.pairs.iter().any(|(name, _)| *name == format!("due-{}", stood.instalment.id))
    }
}

fn table(t: &Texts, terms: &[Term], kept: &[Kept]) -> Table {
    let with_state = !kept.is_empty();
    let mut head = vec![
        (t.get("due-col-term"), false),
        (t.get("agreement-amount"), true),
        (t.get("agreement-fee"), true),
    ];
    if with_state {
        head.push((t.get("agreement-state"), false));
    }
    let row = |(n, term): (usize, &Term)| {
        let mut cells = vec![
            Cell::text(short_day(term.due)),
            Cell::number(money(t, term.amount_grosze)),
            Cell::number(money(t, term.fee_grosze)),
        ];
        if let Some(kept) = kept.get(n) {
            let (look, key) = match kept {
                Kept::Paid => ("good", "agreement-paid"),
                Kept::Waits => ("plain", "agreement-waits"),
                Kept::Missed => ("bad", "agreement-missed"),
            };
            cells.push(Cell::default().chip(Chip { look, text: t.get(key) }));
        }
        cells
    };
    Table { caption: t.get("agreement-terms"), head, rows: terms.iter().enumerate().map(row).collect() }
}

/// Decisions of a payer that still say something, each with its days; for whoever may take one back, with the query of the
/// page where that is done.
pub(super) fn agreement_blocks(t: &Texts, view: &View, sheet: &mut Sheet, end: Option<&str>) {
    for row in &view.agreements {
        let over = match &row.ended {
            Some((day, reason)) => {
                let of = [("day", short_day(*day).into()), ("reason", reason.clone().into())];
                Some(t.args("agreement-ended", &of))
            }
            None => is_replaced(row, &view.stood, view.on).then(|| t.get("agreement-replaced")),
        };
        let kept = kept(row, &view.stood, view.on);
        let is_past = row.terms.last().is_none_or(|last| last.due < view.on);
        if is_past && (over.is_some() || kept.iter().all(|kept| *kept == Kept::Paid)) {
            continue;
        }
        sheet.blocks.push(Block::Heading(heading(t, row)));
        if let Some(text) = over {
            sheet.blocks.push(Block::Text(text));
            continue;
        }
        sheet.blocks.push(Block::Table(table(t, &row.terms, &kept)));
        sheet.blocks.push(Block::Text(t.get("agreement-hint")));
        if let Some(query) = end {
            let href = format!("{START}/payers/{}/agreement/{}/end?{query}", view.payer, row.id);
            let text = t.args("agreement-end-link", &[("decision", row.decision.clone().into())]);
            sheet.blocks.push(Block::Links(vec![Link { href, text }]));
        }
    }
}

fn heading(t: &Texts, row: &AgreementRow) -> String {
    t.args(
        "agreement-of",
        &[("decision", row.decision.clone().into()), ("day", short_day(row.decided_on).into())],
    )
}

fn form(t: &Texts, ctx: &Ctx, view: &View, typed: &Typed) -> Form {
    let choice = |stood: &Stood| Choice {
        value: stood.instalment.id.to_string(),
        label: format!(
            "{} – {}",
            title_of(ctx.lang, &view.kind_name(ctx.lang, &stood.instalment.kind), &stood.instalment),
            money(t, stood.to_pay_grosze())
        ),
        selected: typed.has(stood),
    };
    let line = |id, key: &str, hint: &str, extra| {
        let hint = if hint.is_empty() { String::new() } else { t.get(hint) };
        Field::Line(id, t.get(key), hint, typed.value(id), extra)
    };
    Form {
        action: format!("{START}/payers/{}/agreement", view.payer),
        fields: vec![
            Field::Hidden("key", typed.key.to_string()),
            Field::Checks("due", t.get("agreement-dues"), late(view).map(choice).collect()),
            line("decision", "due-fact-decision", "", SHORT),
            line("decided_on", "due-fact-decided", "", DAY),
            line("reckoned_to", "agreement-reckoned-to", "agreement-reckoned-to-hint", DAY),
            line("count", "agreement-count", "", NUMBER),
            line("first", "agreement-first", "agreement-first-hint", DAY),
            Field::Check("fee", t.get("desk-defer-fee"), !typed.value("fee").is_empty()),
        ],
        button: t.get("agreement-look"),
        first: true,
        ..Form::default()
    }
}

fn sheet_of(t: &Texts, view: &View) -> Sheet {
    let mut sheet = Sheet::new(t.get("agreement-title"));
    sheet.caption = Some(view.name.clone());
    sheet.lead = Some(t.get("agreement-lead"));
    sheet.back = Some(Link {
        href: payer_href(view.payer, "case", &t.get("agreement-title")),
        text: t.get("desk-card-title"),
    });
    sheet
}

fn show(
    dues: &Dues,
    ctx: &Ctx,
    here: &Here,
    view: &View,
    typed: &Typed,
    faults: Vec<FieldFault>,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let mut sheet = sheet_of(t, view);
    sheet.faults = faults;
    if late(view).next().is_none() {
        sheet.blocks.push(Block::Empty(t.get("agreement-nothing-late")));
    } else {
        sheet.blocks.push(Block::Form(form(t, ctx, view, typed)));
    }
    desk_sheet(dues, ctx, here, sheet)
}

pub(super) async fn page(
    ctx: Ctx,
    here: Here,
    State(dues): State<Dues>,
    Path(payer): Path<String>,
    mut params: Params,
) -> Result<Response, Failure> {
    let (_, _) = (params.text("purpose"), params.text("note"));
    params.finish()?;
    let view = dues.view(&ctx, id(&payer)?, day_of(ctx.now)).await?;
    let typed = Typed { pairs: Vec::new(), key: Uuid::now_v7() };
    show(&dues, &ctx, &here, &view, &typed, Vec::new())
}

fn read(ctx: &Ctx, t: &Texts, view: &View, typed: &Typed) -> Result<Wanted, Vec<FieldFault>> {
    let decision = one_line(&typed.value("decision"), 100);
    let decided_on = past_day(ctx, &typed.value("decided_on"));
    let reckoned_to = past_day(ctx, &typed.value("reckoned_to"));
    let first: Option<NaiveDate> = read_day(&typed.value("first"));
    let count: Option<u32> =
        typed.value("count").trim().parse().ok().filter(|n| (1..=MOST_PARTS).contains(n));
    let instalments: Vec<Uuid> =
        late(view).filter(|stood| typed.has(stood)).map(|stood| stood.instalment.id).collect();
    let mut faults = Vec::new();
    if instalments.is_empty() {
        faults.push(fault("due", t.get("agreement-fault-due")));
    }
    if decision.is_empty() {
        faults.push(fault("decision", t.get("desk-assess-decision-fault")));
    }
    for (field, missing) in [
        ("decided_on", decided_on.is_none()),
        ("reckoned_to", reckoned_to.is_none()),
        ("first", first.is_none()),
    ] {
        if missing {
            faults.push(fault(field, t.get("desk-day-fault")));
        }
    }
    if count.is_none() {
        faults.push(fault("count", t.args("agreement-fault-count", &[("most", MOST_PARTS.into())])));
    }
    let (Some(decided_on), Some(reckoned_to), Some(first), Some(count), true) =
        (decided_on, reckoned_to, first, count, faults.is_empty())
    else {
        return Err(faults);
    };
    Ok(Wanted {
        key: typed.key,
        payer: view.payer,
        instalments,
        decision,
        decided_on,
        reckoned_to,
        count,
        first,
        with_fee: !typed.value("fee").is_empty(),
    })
}

fn unfit(t: &Texts, why: Unfit) -> FieldFault {
    let (field, key) = match why {
        Unfit::NotLate => ("due", "agreement-fault-not-late"),
        Unfit::TwoLaws => ("due", "agreement-fault-two-laws"),
        Unfit::Days => ("first", "agreement-fault-days"),
        Unfit::Parts => ("count", "agreement-fault-parts"),
    };
    fault(field, t.get(key))
}

/// What the decision would say, and the button that writes it.
fn look(t: &Texts, view: &View, typed: &Typed, plan: &Plan) -> Sheet {
    let mut sheet = sheet_of(t, view);
    sheet.blocks.push(Block::Table(table(t, &plan.terms, &[])));
    sheet.blocks.push(Block::Text(t.args(
        "agreement-sum",
        &[(
            "amount",
            money(t, plan.terms.iter().map(|term| term.amount_grosze + term.fee_grosze).sum()).into(),
        )],
    )));
    let names = ["decision", "decided_on", "reckoned_to", "count", "first", "fee"];
    let mut fields =
        vec![Field::Hidden("key", typed.key.to_string()), Field::Hidden("agreed", "yes".to_owned())];
    fields.extend(names.map(|name| Field::Hidden(name, typed.value(name))));
    // The chosen dues, as the boxes before said them.
    let chosen = late(view).filter(|stood| typed.has(stood));
    let chosen = chosen.map(|stood| Choice {
        value: stood.instalment.id.to_string(),
        label: stood.instalment.token.clone(),
        selected: true,
    });
    fields.push(Field::Checks("due", t.get("agreement-dues"), chosen.collect()));
    sheet.blocks.push(Block::Form(Form {
        action: format!("{START}/payers/{}/agreement", view.payer),
        fields,
        button: t.get("agreement-write"),
        first: true,
        ..Form::default()
    }));
    sheet
}

pub(super) async fn agree(
    ctx: Ctx,
    here: Here,
    State(dues): State<Dues>,
    Path(payer): Path<String>,
    ProtectedForm(pairs): ProtectedForm<Pairs>,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let view = dues.view(&ctx, id(&payer)?, day_of(ctx.now)).await?;
    let mut typed = Typed { pairs, key: Uuid::nil() };
    typed.key = key_of(&typed.value("key"));
    let wanted = match read(&ctx, t, &view, &typed) {
        Ok(wanted) => wanted,
        Err(faults) => return show(&dues, &ctx, &here, &view, &typed, faults),
    };
    if typed.value("agreed").is_empty() {
        return match dues.agreement_planned(&ctx, &wanted).await? {
            Ok(plan) => desk_sheet(&dues, &ctx, &here, look(t, &view, &typed, &plan)),
            Err(why) => show(&dues, &ctx, &here, &view, &typed, vec![unfit(t, why)]),
        };
    }
    match dues.agree(&ctx, &wanted).await? {
        Ok(()) => Ok(done(view.payer, "case", &wanted.decision, "agreed")),
        Err(why) => show(&dues, &ctx, &here, &view, &typed, vec![unfit(t, why)]),
    }
}

/// How a decision is taken back, as it is typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct EndForm {
    ended_on: String,
    reason: String,
}

/// The form by which a decision is taken back, after what it says.
async fn show_end(
    dues: &Dues,
    ctx: &Ctx,
    here: &Here,
    (payer, agreement): (Uuid, Uuid),
    (form, faults): (EndForm, Vec<FieldFault>),
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let view = dues.view(ctx, payer, day_of(ctx.now)).await?;
    let row = view.agreements.iter().find(|row| row.id == agreement && row.ended.is_none());
    let row = row.ok_or_else(|| Failure::not_found("this decision"))?;
    let mut sheet = sheet_of(t, &view);
    sheet.title = t.get("agreement-end-title");
    sheet.lead = Some(t.get("agreement-end-lead"));
    sheet.faults = faults;
    sheet.blocks.push(Block::Heading(heading(t, row)));
    sheet.blocks.push(Block::Table(table(t, &row.terms, &kept(row, &view.stood, view.on))));
    let line = |id, key, value, extra| Field::Line(id, t.get(key), String::new(), value, extra);
    sheet.blocks.push(Block::Form(Form {
        action: format!("{START}/payers/{payer}/agreement/{agreement}/end"),
        fields: vec![
            line("ended_on", "agreement-end-on", form.ended_on, DAY),
            line("reason", "agreement-end-reason", form.reason, LINE),
        ],
        button: t.get("agreement-end-title"),
        ..Form::default()
    }));
    desk_sheet(dues, ctx, here, sheet)
}

pub(super) async fn end_page(
    ctx: Ctx,
    here: Here,
    State(dues): State<Dues>,
    Path((payer, agreement)): Path<(String, String)>,
    mut params: Params,
) -> Result<Response, Failure> {
    let (_, _) = (params.text("purpose"), params.text("note"));
    params.finish()?;
    let form = EndForm { ended_on: day_of(ctx.now).to_string(), ..EndForm::default() };
    show_end(&dues, &ctx, &here, (id(&payer)?, id(&agreement)?), (form, Vec::new())).await
}

pub(super) async fn end(
    ctx: Ctx,
    here: Here,
    State(dues): State<Dues>,
    Path((payer, agreement)): Path<(String, String)>,
    ProtectedForm(form): ProtectedForm<EndForm>,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let of = (id(&payer)?, id(&agreement)?);
    let (day, reason) = (past_day(&ctx, &form.ended_on), one_line(&form.reason, 200));
    let mut faults = Vec::new();
    if day.is_none() {
        faults.push(fault("ended_on", t.get("desk-day-fault")));
    }
    if reason.chars().count() < 5 {
        faults.push(fault("reason", t.get("agreement-end-reason-fault")));
    }
    let Some(day) = day.filter(|_| faults.is_empty()) else {
        return show_end(&dues, &ctx, &here, of, (form, faults)).await;
    };
    match dues.end_agreement(&ctx, of, (day, &reason)).await {
        Ok(()) => Ok(done(of.0, "case", &reason, "agreement-ended")),
        Err(Failure::Conflict { code: "before-decision", .. }) => {
            let faults = vec![fault("ended_on", t.get("agreement-end-day-fault"))];
            show_end(&dues, &ctx, &here, of, (form, faults)).await
        }
        Err(failure) => Err(failure),
    }
}
