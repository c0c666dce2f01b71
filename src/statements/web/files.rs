//! Lists of entries as files for spreadsheets and other programs.

use axum::{
    extract::State,
    http::{HeaderValue, header},
    response::Response,
};
use exporters::{Column, ColumnType, CsvOptions, Format, Metadata, Options, Row, Shape, Value};

use super::id;
use crate::{
    kernel::{Lang, Params},
    platform::{
        Ctx,
        http::{Failure, Path, ResultExt, typed},
        i18n::texts,
    },
    statements::{
        Statements,
        desk::MOST_DOWNLOADED,
        store::desk::EntryLine,
        words::{how_text, state_chip, why_text},
    },
};

pub(super) async fn statement(
    ctx: Ctx,
    State(statements): State<Statements>,
    Path((statement, file)): Path<(String, String)>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    let format = format_of(&file)?;
    let (_, part) = statements.statement(&ctx, id(&statement)?, -1, MOST_DOWNLOADED).await?;
    answer(&ctx, format, "statement", part.rows).await
}

pub(super) async fn unmatched(
    ctx: Ctx,
    State(statements): State<Statements>,
    Path(file): Path<String>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    let format = format_of(&file)?;
    let part = statements.unmatched(&ctx, None, MOST_DOWNLOADED).await?;
    answer(&ctx, format, "unmatched", part.rows).await
}

fn format_of(file: &str) -> Result<Format, Failure> {
    match file {
        "entries.csv" => Ok(Format::Csv),
        "entries.xlsx" => Ok(Format::Xlsx),
        _ => Err(Failure::not_found("this file")),
    }
}

/// A file that is written whole on a thread of its own.
async fn answer(
    ctx: &Ctx,
    format: Format,
    name: &'static str,
    rows: Vec<EntryLine>,
) -> Result<Response, Failure> {
    let lang = ctx.lang;
    let date = ctx.now.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    let made = tokio::task::spawn_blocking(move || write(lang, date, format, name, &rows));
    let bytes = made.await.internal("write a file")?.internal("write a file")?;
    let mut response = typed(format.media_type(), bytes);
    let ending = if format == Format::Csv { "csv" } else { "xlsx" };
    let disposition = format!("attachment; filename=\"{name}.{ending}\"");
    let disposition = HeaderValue::from_str(&disposition).internal("write a header")?;
    response.headers_mut().insert(header::CONTENT_DISPOSITION, disposition);
    Ok(crate::ui::unkept(response))
}

fn write(
    lang: Lang,
    date: String,
    format: Format,
    name: &str,
    rows: &[EntryLine],
) -> Result<Vec<u8>, exporters::WriteError> {
    let t = texts(lang);
    let title = t.get(if name == "unmatched" { "unmatched-title" } else { "statements-title" });
    let metadata = Metadata {
        title,
        collection: name.to_owned(),
        date,
        crs: 4326,
        lang: match lang {
            Lang::Pl => exporters::Lang::Pl,
            Lang::En => exporters::Lang::En,
        },
        ..Metadata::default()
    };
    let column = |name: &str, kind, key: &str| Column { title: t.get(key), ..Column::plain(name, kind) };
    let columns = [
        column("booked_on", ColumnType::Date, "entry-booked-on"),
        column("value_on", ColumnType::Date, "entry-value-on"),
        column("account", ColumnType::Text, "statement-account"),
        column("amount_pln", ColumnType::Number, "entry-amount-pln"),
        column("sender", ColumnType::Text, "entry-sender"),
        column("sender_account", ColumnType::Text, "entry-sender-account"),
        column("title", ColumnType::Text, "entry-title"),
        column("state", ColumnType::Text, "entry-state"),
        column("how", ColumnType::Text, "entry-how"),
    ];
    let options = Options {
        shape: Shape::None,
        titles: true,
        csv: match lang {
            Lang::Pl => CsvOptions::polish_excel(),
            Lang::En => CsvOptions::default(),
        },
        hide_id: true,
        ..Options::default()
    };
    let text = |text: &Option<String>| text.clone().map_or(Value::Null, Value::Text);
    let rows = rows.iter().map(|row| {
        let how = match row.why {
            Some(why) => why_text(t, why),
            None => row.how.iter().map(|how| how_text(t, *how)).collect::<Vec<_>>().join(", "),
        };
        Row {
            id: row.id.to_string(),
            geometry: None,
            values: vec![
                Value::Text(row.booked_on.to_string()),
                Value::Text(row.value_on.to_string()),
                Value::Text(row.nrb.clone()),
                Value::Number(row.amount_grosze as f64 / 100.0),
                text(&row.sender_name),
                text(&row.sender_account),
                Value::Text(row.title.clone()),
                Value::Text(state_chip(t, row.state, row.why).text),
                Value::Text(how),
            ],
        }
    });
    exporters::to_vec(format, &metadata, &columns, &options, rows)
}
