//! Lists of the treasurer's desk as files for spreadsheets and other programs.

use axum::{
    http::{HeaderValue, header},
    response::Response,
};
use exporters::{Column, ColumnType, CsvOptions, Format, Metadata, Options, Row, Shape, Value};

use crate::{
    kernel::Lang,
    platform::{
        Ctx,
        http::{Failure, ResultExt, typed},
        i18n::texts,
    },
    ui::{unkept, views::Link},
};

/// A list that becomes a file.
#[derive(Debug)]
pub(super) struct List {
    /// What the file is called, without ending.
    pub(super) name: &'static str,
    /// What it shows.
    pub(super) title: String,
    /// Names, types and titles of its columns.
    pub(super) columns: Vec<(&'static str, ColumnType, String)>,
    /// Its rows.
    pub(super) rows: Vec<Vec<Value>>,
}

/// An amount in złoty.
pub(super) fn zloty(grosze: i64) -> Value {
    Value::Number(grosze as f64 / 100.0)
}

/// Words.
pub(super) fn word(text: impl Into<String>) -> Value {
    Value::Text(text.into())
}

/// The format of "list.csv" or "list.xlsx".
pub(super) fn format_of(file: &str) -> Result<Format, Failure> {
    match file {
        "list.csv" => Ok(Format::Csv),
        "list.xlsx" => Ok(Format::Xlsx),
        _ => Err(Failure::not_found("this file")),
    }
}

/// Links to both files of a list below an address.
pub(super) fn downloads(ctx: &Ctx, base: &str, query: &str) -> Vec<Link> {
    let t = texts(ctx.lang);
    ["csv", "xlsx"]
        .map(|ending| Link {
            href: format!("{base}/list.{ending}{query}"),
            text: t.args("statement-download", &[("format", ending.to_uppercase().into())]),
        })
        .into()
}

/// The file, written whole on a thread of its own.
pub(super) async fn answer(ctx: &Ctx, format: Format, list: List) -> Result<Response, Failure> {
    let lang = ctx.lang;
    let date = ctx.now.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    let ending = if format == Format::Csv { "csv" } else { "xlsx" };
    let disposition = format!("attachment; filename=\"{}.{ending}\"", list.name);
    let made = tokio::task::spawn_blocking(move || write(lang, date, format, list));
    let bytes = made.await.internal("write a file")?.internal("write a file")?;
    let mut response = typed(format.media_type(), bytes);
    let disposition = HeaderValue::from_str(&disposition).internal("write a header")?;
    response.headers_mut().insert(header::CONTENT_DISPOSITION, disposition);
    Ok(unkept(response))
}

fn write(lang: Lang, date: String, format: Format, list: List) -> Result<Vec<u8>, exporters::WriteError> {
    let metadata = Metadata {
        title: list.title,
        collection: list.name.to_owned(),
        date,
        crs: 4326,
        lang: match lang {
            Lang::Pl => exporters::Lang::Pl,
            Lang::En => exporters::Lang::En,
        },
        ..Metadata::default()
    };
    let column =
        |(name, kind, title): (&str, ColumnType, String)| Column { title, ..Column::plain(name, kind) };
    let columns: Vec<Column> = list.columns.into_iter().map(column).collect();
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
    let rows = list.rows.into_iter().enumerate();
    let rows = rows.map(|(at, values)| Row { id: at.to_string(), geometry: None, values });
    exporters::to_vec(format, &metadata, &columns, &options, rows)
}
