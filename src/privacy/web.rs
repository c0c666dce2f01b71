//! Pages: for everybody, for each person about themselves, for the clerk who lets old data go.

use axum::{
    body::Body,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{
    Due, Privacy,
    model::{Copy, CopyPart, Part, parts, words},
};
use crate::{
    kernel::{ParamError, Params},
    parties::{Search, look_what, purpose_text},
    platform::{
        Ctx,
        access::{Level, Permission},
        http::{Access, Doors, Failure, Path, ProtectedForm, ResultExt, typed},
        i18n::{Texts, texts},
        privacy::{AtErasure, Basis, Holding, Keep},
    },
    ui::{
        Here, Nav, html, html_with,
        local_time::{date_text, instant_text},
        see_other, unkept,
        views::{
            CopyCell, CopyDocument, CopySection, DueLine, DuePage, ErasurePage, HoldingLine, LookLine,
            OwnCopyPage, OwnPrivacyPage, PrivacyPage, SearchLine,
        },
    },
};

/// The page from which one's own data is fetched.
const DOWNLOAD: &str = "/account/privacy/download";

pub(super) fn doors() -> Doors<Privacy> {
    let own = Access::Resident(Level::Known);
    let clerk = Access::May(Permission::ResidentsVerify);
    Doors::new()
        .get(Access::Public, "/privacy", public)
        .get(own, "/account/privacy", own_page)
        .get(own, "/account/privacy/download", download_page)
        .get(own, "/account/privacy/data.json", data_json)
        .get(own, "/account/privacy/data.html", data_html)
        .get(own, "/account/privacy/files/{id}", file)
        .get(own, "/account/privacy/erasure", erasure_page)
        .get(clerk, "/desk/privacy", due_page)
        .post(clerk, "/desk/privacy", approve)
}

fn keep_words(t: &Texts, keep: Keep) -> String {
    match keep {
        Keep::WhileAccount => t.get("privacy-keep-account"),
        Keep::Days { days, .. } if days % 366 == 0 => {
            t.args("privacy-keep-years", &[("n", (days / 366).into())])
        }
        Keep::Days { days, .. } => t.args("privacy-keep-days", &[("n", days.into())]),
        Keep::Law { why } => t.args(why, &[]),
    }
}

fn line(t: &Texts, holding: &Holding, count: String) -> HoldingLine {
    HoldingLine {
        what: words(t, holding, "what"),
        why: words(t, holding, "why"),
        basis: t.get(match holding.basis {
            Basis::LegalDuty => "privacy-basis-law",
            Basis::PublicTask => "privacy-basis-task",
            Basis::Consent => "privacy-basis-consent",
        }),
        keep: keep_words(t, holding.keep),
        erasure: match holding.at_erasure {
            AtErasure::Delete => t.get("privacy-erased"),
            AtErasure::Blank(_) => t.get("privacy-blanked"),
            AtErasure::Keep { why } => t.args(why, &[]),
        },
        count,
    }
}

/// Leads to where it is shown again who somebody is, unless that was just done; from there on to the page of the copies.
async fn led(privacy: &Privacy, ctx: &Ctx) -> Result<Option<Response>, Failure> {
    ctx.require_level(Level::Known)?;
    if privacy.accounts.is_confirmed(ctx).await? {
        return Ok(None);
    }
    let next = percent_encoding::utf8_percent_encode(DOWNLOAD, percent_encoding::NON_ALPHANUMERIC);
    Ok(Some(unkept(see_other(&format!("/account/security/confirm?next={next}")))))
}

async fn public(
    ctx: Ctx,
    here: Here,
    State(privacy): State<Privacy>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    let t = texts(ctx.lang);
    html(&PrivacyPage {
        page: privacy.site.page(&ctx, &here, Nav::Nowhere, t.get("privacy-title")),
        t,
        holdings: parts().iter().map(|part| line(t, part.holding, String::new())).collect(),
        officer: privacy.site.look().office.officer(),
    })
}

async fn own_page(
    ctx: Ctx,
    here: Here,
    State(privacy): State<Privacy>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    let t = texts(ctx.lang);
    let resident = ctx.require_level(Level::Known)?;
    let kept = privacy.kept_of_me(&ctx).await?;
    let looks = privacy.parties.looks_of(&ctx, resident.party).await?;
    let copies = privacy.accounts.copies(&ctx).await?;
    let page = OwnPrivacyPage {
        page: privacy.site.page(&ctx, &here, Nav::AccountPrivacy, t.get("own-nav-privacy")),
        t,
        holdings: counted(t, kept.into_iter().filter(|(_, rows)| *rows > 0)),
        copies: copies.into_iter().map(|at| instant_text(at, t)).collect(),
        looks: looks
            .into_iter()
            .map(|look| LookLine {
                at: instant_text(look.at, t),
                staff: look.staff,
                purpose: purpose_text(t, &look.purpose, look.note.as_deref()),
                what: look_what(t, &look.what),
            })
            .collect(),
    };
    Ok(unkept(html(&page)?))
}

fn counted(t: &Texts, kept: impl Iterator<Item = (&'static Part, u64)>) -> Vec<HoldingLine> {
    let rows = |rows: u64| if rows == 0 { String::new() } else { t.count(rows) };
    kept.map(|(part, count)| line(t, part.holding, rows(count))).collect()
}

async fn download_page(
    ctx: Ctx,
    here: Here,
    State(privacy): State<Privacy>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    if let Some(led) = led(&privacy, &ctx).await? {
        return Ok(led);
    }
    let t = texts(ctx.lang);
    let page = privacy.site.page(&ctx, &here, Nav::AccountPrivacy, t.get("copy-title"));
    Ok(unkept(html(&OwnCopyPage { page, t })?))
}

/// A file to be saved under this name.
fn saved(mut response: Response, name: &'static str) -> Response {
    response.headers_mut().insert(header::CONTENT_DISPOSITION, HeaderValue::from_static(name));
    unkept(response)
}

async fn data_json(ctx: Ctx, State(privacy): State<Privacy>, params: Params) -> Result<Response, Failure> {
    params.finish()?;
    if let Some(led) = led(&privacy, &ctx).await? {
        return Ok(led);
    }
    let copy = privacy.copy_of_me(&ctx).await?;
    privacy.accounts.note_copied(&ctx, "json").await?;
    let text = serde_json::to_string_pretty(&document(texts(ctx.lang), copy)).internal("write JSON")?;
    Ok(saved(typed("application/json", text), "attachment; filename=\"moje-dane.json\""))
}

fn document(t: &Texts, copy: Copy) -> Value {
    let part = |part: CopyPart| {
        let words = line(t, part.part.holding, String::new());
        let href = |row: &Map<String, Value>| file_of(part.part, row);
        let rows: Vec<Value> = part
            .rows
            .into_iter()
            .map(|mut row| {
                if let Some(href) = href(&row) {
                    row.insert("href".to_owned(), Value::String(href));
                }
                Value::Object(row)
            })
            .collect();
        json!({
            "table": part.part.holding.table,
            "what": words.what,
            "why": words.why,
            "basis": words.basis,
            "keep": words.keep,
            "at_erasure": words.erasure,
            "left_out": part.part.holding.secret,
            "rows": rows,
        })
    };
    json!({
        "made_at": copy.at,
        "name": copy.name,
        "note": t.get("copy-left-out"),
        "holdings": copy.parts.into_iter().map(part).collect::<Vec<_>>(),
    })
}

/// Where the file of a row can be fetched, if it has one.
fn file_of(part: &Part, row: &Map<String, Value>) -> Option<String> {
    let id = row.get("id").filter(|_| part.holding.table == "attachment")?.as_str()?;
    Some(format!("/account/privacy/files/{id}"))
}

async fn data_html(ctx: Ctx, State(privacy): State<Privacy>, params: Params) -> Result<Response, Failure> {
    params.finish()?;
    if let Some(led) = led(&privacy, &ctx).await? {
        return Ok(led);
    }
    let t = texts(ctx.lang);
    let copy = privacy.copy_of_me(&ctx).await?;
    privacy.accounts.note_copied(&ctx, "html").await?;
    let document = CopyDocument {
        t,
        town: privacy.site.page(&ctx, &Here(String::new()), Nav::Nowhere, "").town_name(),
        name: copy.name,
        made: instant_text(copy.at, t),
        sections: copy.parts.into_iter().map(|part| section(t, &privacy.base, part)).collect(),
    };
    Ok(saved(html_with(StatusCode::OK, &document)?, "attachment; filename=\"moje-dane.html\""))
}

fn section(t: &Texts, base: &str, part: CopyPart) -> CopySection {
    let holding = part.part.holding;
    let left_out = || {
        let names: Vec<_> = holding.secret.iter().map(|column| column_name(t, column)).collect();
        t.args("copy-section-left-out", &[("columns", names.join(", ").into())])
    };
    let row = |row: &Map<String, Value>| {
        let href = file_of(part.part, row).map(|path| format!("{base}{path}"));
        row.iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(column, value)| CopyCell {
                name: column_name(t, column),
                value: value_text(t, value),
                href: href.clone().filter(|_| column == "name"),
            })
            .collect()
    };
    CopySection {
        holding: line(t, holding, String::new()),
        left_out: (!holding.secret.is_empty()).then(left_out),
        rows: part.rows.iter().map(row).collect(),
    }
}

/// What a column is, where there is a word for it; else its own name.
fn column_name(t: &Texts, column: &str) -> String {
    let key = format!("holding-column-{}", column.replace('_', "-"));
    let text = t.args(&key, &[]);
    if text == key { column.replace('_', " ") } else { text }
}

fn value_text(t: &Texts, value: &Value) -> String {
    match value {
        Value::Bool(true) => t.get("copy-yes"),
        Value::Bool(false) => t.get("copy-no"),
        Value::String(text) => match text.parse::<DateTime<Utc>>() {
            Ok(at) => instant_text(at, t),
            Err(_) => text.clone(),
        },
        other => other.to_string(),
    }
}

async fn file(
    ctx: Ctx,
    State(privacy): State<Privacy>,
    Path(id): Path<String>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    if let Some(led) = led(&privacy, &ctx).await? {
        return Ok(led);
    }
    let id: Uuid = id.parse().map_err(|_| Failure::not_found("this address"))?;
    let (name, object) = privacy.own_file(&ctx, id).await?;
    let mut response = typed("application/octet-stream", Body::from_stream(object.content));
    let encoded = percent_encoding::utf8_percent_encode(&name, percent_encoding::NON_ALPHANUMERIC);
    let disposition = format!("attachment; filename=\"{id}\"; filename*=UTF-8''{encoded}");
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_str(&disposition).internal("name a file")?);
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(object.bytes));
    Ok(unkept(response))
}

