//! Powers of attorney: seen by both sides, entered and revoked at the desk.

use axum::{extract::State, http::StatusCode, response::Response};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::NaiveDate;
use serde::Deserialize;

use super::{fault, id, mandate_dates, mandate_line, read_names, scope_name, see_other, unkept};
use crate::{
    kernel::{
        Params,
        identifiers::{Nip, Pesel},
    },
    parties::{
        Agent, MandateFault, NewMandate, Parties, Principal, ReviewedMandate,
        model::{line, today},
    },
    platform::{
        Ctx,
        access::{Level, MandateScope},
        http::{Failure, Path, ProtectedForm},
        i18n::{Texts, texts},
    },
    ui::{
        Here, Nav, html_with,
        views::{Choice, Fact, FieldFault, Link, NewMandatePage, OwnMandatesPage, VerifyReviewPage},
    },
};

pub(super) async fn own_page(
    ctx: Ctx,
    here: Here,
    State(parties): State<Parties>,
    mut params: Params,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let notice = match params.text("done").as_deref() {
        Some("revoked") => Some(t.get("mandate-done-revoked")),
        _ => None,
    };
    params.finish()?;
    show_own(&parties, &ctx, &here, (notice, None), StatusCode::OK).await
}

async fn show_own(
    parties: &Parties,
    ctx: &Ctx,
    here: &Here,
    (notice, refused): (Option<String>, Option<String>),
    status: StatusCode,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let own = ctx.require_level(Level::Known)?.party;
    let all = parties.mandates_of(ctx, own).await?;
    let (given, taken): (Vec<_>, Vec<_>) = all.into_iter().partition(|mandate| mandate.agent == own);
    let page = OwnMandatesPage {
        page: parties.site.page(ctx, here, Nav::AccountMandates, t.get("own-nav-mandates")),
        t,
        given: given.into_iter().map(|mandate| mandate_line(ctx, t, mandate)).collect(),
        taken: taken.into_iter().map(|mandate| mandate_line(ctx, t, mandate)).collect(),
        notice,
        refused,
    };
    Ok(unkept(html_with(status, &page)?))
}

#[derive(Debug, Deserialize)]
pub(super) struct NoFields {}

pub(super) async fn own_revoke(
    ctx: Ctx,
    State(parties): State<Parties>,
    Path(mandate): Path<String>,
    ProtectedForm(NoFields {}): ProtectedForm<NoFields>,
) -> Result<Response, Failure> {
    parties.revoke_mandate(&ctx, id(&mandate)?, None).await?;
    Ok(see_other("/account/mandates?done=revoked"))
}

#[derive(Debug, Deserialize)]
pub(super) struct ActForm {
    #[serde(default)]
    mandate: String,
}

