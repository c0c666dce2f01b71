//! What the staff does with surveys: the list, new ones, what a survey is, its way from draft to closed.

use axum::{
    extract::{Request, State},
    http::StatusCode,
    response::Response,
};
use ballots::form::Form as SurveyForm;
use chrono::{DateTime, Duration, NaiveDateTime, Utc};
use serde::Deserialize;
use uuid::Uuid;

use super::{
    DESK,
    answer::{self, Around, Mode, Progress, Step},
    desk_sheet, id, sent, standing, standing_chip,
};
use crate::{
    kernel::Params,
    messages::{Attachment, as_download, size_text},
    platform::{
        Ctx,
        access::Permission,
        http::{Failure, Path, ProtectedForm},
        i18n::{Texts, texts},
    },
    surveys::{
        Audience, Collision, Kind, Secrecy, State as Stage, Survey, Surveys,
        builder::{self, TooFar, text},
        edit::{Settings, Unchanged, slug_of},
        templates,
    },
    ui::{
        Here, Nav, html_with,
        local_time::{instant_text, on_the_clock},
        see_other, unkept,
        views::{Block, Choice, Fact, Field, FieldFault, Form, Item, Link, Sheet},
    },
};

const SHORT: &str = "type=\"text\" autocomplete=\"off\" maxlength=\"80\"";
const LINE: &str = "type=\"text\" autocomplete=\"off\" maxlength=\"200\"";
const NUMBER: &str = "type=\"text\" inputmode=\"numeric\" autocomplete=\"off\" maxlength=\"3\"";
const CLOCK: &str = "type=\"datetime-local\"";

pub(super) async fn list(
    ctx: Ctx,
    State(surveys): State<Surveys>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    let t = texts(ctx.lang);
    let all = surveys.all_surveys(&ctx).await?;
    let mut sheet = Sheet::new(t.get("desk-nav-surveys"));
    if ctx.may(Permission::SurveysManage, None) {
        let leads = |path: &str, key: &str| Link { href: format!("{DESK}/{path}"), text: t.get(key) };
        sheet
            .blocks
            .push(Block::Links(vec![leads("new", "survey-new"), leads("districts", "districts-title")]));
    }
    let item = |survey: &Survey| Item {
        href: Some(format!("{DESK}/{}", survey.id)),
        title: survey.title.said(ctx.lang.tag()).to_owned(),
        text: about(t, survey),
        value: String::new(),
        chips: vec![standing_chip(&ctx, t, survey)],
    };
    sheet.blocks.push(match all.is_empty() {
        true => Block::Empty(t.get("surveys-none")),
        false => Block::Items(all.iter().map(item).collect()),
    });
    desk_sheet(&surveys, &ctx, DESK, sheet)
}

fn about(t: &Texts, survey: &Survey) -> String {
    let kind = t.get(&format!("survey-kind-{}", survey.kind.name()));
    let secrecy = t.get(&format!("survey-secrecy-{}", survey.secrecy.name()));
    match survey.opens_at.zip(survey.closes_at) {
        Some((from, to)) => {
            let values = [("from", instant_text(from, t).into()), ("to", instant_text(to, t).into())];
            format!("{kind}, {secrecy}, {}", t.args("survey-fact-from-to", &values))
        }
        None => format!("{kind}, {secrecy}"),
    }
}

/// What a form of settings holds, as it was typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct SettingsForm {
    rev: i32,
    slug: String,
    kind: String,
    title_pl: String,
    title_en: String,
    intro_pl: String,
    intro_en: String,
    opens_at: String,
    closes_at: String,
    audience: String,
    district: String,
    least_age: String,
    secrecy: String,
    shows_turnout: String,
    collision: String,
    least_cell: String,
    template: String,
    /// Why words were mended after the announcement.
    reason: String,
}

/// The instant at which clocks in Poland show this; the first of two in the night when they are put back.
fn instant_of(text: &str) -> Option<DateTime<Utc>> {
    let shown = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
        .iter()
        .find_map(|pattern| NaiveDateTime::parse_from_str(text.trim(), pattern).ok())?;
    [2, 1]
        .iter()
        .map(|hours| (shown - Duration::hours(*hours)).and_utc())
        .find(|at| on_the_clock(*at) == shown)
}

