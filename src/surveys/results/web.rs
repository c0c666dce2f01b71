//! Pages and files of results.

use axum::{
    extract::State,
    http::{HeaderValue, header},
    response::Response,
};
use ballots::tables::{Asked, Cross, Only};
use serde::Deserialize;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::{
    model::{Results, WIDTHS_M},
    ops::{Desk, MOST_WORDS, NotYet, Reading, binds},
    store::Publication,
    view::View,
};
use crate::{
    kernel::Params,
    platform::{
        Ctx,
        access::Permission,
        http::{Access, Doors, Failure, Path, ProtectedForm, json as json_answer},
        i18n::{Texts, texts},
    },
    surveys::{
        Survey, Surveys,
        web::{DESK, desk_sheet},
    },
    ui::{
        Here, Nav, html,
        list_file::{self, ColumnType, List, column, word},
        local_time::{date_text, instant_text},
        see_other,
        views::{
            Block, Cell, Choice, Fact, Field, FieldFault, Form, Link, Sheet, SurveyReportPage,
            SurveyResultsPage, Table,
        },
    },
};

pub(in crate::surveys) fn doors() -> Doors<Surveys> {
    const MANAGE: Access = Access::May(Permission::SurveysManage);
    Doors::new()
        .get(Access::Public, "/surveys/{slug}/results", results)
        .get(Access::Public, "/surveys/{slug}/results/{file}", file)
        .get(Access::Public, "/surveys/{slug}/report", report)
        .get(MANAGE, "/desk/surveys/{id}/results", desk)
        .post(MANAGE, "/desk/surveys/{id}/results/crosses", add_cross)
        .post(MANAGE, "/desk/surveys/{id}/results/crosses/remove", remove_crosses)
        .post(MANAGE, "/desk/surveys/{id}/results/map", set_width)
        .post(MANAGE, "/desk/surveys/{id}/results/publish", publish)
        .get(MANAGE, "/desk/surveys/{id}/texts", unread)
        .post(MANAGE, "/desk/surveys/{id}/texts", read)
        .post(MANAGE, "/desk/surveys/{id}/themes", add_theme)
}

// For everybody.

fn facts(t: &Texts, survey: &Survey, published: &Publication) -> Vec<Fact> {
    let fact = |key: &str, value: String| Fact { title: t.get(key), value };
    let mut facts = vec![fact("results-took-part", t.count(published.results.people()))];
    if let (Some(from), Some(until)) = (survey.opens_at, survey.closes_at) {
        let values = [("from", instant_text(from, t).into()), ("until", instant_text(until, t).into())];
        facts.push(fact("results-when", t.args("results-from-until", &values)));
    }
    facts.push(fact("results-published", date_text(published.published_at, t)));
    facts
}

async fn results(
    ctx: Ctx,
    State(surveys): State<Surveys>,
    Path(slug): Path<String>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    let (survey, published) = surveys.published(&ctx, &slug).await?;
    let names = surveys.names_of(&published.results).await?;
    let t = texts(ctx.lang);
    let view = View { t, survey: &survey, results: &published.results, names: &names };
    let title = survey.title.said(ctx.lang.tag()).to_owned();
    let mut sheet = Sheet::new(title.clone());
    sheet.caption = Some(t.get("results-caption"));
    sheet.back = Some(Link { href: format!("/surveys/{slug}"), text: t.get("results-back") });
    sheet.blocks.push(Block::Facts(facts(t, &survey, &published)));
    let mut links = vec![Link { href: format!("/surveys/{slug}/report"), text: t.get("results-report") }];
    links.extend(list_file::downloads(
        t,
        &format!("/surveys/{slug}/results/tables"),
        "",
        &list_file::SPREADSHEETS,
    ));
    links.push(Link { href: format!("/surveys/{slug}/results/results.json"), text: "JSON".into() });
    if binds(&survey) {
        links.push(Link { href: format!("/surveys/{slug}/ballots"), text: t.get("results-ballot-file") });
    }
    sheet.blocks.push(Block::Links(links));
    sheet.blocks.extend(view.blocks());
    sheet.blocks.push(Block::Heading(t.get("results-about")));
    sheet.blocks.extend(view.method().into_iter().map(Block::Text));
    let mut page = surveys.site.page(&ctx, &Here(format!("/surveys/{slug}/results")), Nav::Surveys, title);
    if sheet.blocks.iter().any(|block| matches!(block, Block::Map(_))) {
        let mut map = surveys.site.map(&page, bounds(&published.results));
        map.texts = vec!["imports-js-"];
        page.map = Some(map);
    }
    html(&SurveyResultsPage { page, t, sheet })
}

