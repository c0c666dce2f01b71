//! One question at the desk: its form, read and kept.

use axum::{extract::State, http::StatusCode, response::Response};
use ballots::form::{
    Answers, Ask, Drawn, Form as AskForm, Question,
    check::{self, FormWrong},
};

use super::{DAY, Fields, LINE, NUMBER, keep, one, reason_field};
use crate::{
    kernel::Params,
    platform::{
        Ctx,
        http::{Failure, Path, ProtectedForm},
        i18n::{Texts, texts},
    },
    surveys::{
        State as Stage, Survey, Surveys, builder,
        web::{DESK, desk::told, form::Shown, id},
    },
    ui::{
        Here, Nav, html_with, see_other, unkept,
        views::{Block, Choice, Field, FieldFault, Form, Link, QuestionPage, Sheet, SurveyPicture},
    },
};

pub(in crate::surveys::web) async fn question(
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

pub(super) fn show_question(
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
pub(super) fn question_fields(
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
    for (name, key, not) in CONDITIONS {
        let boxes = condition_boxes(t, form, question, not);
        if !boxes.is_empty() {
            fields.push(Field::Checks(name, t.get(key), boxes));
        }
    }
    fields
}

/// Groups of boxes that say when a question is asked: name, words, whether what is ticked must not have been chosen.
const CONDITIONS: [(&str, &str, bool); 2] =
    [("when", "question-when-label", false), ("unless", "question-unless-label", true)];

/// Choices of earlier questions upon which this one can hang, each "question/choice".
fn condition_boxes(t: &Texts, form: &AskForm, question: &Question, not: bool) -> Vec<Choice> {
    let earlier = form.questions().take_while(|other| other.id != question.id);
    let is_set = |other: &str, choice: &str| {
        let mut conditions = question.when.iter().filter(|when| when.not == not && when.question == other);
        conditions.any(|when| when.any.iter().any(|any| any == choice))
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
pub(super) fn read_question(
    question: &Question,
    fields: &Fields,
) -> (Question, Vec<(&'static str, &'static str)>) {
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
    let boxes = |(group, _, not): (&str, &str, bool)| {
        let ticked = fields.iter().filter(|(_, value)| value == "yes");
        let of_group = ticked.filter_map(|(name, _)| name.strip_prefix(group)?.strip_prefix('-'));
        builder::read_conditions(of_group, not)
    };
    let read = Question {
        id: question.id.clone(),
        title: said("title"),
        hint: builder::optional(one(fields, "hint_pl"), one(fields, "hint_en")),
        required: check("required"),
        when: CONDITIONS.map(boxes).concat(),
        images: question.images.clone(),
        pool: question.pool,
        ask,
    };
    (read, faults)
}

pub(in crate::surveys::web) async fn set_question(
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
    let mut faults = crate::surveys::web::desk::field_faults(t, &wrong);
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
