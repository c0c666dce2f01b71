//! The registry as a table, as it is or was on a day, with the files of the same.

use axum::{extract::State, response::Response};
use chrono::{DateTime, Duration, NaiveDate, Utc};

use super::{
    Desk,
    shown::{asset_href, label, status_words},
    store,
};
use crate::{
    kernel::{ParamError, Params},
    platform::{Ctx, access::Permission::RegistryRead, http::Failure, i18n::texts},
    registry::Sight,
    ui::{
        Here, Nav, html,
        local_time::{day_of, start_of},
        views::{Choice, RegisterPage, RegisterRow},
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
    let mut rows = store::register(&desk.pool, &slug, at, after.unwrap_or(0), ROWS_ON_A_PAGE + 1).await?;
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
    let next = rows.last().filter(|_| !is_last).map(|last| {
        let day = day.map(|day| format!("&as_of={day}")).unwrap_or_default();
        format!("/desk/assets?kind={slug}{day}&after={}", last.registry_number)
    });
    let export = |ending: &str| {
        let query = as_of.as_ref().map(|at| format!("?as_of={}", at.replace('+', "%2B"))).unwrap_or_default();
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
        first: after.is_some().then(|| {
            format!("/desk/assets?kind={slug}{}", day.map(|day| format!("&as_of={day}")).unwrap_or_default())
        }),
        next,
    })
}
