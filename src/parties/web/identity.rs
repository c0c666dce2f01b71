//! How a resident becomes better known.

use axum::{extract::State, http::StatusCode, response::Response};
use serde::Deserialize;

use super::{DeclaredFields, fault, level_gives, level_name, own::declared_of, own_path, see_other, unkept};
use crate::{
    kernel::Params,
    parties::{
        CodeAnswer, Parties, RollAnswer,
        model::{read_code, show_code},
    },
    platform::{
        Ctx,
        access::Level,
        config::AddressRoll,
        http::{Failure, ProtectedForm},
        i18n::{Texts, texts},
    },
    ui::{
        Here, Nav, html_with,
        local_time::{date_text, instant_text},
        views::{CodeView, FieldFault, IdentityPage, Link},
    },
};

/// What the page shows besides what is known.
#[derive(Default)]
struct Shown {
    needs: Option<Level>,
    next: String,
    fields: Option<DeclaredFields>,
    notice: Option<String>,
    faults: Vec<FieldFault>,
}

pub(super) async fn page(
    ctx: Ctx,
    State(parties): State<Parties>,
    mut params: Params,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let needs = params.text("needs").as_deref().and_then(Level::from_name);
    let next = params.text("next").filter(|next| own_path(next).is_some()).unwrap_or_default();
    let notice = match params.text("done").as_deref() {
        Some("resident") => Some(t.get("identity-done-resident")),
        Some("letter") => Some(t.get("identity-done-letter")),
        Some("code") => Some(t.get("identity-done-code")),
        _ => None,
    };
    params.finish()?;
    let resident = ctx.require_level(Level::Known)?;
    // Whoever has meanwhile become well enough known goes on.
    if let (Some(level), Some(next)) = (needs, own_path(&next))
        && resident.level >= level
    {
        return Ok(see_other(next));
    }
    show(&parties, &ctx, Shown { needs, next, notice, ..Shown::default() }, StatusCode::OK).await
}

async fn show(parties: &Parties, ctx: &Ctx, shown: Shown, status: StatusCode) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let record = parties.own_record(ctx).await?;
    let level = record.party.level;
    let (letter, desk) = parties.open_codes(ctx).await?;
    let fields = shown.fields.unwrap_or_else(|| declared_of(&record));
    let here = Here("/account/identity".to_owned());
    let page = IdentityPage {
        page: parties.site.page(ctx, &here, Nav::AccountData, t.get("identity-title")),
        t,
        needs: shown
            .needs
            .filter(|needs| level < *needs)
            .map(|needs| t.args("identity-needs", &[("level", level_name(t, needs).into())])),
        needs_name: shown.needs.map(|needs| needs.name().to_owned()).unwrap_or_default(),
        next: shown.next,
        level: level_name(t, level),
        gives: level_gives(t, level),
        may_declare: level < Level::Resident,
        roll_is_enough: parties.config.residents.address_roll == AddressRoll::Enough,
        may_verify: level < Level::Verified,
        form: fields.shown(parties.suggestions(ctx).await?),
        letter: letter.map(|letter| CodeView {
            code: None,
            text: match letter.sent_at {
                Some(sent) => t.args(
                    "letter-code-sent",
                    &[("sent", date_text(sent, t).into()), ("until", date_text(letter.expires_at, t).into())],
                ),
                None => t.args("letter-code-waits", &[("asked", date_text(letter.created_at, t).into())]),
            },
        }),
        desk: desk.map(|desk| CodeView {
            code: desk.code.as_deref().map(show_code),
            text: t.args("desk-code-until", &[("until", instant_text(desk.expires_at, t).into())]),
        }),
        providers: parties
            .providers()
            .iter()
            .map(|provider| Link {
                href: format!("/account/identity/with/{}", provider.id),
                text: t.args("state-login-with", &[("name", provider.title(ctx.lang).into())]),
            })
            .collect(),
        notice: shown.notice,
        faults: shown.faults,
    };
    Ok(unkept(html_with(status, &page)?))
}

