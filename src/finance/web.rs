//! Pages of the exchange with the finance system.

use axum::{
    extract::{Request, State},
    http::StatusCode,
    response::Response,
};
use chrono::NaiveDate;
use serde::Deserialize;
use uuid::Uuid;

use super::{
    Change, Finance, NotExported, Row,
    export::PAGE,
    import::{Applied, Looked, NotRead},
    mapping::{ACCOUNTS, FIELDS, FileFault, FileFormat, MappingFault},
    store::{ExportRow, ImportRow},
};
use crate::{
    kernel::Params,
    platform::{
        Ctx,
        access::Permission,
        http::{Access, Doors, Failure, FileForm, Path, ProtectedForm, typed},
        i18n::{Texts, texts},
    },
    ui::{
        Here, Nav, attached, html_with,
        local_time::{day_of, day_text, instant_text},
        money::money,
        see_other, unkept,
        views::{
            FieldFault, FinanceExportLine, FinanceGroup, FinanceImportLine, FinanceImportPage,
            FinanceMappingPage, FinancePage, FinanceRowLine, Link,
        },
    },
};

/// Most bytes of a file that comes through a browser, and of its form.
const MOST_FILE_BYTES: usize = 5 * 1024 * 1024;
const MOST_UPLOAD_BYTES: usize = 16 * 1024 * 1024;
/// Rows of one group that are shown.
const MOST_ROWS: usize = 100;
const PATH: &str = "/desk/finance";

pub(super) fn doors() -> Doors<Finance> {
    let desk = Access::May(Permission::DuesManage);
    Doors::new()
        .get(desk, "/desk/finance", page)
        .post(desk, "/desk/finance/exports", export)
        .get(desk, "/desk/finance/exports/{id}", given)
        .get(Access::May(Permission::DuesRead), "/desk/finance/mapping", mapping)
        .post(Access::May(Permission::DuesSettings), "/desk/finance/mapping", save_mapping)
        .post(desk, "/desk/finance/imports", bring)
        .taking(MOST_UPLOAD_BYTES)
        .get(desk, "/desk/finance/imports/{id}", import)
        .post(desk, "/desk/finance/imports/{id}/apply", apply)
        .post(desk, "/desk/finance/imports/{id}/drop", drop_import)
}

fn id(text: &str) -> Result<Uuid, Failure> {
    text.parse().map_err(|_| Failure::not_found("this address"))
}

fn fault(field: &'static str, message: String) -> FieldFault {
    FieldFault { field, message }
}

/// What the page shows beside its lists.
#[derive(Debug, Default)]
struct Shown {
    notice: Option<String>,
    faults: Vec<FieldFault>,
    from: Option<String>,
    to: Option<String>,
    again: bool,
    before: Option<i64>,
}

async fn page(ctx: Ctx, State(finance): State<Finance>, mut params: Params) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let notice = match params.text("done").as_deref() {
        Some("exported") => Some(t.get("finance-exported")),
        Some("dropped") => Some(t.get("finance-dropped")),
        _ => None,
    };
    let before = params.parse("before", "the number of a file")?;
    params.finish()?;
    show(&finance, &ctx, Shown { notice, before, ..Shown::default() }, StatusCode::OK).await
}

async fn show(finance: &Finance, ctx: &Ctx, shown: Shown, status: StatusCode) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let (mut exports, (waiting, first)) = finance.exports(ctx, shown.before).await?;
    let more = exports.len() as i64 > PAGE;
    exports.truncate(usize::try_from(PAGE).unwrap_or(0));
    let imports = finance.imports(ctx).await?;
    let said = finance.mapping(ctx).await?;
    let today = day_of(ctx.now);
    let since = first.filter(|_| waiting > 0);
    let waiting = match since {
        Some(day) => t.args("finance-waiting", &[("n", waiting.into()), ("day", day_text(day, t).into())]),
        None => t.get("finance-nothing-waits"),
    };
    let page = FinancePage {
        page: finance.site.page(ctx, &Here(PATH.to_owned()), Nav::DeskFinance, t.get("finance-title")),
        t,
        notice: shown.notice,
        faults: shown.faults,
        waiting,
        mapping: match said {
            Some(row) => said_by(t, &row.entered_by, row.entered_at),
            None => t.get("finance-no-mapping"),
        },
        from: shown.from.unwrap_or_else(|| since.unwrap_or(today).to_string()),
        to: shown.to.unwrap_or_else(|| today.to_string()),
        again: shown.again,
        next: exports.last().filter(|_| more).map(|last| format!("{PATH}?before={}", last.number)),
        first: shown.before.map(|_| PATH.to_owned()),
        exports: exports.iter().map(|row| export_line(t, row)).collect(),
        imports: imports.iter().map(|row| import_line(t, row)).collect(),
    };
    Ok(unkept(html_with(status, &page)?))
}

