//! "Walk the register": the nearest things that nobody saw lately, one after the other.

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use chrono::Duration;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    Desk,
    model::Outcome,
    seen::SeenReport,
    shown::label,
    store::{self, Near},
};
use crate::{
    kernel::{Limit, ParamError, Params},
    platform::{
        Ctx,
        access::Permission::{RegistryVerify, RegistryWrite},
        http::{Failure, ProtectedForm, ResultExt, json as answer},
        i18n::texts,
    },
    registry::{Attribute, Domain, GeometryType, Sight},
    ui::{
        Here, Nav, html,
        map_data::Place,
        markup::kind_sign,
        views::{Choice, Fact, WalkCard, WalkPage},
    },
};

/// What was seen within this time need not be seen again.
const SEEN_LATELY: Duration = Duration::days(365);
/// Things that a device takes along.
const TAKEN_ALONG: u32 = 50;
/// Things that may be passed over without scripts.
const MOST_SKIPPED: usize = 60;
/// Attributes on a card.
const FACTS: usize = 4;

/// A thing to walk to.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WalkThing {
    /// Its id.
    pub id: Uuid,
    /// Slug of its kind.
    pub kind: String,
    /// "Latarnia".
    pub kind_title: String,
    /// Name of the icon.
    pub icon: String,
    /// `#rrggbb`
    pub colour: String,
    /// Its version, to be named in a report.
    pub rev: i32,
    /// Number in the registry.
    pub number: i64,
    /// What people call it.
    pub label: String,
    /// Its main attributes.
    pub facts: Vec<Attribute>,
    /// Longitude and latitude of a point on it.
    pub point: [f64; 2],
    /// Whether whoever asks may say that it was moved or is gone.
    pub writable: bool,
    /// Whether it is of a kind of points, which can be moved on the spot.
    pub movable: bool,
}

impl Desk {
    /// Slugs of the kinds that whoever asks may verify, of one when it is named.
    fn walked(&self, ctx: &Ctx, chosen: Option<&str>) -> Result<Vec<String>, Failure> {
        if let Some(kind) = chosen {
            self.registry.kind(ctx, kind)?;
            ctx.require(RegistryVerify, Some(kind))?;
            return Ok(vec![kind.to_owned()]);
        }
        let known = self.registry.kinds();
        Ok(known
            .all()
            .filter(|kind| {
                kind.domain == Domain::Inventory && ctx.may(RegistryVerify, Some(kind.slug.as_str()))
            })
            .map(|kind| kind.slug.as_str().to_owned())
            .collect())
    }

    async fn nearest(
        &self,
        ctx: &Ctx,
        kinds: &[String],
        from: Option<[f64; 2]>,
        limit: i64,
    ) -> Result<Vec<WalkThing>, Failure> {
        let from = match from {
            Some(from) => from,
            None => match store::last_position(&self.pool, ctx.actor()).await? {
                Some(position) => position,
                None => self
                    .feed
                    .now()
                    .extent(kinds.iter().map(String::as_str))
                    .map_or([19.0, 52.0], |[w, s, e, n]| [f64::midpoint(w, e), f64::midpoint(s, n)]),
            },
        };
        let near = store::nearest_unseen(&self.pool, kinds, from, ctx.now - SEEN_LATELY, limit).await?;
        Ok(near.into_iter().filter_map(|near| self.thing(ctx, near)).collect())
    }

    fn thing(&self, ctx: &Ctx, near: Near) -> Option<WalkThing> {
        let kind = self.registry.kinds().any(&near.kind)?;
        let attributes = near.attributes.as_object().cloned().unwrap_or_default();
        let inside = kind.describe(&attributes, Sight::Inside, ctx.lang);
        let facts = inside.into_iter().filter(|a| !matches!(a.key.as_str(), "name" | "note")).take(FACTS);
        Some(WalkThing {
            id: near.id,
            kind_title: kind.singular.get(ctx.lang).to_owned(),
            icon: kind.icon.clone(),
            colour: kind.colour.clone(),
            rev: near.rev,
            number: near.registry_number,
            label: label(&kind, near.label.as_deref(), near.registry_number, ctx.lang),
            facts: facts.collect(),
            point: [near.x, near.y],
            writable: ctx.may(RegistryWrite, Some(&near.kind)),
            movable: kind.geometry == GeometryType::Point,
            kind: near.kind,
        })
    }
}

/// Reads "longitude,latitude".
fn position(text: &str) -> Option<[f64; 2]> {
    let (lon, lat) = text.split_once(',')?;
    let (lon, lat) = (lon.trim().parse::<f64>().ok()?, lat.trim().parse::<f64>().ok()?);
    (lon.abs() <= 180.0 && lat.abs() <= 90.0).then_some([lon, lat])
}

/// The nearest things that want to be seen.
#[utoipa::path(get, path = "/api/desk/walk", tag = "desk",
    params(("at" = Option<String>, Query, description = "longitude,latitude; where whoever asks was last, when absent"),
           ("kind" = Option<String>, Query), ("limit" = Option<u32>, Query, description = "1 to 200")),
    responses((status = 200, description = "Things, the nearest first, and how many were seen today")))]
