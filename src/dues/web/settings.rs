//! Kinds of due, their bank accounts and terms, and the rates of the law, as the treasurer keeps them: what changed is a
//! row from a day on, and the rows before stay to be read.

use axum::{extract::State, response::Response};
use serde::Deserialize;

use super::{
    desk::{START, back_to_start},
    desk_sheet, fault,
};
use crate::{
    dues::{
        Dues,
        rules::{PlanRow, RateRow, Setting, TABLES, Unit, month_day},
        store::rules::Changed,
        words::{read_day, regime_text, short_day},
    },
    kernel::Params,
    messages::one_line,
    platform::{
        Ctx,
        access::Permission,
        http::{Failure, Path, ProtectedForm},
        i18n::{Texts, texts},
    },
    ui::{
        Here,
        local_time::{day_of, instant_text},
        see_other,
        views::{Block, Cell, Choice, Fact, Field, FieldFault, Form, Item, Link, Sheet, Table},
    },
};

const LINE: &str = "type=\"text\" autocomplete=\"off\" maxlength=\"300\"";
const NAME: &str = "type=\"text\" autocomplete=\"off\" maxlength=\"120\"";
const DAY: &str = "type=\"date\"";

fn saved(t: &Texts, done: Option<String>) -> Option<String> {
    done.filter(|done| done == "saved").map(|_| t.get("setup-saved"))
}

pub(super) async fn kinds(
    ctx: Ctx,
    here: Here,
    State(dues): State<Dues>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    let t = texts(ctx.lang);
    let rules = dues.rules_seen(&ctx).await?;
    let today = day_of(ctx.now);
    let mut sheet = Sheet::new(t.get("desk-kinds-title"));
    sheet.back = back_to_start(t);
    let item = |code: &String| {
        let kind = rules.kinds.get(code)?;
        let setting = kind.on(today)?;
        let nrb = setting.nrb.map_or_else(|| t.get("desk-kind-no-account"), |nrb| nrb.to_string());
        Some(Item {
            href: Some(format!("{START}/kinds/{code}")),
            title: setting.name(ctx.lang).to_owned(),
            text: format!("{} · {nrb}", regime_text(t, kind.regime)),
            value: kind.token.clone(),
            chips: Vec::new(),
        })
    };
    sheet.blocks.push(Block::Items(rules.order.iter().filter_map(item).collect()));
    desk_sheet(&dues, &ctx, &here, sheet)
}

/// What the town says of a kind, as it is typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct KindForm {
    valid_from: String,
    name_pl: String,
    name_en: String,
    law: String,
    nrb: String,
    virtual_prefix: String,
    cards: String,
    rate: String,
}

pub(super) async fn kind(
    ctx: Ctx,
    here: Here,
    State(dues): State<Dues>,
    Path(kind): Path<String>,
    mut params: Params,
) -> Result<Response, Failure> {
    let done = params.text("done");
    params.finish()?;
    show_kind(&dues, &ctx, &here, &kind, None, done, Vec::new()).await
}

