//! Lists: statements with the day's takings, one statement, what waits, what is remembered.

use axum::{extract::State, http::StatusCode, response::Response};
use chrono::NaiveDate;
use serde::Deserialize;
use uuid::Uuid;

use super::{entry_line, id, statement_name};
use crate::{
    kernel::Params,
    platform::{
        Ctx,
        http::{Failure, Path, ProtectedForm},
        i18n::{Texts, texts},
    },
    statements::{
        Statements,
        desk::PAGE_ENTRIES,
        store::{cover::SumRow, desk::StatementRow},
        take::today,
        words::account_text,
    },
    ui::{
        Here, Nav, html_with,
        list_file::{SPREADSHEETS, downloads},
        local_time::{day_text, instant_text},
        money::money,
        see_other, unkept,
        views::{
            Chip, Choice, Fact, FieldFault, Link, ListSumLine, StatementLine, StatementPage,
            StatementRuleLine, StatementRulesPage, StatementsPage, TakenView, TakingLine, UnmatchedPage,
        },
    },
};

/// What the first page shows beside its lists.
#[derive(Debug, Default)]
pub(super) struct Shown {
    pub(super) notice: Option<String>,
    pub(super) faults: Vec<FieldFault>,
    pub(super) taken: Option<TakenView>,
    pub(super) encoding: String,
    pub(super) list: String,
    pub(super) account: String,
    pub(super) unproven: bool,
    pub(super) day: Option<NaiveDate>,
    pub(super) before: Option<Uuid>,
}

/// Encodings by the names that forms send.
pub(super) const ENCODINGS: [(&str, bank::statement::Encoding); 4] = [
    ("utf-8", bank::statement::Encoding::Utf8),
    ("iso-8859-2", bank::statement::Encoding::Iso88592),
    ("windows-1250", bank::statement::Encoding::Windows1250),
    ("cp852", bank::statement::Encoding::Cp852),
];

pub(super) async fn statements(
    ctx: Ctx,
    State(statements): State<Statements>,
    mut params: Params,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let notice = params.text("done").filter(|done| done == "taken").map(|_| t.get("statements-taken"));
    let day = params.parse("day", "a day, as 2026-11-30")?;
    let before = params.parse("before", "the id of a statement")?;
    params.finish()?;
    let shown = Shown { notice, day, before, ..Shown::default() };
    show(&statements, &ctx, shown, StatusCode::OK).await
}

pub(super) async fn show(
    statements: &Statements,
    ctx: &Ctx,
    shown: Shown,
    status: StatusCode,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let (part, (waiting, waiting_grosze)) = statements.list(ctx, shown.before).await?;
    let day = shown.day.unwrap_or_else(|| today(ctx));
    let takings = statements.takings(ctx, day).await?;
    let sum = takings.iter().map(|taking| taking.amount_grosze).fold(0, i64::saturating_add);
    let mut encodings = vec![Choice {
        value: String::new(),
        label: t.get("statements-encoding-found-out"),
        selected: shown.encoding.is_empty(),
    }];
    encodings.extend(ENCODINGS.iter().map(|(name, encoding)| Choice {
        value: (*name).to_owned(),
        label: encoding.name().to_owned(),
        selected: shown.encoding == *name,
    }));
    let chosen = |value: &str, label: String, now: &str| Choice {
        value: value.to_owned(),
        label,
        selected: now == value,
    };
    let mut lists = vec![chosen("", t.get("statements-kind-statement"), &shown.list)];
    lists.extend(bank::statement::BUILT_IN.iter().map(|(name, _)| {
        chosen(name, t.args("statements-kind-list", &[("name", (*name).into())]), &shown.list)
    }));
    let mut accounts = vec![chosen("", t.get("statements-list-account-found-out"), &shown.account)];
    accounts.extend(
        statements.accounts(ctx).await?.iter().map(|nrb| chosen(nrb, account_text(nrb), &shown.account)),
    );
    let sums = statements.sums(ctx, None).await?;
    let next =
        part.rows.last().filter(|_| part.more).map(|last| format!("/desk/statements?before={}", last.id));
    let page = StatementsPage {
        page: statements.site.page(
            ctx,
            &Here("/desk/statements".to_owned()),
            Nav::DeskStatements,
            t.get("statements-title"),
        ),
        t,
        notice: shown.notice,
        faults: shown.faults,
        taken: shown.taken,
        waiting: (waiting > 0).then(|| waiting_text(t, waiting, waiting_grosze)),
        encodings,
        lists,
        accounts,
        sums: sums.iter().map(|sum| sum_line(t, sum)).collect(),
        unproven: shown.unproven,
        day: day.to_string(),
        day_text: day_text(day, t),
        takings: takings
            .iter()
            .map(|taking| TakingLine {
                source: source_text(t, &taking.source),
                account: taking.nrb.as_deref().map(account_text).unwrap_or_default(),
                entries: t.count(u64::try_from(taking.entries).unwrap_or(0)),
                amount: money(t, taking.amount_grosze),
            })
            .collect(),
        takings_sum: money(t, sum),
        rows: part.rows.iter().map(|row| line(t, row)).collect(),
        first: shown.before.map(|_| "/desk/statements".to_owned()),
        next,
    };
    Ok(unkept(html_with(status, &page)?))
}

