//! The registry as a table, as it is or was on a day, with the files of the same.

use axum::{extract::State, response::Response};
use chrono::{DateTime, Duration, NaiveDate, Utc};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::{
    Desk,
    shown::{asset_href, label, status_words},
    store,
};
use crate::{
    kernel::{Crs, ParamError, Params},
    platform::{Ctx, access::Permission::RegistryRead, http::Failure, i18n::texts},
    registry::{Condition, Filter, Kind, Sight, queryables, sentence},
    ui::{
        Here, Nav, html,
        local_time::{day_of, start_of},
        views::{Choice, FilterForm, RegisterPage, RegisterRow},
    },
};

/// Rows of a page.
const ROWS_ON_A_PAGE: i64 = 100;
/// Attributes that are columns of the table.
const COLUMNS: usize = 5;

pub(super) async fn register_page(
    ctx: Ctx,
    here: Here,
    State(desk): State<Desk>,
    mut params: Params,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let chosen = params.text("kind");
    let typed = params.text("as_of").unwrap_or_default();
    let filter_text = params.text("filter").unwrap_or_default();
    let after: Option<i64> = params.parse("after", "a whole number")?;
    params.finish()?;
    let known = desk.registry.kinds();
    let readable = desk.readable(&ctx);
    let first = known.all().map(|kind| kind.slug.as_str()).find(|slug| readable.iter().any(|r| r == slug));
    let slug = chosen.or_else(|| first.map(str::to_owned)).ok_or_else(|| Failure::not_found("any kind"))?;
    let kind = desk.registry.kind(&ctx, &slug)?;
    ctx.require(RegistryRead, Some(&slug))?;
    let day = NaiveDate::parse_from_str(typed.trim(), "%Y-%m-%d").ok();
    let fault = (!typed.is_empty() && day.is_none()).then(|| t.get("changes-bad-date"));
    // The end of that day in Poland; today and later is the present.
    let at: Option<DateTime<Utc>> = day
        .filter(|day| *day < day_of(ctx.now))
        .and_then(|day| day.succ_opt())
        .map(|next| start_of(next) - Duration::microseconds(1));
    if at.is_some_and(|at| at.timestamp() < 0) {
        return Err(ParamError::new("as_of", "must be a date of this age").into());
    }
    // Whoever may read the kind sees all of it here, and may filter by all of it.
    let condition = match filter_text.trim() {
        "" => Ok(None),
        text => Condition::read(text, false, Crs::Crs84, &queryables(&kind, Sight::Inside)).map(Some),
    };
    let (filter, mut filter_fault) = match condition {
        Ok(condition) => (Filter { conditions: condition.into_iter().collect(), ..Filter::default() }, None),
        Err(message) => (Filter::default(), Some(sentence(message, ctx.lang))),
    };
    let mut rows = if filter_fault.is_some() {
        Vec::new()
    } else {
        match rows_of(&desk, &ctx, &kind, &filter, at, after.unwrap_or(0)).await {
            Ok(rows) => rows,
            Err(Failure::Param(error)) if error.name == "filter" => {
                filter_fault = Some(t.get("filter-cannot"));
                Vec::new()
            }
            Err(failure) => return Err(failure),
        }
    };
    let is_last = rows.len() as i64 <= ROWS_ON_A_PAGE;
    rows.truncate(ROWS_ON_A_PAGE as usize);
    let columns: Vec<(String, serde_json::Value)> = kind
        .properties(Sight::Inside)
        .into_iter()
        .filter(|(key, _)| *key != "note")
        .take(COLUMNS)
        .map(|(key, schema)| (key.to_owned(), schema.clone()))
        .collect();
    let as_of = at.map(|at| at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true));
    let filtered = match filter_text.as_str() {
        "" => String::new(),
        text => format!("&filter={}", utf8_percent_encode(text, NON_ALPHANUMERIC)),
    };
    let kept = format!("{}{}", day.map(|day| format!("&as_of={day}")).unwrap_or_default(), filtered);
    let next = rows
        .last()
        .filter(|_| !is_last)
        .map(|last| format!("/desk/assets?kind={slug}{kept}&after={}", last.registry_number));
    let export = |ending: &str| {
        let day = as_of.as_ref().map(|at| format!("&as_of={}", at.replace('+', "%2B"))).unwrap_or_default();
        let query = format!("{day}{filtered}");
        let query = query.strip_prefix('&').map(|query| format!("?{query}")).unwrap_or_default();
        format!("/api/export/{slug}.{ending}{query}")
    };
    let choices = known.all().filter(|one| readable.iter().any(|slug| slug == one.slug.as_str()));
    let title = t.get("register-title");
    html(&RegisterPage {
        page: desk.site.page(&ctx, &here, Nav::Desk, title),
        t,
        kinds: choices
            .map(|one| Choice {
                value: one.slug.as_str().to_owned(),
                label: one.title.get(ctx.lang).to_owned(),
                selected: one.slug.as_str() == slug,
            })
            .collect(),
        day: typed,
        fault,
        is_past: at.is_some(),
        heads: columns
            .iter()
            .map(|(key, _)| kind.attribute_title(key, ctx.lang).unwrap_or_else(|| key.clone()))
            .collect(),
        rows: rows
            .into_iter()
            .map(|row| RegisterRow {
                href: asset_href(row.id),
                number: row.registry_number.to_string(),
                label: label(&kind, row.label.as_deref(), row.registry_number, ctx.lang),
                status: status_words(&row.status, t),
                cells: columns
                    .iter()
                    .map(|(key, schema)| {
                        let value = row.attributes.get(key).filter(|value| !value.is_null());
                        value.map(|value| crate::registry::show(value, schema, ctx.lang)).unwrap_or_default()
                    })
                    .collect(),
            })
            .collect(),
        geojson: export("geojson"),
        geojsonl: export("geojsonl"),
        xlsx: export("xlsx"),
        gpkg: export("gpkg"),
        first: after.is_some().then(|| format!("/desk/assets?kind={slug}{kept}")),
        next,
        filter: FilterForm {
            action: "/desk/assets",
            kept: [Some(("kind", slug.clone())), day.map(|day| ("as_of", day.to_string()))]
                .into_iter()
                .flatten()
                .collect(),
            kinds: Vec::new(),
            everything: format!(
                "/desk/assets?kind={slug}{}",
                day.map(|day| format!("&as_of={day}")).unwrap_or_default()
            ),
            kind: slug,
            text: filter_text,
            fault: filter_fault,
        },
    })
}

/// One more row than a page holds tells whether there is a next one.
async fn rows_of(
    desk: &Desk,
    ctx: &Ctx,
    kind: &Kind,
    filter: &Filter,
    at: Option<DateTime<Utc>>,
    after: i64,
) -> Result<Vec<store::Registered>, Failure> {
    let limit = ROWS_ON_A_PAGE + 1;
    if filter.is_empty() {
        return Ok(store::register(&desk.pool, kind.slug.as_str(), at, after, limit).await?);
    }
    let rows = desk.registry.register(ctx, kind, filter, at, after, limit).await?;
    Ok(rows
        .into_iter()
        .map(|(id, registry_number, label, status, attributes)| store::Registered {
            id,
            registry_number,
            label,
            status,
            attributes,
        })
        .collect())
}
