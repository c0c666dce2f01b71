//! Free texts, read by a clerk one at a time.

use axum::{extract::State, response::Response};
use serde::Deserialize;
use uuid::Uuid;

use crate::{
    kernel::Params,
    platform::{
        Ctx,
        http::{Failure, Path, ProtectedForm},
        i18n::texts,
    },
    surveys::{
        Surveys,
        results::ops::{MOST_WORDS, Reading},
        web::{at, desk_sheet, fault},
    },
    ui::{
        see_other,
        views::{Block, Choice, Field, Form, Link, Sheet},
    },
};

pub(super) async fn unread(
    ctx: Ctx,
    State(surveys): State<Surveys>,
    Path(id): Path<Uuid>,
    mut params: Params,
) -> Result<Response, Failure> {
    let done = params.text("done");
    params.finish()?;
    let mut sheet = texts_sheet(&surveys, &ctx, id).await?;
    sheet.notice = done.map(|_| texts(ctx.lang).get("results-text-kept"));
    desk_sheet(&surveys, &ctx, &at(id, "/texts"), sheet)
}

pub(super) async fn texts_sheet(surveys: &Surveys, ctx: &Ctx, id: Uuid) -> Result<Sheet, Failure> {
    let t = texts(ctx.lang);
    let (survey, unread, themes) = surveys.unread(ctx, id).await?;
    let mut sheet = Sheet::new(t.get("results-texts"));
    sheet.caption = Some(survey.title.said(t.lang()).to_owned());
    sheet.lead = Some(t.get("results-texts-lead"));
    sheet.back = Some(Link { href: at(id, "/results"), text: t.get("results-title") });
    if unread.is_empty() {
        sheet.blocks.push(Block::Empty(t.get("results-texts-none")));
    }
    let themed: Vec<Choice> =
        std::iter::once(Choice { value: String::new(), label: t.get("results-theme-none"), selected: true })
            .chain(themes.iter().map(|theme| Choice {
                value: theme.id.to_string(),
                label: theme.name.said(t.lang()).to_owned(),
                selected: false,
            }))
            .collect();

    for text in unread {
        let question =
            survey.form.pages.iter().flat_map(|page| &page.questions).find(|one| one.id == text.question);
        if let Some(question) = question {
            sheet.blocks.push(Block::Heading(question.title.said(t.lang()).to_owned()));
        }
        if text.proposed != text.words {
            sheet.blocks.push(Block::Text(t.get("results-text-masked")));
        }
        sheet.blocks.push(Block::Notice(text.words));
        let what = |value: &str, selected| Choice {
            value: value.to_owned(),
            label: t.get(&format!("results-text-{value}")),
            selected,
        };
        sheet.blocks.push(Block::Form(Form {
            action: at(id, "/texts"),
            fields: vec![
                Field::Hidden("answer", text.answer.to_string()),
                Field::Hidden("question", text.question),
                Field::Hidden("part", text.part.to_string()),
                Field::Area(
                    "words",
                    t.get("results-text-words"),
                    t.get("results-text-words-hint"),
                    text.proposed,
                ),
                Field::Choice("theme", t.get("results-text-theme"), themed.clone()),
                Field::Choice(
                    "what",
                    t.get("results-text-what"),
                    vec![what("show", true), what("leave", false)],
                ),
            ],
            button: t.get("results-text-button"),
            first: true,
            ..Form::default()
        }));
    }
    sheet.blocks.push(Block::Heading(t.get("results-themes")));
    sheet.blocks.push(Block::Form(Form {
        action: at(id, "/themes"),
        fields: vec![
            Field::Line(
                "name_pl",
                t.get("results-theme-pl"),
                String::new(),
                String::new(),
                "maxlength=\"120\"",
            ),
            Field::Line(
                "name_en",
                t.get("results-theme-en"),
                String::new(),
                String::new(),
                "maxlength=\"120\"",
            ),
        ],
        button: t.get("results-theme-add"),
        ..Form::default()
    }));
    Ok(sheet)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ReadForm {
    answer: String,
    question: String,
    part: i32,
    words: String,
    theme: String,
    what: String,
}

pub(super) async fn read(
    ctx: Ctx,
    State(surveys): State<Surveys>,
    Path(id): Path<Uuid>,
    ProtectedForm(form): ProtectedForm<ReadForm>,
) -> Result<Response, Failure> {
    let kept = match form.answer.parse() {
        Ok(answer) => {
            let reading = Reading {
                answer,
                question: form.question,
                part: form.part,
                words: form.words.chars().take(MOST_WORDS).collect(),
                theme: form.theme.parse().ok(),
                shown: form.what == "show",
            };
            surveys.read_text(&ctx, id, reading).await?
        }
        Err(_) => false,
    };
    if kept {
        return Ok(see_other(&at(id, "/texts?done=kept")));
    }
    let mut sheet = texts_sheet(&surveys, &ctx, id).await?;
    sheet.faults.push(fault("words", texts(ctx.lang).get("results-text-fault")));
    desk_sheet(&surveys, &ctx, &at(id, "/texts"), sheet)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ThemeForm {
    name_pl: String,
    name_en: String,
}

pub(super) async fn add_theme(
    ctx: Ctx,
    State(surveys): State<Surveys>,
    Path(id): Path<Uuid>,
    ProtectedForm(form): ProtectedForm<ThemeForm>,
) -> Result<Response, Failure> {
    if surveys.add_theme(&ctx, id, &form.name_pl, &form.name_en).await? {
        return Ok(see_other(&at(id, "/texts?done=theme")));
    }
    let mut sheet = texts_sheet(&surveys, &ctx, id).await?;
    sheet.faults.push(fault("name_pl", texts(ctx.lang).get("results-theme-fault")));
    desk_sheet(&surveys, &ctx, &at(id, "/texts"), sheet)
}
