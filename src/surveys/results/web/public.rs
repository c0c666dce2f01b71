//! Results for everybody: the page, and the report for print.

use axum::{extract::State, response::Response};
use ballots::secret::file::Counts;

use crate::{
    kernel::Params,
    platform::{
        Ctx,
        http::{Failure, Path},
        i18n::{Texts, texts},
    },
    surveys::{
        Survey, Surveys,
        results::{model::Results, ops::binds, store::Publication, view::View},
    },
    ui::{
        Here, Nav, html,
        list_file::{self},
        local_time::{date_text, instant_text},
        paper,
        views::{Block, Fact, Link, Sheet, SurveyReportPage, SurveyResultsPage},
    },
};

/// Who took part, in which way, and when. `counts` are those of the urn of a secret vote.
fn facts(t: &Texts, survey: &Survey, published: &Publication, counts: Option<&Counts>) -> Vec<Fact> {
    let fact = |key: &str, value: String| Fact { title: t.get(key), value };
    let mut facts = vec![fact("results-took-part", t.count(published.results.people()))];
    if let Some(counts) = counts {
        let count = |key: &str, many: usize| fact(key, t.count(many as u64));
        facts.push(count("results-online", counts.online));
        facts.push(count("results-paper", counts.paper));
        let rare = [("results-taken-out", counts.taken_out), ("results-spoiled", counts.spoiled)];
        facts.extend(rare.into_iter().filter(|(_, many)| *many > 0).map(|(key, many)| count(key, many)));
    }
    if let (Some(from), Some(until)) = (survey.opens_at, survey.closes_at) {
        let values = [("from", instant_text(from, t).into()), ("until", instant_text(until, t).into())];
        facts.push(fact("results-when", t.args("results-from-until", &values)));
    }
    facts.push(fact("results-published", date_text(published.published_at, t)));
    facts
}

pub(super) async fn results(
    ctx: Ctx,
    State(surveys): State<Surveys>,
    Path(slug): Path<String>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    let (survey, published) = surveys.published(&ctx, &slug).await?;
    let names = surveys.names_of(&published.results).await?;
    let counts = surveys.vote_counts(survey.id).await?;
    let t = texts(ctx.lang);
    let view = View { t, survey: &survey, results: &published.results, names: &names };
    let title = survey.title.said(ctx.lang.tag()).to_owned();
    let mut sheet = Sheet::new(title.clone());
    sheet.caption = Some(t.get("results-caption"));
    sheet.back = Some(Link { href: format!("/surveys/{slug}"), text: t.get("results-back") });
    sheet.blocks.push(Block::Facts(facts(t, &survey, &published, counts.as_ref())));
    let mut links = vec![
        Link { href: format!("/surveys/{slug}/report"), text: t.get("results-report") },
        Link { href: format!("/surveys/{slug}/report.pdf"), text: t.get("results-report-pdf") },
    ];
    links.extend(list_file::downloads(
        t,
        &format!("/surveys/{slug}/results/tables"),
        "",
        &list_file::SPREADSHEETS,
    ));
    links.push(Link { href: format!("/surveys/{slug}/results/results.json"), text: "JSON".into() });
    if binds(&survey) {
        links.push(Link { href: format!("/surveys/{slug}/ballots"), text: t.get("results-ballot-file") });
    }
    sheet.blocks.push(Block::Links(links));
    sheet.blocks.extend(view.blocks());
    sheet.blocks.push(Block::Heading(t.get("results-about")));
    sheet.blocks.extend(view.method().into_iter().map(Block::Text));
    let mut page = surveys.site.page(&ctx, &Here(format!("/surveys/{slug}/results")), Nav::Surveys, title);
    if sheet.blocks.iter().any(|block| matches!(block, Block::Map(_))) {
        let mut map = surveys.site.map(&page, bounds(&published.results));
        map.texts = vec!["imports-js-"];
        page.map = Some(map);
    }
    html(&SurveyResultsPage { page, t, sheet })
}

/// West, south, east, north of all squares that are shown.
pub(super) fn bounds(results: &Results) -> Option<[f64; 4]> {
    let squares =
        results.maps.iter().flat_map(|map| map.squares.iter().map(|(square, _)| square.bounds(map.width_m)));
    squares.reduce(|one, other| {
        let [west, south, east, north] = one;
        let [x0, y0, x1, y1] = other;
        [west.min(x0), south.min(y0), east.max(x1), north.max(y1)]
    })
}

/// The report: method and turnout first, then everything that is published.
async fn report_sheet(surveys: &Surveys, ctx: &Ctx, slug: &str) -> Result<Sheet, Failure> {
    let (survey, published) = surveys.published(ctx, slug).await?;
    let names = surveys.names_of(&published.results).await?;
    let counts = surveys.vote_counts(survey.id).await?;
    let t = texts(ctx.lang);
    let view = View { t, survey: &survey, results: &published.results, names: &names };
    let title = survey.title.said(ctx.lang.tag()).to_owned();
    let mut sheet = Sheet::new(title);
    sheet.caption = Some(t.get("results-report-caption"));
    sheet.back = Some(Link { href: format!("/surveys/{slug}/results"), text: t.get("results-title") });
    sheet.blocks.push(Block::Facts(facts(t, &survey, &published, counts.as_ref())));
    sheet.blocks.push(Block::Heading(t.get("results-about")));
    sheet.blocks.extend(view.method().into_iter().map(Block::Text));
    for block in view.blocks() {
        match block {
            // Paper does not unfold, and has no map that moves; the squares are told below.
            Block::Folded(heading, table) => sheet.blocks.extend([Block::Text(heading), Block::Table(table)]),
            Block::Map(_) => {}
            other => sheet.blocks.push(other),
        }
    }
    Ok(sheet)
}

pub(super) async fn report(
    ctx: Ctx,
    State(surveys): State<Surveys>,
    Path(slug): Path<String>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    let sheet = report_sheet(&surveys, &ctx, &slug).await?;
    let path = format!("/surveys/{slug}/report");
    let pdf = format!("{path}.pdf");
    let page = surveys.site.page(&ctx, &Here(path), Nav::Surveys, sheet.title.clone());
    html(&SurveyReportPage { page, t: texts(ctx.lang), sheet, pdf })
}

/// The report as a file.
pub(super) async fn report_pdf(
    ctx: Ctx,
    State(surveys): State<Surveys>,
    Path(slug): Path<String>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    let sheet = report_sheet(&surveys, &ctx, &slug).await?;
    let blocks = paper::of_sheet(&sheet);
    let title = format!("{} – {}", sheet.title, sheet.caption.unwrap_or_default());
    paper::answer(&surveys.site, &ctx, &format!("raport-{slug}"), title, blocks).await
}
