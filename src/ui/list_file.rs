//! Lists of the desk as files for spreadsheets and other programs.

use axum::response::Response;
pub use exporters::{Column, ColumnType, Format, Row, Value};
use exporters::{CsvOptions, Metadata, Options, Shape};

use super::{attached, unkept, views::Link};
use crate::{
    kernel::Lang,
    platform::{
        Ctx,
        http::{Failure, ResultExt, typed},
        i18n::{Texts, texts},
    },
};

/// A list that becomes a file.
#[derive(Debug)]
pub struct List {
    /// What the file is called, without ending.
    pub name: &'static str,
    /// What it shows.
    pub title: String,
    /// The day of which it says something, where that is another than the day on which it is made.
    pub as_of: Option<String>,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows; only GeoJSON shows their geometries.
    pub rows: Vec<Row>,
}

/// A column with the name that programs read and the title that people read.
#[must_use]
pub fn column(name: &str, kind: ColumnType, title: String) -> Column {
    Column { title, ..Column::plain(name, kind) }
}

/// A row without a place.
pub fn row(id: impl ToString, values: Vec<Value>) -> Row {
    Row { id: id.to_string(), geometry: None, values }
}

/// Rows that nothing but their order names.
pub fn numbered(rows: impl Iterator<Item = Vec<Value>>) -> Vec<Row> {
    rows.enumerate().map(|(at, values)| row(at, values)).collect()
}

/// An amount in złoty.
#[must_use]
pub fn zloty(grosze: i64) -> Value {
    Value::Number(grosze as f64 / 100.0)
}

/// Words.
pub fn word(text: impl Into<String>) -> Value {
    Value::Text(text.into())
}

/// What may be missing.
pub fn maybe<T>(value: Option<T>, say: impl FnOnce(T) -> Value) -> Value {
    value.map_or(Value::Null, say)
}

/// The format that the end of an address asks for, "list.csv" of a `stem` "list".
///
/// # Errors
/// 404 for every other address.
pub fn format_of(file: &str, stem: &str, among: &[Format]) -> Result<Format, Failure> {
    let ending = file.strip_prefix(stem).and_then(|rest| rest.strip_prefix('.'));
    let found = among.iter().find(|format| ending == Some(format.file_ending()));
    found.copied().ok_or_else(|| Failure::not_found("this file"))
}

/// The formats of lists that have no places.
pub const SPREADSHEETS: [Format; 2] = [Format::Csv, Format::Xlsx];

/// A link to a file.
#[must_use]
pub fn download(t: &Texts, format: Format, href: String) -> Link {
    Link { href, text: t.args("list-download", &[("format", format.name().to_uppercase().into())]) }
}

/// Links to the files of a list at an address without ending.
#[must_use]
pub fn downloads(t: &Texts, address: &str, query: &str, among: &[Format]) -> Vec<Link> {
    let link = |format: &Format| download(t, *format, format!("{address}.{}{query}", format.file_ending()));
    among.iter().map(link).collect()
}

/// The file, made and written whole on a thread of its own.
///
/// # Errors
/// The file cannot be written.
pub async fn answer(
    ctx: &Ctx,
    format: Format,
    make: impl FnOnce(&'static Texts) -> List + Send + 'static,
) -> Result<Response, Failure> {
    let lang = ctx.lang;
    let date = ctx.now.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    let made = tokio::task::spawn_blocking(move || {
        let list = make(texts(lang));
        let name = list.name;
        write(lang, date, format, list).map(|bytes| (name, bytes))
    });
    let (name, bytes) = made.await.internal("write a file")?.internal("write a file")?;
    let name = format!("{name}.{}", format.file_ending());
    Ok(unkept(attached(typed(format.media_type(), bytes), &name)?))
}

fn write(lang: Lang, date: String, format: Format, list: List) -> Result<Vec<u8>, exporters::WriteError> {
    let metadata = Metadata {
        title: list.title,
        collection: list.name.to_owned(),
        date,
        as_of: list.as_of,
        crs: 4326,
        lang: match lang {
            Lang::Pl => exporters::Lang::Pl,
            Lang::En => exporters::Lang::En,
        },
        ..Metadata::default()
    };
    let is_table = format != Format::Geojson;
    let usual = Options::default();
    let options = Options {
        shape: if is_table { Shape::None } else { usual.shape },
        titles: is_table,
        csv: match lang {
            Lang::Pl => CsvOptions::polish_excel(),
            Lang::En => CsvOptions::default(),
        },
        hide_id: true,
        ..usual
    };
    exporters::to_vec(format, &metadata, &list.columns, &options, list.rows)
}