async fn show_kind(
    dues: &Dues,
    ctx: &Ctx,
    here: &Here,
    code: &str,
    typed: Option<&KindForm>,
    done: Option<String>,
    faults: Vec<FieldFault>,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let rules = dues.rules_seen(ctx).await?;
    let today = day_of(ctx.now);
    let kind = rules.kinds.get(code).ok_or_else(|| Failure::not_found("this kind of due"))?;
    let setting = kind.on(today).ok_or_else(|| Failure::not_found("this kind of due"))?;
    let mut sheet = Sheet::new(setting.name(ctx.lang));
    sheet.caption = Some(kind.token.clone());
    sheet.back = Some(Link { href: format!("{START}/kinds"), text: t.get("desk-kinds-title") });
    sheet.notice = saved(t, done);
    sheet.faults = faults;
    let fact = |key: &str, value: String| Fact { title: t.get(key), value };
    sheet.blocks.push(Block::Facts(vec![
        fact("due-fact-law", setting.law.clone()),
        fact("due-fact-regime", regime_text(t, kind.regime)),
        fact(
            "due-fact-account",
            setting.nrb.map_or_else(|| t.get("desk-kind-no-account"), |nrb| nrb.to_string()),
        ),
        fact("desk-kind-cards", t.get(if setting.cards_allowed { "desk-yes" } else { "desk-no" })),
    ]));
    let year = chrono::Datelike::year(&today);
    let payers = [("natural", law::terms::Payer::Natural), ("legal", law::terms::Payer::Legal)];
    let rows = payers.iter().map(|(name, payer)| {
        let plan = rules.plan(code, *payer, year);
        let terms = plan.map_or_else(
            || t.get("desk-kind-no-terms"),
            |plan| {
                let terms = plan.terms.iter().map(|term| format!("{:02}.{:02}", term.day, term.month));
                terms.collect::<Vec<_>>().join(", ")
            },
        );
        vec![
            Cell::text(t.get(&format!("desk-payer-{name}"))),
            Cell::text(terms),
            Cell::text(plan.map(|plan| plan.law.clone()).unwrap_or_default()),
        ]
    });
    sheet.blocks.push(Block::Heading(t.args("desk-kind-terms", &[("year", year.to_string().into())])));
    sheet.blocks.push(Block::Table(Table {
        caption: t.args("desk-kind-terms", &[("year", year.to_string().into())]),
        head: vec![
            (t.get("desk-kind-payer"), false),
            (t.get("due-col-term"), false),
            (t.get("due-fact-law"), false),
        ],
        rows: rows.collect(),
    }));
    if ctx.may(Permission::DuesSettings, None) {
        sheet.blocks.push(Block::Heading(t.get("desk-kind-change")));
        sheet.blocks.push(Block::Form(kind_form(t, code, setting, typed)));
        sheet.blocks.push(Block::Heading(t.get("desk-kind-plan-change")));
        let choice = |value: &str| Choice {
            value: value.to_owned(),
            label: t.get(&format!("desk-payer-{value}")),
            selected: value == "any",
        };
        sheet.blocks.push(Block::Form(Form {
            action: format!("{START}/kinds/{code}/plan"),
            fields: vec![
                Field::Choice(
                    "payer",
                    t.get("desk-kind-payer"),
                    ["any", "natural", "legal"].map(choice).into(),
                ),
                Field::Line(
                    "plan_from",
                    t.get("desk-valid-from"),
                    t.get("desk-plan-from-hint"),
                    String::new(),
                    DAY,
                ),
                Field::Line(
                    "terms",
                    t.get("desk-plan-terms"),
                    t.get("desk-plan-terms-hint"),
                    String::new(),
                    LINE,
                ),
                Field::Line("plan_law", t.get("desk-plan-law"), String::new(), String::new(), LINE),
                Field::Check("by_decision", t.get("desk-plan-by-decision"), false),
                Field::Check("once_only", t.get("desk-plan-once"), false),
            ],
            button: t.get("setup-save"),
            ..Form::default()
        }));
    }
    let changes = dues.setting_changes(ctx, code).await?;
    sheet.blocks.push(Block::Folded(
        t.get("desk-changes-title"),
        changes_table(t, &changes, |change| change.value.clone().unwrap_or_default()),
    ));
    desk_sheet(dues, ctx, here, sheet)
}

fn kind_form(t: &Texts, code: &str, setting: &Setting, typed: Option<&KindForm>) -> Form {
    let now = KindForm {
        valid_from: String::new(),
        name_pl: setting.name_pl.clone(),
        name_en: setting.name_en.clone(),
        law: setting.law.clone(),
        nrb: setting.nrb.map(|nrb| nrb.to_string()).unwrap_or_default(),
        virtual_prefix: setting.virtual_prefix.clone().unwrap_or_default(),
        cards: if setting.cards_allowed { "yes".to_owned() } else { String::new() },
        rate: setting
            .rate_hundredths
            .map(|rate| format!("{},{:02}", rate / 100, rate % 100))
            .unwrap_or_default(),
    };
    let form = typed.unwrap_or(&now);
    let line = |id, label: &str, hint: &str, value: &str, extra| {
        let hint = if hint.is_empty() { String::new() } else { t.get(hint) };
        Field::Line(id, t.get(label), hint, value.to_owned(), extra)
    };
    Form {
        action: format!("{START}/kinds/{code}"),
        fields: vec![
            line("valid_from", "desk-valid-from", "", &form.valid_from, DAY),
            line("name_pl", "desk-kind-name-pl", "", &form.name_pl, NAME),
            line("name_en", "desk-kind-name-en", "", &form.name_en, NAME),
            line("law", "due-fact-law", "", &form.law, LINE),
            line("nrb", "due-fact-account", "desk-kind-nrb-hint", &form.nrb, NAME),
            line("virtual_prefix", "desk-kind-virtual", "desk-kind-virtual-hint", &form.virtual_prefix, NAME),
            line("rate", "desk-kind-rate", "desk-kind-rate-hint", &form.rate, NAME),
            Field::Check("cards", t.get("desk-kind-cards"), !form.cards.is_empty()),
        ],
        button: t.get("setup-save"),
        first: true,
        ..Form::default()
    }
}

