//! A survey's own page: what it is, and its form, page by page.

use axum::{
    extract::{Request, State},
    http::StatusCode,
    response::Response,
};
use ballots::form::{
    Answers, Ask, Form, Question,
    check::{self, AnswerFault, asked_only},
    read,
};
use serde_json::{Value, json};

use super::{
    form::Shown,
    sent::{self, Sent},
    standing, standing_chip,
};
use crate::{
    accounts::Entry,
    kernel::Params,
    messages::paragraphs,
    platform::{
        Ctx,
        http::{FORM_TOKEN, Failure, Path, ResultExt},
        i18n::{Texts, texts},
        secrets,
    },
    surveys::{
        Eligibility, Kind, Secrecy, State as Stage, Surveys, Why,
        answering::{MOST_OF_NETWORK, Refused},
        model::Survey,
    },
    ui::{
        Here, Nav, Page, html_with,
        local_time::{day_text, instant_text},
        see_other, unkept,
        views::{Fact, Link, SurveyFault, SurveyForm, SurveyPage},
    },
};

/// Where a form is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::surveys) enum Mode {
    /// For answering.
    Answer,
    /// For trying it: everything is checked, nothing is kept.
    Trial,
}

/// Where somebody stands in a form.
#[derive(Debug, Clone, Default)]
pub(in crate::surveys) struct Progress {
    /// Page, counted from 0.
    page: usize,
    pub(in crate::surveys) answers: Answers,
    seed: String,
    faults: Vec<AnswerFault>,
    /// What is wrong beside the answers: files that are not taken.
    pub(in crate::surveys) more: Vec<(String, String)>,
}

/// `/surveys/{slug}`
pub(super) async fn page(
    ctx: Ctx,
    State(surveys): State<Surveys>,
    Path(slug): Path<String>,
    mut params: Params,
    request: Request,
) -> Result<Response, Failure> {
    let done = params.text("done");
    params.finish()?;
    let survey = surveys.survey_of_slug(&ctx, &slug).await?;
    let visit = sent::visit_of(&surveys, request).await;
    let t = texts(ctx.lang);
    let part = surveys.part(&ctx, &survey).await?;
    let just = done.as_deref() == Some("1");
    let notice = just.then(|| t.get("survey-done"));
    let entry = Entry::of(&visit)?;
    let eligible = surveys.may_take_part(&ctx, &survey).await?;
    let why = match (eligible, part.day) {
        _ if !survey.takes_answers(ctx.now) => Some((not_now(&ctx, t, &survey), None)),
        (Eligibility::No(why), _) => Some((why_text(t, &survey, why), way_of(t, &slug, why))),
        (Eligibility::Yes, Some(day)) if survey.secrecy == Secrecy::Anonymous => {
            Some((t.args("survey-taken", &[("day", day_text(day, t).into())]), None))
        }
        // Nothing is kept by which somebody without an account could be known again.
        (Eligibility::Yes, _) if just => Some((t.get("survey-done-more"), None)),
        (Eligibility::Yes, _) => None,
    };
    // Whoever cannot vote by an account may hold a printed code, which a clerk gave to whom the register does not know enough.
    let by_code = survey.secrecy == Secrecy::Secret
        && survey.takes_answers(ctx.now)
        && matches!(
            eligible,
            Eligibility::No(Why::SignIn | Why::AddressUnproved | Why::PlaceUnknown | Why::BornUnknown)
        );
    let form = match &why {
        Some(_) if !by_code => None,
        _ => {
            let progress = Progress::new(part.answers.unwrap_or_default())?;
            Some(form_of(&surveys, &ctx, &survey, Mode::Answer, &entry.form_token, &progress).await?)
        }
    };
    let named_before = part.day.filter(|_| survey.secrecy == Secrecy::Named && !just);
    let notice = notice
        .or_else(|| named_before.map(|day| t.args("survey-change", &[("day", day_text(day, t).into())])));
    let sealed = form.is_some() && survey.secrecy == Secrecy::Secret;
    let mut page = survey_page(&surveys, &ctx, &survey, Mode::Answer, Around { notice, why, form }).await?;
    if sealed {
        page.vote = Some(surveys.vote_panel(&ctx, &survey, by_code).await?);
    }
    Ok(entry.with(unkept(html_with(StatusCode::OK, &page)?)))
}

