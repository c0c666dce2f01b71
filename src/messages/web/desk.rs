//! Deliveries, proofs and letters at the desk.

use std::collections::BTreeMap;

use axum::{extract::State, http::StatusCode, response::Response};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use uuid::Uuid;

use super::{
    channel_text, fault,
    own::{NoFields, purpose_title},
    see_other,
    templates::template_name,
};
use crate::{
    kernel::{Lang, Params},
    messages::{
        Channel, Messages, Purpose, State as DeliveryState, Why,
        compose::{MailContent, paragraphs},
        desk::{MOST_LETTERS, Proof, Shelf},
        ops::NO_ADDRESS,
        store::desk::{DeskRow, LetterRow, ProofDelivery, ProofEvent},
        templates::one_line,
    },
    platform::{
        Ctx,
        http::{Failure, Path, ProtectedForm},
        i18n::{Texts, texts},
    },
    ui::{
        Here, Nav, html, html_with,
        local_time::{date_text, instant_text},
        views::{
            DeliveryProofLine, DeliveryRowView, DeskMessagesPage, Fact, FieldFault, LetterRowView,
            PostLettersPage, PrintPage, PrintedLetter, ProofPage, ProofWay, ShelfLink,
        },
    },
};

fn done(params: &mut Params, t: &Texts) -> Option<String> {
    Some(match params.text("done")?.as_str() {
        "retry" => t.get("outbox-done-retry"),
        "given-up" => t.get("outbox-done-given-up"),
        "late" => t.get("outbox-done-late"),
        "posted" => t.get("letters-done-posted"),
        _ => return None,
    })
}

fn state_text(t: &Texts, state: &str) -> String {
    match DeliveryState::from_name(state) {
        Some(DeliveryState::Waiting) => t.get("delivery-waiting"),
        Some(DeliveryState::Sending) => t.get("delivery-sending"),
        Some(DeliveryState::Sent) => t.get("delivery-sent"),
        Some(DeliveryState::Delivered) => t.get("delivery-delivered"),
        Some(DeliveryState::Failed) => t.get("delivery-failed"),
        Some(DeliveryState::Dead) => t.get("delivery-dead"),
        Some(DeliveryState::NotWanted) => t.get("delivery-not-wanted"),
        None => state.to_owned(),
    }
}

fn why_text(t: &Texts, why: &str) -> String {
    match Why::from_name(why) {
        Some(Why::Security) => t.get("why-security"),
        Some(Why::Law) => t.get("why-law"),
        Some(Why::Consent) => t.get("why-consent"),
        Some(Why::NoConsent) => t.get("why-no-consent"),
        Some(Why::Formal) => t.get("why-formal"),
        Some(Why::NoOtherWay) => t.get("why-no-other-way"),
        Some(Why::Asked) => t.get("why-asked"),
        Some(Why::Flood) => t.get("why-flood"),
        None => why.to_owned(),
    }
}

fn event_text(t: &Texts, what: &str) -> String {
    match what {
        "queued" => t.get("delivery-event-queued"),
        "sending" => t.get("delivery-event-sending"),
        "sent" => t.get("delivery-event-sent"),
        "delivered" => t.get("delivery-event-delivered"),
        "failed" => t.get("delivery-event-failed"),
        "dead" => t.get("delivery-event-dead"),
        "not_wanted" => t.get("delivery-event-not-wanted"),
        "retried" => t.get("delivery-event-retried"),
        "given_up" => t.get("delivery-event-given-up"),
        "posted" => t.get("delivery-event-posted"),
        "looked" => t.get("delivery-event-looked"),
        other => other.to_owned(),
    }
}

/// Where a way leads, in one line. The ids of browsers tell nobody anything.
fn address_text(channel: &str, address: &str) -> String {
    match Channel::from_name(channel) {
        Some(Channel::Push) => String::new(),
        _ => address.replace('\n', ", "),
    }
}

/// Why a try came to nothing: our own words in the page's language, others' as they were said.
fn answer_text(t: &Texts, said: &str) -> String {
    if said == NO_ADDRESS {
        return t.get("outbox-no-address");
    }
    if said.starts_with("the last try was broken off") {
        return t.get("outbox-broken-off");
    }
    said.to_owned()
}

/// Who did it: an address, or the program itself.
fn actor_text(t: &Texts, actor: &str) -> String {
    match actor {
        _ if actor.contains('@') => actor.to_owned(),
        "visitor" => t.get("delivery-actor-visitor"),
        _ => t.get("delivery-actor-program"),
    }
}

