//! A file with declarations: it comes in, its columns get a meaning, it is looked at and taken in.

use axum::{
    extract::{Request, State},
    response::Response,
};
use serde::Deserialize;
use serde_json::Value;

use super::{DAY, START, declarations::declarations_sheet, fault, id, sheet};
use crate::{
    kernel::Params,
    platform::{
        Ctx,
        access::Permission,
        http::{Failure, FileForm, Path, ProtectedForm},
        i18n::{Texts, texts},
    },
    tax_base::{
        TaxBase,
        delivery::{FIELDS, MOST_BYTES, MOST_SHOWN, Mapping, Review},
        lines,
        ops::Typed,
        store::deliveries::Delivery,
        words::file_text,
    },
    ui::{
        local_time::instant_text,
        see_other,
        views::{Block, Cell, Choice, Fact, Field, Form, Link, Sheet, Table},
    },
};

pub(super) async fn receive(
    ctx: Ctx,
    State(tax_base): State<TaxBase>,
    request: Request,
) -> Result<Response, Failure> {
    ctx.require(Permission::TaxBase, None)?;
    let t = texts(ctx.lang);
    let sent = FileForm::read(&ctx, request, MOST_BYTES).await?;
    let why = match sent.file {
        _ if sent.too_large => t.get("tax-base-file-large"),
        Some((name, bytes)) => match tax_base.receive(&ctx, name, bytes).await? {
            Ok(id) => return Ok(see_other(&format!("{START}/deliveries/{id}"))),
            Err(error) => file_text(t, &error),
        },
        None => t.get("tax-base-file-missing"),
    };
    let mut one = declarations_sheet(&tax_base, &ctx, "", &Typed::default()).await?;
    one.faults.push(fault("file", why));
    sheet(&tax_base, &ctx, &format!("{START}/declarations"), one, true)
}

fn field_text(t: &Texts, field: &str) -> String {
    t.get(match field {
        "account" => "tax-base-account",
        "number" => "tax-base-number",
        "parcel" => "tax-base-parcel",
        "valid_from" => "tax-base-valid-from",
        "part" => "tax-base-column-part",
        "use" => "tax-base-column-use",
        "class" => "tax-base-column-class",
        "area" => "tax-base-column-area",
        _ => "tax-base-column-tax",
    })
}

pub(super) async fn delivery(
    ctx: Ctx,
    State(tax_base): State<TaxBase>,
    Path(delivery): Path<String>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    show(&tax_base, &ctx, &delivery, Vec::new()).await
}

async fn show(
    tax_base: &TaxBase,
    ctx: &Ctx,
    delivery: &str,
    faults: Vec<crate::ui::views::FieldFault>,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let (file, mapping) = tax_base.delivery(ctx, id(delivery)?).await?;
    let mut one = Sheet::new(file.name.clone());
    one.caption = Some(t.get("tax-base-file-title"));
    one.back = Some(Link { href: format!("{START}/declarations"), text: t.get("tax-base-declarations") });
    one.faults = faults;
    let path = format!("{START}/deliveries/{}", file.id);
    if file.state == "taken" {
        one.notice = Some(t.get("tax-base-taken"));
        one.blocks.push(Block::Facts(taken_facts(t, &file)));
        return sheet(tax_base, ctx, &path, one, false);
    }
    let missing = mapping.missing();
    if missing.is_empty() {
        match tax_base.review(ctx, &file, &mapping).await? {
            Ok(review) => review_blocks(t, &review, &path, &mut one),
            Err(error) => one.faults.push(fault("file", file_text(t, &error))),
        }
    } else {
        let names: Vec<String> = missing.iter().map(|field| field_text(t, field)).collect();
        one.blocks.push(Block::Notice(t.args("tax-base-missing", &[("columns", names.join(", ").into())])));
    }
    one.blocks.push(Block::Heading(t.get("tax-base-columns")));
    one.blocks.push(Block::Form(mapping_form(t, &file, &mapping, &path)));
    sheet(tax_base, ctx, &path, one, false)
}

fn taken_facts(t: &Texts, file: &Delivery) -> Vec<Fact> {
    let count = |name: &str| t.count(file.counts.get(name).and_then(Value::as_u64).unwrap_or(0));
    let fact = |key: &str, value: String| Fact { title: t.get(key), value };
    vec![
        fact("tax-base-when", format!("{}, {}", instant_text(file.entered_at, t), file.entered_by)),
        fact("tax-base-rows", count("rows")),
        fact("tax-base-new", count("new")),
        fact("tax-base-changed", count("changed")),
        fact("tax-base-unchanged", count("unchanged")),
        fact("tax-base-rejected", count("rejected")),
        fact("tax-base-held-back", count("held_back")),
    ]
}

