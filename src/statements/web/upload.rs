//! A file comes in through a browser.

use axum::{
    extract::{FromRequest, Multipart, Request, State, multipart::MultipartError},
    http::{StatusCode, header},
    response::Response,
};
use bank::statement::{Limits, Profile};

use super::{
    MOST_FILE_BYTES, MOST_FILE_ENTRIES, fault,
    lists::{ENCODINGS, Shown, show},
    statement_name,
};
use crate::{
    kernel::ParamError,
    platform::{
        Ctx,
        access::Permission,
        http::{FORM_TOKEN, Failure, ResultExt, broken_form, field_bytes, prove_form},
        i18n::{Texts, texts},
    },
    statements::{
        Choices, Delivered, Report, Statements, Tally,
        words::{account_text, refusal_text},
    },
    ui::{
        local_time::instant_text,
        money::{bare_money, money},
        see_other,
        views::{Fact, TakenView},
    },
};

/// Most fields of the form that are looked at.
const MOST_FIELDS: usize = 10;
/// Most bytes of a field that is no file.
const MOST_TEXT_BYTES: usize = 1024;

/// The form as it was sent.
#[derive(Debug, Default)]
struct Sent {
    file: Option<Delivered>,
    too_large: bool,
    encoding: String,
    list: String,
    account: String,
    unproven: bool,
    dry_run: bool,
}