fn changes_table(t: &Texts, changes: &[Changed], value: impl Fn(&Changed) -> String) -> Table {
    let rows = changes.iter().map(|change| {
        vec![
            Cell::text(short_day(change.valid_from)),
            Cell::text(value(change)).below(change.source.clone()),
            Cell::text(change.entered_by.clone()).below(instant_text(change.entered_at, t)),
        ]
    });
    Table {
        caption: t.get("desk-changes-title"),
        head: vec![
            (t.get("desk-valid-from"), false),
            (t.get("desk-changes-what"), false),
            (t.get("event-who"), false),
        ],
        rows: rows.collect(),
    }
}

pub(super) async fn kind_save(
    ctx: Ctx,
    here: Here,
    State(dues): State<Dues>,
    Path(kind): Path<String>,
    ProtectedForm(form): ProtectedForm<KindForm>,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let mut faults = Vec::new();
    let mut wrong = |field, key: &str| faults.push(fault(field, t.get(key)));
    let valid_from = read_day(&form.valid_from);
    let (name_pl, name_en) = (one_line(&form.name_pl, 120), one_line(&form.name_en, 120));
    let nrb = if form.nrb.trim().is_empty() { Ok(None) } else { bank::Nrb::parse(&form.nrb).map(Some) };
    let prefix: String = form.virtual_prefix.chars().filter(|c| !c.is_whitespace()).collect();
    let prefix_fits = prefix.is_empty()
        || 24_usize
            .checked_sub(prefix.len())
            .is_some_and(|digits| bank::virtual_account::Pattern::new(&prefix, digits).is_ok());
    let rate = match form.rate.trim() {
        "" => Some(None),
        text => law::parse_hundredths(text).filter(|rate| *rate <= 100_000).map(Some),
    };
    if valid_from.is_none() {
        wrong("valid_from", "desk-day-fault");
    }
    if name_pl.is_empty() {
        wrong("name_pl", "setup-name-fault");
    }
    if name_en.is_empty() {
        wrong("name_en", "setup-name-fault");
    }
    if nrb.is_err() {
        wrong("nrb", "desk-kind-nrb-fault");
    }
    if !prefix_fits {
        wrong("virtual_prefix", "desk-kind-virtual-fault");
    }
    if rate.is_none() {
        wrong("rate", "desk-rate-fault");
    }
    match (valid_from, nrb, rate) {
        (Some(valid_from), Ok(nrb), Some(rate)) if faults.is_empty() => {
            let setting = Setting {
                valid_from,
                name_pl,
                name_en,
                law: one_line(&form.law, 300),
                nrb,
                virtual_prefix: Some(prefix).filter(|prefix| !prefix.is_empty()),
                cards_allowed: !form.cards.is_empty(),
                rate_hundredths: rate.and_then(|rate| i32::try_from(rate).ok()),
            };
            dues.save_setting(&ctx, &kind, &setting).await?;
            Ok(see_other(&format!("{START}/kinds/{kind}?done=saved")))
        }
        _ => show_kind(&dues, &ctx, &here, &kind, Some(&form), None, faults).await,
    }
}

/// Terms of a kind as they are typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct PlanForm {
    payer: String,
    plan_from: String,
    terms: String,
    plan_law: String,
    by_decision: String,
    once_only: String,
}

pub(super) async fn plan_save(
    ctx: Ctx,
    here: Here,
    State(dues): State<Dues>,
    Path(kind): Path<String>,
    ProtectedForm(form): ProtectedForm<PlanForm>,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    // As people write days: 15.03; the law's own form has the month first.
    let terms: Option<Vec<String>> = form
        .terms
        .split([',', ';'])
        .map(|term| {
            let (day, month) = term.trim().trim_end_matches('.').split_once('.')?;
            let term = format!("{month:0>2}-{day:0>2}");
            month_day(&term).map(|_| term)
        })
        .collect();
    let terms = terms.filter(|terms| terms.is_sorted_by(|one, two| one < two));
    let valid_from = read_day(&form.plan_from);
    let mut faults = Vec::new();
    if valid_from.is_none() {
        faults.push(fault("plan_from", t.get("desk-day-fault")));
    }
    if terms.is_none() {
        faults.push(fault("terms", t.get("desk-plan-terms-fault")));
    }
    let payer = ["natural", "legal"].into_iter().find(|payer| *payer == form.payer).unwrap_or("any");
    match (valid_from, terms) {
        (Some(valid_from), Some(terms)) => {
            let row = PlanRow {
                kind: kind.clone(),
                payer: payer.to_owned(),
                valid_from,
                terms,
                law: one_line(&form.plan_law, 300),
                once_only: !form.once_only.is_empty(),
                by_decision: !form.by_decision.is_empty(),
            };
            dues.save_plan(&ctx, &row).await?;
            Ok(see_other(&format!("{START}/kinds/{kind}?done=saved")))
        }
        _ => show_kind(&dues, &ctx, &here, &kind, None, None, faults).await,
    }
}

