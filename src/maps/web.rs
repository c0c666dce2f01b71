//! The map page, and the page of a single thing.

use axum::{extract::State, response::Response};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::Maps;
use crate::{
    kernel::{Crs, Params},
    platform::{
        Ctx,
        access::Permission,
        http::{Failure, Path},
        i18n::texts,
    },
    registry::{Condition, Sight, instant, parse_id, queryables, sentence, source_text},
    ui::{
        Here, Nav, html,
        map_data::{KindFilter, KindView, Place},
        views::{AssetPage, Choice, EditorPage, Fact, FilterForm, Link, MapPage, SightRow},
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
    let chosen = params.text("layers");
    let at = params.text("at");
    // Whoever is not staff sees the map as it is now, with a shared address too.
    let asked = params.text("as_of").filter(|_| ctx.staff().is_some());
    let filter_text = params.text("filter").unwrap_or_default();
    let filter_kind = params.text("filter-kind");
    params.finish()?;
    let as_of = asked.as_deref().map(instant).transpose()?;
    // How things were is for whoever may read the kind.
    let may_see = |slug: &str| as_of.is_none() || ctx.may(Permission::RegistryRead, Some(slug));
    let mut shown: Vec<String> = match &chosen {
        Some(list) => kinds
            .iter()
            .filter(|kind| list.split(',').any(|slug| slug == kind.slug) && may_see(&kind.slug))
            .map(|kind| kind.slug.clone())
            .collect(),
        None => kinds
            .iter()
            .filter(|kind| {
                kind.count > 0
                    && may_see(&kind.slug)
                    && !matches!(
                        kind.slug.as_str(),
                        "paths" | "barriers" | "greens" | "sectors" | "addresses" | "buildings" | "parcels"
                    )
            })
            .map(|kind| kind.slug.clone())
            .collect(),
    };
    let (mut filter, condition) =
        filter_form(&maps, &ctx, &kinds, chosen.as_deref(), asked.as_deref(), filter_kind, filter_text);
    if condition.is_some() && !shown.contains(&filter.kind) && may_see(&filter.kind) {
        shown.push(filter.kind.clone());
    }
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
        let of = |slug: &String| condition.clone().filter(|_| *slug == filter.kind);
        let asked: Vec<_> = shown.iter().map(|slug| (slug.clone(), of(slug))).collect();
        match maps.registry.features_in_sight(&ctx, &asked, map.bounds, ROWS_WITHOUT_SCRIPTS, as_of).await {
            Err(Failure::Param(error)) if error.name == "filter" => {
                filter.fault = Some(t.get("filter-cannot"));
                (Vec::new(), 0)
            }
            answer => answer?,
        }
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
    map.as_of.clone_from(&asked);
    if condition.is_some() && filter.fault.is_none() {
        map.filter = Some(KindFilter { kind: filter.kind.clone(), text: filter.text.clone() });
    }
    page.map = Some(map);
    html(&MapPage {
        page,
        t,
        kinds,
        shown,
        rows,
        matched: u64::try_from(matched).unwrap_or(0),
        as_of: asked,
        filter,
    })
}

/// The form of the map's condition, and the condition, when it can be read. Tiles and table show what the public may see,
/// so the public's properties are all that a condition may name.
fn filter_form(
    maps: &Maps,
    ctx: &Ctx,
    kinds: &[KindView],
    layers: Option<&str>,
    as_of: Option<&str>,
    kind: Option<String>,
    text: String,
) -> (FilterForm, Option<Condition>) {
    let known = |slug: &str| kinds.iter().any(|kind| kind.slug == slug);
    let first = || {
        let shown = layers.into_iter().flat_map(|list| list.split(',')).find(|slug| known(slug));
        shown.or(kinds.first().map(|kind| kind.slug.as_str())).unwrap_or_default().to_owned()
    };
    let asked = kind.filter(|slug| known(slug));
    let unknown_kind = asked.is_none() && !text.is_empty();
    let slug = asked.unwrap_or_else(first);
    let read = match (maps.registry.kind(ctx, &slug), text.trim()) {
        (_, "") => Ok(None),
        (Ok(kind), text) if !unknown_kind => {
            Condition::read(text, false, Crs::Crs84, &queryables(&kind, Sight::Public))
                .map(Some)
                .map_err(|message| sentence(message, ctx.lang))
        }
        _ => Err(texts(ctx.lang).get("filter-no-layer")),
    };
    let kept: Vec<(&'static str, String)> = [("layers", layers), ("as_of", as_of)]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?.to_owned())))
        .collect();
    let query: Vec<String> = kept
        .iter()
        .map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC)))
        .collect();
    let choice = |kind: &KindView| Choice {
        value: kind.slug.clone(),
        label: kind.title.clone(),
        selected: kind.slug == slug,
    };
    let (condition, fault) = match read {
        Ok(condition) => (condition, None),
        Err(fault) => (None, Some(fault)),
    };
    let form = FilterForm {
        action: "/map",
        kept,
        kinds: kinds.iter().map(choice).collect(),
        everything: if query.is_empty() { "/map".into() } else { format!("/map?{}", query.join("&")) },
        kind: slug,
        text,
        fault,
    };
    (form, condition)
}