async fn erasure_page(
    ctx: Ctx,
    here: Here,
    State(privacy): State<Privacy>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    let t = texts(ctx.lang);
    let kept = privacy.kept_of_me(&ctx).await?;
    let (stays, goes): (Vec<_>, Vec<_>) =
        kept.into_iter().partition(|(part, _)| matches!(part.holding.at_erasure, AtErasure::Keep { .. }));
    let page = ErasurePage {
        page: privacy.site.page(&ctx, &here, Nav::AccountPrivacy, t.get("erasure-title")),
        t,
        goes: counted(t, goes.into_iter()),
        stays: counted(t, stays.into_iter().filter(|(_, rows)| *rows > 0)),
    };
    Ok(unkept(html(&page)?))
}

fn due_line(t: &Texts, due: Due) -> DueLine {
    let part = parts().iter().find(|part| part.holding.table == due.table && part.days().is_some());
    let (what, keep) = part
        .map(|part| (words(t, part.holding, "what"), keep_words(t, part.holding.keep)))
        .unwrap_or_default();
    let oldest = |at| t.args("due-oldest", &[("date", date_text(at, t).into())]);
    DueLine {
        table: due.table,
        what,
        keep,
        rows: due.rows,
        count: t.args("due-rows", &[("n", due.rows.into())]),
        oldest: due.oldest.map(oldest).unwrap_or_default(),
    }
}

