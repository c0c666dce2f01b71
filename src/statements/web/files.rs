//! Lists of entries as files for spreadsheets and other programs.

use axum::{extract::State, response::Response};

use super::id;
use crate::{
    kernel::Params,
    platform::{
        Ctx,
        http::{Failure, Path},
        i18n::Texts,
    },
    statements::{
        Statements,
        desk::MOST_DOWNLOADED,
        store::desk::EntryLine,
        words::{how_text, state_chip, why_text},
    },
    ui::list_file::{
        self, Column, ColumnType, Format, List, SPREADSHEETS, Value, column, format_of, maybe, row, word,
        zloty,
    },
};

pub(super) async fn statement(
    ctx: Ctx,
    State(statements): State<Statements>,
    Path((statement, file)): Path<(String, String)>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    let format = format_of(&file, "entries", &SPREADSHEETS)?;
    let (_, part) = statements.statement(&ctx, id(&statement)?, -1, MOST_DOWNLOADED).await?;
    answer(&ctx, format, "statement", "statements-title", part.rows).await
}

pub(super) async fn unmatched(
    ctx: Ctx,
    State(statements): State<Statements>,
    Path(file): Path<String>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    let format = format_of(&file, "entries", &SPREADSHEETS)?;
    let part = statements.unmatched(&ctx, None, MOST_DOWNLOADED).await?;
    answer(&ctx, format, "unmatched", "unmatched-title", part.rows).await
}

/// Most of it is words, made where the file is.
async fn answer(
    ctx: &Ctx,
    format: Format,
    name: &'static str,
    title: &'static str,
    rows: Vec<EntryLine>,
) -> Result<Response, Failure> {
    list_file::answer(ctx, format, move |t| List {
        name,
        title: t.get(title),
        as_of: None,
        columns: columns(t),
        rows: rows.iter().map(|one| row(one.id, values(t, one))).collect(),
    })
    .await
}

fn columns(t: &Texts) -> Vec<Column> {
    vec![
        column("booked_on", ColumnType::Date, t.get("entry-booked-on")),
        column("value_on", ColumnType::Date, t.get("entry-value-on")),
        column("account", ColumnType::Text, t.get("statement-account")),
        column("amount_pln", ColumnType::Number, t.get("entry-amount-pln")),
        column("sender", ColumnType::Text, t.get("entry-sender")),
        column("sender_account", ColumnType::Text, t.get("entry-sender-account")),
        column("title", ColumnType::Text, t.get("entry-title")),
        column("state", ColumnType::Text, t.get("entry-state")),
        column("how", ColumnType::Text, t.get("entry-how")),
    ]
}

fn values(t: &Texts, one: &EntryLine) -> Vec<Value> {
    let how = match one.why {
        Some(why) => why_text(t, why),
        None => one.how.iter().map(|how| how_text(t, *how)).collect::<Vec<_>>().join(", "),
    };
    vec![
        word(one.booked_on.to_string()),
        word(one.value_on.to_string()),
        word(one.nrb.clone()),
        zloty(one.amount_grosze),
        maybe(one.sender_name.clone(), word),
        maybe(one.sender_account.clone(), word),
        word(one.title.clone()),
        word(state_chip(t, one.state, one.why).text),
        word(how),
    ]
}
