//! The page on which a project is submitted: a form like those of the surveys, so that its map, its limits and its words are
//! the same.

use axum::{
    extract::{Request, State},
    http::StatusCode,
    response::Response,
};
use ballots::form::{Answers, Ask, Choice, Drawn, Form, Page as FormPage, Question, Text};
use serde_json::Value as Json;

use crate::{
    accounts::Entry,
    kernel::{Lang, Params},
    platform::{
        Ctx,
        http::{FORM_TOKEN, Failure, Path},
        i18n::{Texts, texts},
    },
    surveys::{
        Secrecy, Survey, Surveys,
        budget::ops::{MOST_OF_ONE, Refused, Submitted, Whole},
        web::{
            answer::{Around, Mode, Progress, Step, form_of, step, survey_page, way_of, why_text},
            sent,
        },
    },
    ui::{html_with, money::money, see_other, unkept, views::Link},
};

/// The questions of a submission. Both languages stand in it, as in every form.
fn form(whole: &Whole) -> Form {
    let text = |key: &str| Text { pl: texts(Lang::Pl).get(key), en: Some(texts(Lang::En).get(key)) };
    let question = |id: &str, key: &str, ask: Ask| Question {
        id: id.into(),
        title: text(key),
        hint: None,
        required: true,
        when: Vec::new(),
        images: Vec::new(),
        pool: None,
        ask,
    };
    let pools = whole.pools.iter().map(|pool| Choice {
        id: pool.place.to_string(),
        label: pool.name.clone(),
        image: None,
        geometry: None,
        cost: None,
    });
    let dearest = whole.pools.iter().map(|pool| pool.most_cost).max().unwrap_or(100);
    let zloty = Text { pl: "zł".into(), en: None };
    let questions = vec![
        question("title", "budget-new-name", Ask::Text { most: 120, long: false }),
        question("words", "budget-new-words", Ask::Text { most: 4000, long: true }),
        question("pool", "budget-new-pool", Ask::Single { choices: pools.collect(), shuffled: false }),
        question("place", "budget-new-place", Ask::Pin(Drawn { most: 1, comment: false })),
        question(
            "estimate",
            "budget-new-estimate",
            Ask::Number {
                least: Some(1.0),
                most: Some(dearest as f64 / 100.0),
                whole: true,
                unit: Some(zloty),
            },
        ),
    ];
    Form {
        pages: vec![FormPage { title: text("budget-new-title"), intro: None, questions }],
        ..Form::default()
    }
}

/// What the fields say, once they fit the form.
fn submitted(answers: &Answers) -> Option<Submitted> {
    let text = |id: &str| Some(answers.get(id)?.as_str()?.trim().to_owned());
    Some(Submitted {
        title: text("title")?,
        words: text("words")?,
        pool: text("pool")?.parse().ok()?,
        geometry: answers.get("place")?.get(0)?.get("geometry")?.clone(),
        estimate: answers.get("estimate").and_then(Json::as_i64)?.checked_mul(100)?,
    })
}

/// The survey as it would be if it asked for a project.
fn asking(whole: &Whole) -> Survey {
    Survey { form: form(whole), secrecy: Secrecy::Named, ..whole.survey.clone() }
}

fn refused_text(t: &Texts, survey: &Survey, why: Refused) -> (String, Option<Link>) {
    match why {
        Refused::Closed => (t.get("budget-closed"), None),
        Refused::NotEligible(why) => {
            let way = way_of(t, &survey.slug, why);
            (why_text(t, survey, why), way)
        }
        Refused::TooMany => (t.args("budget-refused-too-many", &[("n", MOST_OF_ONE.into())]), None),
        Refused::Pool => (t.get("budget-refused-pool"), None),
        Refused::Outside => (t.get("budget-refused-outside"), None),
        Refused::TooDear(most) => (t.args("budget-refused-dear", &[("amount", money(t, most).into())]), None),
    }
}