fn clock_text(at: Option<DateTime<Utc>>) -> String {
    at.map(|at| on_the_clock(at).format("%Y-%m-%dT%H:%M").to_string()).unwrap_or_default()
}

impl SettingsForm {
    fn of(survey: &Settings, rev: i32) -> Self {
        let settings = survey.clone();
        Self {
            rev,
            slug: settings.slug,
            kind: settings.kind.name().to_owned(),
            title_pl: settings.title.pl,
            title_en: settings.title.en.unwrap_or_default(),
            intro_pl: settings.intro.pl,
            intro_en: settings.intro.en.unwrap_or_default(),
            opens_at: clock_text(settings.opens_at),
            closes_at: clock_text(settings.closes_at),
            audience: settings.audience.name().to_owned(),
            district: settings.district.map(|id| id.to_string()).unwrap_or_default(),
            least_age: settings.least_age.map(|age| age.to_string()).unwrap_or_default(),
            secrecy: settings.secrecy.name().to_owned(),
            shows_turnout: if settings.shows_turnout { "yes".to_owned() } else { String::new() },
            collision: settings.collision.name().to_owned(),
            least_cell: settings.least_cell.to_string(),
            template: String::new(),
            reason: String::new(),
        }
    }

    /// The settings, or which fields cannot be read.
    fn read(&self) -> Result<Settings, Vec<(&'static str, &'static str)>> {
        let mut faults = Vec::new();
        let mut clock = |text: &str, field: &'static str| match text.trim().is_empty() {
            true => None,
            false => {
                let read = instant_of(text);
                if read.is_none() {
                    faults.push((field, "survey-set-clock-fault"));
                }
                read
            }
        };
        let (opens_at, closes_at) = (clock(&self.opens_at, "opens_at"), clock(&self.closes_at, "closes_at"));
        let age = self.least_age.trim();
        let least_age = age.parse::<i32>().ok();
        if !age.is_empty() && least_age.is_none() {
            faults.push(("least_age", "survey-set-age-fault"));
        }
        let title = text(&self.title_pl, &self.title_en);
        let slug = match self.slug.trim() {
            "" => slug_of(&title.pl),
            typed => typed.to_owned(),
        };
        let settings = Settings {
            slug,
            kind: Kind::from_name(&self.kind).unwrap_or(Kind::Open),
            title,
            intro: text(&self.intro_pl.replace("\r\n", "\n"), &self.intro_en.replace("\r\n", "\n")),
            opens_at,
            closes_at,
            audience: Audience::from_name(&self.audience).unwrap_or(Audience::Residents),
            district: self.district.parse().ok(),
            least_age,
            secrecy: Secrecy::from_name(&self.secrecy).unwrap_or(Secrecy::Anonymous),
            shows_turnout: self.shows_turnout == "yes",
            collision: Collision::from_name(&self.collision).unwrap_or(Collision::First),
            least_cell: self.least_cell.trim().parse().unwrap_or(5),
        };
        if faults.is_empty() { Ok(settings) } else { Err(faults) }
    }
}

/// Faults of fields in words.
pub(super) fn field_faults(t: &Texts, faults: &[(&'static str, &'static str)]) -> Vec<FieldFault> {
    faults.iter().map(|(field, key)| FieldFault { field, message: t.get(key) }).collect()
}

/// Why a change was not made, as faults of a page.
pub(super) fn told(t: &Texts, survey: Option<&SurveyForm>, why: &Unchanged) -> Vec<FieldFault> {
    let one = |field, key: &str| vec![FieldFault { field, message: t.get(key) }];
    match why {
        Unchanged::Stale => one("main", "survey-stale"),
        Unchanged::Stage => one("main", "survey-wrong-stage"),
        Unchanged::Slug => one("slug", "survey-set-slug-taken"),
        Unchanged::Fields(faults) => field_faults(t, faults),
        Unchanged::TooFar(TooFar::Bones) => one("main", "survey-mend-bones"),
        Unchanged::TooFar(TooFar::Words(words)) => {
            let message = t.args("survey-mend-words", &[("words", words.clone().into())]);
            vec![FieldFault { field: "main", message }]
        }
        Unchanged::Form(faults) => {
            let told = |fault: &ballots::form::check::FormFault| {
                let question = fault.question.as_deref().and_then(|id| survey?.question(id));
                let at = match question {
                    Some(question) => question.title.said(t.lang()).chars().take(80).collect(),
                    None if fault.page > 0 => t.args("survey-page-n", &[("n", (fault.page as u64).into())]),
                    None => String::new(),
                };
                let what = t.get(&format!("form-fault-{}", fault.why.name()));
                let message = if at.is_empty() { what } else { format!("{at} – {what}") };
                FieldFault { field: "main", message }
            };
            faults.iter().map(told).collect()
        }
    }
}

