//! Pages of the civic budget.

mod submit;

use axum::{extract::State, response::Response};
use ballots::form::{Text, Ties};
use chrono::NaiveDate;
use serde::Deserialize;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::{
    model::{Budget, BudgetPool, Method, Project, Standing},
    ops::{Decision, Undecided, Whole},
};
use crate::{
    kernel::{Params, money::read_zloty},
    platform::{
        Ctx,
        access::{Level, Permission},
        http::{Access, Doors, Failure, Path, ProtectedForm, json as json_answer},
        i18n::{Texts, texts},
    },
    surveys::{
        State as Stage, Surveys,
        web::{DESK, desk_sheet},
    },
    ui::{
        Here, Nav, html,
        local_time::{date_text, day_of, day_text, start_of},
        money::{bare_money, money},
        see_other,
        views::{
            Block, Cell, Chip, Choice, Fact, Field, FieldFault, Form, Item, Link, MapBlock, Sheet,
            SurveyResultsPage, Table,
        },
    },
};

/// Most grosze of a pool or a project: a billion złoty.
const MOST_GROSZE: i64 = 100_000_000_000;
/// More attributes of short lines.
const MONEY: &str =
    "inputmode=\"decimal\" autocomplete=\"off\" maxlength=\"20\" class=\"govuk-input govuk-input--width-10\"";
const LINE: &str = "maxlength=\"120\" autocomplete=\"off\"";
const DAY: &str = "type=\"date\"";
const COUNT: &str = "inputmode=\"numeric\" autocomplete=\"off\" maxlength=\"7\"";

pub(in crate::surveys) fn doors() -> Doors<Surveys> {
    const MANAGE: Access = Access::May(Permission::SurveysManage);
    Doors::new()
        .get(Access::Public, "/surveys/{slug}/projects", projects)
        .get(Access::Public, "/surveys/{slug}/projects.geojson", places)
        .get(Access::Public, "/surveys/{slug}/projects/{number}", project)
        .get(Access::Public, "/surveys/{slug}/submit", submit::page)
        .post(Access::Resident(Level::Known), "/surveys/{slug}/submit", submit::send)
        .taking(512 * 1024)
        .post(Access::Resident(Level::Known), "/surveys/{slug}/projects/{number}/withdraw", withdraw)
        .get(MANAGE, "/desk/surveys/{id}/projects", desk)
        .post(MANAGE, "/desk/surveys/{id}/projects/rules", set_rules)
        .post(MANAGE, "/desk/surveys/{id}/projects/pools", set_pool)
        .post(MANAGE, "/desk/surveys/{id}/projects/vote", make_vote)
        .get(MANAGE, "/desk/surveys/{id}/projects/{number}", check)
        .post(MANAGE, "/desk/surveys/{id}/projects/{number}", decide)
}

fn standing_chip(t: &Texts, standing: Standing) -> Chip {
    let look = match standing {
        Standing::Submitted => "unsure",
        Standing::Accepted => "good",
        Standing::Refused | Standing::Withdrawn => "plain",
    };
    Chip { look, text: t.get(&format!("budget-project-{}", standing.name())) }
}

fn pool_name<'a>(whole: &'a Whole, project: &Project, lang: &str) -> &'a str {
    whole.pools.iter().find(|pool| pool.id == project.pool).map_or("", |pool| pool.name.said(lang))
}

fn shown_cost(t: &Texts, project: &Project) -> String {
    match project.cost {
        Some(cost) => money(t, cost),
        None => t.args("budget-estimated", &[("amount", money(t, project.estimate).into())]),
    }
}

// For everybody.