pub async fn walk_list(ctx: Ctx, State(desk): State<Desk>, mut params: Params) -> Result<Response, Failure> {
    let at = params.text("at").map(|text| {
        position(&text).ok_or_else(|| ParamError::new("at", "must be longitude,latitude in degrees"))
    });
    let kind = params.text("kind");
    let limit = Limit::take(&mut params, TAKEN_ALONG, 200)?;
    params.finish()?;
    let kinds = desk.walked(&ctx, kind.as_deref())?;
    let things = desk.nearest(&ctx, &kinds, at.transpose()?, limit.as_i64()).await?;
    answer("application/json", &json!({ "things": things, "today": desk.seen_today(&ctx).await? }))
}

pub(super) async fn walk_page(
    ctx: Ctx,
    here: Here,
    State(desk): State<Desk>,
    mut params: Params,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let chosen = params.text("kind");
    let at = params.text("at").as_deref().and_then(position);
    let skipped: Vec<Uuid> = params
        .text("skip")
        .unwrap_or_default()
        .split(',')
        .filter_map(|id| id.parse().ok())
        .take(MOST_SKIPPED)
        .collect();
    let done = params.text("done").is_some();
    params.finish()?;
    let kinds = desk.walked(&ctx, chosen.as_deref())?;
    let things = desk.nearest(&ctx, &kinds, at, skipped.len() as i64 + 1).await?;
    let next = things.into_iter().find(|thing| !skipped.contains(&thing.id));
    let known = desk.registry.kinds();
    let all = Choice { value: String::new(), label: t.get("walk-all-kinds"), selected: chosen.is_none() };
    let choices =
        known.all().filter(|kind| ctx.may(RegistryVerify, Some(kind.slug.as_str()))).map(|kind| Choice {
            value: kind.slug.as_str().to_owned(),
            label: kind.title.get(ctx.lang).to_owned(),
            selected: chosen.as_deref() == Some(kind.slug.as_str()),
        });
    let mut page = desk.site.page(&ctx, &here, Nav::Desk, t.get("walk-title"));
    let mut drawn = String::new();
    if let Some(thing) = &next {
        let [lon, lat] = thing.point;
        let mut map = desk.site.map(&page, Some([lon - 0.0008, lat - 0.0005, lon + 0.0008, lat + 0.0005]));
        map.grave = Some(Place {
            position: thing.point,
            label: thing.label.clone(),
            number: None,
            href: None,
            icon: Some(thing.icon.clone()),
        });
        let title = t.args("map-label-of", &[("what", thing.label.clone().into())]);
        drawn = desk.maps.draw(&ctx, &map, &title, None).await?;
    }
    page.map = None;
    let skip_href = next.as_ref().map(|thing| {
        let ids: Vec<String> = skipped.iter().chain([&thing.id]).map(Uuid::to_string).collect();
        let kind = chosen.as_ref().map(|kind| format!("&kind={kind}")).unwrap_or_default();
        let at = at.map(|[lon, lat]| format!("&at={lon:.6},{lat:.6}")).unwrap_or_default();
        format!("/desk/walk?skip={}{kind}{at}", ids.join(","))
    });
    let card = next.map(|thing| WalkCard {
        id: thing.id.to_string(),
        rev: thing.rev.to_string(),
        sign: kind_sign(&thing.icon, &thing.colour),
        kind: thing.kind_title,
        label: thing.label,
        number: thing.number.to_string(),
        facts: thing
            .facts
            .into_iter()
            .map(|fact| Fact {
                title: fact.title,
                value: match fact.unit {
                    Some(unit) => format!("{}\u{a0}{unit}", fact.value),
                    None => fact.value,
                },
            })
            .collect(),
        href: format!("/desk/assets/{}", thing.id),
        point: format!("{:.6},{:.6}", thing.point[0], thing.point[1]),
        writable: thing.writable,
    });
    let script = json!({
        "texts": t.for_browser(&["walk-"]),
        "owner": ctx.account().map(|id| id.to_string()).unwrap_or_default(),
        "lang": t.lang(),
        "sprite": crate::ui::markup::SPRITE,
        "today": desk.seen_today(&ctx).await?,
    });
    html(&WalkPage {
        page,
        t,
        kinds: std::iter::once(all).chain(choices).collect(),
        chosen: chosen.unwrap_or_default(),
        today: desk.seen_today(&ctx).await?,
        card,
        skip_href,
        drawn,
        done,
        script: serde_json::to_string(&script).internal("write JSON")?.replace('<', "\\u003c"),
    })
}

/// The form of the page, for browsers without scripts.
#[derive(Debug, Deserialize)]
pub(super) struct WalkForm {
    asset: Uuid,
    outcome: Outcome,
    #[serde(default)]
    rev: Option<i32>,
    #[serde(default)]
    note: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    point: String,
}

pub(super) async fn walk_sent(
    ctx: Ctx,
    State(desk): State<Desk>,
    ProtectedForm(form): ProtectedForm<WalkForm>,
) -> Result<Response, Failure> {
    let report = SeenReport {
        outcome: form.outcome,
        position: None,
        note: Some(form.note),
        at: None,
        report: None,
        rev: form.rev,
    };
    desk.record(&ctx, form.asset, &report).await?;
    let at = position(&form.point).map(|[lon, lat]| format!("&at={lon:.6},{lat:.6}")).unwrap_or_default();
    let slug = form.kind.parse::<crate::registry::KindSlug>().ok();
    let kind = slug.map(|slug| format!("&kind={}", slug.as_str())).unwrap_or_default();
    Ok(Redirect::to(&format!("/desk/walk?done=1{kind}{at}")).into_response())
}
