//! Interest notes: the draft at the desk, and the note as both sides see and print it.

use axum::{extract::State, response::Response};
use serde::Deserialize;
use uuid::Uuid;

use super::{
    DAY,
    desk::{START, payer_href},
    desk_sheet, fault, id, key_of, own_sheet,
};
use crate::{
    dues::{
        Dues,
        interest_notes::{NoteLine, note_number},
        store::interest_notes::NoteRow,
        words::{interest_sum, interest_table, read_day, short_day},
    },
    kernel::Params,
    parties::Purpose,
    platform::{
        Ctx,
        http::{Failure, Path, ProtectedForm},
        i18n::{Texts, texts},
    },
    ui::{
        Here,
        local_time::{day_of, day_text},
        money::money,
        see_other,
        views::{Block, Cell, Fact, Field, FieldFault, Form, Item, Link, Sheet},
    },
};

/// Notes of a payer, as links to their pages.
pub(super) fn note_blocks(t: &Texts, notes: &[NoteRow], base: &str, sheet: &mut Sheet) {
    if notes.is_empty() {
        return;
    }
    sheet.blocks.push(Block::Heading(t.get("notes-title")));
    let item = |note: &NoteRow| Item {
        href: Some(format!("{base}/interest-notes/{}", note.id)),
        title: note_number(note.year, note.number),
        text: short_day(note.on_day),
        value: money(t, note.amount_grosze),
        ..Item::default()
    };
    sheet.blocks.push(Block::Items(notes.iter().map(item).collect()));
}

/// The calculation, due by due.
fn line_blocks(t: &Texts, lines: &[NoteLine], sheet: &mut Sheet) {
    for line in lines {
        sheet.blocks.push(Block::Heading(format!("{}: {}", line.title, line.object)));
        let mut table = interest_table(t, &line.interest);
        table.rows.push(vec![Cell::text(interest_sum(t, &line.interest))]);
        sheet.blocks.push(Block::Table(table));
        let fact = |key: &str, grosze: i64| Fact { title: t.get(key), value: money(t, grosze) };
        let mut facts = Vec::new();
        if line.settled_grosze > 0 {
            facts.push(fact("note-settled", line.settled_grosze));
        }
        if line.noted_grosze > 0 {
            facts.push(fact("note-noted", line.noted_grosze));
        }
        facts.push(fact("note-amount", line.amount_grosze));
        sheet.blocks.push(Block::Facts(facts));
    }
    let sum = lines.iter().map(|line| line.amount_grosze).fold(0, i64::saturating_add);
    let total = Item { title: t.get("note-total"), value: money(t, sum), ..Item::default() };
    sheet.blocks.push(Block::Figures(vec![total]));
}

pub(super) async fn draft(
    ctx: Ctx,
    here: Here,
    State(dues): State<Dues>,
    Path(payer): Path<String>,
    mut params: Params,
) -> Result<Response, Failure> {
    let form = NoteForm {
        key: Uuid::now_v7().to_string(),
        purpose: params.text("purpose").unwrap_or_default(),
        note: params.text("note").unwrap_or_default(),
        on: params.text("on").unwrap_or_else(|| day_of(ctx.now).to_string()),
    };
    params.finish()?;
    show_draft(&dues, &ctx, &here, id(&payer)?, &form, Vec::new()).await
}

/// A note as it is asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct NoteForm {
    key: String,
    purpose: String,
    note: String,
    on: String,
}