pub(super) async fn act(
    ctx: Ctx,
    State(parties): State<Parties>,
    ProtectedForm(form): ProtectedForm<ActForm>,
) -> Result<Response, Failure> {
    let mandate = if form.mandate.is_empty() { None } else { Some(id(&form.mandate)?) };
    if parties.act(&ctx, mandate).await? {
        return Ok(see_other(if mandate.is_some() { "/account" } else { "/account/mandates" }));
    }
    let refused = texts(ctx.lang).get("mandate-not-now");
    let here = Here("/account/mandates".to_owned());
    show_own(&parties, &ctx, &here, (None, Some(refused)), StatusCode::CONFLICT).await
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct MandateForm {
    principal: String,
    nip: String,
    company: String,
    pesel: String,
    given_names: String,
    family_name: String,
    agent: String,
    scope: Vec<String>,
    valid_from: String,
    valid_until: String,
    document: String,
    /// What was shown once more, when it is to be corrected.
    review: String,
}

/// The page on which one is entered.
const NEW: &str = "/desk/residents/mandates/new";

pub(super) async fn new_page(
    ctx: Ctx,
    State(parties): State<Parties>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    let form = MandateForm { valid_from: today(ctx.now).to_string(), ..MandateForm::default() };
    show_new(&parties, &ctx, form, Vec::new(), StatusCode::OK)
}

fn show_new(
    parties: &Parties,
    ctx: &Ctx,
    form: MandateForm,
    faults: Vec<FieldFault>,
    status: StatusCode,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let here = Here(NEW.to_owned());
    let page = NewMandatePage {
        page: parties.site.page(ctx, &here, Nav::DeskResidents, t.get("mandate-new-title")),
        t,
        is_person: form.principal == "person",
        nip: form.nip,
        company: form.company,
        pesel: form.pesel,
        given_names: form.given_names,
        family_name: form.family_name,
        agent: form.agent,
        scopes: MandateScope::ALL
            .into_iter()
            .map(|scope| Choice {
                value: scope.name().to_owned(),
                label: scope_name(t, scope),
                selected: form.scope.iter().any(|name| name == scope.name()),
            })
            .collect(),
        valid_from: form.valid_from,
        valid_until: form.valid_until,
        document: form.document,
        faults,
    };
    Ok(unkept(html_with(status, &page)?))
}

/// Whose power of attorney it is, or what is wrong with how it is named.
fn read_principal(form: &MandateForm, t: &Texts) -> Result<Principal, Vec<FieldFault>> {
    if form.principal == "person" {
        let pesel = Pesel::parse(&form.pesel).map_err(|wrong| vec![fault("pesel", t.get(wrong.key()))])?;
        let unnamed = form.given_names.trim().is_empty() && form.family_name.trim().is_empty();
        if unnamed {
            return Ok(Principal::Person { pesel, names: None });
        }
        let (names, faults) = read_names(t, &form.given_names, &form.family_name);
        return if faults.is_empty() { Ok(Principal::Person { pesel, names }) } else { Err(faults) };
    }
    match (Nip::parse(&form.nip), line(&form.company, 200)) {
        (Ok(nip), Some(name)) => Ok(Principal::Company { nip, name }),
        (nip, name) => {
            let mut faults = Vec::new();
            if let Err(wrong) = nip {
                faults.push(fault("nip", t.get(wrong.key())));
            }
            if name.is_none() {
                faults.push(fault("company", t.get("mandate-company-fault")));
            }
            Err(faults)
        }
    }
}

fn read_agent(form: &MandateForm, t: &Texts) -> Result<Agent, FieldFault> {
    let text = form.agent.trim();
    if text.contains('@') {
        return Ok(Agent::Email(text.to_lowercase()));
    }
    Pesel::parse(text).map(Agent::Pesel).map_err(|wrong| fault("agent", t.get(wrong.key())))
}

/// A power of attorney as a form has it, or all that is wrong with it.
fn read_mandate(form: &MandateForm, t: &Texts) -> Result<NewMandate, Vec<FieldFault>> {
    let mut faults = Vec::new();
    let principal = read_principal(form, t).map_err(|wrong| faults.extend(wrong)).ok();
    let agent = read_agent(form, t).map_err(|wrong| faults.push(wrong)).ok();
    let scopes: Vec<MandateScope> =
        form.scope.iter().filter_map(|name| MandateScope::from_name(name)).collect();
    if scopes.is_empty() {
        faults.push(fault("scope", t.get("mandate-scope-fault")));
    }
    let valid_from = form.valid_from.trim().parse::<NaiveDate>().ok();
    if valid_from.is_none() {
        faults.push(fault("valid_from", t.get("date-fault")));
    }
    let until = form.valid_until.trim();
    let valid_until = if until.is_empty() { Ok(None) } else { until.parse::<NaiveDate>().map(Some) };
    if valid_until.is_err() {
        faults.push(fault("valid_until", t.get("date-fault")));
    }
    let document = line(&form.document, 500).filter(|text| text.chars().count() >= 3);
    if document.is_none() {
        faults.push(fault("document", t.get("mandate-document-fault")));
    }
    match (principal, agent, valid_from, valid_until, document) {
        (Some(principal), Some(agent), Some(valid_from), Ok(valid_until), Some(document))
            if faults.is_empty() =>
        {
            Ok(NewMandate { principal, agent, scopes, valid_from, valid_until, document })
        }
        _ => Err(faults),
    }
}

/// What is wrong with a power of attorney, beside its field.
fn mandate_fault(t: &Texts, refused: MandateFault) -> FieldFault {
    match refused {
        MandateFault::NoAgent => fault("agent", t.get("mandate-no-agent")),
        MandateFault::AgentNotVerified => fault("agent", t.get("mandate-agent-not-verified")),
        MandateFault::AgentChanged => fault("agent", t.get("mandate-agent-changed")),
        MandateFault::PrincipalUnnamed => fault("given_names", t.get("mandate-principal-unnamed")),
        MandateFault::SamePerson => fault("agent", t.get("mandate-same-person")),
        MandateFault::Dates => fault("valid_until", t.get("mandate-dates-fault")),
        MandateFault::NoScope => fault("scope", t.get("mandate-scope-fault")),
    }
}

/// The first step: everything is read, and shown once more.
pub(super) async fn review(
    ctx: Ctx,
    State(parties): State<Parties>,
    ProtectedForm(form): ProtectedForm<MandateForm>,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    if !form.review.is_empty() {
        let new = parties.reviewed_mandate(&ctx, &unsealed(&form.review)?)?;
        return show_new(&parties, &ctx, form_of(&new), Vec::new(), StatusCode::OK);
    }
    let faults = match read_mandate(&form, t) {
        Err(faults) => faults,
        Ok(new) => match parties.review_mandate(&ctx, &new).await? {
            Ok(reviewed) => return show_review(&parties, &ctx, &new, reviewed),
            Err(refused) => vec![mandate_fault(t, refused)],
        },
    };
    show_new(&parties, &ctx, form, faults, StatusCode::UNPROCESSABLE_ENTITY)
}

fn unsealed(text: &str) -> Result<Vec<u8>, Failure> {
    BASE64_URL_SAFE_NO_PAD.decode(text).map_err(|_| Failure::ForeignForm)
}

/// The form of a power of attorney, for whoever corrects it.
fn form_of(new: &NewMandate) -> MandateForm {
    let mut form = MandateForm {
        agent: match &new.agent {
            Agent::Pesel(pesel) => pesel.reveal(),
            Agent::Email(email) => email.clone(),
        },
        scope: new.scopes.iter().map(|scope| scope.name().to_owned()).collect(),
        valid_from: new.valid_from.to_string(),
        valid_until: new.valid_until.map(|day| day.to_string()).unwrap_or_default(),
        document: new.document.clone(),
        ..MandateForm::default()
    };
    match &new.principal {
        Principal::Company { nip, name } => {
            form.nip = nip.to_string();
            form.company.clone_from(name);
        }
        Principal::Person { pesel, names } => {
            form.principal = "person".to_owned();
            form.pesel = pesel.reveal();
            (form.given_names, form.family_name) = names.clone().unwrap_or_default();
        }
    }
    form
}

fn show_review(
    parties: &Parties,
    ctx: &Ctx,
    new: &NewMandate,
    reviewed: ReviewedMandate,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let (number, typed) = match &new.principal {
        Principal::Company { nip, name } => {
            (Fact { title: t.get("mandate-nip"), value: nip.to_string() }, Some(name.clone()))
        }
        Principal::Person { pesel, names } => (
            Fact { title: t.get("mandate-pesel"), value: pesel.reveal() },
            names.as_ref().map(|(given, family)| format!("{given} {family}")),
        ),
    };
    let mut facts = Vec::new();
    let mut add = |title: String, value: String| facts.push(Fact { title, value });
    match (&reviewed.principal, typed) {
        (Some(known), typed) => {
            add(t.get("mandate-principal"), known.clone());
            // The office keeps the name that it has; the clerk must see that the two differ.
            if let Some(typed) = typed.filter(|typed| typed != known) {
                add(t.get("mandate-typed-name"), typed);
            }
        }
        (None, typed) => {
            let name = [("name", typed.unwrap_or_default().into())];
            add(t.get("mandate-principal"), t.args("mandate-new-principal", &name));
        }
    }
    add(number.title, number.value);
    let agent = [("name", reviewed.agent.into()), ("email", reviewed.agent_email.into())];
    add(t.get("mandate-agent"), t.args("mandate-agent-line", &agent));
    let scopes: Vec<String> = new.scopes.iter().map(|scope| scope_name(t, *scope)).collect();
    add(t.get("mandate-scopes"), scopes.join(", "));
    add(t.get("mandate-dates"), mandate_dates(t, new.valid_from, new.valid_until));
    add(t.get("mandate-document"), new.document.clone());
    let title = t.get("mandate-review-title");
    let page = VerifyReviewPage {
        page: parties.site.page(ctx, &Here(NEW.to_owned()), Nav::DeskResidents, title.clone()),
        t,
        title,
        lead: t.get("mandate-review-lead"),
        action: "/desk/residents/mandates/confirm".to_owned(),
        button: t.get("mandate-confirm"),
        back: Link { href: "/desk/residents".to_owned(), text: t.get("desk-nav-residents") },
        cancel: Link { href: "/desk/residents".to_owned(), text: t.get("verify-cancel") },
        correct: Some(NEW.to_owned()),
        review: BASE64_URL_SAFE_NO_PAD.encode(reviewed.sealed),
        whose: None,
        facts,
    };
    Ok(unkept(html_with(StatusCode::OK, &page)?))
}

#[derive(Debug, Deserialize)]
pub(super) struct ReviewForm {
    #[serde(default)]
    review: String,
}

/// The second step: what was shown is entered.
pub(super) async fn enter(
    ctx: Ctx,
    State(parties): State<Parties>,
    ProtectedForm(form): ProtectedForm<ReviewForm>,
) -> Result<Response, Failure> {
    let sealed = unsealed(&form.review)?;
    match parties.confirm_mandate(&ctx, &sealed).await? {
        Ok(mandate) => {
            let principal = mandate.principal;
            Ok(see_other(&format!("/desk/residents/{principal}?purpose=mandate&done=mandate")))
        }
        Err(refused) => {
            let form = form_of(&parties.reviewed_mandate(&ctx, &sealed)?);
            let faults = vec![mandate_fault(texts(ctx.lang), refused)];
            show_new(&parties, &ctx, form, faults, StatusCode::CONFLICT)
        }
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct RevokeForm {
    #[serde(default)]
    party: String,
    #[serde(default)]
    why: String,
}

pub(super) async fn revoke(
    ctx: Ctx,
    State(parties): State<Parties>,
    Path(mandate): Path<String>,
    ProtectedForm(form): ProtectedForm<RevokeForm>,
) -> Result<Response, Failure> {
    let back = id(&form.party)?;
    let Some(why) = line(&form.why, 200) else {
        return Ok(see_other(&format!("/desk/residents/{back}?purpose=mandate&done=no-reason")));
    };
    parties.revoke_mandate(&ctx, id(&mandate)?, Some(&why)).await?;
    Ok(see_other(&format!("/desk/residents/{back}?purpose=mandate&done=revoked")))
}
