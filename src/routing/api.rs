//! JSON doors of the routing.

use axum::{
    extract::State,
    http::{HeaderValue, Uri, header},
    response::Response,
};
use geojson::{Feature, GeometryValue};
use serde_json::json;

use super::{NoRoute, Route, RouteRequest, Routing, Way, gpx::gpx};
use crate::{
    cemetery::grave_title,
    kernel::{Lang, ParamError, Params},
    platform::{
        Ctx,
        http::{BaseUrl, Failure, Path, ResultExt, json, typed},
        i18n::texts,
    },
    registry::parse_id,
};

/// The way to a grave.
#[utoipa::path(get, path = "/api/graves/{id}/route", tag = "routing",
    params(("id" = uuid::Uuid, Path, description = "The grave"),
           ("profile" = Option<String>, Query, description = "`walk` (default) or `step_free`"),
           ("gate" = Option<uuid::Uuid>, Query, description = "From this gate; without it from the best one"),
           ("from" = Option<String>, Query, description = "From this position: longitude,latitude"),
           ("f" = Option<String>, Query, description = "`json` (default) or `gpx`: a route with its instructions as waypoints"),
           ("lang" = Option<String>, Query, description = "`pl` or `en`")),
    responses((status = 200, description = "GeoJSON Feature, a LineString with distance_m, duration_s, gate, step_free and steps; or GPX", content_type = "application/geo+json"),
              (status = 404, description = "No such grave"),
              (status = 422, description = "There is no such way; the problem says why and has a stable type")))]
pub async fn route(
    ctx: Ctx,
    State(routing): State<Routing>,
    base: BaseUrl,
    uri: Uri,
    Path(id): Path<String>,
    mut params: Params,
) -> Result<Response, Failure> {
    let grave = parse_id(&id)?;
    let as_gpx = match params.text("f").as_deref() {
        None | Some("json" | "geojson") => false,
        Some("gpx") => true,
        Some(_) => return Err(ParamError::new("f", "must be json or gpx").into()),
    };
    let request = RouteRequest::take(&mut params)?;
    params.finish()?;
    let Way { grave, answer } = routing.route(&ctx, grave, request).await?;
    match answer {
        Ok(route) if as_gpx => {
            let title = grave_title(texts(ctx.lang), &grave);
            let asked = uri.path_and_query().map_or("", |asked| asked.as_str());
            let file = gpx(&ctx, &route, &title, format!("{}{asked}", base.0))?;
            let mut response = typed(exporters::Format::Gpx.media_type(), file);
            let name = HeaderValue::from_static("attachment; filename=\"route.gpx\"");
            response.headers_mut().insert(header::CONTENT_DISPOSITION, name);
            Ok(response)
        }
        Ok(route) => json("application/geo+json", &feature(&route, ctx.lang)?),
        Err(refusal) => Err(stated(&refusal, ctx.lang)),
    }
}

fn stated(refusal: &NoRoute, lang: Lang) -> Failure {
    Failure::Stated {
        code: refusal.code(),
        detail: refusal.text(lang),
        more: serde_json::to_value(refusal).unwrap_or_default(),
    }
}

/// A route as a GeoJSON Feature (RFC 7946) in the reader's language.
fn feature(route: &Route, lang: Lang) -> Result<Feature, Failure> {
    let steps: Vec<_> = route
        .steps
        .iter()
        .map(|step| {
            json!({
                "instruction": step.instruction.get(lang), "maneuver": step.maneuver,
                "distance_m": round(step.distance_m), "point": step.point, "name": step.name,
            })
        })
        .collect();
    let properties = json!({
        "distance_m": round(route.distance_m),
        "duration_s": route.duration_s.round(),
        "start_leg_m": round(route.start_leg_m),
        "last_leg_m": round(route.last_leg_m),
        "gate": route.gate,
        "step_free": route.step_free,
        "steps": steps,
    });
    let serde_json::Value::Object(properties) = properties else {
        return Err("properties are no object").internal("write a route");
    };
    Ok(Feature {
        geometry: Some(GeometryValue::from(&route.line).into()),
        properties: Some(properties),
        ..Feature::default()
    })
}

/// To the decimetre: more would pretend to a precision that no survey of paths has.
fn round(length_m: f64) -> f64 {
    (length_m * 10.0).round() / 10.0
}