/// What a list makes on a day, and where a statement shows it.
fn sum_line(t: &Texts, sum: &SumRow) -> ListSumLine {
    ListSumLine {
        list: Link { href: format!("/desk/statements/{}", sum.list), text: sum.file.clone() },
        day: day_text(sum.day, t),
        account: account_text(&sum.nrb),
        entries: t.count(u64::try_from(sum.entries).unwrap_or(0)),
        amount: money(t, sum.amount_grosze),
        entry: sum.entry.map(|entry| format!("/desk/statements/entries/{entry}")),
    }
}

fn source_text(t: &Texts, source: &str) -> String {
    match source {
        "statement" => t.get("takings-statement"),
        "order" => t.get("takings-order"),
        "desk" => t.get("takings-desk"),
        other => other.to_owned(),
    }
}

fn waiting_text(t: &Texts, count: i64, grosze: i64) -> String {
    t.args("statements-waiting", &[("n", count.into()), ("sum", money(t, grosze).into())])
}

fn days(t: &Texts, row: &StatementRow) -> String {
    let day = row.closing_on.or(row.first_on);
    day.map(|day| day_text(day, t)).unwrap_or_default()
}

fn taken_text(t: &Texts, row: &StatementRow) -> String {
    let values = [
        ("file", row.file.clone().into()),
        ("who", row.taken_by.clone().into()),
        ("when", instant_text(row.taken_at, t).into()),
    ];
    t.args("statement-taken-by", &values)
}

fn line(t: &Texts, row: &StatementRow) -> StatementLine {
    let held = u64::try_from(row.held).unwrap_or(0);
    let chip = match (held, row.closing_grosze) {
        (0, None) if row.format == "list" => Chip { look: "good", text: t.get("statement-state-list") },
        (0, Some(_)) => Chip { look: "good", text: t.get("statement-state-done") },
        (0, None) => Chip { look: "plain", text: t.get("statement-state-unproven") },
        (held, _) => Chip { look: "unsure", text: t.args("statement-state-held", &[("n", held.into())]) },
    };
    StatementLine {
        href: format!("/desk/statements/{}", row.id),
        name: statement_name(t, &row.format, row.number),
        account: account_text(&row.nrb),
        day: days(t, row),
        entries: t.count(u64::try_from(row.entries).unwrap_or(0)),
        came: money(t, row.in_grosze),
        went: money(t, row.out_grosze),
        chips: vec![chip],
        taken: taken_text(t, row),
    }
}

