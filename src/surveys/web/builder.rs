//! The builder: pages of a form and their questions, without scripts.

pub(super) mod pictures;
pub(super) mod question;

use axum::{extract::State, http::StatusCode, response::Response};
use ballots::form::{
    Form as AskForm, Question,
    check::{self},
};
use serde_json::json;

use super::{
    DESK,
    desk::{back, told},
    id,
};
use crate::{
    kernel::Params,
    platform::{
        Ctx,
        access::Permission,
        http::{Failure, Path, ProtectedForm, json as json_answer},
        i18n::{Texts, texts},
    },
    surveys::{
        State as Stage, Survey, Surveys,
        builder::{self, KINDS, Way},
        edit::Unchanged,
    },
    ui::{
        Here, Nav, html_with, see_other, unkept,
        views::{
            Block, BuilderPage, BuilderQuestion, BuilderView, Choice, Field, FieldFault, Form, Link, Sheet,
        },
    },
};

/// Most bytes of a picture.
pub(super) const MOST_PICTURE_BYTES: usize = 10 * 1024 * 1024;

const LINE: &str = "type=\"text\" autocomplete=\"off\" maxlength=\"500\"";

const NUMBER: &str = "type=\"text\" inputmode=\"decimal\" autocomplete=\"off\" maxlength=\"12\"";

const DAY: &str = "type=\"date\"";

/// Fields as they came: names repeat.
type Fields = Vec<(String, String)>;

fn one<'a>(fields: &'a Fields, name: &str) -> &'a str {
    fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str()).unwrap_or_default()
}

pub(super) async fn page(
    ctx: Ctx,
    State(surveys): State<Surveys>,
    Path(text): Path<String>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    let survey = surveys.survey(&ctx, id(&text)?).await?;
    show(&surveys, &ctx, &survey, Vec::new())
}

fn show(surveys: &Surveys, ctx: &Ctx, survey: &Survey, faults: Vec<FieldFault>) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let path = format!("{DESK}/{}/form", survey.id);
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let wrong = check::sound(&survey.form).err().unwrap_or_default();
    let is_wrong = |id: &str| {
        let of = wrong.iter().filter(|fault| fault.question.as_deref() == Some(id));
        of.map(|fault| t.get(&format!("form-fault-{}", fault.why.name()))).collect::<Vec<_>>().join("; ")
    };
    let question = |question: &Question| BuilderQuestion {
        id: question.id.clone(),
        href: format!("{path}/{}", question.id),
        title: question.title.said(ctx.lang.tag()).to_owned(),
        kind: t.get(&format!("question-{}", question.ask.name())),
        required: question.required,
        when: when_text(t, &survey.form, question),
        wrong: is_wrong(&question.id),
    };
    let pages = survey.form.pages.iter().enumerate().map(|(n, page)| BuilderPage {
        n,
        title: page.title.said(ctx.lang.tag()).to_owned(),
        href: format!("{path}/page/{}", n + 1),
        questions: page.questions.iter().map(question).collect(),
    });
    let draft = survey.state == Stage::Draft;
    let view = BuilderView {
        page: surveys.site.page(ctx, &Here(path.clone()), Nav::DeskSurveys, t.get("survey-link-form")),
        t,
        back: back(t, ctx, survey),
        title: survey.title.said(ctx.lang.tag()).to_owned(),
        action: path.clone(),
        preview: format!("{DESK}/{}/preview", survey.id),
        rev: survey.rev,
        draft,
        mends: matches!(survey.state, Stage::Ready | Stage::Open),
        pages: pages.collect(),
        kinds: KINDS
            .iter()
            .map(|kind| Choice {
                value: (*kind).to_owned(),
                label: t.get(&format!("question-{kind}")),
                selected: *kind == "single",
            })
            .collect(),
        faults,
    };
    Ok(unkept(html_with(status, &view)?))
}

