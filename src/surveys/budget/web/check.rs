//! One project at the desk: what the office finds and decides.

use axum::{extract::State, response::Response};
use serde::Deserialize;
use uuid::Uuid;

use super::{MONEY, MOST_GROSZE, at, bounds, found, project_blocks};
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
            model::{Project, Standing},
            ops::{Decision, Undecided, Whole},
        },
        web::fault,
    },
    ui::{
        Here, Nav,
        money::bare_money,
        see_other,
        views::{Block, Choice, Field, Form, Link, Sheet},
    },
};

pub(super) async fn check(
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

pub(super) fn check_page(
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

pub(super) fn check_sheet(t: &'static Texts, whole: &Whole, project: &Project, typed: &DecideForm) -> Sheet {
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
pub(super) struct DecideForm {
    rev: i32,
    what: String,
    cost: String,
    reason: String,
}

pub(super) async fn decide(
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