/// The editor: a frame around its scripts, with what they need to begin.
pub(super) async fn editor_page(
    ctx: Ctx,
    here: Here,
    State(maps): State<Maps>,
    mut params: Params,
) -> Result<Response, Failure> {
    // The scripts read these themselves; here they only must be known.
    for name in ["draft", "at", "layers", "assets", "place"] {
        params.text(name);
    }
    params.finish()?;
    let t = texts(ctx.lang);
    let mut page = maps.site.page(&ctx, &here, Nav::DeskMap, t.get("editor-title"));
    let mut map = maps.site.map(&page, None);
    map.kinds = maps.registry.kind_views(&ctx);
    map.texts = vec!["editor-"];
    page.map = Some(map);
    html(&EditorPage { page, t })
}

pub(super) async fn asset_page(
    ctx: Ctx,
    here: Here,
    State(maps): State<Maps>,
    Path(id): Path<String>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    let card = maps.registry.asset_card(&ctx, parse_id(&id)?).await?;
    let photos = maps.photos.gallery(&ctx, card.id, &card.label).await?;
    let t = texts(ctx.lang);
    let kinds = maps.registry.kind_views(&ctx);
    let kind = kinds
        .iter()
        .find(|kind| kind.slug == card.kind)
        .cloned()
        .ok_or_else(|| Failure::not_found(format!("asset {id}")))?;
    let extent = extent(&card.geometry);
    let mut page = maps.site.page(&ctx, &here, Nav::Map, card.label.clone());
    let mut map = maps.site.map(&page, extent);
    map.layers = vec![card.kind.clone()];
    map.kinds = kinds;
    if let Some([west, south, east, north]) = extent {
        let position = [f64::midpoint(west, east), f64::midpoint(south, north)];
        map.grave = Some(Place {
            position,
            label: card.label.clone(),
            number: None,
            href: None,
            icon: Some(kind.icon.clone()),
        });
    }
    let drawn =
        maps.draw(&ctx, &map, &t.args("map-label-of", &[("what", card.label.clone().into())]), None).await?;
    page.map = Some(map);
    html(&AssetPage {
        page,
        t,
        kind_singular: card.kind_title,
        title: card.label,
        id: card.id.to_string(),
        number: card.number.to_string(),
        status: (card.status != "in_service")
            .then(|| t.get(&format!("status-{}", card.status.replace('_', "-")))),
        facts: card
            .attributes
            .into_iter()
            .map(|a| Fact {
                title: a.title,
                value: match a.unit {
                    Some(unit) => format!("{}\u{a0}{unit}", a.value),
                    None => a.value,
                },
            })
            .collect(),
        photos,
        part_of: card.part_of.map(|whole| Link { href: format!("/assets/{}", whole.id), text: whole.label }),
        own_page: (card.kind == "graves")
            .then(|| Link { href: card.url.clone(), text: t.get("js-card-grave") }),
        source: source_text(t, &card.source),
        updated: {
            use chrono::Datelike;
            let day = card.updated_at.date_naive();
            let small = |n: u32| u8::try_from(n).ok();
            t.date(i16::try_from(day.year()).unwrap_or(i16::MAX), small(day.month()), small(day.day()))
        },
        map_href: format!("/map?layers={}&at={id}", card.kind),
        geojson_href: format!("/ogc/collections/{}/items/{id}", card.kind),
        drawn,
        kind,
    })
}

/// West, south, east, north of a GeoJSON geometry.
fn extent(geometry: &serde_json::Value) -> Option<[f64; 4]> {
    fn visit(value: &serde_json::Value, found: &mut Option<[f64; 4]>) {
        let Some(items) = value.as_array() else { return };
        if let [x, y, ..] = items.as_slice()
            && let (Some(x), Some(y)) = (x.as_f64(), y.as_f64())
        {
            let [w, s, e, n] = found.unwrap_or([x, y, x, y]);
            *found = Some([w.min(x), s.min(y), e.max(x), n.max(y)]);
            return;
        }
        items.iter().for_each(|item| visit(item, found));
    }
    let mut found = None;
    visit(geometry.get("coordinates")?, &mut found);
    found
}
