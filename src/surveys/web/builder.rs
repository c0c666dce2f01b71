//! The form of a survey at the desk: pages and questions in their order, and each question's own page.

use axum::{extract::State, http::StatusCode, response::Response};
use ballots::form::{
    Answers, Ask, Drawn, Form as AskForm, Question,
    check::{self, FormWrong},
};
use bytes::Bytes;
use serde_json::json;

use super::{
    DESK,
    desk::{back, told},
    form::Shown,
    id,
};
use crate::{
    kernel::Params,
    messages::NewAttachment,
    platform::{
        Ctx,
        access::Permission,
        http::{Failure, FileForm, Path, ProtectedForm, json as json_answer, typed},
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
            Block, BuilderPage, BuilderQuestion, BuilderView, Choice, Field, FieldFault, Form, Link,
            QuestionPage, Sheet, SurveyPicture,
        },
    },
};

/// Most bytes of a picture.
pub(super) const MOST_PICTURE_BYTES: usize = 10 * 1024 * 1024;
/// Most pictures of a survey.
const MOST_PICTURES: i64 = 100;

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

pub(super) async fn question(
    ctx: Ctx,
    State(surveys): State<Surveys>,
    Path((text, question)): Path<(String, String)>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    let survey = surveys.survey(&ctx, id(&text)?).await?;
    let asked = survey.form.question(&question).ok_or_else(|| Failure::not_found("this question"))?;
    show_question(&surveys, &ctx, &survey, asked, "", Vec::new())
}

fn show_question(
    surveys: &Surveys,
    ctx: &Ctx,
    survey: &Survey,
    question: &Question,
    reason: &str,
    faults: Vec<FieldFault>,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let path = format!("{DESK}/{}/form/{}", survey.id, question.id);
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let mut sheet = Sheet::new(t.get(&format!("question-{}", question.ask.name())));
    sheet.back = Some(Link { href: format!("{DESK}/{}/form", survey.id), text: t.get("survey-link-form") });
    sheet.faults = faults;
    let draft = survey.state == Stage::Draft;
    if !draft {
        sheet.blocks.push(Block::Notice(t.get("survey-mend-hint")));
    }
    let mut fields = vec![Field::Hidden("rev", survey.rev.to_string())];
    fields.extend(question_fields(ctx, t, surveys, &survey.form, question));
    let reason = vec![("reason".to_owned(), reason.to_owned())];
    fields.extend(reason_field(t, survey, &reason));
    sheet.blocks.push(Block::Form(Form {
        action: path.clone(),
        asks: false,
        fields,
        button: t.get("survey-save"),
        first: true,
    }));
    let pictures = format!("/surveys/{}/pictures/", survey.slug);
    let alone = AskForm {
        pages: vec![ballots::form::Page {
            title: ballots::form::Text::default(),
            intro: None,
            questions: vec![Question { when: Vec::new(), ..question.clone() }],
        }],
        bounds: None,
    };
    let answers = Answers::new();
    let shown = Shown {
        t,
        form: &alone,
        answers: &answers,
        faults: &[],
        seed: "preview",
        pictures: &pictures,
        files: &[],
    };
    let view = QuestionPage {
        page: surveys.site.page(ctx, &Here(path.clone()), Nav::DeskSurveys, sheet.title.clone()),
        t,
        sheet,
        preview: shown.page(0),
        uploads: draft.then(|| format!("{path}/picture")),
        geojson: (draft && !question.ask.choices().is_empty() && question.ask.name() != "matrix")
            .then(|| format!("{path}/places")),
        rev: survey.rev,
        pictures: question
            .images
            .iter()
            .map(|image| SurveyPicture {
                href: format!("{pictures}{}", image.file),
                alt: image.alt.said(ctx.lang.tag()).to_owned(),
            })
            .collect(),
    };
    Ok(unkept(html_with(status, &view)?))
}

