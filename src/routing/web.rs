//! The page of the way.

use axum::{extract::State, http::StatusCode, response::Response};
use uuid::Uuid;

use super::{
    NoRoute, Routing,
    model::{Maneuver, Origin, Profile, Route, StepFreeVerdict, Stretch},
    ops::{RouteRequest, Way},
    words::stretch_words,
};
use crate::{
    cemetery::{full_name, grave_title, guide_to, plot_of},
    kernel::{Lang, Params},
    maps::svg::RouteShape,
    platform::{
        Ctx,
        http::{Failure, Path},
        i18n::{Texts, texts},
    },
    registry::parse_id,
    ui::{
        Here, Nav, html_with,
        map_data::{Place, WayLine},
        views::{Link, RouteAnswer, RoutePage, RouteView, StepView, Verdict, VerdictClass},
    },
};

/// A last leg beside the path that is long enough to be warned of, in metres.
const LONG_LAST_LEG_M: f64 = 25.0;
/// People whose names stand over the way.
const MOST_NAMES: usize = 3;

pub(super) async fn route_page(
    ctx: Ctx,
    here: Here,
    State(routing): State<Routing>,
    Path(id): Path<String>,
    mut params: Params,
) -> Result<Response, Failure> {
    let request = RouteRequest::take(&mut params)?;
    params.finish()?;
    let t = texts(ctx.lang);
    let Way { grave, answer } = routing.route(&ctx, parse_id(&id)?, request).await?;
    let gates = match &grave.cemetery {
        Some(cemetery) => routing.cemeteries.gates(&ctx, cemetery.id).await?,
        None => Vec::new(),
    };
    let chosen = match request.origin {
        Origin::Gate(gate) => Some(gate),
        _ => None,
    };
    let title = grave_title(t, &grave);
    let mut page = routing.site.page(&ctx, &here, Nav::Graves, t.get("route-title"));
    let mut map = routing.site.map(&page, Some(bounds(answer.as_ref().ok(), grave.point)));
    map.kinds = routing.maps.kind_views(&ctx);
    map.layers = ["cemeteries", "graves", "gates"].map(str::to_owned).to_vec();
    map.grave =
        Some(Place { position: grave.point, label: title.clone(), number: None, href: None, icon: None });
    map.way = answer.as_ref().ok().map(way_line);
    let drawn = routing
        .maps
        .draw(
            &ctx,
            &map,
            &t.args("map-label-way", &[("what", title.clone().into())]),
            answer.as_ref().ok().map(route_shape),
        )
        .await?;
    page.map = Some(map);
    let grave_href = format!("/graves/{}", grave.id);
    let (status, answer) = match answer {
        Ok(route) => {
            (StatusCode::OK, RouteAnswer::Way(view(&route, t, ctx.lang, gpx_href(grave.id, &request))))
        }
        Err(refusal) => {
            let advice = advice(&refusal, t, grave.id, &request);
            (StatusCode::UNPROCESSABLE_ENTITY, RouteAnswer::None { reason: refusal.text(ctx.lang), advice })
        }
    };
    html_with(
        status,
        &RoutePage {
            page,
            t,
            names: grave
                .people
                .iter()
                .take(MOST_NAMES)
                .map(|p| full_name(t, &p.given_names, &p.surname))
                .collect(),
            plot: plot_of(&grave, t),
            guide: guide_to(t, grave.id, &gates, chosen, request.profile == Profile::StepFree),
            grave_title: title,
            grave_href,
            answer,
            drawn,
        },
    )
}

fn view(route: &Route, t: &Texts, lang: Lang, gpx: String) -> RouteView {
    let last = route.steps.len().saturating_sub(1);
    RouteView {
        gpx,
        distance: t.distance(route.distance_m),
        duration: t.duration(route.duration_s),
        gate: route.gate.as_ref().map(|gate| gate.name.clone().unwrap_or_else(|| t.get("gate-unnamed"))),
        verdict: verdict(&route.step_free, t, lang),
        warnings: warnings(route, t),
        steps: route
            .steps
            .iter()
            .enumerate()
            .map(|(i, step)| {
                let maneuver = serde_json::to_value(step.maneuver).ok();
                StepView {
                    icon: StepView::icon_of(maneuver.as_ref().and_then(|m| m.as_str()).unwrap_or_default()),
                    text: step.instruction.get(lang).to_owned(),
                    length: (i < last && step.distance_m >= 1.0).then(|| t.distance(step.distance_m)),
                }
            })
            .collect(),
    }
}