async fn projects(
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

fn public(
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

/// West, south, east, north of all of them.
fn bounds(projects: &[&Project]) -> Option<[f64; 4]> {
    fn positions(value: &Json, found: &mut Vec<(f64, f64)>) {
        match value.as_array().map(Vec::as_slice) {
            Some([Json::Number(x), Json::Number(y), ..]) => {
                found.extend(x.as_f64().zip(y.as_f64()));
            }
            Some(parts) => parts.iter().for_each(|part| positions(part, found)),
            None => {}
        }
    }
    let mut found = Vec::new();
    projects.iter().for_each(|project| positions(&project.geometry["coordinates"], &mut found));
    found.into_iter().fold(None, |bounds, (x, y)| {
        let [west, south, east, north] = bounds.unwrap_or([x, y, x, y]);
        Some([west.min(x), south.min(y), east.max(x), north.max(y)])
    })
}

fn pools_table(t: &Texts, whole: &Whole, links: bool) -> Table {
    let rows = whole.pools.iter().map(|pool| {
        let district = whole.districts.iter().find(|(id, _)| Some(*id) == pool.district);
        let name = pool.name.said(t.lang()).to_owned();
        let place = district.map_or(t.get("budget-whole-town"), |(_, name)| name.clone());
        let first = match links {
            true => Cell::link(format!("{DESK}/{}/projects?pool={}", whole.survey.id, pool.place), name),
            false => Cell::text(name),
        };
        vec![
            first.below(place),
            Cell::number(money(t, pool.amount)),
            Cell::number(money(t, pool.most_cost)),
            Cell::number(t.count(u64::try_from(pool.least_support).unwrap_or(0))),
        ]
    });
    let head = ["budget-pool", "budget-amount", "budget-most-cost", "budget-least-support"];
    Table {
        caption: t.get("budget-pools"),
        head: head.iter().enumerate().map(|(at, key)| (t.get(key), at > 0)).collect(),
        rows: rows.collect(),
    }
}

#[derive(Debug, Default)]
struct Asked(Option<i32>);

impl Asked {
    /// What a map asks for: all, or one project. What it sees is told and not needed, for there are few enough.
    fn read(mut params: Params) -> Result<Self, Failure> {
        let number = params.parse("number", "a number")?;
        let _ = (params.text("bbox"), params.text("limit"));
        params.finish()?;
        Ok(Self(number))
    }
}

async fn places(
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

fn found<'a>(whole: &'a Whole, number: &str) -> Result<&'a Project, Failure> {
    let number: Option<i32> = number.parse().ok();
    let found = whole.projects.iter().find(|project| Some(project.number) == number);
    found.ok_or_else(|| Failure::not_found("this project"))
}

/// What everybody may know of a project.
fn project_blocks(t: &Texts, whole: &Whole, project: &Project) -> Vec<Block> {
    let fact = |key: &str, value: String| Fact { title: t.get(key), value };
    let mut facts = vec![
        fact("budget-pool", pool_name(whole, project, t.lang()).to_owned()),
        fact("budget-estimate", money(t, project.estimate)),
    ];
    if let Some(cost) = project.cost {
        facts.push(fact("budget-cost", money(t, cost)));
    }
    facts.push(fact("budget-submitted-on", day_text(project.submitted_on, t)));
    facts.push(fact("budget-state", t.get(&format!("budget-project-{}", project.standing.name()))));
    if let Some(at) = project.decided_at {
        facts.push(fact("budget-decided", date_text(at, t)));
    }
    let mut blocks: Vec<Block> =
        project.words.split("\n\n").map(|words| Block::Text(words.trim().to_owned())).collect();
    blocks.push(Block::Facts(facts));
    if !project.reason.is_empty() {
        blocks.push(Block::Heading(t.get("budget-reason")));
        blocks.push(Block::Text(project.reason.clone()));
    }
    blocks.push(Block::Map(MapBlock {
        items: format!("/surveys/{}/projects.geojson?number={}", whole.survey.slug, project.number),
        label: project.title.clone(),
    }));
    blocks.push(Block::Text(t.args("budget-where", &[("where", where_text(project).into())])));
    blocks
}

/// Where a project lies, for whoever does not see the map: the middle of its box.
fn where_text(project: &Project) -> String {
    let [west, south, east, north] = bounds(&[project]).unwrap_or_default();
    format!("{:.5}, {:.5}", f64::midpoint(south, north), f64::midpoint(west, east))
}

async fn project(
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

#[derive(Debug, Default, Deserialize)]
struct Nothing {}

async fn withdraw(
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

// At the desk.

fn at(id: Uuid, rest: &str) -> String {
    format!("{DESK}/{id}/projects{rest}")
}

fn fault(field: &'static str, message: String) -> FieldFault {
    FieldFault { field, message }
}

async fn desk(
    ctx: Ctx,
    State(surveys): State<Surveys>,
    Path(id): Path<Uuid>,
    mut params: Params,
) -> Result<Response, Failure> {
    let (done, pool) = (params.text("done"), params.parse("pool", "a number")?);
    params.finish()?;
    let whole = surveys.budget_desk(&ctx, id).await?;
    let t = texts(ctx.lang);
    let mut sheet = desk_of(t, &ctx, &whole, pool);
    sheet.notice = match done.as_deref() {
        Some("made") => Some(t.get("budget-vote-made")),
        Some(_) => Some(t.get("budget-kept")),
        None => None,
    };
    desk_sheet(&surveys, &ctx, &at(id, ""), sheet)
}

fn desk_of(t: &'static Texts, ctx: &Ctx, whole: &Whole, pool: Option<i32>) -> Sheet {
    let id = whole.survey.id;
    let slug = &whole.survey.slug;
    let mut sheet = Sheet::new(t.get("budget-projects"));
    sheet.caption = Some(whole.survey.title.said(t.lang()).to_owned());
    sheet.back = Some(Link { href: format!("{DESK}/{id}"), text: t.get("results-back") });
    let is_draft = whole.survey.state == Stage::Draft;
    if whole.budget.is_some() {
        sheet.blocks.push(Block::Links(vec![Link {
            href: format!("/surveys/{slug}/projects"),
            text: t.get("budget-public"),
        }]));
        let item = |project: &Project| Item {
            href: Some(at(id, &format!("/{}", project.number))),
            title: format!("{}. {}", project.number, project.title),
            text: pool_name(whole, project, t.lang()).to_owned(),
            value: shown_cost(t, project),
            chips: vec![standing_chip(t, project.standing)],
        };
        sheet.blocks.push(match whole.projects.is_empty() {
            true => Block::Empty(t.get("budget-no-projects")),
            false => Block::Items(whole.projects.iter().map(item).collect()),
        });
        sheet.blocks.push(Block::Heading(t.get("budget-vote-heading")));
        let waits = whole.projects.iter().filter(|project| project.standing == Standing::Submitted).count();
        let takes = whole.budget.as_ref().is_some_and(|budget| budget.takes_projects(ctx.now));
        sheet.blocks.push(match (is_draft, takes, waits) {
            (false, ..) => Block::Text(t.get("budget-vote-fixed")),
            (true, true, _) => Block::Text(t.get("budget-vote-takes")),
            (true, false, 1..) => Block::Text(t.args("budget-vote-waits", &[("n", waits.into())])),
            (true, false, 0) => Block::Form(Form {
                action: at(id, "/vote"),
                button: t.get("budget-vote-make"),
                first: true,
                ..Form::default()
            }),
        });
    }
    if !is_draft {
        return sheet;
    }
    if whole.budget.is_some() {
        sheet.blocks.push(Block::Heading(t.get("budget-pools")));
        if !whole.pools.is_empty() {
            sheet.blocks.push(Block::Table(pools_table(t, whole, true)));
        }
        let chosen = whole.pools.iter().find(|own| Some(own.place) == pool);
        sheet.blocks.push(Block::Form(pool_form(t, whole, chosen)));
    }
    sheet.blocks.push(Block::Heading(t.get("budget-rules")));
    sheet.blocks.push(Block::Form(rules_form(t, ctx, whole)));
    sheet
}

fn rules_form(t: &Texts, ctx: &Ctx, whole: &Whole) -> Form {
    let budget = whole.budget.as_ref();
    let today = day_of(ctx.now);
    let from = budget.map_or(today, |budget| day_of(budget.submit_from));
    let until = budget.map_or(today + chrono::Days::new(30), |budget| {
        day_of(budget.submit_until - chrono::TimeDelta::seconds(1))
    });
    let line = |id, key: &str, value: String, how| Field::Line(id, t.get(key), String::new(), value, how);
    let method = budget.map_or(Method::Approval, |budget| budget.method);
    let choice = |one: Method| Choice {
        value: one.name().to_owned(),
        label: t.get(&format!("budget-method-{}", one.name())),
        selected: one == method,
    };
    Form {
        action: at(whole.survey.id, "/rules"),
        fields: vec![
            line("from", "budget-from", from.to_string(), DAY),
            line("until", "budget-until", until.to_string(), DAY),
            Field::Choice("method", t.get("budget-method"), Method::ALL.map(choice).into()),
            line("most", "budget-most", budget.map_or(1, |budget| budget.most).to_string(), COUNT),
            Field::Check(
                "one_district",
                t.get("budget-one-district"),
                budget.is_none_or(|budget| budget.one_district),
            ),
        ],
        button: t.get("budget-rules-keep"),
        first: budget.is_none(),
        asks: false,
    }
}

fn pool_form(t: &Texts, whole: &Whole, pool: Option<&BudgetPool>) -> Form {
    let line = |id, key: &str, value: String, how| Field::Line(id, t.get(key), String::new(), value, how);
    let grosze = |of: fn(&BudgetPool) -> i64| pool.map_or(String::new(), |pool| bare_money(t, of(pool)));
    let district = pool.and_then(|pool| pool.district);
    let town =
        Choice { value: String::new(), label: t.get("budget-whole-town"), selected: district.is_none() };
    let districts = whole.districts.iter().map(|(id, name)| Choice {
        value: id.to_string(),
        label: name.clone(),
        selected: Some(*id) == district,
    });
    let ties = pool.map_or(Ties::Cheaper, |pool| pool.ties);
    let tie = |value: &str, one: Ties| Choice {
        value: value.to_owned(),
        label: t.get(&format!("results-tie-{value}")),
        selected: one == ties,
    };
    Form {
        action: at(whole.survey.id, "/pools"),
        fields: vec![
            Field::Hidden("id", pool.map_or(String::new(), |pool| pool.id.to_string())),
            line("name_pl", "budget-pool-pl", pool.map_or(String::new(), |pool| pool.name.pl.clone()), LINE),
            line(
                "name_en",
                "budget-pool-en",
                pool.and_then(|pool| pool.name.en.clone()).unwrap_or_default(),
                LINE,
            ),
            Field::Choice(
                "district",
                t.get("budget-district"),
                std::iter::once(town).chain(districts).collect(),
            ),
            line("amount", "budget-amount", grosze(|pool| pool.amount), MONEY),
            line("most_cost", "budget-most-cost", grosze(|pool| pool.most_cost), MONEY),
            line(
                "least_support",
                "budget-least-support",
                pool.map_or(0, |pool| pool.least_support).to_string(),
                COUNT,
            ),
            Field::Choice(
                "ties",
                t.get("budget-ties"),
                vec![tie("cheaper", Ties::Cheaper), tie("listed", Ties::Listed)],
            ),
            Field::Check("stops", t.get("budget-stops"), pool.is_some_and(|pool| pool.stops)),
        ],
        button: t.get(if pool.is_some() { "budget-pool-keep" } else { "budget-pool-add" }),
        first: false,
        asks: false,
    }
}

async fn refused(
    surveys: &Surveys,
    ctx: &Ctx,
    id: Uuid,
    field: &'static str,
    key: &str,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let whole = surveys.budget_desk(ctx, id).await?;
    let mut sheet = desk_of(t, ctx, &whole, None);
    sheet.faults.push(fault(field, t.get(key)));
    desk_sheet(surveys, ctx, &at(id, ""), sheet)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RulesForm {
    from: String,
    until: String,
    method: String,
    most: String,
    one_district: String,
}

async fn set_rules(
    ctx: Ctx,
    State(surveys): State<Surveys>,
    Path(id): Path<Uuid>,
    ProtectedForm(form): ProtectedForm<RulesForm>,
) -> Result<Response, Failure> {
    let day = |text: &str| text.trim().parse::<NaiveDate>().ok();
    let (Some(from), Some(until)) = (day(&form.from), day(&form.until)) else {
        return refused(&surveys, &ctx, id, "from", "budget-days-fault").await;
    };
    let (Some(method), Ok(most)) = (Method::from_name(&form.method), form.most.trim().parse()) else {
        return refused(&surveys, &ctx, id, "most", "budget-most-fault").await;
    };
    let Some(after) = until.succ_opt() else {
        return refused(&surveys, &ctx, id, "until", "budget-days-fault").await;
    };
    let budget = Budget {
        submit_from: start_of(from),
        // The last day is one of those on which projects are taken.
        submit_until: start_of(after),
        method,
        most,
        one_district: form.one_district == "yes",
    };
    match surveys.set_budget(&ctx, id, &budget).await? {
        true => Ok(see_other(&at(id, "?done=rules"))),
        false => refused(&surveys, &ctx, id, "from", "budget-days-fault").await,
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct PoolForm {
    id: String,
    name_pl: String,
    name_en: String,
    district: String,
    amount: String,
    most_cost: String,
    least_support: String,
    ties: String,
    stops: String,
}

async fn set_pool(
    ctx: Ctx,
    State(surveys): State<Surveys>,
    Path(id): Path<Uuid>,
    ProtectedForm(form): ProtectedForm<PoolForm>,
) -> Result<Response, Failure> {
    let (Ok(amount), Ok(most_cost)) =
        (read_zloty(&form.amount, MOST_GROSZE), read_zloty(&form.most_cost, MOST_GROSZE))
    else {
        return refused(&surveys, &ctx, id, "amount", "budget-amount-fault").await;
    };
    let Ok(least_support) = form.least_support.trim().parse() else {
        return refused(&surveys, &ctx, id, "least_support", "budget-support-fault").await;
    };
    let en = form.name_en.trim();
    let pool = BudgetPool {
        id: form.id.parse().unwrap_or_default(),
        place: 0,
        name: Text { pl: form.name_pl.trim().to_owned(), en: (!en.is_empty()).then(|| en.to_owned()) },
        district: form.district.parse().ok(),
        amount,
        most_cost,
        least_support,
        ties: if form.ties == "listed" { Ties::Listed } else { Ties::Cheaper },
        stops: form.stops == "yes",
    };
    match surveys.set_pool(&ctx, id, pool).await? {
        true => Ok(see_other(&at(id, "?done=pool"))),
        false => refused(&surveys, &ctx, id, "name_pl", "budget-pool-fault").await,
    }
}

async fn make_vote(
    ctx: Ctx,
    State(surveys): State<Surveys>,
    Path(id): Path<Uuid>,
    ProtectedForm(Nothing {}): ProtectedForm<Nothing>,
) -> Result<Response, Failure> {
    match surveys.make_vote(&ctx, id).await? {
        true => Ok(see_other(&at(id, "?done=made"))),
        false => refused(&surveys, &ctx, id, "from", "budget-vote-fault").await,
    }
}

async fn check(
    ctx: Ctx,
    State(surveys): State<Surveys>,
    Path((id, number)): Path<(Uuid, String)>,
    mut params: Params,
) -> Result<Response, Failure> {
    let done = params.text("done");
    params.finish()?;
    let t = texts(ctx.lang);
    let whole = surveys.budget_desk(&ctx, id).await?;
    let mut sheet = check_sheet(t, &whole, found(&whole, &number)?, &DecideForm::default());
    sheet.notice = done.map(|_| t.get("budget-decided-done"));
    check_page(&surveys, &ctx, id, &number, sheet, &whole)
}

fn check_page(
    surveys: &Surveys,
    ctx: &Ctx,
    id: Uuid,
    number: &str,
    sheet: Sheet,
    whole: &Whole,
) -> Result<Response, Failure> {
    use axum::http::StatusCode;

    use crate::ui::{html_with, unkept, views::DeskProjectPage};
    let status = if sheet.faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let here = Here(at(id, &format!("/{number}")));
    let mut page = surveys.site.page(ctx, &here, Nav::DeskSurveys, sheet.title.clone());
    let mut map = surveys.site.map(&page, bounds(&[found(whole, number)?]));
    map.texts = vec!["imports-js-"];
    page.map = Some(map);
    Ok(unkept(html_with(status, &DeskProjectPage { page, t: texts(ctx.lang), sheet })?))
}

fn check_sheet(t: &'static Texts, whole: &Whole, project: &Project, typed: &DecideForm) -> Sheet {
    let id = whole.survey.id;
    let mut sheet = Sheet::new(format!("{}. {}", project.number, project.title));
    sheet.caption = Some(t.get("budget-check"));
    sheet.back = Some(Link { href: at(id, ""), text: t.get("budget-projects") });
    sheet.blocks = project_blocks(t, whole, project);
    if whole.survey.state != Stage::Draft || project.standing == Standing::Withdrawn {
        sheet.blocks.push(Block::Text(t.get("budget-fixed")));
        return sheet;
    }
    let cost = project.cost.map_or(String::new(), |cost| bare_money(t, cost));
    let refused = project.standing == Standing::Refused || typed.what == "refuse";
    let what = |value: &str, selected| Choice {
        value: value.to_owned(),
        label: t.get(&format!("budget-decide-{value}")),
        selected,
    };
    let either = |typed: &String, kept: String| if typed.is_empty() { kept } else { typed.clone() };
    sheet.blocks.push(Block::Heading(t.get("budget-decide")));
    sheet.blocks.push(Block::Form(Form {
        action: at(id, &format!("/{}", project.number)),
        fields: vec![
            Field::Hidden("rev", project.rev.to_string()),
            Field::Choice(
                "what",
                t.get("budget-decide"),
                vec![what("accept", !refused), what("refuse", refused)],
            ),
            Field::Line(
                "cost",
                t.get("budget-cost"),
                t.get("budget-cost-hint"),
                either(&typed.cost, cost),
                MONEY,
            ),
            Field::Area(
                "reason",
                t.get("budget-reason"),
                t.get("budget-reason-hint"),
                either(&typed.reason, project.reason.clone()),
            ),
        ],
        button: t.get("budget-decide-button"),
        first: true,
        asks: false,
    }));
    sheet
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct DecideForm {
    rev: i32,
    what: String,
    cost: String,
    reason: String,
}

async fn decide(
    ctx: Ctx,
    State(surveys): State<Surveys>,
    Path((id, number)): Path<(Uuid, String)>,
    ProtectedForm(form): ProtectedForm<DecideForm>,
) -> Result<Response, Failure> {
    let whole = surveys.budget_desk(&ctx, id).await?;
    let project = found(&whole, &number)?;
    let decision = Decision {
        rev: form.rev,
        accepted: form.what == "accept",
        cost: read_zloty(&form.cost, MOST_GROSZE).ok(),
        reason: form.reason.clone(),
    };
    let why = match surveys.decide_project(&ctx, id, project.number, &decision).await? {
        Ok(()) => return Ok(see_other(&at(id, &format!("/{}?done=1", project.number)))),
        Err(why) => why,
    };
    let t = texts(ctx.lang);
    let (field, key) = match why {
        Undecided::Cost => ("cost", "budget-cost-fault"),
        Undecided::Reason => ("reason", "budget-reason-fault"),
        Undecided::Changed => ("what", "budget-changed-fault"),
        Undecided::Fixed => ("what", "budget-fixed"),
    };
    let mut sheet = check_sheet(t, &whole, project, &form);
    sheet.faults.push(fault(field, t.get(key)));
    check_page(&surveys, &ctx, id, &number, sheet, &whole)
}