fn said_by(t: &Texts, who: &str, when: chrono::DateTime<chrono::Utc>) -> String {
    t.args("finance-said", &[("who", who.to_owned().into()), ("when", instant_text(when, t).into())])
}

fn file_name(number: i64, format: &str) -> String {
    format!("reeve-{number:06}.{format}")
}

fn export_line(t: &Texts, row: &ExportRow) -> FinanceExportLine {
    let period = [("from", day_text(row.from_day, t).into()), ("to", day_text(row.to_day, t).into())];
    let mut made = said_by(t, &row.made_by, row.made_at);
    if row.again {
        made = format!("{made} · {}", t.get("finance-was-again"));
    }
    FinanceExportLine {
        file: Link { href: format!("{PATH}/exports/{}", row.id), text: file_name(row.number, &row.format) },
        period: t.args("finance-days", &period),
        entries: t.count(u64::try_from(row.entries).unwrap_or(0)),
        debit: money(t, row.debit_grosze),
        made,
    }
}

fn state_text(t: &Texts, state: &str) -> String {
    t.get(match state {
        "applied" => "finance-state-applied",
        "dropped" => "finance-state-dropped",
        _ => "finance-state-open",
    })
}

fn change_title(t: &Texts, change: Change) -> String {
    t.get(&format!("finance-change-{}", change.name()))
}

fn import_line(t: &Texts, row: &ImportRow) -> FinanceImportLine {
    let count = |change: &Change| {
        let n = row.counts.as_ref()?.get(change.name())?.as_u64()?;
        (n > 0).then(|| format!("{}: {}", change_title(t, *change), t.count(n)))
    };
    let counts: Vec<String> = Change::ALL.iter().filter_map(count).collect();
    FinanceImportLine {
        page: Link { href: format!("{PATH}/imports/{}", row.id), text: row.name.clone() },
        state: state_text(t, &row.state),
        counts: counts.join(", "),
        brought: said_by(t, &row.brought_by, row.brought_at),
    }
}

fn mapping_text(t: &Texts, fault: &MappingFault) -> String {
    let key = format!("finance-bad-{}", fault.code());
    t.args(&key, &[("about", fault.about().into())])
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ExportForm {
    from: String,
    to: String,
    again: String,
}

async fn export(
    ctx: Ctx,
    State(finance): State<Finance>,
    ProtectedForm(form): ProtectedForm<ExportForm>,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let again = form.again == "yes";
    let day = |text: &str| text.parse::<NaiveDate>().ok();
    let mut faults = Vec::new();
    let days = match (day(&form.from), day(&form.to)) {
        (Some(from), Some(to)) => Some((from, to)),
        (from, _) => {
            faults.push(fault(if from.is_none() { "from" } else { "to" }, t.get("finance-bad-day")));
            None
        }
    };
    if let Some(days) = days {
        match finance.export(&ctx, days, again).await? {
            Ok(_) => return Ok(see_other(&format!("{PATH}?done=exported"))),
            Err(NotExported::Mapping(bad)) => faults.push(fault("from", mapping_text(t, &bad))),
            Err(NotExported::Nothing) => faults.push(fault("from", t.get("finance-nothing"))),
            Err(NotExported::TooMuch) => faults.push(fault("from", t.get("finance-too-much"))),
            Err(NotExported::Period) => faults.push(fault("to", t.get("finance-bad-period"))),
        }
    }
    let shown = Shown { faults, from: Some(form.from), to: Some(form.to), again, ..Shown::default() };
    show(&finance, &ctx, shown, StatusCode::UNPROCESSABLE_ENTITY).await
}

async fn given(
    ctx: Ctx,
    State(finance): State<Finance>,
    Path(export): Path<String>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    let (number, format, content) = finance.given(&ctx, id(&export)?).await?;
    let media = if format == "xml" { FileFormat::Xml } else { FileFormat::Csv };
    Ok(unkept(attached(typed(media.media_type(), content), &file_name(number, &format))?))
}

async fn mapping(ctx: Ctx, State(finance): State<Finance>, mut params: Params) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let notice = params.text("done").filter(|done| done == "saved").map(|_| t.get("finance-mapping-saved"));
    params.finish()?;
    show_mapping(&finance, &ctx, notice, Vec::new(), None, StatusCode::OK).await
}

