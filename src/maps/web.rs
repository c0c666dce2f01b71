//! The map page.

use axum::{extract::State, response::Response};

use super::Maps;
use crate::{
    kernel::Params,
    platform::{Ctx, http::Failure, i18n::texts},
    ui::{
        Here, Nav, html,
        views::{MapPage, SightRow},
    },
};

/// Rows of the list for whoever has no scripts; the scripts replace them by what is in sight.
const ROWS_WITHOUT_SCRIPTS: i64 = 100;

pub(super) async fn map_page(
    ctx: Ctx,
    here: Here,
    State(maps): State<Maps>,
    mut params: Params,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let kinds = maps.registry.kind_views(&ctx);
    // A form without scripts repeats the name for each box, which `Params` refuses; it is read by the scripts as one
    // list, so both forms are understood here.
    let chosen = params.text("layers");
    let at = params.text("at");
    params.finish()?;
    let shown: Vec<String> = match &chosen {
        Some(list) => kinds
            .iter()
            .filter(|kind| list.split(',').any(|slug| slug == kind.slug))
            .map(|kind| kind.slug.clone())
            .collect(),
        None => kinds
            .iter()
            .filter(|kind| kind.count > 0 && !matches!(kind.slug.as_str(), "paths" | "barriers" | "greens" | "sectors"))
            .map(|kind| kind.slug.clone())
            .collect(),
    };
    let mut page = maps.site.page(&ctx, &here, Nav::Map, t.get("map-title"));
    let mut map = maps.site.map(&page, None);
    if let Some(id) = at.as_deref().and_then(|id| id.parse().ok())
        && let Ok(Some([lon, lat])) = maps.registry.position(&ctx, id).await
    {
        let around = 0.0008;
        map.bounds = [lon - around * 1.6, lat - around, lon + around * 1.6, lat + around];
    }
    let (rows, matched) = if shown.is_empty() {
        (Vec::new(), 0)
    } else {
        maps.registry.features_in_sight(&ctx, &shown, map.bounds, ROWS_WITHOUT_SCRIPTS).await?
    };
    let rows = rows
        .into_iter()
        .filter_map(|row| {
            Some(SightRow {
                sign: kinds.iter().find(|kind| kind.slug == row.kind)?.sign(),
                kind_title: row.kind_title,
                name: row.label,
                summary: row.summary,
                href: format!("/assets/{}", row.id),
            })
        })
        .collect();
    map.kinds.clone_from(&kinds);
    map.layers.clone_from(&shown);
    page.map = Some(map);
    html(&MapPage { page, t, kinds, shown, rows, matched: u64::try_from(matched).unwrap_or(0) })
}
