//! The page of one entry, and what is done there.

use axum::{extract::State, http::StatusCode, response::Response};
use law::allocation::PaidBy;
use serde::Deserialize;
use uuid::Uuid;

use super::{fault, id, statement_name};
use crate::{
    kernel::{Params, read_zloty},
    platform::{
        Ctx,
        http::{Failure, Path, ProtectedForm},
        i18n::{Texts, texts},
    },
    statements::{
        Statements,
        decide::{Assignment, Chosen, Done, MOST_PARTS, Refused},
        desk::{Choice as Found, Opened},
        model::How,
        store::{State as Stage, cover::CoverRow},
        words::{account_text, decision_text, how_text, state_chip, why_text},
    },
    ui::{
        Here, Nav, html_with,
        local_time::{day_text, instant_text},
        money::money,
        see_other, unkept,
        views::{
            Chip, Choice, EntryBookingLine, EntryChoice, Fact, FieldFault, Link, OriginalChoice,
            StatementEntryPage,
        },
    },
};

/// Most characters of what is looked for.
const MOST_QUERY: usize = 100;

/// What was typed, and what became of it.
#[derive(Debug, Default)]
struct Shown {
    notice: Option<String>,
    faults: Vec<FieldFault>,
    q: String,
    amounts: Vec<(String, String)>,
    by: String,
    remember: bool,
}

pub(super) async fn page(
    ctx: Ctx,
    State(statements): State<Statements>,
    Path(entry): Path<String>,
    mut params: Params,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let notice = match params.text("done").as_deref() {
        Some("assigned") => Some(t.get("entry-done-assigned")),
        Some("returned") => Some(t.get("entry-done-returned")),
        Some("undone") => Some(t.get("entry-done-undone")),
        Some("original") => Some(t.get("entry-done-original")),
        Some("seen") => Some(t.get("entry-done-seen")),
        Some("payout") => Some(t.get("entry-done-payout")),
        _ => None,
    };
    let q: String = params.text("q").unwrap_or_default().trim().chars().take(MOST_QUERY).collect();
    params.finish()?;
    show(&statements, &ctx, id(&entry)?, Shown { notice, q, ..Shown::default() }, StatusCode::OK).await
}

