//! What the treasurer's office does with one instalment: remission, deferral, the cost of a reminder.

use axum::{extract::State, response::Response};
use serde::Deserialize;
use uuid::Uuid;

use super::{
    AMOUNT, DAY, SHORT,
    desk::{START, payer_href},
    desk_sheet, done, fault, id, key_of, past_day,
};
use crate::{
    dues::{
        Dues,
        assess::Cut,
        model::Stood,
        words::{read_day, read_money, short_day},
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
        money::money,
        views::{Block, Cell, Field, FieldFault, Form, Link, Sheet, Table},
    },
};

pub(super) async fn instalment_page(
    ctx: Ctx,
    here: Here,
    State(dues): State<Dues>,
    Path(instalment): Path<String>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    show_instalment(&dues, &ctx, &here, id(&instalment)?, &ChangeForm::default(), Vec::new()).await
}

/// A change of one instalment as it is typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ChangeForm {
    key: String,
    decision: String,
    decided_on: String,
    principal: String,
    interest: String,
    due: String,
    fee: String,
    number: String,
    reminded_on: String,
}

async fn show_instalment(
    dues: &Dues,
    ctx: &Ctx,
    here: &Here,
    instalment: Uuid,
    form: &ChangeForm,
    faults: Vec<FieldFault>,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let (stood, title) = dues.instalment_seen(ctx, instalment).await?;
    let mut sheet = Sheet::new(title.clone());
    sheet.caption = Some(stood.instalment.token.clone());
    sheet.back = Some(Link {
        href: payer_href(stood.instalment.party, "case", &stood.instalment.token),
        text: t.get("desk-card-title"),
    });
    sheet.faults = faults;
    sheet.blocks.push(Block::Table(stood_table(t, &stood)));
    let action = |what: &str| format!("{START}/instalments/{instalment}/{what}");
    let line = |id, label: &str, value: &str, extra| {
        Field::Line(id, t.get(label), String::new(), value.to_owned(), extra)
    };
    let key = || Field::Hidden("key", Uuid::now_v7().to_string());
    if stood.standing.to_pay_grosze() > 0 {
        sheet.blocks.push(Block::Heading(t.get("desk-remit-title")));
        sheet.blocks.push(Block::Form(Form {
            action: action("remit"),
            fields: vec![
                key(),
                line("decision", "due-fact-decision", &form.decision, SHORT),
                line("decided_on", "due-fact-decided", &form.decided_on, DAY),
                line("principal", "desk-remit-principal", &form.principal, AMOUNT),
                line("interest", "desk-remit-interest", &form.interest, AMOUNT),
            ],
            button: t.get("desk-remit-button"),
            ..Form::default()
        }));
    }
    if stood.standing.principal_grosze > 0 && !stood.standing.is_arrear {
        sheet.blocks.push(Block::Heading(t.get("desk-defer-title")));
        let mut fields = vec![
            key(),
            Field::Line(
                "defer_decision",
                t.get("due-fact-decision"),
                String::new(),
                form.decision.clone(),
                SHORT,
            ),
            Field::Line(
                "defer_decided_on",
                t.get("due-fact-decided"),
                String::new(),
                form.decided_on.clone(),
                DAY,
            ),
            line("due", "desk-defer-due", &form.due, DAY),
        ];
        if stood.regime.is_tax() {
            fields.push(Field::Check("fee", t.get("desk-defer-fee"), !form.fee.is_empty()));
        }
        sheet.blocks.push(Block::Form(Form {
            action: action("defer"),
            fields,
            button: t.get("desk-defer-button"),
            ..Form::default()
        }));
    }
    if stood.standing.is_arrear && stood.regime.is_tax() && stood.standing.principal_grosze > 0 {
        sheet.blocks.push(Block::Heading(t.get("desk-remind-title")));
        sheet.blocks.push(Block::Form(Form {
            action: action("remind"),
            fields: vec![
                key(),
                line("number", "desk-remind-number", &form.number, SHORT),
                line("reminded_on", "desk-remind-day", &form.reminded_on, DAY),
            ],
            button: t.get("desk-remind-button"),
            ..Form::default()
        }));
    }
    desk_sheet(dues, ctx, here, sheet)
}

fn stood_table(t: &Texts, stood: &Stood) -> Table {
    Table {
        caption: t.get("due-instalments-title"),
        head: vec![
            (t.get("due-col-term"), false),
            (t.get("due-col-left"), true),
            (t.get("due-col-interest"), true),
            (t.get("due-col-cost"), true),
            (t.get("due-col-to-pay"), true),
        ],
        rows: vec![vec![
            Cell::text(short_day(stood.due)),
            Cell::number(money(t, stood.standing.principal_grosze)),
            Cell::number(money(t, stood.standing.interest_grosze)),
            Cell::number(money(t, stood.cost_grosze)),
            Cell::number(money(t, stood.to_pay_grosze())),
        ]],
    }
}

