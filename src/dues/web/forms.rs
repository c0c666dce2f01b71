//! What the treasurer's office enters: assessments and corrections, remission, deferral, reminders, money at the cash desk,
//! offsets and refunds.

use axum::{extract::State, response::Response};
use chrono::{Datelike, NaiveDate};
use law::allocation::PaidBy;
use serde::Deserialize;
use uuid::Uuid;

use super::{
    desk::{START, back_to_start, payer_href},
    desk_sheet, fault, id,
};
use crate::{
    dues::{
        AssessFault, BasisLine, Dues, NewAssessment,
        assess::Cut,
        manage::{Cash, Object},
        model::Stood,
        words::{day_text, money, read_day, read_money, short_day},
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
        see_other,
        views::{Block, Cell, Choice, Fact, Field, FieldFault, Form, Link, Sheet, Table},
    },
};

const LINE: &str = "type=\"text\" autocomplete=\"off\" maxlength=\"200\"";
const SHORT: &str = "type=\"text\" autocomplete=\"off\" maxlength=\"100\"";
const AMOUNT: &str = "type=\"text\" inputmode=\"decimal\" autocomplete=\"off\" maxlength=\"20\"";
const DAY: &str = "type=\"date\"";
const NUMBER: &str = "type=\"text\" inputmode=\"numeric\" autocomplete=\"off\" maxlength=\"4\"";

/// Lines of a basis at most.
const MOST_BASIS: usize = 60;

/// An assessment's form as it is typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct AssessForm {
    key: String,
    purpose: String,
    note: String,
    account: String,
    kind: String,
    object: String,
    year: String,
    decision: String,
    decided_on: String,
    delivered_on: String,
    amount: String,
    basis: String,
    first_month: String,
    last_month: String,
    single_term: String,
    reason: String,
}

impl AssessForm {
    /// What is assessed, or all that is wrong with it.
    fn read(
        &self,
        t: &Texts,
        account: Uuid,
        corrects: Option<Uuid>,
    ) -> Result<NewAssessment, Vec<FieldFault>> {
        let mut faults = Vec::new();
        let mut wrong = |field, key: &str| faults.push(fault(field, t.get(key)));
        let year = self.year.trim().parse::<i32>().ok().filter(|year| (2000..=2099).contains(year));
        let decision = one_line(&self.decision, 101);
        let decided_on = read_day(&self.decided_on);
        let optional =
            |text: &str| if text.trim().is_empty() { Some(None) } else { read_day(text).map(Some) };
        let (delivered_on, single_term) = (optional(&self.delivered_on), optional(&self.single_term));
        let amount = match self.amount.trim() {
            "0" | "0,00" | "0.00" if corrects.is_some() => Some(0),
            text => read_money(text),
        };
        let month = |text: &str, usual: u32| match text.trim() {
            "" => Some(usual),
            text => text.parse::<u32>().ok().filter(|month| (1..=12).contains(month)),
        };
        let months = month(&self.first_month, 1).zip(month(&self.last_month, 12));
        let basis = read_basis(&self.basis);
        if year.is_none() {
            wrong("year", "desk-assess-year-fault");
        }
        if !(1..=100).contains(&decision.chars().count()) {
            wrong("decision", "desk-assess-decision-fault");
        }
        if decided_on.is_none() {
            wrong("decided_on", "desk-day-fault");
        }
        if delivered_on.is_none() || delivered_on.flatten().zip(decided_on).is_some_and(|(a, b)| a < b) {
            wrong("delivered_on", "desk-assess-delivered-fault");
        }
        if single_term.is_none() {
            wrong("single_term", "desk-day-fault");
        }
        if amount.is_none() {
            wrong("amount", "desk-amount-fault");
        }
        if months.is_none_or(|(first, last): (u32, u32)| first > last) {
            wrong("first_month", "desk-assess-months-fault");
        }
        if basis.is_none() {
            wrong("basis", "desk-assess-basis-fault");
        }
        let read = (year, decided_on, delivered_on, single_term, amount, months, basis);
        match read {
            (
                Some(year),
                Some(decided_on),
                Some(delivered_on),
                Some(single_term),
                Some(amount_grosze),
                Some((first_month, last_month)),
                Some(basis),
            ) if faults.is_empty() => {
                let reason = one_line(&self.reason, 500);
                Ok(NewAssessment {
                    id: self.key.parse().unwrap_or_else(|_| Uuid::now_v7()),
                    account,
                    year,
                    decision,
                    decided_on,
                    delivered_on,
                    amount_grosze,
                    basis,
                    first_month,
                    last_month,
                    single_term,
                    corrects,
                    reason: Some(reason).filter(|reason| !reason.is_empty()),
                })
            }
            _ => Err(faults),
        }
    }