fn search_line(t: &Texts, search: Search) -> SearchLine {
    let by = match search.by.as_str() {
        "pesel" => t.get("search-by-pesel"),
        "nip" => t.get("search-by-nip"),
        "email" => t.get("search-by-email"),
        _ => t.get("search-by-name"),
    };
    let found = [("n", i64::from(search.found).into())];
    SearchLine {
        at: instant_text(search.at, t),
        staff: search.staff,
        purpose: purpose_text(t, &search.purpose, search.note.as_deref()),
        by,
        found: t.args(if search.more { "search-found-more" } else { "search-found" }, &found),
    }
}

async fn due_page(
    ctx: Ctx,
    here: Here,
    State(privacy): State<Privacy>,
    mut params: Params,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let deleted = params.parse::<u64>("deleted", "a whole number")?;
    params.finish()?;
    let due = privacy.due(&ctx).await?;
    let page = DuePage {
        page: privacy.site.page(&ctx, &here, Nav::DeskPrivacy, t.get("due-title")),
        t,
        due: due.into_iter().map(|due| due_line(t, due)).collect(),
        shown: ctx.now.to_rfc3339(),
        searches: privacy.parties.searches(&ctx).await?.into_iter().map(|one| search_line(t, one)).collect(),
        notice: deleted.map(|n| t.args("due-done", &[("n", n.into())])),
    };
    Ok(unkept(html(&page)?))
}

#[derive(Debug, Deserialize)]
struct DueForm {
    table: String,
    shown: String,
}

async fn approve(
    ctx: Ctx,
    State(privacy): State<Privacy>,
    ProtectedForm(form): ProtectedForm<DueForm>,
) -> Result<Response, Failure> {
    let shown: DateTime<Utc> = form
        .shown
        .parse()
        .map_err(|_| ParamError::new("shown", "must be the instant of the page; open it again"))?;
    let rows = privacy.approve(&ctx, &form.table, shown).await?;
    Ok(see_other(&format!("/desk/privacy?deleted={rows}")))
}
