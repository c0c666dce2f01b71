//! Settlements of operators: files come in, differences are looked at.

use axum::{
    extract::{Request, State},
    http::StatusCode,
    response::Response,
};
use operators::settlement::BadSettlement;

use super::{fault, id, on, orders::Pressed};
use crate::{
    kernel::Params,
    payments::{
        Payments, SettlementRefusal, SettlementReport,
        settle::{Difference, Kind, Payout},
    },
    platform::{
        Ctx,
        access::Permission,
        http::{Failure, FileForm, Path, ProtectedForm},
        i18n::{Texts, texts},
    },
    ui::{
        Here, Nav, html_with,
        list_file::{self, ColumnType, List, SPREADSHEETS, Value, column, maybe, row, word, zloty},
        local_time::{day_text, instant_text},
        money::{bare_money, money},
        unkept,
        views::{Chip, Choice, DifferenceRow, Fact, FieldFault, PayoutRow, SettlementsPage, TakenView},
    },
};

/// Most bytes of a file that comes through a browser.
const MOST_FILE_BYTES: usize = 5 * 1024 * 1024;
/// Most bytes of its form. Larger, so that whoever sends too much is told so on the page.
pub(super) const MOST_UPLOAD_BYTES: usize = 16 * 1024 * 1024;
const PATH: &str = "/desk/payments/settlements";

/// What the page shows beside its lists.
#[derive(Debug, Default)]
struct Shown {
    notice: Option<String>,
    faults: Vec<FieldFault>,
    taken: Option<TakenView>,
    contract: String,
}

pub(super) async fn page(
    ctx: Ctx,
    State(payments): State<Payments>,
    mut params: Params,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let notice = match params.text("done").as_deref() {
        Some("taken") => Some(t.get("settlements-taken")),
        Some("ended") => Some(t.get("differences-ended")),
        _ => None,
    };
    params.finish()?;
    show(&payments, &ctx, Shown { notice, ..Shown::default() }, StatusCode::OK).await
}

async fn show(payments: &Payments, ctx: &Ctx, shown: Shown, status: StatusCode) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let compared = payments.compared(ctx).await?;
    let contracts = payments.settled_contracts().into_iter().map(|contract| Choice {
        value: contract.to_owned(),
        label: contract.to_owned(),
        selected: contract == shown.contract,
    });
    let page = SettlementsPage {
        page: payments.site.page(ctx, &Here(PATH.to_owned()), Nav::DeskPayments, t.get("settlements-title")),
        t,
        notice: shown.notice,
        faults: shown.faults,
        taken: shown.taken,
        contracts: contracts.collect(),
        differences: compared.differences.iter().map(|one| difference_row(t, one)).collect(),
        payouts: compared.payouts.iter().map(|one| payout_row(t, one)).collect(),
        files: list_file::downloads(t, &format!("{PATH}/differences"), "", &SPREADSHEETS),
        may_act: ctx.may(Permission::DuesManage, None),
    };
    Ok(unkept(html_with(status, &page)?))
}

fn what(t: &Texts, kind: Kind) -> String {
    t.get(&format!("difference-{}", kind.name()))
}

fn hint(t: &Texts, kind: Kind) -> String {
    t.get(&format!("difference-{}-hint", kind.name()))
}

fn difference_row(t: &Texts, one: &Difference) -> DifferenceRow {
    let amount = |grosze: Option<i64>| match grosze {
        Some(grosze) if one.currency == "PLN" => money(t, grosze),
        Some(minor) => format!("{}\u{a0}{}", bare_money(t, minor), one.currency),
        None => "–".to_owned(),
    };
    DifferenceRow {
        what: what(t, one.kind),
        hint: hint(t, one.kind),
        about: format!("{} · {}", one.contract, day_text(one.on, t)),
        name: one.name.clone(),
        href: one
            .order
            .map(|order| format!("/desk/payments/{order}"))
            .or_else(|| one.entry.map(|entry| format!("/desk/statements/entries/{entry}"))),
        operator: amount(one.operator_grosze),
        booked: amount(one.booked_grosze),
        bank: one.bank_grosze.map_or_else(|| "–".to_owned(), |grosze| money(t, grosze)),
        kind: one.kind.name(),
        subject: one.subject.to_string(),
    }
}

fn payout_row(t: &Texts, payout: &Payout) -> PayoutRow {
    let net = payout.net_grosze();
    let chip = match (payout.bank_grosze, payout.booked_on) {
        (Some(bank), Some(day)) if bank == net => {
            Chip { look: "good", text: t.args("payout-shown", &[("day", day_text(day, t).into())]) }
        }
        (Some(bank), _) => {
            Chip { look: "bad", text: t.args("payout-differs", &[("amount", money(t, bank).into())]) }
        }
        (None, _) if net <= 0 => Chip { look: "plain", text: t.get("payout-nothing") },
        (None, _) => Chip { look: "unsure", text: t.get("payout-waits") },
    };
    PayoutRow {
        name: payout.name.clone(),
        about: format!("{} · {}", payout.contract, day_text(payout.paid_on, t)),
        lines: t.count(u64::try_from(payout.lines).unwrap_or(0)),
        gross: money(t, payout.gross_grosze),
        fee: money(t, payout.fee_grosze),
        net: money(t, net),
        chip,
        entry: payout.entry.map(|entry| format!("/desk/statements/entries/{entry}")),
    }
}

pub(super) async fn end(
    ctx: Ctx,
    State(payments): State<Payments>,
    Path((kind, subject)): Path<(String, String)>,
    ProtectedForm(Pressed {}): ProtectedForm<Pressed>,
) -> Result<Response, Failure> {
    payments.end_difference(&ctx, &kind, id(&subject)?).await?;
    Ok(on(PATH, "ended"))
}

