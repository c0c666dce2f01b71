//! What everybody sees of a secret vote: how it is kept secret, the published file, one's own receipt.

use axum::{
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::Response,
};

use super::opening::hex;
use crate::{
    kernel::Params,
    platform::{
        Ctx,
        http::{Failure, Path, typed},
        i18n::{Texts, texts},
    },
    surveys::{Secrecy, State as Stage, Survey, Surveys, web::public_sheet},
    ui::{
        Here, Nav, attached, html_with,
        local_time::day_text,
        script_json,
        views::{Block, Fact, Link, Sheet, SurveyVote, VoteReceiptPage},
    },
};

async fn secret(surveys: &Surveys, ctx: &Ctx, slug: &str) -> Result<Survey, Failure> {
    let survey = surveys.survey_of_slug(ctx, slug).await?;
    if survey.secrecy == Secrecy::Secret { Ok(survey) } else { Err(Failure::not_found("this vote")) }
}

impl Surveys {
    /// What the page of an open secret survey says of how its ballots are sealed. `by_code` when whoever reads it can vote by
    /// a printed code alone.
    ///
    /// # Errors
    /// When the urn cannot be put up.
    pub(in crate::surveys) async fn vote_panel(
        &self,
        ctx: &Ctx,
        survey: &Survey,
        by_code: bool,
    ) -> Result<SurveyVote, Failure> {
        let urn = self.urn(survey.id).await?;
        Ok(SurveyVote { by_code, ..vote_of(ctx, survey, urn.keys.fingerprint()) })
    }
}

fn vote_of(ctx: &Ctx, survey: &Survey, fingerprint: String) -> SurveyVote {
    SurveyVote {
        survey: survey.id.to_string(),
        owner: ctx.account().map(|account| account.to_string()).unwrap_or_default(),
        href: format!("/surveys/{}", survey.slug),
        fingerprint,
        by_code: false,
        texts: script_json(&texts(ctx.lang).for_browser(&["vote-js-"])),
    }
}

/// The head of a page about a vote, by the keys of its title and its lead.
fn begun(t: &Texts, survey: &Survey, [heading, lead]: [&str; 2]) -> Sheet {
    let title = survey.title.said(t.lang()).to_owned();
    let mut sheet = Sheet::new(t.get(heading));
    sheet.caption = Some(title.clone());
    sheet.lead = Some(t.get(lead));
    sheet.back = Some(Link { href: format!("/surveys/{}", survey.slug), text: title });
    sheet
}

/// `/surveys/{slug}/secrecy`
pub(super) async fn secrecy(
    ctx: Ctx,
    State(surveys): State<Surveys>,
    Path(slug): Path<String>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    let survey = secret(&surveys, &ctx, &slug).await?;
    let t = texts(ctx.lang);
    let mut sheet = begun(t, &survey, ["vote-secrecy-title", "vote-secrecy-lead"]);
    for part in ["how", "who", "not", "paper", "codes", "scripts"] {
        sheet.blocks.push(Block::Heading(t.get(&format!("vote-secrecy-{part}-title"))));
        sheet.blocks.push(Block::Text(t.get(&format!("vote-secrecy-{part}"))));
    }
    sheet.blocks.push(Block::Text(t.get(&format!("vote-rule-{}", survey.collision.name()))));
    if let Some(keys) = surveys.public_keys(survey.id).await? {
        sheet.blocks.push(Block::Heading(t.get("vote-fingerprint")));
        sheet.blocks.push(Block::Notice(keys.fingerprint()));
        sheet.blocks.push(Block::Text(t.get("vote-fingerprint-why")));
    }
    public_sheet(&surveys, &ctx, &format!("/surveys/{slug}/secrecy"), sheet)
}

/// `/surveys/{slug}/receipt`
pub(super) async fn receipt(
    ctx: Ctx,
    State(surveys): State<Surveys>,
    Path(slug): Path<String>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    let survey = secret(&surveys, &ctx, &slug).await?;
    let t = texts(ctx.lang);
    let mut sheet = begun(t, &survey, ["vote-receipt-title", "vote-receipt-lead"]);
    let urn = surveys.kept_urn(survey.id).await?;
    let mut vote = None;
    match urn.and_then(|urn| Some((urn.public(), urn.opened_on?, urn.counts?, urn.file_digest?))) {
        Some((keys, day, counts, digest)) if survey.state == Stage::Published => {
            vote = Some(vote_of(&ctx, &survey, keys.fingerprint()));
            sheet.blocks.push(Block::Facts(vec![
                Fact { title: t.get("vote-opened-on"), value: day_text(day, t) },
                Fact { title: t.get("vote-receipts"), value: (counts.online + counts.spoiled).to_string() },
                Fact { title: t.get("vote-file-digest"), value: hex(&digest) },
            ]));
            sheet.blocks.push(Block::Text(t.get("vote-receipt-how")));
            sheet.blocks.push(Block::Links(vec![Link {
                href: format!("/surveys/{slug}/ballots"),
                text: t.get("vote-file-link"),
            }]));
            sheet.blocks.push(Block::Text(t.get("vote-recount-how")));
        }
        _ => sheet.blocks.push(Block::Empty(t.get("vote-receipt-later"))),
    }
    let here = Here(format!("/surveys/{slug}/receipt"));
    let page = surveys.site.page(&ctx, &here, Nav::Surveys, sheet.title.clone());
    html_with(StatusCode::OK, &VoteReceiptPage { page, t, sheet, vote })
}

/// `/surveys/{slug}/ballots`: the published file.
pub(super) async fn file(
    ctx: Ctx,
    State(surveys): State<Surveys>,
    Path(slug): Path<String>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    let survey = secret(&surveys, &ctx, &slug).await?;
    let object = surveys.published_file(&survey).await?;
    let response = typed("application/jsonl", axum::body::Body::from_stream(object.content));
    let mut response = attached(response, &format!("{slug}.jsonl"))?;
    response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(object.bytes));
    Ok(response)
}
