//! Pages of the civic budget.

mod check;
mod desk;
mod public;
mod submit;

use serde::Deserialize;
use serde_json::Value as Json;
use uuid::Uuid;

use super::{
    model::{Project, Standing},
    ops::Whole,
};
use crate::{
    platform::{
        access::{Level, Permission},
        http::{Access, Doors, Failure},
        i18n::Texts,
    },
    surveys::{Surveys, web::DESK},
    ui::{
        local_time::{date_text, day_text},
        money::money,
        views::{Block, Cell, Chip, Fact, MapBlock, Table},
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
        .get(Access::Public, "/surveys/{slug}/projects", public::projects)
        .get(Access::Public, "/surveys/{slug}/projects.geojson", public::places)
        .get(Access::Public, "/surveys/{slug}/projects/{number}", public::project)
        .get(Access::Public, "/surveys/{slug}/submit", submit::page)
        .post(Access::Resident(Level::Known), "/surveys/{slug}/submit", submit::send)
        .taking(512 * 1024)
        .post(Access::Resident(Level::Known), "/surveys/{slug}/projects/{number}/withdraw", public::withdraw)
        .get(MANAGE, "/desk/surveys/{id}/projects", desk::desk)
        .post(MANAGE, "/desk/surveys/{id}/projects/rules", desk::set_rules)
        .post(MANAGE, "/desk/surveys/{id}/projects/pools", desk::set_pool)
        .post(MANAGE, "/desk/surveys/{id}/projects/vote", desk::make_vote)
        .get(MANAGE, "/desk/surveys/{id}/projects/{number}", check::check)
        .post(MANAGE, "/desk/surveys/{id}/projects/{number}", check::decide)
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
        crowd: None,
    }));
    blocks.push(Block::Text(t.args("budget-where", &[("where", where_text(project).into())])));
    blocks
}

/// Where a project lies, for whoever does not see the map: the middle of its box.
fn where_text(project: &Project) -> String {
    let [west, south, east, north] = bounds(&[project]).unwrap_or_default();
    format!("{:.5}, {:.5}", f64::midpoint(south, north), f64::midpoint(west, east))
}

fn at(id: Uuid, rest: &str) -> String {
    format!("{DESK}/{id}/projects{rest}")
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

#[derive(Debug, Default, Deserialize)]
struct Nothing {}