/// `POST /surveys/{slug}`
pub(super) async fn send(
    ctx: Ctx,
    State(surveys): State<Surveys>,
    Path(slug): Path<String>,
    request: Request,
) -> Result<Response, Failure> {
    let sent = sent::read(&surveys, &ctx, request).await?;
    let survey = surveys.survey_of_slug(&ctx, &slug).await?;
    // A secret ballot comes sealed, by another door.
    if survey.secrecy == Secrecy::Secret {
        return Err(Failure::not_found("this form"));
    }
    // The browser brought the token, and brings it again.
    let token = sent.text(FORM_TOKEN).to_owned();
    let network = sent.network.clone();
    // Pages between are refused as the last one would be, before somebody types more in vain.
    let early = match surveys.may_take_part(&ctx, &survey).await? {
        _ if !survey.takes_answers(ctx.now) => Some(Refused::Closed),
        Eligibility::No(why) => Some(Refused::NotEligible(why)),
        Eligibility::Yes => None,
    };
    if let Some(why) = early {
        return refused_page(&surveys, &ctx, &survey, why).await;
    }
    let step = step(&surveys, &ctx, &survey, sent, Mode::Answer).await?;
    let progress = match step {
        Step::Shown(progress) => progress,
        Step::Whole(progress) => match surveys.answer(&ctx, &survey, &progress.answers, &network).await? {
            Ok(()) => return Ok(see_other(&format!("/surveys/{slug}?done=1"))),
            Err(Refused::Faults(faults)) => Progress { faults, ..progress }.at_first_fault(&survey),
            Err(why) => return refused_page(&surveys, &ctx, &survey, why).await,
        },
    };
    let status = progress.status();
    let form = form_of(&surveys, &ctx, &survey, Mode::Answer, &token, &progress).await?;
    let around = Around { notice: None, why: None, form: Some(form) };
    Ok(unkept(html_with(status, &survey_page(&surveys, &ctx, &survey, Mode::Answer, around).await?)?))
}

async fn refused_page(
    surveys: &Surveys,
    ctx: &Ctx,
    survey: &Survey,
    why: Refused,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let (words, way, status) = match why {
        Refused::Closed => (not_now(ctx, t, survey), None, StatusCode::CONFLICT),
        Refused::NotEligible(why) => {
            (why_text(t, survey, why), way_of(t, &survey.slug, why), StatusCode::FORBIDDEN)
        }
        Refused::Already(day) => {
            (t.args("survey-taken", &[("day", day_text(day, t).into())]), None, StatusCode::CONFLICT)
        }
        Refused::TooOften => {
            let words = t.args("survey-too-often", &[("n", MOST_OF_NETWORK.into())]);
            (words, None, StatusCode::TOO_MANY_REQUESTS)
        }
        Refused::Faults(_) => (t.get("survey-fault-shape"), None, StatusCode::UNPROCESSABLE_ENTITY),
    };
    let around = Around { notice: None, why: Some((words, way)), form: None };
    Ok(unkept(html_with(status, &survey_page(surveys, ctx, survey, Mode::Answer, around).await?)?))
}

/// What a sent page leads to.
pub(in crate::surveys) enum Step {
    /// Another page, or the same one with what is wrong.
    Shown(Progress),
    /// The end of the form.
    Whole(Progress),
}

