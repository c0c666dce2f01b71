//! The desk of results: which tables are shown, how wide the squares of maps are, publication.

use axum::{extract::State, response::Response};
use ballots::tables::{Asked, Cross, Only};
use serde::Deserialize;
use uuid::Uuid;

use crate::{
    kernel::Params,
    platform::{
        Ctx,
        http::{Failure, Path, ProtectedForm},
        i18n::{Texts, texts},
    },
    surveys::{
        Surveys,
        results::{
            model::{Plan, WIDTHS_M},
            ops::{Desk, NotYet, binds},
        },
        web::{at, desk_sheet, fault},
    },
    ui::{
        see_other,
        views::{Block, Cell, Choice, Field, Form, Link, Sheet, Table},
    },
};

pub(super) fn titled(t: &Texts, asked: &Asked) -> String {
    asked.title.said(t.lang()).chars().take(120).collect()
}

pub(super) async fn desk(
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

pub(super) fn chosen_sheet(t: &'static Texts, desk: &Desk) -> Sheet {
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
pub(super) fn crosses(t: &'static Texts, desk: &Desk, sheet: &mut Sheet) {
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

pub(super) async fn refused(
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
pub(super) struct CrossForm {
    rows: String,
    columns: String,
    only: String,
}

pub(super) async fn add_cross(
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
pub(super) struct RemoveForm {
    cross: Vec<usize>,
}

pub(super) async fn remove_crosses(
    ctx: Ctx,
    State(surveys): State<Surveys>,
    Path(id): Path<Uuid>,
    ProtectedForm(form): ProtectedForm<RemoveForm>,
) -> Result<Response, Failure> {
    let change = |plan: &mut Plan| {
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
pub(super) struct WidthForm {
    width: u32,
}

pub(super) async fn set_width(
    ctx: Ctx,
    State(surveys): State<Surveys>,
    Path(id): Path<Uuid>,
    ProtectedForm(form): ProtectedForm<WidthForm>,
) -> Result<Response, Failure> {
    let change = |plan: &mut Plan| {
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
pub(super) struct PublishForm {
    sure: String,
}

pub(super) async fn publish(
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
