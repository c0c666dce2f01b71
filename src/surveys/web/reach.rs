//! How people come to a survey, and what everybody can see of its history.

use axum::{extract::State, response::Response};
use qrcode::{QrCode, render::svg};
use serde::Deserialize;

use super::{DESK, desk::back, id, public_sheet};
use crate::{
    kernel::Params,
    platform::{
        Ctx,
        http::{BaseUrl, Failure, Path, ProtectedForm, ResultExt},
        i18n::texts,
    },
    surveys::{Surveys, builder::words, inviting::Invitation, store::edit::Version},
    ui::{
        Here, Nav, html,
        local_time::instant_text,
        see_other, unkept,
        views::{Block, Cell, Field, Form, Link, PosterPage, Sheet, Table},
    },
};

/// `/desk/surveys/{id}/poster`
pub(super) async fn poster(
    ctx: Ctx,
    State(surveys): State<Surveys>,
    Path(text): Path<String>,
    base: BaseUrl,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    let survey = surveys.survey(&ctx, id(&text)?).await?;
    let t = texts(ctx.lang);
    let address = format!("{}/surveys/{}", base.0, survey.slug);
    let code = QrCode::new(address.as_bytes()).internal("draw a code")?;
    let code = code.render::<svg::Color<'_>>().min_dimensions(240, 240).quiet_zone(true).build();
    let title = survey.title.said(ctx.lang.tag()).to_owned();
    let until = survey.closes_at.map(|at| t.args("survey-until", &[("when", instant_text(at, t).into())]));
    let who = t.get(&format!("survey-audience-{}", survey.audience.name()));
    let escaped = title.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
    let frame = format!(
        "<iframe src=\"{address}/card?lang={}\" title=\"{escaped}\" width=\"100%\" height=\"280\" style=\"border:0\" \
         loading=\"lazy\"></iframe>",
        ctx.lang.tag()
    );
    let view = PosterPage {
        page: surveys.site.page(
            &ctx,
            &Here(format!("{DESK}/{}/poster", survey.id)),
            Nav::DeskSurveys,
            t.get("survey-link-poster"),
        ),
        t,
        back: back(t, &ctx, &survey),
        kind: t.get(&format!("survey-kind-{}", survey.kind.name())),
        title,
        lines: until.into_iter().chain([who]).collect(),
        embed: format!("<a href=\"{address}\">{escaped}</a>"),
        frame,
        card: format!("/surveys/{}/card", survey.slug),
        address: address.split_once("://").map_or(address.clone(), |(_, rest)| rest.to_owned()),
        code: code.split_once("?>").map_or(code.clone(), |(_, drawing)| drawing.to_owned()),
    };
    Ok(unkept(html(&view)?))
}

/// `/surveys/{slug}/changes`: what was changed after the opening, word by word.
pub(super) async fn changes(
    ctx: Ctx,
    State(surveys): State<Surveys>,
    Path(slug): Path<String>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    let survey = surveys.survey_of_slug(&ctx, &slug).await?;
    let t = texts(ctx.lang);
    let (versions, _) = surveys.history(&ctx, survey.id).await?;
    let mut sheet = Sheet::new(t.get("survey-link-changes"));
    sheet.caption = Some(survey.title.said(ctx.lang.tag()).to_owned());
    sheet.lead = Some(t.get("survey-changes-lead"));
    sheet.back =
        Some(Link { href: format!("/surveys/{slug}"), text: survey.title.said(ctx.lang.tag()).to_owned() });
    for pair in versions.windows(2) {
        let [before, after] = pair else { continue };
        sheet.blocks.push(Block::Heading(t.args(
            "survey-version",
            &[("n", after.version.into()), ("when", instant_text(after.made_at, t).into())],
        )));
        sheet.blocks.push(Block::Text(after.reason.clone()));
        sheet.blocks.push(Block::Table(Table {
            caption: t.get("survey-link-changes"),
            head: vec![(t.get("survey-was"), false), (t.get("survey-is"), false)],
            rows: differences(before, after),
        }));
    }
    if versions.len() < 2 {
        sheet.blocks.push(Block::Empty(t.get("survey-no-changes")));
    }
    public_sheet(&surveys, &ctx, &format!("/surveys/{slug}/changes"), sheet)
}

/// Words that differ between two versions.
fn differences(before: &Version, after: &Version) -> Vec<Vec<Cell>> {
    let all = |version: &Version| {
        let mut all = vec![version.title.clone(), version.intro.clone()];
        all.extend(words(&version.form).into_iter().map(|(_, text)| text.clone()));
        all
    };
    let mut rows = Vec::new();
    for (old, new) in all(before).iter().zip(all(after).iter()) {
        if old.pl != new.pl {
            rows.push(vec![Cell::text(old.pl.clone()), Cell::text(new.pl.clone())]);
        }
        if old.en != new.en {
            let en =
                |text: &ballots::form::Text| Cell::text(text.en.clone().unwrap_or_else(|| "–".to_owned()));
            rows.push(vec![en(old), en(new)]);
        }
    }
    rows
}

/// `/desk/surveys/{id}/invite`
pub(super) async fn invite_page(
    ctx: Ctx,
    State(surveys): State<Surveys>,
    Path(text): Path<String>,
    mut params: Params,
) -> Result<Response, Failure> {
    let sent: Option<u64> = params.parse("sent", "how many")?;
    params.finish()?;
    let survey = surveys.survey(&ctx, id(&text)?).await?;
    let t = texts(ctx.lang);
    let path = format!("{DESK}/{}/invite", survey.id);
    let mut sheet = Sheet::new(t.get("survey-link-invite"));
    sheet.caption = Some(survey.title.said(ctx.lang.tag()).to_owned());
    sheet.lead = Some(t.get("invite-lead"));
    sheet.back = Some(back(t, &ctx, &survey));
    sheet.notice = sent.map(|sent| t.args("invite-sent", &[("n", sent.into())]));
    for kind in Invitation::ALL {
        let (open, before) = surveys.reach(&ctx, &survey, kind).await?;
        let values = [("open", (open as u64).into()), ("before", before.into())];
        sheet.blocks.push(Block::Heading(t.get(&format!("invite-{}", kind.name()))));
        sheet.blocks.push(Block::Text(t.args("invite-count", &values)));
        if open > 0 && survey.takes_answers(ctx.now) {
            sheet.blocks.push(Block::Form(Form {
                action: path.clone(),
                asks: false,
                fields: vec![Field::Hidden("kind", kind.name().to_owned())],
                button: t.get(&format!("invite-{}-button", kind.name())),
                first: kind == Invitation::Invitation,
            }));
        }
    }
    super::desk_sheet(&surveys, &ctx, &path, sheet)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct InviteForm {
    kind: String,
}

pub(super) async fn invite(
    ctx: Ctx,
    State(surveys): State<Surveys>,
    Path(text): Path<String>,
    ProtectedForm(form): ProtectedForm<InviteForm>,
) -> Result<Response, Failure> {
    let survey = surveys.survey(&ctx, id(&text)?).await?;
    let kind = Invitation::ALL.into_iter().find(|kind| kind.name() == form.kind);
    let kind = kind.ok_or_else(|| Failure::not_found("this kind of message"))?;
    let sent = surveys.invite(&ctx, &survey, kind).await?;
    Ok(see_other(&format!("{DESK}/{}/invite?sent={sent}", survey.id)))
}