/// Fields of a question, by its kind.
fn question_fields(
    ctx: &Ctx,
    t: &Texts,
    surveys: &Surveys,
    form: &AskForm,
    question: &Question,
) -> Vec<Field> {
    let line = |id, key: &str, value: String| Field::Line(id, t.get(key), String::new(), value, LINE);
    let number = |id, key: &str, value: String| Field::Line(id, t.get(key), String::new(), value, NUMBER);
    let hinted =
        |id, key: &str, hint: &str, value: String| Field::Line(id, t.get(key), t.get(hint), value, NUMBER);
    let en = |text: &ballots::form::Text| text.en.clone().unwrap_or_default();
    let lines = |id, key: &str, all: &[ballots::form::Choice]| {
        Field::Text(id, t.get(key), t.get("question-choices-hint"), builder::choices_text(all), 8, 200_000)
    };
    let hint = question.hint.clone().unwrap_or_default();
    let mut fields = vec![
        line("title_pl", "question-title-pl", question.title.pl.clone()),
        line("title_en", "question-title-en", en(&question.title)),
        Field::Text("hint_pl", t.get("question-hint-pl"), String::new(), hint.pl.clone(), 2, 4000),
        Field::Text("hint_en", t.get("question-hint-en"), String::new(), en(&hint), 2, 4000),
        Field::Check("required", t.get("question-required"), question.required),
    ];
    match &question.ask {
        Ask::Single { choices, shuffled } => {
            fields.push(lines("choices", "question-choices", choices));
            fields.push(Field::Check("shuffled", t.get("question-shuffled"), *shuffled));
        }
        Ask::Multiple { choices, shuffled, least, most } => {
            fields.push(lines("choices", "question-choices", choices));
            fields.push(Field::Check("shuffled", t.get("question-shuffled"), *shuffled));
            fields.push(hinted("least", "question-least", "question-zero-hint", least.to_string()));
            fields.push(hinted("most", "question-most", "question-zero-hint", most.to_string()));
        }
        Ask::Ranking { choices, shuffled, most } => {
            fields.push(lines("choices", "question-choices", choices));
            fields.push(Field::Check("shuffled", t.get("question-shuffled"), *shuffled));
            fields.push(hinted("most", "question-places", "question-zero-hint", most.to_string()));
        }
        Ask::Points { choices, shuffled, total, most_each } => {
            fields.push(lines("choices", "question-choices", choices));
            fields.push(Field::Check("shuffled", t.get("question-shuffled"), *shuffled));
            fields.push(number("total", "question-total", total.to_string()));
            fields.push(number("most_each", "question-most-each", most_each.to_string()));
        }
        Ask::Matrix { rows, columns } => {
            fields.push(lines("rows", "question-rows", rows));
            fields.push(lines("columns", "question-columns", columns));
        }
        Ask::Scale { from, to, low, high } => {
            fields.push(number("from", "question-from", from.to_string()));
            fields.push(number("to", "question-to", to.to_string()));
            fields.push(line("low_pl", "question-low-pl", low.pl.clone()));
            fields.push(line("low_en", "question-low-en", en(low)));
            fields.push(line("high_pl", "question-high-pl", high.pl.clone()));
            fields.push(line("high_en", "question-high-en", en(high)));
        }
        Ask::Number { least, most, whole, unit } => {
            let limit = |limit: &Option<f64>| limit.map(|limit| limit.to_string()).unwrap_or_default();
            let unit = unit.clone().unwrap_or_default();
            fields.push(number("least", "question-least-number", limit(least)));
            fields.push(number("most", "question-most-number", limit(most)));
            fields.push(Field::Check("whole", t.get("question-whole"), *whole));
            fields.push(line("unit_pl", "question-unit-pl", unit.pl.clone()));
            fields.push(line("unit_en", "question-unit-en", en(&unit)));
        }
        Ask::Text { most, long } => {
            fields.push(number("most", "question-most-characters", most.to_string()));
            fields.push(Field::Check("long", t.get("question-long"), *long));
        }
        Ask::Date { least, most } => {
            let day = |id, key: &str, day: &Option<chrono::NaiveDate>| {
                let value = day.map(|day| day.to_string()).unwrap_or_default();
                Field::Line(id, t.get(key), String::new(), value, DAY)
            };
            fields.push(day("least", "question-first-day", least));
            fields.push(day("most", "question-last-day", most));
        }
        Ask::File { most } => fields.push(number("most", "question-most-things", most.to_string())),
        Ask::Pin(drawn) | Ask::Line(drawn) | Ask::Area(drawn) => {
            fields.push(number("most", "question-most-things", drawn.most.to_string()));
            fields.push(Field::Check("comment", t.get("question-comment"), drawn.comment));
        }
        Ask::Asset { collection, most } => {
            let kinds = surveys.registry.kind_views(ctx).into_iter().map(|kind| Choice {
                selected: kind.slug == *collection,
                value: kind.slug,
                label: kind.title,
            });
            fields.push(Field::Choice("collection", t.get("question-collection"), kinds.collect()));
            fields.push(number("most", "question-most-things", most.to_string()));
        }
    }
    let boxes = condition_boxes(t, form, question);
    if !boxes.is_empty() {
        fields.push(Field::Checks("when", t.get("question-when-label"), boxes));
    }
    fields
}

