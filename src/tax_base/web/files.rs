//! Findings as files.

use axum::{
    extract::State,
    http::{HeaderValue, header},
    response::Response,
};
use exporters::{Column, ColumnType, CsvOptions, Format, Metadata, Options, Row, Shape, Value};
use geo_types::Geometry;

use super::{findings::Asked, id};
use crate::{
    kernel::{Lang, Params},
    platform::{
        Ctx,
        http::{Failure, Path, ResultExt, typed},
        i18n::texts,
    },
    tax_base::{
        TaxBase,
        model::{Kind, Mark},
        store::runs::{Found, Run},
        words::{kind_text, mark_text, summary},
    },
};

/// Findings of one file.
const MOST_ROWS: i64 = 200_000;

pub(super) async fn file(
    ctx: Ctx,
    State(tax_base): State<TaxBase>,
    Path((run, file)): Path<(String, String)>,
    mut params: Params,
) -> Result<Response, Failure> {
    let format = match file.as_str() {
        "findings.csv" => Format::Csv,
        "findings.xlsx" => Format::Xlsx,
        "findings.geojson" => Format::Geojson,
        _ => return Err(Failure::not_found("this file")),
    };
    let asked = Asked::take(&mut params)?;
    params.finish()?;
    let run = tax_base.run(&ctx, Some(id(&run)?)).await?;
    let run = run.ok_or_else(|| Failure::not_found("this comparison"))?;
    let rows = tax_base.findings(&ctx, run.id, &asked.wanted(0, MOST_ROWS)).await?;
    let lang = ctx.lang;
    let date = ctx.now.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    let made = tokio::task::spawn_blocking(move || write(lang, date, format, &run, rows));
    let bytes = made.await.internal("write a file")?.internal("write a file")?;
    let mut response = typed(format.media_type(), bytes);
    let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{file}\""));
    response.headers_mut().insert(header::CONTENT_DISPOSITION, disposition.internal("write a header")?);
    Ok(crate::ui::unkept(response))
}

fn write(
    lang: Lang,
    date: String,
    format: Format,
    run: &Run,
    rows: Vec<Found>,
) -> Result<Vec<u8>, exporters::WriteError> {
    let t = texts(lang);
    let metadata = Metadata {
        title: t.get("tax-base-title"),
        collection: "findings".to_owned(),
        date,
        as_of: Some(run.on_day.to_string()),
        crs: 4326,
        lang: match lang {
            Lang::Pl => exporters::Lang::Pl,
            Lang::En => exporters::Lang::En,
        },
        ..Metadata::default()
    };
    let column = |name: &str, kind, key: &str| Column { title: t.get(key), ..Column::plain(name, kind) };
    let columns = [
        column("kind", ColumnType::Text, "tax-base-kind"),
        column("parcel", ColumnType::Text, "tax-base-parcel"),
        column("registered_m2", ColumnType::Number, "tax-base-registered-m2"),
        column("declared_m2", ColumnType::Number, "tax-base-declared-m2"),
        column("difference_m2", ColumnType::Number, "tax-base-difference-m2"),
        column("tax_pln", ColumnType::Number, "tax-base-tax-pln"),
        column("what", ColumnType::Text, "tax-base-what"),
        column("mark", ColumnType::Text, "tax-base-mark"),
        column("note", ColumnType::Text, "tax-base-note"),
    ];
    let options = Options {
        shape: if format == Format::Geojson { Options::default().shape } else { Shape::None },
        titles: format != Format::Geojson,
        csv: match lang {
            Lang::Pl => CsvOptions::polish_excel(),
            Lang::En => CsvOptions::default(),
        },
        hide_id: true,
        ..Options::default()
    };
    let m2 = |dm2: Option<i64>| dm2.map_or(Value::Null, |dm2| Value::Number(dm2 as f64 / 100.0));
    let named = format != Format::Geojson;
    let rows = rows.into_iter().map(|row| {
        let mark = row.mark.as_deref().and_then(Mark::from_name).unwrap_or(Mark::Open);
        let kind = match Kind::from_name(&row.kind) {
            Some(kind) if named => kind_text(t, kind),
            _ => row.kind.clone(),
        };
        Row {
            id: row.key.clone(),
            geometry: row
                .geometry
                .clone()
                .and_then(|value| serde_json::from_value::<geojson::Geometry>(value).ok())
                .and_then(|geometry| Geometry::<f64>::try_from(geometry).ok()),
            values: vec![
                Value::Text(kind),
                Value::Text(row.parcel.clone()),
                m2(row.registered_dm2),
                m2(row.declared_dm2),
                m2(Some(row.difference_dm2)),
                row.tax_grosze.map_or(Value::Null, |grosze| Value::Number(grosze as f64 / 100.0)),
                Value::Text(summary(t, &row.details)),
                Value::Text(if named { mark_text(t, mark) } else { mark.name().to_owned() }),
                row.mark_note.clone().map_or(Value::Null, Value::Text),
            ],
        }
    });
    exporters::to_vec(format, &metadata, &columns, &options, rows)
}