/// Takes what was sent into the answers, and goes on, back, or to the end.
pub(in crate::surveys) async fn step(
    surveys: &Surveys,
    ctx: &Ctx,
    survey: &Survey,
    sent: Sent,
    mode: Mode,
) -> Result<Step, Failure> {
    let form = &survey.form;
    let last = form.pages.len().saturating_sub(1);
    let at = sent.text("page_").parse::<usize>().unwrap_or(1).saturating_sub(1).min(last);
    let Some(here) = form.pages.get(at) else { return Err(Failure::not_found("this form")) };
    let is_here = |id: &str| here.questions.iter().any(|question| question.id == id);
    let mut answers: Answers = serde_json::from_str(sent.text("carried_")).unwrap_or_default();
    answers.retain(|id, _| form.question(id).is_some() && !is_here(id));
    let part = Form { pages: vec![here.clone()], bounds: form.bounds };
    answers.extend(read::answers(&part, &sent.fields));
    let seed: String = sent.text("seed_").chars().take(60).collect();
    let mut more: Vec<(String, String)> = Vec::new();
    let t = texts(ctx.lang);
    for (question, fault) in &sent.refused {
        more.push((question.clone(), fault.text(t)));
    }
    for (question, file) in sent.files {
        let asks = here.questions.iter().any(|one| one.id == question && matches!(one.ask, Ask::File { .. }));
        if !asks || mode == Mode::Trial {
            continue;
        }
        match surveys.keep_file(ctx, survey, file).await? {
            Ok(id) => {
                let kept = answers.entry(question).or_insert_with(|| json!([]));
                if let Some(all) = kept.as_array_mut() {
                    all.push(Value::from(id.to_string()));
                }
            }
            Err(faults) => more.extend(faults.iter().map(|fault| (question.clone(), fault.text(t)))),
        }
    }
    let answers = asked_only(form, surveys.resolve(survey, answers).await?);
    let progress = Progress { page: at, answers, seed, faults: Vec::new(), more };
    let go = fields_go(&sent.fields);
    if go == Go::Back {
        let before = (0..at).rev().find(|n| has_open(survey, &progress.answers, *n));
        return Ok(Step::Shown(Progress { page: before.unwrap_or(0), more: Vec::new(), ..progress }));
    }
    let files = match mode {
        Mode::Answer => surveys.files_of(ctx, survey, &progress.answers).await?,
        Mode::Trial => Vec::new(),
    };
    let mut faults = surveys.faults(survey, &progress.answers, &files).await?;
    // Without its files a trial cannot say more about them.
    let is_file = |id: &str| form.question(id).is_some_and(|one| matches!(one.ask, Ask::File { .. }));
    faults.retain(|fault| is_here(&fault.question) && !(mode == Mode::Trial && is_file(&fault.question)));
    if !faults.is_empty() || !progress.more.is_empty() {
        return Ok(Step::Shown(Progress { faults, ..progress }));
    }
    if go == Go::Send || at == last {
        return Ok(Step::Whole(progress));
    }
    let next = (at + 1..=last).find(|n| has_open(survey, &progress.answers, *n)).unwrap_or(last);
    Ok(Step::Shown(Progress { page: next, ..progress }))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Go {
    Back,
    Next,
    Send,
}

/// Which button was pressed. Enter in a field presses the first one.
fn fields_go(fields: &[(String, String)]) -> Go {
    match fields.iter().find(|(name, _)| name == "go_").map(|(_, value)| value.as_str()) {
        Some("back") => Go::Back,
        Some("send") => Go::Send,
        _ => Go::Next,
    }
}

/// Whether a page asks anything of somebody who answered so.
fn has_open(survey: &Survey, answers: &Answers, n: usize) -> bool {
    let earlier =
        |id: &str| survey.form.pages.iter().take(n).flat_map(|page| &page.questions).any(|one| one.id == id);
    let open = |question: &Question| {
        question.when.iter().all(|when| !earlier(&when.question) || check::holds(when, answers))
    };
    survey.form.pages.get(n).is_some_and(|page| page.questions.iter().any(open))
}

impl Progress {
    /// On the page of the first thing that is wrong.
    fn at_first_fault(self, survey: &Survey) -> Self {
        let wrong = |page: &ballots::form::Page| {
            page.questions.iter().any(|one| self.faults.iter().any(|fault| fault.question == one.id))
        };
        let page = survey.form.pages.iter().position(wrong).unwrap_or(self.page);
        Self { page, ..self }
    }

    pub(in crate::surveys) fn status(&self) -> StatusCode {
        match self.faults.is_empty() && self.more.is_empty() {
            true => StatusCode::OK,
            false => StatusCode::UNPROCESSABLE_ENTITY,
        }
    }

    /// The beginning of a form, with what was answered before.
    pub(in crate::surveys) fn new(answers: Answers) -> Result<Self, Failure> {
        let seed = secrets::new_token().internal("choose an order of chance")?;
        Ok(Self { answers, seed, ..Self::default() })
    }
}

/// The form of a survey at some page; of a secret ballot all pages, since nothing may come here before it is sealed.
pub(in crate::surveys) async fn form_of(
    surveys: &Surveys,
    ctx: &Ctx,
    survey: &Survey,
    mode: Mode,
    token: &str,
    progress: &Progress,
) -> Result<SurveyForm, Failure> {
    let t = texts(ctx.lang);
    let files = surveys.files_of(ctx, survey, &progress.answers).await?;
    let pictures = format!("/surveys/{}/pictures/", survey.slug);
    let shown = Shown {
        t,
        form: &survey.form,
        answers: &progress.answers,
        faults: &progress.faults,
        seed: &progress.seed,
        pictures: &pictures,
        files: &files,
    };
    let secret = survey.secrecy == Secrecy::Secret && mode == Mode::Answer;
    let count = survey.form.pages.len();
    let mut pages: Vec<_> = match secret {
        true => shown.whole(),
        false => vec![shown.page(progress.page)],
    };
    let mut faults = shown.told();
    for (question, message) in &progress.more {
        faults.push(SurveyFault { field: question.clone(), message: message.clone() });
        let asked = pages.iter_mut().flat_map(|page| &mut page.questions).find(|one| one.id == *question);
        if let Some(asked) = asked {
            asked.fault = Some(message.clone());
        }
    }
    let is_here = |id: &str| {
        let here = survey.form.pages.get(progress.page);
        here.is_some_and(|page| page.questions.iter().any(|question| question.id == id))
    };
    let carried: Answers = progress
        .answers
        .iter()
        .filter(|(id, _)| !is_here(id))
        .map(|(id, one)| (id.clone(), one.clone()))
        .collect();
    let at = if secret { (1, 1) } else { (progress.page + 1, count) };
    let step = match at.1 > 1 {
        true => t.args("survey-step", &[("n", (at.0 as u64).into()), ("of", (at.1 as u64).into())]),
        false => String::new(),
    };
    let uploads = pages.iter().flat_map(|page| &page.questions).any(|one| one.kind == "file");
    let action = match mode {
        Mode::Answer => format!("/surveys/{}", survey.slug),
        Mode::Trial => format!("{}/{}/preview", super::DESK, survey.id),
    };
    // Whoever is signed in proves it by the session, all others by the token of their browser.
    let page = surveys.site.page(ctx, &Here(action.clone()), Nav::Surveys, "");
    let token = if ctx.via().is_some() { page.form_token() } else { token };
    Ok(SurveyForm {
        action,
        token: token.to_owned(),
        survey: survey.id.to_string(),
        secrecy: survey.secrecy.name(),
        pages,
        at,
        step,
        carried: if secret { String::new() } else { json!(carried).to_string() },
        seed: progress.seed.clone(),
        uploads: uploads && ctx.via().is_some(),
        faults,
        whole: if secret { json!(survey.form).to_string() } else { String::new() },
        send: t.get(match survey.secrecy {
            Secrecy::Secret => "survey-vote",
            _ => "survey-send",
        }),
    })
}

/// What stands around a form.
pub(in crate::surveys) struct Around {
    pub(in crate::surveys) notice: Option<String>,
    pub(in crate::surveys) why: Option<(String, Option<Link>)>,
    pub(in crate::surveys) form: Option<SurveyForm>,
}

/// A survey's page.
pub(in crate::surveys) async fn survey_page(
    surveys: &Surveys,
    ctx: &Ctx,
    survey: &Survey,
    mode: Mode,
    around: Around,
) -> Result<SurveyPage, Failure> {
    let t = texts(ctx.lang);
    let title = survey.title.said(ctx.lang.tag()).to_owned();
    let (here, nav, back) = match mode {
        Mode::Answer => (
            format!("/surveys/{}", survey.slug),
            Nav::Surveys,
            Link { href: "/surveys".to_owned(), text: t.get("surveys-title") },
        ),
        Mode::Trial => (
            format!("{}/{}/preview", super::DESK, survey.id),
            Nav::DeskSurveys,
            Link { href: format!("{}/{}", super::DESK, survey.id), text: t.get("desk-nav-surveys") },
        ),
    };
    let mut page = surveys.site.page(ctx, &Here(here), nav, title.clone());
    let draws = |form: &SurveyForm| {
        let of = |one: &crate::ui::views::SurveyQuestion| {
            !one.drawn.is_empty() || matches!(one.kind, "pin" | "line" | "area" | "asset")
        };
        form.pages.iter().flat_map(|page| &page.questions).any(of)
    };
    if around.form.as_ref().is_some_and(draws) {
        with_map(surveys, ctx, survey, &mut page);
    }
    let intro = match survey.intro.pl.is_empty() {
        true => String::new(),
        false => paragraphs(survey.intro.said(ctx.lang.tag()), ""),
    };
    Ok(SurveyPage {
        page,
        t,
        back,
        kind: t.get(&format!("survey-kind-{}", survey.kind.name())),
        title,
        chips: vec![standing_chip(ctx, t, survey)],
        intro,
        facts: facts(surveys, ctx, t, survey).await?,
        notice: around.notice,
        why: around.why,
        links: links(ctx, t, survey),
        form: around.form,
        vote: None,
    })
}

fn with_map(surveys: &Surveys, ctx: &Ctx, survey: &Survey, page: &mut Page) {
    let mut map = surveys.site.map(page, survey.form.bounds);
    let wanted: Vec<&str> = survey
        .form
        .questions()
        .filter_map(|question| match &question.ask {
            Ask::Asset { collection, .. } => Some(collection.as_str()),
            _ => None,
        })
        .collect();
    for kind in
        surveys.registry.kind_views(ctx).into_iter().filter(|kind| wanted.contains(&kind.slug.as_str()))
    {
        map.layers.push(kind.slug.clone());
        map.kinds.push(kind);
    }
    map.texts.push("survey-js-");
    page.map = Some(map);
}

/// Until when, for whom, how secret: what somebody wants to know before they begin.
async fn facts(surveys: &Surveys, ctx: &Ctx, t: &Texts, survey: &Survey) -> Result<Vec<Fact>, Failure> {
    let mut facts = Vec::new();
    let mut fact = |key: &str, value: String| facts.push(Fact { title: t.get(key), value });
    if let (Some(from), Some(to)) = (survey.opens_at, survey.closes_at) {
        let values = [("from", instant_text(from, t).into()), ("to", instant_text(to, t).into())];
        fact("survey-fact-when", t.args("survey-fact-from-to", &values));
    }
    let mut who = t.get(&format!("survey-audience-{}", survey.audience.name()));
    if let Some(district) = survey.district {
        let name = surveys.district_name(ctx, district).await?;
        who = t.args("survey-audience-district", &[("name", name.into())]);
    }
    if let Some(least) = survey.least_age {
        who = t.args("survey-audience-age", &[("who", who.into()), ("age", least.into())]);
    }
    fact("survey-fact-who", who);
    fact("survey-fact-secrecy", t.get(&format!("survey-secrecy-{}-text", survey.secrecy.name())));
    if survey.shows_turnout
        && matches!(standing(ctx, survey), Stage::Open | Stage::Closed | Stage::Published)
        && let Some(count) = surveys.turnout(ctx, survey).await?
    {
        fact("survey-fact-turnout", t.count(count));
    }
    Ok(facts)
}

fn links(ctx: &Ctx, t: &Texts, survey: &Survey) -> Vec<Link> {
    let mut links = Vec::new();
    let mut leads = |path: &str, key: &str| {
        links.push(Link { href: format!("/surveys/{}/{path}", survey.slug), text: t.get(key) });
    };
    let stage = standing(ctx, survey);
    if survey.kind == Kind::Consultation && matches!(stage, Stage::Open | Stage::Closed | Stage::Published) {
        leads("opinions", "survey-link-opinions");
    }
    if survey.secrecy == Secrecy::Secret && !matches!(stage, Stage::Draft | Stage::Withdrawn) {
        leads("secrecy", "vote-secrecy-title");
        leads("receipt", "vote-receipt-title");
    }
    if survey.version > 1 {
        leads("changes", "survey-link-changes");
    }
    if survey.kind == Kind::Budget {
        leads("projects", "budget-projects");
    }
    if stage == Stage::Published {
        leads("results", "results-title");
    }
    links
}

/// Why no answers are taken now.
fn not_now(ctx: &Ctx, t: &Texts, survey: &Survey) -> String {
    let when =
        |at: Option<chrono::DateTime<chrono::Utc>>| at.map(|at| instant_text(at, t)).unwrap_or_default();
    match standing(ctx, survey) {
        Stage::Ready => t.args("survey-not-yet", &[("when", when(survey.opens_at).into())]),
        Stage::Closed | Stage::Published => t.args("survey-over", &[("when", when(survey.closes_at).into())]),
        Stage::Draft | Stage::Open | Stage::Withdrawn => t.get("survey-no-form"),
    }
}

/// Why somebody may not take part.
pub(in crate::surveys) fn why_text(t: &Texts, survey: &Survey, why: Why) -> String {
    match (why, survey.least_age) {
        (Why::TooYoung, Some(least)) => t.args("survey-why-young", &[("age", least.into())]),
        _ => t.get(why.key()),
    }
}

/// What somebody can do about it.
pub(in crate::surveys) fn way_of(t: &Texts, slug: &str, why: Why) -> Option<Link> {
    let link = |href: String, key: &str| Some(Link { href, text: t.get(key) });
    match why {
        Why::SignIn => link(format!("/sign-in?next=%2Fsurveys%2F{slug}"), "survey-way-sign-in"),
        Why::AddressUnproved | Why::BornUnknown => {
            link(format!("/account/identity?next=%2Fsurveys%2F{slug}"), "survey-way-identity")
        }
        Why::PlaceUnknown | Why::OtherDistrict => link("/account/data".to_owned(), "survey-way-data"),
        Why::ActsForAnother | Why::TooYoung => None,
    }
}