pub(super) async fn list(
    ctx: Ctx,
    here: Here,
    State(messages): State<Messages>,
    mut params: Params,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let notice = done(&mut params, t);
    let shelf = params.text("shelf").and_then(|name| Shelf::from_name(&name)).unwrap_or(Shelf::Dead);
    let q = params.text("q").unwrap_or_default();
    let before: Option<Uuid> = params.parse("before", "the id of a delivery")?;
    params.finish()?;
    let counts = messages.delivery_counts(&ctx).await?;
    let (rows, next) = messages.deliveries(&ctx, shelf, &q, before).await?;
    let count = |states: &[&str], channel: Option<Channel>| -> i64 {
        counts
            .iter()
            .filter(|(state, of, _)| {
                states.contains(&state.as_str()) && channel.is_none_or(|channel| channel.name() == of)
            })
            .map(|(.., n)| n)
            .sum()
    };
    let missing = messages.missing_channels().into_iter().map(|(channel, settings)| {
        let values = [
            ("channel", channel_text(t, Some(channel)).into()),
            ("settings", settings.into()),
            ("n", count(&["waiting", "sending"], Some(channel)).into()),
        ];
        t.args("outbox-not-set-up", &values)
    });
    let shelves = Shelf::ALL.map(|one| ShelfLink {
        href: format!("/desk/messages?shelf={}", one.name()),
        title: match one {
            Shelf::Dead => t.args("shelf-dead", &[("n", count(&["dead"], None).into())]),
            Shelf::Waiting => t.args("shelf-waiting", &[("n", count(&["waiting", "sending"], None).into())]),
            Shelf::Sent => t.get("shelf-sent"),
            Shelf::Other => t.get("shelf-other"),
        },
        here: one == shelf,
    });
    let address = |more: String| {
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("shelf", shelf.name())
            .append_pair("q", &q)
            .finish();
        format!("/desk/messages?{query}{more}")
    };
    let page = DeskMessagesPage {
        page: messages.site.page(&ctx, &here, Nav::DeskMessages, t.get("outbox-title")),
        t,
        notice,
        missing: missing.collect(),
        shelves: shelves.to_vec(),
        shelf: shelf.name(),
        rows: rows.iter().map(|row| delivery_row(t, row)).collect(),
        first: before.map(|_| address(String::new())),
        next: next.map(|next| address(format!("&before={next}"))),
        q,
    };
    html(&page)
}

fn delivery_row(t: &Texts, row: &DeskRow) -> DeliveryRowView {
    let mut state = state_text(t, &row.state);
    if row.attempts > 0 {
        state = format!("{state}, {}", t.args("delivery-attempts", &[("n", row.attempts.into())]));
    }
    if row.state == DeliveryState::Waiting.name() && row.attempts > 0 {
        let when = instant_text(row.next_try_at, t);
        state = format!("{state}, {}", t.args("delivery-next", &[("when", when.into())]));
    }
    DeliveryRowView {
        href: format!("/desk/messages/{}#d-{}", row.message, row.id),
        id: row.id.to_string(),
        channel: channel_text(t, Channel::from_name(&row.channel)),
        address: address_text(&row.channel, &row.address),
        subject: row.subject.clone(),
        when: instant_text(row.created_at, t),
        state,
        error: row.last_error.as_deref().map(|error| answer_text(t, error)),
        dead: row.state == DeliveryState::Dead.name(),
        retry: !row.address.is_empty(),
    }
}

pub(super) async fn proof(
    ctx: Ctx,
    here: Here,
    State(messages): State<Messages>,
    Path(id): Path<Uuid>,
    mut params: Params,
) -> Result<Response, Failure> {
    let notice = done(&mut params, texts(ctx.lang));
    params.finish()?;
    let proof = messages.proof(&ctx, id).await?;
    show_proof(&ctx, &here, &messages, id, &proof, Shown { notice, ..Shown::default() })
}

/// What is shown besides the proof itself.
#[derive(Debug, Default)]
struct Shown {
    notice: Option<String>,
    faults: Vec<FieldFault>,
    text: bool,
    /// An envelope as it was typed.
    typed: String,
}

