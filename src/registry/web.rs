//! Pages of the registry.

use axum::{
    extract::{Path, State},
    response::Response,
};

use super::{Registry, api::parse_id, model::GeometryType};
use crate::{
    kernel::Params,
    platform::{Ctx, http::Failure, i18n::{Texts, texts}},
    ui::{
        Here, Nav, html,
        map_data::{KindView, Place},
        views::{AssetPage, Fact, Link},
    },
};

impl Registry {
    /// Kinds as legends and maps need them.
    #[must_use]
    pub fn kind_views(&self, ctx: &Ctx) -> Vec<KindView> {
        self.kind_summaries(ctx)
            .into_iter()
            .map(|kind| KindView {
                slug: kind.slug,
                title: kind.title,
                geometry_type: match kind.geometry_type {
                    GeometryType::Point => "point",
                    GeometryType::Line => "line",
                    GeometryType::Area => "area",
                    GeometryType::Any => "any",
                }
                .to_owned(),
                icon: kind.icon,
                colour: kind.colour,
                min_zoom: kind.min_zoom,
                count: u64::try_from(kind.count).unwrap_or(0),
            })
            .collect()
    }
}

/// Where the data comes from and its terms: "OpenStreetMap, ODbL-1.0".
#[must_use]
pub fn source_text(t: &Texts, source: &str) -> String {
    match source {
        "osm" => "OpenStreetMap, ODbL-1.0".to_owned(),
        "demo" => t.get("source-demo"),
        other => other.to_owned(),
    }
}

pub(super) async fn asset_page(
    ctx: Ctx,
    here: Here,
    State(registry): State<Registry>,
    Path(id): Path<String>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    let card = registry.asset_card(&ctx, parse_id(&id)?).await?;
    let t = texts(ctx.lang);
    let kinds = registry.kind_views(&ctx);
    let kind = kinds
        .iter()
        .find(|kind| kind.slug == card.kind)
        .cloned()
        .ok_or_else(|| Failure::not_found(format!("asset {id}")))?;
    let extent = extent(&card.geometry);
    let mut page = registry.site.page(&ctx, &here, Nav::Map, card.label.clone());
    let mut map = registry.site.map(&page, extent);
    map.layers = vec![card.kind.clone()];
    map.kinds = kinds;
    if let Some([west, south, east, north]) = extent {
        let position = [f64::midpoint(west, east), f64::midpoint(south, north)];
        map.grave = Some(Place { position, label: card.label.clone(), number: None, href: None, icon: Some(kind.icon.clone()) });
    }
    page.map = Some(map);
    html(&AssetPage {
        page,
        t,
        kind_singular: card.kind_title,
        title: card.label,
        number: card.number.to_string(),
        status: (card.status != "in_service").then(|| t.get(&format!("status-{}", card.status.replace('_', "-")))),
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
        part_of: card.part_of.map(|whole| Link { href: format!("/assets/{}", whole.id), text: whole.label }),
        own_page: (card.kind == "graves").then(|| Link { href: card.url.clone(), text: t.get("js-card-grave") }),
        source: source_text(t, &card.source),
        updated: {
            use chrono::Datelike;
            let day = card.updated_at.date_naive();
            let small = |n: u32| u8::try_from(n).ok();
            t.date(i16::try_from(day.year()).unwrap_or(i16::MAX), small(day.month()), small(day.day()))
        },
        map_href: format!("/map?layers={}&at={id}", card.kind),
        geojson_href: format!("/ogc/collections/{}/items/{id}", card.kind),
        drawn: String::new(),
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
