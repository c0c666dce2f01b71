//! Results as open data.

use axum::{
    extract::State,
    http::{HeaderValue, header},
    response::Response,
};
use serde_json::{Value as Json, json};

use crate::{
    kernel::Params,
    platform::{
        Ctx,
        http::{Failure, Path, json as json_answer},
        i18n::Texts,
    },
    surveys::{
        Surveys,
        results::{model::Results, view::View},
    },
    ui::list_file::{self, ColumnType, List, column, word},
};

pub(super) async fn file(
    ctx: Ctx,
    State(surveys): State<Surveys>,
    Path((slug, file)): Path<(String, String)>,
    mut params: Params,
) -> Result<Response, Failure> {
    let question = params.text("question");
    // A map says what it sees; there are few enough squares to answer all.
    let _ = (params.text("bbox"), params.text("limit"));
    params.finish()?;
    let (survey, published) = surveys.published(&ctx, &slug).await?;
    match file.as_str() {
        "results.json" => {
            let value = json!({
                "survey": survey.slug,
                "title": survey.title,
                "form": survey.form,
                "opens_at": survey.opens_at,
                "closes_at": survey.closes_at,
                "published_at": published.published_at,
                "results": published.results,
            });
            open_data(json_answer("application/json", &value)?)
        }
        "places.geojson" => {
            open_data(json_answer("application/geo+json", &places(&published.results, question.as_deref()))?)
        }
        other => {
            let format = list_file::format_of(other, "tables", &list_file::SPREADSHEETS)?;
            let names = surveys.names_of(&published.results).await?;
            list_file::answer(&ctx, format, move |t| {
                let view = View { t, survey: &survey, results: &published.results, names: &names };
                list(t, &view)
            })
            .await
        }
    }
}

/// Anybody's pages may show what is published to everybody.
pub(super) fn open_data(mut response: Response) -> Result<Response, Failure> {
    response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    Ok(response)
}

/// Squares as GeoJSON. `group` is one of five classes of numbers, for the map's colours.
pub(super) fn places(results: &Results, question: Option<&str>) -> Json {
    let maps = results.maps.iter().filter(|map| question.is_none_or(|question| map.question == question));
    let features: Vec<Json> = maps
        .flat_map(|map| {
            let class_of = map.classes();
            map.squares.iter().map(move |(square, many)| {
                let class = class_of(*many);
                json!({
                    "type": "Feature",
                    "geometry": square.geometry(map.width_m),
                    "properties": {
                        "question": map.question, "people": many, "group": format!("cells-{class}"), "label": many.to_string(),
                    },
                })
            })
        })
        .collect();
    json!({ "type": "FeatureCollection", "features": features, "next": null })
}

/// All tables one below the other: each line a cell. A range has two ends, a number the same twice.
pub(super) fn list(t: &'static Texts, view: &View<'_>) -> List {
    let mut rows: Vec<Vec<list_file::Value>> = Vec::new();
    let mut line = |table: &str, row: &str, column: &str, (least, most): (u64, u64)| {
        let number = |many: u64| list_file::Value::Integer(i64::try_from(many).unwrap_or(i64::MAX));
        rows.push(vec![word(table), word(row), word(column), number(least), number(most)]);
    };
    let ends = |shown: ballots::tables::Shown| match shown {
        ballots::tables::Shown::Exact(number) => (number, number),
        ballots::tables::Shown::Between(least, most) => (least, most),
    };
    let lang = t.lang();
    if let Some(exact) = &view.results.exact {
        for counted in &exact.questions {
            line(
                &counted.question,
                "",
                t.get("results-answered-any").as_str(),
                (counted.answered, counted.answered),
            );
            let votes = match &counted.tally {
                ballots::count::Tally::Plurality { choices }
                | ballots::count::Tally::Approval { choices }
                | ballots::count::Tally::Points { choices }
                | ballots::count::Tally::Schulze { choices, .. } => choices.as_slice(),
                _ => &[],
            };
            for one in votes {
                line(&counted.question, "", &one.choice, (one.score, one.score));
            }
            if let ballots::count::Tally::Scale { steps, .. } = &counted.tally {
                steps
                    .iter()
                    .for_each(|(step, many)| line(&counted.question, "", &step.to_string(), (*many, *many)));
            }
        }
    }
    if let Some(release) = &view.results.tables {
        for table in release.totals.iter().chain(&release.crosses) {
            let only = table
                .only
                .as_ref()
                .map_or(String::new(), |only| format!(" ({} = {})", only.of, only.category));
            let name = match &table.rows {
                Some(rows) => format!("{} × {}{only}", rows.name, table.columns.name),
                None => table.columns.name.clone(),
            };
            for (at, cells) in table.cells.iter().enumerate() {
                let row = table.rows.as_ref().and_then(|rows| rows.categories.get(at));
                let row = row.map_or("", |category| category.label.said(lang));
                for (category, shown) in table.columns.categories.iter().zip(cells) {
                    line(&name, row, category.label.said(lang), ends(*shown));
                }
            }
        }
    }
    let heads = [
        ("table", ColumnType::Text, "results-table"),
        ("row", ColumnType::Text, "results-row"),
        ("answer", ColumnType::Text, "results-answer"),
        ("least", ColumnType::Integer, "results-least"),
        ("most", ColumnType::Integer, "results-most"),
    ];
    List {
        name: "results",
        title: view.survey.title.said(lang).to_owned(),
        as_of: None,
        columns: heads.map(|(name, kind, key)| column(name, kind, t.get(key))).into(),
        rows: list_file::numbered(rows.into_iter()),
    }
}