async fn show_mapping(
    finance: &Finance,
    ctx: &Ctx,
    notice: Option<String>,
    faults: Vec<FieldFault>,
    typed: Option<String>,
    status: StatusCode,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let row = finance.mapping(ctx).await?;
    let said = row.as_ref().map(|row| said_by(t, &row.entered_by, row.entered_at));
    let path = format!("{PATH}/mapping");
    let page = FinanceMappingPage {
        page: finance.site.page(ctx, &Here(path), Nav::DeskFinance, t.get("finance-mapping-title")),
        t,
        notice,
        faults,
        text: typed.or_else(|| row.map(|row| row.text)).unwrap_or_else(|| EXAMPLE.to_owned()),
        said,
        fields: FIELDS.join(", "),
        accounts: ACCOUNTS.join(", "),
        may_act: ctx.may(Permission::DuesSettings, None),
    };
    Ok(unkept(html_with(status, &page)?))
}

/// What a treasurer begins with.
const EXAMPLE: &str = include_str!("example.toml");

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct MappingForm {
    text: String,
}

async fn save_mapping(
    ctx: Ctx,
    State(finance): State<Finance>,
    ProtectedForm(form): ProtectedForm<MappingForm>,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let text = form.text.replace("\r\n", "\n");
    match finance.save_mapping(&ctx, &text).await? {
        Ok(()) => Ok(see_other(&format!("{PATH}/mapping?done=saved"))),
        Err(bad) => {
            let faults = vec![fault("text", mapping_text(t, &bad))];
            show_mapping(&finance, &ctx, None, faults, Some(text), StatusCode::UNPROCESSABLE_ENTITY).await
        }
    }
}

fn unread_text(t: &Texts, fault: &NotRead) -> String {
    match fault {
        NotRead::Mapping(bad) => mapping_text(t, bad),
        NotRead::File(FileFault::NoColumn(name)) => {
            t.args("finance-file-no-column", &[("name", name.clone().into())])
        }
        NotRead::File(FileFault::Line(line)) => {
            t.args("finance-file-line", &[("line", line.to_string().into())])
        }
        NotRead::File(FileFault::TooLong(most)) => t.args("finance-file-long", &[("most", (*most).into())]),
    }
}

async fn bring(ctx: Ctx, State(finance): State<Finance>, request: Request) -> Result<Response, Failure> {
    ctx.require(Permission::DuesManage, None)?;
    let t = texts(ctx.lang);
    let sent = FileForm::read(&ctx, request, MOST_FILE_BYTES).await?;
    let why = match sent.file {
        _ if sent.too_large => t.args("finance-file-large", &[("most", (MOST_FILE_BYTES >> 20).into())]),
        Some((name, bytes)) => match finance.bring(&ctx, &name, &bytes).await? {
            Ok(id) => return Ok(see_other(&format!("{PATH}/imports/{id}"))),
            Err(bad) => unread_text(t, &bad),
        },
        None => t.get("finance-file-missing"),
    };
    let shown = Shown { faults: vec![fault("file", why)], ..Shown::default() };
    show(&finance, &ctx, shown, StatusCode::UNPROCESSABLE_ENTITY).await
}

async fn import(
    ctx: Ctx,
    State(finance): State<Finance>,
    Path(import): Path<String>,
    mut params: Params,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let notice = params.text("done").filter(|done| done == "applied").map(|_| t.get("finance-applied"));
    params.finish()?;
    show_import(&finance, &ctx, id(&import)?, notice, Vec::new(), StatusCode::OK).await
}