pub(super) async fn take_in(
    ctx: Ctx,
    State(statements): State<Statements>,
    request: Request,
) -> Result<Response, Failure> {
    ctx.require(Permission::DuesManage, None)?;
    let t = texts(ctx.lang);
    let sent = read(&statements, &ctx, request).await?;
    let mut shown = Shown {
        encoding: sent.encoding.clone(),
        list: sent.list.clone(),
        account: sent.account.clone(),
        unproven: sent.unproven,
        ..Shown::default()
    };
    let most = MOST_FILE_BYTES / (1024 * 1024);
    let why = match (&sent.file, sent.too_large) {
        (_, true) => Some(t.args("statements-file-large", &[("most", most.into())])),
        (None, false) => Some(t.get("statements-file-missing")),
        (Some(_), false) => None,
    };
    let Some(file) = sent.file.filter(|_| why.is_none()) else {
        shown.faults.extend(why.map(|why| fault("file", why)));
        return show(&statements, &ctx, shown, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    let encoding = ENCODINGS.iter().find(|(name, _)| *name == sent.encoding).map(|(_, encoding)| *encoding);
    let limits =
        Limits { bytes: MOST_FILE_BYTES, entries: MOST_FILE_ENTRIES, lines: 200_000, ..Limits::default() };
    let choices = Choices {
        dry_run: sent.dry_run,
        unproven: sent.unproven,
        // What is none of the choices is read as a statement, and says so.
        list: Profile::built_in(&sent.list).ok(),
        account: Some(sent.account).filter(|account| !account.is_empty()),
        encoding,
        limits,
    };
    let report = statements.take_in(&ctx, vec![file], choices).await?;
    let taken = report.refused.is_none() && report.taken_at.is_none() && !report.dry_run;
    if taken {
        let ids: Vec<_> = report.statements.iter().filter_map(|one| one.id).collect();
        return Ok(match ids.as_slice() {
            [only] => see_other(&format!("/desk/statements/{only}?done=taken")),
            _ => see_other("/desk/statements?done=taken"),
        });
    }
    let status = if report.refused.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    shown.taken = Some(view(t, &report));
    show(&statements, &ctx, shown, status).await
}

/// What became of a file, in words.
fn view(t: &Texts, report: &Report) -> TakenView {
    let file = || [("file", report.file.clone().into())];
    let (look, title) = match (&report.refused, report.taken_at) {
        (Some(_), _) => ("bad", t.args("statements-refused", &file())),
        (None, Some(at)) => {
            let values = [("file", report.file.clone().into()), ("when", instant_text(at, t).into())];
            ("unsure", t.args("statements-again", &values))
        }
        (None, None) => ("good", t.args("statements-dry", &file())),
    };
    let tally = |key: &str, tally: Tally| Fact {
        title: t.get(key),
        value: t
            .args("statements-tally", &[("n", tally.count.into()), ("sum", money(t, tally.grosze).into())]),
    };
    let facts = if report.refused.is_none() && report.taken_at.is_none() {
        vec![
            tally("statements-would-book", report.booked),
            tally("statements-would-hold", report.held),
            tally("statements-would-list", report.listed),
            tally("statements-would-reverse", report.reversed),
            tally("statements-would-cover", report.covered),
            Fact { title: t.get("statements-known"), value: t.count(report.known) },
        ]
    } else {
        Vec::new()
    };
    let statement = |one: &crate::statements::ReadStatement| {
        let number = one.number.and_then(|number| i64::try_from(number).ok());
        let account =
            one.account.as_deref().map(|account| account_text(account.strip_prefix("PL").unwrap_or(account)));
        let values = [
            ("name", statement_name(t, one.format, number).into()),
            ("account", account.unwrap_or_else(|| "–".to_owned()).into()),
            ("n", one.entries.into()),
            ("came", amount(t, one.in_grosze, &one.currency).into()),
            ("went", amount(t, one.out_grosze, &one.currency).into()),
        ];
        t.args("statements-read-one", &values)
    };
    TakenView {
        look,
        title,
        why: report.refused.as_ref().map(|refusal| refusal_text(t, refusal)),
        facts,
        statements: report.statements.iter().map(statement).collect(),
    }
}

/// An amount in any currency.
fn amount(t: &Texts, minor: i64, currency: &str) -> String {
    match currency {
        "PLN" => money(t, minor),
        other => format!("{}\u{a0}{other}", bare_money(t, minor)),
    }
}

/// Reads the form piece by piece; its first field proves where it comes from, before anything large is read.
async fn read(statements: &Statements, ctx: &Ctx, request: Request) -> Result<Sent, Failure> {
    let kind = request.headers().get(header::CONTENT_TYPE).map(|kind| kind.as_bytes().to_vec());
    if !kind.unwrap_or_default().starts_with(b"multipart/form-data") {
        return Err(Failure::UnsupportedMedia("send the form as multipart/form-data".into()));
    }
    let _place = statements.arrivals.acquire().await.internal("wait to receive a file")?;
    let mut form = Multipart::from_request(request, &()).await.map_err(|_| broken())?;
    match form.next_field().await.map_err(failure)? {
        Some(field) if field.name() == Some(FORM_TOKEN) => {
            let token = field_bytes(field, MOST_TEXT_BYTES).await.map_err(failure)?.unwrap_or_default();
            prove_form(ctx, &String::from_utf8_lossy(&token))?;
        }
        _ => return Err(Failure::ForeignForm),
    }
    let mut sent = Sent::default();
    let mut fields = 0;
    while let Some(field) = form.next_field().await.map_err(failure)? {
        fields += 1;
        if fields > MOST_FIELDS {
            return Err(ParamError::new("form", "holds too many fields").into());
        }
        let name = field.name().unwrap_or_default().to_owned();
        if name == "file" {
            let name = field.file_name().unwrap_or_default().to_owned();
            match field_bytes(field, MOST_FILE_BYTES).await.map_err(failure)? {
                // A form in which nothing was chosen holds a file without a name.
                Some(bytes) if bytes.is_empty() && name.is_empty() => {}
                Some(bytes) => sent.file = Some(Delivered { name, bytes: bytes.to_vec() }),
                None => sent.too_large = true,
            }
            continue;
        }
        let value = field_bytes(field, MOST_TEXT_BYTES).await.map_err(failure)?.unwrap_or_default();
        let value = String::from_utf8_lossy(&value).into_owned();
        match name.as_str() {
            "encoding" => sent.encoding = value,
            "list" => sent.list = value,
            "account" => sent.account = value,
            "unproven" => sent.unproven = value == "yes",
            "do" => sent.dry_run = value == "dry",
            _ => {}
        }
    }
    Ok(sent)
}

fn broken() -> Failure {
    ParamError::new("form", "could not be read to its end").into()
}

fn failure(error: MultipartError) -> Failure {
    broken_form(&error, || "more was sent than this address takes".into())
}
