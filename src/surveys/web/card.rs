//! A survey's card for the pages of others: what it is and a link to it. The form itself is never framed, since the page
//! around a frame could lead clicks into it or listen to what is answered.

use axum::{
    extract::State,
    http::{HeaderValue, header},
    response::Response,
};

use super::{standing, standing_chip};
use crate::{
    kernel::Params,
    platform::{
        Ctx,
        http::{Failure, FramedAnywhere, Path},
        i18n::texts,
    },
    surveys::{State as Stage, Surveys},
    ui::{
        Here, Nav, html,
        local_time::instant_text,
        views::{Link, SurveyCardPage},
    },
};

/// How long a browser may show a card without asking again: its site may be much read, and the survey's clock is not
/// exact to the minute there.
const KEPT: &str = "private, max-age=60";

/// `/surveys/{slug}/card`
pub(super) async fn card(
    State(surveys): State<Surveys>,
    Path(slug): Path<String>,
    ctx: Ctx,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    // A card is for everybody: whoever is signed in sees no more on it than a visitor.
    let ctx = Ctx::visitor(ctx.lang);
    let survey = surveys.survey_of_slug(&ctx, &slug).await?;
    let t = texts(ctx.lang);
    let stage = standing(&ctx, &survey);
    let when = match stage {
        Stage::Ready => survey.opens_at.map(|at| ("card-from", at)),
        Stage::Open => survey.closes_at.map(|at| ("survey-until", at)),
        _ => None,
    };
    let mut lines = Vec::new();
    lines.extend(when.map(|(key, at)| t.args(key, &[("when", instant_text(at, t).into())])));
    if survey.shows_turnout
        && matches!(stage, Stage::Open | Stage::Closed | Stage::Published)
        && let Some(count) = surveys.turnout(&ctx, &survey).await?
    {
        lines.push(t.args("card-turnout", &[("n", t.count(count).into())]));
    }
    let (rest, words) = match stage {
        Stage::Open => ("", "card-open"),
        Stage::Published => ("/results", "card-results"),
        _ => ("", "card-see"),
    };
    let title = survey.title.said(ctx.lang.tag()).to_owned();
    let lang = ctx.lang.tag();
    let view = SurveyCardPage {
        page: surveys.site.page(&ctx, &Here(format!("/surveys/{slug}/card")), Nav::Surveys, title.clone()),
        t,
        kind: t.get(&format!("survey-kind-{}", survey.kind.name())),
        title,
        chip: standing_chip(&ctx, t, &survey),
        lines,
        go: Link { href: format!("/surveys/{slug}{rest}?lang={lang}"), text: t.get(words) },
    };
    let mut response = html(&view)?;
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(KEPT));
    response.extensions_mut().insert(FramedAnywhere);
    Ok(response)
}