async fn show(
    statements: &Statements,
    ctx: &Ctx,
    id: Uuid,
    shown: Shown,
    status: StatusCode,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let opened = statements.open(ctx, id, &shown.q).await?;
    let entry = &opened.entry;
    let path = format!("/desk/statements/entries/{id}");
    let amount = money(t, entry.amount_grosze);
    let held = entry.state == Stage::Held;
    let choice = |value: &str, key: &str| Choice {
        value: value.to_owned(),
        label: t.get(key),
        selected: shown.by == value,
    };
    let page = StatementEntryPage {
        page: statements.site.page(
            ctx,
            &Here(path.clone()),
            Nav::DeskStatements,
            t.args("entry-page-title", &[("amount", amount.clone().into())]),
        ),
        t,
        notice: shown.notice,
        faults: shown.faults,
        version: entry.version,
        amount,
        chips: vec![state_chip(t, entry.state, entry.why)],
        why: entry.why.map(|why| why_text(t, why)),
        facts: facts(t, &opened),
        places: opened
            .places
            .iter()
            .map(|place| Link {
                href: format!("/desk/statements/{}", place.statement),
                text: t.args(
                    "entry-place",
                    &[
                        ("name", statement_name(t, &place.format, place.number).into()),
                        ("line", place.line.to_string().into()),
                        ("file", place.file.clone().into()),
                        ("when", instant_text(place.taken_at, t).into()),
                    ],
                ),
            })
            .collect(),
        raw: entry.raw.clone(),
        bookings: opened
            .bookings
            .iter()
            .map(|booking| EntryBookingLine {
                href: format!("/desk/dues/entries/{}", booking.booking),
                number: booking.number.to_string(),
                payer: booking.name.clone(),
                amount: money(t, booking.amount_grosze),
                how: How::from_name(&booking.how).map(|how| how_text(t, how)).unwrap_or_default(),
                undone: booking.undone_at.is_some(),
            })
            .collect(),
        decisions: opened
            .decisions
            .iter()
            .map(|decision| {
                let what = decision_text(t, &decision.kind, &decision.details);
                format!("{}, {}: {what}", instant_text(decision.at, t), decision.actor)
            })
            .collect(),
        held,
        left: money(t, entry.amount_grosze - opened.booked_grosze),
        nobody: opened.nobody_found,
        choices: opened
            .choices
            .iter()
            .enumerate()
            .map(|(n, found)| entry_choice(t, n + 1, found, &shown.amounts))
            .collect(),
        payers: vec![
            choice("payer", "entry-by-payer"),
            choice("close", "entry-by-close"),
            choice("stranger", "entry-by-stranger"),
        ],
        sender_account: entry.sender_account.as_deref().map(account_text),
        remember: shown.remember,
        cover: opened.cover.as_ref().map(|cover| cover_link(t, cover)),
        payouts: opened
            .payouts
            .iter()
            .map(|payout| {
                let values = [
                    ("contract", payout.contract.clone().into()),
                    ("name", payout.name.clone().into()),
                    ("day", day_text(payout.paid_on, t).into()),
                    ("amount", money(t, payout.net_grosze).into()),
                ];
                (payout.id.to_string(), t.args("entry-payout", &values))
            })
            .collect(),
        can_undo: matches!(entry.state, Stage::Booked | Stage::Returned | Stage::Covered)
            || held && opened.bookings.iter().any(|booking| booking.undone_at.is_none()),
        unclear: entry.state == Stage::Listed && entry.why.is_some(),
        originals: opened
            .originals
            .iter()
            .map(|(id, title, day)| OriginalChoice {
                id: id.to_string(),
                href: format!("/desk/statements/entries/{id}"),
                text: format!("{}: {title}", day_text(*day, t)),
            })
            .collect(),
        q: shown.q,
        path,
    };
    Ok(unkept(html_with(status, &page)?))
}

/// "Wypłata AUTOPAY/2026-05-15 operatora autopay", with the page where it is explained.
fn cover_link(t: &Texts, cover: &CoverRow) -> Link {
    if let Some(contract) = &cover.contract {
        let values = [
            ("contract", contract.clone().into()),
            ("payout", cover.payout.clone().unwrap_or_default().into()),
        ];
        let key = if cover.payout.is_some() { "entry-cover-payout" } else { "entry-cover-operator" };
        return Link { href: "/desk/payments/settlements".to_owned(), text: t.args(key, &values) };
    }
    let file = [("file", cover.file.clone().unwrap_or_default().into())];
    match (cover.twin, cover.list) {
        (Some(twin), _) => {
            Link { href: format!("/desk/statements/entries/{twin}"), text: t.args("entry-cover-twin", &file) }
        }
        (None, list) => Link {
            href: format!("/desk/statements/{}", list.unwrap_or_default()),
            text: t.args("entry-cover-list", &file),
        },
    }
}

fn facts(t: &Texts, opened: &Opened) -> Vec<Fact> {
    let entry = &opened.entry;
    let fact = |key: &str, value: String| Fact { title: t.get(key), value };
    let mut facts = Vec::new();
    facts.extend(entry.sender_name.clone().map(|name| fact("entry-sender", name)));
    facts.extend(
        entry.sender_account.as_deref().map(|account| fact("entry-sender-account", account_text(account))),
    );
    facts.push(fact("entry-title", entry.title.clone()));
    facts.push(fact("statement-account", account_text(&entry.nrb)));
    facts.extend(entry.paid_to.as_deref().map(|account| fact("entry-paid-to", account_text(account))));
    facts.extend(entry.mass_payment_id.clone().map(|id| fact("entry-mass-payment-id", id)));
    facts.push(fact("entry-booked-on", day_text(entry.booked_on, t)));
    facts.push(fact("entry-value-on", day_text(entry.value_on, t)));
    facts.push(fact("entry-paid-on", day_text(entry.paid_on, t)));
    facts.extend(entry.description.clone().map(|text| fact("entry-description", text)));
    facts.extend(entry.bank_reference.clone().map(|text| fact("entry-bank-reference", text)));
    facts
}

