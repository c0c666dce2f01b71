//! Codes on paper: a slip for whoever stands at the counter, letters to those who have no account.

use axum::{extract::State, response::Response};
use qrcode::{Color, EcLevel, QrCode};
use serde::Deserialize;
use uuid::Uuid;

use super::{
    codes::{Letter, NoCode},
    desk::{blocks_first, href, purpose, secret, sheet_of},
    store::codes::To,
};
use crate::{
    kernel::Lang,
    platform::{
        Ctx,
        http::{BaseUrl, Failure, Path, ProtectedForm, ResultExt},
        i18n::texts,
    },
    surveys::{
        Survey, Surveys,
        web::{answer::why_text, desk_sheet},
    },
    ui::{
        local_time::instant_text,
        paper::{self, Block, Code},
        views,
    },
};

#[derive(Debug, Deserialize)]
pub(super) struct CodeForm {
    party: Uuid,
}

/// A code for one person, as PDF.
pub(super) async fn print(
    ctx: Ctx,
    State(surveys): State<Surveys>,
    Path(id): Path<String>,
    base: BaseUrl,
    ProtectedForm(form): ProtectedForm<CodeForm>,
) -> Result<Response, Failure> {
    let survey = secret(&surveys, &ctx, &id).await?;
    let t = texts(ctx.lang);
    let words = match surveys.new_code(&ctx, &survey, form.party, &purpose()).await? {
        Ok(letter) => {
            // Drawn first: a code that nobody can read must not void the one before.
            let letters = [letter];
            let drawn = drawn(&surveys, &ctx, &survey, &base, &letters).await?;
            surveys.keep_codes(&ctx, survey.id, &letters, None).await?;
            return Ok(drawn);
        }
        Err(NoCode::TookPart) => t.get("vote-code-took-part"),
        Err(NoCode::NotEligible(why)) => why_text(t, &survey, why),
    };
    told(&surveys, &ctx, &survey, words).await
}

#[derive(Debug, Deserialize)]
pub(super) struct LettersForm {
    everybody: Option<String>,
    run: Option<i32>,
}

/// Letters to the next ones who may vote, or those of a run once more, as one PDF.
pub(super) async fn print_letters(
    ctx: Ctx,
    State(surveys): State<Surveys>,
    Path(id): Path<String>,
    base: BaseUrl,
    ProtectedForm(form): ProtectedForm<LettersForm>,
) -> Result<Response, Failure> {
    let survey = secret(&surveys, &ctx, &id).await?;
    let to = match (form.run, form.everybody) {
        (Some(run), _) => To::Run(run),
        (None, Some(_)) => To::Everybody,
        (None, None) => To::NoAccount,
    };
    let letters = surveys.new_letters(&ctx, &survey, to, &purpose()).await?;
    if letters.is_empty() {
        return told(&surveys, &ctx, &survey, texts(ctx.lang).get("vote-letters-none")).await;
    }
    let drawn = drawn(&surveys, &ctx, &survey, &base, &letters).await?;
    surveys.keep_codes(&ctx, survey.id, &letters, Some(form.run.unwrap_or(0))).await?;
    Ok(drawn)
}

/// The desk's page, with words above all else.
async fn told(surveys: &Surveys, ctx: &Ctx, survey: &Survey, words: String) -> Result<Response, Failure> {
    let sheet = sheet_of(texts(ctx.lang), ctx, survey, &surveys.vote_standing(ctx, survey).await?);
    desk_sheet(surveys, ctx, &href(survey.id), blocks_first(sheet, vec![views::Block::Notice(words)]))
}

/// Letters as a document: in Polish, with the gist of it in English below, whatever language the clerk reads.
async fn drawn(
    surveys: &Surveys,
    ctx: &Ctx,
    survey: &Survey,
    base: &BaseUrl,
    letters: &[Letter],
) -> Result<Response, Failure> {
    let ctx = Ctx { lang: Lang::Pl, ..ctx.clone() };
    let (t, en) = (texts(Lang::Pl), texts(Lang::En));
    let title = t.get("vote-slip-title");
    let address = format!("{}/surveys/{}", base.0, survey.slug);
    let typed = address.split_once("://").map_or(address.as_str(), |(_, rest)| rest);
    let when = |t| {
        let said = |at: Option<_>| at.map(|at| instant_text(at, t)).unwrap_or_default();
        [("from", said(survey.opens_at).into()), ("to", said(survey.closes_at).into())]
    };
    let mut blocks = Vec::new();
    for (n, letter) in letters.iter().enumerate() {
        if n > 0 {
            blocks.push(Block::Letter(title.clone()));
        }
        let shown = ballots::code::show(&letter.code);
        // Behind "#" it stays in the browser: no server and no proxy ever writes it down.
        let code = QrCode::with_error_correction_level(format!("{address}#code={shown}"), EcLevel::M)
            .internal("draw a code")?;
        blocks.extend([
            Block::Text([std::slice::from_ref(&letter.name), &letter.address].concat().join("\n")),
            Block::Heading(survey.title.said(Lang::Pl.tag()).to_owned()),
            Block::Text(t.args("vote-slip-lead", &when(t))),
            Block::Large(shown),
            Block::Code(Code {
                width: code.width(),
                dark: code.to_colors().into_iter().map(|colour| colour == Color::Dark).collect(),
                alt: t.get("vote-slip-qr"),
                caption: t.get("vote-slip-scan"),
            }),
            Block::Text(t.args("vote-slip-type", &[("address", typed.to_owned().into())])),
            Block::Text(t.get("vote-slip-secret")),
            Block::Text(t.get("vote-slip-care")),
            Block::Heading(en.get("vote-slip-english")),
            Block::Small(survey.title.said(Lang::En.tag()).to_owned()),
            Block::Small(en.args("vote-slip-lead", &when(en))),
            Block::Small(en.args("vote-slip-type", &[("address", typed.to_owned().into())])),
            Block::Small(en.get("vote-slip-secret")),
            Block::Small(en.get("vote-slip-care")),
        ]);
    }
    let name = if letters.len() == 1 { "kod" } else { "kody" };
    paper::answer(&surveys.site, &ctx, &format!("{name}-{}", survey.slug), title, blocks).await
}
