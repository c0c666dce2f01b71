//! What everybody sees of a civic budget: pools, projects, one project, and the open data.

use axum::{extract::State, response::Response};
use serde_json::{Value as Json, json};

use super::{Nothing, bounds, found, pool_name, pools_table, project_blocks, shown_cost, standing_chip};
use crate::{
    kernel::Params,
    platform::{
        Ctx,
        http::{Failure, Path, ProtectedForm, json as json_answer},
        i18n::texts,
    },
    surveys::{
        State as Stage, Surveys,
        budget::model::{Project, Standing},
    },
    ui::{
        Here, Nav, html,
        local_time::{date_text, day_of, day_text},
        see_other,
        views::{Block, Form, Item, Link, MapBlock, Sheet, SurveyResultsPage},
    },
};

pub(super) async fn projects(
    ctx: Ctx,
    State(surveys): State<Surveys>,
    Path(slug): Path<String>,
    mut params: Params,
) -> Result<Response, Failure> {
    let done = params.text("done");
    params.finish()?;
    let t = texts(ctx.lang);
    let whole = surveys.budget_of_slug(&slug).await?;
    let title = whole.survey.title.said(ctx.lang.tag()).to_owned();
    let mut sheet = Sheet::new(title.clone());
    sheet.caption = Some(t.get("survey-kind-budget"));
    sheet.notice = done.map(|_| t.get("budget-submitted"));
    sheet.back = Some(Link { href: "/surveys".into(), text: t.get("surveys-title") });
    let Some(budget) = &whole.budget else { return Err(Failure::not_found("this civic budget")) };
    let until = day_of(budget.submit_until - chrono::TimeDelta::seconds(1));
    sheet.lead = Some(if budget.takes_projects(ctx.now) {
        t.args("budget-open-until", &[("day", day_text(until, t).into())])
    } else if ctx.now < budget.submit_from {
        t.args("budget-opens", &[("day", date_text(budget.submit_from, t).into())])
    } else {
        t.get("budget-closed")
    });
    let mut links = Vec::new();
    if budget.takes_projects(ctx.now) {
        links.push(Link { href: format!("/surveys/{slug}/submit"), text: t.get("budget-submit") });
    }
    if whole.survey.state != Stage::Draft {
        links.push(Link { href: format!("/surveys/{slug}"), text: t.get("budget-vote") });
    }
    if whole.survey.state == Stage::Published {
        links.push(Link { href: format!("/surveys/{slug}/results"), text: t.get("results-title") });
    }
    sheet.blocks.push(Block::Links(links));
    sheet.blocks.push(Block::Heading(t.get("budget-pools")));
    sheet.blocks.push(Block::Table(pools_table(t, &whole, false)));
    sheet.blocks.push(Block::Heading(t.get("budget-projects")));
    let shown: Vec<&Project> =
        whole.projects.iter().filter(|project| project.standing != Standing::Withdrawn).collect();
    if shown.is_empty() {
        sheet.blocks.push(Block::Empty(t.get("budget-no-projects")));
    } else {
        sheet.blocks.push(Block::Map(MapBlock {
            items: format!("/surveys/{slug}/projects.geojson"),
            label: t.get("budget-map"),
            crowd: None,
        }));
        let item = |project: &&Project| Item {
            href: Some(format!("/surveys/{slug}/projects/{}", project.number)),
            title: format!("{}. {}", project.number, project.title),
            text: pool_name(&whole, project, ctx.lang.tag()).to_owned(),
            value: shown_cost(t, project),
            chips: vec![standing_chip(t, project.standing)],
        };
        sheet.blocks.push(Block::Items(shown.iter().map(item).collect()));
    }
    public(&surveys, &ctx, &format!("/surveys/{slug}/projects"), sheet, bounds(&shown))
}

pub(super) fn public(
    surveys: &Surveys,
    ctx: &Ctx,
    path: &str,
    sheet: Sheet,
    bounds: Option<[f64; 4]>,
) -> Result<Response, Failure> {
    let mut page = surveys.site.page(ctx, &Here(path.to_owned()), Nav::Surveys, sheet.title.clone());
    if sheet.blocks.iter().any(|block| matches!(block, Block::Map(_))) {
        let mut map = surveys.site.map(&page, bounds);
        map.texts = vec!["imports-js-"];
        page.map = Some(map);
    }
    html(&SurveyResultsPage { page, t: texts(ctx.lang), sheet })
}