/// Under which condition a question is asked, in words; empty when always.
fn when_text(t: &Texts, form: &AskForm, question: &Question) -> String {
    let one = |condition: &ballots::form::Condition| {
        let other = form.question(&condition.question);
        let title = other.map(|other| other.title.said(t.lang()).to_owned()).unwrap_or_default();
        let label = |id: &String| {
            let choice = other.and_then(|other| other.ask.choices().iter().find(|choice| choice.id == *id));
            choice.map_or_else(|| id.clone(), |choice| choice.label.said(t.lang()).to_owned())
        };
        let any = condition.any.iter().map(label).collect::<Vec<_>>().join(", ");
        let key = if condition.not { "question-when-not" } else { "question-when" };
        t.args(key, &[("question", title.into()), ("any", any.into())])
    };
    question.when.iter().map(one).collect::<Vec<_>>().join("; ")
}

/// One change of the order, or something new: the button says which.
pub(super) async fn change(
    ctx: Ctx,
    State(surveys): State<Surveys>,
    Path(text): Path<String>,
    ProtectedForm(fields): ProtectedForm<Fields>,
) -> Result<Response, Failure> {
    let id = id(&text)?;
    let t = texts(ctx.lang);
    let survey = surveys.survey(&ctx, id).await?;
    let rev = one(&fields, "rev").parse().unwrap_or(0);
    let form = survey.form.clone();
    let path = format!("{DESK}/{id}/form");
    let (what, which) = one(&fields, "do").split_once('/').unwrap_or((one(&fields, "do"), ""));
    let number = || which.parse::<usize>().unwrap_or(usize::MAX);
    let mut next = path.clone();
    let after = match what {
        "up" => {
            next = format!("{path}#q-{which}");
            builder::move_question(form, which, Way::Up)
        }
        "down" => {
            next = format!("{path}#q-{which}");
            builder::move_question(form, which, Way::Down)
        }
        "remove" => builder::remove_question(form, which),
        "page-up" => builder::move_page(form, number(), Way::Up),
        "page-down" => builder::move_page(form, number(), Way::Down),
        "page-remove" => builder::remove_page(form, number()),
        "page-add" => builder::add_page(form, &t.get("question-new-page")),
        "add" => {
            let kind = one(&fields, &format!("kind-{which}")).to_owned();
            let title = t.get("question-new");
            let added = builder::add_question(form, number(), &kind, &title);
            let (form, question) = added.ok_or_else(|| Failure::not_found("this kind of question"))?;
            next = format!("{path}/{question}");
            form
        }
        _ => form,
    };
    match surveys.set_form(&ctx, id, rev, after).await? {
        Ok(()) => Ok(see_other(&next)),
        Err(why) => show(&surveys, &ctx, &survey, told(t, Some(&survey.form), &why)),
    }
}

/// Heading and words of a page.
pub(super) async fn heading(
    ctx: Ctx,
    State(surveys): State<Surveys>,
    Path((text, n)): Path<(String, String)>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    let survey = surveys.survey(&ctx, id(&text)?).await?;
    show_heading(&surveys, &ctx, &survey, page_number(&survey, &n)?, &Fields::new(), Vec::new())
}

fn page_number(survey: &Survey, text: &str) -> Result<usize, Failure> {
    let n =
        text.parse::<usize>().ok().and_then(|n| n.checked_sub(1)).filter(|n| *n < survey.form.pages.len());
    n.ok_or_else(|| Failure::not_found("this page of the form"))
}