async fn shown(
    surveys: &Surveys,
    ctx: &Ctx,
    survey: &Survey,
    token: &str,
    progress: Result<&Progress, Refused>,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let slug = &survey.slug;
    let (form, why, status) = match progress {
        Ok(progress) => {
            let mut form = form_of(surveys, ctx, survey, Mode::Answer, token, progress).await?;
            form.action = format!("/surveys/{slug}/submit");
            form.send = t.get("budget-new-send");
            (Some(form), None, progress.status())
        }
        Err(why) => {
            let status = if matches!(why, Refused::Closed | Refused::TooMany) {
                StatusCode::CONFLICT
            } else {
                StatusCode::OK
            };
            (None, Some(refused_text(t, survey, why)), status)
        }
    };
    let around = Around { notice: None, why, form };
    let mut page = survey_page(surveys, ctx, survey, Mode::Answer, around).await?;
    page.kind = page.title;
    page.title = t.get("budget-new-title");
    page.page.title.clone_from(&page.title);
    page.back = Link { href: format!("/surveys/{slug}/projects"), text: t.get("budget-projects") };
    page.chips = Vec::new();
    page.facts = Vec::new();
    page.links = Vec::new();
    page.intro = format!("<p>{}</p>", t.args("budget-new-lead", &[("n", MOST_OF_ONE.into())]));
    Ok(unkept(html_with(status, &page)?))
}

pub(super) async fn page(
    ctx: Ctx,
    State(surveys): State<Surveys>,
    Path(slug): Path<String>,
    params: Params,
    request: Request,
) -> Result<Response, Failure> {
    params.finish()?;
    let whole = surveys.budget_of_slug(&slug).await?;
    let survey = asking(&whole);
    let visit = sent::visit_of(&surveys, request).await;
    let entry = Entry::of(&visit)?;
    let progress = match surveys.may_submit(&ctx, &whole).await? {
        Ok(_) => Ok(Progress::new(Answers::new())?),
        Err(why) => Err(why),
    };
    let response =
        shown(&surveys, &ctx, &survey, &entry.form_token, progress.as_ref().map_err(|why| *why)).await?;
    Ok(entry.with(response))
}

pub(super) async fn send(
    ctx: Ctx,
    State(surveys): State<Surveys>,
    Path(slug): Path<String>,
    request: Request,
) -> Result<Response, Failure> {
    let whole = surveys.budget_of_slug(&slug).await?;
    let survey = asking(&whole);
    let sent = sent::read(&surveys, &ctx, request).await?;
    let token = sent.text(FORM_TOKEN).to_owned();
    if let Err(why) = surveys.may_submit(&ctx, &whole).await? {
        return shown(&surveys, &ctx, &survey, &token, Err(why)).await;
    }
    let progress = match step(&surveys, &ctx, &survey, sent, Mode::Answer).await? {
        Step::Shown(progress) => return shown(&surveys, &ctx, &survey, &token, Ok(&progress)).await,
        Step::Whole(progress) => progress,
    };
    let Some(new) = submitted(&progress.answers) else {
        return shown(&surveys, &ctx, &survey, &token, Err(Refused::Pool)).await;
    };
    let why = match surveys.submit(&ctx, &whole, &new).await? {
        Ok(number) => return Ok(see_other(&format!("/surveys/{slug}/projects/{number}?done=submitted"))),
        Err(why) => why,
    };
    let t = texts(ctx.lang);
    let field = match why {
        Refused::Pool => "pool",
        Refused::Outside => "place",
        Refused::TooDear(_) => "estimate",
        Refused::Closed | Refused::NotEligible(_) | Refused::TooMany => {
            return shown(&surveys, &ctx, &survey, &token, Err(why)).await;
        }
    };
    let (message, _) = refused_text(t, &survey, why);
    let mut progress = progress;
    progress.more.push((field.to_owned(), message));
    shown(&surveys, &ctx, &survey, &token, Ok(&progress)).await
}