async fn settings_blocks(
    surveys: &Surveys,
    ctx: &Ctx,
    form: &SettingsForm,
    new: bool,
    action: String,
) -> Result<Vec<Block>, Failure> {
    let t = texts(ctx.lang);
    let choices = |all: Vec<(String, String)>, chosen: &str| -> Vec<Choice> {
        let one = |(value, label): (String, String)| Choice { selected: value == chosen, value, label };
        all.into_iter().map(one).collect()
    };
    let named = |names: &[&'static str], stem: &str| -> Vec<(String, String)> {
        names.iter().map(|name| ((*name).to_owned(), t.get(&format!("{stem}-{name}")))).collect()
    };
    let kinds: Vec<&str> = Kind::ALL.iter().map(|one| one.name()).collect();
    let audiences: Vec<&str> = Audience::ALL.iter().map(|one| one.name()).collect();
    let secrecies: Vec<&str> = Secrecy::ALL.iter().map(|one| one.name()).collect();
    let collisions: Vec<&str> = Collision::ALL.iter().map(|one| one.name()).collect();
    let districts = surveys.districts(ctx).await?;
    let mut all = vec![(String::new(), t.get("survey-set-district-all"))];
    all.extend(districts.into_iter().map(|one| (one.id.to_string(), one.name)));
    let line = |id, label: &str, hint: &str, value: &str, how| {
        let hint = if hint.is_empty() { String::new() } else { t.get(hint) };
        Field::Line(id, t.get(label), hint, value.to_owned(), how)
    };
    let mut fields = vec![Field::Hidden("rev", form.rev.to_string())];
    if new {
        let mut all: Vec<(String, String)> = templates::ALL
            .iter()
            .map(|one| (one.name.to_owned(), t.get(&format!("survey-template-{}", one.name))))
            .collect();
        let before = surveys.all_surveys(ctx).await?;
        all.extend(before.iter().take(100).map(|survey| {
            let title = survey.title.said(ctx.lang.tag()).to_owned();
            (survey.id.to_string(), t.args("survey-template-copy", &[("title", title.into())]))
        }));
        fields.push(Field::Choice("template", t.get("survey-template"), choices(all, &form.template)));
    }
    fields.extend([
        line("title_pl", "survey-set-title-pl", "", &form.title_pl, LINE),
        line("title_en", "survey-set-title-en", "survey-set-en-hint", &form.title_en, LINE),
        line("slug", "survey-set-slug", "survey-set-slug-hint", &form.slug, SHORT),
        Field::Choice("kind", t.get("survey-set-kind"), choices(named(&kinds, "survey-kind"), &form.kind)),
        Field::Choice(
            "secrecy",
            t.get("survey-set-secrecy"),
            choices(named(&secrecies, "survey-set-secrecy"), &form.secrecy),
        ),
        Field::Choice(
            "audience",
            t.get("survey-set-audience"),
            choices(named(&audiences, "survey-audience"), &form.audience),
        ),
        Field::Choice("district", t.get("survey-set-district"), choices(all, &form.district)),
        line("least_age", "survey-set-age", "survey-set-age-hint", &form.least_age, NUMBER),
        line("opens_at", "survey-set-opens", "survey-set-clock-hint", &form.opens_at, CLOCK),
        line("closes_at", "survey-set-closes", "survey-set-closes-hint", &form.closes_at, CLOCK),
        Field::Text(
            "intro_pl",
            t.get("survey-set-intro-pl"),
            t.get("survey-set-intro-hint"),
            form.intro_pl.clone(),
            8,
            10_000,
        ),
        Field::Text(
            "intro_en",
            t.get("survey-set-intro-en"),
            String::new(),
            form.intro_en.clone(),
            5,
            10_000,
        ),
        Field::Check("shows_turnout", t.get("survey-set-turnout"), form.shows_turnout == "yes"),
        Field::Choice(
            "collision",
            t.get("survey-set-collision"),
            choices(named(&collisions, "survey-set-collision"), &form.collision),
        ),
        line("least_cell", "survey-set-cell", "survey-set-cell-hint", &form.least_cell, NUMBER),
    ]);
    let button = t.get(if new { "survey-new-button" } else { "survey-save" });
    Ok(vec![Block::Form(Form { action, asks: false, fields, button, first: true })])
}