fn entry_choice(t: &Texts, n: usize, found: &Found, amounts: &[(String, String)]) -> EntryChoice {
    let mut about = vec![found.object.clone()];
    about.push(t.args("entry-choice-account", &[("number", found.account_number.to_string().into())]));
    about.extend(found.term.map(|term| t.args("entry-choice-term", &[("day", day_text(term, t).into())])));
    let mut chips = Vec::new();
    if found.likeness.is_some_and(|likeness| likeness.name) {
        chips.push(Chip { look: "good", text: t.get("entry-like-name") });
    }
    if found.likeness.is_some_and(|likeness| likeness.amount) {
        chips.push(Chip { look: "good", text: t.get("entry-like-amount") });
    }
    let value = found.chosen.to_string();
    EntryChoice {
        n,
        payer: found.payer_name.clone(),
        title: match found.chosen.instalment {
            Some(_) => found.title.clone(),
            None => t.args("entry-choice-whole", &[("kind", found.title.clone().into())]),
        },
        about: about.join(" · "),
        to_pay: found.to_pay_grosze.map(|grosze| money(t, grosze)).unwrap_or_default(),
        chips,
        amount: amounts
            .iter()
            .find(|(own, _)| *own == value)
            .map(|(_, text)| text.clone())
            .unwrap_or_default(),
        value,
    }
}