pub(super) async fn statement(
    ctx: Ctx,
    State(statements): State<Statements>,
    Path(statement): Path<String>,
    mut params: Params,
) -> Result<Response, Failure> {
    let id = id(&statement)?;
    let t = texts(ctx.lang);
    let notice = params.text("done").filter(|done| done == "taken").map(|_| t.get("statements-taken"));
    let after: Option<i32> = params.parse("after", "the place of an entry")?;
    params.finish()?;
    let (row, part) = statements.statement(&ctx, id, after.unwrap_or(-1), PAGE_ENTRIES).await?;
    let sums = match row.format.as_str() {
        "list" => statements.sums(&ctx, Some(id)).await?,
        _ => Vec::new(),
    };
    let name = statement_name(t, &row.format, row.number);
    let path = format!("/desk/statements/{id}");
    let fact = |key: &str, value: String| Fact { title: t.get(key), value };
    let mut facts = vec![fact("statement-day", days(t, &row))];
    facts.extend(row.opening_grosze.map(|grosze| fact("statement-opening", money(t, grosze))));
    facts.push(fact("statement-came", money(t, row.in_grosze)));
    facts.push(fact("statement-went", money(t, row.out_grosze)));
    facts.extend(row.closing_grosze.map(|grosze| fact("statement-closing", money(t, grosze))));
    facts.push(fact("statement-entries", t.count(u64::try_from(row.entries).unwrap_or(0))));
    facts.push(fact("statement-held", t.count(u64::try_from(row.held).unwrap_or(0))));
    facts.push(fact("statement-file", taken_text(t, &row)));
    let next = part.rows.last().filter(|_| part.more).map(|last| format!("{path}?after={}", last.place));
    let page = StatementPage {
        page: statements.site.page(&ctx, &Here(path.clone()), Nav::DeskStatements, name.clone()),
        t,
        notice,
        name,
        account: account_text(&row.nrb),
        facts,
        sums: sums.iter().map(|sum| sum_line(t, sum)).collect(),
        files: downloads(t, &format!("{path}/entries"), "", &SPREADSHEETS),
        rows: part.rows.iter().map(|row| entry_line(t, row)).collect(),
        first: after.map(|_| path.clone()),
        next,
    };
    Ok(unkept(html_with(StatusCode::OK, &page)?))
}

pub(super) async fn unmatched(
    ctx: Ctx,
    State(statements): State<Statements>,
    mut params: Params,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let after: Option<Uuid> = params.parse("after", "the id of an entry")?;
    params.finish()?;
    let part = statements.unmatched(&ctx, after, PAGE_ENTRIES).await?;
    let (_, (count, grosze)) = statements.list(&ctx, None).await?;
    let path = "/desk/statements/unmatched";
    let next = part.rows.last().filter(|_| part.more).map(|last| format!("{path}?after={}", last.id));
    let page = UnmatchedPage {
        page: statements.site.page(
            &ctx,
            &Here(path.to_owned()),
            Nav::DeskStatements,
            t.get("unmatched-title"),
        ),
        t,
        waiting: waiting_text(t, count, grosze),
        files: downloads(t, &format!("{path}/entries"), "", &SPREADSHEETS),
        rows: part.rows.iter().map(|row| entry_line(t, row)).collect(),
        first: after.map(|_| path.to_owned()),
        next,
    };
    Ok(unkept(html_with(StatusCode::OK, &page)?))
}

pub(super) async fn rules(
    ctx: Ctx,
    State(statements): State<Statements>,
    mut params: Params,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let notice = params.text("done").filter(|done| done == "forgotten").map(|_| t.get("rules-forgotten"));
    let after: Option<Uuid> = params.parse("after", "the id of a rule")?;
    params.finish()?;
    let part = statements.rules(&ctx, after).await?;
    let path = "/desk/statements/rules";
    let made = |by: &str, at| {
        t.args("rule-made", &[("who", by.to_owned().into()), ("when", instant_text(at, t).into())])
    };
    let mut rows = Vec::with_capacity(part.rows.len());
    for rule in &part.rows {
        let kind = match &rule.kind {
            Some(kind) => statements.kind_name(&ctx, kind).await?,
            None => t.get("rule-all-kinds"),
        };
        rows.push(StatementRuleLine {
            id: rule.id.to_string(),
            account: account_text(&rule.sender_account),
            name: rule.sender_name.clone().unwrap_or_default(),
            kind,
            made: made(&rule.made_by, rule.made_at),
        });
    }
    let page = StatementRulesPage {
        page: statements.site.page(&ctx, &Here(path.to_owned()), Nav::DeskStatements, t.get("rules-title")),
        t,
        notice,
        rows,
        first: after.map(|_| path.to_owned()),
        next: part.rows.last().filter(|_| part.more).map(|last| format!("{path}?after={}", last.id)),
    };
    Ok(unkept(html_with(StatusCode::OK, &page)?))
}

#[derive(Debug, Deserialize)]
pub(super) struct NoFields {}

pub(super) async fn forget(
    ctx: Ctx,
    State(statements): State<Statements>,
    Path(rule): Path<String>,
    ProtectedForm(NoFields {}): ProtectedForm<NoFields>,
) -> Result<Response, Failure> {
    // Somebody else may have been quicker: then it is forgotten, too.
    statements.forget(&ctx, id(&rule)?).await?;
    Ok(see_other("/desk/statements/rules?done=forgotten"))
}