fn show_proof(
    ctx: &Ctx,
    here: &Here,
    messages: &Messages,
    id: Uuid,
    proof: &Proof,
    shown: Shown,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let head = &proof.head;
    let fact = |title: String, value: String| Fact { title, value };
    let purpose =
        Purpose::from_name(&head.purpose).map(|purpose| purpose_title(t, purpose)).unwrap_or_default();
    let template = head.template.as_ref().map(|slug| {
        let version = match head.template_version {
            Some(number @ 1..) => t.args("template-version", &[("n", number.into())]),
            _ => t.get("template-built-in"),
        };
        format!("{} ({version})", template_name(t, slug))
    });
    let read = head.read_at.map(|at| moment(t, at)).unwrap_or_else(|| t.get("proof-not-read"));
    let mut facts = vec![
        fact(t.get("template-purpose"), purpose),
        fact(t.get("event-when"), moment(t, head.created_at)),
        fact(t.get("event-who"), actor_text(t, &head.actor)),
    ];
    facts.extend(template.map(|template| fact(t.get("template-title"), template)));
    if head.party.is_some() {
        facts.push(fact(t.get("proof-read"), read));
    }
    let page = ProofPage {
        page: messages.site.page(ctx, here, Nav::DeskMessages, head.subject.clone()),
        t,
        notice: shown.notice,
        id: id.to_string(),
        subject: head.subject.clone(),
        facts,
        body: shown.text.then(|| paragraphs(&head.body, "")),
        ways: proof
            .deliveries
            .iter()
            .map(|way| {
                let events: Vec<_> = proof.events.iter().filter(|event| event.delivery == way.id).collect();
                proof_way(t, way, &events, shown.text)
            })
            .collect(),
        faults: shown.faults,
        typed: shown.typed,
    };
    let status = if page.faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    html_with(status, &page)
}

fn proof_way(t: &Texts, way: &ProofDelivery, events: &[&ProofEvent], text: bool) -> ProofWay {
    let dead = way.state == DeliveryState::Dead.name();
    let line = |event: &&ProofEvent| DeliveryProofLine {
        at: moment(t, event.at),
        what: event_text(t, &event.what),
        attempt: if event.attempt > 0 { event.attempt.to_string() } else { String::new() },
        provider: event.provider.clone().unwrap_or_default(),
        answer: event.answer.as_deref().map(|said| answer_text(t, said)).unwrap_or_default(),
        actor: actor_text(t, &event.actor),
    };
    ProofWay {
        id: way.id.to_string(),
        channel: channel_text(t, Channel::from_name(&way.channel)),
        address: address_text(&way.channel, &way.address),
        why: why_text(t, &way.why),
        state: state_text(t, &way.state),
        provider_id: way.provider_id.clone(),
        dead,
        no_address: dead && way.address.is_empty(),
        content: (text && way.content.len() > 2).then(|| readable(&way.content)),
        events: events.iter().map(line).collect(),
    }
}

/// What went out as lines: `subject: …`.
fn readable(content: &str) -> String {
    let parts: BTreeMap<String, String> = serde_json::from_str(content).unwrap_or_default();
    parts.iter().map(|(name, text)| format!("{name}: {text}")).collect::<Vec<_>>().join("\n")
}

/// To the second, for proofs.
fn moment(t: &Texts, at: DateTime<Utc>) -> String {
    format!("{}:{}", instant_text(at, t), at.format("%S"))
}

/// Why somebody looks.
#[derive(Debug, Deserialize)]
pub(super) struct LookForm {
    #[serde(default)]
    why: String,
}

pub(super) async fn show_text(
    ctx: Ctx,
    here: Here,
    State(messages): State<Messages>,
    Path(id): Path<Uuid>,
    ProtectedForm(form): ProtectedForm<LookForm>,
) -> Result<Response, Failure> {
    let why = one_line(&form.why, 200);
    if why.chars().count() < 5 {
        let proof = messages.proof(&ctx, id).await?;
        let faults = vec![fault("why", texts(ctx.lang).get("proof-why-needed"))];
        return show_proof(&ctx, &here, &messages, id, &proof, Shown { faults, ..Shown::default() });
    }
    let proof = messages.look_at_text(&ctx, id, &why).await?;
    show_proof(&ctx, &here, &messages, id, &proof, Shown { text: true, ..Shown::default() })
}

pub(super) async fn retry(
    ctx: Ctx,
    State(messages): State<Messages>,
    Path(id): Path<Uuid>,
    ProtectedForm(NoFields {}): ProtectedForm<NoFields>,
) -> Result<Response, Failure> {
    let done = messages.decide(&ctx, id, true).await?;
    Ok(see_other(if done { "/desk/messages?done=retry" } else { "/desk/messages?done=late" }))
}

pub(super) async fn give_up(
    ctx: Ctx,
    State(messages): State<Messages>,
    Path(id): Path<Uuid>,
    ProtectedForm(NoFields {}): ProtectedForm<NoFields>,
) -> Result<Response, Failure> {
    let done = messages.decide(&ctx, id, false).await?;
    Ok(see_other(if done { "/desk/messages?done=given-up" } else { "/desk/messages?done=late" }))
}

