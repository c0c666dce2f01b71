//! The desk of a civic budget: rules, pools, the list of projects, the form of the vote.

use axum::{extract::State, response::Response};
use ballots::form::{Text, Ties};
use chrono::NaiveDate;
use serde::Deserialize;
use uuid::Uuid;

use super::{
    COUNT, DAY, LINE, MONEY, MOST_GROSZE, Nothing, at, pool_name, pools_table, shown_cost, standing_chip,
};
use crate::{
    kernel::{Params, money::read_zloty},
    platform::{
        Ctx,
        http::{Failure, Path, ProtectedForm},
        i18n::{Texts, texts},
    },
    surveys::{
        State as Stage, Surveys,
        budget::{
            model::{Budget, BudgetPool, Method, Project, Standing},
            ops::Whole,
        },
        web::{DESK, desk_sheet, fault},
    },
    ui::{
        local_time::{day_of, start_of},
        money::bare_money,
        see_other,
        views::{Block, Choice, Field, Form, Item, Link, Sheet},
    },
};

pub(super) async fn desk(
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

pub(super) fn desk_of(t: &'static Texts, ctx: &Ctx, whole: &Whole, pool: Option<i32>) -> Sheet {
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

pub(super) fn rules_form(t: &Texts, ctx: &Ctx, whole: &Whole) -> Form {
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

pub(super) fn pool_form(t: &Texts, whole: &Whole, pool: Option<&BudgetPool>) -> Form {
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

pub(super) async fn refused(
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
pub(super) struct RulesForm {
    from: String,
    until: String,
    method: String,
    most: String,
    one_district: String,
}

pub(super) async fn set_rules(
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
pub(super) struct PoolForm {
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

pub(super) async fn set_pool(
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

pub(super) async fn make_vote(
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
