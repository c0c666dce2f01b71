//! Verification at the desk: a code, a document, everything once more, done.

use axum::{extract::State, http::StatusCode, response::Response};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{Datelike, NaiveDate};
use serde::Deserialize;

use super::{day, document_name, fault, id, level_name, read_names, see_other, unkept};
use crate::{
    kernel::{Params, identifiers::Pesel},
    parties::{
        Claimed, DOCUMENTS, Parties, Seen, VerifyRefusal,
        model::{masked_email, today},
    },
    platform::{
        Ctx,
        http::{Failure, ProtectedForm},
        i18n::{Texts, texts},
    },
    ui::{
        Here, Nav, Page, html_with,
        views::{Choice, Fact, Field, FieldFault, Link, VerifyPage, VerifyReviewPage, VerifySeenPage},
    },
};

pub(super) async fn page(
    ctx: Ctx,
    State(parties): State<Parties>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    show_code_page(&parties, &ctx, String::new(), Vec::new(), StatusCode::OK)
}

fn show_code_page(
    parties: &Parties,
    ctx: &Ctx,
    code: String,
    faults: Vec<FieldFault>,
    status: StatusCode,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let here = Here("/desk/residents/verify".to_owned());
    let page = VerifyPage {
        page: parties.site.page(ctx, &here, Nav::DeskResidents, t.get("verify-title")),
        t,
        code,
        notice: None,
        faults,
    };
    Ok(unkept(html_with(status, &page)?))
}

#[derive(Debug, Deserialize)]
pub(super) struct CodeForm {
    #[serde(default)]
    code: String,
}

pub(super) async fn claim(
    ctx: Ctx,
    State(parties): State<Parties>,
    ProtectedForm(form): ProtectedForm<CodeForm>,
) -> Result<Response, Failure> {
    match parties.claim_code(&ctx, &form.code).await? {
        Some(claimed) => show_seen(&parties, &ctx, &claimed, SeenForm::default(), Vec::new(), StatusCode::OK),
        None => code_gone(&parties, &ctx, form.code),
    }
}

fn code_gone(parties: &Parties, ctx: &Ctx, code: String) -> Result<Response, Failure> {
    let faults = vec![fault("code", texts(ctx.lang).get("verify-code-fault"))];
    let code = code.chars().take(20).collect();
    show_code_page(parties, ctx, code, faults, StatusCode::UNPROCESSABLE_ENTITY)
}

/// What a clerk copies from a document, as typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct SeenForm {
    code: String,
    document: String,
    given_names: String,
    family_name: String,
    pesel: String,
    born: String,
    country: String,
}

impl SeenForm {
    /// Its fields on a sheet.
    #[must_use]
    pub fn fields(&self, t: &Texts) -> Vec<Field> {
        let choice = |name: &&str| Choice {
            value: (*name).to_owned(),
            label: document_name(t, name),
            selected: self.document == *name,
        };
        let line = |name, label: &str, hint: &str, value: &String, more| {
            let hint = if hint.is_empty() { String::new() } else { t.get(hint) };
            Field::Line(name, t.get(label), hint, value.clone(), more)
        };
        let plain = "autocomplete=\"off\" maxlength=\"100\"";
        vec![
            Field::Choice("document", t.get("verify-document"), DOCUMENTS.iter().map(choice).collect()),
            line("given_names", "given-names-label", "verify-names-hint", &self.given_names, plain),
            line("family_name", "family-name-label", "", &self.family_name, plain),
            line(
                "pesel",
                "pesel-label",
                "verify-pesel-hint",
                &self.pesel,
                "inputmode=\"numeric\" autocomplete=\"off\"",
            ),
            line("born", "born-label", "born-hint", &self.born, "autocomplete=\"off\" maxlength=\"20\""),
            line(
                "country",
                "country-label",
                "country-hint",
                &self.country,
                "autocomplete=\"off\" maxlength=\"2\"",
            ),
        ]
    }