/// Choices of earlier questions upon which this one can hang, each "question/choice".
fn condition_boxes(t: &Texts, form: &AskForm, question: &Question) -> Vec<Choice> {
    let earlier = form.questions().take_while(|other| other.id != question.id);
    let is_set = |other: &str, choice: &str| {
        question.when.iter().any(|when| when.question == other && when.any.iter().any(|any| any == choice))
    };
    let mut boxes = Vec::new();
    for other in earlier {
        let title: String = other.title.said(t.lang()).chars().take(60).collect();
        let mut add = |choice: &str, label: &str| {
            boxes.push(Choice {
                value: format!("{}/{choice}", other.id),
                label: format!("{title}: {label}"),
                selected: is_set(&other.id, choice),
            });
        };
        match &other.ask {
            Ask::Single { choices, .. } | Ask::Multiple { choices, .. } => {
                choices.iter().take(50).for_each(|choice| add(&choice.id, choice.label.said(t.lang())));
            }
            Ask::Scale { from, to, .. } => {
                (*from..=*to).take(30).for_each(|step| add(&step.to_string(), &step.to_string()));
            }
            _ => {}
        }
    }
    boxes
}

/// A question as its fields say; what cannot be read stays as it was, and is named.
fn read_question(question: &Question, fields: &Fields) -> (Question, Vec<(&'static str, &'static str)>) {
    let mut faults = Vec::new();
    let said =
        |name: &str| builder::text(one(fields, &format!("{name}_pl")), one(fields, &format!("{name}_en")));
    let check = |name: &str| one(fields, name) == "yes";
    let mut whole = |name: &'static str, before: u32| match one(fields, name).trim().parse::<u32>() {
        Ok(number) => number,
        Err(_) if one(fields, name).trim().is_empty() => 0,
        Err(_) => {
            faults.push((name, "question-number-fault"));
            before
        }
    };
    let choices =
        |name: &str, before: &[ballots::form::Choice]| builder::read_choices(one(fields, name), before);
    let ask = match &question.ask {
        Ask::Single { choices: before, .. } => {
            Ask::Single { choices: choices("choices", before), shuffled: check("shuffled") }
        }
        Ask::Multiple { choices: before, least, most, .. } => Ask::Multiple {
            choices: choices("choices", before),
            shuffled: check("shuffled"),
            least: whole("least", *least),
            most: whole("most", *most),
        },
        Ask::Ranking { choices: before, most, .. } => Ask::Ranking {
            choices: choices("choices", before),
            shuffled: check("shuffled"),
            most: whole("most", *most),
        },
        Ask::Points { choices: before, total, most_each, .. } => Ask::Points {
            choices: choices("choices", before),
            shuffled: check("shuffled"),
            total: whole("total", *total),
            most_each: whole("most_each", *most_each),
        },
        Ask::Matrix { rows, columns } => {
            Ask::Matrix { rows: choices("rows", rows), columns: choices("columns", columns) }
        }
        Ask::Scale { from, to, .. } => {
            let mut step = |name: &'static str, before: i32| match one(fields, name).trim().parse::<i32>() {
                Ok(step) => step,
                Err(_) => {
                    faults.push((name, "question-number-fault"));
                    before
                }
            };
            Ask::Scale {
                from: step("from", *from),
                to: step("to", *to),
                low: said("low"),
                high: said("high"),
            }
        }
        Ask::Number { least, most, .. } => {
            let mut limit = |name: &'static str, before: &Option<f64>| {
                let text = one(fields, name).trim().replace(',', ".");
                match text.parse::<f64>() {
                    Ok(number) => Some(number),
                    Err(_) if text.is_empty() => None,
                    Err(_) => {
                        faults.push((name, "question-number-fault"));
                        *before
                    }
                }
            };
            Ask::Number {
                least: limit("least", least),
                most: limit("most", most),
                whole: check("whole"),
                unit: builder::optional(one(fields, "unit_pl"), one(fields, "unit_en")),
            }
        }
        Ask::Text { most, .. } => Ask::Text { most: whole("most", *most), long: check("long") },
        Ask::Date { .. } => {
            let day = |name: &str| one(fields, name).trim().parse().ok();
            Ask::Date { least: day("least"), most: day("most") }
        }
        Ask::File { most } => Ask::File { most: whole("most", *most) },
        Ask::Pin(drawn) => Ask::Pin(Drawn { most: whole("most", drawn.most), comment: check("comment") }),
        Ask::Line(drawn) => Ask::Line(Drawn { most: whole("most", drawn.most), comment: check("comment") }),
        Ask::Area(drawn) => Ask::Area(Drawn { most: whole("most", drawn.most), comment: check("comment") }),
        Ask::Asset { most, .. } => {
            Ask::Asset { collection: one(fields, "collection").to_owned(), most: whole("most", *most) }
        }
    };
    let boxes =
        fields.iter().filter(|(_, value)| value == "yes").filter_map(|(name, _)| name.strip_prefix("when-"));
    let read = Question {
        id: question.id.clone(),
        title: said("title"),
        hint: builder::optional(one(fields, "hint_pl"), one(fields, "hint_en")),
        required: check("required"),
        when: builder::read_conditions(boxes),
        images: question.images.clone(),
        pool: question.pool,
        ask,
    };
    (read, faults)
}