/// West, south, east, north of all squares that are shown.
fn bounds(results: &Results) -> Option<[f64; 4]> {
    let middles =
        results.maps.iter().flat_map(|map| map.squares.iter().map(|(square, _)| square.middle(map.width_m)));
    middles.fold(None, |bounds, (x, y)| {
        let [west, south, east, north] = bounds.unwrap_or([x, y, x, y]);
        Some([west.min(x), south.min(y), east.max(x), north.max(y)])
    })
}

async fn report(
    ctx: Ctx,
    State(surveys): State<Surveys>,
    Path(slug): Path<String>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    let (survey, published) = surveys.published(&ctx, &slug).await?;
    let names = surveys.names_of(&published.results).await?;
    let t = texts(ctx.lang);
    let view = View { t, survey: &survey, results: &published.results, names: &names };
    let title = survey.title.said(ctx.lang.tag()).to_owned();
    let mut sheet = Sheet::new(title.clone());
    sheet.caption = Some(t.get("results-report-caption"));
    sheet.back = Some(Link { href: format!("/surveys/{slug}/results"), text: t.get("results-title") });
    sheet.blocks.push(Block::Facts(facts(t, &survey, &published)));
    sheet.blocks.push(Block::Heading(t.get("results-about")));
    sheet.blocks.extend(view.method().into_iter().map(Block::Text));
    for block in view.blocks() {
        match block {
            // Paper does not unfold, and has no map that moves; the squares are told below.
            Block::Folded(heading, table) => sheet.blocks.extend([Block::Text(heading), Block::Table(table)]),
            Block::Map(_) => {}
            other => sheet.blocks.push(other),
        }
    }
    let page = surveys.site.page(&ctx, &Here(format!("/surveys/{slug}/report")), Nav::Surveys, title);
    html(&SurveyReportPage { page, t, sheet })
}