async fn show_import(
    finance: &Finance,
    ctx: &Ctx,
    id: Uuid,
    notice: Option<String>,
    mut faults: Vec<FieldFault>,
    status: StatusCode,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let opened = finance.open(ctx, id).await?;
    let row = &opened.row;
    let looked = match opened.looked {
        Some(Ok(looked)) => Some(looked),
        Some(Err(bad)) => {
            faults.push(fault("import", unread_text(t, &bad)));
            None
        }
        None => None,
    };
    let line = import_line(t, row);
    let mut about = vec![line.state, line.brought];
    about.extend(Some(line.counts).filter(|counts| !counts.is_empty()));
    about.extend(row.decided_by.as_ref().zip(row.decided_at).map(|(who, when)| {
        t.args("finance-decided", &[("who", who.clone().into()), ("when", instant_text(when, t).into())])
    }));
    let path = format!("{PATH}/imports/{id}");
    let page = FinanceImportPage {
        page: finance.site.page(ctx, &Here(path.clone()), Nav::DeskFinance, row.name.clone()),
        t,
        notice,
        faults,
        path,
        name: row.name.clone(),
        about,
        mark: looked.as_ref().map(Looked::mark).unwrap_or_default(),
        can_apply: looked
            .as_ref()
            .is_some_and(|looked| looked.count(Change::New) + looked.count(Change::Changed) > 0),
        groups: looked.map(|looked| groups(t, &looked)).unwrap_or_default(),
        open: row.state == "open",
    };
    Ok(unkept(html_with(status, &page)?))
}

fn groups(t: &Texts, looked: &Looked) -> Vec<FinanceGroup> {
    let group = |change: &Change| {
        let count = looked.count(*change);
        let title = change_title(t, *change);
        let own = looked.rows.iter().filter(|row| row.change == *change);
        // Of what stays as it is only the number is worth reading.
        let shown = if *change == Change::Unchanged { 0 } else { MOST_ROWS };
        FinanceGroup {
            title: format!("{title}: {}", t.count(u64::try_from(count).unwrap_or(0))),
            lead: t.get(&format!("finance-change-{}-lead", change.name())),
            rows: own.take(shown).map(|row| row_line(t, row)).collect(),
            more: (count > MOST_ROWS && shown > 0)
                .then(|| t.args("finance-more", &[("n", (count - MOST_ROWS).into())])),
        }
    };
    Change::ALL.iter().map(group).collect()
}

fn row_line(t: &Texts, row: &Row) -> FinanceRowLine {
    let amount = |grosze: Option<i64>| grosze.map_or_else(|| "–".to_owned(), |grosze| money(t, grosze));
    let account = t.args(
        "finance-account",
        &[("number", row.account.to_string().into()), ("kind", row.kind.clone().into())],
    );
    FinanceRowLine {
        line: row
            .line
            .map(|line| t.args("finance-line", &[("line", line.to_string().into())]))
            .unwrap_or_default(),
        about: match row.why {
            Some(why) if row.account == 0 => t.get(&format!("finance-why-{why}")),
            Some(why) => format!("{account}: {}", t.get(&format!("finance-why-{why}"))),
            None => account,
        },
        decision: if row.decision.is_empty() {
            "–".to_owned()
        } else {
            format!("{}, {}", row.decision, row.year)
        },
        before: amount(row.before_grosze),
        after: amount(row.after_grosze),
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ApplyForm {
    mark: String,
}

async fn apply(
    ctx: Ctx,
    State(finance): State<Finance>,
    Path(import): Path<String>,
    ProtectedForm(form): ProtectedForm<ApplyForm>,
) -> Result<Response, Failure> {
    let id = id(&import)?;
    let t = texts(ctx.lang);
    let why = match finance.apply(&ctx, id, Some(&form.mark)).await? {
        Applied::Done(_) => return Ok(see_other(&format!("{PATH}/imports/{id}?done=applied"))),
        Applied::Stale => t.get("finance-stale"),
        Applied::Decided => t.get("finance-decided-before"),
        Applied::NotRead(bad) => unread_text(t, &bad),
    };
    show_import(&finance, &ctx, id, None, vec![fault("import", why)], StatusCode::CONFLICT).await
}

#[derive(Debug, Deserialize)]
struct NoFields {}

async fn drop_import(
    ctx: Ctx,
    State(finance): State<Finance>,
    Path(import): Path<String>,
    ProtectedForm(NoFields {}): ProtectedForm<NoFields>,
) -> Result<Response, Failure> {
    finance.drop_import(&ctx, id(&import)?).await?;
    Ok(see_other(&format!("{PATH}?done=dropped")))
}
