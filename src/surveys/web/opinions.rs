//! Opinions of a consultation: the clerk's page and the public report.

use axum::{extract::State, http::StatusCode, response::Response};
use uuid::Uuid;

use super::{DESK, desk::back, id, standing};
use crate::{
    kernel::Params,
    platform::{
        Ctx,
        http::{Failure, Path, ProtectedForm},
        i18n::{Texts, texts},
    },
    surveys::{
        Kind, State as Stage, Survey, Surveys,
        opinions::{Handled, Opinion, masked},
        store::opinions::Reply,
    },
    ui::{
        Here, Nav, html, html_with,
        local_time::date_text,
        see_other, unkept,
        views::{Chip, Choice, DeskOpinionsPage, FieldFault, Link, OpinionGroup, OpinionLine, OpinionsPage},
    },
};

const DECISIONS: [&str; 4] = ["accepted", "partly", "rejected", "noted"];

/// Opinions of one page of the desk.
const MOST_OPEN: usize = 100;

fn look(decision: &str) -> &'static str {
    match decision {
        "accepted" => "good",
        "partly" => "unsure",
        "rejected" => "bad",
        _ => "plain",
    }
}

fn line(t: &Texts, survey: &Survey, one: &Opinion) -> OpinionLine {
    let question = survey.form.question(&one.question);
    OpinionLine {
        id: format!("{}/{}", one.answer, one.part),
        question: question.map(|question| question.title.said(t.lang()).to_owned()).unwrap_or_default(),
        words: one.words.clone(),
        shown: one.shown.clone().unwrap_or_else(|| masked(&one.words)),
        hidden: one.hidden,
    }
}

/// Opinions by the answer that was given to them, those without one last.
fn groups(t: &Texts, survey: &Survey, all: &[Opinion], replies: &[Reply]) -> Vec<OpinionGroup> {
    let of = |reply: Option<Uuid>| -> Vec<OpinionLine> {
        all.iter().filter(|one| one.reply == reply).map(|one| line(t, survey, one)).collect()
    };
    let group = |reply: &Reply| {
        let text = t.get(&format!("opinions-{}", reply.decision));
        let opinions = of(Some(reply.id));
        (!opinions.is_empty()).then(|| OpinionGroup {
            title: t.args("opinions-n", &[("n", (opinions.len() as u64).into())]),
            chip: Chip { look: look(&reply.decision), text },
            reply: reply.reply.clone(),
            when: date_text(reply.made_at, t),
            opinions,
        })
    };
    let rest = of(None);
    let unanswered = (!rest.is_empty()).then(|| OpinionGroup {
        title: t.args("opinions-n", &[("n", (rest.len() as u64).into())]),
        chip: Chip { look: "plain", text: t.get("opinions-unanswered") },
        reply: String::new(),
        when: String::new(),
        opinions: rest,
    });
    replies.iter().filter_map(group).chain(unanswered).collect()
}

pub(super) async fn desk(
    ctx: Ctx,
    State(surveys): State<Surveys>,
    Path(text): Path<String>,
    mut params: Params,
) -> Result<Response, Failure> {
    let done = params.text("done").is_some();
    params.finish()?;
    let survey = surveys.survey(&ctx, id(&text)?).await?;
    show(&surveys, &ctx, &survey, done, "", Vec::new()).await
}

async fn show(
    surveys: &Surveys,
    ctx: &Ctx,
    survey: &Survey,
    done: bool,
    reply: &str,
    faults: Vec<FieldFault>,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let (all, replies) = surveys.opinions(ctx, survey).await?;
    let (handled, open): (Vec<Opinion>, Vec<Opinion>) = all.into_iter().partition(|one| one.shown.is_some());
    let choice =
        |value: &str, label: String| Choice { value: value.to_owned(), label, selected: value.is_empty() };
    let mut before = vec![choice("", t.get("opinions-before-none"))];
    before.extend(replies.iter().map(|reply| {
        let words: String = reply.reply.chars().take(80).collect();
        choice(&reply.id.to_string(), format!("{}: {words}", t.get(&format!("opinions-{}", reply.decision))))
    }));
    let path = format!("{DESK}/{}/opinions", survey.id);
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let view = DeskOpinionsPage {
        page: surveys.site.page(ctx, &Here(path.clone()), Nav::DeskSurveys, t.get("survey-link-opinions")),
        t,
        back: back(t, ctx, survey),
        notice: done.then(|| t.get("opinions-kept")),
        faults,
        action: path,
        open: open.iter().take(MOST_OPEN).map(|one| line(t, survey, one)).collect(),
        decisions: DECISIONS.iter().map(|one| choice(one, t.get(&format!("opinions-{one}")))).collect(),
        before,
        reply: reply.to_owned(),
        done: groups(t, survey, &handled, &replies),
    };
    Ok(unkept(html_with(status, &view)?))
}

pub(super) async fn handle(
    ctx: Ctx,
    State(surveys): State<Surveys>,
    Path(text): Path<String>,
    ProtectedForm(fields): ProtectedForm<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let survey = surveys.survey(&ctx, id(&text)?).await?;
    let one = |name: &str| {
        fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.clone()).unwrap_or_default()
    };
    let hides = one("do") == "hide";
    let opinion = |id: &str| {
        let (answer, part) = id.split_once('/')?;
        let shown = one(&format!("shown:{id}")).replace("\r\n", "\n");
        Some((answer.parse::<Uuid>().ok()?, part.chars().take(45).collect(), shown, hides))
    };
    let handled = Handled {
        opinions: fields
            .iter()
            .filter(|(name, _)| name == "opinion")
            .filter_map(|(_, id)| opinion(id))
            .take(500)
            .collect(),
        decision: one("decision"),
        reply: if hides { String::new() } else { one("reply") },
        before: one("before").parse().ok().filter(|_| !hides),
    };
    match surveys.handle_opinions(&ctx, &survey, &handled).await? {
        Ok(_) => Ok(see_other(&format!("{DESK}/{}/opinions?done=1", survey.id))),
        Err(key) => {
            let field = if key == "opinion-none-chosen" { "main" } else { "reply" };
            let faults = vec![FieldFault { field, message: texts(ctx.lang).get(key) }];
            show(&surveys, &ctx, &survey, false, &handled.reply, faults).await
        }
    }
}

/// `/surveys/{slug}/opinions`
pub(super) async fn public(
    ctx: Ctx,
    State(surveys): State<Surveys>,
    Path(slug): Path<String>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    let survey = surveys.survey_of_slug(&ctx, &slug).await?;
    let stage = standing(&ctx, &survey);
    if survey.kind != Kind::Consultation || !matches!(stage, Stage::Open | Stage::Closed | Stage::Published) {
        return Err(Failure::not_found("opinions of this survey"));
    }
    let t = texts(ctx.lang);
    let (all, replies, rest) = surveys.shown_opinions(&ctx, &survey).await?;
    let values = [("n", (all.len() as u64).into()), ("rest", rest.into())];
    let title = survey.title.said(ctx.lang.tag()).to_owned();
    let here = Here(format!("/surveys/{slug}/opinions"));
    let view = OpinionsPage {
        page: surveys.site.page(&ctx, &here, Nav::Surveys, t.get("survey-link-opinions")),
        t,
        back: Link { href: format!("/surveys/{slug}"), text: title.clone() },
        title,
        lead: t.args("opinions-lead", &values),
        groups: groups(t, &survey, &all, &replies),
    };
    html(&view)
}
