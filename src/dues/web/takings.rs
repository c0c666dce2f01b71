//! Money at the treasurer's office: the cash desk, offsets and refunds of what was paid too much, bookings taken back,
//! unexplained money put in its place.

use axum::{extract::State, response::Response};
use law::allocation::PaidBy;
use serde::Deserialize;

use super::{
    AMOUNT, SHORT,
    desk::{START, back_to_start, payer_href},
    desk_sheet, done, fault, id, key_of,
};
use crate::{
    dues::{Dues, manage::Cash, words::read_money},
    messages::one_line,
    platform::{
        Ctx,
        http::{Failure, Path, ProtectedForm},
        i18n::texts,
    },
    ui::{
        Here, see_other,
        views::{Block, Field, Form, Link, Sheet},
    },
};

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