    /// The page on which it is typed; `whose` are name, masked address and level of the account that is concerned.
    #[must_use]
    pub fn page(
        self,
        page: Page,
        t: &'static Texts,
        whose: [String; 3],
        faults: Vec<FieldFault>,
    ) -> VerifySeenPage {
        let [name, email, level] = whose;
        let choice = |name: &&str| Choice {
            value: (*name).to_owned(),
            label: document_name(t, name),
            selected: self.document == *name,
        };
        VerifySeenPage {
            page,
            t,
            title: t.get("verify-seen-title"),
            lead: t.get("verify-seen-lead"),
            action: "/desk/residents/verify/check".to_owned(),
            back: Link { href: "/desk/residents/verify".to_owned(), text: t.get("verify-title") },
            code: self.code,
            name,
            email,
            level,
            documents: DOCUMENTS.iter().map(choice).collect(),
            given_names: self.given_names,
            family_name: self.family_name,
            pesel: self.pesel,
            born: self.born,
            country: self.country,
            faults,
        }
    }
}

fn show_seen(
    parties: &Parties,
    ctx: &Ctx,
    claimed: &Claimed,
    form: SeenForm,
    faults: Vec<FieldFault>,
    status: StatusCode,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let here = Here("/desk/residents/verify".to_owned());
    let form = SeenForm { code: claimed.code.to_string(), ..form };
    let whose = [
        claimed.record.party.name.clone(),
        claimed.record.email.as_deref().map(masked_email).unwrap_or_default(),
        level_name(t, claimed.record.party.level),
    ];
    let shell = parties.site.page(ctx, &here, Nav::DeskResidents, t.get("verify-seen-title"));
    let page = form.page(shell, t, whose, faults);
    Ok(unkept(html_with(status, &page)?))
}

/// A day as it stands in documents (31.12.1985), or as computers write it.
fn read_day(text: &str) -> Option<NaiveDate> {
    let text = text.trim();
    NaiveDate::parse_from_str(text, "%d.%m.%Y").or_else(|_| NaiveDate::parse_from_str(text, "%Y-%m-%d")).ok()
}

/// What was seen, or all that is wrong with it.
///
/// # Errors
/// Each field with what is wrong.
pub fn read_seen(ctx: &Ctx, form: &SeenForm, t: &Texts) -> Result<Seen, Vec<FieldFault>> {
    let (names, mut faults) = read_names(t, &form.given_names, &form.family_name);
    let document = DOCUMENTS.iter().find(|name| **name == form.document);
    if document.is_none() {
        faults.push(fault("document", t.get("verify-document-fault")));
    }
    let today = today(ctx.now);
    let born = read_day(&form.born).filter(|born| *born <= today && born.year() > today.year() - 130);
    if born.is_none() {
        faults.push(fault("born", t.get("born-fault")));
    }
    let has_pesel = !form.pesel.trim().is_empty();
    let pesel = match Pesel::parse(&form.pesel) {
        Ok(pesel) if born.is_some_and(|born| born != pesel.born()) => {
            faults.push(fault("born", t.get("born-not-of-pesel")));
            Some(pesel)
        }
        Ok(pesel) => Some(pesel),
        Err(wrong) if has_pesel => {
            faults.push(fault("pesel", t.get(wrong.key())));
            None
        }
        Err(_) => None,
    };
    let country = form.country.trim().to_ascii_uppercase();
    let has_country = country.len() == 2 && country.bytes().all(|byte| byte.is_ascii_uppercase());
    if !has_pesel && !has_country {
        faults.push(fault("country", t.get("country-fault")));
    }
    match (names, document, born) {
        (Some((given_names, family_name)), Some(document), Some(born)) if faults.is_empty() => Ok(Seen {
            given_names,
            family_name,
            born,
            pesel: pesel.map(|pesel| pesel.reveal()),
            document: (*document).to_owned(),
            country: has_country.then_some(country).filter(|_| !has_pesel),
        }),
        _ => Err(faults),
    }
}

