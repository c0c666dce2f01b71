//! Sheets of paper without names, entered by clerks in the same form that voters see.

use axum::{extract::State, http::StatusCode, response::Response};
use ballots::form::{Answers, check::AnswerFault, read};

use super::desk::{href, secret};
use crate::{
    kernel::Params,
    platform::{
        Ctx,
        http::{FORM_TOKEN, Failure, Path, ProtectedForm},
        i18n::texts,
    },
    surveys::{Survey, Surveys, web::form::Shown},
    ui::{
        Here, Nav, html_with, see_other, unkept,
        views::{Link, PaperSheetPage},
    },
};

/// From the desk's page to a sheet.
pub(super) async fn choose(
    ctx: Ctx,
    State(surveys): State<Surveys>,
    Path(id): Path<String>,
    mut params: Params,
) -> Result<Response, Failure> {
    let number = params.text("number").unwrap_or_default();
    let entry = params.text("entry").unwrap_or_default();
    params.finish()?;
    let survey = secret(&surveys, &ctx, &id).await?;
    let (number, entry) = which(&number, &entry)?;
    Ok(see_other(&format!("{}/sheets/{number}/{entry}", href(survey.id))))
}

fn which(number: &str, entry: &str) -> Result<(i32, i16), Failure> {
    let number = number.trim().parse().ok().filter(|number| *number > 0);
    let entry = entry.parse().ok().filter(|entry| matches!(entry, 1 | 2));
    number.zip(entry).ok_or_else(|| Failure::not_found("this sheet"))
}

pub(super) async fn page(
    ctx: Ctx,
    State(surveys): State<Surveys>,
    Path((id, number, entry)): Path<(String, String, String)>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    let survey = secret(&surveys, &ctx, &id).await?;
    show(&surveys, &ctx, &survey, which(&number, &entry)?, &Answers::new(), &[])
}

pub(super) async fn enter(
    ctx: Ctx,
    State(surveys): State<Surveys>,
    Path((id, number, entry)): Path<(String, String, String)>,
    ProtectedForm(fields): ProtectedForm<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let survey = secret(&surveys, &ctx, &id).await?;
    let fields: Vec<(String, String)> = fields.into_iter().filter(|(name, _)| name != FORM_TOKEN).collect();
    let answers = read::answers(&survey.form, &fields);
    let sheet = which(&number, &entry)?;
    match surveys.enter_sheet(&ctx, &survey, sheet, answers.clone()).await? {
        Ok(_) => Ok(see_other(&format!("{}?done=sheet-entered", href(survey.id)))),
        Err(faults) => show(&surveys, &ctx, &survey, sheet, &answers, &faults),
    }
}

fn show(
    surveys: &Surveys,
    ctx: &Ctx,
    survey: &Survey,
    (number, entry): (i32, i16),
    answers: &Answers,
    faults: &[AnswerFault],
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let pictures = format!("/surveys/{}/pictures/", survey.slug);
    let shown = Shown { t, form: &survey.form, answers, faults, seed: "", pictures: &pictures, files: &[] };
    let action = format!("{}/sheets/{number}/{entry}", href(survey.id));
    let said = [
        ("number", number.to_string().into()),
        ("entry", t.get(&format!("vote-sheet-entry-{entry}")).into()),
    ];
    let which = t.args("vote-sheet-which", &said);
    let page = PaperSheetPage {
        page: surveys.site.page(ctx, &Here(action.clone()), Nav::DeskSurveys, which.clone()),
        t,
        back: Link { href: href(survey.id), text: t.get("vote-desk-title") },
        title: survey.title.said(ctx.lang.tag()).to_owned(),
        which,
        action,
        pages: shown.whole(),
        faults: shown.told(),
    };
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok(unkept(html_with(status, &page)?))
}
