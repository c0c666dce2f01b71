//! Residents at the desk: search with a purpose, one person's record, letters with codes.

use axum::{extract::State, http::StatusCode, response::Response};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use uuid::Uuid;

use super::{
    day, fault, id, level_name, look_lines, mandate_line, proof_lines, purpose_form, see_other, unkept,
};
use crate::{
    kernel::{Lang, Params, identifiers::Nip},
    parties::{
        Found, Hit, Parties, Purpose, SearchFault,
        model::{Record, line, show_code},
    },
    platform::{
        Ctx,
        access::Level,
        http::{BaseUrl, Failure, Path, ProtectedForm},
        i18n::{Texts, texts},
    },
    ui::{
        Here, Nav, html_with,
        local_time::date_text,
        views::{
            Choice, Fact, FieldFault, HitLine, LetterView, LettersPage, LettersPrintPage, PurposePage,
            ResidentPage, ResidentsPage,
        },
    },
};

pub(super) async fn page(
    ctx: Ctx,
    State(parties): State<Parties>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    show_search(&parties, &ctx, &SearchForm::default(), None, Vec::new(), StatusCode::OK)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct SearchForm {
    q: String,
    purpose: String,
    note: String,
}

fn show_search(
    parties: &Parties,
    ctx: &Ctx,
    form: &SearchForm,
    found: Option<Found>,
    faults: Vec<FieldFault>,
    status: StatusCode,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let here = Here("/desk/residents".to_owned());
    let page = ResidentsPage {
        page: parties.site.page(ctx, &here, Nav::DeskResidents, t.get("desk-nav-residents")),
        t,
        q: form.q.clone(),
        purpose: purpose_form(t, &form.purpose, &form.note),
        more: found.as_ref().is_some_and(|found| found.more),
        hits: found.map(|found| found.hits.into_iter().map(|hit| hit_line(t, form, hit)).collect()),
        faults,
    };
    Ok(unkept(html_with(status, &page)?))
}

fn hit_line(t: &Texts, form: &SearchForm, hit: Hit) -> HitLine {
    HitLine {
        href: format!(
            "/desk/residents/{}?purpose={}&note={}",
            hit.party.id,
            encoded(&form.purpose),
            encoded(&form.note)
        ),
        name: hit.party.name,
        email: hit.email,
        level: level_name(t, hit.party.level),
    }
}

pub(super) async fn search(
    ctx: Ctx,
    State(parties): State<Parties>,
    ProtectedForm(form): ProtectedForm<SearchForm>,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let purpose = Purpose::read(&form.purpose, &form.note);
    let mut faults = Vec::new();
    let q: String = form.q.trim().chars().take(100).collect();
    let found = match purpose {
        None => {
            faults.push(fault("purpose", t.get("look-purpose-fault")));
            None
        }
        Some(why) => match parties.search(&ctx, &q, &why).await? {
            Ok(found) => Some(found),
            Err(SearchFault::TooShort) => {
                faults.push(fault("q", t.get("residents-too-short")));
                None
            }
            Err(SearchFault::NoNumber) => {
                faults.push(fault("q", t.get("residents-no-number")));
                None
            }
        },
    };
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    show_search(&parties, &ctx, &form, found, faults, status)
}

pub(super) async fn person(
    ctx: Ctx,
    State(parties): State<Parties>,
    Path(party): Path<String>,
    mut params: Params,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let party = id(&party)?;
    let asked = params.text("purpose");
    let note = params.text("note").unwrap_or_default();
    let done = params.text("done");
    params.finish()?;
    let purpose = asked.as_deref().unwrap_or_default();
    let Some(why) = Purpose::read(purpose, &note) else {
        let path = format!("/desk/residents/{party}");
        let faults = match &asked {
            Some(_) => vec![fault("purpose", t.get("look-purpose-fault"))],
            None => Vec::new(),
        };
        let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
        let page = PurposePage {
            page: parties.site.page(&ctx, &Here(path.clone()), Nav::DeskResidents, t.get("look-title")),
            t,
            path,
            purpose: purpose_form(t, purpose, &note),
            faults,
        };
        return Ok(unkept(html_with(status, &page)?));
    };
    let notice = match done.as_deref() {
        Some("lowered") => Some(t.get("lower-done")),
        Some("mandate") => Some(t.get("mandate-done-entered")),
        Some("revoked") => Some(t.get("mandate-done-revoked")),
        Some("verified") => Some(t.get("verify-done")),
        Some("factors") => Some(t.get("lost-factors-done")),
        _ => None,
    };
    let faults = match done.as_deref() {
        Some("no-reason") => vec![fault("why", t.get("mandate-why-fault"))],
        _ => Vec::new(),
    };
    let asked = Asked { purpose: purpose.to_owned(), note };
    let shown = Shown { notice, faults, ..Shown::default() };
    show_person(&parties, &ctx, (party, &why), asked, shown, StatusCode::OK).await
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

/// The purpose as the address has it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    purpose: String,
    note: String,
}

#[derive(Default)]
struct Shown {
    pesel: Option<String>,
    reason: String,
    notice: Option<String>,
    faults: Vec<FieldFault>,
}

async fn show_person(
    parties: &Parties,
    ctx: &Ctx,
    (party, why): (Uuid, &Purpose),
    asked: Asked,
    shown: Shown,
    status: StatusCode,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let record = parties.look_at(ctx, party, why).await?;
    let proofs = parties.proofs_of(ctx, party).await?;
    let mandates = parties.mandates_of(ctx, party).await?;
    let looks = parties.looks_of(ctx, party).await?;
    let path = format!("/desk/residents/{party}");
    let here = Here(format!("{path}?purpose={}&note={}", encoded(&asked.purpose), encoded(&asked.note)));
    let lower = Level::ALL.into_iter().filter(|level| *level < record.party.level);
    let page = ResidentPage {
        page: parties.site.page(ctx, &here, Nav::DeskResidents, record.party.name.clone()),
        t,
        path,
        id: party.to_string(),
        purpose: asked.purpose,
        note: asked.note,
        name: record.party.name.clone(),
        facts: facts(t, &record),
        pesel: shown.pesel,
        has_pesel: record.has_pesel,
        has_account: record.party.account.is_some(),
        lower: lower
            .map(|level| Choice {
                value: level.name().to_owned(),
                label: level_name(t, level),
                selected: level == Level::Known,
            })
            .collect(),
        reason: shown.reason,
        proofs: proof_lines(t, proofs, true),
        mandates: mandates.into_iter().map(|mandate| mandate_line(ctx, t, mandate)).collect(),
        looks: look_lines(t, looks),
        notice: shown.notice,
        faults: shown.faults,
    };
    Ok(unkept(html_with(status, &page)?))
}

/// What is known of somebody, line by line.
fn facts(t: &Texts, record: &Record) -> Vec<Fact> {
    let mut facts = vec![Fact { title: t.get("level-label"), value: level_name(t, record.party.level) }];
    let mut add = |key: &str, value: Option<String>| {
        if let Some(value) = value {
            facts.push(Fact { title: t.get(key), value });
        }
    };
    add("email-label", record.email.clone());
    add("given-names-label", record.given_names.clone());
    add("family-name-label", record.family_name.clone());
    add("born-label", record.born.map(|born| day(t, born)));
    let nip = record.nip.as_deref().and_then(|nip| Nip::parse(nip).ok());
    add("mandate-nip", nip.map(|nip| nip.to_string()));
    let address = Some(&record.address).filter(|address| !address.is_empty());
    add("address-label", address.map(|a| format!("{}, {}", a.street_line(), a.place_line())));
    if !record.is_company {
        add("pesel-label", Some(t.get(if record.has_pesel { "pesel-known" } else { "pesel-unknown" })));
    }
    facts
}

pub(super) async fn show_pesel(
    ctx: Ctx,
    State(parties): State<Parties>,
    Path(party): Path<String>,
    ProtectedForm(asked): ProtectedForm<Asked>,
) -> Result<Response, Failure> {
    let party = id(&party)?;
    let Some(why) = Purpose::read(&asked.purpose, &asked.note) else {
        return Ok(see_other(&format!("/desk/residents/{party}")));
    };
    let pesel = parties.show_pesel(&ctx, party, &why).await?;
    let shown = Shown { pesel: Some(pesel), ..Shown::default() };
    show_person(&parties, &ctx, (party, &why), asked, shown, StatusCode::OK).await
}

#[derive(Debug, Deserialize)]
pub(super) struct LowerForm {
    #[serde(flatten)]
    asked: Asked,
    #[serde(default)]
    level: String,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    forget: String,
}

pub(super) async fn lower(
    ctx: Ctx,
    State(parties): State<Parties>,
    Path(party): Path<String>,
    ProtectedForm(form): ProtectedForm<LowerForm>,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let party = id(&party)?;
    let Some(why) = Purpose::read(&form.asked.purpose, &form.asked.note) else {
        return Ok(see_other(&format!("/desk/residents/{party}")));
    };
    let level = Level::from_name(&form.level).unwrap_or(Level::Known);
    let Some(reason) = line(&form.reason, 200).filter(|reason| reason.chars().count() >= 5) else {
        let faults = vec![fault("reason", t.get("lower-reason-fault"))];
        let shown = Shown { reason: form.reason, faults, ..Shown::default() };
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return show_person(&parties, &ctx, (party, &why), form.asked, shown, status).await;
    };
    parties.lower(&ctx, party, level, &reason, form.forget == "yes").await?;
    Ok(see_other(&format!("/desk/residents/{party}?purpose=correction&done=lowered")))
}

pub(super) async fn letters(
    ctx: Ctx,
    here: Here,
    State(parties): State<Parties>,
    mut params: Params,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let notice = match params.text("done").as_deref() {
        Some("sent") => Some(t.get("letters-done-sent")),
        Some("back") => Some(t.get("letters-done-back")),
        _ => None,
    };
    params.finish()?;
    let page = LettersPage {
        page: parties.site.page(&ctx, &here, Nav::DeskResidents, t.get("letters-title")),
        t,
        letters: letter_views(&parties, &ctx, t, false).await?,
        notice,
    };
    Ok(unkept(html_with(StatusCode::OK, &page)?))
}

async fn letter_views(
    parties: &Parties,
    ctx: &Ctx,
    t: &Texts,
    with_codes: bool,
) -> Result<Vec<LetterView>, Failure> {
    let letters = parties.letters(ctx, with_codes).await?;
    Ok(letters
        .into_iter()
        .map(|letter| LetterView {
            id: letter.id.to_string(),
            street_line: letter.address.street_line(),
            place_line: letter.address.place_line(),
            addressee: letter.addressee,
            in_register: letter.in_register,
            asked: t.args("letter-asked", &[("when", date_text(letter.created_at, t).into())]),
            until: date_text(letter.expires_at, t),
            code: letter.code.as_deref().map(show_code).unwrap_or_default(),
        })
        .collect())
}

#[derive(Debug, Deserialize)]
pub(super) struct NoFields {}

pub(super) async fn print_letters(
    ctx: Ctx,
    State(parties): State<Parties>,
    base: BaseUrl,
    ProtectedForm(NoFields {}): ProtectedForm<NoFields>,
) -> Result<Response, Failure> {
    let (t, polish) = (texts(ctx.lang), texts(Lang::Pl));
    let here = Here("/desk/residents/letters".to_owned());
    let page = LettersPrintPage {
        page: parties.site.page(&ctx, &here, Nav::DeskResidents, t.get("letters-print-title")),
        t,
        letters: letter_views(&parties, &ctx, polish, true).await?,
        both: [polish, texts(Lang::En)],
        today: date_text(ctx.now, polish),
        where_to: format!("{}/account/identity", base.0),
    };
    Ok(unkept(html_with(StatusCode::OK, &page)?))
}

#[derive(Debug, Deserialize)]
pub(super) struct SentForm {
    #[serde(default)]
    letter: Vec<String>,
}

pub(super) async fn letters_sent(
    ctx: Ctx,
    State(parties): State<Parties>,
    ProtectedForm(form): ProtectedForm<SentForm>,
) -> Result<Response, Failure> {
    let ids = form.letter.iter().map(|letter| id(letter)).collect::<Result<Vec<_>, _>>()?;
    parties.letters_sent(&ctx, &ids).await?;
    Ok(see_other("/desk/residents/letters?done=sent"))
}

pub(super) async fn take_letter_back(
    ctx: Ctx,
    State(parties): State<Parties>,
    Path(letter): Path<String>,
    ProtectedForm(NoFields {}): ProtectedForm<NoFields>,
) -> Result<Response, Failure> {
    parties.take_letter_back(&ctx, id(&letter)?).await?;
    Ok(see_other("/desk/residents/letters?done=back"))
}
