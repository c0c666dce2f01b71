//! A file comes in through a browser.

use axum::{
    extract::{Request, State},
    http::StatusCode,
    response::Response,
};
use bank::statement::{Limits, Profile};

use super::{
    MOST_FILE_BYTES, MOST_FILE_ENTRIES, fault,
    lists::{ENCODINGS, Shown, show},
    statement_name,
};
use crate::{
    platform::{
        Ctx,
        access::Permission,
        http::{Failure, FileForm},
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

pub(super) async fn take_in(
    ctx: Ctx,
    State(statements): State<Statements>,
    request: Request,
) -> Result<Response, Failure> {
    ctx.require(Permission::DuesManage, None)?;
    let t = texts(ctx.lang);
    let mut sent = FileForm::read(&ctx, request, MOST_FILE_BYTES).await?;
    let file = sent.file.take();
    let mut shown = Shown {
        encoding: sent.text("encoding").to_owned(),
        list: sent.text("list").to_owned(),
        account: sent.text("account").to_owned(),
        unproven: sent.text("unproven") == "yes",
        ..Shown::default()
    };
    let most = MOST_FILE_BYTES / (1024 * 1024);
    let why = match (&file, sent.too_large) {
        (_, true) => Some(t.args("statements-file-large", &[("most", most.into())])),
        (None, false) => Some(t.get("statements-file-missing")),
        (Some(_), false) => None,
    };
    let Some((name, bytes)) = file.filter(|_| why.is_none()) else {
        shown.faults.extend(why.map(|why| fault("file", why)));
        return show(&statements, &ctx, shown, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    let encoding = ENCODINGS.iter().find(|(name, _)| *name == shown.encoding).map(|(_, encoding)| *encoding);
    let limits =
        Limits { bytes: MOST_FILE_BYTES, entries: MOST_FILE_ENTRIES, lines: 200_000, ..Limits::default() };
    let choices = Choices {
        dry_run: sent.text("do") == "dry",
        unproven: shown.unproven,
        // What is none of the choices is read as a statement, and says so.
        list: Profile::built_in(&shown.list).ok(),
        account: Some(shown.account.clone()).filter(|account| !account.is_empty()),
        encoding,
        limits,
    };
    let report = statements.take_in(&ctx, vec![Delivered { name, bytes }], choices).await?;
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
