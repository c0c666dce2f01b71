//! The desk's first page, and its lists.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use chrono::{DateTime, Duration, Utc};
use uuid::Uuid;

use super::{
    Desk,
    model::{Order, Row, Section},
    store::{self, Part},
    survey::Findings,
};
use crate::{
    kernel::{ParamError, Params},
    platform::{
        Ctx,
        access::Permission::RegistryRead,
        http::{Failure, Path, ProtectedForm},
        i18n::texts,
    },
    ui::{
        Here, Nav, html,
        local_time::instant_text,
        views::{Choice, DeskDraft, DeskPage, DeskSection, Link, SectionPage},
    },
};

/// Rows of a section on the first page.
const FIRST_ROWS: i64 = 5;
/// Rows of a page.
const ROWS_ON_A_PAGE: i64 = 50;
/// Later pages help nobody: one filters.
const LAST_PAGE: i64 = 400;
/// What counts as lately.
const LATELY: Duration = Duration::days(30);
/// Most things that are opened in the editor at once.
const MOST_OPENED: usize = 200;

/// What a page of a list needs.
struct Found {
    count: i64,
    rows: Vec<Row>,
}

type All = BTreeMap<String, Arc<Findings>>;

impl Desk {
    async fn found(
        &self,
        ctx: &Ctx,
        section: Section,
        findings: &All,
        part: Part<'_>,
    ) -> Result<Found, Failure> {
        let since: DateTime<Utc> = ctx.now - LATELY;
        let ids: Vec<Uuid> = findings
            .iter()
            .filter(|(kind, _)| part.kinds.contains(kind))
            .flat_map(|(_, found)| -> Vec<Uuid> {
                match section {
                    Section::Faulty => found.faulty.keys().copied().collect(),
                    Section::Outside => found.outside.iter().copied().collect(),
                    Section::Stacked => found.stacked.keys().copied().collect(),
                    Section::Mine | Section::Unseen => Vec::new(),
                }
            })
            .collect();
        Ok(match section {
            Section::Mine => Found {
                count: store::count_changed_by(&self.pool, ctx.actor(), since, part.kinds).await?,
                rows: store::changed_by(&self.pool, ctx.actor(), since, part).await?,
            },
            Section::Unseen => self.unseen(part).await?,
            Section::Faulty | Section::Outside | Section::Stacked => Found {
                count: ids.len() as i64,
                rows: if ids.is_empty() { Vec::new() } else { store::rows(&self.pool, &ids, part).await? },
            },
        })
    }

    /// What was never seen, and behind it what was seen, the longest ago first.
    async fn unseen(&self, part: Part<'_>) -> Result<Found, Failure> {
        let state = self.feed.now();
        let live: i64 = part.kinds.iter().map(|kind| state.live(kind)).sum();
        let seen = store::count_seen(&self.pool, part.kinds).await?;
        let never = (live - seen).max(0);
        let mut rows =
            if part.offset < never { store::never_seen(&self.pool, part).await? } else { Vec::new() };
        let room = part.limit - rows.len() as i64;
        if room > 0 && seen > 0 {
            let rest = Part { limit: room, offset: (part.offset - never).max(0), ..part };
            rows.extend(store::longest_seen(&self.pool, rest).await?);
        }
        Ok(Found { count: never, rows })
    }
}

pub(super) async fn desk_page(
    ctx: Ctx,
    here: Here,
    State(desk): State<Desk>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    let t = texts(ctx.lang);
    let kinds = desk.readable(&ctx);
    let known = desk.known_findings(&kinds).await;
    let mut sections = Vec::new();
    for section in Section::ALL {
        let looked = matches!(section, Section::Mine | Section::Unseen) || known.is_some();
        let findings = known.clone().unwrap_or_default();
        let part = Part { kinds: &kinds, order: Order::Usual, limit: FIRST_ROWS, offset: 0 };
        let found = desk.found(&ctx, section, &findings, part).await?;
        sections.push(DeskSection {
            name: section.name(),
            title: t.get(section.title_key()),
            hint: t.get(section.hint_key()),
            none: t.get(section.none_key()),
            href: format!("/desk/list/{}", section.name()),
            count: looked.then(|| t.count(u64::try_from(found.count).unwrap_or(0))),
            is_empty: found.count == 0 && looked,
            rows: desk.row_views(&ctx, section, found.rows, &findings),
        });
    }
    let may_read = !kinds.is_empty();
    let drafts = if may_read { desk.registry.drafts(&ctx).await? } else { Vec::new() };
    let drafts = drafts.into_iter().map(|draft| DeskDraft {
        link: Link {
            href: format!("/desk/map?draft={}", draft.id),
            text: draft.title.unwrap_or_else(|| t.get("desk-draft-untitled")),
        },
        detail: t.args(
            "desk-draft-detail",
            &[("n", draft.assets.into()), ("when", instant_text(draft.updated_at, t).into())],
        ),
    });
    let page = desk.site.page(&ctx, &here, Nav::Desk, t.get("desk-title"));
    let may_walk = page.may("registry:verify");
    let declaration = desk.town.reminders(&ctx).await?.and_then(|reminders| reminders.words(t));
    html(&DeskPage { page, t, sections, drafts: drafts.collect(), declaration, may_read, may_walk })
}

