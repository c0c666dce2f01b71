//! The staff's page of a vote: the roll's figures, paper, the urn. No name stands on it but the one that is looked for.

use axum::{extract::State, response::Response};
use serde::Deserialize;
use uuid::Uuid;

use super::{
    codes::{Codes, MOST_LETTERS, may_write},
    opening::{Opening, hex},
    paper::{NamePart, SheetState, Standing},
};
use crate::{
    kernel::Params,
    parties::{Party, Purpose, SearchFault},
    platform::{
        Ctx,
        access::Permission,
        http::{Failure, Path, ProtectedForm},
        i18n::{Texts, texts},
    },
    surveys::{
        Secrecy, Survey, Surveys,
        web::{DESK, desk_sheet},
    },
    ui::{
        local_time::{day_text, instant_text},
        see_other,
        views::{Block, Cell, Choice, Fact, Field, FieldFault, Form, Item, Link, Sheet, Table},
    },
};

/// Sheets with differences that are told one by one; the list has all.
const MOST_DIFFERENCES: usize = 20;

/// What a look at a person for a vote is for.
pub(super) fn purpose() -> Purpose {
    Purpose::of("vote")
}

pub(super) fn href(survey: Uuid) -> String {
    format!("{DESK}/{survey}/paper")
}

pub(super) async fn secret(surveys: &Surveys, ctx: &Ctx, id: &str) -> Result<Survey, Failure> {
    let id = id.parse().map_err(|_| Failure::not_found("this vote"))?;
    let survey = surveys.survey(ctx, id).await?;
    if survey.secrecy == Secrecy::Secret { Ok(survey) } else { Err(Failure::not_found("this vote")) }
}

fn number(t: &Texts, key: &str, value: usize) -> Fact {
    Fact { title: t.get(key), value: value.to_string() }
}

pub(super) fn sheet_of(t: &Texts, ctx: &Ctx, survey: &Survey, standing: &Standing) -> Sheet {
    let mut sheet = Sheet::new(survey.title.said(ctx.lang.tag()));
    sheet.caption = Some(t.get("vote-desk-title"));
    sheet.lead = Some(t.get(&format!("vote-rule-{}", survey.collision.name())));
    sheet.back = Some(Link { href: format!("{DESK}/{}", survey.id), text: t.get("vote-desk-back") });
    let Some(urn) = &standing.urn else {
        sheet.blocks.push(Block::Empty(t.get("vote-desk-no-urn")));
        people_blocks(t, ctx, survey, standing, &mut sheet);
        log_blocks(t, standing, &mut sheet);
        return sheet;
    };
    let usize_of = |number: i64| usize::try_from(number).unwrap_or(0);
    let mut facts = vec![
        number(t, "vote-roll-online", usize_of(standing.roll.online)),
        number(t, "vote-roll-paper", usize_of(standing.roll.paper)),
        Fact { title: t.get("vote-fingerprint"), value: urn.public().fingerprint() },
    ];
    if let (Some(day), Some(counts), Some(digest)) = (urn.opened_on, &urn.counts, &urn.file_digest) {
        facts.push(Fact { title: t.get("vote-opened-on"), value: day_text(day, t) });
        facts.push(number(t, "vote-count-online", counts.online));
        facts.push(number(t, "vote-count-paper", counts.paper));
        facts.push(number(t, "vote-count-spoiled", counts.spoiled));
        facts.push(number(t, "vote-count-taken-out", counts.taken_out));
        facts.push(number(t, "vote-count-foreign", counts.foreign));
        facts.push(Fact { title: t.get("vote-file-digest"), value: hex(digest) });
        sheet.blocks.push(Block::Facts(facts));
        if counts.paper != counts.roll_paper {
            let said = [
                ("sheets", counts.paper.to_string().into()),
                ("names", counts.roll_paper.to_string().into()),
            ];
            sheet.blocks.push(Block::Notice(t.args("vote-sheets-names", &said)));
        }
    } else {
        sheet.blocks.push(Block::Facts(facts));
        people_blocks(t, ctx, survey, standing, &mut sheet);
        if urn.paper {
            paper_blocks(t, survey, standing, &mut sheet);
        }
        if ctx.may(Permission::SurveysManage, None) {
            manage_blocks(t, survey, standing, urn.paper, &mut sheet);
        }
    }
    log_blocks(t, standing, &mut sheet);
    sheet
}