pub(super) async fn new_page(
    ctx: Ctx,
    State(surveys): State<Surveys>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    let form = SettingsForm {
        kind: Kind::Open.name().to_owned(),
        audience: Audience::Residents.name().to_owned(),
        secrecy: Secrecy::Anonymous.name().to_owned(),
        shows_turnout: "yes".to_owned(),
        least_cell: "5".to_owned(),
        template: "empty".to_owned(),
        ..SettingsForm::default()
    };
    show_new(&surveys, &ctx, &form, Vec::new()).await
}

async fn show_new(
    surveys: &Surveys,
    ctx: &Ctx,
    form: &SettingsForm,
    faults: Vec<FieldFault>,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let mut sheet = Sheet::new(t.get("survey-new"));
    sheet.back = Some(Link { href: DESK.to_owned(), text: t.get("desk-nav-surveys") });
    sheet.faults = faults;
    sheet.blocks = settings_blocks(surveys, ctx, form, true, format!("{DESK}/new")).await?;
    desk_sheet(surveys, ctx, &format!("{DESK}/new"), sheet)
}

pub(super) async fn create(
    ctx: Ctx,
    State(surveys): State<Surveys>,
    ProtectedForm(form): ProtectedForm<SettingsForm>,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let settings = match form.read() {
        Ok(settings) => settings,
        Err(faults) => return show_new(&surveys, &ctx, &form, field_faults(t, &faults)).await,
    };
    let begun = match form.template.parse::<Uuid>() {
        Ok(other) => surveys.survey(&ctx, other).await?.form,
        Err(_) => templates::form(&form.template),
    };
    match surveys.create(&ctx, &settings, begun).await? {
        Ok(id) => Ok(see_other(&format!("{DESK}/{id}/form"))),
        Err(why) => show_new(&surveys, &ctx, &form, told(t, None, &why)).await,
    }
}

pub(super) async fn page(
    ctx: Ctx,
    State(surveys): State<Surveys>,
    Path(text): Path<String>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    show(&surveys, &ctx, id(&text)?, Vec::new()).await
}

