//! What is declared: one parcel's history, a new declaration, files; exemptions; rules.

use axum::{extract::State, response::Response};
use serde::Deserialize;
use uuid::Uuid;

use super::{DAY, LINE, SHORT, START, back, fault, findings::declared_table, sheet};
use crate::{
    kernel::Params,
    platform::{
        Ctx,
        access::Permission,
        http::{Failure, ProtectedForm},
        i18n::{Texts, texts},
    },
    tax_base::{
        TaxBase,
        ops::{Fault, Typed},
        store::deliveries::Delivery,
    },
    ui::{
        local_time::{day_of, day_text, instant_text},
        see_other,
        views::{Block, Cell, Chip, Field, FieldFault, Form, Link, Sheet, Table},
    },
};

/// Faults in words.
fn told(t: &Texts, faults: &[Fault]) -> Vec<FieldFault> {
    faults
        .iter()
        .map(|(field, wrong, line)| {
            let what = t.get(wrong.key());
            let message = match line {
                Some(n) => t.args("tax-base-line-fault", &[("n", (*n as u64).into()), ("what", what.into())]),
                None => what,
            };
            fault(field, message)
        })
        .collect()
}

fn declaration_form(t: &Texts, typed: &Typed, today: &str) -> Form {
    let line = |id, label: &str, hint: &str, value: &str, how| {
        let hint = if hint.is_empty() { String::new() } else { t.get(hint) };
        Field::Line(id, t.get(label), hint, value.to_owned(), how)
    };
    let day = if typed.valid_from.is_empty() { today } else { &typed.valid_from };
    Form {
        action: format!("{START}/declarations"),
        fields: vec![
            Field::Hidden("id", Uuid::now_v7().to_string()),
            line("account", "tax-base-account", "tax-base-account-hint", &typed.account, SHORT),
            line("number", "tax-base-number", "tax-base-number-hint", &typed.number, SHORT),
            line("parcel", "tax-base-parcel", "tax-base-parcel-hint", &typed.parcel, SHORT),
            line("valid_from", "tax-base-valid-from", "", day, DAY),
            Field::Area("lines", t.get("tax-base-lines"), t.get("tax-base-lines-hint"), typed.lines.clone()),
            Field::Check("ended", t.get("tax-base-ended-check"), typed.ended),
        ],
        button: t.get("tax-base-declare"),
        first: false,
        asks: false,
    }
}

pub(super) async fn declarations(
    ctx: Ctx,
    State(tax_base): State<TaxBase>,
    mut params: Params,
) -> Result<Response, Failure> {
    let parcel = params.text("parcel").unwrap_or_default();
    let done = params.text("done");
    params.finish()?;
    let mut one = declarations_sheet(&tax_base, &ctx, &parcel, &Typed::default()).await?;
    let t = texts(ctx.lang);
    one.notice = match done.as_deref() {
        Some("declared") => Some(t.get("tax-base-declared-done")),
        Some("taken") => Some(t.get("tax-base-taken")),
        _ => None,
    };
    sheet(&tax_base, &ctx, &format!("{START}/declarations"), one, true)
}

pub(super) async fn declarations_sheet(
    tax_base: &TaxBase,
    ctx: &Ctx,
    parcel: &str,
    typed: &Typed,
) -> Result<Sheet, Failure> {
    let t = texts(ctx.lang);
    let mut one = Sheet::new(t.get("tax-base-declarations"));
    one.lead = Some(t.get("tax-base-declarations-lead"));
    one.back = back(ctx);
    one.blocks.push(Block::Form(Form {
        action: format!("{START}/declarations"),
        asks: true,
        fields: vec![Field::Line(
            "parcel",
            t.get("tax-base-parcel-search"),
            t.get("tax-base-parcel-hint"),
            parcel.to_owned(),
            SHORT,
        )],
        button: t.get("search-button"),
        first: true,
    }));
    if !parcel.is_empty() {
        let history = tax_base.history(ctx, parcel).await?;
        one.blocks.push(Block::Heading(
            t.args("tax-base-history-of", &[("parcel", parcel.chars().take(60).collect::<String>().into())]),
        ));
        if history.is_empty() {
            one.blocks.push(Block::Text(t.get("tax-base-nobody")));
        } else {
            one.blocks.push(Block::Table(declared_table(t, &history)));
        }
    }
    let today = day_of(ctx.now).to_string();
    one.blocks.push(Block::Heading(t.get("tax-base-declare-title")));
    let typed = Typed {
        parcel: if typed.parcel.is_empty() { parcel.to_owned() } else { typed.parcel.clone() },
        ..typed.clone()
    };
    one.blocks.push(Block::Form(declaration_form(t, &typed, &today)));
    let files = tax_base.deliveries(ctx).await?;
    if !files.is_empty() {
        one.blocks.push(Block::Heading(t.get("tax-base-files")));
        one.blocks.push(Block::Table(files_table(t, &files)));
    }
    Ok(one)
}