fn verdict(verdict: &StepFreeVerdict, t: &Texts, lang: Lang) -> Verdict {
    let stretches = |parts: &[Stretch]| -> Vec<String> {
        parts
            .iter()
            .map(|part| format!("{}, {}", stretch_words(part).get(lang), t.distance(part.length_m)))
            .collect()
    };
    match verdict {
        StepFreeVerdict::Verified => {
            Verdict { class: VerdictClass::Good, title: t.get("verdict-verified"), details: Vec::new() }
        }
        StepFreeVerdict::PartlyUnknown { unknown_m, parts } => Verdict {
            class: VerdictClass::Unsure,
            title: t.args("verdict-unknown", &[("length", t.distance(*unknown_m).into())]),
            details: stretches(parts),
        },
        StepFreeVerdict::Impossible { blocking } => Verdict {
            class: VerdictClass::Bad,
            title: t.get("verdict-impossible"),
            details: stretches(blocking),
        },
    }
}

fn warnings(route: &Route, t: &Texts) -> Vec<String> {
    let mut warnings = Vec::new();
    if route.last_leg_m >= LONG_LAST_LEG_M {
        warnings.push(t.args("warning-last-leg", &[("length", t.distance(route.last_leg_m).into())]));
    }
    if route.gate.as_ref().is_some_and(|gate| !gate.joined_to_street) {
        warnings.push(t.get("warning-gate-off-street"));
    }
    warnings
}

/// Where the same way is asked for as GPX.
fn gpx_href(grave: Uuid, request: &RouteRequest) -> String {
    let profile = match request.profile {
        Profile::Walk => "",
        Profile::StepFree => "&profile=step_free",
    };
    format!("/api/graves/{grave}/route?f=gpx{profile}{}", origin_query(request.origin))
}

/// The origin as it stands behind other parameters.
fn origin_query(origin: Origin) -> String {
    match origin {
        Origin::Gate(gate) => format!("&gate={gate}"),
        Origin::Position(point) => format!("&from={},{}", point.x(), point.y()),
        Origin::BestGate => String::new(),
    }
}

/// What one may ask instead: another gate, or the way with steps.
fn advice(refusal: &NoRoute, t: &Texts, grave: Uuid, request: &RouteRequest) -> Vec<Link> {
    let link =
        |key: &str, query: &str| Link { href: format!("/graves/{grave}/route{query}"), text: t.get(key) };
    let mut advice = Vec::new();
    if matches!(refusal, NoRoute::StepFreeImpossible { .. }) {
        let origin = origin_query(request.origin);
        advice.push(link("advice-with-steps", &format!("?profile=walk{origin}")));
    }
    if !matches!(request.origin, Origin::BestGate) {
        let profile = match request.profile {
            Profile::Walk => "",
            Profile::StepFree => "?profile=step_free",
        };
        advice.push(link("advice-best-gate", profile));
    }
    advice.push(Link { href: format!("/graves/{grave}"), text: t.get("advice-grave") });
    advice
}

fn way_line(route: &Route) -> WayLine {
    let points: Vec<[f64; 2]> = route.line.coords().map(|at| [at.x, at.y]).collect();
    let has_leg = route.last_leg_m > 0.0 && points.len() >= 2;
    let split = points.len().saturating_sub(usize::from(has_leg) + 1) + 1;
    let (line, tail) = points.split_at(split.min(points.len()));
    let last_leg = if has_leg { line.last().into_iter().chain(tail).copied().collect() } else { Vec::new() };
    WayLine {
        line: line.to_vec(),
        last_leg,
        gate: route.gate.as_ref().map(|gate| Place {
            position: gate.point,
            label: gate.name.clone().unwrap_or_default(),
            number: None,
            href: None,
            icon: None,
        }),
    }
}

/// The way for the drawn map, its turns numbered as in the list of steps.
fn route_shape(route: &Route) -> RouteShape {
    let steps = (1..)
        .zip(&route.steps)
        .filter(|(_, step)| {
            !matches!(
                step.maneuver,
                Maneuver::Depart
                    | Maneuver::Enter
                    | Maneuver::Straight
                    | Maneuver::Arrive
                    | Maneuver::ArriveLeft
                    | Maneuver::ArriveRight
            )
        })
        .map(|(number, step)| (number, geo_types::Coord { x: step.point[0], y: step.point[1] }))
        .collect();
    RouteShape::from_course(&route.line, route.start_leg_m > 0.0, route.last_leg_m > 0.0, steps)
}

fn bounds(route: Option<&Route>, grave: [f64; 2]) -> [f64; 4] {
    let start = [grave[0], grave[1], grave[0], grave[1]];
    route
        .into_iter()
        .flat_map(|route| route.line.coords())
        .fold(start, |[w, s, e, n], at| [w.min(at.x), s.min(at.y), e.max(at.x), n.max(at.y)])
}
