//! Findings as files.

use axum::{extract::State, response::Response};
use geo_types::Geometry;

use super::{findings::Asked, id};
use crate::{
    kernel::Params,
    platform::{
        Ctx,
        http::{Failure, Path},
        i18n::Texts,
    },
    tax_base::{
        TaxBase,
        model::{Kind, Mark},
        store::runs::Found,
        words::{kind_text, mark_text, summary},
    },
    ui::list_file::{self, Column, ColumnType, Format, List, Row, Value, column, maybe, word, zloty},
};

/// In what findings can be had.
pub(super) const FORMATS: [Format; 3] = [Format::Csv, Format::Xlsx, Format::Geojson];

/// Findings of one file.
const MOST_ROWS: i64 = 200_000;

pub(super) async fn file(
    ctx: Ctx,
    State(tax_base): State<TaxBase>,
    Path((run, file)): Path<(String, String)>,
    mut params: Params,
) -> Result<Response, Failure> {
    let format = list_file::format_of(&file, "findings", &FORMATS)?;
    let asked = Asked::take(&mut params)?;
    params.finish()?;
    let run = tax_base.run(&ctx, Some(id(&run)?)).await?;
    let run = run.ok_or_else(|| Failure::not_found("this comparison"))?;
    let rows = tax_base.findings(&ctx, run.id, &asked.wanted(0, MOST_ROWS)).await?;
    list_file::answer(&ctx, format, move |t| List {
        name: "findings",
        title: t.get("tax-base-title"),
        as_of: Some(run.on_day.to_string()),
        columns: columns(t),
        rows: rows.iter().map(|found| row(t, format, found)).collect(),
    })
    .await
}

fn columns(t: &Texts) -> Vec<Column> {
    vec![
        column("kind", ColumnType::Text, t.get("tax-base-kind")),
        column("parcel", ColumnType::Text, t.get("tax-base-parcel")),
        column("registered_m2", ColumnType::Number, t.get("tax-base-registered-m2")),
        column("declared_m2", ColumnType::Number, t.get("tax-base-declared-m2")),
        column("difference_m2", ColumnType::Number, t.get("tax-base-difference-m2")),
        column("tax_pln", ColumnType::Number, t.get("tax-base-tax-pln")),
        column("what", ColumnType::Text, t.get("tax-base-what")),
        column("mark", ColumnType::Text, t.get("tax-base-mark")),
        column("note", ColumnType::Text, t.get("tax-base-note")),
    ]
}

/// People read words, programs that read GeoJSON names.
fn row(t: &Texts, format: Format, found: &Found) -> Row {
    let named = format != Format::Geojson;
    let m2 = |dm2: i64| Value::Number(dm2 as f64 / 100.0);
    let mark = found.mark.as_deref().and_then(Mark::from_name).unwrap_or(Mark::Open);
    let kind = match Kind::from_name(&found.kind) {
        Some(kind) if named => kind_text(t, kind),
        _ => found.kind.clone(),
    };
    Row {
        id: found.key.clone(),
        geometry: found
            .geometry
            .clone()
            .and_then(|value| serde_json::from_value::<geojson::Geometry>(value).ok())
            .and_then(|geometry| Geometry::<f64>::try_from(geometry).ok()),
        values: vec![
            word(kind),
            word(found.parcel.clone()),
            maybe(found.registered_dm2, m2),
            maybe(found.declared_dm2, m2),
            m2(found.difference_dm2),
            maybe(found.tax_grosze, zloty),
            word(summary(t, &found.details)),
            word(if named { mark_text(t, mark) } else { mark.name().to_owned() }),
            maybe(found.mark_note.clone(), word),
        ],
    }
}
