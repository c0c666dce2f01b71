//! Pictures and places of a question, brought as files.

use axum::{extract::State, response::Response};
use ballots::form::{Ask, Question};
use bytes::Bytes;

use super::{MOST_PICTURE_BYTES, question::show_question};
use crate::{
    messages::NewAttachment,
    platform::{
        Ctx,
        access::Permission,
        http::{Failure, FileForm, Path, typed},
        i18n::texts,
    },
    surveys::{
        Survey, Surveys, builder,
        web::{DESK, desk::told, id},
    },
    ui::{see_other, views::FieldFault},
};

/// Most pictures of a survey.
pub(super) const MOST_PICTURES: i64 = 100;

/// Choices from the features of a GeoJSON file: what is drawn in QGIS is chosen here.
pub(in crate::surveys::web) async fn places(
    ctx: Ctx,
    State(surveys): State<Surveys>,
    Path((text, question)): Path<(String, String)>,
    request: axum::extract::Request,
) -> Result<Response, Failure> {
    ctx.require(Permission::SurveysManage, None)?;
    let mut form = FileForm::read(&ctx, request, MOST_PICTURE_BYTES).await?;
    let survey = surveys.survey(&ctx, id(&text)?).await?;
    let t = texts(ctx.lang);
    let before = survey.form.question(&question).ok_or_else(|| Failure::not_found("this question"))?;
    let file = form.file.take();
    let content = file.as_ref().and_then(|(_, bytes)| std::str::from_utf8(bytes).ok());
    let Some(choices) = content.and_then(builder::choices_of_geojson) else {
        let faults = vec![FieldFault { field: "places", message: t.get("question-places-fault") }];
        return show_question(&surveys, &ctx, &survey, before, "", faults);
    };
    let mut asked = before.clone();
    match &mut asked.ask {
        Ask::Single { choices: all, .. }
        | Ask::Multiple { choices: all, .. }
        | Ask::Ranking { choices: all, .. }
        | Ask::Points { choices: all, .. } => *all = choices,
        _ => {}
    }
    changed(&surveys, &ctx, &survey, form.text("rev"), asked).await
}

/// Puts a question in place of what it was, and shows it.
async fn changed(
    surveys: &Surveys,
    ctx: &Ctx,
    survey: &Survey,
    rev: &str,
    asked: Question,
) -> Result<Response, Failure> {
    let before = survey.form.question(&asked.id).ok_or_else(|| Failure::not_found("this question"))?;
    let place = format!("{DESK}/{}/form/{}", survey.id, asked.id);
    let form = builder::replace_question(survey.form.clone(), asked);
    match surveys.set_form(ctx, survey.id, rev.parse().unwrap_or(0), form).await? {
        Ok(()) => Ok(see_other(&place)),
        Err(why) => {
            let faults = told(texts(ctx.lang), Some(&survey.form), &why);
            show_question(surveys, ctx, survey, before, "", faults)
        }
    }
}

/// Adds a picture to a question; without a file it takes all of them away.
pub(in crate::surveys::web) async fn picture(
    ctx: Ctx,
    State(surveys): State<Surveys>,
    Path((text, question)): Path<(String, String)>,
    request: axum::extract::Request,
) -> Result<Response, Failure> {
    ctx.require(Permission::SurveysManage, None)?;
    let mut form = FileForm::read(&ctx, request, MOST_PICTURE_BYTES).await?;
    let survey = surveys.survey(&ctx, id(&text)?).await?;
    let t = texts(ctx.lang);
    let before = survey.form.question(&question).ok_or_else(|| Failure::not_found("this question"))?;
    let mut asked = before.clone();
    let (alt_pl, alt_en) = (form.text("alt_pl").to_owned(), form.text("alt_en").to_owned());
    let refuse = |field, key: &str| {
        let faults = vec![FieldFault { field, message: t.get(key) }];
        show_question(&surveys, &ctx, &survey, before, "", faults)
    };
    match form.file.take() {
        None if form.too_large => return refuse("file", "question-picture-large"),
        None if form.text("remove") == "yes" => asked.images.clear(),
        None => return refuse("file", "question-picture-none"),
        Some(_) if alt_pl.trim().is_empty() => return refuse("alt_pl", "question-picture-alt-fault"),
        Some((name, content)) => {
            let file = NewAttachment { name, content: Bytes::from(content) };
            match surveys.keep_picture(&ctx, survey.id, &file, MOST_PICTURES).await? {
                Some(file) => {
                    asked.images.push(ballots::form::Image { file, alt: builder::text(&alt_pl, &alt_en) });
                }
                None => return refuse("file", "question-picture-fault"),
            }
        }
    }
    changed(&surveys, &ctx, &survey, form.text("rev"), asked).await
}

/// A picture of a form, for everybody who may see the survey.
pub(in crate::surveys::web) async fn picture_file(
    ctx: Ctx,
    State(surveys): State<Surveys>,
    Path((slug, name)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let survey = surveys.survey_of_slug(&ctx, &slug).await?;
    let content = surveys.picture(survey.id, &name).await?;
    let kind = if name.ends_with(".png") { "image/png" } else { "image/jpeg" };
    Ok(typed(kind, content))
}