#[derive(Debug, Deserialize)]
pub(super) struct DeclareForm {
    #[serde(flatten)]
    fields: DeclaredFields,
    #[serde(default)]
    way: String,
    #[serde(default)]
    needs: String,
    #[serde(default)]
    next: String,
}

/// On to where somebody wanted to go, if they are well enough known now.
fn reached(needs: &str, next: &str, level: Level) -> Response {
    let enough = Level::from_name(needs).is_none_or(|needs| level >= needs);
    match own_path(next).filter(|_| enough) {
        Some(next) => see_other(next),
        None => see_other("/account/identity?done=resident"),
    }
}

pub(super) async fn declare(
    ctx: Ctx,
    State(parties): State<Parties>,
    ProtectedForm(form): ProtectedForm<DeclareForm>,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let faults = match form.fields.read(t) {
        Err(faults) => faults,
        Ok(declared) if form.way == "letter" => {
            if parties.ask_for_letter(&ctx, &declared).await? {
                return Ok(see_other("/account/identity?done=letter"));
            }
            return Ok(see_other("/account/identity"));
        }
        Ok(declared) => match parties.prove_by_roll(&ctx, &declared).await? {
            RollAnswer::Proven => return Ok(reached(&form.needs, &form.next, Level::Resident)),
            RollAnswer::Already => return Ok(see_other("/account/identity")),
            refused => vec![roll_fault(t, &refused)],
        },
    };
    let shown = Shown {
        needs: Level::from_name(&form.needs),
        next: form.next,
        fields: Some(form.fields),
        notice: None,
        faults,
    };
    show(&parties, &ctx, shown, StatusCode::UNPROCESSABLE_ENTITY).await
}

fn roll_fault(t: &Texts, answer: &RollAnswer) -> FieldFault {
    match answer {
        RollAnswer::OtherPostcode(code) => {
            fault("postcode", t.args("roll-other-postcode", &[("code", code.as_str().into())]))
        }
        RollAnswer::Crowded => fault("way", t.get("roll-crowded")),
        RollAnswer::LetterWanted => fault("way", t.get("roll-letter-wanted")),
        RollAnswer::Unknown | RollAnswer::Proven | RollAnswer::Already => {
            fault("street", t.get("roll-unknown"))
        }
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct LetterForm {
    #[serde(default)]
    code: String,
    #[serde(default)]
    needs: String,
    #[serde(default)]
    next: String,
}

pub(super) async fn letter_code(
    ctx: Ctx,
    State(parties): State<Parties>,
    ProtectedForm(form): ProtectedForm<LetterForm>,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let message = match read_code(&form.code) {
        None => t.get("letter-code-shape"),
        Some(code) => match parties.prove_by_letter(&ctx, &code).await? {
            CodeAnswer::Proven => return Ok(reached(&form.needs, &form.next, Level::Resident)),
            CodeAnswer::Wrong { left } => t.args("letter-code-wrong", &[("n", i64::from(left).into())]),
            CodeAnswer::WornOut => t.get("letter-code-worn-out"),
            CodeAnswer::NoneOpen => t.get("letter-code-none"),
        },
    };
    let shown = Shown {
        needs: Level::from_name(&form.needs),
        next: form.next,
        faults: vec![fault("code", message)],
        ..Shown::default()
    };
    show(&parties, &ctx, shown, StatusCode::UNPROCESSABLE_ENTITY).await
}

#[derive(Debug, Deserialize)]
pub(super) struct DeskForm {
    #[serde(default)]
    when: String,
}

pub(super) async fn desk_code(
    ctx: Ctx,
    State(parties): State<Parties>,
    ProtectedForm(form): ProtectedForm<DeskForm>,
) -> Result<Response, Failure> {
    parties.make_desk_code(&ctx, form.when == "ahead").await?;
    Ok(see_other("/account/identity?done=code#desk"))
}