/// Whether names come in on paper now.
fn takes_names(standing: &Standing) -> bool {
    standing.urn.as_ref().is_some_and(|urn| urn.paper && urn.opened_on.is_none())
}

fn can_print(standing: &Standing) -> bool {
    standing.codes.as_ref().is_some_and(|codes| codes.can_print)
}

/// What concerns one person: their name on paper, their code. And the codes of all.
fn people_blocks(t: &Texts, ctx: &Ctx, survey: &Survey, standing: &Standing, sheet: &mut Sheet) {
    let (names, prints) = (takes_names(standing), can_print(standing));
    if names || prints {
        sheet.blocks.push(Block::Heading(t.get(if names { "vote-names-title" } else { "vote-codes-title" })));
        if names {
            sheet.blocks.push(Block::Text(t.get("vote-names-lead")));
        }
        if prints {
            sheet.blocks.push(Block::Text(t.get("vote-codes-lead")));
        }
        sheet.blocks.push(Block::Form(Form {
            action: format!("{}/search", href(survey.id)),
            fields: vec![Field::Line(
                "q",
                t.get("vote-names-q"),
                t.get("vote-names-hint"),
                String::new(),
                "autocomplete=\"off\"",
            )],
            button: t.get("vote-names-find"),
            first: true,
            ..Form::default()
        }));
        if ctx.may(Permission::ResidentsVerify, None) {
            sheet.blocks.push(Block::Links(vec![Link {
                href: format!("{}/person", href(survey.id)),
                text: t.get("vote-person-link"),
            }]));
        }
    }
    if let Some(codes) = &standing.codes {
        codes_blocks(t, ctx, survey, codes, sheet);
    }
}

fn codes_blocks(t: &Texts, ctx: &Ctx, survey: &Survey, codes: &Codes, sheet: &mut Sheet) {
    let count = |key: &str, value: i64| Fact { title: t.get(key), value: value.to_string() };
    sheet.blocks.push(Block::Facts(vec![
        count("vote-codes-people", codes.count.people),
        count("vote-codes-printed", codes.count.printed),
        count("vote-codes-in-roll", codes.count.in_roll),
    ]));
    if !codes.can_print || !may_write(ctx) {
        return;
    }
    sheet.blocks.push(Block::Heading(t.get("vote-letters-title")));
    let [no_account, everybody] = codes.open;
    let said = [("some", no_account.into()), ("all", everybody.into())];
    sheet.blocks.push(Block::Text(t.args("vote-letters-lead", &said)));
    let action = format!("{}/letters", href(survey.id));
    if everybody > 0 {
        sheet.blocks.push(Block::Form(Form {
            action: action.clone(),
            fields: vec![Field::Check("everybody", t.get("vote-letters-everybody"), false)],
            button: t.args("vote-letters-print", &[("most", MOST_LETTERS.into())]),
            ..Form::default()
        }));
    }
    for run in &codes.runs {
        let said =
            [("run", run.number.into()), ("n", run.letters.into()), ("day", day_text(run.day, t).into())];
        sheet.blocks.push(Block::Text(t.args("vote-letters-run", &said)));
        sheet.blocks.push(Block::Form(Form {
            action: action.clone(),
            fields: vec![Field::Hidden("run", run.number.to_string())],
            button: t.args("vote-letters-again", &[("run", run.number.into())]),
            ..Form::default()
        }));
    }
}

/// Somebody of the register, and what can be done with them.
pub(super) fn hit_blocks(
    t: &Texts,
    survey: &Survey,
    standing: &Standing,
    party: &Party,
    email: &str,
) -> Vec<Block> {
    let said = [("name", party.name.as_str().into()), ("email", email.into())];
    let mut blocks = vec![Block::Text(t.args("vote-names-hit", &said))];
    let ways = [
        (takes_names(standing), "names", "vote-names-enter"),
        (can_print(standing), "codes", "vote-codes-print"),
    ];
    for (_, path, key) in ways.into_iter().filter(|(open, _, _)| *open) {
        blocks.push(Block::Form(Form {
            action: format!("{}/{path}", href(survey.id)),
            fields: vec![Field::Hidden("party", party.id.to_string())],
            button: t.get(key),
            ..Form::default()
        }));
    }
    blocks
}