/// Where it goes on after an act, or what is said about it.
async fn after(
    statements: &Statements,
    ctx: &Ctx,
    id: Uuid,
    (done, word): (Done, &str),
    shown: Shown,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let refused = match done {
        Ok(()) => return Ok(see_other(&format!("/desk/statements/entries/{id}?done={word}"))),
        Err(refused) => refused,
    };
    let (status, field, message) = match refused {
        Refused::Stale => (StatusCode::CONFLICT, "entry-title", t.get("entry-stale")),
        Refused::NotNow => (StatusCode::CONFLICT, "entry-title", t.get("entry-not-now")),
        Refused::NoPart => (StatusCode::UNPROCESSABLE_ENTITY, "choices", t.get("entry-no-part")),
        Refused::TooMuch => (StatusCode::UNPROCESSABLE_ENTITY, "choices", t.get("entry-too-much")),
        Refused::Unknown => (StatusCode::UNPROCESSABLE_ENTITY, "choices", t.get("entry-unknown")),
        Refused::Stranger => (StatusCode::UNPROCESSABLE_ENTITY, "by", t.get("entry-stranger")),
        Refused::NoSender => (StatusCode::UNPROCESSABLE_ENTITY, "choices", t.get("entry-no-sender")),
        Refused::SeveralPayers => {
            (StatusCode::UNPROCESSABLE_ENTITY, "remember", t.get("entry-several-payers"))
        }
    };
    let mut faults = shown.faults;
    faults.push(fault(field, message));
    show(statements, ctx, id, Shown { faults, ..shown }, status).await
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct AssignForm {
    version: i32,
    q: String,
    /// Each line of the form in order; `amount` has one text for each.
    target: Vec<String>,
    amount: Vec<String>,
    /// The line that gets everything, by its button.
    whole: String,
    by: String,
    remember: String,
}

pub(super) async fn assign(
    ctx: Ctx,
    State(statements): State<Statements>,
    Path(entry): Path<String>,
    ProtectedForm(form): ProtectedForm<AssignForm>,
) -> Result<Response, Failure> {
    let id = id(&entry)?;
    let t = texts(ctx.lang);
    let q: String = form.q.trim().chars().take(MOST_QUERY).collect();
    let lines: Vec<(String, String)> =
        form.target.into_iter().zip(form.amount).filter(|(_, amount)| !amount.trim().is_empty()).collect();
    let remember = form.remember == "yes";
    let mut shown = Shown { q, remember, by: form.by.clone(), amounts: lines.clone(), ..Shown::default() };
    let by = match form.by.as_str() {
        "close" => PaidBy::Close,
        "stranger" => PaidBy::Stranger,
        _ => PaidBy::Payer,
    };
    let mut parts = Vec::new();
    if form.whole.is_empty() {
        for (target, amount) in lines.iter().take(MOST_PARTS + 1) {
            match (target.parse::<Chosen>(), read_zloty(amount, law::AMOUNT_MAX_GROSZE).ok()) {
                (Ok(chosen), Some(grosze)) => parts.push((chosen, Some(grosze))),
                (Err(_), _) => shown.faults.push(fault("choices", t.get("entry-unknown"))),
                (_, None) => {
                    let shown_amount: String = amount.chars().take(30).collect();
                    let message = t.args("entry-bad-amount", &[("amount", shown_amount.into())]);
                    shown.faults.push(fault("choices", message));
                }
            }
        }
    } else {
        match form.whole.parse::<Chosen>() {
            Ok(chosen) => parts.push((chosen, None)),
            Err(_) => shown.faults.push(fault("choices", t.get("entry-unknown"))),
        }
    }
    if !shown.faults.is_empty() {
        return show(&statements, &ctx, id, shown, StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    let assignment = Assignment { parts, by, remember };
    let done = statements.assign(&ctx, id, form.version, &assignment).await?;
    after(&statements, &ctx, id, (done, "assigned"), shown).await
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ActForm {
    version: i32,
    original: String,
    payout: String,
}

pub(super) async fn send_back(
    ctx: Ctx,
    State(statements): State<Statements>,
    Path(entry): Path<String>,
    ProtectedForm(form): ProtectedForm<ActForm>,
) -> Result<Response, Failure> {
    let id = id(&entry)?;
    let done = statements.send_back(&ctx, id, form.version).await?;
    after(&statements, &ctx, id, (done, "returned"), Shown::default()).await
}

pub(super) async fn undo(
    ctx: Ctx,
    State(statements): State<Statements>,
    Path(entry): Path<String>,
    ProtectedForm(form): ProtectedForm<ActForm>,
) -> Result<Response, Failure> {
    let id = id(&entry)?;
    let done = statements.undo(&ctx, id, form.version).await?;
    after(&statements, &ctx, id, (done, "undone"), Shown::default()).await
}

pub(super) async fn name_original(
    ctx: Ctx,
    State(statements): State<Statements>,
    Path(entry): Path<String>,
    ProtectedForm(form): ProtectedForm<ActForm>,
) -> Result<Response, Failure> {
    let id = id(&entry)?;
    let done = match form.original.parse() {
        Ok(original) => statements.name_original(&ctx, id, form.version, original).await?,
        Err(_) => Err(Refused::Unknown),
    };
    after(&statements, &ctx, id, (done, "original"), Shown::default()).await
}

pub(super) async fn name_payout(
    ctx: Ctx,
    State(statements): State<Statements>,
    Path(entry): Path<String>,
    ProtectedForm(form): ProtectedForm<ActForm>,
) -> Result<Response, Failure> {
    let id = id(&entry)?;
    let done = match form.payout.parse() {
        Ok(payout) => statements.name_payout(&ctx, id, form.version, payout).await?,
        Err(_) => Err(Refused::Unknown),
    };
    after(&statements, &ctx, id, (done, "payout"), Shown::default()).await
}

pub(super) async fn settle_listed(
    ctx: Ctx,
    State(statements): State<Statements>,
    Path(entry): Path<String>,
    ProtectedForm(form): ProtectedForm<ActForm>,
) -> Result<Response, Failure> {
    let id = id(&entry)?;
    let done = statements.settle_listed(&ctx, id, form.version).await?;
    after(&statements, &ctx, id, (done, "seen"), Shown::default()).await
}
