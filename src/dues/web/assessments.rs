//! What the treasurer's office enters of assessments: new ones, corrections, their delivery.

use axum::{extract::State, response::Response};
use chrono::Datelike;
use serde::Deserialize;
use uuid::Uuid;

use super::{
    AMOUNT, DAY, LINE, NUMBER, SHORT,
    desk::{START, payer_href},
    desk_sheet, done, fault, id,
};
use crate::{
    dues::{
        AssessFault, BasisLine, Dues, NewAssessment,
        manage::Object,
        words::{read_day, read_money},
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
        local_time::{day_of, day_text},
        money::money,
        views::{Block, Choice, Fact, Field, FieldFault, Form, Link, Sheet},
    },
};

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
        fact("due-fact-decided", day_text(row.decided_on, t)),
        fact("due-fact-amount", money(t, row.amount_grosze)),
        fact("desk-entry-by", row.entered_by.clone()),
    ];
    facts.extend(row.delivered_on.map(|day| fact("due-fact-delivered", day_text(day, t))));
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