fn show_heading(
    surveys: &Surveys,
    ctx: &Ctx,
    survey: &Survey,
    n: usize,
    typed: &Fields,
    faults: Vec<FieldFault>,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let path = format!("{DESK}/{}/form/page/{}", survey.id, n + 1);
    let mut sheet = Sheet::new(t.args("survey-page-n", &[("n", (n as u64 + 1).into())]));
    sheet.back = Some(Link { href: format!("{DESK}/{}/form", survey.id), text: t.get("survey-link-form") });
    sheet.faults = faults;
    let page = survey.form.pages.get(n).cloned();
    let (title, intro) = page.map(|page| (page.title, page.intro.unwrap_or_default())).unwrap_or_default();
    let value = |name: &str, kept: &str| match typed.is_empty() {
        true => kept.to_owned(),
        false => one(typed, name).to_owned(),
    };
    let line = |id, key: &str, kept: &str| Field::Line(id, t.get(key), String::new(), value(id, kept), LINE);
    let area =
        |id, key: &str, kept: &str| Field::Text(id, t.get(key), String::new(), value(id, kept), 4, 4000);
    let mut fields = vec![
        Field::Hidden("rev", survey.rev.to_string()),
        line("title_pl", "question-page-title-pl", &title.pl),
        line("title_en", "question-page-title-en", title.en.as_deref().unwrap_or_default()),
        area("intro_pl", "question-page-intro-pl", &intro.pl),
        area("intro_en", "question-page-intro-en", intro.en.as_deref().unwrap_or_default()),
    ];
    fields.extend(reason_field(t, survey, typed));
    let form = Form { action: path.clone(), asks: false, fields, button: t.get("survey-save"), first: true };
    sheet.blocks.push(Block::Form(form));
    super::desk_sheet(surveys, ctx, &path, sheet)
}

/// After the opening everybody reads why something was mended.
fn reason_field(t: &Texts, survey: &Survey, typed: &Fields) -> Option<Field> {
    (survey.state != Stage::Draft).then(|| {
        let hint = t.get("survey-mend-reason-hint");
        Field::Line("reason", t.get("survey-mend-reason"), hint, one(typed, "reason").to_owned(), LINE)
    })
}

/// Keeps a changed form: freely of a draft, as a mended typo of what is ready or open.
async fn keep(
    surveys: &Surveys,
    ctx: &Ctx,
    survey: &Survey,
    form: AskForm,
    fields: &Fields,
) -> Result<Result<(), Unchanged>, Failure> {
    let rev = one(fields, "rev").parse().unwrap_or(0);
    match survey.state {
        Stage::Draft => surveys.set_form(ctx, survey.id, rev, form).await,
        _ => {
            let words = (survey.title.clone(), survey.intro.clone(), form);
            surveys.mend(ctx, survey.id, rev, words, one(fields, "reason")).await
        }
    }
}

pub(super) async fn set_heading(
    ctx: Ctx,
    State(surveys): State<Surveys>,
    Path((text, n)): Path<(String, String)>,
    ProtectedForm(fields): ProtectedForm<Fields>,
) -> Result<Response, Failure> {
    let survey = surveys.survey(&ctx, id(&text)?).await?;
    let n = page_number(&survey, &n)?;
    let mut form = survey.form.clone();
    if let Some(page) = form.pages.get_mut(n) {
        page.title = builder::text(one(&fields, "title_pl"), one(&fields, "title_en"));
        page.intro = builder::optional(one(&fields, "intro_pl"), one(&fields, "intro_en"));
    }
    match keep(&surveys, &ctx, &survey, form, &fields).await? {
        Ok(()) => Ok(see_other(&format!("{DESK}/{}/form", survey.id))),
        Err(why) => {
            let faults = told(texts(ctx.lang), Some(&survey.form), &why);
            show_heading(&surveys, &ctx, &survey, n, &fields, faults)
        }
    }
}

/// The form as JSON, to be kept or looked at elsewhere.
pub(super) async fn as_json(
    ctx: Ctx,
    State(surveys): State<Surveys>,
    Path(text): Path<String>,
) -> Result<Response, Failure> {
    ctx.require(Permission::SurveysManage, None)?;
    let survey = surveys.survey(&ctx, id(&text)?).await?;
    let whole = json!({ "title": survey.title, "intro": survey.intro, "version": survey.version, "form": survey.form });
    json_answer("application/json", &whole)
}