/// A survey's first page at the desk.
async fn show(surveys: &Surveys, ctx: &Ctx, id: Uuid, faults: Vec<FieldFault>) -> Result<Response, Failure> {
    if !ctx.may(Permission::SurveysManage, None) {
        ctx.require(Permission::SurveysPaper, None)?;
    }
    let t = texts(ctx.lang);
    let survey = surveys.survey(ctx, id).await?;
    let (_, events) = surveys.history(ctx, id).await?;
    let mut sheet = Sheet::new(survey.title.said(ctx.lang.tag()));
    sheet.caption = Some(t.get(&format!("survey-kind-{}", survey.kind.name())));
    sheet.back = Some(Link { href: DESK.to_owned(), text: t.get("desk-nav-surveys") });
    sheet.faults = faults;
    let stage = standing(ctx, &survey);
    let fact = |key: &str, value: String| Fact { title: t.get(key), value };
    let mut facts = vec![
        fact("survey-fact-state", t.get(&format!("survey-state-{}", stage.name()))),
        fact("survey-fact-about", about(t, &survey)),
        fact("survey-fact-questions", t.count(survey.form.questions().count() as u64)),
    ];
    if let Some(count) = surveys.turnout(ctx, &survey).await? {
        facts.push(fact("survey-fact-turnout", t.count(count)));
    }
    sheet.blocks.push(Block::Facts(facts));
    let leads = |path: &str, key: &str| Link { href: format!("{DESK}/{id}/{path}"), text: t.get(key) };
    let may = ctx.may(Permission::SurveysManage, None);
    let mut links = Vec::new();
    if may {
        links.extend([leads("settings", "survey-link-settings"), leads("form", "survey-link-form")]);
        links.push(leads("preview", "survey-link-preview"));
        if matches!(stage, Stage::Ready | Stage::Open) {
            links.push(leads("poster", "survey-link-poster"));
            links.push(leads("invite", "survey-link-invite"));
        }
        if survey.kind == Kind::Consultation && !matches!(stage, Stage::Draft | Stage::Withdrawn) {
            links.push(leads("opinions", "survey-link-opinions"));
        }
        if survey.kind == Kind::Budget {
            links.push(leads("projects", "budget-projects"));
        }
        if survey.secrecy == Secrecy::Named && !matches!(stage, Stage::Draft | Stage::Withdrawn) {
            links.push(leads("answers", "survey-named-title"));
        }
        links.push(leads("results", "results-title"));
        if !matches!(stage, Stage::Draft | Stage::Withdrawn) {
            let href = format!("/surveys/{}", survey.slug);
            links.push(Link { href, text: t.get("survey-link-public") });
        }
    }
    // Whoever enters paper, too.
    if survey.secrecy == Secrecy::Secret && !matches!(stage, Stage::Draft | Stage::Withdrawn) {
        links.push(leads("paper", "vote-desk-title"));
    }
    if !links.is_empty() {
        sheet.blocks.push(Block::Links(links));
    }
    if may {
        for (to, key, first) in steps(ctx, &survey) {
            sheet.blocks.push(Block::Text(t.get(&format!("{key}-hint"))));
            sheet.blocks.push(Block::Form(Form {
                action: format!("{DESK}/{id}/state"),
                asks: false,
                fields: vec![
                    Field::Hidden("rev", survey.rev.to_string()),
                    Field::Hidden("to", to.name().to_owned()),
                ],
                button: t.get(key),
                first,
            }));
        }
    }
    let files = if may { surveys.answer_files(ctx, id).await? } else { Vec::new() };
    if !files.is_empty() {
        let file = |file: &crate::surveys::store::answers::KeptFile| Item {
            href: Some(format!("{DESK}/{id}/files/{}", file.id)),
            title: file.name.clone(),
            text: size_text(t, u64::try_from(file.bytes).unwrap_or(0)),
            ..Item::default()
        };
        sheet.blocks.push(Block::Heading(t.get("survey-files")));
        sheet.blocks.push(Block::Items(files.iter().map(file).collect()));
    }
    if !events.is_empty() {
        let event = |event: &crate::surveys::store::edit::Event| Item {
            title: t.get(&format!("survey-event-{}", event.what)),
            text: match event.details.get("reason").and_then(|reason| reason.as_str()) {
                Some(reason) => format!("{}, {}: {reason}", instant_text(event.at, t), event.by),
                None => format!("{}, {}", instant_text(event.at, t), event.by),
            },
            ..Item::default()
        };
        sheet.blocks.push(Block::Heading(t.get("survey-events")));
        sheet.blocks.push(Block::Items(events.iter().map(event).collect()));
    }
    desk_sheet(surveys, ctx, &format!("{DESK}/{id}"), sheet)
}

