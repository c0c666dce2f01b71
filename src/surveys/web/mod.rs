//! Pages of the surveys.

pub(super) mod answer;
mod builder;
mod card;
mod desk;
mod districts;
pub(super) mod form;
mod named;
mod opinions;
mod public;
mod reach;
pub(super) mod sent;

use axum::{http::StatusCode, response::Response};
use uuid::Uuid;

use super::{State, Surveys, model::Survey};
use crate::{
    platform::{
        Ctx,
        access::Permission,
        http::{Access, Doors, Failure},
        i18n::{Texts, texts},
    },
    ui::{
        Here, Nav, html_with, unkept,
        views::{Chip, DeskSurveySheetPage, FieldFault, Sheet, SurveySheetPage},
    },
};

/// Where the desk begins.
pub(super) const DESK: &str = "/desk/surveys";

/// Most bytes of a form with files: a few of the largest, and room for texts.
const MOST_UPLOAD_BYTES: usize = 32 * 1024 * 1024;
/// Most bytes of a form with a question: many choices, each with a translation.
const MOST_QUESTION_BYTES: usize = 1024 * 1024;

pub(super) fn doors() -> Doors<Surveys> {
    let manage = Access::May(Permission::SurveysManage);
    let paper = Access::May(Permission::SurveysPaper);
    Doors::new()
        .get(Access::Public, "/surveys", public::list)
        .get(Access::Public, "/surveys/{slug}", answer::page)
        .post(Access::Public, "/surveys/{slug}", answer::send)
        .taking(MOST_UPLOAD_BYTES)
        .get(Access::Public, "/surveys/{slug}/card", card::card)
        .get(Access::Public, "/surveys/{slug}/changes", reach::changes)
        .get(Access::Public, "/surveys/{slug}/opinions", opinions::public)
        .get(Access::Public, "/surveys/{slug}/pictures/{name}", builder::pictures::picture_file)
        .get(paper, DESK, desk::list)
        .get(manage, "/desk/surveys/new", desk::new_page)
        .post(manage, "/desk/surveys/new", desk::create)
        .get(manage, "/desk/surveys/districts", districts::page)
        .post(manage, "/desk/surveys/districts", districts::put)
        .taking(super::districts::MOST_BYTES + MOST_QUESTION_BYTES)
        .post(manage, "/desk/surveys/districts/remove", districts::remove)
        .get(paper, "/desk/surveys/{id}", desk::page)
        .post(manage, "/desk/surveys/{id}/state", desk::move_on)
        .get(manage, "/desk/surveys/{id}/settings", desk::settings_page)
        .post(manage, "/desk/surveys/{id}/settings", desk::set)
        .taking(MOST_QUESTION_BYTES)
        .post(manage, "/desk/surveys/{id}/words", desk::mend_words)
        .taking(MOST_QUESTION_BYTES)
        .get(manage, "/desk/surveys/{id}/preview", desk::preview)
        .post(manage, "/desk/surveys/{id}/preview", desk::try_out)
        .taking(MOST_UPLOAD_BYTES)
        .get(manage, "/desk/surveys/{id}/poster", reach::poster)
        .get(manage, "/desk/surveys/{id}/invite", reach::invite_page)
        .post(manage, "/desk/surveys/{id}/invite", reach::invite)
        .get(manage, "/desk/surveys/{id}/opinions", opinions::desk)
        .post(manage, "/desk/surveys/{id}/opinions", opinions::handle)
        .taking(MOST_QUESTION_BYTES)
        .get(manage, "/desk/surveys/{id}/answers", named::page)
        .get(manage, "/desk/surveys/{id}/answers/{file}", named::file)
        .get(manage, "/desk/surveys/{id}/files/{file}", desk::file)
        .get(manage, "/desk/surveys/{id}/form", builder::page)
        .post(manage, "/desk/surveys/{id}/form", builder::change)
        .get(manage, "/desk/surveys/{id}/form.json", builder::as_json)
        .get(manage, "/desk/surveys/{id}/form/page/{n}", builder::heading)
        .post(manage, "/desk/surveys/{id}/form/page/{n}", builder::set_heading)
        .get(manage, "/desk/surveys/{id}/form/{question}", builder::question::question)
        .post(manage, "/desk/surveys/{id}/form/{question}", builder::question::set_question)
        .taking(MOST_QUESTION_BYTES)
        .post(manage, "/desk/surveys/{id}/form/{question}/places", builder::pictures::places)
        .taking(builder::MOST_PICTURE_BYTES + MOST_QUESTION_BYTES)
        .post(manage, "/desk/surveys/{id}/form/{question}/picture", builder::pictures::picture)
        .taking(builder::MOST_PICTURE_BYTES + MOST_QUESTION_BYTES)
}

/// An address of a survey's desk.
pub(super) fn at(id: Uuid, rest: &str) -> String {
    format!("{DESK}/{id}{rest}")
}

/// A fault of a field.
pub(super) fn fault(field: &'static str, message: String) -> FieldFault {
    FieldFault { field, message }
}

/// An id in an address; what is none names nothing.
pub(super) fn id(text: &str) -> Result<Uuid, Failure> {
    text.parse().map_err(|_| Failure::not_found("this address"))
}

/// A sheet of the desk.
pub(super) fn desk_sheet(
    surveys: &Surveys,
    ctx: &Ctx,
    path: &str,
    sheet: Sheet,
) -> Result<Response, Failure> {
    let status = if sheet.faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = DeskSurveySheetPage {
        page: surveys.site.page(ctx, &Here(path.to_owned()), Nav::DeskSurveys, sheet.title.clone()),
        t: texts(ctx.lang),
        sheet,
    };
    Ok(unkept(html_with(status, &page)?))
}

/// A sheet for everybody.
pub(super) fn public_sheet(
    surveys: &Surveys,
    ctx: &Ctx,
    path: &str,
    sheet: Sheet,
) -> Result<Response, Failure> {
    let status = if sheet.faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = SurveySheetPage {
        page: surveys.site.page(ctx, &Here(path.to_owned()), Nav::Surveys, sheet.title.clone()),
        t: texts(ctx.lang),
        sheet,
    };
    html_with(status, &page)
}

/// Where a survey stands, by the clock.
pub(super) fn standing(ctx: &Ctx, survey: &Survey) -> State {
    match survey.state {
        State::Ready | State::Open if survey.takes_answers(ctx.now) => State::Open,
        State::Ready | State::Open if survey.closes_at.is_some_and(|at| at <= ctx.now) => State::Closed,
        State::Open => State::Ready,
        other => other,
    }
}

/// Where a survey stands, as a mark.
pub(super) fn standing_chip(ctx: &Ctx, t: &Texts, survey: &Survey) -> Chip {
    let state = standing(ctx, survey);
    let look = match state {
        State::Draft | State::Withdrawn | State::Closed => "plain",
        State::Ready => "unsure",
        State::Open | State::Published => "good",
    };
    Chip { look, text: t.get(&format!("survey-state-{}", state.name())) }
}
