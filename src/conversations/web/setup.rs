//! Departments, and answers that are given often.

use axum::{extract::State, http::StatusCode, response::Response};
use serde::Deserialize;
use uuid::Uuid;

use super::{fault, id, text_fault};
use crate::{
    conversations::{
        Conversations,
        model::{Canned, Department, MOST_ANSWER, read_text},
        setup::SaveFault,
    },
    kernel::Params,
    messages::one_line,
    platform::{
        Ctx,
        http::{Failure, Path, ProtectedForm},
        i18n::{Texts, texts},
    },
    ui::{
        Here, Nav, html_with, see_other, unkept,
        views::{
            CannedListPage, CannedPage, CannedRow, Choice, DepartmentPage, DepartmentRow, DepartmentsPage,
            FieldFault,
        },
    },
};

const ANSWERS: &str = "/desk/conversations/answers";
const DEPARTMENTS: &str = "/desk/departments";
/// Most characters of a name or title.
const MOST_NAME: usize = 120;

fn done_text(params: &mut Params, t: &Texts) -> Option<String> {
    Some(match params.text("done")?.as_str() {
        "saved" => t.get("setup-saved"),
        "removed" => t.get("setup-removed"),
        _ => return None,
    })
}

/// A name as it is kept; a fault when there is none, or too much of it.
fn name_of(t: &Texts, field: &'static str, text: &str) -> Result<String, FieldFault> {
    let line = one_line(text, MOST_NAME + 1);
    match line.chars().count() {
        1..=MOST_NAME => Ok(line),
        _ => Err(fault(field, t.get("setup-name-fault"))),
    }
}

fn save_fault(t: &Texts, field: &'static str, why: SaveFault) -> (StatusCode, FieldFault) {
    match why {
        SaveFault::Taken => (StatusCode::UNPROCESSABLE_ENTITY, fault(field, t.get("setup-name-taken"))),
        SaveFault::Stale => (StatusCode::CONFLICT, fault(field, t.get("setup-stale"))),
    }
}

pub(super) async fn canned_list(
    ctx: Ctx,
    here: Here,
    State(conversations): State<Conversations>,
    mut params: Params,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let notice = done_text(&mut params, t);
    params.finish()?;
    let row = |canned: &Canned| CannedRow {
        href: format!("{ANSWERS}/{}", canned.id),
        title: canned.title(ctx.lang).to_owned(),
        body: canned.body(ctx.lang).to_owned(),
    };
    let page = CannedListPage {
        page: conversations.site.page(&ctx, &here, Nav::DeskConversations, t.get("canned-title")),
        t,
        notice,
        rows: conversations.canned(&ctx).await?.iter().map(row).collect(),
    };
    html_with(StatusCode::OK, &page)
}

pub(super) async fn canned_page(
    ctx: Ctx,
    State(conversations): State<Conversations>,
    Path(canned): Path<String>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    let canned = if canned == "new" {
        // Nobody without the permission gets even an empty form.
        conversations.canned(&ctx).await?;
        let empty = String::new;
        let id = Uuid::now_v7();
        Canned { id, title_pl: empty(), title_en: empty(), body_pl: empty(), body_en: empty(), rev: 0 }
    } else {
        conversations.canned_answer(&ctx, id(&canned)?).await?
    };
    show_canned(&conversations, &ctx, canned, Vec::new(), StatusCode::OK)
}