/// Where a survey may go now: the state, the words of its button, whether it is the first thing to do.
fn steps(ctx: &Ctx, survey: &Survey) -> Vec<(Stage, &'static str, bool)> {
    let began = survey.opens_at.is_some_and(|at| at <= ctx.now);
    match standing(ctx, survey) {
        Stage::Draft => {
            vec![(Stage::Ready, "survey-to-ready", true), (Stage::Withdrawn, "survey-to-withdrawn", false)]
        }
        Stage::Ready if !began => {
            vec![(Stage::Draft, "survey-to-draft", false), (Stage::Withdrawn, "survey-to-withdrawn", false)]
        }
        Stage::Open if survey.secrecy != Secrecy::Secret => vec![(Stage::Closed, "survey-to-closed", false)],
        _ => Vec::new(),
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct MoveForm {
    rev: i32,
    to: String,
}

pub(super) async fn move_on(
    ctx: Ctx,
    State(surveys): State<Surveys>,
    Path(text): Path<String>,
    ProtectedForm(form): ProtectedForm<MoveForm>,
) -> Result<Response, Failure> {
    let id = id(&text)?;
    let t = texts(ctx.lang);
    let to = Stage::from_name(&form.to).ok_or_else(|| Failure::not_found("this step"))?;
    match surveys.move_on(&ctx, id, form.rev, to).await? {
        Ok(()) => Ok(see_other(&format!("{DESK}/{id}"))),
        Err(why) => {
            let survey = surveys.survey(&ctx, id).await?;
            show(&surveys, &ctx, id, told(t, Some(&survey.form), &why)).await
        }
    }
}

pub(super) async fn settings_page(
    ctx: Ctx,
    State(surveys): State<Surveys>,
    Path(text): Path<String>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    let survey = surveys.survey(&ctx, id(&text)?).await?;
    let form = SettingsForm::of(&Settings::of(&survey), survey.rev);
    show_settings(&surveys, &ctx, &survey, &form, Vec::new()).await
}

async fn show_settings(
    surveys: &Surveys,
    ctx: &Ctx,
    survey: &Survey,
    form: &SettingsForm,
    faults: Vec<FieldFault>,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let path = format!("{DESK}/{}/settings", survey.id);
    let mut sheet = Sheet::new(t.get("survey-link-settings"));
    sheet.caption = Some(survey.title.said(ctx.lang.tag()).to_owned());
    sheet.back = Some(back(t, ctx, survey));
    sheet.faults = faults;
    if survey.state == Stage::Draft {
        sheet.blocks = settings_blocks(surveys, ctx, form, false, path.clone()).await?;
    } else {
        sheet.blocks.push(Block::Notice(t.get("survey-set-locked")));
        if matches!(standing(ctx, survey), Stage::Ready | Stage::Open) {
            let line = |id, key: &str, value: &str| {
                Field::Line(id, t.get(key), String::new(), value.to_owned(), LINE)
            };
            let text = |id, key: &str, value: &str| {
                Field::Text(id, t.get(key), String::new(), value.to_owned(), 6, 10_000)
            };
            sheet.blocks.push(Block::Form(Form {
                action: format!("{DESK}/{}/words", survey.id),
                asks: false,
                fields: vec![
                    Field::Hidden("rev", form.rev.to_string()),
                    line("title_pl", "survey-set-title-pl", &form.title_pl),
                    line("title_en", "survey-set-title-en", &form.title_en),
                    text("intro_pl", "survey-set-intro-pl", &form.intro_pl),
                    text("intro_en", "survey-set-intro-en", &form.intro_en),
                    Field::Line(
                        "reason",
                        t.get("survey-mend-reason"),
                        t.get("survey-mend-reason-hint"),
                        form.reason.clone(),
                        LINE,
                    ),
                ],
                button: t.get("survey-save"),
                first: true,
            }));
        }
    }
    desk_sheet(surveys, ctx, &path, sheet)
}

/// Back to a survey's first page at the desk.
pub(super) fn back(t: &Texts, ctx: &Ctx, survey: &Survey) -> Link {
    let title: String = survey.title.said(ctx.lang.tag()).chars().take(60).collect();
    let text = if title.is_empty() { t.get("desk-nav-surveys") } else { title };
    Link { href: format!("{DESK}/{}", survey.id), text }
}

pub(super) async fn set(
    ctx: Ctx,
    State(surveys): State<Surveys>,
    Path(text): Path<String>,
    ProtectedForm(form): ProtectedForm<SettingsForm>,
) -> Result<Response, Failure> {
    let id = id(&text)?;
    let t = texts(ctx.lang);
    let survey = surveys.survey(&ctx, id).await?;
    let outcome = match form.read() {
        Ok(settings) => surveys.set(&ctx, id, form.rev, &settings).await?,
        Err(faults) => Err(Unchanged::Fields(faults)),
    };
    match outcome {
        Ok(()) => Ok(see_other(&format!("{DESK}/{id}"))),
        Err(why) => show_settings(&surveys, &ctx, &survey, &form, told(t, Some(&survey.form), &why)).await,
    }
}

/// Title and introduction of what is announced, mended.
pub(super) async fn mend_words(
    ctx: Ctx,
    State(surveys): State<Surveys>,
    Path(text): Path<String>,
    ProtectedForm(form): ProtectedForm<SettingsForm>,
) -> Result<Response, Failure> {
    let survey = surveys.survey(&ctx, id(&text)?).await?;
    let title = builder::text(&form.title_pl, &form.title_en);
    let intro = builder::text(&form.intro_pl.replace("\r\n", "\n"), &form.intro_en.replace("\r\n", "\n"));
    let words = (title, intro, survey.form.clone());
    match surveys.mend(&ctx, survey.id, form.rev, words, &form.reason).await? {
        Ok(()) => Ok(see_other(&format!("{DESK}/{}", survey.id))),
        Err(why) => {
            let faults = told(texts(ctx.lang), Some(&survey.form), &why);
            show_settings(&surveys, &ctx, &survey, &form, faults).await
        }
    }
}

/// A file that came with an answer.
pub(super) async fn file(
    ctx: Ctx,
    State(surveys): State<Surveys>,
    Path((text, file)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let survey = id(&text)?;
    let (kept, object) = surveys.answer_file(&ctx, survey, id(&file)?).await?;
    let file = Attachment {
        id: kept.id,
        message: survey,
        name: kept.name,
        media_type: kept.media_type,
        bytes: object.bytes,
        sha256: String::new(),
    };
    as_download(file, object)
}

/// `/desk/surveys/{id}/preview`: the form as people will see it, to be tried.
pub(super) async fn preview(
    ctx: Ctx,
    State(surveys): State<Surveys>,
    Path(text): Path<String>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    let survey = surveys.survey(&ctx, id(&text)?).await?;
    let progress = Progress::new(ballots::form::Answers::new())?;
    show_preview(&surveys, &ctx, &survey, Some(&progress), None, StatusCode::OK).await
}

async fn show_preview(
    surveys: &Surveys,
    ctx: &Ctx,
    survey: &Survey,
    progress: Option<&Progress>,
    notice: Option<String>,
    status: StatusCode,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let token = surveys.site.page(ctx, &Here(DESK.to_owned()), Nav::DeskSurveys, "").form_token().to_owned();
    let (form, why) = match progress {
        Some(_) if survey.form.questions().next().is_none() => {
            (None, Some((t.get("form-fault-empty"), None)))
        }
        Some(progress) => {
            (Some(answer::form_of(surveys, ctx, survey, Mode::Trial, &token, progress).await?), None)
        }
        None => (None, Some((t.get("survey-trial-done"), None))),
    };
    let notice = notice.or_else(|| Some(t.get("survey-trial")));
    let page = answer::survey_page(surveys, ctx, survey, Mode::Trial, Around { notice, why, form }).await?;
    Ok(unkept(html_with(status, &page)?))
}

pub(super) async fn try_out(
    ctx: Ctx,
    State(surveys): State<Surveys>,
    Path(text): Path<String>,
    request: Request,
) -> Result<Response, Failure> {
    ctx.require(Permission::SurveysManage, None)?;
    let sent = sent::read(&surveys, &ctx, request).await?;
    let survey = surveys.survey(&ctx, id(&text)?).await?;
    match answer::step(&surveys, &ctx, &survey, sent, Mode::Trial).await? {
        Step::Shown(progress) => {
            let status = progress.status();
            show_preview(&surveys, &ctx, &survey, Some(&progress), None, status).await
        }
        Step::Whole(_) => show_preview(&surveys, &ctx, &survey, None, None, StatusCode::OK).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_in_poland_are_read_in_summer_and_winter() {
        let utc = |text: &str| instant_of(text).map(|at| at.to_rfc3339());
        assert_eq!(utc("2026-07-01T12:00").as_deref(), Some("2026-07-01T10:00:00+00:00"));
        assert_eq!(utc("2026-12-01T12:00").as_deref(), Some("2026-12-01T11:00:00+00:00"));
        assert_eq!(utc("2026-10-25T02:30").as_deref(), Some("2026-10-25T00:30:00+00:00"), "the first of two");
        assert_eq!(utc("2026-03-29T02:30"), None, "no clock shows this");
        assert_eq!(clock_text(instant_of("2026-07-01T12:00")), "2026-07-01T12:00");
    }
}