pub(super) async fn set_question(
    ctx: Ctx,
    State(surveys): State<Surveys>,
    Path((text, question)): Path<(String, String)>,
    ProtectedForm(fields): ProtectedForm<Fields>,
) -> Result<Response, Failure> {
    let survey = surveys.survey(&ctx, id(&text)?).await?;
    let t = texts(ctx.lang);
    let before = survey.form.question(&question).ok_or_else(|| Failure::not_found("this question"))?;
    let (read, wrong) = read_question(before, &fields);
    let form = builder::replace_question(survey.form.clone(), read.clone());
    // What only the order could break is told on the page of the whole form; this question's own faults here and now.
    let own = check::sound(&form).err().unwrap_or_default();
    let own = own.into_iter().filter(|fault| fault.question.as_deref() == Some(&read.id));
    let mut faults = super::desk::field_faults(t, &wrong);
    faults.extend(own.map(|fault| FieldFault {
        field: match fault.why {
            FormWrong::NoWords | FormWrong::LongWords => "title_pl",
            FormWrong::FewChoices | FormWrong::SameName | FormWrong::Geometry => "choices",
            _ => "main",
        },
        message: t.get(&format!("form-fault-{}", fault.why.name())),
    }));
    if faults.is_empty() {
        match keep(&surveys, &ctx, &survey, form, &fields).await? {
            Ok(()) => return Ok(see_other(&format!("{DESK}/{}/form#q-{}", survey.id, read.id))),
            Err(why) => faults = told(t, Some(&survey.form), &why),
        }
    }
    show_question(&surveys, &ctx, &survey, &read, one(&fields, "reason"), faults)
}

/// Choices from the features of a GeoJSON file: what is drawn in QGIS is chosen here.
pub(super) async fn places(
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
    let rev = form.text("rev").parse().unwrap_or(0);
    let changed = builder::replace_question(survey.form.clone(), asked);
    match surveys.set_form(&ctx, survey.id, rev, changed).await? {
        Ok(()) => Ok(see_other(&format!("{DESK}/{}/form/{question}", survey.id))),
        Err(why) => show_question(&surveys, &ctx, &survey, before, "", told(t, Some(&survey.form), &why)),
    }
}

/// Adds a picture to a question; without a file it takes all of them away.
pub(super) async fn picture(
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
    let rev = form.text("rev").parse().unwrap_or(0);
    let changed = builder::replace_question(survey.form.clone(), asked);
    match surveys.set_form(&ctx, survey.id, rev, changed).await? {
        Ok(()) => Ok(see_other(&format!("{DESK}/{}/form/{question}", survey.id))),
        Err(why) => show_question(&surveys, &ctx, &survey, before, "", told(t, Some(&survey.form), &why)),
    }
}

/// A picture of a form, for everybody who may see the survey.
pub(super) async fn picture_file(
    ctx: Ctx,
    State(surveys): State<Surveys>,
    Path((slug, name)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let survey = surveys.survey_of_slug(&ctx, &slug).await?;
    let content = surveys.picture(survey.id, &name).await?;
    let kind = if name.ends_with(".png") { "image/png" } else { "image/jpeg" };
    Ok(typed(kind, content))
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
