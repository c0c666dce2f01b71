//! A resident's first page, and what they have declared of themselves.

use axum::{extract::State, http::StatusCode, response::Response};
use serde::Deserialize;

use super::{DeclaredFields, day, fault, level_gives, level_name, proof_lines, see_other, unkept};
use crate::{
    kernel::Params,
    parties::{Parties, Record, model::line, proving::is_renamed},
    platform::{
        Ctx,
        access::Level,
        http::{Failure, ProtectedForm},
        i18n::texts,
    },
    ui::{
        Here, Nav, html_with,
        views::{Fact, FieldFault, Link, OwnBox, OwnDataPage, OwnStartPage},
    },
};

pub(super) async fn start(
    ctx: Ctx,
    here: Here,
    State(parties): State<Parties>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    let t = texts(ctx.lang);
    let resident = ctx.require_level(Level::Known)?.clone();
    let proofs = parties.proofs_of(&ctx, resident.party).await?;
    let own = |href: &str, title: String, text: String| OwnBox { href: href.to_owned(), title, text };
    let page = OwnStartPage {
        page: parties.site.page(&ctx, &here, Nav::Account, t.get("nav-account")),
        t,
        name: resident.name.clone(),
        level: level_name(t, resident.level),
        gives: level_gives(t, resident.level),
        next: (resident.level < Level::Verified).then(|| Link {
            href: "/account/identity".to_owned(),
            text: t.get(if resident.level < Level::Resident {
                "own-next-resident"
            } else {
                "own-next-verified"
            }),
        }),
        boxes: vec![
            own("/account/data", t.get("own-nav-data"), t.get("own-box-data")),
            own("/account/identity", t.get("identity-title"), t.get("own-box-identity")),
            own("/account/mandates", t.get("own-nav-mandates"), t.get("own-box-mandates")),
        ],
        proofs: proof_lines(t, proofs, false),
    };
    Ok(unkept(html_with(StatusCode::OK, &page)?))
}

/// What was declared, as a form holds it.
pub(super) fn declared_of(record: &Record) -> DeclaredFields {
    DeclaredFields {
        given_names: record.given_names.clone().unwrap_or_default(),
        family_name: record.family_name.clone().unwrap_or_default(),
        street: record.address.street.clone(),
        house_number: record.address.house_number.clone(),
        flat_number: record.address.flat_number.clone(),
        postcode: record.address.postcode.clone(),
        place: record.address.place.clone(),
    }
}

pub(super) async fn data_page(
    ctx: Ctx,
    State(parties): State<Parties>,
    mut params: Params,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let notice = match params.text("done").as_deref() {
        Some("saved") => Some(t.get("own-data-saved")),
        Some("lowered") => Some(t.get("own-data-lowered")),
        _ => None,
    };
    params.finish()?;
    let fields = declared_of(&parties.own_record(&ctx).await?);
    show_data(
        &parties,
        &ctx,
        Data { fields, reason: String::new(), notice, faults: Vec::new() },
        StatusCode::OK,
    )
    .await
}

struct Data {
    fields: DeclaredFields,
    reason: String,
    notice: Option<String>,
    faults: Vec<FieldFault>,
}

async fn show_data(
    parties: &Parties,
    ctx: &Ctx,
    data: Data,
    status: StatusCode,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let record = parties.own_record(ctx).await?;
    let level = record.party.level;
    let mut facts = vec![
        Fact { title: t.get("email-label"), value: record.email.clone().unwrap_or_default() },
        Fact { title: t.get("level-label"), value: level_name(t, level) },
    ];
    if let Some(born) = record.born {
        facts.push(Fact { title: t.get("born-label"), value: day(t, born) });
    }
    facts.push(Fact {
        title: "PESEL".to_owned(),
        value: t.get(if record.has_pesel { "pesel-known" } else { "pesel-unknown" }),
    });
    let page = OwnDataPage {
        page: parties.site.page(
            ctx,
            &Here("/account/data".to_owned()),
            Nav::AccountData,
            t.get("own-nav-data"),
        ),
        t,
        facts,
        form: data.fields.shown(parties.suggestions(ctx).await?),
        warning: match level {
            Level::Known => None,
            Level::Resident => Some(t.get("own-data-warning-resident")),
            Level::Verified => Some(t.get("own-data-warning-verified")),
        },
        needs_reason: level == Level::Verified,
        reason: data.reason,
        notice: data.notice,
        faults: data.faults,
    };
    Ok(unkept(html_with(status, &page)?))
}

#[derive(Debug, Deserialize)]
pub(super) struct DataForm {
    #[serde(flatten)]
    fields: DeclaredFields,
    #[serde(default)]
    reason: String,
}

pub(super) async fn change_data(
    ctx: Ctx,
    State(parties): State<Parties>,
    ProtectedForm(form): ProtectedForm<DataForm>,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let record = parties.own_record(&ctx).await?;
    let faults = match form.fields.read(t) {
        Err(faults) => faults,
        Ok(declared) => {
            let reason = line(&form.reason, 200);
            if record.party.level == Level::Verified && is_renamed(&record, &declared) && reason.is_none() {
                vec![fault("reason", t.get("own-reason-fault"))]
            } else {
                let after = parties.change_declared(&ctx, &declared, reason.as_deref()).await?;
                let done = if after < record.party.level { "lowered" } else { "saved" };
                return Ok(see_other(&format!("/account/data?done={done}")));
            }
        }
    };
    let data = Data { fields: form.fields, reason: form.reason, notice: None, faults };
    show_data(&parties, &ctx, data, StatusCode::UNPROCESSABLE_ENTITY).await
}
