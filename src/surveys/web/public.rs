//! What everybody sees.

use axum::{extract::State, response::Response};

use super::{public_sheet, standing_chip};
use crate::{
    kernel::Params,
    platform::{Ctx, http::Failure, i18n::texts},
    surveys::Surveys,
    ui::{
        local_time::instant_text,
        views::{Block, Item, Sheet},
    },
};

pub(super) async fn list(
    ctx: Ctx,
    State(surveys): State<Surveys>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    let t = texts(ctx.lang);
    let all = surveys.public_surveys(&ctx).await?;
    let mut sheet = Sheet::new(t.get("surveys-title"));
    sheet.lead = Some(t.get("surveys-lead"));
    let item = |survey: &crate::surveys::Survey| Item {
        href: Some(format!("/surveys/{}", survey.slug)),
        title: survey.title.said(ctx.lang.tag()).to_owned(),
        text: match survey.closes_at {
            Some(at) => t.args("survey-until", &[("when", instant_text(at, t).into())]),
            None => String::new(),
        },
        value: String::new(),
        chips: vec![standing_chip(&ctx, t, survey)],
    };
    let budgets = surveys.open_budgets(&ctx).await?;
    if !budgets.is_empty() {
        let item =
            |(slug, title, until): &(String, ballots::form::Text, chrono::DateTime<chrono::Utc>)| Item {
                href: Some(format!("/surveys/{slug}/projects")),
                title: title.said(ctx.lang.tag()).to_owned(),
                text: t.args("survey-until", &[("when", instant_text(*until, t).into())]),
                value: String::new(),
                chips: vec![crate::ui::views::Chip { look: "good", text: t.get("budget-submit") }],
            };
        sheet.blocks.push(Block::Items(budgets.iter().map(item).collect()));
    }
    sheet.blocks.push(match all.is_empty() && budgets.is_empty() {
        true => Block::Empty(t.get("surveys-none")),
        false => Block::Items(all.iter().map(item).collect()),
    });
    public_sheet(&surveys, &ctx, "/surveys", sheet)
}
