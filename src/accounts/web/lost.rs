//! A lost second proof at the desk: a document, everything once more, done.

use axum::{extract::State, http::StatusCode, response::Response};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::Deserialize;
use uuid::Uuid;

use super::{
    fault, id,
    own::confirmed_or_led,
    residents::{Told, show_told},
    see_other, unkept,
};
use crate::{
    accounts::{
        Accounts,
        lost::{Helpless, NoRemoval},
        sign_in::own_session,
    },
    kernel::Params,
    parties::{SeenForm, level_name, masked_email, read_seen, seen_facts},
    platform::{
        Ctx,
        http::{Failure, Path, ProtectedForm},
        i18n::{Texts, texts},
    },
    ui::{
        Here, Nav, html_with,
        views::{FieldFault, Link, VerifyReviewPage, VerifySeenPage},
    },
};

fn address(party: Uuid) -> String {
    format!("/desk/residents/{party}/factors")
}

fn to_record(t: &Texts, party: Uuid) -> Link {
    Link { href: format!("/desk/residents/{party}?purpose=identity"), text: t.get("look-title") }
}

/// Why nothing can be taken away from this person.
fn refused(accounts: &Accounts, ctx: &Ctx, party: Uuid, why: NoRemoval) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let told = Told {
        title: t.get("lost-factors-title"),
        paragraphs: vec![t.get(match why {
            NoRemoval::NoFactors => "lost-factors-none",
            NoRemoval::NotVerified => "lost-factors-not-verified",
            NoRemoval::OtherPerson => "lost-factors-other",
        })],
        links: vec![Link { href: "/desk/residents".to_owned(), text: t.get("desk-nav-residents") }],
        status: StatusCode::CONFLICT,
    };
    show_told(accounts, ctx, &address(party), told)
}

fn show_seen(
    accounts: &Accounts,
    ctx: &Ctx,
    helpless: &Helpless,
    form: SeenForm,
    faults: Vec<FieldFault>,
    status: StatusCode,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let party = &helpless.party;
    let action = address(party.id);
    let title = t.get("lost-factors-seen-title");
    let shell = accounts.site.page(ctx, &Here(action.clone()), Nav::DeskResidents, title.clone());
    let whose = [party.name.clone(), masked_email(&helpless.email), level_name(t, party.level)];
    let page = VerifySeenPage {
        title,
        lead: t.get("lost-factors-seen-lead"),
        action,
        back: to_record(t, party.id),
        ..form.page(shell, t, whose, faults)
    };
    Ok(unkept(html_with(status, &page)?))
}

pub(super) async fn page(
    ctx: Ctx,
    State(accounts): State<Accounts>,
    Path(party): Path<String>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    let party = id(&party)?;
    // Another's way in is taken away: whoever finds an open screen must not do that. Programs may look, and have no
    // screen; the second step is none of theirs.
    if own_session(&ctx).is_ok()
        && let Some(led) = confirmed_or_led(&accounts, &ctx, &address(party)).await?
    {
        return Ok(led);
    }
    match accounts.helpless(&ctx, party).await? {
        Ok(helpless) => {
            show_seen(&accounts, &ctx, &helpless, SeenForm::default(), Vec::new(), StatusCode::OK)
        }
        Err(why) => refused(&accounts, &ctx, party, why),
    }
}

pub(super) async fn check(
    ctx: Ctx,
    State(accounts): State<Accounts>,
    Path(party): Path<String>,
    ProtectedForm(form): ProtectedForm<SeenForm>,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let party = id(&party)?;
    let helpless = match accounts.helpless(&ctx, party).await? {
        Ok(helpless) => helpless,
        Err(why) => return refused(&accounts, &ctx, party, why),
    };
    let faults = match read_seen(&ctx, &form, t) {
        Err(faults) => faults,
        Ok(seen) => match accounts.review_removal(&ctx, party, &seen).await? {
            Ok(sealed) => {
                let title = t.get("lost-factors-review-title");
                let here = Here(address(party));
                let page = VerifyReviewPage {
                    page: accounts.site.page(&ctx, &here, Nav::DeskResidents, title.clone()),
                    t,
                    title,
                    lead: t.get("lost-factors-review-lead"),
                    action: format!("{}/remove", address(party)),
                    button: t.get("lost-factors-confirm"),
                    back: to_record(t, party),
                    cancel: Link { text: t.get("verify-cancel"), ..to_record(t, party) },
                    correct: None,
                    review: BASE64_URL_SAFE_NO_PAD.encode(sealed),
                    whose: Some((helpless.party.name, masked_email(&helpless.email))),
                    facts: seen_facts(t, &seen),
                };
                return Ok(unkept(html_with(StatusCode::OK, &page)?));
            }
            Err(NoRemoval::OtherPerson) => {
                let field = if seen.pesel.is_some() { "pesel" } else { "born" };
                vec![fault(field, t.get("lost-factors-other"))]
            }
            Err(why) => return refused(&accounts, &ctx, party, why),
        },
    };
    show_seen(&accounts, &ctx, &helpless, form, faults, StatusCode::UNPROCESSABLE_ENTITY)
}

#[derive(Debug, Deserialize)]
pub(super) struct ReviewForm {
    #[serde(default)]
    review: String,
}

pub(super) async fn remove(
    ctx: Ctx,
    State(accounts): State<Accounts>,
    Path(party): Path<String>,
    ProtectedForm(form): ProtectedForm<ReviewForm>,
) -> Result<Response, Failure> {
    let party = id(&party)?;
    if let Some(led) = confirmed_or_led(&accounts, &ctx, &address(party)).await? {
        return Ok(led);
    }
    let sealed = BASE64_URL_SAFE_NO_PAD.decode(form.review).map_err(|_| Failure::ForeignForm)?;
    match accounts.confirm_removal(&ctx, &sealed).await? {
        Ok(party) => Ok(see_other(&format!("/desk/residents/{party}?purpose=identity&done=factors"))),
        Err(why) => refused(&accounts, &ctx, party, why),
    }
}