/// A sheet with more at its head.
pub(super) fn blocks_first(mut sheet: Sheet, mut blocks: Vec<Block>) -> Sheet {
    blocks.append(&mut sheet.blocks);
    Sheet { blocks, ..sheet }
}

fn paper_blocks(t: &Texts, survey: &Survey, standing: &Standing, sheet: &mut Sheet) {
    sheet.blocks.push(Block::Heading(t.get("vote-sheets-title")));
    sheet.blocks.push(Block::Text(t.get("vote-sheets-lead")));
    let entry = |value: &str| Choice {
        value: value.to_owned(),
        label: t.get(&format!("vote-sheet-entry-{value}")),
        selected: value == "1",
    };
    let next = standing.sheets.keys().next_back().map_or(1, |last| last + 1);
    sheet.blocks.push(Block::Form(Form {
        action: format!("{}/sheets", href(survey.id)),
        asks: true,
        fields: vec![
            Field::Line(
                "number",
                t.get("vote-sheet-number"),
                String::new(),
                next.to_string(),
                "inputmode=\"numeric\"",
            ),
            Field::Choice("entry", t.get("vote-sheet-entry"), vec![entry("1"), entry("2")]),
        ],
        button: t.get("vote-sheet-enter"),
        first: false,
    }));
    let titles = |questions: &[String]| {
        let title = |id: &String| {
            let asked = survey.form.question(id);
            asked.map_or(id.clone(), |question| question.title.said(t.lang()).to_owned())
        };
        questions.iter().map(title).collect::<Vec<_>>().join(", ")
    };
    let state = |state: &SheetState| match state {
        SheetState::Once(clerk) => t.args("vote-sheet-once", &[("clerk", clerk.as_str().into())]),
        SheetState::Same(_) => t.get("vote-sheet-same"),
        SheetState::Differ(questions) => {
            t.args("vote-sheet-differ", &[("questions", titles(questions).into())])
        }
    };
    let row =
        |(number, one): (&i32, &SheetState)| vec![Cell::text(number.to_string()), Cell::text(state(one))];
    let done = standing.sheets.values().filter(|state| matches!(state, SheetState::Same(_))).count();
    let said = [("done", done.to_string().into()), ("all", standing.sheets.len().to_string().into())];
    sheet.blocks.push(Block::Text(t.args("vote-sheets-done", &said)));
    // What has to be mended stands outside of the list.
    let differ = standing.sheets.iter().filter_map(|(number, state)| match state {
        SheetState::Differ(questions) => Some((number, titles(questions))),
        _ => None,
    });
    for (number, questions) in differ.take(MOST_DIFFERENCES) {
        let said = [("number", number.to_string().into()), ("questions", questions.into())];
        sheet.blocks.push(Block::Notice(t.args("vote-sheet-differs", &said)));
    }
    if !standing.sheets.is_empty() {
        sheet.blocks.push(Block::Folded(
            t.get("vote-sheets-list"),
            Table {
                caption: t.get("vote-sheets-list"),
                head: vec![(t.get("vote-sheet-number"), false), (t.get("vote-sheet-state"), false)],
                rows: standing.sheets.iter().map(row).collect(),
            },
        ));
    }
}