/// The differences as a file.
pub(super) async fn file(
    ctx: Ctx,
    State(payments): State<Payments>,
    Path(file): Path<String>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    let format = list_file::format_of(&file, "differences", &SPREADSHEETS)?;
    let differences = payments.compared(&ctx).await?.differences;
    list_file::answer(&ctx, format, move |t| List {
        name: "differences",
        title: t.get("differences-title"),
        as_of: None,
        columns: vec![
            column("day", ColumnType::Date, t.get("statement-day")),
            column("contract", ColumnType::Text, t.get("desk-payments-contract")),
            column("difference", ColumnType::Text, t.get("differences-what")),
            column("name", ColumnType::Text, t.get("payouts-payout")),
            column("operator", ColumnType::Number, t.get("differences-operator")),
            column("booked", ColumnType::Number, t.get("differences-booked")),
            column("bank", ColumnType::Number, t.get("differences-bank")),
            column("currency", ColumnType::Text, t.get("differences-currency")),
        ],
        rows: differences.iter().map(|one| row(one.subject, values(t, one))).collect(),
    })
    .await
}

fn values(t: &Texts, one: &Difference) -> Vec<Value> {
    vec![
        word(one.on.to_string()),
        word(one.contract.clone()),
        word(what(t, one.kind)),
        word(one.name.clone()),
        maybe(one.operator_grosze, zloty),
        maybe(one.booked_grosze, zloty),
        maybe(one.bank_grosze, zloty),
        word(one.currency.clone()),
    ]
}

pub(super) async fn take_in(
    ctx: Ctx,
    State(payments): State<Payments>,
    request: Request,
) -> Result<Response, Failure> {
    ctx.require(Permission::DuesManage, None)?;
    let t = texts(ctx.lang);
    let sent = FileForm::read(&ctx, request, MOST_FILE_BYTES).await?;
    let contract = sent.text("contract").to_owned();
    let dry_run = sent.text("do") == "dry";
    let mut shown = Shown { contract: contract.clone(), ..Shown::default() };
    let most = MOST_FILE_BYTES / (1024 * 1024);
    let why = match (&sent.file, sent.too_large) {
        (_, true) => Some(t.args("settlements-file-large", &[("most", most.into())])),
        (None, false) => Some(t.get("settlements-file-missing")),
        (Some(_), false) => None,
    };
    let Some((name, bytes)) = sent.file.filter(|_| why.is_none()) else {
        shown.faults.extend(why.map(|why| fault("file", why)));
        return show(&payments, &ctx, shown, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    let report = payments.take_settlement_file(&ctx, &contract, &name, bytes, dry_run).await?;
    if report.refused.is_none() && report.taken_at.is_none() && !report.dry_run {
        return Ok(on(PATH, "taken"));
    }
    let status = if report.refused.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    shown.taken = Some(view(t, &report));
    show(&payments, &ctx, shown, status).await
}

/// What became of a file, in words.
fn view(t: &Texts, report: &SettlementReport) -> TakenView {
    let file = || [("file", report.file.clone().into())];
    let (look, title) = match (&report.refused, report.taken_at) {
        (Some(_), _) => ("bad", t.args("statements-refused", &file())),
        (None, Some(at)) => {
            let values = [("file", report.file.clone().into()), ("when", instant_text(at, t).into())];
            ("unsure", t.args("statements-again", &values))
        }
        (None, None) => ("good", t.args("statements-dry", &file())),
    };
    let count = |key: &str, n: usize| Fact {
        title: t.get(key),
        value: t.count(u64::try_from(n).unwrap_or(u64::MAX)),
    };
    let facts = if report.refused.is_none() && report.taken_at.is_none() {
        vec![
            count("payouts-lines", report.lines),
            count("settlements-known", report.known),
            count("settlements-would-book", report.booked),
            count("settlements-strange", report.strange),
            Fact { title: t.get("payouts-gross"), value: money(t, report.gross_grosze) },
            Fact { title: t.get("payouts-fee"), value: money(t, report.fee_grosze) },
        ]
    } else {
        Vec::new()
    };
    TakenView {
        look,
        title,
        why: report.refused.as_ref().map(|refusal| refusal_text(t, refusal)),
        facts,
        statements: Vec::new(),
    }
}

fn refusal_text(t: &Texts, refusal: &SettlementRefusal) -> String {
    match refusal {
        SettlementRefusal::NoColumns(contract) => {
            t.args("settlements-bad-contract", &[("contract", contract.clone().into())])
        }
        SettlementRefusal::Differs { line, transaction } => t.args(
            "settlements-bad-differs",
            &[("line", line.to_string().into()), ("transaction", transaction.clone().into())],
        ),
        SettlementRefusal::File(BadSettlement::TooLarge) => t.get("settlements-bad-large"),
        SettlementRefusal::File(BadSettlement::NotText) => t.get("settlements-bad-text"),
        SettlementRefusal::File(BadSettlement::NoColumn(name)) => {
            t.args("settlements-bad-column", &[("name", name.clone().into())])
        }
        SettlementRefusal::File(BadSettlement::Line { line, problem }) => {
            let key = match *problem {
                "has an amount that is none" => "settlements-bad-amount",
                "has a fee that is no amount" => "settlements-bad-fee",
                "has a day that is none" => "settlements-bad-day",
                "names neither an order nor a payment" => "settlements-bad-name",
                _ => "settlements-bad-line",
            };
            t.args(key, &[("line", line.to_string().into())])
        }
    }
}