fn show_canned(
    conversations: &Conversations,
    ctx: &Ctx,
    canned: Canned,
    faults: Vec<FieldFault>,
    status: StatusCode,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let here =
        Here(format!("{ANSWERS}/{}", if canned.rev == 0 { "new".into() } else { canned.id.to_string() }));
    let page = CannedPage {
        page: conversations.site.page(ctx, &here, Nav::DeskConversations, t.get("canned-one")),
        t,
        id: canned.id.to_string(),
        rev: canned.rev,
        title_pl: canned.title_pl,
        title_en: canned.title_en,
        body_pl: canned.body_pl,
        body_en: canned.body_en,
        faults,
    };
    Ok(unkept(html_with(status, &page)?))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct CannedForm {
    rev: i32,
    title_pl: String,
    title_en: String,
    body_pl: String,
    body_en: String,
}

pub(super) async fn canned_save(
    ctx: Ctx,
    State(conversations): State<Conversations>,
    Path(canned): Path<String>,
    ProtectedForm(form): ProtectedForm<CannedForm>,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let id = id(&canned)?;
    let text = |field, text: &str| {
        read_text(text, MOST_ANSWER).map_err(|why| text_fault(t, field, why, MOST_ANSWER))
    };
    let read = (
        name_of(t, "title_pl", &form.title_pl),
        text("body_pl", &form.body_pl),
        name_of(t, "title_en", &form.title_en),
        text("body_en", &form.body_en),
    );
    let typed = Canned {
        id,
        title_pl: form.title_pl,
        title_en: form.title_en,
        body_pl: form.body_pl,
        body_en: form.body_en,
        rev: form.rev.max(0),
    };
    let (title_pl, body_pl, title_en, body_en) = match read {
        (Ok(title_pl), Ok(body_pl), Ok(title_en), Ok(body_en)) => (title_pl, body_pl, title_en, body_en),
        (a, b, c, d) => {
            let faults = [a.err(), b.err(), c.err(), d.err()].into_iter().flatten().collect();
            return show_canned(&conversations, &ctx, typed, faults, StatusCode::UNPROCESSABLE_ENTITY);
        }
    };
    let canned = Canned { title_pl, title_en, body_pl, body_en, ..typed.clone() };
    match conversations.save_canned(&ctx, &canned).await? {
        Ok(()) => Ok(see_other(&format!("{ANSWERS}?done=saved"))),
        Err(why) => {
            let (status, wrong) = save_fault(t, "title_pl", why);
            show_canned(&conversations, &ctx, typed, vec![wrong], status)
        }
    }
}

pub(super) async fn canned_remove(
    ctx: Ctx,
    State(conversations): State<Conversations>,
    Path(canned): Path<String>,
    ProtectedForm(form): ProtectedForm<CannedForm>,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let id = id(&canned)?;
    if conversations.remove_canned(&ctx, id, form.rev).await? {
        return Ok(see_other(&format!("{ANSWERS}?done=removed")));
    }
    let now = conversations.canned_answer(&ctx, id).await?;
    let (status, wrong) = save_fault(t, "title_pl", SaveFault::Stale);
    show_canned(&conversations, &ctx, now, vec![wrong], status)
}

pub(super) async fn departments(
    ctx: Ctx,
    here: Here,
    State(conversations): State<Conversations>,
    mut params: Params,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let notice = done_text(&mut params, t);
    params.finish()?;
    let (departments, colleagues) = conversations.all_departments(&ctx).await?;
    let row = |department: &Department| {
        let days = u64::try_from(department.days).unwrap_or(0);
        let mut about = vec![t.args("department-days-text", &[("n", days.into())])];
        let head = colleagues.iter().find(|colleague| Some(colleague.id) == department.head);
        if let Some(head) = head {
            about.push(t.args("department-head-text", &[("name", head.name.as_str().into())]));
        }
        if !department.takes_letters {
            about.push(t.get("department-takes-none"));
        }
        DepartmentRow {
            href: format!("{DEPARTMENTS}/{}", department.id),
            name: department.name(ctx.lang).to_owned(),
            about: about.join(" · "),
        }
    };
    let page = DepartmentsPage {
        page: conversations.site.page(&ctx, &here, Nav::DeskTown, t.get("departments-title")),
        t,
        notice,
        rows: departments.iter().map(row).collect(),
    };
    html_with(StatusCode::OK, &page)
}

pub(super) async fn department_page(
    ctx: Ctx,
    State(conversations): State<Conversations>,
    Path(department): Path<String>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    let (departments, _) = conversations.all_departments(&ctx).await?;
    let department = if department == "new" {
        Department {
            id: Uuid::now_v7(),
            name_pl: String::new(),
            name_en: String::new(),
            takes_letters: true,
            days: crate::conversations::model::USUAL_DAYS,
            head: None,
            rev: 0,
        }
    } else {
        let id = id(&department)?;
        let found = departments.into_iter().find(|department| department.id == id);
        found.ok_or_else(|| Failure::not_found("this department"))?
    };
    let days = department.days.to_string();
    show_department(&conversations, &ctx, department, days, Vec::new(), StatusCode::OK).await
}

async fn show_department(
    conversations: &Conversations,
    ctx: &Ctx,
    department: Department,
    days: String,
    faults: Vec<FieldFault>,
    status: StatusCode,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let (_, colleagues) = conversations.all_departments(ctx).await?;
    let choice = |value: String, label: String, selected| Choice { value, label, selected };
    let nobody = choice(String::new(), t.get("department-head-none"), department.head.is_none());
    let heads = colleagues.into_iter().map(|colleague| {
        choice(colleague.id.to_string(), colleague.name, department.head == Some(colleague.id))
    });
    let place = if department.rev == 0 { "new".to_owned() } else { department.id.to_string() };
    let here = Here(format!("{DEPARTMENTS}/{place}"));
    let page = DepartmentPage {
        page: conversations.site.page(ctx, &here, Nav::DeskTown, t.get("department-one")),
        t,
        id: department.id.to_string(),
        rev: department.rev,
        name_pl: department.name_pl,
        name_en: department.name_en,
        days,
        takes_letters: department.takes_letters,
        heads: [nobody].into_iter().chain(heads).collect(),
        faults,
    };
    Ok(unkept(html_with(status, &page)?))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct DepartmentForm {
    rev: i32,
    name_pl: String,
    name_en: String,
    days: String,
    takes_letters: String,
    head: String,
}

pub(super) async fn department_save(
    ctx: Ctx,
    State(conversations): State<Conversations>,
    Path(department): Path<String>,
    ProtectedForm(form): ProtectedForm<DepartmentForm>,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let id = id(&department)?;
    let (_, colleagues) = conversations.all_departments(&ctx).await?;
    let (name_pl, name_en) = (name_of(t, "name_pl", &form.name_pl), name_of(t, "name_en", &form.name_en));
    let days = form.days.trim().parse::<i32>().ok().filter(|days| (1..=365).contains(days));
    let head: Option<Uuid> = form.head.parse().ok();
    let head_known =
        form.head.is_empty() || head.is_some_and(|head| colleagues.iter().any(|one| one.id == head));
    let typed = Department {
        id,
        name_pl: form.name_pl,
        name_en: form.name_en,
        takes_letters: !form.takes_letters.is_empty(),
        days: days.unwrap_or(1),
        head,
        rev: form.rev.max(0),
    };
    let (name_pl, name_en) = match (name_pl, name_en, days, head_known) {
        (Ok(name_pl), Ok(name_en), Some(_), true) => (name_pl, name_en),
        (name_pl, name_en, days, _) => {
            let bad_days = days.is_none().then(|| fault("days", t.get("department-days-fault")));
            let bad_head = (!head_known).then(|| fault("head", t.get("conversation-unknown")));
            let faults = [name_pl.err(), name_en.err(), bad_days, bad_head].into_iter().flatten().collect();
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return show_department(&conversations, &ctx, typed, form.days, faults, status).await;
        }
    };
    let department = Department { name_pl, name_en, ..typed.clone() };
    match conversations.save_department(&ctx, &department).await? {
        Ok(()) => Ok(see_other(&format!("{DEPARTMENTS}?done=saved"))),
        Err(why) => {
            let (status, wrong) = save_fault(t, "name_pl", why);
            show_department(&conversations, &ctx, typed, form.days, vec![wrong], status).await
        }
    }
}