pub(super) async fn check(
    ctx: Ctx,
    State(parties): State<Parties>,
    ProtectedForm(form): ProtectedForm<SeenForm>,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let Some(claimed) = parties.claimed(&ctx, id(&form.code)?).await? else {
        return code_gone(&parties, &ctx, String::new());
    };
    let faults = match read_seen(&ctx, &form, t) {
        Err(faults) => faults,
        Ok(seen) => match parties.review(&ctx, &claimed, &seen).await? {
            Ok(sealed) => return show_review(&parties, &ctx, &claimed, &seen, &sealed),
            Err(refused) => vec![fault("pesel", refusal_text(t, &refused))],
        },
    };
    show_seen(&parties, &ctx, &claimed, form, faults, StatusCode::UNPROCESSABLE_ENTITY)
}

fn refusal_text(t: &Texts, refusal: &VerifyRefusal) -> String {
    match refusal {
        VerifyRefusal::CodeGone => t.get("verify-code-fault"),
        VerifyRefusal::OtherAccount(email) => {
            t.args("verify-other-account", &[("email", email.as_str().into())])
        }
        VerifyRefusal::OtherPerson => t.get("verify-other-person"),
    }
}

/// What was seen, line by line.
#[must_use]
pub fn seen_facts(t: &Texts, seen: &Seen) -> Vec<Fact> {
    let mut facts = vec![
        Fact { title: t.get("verify-document"), value: document_name(t, &seen.document) },
        Fact { title: t.get("given-names-label"), value: seen.given_names.clone() },
        Fact { title: t.get("family-name-label"), value: seen.family_name.clone() },
        Fact { title: t.get("born-label"), value: day(t, seen.born) },
    ];
    match (&seen.pesel, &seen.country) {
        (Some(pesel), _) => facts.push(Fact { title: t.get("pesel-label"), value: pesel.clone() }),
        (None, country) => {
            facts.push(Fact { title: t.get("country-label"), value: country.clone().unwrap_or_default() })
        }
    }
    facts
}

fn show_review(
    parties: &Parties,
    ctx: &Ctx,
    claimed: &Claimed,
    seen: &Seen,
    sealed: &[u8],
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let here = Here("/desk/residents/verify".to_owned());
    let out = |text: String| Link { href: "/desk/residents/verify".to_owned(), text };
    let page = VerifyReviewPage {
        page: parties.site.page(ctx, &here, Nav::DeskResidents, t.get("verify-review-title")),
        t,
        title: t.get("verify-review-title"),
        lead: t.get("verify-review-lead"),
        action: "/desk/residents/verify/confirm".to_owned(),
        button: t.get("verify-confirm"),
        back: out(t.get("verify-title")),
        cancel: out(t.get("verify-cancel")),
        correct: None,
        review: BASE64_URL_SAFE_NO_PAD.encode(sealed),
        whose: Some((
            claimed.record.party.name.clone(),
            claimed.record.email.as_deref().map(masked_email).unwrap_or_default(),
        )),
        facts: seen_facts(t, seen),
    };
    Ok(unkept(html_with(StatusCode::OK, &page)?))
}

#[derive(Debug, Deserialize)]
pub(super) struct ReviewForm {
    #[serde(default)]
    review: String,
}

pub(super) async fn confirm(
    ctx: Ctx,
    State(parties): State<Parties>,
    ProtectedForm(form): ProtectedForm<ReviewForm>,
) -> Result<Response, Failure> {
    let sealed = BASE64_URL_SAFE_NO_PAD.decode(form.review).map_err(|_| Failure::ForeignForm)?;
    match parties.confirm_verification(&ctx, &sealed).await? {
        Ok(party) => Ok(see_other(&format!("/desk/residents/{party}?purpose=identity&done=verified"))),
        Err(refused) => {
            let faults = vec![fault("code", refusal_text(texts(ctx.lang), &refused))];
            show_code_page(&parties, &ctx, String::new(), faults, StatusCode::CONFLICT)
        }
    }
}