pub(super) async fn section_page(
    ctx: Ctx,
    here: Here,
    State(desk): State<Desk>,
    Path(name): Path<String>,
    mut params: Params,
) -> Result<Response, Failure> {
    let section: Section = name.parse().map_err(|()| Failure::not_found("this list"))?;
    let t = texts(ctx.lang);
    let chosen = params.text("kind");
    let order: Order = params.parse("sort", "usual, number or changed")?.unwrap_or_default();
    let number: i64 = params.parse("page", "a whole number")?.unwrap_or(1);
    params.finish()?;
    if !(1..=LAST_PAGE).contains(&number) {
        return Err(ParamError::new("page", "must be from 1 to 400").into());
    }
    let readable = desk.readable(&ctx);
    let kinds: Vec<String> = match &chosen {
        None => readable.clone(),
        Some(kind) => {
            ctx.require(RegistryRead, Some(kind))?;
            desk.registry.kind(&ctx, kind)?;
            vec![kind.clone()]
        }
    };
    let findings = match section {
        Section::Mine | Section::Unseen => All::default(),
        _ => desk.findings(&kinds).await?,
    };
    let offset = (number - 1) * ROWS_ON_A_PAGE;
    // One row more tells whether there is another page.
    let part = Part { kinds: &kinds, order, limit: ROWS_ON_A_PAGE + 1, offset };
    let mut found = desk.found(&ctx, section, &findings, part).await?;
    let is_last = found.rows.len() as i64 <= ROWS_ON_A_PAGE || number == LAST_PAGE;
    found.rows.truncate(ROWS_ON_A_PAGE as usize);
    let link = |page: i64| {
        let mut query = vec![format!("page={page}")];
        query.extend(chosen.as_ref().map(|kind| format!("kind={kind}")));
        if order != Order::Usual {
            query.push(format!("sort={}", order.name()));
        }
        format!("/desk/list/{}?{}", section.name(), query.join("&"))
    };
    let known = desk.registry.kinds();
    let all = Choice { value: String::new(), label: t.get("desk-all-kinds"), selected: chosen.is_none() };
    let kind_choices = std::iter::once(all).chain(
        known.all().filter(|kind| readable.iter().any(|r| r == kind.slug.as_str())).map(|kind| Choice {
            value: kind.slug.as_str().to_owned(),
            label: kind.title.get(ctx.lang).to_owned(),
            selected: chosen.as_deref() == Some(kind.slug.as_str()),
        }),
    );
    let order_choice = |one: Order, key: &str| Choice {
        value: one.name().to_owned(),
        label: t.get(key),
        selected: one == order,
    };
    let title = t.get(section.title_key());
    let page = desk.site.page(&ctx, &here, Nav::Desk, title.clone());
    html(&SectionPage {
        may_edit: page.may("registry:write"),
        page,
        t,
        title,
        hint: t.get(section.hint_key()),
        none: t.get(section.none_key()),
        action: format!("/desk/list/{}", section.name()),
        kinds: kind_choices.collect(),
        orders: vec![
            order_choice(Order::Usual, "desk-sort-usual"),
            order_choice(Order::Number, "desk-sort-number"),
            order_choice(Order::Changed, "desk-sort-changed"),
        ],
        count: u64::try_from(found.count).unwrap_or(0),
        rows: desk.row_views(&ctx, section, found.rows, &findings),
        previous: (number > 1).then(|| link(number - 1)),
        next: (!is_last).then(|| link(number + 1)),
    })
}

/// Opens chosen things in the editor.
pub(super) async fn open_chosen(
    ProtectedForm(fields): ProtectedForm<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let ids: Vec<String> = fields
        .into_iter()
        .filter(|(name, _)| name == "asset")
        .filter_map(|(_, id)| id.parse::<Uuid>().ok())
        .take(MOST_OPENED)
        .map(|id| id.to_string())
        .collect();
    let query = if ids.is_empty() { String::new() } else { format!("?assets={}", ids.join(",")) };
    Ok(Redirect::to(&format!("/desk/map{query}")).into_response())
}