pub(super) async fn rates(
    ctx: Ctx,
    here: Here,
    State(dues): State<Dues>,
    Path(name): Path<String>,
    mut params: Params,
) -> Result<Response, Failure> {
    let done = params.text("done");
    params.finish()?;
    show_rates(&dues, &ctx, &here, &name, &RateForm::default(), done, Vec::new()).await
}

/// A row of a table of the law as it is typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct RateForm {
    valid_from: String,
    value: String,
    source: String,
}

async fn show_rates(
    dues: &Dues,
    ctx: &Ctx,
    here: &Here,
    name: &str,
    form: &RateForm,
    done: Option<String>,
    faults: Vec<FieldFault>,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let unit = TABLES.iter().find(|(table, _)| *table == name).map(|(_, unit)| *unit);
    let unit = unit.ok_or_else(|| Failure::not_found("this table"))?;
    let rules = dues.rules_seen(ctx).await?;
    let title = |name: &str| t.get(&format!("rate-{}", name.replace('_', "-")));
    let mut sheet = Sheet::new(title(name));
    sheet.caption = Some(t.get("desk-rates-title"));
    sheet.back = back_to_start(t);
    sheet.notice = saved(t, done);
    sheet.faults = faults;
    let others = TABLES.iter().filter(|(table, _)| *table != name);
    sheet.blocks.push(Block::Links(
        others
            .map(|(table, _)| Link { href: format!("{START}/rates/{table}"), text: title(table) })
            .collect(),
    ));
    let sign = match unit {
        Unit::Percent => "\u{a0}%",
        Unit::Zloty => "\u{a0}zł",
        Unit::Count => "",
    };
    let shown = |value: &str| {
        let value = if t.lang() == "pl" { value.replace('.', ",") } else { value.to_owned() };
        format!("{value}{sign}")
    };
    let mut rows: Vec<Vec<Cell>> = rules
        .rows(name)
        .into_iter()
        .map(|(from, value)| vec![Cell::text(short_day(from)), Cell::number(shown(&value))])
        .collect();
    rows.reverse();
    sheet.blocks.push(Block::Table(Table {
        caption: title(name),
        head: vec![(t.get("desk-valid-from"), false), (t.get("desk-rate-value"), true)],
        rows,
    }));
    if ctx.may(Permission::DuesSettings, None) {
        sheet.blocks.push(Block::Heading(t.get("desk-rate-add")));
        sheet.blocks.push(Block::Form(Form {
            action: format!("{START}/rates/{name}"),
            fields: vec![
                Field::Line(
                    "valid_from",
                    t.get("desk-valid-from"),
                    String::new(),
                    form.valid_from.clone(),
                    DAY,
                ),
                Field::Line(
                    "value",
                    t.get("desk-rate-value"),
                    t.get("desk-rate-hint"),
                    form.value.clone(),
                    NAME,
                ),
                Field::Line(
                    "source",
                    t.get("desk-rate-source"),
                    t.get("desk-rate-source-hint"),
                    form.source.clone(),
                    LINE,
                ),
            ],
            button: t.get("setup-save"),
            first: true,
            ..Form::default()
        }));
    }
    let changes = dues.rate_changes(ctx, name).await?;
    sheet.blocks.push(Block::Folded(
        t.get("desk-changes-title"),
        changes_table(t, &changes, |change| change.value.as_deref().map(shown).unwrap_or_default()),
    ));
    desk_sheet(dues, ctx, here, sheet)
}

pub(super) async fn rate_save(
    ctx: Ctx,
    here: Here,
    State(dues): State<Dues>,
    Path(name): Path<String>,
    ProtectedForm(form): ProtectedForm<RateForm>,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let valid_from = read_day(&form.valid_from);
    let source = one_line(&form.source, 300);
    let value = form.value.trim().replace(',', ".");
    let mut faults = Vec::new();
    if valid_from.is_none() {
        faults.push(fault("valid_from", t.get("desk-day-fault")));
    }
    if source.is_empty() {
        faults.push(fault("source", t.get("desk-rate-source-fault")));
    }
    if let Some(valid_from) = valid_from.filter(|_| faults.is_empty()) {
        let row = RateRow { name: name.clone(), valid_from, value: Some(value) };
        if dues.save_rate(&ctx, &row, &source).await? {
            return Ok(see_other(&format!("{START}/rates/{name}?done=saved")));
        }
        faults.push(fault("value", t.get("desk-rate-fault")));
    }
    show_rates(&dues, &ctx, &here, &name, &form, None, faults).await
}