/// Lines of an envelope.
#[derive(Debug, Deserialize)]
pub(super) struct AddressForm {
    /// The message to which the letter belongs.
    message: Uuid,
    #[serde(default)]
    address: String,
}

pub(super) async fn address(
    ctx: Ctx,
    here: Here,
    State(messages): State<Messages>,
    Path(id): Path<Uuid>,
    ProtectedForm(form): ProtectedForm<AddressForm>,
) -> Result<Response, Failure> {
    let lines: Vec<String> = form
        .address
        .lines()
        .map(|line| one_line(line, 100))
        .filter(|line| !line.is_empty())
        .take(6)
        .collect();
    if lines.len() < 2 {
        let proof = messages.proof(&ctx, form.message).await?;
        let faults = vec![fault("address", texts(ctx.lang).get("proof-address-needed"))];
        let typed = form.address.chars().take(400).collect();
        let shown = Shown { faults, typed, ..Shown::default() };
        return show_proof(&ctx, &here, &messages, form.message, &proof, shown);
    }
    let done = messages.address_letter(&ctx, id, &lines.join("\n")).await?;
    Ok(see_other(if done { "/desk/messages/letters" } else { "/desk/messages?done=late" }))
}

pub(super) async fn letters(
    ctx: Ctx,
    here: Here,
    State(messages): State<Messages>,
    mut params: Params,
) -> Result<Response, Failure> {
    let notice = done(&mut params, texts(ctx.lang));
    params.finish()?;
    show_letters(&ctx, &here, &messages, notice, Vec::new()).await
}

async fn show_letters(
    ctx: &Ctx,
    here: &Here,
    messages: &Messages,
    notice: Option<String>,
    faults: Vec<FieldFault>,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let row = |row: LetterRow| LetterRowView {
        href: format!("/desk/messages/{}#d-{}", row.message, row.id),
        id: row.id.to_string(),
        address: row.address.replace('\n', ", "),
        subject: letter_content(&row).subject,
        when: instant_text(row.done_at.unwrap_or(row.created_at), t),
        number: row.provider_id,
    };
    let waiting = messages.letters(ctx, false).await?;
    let posted = messages.letters(ctx, true).await?;
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = PostLettersPage {
        page: messages.site.page(ctx, here, Nav::DeskMessages, t.get("post-letters-title")),
        t,
        notice,
        faults,
        waiting: waiting.into_iter().map(row).collect(),
        posted: posted.into_iter().take(50).map(row).collect(),
        electronic: messages.config.messages.edelivery_folder.is_some(),
    };
    html_with(status, &page)
}

fn letter_content(row: &LetterRow) -> MailContent {
    let damaged = || MailContent { subject: String::new(), text: String::new() };
    serde_json::from_str(&row.content).unwrap_or_else(|_| damaged())
}

/// All fields, since each letter has a number of its own.
type Fields = Vec<(String, String)>;

pub(super) async fn letters_send(
    ctx: Ctx,
    here: Here,
    State(messages): State<Messages>,
    ProtectedForm(fields): ProtectedForm<Fields>,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let value = |name: &str| fields.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    let chosen: Vec<Uuid> = fields
        .iter()
        .filter(|(name, _)| name == "letter")
        .filter_map(|(_, id)| id.parse().ok())
        .take(MOST_LETTERS as usize)
        .collect();
    if chosen.is_empty() {
        let faults = vec![fault("letter", t.get("letters-none-chosen"))];
        return show_letters(&ctx, &here, &messages, None, faults).await;
    }
    if value("do") == Some("posted") {
        let number = |id: &Uuid| {
            let text = one_line(value(&format!("number-{id}")).unwrap_or_default(), 60);
            (*id, Some(text).filter(|text| !text.is_empty()))
        };
        messages.post_letters(&ctx, &chosen.iter().map(number).collect::<Vec<_>>()).await?;
        return Ok(see_other("/desk/messages/letters?done=posted"));
    }
    let rows = messages.letters_of(&ctx, &chosen).await?;
    let sheet = |row: LetterRow| {
        let lang = Lang::from_tag(&row.lang).unwrap_or_default();
        let content = letter_content(&row);
        PrintedLetter {
            envelope: row.address.lines().map(str::to_owned).collect(),
            date: format!("{}, {}", messages.site.town_name(), date_text(ctx.now, texts(lang))),
            subject: content.subject,
            body: paragraphs(&content.text, ""),
            lang: lang.tag(),
        }
    };
    let page = PrintPage {
        page: messages.site.page(&ctx, &here, Nav::DeskMessages, t.get("post-letters-print")),
        t,
        letters: rows.into_iter().map(sheet).collect(),
    };
    html(&page)
}