fn manage_blocks(t: &Texts, survey: &Survey, standing: &Standing, paper: bool, sheet: &mut Sheet) {
    sheet.blocks.push(Block::Heading(t.get("vote-urn-title")));
    if standing.over {
        sheet.blocks.push(Block::Text(t.get(if paper { "vote-urn-by-hand" } else { "vote-urn-by-itself" })));
        sheet.blocks.push(Block::Form(Form {
            action: format!("{DESK}/{}/urn", survey.id),
            fields: vec![Field::Check("sure", t.get("vote-urn-sure"), false)],
            button: t.get("vote-urn-open"),
            ..Form::default()
        }));
    } else {
        sheet.blocks.push(Block::Text(t.get("vote-urn-shut")));
    }
    sheet.blocks.push(Block::Form(Form {
        action: format!("{}/taken", href(survey.id)),
        fields: vec![Field::Check("taken", t.get("vote-paper-taken"), paper)],
        button: t.get("vote-paper-save"),
        ..Form::default()
    }));
}

fn log_blocks(t: &Texts, standing: &Standing, sheet: &mut Sheet) {
    if !standing.refusals.is_empty() {
        sheet.blocks.push(Block::Heading(t.get("vote-refused-title")));
        let fact = |(why, times): &(String, i64)| Fact {
            title: t.get(&format!("vote-refused-{why}")),
            value: times.to_string(),
        };
        sheet.blocks.push(Block::Facts(standing.refusals.iter().map(fact).collect()));
    }
    sheet.blocks.push(Block::Heading(t.get("vote-deeds-title")));
    let item = |deed: &super::store::Deed| Item {
        title: t.get(&format!("vote-deed-{}", deed.what)),
        text: [instant_text(deed.at, t), deed.who.clone(), deed.note.clone()]
            .into_iter()
            .filter(|text| !text.is_empty())
            .collect::<Vec<_>>()
            .join(" · "),
        ..Item::default()
    };
    sheet.blocks.push(match standing.deeds.is_empty() {
        true => Block::Empty(t.get("vote-deeds-none")),
        false => Block::Items(standing.deeds.iter().map(item).collect()),
    });
}

pub(super) async fn page(
    ctx: Ctx,
    State(surveys): State<Surveys>,
    Path(id): Path<String>,
    mut params: Params,
) -> Result<Response, Failure> {
    let done = params.text("done");
    params.finish()?;
    let survey = secret(&surveys, &ctx, &id).await?;
    let t = texts(ctx.lang);
    let mut sheet = sheet_of(t, &ctx, &survey, &surveys.vote_standing(&ctx, &survey).await?);
    let said = ["name-left", "paper-taken", "sheet-entered", "urn-opened"];
    sheet.notice =
        done.filter(|done| said.contains(&done.as_str())).map(|done| t.get(&format!("vote-deed-{done}")));
    desk_sheet(&surveys, &ctx, &href(survey.id), sheet)
}

#[derive(Debug, Deserialize)]
pub(super) struct SearchForm {
    #[serde(default)]
    q: String,
}

pub(super) async fn search(
    ctx: Ctx,
    State(surveys): State<Surveys>,
    Path(id): Path<String>,
    ProtectedForm(form): ProtectedForm<SearchForm>,
) -> Result<Response, Failure> {
    let survey = secret(&surveys, &ctx, &id).await?;
    let t = texts(ctx.lang);
    let standing = surveys.vote_standing(&ctx, &survey).await?;
    let mut sheet = sheet_of(t, &ctx, &survey, &standing);
    let q: String = form.q.trim().chars().take(100).collect();
    match surveys.parties.search(&ctx, &q, &purpose()).await? {
        Err(SearchFault::TooShort) => {
            sheet.faults.push(FieldFault { field: "q", message: t.get("residents-too-short") });
        }
        Err(SearchFault::NoNumber) => {
            sheet.faults.push(FieldFault { field: "q", message: t.get("residents-no-number") });
        }
        Ok(found) => {
            let mut blocks = vec![Block::Heading(t.get("residents-found"))];
            if found.hits.is_empty() {
                blocks.push(Block::Empty(t.get("residents-none")));
            }
            if found.more {
                blocks.push(Block::Text(t.get("residents-more")));
            }
            for hit in found.hits {
                let email = hit.email.unwrap_or_default();
                blocks.extend(hit_blocks(t, &survey, &standing, &hit.party, &email));
            }
            // Found people stand above all else.
            sheet = blocks_first(sheet, blocks);
        }
    }
    desk_sheet(&surveys, &ctx, &href(survey.id), sheet)
}