fn files_table(t: &Texts, files: &[Delivery]) -> Table {
    let rows = files.iter().map(|one| {
        let taken = one.state == "taken";
        let chip = if taken {
            Chip { look: "good", text: t.get("tax-base-file-taken") }
        } else {
            Chip { look: "unsure", text: t.get("tax-base-file-open") }
        };
        vec![
            Cell::link(format!("{START}/deliveries/{}", one.id), one.name.clone()),
            Cell::default().chip(chip),
            Cell::text(instant_text(one.entered_at, t)).below(one.entered_by.clone()),
        ]
    });
    Table {
        caption: t.get("tax-base-files"),
        head: vec![
            (t.get("tax-base-file"), false),
            (t.get("tax-base-file-state"), false),
            (t.get("tax-base-when"), false),
        ],
        rows: rows.collect(),
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct DeclareForm {
    id: String,
    account: String,
    number: String,
    parcel: String,
    valid_from: String,
    lines: String,
    ended: String,
}

pub(super) async fn declare(
    ctx: Ctx,
    State(tax_base): State<TaxBase>,
    ProtectedForm(form): ProtectedForm<DeclareForm>,
) -> Result<Response, Failure> {
    let typed = Typed {
        id: form.id.parse().unwrap_or_else(|_| Uuid::now_v7()),
        account: form.account,
        number: form.number,
        parcel: form.parcel,
        valid_from: form.valid_from,
        lines: form.lines,
        ended: form.ended == "yes",
    };
    match tax_base.declare(&ctx, &typed).await? {
        Ok(key) => {
            let parcel = percent_encoding::utf8_percent_encode(&key, percent_encoding::NON_ALPHANUMERIC);
            Ok(see_other(&format!("{START}/declarations?parcel={parcel}&done=declared")))
        }
        Err(faults) => {
            let mut one = declarations_sheet(&tax_base, &ctx, "", &typed).await?;
            one.faults = told(texts(ctx.lang), &faults);
            sheet(&tax_base, &ctx, &format!("{START}/declarations"), one, true)
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ExemptForm {
    parcels: String,
    valid_from: String,
    reason: String,
    ended: String,
}

pub(super) async fn exemptions(
    ctx: Ctx,
    State(tax_base): State<TaxBase>,
    mut params: Params,
) -> Result<Response, Failure> {
    let done = params.text("done");
    params.finish()?;
    let mut one = exemptions_sheet(&tax_base, &ctx, &ExemptForm::default()).await?;
    one.notice = done.filter(|done| done == "exempted").map(|_| texts(ctx.lang).get("tax-base-exempted"));
    sheet(&tax_base, &ctx, &format!("{START}/exemptions"), one, false)
}

async fn exemptions_sheet(tax_base: &TaxBase, ctx: &Ctx, form: &ExemptForm) -> Result<Sheet, Failure> {
    let t = texts(ctx.lang);
    let mut one = Sheet::new(t.get("tax-base-exemptions"));
    one.lead = Some(t.get("tax-base-exemptions-lead"));
    one.back = back(ctx);
    let today = day_of(ctx.now).to_string();
    let day = if form.valid_from.is_empty() { today } else { form.valid_from.clone() };
    one.blocks.push(Block::Form(Form {
        action: format!("{START}/exemptions"),
        fields: vec![
            Field::Area(
                "parcels",
                t.get("tax-base-exempt-parcels"),
                t.get("tax-base-exempt-parcels-hint"),
                form.parcels.clone(),
            ),
            Field::Line(
                "reason",
                t.get("tax-base-reason"),
                t.get("tax-base-reason-hint"),
                form.reason.clone(),
                LINE,
            ),
            Field::Line("valid_from", t.get("tax-base-valid-from"), String::new(), day, DAY),
            Field::Check("ended", t.get("tax-base-exempt-ended"), form.ended == "yes"),
        ],
        button: t.get("tax-base-exempt-button"),
        first: true,
        asks: false,
    }));
    let all = tax_base.exemptions(ctx).await?;
    if !all.is_empty() {
        let rows = all.iter().map(|row| {
            let reason = if row.ended {
                t.args("tax-base-exempt-over", &[("reason", row.reason.clone().into())])
            } else {
                row.reason.clone()
            };
            vec![
                Cell::text(row.parcel.clone()),
                Cell::text(reason).below(row.entered_by.clone()),
                Cell::text(day_text(row.valid_from, t)),
            ]
        });
        one.blocks.push(Block::Table(Table {
            caption: t.get("tax-base-exemptions"),
            head: vec![
                (t.get("tax-base-parcel"), false),
                (t.get("tax-base-reason"), false),
                (t.get("tax-base-valid-from"), false),
            ],
            rows: rows.collect(),
        }));
    }
    Ok(one)
}

pub(super) async fn exempt(
    ctx: Ctx,
    State(tax_base): State<TaxBase>,
    ProtectedForm(form): ProtectedForm<ExemptForm>,
) -> Result<Response, Failure> {
    let how = (form.valid_from.as_str(), form.reason.as_str(), form.ended == "yes");
    match tax_base.exempt(&ctx, &form.parcels, how).await? {
        Ok(_) => Ok(see_other(&format!("{START}/exemptions?done=exempted"))),
        Err(faults) => {
            let mut one = exemptions_sheet(&tax_base, &ctx, &form).await?;
            let t = texts(ctx.lang);
            one.faults = told(t, &faults);
            for fault in one.faults.iter_mut().filter(|fault| fault.field == "reason") {
                fault.message = t.get("tax-base-reason-fault");
            }
            sheet(&tax_base, &ctx, &format!("{START}/exemptions"), one, false)
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct RulesForm {
    rules: String,
}

pub(super) async fn rules(
    ctx: Ctx,
    State(tax_base): State<TaxBase>,
    mut params: Params,
) -> Result<Response, Failure> {
    let done = params.text("done");
    params.finish()?;
    let mut one = rules_sheet(&tax_base, &ctx, None).await?;
    one.notice = done.filter(|done| done == "set").map(|_| texts(ctx.lang).get("tax-base-rules-set"));
    sheet(&tax_base, &ctx, &format!("{START}/rules"), one, false)
}

async fn rules_sheet(tax_base: &TaxBase, ctx: &Ctx, typed: Option<&str>) -> Result<Sheet, Failure> {
    let t = texts(ctx.lang);
    let (text, by) = tax_base.rules(ctx).await?;
    let mut one = Sheet::new(t.get("tax-base-rules"));
    one.lead = Some(t.get("tax-base-rules-lead"));
    one.back = back(ctx);
    one.blocks.push(Block::Text(match by {
        Some((who, at)) => {
            let values = [("who", who.into()), ("when", instant_text(at, t).into())];
            t.args("tax-base-rules-own", &values)
        }
        None => t.get("tax-base-rules-built-in"),
    }));
    let text = typed.map_or(text, str::to_owned);
    if ctx.may(Permission::DuesSettings, None) {
        one.blocks.push(Block::Form(Form {
            action: format!("{START}/rules"),
            fields: vec![Field::Area(
                "rules",
                t.get("tax-base-rules-text"),
                t.get("tax-base-rules-hint"),
                text,
            )],
            button: t.get("tax-base-rules-button"),
            first: true,
            asks: false,
        }));
    } else {
        let rows = text.lines().map(|line| vec![Cell::text(line.to_owned())]).collect();
        let head = vec![(t.get("tax-base-rules-text"), false)];
        one.blocks.push(Block::Table(Table { caption: t.get("tax-base-rules-text"), head, rows }));
    }
    one.blocks.push(Block::Links(vec![Link {
        href: format!("{START}/declarations"),
        text: t.get("tax-base-declarations"),
    }]));
    Ok(one)
}

pub(super) async fn set_rules(
    ctx: Ctx,
    State(tax_base): State<TaxBase>,
    ProtectedForm(form): ProtectedForm<RulesForm>,
) -> Result<Response, Failure> {
    match tax_base.set_rules(&ctx, &form.rules).await? {
        Ok(()) => Ok(see_other(&format!("{START}/rules?done=set"))),
        Err(why) => {
            let mut one = rules_sheet(&tax_base, &ctx, Some(&form.rules)).await?;
            let t = texts(ctx.lang);
            one.faults.push(fault("rules", t.args("tax-base-rules-fault", &[("why", why.into())])));
            sheet(&tax_base, &ctx, &format!("{START}/rules"), one, false)
        }
    }
}