fn review_blocks(t: &Texts, review: &Review, path: &str, one: &mut Sheet) {
    let fact = |key: &str, n: u64| Fact { title: t.get(key), value: t.count(n) };
    let rejected = review.rejected.len() as u64;
    one.blocks.push(Block::Facts(vec![
        fact("tax-base-rows", review.rows),
        fact("tax-base-new", review.new),
        fact("tax-base-changed", review.changed),
        fact("tax-base-unchanged", review.unchanged),
        fact("tax-base-rejected", rejected),
        fact("tax-base-held-back", review.held_back),
    ]));
    if review.declarations.is_empty() {
        one.blocks.push(Block::Notice(t.get("tax-base-nothing-new")));
    } else {
        one.blocks.push(Block::Form(Form {
            action: path.to_owned(),
            fields: vec![Field::Hidden("act", "take".to_owned())],
            button: t.get("tax-base-take"),
            first: true,
            asks: false,
        }));
    }
    if !review.rejected.is_empty() {
        let rows = review.rejected.iter().take(MOST_SHOWN).map(|row| {
            vec![
                Cell::number(t.count(row.row)),
                Cell::text(row.column.clone()),
                Cell::text(row.found.clone()),
                Cell::text(t.get(row.wrong.key())),
            ]
        });
        let rows = rows.collect();
        one.blocks.push(Block::Heading(t.get("tax-base-rejected")));
        one.blocks.push(Block::Text(t.get("tax-base-rejected-hint")));
        one.blocks.push(Block::Table(Table {
            caption: t.get("tax-base-rejected"),
            head: vec![
                (t.get("imports-rejected-row"), true),
                (t.get("imports-rejected-column"), false),
                (t.get("imports-rejected-found"), false),
                (t.get("imports-rejected-expected"), false),
            ],
            rows,
        }));
    }
}

fn mapping_form(t: &Texts, file: &Delivery, mapping: &Mapping, path: &str) -> Form {
    let mut fields = vec![Field::Hidden("act", "map".to_owned())];
    for field in FIELDS {
        let chosen = mapping.columns.get(field);
        let none =
            Choice { value: String::new(), label: t.get("tax-base-no-column"), selected: chosen.is_none() };
        let columns = file.columns.iter().map(|column| Choice {
            value: column.clone(),
            label: column.clone(),
            selected: chosen == Some(column),
        });
        fields.push(Field::Choice(
            field,
            field_text(t, field),
            std::iter::once(none).chain(columns).collect(),
        ));
    }
    let day = mapping.valid_from.map(|day| day.to_string()).unwrap_or_default();
    fields.push(Field::Line(
        "default_from",
        t.get("tax-base-default-from"),
        t.get("tax-base-default-from-hint"),
        day,
        DAY,
    ));
    fields.push(Field::Check("in_ha", t.get("tax-base-in-ha"), mapping.in_ha));
    Form { action: path.to_owned(), fields, button: t.get("tax-base-map-button"), first: false, asks: false }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct DecideForm {
    act: String,
    account: String,
    number: String,
    parcel: String,
    valid_from: String,
    part: String,
    #[serde(rename = "use")]
    use_of: String,
    class: String,
    area: String,
    tax: String,
    default_from: String,
    in_ha: String,
}

pub(super) async fn decide(
    ctx: Ctx,
    State(tax_base): State<TaxBase>,
    Path(delivery): Path<String>,
    ProtectedForm(form): ProtectedForm<DecideForm>,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let file = id(&delivery)?;
    let path = format!("{START}/deliveries/{file}");
    if form.act == "take" {
        return match tax_base.take(&ctx, file).await? {
            Ok(()) => Ok(see_other(&path)),
            Err(error) => show(&tax_base, &ctx, &delivery, vec![fault("file", file_text(t, &error))]).await,
        };
    }
    let (known, _) = tax_base.delivery(&ctx, file).await?;
    let day = lines::day(&form.default_from);
    if day.is_none() && !form.default_from.trim().is_empty() {
        let faults = vec![fault("default_from", t.get("tax-base-wrong-day"))];
        return show(&tax_base, &ctx, &delivery, faults).await;
    }
    let said = [
        ("account", form.account),
        ("number", form.number),
        ("parcel", form.parcel),
        ("valid_from", form.valid_from),
        ("part", form.part),
        ("use", form.use_of),
        ("class", form.class),
        ("area", form.area),
        ("tax", form.tax),
    ];
    let columns = said
        .into_iter()
        .filter(|(_, column)| known.columns.contains(column))
        .map(|(field, column)| (field.to_owned(), column))
        .collect();
    let mapping = Mapping { columns, in_ha: form.in_ha == "yes", valid_from: day };
    tax_base.map(&ctx, file, &mapping).await?;
    Ok(see_other(&path))
}