#[derive(Debug, Default)]
pub(super) struct Asked(Option<i32>);

impl Asked {
    /// What a map asks for: all, or one project. What it sees is told and not needed, for there are few enough.
    fn read(mut params: Params) -> Result<Self, Failure> {
        let number = params.parse("number", "a number")?;
        let _ = (params.text("bbox"), params.text("limit"));
        params.finish()?;
        Ok(Self(number))
    }
}

pub(super) async fn places(
    State(surveys): State<Surveys>,
    Path(slug): Path<String>,
    params: Params,
) -> Result<Response, Failure> {
    let Asked(number) = Asked::read(params)?;
    let whole = surveys.budget_of_slug(&slug).await?;
    let features: Vec<Json> = whole
        .projects
        .iter()
        .filter(|project| project.standing != Standing::Withdrawn)
        .filter(|project| number.is_none_or(|number| project.number == number))
        .map(|project| {
            let group = match project.standing {
                Standing::Accepted => "accepted",
                Standing::Refused => "refused",
                Standing::Submitted | Standing::Withdrawn => "project",
            };
            json!({
                "type": "Feature",
                "id": project.number,
                "geometry": project.geometry,
                "properties": {
                    "group": group,
                    "label": format!("{}. {}", project.number, project.title),
                    "href": format!("/surveys/{slug}/projects/{}", project.number),
                    "state": project.standing.name(),
                    "cost_grosze": project.cost,
                    "estimate_grosze": project.estimate,
                },
            })
        })
        .collect();
    json_answer(
        "application/geo+json",
        &json!({ "type": "FeatureCollection", "features": features, "next": null }),
    )
}

pub(super) async fn project(
    ctx: Ctx,
    State(surveys): State<Surveys>,
    Path((slug, number)): Path<(String, String)>,
    mut params: Params,
) -> Result<Response, Failure> {
    let done = params.text("done");
    params.finish()?;
    let t = texts(ctx.lang);
    let whole = surveys.budget_of_slug(&slug).await?;
    let project = found(&whole, &number)?;
    let own = ctx.resident().is_some_and(|resident| Some(resident.party) == project.party);
    if project.standing == Standing::Withdrawn && !own {
        return Err(Failure::not_found("this project"));
    }
    let mut sheet = Sheet::new(format!("{}. {}", project.number, project.title));
    sheet.caption = Some(whole.survey.title.said(ctx.lang.tag()).to_owned());
    sheet.back = Some(Link { href: format!("/surveys/{slug}/projects"), text: t.get("budget-projects") });
    sheet.notice = match done.as_deref() {
        Some("submitted") => Some(t.args("budget-submitted", &[("number", project.number.into())])),
        Some("withdrawn") => Some(t.get("budget-withdrawn")),
        _ => None,
    };
    sheet.blocks = project_blocks(t, &whole, project);
    if own && project.standing == Standing::Submitted {
        sheet.blocks.push(Block::Form(Form {
            action: format!("/surveys/{slug}/projects/{}/withdraw", project.number),
            button: t.get("budget-withdraw"),
            ..Form::default()
        }));
    }
    public(&surveys, &ctx, &format!("/surveys/{slug}/projects/{number}"), sheet, bounds(&[project]))
}

pub(super) async fn withdraw(
    ctx: Ctx,
    State(surveys): State<Surveys>,
    Path((slug, number)): Path<(String, String)>,
    ProtectedForm(Nothing {}): ProtectedForm<Nothing>,
) -> Result<Response, Failure> {
    let gone = || Failure::not_found("this project");
    let number: i32 = number.parse().map_err(|_| gone())?;
    let done = surveys.withdraw_project(&ctx, &slug, number).await?;
    let done = if done { "?done=withdrawn" } else { "" };
    Ok(see_other(&format!("/surveys/{slug}/projects/{number}{done}")))
}