#[derive(Debug, Deserialize)]
pub(super) struct NameForm {
    party: Uuid,
}

pub(super) async fn enter_name(
    ctx: Ctx,
    State(surveys): State<Surveys>,
    Path(id): Path<String>,
    ProtectedForm(form): ProtectedForm<NameForm>,
) -> Result<Response, Failure> {
    let survey = secret(&surveys, &ctx, &id).await?;
    let part = surveys.enter_name(&ctx, &survey, form.party, &purpose()).await?;
    let t = texts(ctx.lang);
    let sheet = sheet_of(t, &ctx, &survey, &surveys.vote_standing(&ctx, &survey).await?);
    let (key, counts) = match part {
        NamePart::Entered => ("vote-name-entered", true),
        NamePart::PaperCounts => ("vote-name-paper-counts", true),
        NamePart::Before => ("vote-name-before", false),
        NamePart::OnlineFirst => ("vote-name-online-first", false),
        NamePart::PutAside => ("vote-name-put-aside", false),
        NamePart::BothVoid => ("vote-name-both-void", false),
        NamePart::Nowhere => ("vote-name-nowhere", false),
        NamePart::NotEligible(why) => (why.key(), false),
    };
    let mut blocks = vec![if counts { Block::Text(t.get(key)) } else { Block::Notice(t.get(key)) }];
    if part == NamePart::Entered {
        blocks.push(Block::Form(Form {
            action: format!("{}/names/leave", href(survey.id)),
            fields: vec![Field::Hidden("party", form.party.to_string())],
            button: t.get("vote-names-leave"),
            ..Form::default()
        }));
    }
    desk_sheet(&surveys, &ctx, &href(survey.id), blocks_first(sheet, blocks))
}

pub(super) async fn leave_name(
    ctx: Ctx,
    State(surveys): State<Surveys>,
    Path(id): Path<String>,
    ProtectedForm(form): ProtectedForm<NameForm>,
) -> Result<Response, Failure> {
    let survey = secret(&surveys, &ctx, &id).await?;
    surveys.leave_name(&ctx, survey.id, form.party).await?;
    Ok(see_other(&format!("{}?done=name-left", href(survey.id))))
}

#[derive(Debug, Deserialize)]
pub(super) struct TakenForm {
    taken: Option<String>,
}

pub(super) async fn take_paper(
    ctx: Ctx,
    State(surveys): State<Surveys>,
    Path(id): Path<String>,
    ProtectedForm(form): ProtectedForm<TakenForm>,
) -> Result<Response, Failure> {
    let survey = secret(&surveys, &ctx, &id).await?;
    surveys.take_paper(&ctx, survey.id, form.taken.is_some()).await?;
    Ok(see_other(&href(survey.id)))
}

#[derive(Debug, Deserialize)]
pub(super) struct OpenForm {
    sure: Option<String>,
}

pub(super) async fn open_urn(
    ctx: Ctx,
    State(surveys): State<Surveys>,
    Path(id): Path<String>,
    ProtectedForm(form): ProtectedForm<OpenForm>,
) -> Result<Response, Failure> {
    let survey = secret(&surveys, &ctx, &id).await?;
    let t = texts(ctx.lang);
    let fault = match form.sure {
        None => t.get("vote-urn-not-sure"),
        Some(_) => match surveys.open_urn(&ctx, survey.id).await? {
            Opening::Done(_) | Opening::Before => {
                return Ok(see_other(&format!("{}?done=urn-opened", href(survey.id))));
            }
            Opening::TooEarly => t.get("vote-urn-shut"),
            Opening::SheetsDiffer(numbers) => {
                let numbers: Vec<String> = numbers.iter().take(20).map(ToString::to_string).collect();
                t.args("vote-urn-sheets", &[("numbers", numbers.join(", ").into())])
            }
        },
    };
    let mut sheet = sheet_of(t, &ctx, &survey, &surveys.vote_standing(&ctx, &survey).await?);
    sheet.faults.push(FieldFault { field: "sure", message: fault });
    desk_sheet(&surveys, &ctx, &href(survey.id), sheet)
}