/// An empty field is nothing; what is no amount is a fault.
fn amount_or_nothing(text: &str) -> Option<i64> {
    match text.trim() {
        "" | "0" => Some(0),
        text => read_money(text),
    }
}

pub(super) async fn remit(
    ctx: Ctx,
    here: Here,
    State(dues): State<Dues>,
    Path(instalment): Path<String>,
    ProtectedForm(form): ProtectedForm<ChangeForm>,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let instalment = id(&instalment)?;
    let decision = one_line(&form.decision, 100);
    let (decided_on, principal, interest) = (
        past_day(&ctx, &form.decided_on),
        amount_or_nothing(&form.principal),
        amount_or_nothing(&form.interest),
    );
    let mut faults = Vec::new();
    if decision.is_empty() {
        faults.push(fault("decision", t.get("desk-assess-decision-fault")));
    }
    let read = decided_on.zip(principal).zip(interest);
    if decided_on.is_none() {
        faults.push(fault("decided_on", t.get("desk-day-fault")));
    }
    if principal.zip(interest).is_none_or(|(principal, interest)| principal + interest == 0) {
        faults.push(fault("principal", t.get("desk-amount-fault")));
    }
    let Some(((on, principal_grosze), interest_grosze)) = read.filter(|_| faults.is_empty()) else {
        return show_instalment(&dues, &ctx, &here, instalment, &form, faults).await;
    };
    let cut = Cut { instalment, principal_grosze, interest_grosze };
    match dues.remit(&ctx, cut, (on, key_of(&form.key), &decision)).await {
        Ok(payer) => Ok(done(payer, "case", &decision, "remitted")),
        Err(Failure::Stated { code: "remission", .. }) => {
            let faults = vec![fault("principal", t.get("desk-remit-fault"))];
            show_instalment(&dues, &ctx, &here, instalment, &form, faults).await
        }
        Err(failure) => Err(failure),
    }
}

/// A deferral as it is typed; its fields have names of their own, since the page has two decisions.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct DeferForm {
    key: String,
    defer_decision: String,
    defer_decided_on: String,
    due: String,
    fee: String,
}

pub(super) async fn defer(
    ctx: Ctx,
    here: Here,
    State(dues): State<Dues>,
    Path(instalment): Path<String>,
    ProtectedForm(form): ProtectedForm<DeferForm>,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let instalment = id(&instalment)?;
    let decision = one_line(&form.defer_decision, 100);
    let (decided_on, due) = (past_day(&ctx, &form.defer_decided_on), read_day(&form.due));
    let mut faults = Vec::new();
    if decision.is_empty() {
        faults.push(fault("defer_decision", t.get("desk-assess-decision-fault")));
    }
    if decided_on.is_none() {
        faults.push(fault("defer_decided_on", t.get("desk-day-fault")));
    }
    if due.is_none() {
        faults.push(fault("due", t.get("desk-day-fault")));
    }
    let typed = ChangeForm {
        decision: form.defer_decision.clone(),
        decided_on: form.defer_decided_on.clone(),
        due: form.due.clone(),
        fee: form.fee.clone(),
        ..ChangeForm::default()
    };
    let Some(days) = decided_on.zip(due).filter(|_| faults.is_empty()) else {
        return show_instalment(&dues, &ctx, &here, instalment, &typed, faults).await;
    };
    let ids = (instalment, key_of(&form.key));
    match dues.defer(&ctx, ids, (days.0, days.1, &decision), !form.fee.is_empty()).await {
        Ok(payer) => Ok(done(payer, "case", &decision, "deferred")),
        Err(Failure::Stated { code: "deferral", .. } | Failure::Conflict { code: "late", .. }) => {
            let faults = vec![fault("due", t.get("desk-defer-fault"))];
            show_instalment(&dues, &ctx, &here, instalment, &typed, faults).await
        }
        Err(failure) => Err(failure),
    }
}

pub(super) async fn remind(
    ctx: Ctx,
    here: Here,
    State(dues): State<Dues>,
    Path(instalment): Path<String>,
    ProtectedForm(form): ProtectedForm<ChangeForm>,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let instalment = id(&instalment)?;
    let number = one_line(&form.number, 100);
    let day = past_day(&ctx, &form.reminded_on);
    let mut faults = Vec::new();
    if number.is_empty() {
        faults.push(fault("number", t.get("desk-remind-number-fault")));
    }
    if day.is_none() {
        faults.push(fault("reminded_on", t.get("desk-day-fault")));
    }
    let Some(day) = day.filter(|_| faults.is_empty()) else {
        return show_instalment(&dues, &ctx, &here, instalment, &form, faults).await;
    };
    match dues.remind(&ctx, (instalment, key_of(&form.key)), (&number, day)).await {
        Ok(payer) => Ok(done(payer, "case", &number, "reminded")),
        Err(Failure::Stated { code: "reminder", .. }) => {
            let faults = vec![fault("reminded_on", t.get("desk-remind-fault"))];
            show_instalment(&dues, &ctx, &here, instalment, &form, faults).await
        }
        Err(failure) => Err(failure),
    }
}