    fn fields(&self, t: &Texts, is_correction: bool) -> Vec<Field> {
        let line = |id, label: &str, hint: &str, value: &str, extra| {
            let hint = if hint.is_empty() { String::new() } else { t.get(hint) };
            Field::Line(id, t.get(label), hint, value.to_owned(), extra)
        };
        let mut fields = vec![
            Field::Hidden("key", self.key.clone()),
            Field::Hidden("purpose", self.purpose.clone()),
            Field::Hidden("note", self.note.clone()),
            line("year", "desk-assess-year", "", &self.year, NUMBER),
            line("decision", "due-fact-decision", "desk-assess-decision-hint", &self.decision, SHORT),
            line("decided_on", "due-fact-decided", "", &self.decided_on, DAY),
            line("delivered_on", "due-fact-delivered", "desk-assess-delivered-hint", &self.delivered_on, DAY),
            line("amount", "due-fact-amount", "desk-amount-hint", &self.amount, AMOUNT),
            Field::Area(
                "basis",
                t.get("due-basis-title"),
                t.get("desk-assess-basis-hint"),
                self.basis.clone(),
            ),
            line(
                "first_month",
                "desk-assess-first-month",
                "desk-assess-month-hint",
                &self.first_month,
                NUMBER,
            ),
            line("last_month", "desk-assess-last-month", "", &self.last_month, NUMBER),
            line("single_term", "desk-assess-single", "desk-assess-single-hint", &self.single_term, DAY),
        ];
        if is_correction {
            fields.push(line("reason", "due-fact-reason", "", &self.reason, LINE));
        }
        fields
    }
}

/// Lines "text; quantity; rate; amount"; `None` when one of them is none.
fn read_basis(text: &str) -> Option<Vec<BasisLine>> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let read = lines.map(|line| {
        let parts: Vec<&str> = line.split(';').map(str::trim).collect();
        let [text, quantity, rate, amount] = parts.as_slice() else { return None };
        let fits = [text, quantity, rate].iter().all(|part| part.chars().count() <= 200) && !text.is_empty();
        fits.then_some(BasisLine {
            text: (*text).to_owned(),
            quantity: (*quantity).to_owned(),
            rate: (*rate).to_owned(),
            amount_grosze: read_money(amount)?,
        })
    });
    read.collect::<Option<Vec<_>>>().filter(|lines| lines.len() <= MOST_BASIS)
}