async fn show_draft(
    dues: &Dues,
    ctx: &Ctx,
    here: &Here,
    payer: Uuid,
    form: &NoteForm,
    mut faults: Vec<FieldFault>,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    // The draft shows what somebody owes: a look, for the purpose for which the card was opened.
    let case = || Purpose { purpose: "case".to_owned(), note: None };
    dues.look(ctx, payer, &Purpose::read(&form.purpose, &form.note).unwrap_or_else(case)).await?;
    let mut sheet = Sheet::new(t.get("note-draft-title"));
    sheet.lead = Some(t.get("note-draft-lead"));
    sheet.back =
        Some(Link { href: payer_href(payer, &form.purpose, &form.note), text: t.get("desk-card-title") });
    let hidden =
        || vec![Field::Hidden("purpose", form.purpose.clone()), Field::Hidden("note", form.note.clone())];
    let mut fields = hidden();
    fields.push(Field::Line("on", t.get("reminders-on"), t.get("reminders-on-hint"), form.on.clone(), DAY));
    let path = format!("{START}/payers/{payer}/interest-note");
    sheet.blocks.push(Block::Form(Form {
        action: path.clone(),
        asks: true,
        fields,
        button: t.get("note-show"),
        first: false,
    }));
    let lines = match read_day(&form.on) {
        None => Err(()),
        Some(on) => match dues.note_drafted(ctx, payer, on).await {
            Ok(lines) => Ok(lines),
            Err(Failure::Stated { code: "note-day", .. }) => Err(()),
            Err(failure) => return Err(failure),
        },
    };
    match lines {
        Err(()) => faults.push(fault("on", t.get("reminders-day-fault"))),
        Ok(lines) if lines.is_empty() => sheet.blocks.push(Block::Empty(t.get("note-none"))),
        Ok(lines) => {
            line_blocks(t, &lines, &mut sheet);
            let mut fields = hidden();
            fields.push(Field::Hidden("key", form.key.clone()));
            fields.push(Field::Hidden("on", form.on.clone()));
            sheet.blocks.push(Block::Form(Form {
                action: path,
                asks: false,
                fields,
                button: t.get("note-send"),
                first: true,
            }));
        }
    }
    sheet.faults = faults;
    desk_sheet(dues, ctx, here, sheet)
}

pub(super) async fn make(
    ctx: Ctx,
    here: Here,
    State(dues): State<Dues>,
    Path(payer): Path<String>,
    ProtectedForm(form): ProtectedForm<NoteForm>,
) -> Result<Response, Failure> {
    let payer = id(&payer)?;
    let key = key_of(&form.key);
    let made = match read_day(&form.on) {
        Some(on) => dues.make_note(&ctx, key, (payer, on)).await,
        None => return show_draft(&dues, &ctx, &here, payer, &form, Vec::new()).await,
    };
    match made {
        Ok(true) => Ok(see_other(&format!("{START}/interest-notes/{key}?done=note"))),
        Ok(false) | Err(Failure::Stated { code: "note-day", .. }) => {
            show_draft(&dues, &ctx, &here, payer, &form, Vec::new()).await
        }
        Err(failure) => Err(failure),
    }
}

fn note_sheet(t: &Texts, (note, name, lines): (&NoteRow, &str, &[NoteLine])) -> Sheet {
    let number = note_number(note.year, note.number);
    let mut sheet = Sheet::new(t.args("note-heading", &[("number", number.into())]));
    sheet.caption = Some(t.args("reminders-plan", &[("day", day_text(note.on_day, t).into())]));
    let fact = |key: &str, value: String| Fact { title: t.get(key), value };
    sheet.blocks.push(Block::Facts(vec![
        fact("note-debtor", name.to_owned()),
        fact("due-fact-law", t.get("note-law")),
        fact("note-signed", note.signed.clone()),
    ]));
    line_blocks(t, lines, &mut sheet);
    sheet
}

pub(super) async fn desk_note(
    ctx: Ctx,
    here: Here,
    State(dues): State<Dues>,
    Path(note): Path<String>,
    mut params: Params,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let done = params.text("done");
    params.finish()?;
    let (note, name, lines) = dues.note_seen(&ctx, id(&note)?).await?;
    let number = note_number(note.year, note.number);
    let why = Purpose { purpose: "case".to_owned(), note: Some(number.clone()) };
    dues.look(&ctx, note.party, &why).await?;
    let mut sheet = note_sheet(t, (&note, &name, &lines));
    sheet.back = Some(Link { href: payer_href(note.party, "case", &number), text: t.get("desk-card-title") });
    sheet.notice = done.filter(|done| done == "note").map(|_| t.get("note-done"));
    desk_sheet(&dues, &ctx, &here, sheet)
}

pub(super) async fn own_note(
    ctx: Ctx,
    here: Here,
    State(dues): State<Dues>,
    Path(note): Path<String>,
    params: Params,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    params.finish()?;
    let (note, name, lines) = dues.note_seen(&ctx, id(&note)?).await?;
    let mut sheet = note_sheet(t, (&note, &name, &lines));
    sheet.back = Some(Link { href: "/account/dues".to_owned(), text: t.get("own-dues-title") });
    own_sheet(&dues, &ctx, &here, sheet)
}
