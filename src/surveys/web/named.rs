//! Signed answers at the desk: page by page, or as a file.

use axum::{extract::State, response::Response};
use ballots::form::{Answers, Ask, Choice, Question};
use serde_json::Value;
use uuid::Uuid;

use super::{at, desk_sheet, id};
use crate::{
    kernel::Params,
    platform::{
        Ctx,
        http::{Failure, Path},
        i18n::{Texts, texts},
    },
    surveys::{Survey, Surveys, named::Named},
    ui::{
        list_file::{self, ColumnType, List, column, word},
        local_time::day_text,
        views::{Block, Fact, Link, Sheet},
    },
};

/// An answer to a question in words; empty where there is none.
fn words(t: &Texts, question: &Question, answers: &Answers) -> String {
    let lang = t.lang();
    let label = |choices: &[Choice], id: &str| {
        let found = choices.iter().find(|choice| choice.id == id);
        found.map_or(id, |choice| choice.label.said(lang)).to_owned()
    };
    let choices = question.ask.choices();
    match (answers.get(&question.id), &question.ask) {
        (None | Some(Value::Null), _) => String::new(),
        (Some(Value::String(chosen)), Ask::Single { .. }) => label(choices, chosen),
        (Some(Value::String(text)), _) => text.clone(),
        (Some(Value::Number(number)), Ask::Number { unit, .. }) => {
            let unit = unit.as_ref().map(|unit| format!(" {}", unit.said(lang))).unwrap_or_default();
            format!("{number}{unit}")
        }
        (Some(Value::Object(rows)), ask) => {
            let value = |value: &Value| match (value, ask) {
                (Value::String(chosen), Ask::Matrix { columns, .. }) => label(columns, chosen),
                (Value::String(text), _) => text.clone(),
                (other, _) => other.to_string(),
            };
            let row = |(id, chosen): (&String, &Value)| format!("{}: {}", label(choices, id), value(chosen));
            rows.iter().map(row).collect::<Vec<_>>().join("; ")
        }
        (Some(Value::Array(many)), ask) => {
            let ranked = matches!(ask, Ask::Ranking { .. });
            let one = |(place, one): (usize, &Value)| match one {
                Value::String(chosen) if ranked => format!("{}. {}", place + 1, label(choices, chosen)),
                Value::String(chosen) => label(choices, chosen),
                other => drawn(t, other),
            };
            many.iter().enumerate().map(one).collect::<Vec<_>>().join("; ")
        }
        (Some(other), _) => other.to_string(),
    }
}

/// A place, thing or file of an answer, with the comment beside it.
fn drawn(t: &Texts, one: &Value) -> String {
    let text = |name: &str| one.get(name).and_then(Value::as_str);
    let geometry = one.get("geometry");
    let coordinates = geometry.and_then(|geometry| geometry.get("coordinates"));
    let place = match coordinates.map(|coordinates| (coordinates.get(0), coordinates.get(1))) {
        Some((Some(Value::Number(x)), Some(Value::Number(y)))) => format!("{y}, {x}"),
        Some(_) => t.get("survey-named-drawn"),
        None => text("name").or_else(|| text("asset")).unwrap_or_default().to_owned(),
    };
    match text("comment").filter(|comment| !comment.is_empty()) {
        Some(comment) => format!("{place} ({comment})"),
        None => place,
    }
}

fn facts(t: &Texts, survey: &Survey, one: &Named) -> Vec<Fact> {
    let fact = |question: &Question| Fact {
        title: question.title.said(t.lang()).to_owned(),
        value: words(t, question, &one.answers),
    };
    survey.form.questions().map(fact).filter(|fact| !fact.value.is_empty()).collect()
}

pub(super) async fn page(
    ctx: Ctx,
    State(surveys): State<Surveys>,
    Path(text): Path<String>,
    mut params: Params,
) -> Result<Response, Failure> {
    let after: Option<Uuid> = params.parse("after", "the id of a person")?;
    params.finish()?;
    let t = texts(ctx.lang);
    let survey = surveys.survey(&ctx, id(&text)?).await?;
    let (rows, more) = surveys.named_answers(&ctx, &survey, after).await?;
    let path = at(survey.id, "/answers");
    let mut sheet = Sheet::new(t.get("survey-named-title"));
    sheet.caption = Some(survey.title.said(t.lang()).to_owned());
    sheet.lead = Some(t.get("survey-named-lead"));
    sheet.back = Some(Link { href: at(survey.id, ""), text: survey.title.said(t.lang()).to_owned() });
    if rows.is_empty() {
        sheet.blocks.push(Block::Empty(t.get("survey-named-none")));
    } else {
        let files = list_file::downloads(t, &format!("{path}/list"), "", &list_file::SPREADSHEETS);
        sheet.blocks.push(Block::Links(files));
    }
    for one in &rows {
        sheet.blocks.push(Block::Heading(format!("{}, {}", one.name, day_text(one.on_day, t))));
        sheet.blocks.push(Block::Facts(facts(t, &survey, one)));
    }
    if let Some(last) = rows.last().filter(|_| more) {
        let href = format!("{path}?after={}", last.party);
        sheet.blocks.push(Block::Links(vec![Link { href, text: t.get("pages-next") }]));
    }
    desk_sheet(&surveys, &ctx, &path, sheet)
}

pub(super) async fn file(
    ctx: Ctx,
    State(surveys): State<Surveys>,
    Path((text, file)): Path<(String, String)>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    let format = list_file::format_of(&file, "list", &list_file::SPREADSHEETS)?;
    let survey = surveys.survey(&ctx, id(&text)?).await?;
    let rows = surveys.all_named_answers(&ctx, &survey).await?;
    list_file::answer(&ctx, format, move |t| {
        let mut columns = vec![
            column("name", ColumnType::Text, t.get("survey-named-name")),
            column("day", ColumnType::Date, t.get("survey-named-day")),
        ];
        let questions: Vec<&Question> = survey.form.questions().collect();
        let of = |question: &&Question| {
            column(&question.id, ColumnType::Text, question.title.said(t.lang()).to_owned())
        };
        columns.extend(questions.iter().map(of));
        let row = |one: Named| {
            let answers = questions.iter().map(|question| word(words(t, question, &one.answers)));
            [word(one.name.clone()), word(one.on_day.to_string())].into_iter().chain(answers).collect()
        };
        List {
            name: "answers",
            title: survey.title.said(t.lang()).to_owned(),
            as_of: None,
            columns,
            rows: list_file::numbered(rows.into_iter().map(row)),
        }
    })
    .await
}