fn basis_text(t: &Texts, lines: &[BasisLine]) -> String {
    let line = |line: &BasisLine| {
        let amount = money(t, line.amount_grosze);
        format!("{}; {}; {}; {}", line.text, line.quantity, line.rate, amount.trim_end_matches("\u{a0}zł"))
    };
    lines.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn refusal(t: &Texts, why: &AssessFault) -> FieldFault {
    match why {
        AssessFault::NoBankAccount => fault("kind", t.get("desk-assess-no-account")),
        AssessFault::NoTerms => fault("single_term", t.get("desk-assess-no-terms")),
        AssessFault::Terms(_) => fault("amount", t.get("desk-assess-terms-fault")),
        AssessFault::NotCorrectable => fault("decision", t.get("desk-assess-not-correctable")),
        AssessFault::Same => fault("amount", t.get("desk-assess-same")),
    }
}

pub(super) async fn assess_page(
    ctx: Ctx,
    here: Here,
    State(dues): State<Dues>,
    Path(payer): Path<String>,
    mut params: Params,
) -> Result<Response, Failure> {
    let (purpose, note) =
        (params.text("purpose").unwrap_or_default(), params.text("note").unwrap_or_default());
    let object = params.text("asset").unwrap_or_default();
    params.finish()?;
    let today = day_of(ctx.now);
    let form = AssessForm {
        key: Uuid::now_v7().to_string(),
        purpose,
        note,
        object,
        year: today.year().to_string(),
        decided_on: today.to_string(),
        ..AssessForm::default()
    };
    show_assess(&dues, &ctx, &here, id(&payer)?, &form, Vec::new()).await
}

async fn show_assess(
    dues: &Dues,
    ctx: &Ctx,
    here: &Here,
    payer: Uuid,
    form: &AssessForm,
    faults: Vec<FieldFault>,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let view = dues.view(ctx, payer, day_of(ctx.now)).await?;
    let mut sheet = Sheet::new(t.get("desk-assess-title"));
    sheet.caption = Some(view.name.clone());
    sheet.back =
        Some(Link { href: payer_href(payer, &form.purpose, &form.note), text: t.get("desk-card-title") });
    sheet.faults = faults;
    let choice = |value: String, label: String, selected: bool| Choice { value, label, selected };
    let mut accounts = vec![choice(String::new(), t.get("desk-assess-account-new"), form.account.is_empty())];
    accounts.extend(view.accounts.iter().map(|account| {
        let label = format!("{}: {}", view.kind_name(ctx.lang, &account.kind), account.object);
        choice(account.id.to_string(), label, form.account == account.id.to_string())
    }));
    let mut kinds = vec![choice(String::new(), t.get("desk-assess-kind-choose"), form.kind.is_empty())];
    kinds.extend(
        view.rules
            .order
            .iter()
            .map(|code| choice(code.clone(), view.kind_name(ctx.lang, code), form.kind == *code)),
    );
    let mut fields = vec![
        Field::Choice("account", t.get("desk-assess-account"), accounts),
        Field::Choice("kind", t.get("desk-assess-kind"), kinds),
        Field::Line(
            "object",
            t.get("desk-assess-object"),
            t.get("desk-assess-object-hint"),
            form.object.clone(),
            LINE,
        ),
    ];
    fields.extend(form.fields(t, false));
    sheet.blocks.push(Block::Form(Form {
        action: format!("{START}/payers/{payer}/assess"),
        fields,
        button: t.get("desk-assess-button"),
        first: true,
        ..Form::default()
    }));
    desk_sheet(dues, ctx, here, sheet)
}

pub(super) async fn assess(
    ctx: Ctx,
    here: Here,
    State(dues): State<Dues>,
    Path(payer): Path<String>,
    ProtectedForm(form): ProtectedForm<AssessForm>,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let payer = id(&payer)?;
    let object = Object {
        account: form.account.parse().ok(),
        kind: form.kind.clone(),
        object: one_line(&form.object, 200),
    };
    let mut faults = Vec::new();
    if object.account.is_none() {
        if form.kind.is_empty() {
            faults.push(fault("kind", t.get("desk-assess-kind-fault")));
        }
        if object.object.is_empty() {
            faults.push(fault("object", t.get("desk-assess-object-fault")));
        }
    }
    let new = form.read(t, Uuid::nil(), None);
    faults.extend(new.as_ref().err().cloned().unwrap_or_default());
    let new = match new {
        Ok(new) if faults.is_empty() => new,
        _ => return show_assess(&dues, &ctx, &here, payer, &form, faults).await,
    };
    match dues.assess(&ctx, payer, &object, new).await? {
        Ok(waits) => Ok(done(payer, &form.purpose, &form.note, if waits { "waits" } else { "assessed" })),
        Err(why) => show_assess(&dues, &ctx, &here, payer, &form, vec![refusal(t, &why)]).await,
    }
}

fn done(payer: Uuid, purpose: &str, note: &str, what: &str) -> Response {
    see_other(&format!("{}&done={what}", payer_href(payer, purpose, note)))
}

pub(super) async fn assessment_page(
    ctx: Ctx,
    here: Here,
    State(dues): State<Dues>,
    Path(assessment): Path<String>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    show_assessment(&dues, &ctx, &here, id(&assessment)?, None, Vec::new()).await
}

async fn show_assessment(
    dues: &Dues,
    ctx: &Ctx,
    here: &Here,
    assessment: Uuid,
    typed: Option<&AssessForm>,
    faults: Vec<FieldFault>,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let seen = dues.assessment_seen(ctx, assessment).await?;
    let row = &seen.row;
    let mut sheet = Sheet::new(t.args("due-assessment", &[("year", row.year.to_string().into())]));
    sheet.caption = Some(row.decision.clone());
    sheet.back =
        Some(Link { href: payer_href(seen.payer, "case", &row.decision), text: t.get("desk-card-title") });
    sheet.faults = faults;
    let fact = |key: &str, value: String| Fact { title: t.get(key), value };
    let mut facts = vec![
        fact("due-fact-decided", day_text(t, row.decided_on)),
        fact("due-fact-amount", money(t, row.amount_grosze)),
        fact("desk-entry-by", row.entered_by.clone()),
    ];
    facts.extend(row.delivered_on.map(|day| fact("due-fact-delivered", day_text(t, day))));
    sheet.blocks.push(Block::Facts(facts));
    if seen.waits {
        sheet.blocks.push(Block::Notice(t.get("desk-assessment-waits")));
        sheet.blocks.push(Block::Form(Form {
            action: format!("{START}/assessments/{assessment}/deliver"),
            fields: vec![Field::Line("day", t.get("due-fact-delivered"), String::new(), String::new(), DAY)],
            button: t.get("desk-assessment-deliver"),
            first: true,
            ..Form::default()
        }));
    } else if seen.is_corrected {
        sheet.blocks.push(Block::Notice(t.get("desk-assessment-corrected")));
    } else {
        let basis: Vec<BasisLine> = serde_json::from_value(row.basis.clone()).unwrap_or_default();
        let form = typed.cloned().unwrap_or_else(|| AssessForm {
            key: Uuid::now_v7().to_string(),
            year: row.year.to_string(),
            decided_on: day_of(ctx.now).to_string(),
            basis: basis_text(t, &basis),
            first_month: row.first_month.to_string(),
            last_month: row.last_month.to_string(),
            single_term: row.single_term.map(|day| day.to_string()).unwrap_or_default(),
            ..AssessForm::default()
        });
        sheet.blocks.push(Block::Heading(t.get("desk-correct-title")));
        sheet.blocks.push(Block::Text(t.get("desk-correct-lead")));
        sheet.blocks.push(Block::Form(Form {
            action: format!("{START}/assessments/{assessment}/correct"),
            fields: form.fields(t, true),
            button: t.get("desk-correct-button"),
            first: true,
            ..Form::default()
        }));
    }
    desk_sheet(dues, ctx, here, sheet)
}

pub(super) async fn correct(
    ctx: Ctx,
    here: Here,
    State(dues): State<Dues>,
    Path(assessment): Path<String>,
    ProtectedForm(form): ProtectedForm<AssessForm>,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let assessment = id(&assessment)?;
    let new = match form.read(t, Uuid::nil(), Some(assessment)) {
        Ok(new) => new,
        Err(faults) => return show_assessment(&dues, &ctx, &here, assessment, Some(&form), faults).await,
    };
    match dues.correct(&ctx, assessment, new).await? {
        Ok((payer, waits)) => {
            Ok(done(payer, "case", &form.decision, if waits { "waits" } else { "corrected" }))
        }
        Err(why) => {
            show_assessment(&dues, &ctx, &here, assessment, Some(&form), vec![refusal(t, &why)]).await
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct DayForm {
    day: String,
}

pub(super) async fn deliver(
    ctx: Ctx,
    here: Here,
    State(dues): State<Dues>,
    Path(assessment): Path<String>,
    ProtectedForm(form): ProtectedForm<DayForm>,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let assessment = id(&assessment)?;
    let wrong = |message: String| vec![fault("day", message)];
    let Some(day) = read_day(&form.day).filter(|day| *day <= day_of(ctx.now)) else {
        let faults = wrong(t.get("desk-assess-delivered-fault"));
        return show_assessment(&dues, &ctx, &here, assessment, None, faults).await;
    };
    match dues.deliver(&ctx, assessment, day).await? {
        Ok((payer, decision)) => Ok(done(payer, "case", &decision, "delivered")),
        Err(why) => {
            let faults = wrong(refusal(t, &why).message);
            show_assessment(&dues, &ctx, &here, assessment, None, faults).await
        }
    }
}

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

fn key_of(text: &str) -> Uuid {
    text.parse().unwrap_or_else(|_| Uuid::now_v7())
}

/// A day that is not in the future.
fn past_day(ctx: &Ctx, text: &str) -> Option<NaiveDate> {
    read_day(text).filter(|day| *day <= day_of(ctx.now))
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

/// A payment at the cash desk as it is typed, and forms that only say what for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct MoneyForm {
    key: String,
    purpose: String,
    note: String,
    amount: String,
    named: String,
    by: String,
}

pub(super) async fn cash(
    ctx: Ctx,
    here: Here,
    State(dues): State<Dues>,
    Path(payer): Path<String>,
    ProtectedForm(form): ProtectedForm<MoneyForm>,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let payer = id(&payer)?;
    let Some(amount_grosze) = read_money(&form.amount) else {
        let mut sheet = Sheet::new(t.get("desk-cash-title"));
        sheet.back =
            Some(Link { href: payer_href(payer, &form.purpose, &form.note), text: t.get("desk-card-title") });
        sheet.faults = vec![fault("amount", t.get("desk-amount-fault"))];
        sheet.blocks.push(Block::Form(Form {
            action: format!("{START}/payers/{payer}/cash"),
            fields: vec![
                Field::Hidden("key", form.key.clone()),
                Field::Hidden("purpose", form.purpose.clone()),
                Field::Hidden("note", form.note.clone()),
                Field::Hidden("named", form.named.clone()),
                Field::Hidden("by", form.by.clone()),
                Field::Line(
                    "amount",
                    t.get("desk-cash-amount"),
                    t.get("desk-amount-hint"),
                    form.amount.clone(),
                    AMOUNT,
                ),
            ],
            button: t.get("desk-cash-button"),
            first: true,
            ..Form::default()
        }));
        return desk_sheet(&dues, &ctx, &here, sheet);
    };
    let cash = Cash {
        key: key_of(&form.key),
        payer,
        amount_grosze,
        named: form.named.parse().ok(),
        by: match form.by.as_str() {
            "close" => PaidBy::Close,
            "stranger" => PaidBy::Stranger,
            _ => PaidBy::Payer,
        },
    };
    let booked = dues.take_cash(&ctx, &cash).await?;
    Ok(see_other(&format!("{START}/entries/{}", booked.booking)))
}

pub(super) async fn offset(
    ctx: Ctx,
    State(dues): State<Dues>,
    Path(payer): Path<String>,
    ProtectedForm(form): ProtectedForm<MoneyForm>,
) -> Result<Response, Failure> {
    let payer = id(&payer)?;
    let booked = dues.offset(&ctx, payer, key_of(&form.key)).await?;
    Ok(done(payer, &form.purpose, &form.note, if booked.is_some() { "offset" } else { "nothing" }))
}

pub(super) async fn refund(
    ctx: Ctx,
    State(dues): State<Dues>,
    Path(payer): Path<String>,
    ProtectedForm(form): ProtectedForm<MoneyForm>,
) -> Result<Response, Failure> {
    let payer = id(&payer)?;
    let given = dues.refund(&ctx, payer, key_of(&form.key)).await?;
    Ok(done(payer, &form.purpose, &form.note, if given { "refunded" } else { "nothing" }))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct WhyForm {
    why: String,
}

pub(super) async fn reverse(
    ctx: Ctx,
    State(dues): State<Dues>,
    Path(entry): Path<String>,
    ProtectedForm(form): ProtectedForm<WhyForm>,
) -> Result<Response, Failure> {
    let entry = id(&entry)?;
    let booked = dues.reverse(&ctx, entry, &one_line(&form.why, 200)).await?;
    Ok(see_other(&format!("{START}/entries/{}", booked.booking)))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct TokenForm {
    token: String,
}

pub(super) async fn settle(
    ctx: Ctx,
    here: Here,
    State(dues): State<Dues>,
    Path(entry): Path<String>,
    ProtectedForm(form): ProtectedForm<TokenForm>,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let entry = id(&entry)?;
    let token = one_line(&form.token, 40).to_uppercase();
    if dues.settle(&ctx, entry, &token, ctx.now).await?.is_some() {
        return Ok(see_other(&format!("{START}/unexplained?done=settled")));
    }
    let mut sheet = Sheet::new(t.get("desk-unexplained-title"));
    sheet.back = back_to_start(t);
    sheet.faults = vec![fault("token", t.get("desk-unexplained-token-fault"))];
    sheet.blocks.push(Block::Form(Form {
        action: format!("{START}/unexplained/{entry}/settle"),
        fields: vec![Field::Line(
            "token",
            t.get("desk-unexplained-token"),
            t.get("desk-unexplained-token-hint"),
            form.token,
            SHORT,
        )],
        button: t.get("desk-unexplained-settle"),
        first: true,
        ..Form::default()
    }));
    desk_sheet(&dues, &ctx, &here, sheet)
}