async fn file(
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
fn open_data(mut response: Response) -> Result<Response, Failure> {
    response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    Ok(response)
}

/// Squares as GeoJSON. `group` is one of five classes of numbers, for the map's colours.
fn places(results: &Results, question: Option<&str>) -> Json {
    let maps = results.maps.iter().filter(|map| question.is_none_or(|question| map.question == question));
    let features: Vec<Json> = maps
        .flat_map(|map| {
            let most = map.squares.iter().map(|(_, many)| *many).max().unwrap_or(1);
            map.squares.iter().map(move |(square, many)| {
                let class = (many * 5).div_ceil(most).clamp(1, 5);
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
fn list(t: &'static Texts, view: &View<'_>) -> List {
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

// At the desk.

fn at(id: Uuid, rest: &str) -> String {
    format!("{DESK}/{id}{rest}")
}

fn titled(t: &Texts, asked: &Asked) -> String {
    asked.title.said(t.lang()).chars().take(120).collect()
}

async fn desk(
    ctx: Ctx,
    State(surveys): State<Surveys>,
    Path(id): Path<Uuid>,
    mut params: Params,
) -> Result<Response, Failure> {
    let done = params.text("done");
    params.finish()?;
    let t = texts(ctx.lang);
    let desk = surveys.results_desk(&ctx, id).await?;
    let mut sheet = chosen_sheet(t, &desk);
    sheet.notice = match done.as_deref() {
        Some("changed") => Some(t.get("results-changed")),
        Some("published") => Some(t.get("results-published-done")),
        _ => None,
    };
    desk_sheet(&surveys, &ctx, &at(id, "/results"), sheet)
}

fn chosen_sheet(t: &'static Texts, desk: &Desk) -> Sheet {
    let survey = &desk.survey;
    let id = survey.id;
    let mut sheet = Sheet::new(t.get("results-title"));
    sheet.caption = Some(survey.title.said(t.lang()).to_owned());
    sheet.back = Some(Link { href: at(id, ""), text: t.get("results-back") });
    if desk.not_yet == Some(NotYet::Done) {
        sheet.blocks.push(Block::Text(t.get("results-done")));
        let slug = &survey.slug;
        sheet.blocks.push(Block::Links(vec![
            Link { href: format!("/surveys/{slug}/results"), text: t.get("results-title") },
            Link { href: format!("/surveys/{slug}/report"), text: t.get("results-report") },
        ]));
        return sheet;
    }
    if binds(survey) {
        sheet.lead = Some(t.get("results-desk-secret"));
    } else {
        sheet.lead = Some(t.args("results-desk-lead", &[("k", survey.least_cell.into())]));
        crosses(t, desk, &mut sheet);
        let is_drawn = survey.form.pages.iter().flat_map(|page| &page.questions).any(|question| {
            use ballots::form::Ask;
            matches!(question.ask, Ask::Pin(_) | Ask::Line(_) | Ask::Area(_))
        });
        if is_drawn {
            let choice = |width: &u32| Choice {
                value: width.to_string(),
                label: format!("{}\u{a0}m", t.count(u64::from(*width))),
                selected: *width == desk.plan.width_m,
            };
            sheet.blocks.push(Block::Heading(t.get("results-map-heading")));
            sheet.blocks.push(Block::Form(Form {
                action: at(id, "/results/map"),
                fields: vec![Field::Choice(
                    "width",
                    t.get("results-width"),
                    WIDTHS_M.iter().map(choice).collect(),
                )],
                button: t.get("results-width-set"),
                ..Form::default()
            }));
        }
        if desk.texts.1 > 0 {
            let (read, all) = desk.texts;
            sheet.blocks.push(Block::Heading(t.get("results-texts")));
            sheet.blocks.push(Block::Text(
                t.args("results-texts-read", &[("read", read.into()), ("all", all.into())]),
            ));
            sheet
                .blocks
                .push(Block::Links(vec![Link { href: at(id, "/texts"), text: t.get("results-texts-go") }]));
        }
    }
    sheet.blocks.push(Block::Heading(t.get("results-publish")));
    match desk.not_yet {
        Some(NotYet::Sealed) => sheet.blocks.push(Block::Text(t.get("results-not-sealed"))),
        Some(_) => sheet.blocks.push(Block::Text(t.get("results-not-open"))),
        None => sheet.blocks.push(Block::Form(Form {
            action: at(id, "/results/publish"),
            fields: vec![Field::Check("sure", t.get("results-publish-sure"), false)],
            button: t.get("results-publish-button"),
            first: true,
            ..Form::default()
        })),
    }
    sheet
}

/// The cross tables that are chosen, and the form for one more.
fn crosses(t: &'static Texts, desk: &Desk, sheet: &mut Sheet) {
    let id = desk.survey.id;
    let named = |name: &str| desk.asked.iter().find(|one| one.name == name);
    let title = |name: &str| named(name).map_or(name.to_owned(), |one| titled(t, one));
    sheet.blocks.push(Block::Heading(t.get("results-crosses")));
    if !desk.plan.crosses.is_empty() {
        let rows = desk.plan.crosses.iter().enumerate().map(|(place, cross)| {
            let only = cross.only.as_ref().and_then(|only| {
                let category = named(&only.of)?.categories.iter().find(|one| one.id == only.category)?;
                let values =
                    [("question", title(&only.of).into()), ("answer", category.label.said(t.lang()).into())];
                Some(t.args("results-only", &values))
            });
            vec![
                Cell::pick("cross", place.to_string(), false, title(&cross.rows)),
                Cell::text(title(&cross.columns)),
                Cell::text(only.unwrap_or_default()),
            ]
        });
        let head = ["results-rows", "results-columns", "results-only-head"];
        let table = Table {
            caption: t.get("results-crosses"),
            head: head.iter().map(|key| (t.get(key), false)).collect(),
            rows: rows.collect(),
        };
        sheet.blocks.push(Block::Form(Form {
            action: at(id, "/results/crosses/remove"),
            fields: vec![Field::Rows("cross", table)],
            button: t.get("results-cross-remove"),
            ..Form::default()
        }));
    }
    let none = || Choice { value: String::new(), label: t.get("results-only-none"), selected: true };
    let choice =
        |asked: &Asked| Choice { value: asked.name.clone(), label: titled(t, asked), selected: false };
    let single: Vec<Choice> = desk.asked.iter().filter(|one| !one.several).map(choice).collect();
    let only = desk.asked.iter().filter(|one| !one.several).flat_map(|asked| {
        asked.categories.iter().map(|category| Choice {
            value: format!("{}={}", asked.name, category.id),
            label: format!("{}: {}", titled(t, asked), category.label.said(t.lang())),
            selected: false,
        })
    });
    if single.is_empty() || desk.asked.len() < 2 {
        return;
    }
    sheet.blocks.push(Block::Form(Form {
        action: at(id, "/results/crosses"),
        fields: vec![
            Field::Choice("rows", t.get("results-rows"), single),
            Field::Choice("columns", t.get("results-columns"), desk.asked.iter().map(choice).collect()),
            Field::Choice("only", t.get("results-only-head"), std::iter::once(none()).chain(only).collect()),
        ],
        button: t.get("results-cross-add"),
        ..Form::default()
    }));
}

fn fault(field: &'static str, message: String) -> FieldFault {
    FieldFault { field, message }
}

async fn refused(
    surveys: &Surveys,
    ctx: &Ctx,
    id: Uuid,
    field: &'static str,
    key: &str,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let mut sheet = chosen_sheet(t, &surveys.results_desk(ctx, id).await?);
    sheet.faults.push(fault(field, t.get(key)));
    desk_sheet(surveys, ctx, &at(id, "/results"), sheet)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct CrossForm {
    rows: String,
    columns: String,
    only: String,
}

async fn add_cross(
    ctx: Ctx,
    State(surveys): State<Surveys>,
    Path(id): Path<Uuid>,
    ProtectedForm(form): ProtectedForm<CrossForm>,
) -> Result<Response, Failure> {
    let only =
        form.only.split_once('=').map(|(of, category)| Only { of: of.into(), category: category.into() });
    let cross = Cross { rows: form.rows, columns: form.columns, only };
    let asked = surveys.results_desk(&ctx, id).await?.asked;
    if Surveys::fits(&asked, &cross) && surveys.change_plan(&ctx, id, |plan| plan.add(cross)).await? {
        return Ok(see_other(&at(id, "/results?done=changed")));
    }
    refused(&surveys, &ctx, id, "columns", "results-cross-fault").await
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RemoveForm {
    cross: Vec<usize>,
}

async fn remove_crosses(
    ctx: Ctx,
    State(surveys): State<Surveys>,
    Path(id): Path<Uuid>,
    ProtectedForm(form): ProtectedForm<RemoveForm>,
) -> Result<Response, Failure> {
    let change = |plan: &mut super::model::Plan| {
        let mut place = 0..;
        plan.crosses.retain(|_| place.next().is_some_and(|place| !form.cross.contains(&place)));
        true
    };
    if surveys.change_plan(&ctx, id, change).await? {
        return Ok(see_other(&at(id, "/results?done=changed")));
    }
    refused(&surveys, &ctx, id, "cross", "results-done").await
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct WidthForm {
    width: u32,
}

async fn set_width(
    ctx: Ctx,
    State(surveys): State<Surveys>,
    Path(id): Path<Uuid>,
    ProtectedForm(form): ProtectedForm<WidthForm>,
) -> Result<Response, Failure> {
    let change = |plan: &mut super::model::Plan| {
        plan.width_m = form.width;
        true
    };
    if surveys.change_plan(&ctx, id, change).await? {
        return Ok(see_other(&at(id, "/results?done=changed")));
    }
    refused(&surveys, &ctx, id, "width", "results-width-fault").await
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct PublishForm {
    sure: String,
}

async fn publish(
    ctx: Ctx,
    State(surveys): State<Surveys>,
    Path(id): Path<Uuid>,
    ProtectedForm(form): ProtectedForm<PublishForm>,
) -> Result<Response, Failure> {
    if form.sure != "yes" {
        return refused(&surveys, &ctx, id, "sure", "results-publish-unsure").await;
    }
    match surveys.publish_results(&ctx, id).await? {
        Ok(()) => Ok(see_other(&at(id, "/results?done=published"))),
        Err(NotYet::Open) => refused(&surveys, &ctx, id, "sure", "results-not-open").await,
        Err(NotYet::Sealed) => refused(&surveys, &ctx, id, "sure", "results-not-sealed").await,
        Err(NotYet::Done) => Ok(see_other(&at(id, "/results"))),
    }
}

// Free texts.

async fn unread(
    ctx: Ctx,
    State(surveys): State<Surveys>,
    Path(id): Path<Uuid>,
    mut params: Params,
) -> Result<Response, Failure> {
    let done = params.text("done");
    params.finish()?;
    let mut sheet = texts_sheet(&surveys, &ctx, id).await?;
    sheet.notice = done.map(|_| texts(ctx.lang).get("results-text-kept"));
    desk_sheet(&surveys, &ctx, &at(id, "/texts"), sheet)
}

async fn texts_sheet(surveys: &Surveys, ctx: &Ctx, id: Uuid) -> Result<Sheet, Failure> {
    let t = texts(ctx.lang);
    let (survey, unread, themes) = surveys.unread(ctx, id).await?;
    let mut sheet = Sheet::new(t.get("results-texts"));
    sheet.caption = Some(survey.title.said(t.lang()).to_owned());
    sheet.lead = Some(t.get("results-texts-lead"));
    sheet.back = Some(Link { href: at(id, "/results"), text: t.get("results-title") });
    if unread.is_empty() {
        sheet.blocks.push(Block::Empty(t.get("results-texts-none")));
    }
    let themed: Vec<Choice> =
        std::iter::once(Choice { value: String::new(), label: t.get("results-theme-none"), selected: true })
            .chain(themes.iter().map(|theme| Choice {
                value: theme.id.to_string(),
                label: theme.name.said(t.lang()).to_owned(),
                selected: false,
            }))
            .collect();

    for text in unread {
        let question =
            survey.form.pages.iter().flat_map(|page| &page.questions).find(|one| one.id == text.question);
        if let Some(question) = question {
            sheet.blocks.push(Block::Heading(question.title.said(t.lang()).to_owned()));
        }
        if text.proposed != text.words {
            sheet.blocks.push(Block::Text(t.get("results-text-masked")));
        }
        sheet.blocks.push(Block::Notice(text.words));
        let what = |value: &str, selected| Choice {
            value: value.to_owned(),
            label: t.get(&format!("results-text-{value}")),
            selected,
        };
        sheet.blocks.push(Block::Form(Form {
            action: at(id, "/texts"),
            fields: vec![
                Field::Hidden("answer", text.answer.to_string()),
                Field::Hidden("question", text.question),
                Field::Hidden("part", text.part.to_string()),
                Field::Area(
                    "words",
                    t.get("results-text-words"),
                    t.get("results-text-words-hint"),
                    text.proposed,
                ),
                Field::Choice("theme", t.get("results-text-theme"), themed.clone()),
                Field::Choice(
                    "what",
                    t.get("results-text-what"),
                    vec![what("show", true), what("leave", false)],
                ),
            ],
            button: t.get("results-text-button"),
            first: true,
            ..Form::default()
        }));
    }
    sheet.blocks.push(Block::Heading(t.get("results-themes")));
    sheet.blocks.push(Block::Form(Form {
        action: at(id, "/themes"),
        fields: vec![
            Field::Line(
                "name_pl",
                t.get("results-theme-pl"),
                String::new(),
                String::new(),
                "maxlength=\"120\"",
            ),
            Field::Line(
                "name_en",
                t.get("results-theme-en"),
                String::new(),
                String::new(),
                "maxlength=\"120\"",
            ),
        ],
        button: t.get("results-theme-add"),
        ..Form::default()
    }));
    Ok(sheet)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ReadForm {
    answer: String,
    question: String,
    part: i32,
    words: String,
    theme: String,
    what: String,
}

async fn read(
    ctx: Ctx,
    State(surveys): State<Surveys>,
    Path(id): Path<Uuid>,
    ProtectedForm(form): ProtectedForm<ReadForm>,
) -> Result<Response, Failure> {
    let kept = match form.answer.parse() {
        Ok(answer) => {
            let reading = Reading {
                answer,
                question: form.question,
                part: form.part,
                words: form.words.chars().take(MOST_WORDS).collect(),
                theme: form.theme.parse().ok(),
                shown: form.what == "show",
            };
            surveys.read_text(&ctx, id, reading).await?
        }
        Err(_) => false,
    };
    if kept {
        return Ok(see_other(&at(id, "/texts?done=kept")));
    }
    let mut sheet = texts_sheet(&surveys, &ctx, id).await?;
    sheet.faults.push(fault("words", texts(ctx.lang).get("results-text-fault")));
    desk_sheet(&surveys, &ctx, &at(id, "/texts"), sheet)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ThemeForm {
    name_pl: String,
    name_en: String,
}

async fn add_theme(
    ctx: Ctx,
    State(surveys): State<Surveys>,
    Path(id): Path<Uuid>,
    ProtectedForm(form): ProtectedForm<ThemeForm>,
) -> Result<Response, Failure> {
    if surveys.add_theme(&ctx, id, &form.name_pl, &form.name_en).await? {
        return Ok(see_other(&at(id, "/texts?done=theme")));
    }
    let mut sheet = texts_sheet(&surveys, &ctx, id).await?;
    sheet.faults.push(fault("name_pl", texts(ctx.lang).get("results-theme-fault")));
    desk_sheet(&surveys, &ctx, &at(id, "/texts"), sheet)
}
